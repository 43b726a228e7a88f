//! The life of handoffs, as people and programs see it.

use crate::place::{MON, MON_LATE, Place, TUE};
use insta::assert_snapshot;
use serde_json::{Value, json};

#[test]
fn a_handoff_is_offered_turns_late_climbs_and_is_accepted() {
    let place = Place::company();
    assert_snapshot!(place.ok("bo", MON, "case start sale --title Roof"), @r"
    C-1: start Roof; offer H-1 Sell to @bo; accept H-1 (implicit: same person).
      T-1 Sell: bo is responsible, due Tue 17 Nov 09:00.
    ");
    assert_snapshot!(place.refused(1, "bo", MON, "task done T-1"), @r#"
    error: T-1 cannot be sent on yet. Missing: amount.
    hint: Fill it in, or send it anyway: `baton task done T-1 --anyway "the reason"`.
    "#);
    assert_snapshot!(place.ok("bo", MON, "task done T-1 amount=12400 --note \"price is final\""), @r#"
    C-1: done T-1 amount = 12400.00 EUR; offer H-2 Bill to finance: "price is final".
      H-2 Bill: offered to finance, accept by today 13:00; bo is responsible until then.
    "#);
    assert_snapshot!(place.ok("ana", MON, "inbox"), @r"
    WHAT    ID   CASE  TITLE  STEP  FROM  RESPONSIBLE  TO       DUE
    ACCEPT  H-2  C-1   Roof   Bill  bo    bo           finance  due 4h
    ");
    assert_snapshot!(place.ok("ana", MON, "handoff show H-2"), @r"
    case       C-1 Roof
    now        H-2 Bill: offered to finance, accept by today 13:00; bo is responsible until then.
    note       price is final
    done when  Sent.
    goes to    end: paid
    data [x] amount
       1 [ ] Address checked

    Write it.

    data: amount=12400.00 EUR
    ");
    assert_eq!(place.run("bo", MON, "overdue --check").code, 0);

    // Late by the clock alone, before any tick.
    let late = place.run("bo", MON_LATE, "overdue --check");
    assert_eq!(late.code, 1);
    assert_snapshot!(late.out, @r"
    LATE     ID   CASE  TITLE  STEP  RESPONSIBLE  TO       ACCOUNTABLE
    1m late  H-2  C-1   Roof   Bill  bo           finance  @bo
    ");
    assert_snapshot!(place.ok("bo", MON_LATE, "tick"), @"Looked at 1 case: 1 became late, 1 rung acted. Next: Wed 16 Dec 09:00.");
    assert_snapshot!(place.ok("bo", MON_LATE, "tick"), @"Nothing was due. Next: Wed 16 Dec 09:00.");
    assert_snapshot!(place.ok("ana", MON_LATE, "handoff accept H-2 --next \"mail it today\""), @r#"
    C-1: accept H-2: "mail it today".
      T-2 Bill: ana is responsible, due Wed 18 Nov 13:01; next: mail it today.
    "#);
    assert_snapshot!(place.ok("ana", TUE, "task done T-2 --all-checked"), @"C-1: tick T-2 item 1 ticked; done T-2; DONE paid.");
    assert_snapshot!(place.ok("bo", TUE, "case show C-1"), @r#"
    case         C-1
    title        Roof
    process      sale version 1
    state        done: paid
    accountable  @bo
    started      Mon 16 Nov 09:00
    ended        today 12:00

    DATA
    amount  12400.00 EUR

    WHEN              WHO  WHAT
    Mon 16 Nov 09:00  bo   start   Roof
    Mon 16 Nov 09:00  bo   offer   H-1 Sell to @bo
    Mon 16 Nov 09:00  bo   accept  H-1 (implicit: same person)
    Mon 16 Nov 09:00  bo   done    T-1 amount = 12400.00 EUR
    Mon 16 Nov 09:00  bo   offer   H-2 Bill to finance: "price is final"
    Mon 16 Nov 13:01  --   LATE    was due Mon 16 Nov 13:00
    Mon 16 Nov 13:01  --   rung    reminded ana, cy; escalated to bo
    Mon 16 Nov 13:01  ana  accept  H-2: "mail it today"
    today 12:00       ana  tick    T-2 ticked: Address checked
    today 12:00       ana  done    T-2
    today 12:00       ana  DONE    paid
    "#);
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

#[test]
fn the_same_story_in_json() {
    let place = Place::company();
    let start = place.json("bo", MON, "case start sale --title Roof");
    assert_eq!((&start["case"], &start["tasks"]), (&json!("C-1"), &json!(["T-1"])));
    let done = place.json("bo", MON, "task done T-1 amount=12400");
    assert_eq!(done["handoffs"], json!(["H-2"]));
    assert_snapshot!(pretty(&done), @r#"
    {
      "subject": "C-1",
      "changed": true,
      "repeated": false,
      "did": "done T-1 amount = 12400.00 EUR; offer H-2 Bill to finance",
      "case": "C-1",
      "handoffs": [
        "H-2"
      ],
      "tasks": [],
      "title": "Roof",
      "state": "open",
      "outcome": null,
      "branches": [
        {
          "branch": 1,
          "step": "bill",
          "step_title": "Bill",
          "at": "offered",
          "responsible": "bo",
          "to": "finance",
          "from": "bo",
          "handoff": "H-2",
          "task": null,
          "since": "2026-11-16T09:00:00+00:00",
          "due": "2026-11-16T13:00:00+00:00",
          "late_seconds": -14400,
          "urgency": "in_time",
          "started": false,
          "delegate": null,
          "next_action": null,
          "next_at": null,
          "ask_next": false,
          "waiting": null,
          "declined": null
        }
      ]
    }
    "#);
    assert_snapshot!(pretty(&place.json("ana", MON_LATE, "inbox")), @r#"
    [
      {
        "what": "accept",
        "case": "C-1",
        "title": "Roof",
        "process": "sale",
        "step": "bill",
        "step_title": "Bill",
        "branch": 1,
        "handoff": "H-2",
        "task": null,
        "exception": null,
        "from": "bo",
        "responsible": "bo",
        "to": "finance",
        "since": "2026-11-16T09:00:00+00:00",
        "due": "2026-11-16T13:00:00+00:00",
        "late_seconds": 60,
        "urgency": "late",
        "started": false,
        "delegate": null,
        "ask_next": false,
        "waiting": null,
        "declined": null,
        "reminded": 0,
        "on_behalf": null,
        "urgent": false,
        "why": null,
        "of_case": false,
        "risk": null
      }
    ]
    "#);
    assert_snapshot!(pretty(&place.json("ana", MON_LATE, "overdue")), @r#"
    [
      {
        "kind": "handoff",
        "id": "H-2",
        "case": "C-1",
        "title": "Roof",
        "process": "sale",
        "step": "bill",
        "step_title": "Bill",
        "handoff": "H-2",
        "task": null,
        "responsible": "bo",
        "to": "finance",
        "accountable": "@bo",
        "due": "2026-11-16T13:00:00+00:00",
        "late_seconds": 60,
        "urgency": "late"
      }
    ]
    "#);
    assert_snapshot!(pretty(&place.json("bo", MON_LATE, "tick")), @r#"
    {
      "elsewhere": false,
      "cases": 1,
      "late": 1,
      "rungs": 1,
      "scheduled": 0,
      "not_scheduled": 0,
      "followed": 0,
      "ran": 0,
      "next": "2026-12-16T09:00:00+00:00"
    }
    "#);
    let accept = place.json("ana", MON_LATE, "handoff accept H-2");
    assert_eq!(accept["branches"][0]["responsible"], "ana");
    assert_snapshot!(pretty(&place.json("ana", MON_LATE, "handoff show H-2")), @r#"
    {
      "id": "H-2",
      "case": "C-1",
      "process": "sale",
      "step": "bill",
      "from_step": "sell",
      "from": "bo",
      "to": "finance",
      "state": "accepted",
      "offered": "2026-11-16T09:00:00+00:00",
      "accepted_by": "ana",
      "implicit": false,
      "back": false,
      "ended": "2026-11-16T13:01:00+00:00",
      "due": "2026-11-16T13:00:00+00:00",
      "late_seconds": null,
      "urgency": "open",
      "breached": "2026-11-16T13:00:00+00:00",
      "note": null,
      "title": "Roof",
      "purpose": "Money.",
      "data": {
        "amount": "12400.00 EUR"
      },
      "done_by": null
    }
    "#);
    let timeline = place.json("bo", MON_LATE, "case show C-1")["timeline"].clone();
    let told = |line: &Value| {
        let text = |key: &str| line[key].as_str().unwrap_or("--").to_string();
        format!("{} {} {} {}", text("at"), text("actor"), text("verb"), text("text"))
    };
    let told = timeline.as_array().unwrap().iter().map(told).collect::<Vec<_>>().join("\n");
    assert_snapshot!(told, @r"
    2026-11-16T09:00:00+00:00 bo start Roof
    2026-11-16T09:00:00+00:00 bo offer H-1 Sell to @bo
    2026-11-16T09:00:00+00:00 bo accept H-1 (implicit: same person)
    2026-11-16T09:00:00+00:00 bo done T-1 amount = 12400.00 EUR
    2026-11-16T09:00:00+00:00 bo offer H-2 Bill to finance
    2026-11-16T13:01:00+00:00 -- LATE was due Mon 16 Nov 13:00
    2026-11-16T13:01:00+00:00 -- rung reminded ana, cy; escalated to bo
    2026-11-16T13:01:00+00:00 ana accept H-2
    ");
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

#[test]
fn declined_it_comes_back_and_goes_to_somebody_else() {
    let place = Place::offered();
    let line = "handoff decline H-2 --reason missing-information --text \"site photos\"";
    assert_snapshot!(place.ok("ana", MON, line), @r#"
    C-1: decline H-2, information missing: "site photos".
      H-2 Bill: back with bo, who decides again, by today 13:00: `baton handoff offer H-2`.
    "#);
    assert_snapshot!(place.ok("bo", MON, "inbox"), @r"
    WHAT  ID   CASE  TITLE  STEP                        FROM  RESPONSIBLE  TO       DUE
    BACK  H-2  C-1   Roof   Bill (information missing)  bo    bo           finance  due 4h
    ");
    assert_snapshot!(place.refused(1, "bo", MON, "handoff offer H-2 --to ana"), @r"
    error: @ana declined this already (H-2).
    hint: It is not offered to them again; offer it to somebody else with --to.
    ");
    assert_snapshot!(place.ok("bo", MON, "handoff offer H-2 --to cy --note \"photos attached\""), @r#"
    C-1: offer H-3 Bill to @cy: "photos attached".
      H-3 Bill: offered to @cy, accept by today 13:00; bo is responsible until then.
    "#);
    assert_snapshot!(place.refused(1, "ana", MON, "handoff accept H-3"), @r"
    error: H-3 is offered to @cy, not to ana.
    hint: Only @cy can accept or decline it; the sender can recall it.
    ");
    place.ok("cy", MON, "handoff accept H-3");
    assert_eq!(place.json("cy", MON, "task list")[0]["holder"], "cy");
}

#[test]
fn recalled_it_lies_with_the_sender_until_it_is_offered_again() {
    let place = Place::offered();
    assert_snapshot!(place.refused(1, "cy", MON, "handoff recall H-2"), @r"
    error: H-2 was offered by bo.
    hint: Who could: bo (responsible); ana (leads the role).
    ");
    assert_snapshot!(place.ok("bo", MON, "handoff recall H-2 --reason \"wrong amount\""), @r#"
    C-1: recall H-2: "wrong amount".
      H-2 Bill: back with bo, who decides again, by today 13:00: `baton handoff offer H-2`.
    "#);
    assert_eq!(place.json("ana", MON, "inbox"), json!([]));
    assert_snapshot!(place.ok("bo", MON, "handoff offer C-1"), @r#"
    C-1: offer H-3 Bill to finance: "price is final".
      H-3 Bill: offered to finance, accept by today 13:00; bo is responsible until then.
    "#);
    assert_eq!(place.json("ana", MON, "inbox")[0]["handoff"], "H-3");
}

#[test]
fn who_accepts_second_reads_who_was_first() {
    let place = Place::offered();
    place.ok("cy", MON, "handoff accept H-2");
    assert_snapshot!(place.refused(1, "ana", MON_LATE, "handoff accept H-2"), @r"
    error: H-2 was accepted by cy, today 09:00.
    hint: cy is responsible now; nothing was changed.
    ");
    let ran = place.run("ana", MON_LATE, "--json handoff accept H-2");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    let error: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(error["exit_code"], 1);
    assert_eq!(error["error"], "H-2 was accepted by cy, today 09:00.");
    assert_eq!(error["hint"], "cy is responsible now; nothing was changed.");
}

#[test]
fn work_in_hand_waits_goes_on_and_is_offered_to_somebody_else() {
    let place = Place::offered();
    place.ok("ana", MON, "handoff accept H-2");
    place.ok("ana", MON, "task start T-2");
    assert_snapshot!(place.ok("ana", MON, "task wait T-2 --reason \"the order number\" --until \"fri 10:00\""), @r"
    C-1: wait the order number, look again Fri 20 Nov 10:00.
      T-2 Bill: ana is responsible; waits: the order number, look again Fri 20 Nov 10:00.
    ");
    assert_eq!(place.json("ana", MON, "task list")[0]["state"], "waits");
    assert_snapshot!(place.refused(2, "ana", MON, "task wait T-2 --reason x --until 03/04"), @r"
    error: `03/04` can be two dates.
    hint: Write `3 apr` or `4 mar`.
    ");
    place.ok("ana", MON, "task resume T-2");
    place.ok("ana", MON, "task check T-2 1");
    assert_snapshot!(place.ok("ana", MON, "task show T-2"), @r"
    case       C-1 Roof
    now        T-2 Bill: ana is responsible, due Wed 18 Nov 09:00.
    note       price is final
    done when  Sent.
    goes to    end: paid
    data [x] amount
       1 [x] Address checked

    Write it.
    ");
    place.ok("ana", MON, "task uncheck T-2 1");
    assert_snapshot!(place.ok("ana", MON, "handoff offer T-2 --to @cy"), @r"
    C-1: offer H-3 Bill to @cy (work in hand).
      H-3 Bill: offered to @cy, accept by today 13:00; ana is responsible until then.
    ");
    place.ok("cy", MON, "handoff accept H-3");
    assert_snapshot!(place.refused(1, "cy", MON, "task done T-2"), @r#"
    error: T-2 cannot be sent on yet. Missing: [ ] Address checked.
    hint: Fill it in, or send it anyway: `baton task done T-2 --anyway "the reason"`.
    "#);
    let done = place.json("cy", MON, "task done T-2 --anyway \"known address\"");
    assert_eq!((&done["state"], &done["outcome"]), (&json!("done"), &json!("paid")));
    let exception = place.json("bo", MON, "inbox")[0]["exception"]["exception"].clone();
    assert_eq!(exception, 1);
    place.ok("bo", MON, "case resolve C-1 1 --note fine");
    assert_eq!(place.json("bo", MON, "inbox"), json!([]));
}

#[test]
fn the_last_action_is_taken_back_and_done_again() {
    let place = Place::offered();
    place.ok("ana", MON, "handoff accept H-2");
    assert_snapshot!(place.refused(1, "bo", MON, "undo"), @r"
    error: ana acted on C-1 after that, today 09:00: accept H-2.
    hint: Only what nobody has built upon can be taken back.
    ");
    assert_snapshot!(place.ok("ana", MON, "undo"), @r"
    C-1: took back the acceptance: H-2.
      H-2 Bill: offered to finance, accept by today 13:00; bo is responsible until then.
    ");
    assert_eq!(place.json("ana", MON, "inbox")[0]["what"], "accept");
    assert_snapshot!(place.ok("ana", MON, "redo"), @r"
    C-1: did again the acceptance: H-2.
      T-2 Bill: ana is responsible, due Wed 18 Nov 09:00.
    ");
    place.ok("bo", MON, "case start sale --title Gate");
    assert_snapshot!(place.ok("bo", MON, "undo"), @"C-2: took back the new case: Gate, with what came of it.");
    place.refused(1, "bo", MON, "case show C-2");
    assert_eq!(place.json("bo", MON, "doctor")["findings"], json!([]));
}

#[test]
fn what_was_done_together_is_taken_back_together() {
    let place = Place::company();
    place.write("customers.csv", "name,city\nHansen,Haarlem\nMora,Leiden\nKiln,Gouda\n");
    place.ok("bo", MON, "import records customers.csv --kind customer");
    assert_snapshot!(place.ok("bo", MON, "undo"), @"Took back 3 new records.");
    assert_eq!(place.json("bo", MON, "record list"), json!([]));
    let redone = json!({
        "commands": 3,
        "subjects": ["R-1", "R-2", "R-3"],
        "changed": true,
        "did": "did again: 3 new records",
    });
    assert_eq!(place.json("bo", MON, "redo"), redone);
    place.ok("ana", MON, "record note R-2 \"call them\"");
    assert_snapshot!(place.refused(1, "bo", MON, "undo"), @r#"
    error: ana acted on R-2 after that, today 09:00: note "call them". The other 2 are untouched.
    hint: Only what nobody has built upon can be taken back.
    "#);
}

#[test]
fn a_case_is_found_changed_noted_and_withdrawn() {
    let place = Place::offered();
    place.ok("bo", MON, "case start sale --title Gate --urgent");
    assert_snapshot!(place.ok("bo", MON, "case list"), @r"
    ID   PROCESS  TITLE   AT    RESPONSIBLE  DUE
    C-2  sale     ! Gate  sell  bo           due Tue 17 Nov 09:00
    C-1  sale     Roof    bill  bo           due 4h
    ");
    assert_snapshot!(place.ok("bo", MON, "case list --where roo --plain"), @"C-1	sale	Roof	bill	bo	due 4h");
    place.ok("bo", MON, "case set C-1 amount=13000");
    place.ok("bo", MON, "case note C-1 \"they called\"");
    assert_eq!(place.json("bo", MON, "case show C-1")["data"]["amount"], "13000.00 EUR");
    assert_snapshot!(place.ok("bo", MON, "case withdraw C-1 --reason \"lost to another\""), @"C-1: WITHDRAWN lost to another (closes H-2, acceptance clock of H-2).");
    assert_eq!(place.json("bo", MON, "case list").as_array().unwrap().len(), 1);
    assert_eq!(place.json("bo", MON, "case list --state all").as_array().unwrap().len(), 2);
    assert_eq!(place.json("bo", MON, "case list --state withdrawn")[0]["id"], "C-1");
    assert_eq!(place.json("bo", MON, "case set C-2 amount=1")["changed"], true);
    assert_eq!(place.json("bo", MON, "case set C-2 amount=1")["changed"], false);
}

#[test]
fn inboxes_of_roles_and_of_everybody() {
    let place = Place::offered();
    place.ok("bo", MON, "case start sale --title Gate");
    assert_eq!(place.json("bo", MON, "inbox --for finance")[0]["handoff"], "H-2");
    assert_eq!(place.json("bo", MON, "inbox --for @ana").as_array().unwrap().len(), 1);
    assert_eq!(place.json("bo", MON, "inbox --all").as_array().unwrap().len(), 2);
    assert_eq!(place.json("ana", MON, "inbox --overdue"), json!([]));
    assert_eq!(place.json("ana", MON_LATE, "inbox --overdue").as_array().unwrap().len(), 1);
    assert_eq!(place.json("bo", MON_LATE, "handoff list --overdue --for cy").as_array().unwrap().len(), 1);
    assert_eq!(place.json("bo", MON_LATE, "handoff list --for bo"), json!([]));
}

#[test]
fn a_retry_under_the_same_identity_does_nothing_twice() {
    let place = Place::offered();
    let op = "--op 01960000-0000-7000-8000-000000000001";
    let accept = format!("{op} handoff accept H-2");
    place.ok("ana", MON, &accept);
    assert_snapshot!(place.ok("ana", MON, &accept), @r"
    C-1: accept H-2 (already done).
      T-2 Bill: ana is responsible, due Wed 18 Nov 09:00.
    ");
    let again = place.json("ana", MON, &accept);
    assert_eq!((&again["repeated"], &again["changed"]), (&json!(true), &json!(false)));
    let op = "--op 01960000-0000-7000-8000-000000000002";
    let start = format!("{op} case start sale --title Gate");
    assert_eq!(place.json("bo", MON, &start)["case"], "C-2");
    assert_eq!(place.json("bo", MON, &start)["case"], "C-2");
    assert_eq!(place.json("bo", MON, "case list").as_array().unwrap().len(), 2);
}

/// A role that was added between does not keep what was done before it.
#[test]
fn what_changed_the_catalog_is_taken_back_too() {
    let place = Place::offered();
    place.ok("bo", MON, "role add it --member ana");
    assert_snapshot!(place.ok("bo", MON, "undo"), @"Took back: role it (it) added.");
    let roles = place.json("bo", MON, "role list");
    assert!(roles.as_array().unwrap().iter().all(|role| role["role"] != "it"), "{roles}");
    assert_snapshot!(place.ok("bo", MON, "redo"), @"Did again: role it (it) added.");
    place.ok("bo", MON, "undo");
    place.ok("bo", MON, "person add eli Eli --role finance");
    place.ok("bo", MON, "case note C-1 \"for Eli\"");
    place.ok("bo", MON, "case note C-1 \"for Ana\"");
    place.ok("bo", MON, "person change eli --name \"Eli E\"");
    assert_snapshot!(place.ok("bo", MON, "undo"), @"Took back: person eli: name = Eli E.");
    place.ok("bo", MON, "undo");
    place.ok("bo", MON, "undo");
    place.ok("eli", MON, "handoff accept H-2");
    assert_snapshot!(place.refused(1, "bo", MON, "undo"), @r"
    error: eli acted on C-1 after that, today 09:00: accept H-2: eli stays.
    hint: `baton person leave eli --plan` lets eli go.
    ");
    place.ok("eli", MON, "undo");
    place.refused(1, "bo", MON, "undo");
    // What was done on cases before it can be taken back all the same.
    assert_snapshot!(place.ok("bo", MON, "undo --older"), @r#"
    C-1: took back the finished task: T-1 amount = 12400.00 EUR, with what came of it.
      T-1 Sell: bo is responsible, due Tue 17 Nov 09:00.
    "#);
    assert_eq!(place.json("bo", MON, "doctor")["findings"], json!([]));
}

/// What the first step needs is asked of whoever starts the case, as of whoever sends work on.
#[test]
fn a_case_begins_with_what_its_first_step_needs() {
    let place = Place::company();
    let order = "process = \"order\"\ntitle = \"Order\"\nkind = \"operational\"\npurpose = \"x\"\n\
        accountable = \"@bo\"\n[data.amount]\ntype = \"money\"\n[[step]]\nstep = \"check\"\n\
        title = \"Check\"\nby = \"finance\"\ngoal = \"1 day\"\naccept = \"4 hours\"\nneeds = [\"amount\"]\n\
        documents = [\"Signed order\"]\nnext = { end = true }\n";
    place.write("order.toml", order);
    place.ok("bo", MON, "process apply order.toml");
    assert_snapshot!(place.refused(1, "bo", MON, "case start order --title Roof amount=12"), @r#"
    error: A case of `Order` cannot be started yet. Missing: document: Signed order.
    hint: Give it as FIELD=VALUE or --doc "TITLE=REFERENCE", or start it anyway: --anyway "the reason".
    "#);
    assert_snapshot!(place.ok("bo", MON, "case start order --title Roof amount=12 --doc \"Signed order=po.pdf\""), @r"
    C-1: start Roof; documents Signed order: po.pdf; offer H-1 Check to finance.
      H-1 Check: offered to finance, accept by today 13:00; bo is responsible until then.
    ");
    assert_snapshot!(place.ok("bo", MON, "case start order --title Gate --anyway \"they call back\""), @r"
    C-2: start Gate; EXCEPTION started without amount; document: Signed order: they call back; offer H-2 Check to finance.
      H-2 Check: offered to finance, accept by today 13:00; bo is responsible until then.
    ");
    let exception = place.json("bo", MON, "inbox")[0]["exception"]["text"].clone();
    assert_eq!(exception, "started without amount; document: Signed order: they call back");
}
