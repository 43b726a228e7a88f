//! What happened: the events of the journal and the entry around each. Events are facts in the past tense;
//! nothing here decides or applies.

use super::absence::Absence;
use super::attributes::Attributes;
use super::calendar::Calendar;
use super::catalog::{Permission, Settings};
use super::clock::ClockOn;
use super::goal::Goal;
use super::id::{CaseId, Handle, HandoffId, RecordId, TaskId};
use super::instant::{Instant, Span};
use super::messages::Message;
use super::party::Party;
use super::permission::{PermissionChange, PersonChange};
use super::process::{Process, Step};
use super::rank::Effort;
use super::record::{Contact, Kind};
use super::schedule::ScheduleOutcome;
use super::taken::Thing;
use super::told_whole::Whole;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub use super::decline::DeclineReason;
pub use super::imported::{ImportedOpen, ImportedRow};

pub use super::entry::{Actor, Cause, Entry, OpId, Origin, SubjectId, Values};

/// A clock that begins to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockStart {
    /// Number within the case, from 1.
    pub clock: u32,
    pub goal: Goal,
    pub calendar: Handle,
    /// Version of the calendar, from 1.
    pub calendar_version: u32,
    /// An instant that is given instead of a length of time; `goal` counts nothing then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The clock whose ladder it goes on climbing: a rung of that one moved the offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub climbs: Option<u32>,
}

/// A clock that keeps its log while what it counts towards changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockMoved {
    pub clock: u32,
    pub goal: Goal,
    pub calendar: Handle,
    pub calendar_version: u32,
    /// Of another ladder, the rungs whose turn has passed, each with its last occurrence. `None`: the ladder is
    /// the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed: Option<Vec<(u32, u32)>>,
}

/// How a due rung was dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Acted,
    /// A higher rung was due as well, after a time without ticks.
    Superseded,
    /// Older than the catch-up window: noted, not sent.
    TooOld,
}

/// What a recorded departure from the definition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// Work was sent on with something of the contract missing.
    SentAnyway,
    /// Nobody could be found to tell.
    Unrouted,
    /// Something that should have happened by itself could not.
    Stuck,
    /// A rule says so.
    Rule,
    /// Work went back between the same two steps too often.
    PingPong,
    /// A rung of a ladder asks for a decision.
    Rung,
}

/// What of a case can be in one person's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holding {
    /// An open branch: offered by them, held after a decline or recall, or in hand.
    Branch(u32),
    Exception(u32),
}

/// What a branch waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaits {
    Time,
    /// The message of this name.
    Message(String),
    /// The case that was asked for under this number.
    Case(u32),
    /// The list of this name, for each of which the step is done.
    List(String),
}

/// The wait that an exception is about: it cannot go on, or what it waits for never began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtWait {
    pub wait: u32,
    /// What the other case came to, where it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// The case that asked for another, and under which number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentLink {
    pub case: CaseId,
    pub request: u32,
}

