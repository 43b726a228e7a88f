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

/// How the line begins that says from which version a text was begun.
const BEGUN: &str = "# begun from version ";

/// A text that says from which version it was begun: what others publish meanwhile is then not written over in silence,
/// however long it is kept.
pub fn begun_from(text: String, version: u32) -> String {
    if base_of(&text).is_some() { text } else { format!("{BEGUN}{version}\n{text}") }
}

/// The text without that line.
pub fn without_base(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with(BEGUN)).map(|line| format!("{line}\n")).collect()
}

/// The line and the version a text was begun from.
fn base_of(text: &str) -> Option<(usize, u32)> {
    let mut lines = text.lines().enumerate();
    lines.find_map(|(n, line)| Some((n + 1, line.strip_prefix(BEGUN)?.trim().parse().ok()?)))
}

/// What a newer version changed that a text begun from an older one would take back: what both differ in.
fn taken_back(base: &Process, newest: &Process, mine: &[Change]) -> Vec<Change> {
    let same = |one: &Change, other: &Change| {
        let place = |of: &Change| (of.group, of.name.clone(), of.key.clone());
        place(one) == place(other)
    };
    let theirs = process_diff::diff(base, newest).into_iter();
    theirs.filter(|change| mine.iter().any(|own| same(change, own))).collect()
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

    /// The same with the version it was compared with as the one it was begun from, where it does not say so.
    #[must_use]
    pub fn begun(mut self) -> Checked {
        if self.version > 1 && base_of(&self.text).is_none() {
            self.text = begun_from(self.text, self.version - 1);
            self.problems.iter_mut().for_each(|problem| problem.line += 1);
        }
        self
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
        let base =
            base_of(text).filter(|_| process.as_ref().is_some_and(|process| &process.handle == opened));
        if let (Some((line, from)), Some((version, newest))) = (base, newest)
            && let Some(base) = catalog.process(opened, from).filter(|_| version > from)
        {
            let theirs = taken_back(base, newest, &changes).iter().map(Change::line).collect::<Vec<_>>();
            if !theirs.is_empty() {
                let said = format!(
                    "version {version} came meanwhile, and this would take back what it changed: {}",
                    theirs.join("; ")
                );
                let hint = format!("write that in, or make this line `{BEGUN}{version}` to mean it");
                problems.insert(0, Problem::error((line, 1), said).with_hint(hint));
            }
        }
        // One of an older program, or whose line somebody took out.
        let own = process.as_ref().is_some_and(|process| &process.handle == opened);
        if let (None, Some((version, _)), true) = (base_of(text), newest, own && version > 2) {
            let said = "the text does not say from which version it was begun: what others published since is taken back";
            let hint = format!("compare what it would change, or begin it with `{BEGUN}{version}`");
            problems.push(Problem::warning((1, 1), said).with_hint(hint));
        }
        let process = process.filter(|_| !problems.iter().any(Problem::is_error)).map(Arc::new);
        let (opened, text) = (opened.clone(), text.to_string());
        Ok(Checked { opened, text, process, problems, changes, version, seen })
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

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use super::*;
    use crate::domain::process_file::export;

    #[test]
    fn a_text_does_not_take_back_what_somebody_published_while_it_was_written() {
        let (mut desk, now) = desk();
        let old = desk.catalog().unwrap().newest(&h("sale")).map(|(_, newest)| newest.clone()).unwrap();
        let text = begun_from(export(&old), 1);
        assert_eq!((begun_from(text.clone(), 7), without_base(&text)), (text.clone(), export(&old)));
        let theirs = Process { purpose: "Bo's own words".to_string(), ..(*old).clone() };
        let publish = Command::PublishProcess { process: Arc::new(theirs.clone()) };
        desk.execute(&publish, &ctx("bo", now)).unwrap();
        let mine = |purpose: &str| Process {
            title: "Sales".to_string(),
            purpose: purpose.to_string(),
            ..(*old).clone()
        };
        let mut check = |process: &Process, base: u32| {
            let checked = desk.check_text(&h("sale"), &begun_from(export(process), base)).unwrap();
            let said = checked.problems.iter().find(|problem| problem.is_error()).map(|p| p.message.clone());
            (checked.process.is_some(), said)
        };
        let (may, said) = check(&mine(&old.purpose), 1);
        let said = said.unwrap();
        assert!(
            !may && said.contains("version 2 came meanwhile") && said.contains("Bo's own words"),
            "{said}"
        );
        assert_eq!(check(&mine("Bo's own words"), 1), (true, None), "written in");
        assert_eq!(check(&mine(&old.purpose), 2), (true, None), "meant");
    }
}
