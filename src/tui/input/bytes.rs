//! From the bytes of a terminal to single letters and to pastes in brackets, across the ends of what was read at once. What
//! the letters after an Esc come to is the joiner's to say: it knows the times.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

const ESC: u8 = 0x1b;
const PASTE: &[u8] = b"\x1b[200~";
const PASTED: &[u8] = b"\x1b[201~";

/// Keeps what was cut off at the end: a part of a letter, a paste that goes on.
#[derive(Debug, Default)]
pub struct Bytes {
    rest: Vec<u8>,
}

impl Bytes {
    /// Takes in what was read.
    pub fn events(&mut self, read: &[u8]) -> Vec<Event> {
        // Of a long paste only what is new can hold its end.
        let mut looked = self.rest.len().saturating_sub(PASTED.len()).max(PASTE.len());
        self.rest.extend_from_slice(read);
        let (mut at, mut events) = (0, Vec::new());
        while let Some((event, used)) = next(&self.rest[at..], looked) {
            events.extend(event);
            at += used;
            looked = PASTE.len();
        }
        self.rest.drain(..at);
        events
    }
}

/// What stands first and how many bytes it takes; `None` while it is not all there.
fn next(bytes: &[u8], looked: usize) -> Option<(Option<Event>, usize)> {
    if bytes.starts_with(PASTE) {
        let end = bytes[looked..].windows(PASTED.len()).position(|part| part == PASTED)? + looked;
        let text = String::from_utf8_lossy(&bytes[PASTE.len()..end]).into_owned();
        return Some((Some(Event::Paste(text)), end + PASTED.len()));
    }
    if bytes.len() > 2 && PASTE.starts_with(bytes) {
        return None;
    }
    match bytes {
        [ESC, b'[' | b'O' | ESC, ..] | [ESC] => Some((Some(Event::Key(KeyCode::Esc.into())), 1)),
        [ESC, held @ ..] => {
            let (letter, used) = letter(held)?;
            let event = letter.map(|letter| {
                let key = key(letter);
                Event::Key(KeyEvent::new(key.code, key.modifiers | KeyModifiers::ALT))
            });
            Some((event, used + 1))
        }
        bytes => letter(bytes).map(|(letter, used)| (letter.map(|letter| Event::Key(key(letter))), used)),
    }
}

/// The first letter, or none where the bytes are no text.
fn letter(bytes: &[u8]) -> Option<(Option<char>, usize)> {
    let first = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(first) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => std::str::from_utf8(&first[..error.valid_up_to()]).ok()?,
        Err(error) => return error.error_len().map(|wrong| (None, wrong)),
    };
    valid.chars().next().map(|letter| (Some(letter), letter.len_utf8()))
}

