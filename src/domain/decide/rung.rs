//! What a rung does beside telling people: raise, release, reassign, open an exception. Everything happens in
//! the batch of its firing; nothing is ever accepted here, and what cannot be done is said.

use super::super::agreed::Agreed;
use super::super::case::{Handoff, HandoffState, Place};
use super::super::clock::ClockOn;
use super::super::event::{Event, ExceptionKind};
use super::super::id::{Handle, HandoffId};
use super::super::ladder::Rung;
use super::super::party::Party;
use super::super::process::Step;
use super::super::refusal::Refusal;
use super::able::Able;
use super::flow::Offer;
use super::{Draft, barred, clocks, flow, hand_on, offering};

/// One thing to do.
enum Deed {
    Raise,
    /// Takes an open offer back and makes another.
    OfferAnew {
        handoff: HandoffId,
        before: Box<Handoff>,
        step: Box<Step>,
        to: Party,
    },
    /// Offers again what was declined or recalled.
    OfferAgain {
        before: Box<Handoff>,
        step: Box<Step>,
        to: Party,
    },
    /// Offers work in hand.
    OfferWork {
        branch: u32,
        from: Handle,
        step: Box<Step>,
        to: Party,
    },
    Exception(String),
}

/// What a rung will do, and what to say of that and of what it cannot do.
#[derive(Default)]
pub(super) struct Plan {
    deeds: Vec<Deed>,
    pub said: Vec<String>,
    /// Whom it should have been offered to, and why it was not.
    kept_back: Option<String>,
}

impl Plan {
    pub fn does_something(&self) -> bool {
        !self.deeds.is_empty()
    }

    /// What to ask of whoever answers for the case, where all this was for was an offer that could not be made.
    pub fn in_vain(&self) -> Option<String> {
        self.kept_back.clone().filter(|_| self.deeds.is_empty())
    }

    fn keep_back(&mut self, step: &Step, to: &Party, why: &str) {
        self.said.push(format!("not offered to {to}, {why}"));
        self.kept_back = Some(format!("`{}` was not offered to {to}, {why}.", step.title));
    }
}

/// Looks what there is to do for a rung of the clock on `on`.
pub(super) fn plan(draft: &Draft<'_>, on: ClockOn, rung: &Rung) -> Plan {
    let mut plan = Plan::default();
    if rung.raise {
        match draft.case.urgent {
            true => plan.said.push("the case is urgent already".to_string()),
            false => {
                plan.said.push("made the case urgent".to_string());
                plan.deeds.push(Deed::Raise);
            }
        }
    }
    if rung.release {
        let step = step_of(draft, on);
        match step.as_ref().and_then(hand_on::role_of) {
            Some(role) => move_to(draft, on, Party::Role(role), "release", &mut plan),
            None => plan.said.push("nothing to release to a role".to_string()),
        }
    }
    if let Some(to) = &rung.reassign {
        move_to(draft, on, to.clone(), "reassign", &mut plan);
    }
    if let Some(text) = &rung.exception {
        match is_asked(draft, text) {
            true => plan.said.push("the exception is open already".to_string()),
            false => {
                plan.said.push("opened an exception".to_string());
                plan.deeds.push(Deed::Exception(text.clone()));
            }
        }
    }
    plan
}

fn step_of(draft: &Draft<'_>, on: ClockOn) -> Option<Step> {
    let handle = match on {
        ClockOn::Accept(handoff) | ClockOn::Decide(handoff) => &draft.case.handoffs.get(&handoff)?.step,
        ClockOn::Work(task) => &draft.case.tasks.get(&task)?.step,
        ClockOn::Case | ClockOn::Wait(_) | ClockOn::FollowUp(_) => return None,
    };
    draft.process.step(handle).cloned()
}

