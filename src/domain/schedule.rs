//! What starts cases of a process at times. Plain data, and when it is time: computed from instants that are
//! given, in local time that is then looked up in the zone, so that both changes of the clocks come out right.

use super::goal::Goal;
use super::id::{CaseId, Handle};
use super::instant::{Instant, Span};
use super::zone::{Fold, Zone};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use rrule::{Frequency, RRule, RRuleSet, Tz, Unvalidated};
use serde::{Deserialize, Serialize};

/// Starts a case at each time of a recurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// A recurrence as RFC 5545 writes it, such as `RRULE:FREQ=MONTHLY;BYDAY=1MO`, daily or coarser.
    pub every: String,
    /// Local time of day in the zone of the process's calendar, as minutes after midnight.
    pub at: u32,
    pub overlap: Overlap,
    /// A time missed for longer than this is noted and starts nothing.
    pub catch_up: Goal,
    /// Data the case starts with, as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<(String, String)>,
}

/// What happens when the case of the time before is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// Nothing is started, and that is noted.
    Skip,
    Start,
}

/// What became of a time of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleOutcome {
    Started(CaseId),
    /// The case of the time before is still open.
    StillOpen(CaseId),
    /// A later time had come as well, after a time without ticks.
    Superseded,
    /// Older than the catch-up window.
    TooOld,
    Refused(String),
}

impl ScheduleOutcome {
    /// In words; `at` is the last of the times, as people read it.
    pub fn told(&self, at: &str, times: u32) -> String {
        let of = if times == 1 { at.to_string() } else { format!("{times} times up to {at}") };
        match self {
            ScheduleOutcome::Started(case) => format!("{case} started for {of}"),
            ScheduleOutcome::StillOpen(case) => format!("nothing started for {of}: {case} is still open"),
            ScheduleOutcome::Superseded => format!("{of} passed over: a later one had come"),
            ScheduleOutcome::TooOld => format!("{of} noted only: too long ago"),
            ScheduleOutcome::Refused(why) => format!("nothing could be started for {of}: {why}"),
        }
    }
}

/// How far a schedule of the newest version of a process has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleRun {
    /// When it was published, which it counts from. A later version with the same times goes on counting.
    pub since: Instant,
    /// The last time that was dealt with, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<(Instant, ScheduleOutcome)>,
    /// The case it started last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Times that were refused, oldest first: they are tried again when something changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Instant>,
}

impl ScheduleRun {
    /// Takes in what became of times up to this one.
    pub fn note(&mut self, at: Instant, outcome: &ScheduleOutcome) {
        match outcome {
            ScheduleOutcome::Superseded | ScheduleOutcome::TooOld => {
                self.refused.retain(|missed| *missed > at)
            }
            _ => self.refused.retain(|missed| *missed != at),
        }
        match outcome {
            ScheduleOutcome::Refused(_) => self.refused.push(at),
            ScheduleOutcome::Started(case) => self.case = Some(*case),
            _ => {}
        }
        if self.last.as_ref().is_none_or(|(last, _)| *last <= at) {
            self.last = Some((at, outcome.clone()));
        }
    }

    /// Times until here are dealt with.
    pub fn done_until(&self) -> Instant {
        self.last.as_ref().map_or(self.since, |(at, _)| (*at).max(self.since))
    }
}

/// The name of the nth schedule of a process, from 0: `schedule-1`.
pub fn name(n: usize) -> Option<Handle> {
    Handle::from_text(&format!("schedule-{}", n + 1))
}

/// Why a recurrence cannot be used, as a sentence without its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("`{0}` is not a recurrence; write one such as FREQ=WEEKLY;BYDAY=MO")]
    Unreadable(String),
    #[error("`{0}` comes more often than daily; a schedule is daily or coarser")]
    TooOften(String),
    #[error("`{0}` names a time of day; say it with `at`")]
    TimeOfDay(String),
    #[error("{0} minutes after midnight is not a time of day")]
    NoTime(u32),
}

/// How many times one look gives at most.
pub const AT_ONCE: usize = 1000;

/// How far ahead the next time is looked for; a leap day comes back within eight years.
const HORIZON: Span = Span::DAY.times(366 * 9);

impl Schedule {
    /// Whether the recurrence can be used.
    pub fn check(&self) -> Result<(), ScheduleError> {
        self.recurrence().map(|_| ())
    }

