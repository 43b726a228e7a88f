//! What leaves is what was here: it comes in again somewhere else and is the same.

use super::*;
use crate::desk::import::tests::real_log;
use crate::desk::tests::{ctx, desk, h, op};
use crate::desk::{EVER, LogWish, RecordsWish, Series};
use crate::domain::command::Command;
use crate::domain::event::{Event as Happened, SubjectId};
use crate::domain::permission::PersonChange;
use crate::domain::zone::parse_rfc3339;
use std::path::{Path, PathBuf};

pub(super) const ALL: [(Target, &str); 3] =
    [(Target::Xes, "xes"), (Target::Csv, "csv"), (Target::Jsonl, "jsonl")];

pub(super) fn fresh() -> (Desk, Instant) {
    let now = parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    let mut next = op;
    let mut by = Series { person: h("ops"), now, op: &mut next };
    desk.set_up(&mut by, "Test", &"Europe/Amsterdam".parse().unwrap()).unwrap();
    (desk, now)
}

pub(super) fn import(desk: &mut Desk, path: &Path, wish: &LogWish, now: Instant) -> crate::desk::LogImport {
    let mut next = op;
    let mut by = Series { person: h("ops"), now, op: &mut next };
    desk.import_log(path, wish, &mut by, &mut |_, _| {}).unwrap()
}

pub(super) fn export(desk: &mut Desk, process: Option<&str>, target: Target) -> (Vec<u8>, Exported) {
    let (mut out, process) = (Vec::new(), process.map(h));
    let done =
        desk.export_log(process.as_ref(), target, &mut out, &mut |done, of| assert!(done <= of)).unwrap();
    (out, done)
}

pub(super) fn file(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Activity, start, end and resource.
type Row = (String, i64, i64, Option<String>);

/// Every row of every imported case, by its name: what was done, when, by whom.
fn rows(desk: &mut Desk) -> Vec<(String, Vec<Row>)> {
    let catalog = desk.catalog().unwrap();
    let subjects = desk.store.subjects().unwrap();
    let mut all = Vec::new();
    for id in subjects.into_iter().filter(|id| matches!(id, SubjectId::Case(_))) {
        let entries = desk.store.entries(id).unwrap();
        let Happened::CaseImported { process, version, foreign, rows, .. } = &entries[0].event else {
            continue;
        };
        let process = catalog.process(process, *version).unwrap();
        let row = |row: &crate::domain::event::ImportedRow| {
            let step = process.steps[row.step as usize].title.clone();
            let name = row.resource.as_ref().map(|person| catalog.people[person].name.clone());
            (step, row.start.0, row.end.0, name)
        };
        all.push((foreign.clone(), rows.iter().map(row).collect()));
    }
    all
}

/// Two of one name stay two, where both are known as where nobody is.
#[test]
fn people_of_one_name_are_told_apart_in_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        "case,activity,time,user\n1,A,2020-01-01 10:00,x\n1,B,2020-01-01 11:00,y\n1,C,2020-01-01 12:00,z\n";
    let (mut desk, now) = fresh();
    import(&mut desk, &file(&folder, "same.csv", text.as_bytes()), &LogWish::default(), now);
    for person in ["x", "y"] {
        let named = PersonChange { name: Some("Sam".into()), ..PersonChange::of(h(person)) };
        desk.execute(&Command::ChangePerson(named), &ctx("ops", now)).unwrap();
    }
    let handlers = |desk: &mut Desk| {
        let facts = desk.facts(&h("same"), &crate::desk::figures::Chosen::default()).unwrap();
        facts[0].visits.iter().map(|visit| visit.holder.clone().unwrap().to_string()).collect::<Vec<_>>()
    };
    for (target, ending) in ALL {
        let (bytes, _) = export(&mut desk, Some("same"), target);
        let path = file(&folder, &format!("same.{ending}"), &bytes);
        let (mut after, now) = fresh();
        import(&mut after, &path, &LogWish::default(), now);
        assert_eq!(handlers(&mut after), ["sam-x", "sam-y", "z"], "{target:?}");
        let wish = LogWish { process: Some(h(&format!("{ending}-again"))), ..LogWish::default() };
        let report = import(&mut desk, &path, &wish, now);
        assert_eq!((report.people_added, report.resources), (0, 3), "{target:?}");
    }
}

