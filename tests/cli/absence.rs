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
    assert_snapshot!(place.ok("ana", MON, "person away ana --from tue --until \"27 nov\" --dry-run"), @r#"
    ana away from Tue 17 Nov 00:00 to Fri 27 Nov 17:00: nothing is changed by a dry run.

    HANDOFFS NOBODY COULD TAKE
      H-3  C-2 Shed: Sell, to @ana

    STEPS NOBODY COULD DO
      sale: Bill, by finance

    DONE BY ana ALONE IN THE LAST 90 DAYS
      sale: Bill (once)
    "#);
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
    assert_snapshot!(away.out, @r#"
    Person ana away from Mon 16 Nov 09:00 to Wed 18 Nov 17:00; bo takes their place: "Oslo".
    Nothing would be stranded.
    "#);
    place.ok("bo", MON, "person away cy --until wed --substitute bo");
    assert_snapshot!(place.ok("bo", MON, "person list"), @r#"
    PERSON  NAME       PERMISSION  ROLES    MAIL  AWAY
    ana     Ana Smith  member      finance        away until Wed 18 Nov 17:00; bo takes their place
    bo      bo         admin
    cy      Cy         member      finance        away until Wed 18 Nov 17:00; bo takes their place
    "#);
    assert_snapshot!(place.ok("bo", TUE, "inbox"), @r#"
    WHAT    ID   CASE  TITLE  STEP            FROM  RESPONSIBLE  TO       DUE
    ACCEPT  H-2  C-1   Roof   Bill (for ana)  bo    bo           finance  23h late
    "#);
    let accepted = place.run("bo", TUE, "handoff accept H-2");
    assert_snapshot!(format!("{}{}", accepted.out, accepted.err), @r#"
    C-1: accept H-2; LATE was due Mon 16 Nov 13:00.
      T-2 Bill: bo is responsible, due Thu 19 Nov 12:00.
    warning: You act for ana, who is away until Wed 18 Nov 17:00.
    "#);
    let case = place.ok("bo", TUE, "case show C-1");
    assert!(case.contains("bo for ana  accept  H-2"), "{case}");
    // Undo finds what was done for somebody else.
    place.ok("bo", TUE, "undo");
    assert_snapshot!(place.ok("ana", TUE, "person back ana"), @"Person ana is here again.");
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
    assert_snapshot!(offered.err, @"warning: Everybody of finance is away: ana until Wed 18 Nov 17:00, cy until Wed 18 Nov 17:00. Nobody takes their place.");
    place.ok("bo", MON, "handoff recall H-3");
    let offered = place.json("bo", MON, "handoff offer C-1 --to @ana");
    assert_snapshot!(offered["warnings"][0].as_str().unwrap(), @"ana is away until Wed 18 Nov 17:00, and nobody takes their place.");
}

#[test]
fn leaving_is_blocked_until_every_line_of_the_plan_has_a_destination() {
    let place = Place::offered();
    place.ok("ana", MON, "handoff accept H-2");
    place.ok("bo", MON, "case start sale --title Shed --to @ana");
    place.ok("bo", MON, "case accountable C-2 @ana --reason \"her customer\"");
    assert_snapshot!(place.refused(1, "bo", MON, "person leave ana"), @r#"
    error: ana still holds T-2 and 4 more.
    hint: `baton person leave ana --plan > FILE` lists everything with where it could go; `--apply FILE` carries it out.
    "#);
    let plan = place.run("bo", MON, "person leave ana --plan");
    assert_snapshot!(plan.out, @r#"
    # What ana holds, and where it goes when ana leaves. Fill in every line; then an admin, and not ana, carries
    # it out:
    #   baton person leave ana --apply FILE
    person = "ana"

    [work]
    # In hand, or handed over and not accepted yet: who is responsible from now on, a @person.
    "T-2" = "@cy"  # C-1 Roof: Bill, in hand

    [offers]
    # Offered to ana: whom it is offered to instead, a @person or a role.
    "H-3" = "@bo"  # C-2 Shed: Sell, from bo

    [cases]
    # Accountable for open cases: who is instead, a @person or a role.
    "C-2" = "@bo"  # Shed

    [roles]
    # Who joins or leads instead: a @person; "nobody" where others stay.
    "finance: member" = "nobody"  # Finance: 1 stay
    "finance: lead" = "@cy"       # Finance
    "#);
    assert_snapshot!(plan.err, @"");
    place.write("plan.toml", &plan.out.replace("\"T-2\" = \"@cy\"", "\"T-2\" = \"\""));
    assert_snapshot!(place.refused(2, "bo", MON, "person leave ana --apply plan.toml"), @r#"
    error: plan.toml cannot be carried out.
    plan.toml:8:9: error: `T-2` has no destination
      hint: write a person, such as "@handle"
    hint: Nothing was changed. `baton person leave ana --plan` prints it anew.
    "#);
    place.write("plan.toml", &plan.out);
    assert_snapshot!(place.ok("bo", MON, "person leave ana --apply plan.toml"), @r#"
    Person ana left.
      T-2 -> @cy
      H-3 -> @bo
      the accountability for C-2 -> @bo
      a place in finance -> nobody
      the lead of finance -> @cy
    "#);
    assert_snapshot!(place.ok("cy", MON, "inbox"), @r#"
    WHAT   ID   CASE  TITLE  STEP  FROM  RESPONSIBLE  TO  DUE
    START  T-2  C-1   Roof   Bill  bo    cy               due Wed 18 Nov 09:00
    "#);
    assert_snapshot!(place.refused(1, "ana", MON, "case note C-1 x"), @r#"
    error: `ana` has left.
    hint: Name somebody who works here; an admin lets them in again: `baton person back ana`.
    "#);
    assert_eq!(place.json("bo", MON, "doctor")["sound"], true);
    place.ok("bo", MON, "person back ana");
    place.ok("ana", MON, "case note C-1 x");
}
