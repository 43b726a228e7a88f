//! A stretch of an ordered list: the rows that are here, where in the list they lie, and what to ask for when
//! others are wanted. The one form in which long lists travel from the store to the screen; fetches nothing.

use crate::store::Edge;
use std::collections::VecDeque;
use std::ops::Range;

/// Rows of a page.
pub const PAGE: usize = 128;
/// Rows a list keeps at most; what lies furthest from the cursor is let go.
const MOST: usize = 4 * PAGE;
/// From so many rows before the end of what is here on, more are asked for.
const NEAR: usize = PAGE / 2;
/// So many rows are found for a filter at most.
const MOST_FOUND: usize = 4_000;

/// Rows that lie together in a list of `total`.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows<T, K> {
    rows: VecDeque<T>,
    /// Where in the list the first of them stands.
    first: usize,
    total: usize,
    /// Under a filter: up to where the list was looked through, when not to its end.
    rest: Option<K>,
}

/// A page as it was read, in the order of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T, K> {
    pub edge: Edge<K>,
    pub rows: Vec<T>,
    /// Where the first of them stands, where that was counted: for pages that begin somewhere in the middle.
    pub first: Option<usize>,
    /// How many rows the list has; `None` under a filter, where nobody knows.
    pub total: Option<usize>,
    pub rest: Option<K>,
}

impl<T, K> Default for Rows<T, K> {
    fn default() -> Rows<T, K> {
        Rows { rows: VecDeque::new(), first: 0, total: 0, rest: None }
    }
}

impl<T, K: Clone + PartialEq> Rows<T, K> {
    /// All rows of a list.
    pub fn whole(rows: Vec<T>) -> Rows<T, K> {
        Rows { total: rows.len(), rows: rows.into(), first: 0, rest: None }
    }

    /// A list of which nothing but its length is known.
    pub fn unread(total: usize) -> Rows<T, K> {
        Rows { total, ..Rows::default() }
    }

    /// How many rows the list has, as far as is known.
    pub fn len(&self) -> usize {
        self.total
    }

    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// Whether a filter has not seen all of the list.
    pub fn is_open(&self) -> bool {
        self.rest.is_some()
    }

    /// Whether all of the list is here.
    pub fn is_whole(&self) -> bool {
        self.rest.is_none() && self.rows.len() == self.total
    }

    /// Puts the rows of a list that is here whole into another order.
    pub fn arrange(&mut self, order: impl FnOnce(&mut [T])) {
        if self.is_whole() {
            order(self.rows.make_contiguous());
        }
    }

