//! Starting, changing and withdrawing a case, and taking one in from an event log.

use super::super::catalog::Catalog;
use super::super::command::{CloseDuplicate, Context, ImportCase, Numbers, StartCase};
use super::super::counted::one;
use super::super::duplicate;
use super::super::event::{Actor, ClockStart, Event, ExceptionKind, SubjectId};
use super::super::field::is_given;
use super::super::goal::Goal;
use super::super::id::{CaseId, Handle, HandoffId, TaskId};
use super::super::instant::Instant;
use super::super::overtaken::Thing;
use super::super::process::Process;
use super::super::refusal::Refusal;
use super::super::tags::{self, SetTags};
use super::cancel::{open_work, tell_of_left_alone, waited_for};
use super::flow::Sending;
use super::permit::who_steers;
use super::{Draft, contract, flow, free, read_data, required, unsent};

/// A new case, offered to whoever does its first step.
pub(super) fn start(
    catalog: &Catalog,
    start: &StartCase,
    ctx: &Context,
    id: CaseId,
    numbers: Numbers,
) -> Result<(Vec<Event>, Numbers), Refusal> {
    let Some(handle) = &start.process else { return free::start(catalog, start, ctx, id, numbers) };
    if start.accountable.is_some() {
        return Err(Refusal::invalid(
            format!("`{handle}` says itself who is accountable."),
            "Leave it out; only a case without a process names somebody.",
        ));
    }
    let Some((version, process)) = catalog.newest(handle) else {
        return Err(Refusal::no_process(handle, catalog));
    };
    let process = process.clone();
    if let Some(kind) = &process.about {
        match &start.about {
            None => {
                return Err(Refusal::invalid(
                    format!("A case of `{}` is about {}.", process.title, one(kind.as_str())),
                    format!("Name one with --about R-3; `baton record list {kind}` shows them."),
                ));
            }
            Some((record, other, _)) if other != kind => {
                return Err(Refusal::invalid(
                    format!(
                        "{record} is {}; a case of `{}` is about {}.",
                        one(other.as_str()),
                        process.title,
                        one(kind.as_str())
                    ),
                    format!("`baton record list {kind}` shows them."),
                ));
            }
            Some(_) => {}
        }
    }
    let data = read_data(&start.data, &process, (catalog, ctx.now))?;
    let absent = process.data.iter().filter(|field| field.required && !is_given(data.get(&field.name)));
    let absent = absent.map(|field| field.name.as_str()).collect::<Vec<_>>();
    if !absent.is_empty() {
        return Err(Refusal::invalid(
            format!("A case of `{}` starts with {}.", process.title, absent.join(", ")),
            format!("Give it as {}=….", absent.join("=… ")),
        ));
    }
    let title = match (&start.title, &start.about) {
        (Some(title), _) => required(title, "The title", "Say in a few words what it is about.")?,
        (None, about) => untitled(&process, about.as_ref().map(|(.., name)| name.as_str())),
    };
    let event = |clock| Event::CaseStarted {
        process: handle.clone(),
        version,
        title: title.clone(),
        about: start.about.as_ref().map(|(record, ..)| *record),
        data: data.clone(),
        accountable: process.accountable.clone(),
        urgent: start.urgent,
        clock,
        parent: start.parent,
    };
    let begin = |clock| {
        Draft::begin(id, event(clock), catalog, process.clone(), ctx, numbers).ok_or_else(|| {
            Refusal::not_now("The case could not be begun.", "`baton doctor` looks the file over.")
        })
    };
    let goal = super::action::goal_for(process.goal, process.urgent_goal, start.urgent);
    let clock = promised(&begin(None)?, goal, start.due)?;
    let mut draft = begin(clock)?;
    let by = if ctx.actor == Actor::Tick { draft.actor()? } else { draft.sender()? };
    let Some(first) = process.steps.first().cloned() else {
        return Err(Refusal::not_now(
            format!("`{}` has no steps.", process.title),
            "`baton process show` shows it.",
        ));
    };
    let (to, note, by_hand) = (start.to.clone(), start.note.clone(), ctx.actor.person().is_some());
    let sending = Sending { to, note, by_hand, ..Sending::default() };
    if !start.tags.is_empty() {
        tag(&mut draft, &start.tags, &[])?;
    }
    let nobody = super::recipients::who_answers(&draft.case.accountable, catalog, ctx.now).is_none();
    if nobody && ctx.actor.person().is_none() {
        // It begins all the same: what goes on by itself must not stop without a word.
        let text = format!("Nobody answers for this case: {} is nobody here", draft.case.accountable);
        let to = draft.exception_receivers();
        draft.open_exception(ExceptionKind::Unrouted, text, to);
    }
    let documents = super::task::documents(&draft, &start.documents)?;
    if !documents.is_empty() {
        draft.push(Event::DocumentsGiven { documents });
    }
    // What the first step needs has to be there, as at every other handoff. Where nobody sits to be asked, it begins
    // without: work must not be lost for it, and whoever answers for it is told.
    let nobody_sits_there = draft.ctx.actor.person().is_none() || start.parent.is_some();
    let anyway = match &start.anyway {
        Some(why) => Some(required(why, "The reason", "Say why it is started with something missing.")?),
        None => nobody_sits_there.then(|| format!("nobody was there to give it; {by} has it")),
    };
    let refusal = |missing: Vec<String>| {
        let (title, missing) = (&process.title, missing.join("; "));
        Refusal::not_now(
            format!("A case of `{title}` cannot be started yet. Missing: {missing}."),
            "Give it as FIELD=VALUE or --doc \"TITLE=REFERENCE\", or start it anyway: --anyway \"the reason\".",
        )
    };
    let without = |lacks: &str, why: &str| format!("started without {lacks}: {why}");
    contract::send(&mut draft, Vec::new(), (anyway, without), refusal, |draft| {
        unsent::nothing_lost(draft, &title, &sending, |draft| flow::begin_at(draft, 1, &first, &by, &sending))
    })?;
    super::pause::follow_steps(&mut draft);
    super::clocks::watch(&mut draft);
    Ok(draft.finish())
}

