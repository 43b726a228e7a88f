//! Whether cases went the ways their version allows, and where those that did not first left them. Replays the
//! steps of a case on the process as a net; judges neither conditions nor times, so that what was allowed for
//! another reason is never called a deviation.

use super::flow::{CaseFacts, Visit};
use super::id::{CaseId, Handle};
use super::process::{Process, StepKind};
use super::soundness_net::{Net, Tokens};
use std::collections::{BTreeMap, BTreeSet};

/// So many markings are followed at once; a case that could be in more is not judged.
const BOUND: usize = 500;

/// A way to go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    pub version: u32,
    /// The first step that the version does not allow there; `None` when the case ended too early.
    pub step: Option<Handle>,
    /// The steps before it.
    pub path: Vec<Handle>,
    /// All steps of these cases.
    pub variant: Vec<Handle>,
    pub cases: Vec<CaseId>,
}

/// How cases of a process agree with their versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conformity {
    /// Cases that were replayed.
    pub cases: usize,
    pub fit: usize,
    /// Cases with too many ways to have gone.
    pub undecided: usize,
    /// Cases that changed their version, or whose version is not here: they have no one way.
    pub left_out: usize,
    /// Most cases first.
    pub deviations: Vec<Deviation>,
}

impl Conformity {
    /// The part of those judged that fit, from 0 to 1.
    pub fn share(&self) -> Option<f64> {
        let judged = self.cases - self.undecided;
        (judged > 0).then(|| self.fit as f64 / judged as f64)
    }
}

/// What a replay has to know of a case beside its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    ended: bool,
    /// What came after its end came by reopening it: nothing else is possible here. A log has no word for that, and what
    /// another version allows is not known to have been a reopening.
    may_reopen: bool,
}

/// What became of a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Replayed {
    Fits,
    /// At this place of the variant; its length for an end that came too early.
    Leaves(usize),
    Undecided,
}

/// Replays cases, each on the process of its version, or of one version `instead`: of those that did not run by it only what
/// is written there was allowed.
pub fn conformance<'p>(
    cases: &[CaseFacts],
    instead: Option<u32>,
    process: impl Fn(u32) -> Option<&'p Process>,
) -> Conformity {
    let mut conformity = Conformity::default();
    let mut replays = BTreeMap::<u32, Option<Replay<'p>>>::new();
    let mut known = BTreeMap::<(u32, Case, Vec<(&Handle, bool)>), (Replayed, Vec<CaseId>)>::new();
    for case in cases {
        let replay = replays.entry(case.version).or_insert_with(|| process(case.version).map(Replay::new));
        let Some(replay) = replay.as_ref().filter(|_| !case.migrated) else {
            conformity.left_out += 1;
            continue;
        };
        conformity.cases += 1;
        let variant = case.visits.iter().map(|visit| (&visit.step, visit.returned)).collect::<Vec<_>>();
        let of = Case {
            ended: case.ended.is_some(),
            may_reopen: !case.imported && instead.is_none_or(|of| of == case.version),
        };
        let replayed = || (replay.follow(&case.visits, of), Vec::new());
        let (_, of) = known.entry((case.version, of, variant)).or_insert_with(replayed);
        of.push(case.id);
    }
    for ((version, _, variant), (replayed, cases)) in known {
        match replayed {
            Replayed::Fits => conformity.fit += cases.len(),
            Replayed::Undecided => conformity.undecided += cases.len(),
            Replayed::Leaves(at) => {
                let variant = variant.into_iter().map(|(step, _)| step.clone()).collect::<Vec<_>>();
                let (step, path) = (variant.get(at).cloned(), variant.iter().take(at).cloned().collect());
                conformity.deviations.push(Deviation { version, step, path, variant, cases });
            }
        }
    }
    conformity.deviations.sort_by_key(|deviation| std::cmp::Reverse(deviation.cases.len()));
    conformity
}

/// A process, ready to be replayed.
struct Replay<'p> {
    net: Net,
    index: BTreeMap<&'p Handle, usize>,
    /// Steps that leave no trace in a case, or may have been skipped.
    silent: BTreeSet<usize>,
    /// Steps that are done once for each of a list.
    each: BTreeSet<usize>,
    /// Places of what late branches owe; an end may leave them.
    owed: BTreeSet<u32>,
}

