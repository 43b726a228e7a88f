//! Joins: whether the set a branch waits for is there. Reads the draft; lets nothing happen.

use super::super::case::{Arrival, Case};
use super::super::id::Handle;
use super::super::process::{Go, Process, Step};
use super::Draft;
use std::collections::{BTreeMap, BTreeSet};

/// The branches waiting at a join that make its set complete together with one from `from`; `None` while one
/// is missing. Arrivals of the same split belong together, so that those of an earlier pass never count for
/// a later one. Where branches of a split that was split again all meet in one join, arrivals of different
/// splits belong together once no branch can bring a closer one.
pub(super) fn the_others(
    draft: &Draft<'_>,
    join: &Step,
    from: &Handle,
    branch: u32,
    scopes: &[u32],
) -> Option<Vec<u32>> {
    let case = &draft.case;
    if join.each.is_some() && *from == join.handle {
        // One of those that do the step side by side: all of them come, and only to here.
        let scope = scopes.last()?;
        let open = case.branches.values().any(|b| b.scopes.contains(scope));
        let others = case.arrivals.iter().filter(|a| a.branch != branch && a.scopes == scopes);
        return (!open).then(|| others.map(|a| a.branch).collect());
    }
    let from_source = |source: &Handle| {
        let source = source.clone();
        case.arrivals.iter().filter(move |a| a.join == join.handle && a.from == source && a.branch != branch)
    };
    if let Some(need) = join.need {
        let met = |source: &&Handle| {
            *source == from
                || from_source(source).any(|a| a.scopes == scopes)
                || left_out(draft, join, source, scopes)
        };
        let here = case.arrivals.iter().filter(|a| a.join == join.handle && a.branch != branch);
        let others = here.filter(|a| a.scopes == scopes).map(|a| a.branch);
        return (join.join.iter().filter(met).count() >= need as usize).then(|| others.collect());
    }
    let mut others = Vec::new();
    for source in &join.join {
        let shared = |a: &&Arrival| a.scopes.iter().zip(scopes).take_while(|(a, b)| a == b).count();
        let own = (source == from).then_some(scopes);
        let met =
            own.or_else(|| from_source(source).find(|a| a.scopes == scopes).map(|a| a.scopes.as_slice()));
        let met = match met {
            Some(same) => same,
            None if left_out(draft, join, source, scopes) => continue,
            None if may_come(draft, join, source, branch, scopes) => return None,
            None => from_source(source).filter(|a| shared(a) > 0).max_by_key(shared).map(|a| &a.scopes)?,
        };
        others.extend(from_source(source).filter(|a| a.scopes == met).map(|a| a.branch));
    }
    Some(others)
}

/// Whether the way to `source` was left out by one of these splits: then it counts as arrived.
fn left_out(draft: &Draft<'_>, join: &Step, source: &Handle, scopes: &[u32]) -> bool {
    let mut skipped = draft.case.skipped.iter().filter(|(scope, _)| scopes.contains(scope));
    skipped.any(|(_, step)| leads_to(&draft.process, step, source, &[&join.handle]))
}

/// Whether an open branch out of these splits can still come from `source` to the join.
fn may_come(draft: &Draft<'_>, join: &Step, source: &Handle, branch: u32, scopes: &[u32]) -> bool {
    let mut open = draft.case.branches.iter().filter(|(n, b)| **n != branch && b.scopes.starts_with(scopes));
    open.any(|(n, b)| {
        // A join that went on without this branch lets it come no further.
        let gone_on = draft.case.enough.iter().filter(|(_, scopes)| b.scopes.starts_with(scopes));
        let barriers = gone_on.map(|(join, _)| join).chain([&join.handle]).collect::<Vec<_>>();
        draft.step_of(*n, b).is_some_and(|at| leads_to(&draft.process, at, source, &barriers))
    })
}

/// The branches, open or waiting at a join before it, that would still come to a join that has enough.
pub(super) fn late_ones(draft: &Draft<'_>, join: &Step, scopes: &[u32]) -> Vec<u32> {
    // Round a loop and through their split again they would be of another pass.
    let round = split_of(&draft.process, join).into_iter().collect::<Vec<_>>();
    let coming = elsewhere(draft, join, scopes);
    coming.filter(|(_, at)| leads_to(&draft.process, at, &join.handle, &round)).map(|(n, _)| n).collect()
}

