//! The figures the program has to reach, each as a ratio against a limit measured in the same run, since
//! absolute times drift by a third within minutes. `cargo bench` prints one line a figure.
//!
//! The limits: a bare ratatui program that opens a SQLite file and draws one table (this very binary with
//! `--bare FILE`), and a bare rusqlite loop that inserts the same rows into one table with two indexes.
//!
//! `cargo bench -- commands` runs only the figures of one group: `frame`, `keys`, `import`, `tick`,
//! `action`, `commands`, `memory`, `check`; and `log` and `million`, which take minutes and run only when they are
//! named. `--log EVENTS FILE` writes the log of the former, for others to read too; `--company FILE` measures what
//! `million` does on a file that is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "ratios/commands.rs"]
mod commands;
#[path = "ratios/logs.rs"]
mod logs;
#[path = "ratios/scale.rs"]
mod scale;

use baton::desk::demo::generate;
use baton::desk::{Desk, Inbox, InboxItem, Lease, LogWish, Series, What};
use baton::domain::command::{Command, Context, StartCase};
use baton::domain::event::OpId;
use baton::domain::urgency::Urgency;
use baton::domain::{CaseId, Handle, HandoffId, Instant, Party, Span};
use baton::tui::input::{Input, Key};
use baton::tui::keymap::Keymap;
use baton::tui::model::Model;
use baton::tui::msg::{Loaded, Msg};
use baton::tui::terminal::Wire;
use baton::tui::{draw, update};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Constraint;
use ratatui::widgets::{Row, Table};
use ratatui::{Terminal, TerminalOptions, Viewport};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant as Wall};

/// An instant of a working day: Fri 20 Nov 2026 10:42 in Amsterdam.
const NOW: Instant = Instant(1_795_167_720_000);

/// A name on the command line and the figures it stands for.
type Group = (&'static str, &'static [fn()]);

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let first = args.next();
    let mut next = || args.next().unwrap();
    match first.as_deref() {
        Some("--bare") => return bare_program(Path::new(&next())),
        Some("--company") => return scale::company(Path::new(&next())),
        Some("--bare-import") => return logs::bare_import(Path::new(&next()), Path::new(&next())),
        Some("--log") => {
            let events = next().parse().unwrap();
            println!("{} cases", logs::write(Path::new(&next()), events));
            return;
        }
        _ => {}
    }
    println!("{:<58} {:>10} {:>10} {:>7}  must be", "what (medians of one run)", "ours", "limit", "ratio");
    let only = first.into_iter().chain(args).filter(|arg| !arg.starts_with('-')).collect::<Vec<_>>();
    let groups: [Group; 10] = [
        ("check", &[check]),
        ("frame", &[first_frame, first_frame_of_many]),
        ("keys", &[keys]),
        ("import", &[import]),
        ("tick", &[tick]),
        ("action", &[action]),
        ("commands", &[commands::one_command, commands::five_steps]),
        ("memory", &[commands::five_steps_in_memory]),
        ("log", &[logs::logs]),
        ("million", &[scale::million]),
    ];
    for (name, figures) in groups {
        let long = matches!(name, "log" | "million");
        if (only.is_empty() && !long) || only.iter().any(|wanted| wanted == name) {
            figures.iter().for_each(|figure| figure());
        }
    }
}

fn line(what: &str, ours: Duration, limit: Duration, must: &str) {
    let ratio = ours.as_secs_f64() / limit.as_secs_f64().max(1e-9);
    println!("{what:<58} {:>10} {:>10} {ratio:>6.2}x  {must}", shown(ours), shown(limit));
}

