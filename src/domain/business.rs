//! Business time: how much of a goal is used, when it is due, and why. Takes the pauses as they are logged;
//! decides nothing about breaches and ladders, which is `clock`.

use super::calendar::Calendar;
use super::goal::{Goal, Unit};
use super::instant::{Instant, Span};
use super::working_day::Outside;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A stretch in which a clock stands still. Without an end it still does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub from: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Instant>,
}

/// Time counted in the unit of a goal: what is used of it, or as a margin what is left, negative when late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elapsed {
    /// Time as it passes, for minutes, hours, days and weeks.
    Plain(Span),
    /// Time the calendar is open, for business minutes and business hours.
    Open(Span),
    /// `whole + part / of` business days, the fraction in open time: `part` lies in `0..=of`, and equals `of`
    /// from closing time until the next day is full. In a margin `whole` is negative when late.
    Days { whole: i64, part: Span, of: Span },
}

/// One stretch of a count: from when to when, and how much of it counted. Less than its length when paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumed {
    pub from: Instant,
    pub to: Instant,
    pub counted: Span,
}

/// The last instant there is: of what never comes.
pub(super) const END: Instant = Instant(i64::MAX);

impl Calendar {
    /// The stretches in which the calendar is open from an instant on, in order and apart; the first begins at
    /// `from` when that is inside it. Computed as they are asked for; ends when ten years bring none.
    pub fn windows(&self, from: Instant) -> impl Iterator<Item = (Instant, Instant)> + '_ {
        self.openings(from).map(move |open| (open.from.max(from), open.to))
    }

    /// Whether the calendar is open; at the instant of closing it is not.
    pub fn is_open(&self, at: Instant) -> bool {
        self.next_opening(at) == Some(at)
    }

    /// The first instant from `at` on at which the calendar is open. `None` when it stays shut for ten years.
    pub fn next_opening(&self, at: Instant) -> Option<Instant> {
        self.windows(at).next().map(|(from, _)| from)
    }

    /// How long the calendar is open between two instants.
    pub fn open_time(&self, from: Instant, to: Instant) -> Span {
        self.counted(Unit::BusinessHour, from, to, &[])
    }

    /// The earliest instant at which as much as the goal has elapsed. `None` while a pause without an end
    /// begins before that, and when the calendar stays shut for ten years. A goal of nothing is due at once.
    ///
    /// Business days: without pauses due is the same local time that many working days later, counted from the
    /// next opening when `start` is outside the calendar. A working day is a date on which a window opens; a
    /// night shift belongs to the date it opens on. A local time before the first window of the day reached is
    /// its opening; one in a break or after the last window is the closing before it. Pauses move due on by
    /// the open time they covered, and it never falls inside one.
    pub fn due(&self, start: Instant, goal: Goal, pauses: &[Pause]) -> Option<Instant> {
        if goal.count <= 0 {
            return Some(start);
        }
        let pauses = merged(pauses, start);
        let Some(length) = length(goal) else { return self.due_in_days(start, goal.count, &pauses) };
        if goal.unit.is_business() {
            count_to(self.windows(start), length, &pauses)
        } else {
            count_to(std::iter::once((start, END)), length, &pauses)
        }
    }

    /// What has elapsed of a goal in this unit. Agrees with [`Calendar::due`]: it reaches the goal at due and
    /// not a millisecond before. Business days are counted where the clock would be had it not been paused:
    /// whole ones as the days whose due instant has passed, the rest as a part of the open time to the next.
    pub fn elapsed(&self, start: Instant, now: Instant, unit: Unit, pauses: &[Pause]) -> Elapsed {
        let pauses = merged(pauses, start);
        match unit {
            Unit::BusinessDay => self.elapsed_days(start, now, &pauses),
            Unit::BusinessMinute | Unit::BusinessHour => {
                Elapsed::Open(self.counted(unit, start, now, &pauses))
            }
            Unit::Minute | Unit::Hour | Unit::Day | Unit::Week => {
                Elapsed::Plain(self.counted(unit, start, now, &pauses))
            }
        }
    }

    /// The margin: what is left of the goal, negative when more has elapsed than was promised. Stands still
    /// while paused and, for business units, outside the calendar.
    pub fn remaining(&self, start: Instant, goal: Goal, pauses: &[Pause], now: Instant) -> Elapsed {
        let total = length(goal).unwrap_or_default();
        match self.elapsed(start, now, goal.unit, pauses) {
            Elapsed::Plain(used) => Elapsed::Plain(total - used),
            Elapsed::Open(used) => Elapsed::Open(total - used),
            Elapsed::Days { whole, part: Span::ZERO, of } => {
                Elapsed::Days { whole: goal.count - whole, part: Span::ZERO, of }
            }
            Elapsed::Days { whole, part, of } => {
                Elapsed::Days { whole: goal.count - whole - 1, part: of - part, of }
            }
        }
    }

    /// The instant a signed goal away from another, as the rungs of a ladder are from due. Forward it is the
    /// earliest, backward the latest instant with that much between the two. Unlike in [`Calendar::due`] an
    /// instant of closing belongs to the working day it closes: a business day after Friday's closing is
    /// Monday's. When the calendar stays shut that way it is the last or the first instant there is.
    pub fn shift(&self, at: Instant, by: Goal) -> Instant {
        let never = if by.count < 0 { Instant(i64::MIN) } else { END };
        let found = match length(by) {
            _ if by.count == 0 => Some(at),
            Some(length) if !by.unit.is_business() => Some(at + length),
            Some(length) if by.count > 0 => count_to(self.windows(at), length, &[]),
            Some(length) => self.count_back(at, -length),
            None if by.count > 0 => {
                self.place(at, Outside::Goes).and_then(|place| self.days_after(place).nth(nth(by.count)))
            }
            None => {
                self.place(at, Outside::Came).and_then(|place| self.days_before(place).nth(nth(by.count)))
            }
        };
        found.unwrap_or(never)
    }

    /// The same forward by what has run: what a clock stood still for since then does not count. A clock that stands
    /// still for good never gets there.
    pub fn shift_running(&self, at: Instant, by: Goal, pauses: &[Pause]) -> Instant {
        let unpaused = self.shift(at, by);
        let pauses = merged(pauses, at);
        let stood = pauses.first().is_some_and(|first| first.0 < unpaused);
        if by.count <= 0 || !stood {
            return unpaused;
        }
        let found = match length(by) {
            Some(length) if !by.unit.is_business() => count_to(std::iter::once((at, END)), length, &pauses),
            Some(length) => count_to(self.windows(at), length, &pauses),
            None => {
                count_to(self.windows(at), self.open_time(at, unpaused), &pauses).map(|at| at.max(unpaused))
            }
        };
        let found = found.unwrap_or(END);
        pauses.iter().find(|pause| pause.0 < found && found < pause.1).map_or(found, |pause| pause.1)
    }

    /// The stretches that were counted to reach the goal: every window with what counted in it, up to due, or
    /// up to the pause that has no end. For plain units, the time between pauses.
    pub fn explain(&self, start: Instant, goal: Goal, pauses: &[Pause]) -> Vec<Consumed> {
        let due = self.due(start, goal, pauses);
        let pauses = merged(pauses, start);
        let Some(due) = due.or_else(|| pauses.last().filter(|last| last.1 == END).map(|last| last.0)) else {
            return Vec::new();
        };
        let consumed = |(from, to): (Instant, Instant)| {
            let to = to.min(due);
            Consumed { from, to, counted: running(from, to, &pauses).map(|(from, to)| to - from).sum() }
        };
        if goal.unit.is_business() {
            self.windows(start).take_while(|(from, _)| *from < due).map(consumed).collect()
        } else {
            running(start, due, &pauses).map(consumed).collect()
        }
    }

    /// How much of the time between two instants counts.
    fn counted(&self, unit: Unit, from: Instant, to: Instant, pauses: &[(Instant, Instant)]) -> Span {
        let length = |(from, to)| running(from, to, pauses).map(|(from, to)| to - from).sum::<Span>();
        if unit.is_business() {
            self.windows(from)
                .take_while(|(open, _)| *open < to)
                .map(|(open, shut)| length((open, shut.min(to))))
                .sum()
        } else {
            length((from, to))
        }
    }

    fn count_back(&self, at: Instant, mut left: Span) -> Option<Instant> {
        for open in self.openings_back(at) {
            let to = open.to.min(at);
            if to - open.from >= left {
                return Some(to - left);
            }
            left = left - (to - open.from);
        }
        None
    }

    fn due_in_days(&self, start: Instant, count: i64, pauses: &[(Instant, Instant)]) -> Option<Instant> {
        let place = self.place(start, Outside::Begins)?;
        let unpaused = self.days_after(place).nth(nth(count))?;
        if pauses.first().is_none_or(|first| first.0 >= unpaused) {
            return Some(unpaused);
        }
        let open = self.open_time(start, unpaused);
        let due = count_to(self.windows(start), open, pauses)?.max(unpaused);
        match pauses.iter().find(|pause| pause.0 < due && due < pause.1) {
            Some((_, END)) => None,
            Some((_, end)) => Some(*end),
            None => Some(due),
        }
    }

    fn elapsed_days(&self, start: Instant, now: Instant, pauses: &[(Instant, Instant)]) -> Elapsed {
        let running_until = pauses.iter().find(|p| p.0 < now && now < p.1).map_or(now, |p| p.0).max(start);
        // Where the clock would be without pauses: due instants are known there.
        let reached = if pauses.is_empty() {
            running_until
        } else {
            let counted = self.counted(Unit::BusinessDay, start, running_until, pauses);
            running_until.min(self.latest_with(start, counted))
        };
        let mut whole = 0;
        let mut from = start;
        let place = self.place(start, Outside::Begins);
        for day in place.into_iter().flat_map(|place| self.days_after(place)) {
            if day > reached {
                return Elapsed::Days {
                    whole,
                    part: self.open_time(from, reached),
                    of: self.open_time(from, day),
                };
            }
            whole += 1;
            from = day;
        }
        Elapsed::Days { whole, part: Span::ZERO, of: Span::ZERO }
    }

    /// The latest instant up to which the calendar is open for no more than `length` from `start`.
    fn latest_with(&self, start: Instant, mut length: Span) -> Instant {
        for (from, to) in self.windows(start) {
            if to - from > length {
                return from + length;
            }
            length = length - (to - from);
        }
        END
    }
}

