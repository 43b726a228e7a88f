//! Finds a change of the ways into a join after which the process is sound, by trying some and proving each, so that a
//! hint never leads to the next mistake. Says it in words; changes nothing.

use super::id::Handle;
use super::problem::listed;
use super::process::{Arm, Go, Performer, Process, Step, StepKind};
use super::process_check::targets;
use super::process_flow::Flow;
use super::soundness::{Trouble, prove_within};
use std::collections::HashSet;

/// How many situations of a changed process are looked at before the change counts as no help.
const BOUND: usize = 5_000;
/// Of how many ways into a join those that belong together are looked for.
const MOST: usize = 8;
/// How many sets of them are tried, the smallest first.
const TRIES: usize = 60;

/// What would make a join complete every time, where a small change does. `known` is what is wrong with the whole
/// already: other troubles may stay.
pub(super) fn change(process: &Process, join: &Handle, known: &[Trouble]) -> Option<String> {
    let helps = |changed: &Process| {
        let others = |trouble: &Trouble| known.iter().any(|known| known.step() == trouble.step());
        let stays = |trouble: &Trouble| trouble.step() != Some(join) && others(trouble);
        Flow::fits(changed) && prove_within(changed, BOUND).iter().all(stays)
    };
    let into = process.steps.iter().filter(|step| leads(step, join)).map(|step| &step.handle);
    let into = into.collect::<Vec<_>>();
    waiting_for_all(process, join, &into)
        .into_iter()
        .chain(without_join(process, join, &into, &helps))
        .chain(to_the_end(process, join))
        .chain(brought_together(process, join, &into))
        .find(|(changed, _)| helps(changed))
        .map(|(_, words)| words)
}

/// The process after a change, and the change in words.
type Changed = (Process, String);

fn leads(step: &Step, to: &Handle) -> bool {
    step.next.iter().any(|arm| targets(&arm.go).contains(to))
}

fn step_mut<'p>(process: &'p mut Process, step: &Handle) -> Option<&'p mut Step> {
    process.steps.iter_mut().find(|other| other.handle == *step)
}

fn names<'h>(steps: impl IntoIterator<Item = &'h Handle>) -> String {
    listed(steps.into_iter().map(Handle::as_str))
}

/// The set is what leads to the join.
fn waiting_for_all(process: &Process, join: &Handle, into: &[&Handle]) -> Option<Changed> {
    let mut changed = process.clone();
    let step = step_mut(&mut changed, join)?;
    let (there, more) = into.iter().partition::<Vec<&Handle>, _>(|source| step.join.contains(source));
    let set = there.into_iter().chain(more).cloned().collect::<Vec<_>>();
    let differs = set.iter().collect::<HashSet<_>>() != step.join.iter().collect::<HashSet<_>>();
    let words = format!("let `{join}` join {}", names(&set));
    step.join = set;
    differs.then_some((changed, words))
}

/// Of ways of which one only ever comes nothing has to be waited for.
fn without_join(
    process: &Process,
    join: &Handle,
    into: &[&Handle],
    helps: &dyn Fn(&Process) -> bool,
) -> Option<Changed> {
    let (ways, beside, start) = (free(process, "ways")?, free(process, "beside")?, free(process, "start")?);
    let (mut probe, _) = bring_together(process, join, into, &ways)?;
    step_mut(&mut probe, join)?.join.push(beside.clone());
    let go = |to: Vec<Handle>| vec![Arm::new(None, Go::To(to))];
    let work =
        |step: &Handle, next| Step { next, ..Step::work(step.clone(), String::new(), Performer::Sender) };
    // A branch beside whatever comes of a step shows whether one of the ways comes of it, and only one.
    let one_comes_of = |(n, from): (usize, &Step)| {
        let mut probe = probe.clone();
        for arm in probe.steps.iter_mut().flat_map(|step| &mut step.next) {
            if let Go::To(targets) = &mut arm.go {
                targets.iter_mut().filter(|to| **to == from.handle).for_each(|to| *to = start.clone());
            }
        }
        let at = if n == 0 { 0 } else { probe.steps.len() };
        probe.steps.insert(at, work(&start, go(vec![from.handle.clone(), beside.clone()])));
        probe.steps.push(work(&beside, go(vec![join.clone()])));
        helps(&probe)
    };
    let plain = process.steps.iter().enumerate().filter(|(_, step)| step.join.is_empty());
    plain.take(TRIES).any(one_comes_of).then_some(())?;
    let mut changed = process.clone();
    let step = step_mut(&mut changed, join)?;
    (step.join, step.need) = (Vec::new(), None);
    Some((
        changed,
        format!("leave `join` out of `{join}`: of {} one comes, never more", names(into.iter().copied())),
    ))
}

