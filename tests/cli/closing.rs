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
