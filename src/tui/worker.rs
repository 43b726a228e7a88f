//! The workers: one for the person's commands and questions, one for the chores and for noticing what others
//! wrote; what counts long is for `counting`. Each has its own connection, so that a chore never delays a key.
//! They answer with messages and know nothing of the model.

use super::answers::load;
use super::memory;
use super::msg::{Effect, Loaded, Msg, Query};
use super::receipts;
use crate::clock::Clock;
use crate::desk::{Desk, Done, Error, Lease, Ran, Run, Series};
use crate::domain::command::{Command, Context};
use crate::domain::event::{Event, OpId, SubjectId};
use crate::domain::refusal::Refusal;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, receipt};
use crate::programs::Programs;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;
use uuid::Uuid;

/// How often another process's writing is looked for.
const LOOK: Duration = Duration::from_millis(250);

/// Where the workers work.
#[derive(Debug, Clone)]
pub struct Place {
    pub path: PathBuf,
    pub me: Handle,
    pub clock: Clock,
    /// The zone of a file that has none yet.
    pub zone: Zone,
    /// What rules may ask for.
    pub programs: Programs,
}

/// Starts the worker for the person; effects go in at the sender that comes back. Once that is dropped and all of
/// them are carried out, the receiver is closed.
pub fn start(
    place: Place,
    mut desk: Desk,
    messages: Sender<Msg>,
) -> std::io::Result<(Sender<Effect>, Receiver<()>)> {
    let (effects, asked) = channel::<Effect>();
    let (working, worked) = channel::<()>();
    let counting = super::counting::start(place.clone(), messages.clone())?;
    thread::Builder::new().name("desk".into()).spawn(move || {
        let waits = messages.clone();
        crate::desk::when_waiting(move || {
            let _ = waits.send(Msg::Loaded(Box::new(Loaded::Busy)));
        });
        let mut waiting = VecDeque::new();
        let mut holds = false;
        while let Some(effect) = next(&mut waiting, &asked) {
            let effect = match effect {
                Effect::Load(query) if query.is_long() => match counting.send(query) {
                    Ok(()) => continue,
                    Err(back) => Effect::Load(back.0),
                },
                effect => effect,
            };
            let answer = |msg: Msg| messages.send(msg).is_ok();
            let going = match serve(&mut desk, &place, effect) {
                Ok(answers) => answers.into_iter().all(answer),
                Err(error) => {
                    if error.is_busy() {
                        let_go(&mut waiting, &asked);
                    }
                    answer(Msg::Failed { sentence: error.to_string(), hint: error.hint() })
                }
            };
            // Said after why it could not be kept.
            if desk.holds_drafts() != std::mem::replace(&mut holds, desk.holds_drafts())
                && messages.send(Msg::Held(holds)).is_err()
            {
                break;
            }
            // The head tells the model whether what it shows is stale, after our own writing too.
            let head = desk.head().map(Msg::Moved);
            if !going || head.is_ok_and(|moved| messages.send(moved).is_err()) {
                break;
            }
        }
        // What could not be written is tried once more.
        let _ = desk.keep_held();
        // The screen ended, whatever way: from here on everything is news.
        let _ = desk.end_session(&place.me, place.clock.now());
        drop(working);
    })?;
    Ok((effects, worked))
}

/// The next effect that no later one makes idle; `None` when there will be no more. Whoever types faster than a
/// list can be looked through wants only the last of what was typed.
fn next(waiting: &mut VecDeque<Effect>, asked: &Receiver<Effect>) -> Option<Effect> {
    loop {
        waiting.extend(asked.try_iter());
        let effect = waiting.pop_front().or_else(|| asked.recv().ok())?;
        let replaced = |later: &Effect| match (later, &effect) {
            (Effect::Load(later), Effect::Load(earlier)) => later.replaces(earlier),
            _ => false,
        };
        if !waiting.iter().any(replaced) {
            return Some(effect);
        }
    }
}

