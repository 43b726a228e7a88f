//! The figures of a process taken apart: by version, by kind of record, by whoever had work of it. A case of several
//! people counts with each of them, so that these rows do not add up to a whole.

use super::own::{self, Own, brief, percent};
use super::reference::promised;
use super::{stat, times};
use crate::cli::args_metrics::{By, Period};
use crate::cli::print::Table;
use crate::cli::session::Session;
use crate::desk::Error;
use crate::domain::flow::{self, CaseFacts, Timed, Visit};
use crate::domain::metrics::Stat;
use crate::domain::process::Performer;
use crate::domain::{CaseId, Handle, Party, Span};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The cases of one of them, by what it is called; what has no name comes last.
type Groups<'c> = BTreeMap<(bool, String), Vec<&'c CaseFacts>>;

pub fn run(s: &mut Session, period: &Period, by: By) -> Result<(), Error> {
    let own = own::load(s, period)?;
    let now = own.work.now;
    let counted = own.cases.iter().map(|case| case.id).collect::<BTreeSet<_>>();
    let standing = own.work.desk.standing(&period.process, now, &|case| counted.contains(case))?;
    let mut held = BTreeMap::<&str, (usize, usize)>::new();
    for (person, is_late) in standing.held(now) {
        let (open, late) = held.entry(person.as_str()).or_default();
        (*open, *late) = (*open + 1, *late + usize::from(is_late));
    }
    let (head, nothing) = match by {
        By::Version => ("VERSION", "No case came."),
        By::Kind => ("KIND", "No case came."),
        By::Person => ("PERSON", "Nobody had anything in hand."),
        By::Role => ("ROLE", "No role had anything in hand."),
    };
    let mut table = Table::new(&[
        head,
        "OPEN",
        "LATE",
        "FINISHED",
        "MEDIAN",
        "85% WITHIN",
        "ON TIME",
        "RIGHT FIRST",
        "IN HAND",
    ]);
    let mut rows = Vec::new();
    let mut groups = groups(&own, by);
    if let By::Person = by {
        // Who sent work and did none is responsible for it until it is accepted.
        for person in held.keys() {
            groups.entry((false, (*person).to_string())).or_default();
        }
    }
    for ((_, name), cases) in groups {
        let mut of = Figures::of(&cases, &own, by, &name, &standing.late);
        if let By::Person = by {
            (of.open, of.late) = held.get(name.as_str()).copied().unwrap_or_default();
        }
        rows.push(of.json(&name));
        table.row(of.row(name));
    }
    s.list(&table, rows, nothing);
    if !s.json {
        s.say("MEDIAN and 85% WITHIN are cycle times since a case was registered. Lengths are elapsed; with ~ of fewer than 20, of which 85% WITHIN promises nothing.");
        if let By::Person = by {
            s.say("OPEN and LATE are open branches somebody is responsible for, as in `metrics people`; what is FINISHED they had work of.");
        }
        if let By::Role = by {
            s.say("A role: what a step is for by the version of its case. Steps for a named person or for somebody outside are in none.");
        }
    }
    Ok(())
}

fn groups(own: &Own, by: By) -> Groups<'_> {
    let mut groups = Groups::new();
    for case in &own.cases {
        let names = match by {
            By::Version if case.migrated => BTreeSet::from([(true, "migrated".to_string())]),
            // Ten comes after nine.
            By::Version => BTreeSet::from([(false, format!("{:>4}", case.version))]),
            By::Kind => BTreeSet::from([match &case.kind {
                Some(kind) => (false, kind.to_string()),
                None => (true, "no record".to_string()),
            }]),
            By::Person => holders(case).map(|who| (false, who.to_string())).collect(),
            By::Role => {
                let roles = case.visits.iter().filter_map(|visit| worked_as(own, case, visit));
                roles.map(|role| (false, role.to_string())).collect()
            }
        };
        for name in names {
            groups.entry(name).or_default().push(case);
        }
    }
    groups.into_iter().map(|((last, name), cases)| ((last, name.trim().to_string()), cases)).collect()
}

