//! Where work goes next: choice, split, join and end, and the offer that follows. Knows the process; not who
//! may finish what.

use super::super::case::{Arrival, Case};
use super::super::condition;
use super::super::event::{Event, Values};
use super::super::id::Handle;
use super::super::party::Party;
use super::super::process::{Go, Performer, Process, Step};
use super::super::refusal::Refusal;
use super::super::zone::Zone;
use super::Draft;
use serde_json::{Value, json};
use std::collections::BTreeSet;

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
            settle(draft, by)?;
            if draft.case.branches.is_empty() {
                let outcome = draft.case.outcome.clone();
                draft.push(Event::CaseDone { outcome });
            }
            Ok(())
        }
        Go::To(targets) => match targets.as_slice() {
            [one] => {
                arrive(draft, branch, one, step, by, sending)?;
                settle(draft, by)
            }
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
                settle(draft, by)
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
        let scopes = draft.case.arrivals.last().map(|arrived| arrived.scopes.clone()).unwrap_or_default();
        let Some(merged) = the_others(draft, &step, &from.handle, branch, &scopes) else { return Ok(()) };
        draft.push(Event::BranchesJoined { branch, join: target.clone(), merged });
    }
    go_to(draft, branch, &step, from, by, sending)
}

/// Offers a branch for the step it has come to.
fn go_to(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    from: &Step,
    by: &Handle,
    sending: &Sending,
) -> Result<(), Refusal> {
    let to = match &sending.to {
        Some(to) => to.clone(),
        None => performer(draft, step)?,
    };
    let occurrence = draft.case.visits.get(&step.handle).copied().unwrap_or(0) + 1;
    // Sent to another role on purpose, it is a handoff even if the sender belongs to that one as well.
    let continues = step.by == from.by && step.by == Performer::Party(to.clone());
    offer(draft, branch, step, by, Offer { to, note: sending.note.clone(), occurrence, continues })
}

/// A join whose set is there goes on although nothing has just arrived: the branch that could have brought
/// a closer arrival took another way.
fn settle(draft: &mut Draft<'_>, by: &Handle) -> Result<(), Refusal> {
    while let Some((arrived, merged)) = draft.case.arrivals.iter().find_map(|arrived| {
        let join = draft.process.step(&arrived.join)?;
        let others = the_others(draft, join, &arrived.from, arrived.branch, &arrived.scopes)?;
        Some((arrived.clone(), others))
    }) {
        let (step, from) = (draft.step(&arrived.join)?, draft.step(&arrived.from)?);
        draft.push(Event::BranchesJoined { branch: arrived.branch, join: arrived.join, merged });
        go_to(draft, arrived.branch, &step, &from, by, &Sending::default())?;
    }
    Ok(())
}

/// The branches waiting at a join that make its set complete together with one from `from`; `None` while one
/// is missing. Arrivals of the same split belong together, so that those of an earlier pass never count for
/// a later one. Where branches of a split that was split again all meet in one join, arrivals of different
/// splits belong together once no branch can bring a closer one.
fn the_others(
    draft: &Draft<'_>,
    join: &Step,
    from: &Handle,
    branch: u32,
    scopes: &[u32],
) -> Option<Vec<u32>> {
    let case = &draft.case;
    let from_source = |source: &Handle| {
        let source = source.clone();
        case.arrivals.iter().filter(move |a| a.join == join.handle && a.from == source && a.branch != branch)
    };
    let mut others = Vec::new();
    for source in &join.join {
        let shared = |a: &&Arrival| a.scopes.iter().zip(scopes).take_while(|(a, b)| a == b).count();
        let own = (source == from).then_some(scopes);
        let met =
            own.or_else(|| from_source(source).find(|a| a.scopes == scopes).map(|a| a.scopes.as_slice()));
        let met = match met {
            Some(same) => same,
            None if may_come(draft, join, source, branch, scopes) => return None,
            None => from_source(source).filter(|a| shared(a) > 0).max_by_key(shared).map(|a| &a.scopes)?,
        };
        others.extend(from_source(source).filter(|a| a.scopes == met).map(|a| a.branch));
    }
    Some(others)
}

/// Whether an open branch out of these splits can still come from `source` to the join.
fn may_come(draft: &Draft<'_>, join: &Step, source: &Handle, branch: u32, scopes: &[u32]) -> bool {
    let mut open = draft.case.branches.iter().filter(|(n, b)| **n != branch && b.scopes.starts_with(scopes));
    open.any(|(_, b)| {
        draft.case.step_of(b).is_some_and(|at| leads_to(&draft.process, at, source, &join.handle))
    })
}

/// Whether a way leads from a step to another, or it is that step, without passing through a third.
fn leads_to(process: &Process, from: &Handle, to: &Handle, without: &Handle) -> bool {
    let (mut seen, mut next) = (BTreeSet::from([from]), vec![from]);
    while let Some(step) = next.pop() {
        if step == to {
            return true;
        }
        let ways = process.step(step).into_iter().flat_map(|step| &step.next);
        let targets = ways.flat_map(|arm| match &arm.go {
            Go::To(targets) => targets.as_slice(),
            Go::End(_) => &[],
        });
        next.extend(targets.filter(|target| *target != without && seen.insert(target)));
    }
    false
}

/// Whether a branch from `from` would complete the set of this join, so that it answers for all the join
/// needs. A step that joins nothing is complete with any branch.
pub(super) fn completes(draft: &Draft<'_>, join: &Step, from: &Handle, branch: u32) -> bool {
    let scopes = draft.case.branches.get(&branch).map(|branch| branch.scopes.as_slice()).unwrap_or_default();
    join.join.is_empty() || the_others(draft, join, from, branch, scopes).is_some()
}

/// The party the process names for a step.
pub(super) fn performer(draft: &Draft<'_>, step: &Step) -> Result<Party, Refusal> {
    match &step.by {
        Performer::Party(party) => {
            Ok(draft.catalog.performer_now(&draft.process, step).unwrap_or_else(|| party.clone()))
        }
        Performer::Sender => draft.actor().map(Party::Person),
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
        Party::Person(_) | Party::Role(_) => Ok(()),
    }
}