    /// The times after `after` and not after `until`, at most [`AT_ONCE`], in order. The recurrence counts from
    /// `since`: every second week is every second week from that day. A local time that is skipped is the first
    /// instant after the gap, one that happens twice is the earlier.
    pub fn occurrences(
        &self,
        zone: &Zone,
        since: Instant,
        after: Instant,
        until: Instant,
    ) -> Result<Vec<Instant>, ScheduleError> {
        let (rule, last) = self.recurrence()?;
        let begin = zone.date(since).and_time(self.time()?);
        let after = after.max(since);
        if until <= after {
            return Ok(Vec::new());
        }
        // Local times and instants are apart by the offset of the zone, which is less than a day.
        let from = floating(zone.local(after).naive_local() - Duration::days(2));
        let to = floating(zone.local(until).naive_local() + Duration::days(2));
        let build = |rule: RRule<Unvalidated>| {
            rule.build(floating(begin)).map_err(|_| ScheduleError::Unreadable(self.every.clone()))
        };
        let mut set: RRuleSet = build(rule.clone())?;
        if let Some(count) = rule.get_count()
            && zone.instant(begin, Fold::Earliest) <= since
            && set.clone().all(1).dates.first() == Some(&floating(begin))
        {
            // The time of that day had passed already, and is none of those that were counted.
            set = build(rule.count(count + 1))?;
        }
        let found = set.after(from).before(to).all((AT_ONCE + 8) as u16);
        let local = found.dates.iter().map(DateTime::naive_utc);
        let local = local.filter(|local| match &last {
            None => true,
            Some(Last::Local(last)) => local <= last,
            Some(Last::Instant(last)) => zone.instant(*local, Fold::Earliest) <= *last,
        });
        let mut times = local.map(|local| zone.instant(local, Fold::Earliest)).collect::<Vec<_>>();
        times.retain(|at| after < *at && *at <= until);
        times.dedup();
        times.truncate(AT_ONCE);
        Ok(times)
    }

    /// The first time after `after`; `None` when there is none any more.
    pub fn next(
        &self,
        zone: &Zone,
        since: Instant,
        after: Instant,
    ) -> Result<Option<Instant>, ScheduleError> {
        for days in [9, 400] {
            let times = self.occurrences(zone, since, after, after.max(since) + Span::DAY.times(days))?;
            if let Some(first) = times.first() {
                return Ok(Some(*first));
            }
        }
        Ok(self.occurrences(zone, since, after, after.max(since) + HORIZON)?.first().copied())
    }

    fn time(&self) -> Result<NaiveTime, ScheduleError> {
        NaiveTime::from_hms_opt(self.at / 60, self.at % 60, 0).ok_or(ScheduleError::NoTime(self.at))
    }

    /// The rule without its end: the library reads an end without a zone in that of the machine.
    fn recurrence(&self) -> Result<(RRule<Unvalidated>, Option<Last>), ScheduleError> {
        let unreadable = || ScheduleError::Unreadable(self.every.clone());
        let text = self.every.trim();
        let text = text.strip_prefix("RRULE:").unwrap_or(text).to_ascii_uppercase();
        if text.contains(['\n', '\r', ':']) {
            return Err(unreadable());
        }
        let (mut parts, mut last) = (Vec::new(), None);
        for part in text.split(';').filter(|part| !part.is_empty()) {
            match part.split_once('=').ok_or_else(unreadable)? {
                ("UNTIL", until) => last = Some(Last::read(until).ok_or_else(unreadable)?),
                ("BYHOUR" | "BYMINUTE" | "BYSECOND", _) => {
                    return Err(ScheduleError::TimeOfDay(self.every.clone()));
                }
                _ => parts.push(part),
            }
        }
        let rule =
            format!("RRULE:{}", parts.join(";")).parse::<RRule<Unvalidated>>().map_err(|_| unreadable())?;
        if !matches!(
            rule.get_freq(),
            Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly
        ) {
            return Err(ScheduleError::TooOften(self.every.clone()));
        }
        self.time()?;
        Ok((rule, last))
    }
}

/// Whether this says until when a recurrence goes on: a date, or a date with a time.
pub(super) fn is_end(text: &str) -> bool {
    Last::read(&text.to_ascii_uppercase()).is_some()
}

/// Until when a recurrence goes on; that time belongs to it.
enum Last {
    Local(NaiveDateTime),
    Instant(Instant),
}

impl Last {
    fn read(text: &str) -> Option<Last> {
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y%m%d") {
            return date.and_hms_opt(23, 59, 59).map(Last::Local);
        }
        let (local, utc) = (text.trim_end_matches('Z'), text.ends_with('Z'));
        let local = NaiveDateTime::parse_from_str(local, "%Y%m%dT%H%M%S").ok()?;
        Some(if utc {
            Last::Instant(Instant(local.and_utc().timestamp_millis()))
        } else {
            Last::Local(local)
        })
    }
}

