//! Proves that every case of a process can end with nothing left over, or shows the shortest way into trouble.
//! Knows nothing of files; expects targets that exist and joins that fit, as `process_check` makes sure.
//!
//! The process is a workflow net: one place for a step to be done, and one in front of a join for each step it
//! waits for. All ways out of a step compete for the same tokens and nobody else does, so at every marking it
//! is enough to look at the ways out of *one* step that can be done: no other step can take that away, and
//! every other order leads to the same ends. That keeps parallel branches from multiplying.

use super::id::Handle;
use super::problem::listed;
use super::process::{Go, Process};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::rc::Rc;

/// How many markings are looked at before giving up.
pub const BOUND: usize = 100_000;

/// Why a process is not sound. A path is the steps done on the shortest way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The step has been reached, but some it waits for can no longer come.
    Waits { step: Handle, missing: Vec<Handle>, path: Vec<Handle> },
    /// From here on only these steps come, over and over.
    NeverEnds { steps: Vec<Handle>, path: Vec<Handle> },
    /// No case ever comes to this step.
    Dead { step: Handle },
    /// Too many markings to decide.
    TooLarge { bound: usize },
}

/// Everything that keeps the process from being sound; nothing when it is.
pub fn prove(process: &Process) -> Vec<Trouble> {
    prove_within(process, BOUND)
}

/// [`prove`] with another bound on the number of markings.
pub fn prove_within(process: &Process, bound: usize) -> Vec<Trouble> {
    let net = Net::new(process);
    let graph = Graph::explore(&net, bound);
    graph.troubles(&net, process, bound)
}

impl Trouble {
    /// The step to point at, where there is one.
    pub fn step(&self) -> Option<&Handle> {
        match self {
            Trouble::Waits { step, .. } | Trouble::Dead { step } => Some(step),
            Trouble::NeverEnds { steps, .. } => steps.first(),
            Trouble::TooLarge { .. } => None,
        }
    }

    /// What to change.
    pub fn hint(&self) -> String {
        match self {
            Trouble::Waits { missing, path, .. } => format!(
                "it happens after {}; let that way lead through {} too, or take it out of the `join`",
                way(path),
                listed(missing.iter().map(Handle::as_str))
            ),
            Trouble::NeverEnds { path, .. } => {
                format!(
                    "it happens after {}; give one of them a way out, such as `{{ end = true }}`",
                    way(path)
                )
            }
            Trouble::Dead { .. } => "let a way lead to it, or leave it out".to_string(),
            Trouble::TooLarge { .. } => "split it: one process can follow another".to_string(),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Waits { step, missing, .. } => {
                let missing = listed(missing.iter().map(Handle::as_str));
                write!(f, "`{step}` can wait for ever for {missing}")
            }
            Trouble::NeverEnds { steps, .. } => {
                let only = if steps.len() == 1 { "leads only to itself" } else { "lead only to one another" };
                let steps = listed(steps.iter().map(Handle::as_str));
                write!(f, "a case can never end: {steps} {only}")
            }
            Trouble::Dead { step } => write!(f, "no case ever comes to `{step}`"),
            Trouble::TooLarge { bound } => {
                write!(f, "the process is too large to prove: more than {bound} situations")
            }
        }
    }
}

fn way(path: &[Handle]) -> String {
    const LONGEST: usize = 12;
    let names = path.iter().map(|step| format!("`{step}`")).collect::<Vec<_>>();
    match names.split_at_checked(names.len().saturating_sub(LONGEST)) {
        _ if names.is_empty() => "the start".to_string(),
        Some((skipped, last)) if !skipped.is_empty() => format!("… {}", last.join(", ")),
        _ => names.join(", "),
    }
}

/// Tokens in places, sorted, a place once for each token in it.
type Marking = Rc<[u32]>;

struct Net {
    /// For each step the places one token is taken from.
    takes: Vec<Vec<u32>>,
    /// For each step and each way out the places a token is put into.
    puts: Vec<Vec<Vec<u32>>>,
    /// For each place the step it stands in front of.
    before: Vec<usize>,
    /// For each place in front of a join the step that fills it.
    from: Vec<Option<usize>>,
}

