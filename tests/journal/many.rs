//! Many programs, one file.

use crate::company::{Company, MONDAY, PEOPLE, program};
use baton::domain::event::{Event, OpId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use uuid::Uuid;

/// What came of one run of the program.
struct Ran {
    op: Uuid,
    what: String,
    code: i32,
    err: String,
}

#[test]
fn eight_programs_with_forty_commands_each_lose_nothing_and_double_nothing() {
    many(8, 40);
}

#[test]
#[ignore = "minutes: the size of a release run"]
fn eight_programs_with_five_hundred_commands_each_lose_nothing_and_double_nothing() {
    many(8, 500);
}

fn many(workers: usize, commands: usize) {
    let company = Company::new(commands / 5 + 1);
    let path = company.path();
    let ran = std::thread::scope(|scope| {
        let work = |w| {
            scope.spawn({
                let path = path.as_path();
                move || (0..commands).flat_map(|n| command(path, w, n)).collect::<Vec<_>>()
            })
        };
        let workers = (0..workers).map(work).collect::<Vec<_>>();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    company.must_be_sound();
    let mut groups = BTreeMap::<OpId, Vec<Event>>::new();
    let (mut titles, mut accepted) = (Vec::new(), Vec::new());
    for entry in company.entries() {
        match &entry.event {
            Event::CaseStarted { title, .. } => titles.push(title.clone()),
            Event::HandoffAccepted { handoff, .. } => accepted.push(*handoff),
            _ => {}
        }
        groups.entry(entry.op).or_default().push(entry.event);
    }
    for Ran { op, what, code, err } in &ran {
        assert!(!err.contains("lock") && !err.contains("panick"), "{what}: {err}");
        match code {
            0 => assert!(groups.contains_key(&OpId(*op)), "acknowledged and lost: {what}"),
            // Somebody else was faster with the one handoff everybody wants.
            1 => {
                assert!(
                    what.starts_with("handoff accept") && err.contains("was accepted by"),
                    "{what}: {err}"
                );
                assert!(!groups.contains_key(&OpId(*op)), "refused and done: {what}");
            }
            other => panic!("{what} ended with {other}: {err}"),
        }
    }
    let asked = ran.iter().filter(|ran| ran.code == 0).map(|ran| ran.op).collect::<BTreeSet<_>>();
    let notes = groups.values().flatten().filter(|event| matches!(event, Event::CaseNoted { .. })).count();
    let asked_notes = ran.iter().filter(|ran| ran.what.starts_with("case note"));
    assert_eq!(notes, asked_notes.map(|ran| ran.op).collect::<BTreeSet<_>>().len(), "each note once");
    let distinct = titles.iter().collect::<BTreeSet<_>>().len();
    assert_eq!(distinct, titles.len(), "no case twice");
    let distinct = accepted.iter().collect::<BTreeSet<_>>().len();
    assert_eq!(distinct, accepted.len(), "each handoff was accepted by one");
    assert!(distinct >= commands / 5 && asked.len() > workers * commands / 2, "they did work");
}

/// The nth command of a worker; some are given again with the same identity, as after a broken line.
fn command(path: &Path, worker: usize, n: usize) -> Vec<Ran> {
    let words = match n % 5 {
        0 => vec!["case", "start", "sale", "--title", "@"],
        1 => vec!["case", "note", "C-1", "@"],
        2 => vec!["handoff", "accept", "@"],
        3 => vec!["record", "add", "customer", "@"],
        _ => vec!["case", "set", "C-1", "@"],
    };
    let unique = match n % 5 {
        2 => format!("H-{}", n / 5 + 1),
        4 => format!("amount={}", worker * 100_000 + n),
        _ => format!("{worker} and {n}"),
    };
    let op = Uuid::now_v7();
    let mut times = Vec::new();
    for _ in 0..if n % 7 == 3 { 2 } else { 1 } {
        let mut program = program(path, PEOPLE[worker + 1], MONDAY);
        program.args(["--op", &op.to_string()]);
        program.args(words.iter().map(|word| if *word == "@" { unique.as_str() } else { word }));
        let output = program.output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        times.push(Ran { op, what: words.join(" "), code: output.status.code().unwrap_or(-1), err });
    }
    times
}
