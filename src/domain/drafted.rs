//! A process written down as it is done: the frequent path of finished cases as a file to edit and publish, and
//! all that was seen beside it as comments. Makes text; decides nothing about what ought to be.

use super::business::Elapsed;
use super::calendar::Calendar;
use super::counted::{counted, often, times};
use super::flow::{CaseFacts, Visit, finished};
use super::goal::{Goal, Unit};
use super::id::Handle;
use super::instant::Instant;
use super::metrics::THIN;
use super::party::Party;
use super::process::{Arm, Go, Improve, Measure, Performer, Process, Step};
use super::process_export::export;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Times are taken from so many visits of a step, the newest: counting business days is slow.
const MOST_TIMED: usize = 5000;

/// So many other paths are named.
const PATHS: usize = 10;

/// So many steps of each.
const STEPS: usize = 20;

/// Business hours that a promise is made in; more are counted in days.
const HOURS: i64 = 8;

/// What the draft takes over.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    pub handle: Handle,
    pub title: String,
    pub accountable: Party,
    pub about: Option<Handle>,
    /// How the process is measured: it is the same work, and its figures stay what they are.
    pub measure: Option<&'a Measure>,
    /// Titles of steps; a step without one is called by its handle.
    pub titles: &'a BTreeMap<Handle, String>,
    /// Who is in which role.
    pub roles: &'a BTreeMap<Handle, BTreeSet<Handle>>,
    pub calendar: &'a Calendar,
}

type Path<'a> = Vec<&'a Handle>;

/// The file; `None` when no case was finished.
pub fn draft(cases: &[CaseFacts], frame: &Frame<'_>) -> Option<String> {
    let all = finished(cases).filter(|case| !case.visits.is_empty()).collect::<Vec<_>>();
    let mut exact = BTreeMap::<Path<'_>, usize>::new();
    let mut loose = BTreeMap::<Path<'_>, usize>::new();
    for case in &all {
        *exact.entry(path(case)).or_default() += 1;
        *loose.entry(once(path(case))).or_default() += 1;
    }
    let straight = exact.iter().filter(|(path, _)| once((*path).clone()) == **path);
    let most = straight.max_by_key(|(path, n)| (**n, std::cmp::Reverse(*path))).map(|(path, _)| path.clone());
    let repeated = || loose.iter().max_by_key(|(path, n)| (**n, std::cmp::Reverse(*path)));
    let main = most.or_else(|| repeated().map(|(path, _)| path.clone()))?;
    let mut process = Process {
        purpose: "Say what it is for.".to_string(),
        about: frame.about.clone(),
        goal: kept(
            &all.iter().filter_map(|case| Some((case.started, case.ended?))).collect::<Vec<_>>(),
            frame,
        ),
        improve: Some(Improve {
            metric: "cycle time p85".to_string(),
            judged: false,
            expect: None,
            review: "every 90 days".to_string(),
        }),
        ..Process::new(frame.handle.clone(), frame.title.clone(), frame.accountable.clone())
    };
    let (measure, unmeasured) = frame.measure.map(|measure| measure.within(&main)).unwrap_or_default();
    process.measure = Some(measure).filter(|measure| !measure.is_usual());
    let mut notes = Vec::new();
    for (n, handle) in main.iter().enumerate() {
        let visits = all.iter().flat_map(|case| &case.visits).filter(|visit| &visit.step == *handle);
        let visits = visits.collect::<Vec<_>>();
        let next = main.get(n + 1).map_or(Go::End(None), |next| Go::To(vec![(*next).clone()]));
        let (step, note) = step(handle, &visits, &all, next, frame);
        process.steps.push(step);
        notes.push(note);
    }
    let taken = exact.get(&main).copied().unwrap_or_default();
    let again = loose.get(&main).copied().unwrap_or_default() - taken;
    let mut head = head(&all, &main, (taken, again), &exact, frame);
    if !unmeasured.is_empty() {
        head.push(String::new());
        head.push(
            "Measured so until now, by steps that are not on this path; its figures will be others:"
                .to_string(),
        );
        head.extend(unmeasured);
    }
    Some(annotated(&export(&process), &head, &notes))
}

/// The steps of a case in the order they were accepted.
fn path(case: &CaseFacts) -> Path<'_> {
    case.visits.iter().map(|visit| &visit.step).collect()
}