impl Net {
    fn new(process: &Process) -> Net {
        let index =
            process.steps.iter().enumerate().map(|(n, step)| (&step.handle, n)).collect::<HashMap<_, _>>();
        let mut net = Net { takes: Vec::new(), puts: Vec::new(), before: Vec::new(), from: Vec::new() };
        for (n, step) in process.steps.iter().enumerate() {
            let sources = step.join.iter().filter_map(|source| index.get(source).copied()).map(Some);
            let sources = if step.join.is_empty() { vec![None] } else { sources.collect::<Vec<_>>() };
            let first = net.before.len() as u32;
            net.takes.push((first..first + sources.len() as u32).collect());
            net.before.extend(sources.iter().map(|_| n));
            net.from.extend(sources);
        }
        for (n, step) in process.steps.iter().enumerate() {
            let place = |target: &Handle| {
                let target = &net.takes[*index.get(target)?];
                let fits = |place: &&u32| net.from[**place as usize].is_none_or(|source| source == n);
                target.iter().find(fits).copied()
            };
            let ways = step.next.iter().map(|arm| match &arm.go {
                Go::To(targets) => targets.iter().filter_map(place).collect(),
                Go::End(_) => Vec::new(),
            });
            net.puts.push(ways.collect());
        }
        net
    }

    fn enabled(&self, step: usize, marking: &[u32]) -> bool {
        self.takes[step].iter().all(|place| marking.binary_search(place).is_ok())
    }

    /// A step that can be done, of those behind the `fresh` places first: following one branch to its end before
    /// touching the next lets branches meet again in the same marking.
    fn pick(&self, marking: &[u32], fresh: &[u32]) -> Option<usize> {
        let behind = fresh.iter().chain(marking).map(|place| self.before[*place as usize]);
        behind.into_iter().find(|step| self.enabled(*step, marking))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Not looked at, for the bound was hit.
    Unknown,
    /// Leads on to its edges.
    Open,
    /// Ends when both its edges do.
    Both,
    /// Nothing left: the case has ended.
    Clean,
    /// Tokens left and nothing to do.
    Stuck,
}

struct Node {
    marking: Marking,
    /// Where it was first reached from, and by doing which step.
    parent: Option<(usize, Option<usize>)>,
    fresh: Vec<u32>,
    edges: Vec<usize>,
    end: End,
}

struct Graph {
    nodes: Vec<Node>,
    done: BTreeSet<usize>,
    /// The bound was hit.
    cut: bool,
}

impl Graph {
    /// Breadth first, so that the first way to a marking is a shortest one.
    fn explore(net: &Net, bound: usize) -> Graph {
        let mut graph = Graph { nodes: Vec::new(), done: BTreeSet::new(), cut: false };
        let mut known = HashMap::<Marking, usize>::new();
        let mut queue = VecDeque::new();
        let Some(start) = net.takes.first() else { return graph };
        graph.add(start.clone(), None, Vec::new(), &mut known, &mut queue);
        while let Some(at) = queue.pop_front() {
            let marking = Rc::clone(&graph.nodes[at].marking);
            if let Some((earlier, rest)) = graph.grown(at) {
                // It ends when the earlier marking does and the rest does. Looking at the two apart keeps
                // endless growth finite.
                let rest = graph.add(rest, Some((at, None)), Vec::new(), &mut known, &mut queue);
                graph.nodes[at].edges = vec![earlier, rest];
                graph.nodes[at].end = End::Both;
                continue;
            }
            let Some(step) = net.pick(&marking, &graph.nodes[at].fresh) else {
                graph.nodes[at].end = if marking.is_empty() { End::Clean } else { End::Stuck };
                continue;
            };
            if graph.nodes.len() >= bound {
                graph.cut = true;
                continue;
            }
            graph.done.insert(step);
            graph.nodes[at].end = End::Open;
            for way in &net.puts[step] {
                let mut next = marking.to_vec();
                for place in &net.takes[step] {
                    if let Ok(token) = next.binary_search(place) {
                        next.remove(token);
                    }
                }
                next.extend(way);
                next.sort_unstable();
                let node = graph.add(next, Some((at, Some(step))), way.clone(), &mut known, &mut queue);
                graph.nodes[at].edges.push(node);
            }
        }
        graph
    }

    fn add(
        &mut self,
        marking: Vec<u32>,
        parent: Option<(usize, Option<usize>)>,
        fresh: Vec<u32>,
        known: &mut HashMap<Marking, usize>,
        queue: &mut VecDeque<usize>,
    ) -> usize {
        let marking = Marking::from(marking);
        *known.entry(Rc::clone(&marking)).or_insert_with(|| {
            queue.push_back(self.nodes.len());
            self.nodes.push(Node { marking, parent, fresh, edges: Vec::new(), end: End::Unknown });
            self.nodes.len() - 1
        })
    }

