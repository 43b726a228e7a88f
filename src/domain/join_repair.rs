//! Finds changes of the ways into the joins of a process after which it is sound, by trying some and proving each, so
//! that a hint never leads to the next mistake. Says them in words; changes nothing.
//!
//! What comes to a join is looked at with the join kept shut: every way a case can go then leaves a set of arrivals
//! there. Ways that never come together belong together, and where each set has one of every such group, groups that
//! meet before the join are what it can wait for.

use super::counted::counted;
use super::id::Handle;
use super::join_shape::{nested, optional};
use super::problem::listed;
use super::process::{Arm, Go, Performer, Process, Step, StepKind};
use super::process_check::targets;
use super::process_flow::Flow;
use super::soundness::{Explored, Trouble, prove_within};
use std::collections::BTreeSet;

/// How many situations of a changed process are looked at before the change counts as no help.
const BOUND: usize = 5_000;
/// Of how many ways into a join those that belong together are looked for.
const MOST: usize = 12;
/// How many steps that end are let lead to a join, one or two at a time.
const ENDING: usize = 8;
/// How many changes, one join each, are put together, and how many of them are said at every join.
const TOGETHER: usize = 12;
const SAID: usize = 4;
/// For how many joins at a time one is looked for: that takes longer than the proof, and whoever mends the first looks
/// again.
const FEW: usize = 3;

/// A process after a change of the ways into a join, and the change in words.
pub(super) struct Change {
    pub join: Handle,
    pub words: String,
    pub process: Process,
}

/// Changes that help, one after the other.
#[derive(Default)]
pub(super) struct Repair {
    changes: Vec<(Handle, String)>,
    /// With all of them nothing is wrong any more.
    sound: bool,
}

impl Repair {
    /// Of joins that can wait for ever.
    pub fn of(process: &Process, troubles: &[Trouble]) -> Repair {
        Repair::default().further(process.clone(), troubles.to_vec())
    }

    /// Of joins that name other steps than lead to them.
    pub fn of_sets(process: &Process) -> Repair {
        let (mut repair, mut changed) = (Repair::default(), process.clone());
        for join in process.steps.iter().filter(|step| !step.join.is_empty()) {
            let set = ways_into(process, &join.handle, &join.join);
            let differs = set.iter().collect::<BTreeSet<_>>() != join.join.iter().collect::<BTreeSet<_>>();
            if let Some(step) = step_mut(&mut changed, &join.handle).filter(|_| differs) {
                repair.changes.push((join.handle.clone(), waits_for(&join.handle, &set)));
                step.join = set;
            }
        }
        match Flow::fits(&changed) {
            true => {
                let troubles = prove_within(&changed, BOUND);
                repair.further(changed, troubles)
            }
            false => Repair::default(),
        }
    }

    /// Mends one join after the other for as long as there is one that a change mends.
    fn further(mut self, mut process: Process, mut troubles: Vec<Trouble>) -> Repair {
        for _ in 0..TOGETHER {
            let joins = troubles.iter().filter_map(waiting).take(FEW).cloned().collect::<Vec<_>>();
            let found = joins.iter().find_map(|join| one(&process, join, &troubles));
            let Some((change, left)) = found else { break };
            // What is said of a join last holds for all of it.
            self.changes.retain(|(join, _)| *join != change.join);
            self.changes.push((change.join, change.words));
            (process, troubles) = (change.process, left);
        }
        self.sound = troubles.is_empty();
        self
    }

    /// What to do so that this join never waits in vain, where that is known.
    pub fn hint(&self, join: &Handle) -> Option<String> {
        match self.changes.as_slice() {
            [(_, one)] if self.sound => Some(one.clone()),
            all if self.sound && (1..=SAID).contains(&all.len()) => {
                let all = all.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>();
                Some(format!("{} are needed together: {}", counted(all.len(), "change"), all.join("; ")))
            }
            all => {
                let (_, own) = all.iter().find(|(changed, _)| changed == join)?;
                let rest = match self.sound {
                    true => {
                        let joins = names(all.iter().map(|(join, _)| join));
                        format!("it is one of {} that are needed, at {joins}", counted(all.len(), "change"))
                    }
                    false => "that alone does not mend the rest".to_string(),
                };
                Some(format!("{own}; {rest}"))
            }
        }
    }
}

