//! Warns where branches of a split meet in a step that does not wait for them: it is done once for each that comes, and
//! the case may end with one while another is still on its way. That is sound, and rarely meant.

use super::id::Handle;
use super::problem::quoted;
use super::process::{Go, Process, Step};
use super::process_check::{Check, targets};
use std::collections::BTreeSet;

impl Check<'_> {
    pub(super) fn merges(&mut self) {
        let mut told = BTreeSet::new();
        for (step, from) in self.process.steps.iter().flat_map(|split| met(self.process, split)) {
            if !told.insert(step) {
                continue;
            }
            let names = from.iter().map(|step| quoted(step.as_str())).collect::<Vec<_>>();
            let handle = &self.process.steps[step].handle;
            let message = match names.as_slice() {
                [one] => format!(
                    "`{handle}` may be done twice: {one} comes twice, side by side, and nothing waits for both"
                ),
                _ => format!(
                    "`{handle}` may be done twice: {} go on side by side and lead there, and it waits for none of them",
                    names.join(" and ")
                ),
            };
            let set = from.iter().map(|step| format!("\"{step}\"")).collect::<Vec<_>>().join(", ");
            let hint = match names.len() {
                1 => "let the branches come together before it".to_string(),
                _ => format!(
                    "let it wait for them, `join = [{set}]`; leave it where each is to be done by itself"
                ),
            };
            self.warn(&format!("step.{step}"), message, hint);
        }
    }
}

/// The steps at which two branches of a split first meet without being waited for, each with those that lead there.
fn met<'p>(process: &'p Process, split: &'p Step) -> Vec<(usize, Vec<&'p Handle>)> {
    let index = |handle: &Handle| process.steps.iter().position(|step| step.handle == *handle);
    let mut found = Vec::new();
    for arm in &split.next {
        let Go::To(all) = &arm.go else { continue };
        for (n, one) in all.iter().enumerate() {
            for other in &all[..n] {
                let (Some(one), Some(other)) = (index(one), index(other)) else { continue };
                found.extend(meeting(process, index(&split.handle), (one, other)));
            }
        }
    }
    found
}

fn meeting(
    process: &Process,
    split: Option<usize>,
    (one, other): (usize, usize),
) -> Vec<(usize, Vec<&Handle>)> {
    let everywhere =
        (reach(process, split, one, &BTreeSet::new()), reach(process, split, other, &BTreeSet::new()));
    // A join that waits for something of both brings them together.
    let waits = |step: &Step| {
        let from = |of: &BTreeSet<usize>| {
            let comes = |source: &Handle| process.steps.iter().position(|step| step.handle == *source);
            step.join.iter().filter_map(comes).any(|source| of.contains(&source))
        };
        from(&everywhere.0) && from(&everywhere.1)
    };
    let joins = process.steps.iter().enumerate().filter(|(_, step)| waits(step)).map(|(n, _)| n);
    let joins = joins.collect::<BTreeSet<_>>();
    let (here, there) = (reach(process, split, one, &joins), reach(process, split, other, &joins));
    let both = here.intersection(&there).copied().collect::<BTreeSet<_>>();
    let leads = |from: usize, to: usize| next(process, from).any(|next| next == to);
    // Where they meet, and not what lies behind that.
    let first = both.iter().copied().filter(|step| {
        let from_one = here.difference(&both).any(|before| leads(*before, *step));
        let from_other = there.difference(&both).any(|before| leads(*before, *step));
        (from_one || one == *step) && (from_other || other == *step)
    });
    let first = first.filter(|step| process.steps[*step].join.is_empty());
    let from = |step: usize| {
        let before =
            here.union(&there).copied().filter(|before| !both.contains(before) && leads(*before, step));
        before.map(|before| &process.steps[before].handle).collect()
    };
    first.map(|step| (step, from(step))).collect()
}

fn next(process: &Process, from: usize) -> impl Iterator<Item = usize> + '_ {
    let targets = process.steps[from].next.iter().flat_map(|arm| targets(&arm.go));
    targets.filter_map(|to| process.steps.iter().position(|step| step.handle == *to))
}

/// A step and all that a branch can come to from it, but what lies behind some joins and behind the split anew.
fn reach(process: &Process, split: Option<usize>, from: usize, joins: &BTreeSet<usize>) -> BTreeSet<usize> {
    let (mut seen, mut queue) = (BTreeSet::new(), vec![from]);
    while let Some(step) = queue.pop() {
        if Some(step) != split && !joins.contains(&step) && seen.insert(step) {
            queue.extend(next(process, step));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::super::process_check::{Known, read};

    fn said(steps: &[(&str, &str)]) -> Vec<String> {
        let head = "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@ana\"\n";
        let step = |(name, more): &(&str, &str)| {
            format!(
                "[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\nby = \"@ana\"\ngoal = \"1 day\"\n{more}\n"
            )
        };
        let text = format!("{head}{}", steps.iter().map(step).collect::<String>());
        let problems = read(&text, &Known::default()).1;
        assert!(problems.iter().all(|problem| !problem.is_error()), "{problems:#?}");
        let told = problems.iter().map(|problem| problem.message.clone());
        told.filter(|message| message.contains("twice")).collect()
    }

    const END: &str = "next = { end = true }";

    #[test]
    fn branches_that_meet_where_nothing_waits_for_them_are_warned_of() {
        let split = ("a", "next = { all = [\"b\", \"c\"] }");
        let z = "next = \"z\"";
        assert_eq!(
            said(&[split, ("b", z), ("c", z), ("z", END)]),
            [
                "`z` may be done twice: `b` and `c` go on side by side and lead there, and it waits for none of them"
            ]
        );
        let joined = ("z", "join = [\"b\", \"c\"]\nnext = { end = true }");
        assert_eq!(said(&[split, ("b", z), ("c", z), joined]), [""; 0]);
        // Each to an end of its own is how a case ends in parts.
        assert_eq!(said(&[split, ("b", END), ("c", END)]), [""; 0]);
        // What lies behind the meeting is told with it, and what lies behind a join is one.
        assert_eq!(said(&[split, ("b", z), ("c", z), ("z", "next = \"y\""), ("y", END)]).len(), 1);
        let after = ("z", "join = [\"b\", \"c\"]\nnext = \"y\"");
        assert_eq!(said(&[split, ("b", z), ("c", z), after, ("y", END)]), [""; 0]);
        // A choice is no split.
        let choice = ("a", "next = [{ if = \"case.urgent\", to = \"b\" }, { to = \"c\" }]");
        assert_eq!(said(&[choice, ("b", z), ("c", z), ("z", END)]), [""; 0]);
    }
}
