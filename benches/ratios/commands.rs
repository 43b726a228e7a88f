//! How fast commands are: against a bare rusqlite transaction that writes the very same rows, and against a
//! bare loop that makes the same number of durable commits. The rows are taken from a first run, whose file is
//! read before and after each command.

use super::{NOW, h, line, median, op};
use baton::desk::{Desk, Series};
use baton::domain::command::{Command, CompleteTask, Context, StartCase};
use baton::domain::event::Event;
use baton::domain::{CaseId, Handle, HandoffId, TaskId};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant as Wall};

/// What the store sets on each connection, so that the bare one pays the same for durability.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;";

const COMMANDS: usize = 1_000;
const CASES: u32 = 300;

/// Five steps; the baton goes back and forth between two people when there are `two`.
fn five(two: bool) -> String {
    let mut text = String::from(
        "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"p\"\naccountable = \"@ana\"\n",
    );
    for n in 1..=5 {
        let by = if two && n % 2 == 0 { "bo" } else { "ana" };
        let next = if n < 5 { format!("\"s{}\"", n + 1) } else { "{ end = \"done\" }".to_string() };
        let clocks = if two { "goal = \"2 days\"\naccept = \"4 hours\"\n" } else { "goal = \"2 days\"\n" };
        text +=
            &format!("[[step]]\nstep = \"s{n}\"\ntitle = \"S{n}\"\nby = \"@{by}\"\n{clocks}next = {next}\n");
    }
    text
}

fn company(desk: &mut Desk, two: bool) {
    let mut next = op;
    let mut by = Series { person: h("ana"), now: NOW, op: &mut next };
    desk.set_up(&mut by, "Bench", &"UTC".parse().unwrap()).unwrap();
    let permission = baton::domain::catalog::Permission::Member;
    let (person, name) = (h("bo"), "Bo".to_string());
    let bo = Command::AddPerson { person, name, mail: None, permission, roles: Vec::new() };
    desk.execute(&bo, &by.context()).unwrap();
    let (process, problems) = baton::domain::process_check::read(&five(two), &desk.known().unwrap());
    let process = process.unwrap_or_else(|| panic!("{problems:?}"));
    desk.execute(&Command::PublishProcess { process: process.into() }, &by.context()).unwrap();
}

/// What has to be done next on one case, from what the last command did.
#[derive(Default)]
struct Next {
    case: Option<CaseId>,
    offered: Option<(HandoffId, Handle)>,
    task: Option<(TaskId, Handle)>,
}

impl Next {
    fn command(&mut self) -> (Command, Handle) {
        let Some(case) = self.case else {
            let start = StartCase { process: Some(h("p")), ..StartCase::default() };
            return (Command::StartCase(start), h("ana"));
        };
        if let Some((handoff, to)) = self.offered.take() {
            return (Command::AcceptHandoff { case, handoff, next_action: None, when: None }, to);
        }
        let (task, holder) = self.task.take().unwrap();
        let complete = CompleteTask {
            case,
            task,
            data: Vec::new(),
            to: None,
            note: None,
            all_checked: false,
            checked: Vec::new(),
            anyway: None,
            documents: vec![],
            outcome: None,
            reason: None,
            agreed: Default::default(),
        };
        (Command::CompleteTask(complete), holder)
    }

    /// Whether the case is done.
    fn see(&mut self, done: &baton::desk::Done) -> bool {
        if let baton::domain::event::SubjectId::Case(case) = done.subject {
            self.case = Some(case);
        }
        for event in &done.events {
            match event {
                Event::HandoffOffered { handoff, to: baton::domain::Party::Person(to), .. } => {
                    self.offered = Some((*handoff, to.clone()));
                }
                Event::HandoffAccepted { task, by, .. } => {
                    self.offered = None;
                    self.task = Some((*task, by.clone()));
                }
                Event::CaseDone { .. } => {
                    *self = Next::default();
                    return true;
                }
                _ => {}
            }
        }
        false
    }
}

fn step(desk: &mut Desk, next: &mut Next) -> bool {
    let (command, by) = next.command();
    let done = desk.execute(&command, &Context::by(&by, NOW, op())).unwrap();
    next.see(&done)
}

