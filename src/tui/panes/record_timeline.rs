//! The timeline of a record under the headings of its days. Which day an entry is of is found for the lines in
//! view only; a long history costs nothing.

use super::case_timeline::verb_and_text;
use super::{Look, NARROW, line};
use crate::desk::RecordView;
use crate::domain::counted::counted;
use crate::domain::story::Line;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Instant};
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::collections::BTreeMap;

/// So many days back each day has a heading of its own; before that each month has.
const DAYS: i64 = 31;

/// Entries, oldest first, and what tells their days apart. Rows count from the newest.
pub(super) struct Days<'a> {
    pub timeline: &'a [(Option<CaseId>, Line)],
    pub now: Instant,
    pub zone: &'a Zone,
}

impl<'a> Days<'a> {
    fn entry(&self, row: usize) -> Option<&'a (Option<CaseId>, Line)> {
        self.timeline.get(self.timeline.len().checked_sub(row + 1)?)
    }

    /// `Today`, `Wed 18 Nov`, `Oct 2026`.
    fn heading(&self, row: usize) -> String {
        let Some((_, entry)) = self.entry(row) else { return String::new() };
        let date = self.zone.date(entry.at);
        match (self.zone.date(self.now) - date).num_days() {
            0 => "Today".to_string(),
            days if days <= DAYS => date.format("%a %-d %b").to_string(),
            _ => date.format("%b %Y").to_string(),
        }
    }

    /// The time under the heading of a day, the day under that of a month.
    fn stamp(&self, entry: &Line) -> String {
        let local = self.zone.local(entry.at);
        let old = (self.zone.date(self.now) - local.date_naive()).num_days() > DAYS;
        local.format(if old { "%-d %b" } else { "%H:%M" }).to_string()
    }

    /// The first row in view, so that the cursor's is in view with the heading above it, and the view moves no
    /// more than that needs.
    pub fn top(&self, top: usize, cursor: usize, lines: usize) -> usize {
        let cursor = cursor.min(self.timeline.len().saturating_sub(1));
        // The last line is for how many more there are, unless there are none.
        let lines = lines - usize::from(cursor + 1 < self.timeline.len() && lines > 1);
        let (mut lowest, mut used) = (cursor, 2);
        let mut heading = self.heading(cursor);
        while lowest > 0 {
            let before = self.heading(lowest - 1);
            used += if before == heading { 1 } else { 2 };
            if used > lines {
                break;
            }
            heading = before;
            lowest -= 1;
        }
        top.clamp(lowest, cursor)
    }

    /// Whether all entries from `top` on fit, headings included.
    fn fits(&self, top: usize, lines: usize) -> bool {
        let rows = self.timeline.len().saturating_sub(top);
        let (mut used, mut heading) = (0, String::new());
        for row in (top..).take(rows.min(lines)) {
            let next = self.heading(row);
            used += if next == heading { 1 } else { 2 };
            heading = next;
        }
        rows <= lines && used <= lines
    }
}

/// A record with what a ladder repeats of one case as its newest line: nothing else happened there in between.
pub fn folded(mut view: RecordView) -> RecordView {
    let mut newest = BTreeMap::<Option<CaseId>, Option<usize>>::new();
    let mut kept = Vec::<((Option<CaseId>, Line), usize)>::new();
    for (case, line) in view.timeline.drain(..).rev() {
        let rung = line.verb == "rung" && !line.undone;
        match newest.get(&case).copied().flatten().filter(|_| rung) {
            Some(at) => kept[at].1 += 1,
            None => {
                newest.insert(case, rung.then_some(kept.len()));
                kept.push(((case, line), 1));
            }
        }
    }
    let told = kept.into_iter().rev().map(|((case, mut line), rungs)| {
        if rungs > 1 {
            line.text = format!("{}, the last {}", counted(rungs, "rung"), line.text);
        }
        (case, line)
    });
    view.timeline = told.collect();
    view
}

/// Draws the entries from `top` on; returns where the terminal's cursor belongs.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    days: &Days,
    top: usize,
    cursor: usize,
    look: &Look,
) -> Option<Position> {
    let lines = usize::from(area.height);
    let len = days.timeline.len();
    let cursor = cursor.min(len.saturating_sub(1));
    let (mut row, mut y) = (days.top(top, cursor, lines), 0u16);
    let room = area.height.saturating_sub(u16::from(!days.fits(row, lines)));
    let mut heading = String::new();
    let mut at = None;
    while y < room.max(1) && row < len {
        let next = days.heading(row);
        if next != heading && y + 1 < room {
            Pen::new(buffer, look.theme, line(area, y)).skip(1).word(&next, Meaning::Title);
            y += 1;
        } else if next != heading && room > 1 {
            break;
        }
        heading = next;
        let Some((case, entry)) = days.entry(row) else { break };
        let spot = line(area, y).intersection(buffer.area);
        entry_line(&mut Pen::new(buffer, look.theme, spot), days, *case, entry, row == cursor);
        if row == cursor && !spot.is_empty() {
            buffer.set_style(spot, look.theme.cursor_row());
            at = Some(spot.as_position());
        }
        row += 1;
        y += 1;
    }
    if row < len && y < area.height {
        let more = format!("   ... {} more below", len - row);
        Pen::new(buffer, look.theme, line(area, area.height - 1)).word(&more, Meaning::Dim);
    }
    at
}

fn entry_line(pen: &mut Pen, days: &Days, case: Option<CaseId>, entry: &Line, cursor: bool) {
    let narrow = pen.room() < usize::from(NARROW);
    pen.word(if cursor { ">" } else { " " }, Meaning::Plain).skip(if narrow { 0 } else { 2 });
    pen.column(&Shown::new(&days.stamp(entry)), 6, Meaning::Plain).skip(1);
    pen.column(&Shown::new(&entry.actor.to_string()), if narrow { 4 } else { 5 }, Meaning::Plain).skip(1);
    let case = case.map_or_else(String::new, |case| case.to_string());
    if !narrow {
        pen.number(&case, 8);
    }
    verb_and_text(pen, entry, narrow);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn what_a_ladder_repeats_of_one_case_is_one_line_whatever_other_cases_did() {
        let mut view = record_view();
        let (_, template) = view.timeline[0].clone();
        let line = |seq: i64, case: i64, verb: &'static str| {
            (
                Some(CaseId(case)),
                Line { seq, verb, text: format!("{verb} {seq}"), undone: false, ..template.clone() },
            )
        };
        view.timeline = vec![
            line(1, 1, "rung"),
            line(2, 1, "LATE"),
            line(3, 1, "rung"),
            line(4, 2, "note"),
            line(5, 1, "rung"),
            line(6, 2, "rung"),
            line(7, 1, "rung"),
        ];
        let told = folded(view).timeline.into_iter().map(|(_, line)| line.text).collect::<Vec<_>>();
        assert_eq!(told, ["rung 1", "LATE 2", "note 4", "rung 6", "3 rungs, the last rung 7"]);
    }
}
