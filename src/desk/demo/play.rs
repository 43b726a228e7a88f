//! Plays the cases in the order of time across all of them: a queue of who does what next, each act a command
//! at its instant, and each entry that comes of it the reason for the next act. When people act is `timing`;
//! how a case gets stuck is `stuck`.

mod stuck;
mod timing;

use super::Known;
use super::company::{Company, Kind, Stall, Texts};
use super::dice::Dice;
use super::draw::Source;
use super::scene::Scene;
use crate::desk::{Desk, Error};
use crate::domain::calendar::Calendar;
use crate::domain::case::Case;
use crate::domain::command::{Command, CompleteTask, Context, StartCase};
use crate::domain::decide::rungs;
use crate::domain::event::{Actor, DeclineReason, Event, ExceptionKind, SubjectId, Values};
use crate::domain::process::{Performer, Process, Step};
use crate::domain::record::FieldType;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, Span, TaskId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What somebody will do.
#[derive(Debug)]
enum Act {
    Start(usize),
    Accept {
        handoff: HandoffId,
        by: Handle,
        say: Option<String>,
    },
    Decline {
        handoff: HandoffId,
        by: Handle,
        reason: DeclineReason,
        text: String,
        then: Option<Handle>,
    },
    Recall {
        handoff: HandoffId,
        by: Handle,
        reason: String,
        again: bool,
    },
    Offer {
        branch: u32,
        by: Handle,
        to: Option<Party>,
    },
    Begin {
        task: TaskId,
        by: Handle,
        finish: Instant,
    },
    /// The work of a stall is begun and stays so.
    BeginOnly {
        task: TaskId,
        by: Handle,
    },
    Wait {
        task: TaskId,
        by: Handle,
        until: Instant,
    },
    Resume {
        task: TaskId,
        by: Handle,
    },
    Finish {
        task: TaskId,
        by: Handle,
        to: Option<Party>,
        note: Option<String>,
    },
    Resolve {
        exception: u32,
        by: Handle,
    },
    Clocks,
}

/// What a clock looked like when its next turn was worked out.
type Seen = (usize, bool, usize, bool);

/// A case under way.
struct Run {
    kind: usize,
    record: Option<usize>,
    stall: Option<usize>,
    process: Arc<Process>,
    calendar: Arc<Calendar>,
    data: Texts,
    /// The step that a stall is about was offered.
    arrived: bool,
    turns: BTreeMap<u32, (Seen, Option<Instant>)>,
    /// When the clocks are looked at next.
    next: Option<Instant>,
}

/// The whole play.
pub(super) struct Play<'a> {
    desk: &'a mut Desk,
    company: &'a Company,
    zone: &'a Zone,
    dice: Dice,
    now: Instant,
    scenes: Vec<Scene>,
    records: Vec<Known<'a>>,
    runs: BTreeMap<CaseId, Run>,
    /// By instant, and in the order they were thought of.
    queue: BTreeMap<(Instant, u64), (CaseId, Act)>,
    thought: u64,
}

const NO_CASE: CaseId = CaseId(0);

