//! Messages: notes on a case that name somebody, and what became of them.

use super::args_sweep::MessageVerb;
use super::print::Table;
use super::receipt;
use super::session::{Session, not_now};
use crate::desk::Error;
use crate::domain::command::Command;
use crate::domain::{CaseId, Handle};
use serde_json::json;
use std::collections::BTreeSet;

pub fn run(s: &mut Session, verb: MessageVerb) -> Result<(), Error> {
    match verb {
        MessageVerb::List => list(s),
        MessageVerb::Add { case, text } => {
            let mut work = s.change()?;
            receipt::run(s, &mut work, &Command::NoteCase { case, text })
        }
        MessageVerb::Send { case, text, to } => {
            let mut work = s.change()?;
            let mut named = Vec::new();
            for to in &to {
                let party = work.party(to)?.to_string();
                named.push(format!("@{}", party.trim_start_matches('@')));
            }
            note(s, &mut work, case, &named, &text)
        }
        MessageVerb::Reply { case, text } => {
            let mut work = s.change()?;
            let me = work.me()?;
            let from = work.desk.messages_on(case, &me)?.into_iter().filter_map(|message| message.from);
            let from = from.collect::<BTreeSet<Handle>>();
            if from.is_empty() {
                return Err(not_now(
                    format!("Nobody wrote to you on {case}."),
                    "`baton message list` shows what waits for you; `baton case note` writes a note.".into(),
                ));
            }
            let named = from.iter().map(|person| format!("@{person}")).collect::<Vec<_>>();
            note(s, &mut work, case, &named, &text)
        }
        MessageVerb::Read { case } => {
            let mut work = s.change()?;
            receipt::run(s, &mut work, &Command::ReadMessages { case })
        }
    }
}

/// A note that begins with whom it tells.
fn note(
    s: &mut Session,
    work: &mut super::session::Work,
    case: CaseId,
    named: &[String],
    text: &str,
) -> Result<(), Error> {
    let text = format!("{} {}", named.join(" "), text.trim());
    receipt::run(s, work, &Command::NoteCase { case, text })
}

fn list(s: &mut Session) -> Result<(), Error> {
    let mut work = s.look()?;
    let me = work.me()?;
    let messages = work.desk.messages_to(&me)?;
    let wall = work.wall();
    let mut table = Table::new(&["CASE", "TITLE", "FROM", "WRITTEN", "TEXT"]);
    let mut rows = Vec::new();
    for (message, case) in messages {
        let from = message.from.as_ref().map(Handle::to_string);
        table.row([
            case.id.to_string(),
            case.title.clone(),
            from.clone().unwrap_or_else(|| "--".to_string()),
            wall.at(message.at),
            message.text.clone(),
        ]);
        rows.push(json!({
            "case": case.id.to_string(),
            "title": case.title,
            "from": from,
            "at": wall.json(message.at),
            "text": message.text,
        }));
    }
    s.list(&table, rows, "No message waits for you.");
    Ok(())
}
