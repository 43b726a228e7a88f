//! Whether a table without a line end at its end was cut off in its last row. Nothing in a CSV says so itself;
//! what the other rows look like does, mostly. A table that was cut between two rows looks whole.

use std::collections::HashSet;

use ::csv::StringRecord;

const MOST_VALUES: usize = 10_000;

/// What the last column held so far.
#[derive(Default)]
pub(super) struct LastColumn {
    seen: HashSet<String>,
    /// Bytes of its shortest value that is not empty.
    shortest: Option<usize>,
    rows: u64,
    empty: u64,
}

impl LastColumn {
    pub fn note(&mut self, record: &StringRecord, width: usize) {
        self.rows += 1;
        let Some(text) = record.get(width.saturating_sub(1)).filter(|text| !text.is_empty()) else {
            self.empty += u64::from(record.len() >= width);
            return;
        };
        self.shortest = Some(self.shortest.map_or(text.len(), |shortest| shortest.min(text.len())));
        if self.seen.len() < MOST_VALUES && !self.seen.contains(text) {
            self.seen.insert(text.to_owned());
        }
    }

    /// What is missing from the last row, which was not noted; `None` if it looks whole.
    pub fn missing(&self, record: &StringRecord, width: usize) -> Option<&'static str> {
        if record.len() < width {
            return Some("it has fewer fields than the head");
        }
        let text = record.get(width.saturating_sub(1)).unwrap_or_default();
        // Nine rows in ten say nothing there: most likely neither did this one, and it ends where it should.
        if text.is_empty() && self.rows >= 10 && self.empty * 10 >= self.rows * 9 {
            return None;
        }
        // What this program tells of a case beside its rows is JSON, and says itself where it ends.
        let torn = |text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_err_and(|e| e.is_eof());
        if text.starts_with('{') && torn(text) {
            return Some("its last field ends in the middle");
        }
        let is_short = self.shortest.is_some_and(|shortest| text.len() < shortest);
        // What stood whole in another row does so here.
        let is_begun = || {
            !self.seen.contains(text)
                && self.seen.iter().any(|seen| seen.len() > text.len() && seen.starts_with(text))
        };
        (is_short || is_begun()).then_some("its last field is the beginning of one")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_row_is_compared_with_those_before_it() {
        let mut last = LastColumn::default();
        let row = |fields: &[&str]| StringRecord::from(fields);
        assert_eq!(last.missing(&row(&["1", ""]), 2), None, "an empty column is empty at the end too");
        for text in ["anna", "", "bob"] {
            last.note(&row(&["1", text]), 2);
        }
        assert!(last.missing(&row(&["1"]), 2).is_some());
        assert!(last.missing(&row(&["1", ""]), 2).is_some());
        assert!(last.missing(&row(&["1", "ann"]), 2).is_some());
        assert!(last.missing(&row(&["1", "zo"]), 2).is_some(), "shorter than all others");
        assert_eq!(last.missing(&row(&["1", "bob"]), 2), None);
        last.note(&row(&["1", "anna-maria"]), 2);
        assert_eq!(last.missing(&row(&["1", "anna"]), 2), None, "another row ends so");
        assert_eq!(last.missing(&row(&["1", "zoe"]), 2), None);
        assert_eq!(last.missing(&row(&["1", "{\"a\":[1]}"]), 2), None);
        assert!(last.missing(&row(&["1", "{\"a\":[1],"]), 2).is_some());
    }
}