/// Out in every form and in again: rows, figures and report are those there were.
fn goes_round(path: &Path, wish: &LogWish) {
    let folder = tempfile::tempdir().unwrap();
    let (mut before, now) = fresh();
    let first = import(&mut before, path, wish, now);
    let process = first.process.clone();
    let (from, to) = (Instant(0), now);
    for (target, ending) in ALL {
        let (bytes, done) = export(&mut before, Some(process.as_str()), target);
        assert_eq!((done.things, done.rows, done.left_out), (first.cases, first.rows, 0));
        let out = file(&folder, &format!("{process}.{ending}"), &bytes);
        let (mut after, now) = fresh();
        let second = import(&mut after, &out, &LogWish::default(), now);
        assert_eq!((second.cases, second.rows, second.handoffs), (first.cases, first.rows, first.handoffs));
        assert!(!second.refused(), "{:?}", second.refusals);
        assert_eq!(rows(&mut after), rows(&mut before), "{target:?}");
        let figures = |desk: &mut Desk| desk.figures(&process, from, to, now).unwrap();
        let (mut one, two) = (figures(&mut before), figures(&mut after));
        one.title.clone_from(&two.title);
        assert_eq!(one, two, "{target:?}");
        let again = import(&mut after, &out, &LogWish::default(), now);
        assert_eq!((again.cases, again.known), (0, first.cases), "a second time changes nothing");
    }
}

#[test]
fn an_imported_log_goes_out_and_comes_in_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let text = "case,activity,time,start,resource\n\
        b,Take Order,2026-11-02T09:00:00Z,2026-11-02T08:00:00Z,Ana\n\
        a,Take Order,2026-11-02T10:00:00Z,2026-11-02T10:00:00Z,Ana\n\
        a,\"=Check, \"\"twice\"\"\",2026-11-02T12:00:00Z,2026-11-02T09:30:00Z,Bo & Co\n\
        a,\"=Check, \"\"twice\"\"\",2026-11-02T11:00:00Z,2026-11-02T10:00:00Z,\n\
        a,Take Order,2026-11-02T10:00:00Z,2026-11-02T10:00:00Z,Bo & Co\n\
        b,End,2026-11-04T09:00:00Z,2026-11-04T09:00:00Z,-\n";
    goes_round(&file(&folder, "orders.csv", text.as_bytes()), &LogWish::default());
}

#[test]
fn real_logs_go_out_and_come_in_the_same() {
    for name in ["receipt.xes.gz", "interval_event_log.csv"] {
        let Some(path) = real_log(name) else { return };
        goes_round(&path, &LogWish { process: Some(h("log")), ..LogWish::default() });
    }
}

