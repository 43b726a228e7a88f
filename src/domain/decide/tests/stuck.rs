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
    assert_eq!(
        said,
        [
            "Nobody of role sales has accepted Sell since today 09:00 (3h); bo stays responsible and hears of it Mon 23 Nov 09:00."
        ]
    );
}

/// Accepted on Monday, and waiting since Wednesday: it waits since Wednesday.
#[test]
fn a_wait_is_dated_from_when_it_began_and_not_from_the_acceptance() {
    let mut world = sale();
    world.start("bo", &[]);
    world.accept("bo", 1);
    let until = Some(monday() + hours(100));
    let wait = Command::WaitTask { case: CASE, task: TaskId(1), reason: "Hansen".into(), until };
    world.at(49).when("bo", wait);
    world.now = world.now + hours(2);
    let said = told(&world, Pace::default());
    assert!(said[0].starts_with("Sell waits for Hansen since today 10:00; "), "{said:?}");
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
    let said = told(&world, Pace::of(&h("cy"), (4, 2), hours(10), &world.catalog, world.now));
    assert_eq!(
        said,
        [
            "cy accepted Sell today 09:00 and has not begun for 1h. cy has 4 older things; at their recent pace it \
          starts about Tue 17 Nov 09:00. cy is away until Wed 18 Nov 09:00; nobody takes their place."
        ]
    );
    away(&mut world, Some("bo"));
    assert!(told(&world, Pace::default())[0].ends_with("bo takes their place and was not reminded of it."));
}

#[test]
fn a_wait_says_which_date_is_missing_and_when_somebody_is_asked_about_it() {
    let text = |how: &str| {
        format!(
            "process = \"trip\"\npurpose = \"x\"\naccountable = \"@bo\"\n[data.on]\ntype = \"date\"\nrequired = false\n\
             [[step]]\nstep = \"s\"\nby = \"sales\"\ngoal = \"1 day\"\nnext = \"w\"\n\
             [[step]]\nstep = \"w\"\ntitle = \"Depart\"\ntype = \"wait\"\n{how}\nnext = {{ end = true }}\n"
        )
    };
    let said = |how: &str| {
        let mut world = World::of(company(&[&text(how)]));
        world.start("bo", &[]);
        world.accept("bo", 1);
        world.done("bo", 1, &[]);
        told(&world, Pace::default()).remove(0)
    };
    let again = "since today 09:00; to be looked at again Mon 23 Nov 09:00. bo is responsible.";
    assert_eq!(said("until = \"on\""), format!("Depart waits for the date in `on`, which is empty, {again}"));
    assert_eq!(said("message = \"the answer\""), format!("Depart waits for the message the answer {again}"));
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
        [
            "Sell waits for Hansen since today 09:00; to be looked at again Mon 23 Nov 09:00. bo is responsible."
        ]
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
    let opened = Event::ExceptionOpened {
        exception: 1,
        kind,
        text: "nobody to ask".into(),
        to: vec![h("dana")],
        at: None,
    };
    world.happen(&Context::by(&h("bo"), monday(), OpId(uuid::Uuid::nil())), opened);
    let said = told(&world, Pace::default());
    assert_eq!(said[0], "An exception is undecided since today 09:00 (dana): nobody to ask");
    world.when("dana", Command::WithdrawCase { case: CASE, reason: "no".into() });
    assert!(told(&world, Pace::default()).is_empty());
}

const FORK: &str = r#"
process = "p"
title = "P"
kind = "operational"
purpose = "x"
accountable = "@dana"
goal = "5 days"
[data.sum]
type = "money"
[data.more]
type = "yes/no"
[[step]]
step = "s"
title = "Split"
by = "ops"
goal = "1 day"
next = { all = ["a", "b", { to = "c", if = "data.more" }] }
[[step]]
step = "a"
title = "Ask"
by = "@bo"
goal = "1 day"
next = "j"
[[step]]
step = "b"
title = "Buy"
by = "@cy"
goal = "1 day"
next = "j"
[[step]]
step = "c"
title = "Call"
by = "@zoe"
goal = "1 day"
next = "j"
[[step]]
step = "j"
title = "Join"
by = "finance"
goal = "1 day"
join = ["a", "b", "c"]
needs = ["sum"]
documents = ["Order"]
next = { end = true }
"#;

