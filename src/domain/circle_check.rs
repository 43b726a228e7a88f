//! Processes that start one another in a circle with nobody in between: each case would begin the next one by itself.
//! A person's work on the way is an answer to it. A condition is one only where it may come out otherwise in the next
//! round; whether it does cannot always be told, and then that is said.

use super::condition_types::{Token, tokens};
use super::id::Handle;
use super::process::{Go, Process, StepKind};
use super::process_check::Check;
use super::rule::{Action, Start, Trigger};
use super::rule_circles::reads;
use std::collections::{BTreeSet, VecDeque};

/// One way a case of a process starts another by itself.
#[derive(Clone)]
struct Started<'p> {
    start: &'p Start,
    /// The conditions on the way there.
    when: Vec<&'p str>,
}

/// What a case of this process starts before anybody has done anything, with the conditions on the way.
fn at_once(process: &Process) -> Vec<Started<'_>> {
    let mut found = Vec::new();
    let (mut next, mut seen) = (vec![(process.steps.first(), Vec::new())], Vec::new());
    let mut ends = Vec::<Vec<&str>>::new();
    while let Some((step, when)) = next.pop() {
        let Some(step) = step else { continue };
        // The same step with fewer conditions says more; with the same ones nothing new.
        if seen.iter().any(|(known, with): &(&Handle, Vec<&str>)| {
            *known == &step.handle && with.iter().all(|c| when.contains(c))
        }) {
            continue;
        }
        seen.push((&step.handle, when.clone()));
        let by = |start| Started { start, when: when.clone() };
        match &step.kind {
            StepKind::Auto { actions } => found.extend(started(actions).map(by)),
            StepKind::Process { start, wait } => {
                found.push(by(start));
                if *wait {
                    continue;
                }
            }
            StepKind::Work | StepKind::Decision { .. } | StepKind::Wait(_) => continue,
        }
        for arm in &step.next {
            let mut with = when.clone();
            with.extend(arm.when.as_deref());
            match &arm.go {
                Go::To(to) => next.extend((0u32..).zip(to).map(|(n, to)| {
                    let only =
                        arm.only.iter().filter(|(target, _)| *target == n).map(|(_, when)| when.as_str());
                    (process.step(to), with.iter().copied().chain(only).collect())
                })),
                Go::End(_) => ends.push(with),
            }
        }
    }
    for rule in &process.rules {
        let before = match rule.on {
            Trigger::CaseStarted => vec![Vec::new()],
            Trigger::CaseDone => ends.clone(),
            _ => continue,
        };
        for mut when in before {
            when.extend(rule.when.as_deref());
            found.extend(started(&rule.then).map(|start| Started { start, when: when.clone() }));
        }
    }
    found
}

/// One part of the way round: the process, and what it starts.
type Hop<'p> = (&'p Process, Started<'p>);

