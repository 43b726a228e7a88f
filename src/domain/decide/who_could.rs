//! Who could do what somebody may not: the line a refusal ends with. Decides nothing.

use super::super::case::{Case, HandoffState};
use super::super::catalog::{Area, Catalog};
use super::super::command::Command;
use super::super::event::Actor;
use super::super::fold::Subject;
use super::super::id::{Handle, TaskId};
use super::super::party::Party;
use super::super::process::{Performer, Process};
use std::collections::BTreeSet;

/// How many people a refusal names.
const NAMED: usize = 3;

/// Everybody who belongs to a party.
pub(super) fn people_of<'c>(catalog: &'c Catalog, party: &Party) -> Vec<&'c Handle> {
    catalog.people.keys().filter(|person| catalog.includes(party, person)).collect()
}

/// The lead of the role that does a step.
pub(super) fn lead_of<'c>(catalog: &'c Catalog, process: &Process, step: &Handle) -> Option<&'c Handle> {
    let Performer::Party(party) = &process.step(step)?.by else { return None };
    catalog.roles.get(party.role()?)?.lead.as_ref()
}

/// Who could, in one line: these, the leads if they can, and the admins; nobody twice.
pub(super) fn who(
    catalog: &Catalog,
    first: &[(&str, Vec<&Handle>)],
    area: Option<&Area>,
    leads: bool,
) -> String {
    let leading = if leads { catalog.leads(area).collect() } else { Vec::new() };
    line(catalog, first.iter().cloned().chain([("lead", leading), ("admin", catalog.admins().collect())]))
}

/// Who could do what is up to nobody but whoever has the work in hand, or was offered it; `None` where others could
/// as well, or where it is up to whoever asks, who has to be let in.
pub(super) fn doers(
    subject: &Subject,
    catalog: &Catalog,
    command: &Command,
    asks: &Handle,
) -> Option<String> {
    let case = subject.case()?;
    let in_hand = |id: &TaskId| case.tasks.get(id).filter(|task| task.ended().is_none());
    let holder = |id| in_hand(id).map(|task| vec![("responsible", vec![&task.holder])]);
    let with_delegate = |id| {
        let works = in_hand(id)?.delegate.iter().map(|delegate| &delegate.to).collect();
        Some([holder(id)?, vec![("works on it", works)]].concat())
    };
    let all = match command {
        Command::AcceptHandoff { handoff, .. } | Command::DeclineHandoff { handoff, .. } => {
            let offered =
                case.handoffs.get(handoff).filter(|handoff| handoff.state == HandoffState::Offered)?;
            let mut people = people_of(catalog, &offered.to);
            let asked = people.contains(&asks);
            people.retain(|person| catalog.may_work(person, &case.process, &case.accountable));
            let all = vec![("offered it", people)];
            if asked && all.iter().all(|(_, people)| !people.contains(&asks)) {
                let let_in = let_in(asks, &Area::Process(case.process.clone()));
                return Some(format!("{} {let_in}", line(catalog, all.into_iter())));
            }
            all
        }
        Command::CompleteTask(ask) => match decision_of(catalog, case, &ask.task) {
            true => return None,
            false => holder(&ask.task)?,
        },
        Command::SendBack(ask) => holder(&ask.task)?,
        Command::DelegateTask { task, .. } => holder(task)?,
        Command::StartTask { task, .. }
        | Command::CheckItem { task, .. }
        | Command::WaitTask { task, .. }
        | Command::ResumeTask { task, .. } => with_delegate(task)?,
        _ => return None,
    };
    let own = all.iter().any(|(_, people)| people.contains(&asks));
    (!own).then(|| line(catalog, all.into_iter()))
}

/// How an admin lets somebody in who may only look.
pub(super) fn let_in(person: &Handle, area: &Area) -> String {
    let option = match area {
        Area::Process(process) => format!("--process {process}"),
        Area::Kind(kind) => format!("--kind {kind}"),
    };
    format!("An admin lets {person} in: `baton person permit {person} member {option}`.")
}

fn decision_of(catalog: &Catalog, case: &Case, task: &TaskId) -> bool {
    let process = catalog.process(&case.process, case.version);
    let step = case.tasks.get(task).and_then(|task| process?.step(&task.step));
    step.is_some_and(super::decision::of_several)
}

fn line<'c>(catalog: &Catalog, all: impl Iterator<Item = (&'c str, Vec<&'c Handle>)>) -> String {
    let (mut told, mut named) = (Vec::new(), BTreeSet::new());
    for (what, mut people) in all {
        people.retain(|person| catalog.works_here(person) && named.insert(person.as_str().to_string()));
        if !people.is_empty() {
            told.push(format!("{} ({what})", names(&people)));
        }
    }
    match told.is_empty() {
        true => "Nobody here could.".to_string(),
        false => format!("Who could: {}.", told.join("; ")),
    }
}

fn names(people: &[&Handle]) -> String {
    let shown = people.iter().take(NAMED).map(|person| person.as_str()).collect::<Vec<_>>().join(", ");
    match people.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Whether somebody may work on the case in their own right.
pub(super) fn may_work(catalog: &Catalog, case: &Case, actor: &Actor) -> bool {
    actor.person().is_some_and(|person| catalog.may_work(person, &case.process, &case.accountable))
}
