//! Whoever may only look at a process is nobody who can act there: not picked, not counted, not reminded, not given work.

use super::world::*;
use crate::domain::absence::Absence;
use crate::domain::catalog::{Area, Catalog, Permission};
use crate::domain::command::{Command, EndWait};
use crate::domain::event::{Event, ExceptionKind};
use crate::domain::process::{Performer, Pick, StepKind, WaitFor};
use crate::domain::{Handle, TaskId};

/// From now on they may only look at the sale.
fn looks(catalog: &mut Catalog, who: &[&str]) {
    for person in who {
        let known = catalog.people.get_mut(&h(person)).unwrap();
        known.grants.insert(Area::Process(h("sale")), Permission::Viewer);
    }
}

fn away(catalog: &mut Catalog, person: &str, substitute: Option<&str>) {
    let (from, until) = (monday(), monday() + hours(240));
    let absence = Absence { from, until, substitute: substitute.map(h), note: None };
    tell_catalog(catalog, Event::PersonAway { person: h(person), absence });
}

/// The sale with this ladder alone.
fn with(ladder: &str) -> String {
    format!("{}[[ladder]]\n{ladder}\n", &SALE[..SALE.find("[[ladder]]").unwrap()])
}

/// Bo has sold, and the bill is offered to finance as H-2, on the third clock.
fn billed(text: &str, change: impl FnOnce(&mut Catalog)) -> World {
    let mut world = World::started(text, "bo");
    change(&mut world.catalog);
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world
}

fn told(world: &World) -> Vec<(ExceptionKind, String, Vec<Handle>)> {
    let exceptions = world.subject.case().unwrap().exceptions.values();
    exceptions.map(|e| (e.kind, e.text.clone(), e.to.clone())).collect()
}

#[test]
fn who_may_only_look_is_not_picked() {
    for pick in [Pick::RoundRobin, Pick::LeastLoaded] {
        let mut world = World::of(company_of(SALE, |process| step_of(process, "bill").pick = pick));
        looks(&mut world.catalog, &["ana"]);
        world.loads.open = [(h("eli"), 5)].into();
        world.start("dana", &[]);
        world.accept("bo", 1);
        let said = world.done("bo", 1, &[("amount", "12")]).0;
        assert!(said[1].starts_with("H-2 on 1: bill#1 from bo to @eli"), "{said:?}");
        assert_eq!(world.warnings, Vec::<String>::new());
    }
    // Not even where they did it before.
    let mut world = World::of(company_of(SALE, |process| step_of(process, "sell").pick = Pick::Previous));
    world.start("dana", &[]);
    world.accept("cy", 1);
    world.done("cy", 1, &[("amount", "12")]);
    world.accept("ana", 2);
    world.done("ana", 2, &[]);
    world.done("ana", 3, &[]);
    looks(&mut world.catalog, &["cy"]);
    world.accept("max", 4);
    let said = world.done("max", 4, &[("ok", "no")]).0;
    assert!(said[1].ends_with("sell#2 from max to sales"), "{said:?}");
}

/// Nobody is left to pick or to take it: it is the role's, the sender hears so, and reminders go to who answers for it.
#[test]
fn a_role_of_which_all_may_only_look_is_warned_of_and_its_reminders_climb() {
    for pick in [Pick::First, Pick::RoundRobin] {
        let mut world = World::of(company_of(SALE, |process| step_of(process, "bill").pick = pick));
        looks(&mut world.catalog, &["ana", "eli"]);
        world.start("dana", &[]);
        world.accept("bo", 1);
        let said = world.done("bo", 1, &[("amount", "12")]).0;
        assert!(said[1].starts_with("H-2 on 1: bill#1 from bo to finance"), "{said:?}");
        assert_eq!(world.warnings, ["Nobody who is here may take `Bill`: ana, eli may only look at `sale`."]);
        world.at(3).tick().then(&["clock 4 rung 0.0 Acted remind  escalate dana"]);
    }
    let mut some = billed(SALE, |catalog| looks(catalog, &["ana"]));
    assert_eq!(some.warnings, Vec::<String>::new());
    some.at(3).tick().then(&["clock 4 rung 0.0 Acted remind eli escalate"]);
}

