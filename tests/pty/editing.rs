//! `process edit` on a terminal: what is wrong is said there, and the person is asked whether to go on.

use super::{at, shows, typed};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use termlens::Terminal;

/// The first time it puts a fault in, the second time it takes it out and changes the title.
const EDITOR: &str = "#!/bin/sh\nfor file in \"$@\"; do :; done\n\
    if grep -q '^oops' \"$file\"; then sed -i -e '/^oops/d' -e 's/^title = \"Order/title = \"Our order/' \"$file\"\n\
    else sed -i '1i oops = 1' \"$file\"; fi\n";

/// A file with a process, and the program that edits it.
fn editing(home: &Path) -> Terminal {
    let run = |args: &[&str]| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_baton"));
        program.env_clear().env("HOME", home).env("USER", "ana").env("BATON_DB", home.join("desk.db"));
        assert!(program.args(args).output().unwrap().status.success(), "{args:?}");
    };
    run(&["init", "--template", "order-to-cash"]);
    let editor = home.join("editor.sh");
    std::fs::write(&editor, EDITOR).unwrap();
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).unwrap();
    let program = at(home).env("PATH", "/usr/bin:/bin").env("VISUAL", &editor);
    program.args(["process", "edit", "order-to-cash"]).spawn(env!("CARGO_BIN_EXE_baton")).unwrap()
}

#[test]
fn a_fault_is_said_on_the_terminal_and_gone_on_with_until_it_is_right() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = editing(home.path());
    shows(&mut terminal, ":1:1: error:");
    shows(&mut terminal, "Go on editing?");
    typed(&mut terminal, "\r");
    shows(&mut terminal, "version 2 published");
    assert!(terminal.wait_exit().unwrap().success());
}

#[test]
fn whoever_does_not_go_on_keeps_what_they_wrote() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = editing(home.path());
    shows(&mut terminal, "Go on editing?");
    typed(&mut terminal, "n\r");
    shows(&mut terminal, "What you wrote is kept in");
    assert!(!terminal.wait_exit().unwrap().success());
    let kept = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().path());
    let mut kept = kept.filter(|path| path.extension().is_some_and(|end| end == "txt"));
    assert!(std::fs::read_to_string(kept.next().unwrap()).unwrap().starts_with("oops = 1\n"));
}
