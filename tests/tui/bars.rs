//! The bars of the screen that need no terminal: bytes on the wire, sizes, the terminal's cursor, pastes, the
//! mouse, what is kept while it is typed.

use super::hostile::{Dice, wired};
use super::*;
use baton::desk::Inbox;
use baton::domain::Span;
use baton::tui::input::Mouse;
use baton::tui::overlays::Overlay;

/// Keys from the inbox to every pane, view and overlay there is.
const EVERYWHERE: [&str; 26] = [
    "1",
    "1 Tab",
    "1 p",
    "1 Space Space",
    "1 Enter",
    "1 Enter l",
    "1 Enter Enter",
    "2",
    "2 T",
    "3",
    "3 j Enter",
    "3 Enter Tab",
    "4",
    "4 Enter",
    "1 ?",
    "1 :",
    "1 g",
    "1 n",
    "1 r",
    "1 Enter c",
    "1 Enter w",
    "1 q",
    "1 /",
    "3 N",
    "3 Enter E",
    "2 b",
];

fn at(keys: &str, size: (u16, u16)) -> Stage {
    let mut stage = Stage::open(size.0, size.1);
    stage.press(keys);
    stage
}

/// The bytes of so many `j`: of one frame when the case under the cursor arrives in time, as it does, or of two.
fn bytes_of(stage: &mut Stage, frames: usize, steps: usize) -> Vec<usize> {
    let (bytes, mut terminal) = wired(stage.model.size);
    terminal.draw(|frame| draw::draw(&stage.model, frame)).unwrap();
    bytes.take();
    let key = Input::Key("j".parse::<Key>().unwrap());
    let mut all = Vec::new();
    for _ in 0..steps {
        let effects = update::update(&mut stage.model, Msg::Input(vec![key.clone()]));
        if frames == 2 {
            terminal.draw(|frame| draw::draw(&stage.model, frame)).unwrap();
        }
        stage.take(effects);
        terminal.draw(|frame| draw::draw(&stage.model, frame)).unwrap();
        let written = bytes.take();
        if std::env::var_os("BATON_SHOW_BYTES").is_some() {
            println!("{:?}", String::from_utf8_lossy(&written));
        }
        all.push(written.len());
    }
    all.sort();
    all
}

/// Every step through the inbox of everybody, so that no pair of rows is left out by luck.
#[test]
fn w1_a_moved_cursor_is_few_bytes() {
    let people = at("1", (80, 24)).model.catalog.people.keys().cloned().collect::<Vec<_>>();
    let most = |keys: &str, frames: usize| {
        let mut all = Vec::new();
        for person in &people {
            let mut stage = sweep::of(person, 80, 24);
            stage.press(keys);
            let rows = stage.model.inbox.as_ref().unwrap().items.len();
            all.extend(bytes_of(&mut stage, frames, rows.saturating_sub(1)));
        }
        all.sort();
        all
    };
    for (name, keys, frames, most_asked) in
        [("in a list", "1 p", 1, 300), ("with a preview", "1", 1, 900), ("when it comes late", "1", 2, 900)]
    {
        let bytes = most(keys, frames);
        let last = *bytes.last().unwrap();
        println!(
            "W1: {} to {last} bytes {name}, {} steps, median {}",
            bytes[0],
            bytes.len(),
            bytes[bytes.len() / 2]
        );
        assert!(bytes.len() > 50 && last <= most_asked, "{name}: {bytes:?}");
    }
}

#[test]
fn w2_nothing_is_written_while_nothing_happens() {
    let mut stage = at("3", (80, 24));
    // Nothing that could become late meanwhile.
    stage.model.inbox.as_mut().unwrap().items.clear();
    let (bytes, mut terminal) = wired(stage.model.size);
    terminal.draw(|frame| draw::draw(&stage.model, frame)).unwrap();
    bytes.take();
    let mut minutes = Vec::new();
    for second in 1..=600 {
        let now = stage.model.now + Span(1000);
        let effects = update::update(&mut stage.model, Msg::Clock(now));
        assert!(effects.is_empty() || second % 60 == 0, "{effects:?}");
        terminal.draw(|frame| draw::draw(&stage.model, frame)).unwrap();
        let written = bytes.take().len();
        match second % 60 {
            0 => minutes.push(written),
            _ => assert_eq!(written, 0, "bytes in second {second}"),
        }
    }
    println!("W2: 0 bytes a second, {minutes:?} with the clock");
    assert!(minutes.iter().all(|bytes| (1..=50).contains(bytes)), "{minutes:?}");
}

