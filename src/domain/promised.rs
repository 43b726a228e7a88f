//! To whom the promise is that a clock of a case watches, and what it is called.

use super::case::Case;
use super::clock::ClockOn;
use super::party::Party;
use super::process::{Performer, Process};

/// To whom the promise is that a clock watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// To an outside party, on the case.
    Sla,
    /// Between parties of the company, on a handoff and on the work of a step.
    Ola,
    /// An outside party's promise to us, on the work of a step it performs.
    Uc,
}

impl Promise {
    /// The word on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Promise::Sla => "SLA",
            Promise::Ola => "OLA",
            Promise::Uc => "UC",
        }
    }

    /// What the word stands for.
    pub fn meaning(self) -> &'static str {
        match self {
            Promise::Sla => "a promise to an outside party",
            Promise::Ola => "a promise between us",
            Promise::Uc => "an outside party's promise to us",
        }
    }

    /// Whose promise a clock of a case watches.
    pub fn of(on: ClockOn, case: &Case, process: &Process) -> Promise {
        let by = |task| process.step(&case.tasks.get(task)?.step).map(|step| &step.by);
        match on {
            ClockOn::Case => Promise::Sla,
            ClockOn::Work(task) if by(&task) == Some(&Performer::Party(Party::Contact)) => Promise::Uc,
            _ => Promise::Ola,
        }
    }
}
