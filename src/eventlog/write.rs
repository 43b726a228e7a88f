//! Writing a log in the spellings other tools read: XES, CSV and JSON lines, case by case. What was written is
//! read back to the same rows. It reads nothing and orders nothing across cases.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde_json::{Map, Value, json};

use super::more::{INSTANCE, OFFSET, OPEN, STATE, TOLD, TRANSITION, Type, offset_of};
use super::spelling::{is_pictured, neutral, xml};
use std::borrow::Cow;

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
    /// What else is said of it.
    pub more: Vec<Said>,
}

/// What is said beside work: key, type and text.
pub type Said = (String, Type, String);

/// The keys of a table beside its own: a table has all its columns from the beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoreColumns {
    of_case: Vec<String>,
    of_row: Vec<String>,
}

impl MoreColumns {
    /// Sees to it that there is a column for each of these.
    pub fn add(&mut self, of_case: impl Iterator<Item = String>, of_row: impl Iterator<Item = String>) {
        // A table has a column for the title of its cases.
        of_case.filter(|key| key != TITLE).for_each(|key| put(&mut self.of_case, key));
        of_row.for_each(|key| put(&mut self.of_row, key));
    }
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
fn put(known: &mut Vec<String>, key: String) {
    if !OWN.contains(&key.as_str()) && !known.contains(&key) {
        known.push(key);
    }
}

const TITLE: &str = "title";
/// Keys that every log says itself.
const OWN: [&str; 7] =
    ["concept:name", "time:timestamp", TRANSITION, "org:resource", INSTANCE, ESCAPED, OFFSET];
/// Says of a row of a CSV that [`neutral`] changed some of its texts.
pub const ESCAPED: &str = "baton:escaped";

/// An event of a case: its instant, which row it is of, and what it does to it.
struct Event<'r> {
    ms: i64,
    row: usize,
    transition: &'r str,
    /// Its row ends with it.
    is_end: bool,
    written: &'r Written,
    /// What the log called it, and where nothing tells its two events from others a number that does.
    instance: Option<String>,
}

/// Writes one log.
pub struct Writer<W: Write> {
    sink: Sink<W>,
    columns: MoreColumns,
    pictured: u64,
}

/// A case as it is written.
struct CaseHead<'c> {
    name: &'c str,
    title: &'c str,
    more: &'c [Said],
}

enum Sink<W: Write> {
    Xes(W),
    Csv(Box<::csv::Writer<W>>),
    Jsonl(W),
}

impl<W: Write> Writer<W> {
    /// Begins the log of this name.
    pub fn new(mut out: W, target: Target, name: &str, columns: MoreColumns) -> io::Result<Self> {
        let sink = match target {
            Target::Xes => {
                out.write_all(HEAD.as_bytes())?;
                writeln!(out, "  <string key=\"concept:name\" value=\"{}\"/>", xml(name))?;
                writeln!(out, "  <string key=\"lifecycle:model\" value=\"standard\"/>")?;
                Sink::Xes(out)
            }
            Target::Csv => {
                let mut writer = ::csv::Writer::from_writer(out);
                let of_case = columns.of_case.iter().map(|key| format!("case:{key}"));
                let more = of_case.chain(columns.of_row.iter().cloned());
                writer.write_record(COLUMNS.map(str::to_owned).into_iter().chain(more))?;
                Sink::Csv(Box::new(writer))
            }
            Target::Jsonl => Sink::Jsonl(out),
        };
        Ok(Self { sink, columns, pictured: 0 })
    }

    /// Writes a case with its rows, which are to be in the order they are read back in.
    pub fn case(&mut self, name: &str, title: &str, more: &[Said], rows: &[Written]) -> io::Result<()> {
        let (events, columns) = (events(rows), &self.columns);
        // A title of its own says more than the one it has here.
        let title = said(more, TITLE).map_or(title, |(_, _, title)| title);
        let case = CaseHead { name, title, more };
        if let Sink::Xes(_) = &self.sink {
            let said = |said: &[Said]| {
                said.iter().filter(|(key, _, text)| is_pictured(key) || is_pictured(text)).count()
            };
            let of_row = |row: &Written| {
                let own = [Some(&row.activity), row.resource.as_ref()].into_iter().flatten();
                own.filter(|text| is_pictured(text)).count() + said(&row.more)
            };
            let of_case = [name, title].into_iter().filter(|text| is_pictured(text)).count() + said(more);
            self.pictured += (of_case + rows.iter().map(of_row).sum::<usize>()) as u64;
        }
        match &mut self.sink {
            Sink::Xes(out) => xes_case(out, &case, &events),
            Sink::Csv(out) => {
                each_with_teller(&events, |event, tells| csv_row(out, &case, columns, event, tells))
            }
            Sink::Jsonl(out) => {
                each_with_teller(&events, |event, tells| json_row(out, &case, columns, event, tells))
            }
        }
    }