/// The file could not be written for so long that it was told that nothing was done: then what was asked for meanwhile is
/// not done either. What is only to be shown or kept as a draft stays.
fn let_go(waiting: &mut VecDeque<Effect>, asked: &Receiver<Effect>) {
    waiting.extend(asked.try_iter());
    waiting.retain(|effect| {
        !matches!(
            effect,
            Effect::Do(_)
                | Effect::DoAsSeen { .. }
                | Effect::SetUp { .. }
                | Effect::Undo { .. }
                | Effect::Redo
                | Effect::Carry(_)
                | Effect::BringIn { .. }
                | Effect::BeginBlank(..)
                | Effect::Leave(_)
                | Effect::Verdict { .. }
        )
    });
}

pub(super) fn op() -> OpId {
    OpId(Uuid::now_v7())
}

/// Carries out one effect and answers.
pub fn serve(desk: &mut Desk, place: &Place, effect: Effect) -> Result<Vec<Msg>, Error> {
    let now = place.clock.now();
    Ok(match effect {
        Effect::Load(query) => {
            // What is under the cursor or on screen may have been taken back.
            let of = match &query {
                Query::Case(case) => Some(SubjectId::Case(*case)),
                Query::Record(record) | Query::RecordBrief(record) => Some(SubjectId::Record(*record)),
                _ => None,
            };
            match (load(desk, place, query), of) {
                (Err(error @ Error::Refused { refusal: Refusal::NotFound { .. }, .. }), Some(of)) => {
                    let (sentence, hint) = (error.to_string(), error.hint());
                    vec![Msg::Loaded(Box::new(Loaded::NotThere { of, sentence, hint }))]
                }
                (loaded, _) => vec![Msg::Loaded(Box::new(loaded?))],
            }
        }
        Effect::Do(commands) => carry_out(desk, place, &commands)?,
        Effect::DoAsSeen { commands, seen } => {
            if let Some((_, words)) = desk.changed_since(&commands, seen, Some(&place.me))? {
                let hint = "Nothing was done; look at it again.".to_string();
                return Ok(vec![Msg::Failed { sentence: words, hint }]);
            }
            if let Some(sentence) = desk.published_since(&commands, seen)? {
                let hint = "Nothing was done; the text is checked against it now.".to_string();
                return Ok(vec![Msg::Failed { sentence, hint }]);
            }
            carry_out(desk, place, &commands)?
        }
        Effect::Try(wish) => {
            let plan = desk.plan(*wish, &Context::by(&place.me, now, op()))?;
            vec![Msg::Loaded(Box::new(Loaded::Tried(Box::new(plan))))]
        }
        Effect::SetUp { quiet } => super::serve::set_up(desk, place, quiet)?,
        Effect::Undo { older } => super::serve::undo(desk, &Context::by(&place.me, now, op()), older)?,
        Effect::Redo => {
            let ctx = Context::by(&place.me, now, op());
            let turned = desk.redo(&ctx)?;
            vec![done(super::serve::turned(desk, "Done again", &turned, &ctx)?, &turned, false)]
        }
        Effect::Carry(deed) => super::deeds::done(desk, place, &deed)?,
        Effect::BringIn { template, answers } => super::serve::bring_in(desk, place, template, &answers)?,
        Effect::BeginBlank(blank, zone) => super::serve::begin_blank(desk, place, &blank, zone.as_ref())?,
        Effect::Leave(plan) => {
            let mut next = op;
            let mut by = Series { person: place.me.clone(), now, op: &mut next };
            desk.leave(&plan, &mut by)?;
            let receipt = format!(
                "{} left; {} went to others.",
                plan.person,
                crate::domain::counted::counted(plan.lines.len(), "thing")
            );
            vec![done(receipt, &[], false)]
        }
        Effect::Verdict { of, verdict, reason } => {
            let ctx = Context::by(&place.me, now, op());
            super::serve::verdict(desk, (&of.0, of.1), verdict, reason, &ctx)?
        }
        Effect::KeepDraft { place: at, text } => {
            desk.keep_draft(&place.me, &at, &text)?;
            Vec::new()
        }
        Effect::KeepScreen(text) => {
            desk.keep_shared(&place.me, memory::PLACE, &text, memory::joined)?;
            Vec::new()
        }
        Effect::KeepHeld => {
            // Why it cannot was said when it could not the first time.
            let _ = desk.keep_held();
            Vec::new()
        }
        Effect::GoOn { place: at, text } => {
            desk.go_on_with(&place.me, &at, &text)?;
            Vec::new()
        }
        Effect::KeepWritten { place: at, text, file } => {
            if let Err(error) = desk.keep_draft(&place.me, &at, &text) {
                return Err(Error::input(
                    format!("{error} What you wrote is in {}.", file.display()),
                    error.hint(),
                ));
            }
            // It is in the draft; a copy left behind is no loss.
            let _ = std::fs::remove_file(file);
            Vec::new()
        }
        Effect::KeepKeys { file, action, keys } => {
            super::settings_file::set_keys(&file, action, keys.as_deref()).map_err(|error| {
                Error::input(format!("{error}."), "The keys hold until this session ends.")
            })?;
            Vec::new()
        }
        Effect::LoadDraft(at) => match desk.draft(&place.me, &at)? {
            Some(text) => {
                let others = desk.go_on_with(&place.me, &at, &text)?;
                vec![Msg::Draft { place: at, text, others }]
            }
            None => Vec::new(),
        },
        Effect::Edit { .. } | Effect::EditFile { .. } | Effect::Mouse(_) => Vec::new(),
        Effect::CallOff
        | Effect::Copy(_)
        | Effect::Suspend
        | Effect::Redraw
        | Effect::Bell
        | Effect::Quit => Vec::new(),
    })
}

