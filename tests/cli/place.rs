//! A folder with a desk in it, and the program to run on it.

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Monday morning.
pub const MON: &str = "2026-11-16T09:00:00Z";
/// Monday, a minute after a handoff of 09:00 with four hours was to be accepted.
pub const MON_LATE: &str = "2026-11-16T13:01:00Z";
/// Tuesday noon.
pub const TUE: &str = "2026-11-17T12:00:00Z";

/// bo sells, finance bills; a handoff is to be accepted within four business hours.
const SALE: &str = r#"
process = "sale"
title = "Sale"
kind = "operational"
purpose = "Money."
accountable = "@bo"
[data.amount]
type = "money"
[[step]]
step = "sell"
title = "Sell"
by = "@bo"
goal = "1 business day"
done = "Agreed in writing."
how = "Call them."
gives = ["amount"]
next = "bill"
[[step]]
step = "bill"
title = "Bill"
by = "finance"
goal = "2 business days"
accept = "4 business hours"
done = "Sent."
how = "Write it."
checklist = ["Address checked"]
needs = ["amount"]
next = { end = "paid" }
[[ladder]]
on = "accept"
rungs = [ { at = "0", remind = "responsible", escalate = "sender" } ]
[improve]
metric = "cycle time"
review = "every 30 days"
"#;

pub struct Place {
    dir: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    /// An empty folder.
    pub fn new() -> Place {
        Place { dir: tempfile::tempdir().unwrap() }
    }

    /// A company of three with one process: bo sells, ana and cy bill.
    pub fn company() -> Place {
        let place = Place::new();
        place.write("sale.toml", SALE);
        let file = place.path("sale.toml");
        for line in [
            "init --company Test --person ana=\"Ana Smith\" --person cy=Cy",
            "role add finance Finance --member ana --member cy --lead ana",
            &format!("process apply {}", file.display()),
        ] {
            place.ok("bo", MON, line);
        }
        place
    }

    /// The same with a case whose bill is offered to finance as H-2.
    pub fn offered() -> Place {
        let place = Place::company();
        place.ok("bo", MON, "case start sale --title Roof");
        place.ok("bo", MON, "task done T-1 amount=12400 --note \"price is final\"");
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// The program in its environment, with arguments as they are.
    pub fn command(&self, who: &str, now: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
        command
            .env_clear()
            .env("HOME", self.dir.path())
            .env("TZ", "UTC")
            .env("USER", who)
            .env("BATON_DB", self.path("desk.db"))
            .current_dir(self.dir.path())
            .args(["--now", now])
            .args(args);
        command
    }

    /// Runs a line, split at spaces outside double quotes.
    pub fn run(&self, who: &str, now: &str, line: &str) -> Ran {
        let words = split(line);
        let words = words.iter().map(String::as_str).collect::<Vec<_>>();
        self.ran(self.command(who, now, &words).output().unwrap())
    }

    pub fn ran(&self, output: Output) -> Ran {
        let folder = self.dir.path().display().to_string();
        let text = |bytes| String::from_utf8(bytes).unwrap().replace(&folder, "DIR");
        Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs a line that must succeed; what it printed.
    pub fn ok(&self, who: &str, now: &str, line: &str) -> String {
        let ran = self.run(who, now, line);
        assert_eq!(ran.code, 0, "{line}: {}{}", ran.out, ran.err);
        ran.out
    }

    /// The same with `--json`; what it printed as a value.
    pub fn json(&self, who: &str, now: &str, line: &str) -> Value {
        serde_json::from_str(&self.ok(who, now, &format!("--json {line}"))).unwrap()
    }

    /// Runs a line that must end with this status and print no data; what it said.
    pub fn refused(&self, code: i32, who: &str, now: &str, line: &str) -> String {
        let ran = self.run(who, now, line);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{line}: {}", ran.err);
        ran.err
    }
}

fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut begun) = (Vec::new(), String::new(), false, false);
    for c in line.chars() {
        match c {
            '"' => (quoted, begun) = (!quoted, true),
            ' ' if !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}
