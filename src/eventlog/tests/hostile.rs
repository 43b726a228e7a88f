//! Files cut off anywhere, files made to hurt, and files of anything.

use super::*;

#[test]
fn a_field_of_ten_megabytes_is_one_refused_row() {
    let long = "x".repeat(10 << 20);
    let log = read_text(&format!("case,activity,timestamp\n1,{long},2020-01-01\n1,B,2020-01-02\n")).unwrap();
    assert_eq!(log.rejected, ["2: a field is longer than 1 MiB"]);
    assert_eq!((log.activities(), log.rows[0].line), (vec!["B"], 3));
    let error = read_text(&xes(&trace("1", &event(&long, "2020-01-01", "")))).unwrap_err();
    assert!(matches!(error.kind, Kind::TokenTooLong(_)), "{error}");
    assert_eq!(error.line, Some(4));
}

#[test]
fn a_quote_never_closed_is_an_error() {
    let head = "case,activity,timestamp\n1,A,2020-01-01\n1,\"B,2020-01-02\n";
    let error = read_text(&format!("{head}1,C,2020-01-03\n")).unwrap_err();
    assert_eq!((error.line, error.kind), (Some(3), Kind::UnclosedQuote));
    let rows = "1,C,2020-01-03\n".repeat(1_300_000);
    let error = read_text(&format!("{head}{rows}")).unwrap_err();
    assert!(matches!(error, Error { line: Some(3), kind: Kind::RecordTooLong(_), .. }), "{error}");
    let closed = read_text("case,timestamp,activity\n1,2020-01-01,\"A\n\"").unwrap();
    assert_eq!(closed.activities(), ["A\n"]);
}

#[test]
fn deep_nesting_bombs_and_undefined_entities_are_refused() {
    let deep = "<string key=\"a\" value=\"\">".repeat(100);
    assert_eq!(read_text(&format!("<log>{deep}")).unwrap_err().kind, Kind::TooDeep(64));
    let bomb = gzip(&[b"case,activity,timestamp\n".as_slice(), &vec![b' '; 20 << 20]].concat());
    assert!(matches!(read_bytes(&bomb, &Options::default()).unwrap_err().kind, Kind::GzipRatio(1000)));
    let less = Options { gzip_ratio: Some(2000), gzip_bytes: Some(5_000_000), ..Options::default() };
    assert!(matches!(read_bytes(&bomb, &less).unwrap_err().kind, Kind::GzipBytes(5_000_000)));
    let wider = Options { gzip_ratio: Some(2000), ..Options::default() };
    assert!(
        !matches!(read_bytes(&bomb, &wider).unwrap_err().kind, Kind::GzipRatio(_)),
        "no more than one allows"
    );
    let entity = read_text(&xes(&trace("1", &event("&x;", "2020-01-01", "")))).unwrap_err();
    assert!(matches!(entity.kind, Kind::DamagedXml(_)), "{entity}");
}

#[test]
fn a_trace_longer_than_what_is_held_is_still_read_whole() {
    let events: String =
        (0..100_050).map(|n| event(&format!("A{}", n % 7), "2020-01-01T00:00:00Z", "")).collect();
    let log = read_text(&xes(&trace("1", &events))).unwrap();
    assert_eq!((log.rows.len(), log.report.cases, log.report.merged_cases), (100_050, 1, 0));
    assert!(log.rows.windows(2).all(|pair| pair[0].position + 1 == pair[1].position));
}

fn small_xes() -> String {
    let events = |n: u32| {
        event(&format!("Ärger {n}"), "2020-01-01T00:00:00Z", "<string key=\"org:resource\" value=\"x\"/>")
    };
    xes(&(1..5).map(|n| trace(&n.to_string(), &(events(n) + &events(n + 1)))).collect::<String>())
}

#[test]
fn an_xes_cut_anywhere_is_an_error() {
    let whole = small_xes();
    let end = whole.trim_end().len();
    for cut in 0..end {
        let found = read_bytes(&whole.as_bytes()[..cut], &Options::default());
        assert!(found.is_err(), "cut at {cut}: {found:?}");
    }
    assert_eq!(read_bytes(&whole.as_bytes()[..end], &Options::default()).unwrap().rows.len(), 8);
}

#[test]
fn a_table_that_was_packed_says_itself_whether_it_is_whole() {
    let text = "case,timestamp,activity,resource\n1,2020-01-01,A,anna\n1,2020-01-02,B,ann";
    assert!(read_text(text).is_err(), "it may be the beginning of a name");
    assert_eq!(read_bytes(&gzip(text.as_bytes()), &Options::default()).unwrap().rows.len(), 2);
}

#[test]
fn a_gzip_cut_anywhere_is_an_error() {
    let csv = "case,activity,timestamp\n1,A,2020-01-01\n1,B,2020-01-02\n2,A,2020-01-01\n";
    for whole in [gzip(small_xes().as_bytes()), gzip(csv.as_bytes())] {
        for cut in 0..whole.len() {
            let found = read_bytes(&whole[..cut], &Options::default());
            assert!(found.is_err(), "cut at {cut}: {found:?}");
        }
    }
}