    /// How many texts hold characters that XML has no room for, and have pictures of them instead.
    pub fn pictured(&self) -> u64 {
        self.pictured
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
    let kept = |written: &'_ Written| said(&written.more, INSTANCE).map(|(_, _, text)| text.clone());
    let mut times = HashMap::<(&str, &str), usize>::new();
    for written in rows {
        if let Some((_, _, text)) = said(&written.more, INSTANCE) {
            *times.entry((&written.activity, text)).or_default() += 1;
        }
    }
    for (row, written) in rows.iter().enumerate() {
        let (end, transition) = match written.ended {
            Ended::At(end) => (Some(end), "complete"),
            Ended::Aborted(end) => (Some(end), "ate_abort"),
            Ended::Open => (None, ""),
        };
        let is_instant = end == Some(written.start_ms) && transition == "complete";
        let activity = written.activity.as_str();
        let is_free = |text: &String| !times.contains_key(&(activity, text));
        // Two events are told from others by what they are called only where nothing else is called so.
        let own = kept(written).filter(|text| is_instant || times.get(&(activity, text)) == Some(&1));
        let numbered =
            || std::iter::successors(Some((row + 1).to_string()), |n| Some(format!("{n}-"))).find(is_free);
        let instance = if is_instant { own } else { own.or_else(numbered) };
        let mut put = |ms, transition, is_end| {
            events.push(Event { ms, row, transition, is_end, written, instance: instance.clone() });
        };
        if !is_instant {
            put(written.start_ms, "start", false);
        }
        if let Some(ms) = end {
            // What a log knew as a state of its own goes out as that.
            let state = said(&written.more, TRANSITION).filter(|_| is_instant);
            put(ms, state.map_or(transition, |(_, _, text)| text.as_str()), true);
        }
    }
    events.sort_by_key(|event| (event.ms, event.row));
    events
}

/// Each event, and whether it is the one that says what the case was: the first that a row is made of, because repeated in
/// every one it would be most of a table.
fn each_with_teller<'e>(
    events: &'e [Event<'_>],
    mut each: impl FnMut(&'e Event<'e>, bool) -> io::Result<()>,
) -> io::Result<()> {
    let makes_row = |event: &Event<'_>| match event.written.ended {
        Ended::Open => true,
        Ended::At(_) => event.is_end,
        Ended::Aborted(_) => false,
    };
    let teller = events.iter().position(makes_row);
    (0..).zip(events).try_for_each(|(n, event)| each(event, Some(n) == teller))
}

/// What is said of a case in one of its rows.
fn said_here<'s>(more: &'s [Said], wanted: &str, tells: bool) -> Option<&'s Said> {
    said(more, wanted).filter(|_| tells || wanted != TOLD)
}

/// By the clocks the row was written by, where that was kept, else in UTC.
fn time(ms: i64, written: &Written) -> String {
    let at = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let offset = said(&written.more, OFFSET).and_then(|(_, _, text)| FixedOffset::east_opt(offset_of(text)?));
    match offset {
        Some(offset) => at.with_timezone(&offset).to_rfc3339_opts(SecondsFormat::Millis, false),
        None => at.to_rfc3339_opts(SecondsFormat::Millis, false),
    }
}

/// What is said besides, with the elements of its types.
fn xes_more(out: &mut impl Write, indent: &str, more: &[Said]) -> io::Result<()> {
    for (key, kind, text) in more.iter().filter(|(key, ..)| !OWN.contains(&key.as_str())) {
        let small;
        let (element, text) = match kind {
            Type::Text => ("string", text),
            Type::Int => ("int", text),
            Type::Float => ("float", text),
            Type::Date => ("date", text),
            Type::Id => ("id", text),
            Type::Bool => {
                small = text.to_ascii_lowercase();
                ("boolean", &small)
            }
        };
        writeln!(out, "{indent}<{element} key=\"{}\" value=\"{}\"/>", xml(key), xml(text))?;
    }
    Ok(())
}

/// Work that goes on has said nothing yet when it begins, but that it does.
fn said_by<'w>(event: &Event<'w>) -> &'w [Said] {
    match (event.is_end, event.written.ended) {
        (false, Ended::Open) => GOES_ON.as_slice(),
        (false, _) => &[],
        (true, _) => &event.written.more,
    }
}

