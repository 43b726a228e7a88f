//! Whoever may only look at a process is nobody who can act there: not picked, not counted, not reminded, not given work.

use super::world::*;
use crate::domain::absence::Absence;
use crate::domain::catalog::{Area, Catalog, Permission};
use crate::domain::command::Command;
use crate::domain::event::{Event, ExceptionKind};
use crate::domain::process::Pick;
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
        world.at(3).tick().then(&["clock 3 rung 0.0 Acted remind  escalate dana"]);
    }
    let mut some = billed(SALE, |catalog| looks(catalog, &["ana"]));
    assert_eq!(some.warnings, Vec::<String>::new());
    some.at(3).tick().then(&["clock 3 rung 0.0 Acted remind eli escalate"]);
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
    assert_eq!(held("zoe")[0], "clock 4 rung 0.0 Acted remind zoe escalate");
    assert_eq!(held("bo")[0], "clock 4 rung 0.0 Acted remind eli escalate", "bo sold it");
    // Neither may the absent: nobody acts in the name of who only looks.
    let mut world = billed(&text, |_| {});
    world.accept("ana", 2);
    looks(&mut world.catalog, &["ana", "zoe", "eli"]);
    away(&mut world.catalog, "ana", Some("zoe"));
    assert_eq!(world.at(8).tick().0[0], "clock 4 rung 0.0 Acted remind dana escalate");
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