#[test]
fn a_substitute_who_may_not_do_it_is_not_the_one_who_is_reminded() {
    let text = with("on = \"goal\"\nrungs = [{ at = \"0\", remind = \"responsible\" }]");
    let text = text.replacen("title = \"Bill\"\n", "title = \"Bill\"\nnot_by = \"sell\"\n", 1);
    let held = |substitute: &str| {
        let mut world = billed(&text, |_| {});
        world.accept("ana", 2);
        away(&mut world.catalog, "ana", Some(substitute));
        world.at(8).tick().0
    };
    assert_eq!(held("zoe")[0], "clock 5 rung 0.0 Acted remind zoe escalate");
    assert_eq!(held("bo")[0], "clock 5 rung 0.0 Acted remind eli escalate", "bo sold it");
    // Neither may the absent: nobody acts in the name of who only looks.
    let mut world = billed(&text, |_| {});
    world.accept("ana", 2);
    looks(&mut world.catalog, &["ana", "zoe", "eli"]);
    away(&mut world.catalog, "ana", Some("zoe"));
    assert_eq!(world.at(8).tick().0[0], "clock 5 rung 0.0 Acted remind dana escalate");
}

#[test]
fn a_rung_that_would_give_work_to_who_may_only_look_asks_who_answers_for_it() {
    let text = with("on = \"accept\"\nrungs = [{ at = \"0\", reassign = \"@zoe\" }]");
    let mut world = billed(&text, |catalog| looks(catalog, &["zoe"]));
    world.at(4).tick();
    let text = "`Bill` was not offered to @zoe, who may only look at it.".to_string();
    assert_eq!(told(&world), [(ExceptionKind::Rung, text, vec![h("dana")])]);
    let text = with("on = \"accept\"\nrungs = [{ at = \"0\", reassign = \"ops\" }]");
    let mut world = billed(&text, |catalog| looks(catalog, &["max"]));
    world.at(4).tick();
    let text = "`Bill` was not offered to ops, of whom nobody who is here may do it.".to_string();
    assert_eq!(told(&world), [(ExceptionKind::Rung, text, vec![h("dana")])]);
}

#[test]
fn what_is_delegated_goes_to_somebody_who_can_do_it() {
    let mut world = billed(SALE, |catalog| {
        looks(catalog, &["zoe"]);
        away(catalog, "max", Some("cy"));
    });
    world.accept("ana", 2);
    let delegate = |to: &str| Command::DelegateTask { case: CASE, task: TaskId(2), to: h(to), note: None };
    world.when("ana", delegate("zoe")).refused("zoe may look at `sale` but not work on it.");
    world.when("ana", delegate("max"));
    let said = world.warnings.join(" ");
    assert!(said.starts_with("max is away until") && said.ends_with("cy takes their place."), "{said}");
}

/// The sale with a wait before the bill, and the bill for somebody by name.
fn waiting(change: impl FnOnce(&mut crate::domain::process::Process)) -> World {
    let mut world = World::of(company_of(SALE, |process| {
        let waits = StepKind::Wait(WaitFor::For("1 day".parse().unwrap()));
        let sell = step_of(process, "sell");
        sell.by = Performer::Party("@bo".parse().unwrap());
        let bill = step_of(process, "bill");
        (bill.kind, bill.accept, bill.goal) = (waits, None, None);
        let book = step_of(process, "book");
        book.by = Performer::Party("@zoe".parse().unwrap());
        change(process);
    }));
    world.start("bo", &[]);
    world.done("bo", 1, &[("amount", "1")]);
    world
}

