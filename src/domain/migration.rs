//! Migrating cases to another version, seen from outside: the plan as a file that is written, edited and applied,
//! and what one migration would do to one case. What may be migrated is decided in `decide::migrate`.

use super::case::{Case, CaseState, Place};
use super::catalog::Catalog;
use super::clock::{Clock, ClockOn, FollowUp};
use super::decide::duties::may_act;
use super::event::Awaits;
use super::field::is_given;
use super::goal::Goal;
use super::id::Handle;
use super::instant::Instant;
use super::process::Process;
use super::task::TaskState;
use std::collections::BTreeMap;

/// Which step becomes which. `None`: a person has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub process: Handle,
    pub from: u32,
    pub to: u32,
    pub map: BTreeMap<Handle, Option<Handle>>,
}

/// Why a text is no plan, as a sentence with a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}; `baton process migrate HANDLE --to N --write-plan` writes one")]
pub struct PlanError(String);

/// What stands where a step has to be named.
const MAP_ME: &str = "?";

impl Plan {
    /// Every step keeps its name where the other version has it.
    pub fn propose(process: &Handle, (from, old): (u32, &Process), (to, new): (u32, &Process)) -> Plan {
        let same = |step: &Handle| new.step(step).map(|step| step.handle.clone());
        let map = old.steps.iter().map(|step| (step.handle.clone(), same(&step.handle)));
        Plan { process: process.clone(), from, to, map: map.collect() }
    }

    /// The pairs a command takes.
    pub fn pairs(&self) -> Vec<(Handle, Handle)> {
        self.map.iter().filter_map(|(from, to)| Some((from.clone(), to.clone()?))).collect()
    }

    /// The plan as a file. `here` says how many cases are at a step.
    pub fn text(&self, old: &Process, new: &Process, here: &BTreeMap<Handle, usize>) -> String {
        let steps = new.steps.iter().map(|step| step.handle.as_str()).collect::<Vec<_>>().join(", ");
        let mut out = format!(
            "# Which step of version {} becomes which of version {}. A step without cases may stay \"{MAP_ME}\".\n\
             # Steps of version {}: {steps}.\nprocess = \"{}\"\nfrom = {}\nto = {}\n\n[map]\n",
            self.from, self.to, self.to, self.process, self.from, self.to
        );
        for step in old.steps.iter().map(|step| &step.handle) {
            let to = self.map.get(step).and_then(Option::as_ref).map_or(MAP_ME, Handle::as_str);
            let cases = match here.get(step) {
                None => String::new(),
                Some(1) => "  # 1 case is here".to_string(),
                Some(many) => format!("  # {many} cases are here"),
            };
            out.push_str(&format!("{step} = \"{to}\"{cases}\n"));
        }
        out
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn read(text: &str) -> Result<Plan, PlanError> {
        let fail = |what: &str| PlanError(what.to_string());
        let table = text.parse::<toml::Table>().map_err(|e| fail(e.message()))?;
        let unknown = table.keys().find(|key| !["process", "from", "to", "map"].contains(&key.as_str()));
        if let Some(key) = unknown {
            return Err(fail(&format!("`{key}` is no key of a migration plan")));
        }
        let handle = |text: &str| text.parse::<Handle>().map_err(|e| PlanError(e.to_string()));
        let version = |key: &str| {
            let number = table.get(key).and_then(toml::Value::as_integer);
            let number = number.and_then(|number| u32::try_from(number).ok());
            number.ok_or_else(|| fail(&format!("the plan does not say `{key} = 1`")))
        };
        let process = table.get("process").and_then(toml::Value::as_str);
        let process = handle(process.ok_or_else(|| fail("the plan does not say which `process`"))?)?;
        let mut map = BTreeMap::new();
        for (from, to) in table.get("map").and_then(toml::Value::as_table).into_iter().flatten() {
            let to =
                to.as_str().ok_or_else(|| fail(&format!("`{from}` is not mapped to the name of a step")))?;
            map.insert(handle(from)?, if to == MAP_ME { None } else { Some(handle(to)?) });
        }
        Ok(Plan { process, from: version("from")?, to: version("to")?, map })
    }
}

/// What becomes of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockChange {
    Keeps,
    /// Another goal or calendar on the same log.
    Moves {
        from: Goal,
        to: Goal,
    },
    Closes,
    Starts,
}

impl ClockChange {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            ClockChange::Keeps => "keeps",
            ClockChange::Moves { .. } => "moves",
            ClockChange::Closes => "closes",
            ClockChange::Starts => "starts",
        }
    }
}

