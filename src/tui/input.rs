//! Reads the terminal: keys and pastes. Starts no thread, keeps no clock and decides nothing about
//! what a key does.

mod bytes;
mod joiner;
mod key;

pub use bytes::Bytes;
pub use joiner::Joiner;
pub use key::{Code, Key, KeyError};

use filedescriptor::{POLLIN, pollfd};
use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Stdin};
use std::os::fd::{AsFd, AsRawFd};
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

/// Bytes taken in one go, so that a flood cannot keep the screen from being drawn.
const MOST: usize = 8192;

/// Waits at most `wait` for something to happen and takes in everything that has arrived by then. Nothing
/// may come back, because the time is over or because an Esc is held back: call again.
///
/// `now` tells the time since any fixed moment. A terminal that went away is `UnexpectedEof`.
///
/// Not crossterm's reader: of an answer of the terminal that it does not know it drops the beginning without a word, and
/// hands on the rest as typed.
///
/// Only one thread may call this, and not while an editor has the terminal. Best one that is asked for each
/// round: then nobody reads while a key is being acted on.
pub fn read(
    bytes: &mut Bytes,
    joiner: &mut Joiner,
    wait: Duration,
    now: impl Fn() -> Duration,
) -> io::Result<Vec<Input>> {
    let gone = || io::Error::new(io::ErrorKind::UnexpectedEof, "the terminal is gone");
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(gone());
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
    if arrived(&stdin, whole)? {
        known = now();
        // Past the buffer of `stdin`: what that holds back, nobody could wait for.
        let mut tty = File::from(stdin.as_fd().try_clone_to_owned()?);
        let mut buffer = [0; MOST];
        let many = tty.read(&mut buffer)?;
        if many == 0 {
            return Err(gone());
        }
        for event in bytes.events(&buffer[..many]) {
            joiner.feed(event, known, &mut out);
        }
    }
    joiner.settle(known, &mut out);
    Ok(out)
}

/// Whether something can be read within a time. A signal ends the wait with nothing.
fn arrived(stdin: &Stdin, wait: Duration) -> io::Result<bool> {
    let mut asked = [pollfd { fd: stdin.as_raw_fd(), events: POLLIN, revents: 0 }];
    match filedescriptor::poll(&mut asked, Some(wait)) {
        Ok(many) => Ok(many > 0),
        Err(filedescriptor::Error::Poll(error)) if error.kind() == io::ErrorKind::Interrupted => Ok(false),
        Err(error) => Err(io::Error::other(error)),
    }
}
