//! What logs in the field look like, a test for each line of the tables in the definitions: XES first, then CSV.

use super::*;

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn string(key: &str, value: &str) -> String {
    format!("<string key=\"{key}\" value=\"{value}\"/>")
}

fn with(bytes: &str, options: &Options) -> Outcome {
    read_bytes(bytes.as_bytes(), options).unwrap()
}

const T: &str = "2020-01-01T10:00:00Z";

#[test]
fn xes_namespaces_and_versions_make_no_difference_and_are_reported() {
    let body = trace("1", &event("A", T, ""));
    for (root, namespace) in [
        ("", None),
        ("xes.version=\"1.0\" xmlns=\"http://www.xes-standard.org/\"", Some("http://www.xes-standard.org/")),
        ("xes.version=\"2.0\" xmlns=\"http://www.xes-standard.org\"", Some("http://www.xes-standard.org")),
        (
            "openxes.version=\"1.0RC7\" xmlns=\"http://code.deckfour.org/xes\"",
            Some("http://code.deckfour.org/xes"),
        ),
        ("xes.version=\"1849-2016\" xmlns:stream=\"urn:s\"", None),
    ] {
        let log = read_text(&format!("<log {root}>{body}</log>")).unwrap();
        assert_eq!((log.activities(), log.guess.namespace.as_deref()), (vec!["A"], namespace), "{root}");
    }
}

#[test]
fn xes_globals_are_no_values_and_no_events() {
    let globals = format!(
        "<global scope=\"trace\">{}</global><global scope=\"event\">{}{}<date key=\"time:timestamp\" value=\"1970-01-01T00:00:00Z\"/></global>",
        string("concept:name", "UNKNOWN"),
        string("concept:name", "__INVALID__"),
        string("org:resource", "DEFAULT"),
    );
    let log = read_text(&xes(&(globals + &trace("1", &event("A", T, ""))))).unwrap();
    assert_eq!((log.report.rows_read, log.resources()), (1, vec![None]));
}

#[test]
fn xes_statistics_of_the_log_with_many_children_are_skipped() {
    let children: String = (0..2000).map(|n| string(&format!("concept:name {n}"), "x")).collect();
    let statistics = format!("<int key=\"meta_concept:named_events_total\" value=\"9\">{children}</int>");
    let nested =
        format!("<string key=\"org:resource\" value=\"ann\">{}</string>", string("concept:name", "no"));
    let log = read_text(&xes(&(statistics + &trace("1", &event("A", T, &nested))))).unwrap();
    assert_eq!((log.activities(), log.resources()), (vec!["A"], vec![Some("ann")]));
}

#[test]
fn xes_classifiers_are_offered_and_joined() {
    let declared = "<classifier name=\"Both\" keys=\"concept:name lifecycle:transition\"/>\
                    <classifier name=\"Both\" keys=\"concept:name\"/>\
                    <classifier name=\"Where\" keys=\"'resource country' concept:name\"/>\
                    <classifier name=\"Old\" keys=\"Activity\"/>";
    let more = string("lifecycle:transition", "start")
        + &string("resource country", "NL")
        + &string("Activity", "old");
    let document = xes(&(declared.to_owned() + &trace("1", &event("A", T, &more))));
    let of =
        |classifier: &str| with(&document, &Options { classifier: text(classifier), ..Options::default() });
    assert_eq!(of("Both").activities(), ["A+start"]);
    assert_eq!(of("Where").guess.classifier.as_deref(), Some("Where"));
    let joined = |classifier: &str| {
        let options = Options { classifier: text(classifier), view: View::All, ..Options::default() };
        with(&document, &options).rows[0].activity.clone()
    };
    assert_eq!((joined("Where"), joined("Old")), ("NL+A".to_owned(), "old".to_owned()));
    let options =
        Options { activity: text("concept:name+resource country"), view: View::All, ..Options::default() };
    assert_eq!(with(&document, &options).activities(), ["A+NL"]);
    let both = Options { activity: text("concept:name+lifecycle:transition"), ..Options::default() };
    assert_eq!(
        with(&document, &both).activities(),
        ["A+start"],
        "names that hold the transition tell rows apart"
    );
    assert_eq!(with(&document, &options).guess.classifiers, ["Both", "Where", "Old"]);
    let options = Options { classifier: text("Bth"), ..Options::default() };
    let said = read_bytes(document.as_bytes(), &options).unwrap_err().to_string();
    assert!(said.contains("no classifier is called `Bth`") && said.contains("`Where`"), "{said}");
    let said = read_bytes(b"case,activity,timestamp\n1,A,2020-01-01\n", &options).unwrap_err().to_string();
    assert!(said.contains("only XES"), "{said}");
}