/// One clock before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockDiff {
    pub what: String,
    pub change: ClockChange,
    pub due_before: Option<Instant>,
    pub due_after: Option<Instant>,
}

/// One open branch, or one that waits at a join, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceDiff {
    /// `T-3`, `H-2`, `wait`, `join`
    pub what: String,
    pub from: Handle,
    /// `None`: it went on at once, or ended, for its join or its vote needs no more.
    pub to: Option<Handle>,
    /// It was not done, and nobody has to do it any more.
    pub ends: bool,
}

impl PlaceDiff {
    /// What became of it.
    pub fn words(&self) -> String {
        let PlaceDiff { what, from, to, ends } = self;
        let what = if what == "join" { "what waits" } else { what };
        match to {
            Some(to) if to == from => format!("{what} stays at {to}"),
            Some(to) => format!("{what} moves from {from} to {to}"),
            None if *ends => format!("{what} ends at {from}: the join needs no more"),
            None => format!("{what} goes on from {from}: its join or its vote needs no more"),
        }
    }
}

/// What a migration does to one case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseDiff {
    pub places: Vec<PlaceDiff>,
    pub clocks: Vec<ClockDiff>,
    /// Data the version wants at its start, or the steps the case is at, and the case does not have.
    pub missing: Vec<String>,
    /// Who has it in hand, or was offered it by name, and may not do it there: sentences.
    pub hindered: Vec<String>,
    /// That the case is over with it, and with what: a migration back finds it no more.
    pub over: Option<String>,
}

/// What a migration did, or would do, to a case.
pub fn compare(before: &Case, after: &Case, new: &Process, catalog: &Catalog) -> CaseDiff {
    let due = |clock: &Clock| {
        let calendar = catalog.calendar(&clock.calendar, clock.calendar_version)?;
        clock.due(calendar).filter(|_| clock.is_open())
    };
    let mut diff = CaseDiff::default();
    for (n, branch) in &before.branches {
        let Some(from) = before.step_of(branch).cloned() else { continue };
        let same = after.branches.get(n).filter(|there| there.place == branch.place);
        let what = match branch.place {
            Place::Task(id) => id.to_string(),
            Place::Offered(id) | Place::Held(id) => id.to_string(),
            Place::Waiting(wait) => {
                match [before, after].map(|case| case.waits.get(&wait).map(|w| &w.awaits)) {
                    [Some(Awaits::Message(old)), Some(Awaits::Message(new))] if old != new => {
                        format!("wait, for the message {new} instead of {old},")
                    }
                    _ => "wait".to_string(),
                }
            }
        };
        let to = same.and_then(|there| after.step_of(there)).cloned();
        let ends = match branch.place {
            Place::Task(id) => {
                after.tasks.get(&id).is_none_or(|task| !matches!(task.state, TaskState::Done { .. }))
            }
            Place::Offered(_) | Place::Held(_) => true,
            Place::Waiting(_) => false,
        };
        diff.places.push(PlaceDiff { what, from, ends: ends && to.is_none(), to });
    }
    for arrival in &before.arrivals {
        let there = after.arrivals.iter().find(|there| there.branch == arrival.branch);
        let to = there.map(|there| there.join.clone());
        let from = arrival.join.clone();
        let place = PlaceDiff { what: "join".to_string(), from, to, ends: false };
        // Of a join it is one thing, however many wait there.
        if !diff.places.contains(&place) {
            diff.places.push(place);
        }
    }
    for (n, clock) in &after.clocks {
        let (change, due_before) = match before.clocks.get(n) {
            Some(old) if !old.is_open() => continue,
            None if !clock.is_open() => continue,
            None => (ClockChange::Starts, None),
            Some(old) if !clock.is_open() => (ClockChange::Closes, due(old)),
            Some(old) if old.goal != clock.goal || old.calendar != clock.calendar => {
                (ClockChange::Moves { from: old.goal, to: clock.goal }, due(old))
            }
            Some(old) => (ClockChange::Keeps, due(old)),
        };
        let what = about(clock.on, after);
        diff.clocks.push(ClockDiff { what, change, due_before, due_after: due(clock) });
    }
    let at = after.branches.values().filter_map(|branch| new.step(after.step_of(branch)?));
    let wanted = new.data.iter().filter(|field| field.required).map(|field| &field.name);
    for name in wanted.chain(at.flat_map(|step| &step.needs)) {
        if !is_given(after.data.get(name)) && !diff.missing.contains(name) {
            diff.missing.push(name.clone());
        }
    }
    diff.hindered = hindered(before, after, new);
    diff.over = match &after.state {
        CaseState::Done { outcome, .. } => {
            let outcome = outcome.as_ref().map(|outcome| format!(": {outcome}")).unwrap_or_default();
            Some(format!("nothing is left to do there: the case ends, done{outcome}"))
        }
        _ => None,
    };
    diff
}

