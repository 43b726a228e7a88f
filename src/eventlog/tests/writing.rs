//! What is written is read back.

use super::*;
use crate::eventlog::write::{Ended, MoreColumns, Said, Target, Writer, Written};

type Rows = Vec<(String, String, i64, i64, Option<String>)>;

fn written(target: Target, cases: &[(String, Vec<Written>)]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), target, "a <log>", MoreColumns::default()).unwrap();
    for (name, rows) in cases {
        writer.case(name, "A title", &[], rows).unwrap();
    }
    writer.end().unwrap()
}

/// Rows in the order the definitions demand, case by case.
fn in_order(log: &Outcome) -> Rows {
    let mut rows = Rows::new();
    for case in log.cases() {
        let mut own: Vec<_> = log.rows.iter().filter(|row| row.case == case).collect();
        own.sort_by_key(|row| (row.start, row.end, row.position));
        rows.extend(
            own.iter().map(|row| {
                (row.case.clone(), row.activity.clone(), row.start, row.end, row.resource.clone())
            }),
        );
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_back(
        cases in prop::collection::vec(prop::collection::vec(
            ("[A-C=+'@,;\"<&\n\t é]{1,3}", 0..9_i64, 0..4_i64, prop::option::of("[-=a-b'\"]{1,2}")), 1..8), 1..4)
    ) {
        let blank = |text: &str| text.is_empty();
        let cases: Vec<(String, Vec<Written>)> = cases.into_iter().enumerate().map(|(n, rows)| {
            let mut rows: Vec<_> = rows.into_iter().filter(|(activity, ..)| !blank(activity)).map(
                |(activity, start, length, resource)| Written {
                    activity,
                    start_ms: start * 1001,
                    ended: Ended::At((start + length) * 1001),
                    resource,
                    more: Vec::new(),
                }).collect();
            rows.sort_by_key(|row| (row.start_ms, match row.ended { Ended::At(end) => end, _ => 0 }));
            (format!("=case '{n}"), rows)
        }).filter(|(_, rows)| !rows.is_empty()).collect();
        prop_assume!(!cases.is_empty());
        let wanted: Rows = cases.iter().flat_map(|(name, rows)| rows.iter().map(move |row| {
            let Ended::At(end) = row.ended else { unreachable!() };
            (name.clone(), row.activity.clone(), row.start_ms, end, row.resource.clone())
        })).collect();
        for target in [Target::Xes, Target::Csv, Target::Jsonl] {
            let bytes = written(target, &cases);
            let log = read_bytes(&bytes, &Options::default()).unwrap();
            prop_assert_eq!(&in_order(&log), &wanted, "{:?}: {}", target, String::from_utf8_lossy(&bytes));
            prop_assert_eq!(log.report.out_of_order, 0);
        }
    }
}

#[test]
fn what_is_under_way_or_broken_off_is_no_step_when_read() {
    let row = |activity: &str, ended| Written {
        activity: activity.into(),
        start_ms: 1000,
        ended,
        resource: None,
        more: Vec::new(),
    };
    let rows = vec![row("A", Ended::At(2000)), row("B", Ended::Aborted(1000)), row("C", Ended::Open)];
    for target in [Target::Xes, Target::Csv, Target::Jsonl] {
        let log = read_bytes(&written(target, &[("1".into(), rows.clone())]), &Options::default()).unwrap();
        assert_eq!(log.activities(), ["A"], "{target:?}");
        assert_eq!((log.report.paired, log.report.starts_without_complete), (1, 2));
    }
}

#[test]
fn no_cell_begins_a_formula() {
    let rows = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'quoted"].map(|activity| Written {
        activity: activity.into(),
        start_ms: 0,
        ended: Ended::At(0),
        resource: Some(activity.into()),
        more: Vec::new(),
    });
    let text = written(Target::Csv, &[("=case".into(), rows.to_vec())]);
    let mut reader = ::csv::Reader::from_reader(text.as_slice());
    let mut cells = 0;
    for record in reader.records() {
        for cell in record.unwrap().iter() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
            cells += 1;
        }
    }
    assert_eq!(cells, 7 * 8);
}

