//! From what the terminal reports to what a person pressed: escape sequences that arrived in two pieces,
//! and pastes without brackets. Pure: the time of every report is an argument, so that tests need no clock.

use super::key::{Code, Key};
use super::{Input, Mouse};
use crossterm::event::{Event, MouseButton, MouseEvent, MouseEventKind};
use std::collections::VecDeque;
use std::mem;
use std::time::Duration;

/// More typed characters than this within `BURST` cannot come from fingers.
const FINGERS: usize = 8;
const BURST: Duration = Duration::from_millis(10);
/// How long a begun `ESC [` waits for its rest. Long, because `[` alone does nothing that could be missed.
const REST: Duration = Duration::from_millis(500);
/// Until how long after its Esc the rest of a torn key is taken for that and not for somebody typing.
const TORN: Duration = Duration::from_millis(250);
/// How long a paste waits for more of it: a line may deliver it in pieces, and the last letters of one would be keys.
const PASTE: Duration = Duration::from_millis(100);
/// The longest escape sequence that is waited for: what a terminal says it can do is longer than any key.
const LONGEST: usize = 128;
/// What opens a text of the terminal after an Esc: an answer to a program that asked it something and has left.
const OPENS_TEXT: [char; 5] = [']', 'P', '_', '^', 'X'];
/// The longest such text; what comes after that is somebody typing.
const LONGEST_TEXT: usize = 4096;

#[derive(Debug, Default, PartialEq)]
enum State {
    #[default]
    Ready,
    /// An Esc that may be the first byte of a cursor or function key.
    Esc,
    /// What followed it so far, from `[` or `O` on.
    Sequence(String),
    Pasting(String),
    /// An Esc was handed on, and this followed it so soon that no finger did it: the rest of a key that is
    /// lost. Empty, or `O` on.
    Late(String),
    /// What may open a text of the terminal: keys, if nothing follows.
    Opened(Vec<Key>),
    /// So many letters of a text of the terminal have come. They do nothing.
    Text(usize),
    /// The same, and an Esc: the first byte of its end.
    TextEnds(usize),
}

fn opens_text(key: &Key) -> bool {
    matches!(key.code, Code::Char(c) if !key.ctrl && OPENS_TEXT.contains(&c))
}

/// Holds back what may turn out to be part of something longer.
///
/// Times are since any fixed moment. After feeding what has arrived, call `settle`; when nothing arrives,
/// call it again at `wake`.
#[derive(Debug)]
pub struct Joiner {
    hold: Duration,
    state: State,
    until: Duration,
    /// Typed keys not handed on yet: they may be the start of a paste.
    run: Vec<Key>,
    /// The last typed keys with their times, handed on or not.
    recent: VecDeque<(Duration, Key)>,
    /// The terminal has bracketed a paste.
    brackets: bool,
}

impl Joiner {
    /// `hold` is how long a lone Esc waits for what may follow it.
    pub fn new(hold: Duration) -> Joiner {
        Joiner {
            hold,
            state: State::Ready,
            until: Duration::ZERO,
            run: Vec::new(),
            recent: VecDeque::with_capacity(FINGERS + 1),
            brackets: false,
        }
    }

    /// When to call `settle` if nothing else arrives before.
    pub fn wake(&self) -> Option<Duration> {
        (self.state != State::Ready).then_some(self.until)
    }

    /// Takes in one report that arrived at `at`. What was waiting does not run out here but in `settle`: a
    /// slow frame must not tear apart what arrived together.
    pub fn feed(&mut self, event: Event, at: Duration, out: &mut Vec<Input>) {
        match event {
            Event::Key(event) => {
                if let Some(key) = Key::from_event(&event) {
                    self.key(key, at, out);
                }
            }
            Event::Paste(text) => {
                self.brackets = true;
                self.release(out);
                out.push(Input::Paste(text));
            }
            other => {
                self.flush_run(out);
                out.extend(match other {
                    Event::FocusGained => Some(Input::FocusGained),
                    Event::FocusLost => Some(Input::FocusLost),
                    Event::Mouse(event) => mouse(&event),
                    _ => None,
                });
            }
        }
    }

    /// Hands on what has waited long enough.
    pub fn settle(&mut self, at: Duration, out: &mut Vec<Input>) {
        self.flush_run(out);
        if self.state != State::Ready && at >= self.until {
            self.release(out);
        }
    }

