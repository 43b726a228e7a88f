//! Forms a log can have: line ends, encodings, members, transitions, start columns.

use super::*;

#[test]
fn line_ends_are_all_the_same_to_the_lines() {
    let text =
        "case,activity,timestamp\n\n1,A,2020-01-01\n1,\"B\nB\",2020-01-02\n\n\n1,C,nonsense\n1,D,2020-01-04";
    for end in ["\n", "\r\n", "\r"] {
        let log = read_text(&text.replace('\n', end)).unwrap();
        assert_eq!(log.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4, 9], "{end:?}");
        assert_eq!(log.rejected, ["8: not a time: `nonsense`"], "{end:?}");
        assert_eq!(log.activities(), ["A", "B\nB", "D"], "{end:?}");
    }
    let document = xes(&trace("1", &event("A", "2020-01-01", "")));
    for end in ["\n", "\r\n", "\r"] {
        assert_eq!(read_text(&document.replace('\n', end)).unwrap().rows[0].line, 4, "{end:?}");
    }
}

#[test]
fn encodings_are_taken_from_mark_declaration_or_option() {
    let text = "case;activity;timestamp\n1;Prüfung;2020-01-01\n";
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_bytes(&wide, &Options::default()).unwrap().activities(), ["Prüfung"]);
    let options = Options { encoding: Some("utf-16le".to_owned()), ..Options::default() };
    assert_eq!(read_bytes(&wide[2..], &options).unwrap().activities(), ["Prüfung"]);
    let error = read_bytes(&wide[2..], &Options::default()).unwrap_err().to_string();
    assert!(error.contains("--encoding utf-16le"), "{error}");

    let document = xes(&trace("1", &event("Prüfung", "2020-01-01", ""))).replace("UTF-8", "ISO-8859-1");
    let narrow: Vec<u8> = document.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(read_bytes(&narrow, &Options::default()).unwrap().activities(), ["Prüfung"]);
    // The declaration lies; the bytes are UTF-8.
    let lying = xes(&trace("1", &event("Prüfung", "2020-01-01", ""))).replace("UTF-8", "UTF-16");
    assert_eq!(read_text(&lying).unwrap().activities(), ["Prüfung"]);
    let broken = document.replace("ISO-8859-1", "UTF-8");
    let broken: Vec<u8> = broken.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert!(matches!(
        read_bytes(&broken, &Options::default()).unwrap_err(),
        Error { kind: Kind::NotUtf8 { .. }, line: Some(4), .. }
    ));
}

#[test]
fn gzip_members_are_all_read() {
    let (first, second) = ("case,activity,timestamp\n1,A,2020-01-01\n", "2,B,2020-01-02\n");
    let log =
        read_bytes(&[gzip(first.as_bytes()), gzip(second.as_bytes())].concat(), &Options::default()).unwrap();
    assert_eq!(log.cases(), ["1", "2"]);
}

#[test]
fn a_csv_with_transitions_is_paired_whatever_the_order_of_cases() {
    let log = read_text(
        "case,activity,timestamp,lifecycle:transition,org:resource\n\
         1,A,2020-01-01T01:00Z,START,ann\n2,A,2020-01-01T02:00Z,start,bob\n1,A,2020-01-01T03:00Z,Complete,eve\n\
         2,A,2020-01-01T04:00Z,suspend,bob\n2,A,2020-01-01T05:00Z,complete,bob\n2,B,2020-01-01T06:00Z,,\n\
         3,C,2020-01-01T07:00Z,start,x\n",
    )
    .unwrap();
    let hours: Vec<_> = log.rows.iter().map(|row| (row.end - row.start) / 3_600_000).collect();
    assert_eq!((log.activities(), hours), (vec!["A", "A", "B"], vec![2, 3, 0]));
    assert_eq!(log.resources(), [Some("eve"), Some("bob"), None]);
    let report = &log.report;
    assert_eq!((report.paired, report.starts_without_complete, report.completes_without_start), (2, 1, 1));
    assert_eq!((report.ignored, log.guess.lifecycle), (1, Lifecycle::Paired));
}

#[test]
fn an_unsorted_trace_is_paired_in_the_order_of_time() {
    let state = |name: &str| format!("<string key=\"lifecycle:transition\" value=\"{name}\"/>");
    let events = [("complete", 4), ("start", 3), ("complete", 2), ("start", 1)]
        .map(|(name, hour)| event("A", &format!("2020-01-01T0{hour}:00:00Z"), &state(name)))
        .concat();
    let log = read_text(&xes(&trace("1", &events))).unwrap();
    let hours: Vec<_> = log.rows.iter().map(|row| (row.start, row.end)).collect();
    let at = |hour: u32| ms(&format!("2020-01-01T0{hour}:00:00Z"));
    assert_eq!(hours, [(at(3), at(4)), (at(1), at(2))]);
}