#[test]
fn what_is_measured_otherwise_is_kept_with_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let text = "case,activity,time\n1,Send fine,2020-01-01 10:00\n1,Add penalty,2020-03-01 10:00\n1,Pay,2020-03-02 10:00\n";
    let path = file(&folder, "fines.csv", text.as_bytes());
    let (mut desk, now) = fresh();
    let mut wish = LogWish {
        finish: Some("Pay".to_string()),
        deliberate: vec![("Send fine".to_string(), "add-penalty".to_string())],
        ..LogWish::default()
    };
    wish.read.zone = Some("Europe/Rome".to_string());
    import(&mut desk, &path, &wish, now);
    let measure =
        |desk: &mut Desk| desk.catalog().unwrap().newest(&h("fines")).unwrap().1.measure.clone().unwrap();
    let said = measure(&mut desk);
    assert_eq!(
        (said.finish.clone(), said.zone.clone()),
        (Some(h("pay")), Some("Europe/Rome".parse().unwrap()))
    );
    assert!(said.is_deliberate(&h("send-fine"), &h("add-penalty")) && !said.dates_only);
    // It need not be said again.
    let head = desk.store.head().unwrap();
    wish.finish = None;
    wish.deliberate.clear();
    import(&mut desk, &path, &wish, now);
    assert_eq!((measure(&mut desk), desk.store.head().unwrap()), (said, head));
    wish.finish = Some("Payy".to_string());
    let mut next = op;
    let mut by = Series { person: h("ops"), now, op: &mut next };
    let refused = desk.import_log(&path, &wish, &mut by, &mut |_, _| {}).unwrap_err();
    assert_eq!(
        (refused.to_string(), refused.hint()),
        ("The log has no step `Payy`.".into(), "Did you mean `pay`?".into())
    );
}

#[test]
fn cases_of_ones_own_go_out_as_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, now) = desk();
    let (bytes, done) = export(&mut desk, Some("sale"), Target::Xes);
    assert_eq!((done.things, done.rows, done.left_out), (1, 1, 0));
    let text = String::from_utf8(bytes.clone()).unwrap();
    for said in [
        "value=\"C-1\"",
        "key=\"title\" value=\"Roof\"",
        "value=\"Sell\"",
        "value=\"complete\"",
        "<date key=\"time:timestamp\" value=\"2026-11-16T08:00:00.000+00:00\"/>",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let (mut other, _) = fresh();
    let out = file(&folder, "sale.xes", &bytes);
    let brought = import(&mut other, &out, &LogWish::default(), now);
    assert_eq!((brought.cases, brought.rows, brought.steps), (1, 1, 1));
    let refused =
        desk.export_log(Some(&h("nope")), Target::Csv, &mut Vec::new(), &mut |_, _| {}).unwrap_err();
    assert_eq!(refused.to_string(), "There is no process `nope`.");
}

#[test]
fn a_company_goes_out_as_a_log_and_what_was_done_comes_in() {
    let folder = tempfile::tempdir().unwrap();
    let now = parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
    let mut company = Desk::in_memory().unwrap();
    crate::desk::demo::generate(&mut company, 3, now, 20, 60).unwrap();
    let out = ALL.map(|(target, ending)| {
        let (bytes, done) = export(&mut company, None, target);
        assert!(done.things > 20, "{done:?}");
        file(&folder, &format!("company.{ending}"), &bytes)
    });
    let found = out.map(|path| {
        let (mut desk, now) = fresh();
        import(&mut desk, &path, &LogWish::default(), now);
        let again = file(&folder, "again.csv", &export(&mut desk, Some("company"), Target::Csv).0);
        let (mut third, now) = fresh();
        import(&mut third, &again, &LogWish { process: Some(h("company")), ..LogWish::default() }, now);
        assert_eq!(so_far(&mut desk), so_far(&mut third));
        rows(&mut desk)
    });
    assert!(found[0].iter().map(|(_, rows)| rows.len()).sum::<usize>() > 60);
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
}

