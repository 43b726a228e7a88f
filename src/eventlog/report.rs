//! What a reading found, in numbers. Counts are exact; the few that memory bounds can spoil say so.

use std::collections::BTreeMap;
use std::fmt;

use super::Reason;

/// Rows refused for one reason, with the lines of the first five.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub reason: Reason,
    pub count: u64,
    pub lines: Vec<u64>,
}

/// `rows_read = accepted + rejected + excluded + ignored + paired + starts_without_complete`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Size of the file, and the SHA-256 of it in hexadecimal digits.
    pub bytes: u64,
    pub sha256: String,
    pub rows_read: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub refused: Vec<Refused>,
    /// Rows of activities the user left out.
    pub excluded: u64,
    /// Rows whose transition is neither start nor complete.
    pub ignored: u64,
    /// Cases with at least one accepted row.
    pub cases: u64,
    /// Traces without any event; they make no case.
    pub empty_cases: u64,
    /// Traces without a name, which got one.
    pub unnamed_cases: u64,
    /// Traces with the name of an earlier one, taken as its continuation.
    pub merged_cases: u64,
    /// UTC milliseconds of the earliest start and the latest end.
    pub first_ms: Option<i64>,
    pub last_ms: Option<i64>,
    /// From the day before which a thousandth of the rows lies to the day after which another does, and how
    /// many rows lie outside: what is out there is mostly wrong.
    pub core_ms: Option<(i64, i64)>,
    pub outside: u64,
    /// Seconds east of UTC and how many times name that offset.
    pub offsets: BTreeMap<i32, u64>,
    pub naive_times: u64,
    /// Of those: rows at an hour that came twice when the clocks were put back, and at one that never was because they were
    /// put forward.
    pub twice: u64,
    pub never: u64,
    /// Accepted rows whose time is midnight: a date rather than a time.
    pub date_only: u64,
    /// Rows with the very times of an earlier row of their case; only the file orders them.
    pub tied: u64,
    /// Rows whose time (the end, where there are two) is before that of an earlier row of their case, and the
    /// cases that have such rows.
    pub out_of_order: u64,
    pub out_of_order_cases: u64,
    pub without_resource: u64,
    /// Rows that name a group.
    pub grouped: u64,
    /// Rows whose end is before their start: they are taken as they are, by whatever reads them.
    pub backwards: u64,
    /// Transitions in lower case and how often they occur, in order of appearance; the 65th kind and all
    /// after it are counted as `…`.
    pub lifecycle: Vec<(String, u64)>,
    /// Starts that found their complete; starts and completes that did not find each other.
    pub paired: u64,
    pub starts_without_complete: u64,
    pub completes_without_start: u64,
    /// CSV rows with fewer or more fields than the head.
    pub short_rows: u64,
    pub long_rows: u64,
    /// XES attributes given twice for one event; the first counts.
    pub duplicate_keys: u64,
    /// The log has more cases or rows than are remembered: `cases`, `merged_cases`, `tied` and
    /// `out_of_order` may be off.
    pub approximate: bool,
    pub warnings: Vec<String>,
}

impl Report {
    /// Share of accepted rows whose time is midnight, 0 to 1.
    pub fn date_only_share(&self) -> f64 {
        if self.accepted == 0 { 0.0 } else { self.date_only as f64 / self.accepted as f64 }
    }

    pub(super) fn refuse(&mut self, reason: Reason, line: u64) {
        self.rejected += 1;
        let refused = match self.refused.iter().position(|refused| refused.reason == reason) {
            Some(index) => self.refused.get_mut(index),
            None => {
                self.refused.push(Refused { reason, count: 0, lines: Vec::new() });
                self.refused.last_mut()
            }
        };
        if let Some(refused) = refused {
            refused.count += 1;
            if refused.lines.len() < 5 {
                refused.lines.push(line);
            }
        }
    }

    pub(super) fn count_transition(&mut self, text: &str) {
        const KINDS: usize = 64;
        let text = text.trim_ascii();
        let known = self.lifecycle.iter().position(|(name, _)| name.eq_ignore_ascii_case(text));
        let index = known.unwrap_or_else(|| {
            let is_full = self.lifecycle.len() >= KINDS;
            if self.lifecycle.len() <= KINDS {
                let name = if is_full { "…".to_owned() } else { text.to_ascii_lowercase() };
                self.lifecycle.push((name, 0));
            }
            self.lifecycle.len() - 1
        });
        if let Some((_, count)) = self.lifecycle.get_mut(index) {
            *count += 1;
        }
    }

