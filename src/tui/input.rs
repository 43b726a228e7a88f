//! Reads the terminal: keys, pastes, new sizes. Starts no thread, keeps no clock and decides nothing about
//! what a key does.

mod joiner;
mod key;

pub use joiner::Joiner;
pub use key::{Code, Key, KeyError};

use crossterm::event;
use std::fmt;
use std::io::{self, IsTerminal};
use std::time::Duration;

/// Something the person or their terminal did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Key(Key),
    /// The same letter so often in one read that no fingers pressed it: a key that is held over a slow line, or a paste
    /// without brackets.
    Held(char, usize),
    /// As it came: whoever shows it cleans it, whoever stores it checks it.
    Paste(String),
    /// Columns, rows.
    Resize(u16, u16),
    FocusGained,
    FocusLost,
    Mouse(Mouse),
}

/// What the mouse did, in cells from the upper left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    Click { x: u16, y: u16 },
    Wheel { down: bool },
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Key(key) => key.fmt(f),
            Input::Held(letter, many) => write!(f, "{letter} x{many}"),
            Input::Paste(text) => write!(f, "paste {text:?}"),
            Input::Resize(width, height) => write!(f, "resize {width}x{height}"),
            Input::FocusGained => f.write_str("focus gained"),
            Input::FocusLost => f.write_str("focus lost"),
            Input::Mouse(Mouse::Click { x, y }) => write!(f, "click {x},{y}"),
            Input::Mouse(Mouse::Wheel { down }) => write!(f, "wheel {}", if *down { "down" } else { "up" }),
        }
    }
}

/// How long a lone Esc waits. The rest of a cursor key may come a packet later, and nobody knows over how many lines a
/// session goes: a login on a login says nothing of the first. An Esc that comes a tenth of a second late is a lesser
/// evil than half a key that acts.
pub const HOLD: Duration = Duration::from_millis(100);

/// crossterm on a tty device looks at nothing, not even at what it has already read, when told to wait for no
/// time at all. It sleeps for whole milliseconds and spins through the rest, so a wait is whole milliseconds
/// and this much.
const AT_ONCE: Duration = Duration::from_micros(20);
/// Reports taken in one go, so that a flood cannot keep the screen from being drawn.
const MOST: usize = 8192;

/// Waits at most `wait` for something to happen and takes in everything that has arrived by then. Nothing
/// may come back, because the time is over or because an Esc is held back: call again.
///
/// `now` tells the time since any fixed moment. A terminal that went away is `UnexpectedEof`; it must be asked
/// for each time, because crossterm would spin on a dead one for ever.
///
/// Only one thread may call this, and not while an editor has the terminal. Best one that is asked for each
/// round: then nobody reads while a key is being acted on, and a terminal that sent half a sequence, on which
/// crossterm blocks whatever `wait` says, holds up nothing but keys.
pub fn read(joiner: &mut Joiner, wait: Duration, now: impl Fn() -> Duration) -> io::Result<Vec<Input>> {
    if !io::stdin().is_terminal() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the terminal is gone"));
    }
    let wait = match joiner.wake() {
        // Not no time at all: what is due is handed on only when nothing that belongs to it has arrived.
        Some(wake) => wait.min(wake.saturating_sub(now()).max(Duration::from_millis(1))),
        None => wait,
    };
    let mut out = Vec::new();
    let whole = Duration::from_millis(u64::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(u64::MAX));
    // Until when it is known what arrived. Not the time by the time we are done: on a busy machine we may have stood
    // still since, and then a paste would be typed keys and its last letters would act.
    let mut known = now() + whole;
    if event::poll(whole + AT_ONCE)? {
        known = now();
        for _ in 0..MOST {
            joiner.feed(event::read()?, known, &mut out);
            if !event::poll(AT_ONCE)? {
                break;
            }
        }
    }
    joiner.settle(known, &mut out);
    Ok(out)
}