#[test]
fn records_go_out_and_come_in_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, now) = fresh();
    for name in ["=Hansen", "Mora, \"Ltd\"", "'Kiln"] {
        let fields = vec![("city".to_string(), "+Leiden".to_string())];
        let add = Command::AddRecord { kind: h("customer"), name: name.to_string(), fields };
        desk.execute(&add, &ctx("ops", now)).unwrap();
    }
    let mut bytes = Vec::new();
    let done = desk.export_records(Some(&h("customer")), TableForm::Csv, &mut bytes).unwrap();
    assert_eq!(done.things, 3);
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains("'=Hansen,") && text.contains("'+Leiden"), "{text}");
    let path = file(&folder, "customers.csv", &bytes);
    let wish =
        RecordsWish { kind: h("customer"), map: Vec::new(), delimiter: None, encoding: None, dry_run: false };
    let run = |desk: &mut Desk| {
        let mut next = op;
        desk.import_records(&path, &wish, &mut Series { person: h("ops"), now, op: &mut next }).unwrap()
    };
    let again = run(&mut desk);
    assert_eq!((again.known, again.added, again.refused, again.unused.len()), (3, 0, 0, 0), "{again:?}");
    let (mut other, _) = fresh();
    assert_eq!(run(&mut other).added, 3);
    let names =
        other.records(None, false, now).unwrap().into_iter().map(|item| item.row.name).collect::<Vec<_>>();
    assert!(names.contains(&"=Hansen".to_string()) && names.contains(&"'Kiln".to_string()), "{names:?}");
    let mut lines = Vec::new();
    desk.export_records(None, TableForm::Jsonl, &mut lines).unwrap();
    assert_eq!(String::from_utf8(lines).unwrap().lines().count(), 3);
    let refused = desk.export_records(None, TableForm::Csv, &mut Vec::new()).unwrap_err();
    assert!(refused.hint().contains("--kind"), "{}", refused.hint());
}

#[test]
fn due_dates_go_out_as_a_calendar() {
    let (mut desk, now) = desk();
    let text = |desk: &mut Desk, of: Option<&Party>| {
        let mut out = Vec::new();
        let done = desk.export_calendar(of, now, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches("BEGIN:VEVENT").count() as u64, done.things, "{text}");
        text
    };
    let all = text(&mut desk, None);
    assert!(all.starts_with("BEGIN:VCALENDAR\r\n") && all.ends_with("END:VCALENDAR\r\n"), "{all}");
    // Four hours from nine in the morning.
    for line in
        ["UID:C-1-1-bill@baton", "DTSTART:20261116T120000Z", "DTSTAMP:20261116T080000Z", "SUMMARY:Bill: Roof"]
    {
        assert!(all.lines().any(|found| found == line), "{line}: {all}");
    }
    let ana = text(&mut desk, Some(&Party::Person(h("ana"))));
    assert_eq!(ana.matches("BEGIN:VEVENT").count(), 1, "it is offered to her role");
    desk.execute(
        &Command::AddRole { role: h("nobody"), title: "N".into(), members: vec![], lead: None },
        &ctx("bo", now),
    )
    .unwrap();
    assert_eq!(text(&mut desk, Some(&Party::Role(h("nobody")))).matches("BEGIN:VEVENT").count(), 0);
}

/// What is kept of every case beside work.
fn kept(desk: &mut Desk) -> Vec<Option<Box<Attributes>>> {
    let subjects = desk.store.subjects().unwrap();
    let cases = subjects.into_iter().filter(|id| matches!(id, SubjectId::Case(_)));
    let first = cases.map(|id| desk.store.entries(id).unwrap().remove(0).event);
    let kept = first.filter_map(|event| match event {
        Happened::CaseImported { attributes, .. } => Some(attributes),
        _ => None,
    });
    kept.collect()
}