fn waiting(trouble: &Trouble) -> Option<&Handle> {
    match trouble {
        Trouble::Waits { step, .. } => Some(step),
        _ => None,
    }
}

/// The first change after which a join is no trouble and nothing else has become one, with what is wrong then.
fn one(process: &Process, join: &Handle, known: &[Trouble]) -> Option<(Change, Vec<Trouble>)> {
    candidates(process, join).find_map(|change| {
        let left = Flow::fits(&change.process).then(|| prove_within(&change.process, BOUND))?;
        let was = |trouble: &Trouble| known.iter().any(|known| known.step() == trouble.step());
        let helps = left.iter().all(|trouble| trouble.step() != Some(join) && was(trouble));
        helps.then_some((change, left))
    })
}

/// Changes of the ways into a join that are worth a proof, the smallest first.
fn candidates<'p>(process: &'p Process, join: &'p Handle) -> impl Iterator<Item = Change> + 'p {
    let index = process.steps.iter().position(|step| step.handle == *join);
    let known = index.and_then(|index| Some((index, arrivals(process, index)?)));
    known.into_iter().flat_map(move |(index, known)| {
        let ends =
            |step: &&Step| step.handle != *join && step.next.iter().any(|arm| matches!(arm.go, Go::End(_)));
        let before = process.steps.iter().enumerate().filter(|(n, _)| known.done.contains(n));
        let ending = before.map(|(_, step)| step).filter(ends).map(|step| &step.handle).take(ENDING);
        let ending = ending.collect::<Vec<_>>();
        let mut sets = ending.iter().map(|step| vec![*step]).collect::<Vec<_>>();
        sets.extend(
            (0..ending.len()).flat_map(|b| (0..b).map(|a| vec![ending[a], ending[b]]).collect::<Vec<_>>()),
        );
        sets.extend((ending.len() > 2).then_some(ending));
        let as_it_is = [
            fewer(process, index, &known.sets),
            grouped(process, index, &known, &[]),
            apart(process, index, &known),
            nested(process, index, &known),
            optional(process, index, &known),
        ];
        let led = sets.into_iter().filter_map(move |ending| {
            let led = leading(process, join, &ending);
            grouped(&led, index, &arrivals(&led, index)?, &ending)
        });
        as_it_is.into_iter().flatten().chain(led)
    })
}

/// What comes to a join from behind it comes to the step itself, and the others meet before that.
fn apart(process: &Process, join: usize, arrived: &Arrivals) -> Option<Change> {
    let came = arrived.sets.iter().flatten().collect::<BTreeSet<_>>();
    let back = (0..arrived.from.len()).filter(|n| !came.contains(n)).collect::<Vec<_>>();
    if back.is_empty() {
        return None;
    }
    let named = |of: &[usize]| of.iter().map(|n| arrived.from[*n].clone()).collect::<Vec<_>>();
    let (set, back) = (named(&came.iter().map(|n| **n).collect::<Vec<_>>()), named(&back));
    let mut changed = process.clone();
    let step = &mut changed.steps[join];
    let (name, need, late) = (step.handle.clone(), step.need, step.late);
    (step.join, step.need) = (Vec::new(), None);
    let alone = format!("leave `join` out of `{name}`");
    if arrived.sets.iter().all(|set| set.len() == 1) {
        let all = names(set.iter().chain(&back));
        let words = format!("{alone}: of {all} one comes at a time");
        return Some(Change { join: name, words, process: changed });
    }
    let between = free(process, &format!("before-{name}"))?;
    meet(&mut changed, &name, &set, &between);
    let step = step_mut(&mut changed, &between)?;
    (step.join, step.need, step.late) = (set.clone(), need, late);
    let quoted = set.iter().map(|step| format!("\"{step}\"")).collect::<Vec<_>>().join(", ");
    let need = need.map(|need| format!(", `need = {need}`")).unwrap_or_default();
    let words = format!(
        "let {} lead to a step between, `step = \"{between}\"` with `type = \"auto\"`, `then = []`, `join = [{quoted}]`{need} and \
         `next = \"{name}\"`, and {alone}: {} comes back to it",
        names(&set),
        names(&back)
    );
    Some(Change { join: name, words, process: changed })
}

/// What comes to a join that is kept shut.
pub(super) struct Arrivals {
    /// The steps that lead to it.
    pub from: Vec<Handle>,
    /// Of those, by number, which have come where nothing more can happen; each set once.
    pub sets: BTreeSet<Vec<usize>>,
    /// All the steps that were done.
    pub done: BTreeSet<usize>,
}

