//! Why a date is what it is: every window of the calendar a promise used up, with its share, the pauses with
//! their reasons and the closed days with their names. The same on the command line and on the screen; counts
//! nothing itself, which is `business`.

use super::business::{Elapsed, Pause};
use super::calendar::{Calendar, DateKind};
use super::case::Case;
use super::catalog::Catalog;
use super::clock::{Clock, ClockOn};
use super::goal::Goal;
use super::id::Handle;
use super::instant::{Instant, Span};
use super::process::Process;
use super::task::Wait;
use super::urgency::time_left;
use super::zone::Zone;
use chrono::{Days, NaiveDate};

pub use super::promised::Promise;

/// A pause, with the reason somebody gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    pub pause: Pause,
    pub reason: Option<String>,
}

/// One thing that happened on the way from the start to due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A stretch that was counted, and the sum up to its end. For plain units the time between two pauses.
    Counted {
        from: Instant,
        to: Instant,
        counted: Span,
        sum: Span,
    },
    Paused {
        from: Instant,
        to: Option<Instant>,
        reason: Option<String>,
    },
    /// Dates without hours, both included; a name where they are closed by name.
    Closed {
        from: NaiveDate,
        to: NaiveDate,
        name: Option<String>,
        usual: bool,
    },
    /// A date with hours of its own.
    Special {
        date: NaiveDate,
        hours: String,
        name: Option<String>,
    },
}

/// Why something is due when it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    pub goal: Goal,
    pub calendar: Handle,
    pub version: u32,
    /// Of the calendar.
    pub zone: Zone,
    /// Of whoever reads it.
    pub reader: Zone,
    pub started: Instant,
    /// `None` while a pause keeps it from being known, and when the calendar stays shut.
    pub due: Option<Instant>,
    /// What is left of the goal; negative when late. In a pause that has no end, what was left when it began.
    pub left: Elapsed,
    /// In a pause now.
    pub paused: bool,
    /// The date was given or agreed on, whatever the goal comes to.
    pub given: bool,
    /// In order of time.
    pub parts: Vec<Part>,
}

/// The explanation of one open clock of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockWhy {
    pub clock: u32,
    pub on: ClockOn,
    pub promise: Promise,
    /// `H-7 Approve, to be accepted by finance`
    pub what: String,
    /// The one of a list that the work is about.
    pub item: Option<String>,
    pub why: Why,
}

/// One line to show: when, what, and for what was counted its share and the sum.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WhyLine {
    pub when: String,
    pub what: String,
    pub counted: String,
    pub sum: String,
}

/// Closed dates longer ago than this are not looked for one by one.
const MOST_DATES: usize = 4_000;

impl Why {
    /// Explains when `goal` from `started` is due.
    pub fn new(
        (handle, version, calendar): (&Handle, u32, &Calendar),
        started: Instant,
        goal: Goal,
        stops: &[Stop],
        now: Instant,
    ) -> Why {
        let pauses = stops.iter().map(|stop| stop.pause).collect::<Vec<_>>();
        let due = calendar.due(started, goal, &pauses);
        let mut sum = Span::ZERO;
        let mut parts = Vec::new();
        for window in calendar.explain(started, goal, &pauses) {
            sum = sum + window.counted;
            parts.push(Part::Counted { from: window.from, to: window.to, counted: window.counted, sum });
        }
        let lasting = pauses.iter().find(|pause| pause.to.is_none()).map(|pause| pause.from);
        let end = due.or(lasting).unwrap_or(started).max(started);
        // A pause after due has nothing to do with it.
        let matters = |stop: &&Stop| stop.pause.from <= end && stop.pause.to.is_none_or(|to| to > started);
        parts.extend(stops.iter().filter(matters).map(|stop| Part::Paused {
            from: stop.pause.from,
            to: stop.pause.to,
            reason: stop.reason.clone(),
        }));
        if goal.unit.is_business() {
            parts.extend(dates_that_differ(calendar, started, end));
        }
        let zone = calendar.zone().clone();
        parts.sort_by_key(|part| part.order(&zone));
        Why {
            goal,
            calendar: handle.clone(),
            version,
            started,
            due,
            left: calendar.remaining(started, goal, &pauses, now),
            paused: pauses.iter().any(|pause| pause.from <= now && pause.to.is_none_or(|to| now < to)),
            given: false,
            parts,
            reader: zone.clone(),
            zone,
        }
    }

