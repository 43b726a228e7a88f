//! Logs and records brought in, compared with what the rows themselves say.

use super::*;
use crate::desk::{Lease, What};
use crate::domain::CaseId;
use crate::domain::command::{CompleteTask, Context};
use crate::domain::event::OpId;
use crate::domain::process::Performer;
use crate::domain::process_check::{Known, read as check};
use crate::domain::process_export::export;
use crate::domain::zone::parse_rfc3339;
use crate::store::CaseFilter;
use std::path::PathBuf;

fn h(text: &str) -> Handle {
    text.parse().unwrap()
}

fn op() -> OpId {
    OpId(uuid::Uuid::now_v7())
}

fn at(text: &str) -> Instant {
    parse_rfc3339(text).unwrap()
}

fn desk(now: Instant) -> Desk {
    let mut desk = Desk::in_memory().unwrap();
    let mut next = op;
    let mut by = Series { person: h("ops"), now, op: &mut next };
    desk.set_up(&mut by, "Test", &"Europe/Amsterdam".parse().unwrap()).unwrap();
    desk
}

fn import(desk: &mut Desk, path: &Path, wish: &LogWish, now: Instant) -> Result<LogImport, Error> {
    let mut next = op;
    let mut by = Series { person: h("ops"), now, op: &mut next };
    desk.import_log(path, wish, &mut by, &mut |done, all| assert!(done <= all))
}

fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// A log kept outside the repository.
pub(crate) fn real_log(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("BATON_TEST_DATA").map(PathBuf::from);
    let folders = folder.into_iter().chain(["../shared/data".into()]);
    let found = folders.map(|folder| folder.join(name)).find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: {name} is not in $BATON_TEST_DATA or ../shared/data");
    }
    found
}

type Rows = Vec<(i64, u64, String, Option<String>)>;

/// The cases of a log with their rows in order, kept in memory.
fn cases_of(path: &Path) -> BTreeMap<String, Rows> {
    let mut cases = BTreeMap::<String, Rows>::new();
    eventlog::read(path, &eventlog::Options::default(), &mut |_, _| {}, &mut |item| {
        let Item::Row(row) = item else { return Ok(()) };
        let kept = (row.start_ms, row.position, row.activity.to_string(), row.resource.map(str::to_string));
        cases.entry(row.case.to_string()).or_default().push(kept);
        Ok(())
    })
    .unwrap();
    cases.values_mut().for_each(|rows| rows.sort());
    cases
}

#[test]
fn a_real_log_becomes_the_desk_of_a_day() {
    let Some(path) = real_log("receipt.xes.gz") else { return };
    let as_of = at("2011-09-01T00:00:00+02:00");
    let mut desk = desk(as_of);
    let mut wish = LogWish {
        open_as_of: Some(as_of),
        goals: vec![("*".into(), "2 business days".parse().unwrap())],
        dry_run: true,
        ..LogWish::default()
    };
    let before = desk.store().head().unwrap();
    let dry = import(&mut desk, &path, &wish, as_of).unwrap();
    assert_eq!(desk.store().head().unwrap(), before, "a dry run writes nothing");
    assert_eq!(desk.catalog().unwrap().processes.len(), 0);
    wish.dry_run = false;
    let report = import(&mut desk, &path, &wish, as_of).unwrap();
    assert_eq!(LogImport { dry_run: false, ..dry }, report);

    let (mut open, mut done, mut pending, mut rows, mut handoffs) = (0, 0, 0, 0, 0);
    for case in cases_of(&path).values() {
        let past = case.iter().take_while(|row| row.0 <= as_of.0).collect::<Vec<_>>();
        let Some(last) = past.last() else { continue };
        rows += past.len() as u64;
        handoffs += past.windows(2).filter(|pair| pair[0].3 != pair[1].3).count() as u64;
        match case.get(past.len()) {
            None => done += 1,
            Some(next) => {
                open += 1;
                pending += u64::from(next.3 != last.3);
            }
        }
    }
    assert!(open >= 10 && pending > 3, "the day is worth looking at: {open} {pending}");
    assert_eq!((report.open, report.cases, report.pending), (open, open + done, pending));
    assert_eq!((report.rows, report.handoffs), (rows, handoffs));
    let of = |state: &str| CaseFilter { state: Some(state.to_string()), ..CaseFilter::default() };
    assert_eq!(desk.cases(&of("open")).unwrap().len() as u64, open);
    assert_eq!(desk.cases(&of("done")).unwrap().len() as u64, done);
    assert_eq!(desk.handoffs(None).unwrap().len() as u64, pending);
    assert_eq!((report.steps, report.resources, report.refused()), (27, 48, false));

    let head = desk.store().head().unwrap();
    let again = import(&mut desk, &path, &wish, as_of).unwrap();
    assert_eq!((again.cases, again.known, again.people_added), (0, open + done, 0));
    assert_eq!(desk.store().head().unwrap(), head, "a second import changes nothing");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);

    // It is live: a pending handoff is accepted, done and goes on.
    let handoff = desk.handoffs(None).unwrap().remove(0);
    let person = handoff.to.person().unwrap().clone();
    assert_eq!(handoff.process, h("receipt"));
    let ctx = |person: &Handle| Context::by(person, as_of, op());
    let accept =
        Command::AcceptHandoff { case: handoff.case, handoff: handoff.id, next_action: None, when: None };
    desk.execute(&accept, &ctx(&person)).unwrap();
    let view = desk.case(handoff.case, as_of).unwrap();
    let spot = &view.spots[0];
    assert_eq!(spot.place.responsible, person);
    let field = view.process.field(&spot.gives[0]).unwrap();
    let crate::domain::record::FieldType::Choice { of } = &field.kind else { panic!("{field:?}") };
    let done = CompleteTask {
        case: handoff.case,
        task: spot.place.task.unwrap(),
        data: vec![(field.name.clone(), of[0].clone())],
        documents: Vec::new(),
        to: None,
        note: None,
        all_checked: false,
        checked: Vec::new(),
        anyway: None,
        outcome: None,
        reason: None,
        agreed: Default::default(),
    };
    desk.execute(&Command::CompleteTask(done), &ctx(&person)).unwrap();
    let mut next = op;
    let ticked = desk.tick(Lease(uuid::Uuid::now_v7()), as_of, &mut next).unwrap();
    assert!(ticked.breaches > 0, "old work is late at once: {ticked:?}");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
}