#[test]
fn w3_the_first_frame_is_small_and_one_and_w4_asks_nothing() {
    for (size, most) in [((80, 24), 4096), ((120, 40), 6144)] {
        let stage = at("1", size);
        let (bytes, mut terminal) = wired(size);
        terminal.draw(|frame| draw::draw(&stage.model, frame)).unwrap();
        let first = String::from_utf8(bytes.take()).unwrap();
        println!("W3: {} bytes at {}x{}", first.len(), size.0, size.1);
        assert!(first.len() <= most, "{} bytes at {size:?}", first.len());
        assert_eq!(first.matches("\x1b[?2026h").count(), 1, "one frame");
        for question in ["\x1b[6n", "\x1b[c", "\x1b[>c", "\x1b[?u", "\x1b]11;?", "$p", "\x1bP"] {
            assert!(!first.contains(question), "{question:?} waits for an answer");
        }
    }
}

#[test]
fn s1_ten_thousand_sizes_panic_nowhere() {
    let mut dice = Dice::new(11);
    // Small ones more often: that is where room runs out.
    let mut size = |most: usize| {
        let most = if dice.below(8) == 0 { most } else { most / 4 };
        1 + dice.below(most) as u16
    };
    let mut stage = Stage::open(80, 24);
    let mut resized = 0;
    for keys in EVERYWHERE {
        update::update(&mut stage.model, Msg::Signal(Signal::Resized(80, 24)));
        stage.press("Esc").press("Esc").press("Esc").press(keys);
        for _ in 0..10_000 / EVERYWHERE.len() + 1 {
            let (width, height) = (size(300), size(100));
            let effects = update::update(&mut stage.model, Msg::Signal(Signal::Resized(width, height)));
            let (buffer, cursor) = draw::offscreen(&stage.model);
            assert!(cursor.is_none_or(|at| buffer.area.contains(at)), "{keys} at {width}x{height}");
            assert!(effects.iter().all(|effect| matches!(effect, Effect::Load(_))), "{effects:?}");
            resized += 1;
        }
    }
    assert!(resized >= 10_000);
}

#[test]
fn a1_the_terminals_cursor_is_on_the_cursor_row_and_in_the_field() {
    for size in [(80, 24), (120, 40), (40, 12)] {
        for keys in EVERYWHERE {
            let stage = at(keys, size);
            let (buffer, cursor) = draw::offscreen(&stage.model);
            let rows = buffer.area.positions().filter(|p| buffer[*p].modifier.contains(Modifier::REVERSED));
            let rows = rows.map(|p| p.y).collect::<std::collections::BTreeSet<_>>();
            let at =
                cursor.unwrap_or_else(|| panic!("no cursor after {keys} at {size:?}:\n{}", stage.screen()));
            // Where a field hears the keys the cursor is in it, and the row behind keeps its own.
            let typing = stage.model.filtering || !stage.model.overlays.is_empty();
            assert!(
                typing || rows.is_empty() || rows.contains(&at.y),
                "{keys} at {size:?}: {at}\n{}",
                stage.screen()
            );
        }
    }
}

#[test]
fn r4_a_paste_in_normal_mode_does_nothing() {
    let text = "aAxyqrdSLHV!\r\n".repeat(300);
    assert!(text.len() >= 4096);
    for keys in ["1", "1 Enter", "2", "3", "3 Enter", "4"] {
        let mut stage = at(keys, (80, 24));
        let before = stage.screen();
        let head = stage.desk.head().unwrap();
        let effects = update::update(&mut stage.model, Msg::Input(vec![Input::Paste(text.clone())]));
        assert!(effects.is_empty(), "{keys}: {effects:?}");
        assert!(
            stage.screen().contains("Pasted text kept. n puts it in a new case, c in a note."),
            "{}",
            stage.screen()
        );
        let after = stage.screen();
        assert_eq!(stage.model.pasted, text, "kept whole");
        let moved =
            before.lines().zip(after.lines()).filter(|(a, b)| a != b && !b.contains("Pasted text")).count();
        assert_eq!(moved, 0, "{keys}: something moved\n{before}\n{after}");
        assert_eq!(stage.desk.head().unwrap(), head);
    }
}

