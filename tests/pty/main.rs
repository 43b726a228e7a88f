//! The program in a real pseudo-terminal: the few things that only show there. Waits for text, never sleeps.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::time::Duration;
use termlens::{Key, Screen, Signal, Terminal, TerminalBuilder};

mod editing;
mod ways_out;

fn at(home: &Path) -> TerminalBuilder {
    Terminal::builder()
        .size(80, 24)
        .env_clear()
        .timeout(Duration::from_secs(60))
        .env("HOME", home)
        .env("TMPDIR", home)
        .env("TERM", "xterm-256color")
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .env("USER", "ana")
        .env("BATON_DB", home.join("desk.db"))
}

fn baton(home: &Path, args: &[&str]) -> Terminal {
    at(home).args(args.iter().copied()).spawn(env!("CARGO_BIN_EXE_baton")).unwrap()
}

fn shows(terminal: &mut Terminal, text: &str) {
    terminal.wait_until(|screen| screen.contains(text)).unwrap_or_else(|e| panic!("no {text:?}: {e}"));
}

fn typed(terminal: &mut Terminal, keys: &str) {
    terminal.send_str(keys).unwrap();
}

/// Waits for the first screen and shows that this terminal says itself what is pasted: otherwise a robot's
/// nine keys within milliseconds would count as pasted text, one by one as well.
fn begun(terminal: &mut Terminal, text: &str) {
    shows(terminal, text);
    terminal.paste("x").unwrap();
    shows(terminal, "Pasted text does nothing here");
}

/// Types a text and waits until it is on screen.
fn written(terminal: &mut Terminal, text: &str) {
    terminal.send_str(text).unwrap();
    shows(terminal, text.trim());
}

/// From the welcome to a first process; what its template asks is answered as it stands.
fn brings_in_a_template(screen: &mut Terminal) {
    typed(screen, "t");
    shows(screen, "Order to cash");
    screen.send(Key::Enter).unwrap();
    shows(screen, "Start Order to cash");
    screen.send(Key::Enter).unwrap();
    shows(screen, "order-to-cash is here");
}

/// Everything we set is undone.
fn is_restored(screen: &Screen) {
    assert!(!screen.alternate_screen(), "the alternate screen stays on");
    assert!(!screen.bracketed_paste(), "bracketed paste stays on");
    assert!(screen.cursor_visible(), "the cursor stays hidden");
}

#[test]
fn four_short_steps_from_nothing_to_a_case_that_somebody_accepts() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = baton(home.path(), &[]);
    begun(&mut screen, "Welcome. Nothing is set up yet");
    brings_in_a_template(&mut screen);

    typed(&mut screen, ":");
    shows(&mut screen, "Do");
    written(&mut screen, "person");
    screen.send(Key::Enter).unwrap();
    shows(&mut screen, "Handle");
    written(&mut screen, "bjarne");
    screen.send(Key::Tab).unwrap();
    written(&mut screen, "Bjarne");
    screen.send(Key::Enter).unwrap();
    shows(&mut screen, "bjarne (Bjarne) added");

    typed(&mut screen, "N");
    shows(&mut screen, "customer");
    screen.send(Key::Enter).unwrap();
    shows(&mut screen, "New customer");
    written(&mut screen, "Hansen");
    screen.send(Key::Enter).unwrap();
    shows(&mut screen, "added Hansen");

    typed(&mut screen, "n");
    shows(&mut screen, "New case");
    written(&mut screen, "roof ");
    typed(&mut screen, "+Han ");
    shows(&mut screen, "R-1 Hansen");
    typed(&mut screen, "@bjarne ");
    shows(&mut screen, "-> @bjarne");
    // One of them completes the record's name.
    typed(&mut screen, "\t\t\t\t\t\t\t\t");
    shows(&mut screen, "> order no");
    written(&mut screen, "A-1");
    screen.send(Key::Tab).unwrap();
    written(&mut screen, "12400");
    screen.send(Key::Enter).unwrap();
    shows(&mut screen, "Started C-1");

    // The second screen is Bjarne's: it shows the offer, and accepts it with one key.
    let mut other = baton(home.path(), &["--as", "bjarne"]);
    begun(&mut other, "ACCEPT");
    typed(&mut other, "a");
    shows(&mut other, "Accepted C-1");
    typed(&mut other, "qy");
    assert!(other.wait_exit().unwrap().success());
    typed(&mut screen, "2");
    shows(&mut screen, "Boards]");
    shows(&mut screen, "bjarne");
    typed(&mut screen, "qqy");
    assert!(screen.wait_exit().unwrap().success());
    is_restored(&screen.screen());
}

