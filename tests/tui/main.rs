//! Whole screens on the sample company, without a terminal: keys in, screens out. The company is played from a
//! seed at a fixed instant, so a screen is the same every time.
#![allow(clippy::unwrap_used, clippy::panic)]

mod again;
mod blank;
mod closing;
mod commands;
mod everywhere;
mod find;
mod incoming;
mod likely;
mod message;
mod places;
mod reach;
mod records;
mod sweep;
mod two;

use baton::clock::Clock;
use baton::desk::Desk;
use baton::desk::demo::generate;
use baton::domain::command::{Command, CompleteTask, Context};
use baton::domain::event::{OpId, SubjectId};
use baton::domain::permission::{Permission, PermissionChange};
use baton::domain::zone::{Zone, parse_rfc3339};
use baton::domain::{CaseId, Instant};
use baton::tui::input::{Code, Input, Key};
use baton::tui::keymap::Keymap;
use baton::tui::model::Model;
use baton::tui::msg::{Effect, Msg, Query};
use baton::tui::overlays::Overlay;
use baton::tui::terminal::Signal;
use baton::tui::worker::{Place, serve};
use baton::tui::{draw, update};
use insta::assert_snapshot;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

mod bars;
mod hostile;

/// A screen with its desk behind it, everything in one thread.
struct Stage {
    desk: Desk,
    model: Model,
    place: Place,
    quit: bool,
    _folder: tempfile::TempDir,
}

/// The sample company, played once for all tests.
fn played(now: Instant) -> &'static Path {
    static PLAYED: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, file) = PLAYED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("played.db");
        generate(&mut Desk::open(&file).unwrap(), 1, now, 60, 80).unwrap();
        (folder, file)
    });
    file
}

/// Work that is done, with nothing to say of it.
fn completed(
    case: baton::domain::CaseId,
    task: baton::domain::TaskId,
) -> baton::domain::command::CompleteTask {
    baton::domain::command::CompleteTask {
        case,
        task,
        data: Vec::new(),
        documents: Vec::new(),
        to: None,
        note: None,
        all_checked: false,
        checked: Vec::new(),
        anyway: None,
        outcome: None,
        reason: None,
        agreed: Default::default(),
    }
}

