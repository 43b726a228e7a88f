//! What is brought in and given out as files: processes, kinds, calendars, copies; and the chores.

use crate::place::{MON, MON_LATE, Place};
use insta::assert_snapshot;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn processes_that_are_checked_together_are_there_for_each_other() {
    let place = Place::company();
    let sale = std::fs::read_to_string(place.path("sale.toml")).unwrap();
    place.write(
        "b.toml",
        &sale.replace("\"sale\"", "\"b\"").replace("goal = \"1 business day\"", "goal = \"x\""),
    );
    let rule = "[[rule]]\non = \"case.done\"\nreason = \"x\"\nthen = [{ start = \"b\" }]\n";
    place.write("a.toml", &(sale.replace("\"sale\"", "\"a\"") + rule));
    let alone = place.run("bo", MON, "process check a.toml");
    assert!(alone.out.contains("`b`"), "{}{}", alone.out, alone.err);
    let beside = place.run("bo", MON, "process check a.toml b.toml");
    assert!(beside.out.contains("b.toml:") && !beside.out.contains("`b`"), "{}{}", beside.out, beside.err);
}

#[test]
fn in_a_file_without_roles_the_one_that_is_missing_is_to_be_made() {
    let place = Place::company();
    let empty = Place::new();
    empty.ok("bo", MON, "init");
    empty.write("sale.toml", &std::fs::read_to_string(place.path("sale.toml")).unwrap());
    let ran = empty.run("bo", MON, "process check sale.toml");
    assert!(ran.out.contains("hint: `baton role add finance --member PERSON` makes it"), "{}", ran.out);
}

#[test]
fn a_process_file_is_checked_like_a_compiler_would() {
    let place = Place::company();
    place.write(
        "bad.toml",
        "process = \"sale\"\ntitel = \"Sale\"\n[[step]]\nstep = \"a\"\nby = \"finanse\"\nnext = \"b\"\n",
    );
    let ran = place.run("bo", MON, "process check sale.toml bad.toml");
    assert_eq!(ran.code, 1);
    assert_snapshot!(ran.out, @r#"
    sale.toml:9:1: warning: `sell` is offered when a case starts, and has no time to be accepted: nobody hears for 5 business days that it lies
      hint: add `accept = "4 business hours"`
    bad.toml:1:1: error: the process has no `purpose`
      hint: add `purpose = "what a case is for, in one sentence"`
    bad.toml:1:1: error: the process has no `accountable`
      hint: add `accountable = "@dana"`
    bad.toml:1:1: warning: the process has no metric and no review date
      hint: add `[improve]` with `metric = "cycle time p85"` and `review = "every 30 days"`
    bad.toml:2:1: error: the process has an unknown key `titel`
      hint: did you mean `title`?
    bad.toml:3:1: error: step `a` has no `goal`
      hint: add `goal = "1 business day"`
    bad.toml:3:1: warning: step `a` has no definition of done
      hint: add `done = "what must be true when it is done"`
    bad.toml:3:1: warning: step `a` has no procedure text
      hint: add `how` with the procedure, in as many lines as it takes
    bad.toml:3:1: warning: `a` is offered when a case starts, and has no time to be accepted: nobody hears for 5 business days that it lies
      hint: add `accept = "4 business hours"`
    bad.toml:5:6: error: there is no role `finanse`
      hint: did you mean `finance`?
    bad.toml:6:8: error: there is no step `b`
      hint: did you mean `a`?
    "#);
    assert_snapshot!(ran.err, @"sale.toml: sale is sound, with warnings.");
    assert_eq!(place.run("bo", MON, "process check sale.toml").code, 0);
    let ran = place.run("bo", MON, "--json process check bad.toml");
    let problems: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &problems[0]["line"], &problems[0]["severity"]), (1, &json!(1), &json!("error")));
    let said = place.refused(2, "bo", MON, "process apply bad.toml");
    assert!(said.starts_with("error: bad.toml cannot be brought in.\nbad.toml:"), "{said}");
    // Without a desk, roles are taken on trust.
    let alone = Place::new();
    alone.write("sale.toml", &std::fs::read_to_string(place.path("sale.toml")).unwrap());
    assert_eq!(alone.run("bo", MON, "process check sale.toml").code, 0);
    assert!(!alone.path("desk.db").exists());
}

