//! Text that wants to steer the terminal or hide, on every screen and in every command that shows something:
//! what reaches the terminal is read back byte by byte. The everyday run draws 50,000 texts; a million are
//! `cargo test --release --test tui -- --ignored a_million`.

use super::*;
use baton::domain::record::{Contact, FieldType};
use baton::tui::terminal::Wire;
use ratatui::layout::Size;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::Command as Program;
use std::rc::Rc;

/// Numbers that are the same in every run.
pub(super) struct Dice {
    state: u64,
    /// Hostile texts made so far; each has its number.
    made: usize,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice { state: seed | 1, made: 0 }
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 33) as usize % n.max(1)
    }
}

/// Mostly what goes wrong, between letters: controls, directions, joiners, marks, halves of signs.
const PIECES: [&str; 44] = [
    "\x1b[2J",
    "\x1b]0;x\x07",
    "\x1b[31m",
    "\x1b",
    "\u{9b}31m",
    "\u{85}",
    "\x07",
    "\x08",
    "\r",
    "\n",
    "\t",
    "\u{7f}",
    "\u{ad}",
    "\u{34f}",
    "\u{61c}",
    "\u{200b}",
    "\u{200c}",
    "\u{200d}",
    "\u{200e}",
    "\u{200f}",
    "\u{202a}",
    "\u{202e}",
    "\u{2066}",
    "\u{2069}",
    "\u{2028}",
    "\u{2060}",
    "\u{feff}",
    "\u{fe0f}",
    "\u{e0041}",
    "\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{20e3}",
    "👩\u{200d}👩",
    "🇳",
    "日本",
    "ｶﾞ",
    "क\u{94d}",
    "\u{1100}",
    "\u{3164}",
    "a",
    "quote ",
    "\\u001b[0m",
    "e\u{301}",
    "☁\u{fe0f}",
    "\u{90}q\u{9c}",
];

pub(super) fn hostile(dice: &mut Dice) -> String {
    dice.made += 1;
    let mut text = format!("q{}.", dice.made);
    for _ in 0..1 + dice.below(9) {
        text.push_str(PIECES[dice.below(PIECES.len())]);
    }
    text
}

/// The bytes a terminal would get.
#[derive(Debug, Default, Clone)]
pub(super) struct Bytes(Rc<RefCell<Vec<u8>>>);

impl Bytes {
    pub(super) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.borrow_mut())
    }
}

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal of this size over the real writer of frames.
pub(super) fn wired(size: (u16, u16)) -> (Bytes, Terminal<Wire<Bytes>>) {
    let bytes = Bytes::default();
    let terminal = Terminal::new(Wire::new(bytes.clone(), Some(Size::new(size.0, size.1)))).unwrap();
    (bytes, terminal)
}

/// The first thing in `text` that acts on a terminal or hides from a reader. Knows nothing of how we clean.
fn found(text: &str, tabs: bool) -> Option<char> {
    let mut before = ' ';
    for c in text.chars() {
        let acts = c.is_control() && c != '\n' && !(tabs && c == '\t');
        let hides = matches!(c as u32, 0xad | 0x34f | 0x61c | 0x180b..=0x180f | 0x200b | 0x200c | 0x200e | 0x200f
            | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0e | 0xfeff | 0xe0000..=0xe0fff);
        // A joiner and the emoji selector are at home in an emoji and nowhere else.
        let joins = matches!(c, '\u{200d}' | '\u{fe0f}');
        let emoji = (before as u32) >= 0x2190 || matches!(before, '0'..='9' | '#' | '*');
        if acts || hides || (joins && !emoji) {
            return Some(c);
        }
        before = c;
    }
    None
}

/// A frame without what we say to the terminal ourselves: colours, places, clearing, cursor, whole frames.
fn said(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let (mut said, mut rest) = (String::new(), text.as_str());
    while let Some(at) = rest.find("\x1b[") {
        said.push_str(&rest[..at]);
        let sequence = &rest[at + 2..];
        let end = sequence.find(|c: char| !c.is_ascii_digit() && !";?".contains(c)).unwrap();
        assert!(
            matches!(&sequence[end..=end], "m" | "H" | "J" | "K" | "X" | "h" | "l" | "C"),
            "{:?}",
            &sequence[..=end]
        );
        // Each begins a new cell: nothing joins across it.
        said.push(' ');
        rest = &sequence[end + 1..];
    }
    said + rest
}