/// Each step where it first came.
fn once(path: Path<'_>) -> Path<'_> {
    let mut seen = BTreeSet::new();
    path.into_iter().filter(|step| seen.insert(*step)).collect()
}

fn step(
    handle: &Handle,
    visits: &[&Visit],
    all: &[&CaseFacts],
    next: Go,
    frame: &Frame<'_>,
) -> (Step, Vec<String>) {
    let newest = || visits.iter().rev().take(MOST_TIMED);
    let queue = newest().map(|visit| (visit.entered, visit.accepted)).collect::<Vec<_>>();
    let hand = newest().filter_map(|visit| Some((visit.accepted, visit.left?))).collect::<Vec<_>>();
    let mut notes = Vec::new();
    let (accept, goal) = match hand.iter().any(|(from, to)| to > from) {
        true => (kept(&queue, frame), kept(&hand, frame)),
        // A log of one time a row.
        false => {
            notes.push("Only its end is known: waiting and work are one.".to_string());
            (kept(&queue, frame), kept(&queue, frame))
        }
    };
    if queue.iter().chain(&hand).all(|(from, to)| to <= from) {
        notes.push("How long it takes is not known: say what it should take.".to_string());
    }
    if visits.len() > MOST_TIMED {
        notes.push(format!("Its times are those of the newest {}.", counted(MOST_TIMED, "visit")));
    }
    let mut by = BTreeMap::<&Handle, usize>::new();
    for holder in visits.iter().filter_map(|visit| visit.holder.as_ref()) {
        *by.entry(holder).or_default() += 1;
    }
    let mut by = by.into_iter().collect::<Vec<_>>();
    by.sort_by_key(|(person, n)| (std::cmp::Reverse(*n), *person));
    if !by.is_empty() {
        let most = by.iter().take(PATHS).map(|(person, n)| format!("@{person} {n}")).collect::<Vec<_>>();
        let more = by.len().saturating_sub(PATHS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        notes.push(format!("Done {}, by {}{more}.", times(visits.len()), most.join(", ")));
    }
    let back = visits.iter().filter(|visit| visit.returned).count();
    let declined = all
        .iter()
        .flat_map(|case| &case.offers)
        .filter(|offer| &offer.step == handle && offer.became == super::flow::Became::Declined);
    match (back, declined.count()) {
        (0, 0) => {}
        (back, declined) => notes.push(format!("Sent back {}, declined {}.", often(back), often(declined))),
    }
    let title = frame.titles.get(handle).map(|title| one_line(title));
    let title = title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| handle.to_string());
    let performer = Performer::Party(performer(&by, frame));
    let mut step = Step::work(handle.clone(), title, performer);
    (step.accept, step.goal) = (accept, goal);
    step.next = vec![Arm::new(None, next)];
    (step, notes)
}

/// The one person who nearly always does it; else the smallest role of those who nearly always do; else
/// whoever does it most, or whoever answers for the process.
fn performer(by: &[(&Handle, usize)], frame: &Frame<'_>) -> Party {
    let all = by.iter().map(|(_, n)| n).sum::<usize>();
    // Four of five times: a stand-in is no rule.
    let mostly = |n: usize| n * 5 >= all * 4;
    let Some((person, n)) = by.first() else { return frame.accountable.clone() };
    if mostly(*n) {
        return Party::Person((*person).clone());
    }
    let within = |members: &BTreeSet<Handle>| {
        mostly(by.iter().filter(|(person, _)| members.contains(*person)).map(|(_, n)| n).sum())
    };
    let roles = frame.roles.iter().filter(|(_, members)| within(members));
    match roles.min_by_key(|(role, members)| (members.len(), *role)) {
        Some((role, _)) => Party::Role(role.clone()),
        None => Party::Person((*person).clone()),
    }
}

/// The shortest goal in whole business hours or days that 85 of a hundred of these would have kept; `None` when
/// there are none.
fn kept(spans: &[(Instant, Instant)], frame: &Frame<'_>) -> Option<Goal> {
    let at = |unit: Unit| {
        let mut counts = spans
            .iter()
            .map(|(from, to)| match frame.calendar.elapsed(*from, (*to).max(*from), unit, &[]) {
                Elapsed::Plain(span) | Elapsed::Open(span) => {
                    let hour = super::instant::Span::HOUR.0;
                    span.0.max(0) / hour + i64::from(span.0 % hour > 0)
                }
                Elapsed::Days { whole, part, .. } => whole + i64::from(part > super::instant::Span::ZERO),
            })
            .collect::<Vec<_>>();
        counts.sort_unstable();
        let rank = (counts.len() * 85).div_ceil(100).max(1);
        counts.get(rank - 1).map(|count| Goal { count: (*count).max(1), unit })
    };
    match at(Unit::BusinessHour)? {
        hours if hours.count <= HOURS => Some(hours),
        _ => at(Unit::BusinessDay),
    }
}

/// What is said at the top of the file.
fn head(
    all: &[&CaseFacts],
    main: &Path<'_>,
    (taken, again): (usize, usize),
    exact: &BTreeMap<Path<'_>, usize>,
    frame: &Frame<'_>,
) -> Vec<String> {
    let percent = |n: usize| (n * 100 + all.len() / 2) / all.len().max(1);
    let title = |step: &Handle| frame.titles.get(step).cloned().unwrap_or_else(|| step.to_string());
    let words = |path: &Path<'_>| {
        let named = path.iter().take(STEPS).map(|step| title(step)).collect::<Vec<_>>().join(" > ");
        match path.len().saturating_sub(STEPS) {
            0 => named,
            more => format!("{named} > and {more} more"),
        }
    };
    let mut said = vec![format!(
        "Drafted from {}: {taken} of them ({}%) took exactly this path.",
        counted(all.len(), "finished case"),
        percent(taken)
    )];
    if again > 0 {
        said.push(format!("{again} more ({}%) took it and did some of it again.", percent(again)));
    }
    said.push(match all.len() >= THIN {
        true => {
            "Each time was kept 85 of a hundred times, in the business hours of the calendar.".to_string()
        }
        false => "Times are what these cases took: fewer than 20 promise nothing.".to_string(),
    });
    said.push("Say for each step what `done` means and `how` it is done before publishing it.".to_string());
    let mut others = exact.iter().filter(|(path, _)| *path != main).collect::<Vec<_>>();
    others.sort_by_key(|(path, n)| (std::cmp::Reverse(**n), *path));
    if !others.is_empty() {
        said.push(String::new());
        said.push("Other paths:".to_string());
        said.extend(others.iter().take(PATHS).map(|(path, n)| format!("{n}: {}", words(path))));
        if others.len() > PATHS {
            let cases = others.iter().skip(PATHS).map(|(_, n)| **n).sum::<usize>();
            said.push(format!("and {} more, of {}", others.len() - PATHS, counted(cases, "case")));
        }
    }
    let mut beside = BTreeMap::<&Handle, usize>::new();
    for visit in all.iter().flat_map(|case| &case.visits).filter(|visit| !main.contains(&&visit.step)) {
        *beside.entry(&visit.step).or_default() += 1;
    }
    if !beside.is_empty() {
        said.push(String::new());
        said.push("Steps beside this path, and how often they were done:".to_string());
        said.extend(beside.iter().map(|(step, n)| format!("{} ({step}): {n}", title(step))));
    }
    said
}

