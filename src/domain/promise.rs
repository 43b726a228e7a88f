//! What a version promises: one measure, one expectation, and when it is looked at. Reads what people write of it;
//! knows no clock, and measures nothing.

use super::counted::counted;
use super::event::Event;
use super::goal::{Goal, Unit};
use super::instant::{Instant, Span};
use super::process::Improve;
use super::schedule::{Overlap, Schedule};
use super::zone::{Fold, Zone};

/// At what time of the day a review comes whose dates a recurrence says.
const MORNING: u32 = 9 * 60;

/// How a process file says when a review comes, for hints.
pub const FOR_EXAMPLE: &str = "every 30 days";

/// When reviews come.
#[derive(Debug, Clone, PartialEq)]
pub enum Rhythm {
    /// So long after the publication, and after every review, days at the same time of day: a review is a date in the
    /// calendar, however much work fell on the way.
    Every(Span),
    /// At the dates of a recurrence, such as the first Monday of every third month.
    Dates(Box<Schedule>),
}

impl Rhythm {
    /// `every 90 days`, or a recurrence as schedules have it: `FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO`.
    pub fn read(text: &str) -> Option<Rhythm> {
        let text = text.trim();
        if let Some(goal) = text.strip_prefix("every ") {
            let goal = goal.parse::<Goal>().ok().filter(|goal| goal.count > 0)?;
            let one = match goal.unit {
                Unit::Minute | Unit::BusinessMinute => Span::MINUTE,
                Unit::Hour | Unit::BusinessHour => Span::HOUR,
                Unit::Day => Span::DAY,
                // Five of them are a week.
                Unit::BusinessDay => {
                    return Some(Rhythm::Every(Span(Span::DAY.times(goal.count).0 / 5 * 7)));
                }
                Unit::Week => Span::DAY.times(7),
            };
            return Some(Rhythm::Every(one.times(goal.count)));
        }
        let dates = Schedule {
            every: text.to_string(),
            at: MORNING,
            overlap: Overlap::Skip,
            catch_up: Goal { count: 1, unit: Unit::Week },
            data: Vec::new(),
        };
        dates.check().ok().map(|()| Rhythm::Dates(Box::new(dates)))
    }

    /// The first review after `after` of a version that was published at `published`.
    pub fn next(&self, zone: &Zone, published: Instant, after: Instant) -> Option<Instant> {
        match self {
            // So many days later it is the same time of day, whatever the clocks were set to on the way.
            Rhythm::Every(span) if span.0 % Span::DAY.0 == 0 => {
                let days = chrono::Days::new((span.0 / Span::DAY.0).unsigned_abs());
                let local = zone.local(after).naive_local().checked_add_days(days)?;
                Some(zone.instant(local, Fold::Earliest))
            }
            Rhythm::Every(span) => Some(after + *span),
            Rhythm::Dates(dates) => dates.next(zone, published, after).ok().flatten(),
        }
    }

    /// The reviews from the next one up to an instant, were each to begin at its time.
    pub fn until(&self, zone: &Zone, published: Instant, next: Instant, until: Instant) -> Vec<Instant> {
        let following = |at: &Instant| self.next(zone, published, *at).filter(|next| next > at);
        std::iter::successors(Some(next), following).take_while(|at| *at <= until).take(MOST).collect()
    }
}

/// More reviews than these are not told of beforehand.
const MOST: usize = 50;

impl Improve {
    /// When its reviews come; `None` where what was written says nothing of it.
    pub fn rhythm(&self) -> Option<Rhythm> {
        Rhythm::read(&self.review)
    }

    /// What a version that is published at `at` promises: the expectation, and when it is looked at.
    pub fn promised(&self, at: Instant, zone: &Zone) -> Option<String> {
        let on = zone.local(self.rhythm()?.next(zone, at, at)?).format("%a %-d %b %Y").to_string();
        let expected = self.expect.as_ref().map(|expect| format!(": {expect} expected")).unwrap_or_default();
        Some(format!("{}{expected}, review on {on}", self.metric))
    }
}

