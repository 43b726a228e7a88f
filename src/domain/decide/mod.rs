//! From a command to what happens or a refusal. Reads the subject and the catalog, changes neither, asks
//! nobody for the time.

mod able;
mod absence;
mod action;
mod arrange;
mod barred;
mod cancel;
mod case;
mod catalog;
mod clocks;
mod contract;
pub mod decision;
mod draft;
pub mod duties;
mod flow;
mod free;
mod hand_on;
mod handoff;
mod join;
mod may;
pub mod message;
mod migrate;
mod offering;
mod pause;
mod performer;
mod permit;
mod person;
mod pick;
mod read;
mod recipients;
mod record;
mod reopen;
mod review;
mod rule;
mod rung;
mod send_back;
mod take_away;
mod task;
#[cfg(test)]
pub(crate) mod tests;
mod unsent;
mod wait;
mod way;
mod who_could;

use super::absence::Right;
use super::case::Case;
use super::catalog::Catalog;
use super::command::{Command, Context, Numbers};
use super::event::{Actor, Event, SubjectId};
use super::fold::Subject;
use super::id::{CaseId, RecordId};
use super::merge::Merge;
use super::record::Record;
use super::refusal::Refusal;
use super::tags;
use draft::Draft;
use read::{must_be_here, read_data, read_values, required};
use std::cell::OnceCell;
use std::sync::Arc;

pub use action::TOO_DEEP;
pub use barred::{barred, is_for_nobody};
pub use case::untitled;
pub use clocks::{CATCH_UP, ladders, looked_at_next, rungs, rungs_of};
pub use hand_on::role_of;
pub use join::leads_to;
pub use may::{Lies, Wanted, may, may_move, may_turn};
pub use rule::{DEEPEST, set_off};
pub use send_back::ways_back;
pub use way::{Way, holds, way_on};

/// What a command brings about.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub subject: SubjectId,
    /// Empty when everything is as asked for already.
    pub events: Vec<Event>,
    /// The next free numbers afterwards.
    pub numbers: Numbers,
    /// Who acts: the one of the context, on behalf of somebody where a rule found out that they do.
    pub actor: Actor,
    /// What whoever gave the command should know: sentences.
    pub warnings: Vec<String>,
    /// The case after these events, where deciding has come to it anyway: as a fold would, but for the number of
    /// its last entry.
    pub after: Option<Arc<Case>>,
}

