//! The lists beside the inbox, and why things do not move, as people type them.

use crate::place::{MON, Place, TUE};

const FRI: &str = "2026-11-20T10:00";

#[test]
fn what_stands_still_what_others_have_and_what_i_did() {
    let place = Place::offered();
    assert_eq!(place.json("bo", MON, "stalled").as_array().unwrap().len(), 0);
    let stalled = place.json("bo", FRI, "stalled");
    assert_eq!((&stalled[0]["case"], &stalled[0]["step_title"]), (&"C-1".into(), &"Bill".into()));
    assert!(stalled[0]["still_seconds"].as_i64().unwrap() > 3 * 86_400, "{stalled}");
    assert!(place.ok("bo", FRI, "stalled").contains("STILL FOR"));
    assert_eq!(place.json("bo", TUE, "stalled --days 1").as_array().unwrap().len(), 1);
    assert_eq!(place.json("bo", FRI, "stalled --with ana").as_array().unwrap().len(), 0);

    let mine = place.json("bo", MON, "handoff list --mine");
    assert_eq!((mine.as_array().unwrap().len(), &mine[0]["id"]), (1, &"H-2".into()));
    assert_eq!(place.json("ana", MON, "handoff list --mine").as_array().unwrap().len(), 0);

    let history = place.json("bo", MON, "history");
    assert_eq!(history[0]["can_be_undone"], true, "{history}");
    assert!(history[1]["why_not"].as_str().unwrap().starts_with("newer first: done T-1 "), "{history}");
    // What was done to the catalog before is there as well.
    let role = history.as_array().unwrap().iter().find(|did| did["title"] == "the role finance").unwrap();
    assert_eq!((&role["subject"], &role["case"]), (&"catalog".into(), &serde_json::Value::Null));
    place.ok("ana", MON, "handoff accept H-2");
    let history = place.json("bo", MON, "history");
    assert_eq!(history[0]["why_not"], "ana acted on C-1 after that, today 09:00: accept H-2.");
}

