//! The figures of a process that have no picture and no table of their own on the screen, a line each with the cases
//! behind it. Each is the one that the commands tell; here they are put into words.

use super::file::Chosen;
use super::history;
use crate::desk::improving::held_to;
use crate::desk::{Desk, Error};
use crate::domain::conformance;
use crate::domain::counted::counted;
use crate::domain::flow::{
    self, Became, CaseFacts, LONGEST, Minutes, Steadiness, Timed, calibration, daily, how_many, when_done,
};
use crate::domain::metrics::{Stat, THIN};
use crate::domain::visits::is_outside;
use crate::domain::{CaseId, Handle, Instant, Span, when};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

/// A figure in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureLine {
    pub name: String,
    pub value: String,
    /// What it was counted from, or those it is about.
    pub cases: Vec<CaseId>,
}

/// So many people are told one by one: those with most open.
const PEOPLE: usize = 8;
/// So many ways through are told one by one: those that most cases went.
const WAYS: usize = 5;
/// Days ahead that are foretold, and the seed of it.
const AHEAD: usize = 30;
const SEED: u64 = 1;

fn percent(part: usize, of: usize) -> String {
    if of == 0 {
        "--".to_string()
    } else {
        format!("{:.0}% ({part} of {of})", 100.0 * part as f64 / of as f64)
    }
}

fn length(stat: &Stat) -> String {
    said(stat, when::length)
}

fn said(stat: &Stat, shown: fn(Span) -> String) -> String {
    match (stat.median_span(), stat.within) {
        (Some(median), Some(_)) if stat.thin() => format!("median {}, n {}, thin", shown(median), stat.n),
        (Some(median), Some(within)) => {
            format!("median {}, 85% within {}, n {}", shown(median), shown(within), stat.n)
        }
        _ => "--".to_string(),
    }
}