/// A way that ends leads to the join like the others of its step.
fn to_the_end(process: &Process, join: &Handle) -> Vec<Changed> {
    let ending = process.steps.iter().filter(|step| leads(step, join));
    let ending = ending.filter(|step| step.next.iter().any(|arm| matches!(arm.go, Go::End(_))));
    let changed = ending.filter_map(|step| {
        let mut changed = process.clone();
        for arm in &mut step_mut(&mut changed, &step.handle)?.next {
            if let Go::End(_) = arm.go {
                arm.go = Go::To(vec![join.clone()]);
            }
        }
        Some((changed, format!("let every way of `{}` lead to `{join}`, none of them end", step.handle)))
    });
    changed.take(MOST).collect()
}

/// Some of the set, of which one comes, meet in a step of their own before the join: two of them, or more.
fn brought_together(process: &Process, join: &Handle, into: &[&Handle]) -> Vec<Changed> {
    let count = into.len().min(MOST);
    let mut groups = (1u32..1 << count).filter(|group| (2..count as u32).contains(&group.count_ones()));
    let mut groups = groups.by_ref().collect::<Vec<_>>();
    groups.sort_by_key(|group| group.count_ones());
    let changed = groups.into_iter().take(TRIES).filter_map(|group| {
        let of = (0..count).filter(|n| group & 1 << n != 0).map(|n| into[n]).collect::<Vec<_>>();
        let either = of.iter().map(|step| step.as_str()).collect::<Vec<_>>().join("-or-");
        let between = free(process, &either).or_else(|| free(process, &format!("before-{join}")))?;
        let (changed, set) = bring_together(process, join, &of, &between)?;
        let words = format!(
            "let {} lead to a step between, `step = \"{between}\"` with `type = \"auto\"`, `then = []` and \
             `next = \"{join}\"`, and let `{join}` join {}",
            names(of.iter().copied()),
            names(&set)
        );
        Some((changed, words))
    });
    changed.collect()
}

/// The process in which some of the ways into a join meet in a step between, and the set of the join then.
fn bring_together(
    process: &Process,
    join: &Handle,
    of: &[&Handle],
    between: &Handle,
) -> Option<(Process, Vec<Handle>)> {
    let mut changed = process.clone();
    for step in changed.steps.iter_mut().filter(|step| of.contains(&&step.handle)) {
        let go = step.next.iter_mut().filter_map(|arm| match &mut arm.go {
            Go::To(targets) => Some(targets),
            Go::End(_) => None,
        });
        go.flatten().filter(|target| *target == join).for_each(|target| *target = between.clone());
    }
    let step = step_mut(&mut changed, join)?;
    let beside = process.steps.iter().filter(|step| leads(step, join) && !of.contains(&&step.handle));
    step.join = beside.map(|step| step.handle.clone()).chain([between.clone()]).collect();
    let set = step.join.clone();
    let kind = StepKind::Auto { actions: Vec::new() };
    let next = vec![Arm::new(None, Go::To(vec![join.clone()]))];
    let step = Step::work(between.clone(), String::new(), Performer::Sender);
    changed.steps.push(Step { kind, next, ..step });
    Some((changed, set))
}

/// A name no step has yet.
fn free(process: &Process, name: &str) -> Option<Handle> {
    name.parse().ok().filter(|name| process.step(name).is_none())
}

#[cfg(test)]
mod tests {
    use crate::domain::process_check::{Known, read};

