//! The timeline of a case as it is shown: newest first, with what a ladder repeats as one line that can be opened. Folds
//! and words its lines; where they stand is `case`'s.

use super::{Look, times};
use crate::desk::CaseView;
use crate::domain::counted::counted;
use crate::domain::story::Line;
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;
use std::borrow::Cow;

/// From so many rungs in a row on they are one line.
const FOLD: usize = 2;

/// A line of the timeline; positions are those of the entries, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Entry(usize),
    /// What the clock did by itself from the first to the last of these, and how many rungs that were.
    Run {
        first: usize,
        last: usize,
        rungs: usize,
    },
}

impl Told {
    /// What tells it apart: the entry; of a run the oldest, which stays as it grows.
    pub fn key(self, view: &CaseView) -> i64 {
        let (Told::Entry(at) | Told::Run { first: at, .. }) = self;
        view.timeline.get(at).map_or(0, |entry| entry.seq)
    }

    /// The newest entry of it.
    pub fn newest(self, view: &CaseView) -> Option<&Line> {
        let (Told::Entry(at) | Told::Run { last: at, .. }) = self;
        view.timeline.get(at)
    }

    /// What is shown.
    pub fn line(self, view: &CaseView) -> Option<Cow<'_, Line>> {
        let Told::Run { first, last, rungs } = self else { return self.newest(view).map(Cow::Borrowed) };
        let run = view.timeline.get(first..=last)?;
        let newest = run.last()?;
        let late = run.iter().find(|entry| entry.verb == "LATE");
        let was = late.map(|entry| format!("{}, ", entry.text)).unwrap_or_default();
        let told =
            run.iter().rev().find(|entry| entry.verb == "rung").map_or("", |entry| entry.text.as_str());
        let text = format!("{was}{}, the last {told}   Enter opens", counted(rungs, "rung"));
        let verb = if late.is_some() { "LATE" } else { newest.verb };
        Some(Cow::Owned(Line { verb, text, ..newest.clone() }))
    }
}

/// The lines, newest first; runs whose oldest entry is among `unfolded` stand there entry by entry.
pub(super) fn fold(view: &CaseView, unfolded: &[i64]) -> Vec<Told> {
    let clock = |entry: &Line| matches!(entry.verb, "rung" | "LATE") && !entry.undone;
    let (mut lines, mut at) = (Vec::new(), 0);
    while at < view.timeline.len() {
        let run = view.timeline[at..].iter().take_while(|entry| clock(entry)).count();
        let end = at + run.max(1);
        let rungs = view.timeline[at..end].iter().filter(|entry| entry.verb == "rung").count();
        match run > 0 && rungs >= FOLD && !unfolded.contains(&view.timeline[at].seq) {
            true => lines.push(Told::Run { first: at, last: end - 1, rungs }),
            false => lines.extend((at..end).map(Told::Entry)),
        }
        at = end;
    }
    lines.reverse();
    lines
}

/// The run an entry is folded into, by its key.
pub(super) fn run_of(told: &[Told], view: &CaseView, seq: i64) -> Option<i64> {
    let at = view.timeline.iter().position(|entry| entry.seq == seq)?;
    let run = told
        .iter()
        .find(|told| matches!(told, Told::Run { first, last, .. } if (*first..=*last).contains(&at)));
    run.map(|run| run.key(view))
}

/// `09:58  bo     note      "Client called again"`
pub(super) fn entry_columns(pen: &mut Pen, entry: &Line, narrow: bool, look: &Look) {
    let at = Shown::new(&times::day(entry.at, look.now, look.zone));
    pen.column(&at, 6, Meaning::Plain).skip(1);
    pen.column(&Shown::new(&entry.actor.to_string()), if narrow { 4 } else { 6 }, Meaning::Plain).skip(1);
    verb_and_text(pen, entry, narrow);
}

/// What happened, and that it was taken back where it was: those words are never the ones cut off.
pub(super) fn verb_and_text(pen: &mut Pen, entry: &Line, narrow: bool) {
    let meaning = match entry.verb {
        "LATE" => Meaning::Late,
        "EXCEPTION" => Meaning::Error,
        _ => Meaning::Plain,
    };
    pen.column(&Shown::new(entry.verb), if narrow { 6 } else { 9 }, meaning).skip(1);
    let back = Shown::new(if entry.undone { " (taken back)" } else { "" });
    let room = pen.room().saturating_sub(back.width());
    pen.text(&Shown::fit(&entry.text, room), Meaning::Plain).text(&back, Meaning::Dim);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn with(verbs: &[&'static str]) -> CaseView {
        let mut view = case_view();
        let template = view.timeline[0].clone();
        let line = |(n, verb): (usize, &&'static str)| Line {
            seq: n as i64 + 1,
            verb,
            text: format!("{verb} {n}"),
            undone: false,
            ..template.clone()
        };
        view.timeline = verbs.iter().enumerate().map(line).collect();
        view
    }

    fn shown(view: &CaseView, unfolded: &[i64]) -> Vec<String> {
        let lines = fold(view, unfolded).into_iter().filter_map(|told| Some(told.line(view)?.into_owned()));
        lines.map(|line| format!("{} {}", line.verb, line.text)).collect()
    }

    #[test]
    fn what_a_ladder_repeats_is_one_line_that_opens() {
        let view = with(&["offer", "rung", "LATE", "rung", "rung", "note", "rung", "done"]);
        assert_eq!(
            shown(&view, &[]),
            [
                "done done 7",
                "rung rung 6",
                "note note 5",
                "LATE LATE 2, 3 rungs, the last rung 4   Enter opens",
                "offer offer 0"
            ]
        );
        assert_eq!(shown(&view, &[2]).len(), view.timeline.len());
        assert_eq!(run_of(&fold(&view, &[]), &view, 4), Some(2));
        assert_eq!(run_of(&fold(&view, &[]), &view, 6), None);
    }

    proptest! {
        #[test]
        fn every_entry_stands_in_one_line(verbs in proptest::collection::vec(proptest::sample::select(vec!["rung", "LATE", "note"]), 0..30)) {
            let view = with(&verbs);
            let count = |told: &Told| match told {
                Told::Entry(_) => 1,
                Told::Run { first, last, .. } => last + 1 - first,
            };
            prop_assert_eq!(fold(&view, &[]).iter().map(count).sum::<usize>(), verbs.len());
        }
    }
}