#[test]
fn moved_by_whole_weeks_it_is_this_week() {
    let Some(path) = real_log("receipt.xes.gz") else { return };
    let now = at("2026-11-20T10:42:00+01:00");
    let as_of = at("2011-09-01T00:00:00+02:00");
    let mut desk = desk(now);
    let wish = LogWish { open_as_of: Some(as_of), shift_to_now: true, ..LogWish::default() };
    let report = import(&mut desk, &path, &wish, now).unwrap();
    let moved = as_of + WEEK.times(report.weeks);
    assert!(moved <= now && now - moved < WEEK, "{}", report.weeks);
    let cases = desk.cases(&CaseFilter::default()).unwrap();
    assert!(cases.iter().all(|case| case.touched <= moved && case.ended.is_none_or(|ended| ended <= moved)));
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
    let head = desk.store().head().unwrap();
    let later = now + WEEK;
    let again = import(&mut desk, &path, &wish, later).unwrap();
    assert_eq!((again.weeks, again.known), (report.weeks + 1, report.cases));
    assert_eq!(desk.store().head().unwrap(), head);
}

#[test]
fn a_log_that_is_cut_off_imports_nothing() {
    let Some(path) = real_log("receipt.xes.gz") else { return };
    let folder = tempfile::tempdir().unwrap();
    let bytes = std::fs::read(path).unwrap();
    let cut = folder.path().join("receipt.xes.gz");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let now = at("2026-11-20T10:42:00+01:00");
    let mut desk = desk(now);
    let head = desk.store().head().unwrap();
    let refused = import(&mut desk, &cut, &LogWish::default(), now).unwrap_err();
    assert!(refused.to_string().contains("the gzip stream is cut off"), "{refused}");
    assert_eq!(desk.store().head().unwrap(), head);
}

/// A log in which one case never comes to what finishes one, and a row ends before it starts.
const RULED: &str = "case,activity,start,end,resource
1,Ask,2020-01-01T08:00:00Z,2020-01-01T09:00:00Z,Bo
1,Resolve,2020-01-03T08:00:00Z,2020-01-03T09:00:00Z,Cy
1,Close,2020-03-03T08:00:00Z,2020-03-03T09:00:00Z,Cy
2,Ask,2020-01-02T08:00:00Z,2020-01-02T07:00:00Z,Bo
2,Resolve,2020-01-05T08:00:00Z,2020-01-05T09:00:00Z,Cy
3,Ask,2020-01-04T08:00:00Z,2020-01-04T09:00:00Z,Bo
3,Close,2020-01-06T08:00:00Z,2020-01-06T09:00:00Z,Cy
";

/// Work that took no time is work with a start all the same, in the file and here.
#[test]
fn rows_that_begin_when_they_end_are_told_from_rows_of_one_time() {
    let folder = tempfile::tempdir().unwrap();
    let now = at("2026-11-20T10:42:00+01:00");
    let both = "case,activity,start,end,who\n1,Ask,2020-01-02T08:00:00Z,2020-01-02T08:00:00Z,Bo\n\
                1,Close,2020-01-03T08:00:00Z,2020-01-03T08:00:00Z,Cy\n";
    let one = "case,activity,time,who\n1,Ask,2020-01-02T08:00:00Z,Bo\n1,Close,2020-01-03T08:00:00Z,Cy\n";
    let mut desk = desk(now);
    for (name, text, intervals) in [("both", both, true), ("one", one, false)] {
        let path = file(&folder, &format!("{name}.csv"), text);
        let read = crate::desk::read_log(&path, &eventlog::Options::default(), None).unwrap();
        import(&mut desk, &path, &LogWish::default(), now).unwrap();
        let ours = desk.log_of(&h(name), &crate::desk::Chosen::default()).unwrap();
        assert_eq!((read.log.intervals, ours.intervals), (intervals, intervals), "{name}");
    }
}

