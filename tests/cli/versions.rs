//! Versions of a process and the course of a case, as people see them.

use crate::place::{MON, MON_LATE, Place, TUE};
use insta::assert_snapshot;

/// Monday at noon.
const NOON: &str = "2026-11-16T12:00:00Z";

/// A case at `bill`, and a second version in which that step is called otherwise and has less time.
fn two_versions() -> Place {
    let place = Place::offered();
    place.ok("bo", MON, "case start sale --title Shed");
    let file = std::fs::read_to_string(place.path("sale.toml")).unwrap();
    let file = file
        .replace("step = \"bill\"", "step = \"invoice\"")
        .replace("next = \"bill\"", "next = \"invoice\"")
        .replace("accept = \"4 business hours\"", "accept = \"6 business hours\"")
        .replace("[[ladder]]", "[data.vat]\ntype = \"yes/no\"\nrequired = true\n[[ladder]]");
    place.write("sale2.toml", &file);
    place
}

#[test]
fn what_a_file_would_change_is_told_before_it_is_applied() {
    let place = two_versions();
    assert_snapshot!(place.ok("bo", MON, "process diff sale2.toml"), @r"
    + data vat: yes_no
    ~ step sell, next: bill -> invoice
    ~ step bill, accept: 4 business hours -> 6 business hours
    ~ step bill, step: bill -> invoice
    ");
    assert_eq!(place.ok("bo", MON, "process diff sale.toml"), "");
    let said = place.run("bo", MON, "process diff sale.toml").err;
    assert_eq!(said.trim(), "sale: nothing differs between version 1 and sale.toml.");
    assert_snapshot!(place.refused(1, "bo", MON, "process diff sale"), @r"
    error: `sale` has one version only.
    hint: Name a file to compare it with.
    ");
    place.ok("bo", MON, "process apply sale2.toml");
    let there = place.ok("bo", MON, "process diff sale");
    assert_eq!(place.ok("bo", MON, "process diff sale --versions 1 2"), there);
    assert_ne!(place.ok("bo", MON, "process diff sale --versions 2 1"), there);
    let diff = place.json("bo", MON, "process diff sale");
    assert_eq!((diff["from"].as_u64(), diff["to"].as_str()), (Some(1), Some("version 2")));
    let vat = diff["changes"].as_array().unwrap().iter().find(|change| change["name"] == "vat").unwrap();
    assert_eq!(vat["change"], "added");
}

#[test]
fn a_migration_is_proposed_rehearsed_edited_and_carried_out_and_back_again() {
    let place = two_versions();
    place.ok("bo", MON, "process apply sale2.toml");
    let written = place.ok("bo", NOON, "process migrate sale --to 2 --write-plan");
    assert_snapshot!(written, @r#"
    # Which step of version 1 becomes which of version 2. A step without cases may stay "?".
    # Steps of version 2: sell, invoice.
    process = "sale"
    from = 1
    to = 2

    [map]
    sell = "sell"  # 1 case is here
    bill = "?"  # 1 case is here
    "#);
    let rehearsed = place.run("bo", NOON, "process migrate sale --to 2 --dry-run");
    assert_eq!(rehearsed.code, 1);
    assert_snapshot!(rehearsed.out, @r"
    C-1 Roof: left as it is. C-1 is at `bill`, and version 2 has no such step.
      Say which step of version 2 it is: --map bill=STEP.
    C-2 Shed: can be migrated.
      T-2 stays at sell
      clock of T-2 (sell) keeps its time, due Tue 17 Nov 09:00
      missing data: vat
    ");
    assert_snapshot!(rehearsed.err, @"1 of 2 would be migrated from version 1 to 2; 1 left as they are.");
    place.write("plan.toml", &written.replace("bill = \"?\"", "bill = \"invoice\""));
    let rehearsed = place.ok("bo", NOON, "process migrate sale --plan plan.toml --dry-run");
    assert_snapshot!(rehearsed, @r"
    C-1 Roof: can be migrated.
      H-2 moves from bill to invoice
      clock of H-2 (invoice) keeps its time towards 6 business hours instead of 4 business hours, due today 15:00 instead of today 13:00
      missing data: vat
    C-2 Shed: can be migrated.
      T-2 stays at sell
      clock of T-2 (sell) keeps its time, due Tue 17 Nov 09:00
      missing data: vat
    ");
    assert_eq!(place.json("bo", NOON, "case show C-1")["version"], 1, "nothing was changed");
    let done = place.run("bo", NOON, "process migrate sale --plan plan.toml");
    assert_eq!(done.out, rehearsed.replace("can be migrated", "migrated"));
    assert_snapshot!(done.err, @r"
    2 of 2 migrated from version 1 to 2; 0 left as they are.
    Back by the same means: `baton process migrate sale --to 1 --map invoice=bill`.
    ");
    let case = place.json("bo", NOON, "case show C-1");
    assert_eq!((case["version"].as_u64(), case["migrated"].as_bool()), (Some(2), Some(true)));
    // All of it is one action.
    place.ok("bo", NOON, "undo");
    let versions = |place: &Place| {
        ["C-1", "C-2"].map(|id| place.json("bo", NOON, &format!("case show {id}"))["version"].as_u64())
    };
    assert_eq!(versions(&place), [Some(1), Some(1)]);
    place.ok("bo", NOON, "redo");
    assert_eq!(versions(&place), [Some(2), Some(2)]);
    assert_eq!(place.json("bo", NOON, "doctor")["sound"], true);
    let back = place.json("bo", NOON, "process migrate sale --to 1 --case C-1 --map invoice=bill");
    assert_eq!(back["cases"][0]["result"], "done");
    assert_eq!(place.json("bo", NOON, "case show C-1")["branches"][0]["step"], "bill");
    assert_eq!(place.json("bo", NOON, "case show C-2")["version"], 2, "only the one that was named");
    place.ok("bo", NOON, "undo");
    assert_eq!(place.json("bo", NOON, "case show C-1")["version"], 2, "taken back like any action");
    place.ok("ana", NOON, "handoff accept H-2");
    place.ok("ana", NOON, "task done T-3 --all-checked vat=yes");
    assert_eq!(place.json("bo", NOON, "doctor")["sound"], true);
}

#[test]
fn a_migration_that_makes_no_sense_says_why() {
    let place = two_versions();
    assert_snapshot!(place.refused(1, "bo", MON, "process migrate sale --to 1"), @r"
    error: No open case of `sale` runs another version than 1.
    hint: `baton case list --process sale` shows them.
    ");
    assert_snapshot!(place.refused(1, "bo", MON, "process migrate sale --to 7"), @r"
    error: There is no version 7 of `sale`.
    hint: Its versions are 1 to 1.
    ");
    place.ok("bo", MON, "process apply sale2.toml");
    assert_snapshot!(place.refused(1, "bo", MON, "process migrate sale --to 2 --case C-9"), @r"
    error: There is no case C-9 of `sale`.
    hint: `baton case list --process sale` shows them.
    ");
    place.write("plan.toml", "process = \"rent\"\nfrom = 1\nto = 2\n");
    assert_snapshot!(place.refused(2, "bo", MON, "process migrate sale --plan plan.toml"), @r"
    error: This plan is for `rent`.
    hint: `baton process migrate rent --plan …`
    ");
    let left = place.run("cy", MON, "process migrate sale --to 2 --case C-2");
    assert_snapshot!(left.out, @r"
    C-2 Shed: left as it is. Only a lead or an admin can migrate cases of `sale`.
      Who could: bo (admin).
    ");
}

/// The same with a promise for the whole case.
fn promised() -> Place {
    let place = Place::company();
    let file = std::fs::read_to_string(place.path("sale.toml")).unwrap();
    let goal = "accountable = \"@bo\"\ngoal = \"5 business days\"";
    place.write("sale.toml", &file.replace("accountable = \"@bo\"", goal));
    place.ok("bo", MON, "process apply sale.toml");
    place.ok("bo", MON, "case start sale --title Roof");
    place.ok("bo", MON, "task done T-1 amount=12400");
    place
}

#[test]
fn a_pause_is_seen_everywhere_and_its_follow_up_comes_once() {
    let place = promised();
    assert_snapshot!(place.ok("bo", MON, "case pause C-1 --reason \"permit is awaited\" --until \"tue 10:00\""), @r"
    C-1: pause permit is awaited, look again Tue 17 Nov 10:00.
      H-2 Bill: offered to finance, accept by today 13:00; bo is responsible until then.
    ");
    let shown = place.ok("bo", NOON, "case show C-1");
    let paused = shown.lines().find(|line| line.starts_with("paused")).unwrap();
    assert_snapshot!(paused, @"paused       permit is awaited since today 09:00, look again Tue 17 Nov 10:00");
    assert_eq!(place.json("bo", NOON, "case show C-1")["pauses"][0]["reason"], "permit is awaited");
    assert_snapshot!(place.ok("bo", NOON, "case due C-1"), @r"
    OLA H-2 Bill, to be accepted by finance: Mon 16 Nov 13:00 (due 1h)
      4 business hours from Mon 16 Nov 09:00, on office version 1 (UTC) (a promise between us).
    WHEN                    COUNTED  SUM
    Mon 16 Nov 09:00-13:00  4h       4h

    SLA the whole case: not known while it is paused: 5 days of 5 business days left
      5 business days from Mon 16 Nov 09:00, on office version 1 (UTC) (a promise to an outside party).
    WHEN                 COUNTED  SUM
    Mon 16 Nov 09:00 on                paused: permit is awaited
    ");
    place.ok("bo", MON_LATE, "tick");
    assert_snapshot!(place.ok("bo", TUE, "inbox"), @r"
    WHAT   ID   CASE  TITLE  STEP  FROM  RESPONSIBLE  TO       DUE
    ESCAL  H-2  C-1   Roof   Bill  bo    bo           finance  23h late
    ");
    place.ok("bo", TUE, "tick");
    place.ok("bo", TUE, "tick");
    let told = place.ok("bo", TUE, "case show C-1");
    assert_eq!(told.matches("follow-up").count(), 1, "{told}");
    assert_snapshot!(place.ok("bo", TUE, "inbox"), @r"
    WHAT   ID   CASE  TITLE  STEP                                             FROM  RESPONSIBLE  TO       DUE
    ESCAL  H-2  C-1   Roof   Bill, and the case is paused: permit is awaited  bo    bo           finance  23h late
    ");
    assert_snapshot!(place.ok("bo", TUE, "case resume C-1"), @r"
    C-1: resume the clock of the case goes on.
      H-2 Bill: offered to finance, 23h late; bo is responsible until then.
    ");
    let after = place.ok("bo", TUE, "case due C-1");
    assert!(after.contains("paused: permit is awaited"), "{after}");
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

#[test]
fn a_case_is_urgent_or_not_and_is_taken_up_again_when_it_is_closed() {
    let place = promised();
    assert_snapshot!(place.ok("cy", MON, "case urgent C-1"), @r"
    C-1: urgent from now on.
      H-2 Bill: offered to finance, accept by today 13:00; bo is responsible until then.
    ");
    assert_snapshot!(place.ok("cy", MON, "case urgent C-1 --off"), @r"
    C-1: urgent not any more.
      H-2 Bill: offered to finance, accept by today 13:00; bo is responsible until then.
    ");
    assert_snapshot!(place.refused(1, "bo", MON, "case reopen C-1 --reason x"), @r"
    error: C-1 is open.
    hint: `baton case show C-1` shows where the work is.
    ");
    place.ok("ana", MON, "handoff accept H-2");
    place.ok("ana", MON, "task done T-2 --all-checked");
    assert_snapshot!(place.refused(1, "ana", MON, "case pause C-1 --reason x"), @r"
    error: C-1 is done (ana, today 09:00: DONE paid).
    hint: `baton case reopen C-1 --reason …` takes it up again.
    ");
    assert_snapshot!(place.ok("ana", TUE, "case reopen C-1 --reason \"wrong sum\""), @r#"
    C-1: REOPENED wrong sum (cycle 2); offer H-3 Bill to finance: "wrong sum".
      H-3 Bill: offered to finance, accept by today 16:00; ana is responsible until then.
    "#);
    let shown = place.ok("ana", TUE, "case show C-1");
    assert_snapshot!(shown, @r#"
    case         C-1
    title        Roof
    process      sale version 2
    state        open
    accountable  @bo
    started      Mon 16 Nov 09:00
    due          Tue 24 Nov 12:00
    cycle        2

    DATA
    amount  12400.00 EUR

    H-3 Bill: offered to finance, accept by today 16:00; ana is responsible until then.

    WHEN              WHO  WHAT
    Mon 16 Nov 09:00  bo   start     Roof
    Mon 16 Nov 09:00  bo   offer     H-1 Sell to @bo
    Mon 16 Nov 09:00  bo   accept    H-1 (implicit: same person)
    Mon 16 Nov 09:00  bo   done      T-1 amount = 12400.00 EUR
    Mon 16 Nov 09:00  bo   offer     H-2 Bill to finance
    Mon 16 Nov 09:00  cy   urgent    from now on
    Mon 16 Nov 09:00  cy   urgent    not any more
    Mon 16 Nov 09:00  ana  accept    H-2
    Mon 16 Nov 09:00  ana  tick      T-2 ticked: Address checked
    Mon 16 Nov 09:00  ana  done      T-2
    Mon 16 Nov 09:00  ana  DONE      paid
    today 12:00       ana  REOPENED  wrong sum (cycle 2)
    today 12:00       ana  offer     H-3 Bill to finance: "wrong sum"
    "#);
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
    place.ok("ana", TUE, "undo");
    assert_eq!(place.json("bo", TUE, "case show C-1")["state"], "done");
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

#[test]
fn a_promise_that_was_broken_stays_in_sight_when_the_case_is_taken_up_again() {
    const WED: &str = "2026-11-25T12:00:00Z";
    let place = promised();
    place.ok("bo", WED, "tick");
    assert_eq!(place.json("bo", WED, "case show C-1")["breaches"].as_array().map(Vec::len), Some(1));
    place.ok("ana", WED, "handoff accept H-2");
    place.ok("ana", WED, "task done T-2 --all-checked");
    place.ok("ana", WED, "case reopen C-1 --reason \"wrong sum\"");
    let again = place.json("ana", WED, "case show C-1");
    assert_eq!((again["breached"].is_null(), again["breaches"].as_array().map(Vec::len)), (true, Some(1)));
    let shown = place.ok("ana", WED, "case show C-1");
    assert!(shown.contains(", in an earlier cycle"), "{shown}");
}
