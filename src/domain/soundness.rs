//! Proves that every case of a process can end with nothing left over, or shows the shortest way into trouble.
//! Knows nothing of files; expects targets that exist and joins that fit, as `process_check` makes sure.
//!
//! The process is a workflow net: one place for a step to be done, and one in front of a join for each step it
//! waits for. All ways out of a step compete for the same tokens and nobody else does, so at every marking it
//! is enough to look at the ways out of *one* step that can be done: no other step can take that away, and
//! every other order leads to the same ends. That keeps parallel branches from multiplying. A join that is content
//! with some of its set and lets the late ones come keeps it so: what it does depends on what has come, and not
//! on the order. Only where such a join cancels the late ones do all orders of those count.

use super::id::Handle;
use super::process::{Process, Step, StepKind};
use super::process_check::targets;
use super::soundness_net::Net;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::rc::Rc;

/// How many markings are looked at before giving up.
pub const BOUND: usize = 100_000;

/// How often more comes together that a join takes away before it is taken for endless.
const ROUNDS: usize = 8;

/// Why a process is not sound. A path is the steps done on the shortest way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The step has been reached, but some it waits for can no longer come.
    Waits { step: Handle, missing: Vec<Handle>, path: Vec<Handle> },
    /// At the end of the path only these steps come, over and over.
    NeverEnds { steps: Vec<Handle>, path: Vec<Handle> },
    /// Only these steps come, over and over, and nobody has a part in any.
    Alone { steps: Vec<Handle> },
    /// No case ever comes to this step.
    Dead { step: Handle },
    /// A loop brings more and more of what the join takes away at once: what can be left then has no end.
    Piles { join: Handle },
    /// Too many markings to decide.
    TooLarge { bound: usize },
}

/// Everything that keeps the process from being sound; nothing when it is.
pub fn prove(process: &Process) -> Vec<Trouble> {
    prove_within(process, BOUND)
}

/// [`prove`] with another bound on the number of markings.
pub fn prove_within(process: &Process, bound: usize) -> Vec<Trouble> {
    Explored::new(process, bound).troubles(process)
}

/// A process as a net, and all that can become of a case of it.
pub(super) struct Explored {
    pub net: Net,
    pub graph: Graph,
    bound: usize,
}

impl Explored {
    pub fn new(process: &Process, bound: usize) -> Explored {
        let net = Net::new(process);
        let graph = Graph::explore(&net, bound);
        Explored { net, graph, bound }
    }

    /// Everything that keeps the process from being sound.
    pub fn troubles(&self, process: &Process) -> Vec<Trouble> {
        let mut troubles = self.graph.troubles(&self.net, process, self.bound);
        troubles.extend(alone(process));
        troubles
    }

    /// The steps that can be done.
    pub fn done(&self) -> &BTreeSet<usize> {
        &self.graph.done
    }

    /// Wherever nothing more can happen: the steps that have come to a join and wait there, one as often as it came.
    /// `None` where not everything was looked at.
    pub fn left_before(&self, join: usize) -> Option<Vec<Vec<usize>>> {
        let partly = |node: &Node| matches!(node.end, End::Unknown | End::Both);
        if self.graph.cut || self.graph.piles.is_some() || self.graph.nodes.iter().any(partly) {
            return None;
        }
        let over = self.graph.nodes.iter().filter(|node| matches!(node.end, End::Stuck | End::Clean));
        // Where another join waits in vain, more would come if it did not.
        let here = |place: &u32| self.net.before[*place as usize] == join || self.net.owes(*place);
        let over = over.filter(|node| node.marking.iter().all(here));
        let came = |node: &Node| {
            let places = node.marking.iter().filter(|place| !self.net.owes(**place));
            places.filter_map(|place| self.net.from[*place as usize]).collect()
        };
        Some(over.map(came).collect())
    }
}