/// The clock of a case that begins: until the date it is promised for, else for the length of its goal.
pub(super) fn promised(
    draft: &Draft<'_>,
    goal: Option<Goal>,
    due: Option<Instant>,
) -> Result<Option<ClockStart>, Refusal> {
    match due {
        Some(due) if due <= draft.ctx.now => {
            Err(Refusal::invalid("That date lies in the past.", "Name one to come."))
        }
        Some(due) => draft.clock_to(goal.unwrap_or(super::wait::NOTHING), Some(due)).map(Some),
        None => draft.clock_start(goal),
    }
}

/// Puts tags on the case of a draft, or takes them off.
pub(super) fn tag(draft: &mut Draft<'_>, add: &[Handle], remove: &[Handle]) -> Result<(), Refusal> {
    let ask = SetTags { on: SubjectId::Case(draft.case.id), add: add.to_vec(), remove: remove.to_vec() };
    if let Some(tagged) = tags::decide(&draft.case.tags, &ask)? {
        draft.push(tagged);
    }
    Ok(())
}

/// A case as an event log has it. The numbers its tasks and handoffs take are those `Case::begin` will use.
pub(super) fn import(
    catalog: &Catalog,
    import: &ImportCase,
    numbers: Numbers,
) -> Result<(Event, Numbers), Refusal> {
    let ImportCase { process, version, foreign, rows, .. } = import;
    let name = foreign.escape_debug();
    let Some(steps) = catalog.process(process, *version).map(|process| process.steps.len()) else {
        return Err(Refusal::not_found(
            format!("There is no version {version} of `{process}`."),
            "`baton process list` shows them.",
        ));
    };
    // Nothing of it would be open, and nothing of it done.
    if rows.is_empty() {
        return Err(Refusal::invalid(
            format!("The event log tells nothing of `{name}`."),
            "A case is brought in with at least one row.",
        ));
    }
    if rows.iter().any(|row| row.step as usize >= steps) {
        return Err(Refusal::invalid(
            format!("A row of `{name}` is of a step that version {version} of `{process}` does not have."),
            "Read the event log again, with the process as it is now.",
        ));
    }
    let (tasks, handoffs) =
        super::super::numbers::of_import(rows, import.open.as_ref(), import.whole.as_deref());
    let after = Numbers { task: numbers.task + tasks, handoff: numbers.handoff + handoffs, ..numbers };
    let event = Event::CaseImported {
        process: import.process.clone(),
        version: import.version,
        foreign: import.foreign.clone(),
        accountable: import.accountable.clone(),
        shift: import.shift,
        first_task: TaskId(numbers.task),
        first_handoff: HandoffId(numbers.handoff),
        rows: import.rows.clone(),
        open: import.open.clone(),
        attributes: import.attributes.clone(),
        whole: import.whole.clone(),
    };
    Ok((event, after))
}

/// What a case is called that nobody gave a title.
pub fn untitled(process: &Process, about: Option<&str>) -> String {
    match about {
        Some(name) => format!("{name}: {}", inside(&process.title)),
        None => process.title.clone(),
    }
}