impl Elapsed {
    /// Whether as much as the goal has elapsed; the goal is one in the unit this was counted in.
    pub fn reaches(self, goal: Goal) -> bool {
        match self {
            Elapsed::Plain(used) | Elapsed::Open(used) => length(goal).is_some_and(|length| used >= length),
            Elapsed::Days { whole, .. } => whole >= goal.count,
        }
    }

    /// Whether a margin is used up and more: a breach.
    pub fn is_negative(self) -> bool {
        match self {
            Elapsed::Plain(left) | Elapsed::Open(left) => left < Span::ZERO,
            Elapsed::Days { whole, .. } => whole < 0,
        }
    }
}

/// Without sign, the words around it say `left` or `late`: `2d 3h` of plain time, `3h20` of open time,
/// `2 days 3h20` where the rest is open time.
impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Elapsed::Plain(span) => f.pad(&super::when::distance(span)),
            Elapsed::Open(span) => f.pad(&open_hours(span)),
            Elapsed::Days { whole, part, of } => {
                let (whole, part) = match whole {
                    ..0 if part > Span::ZERO => (-(whole + 1), of - part),
                    _ => (whole.abs(), part),
                };
                let (whole, part) =
                    if part == of && of > Span::ZERO { (whole + 1, Span::ZERO) } else { (whole, part) };
                let days = if whole == 1 { "day" } else { "days" };
                match (whole, part) {
                    (0, part) if part > Span::ZERO => f.pad(&open_hours(part)),
                    (_, part) if part < Span::MINUTE => f.pad(&format!("{whole} {days}")),
                    _ => f.pad(&format!("{whole} {days} {}", open_hours(part))),
                }
            }
        }
    }
}

