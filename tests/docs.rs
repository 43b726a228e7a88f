//! The README keeps its word: every command in it runs, in its order, and its key table is the program's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::{Command, Output};

const README: &str = include_str!("../README.md");
const LOG: &str = include_str!("data/traps/xes_lifecycle.xes");

fn baton(home: &Path, line: &str) -> Output {
    Command::new("sh")
        .arg("-c")
        .arg(line)
        .current_dir(home)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", home.join("bin").display()))
        .env("HOME", home)
        .env("TZ", "Europe/Oslo")
        .env("USER", "ana")
        .output()
        .unwrap()
}

/// The lines of all shell blocks that call `baton`, as they stand.
fn commands() -> Vec<&'static str> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in README.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside && line.starts_with("baton ") => commands.push(line),
            _ => {}
        }
    }
    commands
}

#[test]
fn every_command_of_the_readme_runs() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_baton"), home.path().join("bin/baton")).unwrap();
    // The log a reader would have, with cases that go on after the instant the README names.
    let log = LOG.replace("2020-01-01T", "2011-08-31T");
    std::fs::write(home.path().join("receipt.xes.gz"), log).unwrap();
    let day = |date: &str| {
        format!("BEGIN:VEVENT\nDTSTART;VALUE=DATE:{date}\nRRULE:FREQ=YEARLY\nSUMMARY:Day\nEND:VEVENT\n")
    };
    let days = format!("BEGIN:VCALENDAR\n{}{}END:VCALENDAR\n", day("20200501"), day("20201225"));
    std::fs::write(home.path().join("holidays.ics"), days).unwrap();
    let commands = commands();
    assert!(commands.len() >= 15, "{commands:?}");
    for line in commands {
        let done = baton(home.path(), line);
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "{line}\n{out}\n{err}");
    }
}

#[test]
fn the_key_table_is_the_programs() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_baton"), home.path().join("bin/baton")).unwrap();
    let keys = baton(home.path(), "baton keys --plain");
    assert!(keys.status.success());
    let mut table = String::from("| key | does |\n| --- | --- |\n");
    for line in String::from_utf8(keys.stdout).unwrap().lines() {
        let mut columns = line.split('\t');
        let (key, words) = (columns.next().unwrap(), columns.next().unwrap());
        if !key.is_empty() {
            table.push_str(&format!("| `{key}` | {words} |\n"));
        }
    }
    assert!(README.contains(&table), "the key table of the README should be:\n\n{table}");
}

#[test]
fn the_readme_shows_the_program_first() {
    // The screen is the one that `tests/tui` holds the program to.
    let inbox = include_str!("tui/snapshots/tui__inbox.snap");
    let inbox = inbox.splitn(3, "---\n").nth(2).unwrap().trim_end();
    let screen = README.find(inbox).expect("the screen in the README should be tests/tui's inbox");
    let commands = README.find("cargo run --release -- demo").unwrap();
    let five_minutes = README.find("Five minutes").unwrap();
    assert!(screen < commands && commands < five_minutes);
}
