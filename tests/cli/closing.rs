//! Ending cases before their end, as people type it: as the duplicate of another one, and declining as one.

use crate::place::{MON, Place, TUE};

#[test]
fn a_duplicate_is_withdrawn_and_linked_both_ways() {
    let place = Place::offered();
    place.ok("bo", MON, "case start sale --title Roof");
    let said = |line: &str| place.refused(1, "bo", MON, line);
    assert!(said("case withdraw C-2 --duplicate-of C-2").contains("cannot be a duplicate of itself"));
    assert!(said("case withdraw C-2 --duplicate-of C-9").contains("There is no case C-9."));
    place.refused(2, "bo", MON, "case withdraw C-2");
    let done = place.ok("bo", MON, "case withdraw C-2 --duplicate-of C-1 --reason \"asked twice\"");
    assert!(done.contains("duplicate of C-1: asked twice"), "{done}");
    let gone = place.json("bo", MON, "case show C-2");
    assert_eq!((&gone["state"], &gone["duplicate_of"]), (&"withdrawn".into(), &"C-1".into()));
    let kept = place.json("bo", MON, "case show C-1");
    assert_eq!((&kept["duplicates"][0], &kept["duplicate_of"]), (&"C-2".into(), &serde_json::Value::Null));
    let shown = place.ok("bo", MON, "case show C-1");
    assert!(shown.lines().any(|line| line.starts_with("duplicates") && line.ends_with("C-2")), "{shown}");
    let shown = place.ok("bo", MON, "case show C-2");
    assert!(shown.lines().any(|line| line.starts_with("duplicate of") && line.ends_with("C-1")), "{shown}");
    let again = said("case withdraw C-1 --duplicate-of C-2");
    assert!(again.contains("C-2 was closed as a duplicate of C-1 itself."), "{again}");
    place.ok("bo", MON, "case start sale --title Third");
    let other = said("case withdraw C-3 --duplicate-of C-2");
    assert!(other.contains("C-2 is a duplicate itself, of C-1.") && other.contains("Name C-1"), "{other}");
    let week = place.json("bo", TUE, "metrics summary --process sale");
    assert_eq!((&week["open"], &week["finished"]), (&2.into(), &0.into()), "{week}");
    place.ok("bo", MON, "case withdraw C-3 --reason over");
    place.ok("bo", MON, "undo");
    place.ok("bo", MON, "undo");
    place.ok("bo", MON, "undo");
    assert_eq!(place.json("bo", MON, "case show C-2")["state"], "open");
    assert_eq!(place.json("bo", MON, "case show C-1")["duplicates"].as_array().unwrap().len(), 0);
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

#[test]
fn what_is_declined_as_a_duplicate_says_of_which_case() {
    let place = Place::offered();
    place.ok("bo", MON, "case start sale --title Roof");
    let asked = place.refused(1, "ana", MON, "handoff decline H-2 --reason duplicate");
    assert!(
        asked.contains("Of which case is C-1 a duplicate?") && asked.contains("--duplicate-of"),
        "{asked}"
    );
    let said = place.ok("ana", MON, "handoff decline H-2 --duplicate-of C-2");
    assert!(said.contains("H-2, duplicate of C-2"), "{said}");
    let shown = place.ok("bo", MON, "case show C-1");
    assert!(shown.contains("H-2, duplicate of C-2"), "{shown}");
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

#[test]
fn other_times_are_agreed_on_when_work_is_offered() {
    let place = Place::offered();
    place.ok("bo", MON, "handoff recall H-2");
    let past = place.refused(1, "bo", MON, "handoff offer C-1 --accept-by 2026-11-20T10:00 --due 2026-11-19");
    assert!(past.contains("It would be due before it has to be accepted."), "{past}");
    let said =
        place.ok("bo", MON, "handoff offer C-1 --accept-by \"wed 12:00\" --due \"27 nov 17:00\" --note soon");
    assert!(said.contains("accept by Wed 18 Nov 12:00") && said.contains("done by"), "{said}");
    let offered = place.json("bo", MON, "handoff show H-3");
    assert_eq!(offered["due"], "2026-11-18T12:00:00+00:00", "{offered}");
    assert_eq!(offered["done_by"], "2026-11-27T17:00:00+00:00", "{offered}");
    place.ok("ana", TUE, "handoff accept H-3");
    assert_eq!(place.json("ana", TUE, "inbox")[0]["due"], "2026-11-27T17:00:00+00:00");
    place.ok("ana", TUE, "task reassign T-2 --to @bo --accept-by \"wed 9:00\" --due \"25 nov\"");
    assert_eq!(place.json("bo", TUE, "handoff show H-4")["due"], "2026-11-18T09:00:00+00:00");
    place.ok("bo", TUE, "handoff accept H-4");
    let shown = place.ok("bo", TUE, "case show C-1");
    assert!(shown.contains("by agreement: \"agreed with H-4\""), "{shown}");
    place.ok("bo", TUE, "undo");
    assert_eq!(place.json("ana", TUE, "task list --all")[0]["due"], "2026-11-27T17:00:00+00:00");
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

const WITH_FILES: &str = r#"
process = "quote"
title = "Quote"
kind = "operational"
purpose = "x"
accountable = "@bo"
about = "customer"
[[step]]
step = "draw"
title = "Draw"
by = "@bo"
goal = "1 day"
next = "send"
[[step]]
step = "send"
title = "Send"
by = "@ana"
goal = "1 day"
documents = ["drawing"]
next = { end = true }
"#;

#[test]
fn documents_of_its_cases_stand_on_a_record_until_they_are_taken_back() {
    let place = Place::company();
    place.write("quote.toml", WITH_FILES);
    place.ok("bo", MON, "process apply quote.toml");
    place.ok("bo", MON, "record add customer Hansen");
    place.ok("bo", MON, "case start quote --about R-1");
    place.ok("bo", MON, "task done T-1 --doc drawing=/plans/roof.pdf");
    let record = place.json("bo", MON, "record show R-1");
    assert_eq!(record["files"][0]["reference"], "/plans/roof.pdf", "{record}");
    assert_eq!(
        (&record["files"][0]["case"], &record["files"][0]["title"]),
        (&"C-1".into(), &"drawing".into())
    );
    let shown = place.ok("bo", MON, "record show R-1");
    assert!(
        shown.lines().any(|line| line.starts_with("C-1 ") && line.ends_with("/plans/roof.pdf")),
        "{shown}"
    );
    place.ok("bo", MON, "undo");
    assert_eq!(place.json("bo", MON, "record show R-1")["files"].as_array().unwrap().len(), 0);
}