#[test]
fn xes_transitions_in_any_spelling_and_each_view() {
    let at = |name: &str, time: &str, state: &str| {
        event(name, &format!("2020-01-01T{time}:00Z"), &string("lifecycle:transition", state))
    };
    let document = xes(&trace(
        "1",
        &[
            at("A", "01:00", "SCHEDULE"),
            at("A", "02:00", "START"),
            at("A", "03:00", "Wait - User"),
            at("A", "04:00", "COMPLETE"),
            at("B", "05:00", "In Progress"),
            event("C", "2020-01-01T06:00:00Z", ""),
        ]
        .concat(),
    ));
    let hours = |view| {
        let log = with(&document, &Options { view, ..Options::default() });
        let hour = |at: i64| (at - ms("2020-01-01T00:00:00Z")) / 3_600_000;
        log.rows.iter().map(|row| (row.activity.clone(), hour(row.start), hour(row.end))).collect::<Vec<_>>()
    };
    let row = |name: &str, start, end| (name.to_owned(), start, end);
    assert_eq!(hours(View::Auto), [row("A", 2, 4), row("C", 6, 6)]);
    assert_eq!(hours(View::Interval), hours(View::Auto));
    assert_eq!(hours(View::Complete), [row("A", 4, 4), row("C", 6, 6)]);
    assert_eq!(hours(View::All).len(), 6);
}

#[test]
fn xes_offsets_and_forms_of_times_are_instants_and_counted() {
    let forms = [
        ("2020-01-01T10:00:00+01:00", "2020-01-01T09:00:00Z"),
        ("2020-06-01T10:00:00.5+02:00", "2020-06-01T08:00:00.500Z"),
        ("2020-06-01T10:00:00.123456+10:00", "2020-06-01T00:00:00.123Z"),
        ("2020-01-01T10:00:00.000-05:00", "2020-01-01T15:00:00Z"),
        ("2020-01-01 10:00:00+00:00", "2020-01-01T10:00:00Z"),
        ("2020-01-01T10:00:00", "2020-01-01T10:00:00Z"),
    ];
    let events: String = forms.iter().map(|(written, _)| event("A", written, "")).collect();
    let log = read_text(&xes(&trace("1", &events))).unwrap();
    assert_eq!(log.rows.iter().map(|row| row.end).collect::<Vec<_>>(), forms.map(|(_, utc)| ms(utc)));
    assert_eq!(log.report.offsets.keys().copied().collect::<Vec<_>>(), [-18000, 0, 3600, 7200, 36000]);
    assert_eq!((log.report.naive_times, log.guess.naive_times), (1, Some(true)));
    assert!(log.report.to_string().contains("offsets    -05:00 1, +00:00 1, +01:00 1, +02:00 1, +10:00 1"));
}

#[test]
fn xes_dates_without_times_are_counted() {
    let events = ["2020-01-01T00:00:00Z", "2020-01-02", "2020-01-03T10:00:00Z", "2020-01-04T00:00:00+02:00"]
        .map(|time| event("A", time, ""))
        .concat();
    let report = read_text(&xes(&trace("1", &events))).unwrap().report;
    assert_eq!((report.date_only, report.date_only_share()), (3, 0.75));
    assert!(report.to_string().contains("dates only 3 rows at midnight, 75.0 %"), "{report}");
    assert!(report.warnings.iter().any(|warning| warning.contains("do not reckon hours")));
}

