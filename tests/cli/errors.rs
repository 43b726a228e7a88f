//! What goes wrong: the status of every kind of error, and hints that help.

use crate::place::{MON, Place};
use insta::assert_snapshot;
use serde_json::Value;

#[test]
fn every_kind_of_error_has_its_status() {
    let place = Place::company();
    for (code, line) in [
        (0, "case list"),
        (0, "--help"),
        (0, "help case start"),
        (0, "--version"),
        (0, "keys"),
        (1, "case show C-9"),
        (1, "handoff accept H-9"),
        (1, "task start T-9"),
        (1, "record show R-9"),
        (1, "case start sale --title \"\""),
        (1, "person add bo"),
        (2, ""),
        (2, "case"),
        (2, "case show twelve"),
        (2, "case shwo C-1"),
        (2, "task done T-1 amount"),
        (1, "handoff decline H-1 --reason tired"),
        (2, "handoff offer X-1"),
        (2, "--now yesterday case list"),
        (2, "process apply no-such-file.toml"),
        (2, "--config no-such-file.toml case list"),
        (3, "--db no/such/desk.db case list"),
        (3, "--db sale.toml case list"),
    ] {
        let ran = place.run("bo", MON, line);
        assert_eq!(ran.code, code, "{line}: {}", ran.err);
        assert_eq!(ran.err.starts_with("error: "), code != 0 && line != "case", "{line}: {}", ran.err);
    }
}