#[test]
fn a_log_of_states_without_any_start_or_complete_is_read_row_by_row() {
    let text =
        "case,activity,timestamp,lifecycle:transition\n1,A,2020-01-01,Queued\n1,A,2020-01-02,In Progress\n";
    let log = read_text(text).unwrap();
    assert_eq!((log.rows.len(), log.guess.lifecycle), (2, Lifecycle::Ignored));
    assert_eq!(log.report.lifecycle, [("queued".to_owned(), 1), ("in progress".to_owned(), 1)]);
    // What is refused is told once, although the file is read again.
    let state = |name: &str| format!("<string key=\"lifecycle:transition\" value=\"{name}\"/>");
    let events = [event("A", "2020-01-01", &state("Queued")), event("A", "?", &state("Closed"))].concat();
    let log = read_text(&xes(&trace("1", &events))).unwrap();
    assert_eq!((log.rows.len(), log.rejected), (1, vec!["5: not a time: `?`".to_owned()]));
    let options = Options { view: View::Complete, ..Options::default() };
    let error = read_bytes(text.as_bytes(), &options).unwrap_err().to_string();
    assert!(error.contains("only queued, in progress") && error.contains("--view all"), "{error}");
    let options = Options { lifecycle: Some("none".to_owned()), ..Options::default() };
    assert_eq!(read_bytes(text.as_bytes(), &options).unwrap().rows.len(), 2);
}

#[test]
fn start_columns_can_be_empty_late_or_wrong() {
    let empty = read_text("case,activity,start,end\n1,A,,2020-01-01\n").unwrap();
    assert_eq!(empty.rows[0].start, empty.rows[0].end);
    assert!(empty.guess.columns.iter().all(|column| column.role != Role::Start));
    let mixed = read_text(
        "case,activity,start,end\n1,A,2020-01-01,2020-01-02\n1,B,,2020-01-03\n1,C,soon,2020-01-03\n1,D,2020-01-05,2020-01-04\n",
    )
    .unwrap();
    assert_eq!(mixed.activities(), ["A", "B", "D"]);
    assert_eq!(mixed.rejected, ["4: start is not a time: `soon`"]);
    let warned = mixed.report.warnings.last().map(String::as_str);
    assert_eq!(warned, Some("1 row ends before it starts; it is taken as it is"));
    let from = |day: &str| {
        let start = format!("<date key=\"start_timestamp\" value=\"2020-01-0{day}\"/>");
        xes(&trace("1", &event("A", "2020-01-02", &start)))
    };
    let in_xes = read_text(&from("1")).unwrap();
    assert_eq!(in_xes.rows[0].end - in_xes.rows[0].start, 86_400_000);
    for log in [from("3"), "case,activity,start,end\n1,A,2020-01-03,2020-01-02\n".to_owned()] {
        let log = read_text(&log).unwrap();
        assert_eq!((log.rows[0].end - log.rows[0].start, log.report.backwards), (-86_400_000, 1));
    }
}

#[test]
fn activities_can_be_left_out() {
    let options = Options { exclude: vec!["Start".to_owned()], ..Options::default() };
    let text = "case,activity,timestamp\n1,Start,2020-01-01\n1,A,2020-01-02\n";
    let log = read_bytes(text.as_bytes(), &options).unwrap();
    assert_eq!((log.activities(), log.report.excluded, log.rows[0].position), (vec!["A"], 1, 2));
    let document = xes(&trace("1", &(event("Start", "2020-01-01", "") + &event("A", "2020-01-02", ""))));
    let log = read_bytes(document.as_bytes(), &options).unwrap();
    assert_eq!((log.activities(), log.report.excluded, log.rows[0].position), (vec!["A"], 1, 2));
}

#[test]
fn a_stopped_reading_is_an_error_and_hands_on_nothing_more() {
    for text in [
        "case,activity,timestamp\n1,A,2020-01-01\n1,B,2020-01-02\n".to_owned(),
        xes(&trace("1", &(event("A", "2020-01-01", "") + &event("B", "2020-01-02", "")))),
    ] {
        let (file, mut seen) = (write_file(text.as_bytes()), 0);
        let stopped = read(file.path(), &Options::default(), &mut |_, _| {}, &mut |_| {
            seen += 1;
            Err(Stop)
        });
        assert_eq!((stopped.unwrap_err().kind, seen), (Kind::Stopped, 1));
    }
}