/// A title within a line: as it is written, but for a capital that only begins it. `IT support` and
/// `Geräte-Einkauf` keep theirs.
fn inside(title: &str) -> String {
    let first = title.split_whitespace().next().unwrap_or_default();
    let Some(capital) = first.chars().next().filter(|_| !first.chars().skip(1).any(char::is_uppercase))
    else {
        return title.to_string();
    };
    let rest = title.strip_prefix(capital).filter(|_| first.chars().nth(1).is_some()).unwrap_or_default();
    if rest.is_empty() { title.to_string() } else { capital.to_lowercase().chain(rest.chars()).collect() }
}

pub(super) fn change_data(draft: &mut Draft<'_>, data: &[(String, String)]) -> Result<(), Refusal> {
    draft.must_be_open()?;
    let data = read_data(data, &draft.process, (draft.catalog, draft.ctx.now))?;
    let unchanged = data
        .iter()
        .all(|(name, value)| draft.case.data.get(name).unwrap_or(&serde_json::Value::Null) == value);
    if !unchanged {
        draft.push(Event::DataChanged { data });
        super::wait::follow_data(draft)?;
    }
    Ok(())
}

pub(super) fn note(draft: &mut Draft<'_>, text: &str) -> Result<(), Refusal> {
    let text = required(text, "The note", "Write what should be remembered.")?;
    super::message::note(draft, text);
    Ok(())
}

/// Ends a case before its end, and says what was closed with it.
pub(super) fn withdraw(draft: &mut Draft<'_>, reason: &str) -> Result<(), Refusal> {
    draft.must_be_open()?;
    let reason = required(reason, "The reason", "Say why the case ends here.")?;
    end_here(draft, reason, None)
}

/// Ends a case that turned out to be another, which stays.
pub(super) fn close_duplicate(draft: &mut Draft<'_>, close: &CloseDuplicate) -> Result<(), Refusal> {
    draft.must_be_open()?;
    duplicate::must_stay(close.case, close.of, draft.ctx.other)?;
    let reason = required(&duplicate::reason(close.of, &close.text), "The reason", "")?;
    end_here(draft, reason, Some(close.of))
}

fn end_here(draft: &mut Draft<'_>, reason: String, duplicate_of: Option<CaseId>) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let holders = draft.case.branches.values().map(|b| draft.case.responsible(b)).collect::<Vec<_>>();
    let stands_in = |of: &Handle| draft.catalog.acts_as(&actor, of, draft.ctx.now);
    let holds_all = holders.iter().all(|holder| holder.is_some_and(stands_in));
    if holds_all {
        // Notes for whom, where somebody is away.
        holders.iter().flatten().for_each(|holder| _ = draft.acts_as(&actor, holder));
    }
    let first = draft.process.steps.first().map(|step| step.handle.clone());
    let may = first.as_ref().is_some_and(|step| draft.may_steer(&actor, step));
    if !holds_all && !may {
        return Err(Refusal::not_yours(
            format!("Others hold open work of {}.", draft.case.id),
            first.map_or_else(String::new, |step| who_steers(draft, None, &step)),
        ));
    }
    let closes = open_work(&draft.case, None);
    let waited_for = waited_for(&draft.case, None);
    draft.push(Event::CaseWithdrawn { reason, closes, duplicate_of });
    tell_of_left_alone(draft, waited_for);
    Ok(())
}

pub(super) fn resolve(draft: &mut Draft<'_>, exception: u32, text: &str) -> Result<(), Refusal> {
    match draft.case.exceptions.get(&exception) {
        Some(open) if open.resolved.is_none() => {
            let text = required(text, "The note", "Say in a few words what was decided.")?;
            draft.push(Event::ExceptionResolved { exception, text });
            Ok(())
        }
        Some(_) => Err(Refusal::overtaken(
            "This exception is resolved already.",
            "There is nothing to do.",
            Thing::Exception(exception),
        )),
        None => Err(Refusal::not_found(
            format!("{} has no exception {exception}.", draft.case.id),
            format!("`baton case show {}` lists them.", draft.case.id),
        )),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_title_within_a_line_keeps_its_names_and_acronyms() {
        for (title, said) in [
            ("Client onboarding at an IT company", "client onboarding at an IT company"),
            ("Order to cash", "order to cash"),
            ("IT support", "IT support"),
            ("Geräte-Einkauf", "Geräte-Einkauf"),
            ("A", "A"),
        ] {
            assert_eq!(super::inside(title), said);
        }
    }
}
