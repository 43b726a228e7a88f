//! A process file as somebody wrote it, checked before it is published: what is wrong with it, or what it would
//! change. Publishes nothing.

use super::{Desk, Error};
use crate::domain::Handle;
use crate::domain::command::Command;
use crate::domain::event::{Event, SubjectId};
use crate::domain::problem::Problem;
use crate::domain::process::Process;
use crate::domain::process_check::read;
use crate::domain::process_diff::{self, Change};
use std::sync::Arc;

/// Lines that begin like this are ours, and go when the text comes back from an editor.
const OURS: &str = "#! ";

/// A text as somebody wrote it, without the lines of ours above it.
pub fn without_remarks(text: &str) -> String {
    let own = text.lines().filter(|line| !line.starts_with(OURS) && *line != OURS.trim_end());
    let mut text = own.collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

/// How many lines of ours a text begins with.
pub fn remarks(text: &str) -> usize {
    text.lines().take_while(|line| line.starts_with(OURS)).count()
}

/// What came of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The process whose file was opened.
    pub opened: Handle,
    pub text: String,
    /// `None` while anything is wrong.
    pub process: Option<Arc<Process>>,
    pub problems: Vec<Problem>,
    /// Against the newest version of the process it is.
    pub changes: Vec<Change>,
    /// The version it would become.
    pub version: u32,
    /// The last entry there was then.
    pub seen: i64,
}

impl Checked {
    /// The text with what is wrong with it said above it, for an editor.
    pub fn to_edit(&self) -> String {
        let ours = self.problems.len();
        let mut text = String::new();
        for problem in &self.problems {
            let line = problem.line + ours;
            let hint = problem.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            let said = format!("line {line}: {}{hint}", problem.message).replace('\n', " ");
            text.push_str(&format!("{OURS}{said}\n"));
        }
        text + &self.text
    }

    /// The line of that text which the first fault is in.
    pub fn first_wrong(&self) -> Option<usize> {
        let first = self.problems.iter().find(|problem| problem.is_error())?;
        Some(first.line + self.problems.len())
    }
}

impl Desk {
    /// Reads and proves a process file with what this desk knows.
    pub fn check_text(&mut self, opened: &Handle, text: &str) -> Result<Checked, Error> {
        // Asked first: what is published meanwhile is newer than what is compared.
        let seen = self.head()?;
        let (process, mut problems) = read(text, &self.known()?);
        problems.sort_by_key(|problem| (problem.severity, problem.line));
        let catalog = self.catalog()?;
        let newest = process.as_ref().and_then(|process| catalog.newest(&process.handle));
        let changes = match (&process, newest) {
            (Some(process), Some((_, newest))) => process_diff::diff(newest, process),
            _ => Vec::new(),
        };
        let version = newest.map_or(1, |(version, _)| version + 1);
        let (opened, text) = (opened.clone(), text.to_string());
        Ok(Checked { opened, text, process: process.map(Arc::new), problems, changes, version, seen })
    }

    /// Who published a version of what these commands publish since an entry, in words: theirs would be written over by
    /// somebody who was shown what changes against the one before.
    pub fn published_since(&mut self, commands: &[Command], seen: i64) -> Result<Option<String>, Error> {
        let publish = |command: &Command| match command {
            Command::PublishProcess { process } => Some(process.handle.clone()),
            _ => None,
        };
        let Some(handle) = commands.iter().find_map(publish) else { return Ok(None) };
        let entries = self.store.entries(SubjectId::Catalog)?;
        let other =
            entries.iter().rev().take_while(|entry| entry.seq > seen).find_map(|entry| match &entry.event {
                Event::ProcessPublished { version, process } if process.handle == handle => {
                    Some(format!("{} published version {version} of {handle} meanwhile.", entry.actor))
                }
                _ => None,
            });
        Ok(other)
    }
}