#[test]
fn what_is_no_log_is_said_to_be_none() {
    let said = |bytes: &[u8]| read_bytes(bytes, &Options::default()).unwrap_err().to_string();
    for (bytes, wanted) in [
        (b"".as_slice(), "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"{\"a\":1}", "no column for the case"),
        (b"[{\"a\":1}]", "one object on each line"),
        (b"{nothing}\n", "JSON object"),
        (b"just words\n", "one column"),
        (b"\x7fELF\0\0\0", "zero bytes"),
        (b"<html><body/></html>", "its root is <html>"),
        (b"<!-- only this -->", "no element"),
        (b"<log/><log/>", "after the end of the log"),
    ] {
        let said = said(bytes);
        assert!(said.contains(wanted), "{said}");
    }
    let missing = read_with(Path::new("/nowhere/at/all.csv"), &Options::default()).unwrap_err();
    assert!(missing.to_string().starts_with("/nowhere/at/all.csv: cannot be read"), "{missing}");
    let folder = read_with(Path::new(env!("CARGO_MANIFEST_DIR")), &Options::default()).unwrap_err();
    assert_eq!(folder.kind, Kind::NotAFile);
}

#[test]
fn columns_of_tables_of_the_field_are_found() {
    let times = |n: usize| format!("2020-01-0{n} 10:00");
    // Case, activity, start and end stand where the heads have c, a, s and e; o is something else.
    for (head, roles) in [
        ("Case ID,Activity,Start,Complete", "case"),
        ("Case ID,Activity,Complete,Due date,Start", "caeos"),
        ("case concept:name,event concept:name,event time:timestamp,event start_timestamp", "caes"),
        ("ID_,PROC_INST_ID_,ACT_NAME_,START_TIME_,END_TIME_", "ocase"),
        ("Incident ID,DateStamp,IncidentActivity_Number,IncidentActivity_Type", "ceoa"),
        ("Case Id,Activity Name,actual start (UTC),Finished on", "case"),
        ("case,activity,Contract start,timestamp", "caoe"),
        ("Case Group,Case Number,Task Name,Started At,Ended At,Case Start", "ocaseo"),
    ] {
        let cells = roles.chars().map(|role| match role {
            'c' => "7".to_owned(),
            'a' => "Check".to_owned(),
            's' => times(1),
            'e' => times(2),
            _ => times(9),
        });
        let row = cells.collect::<Vec<_>>().join(",");
        let log = read_text(&format!("{head}\n{row}\n")).unwrap();
        let start = if roles.contains('s') { 1 } else { 2 };
        let wanted = ("7", "Check", ms(&format!("2020-01-0{start}T10:00:00Z")), ms("2020-01-02T10:00:00Z"));
        let kept = &log.rows[0];
        assert_eq!((kept.case.as_str(), kept.activity.as_str(), kept.start, kept.end), wanted, "{head}");
    }
}

#[test]
fn a_first_line_that_names_the_delimiter_is_no_head() {
    let log =
        read_text("sep=;\r\nCase;Activity;Time\r\n1;A, then B;2020-01-01\r\n;B;2020-01-02\r\n").unwrap();
    assert_eq!((log.guess.delimiter, log.activities()), (Some(';'), vec!["A, then B"]));
    assert_eq!(log.rejected, ["4: no case"]);
}

#[test]
fn times_of_databases_and_of_java_are_read() {
    for (written, wanted) in [
        ("03-APR-20 10.00.00.000000 AM", "2020-04-03T10:00:00Z"),
        ("Apr  3 2020 10:00PM", "2020-04-03T22:00:00Z"),
        ("3 April 2020", "2020-04-03T00:00:00Z"),
        ("03APR2020:10:00:00.5", "2020-04-03T10:00:00.500Z"),
        ("2020-04-03T10:00:00.000+02:00[Europe/Amsterdam]", "2020-04-03T08:00:00Z"),
        ("2020-04-03T10:00+02[Europe/Amsterdam]", "2020-04-03T08:00:00Z"),
    ] {
        let log = read_text(&format!("case;activity;time\n1;A;{written}\n")).unwrap();
        assert_eq!(log.rows[0].end, ms(wanted), "{written}");
    }
    assert!(read_text("case;activity;time\n1;A;2020-04-03T10:00:00+02:00[Europe\n").is_err());
}
