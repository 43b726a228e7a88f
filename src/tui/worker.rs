//! The two workers: one for the person's commands and questions, one for the chores and for noticing what
//! others wrote. Each has its own connection, so that a chore never delays a key. They answer with messages
//! and know nothing of the model.

use super::msg::{Effect, Loaded, Msg, Query};
use crate::clock::Clock;
use crate::desk::{CaseFilter, Desk, Error, Lease, Series, TEMPLATES};
use crate::domain::command::{Command, Context};
use crate::domain::event::{OpId, SubjectId};
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, Span, story};
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
}

/// Starts the worker for the person; effects go in at the sender that comes back.
pub fn start(place: Place, mut desk: Desk, messages: Sender<Msg>) -> std::io::Result<Sender<Effect>> {
    let (effects, asked) = channel::<Effect>();
    thread::Builder::new().name("desk".into()).spawn(move || {
        for effect in asked {
            let answer = |msg: Msg| messages.send(msg).is_ok();
            let going = match serve(&mut desk, &place, effect) {
                Ok(answers) => answers.into_iter().all(answer),
                Err(error) => answer(Msg::Failed { sentence: error.to_string(), hint: error.hint() }),
            };
            // The head tells the model whether what it shows is stale, after our own writing too.
            let head = desk.head().map(Msg::Moved);
            if !going || head.is_ok_and(|moved| messages.send(moved).is_err()) {
                break;
            }
        }
    })?;
    Ok(effects)
}

fn op() -> OpId {
    OpId(Uuid::now_v7())
}

fn serve(desk: &mut Desk, place: &Place, effect: Effect) -> Result<Vec<Msg>, Error> {
    let now = place.clock.now();
    Ok(match effect {
        Effect::Load(query) => vec![Msg::Loaded(Box::new(load(desk, place, query)?))],
        Effect::Do(commands) => carry_out(desk, place, commands)?,
        Effect::SetUp { templates } => set_up(desk, place, &templates)?,
        Effect::Undo | Effect::Redo => {
            let redo = matches!(effect, Effect::Redo);
            let ctx = Context::by(&place.me, now, op());
            let (subject, _) = if redo { desk.redo(&ctx)? } else { desk.undo(&ctx)? };
            let word = if redo { "Done again" } else { "Taken back" };
            let receipt = format!("{word}: your last action on {subject}.");
            vec![done(receipt, subject, false)]
        }
        Effect::KeepDraft { place: at, text } => {
            desk.keep_draft(&place.me, &at, &text)?;
            Vec::new()
        }
        Effect::LoadDraft(at) => match desk.draft(&place.me, &at)? {
            Some(text) => vec![Msg::Draft { place: at, text }],
            None => Vec::new(),
        },
        Effect::Copy(_) | Effect::Suspend | Effect::Redraw | Effect::Bell | Effect::Quit => Vec::new(),
    })
}

fn load(desk: &mut Desk, place: &Place, query: Query) -> Result<Loaded, Error> {
    let now = place.clock.now();
    Ok(match query {
        Query::Catalog => Loaded::Catalog(desk.catalog()?),
        Query::Inbox => Loaded::Inbox(desk.inbox(&place.me, now)?),
        Query::Case(id) => Loaded::Case(desk.case(id, now)?),
        Query::Board(process) => Loaded::Board(desk.board(&process, now)?),
        Query::Records => Loaded::Records(desk.records(None, false, now)?),
        Query::Record(id) => Loaded::Record(desk.record(id)?),
        Query::Figures { process, days } => {
            let from = now - Span::DAY.times(i64::from(days));
            Loaded::Figures(desk.figures(&process, from, now, now)?)
        }
        Query::Cases { title, ids } => {
            let filter = CaseFilter { ids: Some(ids), ..CaseFilter::default() };
            Loaded::Cases { title, cases: desk.cases(&filter)? }
        }
    })
}

fn set_up(desk: &mut Desk, place: &Place, templates: &[&'static str]) -> Result<Vec<Msg>, Error> {
    let mut next = op;
    let mut by = Series { person: place.me.clone(), now: place.clock.now(), op: &mut next };
    let company = format!("{}'s desk", place.me);
    desk.set_up(&mut by, &company, &place.zone)?;
    for wanted in templates {
        for template in TEMPLATES.iter().filter(|template| template.handle == *wanted) {
            desk.bring_in(&mut by, template.process()?)?;
        }
    }
    let receipt = match templates {
        [] => "Everything is ready. n starts a case, : does anything.".to_string(),
        named => format!("{} is here. n starts a case.", named.join(", ")),
    };
    Ok(vec![
        Msg::Loaded(Box::new(Loaded::Catalog(desk.catalog()?))),
        done(receipt, SubjectId::Catalog, false),
    ])
}

/// Carries commands out in order; one that is refused stops the rest, and what was done before stands and is
/// said.
fn carry_out(desk: &mut Desk, place: &Place, commands: Vec<Command>) -> Result<Vec<Msg>, Error> {
    let (mut told, mut subject) = (Vec::new(), None);
    let (asked, mut carried) = (commands.len(), 0);
    for command in &commands {
        let ctx = Context::by(&place.me, place.clock.now(), op());
        match desk.execute(command, &ctx) {
            Ok(outcome) => {
                carried += 1;
                subject = Some(outcome.subject);
                if !outcome.events.is_empty() {
                    told.push(receipt(desk, &outcome.events, outcome.subject, &ctx)?);
                }
            }
            Err(error) if told.is_empty() => return Err(error),
            Err(error) => {
                let sentence = format!("{carried} of {asked} done, then: {error}");
                return Ok(vec![Msg::Failed { sentence, hint: error.hint() }]);
            }
        }
    }
    let receipt = match told.as_slice() {
        [] => "Nothing had to change.".to_string(),
        [.., last] if told.len() < 4 => last.clone(),
        many => format!("{} done.", many.len()),
    };
    Ok(vec![done(receipt, subject.unwrap_or(SubjectId::Catalog), !told.is_empty())])
}

fn receipt(
    desk: &mut Desk,
    events: &[crate::domain::event::Event],
    subject: SubjectId,
    ctx: &Context,
) -> Result<String, Error> {
    let zone = desk.zone();
    let process = match subject {
        SubjectId::Case(id) => Some(desk.case(id, ctx.now)?.process),
        SubjectId::Record(_) | SubjectId::Catalog => None,
    };
    let told = story::receipt(events, process.as_deref(), ctx.now, &ctx.actor, &zone);
    Ok(format!("{subject}: {told}."))
}

fn done(receipt: String, subject: SubjectId, undoable: bool) -> Msg {
    let case: Option<CaseId> = match subject {
        SubjectId::Case(id) => Some(id),
        _ => None,
    };
    let record = match subject {
        SubjectId::Record(id) => Some(id),
        _ => None,
    };
    Msg::Done { receipt, case, record, undoable: undoable && subject != SubjectId::Catalog }
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
                let _ = desk.tick(lease, place.clock.now(), &mut op);
            }
            rounds = rounds.wrapping_add(1);
            // Our own tick does not show in `foreign_changes`, so the head is what is compared.
            let head = desk.head().ok();
            if let Some(moved) = head.filter(|_| head != seen)
                && messages.send(Msg::Moved(moved)).is_err()
            {
                return;
            }
            seen = head;
            match until.recv_timeout(LOOK) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return,
            }
        }
    })?;
    Ok(())
}
