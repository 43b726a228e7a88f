//! Clocks whose due instant is moved into the past: by urgency, by another version, by an edit of the calendar. Their
//! ladder begins there, as it would have at due, and nothing counts as missed that nobody could have seen.

use super::world::*;
use crate::domain::calendar::Calendar;
use crate::domain::command::{Command, StartCase};
use crate::domain::event::{Event, OpId};
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

/// What takes the due date away or ends the work is taken back later: as after a pause, what would have come meanwhile
/// comes once, and the rest follows at its distances.
#[test]
fn what_is_taken_back_spends_no_rungs() {
    use crate::domain::event::{Actor, Event};
    let task = crate::domain::TaskId(1);
    let waits =
        Command::WaitTask { case: CASE, task, reason: "x".into(), until: Some(monday() + hours(900)) };
    let agreed = Command::AgreeDue(crate::domain::command::AgreeDue {
        case: CASE,
        task,
        due: monday() + hours(900),
        reason: "x".into(),
    });
    for takes in [waits, agreed] {
        let mut world = selling(company(&[&text()]));
        world.at(73).when("bo", takes);
        let op = world.entries.last().unwrap().op;
        world.at(24 * 10).tick();
        let ctx =
            crate::domain::command::Context::of(Actor::Person(h("bo")), world.now, OpId(uuid::Uuid::nil()));
        world.happen(&ctx, Event::ActionUndone { op });
        world.subject = crate::domain::fold::fold(world.entries[0].subject, &world.entries, &world.catalog);
        let said = world.tick().0;
        assert!(said.contains(&"clock 3 rung 1.0 Acted remind bo escalate".to_string()), "{said:?}");
        assert!(!said.iter().any(|said| said.contains("missed") || said.contains("TooOld")), "{said:?}");
        let next = world.at(24 * 10 + 1).tick().0;
        assert_eq!(next, ["clock 3 rung 2.0 Acted remind  escalate dana"]);
    }
}

/// The date comes while the work waits: it is not late meanwhile, and its ladder begins when it goes on.
#[test]
fn a_date_that_comes_while_work_waits_is_broken_when_it_goes_on() {
    use crate::domain::rows::{Row, rows};
    let task = crate::domain::TaskId(1);
    let mut world = selling(company(&[&text()]));
    let agree =
        crate::domain::command::AgreeDue { case: CASE, task, due: monday() + hours(100), reason: "x".into() };
    world.at(50).when("bo", Command::AgreeDue(agree));
    let until = Some(monday() + hours(500));
    world.at(51).when("bo", Command::WaitTask { case: CASE, task, reason: "x".into(), until });
    let due = |world: &World| {
        rows(&world.subject, &world.catalog).into_iter().find_map(|row| match row {
            Row::Place(place) => Some(place.due),
            _ => None,
        })
    };
    for hour in [101, 200, 400] {
        let said = world.at(hour).tick().0;
        assert!(said.iter().all(|said| !said.starts_with("clock 3")), "{said:?}");
        assert_eq!(due(&world), Some(None), "nothing is late that stands still");
    }
    world.at(410).when("bo", Command::ResumeTask { case: CASE, task });
    assert_eq!(due(&world), Some(Some(monday() + hours(100))));
    let said = world.tick().0;
    assert!(said.contains(&"clock 3 rung 1.0 Acted remind bo escalate".to_string()), "{said:?}");
    assert!(!said.iter().any(|said| said.contains("TooOld")), "{said:?}");
    let said = world.at(411).tick().0;
    assert_eq!(said, ["clock 3 rung 2.0 Acted remind  escalate dana"]);
}

/// A promise to somebody holds when the case is taken up again, with its ladder; one that has passed is none of that time.
#[test]
fn a_case_with_a_date_of_its_own_keeps_it_when_it_is_taken_up_again() {
    let start = SALE.find("[[ladder]]").unwrap();
    let text = SALE[..start].replacen("goal = \"5 days\"\n", "", 1);
    let ladder = "[[ladder]]\non = \"case\"\nrungs = [{ at = \"0\", escalate = \"lead\" }, { at = \"0\", remind = \"@zoe\" }]\n";
    for (reopened, hears) in [(10, true), (60, false)] {
        let mut world = World::of(company(&[&format!("{text}{ladder}")]));
        let due = Some(monday() + hours(50));
        let process = Some(h("sale"));
        world.when("bo", Command::StartCase(StartCase { process, due, ..StartCase::default() }));
        world.when("lea", Command::WithdrawCase { case: CASE, reason: "x".into() });
        let again = Command::ReopenCase { case: CASE, reason: "y".into(), to: None, party: None };
        world.at(reopened).when("lea", again);
        let case = world.subject.case().unwrap();
        let due = case.due(|clock| clock.until);
        assert_eq!(due, hears.then_some(monday() + hours(50)), "{reopened}");
        let said = world.at(61).tick().0;
        let told = said.iter().any(|said| said.ends_with("escalate zoe"));
        assert_eq!(told, hears, "{said:?}");
    }
}