    /// The row at a place of the list, when it is here.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.rows.get(at.checked_sub(self.first)?)
    }

    /// The rows that are here.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.rows.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.rows.iter_mut()
    }

    /// Places of the list that are here.
    pub fn here(&self) -> Range<usize> {
        self.first..self.first + self.rows.len()
    }

    /// Where the first row that is so stands, among those that are here.
    pub fn find(&self, wanted: impl Fn(&T) -> bool) -> Option<usize> {
        self.rows.iter().position(wanted).map(|at| at + self.first)
    }

    /// Adds a row at the end of a list that is here to its end.
    pub fn push(&mut self, row: T) {
        self.rows.push_back(row);
        self.total = self.total.max(self.here().end);
    }

    /// Says how far the list was looked through.
    pub fn set_rest(&mut self, rest: Option<K>) {
        self.rest = rest;
    }

    /// What to ask for so that the rows in `view` and some around them are here; `None` when they are. `key`
    /// names a row.
    pub fn wants(&self, view: Range<usize>, key: impl Fn(&T) -> K) -> Option<Edge<K>> {
        let here = self.here();
        let view = view.start.min(self.total)..view.end.min(self.total);
        if let Some(rest) = &self.rest
            && view.end + NEAR > self.total
            && here.end == self.total
            // Whoever reads so far wants other words.
            && self.total < MOST_FOUND
        {
            return Some(Edge::After(rest.clone()));
        }
        if self.total == 0 {
            return None;
        }
        let apart = view.start > here.end || view.end < here.start;
        if self.rows.is_empty() || apart {
            // The two ends are where one goes in one step; to the middle one comes from beside it.
            match (view.end <= PAGE, view.start + PAGE >= self.total) {
                (true, _) => return Some(Edge::Start),
                (_, true) => return Some(Edge::End),
                _ if self.rows.is_empty() => return Some(Edge::Start),
                _ => {}
            }
        }
        if here.start > 0 && view.start < here.start + NEAR {
            return self.rows.front().map(|row| Edge::Before(key(row)));
        }
        if here.end < self.total && view.end + NEAR > here.end {
            return self.rows.back().map(|row| Edge::After(key(row)));
        }
        None
    }

    /// Takes a page in. One that no longer fits what is here is left alone.
    pub fn take(&mut self, page: Page<T, K>, key: impl Fn(&T) -> K) {
        let count = page.rows.len();
        let total = page.total;
        match page.edge {
            Edge::Start | Edge::From(_) => {
                self.first = page.first.unwrap_or(0);
                self.rows = page.rows.into();
                self.total = total.unwrap_or(0).max(self.here().end);
            }
            Edge::End => {
                self.total = total.unwrap_or(count).max(count);
                self.first = self.total - count;
                self.rows = page.rows.into();
            }
            Edge::After(after) => {
                let fits = match &self.rest {
                    Some(rest) => *rest == after,
                    None => self.rows.back().is_some_and(|row| key(row) == after),
                };
                if !fits {
                    return;
                }
                self.rows.extend(page.rows);
                self.total = total.unwrap_or(0).max(self.here().end);
                if count == 0 && page.rest.is_none() {
                    // Nothing comes after it: the list has grown shorter meanwhile.
                    self.total = self.here().end;
                }
                while self.rows.len() > MOST && self.rest.is_none() {
                    self.rows.pop_front();
                    self.first += 1;
                }
            }
            Edge::Before(before) => {
                if self.rows.front().is_none_or(|row| key(row) != before) {
                    return;
                }
                // What was counted and what is there can differ by what others did meanwhile.
                self.first = if count < PAGE { 0 } else { self.first.saturating_sub(count) };
                page.rows.into_iter().rev().for_each(|row| self.rows.push_front(row));
                self.rows.truncate(MOST);
                self.total = total.unwrap_or(self.total).max(self.here().end);
            }
        }
        self.rest = page.rest;
    }

    /// Where to begin reading again so that what is in view is here afterwards.
    pub fn again(&self, view: Range<usize>, key: impl Fn(&T) -> K) -> Edge<K> {
        match view.start < PAGE / 2 {
            true => Edge::Start,
            false => {
                let from = view.start.saturating_sub(PAGE / 4).max(self.first);
                self.get(from).map_or(Edge::Start, |row| Edge::From(key(row)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a store would answer for a list of numbers.
    fn page(list: &[u32], edge: Edge<u32>) -> Page<u32, u32> {
        let (rows, first) = match &edge {
            Edge::Start => (list.iter().take(PAGE).copied().collect::<Vec<_>>(), None),
            Edge::End => (list[list.len().saturating_sub(PAGE)..].to_vec(), None),
            Edge::After(key) => (list.iter().filter(|n| *n > key).take(PAGE).copied().collect(), None),
            Edge::Before(key) => {
                let before = list.iter().filter(|n| *n < key).copied().collect::<Vec<_>>();
                (before[before.len().saturating_sub(PAGE)..].to_vec(), None)
            }
            Edge::From(key) => {
                let from = list.iter().filter(|n| *n >= key).take(PAGE).copied().collect();
                (from, Some(list.iter().filter(|n| *n < key).count()))
            }
        };
        Page { edge, rows, first, total: Some(list.len()), rest: None }
    }

    fn fill(rows: &mut Rows<u32, u32>, list: &[u32], view: Range<usize>) -> usize {
        let mut asked = 0;
        while let Some(edge) = rows.wants(view.clone(), |n| *n) {
            rows.take(page(list, edge), |n| *n);
            asked += 1;
            assert!(asked < 9, "asks for ever: {view:?} of {}", list.len());
        }
        asked
    }

    #[test]
    fn walking_through_a_long_list_keeps_a_few_pages_and_asks_seldom() {
        let list = (0..100_000).collect::<Vec<_>>();
        let mut rows = Rows::<u32, u32>::unread(list.len());
        let mut asked = 0;
        for at in 0..5_000 {
            asked += fill(&mut rows, &list, at..at + 20);
            assert_eq!(rows.get(at), Some(&list[at]));
            assert!(rows.iter().len() <= MOST);
        }
        assert!(asked < 50, "{asked}");
        fill(&mut rows, &list, 99_980..100_000);
        assert_eq!(rows.get(99_999), Some(&99_999));
        fill(&mut rows, &list, 0..20);
        assert_eq!((rows.get(0), rows.len()), (Some(&0), 100_000));
    }

    #[test]
    fn a_filter_looks_on_until_the_view_is_full_or_the_list_at_its_end() {
        let mut rows = Rows::<u32, u32>::default();
        let step =
            |edge, found: &[u32], rest| Page { edge, rows: found.to_vec(), first: None, total: None, rest };
        rows.take(step(Edge::Start, &[3], Some(500)), |n| *n);
        assert_eq!((rows.len(), rows.is_open()), (1, true));
        assert_eq!(rows.wants(0..20, |n| *n), Some(Edge::After(500)));
        rows.take(step(Edge::After(400), &[400], None), |n| *n);
        assert_eq!(rows.len(), 1, "an answer to an older question is left alone");
        rows.take(step(Edge::After(500), &[700], None), |n| *n);
        assert_eq!((rows.len(), rows.is_open(), rows.wants(0..20, |n| *n)), (2, false, None));
    }

    proptest! {
        #[test]
        fn what_is_in_view_is_here_and_right_wherever_one_goes(
            len in 0usize..2_000,
            moves in proptest::collection::vec((0usize..4, 0usize..60), 1..60),
        ) {
            let list = (0..len as u32).map(|n| n * 2).collect::<Vec<_>>();
            let mut rows = Rows::<u32, u32>::unread(len);
            let mut at = 0usize;
            for (step, by) in moves {
                at = match step {
                    0 => at.saturating_sub(by),
                    1 => at + by,
                    2 => 0,
                    _ => len,
                }.min(len.saturating_sub(1));
                let view = at..(at + 20).min(len);
                fill(&mut rows, &list, view.clone());
                for n in view.clone() {
                    prop_assert_eq!(rows.get(n), list.get(n));
                }
                let edge = rows.again(view.clone(), |n| *n);
                rows.take(page(&list, edge), |n| *n);
                prop_assert!(view.clone().all(|n| rows.get(n) == list.get(n)) || view.len() > PAGE / 2);
            }
        }
    }
}
