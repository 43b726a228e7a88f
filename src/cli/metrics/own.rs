//! The cases a verb is about: process, period, version, kind of record and party as typed.

use crate::cli::args_metrics::Period;
use crate::cli::print::Table;
use crate::cli::process::version_of;
use crate::cli::record::no_kind;
use crate::cli::session::{Session, Work};
use crate::desk::{CaseFilter, Chosen, EVER, Error};
use crate::domain::calendar::Calendar;
use crate::domain::catalog::Catalog;
use crate::domain::counted::counted;
use crate::domain::flow::{CaseFacts, StepTimes, Waits, step_times};
use crate::domain::metrics::{Stat, THIN};
use crate::domain::visits::is_outside;
use crate::domain::zone::Fold;
use crate::domain::{Handle, Instant, Party, RecordId, Span, when};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The period when nobody names one.
const DAYS: i64 = 90;

/// What was asked for, loaded.
pub struct Own {
    pub work: Work,
    pub process: Handle,
    pub catalog: Arc<Catalog>,
    pub calendar: Option<Arc<Calendar>>,
    pub cases: Vec<CaseFacts>,
    /// When those began and were withdrawn that were so in the period or after: they were in progress until then.
    pub withdrawn: Vec<(Instant, Instant)>,
    /// How many that were withdrawn after a period in the past were past their due instant at its end.
    pub late_before_withdrawn: usize,
    /// Steps that are meant to come again.
    pub meant: Vec<Handle>,
    /// Where the period begins and ends.
    pub from: Instant,
    pub to: Instant,
}

/// Whether a period is everything there ever was.
pub fn is_ever(from: Instant) -> bool {
    from <= EVER.0
}

/// First and last instant of the period.
pub fn edges(work: &mut Work, period: &Period) -> Result<(Instant, Instant), Error> {
    let (from, to) = (edge(work, period.from.as_deref())?, edge(work, period.to.as_deref())?);
    if period.ever {
        return Ok(EVER);
    }
    let to = to.unwrap_or(work.now);
    let from = from.unwrap_or(to - Span::DAY.times(DAYS));
    if from >= to {
        let day = |at: Instant| work.zone.date(at);
        return Err(Error::input(
            format!("A period from {} to {} has no day in it.", day(from), day(to)),
            "--from is its first day, and --to the day after its last; without --to it ends today.",
        ));
    }
    Ok((from, to))
}

/// The same; where nobody named a period and nothing ended in the usual one, as with a log of years ago, it is
/// everything there ever was.
pub fn lively(s: &mut Session, work: &mut Work, period: &Period) -> Result<(Instant, Instant), Error> {
    let (from, to) = edges(work, period)?;
    let named = period.ever || period.from.is_some() || period.to.is_some();
    let is_any = match work.desk.done_between(&period.process)?.map(|(_, last)| last) {
        Some(last) if last < from => false,
        // What was done this very instant is not before now.
        Some(last) if last >= to => !work.desk.cases(&done_within(&period.process, (from, to)))?.is_empty(),
        _ => true,
    };
    if named || is_any {
        return Ok((from, to));
    }
    s.say(&format!("Nothing ended in the last {DAYS} days: these are figures of everything there ever was."));
    Ok(EVER)
}

fn done_within(process: &Handle, ended: (Instant, Instant)) -> CaseFilter {
    let (process, state, ended) = (Some(process.clone()), Some("done".to_string()), Some(ended));
    CaseFilter { process, state, ended, limit: Some(1), ..CaseFilter::default() }
}

/// A day as typed.
fn edge(work: &mut Work, text: Option<&str>) -> Result<Option<Instant>, Error> {
    let Some(text) = text else { return Ok(None) };
    let date = text.parse::<chrono::NaiveDate>().map_err(|_| {
        Error::input(format!("`{}` is no date.", text.escape_debug()), "Write it like 2026-11-27.")
    })?;
    Ok(Some(work.zone.instant(date.and_time(chrono::NaiveTime::MIN), Fold::Earliest)))
}

