//! What somebody asks for: the commands, with who asks and when. A command says what is wanted and carries
//! everything the decision needs beside the subject; it decides nothing.

use super::absence::Absence;
use super::calendar::Calendar;
use super::catalog::{Permission, Settings};
use super::event::{DeclineReason, Holding, SubjectId};
use super::goal::Goal;
use super::id::{CaseId, Handle, HandoffId, RecordId, TaskId};
use super::instant::Instant;
use super::party::Party;
use super::permission::{PermissionChange, PersonChange};
use super::process::Process;
use super::rank::Effort;
use super::record::{Contact, Kind};
use super::schedule::ScheduleOutcome;
use super::tags::SetTags;
use std::sync::Arc;

pub use super::agreed::Agreed;
pub use super::arrange::{AgreeDue, SendBack, Snooze};
pub use super::context::{AboutRecord, Context, Loads, Numbers};
pub use super::duplicate::CloseDuplicate;
pub use super::imported::ImportCase;
pub use super::rule::ApplyRule;
pub use super::sending::{CompleteTask, EndWait, StartCase};
pub use super::taken::TakeAway;

/// What is asked for. New cases and records carry no id: the decision gives them one.
#[derive(Debug, Clone)]
pub enum Command {
    ChangeSettings {
        settings: Settings,
    },
    AddPerson {
        person: Handle,
        name: String,
        mail: Option<String>,
        permission: Permission,
        roles: Vec<Handle>,
    },
    ChangePerson(PersonChange),
    ChangePermission(PermissionChange),
    /// Plans an absence, or changes those it overlaps.
    SetAway {
        person: Handle,
        absence: Absence,
    },
    /// Ends the absence of now, calls planned ones off, or lets somebody who left back in.
    ComeBack {
        person: Handle,
    },
    /// `homeless`: what they hold and no plan says where to, which the desk has looked up.
    Leave {
        person: Handle,
        homeless: Vec<String>,
    },
    AddRole {
        role: Handle,
        title: String,
        members: Vec<Handle>,
        lead: Option<Handle>,
    },
    ChangeRole {
        role: Handle,
        add: Vec<Handle>,
        remove: Vec<Handle>,
        lead: Option<Handle>,
    },
    ApplyCalendar {
        calendar: Handle,
        definition: Arc<Calendar>,
    },
    ApplyKind {
        kind: Kind,
    },
    PublishProcess {
        process: Arc<Process>,
    },
    /// Notes what became of times of a schedule; given with the start of the case, by the chores.
    NoteSchedule {
        process: Handle,
        schedule: Handle,
        at: Instant,
        times: u32,
        outcome: ScheduleOutcome,
    },
    /// Begins the review of the newest version of a process: a case of its own.
    BeginReview {
        process: Handle,
    },
    /// How much work it would be to improve a process, as somebody judges it.
    SetEffort {
        process: Handle,
        effort: Effort,
    },

    AddRecord {
        kind: Handle,
        name: String,
        fields: Vec<(String, String)>,
    },
    ChangeRecord {
        record: RecordId,
        name: Option<String>,
        fields: Vec<(String, String)>,
    },
    AddContact {
        record: RecordId,
        contact: Contact,
    },
    /// A contact as it was is another from now on, or none.
    ChangeContact {
        record: RecordId,
        was: Contact,
        contact: Option<Contact>,
    },
    /// A document by its title, and where it lies: a path, an address, or a few words.
    AddFile {
        record: RecordId,
        title: String,
        reference: String,
    },
    NoteRecord {
        record: RecordId,
        text: String,
    },
    ArchiveRecord {
        record: RecordId,
        reason: Option<String>,
    },
    Merge(super::merge::Merge),
    StartCase(StartCase),
    OfferHandoff {
        case: CaseId,
        branch: u32,
        to: Option<Party>,
        note: Option<String>,
        agreed: Agreed,
    },
    AcceptHandoff {
        case: CaseId,
        handoff: HandoffId,
        next_action: Option<String>,
        when: Option<Instant>,
    },
    DeclineHandoff {
        case: CaseId,
        handoff: HandoffId,
        reason: DeclineReason,
        text: String,
        /// Until when the sender is asked to have it right.
        fix_by: Option<Instant>,
        /// Which case it is a duplicate of, where that is the reason.
        duplicate_of: Option<CaseId>,
    },
    RecallHandoff {
        case: CaseId,
        handoff: HandoffId,
        reason: Option<String>,
    },
    StartTask {
        case: CaseId,
        task: TaskId,
    },
    CheckItem {
        case: CaseId,
        task: TaskId,
        item: u32,
        done: bool,
    },
    WaitTask {
        case: CaseId,
        task: TaskId,
        reason: String,
        until: Option<Instant>,
    },
    ResumeTask {
        case: CaseId,
        task: TaskId,
    },
    CompleteTask(CompleteTask),
    SendBack(SendBack),
    /// Offers work in hand to the role that does the step.
    ReleaseTask {
        case: CaseId,
        task: TaskId,
        note: Option<String>,
    },
    /// Lets somebody else work on it.
    DelegateTask {
        case: CaseId,
        task: TaskId,
        to: Handle,
        note: Option<String>,
    },
    /// Hands what was delegated back to the holder.
    ResolveTask {
        case: CaseId,
        task: TaskId,
        note: String,
    },
    /// Adds a task that no process names, and offers it.
    AddTask {
        case: CaseId,
        title: String,
        to: Party,
        within: Option<Goal>,
        note: Option<String>,
    },
    ChangeData {
        case: CaseId,
        data: Vec<(String, String)>,
    },
    NoteCase {
        case: CaseId,
        text: String,
    },
    /// What the notes of the case or record told me needs me no more.
    ReadMessages {
        on: SubjectId,
    },
    WithdrawCase {
        case: CaseId,
        reason: String,
    },
    ResolveException {
        case: CaseId,
        exception: u32,
        text: String,
    },
    /// Stops the clock of a case, until it is resumed; `until` is when to look again.
    PauseCase {
        case: CaseId,
        reason: String,
        until: Option<Instant>,
    },
    ResumeCase {
        case: CaseId,
    },
    SetUrgent {
        case: CaseId,
        urgent: bool,
    },
    /// Takes a closed case up again at a step; the last that people did unless one is named.
    ReopenCase {
        case: CaseId,
        reason: String,
        to: Option<Handle>,
        /// Whom it is offered to instead of the party the process names.
        party: Option<Party>,
    },
    /// Lets a case run another version of its process from now on.
    MigrateCase {
        case: CaseId,
        to: u32,
        /// Steps with another name there; any other keeps its name.
        map: Vec<(Handle, Handle)>,
    },
    /// Only for what somebody who left had in hand.
    MoveWork {
        case: CaseId,
        what: Holding,
        from: Handle,
        to: Handle,
        reason: String,
    },
    ChangeAccountable {
        case: CaseId,
        to: Party,
        reason: Option<String>,
    },
    EndWait(EndWait),
    /// The case that was asked for has begun, or could not.
    LinkCase {
        case: CaseId,
        request: u32,
        to: Result<CaseId, String>,
    },
    /// The case that was asked for has ended.
    CaseEnded {
        case: CaseId,
        request: u32,
        outcome: Option<String>,
    },
    /// What could not be started may be by now: the record it is about says something else.
    StartAgain {
        case: CaseId,
    },
    /// The command of the allow-list has run.
    EndRun {
        case: CaseId,
        request: u32,
        ok: bool,
        output: String,
    },
    ApplyRule(ApplyRule),
    /// What time alone brings: breaches and rungs of this case that are due at `Context::now`.
    RunClocks {
        case: CaseId,
    },
    SetTags(SetTags),
    ImportCase(ImportCase),
    Snooze(Snooze),
    AgreeDue(AgreeDue),
    TakeAway(TakeAway),
    CloseDuplicate(CloseDuplicate),
}

