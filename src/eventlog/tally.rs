//! Where both readers hand in their rows: counted, then passed on. It judges no row.

use std::cell::Cell;
use std::rc::Rc;

use super::book::Book;
use super::error::{Error, Kind};
use super::report::Report;
use super::settings::Settings;
use super::spread::Spread;
use super::time::Stamp;
use super::zone::{Change, Zone};
use super::{Item, Reason, Rejection, Row, Stop, excerpt};

pub(super) struct Tally<'s> {
    pub report: Report,
    /// Of times without an offset.
    zone: Zone,
    book: Book,
    spread: Spread,
    sink: &'s mut dyn FnMut(Item<'_>) -> Result<(), Stop>,
}

impl<'s> Tally<'s> {
    pub fn new(
        bytes: u64,
        settings: &Settings<'_>,
        sink: &'s mut dyn FnMut(Item<'_>) -> Result<(), Stop>,
    ) -> Self {
        let report = Report { bytes, ..Report::default() };
        Self { report, zone: settings.zone.clone(), book: Book::default(), spread: Spread::default(), sink }
    }

    /// Hands a row on; whether its case is new.
    pub fn row(&mut self, row: Row<'_>) -> Result<bool, Error> {
        let report = &mut self.report;
        let noted = self.book.note(row.case, row.start_ms, row.end_ms);
        report.accepted += 1;
        report.cases += u64::from(noted.new_case);
        report.tied += u64::from(noted.tied);
        report.out_of_order += u64::from(noted.out_of_order);
        report.out_of_order_cases += u64::from(noted.first_out_of_order);
        report.without_resource += u64::from(row.resource.is_none());
        report.grouped += u64::from(row.group.is_some());
        report.first_ms = Some(report.first_ms.map_or(row.start_ms, |first| first.min(row.start_ms)));
        report.last_ms = Some(report.last_ms.map_or(row.end_ms, |last| last.max(row.end_ms)));
        self.spread.note(row.end_ms);
        (self.sink)(Item::Row(row)).map_err(|Stop| Kind::Stopped)?;
        Ok(noted.new_case)
    }

    pub fn reject(&mut self, line: u64, reason: Reason, value: Option<&str>) -> Result<(), Error> {
        self.report.refuse(reason, line);
        let rejection = Rejection { line, reason, value: value.map(excerpt) };
        (self.sink)(Item::Rejected(rejection)).map_err(|Stop| Kind::Stopped.into())
    }

    /// Notes how the time of an accepted row was written.
    pub fn time(&mut self, stamp: Stamp) {
        self.report.date_only += u64::from(stamp.is_midnight());
        match stamp.offset_s {
            Some(offset) => *self.report.offsets.entry(offset).or_default() += 1,
            None => self.report.naive_times += 1,
        }
        match self.zone.changed(stamp) {
            Some(Change::Twice) => self.report.twice += 1,
            Some(Change::Never) => self.report.never += 1,
            None => {}
        }
    }

    /// Says that all rows of the current case are in.
    pub fn case_is_complete(&mut self) {
        self.book.forget_times();
    }

    /// The report, or the sentence that nothing in the file is a step.
    pub fn finish(mut self) -> Result<Report, Error> {
        let report = &mut self.report;
        if report.accepted == 0 && report.ignored + report.starts_without_complete > 0 {
            let names: Vec<_> = report.lifecycle.iter().take(5).map(|(name, _)| excerpt(name)).collect();
            return Err(Kind::NoCompletes(names.join(", ")).into());
        }
        if report.paired + report.starts_without_complete == 0 {
            report.completes_without_start = 0;
        }
        report.approximate =
            self.book.cases_overflow || (self.book.times_overflow && report.out_of_order > 0);
        if let Some(core) = self.spread.core() {
            (report.core_ms, report.outside) = (Some(core.ms), core.outside);
        }
        report.warn();
        Ok(self.report)
    }
}

/// Tells the caller how far the reading is, now and then.
pub(super) struct Progress<'p> {
    pub done: Rc<Cell<u64>>,
    /// Bytes of passes before this one.
    pub before: u64,
    pub total: u64,
    pub next: u64,
    pub tell: &'p mut dyn FnMut(u64, u64),
}

impl Progress<'_> {
    const STEP: u64 = 256 * 1024;

    pub fn tick(&mut self) {
        if self.done.get() >= self.next {
            (self.tell)(self.before + self.done.get(), self.total);
            self.next = self.done.get() + Self::STEP;
        }
    }

    pub fn end(&mut self) {
        (self.tell)(self.before + self.done.get(), self.total);
    }
}