/// What somebody says of when to review, as a file has it: as it stands there, `30 days`, or a date, which `date`
/// understands.
pub fn review_of(text: &str, now: Instant, date: impl Fn(&str) -> Option<Instant>) -> Option<String> {
    let text = text.trim();
    let every = format!("every {text}");
    if let Some(written) = [text, &every].into_iter().find(|text| Rhythm::read(text).is_some()) {
        return Some(written.to_string());
    }
    // To the nearest day: a date is understood as an hour of it.
    let ahead = (date(text)? - now).0;
    let days = if ahead > 0 { ((ahead + Span::DAY.0 / 2) / Span::DAY.0).max(1) } else { 0 };
    (days > 0).then(|| format!("every {}", counted(days, "day")))
}

/// What is to be said of a new version whose review has nothing to hold it to.
pub(super) fn unexpecting(event: &Event) -> Option<String> {
    let Event::ProcessPublished { version, process } = event else { return None };
    if *version < 2 {
        return None;
    }
    match &process.improve {
        None => Some(format!(
            "version {version} says nothing of what it is measured by and what it expects, and will not be \
             reviewed; add `[improve]` with `metric`, `expect` and `review`"
        )),
        Some(improve) if improve.expect.is_none() => Some(format!(
            "version {version} says nothing of what it expects of {}; add `expect` to `[improve]`",
            improve.metric
        )),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::zone::parse_rfc3339;
    use super::*;

    fn at(text: &str) -> Instant {
        parse_rfc3339(text).unwrap()
    }

    #[test]
    fn a_review_comes_so_long_after_the_last_or_at_the_dates_of_a_recurrence() {
        let zone = "Europe/Amsterdam".parse::<Zone>().unwrap();
        let published = at("2026-11-16T14:00:00+01:00");
        let next = |text: &str, after: &str| {
            Rhythm::read(text)
                .unwrap()
                .next(&zone, published, at(after))
                .map(|at| zone.local(at).to_rfc3339())
        };
        let of = |text: &str| next(text, "2026-11-16T14:00:00+01:00").unwrap();
        assert_eq!(of("every 90 days"), "2027-02-14T14:00:00+01:00");
        assert_eq!(of("every 2 weeks"), "2026-11-30T14:00:00+01:00");
        assert_eq!(of("every 10 business days"), of("every 14 days"));
        // At the same time of day when the clocks are set back on the way.
        assert_eq!(next("every 30 days", "2026-10-05T09:00:00+02:00").unwrap(), "2026-11-04T09:00:00+01:00");
        // A quarter by the calendar, in the morning, whatever the clocks do in between.
        let quarter = "FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=1MO";
        assert_eq!(of(quarter), "2027-01-04T09:00:00+01:00");
        assert_eq!(next(quarter, "2027-01-04T09:00:00+01:00").unwrap(), "2027-04-05T09:00:00+02:00");
        assert_eq!(next("FREQ=DAILY;COUNT=1", "2027-01-01T00:00:00Z"), None, "it is over");
        for wrong in ["", "every", "every so often", "every 0 days", "FREQ=HOURLY", "tomorrow"] {
            assert_eq!(Rhythm::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_comes_until_a_date_is_each_review_once() {
        let zone = Zone::utc();
        let start = at("2026-11-16T14:00:00Z");
        let days = |text: &str, until: i64| {
            let rhythm = Rhythm::read(text).unwrap();
            let next = rhythm.next(&zone, start, start).unwrap();
            let all = rhythm.until(&zone, start, next, start + Span::DAY.times(until));
            all.iter().map(|at| zone.date(*at).format("%d").to_string()).collect::<Vec<_>>()
        };
        assert_eq!(days("every 5 days", 14), ["21", "26"]);
        assert_eq!(days("FREQ=WEEKLY;BYDAY=MO", 14), ["23", "30"]);
        assert_eq!(days("every 90 days", 14), [""; 0]);
    }

    #[test]
    fn when_to_review_is_said_as_people_say_it() {
        let now = at("2026-11-16T14:00:00Z");
        let date = |text: &str| (text == "fri").then(|| at("2026-11-20T12:00:00Z"));
        let of = |text: &str| review_of(text, now, date);
        assert_eq!(of("every 90 days").as_deref(), Some("every 90 days"));
        assert_eq!(of("30 days").as_deref(), Some("every 30 days"));
        assert_eq!(of("FREQ=MONTHLY;BYDAY=1MO").as_deref(), Some("FREQ=MONTHLY;BYDAY=1MO"));
        assert_eq!(of("fri").as_deref(), Some("every 4 days"));
        assert_eq!(of("some day"), None);
        assert_eq!(review_of("past", now, |_| Some(now - Span::DAY.times(2))), None);
    }
}
