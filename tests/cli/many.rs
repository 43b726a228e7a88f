//! One verb on several things: what applies is done as one action, what does not is said first.

use super::place::{MON, Place};
use insta::assert_snapshot;
use serde_json::json;

/// Three sales whose bills are offered to finance as H-4, H-5 and H-6.
fn three() -> Place {
    let place = Place::company();
    for title in ["Roof", "Shed", "Fence"] {
        place.ok("bo", MON, &format!("case start sale --title {title}"));
    }
    let told = place.ok("bo", MON, "task done T-1 T-2 T-3 amount=100");
    assert_eq!(told, "Did 3 finished tasks in 3 cases. `baton undo` takes it back as one.\n");
    place
}

fn offers(place: &Place) -> usize {
    place.json("ana", MON, "handoff list").as_array().unwrap().len()
}

#[test]
fn several_are_one_action_and_what_cannot_is_said_first() {
    let place = three();
    place.ok("cy", MON, "handoff accept H-5");
    assert_snapshot!(place.run("ana", MON, "handoff accept H-4 H-5 H-6 h-4 --dry-run").out, @r"
    C-1 Roof
    C-3 Fence
    - C-2 cannot: H-5 was accepted by cy, today 09:00.
    3 chosen: 3 Bill. Held now by bo 2, cy 1.
    1 cannot: C-2: H-5 was accepted by cy, today 09:00.
    One `baton undo` takes back all 2.
    ");
    assert_eq!(offers(&place), 2, "a dry run does nothing");
    let ran = place.run("ana", MON, "handoff accept H-4 H-5 H-6 h-4");
    assert_snapshot!(ran.out, @r"
    H-5 cannot: H-5 was accepted by cy, today 09:00.
    Did 2 accepts in 2 cases. `baton undo` takes it back as one.
    ");
    assert_eq!((ran.code, offers(&place)), (1, 0));
    assert!(place.ok("ana", MON, "undo").starts_with("Took back 2 accepts in 2 cases"));
    assert_eq!(offers(&place), 2);
    place.ok("ana", MON, "redo");
    let ran = place.run("bo", MON, "--json handoff recall H-4 H-5");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("\"error\""), "{}{}", ran.out, ran.err);
    place.refused(1, "ana", MON, "handoff accept H-4 H-99");
    assert_eq!(place.json("bo", MON, "doctor")["sound"], true);
}

#[test]
fn every_verb_takes_several() {
    let place = three();
    let did = |who: &str, line: &str| {
        let told = place.json(who, MON, line);
        assert_eq!(told["cannot"], json!([]), "{line}");
        assert_eq!(told["changed"], true, "{line}");
        told["did"].as_str().unwrap().to_string()
    };
    assert_eq!(did("bo", "handoff recall H-4 H-5"), "2 recalls in 2 cases");
    assert_eq!(did("bo", "handoff offer H-4 H-5 --to @ana"), "2 offers in 2 cases");
    assert_eq!(did("ana", "handoff decline H-7 H-8 --reason wrong_party --text no"), "2 declines in 2 cases");
    assert_eq!(did("bo", "handoff offer C-1 C-2 --to @cy"), "2 offers in 2 cases");
    assert_eq!(did("cy", "handoff accept H-9 H-10"), "2 accepts in 2 cases");
    assert_eq!(did("cy", "task start T-4 T-5"), "2 beginnings in 2 cases");
    assert_eq!(did("cy", "task snooze T-4 T-5 --until \"in 3d\""), "2 snoozes in 2 cases");
    assert_eq!(did("cy", "task snooze T-4 T-5 --off"), "2 snoozes in 2 cases");
    assert_eq!(did("cy", "task wait T-4 T-5 --reason letter"), "2 waits in 2 cases");
    assert_eq!(did("cy", "task resume T-4 T-5"), "2 resumptions in 2 cases");
    assert_eq!(did("cy", "task due T-4 T-5 --by \"in 9d\" --reason agreed"), "2 agreed dates in 2 cases");
    assert_eq!(did("cy", "task reassign T-4 T-5 --to @bo"), "2 offers in 2 cases");
    assert_eq!(did("cy", "handoff recall H-11 H-12"), "2 recalls in 2 cases");
    assert_eq!(did("cy", "task release T-4 T-5"), "2 offers in 2 cases");
    assert_eq!(did("bo", "case withdraw C-1 C-2 C-3 --reason duplicate"), "3 withdrawals in 3 cases");
    place.ok("bo", MON, "undo");
    assert_eq!(place.json("bo", MON, "case list")[0]["state"], "open");
    assert!(place.refused(2, "bo", MON, "task done amount=1").contains("which task"));
    assert_eq!(place.json("bo", MON, "doctor")["sound"], true);
}

/// A script that is not sure whether it was heard says it again.
#[test]
fn the_same_identity_does_it_once() {
    let place = three();
    let op = "--op 018f0000-0000-7000-8000-000000000001";
    place.ok("ana", MON, &format!("{op} handoff accept H-4 H-5"));
    let again = place.json("ana", MON, &format!("{op} handoff accept H-4 H-5"));
    assert_eq!((&again["changed"], &again["cannot"]), (&json!(false), &json!([])));
}
