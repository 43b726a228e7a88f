//! A log as columns of numbers: texts are kept once, a row is forty-odd bytes. Keeps the order of the file and
//! changes nothing.

use std::collections::HashMap;
use std::sync::Arc;

/// No text: no owner, no group, no transition.
pub const NONE: u32 = u32::MAX;

/// Texts by number, in the order they were first seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    /// Rows of one case, and often of one owner, come together.
    last: u32,
}

impl Names {
    /// None yet, and room for so many: half a million names would be moved a few times.
    pub fn with_room_for(names: usize) -> Names {
        Names { numbers: HashMap::with_capacity(names), texts: Vec::with_capacity(names), last: 0 }
    }

    /// The number of a text, a new one when it was not there.
    pub fn number(&mut self, text: &str) -> u32 {
        if self.texts.get(self.last as usize).is_some_and(|last| &**last == text) {
            return self.last;
        }
        let number = match self.numbers.get(text) {
            Some(number) => *number,
            None => {
                let number = self.texts.len() as u32;
                let text = Arc::<str>::from(text);
                self.numbers.insert(text.clone(), number);
                self.texts.push(text);
                number
            }
        };
        self.last = number;
        number
    }

    /// The same, [`NONE`] for nothing.
    pub fn maybe(&mut self, text: Option<&str>) -> u32 {
        text.map_or(NONE, |text| self.number(text))
    }

    /// The text of a number; empty for [`NONE`].
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }

    /// The number of a text that is there.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The place of each number when texts are put in order, so that sorting compares numbers.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let mut order = (0..self.texts.len() as u32).collect::<Vec<_>>();
        order.sort_unstable_by_key(|number| self.text(*number));
        let mut ranks = vec![0; order.len()];
        for (rank, number) in order.into_iter().enumerate() {
            if let Some(place) = ranks.get_mut(number as usize) {
                *place = rank as u32;
            }
        }
        ranks
    }
}

/// A row. Numbers are those of the [`Names`] of its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    pub case: u32,
    pub activity: u32,
    /// UTC milliseconds; equal to `end` where one time is known.
    pub start: i64,
    pub end: i64,
    pub resource: u32,
    pub group: u32,
    /// As the log spells it.
    pub transition: u32,
    pub instance: u32,
}

/// How a log is measured where it is not as usual, in numbers of its activities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// A case is finished when this was done last; `None`: with its last row.
    pub finish: Option<u32>,
    /// Waits that are meant, from one activity to the next.
    pub deliberate: Vec<(u32, u32)>,
    /// What is meant to come again, and is no rework.
    pub repeats: Vec<u32>,
}

/// A log in the order of its file.
#[derive(Debug, Clone, Default)]
pub struct Log {
    pub rule: Rule,
    pub cases: Names,
    pub activities: Names,
    pub resources: Names,
    pub groups: Names,
    pub transitions: Names,
    pub instances: Names,
    /// Until when cases were to be done, by their numbers; those beyond its end, or without a number, have none.
    pub deadlines: Vec<Option<i64>>,
    pub events: Vec<Event>,
    /// Rows without a case, an activity or a time.
    pub dropped: u64,
    /// Cases that never came to what finishes one, and were left out for it.
    pub unfinished: usize,
    /// Every row has a time it began of its own.
    pub intervals: bool,
}

impl Log {
    /// Leaves the cases out that were not finished within these instants, where a rule says when one is: no figure is of
    /// them. Those of them that ended there and never came to what finishes one are counted.
    pub fn leave_unfinished_out(&mut self, from: i64, to: i64) {
        let Some(finish) = self.rule.finish else { return };
        // Of each case when it was finished, and its end.
        let mut cases = vec![(None::<i64>, i64::MIN); self.cases.len()];
        for event in &self.events {
            let Some((finished, end)) = cases.get_mut(event.case as usize) else { continue };
            *end = event.end.max(*end);
            if event.activity == finish {
                *finished = (*finished).max(Some(event.end));
            }
        }
        let within = from..to;
        let never = |(finished, end): &&(Option<i64>, i64)| {
            finished.is_none() && *end != i64::MIN && within.contains(end)
        };
        self.unfinished = cases.iter().filter(never).count();
        let is_in = |case: u32| {
            let finished = cases.get(case as usize).and_then(|(finished, _)| *finished);
            finished.is_some_and(|at| within.contains(&at))
        };
        self.events.retain(|event| is_in(event.case));
    }

    /// Puts rows of a case at one time in the order of their names, so that which came first in the file says nothing
    /// any more: they went on side by side.
    pub fn take_ties_as_parallel(&mut self) {
        let (activities, resources) = (self.activities.ranks(), self.resources.ranks());
        let rank = |ranks: &[u32], number: u32| ranks.get(number as usize).copied();
        self.events.sort_by_key(|event| {
            let names = (rank(&activities, event.activity), rank(&resources, event.resource));
            (event.case, event.start, event.end, names)
        });
    }

    /// Notes until when a case was to be done; the first time it is said counts.
    pub fn due(&mut self, case: u32, deadline: i64) {
        let case = case as usize;
        if self.deadlines.len() <= case {
            self.deadlines.resize(case + 1, None);
        }
        if let Some(known) = self.deadlines.get_mut(case) {
            known.get_or_insert(deadline);
        }
    }

    /// How often each transition comes, most often first.
    pub fn transition_counts(&self) -> Vec<(&str, usize)> {
        let mut counts = vec![0_usize; self.transitions.len()];
        for event in &self.events {
            if let Some(count) = counts.get_mut(event.transition as usize) {
                *count += 1;
            }
        }
        let named = counts.into_iter().enumerate().map(|(n, count)| (self.transitions.text(n as u32), count));
        let mut named = named.filter(|(_, count)| *count > 0).collect::<Vec<_>>();
        named.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        named
    }
}
