//! Every cause, told from a story in which it comes about.

use super::world::*;
use crate::domain::TaskId;
use crate::domain::absence::Absence;
use crate::domain::command::{Command, Context};
use crate::domain::event::{Event, ExceptionKind, OpId};
use crate::domain::stuck::{Look, Pace, sentence};
use crate::domain::zone::Zone;

fn told(world: &World, pace: Pace) -> Vec<String> {
    let case = world.subject.case().unwrap();
    let (_, process) = world.catalog.newest(&case.process).unwrap();
    let pace = case.tasks.iter().map(|(id, task)| ((task.holder.clone(), *id), pace)).collect();
    let look =
        Look { case, process, catalog: &world.catalog, entries: &world.entries, pace: &pace, now: world.now };
    let zone = Zone::utc();
    look.causes().iter().map(|stuck| sentence(stuck, world.now, &zone)).collect()
}

fn sale() -> World {
    World::of(company(&[SALE]))
}

#[test]
fn an_offer_nobody_took_says_who_since_when_and_who_stays_responsible() {
    let mut world = sale();
    world.start("bo", &[]);
    world.now = world.now + hours(3);
    let said = told(&world, Pace::default());
    assert_eq!(said, ["Nobody of sales has accepted Sell since today 09:00 (3h); bo stays responsible."]);
}

#[test]
fn an_absence_says_until_when_and_whether_anybody_takes_their_place() {
    let mut world = sale();
    world.start("bo", &[]);
    world.accept("cy", 1);
    world.now = world.now + hours(1);
    let absence =
        |substitute| Absence { from: monday(), until: monday() + hours(48), substitute, note: None };
    let away = |world: &mut World, substitute: Option<&str>| {
        let absence = absence(substitute.map(h));
        tell_catalog(&mut world.catalog, Event::PersonAway { person: h("cy"), absence });
    };
    away(&mut world, None);
    let said = told(&world, Pace { older: 4, done: 2, over: hours(10) });
    assert_eq!(
        said,
        [
            "cy accepted Sell today 09:00 and has not begun for 1h. cy has 4 older things; at their recent pace it \
          starts about Tue 17 Nov 06:00. cy is away until Wed 18 Nov 09:00; nobody takes their place."
        ]
    );
    away(&mut world, Some("bo"));
    assert!(told(&world, Pace::default())[0].ends_with("bo takes their place and was not reminded of it."));
}

#[test]
fn work_that_waits_and_work_that_came_back_say_for_what_and_why() {
    let mut world = sale();
    world.start("bo", &[]);
    world.accept("bo", 1);
    let wait = Command::WaitTask { case: CASE, task: TaskId(1), reason: "Hansen".into(), until: None };
    world.when("bo", wait);
    assert_eq!(
        told(&world, Pace::default()),
        ["Sell waits for Hansen since today 09:00; no follow-up is set. bo is responsible."]
    );
    world.when("bo", Command::ResumeTask { case: CASE, task: TaskId(1) });
    world.when("bo", Command::StartTask { case: CASE, task: TaskId(1) });
    assert_eq!(
        told(&world, Pace::default()),
        ["bo works on Sell since today 09:00 (0m). Still to do: amount."]
    );
}

#[test]
fn outside_the_hours_of_the_office_says_until_when() {
    let mut world = sale();
    world.start("bo", &[]);
    world.now = world.now + hours(11);
    let said = told(&world, Pace::default()).remove(0);
    assert!(said.ends_with("Outside the calendar until Tue 17 Nov 09:00."), "{said}");
}

#[test]
fn a_closed_case_is_not_stuck_and_an_exception_comes_first() {
    let mut world = sale();
    world.start("bo", &[]);
    let kind = ExceptionKind::Unrouted;
    let opened =
        Event::ExceptionOpened { exception: 1, kind, text: "nobody to ask".into(), to: vec![h("dana")] };
    world.happen(&Context::by(&h("bo"), monday(), OpId(uuid::Uuid::nil())), opened);
    let said = told(&world, Pace::default());
    assert_eq!(said[0], "An exception is undecided since today 09:00 (dana): nobody to ask");
    world.when("dana", Command::WithdrawCase { case: CASE, reason: "no".into() });
    assert!(told(&world, Pace::default()).is_empty());
}
