//! Two changes of the ways into a join that `join_repair` tries: what comes one at a time or together, in any depth, meets
//! in steps of its own; and ways out of one step that leave some of its branches out are said as one split with branches
//! that are left out, which count as arrived. Whether they help is proved there.

use super::id::Handle;
use super::join_repair::{Arrivals, Change, between, free, names, step_mut, waits_for};
use super::process::{Arm, Go, Process, Step, StepKind};
use std::collections::BTreeSet;

type Set = BTreeSet<usize>;

/// How ways come to a join.
enum Shape {
    One(usize),
    /// All of these, each time.
    All(Vec<Shape>),
    /// One of these, never more.
    Either(Vec<Shape>),
}

/// `None` where some come only at times, and not instead of others.
fn shape(of: &Set, sets: &BTreeSet<Set>) -> Option<Shape> {
    if of.len() == 1 {
        return of.first().copied().map(Shape::One);
    }
    let met = |a: usize, b: usize| sets.iter().any(|set| set.contains(&a) && set.contains(&b));
    let within = |part: &Set| {
        let sets = sets.iter().map(|set| set & part).filter(|set| !set.is_empty()).collect();
        shape(part, &sets)
    };
    let either = parts(of, &met);
    if either.len() > 1 {
        return either.iter().map(within).collect::<Option<_>>().map(Shape::Either);
    }
    let all = parts(of, &|a, b| !met(a, b));
    let each_time = sets.iter().all(|set| all.iter().all(|part| !set.is_disjoint(part)));
    if all.len() < 2 || !each_time {
        return None;
    }
    all.iter().map(within).collect::<Option<_>>().map(Shape::All)
}

/// What hangs together by pairs.
fn parts(of: &Set, tied: &dyn Fn(usize, usize) -> bool) -> Vec<Set> {
    let (mut left, mut parts) = (of.clone(), Vec::new());
    while let Some(first) = left.pop_first() {
        let (mut part, mut next) = (Set::from([first]), vec![first]);
        while let Some(at) = next.pop() {
            let more = left.iter().copied().filter(|other| tied(at, *other)).collect::<Vec<_>>();
            left.retain(|other| !more.contains(other));
            part.extend(&more);
            next.extend(more);
        }
        parts.push(part);
    }
    parts
}

/// A process in which ways meet before a join, and what was changed, in words.
struct Met<'p> {
    process: Process,
    join: &'p Handle,
    from: &'p [Handle],
    words: Vec<String>,
}

impl Met<'_> {
    /// The steps by which these come to a step.
    fn led(&mut self, shapes: &[Shape], to: &Handle) -> Option<Vec<Handle>> {
        shapes.iter().map(|shape| self.one(shape, to)).collect()
    }

    fn one(&mut self, shape: &Shape, to: &Handle) -> Option<Handle> {
        let (shapes, word, joins) = match shape {
            Shape::One(way) => {
                let from = self.from.get(*way)?.clone();
                self.lead(&from, to);
                return Some(from);
            }
            Shape::All(shapes) => (shapes, "-and-", true),
            Shape::Either(shapes) => (shapes, "-or-", false),
        };
        let ways = shapes.iter().filter_map(|shape| match shape {
            Shape::One(way) => self.from.get(*way).map(Handle::as_str),
            _ => None,
        });
        let ways = ways.collect::<Vec<_>>();
        let short = free(&self.process, &ways.join(word)).filter(|_| ways.len() == shapes.len());
        let beside = || (1..10).find_map(|n| free(&self.process, &format!("before-{}-{n}", self.join)));
        let step = short.or_else(|| free(&self.process, &format!("before-{}", self.join))).or_else(beside)?;
        let next = vec![Arm::new(None, Go::To(vec![to.clone()]))];
        self.process.steps.push(Step { next, ..between(&step) });
        let at = self.words.len();
        let set = self.led(shapes, &step)?;
        let quoted = set.iter().map(|step| format!("\"{step}\"")).collect::<Vec<_>>().join(", ");
        let join = if joins { format!(", `join = [{quoted}]`") } else { String::new() };
        let words = format!(
            "let {} lead to a step between, `step = \"{step}\"` with `type = \"auto\"`, `then = []`{join} and `next = \"{to}\"`",
            names(&set)
        );
        self.words.insert(at, words);
        if joins {
            step_mut(&mut self.process, &step)?.join = set;
        }
        Some(step)
    }

    fn lead(&mut self, from: &Handle, to: &Handle) {
        let join = self.join;
        let arms = step_mut(&mut self.process, from).into_iter().flat_map(|step| &mut step.next);
        let targets = arms.filter_map(|arm| match &mut arm.go {
            Go::To(targets) => Some(targets),
            Go::End(_) => None,
        });
        targets.flatten().filter(|target| *target == join).for_each(|target| *target = to.clone());
    }
}

