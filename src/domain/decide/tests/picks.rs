//! Whom of a role a step is offered to.

use super::world::*;
use crate::domain::HandoffId;
use crate::domain::process::Pick;

fn picking(pick: Pick) -> World {
    let catalog = company_of(SALE, |process| {
        step_of(process, "bill").pick = pick;
        step_of(process, "sell").pick = pick;
    });
    World::of(catalog)
}

/// Bo sells and sends it on.
fn sold(world: &mut World) -> Said {
    world.start("dana", &[]);
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")])
}

#[test]
fn in_turn_it_is_who_was_offered_it_longest_ago_and_never_before_all() {
    let mut world = picking(Pick::RoundRobin);
    let at = |person: &str, since: i64| ((h("sell"), h(person)), (monday() + hours(since), HandoffId(90)));
    world.loads.offered = [at("bo", -5), at("cy", -2)].into();
    world.start("dana", &[]).then(&["started Sale [1: 5 days]", "H-1 on 1: sell#1 from dana to @bo"]);
    let mut world = picking(Pick::RoundRobin);
    world.loads.offered = [at("bo", -5)].into();
    assert!(world.start("dana", &[]).0[1].ends_with("to @cy"));
    // Nobody was: by handle.
    let mut world = picking(Pick::RoundRobin);
    assert!(world.start("dana", &[]).0[1].ends_with("to @bo"));
}

#[test]
fn the_least_loaded_gets_an_ordinary_offer_and_who_declined_is_not_picked_again() {
    let mut world = picking(Pick::LeastLoaded);
    world.loads.open = [(h("ana"), 3), (h("eli"), 1), (h("bo"), 1), (h("cy"), 2)].into();
    sold(&mut world).then(&["T-1 done", "H-2 on 1: bill#1 from bo to @eli [4: 4 hours]"]);
    assert_eq!(world.places(), ["1: bill bo"], "picked is not accepted");
    world.accept("ana", 2).refused("H-2 is offered to @eli, not to ana.");
    world.decline("eli", 2);
    world.offer("bo", 1, None).then(&["H-3 on 1: bill#1 from bo to @ana [6: 4 hours]"]);
    world.decline("ana", 3);
    // All of the role declined: somebody else has to be asked.
    let nobody = "Nobody of finance is left who could take it: it was declined (H-3).";
    world.offer("bo", 1, None).refused(nobody);
    world.offer("bo", 1, Some("@cy")).then(&["H-4 on 1: bill#1 from bo to @cy [8: 4 hours]"]);
}

#[test]
fn who_did_it_before_does_it_again_and_failing_that_who_did_another_step_of_the_role() {
    let mut world = picking(Pick::Previous);
    // Nobody did anything yet: the role.
    assert!(world.start("dana", &[]).0[1].ends_with("to sales"));
    world.accept("cy", 1);
    world
        .done("cy", 1, &[("amount", "12")])
        .then(&["T-1 done", "H-2 on 1: bill#1 from cy to finance [4: 4 hours]"]);
    world.accept("ana", 2);
    world.offer("ana", 1, Some("@eli"));
    world.accept("eli", 3);
    world.done("eli", 2, &[]);
    world.done("eli", 3, &[]);
    world.accept("max", 5);
    world.done("max", 4, &[("ok", "no")]).then(&["T-4 done", "H-6 on 1: sell#2 from max to @cy"]);
    world.accept("cy", 6);
    let said = world.done("cy", 5, &[]);
    said.then(&["T-5 done", "H-7 on 1: bill#2 from cy to @eli [12: 4 hours]"]);
    // A step nobody did yet, by a role one of which did another.
    let catalog = company_of(SALE, |process| {
        step_of(process, "book").pick = Pick::Previous;
        step_of(process, "bill").next =
            vec![crate::domain::process::Arm::new(None, crate::domain::process::Go::To(vec![h("book")]))];
    });
    let mut world = World::of(catalog);
    world.start("bo", &[]);
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("eli", 2);
    let said = world.done("eli", 2, &[]).0;
    assert!(said.iter().any(|said| said.starts_with("H-3 on 1: book#1 from eli to @eli")), "{said:?}");
}

#[test]
fn an_empty_role_stays_the_role() {
    let mut world = World::of(company_of(&SALE.replace("by = \"finance\"", "by = \"nobody\""), |process| {
        step_of(process, "bill").pick = Pick::LeastLoaded;
    }));
    sold(&mut world).then(&["T-1 done", "H-2 on 1: bill#1 from bo to nobody [4: 4 hours]"]);
}

#[test]
fn who_did_the_step_itself_comes_before_who_did_another_of_the_role_later() {
    let catalog = company_of(
        &SALE.replacen("title = \"Book\"\nby = \"finance\"", "title = \"Book\"\nby = \"sales\"", 1),
        |process| {
            step_of(process, "sell").pick = Pick::Previous;
        },
    );
    let mut world = World::of(catalog);
    world.start("dana", &[]);
    world.accept("cy", 1);
    world.done("cy", 1, &[("amount", "12")]);
    world.accept("eli", 2);
    world.done("eli", 2, &[]);
    world.accept("bo", 3);
    world.done("bo", 3, &[]);
    world.accept("max", 4);
    assert!(world.done("max", 4, &[("ok", "no")]).0[1].ends_with("sell#2 from max to @cy"));
}

#[test]
fn work_that_went_to_somebody_by_name_is_no_work_of_their_role() {
    let text = SALE.replacen("by = \"sales\"", "by = \"@ana\"", 1);
    let mut world = World::of(company_of(&text, |process| step_of(process, "bill").pick = Pick::Previous));
    world.start("dana", &[]);
    world.accept("ana", 1);
    let said = world.done("ana", 1, &[("amount", "12")]);
    assert!(said.0[1].starts_with("H-2 on 1: bill#1 from ana to finance"), "{said:?}");
}

/// Six parcels that one command hands out are not all one person's.
#[test]
fn what_one_command_gives_to_several_is_spread() {
    for (pick, first) in [(Pick::RoundRobin, ["@ana", "@eli"]), (Pick::LeastLoaded, ["@eli", "@ana"])] {
        let text = SALE.replace("[data.amount]", "[data.items]\ntype = \"list\"\n[data.amount]");
        let catalog = company_of(&text, |process| {
            let bill = step_of(process, "bill");
            (bill.pick, bill.each) = (pick, Some("items".to_string()));
        });
        let mut world = World::of(catalog);
        world.loads.open = [(h("ana"), 1)].into();
        world.start("dana", &[("items", "a, b, c, d, e")]);
        world.accept("bo", 1);
        let said = world.done("bo", 1, &[("amount", "12")]).0;
        let to = |said: &String| said.split(" to ").nth(1)?.split(' ').next().map(str::to_string);
        let to = said.iter().filter(|said| said.starts_with("H-")).filter_map(to).collect::<Vec<_>>();
        assert_eq!(to, [0, 1, 0, 1, 0].map(|n| first[n]), "{said:?}");
    }
}