#[test]
fn t3_what_becomes_late_shows_at_once_and_the_cursor_stays_on_its_case() {
    let mut stage = at("1 j j", (80, 24));
    let case = stage.model.case_in_focus();
    let (mut late, mut bells, mut last_bell) = (0, 0, None);
    for _ in 0..1000 {
        let now = stage.model.now + Span(5000);
        stage.place.clock = Clock::Fixed(now);
        let effects = update::update(&mut stage.model, Msg::Clock(now));
        for _ in effects.iter().filter(|effect| matches!(effect, Effect::Bell)) {
            assert!(last_bell.is_none_or(|last| now - last >= Span::MINUTE), "two bells in a minute");
            (bells, last_bell) = (bells + 1, Some(now));
        }
        let inbox = stage.model.inbox.as_ref().unwrap();
        let past =
            |inbox: &Inbox| inbox.items.iter().filter(|item| item.due.is_some_and(|due| due < now)).count();
        assert_eq!(past(inbox), inbox.late(), "what is past its time is late at once");
        late = inbox.late();
        assert!(stage.screen().lines().next().unwrap().contains(&format!("({late} late)")));
        assert_eq!(stage.model.case_in_focus(), case, "the cursor stays on its case");
        stage.take(effects);
        assert_eq!(stage.model.case_in_focus(), case);
    }
    assert!(bells >= 1, "{late} are late and nobody heard it");
}

#[test]
fn nobody_is_rung_at_who_looks() {
    let mut stage = at("1", (80, 24));
    update::update(&mut stage.model, Msg::Input(vec![Input::FocusGained]));
    let now = stage.model.now + Span::DAY;
    let effects = update::update(&mut stage.model, Msg::Clock(now));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Bell)));
}

#[test]
fn what_is_typed_is_kept_while_it_is_typed() {
    let mut stage = at("1 n", (80, 24));
    stage.write("half a ");
    let head = |stage: &Stage| stage.desk.draft(&stage.place.me, "new-case").unwrap().unwrap_or_default();
    assert!(!head(&stage).contains("half"), "not at every key");
    let now = stage.model.now + Span(500);
    let effects = update::update(&mut stage.model, Msg::Clock(now));
    stage.take(effects);
    assert!(head(&stage).contains("half a"), "{}", head(&stage));
    stage.write("thought");
    let effects = update::update(&mut stage.model, Msg::Quiet);
    stage.take(effects);
    assert!(head(&stage).contains("half a thought"), "{}", head(&stage));
    assert!(update::update(&mut stage.model, Msg::Quiet).is_empty(), "nothing new, nothing written");
    // A hang-up keeps what came after the last time.
    stage.write(" more");
    let effects = update::update(&mut stage.model, Msg::Gone);
    stage.take(effects);
    assert!(stage.quit && head(&stage).contains("half a thought more"));
}

