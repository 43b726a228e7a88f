//! The table of workflow patterns is the files beside it: every pattern once, every file sound, and none unnamed.
//! A case of each runs to its end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use baton::desk::{Desk, Series};
use baton::domain::case::CaseState;
use baton::domain::command::{Command, CompleteTask, Context, EndWait, StartCase};
use baton::domain::event::OpId;
use baton::domain::process::Process;
use baton::domain::process_check::{Known, read};
use baton::domain::record::FieldType;
use baton::domain::rows::PlaceKind;
use baton::domain::zone::parse_rfc3339;
use baton::domain::{CaseId, Handle, Instant};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/patterns")
}

/// The rows of the table: number, pattern, whether it is supported, the file, and how or why not.
fn rows() -> Vec<(u32, [String; 4])> {
    let table = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let rows = table.lines().filter_map(|line| {
        let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect::<Vec<_>>();
        let number = cells.first()?.parse::<u32>().ok()?;
        Some((number, cells[1..].to_vec().try_into().unwrap()))
    });
    rows.collect()
}

#[test]
fn every_pattern_stands_in_the_table_once() {
    let numbers = rows().iter().map(|(number, _)| *number).collect::<Vec<_>>();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

#[test]
fn a_supported_pattern_has_a_file_that_passes_check_and_another_a_reason() {
    let mut named = BTreeSet::new();
    for (number, [pattern, supported, file, how]) in rows() {
        match supported.as_str() {
            "yes" => {
                let name = file.split(['`', '[', ']']).find(|part| part.ends_with(".toml")).unwrap();
                assert_eq!(file, format!("[`{name}`]({name})"), "{pattern}");
                let text = std::fs::read_to_string(folder().join(name)).unwrap();
                assert!(text.starts_with(&format!("# Workflow pattern {number}: ")), "{name}");
                let (process, problems) = read(&text, &Known::default());
                let said = problems.iter().map(|problem| problem.in_file(name)).collect::<Vec<_>>();
                // What one pattern is about is rarely meant elsewhere, and warned of.
                let meant = |said: &&String| !(number == 8 && said.contains("may be done twice"));
                assert_eq!(said.iter().filter(meant).count(), 0, "{said:?}");
                assert_eq!(process.unwrap().handle.as_str(), name.trim_end_matches(".toml"));
                named.insert(name.to_string());
            }
            "no" => assert!(file.is_empty() && how.len() > 80, "{pattern} needs a reason: {how}"),
            other => panic!("{pattern}: supported is yes or no, not {other}"),
        }
    }
    let there = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let there = there.map(|name| name.into_string().unwrap()).filter(|name| name.ends_with(".toml"));
    assert_eq!(there.collect::<BTreeSet<_>>(), named);
}

struct Office {
    desk: Desk,
    now: Instant,
    ops: u128,
    visits: BTreeMap<(CaseId, Handle), u32>,
}

impl Office {
    /// Dana alone, with every pattern.
    fn with(processes: Vec<Process>) -> Office {
        let now = parse_rfc3339("2026-11-16T09:00:00Z").unwrap();
        let mut desk = Desk::in_memory().unwrap();
        let mut next = 1_u128 << 64;
        let mut op = || {
            next += 1;
            OpId(uuid::Uuid::from_u128(next))
        };
        let mut by = Series { person: "dana".parse().unwrap(), now, op: &mut op };
        desk.set_up(&mut by, "Test", &"UTC".parse().unwrap()).unwrap();
        for process in processes {
            desk.bring_in(&mut by, process).unwrap();
        }
        Office { desk, now, ops: 0, visits: BTreeMap::new() }
    }

    #[track_caller]
    fn does(&mut self, command: &Command) {
        self.ops += 1;
        let ctx = Context::by(&"dana".parse().unwrap(), self.now, OpId(uuid::Uuid::from_u128(self.ops)));
        self.desk.execute(command, &ctx).unwrap_or_else(|e| panic!("{command:?}: {e}"));
    }

    /// Takes whatever is open one after the other until nothing is; the steps in the order they were done.
    fn play_out(&mut self, answer: &str, newest_first: bool) -> Vec<String> {
        let mut steps = Vec::new();
        for _ in 0..60 {
            let places = self.desk.places(None).unwrap();
            let mut places = places.into_iter().map(|open| open.place).collect::<Vec<_>>();
            places.sort_by_key(|place| (place.case, place.branch));
            let Some(place) = (if newest_first { places.last() } else { places.first() }).cloned() else {
                return steps;
            };
            let case = place.case;
            match place.kind {
                // What goes on by itself is offered to her as to anybody.
                PlaceKind::Offered => {
                    let handoff = place.handoff.unwrap();
                    self.does(&Command::AcceptHandoff { case, handoff, next_action: None, when: None });
                    continue;
                }
                PlaceKind::Held => panic!("nobody declined: {place:?}"),
                PlaceKind::Waiting => {
                    let text = "it came".to_string();
                    self.does(&Command::EndWait(EndWait::of(case, place.branch, text)));
                }
                PlaceKind::Task => {
                    let data = self.gives(case, &place.step, answer);
                    let task = place.task.unwrap();
                    self.does(&Command::CompleteTask(done(case, task, data)));
                }
            }
            steps.push(place.step.to_string());
        }
        panic!("it does not end: {steps:?}")
    }

    /// The answer to every question the first time, and no afterwards, so that each loop is gone through once.
    fn gives(&mut self, case: CaseId, step: &Handle, answer: &str) -> Vec<(String, String)> {
        let visit = self.visits.entry((case, step.clone())).or_default();
        *visit += 1;
        let answer = if *visit == 1 { answer } else { "no" };
        let process = self.desk.case(case, self.now).unwrap().process;
        let gives = &process.step(step).unwrap().gives;
        gives.iter().map(|name| (name.clone(), value(&process, name, answer))).collect()
    }
}

fn value(process: &Process, field: &str, answer: &str) -> String {
    match process.field(field).unwrap().kind {
        FieldType::YesNo => answer.to_string(),
        FieldType::List => "pen, ink, pad".to_string(),
        ref other => panic!("no value for {}", other.word()),
    }
}

fn done(case: CaseId, task: baton::domain::TaskId, data: Vec<(String, String)>) -> CompleteTask {
    CompleteTask {
        case,
        task,
        data,
        documents: Vec::new(),
        to: None,
        note: None,
        all_checked: true,
        checked: Vec::new(),
        anyway: None,
        outcome: None,
        reason: None,
        agreed: Default::default(),
    }
}

fn patterns() -> Vec<Process> {
    let mut files = std::fs::read_dir(folder()).unwrap().map(|f| f.unwrap().path()).collect::<Vec<_>>();
    files.retain(|file| file.extension().is_some_and(|end| end == "toml"));
    files.sort();
    let text = |file: PathBuf| std::fs::read_to_string(file).unwrap();
    files.into_iter().map(|file| read(&text(file), &Known::default()).0.unwrap()).collect()
}

#[test]
fn a_case_of_every_pattern_runs_to_its_end_whatever_is_answered_and_done_first() {
    for process in patterns() {
        for (answer, newest_first) in [("yes", false), ("yes", true), ("no", false), ("no", true)] {
            let mut office = Office::with(patterns());
            let required = process.data.iter().filter(|field| field.required);
            let data = required.map(|f| (f.name.clone(), value(&process, &f.name, answer))).collect();
            let handle = Some(process.handle.clone());
            office.does(&Command::StartCase(StartCase { process: handle, data, ..StartCase::default() }));
            let steps = office.play_out(answer, newest_first);
            let case = office.desk.case(CaseId(1), office.now).unwrap().case;
            let how = format!("{} {answer} {newest_first}: {steps:?}", process.handle);
            assert!(matches!(case.state, CaseState::Done { .. }), "{how}");
            assert!(case.arrivals.is_empty() && case.exceptions.is_empty(), "{how}");
            assert!(case.clocks.values().all(|clock| !clock.is_open()), "{how}");
        }
    }
}

/// A process asks what the case came to that it waited for.
#[test]
fn the_outcome_of_a_case_that_was_waited_for_says_which_way_the_other_goes_on() {
    let text = |name: &str| std::fs::read_to_string(folder().join("more").join(name)).unwrap();
    let (texts, mut processes) = ([text("inspection.toml"), text("delivery.toml")], Vec::new());
    let mut known = Known { processes: Some(Vec::new()), ..Known::default() };
    known.learn(&texts);
    for text in &texts {
        let (process, problems) = read(text, &known);
        assert_eq!(problems, []);
        processes.push(process.unwrap());
    }
    for (answer, looked) in [("yes", 1), ("no", 2)] {
        let mut office = Office::with(processes.clone());
        let handle = Some("delivery".parse().unwrap());
        office.does(&Command::StartCase(StartCase { process: handle, ..StartCase::default() }));
        // The first look says what was answered; the second, of what was mended, says that it is good.
        let mut steps = Vec::new();
        for _ in 0..20 {
            let places = office.desk.places(None).unwrap().into_iter().map(|open| open.place);
            let Some(place) = places.filter(|place| place.kind != PlaceKind::Waiting).min_by_key(|p| p.case)
            else {
                break;
            };
            let (case, step) = (place.case, place.step.clone());
            if let (PlaceKind::Offered, Some(handoff)) = (place.kind, place.handoff) {
                office.does(&Command::AcceptHandoff { case, handoff, next_action: None, when: None });
                continue;
            }
            let again = steps.contains(&"look".to_string());
            let data = match step.as_str() {
                "look" => vec![("good".to_string(), if again { "yes" } else { answer }.to_string())],
                _ => Vec::new(),
            };
            office.does(&Command::CompleteTask(done(case, place.task.unwrap(), data)));
            steps.push(step.to_string());
        }
        assert_eq!(steps.iter().filter(|step| *step == "look").count(), looked, "{steps:?}");
        let case = office.desk.case(CaseId(1), office.now).unwrap().case;
        let CaseState::Done { outcome, .. } = case.state else { panic!("{answer}: {steps:?}") };
        assert_eq!(outcome.as_deref(), Some("delivered"), "{answer}: {steps:?}");
    }
}
