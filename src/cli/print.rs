//! Forms of what is printed: tables, times, JSON. Foreign text passes through `Shown` on its way out of here;
//! nothing is written from here.

use crate::domain::urgency::time_left;
use crate::domain::when;
use crate::domain::zone::Zone;
use crate::domain::{Instant, Span};
use crate::text::Shown;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// When it is for whom the words are: the present instant and the zone of whoever looks.
#[derive(Debug, Clone, Copy)]
pub struct Wall<'z> {
    pub now: Instant,
    pub zone: &'z Zone,
}

impl Wall<'_> {
    /// `today 12:42`, `Tue 24 Nov 17:00`.
    pub fn at(&self, at: Instant) -> String {
        when::show(at, self.now, self.zone)
    }

    /// The same, empty for nothing.
    pub fn maybe(&self, at: Option<Instant>) -> String {
        at.map(|at| self.at(at)).unwrap_or_default()
    }

    /// `2d 3h late`, `due 2h`, `due Mon 23 Nov 12:00`; empty without a due instant.
    pub fn left(&self, due: Option<Instant>) -> String {
        time_left(self.now, due, self.zone)
    }

    /// RFC 3339 with the offset of their zone.
    pub fn json(&self, at: Instant) -> Value {
        Value::from(self.zone.rfc3339(at))
    }

    /// The same, `null` for nothing.
    pub fn json_maybe(&self, at: Option<Instant>) -> Value {
        at.map_or(Value::Null, |at| self.json(at))
    }

    /// How far past due it is in seconds; negative while there is time, `null` without a due instant.
    pub fn json_late(&self, due: Option<Instant>) -> Value {
        due.map_or(Value::Null, |due| seconds(self.now - due))
    }
}

/// A length of time in JSON: seconds, whole ones without a point.
pub fn seconds(span: Span) -> Value {
    match span.0 % 1000 {
        0 => json!(span.0 / 1000),
        _ => json!(span.seconds()),
    }
}

/// Adds the one of a list that something is about; the key is there only where there is one.
pub fn add_item(value: &mut Value, item: Option<&str>) {
    if let Some(item) = item {
        value["item"] = json!(item);
    }
}

/// Lines of columns.
#[derive(Debug, Default)]
pub struct Table {
    head: Vec<&'static str>,
    rows: Vec<Row>,
    /// Columns that give way to the words below their row, and the column those words stand under.
    folds: Option<(&'static [usize], usize)>,
}

#[derive(Debug)]
struct Row {
    cells: Vec<Shown>,
    /// What the columns that give way say, in words.
    below: Shown,
}

impl Table {
    pub fn new(head: &[&'static str]) -> Table {
        Table { head: head.to_vec(), ..Table::default() }
    }

    /// Where there is no room for all of it these columns stand below their row, in words under another column.
    pub fn folding(mut self, columns: &'static [usize], under: usize) -> Table {
        self.folds = Some((columns, under));
        self
    }

    /// Adds a line; foreign text becomes fit to be shown.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.row_over(cells, "");
    }

    /// The same, with what stands below it where columns give way.
    pub fn row_over<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>, below: &str) {
        let cells = cells.into_iter().map(|cell| Shown::new(cell.as_ref())).collect();
        self.rows.push(Row { cells, below: Shown::new(below) });
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// With a heading and straight columns, no wider than `room`: what is longer goes on below, in its column. Or, `plain`,
    /// one line a row, without a heading and between tabs, whole.
    pub fn text(&self, plain: bool, room: usize) -> String {
        let mut out = String::new();
        if plain {
            for row in &self.rows {
                let cells = row.cells.iter().map(Shown::as_str).collect::<Vec<_>>();
                out.push_str(&cells.join("\t"));
                out.push('\n');
            }
            return out;
        }
        let head = self.head.iter().map(|cell| Shown::new(cell)).collect::<Vec<_>>();
        let natural = |n: usize| {
            let cells = self.rows.iter().map(|row| &row.cells).chain([&head]).filter_map(|row| row.get(n));
            cells.map(Shown::width).max().unwrap_or(0)
        };
        let natural = (0..head.len()).map(natural).collect::<Vec<_>>();
        let heads = head.iter().map(Shown::width).collect::<Vec<_>>();
        let widths = |columns: &[usize]| {
            let of = |all: &[usize]| columns.iter().map(|n| all[*n]).collect::<Vec<_>>();
            within(of(&natural), &of(&heads), room)
        };
        let all = (0..head.len()).collect::<Vec<_>>();
        let narrowed = |widths: &[usize]| {
            let mut each = widths.iter().zip(&natural);
            each.any(|(width, natural)| width < natural && *width < READABLE)
        };
        let folds = self.folds.filter(|_| narrowed(&widths(&all)));
        let beside = match folds {
            Some((columns, _)) => all.iter().copied().filter(|n| !columns.contains(n)).collect(),
            None => all,
        };
        let mut widths = widths(&beside);
        if widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1) > room {
            // They go on below each other, so none has to be as narrow as that.
            let most = |at: usize| if at == 0 { room / 3 } else { room - room / 3 - GAP.len() };
            let all = beside.iter().enumerate();
            widths = all.map(|(at, n)| natural[*n].min(most(at)).max(LEAST.min(natural[*n]))).collect();
        }
        let left = |under: usize| {
            let before = beside.iter().zip(&widths).take_while(|(n, _)| **n < under);
            before.map(|(_, width)| width + GAP.len()).sum::<usize>()
        };
        // The first column stands at the left of every part.
        let parts = parts(&widths, room);
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                out.push('\n');
            }
            let pick = |row: &[Shown]| {
                let cells = part.iter().map(|n| row.get(beside[*n]).cloned().unwrap_or_default());
                cells.zip(part.iter().map(|n| widths[*n])).collect::<Vec<_>>()
            };
            line(&mut out, &pick(&head));
            for row in &self.rows {
                line(&mut out, &pick(&row.cells));
                if let Some((_, under)) = folds.filter(|_| n == 0 && !row.below.is_empty()) {
                    let left = left(under).min(room / 2);
                    for below in row.below.wrapped(room - left) {
                        // Writing to a string cannot fail.
                        let _ = writeln!(out, "{:left$}{below}", "");
                    }
                }
            }
        }
        out
    }
}