/// The branches out of these splits that are open or wait at another join, with the step they are at.
fn elsewhere<'d>(
    draft: &'d Draft<'_>,
    join: &'d Step,
    scopes: &'d [u32],
) -> impl Iterator<Item = (u32, &'d Handle)> {
    let open = draft.case.branches.iter().filter(|(_, b)| b.scopes.starts_with(scopes));
    let open = open.filter_map(|(n, b)| Some((*n, draft.step_of(*n, b)?)));
    let waiting = draft.case.arrivals.iter().filter(|a| a.join != join.handle);
    let waiting = waiting.filter(|a| a.scopes.starts_with(scopes));
    open.chain(waiting.map(|a| (a.branch, &a.join)))
}

/// Whether some out of these splits do not come to this join, and meet the branch that goes on from it at another.
pub(super) fn meet_later(draft: &Draft<'_>, join: &Step, branch: u32, scopes: &[u32]) -> bool {
    let process = &draft.process;
    let round = split_of(process, join).into_iter().collect::<Vec<_>>();
    let at = elsewhere(draft, join, scopes).filter(|(n, _)| *n != branch).map(|(_, at)| at);
    let later = || {
        let joins = process.steps.iter().filter(|step| !step.join.is_empty() && step.handle != join.handle);
        joins.filter(|later| leads_to(process, &join.handle, &later.handle, &round))
    };
    at.filter(|at| !leads_to(process, at, &join.handle, &round))
        .any(|at| later().any(|later| leads_to(process, at, &later.handle, &round)))
}

/// The step whose ways meet in a join: the nearest before it from which every one of its set can be reached.
fn split_of<'p>(process: &'p Process, join: &Step) -> Option<&'p Handle> {
    let far = |from: &Step| {
        let to = |source| leads_to(process, &from.handle, source, &[&from.handle, &join.handle]);
        join.join.iter().all(to).then(|| distance(process, &from.handle, &join.handle))?
    };
    let steps = process.steps.iter().filter(|step| !join.join.contains(&step.handle) && *step != join);
    steps.filter_map(|step| Some((far(step)?, &step.handle))).min().map(|(_, step)| step)
}

/// How many steps one is from another, by the shortest way.
fn distance(process: &Process, from: &Handle, to: &Handle) -> Option<usize> {
    let (mut seen, mut here) = (BTreeSet::from([from]), vec![from]);
    for n in 0..=process.steps.len() {
        if here.contains(&to) {
            return Some(n);
        }
        let next = here.into_iter().flat_map(|step| targets(process, step));
        here = next.filter(|step| seen.insert(step)).collect();
    }
    None
}

/// Where a step can lead at once.
fn targets<'p>(process: &'p Process, step: &Handle) -> impl Iterator<Item = &'p Handle> {
    let ways = process.step(step).into_iter().flat_map(|step| &step.next);
    ways.flat_map(|arm| match &arm.go {
        Go::To(targets) => targets.as_slice(),
        Go::End(_) => &[],
    })
}

/// Whether a way leads from a step to another, or it is that step, without passing through others.
pub fn leads_to(process: &Process, from: &Handle, to: &Handle, without: &[&Handle]) -> bool {
    let (mut seen, mut next) = (BTreeSet::from([from]), vec![from]);
    while let Some(step) = next.pop() {
        if step == to {
            return true;
        }
        next.extend(targets(process, step).filter(|to| !without.contains(to) && seen.insert(to)));
    }
    false
}

/// A join at which something waits, or to which an open branch may come, and a step of its set from which nothing
/// can come any more. No sound process brings it about; a change of the process under a case can.
pub(super) fn waits_in_vain(draft: &Draft<'_>) -> Option<(Handle, Handle)> {
    let case = &draft.case;
    let arrived = case.arrivals.iter().filter(|arrived| arrived.from != arrived.join);
    let mut arrived =
        arrived.filter_map(|arrived| Some((draft.process.step(&arrived.join)?, &arrived.scopes)));
    arrived.find_map(|(join, scopes)| never_comes(draft, join, scopes))
}