impl Desk {
    /// Of cases that ended since `from`, and those open now.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub fn every_figure(
        &mut self,
        process: &Handle,
        chosen: &Chosen,
        cases: &[CaseFacts],
        now: Instant,
    ) -> Result<Vec<FigureLine>, Error> {
        let catalog = self.catalog()?;
        let newest = super::newest(&catalog, process)?;
        let calendar = catalog.calendar_of(newest).and_then(|of| catalog.newest_calendar(&of));
        let calendar = calendar.map(|(_, calendar)| &**calendar);
        let versions = catalog.processes.get(process).into_iter().flatten();
        let theirs = versions.flat_map(|of| &of.steps).filter(|step| is_outside(step));
        let theirs = theirs.map(|step| step.handle.clone()).collect::<BTreeSet<_>>();
        let gone = self.withdrawn_rows(process, chosen)?;
        let withdrawn = history::left(&gone);
        let told = self.heard(cases)?;
        let waits = self.waits(cases)?;
        let known = cases.iter().map(|case| case.id).collect::<BTreeSet<_>>();
        let standing = self.standing(process, now, &|case| known.contains(case))?;
        let (likely, _) = self.forecasts(process, now)?;
        let from = chosen.from.unwrap_or(Instant(i64::MIN / 4));
        let first = self.done_between(process)?.map_or(from, |(first, _)| first);
        let zone = self.zone_for_weeks(process)?;

        let mut out = Vec::new();
        let mut add = |name: &str, value: String, cases: Vec<CaseId>| {
            out.push(FigureLine { name: name.to_string(), value, cases });
        };
        let done = flow::finished(cases).collect::<Vec<_>>();
        let open = flow::open(cases).collect::<Vec<_>>();
        let ids = |of: &mut dyn Iterator<Item = &&CaseFacts>| of.map(|case| case.id).collect::<Vec<_>>();
        let due = done.iter().filter(|case| case.due.is_some()).count();
        let missed = ids(&mut done.iter().filter(|case| case.kept(now) == Some(false)));
        let breached = ids(&mut open.iter().filter(|case| case.kept(now) == Some(false)));
        let met = due - missed.len();
        let promised = || ids(&mut done.iter().filter(|case| case.due.is_some()));
        add("On time, finished", percent(met, due), else_all(missed, promised));
        add(
            "On time as of now",
            format!("{}, open past due as missed", percent(met, due + breached.len())),
            else_all(breached, promised),
        );
        let spans = done.iter().filter_map(|case| Some((case.started, case.ended?))).collect::<Vec<_>>();
        let timed = Timed::of(&spans, calendar);
        add(
            "Cycle time, elapsed",
            format!("{}, from registered", length(&timed.elapsed)),
            ids(&mut done.iter()),
        );
        if let Some(business) = &timed.business {
            add("Cycle time, business", said(business, when::hours), ids(&mut done.iter()));
        }
        let spans = done.iter().filter_map(|case| case.taken_up()).collect::<Vec<_>>();
        let taken_up = Timed::of(&spans, calendar).elapsed;
        add("From first acceptance", length(&taken_up), ids(&mut done.iter()));
        let times = flow::all_times(cases, &waits, calendar);
        let names =
            ["Queue, until accepted", "In hand, until done", "Waits in hand", "Touch, hand less waits"];
        for (name, of) in names.into_iter().zip(times) {
            let hours = of.business.and_then(|of| of.median_span());
            let hours = hours.map_or_else(String::new, |of| format!("; {} business", when::hours(of)));
            add(name, format!("{}, elapsed{hours}", length(&of.elapsed)), ids(&mut done.iter()));
        }
        let meant = newest.measure.as_ref().map(|measure| measure.repeats.clone()).unwrap_or_default();
        let again = flow::rework(cases, &meant);
        let right = again.cases - again.again.len();
        add(
            "First time right",
            format!("{}: no step done twice", percent(right, again.cases)),
            else_all(again.again.clone(), || ids(&mut done.iter())),
        );
        add(
            "Rework",
            format!(
                "{} done again in {}, {}",
                counted(again.repeats, "step"),
                counted(again.again.len(), "case"),
                again.cost_in_words()
            ),
            again.again.clone(),
        );
        add(
            "Came back",
            format!("{} in {}", again.passed.words(), counted(again.back.len(), "case")),
            again.back.clone(),
        );
        add(
            "Ping-pong",
            format!(
                "{} in {}",
                counted(again.ping_pong, "time"),
                counted(again.ping_pong_cases.len(), "case")
            ),
            again.ping_pong_cases.clone(),
        );
        let ways = variants(&done);
        let most = ways.first().map(|(_, cases)| cases.clone()).unwrap_or_default();
        let usual = percent(most.len(), done.len());
        add("Ways through", format!("{}; the usual one in {usual}", ways.len()), most);
        for (way, cases) in ways.iter().take(WAYS) {
            let steps = way.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" > ");
            add("  went", format!("{}: {steps}", cases.len()), cases.clone());
        }
        let held_to = |version: u32| held_to(&catalog, process, version);
        let conform = conformance::conformance(cases, None, held_to);
        let left = conform.deviations.iter().flat_map(|of| of.cases.clone()).collect();
        let judged = |case: &&&CaseFacts| !case.migrated && held_to(case.version).is_some();
        let judged = || ids(&mut cases.iter().collect::<Vec<_>>().iter().filter(judged));
        let fit = percent(conform.fit, conform.cases - conform.undecided);
        add("As their version allows", fit, else_all(left, judged));
        let all = || ids(&mut cases.iter().collect::<Vec<_>>().iter());
        let efficiency = flow::efficiency(cases, &waits).and_then(|(touch, all)| touch.part_of(all));
        let efficiency = efficiency
            .map_or_else(|| "--".to_string(), |part| format!("{:.1}% was work here, elapsed", part * 100.0));
        add("Flow efficiency", efficiency, ids(&mut done.iter()));
        if let Some(of) = Steadiness::of(cases, &withdrawn, from, now, now) {
            let law = match (of.by_law, of.gap()) {
                (Some(law), Some(gap)) => format!("; by Little's law {law:.1}, {:.0}% apart", gap * 100.0),
                _ => String::new(),
            };
            // What was withdrawn was in progress, too.
            let all = || all().into_iter().chain(gone.iter().map(|row| row.id)).collect::<Vec<_>>();
            add("In progress, average", format!("{:.1}{law}", of.wip), all());
            let takt = of.takt().map_or_else(|| "--".to_string(), when::length);
            add("A case comes every", format!("{takt}; {} came, {} were done", of.arrivals, of.done), all());
        }
        let limit = timed.elapsed.within.filter(|_| !timed.elapsed.thin());
        let old = open.iter().filter(|case| limit.is_some_and(|limit| now - case.started > limit)).count();
        let age = Stat::of(open.iter().map(|case| now - case.started).collect());
        let older = match limit {
            Some(_) => format!("; {old} older than 85% took"),
            None => String::new(),
        };
        add("Age of open cases", format!("{}{older}", length(&age)), ids(&mut open.iter()));
        let (lay, lies) = flow::unaccepted(cases, now);
        let waiting = |case: &&&CaseFacts| case.offers.iter().any(|offer| offer.became == Became::Open);
        let lay = match cases.iter().all(|case| case.imported) && !cases.is_empty() {
            true => "-- (a log shows no offers)".to_string(),
            false => length(&lay),
        };
        add(
            "Accepted by nobody",
            format!("{lay}; {} now", counted(lies.n, "offer")),
            ids(&mut open.iter().filter(waiting)),
        );
        let promises = flow::promises(cases, now);
        let sum = |of: fn(&flow::Promises) -> flow::Kept| {
            let of = promises.values().map(of);
            of.fold((0, 0, 0), |all, one| (all.0 + one.met, all.1 + one.with_due, all.2 + one.open_past_due))
        };
        // What was declined or taken back broke no promise.
        let asked = |offer: &&flow::Offer| matches!(offer.became, Became::Accepted | Became::Open);
        // Cases that broke a promise, else those that had one.
        let missing = |of: &dyn Fn(&CaseFacts) -> Vec<Promised>| {
            let with = |broken: bool| {
                let had =
                    |(due, ended): Promised| due.is_some_and(|due| !broken || ended.unwrap_or(now) > due);
                cases.iter().filter(|case| of(case).into_iter().any(had)).map(|case| case.id).collect()
            };
            else_all(with(true), || with(false))
        };
        let (taken, offers, lie) = sum(|of| of.accept);
        add(
            "Taken in time",
            format!("{} of what was offered; {lie} open past it", percent(taken, offers)),
            missing(&|case| case.offers.iter().filter(asked).map(|of| (of.due, of.ended)).collect()),
        );
        let (kept, goals, late) = sum(|of| of.goal);
        add(
            "Steps within their goal",
            format!("{}; {late} open past it", percent(kept, goals)),
            missing(&|case| case.visits.iter().map(|of| (of.due, of.left)).collect()),
        );
        for (step, of) in flow::outside_by_step(cases, &theirs, now) {
            let title = super::titled(&catalog, process, &step);
            let at = |case: &&&CaseFacts| case.visits.iter().any(|visit| visit.step == step);
            let value = format!(
                "{} on time, {} open; {}",
                percent(of.on_time, of.with_due),
                of.open,
                length(&of.answered)
            );
            add(
                &format!("Outside: {title}"),
                value,
                ids(&mut cases.iter().collect::<Vec<_>>().iter().filter(at)),
            );
        }
        let cost = flow::cost(cases, told.pushed);
        let read = if told.read < told.of {
            format!(", newest {} of {}", told.read, counted(told.of, "case"))
        } else {
            String::new()
        };
        add(
            "Coordination",
            format!(
                "about {}: {}, {}, {} reassigned, {} sent back, {}{read}",
                counted(cost.minutes(Minutes::default()), "minute"),
                counted(cost.pushed.reminders, "reminder"),
                counted(cost.pushed.escalations, "escalation"),
                cost.pushed.reassigned,
                cost.sent_back,
                counted(cost.pushed.chasers, "chaser")
            ),
            all(),
        );
        let unlikely =
            likely.iter().filter(|of| of.on_time.is_some_and(|p| p < 0.5) && known.contains(&of.case));
        let unlikely = unlikely.map(|of| of.case).collect::<Vec<_>>();
        add(
            "Likely to be late",
            format!("{} of {}, by their step and age", unlikely.len(), counted(open.len(), "open case")),
            else_all(unlikely, || ids(&mut open.iter())),
        );
        let bands = calibration(cases).bands;
        let held = bands.iter().enumerate().filter(|(_, (said, _))| *said > 0).map(|(n, (said, late))| {
            let thin = if *said < THIN { ", thin" } else { "" };
            format!(
                "{}-{}%: {:.0}% of {}{thin}",
                n * 20,
                n * 20 + 20,
                100.0 * *late as f64 / *said as f64,
                counted(*said, "time")
            )
        });
        let held = held.collect::<Vec<_>>();
        let held = if held.is_empty() {
            "not checked: too few ended with a due date".to_string()
        } else {
            held.join("; ")
        };
        add("Said to be late, and was", held, promised());
        let days = daily(cases, &zone, first.max(from), zone.date(now));
        if let Some(of) = how_many(&days, AHEAD, SEED) {
            let by = zone.date(now).checked_add_signed(TimeDelta::days(AHEAD as i64));
            let by = by.map_or_else(String::new, |by| by.format("%-d %b").to_string());
            add(
                "Done in 30 days",
                format!(
                    "by {by} {} or more in half of the tries, {} in 85%, {} in 95%",
                    of.half, of.sure_85, of.sure_95
                ),
                ids(&mut done.iter()),
            );
        }
        if let Some(of) = when_done(&days, open.len().max(1), SEED).filter(|_| !open.is_empty()) {
            let date = |days: i64| match zone.date(now).checked_add_signed(TimeDelta::days(days)) {
                Some(date) if days < LONGEST as i64 => date.format("%-d %b %Y").to_string(),
                _ => "not within ten years".to_string(),
            };
            add(
                "As many as are open",
                format!(
                    "{} done by {} in half of the tries, {} in 85%",
                    open.len(),
                    date(of.half),
                    date(of.sure_85)
                ),
                ids(&mut open.iter()),
            );
        }
        let loads = flow::loads(cases, standing.held(now), &told.declined_by, &theirs);
        let mut people = loads.iter().collect::<Vec<_>>();
        people.sort_by_key(|(_, load)| std::cmp::Reverse((load.open, load.done)));
        for (person, load) in people.into_iter().take(PEOPLE) {
            let hand = load.in_hand.median_span().map_or_else(|| "--".to_string(), when::length);
            let kept =
                if load.with_due > 0 { percent(load.on_time, load.with_due) } else { "--".to_string() };
            let value = format!(
                "{} open, {} late; {} done, {hand} in hand, steps on time {kept}; {} declined",
                load.open, load.late, load.done, load.declined
            );
            let had =
                |case: &&&CaseFacts| case.visits.iter().any(|visit| visit.holder.as_ref() == Some(person));
            add(
                &format!("Load of {person}"),
                value,
                ids(&mut cases.iter().collect::<Vec<_>>().iter().filter(had)),
            );
        }
        for line in &mut out {
            line.cases.sort_unstable();
            line.cases.dedup();
        }
        Ok(out)
    }
}

/// When something was due, and when it was over.
type Promised = (Option<Instant>, Option<Instant>);

/// The cases that count against a figure; where none does, all it is of.
fn else_all(against: Vec<CaseId>, all: impl Fn() -> Vec<CaseId>) -> Vec<CaseId> {
    if against.is_empty() { all() } else { against }
}

/// The ways through with the cases that went each, those that most went first.
fn variants<'c>(done: &[&'c CaseFacts]) -> Vec<(Vec<&'c Handle>, Vec<CaseId>)> {
    let mut ways = BTreeMap::<Vec<&Handle>, Vec<CaseId>>::new();
    for case in done {
        let worked = case.visits.iter().filter(|visit| visit.done || visit.returned);
        ways.entry(worked.map(|visit| &visit.step).collect()).or_default().push(case.id);
    }
    let mut ways = ways.into_iter().collect::<Vec<_>>();
    ways.sort_by_key(|(_, cases)| (std::cmp::Reverse(cases.len()), cases.first().copied()));
    ways
}
