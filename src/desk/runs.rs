//! Programs that rules ask for, a chore: which of the requests in the journal have not been met, and the answer of
//! whoever can run programs. Runs none itself: what a name stands for is in the configuration of the machine.

use super::schedules::follows_from;
use super::{Desk, Error, Lease};
use crate::domain::case::Request;
use crate::domain::command::Command;
use crate::domain::event::{Actor, Cause, Entry, Event, Origin, SubjectId, Values};
use crate::domain::{CaseId, Handle, Instant, Span};

pub(super) const CURSOR: &str = "programs";
/// So many entries without a request are not looked at again.
const MANY: i64 = 1000;
/// Longer than a program may take: whoever began it is then gone, and another begins it anew.
const CLAIM: Span = Span(90_000);

/// A program to run, by its name in the configuration, and what it is told about the case.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub name: String,
    pub case: CaseId,
    pub title: String,
    pub process: Handle,
    pub data: Values,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    pub ok: bool,
    /// The end of what it printed, or why it was not run.
    pub output: String,
}

impl Run {
    /// The variables of the environment the program finds.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("BATON_CASE", self.case.to_string()),
            ("BATON_CASE_TITLE", self.title.clone()),
            ("BATON_CASE_PROCESS", self.process.to_string()),
            ("BATON_CASE_DATA", serde_json::Value::Object(self.data.clone()).to_string()),
        ]
    }
}

/// Runs programs.
pub type Runner<'r> = dyn FnMut(&Run) -> Ran + 'r;

impl Desk {
    /// Lets `runner` run the next program that was asked for; whether there was one. Of several who do the chores one
    /// has the right to run programs at a time. A program whose runner dies is run again.
    pub fn run_program(
        &mut self,
        lease: Lease,
        now: Instant,
        runner: &mut Runner<'_>,
    ) -> Result<bool, Error> {
        let (before, head) = (self.store.cursor(CURSOR)?, self.store.head()?.seq);
        if before == head {
            return Ok(false);
        }
        let asked = self.store.run_requests_after(before)?;
        let mut seq = match asked.is_empty() && head - before > MANY {
            true => head,
            false => before,
        };
        let mut ran = false;
        for entry in asked {
            let Some((end, cause)) = self.open_request(&entry)? else {
                seq = entry.seq;
                continue;
            };
            if self.store.take_lease(CURSOR, lease.0, now, now + CLAIM)? {
                let (case, request) = (end.case, end.request);
                let Ran { ok, output } = runner(&end.run);
                let end = Command::EndRun { case, request, ok, output };
                self.by_cause(
                    &end,
                    cause,
                    follows_from(&format!("ran {case} {request} {}", entry.seq)),
                    now,
                )?;
                // Given back, so that another may go on.
                self.store.end_lease(CURSOR, lease.0)?;
                (seq, ran) = (entry.seq, true);
            }
            break;
        }
        if seq > before {
            self.store.set_cursor(CURSOR, seq)?;
        }
        Ok(ran)
    }

    /// The run an entry asks for; `None` when it was met, or taken back.
    fn open_request(&mut self, entry: &Entry) -> Result<Option<(Asked, Cause)>, Error> {
        let (SubjectId::Case(case), Event::RunRequested { request, name }) = (entry.subject, &entry.event)
        else {
            return Ok(None);
        };
        let Some(state) = self.case_now(case)? else { return Ok(None) };
        if !state.requests.get(request).is_some_and(Request::is_open) {
            return Ok(None);
        }
        let (rule, by) = match &entry.actor {
            Actor::Rule(cause) => (cause.rule.clone(), cause.by),
            _ => (state.process.clone(), Origin::Process),
        };
        let depth = entry.actor.depth() + 1;
        let cause = Cause { process: state.process.clone(), rule, entry: entry.seq, depth, by };
        let (title, process, data) = (state.title.clone(), state.process.clone(), state.data.clone());
        let run = Run { name: name.clone(), case, title, process, data };
        Ok(Some((Asked { case, request: *request, run }, cause)))
    }
}

struct Asked {
    case: CaseId,
    request: u32,
    run: Run,
}