/// A local time as the library takes it: in a zone whose clocks never change.
fn floating(local: NaiveDateTime) -> DateTime<Tz> {
    DateTime::from_naive_utc_and_offset(local, chrono::TimeZone::offset_from_utc_datetime(&Tz::UTC, &local))
}

#[cfg(test)]
mod tests {
    use super::super::zone::parse_rfc3339;
    use super::*;
    use proptest::prelude::*;

    fn schedule(every: &str, at: &str) -> Schedule {
        let (hours, minutes) = at.split_once(':').unwrap();
        Schedule {
            every: every.to_string(),
            at: hours.parse::<u32>().unwrap() * 60 + minutes.parse::<u32>().unwrap(),
            overlap: Overlap::Skip,
            catch_up: "1 day".parse().unwrap(),
            data: Vec::new(),
        }
    }

    fn at(text: &str) -> Instant {
        parse_rfc3339(text).unwrap()
    }

    /// The times of a schedule published at `since`, in local time, until `until`.
    fn times(every: &str, time: &str, zone: &str, since: &str, until: &str) -> Vec<String> {
        let zone = zone.parse::<Zone>().unwrap();
        let found = schedule(every, time).occurrences(&zone, at(since), at(since), at(until)).unwrap();
        found.into_iter().map(|at| zone.rfc3339(at)).collect()
    }

    #[test]
    fn a_skipped_time_is_the_first_instant_after_the_gap() {
        assert_eq!(
            times("FREQ=DAILY", "02:30", "Europe/Oslo", "2027-03-27T00:00:00Z", "2027-03-29T12:00:00Z"),
            ["2027-03-27T02:30:00+01:00", "2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"]
        );
        assert_eq!(
            times("FREQ=DAILY", "02:30", "America/New_York", "2027-03-13T06:00:00Z", "2027-03-15T12:00:00Z"),
            ["2027-03-13T02:30:00-05:00", "2027-03-14T03:00:00-04:00", "2027-03-15T02:30:00-04:00"]
        );
    }