/// `None` where there are too many to tell, or one comes twice.
fn arrivals(process: &Process, join: usize) -> Option<Arrivals> {
    let mut shut = process.clone();
    let name = shut.steps[join].handle.clone();
    let from = ways_into(process, &name, &[]);
    let never = free(process, "never")?;
    let go = vec![Arm::new(None, Go::To(vec![name]))];
    shut.steps.push(Step { next: go, ..between(&never) });
    let step = &mut shut.steps[join];
    (step.join, step.need) = (from.iter().cloned().chain([never]).collect(), None);
    let explored = Explored::new(&shut, BOUND);
    let mut sets = BTreeSet::new();
    for mut came in explored.left_before(join)? {
        came.sort_unstable();
        if came.windows(2).any(|two| two[0] == two[1]) {
            return None;
        }
        let place = |step: &usize| from.iter().position(|from| *from == process.steps[*step].handle);
        let came = came.iter().map(place).collect::<Option<BTreeSet<_>>>()?;
        sets.insert(came.into_iter().collect::<Vec<_>>());
    }
    // A case that never comes there waits for nothing.
    sets.retain(|came| !came.is_empty());
    let done = explored.done().clone();
    (!sets.is_empty()).then_some(Arrivals { from, sets, done })
}

/// A join that needs so many of its set needs as many as always come.
fn fewer(process: &Process, join: usize, sets: &BTreeSet<Vec<usize>>) -> Option<Change> {
    let least = u32::try_from(sets.iter().map(Vec::len).min()?).ok()?;
    let mut process = process.clone();
    let step = &mut process.steps[join];
    let join = step.handle.clone();
    step.need.filter(|need| *need > least)?;
    step.need = Some(least);
    let words = format!("write `need = {least}` at `{join}`: more do not always come");
    Some(Change { join, words, process })
}

/// The ends of some steps lead to the join instead.
fn leading(process: &Process, join: &Handle, ending: &[&Handle]) -> Process {
    let mut led = process.clone();
    for step in led.steps.iter_mut().filter(|step| ending.contains(&&step.handle)) {
        for arm in step.next.iter_mut().filter(|arm| matches!(arm.go, Go::End(_))) {
            arm.go = Go::To(vec![join.clone()]);
        }
    }
    led
}

/// Ways of which one comes meet in a step of their own before the join.
fn grouped(process: &Process, join: usize, arrived: &Arrivals, ending: &[&Handle]) -> Option<Change> {
    let name = process.steps[join].handle.clone();
    let groups = groups(arrived)?;
    let members = |group: &Vec<usize>| group.iter().map(|n| arrived.from[*n].clone()).collect::<Vec<_>>();
    let groups = groups.iter().map(members).collect::<Vec<_>>();
    let (mut changed, mut parts) = (process.clone(), Vec::new());
    let lone = |step: &Handle| !groups.iter().any(|group| group.len() > 1 && group.contains(step));
    for step in ending.iter().filter(|step| groups.len() == 1 || lone(step)) {
        parts.push(format!("let every way of `{step}` lead to `{name}`, none of them end"));
    }
    let mut set = Vec::new();
    for group in &groups {
        if group.len() < 2 || groups.len() == 1 {
            set.extend(group.iter().cloned());
            continue;
        }
        let either = group.iter().map(Handle::as_str).collect::<Vec<_>>().join("-or-");
        let step = free(&changed, &either).or_else(|| free(&changed, &format!("before-{name}")))?;
        meet(&mut changed, &name, group, &step);
        let too = group.iter().filter(|member| ending.contains(member)).collect::<Vec<_>>();
        let too = match too.as_slice() {
            [] => String::new(),
            [one] => format!(", also where `{one}` ends now,"),
            all => format!(", also where {} end now,", names(all.iter().copied())),
        };
        parts.push(format!(
            "let {} lead{too} to a step between, `step = \"{step}\"` with `type = \"auto\"`, `then = []` and \
             `next = \"{name}\"`",
            names(group)
        ));
        set.push(step);
    }
    let step = step_mut(&mut changed, &name)?;
    if groups.len() == 1 && set.len() > 1 {
        (step.join, step.need) = (Vec::new(), None);
        parts.push(format!("leave `join` out of `{name}`: of {} one comes, never more", names(&set)));
    } else {
        if set.iter().collect::<BTreeSet<_>>() != step.join.iter().collect::<BTreeSet<_>>() {
            parts.push(waits_for(&name, &set));
            step.join = set;
        }
        if step.need.is_some_and(|need| need as usize > groups.len()) {
            step.need = None;
            parts.push(format!("leave `need` out of `{name}`"));
        }
    }
    let words = match parts.split_last()? {
        (last, []) => last.clone(),
        (last, first) => format!("{}, and {last}", first.join(", ")),
    };
    Some(Change { join: name, words, process: changed })
}

