//! The eight ways out of the screen, each in a real pseudo-terminal: afterwards the line is set as it was to
//! the byte, every mode is off, and what stood on the screen stands there again.

use super::*;
use std::process::Command;

/// What a shell does around a program: the settings of the line before and after, and who it is. What is waited
/// for is said last, in words no screen of ours shows: whoever sees them finds both files.
const AROUND: &str = "stty -g > before; echo what was here; sh -c 'echo $$ > pid; exec \"$0\" \"$@\"' \"$@\"; \
                      status=$?; stty -g > after; echo \"The shell again: $status.\"; read -r _";

/// Starts a program as a shell would.
fn around(home: &Path, program: &Path, args: &[&str], extra: &[(&str, &str)]) -> Terminal {
    let mut terminal = at(home).current_dir(home).env("PATH", "/usr/bin:/bin");
    for (name, value) in extra {
        terminal = terminal.env(name, value);
    }
    let program = program.to_str().unwrap();
    terminal.args(["-c", AROUND, "sh", program]).args(args.iter().copied()).spawn("/bin/sh").unwrap()
}

fn baton_itself() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_baton"))
}

/// Waits for the shell and compares.
fn as_it_was(terminal: &mut Terminal, home: &Path, status: &str) {
    shows(terminal, &format!("The shell again: {status}."));
    let screen = terminal.screen();
    assert!(screen.contains("what was here"), "{}", screen.text());
    is_restored(&screen);
    assert!(!screen.focus_events() && screen.mouse_modes().is_empty(), "a report stays on");
    assert!(!screen.application_cursor() && !screen.insert_mode());
    let read = |name: &str| std::fs::read(home.join(name)).unwrap();
    assert_eq!(read("before"), read("after"), "the settings of the line");
}

fn signal_it(home: &Path, name: &str) {
    let pid = std::fs::read_to_string(home.join("pid")).unwrap();
    assert!(Command::new("kill").args([name, pid.trim()]).status().unwrap().success());
}

#[test]
fn r1_quitting() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = around(home.path(), baton_itself(), &["demo"], &[]);
    shows(&mut screen, "most late");
    typed(&mut screen, "qq");
    as_it_was(&mut screen, home.path(), "0");
}

#[test]
fn r1_signals() {
    for signal in ["-TERM", "-HUP", "-INT", "-QUIT"] {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("c.toml"), "mouse = true\n").unwrap();
        let mut screen = around(home.path(), baton_itself(), &["--config", "c.toml", "demo"], &[]);
        shows(&mut screen, "most late");
        screen.wait_until(|s| !s.mouse_modes().is_empty()).unwrap();
        signal_it(home.path(), signal);
        as_it_was(&mut screen, home.path(), "0");
    }
}

#[test]
fn r1_a_panic_in_another_thread_and_an_error() {
    for (child, message) in [("child_that_panics", "stopped by mistake"), ("child_with_an_error", "Error")] {
        let home = tempfile::tempdir().unwrap();
        let own = std::env::current_exe().unwrap();
        let args = ["--ignored", "--exact", &format!("ways_out::{child}"), "--nocapture"];
        let mut screen = around(home.path(), &own, &args, &[("BATON_CHILD", "1")]);
        shows(&mut screen, "Welcome");
        std::fs::write(home.path().join("go"), "").unwrap();
        as_it_was(&mut screen, home.path(), "101");
        let said = screen.screen().full_text();
        assert!(said.contains(message), "{said}");
        assert!(!said.contains('\u{202e}'), "a panic prints what it is about");
    }
}

/// Waits until the other side says so.
fn told_to_go() -> bool {
    if std::env::var_os("BATON_CHILD").is_none() {
        return false;
    }
    while !Path::new("go").exists() {
        std::thread::yield_now();
    }
    true
}

fn place() -> baton::tui::Place {
    baton::tui::Place {
        path: "desk.db".into(),
        me: "ana".parse().unwrap(),
        clock: baton::clock::Clock::System,
        zone: baton::domain::zone::Zone::utc(),
        programs: Default::default(),
    }
}

#[test]
#[ignore = "started by another test"]
fn child_that_panics() {
    let panics = std::thread::spawn(|| {
        let text = "of its own \u{202e}\u{1b}[31m";
        assert!(!told_to_go(), "{text}");
    });
    if std::env::var_os("BATON_CHILD").is_some() {
        let desk = baton::desk::Desk::open(&place().path).unwrap();
        let ended = baton::tui::run(desk, place(), Default::default());
        assert!(panics.join().is_ok() && ended.is_ok(), "{ended:?}");
    }
}