#[test]
fn an_editor_gets_the_field_and_gives_it_back() {
    let mut stage = at("1 n", (80, 24));
    stage.write("draft");
    let x = Input::Key("Ctrl-x".parse::<Key>().unwrap());
    let effects = update::update(&mut stage.model, Msg::Input(vec![x]));
    let [Effect::Edit { place, field, text }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(text, "draft");
    let file = stage._folder.path().join("written.txt");
    std::fs::write(&file, "x").unwrap();
    let (place, field) = (place.clone(), field.clone());
    let edited = Msg::Edited { place, field, text: "two\nlines".into(), file: file.clone() };
    let effects = update::update(&mut stage.model, edited);
    stage.take(effects);
    assert!(stage.screen().contains("two⏎lines"), "{}", stage.screen());
    assert!(stage.desk.draft(&stage.place.me, "new-case").unwrap().unwrap().contains("lines"));
    assert!(!file.exists(), "the file goes once the draft is kept");
}

impl Stage {
    fn mouse(&mut self, mouse: Mouse) -> &mut Stage {
        let effects = update::update(&mut self.model, Msg::Input(vec![Input::Mouse(mouse)]));
        self.take(effects);
        self
    }

    /// Clicks on the first letter of a text on the screen.
    fn click(&mut self, text: &str) -> &mut Stage {
        let screen = self.screen();
        let found = screen.lines().enumerate().find_map(|(y, line)| {
            let at = line.find(text)?;
            Some((line[..at].chars().count(), y))
        });
        let (x, y) = found.unwrap_or_else(|| panic!("no {text:?} on\n{screen}"));
        self.mouse(Mouse::Click { x: x as u16, y: y as u16 })
    }
}

#[test]
fn the_mouse_does_what_keys_do_and_only_when_asked_for() {
    let mut stage = at("1", (80, 24));
    let first = stage.model.case_in_focus();
    stage.mouse(Mouse::Click { x: 20, y: 6 });
    assert_eq!(stage.model.case_in_focus(), first, "off by default");
    stage.press(":").write("mouse").press("Enter");
    assert!(stage.screen().contains("Shift and drag selects"), "{}", stage.screen());
    stage.mouse(Mouse::Click { x: 20, y: 6 });
    let clicked = stage.model.case_in_focus();
    assert_ne!(clicked, first);
    stage.mouse(Mouse::Click { x: 20, y: 6 });
    assert_eq!(stage.model.views.len(), 1, "a second click opens\n{}", stage.screen());
    stage.click("q back");
    assert_eq!(stage.model.views.len(), 0, "a hint is its key\n{}", stage.screen());
    stage.mouse(Mouse::Wheel { down: false }).mouse(Mouse::Wheel { down: false });
    assert_eq!(stage.model.case_in_focus(), first);
    stage.click("Late 5");
    assert!(stage.screen().contains("[Late 5]"), "{}", stage.screen());
    stage.click("2 Boards");
    assert!(stage.screen().contains("[2 Boards]"), "{}", stage.screen());
    stage.press("h h h h h h h h l l l l");
    let board = stage.model.case_in_focus();
    let cards = stage.screen();
    let other = cards
        .lines()
        .flat_map(|line| line.split_whitespace())
        .find(|word| word.starts_with("C-") && Some(*word) != board.map(|id| id.to_string()).as_deref());
    let other = other.unwrap().to_string();
    stage.click(&other);
    assert_eq!(stage.model.case_in_focus().unwrap().to_string(), other, "{}", stage.screen());
    stage.press("Esc").click("? help");
    assert!(matches!(stage.model.overlays.last(), Some(Overlay::Menu(_))));
    stage.click("Esc close");
    assert!(stage.model.overlays.is_empty(), "{}", stage.screen());
    stage.press("1 n").click("Esc close");
    assert!(stage.model.overlays.is_empty(), "{}", stage.screen());
    // A form is sent by its hint and by nothing else, wherever one clicks; a menu runs only its own lines.
    stage.press("1 c").write("half a note");
    for (x, y) in [(5, 2), (40, 5), (40, 9), (40, 11), (40, 12), (70, 23), (79, 0)] {
        stage.mouse(Mouse::Click { x, y });
        assert!(
            matches!(stage.model.overlays.last(), Some(Overlay::Form(_))),
            "{x},{y}:\n{}",
            stage.screen()
        );
    }
    stage.click("Enter write");
    assert!(stage.model.overlays.is_empty() && stage.screen().contains("Noted on"), "{}", stage.screen());
    stage.press(":").write("undo").mouse(Mouse::Click { x: 1, y: 12 });
    assert!(matches!(stage.model.overlays.last(), Some(Overlay::Menu(_))), "{}", stage.screen());
    stage.click("Take back your last action");
    assert!(stage.screen().contains("Taken back"), "{}", stage.screen());
    // Anywhere else a click does what a key does there, or nothing.
    for x in (0..80).step_by(9) {
        for y in 0..26 {
            stage.press("Esc 1").mouse(Mouse::Click { x, y });
        }
    }
}

#[test]
fn a_screen_reader_gets_no_boxes_and_one_status_line() {
    let mut stage = at("1", (80, 24));
    stage.model.theme = baton::tui::theme::Theme::new(
        baton::tui::theme::Palette::Mono,
        baton::tui::theme::Lines::None,
        |_| None,
    );
    for keys in EVERYWHERE {
        stage.press("Esc").press("Esc").press("Esc").press(keys);
        let screen = stage.screen();
        let drawn = screen.chars().find(|c| ('\u{2500}'..='\u{259f}').contains(c));
        assert_eq!(drawn, None, "{keys}\n{screen}");
        assert!(!screen.contains("---"), "{keys}\n{screen}");
    }
}