#[test]
fn what_a_file_is_said_to_hold_is_what_comes_in() {
    let folder = tempfile::tempdir().unwrap();
    let now = at("2026-11-20T10:42:00+01:00");
    let path = file(&folder, "ruled.csv", RULED);
    let mut read = crate::desk::read_log(&path, &eventlog::Options::default(), None).unwrap();
    assert!(read.guess.contains(&"warning 1 row ends before it starts; it is taken as it is".to_string()));
    read.log.rule.finish = read.log.activities.find("Resolve");
    read.log.leave_unfinished_out(i64::MIN, i64::MAX);
    let mut desk = desk(now);
    let wish = LogWish { finish: Some("Resolve".into()), ..LogWish::default() };
    let report = import(&mut desk, &path, &wish, now).unwrap();
    assert_eq!((report.rows, report.refused_rows, report.cases), (7, 0, 3));
    assert_eq!(report.log.warnings, ["1 row ends before it starts; it is taken as it is"]);
    let ever = crate::desk::Chosen {
        from: Some(crate::desk::EVER.0),
        to: Some(crate::desk::EVER.1),
        ..Default::default()
    };
    let ours = desk.log_of(&h("ruled"), &ever).unwrap();
    let of = |log: &crate::domain::figures::Log| {
        let report = crate::domain::figures::report(log, &log.events, true, None);
        let cycle = (report.cycle.n, report.cycle.sum);
        (report.cases, report.events, report.unfinished, cycle, report.variants.len(), report.follows.total)
    };
    assert_eq!(of(&read.log), of(&ours));
    assert_eq!((of(&ours).0, of(&ours).1, of(&ours).2), (2, 5, 1));
    let figures = desk.figures(&h("ruled"), ever.from.unwrap(), ever.to.unwrap(), now).unwrap();
    assert_eq!((figures.finished.len(), figures.unfinished), (2, 1));
    assert_eq!(figures.cycle.sum, of(&ours).3.1);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn what_was_drawn_comes_back_as_it_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let now = at("2026-11-20T10:42:00+01:00");
    let mut desk = desk(now);
    import(&mut desk, &file(&folder, "ruled.csv", RULED), &LogWish::default(), now).unwrap();
    let drawn = desk.catalog().unwrap().newest(&h("ruled")).unwrap().1.clone();
    let text = export(&drawn);
    let mut known = desk.known().unwrap();
    known.learn(std::slice::from_ref(&text));
    let (read, problems) = check(&text, &known);
    assert_eq!(read.as_ref(), Some(&*drawn), "{problems:?}");
    let hints = problems.iter().filter_map(|problem| problem.hint.as_deref());
    assert!(hints.clone().any(|hint| hint.contains("baton process draft --from ruled")), "{problems:?}");
    let (read, _) = check(&text.replace("ruled", "other"), &known);
    assert!(read.is_none(), "what is new has to promise something");
}

#[test]
fn what_passed_before_rows_of_a_log_is_lost_unless_it_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let now = at("2020-03-10T00:00:00Z");
    let mut lost = Vec::new();
    for deliberate in [vec![], vec![("Resolve".to_string(), "Close".to_string())]] {
        let mut desk = desk(now);
        let wish = LogWish { deliberate, ..LogWish::default() };
        import(&mut desk, &file(&folder, "ruled.csv", RULED), &wish, now).unwrap();
        let by_cause = desk.lost(&h("ruled"), now - Span::DAY.times(90), now).unwrap();
        let told = by_cause.iter().map(|one| (one.cause, one.at.clone(), one.times));
        let rank = desk.ranked(now).unwrap();
        lost.push((told.collect::<Vec<_>>(), rank[0].burden.lost));
    }
    let at = |from: &str, to: &str, times| ("before_it", format!("{from} -> {to}"), times);
    // Case 3 went on over a weekend, which is no business time.
    assert_eq!(lost[0].0, [at("Resolve", "Close", 1), at("Ask", "Resolve", 2)]);
    assert_eq!(lost[1].0, [at("Ask", "Resolve", 2)]);
    let days = |days: i64, hours: i64| Span::DAY.times(days) + Span::HOUR.times(hours);
    assert_eq!(lost[0].1 - lost[1].1, days(59, 23), "from the third of January to the third of March");
    assert_eq!(lost[1].1, days(1, 23) + days(3, 1) + days(1, 23));
}

#[test]
fn a_log_without_a_row_makes_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let now = at("2026-11-20T10:42:00+01:00");
    let mut desk = desk(now);
    let head = desk.store().head().unwrap();
    for rows in ["", "1,Check,soon\n1,Check,2026-02-30\n"] {
        let path = file(&folder, "empty.csv", &format!("case,activity,timestamp\n{rows}"));
        let wish = LogWish { process: Some(h("empty")), ..LogWish::default() };
        let refused = import(&mut desk, &path, &wish, now).unwrap_err().to_string();
        assert!(refused.contains("has no row") || refused.contains("holds no time"), "{refused}");
    }
    assert_eq!(desk.store().head().unwrap(), head);
}

