//! Plays the cases in the order of time across all of them: a queue of who does what next, each act a command
//! at its instant, and each entry that comes of it the reason for the next act. When people act is `timing`;
//! how a case gets stuck is `stuck`.

mod clocks;
mod filling;
mod follow;
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
use crate::domain::command::{Command, Context};
use crate::domain::event::{DeclineReason, SubjectId};
use crate::domain::process::Process;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, TaskId};
use std::collections::BTreeMap;
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
        reason: Option<String>,
    },
    Delegate {
        task: TaskId,
        by: Handle,
        to: Handle,
        note: String,
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
/// After how many acts what was done is made durable; the sample company has fewer.
const AT_ONCE: usize = 50_000;

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
    pub fn run(mut self, on_progress: &mut dyn FnMut(u64, u64)) -> Result<(), Error> {
        for n in 0..self.scenes.len() {
            let start = self.first_instant(n)?;
            self.later(start, NO_CASE, Act::Start(n));
        }
        let (mut acts, mut begun) = (0usize, 0u64);
        while let Some(((at, _), (case, act))) = self.queue.pop_first() {
            if at > self.now {
                break;
            }
            begun += u64::from(matches!(act, Act::Start(_)));
            self.at_hand(case)?;
            self.act(at, case, act)?;
            acts += 1;
            if acts.is_multiple_of(AT_ONCE) {
                self.desk.so_far()?;
                on_progress(begun, self.scenes.len() as u64);
            }
        }
        self.desk.pass_reviews(self.now)?;
        // What follows from the entries was done as they were written; the first look of the chores need not
        // read all of it again.
        self.desk.followed()
    }

    /// What comes next is read off the case, also when there are more of them than the desk keeps.
    fn at_hand(&mut self, id: CaseId) -> Result<(), Error> {
        if self.runs.contains_key(&id) && self.case(id).is_none() {
            self.desk.load(SubjectId::Case(id))?;
        }
        Ok(())
    }

    fn later(&mut self, at: Instant, case: CaseId, act: Act) {
        self.thought += 1;
        self.queue.insert((at, self.thought), (case, act));
    }

    /// The case before this one that is most like it, where that is why it is declined.
    fn alike(&self, case: CaseId, reason: &DeclineReason) -> Option<CaseId> {
        let kind = self.runs.get(&case).filter(|_| *reason == DeclineReason::Duplicate)?.kind;
        let before = || self.runs.range(..case).rev();
        let same = before().find(|(_, run)| run.kind == kind).or_else(|| before().next());
        same.map(|(id, _)| *id)
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
                (by, Command::AcceptHandoff { case, handoff, next_action: say, when: None })
            }
            Act::Decline { handoff, by, reason, text, then } => {
                if let (Some(then), Some((from, branch))) = (then, self.sender(case, handoff)) {
                    let again = self.soon(case, at, 20.0, 240.0);
                    self.later(again, case, Act::Offer { branch, by: from, to: Some(Party::Person(then)) });
                }
                let (fix_by, duplicate_of) = (None, self.alike(case, &reason));
                // The very first case of all is a duplicate of none.
                let reason = match (&reason, duplicate_of) {
                    (DeclineReason::Duplicate, None) => DeclineReason::Other,
                    _ => reason,
                };
                (by, Command::DeclineHandoff { case, handoff, reason, text, fix_by, duplicate_of })
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
                (by, Command::OfferHandoff { case, branch, to, note, agreed: Default::default() })
            }
            Act::Begin { task, by, finish } => {
                self.plan_finish(at, case, task, &by, finish);
                (by, Command::StartTask { case, task })
            }
            Act::BeginOnly { task, by } => (by, Command::StartTask { case, task }),
            Act::Wait { task, by, until, reason } => {
                const REASONS: [&str; 5] = [
                    "an answer from outside",
                    "a document that is on its way",
                    "the date the other side names",
                    "a part that is ordered",
                    "somebody who is back on that day",
                ];
                let drawn = || self.dice.pick(&REASONS).copied().unwrap_or_default().to_string();
                let reason = reason.unwrap_or_else(drawn);
                self.later(until, case, Act::Resume { task, by: by.clone() });
                (by, Command::WaitTask { case, task, reason, until: Some(until) })
            }
            Act::Delegate { task, by, to, note } => {
                (by, Command::DelegateTask { case, task, to, note: Some(note) })
            }
            Act::Resume { task, by } => (by, Command::ResumeTask { case, task }),
            Act::Finish { task, by, to, note } => {
                if !self.may_finish(case, task, &by) {
                    return Ok(());
                }
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
        self.follow(at, case, &done.events)?;
        self.wind(at, case)
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
}