pub fn chosen(work: &mut Work, period: &Period) -> Result<Chosen, Error> {
    let (from, to) = edges(work, period)?;
    let catalog = work.catalog()?;
    if period.version.is_some() {
        version_of(&catalog, &period.process, period.version)?;
    }
    if let Some(kind) = period.kind.as_ref().filter(|kind| !catalog.kinds.contains_key(kind)) {
        return Err(no_kind(kind, catalog.kinds.keys()));
    }
    let (party, about) = party(work, period.party.as_deref())?;
    Ok(Chosen {
        from: Some(from),
        to: Some(to),
        version: period.version,
        kind: period.kind.clone(),
        party,
        about,
        kinds: true,
    })
}

/// A party as typed; or the record whose contact is meant, by the name `metrics people` gives it.
fn party(work: &mut Work, text: Option<&str>) -> Result<(Option<Party>, Option<RecordId>), Error> {
    let Some(text) = text else { return Ok((None, None)) };
    let refused = match work.party(text) {
        Ok(party) => return Ok((Some(party), None)),
        Err(refused) => refused,
    };
    // Where it is neither, what is said of people names the nearest of them.
    match work.record(text) {
        Ok(record) => Ok((None, Some(record))),
        Err(_) => Err(refused),
    }
}

/// Cases that were done in the period, and those open now.
pub fn load(s: &mut Session, period: &Period) -> Result<Own, Error> {
    loaded(s, period, false)
}

/// The same as it stood at the end of the period: what ended since was open then, and what began since was not there.
pub fn load_then(s: &mut Session, period: &Period) -> Result<Own, Error> {
    loaded(s, period, true)
}

/// The file, by the clocks of the process: figures are the same whoever asks, so days and weeks are its own, or the
/// company's.
pub fn look(s: &mut Session, period: &Period) -> Result<Work, Error> {
    let mut work = s.look()?;
    work.zone = work.desk.zone_for_weeks(&period.process)?;
    Ok(work)
}

fn loaded(s: &mut Session, period: &Period, then: bool) -> Result<Own, Error> {
    let mut work = look(s, period)?;
    let chosen = chosen(&mut work, period)?;
    let (from, to) = lively(s, &mut work, period)?;
    let past = then && to < work.now;
    let chosen = Chosen { from: Some(from), to: Some(to).filter(|_| !past), ..chosen };
    let mut cases = work.desk.facts(&period.process, &chosen)?;
    let mut withdrawn = work.desk.withdrawn(&period.process, &chosen)?;
    let mut late_before_withdrawn = 0;
    if past {
        late_before_withdrawn = work.desk.late_before_withdrawn(&period.process, &chosen, to)?;
        cases = cases.into_iter().filter_map(|case| case.as_of(to)).collect();
        withdrawn.retain(|case| case.0 < to);
    }
    let catalog = work.catalog()?;
    let newest = catalog.newest(&period.process);
    if let Some(finish) = newest.and_then(|(_, process)| process.measure.as_ref()?.finish.as_ref()) {
        s.say(&format!(
            "A case is finished when `{finish}` was done last; one that never came there is left out."
        ));
    }
    let meant = newest.and_then(|(_, process)| Some(process.measure.as_ref()?.repeats.clone()));
    let meant = meant.unwrap_or_default();
    let calendar = newest.and_then(|(_, process)| catalog.calendar_of(process));
    let calendar =
        calendar.and_then(|calendar| catalog.newest_calendar(&calendar).map(|(_, own)| own.clone()));
    let process = period.process.clone();
    Ok(Own { work, process, catalog, calendar, cases, withdrawn, late_before_withdrawn, meant, from, to })
}

impl Own {
    /// When what is told as now was: the end of the period, where that has passed.
    pub fn at(&self) -> Instant {
        self.to.min(self.work.now)
    }

    /// When each case began, also those that were withdrawn.
    pub fn begun(&self) -> impl Iterator<Item = Instant> {
        let withdrawn = self.withdrawn.iter().map(|(begun, _)| *begun);
        self.cases.iter().map(|case| case.started).chain(withdrawn)
    }

    /// When the work of finished cases waited in hand.
    pub fn waits(&mut self) -> Result<Waits, Error> {
        self.work.desk.waits(&self.cases)
    }