/// The file with comments before it and before its steps.
fn annotated(file: &str, head: &[String], notes: &[Vec<String>]) -> String {
    const STEP: &str = "\n[[step]]\n";
    let mut out = String::new();
    comment(&mut out, head);
    let mut parts = file.split(STEP);
    out.push_str(parts.next().unwrap_or_default());
    for (n, part) in parts.enumerate() {
        out.push('\n');
        comment(&mut out, notes.get(n).map_or(&[], Vec::as_slice));
        out.push_str(STEP.trim_start());
        out.push_str(part);
    }
    out
}

fn comment(out: &mut String, lines: &[String]) {
    for line in lines {
        let _ = writeln!(out, "{}", format!("# {}", one_line(line)).trim_end());
    }
}

/// A log may hold anything; in a comment nothing may end the line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::id::CaseId;
    use super::super::instant::Span;
    use super::super::process_check::{Known, read};
    use super::super::zone::Zone;
    use super::*;

    fn h(text: &str) -> Handle {
        text.parse().unwrap()
    }

    /// Monday 09:00 in an office open from nine to five or longer.
    fn monday() -> Instant {
        Zone::utc().instant("2026-11-16T09:00:00".parse().unwrap(), super::super::zone::Fold::Earliest)
    }

    /// A case of steps, each offered for `wait` hours and done in an hour by somebody.
    fn case(n: i64, wait: i64, steps: &[(&str, &str)]) -> CaseFacts {
        let mut at = monday();
        let visits = steps.iter().map(|(step, person)| {
            let (entered, accepted) = (at, at + Span::HOUR.times(wait));
            at = accepted + Span::HOUR;
            Visit {
                item: None,
                before: None,
                step: h(step),
                holder: Some(h(person)),
                entered,
                held: Vec::new(),
                outside: false,
                accepted,
                left: Some(at),
                waited: Span::ZERO,
                due: None,
                returned: false,
                done: true,
            }
        });
        let visits = visits.collect::<Vec<_>>();
        CaseFacts {
            id: CaseId(n),
            title: String::new(),
            version: 1,
            migrated: false,
            about: None,
            kind: None,
            started: monday(),
            ended: Some(at),
            due: None,
            imported: true,
            visits,
            offers: Vec::new(),
        }
    }

    fn drafted(cases: &[CaseFacts]) -> Option<String> {
        let titles = BTreeMap::from([(h("ask"), "Ask\nnobody".to_string()), (h("do"), "Do it".to_string())]);
        let roles = BTreeMap::from([
            (h("everybody"), BTreeSet::from([h("ana"), h("bo"), h("cy")])),
            (h("two"), BTreeSet::from([h("ana"), h("bo")])),
        ]);
        let calendar = Calendar::office(Zone::utc());
        let way = |text: &str| text.parse().unwrap();
        let measure = Measure {
            finish: Some(h("do")),
            deliberate: vec![way("ask -> do"), way("ask -> check")],
            repeats: vec![h("check")],
            ..Measure::default()
        };
        let frame = Frame {
            handle: h("drafted"),
            title: "Drafted".to_string(),
            accountable: Party::Role(h("everybody")),
            about: None,
            measure: Some(&measure),
            titles: &titles,
            roles: &roles,
            calendar: &calendar,
        };
        draft(cases, &frame)
    }

    #[test]
    fn the_frequent_path_becomes_a_process_that_passes_and_the_rest_is_a_comment() {
        let mut cases = (0..8).map(|n| case(n, 1, &[("ask", "ana"), ("do", ["ana", "bo"][n as usize % 2])]));
        let mut cases = cases.by_ref().collect::<Vec<_>>();
        cases.push(case(8, 1, &[("ask", "ana"), ("ask", "ana"), ("do", "bo")]));
        cases.push(case(9, 4, &[("ask", "ana"), ("check", "cy"), ("do", "bo")]));
        let file = drafted(&cases).unwrap();
        let (process, problems) = read(&file, &Known::default());
        let process = process.unwrap_or_else(|| panic!("{problems:?}\n{file}"));
        let by = |n: usize| process.steps[n].by.party().unwrap().to_string();
        assert_eq!(process.steps.len(), 2);
        assert_eq!((by(0).as_str(), by(1).as_str()), ("@ana", "two"));
        let times = |n: usize| {
            (process.steps[n].accept.unwrap().to_string(), process.steps[n].goal.unwrap().to_string())
        };
        assert_eq!(times(0), ("1 business hour".to_string(), "1 business hour".to_string()));
        assert_eq!(process.goal.unwrap().to_string(), "6 business hours");
        let measure = process.measure.clone().unwrap();
        assert_eq!((measure.finish, measure.deliberate.len(), measure.repeats.len()), (Some(h("do")), 1, 0));
        for line in [
            "# deliberate = [\"ask -> check\"]",
            "# repeats = [\"check\"]",
            "# Drafted from 10 finished cases: 8 of them (80%) took exactly this path.",
            "# 1 more (10%) took it and did some of it again.",
            "# 1: Ask nobody > check > Do it",
            "# check (check): 1",
            "# Done 10 times, by @bo 6, @ana 4.",
        ] {
            assert!(file.lines().any(|own| own == line), "{line}\n{file}");
        }
    }

    #[test]
    fn long_times_are_business_days_and_nothing_finished_is_nothing_to_draft() {
        let file = drafted(&[case(1, 30, &[("do", "ana")])]).unwrap();
        assert!(
            file.contains("accept = \"2 business days\"") || file.contains("accept  = \"2 business days\""),
            "{file}"
        );
        let open = CaseFacts { ended: None, ..case(1, 1, &[("do", "ana")]) };
        assert_eq!(drafted(&[open]), None);
        assert_eq!(drafted(&[]), None);
    }

    #[test]
    fn where_every_case_repeats_the_path_is_each_step_where_it_first_came() {
        let file =
            drafted(&[case(1, 1, &[("ask", "ana"), ("do", "bo"), ("ask", "ana"), ("do", "bo")])]).unwrap();
        assert!(file.contains("0 of them (0%) took exactly this path"), "{file}");
        assert!(file.contains("1 more (100%) took it and did some of it again."), "{file}");
    }
}
