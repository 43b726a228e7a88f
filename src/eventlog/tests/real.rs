//! The real logs, which the repository does not hold, against figures others computed.

use super::*;

fn data(name: &str) -> Option<PathBuf> {
    let given = std::env::var_os("BATON_TEST_DATA").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there; set BATON_TEST_DATA", path.display());
        return None;
    }
    Some(path)
}

/// Figures of the log as they are in the reference: from the rows, by the definitions, in another way.
fn compare(log: &Outcome, reference: &str) {
    let Some(path) = data(&format!("reference/{reference}.json")) else { return };
    let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let all = &json["views"]["all"];
    let number = |name: &str| all[name].as_u64().unwrap();
    let report = &log.report;
    assert_eq!(report.cases, number("cases"));
    assert_eq!(report.accepted, number("events"));
    assert_eq!(report.rejected, number("dropped_events"));
    assert_eq!(report.without_resource, number("events_without_resource"));
    assert_eq!(report.tied, number("df_zero_time"));
    assert_eq!(report.first_ms, Some(ms(all["start"].as_str().unwrap())));
    assert_eq!(report.last_ms, Some(ms(all["end"].as_str().unwrap())));
    assert_eq!(log.activities().into_iter().collect::<BTreeSet<_>>().len() as u64, number("activities"));
    let resources: BTreeSet<_> = log.resources().into_iter().flatten().collect();
    assert_eq!(resources.len() as u64, number("resources"));
    let variants: BTreeSet<_> = by_case(log).values().map(|rows| activities_of(rows)).collect();
    assert_eq!(variants.len() as u64, number("variants"));
    assert_eq!(cycle_sum_ms(log) as f64 / 1000.0, all["cycle_time"]["sum_s"].as_f64().unwrap());
    for entry in all["per_activity"].as_array().unwrap() {
        let rows: Vec<_> =
            log.rows.iter().filter(|row| Some(row.activity.as_str()) == entry["activity"].as_str()).collect();
        assert_eq!(Some(rows.len() as u64), entry["count"].as_u64(), "{entry}");
        if let Some(service) = entry["service"]["sum_s"].as_f64() {
            assert_eq!(
                rows.iter().map(|row| row.end - row.start).sum::<i64>() as f64 / 1000.0,
                service,
                "{entry}"
            );
        }
    }
}

fn by_case(log: &Outcome) -> BTreeMap<&str, Vec<&Kept>> {
    let mut cases: BTreeMap<&str, Vec<&Kept>> = BTreeMap::new();
    for row in &log.rows {
        cases.entry(&row.case).or_default().push(row);
    }
    cases.values_mut().for_each(|rows| rows.sort_by_key(|row| (row.start, row.end, row.position)));
    cases
}

fn activities_of<'a>(rows: &[&'a Kept]) -> Vec<&'a str> {
    rows.iter().map(|row| row.activity.as_str()).collect()
}

fn cycle_sum_ms(log: &Outcome) -> i64 {
    let length = |rows: &Vec<&Kept>| {
        rows.iter().map(|row| row.end).max().unwrap() - rows.iter().map(|row| row.start).min().unwrap()
    };
    by_case(log).values().map(length).sum()
}

#[test]
fn receipt_has_the_figures_of_the_reference() {
    let Some(path) = data("receipt.xes.gz") else { return };
    let log = read_with(&path, &Options::default()).unwrap();
    compare(&log, "receipt");
    assert_eq!(log.report.lifecycle, [("complete".to_owned(), 8577)]);
    assert_eq!((log.guess.gzip, log.guess.lifecycle), (true, Lifecycle::CompleteOnly));
    assert_eq!(log.report.offsets.keys().copied().collect::<Vec<_>>(), [3600, 7200]);
    let options = Options { resource: Some("org:group".to_owned()), ..Options::default() };
    let groups = read_with(&path, &options).unwrap();
    assert!(groups.rows.iter().all(|row| row.resource.as_ref().is_some_and(|name| !name.starts_with("Res"))));
    let options = Options { activity: Some("Activity classifier".to_owned()), ..Options::default() };
    let joined = read_with(&path, &options).unwrap();
    assert_eq!(joined.rows[0].activity, "Confirmation of receipt+complete");
    assert_eq!(joined.rows.len(), 8577);
}

#[test]
fn sepsis_has_the_figures_of_the_reference_and_of_the_other_file_in_its_zone() {
    let Some(path) = data("sepsis.csv") else { return };
    let log = read_with(&path, &Options::default()).unwrap();
    compare(&log, "sepsis_csv");
    assert_eq!(by_case(&log)["NA"].len(), 24);
    assert_eq!((log.guess.delimiter, log.guess.zone_given), (Some(';'), false));
    assert_eq!(log.report.naive_times, 15214);
    let options = Options { zone: Some("Europe/Amsterdam".to_owned()), ..Options::default() };
    let local = read_with(&path, &options).unwrap();
    let mean = cycle_sum_ms(&local) as f64 / 1000.0 / 1050.0;
    assert!((mean - 2_459_733.9).abs() < 0.05, "{mean}");
}

#[test]
fn interval_log_has_the_figures_of_the_reference() {
    let Some(path) = data("interval_event_log.csv") else { return };
    let log = read_with(&path, &Options::default()).unwrap();
    compare(&log, "interval_event_log_csv");
    assert_eq!(log.report.out_of_order_cases, 39);
    let guess = sniff(&path, &Options::default()).unwrap();
    assert_eq!(guess, log.guess);
    assert_eq!(guess.columns.iter().filter(|column| column.role == Role::Start).count(), 1);
}

/// A number that looks random and is the same each time.
fn scattered(n: u64, below: usize) -> usize {
    let mixed = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 31)) % below as u64) as usize
}

#[test]
fn a_log_cut_anywhere_brings_an_error_that_says_so() {
    for name in ["receipt.xes.gz", "sepsis.csv", "interval_event_log.csv"] {
        let Some(path) = data(name) else { return };
        let bytes = std::fs::read(path).unwrap();
        let (plain, packed) = match name.ends_with(".gz") {
            true => {
                let mut plain = Vec::new();
                std::io::copy(&mut flate2::read::GzDecoder::new(bytes.as_slice()), &mut plain).unwrap();
                (plain, bytes)
            }
            false => (bytes.clone(), gzip(&bytes)),
        };
        for n in 0..100 {
            for whole in [&plain, &packed] {
                let cut = &whole[..scattered(n, whole.len())];
                let found = read_bytes(cut, &Options::default());
                // A table that ends where a row ends looks whole to everybody.
                let next = whole.get(cut.len());
                let at_end = cut.ends_with(b"\n") || next == Some(&b'\n');
                if name.ends_with(".csv") && std::ptr::eq(whole, &plain) && at_end {
                    continue;
                }
                let said = found.map(|log| log.rows.len()).unwrap_err().to_string();
                assert!(
                    said.contains("cut off") || said.contains("is empty") || said.contains("no column"),
                    "{name} {}: {said}",
                    cut.len()
                );
            }
        }
    }
}
