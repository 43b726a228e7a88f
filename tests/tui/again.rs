//! Work that comes round again, and keys that come all at once: neither decides anything.

use super::{Stage, begun, goes_on};
use baton::domain::CaseId;
use baton::tui::input::Input;
use baton::tui::msg::Msg;
use baton::tui::overlays::Overlay;
use baton::tui::update;

impl Stage {
    fn paste(&mut self, text: &str) -> &mut Stage {
        let effects = update::update(&mut self.model, Msg::Input(vec![Input::Paste(text.to_string())]));
        self.take(effects);
        self
    }

    fn field(&self, name: &str) -> String {
        match self.model.overlays.last() {
            Some(Overlay::Form(form)) => form.value(name),
            other => panic!("{other:?}\n{}", self.screen()),
        }
    }
}

/// A case whose payment is asked for a second time, after it was disputed.
fn asked_again(stage: &mut Stage) -> CaseId {
    let text = "process = \"pay\"\ntitle = \"Pay\"\npurpose = \"p\"\naccountable = \"@ME\"\n\
        [data.order]\ntype = \"text\"\n[data.paid]\ntype = \"choice\"\nof = [\"paid\", \"disputed\"]\n\
        [data.why_not]\ntype = \"text\"\n\
        [[step]]\nstep = \"ask\"\ntitle = \"Ask for it\"\nby = \"@ME\"\ngoal = \"1 day\"\ngives = [\"paid\", \"why_not\"]\n\
        next = [{ if = \"data.paid == 'disputed'\", to = \"settle\" }, { to = \"file\" }]\n\
        [[step]]\nstep = \"settle\"\ntitle = \"Settle\"\nby = \"@ME\"\ngoal = \"1 day\"\nneeds = [\"why_not\"]\nnext = \"ask\"\n\
        [[step]]\nstep = \"file\"\ntitle = \"File\"\nby = \"@ME\"\ngoal = \"1 day\"\nneeds = [\"order\"]\nnext = { end = true }\n";
    let case = begun(stage, text, &[("order", "17")]);
    goes_on(stage, case, &[("paid", "disputed"), ("why_not", "second day")]);
    goes_on(stage, case, &[]);
    case
}

#[test]
fn what_a_step_said_the_last_time_is_asked_for_anew() {
    let mut stage = Stage::open(80, 24);
    let case = asked_again(&mut stage);
    stage.press("/").write("zweibank").press("Enter").press("L");
    assert_eq!((stage.field("data paid"), stage.field("data why_not")), (String::new(), String::new()));
    stage.says("(not chosen)");
    stage.press("Enter");
    stage.says("Missing: paid; why not.");
    let step = |stage: &mut Stage| {
        let view = stage.desk.case(case, stage.model.now).unwrap();
        view.spots[0].place.step.to_string()
    };
    assert_eq!(step(&mut stage), "ask");
    stage.press("1 Tab").write("came in").press("Enter");
    assert_eq!(step(&mut stage), "file", "{}", stage.screen());
}

#[test]
fn what_was_wrong_goes_with_the_next_text_typed_or_pasted() {
    for paste in [false, true] {
        let mut stage = Stage::open(80, 24);
        stage.press("n Enter");
        stage.says("Say in a few words what it is about.");
        match paste {
            true => stage.paste("roof check fri 5pm"),
            false => stage.write("roof check fri 5pm"),
        };
        let screen = stage.screen();
        assert!(!screen.contains("Say in a few words"), "{screen}");
        assert!(screen.contains("! today is Friday"), "{screen}");
    }
}

#[test]
fn a_date_that_has_passed_is_said_while_it_is_typed_and_moves_nothing() {
    let mut stage = Stage::open(80, 24);
    stage.press("n").write("fix it 28 feb 2026");
    stage.says("\"28 feb 2026\" is not read; see below");
    stage.says("! Sat 28 Feb 17:00 has passed");
}

