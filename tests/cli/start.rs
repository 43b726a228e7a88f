//! Beginning: four short steps without a file by hand, `init`, and the settings.

use crate::place::{MON, Place};
use insta::assert_snapshot;

#[test]
fn four_short_steps_lead_from_nothing_to_a_running_case() {
    let place = Place::new();
    assert_snapshot!(place.ok("bo", MON, "process new order-to-cash"), @r"
    order-to-cash version 1: Order to cash.
    Roles made, with you as member and lead: directors, finance, operations, sales.
    ");
    assert_snapshot!(place.ok("bo", MON, "person add ana \"Ana Smith\" --role finance"), @"Person ana (Ana Smith) added; role finance: +ana.");
    assert_snapshot!(place.ok("bo", MON, "record add customer \"Hansen Roofing\" city=Oslo"), @"R-1: added Hansen Roofing.");
    let line = "case start order-to-cash --about \"hansen roofing\" order_no=17 amount=1200";
    assert_snapshot!(place.ok("bo", MON, line), @r"
    C-1: start Hansen Roofing: order to cash; offer H-1 Confirm the order to sales; accept H-1 (implicit: same person).
      T-1 Confirm the order: bo is responsible, due Tue 17 Nov 09:00.
    ");
    assert_snapshot!(place.ok("bo", MON, "inbox"), @r"
    WHAT   ID   CASE  TITLE                          STEP               FROM  RESPONSIBLE  TO  DUE
    START  T-1  C-1   Hansen Roofing: order to cash  Confirm the order  bo    bo               due Tue 17 Nov 09:00
    ");
    assert_snapshot!(place.ok("bo", MON, "person list"), @r"
    PERSON  NAME       PERMISSION  ROLES                                  MAIL  AWAY
    ana     Ana Smith  member      finance
    bo      bo         admin       directors, finance, operations, sales
    ");
    assert_snapshot!(place.ok("bo", MON, "doctor"), @"Sound: every table agrees with the 19 entries of the journal.");
}

#[test]
fn init_makes_what_flags_say_and_a_second_one_changes_nothing() {
    let place = Place::new();
    let line =
        "init --template order-to-cash --company Nordlys --zone Europe/Oslo --person ana=\"Ana Smith\"";
    assert_snapshot!(place.ok("bo", MON, line), @r"
    Nordlys is in DIR/desk.db (times in Europe/Oslo). You are bo.
    No holidays are in the calendar yet: `baton calendar holidays FILE.ics` brings those of your country in.
    Added: ana.
    Process order-to-cash is ready; its roles have you as member until you change them.
    ");
    let entries = |place: &Place| place.json("bo", MON, "db info")["entries"].clone();
    let before = entries(&place);
    place.ok("bo", MON, line);
    assert_eq!(entries(&place), before);
    assert_snapshot!(place.json("bo", MON, line), @r#"{"db":"DIR/desk.db","company":"Nordlys","zone":"Europe/Oslo","calendars_moved":[],"closed_dates":0,"person":"bo","people_added":[],"processes":["order-to-cash"],"calendars":["always","office","support"],"kinds":["customer","employee","vendor"]}"#);
    place.ok("bo", MON, "init --company \"Nordlys AS\"");
    assert_eq!(place.json("bo", MON, "init")["company"], "Nordlys AS");
}

#[test]
fn init_gives_whoever_begins_the_name_that_was_said_and_later_nobody_another_one() {
    let place = Place::new();
    place.ok("ana", MON, "init --person ana=\"Ana A\" --person bo=Bo");
    assert_eq!(place.json("ana", MON, "person show ana")["name"], "Ana A");
    place.ok("ana", MON, "init --person ana=Other --person bo=Other");
    assert_eq!(place.json("ana", MON, "person show ana")["name"], "Ana A");
}

#[test]
fn init_makes_nothing_when_one_of_its_flags_is_wrong() {
    let place = Place::new();
    for (code, line) in [
        (2, "init --zone Europe/Olso"),
        (1, "init --template order-to-cahs"),
        (2, "init --person \"Ana Smith=x\""),
        (2, "init --person ana"),
    ] {
        place.refused(code, "bo", MON, line);
        assert!(!place.path("desk.db").exists(), "{line}");
    }
}

#[test]
fn a_second_person_is_not_let_in_by_just_coming() {
    let place = Place::new();
    place.ok("bo", MON, "person add ana");
    assert_snapshot!(place.refused(1, "eve", MON, "person add mallory"), @r"
    error: `eve` is nobody here.
    hint: Say who you are with `--as HANDLE`, or let somebody add you: `baton person add eve`.
    ");
    assert_snapshot!(place.refused(1, "eve", MON, "inbox"), @r"
    error: `eve` is nobody here.
    hint: Say who you are with `--as HANDLE`, or be added: `baton person add eve`.
    ");
    assert_eq!(place.json("bo", MON, "person show bo")["permission"], "admin");
    assert_eq!(place.json("bo", MON, "person show ana")["permission"], "member");
}

#[test]
fn who_acts_comes_from_the_flag_then_the_environment_then_the_file_then_the_login() {
    let place = Place::new();
    let who = |place: &Place, args: &[&str], env: Option<&str>| {
        let mut command = place.command("Login Name", MON, args);
        if let Some(env) = env {
            command.env("BATON_AS", env);
        }
        let ran = place.ran(command.args(["--json", "config"]).output().unwrap());
        let rows: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        (rows[0]["value"].as_str().unwrap().to_string(), rows[0]["origin"].as_str().unwrap().to_string())
    };
    let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
    assert_eq!(who(&place, &[], None), pair("login-name", "default"));
    std::fs::create_dir_all(place.path(".config/baton")).unwrap();
    place.write(".config/baton/config.toml", "as = \"@filed\"\n");
    assert_eq!(who(&place, &[], None), pair("filed", "file"));
    assert_eq!(who(&place, &[], Some("env")), pair("env", "environment"));
    assert_eq!(who(&place, &["--as", "@flag"], Some("env")), pair("flag", "flag"));
}

#[test]
fn the_settings_in_force_are_shown_with_where_they_came_from() {
    let place = Place::new();
    place.write("c.toml", "theme = \"dark\"\n[keys]\nundo = \"none\"\nquit = [\"q\", \"ctrl-c\"]\n");
    assert_snapshot!(place.ok("bo", MON, "--config c.toml --plain config"), @r"
    as	bo	default
    db	DIR/desk.db	environment
    theme	dark	c.toml
    lines	auto	default
    mouse	false	default
    a11y	false	default
    bell	true	default
    quiet	none	default
    budget	20	default
    stalled	3	default
    keys.quit	q ctrl-c	c.toml
    keys.undo	none	c.toml
    ");
    let mut command = place.command("bo", MON, &["config", "--plain"]);
    let out = place.ran(command.env_remove("BATON_DB").output().unwrap()).out;
    assert!(out.contains("db\tDIR/.local/share/baton/desk.db\tdefault\n"), "{out}");
}

#[test]
fn completions_come_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.ok("bo", MON, &format!("completions {shell}"));
        assert!(script.contains("handoff"), "{shell}");
    }
}

/// A date is said back as it was understood, before anything follows from it, and with what somebody should know of it.
#[test]
fn every_date_is_said_back_with_its_day_and_how_far_it_is() {
    let place = Place::offered();
    let said = place.run("bo", MON, "case start --title Party --due sat");
    let all = format!("{}{}", said.out, said.err);
    assert!(all.contains("due Sat 21 Nov") && all.contains("in 5 days"), "{all}");
    assert!(all.contains("note: ") && all.contains("Saturday"), "{all}");
    place.ok("ana", MON, "handoff accept H-2");
    let said = place.run("ana", MON, "task wait T-2 --reason paper --until \"fri\"");
    let all = format!("{}{}", said.out, said.err);
    assert!(all.contains("look again Fri 20 Nov 09:00, in 4 days"), "what is taken up again begins: {all}");
    let said = place.run("bo", MON, "person away cy --until \"25 nov\"");
    let all = format!("{}{}", said.out, said.err);
    assert!(all.contains("from ") && all.contains("until Wed 25 Nov 17:00"), "a day means its end: {all}");
    let refused = place.run("bo", MON, "case start --title Party --due \"03/04\"");
    assert_ne!(refused.code, 0, "{refused:?}");
}
