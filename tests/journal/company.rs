//! A file with a small company in it, and what its journal says.

use baton::desk::{Desk, Series};
use baton::domain::command::{Command, CompleteTask, Context, StartCase};
use baton::domain::event::{Entry, OpId};
use baton::domain::zone::parse_rfc3339;
use baton::domain::{CaseId, Handle, HandoffId, Instant, TaskId};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use uuid::Uuid;

/// Bo leads; the others are in every role, so that everybody may accept everything.
pub const PEOPLE: [&str; 9] = ["bo", "w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7"];

/// Monday morning.
pub const MONDAY: &str = "2026-11-16T09:00:00Z";

const SALE: &str = r#"
process = "sale"
title = "Sale"
kind = "operational"
purpose = "Money."
accountable = "@bo"
[data.amount]
type = "number"
[[step]]
step = "sell"
title = "Sell"
by = "everybody"
goal = "1 day"
accept = "4 hours"
next = "bill"
[[step]]
step = "bill"
title = "Bill"
by = "everybody"
goal = "2 days"
next = { end = "paid" }
[[ladder]]
on = "accept"
rungs = [{ at = "0", remind = "responsible" }, { at = "+1 hour", escalate = "accountable", every = "1 hour", most = 5 }]
"#;

/// A folder with a file; it goes away with the value.
pub struct Company {
    folder: TempDir,
}

pub fn h(text: &str) -> Handle {
    text.parse().unwrap()
}

pub fn monday() -> Instant {
    parse_rfc3339(MONDAY).unwrap()
}

pub fn op() -> OpId {
    OpId(Uuid::now_v7())
}

impl Company {
    /// With `cases` cases, each offered to everybody.
    pub fn new(cases: usize) -> Company {
        let company = Company { folder: TempDir::new().unwrap() };
        let mut desk = company.desk();
        let mut next = op;
        let mut by = Series { person: h("bo"), now: monday(), op: &mut next };
        desk.set_up(&mut by, "Test", &"UTC".parse().unwrap()).unwrap();
        for person in &PEOPLE[1..] {
            company.run(&mut desk, "bo", add_person(person));
        }
        let members = PEOPLE.map(h).to_vec();
        let role =
            Command::AddRole { role: h("everybody"), title: "All".into(), members, lead: Some(h("bo")) };
        company.run(&mut desk, "bo", role);
        let (process, problems) = baton::domain::process_check::read(SALE, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
        company.run(&mut desk, "bo", Command::PublishProcess { process });
        for n in 0..cases {
            company.run(&mut desk, "bo", start(&format!("case {n}")));
        }
        company
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("desk.db")
    }

    pub fn desk(&self) -> Desk {
        Desk::open(&self.path()).unwrap()
    }

    fn run(&self, desk: &mut Desk, by: &str, command: Command) {
        desk.execute(&command, &Context::by(&h(by), monday(), op())).unwrap();
    }

    /// Something of everything: an accepted, a finished and a declined handoff, and a tick.
    pub fn lived_in() -> Company {
        let company = Company::new(3);
        let mut desk = company.desk();
        let (case, handoff) = (CaseId(1), HandoffId(1));
        company.run(
            &mut desk,
            "w1",
            Command::AcceptHandoff { case, handoff, next_action: Some("call".into()), when: None },
        );
        let done = CompleteTask {
            case,
            task: TaskId(1),
            data: vec![("amount".into(), "12".into())],
            documents: Vec::new(),
            to: Some("@w2".parse().unwrap()),
            note: Some("price is final".into()),
            all_checked: false,
            checked: Vec::new(),
            anyway: None,
            outcome: None,
            reason: None,
            agreed: Default::default(),
        };
        company.run(&mut desk, "w1", Command::CompleteTask(done));
        let record = Command::AddRecord { kind: h("customer"), name: "Hansen".into(), fields: vec![] };
        company.run(&mut desk, "bo", record);
        let later = Instant(monday().0 + 6 * 3_600_000);
        let lease = baton::desk::Lease(Uuid::nil());
        let ticked = desk.tick(lease, later, &mut op).unwrap();
        assert!(ticked.rungs > 0);
        desk.undo(&Context::by(&h("bo"), later, op())).unwrap();
        company
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.desk().store().entries_after(0, 10_000_000).unwrap()
    }

    /// Panics with what `doctor` finds.
    #[track_caller]
    pub fn must_be_sound(&self) {
        assert_eq!(self.desk().doctor(&mut |_, _| {}).unwrap(), []);
    }
}

fn add_person(person: &str) -> Command {
    Command::AddPerson {
        person: h(person),
        name: person.into(),
        mail: None,
        permission: baton::domain::catalog::Permission::Member,
        roles: Vec::new(),
    }
}

pub fn start(title: &str) -> Command {
    Command::StartCase(StartCase {
        process: Some(h("sale")),
        title: Some(title.into()),
        ..StartCase::default()
    })
}

/// The program with this file, by somebody, while the clock stands still.
pub fn program(file: &Path, who: &str, now: &str) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_baton"));
    let home = file.parent().unwrap();
    command.env_clear().env("HOME", home).env("TZ", "UTC").env("USER", who).env("BATON_DB", file);
    command.current_dir(home).args(["--now", now]);
    command
}
