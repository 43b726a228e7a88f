//! A case as this program told it in a log it wrote, for another file to have the same figures of it: when it was
//! registered, what was offered to whom, and what came of each row. What is told whole is as if it had been done here:
//! it has rows of its own, and no figure takes it for a log that knows no offers.

use super::case::{Branch, Case, CaseState, Handoff, HandoffState, Place, Task, TaskState};
use super::case_import::Foreign;
use super::clock::ClockOn;
use super::decline::DeclineReason;
use super::event::ClockStart;
use super::event::{Entry, Event};
use super::flow::Pushed;
use super::id::{Handle, HandoffId, TaskId};
use super::imported::ImportedRow;
use super::instant::Instant;
use super::party::Party;
use super::process::Process;
use super::task::Wait;
use serde::{Deserialize, Serialize};

/// What is told of a case beside its rows. Steps and people are numbers and handles in the journal, and in a log what
/// they are called there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole<S, P> {
    pub started: Instant,
    /// `None` where the case goes on.
    pub ended: Option<Instant>,
    /// Of each row, in their order.
    pub work: Vec<WholeWork>,
    /// In the order they were made.
    pub offers: Vec<WholeOffer<S, P>>,
    /// Until when it was to be done, as a log says it; in the journal the clock that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockStart>,
    /// What it is called, where that is not its name in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Why it was withdrawn, where it was; `ended` says when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// How often somebody had to be pushed in it.
    #[serde(default, skip_serializing_if = "Pushed::is_nothing")]
    pub pushed: Pushed,
}

/// What is told of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeWork {
    /// When it waited in hand, for what is over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<(Instant, Instant)>,
    /// It was sent back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<WholeReturn>,
    /// Work before it was done again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub superseded: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// What it was for, where a step is done once for each of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// As [`Whole::due`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockStart>,
}

/// To which row work was sent back, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeReturn {
    pub to: usize,
    pub reason: String,
}

/// An offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeOffer<S, P> {
    pub step: S,
    pub from_step: Option<S>,
    pub from: P,
    pub to: To<P>,
    pub offered: Instant,
    pub became: WholeBecame<P>,
    /// The row of the work that was handed on, or sent back, with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_on: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<usize>,
    /// As [`Whole::due`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockStart>,
    /// The same for whoever sent it and has it back: until when they decide again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide_by: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide_clock: Option<ClockStart>,
}

/// Whom something was offered to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To<P> {
    Person(P),
    Role(Handle),
    Contact,
}

/// What came of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WholeBecame<P> {
    Open,
    Accepted {
        at: Instant,
        by: P,
        implicit: bool,
    },
    /// `held` where whoever sent it has it still.
    Declined {
        at: Instant,
        by: Option<P>,
        reason: DeclineReason,
        text: String,
        held: bool,
    },
    Recalled {
        at: Instant,
        by: Option<P>,
        held: bool,
    },
    Closed {
        at: Instant,
    },
}

impl<S, P> Whole<S, P> {
    /// The same with steps and people by other names; `None` where one has none.
    pub fn named<T, Q>(
        self,
        mut step: impl FnMut(S) -> Option<T>,
        mut person: impl FnMut(P) -> Option<Q>,
    ) -> Option<Whole<T, Q>> {
        let Whole { started, ended, work, offers, due, clock, title, withdrawn, pushed } = self;
        let offers = offers.into_iter().map(|offer| {
            Some(WholeOffer {
                step: step(offer.step)?,
                from_step: match offer.from_step {
                    Some(from) => Some(step(from)?),
                    None => None,
                },
                from: person(offer.from)?,
                to: match offer.to {
                    To::Person(of) => To::Person(person(of)?),
                    To::Role(role) => To::Role(role),
                    To::Contact => To::Contact,
                },
                offered: offer.offered,
                became: offer.became.named(&mut person)?,
                passed_on: offer.passed_on,
                back: offer.back,
                due: offer.due,
                clock: offer.clock,
                decide_by: offer.decide_by,
                decide_clock: offer.decide_clock,
            })
        });
        let offers = offers.collect::<Option<Vec<_>>>()?;
        Some(Whole { started, ended, work, offers, due, clock, title, withdrawn, pushed })
    }

    /// How many branches are open.
    pub fn open(&self) -> usize {
        let offered = self.offers.iter().filter(|offer| offer.became.is_open() && offer.passed_on.is_none());
        self.work.iter().filter(|work| work.open).count() + offered.count()
    }
}

