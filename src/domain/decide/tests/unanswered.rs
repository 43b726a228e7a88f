//! Offers that nobody has to accept by a time: whoever made one hears that it lies, and then whoever answers for the case.

use super::world::*;
use crate::domain::HandoffId;
use crate::domain::absence::Absence;
use crate::domain::agreed::Agreed;
use crate::domain::clock::{ClockOn, FollowUp};
use crate::domain::command::{Command, Context, StartCase};
use crate::domain::event::{Actor, Event, OpId};
use crate::domain::rows::{Row, rows};

fn told(world: &World) -> Vec<String> {
    let rows = rows(&world.subject, &world.catalog).into_iter();
    let told = rows.filter_map(|row| match row {
        Row::Notice(notice) => Some(format!("{} of {:?}", notice.person, notice.branch)),
        _ => None,
    });
    told.collect()
}

fn asks(world: &World, handoff: i64) -> usize {
    let on = ClockOn::FollowUp(FollowUp::Offer(HandoffId(handoff)));
    let clocks = world.subject.case().unwrap().clocks.values();
    clocks.filter(|clock| clock.on == on && clock.is_open()).count()
}

/// Bo offered it and hears of it, then every five business days; from the second time on dana, who answers for it, too.
#[test]
fn who_offers_without_a_time_hears_that_it_lies_and_then_whoever_answers_for_the_case() {
    let mut world = World::started(SALE, "zoe");
    assert_eq!(told(&world), [""; 0]);
    world.at(7 * 24 - 1).tick().then(&["clock 1 breached", "clock 1 rung 0.0 Acted remind  escalate dana"]);
    world.at(7 * 24).tick().then(&["follow-up 2.0 Acted to zoe"]);
    assert!(told(&world).contains(&"zoe of Some(1)".to_string()), "{:?}", told(&world));
    let after = world.at(14 * 24).tick().0;
    assert_eq!(after, ["follow-up 2.1 Acted to zoe", "clock 2 rung 1.0 Acted remind  escalate dana"]);
    world.accept("bo", 1);
    assert_eq!((asks(&world, 1), told(&world)), (0, vec!["dana of None".to_string()]), "it was taken");
    world.at(30 * 24).tick().0.iter().for_each(|said| assert!(!said.starts_with("follow-up"), "{said}"));
}

#[test]
fn an_offer_with_a_time_is_looked_after_by_that() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "1")]);
    assert_eq!(asks(&world, 2), 0);
    let mut world = World::started(SALE, "bo");
    world.recall("bo", 1);
    let agreed = Agreed { accept_by: Some(monday() + hours(5)), due: None };
    world.when("bo", Command::OfferHandoff { case: CASE, branch: 1, to: None, note: None, agreed });
    assert_eq!(asks(&world, 2), 0, "a time was agreed on");
}

/// Free tasks, and free work in hand that is offered on, have no time to be accepted.
#[test]
fn free_tasks_are_no_different() {
    let mut world = World::new(SALE);
    let (title, to) = (Some("Move".to_string()), "@bo".parse().ok());
    world.when("ana", Command::StartCase(StartCase { title, to, ..StartCase::default() }));
    assert_eq!(asks(&world, 1), 1);
    world.accept("bo", 1);
    world.offer("bo", 1, Some("finance"));
    assert_eq!((asks(&world, 1), asks(&world, 2)), (0, 1));
    world.at(7 * 24).tick().then(&["follow-up 2.0 Acted to bo"]);
    world
        .at(14 * 24)
        .tick()
        .then(&["follow-up 2.1 Acted to bo", "clock 2 rung 1.0 Acted remind  escalate ana"]);
    world.decline("eli", 2);
    assert_eq!(asks(&world, 2), 0);
}

/// Who sent it and is away is answered for by whoever is here, and not by those it is offered to.
#[test]
fn where_the_sender_is_away_somebody_who_is_here_hears() {
    for (substitute, hears) in [(Some("max"), "max"), (None, "eli")] {
        let mut world = World::new(SALE);
        let title = Some("Move".to_string());
        let to = "finance".parse().ok();
        world.when("ana", Command::StartCase(StartCase { title, to, ..StartCase::default() }));
        let absence = Absence {
            from: monday(),
            until: monday() + hours(1000),
            substitute: substitute.map(h),
            note: None,
        };
        tell_catalog(&mut world.catalog, Event::PersonAway { person: h("ana"), absence });
        world.at(7 * 24).tick().then(&[&format!("follow-up 1.0 Acted to {hears}")]);
        assert_eq!(told(&world), [format!("{hears} of Some(1)")]);
    }
}

/// One that an older program left without such a clock, or whose acceptance clock another version has ended.
#[test]
fn an_offer_that_nothing_looks_after_is_looked_after_from_the_next_command_on() {
    let mut world = World::new(SALE);
    world.start("zoe", &[]);
    let mut left = World::new(SALE);
    let ctx = Context::of(Actor::Person(h("zoe")), monday(), OpId(uuid::Uuid::nil()));
    for entry in &world.entries {
        let mut event = entry.event.clone();
        if let Event::HandoffOffered { follow_up, .. } = &mut event {
            *follow_up = None;
        }
        left.happen(&ctx, event);
    }
    left.numbers = world.numbers;
    assert_eq!(asks(&left, 1), 0);
    left.at(2).when("zoe", Command::NoteCase { case: CASE, text: "n".into() });
    assert_eq!(asks(&left, 1), 1);
    left.at(7 * 24 + 1).tick();
    left.at(7 * 24 + 2).tick().then(&["follow-up 2.0 Acted to zoe"]);
}