const SMALL: &str = "case,activity,time,resource
b,Take Order,2026-11-02T09:00:00Z,Ana
a,Take Order,2026-11-02T10:00:00Z,Ana
a,Check,2026-11-02T12:00:00Z,Bo
a,Take Order,2026-11-03T09:00:00Z,Bo
a,Check,2026-11-03T10:00:00Z,
b,End,2026-11-04T09:00:00Z,Bo
c,Take Order,2026-11-05T09:00:00Z,Bo
c,Check,not a time,Bo
";

#[test]
fn the_process_is_what_was_observed() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "Orders.csv", SMALL);
    let now = at("2026-11-20T10:42:00+01:00");
    let mut desk = desk(now);
    let goals = [("*", "2 days"), ("Check", "4 hours")];
    let goals = goals.map(|(step, goal)| (step.to_string(), goal.parse().unwrap())).into();
    let wish = LogWish { goals, ..LogWish::default() };
    let report = import(&mut desk, &path, &wish, now).unwrap();
    assert_eq!((report.cases, report.open, report.rows, report.refused_rows), (3, 0, 7, 1));
    assert_eq!(report.refusals, [format!("{}:9: not a time: `not a time`", path.display())]);
    let catalog = desk.catalog().unwrap();
    let (version, process) = catalog.newest(&h("orders")).unwrap();
    let steps = process.steps.iter().map(|step| (step.handle.as_str(), step.title.as_str()));
    let expected = [("take-order", "Take Order"), ("check", "Check"), ("end-2", "End")];
    assert_eq!((version, steps.collect::<Vec<_>>()), (1, expected.to_vec()));
    let goals = process.steps.iter().filter_map(|step| step.goal.map(|goal| goal.to_string()));
    assert_eq!(goals.collect::<Vec<_>>(), ["2 days", "4 hours", "2 days"]);
    // Two went to the check, one to the end of the order, one case stopped there.
    let arms = &process.steps[0].next;
    assert_eq!(arms.last().unwrap().when, None);
    assert_eq!(arms.last().unwrap().go, crate::domain::process::Go::To(vec![h("check")]));
    assert_eq!(arms.len(), 3);
    let (read, problems) = check(&export(process), &Known::default());
    let wrong = problems.iter().filter(|p| p.severity == crate::domain::problem::Severity::Error);
    assert_eq!(wrong.collect::<Vec<_>>(), Vec::<&crate::domain::problem::Problem>::new());
    assert_eq!(read.as_ref(), Some(&**process), "it can be exported, changed and applied");
    let team = &catalog.roles[&h("orders-team")];
    assert_eq!(team.members, BTreeSet::from([h("ana"), h("bo")]));
    let by_name = desk.store().case_by_foreign(&h("orders"), "a").unwrap();
    assert_eq!(by_name, Some(CaseId(2)), "cases in order of first appearance");
    assert_eq!(desk.handoffs(by_name).unwrap().len(), 1, "only where both are known");

    // A row more, and the case is left as it is.
    let more = file(&folder, "Orders.csv", &format!("{SMALL}b,Check,2026-11-05T09:00:00Z,Ana\n"));
    let head = desk.store().head().unwrap();
    let report = import(&mut desk, &more, &wish, now).unwrap();
    assert_eq!((report.cases, report.known, report.refused_cases), (0, 2, 1));
    assert!(report.refusals.iter().any(|line| line.starts_with("case `b`: is here as C-1")), "{report:?}");
    assert_eq!(desk.store().head().unwrap().numbers, head.numbers);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
}

#[test]
fn the_cases_of_a_log_are_taken_back_as_one_and_the_process_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "Orders.csv", SMALL);
    let now = at("2026-11-20T10:42:00+01:00");
    let (mut desk, me) = (desk(now), h("ops"));
    let by = |who: &Handle| Context::by(who, now, op());
    let (person, permission) = (h("eva"), crate::domain::catalog::Permission::Admin);
    let add = Command::AddPerson { person, name: "Eva".into(), mail: None, permission, roles: vec![] };
    desk.execute(&add, &by(&me)).unwrap();
    let cases = import(&mut desk, &path, &LogWish::default(), now).unwrap().cases as usize;
    assert_eq!(desk.undo(&by(&me)).unwrap().len(), cases);
    assert_eq!(desk.cases(&CaseFilter::default()).unwrap().len(), 0);
    assert_eq!(desk.redo(&by(&me)).unwrap().len(), cases);
    desk.undo(&by(&me)).unwrap();
    // Somebody else brings the same log in, and then it may not come a second time.
    let mut next = op;
    let mut series = Series { person: h("eva"), now, op: &mut next };
    let again = desk.import_log(&path, &LogWish::default(), &mut series, &mut |_, _| {}).unwrap();
    assert_eq!(again.cases as usize, cases);
    let refused = desk.redo(&by(&me)).unwrap_err();
    assert_eq!(refused.to_string(), "`b` of the event log is here again as C-4.");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
}