#[test]
fn what_a_log_said_besides_goes_out_and_comes_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let text = "case,activity,time,user,case:REG,amount,Variant,note\n\
                2,A,2020-01-02 10:00,ana,R2,12,x,\n1,A,2020-01-01 10:00,ana,R1,1.5,x,=1+1\n\
                2,B,2020-01-02 12:00,bob,ignored,,x,\"a, b\"\n1,B,2020-01-01 09:00,,R1,7,x,\n";
    let path = file(&folder, "besides.csv", text.as_bytes());
    let wish = LogWish::default();
    let (mut bare, now) = fresh();
    import(&mut bare, &path, &wish, now);
    assert_eq!(kept(&mut bare), [None, None], "nobody asked");
    let read = crate::desk::LogOptions { keep: vec!["all".to_string()], ..wish.read.clone() };
    let (mut desk, now) = fresh();
    let all = LogWish { read, ..wish };
    import(&mut desk, &path, &all, now);
    let first = kept(&mut desk);
    let words = |n: usize, row| crate::domain::attributes::in_words(&first[n].as_ref().unwrap().of_row(row));
    assert_eq!([words(0, 0), words(0, 1)], ["amount 12", "note a, b"]);
    assert_eq!(
        [words(1, 0), words(1, 1)],
        ["amount 7", "amount 1.5, note =1+1"],
        "with its row, in order of time"
    );
    let of_case = first[0].as_ref().unwrap().of_case();
    assert_eq!(crate::domain::attributes::in_words(&of_case), "REG R2", "the first counts");
    for (target, ending) in ALL {
        let (bytes, _) = export(&mut desk, Some("besides"), target);
        let (mut after, now) = fresh();
        let path = file(&folder, &format!("besides.{ending}"), &bytes);
        let report = import(&mut after, &path, &all, now);
        assert_eq!((report.cases, report.rows), (2, 4));
        let again = kept(&mut after);
        for (before, after) in first.iter().zip(&again) {
            let (before, after) = (before.as_ref().unwrap(), after.as_ref().unwrap());
            assert_eq!(after.of_case(), before.of_case(), "{target:?}");
            assert_eq!(
                [after.of_row(0), after.of_row(1)],
                [before.of_row(0), before.of_row(1)],
                "{target:?}"
            );
        }
    }
}

#[test]
fn clocks_of_a_log_are_kept_where_somebody_asks_and_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let text = "case,activity,time\n1,A,2020-03-28T10:00:00.000+01:00\n1,B,2020-03-30T10:00:00.000+02:00\n\
                1,C,2020-03-30T09:00:00.000+00:00\n1,D,2020-03-30T05:30:00.000-05:30\n";
    let path = file(&folder, "clocks.csv", text.as_bytes());
    let read = |key: &str| crate::desk::LogOptions { keep: vec![key.to_string()], ..Default::default() };
    let wish = |key: &str| LogWish { read: read(key), ..LogWish::default() };
    for (target, ending) in ALL {
        let (mut desk, now) = fresh();
        import(&mut desk, &path, &wish("time:offset"), now);
        let (bytes, _) = export(&mut desk, Some("clocks"), target);
        let written = String::from_utf8(bytes.clone()).unwrap();
        for time in text.lines().skip(1).filter_map(|line| line.split(',').nth(2)) {
            assert!(written.contains(time), "{target:?} {time}: {written}");
        }
        assert!(!written.contains("time:offset"), "it stands in the times");
        let (mut after, now) = fresh();
        import(&mut after, &file(&folder, &format!("clocks.{ending}"), &bytes), &wish("all"), now);
        let rows = |desk: &mut Desk| {
            let said = kept(desk).remove(0).unwrap();
            (0..4).map(|row| crate::domain::attributes::in_words(&said.of_row(row))).collect::<Vec<_>>()
        };
        assert_eq!(rows(&mut after), rows(&mut desk), "{target:?}");
        assert_eq!(rows(&mut desk)[3], "time:offset -05:30");
    }
    let (mut bare, now) = fresh();
    import(&mut bare, &path, &LogWish::default(), now);
    let (bytes, _) = export(&mut bare, Some("clocks"), ALL[0].0);
    assert!(!String::from_utf8(bytes).unwrap().contains("+02:00"), "nobody asked");
}

