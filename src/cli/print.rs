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
    rows: Vec<Vec<Shown>>,
}

impl Table {
    pub fn new(head: &[&'static str]) -> Table {
        Table { head: head.to_vec(), rows: Vec::new() }
    }

    /// Adds a line; foreign text becomes fit to be shown.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(|cell| Shown::new(cell.as_ref())).collect());
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
                let cells = row.iter().map(Shown::as_str).collect::<Vec<_>>();
                out.push_str(&cells.join("\t"));
                out.push('\n');
            }
            return out;
        }
        let head = self.head.iter().map(|cell| Shown::new(cell)).collect::<Vec<_>>();
        let width = |n: usize| {
            let cells = self.rows.iter().chain([&head]).filter_map(|row| row.get(n));
            cells.map(Shown::width).max().unwrap_or(0)
        };
        let heads = head.iter().map(Shown::width).collect::<Vec<_>>();
        let widths = within((0..head.len()).map(width).collect(), &heads, room);
        for row in [&head].into_iter().chain(&self.rows) {
            let cells = row.iter().zip(&widths).map(|(cell, width)| cell.wrapped(*width));
            let cells = cells.collect::<Vec<_>>();
            for n in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
                let part = |(lines, width): (&Vec<Shown>, &usize)| match lines.get(n) {
                    Some(line) => line.pad(*width).to_string(),
                    None => " ".repeat(*width),
                };
                let line = cells.iter().zip(&widths).map(part).collect::<Vec<_>>().join(GAP);
                out.push_str(line.trim_end());
                out.push('\n');
            }
        }
        out
    }
}

/// Between two columns.
const GAP: &str = "  ";
/// Columns that nothing is made narrower than.
const LEAST: usize = 8;

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
