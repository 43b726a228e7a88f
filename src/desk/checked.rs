//! A process file as somebody wrote it, checked before it is published: what is wrong with it, or what it would
//! change. Publishes nothing.

use super::{Desk, Error};
use crate::domain::Handle;
use crate::domain::problem::Problem;
use crate::domain::process::Process;
use crate::domain::process_check::read;
use crate::domain::process_diff::{self, Change};
use std::sync::Arc;

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
}

impl Desk {
    /// Reads and proves a process file with what this desk knows.
    pub fn check_text(&mut self, opened: &Handle, text: &str) -> Result<Checked, Error> {
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
        Ok(Checked { opened, text, process: process.map(Arc::new), problems, changes, version })
    }
}