impl Command {
    /// The subject the command concerns; `None` when it makes a new one.
    pub fn subject(&self) -> Option<SubjectId> {
        match self {
            Command::ChangeSettings { .. }
            | Command::AddPerson { .. }
            | Command::ChangePerson(_)
            | Command::ChangePermission(_)
            | Command::SetAway { .. }
            | Command::ComeBack { .. }
            | Command::Leave { .. }
            | Command::AddRole { .. }
            | Command::ChangeRole { .. }
            | Command::ApplyCalendar { .. }
            | Command::ApplyKind { .. }
            | Command::PublishProcess { .. }
            | Command::SetEffort { .. }
            | Command::TakeAway(_)
            | Command::NoteSchedule { .. } => Some(SubjectId::Catalog),
            Command::AddRecord { .. }
            | Command::StartCase(_)
            | Command::BeginReview { .. }
            | Command::ImportCase(_) => None,
            Command::ChangeRecord { record, .. }
            | Command::AddContact { record, .. }
            | Command::ChangeContact { record, .. }
            | Command::AddFile { record, .. }
            | Command::NoteRecord { record, .. }
            | Command::ArchiveRecord { record, .. } => Some(SubjectId::Record(*record)),
            Command::Merge(merge) => Some(merge.subject()),
            Command::OfferHandoff { case, .. }
            | Command::AcceptHandoff { case, .. }
            | Command::DeclineHandoff { case, .. }
            | Command::RecallHandoff { case, .. }
            | Command::StartTask { case, .. }
            | Command::CheckItem { case, .. }
            | Command::WaitTask { case, .. }
            | Command::ResumeTask { case, .. }
            | Command::ReleaseTask { case, .. }
            | Command::DelegateTask { case, .. }
            | Command::ResolveTask { case, .. }
            | Command::AddTask { case, .. }
            | Command::ChangeData { case, .. }
            | Command::NoteCase { case, .. }
            | Command::WithdrawCase { case, .. }
            | Command::ResolveException { case, .. }
            | Command::PauseCase { case, .. }
            | Command::ResumeCase { case }
            | Command::SetUrgent { case, .. }
            | Command::ReopenCase { case, .. }
            | Command::MigrateCase { case, .. }
            | Command::MoveWork { case, .. }
            | Command::ChangeAccountable { case, .. }
            | Command::LinkCase { case, .. }
            | Command::CaseEnded { case, .. }
            | Command::StartAgain { case }
            | Command::EndRun { case, .. }
            | Command::RunClocks { case } => Some(SubjectId::Case(*case)),
            Command::SetTags(ask) => Some(ask.on),
            Command::ReadMessages { on } => Some(*on),
            Command::SendBack(ask) => Some(SubjectId::Case(ask.case)),
            Command::Snooze(snooze) => Some(SubjectId::Case(snooze.case)),
            Command::AgreeDue(agree) => Some(SubjectId::Case(agree.case)),
            Command::CloseDuplicate(close) => Some(SubjectId::Case(close.case)),
            Command::ApplyRule(apply) => Some(SubjectId::Case(apply.case)),
            Command::CompleteTask(complete) => Some(SubjectId::Case(complete.case)),
            Command::EndWait(wait) => Some(SubjectId::Case(wait.case)),
        }
    }
}
