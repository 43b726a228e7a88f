//! Whom of a role work is offered to, where the process leaves it to no chance: a person gets an ordinary
//! offer and still has to accept it. Ties go by handle.

use super::super::case::TaskState;
use super::super::event::Event;
use super::super::id::{Handle, HandoffId};
use super::super::party::Party;
use super::super::process::{Performer, Pick, Step};
use super::able::Able;
use super::{Draft, barred};

/// The party of a new visit to a step: a person out of the role as the step says, else the role.
pub(super) fn of(draft: &Draft<'_>, step: &Step, party: &Party) -> Party {
    choose(draft, step, party, &[]).map_or_else(|| party.clone(), Party::Person)
}

/// The same for a visit that some may have declined: none of them is picked again.
pub(super) fn again(draft: &Draft<'_>, step: &Step, party: &Party, branch: u32, visit: u32) -> Party {
    let members = party.role().and_then(|role| draft.catalog.roles.get(role)).map(|role| &role.members);
    let of = (&step.handle, branch, visit);
    let said_no = |person: &&Handle| barred::said_no(&draft.case, of, person).is_some();
    let declined = members.into_iter().flatten().filter(said_no).cloned().collect::<Vec<_>>();
    choose(draft, step, party, &declined).map_or_else(|| party.clone(), Party::Person)
}

fn choose(draft: &Draft<'_>, step: &Step, party: &Party, declined: &[Handle]) -> Option<Handle> {
    let members = &draft.catalog.roles.get(party.role()?)?.members;
    // In order of handle, so that the first of equals is always the same.
    let able = Able::at(draft, step);
    let mut candidates = members.iter().filter(|person| !declined.contains(person) && able.may(person, None));
    // Whoever is away comes after everybody who is here.
    let away = |person: &Handle| !draft.catalog.is_here(person, draft.ctx.now);
    let loads = &draft.ctx.loads;
    match step.pick {
        Pick::First => None,
        Pick::Previous => {
            let eligible = candidates.collect::<Vec<_>>();
            let worked = draft.case.tasks.values().rev().filter(|task| {
                task.observed && task.state != TaskState::Open && eligible.contains(&&task.holder)
            });
            let worked = worked.collect::<Vec<_>>();
            let same_role = |handle: &Handle| {
                draft.process.step(handle).is_some_and(|s| s.by == Performer::Party(party.clone()))
            };
            let last = worked.iter().find(|task| task.step == step.handle);
            last.or_else(|| worked.iter().find(|task| same_role(&task.step))).map(|task| task.holder.clone())
        }
        Pick::RoundRobin => {
            // Never offered it comes before everybody who was.
            let last = |person: &&Handle| {
                let now = given(draft, person)
                    .filter(|(of, _)| **of == step.handle)
                    .map(|(_, id)| (draft.ctx.now, id));
                let before = loads.offered.get(&(step.handle.clone(), Handle::clone(person))).copied();
                (away(person), now.max().or(before), given(draft, person).count())
            };
            candidates.by_ref().min_by_key(last).cloned()
        }
        Pick::LeastLoaded => {
            let load = |person: &&Handle| {
                let open = loads.open.get(*person).copied().unwrap_or(0) as usize;
                (away(person), open + given(draft, person).count())
            };
            candidates.by_ref().min_by_key(load).cloned()
        }
    }
}

/// What this very command offered somebody by name so far, as it does for each of a list or each arm of a split.
fn given<'d>(draft: &'d Draft<'_>, person: &'d Handle) -> impl Iterator<Item = (&'d Handle, HandoffId)> + 'd {
    draft.events().iter().filter_map(move |event| match event {
        Event::HandoffOffered { step, to, handoff, .. } if to.person() == Some(person) => {
            Some((step, *handoff))
        }
        _ => None,
    })
}