/// Ways meet before the join as they come.
pub(super) fn nested(process: &Process, join: usize, arrived: &Arrivals) -> Option<Change> {
    let sets = arrived.sets.iter().map(|set| set.iter().copied().collect::<Set>()).collect::<BTreeSet<_>>();
    let came = sets.iter().flatten().copied().collect::<Set>();
    if came.len() < arrived.from.len() {
        return None;
    }
    let step = process.steps.get(join).filter(|step| step.need.is_none())?;
    let mut met =
        Met { process: process.clone(), join: &step.handle, from: &arrived.from, words: Vec::new() };
    let set = match shape(&came, &sets)? {
        Shape::One(_) => return None,
        Shape::All(shapes) => met.led(&shapes, &step.handle)?,
        Shape::Either(shapes) => {
            let ways = met.led(&shapes, &step.handle)?;
            met.words.push(format!(
                "leave `join` out of `{}`: of {} one comes, never more",
                step.handle,
                names(&ways)
            ));
            Vec::new()
        }
    };
    if !set.is_empty() && set != step.join {
        met.words.push(waits_for(&step.handle, &set));
    }
    step_mut(&mut met.process, &step.handle)?.join = set;
    Some(Change { join: step.handle.clone(), words: in_turn(met.words)?, process: met.process })
}

fn in_turn(words: Vec<String>) -> Option<String> {
    Some(match words.split_last()? {
        (last, []) => last.clone(),
        (last, first) => format!("{}, and {last}", first.join(", ")),
    })
}

/// The ways out of a step said as one split, some branches of which are left out; for a join they come to.
pub(super) fn optional(process: &Process, join: usize, arrived: &Arrivals) -> Option<Change> {
    let name = &process.steps.get(join)?.handle;
    let before = arrived.done.iter().filter_map(|step| process.steps.get(*step));
    let (step, next) =
        before.filter(|step| &step.handle != name).find_map(|step| Some((step, as_one(step)?)))?;
    let mut changed = process.clone();
    let said = said(&next);
    step_mut(&mut changed, &step.handle)?.next = vec![next];
    let words = format!(
        "write the ways out of `{}` as one, `next = {said}`: a branch that is left out counts as arrived",
        step.handle
    );
    Some(Change { join: name.clone(), words, process: changed })
}

/// All the ways out of a step as one split; `None` where none of its branches comes each time, or they are the same.
fn as_one(step: &Step) -> Option<Arm> {
    let plain = |arm: &Arm| arm.on.is_none() && arm.only.is_empty();
    if step.next.len() < 2 || !step.next.iter().all(plain) || matches!(step.kind, StepKind::Decision { .. }) {
        return None;
    }
    let arms = step.next.iter().map(|arm| match &arm.go {
        Go::To(targets) => Some((arm.when.as_deref(), targets)),
        Go::End(_) => None,
    });
    let arms = arms.collect::<Option<Vec<_>>>()?;
    arms.last().filter(|(when, _)| when.is_none())?;
    let mut all = Vec::<&Handle>::new();
    arms.iter().flat_map(|(_, targets)| *targets).for_each(|to| {
        if !all.contains(&to) {
            all.push(to);
        }
    });
    let each_time = |to: &&Handle| arms.iter().all(|(_, targets)| targets.contains(to));
    if !all.iter().any(&each_time) || all.len() < 2 {
        return None;
    }
    // What comes each time stands first.
    all.sort_by_key(|to| !each_time(to));
    let mut only = Vec::new();
    for (n, to) in (0u32..).zip(&all).filter(|(_, to)| !each_time(to)) {
        let mut earlier = Vec::<String>::new();
        let mut when = Vec::new();
        for (condition, targets) in &arms {
            let own = condition.map(held);
            if targets.contains(to) {
                when.push(earlier.iter().cloned().chain(own.clone()).collect::<Vec<_>>().join(" and "));
            } else {
                earlier.extend(own.map(|own| format!("not {own}")));
            }
        }
        only.push((n, when.into_iter().filter(|when| !when.is_empty()).collect::<Vec<_>>().join(" or ")));
    }
    let all = all.into_iter().cloned().collect();
    Some(Arm { only, ..Arm::new(None, Go::To(all)) })
}

/// A condition as a part of another.
fn held(condition: &str) -> String {
    let parts = [" and ", " or ", " if ", "not "];
    match parts.iter().any(|part| condition.contains(part)) {
        true => format!("({condition})"),
        false => condition.to_string(),
    }
}

/// A split as it is written.
fn said(arm: &Arm) -> String {
    let Go::To(all) = &arm.go else { return String::new() };
    let branch = |(n, to): (u32, &Handle)| match arm.only.iter().find(|(of, _)| *of == n) {
        Some((_, when)) => format!("{{ if = \"{}\", to = \"{to}\" }}", when.replace('"', "'")),
        None => format!("\"{to}\""),
    };
    let all = (0u32..).zip(all).map(branch).collect::<Vec<_>>().join(", ");
    format!("{{ all = [{all}] }}")
}
