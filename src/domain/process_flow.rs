//! Checks the routes of a process: targets, joins, arms, and what can be reached. Whether the whole is sound is
//! `soundness`.

use super::counted::counted;
use super::id::Handle;
use super::join_repair::Repair;
use super::problem::{Places, Problem, listed, meant, quoted};
use super::process::{Arm, Process, Step, StepKind};
use super::process_check::targets;
use super::process_file::Unread;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The routes of a process and what is wrong with them.
pub(super) struct Flow {
    pub problems: Vec<Problem>,
    /// For each step the steps it leads to.
    pub leads: Vec<Vec<usize>>,
    /// For each step all the steps that can come before it.
    pub before: Vec<HashSet<usize>>,
    /// Steps that name one that is not there: what they miss is said already.
    astray: HashSet<usize>,
    /// Nothing is wrong and everything could be read: worth proving.
    pub whole: bool,
    /// A change that would help is looked for.
    tries: bool,
}

impl Flow {
    pub fn check(process: &Process, places: &Places, unread: &Unread) -> Flow {
        Flow::looked_at(process, places, unread, true)
    }

    /// Whether nothing is wrong with the routes.
    pub fn fits(process: &Process) -> bool {
        Flow::looked_at(process, &Places::default(), &Unread::default(), false).whole
    }

    fn looked_at(process: &Process, places: &Places, unread: &Unread, tries: bool) -> Flow {
        let mut index = HashMap::<&Handle, usize>::new();
        let mut flow = Flow {
            problems: Vec::new(),
            leads: Vec::new(),
            before: Vec::new(),
            astray: HashSet::new(),
            whole: false,
            tries,
        };
        for (n, step) in process.steps.iter().enumerate() {
            if let Some(first) = index.get(&step.handle) {
                let (line, _) = places.of(&format!("step.{first}.step"));
                let message = format!("there is a step `{}` already", step.handle);
                let hint = format!("the first is on line {line}; give this one another name");
                flow.refuse(places.of(&format!("step.{n}.step")), message, hint);
            } else {
                index.insert(&step.handle, n);
            }
        }
        for (n, step) in process.steps.iter().enumerate() {
            if !unread.steps {
                flow.targets(process, places, (n, step), &index);
            }
            if step.need.is_some() && step.join.is_empty() && !unread.routes.contains(&n) {
                let message = format!("`{}` needs so many of nothing", step.handle);
                let hint = "add `join = [\"a\", \"b\"]`, or leave `need` out".to_string();
                flow.refuse(places.of(&format!("step.{n}.need")), message, hint);
            }
            if !unread.routes.contains(&n) {
                flow.arms(places, n, step);
            }
            let leads = step.next.iter().flat_map(|arm| targets(&arm.go));
            flow.leads.push(leads.filter_map(|target| index.get(target).copied()).collect());
        }
        if unread.steps || !unread.routes.is_empty() || index.len() < process.steps.len() {
            return flow;
        }
        flow.joins(process, places, &index);
        flow.reach(process, places);
        flow.whole = flow.problems.is_empty();
        flow
    }

    fn refuse(&mut self, place: (usize, usize), message: String, hint: impl Into<Option<String>>) {
        self.problems.push(Problem::error(place, message).with_hint(hint));
    }

    /// Every step that is named is there.
    fn targets(
        &mut self,
        process: &Process,
        places: &Places,
        (n, step): (usize, &Step),
        index: &HashMap<&Handle, usize>,
    ) {
        let arms = step.next.iter().enumerate().flat_map(|(arm, way)| {
            targets(&way.go)
                .iter()
                .enumerate()
                .map(move |(k, target)| (target, format!("step.{n}.next.{arm}.go.{k}")))
        });
        let join = step.join.iter().enumerate().map(|(k, source)| (source, format!("step.{n}.join.{k}")));
        for (target, path) in arms.chain(join).filter(|(target, _)| !index.contains_key(target)) {
            let hint = match target.as_str() {
                "end" | "done" | "finish" | "finished" | "stop" => {
                    Some("to end the branch write `{ end = true }`".to_string())
                }
                name => {
                    let names = process.steps.iter().map(|step| step.handle.as_str());
                    meant(name, names.collect::<BTreeSet<_>>())
                }
            };
            self.astray.insert(n);
            self.refuse(places.of(&path), format!("there is no step {}", quoted(target.as_str())), hint);
        }
    }

