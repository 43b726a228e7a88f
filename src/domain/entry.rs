//! The journal's line around an event: which subject, who acted, and under which identity. What happened is
//! `event`.

use super::event::Event;
use super::id::{CaseId, Handle, RecordId};
use super::instant::Instant;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// Field values by name, in the order they were given.
pub type Values = Map<String, Value>;

/// The unit of consistency and of conflict: one command concerns one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectId {
    Catalog,
    Record(RecordId),
    Case(CaseId),
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SubjectId::Catalog => f.pad("catalog"),
            SubjectId::Record(id) => id.fmt(f),
            SubjectId::Case(id) => id.fmt(f),
        }
    }
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Person(Handle),
    /// A person, on behalf of somebody who is away.
    Substitute {
        person: Handle,
        of: Handle,
    },
    /// The tick: what follows from time alone.
    Tick,
    /// What follows from something else by itself.
    Rule(Cause),
}

/// Why something happened by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub process: Handle,
    /// The rule, the step or the schedule of the process.
    pub rule: Handle,
    /// Number of the entry that set it off.
    pub entry: i64,
    /// How many causes lie behind it, from 1.
    pub depth: u32,
    /// What of the process `rule` names.
    #[serde(default)]
    pub by: Origin,
}

/// What of a process brought something about by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    #[default]
    Rule,
    /// A step that starts another process.
    Step,
    /// A case of it as a whole: that it ended.
    Process,
    Schedule,
}

impl Origin {
    pub const ALL: [Origin; 4] = [Origin::Rule, Origin::Step, Origin::Process, Origin::Schedule];

    /// The word for it, in sentences and in the journal.
    pub fn word(self) -> &'static str {
        match self {
            Origin::Rule => "rule",
            Origin::Step => "step",
            Origin::Process => "process",
            Origin::Schedule => "schedule",
        }
    }
}

impl Actor {
    /// The person who acted, when it was one.
    pub fn person(&self) -> Option<&Handle> {
        match self {
            Actor::Person(person) | Actor::Substitute { person, .. } => Some(person),
            Actor::Tick | Actor::Rule(_) => None,
        }
    }

    /// How many causes lie behind what this actor does.
    pub fn depth(&self) -> u32 {
        match self {
            Actor::Rule(cause) => cause.depth,
            _ => 0,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Person(handle) => handle.fmt(f),
            Actor::Substitute { person, of } => f.pad(&format!("{person} for {of}")),
            Actor::Tick => f.pad("--"),
            Actor::Rule(cause) => f.pad(&format!("{} {}", cause.by.word(), cause.rule)),
        }
    }
}

/// The identity of one command, chosen by whoever gives it: a retry with the same one does nothing twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpId(pub uuid::Uuid);

/// One line of the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Gapless, in commit order, from 1.
    pub seq: i64,
    pub at: Instant,
    pub actor: Actor,
    pub subject: SubjectId,
    pub op: OpId,
    pub event: Event,
}
