//! What commands did, for the person who gave them: one in a sentence, several counted. The words for an event
//! are those of its line in a timeline.

use super::counted::counted as words;
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
    // Whoever shows it ends the sentence.
    let told = told.map(|(verb, text)| format!("{verb} {text}").trim().trim_end_matches('.').to_string());
    told.collect::<Vec<_>>().join("; ")
}

/// What a command was for, as a thing that can be taken back or done again: `the wait: parts`. On the catalog as [`of`].
pub fn thing(
    (subject, events): (SubjectId, &[Event]),
    process: Option<&Process>,
    at: Instant,
    actor: &Actor,
    zone: &Zone,
) -> String {
    let entry = |event: &Event| Entry { at, actor: actor.clone(), ..untold(event) };
    let mut items = Items::default();
    let told = events.iter().map(|event| (event, sentence(&entry(event), process, zone, items.learn(event))));
    let told = told.filter(|(_, (verb, _))| !verb.is_empty()).collect::<Vec<_>>();
    let main = told.iter().find(|(event, _)| !on_the_way(event)).or(told.first());
    let Some((main, (verb, text))) = main.filter(|_| subject != SubjectId::Catalog) else {
        return format!(": {}", of(events, process, at, actor, zone));
    };
    let noun = match *verb {
        "accept" => "acceptance",
        verb => noun(verb),
    };
    let text = text.trim().trim_end_matches('.');
    let text = if text.is_empty() { String::new() } else { format!(": {text}") };
    let more = told.iter().any(|(event, _)| event != main && !on_the_way(event));
    format!(" the {noun}{text}{}", if more { ", with what came of it" } else { "" })
}

/// What several commands did, counted by what each mainly was: `12 accepts, 1 note in 12 cases`.
pub fn counted<'e>(commands: impl IntoIterator<Item = (SubjectId, &'e [Event])>) -> String {
    let mut counts = Vec::<(&'static str, usize)>::new();
    let (mut cases, mut records) = (BTreeSet::new(), BTreeSet::new());
    for (subject, events) in commands {
        // What was asked for and came about is told where it came about.
        let asks = |event: &Event| matches!(event, Event::CaseRequested { .. } | Event::CaseLinked { .. });
        if !events.is_empty() && events.iter().all(asks) {
            continue;
        }
        let verb_of = |event: &Event| match event {
            Event::UrgencyChanged { urgent: false, .. } => "not urgent",
            event => sentence(&untold(event), None, &Zone::utc(), None).0,
        };
        let told = || events.iter().map(|event| (event, verb_of(event))).filter(|(_, verb)| !verb.is_empty());
        let verb = told().find(|(event, _)| !on_the_way(event)).or_else(|| told().next());
        let verb = verb.map_or("change", |(_, verb)| verb);
        match counts.iter_mut().find(|(known, _)| *known == verb) {
            Some((_, n)) => *n += 1,
            None => counts.push((verb, 1)),
        }
        match (verb, subject) {
            // These say themselves what they are about.
            ("start" | "import" | "added" | "archived" | "merged" | "DONE" | "urgent" | "not urgent", _)
            | (_, SubjectId::Catalog) => {}
            (_, SubjectId::Case(id)) => _ = cases.insert(id),
            (_, SubjectId::Record(id)) => _ = records.insert(id),
        }
    }
    let what = counts.iter().map(|(verb, n)| words(*n, noun(verb))).collect::<Vec<_>>().join(", ");
    let places = [(cases.len(), "case"), (records.len(), "record")];
    let places = places.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| words(*n, noun));
    match places.collect::<Vec<_>>().join(" and ") {
        none if none.is_empty() => what,
        places => format!("{what} in {places}"),
    }
}

/// What a command does on its way to what it is for, where it is for anything else.
fn on_the_way(event: &Event) -> bool {
    matches!(
        event,
        Event::ItemChecked { .. }
            | Event::TaskStarted { .. }
            | Event::VoteCast { .. }
            | Event::DocumentsGiven { .. }
    )
}

/// The verb of a line as a thing that can be counted; most are one already.
fn noun(verb: &'static str) -> &'static str {
    match verb {
        "about" | "set" => "change",
        "accountable" => "new accountable party",
        "added" => "new record",
        "archived" => "archived record",
        "back" => "thing sent back",
        "decide" => "decision",
        "delegate" => "delegation",
        "documents" => "document",
        "done" => "finished task",
        "DONE" => "finished case",
        "due" => "agreed date",
        "EXCEPTION" => "exception",
        "go on" => "ended wait",
        "gone" => "removal",
        "import" => "imported case",
        "merged" => "merged record",
        "migrate" => "migrated case",
        "read" => "read message",
        "remind" => "reminder",
        "REOPENED" => "reopened case",
        "resolve" => "thing handed back",
        "resolved" => "resolved exception",
        "resume" => "resumption",
        "settings" => "change of the settings",
        "start" => "new case",
        "tick" => "ticked item",
        "urgent" => "case made urgent",
        "not urgent" => "case no longer urgent",
        "WITHDRAWN" => "withdrawal",
        "work" => "beginning",
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
    use super::super::{CaseId, HandoffId, RecordId, TaskId};
    use super::*;

    #[test]
    fn what_is_a_sentence_itself_leaves_its_end_to_whoever_shows_it() {
        let withdrawn = Event::RecordArchived { reason: Some("It is gone.".into()) };
        let by = Actor::Tick;
        assert_eq!(of(&[withdrawn], None, Instant(0), &by, &Zone::utc()), "archived It is gone");
    }

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
        let tick = Event::ItemChecked { task: TaskId(1), item: 0, done: true };
        let done = Event::TaskDone {
            task: TaskId(1),
            data: Default::default(),
            outcome: None,
            reason: None,
            documents: vec![],
        };
        let (ticks, both) = (vec![tick.clone(), tick.clone()], vec![tick, done]);
        assert_eq!(said(&[(one, &both), (two, &both)]), "2 finished tasks in 2 cases");
        assert_eq!(said(&[(one, &ticks), (one, &both)]), "1 ticked item, 1 finished task in 1 case");
        let urgent = vec![Event::UrgencyChanged { urgent: true, goals: Vec::new() }];
        assert_eq!(said(&[(one, &urgent), (two, &urgent)]), "2 cases made urgent");
    }
}