#[test]
fn the_scanner_sees_what_it_is_for() {
    for bad in ["a\x1b[2Jb", "\u{9b}", "x\u{202e}", "\u{200b}", "a\u{200d}b", "\u{feff}", "\u{e0041}", "\r"] {
        assert!(found(bad, true).is_some(), "{bad:?}");
    }
    assert_eq!(found("Übergabe 日本 👩\u{200d}👩 e\u{301}\n", false), None);
    assert_eq!(said(b"\x1b[?2026h\x1b[1;1Hab\x1b[31mc"), "  ab c");
}

fn shown_clean(stage: &Stage, bytes: &Bytes, terminal: &mut Terminal<Wire<Bytes>>, at: &str) -> String {
    terminal.clear().unwrap();
    terminal.draw(|frame| draw::draw(&stage.model, frame)).unwrap();
    let frame = bytes.take();
    assert!(!frame.is_empty(), "nothing was drawn at {at}");
    let text = said(&frame);
    assert_eq!(found(&text, false), None, "{at}: {text:?}");
    text
}

/// The numbers of the hostile texts that can be read there, whole or cut.
fn numbers(text: &str) -> Vec<usize> {
    let after = text.split('q').skip(1);
    after.filter_map(|rest| rest.split_once('.').and_then(|(number, _)| number.parse().ok())).collect()
}

/// Fills everything that can be filled with hostile texts through commands.
fn fill(stage: &mut Stage, dice: &mut Dice, each: usize) {
    let mut evil = || hostile(dice);
    let other = "bo".parse::<baton::domain::Handle>().unwrap();
    // A process file with a control character is refused, so there it hides only.
    let quoted =
        |text: String| toml::Value::String(text.chars().filter(|c| !c.is_control()).collect()).to_string();
    let steps = format!(
        "[[step]]\nstep = \"one\"\ntitle = {}\nby = \"@dee\"\ngoal = \"1 hour\"\ndone = {}\nhow = {}\nchecklist = [{}]\nnext = \"two\"\n[[step]]\nstep = \"two\"\ntitle = {}\nby = \"@bo\"\ngoal = \"1 day\"\nnext = {{ end = \"done\" }}\n",
        quoted(evil()),
        quoted(evil()),
        quoted(evil()),
        quoted(evil()),
        quoted(evil())
    );
    let (publish, start) = plan(stage, &steps);
    let now = stage.model.now;
    let by = || Context::by(&other, now, OpId(uuid::Uuid::now_v7()));
    stage.take(vec![Effect::Do(vec![publish])]);
    let Command::StartCase(start) = start else { panic!("{start:?}") };
    let mut begin = Vec::new();
    for n in 0..each {
        begin.push(Command::StartCase(baton::domain::command::StartCase {
            title: Some(evil()),
            note: Some(evil()),
            ..start.clone()
        }));
        let kinds = stage.model.catalog.kinds.values().collect::<Vec<_>>();
        let kind = kinds[n % kinds.len()];
        let texts = kind.fields.iter().filter(|field| field.kind == FieldType::Text);
        let fields = texts.map(|field| (field.name.clone(), evil())).collect();
        begin.push(Command::AddRecord { kind: kind.handle.clone(), name: evil(), fields });
    }
    let mut then = Vec::new();
    for answer in stage.desk.execute_each(&begin, &by()).unwrap() {
        use baton::domain::event::SubjectId as S;
        match answer.unwrap().subject {
            S::Case(case) => then.push(Command::NoteCase { case, text: evil() }),
            S::Record(record) => {
                let contact = Contact { name: evil(), mail: Some(evil()), phone: Some(evil()) };
                then.push(Command::AddContact { record, contact });
                then.push(Command::NoteRecord { record, text: evil() });
            }
            S::Catalog => {}
        }
    }
    for answer in stage.desk.execute_each(&then, &by()).unwrap() {
        answer.unwrap();
    }
    stage.take(vec![
        Effect::Load(Query::Catalog),
        Effect::Load(Query::Inbox),
        Effect::Load(Query::Names(String::new())),
    ]);
}

/// Puts other hostile texts where the screen has some.
fn swap(model: &mut Model, dice: &mut Dice) {
    let mut evil = |text: &mut String| *text = hostile(dice);
    for item in model.inbox.iter_mut().flat_map(|inbox| &mut inbox.items) {
        evil(&mut item.title);
        evil(&mut item.step_title);
    }
    for item in model.records.iter_mut().flatten() {
        evil(&mut item.row.name);
    }
    if let Some(view) = &mut model.record {
        evil(&mut view.row.name);
    }
    if let Some(view) = &mut model.case {
        evil(&mut view.row.title);
        view.spots.iter_mut().for_each(|spot| {
            evil(&mut spot.step_title);
            evil(spot.note.get_or_insert_default());
        });
    }
    for column in model.board.iter_mut().flat_map(|board| &mut board.columns) {
        evil(&mut column.title);
        column.cards.iter_mut().for_each(|card| evil(&mut card.title));
    }
    model.cases.iter_mut().for_each(|row| evil(&mut row.title));
    evil(&mut model.status.text);
}

