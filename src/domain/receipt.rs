//! What commands did, for the person who gave them: one in a sentence, several counted. The words for an event
//! are those of its line in a timeline.

use super::event::{Actor, Entry, Event, OpId, SubjectId};
use super::instant::Instant;
use super::process::Process;
use super::story::sentence;
use super::story_items::Items;
use super::zone::Zone;
use std::collections::BTreeSet;

/// What a command did, in one sentence for the person who gave it.
pub fn of(events: &[Event], process: Option<&Process>, at: Instant, actor: &Actor, zone: &Zone) -> String {
    let entry = |event: &Event| Entry { at, actor: actor.clone(), ..untold(event) };
    let mut items = Items::default();
    let told = events.iter().map(|event| sentence(&entry(event), process, zone, items.learn(event)));
    let told = told.filter(|(verb, _)| !verb.is_empty());
    told.map(|(verb, text)| format!("{verb} {text}").trim().to_string()).collect::<Vec<_>>().join("; ")
}

/// What several commands did, counted by what each mainly was: `12 accepts, 1 note in 12 cases`.
pub fn counted<'e>(commands: impl IntoIterator<Item = (SubjectId, &'e [Event])>) -> String {
    let mut counts = Vec::<(&'static str, usize)>::new();
    let (mut cases, mut records) = (BTreeSet::new(), BTreeSet::new());
    for (subject, events) in commands {
        let mut told = events.iter().map(|event| sentence(&untold(event), None, &Zone::utc(), None).0);
        let verb = told.find(|verb| !verb.is_empty()).unwrap_or("change");
        match counts.iter_mut().find(|(known, _)| *known == verb) {
            Some((_, n)) => *n += 1,
            None => counts.push((verb, 1)),
        }
        match (verb, subject) {
            // These say themselves what they are about.
            ("start" | "import" | "added" | "archived" | "merged" | "DONE", _) | (_, SubjectId::Catalog) => {}
            (_, SubjectId::Case(id)) => _ = cases.insert(id),
            (_, SubjectId::Record(id)) => _ = records.insert(id),
        }
    }
    let many = |n: usize, noun: &str| match noun {
        _ if n == 1 => format!("1 {noun}"),
        "process" => format!("{n} processes"),
        _ => format!("{n} {noun}s"),
    };
    let what = counts.iter().map(|(verb, n)| many(*n, noun(verb))).collect::<Vec<_>>().join(", ");
    let places = [(cases.len(), "case"), (records.len(), "record")];
    let places = places.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| many(*n, noun));
    match places.collect::<Vec<_>>().join(" and ") {
        none if none.is_empty() => what,
        places => format!("{what} in {places}"),
    }
}

/// The verb of a line as a thing that can be counted; most are one already.
fn noun(verb: &'static str) -> &'static str {
    match verb {
        "added" => "new record",
        "set" => "change",
        "start" => "new case",
        "work" => "beginning",
        "tick" => "ticked item",
        "done" => "finished task",
        "resolved" => "resolved exception",
        "archived" => "archived record",
        "merged" => "merged record",
        "WITHDRAWN" => "withdrawal",
        "DONE" => "finished case",
        "import" => "imported case",
        verb => verb,
    }
}

/// An entry of an event that stands in no journal, to be told all the same.
fn untold(event: &Event) -> Entry {
    Entry {
        seq: 0,
        at: Instant(0),
        actor: Actor::Tick,
        subject: SubjectId::Catalog,
        op: OpId(uuid::Uuid::nil()),
        event: event.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CaseId, HandoffId, RecordId};
    use super::*;

    #[test]
    fn many_commands_are_counted_by_what_they_were_and_where() {
        let accept = Event::HandoffRecalled { handoff: HandoffId(1), reason: None, clock: None };
        let (recall, note) = (vec![accept], vec![Event::CaseNoted { text: "x".into(), to: vec![] }]);
        let added = vec![Event::RecordAdded {
            kind: "k".parse().unwrap(),
            name: "n".into(),
            fields: Default::default(),
        }];
        let (one, two) = (SubjectId::Case(CaseId(1)), SubjectId::Case(CaseId(2)));
        let record = SubjectId::Record(RecordId(1));
        let said =
            |of: &[(SubjectId, &Vec<Event>)]| counted(of.iter().map(|(id, events)| (*id, events.as_slice())));
        assert_eq!(said(&[(one, &recall), (two, &recall)]), "2 recalls in 2 cases");
        assert_eq!(said(&[(one, &recall), (one, &note), (one, &note)]), "1 recall, 2 notes in 1 case");
        assert_eq!(said(&[(record, &added), (record, &added)]), "2 new records");
        let archived = vec![Event::RecordArchived { reason: None }];
        assert_eq!(said(&[(record, &archived), (record, &archived)]), "2 archived records");
        assert_eq!(said(&[(one, &note), (record, &note)]), "2 notes in 1 case and 1 record");
    }
}
