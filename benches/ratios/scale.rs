//! A file with a million cases against one with a thousand, and against the bare program: an imported log of ten
//! million events, beside it the sample company with its open work, 100,000 cards on a board of 300 columns and
//! 100,000 records. Takes minutes, so that it runs only when it is asked for by its name.

use super::{NOW, Sink, h, line, median, op, started};
use baton::clock::Clock;
use baton::desk::demo::generate;
use baton::desk::{Desk, LogWish, Series};
use baton::domain::Handle;
use baton::domain::command::{Command, StartCase};
use baton::domain::zone::Zone;
use baton::tui::input::{Input, Key};
use baton::tui::keymap::Keymap;
use baton::tui::model::Model;
use baton::tui::msg::{Effect, Msg, Query};
use baton::tui::terminal::Wire;
use baton::tui::worker::serve;
use baton::tui::{Place, draw, update};
use ratatui::Terminal;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant as Wall};

const CASES: u64 = 1_000_000;
const CARDS: usize = 100_000;
const COLUMNS: usize = 300;
const RECORDS: usize = 100_000;
const FIRST_KEYS: &str = "? help";

pub fn million() {
    let folder = tempfile::tempdir().unwrap();
    let (small, large) = (folder.path().join("small.db"), folder.path().join("large.db"));
    generate(&mut Desk::open(&small).unwrap(), 1, NOW, 120, 1_000).unwrap();
    std::fs::copy(&small, &large).unwrap();
    fill(folder.path(), &large);
    starts(folder.path(), &small, &large);
    let limit = bare_keys();
    let mut stage = Stage::open(&large, "wide");
    keys(&mut stage, "1", "j", "inbox", limit);
    keys(&mut stage, "2", "j", "board of 100,000 cards in 300 columns", limit);
    keys(&mut stage, "2", "l", "  to the next column of it", limit);
    keys(&mut stage, "3", "j", "100,000 records", limit);
    filters(&mut stage, "1", "hansen", "inbox");
    filters(&mut stage, "2", "number 77", "board");
    filters(&mut stage, "3", "number 4711", "records");
    let catalog = stage.desk.catalog().unwrap();
    let log = catalog.processes.keys().find(|process| process.as_str().starts_with("log"));
    figures(&mut stage, log.unwrap().clone());
}

/// The same on a file made by `baton --now 2026-11-20T10:42:00+01:00 demo --write FILE --cases 1000000`: a company with
/// thousands of cases open and thousands of rows in one inbox.
pub fn company(large: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small.db");
    generate(&mut Desk::open(&small).unwrap(), 1, NOW, 120, 1_000).unwrap();
    starts(folder.path(), &small, large);
    let limit = bare_keys();
    let mut stage = Stage::open(large, "order-to-cash");
    println!("  rows in the inbox: {}", stage.model.inbox.as_ref().map_or(0, |inbox| inbox.items.len()));
    keys(&mut stage, "1", "j", "inbox", limit);
    keys(&mut stage, "2", "j", "board", limit);
    keys(&mut stage, "2", "l", "  to the next column of it", limit);
    keys(&mut stage, "3", "j", "records", limit);
    filters(&mut stage, "1", "hansen", "inbox");
    filters(&mut stage, "2", "hansen", "board");
    filters(&mut stage, "3", "hansen", "records");
    figures(&mut stage, h("order-to-cash"));
}