    /// Some arm always holds, and each can be taken: for every outcome, where a decision has some.
    fn arms(&mut self, places: &Places, n: usize, step: &Step) {
        let path = |arm: usize| format!("step.{n}.next.{arm}");
        let words = match self.outcomes(places, n, step) {
            Some(words) if !step.next.is_empty() => words,
            _ => return,
        };
        let mut taken = vec![false; step.next.len()];
        for word in &words {
            let fits = |arm: &Arm| word.is_none() || arm.on.is_none() || arm.on == *word;
            let ways = step.next.iter().enumerate().filter(|(_, arm)| fits(arm)).collect::<Vec<_>>();
            let always = ways.iter().position(|(_, arm)| arm.when.is_none());
            ways.iter().take(always.map_or(ways.len(), |at| at + 1)).for_each(|(arm, _)| taken[*arm] = true);
            if always.is_none() {
                let (outcome, hint) = match word {
                    None => {
                        (String::new(), "add a last arm without `if`, such as `{ end = true }`".to_string())
                    }
                    Some(word) => (
                        format!(" and the outcome is {}", quoted(word)),
                        format!("add an arm without `if`, such as `{{ on = \"{word}\", end = true }}`"),
                    ),
                };
                let message =
                    format!("step `{}` has no way onwards when no condition holds{outcome}", step.handle);
                self.refuse(places.of(&format!("step.{n}.next")), message, hint);
            }
        }
        if let Some(arm) = taken.iter().position(|taken| !taken) {
            let (before, hint) = match step.next[arm].on.is_some() || words.len() > 1 {
                true => ("those before it leave nothing to it", "leave it out, or put it first"),
                false => ("one before it has no condition", "put the arm without `if` last"),
            };
            let message = format!("this arm is never taken: {before}");
            self.refuse(places.of(&path(arm)), message, hint.to_string());
        }
        for (arm, way) in step.next.iter().enumerate() {
            if !way.only.is_empty() && way.only.len() == targets(&way.go).len() {
                let message = "every target here has a condition, so all could be skipped".to_string();
                let hint = "leave one without `if`, or write a choice with an arm for each".to_string();
                self.refuse(places.of(&path(arm)), message, hint);
            }
        }
    }

    /// The outcomes that arms are chosen by; one that is none where there are no outcomes. `None` when that is
    /// wrong already.
    fn outcomes(&mut self, places: &Places, n: usize, step: &Step) -> Option<Vec<Option<String>>> {
        let words = step.outcomes().into_iter().map(str::to_string).collect::<Vec<_>>();
        if !matches!(step.kind, StepKind::Decision { .. }) {
            let Some(arm) = step.next.iter().position(|arm| arm.on.is_some()) else {
                return Some(vec![None]);
            };
            let message = format!(
                "`on` names an outcome, and step `{}` is of type `{}`",
                step.handle,
                step.kind.word()
            );
            let hint = "write `type = \"decision\"`, or ask the data with `if`".to_string();
            self.refuse(places.of(&format!("step.{n}.next.{arm}.on")), message, hint);
            return None;
        }
        let example =
            "`next = [{ on = \"approved\", to = \"…\" }, { on = \"rejected\", end = \"rejected\" }]`";
        let message = match words.as_slice() {
            [] => format!("the decision `{}` has no outcome", step.handle),
            [one] => format!("the decision `{}` has one outcome only, `{one}`", step.handle),
            _ => return Some(words.into_iter().map(Some).collect()),
        };
        if !step.next.is_empty() {
            self.refuse(places.of(&format!("step.{n}.next")), message, format!("write {example}"));
        }
        None
    }

