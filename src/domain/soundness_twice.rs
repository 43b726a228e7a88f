//! Finds steps that two branches of one case come to without being brought together: such a step, and all behind it, is
//! done for each of them. A case may mean that, and it is run so; mostly a join was forgotten. Whether a case can end is
//! `soundness`.

use super::id::Handle;
use super::problem::quoted;
use super::process::{Process, Step};
use super::process_check::{Check, targets};
use super::soundness_words::way;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// A step that is done for each of two branches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twice {
    pub step: Handle,
    /// The steps done before it is come to the second time, on a shortest way.
    pub path: Vec<Handle>,
}

/// Where two branches of a split are: at steps that are to be done.
type Pair = (usize, usize);

/// Every step that two branches of one split can come to one after the other, by the shortest way to each; steps behind
/// one are not told of once more. Where both can come to a join they are taken to meet there.
pub(super) fn twice(process: &Process) -> Vec<Twice> {
    let steps = &process.steps;
    let index = steps.iter().enumerate().map(|(n, step)| (&step.handle, n)).collect::<HashMap<_, _>>();
    let of = |names: &[Handle]| names.iter().filter_map(|name| index.get(name).copied()).collect::<Vec<_>>();
    let ways = steps.iter().map(|step| step.next.iter().map(|arm| of(targets(&arm.go))).collect::<Vec<_>>());
    let ways = ways.collect::<Vec<_>>();
    let splits = || ways.iter().enumerate().flat_map(|(n, ways)| ways.iter().map(move |way| (n, way)));
    if splits().all(|(_, way)| way.len() < 2) {
        return Vec::new();
    }
    let reach = (0..steps.len()).map(|from| reached(from, &ways)).collect::<Vec<_>>();
    // Whether one waits there for the other.
    let meets = |at: usize, other: usize| !steps[at].join.is_empty() && reach[other].contains(&at);
    let mut before = BTreeMap::<Pair, (Option<Pair>, usize)>::new();
    let mut queue = VecDeque::new();
    for (from, way) in splits() {
        for (n, one) in way.iter().enumerate() {
            for other in &way[n + 1..] {
                let pair = (*one.min(other), *one.max(other));
                if !meets(*one, *other) && !meets(*other, *one) && !before.contains_key(&pair) {
                    before.insert(pair, (None, from));
                    queue.push_back(pair);
                }
            }
        }
    }
    let mut found = BTreeMap::<usize, Vec<Handle>>::new();
    while let Some(pair) = queue.pop_front() {
        if pair.0 == pair.1 {
            found.entry(pair.0).or_insert_with(|| path(pair, &before, steps, &ways));
            continue;
        }
        for (moves, stays) in [pair, (pair.1, pair.0)] {
            for to in ways[moves].iter().flatten().copied() {
                // Once one of them is there, the other comes to it as the second.
                let next = (to.min(stays), to.max(stays));
                if !meets(to, stays) && !before.contains_key(&next) {
                    before.insert(next, (Some(pair), moves));
                    queue.push_back(next);
                }
            }
        }
    }
    let behind = |step: usize, other: usize| other != step && reach[other].contains(&step);
    let first = found.keys().filter(|step| {
        // What lies in one round with another is told of by the one of them that is written first.
        !found.keys().any(|other| behind(**step, *other) && (!behind(*other, **step) || other < *step))
    });
    first.map(|step| Twice { step: steps[*step].handle.clone(), path: found[step].clone() }).collect()
}

impl Check<'_> {
    /// Steps that two branches of one case come to, in a process that is sound.
    pub(super) fn done_twice(&mut self) {
        let process = self.process;
        for Twice { step, path } in twice(process) {
            let from = process
                .steps
                .iter()
                .filter(|from| from.next.iter().any(|arm| targets(&arm.go).contains(&step)));
            let from = from.map(|from| format!("\"{}\"", from.handle)).collect::<Vec<_>>().join(", ");
            let message = format!(
                "{} can be done twice in one case, and all behind it: two branches come there and nothing brings them together",
                quoted(step.as_str())
            );
            let hint = format!(
                "it happens after {}; write `join = [{from}]` at `{step}` where it waits for both, or leave it where it \
                 is to be done for each",
                way(&path)
            );
            let index = process.steps.iter().position(|other| other.handle == step).unwrap_or(0);
            self.warn(&format!("step.{index}"), message, hint);
        }
    }
}

/// The steps that can come after one, and itself.
fn reached(from: usize, ways: &[Vec<Vec<usize>>]) -> BTreeSet<usize> {
    let (mut seen, mut next) = (BTreeSet::from([from]), vec![from]);
    while let Some(step) = next.pop() {
        next.extend(ways[step].iter().flatten().copied().filter(|to| seen.insert(*to)));
    }
    seen
}