/// Adds the log, the cards and the records.
fn fill(folder: &Path, file: &Path) {
    let log = folder.join("log.csv");
    let mut text = BufWriter::new(std::fs::File::create(&log).unwrap());
    writeln!(text, "case:concept:name,concept:name,time:timestamp,org:resource").unwrap();
    for case in 0..CASES {
        // Ten years of weekdays, so many cases an hour.
        let begin = case * 8_760 * 10 / CASES;
        for step in 0..10u64 {
            let hour = begin + step * (1 + case % 7);
            let (year, rest) = (2016 + hour / 8_760, hour % 8_760);
            let (month, rest) = (rest / 730 % 12 + 1, rest % 730);
            let (day, hour) = (rest / 24 % 28 + 1, rest % 24);
            writeln!(
                text,
                "c{case},step {step},{year}-{month:02}-{day:02}T{hour:02}:{:02}:00Z,worker{}",
                case % 60,
                (case + step) % 40
            )
            .unwrap();
        }
    }
    text.flush().unwrap();
    drop(text);
    let mut desk = Desk::open(file).unwrap();
    let mut next = op;
    let person = desk.catalog().unwrap().admins().next().unwrap().clone();
    let mut by = Series { person: person.clone(), now: NOW, op: &mut next };
    let began = Wall::now();
    let report = desk.import_log(&log, &LogWish::default(), &mut by, &mut |_, _| {}).unwrap();
    println!("a log of {} cases and {} rows imported in {:?}", report.cases, report.rows, began.elapsed());
    std::fs::remove_file(&log).unwrap();

    let mut process = format!(
        "process = \"wide\"\ntitle = \"Wide\"\nkind = \"operational\"\npurpose = \"p\"\naccountable = \"@{person}\"\n"
    );
    for n in 0..COLUMNS {
        let next = if n + 1 == COLUMNS { "{ end = \"done\" }".into() } else { format!("\"s{}\"", n + 1) };
        process += &format!(
            "[[step]]\nstep = \"s{n}\"\ntitle = \"Step {n}\"\nby = \"@{person}\"\ngoal = \"1 day\"\nnext = {next}\n"
        );
    }
    let (process, problems) = baton::domain::process_check::read(&process, &desk.known().unwrap());
    let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
    desk.execute(&Command::PublishProcess { process }, &by.context()).unwrap();
    let start = |n: usize| {
        Command::StartCase(StartCase {
            process: Some(h("wide")),
            title: Some(format!("Roof number {n}")),
            ..StartCase::default()
        })
    };
    let cards = (0..CARDS).map(start).collect::<Vec<_>>();
    desk.execute_all(&cards, &by.context()).unwrap();
    let record = |n: usize| Command::AddRecord {
        kind: h("customer"),
        name: format!("Customer number {n}"),
        fields: Vec::new(),
    };
    let records = (0..RECORDS).map(record).collect::<Vec<_>>();
    desk.execute_all(&records, &by.context()).unwrap();
    drop(desk);
    // Spread over the columns behind the journal's back: moving them takes longer than everything else here.
    let connection = Connection::open(file).unwrap();
    let spread = "UPDATE place SET step = 's' || (case_id % ?1), responsible = 'nobody-here', to_party = NULL
                  WHERE process = 'wide'";
    connection.execute(spread, [COLUMNS as i64]).unwrap();
}

/// From the start of the program to its first frame, and how much memory it has then.
fn starts(folder: &Path, small: &Path, large: &Path) {
    let own = std::env::current_exe().unwrap();
    let start = |program: &Path, args: &[&str], until: &str| {
        let (took, terminal) = started(folder, program, args, until);
        let status = std::fs::read_to_string(format!("/proc/{}/status", terminal.pid().unwrap()));
        let most = status.ok().and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM:"))?.to_string();
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        });
        (took, most.unwrap_or(0))
    };
    let baton = Path::new(env!("CARGO_BIN_EXE_baton"));
    let (mut few, mut many, mut bare, mut memory) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..15 {
        let of = |file: &Path| {
            let now = "2026-11-20T10:42:00+01:00";
            start(baton, &["--db", file.to_str().unwrap(), "--as", "dee", "--now", now], FIRST_KEYS)
        };
        few.push(of(small).0);
        let (took, most) = of(large);
        many.push(took);
        memory = memory.max(most);
        bare.push(start(&own, &["--bare", large.to_str().unwrap()], "row 30 ").0);
    }
    line("a million cases: first frame, against 1,000", median(many.clone()), median(few), "<= 1.5");
    line("  against the bare program", median(many), median(bare), "<= 3");
    println!("  memory with it open: {:.1} MiB (at most 40)", memory as f64 / 1024.0);
}

/// The program as it is on a screen of 120x40, without the terminal.
struct Stage {
    desk: Desk,
    model: Model,
    place: Place,
    terminal: Terminal<Wire<Sink>>,
}

impl Stage {
    fn open(file: &Path, process: &str) -> Stage {
        let mut desk = Desk::open(file).unwrap();
        let me: Handle = h("dee");
        let (keymap, _) = Keymap::new(&BTreeMap::new());
        let mut model = Model::new(me.clone(), desk.catalog().unwrap(), keymap);
        (model.now, model.size, model.first_run) = (NOW, (120, 40), false);
        let place = Place {
            path: file.to_path_buf(),
            me,
            clock: Clock::Fixed(NOW),
            zone: Zone::utc(),
            programs: Default::default(),
        };
        let terminal = Terminal::new(Wire::new(Sink::default(), Some((120, 40).into()))).unwrap();
        let mut stage = Stage { desk, model, place, terminal };
        stage.take(vec![Effect::Load(Query::Catalog), Effect::Load(Query::Inbox)]);
        stage.model.process = Some(h(process));
        stage
    }