/// The role a step is for by the version of its case, where somebody had it in hand: what they were to do it as.
fn worked_as<'o>(own: &'o Own, case: &CaseFacts, visit: &Visit) -> Option<&'o Handle> {
    visit.holder.as_ref()?;
    match &own.catalog.process(&own.process, case.version)?.step(&visit.step)?.by {
        Performer::Party(Party::Role(role)) => Some(role),
        _ => None,
    }
}

fn holders(case: &CaseFacts) -> impl Iterator<Item = &Handle> {
    case.visits.iter().filter_map(|visit| visit.holder.as_ref())
}

/// What is said of some cases.
struct Figures {
    open: usize,
    /// With anything late, as everywhere; and those of them whose own due instant has passed.
    late: usize,
    past_due: usize,
    finished: usize,
    with_due: usize,
    on_time: usize,
    right: usize,
    cycle: Timed,
    /// From acceptance to done, of the work of the person or role alone where there is one.
    in_hand: Stat,
}

impl Figures {
    fn of(cases: &[&CaseFacts], own: &Own, by: By, name: &str, late: &BTreeSet<CaseId>) -> Figures {
        let now = own.work.now;
        let done = cases.iter().copied().filter(|case| case.ended.is_some()).collect::<Vec<_>>();
        let spans = done.iter().filter_map(|case| Some((case.started, case.ended?))).collect::<Vec<_>>();
        let tells = flow::tells_work(&own.cases);
        let theirs = |case: &CaseFacts, visit: &Visit| match by {
            By::Version | By::Kind => true,
            By::Person => visit.holder.as_ref().is_some_and(|who| who.as_str() == name),
            By::Role => worked_as(own, case, visit).is_some_and(|role| role.as_str() == name),
        };
        let known = done.iter().filter(|case| tells(case));
        let visits = known.flat_map(|case| case.visits.iter().filter(|visit| theirs(case, visit)));
        let worked = visits.filter(|visit| visit.worked() && !visit.outside);
        let in_hand = worked.filter_map(|visit| Some(visit.left? - visit.accepted)).collect::<Vec<Span>>();
        let past_due = cases.iter().filter(|case| case.ended.is_none() && case.kept(now) == Some(false));
        let facts = done.iter().map(|case| (*case).clone()).collect::<Vec<_>>();
        let again = flow::rework(&facts, &own.meant);
        Figures {
            open: cases.len() - done.len(),
            late: cases.iter().filter(|case| late.contains(&case.id)).count(),
            past_due: past_due.count(),
            finished: done.len(),
            with_due: done.iter().filter(|case| case.due.is_some()).count(),
            on_time: done.iter().filter(|case| case.kept(now) == Some(true)).count(),
            right: again.cases - again.again.len(),
            cycle: Timed::of(&spans, own.calendar.as_deref()),
            in_hand: Stat::of(in_hand),
        }
    }

    fn json(&self, name: &str) -> Value {
        let share = |part: usize, of: usize| (of > 0).then(|| part as f64 / of as f64);
        json!({
            "name": name,
            "open": self.open,
            "late": self.late,
            "finished": self.finished,
            "with_due": self.with_due,
            "on_time": self.on_time,
            "on_time_share": share(self.on_time, self.with_due),
            "on_time_share_as_of_now": share(self.on_time, self.with_due + self.past_due),
            "first_time_right": share(self.right, self.finished),
            "cycle_time": promised(&self.cycle.elapsed),
            "thin": self.cycle.elapsed.thin(),
            "times": times::timed(&self.cycle),
            "in_hand": stat(&self.in_hand),
        })
    }

    fn row(&self, name: String) -> [String; 9] {
        [
            name,
            self.open.to_string(),
            self.late.to_string(),
            self.finished.to_string(),
            brief(&self.cycle.elapsed),
            own::within(&self.cycle.elapsed),
            percent(self.on_time, self.with_due),
            percent(self.right, self.finished),
            brief(&self.in_hand),
        ]
    }
}