    /// A process file of `name | next | join` lines.
    fn file(steps: &str) -> String {
        let head = "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@ana\"\n\
                    [data.fast]\ntype = \"yes/no\"\nrequired = true\n";
        let steps = steps.trim().lines().map(|line| {
            let parts = line.split('|').map(str::trim).collect::<Vec<_>>();
            let kind = match parts[0].strip_suffix('*') {
                Some(_) => "type = \"auto\"\nthen = []",
                None => "by = \"@ana\"\ngoal = \"1 day\"",
            };
            let name = parts[0].trim_end_matches('*');
            let join = parts.get(2).map(|join| format!("join = {join}\n")).unwrap_or_default();
            format!("[[step]]\nstep = \"{name}\"\ntitle = \"X\"\n{kind}\nnext = {}\n{join}", parts[1])
        });
        format!("{head}{}", steps.collect::<String>())
    }

    /// The hints of what is wrong with it.
    fn hints(steps: &str) -> Vec<String> {
        let (_, problems) = read(&file(steps), &Known::default());
        problems
            .into_iter()
            .filter(|problem| problem.is_error())
            .map(|problem| problem.hint.unwrap())
            .collect()
    }

    const MERGE: &str = "let `c` and `k` lead to a step between, `step = \"c-or-k\"` with `type = \"auto\"`, `then = []` \
                         and `next = \"z\"`, and let `z` join `b` and `c-or-k`";

    #[test]
    fn an_optional_step_before_a_join_is_told_to_meet_the_other_way_first() {
        let steps = "s | { all = [\"b\", \"c\"] }\nb | \"z\"\nc | [{ if = \"data.fast\", to = \"z\" }, { to = \"k\" }]\n\
                     k | \"z\"\nz | { end = true } | [\"b\", \"c\", \"k\"]";
        assert_eq!(hints(steps), [format!("it happens after `s`, `b`, `c`; {MERGE}")]);
        // From whichever end it is begun with, the same.
        for join in ["[\"b\", \"c\"]", "[\"b\", \"k\"]"] {
            assert_eq!(hints(&steps.replace("[\"b\", \"c\", \"k\"]", join)), [MERGE], "{join}");
        }
        let followed = "s | { all = [\"b\", \"c\"] }\nb | \"z\"\n\
                        c | [{ if = \"data.fast\", to = \"c-or-k\" }, { to = \"k\" }]\nk | \"c-or-k\"\n\
                        c-or-k* | \"z\"\nz | { end = true } | [\"b\", \"c-or-k\"]";
        assert_eq!(hints(followed), Vec::<String>::new());
    }

    #[test]
    fn a_join_behind_a_choice_is_told_to_be_none() {
        let steps = "s | [{ if = \"data.fast\", to = \"b\" }, { to = \"c\" }]\nb | \"z\"\nc | \"z\"\n\
                     z | { end = true } | [\"b\", \"c\"]";
        assert_eq!(
            hints(steps),
            ["it happens after `s`, `b`; leave `join` out of `z`: of `b` and `c` one comes, never more"]
        );
        assert_eq!(hints(&steps.replace(" | [\"b\", \"c\"]", "")), Vec::<String>::new());
    }

    #[test]
    fn a_branch_that_may_end_before_a_join_is_told_to_come() {
        let steps = "s | { all = [\"b\", \"c\"] }\nb | [{ if = \"data.fast\", end = true }, { to = \"z\" }]\n\
                     c | \"z\"\nz | { end = true } | [\"b\", \"c\"]";
        assert_eq!(
            hints(steps),
            ["it happens after `s`, `b`, `c`; let every way of `b` lead to `z`, none of them end"]
        );
    }

    #[test]
    fn where_no_small_change_helps_the_way_there_is_said() {
        let steps = "s | { all = [\"b\", \"c\"] }\nb | \"z\"\nc | [{ if = \"data.fast\", to = \"x\" }, { to = \"z\" }]\n\
                     x | { end = true }\nz | { end = true } | [\"b\", \"c\"]";
        assert_eq!(
            hints(steps),
            [
                "it happens after `s`, `b`, `c`, `x`; let that way lead through `c` too, or let ways of which only one \
              comes meet in a step before `z`"
            ]
        );
    }

    #[test]
    fn two_joins_that_do_not_fit_do_not_look_for_each_other() {
        let steps = "s | { all = [\"b\", \"c\"] }\nb | \"y\"\nc | \"z\"\ny | { end = true } | [\"c\"]\n\
                     z | { end = true } | [\"b\"]";
        assert_eq!(hints(steps).len(), 4);
    }
}
