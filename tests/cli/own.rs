//! A person's own zone, calendar and logins: what is shown to them, what they type, and who they are.

use super::place::{MON, Place, Ran};
use serde_json::json;

/// Somebody who says nothing but their login.
fn as_login(place: &Place, login: &str, line: &[&str]) -> Ran {
    place.ran(place.command(login, MON, line).output().unwrap())
}

#[test]
fn a_login_acts_as_the_person_who_has_it_and_belongs_to_nobody_else() {
    let place = Place::company();
    let ran = as_login(&place, "asmith", &["case", "start", "sale"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    place.ok("ana", MON, "person set ana --login asmith --login A.SMITH@corp");
    // A name that could be no handle is a login as well.
    for login in ["asmith", "A.SMITH@corp", "ana"] {
        assert_eq!(
            as_login(&place, login, &["role", "change", "finance", "--remove", "cy"]).code,
            0,
            "{login}"
        );
        let ran = as_login(&place, login, &["--json", "agenda"]);
        assert!(ran.out.contains("\"person\": \"ana\""), "{login}: {}{}", ran.out, ran.err);
    }
    let note = as_login(&place, "asmith", &["record", "add", "customer", "Hansen"]);
    assert_eq!(note.code, 0, "{}", note.err);
    assert!(place.ok("bo", MON, "record timeline R-1").contains("ana"));
    assert_eq!(
        place.refused(1, "bo", MON, "person set bo --login asmith"),
        "error: `asmith` is ana's login.\nhint: Take it from them first: `baton person set ana --remove-login asmith`.\n"
    );
    assert!(place.refused(1, "bo", MON, "person set bo --login cy").starts_with("error: `cy` is cy's"));
    assert_eq!(place.json("bo", MON, "person show ana")["logins"], json!(["A.SMITH@corp", "asmith"]));
    assert!(place.ok("bo", MON, "person show ana").contains("logins      A.SMITH@corp, asmith"));
    // What is named counts more, and a name that is nobody's may be a login.
    for (named, person) in [("cy", "cy"), ("asmith", "ana")] {
        let ran = as_login(&place, "bo", &["--as", named, "--json", "agenda"]);
        assert!(ran.out.contains(&format!("\"person\": \"{person}\"")), "{named}: {}", ran.err);
    }
    place.ok("ana", MON, "person set ana --remove-login asmith");
    place.ok("bo", MON, "person set bo --login asmith");
    assert!(as_login(&place, "asmith", &["--json", "agenda"]).out.contains("\"person\": \"bo\""));
    assert!(place.refused(1, "cy", MON, "person set ana --zone Asia/Tokyo").contains("Only ana or an admin"));
    assert_eq!(place.json("bo", MON, "doctor")["sound"], true);
}

#[test]
fn times_are_shown_and_read_where_a_person_is_and_promises_stay() {
    let place = Place::offered();
    let due = |who: &str| place.json(who, MON, "handoff list")[0]["due"].as_str().unwrap().to_string();
    assert_eq!(due("ana"), "2026-11-16T13:00:00+00:00");
    assert_eq!(
        place.ok("ana", MON, "person set ana --zone America/New_York"),
        "Person ana: zone = America/New_York.\n"
    );
    assert_eq!(due("ana"), "2026-11-16T08:00:00-05:00", "the same instant");
    assert_eq!(due("bo"), "2026-11-16T13:00:00+00:00");
    assert!(place.ok("ana", MON, "handoff show H-2").contains("accept by today 08:00"));
    assert!(place.ok("bo", MON, "handoff show H-2").contains("accept by today 13:00"));
    assert!(place.ok("ana", MON, "agenda").contains("08:00"));
    place.ok("ana", MON, "handoff accept H-2");
    place.ok("ana", MON, "task wait T-2 --reason letter --until \"tomorrow 9:00\"");
    let waits = |who: &str| place.json(who, MON, "task show T-2")["waiting"]["until"].clone();
    assert_eq!(waits("ana"), "2026-11-17T09:00:00-05:00");
    assert_eq!(waits("bo"), "2026-11-17T14:00:00+00:00");
    // A refusal and the timeline speak to whoever reads them.
    assert!(place.ok("ana", MON, "case show C-1").contains("Tue 17 Nov 09:00"));
    assert!(place.ok("bo", MON, "case show C-1").contains("Tue 17 Nov 14:00"));
    assert!(place.refused(1, "ana", MON, "person set ana --zone Europe/Lisbn").contains("Europe/Lisbon"));
    place.ok("ana", MON, "person set ana --zone \"\"");
    assert_eq!(waits("ana"), "2026-11-17T14:00:00+00:00");
    assert_eq!(place.json("bo", MON, "doctor")["sound"], true);
}

#[test]
fn who_works_by_another_calendar_is_told_of_when_it_is_too_late_and_sees_their_own_days() {
    let place = Place::company();
    place.write("part.toml", "[calendar.part]\nzone = \"UTC\"\nopen = { wed-fri = \"09:00-13:00\" }\n");
    place.ok("bo", MON, "calendar apply part.toml");
    place.ok("bo", MON, "person set cy --calendar part");
    assert_eq!(place.json("bo", MON, "person show cy")["calendar"], "part");
    place.ok("bo", MON, "case start sale --title Roof");
    let ran = place.run("bo", MON, "task done T-1 amount=1 --to @cy");
    assert_eq!(ran.code, 0);
    let told = "cy works again Wed 18 Nov 09:00, after it is due.";
    assert!(ran.err.contains(told), "{}", ran.err);
    assert!(!place.run("bo", MON, "handoff offer H-2 --to @ana").err.contains("works again"));
    assert!(!place.run("bo", MON, "handoff offer H-2 --to finance").err.contains("works"));
    // The promise stays on the calendar of the process.
    assert_eq!(place.json("cy", MON, "handoff list")[0]["due"], "2026-11-16T13:00:00+00:00");
    let closed = |who: &str| {
        let days = place.json(who, MON, "agenda --days 4")["days"].clone();
        days.as_array().unwrap().iter().map(|day| !day["closed"].is_null()).collect::<Vec<_>>()
    };
    assert_eq!(closed("cy"), [true, true, false, false, false]);
    assert_eq!(closed("ana"), [false; 5]);
    let agenda = place.ok("cy", MON, "agenda --days 4");
    assert!(agenda.contains("CLOSED") && agenda.contains("cy does not work"), "{agenda}");
    assert!(
        place.refused(1, "bo", MON, "person set cy --calendar prt").contains("There is no calendar `prt`")
    );
}
