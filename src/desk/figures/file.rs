//! An event log as rows for figures: straight from a file, or the finished work of a process. Computes nothing;
//! what a transition means is for `domain::figures` to say.

use super::EVER;
use super::finished::{Became, FinishedWork, Handles};
use crate::desk::{Desk, Error};
use crate::domain::catalog::{Catalog, told_apart};
use crate::domain::figures::{Event, Log, NONE, Names, Rule};
use crate::domain::process::Measure;
use crate::domain::{Handle, Instant, Party, RecordId};
use crate::eventlog::{self, Guess, Item, Lifecycle, Options, View};
use crate::store::FinishedCase;
use std::collections::BTreeMap;
use std::path::Path;

/// Rows of a log, and what its file was taken for, a line each.
#[derive(Debug)]
pub struct LogRows {
    pub log: Log,
    pub guess: Vec<String>,
}

/// Reads a log without importing it: every event, whatever its transition. `group` names the column of groups;
/// XES has its own.
///
/// # Errors
/// A file that cannot be read to its end.
pub fn read_log(path: &Path, options: &Options, group: Option<&str>) -> Result<LogRows, Error> {
    // The reader can pair starts and completes its way; figures need each event, and what it says. So every
    // event is read, once.
    let view = if options.view == View::Auto { View::All } else { options.view };
    let group = group.map(str::to_string);
    let raw = Options { group, view, cases: true, ..options.clone() };
    let (mut log, mut guess, report) = rows(path, &raw)?;
    let by_start = guess.has_start();
    let is_raw = report.lifecycle.iter().any(|(name, _)| name != "complete");
    if is_raw && by_start {
        // Rows that have a start of their own are work already, whatever others say.
        (log, guess, _) = rows(path, &Options { view: options.view, ..raw })?;
    }
    log.intervals = by_start;
    // Where all rows are complete, each in its own spelling, a classifier still tells them apart.
    if by_start || (!is_raw && log.transitions.len() < 2) {
        let only = match report.lifecycle.as_slice() {
            [(only, _)] => Some(only),
            _ => None,
        };
        (log.transitions, log.instances) = Default::default();
        let transition = log.transitions.maybe(only.filter(|_| !is_raw).map(String::as_str));
        log.events.iter_mut().for_each(|event| (event.transition, event.instance) = (transition, NONE));
    }
    if options.view == View::Auto {
        // Said as the reader says it when it pairs.
        let said = |word: &str| report.lifecycle.iter().any(|(name, _)| name == word);
        guess.lifecycle = match guess.lifecycle {
            Lifecycle::Ignored if said("start") && !by_start => Lifecycle::Paired,
            Lifecycle::Ignored if said("complete") || report.lifecycle.is_empty() => Lifecycle::CompleteOnly,
            lifecycle => lifecycle,
        };
    }
    let mut guess = guess.to_string().lines().map(str::to_string).collect::<Vec<_>>();
    guess.extend(report.refused_in_words());
    guess.extend(report.backwards_in_words().map(|words| format!("warning {words}")));
    Ok(LogRows { log, guess })
}

fn rows(path: &Path, options: &Options) -> Result<(Log, Guess, eventlog::Report), Error> {
    let mut log = Log::default();
    let mut sink = |item: Item<'_>| {
        if let Item::Row(row) = item {
            let case = log.cases.number(row.case);
            let said = row.of_case.iter().find(|said| said.key == eventlog::DEADLINE);
            if let Some(deadline) =
                said.and_then(|said| eventlog::instant_of(said.text, options.zone.as_deref()))
            {
                log.due(case, deadline);
            }
            log.events.push(Event {
                case,
                activity: log.activities.number(row.activity),
                start: row.start_ms,
                end: row.end_ms,
                resource: log.resources.maybe(row.resource),
                group: log.groups.maybe(row.group),
                transition: log.transitions.maybe(row.transition),
                instance: log.instances.maybe(row.instance),
            });
        }
        Ok(())
    };
    let (guess, report) = eventlog::read(path, options, &mut |_, _| (), &mut sink).map_err(told)?;
    log.dropped = report.rejected;
    Ok((log, guess, report))
}

fn told(error: eventlog::Error) -> Error {
    match error.to_string().rsplit_once("; ") {
        Some((what, hint)) => Error::input(what.to_string(), hint.to_string()),
        None => Error::input(error.to_string(), "Nothing was measured."),
    }
}

/// Which finished cases are measured.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    pub from: Option<Instant>,
    pub to: Option<Instant>,
    /// Only those of this version that have always been of it.
    pub version: Option<u32>,
    /// Only those about a record of this kind.
    pub kind: Option<Handle>,
    /// Only those this party had a part in: work in hand, as a person or as a member of the role, or offered to it.
    pub party: Option<Party>,
    /// Only those about this record whose contact had a part in them: a step was for somebody outside.
    pub about: Option<RecordId>,
    /// Tell the kind of the record each is about, which takes a look at every record.
    pub kinds: bool,
}

impl Chosen {
    /// Whether every case of the period is meant.
    pub fn is_all(&self) -> bool {
        self.version.is_none() && self.kind.is_none() && !self.is_of_somebody()
    }

    /// Whether only those are meant that somebody had a part in.
    pub fn is_of_somebody(&self) -> bool {
        self.party.is_some() || self.about.is_some()
    }