/// Automatic steps that lead to one another: nobody could ever stop them.
fn alone(process: &Process) -> Option<Trouble> {
    let acts = |step: &Step| match &step.kind {
        StepKind::Auto { .. } => true,
        StepKind::Process { wait, .. } => !wait,
        StepKind::Work | StepKind::Decision { .. } | StepKind::Wait(_) => false,
    };
    let index =
        process.steps.iter().enumerate().map(|(n, step)| (&step.handle, n)).collect::<HashMap<_, _>>();
    let next = |from: usize| {
        let step = &process.steps[from];
        let ways = step.next.iter().filter(|_| acts(step)).flat_map(|arm| targets(&arm.go));
        let ways = ways.filter_map(|to| index.get(to).copied());
        ways.filter(|to| acts(&process.steps[*to])).collect::<Vec<_>>().into_iter()
    };
    let comes_to = |from: usize| next(from).flat_map(|first| reach(first, next)).collect::<BTreeSet<_>>();
    let first = (0..process.steps.len()).find(|step| comes_to(*step).contains(step))?;
    let round = comes_to(first).into_iter().filter(|step| comes_to(*step).contains(&first));
    Some(Trouble::Alone { steps: round.map(|step| process.steps[step].handle.clone()).collect() })
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
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

/// Tokens, shared between the node and the index of what is known.
type Marking = Rc<[u32]>;

pub(super) struct Node {
    marking: Marking,
    /// Where it was first reached from, and by doing which step.
    parent: Option<(usize, Option<usize>)>,
    fresh: Vec<u32>,
    /// The steps that were done from here.
    pub(super) steps: Vec<usize>,
    pub(super) edges: Vec<usize>,
    pub(super) end: End,
}

pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    done: BTreeSet<usize>,
    /// The bound was hit.
    cut: bool,
    /// A place in which more and more comes together that a join takes away.
    piles: Option<u32>,
}

