//! A large event log into the file with everything that is kept, against a bare program that reads the same
//! file with quick-xml and inserts its rows into one table with two indexes: processor time, because others load
//! the machine, and the most memory each had. Twice, with 560,000 events and with four times as many. Takes
//! minutes, so that it runs only when it is asked for by its name.

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use rusqlite::{Connection, Statement};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const EVENTS: [u64; 2] = [560_000, 2_250_000];
const TURNS: usize = 3;
const MOST_MEMORY: f64 = 150.0;

/// What a run of a program took.
#[derive(Clone, Copy)]
struct Took {
    cpu: f64,
    /// MiB.
    memory: f64,
}

pub fn logs() {
    let folder = tempfile::tempdir().unwrap();
    let own = std::env::current_exe().unwrap();
    let baton = Path::new(env!("CARGO_BIN_EXE_baton"));
    let mut memory = Vec::new();
    for events in EVENTS {
        let log = folder.path().join("log.xes.gz");
        let cases = write(&log, events);
        let (mut ours, mut limit) = (Vec::new(), Vec::new());
        for turn in 0..if events > 1_000_000 { 1 } else { TURNS } {
            let db = folder.path().join(format!("ours-{turn}.db"));
            let words = |words: &[&str]| {
                let mut command = Command::new(baton);
                command.args(["--db", db.to_str().unwrap(), "--as", "ops"]).args(words);
                command
            };
            assert!(words(&["init", "--zone", "UTC"]).output().unwrap().status.success());
            ours.push(run(&mut words(&["import", "log", log.to_str().unwrap(), "--process", "log"])));
            std::fs::remove_file(&db).unwrap();
            let db = folder.path().join(format!("bare-{turn}.db"));
            limit.push(run(Command::new(&own).arg("--bare-import").arg(&log).arg(&db)));
            let rows: u64 = Connection::open(&db)
                .unwrap()
                .query_row("SELECT count(*) FROM event", [], |row| row.get::<_, i64>(0))
                .unwrap()
                .unsigned_abs();
            assert!(rows >= events, "the bare program read {rows} rows");
            std::fs::remove_file(&db).unwrap();
        }
        ours.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
        limit.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
        let (ours, limit) = (ours[ours.len() / 2], limit[limit.len() / 2]);
        super::line(
            &format!("import of {events} events of {cases} cases, XES.gz, CPU"),
            Duration::from_secs_f64(ours.cpu),
            Duration::from_secs_f64(limit.cpu),
            if events == EVENTS[0] { "<= 2" } else { "" },
        );
        println!(
            "  most memory: {:.0} MiB (at most {MOST_MEMORY:.0}); the bare program {:.0} MiB",
            ours.memory, limit.memory
        );
        memory.push(ours.memory);
    }
    println!(
        "  memory for four times the events: {:.2} times as much (must be about 1)",
        memory[1] / memory[0]
    );
}

/// Runs a program to its end. Its processor time is what our children have used more; its memory is looked at
/// while it runs, since nothing tells it afterwards.
fn run(command: &mut Command) -> Took {
    let before = children_cpu();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0.0_f64;
    let code = loop {
        if let Some(now) = std::fs::read_to_string(&status).ok().as_deref().and_then(peak) {
            most = most.max(now);
        }
        if let Some(code) = child.try_wait().unwrap() {
            break code;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(code.success(), "{command:?} ended with {code}");
    Took { cpu: children_cpu() - before, memory: most }
}

fn peak(status: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}

/// Seconds that children which have ended spent computing. Linux counts in hundredths.
fn children_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, after) = stat.rsplit_once(") ").unwrap();
    let ticks = |n: usize| after.split(' ').nth(n).unwrap().parse::<f64>().unwrap();
    (ticks(13) + ticks(14)) / 100.0
}

