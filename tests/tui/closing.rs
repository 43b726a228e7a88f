//! Ending a case before its end, and declining as a duplicate, on the screen.

use super::{Stage, begun, goes_on};
use baton::domain::CaseId;
use baton::tui::overlays::Overlay;

impl Stage {
    fn form_value(&self, name: &str) -> String {
        match self.model.overlays.last() {
            Some(Overlay::Form(form)) => form.value(name),
            other => panic!("{other:?}\n{}", self.screen()),
        }
    }

    fn row(&self, case: CaseId) -> baton::domain::rows::CaseRow {
        self.model.case.as_ref().filter(|view| view.row.id == case).unwrap().row.clone()
    }
}

#[test]
fn x_offers_the_ways_to_close_and_looks_the_other_case_up() {
    let mut stage = Stage::open(80, 24);
    stage.press("/").write("is:mine").press("Enter Enter");
    let case = stage.model.case_in_focus().unwrap();
    stage.press("x");
    stage.says("(not chosen)");
    stage.says("1 cancelled");
    stage.press("Enter");
    stage.says("How does it end?");
    stage.says("2 duplicate of another case");
    stage.press("2 Tab");
    stage.says("Duplicate of");
    stage.press("Enter");
    stage.says("Of which case?");
    stage.write("solsikke");
    stage.says("cases; Tab takes C-");
    stage.says("Perhaps C-");
    stage.press("Tab");
    let of = stage.form_value("of").parse::<CaseId>().unwrap();
    assert_ne!(of, case);
    stage.says(&format!("-> {of}"));
    stage.press("Esc x");
    assert_eq!((stage.form_value("way").as_str(), stage.form_value("of")), ("duplicate", of.to_string()));
    stage.press("Enter");
    stage.says(&format!("Closed {case} as a duplicate of {of}."));
    stage.says(&format!("withdrawn: duplicate of {of}"));
    assert_eq!(stage.row(case).duplicate_of, Some(of));
    stage.press("l l l");
    stage.says(&format!("duplicate of {of}"));
    stage.press("u");
    assert_eq!(stage.row(case).state, "open");
}

#[test]
fn a_case_is_its_own_duplicate_for_nobody_and_a_number_is_named() {
    let mut stage = Stage::open(80, 24);
    stage.press("/").write("is:mine").press("Enter Enter");
    let case = stage.model.case_in_focus().unwrap();
    stage.press("x 2 Tab").write(&case.to_string()).press("Enter");
    stage.says(&format!("{case} cannot be a duplicate of itself."));
    stage.press("Ctrl-u").write("C-1");
    let title = stage.desk.case(CaseId(1), stage.model.now).unwrap().row.title;
    stage.says(&format!("-> C-1 {}", title.split(' ').next().unwrap()));
}

#[test]
fn finished_leads_to_handing_on_and_cancelled_wants_a_reason() {
    let mut stage = Stage::open(80, 24);
    stage.press("/").write("c-42").press("Enter x 3 Enter");
    stage.says("Hand on ");
    stage.press("Esc x 1 Enter");
    stage.says("Say why it ends here.");
    stage.write("no need").press("Enter");
    stage.says("Withdrew ");
}

#[test]
fn declining_as_a_duplicate_asks_of_which_case_and_the_sender_finds_it_filled_in() {
    let mut stage = Stage::open(80, 24);
    stage.press("/").write("ACCEPT").press("Enter");
    let case = stage.model.case_in_focus().unwrap();
    stage.press("r 4 Enter");
    stage.says("Of which case?");
    let of = if case == CaseId(1) { CaseId(2) } else { CaseId(1) };
    stage.write(&of.to_string()).press("Enter");
    stage.says(&format!("Declined {case}"));
    let view = stage.desk.case(case, stage.model.now).unwrap();
    let declined = view.spots.iter().find_map(|spot| spot.place.declined.clone()).unwrap();
    assert_eq!(declined.1, format!("of {of}"));
}

/// A case that stands at a wait for a message, which the person of the screen is responsible for.
pub(super) fn waits_for_an_answer(stage: &mut Stage) -> CaseId {
    let text = "process = \"ask\"\ntitle = \"Ask\"\npurpose = \"p\"\naccountable = \"@ME\"\n\
        [[step]]\nstep = \"a\"\ntitle = \"Ask the bank\"\nby = \"@ME\"\ngoal = \"1 day\"\nnext = \"b\"\n\
        [[step]]\nstep = \"b\"\ntitle = \"Await the bank\"\ntype = \"wait\"\nmessage = \"answer\"\nnext = \"c\"\n\
        [[step]]\nstep = \"c\"\ntitle = \"File it\"\nby = \"@ME\"\ngoal = \"1 day\"\nnext = { end = true }\n";
    let case = begun(stage, text, &[]);
    goes_on(stage, case, &[]);
    case
}

/// Whoever waits for a message says on the row itself that it came.
#[test]
fn what_waits_for_a_message_is_let_go_on_with_a_key() {
    let mut stage = Stage::open(80, 24);
    let case = waits_for_an_answer(&mut stage);
    let now = stage.model.now;
    stage.press("/").write("zweibank").press("Enter");
    stage.says("S go on");
    stage.press("w");
    stage.says("S go on");
    stage.press("Esc S");
    stage.says("What came in, or why it waits no longer.");
    stage.write("their letter").press("Enter");
    let view = stage.desk.case(case, now).unwrap();
    assert_eq!(view.spots[0].place.step.as_str(), "c", "{}", stage.screen());
    stage.press("u");
    let view = stage.desk.case(case, now).unwrap();
    assert_eq!(view.spots[0].place.step.as_str(), "b", "{}", stage.screen());
}
