//! What goes with a command: who gives it, when, under which identity, and what the decision needs beside the
//! subject. Looks nothing up: the desk does.

use super::condition::context_value;
use super::duplicate::Other;
use super::event::{Actor, OpId, Values};
use super::id::{Handle, HandoffId, RecordId, TaskId};
use super::instant::Instant;
use super::record::Kind;
use std::collections::BTreeMap;

/// Who gives a command, when, and under which identity.
#[derive(Debug, Clone)]
pub struct Context {
    pub now: Instant,
    pub actor: Actor,
    pub op: OpId,
    /// What the command is given together with, and taken back with; `None` for a command by itself.
    pub action: Option<OpId>,
    /// The record the case is about, which conditions may speak of; the desk looks it up.
    pub record: AboutRecord,
    /// What pick policies go by; the desk looks it up where the process has such.
    pub loads: Loads,
    /// The other case that a command speaks of, where there is one; the desk looks it up.
    pub other: Option<Other>,
    /// Where a record is to be part of another: by the field, that one, the one it is part of, and so on; the desk looks
    /// them up.
    pub above: BTreeMap<String, Vec<RecordId>>,
}

/// The fields of the record a case is about; none without one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AboutRecord {
    /// As they are kept: what is taken over from them stays what it is, such as an amount with its currency.
    pub kept: Values,
    /// As conditions see them: an amount as a number.
    pub seen: Values,
    /// Which one it is, to say where something lacks.
    pub called: Option<(RecordId, String)>,
}

impl AboutRecord {
    /// Fields that the kind does not name, or no longer does, are seen as they are kept.
    pub fn of(kept: &Values, kind: Option<&Kind>) -> AboutRecord {
        let mut seen = kept.clone();
        for field in kind.into_iter().flat_map(|kind| &kind.fields) {
            match seen.get(&field.name).map(|kept| context_value(&field.kind, kept)) {
                Some(Some(value)) => seen.insert(field.name.clone(), value),
                _ => seen.remove(&field.name),
            };
        }
        AboutRecord { kept: kept.clone(), seen, called: None }
    }

    /// The same with its number and name.
    #[must_use]
    pub fn called(self, record: RecordId, name: &str) -> AboutRecord {
        AboutRecord { called: Some((record, name.to_string())), ..self }
    }
}

/// What lies with whom: what the choice of a person out of a role goes by.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loads {
    /// When a person was last offered a step of this process by name, and as what, by step and person.
    pub offered: BTreeMap<(Handle, Handle), (Instant, HandoffId)>,
    /// How many tasks a person holds and how many offers wait for them by name.
    pub open: BTreeMap<Handle, u32>,
}

impl Context {
    /// A command by anybody at an instant.
    pub fn of(actor: Actor, now: Instant, op: OpId) -> Context {
        Context {
            now,
            actor,
            op,
            action: None,
            record: AboutRecord::default(),
            loads: Loads::default(),
            other: None,
            above: BTreeMap::new(),
        }
    }

    /// A command by a person at an instant.
    pub fn by(person: &Handle, now: Instant, op: OpId) -> Context {
        Context::of(Actor::Person(person.clone()), now, op)
    }

    /// The context of the `n`th of the `of` commands that are one action. Its identity follows from the action's,
    /// so that whoever retries the action gives each command the one it had. A command by itself is its own
    /// action.
    pub fn part(&self, n: usize, of: usize) -> Context {
        if of == 1 {
            return self.clone();
        }
        let op = OpId(uuid::Uuid::new_v5(&self.op.0, &(n as u64).to_be_bytes()));
        Context { op, action: Some(self.action.unwrap_or(self.op)), ..self.clone() }
    }
}

/// The next free numbers; a decision takes from them in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    pub case: i64,
    pub handoff: i64,
    pub task: i64,
    pub record: i64,
}

impl Numbers {
    /// The numbers of an empty file.
    pub const FIRST: Numbers = Numbers { case: 1, handoff: 1, task: 1, record: 1 };

    /// Takes the next handoff number.
    pub fn take_handoff(&mut self) -> HandoffId {
        self.handoff += 1;
        HandoffId(self.handoff - 1)
    }

    /// Takes the next task number.
    pub fn take_task(&mut self) -> TaskId {
        self.task += 1;
        TaskId(self.task - 1)
    }
}
