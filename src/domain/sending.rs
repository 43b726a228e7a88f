//! The commands that send work on with a contract: a case that begins, work that is finished, and what waited.

use super::agreed::Agreed;
use super::event::ParentLink;
use super::id::{CaseId, Handle, RecordId, TaskId};
use super::instant::Instant;
use super::party::Party;

/// A new run of a process.
#[derive(Debug, Clone, Default)]
pub struct StartCase {
    /// `None` for a case of free tasks, which begins with one of the case's title.
    pub process: Option<Handle>,
    pub title: Option<String>,
    /// The record, with its kind, which the desk has looked up.
    pub about: Option<(RecordId, Handle, String)>,
    pub data: Vec<(String, String)>,
    /// Offer the first step to this party instead of the one the process names.
    pub to: Option<Party>,
    pub note: Option<String>,
    pub urgent: bool,
    /// The case that asks for this one.
    pub parent: Option<ParentLink>,
    /// Who answers for a case without a process; whoever starts it unless named.
    pub accountable: Option<Party>,
    pub tags: Vec<Handle>,
    /// When it is promised for, whatever the goal of the process.
    pub due: Option<Instant>,
    /// References to documents, by their titles.
    pub documents: Vec<(String, String)>,
    /// Why it is started with something missing that the first step needs.
    pub anyway: Option<String>,
}

/// Finishing a task and sending the work on.
#[derive(Debug, Clone)]
pub struct CompleteTask {
    pub case: CaseId,
    pub task: TaskId,
    pub data: Vec<(String, String)>,
    /// References to documents, by their titles.
    pub documents: Vec<(String, String)>,
    /// Offer the next step to this party instead of the one the process names.
    pub to: Option<Party>,
    pub note: Option<String>,
    /// Tick every item of the checklist.
    pub all_checked: bool,
    /// Items of the checklist to tick, counted from 0.
    pub checked: Vec<u32>,
    /// For the handoff that follows.
    pub agreed: Agreed,
    /// Why it is sent with something missing.
    pub anyway: Option<String>,
    /// What is decided, and why, where the step is a decision.
    pub outcome: Option<String>,
    pub reason: Option<String>,
}

/// Letting what waits go on: its message came in, or somebody who may says that it goes on.
#[derive(Debug, Clone)]
pub struct EndWait {
    pub case: CaseId,
    pub branch: u32,
    /// What came, or why it waits no longer.
    pub text: String,
    pub data: Vec<(String, String)>,
    /// References to documents, by their titles.
    pub documents: Vec<(String, String)>,
    /// Why it goes on with something missing.
    pub anyway: Option<String>,
}

impl EndWait {
    /// One with which nothing is given.
    pub fn of(case: CaseId, branch: u32, text: impl Into<String>) -> EndWait {
        let (data, documents) = (Vec::new(), Vec::new());
        EndWait { case, branch, text: text.into(), data, documents, anyway: None }
    }
}
