//! Writing a log in the spellings other tools read: XES, CSV and JSON lines, case by case. What was written is
//! read back to the same rows. It reads nothing and orders nothing across cases.

use std::borrow::Cow;
use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat};
use serde_json::json;

/// The form of a log that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Xes,
    Csv,
    Jsonl,
}

/// How far the work of a row has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    At(i64),
    /// Broken off.
    Aborted(i64),
    /// Still under way.
    Open,
}

/// One piece of work, in UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub activity: String,
    pub start_ms: i64,
    pub ended: Ended,
    pub resource: Option<String>,
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<log xes.version=\"1849-2016\" xes.features=\"\" xmlns=\"http://www.xes-standard.org/\">
  <extension name=\"Concept\" prefix=\"concept\" uri=\"http://www.xes-standard.org/concept.xesext\"/>
  <extension name=\"Lifecycle\" prefix=\"lifecycle\" uri=\"http://www.xes-standard.org/lifecycle.xesext\"/>
  <extension name=\"Organizational\" prefix=\"org\" uri=\"http://www.xes-standard.org/org.xesext\"/>
  <extension name=\"Time\" prefix=\"time\" uri=\"http://www.xes-standard.org/time.xesext\"/>
  <global scope=\"trace\">
    <string key=\"concept:name\" value=\"\"/>
  </global>
  <global scope=\"event\">
    <string key=\"concept:name\" value=\"\"/>
    <string key=\"lifecycle:transition\" value=\"complete\"/>
    <date key=\"time:timestamp\" value=\"1970-01-01T00:00:00.000+00:00\"/>
  </global>
  <classifier name=\"Activity\" keys=\"concept:name\"/>
  <classifier name=\"Activity and transition\" keys=\"concept:name lifecycle:transition\"/>
";
const COLUMNS: [&str; 8] = [
    "case:concept:name",
    "concept:name",
    "time:timestamp",
    "lifecycle:transition",
    "org:resource",
    "concept:instance",
    "case:title",
    ESCAPED,
];
/// Says of a row of a CSV that [`neutral`] changed some of its texts.
pub const ESCAPED: &str = "baton:escaped";

/// An event of a case: its instant, which row it is of, and what it does to it.
struct Event<'r> {
    ms: i64,
    row: usize,
    transition: &'static str,
    written: &'r Written,
    /// Only what has two events needs a number that holds them together.
    instance: Option<usize>,
}

/// Writes one log.
pub struct Writer<W: Write> {
    sink: Sink<W>,
}

enum Sink<W: Write> {
    Xes(W),
    Csv(Box<::csv::Writer<W>>),
    Jsonl(W),
}

impl<W: Write> Writer<W> {
    /// Begins the log of this name.
    pub fn new(mut out: W, target: Target, name: &str) -> io::Result<Self> {
        let sink = match target {
            Target::Xes => {
                out.write_all(HEAD.as_bytes())?;
                writeln!(out, "  <string key=\"concept:name\" value=\"{}\"/>", xml(name))?;
                writeln!(out, "  <string key=\"lifecycle:model\" value=\"standard\"/>")?;
                Sink::Xes(out)
            }
            Target::Csv => {
                let mut writer = ::csv::Writer::from_writer(out);
                writer.write_record(COLUMNS)?;
                Sink::Csv(Box::new(writer))
            }
            Target::Jsonl => Sink::Jsonl(out),
        };
        Ok(Self { sink })
    }

    /// Writes a case with its rows, which are to be in the order they are read back in.
    pub fn case(&mut self, name: &str, title: &str, rows: &[Written]) -> io::Result<()> {
        let events = events(rows);
        match &mut self.sink {
            Sink::Xes(out) => xes_case(out, name, title, &events),
            Sink::Csv(out) => events.iter().try_for_each(|event| csv_row(out, name, title, event)),
            Sink::Jsonl(out) => events.iter().try_for_each(|event| json_row(out, name, title, event)),
        }
    }