#[test]
fn xes_ties_and_order_within_a_trace_are_counted() {
    let events = ["2020-01-02T00:00:01Z", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01Z"];
    let report =
        read_text(&xes(&trace("1", &events.map(|time| event("A", time, "")).concat()))).unwrap().report;
    assert_eq!((report.tied, report.out_of_order, report.out_of_order_cases), (1, 2, 1));
}

#[test]
fn xes_times_written_as_text_are_read_or_refused() {
    let one = |time: &str| {
        format!("<event>{}{}</event>", string("concept:name", "A"), string("time:timestamp", time))
    };
    let log = read_text(&xes(&trace("1", &(one(T) + &one("?"))))).unwrap();
    assert_eq!((log.rows.len(), log.rejected.len()), (1, 1));
    assert!(log.rejected[0].ends_with("not a time: `?`"));
}

#[test]
fn xes_a_case_is_named_by_the_key_one_chooses_or_gets_a_name() {
    let nameless = format!("<trace>{}{}</trace>", string("SubProcessID", "S-7"), event("A", T, ""));
    let log = read_text(&xes(&nameless)).unwrap();
    assert_eq!((log.cases(), log.report.unnamed_cases), (vec!["unnamed-1"], 1));
    let log = with(&xes(&nameless), &Options { case: text("SubProcessID"), ..Options::default() });
    assert_eq!((log.cases(), log.report.unnamed_cases), (vec!["S-7"], 0));
}

#[test]
fn xes_traces_without_events_are_no_cases() {
    let log = read_text(&xes(&("<trace/>".to_owned() + &trace("2", "") + &trace("1", &event("A", T, "")))))
        .unwrap();
    assert_eq!((log.cases(), log.report.empty_cases), (vec!["1"], 2));
    assert!(log.report.to_string().contains("2 empty cases"));
}

#[test]
fn xes_lists_and_children_without_a_key_are_skipped() {
    let list = format!(
        "<list key=\"stream:datastream\"><values><date stream:timestamp=\"x\" value=\"1999-01-01\"/>{}{}</values></list>",
        string("concept:name", "inner"),
        "<date key=\"time:timestamp\" value=\"1999-01-01T00:00:00Z\"/>",
    );
    let children =
        format!("<event>{list}{}</event>", event("A", T, "").replace("<event>", "").replace("</event>", ""));
    let log = read_text(&xes(&trace("1", &children))).unwrap();
    assert_eq!((log.activities(), log.rows[0].end), (vec!["A"], ms(T)));
}

#[test]
fn xes_other_keys_can_be_the_resource() {
    let more = string("org:resource", "STAFF MEMBER")
        + &string("org:role", "BUDGET OWNER")
        + &string("org:group", "B")
        + &string("(case)_BudgetNumber", "budget 1")
        + "<float key=\"cost\" value=\"2.3832541524E7\"/>";
    let document = xes(&trace("1", &event("A", T, &more)));
    for (key, name) in [
        ("org:role", "BUDGET OWNER"),
        ("org:group", "B"),
        ("(case)_BudgetNumber", "budget 1"),
        ("cost", "2.3832541524E7"),
    ] {
        let log = with(&document, &Options { resource: text(key), ..Options::default() });
        assert_eq!(log.resources(), [Some(name)]);
    }
    let log = with(&document, &Options { resource: text("none"), ..Options::default() });
    assert_eq!(log.resources(), [None]);
}

#[test]
fn xes_literal_names_are_names_and_empty_ones_are_missing() {
    let events =
        ["UNKNOWN", "-", "NONE", "NA", "0", "?", ""].map(|name| event("A", T, &string("org:resource", name)));
    let log = read_text(&xes(&trace("1", &events.concat()))).unwrap();
    assert_eq!(log.report.without_resource, 1);
    let options = Options { null_tokens: vec!["?".to_owned()], ..Options::default() };
    assert_eq!(with(&xes(&trace("1", &events.concat())), &options).report.without_resource, 2);
}

#[test]
fn xes_gzip_is_known_by_its_bytes_and_may_have_members() {
    let whole = xes(&trace("1", &event("A", T, "")));
    let (first, second) = whole.split_at(whole.len() / 2);
    let log =
        read_bytes(&[gzip(first.as_bytes()), gzip(second.as_bytes())].concat(), &Options::default()).unwrap();
    assert_eq!((log.activities(), log.guess.gzip), (vec!["A"], true));
    assert_eq!(log.report.sha256.len(), 64);
}

#[test]
fn xes_comments_and_cdata_are_passed_over_and_only_the_five_entities_are_known() {
    let comment = format!("<!-- {} --><![CDATA[<trace>]]>", "OpenXES ".repeat(5000));
    let log = read_text(&xes(&(comment + &trace("1", &event("A &amp; B &#x41;", T, ""))))).unwrap();
    assert_eq!(log.activities(), ["A & B A"]);
}

#[test]
fn xes_the_first_of_two_keys_counts_and_traces_of_one_name_are_merged() {
    let twice = event("A", T, &(string("org:resource", "ann") + &string("org:resource", "bob")));
    let log = read_text(&xes(&(trace("1", &twice) + &trace("1", &event("B", T, ""))))).unwrap();
    assert_eq!((log.resources()[0], log.cases()), (Some("ann"), vec!["1"]));
    assert_eq!((log.report.duplicate_keys, log.report.merged_cases), (1, 1));
    assert!(log.report.to_string().contains("1 duplicate case names"), "{}", log.report);
}

#[test]
fn xes_traces_of_one_name_are_paired_together_where_that_is_asked_for() {
    let at = |minute: i64, transition: &str| {
        let time = format!("2020-01-01T10:{minute:02}:00Z");
        event("A", &time, &string("lifecycle:transition", transition))
    };
    let torn = trace("1", &(at(10, "start") + &at(30, "complete") + &at(40, "start")))
        + &trace("2", &(at(0, "start") + &at(1, "complete")))
        + &trace("1", &(at(20, "start") + &at(25, "complete") + &at(50, "complete") + &at(55, "complete")));
    let of = |pair_across| {
        let log = with(&xes(&torn), &Options { pair_across, ..Options::default() });
        let minutes = log.rows.iter().map(|row| (row.end - row.start) / 60_000).collect::<Vec<_>>();
        (minutes, log.report.paired, log.report.starts_without_complete, log.report.completes_without_start)
    };
    assert_eq!(of(false), (vec![20, 1, 5, 0, 0], 3, 1, 2));
    assert_eq!(of(true), (vec![10, 1, 15, 10, 0], 4, 0, 1));
}

#[test]
fn csv_delimiters_are_found_and_can_be_given() {
    for delimiter in [',', ';', '\t', '|'] {
        let table = "case,activity,timestamp\n1,A,2020-01-01 10:00\n".replace(',', &delimiter.to_string());
        assert_eq!(read_text(&table).unwrap().guess.delimiter, Some(delimiter));
        let options = Options { delimiter: Some(delimiter), ..Options::default() };
        assert_eq!(with(&table, &options).rows.len(), 1);
    }
    let options = Options { delimiter: Some('~'), ..Options::default() };
    assert_eq!(with("case~activity~timestamp\n1~A~2020-01-01\n", &options).activities(), ["A"]);
}

#[test]
fn csv_columns_have_places_whatever_their_names() {
    let table =
        ",Case ID,Activity,Variant,Variant,Complete Timestamp,(case) amount\n0,1,A,x,y,2020-01-01 10:00,5\n";
    let log = with(table, &Options { resource: text("#5"), ..Options::default() });
    assert_eq!((log.cases(), log.resources()), (vec!["1"], vec![Some("y")]));
    let wide: String = (0..98).map(|n| format!(",c{n}")).collect();
    let values: String = (0..98).map(|n| format!(",{n}")).collect();
    let log = read_text(&format!("case,activity,timestamp{wide}\n1,A,2020-01-01{values}\n")).unwrap();
    assert_eq!(log.rows.len(), 1);
}

#[test]
fn csv_every_form_of_time_seen_is_read() {
    for (written, utc) in [
        ("2011-10-11 13:45:40.276000+02:00", "2011-10-11T11:45:40.276Z"),
        ("2014-05-20T01:00:00+03:00", "2014-05-19T22:00:00Z"),
        ("2014-05-20T01:00:00Z", "2014-05-20T01:00:00Z"),
        ("2012/10/09 14:50:17.000", "2012-10-09T14:50:17Z"),
        ("2011-10-01 19:45:13", "2011-10-01T19:45:13Z"),
        ("29-02-2016 01:16", "2016-02-29T01:16:00Z"),
        ("29.3.10 8:05", "2010-03-29T08:05:00Z"),
        ("16.01.2017 13:29", "2017-01-16T13:29:00Z"),
        ("2020-01-01 10:00:00-05:00", "2020-01-01T15:00:00Z"),
    ] {
        let log = read_text(&format!("case,activity,timestamp\n1,A,{written}\n")).unwrap();
        assert_eq!(log.rows[0].end, ms(utc), "{written}");
    }
    let asked = read_text("case,activity,timestamp\n1,A,9.3.10 8:05\n").unwrap_err();
    assert!(matches!(asked.kind, Kind::AmbiguousDate { .. }), "{asked}");
}

#[test]
fn csv_naive_times_are_in_the_zone_one_names() {
    let table = "case,activity,timestamp\n1,A,2014-10-26 01:30:00\n1,B,2014-10-26 03:30:00\n";
    let utc = read_text(table).unwrap();
    assert_eq!(utc.rows[1].end - utc.rows[0].end, 2 * 3_600_000);
    assert!(utc.guess.to_string().contains("UTC (assumed; say --zone to change it)"), "{}", utc.guess);
    let local = with(table, &Options { zone: text("Europe/Amsterdam"), ..Options::default() });
    assert_eq!(local.rows[1].end - local.rows[0].end, 3 * 3_600_000, "an hour came twice");
    assert_eq!((local.report.twice, local.report.never), (0, 0));
    let table = "case,activity,timestamp\n1,A,2014-10-26 02:30:00\n1,B,2015-03-29 02:30:00\n";
    let local = with(table, &Options { zone: text("Europe/Amsterdam"), ..Options::default() });
    let said = local.report.to_string();
    assert!(said.contains("warning    1 row is in an hour that came twice"), "{said}");
    assert!(said.contains("warning    1 row is in an hour that never was"), "{said}");
    let offset = "case,activity,timestamp\n1,A,2014-10-26 02:30:00+02:00\n1,B,2015-03-29 02:30:00+01:00\n";
    let local = with(offset, &Options { zone: text("Europe/Amsterdam"), ..Options::default() });
    assert_eq!((local.report.twice, local.report.never), (0, 0), "an offset says which it was");
}

#[test]
fn csv_texts_stay_texts() {
    let log = read_text(
        "case,activity,timestamp,resource\n007,\"a,  b\",2020-01-01,NA\n7,None,2020-01-02,NULL\n00000000,n/a,2020-01-03,\"1.262,11\"\nNA,0,2020-01-04,?\n",
    )
    .unwrap();
    assert_eq!(log.cases(), ["007", "7", "00000000", "NA"]);
    assert_eq!(log.activities(), ["a,  b", "None", "n/a", "0"]);
    assert_eq!(log.resources(), [Some("NA"), Some("NULL"), Some("1.262,11"), Some("?")]);
}

#[test]
fn spaces_around_names_are_kept_unless_they_are_to_go() {
    let table = "case,activity,timestamp,resource\n1 , A,2020-01-01, ann \n1,A,2020-01-02, \n";
    let events =
        event(" A", T, &string("org:resource", " ann ")) + &event("A", T, &string("org:resource", " "));
    let document = xes(&(trace("1 ", &events) + &trace("1", &event("A", T, ""))));
    for (text, rows) in [(table.to_owned(), 2), (document, 3)] {
        let kept = with(&text, &Options::default());
        assert_eq!(kept.activities()[..2], [" A", "A"]);
        assert_eq!(kept.resources()[..2], [Some(" ann "), Some(" ")], "spaces alone are somebody");
        assert_eq!((kept.report.cases, kept.rows.len()), (2, rows));
        let bare = with(&text, &Options { trim: true, ..Options::default() });
        assert_eq!((bare.activities()[..2].to_vec(), bare.report.cases), (vec!["A", "A"], 1));
        assert_eq!(bare.resources()[..2], [Some("ann"), None]);
    }
    // What is read and not kept is nothing without a letter, and so are times.
    let blank = with(
        "case,activity,timestamp,lifecycle:transition\n1,A,2020-01-01, \n1,B, ,complete\n",
        &Options::default(),
    );
    assert_eq!((blank.activities(), blank.rejected.len()), (vec!["A"], 1));
}

#[test]
fn csv_rows_come_in_any_order_and_starts_are_paired_in_that_of_time() {
    let log = read_text(
        "case,activity,timestamp,lifecycle:transition,resource\n\
         1,A,2020-01-01T04:00Z,complete,x\n2,A,2020-01-01T02:00Z,complete,y\n1,A,2020-01-01T01:00Z,start,x\n\
         1,A,2020-01-01T02:00Z,complete,z\n2,A,2020-01-01T01:30Z,start,y\n1,A,2020-01-01T03:00Z,start,x\n",
    )
    .unwrap();
    let minutes: Vec<_> = log.rows.iter().map(|row| (row.end - row.start) / 60_000).collect();
    assert_eq!((log.cases(), minutes), (vec!["1", "2"], vec![60, 30, 60]));
    assert_eq!((log.report.paired, log.report.out_of_order, log.report.out_of_order_cases), (3, 1, 1));
}

#[test]
fn csv_artificial_rows_and_derived_columns_are_left_out() {
    let table = "case,activity,timestamp,resource,Variant,@@duration\n\
                 1,Start,2020-01-01,Start,v,0\n1,A,2020-01-02,ann,v,9\n1,End,2020-01-03,End,v,9\n";
    let options = Options { exclude: vec!["Start".to_owned(), "End".to_owned()], ..Options::default() };
    let log = with(table, &options);
    assert_eq!((log.activities(), log.resources(), log.report.excluded), (vec!["A"], vec![Some("ann")], 2));
}

#[test]
fn csv_columns_are_joined_to_an_activity() {
    let table = "case,activity,timestamp,country\n1,A,2020-01-01,NL\n1,B,2020-01-02,\n";
    let log = with(table, &Options { activity: text("activity+country"), ..Options::default() });
    assert_eq!(log.activities(), ["A+NL", "B"]);
    assert_eq!(log.guess.columns[1].name, "activity+country");
    let table_of_states =
        "case,activity,timestamp,lifecycle\n1,A,2020-01-01,start\n1,A,2020-01-02,complete\n";
    let options = Options { activity: text("activity+lifecycle"), ..Options::default() };
    assert_eq!(with(table_of_states, &options).activities(), ["A+start", "A+complete"]);
    let options = Options { activity: text("activity+nowhere"), ..Options::default() };
    assert!(read_bytes(table.as_bytes(), &options).is_err());
}

#[test]
fn csv_cut_off_in_its_last_row_is_an_error_and_without_its_last_line_end_it_is_not() {
    let whole = "case,activity,timestamp,resource\n1,A,2020-01-01 10:00:00,anna\n1,B,2020-01-02 10:00:00,robert\n\
                 1,C,2020-01-03 10:00:00,anna";
    assert_eq!(read_text(whole).unwrap().rows.len(), 3);
    let last = whole.rfind('\n').unwrap();
    for cut in last + 2..whole.len() {
        let error = read_text(&whole[..cut]).unwrap_err();
        assert!(matches!(error, Error { kind: Kind::TruncatedRow(_), line: Some(4), .. }), "{cut}: {error}");
    }
}

#[test]
fn csv_without_its_last_line_end_may_end_in_a_field_that_is_hardly_ever_filled() {
    let table = |filled: usize| {
        let row = |n| format!("1,A,2020-01-01,{}\n", if n < filled { "note" } else { "" });
        format!("case,activity,timestamp,remark\n{}", (0..20).map(row).collect::<String>())
    };
    let whole = |filled| read_text(table(filled).trim_end()).map(|log| log.rows.len());
    assert_eq!((whole(0), whole(1)), (Ok(20), Ok(20)));
    assert!(matches!(whole(3).unwrap_err().kind, Kind::TruncatedRow(_)), "a remark may be missing");
    let cut = table(1);
    assert!(read_text(&cut[..cut.len() - 2]).is_err(), "a field is missing");
}

#[test]
fn jsonl_rows_are_read_by_their_keys() {
    let text = "{\"case\":\"007\",\"activity\":\"A\",\"timestamp\":\"2020-01-01T10:00:00Z\",\"resource\":null}\n\
                \n{\"timestamp\":1577959200,\"activity\":\"B\",\"case\":7,\"resource\":\"ann\",\"more\":{\"x\":[1]}}\n\
                nonsense\n[1]\n{\"case\":\"7\",\"activity\":\"C\"}\n";
    let options = Options { time_format: Some("iso".to_owned()), ..Options::default() };
    let log = with(text, &options);
    assert_eq!((log.guess.format, log.cases(), log.rows[0].line), (Format::Jsonl, vec!["007"], 1));
    assert_eq!(
        log.rejected,
        ["3: not a time: `1577959200`", "4: not a JSON object", "5: not a JSON object", "6: no time"]
    );
    let cut = read_text(&text[..text.len() - 5]).unwrap_err();
    assert!(matches!(cut.kind, Kind::TruncatedRow(_)), "{cut}");
}

#[test]
fn the_middle_of_a_log_is_told_from_dates_far_out() {
    let mut table = "case,activity,timestamp\n".to_owned();
    table.push_str("1,A,1948-01-26T10:00:00Z\n");
    (0..2500).for_each(|n| table.push_str(&format!("1,A,2019-01-{:02}T10:00:00Z\n", n % 28 + 1)));
    let report = read_text(&table).unwrap().report;
    assert_eq!(report.outside, 1);
    let said = report.to_string();
    assert!(said.contains("most lie   2019-01-01 to 2019-01-28, 1 row outside"), "{said}");
}

#[test]
fn xes_keys_under_another_prefix_are_those_its_extension_declares() {
    let extension = |name: &str, prefix: &str| {
        format!(
            "<extension name=\"{name}\" prefix=\"{prefix}\" uri=\"http://www.xes-standard.org/{name}.xesext\"/>"
        )
    };
    let declared = extension("concept", "c") + &extension("time", "t") + &extension("org", "o:r");
    let event = "<event><string key=\"c:name\" value=\"A\"/><date key=\"t:timestamp\" value=\"2020-01-01\"/>\
                 <string key=\"o:r:resource\" value=\"x\"/><string key=\"lifecycle:transition\" value=\"complete\"/></event>";
    let log =
        read_text(&xes(&format!("{declared}<trace><string key=\"c:name\" value=\"7\"/>{event}</trace>")))
            .unwrap();
    assert_eq!((log.cases(), log.activities(), log.resources()), (vec!["7"], vec!["A"], vec![Some("x")]));
    // Undeclared, they are keys like any other.
    let log = read_text(&xes(&format!("<trace>{event}</trace>"))).unwrap();
    assert_eq!(log.rejected, ["3: no activity"]);
}

#[test]
fn what_was_named_and_is_nowhere_is_refused_in_xes_too() {
    let document = xes(&trace("1", &event("A", "2020-01-01T10:00:00Z", "")));
    let named = |options: Options| read_bytes(document.as_bytes(), &options).unwrap_err().to_string();
    let text = |name: &str| Some(name.to_owned());
    for (options, place, name) in [
        (Options { case: text("caseid"), ..Options::default() }, "trace", "caseid"),
        (Options { resource: text("org:rloe"), ..Options::default() }, "event", "org:rloe"),
        (Options { group: text("zzz"), ..Options::default() }, "event", "zzz"),
        (Options { start: text("begin"), ..Options::default() }, "event", "begin"),
        (Options { lifecycle: text("life"), ..Options::default() }, "event", "life"),
        (Options { keep: vec!["nix".to_owned()], ..Options::default() }, "trace or event", "nix"),
    ] {
        let said = named(options);
        assert!(said.contains(&format!("no {place} has an attribute `{name}`")), "{said}");
    }
    let none = Options { resource: text("none"), keep: vec!["all".to_owned()], ..Options::default() };
    assert_eq!(with(&document, &none).rows.len(), 1);
}

#[test]
fn a_column_of_starts_and_completes_is_the_lifecycle_whatever_it_is_called() {
    let table =
        "case,activity,timestamp,EVENTTYPE\n1,A,2020-01-01 10:00,START\n1,A,2020-01-01 11:00,COMPLETE\n";
    let log = read_text(table).unwrap();
    assert_eq!((log.rows.len(), log.report.paired), (1, 1));
    let other = table.replace("START", "begin of it");
    assert_eq!(read_text(&other).unwrap().rows.len(), 2);
}

#[test]
fn a_column_that_is_called_as_in_xes_is_the_group() {
    let table = "case,activity,timestamp,org:group\n1,A,2020-01-01 10:00,north\n1,B,2020-01-01 11:00,south\n";
    let log = read_text(table).unwrap();
    assert_eq!(log.report.grouped, 2);
    assert_eq!(read_text(&table.replace("org:group", "team")).unwrap().report.grouped, 0);
}
