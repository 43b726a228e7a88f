//! What a board is made of: its columns and their cards, as plain data. Made by `board`.

use super::window::Rows;
use crate::domain::event::DeclineReason;
use crate::domain::rows::PlaceKind;
use crate::domain::urgency::{Pressing, Urgency};
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, Span, TaskId};
use crate::store::CardKey;

/// A branch on a board.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    pub case: CaseId,
    pub branch: u32,
    pub title: String,
    pub kind: PlaceKind,
    pub responsible: Handle,
    pub to: Option<Party>,
    pub handoff: Option<HandoffId>,
    pub task: Option<TaskId>,
    pub since: Instant,
    /// Its own promise.
    pub due: Option<Instant>,
    pub clock_started: Option<Instant>,
    /// When its case began and is due.
    pub case_clock: (Instant, Option<Instant>),
    /// By which of the two it is told how late it is.
    pub pressing: Pressing,
    pub waiting: Option<(String, Option<Instant>)>,
    pub declined: Option<(DeclineReason, String)>,
    pub started: bool,
    pub delegate: Option<Handle>,
    /// Who has voted, where several decide.
    pub voted: Option<Vec<Handle>>,
    /// Whoever accepts says what they do next, and when.
    pub ask_next: bool,
    pub urgent: bool,
    pub tags: Vec<Handle>,
    /// The column it stands in.
    pub step: Handle,
    pub step_title: String,
    /// Which of how many open branches of its case it is.
    pub of: (u32, u32),
    /// When the work came to this step.
    pub came: Instant,
    /// What 85 of 100 were done within here.
    pub usual: Option<Span>,
}

/// A step with what is there, most late first.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub step: Handle,
    pub title: String,
    /// How much work should be here at most.
    pub limit: Option<u32>,
    /// How much there is, whatever a filter leaves.
    pub open: usize,
    /// Counted up to a limit: see [`Board::counted`].
    pub late: usize,
    pub cards: Rows<Card, CardKey>,
}

/// A process's board: its steps as columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    pub process: Handle,
    pub title: String,
    pub columns: Vec<Column>,
    /// Open cases; a case has as many cards as it has branches.
    pub cases: usize,
    /// Cards, and those of them that are late.
    pub open: usize,
    pub late: usize,
    /// All cards in one order.
    pub table: Rows<Card, CardKey>,
    /// Every card is here, in the columns as in the table.
    pub whole: bool,
    /// The cards are those a filter leaves.
    pub filtered: bool,
}

impl Column {
    pub fn new(step: Handle, title: String) -> Column {
        Column { step, title, limit: None, open: 0, late: 0, cards: Rows::default() }
    }

    /// More is here than should be.
    pub fn is_over(&self) -> bool {
        self.limit.is_some_and(|limit| self.open > limit as usize)
    }
}

impl Card {
    /// How late it is, by itself or with its case.
    pub fn urgency(&self) -> Urgency {
        self.pressing.urgency
    }

    /// What it is ordered by where all are here: what is late with its case stands where that was due.
    pub fn order(&self) -> CardKey {
        CardKey::new(self.pressing.due, self.since, self.case, self.branch)
    }

    /// What it is ordered by in the file.
    pub fn key(&self) -> CardKey {
        CardKey::new(self.due, self.since, self.case, self.branch)
    }

    /// It has been at its step for longer than most ever were.
    pub fn is_slow(&self, now: Instant) -> bool {
        self.usual.is_some_and(|usual| now - self.came > usual)
    }

    /// Accepted, and nobody has begun.
    pub fn is_unstarted(&self) -> bool {
        self.kind == PlaceKind::Task && !self.started && self.waiting.is_none()
    }

    /// What the clock on the wall makes of it at `now`.
    pub fn refresh(&mut self, now: Instant) {
        self.pressing = Pressing::of(now, (self.clock_started, self.due), self.case_clock);
    }
}
