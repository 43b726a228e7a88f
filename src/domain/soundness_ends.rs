//! Finds two ends that one case can come to and that say different things of how it went. Whether it is sound is
//! `soundness`, whose markings it reads.

use super::id::Handle;
use super::process::{Go, Process};
use super::soundness::{End, Explored, Graph};
use super::soundness_net::Net;
use std::collections::{BTreeSet, VecDeque};

/// Two ends that one case can come to, one after the other, with different outcomes: it has the later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoEnds {
    /// The step and its outcome.
    pub first: (Handle, String),
    pub then: (Handle, String),
    /// The steps done before both.
    pub path: Vec<Handle>,
}

/// The first two ends of a case that do not agree, in a process that is sound.
pub(super) fn two_ends(process: &Process, explored: &Explored) -> Option<TwoEnds> {
    let said = process.steps.iter().flat_map(|step| &step.next).filter_map(|arm| match &arm.go {
        Go::End(outcome) => outcome.as_deref(),
        Go::To(_) => None,
    });
    let outcomes = said.collect::<BTreeSet<_>>();
    if outcomes.len() < 2 {
        return None;
    }
    let Explored { net, graph, .. } = explored;
    let endings = ends(graph, net, process);
    let mut into = vec![Vec::new(); graph.nodes.len()];
    for (from, node) in graph.nodes.iter().enumerate() {
        node.edges.iter().for_each(|to| into[*to].push(from));
    }
    let found = outcomes.into_iter().flat_map(|outcome| {
        let (same, others) = endings.iter().partition::<Vec<_>, _>(|end| end.outcome == outcome);
        let mut before = vec![None; graph.nodes.len()];
        let mut queue = VecDeque::new();
        for end in same {
            if before[end.from].replace(end.step).is_none() {
                queue.push_back(end.from);
            }
        }
        while let Some(node) = queue.pop_front() {
            for from in into[node].iter().copied() {
                if before[from].is_none() {
                    before[from] = before[node];
                    queue.push_back(from);
                }
            }
        }
        let both = others.into_iter().filter_map(move |end| Some((end, before[end.to]?, outcome)));
        both.collect::<Vec<_>>()
    });
    let (end, step, outcome) = found.min_by_key(|(end, ..)| end.from)?;
    let name = |step: usize| process.steps[step].handle.clone();
    Some(TwoEnds {
        first: (name(end.step), end.outcome.to_string()),
        then: (name(step), outcome.to_string()),
        path: graph.path(end.from, process),
    })
}

/// A branch that ends with an outcome: where, and what is then.
struct Ending<'p> {
    step: usize,
    outcome: &'p str,
    from: usize,
    to: usize,
}

/// Every way in which a branch can end with an outcome.
fn ends<'p>(graph: &Graph, net: &Net, process: &'p Process) -> Vec<Ending<'p>> {
    let mut ends = Vec::new();
    for (from, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.end == End::Open) {
        let ways = node.steps.iter().flat_map(|step| (0..net.puts[*step].len()).map(move |arm| (*step, arm)));
        for ((step, arm), to) in ways.zip(node.edges.iter().copied()) {
            if let Some(Go::End(Some(outcome))) = process.steps[step].next.get(arm).map(|arm| &arm.go) {
                ends.push(Ending { step, outcome, from, to });
            }
        }
    }
    ends
}