#[test]
fn a_gzip_whose_sum_or_length_is_wrong_is_an_error() {
    let csv = "case,activity,timestamp\n1,A,2020-01-01\n1,B,2020-01-02\n2,A,2020-01-01\n";
    for whole in [gzip(small_xes().as_bytes()), gzip(csv.as_bytes())] {
        for back in 1..=8 {
            let mut wrong = whole.clone();
            let at = wrong.len() - back;
            wrong[at] ^= 4;
            assert!(read_bytes(&wrong, &Options::default()).is_err(), "{back} from the end");
            // The zeros of a tape behind it change nothing.
            wrong.extend([0; 64]);
            assert!(read_bytes(&wrong, &Options::default()).is_err(), "{back} from the end of it");
        }
    }
}

fn options_of(choice: u8) -> Options {
    let text = |text: &str| Some(text.to_owned());
    match choice % 4 {
        0 => Options::default(),
        1 => Options { case: text("#1"), activity: text("#2"), time: text("#3"), ..Options::default() },
        2 => Options { encoding: text("windows-1252"), zone: text("Pacific/Apia"), ..Options::default() },
        _ => Options { time_format: text("%d.%m.%Y"), lifecycle: text("none"), ..Options::default() },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), choice: u8) {
        let _ = read_bytes(&bytes, &options_of(choice));
        let packed = [&[0x1f, 0x8b, 8, 0], bytes.as_slice()].concat();
        prop_assert!(read_bytes(&packed, &options_of(choice)).is_err() || bytes.len() > 16);
    }

    #[test]
    fn tables_of_anything_never_panic(
        rows in prop::collection::vec("[0-9a-c]{0,2}[,;][A-C\"\r\n\u{0}ä]{0,4}[,;][0-9T:./ -]{0,12}([,;][a-z]{0,3})?", 0..20),
        choice: u8,
    ) {
        let _ = read_text(&format!("case,activity,timestamp,owner\n{}", rows.join("\n")));
        let _ = read_bytes(format!("case,activity,timestamp\n{}", rows.join("\n")).as_bytes(), &options_of(choice));
    }

    #[test]
    fn markup_of_anything_never_panics(
        parts in prop::collection::vec(prop::sample::select(vec![
            "<log>", "</log>", "<trace>", "</trace>", "<event>", "</event>", "<trace/>", "<event/>", "<x:a>",
            "<string key=\"concept:name\" value=\"A\"/>", "<date key=\"time:timestamp\" value=\"2020-01-01\"/>",
            "<string key=\"lifecycle:transition\" value=\"start\"/>", "<string value='&#x41;' key='org:resource'>",
            "</string>", "<!-- -->", "<![CDATA[ ]]>", "&amp;", "&b;", "<?pi?>", "<", ">", "\u{0}", "ä", "=\"",
        ]), 0..30),
        choice: u8,
    ) {
        let _ = read_text(&parts.concat());
        let _ = read_bytes(format!("<log>{}", parts.concat()).as_bytes(), &options_of(choice));
    }

    #[test]
    fn a_damaged_byte_never_panics(at in 0..4000_usize, byte: u8) {
        for whole in [small_xes().into_bytes(), gzip(small_xes().as_bytes())] {
            let mut bytes = whole;
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(log) = read_bytes(&bytes, &Options::default()) {
                prop_assert!(log.report.rows_read <= 8);
            }
        }
    }

    #[test]
    fn what_csv_writes_is_read_back(
        rows in prop::collection::vec(("[a-z,;\"\n ]{1,8}", "[A-Z,;\"\n ]{1,8}", 0..4_000_000_000_000_i64), 1..20)
    ) {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        writer.write_record(["case", "activity", "timestamp"]).unwrap();
        for (case, activity, ms) in &rows {
            let time = chrono::DateTime::from_timestamp_millis(*ms).unwrap().to_rfc3339();
            writer.write_record([case, activity, &time]).unwrap();
        }
        let log = read_bytes(&writer.into_inner().unwrap(), &Options::default()).unwrap();
        let blank = |text: &str| text.is_empty();
        let wanted: Vec<_> = rows.iter().filter(|(case, activity, _)| !blank(case) && !blank(activity)).collect();
        prop_assert_eq!(log.rows.len(), wanted.len());
        for (row, (case, activity, ms)) in log.rows.iter().zip(wanted) {
            prop_assert_eq!((&row.case, &row.activity, row.end), (case, activity, *ms));
        }
    }
}

/// The quote before the end is doubled, and the one that opened the field is closed nowhere.
#[test]
fn a_field_that_ends_in_a_doubled_quote_is_open() {
    let head =
        "case,activity,timestamp,note\n1,A,2020-01-01 10:00:00,\"p, \"\"q\"\" x\"\n1,B,2020-01-02 10:00:00,";
    let read = |end: &str| read_text(&format!("{head}{end}")).map(|log| log.rows.len());
    for open in ["\"hello you \"\"", "\"hello you \"\"\n", "\"hello you\n\"\""] {
        assert!(read(open).is_err(), "{open:?}");
    }
    for whole in ["\"hello you \"\"\"", "\"hello you\n\"", "\"hello you \"\"\n\"\n", "\"hello, you\"\n"] {
        assert_eq!(read(whole).unwrap(), 2, "{whole:?}");
    }
}