/// Nobody sits there who could name another: it must not stand for ever.
#[test]
fn what_goes_on_by_itself_to_somebody_who_may_not_goes_to_whoever_answers_for_it() {
    let mut world = waiting(|_| {});
    looks(&mut world.catalog, &["zoe"]);
    let said = world.at(24).tick().0;
    let offered = "H-2 on 1: book#1 from bo to @dana";
    assert_eq!(said[1..], ["exception Unrouted to dana", offered], "{said:?}");
    let text = "Book is offered to @dana and not to @zoe: zoe may look at `sale` but not work on it.";
    assert_eq!(told(&world)[0].1, text);
    // Four eyes are four eyes there as well; whoever answers for it did it, so it is an admin's.
    let mut world = waiting(|process| {
        process.accountable = "@bo".parse().unwrap();
        let book = step_of(process, "book");
        book.by = Performer::Party("@bo".parse().unwrap());
        book.not_by = vec![h("sell")];
    });
    world.at(24).tick();
    assert_eq!(world.places(), ["1: book bo"], "bo is responsible until dana takes it");
    let case = world.subject.case().unwrap();
    assert_eq!(case.handoffs.values().next_back().unwrap().to.to_string(), "@dana");
    // Whoever lets it go on could not name anybody either.
    let mut world = waiting(|_| {});
    looks(&mut world.catalog, &["zoe"]);
    let end = Command::EndWait(EndWait::of(CASE, 1, "now"));
    let said = world.when("dana", end).0;
    assert!(said.iter().any(|said| said.starts_with("H-2 on 1: book#1 from bo to @dana")), "{said:?}");
}

/// Whoever sends it by hand is told, and names another.
#[test]
fn whoever_sends_work_to_somebody_who_may_not_names_another() {
    let zoe = Performer::Party("@zoe".parse().unwrap());
    let mut world = World::of(company_of(SALE, |process| step_of(process, "bill").by = zoe));
    looks(&mut world.catalog, &["zoe"]);
    world.start("bo", &[]);
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "1")]).refused("zoe may look at `sale` but not work on it.");
}

/// Its time is over and something is missing that only data says: that is what it waits for, and no date.
#[test]
fn a_wait_that_is_over_says_that_the_case_cannot_go_on() {
    let mut world = waiting(|process| {
        step_of(process, "book").by = Performer::Data("who".into());
        let (title, kind) = (None, crate::domain::record::FieldType::Person);
        let who = crate::domain::process::DataField { name: "who".into(), title, kind, required: false };
        process.data.push(who);
    });
    world.at(24).tick();
    let all = crate::domain::rows::rows(&world.subject, &world.catalog);
    let waits = all.iter().find_map(|row| match row {
        crate::domain::rows::Row::Place(place) => place.waiting.clone(),
        _ => None,
    });
    assert_eq!(waits.unwrap().0, "what it lacks to go on");
    assert!(told(&world)[0].1.starts_with("The wait at bill is over and the case cannot go on"));
    // Once somebody is named there it goes on, and nothing is left to decide.
    let who = vec![("who".to_string(), "zoe".to_string())];
    let said = world.when("dana", Command::ChangeData { case: CASE, data: who }).0;
    assert!(said.iter().any(|said| said.starts_with("H-2 on 1: book#1 from bo to @zoe")), "{said:?}");
    let mut open = world.subject.case().unwrap().exceptions.values();
    assert!(open.all(|exception| exception.resolved.is_some()));
}

/// Whoever stands in for the holder takes back what the holder had given to somebody.
#[test]
fn a_substitute_takes_back_what_was_delegated() {
    let mut world = billed(SALE, |_| {});
    world.accept("ana", 2);
    world.when("ana", Command::DelegateTask { case: CASE, task: TaskId(2), to: h("zoe"), note: None });
    away(&mut world.catalog, "ana", Some("cy"));
    let resolve = Command::ResolveTask { case: CASE, task: TaskId(2), note: "mine now".into() };
    world.when("cy", resolve).then(&["T-2 resolved"]);
}
