//! What is written is read back.

use super::*;
use crate::eventlog::write::{Ended, Target, Writer, Written};

type Rows = Vec<(String, String, i64, i64, Option<String>)>;

fn written(target: Target, cases: &[(String, Vec<Written>)]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), target, "a <log>").unwrap();
    for (name, rows) in cases {
        writer.case(name, "A title", rows).unwrap();
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
    let row =
        |activity: &str, ended| Written { activity: activity.into(), start_ms: 1000, ended, resource: None };
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