#[test]
fn a_join_that_waits_says_with_what_and_for_whom_and_leaves_out_what_was_left_out() {
    let mut world = World::of(company(&[FORK]));
    world.start("max", &[]);
    world.done("max", 1, &[("more", "no")]);
    world.accept("bo", 2);
    world.at(2).done("bo", 2, &[]);
    world.at(3);
    let said = told(&world, Pace::default());
    assert_eq!(said[0], "Join waits since today 11:00 with Ask for Buy (max, for 3h).");
    assert_eq!(said.len(), 2, "and Buy is not accepted: {said:?}");
    // With the third way, all that is missing is named, once each.
    let mut world = World::of(company(&[FORK]));
    world.start("max", &[]);
    world.done("max", 1, &[("more", "yes")]);
    world.accept("bo", 2);
    world.done("bo", 2, &[]);
    world.accept("zoe", 4);
    let said = told(&world, Pace::default());
    assert_eq!(said[0], "Join waits since today 09:00 with Ask for Buy (max, for 0m); Call (zoe, for 0m).");
    world.done("zoe", 3, &[]);
    let said = told(&world, Pace::default());
    assert_eq!(said.len(), 2, "one join is told once: {said:?}");
    assert_eq!(said[0], "Join waits since today 09:00 with Ask, Call for Buy (max, for 0m).");
}

#[test]
fn of_several_side_by_side_those_at_work_are_waited_for() {
    let text = format!(
        "{}[data.items]\ntype = \"list\"\n[[step]]\nstep = \"e\"\ntitle = \"Each\"\nby = \"ops\"\ngoal = \"1 day\"\neach = \"items\"\nnext = {{ end = true }}\n",
        &FORK[..FORK.find("[[step]]").unwrap()]
    );
    let mut world = World::of(company(&[&text]));
    world.start("max", &[("items", "pen, ink")]);
    let first = world.subject.case().unwrap().tasks.keys().next().unwrap().0;
    world.done("max", first, &[]);
    let said = told(&world, Pace::default());
    assert_eq!(said[0], "Each waits since today 09:00 with Each for Each (ink) (max, for 0m).");
    assert!(said[1].starts_with("max accepted Each (ink) today 09:00"), "{said:?}");
}

#[test]
fn what_a_step_lacks_from_before_is_named_with_how_often_it_was_asked_for() {
    let mut world = World::of(company(&[FORK]));
    world.start("max", &[]);
    world.done("max", 1, &[("more", "no")]);
    world.accept("bo", 2);
    world.accept("cy", 3);
    world.done("bo", 2, &[]);
    let anyway = crate::domain::command::CompleteTask { anyway: Some("later".into()), ..complete(3, &[]) };
    world.when("cy", Command::CompleteTask(anyway));
    world.when("dana", Command::ResolveException { case: CASE, exception: 1, text: "fine".into() });
    world.accept("ana", 4);
    let id = *world.subject.case().unwrap().tasks.keys().next_back().unwrap();
    world.when("ana", Command::StartTask { case: CASE, task: id });
    assert_eq!(
        told(&world, Pace::default()),
        ["Join with ana lacks sum, Order (nobody asked for it), since today 09:00."]
    );
    let until = Some(monday() + hours(2));
    world.when("ana", Command::WaitTask { case: CASE, task: id, reason: "cy".into(), until });
    world.at(2).tick();
    let said = told(&world, Pace::default());
    assert_eq!(said, ["Join with ana lacks sum, Order (asked for 2 times), since today 09:00."]);
    let data = vec![("sum".to_string(), "12".to_string())];
    world.when("ana", Command::ChangeData { case: CASE, data });
    let said = told(&world, Pace::default());
    assert_eq!(said, ["Join with ana lacks Order (asked for 2 times), since today 09:00."]);
}

