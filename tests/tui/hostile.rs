//! Text that wants to steer the terminal or hide, on every screen and in every command: what reaches the terminal is
//! read back byte by byte. The everyday run draws 50,000 texts; a million are
//! `cargo test --test tui -- --ignored a_million`, a few minutes.

use super::*;
use baton::domain::record::{Contact, FieldType};
use baton::tui::overlays::Overlay;
use baton::tui::terminal::Wire;
use ratatui::layout::Size;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, Write};
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
pub(super) fn found(text: &str, tabs: bool) -> Option<char> {
    text.chars().find(|c| {
        let acts = c.is_control() && *c != '\n' && !(tabs && *c == '\t');
        let hides = matches!(*c as u32, 0xad | 0x34f | 0x61c | 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e
            | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xe0000..=0xe0fff);
        acts || hides
    })
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
            matches!(&sequence[end..=end], "m" | "H" | "J" | "K" | "X" | "h" | "l" | "C" | "L" | "M"),
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
    for bad in [
        "a\x1b[2Jb",
        "\u{9b}",
        "x\u{202e}",
        "\u{200b}",
        "a\u{200d}b",
        "👩\u{200d}👩",
        "\u{feff}",
        "\u{e0041}",
        "\r",
    ] {
        assert!(found(bad, true).is_some(), "{bad:?}");
    }
    assert_eq!(found("Übergabe 日本 👩👩 e\u{301}\n", false), None);
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

/// Fills everything that can be filled with hostile texts through commands. Back comes what the walk
/// through all screens needs.
fn fill(stage: &mut Stage, dice: &mut Dice, each: usize) -> everywhere::Needed {
    let mut evil = || hostile(dice);
    let other = "bo".parse::<baton::domain::Handle>().unwrap();
    // A process file with a control character is refused, so there it hides only.
    let quoted =
        |text: String| toml::Value::String(text.chars().filter(|c| !c.is_control()).collect()).to_string();
    let steps = format!(
        "[[step]]\nstep = \"one\"\ntitle = {}\nby = \"@dee\"\nnext_action = \"required\"\ngoal = \"1 hour\"\ndone = {}\nhow = {}\nchecklist = [{}]\nnext = \"two\"\n[[step]]\nstep = \"two\"\ntitle = {}\nby = \"@dee\"\ngoal = \"1 day\"\nnext = {{ end = \"done\" }}\n",
        quoted(evil()),
        quoted(evil()),
        quoted(evil()),
        quoted(evil()),
        quoted(evil())
    );
    let permit = Command::ChangePermission(PermissionChange {
        person: "dee".parse().unwrap(),
        on: None,
        permission: Some(Permission::Admin),
    });
    let now = stage.model.now;
    let ana = Context::by(&"ana".parse().unwrap(), now, OpId(uuid::Uuid::now_v7()));
    stage.desk.execute(&permit, &ana).unwrap();
    stage.take(vec![Effect::Load(Query::Catalog)]);
    let (publish, start) = plan(stage, &steps);
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
    let (mut then, mut known) = (Vec::new(), None);
    for answer in stage.desk.execute_each(&begin, &by()).unwrap() {
        use baton::domain::event::SubjectId as S;
        match answer.unwrap().subject {
            S::Case(case) => then.push(Command::NoteCase { case, text: evil() }),
            S::Record(record) => {
                known = Some(record);
                let contact = Contact { name: evil(), mail: None, phone: None };
                then.push(Command::AddContact { record, contact });
                then.push(Command::NoteRecord { record, text: evil() });
            }
            S::Catalog => {}
        }
    }
    for answer in stage.desk.execute_each(&then, &by()).unwrap() {
        answer.unwrap();
    }
    let dee = stage.place.me.clone();
    let mine = || Context::by(&dee, now, OpId(uuid::Uuid::now_v7()));
    let known = stage.desk.record(known.unwrap(), now).unwrap().row;
    let about = Some((known.id, known.kind, known.name));
    let own = [0, 1, 2].map(|_| {
        let start = start.clone();
        let own = baton::domain::command::StartCase { title: Some(evil()), about: about.clone(), ..start };
        match stage.desk.execute(&Command::StartCase(own), &mine()).unwrap().subject {
            baton::domain::event::SubjectId::Case(case) => case,
            other => panic!("{other:?}"),
        }
    });
    // Whoever takes it says what they do next, their own offer included.
    for case in own {
        let offered = stage.desk.case(case, now).unwrap().spots[0].place.clone();
        if let (None, Some(handoff)) = (offered.task, offered.handoff) {
            let (next_action, when) = (Some(evil()), Some(now + baton::domain::Span::DAY));
            let accept = Command::AcceptHandoff { case, handoff, next_action, when };
            stage.desk.execute(&accept, &mine()).unwrap();
        }
    }
    let task = stage.desk.case(own[1], now).unwrap().spots[0].place.task.unwrap();
    let done = completed(own[1], task);
    let done = baton::domain::command::CompleteTask { note: Some(evil()), all_checked: true, ..done };
    stage.desk.execute(&Command::CompleteTask(done), &mine()).unwrap();
    stage.desk.execute(&Command::WithdrawCase { case: own[2], reason: evil() }, &mine()).unwrap();
    stage.take(vec![
        Effect::Load(Query::Catalog),
        Effect::Load(Query::Inbox),
        Effect::Load(Query::Names(String::new())),
    ]);
    everywhere::Needed { own: [own[0], own[1]], closed: own[2], record: known.id }
}

/// Puts other hostile texts wherever what is loaded has text that people wrote.
fn swap(model: &mut Model, dice: &mut Dice) {
    let mut evil = |text: &mut String| *text = hostile(dice);
    for item in model.inbox.iter_mut().flat_map(|inbox| &mut inbox.items) {
        evil(&mut item.title);
        evil(&mut item.step_title);
        item.why.iter_mut().for_each(&mut evil);
        item.waiting.iter_mut().for_each(|(reason, _)| evil(reason));
        item.declined.iter_mut().for_each(|(_, reason)| evil(reason));
        item.exception.iter_mut().for_each(|(_, _, text)| evil(text));
    }
    model.records.iter_mut().flatten().for_each(|item| evil(&mut item.row.name));
    model
        .record_list
        .iter_mut()
        .flat_map(|list| list.rows.iter_mut())
        .for_each(|item| evil(&mut item.row.name));
    let card = |card: &mut baton::desk::Card, evil: &mut dyn FnMut(&mut String)| {
        evil(&mut card.title);
        evil(&mut card.step_title);
        card.waiting.iter_mut().for_each(|(reason, _)| evil(reason));
    };
    if let Some(view) = &mut model.record {
        evil(&mut view.row.name);
        view.timeline.iter_mut().for_each(|(_, line)| evil(&mut line.text));
        view.cases.iter_mut().for_each(|row| evil(&mut row.title));
        view.promises.iter_mut().for_each(|promise| card(promise, &mut evil));
        view.links.iter_mut().chain(&mut view.linked).for_each(|(_, row)| evil(&mut row.name));
        for contact in &mut view.record.contacts {
            evil(&mut contact.name);
            contact.mail.iter_mut().for_each(&mut evil);
        }
    }
    if let Some(view) = &mut model.case {
        evil(&mut view.row.title);
        view.record.iter_mut().for_each(|row| evil(&mut row.name));
        view.timeline.iter_mut().for_each(|line| evil(&mut line.text));
        view.clocks.iter_mut().for_each(|clock| evil(&mut clock.what));
        view.links.iter_mut().for_each(|link| link.row.iter_mut().for_each(|row| evil(&mut row.title)));
        let process = std::sync::Arc::make_mut(&mut view.process);
        process.steps.iter_mut().for_each(|step| evil(&mut step.title));
        view.spots.iter_mut().for_each(|spot| {
            evil(&mut spot.step_title);
            evil(spot.note.get_or_insert_default());
            evil(spot.how.get_or_insert_default());
            spot.needs.iter_mut().for_each(|need| evil(&mut need.label));
        });
    }
    if let Some(board) = &mut model.board {
        for column in &mut board.columns {
            evil(&mut column.title);
            column.cards.iter_mut().for_each(|one| card(one, &mut evil));
        }
        board.table.iter_mut().for_each(|one| card(one, &mut evil));
    }
    model.cases.iter_mut().for_each(|row| evil(&mut row.title));
    let places = &mut model.places;
    if let Some(flow) = &mut places.flow {
        let process = std::sync::Arc::make_mut(&mut flow.process);
        evil(&mut process.title);
        process.steps.iter_mut().for_each(|step| evil(&mut step.title));
        flow.versions.iter_mut().flat_map(|version| &mut version.changes).for_each(&mut evil);
    }
    places.people.iter_mut().flatten().for_each(|line| evil(&mut line.person.name));
    if let Some(view) = &mut places.person {
        evil(&mut view.line.person.name);
        view.hand.iter_mut().for_each(|held| evil(&mut held.title));
    }
    if let Some(agenda) = &mut places.agenda {
        let days = agenda.days.iter_mut().flat_map(|day| &mut day.items);
        for item in agenda.overdue.iter_mut().chain(days) {
            evil(&mut item.title);
            evil(&mut item.about);
        }
    }
    for overlay in &mut model.overlays {
        match overlay {
            Overlay::Menu(menu) => menu.items.iter_mut().for_each(|item| {
                evil(&mut item.label);
                evil(&mut item.detail);
            }),
            Overlay::Told(told) => told.lines.iter_mut().for_each(|(line, _)| evil(line)),
            Overlay::Writing(writing) => {
                evil(&mut writing.said);
                let mut text = writing.field.text().to_string();
                evil(&mut text);
                writing.field = baton::tui::widgets::field::Field::new(&text);
            }
            Overlay::Reader(reader) => reader.lines.iter_mut().for_each(&mut evil),
            Overlay::Question { lines, .. } => lines.iter_mut().for_each(&mut evil),
            Overlay::Capture(capture) => evil(&mut capture.said),
            Overlay::Why(why) => why.clocks.iter_mut().for_each(|clock| evil(&mut clock.what)),
            Overlay::Form(form) => {
                evil(&mut form.title);
                form.notes.iter_mut().for_each(&mut evil);
                form.fields.iter_mut().for_each(|field| evil(&mut field.echo));
                let text = hostile(dice);
                let focus = form.focus;
                form.fields[focus].fill(&text);
                form.error = Some((hostile(dice), hostile(dice)));
                return;
            }
            Overlay::Prefix(_) => {}
        }
    }
    model.status.text = hostile(dice);
}

/// Ways to the screens that are drawn again and again with other texts.
const AGAIN: [&str; 37] = [
    "1",
    "1 Enter",
    "1 Enter l",
    "1 Enter l l",
    "1 Enter l l l",
    "1 Enter l l l l",
    "1 Enter l l l l l",
    "g s",
    "g w",
    "g h",
    "g n",
    "2",
    "2 T",
    "T 3",
    "3 Enter",
    "3 Enter l",
    "3 Enter l l",
    "3 Enter l l l l",
    "3 Enter l l l l l",
    "4",
    "4 Enter",
    "g p",
    "g p l",
    "g p l l l",
    "g o",
    "g o j Enter",
    "g a",
    "1 :",
    "1 ?",
    "1 f",
    "1 w",
    "1 n",
    "1 Enter c",
    "1 Enter ?",
    "1 r",
    "1 s",
    "1 q",
];

fn every_screen(texts: usize, each: usize) {
    let mut dice = Dice::new(7);
    let mut stage = Stage::open(120, 40);
    let needed = fill(&mut stage, &mut dice, each);
    let (bytes, mut terminal) = wired((120, 40));
    // All there is, once through with what is stored: each list to its end, and things opened on the way.
    for key in [
        "1", "G", "PgUp", "Enter", "J", "J", "K", "2", "l", "l", "T", "PgDn", "G", "Enter", "3", "l", "PgDn",
        "G", "Enter",
    ] {
        stage.press(key);
        shown_clean(&stage, &bytes, &mut terminal, key);
    }
    let done = commands::are_clean(&mut stage, &needed, &mut dice);
    // The others say why they do not, which is looked at as well.
    assert!(done > 150, "only {done}");
    let (mut seen, mut drawn, mut with) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    everywhere::walk(&mut stage, needed, texts > 100_000, |stage, keys| {
        let text = shown_clean(stage, &bytes, &mut terminal, keys);
        let here = everywhere::here(&stage.model);
        if !numbers(&text).is_empty() {
            with.extend(here.iter().cloned());
        }
        seen.extend(here);
    });
    let left_out = |seen: &BTreeSet<String>| everywhere::all().difference(seen).cloned().collect::<Vec<_>>();
    let without = left_out(&with);
    assert!(without.len() < 20, "nothing that people wrote was seen in {without:?}");
    assert_eq!(left_out(&seen), Vec::<String>::new(), "nothing comes there");
    // Then with other texts in what is loaded, as often as it takes.
    let mut of_way = std::collections::BTreeMap::<&str, usize>::new();
    'all: loop {
        for keys in AGAIN {
            stage.home().press(keys).press("R");
            for _ in 0..texts / 1500 {
                swap(&mut stage.model, &mut dice);
                let before = drawn.len();
                drawn.extend(numbers(&shown_clean(&stage, &bytes, &mut terminal, keys)));
                *of_way.entry(keys).or_default() += drawn.len() - before;
            }
        }
        if drawn.len() >= texts {
            break 'all;
        }
    }
    println!("{} hostile texts, each seen on a screen: {of_way:?}", drawn.len());
    assert!(of_way.len() == AGAIN.len() && of_way.values().all(|shown| *shown > 0), "{of_way:?}");
    stage.home();
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
#[ignore = "minutes: cargo test --test tui -- --ignored a_million"]
fn a_million_hostile_texts_reach_no_terminal_raw() {
    every_screen(1_000_000, 500);
}
