//! Taking apart again what came together: work within a split, or for one of a list, is to be done again, and the
//! join waits for it as it did before. Never refuses and never fails.

use super::case::{Arrival, Branch, Case, Task};
use super::id::TaskId;
use super::process::Process;

/// Branches that came together, and what has to be known to take them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Of the branch that went on.
    line: Vec<u32>,
    arrivals: Vec<Arrival>,
    /// The splits of which a part was enough to go on.
    enough: Option<Vec<u32>>,
    /// The newest task, branch and join of then: what is newer may have grown out of it.
    task: Option<TaskId>,
    last_branch: u32,
    joins: u32,
}

impl Met {
    pub(super) fn new(case: &Case, line: Vec<u32>, arrivals: Vec<Arrival>, enough: Option<Vec<u32>>) -> Met {
        let task = case.tasks.keys().next_back().copied();
        Met { line, arrivals, enough, task, last_branch: case.last_branch, joins: case.joins }
    }

    pub(super) fn arrivals_mut(&mut self) -> impl Iterator<Item = &mut Arrival> {
        self.arrivals.iter_mut()
    }

    /// Whether a branch of this line is the one that went on, or came of it.
    fn grown(&self, line: &[u32]) -> bool {
        // An arm has the number it was born with, or a very high one that counts down with each join.
        let newer = |arm: &u32| *arm > self.last_branch && *arm < u32::MAX - self.joins;
        line.starts_with(&self.line) && line.get(self.line.len()).is_none_or(newer)
    }
}

/// What has to be taken apart so that earlier work lies on a branch's own line: the outermost first.
#[derive(Debug)]
pub struct Parting<'c>(Vec<(usize, &'c Met)>);

impl Parting<'_> {
    /// Whether everything could wait where it came together: the process may have changed since.
    pub fn fits(&self, process: &Process) -> bool {
        self.0.iter().flat_map(|(_, met)| &met.arrivals).all(|arm| {
            process.step(&arm.join).is_some_and(|join| {
                join.join.contains(&arm.from) || (join.each.is_some() && arm.join == arm.from)
            })
        })
    }

    /// Whether a branch of this line came of what is taken apart.
    pub fn ends(&self, line: &[u32]) -> bool {
        self.0.iter().any(|(_, met)| met.grown(line))
    }

    /// Whether this work came after what is taken apart.
    pub fn voids(&self, id: TaskId, line: &[u32]) -> bool {
        self.0.iter().any(|(_, met)| Some(id) > met.task && met.grown(line))
    }
}

impl Case {
    /// How work of the line `earlier` lies behind a branch: on its own line, with nothing to take apart, or within a
    /// split or a list that came together since. `None` where it does not lie behind it.
    pub fn behind(&self, line: &[u32], earlier: &[u32]) -> Option<Parting<'_>> {
        self.parted(line, earlier, self.met.len(), None).map(Parting)
    }

    /// Whether finished work lies ahead of a branch that others did not wait for: it came of the join that went on with enough.
    pub fn lies_ahead(&self, of: &Branch, id: TaskId, line: &[u32]) -> bool {
        self.met.iter().any(|met| {
            let without = met.enough.as_ref().is_some_and(|scopes| of.scopes.starts_with(scopes));
            without && !met.grown(&of.line) && Some(id) > met.task && met.grown(line)
        })
    }

    fn parted<'c>(
        &'c self,
        line: &[u32],
        earlier: &[u32],
        before: usize,
        within: Option<usize>,
    ) -> Option<Vec<(usize, &'c Met)>> {
        if line.starts_with(earlier) {
            return Some(Vec::new());
        }
        let joins = self.met.get(..before)?.iter().enumerate().rev();
        // Within an arm only what met inside it: what met before it was split lies behind all arms.
        let mut inside = joins.filter(|(_, met)| within.is_none_or(|depth| met.line.len() > depth));
        inside.find_map(|(n, met)| {
            let grown = met.grown(line).then_some(met)?;
            let mut arms = grown.arrivals.iter();
            let rest = arms.find_map(|arm| self.parted(&arm.line, earlier, n, Some(met.line.len())))?;
            Some([(n, met)].into_iter().chain(rest).collect())
        })
    }

    /// What of a list finished work was about, where it was one of several side by side.
    pub fn item_of(&self, task: &Task) -> Option<&str> {
        let arm = self.met.iter().flat_map(|met| &met.arrivals).find(|arm| arm.line == task.line);
        arm.and_then(|arm| arm.item.as_deref())
    }

    /// Lets a branch stand again where work of the line `earlier` was, and everything it had come together with wait
    /// for it. The number of that branch.
    pub(super) fn part(&mut self, branch: u32, earlier: &[u32]) -> Option<u32> {
        let standing = self.branches.get(&branch)?;
        let path = self.behind(&standing.line, earlier)?.0;
        if path.is_empty() {
            let standing = self.branches.get_mut(&branch)?;
            if standing.line.len() > earlier.len() {
                // Before the list it is about nothing of it in particular.
                standing.item = None;
            }
            standing.scopes.truncate(earlier.len());
            standing.line = earlier.to_vec();
            return Some(branch);
        }
        let (mut waits, mut again, mut enough) = (Vec::new(), None, Vec::new());
        for (n, (_, met)) in path.iter().enumerate() {
            let inner = path.get(n + 1).map(|(_, inner)| *inner);
            let back = |arm: &&Arrival| match inner {
                Some(inner) => inner.grown(&arm.line),
                None => arm.line.starts_with(earlier),
            };
            waits.extend(met.arrivals.iter().filter(|arm| !back(arm)).cloned());
            again = met.arrivals.iter().find(back).cloned();
            let join = met.arrivals.first().map(|arm| arm.join.clone());
            enough.extend(join.zip(met.enough.clone()));
        }
        let outermost = path.first().map(|(n, met)| (*n, (*met).clone()));
        let parted = path.iter().map(|(n, _)| *n).collect::<Vec<_>>();
        let Arrival { branch: number, mut scopes, place, item, line, .. } = again?;
        let (since, item) = (standing.since, item.filter(|_| line.len() == earlier.len()));
        scopes.truncate(earlier.len());
        self.branches.remove(&branch);
        let line = earlier.to_vec();
        self.branches.insert(number, Branch { scopes, place, since, item, line, again: None });
        self.arrivals.extend(waits);
        for of in enough {
            if let Some(n) = self.enough.iter().rposition(|known| *known == of) {
                self.enough.remove(n);
            }
        }
        let mut n = 0;
        self.met.retain(|met| {
            let later = outermost.as_ref().is_some_and(|(first, outer)| n > *first && outer.grown(&met.line));
            n += 1;
            !(later || parted.contains(&(n - 1)))
        });
        Some(number)
    }
}