/// One write of the bare side: a statement and its values.
type Write = (String, Vec<Value>);
type Tables = BTreeMap<String, BTreeMap<String, Vec<Value>>>;

struct Layout {
    /// Name, columns, and how many of them lead the key, by number.
    tables: Vec<(String, Vec<String>, Vec<usize>)>,
}

impl Layout {
    fn of(connection: &Connection) -> Layout {
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
        let mut names = connection.prepare(names).unwrap();
        let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
        let tables = names.map(|name| {
            let mut columns =
                connection.prepare(&format!("SELECT name, pk FROM pragma_table_info('{name}')")).unwrap();
            let columns =
                columns.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).unwrap();
            let columns = columns.map(Result::unwrap).collect::<Vec<_>>();
            let key = (0..columns.len()).filter(|n| columns[*n].1 > 0).collect();
            (name, columns.into_iter().map(|(name, _)| name).collect(), key)
        });
        Layout { tables: tables.collect() }
    }

    fn read(&self, connection: &Connection) -> Tables {
        let mut all = Tables::new();
        for (name, columns, key) in &self.tables {
            // The journal only grows: its old rows need not be read to know that they stay.
            let mut rows = connection.prepare_cached(&format!("SELECT * FROM {name}")).unwrap();
            let rows = rows.query_map([], |row| {
                (0..columns.len()).map(|n| row.get(n)).collect::<Result<Vec<Value>, _>>()
            });
            let rows = rows.unwrap().map(Result::unwrap);
            let by_key =
                rows.map(|row| (format!("{:?}", key.iter().map(|n| &row[*n]).collect::<Vec<_>>()), row));
            all.insert(name.clone(), by_key.collect());
        }
        all
    }

    /// What leads from one state to the next: as few statements as there are rows.
    fn between(&self, before: &Tables, after: &Tables) -> Vec<Write> {
        let mut writes = Vec::new();
        for (name, columns, key) in &self.tables {
            let by_key = |start: usize| {
                let parts = key.iter().enumerate().map(|(k, n)| format!("{} = ?{}", columns[*n], start + k));
                parts.collect::<Vec<_>>().join(" AND ")
            };
            let (old, new) = (&before[name], &after[name]);
            for (_, row) in old.iter().filter(|(id, _)| !new.contains_key(*id)) {
                let values = key.iter().map(|n| row[*n].clone()).collect();
                writes.push((format!("DELETE FROM {name} WHERE {}", by_key(1)), values));
            }
            for (id, row) in new {
                match old.get(id) {
                    Some(same) if same == row => {}
                    Some(_) => {
                        let set =
                            columns.iter().enumerate().map(|(n, column)| format!("{column} = ?{}", n + 1));
                        let set = set.collect::<Vec<_>>().join(", ");
                        let values = row.iter().chain(key.iter().map(|n| &row[*n])).cloned().collect();
                        writes.push((
                            format!("UPDATE {name} SET {set} WHERE {}", by_key(columns.len() + 1)),
                            values,
                        ));
                    }
                    None => {
                        let holes =
                            (1..=columns.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
                        writes.push((format!("INSERT INTO {name} VALUES ({holes})"), row.clone()));
                    }
                }
            }
        }
        writes
    }
}

/// Plays a company on a file and writes down what each command wrote.
fn captured(folder: &Path) -> (Tables, Vec<Vec<Write>>, Layout) {
    let file = folder.join("captured.db");
    let mut desk = Desk::open(&file).unwrap();
    company(&mut desk, true);
    let connection = Connection::open(&file).unwrap();
    let layout = Layout::of(&connection);
    let first = layout.read(&connection);
    let (mut before, mut next, mut all) = (first.clone(), Next::default(), Vec::new());
    for _ in 0..COMMANDS {
        step(&mut desk, &mut next);
        let after = layout.read(&connection);
        all.push(layout.between(&before, &after));
        before = after;
    }
    (first, all, layout)
}