    /// Explains a clock of a case; `None` when its calendar is not known.
    pub fn of_clock(clock: &Clock, case: &Case, catalog: &Catalog, now: Instant) -> Option<Why> {
        let calendar = catalog.calendar(&clock.calendar, clock.calendar_version)?;
        let reason = |pause: &Pause| {
            if clock.on == ClockOn::Case {
                return case.paused_for(pause);
            }
            let ClockOn::Work(task) = clock.on else { return None };
            // A clock that begins while the work waits stands still from then on.
            let covers = |wait: &&Wait| {
                wait.from == pause.from || wait.from < pause.from && wait.to.is_none_or(|to| to > pause.from)
            };
            case.tasks.get(&task)?.waits.iter().find(covers).map(|wait| wait.reason.clone())
        };
        let stops = clock.pauses.iter().map(|pause| Stop { pause: *pause, reason: reason(pause) });
        let from = (&clock.calendar, clock.calendar_version, &**calendar);
        let mut why = Why::new(from, clock.started, clock.goal, &stops.collect::<Vec<_>>(), now);
        if let Some(own) = catalog.own_calendar() {
            why.reader = own.zone().clone();
        }
        // A date that was given is none that was counted, so there is nothing of it to add up.
        let given = |due: Instant| {
            let left = Elapsed::Plain(due - now);
            Why { due: Some(due), left, given: true, paused: false, parts: Vec::new(), ..why.clone() }
        };
        Some(clock.until.map_or(why.clone(), given))
    }

    /// When it is due, or why nobody can say, and what is left.
    /// To a reader in another zone than that of the calendar it is told in theirs, as everywhere, and in the calendar's
    /// beside it, because the windows below are of that.
    pub fn due_words(&self, now: Instant) -> String {
        let read = Why { zone: self.reader.clone(), ..self.clone() };
        let there = self
            .due
            .map(|due| self.at(due))
            .filter(|there| self.due.map(|due| read.at(due)).as_ref() != Some(there));
        let there = there.map(|there| format!(", {there} in {}", self.zone.name())).unwrap_or_default();
        format!("{}{there}", read.due_here(now))
    }

    fn due_here(&self, now: Instant) -> String {
        match self.due {
            Some(due) if self.paused && due > now => {
                format!("{}; paused now, {} left", self.at(due), self.left)
            }
            Some(due) => {
                let left = time_left(now, Some(due), &self.zone);
                match due < now || due - now < Span::HOUR.times(12) {
                    true => format!("{} ({left})", self.at(due)),
                    false => self.at(due),
                }
            }
            None if self.paused => {
                format!("not known while it is paused: {} of {} left", self.left, self.goal)
            }
            None => format!("never: {} stays shut", self.calendar),
        }
    }

    /// `5 business days from Fri 20 Nov 10:00, on office version 2 (Europe/Berlin)`
    pub fn promise_words(&self) -> String {
        if self.given {
            return match self.goal.count {
                0 => "A date that was agreed on; no length was promised".to_string(),
                _ => format!("A date that was agreed on, in place of {}", self.goal),
            };
        }
        let around = if self.goal.unit.is_business() { "" } else { ", day and night" };
        format!(
            "{} from {}{around}, on {} version {} ({})",
            self.goal,
            self.at(self.started),
            self.calendar,
            self.version,
            self.zone.name()
        )
    }

    /// What was counted, what was not and why, line by line.
    pub fn lines(&self) -> Vec<WhyLine> {
        let day = |date: &NaiveDate| date.format("%a %-d %b").to_string();
        let called = |name: &Option<String>| name.iter().map(|name| format!(": {name}")).collect::<String>();
        let line = |part: &Part| match part {
            Part::Counted { from, to, counted, sum } => WhyLine {
                when: self.stretch(*from, Some(*to)),
                what: if *counted < *to - *from { "open, paused in it" } else { "" }.to_string(),
                counted: hours(*counted),
                sum: hours(*sum),
            },
            Part::Paused { from, to, reason } => WhyLine {
                when: self.stretch(*from, *to),
                what: format!("paused{}", called(reason)),
                ..WhyLine::default()
            },
            Part::Closed { from, to, name, usual } => WhyLine {
                when: if from == to { day(from) } else { format!("{} - {}", day(from), day(to)) },
                what: match usual {
                    true => "no hours".to_string(),
                    false => format!("closed{}", called(name)),
                },
                ..WhyLine::default()
            },
            Part::Special { date, hours, name } => WhyLine {
                when: day(date),
                what: format!("open {hours} only{}", called(name)),
                ..WhyLine::default()
            },
        };
        self.parts.iter().map(line).collect()
    }