fn open_hours(span: Span) -> String {
    let minutes = span.0.abs() / Span::MINUTE.0;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes:02}"),
    }
}

/// `None` for business days, which have no length of their own.
fn length(goal: Goal) -> Option<Span> {
    let unit = match goal.unit {
        Unit::Minute | Unit::BusinessMinute => Span::MINUTE,
        Unit::Hour | Unit::BusinessHour => Span::HOUR,
        Unit::Day => Span::DAY,
        Unit::Week => Span::DAY.times(7),
        Unit::BusinessDay => return None,
    };
    Some(unit.times(goal.count))
}

fn nth(count: i64) -> usize {
    usize::try_from(count.unsigned_abs().saturating_sub(1)).unwrap_or(usize::MAX)
}

/// The pauses that reach beyond `start`, sorted and apart; one without an end lasts to `END`.
fn merged(pauses: &[Pause], start: Instant) -> Vec<(Instant, Instant)> {
    let mut all = (pauses.iter().map(|pause| (pause.from, pause.to.unwrap_or(END))))
        .filter(|(from, to)| from < to && *to > start)
        .collect::<Vec<_>>();
    all.sort();
    all.dedup_by(|next, before| {
        let joins = next.0 <= before.1;
        if joins {
            before.1 = before.1.max(next.1);
        }
        joins
    });
    all
}

/// The parts of a stretch outside the pauses.
fn running(
    from: Instant,
    to: Instant,
    pauses: &[(Instant, Instant)],
) -> impl Iterator<Item = (Instant, Instant)> + '_ {
    let ends = std::iter::once(from).chain(pauses.iter().map(move |pause| pause.1.max(from)));
    let begins = pauses.iter().map(move |pause| pause.0.min(to)).chain(std::iter::once(to));
    ends.zip(begins).filter(|(from, to)| from < to)
}