impl<'p> Replay<'p> {
    fn new(process: &'p Process) -> Replay<'p> {
        let net = Net::new(process);
        let index = process.steps.iter().enumerate().map(|(n, step)| (&step.handle, n));
        let index = index.collect::<BTreeMap<_, _>>();
        let mut silent = BTreeSet::new();
        let mut each = BTreeSet::new();
        for (n, step) in process.steps.iter().enumerate() {
            let quiet =
                matches!(step.kind, StepKind::Wait(_) | StepKind::Auto { .. } | StepKind::Process { .. });
            // A list may be empty.
            if quiet || step.each.is_some() {
                silent.insert(n);
            }
            if step.each.is_some() {
                each.insert(n);
            }
            for arm in &step.next {
                let targets = super::process_check::targets(&arm.go);
                let skipped = arm.only.iter().filter_map(|(at, _)| targets.get(*at as usize));
                skipped.for_each(|target| silent.extend(up_to_join(process, &index, target)));
            }
        }
        let owed = net.partial.iter().flat_map(|join| join.owed.iter().copied()).collect();
        Replay { net, index, silent, each, owed }
    }

    fn follow(&self, visits: &[Visit], of: Case) -> Replayed {
        let start = BTreeSet::from([self.net.start().unwrap_or_default()]);
        let Some(mut now) = self.quietly(start) else { return Replayed::Undecided };
        // The markings before each visit, to which work that is sent back returns.
        let mut before = Vec::<BTreeSet<Tokens>>::new();
        for (n, visit) in visits.iter().enumerate() {
            let Some(step) = self.index.get(&visit.step).copied() else { return Replayed::Leaves(n) };
            let again = n > 0 && visits[n - 1].step == visit.step && self.each.contains(&step);
            let reopened = of.may_reopen
                && now.iter().any(|marking| self.is_over(marking))
                && visits[..n].iter().any(|earlier| earlier.step == visit.step);
            let mut enabled = now
                .iter()
                .filter(|marking| self.net.enabled(step, marking))
                .cloned()
                .collect::<BTreeSet<_>>();
            if enabled.is_empty() && again {
                if !visit.returned {
                    before.push(now.clone());
                    continue;
                }
                // One of several is sent back: as if it were the first of them.
                enabled = before.last().cloned().unwrap_or_default();
                enabled.retain(|marking| self.net.enabled(step, marking));
            }
            if enabled.is_empty() && reopened {
                enabled.insert(self.net.takes[step].clone());
            }
            if enabled.is_empty() {
                return Replayed::Leaves(n);
            }
            let next = match visit.returned {
                true => self.back(step, &enabled, &before, &visits[..n]),
                false => self.done(step, &enabled),
            };
            before.push(enabled);
            match self.quietly(next) {
                Some(next) => now = next,
                None => return Replayed::Undecided,
            }
        }
        match !of.ended || now.iter().any(|marking| self.is_over(marking)) {
            true => Replayed::Fits,
            false => Replayed::Leaves(visits.len()),
        }
    }

    fn is_over(&self, marking: &[u32]) -> bool {
        marking.iter().all(|place| self.owed.contains(place))
    }

    fn done(&self, step: usize, markings: &BTreeSet<Tokens>) -> BTreeSet<Tokens> {
        let mut after = BTreeSet::new();
        for marking in markings {
            after.extend(self.net.puts[step].iter().map(|way| self.net.after(marking, step, way).0));
        }
        after
    }

    /// Work that is sent back: to where the case was before one of its earlier steps, or with that step to do
    /// again while other branches stay where they are.
    fn back(
        &self,
        step: usize,
        enabled: &BTreeSet<Tokens>,
        before: &[BTreeSet<Tokens>],
        earlier: &[Visit],
    ) -> BTreeSet<Tokens> {
        let mut markings = before.iter().flatten().cloned().collect::<BTreeSet<_>>();
        let targets = earlier.iter().filter_map(|visit| self.index.get(&visit.step)).collect::<BTreeSet<_>>();
        for marking in enabled {
            let again =
                targets.iter().map(|target| self.net.after(marking, step, &self.net.takes[**target]).0);
            markings.extend(again);
            // Or that step is to be done again alone, and what the others brought to a join waits there.
            markings.extend(targets.iter().flat_map(|target| self.undone(**target, marking)));
        }
        markings
    }

    /// Before a step was done, where what it brought lies as it came.
    fn undone(&self, step: usize, marking: &Tokens) -> BTreeSet<Tokens> {
        let before = |way: &Tokens| {
            let mut left = marking.clone();
            for place in way {
                left.remove(left.iter().position(|of| of == place)?);
            }
            left.extend(&self.net.takes[step]);
            left.sort_unstable();
            Some(left)
        };
        self.net.puts[step].iter().filter_map(before).collect()
    }

    /// All that can come of these without anybody doing anything; `None` for too much.
    fn quietly(&self, markings: BTreeSet<Tokens>) -> Option<BTreeSet<Tokens>> {
        let mut queue = markings.iter().cloned().collect::<Vec<_>>();
        let mut seen = markings;
        while let Some(marking) = queue.pop() {
            if seen.len() > BOUND {
                return None;
            }
            for step in self.silent.iter().filter(|step| self.net.enabled(**step, &marking)) {
                let next = self.done(*step, &BTreeSet::from([marking.clone()]));
                queue.extend(next.into_iter().filter(|next| seen.insert(next.clone())));
            }
        }
        Some(seen)
    }
}

/// A step and those behind it up to the next join: what is left out where a way is not taken.
fn up_to_join(process: &Process, index: &BTreeMap<&Handle, usize>, from: &Handle) -> BTreeSet<usize> {
    let mut queue = vec![from.clone()];
    let mut seen = BTreeSet::new();
    while let Some(handle) = queue.pop() {
        let Some(n) = index.get(&handle).copied() else { continue };
        let Some(step) = process.steps.get(n).filter(|step| step.join.is_empty()) else { continue };
        if seen.insert(n) {
            let next = step.next.iter().flat_map(|arm| super::process_check::targets(&arm.go));
            queue.extend(next.cloned());
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::super::instant::{Instant, Span};
    use super::super::process_check::{Known, read};
    use super::*;

    const SPLIT: &str = r#"
process = "p"
title = "P"
kind = "operational"
purpose = "x"
accountable = "team"
[[step]]
step = "a"
title = "A"
by = "team"
goal = "1 business day"
next = { all = ["b", "c"] }
[[step]]
step = "b"
title = "B"
by = "team"
goal = "1 business day"
next = "d"
[[step]]
step = "c"
title = "C"
by = "team"
goal = "1 business day"
next = "w"
[[step]]
step = "w"
title = "W"
type = "wait"
for = "1 day"
next = "d"
[[step]]
step = "d"
title = "D"
by = "team"
goal = "1 business day"
join = ["b", "w"]
next = { end = true }
"#;

    fn process() -> Process {
        let (process, problems) = read(SPLIT, &Known::default());
        process.unwrap_or_else(|| panic!("{problems:?}"))
    }

    /// A finished case of these steps; one with `<` was sent back.
    fn case(n: i64, steps: &str) -> CaseFacts {
        let visit = |word: &str| Visit {
            item: None,
            before: None,
            step: word.trim_end_matches('<').parse().unwrap(),
            holder: None,
            entered: Instant(0),
            held: Vec::new(),
            outside: false,
            accepted: Instant(0),
            left: Some(Instant(1)),
            waited: Span::ZERO,
            due: None,
            returned: word.ends_with('<'),
            done: !word.ends_with('<'),
        };
        CaseFacts {
            id: CaseId(n),
            title: String::new(),
            version: 1,
            migrated: false,
            about: None,
            kind: None,
            started: Instant(0),
            ended: Some(Instant(1)),
            due: None,
            imported: false,
            visits: steps.split_whitespace().map(visit).collect(),
            offers: Vec::new(),
        }
    }

    fn of(cases: &[CaseFacts]) -> Conformity {
        let process = process();
        conformance(cases, None, |version| (version == 1).then_some(&process))
    }

    #[test]
    fn what_a_log_tells_after_the_end_was_not_allowed() {
        let logged = |path: &str| CaseFacts { imported: true, ..case(1, path) };
        for path in ["a c b d d", "a b c d a b c d"] {
            assert_eq!(of(&[case(1, path)]).fit, 1, "{path}");
            let left = of(&[logged(path)]).deviations.remove(0);
            assert_eq!(left.path.len(), 4, "{path}");
            let process = process();
            let against = |of: u32| conformance(&[case(1, path)], Some(of), |_| Some(&process));
            assert_eq!(against(2).deviations[0].step, left.step, "{path}");
            assert_eq!(against(1).fit, 1, "{path}");
        }
    }

    #[test]
    fn what_the_version_allows_fits_in_any_order_it_allows() {
        let fitting = [
            "a b c d< b d",
            "a b c d< c d",
            "a b c d",
            "a c b d",
            "a b c d< c d",
            "a b< a b c d",
            "a b c d< a b c d",
            "a c b d d",
        ];
        for path in fitting {
            let conformity = of(&[case(1, path)]);
            assert_eq!((conformity.fit, &conformity.deviations), (1, &vec![]), "{path}");
        }
    }

    /// How long the list was is in no log, so that any number of items is a way the version allows.
    #[test]
    fn a_step_for_each_of_a_list_is_done_as_often_as_there_are_items() {
        let many = r#"
process = "p"
title = "P"
kind = "operational"
purpose = "x"
accountable = "team"
[data.xs]
type = "list"
[[step]]
step = "a"
title = "A"
by = "team"
goal = "1 day"
next = "b"
[[step]]
step = "b"
title = "B"
by = "team"
goal = "1 day"
each = "xs"
next = "c"
[[step]]
step = "c"
title = "C"
by = "team"
goal = "1 day"
next = { end = true }
"#;
        let (process, problems) = read(many, &Known::default());
        let process = process.unwrap_or_else(|| panic!("{problems:?}"));
        for path in ["a b b b c", "a b c", "a c"] {
            for instead in [None, Some(1), Some(2)] {
                let case = CaseFacts { imported: true, ..case(1, path) };
                let of = conformance(&[case], instead, |_| Some(&process));
                assert_eq!(of.fit, 1, "{path} {instead:?} {of:?}");
            }
        }
        let of = conformance(&[case(1, "a b a b c")], Some(2), |_| Some(&process));
        assert_eq!(of.fit, 0);
    }

    #[test]
    fn the_first_step_that_is_not_allowed_is_named_with_how_many_cases() {
        let first = |path: &str| {
            let deviations = of(&[case(1, path)]).deviations;
            deviations[0].step.as_ref().map_or("end", Handle::as_str).to_string()
        };
        let leaving = [
            ("b c d", "b"),
            ("a b d", "d"),
            ("a b b c d", "b"),
            ("a b x c d", "x"),
            ("a b c", "end"),
            ("", "end"),
        ];
        for (path, step) in leaving {
            assert_eq!(first(path), step, "{path}");
        }
        let cases = [case(1, "a b d"), case(2, "a b c d"), case(3, "a b d"), case(4, "b")];
        let conformity = of(&cases);
        assert_eq!((conformity.cases, conformity.fit, conformity.share()), (4, 1, Some(0.25)));
        let most = &conformity.deviations[0];
        assert_eq!(most.cases, [CaseId(1), CaseId(3)]);
        assert_eq!(most.path.iter().map(Handle::as_str).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn open_cases_may_stop_anywhere_and_migrated_ones_are_left_out() {
        let open = CaseFacts { ended: None, ..case(1, "a b") };
        assert_eq!(of(&[open]).fit, 1);
        let migrated = CaseFacts { migrated: true, ..case(1, "x") };
        let foreign = CaseFacts { version: 7, ..case(2, "x") };
        let conformity = of(&[migrated, foreign]);
        assert_eq!((conformity.cases, conformity.left_out, conformity.share()), (0, 2, None));
    }
}