#[test]
fn the_sample_company_is_there_and_goes_away_without_a_trace() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = baton(home.path(), &["demo"]);
    shows(&mut screen, "most late");
    typed(&mut screen, "?");
    shows(&mut screen, "Write a note");
    screen.send(Key::Esc).unwrap();
    // Esc and q that arrive together are Alt-q, so the help has to be gone before the next key.
    screen.wait_until(|s| !s.contains("Write a note")).unwrap();
    typed(&mut screen, "qq");
    assert!(screen.wait_exit().unwrap().success());
    is_restored(&screen.screen());
    let left = std::fs::read_dir(home.path()).unwrap().count();
    assert_eq!(left, 0, "the sample company leaves nothing behind");
}

#[test]
fn every_signal_that_ends_us_gives_the_terminal_back() {
    for signal in [Signal::Term, Signal::Int, Signal::Hup] {
        let home = tempfile::tempdir().unwrap();
        let mut screen = baton(home.path(), &[]);
        shows(&mut screen, "Welcome");
        screen.signal(signal).unwrap();
        screen.wait_exit().unwrap();
        is_restored(&screen.screen());
    }
}

#[test]
fn what_is_typed_is_there_again_after_esc_and_after_the_end() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = baton(home.path(), &[]);
    begun(&mut screen, "Welcome");
    brings_in_a_template(&mut screen);
    typed(&mut screen, "n");
    shows(&mut screen, "New case");
    written(&mut screen, "half a thought");
    screen.signal(Signal::Term).unwrap();
    screen.wait_exit().unwrap();
    let mut again = baton(home.path(), &[]);
    shows(&mut again, "Inbox");
    typed(&mut again, "n");
    shows(&mut again, "half a thought");
}

/// What was typed is in the file, whatever happened to the program since.
fn kept(home: &Path, text: &str) -> bool {
    let desk = baton::desk::Desk::open(&home.join("desk.db")).unwrap();
    let draft = desk.draft(&"ana".parse().unwrap(), "new-case").unwrap();
    draft.is_some_and(|draft| draft.contains(text))
}

#[test]
fn r2_what_is_typed_outlives_a_kill_and_a_hang_up() {
    for signal in [Signal::Kill, Signal::Hup] {
        let home = tempfile::tempdir().unwrap();
        let mut screen = baton(home.path(), &[]);
        begun(&mut screen, "Welcome");
        brings_in_a_template(&mut screen);
        typed(&mut screen, "n");
        shows(&mut screen, "New case");
        written(&mut screen, "half a thought");
        // A hang-up is heard; a kill is not, and may cost the last half second.
        while matches!(signal, Signal::Kill) && !kept(home.path(), "half a thought") {
            assert!(screen.screen().contains("half a thought"));
        }
        screen.signal(signal).unwrap();
        screen.wait_exit().unwrap();
        assert!(kept(home.path(), "half a thought"), "{signal:?}");
        let mut again = baton(home.path(), &[]);
        shows(&mut again, "Inbox");
        typed(&mut again, "n");
        shows(&mut again, "half a thought");
        shows(&mut again, "What you typed before is back");
    }
}

#[test]
fn z1_a_first_run_asks_nothing_and_is_usable_after_one_key() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = baton(home.path(), &[]);
    shows(&mut screen, "Welcome. Nothing is set up yet, and nothing needs to be.");
    screen.send(Key::Enter).unwrap();
    shows(&mut screen, "1 Inbox 0]");
    typed(&mut screen, "qy");
    assert!(screen.wait_exit().unwrap().success());
}

#[test]
fn who_somebody_is_is_said_on_the_welcome_and_known_next_time() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = baton(home.path(), &[]);
    begun(&mut screen, "Welcome. Nothing is set up yet");
    typed(&mut screen, "e");
    shows(&mut screen, "Who you are");
    screen.send_str("\u{15}nina\r").unwrap();
    shows(&mut screen, "You are \"nina\"");
    typed(&mut screen, "q");
    assert!(screen.wait_exit().unwrap().success());
    let mut screen = baton(home.path(), &[]);
    begun(&mut screen, "You are \"nina\"");
    screen.send(Key::Enter).unwrap();
    shows(&mut screen, "1 Inbox 0]");
    typed(&mut screen, "qy");
    assert!(screen.wait_exit().unwrap().success());
}