#[test]
fn names_that_are_not_there_come_with_a_hint() {
    let place = Place::company();
    place.ok("bo", MON, "record add customer \"Hansen Roofing\"");
    place.ok("bo", MON, "record add customer Twin");
    place.ok("bo", MON, "record add customer Twin");
    let said = |line: &str| place.refused(1, "bo", MON, line);
    assert_snapshot!(said("case start sael"), @r"
    error: There is no process `sael`.
    hint: Did you mean `sale`?
    ");
    assert_snapshot!(said("case start sale --to @anna"), @r"
    error: There is no person and no role `anna`.
    hint: Did you mean `@ana`?
    ");
    assert_snapshot!(said("case start sale --to finanse"), @r"
    error: There is no person and no role `finanse`.
    hint: Did you mean `finance`?
    ");
    assert_snapshot!(said("case start sale colour=red"), @r"
    error: `Sale` has no field `colour`.
    hint: It has: amount.
    ");
    assert_snapshot!(said("record add custmer X"), @r"
    error: There is no kind of record `custmer`.
    hint: Did you mean `customer`?
    ");
    assert_snapshot!(said("record show \"Hansen Rofing\""), @r"
    error: There is no record `Hansen Rofing`.
    hint: Did you mean `Hansen Roofing`?
    ");
    assert_snapshot!(said("record note twin x"), @r"
    error: Several records are called `twin`.
    hint: Name one by its number: R-2, R-3.
    ");
    assert_snapshot!(said("process new order-to-cahs"), @r"
    error: No process `order-to-cahs` comes with the program.
    hint: Did you mean `order-to-cash`?
    ");
    assert_snapshot!(said("process show sale --version 7"), @r"
    error: There is no version 7 of `sale`.
    hint: Its versions are 1 to 1.
    ");
    assert_snapshot!(said("person show an"), @r"
    error: `an` is nobody here.
    hint: Did you mean `ana`?
    ");
    assert_snapshot!(said("role show finanse"), @r"
    error: There is no role `finanse`.
    hint: Did you mean `finance`?
    ");
    assert_snapshot!(said("calendar show ofice"), @r"
    error: There is no calendar `ofice`.
    hint: Did you mean `office`?
    ");
    assert_snapshot!(place.refused(2, "bo", MON, "case shwo"), @r"
    error: unrecognized subcommand 'shwo'

      tip: a similar subcommand exists: 'show'

    Usage: baton case [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn errors_are_json_where_json_was_asked_for() {
    let place = Place::new();
    for (code, line) in
        [(3, "--json case list"), (2, "case list --json --state odd"), (2, "--json case shwo")]
    {
        let error: Value = serde_json::from_str(&place.refused(code, "bo", MON, line)).unwrap();
        assert_eq!(error["exit_code"], code, "{line}");
        assert!(error["error"].as_str().is_some_and(|e| !e.is_empty()), "{error}");
        assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{error}");
    }
}

#[test]
fn looking_makes_no_file() {
    let place = Place::new();
    for line in
        ["inbox", "case list", "overdue", "tick", "doctor", "handoff accept H-1", "task done T-1", "undo"]
    {
        let said = place.refused(3, "bo", MON, line);
        assert_eq!(
            said,
            "error: DIR/desk.db does not exist.\nhint: `baton init` makes a new one; --db names another.\n",
            "{line}"
        );
        assert!(!place.path("desk.db").exists(), "{line}");
    }
}

#[test]
fn files_that_are_not_ours_or_newer_are_left_alone() {
    let place = Place::company();
    place.write("notes.txt", &"not a database\n".repeat(100));
    assert_snapshot!(place.refused(3, "bo", MON, "--db notes.txt person add x"), @r"
    error: notes.txt is not a Baton file.
    hint: Name another file with --db; this one was left untouched.
    ");
    let text = std::fs::read_to_string(place.path("notes.txt")).unwrap();
    assert_eq!(text, "not a database\n".repeat(100));

    let other = rusqlite::Connection::open(place.path("other.db")).unwrap();
    other.execute_batch("CREATE TABLE songs (title TEXT)").unwrap();
    drop(other);
    assert_snapshot!(place.refused(3, "bo", MON, "--db other.db person add x"), @r"
    error: other.db is not a Baton file.
    hint: Name another file with --db; this one was left untouched.
    ");

    let ours = rusqlite::Connection::open(place.path("desk.db")).unwrap();
    ours.pragma_update(None, "user_version", 99).unwrap();
    drop(ours);
    for command in ["person list", "person add x"] {
        let said = place.refused(3, "bo", MON, command);
        let newer = "error: DIR/desk.db was written by a newer Baton (format 99, this one knows ";
        assert!(said.starts_with(newer), "{said}");
        assert!(
            said.ends_with("hint: Update Baton on this machine; the file was left untouched.\n"),
            "{said}"
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_place_that_cannot_be_written_is_named() {
    let place = Place::new();
    // Permissions do not stop root, and this does.
    assert_snapshot!(place.refused(3, "bo", MON, "--db /proc/desk.db person add x"), @r"
    error: /proc/desk.db cannot be written.
    hint: Check the permissions of the file and of its folder.
    ");
    assert_snapshot!(place.refused(3, "bo", MON, "--db /proc/no/desk.db person add x"), @r"
    error: /proc/no: the folder cannot be made: No such file or directory (os error 2).
    hint: Nothing was changed. `baton doctor` looks the file over.
    ");
}

#[test]
#[ignore = "waits ten seconds for a lock"]
fn a_file_that_others_keep_busy_says_so() {
    let place = Place::company();
    let other = rusqlite::Connection::open(place.path("desk.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_snapshot!(place.refused(75, "bo", MON, "person add x"), @r"
    error: somebody else has been writing to DIR/desk.db for ten seconds.
    hint: Try again in a moment; nothing was changed.
    ");
}

#[test]
fn settings_that_are_wrong_are_named_with_their_line() {
    let place = Place::new();
    place.write("c.toml", "theme = \"dark\"\nthem = 1\nlines = \"round\"\n");
    // What is wrong with the look of a screen stops no command.
    let ran = place.run("bo", MON, "--config c.toml config");
    assert_snapshot!(ran.err, @r"
    warning: c.toml:3: `round` is not one of auto, unicode, ascii, none
    warning: c.toml:2: there is no setting `them`; did you mean `theme`?
    Settings are read from c.toml.
    ");
    assert_eq!(ran.code, 0);
    place.write("d.toml", "as = 3\n");
    let said = place.refused(2, "bo", MON, "--config d.toml config");
    assert!(said.starts_with("error: d.toml:1: this must be a text in quotes"), "{said}");
    // The screen opens all the same; here it only misses its terminal.
    let said = place.refused(2, "bo", MON, "--config c.toml");
    assert!(said.starts_with("error: The screen needs a terminal."), "{said}");
    assert!(!place.path("desk.db").exists(), "no file is made for a screen that cannot be shown");
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let place = Place::offered();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = place.ran(place.command("bo", MON, &["case", "list"]).stdout(writer).output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = place.ran(place.command("bo", MON, &["--help"]).stdout(writer).output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error() {
    let place = Place::offered();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = place.ran(place.command("bo", MON, &["case", "list"]).stdout(full).output().unwrap());
    assert_eq!(ran.code, 3);
    assert!(ran.err.starts_with("error: The output cannot be written: No space left"), "{}", ran.err);
}

#[test]
fn an_empty_field_of_a_record_or_a_case_is_named_with_where_to_fill_it_in() {
    let place = Place::company();
    place.write("client.toml", "kind = \"client\"\ntitle = \"Client\"\n[field.credit]\ntype = \"money\"\n");
    place.ok("bo", MON, "record kind apply client.toml");
    let text = std::fs::read_to_string(place.path("sale.toml")).unwrap();
    let text = text
        .replace("process = \"sale\"", "process = \"deal\"\nabout = \"client\"")
        .replacen("[data.amount]", "[data.size]\ntype = \"number\"\n[data.amount]", 1)
        .replacen(
            "next = \"bill\"",
            "next = [{ if = \"record.credit > 5\", end = \"rich\" }, { to = \"bill\" }]",
            1,
        );
    place.write("deal.toml", &text);
    place.ok("bo", MON, "process apply deal.toml");
    place.ok("bo", MON, "record add client \"Holst Bakery\"");
    place.ok("bo", MON, "case start deal --about R-1");
    assert_snapshot!(place.refused(1, "bo", MON, "task done T-1 amount=5"), @r"
    error: Where `Sell` goes next cannot be told: `record.credit` has no value yet (of R-1, Holst Bakery).
    hint: Fill it in with `baton record set R-1 credit=…`, on screen `E` on the record.
    ");
    place.ok("bo", MON, "record set R-1 credit=9");
    place.ok("bo", MON, "task done T-1 amount=5");
    place.write("deal.toml", &text.replace("record.credit", "data.size"));
    place.ok("bo", MON, "process apply deal.toml");
    place.ok("bo", MON, "case start deal --about R-1");
    assert_snapshot!(place.refused(1, "bo", MON, "task done T-2 amount=5"), @r"
    error: Where `Sell` goes next cannot be told: `data.size` has no value yet.
    hint: Fill it in where the work is finished, or with `baton case set C-2 size=…`.
    ");
}