/// The earliest instant at which `length` has run in the stretches outside the pauses.
fn count_to(
    stretches: impl Iterator<Item = (Instant, Instant)>,
    mut length: Span,
    pauses: &[(Instant, Instant)],
) -> Option<Instant> {
    let still = pauses.last().filter(|last| last.1 == END).map_or(END, |last| last.0);
    for (from, to) in stretches {
        for (from, to) in running(from, to, pauses) {
            if to - from >= length {
                return Some(from + length);
            }
            length = length - (to - from);
        }
        if to >= still {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Handle;
    use crate::domain::zone::{Fold, parse_rfc3339};
    use chrono::{Datelike, NaiveDateTime};
    use proptest::prelude::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    const VECTORS: &str = include_str!("../../tests/data/business-time.toml");

    #[derive(Deserialize)]
    struct Vectors {
        due: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        calendar: Handle,
        start: String,
        goal: Goal,
        #[serde(default)]
        pauses: Vec<(String, String)>,
        due: String,
        utc: Option<String>,
        why: String,
    }

    fn calendar(zone: &str, open: &str) -> Calendar {
        let text = format!("[calendar.it]\nzone = \"{zone}\"\n{open}");
        Calendar::parse_file(&text).unwrap().pop_first().unwrap().1
    }

    fn london() -> Calendar {
        calendar("Europe/London", "open = { mon-fri = \"09:00-17:00\" }")
    }

    /// The first instant of a local time, to the minute or the second.
    fn at(calendar: &Calendar, local: &str) -> Instant {
        let local =
            NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").or_else(|_| local.parse()).unwrap();
        calendar.zone().instant(local, Fold::Earliest)
    }

    fn told(calendar: &Calendar, at: Option<Instant>) -> String {
        at.map_or("never".into(), |at| calendar.zone().local(at).format("%Y-%m-%dT%H:%M").to_string())
    }

    fn goal(text: &str) -> Goal {
        text.parse().unwrap()
    }

    fn pause(calendar: &Calendar, from: &str, to: &str) -> Pause {
        Pause { from: at(calendar, from), to: Some(at(calendar, to)) }
    }

    #[test]
    fn every_vector_holds() {
        let calendars: BTreeMap<Handle, Calendar> = Calendar::parse_file(VECTORS).unwrap();
        let vectors = toml::from_str::<Vectors>(VECTORS).unwrap().due;
        assert_eq!(vectors.len(), 12);
        for vector in vectors {
            let calendar = &calendars[&vector.calendar];
            let start = at(calendar, &vector.start);
            let pauses = vector.pauses.iter().map(|(from, to)| pause(calendar, from, to)).collect::<Vec<_>>();
            let due = calendar.due(start, vector.goal, &pauses);
            assert_eq!(told(calendar, due), vector.due, "{}", vector.why);
            if let Some(utc) = vector.utc {
                assert_eq!(due, parse_rfc3339(&utc).ok(), "{}", vector.why);
            }
            assert!(calendar.elapsed(start, due.unwrap(), vector.goal.unit, &pauses).reaches(vector.goal));
            let counted =
                calendar.explain(start, vector.goal, &pauses).iter().map(|c| c.counted).sum::<Span>();
            if let Some(length) = length(vector.goal) {
                assert_eq!(counted, length, "{}", vector.why);
            }
        }
    }

    #[test]
    fn a_business_day_is_the_same_local_time_on_a_working_day() {
        let office = london();
        for (start, days, due) in [
            ("2026-05-14T15:00", 1, "2026-05-15T15:00"),
            ("2026-05-15T15:00", 1, "2026-05-18T15:00"),
            ("2026-05-15T15:00", 5, "2026-05-22T15:00"),
            // Over the change of the clocks.
            ("2026-03-27T15:00", 1, "2026-03-30T15:00"),
            // Outside the calendar it counts from the next opening.
            ("2026-05-16T12:00", 1, "2026-05-19T09:00"),
            ("2026-05-15T17:00", 1, "2026-05-19T09:00"),
            ("2026-05-15T08:00", 1, "2026-05-18T09:00"),
            ("2026-05-15T15:00", 0, "2026-05-15T15:00"),
        ] {
            let goal = Goal { count: days, unit: Unit::BusinessDay };
            assert_eq!(told(&office, office.due(at(&office, start), goal, &[])), due, "{start} {days}");
        }
    }

    #[test]
    fn a_local_time_outside_the_day_reached_is_clamped_to_its_windows() {
        let calendar =
            calendar("Europe/Berlin", "open = { mon = \"08:00-18:00\", tue = \"09:00-12:00, 13:00-17:00\" }");
        let day = goal("1 business day");
        for (start, due) in [
            ("2026-05-11T08:30", "2026-05-12T09:00"),
            ("2026-05-11T12:30", "2026-05-12T12:00"),
            ("2026-05-11T13:00", "2026-05-12T13:00"),
            ("2026-05-11T17:30", "2026-05-12T17:00"),
        ] {
            let start = at(&calendar, start);
            assert_eq!(told(&calendar, calendar.due(start, day, &[])), due);
            assert_eq!(told(&calendar, Some(calendar.shift(start, day))), due);
        }
    }

    #[test]
    fn a_night_shift_belongs_to_the_date_it_begins_on() {
        let night =
            calendar("Europe/Berlin", "open = { mon-fri = \"22:00-06:00\" }\nclosed = [\"2026-05-13\"]");
        // Two o'clock on Saturday is Friday's shift.
        let friday_night = at(&night, "2026-05-16T02:00");
        assert!(night.is_open(friday_night));
        assert_eq!(told(&night, night.due(friday_night, goal("1 business day"), &[])), "2026-05-19T02:00");
        // The shift before a closed date is worked to its end, none begins on it.
        assert!(night.is_open(at(&night, "2026-05-13T05:59")));
        assert!(!night.is_open(at(&night, "2026-05-13T23:00")));
        assert_eq!(told(&night, night.next_opening(at(&night, "2026-05-13T06:00"))), "2026-05-14T22:00");
    }

    #[test]
    fn special_hours_replace_those_of_the_week() {
        let calendar = calendar(
            "Europe/Berlin",
            "open = { mon-fri = \"09:00-17:00\" }\nspecial = { 2026-12-24 = \"09:00-12:00\", 2026-12-27 = \"10:00-11:00\" }",
        );
        let open = |from: &str, to: &str| calendar.open_time(at(&calendar, from), at(&calendar, to));
        assert_eq!(open("2026-12-24T00:00", "2026-12-25T00:00"), Span::HOUR.times(3));
        assert_eq!(open("2026-12-26T00:00", "2026-12-28T00:00"), Span::HOUR);
    }

    #[test]
    fn pauses_move_a_business_day_on_by_the_open_time_they_covered() {
        let office = london();
        let start = at(&office, "2026-05-11T09:00");
        let day = goal("1 business day");
        for (from, to, due) in [
            ("2026-05-11T10:00", "2026-05-11T12:00", "2026-05-12T11:00"),
            ("2026-05-11T16:00", "2026-05-12T10:00", "2026-05-12T11:00"),
            // Only closed time.
            ("2026-05-11T17:00", "2026-05-12T09:00", "2026-05-12T09:00"),
            ("2026-05-11T18:00", "2026-05-12T08:00", "2026-05-12T09:00"),
            // Due never falls inside a pause.
            ("2026-05-11T17:00", "2026-05-12T10:00", "2026-05-12T10:00"),
            // After it was due.
            ("2026-05-12T09:00", "2026-05-12T10:00", "2026-05-12T09:00"),
        ] {
            let pauses = [pause(&office, from, to)];
            let due = (told(&office, office.due(start, day, &pauses)), due);
            assert_eq!(due.0, due.1, "{from} {to}");
        }
    }

    #[test]
    fn a_pause_without_an_end_leaves_no_due_instant_but_a_margin() {
        let office = london();
        let start = at(&office, "2026-05-11T09:00");
        let now = at(&office, "2026-05-20T12:00");
        let pauses = [Pause { from: at(&office, "2026-05-11T13:40"), to: None }];
        for (text, left) in [
            ("8 business hours", "3h20"),
            ("480 business minutes", "3h20"),
            ("1 business day", "3h20"),
            ("3 business days", "2 days 3h20"),
            ("8 hours", "3h"),
            ("2 days", "1d 19h"),
        ] {
            assert_eq!(office.due(start, goal(text), &pauses), None, "{text}");
            assert_eq!(office.remaining(start, goal(text), &pauses, now).to_string(), left, "{text}");
        }
        // What was reached before the pause stays due.
        for text in ["4 business hours", "4 hours"] {
            assert_eq!(told(&office, office.due(start, goal(text), &pauses)), "2026-05-11T13:00");
        }
        let explained = office.explain(start, goal("8 business hours"), &pauses);
        let until = at(&office, "2026-05-11T13:40");
        assert_eq!(explained, [Consumed { from: start, to: until, counted: until - start }]);
    }

    #[test]
    fn a_margin_turns_negative_after_due() {
        let office = london();
        let start = at(&office, "2026-05-11T09:00");
        for (text, now, left, late) in [
            ("4 business hours", "2026-05-11T13:00", "0m", false),
            ("4 business hours", "2026-05-11T14:30", "1h30", true),
            ("1 business day", "2026-05-11T17:30", "0 days", false),
            ("1 business day", "2026-05-12T09:00", "0 days", false),
            ("1 business day", "2026-05-12T11:00", "2h", true),
            ("1 business day", "2026-05-14T11:00", "2 days 2h", true),
            ("2 hours", "2026-05-11T12:20", "1h", true),
        ] {
            let margin = office.remaining(start, goal(text), &[], at(&office, now));
            assert_eq!((margin.to_string().as_str(), margin.is_negative()), (left, late), "{text} {now}");
        }
    }

    #[test]
    fn why_this_date_lists_the_windows() {
        let office = london();
        let start = at(&office, "2026-05-08T16:00");
        let pauses = [pause(&office, "2026-05-08T16:30", "2026-05-11T10:00")];
        let told_all = |goal| {
            (office.explain(start, goal, &pauses).iter())
                .map(|c| {
                    let time = |at| office.zone().local(at).format("%a %H:%M").to_string();
                    format!("{} to {}: {}", time(c.from), time(c.to), open_hours(c.counted))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told_all(goal("4 business hours")),
            ["Fri 16:00 to Fri 17:00: 30m", "Mon 09:00 to Mon 13:30: 3h30"]
        );
        assert_eq!(told_all(goal("1 hour")), ["Fri 16:00 to Fri 16:30: 30m", "Mon 10:00 to Mon 10:30: 30m"]);
    }

    #[test]
    fn rungs_stand_before_and_after_due_in_the_unit_of_the_goal() {
        let office = london();
        for (due, by, rung) in [
            ("2026-05-11T10:00", "-1 business hour", "2026-05-11T09:00"),
            ("2026-05-11T10:00", "-2 business hours", "2026-05-08T16:00"),
            ("2026-05-11T09:00", "-1 business hour", "2026-05-08T16:00"),
            ("2026-05-08T17:00", "1 business hour", "2026-05-11T10:00"),
            ("2026-05-08T17:00", "1 business day", "2026-05-11T17:00"),
            ("2026-05-08T17:00", "-1 business day", "2026-05-07T17:00"),
            ("2026-05-11T09:00", "-1 business day", "2026-05-08T09:00"),
            ("2026-05-11T15:00", "-6 business days", "2026-05-01T15:00"),
            ("2026-05-09T12:00", "-1 business day", "2026-05-07T17:00"),
            ("2026-05-09T12:00", "1 business day", "2026-05-12T09:00"),
            ("2026-05-09T12:00", "0 business days", "2026-05-09T12:00"),
            ("2026-05-09T12:00", "-1 day", "2026-05-08T12:00"),
            ("2026-05-09T12:00", "2 weeks", "2026-05-23T12:00"),
        ] {
            assert_eq!(told(&office, Some(office.shift(at(&office, due), goal(by)))), rung, "{due} {by}");
        }
    }

    #[test]
    fn a_calendar_that_stays_shut_gives_up() {
        let mut closed = (1..=3700)
            .map(|day| {
                (chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(day)).to_string()
            })
            .collect::<Vec<_>>();
        closed.push("2026-01-01".into());
        let calendar =
            calendar("UTC", &format!("open = {{ mon-fri = \"09:00-17:00\" }}\nclosed = {closed:?}"));
        let start = at(&calendar, "2026-01-01T12:00");
        assert_eq!(calendar.next_opening(start), None);
        for text in ["1 business hour", "1 business day"] {
            assert_eq!(calendar.due(start, goal(text), &[]), None);
            assert_eq!(calendar.shift(start, goal(text)), Instant(i64::MAX));
            assert!(calendar.explain(start, goal(text), &[]).is_empty());
        }
        assert_eq!(told(&calendar, Some(calendar.shift(start, goal("-1 business day")))), "2025-12-30T17:00");
    }

    #[test]
    fn the_edge_of_a_window_that_happens_twice_lets_more_time_in() {
        // The clocks go back from 03:00 to 02:00.
        let berlin = calendar("Europe/Berlin", "open = { mon-sun = \"00:00-02:30\" }");
        let both = berlin.open_time(at(&berlin, "2026-10-25T00:00"), at(&berlin, "2026-10-26T00:00"));
        assert_eq!(both, Span::MINUTE.times(210));
        let meeting = calendar("Europe/Berlin", "open = { sat = \"22:00-02:30\", sun = \"02:30-04:00\" }");
        let night = meeting.open_time(at(&meeting, "2026-10-24T12:00"), at(&meeting, "2026-10-25T12:00"));
        assert_eq!(night, Span::HOUR.times(7), "time in two windows counts once");
    }

    fn any_hours() -> impl Strategy<Value = String> {
        let window = (0u32..96, 1u32..96).prop_map(|(open, length)| {
            let close = (open + length) % 96;
            format!("{:02}:{:02}-{:02}:{:02}", open / 4, open % 4 * 15, close / 4, close % 4 * 15)
        });
        proptest::collection::vec(window, 1..3).prop_map(|windows| windows.join(", "))
    }

    fn any_calendar() -> impl Strategy<Value = Calendar> {
        let zones = vec![
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Asia/Kolkata",
            "Asia/Kathmandu",
            "America/St_Johns",
            "Pacific/Apia",
            "America/Sao_Paulo",
            "Asia/Tehran",
            "America/Havana",
            "Pacific/Chatham",
            "Atlantic/Azores",
            "UTC",
        ];
        let week = proptest::collection::btree_map(0usize..7, any_hours(), 1..7);
        let dates = || proptest::collection::btree_set(0u64..18_000, 0..4);
        (proptest::sample::select(zones), week, dates(), dates()).prop_map(|(zone, week, closed, special)| {
            let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let date = |n: &u64| chrono::NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Days::new(*n);
            let open =
                week.iter().map(|(day, hours)| format!("{} = {hours:?}", days[*day])).collect::<Vec<_>>();
            let closed = closed.iter().map(|n| date(n).to_string()).collect::<Vec<_>>();
            let special = (special.iter().map(|n| date(n).to_string()))
                .filter(|date| !closed.contains(date))
                .map(|date| format!("{date} = \"10:00-11:30\""))
                .collect::<Vec<_>>();
            let text = format!(
                "open = {{ {} }}\nclosed = {closed:?}\nspecial = {{ {} }}",
                open.join(", "),
                special.join(", ")
            );
            calendar(zone, &text)
        })
    }

    /// From 1990 to 2040; half of them within three days of a change of the clocks in spring or autumn.
    fn any_instant() -> impl Strategy<Value = Instant> {
        let anywhere = 631_152_000_000i64..2_208_988_800_000;
        let change =
            (1990i64..2040, 0usize..4, -259_200_000i64..259_200_000).prop_map(|(year, which, away)| {
                let (month, day) = [(3, 28), (10, 27), (4, 3), (11, 3)][which];
                let date = chrono::NaiveDate::from_ymd_opt(year as i32, month, day).unwrap();
                date.and_hms_opt(2, 0, 0).unwrap().and_utc().timestamp_millis() + away
            });
        prop_oneof![anywhere, change].prop_map(Instant)
    }

    fn any_pauses() -> impl Strategy<Value = Vec<(i64, Option<i64>)>> {
        let hour = 3_600_000i64;
        proptest::collection::vec(
            (-48 * hour..400 * hour, proptest::option::weighted(0.95, -hour..90 * hour)),
            0..4,
        )
    }

    fn any_goal() -> impl Strategy<Value = Goal> {
        let units = vec![
            Unit::Minute,
            Unit::Hour,
            Unit::Day,
            Unit::Week,
            Unit::BusinessMinute,
            Unit::BusinessHour,
            Unit::BusinessDay,
        ];
        (1i64..40, proptest::sample::select(units)).prop_map(|(count, unit)| Goal { count, unit })
    }

    fn placed(start: Instant, pauses: &[(i64, Option<i64>)]) -> Vec<Pause> {
        (pauses.iter())
            .map(|(from, length)| {
                let from = start + Span(*from);
                Pause { from, to: length.map(|length| from + Span(length)) }
            })
            .collect()
    }

    /// Minute by minute, by what the clocks on the wall say.
    fn open_by_the_wall(calendar: &Calendar, at: Instant) -> bool {
        let local = calendar.zone().local(at).naive_local();
        [0, 1].into_iter().any(|back| {
            let date = local.date() - chrono::Days::new(back);
            calendar.hours(date).iter().any(|window| {
                let (open, close) = window.on(date);
                open <= local && local < close
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        #[test]
        fn due_and_elapsed_agree(
            calendar in any_calendar(), start in any_instant(), goal in any_goal(), pauses in any_pauses(),
        ) {
            let pauses = placed(start, &pauses);
            match calendar.due(start, goal, &pauses) {
                Some(due) => {
                    prop_assert!(due > start);
                    let used = calendar.elapsed(start, due, goal.unit, &pauses);
                    prop_assert!(used.reaches(goal), "{used:?}");
                    let before = calendar.elapsed(start, due - Span(1), goal.unit, &pauses);
                    prop_assert!(!before.reaches(goal), "{before:?}");
                    match used {
                        Elapsed::Plain(span) | Elapsed::Open(span) => prop_assert_eq!(Some(span), length(goal)),
                        // Two business days may end at one instant after a pause when their windows do not overlap.
                        Elapsed::Days { whole, part, .. } if pauses.is_empty() => {
                            prop_assert_eq!((whole, part), (goal.count, Span::ZERO));
                        }
                        Elapsed::Days { .. } => {}
                    }
                    let margin = calendar.remaining(start, goal, &pauses, due);
                    prop_assert!(!pauses.is_empty() || !margin.is_negative());
                    prop_assert!(!calendar.remaining(start, goal, &pauses, due - Span(1)).is_negative());
                    if let Some(length) = length(goal) {
                        let explained = calendar.explain(start, goal, &pauses);
                        prop_assert_eq!(explained.iter().map(|c| c.counted).sum::<Span>(), length);
                    }
                    prop_assert!(!pauses.iter().any(|p| p.from < due && p.to.is_none_or(|to| due < to)));
                }
                None => {
                    prop_assert!(pauses.iter().any(|pause| pause.to.is_none()));
                    let late = start + Span::DAY.times(3000);
                    prop_assert!(!calendar.elapsed(start, late, goal.unit, &pauses).reaches(goal));
                }
            }
        }

        #[test]
        fn elapsed_never_goes_back(
            calendar in any_calendar(), start in any_instant(), goal in any_goal(), pauses in any_pauses(),
            first in 0i64..2_000_000_000, second in 0i64..2_000_000_000,
        ) {
            let pauses = placed(start, &pauses);
            let (first, second) = (first.min(second), first.max(second));
            let used = |after| calendar.elapsed(start, start + Span(after), goal.unit, &pauses);
            match (used(first), used(second)) {
                (Elapsed::Plain(a), Elapsed::Plain(b)) | (Elapsed::Open(a), Elapsed::Open(b)) => prop_assert!(a <= b),
                (Elapsed::Days { whole: a, part: x, of }, Elapsed::Days { whole: b, part: y, .. }) => {
                    prop_assert!((a, x) <= (b, y));
                    prop_assert!(x <= of);
                }
                other => prop_assert!(false, "{other:?}"),
            }
            let more = Goal { count: goal.count + 1, unit: goal.unit };
            if let (Some(less), Some(more)) = (calendar.due(start, goal, &pauses), calendar.due(start, more, &pauses)) {
                prop_assert!(less <= more);
            }
        }

        #[test]
        fn a_pause_in_the_past_of_due_never_makes_it_earlier(
            calendar in any_calendar(), start in any_instant(), goal in any_goal(), pauses in any_pauses(),
        ) {
            let plain = calendar.due(start, goal, &[]);
            if let Some(paused) = calendar.due(start, goal, &placed(start, &pauses)) {
                prop_assert!(Some(paused) >= plain);
            }
        }

        #[test]
        fn there_and_back_again(calendar in any_calendar(), at in any_instant(), goal in any_goal()) {
            let back = Goal { count: -goal.count, unit: goal.unit };
            let (before, after) = (calendar.shift(at, back), calendar.shift(at, goal));
            prop_assert!(before < at && at < after);
            match length(goal) {
                Some(length) if goal.unit.is_business() => {
                    prop_assert_eq!(calendar.open_time(at, after), length);
                    prop_assert_eq!(calendar.open_time(at, after - Span(1)), length - Span(1));
                    prop_assert_eq!(calendar.open_time(before, at), length);
                    prop_assert_eq!(calendar.open_time(before + Span(1), at), length - Span(1));
                    let again = calendar.shift(after, back);
                    prop_assert!(again >= at);
                    prop_assert_eq!(calendar.open_time(at, again), Span::ZERO);
                }
                Some(length) => prop_assert_eq!((before, after), (at - length, at + length)),
                None => {}
            }
        }

        /// With the same hours every day there is nothing to clamp; a fold would change which of two is meant.
        #[test]
        fn business_days_there_and_back_again(
            zone in proptest::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
            at in any_instant(), days in 1i64..40,
        ) {
            let calendar = calendar(zone, "open = { mon-fri = \"08:00-12:00, 13:00-18:00\" }");
            let at = calendar.next_opening(at).unwrap();
            let by = |count| Goal { count, unit: Unit::BusinessDay };
            let after = calendar.shift(at, by(days));
            prop_assert_eq!(calendar.shift(after, by(-days)), at);
            prop_assert_eq!(calendar.due(at, by(days), &[]), Some(after));
            prop_assert_eq!(calendar.zone().local(after).time(), calendar.zone().local(at).time());
            prop_assert!(calendar.zone().local(after).weekday().num_days_from_monday() < 5);
        }

        #[test]
        fn windows_are_what_the_clocks_on_the_wall_say(calendar in any_calendar(), at in any_instant()) {
            let at = Instant(at.0 - at.0 % 60_000);
            let offset = |at| calendar.zone().local(at).offset().local_minus_utc();
            // Only where no clock changes: which of two equal local times is meant is tested by itself.
            prop_assume!(offset(at - Span::DAY.times(3)) == offset(at + Span::DAY.times(3)));
            for minute in 0..400 {
                let at = at + Span::MINUTE.times(minute * 7);
                prop_assert_eq!(calendar.is_open(at), open_by_the_wall(&calendar, at), "{:?}", at);
            }
        }

        #[test]
        fn windows_come_in_order_and_apart(calendar in any_calendar(), at in any_instant()) {
            let windows = calendar.windows(at).take(40).collect::<Vec<_>>();
            prop_assert_eq!(windows.len(), 40);
            prop_assert!(windows[0].0 >= at);
            prop_assert!(windows.iter().all(|(from, to)| from < to));
            prop_assert!(windows.windows(2).all(|pair| pair[0].1 <= pair[1].0));
            let last = windows[39].1;
            let mut back = calendar.openings_back(last).map(|o| (o.from.max(at), o.to)).take(40).collect::<Vec<_>>();
            back.reverse();
            prop_assert_eq!(back, windows);
        }
    }
}