    /// Ends the log; what it was written to.
    pub fn end(self) -> io::Result<W> {
        let mut out = match self.sink {
            Sink::Xes(mut out) => {
                out.write_all(b"</log>\n")?;
                out
            }
            Sink::Csv(out) => out.into_inner().map_err(|error| io::Error::other(error.to_string()))?,
            Sink::Jsonl(out) => out,
        };
        out.flush()?;
        Ok(out)
    }
}

/// The events of a case in the order of time; of one instant, in the order of the rows.
fn events(rows: &[Written]) -> Vec<Event<'_>> {
    let mut events = Vec::new();
    for (row, written) in rows.iter().enumerate() {
        let (end, transition) = match written.ended {
            Ended::At(end) => (Some(end), "complete"),
            Ended::Aborted(end) => (Some(end), "ate_abort"),
            Ended::Open => (None, ""),
        };
        let is_instant = end == Some(written.start_ms) && transition == "complete";
        let instance = (!is_instant).then_some(row + 1);
        if !is_instant {
            events.push(Event { ms: written.start_ms, row, transition: "start", written, instance });
        }
        if let Some(ms) = end {
            events.push(Event { ms, row, transition, written, instance });
        }
    }
    events.sort_by_key(|event| (event.ms, event.row));
    events
}

fn time(ms: i64) -> String {
    let written = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    written.to_rfc3339_opts(SecondsFormat::Millis, false)
}

fn xes_case(out: &mut impl Write, name: &str, title: &str, events: &[Event<'_>]) -> io::Result<()> {
    writeln!(out, "  <trace>")?;
    writeln!(out, "    <string key=\"concept:name\" value=\"{}\"/>", xml(name))?;
    if !title.is_empty() && title != name {
        writeln!(out, "    <string key=\"title\" value=\"{}\"/>", xml(title))?;
    }
    for Event { ms, transition, written, instance, .. } in events {
        writeln!(out, "    <event>")?;
        let mut text =
            |key: &str, value: &str| writeln!(out, "      <string key=\"{key}\" value=\"{}\"/>", xml(value));
        text("concept:name", &written.activity)?;
        if let Some(instance) = instance {
            text("concept:instance", &instance.to_string())?;
        }
        if let Some(resource) = &written.resource {
            text("org:resource", resource)?;
        }
        text("lifecycle:transition", transition)?;
        writeln!(out, "      <date key=\"time:timestamp\" value=\"{}\"/>", time(*ms))?;
        writeln!(out, "    </event>")?;
    }
    writeln!(out, "  </trace>")
}

fn csv_row<W: Write>(
    out: &mut ::csv::Writer<W>,
    name: &str,
    title: &str,
    event: &Event<'_>,
) -> io::Result<()> {
    let instance = event.instance.map(|instance| instance.to_string()).unwrap_or_default();
    let resource = event.written.resource.as_deref().unwrap_or_default();
    let time = time(event.ms);
    let texts = [name, &event.written.activity, &time, event.transition, resource, &instance, title];
    let texts = texts.map(neutral);
    let escaped = texts.iter().any(|text| matches!(text, Cow::Owned(_)));
    let escaped = if escaped { "yes" } else { "" };
    Ok(out.write_record(texts.iter().map(AsRef::as_ref).chain([escaped]))?)
}

fn json_row(out: &mut impl Write, name: &str, title: &str, event: &Event<'_>) -> io::Result<()> {
    let row = json!({
        "case:concept:name": name,
        "concept:name": event.written.activity,
        "time:timestamp": time(event.ms),
        "lifecycle:transition": event.transition,
        "org:resource": event.written.resource,
        "concept:instance": event.instance.map(|instance| instance.to_string()),
        "case:title": title,
    });
    writeln!(out, "{row}")
}

/// A text for a cell that no spreadsheet takes for a formula: an apostrophe goes before it. One that has one
/// gets another, so that taking away the first gives back what was there.
pub fn neutral(text: &str) -> Cow<'_, str> {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Fit to stand in an attribute. What XML cannot say at all is replaced.
fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\r' | '\t' => safe.push_str(&format!("&#{};", u32::from(c))),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}
