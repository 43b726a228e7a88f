//! Rows of a case together and in its order, values of a key together and in order. Computes no figure.

use super::log::Event;
use std::borrow::Cow;
use std::collections::HashMap;

/// Rows by case, in the order of (start, end, place in the file); cases in the order they first came.
#[derive(Debug)]
pub(super) struct Grouped<'r> {
    pub events: Cow<'r, [Event]>,
    /// Where each case with rows begins, and at last where all end.
    starts: Vec<usize>,
}

impl<'r> Grouped<'r> {
    /// Takes rows in the order of the file.
    pub fn of(rows: &'r [Event], cases: usize) -> Grouped<'r> {
        let together = rows.is_sorted_by_key(|row| row.case);
        let mut events = if together { Cow::Borrowed(rows) } else { Cow::Owned(by_case(rows, cases)) };
        let mut starts = Vec::new();
        let mut before = None;
        for (n, event) in events.iter().enumerate() {
            if before != Some(event.case) {
                starts.push(n);
                before = Some(event.case);
            }
        }
        starts.push(events.len());
        for bounds in starts.windows(2) {
            if let [from, to] = bounds
                && let Some(own) = events.get(*from..*to)
                && !own.is_sorted_by_key(|event| (event.start, event.end))
                && let Some(own) = events.to_mut().get_mut(*from..*to)
            {
                // Stable: equal times stay as the file has them.
                own.sort_by_key(|event| (event.start, event.end));
            }
        }
        Grouped { events, starts }
    }

    pub fn cases(&self) -> impl Iterator<Item = &[Event]> {
        self.starts.windows(2).filter_map(|bounds| match bounds {
            [from, to] => self.events.get(*from..*to).filter(|events| !events.is_empty()),
            _ => None,
        })
    }
}

/// Counting: one pass to count, one to place; keeps the order within a case.
fn by_case(rows: &[Event], cases: usize) -> Vec<Event> {
    let mut places = vec![0_usize; cases + 1];
    for row in rows {
        if let Some(count) = places.get_mut(row.case as usize + 1) {
            *count += 1;
        }
    }
    for n in 1..places.len() {
        places[n] += places[n - 1];
    }
    let mut out = rows.to_vec();
    for row in rows {
        if let Some(place) = places.get_mut(row.case as usize)
            && let Some(slot) = out.get_mut(*place)
        {
            *slot = *row;
            *place += 1;
        }
    }
    out
}

/// Numbers for pairs of numbers, in the order they first came. A table while it is small, else hashed.
#[derive(Debug)]
pub(super) struct PairIds {
    width: u32,
    table: Vec<u32>,
    hashed: HashMap<(u32, u32), u32>,
    pub pairs: Vec<(u32, u32)>,
}

const TABLE: u64 = 1 << 20;

impl PairIds {
    pub fn new(width: usize) -> PairIds {
        let cells = (width as u64).saturating_mul(width as u64);
        let table = if cells <= TABLE { vec![u32::MAX; cells as usize] } else { Vec::new() };
        PairIds { width: width as u32, table, hashed: HashMap::new(), pairs: Vec::new() }
    }

    pub fn number(&mut self, from: u32, to: u32) -> u32 {
        let next = self.pairs.len() as u32;
        let slot = match self.table.get_mut((from as usize) * (self.width as usize) + to as usize) {
            Some(slot) => slot,
            None => self.hashed.entry((from, to)).or_insert(u32::MAX),
        };
        if *slot == u32::MAX {
            *slot = next;
            self.pairs.push((from, to));
        }
        *slot
    }
}

/// Values by key, each key's in ascending order.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    values: Vec<i64>,
    ends: Vec<usize>,
}

impl Buckets {
    /// Of (key, value); keys are below `keys`.
    pub fn of(pairs: &[(u32, i64)], keys: usize) -> Buckets {
        let mut places = vec![0_usize; keys + 1];
        for (key, _) in pairs {
            if let Some(count) = places.get_mut(*key as usize + 1) {
                *count += 1;
            }
        }
        for n in 1..places.len() {
            places[n] += places[n - 1];
        }
        let mut values = vec![0; pairs.len()];
        for (key, value) in pairs {
            if let Some(place) = places.get_mut(*key as usize)
                && let Some(slot) = values.get_mut(*place)
            {
                *slot = *value;
                *place += 1;
            }
        }
        // What was the beginning of a key is now its end.
        places.pop();
        let mut from = 0;
        for to in &places {
            if let Some(own) = values.get_mut(from..*to) {
                own.sort_unstable();
            }
            from = *to;
        }
        Buckets { values, ends: places }
    }

    pub fn get(&self, key: usize) -> &[i64] {
        let from = key.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(key).copied().unwrap_or(from);
        self.values.get(from..to).unwrap_or_default()
    }
}