/// Four eyes that are asked for there and were not here.
fn hindered(before: &Case, after: &Case, new: &Process) -> Vec<String> {
    let told = after.branches.iter().filter_map(|(n, branch)| {
        let (who, what) = match branch.place {
            Place::Task(id) => (&after.tasks.get(&id)?.holder, id.to_string()),
            Place::Offered(id) => (after.handoffs.get(&id)?.to.person()?, id.to_string()),
            Place::Held(_) | Place::Waiting(_) => return None,
        };
        before.branches.get(n)?;
        let step = new.step(after.step_of(branch)?)?;
        let refusal = may_act(after, new, step, who, None).err()?;
        Some(format!("{who} cannot finish {what} there: {}", refusal.sentence(&|at| at.0.to_string())))
    });
    told.collect()
}

fn about(on: ClockOn, case: &Case) -> String {
    let step = |step: Option<&Handle>| step.map(|step| format!(" ({step})")).unwrap_or_default();
    match on {
        ClockOn::Case => "the case".to_string(),
        ClockOn::Accept(id) | ClockOn::Decide(id) => {
            format!("{id}{}", step(case.handoffs.get(&id).map(|h| &h.step)))
        }
        ClockOn::Work(id) => format!("{id}{}", step(case.tasks.get(&id).map(|t| &t.step))),
        ClockOn::Wait(wait) => format!("the wait{}", step(case.waits.get(&wait).map(|w| &w.step))),
        ClockOn::FollowUp(FollowUp::Task(id)) => format!("the follow-up of {id}"),
        ClockOn::FollowUp(FollowUp::Offer(id)) => format!("the follow-up of {id}"),
        ClockOn::FollowUp(FollowUp::Wait(_)) => "the follow-up of the wait".to_string(),
        ClockOn::FollowUp(FollowUp::Pause(_)) => "the follow-up of the pause".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::process::{Performer, Step};

    fn process(steps: &[&str]) -> Process {
        let handle = |text: &str| text.parse::<Handle>().unwrap();
        let mut process = Process::new(handle("sale"), "Sale".into(), "@dana".parse().unwrap());
        let step = |name: &&str| Step::work(handle(name), name.to_string(), Performer::Sender);
        process.steps = steps.iter().map(step).collect();
        process
    }

    #[test]
    fn a_plan_is_written_edited_and_read() {
        let (old, new) = (process(&["sell", "bill"]), process(&["sell", "invoice"]));
        let plan = Plan::propose(&old.handle, (1, &old), (2, &new));
        let text = plan.text(&old, &new, &BTreeMap::from([("bill".parse().unwrap(), 3)]));
        insta::assert_snapshot!(text, @r#"
        # Which step of version 1 becomes which of version 2. A step without cases may stay "?".
        # Steps of version 2: sell, invoice.
        process = "sale"
        from = 1
        to = 2

        [map]
        sell = "sell"
        bill = "?"  # 3 cases are here
        "#);
        assert_eq!(Plan::read(&text), Ok(plan.clone()));
        assert_eq!(plan.pairs().len(), 1);
        let edited = Plan::read(&text.replace("bill = \"?\"", "bill = \"invoice\"")).unwrap();
        assert_eq!(edited.pairs().len(), 2);
    }

    #[test]
    fn what_is_no_plan_says_what_is_wrong_and_how_to_get_one() {
        for (text, said) in [
            ("process = \"sale\"\nto = 2\n", "the plan does not say `from = 1`"),
            ("from = 1\nto = 2\n", "the plan does not say which `process`"),
            ("process = \"sale\"\nfrom = 1\nto = 2\nsteps = 1\n", "`steps` is no key of a migration plan"),
            (
                "process = \"sale\"\nfrom = 1\nto = 2\n[map]\na = 1\n",
                "`a` is not mapped to the name of a step",
            ),
        ] {
            let error = Plan::read(text).unwrap_err().to_string();
            assert!(error.starts_with(said) && error.contains("--write-plan"), "{error}");
        }
    }
}