fn key(letter: char) -> KeyEvent {
    let control = |letter: u8| KeyEvent::new(KeyCode::Char(letter.into()), KeyModifiers::CONTROL);
    match letter {
        '\r' => KeyCode::Enter.into(),
        '\t' => KeyCode::Tab.into(),
        '\x7f' => KeyCode::Backspace.into(),
        '\0' => control(b' '),
        '\x01'..='\x1a' => control(letter as u8 - 1 + b'a'),
        '\x1c'..='\x1f' => control(letter as u8 - 0x1c + b'4'),
        letter => KeyCode::Char(letter).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{HOLD, Input, Joiner};
    use super::*;
    use std::time::Duration;

    /// Plays pieces of bytes with the milliseconds before each as the reader would.
    fn play(pieces: &[(u64, &[u8])]) -> String {
        let (mut bytes, mut joiner) = (Bytes::default(), Joiner::new(HOLD));
        let (mut now, mut out) = (Duration::ZERO, Vec::new());
        for (gap, piece) in pieces {
            now += Duration::from_millis(*gap);
            while let Some(wake) = joiner.wake().filter(|wake| *wake < now) {
                joiner.settle(wake, &mut out);
            }
            for event in bytes.events(piece) {
                joiner.feed(event, now, &mut out);
            }
            joiner.settle(now, &mut out);
        }
        while let Some(wake) = joiner.wake() {
            joiner.settle(wake, &mut out);
        }
        out.iter().map(Input::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_answer_of_the_terminal_does_nothing_whole_or_cut_anywhere() {
        let answers: [&[u8]; 16] = [
            b"\x1b[>0;276;0c",
            b"\x1b[>41;354;0c",
            b"\x1b[>1;95;0c",
            b"\x1b[?1;2c",
            b"\x1b[?64;1;2;6;9;15;16;17;18;21;22;28;29;52c",
            b"\x1b[?12;2$y",
            b"\x1b[12;40R",
            b"\x1b[8;24;80t",
            b"\x1bP1$r0m\x1b\\",
            b"\x1bP>|tmux a\x1b\\",
            b"\x1bP1+r6b31=1b4f41\x1b\\",
            b"\x1b]11;rgb:1a1a/1a1a/2e2e\x1b\\",
            b"\x1b]10;rgb:c5c5/c8c8/c6c6\x07",
            b"\x1b_x\x1b\\",
            b"\x1b^x\x1b\\",
            b"\x1bXx\x1b\\",
        ];
        for answer in answers {
            let named = String::from_utf8_lossy(answer);
            assert_eq!(play(&[(0, answer), (0, b"j")]), "j", "{named:?}");
            let single = answer.chunks(1).map(|byte| (60, byte)).collect::<Vec<_>>();
            assert_eq!(play(&single), "", "{named:?} byte by byte");
            for cut in 1..answer.len() {
                for gap in [20, 60, 90] {
                    let pieces = [(0, &answer[..cut]), (gap, &answer[cut..]), (600, b"j")];
                    assert_eq!(play(&pieces), "j", "{named:?} cut at {cut}, {gap} ms");
                }
            }
        }
    }

    #[test]
    fn keys_act_once_whole_and_cut_anywhere() {
        let keys: [(&[u8], &str); 13] = [
            (b"\x1b[A", "Up"),
            (b"\x1bOP", "F1"),
            (b"\x1b[15~", "F5"),
            (b"\x1b[1;5C", "Ctrl-Right"),
            (b"\x1b[Z", "Shift-Tab"),
            (b"\x1b[97;5u", "Ctrl-a"),
            (b"\x1b[<0;12;3M", "click 11,2"),
            (b"\x1b[I", "focus gained"),
            (b"\x1b[200~aA\x1b[Bq\r\x1b[201~", "paste \"aA\\u{1b}[Bq\\r\""),
            ("é".as_bytes(), "é"),
            (b"\x03", "Ctrl-c"),
            (b"\x7f", "Backspace"),
            (b"\r", "Enter"),
        ];
        for (bytes, name) in keys {
            assert_eq!(play(&[(0, bytes), (300, b"x")]), format!("{name} x"));
            // A bracket cut at its first byte is the joiner's, which knows no Esc in a paste.
            let first = if name.starts_with("paste") { 3 } else { 1 };
            for cut in first..bytes.len() {
                let pieces = [(0, &bytes[..cut]), (60, &bytes[cut..]), (300, b"x")];
                assert_eq!(play(&pieces), format!("{name} x"), "cut at {cut}");
            }
        }
    }

    #[test]
    fn what_a_person_types_after_an_esc_is_not_swallowed() {
        assert_eq!(play(&[(0, b"\x1b")]), "Esc");
        for letter in ["]", "P", "_", "^", "X"] {
            let alt = format!("\x1b{letter}");
            assert_eq!(play(&[(0, alt.as_bytes()), (150, b"j")]), format!("Alt-{letter} j"));
            assert_eq!(
                play(&[(0, b"\x1b"), (60, letter.as_bytes()), (150, b"j")]),
                format!("Esc {letter} j")
            );
            // One that never ends: a pause, or a key that is no letter, is the end of it.
            let open = format!("\x1b{letter}1;2");
            assert_eq!(play(&[(0, open.as_bytes()), (600, b"j")]), "j");
            assert_eq!(play(&[(0, open.as_bytes()), (50, b"\rj")]), "Enter j");
            assert_eq!(play(&[(0, open.as_bytes()), (50, b"\x1b[A")]), "Up");
        }
        assert_eq!(play(&[(0, b"\x1bj\x1b\x1b[A\xff\n")]), "Alt-j Esc Up Ctrl-j");
        let long = format!("\x1b]{}j", "x".repeat(4096));
        assert_eq!(play(&[(0, long.as_bytes())]), "j");
    }
}
