//! A case: one run of a process version, as its entries made it. Applies events; never refuses and never
//! fails: an entry that speaks of something that is not there changes nothing.

use super::case_import::Foreign;
use super::clock::{Clock, ClockOn, Firing};
use super::event::{AtWait, Entry, Event, ExceptionKind, ParentLink, Values};
use super::id::{CaseId, Handle, HandoffId, RecordId, TaskId};
use super::instant::Instant;
use super::messages::Messages;
use super::party::Party;
use super::process::{Process, Step};
use super::shared::Shared;
use super::tags::{self, Tags};
use std::collections::{BTreeMap, BTreeSet};

pub use super::case_clocks::CasePause;
pub use super::case_flow::{Request, Waiting};
pub use super::case_parted::Met;
pub use super::handoff::{Handoff, HandoffState};
pub use super::task::{Task, TaskState, Vote, Wait};

/// Where an open branch is, and with that who is responsible for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Offered and not yet taken: the sender is responsible.
    Offered(HandoffId),
    /// In hand: the holder of the task is responsible.
    Task(TaskId),
    /// Declined or recalled: the sender is responsible and decides again.
    Held(HandoffId),
    /// It waits: whoever sent it there is responsible.
    Waiting(u32),
}

/// One open branch of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The splits it came from, outermost first.
    pub scopes: Vec<u32>,
    pub place: Place,
    /// When it came there.
    pub since: Instant,
    /// What it is about, where a step is done once for each of a list.
    pub item: Option<String>,
    /// Which arm of each split it is, outermost first: the number that branch was born with, or one that no
    /// branch has once some arms of a split have come together. Work whose line is a beginning of this one lies
    /// behind this branch.
    pub line: Vec<u32>,
    /// Set while the work it goes back to is offered.
    pub again: Option<Again>,
}

impl Branch {
    /// A branch outside every split.
    pub fn outside(place: Place, since: Instant) -> Branch {
        Branch { scopes: Vec::new(), place, since, item: None, line: Vec::new(), again: None }
    }
}

/// What is to be done again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The work that was sent back.
    pub from: TaskId,
    /// Items of the checklist that need not be done again, by position.
    pub ticked: BTreeSet<u32>,
}

/// A branch that waits at a join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub join: Handle,
    pub from: Handle,
    pub scopes: Vec<u32>,
    pub branch: u32,
    /// Where it came from: the offer that follows the join comes from the work that completed the set.
    pub place: Place,
    pub line: Vec<u32>,
    /// What it was about, where a step is done once for each of a list.
    pub item: Option<String>,
}

/// How a case stands. Waiting, late, stalled and at risk are derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseState {
    Open,
    Done { outcome: Option<String>, at: Instant },
    Withdrawn { reason: String, at: Instant, duplicate_of: Option<CaseId> },
}

/// A recorded departure from the definition that needs a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    pub kind: ExceptionKind,
    pub text: String,
    pub to: Vec<Handle>,
    pub opened: Instant,
    pub resolved: Option<Instant>,
    pub at: Option<AtWait>,
}

/// The applied state of one case's entries.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub id: CaseId,
    /// Sequence number of the last entry applied.
    pub seq: i64,
    pub process: Handle,
    pub version: u32,
    pub title: String,
    pub about: Option<RecordId>,
    pub data: Values,
    /// References by the titles of documents.
    pub documents: BTreeMap<String, String>,
    /// Answers for the outcome, end to end; no handoff changes that.
    pub accountable: Party,
    pub urgent: bool,
    pub tags: Tags,
    pub started: Instant,
    pub state: CaseState,
    /// The open ones, by number.
    pub branches: BTreeMap<u32, Branch>,
    pub arrivals: Vec<Arrival>,
    /// What came together, oldest first, so that one of it can be done again.
    pub met: Vec<Met>,
    pub tasks: Shared<TaskId, Task>,
    pub handoffs: Shared<HandoffId, Handoff>,
    /// By number, from 1.
    pub clocks: Shared<u32, Clock>,
    /// By number, from 1.
    pub exceptions: BTreeMap<u32, Exception>,
    pub messages: Messages,
    /// By number, from 1.
    pub waits: BTreeMap<u32, Waiting>,
    /// What was asked of others, by number, from 1.
    pub requests: BTreeMap<u32, Request>,
    /// The case that asked for this one.
    pub parent: Option<ParentLink>,
    /// Joins that went on with enough of their set, and the splits those branches came from.
    pub enough: Vec<(Handle, Vec<u32>)>,
    /// Steps that were left out, with the split that left them out.
    pub skipped: Vec<(u32, Handle)>,
    pub milestones: Vec<(String, Instant)>,
    /// Who was told what by a rule.
    pub reminders: Vec<(Instant, Vec<Handle>)>,
    /// How often each step was visited.
    pub visits: BTreeMap<Handle, u32>,
    /// Tasks that the process does not name, as steps.
    pub free: Vec<Step>,
    /// How often branches came together.
    pub joins: u32,
    /// Highest branch and scope numbers ever used, so that none is used again.
    pub last_branch: u32,
    pub last_scope: u32,
    /// Outcome named by the last branch that ended with one.
    pub outcome: Option<String>,
    pub foreign: Option<Foreign>,
    /// How often it was begun: 1, and one more for each time it was reopened.
    pub cycle: u32,
    /// It has changed its version, so that comparing versions by it says nothing.
    pub migrated: bool,
    /// Of the case clock, by number, from 1.
    pub pauses: BTreeMap<u32, CasePause>,
    /// What somebody put out of their list.
    pub snoozes: Vec<super::arrange::Snoozed>,
    /// When a person last did something here.
    pub touched: Instant,
    /// When a person last brought it on: what is said about it, and what somebody puts out of their own list, does not.
    pub moved: Instant,
}

