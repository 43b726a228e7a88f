//! Work that moves without being finished, and work without a process, as people type it.

use crate::place::{MON, Place, TUE};
use serde_json::json;

/// The line that says where the work is now.
fn now(out: &str) -> &str {
    out.lines().nth(1).unwrap_or_default().trim()
}

#[test]
fn send_back_release_delegate_resolve_and_reassign() {
    let place = Place::offered();
    place.ok("ana", MON, "handoff accept H-2");
    let inbox = place.ok("ana", TUE, "inbox");
    assert!(inbox.contains("START") && inbox.contains("Bill (not started for 1d 3h)"), "{inbox}");
    let show = place.ok("ana", TUE, "case show C-1");
    assert!(show.contains("ana is responsible, due Wed 18 Nov 09:00; not started for 1d 3h."), "{show}");

    let said = place.ok("ana", MON, "task delegate T-2 --to cy --note \"the address\"");
    assert!(now(&said).ends_with("cy works on it (the address)."), "{said}");
    let inbox = place.ok("cy", MON, "inbox");
    assert!(inbox.contains("DELEG"), "{inbox}");
    assert_eq!(place.json("cy", MON, "inbox")[0]["what"], "delegated");
    place.ok("cy", MON, "task start T-2");
    let refused = place.refused(1, "ana", MON, "task done T-2 --all-checked");
    assert!(refused.starts_with("error: cy works on T-2 for you."), "{refused}");
    let said = place.ok("cy", MON, "task resolve T-2 --note \"it is right\"");
    assert!(now(&said).ends_with("cy gave it back: it is right."), "{said}");

    let said = place.ok("ana", MON, "task release T-2");
    assert!(
        now(&said).contains("offered to finance") && now(&said).contains("ana is responsible until then")
    );
    for again in ["task release T-2", "task reassign T-2 --to @bo"] {
        let refused = place.refused(1, "ana", MON, again);
        assert!(refused.starts_with("error: H-3 is offered to finance already"), "{again}: {refused}");
        assert!(refused.contains("baton handoff recall H-3"), "{again}: {refused}");
    }
    place.ok("ana", MON, "handoff recall H-3");
    let said = place.ok("ana", MON, "task reassign T-2 --to @cy --note \"I am away\"");
    assert!(said.starts_with("C-1: offer H-4 Bill to @cy (work in hand): \"I am away\"."), "{said}");
    place.ok("cy", MON, "handoff accept H-4");

    let refused = place.refused(1, "cy", MON, "task send-back T-2 --to bill --reason x");
    assert!(refused.contains("hint: It can go back to: sell."), "{refused}");
    let said = place.ok("cy", TUE, "task send-back T-2 --to sell --reason \"wrong amount\"");
    assert!(said.contains("back T-2 sent back, T-1 is to be done again: \"wrong amount\""), "{said}");
    assert!(now(&said).starts_with("H-5 Sell: offered to @bo"), "{said}");
    let tasks = place.json("bo", TUE, "task list --case C-1");
    assert_eq!(tasks[1]["state"], "returned");
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

#[test]
fn a_case_without_a_process_and_a_task_more() {
    let place = Place::company();
    let refused = place.refused(1, "bo", MON, "case start");
    assert!(refused.starts_with("error: A case without a process needs a title."), "{refused}");
    let said = place.ok("bo", MON, "case start --title \"Move the office\" --to @ana");
    assert!(said.starts_with("C-1: start Move the office; task Move the office; offer H-1"), "{said}");
    place.ok("ana", MON, "handoff accept H-1");
    let said = place.ok("ana", MON, "case add-task C-1 \"Call the landlord\" --to @cy --within \"2 days\"");
    assert!(said.contains("H-2 Call the landlord: offered to @cy"), "{said}");
    place.ok("cy", MON, "handoff accept H-2");
    let tasks = place.json("cy", MON, "task list");
    assert_eq!(
        (&tasks[0]["step_title"], &tasks[0]["due"]),
        (&json!("Call the landlord"), &json!("2026-11-18T09:00:00+00:00"))
    );
    let inbox = place.ok("cy", MON, "inbox");
    assert!(inbox.contains("Call the landlord") && inbox.contains("Move the office"), "{inbox}");
    let show = place.ok("bo", MON, "case show C-1");
    assert!(show.contains("process      ad-hoc\n"), "{show}");
    place.ok("ana", MON, "task done T-1");
    let said = place.ok("cy", MON, "task done T-2");
    assert!(said.starts_with("C-1: done T-2; DONE"), "{said}");
    // A task more in a case with a process.
    place.ok("bo", MON, "case start sale --title Roof");
    let said = place.ok("bo", MON, "case add-task C-2 \"Send photos\" --to finance");
    assert!(said.contains("Send photos: offered to finance"), "{said}");
    let refused = place.refused(1, "bo", MON, "case start ad-hoc --title x");
    assert!(refused.starts_with("error: There is no process `ad-hoc`."), "{refused}");
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
    place.ok("bo", MON, "undo");
    assert_eq!(place.json("bo", TUE, "doctor")["sound"], true);
}

#[test]
fn another_reason_is_answered_with_those_there_are() {
    let place = Place::offered();
    let refused = place.refused(1, "ana", MON, "handoff decline H-2 --reason too-far");
    assert!(refused.starts_with("error: `Sale` knows no reason `too_far`."), "{refused}");
    assert!(
        refused.contains("hint: There is missing_information, wrong_party, not_ready, duplicate, other.")
    );
    let refused = place.refused(1, "ana", MON, "handoff decline H-2 --reason wrongparty");
    assert!(refused.contains("hint: Did you mean `wrong_party`?"), "{refused}");
    let bare = place.refused(1, "ana", MON, "handoff decline H-2 --reason not-ready");
    let missing = "error: `not_ready` alone does not tell bo what to do: a sentence with it is missing.\n\
                   hint: Say in a few words why it comes back: `--reason not_ready --text \"the address is missing\"`.";
    assert_eq!(bare.trim(), missing);
    place.ok("ana", MON, "handoff decline H-2 --reason not-ready --text \"no address\"");
}

#[test]
fn short_words_open_the_same_doors() {
    let place = Place::offered();
    place.ok("bo", MON, "note add C-1 \"called them\"");
    assert!(place.ok("bo", MON, "case show C-1").contains("called them"));
    assert_eq!(place.ok("bo", MON, "note list"), place.ok("bo", MON, "message list"));
    assert_eq!(place.ok("bo", MON, "db check"), place.ok("bo", MON, "doctor"));
    assert_eq!(place.ok("bo", MON, "ladder show sale"), place.ok("bo", MON, "ladder list sale"));
    place.refused(1, "bo", MON, "ladder show nothing");
    assert_eq!(place.ok("bo", MON, "metrics scorecard"), place.ok("bo", MON, "process scorecard"));
    let one = place.ok("bo", MON, "metrics scorecard --process sale");
    assert_eq!(one, place.ok("bo", MON, "process scorecard sale"));
    place.write(
        "job.toml",
        "kind = \"job\"\ntitle = \"Job\"\n[field.client]\ntype = \"link\"\nto = \"customer\"\n",
    );
    place.ok("bo", MON, "record kind apply job.toml");
    place.ok("bo", MON, "record add customer Hansen");
    place.ok("bo", MON, "record add job Roof");
    place.ok("bo", MON, "record link Roof client=R-1");
    assert!(place.ok("bo", MON, "record show Roof").contains("R-1"));
}