    fn key(&mut self, key: Key, at: Duration, out: &mut Vec<Input>) {
        match mem::take(&mut self.state) {
            State::Ready => self.fresh(key, at, out),
            State::Esc => {
                let opens = key == Key::plain(Code::Char('[')) || key == Key::plain(Code::Char('O'));
                match key.typed() {
                    Some(_) if opens_text(&key) => {
                        self.wait(State::Opened(vec![Key::plain(Code::Esc), key]), at);
                    }
                    Some(c) if opens => self.wait(State::Sequence(c.into()), at),
                    _ => {
                        out.push(Input::Key(Key::plain(Code::Esc)));
                        self.fresh(key, at, out);
                    }
                }
            }
            State::Sequence(text) => self.sequence(text, key, at, out),
            State::Late(text) if text.is_empty() && !key.alt && opens_text(&key) => {
                self.wait(State::Opened(vec![key]), at);
            }
            State::Late(text) => self.late(text, key, at, out),
            State::Opened(_) => self.text(0, key, at, out),
            State::Text(many) => self.text(many, key, at, out),
            State::TextEnds(_) if key == Key::plain(Code::Char('\\')) => {}
            State::TextEnds(_) => {
                self.state = State::Esc;
                self.key(key, at, out);
            }
            State::Pasting(mut text) => match key.typed() {
                Some(c) => {
                    text.push(c);
                    self.wait(State::Pasting(text), at);
                }
                None => {
                    self.paste(text, out);
                    self.fresh(key, at, out);
                }
            },
        }
    }

    /// A key that continues nothing.
    fn fresh(&mut self, key: Key, at: Duration, out: &mut Vec<Input>) {
        if key == Key::plain(Code::Esc) {
            self.flush_run(out);
            self.wait(State::Esc, at);
        } else if key.alt && opens_text(&key) {
            self.flush_run(out);
            self.wait(State::Opened(vec![key]), at);
        } else if key.typed().is_some() {
            self.run.push(key);
            self.recent.push_back((at, key));
            if self.recent.len() > FINGERS + 1 {
                self.recent.pop_front();
            }
            if self.is_burst(at) {
                let text = self.run.drain(..).filter_map(|key| key.typed()).collect();
                self.wait(State::Pasting(text), at);
            }
        } else {
            self.flush_run(out);
            out.push(Input::Key(key));
        }
    }

    /// The same key over and over is not a paste: it is held down, and the line was slow. A terminal that has bracketed a
    /// paste brackets those that come in pieces too, so that there only what came at once is one: a multiplexer, or a
    /// program that types, brackets none.
    fn is_burst(&self, at: Duration) -> bool {
        let Some((first_at, first)) = self.recent.front() else { return false };
        let many = if self.brackets { self.run.len() > FINGERS } else { self.recent.len() > FINGERS };
        many && at.saturating_sub(*first_at) <= BURST && self.recent.iter().any(|(_, key)| key != first)
    }

    fn sequence(&mut self, mut text: String, key: Key, at: Duration, out: &mut Vec<Input>) {
        let next = if key.ctrl || key.alt || text.len() >= LONGEST { None } else { key.typed() };
        match next {
            // The Linux console sends `[[A` for F1.
            Some(c @ ' '..='?') | Some(c @ '[') if c != '[' || text == "[" => {
                text.push(c);
                self.wait(State::Sequence(text), at);
            }
            Some(c @ '@'..='~') => {
                text.push(c);
                match meaning(&text) {
                    Meaning::Input(input) => out.push(input),
                    Meaning::PasteStart => self.wait(State::Pasting(String::new()), at),
                    Meaning::Nothing => {}
                }
            }
            _ => {
                self.state = State::Sequence(text);
                self.release(out);
                self.fresh(key, at, out);
            }
        }
    }

    /// A text of the terminal does nothing until its end, `ESC \\` or BEL. A key that types no letter is none of it.
    fn text(&mut self, many: usize, key: Key, at: Duration, out: &mut Vec<Input>) {
        match (key.typed(), key.code) {
            (Some(c), _) if c != '\n' && many < LONGEST_TEXT => self.wait(State::Text(many + 1), at),
            (_, Code::Esc) => self.wait(State::TextEnds(many), at),
            (_, Code::Char('\\')) if key.alt => {}
            (_, Code::Char('g')) if key.ctrl => {}
            _ => self.fresh(key, at, out),
        }
    }