    /// Carries effects out; what the answers ask for.
    fn answer(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let mut more = Vec::new();
        for effect in effects {
            let answers = match serve(&mut self.desk, &self.place, effect) {
                Ok(answers) => answers,
                Err(error) => panic!("{error}"),
            };
            for msg in answers {
                more.extend(update::update(&mut self.model, msg));
            }
        }
        more
    }

    fn take(&mut self, mut effects: Vec<Effect>) {
        while !effects.is_empty() {
            effects = self.answer(effects);
        }
    }

    fn draw(&mut self) {
        let model = &self.model;
        self.terminal.draw(|frame| draw::draw(model, frame)).unwrap();
    }

    /// Presses one key: how long until the first frame after it, until what it asked for is on screen, and until
    /// nothing is asked for any more.
    fn press(&mut self, key: &str) -> (Duration, Duration, Duration) {
        let key = key.parse::<Key>().unwrap();
        let began = Wall::now();
        let effects = update::update(&mut self.model, Msg::Input(vec![Input::Key(key)]));
        self.draw();
        let first = began.elapsed();
        let mut answered = first;
        if !effects.is_empty() {
            let more = self.answer(effects);
            self.draw();
            answered = began.elapsed();
            self.take(more);
        }
        (first, answered, began.elapsed())
    }
}

fn keys(stage: &mut Stage, pane: &str, key: &str, what: &str, limit: Duration) {
    stage.press(pane);
    let times = (0..500).map(|_| stage.press(key)).collect::<Vec<_>>();
    let first = times.iter().map(|(first, ..)| *first).collect();
    let mut whole = times.iter().map(|(_, answered, _)| *answered).collect::<Vec<_>>();
    whole.sort();
    line(&format!("a million cases: `{key}`, {what}"), median(first), limit, "<= 2");
    line("  the 99th percentile, with what it asks for", whole[495], Duration::from_millis(8), "<= 1 (8 ms)");
}

fn filters(stage: &mut Stage, pane: &str, text: &str, what: &str) {
    stage.press(pane);
    stage.press("/");
    let (mut times, mut slowest) = (Vec::new(), Duration::ZERO);
    for letter in text.chars() {
        let key = if letter == ' ' { "Space".to_string() } else { letter.to_string() };
        let (_, answered, whole) = stage.press(&key);
        times.push(answered);
        slowest = slowest.max(whole);
    }
    stage.press("Enter");
    stage.press("Esc");
    line(
        &format!("a filter typed over the {what}"),
        median(times),
        Duration::from_millis(10),
        "<= 1 (10 ms)",
    );
    println!("  until all of the list was looked through for a page, its slowest letter: {slowest:?}");
}

/// The figures of a process, over a quarter and over ten years.
fn figures(stage: &mut Stage, process: Handle) {
    let limit = Duration::from_millis(100);
    for days in [90, 3650] {
        let began = Wall::now();
        stage.take(vec![Effect::Load(Query::Glance { process: process.clone(), days })]);
        let name = format!("a million cases: figures of {days} days, as kept");
        line(&name, began.elapsed(), limit, "<= 1 (100 ms)");
    }
    let began = Wall::now();
    stage.take(vec![Effect::Load(Query::Figures { process, days: 90, filter: String::new() })]);
    line("  the exact ones of 90 days, counted aside", began.elapsed(), limit, "");
}

/// What the bare program takes from a key to the last byte.
fn bare_keys() -> Duration {
    use ratatui::layout::Constraint;
    use ratatui::widgets::{Row, Table};
    let area = ratatui::layout::Rect::new(0, 0, 120, 40);
    let options = ratatui::TerminalOptions { viewport: ratatui::Viewport::Fixed(area) };
    let backend = ratatui::backend::CrosstermBackend::new(Sink::default());
    let mut bare = Terminal::with_options(backend, options).unwrap();
    let mut times = Vec::new();
    for cursor in 0..500usize {
        let began = Wall::now();
        bare.draw(|frame| {
            let rows = (cursor..cursor + 40).map(|n| {
                let mark = if n == cursor + 3 { ">" } else { " " };
                Row::new([mark.to_string(), format!("C-{n}"), format!("Hansen Roofing: roof quote {n}")])
            });
            frame.render_widget(Table::new(rows, [3, 10, 60].map(Constraint::Length)), frame.area());
        })
        .unwrap();
        times.push(began.elapsed());
    }
    median(times)
}