impl Case {
    /// The case as its first entry makes it; `None` for any other entry. `process` is the version the entry
    /// names, and is needed only for what an event log brought.
    pub fn begin(id: CaseId, entry: &Entry, process: Option<&Process>) -> Option<Case> {
        let blank = |process: &Handle, version: u32, title: String, accountable: &Party| Case {
            id,
            seq: entry.seq,
            process: process.clone(),
            version,
            title,
            about: None,
            data: Values::new(),
            documents: BTreeMap::new(),
            accountable: accountable.clone(),
            urgent: false,
            tags: Tags::new(),
            started: entry.at,
            state: CaseState::Open,
            branches: BTreeMap::new(),
            arrivals: Vec::new(),
            met: Vec::new(),
            tasks: Shared::default(),
            handoffs: Shared::default(),
            clocks: Shared::default(),
            exceptions: BTreeMap::new(),
            messages: Messages::default(),
            waits: BTreeMap::new(),
            requests: BTreeMap::new(),
            parent: None,
            enough: Vec::new(),
            skipped: Vec::new(),
            milestones: Vec::new(),
            reminders: Vec::new(),
            visits: BTreeMap::new(),
            free: Vec::new(),
            joins: 0,
            last_branch: 0,
            last_scope: 0,
            outcome: None,
            foreign: None,
            cycle: 1,
            migrated: false,
            pauses: BTreeMap::new(),
            snoozes: Vec::new(),
            touched: entry.at,
            moved: entry.at,
        };
        match &entry.event {
            Event::CaseStarted {
                process,
                version,
                title,
                about,
                data,
                accountable,
                urgent,
                clock,
                parent,
            } => {
                let mut case = blank(process, *version, title.clone(), accountable);
                case.about = *about;
                case.data = data.clone();
                case.urgent = *urgent;
                case.parent = *parent;
                case.start_clock(ClockOn::Case, clock.as_ref(), entry.at);
                Some(case)
            }
            Event::CaseImported { process: handle, version, foreign, accountable, .. } => {
                let mut case = blank(handle, *version, foreign.clone(), accountable);
                case.import(entry, process);
                Some(case)
            }
            _ => None,
        }
    }