#[test]
fn a_column_to_keep_must_be_there_and_what_is_under_way_has_said_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let text = "case,activity,start,end,cost\n1,A,2020-01-01 10:00,2020-01-01 11:00,5\n1,B,2020-01-01 12:00,2020-01-03 12:00,6\n";
    let path = file(&folder, "open.csv", text.as_bytes());
    let wish = |key: &str| LogWish {
        read: crate::desk::LogOptions { keep: vec![key.to_string()], ..Default::default() },
        open_as_of: Some(parse_rfc3339("2020-01-02T00:00:00Z").unwrap()),
        ..LogWish::default()
    };
    let (mut desk, now) = fresh();
    let mut next = op;
    let mut by = Series { person: h("ops"), now, op: &mut next };
    let refused = desk.import_log(&path, &wish("costs"), &mut by, &mut |_, _| {}).unwrap_err();
    assert!(refused.to_string().contains("costs"), "{refused}");
    import(&mut desk, &path, &wish("cost"), now);
    let said = kept(&mut desk).remove(0).unwrap();
    assert_eq!((said.of_row(0).len(), said.of_row(1).len()), (1, 0), "B had not ended");
}

#[test]
fn what_held_events_together_is_kept_and_tells_rows_apart_only_where_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let head = "case,activity,time,lifecycle:transition,concept:instance\n";
    // Two pieces of work of one name overlap and are called the same; a third has a name of its own.
    let text = format!(
        "{head}1,A,2020-01-01 10:00,start,x\n1,A,2020-01-01 11:00,start,x\n1,A,2020-01-01 12:00,complete,x\n\
         1,A,2020-01-01 13:00,complete,x\n1,B,2020-01-02 10:00,start,2\n1,B,2020-01-02 11:00,complete,2\n\
         1,C,2020-01-03 11:00,complete,task-7\n"
    );
    let path = file(&folder, "held.csv", text.as_bytes());
    let read = crate::desk::LogOptions { keep: vec!["all".to_string()], ..Default::default() };
    let wish = LogWish { read, ..LogWish::default() };
    let (mut desk, now) = fresh();
    import(&mut desk, &path, &wish, now);
    let words = |desk: &mut Desk| {
        let said = kept(desk).remove(0).unwrap();
        (0..4).map(|row| crate::domain::attributes::in_words(&said.of_row(row))).collect::<Vec<_>>()
    };
    let called = |name: &str| format!("concept:instance {name}");
    assert_eq!(words(&mut desk), [called("x"), called("x"), called("2"), called("task-7")]);
    for (target, ending) in ALL {
        let (mut after, now) = fresh();
        let (bytes, _) = export(&mut desk, Some("held"), target);
        import(&mut after, &file(&folder, &format!("held.{ending}"), &bytes), &wish, now);
        assert_eq!(rows(&mut after), rows(&mut desk), "{target:?}");
        assert_eq!(words(&mut after)[2..], words(&mut desk)[2..], "{target:?}");
    }
}

/// The rows of cases; of the last of each only when it began, because it may be under way.
fn so_far(desk: &mut Desk) -> Vec<(String, Vec<Row>)> {
    let mut rows = rows(desk);
    for (_, rows) in &mut rows {
        if let Some((_, start, end, _)) = rows.last_mut() {
            *end = *start;
        }
    }
    rows
}