#[test]
fn warnings_do_not_stop_anybody() {
    let place = Place::company();
    let text = std::fs::read_to_string(place.path("sale.toml")).unwrap();
    place.write("warn.toml", text.split("[improve]").next().unwrap());
    let ran = place.run("bo", MON, "process check warn.toml");
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains(": warning: "), "{}", ran.out);
    let ran = place.run("bo", MON, "process apply warn.toml");
    assert_eq!((ran.code, ran.out.as_str()), (0, "Process sale version 2 published.\n"));
    assert!(ran.err.contains(": warning: "), "{}", ran.err);
}

#[test]
fn a_version_is_published_with_what_it_promises() {
    let place = Place::company();
    let text = std::fs::read_to_string(place.path("sale.toml")).unwrap();
    place.write("bare.toml", text.split("[improve]").next().unwrap());
    let said = place.refused(2, "bo", MON, "process apply bare.toml --expect shorter");
    assert!(said.contains("Nothing says what it is measured by."), "{said}");
    let said = place.refused(2, "bo", MON, "process apply bare.toml --metric returns --review sometime");
    assert!(said.contains("`sometime` does not say when to review."), "{said}");
    let said = place.refused(2, "bo", MON, "process apply bare.toml --metric returms --expect 0.5");
    assert!(
        said.contains("Nothing measures `returms`.") && said.contains("Did you mean `returns`?"),
        "{said}"
    );
    assert!(said.contains("--judged"), "{said}");
    let said = place.refused(2, "bo", MON, "process apply bare.toml --metric returns --expect half");
    assert!(said.contains("`half` says no bound of returns.") && said.contains("below 0.2"), "{said}");
    let other = Place::company();
    other.write("bare.toml", text.split("[improve]").next().unwrap());
    other.ok("bo", MON, "process apply bare.toml --metric smiles --judged --expect more");
    assert!(other.ok("bo", MON, "process export sale").contains("metric = \"smiles\"\njudged = true\n"));
    let promise = "--metric returns --expect 0.5 --review FREQ=MONTHLY;BYDAY=1MO";
    let ran = place.run("bo", MON, &format!("process publish bare.toml {promise}"));
    let told = "Process sale version 2 published; returns: 0.5 expected, review on Mon 7 Dec 2026.\n";
    assert_eq!((ran.code, ran.out.as_str()), (0, told));
    assert!(!ran.err.contains("says nothing of what it expects"), "{}", ran.err);
    let file = place.ok("bo", MON, "process export sale");
    let improve = file.split("[improve]").nth(1).unwrap();
    assert!(improve.contains("review = \"FREQ=MONTHLY;BYDAY=1MO\""), "{improve}");
    // What is told to a script that says nothing of it stops nobody.
    let ran = place.run("bo", MON, "process apply bare.toml");
    assert_eq!((ran.code, ran.out.as_str()), (0, "Process sale version 3 published.\n"));
    assert!(ran.err.contains("warning: version 3 says nothing of what it is measured by"), "{}", ran.err);
    // A date stands in the file as how long after it the review comes.
    place.ok("bo", MON, "process apply bare.toml --metric returns --expect 0.5 --review 2026-12-16");
    assert!(place.ok("bo", MON, "process export sale").contains("review = \"every 30 days\""));
}

