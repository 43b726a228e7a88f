//! Messages: notes on a case or a record that name somebody, and what became of them.

use super::args_sweep::MessageVerb;
use super::print::Table;
use super::receipt;
use super::session::{Session, not_now};
use crate::desk::Error;
use crate::domain::Handle;
use crate::domain::command::Command;
use crate::domain::event::SubjectId;
use serde_json::json;
use std::collections::BTreeSet;

pub fn run(s: &mut Session, verb: MessageVerb) -> Result<(), Error> {
    match verb {
        MessageVerb::List => list(s),
        MessageVerb::Add { on, text } => {
            let mut work = s.change()?;
            note(s, &mut work, on.0, &[], &text)
        }
        MessageVerb::Send { on, text, to } => {
            let mut work = s.change()?;
            let mut named = Vec::new();
            for to in &to {
                let party = work.party(to)?;
                let known =
                    party.person().and_then(|person| work.catalog().ok()?.people.get(person).cloned());
                if let Some(gone) = known.filter(|person| person.left.is_some()) {
                    return Err(not_now(
                        format!("{} has left.", gone.name),
                        "Write to somebody who is here; `baton person list` shows them.".into(),
                    ));
                }
                let party = party.to_string();
                named.push(format!("@{}", party.trim_start_matches('@')));
            }
            note(s, &mut work, on.0, &named, &text)
        }
        MessageVerb::Reply { on, text } => {
            let mut work = s.change()?;
            let me = work.me()?;
            let from = work.desk.messages_on(on.0, &me)?.into_iter().filter_map(|message| message.from);
            let from = from.collect::<BTreeSet<Handle>>();
            let catalog = work.catalog()?;
            let (gone, from) = from.into_iter().partition::<BTreeSet<_>, _>(|who| catalog.has_left(who));
            if let Some(gone) = gone.first().filter(|_| from.is_empty()) {
                let on = on.0;
                return Err(not_now(
                    format!("{gone}, who wrote to you on {on}, has left."),
                    format!(
                        "`baton message send {on} \"…\" --to PERSON` writes to somebody who is here; `baton message \
                         read {on}` is enough where nobody has to know."
                    ),
                ));
            }
            if from.is_empty() {
                return Err(not_now(
                    format!("Nobody wrote to you on {}.", on.0),
                    "`baton message list` shows what waits for you; `baton message send` writes to somebody."
                        .into(),
                ));
            }
            let named = from.iter().map(|person| format!("@{person}")).collect::<Vec<_>>();
            note(s, &mut work, on.0, &named, &text)
        }
        MessageVerb::Read { on } => {
            let mut work = s.change()?;
            receipt::run(s, &mut work, &Command::ReadMessages { on: on.0 })
        }
    }
}

/// A note that begins with whom it tells, where it tells anybody.
fn note(
    s: &mut Session,
    work: &mut super::session::Work,
    on: SubjectId,
    named: &[String],
    text: &str,
) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(not_now("There is nothing in it.".into(), "Write what they should know.".into()));
    }
    let text = format!("{} {}", named.join(" "), text.trim()).trim_start().to_string();
    let command = match on {
        SubjectId::Record(record) => Command::NoteRecord { record, text },
        SubjectId::Case(case) => Command::NoteCase { case, text },
        SubjectId::Catalog => return Ok(()),
    };
    receipt::run(s, work, &command)
}

fn list(s: &mut Session) -> Result<(), Error> {
    let mut work = s.look()?;
    let me = work.me()?;
    let messages = work.desk.messages_to(&me)?;
    let wall = work.wall();
    let mut table = Table::new(&["ON", "TITLE", "FROM", "WRITTEN", "TEXT"]);
    let mut rows = Vec::new();
    for (message, title) in messages {
        let from = message.from.as_ref().map(Handle::to_string);
        table.row([
            message.on.to_string(),
            title.clone(),
            from.clone().unwrap_or_else(|| "--".to_string()),
            wall.at(message.at),
            message.text.clone(),
        ]);
        let of_record = matches!(message.on, SubjectId::Record(_));
        let mut value = json!({
            "case": (!of_record).then(|| message.on.to_string()),
            "title": title,
            "from": from,
            "at": wall.json(message.at),
            "text": message.text,
        });
        if of_record {
            value["record"] = json!(message.on.to_string());
        }
        rows.push(value);
    }
    s.list(&table, rows, "No message waits for you.");
    Ok(())
}
