//! What notes on a case told whom, and who has read it. Never refuses and never fails.

use super::case::Case;
use super::event::{Entry, Event};
use super::id::Handle;
use super::instant::Instant;
use super::rows::{MessageRow, Row};
use std::collections::BTreeMap;

/// A note that told somebody, as long as it waits for anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Counted in the case, from 1.
    pub number: u32,
    /// Who wrote it; none where it was written by itself.
    pub from: Option<Handle>,
    pub text: String,
    pub at: Instant,
    /// Who has neither answered nor read it yet.
    pub to: Vec<Handle>,
}

/// The messages on a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Messages {
    /// Those that somebody has neither answered nor read, oldest first.
    pub open: Vec<Message>,
    /// How many there were.
    pub told: u32,
}

impl Case {
    pub(super) fn apply_message(&mut self, entry: &Entry) {
        match &entry.event {
            Event::CaseNoted { text, to } => {
                // Whoever writes on the case has seen what they were told there.
                if let Some(person) = entry.actor.person() {
                    self.has_read(person);
                }
                if !to.is_empty() {
                    self.messages.told += 1;
                    self.messages.open.push(Message {
                        number: self.messages.told,
                        from: entry.actor.person().cloned(),
                        text: text.clone(),
                        at: entry.at,
                        to: to.clone(),
                    });
                }
            }
            Event::MessagesRead { by } => self.has_read(by),
            _ => {}
        }
    }

    fn has_read(&mut self, person: &Handle) {
        self.messages.open.iter_mut().for_each(|message| message.to.retain(|to| to != person));
        self.messages.open.retain(|message| !message.to.is_empty());
    }

    /// A row for each person that a message waits for.
    pub(super) fn message_rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.messages.open.iter().flat_map(|message| {
            message.to.iter().map(|person| {
                Row::Message(MessageRow {
                    case: self.id,
                    message: message.number,
                    person: person.clone(),
                    from: message.from.clone(),
                    text: message.text.clone(),
                    at: message.at,
                })
            })
        })
    }
}

/// Of every note that told somebody, by its number: who has answered or read it since, and who has not. `counts` is false
/// for what was taken back.
pub(super) fn ticks(entries: &[Entry], counts: impl Fn(&Entry) -> bool) -> BTreeMap<i64, String> {
    let mut told = Vec::<(i64, &[Handle], Vec<&Handle>)>::new();
    for entry in entries.iter().filter(|entry| counts(entry)) {
        let reader = match &entry.event {
            Event::CaseNoted { .. } => entry.actor.person(),
            Event::MessagesRead { by } => Some(by),
            _ => continue,
        };
        for (_, to, read) in &mut told {
            read.extend(reader.filter(|reader| to.contains(reader) && !read.contains(reader)));
        }
        if let Event::CaseNoted { to, .. } = &entry.event
            && !to.is_empty()
        {
            told.push((entry.seq, to, Vec::new()));
        }
    }
    let names = |people: &[&Handle]| people.iter().map(|who| who.as_str()).collect::<Vec<_>>().join(", ");
    let words = |to: &[Handle], read: &[&Handle]| {
        let yet = to.iter().filter(|who| !read.contains(who)).collect::<Vec<_>>();
        match (read, yet.as_slice()) {
            ([], _) => format!("not read yet by {}", names(&yet)),
            (_, []) => format!("read by {}", names(read)),
            _ => format!("read by {}, not yet by {}", names(read), names(&yet)),
        }
    };
    told.into_iter().map(|(seq, to, read)| (seq, words(to, &read))).collect()
}