fn shown(time: Duration) -> String {
    match time.as_micros() {
        micros if micros < 10_000 => format!("{micros} us"),
        micros => format!("{} ms", micros / 1000),
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn op() -> OpId {
    OpId(uuid::Uuid::now_v7())
}

fn h(text: &str) -> Handle {
    text.parse().unwrap()
}

/// `check` of a process of sixty steps with six parallel blocks, each joined in another way.
fn check() {
    let mut text = String::from("process = \"large\"\npurpose = \"x\"\naccountable = \"@ana\"\n");
    let mut step = |name: &str, rest: &str| {
        writeln!(text, "[[step]]\nstep = \"{name}\"\nby = \"office\"\ngoal = \"1 day\"\n{rest}").unwrap();
    };
    for block in 0..6 {
        let last = (0..4).map(|branch| format!("\"b{block}-{branch}-1\"")).collect::<Vec<_>>().join(", ");
        let first = last.replace("-1\"", "-0\"");
        step(&format!("s{block}"), &format!("next = {{ all = [{first}] }}"));
        for branch in 0..4 {
            step(&format!("b{block}-{branch}-0"), &format!("next = \"b{block}-{branch}-1\""));
            step(&format!("b{block}-{branch}-1"), &format!("next = \"j{block}\""));
        }
        let some = ["", "need = 2\n", "need = 2\nlate = \"cancel\"\n"][block % 3];
        let next = if block == 5 { "{ end = true }".to_string() } else { format!("\"s{}\"", block + 1) };
        step(&format!("j{block}"), &format!("join = [{last}]\n{some}next = {next}"));
    }
    let times = (0..15).map(|_| {
        let began = Wall::now();
        let (process, _) = baton::domain::process_check::read(&text, &Default::default());
        assert_eq!(process.unwrap().steps.len(), 60);
        began.elapsed()
    });
    let limit = Duration::from_millis(100);
    line("check of 60 steps with 6 parallel blocks", median(times.collect()), limit, "<= 1 (100 ms)");
}

/// Starts a program in a pseudo-terminal of 120x40 and waits for a text: how long that took.
fn started(home: &Path, program: &Path, args: &[&str], until: &str) -> (Duration, termlens::Terminal) {
    let began = Wall::now();
    let mut terminal = termlens::Terminal::builder()
        .size(120, 40)
        .env_clear()
        .env("TERM", "xterm-256color")
        .env("LANG", "C.UTF-8")
        .env("HOME", home)
        .timeout(Duration::from_secs(20))
        .args(args.iter().copied())
        .spawn(program)
        .unwrap();
    terminal.wait_until(|screen| screen.contains(until)).unwrap();
    (began.elapsed(), terminal)
}

/// Whole processes in a pseudo-terminal, from start to the last line of the first frame.
fn first_frame() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("demo.db");
    generate(&mut Desk::open(&file).unwrap(), 1, NOW, 120, 250).unwrap();
    let start = |program: &Path, args: &[&str], until: &str| started(folder.path(), program, args, until).0;
    let (db, own) = (file.to_str().unwrap(), std::env::current_exe().unwrap());
    let baton = Path::new(env!("CARGO_BIN_EXE_baton"));
    let (mut ours, mut limit, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..15 {
        ours.push(start(baton, &["--db", db, "--as", "dee", "--now", "2026-11-20T10:42:00+01:00"], "? help"));
        limit.push(start(&own, &["--bare", db], "row 30 "));
    }
    for _ in 0..5 {
        whole.push(start(baton, &["demo"], "? help"));
    }
    line(
        "first frame of a file with the sample company, 120x40",
        median(ours),
        median(limit.clone()),
        "<= 3",
    );
    line("`baton demo`, the company played first", median(whole), Duration::from_secs(1), "<= 1 (a second)");
}

/// The same with 10,000 open cases in the file.
fn first_frame_of_many() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.db");
    let mut desk = Desk::open(&file).unwrap();
    let mut next = op;
    let mut by = Series { person: h("ana"), now: NOW, op: &mut next };
    desk.set_up(&mut by, "Bench", &"Europe/Amsterdam".parse().unwrap()).unwrap();
    let start = |n: usize| {
        Command::StartCase(StartCase {
            title: Some(format!("Hansen Roofing: roof quote number {n}")),
            to: Some(Party::Person(h("ana"))),
            ..StartCase::default()
        })
    };
    let commands = (0..10_000).map(start).collect::<Vec<_>>();
    for answer in desk.execute_each(&commands, &Context::by(&h("ana"), NOW, op())).unwrap() {
        answer.unwrap();
    }
    drop(desk);
    let (db, own) = (file.to_str().unwrap(), std::env::current_exe().unwrap());
    let start = |program: &Path, args: &[&str], until: &str| started(folder.path(), program, args, until).0;
    let baton = Path::new(env!("CARGO_BIN_EXE_baton"));
    let (mut ours, mut limit) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        ours.push(start(baton, &["--db", db, "--as", "ana"], "? help"));
        limit.push(start(&own, &["--bare", db], "row 30 "));
    }
    line(
        "T2: first frame with 10,000 open cases, 120x40",
        median(ours.clone()),
        Duration::from_millis(100),
        "<= 1 (100 ms)",
    );
    line("  the same against the bare program", median(ours), median(limit), "");
}