    /// What was refused, a line for each reason.
    pub fn refused_in_words(&self) -> impl Iterator<Item = String> + '_ {
        self.refused.iter().map(|Refused { reason, count, lines }| {
            let more = if *count > lines.len() as u64 { ", …" } else { "" };
            let of = if lines.len() == 1 && more.is_empty() { "line" } else { "lines" };
            let lines = lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
            format!("refused    {}: {reason} ({of} {lines}{more})", many(*count, "row"))
        })
    }

    pub fn backwards_in_words(&self) -> Option<String> {
        let one = "row ends before it starts; it is taken as it is";
        let several = "rows end before they start; they are taken as they are";
        (self.backwards > 0).then(|| in_words(self.backwards, one, several))
    }

    /// Puts into sentences what somebody should know before trusting figures made of this log.
    pub(super) fn warn(&mut self) {
        let if_paired = |count| if self.paired > 0 { count } else { 0 };
        let if_many = |count| if self.date_only_share() > 0.05 { count } else { 0 };
        let counted = [
            (
                self.merged_cases,
                "trace has the name of an earlier one and was merged with it",
                "traces have the name of an earlier one and were merged with it",
            ),
            (self.unnamed_cases, "trace has no name and got one", "traces have no name and got one"),
            (
                self.empty_cases,
                "trace has no events and was left out",
                "traces have no events and were left out",
            ),
            (
                self.duplicate_keys,
                "attribute is given twice for one event; the first was taken",
                "attributes are given twice for one event; the first was taken",
            ),
            (
                self.short_rows,
                "row has fewer fields than the head; what is missing is empty",
                "rows have fewer fields than the head; what is missing is empty",
            ),
            (
                self.long_rows,
                "row has more fields than the head; what is too much was ignored",
                "rows have more fields than the head; what is too much was ignored",
            ),
            (
                self.ignored,
                "row is neither start nor complete and was left out",
                "rows are neither start nor complete and were left out",
            ),
            (
                self.starts_without_complete,
                "start has no complete and was left out",
                "starts have no complete and were left out",
            ),
            (
                if_paired(self.completes_without_start),
                "complete has no start; it begins and ends at once",
                "completes have no start; they begin and end at once",
            ),
            (
                if_many(self.date_only),
                "row is at midnight exactly: a date, not a time; do not reckon hours from it",
                "rows are at midnight exactly: dates, not times; do not reckon hours from them",
            ),
            (
                self.twice,
                "row is in an hour that came twice, when the clocks went back; the first was taken",
                "rows are in an hour that came twice, when the clocks went back; the first was taken",
            ),
            (
                self.never,
                "row is in an hour that never was, when the clocks went forward; its end was taken",
                "rows are in an hour that never was, when the clocks went forward; its end was taken",
            ),
            (
                self.tied,
                "row has the times of another row of its case; only the file says which comes first",
                "rows have the times of another row of their case; only the file says which comes first",
            ),
        ];
        let said = counted.into_iter().filter(|(count, ..)| *count > 0);
        self.warnings.extend(said.map(|(count, one, several)| in_words(count, one, several)));
        self.warnings.extend(self.backwards_in_words());
        if self.approximate {
            self.warnings
                .push("too many cases to remember: counts of cases, ties and order may be off".to_owned());
        }
        if self.accepted == 0 {
            self.warnings.push("no row was accepted".to_owned());
        }
    }
}