/// Decides a command on the subject it concerns. `subject` is empty for a command that makes a new one.
///
/// # Errors
/// The refusal, when the domain says no; nothing has happened then.
pub fn decide(
    subject: &Subject,
    catalog: &Catalog,
    command: &Command,
    ctx: &Context,
    mut numbers: Numbers,
) -> Result<Decision, Refusal> {
    known_actor(catalog, command, ctx)?;
    // Of what is over nobody could: that is said first.
    let over = |refusal| handoff::over(subject, command).unwrap_or(refusal);
    let right = permit::permit(subject, catalog, command, ctx).map_err(over)?;
    let mut actor = ctx.actor.clone();
    let (mut warnings, mut case_after) = (Vec::new(), None);
    let (subject, events) = match command {
        Command::SetAway { .. } | Command::ComeBack { .. } | Command::Leave { .. } => {
            let (events, said) = absence::decide(catalog, command, ctx)?;
            warnings = said;
            (SubjectId::Catalog, events)
        }
        Command::TakeAway(ask) => (SubjectId::Catalog, take_away::decide(catalog, ask, ctx)?),
        Command::ChangeSettings { .. }
        | Command::AddPerson { .. }
        | Command::ChangePerson(_)
        | Command::ChangePermission(_)
        | Command::AddRole { .. }
        | Command::ChangeRole { .. }
        | Command::ApplyCalendar { .. }
        | Command::ApplyKind { .. }
        | Command::PublishProcess { .. }
        | Command::SetEffort { .. }
        | Command::NoteSchedule { .. } => {
            let events = catalog::decide(catalog, command)?;
            warnings.extend(events.iter().filter_map(super::promise::unexpecting));
            warnings.extend(events.iter().filter_map(|event| catalog::one_name(catalog, event)));
            if let (Command::ChangePermission(change), false) = (command, events.is_empty()) {
                warnings.extend(super::permitted::keeps(catalog, change, ctx.now));
            }
            (SubjectId::Catalog, events)
        }
        Command::AddRecord { kind, name, fields } => {
            let id = RecordId(numbers.record);
            let events = record::add(catalog, kind, name, fields, ctx.now)?;
            numbers.record += 1;
            (SubjectId::Record(id), events)
        }
        Command::ChangeRecord { record, .. }
        | Command::AddContact { record, .. }
        | Command::ChangeContact { record, .. }
        | Command::AddFile { record, .. }
        | Command::NoteRecord { record, .. }
        | Command::ReadMessages { on: SubjectId::Record(record) }
        | Command::ArchiveRecord { record, .. } => {
            let by = (&ctx.actor, ctx.now, &ctx.above);
            let events = record::change(the_record(subject, *record)?, catalog, command, by)?;
            (SubjectId::Record(*record), events)
        }
        Command::SetTags(ask @ tags::SetTags { on: SubjectId::Record(id), .. }) => {
            let tagged = tags::decide(&the_record(subject, *id)?.tags, ask)?;
            (ask.on, tagged.into_iter().collect())
        }
        Command::Merge(Merge::Record { record, into, kind }) => {
            let events = record::merge(the_record(subject, *record)?, *into, kind)?;
            (SubjectId::Record(*record), events)
        }
        Command::Merge(Merge::TakeOver { record, from, name, messages, contacts }) => {
            let what = (messages.as_slice(), contacts.as_slice());
            let events = record::take_over(the_record(subject, *record)?, *from, name, what)?;
            (SubjectId::Record(*record), events)
        }
        Command::StartCase(start) => {
            let id = CaseId(numbers.case);
            let (events, after) = case::start(catalog, start, ctx, id, numbers)?;
            numbers = Numbers { case: after.case + 1, ..after };
            (SubjectId::Case(id), events)
        }
        Command::BeginReview { process } => {
            let id = CaseId(numbers.case);
            let (events, after) = review::begin(catalog, process, ctx, id, numbers)?;
            numbers = Numbers { case: after.case + 1, ..after };
            (SubjectId::Case(id), events)
        }
        Command::ImportCase(import) => {
            let id = CaseId(numbers.case);
            let (event, after) = case::import(catalog, import, numbers)?;
            numbers = Numbers { case: after.case + 1, ..after };
            (SubjectId::Case(id), vec![event])
        }
        on_case => {
            let Some(SubjectId::Case(id)) = on_case.subject() else {
                return Err(Refusal::not_found("This command names no case.", "Name one, such as C-12."));
            };
            let mut draft = Draft::of(the_case(subject, id)?, catalog, ctx, numbers)?;
            match right {
                Right::For(of) if who_could::may_work(catalog, &draft.case, &ctx.actor) => {
                    draft.on_behalf = OnceCell::from(of);
                }
                Right::For(of) => draft.let_in_for = Some(of),
                Right::Own => {}
            }
            decide_on_case(&mut draft, on_case)?;
            contract::tell(&mut draft);
            pause::follow_steps(&mut draft);
            clocks::watch(&mut draft);
            warnings.extend(barred::nobody_takes(&draft));
            warnings.extend(arrange::back_before(&draft));
            clocks::note_late_ends(&mut draft, the_case(subject, id)?);
            actor = draft.acting();
            let (events, after, case) = draft.finish_with_case();
            (numbers, case_after) = (after, case);
            (SubjectId::Case(id), events)
        }
    };
    let on_behalf = match &actor {
        Actor::Substitute { of, .. } => Some(of),
        _ => None,
    };
    warnings.extend(catalog.warnings(&events, on_behalf, ctx.now));
    warnings.extend(message::unheard(&events, catalog, ctx.now));
    Ok(Decision { subject, events, numbers, actor, warnings, after: case_after })
}

