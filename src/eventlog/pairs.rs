//! Starts and completes of a table, paired in the order of time whatever the order of its rows: all of them are
//! sorted, first in first out finds the pairs, and the pairs are sorted back to the order of the file.

use std::borrow::Cow;
use std::io;

use super::lifecycle::{Open, Transition, Work};
use super::sorted::{Sorted, Sorter};

/// A row as far as pairing goes; neither refused nor of another transition.
pub(super) struct Step<'r> {
    pub case: &'r str,
    pub activity: Cow<'r, str>,
    pub instance: Option<&'r str>,
    pub transition: Transition,
    pub ms: i64,
}

#[derive(Default)]
pub(super) struct Pairing {
    steps: Sorter,
}

impl Pairing {
    pub fn note(&mut self, step: &Step<'_>, position: u64) -> io::Result<()> {
        let Step { case, activity, instance, transition, ms } = step;
        let sign = if *transition == Transition::Start { "s" } else { "c" };
        let fields = [sign, case, activity].into_iter().chain(*instance).collect::<Vec<_>>();
        self.steps.push((*ms, position), &fields)
    }

    pub fn pair(self) -> io::Result<Pairs> {
        let (mut steps, mut open, mut found) = (self.steps.sorted()?, Open::default(), Sorter::default());
        while let Some(((ms, position), row)) = steps.next()? {
            let text = |n| row.get(n).unwrap_or_default();
            let work = Work { case: text(1), activity: text(2), instance: row.get(3) };
            if text(0) == "s" {
                open.start(work, ms);
            } else if let Some(start) = open.complete(work, ms) {
                found.push((i64::try_from(position).unwrap_or(i64::MAX), 0), &[&start.to_string()])?;
            }
        }
        let mut pairs = Pairs { found: Some(found.sorted()?), next: None, open: open.close() };
        pairs.advance()?;
        Ok(pairs)
    }
}

/// The starts of the rows that end something, in the order of the file.
#[derive(Default)]
pub(super) struct Pairs {
    found: Option<Sorted>,
    next: Option<(u64, i64)>,
    /// Starts that nothing ended.
    pub open: u64,
}

impl Pairs {
    /// When the work of this row began; to be asked with rising positions.
    pub fn start_of(&mut self, position: u64) -> io::Result<Option<i64>> {
        let Some((_, start)) = self.next.filter(|(at, _)| *at == position) else { return Ok(None) };
        self.advance()?;
        Ok(Some(start))
    }

    fn advance(&mut self) -> io::Result<()> {
        let next = self.found.as_mut().map_or(Ok(None), Sorted::next)?;
        self.next =
            next.and_then(|((at, _), row)| Some((u64::try_from(at).ok()?, row.get(0)?.parse().ok()?)));
        Ok(())
    }
}