    /// What follows an Esc that was handed on already: a torn key does nothing more, since half of it acted.
    fn late(&mut self, mut text: String, key: Key, at: Duration, out: &mut Vec<Input>) {
        let next = if key.ctrl || key.alt || text.len() >= LONGEST { None } else { key.typed() };
        let open = match (text.as_str(), next) {
            ("", Some('[' | 'O')) => true,
            ("", _) | (_, None) => false,
            ("O", Some(c)) => {
                if c.is_ascii() && matches!(meaning(&format!("O{c}")), Meaning::Input(_)) {
                    return;
                }
                false
            }
            ("[", Some('[')) => true,
            // What is pasted must not act, whoever lost the beginning of its bracket.
            ("[200", Some('~')) => return self.wait(State::Pasting(String::new()), at),
            (_, Some('@'..='~')) => return,
            (_, Some(c)) => (' '..='?').contains(&c),
        };
        match next {
            Some(c) if open => {
                text.push(c);
                self.wait(State::Late(text), at);
            }
            _ => {
                self.state = State::Late(text);
                self.release(out);
                self.fresh(key, at, out);
            }
        }
    }

    fn wait(&mut self, state: State, at: Duration) {
        let bracket = matches!(&state, State::Sequence(text) | State::Late(text) if text.starts_with('['));
        self.until = at
            + match &state {
                _ if bracket => REST,
                State::Text(_) | State::TextEnds(_) => REST,
                State::Pasting(_) => self.hold.max(PASTE),
                _ => self.hold,
            };
        self.state = state;
    }

    /// Hands on everything held back, as whatever it is without a rest.
    fn release(&mut self, out: &mut Vec<Input>) {
        self.flush_run(out);
        match mem::take(&mut self.state) {
            State::Ready => {}
            State::Esc => {
                out.push(Input::Key(Key::plain(Code::Esc)));
                if let Some(more) = TORN.checked_sub(self.hold).filter(|more| !more.is_zero()) {
                    self.until += more;
                    self.state = State::Late(String::new());
                }
            }
            State::Late(text) if text == "O" => out.push(Input::Key(Key::plain(Code::Char('O')))),
            State::Late(_) | State::Text(_) | State::TextEnds(_) => {}
            State::Opened(keys) => out.extend(keys.into_iter().map(Input::Key)),
            // `O` is a key people press after Esc.
            State::Sequence(text) if text == "O" => {
                out.extend([Code::Esc, Code::Char('O')].map(|code| Input::Key(Key::plain(code))));
            }
            // Half a key that never came whole: doing nothing is the only thing that cannot be wrong.
            State::Sequence(_) => {}
            State::Pasting(text) => self.paste(text, out),
        }
    }

    fn paste(&mut self, text: String, out: &mut Vec<Input>) {
        self.recent.clear();
        if !text.is_empty() {
            out.push(Input::Paste(text));
        }
    }

    fn flush_run(&mut self, out: &mut Vec<Input>) {
        out.extend(self.run.drain(..).map(Input::Key));
    }
}

fn mouse(event: &MouseEvent) -> Option<Input> {
    Some(Input::Mouse(match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Mouse::Click { x: event.column, y: event.row },
        MouseEventKind::ScrollDown => Mouse::Wheel { down: true },
        MouseEventKind::ScrollUp => Mouse::Wheel { down: false },
        _ => return None,
    }))
}

/// `[<button;column;rowM`, counted from one.
fn torn_mouse(text: &str) -> Option<Input> {
    let mut numbers = text.strip_prefix("[<")?.strip_suffix('M')?.split(';').map(|n| n.parse::<u16>().ok());
    let (button, x, y) = (numbers.next()??, numbers.next()??, numbers.next()??);
    Some(Input::Mouse(match button {
        0 => Mouse::Click { x: x.saturating_sub(1), y: y.saturating_sub(1) },
        64 => Mouse::Wheel { down: false },
        65 => Mouse::Wheel { down: true },
        _ => return None,
    }))
}

enum Meaning {
    Input(Input),
    PasteStart,
    Nothing,
}

