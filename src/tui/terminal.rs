//! Owns the real terminal: takes it, gives it back on every way out, and writes each frame in one piece.
//! Knows nothing of what is on the screen.

mod away;
pub mod editor;
mod paint;
mod scroll;
mod wire;

pub use editor::Edited;
pub use wire::Wire;

use crate::text::{Shown, fit_for_terminal};
use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;
use crossterm::style::force_color_output;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::Frame;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;
use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{self, Stdio};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Alternate screen, bracketed paste, focus reports, cursor hidden until a frame places it.
const TAKE: &str = "\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[?25l";
/// Undoes `TAKE`, and a frame or a style that a crash left open.
const GIVE_BACK: &str = "\x1b[?2026l\x1b[0m\x1b[?1006l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// Buttons and the wheel, in a form without an end at column 223.
const HEAR_MOUSE: &str = "\x1b[?1000h\x1b[?1006h";
const DEAF_TO_MOUSE: &str = "\x1b[?1006l\x1b[?1000l";
const KEEP_TITLE: &str = "\x1b[22;2t";
/// Empties the title first, for terminals that keep none.
const OLD_TITLE: &str = "\x1b]2;\x07\x1b[23;2t";

/// What Ctrl-Z leaves on the screen of the shell.
const PAUSED: &str = "baton is paused. Type fg to come back.\n";
/// The answer to Ctrl-Z where nobody could bring us back.
pub const NOTHING_TO_SUSPEND_TO: &str = "Nothing to suspend to. q q quits. u undoes.";

/// Bytes OSC 52 may carry before terminals drop it whole (100,000 once encoded).
const MOST_COPIED: usize = 74_994;
/// How long a second SIGTERM lets the restoring take before it ends the process anyway.
const PATIENCE: Duration = Duration::from_millis(300);

/// Columns of the terminal a command writes to; none where it writes to something else.
pub fn columns() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    crossterm::terminal::size().ok().map(|(width, _)| usize::from(width)).filter(|width| *width > 0)
}

/// Whether the terminal is in our modes. Global, because the panic hook and the signals have nothing else to
/// look at; standard output's lock guards it together with what is written.
static OURS: AtomicBool = AtomicBool::new(false);
static TITLED: AtomicBool = AtomicBool::new(false);

pub use away::may_start_programs;

/// Why the terminal would not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    #[error("the screen needs a terminal on standard input and output; `baton inbox --plain` works without")]
    NoTerminal,
    #[error("this terminal (TERM={0}) cannot place text; `baton inbox --plain` works everywhere")]
    TooSimple(String),
    #[error("{0} bytes are too many to copy; at most {MOST_COPIED} get through a terminal")]
    TooLongToCopy(usize),
    #[error("no editor is started for this login: write it in the field")]
    NoEditorHere,
    #[error("the editor `{name}` did not start ({source}); set EDITOR to one that is installed")]
    NoEditor { name: String, source: io::Error },
    #[error("the editor setting {0:?} has an open quote; write it as in a shell")]
    EditorSetting(String),
    #[error("the editor ended with an error; what you wrote is kept in {}", .0.display())]
    EditorFailed(PathBuf),
    #[error("what you wrote cannot be read back ({source}); it is kept in {}", .file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("the terminal does not answer: {0}")]
    Io(#[from] io::Error),
}