#[test]
fn the_same_letter_all_at_once_acts_once_and_moves_as_often_as_it_came() {
    let accepts = |stage: &Stage| {
        let inbox = stage.model.inbox.as_ref().unwrap();
        inbox.items.iter().filter(|item| item.what == baton::desk::What::Accept).count()
    };
    let burst = |stage: &mut Stage, keys: &str| {
        let keys = keys.chars().map(|c| Input::Key(c.to_string().parse().unwrap())).collect();
        let effects = update::update(&mut stage.model, Msg::Input(keys));
        stage.take(effects);
    };
    for many in [3, 8, 9, 20, 200] {
        let mut stage = Stage::open(80, 24);
        stage.press("/").write("ACCEPT").press("Enter");
        let before = accepts(&stage);
        assert!(before > 1);
        // What the terminal says is a paste is one, whatever it is of.
        stage.paste(&"a".repeat(many));
        assert_eq!((accepts(&stage), stage.model.pasted.len()), (before, many), "{}", stage.screen());
        burst(&mut stage, &"a".repeat(many));
        assert!(accepts(&stage) >= before - 1, "{many}: {}", stage.screen());
        assert_eq!(stage.model.pasted.len(), many - 1);
    }
    // Among other keys in one read as well, and what comes behind it waits for what it did.
    for keys in ["aaaab", "jaaaaj", "aaaz"] {
        let mut stage = Stage::open(80, 24);
        stage.press("/").write("ACCEPT").press("Enter");
        let before = accepts(&stage);
        burst(&mut stage, keys);
        assert!(accepts(&stage) >= before - 1, "{keys}: {}", stage.screen());
    }
    let mut stage = Stage::open(80, 24);
    let selected = |stage: &Stage| {
        let inbox = stage.model.inbox.as_ref().unwrap();
        stage.model.inbox_state.selected(inbox).map(|item| (item.case, item.branch))
    };
    stage.press("Tab j j j j");
    let fourth = selected(&stage);
    stage.press("k k k k");
    burst(&mut stage, "jjjj");
    assert_eq!(selected(&stage), fourth);
}

/// What the status line says is a sentence about the thing, not a line of a timeline.
#[test]
fn what_was_done_is_said_in_whole_sentences() {
    let mut stage = Stage::open(120, 40);
    stage.press("/").write("c-42").press("Enter Enter");
    let case = stage.model.case_in_focus().unwrap();
    stage.press("t").write("vip x").press("Enter");
    stage.says(&format!("Tagged {case} #vip #x."));
    stage.press("t").write("-vip").press("Enter");
    stage.says(&format!("Took #vip off {case}."));
    stage.press("d").write("27 nov").press("Tab").write("with Jo").press("Enter");
    stage.says(&format!(" of {case} is due Fri 27 Nov "));
    stage.press("s").write("mon").press("Enter");
    stage.says(&format!("{case} is out of your list until Mon 23 Nov "));
    stage.press("g z Z");
    stage.says(" is back in your list.");
}

#[test]
fn a_key_that_is_none_is_not_offered_and_nothing_selected_is_nobodys_work() {
    let mut stage = Stage::open(80, 24);
    let keys = ["accept", "decline"].map(|name| (name.to_string(), vec!["z".to_string()]));
    let (keymap, _) = baton::tui::keymap::Keymap::new(&keys.into_iter().collect());
    stage.model.keymap = keymap;
    stage.press("/").write("ACCEPT").press("Enter");
    let screen = stage.screen();
    let line = screen.lines().find(|line| line.contains("Keys  ")).unwrap_or_default();
    assert!(line.contains("z ") && !line.contains("    decline"), "{screen}");
    stage.press("Esc g b / z z z z Enter");
    assert_eq!(stage.model.case_in_focus(), None, "{}", stage.screen());
    for key in ["L", "H", "m"] {
        stage.press(key);
        stage.says("nothing is selected");
    }
}