    pub fn step_times(&mut self) -> Result<Vec<StepTimes>, Error> {
        let waits = self.waits()?;
        Ok(step_times(&self.cases, &waits, self.calendar.as_deref()))
    }

    /// Steps that are done outside, by any version.
    pub fn outside(&self, process: &Handle) -> BTreeSet<Handle> {
        let steps = self.catalog.processes.get(process).into_iter().flatten().flat_map(|one| &one.steps);
        let theirs = steps.filter(|step| is_outside(step));
        theirs.map(|step| step.handle.clone()).collect()
    }

    /// Steps of the newest version with their titles, in its order.
    pub fn steps(&self, process: &Handle) -> Vec<(Handle, String)> {
        let newest = self.catalog.newest(process);
        let steps = newest.into_iter().flat_map(|(_, process)| &process.steps);
        steps.map(|step| (step.handle.clone(), step.title.clone())).collect()
    }

    /// Whether all that finished is what logs told that know no more than rows.
    pub fn logged(&self) -> bool {
        let mut done = crate::domain::flow::finished(&self.cases).peekable();
        done.peek().is_some() && done.all(|case| case.imported)
    }

    /// Which cases were counted, in words: those that finished in the period and those open now.
    pub fn cases_words(&self) -> String {
        let open = crate::domain::flow::open(&self.cases).count();
        format!("{} finished ({}) and {}", self.cases.len() - open, self.period(), counted(open, "open case"))
    }

    /// The period in words.
    pub fn period(&self) -> String {
        let day = |at: Instant| self.work.zone.date(at).format("%Y-%m-%d").to_string();
        match is_ever(self.from) {
            true => "everything there ever was".to_string(),
            false => format!("{} to {}", day(self.from), day(self.to)),
        }
    }
}

/// `median 2d, mean 3d, 85% within 5d, n 34`; of fewer than twenty `median 2d, mean 3d, n 7 (thin: fewer than 20)`.
pub fn words(stat: &Stat) -> String {
    said(stat, when::length)
}

/// The same of lengths by a calendar.
pub fn words_in_hours(stat: &Stat) -> String {
    said(stat, when::hours)
}

fn said(stat: &Stat, shown: fn(Span) -> String) -> String {
    let (Some(median), Some(within), Some(mean)) = (stat.median_span(), stat.within, stat.mean()) else {
        return "--".to_string();
    };
    let (median, mean) = (shown(median), shown(Span(mean.round() as i64)));
    match stat.thin() {
        true => format!("median {median}, mean {mean}, n {} (thin: fewer than 20)", stat.n),
        false => format!("median {median}, mean {mean}, 85% within {}, n {}", shown(within), stat.n),
    }
}

/// The median; thin ones are marked.
pub fn brief(stat: &Stat) -> String {
    median(stat, when::length)
}

/// The same of lengths by a calendar.
pub fn hours(stat: Option<&Stat>) -> String {
    stat.map_or_else(|| "--".to_string(), |stat| median(stat, when::hours))
}

fn median(stat: &Stat, shown: fn(Span) -> String) -> String {
    match stat.median_span() {
        Some(median) => format!("{}{}", shown(median), if stat.thin() { "~" } else { "" }),
        None => "--".to_string(),
    }
}

/// What 85 of a hundred stayed within: a promise, which fewer than twenty do not make.
pub fn within(stat: &Stat) -> String {
    stat.within.filter(|_| !stat.thin()).map_or_else(|| "--".to_string(), when::length)
}

/// A share, with `~` of fewer than twenty as lengths have it.
pub fn percent(part: usize, of: usize) -> String {
    let mark = if of < THIN { "~" } else { "" };
    if of == 0 { "--".to_string() } else { format!("{:.0}%{mark}", 100.0 * part as f64 / of as f64) }
}

/// A table after what was said before it, where it has rows.
pub fn add(s: &mut Session, table: &Table) {
    if !table.is_empty() {
        if !s.plain && !s.out.is_empty() {
            s.out.push('\n');
        }
        s.out.push_str(&table.text(s.plain, s.room));
    }
}