impl<P> WholeBecame<P> {
    fn named<Q>(self, mut person: impl FnMut(P) -> Option<Q>) -> Option<WholeBecame<Q>> {
        let mut maybe = |of: Option<P>| match of {
            Some(of) => person(of).map(Some),
            None => Some(None),
        };
        Some(match self {
            WholeBecame::Open => WholeBecame::Open,
            WholeBecame::Accepted { at, by, implicit } => {
                WholeBecame::Accepted { at, by: maybe(Some(by))??, implicit }
            }
            WholeBecame::Declined { at, by, reason, text, held } => {
                WholeBecame::Declined { at, by: maybe(by)?, reason, text, held }
            }
            WholeBecame::Recalled { at, by, held } => WholeBecame::Recalled { at, by: maybe(by)?, held },
            WholeBecame::Closed { at } => WholeBecame::Closed { at },
        })
    }

    /// When it was over; `None` where a branch is at the offer that nobody has answered.
    fn ended(&self) -> Option<Instant> {
        match self {
            WholeBecame::Open => None,
            WholeBecame::Accepted { at, .. }
            | WholeBecame::Declined { at, .. }
            | WholeBecame::Recalled { at, .. }
            | WholeBecame::Closed { at } => Some(*at),
        }
    }

    /// Whether a branch is at the offer.
    pub fn is_open(&self) -> bool {
        match self {
            WholeBecame::Open => true,
            WholeBecame::Declined { held, .. } | WholeBecame::Recalled { held, .. } => *held,
            WholeBecame::Accepted { .. } | WholeBecame::Closed { .. } => false,
        }
    }
}

impl Case {
    /// All of a case that is told whole.
    pub(super) fn import_whole(&mut self, entry: &Entry, process: &Process) {
        let Event::CaseImported {
            foreign,
            rows,
            whole: Some(whole),
            first_task,
            first_handoff,
            accountable,
            ..
        } = &entry.event
        else {
            return;
        };
        let numbers = (*first_task, *first_handoff);
        self.foreign = Some(Foreign {
            id: foreign.clone(),
            rows: rows.len(),
            tasks: numbers.0..numbers.0,
            handoffs: numbers.1..numbers.1,
        });
        self.started = whole.started;
        if let Some(title) = &whole.title {
            self.title.clone_from(title);
        }
        // Somebody has to be responsible where the log names nobody.
        let unknown = accountable.person().or(entry.actor.person());
        self.tell_work(whole, rows, numbers, process, unknown);
        self.tell_offers(whole, numbers, process);
        self.tell_promise(ClockOn::Case, whole.clock.as_ref(), whole.started, whole.ended);
        self.last_branch = self.last_branch.max(1);
        let rows_end = rows.iter().map(|row| row.end);
        let last = whole.ended.or(rows_end.max()).unwrap_or(whole.started);
        (self.touched, self.moved) = (last, last);
        if let Some(at) = whole.ended {
            self.state = match whole.withdrawn.clone() {
                Some(reason) => CaseState::Withdrawn { reason, at, duplicate_of: None },
                None => CaseState::Done { outcome: None, at },
            };
        }
    }

    fn tell_work(
        &mut self,
        whole: &Whole<u32, Handle>,
        rows: &[ImportedRow],
        (first_task, first_handoff): (TaskId, HandoffId),
        process: &Process,
        unknown: Option<&Handle>,
    ) {
        for ((row, told), n) in rows.iter().zip(&whole.work).zip(0..) {
            let id = TaskId(first_task.0 + n);
            let Some(step) = process.steps.get(row.step as usize).map(|step| &step.handle) else { continue };
            let Some(holder) = row.resource.as_ref().or(unknown) else { continue };
            let visits = self.visits.entry(step.clone()).or_default();
            *visits += 1;
            let brought = |offer: &WholeOffer<u32, Handle>| {
                offer.step == row.step
                    && matches!(&offer.became, WholeBecame::Accepted { at, .. } if *at == row.start)
            };
            let brought = (0..).zip(&whole.offers).find(|(_, offer)| brought(offer));
            let brought = brought.map_or(HandoffId(0), |(n, _)| HandoffId(first_handoff.0 + n));
            let branch = if told.open { self.open_branch(Place::Task(id), row.start) } else { 1 };
            let occurrence = self.visits.get(step).copied().unwrap_or(1);
            let clock = told.clock.as_ref();
            let mut task = Task::open(
                branch,
                step.clone(),
                occurrence,
                holder.clone(),
                brought,
                row.start,
                clock.map(|start| start.clock),
            );
            task.started = Some(row.start);
            task.observed = row.resource.is_some();
            task.superseded = told.superseded;
            task.item.clone_from(&told.item);
            let waited = |(from, to): &(Instant, Instant)| Wait {
                from: *from,
                to: Some(*to),
                reason: String::new(),
                until: None,
            };
            task.waits = told.waits.iter().map(waited).collect();
            task.state = match (&told.returned, told.open) {
                (_, true) => TaskState::Open,
                (Some(back), _) => {
                    TaskState::Returned { at: row.end, again: TaskId(first_task.0 + back.to as i64) }
                }
                (None, _) => TaskState::Done { at: row.end },
            };
            self.tasks.insert(id, task);
            self.tell_promise(ClockOn::Work(id), clock, row.start, (!told.open).then_some(row.end));
        }
    }

