//! Processes that start one another in a circle with nobody in between: each case would begin the next one by itself.
//! Looks only at what surely happens, so that a condition or a person's work on the way is an answer to it.

use super::id::Handle;
use super::process::{Go, Process, StepKind};
use super::process_check::Check;
use super::rule::{Action, Trigger};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The processes of which a case is started by every case of this one, before anybody has done anything.
fn at_once(process: &Process) -> Vec<&Handle> {
    let mut found = Vec::new();
    let (mut next, mut seen, mut ends) =
        (process.steps.iter().take(1).collect::<Vec<_>>(), Vec::new(), false);
    while let Some(step) = next.pop() {
        if seen.contains(&&step.handle) {
            continue;
        }
        seen.push(&step.handle);
        match &step.kind {
            StepKind::Auto { actions } => found.extend(started(actions)),
            StepKind::Process { start, wait } => {
                found.push(&start.process);
                if *wait {
                    continue;
                }
            }
            StepKind::Work | StepKind::Decision { .. } | StepKind::Wait(_) => continue,
        }
        for arm in step.next.iter().filter(|arm| arm.when.is_none()) {
            match &arm.go {
                Go::To(to) => next.extend(to.iter().filter_map(|to| process.step(to))),
                Go::End(_) => ends = true,
            }
        }
    }
    for rule in process.rules.iter().filter(|rule| rule.when.is_none()) {
        if rule.on == Trigger::CaseStarted || (ends && rule.on == Trigger::CaseDone) {
            found.extend(started(&rule.then));
        }
    }
    found
}

impl Process {
    /// The processes of which its cases may start others.
    pub fn starts(&self) -> BTreeSet<&Handle> {
        let of_steps = self.steps.iter().flat_map(|step| match &step.kind {
            StepKind::Auto { actions } => started(actions).collect(),
            StepKind::Process { start, .. } => vec![&start.process],
            StepKind::Work | StepKind::Decision { .. } | StepKind::Wait(_) => Vec::new(),
        });
        of_steps.chain(self.rules.iter().flat_map(|rule| started(&rule.then))).collect()
    }
}

fn started(actions: &[Action]) -> impl Iterator<Item = &Handle> {
    actions.iter().filter_map(|action| match action {
        Action::Start(start) => Some(&start.process),
        _ => None,
    })
}

impl Check<'_> {
    /// Warns of a circle this process is part of, with the shortest way round.
    pub(super) fn circles(&mut self) {
        let own = &self.process.handle;
        let mut before = BTreeMap::<&Handle, &Handle>::new();
        let mut next = VecDeque::from([self.process]);
        let mut way = None;
        while let Some(process) = next.pop_front() {
            for to in at_once(process) {
                if to == own {
                    way = Some(&process.handle);
                    next.clear();
                    break;
                }
                if !before.contains_key(to) {
                    before.insert(to, &process.handle);
                    next.extend(self.process_known(to));
                }
            }
        }
        let Some(mut at) = way else { return };
        let mut names = vec![own.as_str()];
        while at != own {
            names.push(at.as_str());
            let Some(earlier) = before.get(at) else { return };
            at = earlier;
        }
        names.push(own.as_str());
        names.reverse();
        self.warn(
            "",
            format!("every case starts the next one by itself, without end: {}", names.join(" -> ")),
            "give a start a condition with `if`, or let somebody work before it; a chain is cut off after eight",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::process_check::{Known, read};

    fn text(name: &str, more: &str) -> String {
        format!(
            "process = \"{name}\"\ntitle = \"{name}\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@dana\"\n{more}"
        )
    }

    fn warned(texts: &[String]) -> Option<String> {
        let mut known = Known { processes: Some(Vec::new()), ..Known::default() };
        known.learn(texts);
        let (_, problems) = read(&texts[0], &known);
        let mut said = problems.iter().map(|problem| problem.in_file("f"));
        said.find(|said| said.contains("without end"))
    }

    const START: &str = "[[step]]\nstep = \"s\"\ntitle = \"S\"\ntype = \"process\"\nstart = \"b\"\nwait = false\nnext = { end = true }\n";
    const WORK: &str =
        "[[step]]\nstep = \"w\"\ntitle = \"W\"\nby = \"ops\"\ngoal = \"1 day\"\nnext = { end = true }\n";

    fn rule(on: &str, start: &str, when: &str) -> String {
        format!("{WORK}[[rule]]\nrule = \"r\"\non = \"{on}\"\n{when}then = [{{ start = \"{start}\" }}]\n")
    }

    #[test]
    fn processes_that_start_one_another_with_nobody_in_between_are_warned_of() {
        let a = text("a", START);
        let told = warned(&[a.clone(), text("b", &rule("case.started", "a", ""))]).unwrap();
        assert!(told.contains("a -> b -> a"), "{told}");
        assert!(warned(&[text("b", &rule("case.started", "b", ""))]).unwrap().contains("b -> b"));
        let third =
            [a.clone(), text("b", &rule("case.started", "c", "")), text("c", &rule("case.started", "a", ""))];
        assert!(warned(&third).unwrap().contains("a -> b -> c -> a"));
        // Somebody works before the next one, or a condition says when.
        for answered in [rule("case.done", "a", ""), rule("case.started", "a", "if = \"case.urgent\"\n")] {
            assert_eq!(warned(&[a.clone(), text("b", &answered)]), None, "{answered}");
        }
        // What is at its end by itself has ended when it begins.
        let ends = START.replace("\"b\"", "\"c\"")
            + "[[rule]]\nrule = \"r\"\non = \"case.done\"\nthen = [{ start = \"a\" }]\n";
        assert!(warned(&[a, text("b", &ends), text("c", WORK)]).unwrap().contains("a -> b -> a"));
    }
}
