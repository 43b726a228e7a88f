//! One JSON object on each line, as rows of a table: its keys are the columns. It decides nothing about them.

use std::io::BufRead;

use ::csv::StringRecord;
use serde_json::{Map, Value};

use super::error::{Error, Kind};
use super::input::Text;

/// Lines looked at to find the keys there are.
const SAMPLE: usize = 101;

/// The keys of the first objects, in the order they come, and those objects as rows under them.
pub(super) fn sniff(beginning: &[u8], is_all: bool) -> Result<Vec<StringRecord>, Error> {
    let mut lines: Vec<&[u8]> = beginning.split(|byte| *byte == b'\n').take(SAMPLE).collect();
    if !is_all && lines.len() > 1 {
        lines.pop();
    }
    let objects: Vec<_> = lines.into_iter().filter_map(object).collect();
    let mut head: Vec<&str> = Vec::new();
    for key in objects.iter().flat_map(Map::keys) {
        if !head.contains(&key.as_str()) {
            head.push(key);
        }
    }
    if head.is_empty() {
        let what = "no line of its beginning is a JSON object".to_owned();
        return Err(Error::at(1, Kind::NotALog(what)));
    }
    let rows = objects.iter().map(|object| head.iter().map(|key| text_of(object.get(*key))).collect());
    Ok([StringRecord::from(head.clone())].into_iter().chain(rows).collect())
}

fn object(line: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(line).ok()
}

fn text_of(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

pub(super) struct Lines {
    text: Text,
    head: Vec<String>,
    buffer: Vec<u8>,
}

impl Lines {
    pub fn new(text: Text, head: &StringRecord) -> Self {
        Self { text, head: head.iter().map(str::to_owned).collect(), buffer: Vec::new() }
    }

    /// The line of the next object and whether it is one; `None` at the end.
    pub fn next(&mut self, record: &mut StringRecord) -> Result<Option<(u64, bool)>, Error> {
        loop {
            self.buffer.clear();
            self.text.mark();
            let line = self.text.marked_line();
            let read = self.text.read_until(b'\n', &mut self.buffer);
            if read.map_err(|error| Error::from_io(&error))? == 0 {
                return Ok(None);
            }
            if self.buffer.trim_ascii().is_empty() {
                continue;
            }
            record.clear();
            let Some(object) = object(&self.buffer) else {
                if self.text.is_drained() && !self.text.ends_whole() {
                    return Err(Error::at(line, Kind::TruncatedRow("its JSON ends in the middle")));
                }
                return Ok(Some((line, false)));
            };
            for key in &self.head {
                record.push_field(&text_of(object.get(key)));
            }
            return Ok(Some((line, true)));
        }
    }
}
