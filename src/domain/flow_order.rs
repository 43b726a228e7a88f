//! In which order the steps of a process are shown from top to bottom.

use super::process::{Go, Process};

/// Steps by their positions in the file, so that every way leads down unless it closes a loop.
pub(super) fn order(process: &Process) -> Vec<usize> {
    let leads = |step: usize| {
        let mut to = Vec::new();
        for arm in &process.steps[step].next {
            if let Go::To(steps) = &arm.go {
                to.extend(steps.iter().filter_map(|to| process.steps.iter().position(|s| &s.handle == to)));
            }
        }
        to
    };
    let (mut seen, mut left) = (vec![false; process.steps.len()], Vec::new());
    // Of steps that nothing leads to each begins a part of its own.
    for start in 0..process.steps.len() {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut part = Vec::new();
        // The last way is walked first, so that what the first one leads to comes first in the end.
        let mut path = vec![(start, leads(start))];
        while let Some((step, to)) = path.last_mut() {
            match to.pop() {
                Some(next) if !std::mem::replace(&mut seen[next], true) => path.push((next, leads(next))),
                Some(_) => {}
                None => {
                    part.push(*step);
                    path.pop();
                }
            }
        }
        part.reverse();
        left.extend(part);
    }
    left
}
