//! The process file with every key, as tests change it. For tests only.

use super::process_check::{Known, read};

/// What is said of the file with every key after a change to its text, by somebody who knows nothing else.
#[track_caller]
pub(super) fn said_of_every_key(from: &str, to: &str, expected: &str) {
    let text = include_str!("../../assets/process-example.toml");
    assert!(text.contains(from), "nothing to change: {from}");
    let problems = read(&text.replacen(from, to, 1), &Known::default()).1;
    let said = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert_eq!(said, expected, "{from} -> {to}");
}
