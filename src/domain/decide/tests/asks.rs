//! What a process asks for at a handoff: documents, the next action, and its own reasons for declining.

use super::world::*;
use crate::domain::command::{Command, CompleteTask};
use crate::domain::event::{DeclineReason, Event};
use crate::domain::{HandoffId, TaskId};

/// The bill needs two documents; whoever bills says what comes next; a price may be wrong.
fn asking() -> World {
    let catalog = company_of(SALE, |process| {
        process.decline = vec!["price_not_agreed".to_string()];
        let bill = step_of(process, "bill");
        bill.documents = vec!["Signed contract".to_string(), "Order".to_string()];
        bill.ask_next = true;
    });
    let mut world = World::of(catalog);
    world.start("bo", &[]);
    world.accept("bo", 1);
    world
}

fn sent(documents: &[(&str, &str)], anyway: Option<&str>) -> Command {
    Command::CompleteTask(CompleteTask {
        documents: texts(documents),
        anyway: anyway.map(str::to_string),
        ..complete(1, &[("amount", "12")])
    })
}

#[test]
fn documents_of_the_next_step_are_named_with_a_reference_and_kept() {
    let mut world = asking();
    world
        .when("bo", sent(&[], None))
        .refused("T-1 cannot be sent on yet. Missing: document: Signed contract; document: Order.");
    world
        .when("bo", sent(&[("Order", " "), ("Signed contract", "/a.pdf")], None))
        .refused("T-1 cannot be sent on yet. Missing: document: Order.");
    world.when("bo", sent(&[("Oder", "x")], None)).refused("`Sale` asks for no document `Oder`.");
    let both = [("Order", "mail of 3 May"), ("Signed contract", "/a.pdf")];
    world
        .when("bo", sent(&both, None))
        .then(&["T-1 done", "H-2 on 1: bill#1 from bo to finance [4: 4 hours]"]);
    let case = world.subject.case().unwrap();
    assert_eq!(case.documents["Order"], "mail of 3 May");
    assert_eq!(case.documents["Signed contract"], "/a.pdf");
}

#[test]
fn a_missing_document_is_a_departure_like_missing_data() {
    let mut world = asking();
    let said = world.when("bo", sent(&[("Order", "x")], Some("courier is late")));
    assert_eq!(said.0[1], "exception SentAnyway to dana");
    let text = &world.subject.case().unwrap().exceptions[&1].text;
    assert_eq!(text, "Sell sent on without document: Signed contract: courier is late");
}

#[test]
fn an_older_entry_without_documents_still_reads() {
    let old = r#"{"task_done":{"task":1,"data":{}}}"#;
    let event = serde_json::from_str::<Event>(old).unwrap();
    assert_eq!(
        event,
        Event::TaskDone {
            task: TaskId(1),
            data: Default::default(),
            outcome: None,
            reason: None,
            documents: Vec::new()
        }
    );
    assert_eq!(serde_json::to_string(&event).unwrap(), old);
    let old = r#"{"handoff_accepted":{"handoff":1,"task":1,"by":"bo","implicit":false,"next_action":null,"clock":null}}"#;
    assert_eq!(serde_json::to_string(&serde_json::from_str::<Event>(old).unwrap()).unwrap(), old);
}

fn offered() -> World {
    let mut world = asking();
    world.when("bo", sent(&[("Order", "x"), ("Signed contract", "x")], None));
    world
}

#[test]
fn whoever_accepts_says_what_comes_next_and_when_where_the_step_asks() {
    let mut world = offered();
    let accept = |next: Option<&str>, when: Option<i64>| Command::AcceptHandoff {
        case: CASE,
        handoff: HandoffId(2),
        next_action: next.map(str::to_string),
        when: when.map(|since| monday() + hours(since)),
    };
    let asks = "Whoever accepts `Bill` says what they do next, and when.";
    for (next, when) in [(None, None), (Some("call"), None), (None, Some(2)), (Some(" "), Some(2))] {
        world.when("ana", accept(next, when)).refused(asks);
    }
    world.when("ana", accept(Some("call"), Some(0))).refused("That time lies in the past.");
    let next = "clock on FollowUp(Task(TaskId(2))) [6: 0 minutes]";
    world.when("ana", accept(Some("call"), Some(2))).then(&["H-2 accepted by ana as T-2 [5: 8 hours]", next]);
    let task = &world.subject.case().unwrap().tasks[&TaskId(2)];
    assert_eq!((task.next_action.as_deref(), task.next_at), (Some("call"), Some(monday() + hours(2))));
    // It is asked about then, and again a week later.
    world.at(2).tick().then(&["follow-up 6.0 Acted to ana"]);
    // Work in hand asks its next receiver again.
    world.offer("ana", 1, Some("@eli"));
    world.accept("eli", 3).refused(asks);
    // Taking one's own offer back into the hand is no acceptance of somebody else's work.
    world.recall("ana", 3);
    world.offer("ana", 1, Some("finance"));
    world.accept("ana", 4).then(&["H-4 accepted by ana as T-2 implicit"]);
    assert!(!world.subject.case().unwrap().clocks[&6].is_open(), "she said nothing of it this time");
}

#[test]
fn reasons_are_the_general_ones_and_those_of_the_process() {
    let mut world = offered();
    let decline = |code: &str| Command::DeclineHandoff {
        case: CASE,
        handoff: HandoffId(2),
        reason: DeclineReason::from(code.to_string()),
        text: "see above".into(),
        fix_by: None,
        duplicate_of: None,
    };
    world.when("ana", decline("too_far")).refused("`Sale` knows no reason `too_far`.");
    world.when("ana", decline("")).refused("The reason is missing.");
    world.when("ana", decline("price_not_agreed")).then(&["H-2 declined"]);
    let rows = crate::domain::rows::rows(&world.subject, &world.catalog);
    let why = rows.iter().find_map(|row| match row {
        crate::domain::rows::Row::Place(place) => place.declined.clone(),
        _ => None,
    });
    assert_eq!(why.unwrap().0.words(), "price not agreed");
}
