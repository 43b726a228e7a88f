//! What a file was taken for, so that it can be shown and contradicted. Nothing is decided here.

use std::fmt;

use super::View;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xes,
    /// One JSON object on each line.
    Jsonl,
}

/// What a column or an attribute is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Case,
    Activity,
    Time,
    Start,
    Resource,
    Lifecycle,
    Instance,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Role::Case => "case",
            Role::Activity => "activity",
            Role::Time => "time",
            Role::Start => "start",
            Role::Resource => "resource",
            Role::Lifecycle => "lifecycle",
            Role::Instance => "instance",
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub role: Role,
    /// Its name in the head of the CSV, or the key in XES.
    pub name: String,
    /// From 1; `None` in XES.
    pub number: Option<usize>,
    /// The user named it.
    pub given: bool,
}

/// How `start` and `complete` were understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    /// The log says nothing of it, or was not to be asked.
    Unused,
    /// Only what is complete is a step.
    CompleteOnly,
    /// A start and its complete are one step.
    Paired,
    /// Every row is a step, whatever its transition.
    Ignored,
}

impl Format {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xes => "xes",
            Format::Jsonl => "jsonl",
        }
    }
}

impl Lifecycle {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Lifecycle::Unused => "unused",
            Lifecycle::CompleteOnly => "complete",
            Lifecycle::Paired => "interval",
            Lifecycle::Ignored => "all",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    pub format: Format,
    pub gzip: bool,
    pub encoding: String,
    /// CSV only.
    pub delimiter: Option<char>,
    pub columns: Vec<Column>,
    pub time_format: String,
    /// What times without an offset are read in.
    pub zone: String,
    pub zone_given: bool,
    /// Whether there are such times. `None`: not looked yet (XES is not read through by `sniff`).
    pub naive_times: Option<bool>,
    pub lifecycle: Lifecycle,
    pub view: View,
    /// Of the root element; XES only.
    pub namespace: Option<String>,
    /// The classifier that makes the activity.
    pub classifier: Option<String>,
    /// Classifiers the XES declares; each can be asked for as the activity.
    pub classifiers: Vec<String>,
}

impl Guess {
    /// Whether rows say when work began, by a time of its own or by a row of its own.
    pub fn tells_starts(&self) -> bool {
        self.lifecycle == Lifecycle::Paired || self.has_start()
    }

    /// Whether they say it by a time of its own.
    pub fn has_start(&self) -> bool {
        self.columns.iter().any(|column| column.role == Role::Start)
    }
}

impl fmt::Display for Guess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = match self.format {
            Format::Csv => "CSV",
            Format::Xes => "XES",
            Format::Jsonl => "JSON lines",
        };
        let gzip = if self.gzip { ", gzip" } else { "" };
        write!(f, "format     {format}{gzip}, {}", self.encoding)?;
        match self.delimiter {
            Some('\t') => write!(f, ", separated by tabs")?,
            Some(delimiter) => write!(f, ", separated by `{delimiter}`")?,
            None => {}
        }
        if let Some(namespace) = &self.namespace {
            write!(f, ", namespace {}", super::excerpt(namespace))?;
        }
        for Column { role, name, number, given } in &self.columns {
            write!(f, "\n{role:<10} `{}`", super::excerpt(name))?;
            if let Some(number) = number {
                write!(f, ", column {number}")?;
            }
            f.write_str(if *given { "" } else { " (guessed)" })?;
        }
        write!(f, "\ntimes      {}", self.time_format)?;
        if self.naive_times != Some(false) {
            let how = if self.zone_given { "" } else { " (assumed; say --zone to change it)" };
            write!(f, "; where no offset is written, {}{how}", self.zone)?;
        }
        match self.lifecycle {
            Lifecycle::Unused => {}
            Lifecycle::CompleteOnly => write!(f, "\nsteps      only what is complete")?,
            Lifecycle::Paired => write!(f, "\nsteps      start and complete paired, first in first out")?,
            Lifecycle::Ignored => write!(f, "\nsteps      every row, whatever its transition")?,
        }
        if let Some(classifier) = &self.classifier {
            write!(f, "\nclassifier {}", super::excerpt(classifier))?;
        }
        if !self.classifiers.is_empty() {
            let names: Vec<_> = self.classifiers.iter().map(|name| super::excerpt(name)).collect();
            write!(f, "\nactivity can also be: {}", names.join(", "))?;
        }
        Ok(())
    }
}