/// The program that sets the limit: opens the file, reads rows, draws one table, waits for a key.
fn bare_program(file: &Path) {
    let mut terminal = ratatui::init();
    let connection = Connection::open(file).unwrap();
    let mut statement = connection.prepare("SELECT id, title, state FROM work_case LIMIT 60").unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)));
    let rows = rows.unwrap().collect::<Result<Vec<_>, _>>().unwrap();
    terminal
        .draw(|frame| {
            let rows = rows.iter().enumerate().map(|(n, (id, title, state))| {
                Row::new([format!("row {n} "), id.to_string(), title.clone(), state.clone()])
            });
            let widths = [10, 10, 70, 20].map(Constraint::Length);
            frame.render_widget(Table::new(rows, widths), frame.area());
        })
        .unwrap();
    let _ = crossterm::event::read();
    ratatui::restore();
}

fn item(n: i64) -> InboxItem {
    InboxItem {
        what: What::Accept,
        urgency: Urgency::InTime,
        case: CaseId(n),
        title: format!("Hansen Roofing: roof quote number {n}"),
        process: h("quote"),
        step: h("approve"),
        step_title: "Approve".to_string(),
        item: None,
        branch: Some(1),
        handoff: Some(HandoffId(n)),
        task: None,
        exception: None,
        from: Some(h("bo")),
        responsible: h("bo"),
        to: Some(Party::Person(h("ana"))),
        since: NOW - Span::HOUR,
        due: Some(NOW + Span::MINUTE.times(n + 90)),
        clock_started: Some(NOW - Span::HOUR),
        started: false,
        waiting: None,
        let_wait: false,
        paused: None,
        ends_by_itself: false,
        barred: Vec::new(),
        movable: true,
        declined: None,
        ask_next: false,
        delegate: None,
        reminded: 0,
        on_behalf: None,
        urgent: false,
        why: None,
        told: None,
        of_case: false,
        tags: Vec::new(),
        risk: None,
    }
}

