//! A process as a workflow net: places with tokens in front of steps, and what doing a step does to them. Knows
//! nothing of what is good; that is `soundness`.
//!
//! A join that is content with some of its set fires as soon as these have come. What comes late is then either
//! owed, and paid by arriving, or cancelled: every token on the ways from where the set parted to the join goes. What
//! is owed by a branch that has ended elsewhere is forgotten: what comes of the next round is not taken for it.

use super::id::Handle;
use super::process::{Go, Late, Process};
use std::collections::{BTreeSet, HashMap};

/// Tokens in places, sorted, a place once for each token in it.
pub(super) type Tokens = Vec<u32>;

pub(super) struct Net {
    /// For each step the places one token is taken from when it is done.
    pub takes: Vec<Vec<u32>>,
    /// For each step and each way out the places a token is put into.
    pub puts: Vec<Vec<Vec<u32>>>,
    /// For each place the step it stands in front of.
    pub before: Vec<usize>,
    /// For each place in front of a join the step that fills it.
    pub from: Vec<Option<usize>>,
    /// Joins that are content with some of their set.
    pub partial: Vec<Partial>,
    /// Steps of which the order matters, since a join may cancel some of them; a number for each such group.
    group: Vec<Option<usize>>,
    /// For each group the steps from which a further token may come into it.
    feeds: Vec<BTreeSet<usize>>,
}

/// A join that is content with `need` of its set.
pub(super) struct Partial {
    pub step: usize,
    pub need: usize,
    /// One place for each step of the set.
    pub arrive: Vec<u32>,
    /// For each of the set the place of what it owes; empty when late ones are cancelled.
    pub owed: Vec<u32>,
    /// For each that is owed the steps from which it can still come, without a new round.
    payers: Vec<BTreeSet<usize>>,
    ready: u32,
    /// The places it empties.
    clears: BTreeSet<u32>,
}

impl Net {
    pub fn new(process: &Process) -> Net {
        let index =
            process.steps.iter().enumerate().map(|(n, step)| (&step.handle, n)).collect::<HashMap<_, _>>();
        let mut net = Net {
            takes: Vec::new(),
            puts: Vec::new(),
            before: Vec::new(),
            from: Vec::new(),
            partial: Vec::new(),
            group: vec![None; process.steps.len()],
            feeds: Vec::new(),
        };
        // Where others put their tokens, for each step.
        let mut fronts = Vec::new();
        for (n, step) in process.steps.iter().enumerate() {
            let sources = step.join.iter().filter_map(|source| index.get(source).copied()).map(Some);
            let sources = if step.join.is_empty() { vec![None] } else { sources.collect::<Vec<_>>() };
            let arrive = net.places(n, sources.iter().copied());
            let need =
                step.need.and_then(|need| usize::try_from(need).ok()).filter(|need| *need < arrive.len());
            match need.filter(|_| !step.join.is_empty()) {
                None => net.takes.push(arrive.clone()),
                Some(need) => {
                    let ready = net.places(n, [None].into_iter());
                    let owes = sources.iter().copied().filter(|_| step.late == Late::Continue);
                    let owed = net.places(n, owes);
                    let (arrive, payers, clears) = (arrive.clone(), Vec::new(), BTreeSet::new());
                    let ready = ready[0];
                    net.takes.push(vec![ready]);
                    net.partial.push(Partial { step: n, need, arrive, owed, payers, ready, clears });
                }
            }
            fronts.push(arrive);
        }
        for (n, step) in process.steps.iter().enumerate() {
            let place = |target: &Handle| {
                let front: &Vec<u32> = &fronts[*index.get(target)?];
                let fits = |place: &&u32| net.from[**place as usize].is_none_or(|source| source == n);
                front.iter().find(fits).copied()
            };
            let ways = step.next.iter().map(|arm| match &arm.go {
                Go::To(targets) => targets.iter().filter_map(place).collect(),
                Go::End(_) => Vec::new(),
            });
            net.puts.push(ways.collect());
        }
        net.cancelling();
        net
    }

    fn places(&mut self, step: usize, sources: impl Iterator<Item = Option<usize>>) -> Vec<u32> {
        let first = self.before.len() as u32;
        self.from.extend(sources);
        self.before.resize(self.from.len(), step);
        (first..self.before.len() as u32).collect()
    }