#[test]
fn what_is_under_way_at_an_instant_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "Orders.csv", SMALL);
    let now = at("2026-11-02T13:00:00Z");
    let mut desk = desk(now);
    let goals = vec![("*".into(), "1 hour".parse().unwrap())];
    let wish = LogWish { open_as_of: Some(now), goals, ..LogWish::default() };
    let report = import(&mut desk, &path, &wish, now).unwrap();
    assert_eq!((report.cases, report.open, report.pending, report.cases_left_out), (2, 2, 1, 1));
    // Case a: Bo checked, and goes on himself. Case b: Ana took the order, and Bo was to end it.
    let inbox = desk.inbox(&h("bo"), now).unwrap().items;
    let seen = inbox.iter().map(|item| (item.title.as_str(), item.what, item.step.as_str()));
    assert_eq!(seen.collect::<Vec<_>>(), [("b", What::Accept, "end-2"), ("a", What::Due, "check")]);
    assert_eq!(inbox[0].responsible, h("ana"));
    assert_eq!(inbox[0].due, Some(at("2026-11-02T10:00:00Z")), "the clock began when Ana was done");
    let wrong = LogWish { goals: vec![("chek".into(), "1 hour".parse().unwrap())], ..LogWish::default() };
    let refused = import(&mut desk, &path, &wrong, now).unwrap_err();
    assert_eq!(
        (refused.to_string().as_str(), refused.hint().as_str()),
        ("The log has no step `chek`.", "Did you mean `check`?")
    );
}

#[test]
fn a_process_of_ones_own_is_not_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "support-ticket.csv", SMALL);
    let now = at("2026-11-20T10:42:00+01:00");
    let mut desk = desk(now);
    let mut next = op;
    let mut by = Series { person: h("ops"), now, op: &mut next };
    desk.bring_in(&mut by, crate::desk::TEMPLATES[5].process().unwrap()).unwrap();
    let refused = import(&mut desk, &path, &LogWish::default(), now).unwrap_err();
    assert!(refused.to_string().starts_with("`support-ticket` is a process of your own"), "{refused}");
}

#[test]
fn records_come_in_once_and_are_changed_where_they_differ() {
    let folder = tempfile::tempdir().unwrap();
    let now = at("2026-11-20T10:42:00+01:00");
    let mut desk = desk(now);
    let text = "Name,City,E-Mail,Seats,Colour\nHansen,Haarlem,kari@hansen.example,22,red\n\
                Mora,Amsterdam,no mail,9,blue\nKiln,Leiden,sam@kiln.example,6,green\n";
    let path = file(&folder, "customers.csv", text);
    let map = vec![("E-Mail".to_string(), "email".to_string())];
    let wish = RecordsWish { kind: h("customer"), map, delimiter: None, encoding: None, dry_run: false };
    let run = |desk: &mut Desk, path: &Path, wish: &RecordsWish| {
        let mut next = op;
        desk.import_records(path, wish, &mut Series { person: h("ops"), now, op: &mut next })
    };
    let dry = run(&mut desk, &path, &RecordsWish { dry_run: true, ..wish.clone() }).unwrap();
    assert_eq!((dry.added, desk.records(None, false, now).unwrap().len()), (2, 0));
    let report = run(&mut desk, &path, &wish).unwrap();
    assert_eq!(RecordsImport { dry_run: false, ..dry }, report);
    assert_eq!((report.rows, report.added, report.refused), (3, 2, 1));
    assert_eq!(report.unused, ["Colour"]);
    assert_eq!(
        report.refusals,
        [format!(
            "{}:3: email: `no mail` is not a mail address. Write it like office@hansen.example.",
            path.display()
        )]
    );
    let head = desk.head().unwrap();
    assert_eq!(run(&mut desk, &path, &wish).unwrap().known, 2);
    assert_eq!(desk.head().unwrap(), head);
    let path = file(&folder, "customers.csv", &text.replace("22", "25"));
    let report = run(&mut desk, &path, &wish).unwrap();
    assert_eq!((report.added, report.changed, report.known), (0, 1, 1));
    assert_eq!(report.changes, ["R-1 Hansen, Seats: 22 -> 25"], "what is written over is shown");
    let mut undone = || desk.undo(&Context::by(&h("ops"), now, op())).unwrap().len();
    assert_eq!((undone(), undone()), (1, 2), "each import is an action");
    assert_eq!(desk.records(None, false, now).unwrap().len(), 0);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
}

