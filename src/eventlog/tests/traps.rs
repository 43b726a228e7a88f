//! The trap files, one test for each, and what `EXPECTED.md` beside them demands.

use super::*;

#[test]
fn trap_bom_semicolon_decimal_comma() {
    let log = trap("csv_bom_semicolon_decimalcomma.csv").unwrap();
    assert_eq!(log.guess.delimiter, Some(';'));
    assert_eq!(log.guess.time_format, "day/month/year");
    assert_eq!(log.guess.columns[0].name, "case", "the byte order mark is no part of the name");
    assert_eq!(log.cases(), ["1", "2"]);
    assert_eq!(log.activities(), ["file report", "pay; then file", "file report"]);
    assert_eq!(log.resources(), [Some("FI12"), Some("JH2172"), None]);
    let times: Vec<_> = log.rows.iter().map(|row| (row.start, row.end)).collect();
    assert_eq!(times[0], (ms("2017-01-16T13:29:00Z"), ms("2017-01-16T13:40:00Z")));
    assert_eq!(times[2], (ms("2017-02-01T08:38:00Z"), ms("2017-02-01T08:48:00Z")));
    assert_eq!(log.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!((log.report.naive_times, log.report.without_resource), (3, 1));
}

#[test]
fn trap_latin1_is_offered_not_replaced() {
    let error = trap("csv_latin1.csv").unwrap_err();
    assert_eq!(error.line, Some(2));
    let said = error.to_string();
    assert!(said.contains("is not UTF-8") && said.contains("--encoding windows-1252"), "{said}");
    assert!(said.contains("Prüfung öffnen"), "{said}");
    let options = Options { encoding: Some("windows-1252".to_owned()), ..Options::default() };
    let log = read_with(&trap_path("csv_latin1.csv"), &options).unwrap();
    assert_eq!((log.cases(), log.activities()), (vec!["1"], vec!["Prüfung öffnen", "Größe prüfen"]));
    assert_eq!(log.resources(), [Some("Renée"), Some("Jörg")]);
}

#[test]
fn trap_quoted_newline() {
    let log = trap("csv_quoted_newline.csv").unwrap();
    assert_eq!((log.cases(), log.activities()), (vec!["1"], vec!["Review\nand \"sign\"", "Close, archive"]));
    assert_eq!(log.resources(), [Some("Ann"), Some("O'Neil, Bob")]);
    assert_eq!(log.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn trap_na_is_an_id() {
    let log = trap("csv_na_ids.csv").unwrap();
    assert_eq!(log.cases(), ["NA", "null", "007", "7"]);
    assert_eq!(log.rows.len(), 5);
    assert_eq!(log.rows[2].activity, "None");
    assert_eq!(log.resources(), [Some("null"), Some("NA"), None, Some("x"), Some("x")]);
    assert_eq!(log.rejected, ["4: no case"]);
    let options = Options { null_tokens: vec!["null".to_owned(), "NA".to_owned()], ..Options::default() };
    let log = read_with(&trap_path("csv_na_ids.csv"), &options).unwrap();
    assert_eq!(log.cases(), ["007", "7"]);
}

#[test]
fn trap_unsorted_ties() {
    let log = trap("csv_unsorted_ties.csv").unwrap();
    assert_eq!(log.ordered("2"), ["B", "A"]);
    assert_eq!(log.ordered("1"), ["A", "C", "B"]);
    assert_eq!(log.report.tied, 2);
    assert_eq!((log.report.out_of_order, log.report.out_of_order_cases), (1, 1));
}

#[test]
fn trap_bad_rows_are_refused_one_by_one() {
    let log = trap("csv_bad_rows.csv").unwrap();
    assert_eq!(log.activities(), ["A", "C", "D", "F"]);
    assert_eq!(
        log.rejected,
        ["3: not a time: `not a date`", "4: no activity", "7: not a time: `2020-02-30T00:00:00Z`"]
    );
    assert_eq!(log.resources(), [Some("x"), None, Some("x"), Some("x")]);
    assert_eq!((log.report.short_rows, log.report.long_rows), (1, 1));
    assert!(log.report.warnings.iter().any(|warning| warning.starts_with("1 row has more fields")));
    let bad_times = log.report.refused.iter().find(|refused| refused.reason == Reason::BadTime).unwrap();
    assert_eq!((bad_times.count, bad_times.lines.as_slice()), (2, [3, 7].as_slice()));
}

#[test]
fn trap_ambiguous_day_and_month() {
    let log = trap("csv_ambiguous_dmy.csv").unwrap();
    assert_eq!(log.rows[2].end - log.rows[0].end, 10 * 86_400_000);
    let all_ambiguous = "case,activity,timestamp\n1,A,03/04/2020 10:00\n1,B,04/05/2020 10:00\n";
    let error = read_text(all_ambiguous).unwrap_err();
    assert!(matches!(&error.kind, Kind::AmbiguousDate { column, .. } if column == "timestamp"), "{error}");
    let with = |format: &str| Options { time_format: Some(format.to_owned()), ..Options::default() };
    let day_first = read_bytes(all_ambiguous.as_bytes(), &with("dmy")).unwrap();
    assert_eq!(day_first.rows[0].end, ms("2020-04-03T10:00:00Z"));
    let month_first = read_bytes(all_ambiguous.as_bytes(), &with("%m/%d/%Y %H:%M")).unwrap();
    assert_eq!(month_first.rows[0].end, ms("2020-03-04T10:00:00Z"));
}

#[test]
fn trap_formulas_and_escapes_come_through_raw_and_never_into_messages() {
    let log = trap("csv_formula_injection.csv").unwrap();
    assert_eq!(log.rows[0].activity, "=HYPERLINK(\"http://x\")");
    assert_eq!(log.resources(), [Some("\u{1b}[31mred\u{1b}[0m"), Some("+cmd")]);
    let hostile = "case,activity,timestamp,\u{1b}[31m\n1,A,2020-01-01,\n1,B,\u{1b}]0;x\u{7},\n";
    let options = Options { resource: Some("#4".to_owned()), ..Options::default() };
    let log = read_bytes(hostile.as_bytes(), &options).unwrap();
    for said in [log.rejected[0].clone(), log.guess.to_string(), log.report.to_string()] {
        assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
    }
}

#[test]
fn trap_xes_namespaces() {
    for name in ["xes_ns_prefixed.xes", "xes_ns_none.xes"] {
        let log = trap(name).unwrap();
        assert_eq!((log.cases(), log.activities()), (vec!["1"], vec!["A", "B"]), "{name}");
    }
    assert_eq!(trap("xes_ns_none.xes").unwrap().report.first_ms, Some(ms("2019-12-31T23:00:00Z")));
}

#[test]
fn trap_xes_globals_and_nested_attributes() {
    let log = trap("xes_global_defaults_and_nested.xes").unwrap();
    assert_eq!((log.cases(), log.activities()), (vec!["1"], vec!["A", "B"]));
    assert_eq!(log.resources(), [None, Some("r1")]);
    assert_eq!(log.guess.classifiers, ["Activity classifier", "Quoted"]);
}

#[test]
fn trap_xes_missing_bits() {
    let log = trap("xes_missing_bits.xes").unwrap();
    assert_eq!((log.cases().len(), log.rows.len()), (2, 3));
    assert_eq!(log.activities(), ["A", "D", "A"]);
    assert_eq!(log.rejected, ["2: no time", "2: no activity", "2: no activity", "2: not a time: `?`"]);
    assert_eq!((log.report.empty_cases, log.report.unnamed_cases), (1, 1));
    assert_eq!(log.rows[2].case, "unnamed-2");
}

#[test]
fn trap_xes_duplicates() {
    let log = trap("xes_duplicates.xes").unwrap();
    assert_eq!((log.cases(), log.activities()), (vec!["1"], vec!["first", "B"]));
    assert_eq!((log.report.duplicate_keys, log.report.merged_cases), (1, 1));
    assert_eq!(log.report.warnings.len(), 3, "{:?}", log.report.warnings);
}

#[test]
fn trap_xes_lifecycle() {
    let log = trap("xes_lifecycle.xes").unwrap();
    let hour = |of: i64| (of - ms("2020-01-01T00:00:00Z")) as f64 / 3_600_000.0;
    let steps: Vec<_> =
        log.rows.iter().map(|row| (row.activity.as_str(), hour(row.start), hour(row.end))).collect();
    assert_eq!(steps, [("A", 1.0, 2.0), ("B", 1.5, 4.0), ("C", 5.0, 5.0)]);
    let report = &log.report;
    assert_eq!((report.paired, report.starts_without_complete, report.completes_without_start), (2, 1, 1));
    assert_eq!(report.ignored, 2);
    let counts: BTreeMap<_, _> = report.lifecycle.iter().cloned().collect();
    let wanted = [("ate_abort", 1), ("complete", 3), ("schedule", 1), ("start", 3)];
    assert_eq!(counts, wanted.map(|(name, count)| (name.to_owned(), count)).into());
    assert_eq!(log.guess.lifecycle, Lifecycle::Paired);
    let options = Options { lifecycle: Some("none".to_owned()), ..Options::default() };
    assert_eq!(read_with(&trap_path("xes_lifecycle.xes"), &options).unwrap().rows.len(), 8);
}

#[test]
fn trap_xes_entities() {
    let log = trap("xes_entities_utf8.xes").unwrap();
    assert_eq!(log.activities(), ["A & B <ok> \"q\" ä", "Ärger  x"]);
    assert_eq!(log.resources(), [Some("李雷"), None]);
}

#[test]
fn trap_xes_truncated_gzipped_and_doctype() {
    let error = trap("xes_truncated.xes").unwrap_err();
    assert!(matches!(error.kind, Kind::TruncatedXml(_)), "{error}");
    assert_eq!(error.line, Some(2));
    let log = trap("xes_gz_misnamed.xes").unwrap();
    assert_eq!((log.guess.gzip, log.activities()), (true, vec!["A"]));
    let error = trap("xes_doctype_entity_bomb.xes").unwrap_err();
    assert_eq!(error.kind, Kind::Doctype);
    assert!(error.to_string().contains("xes_doctype_entity_bomb.xes:1: has a DOCTYPE"), "{error}");
}

#[test]
fn every_trap_file_has_a_test_above() {
    let source = include_str!("traps.rs");
    for entry in std::fs::read_dir(trap_path("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "EXPECTED.md" || source.contains(&format!("\"{name}\"")), "{name}");
    }
}