/// What an escape sequence stands for; `text` is what came after ESC, final byte included.
fn meaning(text: &str) -> Meaning {
    let key = |code, modifiers: u8| {
        let held = modifiers.saturating_sub(1);
        Meaning::Input(Input::Key(Key::new(code, held & 4 != 0, held & 2 != 0, held & 1 != 0)))
    };
    let Some(last) = text.chars().next_back() else { return Meaning::Nothing };
    if text.starts_with("[<") {
        return torn_mouse(text).map_or(Meaning::Nothing, Meaning::Input);
    }
    let inner = &text[1..text.len() - 1];
    // The terminal says what it is.
    if inner.starts_with(['=', '>', '?']) {
        return Meaning::Nothing;
    }
    if inner == "[" {
        return match last {
            'A'..='E' => key(Code::F(last as u8 - b'A' + 1), 0),
            _ => Meaning::Nothing,
        };
    }
    let mut numbers =
        inner.split(';').map(|n| n.split(':').next().unwrap_or_default().parse().unwrap_or(0u8));
    let (first, mut modifiers) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if text.starts_with('O') {
        modifiers = first;
    }
    match (last, first) {
        ('A', _) => key(Code::Up, modifiers),
        ('B', _) => key(Code::Down, modifiers),
        ('C', _) => key(Code::Right, modifiers),
        ('D', _) => key(Code::Left, modifiers),
        ('H', _) => key(Code::Home, modifiers),
        ('F', _) => key(Code::End, modifiers),
        // It says where its cursor is.
        ('R', _) if text.starts_with('[') => Meaning::Nothing,
        ('P'..='S', _) => key(Code::F(last as u8 - b'P' + 1), modifiers),
        ('M', _) if text == "OM" => key(Code::Enter, 0),
        ('Z', _) => key(Code::Tab, 2),
        ('I', _) if text == "[I" => Meaning::Input(Input::FocusGained),
        ('O', _) if text == "[O" => Meaning::Input(Input::FocusLost),
        ('~', 1 | 7) => key(Code::Home, modifiers),
        ('~', 2) => key(Code::Insert, modifiers),
        ('~', 3) => key(Code::Delete, modifiers),
        ('~', 4 | 8) => key(Code::End, modifiers),
        ('~', 5) => key(Code::PgUp, modifiers),
        ('~', 6) => key(Code::PgDn, modifiers),
        ('~', n @ 11..=15) => key(Code::F(n - 10), modifiers),
        ('~', n @ 17..=21) => key(Code::F(n - 11), modifiers),
        ('~', n @ 23..=26) => key(Code::F(n - 12), modifiers),
        ('~', 200) => Meaning::PasteStart,
        ('u', 9) => key(Code::Tab, modifiers),
        ('u', 13) => key(Code::Enter, modifiers),
        ('u', 27) => key(Code::Esc, modifiers),
        ('u', 127) => key(Code::Backspace, modifiers),
        ('u', 32..=126) => key(Code::Char(first.into()), modifiers),
        _ => Meaning::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::input::HOLD;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    use proptest::prelude::*;

    const LOCAL: Duration = Duration::from_millis(25);

    /// Sequences terminals send after ESC, and the key each one is.
    const SEQUENCES: [(&str, &str); 41] = [
        ("[A", "Up"),
        ("[B", "Down"),
        ("[C", "Right"),
        ("[D", "Left"),
        ("[H", "Home"),
        ("[F", "End"),
        ("OA", "Up"),
        ("OB", "Down"),
        ("OC", "Right"),
        ("OD", "Left"),
        ("OH", "Home"),
        ("OF", "End"),
        ("[1~", "Home"),
        ("[4~", "End"),
        ("[7~", "Home"),
        ("[8~", "End"),
        ("[2~", "Insert"),
        ("[3~", "Delete"),
        ("[5~", "PgUp"),
        ("[6~", "PgDn"),
        ("[Z", "Shift-Tab"),
        ("OP", "F1"),
        ("OQ", "F2"),
        ("OR", "F3"),
        ("OS", "F4"),
        ("[[A", "F1"),
        ("[[E", "F5"),
        ("[11~", "F1"),
        ("[15~", "F5"),
        ("[17~", "F6"),
        ("[18~", "F7"),
        ("[19~", "F8"),
        ("[20~", "F9"),
        ("[21~", "F10"),
        ("[23~", "F11"),
        ("[24~", "F12"),
        ("[1;5A", "Ctrl-Up"),
        ("[1;2P", "Shift-F1"),
        ("[3;5~", "Ctrl-Delete"),
        ("[1;3D", "Alt-Left"),
        ("[1;6F", "Ctrl-Shift-End"),
    ];

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    /// What crossterm reports for bytes that do not begin with ESC.
    fn reports(text: &str) -> Vec<Event> {
        text.chars()
            .map(|c| match c {
                '\x1b' => Event::Key(KeyCode::Esc.into()),
                '\r' => Event::Key(KeyCode::Enter.into()),
                c if c.is_uppercase() => Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::SHIFT)),
                c => Event::Key(KeyCode::Char(c).into()),
            })
            .collect()
    }

    /// Plays pieces of text with the milliseconds before each as the reader would: settling at every wake-up
    /// that comes before the next piece, and until nothing waits at the end.
    fn play(hold: Duration, pieces: &[(u64, &str)]) -> String {
        let mut joiner = Joiner::new(hold);
        let (mut now, mut out) = (Duration::ZERO, Vec::new());
        for (gap, text) in pieces {
            now += ms(*gap);
            while let Some(wake) = joiner.wake().filter(|wake| *wake < now) {
                joiner.settle(wake, &mut out);
            }
            for event in reports(text) {
                joiner.feed(event, now, &mut out);
            }
            joiner.settle(now, &mut out);
        }
        while let Some(wake) = joiner.wake() {
            joiner.settle(wake, &mut out);
        }
        out.iter().map(Input::to_string).collect::<Vec<_>>().join(" ")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn a_key_whose_escape_came_early_is_that_key(which in 0..SEQUENCES.len(), gap in 0u64..=99, local in 0u64..=24) {
            let (bytes, name) = SEQUENCES[which];
            prop_assert_eq!(play(HOLD, &[(0, "\x1b"), (gap, bytes)]), name);
            prop_assert_eq!(play(LOCAL, &[(0, "\x1b"), (local, bytes)]), name);
        }

        #[test]
        fn a_key_torn_into_single_bytes_is_that_key(which in 0..SEQUENCES.len(), gap in 0u64..=24) {
            let (bytes, name) = SEQUENCES[which];
            let mut pieces = vec![(0, "\x1b")];
            pieces.extend((0..bytes.len()).map(|i| (gap, &bytes[i..=i])));
            pieces.push((300, "x"));
            prop_assert_eq!(play(LOCAL, &pieces), format!("{name} x"));
        }

        #[test]
        fn no_key_is_lost_or_doubled_by_slow_fingers(keys in "[a-zA-Z0-9 /.]{1,20}") {
            let pieces: Vec<(u64, &str)> = keys.char_indices().map(|(i, _)| (150, &keys[i..=i])).collect();
            let expected = keys.replace(' ', "_").chars().map(String::from).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(play(HOLD, &pieces).replace("Space", "_"), expected);
        }
    }

    #[test]
    fn esc_alone_is_esc_once_nothing_followed() {
        assert_eq!(play(LOCAL, &[(0, "\x1b")]), "Esc");
        assert_eq!(play(LOCAL, &[(0, "\x1b"), (10, "j")]), "Esc j");
        assert_eq!(play(LOCAL, &[(0, "\x1b"), (10, "\x1b"), (40, "j")]), "Esc Esc j");
        assert_eq!(play(LOCAL, &[(0, "\x1b"), (40, "O"), (40, "j")]), "Esc O j", "sort reversed is a key");
        assert_eq!(play(LOCAL, &[(0, "\x1b"), (10, "O"), (40, "j")]), "Esc O j");
        assert_eq!(play(LOCAL, &[(0, "\x1b"), (10, "[")]), "", "half a key does nothing");
        assert_eq!(play(LOCAL, &[(0, "\x1b"), (10, "[\r")]), "Enter");
        assert_eq!(play(LOCAL, &[(0, "\x1b"), (10, "[99~"), (40, "j")]), "j", "an unknown key does nothing");
    }

    #[test]
    fn a_key_torn_for_longer_than_an_esc_is_held_acts_once() {
        for (bytes, _) in SEQUENCES {
            for gap in [26, 50, 90] {
                assert_eq!(play(LOCAL, &[(0, "\x1b"), (gap, bytes), (300, "j")]), "Esc j", "{bytes} {gap}");
            }
        }
        assert_eq!(play(LOCAL, &[(0, "\x1b"), (50, "[200~aAx"), (5, "qq")]), "Esc paste \"aAxqq\"");
        assert_eq!(play(LOCAL, &[(0, "\x1b"), (50, "Oé")]), "Esc O é");
        assert_eq!(play(LOCAL, &[(0, "\x1b"), (260, "["), (150, "A")]), "Esc [ A", "that was fingers");
        for (bytes, _) in SEQUENCES {
            for gap in [101, 150, 240] {
                assert_eq!(play(HOLD, &[(0, "\x1b"), (gap, bytes), (600, "j")]), "Esc j", "{bytes} {gap}");
            }
        }
    }

    #[test]
    fn the_mouse_is_heard_whole_and_torn() {
        assert_eq!(
            play(HOLD, &[(0, "\x1b"), (50, "[<0;12;3M"), (9, "\x1b"), (50, "[<65;1;1M")]),
            "click 11,2 wheel down"
        );
        assert_eq!(play(HOLD, &[(0, "\x1b"), (50, "[<0;12;3m"), (0, "\x1b"), (50, "[<99999999;1M")]), "");
    }

    #[test]
    fn a_slow_frame_does_not_tear_apart_what_arrived_together() {
        let mut joiner = Joiner::new(LOCAL);
        let mut out = Vec::new();
        joiner.feed(reports("\x1b").remove(0), ms(0), &mut out);
        for event in reports("[A") {
            joiner.feed(event, ms(70), &mut out);
        }
        joiner.settle(ms(70), &mut out);
        assert_eq!(out, [Input::Key(Key::plain(Code::Up))]);
    }

    #[test]
    fn focus_and_a_paste_are_joined_too() {
        assert_eq!(
            play(HOLD, &[(0, "\x1b"), (50, "[I"), (0, "\x1b"), (50, "[O")]),
            "focus gained focus lost"
        );
        // crossterm swallows the closing bracket it did not see the opening of.
        assert_eq!(play(HOLD, &[(0, "\x1b"), (50, "[200~aAx"), (50, "\rq")]), "paste \"aAx\\nq\"");
        assert_eq!(play(HOLD, &[(0, "\x1b"), (50, "[200~aA"), (20, "\x1b"), (20, "[201~")]), "paste \"aA\"");
    }

    #[test]
    fn many_keys_at_once_are_a_paste_and_a_held_key_is_not() {
        assert_eq!(play(LOCAL, &[(0, "roof quote\rx")]), "paste \"roof quote\\nx\"");
        assert_eq!(play(LOCAL, &[(0, "gsVAbo\ry")]), "g s V A b o Enter y", "eight keys are a macro");
        assert_eq!(play(LOCAL, &[(0, "gg"), (40, "j"), (33, "j"), (33, "j")]), "g g j j j");
        for many in [3, 8, 9, 20, 200] {
            let alike = "a".repeat(many);
            let keys = vec!["a"; many].join(" ");
            assert_eq!(play(LOCAL, &[(0, &alike)]), keys, "what it comes to is `held`'s to say");
        }
        assert_eq!(play(LOCAL, &[(0, "\r\r\r")]), "Enter Enter Enter", "no letters");
        let long = "aA\r".repeat(1365);
        assert_eq!(play(LOCAL, &[(0, &long)]), format!("paste {:?}", long.replace('\r', "\n")));
        assert_eq!(play(LOCAL, &[(0, "abc"), (4, "defghi"), (20, "jkl")]), "a b c paste \"defghijkl\"");
        assert_eq!(play(LOCAL, &[(0, "abcdefghi\x1b"), (40, "j")]), "paste \"abcdefghi\" Esc j");
    }

    #[test]
    fn after_a_bracketed_paste_a_burst_without_brackets_is_a_paste_all_the_same() {
        let mut joiner = Joiner::new(LOCAL);
        let mut out = Vec::new();
        joiner.feed(Event::Paste("x\x1b[A".into()), ms(0), &mut out);
        for event in reports("abcdefghijk") {
            joiner.feed(event, ms(1), &mut out);
        }
        joiner.settle(ms(1), &mut out);
        joiner.settle(ms(1) + PASTE, &mut out);
        assert_eq!(out, [Input::Paste("x\x1b[A".into()), Input::Paste("abcdefghijk".into())]);
        // One after the other, as a program types that waits for each to show.
        out.clear();
        for event in reports("abcdefghijk") {
            joiner.feed(event, ms(500), &mut out);
            joiner.settle(ms(500), &mut out);
        }
        assert_eq!(out.len(), 11, "{out:?}");
    }
}
