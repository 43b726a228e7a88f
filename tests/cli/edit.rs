//! `process edit`: somebody's own editor, here a small script, and what becomes of what it writes.

use super::place::{MON, Place, Ran};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// Runs a line with an editor that is this shell script; its file is `$1`, or what comes after a line to begin at.
fn edit(place: &Place, who: &str, script: &str, args: &[&str]) -> Ran {
    place.write("editor.sh", &format!("#!/bin/sh\nfor file in \"$@\"; do :; done\n{script}\n"));
    let editor = place.path("editor.sh");
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).unwrap();
    let drafts = place.path("drafts");
    std::fs::create_dir_all(&drafts).unwrap();
    let mut command = place.command(who, MON, args);
    command.env("PATH", "/usr/bin:/bin").env("VISUAL", editor).env("XDG_RUNTIME_DIR", drafts);
    place.ran(command.output().unwrap())
}

fn drafts(place: &Place) -> Vec<PathBuf> {
    std::fs::read_dir(place.path("drafts")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

const EDIT: [&str; 3] = ["process", "edit", "sale"];

#[test]
fn what_is_saved_is_published_as_the_next_version_and_the_file_goes() {
    let place = Place::company();
    let ran = edit(&place, "bo", "sed -i 's/^title = \"Sale\"/title = \"A sale\"/' \"$file\"", &EDIT);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("Process sale version 2 published"), "{}", ran.out);
    assert!(place.ok("bo", MON, "process show sale").contains("A sale"));
    assert_eq!(drafts(&place).len(), 0);
    // The same flags as those of `apply`.
    let args = [&EDIT[..], &["--expect", "below 5 days"]].concat();
    let ran = edit(&place, "bo", "sed -i 's/A sale/Sale again/' \"$file\"", &args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(place.ok("bo", MON, "process export sale").contains("expect = \"below 5 days\""));
}

#[test]
fn without_a_change_nothing_is_published() {
    let place = Place::company();
    let ran = edit(&place, "bo", "true", &EDIT);
    assert_eq!((ran.code, ran.out.as_str()), (0, "Nothing was changed.\n"), "{}", ran.err);
    let ran = edit(&place, "bo", "true", &[&["--json"], &EDIT[..]].concat());
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ran.out).unwrap()["changed"], false);
    assert_eq!(drafts(&place).len(), 0);
    // A remark changes the text and not what it means.
    let ran = edit(&place, "bo", "echo '# a remark' >> \"$file\"", &EDIT);
    assert_eq!((ran.code, ran.out.as_str()), (0, "Nothing to change.\n"), "{}", ran.err);
    assert!(place.ok("bo", MON, "process list --plain").contains("sale\t1\t"));
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_what_was_written_is_kept_and_named() {
    let place = Place::company();
    let ran = edit(&place, "bo", "sed -i 's/^gives = .*/gives = [\"price\"]/' \"$file\"", &EDIT);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    let [kept] = drafts(&place).try_into().unwrap();
    let text = std::fs::read_to_string(&kept).unwrap();
    let line = text.lines().position(|line| line.starts_with("gives = [\"price\"]")).unwrap() + 1;
    let name = kept.display().to_string().replace(&place.path("").display().to_string(), "DIR/");
    assert!(ran.err.contains(&format!("{name}:{line}:")), "{}", ran.err);
    assert!(ran.err.contains(&format!("What you wrote is kept in {name}.")), "{}", ran.err);
    // Put right by hand, it goes the usual way.
    std::fs::write(&kept, text.replace("gives = [\"price\"]", "gives = [\"amount\"]\nhow = \"Ask\""))
        .unwrap();
    let ran = edit(&place, "bo", "echo more >> \"$file\"; exit 3", &EDIT);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("The editor ended with an error; what you wrote is kept in"), "{}", ran.err);
    assert_eq!(drafts(&place).len(), 2);
}

#[test]
fn who_may_not_publish_hears_it_first_and_who_was_overtaken_keeps_what_they_wrote() {
    let place = Place::company();
    let change = "sed -i 's/^title = \"Sale\"/title = \"Mine\"/' \"$file\"";
    let ran = edit(&place, "cy", change, &EDIT);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("Only a lead or an admin can publish `sale`."), "{}", ran.err);
    assert_eq!(drafts(&place).len(), 0, "said before anything was written");
    let baton = env!("CARGO_BIN_EXE_baton");
    let (db, now) = (place.path("desk.db"), MON);
    let other = format!(
        "{baton} --db {0} --as bo --now {now} process export sale | sed 's/^purpose.*/purpose = \"Theirs\"/' > other.toml\n\
         {baton} --db {0} --as bo --now {now} process apply other.toml --unmeasured >&2\n{change}",
        db.display()
    );
    let ran = edit(&place, "bo", &other, &EDIT);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("Version 2 of sale was published while you wrote."), "{}", ran.err);
    assert!(ran.err.contains("is kept in"), "{}", ran.err);
    assert!(place.ok("bo", MON, "process show sale").contains("Theirs"));
}

#[test]
fn no_editor_is_started_where_a_login_gives_the_program_and_nothing_else() {
    let place = Place::company();
    let mut command = place.command("bo", MON, &EDIT);
    let ran = place.ran(command.env("SSH_ORIGINAL_COMMAND", "x").env("EDITOR", "true").output().unwrap());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("No editor is started for this login."), "{}", ran.err);
    assert!(ran.err.contains("process export sale"), "{}", ran.err);
    let mut command = place.command("bo", MON, &["process", "edit", "sael"]);
    assert!(place.ran(command.env("EDITOR", "true").output().unwrap()).err.contains("Did you mean `sale`?"));
}
