//! Putting work out of one's own list, and agreeing on another date.

use super::world::*;
use crate::domain::TaskId;
use crate::domain::command::{AgreeDue, Command, Snooze};
use crate::domain::rows::{PlaceRow, Row, rows};

fn snooze(world: &mut World, by: &str, hour: Option<i64>) -> Said {
    let until = hour.map(|hour| monday() + hours(hour));
    world.when(by, Command::Snooze(Snooze { case: CASE, branch: 1, until }))
}

fn agree(world: &mut World, by: &str, hour: i64, reason: &str) -> Said {
    let due = monday() + hours(hour);
    world.when(by, Command::AgreeDue(AgreeDue { case: CASE, task: TaskId(1), due, reason: reason.into() }))
}

fn out(world: &World) -> Vec<String> {
    let rows = rows(&world.subject, &world.catalog).into_iter();
    let out = rows.filter_map(|row| if let Row::Snooze(row) = row { Some(row) } else { None });
    out.map(|row| format!("{} {}", row.person, (row.until - monday()).0 / hours(1).0)).collect()
}

fn place(world: &World) -> PlaceRow {
    let all = rows(&world.subject, &world.catalog);
    all.into_iter().find_map(|row| if let Row::Place(row) = row { Some(row) } else { None }).unwrap()
}

fn offered() -> World {
    let mut world = World::of(company(&[SALE]));
    world.start("bo", &[]);
    world
}

#[test]
fn what_is_put_away_is_out_of_one_list_and_comes_back_when_it_moves() {
    let mut world = offered();
    snooze(&mut world, "cy", Some(24));
    assert_eq!(out(&world), ["cy 24"], "and nobody else's");
    snooze(&mut world, "cy", Some(30));
    assert_eq!(out(&world), ["cy 30"]);
    world.now = world.now + hours(1);
    world.accept("cy", 1);
    assert!(out(&world).is_empty(), "work in hand is another thing than the offer");
    snooze(&mut world, "cy", Some(24));
    snooze(&mut world, "cy", None);
    assert!(out(&world).is_empty());
    snooze(&mut world, "cy", None).refused("C-1 is in your list.");
}

#[test]
fn nobody_puts_away_what_is_not_theirs_or_without_a_date_to_come() {
    let mut world = offered();
    snooze(&mut world, "ana", Some(24)).refused("C-1 is not in your list: bo is responsible.");
    snooze(&mut world, "cy", Some(0)).refused("That date lies in the past.");
    snooze(&mut world, "dana", Some(24));
    assert_eq!(out(&world), ["dana 24"], "who answers for the case may have it in their list");
}

#[test]
fn a_date_is_agreed_by_who_is_responsible_or_leads_and_stands_whatever_the_goal_says() {
    let mut world = offered();
    world.accept("cy", 1);
    agree(&mut world, "ana", 50, "asked").refused("cy is responsible for T-1.");
    agree(&mut world, "cy", 50, " ").refused("The reason is empty.");
    agree(&mut world, "cy", 0, "asked").refused("That date lies in the past.");
    agree(&mut world, "cy", 50, "Hansen is content");
    assert_eq!(place(&world).due, Some(monday() + hours(50)));
    agree(&mut world, "dana", 60, "the lead says so");
    assert_eq!(place(&world).due, Some(monday() + hours(60)));
    agree(&mut world, "dana", 60, "again").then(&[]);
    let case = world.subject.case().unwrap();
    let (_, process) = world.catalog.newest(&case.process).unwrap();
    let clocks = crate::domain::why_date::of_case(case, process, &world.catalog, world.now);
    let work =
        clocks.iter().find(|clock| clock.on == crate::domain::clock::ClockOn::Work(TaskId(1))).unwrap();
    assert_eq!(work.why.due, Some(monday() + hours(60)));
    let words = work.why.promise_words();
    assert!(words.starts_with("A date that was agreed on"), "{words}");
    assert!(work.why.parts.is_empty(), "nothing was counted to it");
}

#[test]
fn what_one_puts_away_says_nothing_of_the_list_of_another_and_is_back_at_its_date() {
    let mut world = offered();
    snooze(&mut world, "cy", Some(24));
    snooze(&mut world, "dana", Some(24));
    assert_eq!(out(&world), ["cy 24", "dana 24"]);
    world.at(24);
    snooze(&mut world, "cy", None).refused("C-1 is in your list.");
}

/// What is late surfaces by itself, and so does what somebody is told of.
#[test]
fn what_is_put_away_is_back_when_it_becomes_late_or_its_person_hears_of_it() {
    let mut world = offered();
    world.accept("cy", 1);
    snooze(&mut world, "cy", Some(7));
    assert!(world.warnings.is_empty());
    snooze(&mut world, "cy", Some(50));
    assert_eq!(world.warnings, ["C-1 is due before that, today 17:00, and comes back then."]);
    assert_eq!(out(&world), ["cy 8"]);
    world.at(9).tick();
    assert!(out(&world).is_empty());
    // Who puts away what is late already has it back at their date, or when the whole case is late.
    snooze(&mut world, "cy", Some(100));
    assert_eq!(out(&world), ["cy 100"]);
    snooze(&mut world, "cy", Some(500));
    assert_eq!(out(&world), ["cy 120"]);
    let early = "[[ladder]]\non = \"goal\"\nrungs = [{ at = \"-2 hours\", remind = \"responsible\" }]\n";
    let mut world = World::started(&format!("{SALE}{early}"), "bo");
    world.accept("cy", 1);
    snooze(&mut world, "cy", Some(50));
    snooze(&mut world, "dana", Some(7));
    world.at(6).tick().then(&["clock 3 rung 0.0 Acted remind cy escalate"]);
    assert_eq!(out(&world), ["dana 7"], "who was not told of it waits on");
}