/// From the beginning of a case to the split, and from there on.
fn path(
    pair: Pair,
    before: &BTreeMap<Pair, (Option<Pair>, usize)>,
    steps: &[Step],
    ways: &[Vec<Vec<usize>>],
) -> Vec<Handle> {
    let (mut path, mut at) = (Vec::new(), Some(pair));
    while let Some((earlier, done)) = at.and_then(|pair| before.get(&pair)) {
        path.push(*done);
        at = *earlier;
    }
    let split = path.pop().unwrap_or(0);
    let mut came = BTreeMap::from([(0, 0)]);
    let mut queue = VecDeque::from([0]);
    while let Some(step) = queue.pop_front() {
        for to in ways[step].iter().flatten().copied() {
            came.entry(to).or_insert_with(|| {
                queue.push_back(to);
                step
            });
        }
    }
    path.push(split);
    let mut step = split;
    while step != 0 {
        let Some(from) = came.get(&step).copied() else { break };
        path.push(from);
        step = from;
    }
    path.iter().rev().map(|step| steps[*step].handle.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::process_check::{Known, read};

    /// What `check` says of it; each step is its name, how it goes on, and what else.
    fn said(steps: &[(&str, &str, &str)]) -> Vec<String> {
        let head = "process = \"p\"\ntitle = \"P\"\npurpose = \"x\"\naccountable = \"@bo\"\n";
        let step = |(name, next, more): &(&str, &str, &str)| {
            let who = if more.contains("type") { "" } else { "by = \"@bo\"\ngoal = \"1 day\"\n" };
            format!("[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\n{who}next = {next}\n{more}\n")
        };
        let text = head.to_string() + &steps.iter().map(step).collect::<String>();
        let (_, problems) = read(&text, &Known::default());
        let errors = problems.iter().filter(|problem| problem.is_error()).collect::<Vec<_>>();
        assert!(errors.is_empty(), "{errors:?}");
        let of = problems.iter().filter(|problem| problem.message.contains("done twice"));
        of.map(|problem| format!("{}: {}", problem.message, problem.hint.clone().unwrap_or_default()))
            .collect()
    }

    const END: &str = "{ end = true }";

    #[test]
    fn branches_that_meet_in_a_step_without_a_join_are_told_of_with_the_shortest_way() {
        let all = "{ all = [\"b\", \"c\"] }";
        let found = said(&[
            ("a", all, ""),
            ("b", "\"z\"", ""),
            ("c", "\"z\"", ""),
            ("z", "\"y\"", ""),
            ("y", END, ""),
        ]);
        assert_eq!(
            found,
            [
                "`z` can be done twice in one case, and all behind it: two branches come there and nothing brings them \
              together: it happens after `a`, `b`, `c`; write `join = [\"b\", \"c\"]` at `z` where it waits for both, \
              or leave it where it is to be done for each"
            ]
        );
        let joined = said(&[
            ("a", all, ""),
            ("b", "\"z\"", ""),
            ("c", "\"z\"", ""),
            ("z", END, "join = [\"b\", \"c\"]"),
        ]);
        assert_eq!(joined, [""; 0]);
        // Over a step that only one of them takes.
        let longer =
            [("a", all, ""), ("b", "\"d\"", ""), ("c", "\"z\"", ""), ("d", "\"z\"", ""), ("z", END, "")];
        assert!(said(&longer)[0].contains("after `a`, `b`, `c`, `d`") || said(&longer)[0].contains("`d`"));
    }

    #[test]
    fn what_comes_together_ends_apart_or_goes_one_way_only_is_no_trouble() {
        let all = "{ all = [\"b\", \"c\"] }";
        for steps in [
            // One way or the other.
            &[
                ("a", "[{ if = \"case.urgent\", to = \"b\" }, { to = \"c\" }]", ""),
                ("b", "\"z\"", ""),
                ("c", "\"z\"", ""),
                ("z", END, ""),
            ][..],
            // Each ends by itself.
            &[("a", all, ""), ("b", END, ""), ("c", END, "")],
            // A round within an arm, and one of all of it.
            &[
                ("a", all, ""),
                ("b", "\"d\"", ""),
                ("d", "[{ if = \"case.urgent\", to = \"b\" }, { to = \"j\" }]", ""),
                ("c", "\"j\"", ""),
                ("j", "[{ if = \"case.urgent\", to = \"a\" }, { end = true }]", "join = [\"d\", \"c\"]"),
            ],
            // Enough of them, and the late one goes no further.
            &[
                ("a", all, ""),
                ("b", "\"j\"", ""),
                ("c", "\"j\"", ""),
                ("j", END, "join = [\"b\", \"c\"]\nneed = 1"),
            ],
        ] {
            assert_eq!(said(steps), [""; 0], "{steps:?}");
        }
    }

    /// The join waits for two of three; the third comes to what follows by itself.
    #[test]
    fn a_branch_beside_a_join_that_comes_to_what_follows_it_is_found() {
        let found = said(&[
            ("a", "{ all = [\"b\", \"c\", \"d\"] }", ""),
            ("b", "\"j\"", ""),
            ("c", "\"j\"", ""),
            ("d", "\"z\"", ""),
            ("j", "\"z\"", "join = [\"b\", \"c\"]"),
            ("z", END, ""),
        ]);
        assert!(found.len() == 1 && found[0].starts_with("`z` can be done twice"), "{found:?}");
    }
}
