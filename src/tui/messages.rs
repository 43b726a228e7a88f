//! What the line above the footer said, so that nobody has to have read it in time. Kept in memory only.

use super::model::Status;
use crate::domain::Instant;
use crate::domain::zone::Zone;
use std::collections::VecDeque;

/// How many are kept.
const MOST: usize = 200;

/// The last messages, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Messages {
    said: VecDeque<(Instant, Status)>,
}

impl Messages {
    /// Notes what is said now; the same again says nothing new.
    pub fn note(&mut self, now: Instant, status: &Status) {
        if status.text.is_empty() || self.said.back().is_some_and(|(_, last)| last == status) {
            return;
        }
        if self.said.len() == MOST {
            self.said.pop_front();
        }
        self.said.push_back((now, status.clone()));
    }

    pub fn len(&self) -> usize {
        self.said.len()
    }

    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// One line each, newest first.
    pub fn lines(&self, zone: &Zone) -> Vec<String> {
        let line = |(at, status): &(Instant, Status)| {
            let at = zone.local(*at).format("%a %-d %b %H:%M:%S");
            let error = if status.error { "Error: " } else { "" };
            format!("{at}  {error}{} {}", status.text, status.hint).trim_end().to_string()
        };
        self.said.iter().rev().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_two_hundred_are_kept_each_once_newest_first() {
        let mut messages = Messages::default();
        let say = |text: String| Status { text, hint: String::new(), error: false };
        for n in 0..250 {
            messages.note(Instant(n * 1000), &say(format!("said {n}")));
            messages.note(Instant(n * 1000), &say(format!("said {n}")));
        }
        messages.note(Instant(0), &say(String::new()));
        let lines = messages.lines(&Zone::utc());
        assert_eq!(lines.len(), 200);
        assert_eq!(lines[0], "Thu 1 Jan 00:04:09  said 249");
        assert!(lines[199].ends_with("said 50"));
    }
}
