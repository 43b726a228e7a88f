//! A key as people write it: `g`, `G`, `Ctrl-c`, `Esc`, `Shift-Tab`, `F1`. One spelling a key, so that
//! settings, help and footer can compare. Knows nothing of what keys do.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::fmt;
use std::str::FromStr;

/// Which key, without what was held down with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PgUp,
    PgDn,
    F(u8),
}

/// Names of the keys that are not a character, first the one we write.
const NAMES: [(&str, Code); 21] = [
    ("Enter", Code::Enter),
    ("Return", Code::Enter),
    ("Esc", Code::Esc),
    ("Escape", Code::Esc),
    ("Space", Code::Char(' ')),
    ("Tab", Code::Tab),
    ("Backspace", Code::Backspace),
    ("Delete", Code::Delete),
    ("Del", Code::Delete),
    ("Insert", Code::Insert),
    ("Ins", Code::Insert),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PgUp", Code::PgUp),
    ("PageUp", Code::PgUp),
    ("PgDn", Code::PgDn),
    ("PageDown", Code::PgDn),
];

/// A key with what was held down. Shift is folded into a character (`G`, never `Shift-g`) and, because most
/// terminals cannot send it, dropped from `Ctrl-c`; two equal keys are always one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
}

impl Key {
    pub fn new(code: Code, ctrl: bool, alt: bool, shift: bool) -> Key {
        match code {
            Code::Char(c) if ctrl => {
                Key { code: Code::Char(other_case(c, char::to_lowercase)), ctrl, alt, shift: false }
            }
            Code::Char(c) if shift => {
                Key { code: Code::Char(other_case(c, char::to_uppercase)), ctrl, alt, shift: false }
            }
            _ => Key { code, ctrl, alt, shift },
        }
    }

    /// A key with nothing held down.
    pub fn plain(code: Code) -> Key {
        Key::new(code, false, false, false)
    }

    /// What a terminal reported; `None` for releases and for keys we have no word for.
    pub fn from_event(event: &KeyEvent) -> Option<Key> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
        let code = match event.code {
            KeyCode::Char(c) => Code::Char(c),
            KeyCode::Enter => Code::Enter,
            KeyCode::Esc => Code::Esc,
            KeyCode::Tab => Code::Tab,
            KeyCode::BackTab => {
                shift = true;
                Code::Tab
            }
            KeyCode::Backspace => Code::Backspace,
            KeyCode::Delete => Code::Delete,
            KeyCode::Insert => Code::Insert,
            KeyCode::Up => Code::Up,
            KeyCode::Down => Code::Down,
            KeyCode::Left => Code::Left,
            KeyCode::Right => Code::Right,
            KeyCode::Home => Code::Home,
            KeyCode::End => Code::End,
            KeyCode::PageUp => Code::PgUp,
            KeyCode::PageDown => Code::PgDn,
            KeyCode::F(n) => Code::F(n),
            _ => return None,
        };
        let held = |modifier| event.modifiers.contains(modifier);
        Some(Key::new(code, held(KeyModifiers::CONTROL), held(KeyModifiers::ALT), shift))
    }

    /// The character this key types into a text, if it types one. `Ctrl-j` is a newline: that is what
    /// terminals send for one in a paste.
    pub fn typed(&self) -> Option<char> {
        match self.code {
            _ if self.alt => None,
            Code::Char('j') if self.ctrl => Some('\n'),
            _ if self.ctrl => None,
            Code::Char(c) => Some(c),
            Code::Enter => Some('\n'),
            Code::Tab if !self.shift => Some('\t'),
            _ => None,
        }
    }
}

/// The other case where it is one character; `ß` stays `ß`.
fn other_case<I: Iterator<Item = char>>(c: char, to: fn(c: char) -> I) -> char {
    let mut other = to(c);
    match (other.next(), other.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, word) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(word)?;
            }
        }
        match (self.code, NAMES.iter().find(|(_, code)| *code == self.code)) {
            (_, Some((name, _))) => f.write_str(name),
            (Code::F(n), _) => write!(f, "F{n}"),
            (Code::Char(c), _) => write!(f, "{c}"),
            (other, _) => write!(f, "{other:?}"),
        }
    }
}

