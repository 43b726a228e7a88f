//! The course of a case: its clock stopped and let go on, its urgency, and taking it up again.

use super::args_versions::CaseCourse;
use super::dates;
use super::print::Wall;
use super::receipt;
use super::session::Session;
use crate::desk::Error;
use crate::domain::case::{Case, CasePause};
use crate::domain::command::Command;
use crate::domain::event::SubjectId;
use serde_json::{Value, json};

pub fn run(s: &mut Session, verb: CaseCourse) -> Result<(), Error> {
    let mut work = s.change()?;
    let command = match verb {
        CaseCourse::Pause { case, reason, until } => {
            let until = until.map(|text| dates::begins(s, &mut work, "look again", &text)).transpose()?;
            Command::PauseCase { case, reason, until }
        }
        CaseCourse::Resume { case } => Command::ResumeCase { case },
        CaseCourse::Urgent { case, off } => Command::SetUrgent { case, urgent: !off },
        CaseCourse::Tag { case, tags } => tags.command(SubjectId::Case(case))?,
        CaseCourse::Reopen { case, reason, to, party } => {
            let party = work.maybe_party(party.as_deref())?;
            let to = to.map(|to| work.step(case, &to)).transpose()?;
            Command::ReopenCase { case, reason, to, party }
        }
    };
    receipt::run(s, &mut work, &command)
}

/// Why the clock of the case stands still, since when, and when somebody looks again; empty while it counts.
pub fn paused(case: &Case, wall: &Wall<'_>) -> String {
    let words = case.paused().map(|(_, pause)| {
        let until = pause.until.map(|at| format!(", look again {}", wall.at(at))).unwrap_or_default();
        format!("{} since {}{until}", pause.reason, wall.at(pause.from))
    });
    words.collect::<Vec<_>>().join("; ")
}

/// A pause in JSON.
pub fn pause_json(pause: &CasePause, wall: &Wall<'_>) -> Value {
    json!({
        "reason": pause.reason,
        "from": wall.json(pause.from),
        "to": wall.json_maybe(pause.to),
        "until": wall.json_maybe(pause.until),
        "by": pause.by.as_ref().map(|by| by.as_str()),
        "task": pause.task.map(|task| task.to_string()),
    })
}