/// Whether what the conditions of a way round speak of is the same in every round: nothing at all, or data that each case
/// hands the next one as it is.
fn unchanging(way: &[Hop<'_>]) -> bool {
    let kept = |at: usize, field: &str| {
        let (mut at, mut field) = (at, field.to_string());
        for _ in 0..way.len() {
            // Where this case has it from: what the one before it was told to give.
            at = (at + way.len() - 1) % way.len();
            let given = way[at].1.start.data.iter().find(|(name, _)| *name == field);
            match given.and_then(|(_, source)| source.trim().strip_prefix("data.")) {
                Some(from) if !from.contains(|c: char| !c.is_alphanumeric() && c != '_') => {
                    field = from.to_string()
                }
                _ => return None,
            }
        }
        Some(field)
    };
    way.iter().enumerate().all(|(at, (process, started))| {
        started.when.iter().all(|when| {
            let other = tokens(when).into_iter().any(|placed| match placed.token {
                Token::Path(path) => !path.starts_with("data.") && !path.starts_with("table."),
                _ => false,
            });
            !other && reads(process, when).iter().all(|field| kept(at, field).as_deref() == Some(field))
        })
    })
}

impl Process {
    /// The processes of which its cases may start others.
    pub fn starts(&self) -> BTreeSet<&Handle> {
        let of_steps = self.steps.iter().flat_map(|step| match &step.kind {
            StepKind::Auto { actions } => started(actions).map(|start| &start.process).collect(),
            StepKind::Process { start, .. } => vec![&start.process],
            StepKind::Work | StepKind::Decision { .. } | StepKind::Wait(_) => Vec::new(),
        });
        of_steps
            .chain(self.rules.iter().flat_map(|rule| started(&rule.then)).map(|start| &start.process))
            .collect()
    }
}

fn started(actions: &[Action]) -> impl Iterator<Item = &Start> {
    actions.iter().filter_map(|action| match action {
        Action::Start(start) => Some(start),
        _ => None,
    })
}

impl Check<'_> {
    /// Warns of a circle this process is part of, with the shortest way round.
    pub(super) fn circles(&mut self) {
        let sure = self.way_round(true);
        let (surely, found) = (sure.is_some(), sure.or_else(|| self.way_round(false)));
        let Some(way) = found else { return };
        let own = &self.process.handle;
        let names = way.iter().map(|(process, _)| process.handle.as_str()).chain([own.as_str()]);
        let names = names.collect::<Vec<_>>().join(" -> ");
        let asks = way.iter().any(|(_, started)| !started.when.is_empty());
        let hint = "give a start a condition with `if`, or let somebody work before it; a chain is cut off after eight";
        let (message, hint) = match (surely, asks, unchanging(&way)) {
            (true, ..) => (format!("every case starts the next one by itself, without end: {names}"), hint),
            (false, true, true) => (
                format!(
                    "a case starts the next one by itself, without end, where its conditions hold: {names}; nothing on the way changes them"
                ),
                "let a condition ask for what changes from one case to the next, or let somebody work before it; a chain is cut off after eight",
            ),
            (false, ..) => (
                format!(
                    "a case may start the next one by itself, without end: {names}; whether its conditions end that cannot be told"
                ),
                "let somebody work before one of the starts; a chain is cut off after eight",
            ),
        };
        self.warn("", message, hint);
    }

    /// The shortest way from this process back to it; only by what has no condition, or by anything.
    fn way_round(&self, surely: bool) -> Option<Vec<Hop<'_>>> {
        let own = &self.process.handle;
        let mut seen = BTreeSet::<&Handle>::new();
        let mut next = VecDeque::from([(self.process, Vec::<Hop<'_>>::new())]);
        while let Some((process, way)) = next.pop_front() {
            for started in at_once(process).into_iter().filter(|started| !surely || started.when.is_empty()) {
                let to = &started.start.process;
                let mut on = way.clone();
                on.push((process, started.clone()));
                if to == own {
                    return Some(on);
                }
                if seen.insert(to) {
                    next.extend(self.process_known(to).map(|process| (process, on)));
                }
            }
        }
        None
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
        // Somebody works before the next one.
        assert_eq!(warned(&[a.clone(), text("b", &rule("case.done", "a", ""))]), None);
        // What is at its end by itself has ended when it begins.
        let ends = START.replace("\"b\"", "\"c\"")
            + "[[rule]]\nrule = \"r\"\non = \"case.done\"\nthen = [{ start = \"a\" }]\n";
        assert!(warned(&[a, text("b", &ends), text("c", WORK)]).unwrap().contains("a -> b -> a"));
    }
    /// A condition is an answer only where it may come out otherwise the next time.
    #[test]
    fn a_condition_on_what_each_case_hands_the_next_ends_nothing() {
        let data = "[data.n]\ntype = \"number\"\n";
        let rule = |start: &str, when: &str, with: &str| {
            format!(
                "{data}{WORK}[[rule]]\nrule = \"r\"\non = \"case.started\"\nif = \"{when}\"\nthen = [{{ start = \"{start}\"{with} }}]\n"
            )
        };
        let same = ", with = { n = \"data.n\" }";
        let told = |there: &str, back: &str| {
            let other = rule("a", "data.n > 0", back);
            warned(&[text("a", &rule("b", "data.n > 0", there)), text("b", &other)]).unwrap_or_default()
        };
        assert!(
            told(same, same)
                .contains("where its conditions hold: a -> b -> a; nothing on the way changes them")
        );
        for back in [", with = { n = \"data.n - 1\" }", ""] {
            let said = told(same, back);
            assert!(
                said.contains("a case may start the next one by itself, without end: a -> b -> a"),
                "{said}"
            );
        }
        let urgent = warned(&[text("a", START), text("b", &rule("a", "case.urgent", ""))]).unwrap();
        assert!(urgent.contains("whether its conditions end that cannot be told"), "{urgent}");
        // What holds whatever the data says is no condition at all.
        let always = warned(&[text("a", START), text("b", &rule("a", "1 < 2", ""))]).unwrap();
        assert!(always.contains("where its conditions hold: a -> b -> a; nothing"), "{always}");
    }
}