/// Plans the offer of what the clock measures to a party, unless it is with them, or they declined it.
fn move_to(draft: &Draft<'_>, on: ClockOn, to: Party, verb: &str, plan: &mut Plan) {
    let offers = |deed: &Deed| {
        matches!(deed, Deed::OfferAnew { .. } | Deed::OfferAgain { .. } | Deed::OfferWork { .. })
    };
    if plan.deeds.iter().any(offers) {
        return plan.said.push(format!("nothing left to {verb}"));
    }
    let Some(step) = step_of(draft, on) else {
        return plan.said.push(format!("nothing to {verb}"));
    };
    if flow::must_exist(draft, &to).is_err() {
        let Some(person) = to.person() else { return plan.said.push(format!("nothing to {verb}")) };
        let why = match draft.catalog.works_here(person) {
            true => "who may only look at it",
            false => "who does not work here",
        };
        return plan.keep_back(&step, &to, why);
    }
    // Work is not taken from people who are here for somebody who is not.
    if draft.catalog.available(&to, draft.ctx.now).is_empty() {
        let why = if to.person().is_some() { "who is away" } else { "of whom nobody is here" };
        return plan.keep_back(&step, &to, why);
    }
    if Able::at(draft, &step).of(&to).is_empty() {
        let why = match to.person() {
            Some(_) => "who did a step it has to be done without",
            None => "of whom nobody who is here may do it",
        };
        return plan.keep_back(&step, &to, why);
    }
    let declined = |branch: u32, visit: u32| {
        barred::declined(draft, &to, &step, (&step.handle, branch, visit)).is_some()
    };
    match on {
        ClockOn::Accept(id) => match draft.case.handoffs.get(&id) {
            Some(open) if open.state == HandoffState::Offered && open.to != to => {
                if declined(open.branch, open.occurrence) {
                    return plan.keep_back(&step, &to, "who declined it");
                }
                if open.task.is_some() && to.person() == Some(&open.from) {
                    return plan.said.push(format!("{to} has it in hand"));
                }
                plan.said.push(format!("offered to {to} instead of {}", open.to));
                let before = Box::new(open.clone());
                plan.deeds.push(Deed::OfferAnew { handoff: id, before, step: Box::new(step), to });
            }
            Some(open) if open.state == HandoffState::Offered => {
                plan.said.push(format!("nothing to {verb}: offered to {to} already"));
            }
            _ => plan.said.push(format!("nothing to {verb}")),
        },
        ClockOn::Decide(id) => match draft.case.handoffs.get(&id) {
            Some(held) if to.person() == Some(&held.from) => {
                plan.said.push(format!("nothing to {verb}: it lies with {to} already"));
            }
            Some(held) if declined(held.branch, held.occurrence) => {
                plan.keep_back(&step, &to, "who declined it");
            }
            Some(held) => {
                plan.said.push(format!("offered to {to}"));
                let before = Box::new(held.clone());
                plan.deeds.push(Deed::OfferAgain { before, step: Box::new(step), to });
            }
            None => plan.said.push(format!("nothing to {verb}")),
        },
        ClockOn::Work(id) => {
            let Some(task) = draft.case.tasks.get(&id) else {
                return plan.said.push(format!("nothing to {verb}"));
            };
            let in_hand = draft.case.branches.get(&task.branch).map(|b| &b.place) == Some(&Place::Task(id));
            if !in_hand || to.person() == Some(&task.holder) {
                return plan.said.push(format!("nothing to {verb}"));
            }
            if declined(task.branch, task.occurrence) {
                return plan.keep_back(&step, &to, "who declined it");
            }
            plan.said.push(format!("offered to {to}"));
            let (branch, from) = (task.branch, task.holder.clone());
            plan.deeds.push(Deed::OfferWork { branch, from, step: Box::new(step), to });
        }
        ClockOn::Case | ClockOn::Wait(_) | ClockOn::FollowUp(_) => {
            plan.said.push(format!("nothing to {verb}"))
        }
    }
}

/// Does what was planned for a rung of clock `n`. An offer it moves goes on climbing the same ladder: whoever is asked
/// next has a time of their own to accept, and no rung comes again or is lost.
pub(super) fn perform(draft: &mut Draft<'_>, plan: Plan, n: u32) -> Result<(), Refusal> {
    for deed in plan.deeds {
        if matches!(deed, Deed::OfferAnew { .. } | Deed::OfferAgain { .. }) {
            clocks::note_taken_back(draft, n);
        }
        match deed {
            Deed::Raise => super::action::make_urgent(draft, true)?,
            Deed::OfferAnew { handoff, before, step, to } => {
                let reason = Some(format!("not accepted in time; offered to {to}"));
                draft.push(Event::HandoffRecalled { handoff, reason, clock: None });
                let Handoff { branch, occurrence, from, note, task, .. } = *before;
                match task {
                    Some(_) => {
                        offer_work(draft, branch, from, &step, (to, note), Agreed::default(), Some(n))?
                    }
                    None => {
                        let offer = Offer { note, occurrence, climbs: Some(n), ..Offer::to(to) };
                        flow::offer(draft, branch, &step, &from, offer)?;
                    }
                }
            }
            Deed::OfferAgain { before, step, to } => {
                let Handoff { branch, occurrence, from, note, .. } = *before;
                let offer = Offer { note, occurrence, climbs: Some(n), ..Offer::to(to) };
                flow::offer(draft, branch, &step, &from, offer)?;
            }
            Deed::OfferWork { branch, from, step, to } => {
                offer_work(draft, branch, from, &step, (to, None), Agreed::default(), None)?
            }
            Deed::Exception(text) => ask(draft, text),
        }
    }
    Ok(())
}

fn is_asked(draft: &Draft<'_>, text: &str) -> bool {
    let mut exceptions = draft.case.exceptions.values();
    exceptions.any(|e| e.kind == ExceptionKind::Rung && e.resolved.is_none() && e.text == text)
}

/// Puts a question to whoever answers for the case, once for as long as it is open.
pub(super) fn ask(draft: &mut Draft<'_>, text: String) {
    if !is_asked(draft, &text) {
        let people = draft.exception_receivers();
        draft.open_exception(ExceptionKind::Rung, text, people);
    }
}

/// Offers what is in somebody's hand on a branch.
pub(super) fn offer_work(
    draft: &mut Draft<'_>,
    branch: u32,
    from: Handle,
    step: &Step,
    (to, note): (Party, Option<String>),
    agreed: Agreed,
    climbs: Option<u32>,
) -> Result<(), Refusal> {
    let Place::Task(task) = draft.branch(branch)?.place else { return Ok(()) };
    agreed.must_lie_ahead(draft.ctx.now)?;
    let occurrence = draft.open_task(task)?.occurrence;
    let answer = offering::to_accept(draft, step, agreed, climbs)?;
    let handoff = draft.take_handoff();
    draft.push(Event::HandoffOffered {
        handoff,
        branch,
        step: step.handle.clone(),
        occurrence,
        from,
        to,
        task: Some(task),
        note,
        clock: answer.clock,
        due: agreed.due,
        follow_up: answer.follow_up,
    });
    Ok(())
}
