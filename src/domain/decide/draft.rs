//! A decision in the making: the case as it will be, so that what follows from an event is decided on the
//! state after it.

use super::super::absence::Right;
use super::super::case::{Branch, Case, CaseState, Task, TaskState};
use super::super::catalog::Catalog;
use super::super::command::{Context, Numbers};
use super::super::event::{Actor, AtWait, ClockStart, Entry, Event, ExceptionKind, SubjectId};
use super::super::free;
use super::super::goal::Goal;
use super::super::id::{Handle, HandoffId, TaskId};
use super::super::instant::Instant;
use super::super::overtaken::Thing;
use super::super::party::Party;
use super::super::process::{Process, Step};
use super::super::refusal::Refusal;
use super::contract::Lack;
use super::{permit, recipients};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many steps that need nobody are passed in one go. More is a circle that `check` did not find.
const MOST_PASSED: usize = 100;

/// The case under decision with everything the rules look at.
pub(super) struct Draft<'a> {
    pub case: Case,
    pub catalog: &'a Catalog,
    pub process: Arc<Process>,
    pub ctx: &'a Context,
    pub numbers: Numbers,
    /// For whom the actor acts, once a rule has asked: a person says only who they are.
    pub on_behalf: OnceCell<Handle>,
    /// Whom the actor stands in for who may work here, where the actor may not.
    pub let_in_for: Option<Handle>,
    /// What steps lack that work has come to, until somebody is asked for it or told.
    pub lacks: Vec<Lack>,
    events: Vec<Event>,
    /// For whom the actor acted when the first event happened. That is found out once at most and stays, so that
    /// who acts at the end acted all along where the two are the same.
    at_first: OnceCell<Option<Handle>>,
    /// Branches of a split that have not come to their step yet, while others of it go on already.
    bound: BTreeMap<u32, Handle>,
}