/// What was kept of a case, and of each of its rows in their order.
fn kept(bytes: &[u8]) -> (Vec<Said>, Vec<Vec<Said>>) {
    let options = Options { keep: vec!["all".to_owned()], ..Options::default() };
    let (mut of_case, mut of_rows) = (Vec::new(), Vec::new());
    let owned = |all: &[Attribute<'_>]| {
        all.iter().map(|one| (one.key.to_owned(), one.kind, one.text.to_owned())).collect::<Vec<Said>>()
    };
    let mut sink = |item: Item<'_>| {
        if let Item::Row(row) = item {
            for one in owned(row.of_case) {
                if !of_case.contains(&one) {
                    of_case.push(one);
                }
            }
            of_rows.push(owned(row.more));
        }
        Ok(())
    };
    read(write_file(bytes).path(), &options, &mut |_, _| (), &mut sink).unwrap();
    (of_case, of_rows)
}

#[test]
fn what_is_said_besides_comes_back_from_every_form() {
    let said = |key: &str, kind, text: &str| (key.to_owned(), kind, text.to_owned());
    let of_case = vec![
        said("title", Type::Text, "A title of its own"),
        said("(case)_Budget <1>", Type::Text, "=1+1"),
        said("REG_DATE", Type::Text, "2020-01-01"),
    ];
    let of_rows = [
        vec![said("amount", Type::Float, "2.50"), said("Ünit €", Type::Text, "a \"b\"\nc")],
        vec![
            said("amount", Type::Float, "10.25"),
            said("count", Type::Int, "-3"),
            said("ok", Type::Bool, "true"),
        ],
        Vec::new(),
    ];
    let mut columns = MoreColumns::default();
    let key = |(key, ..): &Said| key.clone();
    columns.add(of_case.iter().map(key), of_rows.iter().flatten().map(key));
    let rows: Vec<Written> = (0..)
        .zip(&of_rows)
        .map(|(n, more)| Written {
            activity: format!("A{n}"),
            start_ms: n * 1000,
            ended: Ended::At(n * 1000 + 500),
            resource: None,
            more: more.clone(),
        })
        .collect();
    for target in [Target::Xes, Target::Csv, Target::Jsonl] {
        let mut writer = Writer::new(Vec::new(), target, "log", columns.clone()).unwrap();
        writer.case("1", "1", &of_case, &rows).unwrap();
        let bytes = writer.end().unwrap();
        let (case_back, rows_back) = kept(&bytes);
        assert_eq!(
            (case_back, rows_back),
            (of_case.clone(), of_rows.to_vec()),
            "{target:?}: {}",
            String::from_utf8_lossy(&bytes)
        );
        assert_eq!(read_bytes(&bytes, &Options::default()).unwrap().rows.len(), 3);
    }
}

#[test]
fn attributes_of_xes_are_kept_with_their_types_and_only_where_asked_for() {
    let more = "<int key=\"n\" value=\"12\"/><int key=\"bad\" value=\"1x\"/><float key=\"f\" value=\"2.3E7\"/>\
                <boolean key=\"b\" value=\"TRUE\"/><date key=\"d\" value=\"2020-01-01\"/><id key=\"i\" value=\"u\"/>\
                <string key=\"n\" value=\"twice\"/><string key=\"empty\" value=\"\"/><string key=\"org:group\" value=\"g\"/>\
                <list key=\"l\"><values><string key=\"inner\" value=\"x\"/></values></list>\
                <string key=\"with nested\" value=\"v\"><string key=\"inner\" value=\"x\"/></string>";
    let refused = "<event><string key=\"lost\" value=\"x\"/></event>";
    let inner = format!(
        "<string key=\"REG\" value=\"r\"/>{refused}{}{}",
        event("A", "2020-01-01T00:00:00Z", more),
        event("B", "2020-01-02T00:00:00Z", "")
    );
    let text = xes(&trace("1", &inner));
    let (of_case, of_rows) = kept(text.as_bytes());
    let short = |all: &[Said]| {
        all.iter().map(|(key, kind, text)| format!("{key} {kind:?} {text}")).collect::<Vec<_>>()
    };
    assert_eq!(short(&of_case), ["REG Text r"]);
    assert_eq!(
        short(&of_rows[0]),
        [
            "n Int 12",
            "bad Text 1x",
            "f Float 2.3E7",
            "b Bool TRUE",
            "d Date 2020-01-01",
            "i Id u",
            "org:group Text g",
            "with nested Text v"
        ]
    );
    assert_eq!(of_rows[1], []);
    let log = read_text(&text).unwrap();
    assert_eq!((log.report.duplicate_keys, log.rows.len()), (0, 2), "nobody asked");
}
