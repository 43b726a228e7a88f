//! What an event log told of a case, in words: a line for each row of it. Continues `story`.

use super::attributes::{Attribute, Attributes, in_words};
use super::event::{Actor, ImportedRow};
use super::process::Process;
use super::story::Line;

/// The rows of the entry that brought a case in.
pub(super) fn rows<'r>(
    seq: i64,
    rows: &'r [ImportedRow],
    under_way: impl Fn(usize) -> bool + 'r,
    said: Option<&'r Attributes>,
    process: Option<&'r Process>,
    undone: bool,
) -> impl Iterator<Item = Line> + 'r {
    rows.iter().enumerate().map(move |(n, row)| {
        let attributes = said.map_or_else(Vec::new, |said| said.of_row(n));
        let title = process.and_then(|p| p.steps.get(row.step as usize)).map_or("", |step| &step.title);
        Line {
            seq,
            at: if under_way(n) { row.start } else { row.end },
            actor: row.resource.clone().map_or(Actor::Tick, Actor::Person),
            // What goes on was taken up, and no more.
            verb: if under_way(n) { "accept" } else { "done" },
            text: besides(title, &attributes),
            undone,
            attributes,
        }
    })
}

/// A text with what an event log said besides.
pub(super) fn besides(text: &str, attributes: &[Attribute]) -> String {
    match attributes.is_empty() {
        true => text.to_string(),
        false => format!("{text}; {}", in_words(attributes)),
    }
}