    /// The tokens a case begins with.
    pub fn start(&self) -> Option<Tokens> {
        self.takes.first().cloned()
    }

    pub fn enabled(&self, step: usize, marking: &[u32]) -> bool {
        self.takes[step].iter().all(|place| marking.binary_search(place).is_ok())
    }

    /// What doing an enabled step and going one way leaves, and the places that have been filled.
    pub fn after(&self, marking: &[u32], step: usize, way: &[u32]) -> (Tokens, Vec<u32>) {
        let mut next = marking.to_vec();
        for place in &self.takes[step] {
            take(&mut next, *place);
        }
        next.extend(way);
        next.sort_unstable();
        let mut fresh = way.to_vec();
        while let Some(join) = self.partial.iter().find(|join| join.settle(&mut next)) {
            fresh.push(join.ready);
        }
        self.forget(&mut next);
        (next, fresh)
    }

    /// Takes away what is owed by branches of which none is on its way any more.
    fn forget(&self, tokens: &mut Tokens) {
        for join in &self.partial {
            for (owed, payers) in join.owed.iter().zip(&join.payers) {
                let comes =
                    |place: &u32| !self.owes(*place) && payers.contains(&self.before[*place as usize]);
                if tokens.binary_search(owed).is_ok() && !tokens.iter().any(comes) {
                    tokens.retain(|place| place != owed);
                }
            }
        }
    }

    /// The steps to look at from here; every other order leads to the same ends. Those behind the `fresh` places
    /// come first: following one branch to its end before touching the next lets branches meet again in the
    /// same marking.
    pub fn pick(&self, marking: &[u32], fresh: &[u32]) -> Vec<usize> {
        let behind = fresh.iter().chain(marking).map(|place| self.before[*place as usize]);
        let Some(first) = behind.into_iter().find(|step| self.enabled(*step, marking)) else {
            return Vec::new();
        };
        let at = marking.iter().map(|place| self.before[*place as usize]).collect::<BTreeSet<_>>();
        let groups = at.iter().filter_map(|step| self.group[*step]).collect::<BTreeSet<_>>();
        // While a further token can come into a group that has some, its order counts as well.
        let fed = groups.iter().any(|group| {
            at.iter().any(|step| self.group[*step] != Some(*group) && self.feeds[*group].contains(step))
        });
        let together = |step: &usize| fed || self.group[*step] == self.group[first];
        match self.group[first].is_some() || fed {
            true => at.into_iter().filter(together).filter(|step| self.enabled(*step, marking)).collect(),
            false => vec![first],
        }
    }

    /// Whether a join may empty the place.
    pub fn is_cleared(&self, place: u32) -> bool {
        self.partial.iter().any(|join| join.takes_away(place))
    }

    /// Whether some join cancels the late ones.
    pub fn cancels(&self) -> bool {
        self.partial.iter().any(|join| !join.clears.is_empty())
    }

    /// Whether a token there is what a join went on without.
    pub fn owes(&self, place: u32) -> bool {
        self.partial.iter().any(|join| join.owed.contains(&place))
    }

    /// Whether a new round can begin here while something is owed in one before.
    #[cfg(test)]
    pub fn mixes(&self, marking: &[u32]) -> bool {
        let owed = self.partial.iter().flat_map(|join| join.owed.iter().zip(&join.payers));
        let into = |step: usize, payers: &BTreeSet<usize>| {
            let ways = self.puts[step].iter().flatten().map(|place| self.before[*place as usize]);
            !payers.contains(&step) && ways.into_iter().any(|to| payers.contains(&to))
        };
        let begins =
            |payers| (0..self.takes.len()).any(|step| self.enabled(step, marking) && into(step, payers));
        owed.filter(|(owed, _)| marking.binary_search(owed).is_ok()).any(|(_, payers)| begins(payers))
    }

