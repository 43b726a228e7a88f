//! Text that wants to steer the terminal or hide from the reader, from everywhere it can come.

use crate::place::{MON, MON_LATE, Place, Ran};

/// Clears the screen, sets the title, turns the reading direction, and hides.
const EVIL: &str = "\x1b[2J\x1b]0;x\x07 \u{9b}31m invoice\u{202e}fdp.exe\u{200b}\r\n\x08";

fn is_clean(line: &str, ran: &Ran) {
    for text in [&ran.out, &ran.err] {
        let bad = text
            .chars()
            .find(|&c| (c.is_control() && c != '\n' && c != '\t') || "\u{202e}\u{200b}".contains(c));
        assert_eq!(bad, None, "{line}: {text:?}");
    }
}

#[test]
fn stored_text_reaches_no_terminal_raw() {
    let place = Place::company();
    let args = |args: &[&str]| {
        let ran = place.ran(place.command("bo", MON, args).output().unwrap());
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
        is_clean(&args.join(" "), &ran);
    };
    args(&["person", "add", "eve", EVIL]);
    args(&["role", "add", "odd", EVIL, "--member", "eve"]);
    args(&["record", "add", "customer", EVIL, &format!("city={EVIL}")]);
    args(&["record", "contact", "R-1", EVIL, "--mail", "evil@hansen.example"]);
    args(&["record", "note", "R-1", EVIL]);
    args(&["case", "start", "sale", "--title", EVIL, "--note", EVIL]);
    args(&["case", "note", "C-1", EVIL]);
    args(&["task", "wait", "T-1", "--reason", EVIL]);
    let views = [
        "inbox",
        "inbox --all",
        "overdue",
        "case list",
        "case show C-1",
        "task list",
        "task show T-1",
        "record list",
        "record show R-1",
        "record timeline R-1",
        "person list",
        "person show eve",
        "role list",
        "role show odd",
    ];
    for view in views {
        for form in ["", "--json ", "--plain "] {
            let ran = place.run("bo", MON_LATE, &format!("{form}{view}"));
            assert_eq!(ran.code, 0, "{view}: {}", ran.err);
            is_clean(view, &ran);
        }
    }
    for form in ["--json", "--plain", "-v"] {
        args(&[form, "undo"]);
        args(&[form, "redo"]);
    }
    args(&["task", "resume", "T-1"]);
    args(&["task", "done", "T-1", "amount=1", "--note", EVIL]);
    args(&["--as", "ana", "handoff", "decline", "H-2", "--reason", "other", "--text", EVIL]);
    for view in ["inbox", "handoff show H-2", "--json handoff show H-2", "case show C-1"] {
        is_clean(view, &place.run("bo", MON_LATE, view));
    }
    let title = place.json("bo", MON, "case show C-1")["title"].as_str().unwrap().to_string();
    assert_eq!(title, EVIL.trim(), "what is stored stays as it came");
}

#[test]
fn what_is_typed_wrongly_reaches_no_terminal_raw() {
    let place = Place::company();
    place.write(
        &format!("{}.toml", EVIL.replace('/', "")),
        &format!("process = \"{}\"\n\"{}\" = 1\n", "x", "\\u001b[2J"),
    );
    place.write("c.toml", "\"\\u001b[2J\\u202e\" = 1\ntheme = \"\\u001b[2J\"\n");
    let file = format!("{}.toml", EVIL.replace('/', ""));
    let lines: [&[&str]; 17] = [
        &["case", "show", EVIL],
        &[EVIL],
        &["case", EVIL],
        &["case", "list", &format!("--{EVIL}")],
        &["record", "show", EVIL],
        &["record", "add", EVIL, "x"],
        &["record", "add", "customer", "x", &format!("{EVIL}=1")],
        &["case", "start", "sale", "--to", EVIL],
        &["case", "start", "sale", EVIL],
        &["--as", EVIL, "inbox"],
        &["--now", EVIL, "inbox"],
        &["--db", EVIL, "inbox"],
        &["process", "check", &file],
        &["process", "apply", &file],
        &["init", "--zone", EVIL],
        &["person", "add", "ivy", "--mail", EVIL],
        &["--config", "c.toml", "inbox"],
    ];
    for args in lines {
        for json in [false, true] {
            let mut command = place.command("bo", MON, args);
            if json {
                command.arg("--json");
            }
            let ran = place.ran(command.output().unwrap());
            // Settings that are wrong are warned of, and stop nothing.
            let warned = args[0] == "--config" && ran.code == 0;
            assert!(warned || [1, 2, 3].contains(&ran.code), "{args:?}: {} {}", ran.code, ran.err);
            is_clean(&format!("{args:?}"), &ran);
        }
    }
}
