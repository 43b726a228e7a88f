//! Programs that are killed in the middle of whatever they do.

use crate::company::{Company, h, monday, op, start};
use baton::desk::Desk;
use baton::domain::CaseId;
use baton::domain::command::{Command, Context};
use baton::domain::event::OpId;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command as Program, Stdio};
use uuid::Uuid;

const FILE: &str = "BATON_TEST_WORK_ON";

#[test]
fn what_was_acknowledged_before_twenty_kills_is_there() {
    kills(20);
}

#[test]
#[ignore = "minutes: the size of a release run"]
fn what_was_acknowledged_before_two_hundred_kills_is_there() {
    kills(200);
}

/// Does nothing unless another test started this program to be killed: then it works until that happens.
#[test]
fn work_until_killed() {
    let Some(path) = std::env::var_os(FILE).map(PathBuf::from) else { return };
    let mut desk = Desk::open(&path).unwrap();
    let mut out = std::io::stdout().lock();
    for n in 0.. {
        let op = op();
        let command = match n % 3 {
            0 => start(&format!("{n}")),
            1 => Command::NoteCase { case: CaseId(1), text: format!("{n}") },
            // Never what is there already: that would write nothing.
            _ => {
                let amount = (op.0.as_u128() % 1_000_000_000_000).to_string();
                Command::ChangeData { case: CaseId(1), data: vec![("amount".into(), amount)] }
            }
        };
        desk.execute(&command, &Context::by(&h("w1"), monday(), op)).unwrap();
        // Acknowledged: from here on it must be there whatever happens.
        if writeln!(out, "done {}", op.0).and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

fn kills(times: usize) {
    let company = Company::new(1);
    let mut acknowledged = BTreeSet::new();
    for n in 0..times {
        // A different number of commands each time, and then anywhere in the next ones.
        acknowledged.extend(work_and_kill(&company.path(), n * 7 % 13, n * 977 % 40_000));
        if n % 10 == 9 || n + 1 == times {
            company.must_be_sound();
        }
    }
    let there = company.entries().into_iter().map(|entry| entry.op).collect::<BTreeSet<_>>();
    let lost = acknowledged.difference(&there).count();
    assert_eq!(lost, 0, "of {} acknowledged commands", acknowledged.len());
    assert!(acknowledged.len() > times * 3, "they did work");
}

fn work_and_kill(path: &Path, lines: usize, spins: usize) -> Vec<OpId> {
    let mut child = Program::new(std::env::current_exe().unwrap())
        .args(["kills::work_until_killed", "--exact", "--nocapture"])
        .env(FILE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut done = Vec::new();
    let take = |line: &str| line.trim().strip_prefix("done ").map(|op| OpId(op.parse::<Uuid>().unwrap()));
    let mut line = String::new();
    while done.len() <= lines {
        line.clear();
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "the worker ended by itself");
        done.extend(take(&line));
    }
    for _ in 0..spins {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What was still in the pipe had been said before it died; a torn last line had not.
    for line in out.lines().map_while(Result::ok).filter(|line| line.len() == "done ".len() + 36) {
        done.extend(take(&line));
    }
    done
}
