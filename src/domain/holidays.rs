//! Holidays for a calendar: what each date of a file would change, which of them are wanted, and the calendar
//! with them. Changes nothing itself; the new version is applied like any other.

use super::calendar::{Calendar, DateKind};
use super::ics::{Found, Read};
use chrono::NaiveDate;

/// What a date of the file would do to the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Closes,
    /// The date has hours of its own, which would go.
    ClosesInsteadOf(String),
    /// Closed already; it would only get its name.
    Names,
    AlreadyClosed,
    /// Its weekday has no hours anyway.
    NoHours,
    Skipped(String),
}

/// One line of the preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// From 1, as the switches name it.
    pub number: usize,
    pub date: Option<NaiveDate>,
    pub name: String,
    pub change: Change,
    /// Whether it is switched on.
    pub wanted: bool,
}

/// Everything a file would change, before anything is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub entries: Vec<Entry>,
    /// Events of the file without a date in the range.
    pub outside: usize,
}

impl Change {
    /// The word in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Change::Closes => "closes",
            Change::ClosesInsteadOf(_) => "replaces_hours",
            Change::Names => "names",
            Change::AlreadyClosed => "already_closed",
            Change::NoHours => "no_hours",
            Change::Skipped(_) => "skipped",
        }
    }
}

impl Entry {
    /// Whether the calendar would be another with it.
    pub fn changes(&self) -> bool {
        matches!(self.change, Change::Closes | Change::ClosesInsteadOf(_) | Change::Names)
    }

    /// What it would change, in words.
    pub fn words(&self) -> String {
        let words = match &self.change {
            Change::Closes => "closed".to_string(),
            Change::ClosesInsteadOf(hours) => format!("closed instead of {hours}"),
            Change::Names => "already closed, gets its name".to_string(),
            Change::AlreadyClosed => "already closed".to_string(),
            Change::NoHours => "falls on a closed day".to_string(),
            Change::Skipped(why) => format!("skipped: {why}"),
        };
        if self.changes() && !self.wanted { format!("left out ({words})") } else { words }
    }
}

impl Plan {
    /// What `read` would change in `calendar`; everything that changes something is wanted.
    pub fn new(read: Read, calendar: &Calendar) -> Plan {
        let mut entries = Vec::<Entry>::new();
        for Found { date, name, skipped } in read.found {
            let number = entries.len() + 1;
            let before = |entry: &&Entry| {
                entry.date.is_some() && entry.date == date && !matches!(entry.change, Change::Skipped(_))
            };
            let change = match (skipped, date, entries.iter().find(before)) {
                (Some(why), ..) => Change::Skipped(why),
                (None, None, _) => Change::Skipped("it says no date".to_string()),
                (None, Some(_), Some(same)) => Change::Skipped(format!("the same date as {}", same.number)),
                (None, Some(date), None) => match calendar.kind_of(date) {
                    DateKind::Ordinary => Change::Closes,
                    DateKind::Special => Change::ClosesInsteadOf(calendar.hours_text(date)),
                    DateKind::Closed if calendar.name_of(date).is_none() => Change::Names,
                    DateKind::Closed => Change::AlreadyClosed,
                    DateKind::NoHours => Change::NoHours,
                },
            };
            entries.push(Entry { number, date, name, change, wanted: true });
        }
        Plan { entries, outside: read.outside }
    }

    /// Switches entries: all but those of `except`; with `only`, none but those.
    ///
    /// # Errors
    /// The first number that no entry has.
    pub fn choose(&mut self, except: &[usize], only: &[usize]) -> Result<(), usize> {
        let known = |n: &&usize| (1..=self.entries.len()).contains(*n);
        if let Some(unknown) = except.iter().chain(only).find(|n| !known(n)) {
            return Err(*unknown);
        }
        for entry in &mut self.entries {
            let named = only.is_empty() || only.contains(&entry.number);
            entry.wanted = named && !except.contains(&entry.number);
        }
        Ok(())
    }

    /// The entries that would be applied.
    pub fn wanted(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.wanted && entry.changes())
    }

    /// The calendar with the wanted entries; the same as `calendar` when there are none.
    pub fn apply(&self, calendar: &Calendar) -> Calendar {
        let mut calendar = calendar.clone();
        for entry in self.wanted() {
            if let Some(date) = entry.date {
                calendar.close(date, Some(&entry.name));
            }
        }
        calendar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    fn plan(found: &[(&str, &str)], calendar: &Calendar) -> Plan {
        let found =
            found.iter().map(|(at, name)| Found { date: date(at), name: (*name).into(), skipped: None });
        let mut read = Read { found: found.collect(), outside: 0 };
        read.found.push(Found {
            date: None,
            name: "Party".into(),
            skipped: Some("only 10:00 to 12:00".into()),
        });
        Plan::new(read, calendar)
    }

    fn office() -> Calendar {
        let text = concat!(
            "[calendar.office]\nzone = \"Europe/Berlin\"\nopen = { mon-fri = \"09:00-17:00\" }\n",
            "closed = [\"2026-12-25\", \"2027-01-01\"]\nspecial = { \"2026-12-24\" = \"09:00-12:00\" }\n",
            "names = { \"2027-01-01\" = \"New Year\" }",
        );
        Calendar::parse_file(text).unwrap().pop_first().unwrap().1
    }

    #[test]
    fn the_preview_says_what_each_date_would_change() {
        let found = [
            ("2026-12-24", "Eve"),
            ("2026-12-25", "Christmas"),
            ("2026-12-26", "Boxing Day"),
            ("2026-12-28", "Bridge"),
            ("2026-12-28", "Bridge again"),
            ("2027-01-01", "New Year"),
        ];
        let mut plan = plan(&found, &office());
        plan.choose(&[4], &[]).unwrap();
        let told = plan.entries.iter().map(Entry::words).collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                "closed instead of 09:00-12:00",
                "already closed, gets its name",
                "falls on a closed day",
                "left out (closed)",
                "skipped: the same date as 4",
                "already closed",
                "skipped: only 10:00 to 12:00",
            ]
        );
        assert_eq!(plan.choose(&[8], &[]), Err(8));
        assert_eq!(plan.choose(&[], &[0]), Err(0));
        plan.choose(&[2], &[2, 4]).unwrap();
        assert_eq!(plan.wanted().map(|entry| entry.number).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn applied_once_there_is_nothing_left_to_change() {
        let found = [("2026-12-24", "Eve"), ("2026-12-25", "Christmas"), ("2026-12-28", "Bridge")];
        let before = office();
        let once = plan(&found, &before).apply(&before);
        assert_ne!(once, before);
        assert_eq!(once.name_of(date("2026-12-25").unwrap()), Some("Christmas"));
        assert_eq!(once.kind_of(date("2026-12-24").unwrap()), DateKind::Closed);
        let again = plan(&found, &once);
        assert_eq!(again.wanted().count(), 0);
        assert_eq!(again.apply(&once), once);
    }
}
