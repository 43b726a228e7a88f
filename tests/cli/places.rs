//! The agenda, the picture of a process and the questions of a template, as people see them.

use crate::place::{MON, MON_LATE, Place, TUE};
use insta::assert_snapshot;

#[test]
fn the_agenda_tells_what_is_due_and_json_says_the_same() {
    let place = Place::offered();
    assert_snapshot!("agenda", place.ok("ana", MON, "agenda --days 3"));
    assert_snapshot!("agenda overdue", place.ok("ana", TUE, "agenda --days 3"));
    let value: serde_json::Value =
        serde_json::from_str(&place.ok("ana", TUE, "agenda --days 3 --json")).unwrap();
    assert_eq!(value["days"].as_array().unwrap().len(), 4);
    assert_eq!(value["overdue"][0]["what"], "accept");
    assert_eq!(value["overdue"][0]["case"], "C-1");
}

#[test]
fn a_process_is_a_picture_with_what_lies_at_each_step() {
    let place = Place::offered();
    assert_snapshot!("map", place.ok("ana", MON_LATE, "process map sale --ascii --width 80"));
    assert_snapshot!("map plain", place.ok("ana", MON_LATE, "process map sale --plain"));
    let value: serde_json::Value =
        serde_json::from_str(&place.ok("ana", MON_LATE, "process map sale --json")).unwrap();
    assert_eq!(value["steps"][1]["open"], 1);
    assert!(!value["picture"].as_array().unwrap().is_empty());
}

#[test]
fn a_template_is_brought_in_with_answers() {
    let place = Place::offered();
    assert_snapshot!("template asks", place.ok("ana", MON, "process new budget-approval --ask"));
    assert_snapshot!(place.refused(2, "bo", MON, "process new budget-approval --role sales=ana"), @r"
    error: It has no role `sales`.
    hint: `baton process new budget-approval --ask` shows what it asks.
    ");
    place.ok("bo", MON, "process new budget-approval --role directors=ana,bo");
}

#[test]
fn a_process_of_ones_own_is_begun_from_its_steps() {
    let place = Place::company();
    let missing = place.refused(2, "bo", MON, "process new --blank Buying");
    assert!(
        missing.contains("A process has at least one step.") && missing.contains("Write it as:"),
        "{missing}"
    );
    place.refused(2, "bo", MON, "process new");
    let begin = "process new --blank \"Buying things\" --step \"Ask > @ana, 2 business hours\" --step Approve \
                 --step \"Buy > buyers\"";
    let said = place.ok("bo", MON, begin);
    assert!(said.starts_with("buying-things version 1: 3 steps.") && said.contains("warning: "), "{said}");
    let shown = place.json("bo", MON, "process show buying-things");
    assert_eq!(shown["steps"].as_array().unwrap().len(), 3, "{shown}");
    place.ok("bo", MON, "case start buying-things");
    assert!(place.refused(1, "bo", MON, begin).contains("There is a process `buying-things` already."));
    place.write("own.toml", &place.ok("bo", MON, "process export buying-things"));
    place.ok("bo", MON, "process check own.toml");
}

#[test]
fn a_board_tells_every_step_with_what_is_there_and_json_says_the_same() {
    let place = Place::offered();
    place.ok("bo", MON, "case start sale --title Shed");
    let said = place.run("ana", MON_LATE, "board sale");
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.starts_with("STEP"), "{}", said.out);
    let sell = said.out.lines().position(|line| line.starts_with("Sell") && line.contains("C-2")).unwrap();
    let bill =
        said.out.lines().position(|line| line.starts_with("Bill") && line.contains(">finance")).unwrap();
    assert!(sell < bill, "in the order of the steps: {}", said.out);
    assert!(said.err.contains("Sale: 2 open, 1 late. Sell 1, Bill 1 (1 late)."), "{}", said.err);
    let value = place.json("ana", MON_LATE, "board sale");
    let columns = value["columns"].as_array().unwrap();
    assert_eq!((columns.len(), &value["open"], &value["late"]), (2, &2.into(), &1.into()));
    assert_eq!(
        (&columns[1]["cards"][0]["handoff"], &columns[1]["cards"][0]["state"]),
        (&"H-2".into(), &"offered".into())
    );
    let late = place.json("ana", MON_LATE, "board sale --late");
    assert_eq!(late["columns"][0]["cards"].as_array().unwrap().len(), 0);
    let step = place.ok("ana", MON_LATE, "board sale --step bill --plain");
    assert_eq!(step.lines().count(), 1, "{step}");
    assert!(step.starts_with("Bill\tC-1\tRoof\toffered\t>finance\t"), "{step}");
    assert!(place.refused(2, "ana", MON, "board sale --step nowhere").contains("Steps: sell, bill."));
    place.refused(1, "ana", MON, "board nothing");
}

#[test]
fn a_file_of_a_record_is_told_with_those_of_its_cases() {
    let place = Place::company();
    place.ok("bo", MON, "record add customer Hansen");
    let said = place.ok("bo", MON, "record file R-1 Contract files/contract.pdf");
    assert!(said.contains("Contract"), "{said}");
    let shown = place.json("bo", MON, "record show R-1");
    assert_eq!(shown["files"][0]["reference"], "files/contract.pdf");
    assert_eq!(shown["files"][0]["case"], serde_json::Value::Null);
    assert!(place.ok("bo", MON, "record show R-1").contains("files/contract.pdf"));
    assert!(place.ok("bo", MON, "record timeline R-1").contains("Contract: files/contract.pdf"));
    place.refused(1, "bo", MON, "record file R-1 \" \" here");
    place.ok("bo", MON, "undo");
    assert_eq!(place.json("bo", MON, "record show R-1")["files"].as_array().unwrap().len(), 0);
}

/// Two records are made one as they were shown, or not at all.
#[test]
fn a_merge_that_was_looked_at_is_refused_where_it_comes_to_something_else_by_now() {
    let place = Place::company();
    place.ok("bo", MON, "record add customer Hansen email=a@b.example");
    place.ok("bo", MON, "record add customer Hansn city=Oslo");
    let shown = place.json("bo", MON, "record merge R-1 R-2 --dry-run");
    let word = shown["as_shown"].as_str().unwrap();
    place.ok("bo", MON, "record set R-2 city=Bergen");
    let said = place.refused(2, "bo", MON, &format!("record merge R-1 R-2 --as-shown {word}"));
    assert!(said.contains("R-2 or R-1 changed since you were shown this; nothing was done."), "{said}");
    let shown = place.json("bo", MON, "record merge R-1 R-2 --dry-run");
    let word = shown["as_shown"].as_str().unwrap();
    place.ok("bo", MON, &format!("record merge R-1 R-2 --as-shown {word}"));
    assert!(place.ok("bo", MON, "record show R-1").contains("Bergen"));
}