#[test]
fn the_sample_company_is_one_key_away_from_the_welcome_and_changes_nothing_here() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = baton(home.path(), &[]);
    shows(&mut screen, "Welcome. Nothing is set up yet");
    typed(&mut screen, "d");
    shows(&mut screen, "most late");
    typed(&mut screen, "qy");
    assert!(screen.wait_exit().unwrap().success());
    let mut screen = baton(home.path(), &[]);
    shows(&mut screen, "Welcome. Nothing is set up yet");
    typed(&mut screen, "q");
    assert!(screen.wait_exit().unwrap().success());
}

#[test]
fn w4_a_terminal_that_answers_nothing_costs_no_time_and_is_asked_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut screen =
        at(home.path()).answer_queries(false).args(["demo"]).spawn(env!("CARGO_BIN_EXE_baton")).unwrap();
    shows(&mut screen, "most late");
    let first = screen.screen();
    // The title is put on a stack, which this terminal does not know; no other thing is said to it.
    let unknown = first.unsupported();
    let unknown = unknown.iter().filter(|sequence| !sequence.ends_with("[22;2t")).collect::<Vec<_>>();
    assert_eq!(unknown, Vec::<&str>::new());
    assert_eq!(first.bells(), 0, "the backlog does not ring");
    screen.wait_until(|s| s.title().starts_with("baton")).unwrap();
    typed(&mut screen, "qy");
    assert!(screen.wait_exit().unwrap().success());
}

#[test]
fn a_terminal_that_cannot_place_text_is_told_the_inbox_line_by_line() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("desk.db").display().to_string();
    let mut made = baton(home.path(), &["demo", "--write", &file, "--cases", "20"]);
    assert!(made.wait_exit().unwrap().success());
    let simple = at(home.path()).env("TERM", "dumb").args(["--as", "dee"]);
    let mut screen = simple.spawn(env!("CARGO_BIN_EXE_baton")).unwrap();
    shows(&mut screen, "of yours offered and not accepted yet");
    // The first lines are above the edge by then.
    let said = screen.screen().full_text();
    for text in ["cannot place text, so here is your inbox", "WHAT   ID"] {
        assert!(said.contains(text), "{text}: {said}");
    }
    assert!(!screen.screen().alternate_screen());
    assert!(screen.wait_exit().unwrap().success());
}

#[test]
fn t4_what_another_session_does_shows_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = baton(home.path(), &[]);
    begun(&mut screen, "Welcome");
    screen.send(Key::Enter).unwrap();
    shows(&mut screen, "1 Inbox 0]");
    let started = std::process::Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(["--as", "ana", "case", "start", "--title", "From elsewhere", "--to", "@ana"])
        .env("BATON_DB", home.path().join("desk.db"))
        .env("HOME", home.path())
        .output()
        .unwrap();
    assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
    shows(&mut screen, "From elsewhere");
}

#[test]
fn r4_four_kilobytes_pasted_with_and_without_brackets_do_nothing() {
    for bracketed in [true, false] {
        let home = tempfile::tempdir().unwrap();
        let mut screen = baton(home.path(), &["demo"]);
        shows(&mut screen, "most late");
        let text = "aAxyrLHV!dSq\r".repeat(320);
        match bracketed {
            true => screen.paste(&text).unwrap(),
            false => screen.send_str(&text).unwrap(),
        }
        shows(&mut screen, "Pasted text kept");
        assert!(screen.screen().contains("most late") && !screen.screen().contains("Quit Baton?"));
    }
}

#[test]
fn any_size_and_any_paste_leave_it_standing() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = baton(home.path(), &["demo"]);
    shows(&mut screen, "most late");
    for (width, height) in [(2, 2), (39, 9), (300, 100), (40, 10), (100, 30), (80, 24)] {
        screen.resize(width, height).unwrap();
    }
    shows(&mut screen, "Inbox");
    screen.paste("aaaaqqqqyyyyVaxx").unwrap();
    shows(&mut screen, "Pasted text kept");
    typed(&mut screen, "qy");
    assert!(screen.wait_exit().unwrap().success());
}
