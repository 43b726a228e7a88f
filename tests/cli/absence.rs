//! Being away and leaving for good, as people and programs see it.

use crate::place::{MON, Place, TUE};
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn an_absence_says_what_it_would_strand_before_anything_changes() {
    let place = Place::offered();
    place.ok("ana", MON, "handoff accept H-2");
    place.ok("ana", MON, "task done T-2 --all-checked");
    place.ok("bo", MON, "case start sale --title Shed --to @ana");
    place.ok("bo", MON, "role change finance --remove cy");
    assert_snapshot!(place.ok("ana", MON, "person away ana --from tue --until \"27 nov\" --dry-run"), @"");
    assert_eq!(place.json("ana", MON, "person show ana")["absence"]["absences"], json!([]));
    let away = place.json("ana", MON, "person away ana --until fri --substitute cy --dry-run");
    assert_eq!(away["stranded"]["handoffs"], json!([]));
    assert_eq!(away["stranded"]["only_one"], json!([{"process": "sale", "step": "Bill", "times": 1}]));
    place.refused(1, "cy", MON, "person away ana --until fri");
    place.refused(2, "ana", MON, "person away ana --until yesterday");
}

#[test]
fn a_substitute_sees_and_does_the_work_of_the_absent_and_the_journal_says_so() {
    let place = Place::offered();
    let away = place.run("ana", MON, "person away ana --until wed --substitute bo --note Oslo");
    assert_snapshot!(away.out, @"");
    place.ok("bo", MON, "person away cy --until wed --substitute bo");
    assert_snapshot!(place.ok("bo", MON, "person list"), @"");
    assert_snapshot!(place.ok("bo", TUE, "inbox"), @"");
    let accepted = place.run("bo", TUE, "handoff accept H-2");
    assert_snapshot!(format!("{}{}", accepted.out, accepted.err), @"");
    let case = place.ok("bo", TUE, "case show C-1");
    assert!(case.contains("bo for ana  accept  H-2"), "{case}");
    // Undo finds what was done for somebody else.
    place.ok("bo", TUE, "undo");
    assert_snapshot!(place.ok("ana", TUE, "person back ana"), @"");
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

#[test]
fn who_offers_to_somebody_away_is_warned_on_standard_error_and_in_json() {
    let place = Place::offered();
    for person in ["ana", "cy"] {
        place.ok("bo", MON, &format!("person away {person} --until wed"));
    }
    place.ok("bo", MON, "handoff recall H-2");
    let offered = place.run("bo", MON, "handoff offer C-1");
    assert_snapshot!(offered.err, @"");
    place.ok("bo", MON, "handoff recall H-3");
    let offered = place.json("bo", MON, "handoff offer C-1 --to @ana");
    assert_snapshot!(offered["warnings"][0].as_str().unwrap(), @"");
}

#[test]
fn leaving_is_blocked_until_every_line_of_the_plan_has_a_destination() {
    let place = Place::offered();
    place.ok("ana", MON, "handoff accept H-2");
    place.ok("bo", MON, "case start sale --title Shed --to @ana");
    place.ok("bo", MON, "case accountable C-2 @ana --reason \"her customer\"");
    assert_snapshot!(place.refused(1, "bo", MON, "person leave ana"), @"");
    let plan = place.run("bo", MON, "person leave ana --plan");
    assert_snapshot!(plan.out, @"");
    assert_snapshot!(plan.err, @"");
    place.write("plan.toml", &plan.out.replace("\"T-2\" = \"@cy\"", "\"T-2\" = \"\""));
    assert_snapshot!(place.refused(2, "bo", MON, "person leave ana --apply plan.toml"), @"");
    place.write("plan.toml", &plan.out);
    assert_snapshot!(place.ok("bo", MON, "person leave ana --apply plan.toml"), @"");
    assert_snapshot!(place.ok("cy", MON, "inbox"), @"");
    assert_snapshot!(place.refused(1, "ana", MON, "case note C-1 x"), @"");
    assert_eq!(place.json("bo", MON, "doctor")["sound"], true);
    place.ok("bo", MON, "person back ana");
    place.ok("ana", MON, "case note C-1 x");
}
