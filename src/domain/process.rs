//! A process definition: what the steps are, who does them, what each handoff must carry, and where work goes
//! next. Plain data; reading a file is `process_file`, proving it sound is `soundness`.

use super::goal::Goal;
use super::id::Handle;
use super::ladder::Ladder;
use super::party::Party;
use super::record::FieldType;
use super::rule::{Action, Rule};
use super::schedule::Schedule;
use super::table::DecisionTable;
use serde::{Deserialize, Serialize};

pub use super::measure::{Measure, Way};
pub use super::quorum::Quorum;

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
    /// The goal of an urgent case; the same goal when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgent_goal: Option<Goal>,
    /// `None`: the calendar named in the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Handle>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<DataField>,
    /// In the order of the file; the first is where a case starts.
    pub steps: Vec<Step>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladders: Vec<Ladder>,
    /// Codes for declining that this process knows beside the general ones, such as `price_not_agreed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decline: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedules: Vec<Schedule>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<DecisionTable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub improve: Option<Improve>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
}

impl Process {
    /// A process of no steps that nothing more is said about.
    pub fn new(handle: Handle, title: String, accountable: Party) -> Process {
        Process {
            handle,
            title,
            kind: ProcessKind::Operational,
            purpose: String::new(),
            accountable,
            about: None,
            goal: None,
            urgent_goal: None,
            calendar: None,
            data: Vec::new(),
            steps: Vec::new(),
            ladders: Vec::new(),
            decline: Vec::new(),
            rules: Vec::new(),
            schedules: Vec::new(),
            tables: Vec::new(),
            improve: None,
            measure: None,
        }
    }

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
    #[serde(default, rename = "type", skip_serializing_if = "StepKind::is_work")]
    pub kind: StepKind,
    pub by: Performer,
    /// Whom of a role the work is offered to.
    #[serde(default, skip_serializing_if = "Pick::is_first")]
    pub pick: Pick,
    /// Steps whose performers may not do this one: four eyes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_by: Vec<Handle>,
    /// Who chases an outside contact that does this step, and stays responsible towards us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minded: Option<Party>,
    /// Work here pauses the clock of the case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pauses_case: bool,
    /// How often whoever minds a wait, or work of somebody outside, is reminded to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chase: Option<Goal>,
    /// The time the work may take, from acceptance to done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// The goal in an urgent case; the same goal when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgent_goal: Option<Goal>,
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
    /// Contract: documents the sender must name with the baton, each by a title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// Whoever accepts must say what they will do next, and when.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ask_next: bool,
    /// Data this step fills in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gives: Vec<String>,
    /// The set of steps whose arrival this step waits for; empty when it does not join.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub join: Vec<Handle>,
    /// How many of the set are enough; `None` waits for all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<u32>,
    /// What becomes of the branches that come after enough of them have.
    #[serde(default, skip_serializing_if = "Late::is_continue")]
    pub late: Late,
    /// A field of the data that holds a list: the step is done once for each of its items, side by side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// What is reached when the step is done, in the words of whoever asks how far a case is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<String>,
    /// How much open work it should hold at most. More only warns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// In order; the first whose condition holds is taken. Only the last may have no condition.
    pub next: Vec<Arm>,
}

impl Step {
    /// The outcomes a decision can have, in the order of its ways; the first is what a quorum agrees to.
    pub fn outcomes(&self) -> Vec<&str> {
        let mut outcomes = Vec::new();
        for on in self.next.iter().filter_map(|arm| arm.on.as_deref()) {
            if !outcomes.contains(&on) {
                outcomes.push(on);
            }
        }
        outcomes
    }

    /// A step of work that nothing more is said about.
    pub fn work(handle: Handle, title: String, by: Performer) -> Step {
        Step {
            handle,
            title,
            kind: StepKind::Work,
            by,
            pick: Pick::First,
            not_by: Vec::new(),
            minded: None,
            pauses_case: false,
            chase: None,
            goal: None,
            urgent_goal: None,
            accept: None,
            done: None,
            how: None,
            checklist: Vec::new(),
            needs: Vec::new(),
            documents: Vec::new(),
            ask_next: false,
            gives: Vec::new(),
            join: Vec::new(),
            need: None,
            late: Late::Continue,
            each: None,
            milestone: None,
            limit: None,
            next: Vec::new(),
        }
    }
}

/// Who does a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Performer {
    /// A role (the first to accept) or a named person.
    Party(Party),
    /// The person whose handle is in this field of the case's data.
    Data(String),
    /// Nobody has to take it: whoever sent the work here stays responsible while a wait, an automatic step or
    /// another process runs.
    Sender,
}

/// What happens at a step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A person does it.
    #[default]
    Work,
    /// People decide it: an outcome and a reason are recorded. Without a quorum one decides.
    Decision { quorum: Option<Quorum> },
    /// Time, or a message, lets it go on.
    Wait(WaitFor),
    /// Only actions.
    Auto { actions: Vec<Action> },
    /// Another process is started; the branch goes on at once, or when that case has ended.
    Process { start: super::rule::Start, wait: bool },
}

impl Performer {
    /// The party the process names, where it names one.
    pub fn party(&self) -> Option<&Party> {
        match self {
            Performer::Party(party) => Some(party),
            Performer::Data(_) | Performer::Sender => None,
        }
    }
}

impl StepKind {
    fn is_work(&self) -> bool {
        *self == StepKind::Work
    }

    /// Whether a person has to take it.
    pub fn is_human(&self) -> bool {
        matches!(self, StepKind::Work | StepKind::Decision { .. })
    }

    /// The word in process files.
    pub fn word(&self) -> &'static str {
        match self {
            StepKind::Work => "work",
            StepKind::Decision { .. } => "decision",
            StepKind::Wait(_) => "wait",
            StepKind::Auto { .. } => "auto",
            StepKind::Process { .. } => "process",
        }
    }
}

/// What a wait is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitFor {
    /// The beginning of the day that this field of the data names.
    Until(String),
    For(Goal),
    /// Somebody says that the message of this name came in.
    Message(String),
}

/// Whom of a role work is offered to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// The role: whoever accepts first.
    #[default]
    First,
    /// Whoever did this step, or failing that any step of this role, last in this case.
    Previous,
    /// Whoever was offered this step longest ago.
    RoundRobin,
    /// Whoever has the least open work.
    LeastLoaded,
}

impl Pick {
    /// All of them, with their words in process files.
    pub const ALL: [(&'static str, Pick); 4] = [
        ("first", Pick::First),
        ("previous", Pick::Previous),
        ("round_robin", Pick::RoundRobin),
        ("least_loaded", Pick::LeastLoaded),
    ];

    fn is_first(&self) -> bool {
        *self == Pick::First
    }
}

/// What becomes of branches that reach a join after enough others have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Late {
    /// They are finished, and end at the join.
    #[default]
    Continue,
    /// They end at once, with their tasks and handoffs.
    Cancel,
}

impl Late {
    fn is_continue(&self) -> bool {
        *self == Late::Continue
    }
}

/// One way onwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// Source of the condition; `None` always holds.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The outcome of a decision that leads this way; `None` for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    pub go: Go,
    /// Conditions of single targets of a split, by their position: a target whose condition does not hold is
    /// skipped, and a join counts it as arrived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<(u32, String)>,
}

impl Arm {
    /// A way that is taken when the condition holds, or always.
    pub fn new(when: Option<String>, go: Go) -> Arm {
        Arm { when, on: None, go, only: Vec::new() }
    }
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
    /// Nothing here measures it: whoever reviews says how it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub judged: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<String>,
    pub review: String,
}
