//! The table of workflow patterns is the files beside it: every pattern once, every file sound, and none unnamed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use baton::domain::process_check::{Known, read};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/patterns")
}

/// The rows of the table: number, pattern, whether it is supported, the file, and how or why not.
fn rows() -> Vec<(u32, [String; 4])> {
    let table = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let rows = table.lines().filter_map(|line| {
        let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect::<Vec<_>>();
        let number = cells.first()?.parse::<u32>().ok()?;
        Some((number, cells[1..].to_vec().try_into().unwrap()))
    });
    rows.collect()
}

#[test]
fn every_pattern_stands_in_the_table_once() {
    let numbers = rows().iter().map(|(number, _)| *number).collect::<Vec<_>>();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

#[test]
fn a_supported_pattern_has_a_file_that_passes_check_and_another_a_reason() {
    let mut named = BTreeSet::new();
    for (number, [pattern, supported, file, how]) in rows() {
        match supported.as_str() {
            "yes" => {
                let name = file.split(['`', '[', ']']).find(|part| part.ends_with(".toml")).unwrap();
                assert_eq!(file, format!("[`{name}`]({name})"), "{pattern}");
                let text = std::fs::read_to_string(folder().join(name)).unwrap();
                assert!(text.starts_with(&format!("# Workflow pattern {number}: ")), "{name}");
                let (process, problems) = read(&text, &Known::default());
                let said = problems.iter().map(|problem| problem.in_file(name)).collect::<Vec<_>>();
                assert_eq!(said, Vec::<String>::new());
                assert_eq!(process.unwrap().handle.as_str(), name.trim_end_matches(".toml"));
                named.insert(name.to_string());
            }
            "no" => assert!(file.is_empty() && how.len() > 80, "{pattern} needs a reason: {how}"),
            other => panic!("{pattern}: supported is yes or no, not {other}"),
        }
    }
    let there = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let there = there.map(|name| name.into_string().unwrap()).filter(|name| name.ends_with(".toml"));
    assert_eq!(there.collect::<BTreeSet<_>>(), named);
}