/// Carries commands out as one action, each for itself; what is refused is said beside what was done.
fn carry_out(desk: &mut Desk, place: &Place, commands: &[Command]) -> Result<Vec<Msg>, Error> {
    let ctx = Context::by(&place.me, place.clock.now(), op());
    let (mut carried, mut refused) = (Vec::new(), Vec::new());
    let answers = match commands {
        [one] => match desk.brings_back(one)? {
            Some(back) => desk.execute_all(&[one.clone(), back], &ctx)?.into_iter().map(Ok).collect(),
            None => vec![desk.execute(one, &ctx)],
        },
        many => desk.execute_each(many, &ctx)?,
    };
    let mut things = 0;
    for (n, answer) in answers.into_iter().enumerate() {
        // What is taken back to be offered to somebody else is one thing with that offer, which says whether it was done.
        let goes_on = match (commands.get(n), commands.get(n + 1)) {
            (Some(back @ Command::RecallHandoff { .. }), Some(next @ Command::OfferHandoff { .. })) => {
                back.subject() == next.subject()
            }
            _ => false,
        };
        things += usize::from(!goes_on);
        match answer {
            Ok(done) => carried.push(done),
            Err(_) if goes_on => {}
            Err(error) => refused.push(error),
        }
    }
    if carried.is_empty() && !refused.is_empty() {
        return Err(refused.swap_remove(0));
    }
    let changed = carried.iter().filter(|done| !done.events.is_empty()).cloned().collect::<Vec<_>>();
    let mut told = match changed.as_slice() {
        [] => "Nothing had to change.".to_string(),
        [one] => receipts::of(desk, &one.events, one.subject, &ctx)?,
        // What was offered to somebody else is what the person did; that it came back for it goes without saying.
        [back, offered] if back.subject == offered.subject && recalls(back) => {
            receipts::of(desk, &offered.events, offered.subject, &ctx)?
        }
        many => format!("Done: {}.", counted(many)),
    };
    let mut warned = changed.iter().flat_map(|done| &done.warnings).collect::<Vec<_>>();
    warned.dedup();
    warned.into_iter().for_each(|warning| told = format!("{told} {warning}"));
    if let Some(first) = refused.first() {
        // First, since a narrow screen shows the beginning of a line.
        told = format!("{} of {things} refused: {first} {told}", refused.len());
    }
    Ok(vec![done(told, &carried, !changed.is_empty())])
}

