//! Where work goes next: choice, split, join and end, and the offer that follows. Knows the process; not who
//! may finish what.

use super::super::case::Case;
use super::super::condition;
use super::super::event::{Event, Values};
use super::super::id::Handle;
use super::super::party::Party;
use super::super::process::{Go, Performer, Process, Step};
use super::super::refusal::Refusal;
use super::super::zone::Zone;
use super::Draft;
use serde_json::{Value, json};

/// Who receives the work and what the sender says, where the sender chose.
#[derive(Default, Clone)]
pub(super) struct Sending {
    pub to: Option<Party>,
    pub note: Option<String>,
}

/// The way the case would take from this step with the data it has now. `record` holds the fields of the
/// record it is about.
pub fn way_on<'p>(
    process: &'p Process,
    case: &Case,
    record: &Values,
    step: &'p Step,
) -> Result<&'p Go, Refusal> {
    let values = values_for_conditions(process, case, record);
    for arm in &step.next {
        let holds = match &arm.when {
            None => true,
            Some(source) => condition::evaluate(source, &values).map_err(|e| {
                Refusal::not_now(
                    format!("Where `{}` goes next cannot be told: {e}.", step.title),
                    "Fill in the data the condition speaks of.",
                )
            })?,
        };
        if holds {
            return Ok(&arm.go);
        }
    }
    Err(Refusal::not_now(
        format!("No way leads on from `{}` with the data this case has.", step.title),
        "Change the data, or let the process have a last way without a condition.",
    ))
}

/// What conditions see: `data`, `record` and `case`. What has no value is left out.
fn values_for_conditions(process: &Process, case: &Case, record: &Values) -> Value {
    json!({
        "data": condition::context(&process.data, &case.data),
        "record": record,
        "case": {
            "id": case.id.to_string(),
            "title": case.title,
            "opened_on": Zone::utc().date(case.started).to_string(),
            "accountable": case.accountable.to_string(),
        },
    })
}

/// Sends a branch on from a finished step.
pub(super) fn send_on(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    by: &Handle,
    sending: &Sending,
) -> Result<(), Refusal> {
    let process = draft.process.clone();
    match way_on(&process, &draft.case, &draft.ctx.record, step)?.clone() {
        Go::End(outcome) => {
            draft.push(Event::BranchEnded { branch, outcome });
            if draft.case.branches.is_empty() {
                let outcome = draft.case.outcome.clone();
                draft.push(Event::CaseDone { outcome });
            }
            Ok(())
        }
        Go::To(targets) => match targets.as_slice() {
            [one] => arrive(draft, branch, one, step, by, sending),
            several => {
                if sending.to.is_some() {
                    return Err(Refusal::invalid(
                        format!("From `{}` the work goes to {} steps at once.", step.title, several.len()),
                        "Leave the receiver out; each step goes to its own.",
                    ));
                }
                let first = draft.case.last_branch + 1;
                let into = (first..first + several.len() as u32).collect::<Vec<_>>();
                draft.push(Event::BranchSplit {
                    branch,
                    into: into.clone(),
                    scope: draft.case.last_scope + 1,
                });
                for (child, target) in into.into_iter().zip(several) {
                    arrive(draft, child, target, step, by, sending)?;
                }
                Ok(())
            }
        },
    }
}

/// A branch reaches a step: it waits there for its set, or is offered.
fn arrive(
    draft: &mut Draft<'_>,
    branch: u32,
    target: &Handle,
    from: &Step,
    by: &Handle,
    sending: &Sending,
) -> Result<(), Refusal> {
    let step = draft.step(target)?;
    if !step.join.is_empty() {
        draft.push(Event::BranchArrived { branch, join: target.clone(), from: from.handle.clone() });
        let Some(scopes) = draft.case.arrivals.last().map(|arrived| arrived.scopes.clone()) else {
            return Ok(());
        };
        if step.join.iter().any(|source| !has_arrived(&draft.case, &step, source, &scopes)) {
            return Ok(());
        }
        draft.push(Event::BranchesJoined { branch, join: target.clone() });
    }
    let to = match &sending.to {
        Some(to) => to.clone(),
        None => performer(draft, &step)?,
    };
    let occurrence = draft.case.visits.get(&step.handle).copied().unwrap_or(0) + 1;
    let continues = step.by == from.by;
    offer(draft, branch, &step, by, Offer { to, note: sending.note.clone(), occurrence, continues })
}

/// Whether the branch from `source` of this split waits at the join.
fn has_arrived(case: &Case, join: &Step, source: &Handle, scopes: &[u32]) -> bool {
    case.arrivals.iter().any(|a| a.join == join.handle && &a.from == source && a.scopes == scopes)
}

/// Whether a branch from `from` would complete the set of this join, so that it answers for all the join
/// needs. A step that joins nothing is complete with any branch.
pub(super) fn completes(case: &Case, join: &Step, from: &Handle, branch: u32) -> bool {
    let scopes = case.branches.get(&branch).map(|branch| branch.scopes.clone()).unwrap_or_default();
    join.join.iter().all(|source| source == from || has_arrived(case, join, source, &scopes))
}

/// The party the process names for a step.
pub(super) fn performer(draft: &Draft<'_>, step: &Step) -> Result<Party, Refusal> {
    match &step.by {
        Performer::Party(party) => Ok(party.clone()),
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
                    format!("Set it first, such as {field}=ana, or name a receiver with --to."),
                )),
            }
        }
    }
}

/// One offer in the making.
pub(super) struct Offer {
    pub to: Party,
    pub note: Option<String>,
    /// Which visit to the step it is.
    pub occurrence: u32,
    /// The sender just did work as the very role that does this step.
    pub continues: bool,
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
    let Offer { to, note, occurrence, continues } = offer;
    must_exist(draft, &to)?;
    let handoff = draft.take_handoff();
    let clock = draft.clock_start(step.accept)?;
    let acts_alone = draft.ctx.actor.person() == Some(from);
    let same =
        acts_alone
            && match &to {
                Party::Person(person) => person == from,
                Party::Role(role) => draft.catalog.roles.get(role).is_some_and(|role| {
                    role.members.contains(from) && (continues || role.members.len() == 1)
                }),
                Party::Contact => false,
            };
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
        clock: clock.filter(|_| !same),
    });
    if same {
        let task = draft.numbers.take_task();
        let clock = draft.clock_start(step.goal)?;
        draft.push(Event::HandoffAccepted {
            handoff,
            task,
            by: from.clone(),
            implicit: true,
            next_action: None,
            clock,
        });
    }
    Ok(())
}

/// A receiver has to be somebody.
pub(super) fn must_exist(draft: &Draft<'_>, party: &Party) -> Result<(), Refusal> {
    match party {
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
        Party::Person(_) | Party::Role(_) => Ok(()),
    }
}