#[test]
fn a_row_finds_the_record_of_its_name_that_has_data_and_is_refused_where_two_have() {
    let now = at("2026-11-20T09:00:00Z");
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(now);
    let add = |mail: &str| Command::AddRecord {
        kind: h("customer"),
        name: "Müller".into(),
        fields: Vec::from_iter((!mail.is_empty()).then(|| ("email".to_string(), mail.to_string()))),
    };
    let by = || Context::by(&h("ops"), now, op());
    desk.execute(&add("a@m.example"), &by()).unwrap();
    desk.execute(&add(""), &by()).unwrap();
    // What a spreadsheet saves here, and a date as it is written here.
    let path = file(&folder, "c.csv", "Name;Email\nMüller;b@m.example\n");
    let wish =
        RecordsWish { kind: h("customer"), map: Vec::new(), delimiter: None, encoding: None, dry_run: false };
    let run = |desk: &mut Desk| {
        let mut next = op;
        desk.import_records(&path, &wish, &mut Series { person: h("ops"), now, op: &mut next }).unwrap()
    };
    assert_eq!(run(&mut desk).changed, 1);
    let mail = |desk: &mut Desk, at: usize| {
        desk.store().records(None, false).unwrap()[at].fields.get("email").map(ToString::to_string)
    };
    assert_eq!(mail(&mut desk, 0).as_deref(), Some("\"b@m.example\""), "the one that has data");
    assert_eq!(mail(&mut desk, 1), None);
    desk.execute(&add("c@m.example"), &by()).unwrap();
    let refused = run(&mut desk);
    assert_eq!((refused.changed, refused.refused), (0, 1));
    let why = "3 records are called `Müller`: R-1, R-2, R-3. Merge them, or give them names of their own.";
    assert_eq!(refused.refusals, [format!("{}:2: {why}", path.display())]);
}