/// The ways in groups, of each of which one comes, every time.
fn groups(arrived: &Arrivals) -> Option<Vec<Vec<usize>>> {
    let first = arrived.sets.first()?;
    let came = arrived.sets.iter().flatten().collect::<BTreeSet<_>>();
    let all = came.len() == arrived.from.len() && arrived.from.len() <= MOST;
    if !all || arrived.sets.iter().any(|set| set.len() != first.len()) {
        return None;
    }
    let mut groups = first.iter().map(|way| vec![*way]).collect::<Vec<_>>();
    let rest = (0..arrived.from.len()).filter(|way| !first.contains(way)).collect::<Vec<_>>();
    placed(&mut groups, &rest, &arrived.sets).then(|| {
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups.sort_by_key(|group| (group.len() > 1, group.first().copied()));
        groups
    })
}

/// Puts each of the rest into a group with which it never comes, or leaves the groups as they were.
fn placed(groups: &mut [Vec<usize>], rest: &[usize], sets: &BTreeSet<Vec<usize>>) -> bool {
    let Some((way, rest)) = rest.split_first() else { return true };
    for n in 0..groups.len() {
        let meets = |set: &Vec<usize>| set.contains(way) && groups[n].iter().any(|other| set.contains(other));
        if sets.iter().any(meets) {
            continue;
        }
        groups[n].push(*way);
        if placed(groups, rest, sets) {
            return true;
        }
        groups[n].pop();
    }
    false
}

/// Some of the ways into a join lead to a step before it.
fn meet(process: &mut Process, join: &Handle, of: &[Handle], step: &Handle) {
    for from in process.steps.iter_mut().filter(|from| of.contains(&from.handle)) {
        let go = from.next.iter_mut().filter_map(|arm| match &mut arm.go {
            Go::To(targets) => Some(targets),
            Go::End(_) => None,
        });
        go.flatten().filter(|target| *target == join).for_each(|target| *target = step.clone());
    }
    let next = vec![Arm::new(None, Go::To(vec![join.clone()]))];
    process.steps.push(Step { next, ..between(step) });
}

/// A step in which nothing is done.
pub(super) fn between(step: &Handle) -> Step {
    let kind = StepKind::Auto { actions: Vec::new() };
    Step { kind, ..Step::work(step.clone(), String::new(), Performer::Sender) }
}

/// The steps that lead to a join: those it names already, in their order, and then the others.
fn ways_into(process: &Process, join: &Handle, named: &[Handle]) -> Vec<Handle> {
    let leads = |step: &Step| step.next.iter().any(|arm| targets(&arm.go).contains(join));
    let into = process.steps.iter().filter(|step| leads(step)).map(|step| &step.handle).collect::<Vec<_>>();
    let there = named.iter().filter(|step| into.contains(step));
    there.chain(into.iter().copied().filter(|step| !named.contains(step))).cloned().collect()
}

pub(super) fn waits_for(join: &Handle, set: &[Handle]) -> String {
    format!("let `{join}` join {}", names(set))
}

pub(super) fn step_mut<'p>(process: &'p mut Process, step: &Handle) -> Option<&'p mut Step> {
    process.steps.iter_mut().find(|other| other.handle == *step)
}

pub(super) fn names<'h>(steps: impl IntoIterator<Item = &'h Handle>) -> String {
    listed(steps.into_iter().map(Handle::as_str))
}

