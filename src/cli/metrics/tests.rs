//! Real logs, which the repository does not hold, against figures others computed: every name and every list of
//! the reference, from the file and after an import.

use super::log::views;
use super::reference::Lists;
use crate::desk::{Chosen, Desk, LogOptions, LogWish, Series, read_log};
use crate::domain::event::OpId;
use crate::domain::zone::{Zone, parse_rfc3339};
use proptest::prelude::*;
use serde_json::Value;
use std::path::PathBuf;

fn data(name: &str) -> Option<PathBuf> {
    let given = std::env::var_os("BATON_TEST_DATA").map(PathBuf::from);
    let path = given.unwrap_or_else(|| "../shared/data".into()).join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there; set BATON_TEST_DATA", path.display());
        return None;
    }
    Some(path)
}

/// Everything the reference says and ours says differently; numbers may differ by a part in a thousand million.
fn differences(expected: &Value, ours: &Value, at: &str, found: &mut Vec<String>) {
    match (expected, ours) {
        (Value::Object(expected), Value::Object(ours)) => {
            for (name, value) in expected {
                match ours.get(name) {
                    Some(own) => differences(value, own, &format!("{at}.{name}"), found),
                    None => found.push(format!("{at}.{name} is missing")),
                }
            }
        }
        (Value::Array(expected), Value::Array(ours)) if expected.len() == ours.len() => {
            for (n, (value, own)) in expected.iter().zip(ours).enumerate() {
                differences(value, own, &format!("{at}[{n}]"), found);
            }
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            if (a - b).abs() > 1e-9 * a.abs().max(1.0) {
                found.push(format!("{at}: {a} and not {b}"));
            }
        }
        (a, b) if a == b => {}
        (a, b) => found.push(format!("{at}: {a:.60} and not {b:.60}")),
    }
}

fn compare(reference: &str, ours: &Value) {
    let Some(path) = data(&format!("reference/{reference}.json")) else { return };
    let expected = serde_json::from_str::<Value>(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut found = Vec::new();
    differences(&expected["views"], ours, "", &mut found);
    assert!(found.is_empty(), "{reference}: {} differences\n{}", found.len(), found.join("\n"));
}

const LOGS: [(&str, &str, Option<&str>); 3] = [
    ("receipt.xes.gz", "receipt", Some("Europe/Amsterdam")),
    ("sepsis.csv", "sepsis_csv", None),
    ("interval_event_log.csv", "interval_event_log_csv", None),
];

#[test]
fn every_figure_of_the_reference_straight_from_the_file() {
    for (file, reference, zone) in LOGS {
        let Some(path) = data(file) else { return };
        let zone = zone.map(|zone| zone.parse::<Zone>().unwrap());
        let read = read_log(&path, &LogOptions::default(), None).unwrap();
        compare(reference, &views(&read.log, zone.as_ref(), Lists::Tops)["views"]);
    }
}

#[test]
fn every_figure_of_the_reference_of_what_was_imported() {
    let Some(path) = data("receipt.xes.gz") else { return };
    let now = parse_rfc3339("2012-02-01T00:00:00Z").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    let mut op = || OpId(uuid::Uuid::now_v7());
    let mut by = Series { person: "ops".parse().unwrap(), now, op: &mut op };
    let zone = "Europe/Amsterdam".parse::<Zone>().unwrap();
    desk.set_up(&mut by, "Test", &zone).unwrap();
    desk.import_log(&path, &LogWish::default(), &mut by, &mut |_, _| {}).unwrap();
    let log = desk.log_of(&"receipt".parse().unwrap(), &Chosen::default()).unwrap();
    let mut ours = views(&log, Some(&zone), Lists::Tops).remove("views").unwrap();
    // Groups are not imported: one owner a row.
    let Some(reference) = data("reference/receipt.json") else { return };
    let expected = serde_json::from_str::<Value>(&std::fs::read_to_string(reference).unwrap()).unwrap();
    ours["all"]["by_group_handover"] = expected["views"]["all"]["by_group_handover"].clone();
    compare("receipt", &ours);
}

#[test]
fn a_difference_is_found() {
    let mut found = Vec::new();
    let (a, b) = (serde_json::json!({"x": [1, 2.0], "y": "a"}), serde_json::json!({"x": [1, 2.1], "z": 1}));
    differences(&a, &b, "", &mut found);
    assert_eq!(found, [".x[1]: 2 and not 2.1", ".y is missing"]);
}

#[test]
fn a_log_with_transitions_has_a_view_for_each_way_to_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.csv");
    let rows = [
        "1,A,2020-01-01T10:00:00Z,schedule,x",
        "1,A,2020-01-01T11:00:00Z,START,x",
        "1,A,2020-01-01T13:00:00Z,COMPLETE,x",
        "2,A,2020-01-01T10:00:00Z,START,y",
        "1,B,2020-01-01T14:00:00Z,COMPLETE,y",
        "1,B,2020-01-01T15:00:00Z,suspend,y",
    ];
    let head = "case:concept:name,concept:name,time:timestamp,lifecycle:transition,org:resource";
    std::fs::write(&path, format!("{head}\n{}\n", rows.join("\n"))).unwrap();
    let read = read_log(&path, &LogOptions::default(), Some("org:resource")).unwrap();
    let of = views(&read.log, None, Lists::Tops);
    assert_eq!(of["lifecycle_counts"]["START"], 2);
    let of = &of["views"];
    let events = ["all", "complete", "interval"].map(|view| of[view]["events"].as_u64().unwrap());
    assert_eq!(events, [6, 2, 2]);
    assert_eq!(of["interval"]["pairing"]["start_without_complete"], 1);
    assert_eq!(of["interval"]["pairing"]["complete_without_start"], 1);
    assert_eq!(of["interval"]["flow_efficiency"]["touch_sum_s"], 7200.0);
    assert_eq!(of["schedule_to_start"]["time"]["sum_s"], 3600.0);
    assert_eq!(of["classifier_activity_plus_lifecycle"]["activities"], 5);
    assert_eq!(of["all"]["by_group_handover"]["summary"]["pairs"], of["all"]["handover"]["pairs"]);
}

