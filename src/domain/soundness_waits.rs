//! Finds processes of which no case can ever end, because each waits for another case that waits in turn: straight for
//! one of its own process, or through others. A way past that is enough. What starts without end by itself and is not
//! waited for is `circle_check`.

use super::id::Handle;
use super::process::{Go, Process, Step};
use super::process_check::Check;
use std::collections::BTreeSet;

/// The steps of a process from which a branch can come to its end, where cases of some processes can.
fn can_finish<'p>(process: &'p Process, ends: &dyn Fn(&Handle) -> bool) -> BTreeSet<&'p Handle> {
    // Where enough of them come together others need not come at all.
    let partly = process.steps.iter().any(|step| step.need.is_some());
    let mut found = BTreeSet::<&Handle>::new();
    let goes_on = |step: &Step, found: &BTreeSet<&Handle>| {
        step.awaited().is_none_or(ends)
            && step.next.iter().any(|arm| match &arm.go {
                Go::End(_) => true,
                Go::To(to) if partly => to.iter().any(|to| found.contains(to)),
                Go::To(to) => to.iter().enumerate().all(|(n, to)| {
                    let left_out = arm.only.iter().any(|(target, _)| *target as usize == n);
                    left_out || found.contains(to)
                }),
            })
    };
    loop {
        let more = process.steps.iter().filter(|step| !found.contains(&step.handle) && goes_on(step, &found));
        let more = more.map(|step| &step.handle).collect::<Vec<_>>();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

impl Check<'_> {
    /// Refuses a process whose cases wait for one another without end.
    pub(super) fn waits_for_ever(&mut self) {
        let own = self.process;
        let mut all = vec![own];
        let mut n = 0;
        while let Some(process) = all.get(n).copied() {
            n += 1;
            for other in process.steps.iter().filter_map(Step::awaited) {
                let known =
                    self.process_known(other).filter(|known| !all.iter().any(|p| p.handle == known.handle));
                all.extend(known);
            }
        }
        // Of what is not known nothing is said.
        let known = all.iter().map(|process| &process.handle).collect::<BTreeSet<_>>();
        let mut ends = BTreeSet::<&Handle>::new();
        loop {
            let over = |process: &Handle| !known.contains(process) || ends.contains(process);
            let can = |process: &&&Process| {
                let first = process.steps.first().map(|step| &step.handle);
                first.is_none_or(|first| can_finish(process, &over).contains(first))
            };
            let more = all.iter().filter(|process| !ends.contains(&process.handle)).filter(can);
            let more = more.map(|process| &process.handle).collect::<Vec<_>>();
            if more.is_empty() {
                break;
            }
            ends.extend(more);
        }
        // What cannot end for another reason is told of as that.
        let waits = |process: &Process| {
            let mut steps = process.steps.iter().enumerate();
            let other = |step: &Step| {
                step.awaited().filter(|other| known.contains(other) && !ends.contains(other)).cloned()
            };
            steps.find_map(|(n, step)| Some((n, other(step)?)))
        };
        let alone = can_finish(own, &|_| true);
        let whole = own.steps.first().is_none_or(|first| alone.contains(&first.handle));
        if ends.contains(&own.handle) || !whole {
            return;
        }
        let Some((index, mut other)) = waits(own) else { return };
        let mut names = vec![own.handle.clone()];
        while !names.contains(&other) {
            names.push(other.clone());
            let next = all.iter().find(|process| process.handle == other).and_then(|process| waits(process));
            let Some((_, next)) = next else { break };
            other = next;
        }
        names.push(other);
        let names = names.iter().map(Handle::as_str).collect::<Vec<_>>().join(" -> ");
        let step = own.steps.get(index).map_or("", |step| step.handle.as_str());
        let message = format!("a case can never end: each waits for another case, without end: {names}");
        let hint = format!("let a way lead past `{step}`, or let it not wait: `wait = false`");
        self.refuse(&format!("step.{index}"), message, hint);
    }
}

#[cfg(test)]
mod tests {
    use super::super::process_check::{Known, read};

    fn process(name: &str, first: &str, starts: &str, wait: bool) -> String {
        format!(
            "process = \"{name}\"\ntitle = \"{name}\"\npurpose = \"x\"\naccountable = \"@bo\"\n[[step]]\nstep = \"a\"\ntitle = \"A\"\n\
             by = \"@bo\"\ngoal = \"1 day\"\nnext = {first}\n[[step]]\nstep = \"s\"\ntitle = \"S\"\ntype = \"process\"\nstart = \"{starts}\"\n\
             wait = {wait}\nnext = {{ end = true }}\n"
        )
    }

    fn said(texts: &[String]) -> Option<String> {
        let mut known = Known { processes: Some(Vec::new()), ..Known::default() };
        known.learn(texts);
        let (_, problems) = read(&texts[0], &known);
        problems.iter().filter(|p| p.is_error()).map(|problem| problem.message.clone()).next()
    }

    #[test]
    fn cases_that_wait_for_one_another_never_end() {
        let own = process("p", "\"s\"", "p", true);
        let told = |names: &str| {
            Some(format!("a case can never end: each waits for another case, without end: {names}"))
        };
        assert_eq!(said(&[own]), told("p -> p"));
        let (p, q) = (process("p", "\"s\"", "q", true), process("q", "\"s\"", "p", true));
        assert_eq!(said(&[p.clone(), q]), told("p -> q -> p"));
        // One that waits for what never ends does not end either.
        assert_eq!(said(&[p.clone(), process("q", "\"s\"", "q", true)]), told("p -> q -> q"));
        // A way past it, one that is not waited for, or one that nobody knows.
        let past = "[{ if = \"case.urgent\", to = \"s\" }, { end = true }]";
        for texts in [
            vec![process("p", past, "p", true)],
            vec![process("p", "\"s\"", "p", false)],
            vec![p.clone(), process("q", past, "p", true)],
            vec![p],
        ] {
            assert_eq!(said(&texts), None, "{texts:?}");
        }
    }
}
