//! Why a case does not move: one cause for each open branch and for the case as a whole, found in what its entries
//! made it, with who has it, since when, and what would move it on. Decides nothing and says nothing about blame;
//! what lies outside the case (how much its holder has, how fast they are) is given.

use super::case::{Branch, Case, CaseState, Exception, Place, Task};
use super::catalog::Catalog;
use super::clock::FollowUp;
use super::decide::looked_at_next;
use super::event::{Awaits, Event};
use super::field::is_given;
use super::id::{Handle, TaskId};
use super::instant::Instant;
pub use super::pace::Pace;
use super::party::Party;
use super::process::{Process, Step, StepKind};
pub use super::stuck_fix::Fix;
use super::urgency::Urgency;
use super::zone::Zone;
use super::{entry::Entry, stuck_words, when};
use std::collections::BTreeMap;

/// Somebody who has to act is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    pub person: Handle,
    pub until: Instant,
    /// Who takes their place, and whether it was put before them.
    pub substitute: Option<(Handle, bool)>,
}

/// A branch that a join still waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub step: String,
    /// Who has it; `None` where no branch can bring it any more.
    pub holder: Option<Handle>,
    pub since: Option<Instant>,
    pub due: Option<Instant>,
    pub urgency: Urgency,
}

/// Why something does not move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Offered, and nobody took it.
    NotAccepted {
        to: Party,
        from: Handle,
        gone: Option<Gone>,
        reminded: usize,
        told: bool,
        /// When whoever offered it is told, where nobody has to accept it by a time.
        looks: Option<Instant>,
    },
    /// Declined or taken back, and not offered again.
    Undecided {
        by: Handle,
        why: Option<String>,
    },
    /// Accepted, and nobody began.
    NotStarted {
        by: Handle,
        pace: Pace,
        gone: Option<Gone>,
    },
    /// What the work needs is not there; how often it was asked for.
    Lacks {
        by: Handle,
        what: Vec<String>,
        asked: usize,
    },
    /// Work in hand waits, or a branch where nobody works: until a time that ends it, or one to look at it again.
    Waits {
        by: Handle,
        what: String,
        until: Option<Instant>,
        by_itself: bool,
    },
    /// Somebody works on it and has not finished.
    InWork {
        by: Handle,
        to_do: Vec<String>,
        gone: Option<Gone>,
    },
    /// A decision of several in somebody's hand.
    Votes {
        by: Handle,
        missing: Vec<Handle>,
        given: usize,
        /// No vote can make it pass any more.
        lost: bool,
    },
    Join {
        join: String,
        here: Vec<String>,
        missing: Vec<Missing>,
    },
    Paused {
        why: String,
        until: Option<Instant>,
    },
    Exception {
        text: String,
        to: Vec<Handle>,
    },
}

impl Cause {
    /// The word it is counted under.
    pub fn code(&self) -> &'static str {
        match self {
            Cause::NotAccepted { .. } => "not_accepted",
            Cause::Undecided { .. } => "undecided",
            Cause::NotStarted { .. } => "not_started",
            Cause::Lacks { .. } => "missing",
            Cause::Waits { .. } => "waiting",
            Cause::InWork { .. } => "in_work",
            Cause::Votes { .. } => "votes",
            Cause::Join { .. } => "join",
            Cause::Paused { .. } => "paused",
            Cause::Exception { .. } => "exception",
        }
    }
}

/// One cause with where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    pub cause: Cause,
    /// `None` for the case as a whole.
    pub branch: Option<u32>,
    /// The step's title.
    pub step: String,
    pub since: Instant,
    /// When it is or was due.
    pub due: Option<Instant>,
    /// The office is shut until then.
    pub shut: Option<Instant>,
    pub fix: Fix,
}