/// Where a frame's bytes go, to be counted.
#[derive(Clone, Default)]
struct Sink(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// From a key to the last byte of its frame with 10,000 things in the inbox, and how many bytes that is.
fn keys() {
    let (width, height) = (80, 24);
    let fixed =
        || TerminalOptions { viewport: Viewport::Fixed(ratatui::layout::Rect::new(0, 0, width, height)) };
    let (keymap, _) = Keymap::new(&BTreeMap::new());
    let mut model = Model::new(h("ana"), Arc::default(), keymap);
    model.first_run = false;
    model.now = NOW;
    model.size = (width, height);
    let inbox = Inbox {
        person: h("ana"),
        items: (1..=10_000).map(item).collect(),
        waiting_on_others: 0,
        waiting_on_others_late: 0,
        snoozed: 0,
        head: 0,
    };
    update::update(&mut model, Msg::Loaded(Box::new(Loaded::Inbox(inbox))));
    let sink = Sink::default();
    let mut terminal = Terminal::new(Wire::new(sink.clone(), Some((width, height).into()))).unwrap();
    let mut ours = Vec::new();
    let mut bytes = Vec::new();
    let key = "j".parse::<Key>().unwrap();
    for n in 0..2_000 {
        sink.0.borrow_mut().clear();
        let began = Wall::now();
        update::update(&mut model, Msg::Input(vec![Input::Key(key)]));
        terminal.draw(|frame| draw::draw(&model, frame)).unwrap();
        if n > 100 {
            ours.push(began.elapsed());
            bytes.push(sink.0.borrow().len());
        }
    }
    let mut bare = Terminal::with_options(CrosstermBackend::new(sink.clone()), fixed()).unwrap();
    let mut limit = Vec::new();
    for cursor in 0..2_000usize {
        sink.0.borrow_mut().clear();
        let began = Wall::now();
        bare.draw(|frame| {
            let rows = (cursor..cursor + usize::from(height)).map(|n| {
                let mark = if n == cursor + 3 { ">" } else { " " };
                Row::new([mark.to_string(), format!("C-{n}"), format!("Hansen Roofing: roof quote {n}")])
            });
            frame.render_widget(Table::new(rows, [3, 10, 60].map(Constraint::Length)), frame.area());
        })
        .unwrap();
        if cursor > 100 {
            limit.push(began.elapsed());
        }
    }
    ours.sort();
    let p99 = ours[ours.len() * 99 / 100];
    line("key to last byte, 10,000 things, 80x24", median(ours), median(limit), "<= 3");
    line("  the 99th percentile of it", p99, Duration::from_millis(16), "<= 1 (16 ms)");
    bytes.sort();
    println!(
        "  bytes for `j`: median {}, most {} (at most 900 with a changing preview)",
        bytes[bytes.len() / 2],
        bytes[bytes.len() - 1]
    );
}

/// A log of 200,000 rows into an empty file, against the same rows into one table with two indexes.
fn import() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    let (cases, steps) =
        (25_000u32, ["receive", "check", "approve", "deliver", "bill", "collect", "match", "close"]);
    let mut text = String::from("case:concept:name,concept:name,time:timestamp,org:resource\n");
    for case in 0..cases {
        for (n, step) in steps.iter().enumerate() {
            let minute = case + n as u32 * 97;
            let (day, rest) = (minute / 1440 % 28 + 1, minute % 1440);
            let (hour, minute) = (rest / 60, rest % 60);
            let who = (case as usize + n) % 40;
            writeln!(text, "case-{case},{step},2026-03-{day:02}T{hour:02}:{minute:02}:00Z,worker{who}")
                .unwrap();
        }
    }
    std::fs::write(&log, &text).unwrap();
    let rows = cases * steps.len() as u32;
    let (mut ours, mut limit) = (Vec::new(), Vec::new());
    for n in 0..3 {
        let mut desk = Desk::open(&folder.path().join(format!("ours-{n}.db"))).unwrap();
        let mut next = op;
        let mut by = Series { person: h("ana"), now: NOW, op: &mut next };
        desk.set_up(&mut by, "Bench", &"Europe/Amsterdam".parse().unwrap()).unwrap();
        let began = Wall::now();
        let report = desk.import_log(&log, &LogWish::default(), &mut by, &mut |_, _| {}).unwrap();
        ours.push(began.elapsed());
        assert_eq!(report.rows, u64::from(rows));
        let began = Wall::now();
        bare_insert(&folder.path().join(format!("bare-{n}.db")), &text);
        limit.push(began.elapsed());
    }
    line(&format!("import of a log, {rows} rows"), median(ours), median(limit), "<= 4");
}

/// The table and the two indexes of the programs that set the limit of an import.
fn bare_table(file: &Path) -> Connection {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE event (case_id TEXT, activity TEXT, at TEXT, who TEXT) STRICT;
             CREATE INDEX by_case ON event (case_id, at); CREATE INDEX by_activity ON event (activity, at);",
        )
        .unwrap();
    connection
}

fn bare_insert(file: &Path, text: &str) {
    let mut connection = bare_table(file);
    let tx = connection.transaction().unwrap();
    {
        let mut insert = tx.prepare("INSERT INTO event VALUES (?1, ?2, ?3, ?4)").unwrap();
        for row in text.lines().skip(1) {
            let mut cells = row.split(',');
            let mut next = || cells.next().unwrap();
            insert.execute([next(), next(), next(), next()]).unwrap();
        }
    }
    tx.commit().unwrap();
}

