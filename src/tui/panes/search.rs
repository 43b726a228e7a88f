//! Words looked for in what there is to read about one case or one record, or in a place: the cursor goes from line to line that has
//! them, in a circle. Nothing is hidden by it; narrowing lists is `filter`'s.

use super::case::{CaseState, CaseTab};
use super::case_timeline;
use super::record::{self, OnRecord, RecordState, contact_line};
use super::sheet::{Sheet, SheetState};
use crate::desk::{CaseView, RecordView};
use crate::domain::field;
use crate::domain::story::Line;

/// Which line with the words is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seek {
    /// That of the cursor, else the next: the words are still being typed.
    Here,
    Next,
    Back,
}

/// Which of the lines with the words the cursor is on, from 1, and how many there are.
pub type Nth = (usize, usize);

/// Which of these rows is wanted by somebody who is on row `at`.
fn pick(hits: &[usize], at: usize, seek: Seek) -> Option<usize> {
    match seek {
        Seek::Here => hits.iter().position(|hit| *hit >= at).or(Some(0)),
        Seek::Next => hits.iter().position(|hit| *hit > at).or(Some(0)),
        Seek::Back => hits.iter().rposition(|hit| *hit < at).or(hits.len().checked_sub(1)),
    }
    .filter(|nth| *nth < hits.len())
}

fn rows(words: &str, texts: impl Iterator<Item = String>) -> Vec<usize> {
    let words = words.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    let has = |text: &str| words.iter().all(|word| text.contains(word));
    texts
        .enumerate()
        .filter(|(_, text)| !words.is_empty() && has(&text.to_lowercase()))
        .map(|(n, _)| n)
        .collect()
}

fn of_line(line: &Line) -> String {
    format!("{} {} {}", line.actor, line.verb, line.text)
}

impl CaseState {
    /// Puts the cursor on an entry of the timeline with these words; a run of a ladder that has them unfolds.
    pub fn seek(&mut self, words: &str, seek: Seek, view: &CaseView) -> Option<Nth> {
        self.tab = CaseTab::Timeline;
        // Entries are stored oldest first and shown newest first.
        let newest_first = || view.timeline.iter().rev();
        let told = self.told(view);
        let now =
            told.get(self.entries.list.cursor).and_then(|told| told.newest(view)).map(|entry| entry.seq);
        let at = newest_first().position(|entry| Some(entry.seq) == now).unwrap_or(0);
        let hits = rows(words, newest_first().map(of_line));
        let nth = pick(&hits, at, seek)?;
        let seq = newest_first().nth(hits[nth])?.seq;
        self.unfolded.extend(case_timeline::run_of(&told, view, seq));
        let told = self.told(view);
        let row = told.iter().position(|line| line.key(view) == seq).unwrap_or(0);
        self.entries.list.move_to(row, told.len());
        self.entries.put_on(seq);
        Some((nth + 1, hits.len()))
    }
}

impl RecordState {
    /// Puts the cursor on a line of the tab with these words.
    pub fn seek(&mut self, words: &str, seek: Seek, view: &RecordView) -> Option<Nth> {
        let (tab, active) = (self.tab, self.active());
        let len = record::len(view, tab);
        let hits = rows(words, (0..len).map(|row| of_row(record::on(view, tab, row), view)));
        let nth = pick(&hits, self.rows[active].list.cursor, seek)?;
        self.rows[active].list.move_to(hits[nth], len);
        if let Some(key) = record::key(view, tab, hits[nth]) {
            self.rows[active].put_on(key);
        }
        self.scroll(view);
        Some((nth + 1, hits.len()))
    }
}

impl SheetState {
    /// Puts the cursor on a line with these words, or scrolls to one that cannot be opened.
    pub fn seek(&mut self, words: &str, seek: Seek, sheet: &Sheet) -> Option<Nth> {
        let hits = rows(words, sheet.texts().into_iter());
        let nth = pick(&hits, self.line_sought(seek), seek)?;
        self.come_to(hits[nth], sheet);
        Some((nth + 1, hits.len()))
    }
}

fn of_row(row: OnRecord<'_>, view: &RecordView) -> String {
    match row {
        OnRecord::Entry(case, line) => {
            format!("{} {}", case.map(|case| case.to_string()).unwrap_or_default(), of_line(line))
        }
        OnRecord::Case(case) => format!("{} {} {}", case.id, case.title, case.state),
        OnRecord::Field(name) => {
            format!("{name} {}", view.record.fields.get(name).map(field::show).unwrap_or_default())
        }
        OnRecord::Contact(contact) => contact_line(contact),
        OnRecord::Promise(card) => {
            format!("{} {} {} {}", card.case, card.title, card.step_title, card.responsible)
        }
        OnRecord::File(file) => {
            let case = file.case.map(|case| case.to_string()).unwrap_or_default();
            format!("{case} {} {}", file.title, file.reference)
        }
        OnRecord::Link((field, row), _) => format!("{field} {} {}", row.id, row.name),
        OnRecord::Nothing => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::case::OnCase;
    use super::super::testing::*;
    use super::*;
    use ratatui::layout::Rect;

    const AREA: Rect = Rect::new(0, 0, 80, 21);

    #[test]
    fn the_cursor_goes_from_entry_to_entry_that_has_the_words_in_a_circle() {
        let (view, mut state) = (case_view(), CaseState::default());
        state.settle(&view, AREA);
        let mut on = |words: &str, seek| {
            let nth = state.seek(words, seek, &view);
            state.settle(&view, AREA);
            let OnCase::Entry(entry) = state.selected(&view) else { panic!("on an entry") };
            (nth, entry.seq, entry.text.clone())
        };
        let (nth, first, text) = on("ana", Seek::Here);
        let (_, of) = nth.unwrap();
        assert!(of > 1, "more than one entry: {text}");
        assert_eq!(on("ana", Seek::Here).1, first, "typing on stays where it is right already");
        let (nth, second, _) = on("ana", Seek::Next);
        assert_eq!((nth, second < first), (Some((2, of)), true), "older ones come next");
        assert_eq!(on("ana", Seek::Back).1, first);
        let (nth, oldest, _) = on("ana", Seek::Back);
        assert_eq!((nth, oldest <= second), (Some((of, of)), true), "and round to the oldest");
        assert_eq!(on("nowhere at all", Seek::Next).0, None);
        assert_eq!(on("nowhere at all", Seek::Next).1, oldest, "what is not there moves nothing");
    }

    #[test]
    fn a_record_is_looked_through_in_the_tab_that_is_open() {
        let (view, mut state) = (record_view(), RecordState::default());
        let settle = |state: &mut RecordState| {
            state.settle(&view, AREA, Eyes::of_ana().look().now, &crate::domain::zone::Zone::utc());
        };
        settle(&mut state);
        assert_eq!(state.seek("xyzzy", Seek::Here, &view), None);
        let OnRecord::Entry(_, line) = record::on(&view, state.tab, record::len(&view, state.tab) - 1) else {
            panic!("an entry")
        };
        let words = of_line(line);
        assert!(state.seek(&words, Seek::Here, &view).is_some());
        settle(&mut state);
        assert!(matches!(state.selected(&view), OnRecord::Entry(_, found) if of_line(found) == words));
        state.tab = record::RecordTab::Fields;
        let OnRecord::Field(name) = record::on(&view, state.tab, 1) else { panic!("a field") };
        assert!(state.seek(name, Seek::Here, &view).is_some());
        settle(&mut state);
        assert_eq!(state.selected(&view), OnRecord::Field(name));
    }
}