impl<'a> Draft<'a> {
    pub fn of(
        case: &Case,
        catalog: &'a Catalog,
        ctx: &'a Context,
        numbers: Numbers,
    ) -> Result<Draft<'a>, Refusal> {
        let process = case.definition(catalog).ok_or_else(|| {
            Refusal::not_found(
                format!(
                    "{} runs version {} of `{}`, which is not here.",
                    case.id, case.version, case.process
                ),
                "`baton doctor` looks the file over.",
            )
        })?;
        Ok(Draft::new(case.clone(), catalog, process, ctx, numbers))
    }

    /// The draft of a case whose first event is `event`.
    pub fn begin(
        id: super::super::CaseId,
        event: Event,
        catalog: &'a Catalog,
        process: Arc<Process>,
        ctx: &'a Context,
        numbers: Numbers,
    ) -> Option<Draft<'a>> {
        let entry = entry(event, ctx, id);
        let case = Case::begin(id, &entry, Some(&process))?;
        let mut draft = Draft::new(case, catalog, process, ctx, numbers);
        draft.events.push(entry.event);
        Some(draft)
    }

    fn new(
        case: Case,
        catalog: &'a Catalog,
        process: Arc<Process>,
        ctx: &'a Context,
        numbers: Numbers,
    ) -> Draft<'a> {
        Draft {
            case,
            catalog,
            process,
            ctx,
            numbers,
            on_behalf: OnceCell::new(),
            let_in_for: None,
            lacks: Vec::new(),
            events: Vec::new(),
            at_first: OnceCell::new(),
            bound: BTreeMap::new(),
        }
    }

    /// Lets an event happen.
    pub fn push(&mut self, event: Event) {
        let entry = Entry { actor: self.acting(), ..entry(event, self.ctx, self.case.id) };
        self.at_first.get_or_init(|| self.acts_for().cloned());
        // The number of an entry is given when it is written; a draft has none.
        let seq = self.case.seq;
        self.case.apply(&entry);
        self.case.seq = seq;
        free::learn(&mut self.process, &entry.event);
        self.events.push(entry.event);
    }

    /// What has happened so far.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The case as it has become, with what has happened; `None` where the journal will say of some of that that
    /// somebody was acted for, which was not known yet when it happened here.
    pub fn finish_with_case(self) -> (Vec<Event>, Numbers, Option<Arc<Case>>) {
        let told = self.at_first.get().is_none_or(|of| of.as_ref() == self.acts_for());
        (self.events, self.numbers, told.then(|| Arc::new(self.case)))
    }

    pub fn finish(self) -> (Vec<Event>, Numbers) {
        (self.events, self.numbers)
    }

    /// The person who acts; a refusal for the tick, which never does what a person must.
    pub fn actor(&self) -> Result<Handle, Refusal> {
        self.ctx.actor.person().cloned().ok_or_else(|| {
            Refusal::not_yours("Only a person can do this.", "Say who you are with `--as HANDLE`.")
        })
    }

    /// Whether the actor is this person or stands in for them. Notes for whom they act.
    pub fn acts_as(&self, actor: &Handle, person: &Handle) -> bool {
        let acts = self.catalog.acts_as(actor, person, self.ctx.now);
        if acts && actor != person {
            self.on_behalf.get_or_init(|| person.clone());
        }
        acts
    }

    /// Whether the actor may take what is offered to this party. Notes for whom they act.
    pub fn may_take(&self, actor: &Handle, party: &Party) -> bool {
        match self.catalog.right_to(actor, party, self.ctx.now) {
            Some(Right::For(of)) => {
                self.on_behalf.get_or_init(|| of);
                true
            }
            own => own.is_some(),
        }
    }

    /// For whom the actor acts, where they do not act for themselves.
    pub fn acts_for(&self) -> Option<&Handle> {
        self.on_behalf.get().or(self.let_in_for.as_ref())
    }

    /// Who acts, as the journal names them.
    pub fn acting(&self) -> Actor {
        match (&self.ctx.actor, self.acts_for()) {
            (Actor::Person(person), Some(of)) => Actor::Substitute { person: person.clone(), of: of.clone() },
            (actor, _) => actor.clone(),
        }
    }

    /// The person who hands work over: whoever acts, and where something goes on by itself whoever answers for
    /// the case; an admin where that is nobody here, so that it is not dropped.
    pub fn sender(&self) -> Result<Handle, Refusal> {
        let answers = || recipients::who_answers(&self.case.accountable, self.catalog, self.ctx.now);
        let admin = || self.catalog.admins().find(|admin| self.catalog.works_here(admin)).cloned();
        let somebody = self.ctx.actor.person().cloned().or_else(answers).or_else(admin);
        somebody.ok_or_else(|| {
            Refusal::not_now(
                format!("Nobody answers for this: {} is nobody here.", self.case.accountable),
                "Let somebody belong to that role.",
            )
        })
    }

    pub fn not_for_ever(&self, step: &Step) -> Result<(), Refusal> {
        if self.passed() > MOST_PASSED {
            return Err(Refusal::not_now(
                format!("`{}` would go round for ever by itself.", step.title),
                "Change the data, or let the process have a step for a person or a wait in that circle.",
            ));
        }
        Ok(())
    }

    /// How many steps that need nobody this decision came to. One that is done for each of a list is one.
    fn passed(&self) -> usize {
        let several = self.events.iter().filter_map(|event| match event {
            Event::BranchSplit { into, items, .. } if !items.is_empty() => Some(into),
            _ => None,
        });
        let several = several.flatten().collect::<BTreeSet<_>>();
        let passed = self.events.iter().filter(|event| match event {
            Event::StepPassed { branch, .. } | Event::WaitBegun { branch, .. } => !several.contains(branch),
            Event::BranchSplit { items, .. } => !items.is_empty(),
            _ => false,
        });
        passed.count()
    }

    /// Branches are about to be taken to these steps, one after the other.
    pub fn sends_out(&mut self, to: impl IntoIterator<Item = (u32, Handle)>) {
        self.bound.extend(to);
    }

    /// Whether a branch that was sent out is still to be taken there: the one before it may have ended it.
    pub fn sets_out(&mut self, branch: u32) -> bool {
        self.bound.remove(&branch).is_some() && self.case.branches.contains_key(&branch)
    }

    /// The step an open branch is at, or is about to be taken to.
    pub fn step_of<'s>(&'s self, number: u32, branch: &'s Branch) -> Option<&'s Handle> {
        self.bound.get(&number).or_else(|| self.case.step_of(branch))
    }

    /// Tries something; when it is refused, nothing of it has happened.
    pub fn attempt(
        &mut self,
        work: impl FnOnce(&mut Draft<'a>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.try_out(work, |done| done.is_err())
    }

    /// What would come of something; nothing of it has happened.
    pub fn foresee<T>(&mut self, work: impl FnOnce(&mut Draft<'a>) -> T) -> T {
        self.try_out(work, |_| true)
    }

    fn try_out<T>(&mut self, work: impl FnOnce(&mut Draft<'a>) -> T, back: impl FnOnce(&T) -> bool) -> T {
        let (case, numbers, events) = (self.case.clone(), self.numbers, self.events.len());
        let (bound, lacks) = (self.bound.clone(), self.lacks.clone());
        let done = work(self);
        if back(&done) {
            self.bound = bound;
            self.lacks = lacks;
            self.case = case;
            self.numbers = numbers;
            self.events.truncate(events);
        }
        done
    }

    pub fn step(&self, handle: &Handle) -> Result<Step, Refusal> {
        self.process.step(handle).cloned().ok_or_else(|| {
            Refusal::not_found(
                format!("`{}` has no step `{handle}`.", self.process.handle),
                "`baton process show` lists the steps.",
            )
        })
    }

    pub fn must_be_open(&self) -> Result<(), Refusal> {
        match &self.case.state {
            CaseState::Open => Ok(()),
            CaseState::Done { .. } => Err(Refusal::overtaken(
                format!("{} is done.", self.case.id),
                format!("`baton case reopen {} --reason …` takes it up again.", self.case.id),
                Thing::Case,
            )),
            CaseState::Withdrawn { reason, .. } => Err(Refusal::overtaken(
                format!("{} was withdrawn: {reason}.", self.case.id),
                format!("`baton case reopen {} --reason …` takes it up again.", self.case.id),
                Thing::Case,
            )),
        }
    }

    pub fn open_task(&self, id: TaskId) -> Result<Task, Refusal> {
        self.must_be_open()?;
        match self.case.tasks.get(&id) {
            Some(task) if task.state == TaskState::Open => Ok(task.clone()),
            Some(task) if matches!(task.state, TaskState::Returned { .. }) => Err(Refusal::overtaken(
                format!("{id} was sent back already."),
                format!(
                    "It is done again once what it went back to has come; `baton case show {}` shows where that is.",
                    self.case.id
                ),
                Thing::Task(id),
            )),
            Some(_) => Err(Refusal::overtaken(
                format!("{id} is finished already."),
                format!("`baton case show {}` shows where the work is now.", self.case.id),
                Thing::Task(id),
            )),
            None => Err(Refusal::not_found(
                format!("There is no task {id} in {}.", self.case.id),
                "`baton task list` shows yours.",
            )),
        }
    }

    /// Whether the person answers for this case or for this step's people, and so may move what is
    /// somebody else's: the accountable party, the lead of the step's role, a lead here, an admin. Notes for
    /// whom they act.
    pub fn may_steer(&self, person: &Handle, step: &Handle) -> bool {
        super::who_could::lead_of(self.catalog, &self.process, step) == Some(person)
            || permit::leads_case(self.catalog, &self.case, person)
            || self.may_take(person, &self.case.accountable)
    }

    /// Who hears of an exception: whoever answers for the case and can act now, and failing that the admins.
    pub fn exception_receivers(&self) -> Vec<Handle> {
        self.catalog.asked_of(&self.case.accountable, self.ctx.now).into_iter().collect()
    }

    pub fn branch(&self, number: u32) -> Result<Branch, Refusal> {
        self.must_be_open()?;
        self.case.branches.get(&number).cloned().ok_or_else(|| {
            Refusal::not_now(
                format!("{} has no open work there.", self.case.id),
                format!("`baton case show {}` shows where the work is now.", self.case.id),
            )
        })
    }

    pub fn clock_start(&self, goal: Option<Goal>) -> Result<Option<ClockStart>, Refusal> {
        goal.map(|goal| self.clock_to(goal, None)).transpose()
    }

    /// A clock that runs for a length of time, or until an instant.
    pub fn clock_to(&self, goal: Goal, until: Option<Instant>) -> Result<ClockStart, Refusal> {
        let missing = |name: &str| {
            Refusal::not_found(
                format!("There is no calendar `{name}` to count {goal} in."),
                "`baton calendar apply FILE` brings calendars in.",
            )
        };
        let calendar = self.catalog.calendar_of(&self.process).ok_or_else(|| missing("office"))?;
        let (calendar_version, _) =
            self.catalog.newest_calendar(&calendar).ok_or_else(|| missing(calendar.as_str()))?;
        let clock = self.case.clocks.keys().max().map_or(1, |n| n + 1);
        Ok(ClockStart { clock, goal, calendar, calendar_version, until, climbs: None })
    }

    pub fn take_handoff(&mut self) -> HandoffId {
        self.numbers.take_handoff()
    }

    pub fn open_exception(&mut self, kind: ExceptionKind, text: String, to: Vec<Handle>) {
        let exception = self.case.exceptions.keys().max().map_or(1, |n| n + 1);
        self.push(Event::ExceptionOpened { exception, kind, text, to, at: None });
    }

    /// Opens one that stands until a wait goes on.
    pub fn open_exception_at(&mut self, at: AtWait, text: String, to: Vec<Handle>) {
        let exception = self.case.exceptions.keys().max().map_or(1, |n| n + 1);
        self.push(Event::ExceptionOpened { exception, kind: ExceptionKind::Stuck, text, to, at: Some(at) });
    }
}

fn entry(event: Event, ctx: &Context, case: super::super::CaseId) -> Entry {
    Entry { seq: 0, at: ctx.now, actor: ctx.actor.clone(), subject: SubjectId::Case(case), op: ctx.op, event }
}