#[test]
#[ignore = "started by another test"]
fn child_with_an_error() -> Result<(), Box<dyn std::error::Error>> {
    let mut screen = baton::tui::terminal::Screen::enter()?;
    screen.draw(|frame| {
        for (n, c) in "Welcome".chars().enumerate() {
            frame.buffer_mut()[(n as u16, 0)].set_char(c);
        }
    })?;
    if told_to_go() {
        Err("this is an Error")?
    }
    Ok(())
}

/// The shell brackets pastes itself; everything else we set is undone.
fn is_the_shells(screen: &Screen) {
    assert!(!screen.alternate_screen() && screen.cursor_visible());
    assert!(!screen.focus_events() && screen.mouse_modes().is_empty());
}

#[test]
fn r1_suspending_and_coming_back() {
    let home = tempfile::tempdir().unwrap();
    let mut shell = at(home.path())
        .current_dir(home.path())
        .env("PATH", "/usr/bin:/bin")
        .env("PS1", "shell> ")
        .args(["--norc", "--noprofile", "-i"])
        .spawn("/bin/bash")
        .unwrap();
    shows(&mut shell, "shell>");
    // What is said is written otherwise than it is typed: the shell may show twice what is typed early.
    typed(&mut shell, "stty -g > before; echo what 'was' here\r");
    shows(&mut shell, "what was here");
    typed(&mut shell, &format!("{} demo\r", baton_itself().display()));
    shows(&mut shell, "most late");
    shell.send(Key::Ctrl('z')).unwrap();
    shows(&mut shell, "baton is paused. Type fg to come back.");
    shows(&mut shell, "Stopped");
    is_the_shells(&shell.screen());
    typed(&mut shell, "stty -g > stopped; echo mean'while'\r");
    shows(&mut shell, "meanwhile");
    shell.resize(100, 30).unwrap();
    typed(&mut shell, "fg\r");
    shows(&mut shell, "? help");
    shell.wait_until(|s| s.alternate_screen() && s.row_text(0).trim_end().len() > 80).unwrap();
    typed(&mut shell, "qy");
    shell.wait_until(|s| !s.alternate_screen()).unwrap();
    typed(&mut shell, "stty -g > after; echo the 'end'\r");
    shows(&mut shell, "the end");
    is_the_shells(&shell.screen());
    let read = |name: &str| std::fs::read(home.path().join(name)).unwrap();
    assert_eq!(read("before"), read("stopped"));
    assert_eq!(read("before"), read("after"));
}

#[test]
fn without_a_shell_to_go_to_nothing_is_suspended() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = baton(home.path(), &["demo"]);
    shows(&mut screen, "most late");
    screen.send(Key::Ctrl('z')).unwrap();
    shows(&mut screen, "Nothing to suspend to.");
    typed(&mut screen, "qy");
    assert!(screen.wait_exit().unwrap().success());
}

#[test]
fn r1_an_editor_has_the_terminal_as_it_was_and_gives_it_back() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("ed.sh"), "stty -g > edited; printf 'from the editor' > \"$1\"\n")
        .unwrap();
    let editor = [("EDITOR", "sh 'ed.sh'")];
    let mut screen = around(home.path(), baton_itself(), &["demo"], &editor);
    shows(&mut screen, "most late");
    typed(&mut screen, "n");
    shows(&mut screen, "New case");
    screen.send(Key::Ctrl('x')).unwrap();
    shows(&mut screen, "from the editor");
    screen.wait_until(|s| s.alternate_screen() && s.bracketed_paste() && s.focus_events()).unwrap();
    assert!(!screen.screen().contains("what was here"), "the modes are ours again");
    screen.send(Key::Esc).unwrap();
    shows(&mut screen, "Kept as a draft");
    typed(&mut screen, "qy");
    as_it_was(&mut screen, home.path(), "0");
    let read = |name: &str| std::fs::read(home.path().join(name)).unwrap();
    assert_eq!(read("before"), read("edited"), "the editor gets the line as it was");
}

#[test]
fn an_editor_is_not_started_for_a_login_that_gives_only_this_program() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = at(home.path())
        .env("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
        .env("EDITOR", "sh -c 'touch started'")
        .args(["demo"])
        .spawn(env!("CARGO_BIN_EXE_baton"))
        .unwrap();
    shows(&mut screen, "most late");
    typed(&mut screen, "n");
    shows(&mut screen, "New case");
    screen.send(Key::Ctrl('x')).unwrap();
    shows(&mut screen, "Ctrl-s take it");
    assert!(!home.path().join("started").exists());
}
