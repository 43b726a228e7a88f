//! Who may not take an offer although it is made to a role of theirs: whoever said no to this very visit, and whoever
//! did a step that this one must not be done by the same people as. Decides about nobody by itself.

use super::super::case::{Case, Handoff, HandoffState};
use super::super::catalog::Catalog;
use super::super::event::Event;
use super::super::id::{Handle, HandoffId};
use super::super::party::Party;
use super::super::process::Step;
use super::super::refusal::Refusal;
use super::able::Able;
use super::{Draft, duties};
use std::collections::BTreeSet;

/// One visit to a step: the step, the branch and which visit it is.
pub(super) type Visit<'v> = (&'v Handle, u32, u32);

/// The visit a handoff brings, or goes on with.
pub(super) fn visit(handoff: &Handoff) -> Visit<'_> {
    (&handoff.step, handoff.branch, handoff.occurrence)
}

/// What was declined of a visit, newest first, and whose answer it was.
fn declined_of<'c>(
    case: &'c Case,
    of: Visit<'_>,
) -> impl Iterator<Item = (HandoffId, &'c Handoff, Option<&'c Handle>)> {
    case.handoffs.iter().rev().filter_map(move |(id, handoff)| match &handoff.state {
        HandoffState::Declined { by, .. } if visit(handoff) == of => {
            Some((*id, handoff, by.as_ref().or(handoff.to.person())))
        }
        _ => None,
    })
}

/// The handoff with which somebody said no to a visit.
pub(super) fn said_no(case: &Case, of: Visit<'_>, person: &Handle) -> Option<HandoffId> {
    declined_of(case, of).find(|(.., by)| *by == Some(person)).map(|(id, ..)| id)
}

