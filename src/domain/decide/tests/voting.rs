//! A decision of several is everybody's whoever has it in hand: what its holder does with it takes nobody's vote away.

use super::world::*;
use crate::domain::absence::Absence;
use crate::domain::command::{Command, CompleteTask};
use crate::domain::event::Event;
use crate::domain::{Party, TaskId};

/// Ana and eli both have to agree; ana holds it, and bo answers for it.
fn asked(more: &str) -> World {
    let text = format!(
        "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@dana\"\n\
         [[step]]\nstep = \"v\"\ntitle = \"V\"\nby = \"board\"\ngoal = \"8 hours\"\ntype = \"decision\"\nquorum = \"all\"\n\
         next = [{{ on = \"yes\", end = \"yes\" }}, {{ on = \"no\", end = \"no\" }}]\n{more}"
    );
    let mut world = World::new(&text);
    let members = vec![h("ana"), h("eli")];
    let board = Event::RoleAdded { role: h("board"), title: "Board".into(), members, lead: None };
    tell_catalog(&mut world.catalog, board);
    world.start("bo", &[]);
    world.accept("ana", 1);
    world
}

fn vote(world: &mut World, by: &str, outcome: &str) -> Said {
    let (outcome, reason) = (Some(outcome.to_string()), Some("so".to_string()));
    world.when(by, Command::CompleteTask(CompleteTask { outcome, reason, ..complete(1, &[]) }))
}

fn delegate(world: &mut World, to: &str) -> Said {
    world.when("ana", Command::DelegateTask { case: CASE, task: TaskId(1), to: h(to), note: None })
}

#[test]
fn delegating_a_vote_of_several_takes_nobodys_vote_away() {
    let mut world = asked("");
    delegate(&mut world, "zoe").refused("zoe has no vote in `V`.");
    delegate(&mut world, "eli").then(&["T-1 delegated to eli"]);
    vote(&mut world, "eli", "yes").then(&["eli votes yes in T-1"]);
    let said = vote(&mut world, "ana", "yes").0;
    assert_eq!(said.last().unwrap(), "case done: yes");
}

#[test]
fn who_votes_while_it_is_offered_to_somebody_else_votes_and_what_is_decided_is_offered_no_more() {
    let mut world = asked("");
    world.offer("ana", 1, Some("@zoe"));
    vote(&mut world, "eli", "yes").then(&["eli votes yes in T-1"]);
    assert_eq!(world.places(), ["1: v ana"], "on offer still");
    let said = vote(&mut world, "ana", "yes").0;
    assert_eq!(said[..2], ["ana votes yes in T-1", "H-2 recalled"]);
    assert_eq!(said.last().unwrap(), "case done: yes");
    assert_eq!(world.places(), [""; 0]);
}

/// Eli has voted and stands in for ana, who has not: nobody votes twice, so the word goes to whoever answers for it.
#[test]
fn a_substitute_who_has_voted_is_not_asked_for_the_vote_of_the_absent() {
    let ladder = "[[ladder]]\non = \"goal\"\nrungs = [{ at = \"0\", remind = \"responsible\" }]\n";
    for (votes, hears) in [(false, "remind eli escalate"), (true, "remind dana escalate")] {
        let mut world = asked(ladder);
        if votes {
            vote(&mut world, "eli", "yes");
        }
        let absence =
            Absence { from: monday(), until: monday() + hours(100), substitute: Some(h("eli")), note: None };
        tell_catalog(&mut world.catalog, Event::PersonAway { person: h("ana"), absence });
        let said = world.at(9).tick().0;
        assert!(said[1].ends_with(hears), "{said:?}");
    }
}

#[test]
fn work_of_one_is_not_done_while_somebody_else_is_offered_it_or_works_on_it() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    let to = "@zoe".parse::<Party>().ok();
    world.when(
        "bo",
        Command::OfferHandoff { case: CASE, branch: 1, to, note: None, agreed: Default::default() },
    );
    world.done("bo", 1, &[("amount", "1")]).refused("It is offered to @zoe");
}