    /// Takes in one later entry.
    pub fn apply(&mut self, entry: &Entry) {
        self.seq = entry.seq;
        let at = entry.at;
        if entry.actor.person().is_some() {
            self.touched = at;
            self.moved = if entry.event.is_aside() { self.moved } else { at };
        }
        self.apply_moved(&entry.event);
        self.messages.apply(entry);
        match &entry.event {
            Event::DocumentsGiven { documents } => self.documents.extend(documents.iter().cloned()),
            Event::HandoffOffered { .. }
            | Event::HandoffAccepted { .. }
            | Event::HandoffDeclined { .. }
            | Event::HandoffRecalled { .. } => self.apply_handoff(&entry.event, &entry.actor, at),
            Event::TaskStarted { .. }
            | Event::ItemChecked { .. }
            | Event::TaskWaiting { .. }
            | Event::TaskResumed { .. }
            | Event::VoteCast { .. }
            | Event::TaskDone { .. } => self.apply_task(&entry.event, at),
            Event::TaskReturned { .. }
            | Event::TaskDelegated { .. }
            | Event::DelegationResolved { .. }
            | Event::FreeTaskAdded { .. } => self.apply_move(&entry.event, at),
            Event::Snoozed { .. } | Event::DueAgreed { .. } => self.apply_arranged(&entry.event, at),
            Event::BranchSplit { .. }
            | Event::BranchArrived { .. }
            | Event::BranchesJoined { .. }
            | Event::BranchEnded { .. }
            | Event::StepPassed { .. }
            | Event::WaitBegun { .. }
            | Event::WaitMoved { .. }
            | Event::WaitEnded { .. }
            | Event::MilestoneReached { .. } => self.apply_flow(&entry.event, at),
            Event::CaseRequested { .. }
            | Event::CaseLinked { .. }
            | Event::CaseNotStarted { .. }
            | Event::RunRequested { .. }
            | Event::RunEnded { .. }
            | Event::Reminded { .. } => self.apply_request(&entry.event, at),
            Event::UrgencyChanged { urgent, goals } => {
                self.urgent = *urgent;
                for (n, goal) in goals {
                    if let Some(clock) = self.clocks.get_mut(n) {
                        clock.goal = *goal;
                        clock.recount(at);
                    }
                }
            }
            Event::Tagged { add, remove } => tags::apply(&mut self.tags, add, remove),
            Event::BranchCancelled { branch, .. } => self.cancel(*branch, at),
            Event::CaseDone { outcome } => {
                self.state = CaseState::Done { outcome: outcome.clone(), at };
                self.close_everything(at);
            }
            Event::CaseWithdrawn { reason, duplicate_of, .. } => {
                let (reason, duplicate_of) = (reason.clone(), *duplicate_of);
                self.state = CaseState::Withdrawn { reason, at, duplicate_of };
                self.close_everything(at);
            }
            Event::DataChanged { data } => {
                self.take_data(data);
                let open = |task: &Task| task.state == TaskState::Open;
                self.tasks.change(open, |task| task.given.extend(data.keys().cloned()));
            }
            Event::AboutChanged { about } => self.about = Some(*about),
            Event::ClockBreached { clock, due } => {
                if let Some(clock) = self.clocks.get_mut(clock) {
                    clock.breached.get_or_insert(*due);
                }
            }
            Event::RungFired { clock, rung, occurrence, outcome, remind, escalate, version, .. } => {
                let (remind, escalate) = (remind.clone(), escalate.clone());
                let (rung, occurrence, outcome) = (*rung, *occurrence, *outcome);
                self.fire(*clock, *version, Firing { rung, occurrence, at, outcome, remind, escalate });
            }
            Event::CalendarFollowed { clock, calendar_version, moves } => {
                if let Some(clock) = self.clocks.get_mut(clock) {
                    clock.calendar_version = *calendar_version;
                    moves.then(|| clock.recount(at));
                }
            }
            Event::ExceptionOpened { exception, kind, text, to, at: wait } => {
                let (kind, text, to, wait) = (*kind, text.clone(), to.clone(), wait.clone());
                let opened = Exception { kind, text, to, opened: at, resolved: None, at: wait };
                // A number can be taken when an action that opened one is done again after the tick opened
                // another: neither may hide the other.
                let free = self.exceptions.keys().max().map_or(1, |n| n + 1);
                let number = if self.exceptions.contains_key(exception) { free } else { *exception };
                self.exceptions.insert(number, opened);
            }
            Event::ExceptionResolved { exception, .. } => {
                if let Some(exception) = self.exceptions.get_mut(exception) {
                    exception.resolved = Some(at);
                }
            }
            Event::FollowUpCame { .. }
            | Event::ClockBegun { .. }
            | Event::CasePaused { .. }
            | Event::CaseResumed { .. }
            | Event::CaseReopened { .. }
            | Event::CaseMigrated { .. } => self.apply_clocks(entry),
            _ => {}
        }
        self.settle_pauses(at);
        self.note_stand_in(&entry.event, &entry.actor);
    }

    pub(super) fn take_data(&mut self, data: &Values) {
        for (name, value) in data {
            self.data.insert(name.clone(), value.clone());
        }
    }

    fn close_everything(&mut self, at: Instant) {
        self.branches.clear();
        self.arrivals.clear();
        self.close_work(None, at);
        self.clocks.change(Clock::is_open, |clock| clock.stop(at));
        for pause in self.pauses.values_mut() {
            pause.to.get_or_insert(at.max(pause.from));
        }
    }

    /// The step whose work lies behind a place: where a handoff comes from.
    pub(super) fn step_behind(&self, place: &Place) -> Option<Handle> {
        match place {
            Place::Task(task) => self.tasks.get(task).map(|t| t.step.clone()),
            Place::Offered(handoff) | Place::Held(handoff) => self.handoffs.get(handoff)?.from_step.clone(),
            Place::Waiting(wait) => self.waits.get(wait).map(|w| w.step.clone()),
        }
    }

    /// Who must act next on a branch: the one thing that is never stored.
    pub fn responsible(&self, branch: &Branch) -> Option<&Handle> {
        match &branch.place {
            Place::Task(task) => self.tasks.get(task).map(|t| &t.holder),
            Place::Offered(handoff) | Place::Held(handoff) => self.handoffs.get(handoff).map(|h| &h.from),
            Place::Waiting(wait) => self.waits.get(wait).map(|w| &w.from),
        }
    }

    /// The step a branch is at, or on its way to.
    pub fn step_of(&self, branch: &Branch) -> Option<&Handle> {
        match &branch.place {
            Place::Task(task) => self.tasks.get(task).map(|t| &t.step),
            Place::Offered(handoff) | Place::Held(handoff) => self.handoffs.get(handoff).map(|h| &h.step),
            Place::Waiting(wait) => self.waits.get(wait).map(|w| &w.step),
        }
    }
}
