//! How the domain's values stand in columns. No rules.

use crate::domain::event::{Actor, Cause, Event, OpId, Origin, SubjectId};
use crate::domain::{CaseId, Handle, Instant, Party, RecordId};
use rusqlite::Row;
use rusqlite::types::Type;
use sha2::{Digest, Sha256};

/// Kind and number of a subject.
pub(super) fn subject(id: SubjectId) -> (i64, i64) {
    match id {
        SubjectId::Catalog => (0, 0),
        SubjectId::Record(record) => (1, record.0),
        SubjectId::Case(case) => (2, case.0),
    }
}

pub(super) fn subject_from(kind: i64, id: i64) -> SubjectId {
    match kind {
        1 => SubjectId::Record(RecordId(id)),
        2 => SubjectId::Case(CaseId(id)),
        _ => SubjectId::Catalog,
    }
}

/// Handles with a blank between.
pub(super) fn words(handles: &[Handle]) -> String {
    handles.iter().map(Handle::as_str).collect::<Vec<_>>().join(" ")
}

/// What [`words`] wrote.
pub(super) fn handles(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<Handle>> {
    let words = row.get_ref(column)?.as_str()?.split_whitespace().map(str::parse);
    words.collect::<Result<_, _>>().map_err(|e| bad(column, e))
}

pub(super) fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Person(handle) => format!("@{handle}"),
        Actor::Substitute { person, of } => format!("@{person} @{of}"),
        Actor::Tick => "tick".to_string(),
        Actor::Rule(cause) => {
            // Of a rule nothing more is said, as in files that older programs wrote.
            let by = if cause.by == Origin::Rule { "" } else { &format!(" {}", cause.by.word()) };
            format!("rule {} {} {} {}{by}", cause.process, cause.rule, cause.entry, cause.depth)
        }
    }
}

pub(super) fn actor_from(text: &str) -> Option<Actor> {
    let words = text.split(' ').collect::<Vec<_>>();
    let person = |word: &str| word.strip_prefix('@').and_then(|handle| handle.parse().ok());
    match words.as_slice() {
        ["rule", process, rule, entry, depth, by @ ..] if by.len() < 2 => Some(Actor::Rule(Cause {
            process: process.parse().ok()?,
            rule: rule.parse().ok()?,
            entry: entry.parse().ok()?,
            depth: depth.parse().ok()?,
            by: match by {
                [word] => Origin::ALL.into_iter().find(|by| by.word() == *word)?,
                _ => Origin::Rule,
            },
        })),
        ["tick"] => Some(Actor::Tick),
        [one] => Some(Actor::Person(person(one)?)),
        [one, of] => Some(Actor::Substitute { person: person(one)?, of: person(of)? }),
        _ => None,
    }
}

/// The hash of an entry covers the one before.
pub(super) fn chain(
    before: &[u8; 32],
    seq: i64,
    at: Instant,
    actor: &str,
    of: SubjectId,
    op: OpId,
    body_hash: &[u8; 32],
) -> [u8; 32] {
    let (kind, id) = subject(of);
    let mut hasher = Sha256::new();
    hasher.update(before);
    for number in [seq, at.0, kind, id, actor.len() as i64] {
        hasher.update(number.to_be_bytes());
    }
    hasher.update(actor.as_bytes());
    hasher.update(op.0.as_bytes());
    hasher.update(body_hash);
    hasher.finalize().into()
}

pub(super) fn body_hash(body: &str) -> [u8; 32] {
    Sha256::digest(body.as_bytes()).into()
}

/// An error for a column that does not hold what it should.
pub(super) fn bad(column: usize, why: impl std::fmt::Display) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, why.to_string().into())
}

pub(super) fn event(row: &Row<'_>, column: usize) -> rusqlite::Result<Event> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|e| bad(column, e))
}

pub(super) fn handle(row: &Row<'_>, column: usize) -> rusqlite::Result<Handle> {
    row.get_ref(column)?.as_str()?.parse().map_err(|e| bad(column, e))
}

pub(super) fn handle_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Handle>> {
    match row.get_ref(column)?.as_str_or_null()? {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|e| bad(column, e)),
    }
}

pub(super) fn party(row: &Row<'_>, column: usize) -> rusqlite::Result<Party> {
    row.get_ref(column)?.as_str()?.parse().map_err(|e| bad(column, e))
}

pub(super) fn party_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Party>> {
    match row.get_ref(column)?.as_str_or_null()? {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|e| bad(column, e)),
    }
}

pub(super) fn instant(row: &Row<'_>, column: usize) -> rusqlite::Result<Instant> {
    row.get(column).map(Instant)
}

pub(super) fn instant_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Instant>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Instant))
}

/// A JSON word such as `sent_anyway` of a closed set.
pub(super) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

pub(super) fn from_word<T: serde::de::DeserializeOwned>(text: &str, column: usize) -> rusqlite::Result<T> {
    serde_json::from_value(serde_json::Value::from(text)).map_err(|e| bad(column, e))
}