    /// With its year when that is not the year of the start: such a list may be long.
    fn at(&self, at: Instant) -> String {
        let local = self.zone.local(at);
        let same = local.format("%Y").to_string() == self.zone.local(self.started).format("%Y").to_string();
        local.format(if same { "%a %-d %b %H:%M" } else { "%a %-d %b %Y %H:%M" }).to_string()
    }

    /// `Fri 20 Nov 10:00-17:00`, `Fri 20 Nov 10:00 - Mon 23 Nov 09:00`, `Fri 20 Nov 10:00 - now on`
    fn stretch(&self, from: Instant, to: Option<Instant>) -> String {
        match to {
            None => format!("{} on", self.at(from)),
            // Midnight is the end of the day before.
            Some(to) if self.zone.date(from) == self.zone.date(Instant(to.0 - 1)) && to > from => {
                let to = self.zone.local(to).format("%H:%M").to_string();
                format!("{}-{}", self.at(from), if to == "00:00" { "24:00" } else { &to })
            }
            Some(to) => format!("{} - {}", self.at(from), self.at(to)),
        }
    }
}

impl Part {
    /// By time; on the same date what is said of the whole date comes first.
    fn order(&self, zone: &Zone) -> (NaiveDate, bool, Instant) {
        match self {
            Part::Counted { from, .. } | Part::Paused { from, .. } => (zone.date(*from), true, *from),
            Part::Closed { from, .. } => (*from, false, Instant(0)),
            Part::Special { date, .. } => (*date, false, Instant(0)),
        }
    }
}

/// The dates between two instants that are no ordinary ones; runs of days without hours as one.
fn dates_that_differ(calendar: &Calendar, from: Instant, to: Instant) -> Vec<Part> {
    let (first, last) = (calendar.zone().date(from), calendar.zone().date(to));
    let mut parts = Vec::<Part>::new();
    let dates = first.iter_days().take_while(|date| *date <= last).take(MOST_DATES);
    for date in dates {
        let name = calendar.name_of(date).map(str::to_string);
        let next = match calendar.kind_of(date) {
            DateKind::Ordinary => continue,
            DateKind::NoHours => Part::Closed { from: date, to: date, name: None, usual: true },
            DateKind::Closed => Part::Closed { from: date, to: date, name, usual: false },
            DateKind::Special => Part::Special { date, hours: calendar.hours_text(date), name },
        };
        match (parts.last_mut(), &next) {
            (Some(Part::Closed { to, name: before, usual: was, .. }), Part::Closed { name, usual, .. })
                if to.checked_add_days(Days::new(1)) == Some(date) && before == name && was == usual =>
            {
                *to = date;
            }
            _ => parts.push(next),
        }
    }
    parts
}

/// Every open clock of a case, the first due first; what cannot be said comes last.
pub fn of_case(case: &Case, process: &Process, catalog: &Catalog, now: Instant) -> Vec<ClockWhy> {
    let title =
        |step: &Handle| process.step(step).map_or_else(|| step.to_string(), |step| step.title.clone());
    let item_of = |branch: u32| case.branches.get(&branch).and_then(|branch| branch.item.clone());
    let titled = |step: &Handle, item: &Option<String>| match item {
        Some(item) => format!("{} ({item})", title(step)),
        None => title(step),
    };
    // A wait until a given date explains itself.
    let itself = |clock: &Clock| clock.until.is_some() && matches!(clock.on, ClockOn::Wait(_));
    let counted = case.clocks.iter().filter(|(_, clock)| clock.is_open() && !itself(clock));
    let explained = counted.filter_map(|(n, clock)| {
        let mut item = None;
        let what = match clock.on {
            ClockOn::Case => "the whole case".to_string(),
            ClockOn::Accept(id) | ClockOn::Decide(id) => {
                let handoff = case.handoffs.get(&id)?;
                item = item_of(handoff.branch);
                let step = titled(&handoff.step, &item);
                match clock.on {
                    ClockOn::Decide(_) => format!("{id} {step}, to be decided again by {}", handoff.from),
                    _ => format!("{id} {step}, to be accepted by {}", handoff.to),
                }
            }
            ClockOn::Work(id) => {
                let task = case.tasks.get(&id)?;
                item = item_of(task.branch);
                format!("{id} {}, work of {}", titled(&task.step, &item), task.holder)
            }
            ClockOn::Wait(wait) => format!("the wait at {}", title(&case.waits.get(&wait)?.step)),
            // It promises nothing: a reminder to look again.
            ClockOn::FollowUp(_) => return None,
        };
        let promise = Promise::of(clock.on, case, process);
        Some(ClockWhy {
            clock: *n,
            on: clock.on,
            promise,
            what,
            item,
            why: Why::of_clock(clock, case, catalog, now)?,
        })
    });
    let mut all = explained.collect::<Vec<_>>();
    all.sort_by_key(|clock| (clock.why.due.is_none(), clock.why.due, clock.clock));
    all
}

