//! The offer itself: a handoff with its acceptance clock, accepted at once where sender and receiver are the same
//! person; and what clocks run to where other times were agreed on.

use super::super::agreed::Agreed;
use super::super::event::{ClockStart, Event};
use super::super::goal::Goal;
use super::super::id::Handle;
use super::super::instant::Instant;
use super::super::ladder::UNWATCHED;
use super::super::party::Party;
use super::super::process::Step;
use super::super::refusal::Refusal;
use super::flow::must_exist;
use super::wait::NOTHING;
use super::{Draft, action, barred, duties};

/// One offer in the making.
pub(super) struct Offer {
    pub to: Party,
    pub note: Option<String>,
    /// Which visit to the step it is.
    pub occurrence: u32,
    /// The sender just did work as the very role that does this step.
    pub continues: bool,
    pub agreed: Agreed,
    /// The clock whose ladder goes on, where a rung of it makes the offer.
    pub climbs: Option<u32>,
}

impl Offer {
    /// The first offer of a first visit, of which nothing more is said.
    pub fn to(to: Party) -> Offer {
        let agreed = Agreed::default();
        Offer { to, note: None, occurrence: 1, continues: false, agreed, climbs: None }
    }
}

/// Offers a branch for a step, and accepts at once where sender and receiver are the same person: the named
/// person, the only member of the role, or one who goes on as that very role.
pub(super) fn offer(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    from: &Handle,
    offer: Offer,
) -> Result<(), Refusal> {
    let Offer { to, note, occurrence, continues, agreed, climbs } = offer;
    must_exist(draft, &to)?;
    agreed.must_lie_ahead(draft.ctx.now)?;
    let handoff = draft.take_handoff();
    let answer = to_accept(draft, step, agreed, climbs)?;
    let may = |person| duties::may_act(&draft.case, &draft.process, step, person, None);
    let acts_alone = draft.ctx.actor.person() == Some(from);
    // Where whoever takes it says what they do next, nobody takes it without a word.
    let same =
        acts_alone
            && !step.ask_next
            && match &to {
                Party::Person(person) => person == from,
                Party::Role(role) => draft.catalog.roles.get(role).is_some_and(|role| {
                    role.members.contains(from) && (continues || role.members.len() == 1)
                }),
                Party::Contact => false,
            }
            && may(from).is_ok()
            && barred::said_no(&draft.case, (&step.handle, branch, occurrence), from).is_none();
    if let Party::Person(person) = &to {
        may(person)?;
    }
    draft.push(Event::HandoffOffered {
        handoff,
        branch,
        step: step.handle.clone(),
        occurrence,
        from: from.clone(),
        to,
        task: None,
        note,
        // Nobody has to be told, so nothing has to be accepted in time.
        clock: answer.clock.filter(|_| !same),
        due: agreed.due,
        follow_up: answer.follow_up.filter(|_| !same),
    });
    if same {
        let task = draft.numbers.take_task();
        let goal = action::goal_for(step.goal, step.urgent_goal, draft.case.urgent);
        let clock = to_work(draft, goal, agreed.due)?;
        draft.push(Event::HandoffAccepted {
            handoff,
            task,
            by: from.clone(),
            implicit: true,
            next_action: None,
            next_at: None,
            clock,
        });
    }
    Ok(())
}

/// What runs until an offer is answered: one of the two.
pub(super) struct ToAnswer {
    pub clock: Option<ClockStart>,
    pub follow_up: Option<ClockStart>,
}

/// The acceptance clock: for as long as the step says, unless a time was agreed on. Where neither says, whoever offers it
/// is told of it as of everything else that waits; nobody is kept from offering for want of a calendar.
pub(super) fn to_accept(
    draft: &Draft<'_>,
    step: &Step,
    agreed: Agreed,
    climbs: Option<u32>,
) -> Result<ToAnswer, Refusal> {
    let clock = to_work(draft, step.accept, agreed.accept_by)?.map(|start| ClockStart { climbs, ..start });
    let follow_up = match clock {
        Some(_) => None,
        None => draft.clock_to(UNWATCHED, None).ok(),
    };
    Ok(ToAnswer { clock, follow_up })
}

/// A clock for the length of a goal, unless a time was agreed on: then until that.
pub(super) fn to_work(
    draft: &Draft<'_>,
    goal: Option<Goal>,
    until: Option<Instant>,
) -> Result<Option<ClockStart>, Refusal> {
    match until {
        Some(_) => draft.clock_to(goal.unwrap_or(NOTHING), until).map(Some),
        None => draft.clock_start(goal),
    }
}