fn in_words(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// A number of things: one is not several.
fn many(n: u64, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "read       {}, {}", many(self.rows_read, "row"), many(self.bytes, "byte"))?;
        write!(f, "\nsha256     {}", self.sha256)?;
        write!(f, "\naccepted   {} of {}", many(self.accepted, "row"), many(self.cases, "case"))?;
        if self.excluded > 0 {
            write!(f, "\nexcluded   {}", many(self.excluded, "row"))?;
        }
        self.refused_in_words().try_for_each(|line| write!(f, "\n{line}"))?;
        if let (Some(first), Some(last)) = (self.first_ms, self.last_ms) {
            write!(f, "\nspan       {} to {}", utc(first), utc(last))?;
        }
        if let (Some((from, to)), 1..) = (self.core_ms, self.outside) {
            let (from, to) = (utc(from), utc(to - 1));
            let day = |text: &str| text.get(..10).unwrap_or_default().to_owned();
            write!(f, "\nmost lie   {} to {}, {} outside", day(&from), day(&to), many(self.outside, "row"))?;
        }
        let offsets: Vec<_> =
            self.offsets.iter().map(|(offset, n)| format!("{} {n}", clock(*offset))).collect();
        if !offsets.is_empty() {
            write!(f, "\noffsets    {}", offsets.join(", "))?;
        }
        if self.naive_times > 0 {
            write!(f, "\nno offset  {}", many(self.naive_times, "time"))?;
        }
        if self.date_only > 0 {
            let percent = 100.0 * self.date_only_share();
            write!(f, "\ndates only {} at midnight, {percent:.1} %", many(self.date_only, "row"))?;
        }
        write!(f, "\ntied       {}", many(self.tied, "row"))?;
        write!(f, "\nno resource {}", many(self.without_resource, "row"))?;
        if self.grouped > 0 {
            write!(f, "\ngroup      {} with one", many(self.grouped, "row"))?;
        }
        if self.out_of_order > 0 {
            let (rows, cases) = (many(self.out_of_order, "row"), many(self.out_of_order_cases, "case"));
            write!(f, "\nnot in time order {rows} of {cases}")?;
        }
        if !self.lifecycle.is_empty() {
            let counts: Vec<_> =
                self.lifecycle.iter().map(|(name, n)| format!("{} {n}", super::excerpt(name))).collect();
            write!(f, "\nlifecycle  {}", counts.join(", "))?;
        }
        if self.paired + self.starts_without_complete > 0 {
            let (open, sudden) = (self.starts_without_complete, self.completes_without_start);
            write!(f, "\npaired     {}; {open} starts alone, {sudden} ends alone", self.paired)?;
        }
        for (count, what) in [
            (self.empty_cases, "empty cases"),
            (self.unnamed_cases, "cases without a name"),
            (self.merged_cases, "duplicate case names"),
        ] {
            if count > 0 {
                write!(f, "\n{count} {what}")?;
            }
        }
        self.warnings.iter().try_for_each(|warning| write!(f, "\nwarning    {warning}"))
    }
}

fn utc(ms: i64) -> String {
    let written = chrono::DateTime::from_timestamp_millis(ms);
    written.map_or_else(|| ms.to_string(), |t| t.format("%Y-%m-%d %H:%M:%SZ").to_string())
}

fn clock(offset: i32) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", offset.abs() / 3600, offset.abs() / 60 % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_five_lines_of_each_reason_are_kept_and_all_are_counted() {
        let mut report = Report::default();
        for line in 1..=7 {
            report.refuse(Reason::BadTime, line);
        }
        report.refuse(Reason::NoCase, 9);
        assert_eq!(report.rejected, 8);
        assert_eq!(
            report.refused[0],
            Refused { reason: Reason::BadTime, count: 7, lines: vec![1, 2, 3, 4, 5] }
        );
        let shown = report.to_string();
        assert!(shown.contains("refused    7 rows: not a time (lines 1, 2, 3, 4, 5, …)"), "{shown}");
        assert!(shown.contains("refused    1 row: no case (line 9)"), "{shown}");
    }

    #[test]
    fn transitions_are_counted_in_one_spelling_and_their_kinds_are_bounded() {
        let mut report = Report::default();
        for text in ["COMPLETE", "complete", "Start"] {
            report.count_transition(text);
        }
        assert_eq!(report.lifecycle, [("complete".to_owned(), 2), ("start".to_owned(), 1)]);
        for kind in 0..1000 {
            report.count_transition(&format!("kind {kind}"));
        }
        assert_eq!(report.lifecycle.len(), 65);
        assert_eq!(report.lifecycle.iter().map(|(_, count)| count).sum::<u64>(), 1003);
    }
}