/// The same of a join that something open leads to and nothing has come to yet.
pub(super) fn leads_in_vain(draft: &Draft<'_>) -> Option<(Handle, Handle)> {
    let process = &draft.process;
    process.steps.iter().filter(|join| !join.join.is_empty()).find_map(|join| {
        let split = split_of(process, join);
        let round = split.into_iter().collect::<Vec<_>>();
        let over = |scopes: &[u32]| {
            draft.case.enough.iter().any(|(of, by)| *of == join.handle && scopes.starts_with(by))
        };
        let before = |at: &Handle| split == Some(at) || *at == join.handle;
        let leads = |at: &Handle| !before(at) && leads_to(process, at, &join.handle, &round);
        let open = draft.case.branches.values().filter(|open| !over(&open.scopes));
        let mut coming = open.filter(|open| draft.case.step_of(open).is_some_and(leads));
        coming.find_map(|open| never_comes(draft, join, &open.scopes))
    })
}

/// A join that waits for its whole set, and a step at or behind it where a branch out of a split was put although others
/// still come to the join, or have: what is behind it would be done once more. Only a change of the process under a case
/// can bring it about; `put` are the steps that branches were put at.
pub(super) fn comes_twice(draft: &Draft<'_>, put: &[&Handle]) -> Option<(Handle, Handle)> {
    let (case, process) = (&draft.case, &draft.process);
    let first = &process.steps.first()?.handle;
    let joins = process.steps.iter().filter(|step| !step.join.is_empty() && step.need.is_none());
    joins.map(|join| &join.handle).find_map(|join| {
        let behind = |at: &Handle| at == join || !leads_to(process, first, at, &[join]);
        let open =
            || case.branches.iter().filter_map(|(n, branch)| Some((n, branch, draft.step_of(*n, branch)?)));
        let early =
            open().filter(|(_, branch, at)| !branch.scopes.is_empty() && put.contains(at) && behind(at));
        let others = |early: u32| {
            case.arrivals.iter().any(|arrived| &arrived.join == join)
                || open().any(|(n, _, at)| *n != early && leads_to(process, at, join, &[]))
        };
        let (_, _, at) = early.into_iter().find(|(n, ..)| others(**n))?;
        Some((join.clone(), at.clone()))
    })
}

/// Two steps where a case is at once that become one: it would be done for each, with all that comes behind it.
pub(super) fn fall_together<'c>(
    case: &'c Case,
    target: impl Fn(&'c Handle) -> &'c Handle,
) -> Option<(&'c Handle, &'c Handle, &'c Handle)> {
    let here = case.branches.values().filter_map(|branch| case.step_of(branch));
    let come = case.arrivals.iter().filter(|a| a.from != a.join).map(|arrived| &arrived.from);
    let mut put = BTreeMap::<&Handle, &Handle>::new();
    here.chain(come).find_map(|step| {
        let to = target(step);
        let other = *put.entry(to).or_insert(step);
        (other != step).then_some((other, step, to))
    })
}

/// What of the set of a join does not come any more, where that is too much for it.
fn never_comes(draft: &Draft<'_>, join: &Step, scopes: &[u32]) -> Option<(Handle, Handle)> {
    let case = &draft.case;
    let together = |other: &[u32]| other.first() == scopes.first();
    let comes = |source: &&Handle| {
        let mut here = case.arrivals.iter().filter(|a| a.join == join.handle && a.from == **source);
        let open = case.branches.values().filter(|b| together(&b.scopes));
        let mut open = open.filter_map(|b| case.step_of(b));
        here.any(|a| together(&a.scopes))
            || left_out(draft, join, source, scopes)
            || open.any(|at| leads_to(&draft.process, at, source, &[&join.handle]))
    };
    let never = join.join.iter().filter(|source| !comes(source)).collect::<Vec<_>>();
    let spare = join.need.map_or(0, |need| join.join.len().saturating_sub(need as usize));
    (never.len() > spare).then(|| never.first().map(|source| (join.handle.clone(), (*source).clone())))?
}