/// An empty file with the same tables and settings, filled as the company's file was before the first command.
fn bare(folder: &Path, schema_of: &Path, first: &Tables, layout: &Layout) -> Connection {
    let connection = Connection::open(folder.join("bare.db")).unwrap();
    connection.execute_batch(SETTINGS).unwrap();
    connection.set_prepared_statement_cache_capacity(64);
    let other = Connection::open(schema_of).unwrap();
    // What triggers write is among the captured rows.
    let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type <> 'trigger' ORDER BY rowid";
    let mut schema = other.prepare(sql).unwrap();
    for sql in schema.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap) {
        connection.execute_batch(&sql).unwrap();
    }
    let empty = first.keys().map(|name| (name.clone(), BTreeMap::new())).collect();
    write(&connection, &layout.between(&empty, first));
    connection
}

fn write(connection: &Connection, writes: &[Write]) {
    connection.prepare_cached("BEGIN IMMEDIATE").unwrap().execute([]).unwrap();
    for (sql, values) in writes {
        connection.prepare_cached(sql).unwrap().execute(params_from_iter(values)).unwrap();
    }
    connection.prepare_cached("COMMIT").unwrap().execute([]).unwrap();
}

/// One durable command with its events against the same rows written bare, turn by turn.
pub fn one_command() {
    let folder = tempfile::tempdir().unwrap();
    let (first, all, layout) = captured(folder.path());
    let bare = bare(folder.path(), &folder.path().join("captured.db"), &first, &layout);
    let mut desk = Desk::open(&folder.path().join("ours.db")).unwrap();
    company(&mut desk, true);
    let (mut next, mut ours, mut limit) = (Next::default(), Vec::new(), Vec::new());
    for writes in &all {
        let began = Wall::now();
        step(&mut desk, &mut next);
        ours.push(began.elapsed());
        let began = Wall::now();
        write(&bare, writes);
        limit.push(began.elapsed());
    }
    let rows = all.iter().map(Vec::len).sum::<usize>() as f64 / all.len() as f64;
    let (whole, whole_limit) = (ours.iter().sum::<Duration>(), limit.iter().sum::<Duration>());
    line(&format!("a durable command, {rows:.1} rows each"), median(ours), median(limit), "<= 2");
    line("  all of them, checkpoints included", whole, whole_limit, "<= 2");
}

/// Five steps in a row, started to done, one durable commit a command, against as many bare commits of one row.
pub fn five_steps() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(&folder.path().join("ours.db")).unwrap();
    company(&mut desk, false);
    let bare = Connection::open(folder.path().join("bare.db")).unwrap();
    bare.execute_batch(SETTINGS).unwrap();
    bare.execute_batch("CREATE TABLE work (id INTEGER PRIMARY KEY, state TEXT NOT NULL) STRICT").unwrap();
    let (mut ours, mut limit, mut commits) = (Duration::ZERO, Duration::ZERO, 0);
    let state = "x".repeat(300);
    for case in 0..CASES {
        let (began, mut next, mut own) = (Wall::now(), Next::default(), 0);
        loop {
            own += 1;
            if step(&mut desk, &mut next) {
                break;
            }
        }
        ours += began.elapsed();
        commits += own;
        let began = Wall::now();
        for _ in 0..own {
            let sql = "INSERT OR REPLACE INTO work VALUES (?1, ?2)";
            bare.prepare_cached(sql).unwrap().execute(rusqlite::params![case, state]).unwrap();
        }
        limit += began.elapsed();
    }
    rate("five steps in a row, durable", ours, CASES);
    line("  a case of it against as many bare commits", ours / CASES, limit / CASES, "<= 2.2");
    assert_eq!(commits, 6 * CASES);
}

/// The same on the memory store.
pub fn five_steps_in_memory() {
    let mut desk = Desk::in_memory().unwrap();
    company(&mut desk, false);
    let cases = 30 * CASES;
    let began = Wall::now();
    for _ in 0..cases {
        let mut next = Next::default();
        while !step(&mut desk, &mut next) {}
    }
    rate("five steps in a row, in memory", began.elapsed(), cases);
    // The first question brings the tables up to date.
    assert_eq!(desk.store().info().unwrap().cases, i64::from(cases));
    rate("  with every table written", began.elapsed(), cases);
}

fn rate(what: &str, time: Duration, cases: u32) {
    println!("{what:<58} {:>10.0} cases a second", f64::from(cases) / time.as_secs_f64());
}
