//! Times that were agreed on for one handoff: what the clocks run to, and what nobody can keep.

use super::world::*;
use crate::domain::command::{Agreed, Command, CompleteTask};
use crate::domain::event::Event;
use crate::domain::zone::Zone;
use crate::domain::{Instant, story};

fn by(hour: i64) -> Option<Instant> {
    Some(monday() + hours(hour))
}

/// The sale is sold, and billing is offered to finance with these dates.
fn sold(agreed: Agreed) -> (World, Said) {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    let done = CompleteTask { agreed, all_checked: true, ..complete(1, &[("amount", "12")]) };
    let said = world.when("bo", Command::CompleteTask(done));
    (world, said)
}

fn due(world: &World, clock: u32) -> Option<Instant> {
    let case = world.subject.case().unwrap();
    let clock = &case.clocks[&clock];
    clock.due(world.catalog.calendar(&clock.calendar, clock.calendar_version).unwrap())
}

#[test]
fn the_clocks_run_to_what_was_agreed_on_and_breach_there() {
    let (mut world, said) = sold(Agreed { accept_by: by(30), due: by(50) });
    said.then(&["T-1 done", "H-2 on 1: bill#1 from bo to finance [4: 4 hours]"]);
    assert_eq!(due(&world, 4), by(30), "the process says four hours");
    world.at(29).tick();
    assert_eq!(world.subject.case().unwrap().clocks[&4].breached, None);
    world.at(30).accept("ana", 2);
    assert_eq!(due(&world, 5), by(50), "the work is due when that was agreed on");
    world.at(51).tick();
    assert_eq!(world.subject.case().unwrap().clocks[&5].breached, by(50));
    let lines = story::tell(&world.entries, &world.catalog, &Zone::utc());
    let offer = lines.iter().rfind(|line| line.verb == "offer").unwrap();
    assert!(offer.text.contains(", accept by Tue 17 Nov ") && offer.text.contains(", done by Wed 18 Nov "));
    assert_eq!(offer.actor.person(), Some(&h("bo")), "the history says who set them");
}

#[test]
fn without_them_everything_is_as_the_process_says_and_was_written() {
    let (world, _) = sold(Agreed::default());
    let offer = world.entries.iter().rfind(|e| matches!(e.event, Event::HandoffOffered { .. })).unwrap();
    let written = serde_json::to_string(&offer.event).unwrap();
    assert!(!written.contains("due") && !written.contains("until"), "{written}");
    assert_eq!(serde_json::from_str::<Event>(&written).unwrap(), offer.event);
}

#[test]
fn dates_nobody_can_keep_are_refused() {
    for (agreed, why) in [
        (Agreed { accept_by: by(0), due: None }, "Nobody can accept it by then: that date lies in the past."),
        (
            Agreed { accept_by: None, due: by(-3) },
            "Nobody can have it done by then: that date lies in the past.",
        ),
        (Agreed { accept_by: by(9), due: by(8) }, "It would be due before it has to be accepted."),
    ] {
        let (mut world, said) = sold(agreed);
        said.refused(why);
        assert_eq!(world.places(), ["1: sell bo"]);
        let to = "@zoe".parse().ok();
        world
            .when("bo", Command::OfferHandoff { case: CASE, branch: 1, to, note: None, agreed })
            .refused(why);
    }
}

#[test]
fn no_date_is_agreed_on_where_the_work_goes_to_nobody() {
    let (mut world, _) = sold(Agreed::default());
    world.accept("ana", 2);
    let agreed = Agreed { accept_by: None, due: by(50) };
    world.done("ana", 2, &[]);
    world.done("ana", 3, &[]);
    world.accept("max", 4);
    let last = CompleteTask { agreed, all_checked: true, ..complete(4, &[("ok", "yes")]) };
    let said = world.when("max", Command::CompleteTask(last));
    assert!(said.0[0].ends_with("nothing is offered, so no date can be agreed on for it."), "{said:?}");
}

/// The work has a clock already: it runs to the new date from when the receiver says yes, and not before.
#[test]
fn work_in_hand_that_is_passed_on_is_due_as_agreed_once_it_is_accepted() {
    let (mut world, _) = sold(Agreed::default());
    world.accept("ana", 2);
    let before = due(&world, 5);
    let agreed = Agreed { accept_by: by(5), due: by(70) };
    let to = "@zoe".parse().ok();
    world.when("ana", Command::OfferHandoff { case: CASE, branch: 1, to, note: None, agreed });
    assert_eq!((due(&world, 5), due(&world, 6)), (before, by(5)));
    world.accept("zoe", 3);
    assert_eq!(due(&world, 5), by(70));
    let lines = story::tell(&world.entries, &world.catalog, &Zone::utc());
    let told = lines.iter().rfind(|line| line.verb == "due").unwrap();
    assert!(told.text.ends_with("by agreement: \"agreed with H-3\""), "{}", told.text);
}