/// A name no step has yet.
pub(super) fn free(process: &Process, name: &str) -> Option<Handle> {
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
            // A line of the step before it.
            if let Some(more) = line.strip_prefix('@') {
                return format!("{more}\n");
            }
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
    fn ways_out_of_one_step_that_leave_branches_out_are_told_to_be_one_split() {
        let steps = |next: &str| {
            format!(
                "s | {next}\nb | \"z\"\nc | \"z\"\nd | \"z\"\nz | {{ end = true }} | [\"b\", \"c\", \"d\"]"
            )
        };
        let asked = "[{ if = \"data.fast\", all = [\"b\", \"c\"] }, { if = \"case.urgent or data.fast\", all = [\"d\", \"b\"] }, { to = \"b\" }]";
        let one = "{ all = [\"b\", { if = \"data.fast\", to = \"c\" }, { if = \"not data.fast and (case.urgent or data.fast)\", to = \"d\" }] }";
        let [hint] = hints(&steps(asked)).try_into().unwrap();
        let words = format!(
            "write the ways out of `s` as one, `next = {one}`: a branch that is left out counts as arrived"
        );
        assert!(hint.ends_with(&words), "{hint}");
        assert_eq!(hints(&steps(one)), Vec::<String>::new());
    }

    #[test]
    fn a_split_beside_a_way_without_it_is_told_to_come_together_first() {
        let steps = |z: &str, more: &str| {
            format!(
                "s | [{{ if = \"data.fast\", all = [\"b\", \"c\"] }}, {{ to = \"z\" }}]\nb | \"{z}\"\nc | \"{z}\"\n{more}"
            )
        };
        let asked = hints(&steps("z", "z | { end = true } | [\"b\", \"c\"]"));
        let words = "let `b` and `c` lead to a step between, `step = \"b-and-c\"` with `type = \"auto\"`, `then = []`, \
                     `join = [\"b\", \"c\"]` and `next = \"z\"`, and leave `join` out of `z`: of `s` and `b-and-c` one comes, never more";
        assert!(asked.iter().all(|hint| hint.ends_with(words)), "{asked:?}");
        let mended = "b-and-c* | \"z\" | [\"b\", \"c\"]\nz | { end = true }";
        assert_eq!(hints(&steps("b-and-c", mended)), Vec::<String>::new());
    }

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
    fn a_branch_that_may_end_beside_another_way_is_told_to_meet_it() {
        let between = "to a step between, `step = \"c-or-x\"` with `type = \"auto\"`, `then = []` and `next = \"z\"`, and \
                       let `z` join `b` and `c-or-x`";
        let steps = "s | { all = [\"b\", \"c\"] }\nb | \"z\"\nc | [{ if = \"data.fast\", to = \"x\" }, { to = \"z\" }]\n\
                     x | { end = true }\nz | { end = true } | [\"b\", \"c\"]";
        assert_eq!(
            hints(steps),
            [format!(
                "it happens after `s`, `b`, `c`, `x`; let `c` and `x` lead, also where `x` ends now, {between}"
            )]
        );
        // The branch ends before its optional step.
        let steps = "s | { all = [\"b\", \"c\"] }\nb | \"z\"\nc | [{ if = \"data.fast\", end = true }, { to = \"x\" }]\n\
                     x | \"z\"\nz | { end = true } | [\"b\", \"x\"]";
        assert_eq!(
            hints(steps),
            [format!(
                "it happens after `s`, `b`, `c`; let `c` and `x` lead, also where `c` ends now, {between}"
            )]
        );
    }

    #[test]
    fn two_optional_ways_into_one_join_are_told_at_once() {
        let steps = "s | { all = [\"b\", \"c\", \"d\"] }\nb | [{ if = \"data.fast\", to = \"z\" }, { to = \"k\" }]\nk | \"z\"\n\
                     c | [{ if = \"data.fast\", to = \"z\" }, { to = \"l\" }]\nl | \"z\"\nd | \"z\"\n\
                     z | { end = true } | [\"b\", \"c\", \"d\"]";
        let change = "let `b` and `k` lead to a step between, `step = \"b-or-k\"` with `type = \"auto\"`, `then = []` and \
                      `next = \"z\"`, let `c` and `l` lead to a step between, `step = \"c-or-l\"` with `type = \"auto\"`, \
                      `then = []` and `next = \"z\"`, and let `z` join `d`, `b-or-k` and `c-or-l`";
        assert_eq!(hints(steps), [change, change]);
        let mended = "s | { all = [\"b\", \"c\", \"d\"] }\nb | [{ if = \"data.fast\", to = \"b-or-k\" }, { to = \"k\" }]\n\
                      k | \"b-or-k\"\nc | [{ if = \"data.fast\", to = \"c-or-l\" }, { to = \"l\" }]\nl | \"c-or-l\"\nd | \"z\"\n\
                      z | { end = true } | [\"d\", \"b-or-k\", \"c-or-l\"]\nb-or-k* | \"z\"\nc-or-l* | \"z\"";
        assert_eq!(hints(mended), Vec::<String>::new());
    }

    #[test]
    fn what_needs_a_change_at_two_joins_names_both() {
        let half = |s: &str, b: &str, c: &str, z: &str, next: &str| {
            format!(
                "{s} | {{ all = [\"{b}\", \"{c}\"] }}\n{b} | [{{ if = \"data.fast\", end = true }}, {{ to = \"{z}\" }}]\n\
                 {c} | \"{z}\"\n{z} | {next} | [\"{b}\", \"{c}\"]\n"
            )
        };
        let steps = half("s", "b", "c", "y", "\"t\"") + &half("t", "d", "e", "z", "{ end = true }");
        let both = "2 changes are needed together: let every way of `b` lead to `y`, none of them end; \
                    let every way of `d` lead to `z`, none of them end";
        let found = hints(&steps);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|hint| hint.ends_with(both)), "{found:?}");
    }

    #[test]
    fn a_join_that_needs_more_than_always_come_is_told_to_need_fewer() {
        let steps = "s | { all = [\"b\", \"c\", \"d\"] }\nb | [{ if = \"data.fast\", end = true }, { to = \"z\" }]\nc | \"z\"\n\
                     d | [{ if = \"data.fast\", to = \"z\" }, { end = true }]\nz | { end = true } | [\"b\", \"c\", \"d\"]\n\
                     @need = 2";
        assert_eq!(
            hints(steps),
            ["it happens after `s`, `b`, `c`, `d`; write `need = 1` at `z`: more do not always come"]
        );
    }

    #[test]
    fn what_comes_back_to_a_join_is_told_to_come_to_a_step_behind_it() {
        let steps = "s | { all = [\"b\", \"c\"] }\nb | \"z\"\nc | \"z\"\nz | \"y\" | [\"b\", \"c\"]\n\
                     y | [{ if = \"data.fast\", to = \"z\" }, { end = true }]";
        assert_eq!(
            hints(steps),
            [
                "let `b` and `c` lead to a step between, `step = \"before-z\"` with `type = \"auto\"`, `then = []`, \
              `join = [\"b\", \"c\"]` and `next = \"z\"`, and leave `join` out of `z`: `y` comes back to it"
            ]
        );
        let steps = "s | \"z\"\nz | [{ if = \"data.fast\", to = \"z\" }, { end = true }] | [\"s\", \"z\"]";
        assert_eq!(
            hints(steps),
            ["it happens after `s`; leave `join` out of `z`: of `s` and `z` one comes at a time"]
        );
    }

    #[test]
    fn what_needs_many_changes_says_where_each_is_needed() {
        let block = |n: usize| {
            let next = if n == 5 { "{ end = true }".to_string() } else { format!("\"s{}\"", n + 1) };
            format!(
                "s{n} | {{ all = [\"b{n}\", \"c{n}\"] }}\nb{n} | [{{ if = \"data.fast\", end = true }}, {{ to = \"z{n}\" }}]\n\
                 c{n} | \"z{n}\"\nz{n} | {next} | [\"b{n}\", \"c{n}\"]\n"
            )
        };
        let found = hints(&(0..6).map(block).collect::<String>());
        assert_eq!(found.len(), 6);
        for (n, hint) in found.iter().enumerate() {
            let own = format!(
                "let every way of `b{n}` lead to `z{n}`, none of them end; it is one of 6 changes that are needed, at `z0`, `z1`, \
                 `z2`, `z3`, `z4` and `z5`"
            );
            assert!(hint.ends_with(&own), "{hint}");
        }
    }

    #[test]
    fn where_no_change_of_a_few_helps_the_way_there_is_said() {
        // The branch goes round for as long as it likes and leaves one behind each time.
        let steps = "s | { all = [\"b\", \"c\"] }\nb | \"z\"\nc | [{ if = \"data.fast\", to = \"x\" }, { to = \"z\" }]\n\
                     x | { all = [\"c\", \"w\"] }\nw | \"z\"\nz | { end = true } | [\"b\", \"c\", \"w\"]";
        assert_eq!(
            hints(steps),
            [
                "it happens after `s`, `b`, `c`; let that way lead through `w` too, or let ways of which only one \
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