    /// An earlier marking on the way to this one of which this has everything and more, and what it has more.
    fn grown(&self, at: usize) -> Option<(usize, Vec<u32>)> {
        let node = &self.nodes[at];
        let mut earlier = node.parent;
        while let Some((ancestor, Some(_))) = earlier {
            let marking = &self.nodes[ancestor].marking;
            if marking.len() < node.marking.len()
                && let Some(rest) = without(&node.marking, marking)
            {
                return Some((ancestor, rest));
            }
            earlier = self.nodes[ancestor].parent;
        }
        None
    }

    /// The nodes from which the case can still end, or is in a trouble of its own already.
    fn can_end(&self) -> Vec<bool> {
        let mut into = vec![Vec::new(); self.nodes.len()];
        for (from, node) in self.nodes.iter().enumerate() {
            node.edges.iter().for_each(|to| into[*to].push(from));
        }
        let at_once = |node: &Node| matches!(node.end, End::Clean | End::Unknown | End::Stuck);
        let mut ends = self.nodes.iter().map(at_once).collect::<Vec<_>>();
        let mut half = vec![false; ends.len()];
        let mut queue = (0..ends.len()).filter(|node| ends[*node]).collect::<Vec<_>>();
        while let Some(node) = queue.pop() {
            for from in into[node].iter().copied() {
                let enough = self.nodes[from].end != End::Both || std::mem::replace(&mut half[from], true);
                if enough && !std::mem::replace(&mut ends[from], true) {
                    queue.push(from);
                }
            }
        }
        ends
    }

    fn path(&self, node: usize, process: &Process) -> Vec<Handle> {
        let mut path = Vec::new();
        let mut earlier = self.nodes[node].parent;
        while let Some((parent, step)) = earlier {
            path.extend(step.map(|step| process.steps[step].handle.clone()));
            earlier = self.nodes[parent].parent;
        }
        path.reverse();
        path
    }

    fn troubles(&self, net: &Net, process: &Process, bound: usize) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        let mut waiting = BTreeSet::new();
        for (at, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.end == End::Stuck) {
            for step in node.marking.iter().map(|place| net.before[*place as usize]) {
                if waiting.insert(step) {
                    let absent =
                        net.takes[step].iter().filter(|place| node.marking.binary_search(place).is_err());
                    let missing = absent.filter_map(|place| net.from[*place as usize]);
                    let missing = missing.map(|source| process.steps[source].handle.clone()).collect();
                    let step = process.steps[step].handle.clone();
                    troubles.push(Trouble::Waits { step, missing, path: self.path(at, process) });
                }
            }
        }
        let ends = self.can_end();
        if let Some(lost) = ends.iter().position(|ends| !ends) {
            let steps =
                self.steps_from(lost, &ends, net).into_iter().map(|step| process.steps[step].handle.clone());
            troubles.push(Trouble::NeverEnds { steps: steps.collect(), path: self.path(lost, process) });
        }
        if self.cut {
            troubles.push(Trouble::TooLarge { bound });
        }
        if troubles.is_empty() {
            let dead = (0..process.steps.len()).filter(|step| !self.done.contains(step));
            troubles.extend(dead.map(|step| Trouble::Dead { step: process.steps[step].handle.clone() }));
        }
        troubles
    }

    /// The steps that are done over and over from a node on that does not end.
    fn steps_from(&self, start: usize, ends: &[bool], net: &Net) -> BTreeSet<usize> {
        let (mut seen, mut queue, mut steps) = (BTreeSet::from([start]), vec![start], BTreeSet::new());
        while let Some(at) = queue.pop() {
            let node = &self.nodes[at];
            if node.end == End::Open {
                steps.extend(net.pick(&node.marking, &node.fresh));
            }
            queue.extend(node.edges.iter().copied().filter(|next| !ends[*next] && seen.insert(*next)));
        }
        steps
    }
}

/// A sorted list less another, each element as often as it is there; `None` when the other has more.
fn without(all: &[u32], less: &[u32]) -> Option<Vec<u32>> {
    let mut rest = Vec::with_capacity(all.len().saturating_sub(less.len()));
    let mut less = less.iter().peekable();
    for place in all {
        match less.peek() {
            Some(next) if *next == place => drop(less.next()),
            _ => rest.push(*place),
        }
    }
    less.next().is_none().then_some(rest)
}