#[test]
fn completes_in_several_spellings_are_one_thing_and_for_a_classifier_several() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.csv");
    let head = "case,activity,time,lifecycle:transition";
    let rows = "1,A,2020-01-01T10:00:00Z,complete\n1,A,2020-01-01T11:00:00Z,COMPLETE\n";
    std::fs::write(&path, format!("{head}\n{rows}")).unwrap();
    let read = read_log(&path, &LogOptions::default(), None).unwrap();
    let of = views(&read.log, None, Lists::Tops);
    assert_eq!(of["lifecycle_counts"], serde_json::json!({"COMPLETE": 1, "complete": 1}));
    let views = of["views"].as_object().unwrap();
    assert_eq!(views.keys().collect::<Vec<_>>(), ["all", "classifier_activity_plus_lifecycle"]);
    assert_eq!(views["all"]["activities"], 1);
    assert_eq!(views["classifier_activity_plus_lifecycle"]["activities"], 2);
}

#[test]
fn two_traces_of_one_name_are_one_case_when_imported_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.xes");
    let event = |minute: u8, transition: &str| {
        format!(
            "<event><string key=\"concept:name\" value=\"A\"/><string key=\"lifecycle:transition\" \
             value=\"{transition}\"/><date key=\"time:timestamp\" value=\"2020-01-01T10:{minute:02}:00Z\"/></event>"
        )
    };
    let trace = |events: [String; 2]| {
        format!("<trace><string key=\"concept:name\" value=\"1\"/>{}</trace>", events.concat())
    };
    let torn = [[event(10, "start"), event(30, "complete")], [event(20, "start"), event(25, "complete")]];
    let refused = "<event><string key=\"concept:name\" value=\"B\"/></event>";
    std::fs::write(&path, format!("<log>{}<trace>{refused}</trace></log>", torn.map(trace).concat()))
        .unwrap();
    let read = read_log(&path, &LogOptions::default(), None).unwrap();
    let mut desk = Desk::in_memory().unwrap();
    let mut op = || OpId(uuid::Uuid::now_v7());
    let now = parse_rfc3339("2026-11-20T10:42:00Z").unwrap();
    let mut by = Series { person: "ops".parse().unwrap(), now, op: &mut op };
    desk.set_up(&mut by, "Test", &Zone::utc()).unwrap();
    let report = desk.import_log(&path, &LogWish::default(), &mut by, &mut |_, _| {}).unwrap();
    assert_eq!((report.refused_rows, report.refusals.len(), report.rows), (1, 1, 2), "counted once");
    let log = desk.log_of(&"work".parse().unwrap(), &Chosen::default()).unwrap();
    let of = [
        views(&read.log, None, Lists::Tops)["views"]["interval"].clone(),
        views(&log, None, Lists::Tops)["views"]["all"].clone(),
    ];
    for figure in ["cycle_time", "flow_efficiency", "directly_follows", "per_activity"] {
        assert_eq!(of[0][figure], of[1][figure], "{figure}");
    }
    assert_eq!(of[0]["flow_efficiency"]["touch_sum_s"], 25.0 * 60.0);
}

