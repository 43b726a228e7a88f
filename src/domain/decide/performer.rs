//! Who a step is offered to: the party its version names, the person it picks out of a role, and somebody else where
//! that one is gone or may not. Offers nothing.

use super::super::event::ExceptionKind;
use super::super::id::Handle;
use super::super::party::Party;
use super::super::process::{Performer, Step};
use super::super::refusal::Refusal;
use super::{Draft, duties, permit, pick};
use serde_json::Value;

/// The party a step is offered to, with the person the step picks out of a role.
pub(super) fn performer(draft: &Draft<'_>, step: &Step) -> Result<Party, Refusal> {
    named(draft, step).map(|party| pick::of(draft, step, &party))
}

/// The same where it is offered now. Whom the process names may not be able to take it: whoever sends it by hand is told and
/// names another; what goes on without anybody who could goes to whoever answers for the case, who is told why.
pub(super) fn of(draft: &mut Draft<'_>, step: &Step, by_hand: bool) -> Result<Party, Refusal> {
    let to = performer(draft, step)?;
    let takes = |draft: &Draft<'_>, party: &Party| {
        must_exist(draft, party)?;
        let person = party.person();
        person.map_or(Ok(()), |who| duties::may_act(&draft.case, &draft.process, step, who, None))
    };
    let Err(refusal) = takes(draft, &to) else {
        tell_of_gone(draft, step, &to);
        return Ok(to);
    };
    let admins = draft.catalog.admins().cloned().map(Party::Person);
    let mut others = std::iter::once(draft.case.accountable.clone()).chain(admins);
    let other = others.find(|other| takes(draft, other).is_ok()).filter(|_| !by_hand);
    let Some(other) = other else { return Ok(to) };
    let why = refusal.sentence(&|at| at.0.to_string());
    let text = format!("{} is offered to {other} and not to {to}: {why}", step.title);
    let people = draft.exception_receivers();
    draft.open_exception(ExceptionKind::Unrouted, text, people);
    Ok(other)
}

/// Whoever answers for the case hears that it came to them because whom its version names has left.
fn tell_of_gone(draft: &mut Draft<'_>, step: &Step, to: &Party) {
    let named = draft.catalog.performer_now(&draft.process, step);
    let gone = named.as_ref().and_then(Party::person).filter(|person| draft.catalog.has_left(person));
    if let Some(gone) = gone.filter(|gone| to.person() != Some(gone)) {
        let text = format!("{} is for {gone}, who has left; it is offered to {to} instead", step.title);
        let people = draft.exception_receivers();
        draft.open_exception(ExceptionKind::Unrouted, text, people);
    }
}

/// The party the process names for a step. Where a case runs a version that names somebody who has left, and the newest
/// one does not say who does it instead, it is whoever answers for the case: it must not stand for ever.
pub(super) fn named(draft: &Draft<'_>, step: &Step) -> Result<Party, Refusal> {
    match &step.by {
        Performer::Party(_) => {
            let named = draft.catalog.performer_now(&draft.process, step).ok_or_else(|| {
                Refusal::not_now(
                    format!("Nobody minds the outside contact who does `{}`.", step.title),
                    "Let the process say who: `minded = \"finance\"`.",
                )
            })?;
            let left = |party: &Party| party.person().is_some_and(|person| draft.catalog.has_left(person));
            let instead = || Some(draft.case.accountable.clone()).filter(|party| !left(party));
            Ok(if left(&named) { instead().unwrap_or(named) } else { named })
        }
        Performer::Sender => draft.sender().map(Party::Person),
        Performer::Data(field) => {
            let person =
                draft.case.data.get(field).and_then(Value::as_str).and_then(|name| name.parse().ok());
            match person {
                Some(person) if draft.catalog.people.contains_key(&person) => Ok(Party::Person(person)),
                _ => Err(Refusal::not_now(
                    format!(
                        "`{}` is done by the person in `{field}`, and nobody is named there.",
                        step.title
                    ),
                    format!("Set it first, such as `baton case set {} {field}=ana`.", draft.case.id),
                )),
            }
        }
    }
}

/// A receiver has to be somebody.
pub(super) fn must_exist(draft: &Draft<'_>, party: &Party) -> Result<(), Refusal> {
    match party {
        Party::Person(person) if draft.catalog.has_left(person) => Err(Refusal::has_left(person)),
        Party::Person(person) if !draft.catalog.people.contains_key(person) => {
            Err(Refusal::unknown_person(person))
        }
        Party::Role(role) if !draft.catalog.roles.contains_key(role) => {
            let roles = draft.catalog.roles.keys().map(Handle::as_str);
            let hint = match super::super::nearest::nearest(role.as_str(), roles) {
                Some(near) => format!("Did you mean `{near}`? A person is written @{role}."),
                None => format!("A person is written @{role}; `baton role list` shows the roles."),
            };
            Err(Refusal::not_found(format!("There is no role `{role}`."), hint))
        }
        Party::Contact => Err(Refusal::invalid(
            "An outside contact cannot be offered work in this version.",
            "Offer it to the role that minds them.",
        )),
        Party::Person(person) => permit::may_take(draft, person),
        Party::Role(_) => Ok(()),
    }
}
