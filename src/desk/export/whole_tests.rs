//! Cases that were worked here leave as a log and have the same figures in the file they come into.

use super::tests::{ALL, export, file, fresh, import};
use super::*;
use crate::desk::figures::{Chosen, Figures};
use crate::desk::tests::ctx;
use crate::desk::{EVER, LogWish, demo};
use crate::domain::command::Command;
use crate::domain::flow::{self, CaseFacts};
use crate::domain::metrics::Stat;
use crate::domain::rows::{CaseRow, PlaceKind};
use crate::domain::{Span, Total};

fn a_company() -> (Desk, Instant) {
    let now = crate::domain::zone::parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    demo::generate(&mut desk, demo::DEMO_SEED, now, demo::DEMO_DAYS, demo::DEMO_CASES).unwrap();
    (desk, now)
}

/// What the figures of a process say, by what its steps and people are called.
#[derive(Debug, PartialEq)]
struct Seen {
    finished: usize,
    cycle: Stat,
    taken_up: Stat,
    handoffs: Stat,
    /// Title, visits, cases, wait, work.
    steps: BTreeMap<String, (usize, usize, Stat, Span)>,
    /// Sender, step and receiver: how many, accepted in, declined.
    pairs: BTreeMap<(String, String, String), (usize, Stat, usize)>,
    rework: (usize, usize, usize, usize, usize, Total, flow::Passed, usize),
    /// Step, reason and how often: declined, sent back.
    told: [BTreeMap<(String, String), usize>; 2],
    /// Finished cases that had a due instant, and those that kept it.
    on_time: (usize, usize),
    /// Of finished cases, by step: what was to be taken and to be done in time, and was.
    promises: BTreeMap<String, [(usize, usize); 2]>,
    touch: Option<Total>,
    pushed: flow::Pushed,
    /// When those that somebody worked on were withdrawn.
    withdrawn: Vec<Instant>,
    titles: Vec<String>,
    /// When whoever has something back is to decide again.
    decide: Vec<(Instant, Option<Instant>)>,
}

fn seen(desk: &mut Desk, process: &Handle, now: Instant) -> (Seen, Figures, Vec<CaseFacts>) {
    let catalog = desk.catalog().unwrap();
    let figures = desk.figures(process, EVER.0, EVER.1, now).unwrap();
    let cases = desk.facts(process, &Chosen::default()).unwrap();
    let done = cases.iter().filter(|case| case.ended.is_some()).cloned().collect::<Vec<_>>();
    let heard = desk.heard(&done).unwrap();
    let title = |step: &Handle| figures.step_title(step);
    let names = catalog.names_in_logs();
    let name = |person: &Handle| called(person, &names);
    let party = |to: &Party| match to {
        Party::Person(person) => name(person),
        other => other.to_string(),
    };
    let steps = figures.steps.iter().filter(|step| step.visits > 0);
    let steps = steps.map(|step| {
        (
            step.title.clone(),
            (step.visits, step.cases.len(), step.wait, step.total.span() - step.wait.sum.span()),
        )
    });
    let pairs = figures.pairs();
    let pairs = pairs.iter().map(|pair| {
        let (from, to) = (pair.from.as_ref().map(name).unwrap(), pair.to.as_ref().map(party).unwrap());
        ((from, title(&pair.step), to), (pair.count, pair.accepted, pair.declined))
    });
    let again = flow::rework(&cases, &[]);
    let counted = |told: &BTreeMap<(Handle, String), Vec<crate::domain::CaseId>>| {
        told.iter().map(|((step, why), cases)| ((title(step), why.clone()), cases.len())).collect()
    };
    let promises = flow::promises(&done, now);
    let kept = |of: flow::Kept| (of.with_due, of.met);
    let promises = promises.iter().map(|(step, of)| (title(step), [kept(of.accept), kept(of.goal)]));
    let waits = desk.waits(&done).unwrap();
    let mut titles = done.iter().map(|case| case.title.clone()).collect::<Vec<_>>();
    titles.sort();
    let seen = Seen {
        on_time: (figures.with_due.len(), figures.on_time.len()),
        promises: promises.filter(|(_, kept)| *kept != [(0, 0); 2]).collect(),
        touch: flow::efficiency(&done, &waits).map(|(touch, _)| touch),
        finished: figures.finished.len(),
        cycle: figures.cycle,
        taken_up: figures.taken_up,
        handoffs: figures.handoffs,
        steps: steps.collect(),
        pairs: pairs.collect(),
        rework: (
            again.again.len(),
            again.back.len(),
            again.repeats,
            again.same_person,
            again.other_person,
            again.cost,
            again.passed,
            again.ping_pong,
        ),
        told: [counted(&heard.declined), counted(&heard.sent_back)],
        pushed: heard.pushed,
        withdrawn: withdrawn(desk, process),
        titles,
        decide: decide(desk, process),
    };
    (seen, figures, cases)
}