#[test]
fn why_a_case_does_not_move_and_what_a_process_lost() {
    let place = Place::offered();
    let said = place.ok("bo", TUE, "case why C-1");
    assert!(said.starts_with("Nobody of role finance has accepted Bill since "), "{said}");
    // Whoever sent it cannot accept it, and whom it is offered to does not pass it on.
    assert!(
        said.contains("bo stays responsible.") && said.ends_with("  baton handoff offer H-2 --to …\n"),
        "{said}"
    );
    let said = place.ok("ana", TUE, "case why C-1");
    assert!(said.contains("  baton handoff accept H-2\n"), "{said}");
    let offered = place.ok("bo", TUE, "handoff offer H-2 --to @ana");
    assert!(offered.starts_with("C-1: recall H-2; "), "{offered}");
    assert!(offered.contains("offer H-3 Bill to @ana"), "{offered}");
    place.ok("bo", TUE, "undo");
    let why = place.json("bo", TUE, "case why C-1");
    assert_eq!(
        (&why["causes"][0]["cause"], &why["causes"][0]["to"]),
        (&"not_accepted".into(), &"finance".into())
    );
    place.ok("ana", TUE, "handoff accept H-2");
    let said = place.ok("bo", FRI, "case why C-1");
    assert!(
        said.starts_with("ana accepted Bill ") && said.contains("It is the oldest that ana has."),
        "{said}"
    );
    place.refused(1, "bo", TUE, "case why C-9");

    let lost = place.json("bo", FRI, "process why sale");
    let causes = lost.as_array().unwrap().iter().map(|one| one["cause"].as_str().unwrap());
    let causes = causes.collect::<std::collections::BTreeSet<_>>();
    assert!(causes.contains("not_accepted") && causes.contains("not_started"), "{lost}");
    assert!(lost.as_array().unwrap().iter().any(|one| one["at"] == "Sell -> Bill"), "{lost}");
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

#[test]
fn work_is_put_out_of_ones_list_and_another_date_is_agreed_on() {
    let place = Place::offered();
    place.ok("ana", MON, "handoff accept H-2");
    let said = place.ok("ana", MON, "task snooze T-2 --until \"fri 9:00\"");
    assert!(said.contains("out of ana's list until Fri 20 Nov 09:00"), "{said}");
    assert_eq!(place.json("ana", TUE, "inbox").as_array().unwrap().len(), 0);
    assert_eq!(place.json("ana", TUE, "inbox --snoozed")[0]["case"], "C-1");
    assert_eq!(place.json("ana", FRI, "inbox")[0]["case"], "C-1", "it comes back by itself");
    place.ok("ana", TUE, "task snooze C-1 --off");
    assert_eq!(place.json("ana", TUE, "inbox").as_array().unwrap().len(), 1);
    place.refused(1, "cy", TUE, "task snooze C-1 --until tomorrow");

    let said = place.ok("ana", TUE, "task due T-2 --by \"27 nov 12:00\" --reason \"Hansen is content\"");
    assert!(said.contains("by agreement") && said.contains("Hansen is content"), "{said}");
    assert_eq!(place.json("ana", TUE, "inbox")[0]["due"], "2026-11-27T12:00:00+00:00");
    place.refused(1, "cy", TUE, "task due T-2 --by \"27 nov 14:00\" --reason no");
    place.ok("ana", TUE, "undo");
    assert_ne!(place.json("ana", TUE, "inbox")[0]["due"], "2026-11-27T12:00:00+00:00");
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

#[test]
fn news_since_the_last_session_write_nothing() {
    let place = Place::offered();
    let head = place.ok("ana", MON, "audit head");
    let news = place.json("ana", MON, "since");
    assert_eq!((&news[0]["case"], &news[0]["change"]), (&"C-1".into(), &"newly_yours".into()));
    place.ok("ana", MON, "handoff accept H-2");
    let news = place.json("bo", MON, "since");
    assert!(news.as_array().unwrap().iter().any(|one| one["change"] == "done_by_others"), "{news}");
    assert_ne!(place.ok("ana", MON, "audit head"), head);
    let head = place.ok("ana", MON, "audit head");
    place.ok("bo", MON, "since");
    assert_eq!(place.ok("ana", MON, "audit head"), head);
}

/// A note that names somebody is in their inbox until they answer it or have read it.
#[test]
fn a_note_tells_whom_it_names() {
    let place = Place::offered();
    place.ok("bo", MON, "case note C-1 \"@ana please look\"");
    assert!(place.ok("bo", MON, "case show C-1").contains("please look\" (not read yet by ana)"));
    let inbox = place.json("ana", MON, "inbox");
    let told = inbox.as_array().unwrap().iter().find(|item| item["what"] == "message").unwrap();
    assert_eq!(
        (&told["case"], &told["step_title"]),
        (&"C-1".into(), &"\"@ana please look\"".into()),
        "{told}"
    );
    assert!(place.ok("ana", MON, "message list").contains("@ana please look"));
    let nobody = place.refused(1, "bo", MON, "message reply C-1 thanks");
    assert!(nobody.starts_with("error: Nobody wrote to you on C-1."), "{nobody}");
    place.ok("ana", MON, "message reply C-1 \"in an hour\"");
    assert!(place.run("ana", MON, "message list").err.contains("No message waits for you."));
    assert!(place.ok("bo", MON, "message list").contains("@bo in an hour"));
    place.ok("bo", MON, "message read C-1");
    assert!(place.run("bo", MON, "message list").err.contains("No message waits for you."));
    place.ok("bo", MON, "undo");
    assert!(place.ok("bo", MON, "message list").contains("@bo in an hour"), "not read after all");
    let told = place.run("bo", MON, "message send C-1 \"both of you\" --to ana --to finance");
    assert!(told.out.contains("\n  ana and ") && told.out.contains(" told.\n"), "{}", told.out);
    let nobody = place.run("bo", MON, "case note C-1 \"@anna too\"");
    assert!(
        nobody.err.contains("There is no `@anna` here: nobody is told by that name. Did you mean `@ana`?")
    );
    assert!(!nobody.out.contains("told"), "{}", nobody.out);
    assert!(place.ok("ana", MON, "message list").contains("@ana @finance both of you"));
    assert!(place.ok("bo", MON, "doctor").contains("Sound"));
}

/// The same on a record, where whoever keeps it is told and answers.
#[test]
fn a_note_on_a_record_tells_whom_it_names() {
    let place = Place::company();
    place.ok("bo", MON, "record add customer \"Hansen Roofing\"");
    place.ok("bo", MON, "record note R-1 \"@ana they want the invoice by post\"");
    assert!(place.ok("bo", MON, "record timeline R-1").contains("by post\" (not read yet by ana)"));
    let inbox = place.json("ana", MON, "inbox");
    let told = inbox.as_array().unwrap().iter().find(|item| item["what"] == "message").unwrap();
    assert_eq!((&told["case"], &told["record"]), (&serde_json::Value::Null, &"R-1".into()), "{told}");
    assert!(place.ok("ana", MON, "inbox").contains("R-1"));
    let listed = place.json("ana", MON, "message list");
    assert_eq!((&listed[0]["record"], &listed[0]["from"]), (&"R-1".into(), &"bo".into()), "{listed}");
    let nobody = place.refused(1, "bo", MON, "message reply R-1 thanks");
    assert!(nobody.starts_with("error: Nobody wrote to you on R-1."), "{nobody}");
    place.ok("ana", MON, "message reply R-1 \"by post it is\"");
    assert!(place.run("ana", MON, "message list").err.contains("No message waits for you."));
    assert!(place.ok("bo", MON, "message list").contains("@bo by post it is"));
    place.ok("bo", MON, "message read R-1");
    assert!(place.run("bo", MON, "message list").err.contains("No message waits for you."));
    place.ok("bo", MON, "undo");
    assert!(place.ok("bo", MON, "message list").contains("@bo by post it is"), "not read after all");
    place.ok("bo", MON, "message send R-1 \"look\" --to ana");
    assert!(place.ok("ana", MON, "message list").contains("@ana look"));
    assert!(place.ok("bo", MON, "doctor").contains("Sound"));
    place.ok("bo", MON, "doctor --rebuild");
    assert!(place.ok("ana", MON, "message list").contains("@ana look"), "made again from the journal");
    let odd = place.refused(2, "bo", MON, "message read H-1");
    assert!(odd.contains("neither a case such as C-12 nor a record such as R-3"), "{odd}");
}