    fn tell_offers(
        &mut self,
        whole: &Whole<u32, Handle>,
        (first_task, first_handoff): (TaskId, HandoffId),
        process: &Process,
    ) {
        let row = |n: usize| TaskId(first_task.0 + n as i64);
        let handle = |step: u32| process.steps.get(step as usize).map(|step| step.handle.clone());
        for (offer, n) in whole.offers.iter().zip(0..) {
            let id = HandoffId(first_handoff.0 + n);
            let Some(step) = handle(offer.step) else { continue };
            let (task, at) = (offer.passed_on.map(row), offer.offered);
            let branch = match (&offer.became, task) {
                // Work that is handed on stays where it is until somebody takes it.
                (became, Some(task)) if became.is_open() => {
                    self.tasks.get(&task).map_or(1, |task| task.branch)
                }
                (WholeBecame::Open, None) => self.open_branch(Place::Offered(id), at),
                (became, None) if became.is_open() => self.open_branch(Place::Held(id), at),
                _ => 1,
            };
            if let (WholeBecame::Open, Some(_), Some(branch)) =
                (&offer.became, task, self.branches.get_mut(&branch))
            {
                branch.place = Place::Offered(id);
            }
            let ended = offer.became.ended();
            let state = match offer.became.clone() {
                WholeBecame::Open => HandoffState::Offered,
                WholeBecame::Accepted { at, by, implicit } => HandoffState::Accepted { by, at, implicit },
                WholeBecame::Declined { at, by, reason, text, .. } => {
                    HandoffState::Declined { reason, text, at, by, fix_by: None, duplicate_of: None }
                }
                WholeBecame::Recalled { at, by, .. } => HandoffState::Recalled { at, by },
                WholeBecame::Closed { at } => HandoffState::Closed { at },
            };
            let handoff = Handoff {
                branch,
                step: step.clone(),
                from_step: offer.from_step.and_then(handle),
                occurrence: self.visits.get(&step).copied().unwrap_or(1),
                from: offer.from.clone(),
                to: match &offer.to {
                    To::Person(person) => Party::Person(person.clone()),
                    To::Role(role) => Party::Role(role.clone()),
                    To::Contact => Party::Contact,
                },
                task,
                note: None,
                offered: at,
                clock: offer.clock.as_ref().map(|start| start.clock),
                due: None,
                back: offer.back.map(row),
                state,
            };
            self.handoffs.insert(id, handoff);
            self.tell_promise(ClockOn::Accept(id), offer.clock.as_ref(), at, ended);
            self.start_clock(ClockOn::Decide(id), offer.decide_clock.as_ref(), ended.unwrap_or(at));
        }
    }

    /// A clock that runs, or that ran until something was over.
    fn tell_promise(&mut self, on: ClockOn, start: Option<&ClockStart>, at: Instant, ended: Option<Instant>) {
        self.start_clock(on, start, at);
        let Some((start, ended)) = start.zip(ended) else { return };
        if let Some(clock) = self.clocks.get_mut(&start.clock) {
            clock.stop(ended);
            clock.breached = start.until.filter(|due| ended > *due);
        }
    }

    fn open_branch(&mut self, place: Place, since: Instant) -> u32 {
        self.last_branch += 1;
        self.branches.insert(self.last_branch, Branch::outside(place, since));
        self.last_branch
    }
}
