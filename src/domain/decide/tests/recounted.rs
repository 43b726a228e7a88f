//! Clocks whose due instant is moved into the past: by urgency, by another version, by an edit of the calendar. Their
//! ladder begins there, as it would have at due, and nothing counts as missed that nobody could have seen.

use super::world::*;
use crate::domain::calendar::Calendar;
use crate::domain::command::Command;
use crate::domain::event::Event;
use crate::domain::process::Process;
use std::sync::Arc;

const LADDER: &str = "[[ladder]]\non = \"goal\"\nrungs = [{ at = \"-1 hour\", remind = \"responsible\" }, \
                      { at = \"0\", remind = \"responsible\" }, \
                      { at = \"+1 hour\", escalate = \"accountable\", every = \"1 business day\", most = 3 }]\n";

fn text() -> String {
    let start = SALE.find("[[ladder]]").unwrap();
    let text = format!("{}{LADDER}", &SALE[..start]);
    text.replacen("goal = \"8 hours\"", "goal = \"5 business days\"\nurgent_goal = \"4 business hours\"", 1)
}

/// Bo sells since Monday nine o'clock and has until the next one; ticks found nothing to say.
fn selling(catalog: crate::domain::catalog::Catalog) -> World {
    let mut world = World::of(catalog);
    world.start("bo", &[]);
    world.accept("bo", 1);
    for day in 1..3 {
        world.at(24 * day).tick().then(&[]);
    }
    world
}

/// What the ticks of four days from Thursday nine o'clock say of the work.
fn goes_on(world: &mut World) {
    world.tick().then(&[
        "clock 3 breached",
        "clock 3 rung 0.0 Superseded remind  escalate",
        "clock 3 rung 1.0 Acted remind bo escalate",
    ]);
    world.tick().then(&[]);
    world.at(73).tick().then(&["clock 3 rung 2.0 Acted remind  escalate dana"]);
    world.at(97).tick().then(&["clock 3 rung 2.1 Acted remind  escalate dana"]);
    let monday = world.at(169).tick().0;
    assert_eq!(monday.last().unwrap(), "clock 3 rung 2.2 Acted remind  escalate dana");
    world.at(400).tick().then(&[]);
}

#[test]
fn work_made_urgent_climbs_its_ladder_from_there() {
    let mut world = selling(company(&[&text()]));
    world.at(72).when("bo", Command::SetUrgent { case: CASE, urgent: true });
    goes_on(&mut world);
}

/// The same where the first tick after it comes late: what came since then was missed, and no more.
#[test]
fn what_is_missed_after_the_change_is_missed() {
    let mut world = selling(company(&[&text()]));
    world.at(72).when("bo", Command::SetUrgent { case: CASE, urgent: true });
    world.at(98).tick().then(&[
        "clock 3 breached",
        "clock 3 rung 0.0 Superseded remind  escalate",
        "clock 3 rung 1.0 Superseded remind  escalate",
        "clock 3 rung 2.1 Acted remind  escalate dana after 1 missed",
    ]);
}

/// Whatever lies more than the catch-up window before the change was not missed for so long.
#[test]
fn a_due_instant_long_past_is_told_when_it_is_made_one() {
    let mut world = selling(company(&[&text().replace("5 business days", "40 days")]));
    world.at(24 * 20).when("bo", Command::SetUrgent { case: CASE, urgent: true });
    let said = world.tick().0;
    assert!(said.contains(&"clock 3 rung 1.0 Acted remind bo escalate".to_string()), "{said:?}");
}

/// What was told of the other due instant is not told again, and what repeats goes on repeating.
#[test]
fn rungs_that_had_their_turn_go_on_where_they_were() {
    let mut world = selling(company(&[&text()]));
    // Due is Monday at nine; by eleven both have heard.
    world.at(168).tick();
    world.at(169).tick();
    world.at(170).when("bo", Command::SetUrgent { case: CASE, urgent: true });
    world.tick().then(&["clock 3 rung 2.1 Acted remind  escalate dana"]);
    world.at(194).tick().then(&["clock 3 rung 2.2 Acted remind  escalate dana"]);
    world.at(195).when("bo", Command::SetUrgent { case: CASE, urgent: false });
    world.tick().then(&[]);
}

#[test]
fn work_that_is_migrated_to_a_shorter_goal_climbs_the_ladder_from_there() {
    for other_ladder in [false, true] {
        let mut catalog = company(&[&text()]);
        let process = catalog.newest(&h("sale")).unwrap().1;
        let mut process = Process::clone(process);
        step_of(&mut process, "sell").goal = Some("4 business hours".parse().unwrap());
        if other_ladder {
            process.ladders[0].rungs[2].raise = true;
        }
        tell_catalog(&mut catalog, Event::ProcessPublished { version: 2, process: Arc::new(process) });
        let mut world = World::of(catalog);
        let first = world.catalog.processes.values_mut().next().unwrap();
        let newer = first.pop().unwrap();
        world.start("bo", &[]);
        world.catalog.processes.values_mut().next().unwrap().push(newer);
        world.accept("bo", 1);
        world.at(48).tick().then(&[]);
        world.at(72).when("dana", Command::MigrateCase { case: CASE, to: 2, map: Vec::new() });
        let said = world.tick().0;
        assert_eq!(
            said[1..],
            ["clock 3 rung 0.0 Superseded remind  escalate", "clock 3 rung 1.0 Acted remind bo escalate",]
        );
        let said = world.at(73).tick().0;
        assert!(said[0].starts_with("clock 3 rung 2.0 Acted remind  escalate dana"), "{said:?}");
    }
}

#[test]
fn a_calendar_edit_that_makes_work_late_counts_from_when_the_clock_follows_it() {
    let shut = "[calendar.office]\nzone = \"UTC\"\nopen = { tue = \"09:00-17:00\" }\n";
    let calendar = |text| {
        let definition = Arc::new(Calendar::parse_file(text).unwrap().remove(&h("office")).unwrap());
        Event::CalendarApplied { calendar: h("office"), definition }
    };
    let mut catalog = company(&[&text().replace("5 business days", "12 business hours")]);
    let open = catalog.newest_calendar(&h("office")).map(|(_, calendar)| calendar.clone()).unwrap();
    tell_catalog(&mut catalog, calendar(shut));
    let mut world = World::of(catalog);
    world.start("bo", &[]);
    world.accept("bo", 1);
    world.at(48).tick().then(&[]);
    let definition = open;
    tell_catalog(&mut world.catalog, Event::CalendarApplied { calendar: h("office"), definition });
    world.at(72).tick().then(&[
        "clock 1 follows version 3",
        "clock 3 follows version 3",
        "clock 3 breached",
        "clock 3 rung 0.0 Superseded remind  escalate",
        "clock 3 rung 1.0 Acted remind bo escalate",
    ]);
    world.at(73).tick().then(&["clock 3 rung 2.0 Acted remind  escalate dana"]);
    // An edit that moves nothing changes nothing of what is to come.
    let same = world.catalog.newest_calendar(&h("office")).unwrap().1.clone();
    tell_catalog(&mut world.catalog, Event::CalendarApplied { calendar: h("office"), definition: same });
    let said = world.at(97).tick().0;
    assert_eq!(said.last().unwrap(), "clock 3 rung 2.1 Acted remind  escalate dana");
}