fn decide_on_case(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::OfferHandoff { branch, to, note, agreed, .. } => {
            handoff::offer(draft, *branch, to.as_ref(), note, *agreed)
        }
        Command::AcceptHandoff { handoff, next_action, when, .. } => {
            handoff::accept(draft, *handoff, next_action, *when)
        }
        Command::DeclineHandoff { handoff, reason, text, fix_by, duplicate_of, .. } => {
            handoff::decline(draft, *handoff, reason, text, *fix_by, *duplicate_of)
        }
        Command::RecallHandoff { handoff, reason, .. } => handoff::recall(draft, *handoff, reason),
        Command::StartTask { task, .. } => task::start(draft, *task),
        Command::CheckItem { task, item, done, .. } => task::check(draft, *task, *item, *done),
        Command::WaitTask { task, reason, until, .. } => task::wait(draft, *task, reason, *until),
        Command::ResumeTask { task, .. } => task::resume(draft, *task),
        Command::CompleteTask(complete) => task::complete(draft, complete),
        Command::SendBack(ask) => send_back::send_back(draft, ask),
        Command::Snooze(ask) => arrange::snooze(draft, ask.branch, ask.until),
        Command::AgreeDue(ask) => arrange::agree_due(draft, ask.task, ask.due, &ask.reason),
        Command::ReleaseTask { task, note, .. } => hand_on::release(draft, *task, note),
        Command::DelegateTask { task, to, note, .. } => hand_on::delegate(draft, *task, to, note),
        Command::ResolveTask { task, note, .. } => hand_on::resolve(draft, *task, note),
        Command::AddTask { title, to, within, note, .. } => free::add(draft, title, to, *within, note),
        Command::ChangeData { data, .. } => case::change_data(draft, data),
        Command::NoteCase { text, .. } => case::note(draft, text),
        Command::ReadMessages { .. } => message::read(draft),
        Command::WithdrawCase { reason, .. } => case::withdraw(draft, reason),
        Command::CloseDuplicate(close) => case::close_duplicate(draft, close),
        Command::ResolveException { exception, text, .. } => case::resolve(draft, *exception, text),
        Command::PauseCase { reason, until, .. } => pause::pause(draft, reason, *until),
        Command::ResumeCase { .. } => pause::resume(draft),
        Command::Merge(merge) => record::about(draft, merge),
        Command::SetUrgent { urgent, .. } => {
            draft.must_be_open()?;
            action::make_urgent(draft, *urgent)
        }
        Command::SetTags(ask) => case::tag(draft, &ask.add, &ask.remove),
        Command::ReopenCase { reason, to, party, .. } => {
            reopen::reopen(draft, reason, to.as_ref(), party.as_ref())
        }
        Command::MigrateCase { to, map, .. } => migrate::migrate(draft, *to, map),
        Command::MoveWork { what, from, to, reason, .. } => {
            absence::move_work(draft, *what, from, to, reason)
        }
        Command::ChangeAccountable { to, reason, .. } => absence::change_accountable(draft, to, reason),
        Command::EndWait(ask) => wait::end(draft, ask),
        Command::LinkCase { request, to, .. } => {
            action::link(draft, *request, to);
            Ok(())
        }
        Command::CaseEnded { request, outcome, .. } => {
            wait::case_ended(draft, *request, outcome.clone());
            Ok(())
        }
        Command::StartAgain { .. } => {
            wait::start_again(draft);
            Ok(())
        }
        Command::ApplyRule(apply) => {
            rule::apply(draft, apply);
            Ok(())
        }
        Command::EndRun { request, ok, output, .. } => {
            action::end_run(draft, *request, *ok, output);
            Ok(())
        }
        Command::RunClocks { .. } => {
            clocks::run(draft)?;
            wait::run(draft);
            // What cannot go on by itself is said to whoever holds it, once they try.
            let _ = draft.attempt(|draft| task::settle_votes(draft, None));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Everybody who acts is somebody of the catalog; only an empty catalog lets its first person in.
fn known_actor(catalog: &Catalog, command: &Command, ctx: &Context) -> Result<(), Refusal> {
    let Some(person) = ctx.actor.person() else { return Ok(()) };
    let first = catalog.people.is_empty() && matches!(command, Command::AddPerson { .. });
    if first || catalog.works_here(person) {
        return Ok(());
    }
    if catalog.has_left(person) {
        return Err(Refusal::has_left(person));
    }
    Err(Refusal::not_found(
        format!("`{person}` is nobody here."),
        format!("Say who you are with `--as HANDLE`, or let somebody add you: `baton person add {person}`."),
    ))
}

fn the_case(subject: &Subject, id: CaseId) -> Result<&Case, Refusal> {
    match subject {
        Subject::Case(Some(case)) => Ok(case),
        _ => Err(Refusal::not_found(format!("There is no case {id}."), "`baton case list` shows the cases.")),
    }
}

fn the_record(subject: &Subject, id: RecordId) -> Result<&Record, Refusal> {
    match subject {
        Subject::Record(Some(record)) => Ok(record),
        _ => Err(Refusal::not_found(
            format!("There is no record {id}."),
            "`baton record list` shows the records.",
        )),
    }
}