/// Names a log may have and a program may be tempted to mend: case, spaces, signs that cannot be seen.
const NAMES: [&str; 14] = [
    "ana",
    "Ana",
    "ANA",
    " ana",
    "ana ",
    "a  na",
    "NA",
    "null",
    " ",
    "x\ny",
    "xy",
    "\u{200b}ana",
    "@ana",
    "ana (ana)",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_figure_of_what_was_imported_is_that_of_its_file(
        rows in prop::collection::vec(
            (0..NAMES.len(), 0..NAMES.len(), 0..9_i64, 0..3_i64, prop::option::of(0..NAMES.len())), 1..40
        )
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("work.csv");
        let at = |hour: i64| chrono::DateTime::from_timestamp(hour * 3600, 0).unwrap().to_rfc3339();
        let row = |(case, activity, start, length, owner): &(usize, usize, i64, i64, Option<usize>)| {
            let name = |n: &usize| format!("\"{}\"", NAMES[*n]);
            let owner = owner.as_ref().map(name).unwrap_or_default();
            let (from, to) = (at(*start), at(start + length));
            format!("{},{},{from},{to},{owner},x\n", name(case), name(activity))
        };
        let text = rows.iter().map(row).collect::<String>();
        std::fs::write(&path, format!("case,activity,start,end,resource,last\n{text}")).unwrap();
        let read = read_log(&path, &LogOptions::default(), None).unwrap();
        let mut desk = Desk::in_memory().unwrap();
        let mut op = || OpId(uuid::Uuid::now_v7());
        let now = parse_rfc3339("2026-11-20T10:42:00Z").unwrap();
        let mut by = Series { person: "ops".parse().unwrap(), now, op: &mut op };
        desk.set_up(&mut by, "Test", &Zone::utc()).unwrap();
        desk.import_log(&path, &LogWish::default(), &mut by, &mut |_, _| {}).unwrap();
        let mut log = desk.log_of(&"work".parse().unwrap(), &Chosen::default()).unwrap();
        // Without any length the rows of a case look like those of a log with one time.
        log.intervals |= read.log.intervals;
        prop_assert_eq!(views(&read.log, None, Lists::Tops), views(&log, None, Lists::Tops));
    }
}

#[test]
fn a_list_is_told_whole_where_that_is_asked_for() {
    let rows = (0..30)
        .map(|n| format!("{n},A{n},2020-01-{:02}\n{n},B,2020-02-01\n", n % 28 + 1))
        .collect::<String>();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.csv");
    std::fs::write(&path, format!("case,activity,time\n{rows}")).unwrap();
    let read = read_log(&path, &LogOptions::default(), None).unwrap();
    let lengths = |lists| {
        let of = views(&read.log, None, lists)["views"]["all"].clone();
        let names = ["top_variants", "longest_cases", "bottlenecks_by_pair", "bottlenecks_by_activity"];
        names.map(|name| of[name].as_array().unwrap().len())
    };
    assert_eq!((lengths(Lists::Tops), lengths(Lists::Whole)), ([10, 5, 10, 1], [30, 30, 30, 1]));
}