/// What happened to a subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    SettingsChanged {
        settings: Settings,
    },
    PersonAdded {
        person: Handle,
        name: String,
        mail: Option<String>,
        permission: Permission,
    },
    PersonChanged(PersonChange),
    PermissionChanged(PermissionChange),
    /// Takes the place of every absence of this person that it overlaps.
    PersonAway {
        person: Handle,
        absence: Absence,
    },
    /// The absence that began at `from` ends now, or is called off when it had not begun.
    AbsenceEnded {
        person: Handle,
        from: Instant,
    },
    PersonLeft {
        person: Handle,
    },
    PersonReturned {
        person: Handle,
    },
    RoleAdded {
        role: Handle,
        title: String,
        members: Vec<Handle>,
        lead: Option<Handle>,
    },
    RoleChanged {
        role: Handle,
        add: Vec<Handle>,
        remove: Vec<Handle>,
        lead: Option<Handle>,
    },
    CalendarApplied {
        calendar: Handle,
        definition: Arc<Calendar>,
    },
    KindApplied {
        kind: Kind,
    },
    ProcessPublished {
        version: u32,
        process: Arc<Process>,
    },
    /// Times of a schedule have come and were dealt with.
    ScheduleRan {
        process: Handle,
        schedule: Handle,
        /// The last of them.
        at: Instant,
        /// How many.
        times: u32,
        outcome: ScheduleOutcome,
    },

    RecordAdded {
        kind: Handle,
        name: String,
        fields: Values,
    },
    RecordChanged {
        name: Option<String>,
        fields: Values,
    },
    ContactAdded {
        contact: Contact,
    },
    /// `None` where the contact is one no more.
    ContactChanged {
        was: Contact,
        contact: Option<Contact>,
    },
    /// Of a record; one of the same title takes its place.
    FileAdded {
        title: String,
        reference: String,
    },
    RecordNoted {
        text: String,
        /// Whom it names, and who is told by it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        to: Vec<Handle>,
    },
    RecordArchived {
        reason: Option<String>,
    },
    /// Of a case or a record.
    Tagged {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        add: Vec<Handle>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<Handle>,
    },
    /// It turned out to be another one.
    RecordMerged {
        into: RecordId,
        /// What was written there and nobody has read yet waits at the other.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        handed: bool,
    },
    /// Another record turned out to be this one, with what was written there and nobody had read.
    RecordTakenOver {
        record: RecordId,
        name: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        messages: Vec<Message>,
    },
    /// The record the case was about turned out to be another one.
    AboutChanged {
        about: RecordId,
    },

    CaseStarted {
        process: Handle,
        version: u32,
        title: String,
        about: Option<RecordId>,
        data: Values,
        accountable: Party,
        urgent: bool,
        clock: Option<ClockStart>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<ParentLink>,
    },
    /// References that were handed over when the case began, by the titles of the documents.
    DocumentsGiven {
        documents: Vec<(String, String)>,
    },
    HandoffOffered {
        handoff: HandoffId,
        branch: u32,
        step: Handle,
        occurrence: u32,
        /// Responsible until somebody accepts.
        from: Handle,
        to: Party,
        /// Set when work in hand is offered to somebody else.
        task: Option<TaskId>,
        note: Option<String>,
        clock: Option<ClockStart>,
        /// Until when the work is to be done, where that was agreed on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Instant>,
        /// Runs until whoever made it looks at it again, where nobody has a time to accept it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follow_up: Option<ClockStart>,
    },
    HandoffAccepted {
        handoff: HandoffId,
        task: TaskId,
        by: Handle,
        /// Sender and receiver are the same person.
        implicit: bool,
        next_action: Option<String>,
        /// When the receiver will do it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Instant>,
        clock: Option<ClockStart>,
    },
    HandoffDeclined {
        handoff: HandoffId,
        reason: DeclineReason,
        text: String,
        /// Until when the sender is asked to have it right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fix_by: Option<Instant>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duplicate_of: Option<CaseId>,
        /// Runs until whoever sent it decides what becomes of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clock: Option<ClockStart>,
    },
    HandoffRecalled {
        handoff: HandoffId,
        reason: Option<String>,
        /// The same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clock: Option<ClockStart>,
    },
    TaskStarted {
        task: TaskId,
    },
    ItemChecked {
        task: TaskId,
        item: u32,
        done: bool,
    },
    TaskWaiting {
        task: TaskId,
        reason: String,
        until: Option<Instant>,
        /// Runs until somebody should look again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follow_up: Option<ClockStart>,
    },
    TaskResumed {
        task: TaskId,
    },
    /// Somebody's vote on a decision.
    VoteCast {
        task: TaskId,
        by: Handle,
        outcome: String,
        reason: String,
    },
    TaskDone {
        task: TaskId,
        data: Values,
        /// What a decision came to, and why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// References that were handed over, by the titles of the documents.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        documents: Vec<(String, String)>,
    },
    /// A step that needs nobody was passed.
    StepPassed {
        branch: u32,
        step: Handle,
        occurrence: u32,
    },
    /// A branch waits at a step; whoever sent it there stays responsible.
    WaitBegun {
        wait: u32,
        branch: u32,
        step: Handle,
        occurrence: u32,
        from: Handle,
        awaits: Awaits,
        /// Runs until it goes on, where that is known.
        clock: Option<ClockStart>,
        /// Runs until somebody should ask again, where the step says how often.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follow_up: Option<ClockStart>,
    },
    /// The date it waits for changed; `None` when there is none any more.
    WaitMoved {
        wait: u32,
        clock: Option<ClockStart>,
        /// Runs until somebody should look, where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follow_up: Option<ClockStart>,
    },
    WaitEnded {
        wait: u32,
        /// The message, the outcome of the other case, or why it was cut short.
        text: Option<String>,
    },
    /// Somebody does not want to see a branch in their own list until a date; `None`: it is back in it.
    Snoozed {
        branch: u32,
        person: Handle,
        until: Option<Instant>,
    },
    /// Work in hand is due at the clock's `until` from now on: the clock it has, or a new one.
    DueAgreed {
        task: TaskId,
        clock: ClockStart,
        reason: String,
    },
    /// Work in hand goes back to an earlier step; its new offer follows.
    TaskReturned {
        task: TaskId,
        /// The finished work that is to be done again.
        again: TaskId,
        reason: String,
        /// Items of the earlier step's checklist that were not in order, from 0.
        items: Vec<u32>,
        /// Finished work that came after it and does not count any more.
        superseded: Vec<TaskId>,
    },
    /// Somebody else works on it; the holder stays responsible.
    TaskDelegated {
        task: TaskId,
        to: Handle,
        note: Option<String>,
    },
    /// What was delegated is back with the holder.
    DelegationResolved {
        task: TaskId,
        note: String,
    },
    /// A task that no process names; its offer follows.
    FreeTaskAdded {
        step: Box<Step>,
    },
    /// One branch becomes several, all in the same new scope.
    BranchSplit {
        branch: u32,
        into: Vec<u32>,
        scope: u32,
        /// What each is about, where a step is done once for each of a list.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<String>,
        /// Steps that were left out because their condition did not hold.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Handle>,
    },
    /// A branch waits at a join.
    BranchArrived {
        branch: u32,
        join: Handle,
        from: Handle,
    },
    /// The set is complete: `branch` goes on, the others are merged into it.
    BranchesJoined {
        branch: u32,
        join: Handle,
        merged: Vec<u32>,
        /// Enough of the set: others may still come, and are not waited for.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        enough: bool,
        /// Others of its split, which do not come to this join, meet it at a later one: it stays one of them.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        within: bool,
    },
    BranchEnded {
        branch: u32,
        outcome: Option<String>,
        /// The join that went on without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late: Option<Handle>,
    },
    MilestoneReached {
        title: String,
    },
    /// Another case is to be started; the desk sees to it.
    CaseRequested {
        request: u32,
        process: Handle,
        title: Option<String>,
        about: Option<RecordId>,
        data: Values,
        /// The request that nothing came of, where it is asked for again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead: Option<u32>,
        /// What of the list it is for now, where what it was for is on the list no more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<String>,
    },
    CaseLinked {
        request: u32,
        case: CaseId,
    },
    CaseNotStarted {
        request: u32,
        why: String,
    },
    /// A command of the allow-list is to be run; the desk sees to it.
    RunRequested {
        request: u32,
        name: String,
    },
    RunEnded {
        request: u32,
        ok: bool,
        output: String,
    },
    Reminded {
        people: Vec<Handle>,
    },
    /// The case is urgent from now on, or is not any more; clocks whose goal that changes.
    UrgencyChanged {
        urgent: bool,
        goals: Vec<(u32, Goal)>,
    },
    /// A branch ends before its end, with everything open in it.
    BranchCancelled {
        branch: u32,
        closes: Vec<String>,
    },
    CaseDone {
        outcome: Option<String>,
    },
    CaseWithdrawn {
        reason: String,
        closes: Vec<String>,
        /// The case it turned out to be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duplicate_of: Option<CaseId>,
    },
    DataChanged {
        data: Values,
    },
    CaseNoted {
        text: String,
        /// Whom it names, and who is told by it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        to: Vec<Handle>,
    },
    /// What the notes of the case or record told somebody until now needs them no more.
    MessagesRead {
        by: Handle,
    },
    ClockBreached {
        clock: u32,
        due: Instant,
    },
    RungFired {
        clock: u32,
        rung: u32,
        /// Which repetition, from 0.
        occurrence: u32,
        due: Instant,
        outcome: Outcome,
        remind: Vec<Handle>,
        escalate: Vec<Handle>,
        /// What else it did, or could not do, in words; the events that follow do it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        did: Vec<String>,
        /// The version whose ladder it is, where there are several: a migration after it can be taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u32>,
        /// How many turns of the same rung before it nobody ticked for; they have been had with it.
        #[serde(default, skip_serializing_if = "is_none")]
        missed: u32,
    },
    /// What nobody would look at again, or ask for, has a clock from now on.
    ClockBegun {
        on: ClockOn,
        clock: ClockStart,
    },
    /// It is time to look at a wait or a pause again, or to ask again.
    FollowUpCame {
        clock: u32,
        /// Which time, from 0.
        occurrence: u32,
        due: Instant,
        outcome: Outcome,
        people: Vec<Handle>,
        /// How many times before it nobody ticked for.
        #[serde(default, skip_serializing_if = "is_none")]
        missed: u32,
    },
    /// The clock of the case stops counting: somebody says so, or work in hand is of a step that pauses it.
    CasePaused {
        pause: u32,
        reason: String,
        until: Option<Instant>,
        /// The work that pauses it for as long as it is in hand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<TaskId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follow_up: Option<ClockStart>,
    },
    CaseResumed {
        pause: u32,
    },
    /// A closed case is taken up again, with a clock of its own.
    CaseReopened {
        /// From 2.
        cycle: u32,
        reason: String,
        clock: Option<ClockStart>,
    },
    /// From now on the case runs another version of its process.
    CaseMigrated {
        from: u32,
        to: u32,
        /// Steps with another name there.
        map: Vec<(Handle, Handle)>,
        /// Clocks that go on towards another goal, in another calendar or with another ladder.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        clocks: Vec<ClockMoved>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        closes: Vec<u32>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        starts: Vec<(ClockOn, ClockStart)>,
        /// Where the ticked items stand on the other checklist.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        checked: Vec<(TaskId, Vec<u32>)>,
        /// Waits for a message that is called differently there, by their numbers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        messages: Vec<(u32, String)>,
    },
    CalendarFollowed {
        clock: u32,
        calendar_version: u32,
        /// It is due at another instant for it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        moves: bool,
    },
    ExceptionOpened {
        exception: u32,
        kind: ExceptionKind,
        text: String,
        to: Vec<Handle>,
        /// It is resolved once this goes on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<AtWait>,
    },
    ExceptionResolved {
        exception: u32,
        text: String,
    },
    /// What somebody who left had in hand lies with somebody else: the one way responsibility moves without
    /// being accepted.
    WorkMoved {
        what: Holding,
        from: Handle,
        to: Handle,
        reason: String,
    },
    /// How much work it would be to improve a process, as somebody judges it.
    EffortSet {
        process: Handle,
        effort: Effort,
    },
    AccountableChanged {
        to: Party,
        reason: Option<String>,
        /// What these were told and is still open, those who are told now have instead.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        told: Vec<Handle>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        now: Vec<Handle>,
    },
    CaseImported {
        process: Handle,
        version: u32,
        /// The case's name in the log.
        foreign: String,
        accountable: Party,
        /// What was added to every original instant.
        shift: Span,
        first_task: TaskId,
        first_handoff: HandoffId,
        rows: Vec<ImportedRow>,
        open: Option<ImportedOpen>,
        /// What else the log said of the case and its rows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attributes: Option<Box<Attributes>>,
        /// What a log that was written here told of it beside its rows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        whole: Option<Box<Whole<u32, Handle>>>,
    },

    /// Something of the catalog is gone as if it had never been added.
    TakenAway {
        thing: Thing,
    },
    /// The named command counts as not given; see `fold`. In the catalog, which others read meanwhile, what follows
    /// in the same command brings back what was.
    ActionUndone {
        op: OpId,
    },
    ActionRedone {
        op: OpId,
    },
}

/// Whether there is nothing to write of a count.
fn is_none(count: &u32) -> bool {
    *count == 0
}

impl Event {
    /// What is said about a case, or put out of one's own list, and brings it on by nothing.
    pub fn is_aside(&self) -> bool {
        matches!(
            self,
            Event::CaseNoted { .. }
                | Event::MessagesRead { .. }
                | Event::Snoozed { .. }
                | Event::Tagged { .. }
                | Event::UrgencyChanged { .. }
                | Event::CaseMigrated { .. }
                | Event::ClockBegun { .. }
        )
    }
}