/// Everybody who may not take what is offered to a role, in order of handle.
pub fn barred(case: &Case, step: Option<&Step>, handoff: &Handoff) -> Vec<Handle> {
    let no = declined_of(case, visit(handoff)).filter_map(|(.., by)| by);
    let eyes = step.into_iter().flat_map(|step| &step.not_by).flat_map(|other| duties::who_did(case, other));
    no.chain(eyes).cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

/// The handoff with which this party said no to a visit: a person themselves, a role where nobody is left of it who
/// could take it. Whoever answered for a role of which nobody is left to ask may be asked by name once more.
pub(super) fn declined(draft: &Draft<'_>, to: &Party, step: &Step, of: Visit<'_>) -> Option<HandoffId> {
    let able = Able::at(draft, step);
    let left = |role: &Handle| {
        let role = draft.catalog.roles.get(role);
        let free = |member: &Handle| said_no(&draft.case, of, member).is_none() && able.may(member, None);
        role.is_some_and(|role| role.members.iter().any(free))
    };
    let mut declined = declined_of(&draft.case, of);
    let found = match to {
        Party::Role(role) if left(role) => None,
        Party::Role(_) => {
            let one_of = |by: Option<&Handle>| by.is_some_and(|by| draft.catalog.includes(to, by));
            declined.find(|(_, handoff, by)| handoff.to == *to || one_of(*by))
        }
        Party::Person(person) => declined.find(|(_, handoff, by)| {
            handoff.to == *to || (*by == Some(person) && handoff.to.role().is_some_and(left))
        }),
        Party::Contact => None,
    };
    found.map(|(id, ..)| id)
}

/// What somebody declined is not offered to them again for the same visit.
pub(super) fn not_declined_before(
    draft: &Draft<'_>,
    to: &Party,
    step: &Step,
    of: Visit<'_>,
) -> Result<(), Refusal> {
    let hint = "Offer it to somebody else with --to, or change what was missing and offer it to a person.";
    match (declined(draft, to, step, of), to) {
        (None, _) => Ok(()),
        (Some(id), Party::Role(role)) => Err(Refusal::not_now(
            format!("Nobody of {role} is left who could take it: it was declined ({id})."),
            hint,
        )),
        (Some(id), _) => Err(Refusal::not_now(
            format!("{to} declined this already ({id})."),
            "It is not offered to them again; offer it to somebody else with --to.",
        )),
    }
}

/// Whoever said no to a visit does not take it as one of a role either, nor does somebody in their place.
pub(super) fn must_not_have_declined(
    draft: &Draft<'_>,
    actor: &Handle,
    handoff: &Handoff,
) -> Result<(), Refusal> {
    let Some(role) = handoff.to.role() else { return Ok(()) };
    let asked = [Some(actor), draft.acts_for()].into_iter().flatten();
    let mut no = asked.filter_map(|who| Some((who, said_no(&draft.case, visit(handoff), who)?)));
    match no.next() {
        None => Ok(()),
        Some((who, id)) => Err(Refusal::not_yours(
            format!("{who} declined this already ({id})."),
            format!("It is for the others of {role}; whoever sends it may offer it to a person."),
        )),
    }
}

/// What a sender should know of each offer in this decision: that everybody who could take it, or everybody who is here
/// to, is barred.
pub(super) fn nobody_takes(draft: &Draft<'_>) -> Vec<String> {
    let open = draft.events().iter().filter_map(|event| match event {
        Event::HandoffOffered { handoff, .. } => draft.case.handoffs.get(handoff),
        _ => None,
    });
    let open = open.filter(|handoff| handoff.state == HandoffState::Offered);
    let none = open.filter_map(|handoff| {
        let step = draft.process.step(&handoff.step);
        let title = step.map_or(handoff.step.as_str(), |step| &step.title);
        if none_of_role(&draft.case, step, handoff, draft.catalog, &|_| false) {
            let each = "each did what it checks, or declined it";
            return Some(format!("Nobody of {} may take `{title}`: {each}.", handoff.to));
        }
        nobody_here_takes(draft, step?, handoff)
    });
    none.collect()
}

/// That nobody who is here may take an offer, where others will be back.
fn nobody_here_takes(draft: &Draft<'_>, step: &Step, handoff: &Handoff) -> Option<String> {
    let (catalog, now) = (draft.catalog, draft.ctx.now);
    let visit = handoff.to.role().map(|_| visit(handoff));
    let able = Able { visit, ..Able::at(draft, step) };
    let (mut barred, mut look, mut back) = (BTreeSet::new(), BTreeSet::new(), None);
    for member in catalog.members(&handoff.to) {
        let absence = catalog.absence(&member, now);
        let (who, of) = match absence {
            None => (Some(member.clone()), None),
            Some(_) => (catalog.substitute(&member, now), Some(&member)),
        };
        if who.as_ref().is_some_and(|who| able.may(who, of)) {
            return None;
        }
        if let Some(who) = who {
            let works = able.works(&who) || of.is_some_and(|of| able.works(of));
            if works { &mut barred } else { &mut look }.insert(who);
        }
        if let Some(absence) = absence.filter(|_| able.may(&member, None)) {
            back = back.into_iter().chain([(absence.until, member.clone())]).min();
        }
    }
    let names = |who: &BTreeSet<Handle>| who.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
    let why = [
        (&barred, "did what it checks, or declined it".to_string()),
        (&look, format!("may only look at `{}`", draft.case.process)),
    ];
    let why = why.into_iter().filter(|(who, _)| !who.is_empty());
    let why = why.map(|(who, why)| format!("{} {why}", names(who))).collect::<Vec<_>>().join("; ");
    // Where nobody is here at all the absence is warned of.
    if why.is_empty() {
        return None;
    }
    let back = back.map(|(until, who)| format!(" {who} can from {}.", catalog.shown(until, now)));
    Some(format!("Nobody who is here may take `{}`: {why}.{}", step.title, back.unwrap_or_default()))
}

/// Whether nobody of the role it is offered to may take it: who is barred, or may only look, cannot.
pub fn is_for_nobody(case: &Case, step: Option<&Step>, handoff: &Handoff, catalog: &Catalog) -> bool {
    let looks = |member: &Handle| !catalog.may_work(member, &case.process, &case.accountable);
    none_of_role(case, step, handoff, catalog, &looks)
}

fn none_of_role(
    case: &Case,
    step: Option<&Step>,
    handoff: &Handoff,
    catalog: &Catalog,
    also: &dyn Fn(&Handle) -> bool,
) -> bool {
    let Some(role) = handoff.to.role().and_then(|role| catalog.roles.get(role)) else { return false };
    let barred = barred(case, step, handoff);
    !role.members.is_empty() && role.members.iter().all(|member| barred.contains(member) || also(member))
}