/// Of those in which something was done.
fn decide(desk: &mut Desk, process: &Handle) -> Vec<(Instant, Option<Instant>)> {
    let places = desk.store.places(Some(process)).unwrap();
    let mut held = places.into_iter().filter(|open| open.place.kind == PlaceKind::Held).collect::<Vec<_>>();
    held.retain(|open| desk.store.tasks(Some(open.case.id), None).unwrap().iter().any(|task| task.done));
    let mut held = held.iter().map(|open| (open.case.started, open.place.due)).collect::<Vec<_>>();
    held.sort_unstable();
    held
}

/// A log has no room for those in which nothing was done.
fn withdrawn(desk: &mut Desk, process: &Handle) -> Vec<Instant> {
    let (process, state) = (Some(process.clone()), Some("withdrawn".to_string()));
    let rows = desk.store.cases(&CaseFilter { process, state, ..CaseFilter::default() }).unwrap();
    let worked = |row: &CaseRow| {
        let tasks = desk.store.tasks(Some(row.id), None).unwrap();
        tasks.iter().any(|task| task.done || task.returned)
    };
    let mut ends = rows.into_iter().filter(worked).filter_map(|row| row.ended).collect::<Vec<_>>();
    ends.sort_unstable();
    ends
}

#[test]
fn every_process_of_a_company_has_the_same_figures_where_its_log_comes_in() {
    let (mut own, now) = a_company();
    // One that somebody has done something in.
    let begun = own.store.places(None).unwrap();
    let begun = begun.iter().map(|open| open.case.id).find(|case| {
        let tasks = own.store.tasks(Some(*case), None).unwrap();
        tasks.iter().any(|task| task.done)
    });
    let withdraw = Command::WithdrawCase { case: begun.unwrap(), reason: "not wanted".into() };
    let admin = own.catalog().unwrap().admins().next().unwrap().clone();
    own.execute(&withdraw, &ctx(admin.as_str(), now)).unwrap();
    let (mut other, _) = fresh();
    let folder = tempfile::tempdir().unwrap();
    let catalog = own.catalog().unwrap();
    let (mut whole, mut promised, mut withdrawn, mut decide, mut pushed) =
        (0, 0, 0, 0, flow::Pushed::default());
    for ((n, process), (target, end)) in catalog.processes.keys().enumerate().zip(ALL.into_iter().cycle()) {
        let (bytes, done) = export(&mut own, Some(process.as_str()), target);
        let path = file(&folder, &format!("{n}.{end}"), &bytes);
        let wish = LogWish { process: Some(process.clone()), ..LogWish::default() };
        let report = import(&mut other, &path, &wish, now);
        assert_eq!((report.refused(), report.cases + report.withdrawn), (false, done.things), "{process}");
        assert_eq!(report.whole, report.cases, "{process}: all of them");
        whole += report.whole;
        let again = import(&mut other, &path, &wish, now);
        assert_eq!((again.cases, again.known, again.refused()), (0, report.cases, false), "{process}: twice");
        let (before, _, cases) = seen(&mut own, process, now);
        let (after, figures, facts) = seen(&mut other, process, now);
        assert_eq!(before, after, "{process}");
        promised += before.on_time.0;
        withdrawn += before.withdrawn.len();
        decide += before.decide.iter().filter(|(_, due)| due.is_some()).count();
        pushed += before.pushed;
        // What nobody has taken up yet has no row in a log.
        let begun = cases.iter().filter(|case| case.ended.is_none() && !case.visits.is_empty()).count();
        assert_eq!(figures.open.len(), begun, "{process}");
        assert!(facts.iter().all(|case| !case.imported));
    }
    assert!(whole > 200, "{whole}");
    assert!(promised > 20, "{promised}");
    assert!(withdrawn > 0 && decide > 0, "{withdrawn} {decide}");
    let flow::Pushed { reminders, escalations, reassigned, exceptions, chasers } = pushed;
    assert!(
        [reminders, escalations, reassigned, exceptions, chasers].iter().all(|count| *count > 0),
        "{pushed:?}"
    );
    assert_eq!(other.doctor(&mut |_, _| {}).unwrap(), vec![]);
    let kept = |desk: &mut Desk, process: &Handle| {
        let glance = desk.glance(process, 90, now).unwrap();
        (glance.sums.finished, glance.median, glance.within)
    };
    for process in catalog.processes.keys() {
        assert_eq!(kept(&mut own, process), kept(&mut other, process), "{process}");
    }
    // Out again it is what came in.
    for process in catalog.processes.keys().take(4) {
        let first = export(&mut other, Some(process.as_str()), Target::Xes).0;
        let (mut third, _) = fresh();
        let path = file(&folder, &format!("{process}.xes"), &first);
        import(&mut third, &path, &LogWish { process: Some(process.clone()), ..LogWish::default() }, now);
        assert_eq!(seen(&mut other, process, now).0, seen(&mut third, process, now).0, "{process}");
    }
}

