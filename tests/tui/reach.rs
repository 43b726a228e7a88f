//! Reaching things that are not in front: cases and records by their words, words within one, names that were mistyped,
//! whom work would go to, and the first steps in an empty file.

use super::{Stage, update};
use baton::desk::Desk;
use baton::domain::catalog::Permission;
use baton::domain::command::{Command, Context};
use baton::domain::event::OpId;
use baton::domain::{CaseId, Handle, Party};
use baton::tui::input::{Input, Key};
use baton::tui::model::{Model, View};
use baton::tui::msg::{Effect, Msg, Query};
use baton::tui::terminal::Signal;

impl Stage {
    /// A screen on a file that nothing is in.
    pub fn empty(settings: bool) -> Stage {
        let mut stage = Stage::open(80, 24);
        stage.desk = Desk::in_memory().unwrap();
        let (keymap, _) = baton::tui::keymap::Keymap::new(&Default::default());
        let mut model = Model::new(stage.place.me.clone(), stage.desk.catalog().unwrap(), keymap);
        (model.now, model.size, model.theme) = (stage.model.now, (80, 24), stage.model.theme);
        model.settings_file = settings.then(|| "/home/dee/config.toml".into());
        stage.model = model;
        stage
    }

    /// The words of the line that begins so.
    fn line(&self, begins: &str) -> String {
        let screen = self.screen();
        let line = screen.lines().find(|line| line.trim_start_matches([' ', '│']).starts_with(begins));
        line.unwrap_or_else(|| panic!("no line `{begins}` in\n{screen}")).to_string()
    }
}

#[test]
fn any_case_is_found_by_words_of_its_title_open_or_ended() {
    let mut stage = Stage::open(80, 24);
    let ended = (1..).map(CaseId).map(|id| stage.desk.case(id, stage.model.now).unwrap().row);
    let ended = ended.into_iter().find(|row| row.ended.is_some()).unwrap();
    let listed = stage.model.inbox.as_ref().unwrap().items.iter().any(|item| item.case == ended.id);
    assert!(!listed, "it is on nobody's list any more");
    stage.press(":").write(&ended.title.to_lowercase());
    stage.says(&format!("{} ", ended.id));
    stage.press("Enter");
    assert_eq!(stage.model.view(), Some(&View::Case(ended.id)), "{}", stage.screen());
}

#[test]
fn answers_to_words_that_are_not_typed_any_more_are_left_alone() {
    let mut stage = Stage::open(80, 24);
    stage.press(":");
    let keys =
        |text: &str| text.chars().map(|c| Input::Key(c.to_string().parse().unwrap())).collect::<Vec<_>>();
    let late = update::update(&mut stage.model, Msg::Input(keys("hansen")));
    let now = update::update(&mut stage.model, Msg::Input(keys("x")));
    stage.take(now);
    let before = stage.screen();
    stage.take(late);
    assert_eq!(stage.screen(), before);
}

#[test]
fn a_slip_is_asked_about_in_every_list_and_in_the_palette() {
    let mut stage = Stage::open(80, 24);
    stage.press("3 /").write("hansem");
    stage.says("Did you mean   hansen");
    stage.says("Everywhere     : hansem");
    stage.press("Tab");
    stage.says("filter: hansen");
    stage.says("Hansen");
    stage.press("Esc 4 Enter");
    let title = stage.model.cases.iter().next().unwrap().title.clone();
    let word =
        title.split(|c: char| !c.is_alphanumeric()).find(|word| word.len() > 4).unwrap().to_lowercase();
    stage.press("/").write(&format!("{word}qq"));
    stage.says("Did you mean ");
    stage.press("Esc 1 :").write("ofer");
    stage.says("offer was meant?");
    stage.says("> Offer it to somebody...");
    stage.press("Esc n").write("x +Hansem #ordr ");
    stage.says("did you mean Hansen");
    stage.says("Or did you mean the process #order-to-cash?");
}

#[test]
fn words_are_found_within_a_case_and_a_record() {
    let mut stage = Stage::open(80, 24);
    stage.press("Enter /").write("offer").press("Enter");
    let words = stage.line("/offer: ");
    let of = words.split(" of ").nth(1).unwrap().trim_end_matches('.').parse::<usize>().unwrap();
    assert!(of > 1, "{words}");
    stage.says("n next match");
    let on = |stage: &Stage| stage.screen().lines().filter(|line| line.starts_with('>')).count();
    assert_eq!(on(&stage), 1);
    stage.press("n");
    stage.says(&format!("/offer: 2 of {of}."));
    stage.press("N N");
    stage.says(&format!("/offer: {of} of {of}."));
    stage.press("Esc");
    assert!(!stage.screen().contains("next match"), "{}", stage.screen());
    assert!(matches!(stage.model.view(), Some(View::Case(_))), "Esc ended the search and nothing else");
    stage.press("n");
    stage.says("New case");
    stage.press("Esc 3 Enter /").write("zzzz").press("Enter");
    stage.says("/zzzz: nothing here has that.");
    stage.press("q");
    stage.press("N");
    stage.says("New customer");
}