    /// A join waits for exactly the steps that lead to it.
    fn joins(&mut self, process: &Process, places: &Places, index: &HashMap<&Handle, usize>) {
        let mut repair = None;
        for (n, step) in process.steps.iter().enumerate().filter(|(_, step)| !step.join.is_empty()) {
            let name = &step.handle;
            if n == 0 {
                let message = format!("a case begins with `{name}`, so it cannot wait for other steps");
                let hint = "put the step a case begins with first, or leave `join` out".to_string();
                self.refuse(places.of("step.0.join"), message, hint);
            }
            if let Some(need) = step.need.filter(|need| u64::from(*need) > step.join.len() as u64) {
                let message = format!("`{name}` needs {need} of {}", counted(step.join.len(), "step"));
                let hint = format!("write `need = {}` or less, or leave it out", step.join.len());
                self.refuse(places.of(&format!("step.{n}.need")), message, hint);
            }
            for (k, source) in step.join.iter().enumerate() {
                let Some(from) = index.get(source) else { continue };
                if !self.leads[*from].contains(&n) && !self.astray.contains(from) {
                    let message = format!("`{name}` waits for `{source}`, which does not lead to it");
                    let hint =
                        format!("let `{source}` say `next = \"{name}\"`, or take it out of the `join`");
                    self.refuse(places.of(&format!("step.{n}.join.{k}")), message, hint);
                }
            }
            for (from, other) in process.steps.iter().enumerate() {
                if step.join.contains(&other.handle) || self.astray.contains(&n) {
                    continue;
                }
                let ways = other.next.iter().enumerate().flat_map(|(arm, way)| {
                    targets(&way.go).iter().enumerate().map(move |(k, target)| (arm, k, target))
                });
                for (arm, k, _) in ways.filter(|(_, _, target)| *target == name) {
                    let message = format!("`{}` leads to `{name}`, which does not wait for it", other.handle);
                    let waits = step.join.iter().map(Handle::as_str).chain([other.handle.as_str()]);
                    let tries = self.tries;
                    let repair = repair.get_or_insert_with(|| {
                        if tries { Repair::of_sets(process) } else { Repair::default() }
                    });
                    let hint = repair
                        .hint(name)
                        .unwrap_or_else(|| format!("let `{name}` join {}, and check again", listed(waits)));
                    self.refuse(places.of(&format!("step.{from}.next.{arm}.go.{k}")), message, hint);
                }
            }
        }
    }

    /// Every step can come, as far as the arrows go.
    fn reach(&mut self, process: &Process, places: &Places) {
        let after = self.leads.iter().map(|first| {
            let (mut seen, mut queue) = (HashSet::new(), first.clone());
            while let Some(step) = queue.pop() {
                if seen.insert(step) {
                    queue.extend(&self.leads[step]);
                }
            }
            seen
        });
        let after = after.collect::<Vec<_>>();
        let steps = 0..process.steps.len();
        self.before = steps
            .clone()
            .map(|step| steps.clone().filter(|earlier| after[*earlier].contains(&step)).collect())
            .collect();
        // With a target misspelt the step it meant looks as if it could not be reached.
        if !self.astray.is_empty() {
            return;
        }
        for n in steps.skip(1).filter(|step| !after[0].contains(step)) {
            let (name, first) = (&process.steps[n].handle, &process.steps[0].handle);
            let message = format!("step `{name}` cannot be reached from `{first}`, where a case begins");
            let hint = format!("let a step lead to it with `next = \"{name}\"`, or leave it out");
            self.refuse(places.of(&format!("step.{n}")), message, hint);
        }
    }
}
/// The steps that somebody does from which the work comes to a step.
pub(super) fn senders(steps: &[Step], leads: &[Vec<usize>], to: usize) -> HashSet<usize> {
    let (mut found, mut seen, mut queue) = (HashSet::new(), HashSet::new(), vec![to]);
    while let Some(at) = queue.pop() {
        for from in (0..steps.len()).filter(|from| leads[*from].contains(&at)) {
            match steps[from].kind.is_human() {
                true => drop(found.insert(from)),
                false if seen.insert(from) => queue.push(from),
                false => {}
            }
        }
    }
    found
}