#[test]
fn a_log_whose_rows_were_changed_is_one_like_any_other() {
    let (mut own, now) = a_company();
    let (mut other, _) = fresh();
    let folder = tempfile::tempdir().unwrap();
    let process: Handle = "order-to-cash".parse().unwrap();
    let (bytes, _) = export(&mut own, Some(process.as_str()), Target::Xes);
    let text = String::from_utf8(bytes).unwrap().replace("Send the invoice", "Send it");
    let path = file(&folder, "x.xes", text.as_bytes());
    let report =
        import(&mut other, &path, &LogWish { process: Some(process.clone()), ..LogWish::default() }, now);
    // JSON in the trace says the same words; so the row alone is changed.
    assert_eq!(report.whole, report.cases);
    let (mut third, _) = fresh();
    let text =
        text.replacen("key=\"concept:name\" value=\"Send it\"", "key=\"concept:name\" value=\"Sent\"", 2);
    let path = file(&folder, "y.xes", text.as_bytes());
    let report = import(&mut third, &path, &LogWish { process: Some(process), ..LogWish::default() }, now);
    assert_eq!(report.whole, report.cases - 1, "the case of the changed row");
    assert_eq!(third.doctor(&mut |_, _| {}).unwrap(), vec![]);
}

#[test]
fn every_branch_under_way_is_under_way_where_the_log_comes_in() {
    let (mut own, now) = a_company();
    let (mut other, _) = fresh();
    let folder = tempfile::tempdir().unwrap();
    let mut several = 0;
    for process in own.catalog().unwrap().processes.keys() {
        let (bytes, _) = export(&mut own, Some(process.as_str()), Target::Csv);
        let path = file(&folder, &format!("{process}.csv"), &bytes);
        import(&mut other, &path, &LogWish { process: Some(process.clone()), ..LogWish::default() }, now);
        let places = |desk: &mut Desk| {
            let mut places = BTreeMap::<String, Vec<String>>::new();
            for open in desk.store.places(Some(process)).unwrap() {
                let case = open.case.foreign.clone().unwrap_or_else(|| open.case.id.to_string());
                let begun = desk.tasks_of(open.case.id).unwrap().iter().any(|task| task.ended.is_some())
                    || open.place.kind == crate::domain::rows::PlaceKind::Task;
                if begun && open.place.kind != crate::domain::rows::PlaceKind::Waiting {
                    places.entry(case).or_default().push(format!("{:?}", open.place.kind));
                }
            }
            places.values_mut().for_each(|kinds| kinds.sort());
            places
        };
        let (before, after) = (places(&mut own), places(&mut other));
        several += before.values().filter(|kinds| kinds.len() > 1).count();
        for (case, kinds) in &before {
            assert_eq!(after.get(case), Some(kinds), "{process} {case}");
        }
    }
    assert!(several > 0, "some have several");
}
