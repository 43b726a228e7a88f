//! A case that turns out to be another one: who may say so, of which cases, and what it leaves.

use super::world::*;
use crate::domain::case::CaseState;
use crate::domain::command::{CloseDuplicate, Command};
use crate::domain::event::{DeclineReason, Event};
use crate::domain::rows::{Row, rows};
use crate::domain::{CaseId, HandoffId};

fn close(of: i64, text: &str) -> Command {
    Command::CloseDuplicate(CloseDuplicate { case: CASE, of: CaseId(of), text: text.into() })
}

fn case_row(world: &World) -> crate::domain::rows::CaseRow {
    let rows = rows(&world.subject, &world.catalog);
    let case = |row| match row {
        Row::Case(row) => Some(row),
        _ => None,
    };
    rows.into_iter().find_map(case).unwrap()
}

/// Of the other cases C-2 is none, C-3 is one of C-2, and C-4 is one of this very case.
#[test]
fn only_a_case_that_stays_is_named() {
    let mut world = World::started(SALE, "bo");
    world.when("bo", close(1, "")).refused("C-1 cannot be a duplicate of itself.");
    world.when("bo", close(9, "")).refused("There is no case C-9.");
    world.when("bo", close(3, "")).refused("C-3 is a duplicate itself, of C-2.");
    world.when("bo", close(4, "")).refused("C-4 was closed as a duplicate of C-1 itself.");
    assert_eq!(world.subject.case().unwrap().state, CaseState::Open);
    assert_eq!(case_row(&world).duplicate_of, None);
}

#[test]
fn it_is_withdrawn_with_that_reason_and_open_again_it_is_none() {
    let mut world = World::started(SALE, "bo");
    let open = world.places();
    world.when("zoe", close(2, "")).refused("Others hold open work of C-1.");
    let said = world.when("bo", close(2, " by mail "));
    assert!(said.0[0].starts_with("withdrawn, closes "), "{said:?}");
    let row = case_row(&world);
    assert_eq!((row.state.as_str(), row.duplicate_of), ("withdrawn", Some(CaseId(2))));
    assert_eq!(row.outcome.as_deref(), Some("duplicate of C-2: by mail"));
    world.when("bo", close(2, "")).refused("C-1 was withdrawn: duplicate of C-2: by mail.");
    let reason = "it is another roof".to_string();
    world.when("bo", Command::ReopenCase { case: CASE, reason, to: None, party: None });
    assert_eq!((case_row(&world).duplicate_of, world.places().len()), (None, open.len()));
}

#[test]
fn a_decline_as_duplicate_names_the_case_and_no_other_reason_does() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    let decline = |reason: DeclineReason, of: Option<i64>| Command::DeclineHandoff {
        case: CASE,
        handoff: HandoffId(2),
        reason,
        text: "same roof".into(),
        fix_by: None,
        duplicate_of: of.map(CaseId),
    };
    world.when("ana", decline(DeclineReason::Duplicate, None)).refused("Of which case is C-1 a duplicate?");
    world
        .when("ana", decline(DeclineReason::Duplicate, Some(3)))
        .refused("C-3 is a duplicate itself, of C-2.");
    world
        .when("ana", decline(DeclineReason::NotReady, Some(2)))
        .refused("The reason `not_ready` has nothing to do with C-2.");
    world.when("ana", decline(DeclineReason::Duplicate, Some(2))).then(&["H-2 declined"]);
    let rows = rows(&world.subject, &world.catalog);
    let declined = rows.iter().find_map(|row| match row {
        Row::Place(place) => place.declined.clone(),
        _ => None,
    });
    assert_eq!(declined, Some((DeclineReason::Duplicate, "of C-2, same roof".to_string())));
    assert_eq!(world.subject.case().unwrap().state, CaseState::Open, "the sender decides");
}

#[test]
fn what_older_journals_say_of_a_withdrawal_and_a_decline_still_reads() {
    let withdrawn = r#"{"case_withdrawn":{"reason":"x","closes":[]}}"#;
    let declined = r#"{"handoff_declined":{"handoff":2,"reason":"duplicate","text":""}}"#;
    for text in [withdrawn, declined] {
        let event = serde_json::from_str::<Event>(text).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), text, "and is written as it was");
    }
}
