//! What has to be remembered about cases to say how many there are and whether their rows are in order: a
//! hash and a time per case, within fixed bounds, because rows may come in any order and memory must not
//! grow with the file. It remembers no names and no rows.

use std::collections::HashSet;
use std::collections::hash_map::{HashMap, RandomState};
use std::hash::BuildHasher;

/// Entries of each table: together about 14 MB when full. No published log has more cases.
const ROOM: usize = 450_000;

/// What a row is to its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noted {
    pub new_case: bool,
    /// Ends before a row of its case that stands earlier in the file: the time column of the file runs back.
    pub out_of_order: bool,
    /// The first such row of its case.
    pub first_out_of_order: bool,
    /// Has the very times of an earlier row of its case: only the file's order tells which comes first.
    pub tied: bool,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    latest_end: i64,
    disordered: bool,
}

#[derive(Default)]
pub(super) struct Book {
    hasher: RandomState,
    cases: HashMap<u64, Seen>,
    times: HashSet<u64>,
    current: Option<(String, u64, Seen)>,
    latest_start: i64,
    pub cases_overflow: bool,
    pub times_overflow: bool,
}

impl Book {
    pub fn note(&mut self, case: &str, start: i64, end: i64) -> Noted {
        let known = self.turn_to(case);
        let Some((_, hash, seen)) = &mut self.current else {
            return Noted { new_case: true, out_of_order: false, first_out_of_order: false, tied: false };
        };
        let hash = *hash;
        let mut noted =
            Noted { new_case: !known, out_of_order: false, first_out_of_order: false, tied: false };
        if known && end < seen.latest_end {
            noted.out_of_order = true;
            noted.first_out_of_order = !seen.disordered;
            seen.disordered = true;
        }
        let is_at_latest = known && end == seen.latest_end && start == self.latest_start;
        if end >= seen.latest_end || !known {
            seen.latest_end = end;
            self.latest_start = start;
        }
        if self.times.len() < ROOM {
            noted.tied = !self.times.insert(self.hasher.hash_one((hash, start, end)));
        } else {
            self.times_overflow = true;
            noted.tied = is_at_latest;
        }
        noted
    }

    /// Makes `case` the current one; true if it was known.
    fn turn_to(&mut self, case: &str) -> bool {
        if self.current.as_ref().is_some_and(|(name, _, _)| name == case) {
            return true;
        }
        let mut name = match self.current.take() {
            Some((name, hash, seen)) => {
                if self.cases.len() < ROOM || self.cases.contains_key(&hash) {
                    self.cases.insert(hash, seen);
                } else {
                    self.cases_overflow = true;
                }
                name
            }
            None => String::new(),
        };
        name.clear();
        name.push_str(case);
        let hash = self.hasher.hash_one(case);
        let before = self.cases.get(&hash).copied();
        let seen = before.unwrap_or(Seen { latest_end: i64::MIN, disordered: false });
        self.current = Some((name, hash, seen));
        self.latest_start = i64::MIN;
        before.is_some()
    }

    /// Says that the rows of a case are complete (XES), so that their times need not be kept.
    pub fn forget_times(&mut self) {
        self.times.clear();
        self.times.shrink_to(4096);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn counts_are_those_of_the_sorted_log(rows in prop::collection::vec((0..4_u8, 0..6_i64, 0..2_i64), 0..40)) {
            let mut book = Book::default();
            let (mut cases, mut tied, mut late, mut disordered) = (0, 0, 0, 0);
            let mut model: BTreeMap<u8, Vec<(i64, i64)>> = BTreeMap::new();
            let mut model_late = 0;
            for (case, start, length) in rows {
                let noted = book.note(&case.to_string(), start, start + length);
                cases += usize::from(noted.new_case);
                tied += usize::from(noted.tied);
                late += usize::from(noted.out_of_order);
                disordered += usize::from(noted.first_out_of_order);
                let times = model.entry(case).or_default();
                model_late += usize::from(times.iter().any(|(_, earlier)| *earlier > start + length));
                times.push((start, start + length));
            }
            let model_tied = |times: &Vec<(i64, i64)>| {
                let mut sorted = times.clone();
                sorted.sort_unstable();
                sorted.windows(2).filter(|pair| pair[0] == pair[1]).count()
            };
            prop_assert_eq!(cases, model.len());
            prop_assert_eq!(tied, model.values().map(model_tied).sum::<usize>());
            prop_assert_eq!(late, model_late);
            prop_assert_eq!(disordered, model.values().filter(|times| !times.is_sorted_by_key(|t| t.1)).count());
        }
    }
}