/// A row of cells in their widths: what is longer goes on below, in its column.
fn line(out: &mut String, cells: &[(Shown, usize)]) {
    let cells = cells.iter().map(|(cell, width)| (cell.wrapped(*width), width)).collect::<Vec<_>>();
    for n in 0..cells.iter().map(|(lines, _)| lines.len()).max().unwrap_or(0) {
        let part = |(lines, width): &(Vec<Shown>, &usize)| match lines.get(n) {
            Some(line) => line.pad(**width).to_string(),
            None => " ".repeat(**width),
        };
        let line = cells.iter().map(part).collect::<Vec<_>>().join(GAP);
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Between two columns.
const GAP: &str = "  ";
/// Columns that nothing is made narrower than.
const LEAST: usize = 8;
/// Columns below which text is no pleasure to read.
const READABLE: usize = 20;

/// Widths of columns that together fit into `room`: the widest give way first, all to the same width. A heading is broken
/// only where there is no room otherwise.
fn within(mut widths: Vec<usize>, heads: &[usize], room: usize) -> Vec<usize> {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    for whole in [true, false] {
        while widths.iter().sum::<usize>() + gaps > room {
            let least = |head: &usize| if whole { LEAST.max(*head) } else { LEAST };
            let can = widths.iter_mut().zip(heads).filter(|(width, head)| **width > least(head));
            let Some((widest, _)) = can.max_by_key(|(width, _)| **width) else { break };
            *widest -= 1;
        }
    }
    widths
}

/// Columns by parts that each fit into `room`, one below the other, with the first at the left of each.
fn parts(widths: &[usize], room: usize) -> Vec<Vec<usize>> {
    let mut parts = vec![Vec::new()];
    let mut used = 0;
    for (n, width) in widths.iter().enumerate() {
        let width = width + if n == 0 { 0 } else { GAP.len() };
        if used + width > room && parts.last().is_some_and(|part| part.len() > 1) {
            parts.push(vec![0]);
            used = widths[0];
        }
        used += width;
        parts.last_mut().into_iter().for_each(|part| part.push(n));
    }
    parts
}

/// Columns of the terminal that is written to: what `COLUMNS` says, else what the terminal does; none in a pipe.
pub fn columns() -> Option<usize> {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.or_else(crate::tui::terminal::columns)
}

/// Columns of a line where nobody says how many there are.
const WIDE: usize = 160;

/// How wide a table may be.
pub fn room() -> usize {
    columns().map_or(WIDE, |columns| columns.max(40))
}

/// Lines of `name  value`, names straight; a value that is empty is left out.
#[derive(Debug, Default)]
pub struct Facts(Vec<(&'static str, Shown)>);

impl Facts {
    pub fn add(&mut self, name: &'static str, value: impl AsRef<str>) -> &mut Facts {
        if !value.as_ref().is_empty() {
            self.0.push((name, Shown::new(value.as_ref())));
        }
        self
    }

    pub fn text(&self, plain: bool, room: usize) -> String {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut out = String::new();
        for (name, value) in &self.0 {
            // Writing to a string cannot fail.
            if plain {
                let _ = writeln!(out, "{name}\t{value}");
                continue;
            }
            for (n, line) in value.wrapped(room.saturating_sub(width + GAP.len())).iter().enumerate() {
                let name = if n == 0 { name } else { "" };
                let _ = writeln!(out, "{name:width$}{GAP}{line}");
            }
        }
        out
    }
}

/// JSON for standard output: readable, and with every character that could steer a terminal or hide written as
/// an escape, which any reader gives back as it was.
pub fn json_text(value: &Value) -> String {
    let plain = serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".to_string());
    let mut out = String::with_capacity(plain.len() + 1);
    for c in plain.chars() {
        let harmless = c == '\n' || (' '..='~').contains(&c);
        if harmless || Shown::typed(c.encode_utf8(&mut [0; 4])).as_str().starts_with(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_straight_whatever_stands_in_them() {
        let mut table = Table::new(&["ID", "TITLE", "DUE"]);
        table.row(["C-1", "日本語", "today"]);
        table.row(["C-12", "a\x1b[31m", ""]);
        insta::assert_snapshot!(table.text(false, 80), @r"
        ID    TITLE   DUE
        C-1   日本語  today
        C-12  a␛[31m
        ");
        assert_eq!(table.text(true, 80), "C-1\t日本語\ttoday\nC-12\ta␛[31m\t\n");
    }

    #[test]
    fn a_table_fits_and_nothing_of_it_is_lost() {
        let mut table = Table::new(&["CASE", "TITLE", "WHY", "DUE"]);
        let why =
            "the customer has not said which of the two addresses is right https://example.org/a-long-one";
        table.row(["C-1", "Hansen Roofing: roof quote", why, "due Mon 23 Nov 09:00"]);
        table.row(["C-2", "Fjord", "", "2d late"]);
        insta::assert_snapshot!(table.text(false, 60), @r"
        CASE  TITLE              WHY                DUE
        C-1   Hansen Roofing:    the customer has   due Mon 23 Nov
              roof quote         not said which of  09:00
                                 the two addresses
                                 is right
                                 https://example.o
                                 rg/a-long-one
        C-2   Fjord                                 2d late
        ");
        let wide = |text: String| text.lines().map(str::len).max();
        assert!(wide(table.text(false, 60)) <= Some(60), "{:?}", wide(table.text(false, 60)));
        assert_eq!(table.text(false, 500).lines().count(), 3);
        assert!(table.text(true, 60).contains(why), "plain is one line a row");
    }

    #[test]
    fn a_table_with_too_many_columns_goes_on_below_beside_its_first() {
        let mut table = Table::new(&["STEP", "VISITS", "WAIT", "WORK", "QUEUE"]);
        table.row(["Quote", "12", "1d 2h 30m", "2d 2h 30m", "1d 2h 30m"]);
        table.row(["Invoice", "7", "3h", "30m", ""]);
        insta::assert_snapshot!(table.text(false, 40), @r"
        STEP     VISITS  WAIT       WORK
        Quote    12      1d 2h 30m  2d 2h 30m
        Invoice  7       3h         30m

        STEP     QUEUE
        Quote    1d 2h 30m
        Invoice
        ");
    }

    #[test]
    fn columns_that_give_way_stand_below_in_words() {
        let mut table = Table::new(&["WHAT", "CASE", "TITLE", "STEP", "WITH", "DUE"]).folding(&[3, 4], 2);
        let (title, step) = ("Hansen Roofing: roof quote", "Approve the price and what it rests on");
        table.row_over(["ACCEPT", "C-1", title, step, "bo", "2d late"], &format!("{step}; with bo"));
        table.row(["BACK", "C-12", "Fjord", "", "", "1d late"]);
        insta::assert_snapshot!(table.text(false, 50), @r"
        WHAT    CASE  TITLE                       DUE
        ACCEPT  C-1   Hansen Roofing: roof quote  2d late
                      Approve the price and what it rests
                      on; with bo
        BACK    C-12  Fjord                       1d late
        ");
        assert_eq!(table.text(false, 120).lines().count(), 3);
        assert!(table.text(true, 50).starts_with("ACCEPT\tC-1\tHansen"), "plain keeps every column");
    }

    #[test]
    fn json_comes_back_as_it_was_and_steers_nothing() {
        let value = json!({"t": "a\x1b\u{7f}\u{9b}\u{202e}\u{e0041}é日👩‍👩"});
        let text = json_text(&value);
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
        assert!(text.contains("é日"), "{text}");
        assert!(!text.contains(['\x1b', '\u{7f}', '\u{9b}', '\u{202e}', '\u{e0041}']), "{text}");
    }

    #[test]
    fn lengths_are_seconds() {
        assert_eq!(seconds(Span::HOUR), json!(3600));
        assert_eq!(seconds(Span(1500)), json!(1.5));
    }
}