    pub(super) fn takes(&self, case: &FinishedCase) -> bool {
        self.version.is_none_or(|version| version == case.version && !case.migrated)
            && self.kind.as_ref().is_none_or(|kind| case.kind.as_ref() == Some(kind))
    }
}

impl Desk {
    /// The finished work of the finished cases of a process as a log: activities by the titles of their steps,
    /// owners by their names, cases by their number or by what the log they came from called them.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub fn log_of(&mut self, process: &Handle, chosen: &Chosen) -> Result<Log, Error> {
        let work = self.finished_cases(process, chosen)?;
        Ok(work.log(&*self.catalog()?, process, chosen))
    }

    /// The zone by whose clocks the weeks of a process begin: its own, where it has one, else the company's.
    ///
    /// # Errors
    /// Those of the store.
    pub fn zone_for_weeks(&mut self, process: &Handle) -> Result<crate::domain::zone::Zone, Error> {
        let catalog = self.catalog()?;
        let own = catalog.newest(process).and_then(|(_, newest)| newest.measure.as_ref()?.zone.clone());
        Ok(own.unwrap_or_else(|| catalog.company_zone()))
    }
}

impl FinishedWork {
    /// As a log: activities by the titles of their steps, owners by their names, cases by their number or by what the
    /// log they came from called them. `process` and `chosen` are those it was read for.
    pub fn log(&self, catalog: &Catalog, process: &Handle, chosen: &Chosen) -> Log {
        let cases = Names::with_room_for(self.cases.len());
        let mut log = Log { cases, groups: self.groups.clone(), ..Log::default() };
        let name = |case: &FinishedCase| match &case.foreign {
            Some(name) => log.cases.number(name),
            None => log.cases.number(&case.id.to_string()),
        };
        let numbers = self.cases.iter().map(name).collect::<Vec<_>>();
        let number = |case: u32| numbers.get(case as usize).copied().unwrap_or(NONE);
        for (case, deadline) in &self.deadlines {
            log.due(number(*case), *deadline);
        }
        let titles = titles(catalog, process);
        let people = catalog.names_in_logs();
        // Handles are told apart as they come; their names are looked up once each.
        let (mut steps, mut owners) = (Own::default(), Own::default());
        log.events.reserve_exact(self.rows.len());
        for row in self.rows.iter().filter(|row| matches!(row.became, Became::Done | Became::Returned)) {
            log.intervals |= row.accepted != row.ended;
            log.events.push(Event {
                case: number(row.case),
                activity: steps.number(row.step, &self.steps, &titles, &mut log.activities),
                start: row.accepted.0,
                end: row.ended.0,
                resource: owners.number(row.holder, &self.people, &people, &mut log.resources),
                group: row.group,
                transition: NONE,
                instance: NONE,
            });
        }
        let measure = catalog.newest(process).and_then(|(_, newest)| newest.measure.as_ref());
        log.intervals |= measure.is_some_and(|measure| measure.intervals);
        log.rule = measure.map(|measure| rule(measure, &titles, &log)).unwrap_or_default();
        // A log has no word for what it was done for: done once for each, it is meant to come again.
        let for_items = self.for_items.iter().filter_map(|step| *steps.numbers.get(*step as usize)?);
        log.rule.repeats.extend(for_items);
        let (from, to) = (chosen.from.unwrap_or(EVER.0), chosen.to.unwrap_or(EVER.1));
        log.leave_unfinished_out(from.0, to.0);
        log
    }
}

/// How the newest version is measured, in the names of the log.
fn rule(measure: &Measure, titles: &BTreeMap<Handle, String>, log: &Log) -> Rule {
    let number = |step: &Handle| {
        // What nobody has done yet has no number, and nothing to measure.
        log.activities.find(titles.get(step).map_or(step.as_str(), String::as_str))
    };
    let ways = measure.deliberate.iter().filter_map(|way| Some((number(&way.from)?, number(&way.to)?)));
    let finish = measure.finish.as_ref().map(|step| number(step).unwrap_or(NONE));
    Rule { finish, deliberate: ways.collect(), repeats: measure.repeats.iter().filter_map(number).collect() }
}

/// For each number of a handle that of the name it stands for.
#[derive(Default)]
struct Own {
    numbers: Vec<Option<u32>>,
}

impl Own {
    /// [`NONE`] for nobody.
    fn number(
        &mut self,
        of: u32,
        handles: &Handles,
        names: &BTreeMap<Handle, String>,
        into: &mut Names,
    ) -> u32 {
        let Some(handle) = handles.get(of) else { return NONE };
        let at = of as usize;
        if self.numbers.len() <= at {
            self.numbers.resize(at + 1, None);
        }
        let name = || into.number(names.get(handle).map_or(handle.as_str(), String::as_str));
        self.numbers.get_mut(at).map_or(NONE, |known| *known.get_or_insert_with(name))
    }
}

/// What each step is called by the newest version that has it; where two are called the same, with the handle.
fn titles(catalog: &Catalog, process: &Handle) -> BTreeMap<Handle, String> {
    let mut titles = BTreeMap::new();
    for version in catalog.processes.get(process).into_iter().flatten() {
        titles.extend(version.steps.iter().map(|step| (step.handle.clone(), step.title.clone())));
    }
    told_apart(titles)
}