const VIEWS: [&str; 26] = [
    "inbox",
    "inbox --all",
    "overdue",
    "case list",
    "case show C-81",
    "case due C-81",
    "task list",
    "record list",
    "record show R-60",
    "record timeline R-60",
    "person list",
    "person show dee",
    "role list",
    "process list",
    "process show plan",
    "process export plan",
    "handoff list",
    "calendar list",
    "schedule list",
    "rule list",
    "metrics summary",
    "audit verify",
    "db info",
    "config",
    "keys",
    "simulate --days 2",
];

/// Every view of the command line, in its three forms, on this file; how many could be seen.
fn commands_are_clean(file: &Path) -> usize {
    let mut seen = 0;
    for view in VIEWS {
        for form in ["", "--plain", "--json"] {
            let mut program = Program::new(env!("CARGO_BIN_EXE_baton"));
            program.args([
                "--db",
                file.to_str().unwrap(),
                "--as",
                "dee",
                "--now",
                "2026-11-20T10:43:00+01:00",
            ]);
            program.args(form.split_whitespace().chain(view.split_whitespace()));
            let ran =
                program.env("HOME", file.parent().unwrap()).env_remove("BATON_CONFIG").output().unwrap();
            let (out, err) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
            // A process file that is exported to a pipe is data: it has to come back as it was.
            if !view.starts_with("process export") {
                assert_eq!(found(&out, true), None, "{form} {view}: {out:?}");
            }
            assert_eq!(found(&err, true), None, "{form} {view}: {err:?}");
            seen += usize::from(ran.status.success());
        }
    }
    seen
}

fn every_screen(texts: usize, each: usize) {
    let mut dice = Dice::new(7);
    let mut stage = Stage::open(120, 40);
    let mut drawn = BTreeSet::new();
    fill(&mut stage, &mut dice, each);
    let (bytes, mut terminal) = wired((120, 40));
    // All there is, once through: each list to its end, and things opened on the way.
    let ways = [
        "1", "G", "PgUp", "PgUp", "Enter", "J", "J", "K", "?", "Esc", "w", "Esc", "L", "Esc", "c", "Esc",
        "q", "r", "Esc", ":", "Esc", "2", "l", "l", "T", "PgDn", "G", "Enter", "q", "3", "PgDn", "G",
        "Enter", "Tab", "j", "E", "Esc", "q", "l", "G", "Enter", "q", "4", "j", "Enter", "q", "l", "b",
        "Esc", "1", "V", "a", "Esc", "Esc", "n", "Esc", "?",
    ];
    for key in ways {
        stage.press(key);
        shown_clean(&stage, &bytes, &mut terminal, key);
    }
    let seen = commands_are_clean(stage.desk.store().path());
    assert!(seen * 10 >= VIEWS.len() * 3 * 8, "only {seen} views could be looked at");
    // Then the same screens with other texts, as often as it takes.
    let screens = ["Esc 1", "Enter", "q 2", "T", "T 3", "Enter", "q 4", "1 :", "Esc c", "Esc"];
    'all: loop {
        for keys in screens {
            for key in keys.split(' ') {
                stage.press(key);
            }
            for _ in 0..60 {
                swap(&mut stage.model, &mut dice);
                drawn.extend(numbers(&shown_clean(&stage, &bytes, &mut terminal, keys)));
                if drawn.len() >= texts {
                    break 'all;
                }
            }
        }
    }
    stage.press("Esc");
    for _ in 0..200 {
        let text = hostile(&mut dice);
        let effects = update::update(&mut stage.model, Msg::Input(vec![Input::Paste(text.clone())]));
        assert!(effects.is_empty(), "pasted text acts: {text:?}");
        shown_clean(&stage, &bytes, &mut terminal, "a paste");
    }
    for key in [":", "Esc", "n", "Esc", "/"] {
        stage.press(key);
        for _ in 0..40 {
            update::update(&mut stage.model, Msg::Input(vec![Input::Paste(hostile(&mut dice))]));
            shown_clean(&stage, &bytes, &mut terminal, key);
        }
    }
}

#[test]
fn fifty_thousand_hostile_texts_reach_no_terminal_raw() {
    every_screen(50_000, 60);
}

#[test]
#[ignore = "minutes: cargo test --release --test tui -- --ignored a_million"]
fn a_million_hostile_texts_reach_no_terminal_raw() {
    every_screen(1_000_000, 2_000);
}