#[test]
fn what_is_given_out_can_be_brought_in_again_and_changes_nothing() {
    let place = Place::company();
    place.write("out.toml", &place.ok("bo", MON, "process export sale"));
    assert_snapshot!(place.ok("bo", MON, "process apply out.toml"), @"Nothing to change.");
    place.write("kind.toml", &place.ok("bo", MON, "record kind show customer"));
    assert_eq!(place.json("bo", MON, "record kind apply kind.toml")["changed"], false);
    place.write("calendar.toml", &place.ok("bo", MON, "calendar show office"));
    assert_eq!(place.json("bo", MON, "calendar apply calendar.toml")["changed"], false);
    place.write(
        "new.toml",
        "[calendar.night]\nzone = \"Europe/Oslo\"\nopen = { mon-sun = \"22:00-06:00\" }\n",
    );
    assert_snapshot!(place.ok("bo", MON, "calendar apply new.toml"), @"Calendar night applied.");
    place.write("wrong.toml", "[calendar.night]\nzone = \"Europe/Oslo\"\nopen = { mon = \"25:00\" }\n");
    assert_snapshot!(place.refused(2, "bo", MON, "calendar apply wrong.toml"), @r#"
    error: wrong.toml cannot be brought in.
    wrong.toml:3:16: error: `25:00` are not hours; write "09:00-17:00", several as "09:00-12:00, 13:00-17:00", midnight at the end as 24:00
    hint: Nothing was changed.
    "#);
}

#[test]
fn processes_and_templates_are_shown() {
    let place = Place::company();
    assert_eq!(place.json("bo", MON, "process templates").as_array().unwrap().len(), 12);
    assert_snapshot!(place.ok("bo", MON, "process list"), @r"
    PROCESS  VERSION  TITLE  ACCOUNTABLE  ABOUT  OPEN
    sale     1        Sale   @bo                 0
    ");
    assert_snapshot!(place.ok("bo", MON, "process show sale"), @r"
    process      sale version 1
    title        Sale
    purpose      Money.
    accountable  @bo
    data         amount (money)

    STEP  TITLE  BY       ACCEPT            GOAL             NEXT
    sell  Sell   @bo                        1 business day   bill
    bill  Bill   finance  4 business hours  2 business days  end: paid

    It names no ladder on work, case: @bo hears once of what is late there, as soon as it is.
    ");
    let shown = place.json("bo", MON, "process show sale --version 1");
    assert_eq!((&shown["process"], &shown["version"]), (&json!("sale"), &json!(1)));
}

#[test]
fn the_calendar_says_when_and_why() {
    let place = Place::company();
    let line = "calendar due --start 2026-05-08T16:00 --goal \"4 business hours\" --pause 2026-05-08T16:30..2026-05-11T10:00";
    assert_snapshot!(place.ok("bo", MON, &format!("{line} --explain")), @r"
    Mon 11 May 13:30
    WHEN                                COUNTED  SUM
    Fri 8 May 16:00-17:00               30m      30m  open, paused in it
    Fri 8 May 16:30 - Mon 11 May 10:00                paused
    Sat 9 May - Sun 10 May                            no hours
    Mon 11 May 09:00-13:30              3h30     4h   open, paused in it
    ");
    let due = place.json("bo", MON, line);
    assert_eq!(due["due"], "2026-05-11T13:30:00+00:00");
    assert_eq!(due["windows"][0]["counted_seconds"], 1800);
    let never = place.json(
        "bo",
        MON,
        "calendar due --start 2026-05-08T16:00 --goal \"4 hours\" --pause 2026-05-08T17:00..",
    );
    assert_eq!(never["due"], json!(null));
    let elapsed = place.json("bo", MON, "calendar elapsed --from 2026-05-08T16:00 --to 2026-05-11T10:00");
    assert_eq!((&elapsed["open_seconds"], &elapsed["elapsed_seconds"]), (&json!(7200), &json!(237_600)));
    place.refused(2, "bo", MON, "calendar due --start 2026-05-08T16:00 --goal soon");
    place.refused(2, "bo", MON, "calendar due --start 2026-05-08T16:00 --goal \"1 hour\" --pause lunch");
}

#[test]
fn records_are_added_changed_and_archived() {
    let place = Place::company();
    place.ok("bo", MON, "record add customer \"Hansen Roofing\" city=Oslo credit_limit=\"1200.5 nok\"");
    assert_snapshot!(place.ok("bo", MON, "record set \"Hansen Roofing\" city=Bergen --name Hansen"), @"R-1: set name = Hansen, city = Bergen.");
    place.ok("bo", MON, "record contact Hansen Per --mail per@hansen.example");
    assert_snapshot!(place.refused(1, "bo", MON, "record set Hansen since=2026-02-30"), @r"
    error: since: `2026-02-30` is not a date that exists.
    hint: Write year, month and day, such as 2026-11-27, or 27.11.2026.
    ");
    assert_snapshot!(place.ok("bo", MON, "record show Hansen"), @r"
    R-1 Hansen (customer)
    FIELD         VALUE
    City          Bergen
    Credit limit  1200.50 NOK
    contact       Per per@hansen.example

    WHEN         WHO  WHAT
    today 09:00  bo   added    Hansen Roofing
    today 09:00  bo   set      name = Hansen, city = Bergen
    today 09:00  bo   contact  Per
    ");
    assert_eq!(
        place.json("bo", MON, "record list customer --where bergen")[0]["fields"]["credit_limit"],
        "1200.50 NOK"
    );
    assert_eq!(place.json("bo", MON, "record list --where oslo"), json!([]));
    assert_eq!(
        place.json("bo", MON, "record list --where \"record.credit_limit > 1200\"")[0]["name"],
        "Hansen"
    );
    assert_eq!(place.json("bo", MON, "record list --where \"record.credit_limit > 1201\""), json!([]));
    assert_snapshot!(place.refused(2, "bo", MON, "record list customer --where \"record.credit_limt > 1201\""), @r"
    error: The condition cannot be asked: `credit_limt` is not a field of the record this process is about.
    hint: did you mean `credit_limit`?
    ");
    place.ok("bo", MON, "record archive Hansen --reason closed");
    assert_eq!(place.json("bo", MON, "record list"), json!([]));
    assert_eq!(place.json("bo", MON, "record list --archived").as_array().unwrap().len(), 1);
    place.refused(1, "bo", MON, "record set R-1 city=Oslo");
}

#[test]
fn people_and_roles_change() {
    let place = Place::company();
    place.ok("bo", MON, "role change finance --add bo --remove cy --lead bo");
    assert_eq!(place.json("bo", MON, "role show finance")["members"], json!(["ana", "bo"]));
    assert_eq!(place.json("bo", MON, "role change finance --add bo")["changed"], false);
    place.ok("bo", MON, "person add dan \"Dan D\" --mail dan@x.example --permission lead --role finance");
    assert_snapshot!(place.ok("bo", MON, "person show @dan"), @r"
    person      dan
    name        Dan D
    mail        dan@x.example
    permission  lead
    roles       finance
    ");
    place.refused(2, "bo", MON, "person add eve --permission boss");
    place.refused(1, "bo", MON, "role add odd --member nobody");
}

#[test]
fn a_copy_is_whole_and_overwrites_nothing() {
    let place = Place::offered();
    assert_snapshot!(place.ok("bo", MON, "backup copy.db"), @"copy.db: a checked copy.");
    assert_snapshot!(place.refused(1, "bo", MON, "backup copy.db"), @r"
    error: copy.db is there already.
    hint: Name another file; nothing is overwritten.
    ");
    assert_eq!(place.json("bo", MON, "--db copy.db doctor")["sound"], true);
    let head = |db: &str| place.json("bo", MON, &format!("--db {db} audit head"))["head"].clone();
    assert_eq!(head("copy.db"), head("desk.db"));
}

#[test]
fn a_changed_past_is_found() {
    let place = Place::offered();
    assert_eq!(place.json("bo", MON, "audit verify")["intact"], true);
    let file = rusqlite::Connection::open(place.path("desk.db")).unwrap();
    file.execute("UPDATE entry SET body = replace(body, 'price is final', 'price is open')", []).unwrap();
    drop(file);
    let ran = place.run("bo", MON, "audit verify");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains(": its content was changed."), "{}", ran.out);
    assert_eq!(place.run("bo", MON, "doctor").code, 1);
    assert_eq!(place.run("bo", MON, "doctor --rebuild").code, 1);
}

#[test]
fn changed_tables_are_made_again_from_the_journal_and_a_changed_journal_is_refused() {
    let place = Place::offered();
    let file = rusqlite::Connection::open(place.path("desk.db")).unwrap();
    file.execute("UPDATE work_case SET title = 'other'", []).unwrap();
    file.execute("UPDATE catalog SET state = '{'", []).unwrap();
    let ran = place.run("bo", MON, "doctor --json");
    assert_eq!(ran.code, 1);
    let found = serde_json::from_str::<serde_json::Value>(&ran.out).unwrap();
    let about = found["findings"].as_array().unwrap().iter().map(|f| f["about"].clone()).collect::<Vec<_>>();
    assert_eq!(about, ["catalog", "C-1"]);
    assert_eq!(place.run("bo", MON, "inbox").code, 3, "the catalog cannot be read");
    let said = place.ok("bo", MON, "doctor --rebuild");
    assert!(said.starts_with("Rebuilt from the journal: 2 rows differed.\nSound: every table"), "{said}");
    assert_eq!(place.json("bo", MON, "doctor --rebuild")["rebuilt"], 0);
    assert_eq!(place.json("bo", MON, "doctor")["rebuilt"], serde_json::Value::Null);
    file.execute("UPDATE entry SET body = replace(body, 'price is final', 'price is open')", []).unwrap();
    let refused = place.refused(1, "bo", MON, "doctor --rebuild");
    assert!(refused.contains("Nothing was rebuilt: the chain of the journal breaks at entry"), "{refused}");
}

#[test]
#[cfg(unix)]
fn watch_does_the_chores_and_stops_when_told() {
    let place = Place::offered();
    let mut child = place
        .command("bo", MON_LATE, &["watch", "--every", "86400"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let told = lines.map_while(Result::ok).find(|line| line.contains("became late"));
    assert!(told.is_some_and(|line| line.starts_with("Looked at 1 case: 1 became late, 1 rung acted.")));
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(place.json("bo", MON_LATE, "tick")["cases"], 0);
}

#[test]
fn several_process_files_are_brought_in_together_or_not_at_all() {
    let place = Place::company();
    let of = |name: &str, more: &str| {
        let text = std::fs::read_to_string(place.path("sale.toml")).unwrap();
        let text = text.replace("process = \"sale\"", &format!("process = \"{name}\""));
        place.write(&format!("{name}.toml"), &format!("{text}{more}"));
    };
    // Each starts the other: either file alone speaks of one that is not there.
    let starts = |other: &str| {
        format!(
            "[[rule]]\non = \"case.done\"\nif = \"data.amount > 5\"\nreason = \"x\"\nthen = [{{ start = \"{other}\" }}]\n"
        )
    };
    of("one", &starts("two"));
    of("two", "[[bad]]\n");
    let refused = place.refused(2, "bo", MON, "process apply one.toml two.toml");
    assert!(
        refused.contains("two.toml cannot be brought in.") && !refused.contains("one.toml cannot"),
        "{refused}"
    );
    assert_eq!(place.json("bo", MON, "process list").as_array().unwrap().len(), 1, "none of them");
    of("two", "");
    let ran = place.run("bo", MON, "process apply one.toml two.toml");
    assert_eq!((ran.code, ran.out.lines().count()), (0, 2), "{}", ran.out);
    assert!(!ran.err.contains("there is no process `two` yet"), "each is there for the others: {}", ran.err);
    let again = place.json("bo", MON, "process apply one.toml two.toml");
    assert_eq!((&again["changed"], again["published"].as_array().unwrap().len()), (&false.into(), 0));
    place.ok("bo", MON, "undo");
    assert_eq!(place.json("bo", MON, "process list").as_array().unwrap().len(), 1, "taken back as one");
    let twice = place.refused(2, "bo", MON, "process apply two.toml two.toml");
    assert!(twice.starts_with("error: Two of these files are of `two`."), "{twice}");
}
