//! The cases a verb is about: process, period, version, kind of record and party as typed.

use crate::cli::args_metrics::Period;
use crate::cli::print::Table;
use crate::cli::session::{Session, Work};
use crate::desk::{CaseFilter, Chosen, Error};
use crate::domain::calendar::Calendar;
use crate::domain::catalog::Catalog;
use crate::domain::flow::{CaseFacts, StepTimes, step_times};
use crate::domain::metrics::Stat;
use crate::domain::zone::Fold;
use crate::domain::{Handle, Instant, Span, when};
use std::sync::Arc;

/// The period when nobody names one.
const DAYS: i64 = 90;
const EVER: (Instant, Instant) = (Instant(i64::MIN / 4), Instant(i64::MAX / 4));

/// What was asked for, loaded.
pub struct Own {
    pub work: Work,
    pub catalog: Arc<Catalog>,
    pub calendar: Option<Arc<Calendar>>,
    pub cases: Vec<CaseFacts>,
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
    Ok((from.unwrap_or(to - Span::DAY.times(DAYS)), to))
}

/// The same; where nobody named a period and nothing ended in the usual one, as with a log of years ago, it is
/// everything there ever was.
pub fn lively(s: &mut Session, work: &mut Work, period: &Period) -> Result<(Instant, Instant), Error> {
    let (from, to) = edges(work, period)?;
    let named = period.ever || period.from.is_some() || period.to.is_some();
    let done = |ended| CaseFilter {
        process: Some(period.process.clone()),
        state: Some("done".to_string()),
        ended,
        limit: Some(1),
        ..CaseFilter::default()
    };
    if named
        || !work.desk.cases(&done(Some((from, to))))?.is_empty()
        || work.desk.cases(&done(None))?.is_empty()
    {
        return Ok((from, to));
    }
    s.say(&format!("Nothing ended in the last {DAYS} days: these are figures of everything there ever was."));
    Ok(EVER)
}

/// A day as typed.
pub fn edge(work: &mut Work, text: Option<&str>) -> Result<Option<Instant>, Error> {
    let Some(text) = text else { return Ok(None) };
    let date = text.parse::<chrono::NaiveDate>().map_err(|_| {
        Error::input(format!("`{}` is no date.", text.escape_debug()), "Write it like 2026-11-27.")
    })?;
    Ok(Some(work.zone.instant(date.and_time(chrono::NaiveTime::MIN), Fold::Earliest)))
}

pub fn chosen(work: &mut Work, period: &Period) -> Result<Chosen, Error> {
    let (from, to) = edges(work, period)?;
    Ok(Chosen {
        from: Some(from),
        to: Some(to),
        version: period.version,
        kind: period.kind.clone(),
        party: work.maybe_party(period.party.as_deref())?,
        kinds: true,
    })
}

pub fn load(s: &mut Session, period: &Period) -> Result<Own, Error> {
    let mut work = s.look()?;
    // Figures are the same whoever asks: days and weeks are the company's.
    work.zone = work.catalog()?.company_zone();
    let chosen = chosen(&mut work, period)?;
    let (from, to) = lively(s, &mut work, period)?;
    let chosen = Chosen { from: Some(from), to: Some(to), ..chosen };
    let cases = work.desk.facts(&period.process, &chosen)?;
    let catalog = work.catalog()?;
    let newest = catalog.newest(&period.process);
    if let Some(finish) = newest.and_then(|(_, process)| process.measure.as_ref()?.finish.as_ref()) {
        s.say(&format!(
            "A case is finished when `{finish}` was done last; one that never came there is left out."
        ));
    }
    let calendar = newest.and_then(|(_, process)| catalog.calendar_of(process));
    let calendar =
        calendar.and_then(|calendar| catalog.newest_calendar(&calendar).map(|(_, own)| own.clone()));
    Ok(Own { work, catalog, calendar, cases, from, to })
}

impl Own {
    pub fn step_times(&self) -> Vec<StepTimes> {
        step_times(&self.cases, self.calendar.as_deref())
    }

    /// Steps of the newest version with their titles, in its order.
    pub fn steps(&self, process: &Handle) -> Vec<(Handle, String)> {
        let newest = self.catalog.newest(process);
        let steps = newest.into_iter().flat_map(|(_, process)| &process.steps);
        steps.map(|step| (step.handle.clone(), step.title.clone())).collect()
    }

    /// Which cases were counted, in words: those that finished in the period and those open now.
    pub fn cases_words(&self) -> String {
        let open = crate::domain::flow::open(&self.cases).count();
        format!("{} finished ({}) and {open} open cases", self.cases.len() - open, self.period())
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

/// `median 2d, mean 3d, 85% within 5d, n 34 (thin)`
pub fn words(stat: &Stat) -> String {
    let (Some(median), Some(within), Some(mean)) = (stat.median_span(), stat.within, stat.mean()) else {
        return "--".to_string();
    };
    let thin = if stat.thin() { " (thin)" } else { "" };
    format!(
        "median {}, mean {}, 85% within {}, n {}{thin}",
        when::distance(median),
        when::distance(Span(mean.round() as i64)),
        when::distance(within),
        stat.n
    )
}

/// The median with how many it is of; thin ones are marked.
pub fn brief(stat: &Stat) -> String {
    match stat.median_span() {
        Some(median) => format!("{}{}", when::distance(median), if stat.thin() { "~" } else { "" }),
        None => "--".to_string(),
    }
}

pub fn percent(part: usize, of: usize) -> String {
    if of == 0 { "--".to_string() } else { format!("{:.0}%", 100.0 * part as f64 / of as f64) }
}

/// A table after what was said before it, where it has rows.
pub fn add(s: &mut Session, table: &Table) {
    if !table.is_empty() {
        if !s.plain && !s.out.is_empty() {
            s.out.push('\n');
        }
        s.out.push_str(&table.text(s.plain));
    }
}