#[test]
fn activities_that_differ_in_spaces_only_are_different_and_a_hospital_has_hundreds_of_them() {
    let now = at("2026-01-01T00:00:00Z");
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("case,activity,timestamp,resource\n");
    for n in 0..624 {
        text.push_str(&format!("1,step {n},2020-01-01T00:00:00Z,Bo\n"));
    }
    text.push_str("2,B,2020-01-01T00:00:00Z,Bo\n2,\"B \",2020-01-02T00:00:00Z,Bo\n");
    let path = file(&folder, "hospital.csv", &text);
    let mut desk = desk(now);
    let report = import(&mut desk, &path, &LogWish::default(), now).unwrap();
    assert_eq!((report.steps, report.resources), (626, 1));
    let log = desk.log_of(&h("hospital"), &crate::desk::Chosen::default()).unwrap();
    let told = crate::domain::figures::report(&log, &log.events, false, None);
    let ends = told.ends.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    assert_eq!(ends, ["B ", "step 623"]);
    let again = import(&mut desk, &path, &LogWish::default(), now).unwrap();
    assert_eq!((again.known, again.cases), (2, 0), "the same log is here already");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn an_older_file_of_the_same_log_changes_nothing_and_a_grown_one_brings_its_new_cases() {
    let now = at("2026-01-01T00:00:00Z");
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(now);
    let older = "case,activity,timestamp\n1,A,2020-01-01T00:00:00Z\n1,B,2020-01-02T00:00:00Z\n";
    let newer = format!("{older}2,A,2020-01-03T00:00:00Z\n2,C,2020-01-04T00:00:00Z\n");
    let wish = LogWish { process: Some(h("p")), ..LogWish::default() };
    let paths = [file(&folder, "older.csv", older), file(&folder, "newer.csv", &newer)];
    import(&mut desk, &paths[0], &wish, now).unwrap();
    let report = import(&mut desk, &paths[1], &wish, now).unwrap();
    assert_eq!((report.cases, report.known, report.version, report.steps), (1, 1, 2, 3));
    let head = desk.store().head().unwrap();
    let again = import(&mut desk, &paths[0], &wish, now).unwrap();
    assert_eq!((again.cases, again.known, again.version), (0, 1, 2));
    assert_eq!(desk.store().head().unwrap(), head, "the version with C stays the newest");
    let finish = LogWish { finish: Some("B".to_string()), ..wish };
    assert_eq!(
        import(&mut desk, &paths[0], &finish, now).unwrap().version,
        3,
        "what the file does not say is news"
    );
}

#[test]
fn a_log_goes_on_coming_in_after_somebody_made_its_process_their_own() {
    let now = at("2026-01-01T00:00:00Z");
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(now);
    let head =
        "case,activity,timestamp,resource\n1,Ask,2020-01-01T00:00:00Z,Bo\n1,Pay,2020-01-02T00:00:00Z,Cy\n";
    let wish = LogWish { process: Some(h("p")), ..LogWish::default() };
    let path = |more: &str| file(&folder, "p.csv", &format!("{head}{more}"));
    import(&mut desk, &path(""), &wish, now).unwrap();
    let mut own = (**desk.catalog().unwrap().newest(&h("p")).unwrap().1).clone();
    own.steps.iter_mut().for_each(|step| step.by = Performer::Party(Party::Person(h("bo"))));
    let publish = Command::PublishProcess { process: Arc::new(own.clone()) };
    desk.execute(&publish, &Context::of(crate::domain::event::Actor::Person(h("ops")), now, op())).unwrap();
    let later = path("2,Ask,2020-02-01T00:00:00Z,Bo\n2,Pay,2020-02-02T00:00:00Z,Cy\n");
    let report = import(&mut desk, &later, &wish, now).unwrap();
    assert_eq!((report.cases, report.known, report.version), (1, 1, 2));
    let newest = desk.catalog().unwrap().newest(&h("p")).unwrap().1.clone();
    assert_eq!(*newest, own, "it stays theirs");
    let log = desk.log_of(&h("p"), &crate::desk::Chosen::default()).unwrap();
    assert_eq!((log.cases.len(), log.activities.len()), (2, 2));
    let refused = import(&mut desk, &path("3,Wait,2020-02-01T00:00:00Z,Bo\n"), &wish, now).unwrap_err();
    assert!(refused.to_string().ends_with("by now, and has no step called `Wait`."), "{refused}");
    // Steps are called otherwise now, and one is no more: what is here is known all the same.
    own.steps.truncate(1);
    own.steps[0].title = "Ask first".to_string();
    own.steps[0].next = Vec::new();
    let publish = Command::PublishProcess { process: Arc::new(own.clone()) };
    desk.execute(&publish, &Context::of(crate::domain::event::Actor::Person(h("ops")), now, op())).unwrap();
    let later = path("2,Ask,2020-02-01T00:00:00Z,Bo\n2,Pay,2020-02-02T00:00:00Z,Cy\n");
    let known = import(&mut desk, &later, &wish, now).unwrap();
    assert_eq!((known.cases, known.known, known.refused_cases), (0, 2, 0));
    let later =
        path("2,Ask,2020-02-01T00:00:00Z,Bo\n2,Pay,2020-02-02T00:00:00Z,Cy\n4,Ask,2020-03-01T00:00:00Z,Bo\n");
    let report = import(&mut desk, &later, &wish, now).unwrap();
    assert_eq!((report.cases, report.known), (1, 2), "it is the same step");
    let grown =
        path("2,Ask,2020-02-01T00:00:00Z,Bo\n2,Pay,2020-02-02T00:00:00Z,Cy\n2,Ask,2020-02-03T00:00:00Z,Bo\n");
    let report = import(&mut desk, &grown, &wish, now).unwrap();
    assert_eq!((report.known, report.refused_cases, report.rows_not_in), (1, 1, 1));
    let refused = "case `2`: is here as C-2, which has ended here, without 1 row of the log; all of it comes in with --process and \
                   another name";
    assert_eq!(report.refusals, [refused]);
    let ruled = LogWish { finish: Some("Pay".to_string()), ..wish };
    assert!(import(&mut desk, &later, &ruled, now).is_err(), "that stands in its file");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_version_that_somebody_said_more_of_is_theirs_though_the_same_team_does_it() {
    let now = at("2026-01-01T00:00:00Z");
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(now);
    let older = "case,activity,timestamp\n1,A,2020-01-01T00:00:00Z\n1,A,2020-01-01T01:00:00Z\n1,End it,2020-01-02T00:00:00Z\n";
    let newer = format!("{older}2,A,2020-01-03T00:00:00Z\n2,End it,2020-01-04T00:00:00Z\n");
    let wish = LogWish {
        process: Some(h("p")),
        goals: vec![("*".into(), "1 business day".parse().unwrap())],
        ..LogWish::default()
    };
    let path = file(&folder, "older.csv", older);
    import(&mut desk, &path, &wish, now).unwrap();
    let drawn = (**desk.catalog().unwrap().newest(&h("p")).unwrap().1).clone();
    assert!(super::is_drawn(&drawn), "{drawn:?}");
    let mut own = drawn.clone();
    own.steps[0].how = Some("Look at it".to_string());
    for (version, own) in [(2, own), (3, Process { goal: "5 business days".parse().ok(), ..drawn.clone() })] {
        assert!(!super::is_drawn(&own));
        let publish = Command::PublishProcess { process: Arc::new(own.clone()) };
        let by = Context::of(crate::domain::event::Actor::Person(h("ops")), now, op());
        desk.execute(&publish, &by).unwrap();
        let bare = LogWish { process: Some(h("p")), ..LogWish::default() };
        let report = import(&mut desk, &file(&folder, "newer.csv", &newer), &bare, now).unwrap();
        assert_eq!(report.version, version);
        assert_eq!(**desk.catalog().unwrap().newest(&h("p")).unwrap().1, own, "it stays theirs");
    }
}

#[test]
fn what_goes_on_is_under_way_whatever_was_done_meanwhile() {
    let now = at("2026-01-01T00:00:00Z");
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(now);
    let text = "case:concept:name,concept:name,time:timestamp,lifecycle:transition,org:resource,baton:state\n\
        1,A,2020-01-01T00:00:00Z,complete,Bo,\n1,Deliver,2020-01-02T00:00:00Z,start,Cy,open\n\
        1,Bill,2020-01-03T00:00:00Z,start,Di,\n1,Bill,2020-01-04T00:00:00Z,complete,Di,\n";
    let wish = LogWish { process: Some(h("p")), ..LogWish::default() };
    let report = import(&mut desk, &file(&folder, "open.csv", text), &wish, now).unwrap();
    assert_eq!((report.cases, report.open, report.rows), (1, 1, 3));
    let log = &report.log;
    assert_eq!((log.paired, log.starts_without_complete, log.completes_without_start), (1, 1, 1));
    let places = desk.places(Some(&h("p"))).unwrap();
    assert_eq!((places[0].place.step.as_str(), places[0].place.responsible.as_str()), ("deliver", "cy"));
    let told = desk.case(places[0].case.id, now).unwrap().timeline;
    let told = told.iter().map(|line| (line.verb, line.text.as_str())).collect::<Vec<_>>();
    assert!(told.contains(&("accept", "Deliver")) && told.contains(&("done", "Bill")), "{told:?}");
    let again = import(&mut desk, &file(&folder, "open.csv", text), &wish, now).unwrap();
    assert_eq!((again.cases, again.known), (0, 1), "a second time changes nothing");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn of_work_that_overlaps_a_case_ends_with_what_ends_last() {
    let now = at("2026-01-01T00:00:00Z");
    let folder = tempfile::tempdir().unwrap();
    let text = "case,activity,start,end\n1,A,2020-01-01T08:00:00Z,2020-01-01T12:00:00Z\n\
                1,B,2020-01-01T09:00:00Z,2020-01-01T10:00:00Z\n1,B,2020-01-01T09:30:00Z,2020-01-01T10:00:00Z\n";
    let mut desk = desk(now);
    import(&mut desk, &file(&folder, "p.csv", text), &LogWish::default(), now).unwrap();
    let row = desk.store().cases(&CaseFilter::default()).unwrap().remove(0);
    assert_eq!((row.started, row.ended), (at("2020-01-01T08:00:00Z"), Some(at("2020-01-01T12:00:00Z"))));
    let figures = desk.figures(&h("p"), row.started, now, now).unwrap();
    let step = figures.steps.iter().find(|step| step.title == "B").unwrap();
    assert_eq!((step.visits, step.cases.len()), (2, 1), "a case counts once, however often it came by");
    assert_eq!(
        (figures.cycle.sum.span(), figures.taken_up.sum.span()),
        (Span::HOUR.times(4), Span::HOUR.times(4))
    );
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn two_of_one_log_are_not_made_one_by_the_people_who_are_here() {
    let now = at("2026-01-01T00:00:00Z");
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(now);
    let head = "case,activity,timestamp,resource\n1,A,2020-01-01T00:00:00Z,Bo\n";
    for (name, more, people) in [("one.csv", "", 1), ("two.csv", "1,A,2020-01-02T00:00:00Z,bo\n", 2)] {
        let path = file(&folder, name, &format!("{head}{more}"));
        import(&mut desk, &path, &LogWish::default(), now).unwrap();
        let process = h(name.split('.').next().unwrap());
        let log = desk.log_of(&process, &crate::desk::Chosen::default()).unwrap();
        assert_eq!(log.resources.len(), people);
    }
}

/// Called off at every stage of it, an import leaves the file as it was.
#[test]
fn an_import_that_is_called_off_while_it_goes_on_leaves_nothing() {
    use std::sync::atomic::Ordering;
    let (now, folder) = (at("2026-11-20T10:00:00Z"), tempfile::tempdir().unwrap());
    let case = |n: u32| format!("{n},A,2026-01-0{}T10:00:00Z\n{n},B,2026-01-0{0}T11:00:00Z\n", 1 + n % 8);
    let rows = (0..2_000).map(case).collect::<String>();
    let log = file(&folder, "log.csv", &format!("case,activity,time\n{rows}"));
    let wish = LogWish { process: Some(h("old")), ..LogWish::default() };
    // How often progress is told says how far it had come.
    let mut told = 0;
    for stop_at in 0.. {
        let mut desk = desk(now);
        let (head, off) = (desk.head().unwrap(), desk.call_off());
        let (mut next, mut ticks) = (op, 0);
        let mut by = Series { person: h("ops"), now, op: &mut next };
        off.store(stop_at == 0, Ordering::Relaxed);
        let done = desk.import_log(&log, &wish, &mut by, &mut |_, _| {
            ticks += 1;
            off.store(ticks >= stop_at, Ordering::Relaxed);
        });
        match done {
            Err(error) => assert_eq!(error.to_string(), "It was stopped."),
            Ok(report) => {
                assert_eq!(report.cases, 2_000);
                break;
            }
        }
        assert_eq!(desk.head().unwrap(), head, "stopped at {stop_at}");
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        told = stop_at;
    }
    assert!(told > 3, "it is stopped while it reads and while it writes: {told}");

    let mut desk = desk(now);
    let customers = file(&folder, "customers.csv", "name\nHansen\nMora\n");
    let wish =
        RecordsWish { kind: h("customer"), map: Vec::new(), delimiter: None, encoding: None, dry_run: false };
    let (head, mut next) = (desk.head().unwrap(), op);
    desk.call_off().store(true, Ordering::Relaxed);
    let mut by = Series { person: h("ops"), now, op: &mut next };
    assert_eq!(desk.import_records(&customers, &wish, &mut by).unwrap_err().to_string(), "It was stopped.");
    assert_eq!(desk.head().unwrap(), head);
}
