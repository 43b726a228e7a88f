//! What happens by itself: an event, a condition, actions. Plain data; what an action brings about is
//! `decide::action`, and who hears of events is the desk.

use super::case::Case;
use super::id::{CaseId, Handle};
use super::ladder::Audience;
use serde::{Deserialize, Serialize};

/// When something happens to a case of this process and a condition holds, these actions follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What it is called; entries name it as their cause.
    pub rule: Handle,
    pub on: Trigger,
    /// Only for this step, where the trigger is about steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Handle>,
    /// Source of the condition; `None` always holds.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    pub then: Vec<Action>,
    /// Why it acts by itself in a process that is not fit for it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A rule of the process of a case that was set off by an entry. The entry is in the actor's cause.
#[derive(Debug, Clone)]
pub struct ApplyRule {
    pub case: CaseId,
    pub rule: Handle,
    /// The case just after that entry: its condition speaks of that.
    pub as_of: Box<Case>,
    /// What lies behind it, oldest first, where that is too much.
    pub chain: Vec<String>,
}

/// What sets a rule off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Trigger {
    #[serde(rename = "case.started")]
    CaseStarted,
    #[serde(rename = "case.done")]
    CaseDone,
    #[serde(rename = "case.withdrawn")]
    CaseWithdrawn,
    /// Work is offered for a step.
    #[serde(rename = "step.offered")]
    StepOffered,
    #[serde(rename = "step.accepted")]
    StepAccepted,
    #[serde(rename = "step.done")]
    StepDone,
    #[serde(rename = "step.declined")]
    StepDeclined,
    #[serde(rename = "step.returned")]
    StepReturned,
    #[serde(rename = "data.changed")]
    DataChanged,
    /// A clock ran out.
    #[serde(rename = "late")]
    Late,
    #[serde(rename = "exception")]
    Exception,
}

impl Trigger {
    /// All of them, with their words in process files.
    pub const ALL: [(&'static str, Trigger); 11] = [
        ("case.started", Trigger::CaseStarted),
        ("case.done", Trigger::CaseDone),
        ("case.withdrawn", Trigger::CaseWithdrawn),
        ("step.offered", Trigger::StepOffered),
        ("step.accepted", Trigger::StepAccepted),
        ("step.done", Trigger::StepDone),
        ("step.declined", Trigger::StepDeclined),
        ("step.returned", Trigger::StepReturned),
        ("data.changed", Trigger::DataChanged),
        ("late", Trigger::Late),
        ("exception", Trigger::Exception),
    ];
}

/// One thing that happens without a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Starts a case of a process, linked both ways.
    Start(Start),
    /// Sets fields of the data to what expressions give, in order.
    Set(Vec<(String, String)>),
    /// Makes the case urgent, or not.
    Urgent(bool),
    /// A template.
    Note(String),
    Remind(Audience),
    /// Opens an exception for the accountable party; a template.
    Exception(String),
    /// Runs a command of the allow-list in the configuration, by its name there.
    Run(String),
}

/// A case to start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    pub process: Handle,
    /// About the record this case is about.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub about_record: bool,
    /// A template; the new process's own title when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Fields of the new case and the expressions that give them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<(String, String)>,
}
