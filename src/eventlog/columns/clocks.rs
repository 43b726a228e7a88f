//! Tables whose days and times of the day stand in columns of their own: which belong together, and the text of both. It
//! parses nothing but to tell one from the other.

use std::borrow::Cow;

use ::csv::StringRecord;

use super::{Columns, Mapping};
use crate::eventlog::guess::Role;
use crate::eventlog::heads::{START, is_end, is_start, letters};
use crate::eventlog::settings::Settings;
use crate::eventlog::time::year_first;

impl Mapping<'_> {
    /// Finds the times of days that stand in columns of their own: `Date` and `Time`, or `Date`, `Start` and `End`.
    pub(super) fn guess_clocks(&mut self) {
        // A start that is the time of a day is one of the day that is known.
        if let Some(start) = self.of(Role::Start).filter(|start| self.holds_clocks(*start)) {
            let named = |index: &usize| {
                let name = self.head.get(*index).unwrap_or_default();
                self.is_free(*index)
                    && (is_start(name) || START.contains(&letters(name).as_str()))
                    && self.holds_days(*index)
            };
            let day =
                (0..self.head.len()).find(named).or(self.of(Role::Time).filter(|day| self.holds_days(*day)));
            if let Some(day) = day {
                self.taken
                    .iter_mut()
                    .filter(|(role, ..)| *role == Role::Start)
                    .for_each(|taken| taken.1 = day);
                self.clocks.push((Role::Start, start));
            }
        }
        for (role, is_named) in [(Role::Time, is_end as fn(&str) -> bool), (Role::Start, is_start)] {
            let Some(day) =
                self.of(role).filter(|day| self.clock_of(role).is_none() && self.holds_days(*day))
            else {
                continue;
            };
            let free = |index: &usize| self.is_free(*index) && self.holds_clocks(*index);
            let clocks = (0..self.head.len()).filter(free).collect::<Vec<_>>();
            let named = clocks.iter().copied().find(|index| self.head.get(*index).is_some_and(is_named));
            // Else the one that stands nearest, to the right rather than to the left.
            let near = || clocks.iter().copied().min_by_key(|index| (index.abs_diff(day), *index < day));
            if let Some(clock) = named.or_else(near) {
                self.clocks.push((role, clock));
            }
        }
    }

    /// Whether most texts are times of a day and nothing else.
    fn holds_clocks(&self, index: usize) -> bool {
        let is_clock =
            |text: &str| text.contains([':', 'h']) && year_first(&format!("2000-01-01 {text}")).is_some();
        self.holds(index, is_clock) && !self.holds_times(index)
    }

    /// Whether most texts are days without a time.
    fn holds_days(&self, index: usize) -> bool {
        self.holds_times(index) && self.holds(index, |text| !text.contains(':') && text.trim().len() <= 12)
    }

    fn holds(&self, index: usize, is_it: impl Fn(&str) -> bool) -> bool {
        let texts = self.sample.iter().filter_map(|record| record.get(index));
        let texts = texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>();
        texts.iter().filter(|text| is_it(text)).count() * 2 > texts.len()
    }
}

fn joined<'r>(
    record: &'r StringRecord,
    settings: &Settings<'_>,
    day: usize,
    clock: Option<usize>,
) -> Option<Cow<'r, str>> {
    let said = |index: usize| record.get(index).and_then(|text| settings.said(text));
    let day = said(day)?;
    Some(match clock.and_then(said) {
        Some(clock) => Cow::Owned(format!("{} {}", day.trim(), clock.trim())),
        None => Cow::Borrowed(day),
    })
}

impl Columns {
    /// The time of a row as it is written, if it is: of two columns the day and the time of it, or the day alone.
    pub fn time<'r>(&self, record: &'r StringRecord, settings: &Settings<'_>) -> Option<Cow<'r, str>> {
        joined(record, settings, self.time, self.time_clock)
    }

    /// The same of when it began.
    pub fn start<'r>(&self, record: &'r StringRecord, settings: &Settings<'_>) -> Option<Cow<'r, str>> {
        joined(record, settings, self.start?, self.start_clock)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{map, sniff};
    use crate::eventlog::Options;
    use crate::eventlog::guess::Role;

    #[test]
    fn days_and_times_of_the_day_in_columns_of_their_own_are_one_time() {
        let clocks = |text: &str, options: &Options| {
            let (_, records) = sniff(text.as_bytes(), true, None).unwrap();
            let (columns, shown) = map(&records, options).unwrap();
            let name = |role| shown.iter().find(|one| one.role == role).map(|one| one.name.clone());
            ((columns.start, columns.start_clock), (columns.time, columns.time_clock), name(Role::Time))
        };
        let none = Options::default();
        assert_eq!(
            clocks("case,activity,date,time\n1,A,2020-01-01,10:00\n", &none),
            ((None, None), (2, Some(3)), Some("date+time".to_owned()))
        );
        assert_eq!(clocks("case,activity,time,date,who\n1,A,8:05 AM,13/04/2020,x\n", &none).1, (3, Some(2)));
        let four = "case,activity,Start Date,Start Time,End Date,End Time\n1,A,2020-01-01,10:00,2020-01-02,11:00:30\n";
        let (start, time, _) = clocks(four, &none);
        assert_eq!((start, time), ((Some(2), Some(3)), (4, Some(5))));
        let (start, time, _) = clocks("case,activity,Date,Start,End\n1,A,2020-01-01,10:00,11:00\n", &none);
        assert_eq!((start, time), ((Some(2), Some(3)), (2, Some(4))));
        let given = Options { time: Some("Tag+Uhr".to_owned()), ..none.clone() };
        assert_eq!(clocks("case,activity,Tag,Uhr\n1,A,2020-01-01,10:00\n", &given).1, (2, Some(3)));
        let whole = clocks("case,activity,timestamp,shift\n1,A,2020-01-01 10:00,10:00\n", &none);
        assert_eq!(whole.1, (2, None), "a time that is whole needs none");
    }
}