#[test]
fn what_is_open_comes_back_open_and_what_was_withdrawn_stays_out() {
    let folder = tempfile::tempdir().unwrap();
    let now = parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
    let mut company = Desk::in_memory().unwrap();
    crate::desk::demo::generate(&mut company, 3, now, 20, 120).unwrap();
    let process = h("order-to-cash");
    let count = |desk: &Desk, process: &str, state: &str| {
        let (process, state) = (Some(h(process)), Some(state.to_string()));
        desk.store.cases(&CaseFilter { process, state, ..CaseFilter::default() }).unwrap().len() as u64
    };
    let (open, done) = (count(&company, "order-to-cash", "open"), count(&company, "order-to-cash", "done"));
    for (target, ending) in ALL {
        let (bytes, out) = export(&mut company, Some(process.as_str()), target);
        let (mut after, now) = fresh();
        let wish = LogWish { process: Some(h("otc")), ..LogWish::default() };
        let report = import(&mut after, &file(&folder, &format!("otc.{ending}"), &bytes), &wish, now);
        assert_eq!((report.cases - report.open, report.open + out.left_out), (done, open), "{target:?}");
        assert!(report.open > 0 && done > 0);
        let figures = |desk: &mut Desk, process: &str| {
            let figures = desk.figures(&h(process), EVER.0, EVER.1, now).unwrap();
            (figures.finished.len(), figures.cycle.n)
        };
        assert_eq!(figures(&mut after, "otc"), figures(&mut company, "order-to-cash"), "{target:?}");
        // What was promised still is, and what somebody outside does is no work of anybody here.
        let promised = |desk: &mut Desk, process: &str| {
            let places = desk.store.places(Some(&h(process))).unwrap();
            let mut dues = places.iter().map(|open| open.place.due).collect::<Vec<_>>();
            dues.sort_unstable();
            dues
        };
        assert_eq!(promised(&mut after, "otc"), promised(&mut company, "order-to-cash"), "{target:?}");
        assert!(promised(&mut after, "otc").iter().any(|due| due.is_some_and(|due| due < now)));
        let outside = |desk: &mut Desk, process: &str| {
            let facts = desk.facts(&h(process), &crate::desk::figures::Chosen::default()).unwrap();
            facts.iter().flat_map(|case| &case.visits).filter(|visit| visit.outside).count()
        };
        let theirs = outside(&mut company, "order-to-cash");
        assert!(theirs > 0);
        assert_eq!(outside(&mut after, "otc"), theirs, "{target:?}");
        // And again: the step in hand is not lost on the way.
        let (bytes, _) = export(&mut after, Some("otc"), target);
        let (mut third, now) = fresh();
        let again = import(&mut third, &file(&folder, &format!("otc.{ending}"), &bytes), &wish, now);
        assert_eq!(
            (again.cases, again.open, again.rows),
            (report.cases, report.open, report.rows),
            "{target:?}"
        );
        assert!(so_far(&mut third) == so_far(&mut after), "{target:?}");
        assert_eq!(third.doctor(&mut |_, _| {}).unwrap(), []);
    }
}

#[test]
fn what_xml_cannot_say_has_a_picture_and_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let text = "case,activity,time,user\n1,A,2020-01-01 10:00,a\u{1b}na\n1,B,2020-01-01 11:00,ana\n";
    let (mut desk, now) = fresh();
    import(&mut desk, &file(&folder, "esc.csv", text.as_bytes()), &LogWish::default(), now);
    let (bytes, done) = export(&mut desk, Some("esc"), Target::Xes);
    assert_eq!(done.pictured, 1);
    assert!(String::from_utf8(bytes).unwrap().contains("value=\"a\u{241b}na\""));
    let (bytes, done) = export(&mut desk, Some("esc"), Target::Csv);
    assert_eq!(done.pictured, 0);
    assert!(String::from_utf8(bytes).unwrap().contains("a\u{1b}na"));
}

#[test]
fn states_that_are_no_end_of_work_go_out_as_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let text = "case,activity,time,lifecycle:transition\n1,A,2020-01-01 10:00,In Progress\n\
                1,A,2020-01-01 11:00,Wait - User\n1,A,2020-01-01 12:00,Closed\n";
    let path = file(&folder, "states.csv", text.as_bytes());
    let (mut desk, now) = fresh();
    import(&mut desk, &path, &LogWish::default(), now);
    for (target, ending) in ALL {
        let (bytes, _) = export(&mut desk, Some("states"), target);
        let written = String::from_utf8(bytes.clone()).unwrap();
        for state in ["In Progress", "Wait - User", "Closed"] {
            assert_eq!(written.matches(state).count(), 1, "{target:?}: {written}");
        }
        let (mut after, now) = fresh();
        import(&mut after, &file(&folder, &format!("states.{ending}"), &bytes), &LogWish::default(), now);
        assert_eq!((rows(&mut after), kept(&mut after)), (rows(&mut desk), kept(&mut desk)), "{target:?}");
    }
}