impl<'a> Play<'a> {
    pub fn new(
        desk: &'a mut Desk,
        company: &'a Company,
        zone: &'a Zone,
        dice: Dice,
        now: Instant,
        scenes: Vec<Scene>,
        records: Vec<Known<'a>>,
    ) -> Play<'a> {
        let (runs, queue) = (BTreeMap::new(), BTreeMap::new());
        Play { desk, company, zone, dice, now, scenes, records, runs, queue, thought: 0 }
    }

    /// Plays until now; what would be done later stays undone, and that is what is open.
    pub fn run(mut self) -> Result<(), Error> {
        for n in 0..self.scenes.len() {
            let start = self.first_instant(n)?;
            self.later(start, NO_CASE, Act::Start(n));
        }
        while let Some(((at, _), (case, act))) = self.queue.pop_first() {
            if at > self.now {
                break;
            }
            self.act(at, case, act)?;
        }
        Ok(())
    }

    fn later(&mut self, at: Instant, case: CaseId, act: Act) {
        self.thought += 1;
        self.queue.insert((at, self.thought), (case, act));
    }

    fn process_of(&mut self, kind: usize) -> Result<Arc<Process>, Error> {
        let catalog = self.desk.catalog()?;
        let handle = &self.company.process.get(kind).ok_or(Error::Busy)?.process;
        catalog.newest(handle).map(|(_, process)| process.clone()).ok_or(Error::Busy)
    }

    fn calendar_of(&mut self, process: &Process) -> Result<Arc<Calendar>, Error> {
        let catalog = self.desk.catalog()?;
        let calendar = catalog.calendar_of(process).ok_or(Error::Busy)?;
        catalog.newest_calendar(&calendar).map(|(_, calendar)| calendar.clone()).ok_or(Error::Busy)
    }

    fn act(&mut self, at: Instant, case: CaseId, act: Act) -> Result<(), Error> {
        let (by, command) = match act {
            Act::Start(n) => return self.start(at, n),
            Act::Clocks => return self.clocks(at, case),
            Act::Accept { handoff, by, say } => {
                (by, Command::AcceptHandoff { case, handoff, next_action: say })
            }
            Act::Decline { handoff, by, reason, text, then } => {
                if let (Some(then), Some((from, branch))) = (then, self.sender(case, handoff)) {
                    let again = self.soon(case, at, 20.0, 240.0);
                    self.later(again, case, Act::Offer { branch, by: from, to: Some(Party::Person(then)) });
                }
                (by, Command::DeclineHandoff { case, handoff, reason, text })
            }
            Act::Recall { handoff, by, reason, again } => {
                if let (true, Some((_, branch))) = (again, self.sender(case, handoff)) {
                    let at = self.soon(case, at, 30.0, 200.0);
                    self.later(at, case, Act::Offer { branch, by: by.clone(), to: None });
                }
                (by, Command::RecallHandoff { case, handoff, reason: Some(reason) })
            }
            Act::Offer { branch, by, to } => {
                let note = self.note(case, 60);
                (by, Command::OfferHandoff { case, branch, to, note })
            }
            Act::Begin { task, by, finish } => {
                self.plan_finish(at, case, task, &by, finish);
                (by, Command::StartTask { case, task })
            }
            Act::BeginOnly { task, by } => (by, Command::StartTask { case, task }),
            Act::Wait { task, by, until } => {
                const REASONS: [&str; 5] = [
                    "an answer from outside",
                    "a document that is on its way",
                    "the date the other side names",
                    "a part that is ordered",
                    "somebody who is back on that day",
                ];
                let reason = self.dice.pick(&REASONS).copied().unwrap_or_default().to_string();
                self.later(until, case, Act::Resume { task, by: by.clone() });
                (by, Command::WaitTask { case, task, reason, until: Some(until) })
            }
            Act::Resume { task, by } => (by, Command::ResumeTask { case, task }),
            Act::Finish { task, by, to, note } => {
                let Some(complete) = self.complete(at, case, task, to, note) else { return Ok(()) };
                (by, Command::CompleteTask(complete))
            }
            Act::Resolve { exception, by } => {
                let text = "Seen; it was brought in afterwards.".to_string();
                (by, Command::ResolveException { case, exception, text })
            }
        };
        self.give(at, &by, command)
    }

    /// Gives a command and thinks of what follows from it.
    fn give(&mut self, at: Instant, by: &Handle, command: Command) -> Result<(), Error> {
        let ctx = Context::by(by, at, self.dice.op(at));
        let done = self.desk.execute(&command, &ctx)?;
        let SubjectId::Case(case) = done.subject else { return Ok(()) };
        let taken = done.events.iter().filter_map(|event| match event {
            Event::HandoffAccepted { handoff, .. } => Some(*handoff),
            _ => None,
        });
        let taken = taken.collect::<BTreeSet<_>>();
        for event in &done.events {
            match event {
                Event::HandoffOffered { handoff, step, from, to, branch, .. } if !taken.contains(handoff) => {
                    self.offered(at, case, *handoff, *branch, step, from, to)?;
                }
                Event::HandoffAccepted { task, by, .. } => self.accepted(at, case, *task, by)?,
                Event::ExceptionOpened { exception, kind: ExceptionKind::SentAnyway, to, .. } => {
                    if let Some(by) = to.first().cloned() {
                        let days = self.dice.between(0.2, 4.0);
                        let at = self.soon(case, at, 480.0 * days, 480.0 * days + 200.0);
                        self.later(at, case, Act::Resolve { exception: *exception, by });
                    }
                }
                _ => {}
            }
        }
        self.wind(at, case)
    }

    fn start(&mut self, at: Instant, n: usize) -> Result<(), Error> {
        let scene = self.scenes.get(n).cloned().ok_or(Error::Busy)?;
        let process = self.process_of(scene.kind)?;
        let calendar = self.calendar_of(&process)?;
        let stall = self.stall(scene.stall);
        let source = self.source(scene.kind, scene.record, scene.stall).ok_or(Error::Busy)?;
        let mut dice = self.dice.clone();
        let mut data = Texts::new();
        for field in process.data.iter().filter(|field| field.required) {
            if let Some(text) = source.value(field, &data, at, &mut dice) {
                data.insert(field.name.clone(), text);
            }
        }
        let title = match stall {
            Some(stall) => stall.title.clone(),
            None => {
                let pattern = dice.pick(&source.kind.titles).cloned().unwrap_or_default();
                source.fill(&pattern, &data, &mut dice)
            }
        };
        self.dice = dice;
        let about = scene.record.and_then(|n| self.records.get(n));
        let about = about.map(|(id, record)| (*id, record.kind.clone(), record.name.clone()));
        let first = process.steps.first().cloned().ok_or(Error::Busy)?;
        let (by, to) = self.starter(&first, &data, stall).ok_or(Error::Busy)?;
        let note = match to {
            None if stall.is_none() => self.note_of(scene.kind, 40),
            _ => None,
        };
        let start = StartCase {
            process: Some(process.handle.clone()),
            title: Some(title),
            about,
            data: data.iter().map(|(field, text)| (field.clone(), text.clone())).collect(),
            to,
            note,
            urgent: stall.is_none() && self.dice.chance(4),
        };
        let run = Run {
            kind: scene.kind,
            record: scene.record,
            stall: scene.stall,
            process,
            calendar,
            data,
            arrived: false,
            turns: BTreeMap::new(),
            next: None,
        };
        // The number is known before the case is: what follows from its start looks the run up.
        let number = self.desk.store().head()?.numbers.case;
        self.runs.insert(CaseId(number), run);
        self.give(at, &by, Command::StartCase(start))
    }

    /// Who starts a case, and whether they take its first step in hand themselves.
    fn starter(
        &mut self,
        first: &Step,
        data: &Texts,
        stall: Option<&Stall>,
    ) -> Option<(Handle, Option<Party>)> {
        let people = match &first.by {
            Performer::Data(field) => data
                .get(field)
                .and_then(|text| text.trim_start_matches('@').parse().ok())
                .into_iter()
                .collect(),
            Performer::Party(party) => self.people(party),
        };
        let from = stall.and_then(|stall| stall.from.person()).filter(|from| people.contains(from));
        let own = from.cloned().or_else(|| self.dice.pick(&people).cloned())?;
        if stall.is_some() || self.dice.chance(60) {
            return Some((own.clone(), Some(Party::Person(own))));
        }
        let other = self.dice.pick(&self.company.person).map(|person| person.handle.clone());
        Some(match &first.by {
            Performer::Party(_) => (other.unwrap_or(own), None),
            Performer::Data(_) => (own, None),
        })
    }

    fn people(&self, party: &Party) -> Vec<Handle> {
        match party {
            Party::Person(person) => vec![person.clone()],
            Party::Role(role) => {
                let role = self.company.role.iter().find(|known| &known.handle == role);
                role.map(|role| role.members.clone()).unwrap_or_default()
            }
            Party::Contact => Vec::new(),
        }
    }

    fn stall(&self, n: Option<usize>) -> Option<&'a Stall> {
        self.company.stall.get(n?)
    }

    fn kind(&self, case: CaseId) -> Option<&'a Kind> {
        self.company.process.get(self.runs.get(&case)?.kind)
    }

    fn source(&self, kind: usize, record: Option<usize>, stall: Option<usize>) -> Option<Source<'a>> {
        Some(Source {
            kind: self.company.process.get(kind)?,
            record: record.and_then(|n| self.records.get(n).copied()),
            fixed: self.stall(stall).map(|stall| &stall.data),
            zone: self.zone,
        })
    }

    fn case(&self, id: CaseId) -> Option<&Case> {
        self.desk.kept.get(&SubjectId::Case(id))?.subject.case()
    }

    fn sender(&self, case: CaseId, handoff: HandoffId) -> Option<(Handle, u32)> {
        let handoff = self.case(case)?.handoffs.get(&handoff)?;
        Some((handoff.from.clone(), handoff.branch))
    }

    fn note(&mut self, case: CaseId, percent: usize) -> Option<String> {
        let kind = self.runs.get(&case)?.kind;
        self.note_of(kind, percent)
    }

    fn note_of(&mut self, kind: usize, percent: usize) -> Option<String> {
        let kind = self.company.process.get(kind)?;
        self.dice.chance(percent).then(|| self.dice.pick(&kind.notes).cloned()).flatten()
    }

    /// What is filled in at the end of a step. A field that has a value keeps it, except a choice and what
    /// follows something the same step gives: those are drawn anew at every visit, which ends the loops.
    fn draw(&self, at: Instant, case: CaseId, step: &Step, dice: &mut Dice) -> Option<Texts> {
        let run = self.runs.get(&case)?;
        let source = self.source(run.kind, run.record, run.stall)?;
        let (mut data, mut drawn) = (run.data.clone(), Texts::new());
        for name in &step.gives {
            let field = run.process.field(name)?;
            let follows = source.kind.follows.iter().any(|f| &f.field == name && step.gives.contains(&f.of));
            let anew = matches!(field.kind, FieldType::Choice { .. }) || follows;
            if data.contains_key(name) && !anew {
                continue;
            }
            if let Some(text) = source.value(field, &data, at, dice) {
                data.insert(name.clone(), text.clone());
                drawn.insert(name.clone(), text);
            }
        }
        Some(drawn)
    }

    fn complete(
        &mut self,
        at: Instant,
        case: CaseId,
        task: TaskId,
        to: Option<Party>,
        note: Option<String>,
    ) -> Option<CompleteTask> {
        let step = self.case(case)?.tasks.get(&task)?.step.clone();
        let step = self.runs.get(&case)?.process.step(&step)?.clone();
        let mut dice = self.dice.clone();
        let drawn = self.draw(at, case, &step, &mut dice)?;
        self.dice = dice;
        let run = self.runs.get_mut(&case)?;
        run.data.extend(drawn.iter().map(|(field, text)| (field.clone(), text.clone())));
        let stalls = run.stall.is_some();
        let hasty = !stalls && self.dice.chance(2);
        Some(CompleteTask {
            case,
            task,
            data: drawn.into_iter().collect(),
            to,
            note: note.or_else(|| if stalls { None } else { self.note(case, 35) }),
            all_checked: !hasty,
            anyway: hasty.then(|| "They wait for it; the rest follows tomorrow".to_string()),
        })
    }

    /// What time alone brings, and when to look again.
    fn clocks(&mut self, at: Instant, case: CaseId) -> Result<(), Error> {
        match self.runs.get_mut(&case) {
            Some(run) if run.next == Some(at) => run.next = None,
            // The clock was stopped or paused meanwhile.
            _ => return Ok(()),
        }
        let op = self.dice.op(at);
        let ctx = Context { now: at, actor: Actor::Tick, op, record: Values::new() };
        self.desk.execute(&Command::RunClocks { case }, &ctx)?;
        self.wind(at, case)
    }

    fn wind(&mut self, at: Instant, id: CaseId) -> Result<(), Error> {
        // Keeps the subject at hand when the file is larger than what the desk keeps.
        if self.case(id).is_none() {
            self.desk.load(SubjectId::Case(id))?;
        }
        let Some(case) = self.desk.kept.get(&SubjectId::Case(id)).and_then(|kept| kept.subject.case()) else {
            return Ok(());
        };
        let Some(run) = self.runs.get_mut(&id) else { return Ok(()) };
        let mut next = None::<Instant>;
        for (n, clock) in case.clocks.iter().filter(|(_, clock)| clock.is_open()) {
            let seen = (clock.pauses.len(), clock.is_paused(), clock.fired.len(), clock.breached.is_some());
            let turn = match run.turns.get(n) {
                Some((before, turn)) if *before == seen => *turn,
                _ => {
                    let turn = clock.next_at(&run.calendar, rungs(&run.process, clock.on.kind()));
                    run.turns.insert(*n, (seen, turn));
                    turn
                }
            };
            next = next.into_iter().chain(turn).min();
        }
        // What is due now has just had its turn.
        let next = next.map(|next| next.max(at + Span(1)));
        if run.next != next {
            run.next = next;
            if let Some(next) = next {
                self.later(next, id, Act::Clocks);
            }
        }
        if case_is_over(self.case(id)) {
            self.runs.remove(&id);
        }
        Ok(())
    }
}

fn case_is_over(case: Option<&Case>) -> bool {
    case.is_some_and(|case| {
        case.branches.is_empty() && case.exceptions.values().all(|e| e.resolved.is_some())
    })
}