const ACTIVITIES: [&str; 11] = [
    "Create Fine",
    "Send Fine",
    "Insert Fine Notification",
    "Add penalty",
    "Send for Credit Collection",
    "Payment",
    "Insert Date Appeal to Prefecture",
    "Send Appeal to Prefecture",
    "Receive Result Appeal from Prefecture",
    "Notify Result Appeal to Offender",
    "Appeal to Judge",
];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Writes a log of so many events, much like that of the road traffic fines: two to nine rows a case over months,
/// a tenth of them by nobody. How many cases it has.
pub fn write(path: &Path, events: u64) -> u64 {
    let out = GzEncoder::new(BufWriter::new(File::create(path).unwrap()), Compression::new(6));
    let mut out = BufWriter::new(out);
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1.0\" xmlns=\"http://www.xes-standard.org/\">";
    writeln!(out, "{head}").unwrap();
    let mut dice = Dice(7);
    let (mut written, mut cases) = (0, 0);
    while written < events {
        cases += 1;
        let mut at = 946_684_800_000 + (cases as i64 * 45 + dice.below(600) as i64) * 60_000;
        let rows = [2, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 9][dice.below(12) as usize];
        writeln!(out, "<trace>\n\t<string key=\"concept:name\" value=\"A{cases}\"/>").unwrap();
        for row in 0..rows {
            let activity = if row == 0 { 0 } else { 1 + dice.below(10) as usize };
            let time = chrono::DateTime::from_timestamp_millis(at).unwrap();
            let time = time.to_rfc3339_opts(chrono::SecondsFormat::Millis, false);
            writeln!(out, "\t<event>").unwrap();
            let mut text = |kind: &str, key: &str, value: &str| {
                writeln!(out, "\t\t<{kind} key=\"{key}\" value=\"{value}\"/>").unwrap();
            };
            text("string", "concept:name", ACTIVITIES[activity]);
            text("date", "time:timestamp", &time);
            text("string", "lifecycle:transition", "complete");
            if dice.below(10) > 0 {
                text("string", "org:resource", &dice.below(150).to_string());
            }
            text("float", "amount", &format!("{}.0", 1 + dice.below(500)));
            writeln!(out, "\t</event>").unwrap();
            at += dice.below(60 * 86_400_000) as i64;
        }
        writeln!(out, "</trace>").unwrap();
        written += rows;
    }
    writeln!(out, "</log>").unwrap();
    let inner = out.into_inner().unwrap_or_else(|_| panic!("the log could not be written"));
    inner.finish().unwrap().flush().unwrap();
    cases
}

/// The program that sets the limit.
pub fn bare_import(log: &Path, db: &Path) {
    let mut connection = super::bare_table(db);
    let tx = connection.transaction().unwrap();
    {
        let mut insert = tx.prepare("INSERT INTO event VALUES (?1, ?2, ?3, ?4)").unwrap();
        let packed = MultiGzDecoder::new(BufReader::new(File::open(log).unwrap()));
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 * 1024, packed));
        let mut row = BareRow::default();
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).unwrap() {
                Event::Start(element) => row.begin(&element),
                Event::Empty(element) => row.attribute(&element),
                Event::End(element) if element.local_name().as_ref() == "event" => row.end(&mut insert),
                Event::Eof => break,
                _ => {}
            }
        }
    }
    tx.commit().unwrap();
}

#[derive(Default)]
struct BareRow {
    within: bool,
    case: String,
    activity: String,
    at: String,
    who: Option<String>,
}

impl BareRow {
    fn begin(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "event" => (self.within, self.who) = (true, None),
            "trace" => self.within = false,
            _ => {}
        }
    }

    fn attribute(&mut self, element: &BytesStart<'_>) {
        let (mut key, mut value) = (None, None);
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.unwrap();
            match attribute.key.as_ref() {
                "key" => key = Some(attribute),
                "value" => value = Some(attribute),
                _ => {}
            }
        }
        let (Some(key), Some(value)) = (key, value) else { return };
        let text = || value.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned();
        match (&*key.value, self.within) {
            ("concept:name", false) => self.case = text(),
            ("concept:name", true) => self.activity = text(),
            ("time:timestamp", true) => self.at = text(),
            ("org:resource", true) => self.who = Some(text()),
            _ => {}
        }
    }

    fn end(&mut self, insert: &mut Statement<'_>) {
        insert.execute((&self.case, &self.activity, &self.at, &self.who)).unwrap();
        self.within = false;
    }
}