static GOES_ON: LazyLock<[Said; 1]> = LazyLock::new(|| [(STATE.to_owned(), Type::Text, OPEN.to_owned())]);

fn xes_case(out: &mut impl Write, case: &CaseHead<'_>, events: &[Event<'_>]) -> io::Result<()> {
    let CaseHead { name, title, more } = case;
    writeln!(out, "  <trace>")?;
    writeln!(out, "    <string key=\"concept:name\" value=\"{}\"/>", xml(name))?;
    if !title.is_empty() && title != name && said(more, TITLE).is_none() {
        writeln!(out, "    <string key=\"title\" value=\"{}\"/>", xml(title))?;
    }
    xes_more(out, "    ", more)?;
    for event in events {
        let Event { ms, transition, written, instance, .. } = event;
        writeln!(out, "    <event>")?;
        let mut text =
            |key: &str, value: &str| writeln!(out, "      <string key=\"{key}\" value=\"{}\"/>", xml(value));
        text("concept:name", &written.activity)?;
        if let Some(instance) = instance {
            text(INSTANCE, instance)?;
        }
        if let Some(resource) = &written.resource {
            text("org:resource", resource)?;
        }
        text("lifecycle:transition", transition)?;
        writeln!(out, "      <date key=\"time:timestamp\" value=\"{}\"/>", time(*ms, written))?;
        xes_more(out, "      ", said_by(event))?;
        writeln!(out, "    </event>")?;
    }
    writeln!(out, "  </trace>")
}

fn csv_row<W: Write>(
    out: &mut ::csv::Writer<W>,
    case: &CaseHead<'_>,
    columns: &MoreColumns,
    event: &Event<'_>,
    tells: bool,
) -> io::Result<()> {
    let CaseHead { name, title, more } = case;
    let instance = event.instance.as_deref().unwrap_or_default();
    let resource = event.written.resource.as_deref().unwrap_or_default();
    let time = time(event.ms, event.written);
    let activity = event.written.activity.as_str();
    let texts = [*name, activity, &time, event.transition, resource, instance, *title];
    let of_case = columns.of_case.iter().map(|key| said_here(more, key, tells));
    let of_row = columns.of_row.iter().map(|key| said(said_by(event), key));
    let more = of_case.chain(of_row).map(|one| one.map_or("", |(_, _, text)| text));
    let texts = texts.map(neutral);
    let more = more.map(neutral).collect::<Vec<_>>();
    let escaped = texts.iter().chain(&more).any(|text| matches!(text, Cow::Owned(_)));
    let escaped = if escaped { "yes" } else { "" };
    let cells = texts.iter().map(AsRef::as_ref).chain([escaped]).chain(more.iter().map(AsRef::as_ref));
    Ok(out.write_record(cells)?)
}

fn said<'s>(more: &'s [Said], wanted: &str) -> Option<&'s Said> {
    more.iter().find(|(key, ..)| key == wanted)
}

/// A number is one where it is written as its text is.
fn json_value((_, kind, text): &Said) -> Value {
    let number = || serde_json::from_str::<serde_json::Number>(text).ok().filter(|n| n.to_string() == *text);
    match (kind, text.as_str()) {
        (Type::Int | Type::Float, _) => number().map_or_else(|| json!(text), Value::Number),
        (Type::Bool, "true") => json!(true),
        (Type::Bool, "false") => json!(false),
        _ => json!(text),
    }
}

fn json_row(
    out: &mut impl Write,
    case: &CaseHead<'_>,
    columns: &MoreColumns,
    event: &Event<'_>,
    tells: bool,
) -> io::Result<()> {
    let CaseHead { name, title, more } = case;
    let mut row = json!({
        "case:concept:name": name,
        "concept:name": event.written.activity,
        "time:timestamp": time(event.ms, event.written),
        "lifecycle:transition": event.transition,
        "org:resource": event.written.resource,
        "concept:instance": event.instance,
        "case:title": title,
    });
    // All of them in every row, so that the first rows say which there are.
    let value = |said: Option<&Said>| said.map_or(Value::Null, json_value);
    let of_case =
        columns.of_case.iter().map(|key| (format!("case:{key}"), value(said_here(more, key, tells))));
    let of_row = columns.of_row.iter().map(|key| (key.clone(), value(said(said_by(event), key))));
    let more = of_case.chain(of_row).collect::<Map<_, _>>();
    if let Some(row) = row.as_object_mut() {
        row.extend(more);
    }
    writeln!(out, "{row}")
}