/// What is looked at.
pub struct Look<'a> {
    pub case: &'a Case,
    pub process: &'a Process,
    pub catalog: &'a Catalog,
    /// All of the case, oldest first.
    pub entries: &'a [Entry],
    /// Of everybody who has work of the case that was not begun.
    pub pace: &'a BTreeMap<(Handle, TaskId), Pace>,
    pub now: Instant,
}

impl Look<'_> {
    /// Why the case does not move, what needs a decision first; empty for one that is closed.
    pub fn causes(&self) -> Vec<Stuck> {
        if self.case.state != CaseState::Open {
            return Vec::new();
        }
        let open = self.case.exceptions.iter().filter(|(_, e)| e.resolved.is_none());
        let mut causes = open.map(|(n, exception)| self.exception(*n, exception)).collect::<Vec<_>>();
        causes.extend(self.case.paused().filter(|(_, pause)| pause.task.is_none()).map(|(_, pause)| Stuck {
            cause: Cause::Paused { why: pause.reason.clone(), until: pause.until },
            branch: None,
            step: String::new(),
            since: pause.from,
            due: None,
            shut: None,
            fix: Fix::ResumeCase,
        }));
        causes.extend(self.joins());
        let mut branches = self.case.branches.iter().collect::<Vec<_>>();
        branches.sort_by_key(|(_, branch)| branch.since);
        causes.extend(branches.into_iter().filter_map(|(n, branch)| self.branch(*n, branch)));
        causes
    }

    pub(super) fn title(&self, step: &Handle) -> String {
        let known = self.process.step(step).map(|step| step.title.clone());
        known.or_else(|| self.case.free_title(step).map(str::to_string)).unwrap_or_else(|| step.to_string())
    }

    /// The title of the step a branch is at, with the one of a list it is about.
    pub(super) fn title_at(&self, branch: &Branch) -> Option<String> {
        let title = self.title(self.case.step_of(branch)?);
        Some(branch.item.as_ref().map_or_else(|| title.clone(), |item| format!("{title} ({item})")))
    }

    pub(super) fn due(&self, clock: Option<u32>) -> Option<Instant> {
        let clock = self.case.clocks.get(&clock?)?;
        clock.due(self.catalog.calendar(&clock.calendar, clock.calendar_version)?)
    }

    /// When the office opens again, while it is shut; a clock that runs day and night does not wait for it.
    fn shut(&self, clock: Option<u32>) -> Option<Instant> {
        let clock = clock.and_then(|n| self.case.clocks.get(&n));
        if clock.is_some_and(|clock| !clock.goal.unit.is_business()) {
            return None;
        }
        let calendar = self.catalog.calendar_of(self.process)?;
        let (_, calendar) = self.catalog.newest_calendar(&calendar)?;
        if calendar.is_open(self.now) { None } else { calendar.next_opening(self.now) }
    }

    fn gone(&self, person: &Handle, reached: impl Fn(&Handle) -> bool) -> Option<Gone> {
        let until = self.catalog.absence(person, self.now)?.until;
        let substitute = self.catalog.substitute(person, self.now);
        let substitute = substitute.map(|who| (who.clone(), reached(&who)));
        Some(Gone { person: person.clone(), until, substitute })
    }

    /// Who was told by the clock of this branch, each time.
    fn told(&self, clock: Option<u32>) -> impl Iterator<Item = Vec<&Handle>> {
        let fired = clock.and_then(|n| self.case.clocks.get(&n)).map(|clock| clock.fired.as_slice());
        fired.unwrap_or_default().iter().map(|f| f.remind.iter().chain(&f.escalate).collect())
    }

    fn exception(&self, n: u32, exception: &Exception) -> Stuck {
        Stuck {
            cause: Cause::Exception { text: exception.text.clone(), to: exception.to.clone() },
            branch: None,
            step: String::new(),
            since: exception.opened,
            due: None,
            shut: None,
            fix: Fix::Decide(n),
        }
    }

    fn branch(&self, number: u32, branch: &Branch) -> Option<Stuck> {
        let step = self.title_at(branch)?;
        let stuck = |cause, due, fix| {
            let clock = match &branch.place {
                Place::Offered(id) => self.case.handoffs.get(id).and_then(|handoff| handoff.clock),
                Place::Task(id) => self.case.tasks.get(id).and_then(|task| task.clock),
                Place::Held(id) => self.case.decided_by(*id),
                Place::Waiting(_) => None,
            };
            let shut = self.shut(clock);
            Some(Stuck {
                cause,
                branch: Some(number),
                step: step.clone(),
                since: branch.since,
                due,
                shut,
                fix,
            })
        };
        match &branch.place {
            Place::Offered(id) => {
                let handoff = self.case.handoffs.get(id)?;
                let clock = self.case.looked_at(FollowUp::Offer(*id)).or(handoff.clock);
                let told = self.told(clock).collect::<Vec<_>>();
                let person = handoff.to.person();
                let reached = |who: &Handle| told.iter().any(|people| people.contains(&who));
                let gone = person.and_then(|person| self.gone(person, reached));
                let theirs = |who: &&Handle| self.catalog.includes(&handoff.to, who);
                let reminded = told.iter().filter(|people| people.iter().any(theirs)).count();
                // A substitute has what they stand in for in their own inbox.
                let told = gone.as_ref().is_none_or(|gone| gone.substitute.is_some());
                let (to, from) = (handoff.to.clone(), handoff.from.clone());
                let step = self.process.step(&handoff.step);
                let nobody = super::decide::is_for_nobody(self.case, step, handoff, self.catalog);
                let fix = if told && !nobody { Fix::Accept(*id) } else { Fix::Offer(*id) };
                let asked = self.case.looked_at(FollowUp::Offer(*id)).is_some();
                let looks = looked_at_next(self.case, number, self.catalog).filter(|_| asked);
                let due = self.due(handoff.clock);
                stuck(Cause::NotAccepted { to, from, gone, reminded, told, looks }, due, fix)
            }
            Place::Held(id) => {
                let handoff = self.case.handoffs.get(id)?;
                let (why, fix_by) = match &handoff.state {
                    super::case::HandoffState::Declined { reason, text, fix_by, .. } => {
                        let text = if text.is_empty() { String::new() } else { format!(": {text}") };
                        (Some(format!("{}{text}", reason.words())), *fix_by)
                    }
                    _ => (None, None),
                };
                let due = self.due(self.case.decided_by(*id)).or(fix_by);
                let fix = match self.case.free_title(&handoff.step) {
                    Some(_) => Fix::OfferOrDrop(*id, handoff.branch),
                    None => Fix::Offer(*id),
                };
                stuck(Cause::Undecided { by: handoff.from.clone(), why }, due, fix)
            }
            Place::Waiting(n) => {
                let wait = self.case.waits.get(n)?;
                let what = stuck_words::awaited(wait, self.case, self.process.step(&wait.step));
                let until =
                    self.due(wait.clock).or_else(|| self.due(self.case.looked_at(FollowUp::Wait(*n))));
                let (by, by_itself) = (wait.from.clone(), wait.ends_by_itself());
                let fix = match &wait.awaits {
                    Awaits::List(field) => Fix::FillIn(Some(field.clone())),
                    _ if wait.never_comes(self.case) => {
                        let step = self.process.step(&wait.step);
                        Fix::FillIn(step.and_then(|step| step.each.clone()))
                    }
                    _ if wait.is_over(self.case, self.process.step(&wait.step)) => Fix::FillIn(None),
                    _ => Fix::Proceed,
                };
                stuck(Cause::Waits { by, what, until, by_itself }, None, fix)
            }
            Place::Task(id) => {
                let task = self.case.tasks.get(id)?;
                let (cause, fix) = self.work(*id, task);
                let found = stuck(cause, self.due(task.clock), fix)?;
                // What waits in hand began to wait when somebody said so, and not when it was accepted.
                let since = task.waiting().map_or(found.since, |wait| wait.from);
                Some(Stuck { since, ..found })
            }
        }
    }

    fn work(&self, id: TaskId, task: &Task) -> (Cause, Fix) {
        let by = task.holder.clone();
        let step = self.process.step(&task.step);
        if let Some(wait) = task.waiting() {
            let asked = self.asked(id);
            return match step.map(|step| self.lacks(step)).filter(|what| !what.is_empty()) {
                Some(what) => (Cause::Lacks { by, what, asked }, Fix::Resume(id)),
                None => {
                    let looked_at = || self.due(self.case.looked_at(FollowUp::Task(id)));
                    let (what, until) = (wait.reason.clone(), wait.until.or_else(looked_at));
                    (Cause::Waits { by, what, until, by_itself: false }, Fix::Resume(id))
                }
            };
        }
        if let Some(StepKind::Decision { quorum: Some(_) }) = step.map(|step| &step.kind) {
            let voting = super::decide::decision::voting(self.catalog, self.process, self.case, task);
            let (missing, lost) = voting.map(|v| (v.yet.into_iter().collect(), v.lost)).unwrap_or_default();
            return (Cause::Votes { by, missing, given: task.votes.len(), lost }, Fix::Vote(id));
        }
        let gone = self.gone(&task.holder, |who| task.also.contains(who));
        if task.started.is_none() {
            let pace = self.pace.get(&(by.clone(), id)).copied().unwrap_or_default();
            return (Cause::NotStarted { by, pace, gone }, Fix::Start(id));
        }
        let lacks = step.map(|step| self.lacks(step)).unwrap_or_default();
        if !lacks.is_empty() {
            return (Cause::Lacks { by, what: lacks, asked: self.asked(id) }, Fix::HandOn(id));
        }
        let items = step.map(|step| (0u32..).zip(&step.checklist)).into_iter().flatten();
        let to_do = items.filter(|(n, _)| !task.checked.contains(n)).map(|(_, item)| item.clone());
        let mut to_do = to_do.collect::<Vec<_>>();
        let given = |name: &&String| !is_given(self.case.data.get(name.as_str()));
        to_do.extend(step.iter().flat_map(|step| &step.gives).filter(given).map(|name| self.field(name)));
        (Cause::InWork { by, to_do, gone }, Fix::HandOn(id))
    }

    fn field(&self, name: &str) -> String {
        let title = self.process.field(name).and_then(|field| field.title.clone());
        title.unwrap_or_else(|| name.replace('_', " "))
    }

    /// What a step needs from before and does not have.
    fn lacks(&self, step: &Step) -> Vec<String> {
        let data = step.needs.iter().filter(|name| !is_given(self.case.data.get(name.as_str())));
        let documents = step.documents.iter().filter(|title| !self.case.documents.contains_key(*title));
        data.map(|name| self.field(name)).chain(documents.cloned()).collect()
    }

    /// How often somebody asked: each time the work began to wait, and each chaser since.
    fn asked(&self, task: TaskId) -> usize {
        let waits = |entry: &&Entry| match &entry.event {
            Event::TaskWaiting { task: of, .. } => *of == task,
            _ => false,
        };
        let chased = self.entries.iter().filter(|entry| match &entry.event {
            Event::FollowUpCame { clock, .. } => self.case.clocks.get(clock).is_some_and(|clock| {
                clock.on == super::clock::ClockOn::FollowUp(super::clock::FollowUp::Task(task))
            }),
            _ => false,
        });
        self.entries.iter().filter(waits).count() + chased.count()
    }
}

/// What an entry says in the words of a sentence.
pub fn sentence(stuck: &Stuck, now: Instant, zone: &Zone) -> String {
    super::stuck_words::sentence(stuck, now, &|at| when::show(at, now, zone))
}

/// The same in two or three words.
pub fn brief(stuck: &Stuck) -> String {
    super::stuck_words::brief(stuck)
}
