//! What of the form for a file of another system depends on what the file holds: of an event log its process, how its times
//! are to be read, and since when its unfinished cases are open. Reads no file.

use super::form::{Form, FormField};
use super::forms::Kind;
use super::understand::Sense;
use crate::desk::LogOptions;
use crate::domain::zone::parse_rfc3339;
use crate::domain::{Goal, Handle, Instant};

/// Chosen instead of a kind of records; no kind can be called so.
pub const LOG: &str = "event log";
const PROCESS: &str = "log process";
const AS_OF: &str = "as of";
const GOALS: &str = "log goals";
const ZONE: &str = "log zone";
const DATES: &str = "log dates";
const OF_A_LOG: [&str; 5] = [PROCESS, ZONE, DATES, AS_OF, GOALS];
/// The field of how the text of a file is written, whatever it holds.
const ENCODING: &str = "encoding";

/// The field of how the text of a file is written.
pub fn encoding() -> FormField {
    FormField {
        hint: "UTF-8; or: windows-1252, utf-16le".to_string(),
        ..FormField::text(ENCODING, "Encoding", "")
    }
}

/// What was said of it.
pub fn encoding_of(form: &Form) -> Option<String> {
    Some(form.value(ENCODING)).filter(|text| !text.is_empty())
}

/// The fields of a log stand there while one is brought in.
pub(super) fn follow(form: &mut Form, sense: &Sense<'_>) {
    if form.kind != Kind::RecordFile {
        return;
    }
    let (is_log, have) = (form.value("kind") == LOG, form.fields.iter().any(|field| field.name == PROCESS));
    let field = |name: &str, label: &str, hint: &str| FormField {
        hint: hint.to_string(),
        ..FormField::text(name, label, "")
    };
    match (is_log, have) {
        (true, false) => form.fields.extend([
            field(PROCESS, "Process", "called like the file"),
            FormField { hint: NO_ZONE.to_string(), ..FormField::proposal(ZONE, "Zone", &own_zone(sense)) },
            field(DATES, "Dates", "as they read; or: dmy, mdy, %d.%m.%Y %H:%M"),
            field(AS_OF, "Open as of", "all finished; or: 2026-03-31"),
            field(GOALS, "Goal", "none; or: 5 business days a step"),
        ]),
        (false, true) => {
            form.fields.retain(|field| !OF_A_LOG.contains(&field.name.as_str()));
            form.focus = form.focus.min(form.fields.len() - 1);
        }
        _ => {}
    }
}

const NO_ZONE: &str = "UTC where a time names no offset";

/// That of the company: whoever wrote a log without offsets mostly sat there. Nothing before there is one.
fn own_zone(sense: &Sense<'_>) -> String {
    sense.catalog.own_calendar().map(|calendar| calendar.zone().name().to_string()).unwrap_or_default()
}

/// A sentence about the file in the words of the form: what it says of the command's options is a field here.
pub fn in_words(sentence: &str) -> String {
    const FIELDS: [(&str, &str); 8] = [
        ("say --zone to change it", "Zone says another"),
        ("another column with --time-column", "another column as COLUMN=time under Columns"),
        ("--time-format", "Dates"),
        ("read it with --encoding", "say under Encoding"),
        ("--encoding", "Encoding"),
        ("--map ", "under Columns: "),
        ("with --process HANDLE", "under Process"),
        ("with --process and another name", "under another name of the process"),
    ];
    let words = FIELDS.iter().fold(sentence.to_string(), |text, (option, field)| text.replace(option, field));
    // `--case-column NAME` is `NAME=case` there.
    ["case", "activity", "time", "start", "resource", "lifecycle"].iter().fold(words, |text, role| {
        text.replace(&format!("--{role}-column"), &format!("COLUMN={role} under Columns"))
    })
}

/// What a field was understood as; `None` for fields of other forms.
pub(super) fn echo(form: &FormField, sense: &Sense<'_>) -> Option<Result<String, String>> {
    let text = form.value();
    Some(match (form.name.as_str(), text.as_str()) {
        (PROCESS | ZONE | DATES | ENCODING | AS_OF | GOALS, "") => Ok(form.hint.clone()),
        (ZONE, text) => {
            super::person::zone_said(text, sense).map(|(_, now)| format!("times without offset; now {now}"))
        }
        (DATES | ENCODING, _) => Ok(String::new()),
        (PROCESS, text) => Handle::from_text(text)
            .map(|handle| format!("-> {handle}"))
            .ok_or_else(|| "a word for the process".to_string()),
        (AS_OF, text) => as_of(text, sense)
            .map(|at| format!("-> {}, moved to this week", sense.catalog.shown(at, sense.now))),
        (GOALS, text) => {
            text.parse::<Goal>().map(|goal| format!("-> {goal}, each step")).map_err(|e| e.to_string())
        }
        _ => return None,
    })
}

fn as_of(text: &str, sense: &Sense<'_>) -> Result<Instant, String> {
    parse_rfc3339(text).or_else(|_| sense.until(text))
}

/// What is wanted of a log, as far as it was said in a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogAsk {
    pub process: Option<Handle>,
    pub open_as_of: Option<Instant>,
    pub goal: Option<Goal>,
    /// Where times are meant that name no offset.
    pub zone: Option<String>,
    /// How its times are written, and its text, where that is not found out.
    pub dates: Option<String>,
    pub encoding: Option<String>,
    /// Which column is which.
    pub map: Vec<(String, String)>,
}

impl LogAsk {
    /// How its columns are read.
    pub fn options(&self) -> LogOptions {
        let column = |of: &str| self.map.iter().find(|(_, field)| field == of).map(|(name, _)| name.clone());
        LogOptions {
            case: column("case"),
            activity: column("activity"),
            time: column("time"),
            start: column("start"),
            resource: column("resource"),
            lifecycle: column("lifecycle"),
            zone: self.zone.clone(),
            time_format: self.dates.clone(),
            encoding: self.encoding.clone(),
            ..LogOptions::default()
        }
    }
}

/// What was said of the log, or the field that is wrong.
pub fn asked(form: &Form, map: Vec<(String, String)>, sense: &Sense<'_>) -> Result<LogAsk, (usize, String)> {
    const FIELDS: [&str; 6] = ["case", "activity", "time", "start", "resource", "lifecycle"];
    let at = |name: &str| form.fields.iter().position(|field| field.name == name).unwrap_or(0);
    if let Some((_, other)) = map.iter().find(|(_, field)| !FIELDS.contains(&field.as_str())) {
        return Err((at("map"), format!("`{other}` is none of {}.", FIELDS.join(", "))));
    }
    let given = |name: &str| Some(form.value(name)).filter(|text| !text.is_empty());
    let process = match given(PROCESS) {
        Some(text) => {
            Some(Handle::from_text(&text).ok_or((at(PROCESS), "A word for the process.".to_string()))?)
        }
        None => None,
    };
    let open_as_of = given(AS_OF).map(|text| as_of(&text, sense)).transpose().map_err(|e| (at(AS_OF), e))?;
    let goal = given(GOALS).map(|text| text.parse::<Goal>()).transpose();
    let goal = goal.map_err(|e| (at(GOALS), e.to_string()))?;
    let zone = given(ZONE).map(|text| super::person::zone_said(&text, sense)).transpose();
    let zone = zone.map_err(|e| (at(ZONE), e))?.map(|(zone, _)| zone);
    Ok(LogAsk { process, open_as_of, goal, zone, dates: given(DATES), encoding: encoding_of(form), map })
}
