//! Finishing work: everything that can be said with it. Whether it may be finished, and where it goes, is
//! `decide::task`.

use super::agreed::Agreed;
use super::id::{CaseId, TaskId};
use super::party::Party;

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