/// `7h`, `45m`, `6h30`: a length to the minute; seconds when that is all there is.
fn hours(span: Span) -> String {
    match span.0 {
        1..60_000 => format!("{}s", (span.0 / 1000).max(1)),
        _ => Elapsed::Open(span).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::zone::parse_rfc3339;

    fn office(more: &str) -> Calendar {
        let text = format!(
            "[calendar.office]\nzone = \"Europe/Berlin\"\nopen = {{ mon-fri = \"09:00-12:00, 13:00-17:00\" }}\n{more}"
        );
        Calendar::parse_file(&text).unwrap().pop_first().unwrap().1
    }

    fn at(text: &str) -> Instant {
        parse_rfc3339(&format!("{text}:00+01:00")).unwrap()
    }

    fn why(calendar: &Calendar, start: &str, goal: &str, stops: &[(&str, &str, &str)], now: &str) -> Why {
        let stop = |(from, to, reason): &(&str, &str, &str)| Stop {
            pause: Pause { from: at(from), to: Some(*to).filter(|to| !to.is_empty()).map(at) },
            reason: Some(reason.to_string()).filter(|reason| !reason.is_empty()),
        };
        let stops = stops.iter().map(stop).collect::<Vec<_>>();
        let handle = "office".parse::<Handle>().unwrap();
        Why::new((&handle, 2, calendar), at(start), goal.parse().unwrap(), &stops, at(now))
    }

    fn told(why: &Why) -> String {
        let line = |l: WhyLine| {
            format!("{:<35} {:>5} {:>5} {}", l.when, l.counted, l.sum, l.what).trim_end().to_string()
        };
        why.lines().into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    const CHRISTMAS: &str = concat!(
        "closed = [\"2026-12-25\", \"2026-12-28\"]\nspecial = { \"2026-12-24\" = \"09:00-12:00\" }\n",
        "names = { \"2026-12-25\" = \"Christmas Day\", \"2026-12-24\" = \"Christmas Eve\" }",
    );

    #[test]
    fn every_window_pause_and_closed_day_on_the_way_is_told() {
        let calendar = office(CHRISTMAS);
        let stops = [("2026-12-23T14:00", "2026-12-23T15:30", "customer is asked")];
        let why = why(&calendar, "2026-12-23T11:00", "10 business hours", &stops, "2026-12-23T12:00");
        insta::assert_snapshot!(told(&why), @r"
        Wed 23 Dec 11:00-12:00                 1h    1h
        Wed 23 Dec 13:00-17:00               2h30  3h30 open, paused in it
        Wed 23 Dec 14:00-15:30                          paused: customer is asked
        Thu 24 Dec                                      open 09:00-12:00 only: Christmas Eve
        Thu 24 Dec 09:00-12:00                 3h  6h30
        Fri 25 Dec                                      closed: Christmas Day
        Sat 26 Dec - Sun 27 Dec                         no hours
        Mon 28 Dec                                      closed
        Tue 29 Dec 09:00-12:00                 3h  9h30
        Tue 29 Dec 13:00-13:30                30m   10h
        ");
        assert_eq!(why.due_words(at("2026-12-23T12:00")), "Tue 29 Dec 13:30");
        assert_eq!(why.due_words(at("2026-12-29T13:00")), "Tue 29 Dec 13:30 (due 30m)");
        assert_eq!(why.due_words(at("2026-12-30T13:30")), "Tue 29 Dec 13:30 (1d late)");
        assert_eq!(
            why.promise_words(),
            "10 business hours from Wed 23 Dec 11:00, on office version 2 (Europe/Berlin)"
        );
    }

    #[test]
    fn a_reader_in_another_zone_is_told_in_theirs_and_in_that_of_the_calendar() {
        let mut why =
            why(&office(CHRISTMAS), "2026-12-23T11:00", "10 business hours", &[], "2026-12-23T12:00");
        assert_eq!(why.due_words(at("2026-12-23T12:00")), "Tue 29 Dec 11:00");
        why.reader = "Europe/Amsterdam".parse().unwrap();
        assert_eq!(why.due_words(at("2026-12-23T12:00")), "Tue 29 Dec 11:00", "the same on every clock");
        why.reader = "Asia/Tokyo".parse().unwrap();
        assert_eq!(
            why.due_words(at("2026-12-23T12:00")),
            "Tue 29 Dec 19:00, Tue 29 Dec 11:00 in Europe/Berlin"
        );
    }

    #[test]
    fn a_pause_without_an_end_leaves_what_was_left_when_it_began() {
        let stops = [("2026-12-16T10:00", "", "")];
        let why = why(&office(""), "2026-12-15T16:00", "4 business hours", &stops, "2026-12-18T10:00");
        assert_eq!(why.due, None);
        assert_eq!(
            why.due_words(at("2026-12-18T10:00")),
            "not known while it is paused: 2h of 4 business hours left"
        );
        insta::assert_snapshot!(told(&why), @r"
        Tue 15 Dec 16:00-17:00                 1h    1h
        Wed 16 Dec 09:00-10:00                 1h    2h
        Wed 16 Dec 10:00 on                             paused
        ");
    }

    #[test]
    fn plain_time_runs_day_and_night_and_knows_no_closed_days() {
        let why = why(&office(CHRISTMAS), "2026-12-30T10:00", "3 days", &[], "2026-12-30T10:00");
        insta::assert_snapshot!(told(&why), @"Wed 30 Dec 10:00 - Sat 2 Jan 2027 10:00   72h   72h");
        assert!(why.promise_words().starts_with("3 days from Wed 30 Dec 10:00, day and night, on office"));
    }

    #[test]
    fn a_night_shift_and_the_end_of_a_day_are_told_as_the_wall_says() {
        let text = "[calendar.office]\nzone = \"Europe/Berlin\"\nopen = { mon-fri = \"18:00-24:00\", sat = \"22:00-06:00\" }";
        let calendar = Calendar::parse_file(text).unwrap().pop_first().unwrap().1;
        let why = why(&calendar, "2026-12-18T20:00", "12 business hours", &[], "2026-12-18T20:00");
        insta::assert_snapshot!(told(&why), @r"
        Fri 18 Dec 20:00-24:00                 4h    4h
        Sat 19 Dec 22:00 - Sun 20 Dec 06:00    8h   12h
        Sun 20 Dec                                      no hours
        ");
    }

    proptest::proptest! {
        /// The shares add up to the goal, and the last one ends at due.
        #[test]
        fn the_sum_is_the_goal(hours in 1i64..80, minutes in 0i64..20_000, pause in 0i64..3_000, long in 0i64..3_000) {
            let calendar = office(CHRISTMAS);
            let start = at("2026-12-18T08:00") + Span::MINUTE.times(minutes);
            let from = start + Span::MINUTE.times(pause);
            let stop = Stop { pause: Pause { from, to: Some(from + Span::MINUTE.times(long)) }, reason: None };
            let handle = "office".parse::<Handle>().unwrap();
            let goal = Goal { count: hours, unit: crate::domain::Unit::BusinessHour };
            let why = Why::new((&handle, 1, &calendar), start, goal, &[stop], start);
            let mut counted = why.parts.iter().filter_map(|part| match part {
                Part::Counted { to, sum, .. } => Some((*to, *sum)),
                _ => None,
            });
            let (to, sum) = counted.next_back().unwrap();
            proptest::prop_assert_eq!(Some(to), why.due);
            proptest::prop_assert_eq!(sum, Span::HOUR.times(hours));
        }
    }
}
