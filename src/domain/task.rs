//! A task: the human work of one occurrence of a step, held by one person. What may be done with it is
//! decided in `decide::task`.

use super::id::{Handle, HandoffId, TaskId};
use super::instant::{Instant, Span};
use std::collections::BTreeSet;

/// How a task stands. Started, waiting and late are derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    Open,
    Done {
        at: Instant,
    },
    /// Sent back: the work of `again` is to be done again.
    Returned {
        at: Instant,
        again: TaskId,
    },
    /// Ended with its case or its branch.
    Closed {
        at: Instant,
    },
}

/// Somebody who works on it for the holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    pub to: Handle,
    pub note: Option<String>,
    pub since: Instant,
}

/// A stretch in which the work could not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    pub from: Instant,
    pub to: Option<Instant>,
    pub reason: String,
    /// When to look again.
    pub until: Option<Instant>,
}

/// One voice in a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    pub by: Handle,
    /// Whose vote it is, where a substitute gave it.
    pub of: Option<Handle>,
    pub outcome: String,
    pub reason: String,
    pub at: Instant,
}

impl Vote {
    /// Who gave it, and for whom.
    pub fn people(&self) -> impl Iterator<Item = &Handle> {
        std::iter::once(&self.by).chain(&self.of)
    }

    /// Whether the person has voted with it.
    pub fn is_of(&self, person: &Handle) -> bool {
        self.people().any(|voter| voter == person)
    }
}

/// The work of one occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub branch: u32,
    pub step: Handle,
    pub occurrence: u32,
    pub holder: Handle,
    /// Whoever else had a hand in it: substitutes who worked on it and those they stood in for, delegates, and those
    /// who had begun it before they passed it on. Each counts as having done it where four eyes are asked for.
    pub also: BTreeSet<Handle>,
    /// The handoff that brought it to its holder.
    pub handoff: HandoffId,
    pub accepted: Instant,
    pub started: Option<Instant>,
    pub waits: Vec<Wait>,
    /// Ticked items of the step's checklist, by position.
    pub checked: BTreeSet<u32>,
    pub next_action: Option<String>,
    /// When the holder will do it.
    pub next_at: Option<Instant>,
    pub delegate: Option<Delegation>,
    /// Who worked on it for the holder, and what they said when they gave it back.
    pub resolved: Option<(Handle, String)>,
    /// Finished, and does not count any more: work before it is done again.
    pub superseded: bool,
    /// The line of its branch when it was accepted.
    pub line: Vec<u32>,
    /// What its branch is about, where a step is done once for each of a list.
    pub item: Option<String>,
    pub clock: Option<u32>,
    pub state: TaskState,
    /// Of a decision, in order.
    pub votes: Vec<Vote>,
    /// What a decision came to.
    pub outcome: Option<String>,
    /// Fields of the case that were filled in while it was open.
    pub given: BTreeSet<String>,
    /// False for a row of a log that named nobody: the holder is a stand-in and no figure counts them.
    pub observed: bool,
}

impl Task {
    /// A task as acceptance makes it.
    pub fn open(
        branch: u32,
        step: Handle,
        occurrence: u32,
        holder: Handle,
        handoff: HandoffId,
        accepted: Instant,
        clock: Option<u32>,
    ) -> Task {
        Task {
            branch,
            step,
            occurrence,
            holder,
            also: BTreeSet::new(),
            handoff,
            accepted,
            started: None,
            waits: Vec::new(),
            checked: BTreeSet::new(),
            next_action: None,
            next_at: None,
            delegate: None,
            resolved: None,
            superseded: false,
            line: Vec::new(),
            item: None,
            clock,
            state: TaskState::Open,
            votes: Vec::new(),
            outcome: None,
            given: BTreeSet::new(),
            observed: true,
        }
    }

    /// The wait under way.
    pub fn waiting(&self) -> Option<&Wait> {
        self.waits.last().filter(|wait| wait.to.is_none())
    }

    /// Nobody works on it for the holder any more; whoever did had a hand in it.
    pub fn end_delegation(&mut self) {
        self.also.extend(self.delegate.take().map(|delegate| delegate.to));
    }

    /// Ends the wait under way.
    pub fn end_wait(&mut self, at: Instant) {
        if let Some(wait) = self.waits.last_mut() {
            wait.to.get_or_insert(at.max(wait.from));
        }
    }

    /// Time spent waiting, ended waits only.
    pub fn waited(&self) -> Span {
        self.waits.iter().filter_map(|wait| wait.to.map(|to| to - wait.from)).sum()
    }

    /// When it ended; `None` while it is open.
    pub fn ended(&self) -> Option<Instant> {
        match self.state {
            TaskState::Open => None,
            TaskState::Done { at } | TaskState::Returned { at, .. } | TaskState::Closed { at } => Some(at),
        }
    }
}