impl Graph {
    /// Breadth first, so that the first way to a marking is a shortest one.
    pub(super) fn explore(net: &Net, bound: usize) -> Graph {
        let mut graph = Graph { nodes: Vec::new(), done: BTreeSet::new(), cut: false, piles: None };
        let mut known = HashMap::<Marking, usize>::new();
        let mut queue = VecDeque::new();
        let Some(start) = net.start() else { return graph };
        graph.add(start, None, Vec::new(), &mut known, &mut queue);
        while let Some(at) = queue.pop_front() {
            let marking = Rc::clone(&graph.nodes[at].marking);
            if let Some((earlier, rest)) = graph.grown(net, at) {
                // It ends when the earlier marking does and the rest does. Looking at the two apart keeps
                // endless growth finite.
                let rest = graph.add(rest, Some((at, None)), Vec::new(), &mut known, &mut queue);
                graph.nodes[at].edges = vec![earlier, rest];
                graph.nodes[at].end = End::Both;
                continue;
            }
            if let Some(place) = graph.piling(net, at) {
                graph.piles = Some(place);
                break;
            }
            let steps = net.pick(&marking, &graph.nodes[at].fresh);
            if steps.is_empty() {
                // What a join went on without may come later, and may not.
                let over = marking.iter().all(|place| net.owes(*place));
                graph.nodes[at].end = if over { End::Clean } else { End::Stuck };
                continue;
            }
            if graph.nodes.len() >= bound {
                graph.cut = true;
                continue;
            }
            graph.done.extend(&steps);
            graph.nodes[at].end = End::Open;
            for (step, way) in
                steps.iter().flat_map(|step| net.puts[*step].iter().map(move |way| (*step, way)))
            {
                let (next, fresh) = net.after(&marking, step, way);
                let node = graph.add(next, Some((at, Some(step))), fresh, &mut known, &mut queue);
                graph.nodes[at].edges.push(node);
            }
            graph.nodes[at].steps = steps;
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
            let (steps, edges) = (Vec::new(), Vec::new());
            self.nodes.push(Node { marking, parent, fresh, steps, edges, end: End::Unknown });
            self.nodes.len() - 1
        })
    }

    /// An earlier marking on the way to this one of which this has everything and more, and what it has more.
    fn grown(&self, net: &Net, at: usize) -> Option<(usize, Vec<u32>)> {
        let node = &self.nodes[at];
        let mut earlier = node.parent;
        while let Some((ancestor, Some(_))) = earlier {
            let marking = &self.nodes[ancestor].marking;
            if marking.len() < node.marking.len()
                && let Some(rest) = without(&node.marking, marking)
                // What a join may take away does not stand for itself, unless a loop leaves it behind as late.
                && rest.iter().all(|place| !net.is_cleared(*place) || rest.iter().any(|place| net.owes(*place)))
            {
                return Some((ancestor, rest));
            }
            earlier = self.nodes[ancestor].parent;
        }
        None
    }

    /// The place, where on the way to this marking it has come again and again with more of what a join takes away,
    /// and nothing taken: looking on would find as many situations as there is time for.
    fn piling(&self, net: &Net, at: usize) -> Option<u32> {
        if !net.cancels() {
            return None;
        }
        let (mut marking, mut more) = (&self.nodes[at].marking, 0);
        let mut earlier = self.nodes[at].parent;
        while let Some((ancestor, Some(_))) = earlier {
            let before = &self.nodes[ancestor].marking;
            if before.len() < marking.len()
                && let Some(rest) = without(marking, before)
            {
                (marking, more) = (before, more + 1);
                if more == ROUNDS {
                    return rest.first().copied();
                }
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

    pub(super) fn path(&self, node: usize, process: &Process) -> Vec<Handle> {
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
            for place in node.marking.iter().copied().filter(|place| !net.owes(*place)) {
                let step = net.before[place as usize];
                if waiting.insert(step) {
                    let partial = net.partial.iter().find(|join| join.step == step);
                    let places = partial.map_or(&net.takes[step], |join| &join.arrive);
                    let absent = places.iter().filter(|place| node.marking.binary_search(place).is_err());
                    let missing = absent.filter_map(|place| net.from[*place as usize]);
                    let missing = missing.map(|source| process.steps[source].handle.clone()).collect();
                    let step = process.steps[step].handle.clone();
                    troubles.push(Trouble::Waits { step, missing, path: self.path(at, process) });
                }
            }
        }
        let round = self.round(&self.can_end());
        if let Some(first) = round.first() {
            let steps = round.iter().map(|node| &self.nodes[*node]).filter(|node| node.end == End::Open);
            let steps = steps.flat_map(|node| node.steps.iter().copied()).collect::<BTreeSet<_>>();
            let steps = steps.into_iter().map(|step| process.steps[step].handle.clone()).collect();
            troubles.push(Trouble::NeverEnds { steps, path: self.path(*first, process) });
        }
        if let Some(place) = self.piles {
            let join = net
                .partial
                .iter()
                .find(|join| join.takes_away(place))
                .map_or(net.before[place as usize], |join| join.step);
            troubles.push(Trouble::Piles { join: process.steps[join].handle.clone() });
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

    /// Nodes that lead to each other and nowhere else, if there are nodes that do not end.
    fn round(&self, ends: &[bool]) -> BTreeSet<usize> {
        let mut into = vec![Vec::new(); self.nodes.len()];
        for (from, node) in self.nodes.iter().enumerate().filter(|(from, _)| !ends[*from]) {
            node.edges.iter().for_each(|to| into[*to].push(from));
        }
        let Some(mut start) = ends.iter().position(|ends| !ends) else { return BTreeSet::new() };
        loop {
            let after =
                reach(start, |node| self.nodes[node].edges.iter().copied().filter(|next| !ends[*next]));
            let back = reach(start, |node| into[node].iter().copied());
            match after.iter().rev().find(|node| !back.contains(*node)) {
                Some(further) => start = *further,
                None => return after,
            }
        }
    }
}

/// A node and all that can be reached from it.
fn reach<I: Iterator<Item = usize>>(start: usize, edges: impl Fn(usize) -> I) -> BTreeSet<usize> {
    let (mut seen, mut queue) = (BTreeSet::from([start]), vec![start]);
    while let Some(node) = queue.pop() {
        queue.extend(edges(node).filter(|next| seen.insert(*next)));
    }
    seen
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Party;
    use crate::domain::problem::Places;
    use crate::domain::process::{Arm, Go, Late, Performer};
    use crate::domain::process_file::Unread;
    use crate::domain::process_flow::Flow;
    use crate::domain::soundness_ends::two_ends;
    use crate::domain::soundness_words::way;
    use proptest::prelude::*;

    fn handle(name: &str) -> Handle {
        name.parse().unwrap()
    }

    fn handles(names: &str) -> Vec<Handle> {
        names.split_whitespace().map(handle).collect()
    }

    fn process(steps: Vec<Step>) -> Process {
        let accountable = Party::Person(handle("ana"));
        Process { steps, ..Process::new(handle("p"), String::new(), accountable) }
    }

    fn step(name: &str, join: Vec<Handle>, ways: Vec<Vec<Handle>>) -> Step {
        let go = |to: Vec<Handle>| if to.is_empty() { Go::End(None) } else { Go::To(to) };
        let by = Performer::Party(Party::Role(handle("r")));
        let next = ways.into_iter().map(|to| Arm::new(None, go(to))).collect();
        Step { join, next, ..Step::work(handle(name), String::new(), by) }
    }

    /// `a: b c | end; j (b c): end` — a choice between `|`, a split into several names, what a join waits for
    /// in brackets, with a number when fewer are enough and with `1!` when the late ones are cancelled. A name with `*` is
    /// an automatic step.
    fn read(text: &str) -> Process {
        let steps = text.split(';').map(|line| {
            let (head, ways) = line.split_once(':').unwrap();
            let (name, join) = head.split_once('(').unwrap_or((head, ")"));
            let way = |way: &str| if way.trim() == "end" { Vec::new() } else { handles(way) };
            let join = join.trim().strip_suffix(')').unwrap();
            let (need, set) = match join.split_once(' ') {
                Some((need, set)) if need.starts_with(|c: char| c.is_ascii_digit()) => (Some(need), set),
                _ => (None, join),
            };
            let kind = match name.contains('*') {
                true => StepKind::Auto { actions: Vec::new() },
                false => StepKind::Work,
            };
            let late = if join.contains('!') { Late::Cancel } else { Late::Continue };
            let need = need.map(|need| need.trim_end_matches('!').parse().unwrap());
            let name = name.trim().trim_end_matches('*');
            let step = step(name, handles(set), ways.split('|').map(way).collect());
            Step { kind, need, late, ..step }
        });
        process(steps.collect())
    }

    fn told(text: &str) -> Vec<String> {
        prove(&read(text)).iter().map(|trouble| format!("{trouble}; {}", trouble.hint())).collect()
    }

    #[test]
    fn sound_processes() {
        for text in [
            "a: end",
            "a: b | end; b: a | end",
            "a: b c; b: d; c: d; d (b c): end",
            "a: b c; b: b | d; c: d; d (b c): a | end",
            "a: b c d; b: j; c: k; d: k; k (c d): j; j (b k): end",
            // A branch may end alone.
            "a: b c; b: end; c: end",
            // A step without a join is done once for each branch.
            "a: b c; b: d; c: d; d: end",
            // Two of three are enough, and the third may come whenever it likes, even after a loop.
            "a: b c d; b: j; c: j; d: j; j (2 b c d): end",
            "a: b c d; b: j; c: j; d: j; j (2 b c d): a | end",
            "a: b c d; b: j; c: j; d: j; j (1! b c d): a | end",
            // Enough others always come, and what may end elsewhere is not counted on, round after round.
            "a: b c d; b: j; c: j; d: j | end; j (2 b c d): end",
            "a: b c d; b: j; c: j; d: j | end; j (2 b c d): a | end",
            "a: b c d; b: x j; x: end; c: j | end; d: j | end; j (1 b c d): a | end",
            "a: b d | b c; b: j; c: j; d: j; j (2 b c d): a | end",
            // What is cancelled need not come, and what has left its way is not cancelled.
            "a: b c; b: j; c: j | end; j (1! b c): end",
            "a: b c; b: j; c: x d; x: end; d: j; j (1! b d): end",
            // A loop in a branch that may be cancelled.
            "a: b c; b: j; c: d; d: c | e; e: j; j (1! b e): end",
            // As many branches as somebody likes, each of which ends.
            "a: b; b: item c; c: b | end; item: end",
        ] {
            assert_eq!(told(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_join_that_can_never_be_complete_is_shown_with_the_shortest_way() {
        assert_eq!(
            told("a: x | b; x: a; b: c | d; c: j; d: j; j (c d): end"),
            [
                "`j` can wait for ever for `d`; it happens after `a`, `b`, `c`; let that way lead through `d` too, \
              or let ways of which only one comes meet in a step before `j`"
            ]
        );
        // One branch may leave without the other knowing.
        assert_eq!(told("a: b c; b: j | end; c: j; j (b c): end").len(), 1);
        // A loop out of a branch leaves the other branch's arrival behind.
        assert!(told("a: b c; b: j; c: a | j; j (b c): end")[0].starts_with("`j` can wait for ever for `c`"));
    }

    #[test]
    fn a_case_that_can_never_end_names_the_steps_that_go_round() {
        assert_eq!(
            told("a: b | end; b: c; c: b"),
            [
                "a case can never end: `b` and `c` lead only to one another; it happens after `a`; give one of them a way \
              out, such as `{ end = true }`"
            ]
        );
        assert!(
            told("a: a")[0]
                .starts_with("a case can never end: `a` leads only to itself; it happens after the start")
        );
        // Growing for ever is no way to end either.
        assert!(
            told("a: item a; item: end")[0].starts_with("a case can never end: `a` leads only to itself")
        );
        // Beside a branch that does end.
        assert!(told("a: b c; b: end; c: c")[0].starts_with("a case can never end: `c` leads"));
    }

    #[test]
    fn a_join_that_some_are_enough_for() {
        // One of two that come, and two are needed.
        assert_eq!(
            told("a: b c | b d; b: j; c: j; d: x; x: end; j (2 b c): end")[0],
            "`j` can wait for ever for `c`; it happens after `a`, `b`, `d`, `x`; let that way lead through `c` too, or let \
             ways of which only one comes meet in a step before `j`"
        );
        // Two of three may end elsewhere, and one is not enough, the second time round neither.
        assert_eq!(told("a: b c d; b: j; c: j | end; d: j | end; j (2 b c d): end").len(), 1);
        assert_eq!(told("a: b c d; b: j; c: x | end; x: j; d: j; j (3 b c d): a | end").len(), 1);
        assert_eq!(told("a: b c d; b: j; c: j | end; d: j | end; j (2! b c d): end").len(), 1);
        // Cancelled before it can ever be done: it waits for what the join ends.
        assert!(told("a: b c; b: j; c: d e; d: k; e: k; k (d e): j; j (1! b k): end").is_empty());
    }

    #[test]
    fn what_runs_by_itself_for_ever_is_refused() {
        assert_eq!(
            told("a: b; b*: c; c*: b | end"),
            [
                "`b` and `c` run for ever by themselves; put a step that somebody does, or a wait, between them"
            ]
        );
        assert!(told("a: b; b*: b | end")[0].starts_with("`b` runs for ever by itself"));
        assert!(
            told("a: b; b*: c | d; c*: b; d*: end")[0].starts_with("`b` and `c` run for ever"),
            "`d` does not"
        );
        assert!(told("a: b; b*: c; c*: a | end").is_empty());
    }

    #[test]
    fn two_ends_of_one_case_that_do_not_agree_are_told() {
        let told = |text: &str, outcomes: &[(&str, &str)]| {
            let mut process = read(text);
            for (name, outcome) in outcomes {
                let step = process.steps.iter_mut().find(|step| step.handle.as_str() == *name).unwrap();
                let ends = step.next.iter_mut().filter(|arm| matches!(arm.go, Go::End(_)));
                ends.for_each(|arm| arm.go = Go::End(Some((*outcome).to_string())));
            }
            let found = two_ends(&process, &Explored::new(&process, BOUND))?;
            let (first, then) = (found.first, found.then);
            Some(format!("{} {}, {} {}; {}", first.0, first.1, then.0, then.1, way(&found.path)))
        };
        // Of a choice one comes, and the same twice is no matter, nor is one that says nothing.
        assert_eq!(told("a: b | c; b: end; c: end", &[("b", "x"), ("c", "y")]), None);
        assert_eq!(told("a: b c; b: end; c: end", &[("b", "x"), ("c", "x")]), None);
        assert_eq!(told("a: b c; b: end; c: end", &[("b", "x")]), None);
        assert_eq!(told("a: b | end; b: a | end", &[("a", "x"), ("b", "y")]), None);
        let both = told("a: b c; b: end; c: end", &[("b", "x"), ("c", "y")]);
        assert_eq!(both.as_deref(), Some("b x, c y; `a`"));
        // One ends before the others come together, or what a loop leaves behind ends otherwise than the loop.
        let early = told("a: b c; b: d e; c: j; d: j; e: end; j (c d): end", &[("e", "x"), ("j", "y")]);
        assert_eq!(early.as_deref(), Some("j y, e x; `a`, `b`, `d`, `c`"));
        let left = told("a: b; b: item c; c: b | end; item: end", &[("c", "x"), ("item", "y")]);
        assert!(left.is_some());
    }

    #[test]
    fn a_step_no_case_comes_to_is_named() {
        assert_eq!(prove(&read("a: end; b: end")), [Trouble::Dead { step: handle("b") }]);
        assert_eq!(prove(&process(Vec::new())), []);
    }

    #[test]
    fn the_bound_is_reported_when_it_is_hit() {
        let chain = "a: b; b: c; c: d; d: end";
        assert_eq!(prove_within(&read(chain), 3), [Trouble::TooLarge { bound: 3 }]);
        // A loop that begins a new pass while the join before it is open gives up early.
        let round = "s: a b c; a: j | s; b: d; d: j; c: j; j (1! a d c): x; x: s | y; y: end";
        let found = prove_within(&read(round), 2_000);
        assert_eq!(found, [Trouble::Piles { join: handle("j") }]);
        assert_eq!(prove_within(&read(chain), 5), []);
    }

    /// Six blocks of eight branches, one after the other, and six branches of ten choices each at the same time:
    /// 10^6 markings and more when every order counts.
    #[test]
    fn parallel_branches_do_not_multiply() {
        let mut blocks = Vec::new();
        for block in 0..6 {
            let branches = (0..8).map(|b| format!("b{block}-{b}")).collect::<Vec<_>>().join(" ");
            blocks.push(format!("s{block}: {branches}"));
            blocks.extend((0..8).map(|b| format!("b{block}-{b}: j{block}")));
            let next = if block == 5 { "end".to_string() } else { format!("s{}", block + 1) };
            blocks.push(format!("j{block} ({branches}): {next}"));
        }
        let net = read(&blocks.join("; "));
        assert_eq!(prove_within(&net, 80), []);

        let mut branches =
            vec![format!("start: {}", (0..6).map(|b| format!("c{b}-0")).collect::<Vec<_>>().join(" "))];
        for b in 0..6 {
            for n in 0..10 {
                branches.push(format!("c{b}-{n}: x{b}-{n} | y{b}-{n}"));
                let next = if n == 9 { "last".to_string() } else { format!("c{b}-{}", n + 1) };
                branches.push(format!("x{b}-{n}: {}", next.replace("last", &format!("e{b}"))));
                branches.push(format!("y{b}-{n}: {}", next.replace("last", &format!("e{b}"))));
            }
            branches.push(format!("e{b}: join"));
        }
        branches
            .push(format!("join ({}): end", (0..6).map(|b| format!("e{b}")).collect::<Vec<_>>().join(" ")));
        assert_eq!(prove_within(&read(&branches.join("; ")), 250), []);
    }

    /// What [`prove`] must find.
    struct Truth {
        waiting: BTreeSet<usize>,
        never: bool,
        dead: BTreeSet<usize>,
    }

    impl Truth {
        fn is_sound(&self) -> bool {
            self.waiting.is_empty() && !self.never && self.dead.is_empty()
        }
    }

    /// The truth by looking at every marking in every order. `None` when there are too many, or a new round begins while a
    /// join still counts on somebody of the one before: a marking does not say whose a token is.
    fn by_brute_force(process: &Process) -> Option<Truth> {
        let net = Net::new(process);
        let start = net.start().unwrap();
        let (mut known, mut edges) = (vec![start], Vec::<Vec<usize>>::new());
        let mut done = BTreeSet::new();
        let mut at = 0;
        while at < known.len() {
            let marking = known[at].clone();
            if marking.len() > 8 || known.len() > 3_000 || net.mixes(&marking) {
                return None;
            }
            let mut next = Vec::new();
            for step in (0..net.takes.len()).filter(|step| net.enabled(*step, &marking)) {
                done.insert(step);
                for way in &net.puts[step] {
                    let (after, _) = net.after(&marking, step, way);
                    next.push(known.iter().position(|other| *other == after).unwrap_or_else(|| {
                        known.push(after);
                        known.len() - 1
                    }));
                }
            }
            edges.push(next);
            at += 1;
        }
        let stuck = (0..known.len()).filter(|node| edges[*node].is_empty());
        let left = stuck.flat_map(|node| known[node].clone()).collect::<BTreeSet<_>>();
        let waiting = left.iter().filter(|place| !net.owes(**place));
        let waiting = waiting.map(|place| net.before[*place as usize]).collect();
        let mut ends = edges.iter().map(Vec::is_empty).collect::<Vec<_>>();
        while let Some(node) =
            (0..ends.len()).find(|node| !ends[*node] && edges[*node].iter().any(|next| ends[*next]))
        {
            ends[node] = true;
        }
        let dead = (0..net.takes.len()).filter(|step| !done.contains(step)).collect();
        Some(Truth { waiting, never: ends.contains(&false), dead })
    }

    fn any_process(size: usize) -> impl Strategy<Value = Process> {
        let ways = prop::collection::vec(prop::collection::btree_set(0usize..size, 0..3), 1..4);
        let some = prop::option::of((1u32..3, any::<bool>()));
        let steps = prop::collection::vec((ways, any::<bool>(), some), 2..=size);
        steps.prop_map(|steps| {
            let count = steps.len();
            let name = |n: usize| handle(&format!("s{n}"));
            let leads = |from: usize, to: usize| steps[from].0.iter().any(|way| way.contains(&to));
            let built = (0..count).map(|n| {
                let joins = n > 0 && steps[n].1;
                let join = (0..count).filter(|from| joins && leads(*from, n)).map(name).collect();
                let way =
                    |way: &BTreeSet<usize>| way.iter().copied().filter(|to| *to < count).map(name).collect();
                let step = step(name(n).as_str(), join, steps[n].0.iter().map(way).collect());
                content(step, steps[n].2)
            });
            process(built.collect())
        })
    }

    /// The join with so many of its set being enough, and whether the late ones are cancelled.
    fn content(step: Step, some: Option<(u32, bool)>) -> Step {
        match some {
            Some((need, cancel)) if !step.join.is_empty() => {
                let late = if cancel { Late::Cancel } else { Late::Continue };
                Step { need: Some(need.min(step.join.len() as u32)), late, ..step }
            }
            _ => step,
        }
    }

    #[derive(Debug, Clone)]
    enum Block {
        Step,
        Row(Vec<Block>),
        Choice(Vec<Block>),
        Split(Vec<Block>, Option<(u32, bool)>),
        Loop(Box<Block>),
    }

    fn any_block() -> impl Strategy<Value = Block> {
        Just(Block::Step).prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(Block::Row),
                prop::collection::vec(inner.clone(), 1..4).prop_map(Block::Choice),
                (prop::collection::vec(inner.clone(), 2..4), prop::option::of((1u32..3, any::<bool>())))
                    .prop_map(|(blocks, some)| Block::Split(blocks, some)),
                inner.prop_map(|block| Block::Loop(Box::new(block))),
            ]
        })
    }

    /// Adds the steps of a block that goes on to a step (or ends), and gives the step it begins with.
    fn build(block: &Block, next: Option<Handle>, steps: &mut Vec<Step>) -> Handle {
        let place = steps.len();
        let name = handle(&format!("n{place}"));
        let onwards = vec![next.iter().cloned().collect::<Vec<_>>()];
        steps.push(step(name.as_str(), Vec::new(), onwards.clone()));
        match block {
            Block::Step => {}
            Block::Row(blocks) => {
                let mut next = next;
                for block in blocks.iter().rev() {
                    next = Some(build(block, next, steps));
                }
                steps[place] = step(name.as_str(), Vec::new(), vec![next.into_iter().collect()]);
            }
            Block::Choice(blocks) => {
                let merge = build(&Block::Step, next, steps);
                let ways =
                    blocks.iter().map(|block| vec![build(block, Some(merge.clone()), steps)]).collect();
                steps[place] = step(name.as_str(), Vec::new(), ways);
            }
            Block::Split(blocks, some) => {
                let at = steps.len();
                let join = build(&Block::Step, next, steps);
                let lasts =
                    blocks.iter().map(|_| build(&Block::Step, Some(join.clone()), steps)).collect::<Vec<_>>();
                steps[at] = content(step(join.as_str(), lasts.clone(), onwards), *some);
                let firsts =
                    blocks.iter().zip(lasts).map(|(block, last)| build(block, Some(last), steps)).collect();
                steps[place] = step(name.as_str(), Vec::new(), vec![firsts]);
            }
            Block::Loop(inside) => {
                let at = steps.len();
                let check = build(&Block::Step, next, steps);
                let first = build(inside, Some(check.clone()), steps);
                let ways = vec![vec![first.clone()], onwards[0].clone()];
                steps[at] = step(check.as_str(), Vec::new(), ways);
                steps[place] = step(name.as_str(), Vec::new(), vec![vec![first]]);
            }
        }
        name
    }

    proptest! {
        #[test]
        fn structured_processes_are_sound(block in any_block()) {
            let mut steps = Vec::new();
            build(&block, None, &mut steps);
            prop_assert_eq!(prove(&process(steps)), []);
        }

        #[test]
        fn looking_at_one_step_at_a_time_finds_what_every_order_finds(process in any_process(5)) {
            let Some(truth) = by_brute_force(&process) else { return Ok(()) };
            let troubles = prove(&process);
            prop_assert_eq!(troubles.is_empty(), truth.is_sound(), "{:?}", troubles);
            let index = |step: &Handle| process.steps.iter().position(|other| other.handle == *step).unwrap();
            let found = troubles.iter().filter(|trouble| matches!(trouble, Trouble::Waits { .. }));
            prop_assert_eq!(found.filter_map(Trouble::step).map(index).collect::<BTreeSet<_>>(), truth.waiting);
            prop_assert_eq!(troubles.iter().any(|trouble| matches!(trouble, Trouble::NeverEnds { .. })), truth.never);
            if troubles.iter().all(|trouble| matches!(trouble, Trouble::Dead { .. })) {
                prop_assert_eq!(troubles.iter().filter_map(Trouble::step).map(index).collect::<BTreeSet<_>>(), truth.dead);
            }
        }

        #[test]
        fn every_single_mutation_that_breaks_a_process_is_found(
            block in small_block(),
            (how, one, other, third) in (0usize..8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        ) {
            let mut steps = Vec::new();
            build(&block, None, &mut steps);
            mutate(&mut steps, how, (one, other, third));
            for step in &mut steps {
                let last = step.next.len() - 1;
                step.next.iter_mut().enumerate().for_each(|(n, arm)| arm.when = (n < last).then(|| "data.x".into()));
            }
            let mutant = process(steps);
            let routed = Flow::check(&mutant, &Places::default(), &Unread::default()).whole;
            let Some(truth) = by_brute_force(&mutant) else { return Ok(()) };
            let found = !routed || !prove(&mutant).is_empty();
            if routed {
                prop_assert_eq!(found, !truth.is_sound(), "{:?}", prove(&mutant));
            } else {
                prop_assert!(found);
            }
        }
    }

    fn small_block() -> impl Strategy<Value = Block> {
        any_block().prop_filter("small", |block| {
            let mut steps = Vec::new();
            build(block, None, &mut steps);
            steps.len() <= 14
        })
    }

    /// One change to a process, such as a hurried hand makes.
    fn mutate(
        steps: &mut [Step],
        how: usize,
        picks: (prop::sample::Index, prop::sample::Index, prop::sample::Index),
    ) {
        let (one, other) = (picks.0.index(steps.len()), picks.1.index(steps.len()));
        let target = steps[other].handle.clone();
        let from = steps[one].handle.clone();
        let arm = picks.2.index(steps[one].next.len());
        let follow = |steps: &mut [Step]| {
            // The set of a join that now has one more to wait for.
            if other > 0 && !steps[other].join.is_empty() && !steps[other].join.contains(&from) {
                steps[other].join.push(from.clone());
            }
        };
        match how {
            // An arm lost.
            0 if steps[one].next.len() > 1 => drop(steps[one].next.remove(arm)),
            // An arm that leads elsewhere, its join knowing of it or not.
            1 | 2 => {
                steps[one].next[arm].go = Go::To(vec![target]);
                if how == 2 {
                    follow(steps);
                }
            }
            // A branch that ends.
            3 => steps[one].next[arm].go = Go::End(None),
            // A set with one less, or of another size.
            4 if steps[one].join.len() > 1 => {
                let lost = picks.1.index(steps[one].join.len());
                steps[one].join.remove(lost);
            }
            5 if !steps[one].join.is_empty() => {
                let need = picks.1.index(steps[one].join.len()) as u32 + 1;
                let late = if arm.is_multiple_of(2) { Late::Continue } else { Late::Cancel };
                (steps[one].need, steps[one].late) = (Some(need), late);
            }
            // A split that becomes a choice, or a choice that becomes a split.
            6 => {
                let ways = steps[one].next.clone();
                let all = ways.iter().flat_map(|arm| targets(&arm.go).to_vec()).collect::<BTreeSet<_>>();
                let go = |to| Arm::new(None, Go::To(to));
                steps[one].next = match ways.as_slice() {
                    [_] if !all.is_empty() => all.into_iter().map(|step| go(vec![step])).collect(),
                    _ if !all.is_empty() => vec![go(all.into_iter().collect())],
                    _ => ways,
                };
            }
            // One more branch.
            _ => {
                if let Go::To(to) = &mut steps[one].next[arm].go
                    && !to.contains(&target)
                {
                    to.push(target);
                    follow(steps);
                }
            }
        }
    }
}