impl Stage {
    fn open(width: u16, height: u16) -> Stage {
        let now = parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk.db");
        std::fs::copy(played(now), &file).unwrap();
        let mut desk = Desk::open(&file).unwrap();
        let me = "dee".parse::<baton::domain::Handle>().unwrap();
        let (keymap, _) = Keymap::new(&BTreeMap::new());
        let mut model = Model::new(me.clone(), desk.catalog().unwrap(), keymap);
        model.now = now;
        model.size = (width, height);
        model.theme =
            baton::tui::theme::Theme::new(Default::default(), baton::tui::theme::Lines::Unicode, |_| None);
        let place = Place {
            path: PathBuf::from("demo"),
            me,
            clock: Clock::Fixed(now),
            zone: Zone::utc(),
            programs: Default::default(),
        };
        let mut stage = Stage { desk, model, place, quit: false, _folder: folder };
        stage.take(vec![Effect::Load(Query::Catalog), Effect::Load(Query::Inbox)]);
        stage
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if matches!(effect, Effect::Quit) {
                self.quit = true;
                continue;
            }
            let answers = match serve(&mut self.desk, &self.place, effect) {
                Ok(answers) => answers,
                Err(error) => vec![Msg::Failed { sentence: error.to_string(), hint: error.hint() }],
            };
            let head = Msg::Moved(self.desk.head().unwrap());
            for msg in answers.into_iter().chain([head]) {
                let more = update::update(&mut self.model, msg);
                self.take(more);
            }
        }
    }

    /// Lets so many seconds pass without a key.
    fn wait(&mut self, seconds: i64) -> &mut Stage {
        let now = self.model.now + baton::domain::Span(seconds * 1000);
        self.place.clock = Clock::Fixed(now);
        let effects = update::update(&mut self.model, Msg::Clock(now));
        self.take(effects);
        self
    }

    /// Presses keys, named and with blanks between.
    fn press(&mut self, keys: &str) -> &mut Stage {
        for key in keys.split(' ') {
            let key = key.parse::<Key>().unwrap();
            let effects = update::update(&mut self.model, Msg::Input(vec![Input::Key(key)]));
            self.take(effects);
        }
        self
    }

    fn write(&mut self, text: &str) -> &mut Stage {
        let keys = text
            .chars()
            .map(|c| Input::Key(Key { code: Code::Char(c), ctrl: false, alt: false, shift: false }));
        let keys = keys.collect();
        let effects = update::update(&mut self.model, Msg::Input(keys));
        self.take(effects);
        self
    }

    fn buffer(&self) -> ratatui::buffer::Buffer {
        let (width, height) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw::draw(&self.model, frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    fn screen(&self) -> String {
        let buffer = self.buffer();
        let row = |y: u16| {
            let cells = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol().to_string());
            cells.collect::<String>().trim_end().to_string()
        };
        (0..buffer.area.height).map(row).collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn the_places_at_80x24() {
    let mut stage = Stage::open(80, 24);
    assert_snapshot!("inbox", stage.screen());
    assert_snapshot!("case", stage.press("Enter").screen());
    assert_snapshot!("case step", stage.press("l").screen());
    assert_snapshot!("boards", stage.press("2").screen());
    assert_snapshot!("board table", stage.press("T").screen());
    assert_snapshot!("records", stage.press("3").screen());
    assert_snapshot!("record", stage.press("j j Enter").screen());
    assert_snapshot!("metrics", stage.press("4").screen());
    assert_snapshot!("picture", stage.press("P").screen());
    stage.press("Esc");
    assert_snapshot!("cases behind", stage.press("Enter").screen());
}

#[test]
fn the_places_at_120x40() {
    let mut stage = Stage::open(120, 40);
    assert_snapshot!("wide inbox", stage.screen());
    assert_snapshot!("wide case", stage.press("Enter").screen());
    assert_snapshot!("wide boards", stage.press("2").screen());
    assert_snapshot!("wide records", stage.press("g c").screen());
    assert_snapshot!("wide metrics", stage.press("4").screen());
}

#[test]
fn what_lies_over_them() {
    let mut stage = Stage::open(80, 24);
    assert_snapshot!("help", stage.press("?").screen());
    assert_snapshot!("palette", stage.press("Esc :").write("rec").screen());
    assert_snapshot!("prefix", stage.press("Esc g").screen());
    assert_snapshot!("new case", stage.press("Esc n").write("desks +Mor #ord ").screen());
    assert_snapshot!("quit", stage.press("Esc q").screen());
    let mut small = Stage::open(40, 12);
    assert_snapshot!("small inbox", small.screen());
    assert_snapshot!("small form", small.press("n Enter").screen());
}

#[test]
fn a_date_says_why_it_is_what_it_is() {
    let mut stage = Stage::open(80, 24);
    stage.press("w");
    assert!(stage.screen().contains("Why it does not move: C-"), "{}", stage.screen());
    stage.press("w");
    assert!(stage.screen().contains("Why this date: C-"), "{}", stage.screen());
    stage.press("Esc Enter");
    assert!(stage.screen().ends_with("? help"), "{}", stage.screen());
    assert!(stage.press("?").screen().contains("Help: Case"), "? is the help, wherever it is");
    assert_snapshot!("why", stage.press("Esc w w").screen());
    let first = stage.screen();
    let last = stage.press("G").screen();
    assert_eq!(stage.press("j PgDn").screen(), last, "nothing lies behind the end");
    assert_eq!(stage.press("PgUp PgUp g").screen(), first);
    assert!(stage.press("?").screen().contains("Help"), "help is one more key away");
    assert!(stage.press("Esc w w").screen().contains("Why this date"));
    assert!(!stage.press("q").screen().contains("Why this date"));
}

#[test]
fn holidays_of_a_file_are_switched_and_brought_in() {
    let mut stage = Stage::open(80, 24);
    let file = stage._folder.path().join("days.ics");
    let event = |date: &str, name: &str| {
        format!("BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{date}\r\nSUMMARY:{name}\r\nEND:VEVENT\r\n")
    };
    let days = ["20261221", "20261222", "20261223", "20261226"].map(|date| event(date, "Works outing"));
    std::fs::write(&file, format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", days.concat())).unwrap();
    let before = stage.model.catalog.own_calendar().unwrap().clone();
    stage.press(":").write("holiday").press("Enter").write("no-such.ics").press("Enter");
    assert!(stage.screen().contains("no-such.ics cannot be read"), "{}", stage.screen());
    stage.press("Ctrl-u").write(&file.display().to_string()).press("Enter");
    assert_snapshot!("holidays", stage.screen());
    stage.press("Tab Space Enter");
    assert!(stage.screen().contains("applied"), "{}", stage.screen());
    let after = stage.model.catalog.own_calendar().unwrap().clone();
    let named = |day: u32| {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 12, day).unwrap();
        (before.name_of(date), after.name_of(date))
    };
    assert_eq!(
        [21, 22, 23].map(named),
        [(None, Some("Works outing")), (None, None), (None, Some("Works outing"))]
    );
}

#[test]
fn accepting_declining_waiting_and_taking_back() {
    let mut stage = Stage::open(80, 24);
    stage.press("Tab");
    let before = stage.model.inbox.as_ref().unwrap().items.len();
    stage.press("a");
    assert!(stage.screen().contains("Accepted C-"), "{}", stage.screen());
    stage.press("u");
    assert!(stage.screen().contains("Taken back"), "{}", stage.screen());
    assert_eq!(stage.model.inbox.as_ref().unwrap().items.len(), before);
    stage.press("r");
    assert_snapshot!("decline", stage.screen());
    stage.press("2").write("").press("Enter");
    assert!(stage.screen().contains("Declined C-"), "{}", stage.screen());
    assert_eq!(stage.model.inbox.as_ref().unwrap().items.len(), before - 1);
}

#[test]
fn a_case_is_made_urgent_paused_and_closed_and_taken_up_again() {
    let mut stage = Stage::open(120, 40);
    stage.press("Tab a").press(":").write("C-79").press("Enter").press("!");
    assert!(stage.screen().contains(" is urgent."), "{}", stage.screen());
    stage.press("!");
    assert!(stage.screen().contains(" is not urgent any more."), "{}", stage.screen());
    stage.press(":").write("pause the clock").press("Enter").write("the bank").press("Tab").write("tomorrow");
    stage.press("Enter");
    let screen = stage.screen();
    assert!(screen.contains(" is paused: the bank.") && screen.contains("Paused"), "{screen}");
    stage.press(":").write("pause the clock").press("Enter");
    assert!(stage.screen().contains("Look again later: C-"), "{}", stage.screen());
    stage.press("Esc :").write("resume").press("Enter");
    assert!(stage.screen().contains("The clock of C-"), "{}", stage.screen());
    stage.press(":").write("take a closed case up again").press("Enter");
    assert!(stage.screen().contains("the case is open"), "{}", stage.screen());
    stage.press("x 1").write("a mistake").press("Enter");
    stage.press(":").write("take a closed case up again").press("Enter").write("no mistake").press("Enter");
    assert!(stage.screen().contains("Reopened C-"), "{}", stage.screen());
}

#[test]
fn marks_act_together_and_are_taken_back_together() {
    let mut stage = Stage::open(80, 24);
    stage.press("Tab Space Space");
    assert!(stage.screen().contains("a accept 2"), "{}", stage.screen());
    stage.press("a");
    assert!(stage.screen().contains("Done: 2 accepts in 2 cases."), "{}", stage.screen());
    stage.press("u");
    assert!(stage.screen().contains("Taken back: 2 accepts in 2 cases."), "{}", stage.screen());
}

#[test]
fn what_marks_did_is_taken_back_as_one_by_another_program_too() {
    let mut stage = Stage::open(80, 24);
    let before = stage.press("Tab").model.inbox.as_ref().unwrap().items.len();
    stage.press("Space Space a");
    let by = Context::by(&stage.place.me, stage.model.now, OpId(uuid::Uuid::now_v7()));
    let mut other = Desk::open(stage.desk.store().path()).unwrap();
    assert_eq!(other.undo(&by).unwrap().len(), 2);
    stage.take(vec![Effect::Load(Query::Inbox)]);
    // What others do is let in when the hands are still.
    stage.wait(6);
    assert_eq!(stage.model.inbox.as_ref().unwrap().items.len(), before);
    assert_eq!(other.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn what_marks_could_not_do_is_said_and_the_rest_is_done() {
    let mut stage = Stage::open(80, 24);
    stage.press("Tab Space Space");
    // Somebody was faster with one of them, and the screen has not heard of it.
    let (case, _) = *stage.model.marks.first().unwrap();
    let withdraw = Command::WithdrawCase { case, reason: "no need".into() };
    let by = Context::by(&"ana".parse().unwrap(), stage.model.now, OpId(uuid::Uuid::now_v7()));
    Desk::open(stage.desk.store().path()).unwrap().execute(&withdraw, &by).unwrap();
    stage.press("a");
    let screen = stage.screen();
    assert!(screen.contains("Accept 1 of 2 cases?") && screen.contains("1 cannot:"), "{screen}");
    assert!(screen.contains(&format!("ended with {case}")), "{screen}");
    assert!(stage.press("y").screen().contains("Accepted C-"), "{}", stage.screen());
}

#[test]
fn what_comes_into_a_timeline_is_seen_or_announced() {
    let mut stage = Stage::open(80, 24);
    let case = stage.model.case_in_focus().unwrap();
    let other = |stage: &mut Stage, text: &str| {
        let by = Context::by(&"ana".parse().unwrap(), stage.model.now, OpId(uuid::Uuid::now_v7()));
        let note = Command::NoteCase { case, text: text.into() };
        Desk::open(stage.desk.store().path()).unwrap().execute(&note, &by).unwrap();
        stage.take(vec![Effect::Load(Query::Case(case))]);
    };
    let cursor =
        |stage: &Stage| stage.screen().lines().find(|line| line.starts_with('>')).unwrap().to_string();
    stage.press("Enter");
    let on = cursor(&stage);
    other(&mut stage, "Zeppelin one");
    assert_eq!(cursor(&stage), on, "the cursor stays on its entry");
    assert!(stage.screen().contains("Zeppelin one"), "{}", stage.screen());
    stage.press("G");
    let (on, above) = (cursor(&stage), stage.model.case.as_ref().unwrap().timeline.len());
    other(&mut stage, "Zeppelin two");
    assert_eq!(cursor(&stage), on);
    let said = stage.screen().lines().find(|line| line.contains("newer above, g g")).unwrap().to_string();
    let count = said.split_whitespace().rev().nth(4).unwrap().parse::<usize>().unwrap();
    assert!(count > 0 && count < above + 1, "{said}");
    assert!(!stage.press("g g").screen().contains("newer above"), "{}", stage.screen());
    assert!(stage.screen().contains("Zeppelin two"));
}

#[test]
fn a_form_stands_still_when_something_is_wrong() {
    let mut stage = Stage::open(80, 24);
    for keys in ["1 n", "3 N", "1 Tab A", "1 Tab c"] {
        stage.press("Esc Esc Esc").press(keys);
        let frame = |stage: &Stage| {
            let screen = stage.screen();
            let edges =
                screen.lines().enumerate().filter(|(_, line)| line.contains('┌') || line.contains('└'));
            edges.map(|(n, _)| n).collect::<Vec<_>>()
        };
        let before = frame(&stage);
        assert_eq!(before.len(), 2, "{keys}:\n{}", stage.screen());
        stage.press("Enter");
        let wrong = matches!(stage.model.overlays.last(), Some(baton::tui::overlays::Overlay::Form(form)) if form.error.is_some());
        assert!(wrong, "{keys}:\n{}", stage.screen());
        assert_eq!(frame(&stage), before, "{keys}:\n{}", stage.screen());
    }
}

#[test]
fn a_form_says_what_is_wrong_and_keeps_what_was_typed() {
    let mut stage = Stage::open(80, 24);
    stage.press("n").write("desks #order-to-cash").press("Enter");
    let refused = stage.screen();
    assert!(refused.contains("New case") && refused.contains("desks"), "{refused}");
    stage.press("Esc");
    assert!(stage.screen().contains("Kept as a draft"));
    assert!(stage.press("n").screen().contains("desks"));
}

#[test]
fn a_name_typed_before_the_records_have_arrived_is_understood_when_they_do() {
    let mut stage = Stage::open(80, 24);
    let n = Input::Key("n".parse::<Key>().unwrap());
    let asked = update::update(&mut stage.model, Msg::Input(vec![n]));
    stage.write("roof +R-1 ");
    assert!(stage.screen().contains("no such record"), "{}", stage.screen());
    stage.take(asked);
    assert!(stage.screen().contains("-> R-1 "), "{}", stage.screen());
    assert!(!stage.screen().contains("no such record"), "{}", stage.screen());
}

#[test]
fn the_cursor_keeps_its_line_after_ones_own_action() {
    let mut stage = Stage::open(80, 24);
    stage.press("Tab j");
    let line = |stage: &Stage| stage.screen().lines().position(|line| line.starts_with('>'));
    let before = line(&stage);
    stage.press("a");
    assert_eq!(line(&stage), before, "{}", stage.screen());
}

#[test]
fn capital_j_and_k_go_through_the_items_of_the_list_behind_a_case() {
    let mut stage = Stage::open(80, 24);
    let opened = |stage: &Stage| stage.screen().lines().nth(1).unwrap().to_string();
    stage.press("Enter");
    assert!(opened(&stage).contains("1 of 10"), "{}", opened(&stage));
    stage.press("J");
    assert!(opened(&stage).contains("2 of 10"), "{}", opened(&stage));
    stage.press("J K K");
    assert!(opened(&stage).contains("1 of 10"), "{}", opened(&stage));
    stage.press("q");
    assert!(stage.screen().contains("most late"), "one step back is the list");
}

const DECISION: &str = r#"
[[step]]
step = "approve"
title = "Approve"
type = "decision"
goal = "1 business day"
"#;

/// Publishing a process of these steps, and starting a case of it.
fn plan(stage: &mut Stage, steps: &str) -> (Command, Command) {
    let head = r#"
process = "plan"
title = "Plan"
kind = "operational"
purpose = "Money."
accountable = "@dee"
"#;
    let known = stage.desk.known().unwrap();
    let (process, problems) = baton::domain::process_check::read(&format!("{head}{steps}"), &known);
    let process = process.unwrap_or_else(|| panic!("{problems:?}"));
    let start = baton::domain::command::StartCase {
        process: Some("plan".parse().unwrap()),
        title: Some("Zeppelin".into()),
        ..Default::default()
    };
    (Command::PublishProcess { process: process.into() }, Command::StartCase(start))
}

/// A case of a process that is published for it, in hand of the person of the screen, who is `@ME` in the text.
fn begun(stage: &mut Stage, text: &str, data: &[(&str, &str)]) -> CaseId {
    let (me, now) = (stage.model.me.clone(), stage.model.now);
    let text = text.replace("@ME", &format!("@{me}"));
    let (process, problems) = baton::domain::process_check::read(&text, &stage.desk.known().unwrap());
    let process = process.unwrap_or_else(|| panic!("{problems:?}"));
    let start = baton::domain::command::StartCase {
        process: Some(process.handle.clone()),
        title: Some("Zweibank".into()),
        to: Some(baton::domain::Party::Person(me.clone())),
        data: data.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        ..Default::default()
    };
    let by = || Context::by(&me, now, OpId(uuid::Uuid::now_v7()));
    stage.desk.execute(&Command::PublishProcess { process: process.into() }, &by()).unwrap();
    let started = stage.desk.execute(&Command::StartCase(start), &by()).unwrap().subject;
    let SubjectId::Case(case) = started else { panic!("{started:?}") };
    stage.take(vec![Effect::Load(Query::Catalog), Effect::Load(Query::Inbox)]);
    case
}

/// The work somebody has in hand last is done, with what it gives.
fn goes_on(stage: &mut Stage, case: CaseId, data: &[(&str, &str)]) {
    let (me, now) = (stage.model.me.clone(), stage.model.now);
    let task = *stage.desk.case(case, now).unwrap().case.tasks.keys().next_back().unwrap();
    let data = data.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let done = CompleteTask { data, ..completed(case, task) };
    let by = Context::by(&me, now, OpId(uuid::Uuid::now_v7()));
    stage.desk.execute(&Command::CompleteTask(done), &by).unwrap();
    stage.take(vec![Effect::Load(Query::Inbox)]);
}

#[test]
fn a_vote_is_given_with_the_key_that_hands_on() {
    let mut stage = Stage::open(120, 40);
    let (dee, now) = (stage.place.me.clone(), stage.model.now);
    let people = stage.desk.catalog().unwrap().people.keys().cloned().collect::<Vec<_>>();
    let other = people.into_iter().find(|person| *person != dee).unwrap();
    let role = Command::AddRole {
        role: "board".parse().unwrap(),
        title: "Board".into(),
        members: vec![dee, other.clone()],
        lead: None,
    };
    stage.take(vec![Effect::Do(vec![role])]);
    let write = format!(
        "[[step]]\nstep = \"write\"\ntitle = \"Write\"\nby = \"@{other}\"\ngoal = \"1 business day\"\nnext = \"approve\"\n"
    );
    let vote = "by = \"board\"\nquorum = \"all\"\nnext = [ { on = \"approved\", end = \"yes\" }, { on = \"rejected\", end = \"no\" } ]";
    let (publish, start) = plan(&mut stage, &format!("{write}{DECISION}{vote}"));
    stage.take(vec![Effect::Do(vec![publish])]);
    let by = || Context::by(&other, now, OpId(uuid::Uuid::now_v7()));
    let Ok(baton::desk::Done { subject: baton::domain::event::SubjectId::Case(case), .. }) =
        stage.desk.execute(&start, &by())
    else {
        panic!("not started")
    };
    let view = stage.desk.case(case, now).unwrap();
    let done = completed(case, view.spots[0].place.task.unwrap());
    stage.desk.execute(&Command::CompleteTask(done), &by()).unwrap();
    let handoff = stage.desk.case(case, now).unwrap().spots[0].place.handoff.unwrap();
    let accept = Command::AcceptHandoff { case, handoff, next_action: None, when: None };
    stage.desk.execute(&accept, &by()).unwrap();
    stage.take(vec![Effect::Load(Query::Inbox)]);
    stage.press("/").write("Zepp").press("Enter");
    assert!(stage.screen().contains("VOTE"), "{}", stage.screen());
    stage.press("L");
    assert!(stage.screen().contains("nobody has voted yet"), "{}", stage.screen());
    stage.press("1 Tab").write("It is good").press("Enter");
    assert!(!stage.screen().contains("VOTE"), "{}", stage.screen());
    let voted = stage.desk.case(case, now).unwrap().spots[0].place.voted.clone();
    assert_eq!(voted, Some(vec![stage.place.me.clone()]));
}

#[test]
fn a_decision_asks_what_is_decided_and_why() {
    let mut stage = Stage::open(120, 40);
    let step =
        "by = \"@dee\"\nnext = [ { on = \"approved\", end = \"yes\" }, { on = \"rejected\", end = \"no\" } ]";
    let (publish, start) = plan(&mut stage, &format!("{DECISION}{step}"));
    stage.take(vec![Effect::Do(vec![publish]), Effect::Do(vec![start])]);
    stage.press("/").write("Zepp").press("Enter L");
    assert!(stage.screen().contains("(not chosen)"), "{}", stage.screen());
    stage.press("Enter");
    assert!(stage.screen().contains("Say what is decided."), "{}", stage.screen());
    stage.press("2 Enter");
    assert!(stage.screen().contains("Say why"), "{}", stage.screen());
    stage.write("Too dear").press("Enter");
    assert!(stage.screen().contains("is done: no"), "{}", stage.screen());
}

/// What somebody may not do is not offered, and whoever presses the key all the same hears it as a command would, with
/// who could.
#[test]
fn what_somebody_may_not_do_is_refused_in_the_words_of_the_command() {
    let mut stage = Stage::open(120, 40);
    let admin = stage.desk.catalog().unwrap().admins().next().unwrap().clone();
    stage.press("Tab j");
    assert!(stage.screen().contains("a accept"), "{}", stage.screen());
    let (person, permission) = ("dee".parse().unwrap(), Some(Permission::Viewer));
    let change = Command::ChangePermission(PermissionChange { person, on: None, permission });
    let op = OpId(uuid::Uuid::from_u128(1));
    stage.desk.execute(&change, &Context::by(&admin, stage.model.now, op)).unwrap();
    stage.press("R");
    let screen = stage.screen();
    assert!(!screen.contains("a accept") && !screen.contains("r decline"), "{screen}");
    stage.press(":").write("accept");
    assert!(stage.screen().contains("- dee may look at `client-onboarding`"), "{}", stage.screen());
    stage.press("Esc a");
    let screen = stage.screen();
    assert!(screen.contains("dee may look at `client-onboarding` but not change it."), "{screen}");
    assert!(screen.contains("Who could: "), "{screen}");
}

#[test]
fn esc_and_q_close_one_thing_and_only_a_question_quits() {
    let mut stage = Stage::open(80, 24);
    stage.press("Enter Enter Esc Esc Esc");
    assert!(!stage.quit);
    stage.press("Enter q q");
    assert!(stage.screen().contains("Quit Baton?"), "{}", stage.screen());
    stage.press("n");
    assert!(!stage.quit);
    stage.press("q y");
    assert!(stage.quit);
}

#[test]
fn every_action_does_something_or_says_why_not_everywhere() {
    for start in ["1", "2", "3", "4", "Enter", "3 Enter"] {
        for action in baton::tui::action::ACTIONS {
            let Some(key) = action.keys.first() else { continue };
            if matches!(action.name, "suspend" | "redraw") {
                continue;
            }
            let mut stage = Stage::open(80, 24);
            stage.press(start);
            let before = stage.screen();
            stage.press(key);
            let after = stage.screen();
            let moves =
                matches!(action.group, baton::tui::action::Group::Move | baton::tui::action::Group::Go);
            let quiet =
                moves || matches!(action.name, "reload" | "preview" | "longer-period" | "shorter-period");
            assert!(quiet || before != after, "{start} then {key} ({}) did nothing:\n{after}", action.name);
        }
    }
}

#[test]
fn only_sixteen_colours_and_no_background_reach_the_screen() {
    let mut stage = Stage::open(80, 24);
    for keys in ["1", "Enter", "2", "3", "4", "?"] {
        stage.press(keys);
        let buffer = stage.buffer();
        for cell in buffer.content() {
            assert_eq!(cell.bg, Color::Reset, "a background in {keys}");
            let known = [
                Color::Reset,
                Color::Red,
                Color::Green,
                Color::Yellow,
                Color::Blue,
                Color::Magenta,
                Color::Cyan,
            ];
            assert!(known.contains(&cell.fg), "{:?} in {keys}", cell.fg);
        }
        if keys == "2" {
            // A column without cards has no card for the cursor.
            continue;
        }
        let reversed = buffer.content().iter().any(|cell| cell.modifier.contains(Modifier::REVERSED));
        assert!(reversed, "no cursor row in {keys}");
    }
}

#[test]
fn no_size_panics() {
    let mut stage = Stage::open(80, 24);
    for keys in ["1", "Enter", "2", "T", "3", "Enter", "4", "?", "Esc n"] {
        stage.press(keys);
        for (width, height) in
            [(1, 1), (39, 9), (40, 10), (60, 16), (300, 100), (100, 12), (41, 40), (80, 24)]
        {
            let effects = update::update(&mut stage.model, Msg::Signal(Signal::Resized(width, height)));
            stage.take(effects);
            stage.screen();
        }
    }
}

/// A free task in the person's own hand is moved by keys alone.
#[test]
fn work_is_added_delegated_taken_back_and_not_sent_back_where_nothing_was_before() {
    let mut stage = Stage::open(80, 24);
    stage.press("Enter i").write("Call the landlord").press("Tab").write("@dee").press("Enter");
    assert!(stage.screen().contains("Added a task in C-"), "{}", stage.screen());
    // What nobody promised a time for stands last.
    stage.press("q G");
    let mine = |stage: &Stage| stage.screen().lines().find(|line| line.starts_with('>')).unwrap().to_string();
    assert!(mine(&stage).contains("START") && mine(&stage).contains("Call the"), "{}", stage.screen());
    stage.press("D").write("@bo").press("Enter");
    assert!(stage.screen().contains("Delegated in C-"), "{}", stage.screen());
    assert!(stage.press("L").screen().contains("Hand on"), "{}", stage.screen());
    stage.press("Esc D").write("not needed").press("Enter");
    assert!(stage.screen().contains("Handed back in C-"), "{}", stage.screen());
    stage.press("H");
    assert!(stage.screen().contains("nothing was done before it"), "{}", stage.screen());
    stage.press("B");
    assert!(stage.screen().contains("is not done by a role"), "{}", stage.screen());
}

/// What is needed, what a list is sorted by and what a way to close means are read whole on small screens too.
#[test]
fn small_screens_say_what_is_needed_how_it_is_sorted_and_what_is_chosen() {
    let mut stage = Stage::open(60, 20);
    let needs = |stage: &Stage| stage.model.case.as_ref().unwrap().spots[0].needs.len();
    stage.press("Enter");
    assert!(needs(&stage) > 0, "{}", stage.screen());
    let screen = stage.screen();
    assert!(screen.contains("Needs ") && screen.contains("[ ] "), "{screen}");
    assert!(screen.contains("Accountable"), "nothing else gave way: {screen}");
    let mut sorted = Stage::open(80, 24);
    sorted.press("o").write("title").press("Enter O");
    let head = sorted.screen().lines().nth(1).unwrap().to_string();
    assert!(head.ends_with("title") && head.contains("rev"), "{head}");
    let mut tiny = Stage::open(40, 12);
    tiny.press("x 3");
    let said = tiny.screen().split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    let mine = said.contains("finished: work in hand goes on");
    assert!(mine || said.contains("no work of it is in your hand"), "{said}");
}
