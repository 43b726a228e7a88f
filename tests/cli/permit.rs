//! Who may do what, as people see it: changing a permission, being refused, and what is shown of both.

use crate::place::{MON, MON_LATE, Place};
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn a_viewer_is_let_into_one_process_and_out_again() {
    let place = Place::offered();
    place.ok("bo", MON, "person add vi Vi --permission viewer");
    assert_snapshot!(place.refused(1, "vi", MON, "case note C-1 hello"), @r"
    error: vi may look at `sale` but not change it.
    hint: Who could: bo (responsible). An admin lets vi in: `baton person permit vi member --process sale`.
    ");
    assert_snapshot!(place.refused(1, "vi", MON, "record add customer Hansen"), @r"
    error: vi may look at `customer` records but not change them.
    hint: Who could: bo (admin). An admin lets vi in: `baton person permit vi member --kind customer`.
    ");
    assert_eq!(place.json("vi", MON, "case show C-1")["title"], "Roof", "everybody looks");
    assert_snapshot!(place.ok("bo", MON, "person permit vi --process sale member"), @"Permission vi: member for process sale.");
    place.ok("vi", MON, "case note C-1 hello");
    place.refused(1, "vi", MON, "record add customer Hansen");
    assert_snapshot!(place.ok("vi", MON, "person show vi"), @r"
    person      vi
    name        Vi
    permission  viewer; member for process sale
    ");
    let vi = place.json("vi", MON, "person show vi");
    assert_eq!((&vi["permission"], &vi["grants"]), (&json!("viewer"), &json!({"process:sale": "member"})));
    assert_snapshot!(place.ok("bo", MON, "person permit vi default --process sale"), @"Permission vi: as in general for process sale.");
    assert_snapshot!(place.ok("bo", MON, "person permit vi default --process sale"), @"Nothing to change.");
    assert_snapshot!(place.refused(1, "vi", MON, "undo"), @r"
    error: vi may look at `sale` but not change it.
    hint: Who could: bo (admin). An admin lets vi in: `baton person permit vi member --process sale`.
    ");
    assert_eq!(place.json("bo", MON, "doctor")["sound"], true);
}

#[test]
fn a_lead_is_made_and_the_last_admin_stays() {
    let place = Place::offered();
    assert_snapshot!(place.refused(1, "cy", MON, "handoff recall H-2"), @r"
    error: H-2 was offered by bo.
    hint: Who could: bo (responsible); ana (leads the role).
    ");
    assert_snapshot!(place.refused(1, "cy", MON, "process apply sale.toml"), @r#"
    sale.toml:9:1: warning: `sell` is offered when a case starts, and has no time to be accepted: nobody hears for 5 business days that it lies
      hint: add `accept = "4 business hours"`
    error: Only a lead or an admin can publish `sale`.
    hint: Who could: bo (admin).
    "#);
    assert_snapshot!(place.ok("bo", MON, "person permit cy lead"), @"Permission cy: lead.");
    place.ok("cy", MON, "process apply sale.toml");
    place.ok("cy", MON, "handoff recall H-2");
    assert_snapshot!(place.refused(1, "cy", MON, "person permit cy admin"), @r"
    error: Only an admin can change permissions.
    hint: Who could: bo (admin).
    ");
    assert_snapshot!(place.refused(1, "bo", MON, "person permit bo member"), @r"
    error: bo is the only admin.
    hint: Make somebody else one first: `baton person permit PERSON admin`.
    ");
    assert_snapshot!(place.refused(1, "bo", MON, "person permit cy lead --kind custmer"), @r"
    error: There is no kind of record `custmer`.
    hint: Did you mean `customer`?
    ");
    assert_snapshot!(place.refused(2, "bo", MON, "person permit cy boss"), @r"
    error: invalid value 'boss' for '<PERMISSION>': there is viewer, member, lead, admin

    For more information, try '--help'.
    ");
    place.refused(2, "bo", MON, "person permit cy lead --kind customer --process sale");
    place.ok("bo", MON, "person permit cy viewer --kind customer");
    assert_snapshot!(place.ok("bo", MON, "person list"), @r"
    PERSON  NAME       PERMISSION                      ROLES    MAIL  AWAY
    ana     Ana Smith  member                          finance
    bo      bo         admin
    cy      Cy         lead; viewer for kind customer  finance
    ");
}

#[test]
fn a_person_changes_their_own_name_and_mail_and_nobody_elses() {
    let place = Place::company();
    assert_snapshot!(place.ok("cy", MON, "person change cy --name \"Cy Young\" --mail cy@x.example"), @"Person cy: name = Cy Young, mail = cy@x.example.");
    assert_snapshot!(place.ok("bo", MON, "person change cy --mail \"\""), @"Person cy: mail = none.");
    assert_snapshot!(place.refused(1, "ana", MON, "person change cy --name X"), @r"
    error: Only cy or an admin can change this.
    hint: Who could: bo (admin).
    ");
    assert_eq!(place.json("bo", MON, "person show cy")["name"], "Cy Young");
}

/// What an account that only ticks needs of the file: nothing.
#[test]
fn a_tick_needs_no_permission() {
    let place = Place::offered();
    place.ok("nobody-here", MON_LATE, "tick");
    assert_eq!(place.json("bo", MON_LATE, "overdue").as_array().unwrap().len(), 1);
}

/// Why a forced command must not hand on what was typed: the documentation says so.
#[test]
fn of_two_handles_the_later_one_counts() {
    let place = Place::offered();
    let shown = place.json("eve", MON, "--as ana config --as bo");
    assert_eq!(shown[0]["value"], "bo");
}

#[test]
fn who_is_lowered_is_said_to_keep_what_they_answer_for_and_hold() {
    let place = Place::offered();
    place.ok("ana", MON, "handoff accept H-2");
    place.ok("bo", MON, "person permit cy admin");
    let ran = place.run("cy", MON, "person permit bo member");
    assert_eq!(
        ran.err,
        "warning: bo stays accountable for `sale`, and leads there all the same; a new version can name somebody else.\n"
    );
    let ran = place.run("cy", MON, "person permit ana viewer");
    assert!(ran.err.contains("warning: ana still leads `finance`"), "{}", ran.err);
    assert!(
        ran.err.contains("warning: ana has T-2 in hand and may not work on it any more: `baton task reassign T-2 --to PERSON`"),
        "{}",
        ran.err
    );
    assert_eq!(place.run("cy", MON, "person permit eli viewer").code, 1);
    assert_eq!(place.run("cy", MON, "person permit ana member").err, "", "nothing is taken from them");
}

#[test]
fn whoever_may_only_look_takes_back_what_they_read() {
    let place = Place::offered();
    place.ok("bo", MON, "person add vi Vi --permission viewer");
    place.ok("bo", MON, "case note C-1 \"@vi look at this\"");
    let unread = |place: &Place| place.json("vi", MON, "message list").as_array().unwrap().len();
    assert_eq!(unread(&place), 1);
    place.ok("vi", MON, "message read C-1");
    assert_eq!(unread(&place), 0);
    assert_eq!(place.json("vi", MON, "history")[0]["can_be_undone"], true);
    place.ok("vi", MON, "undo");
    assert_eq!(unread(&place), 1);
    place.ok("vi", MON, "redo");
    assert_eq!(unread(&place), 0);
}
