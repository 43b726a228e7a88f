//! What notes on a case or a record told whom, and who has read it. Never refuses and never fails.

use super::event::{Entry, Event, SubjectId};
use super::id::Handle;
use super::instant::Instant;
use super::rows::{MessageRow, Row};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A note that told somebody, as long as it waits for anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Counted where it was written, from 1.
    pub number: u32,
    /// Who wrote it; none where it was written by itself.
    pub from: Option<Handle>,
    pub text: String,
    pub at: Instant,
    /// Who has neither answered nor read it yet.
    pub to: Vec<Handle>,
}

/// The messages on a case or a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Messages {
    /// Those that somebody has neither answered nor read, oldest first.
    pub open: Vec<Message>,
    /// How many there were.
    pub told: u32,
}

impl Messages {
    /// Takes in an entry of what they are about.
    pub(super) fn apply(&mut self, entry: &Entry) {
        match &entry.event {
            Event::CaseNoted { text, to } | Event::RecordNoted { text, to } => {
                // Whoever writes there has seen what they were told there.
                if let Some(person) = entry.actor.person() {
                    self.has_read(person);
                }
                if !to.is_empty() {
                    self.told += 1;
                    self.open.push(Message {
                        number: self.told,
                        from: entry.actor.person().cloned(),
                        text: text.clone(),
                        at: entry.at,
                        to: to.clone(),
                    });
                }
            }
            Event::MessagesRead { by } => self.has_read(by),
            Event::RecordMerged { handed: true, .. } => self.open.clear(),
            Event::RecordTakenOver { messages, .. } => {
                for message in messages {
                    self.told += 1;
                    self.open.push(Message { number: self.told, ..message.clone() });
                }
            }
            _ => {}
        }
    }

    fn has_read(&mut self, person: &Handle) {
        self.open.iter_mut().for_each(|message| message.to.retain(|to| to != person));
        self.open.retain(|message| !message.to.is_empty());
    }

    /// Whether one of them waits for this person.
    pub(super) fn wait_for(&self, person: &Handle) -> bool {
        self.open.iter().any(|message| message.to.contains(person))
    }

    /// A row for each person that a message waits for.
    pub(super) fn rows(&self, on: SubjectId) -> impl Iterator<Item = Row> + '_ {
        self.open.iter().flat_map(move |message| {
            message.to.iter().map(move |person| {
                Row::Message(MessageRow {
                    on,
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
    let mut handed = false;
    for entry in entries.iter().filter(|entry| counts(entry)) {
        handed |= matches!(entry.event, Event::RecordMerged { handed: true, .. });
        let reader = match &entry.event {
            Event::CaseNoted { .. } | Event::RecordNoted { .. } => entry.actor.person(),
            Event::MessagesRead { by } => Some(by),
            _ => continue,
        };
        for (_, to, read) in &mut told {
            read.extend(reader.filter(|reader| to.contains(reader) && !read.contains(reader)));
        }
        if let Event::CaseNoted { to, .. } | Event::RecordNoted { to, .. } = &entry.event
            && !to.is_empty()
        {
            told.push((entry.seq, to, Vec::new()));
        }
    }
    let names = |people: &[&Handle]| people.iter().map(|who| who.as_str()).collect::<Vec<_>>().join(", ");
    let words = |to: &[Handle], read: &[&Handle]| {
        let yet = to.iter().filter(|who| !read.contains(who)).collect::<Vec<_>>();
        match (read, yet.as_slice()) {
            // Whoever reads it from then on reads it at the record that stays.
            ([], _) if handed => format!("not read before the merge by {}", names(&yet)),
            ([], _) => format!("not read yet by {}", names(&yet)),
            (_, []) => format!("read by {}", names(read)),
            _ if handed => format!("read by {}, not before the merge by {}", names(read), names(&yet)),
            _ => format!("read by {}, not yet by {}", names(read), names(&yet)),
        }
    };
    told.into_iter().map(|(seq, to, read)| (seq, words(to, &read))).collect()
}