    #[test]
    fn a_time_that_happens_twice_is_the_earlier_and_comes_once() {
        assert_eq!(
            times("FREQ=DAILY", "02:30", "Europe/Oslo", "2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z"),
            ["2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]
        );
        assert_eq!(
            times("FREQ=DAILY", "01:30", "America/New_York", "2026-10-31T05:00:00Z", "2026-11-02T12:00:00Z"),
            ["2026-10-31T01:30:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"]
        );
    }

    #[test]
    fn what_is_counted_comes_that_often_whatever_the_hour_it_was_published_at() {
        for published in ["2026-11-16T06:00:00Z", "2026-11-16T08:00:00Z", "2026-11-16T20:00:00Z"] {
            let daily =
                times("FREQ=DAILY;COUNT=2", "09:00", "Europe/Oslo", published, "2026-12-16T00:00:00Z");
            assert_eq!(daily.len(), 2, "{published}: {daily:?}");
            // No Friday has passed on a Monday.
            let fridays = times(
                "FREQ=WEEKLY;BYDAY=FR;COUNT=2",
                "09:00",
                "Europe/Oslo",
                published,
                "2026-12-16T00:00:00Z",
            );
            assert_eq!(fridays, ["2026-11-20T09:00:00+01:00", "2026-11-27T09:00:00+01:00"]);
        }
    }

    #[test]
    fn the_local_time_stays_the_same_all_year() {
        for zone in ["Europe/Oslo", "America/New_York"] {
            let year = times(
                "RRULE:FREQ=WEEKLY;BYDAY=MO",
                "09:00",
                zone,
                "2026-11-01T12:00:00Z",
                "2027-11-01T12:00:00Z",
            );
            assert!((51..=53).contains(&year.len()), "{}", year.len());
            assert!(year.iter().all(|at| at.contains("T09:00:00")), "{year:?}");
        }
    }

    #[test]
    fn it_counts_from_its_publishing() {
        let every_second = |since: &str| {
            times("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "09:00", "UTC", since, "2026-12-20T00:00:00Z")
        };
        assert_eq!(
            every_second("2026-11-16T08:00:00Z"),
            ["2026-11-16T09:00:00+00:00", "2026-11-30T09:00:00+00:00", "2026-12-14T09:00:00+00:00"]
        );
        // Published on Monday after the time of that day: the next is two weeks on.
        assert_eq!(every_second("2026-11-16T10:00:00Z")[0], "2026-11-30T09:00:00+00:00");
        assert_eq!(every_second("2026-11-22T10:00:00Z")[0], "2026-11-30T09:00:00+00:00");
        let (zone, schedule) = (Zone::utc(), schedule("FREQ=DAILY", "09:00"));
        let none =
            schedule.occurrences(&zone, at("2026-11-16T10:00:00Z"), Instant(0), at("2026-11-17T08:00:00Z"));
        assert_eq!(none, Ok(vec![]), "nothing before it was there, whatever was asked for");
    }

    #[test]
    fn ends_positions_and_days_that_a_month_does_not_have() {
        let from = |every: &str| {
            times(every, "08:00", "Europe/Oslo", "2026-12-01T00:00:00Z", "2027-06-30T00:00:00Z")
        };
        let months = |every: &str| from(every).iter().map(|at| at[5..10].to_string()).collect::<Vec<_>>();
        assert_eq!(
            months("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"),
            ["12-31", "01-29", "02-26"]
        );
        assert_eq!(months("FREQ=MONTHLY;BYMONTHDAY=31"), ["12-31", "01-31", "03-31", "05-31"]);
        assert_eq!(months("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), [""; 0]);
        assert_eq!(months("FREQ=DAILY;UNTIL=20261202"), ["12-01", "12-02"]);
        assert_eq!(months("FREQ=DAILY;UNTIL=20261202T080000"), ["12-01", "12-02"]);
        assert_eq!(
            months("FREQ=DAILY;UNTIL=20261202T070000Z"),
            ["12-01", "12-02"],
            "the same instant in UTC"
        );
        assert_eq!(months("FREQ=DAILY;UNTIL=20261202T065959Z"), ["12-01"]);
        assert_eq!(months("FREQ=DAILY;UNTIL=20200101"), [""; 0]);
    }

    #[test]
    fn the_next_time_is_found_however_far_and_a_look_is_bounded() {
        let zone = "Europe/Oslo".parse::<Zone>().unwrap();
        let now = at("2026-11-16T10:00:00Z");
        let next =
            |every: &str| schedule(every, "09:00").next(&zone, now, now).unwrap().map(|at| zone.rfc3339(at));
        assert_eq!(next("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29").as_deref(), Some("2028-02-29T09:00:00+01:00"));
        assert_eq!(next("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), None);
        let first = next("FREQ=DAILY;COUNT=1");
        assert_eq!(
            first.as_deref(),
            Some("2026-11-17T09:00:00+01:00"),
            "what was over before does not count"
        );
        let far = now + Span::DAY.times(20_000);
        assert_eq!(schedule("FREQ=DAILY", "09:00").occurrences(&zone, now, now, far).unwrap().len(), AT_ONCE);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (every, said) in [
            ("every monday", "is not a recurrence"),
            ("FREQ=HOURLY", "more often than daily"),
            ("FREQ=DAILY;BYHOUR=9", "say it with `at`"),
            ("FREQ=DAILY;UNTIL=soon", "is not a recurrence"),
            ("FREQ=DAILY\nRDATE:20270101T000000Z", "is not a recurrence"),
            ("", "is not a recurrence"),
        ] {
            let error = schedule(every, "09:00").check().unwrap_err().to_string();
            assert!(error.contains(said), "{every}: {error}");
        }
        assert!(Schedule { at: 1440, ..schedule("FREQ=DAILY", "00:00") }.check().is_err());
        assert!(schedule("rrule:freq=daily", "00:00").check().is_err());
        assert_eq!(schedule("RRULE:FREQ=MONTHLY;BYDAY=1MO", "23:59").check(), Ok(()));
    }

    proptest! {
        /// Whether looked at all at once or in pieces, each time is there once.
        #[test]
        fn pieces_make_the_whole(
            cuts in proptest::collection::vec(0i64..400 * 24 * 60, 1..8),
            at_minute in 0u32..1440,
            zone in proptest::sample::select(vec!["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "UTC"]),
            every in proptest::sample::select(vec![
                "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "FREQ=MONTHLY;BYDAY=-1SU",
            ]),
        ) {
            let zone = zone.parse::<Zone>().unwrap();
            let schedule = Schedule { at: at_minute, ..schedule(every, "00:00") };
            let since = at("2026-09-01T00:00:00Z");
            let end = since + Span::DAY.times(400);
            let whole = schedule.occurrences(&zone, since, since, end).unwrap();
            let mut cuts = cuts.into_iter().map(|m| since + Span::MINUTE.times(m)).collect::<Vec<_>>();
            cuts.push(end);
            cuts.sort();
            let (mut from, mut pieces) = (since, Vec::new());
            for cut in cuts {
                pieces.extend(schedule.occurrences(&zone, since, from, cut).unwrap());
                from = cut;
            }
            prop_assert_eq!(&pieces, &whole);
            prop_assert!(whole.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(schedule.next(&zone, since, since).unwrap(), whole.first().copied());
        }
    }
}
