//! From `start` and `complete` events to work with a beginning and an end, first in first out. It keeps what
//! is open and nothing of what is done.

use std::collections::{HashMap, VecDeque};

use super::View;

/// What an event says about its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transition {
    Start,
    Complete,
    /// Schedule, suspend, abort and what tools invent: no step of its own.
    Other,
}

impl Transition {
    /// An event that does not say is taken as the end of its work.
    pub fn of(text: Option<&str>, view: View) -> Self {
        let text = text.map_or("", str::trim_ascii);
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        match view {
            View::All => Self::Complete,
            _ if text.is_empty() || is("complete") => Self::Complete,
            View::Auto | View::Interval if is("start") => Self::Start,
            _ => Self::Other,
        }
    }
}

/// One thing done again and again: the same activity, in the same case, of the same `concept:instance`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work<'a> {
    pub case: &'a str,
    pub activity: &'a str,
    pub instance: Option<&'a str>,
}

/// Starts that wait for their end.
#[derive(Default)]
pub(super) struct Open {
    starts: HashMap<String, VecDeque<i64>>,
    key: String,
    count: u64,
}

impl Open {
    pub fn start(&mut self, work: Work<'_>, ms: i64) {
        self.make_key(work);
        self.count += 1;
        let waiting = match self.starts.get_mut(&self.key) {
            Some(waiting) => waiting,
            None => self.starts.entry(self.key.clone()).or_default(),
        };
        let place = waiting.partition_point(|earlier| *earlier <= ms);
        waiting.insert(place, ms);
    }

    /// The earliest start that waits and is not after the end, which it waits for no longer.
    pub fn complete(&mut self, work: Work<'_>, ms: i64) -> Option<i64> {
        if self.starts.is_empty() {
            return None;
        }
        self.make_key(work);
        let waiting = self.starts.get_mut(&self.key)?;
        let start = waiting.pop_front_if(|start| *start <= ms)?;
        self.count -= 1;
        if waiting.is_empty() {
            self.starts.remove(&self.key);
        }
        Some(start)
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Forgets what is open; how much that was.
    pub fn close(&mut self) -> u64 {
        self.starts.clear();
        std::mem::take(&mut self.count)
    }

    fn make_key(&mut self, work: Work<'_>) {
        self.key.clear();
        for part in [Some(work.case), Some(work.activity), work.instance].into_iter().flatten() {
            // The length keeps `a` + `bc` apart from `ab` + `c`, whatever characters the names hold.
            self.key.push_str(&part.len().to_string());
            self.key.push(':');
            self.key.push_str(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work<'a>(case: &'a str, activity: &'a str) -> Work<'a> {
        Work { case, activity, instance: None }
    }

    #[test]
    fn first_in_first_out_per_case_activity_and_instance() {
        let mut open = Open::default();
        open.start(work("1", "A"), 20);
        open.start(work("1", "A"), 10);
        open.start(work("2", "A"), 5);
        open.start(Work { instance: Some("x"), ..work("1", "A") }, 1);
        assert_eq!(open.complete(work("1", "B"), 30), None);
        assert_eq!(open.complete(work("1", "A"), 30), Some(10));
        assert_eq!(open.complete(work("1", "A"), 15), None, "an end does not take a start after it");
        assert_eq!(open.complete(work("1", "A"), 31), Some(20));
        assert_eq!(open.complete(work("1", "A"), 32), None);
        assert_eq!(open.close(), 2);
        assert_eq!(open.complete(work("2", "A"), 9), None);
        assert_eq!(open.close(), 0);
    }

    #[test]
    fn names_do_not_run_together() {
        let mut open = Open::default();
        open.start(work("1", "1A"), 1);
        assert_eq!(open.complete(work("11", "A"), 2), None);
    }

    #[test]
    fn transitions_are_known_in_any_case() {
        let of = |text| Transition::of(Some(text), View::Auto);
        let none = Transition::of(None, View::Auto);
        assert_eq!([of("COMPLETE"), of("complete"), of(""), none], [Transition::Complete; 4]);
        assert_eq!([of("START"), of("Start ")], [Transition::Start; 2]);
        assert_eq!([of("ate_abort"), of("schedule"), of("In Progress")], [Transition::Other; 3]);
        let in_view = |view| ["Schedule", "START", "complete"].map(|text| Transition::of(Some(text), view));
        use Transition::{Complete, Other, Start};
        assert_eq!(in_view(View::All), [Complete; 3]);
        assert_eq!(in_view(View::Complete), [Other, Other, Complete]);
        assert_eq!(in_view(View::Interval), [Other, Start, Complete]);
    }
}