/// A key nobody can press, with how keys are written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a key; write it as `g`, `G`, `Ctrl-c`, `Alt-Enter`, `Shift-Tab`, `Space` or `F1`", .0.escape_debug())]
pub struct KeyError(pub String);

impl FromStr for Key {
    type Err = KeyError;

    /// Also accepts `ctrl+c` and names in any case.
    fn from_str(text: &str) -> Result<Key, KeyError> {
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = text;
        'held: loop {
            for (word, held) in [("ctrl", &mut ctrl), ("alt", &mut alt), ("shift", &mut shift)] {
                let (Some(start), Some(key)) = (rest.get(..word.len()), rest.get(word.len() + 1..)) else {
                    continue;
                };
                let sign = rest.as_bytes()[word.len()];
                if start.eq_ignore_ascii_case(word) && matches!(sign, b'-' | b'+') && !key.is_empty() {
                    *held = true;
                    rest = key;
                    continue 'held;
                }
            }
            break;
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() => Code::Char(c),
            _ => named(rest).ok_or_else(|| KeyError(text.to_string()))?,
        };
        Ok(Key::new(code, ctrl, alt, shift))
    }
}

fn named(text: &str) -> Option<Code> {
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some(*code);
    }
    let digits = text.strip_prefix(['F', 'f'])?;
    let number: u8 = digits.parse().ok()?;
    ((1..=24).contains(&number) && !digits.starts_with(['+', '0'])).then_some(Code::F(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spelled(text: &str) -> String {
        text.parse::<Key>().map_or_else(|e| e.to_string(), |k| k.to_string())
    }

    #[test]
    fn one_key_has_one_spelling() {
        for text in
            ["g", "G", "Ctrl-c", "Alt-Enter", "Esc", "Space", "Tab", "Shift-Tab", "F1", "PgUp", "ä", "-", "+"]
        {
            assert_eq!(spelled(text), text);
        }
        assert_eq!(spelled("ctrl+C"), "Ctrl-c");
        assert_eq!(spelled("Shift-g"), "G");
        assert_eq!(spelled("Ctrl--"), "Ctrl--");
        assert_eq!(spelled("pagedown"), "PgDn");
        assert_eq!(spelled("alt-ctrl-x"), "Ctrl-Alt-x");
        assert_eq!(spelled(" "), "Space");
        for wrong in ["", "gg", "Ctrl-", "F0", "F25", "F+1", "\u{1b}", "Meta-x", "Ctrl-ctrl-"] {
            assert!(wrong.parse::<Key>().is_err(), "{wrong}");
        }
        assert!(spelled("\u{1b}[A").contains("\\u{1b}"), "a message is fit to be printed");
    }

    #[test]
    fn reports_of_the_terminal_become_keys() {
        let key = |code, modifiers| Key::from_event(&KeyEvent::new(code, modifiers)).map(|k| k.to_string());
        assert_eq!(key(KeyCode::Char('G'), KeyModifiers::SHIFT).as_deref(), Some("G"));
        assert_eq!(key(KeyCode::BackTab, KeyModifiers::SHIFT).as_deref(), Some("Shift-Tab"));
        assert_eq!(key(KeyCode::Char('c'), KeyModifiers::CONTROL).as_deref(), Some("Ctrl-c"));
        assert_eq!(key(KeyCode::CapsLock, KeyModifiers::NONE), None);
        let mut up = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
        up.kind = KeyEventKind::Release;
        assert_eq!(Key::from_event(&up), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(c in any::<char>(), name in 0usize..NAMES.len(), f in 1u8..=24,
                                        which in 0usize..3, ctrl: bool, alt: bool, shift: bool) {
            let c = if c.is_control() { 'x' } else { c };
            let code = [Code::Char(c), NAMES[name].1, Code::F(f)][which];
            let key = Key::new(code, ctrl, alt, shift);
            prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
        }
    }
}