/// A tick with ten clocks due, among a thousand and among a million open ones.
fn tick() {
    let mut medians = Vec::new();
    for clocks in [1_000u32, 1_000_000] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk.db");
        let mut desk = Desk::open(&file).unwrap();
        let mut next = op;
        let mut by = Series { person: h("ana"), now: NOW, op: &mut next };
        desk.set_up(&mut by, "Bench", &"UTC".parse().unwrap()).unwrap();
        let process = "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"p\"\naccountable = \"@ana\"\n\
                       [[step]]\nstep = \"a\"\ntitle = \"A\"\nby = \"@ana\"\ngoal = \"1 hour\"\nnext = { end = \"done\" }\n";
        let (process, problems) = baton::domain::process_check::read(process, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}"));
        let rounds = 9i64;
        desk.execute(&Command::PublishProcess { process: process.into() }, &by.context()).unwrap();
        for round in 0..rounds {
            for _ in 0..10 {
                let at = NOW + Span::DAY.times(round);
                let start = StartCase { process: Some(h("p")), ..StartCase::default() };
                desk.execute(&Command::StartCase(start), &Context::by(&h("ana"), at, op())).unwrap();
            }
        }
        let far = (NOW + Span::DAY.times(5_000)).0;
        let connection = Connection::open(&file).unwrap();
        connection
            .execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                 INSERT INTO clock SELECT 1000000 + i, 1, 'goal', ?2 + i, 'office', 1 FROM n",
                rusqlite::params![clocks, far],
            )
            .unwrap();
        drop(connection);
        let lease = Lease(uuid::Uuid::now_v7());
        let mut times = Vec::new();
        for round in 0..rounds {
            let at = NOW + Span::DAY.times(round) + Span::HOUR + Span::MINUTE;
            let began = Wall::now();
            let ticked = desk.tick(lease, at, &mut op).unwrap();
            times.push(began.elapsed());
            assert_eq!(ticked.breaches, 10);
        }
        medians.push(median(times));
    }
    line("tick with 10 due: 1,000,000 open clocks against 1,000", medians[1], medians[0], "<= 1.5");
}

/// 1,000 accepted handoffs as one action, against 1,000 given one by one; and the one action taken back.
fn action() {
    const MANY: i64 = 1_000;
    let (mut ours, mut limit, mut back) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Desk::open(&folder.path().join("desk.db")).unwrap();
        let mut next = op;
        let mut by = Series { person: h("ana"), now: NOW, op: &mut next };
        desk.set_up(&mut by, "Bench", &"UTC".parse().unwrap()).unwrap();
        let process = "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"p\"\naccountable = \"@ana\"\n\
                       [[step]]\nstep = \"a\"\ntitle = \"A\"\nby = \"@bo\"\ngoal = \"1 hour\"\nnext = { end = \"done\" }\n";
        let permission = baton::domain::catalog::Permission::Member;
        let bo =
            Command::AddPerson { person: h("bo"), name: "Bo".into(), mail: None, permission, roles: vec![] };
        desk.execute(&bo, &by.context()).unwrap();
        let (process, problems) = baton::domain::process_check::read(process, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
        desk.execute(&Command::PublishProcess { process }, &by.context()).unwrap();
        let start = Command::StartCase(StartCase { process: Some(h("p")), ..StartCase::default() });
        desk.execute_all(&vec![start; 2 * MANY as usize], &by.context()).unwrap();
        let accept = |n| Command::AcceptHandoff {
            case: CaseId(n),
            handoff: HandoffId(n),
            next_action: None,
            when: None,
        };
        let (singly, together) = ((1..=MANY).map(accept), (MANY + 1..=2 * MANY).map(accept));
        let (singly, together) = (singly.collect::<Vec<_>>(), together.collect::<Vec<_>>());
        let by_bo = || Context::by(&h("bo"), NOW, op());

        let began = Wall::now();
        for command in &singly {
            desk.execute(command, &by_bo()).unwrap();
        }
        limit.push(began.elapsed());
        let began = Wall::now();
        let answers = desk.execute_each(&together, &by_bo()).unwrap();
        ours.push(began.elapsed());
        assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|done| !done.events.is_empty())));
        let began = Wall::now();
        assert_eq!(desk.undo(&by_bo()).unwrap().len(), MANY as usize);
        back.push(began.elapsed());
    }
    line(
        "1,000 commands as one action, against one by one",
        median(ours),
        median(limit.clone()),
        "<= 0.2 (5x)",
    );
    line("  the action taken back", median(back), median(limit), "<= 0.2");
}