#[test]
fn a_paused_case_says_so_and_a_follow_up_that_is_over_says_when_it_was() {
    let mut world = sale();
    world.start("bo", &[]);
    world.accept("bo", 1);
    let until = Some(monday() + hours(2));
    world.when("bo", Command::PauseCase { case: CASE, reason: "asked Hansen".into(), until: None });
    world.when("bo", Command::WaitTask { case: CASE, task: TaskId(1), reason: "Hansen".into(), until });
    assert_eq!(
        told(&world, Pace::default()),
        [
            "The case is paused since today 09:00: asked Hansen; to be looked at again Mon 23 Nov 09:00.",
            "Sell waits for Hansen since today 09:00; to be looked at again today 11:00. bo is responsible."
        ]
    );
    world.at(3);
    let said = told(&world, Pace::default());
    assert!(said[1].ends_with("it should have been looked at today 11:00. bo is responsible."), "{said:?}");
    world.when("bo", Command::ResumeCase { case: CASE });
    assert_eq!(told(&world, Pace::default()).len(), 1);
}

#[test]
fn who_was_reminded_of_an_offer_is_counted_and_who_is_away_and_heard_of_it_is_known() {
    let mut world = sale();
    world.start("bo", &[]);
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.at(3).tick();
    let said = told(&world, Pace::default()).remove(0);
    assert!(
        said.starts_with("Nobody of role finance has accepted Bill since today 09:00 (3h, reminded once)"),
        "{said}"
    );
    world.at(4).tick();
    let said = told(&world, Pace::default()).remove(0);
    assert!(said.contains("(4h, reminded 2 times)"), "{said}");
    let mut gone = sale();
    gone.start("bo", &[]);
    gone.accept("bo", 1);
    let to = Some("@ana".parse().unwrap());
    let done = crate::domain::command::CompleteTask { to, ..complete(1, &[("amount", "12")]) };
    gone.when("bo", Command::CompleteTask(done));
    let absence = Absence { from: monday(), until: monday() + hours(48), substitute: None, note: None };
    tell_catalog(&mut gone.catalog, Event::PersonAway { person: h("ana"), absence });
    let said = told(&gone, Pace::default()).remove(0);
    assert!(said.contains("ana is away until Wed 18 Nov 09:00; nobody takes their place"), "{said}");
}

#[test]
fn work_that_pauses_the_case_is_told_as_work_and_what_is_ticked_off_is_not_to_do() {
    let mut world = World::of(company_of(SALE, |sale| step_of(sale, "bill").pauses_case = true));
    world.start("bo", &[]);
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("ana", 2);
    assert!(world.subject.case().unwrap().paused().count() == 1);
    world.when("ana", Command::StartTask { case: CASE, task: TaskId(2) });
    world.when("ana", Command::CheckItem { case: CASE, task: TaskId(2), item: 0, done: true });
    assert_eq!(
        told(&world, Pace::default()),
        ["ana works on Bill since today 09:00 (0m). Still to do: Address."]
    );
}

#[test]
fn a_document_that_was_handed_over_is_not_lacking() {
    let mut world = World::of(company(&[FORK]));
    world.start("max", &[]);
    world.done("max", 1, &[("more", "no")]);
    world.accept("bo", 2);
    world.accept("cy", 3);
    world.done("bo", 2, &[]);
    let documents = texts(&[("Order", "order.pdf")]);
    let anyway = Some("later".to_string());
    let sent = crate::domain::command::CompleteTask { documents, anyway, ..complete(3, &[]) };
    world.when("cy", Command::CompleteTask(sent));
    world.when("dana", Command::ResolveException { case: CASE, exception: 1, text: "fine".into() });
    world.accept("ana", 4);
    let id = *world.subject.case().unwrap().tasks.keys().next_back().unwrap();
    world.when("ana", Command::StartTask { case: CASE, task: id });
    let said = told(&world, Pace::default());
    assert_eq!(said, ["Join with ana lacks sum (nobody asked for it), since today 09:00."]);
}
