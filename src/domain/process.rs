//! A process definition: what the steps are, who does them, what each handoff must carry, and where work goes
//! next. Plain data; reading a file is `process_file`, proving it sound is `soundness`.

use super::goal::Goal;
use super::id::Handle;
use super::ladder::Ladder;
use super::party::Party;
use super::record::FieldType;
use serde::{Deserialize, Serialize};

/// One version of a named kind of repeatable work. The meaning of a process file; two files with the same
/// meaning compare equal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Process {
    pub handle: Handle,
    pub title: String,
    pub kind: ProcessKind,
    pub purpose: String,
    /// Answers for the outcome of every case, end to end.
    pub accountable: Party,
    /// The kind of record a case is about; `None` when a case needs no record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Handle>,
    /// End to end; starts the case clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// `None`: the calendar named in the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Handle>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<DataField>,
    /// In the order of the file; the first is where a case starts.
    pub steps: Vec<Step>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladders: Vec<Ladder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub improve: Option<Improve>,
}

impl Process {
    /// The step with this handle.
    pub fn step(&self, handle: &Handle) -> Option<&Step> {
        self.steps.iter().find(|step| &step.handle == handle)
    }

    /// The declared data field with this name.
    pub fn field(&self, name: &str) -> Option<&DataField> {
        self.data.iter().find(|field| field.name == name)
    }
}

/// What a process is for the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessKind {
    Operational,
    Management,
    Support,
}

/// One piece of data a case or a record carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataField {
    pub name: String,
    /// How people read it; the name itself when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(flatten)]
    pub kind: FieldType,
    /// Must be given when a case is started, or a record is made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
}

/// A node of the process where work happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub handle: Handle,
    pub title: String,
    pub by: Performer,
    /// The time the work may take, from acceptance to done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// The time a handoff into this step may take to be accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept: Option<Goal>,
    /// The definition of done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<String>,
    /// The procedure text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<String>,
    /// Contract: data the sender must hand over with the baton.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Data this step fills in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gives: Vec<String>,
    /// The set of steps whose arrival this step waits for; empty when it does not join.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub join: Vec<Handle>,
    /// In order; the first whose condition holds is taken. Only the last may have no condition.
    pub next: Vec<Arm>,
}

/// Who does a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Performer {
    /// A role (the first to accept) or a named person.
    Party(Party),
    /// The person whose handle is in this field of the case's data.
    Data(String),
}

/// One way onwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// Source of the condition; `None` always holds.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    pub go: Go,
}

/// Where an arm leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Go {
    /// One step, or several at once: a parallel split.
    To(Vec<Handle>),
    /// The end of the branch, with the case's outcome where one is named.
    End(Option<String>),
}

/// The process's own promise to get better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Improve {
    pub metric: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<String>,
    pub review: String,
}
