//! What is taken out and brought in again, and the report of an import.

use crate::place::{MON, Place};
use serde_json::json;

const LOG: &str = "case,activity,timestamp,lifecycle:transition,resource\n\
    1,Check,2026-11-02T08:00:00+01:00,start,Ana\n1,Check,2026-11-02T09:00:00+01:00,complete,Ana\n\
    1,Pay,2026-11-03T09:00:00+01:00,complete,Bo\n2,Check,not a time,complete,Bo\n";

#[test]
fn the_report_of_an_import_is_the_same_in_words_in_json_and_for_a_dry_run() {
    let place = Place::company();
    place.write("log.csv", LOG);
    let dry = place.run("bo", MON, "import log log.csv --process bills --dry-run");
    assert_eq!(dry.code, 1, "a row is refused");
    for said in [
        "log.csv:5: not a time: `not a time`",
        "format     CSV, UTF-8, separated by `,`",
        "sha256     ",
        "read       4 rows, ",
        "refused    1 row: not a time (line 5)",
        "offsets    +01:00 2",
        "lifecycle  start 1, complete 2",
        "paired     1; 0 starts alone, 1 ends alone",
        "steps      start and complete paired",
    ] {
        assert!(dry.err.contains(said), "{said}\n{}", dry.err);
    }
    let as_json = |more: &str| {
        let ran = place.run("bo", MON, &format!("--json import log log.csv --process bills {more}"));
        serde_json::from_str::<serde_json::Value>(&ran.out).unwrap()
    };
    let (dry, done) = (as_json("--dry-run"), as_json(""));
    assert_eq!(dry["log"], done["log"]);
    let log = &done["log"];
    assert_eq!(log["rejected_by_reason"], json!([{"reason": "not a time", "count": 1, "lines": [5]}]));
    assert_eq!(log["pairing"]["paired"], 1);
    assert_eq!(
        (&log["steps"], &log["format"], &log["delimiter"]),
        (&json!("interval"), &json!("csv"), &json!(","))
    );
    assert_eq!(
        (&log["cases"], &log["accepted"], &log["offsets"]),
        (&json!(1), &json!(2), &json!({"+01:00": 2}))
    );
    assert_eq!(log["sha256"].as_str().unwrap().len(), 64);
    let again = as_json("");
    assert_eq!((&again["cases"], &again["cases_known"]), (&json!(0), &json!(1)));
}

#[test]
fn logs_records_dates_and_everything_go_out() {
    let place = Place::offered();
    place.write("log.csv", LOG);
    place.run("bo", MON, "import log log.csv --process bills");
    let xes = place.ok("bo", MON, "export log --process bills");
    assert!(
        xes.starts_with("<?xml") && xes.ends_with("</log>\n") && xes.matches("<event>").count() == 3,
        "{xes}"
    );
    let csv = place.ok("bo", MON, "export log --process bills --format csv");
    assert_eq!(csv.lines().count(), 4, "{csv}");
    place.ok("bo", MON, "export log --process bills Bills.CSV");
    assert_eq!(std::fs::read_to_string(place.path("Bills.CSV")).unwrap(), csv, "the name says the form");
    let told = place.ok("bo", MON, "export log bills.xes.gz");
    assert!(told.starts_with("bills.xes.gz: ") && told.contains(" rows"), "{told}");
    assert_eq!(std::fs::read(place.path("bills.xes.gz")).unwrap()[..2], [0x1f, 0x8b]);
    let said = place.refused(1, "bo", MON, "export log bills.xes.gz");
    assert!(said.contains("is there already"), "{said}");
    place.refused(1, "bo", MON, "export log --process nope");
    assert!(place.ok("bo", MON, "export calendar").starts_with("BEGIN:VCALENDAR"));

    let told = place.json("bo", MON, "export all all.jsonl.gz");
    let came = place.json("bo", MON, "--db copy.db import all all.jsonl.gz");
    assert_eq!(
        (&came["entries"], &came["head"], &came["same_head"]),
        (&told["entries"], &told["head"], &json!(true))
    );
    place.ok("bo", MON, "--db copy.db doctor");
    assert_eq!(
        place.ok("bo", MON, "--db copy.db case list --state all"),
        place.ok("bo", MON, "case list --state all")
    );
    let said = place.refused(2, "bo", MON, "--db copy.db import all all.jsonl.gz");
    assert!(said.contains("entries already"), "{said}");
}