fn recalls(done: &Done) -> bool {
    matches!(done.events.as_slice(), [Event::HandoffRecalled { .. }])
}

/// What commands did that were one action.
pub(super) fn counted(done: &[Done]) -> String {
    receipt::counted(done.iter().map(|done| (done.subject, done.events.as_slice())))
}

pub(super) fn done(receipt: String, done: &[Done], undoable: bool) -> Msg {
    let subject = done.last().map_or(SubjectId::Catalog, |done| done.subject);
    let case_of = |subject: SubjectId| match subject {
        SubjectId::Case(id) => Some(id),
        _ => None,
    };
    let record = match subject {
        SubjectId::Record(id) => Some(id),
        _ => None,
    };
    let cases = done.iter().filter_map(|done| case_of(done.subject)).collect::<Vec<CaseId>>();
    Msg::Done { receipt, case: case_of(subject), record, cases, undoable }
}

/// Starts the worker for the chores. It ends when the screen does.
pub fn start_chores(
    place: Place,
    mut desk: Desk,
    messages: Sender<Msg>,
    until: Receiver<()>,
) -> std::io::Result<()> {
    thread::Builder::new().name("chores".into()).spawn(move || {
        let lease = Lease(Uuid::now_v7());
        let (mut seen, mut rounds) = (None, 0u32);
        loop {
            // Every fourth look is a second; the tick itself costs microseconds when nothing is due.
            if rounds.is_multiple_of(4) {
                let run = &mut |run: &Run| {
                    let (ok, output) = place.programs.run(&run.name, &run.variables());
                    Ran { ok, output }
                };
                let _ = desk.tick_and_run(lease, place.clock.now(), &mut op, run);
            }
            rounds = rounds.wrapping_add(1);
            // The head tells of our own tick too, which no notice of other connections' writing would.
            let head = desk.head().ok();
            if let Some(moved) = head.filter(|_| head != seen)
                && messages.send(Msg::Moved(moved)).is_err()
            {
                return;
            }
            seen = head;
            match until.recv_timeout(LOOK) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => {
                    let _ = desk.end_chores(lease);
                    return;
                }
            }
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::domain::Instant;

    /// A form keeps its draft and sends its command: where the first was refused, the second is not done behind its back.
    #[test]
    fn what_was_asked_for_with_what_could_not_be_written_is_let_go() {
        let (effects, asked) = channel();
        let draft = || Effect::KeepDraft { place: "here".into(), text: "half".into() };
        effects.send(Effect::Do(Vec::new())).unwrap();
        effects.send(draft()).unwrap();
        let mut waiting = VecDeque::from([Effect::Undo { older: false }, Effect::LoadDraft("here".into())]);
        let_go(&mut waiting, &asked);
        assert!(matches!(waiting.make_contiguous(), [Effect::LoadDraft(_), Effect::KeepDraft { .. }]));
    }

    #[test]
    fn whoever_waits_for_the_worker_finds_everything_carried_out() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            path: folder.path().join("desk.db"),
            me: "ana".parse().unwrap(),
            clock: Clock::Fixed(Instant(0)),
            zone: Zone::utc(),
            programs: Programs::default(),
        };
        let (messages, _inbox) = channel();
        let desk = Desk::open(&place.path).unwrap();
        let (effects, worked) = start(place.clone(), desk, messages).unwrap();
        for n in 0..50 {
            let text = format!("text {n}");
            effects.send(Effect::KeepDraft { place: "here".into(), text }).unwrap();
        }
        drop(effects);
        assert!(worked.recv().is_err(), "closed, with nothing in it");
        let kept = Desk::open(&place.path).unwrap().draft(&place.me, "here").unwrap();
        assert_eq!(kept.as_deref(), Some("text 49"));
    }
}
