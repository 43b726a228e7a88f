//! What somebody types who knows the company and not the program: its country, its files, its names.

use super::place::{MON, Place};

#[test]
fn a_company_that_is_here_is_moved_by_its_zone_and_never_told_what_is_not_so() {
    let place = Place::new();
    let said = place.ok("bo", MON, "init --zone Europe/Amsterdam");
    assert!(
        said.contains("The calendar is closed on 11 holidays of 2026 and 2027, as in Europe/Amsterdam"),
        "{said}"
    );
    let said = place.ok("bo", MON, "init --zone Europe/Berlin");
    assert!(said.contains("times in Europe/Berlin"), "{said}");
    assert!(said.contains("Moved to Europe/Berlin: always, office, support."), "{said}");
    assert!(
        said.contains("No holidays are in the calendar yet: `baton calendar holidays FILE.ics`"),
        "{said}"
    );
    assert_eq!(place.json("bo", MON, "calendar show office")["zone"], "Europe/Berlin");
    // Without the flag nothing moves, whatever the machine's zone is.
    assert_eq!(place.json("bo", MON, "init")["zone"], "Europe/Berlin");
}

#[test]
fn what_a_spreadsheet_saves_comes_in_as_it_is() {
    let place = Place::company();
    place.write("k.csv", "Firma;Email\nBerg GmbH;b@berg.example\n");
    let said = place.refused(2, "bo", MON, "import records k.csv --kind customer");
    assert!(
        said.contains("hint: Map the column that has it, such as Firma=name; there are Firma, Email."),
        "{said}"
    );
    let report = place.json("bo", MON, "import records k.csv --kind customer --map Firma=name");
    assert_eq!((report["added"].as_u64(), report["refused"].as_u64()), (Some(1), Some(0)));
    std::fs::write(place.path("l.csv"), b"Name;Email\nM\xfcller;m@m.example\n").unwrap();
    let said = place.refused(2, "bo", MON, "import records l.csv --kind customer");
    assert!(said.contains("--encoding windows-1252"), "{said}");
    place.ok("bo", MON, "import records l.csv --kind customer --encoding windows-1252");
    assert!(place.ok("bo", MON, "record list --kind customer").contains("Müller"));
    let said = place.run("bo", MON, "record add customer Müller").err;
    assert!(
        said.contains("R-2 is called `Müller` too; are they one? `baton record merge R-2 R-3`."),
        "{said}"
    );
}

#[test]
fn people_are_known_by_their_name_and_steps_by_their_title() {
    let place = Place::offered();
    assert!(place.ok("bo", MON, "person show \"ana smith\"").contains("person"));
    let said = place.refused(1, "bo", MON, "inbox --for \"Ana Smit\"");
    assert!(said.contains("Nobody is called `Ana Smit`.\nhint: Did you mean `Ana Smith`?"), "{said}");
    place.ok("bo", MON, "inbox --for \"Ana Smith\"");
    place.ok("ana", MON, "handoff accept H-2");
    place.ok("bo", MON, "person add vi --permission viewer");
    let said = place.refused(1, "vi", MON, "handoff accept H-2");
    assert!(said.starts_with("error: H-2 was accepted by ana"), "over before anything else: {said}");
    let process = place.json("bo", MON, "process show sale");
    let title = process["steps"][0]["title"].as_str().unwrap();
    let said = place.refused(1, "ana", MON, "task send-back T-2 --to \"No such step\" --reason x");
    assert!(said.contains("There is no step `No such step` in C-1."), "{said}");
    place.ok("ana", MON, &format!("task send-back T-2 --to \"{title}\" --reason unclear"));
    let said = place.refused(2, "ana", MON, "person edit ana --mail nonsense --nam x");
    assert!(said.contains("--name"), "{said}");
    let said = place.refused(1, "bo", MON, "person edit ana --mail nonsense");
    assert!(said.contains("mail: `nonsense` is not a mail address."), "{said}");
}