/// The terminal while it is ours. Dropping it gives it back.
pub struct Screen {
    terminal: ratatui::Terminal<Wire<Tty>>,
    title: Shown,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal over. Asks it nothing, so that a mute one costs no time.
    pub fn enter() -> Result<Screen, TerminalError> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(TerminalError::NoTerminal);
        }
        let term = env::var("TERM").unwrap_or_default();
        if term == "dumb" {
            return Err(TerminalError::TooSimple(term));
        }
        // NO_COLOR is the theme's business: crossterm would turn a cursor row into `ESC[;m`, which resets it.
        force_color_output(true);
        restore_on_panic();
        take()?;
        let screen = ratatui::Terminal::new(Wire::new(Tty, None)).map(|terminal| Screen {
            terminal,
            title: Shown::default(),
            mouse: false,
        });
        if screen.is_err() {
            restore();
        }
        Ok(screen?)
    }

    /// Draws one frame. Writes nothing when nothing changed; still, call it only when something may have.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.terminal.draw(render).map(|_| ())
    }

    /// Makes the next frame paint every cell, whatever somebody else left on the screen.
    pub fn redraw(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().forget();
        self.terminal.clear()
    }

    /// Takes the terminal again after somebody stopped and continued us, or changed its modes.
    pub fn resume(&mut self) -> io::Result<()> {
        take()?;
        if self.mouse {
            Tty.write_all(HEAR_MOUSE.as_bytes())?;
        }
        self.redraw()?;
        self.write_title()
    }

    /// Clicks and the wheel are reported, or left to the terminal.
    pub fn mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        Tty.write_all(if on { HEAR_MOUSE } else { DEAF_TO_MOUSE }.as_bytes())
    }

    /// Ctrl-Z: back to the shell until `fg`. Where there is no shell, nothing happens and the answer for the
    /// status line comes back.
    pub fn suspend(&mut self) -> io::Result<Option<&'static str>> {
        if !away::has_shell() {
            return Ok(Some(NOTHING_TO_SUSPEND_TO));
        }
        restore();
        io::stdout().write_all(PAUSED.as_bytes())?;
        away::stop();
        self.resume()?;
        Ok(None)
    }

    /// Lets the person write in their editor. `None` when nothing or the same text came back. Nobody else may
    /// read the terminal meanwhile.
    pub fn edit(&mut self, text: &str) -> Result<Option<Edited>, TerminalError> {
        self.edit_at(text, None)
    }

    /// The same, with the cursor at a line, from 1, where the editor is one that can be told.
    pub fn edit_at(&mut self, text: &str, line: Option<usize>) -> Result<Option<Edited>, TerminalError> {
        if !away::may_start_programs() {
            return Err(TerminalError::NoEditorHere);
        }
        restore();
        let edited = editor::edit_at(text, line, |name| env::var(name).ok());
        self.resume()?;
        edited
    }

    /// Sets the window's title; the old one comes back with `restore`.
    pub fn title(&mut self, title: &Shown) -> io::Result<()> {
        if self.title == *title {
            return Ok(());
        }
        self.title = title.clone();
        self.write_title()
    }

    fn write_title(&mut self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if is_console() || self.title.is_empty() || !is_ours() {
            return Ok(());
        }
        let keep = if TITLED.swap(true, Ordering::SeqCst) { "" } else { KEEP_TITLE };
        write!(out, "{keep}\x1b]2;{}\x07", self.title)?;
        out.flush()
    }

    /// One bell, and a message on the desktop where the terminal itself hears it: a multiplexer would lose it.
    pub fn bell(&mut self, words: &Shown) -> io::Result<()> {
        let between = ["TMUX", "STY", "ZELLIJ"].iter().any(|name| env::var_os(name).is_some());
        let message = match between || is_console() {
            true => String::new(),
            false => format!("\x1b]9;{words}\x07"),
        };
        Tty.write_all(format!("\x07{message}").as_bytes())
    }

    /// Puts text on the clipboard of the person's terminal, which may ignore it without a word. Never reads
    /// the clipboard and never waits.
    pub fn copy(&mut self, text: &str) -> Result<(), TerminalError> {
        let text = fit_to_paste(text);
        let sequence = copy_sequence(&text)?;
        Tty.write_all(sequence.as_bytes())?;
        if env::var_os("TMUX").is_some() {
            thread::spawn(move || give_to_tmux(&text));
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// False once it was given back, as the panic of any thread does: then there is no screen to go on with, and
/// the program must end.
pub fn is_ours() -> bool {
    OURS.load(Ordering::SeqCst)
}

/// Gives the terminal back as it was found: every mode, the cursor, the title, the screen. Does nothing when
/// it is not ours; safe from any thread, a panic hook, or twice.
pub fn restore() {
    let mut out = io::stdout().lock();
    if !OURS.swap(false, Ordering::SeqCst) {
        return;
    }
    let title = if TITLED.swap(false, Ordering::SeqCst) { OLD_TITLE } else { "" };
    // Nothing can be done about a terminal that is gone; the raw mode is tried all the same.
    let _ = write!(out, "{title}{GIVE_BACK}").and_then(|()| out.flush());
    let _ = disable_raw_mode();
}

fn take() -> io::Result<()> {
    let mut out = io::stdout().lock();
    // crossterm keeps quiet when it thinks raw mode is on, also when a shell has switched it off since.
    disable_raw_mode()?;
    enable_raw_mode()?;
    OURS.store(true, Ordering::SeqCst);
    let written = out.write_all(TAKE.as_bytes()).and_then(|()| out.flush());
    if written.is_err() {
        restore();
    }
    written
}

/// Standard output while the terminal is ours: after `restore`, also by another thread's panic, a frame that
/// was on its way goes nowhere.
struct Tty;

impl Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if is_ours() {
            out.write_all(bytes)?;
            out.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            restore();
            // What went wrong may name what somebody wrote; the usual report would print it as it is.
            let report = fit_for_terminal(&info.to_string());
            let backtrace = env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
            if backtrace || writeln!(io::stderr(), "baton stopped by mistake: {report}").is_err() {
                print(info);
            }
        }));
    });
}