#[test]
fn whoever_is_offered_work_is_shown_with_what_they_have_and_until_when_they_would_accept() {
    let mut stage = Stage::open(80, 24);
    let people = stage.desk.people(stage.model.now).unwrap();
    let ana = people.iter().find(|line| line.handle.as_str() == "ana").unwrap();
    stage.press("/").write("is:mine").press("Enter A").write("ana");
    stage.says(&format!("-> @ana; {} open", ana.open));
    stage.says("Accept by ");
    stage.says(" business hours -> ");
    stage.press("Ctrl-u").write("finance");
    stage.says("In hand: ");
    stage.press("Tab").write("mon noon").press("Tab").write("fri 5pm");
    stage.says("-> Mon 23 Nov 12:00");
    stage.says("-> Fri 27 Nov 17:00");
}

#[test]
fn a_decline_says_until_when_it_is_to_be_right_and_the_sender_has_it_due() {
    let mut stage = Stage::open(80, 24);
    stage.press("Tab r");
    stage.says("Fix it by");
    let case = stage.model.case_in_focus().unwrap();
    stage.press("1 Tab Tab").write("sun noon");
    stage.says("-> Sun 22 Nov 12:00");
    stage.says("! Sun");
    stage.press("Ctrl-u").write("yesterday").press("Enter");
    stage.says("Fix it by");
    stage.press("Ctrl-u").write("mon noon").press("Enter");
    stage.says("Declined ");
    let view = stage.desk.case(case, stage.model.now).unwrap();
    let due = baton::domain::zone::parse_rfc3339("2026-11-23T12:00:00+01:00").unwrap();
    assert!(view.spots.iter().any(|spot| spot.place.due == Some(due)), "{:?}", view.spots);
    assert!(view.timeline.iter().any(|line| line.text.contains("to be right by Mon 23 Nov 12:00")));
    stage.press("u");
    let view = stage.desk.case(case, stage.model.now).unwrap();
    assert!(view.spots.iter().all(|spot| spot.place.due != Some(due)), "taken back with the decline");
}

#[test]
fn nobody_is_refused_in_the_form_where_it_was_typed() {
    let mut stage = Stage::open(80, 24);
    stage.press("/").write("c-52").press("Enter A").write("nobody").press("Enter");
    stage.says("nobody of that name");
    stage.says("Offer C-");
    stage.press("Ctrl-u").press("Enter");
    stage.says("Offer C-");
    assert!(stage.line("who?").contains("who? @person or role"), "{}", stage.screen());
}

#[test]
fn what_is_proposed_gives_way_to_what_is_typed_and_goes_on_after_a_blank() {
    let mut stage = Stage::open(80, 24);
    stage.press("s").write("fri");
    stage.says("> Back  fri ");
    stage.press("Ctrl-u").write("tomorrow").press("Enter u s").write(" 9:00");
    stage.says("> Back  mon 9:00 ");
    stage.press("Esc s").write("x");
    stage.says("> Back  mon 9:00x");
}

#[test]
fn an_empty_file_takes_a_name_and_an_import_on_the_screen() {
    let mut stage = Stage::empty(true);
    stage.says("e changes it");
    stage.press("e Ctrl-u").write("not a name").press("Enter");
    stage.says("Who you are");
    assert!(!stage.quit);
    stage.press("Ctrl-u").write("nina").press("Enter");
    assert!(stage.quit, "the screen begins anew as nina");
    assert_eq!(stage.model.to_be.as_ref().map(|who| who.as_str()), Some("nina"));

    let mut stage = Stage::empty(false);
    stage.press("e");
    stage.says("Who you are is said by the way you log in here.");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("customers.csv");
    std::fs::write(&file, "Name,City\nHansen Roofing,Oslo\nMora Bakery,Bergen\n").unwrap();
    stage.press("i");
    stage.says("Bring in a file");
    stage.write(file.to_str().unwrap()).press("Enter");
    stage.says("2 rows read: 2 to add");
    assert!(stage.desk.names("").unwrap().is_empty(), "shown before anything is brought in");
    stage.press("y");
    stage.says("2 added");
    assert_eq!(stage.desk.names("").unwrap().len(), 2);
}