    /// What each cancelling join empties, and which steps its firing can get in the way of.
    fn cancelling(&mut self) {
        let steps = self.takes.len();
        let mut edges = vec![BTreeSet::new(); steps];
        for (from, ways) in self.puts.iter().enumerate() {
            edges[from].extend(ways.iter().flatten().map(|place| self.before[*place as usize]));
        }
        let mut back = vec![BTreeSet::new(); steps];
        for (from, to) in edges.iter().enumerate() {
            for to in to {
                back[*to].insert(from);
            }
        }
        let mut groups = Vec::<BTreeSet<usize>>::new();
        for n in 0..self.partial.len() {
            let join = &self.partial[n];
            let sources = join.arrive.iter().filter_map(|place| self.from[*place as usize]);
            let sources = sources.collect::<BTreeSet<_>>();
            let parts = parting(&edges, &sources, join.step);
            if !join.owed.is_empty() {
                let owing = join.owed.iter().filter_map(|place| self.from[*place as usize]);
                let payers = owing.map(|source| from_all(&back, &BTreeSet::from([source]), &[parts]));
                self.partial[n].payers = payers.collect();
                continue;
            }
            let stop = [join.step, parts];
            let onwards = from_all(&edges, &edges[parts], &stop);
            let backwards = from_all(&back, &sources, &stop);
            let region = onwards.intersection(&backwards).copied().collect::<BTreeSet<_>>();
            let clears = (0..self.before.len() as u32).filter(|place| {
                region.contains(&self.before[*place as usize]) || join.arrive.contains(place)
            });
            let clears = clears.collect();
            // Every step that leads into it counts, and the one where the ways part.
            let mut group = region.clone();
            group.extend(region.iter().flat_map(|step| &back[*step]).filter(|step| **step != join.step));
            group.insert(parts);
            while let Some(other) = groups.iter().position(|other| !other.is_disjoint(&group)) {
                group.extend(groups.swap_remove(other));
            }
            groups.push(group);
            self.partial[n].clears = clears;
        }
        for (n, group) in groups.iter().enumerate() {
            group.iter().for_each(|step| self.group[*step] = Some(n));
            self.feeds.push(from_all(&back, group, &[]));
        }
    }
}

impl Partial {
    /// Whether its firing empties the place.
    pub fn takes_away(&self, place: u32) -> bool {
        self.clears.contains(&place)
    }

    /// Pays what is owed and fires once; says whether it fired.
    fn settle(&self, tokens: &mut Tokens) -> bool {
        for (arrived, owed) in self.arrive.iter().zip(&self.owed) {
            while tokens.binary_search(arrived).is_ok() && take(tokens, *owed) {
                take(tokens, *arrived);
            }
        }
        let come = self.arrive.iter().filter(|place| tokens.binary_search(place).is_ok()).count();
        if come < self.need {
            return false;
        }
        for (n, arrived) in self.arrive.iter().enumerate() {
            if !take(tokens, *arrived) {
                tokens.extend(self.owed.get(n));
                tokens.sort_unstable();
            }
        }
        tokens.retain(|place| !self.clears.contains(place));
        tokens.push(self.ready);
        tokens.sort_unstable();
        true
    }
}

/// Takes one token out of a place; whether there was one.
fn take(tokens: &mut Tokens, place: u32) -> bool {
    match tokens.binary_search(&place) {
        Ok(at) => {
            tokens.remove(at);
            true
        }
        Err(_) => false,
    }
}

/// The last step that every way from the start to each of these comes through, other than the join.
fn parting(edges: &[BTreeSet<usize>], sources: &BTreeSet<usize>, join: usize) -> usize {
    let start = BTreeSet::from([0]);
    let mut last = (0, 0);
    for step in (0..edges.len()).filter(|step| *step != join) {
        let around = if step == 0 { BTreeSet::new() } else { from_all(edges, &start, &[step]) };
        // The further down, the more can be reached without it.
        let further = around.len() >= last.1;
        if further && sources.iter().all(|source| *source == step || !around.contains(source)) {
            last = (step, around.len());
        }
    }
    last.0
}

/// Some steps and all that can be reached from them, without coming through others.
fn from_all(edges: &[BTreeSet<usize>], start: &BTreeSet<usize>, without: &[usize]) -> BTreeSet<usize> {
    let mut queue = start.iter().copied().filter(|step| !without.contains(step)).collect::<Vec<_>>();
    let mut seen = queue.iter().copied().collect::<BTreeSet<_>>();
    while let Some(step) = queue.pop() {
        let next = edges[step].iter().copied().filter(|step| !without.contains(step));
        queue.extend(next.filter(|next| seen.insert(*next)));
    }
    seen
}