/// What the system told us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM, SIGHUP, SIGINT or SIGQUIT: save what is typed, then leave.
    Quit,
    /// We were stopped from outside and continue: call `Screen::resume`.
    Continued,
    /// The terminal has this size now. Also told with the keys, but those are only read once the first frame
    /// is on the screen, and a change before that would be lost.
    Resized(u16, u16),
}

/// Starts the thread that passes signals on. One that asks us to leave a second time gives the terminal back
/// and ends the process: then the loop that should have left is stuck.
pub fn watch_signals(mut send: impl FnMut(Signal) + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGCONT, SIGWINCH])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        let mut asked = false;
        for signal in signals.forever() {
            match signal {
                // Ctrl-C in an editor is meant for the editor.
                SIGINT | SIGQUIT | SIGCONT if !is_ours() => {}
                SIGCONT => send(Signal::Continued),
                SIGWINCH => {
                    if let Ok((width, height)) = crossterm::terminal::size() {
                        send(Signal::Resized(width, height));
                    }
                }
                _ if !asked => {
                    asked = true;
                    send(Signal::Quit);
                }
                signal => {
                    // In a thread of its own: a terminal that takes no bytes would hold the lock for ever.
                    let (done, wait) = mpsc::channel();
                    thread::spawn(move || {
                        restore();
                        done.send(())
                    });
                    let _ = wait.recv_timeout(PATIENCE);
                    let _ = disable_raw_mode();
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            }
        }
    })?;
    Ok(())
}

fn copy_sequence(text: &str) -> Result<String, TerminalError> {
    if text.len() > MOST_COPIED {
        return Err(TerminalError::TooLongToCopy(text.len()));
    }
    let mut sequence = String::new();
    // Writing to a string cannot fail.
    let _ = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut sequence);
    Ok(sequence)
}

/// These consoles know no title and no message and print the text instead.
fn is_console() -> bool {
    env::var("TERM").is_ok_and(|term| term == "linux" || term.starts_with("vt"))
}

/// A clipboard is pasted into shells: lines and tabs stay, what could steer one or hide in it does not.
fn fit_to_paste(text: &str) -> String {
    fit_for_terminal(&text.replace("\r\n", "\n"))
}

fn give_to_tmux(text: &str) {
    let child = process::Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    // Without tmux the sequence above was all there is; the person is told "if your terminal allows it".
    if let Ok(mut child) = child {
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(text.as_bytes());
        }
        let _ = child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_taken_is_given_back() {
        let taken = format!("{TAKE}{HEAR_MOUSE}");
        for mode in taken.split("\x1b[?").filter(|mode| !mode.is_empty()) {
            let (number, switch) = mode.split_at(mode.len() - 1);
            let back = if switch == "h" { "l" } else { "h" };
            assert!(GIVE_BACK.contains(&format!("\x1b[?{number}{back}")), "{mode}");
        }
    }

    #[test]
    fn giving_back_a_terminal_that_is_not_ours_does_nothing() {
        restore();
        restore();
        assert!(!is_ours());
    }

    #[test]
    fn copies_are_capped_and_clean() {
        assert_eq!(copy_sequence("C-1042").unwrap(), "\x1b]52;c;Qy0xMDQy\x1b\\");
        assert!(matches!(
            copy_sequence(&"x".repeat(MOST_COPIED + 1)),
            Err(TerminalError::TooLongToCopy(74_995))
        ));
        assert_eq!(fit_to_paste("a\tb\r\nc\x1b[31m\u{9b}\u{202e}"), "a\tb\nc␛[31m<9B><202E>");
    }

    #[test]
    fn errors_say_what_to_do_next() {
        let io = || io::Error::new(io::ErrorKind::NotFound, "not found");
        let no_editor = TerminalError::NoEditor { name: "ed".into(), source: io() }.to_string();
        assert_eq!(
            no_editor,
            "the editor `ed` did not start (not found); set EDITOR to one that is installed"
        );
    }
}