#[test]
fn a_large_screen_says_how_long_cases_took_what_is_late_and_why_work_came_back() {
    let mut stage = Stage::open(120, 40);
    stage.press("4");
    let with_all = |stage: &Stage| {
        let more = &stage.model.figures.as_ref().unwrap().more;
        !more.lengths.is_empty() && !more.late.is_empty() && !more.reasons.is_empty()
    };
    for _ in 0..12 {
        if with_all(&stage) {
            break;
        }
        stage.press("l");
    }
    assert!(with_all(&stage), "a process with all of it\n{}", stage.screen());
    for heading in ["Cycle time, closed cases", "Late now", "Came back, open"] {
        stage.says(heading);
    }
    let more = stage.model.figures.as_ref().unwrap().more.clone();
    stage.press("Tab Tab Tab");
    stage.says("cases took less than ");
    stage.press("Enter");
    assert_eq!(stage.model.cases.len(), more.lengths[0].cases.len(), "{}", stage.screen());
    stage.press("Esc Tab Enter");
    assert_eq!(stage.model.view(), Some(&View::Case(more.late[0].case)));
    stage.press("Esc Tab Enter");
    assert_eq!(stage.model.cases.len(), more.reasons[0].cases.len());
    stage.press("Esc");
    let resize = Msg::Signal(Signal::Resized(80, 24));
    let effects = update::update(&mut stage.model, resize);
    stage.take(effects);
    assert!(!stage.screen().contains("Came back, open"), "{}", stage.screen());
    let key = "j".parse::<Key>().unwrap();
    let effects = update::update(&mut stage.model, Msg::Input(vec![Input::Key(key)]));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Quit)));
}

#[test]
fn a_case_that_was_looked_at_before_is_shown_as_it_is_when_it_comes_into_an_empty_inbox() {
    let mut stage = Stage::open(80, 24);
    let case = stage.model.case_in_focus().unwrap();
    let (now, mut n) = (stage.model.now, 0);
    let mut ctx = |person: &str| {
        n += 1;
        Context::by(&person.parse().unwrap(), now, OpId(uuid::Uuid::from_u128(n)))
    };
    let zoe = "zoe".parse::<Handle>().unwrap();
    let (name, mail, roles) = ("Zoe".to_string(), None, Vec::new());
    let person = Command::AddPerson { person: zoe.clone(), name, mail, permission: Permission::Lead, roles };
    stage.desk.execute(&person, &ctx("fay")).unwrap();
    (stage.place.me, stage.model.me, stage.model.inbox) = (zoe.clone(), zoe.clone(), None);
    stage.take(vec![Effect::Load(Query::Catalog), Effect::Load(Query::Inbox)]);
    stage.says("Nothing needs you.");
    stage.press(":").write(&case.to_string()).press("Enter");
    assert!(stage.model.loaded_case().is_some());
    stage.press("Esc g z");
    let branch = stage.desk.case(case, now).unwrap().spots[0].place.branch;
    let offered = stage.desk.case(case, now).unwrap().spots[0].place.handoff;
    if let Some(handoff) = offered {
        let _ = stage.desk.execute(&Command::RecallHandoff { case, handoff, reason: None }, &ctx("fay"));
    }
    let offer = Command::OfferHandoff {
        case,
        branch,
        to: Some(Party::Person(zoe)),
        note: None,
        agreed: Default::default(),
    };
    stage.desk.execute(&offer, &ctx("fay")).unwrap();
    stage.take(Vec::new());
    let moved = update::update(&mut stage.model, Msg::Moved(stage.desk.head().unwrap()));
    stage.take(moved);
    stage.press("1");
    let shown = stage.model.loaded_case().map(|view| view.case.seq);
    assert_eq!(shown, Some(stage.desk.case(case, now).unwrap().case.seq), "{}", stage.screen());
}

/// A record of two words is named in two, typed or pasted, and none of them stays in the title.
#[test]
fn a_record_of_several_words_is_named_by_all_of_them() {
    let mut stage = Stage::open(80, 24);
    let says = |stage: &Stage| {
        let screen = stage.screen();
        let line = |label: &str| screen.lines().find(|line| line.contains(label)).unwrap().to_string();
        (line(" What "), line(" About "))
    };
    stage.press("n");
    "roof quote +Hansen Roofing fri 5pm ".chars().for_each(|c| _ = stage.write(&c.to_string()));
    let (what, about) = says(&stage);
    assert!(what.contains("roof quote fri 5pm"), "{what}");
    assert!(about.contains("Hansen Roofing") && about.contains("-> R-1 Hansen Roofing"), "{about}");
    stage.press("Esc n Ctrl-u");
    stage.write("roof quote +hansen roofing tiles #order ");
    let (what, about) = says(&stage);
    assert!(what.contains("roof quote tiles "), "{what}");
    assert!(about.contains("hansen roofing"), "{about}");
}
