//! The windows of a calendar as instants, date by date, and the same local time on another working day. What
//! is counted in them is `business`.

use super::calendar::Calendar;
use super::instant::Instant;
use super::zone::Fold;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// After so many dates without a window a calendar is taken to stay shut.
const GIVE_UP_AFTER: u32 = 3_660;

/// A stretch in which the calendar is open, and the date it belongs to. `from` lies before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening {
    pub date: NaiveDate,
    pub from: Instant,
    pub to: Instant,
}

/// The openings of the dates from one on, in order and apart: time in two windows belongs to the first.
struct Openings<'a> {
    calendar: &'a Calendar,
    date: NaiveDate,
    end: NaiveDate,
    window: usize,
    covered: Instant,
    idle: u32,
}

impl<'a> Openings<'a> {
    /// Begins two dates before `first` because a night shift, or a day whose clocks go back at midnight,
    /// reaches into the next dates.
    fn around(calendar: &'a Calendar, first: NaiveDate, end: NaiveDate) -> Self {
        let (date, covered) = (earlier(first, 2), Instant(i64::MIN));
        Openings { calendar, date, end, window: 0, covered, idle: 0 }
    }

    /// Of the dates from `first` to before `end`.
    fn of(calendar: &'a Calendar, first: NaiveDate, end: NaiveDate) -> impl Iterator<Item = Opening> + 'a {
        Openings::around(calendar, first, end).skip_while(move |o| o.date < first)
    }
}

impl Iterator for Openings<'_> {
    type Item = Opening;

    fn next(&mut self) -> Option<Opening> {
        while self.date < self.end && self.idle < GIVE_UP_AFTER {
            let Some(window) = self.calendar.hours(self.date).get(self.window) else {
                self.date = later(self.date, 1);
                self.window = 0;
                self.idle += 1;
                continue;
            };
            self.window += 1;
            let (open, close) = window.on(self.date);
            let from = self.calendar.zone().instant(open, Fold::Earliest).max(self.covered);
            let to = self.calendar.zone().instant(close, Fold::Latest);
            // A window may lie in a gap or in another window.
            if from < to {
                self.covered = to;
                self.idle = 0;
                return Some(Opening { date: self.date, from, to });
            }
        }
        None
    }
}

/// A working day and a local time on it, from the midnight that begins it; more than 24 hours for the small
/// hours of a night shift.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    date: NaiveDate,
    time: TimeDelta,
}

/// To which working day an instant belongs that is in no opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outside {
    /// To the next opening: work begins then.
    Begins,
    /// To the one that closes at that instant, else to the next: what was due at closing was due that day.
    Goes,
    /// To the last closing, looking back.
    Came,
}

impl Calendar {
    /// The openings that end after `at`, in order and apart.
    pub(super) fn openings(&self, at: Instant) -> impl Iterator<Item = Opening> + '_ {
        Openings::around(self, self.zone().date(at), NaiveDate::MAX).skip_while(move |o| o.to <= at)
    }

    /// The openings that begin before `at`, the latest first.
    pub(super) fn openings_back(&self, at: Instant) -> impl Iterator<Item = Opening> + '_ {
        let mut end = later(self.zone().date(at), 2);
        let mut week = Vec::new();
        let mut idle = 0;
        std::iter::from_fn(move || {
            while week.is_empty() && idle < GIVE_UP_AFTER {
                let first = earlier(end, 7);
                week.extend(Openings::of(self, first, end).take_while(|o| o.from < at));
                end = first;
                idle += 7;
            }
            let last = week.pop()?;
            idle = 0;
            Some(last)
        })
    }

    /// Where an instant is on the working days; `None` when the calendar stays shut.
    pub(super) fn place(&self, at: Instant, outside: Outside) -> Option<Place> {
        let place =
            |date, at: Instant| Place { date, time: self.zone().local(at).naive_local() - midnight(date) };
        let next = self.openings(at).next();
        if let Some(open) = next.filter(|open| open.from <= at) {
            return Some(place(open.date, at));
        }
        let last = || self.openings_back(at).next();
        match outside {
            Outside::Begins => next.map(|open| place(open.date, open.from)),
            Outside::Goes => last()
                .filter(|shut| shut.to == at)
                .map(|shut| place(shut.date, at))
                .or_else(|| next.map(|open| place(open.date, open.from))),
            Outside::Came => last().map(|shut| place(shut.date, shut.to)),
        }
    }

    /// The same local time on the first, second, … working day after the place. A time before the first window
    /// is its opening, one in a break or after the last window is the closing before it.
    pub(super) fn days_after(&self, place: Place) -> impl Iterator<Item = Instant> + '_ {
        let mut openings = Openings::of(self, later(place.date, 1), NaiveDate::MAX).peekable();
        std::iter::from_fn(move || {
            let first = openings.next()?;
            let wanted = self.zone().instant(midnight(first.date) + place.time, Fold::Earliest);
            let mut at = within(first, wanted);
            while let Some(next) = openings.next_if(|next| next.date == first.date) {
                if wanted >= next.from {
                    at = within(next, wanted);
                }
            }
            Some(at)
        })
    }

    /// As `days_after`, for the working days before the place.
    pub(super) fn days_before(&self, place: Place) -> impl Iterator<Item = Instant> + '_ {
        let noon = self.zone().instant(midnight(place.date) + TimeDelta::hours(12), Fold::Earliest);
        let mut openings = self.openings_back(noon).skip_while(move |o| o.date >= place.date).peekable();
        std::iter::from_fn(move || {
            let mut shown = openings.next()?;
            let date = shown.date;
            let wanted = self.zone().instant(midnight(date) + place.time, Fold::Earliest);
            while let Some(before) = openings.next_if(|before| before.date == date) {
                if wanted < shown.from {
                    shown = before;
                }
            }
            Some(within(shown, wanted))
        })
    }

    /// The opening of the first window of a date; `None` when it is no working day.
    pub(super) fn opening(&self, date: NaiveDate) -> Option<Instant> {
        Openings::of(self, date, later(date, 1)).next().map(|o| o.from)
    }

    /// The next day on which the calendar opens after that of this instant, as somebody would type it.
    pub fn next_day_words(&self, at: Instant) -> String {
        let today = self.zone().date(at);
        let next = self.openings(at).map(|o| o.date).find(|date| *date > today);
        match next.map(|date| (date, date.signed_duration_since(today).num_days())) {
            None | Some((_, 1)) => "tomorrow".to_string(),
            Some((date, 2..=6)) => date.format("%a").to_string().to_lowercase(),
            Some((date, _)) => date.to_string(),
        }
    }

    /// The closing of the last window of a date; `None` when it is no working day.
    pub(super) fn closing(&self, date: NaiveDate) -> Option<Instant> {
        Openings::of(self, date, later(date, 1)).last().map(|o| o.to)
    }
}

fn within(opening: Opening, at: Instant) -> Instant {
    at.max(opening.from).min(opening.to)
}

fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

fn earlier(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

fn later(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}
