//! Rules that the longer stories beside this pass by: each test fails when one clause of one rule is taken away.

use super::world::*;
use crate::domain::absence::Absence;
use crate::domain::case::{Case, TaskState};
use crate::domain::catalog::Catalog;
use crate::domain::clock::FollowUp;
use crate::domain::command::{AgreeDue, Command, CompleteTask, Context, EndWait, SendBack, StartCase};
use crate::domain::event::{Actor, Cause, Event, OpId, Origin};
use crate::domain::process::{Late, Pick};
use crate::domain::rule::{Rule, Trigger};
use crate::domain::{Instant, Party, RecordId, TaskId};

const HEAD: &str = r#"
process = "p"
title = "P"
kind = "operational"
purpose = "x"
accountable = "@dana"
[data.on]
type = "date"
[data.items]
type = "list"
"#;

const ENDS: &str = "next = { end = true }";

fn step(name: &str, more: &str) -> String {
    format!("[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\ngoal = \"1 day\"\n{more}\n")
}

fn p(steps: &[String]) -> Catalog {
    company(&[&format!("{HEAD}{}", steps.concat())])
}

fn begun(catalog: Catalog, by: &str) -> World {
    let mut world = World::of(catalog);
    world.start(by, &[]);
    world
}

fn case(world: &World) -> &Case {
    world.subject.case().unwrap()
}

fn until(hours_since: i64) -> Instant {
    monday() + hours(hours_since)
}

fn away(catalog: &mut Catalog, person: &str, hours: i64, substitute: Option<&str>) {
    let absence = Absence { from: monday(), until: until(hours), substitute: substitute.map(h), note: None };
    tell_catalog(catalog, Event::PersonAway { person: h(person), absence });
}

/// Bo has sold, and finance, ana and eli, is offered the bill as H-2.
fn offered() -> World {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world
}

fn wait(world: &mut World, by: &str, task: i64) -> Said {
    let reason = "x".to_string();
    world.when(by, Command::WaitTask { case: CASE, task: TaskId(task), reason, until: None })
}

fn send_back(world: &mut World, by: &str, task: i64, to: &str) -> Said {
    let (reason, items, party) = ("x".to_string(), Vec::new(), None);
    world.when(
        by,
        Command::SendBack(SendBack {
            case: CASE,
            task: TaskId(task),
            to: Some(h(to)),
            again: None,
            reason,
            items,
            party,
        }),
    )
}

// Handoffs

#[test]
fn whoever_answered_for_a_role_is_not_asked_again_by_name_while_others_of_it_are_left() {
    let mut world = offered();
    world.decline("ana", 2);
    world.offer("bo", 1, Some("@ana")).refused("@ana declined this already (H-2).");
    // Nobody else of the role is left after this, so that who has what was missing may ask by name once more.
    world.offer("bo", 1, Some("@eli"));
    world.decline("eli", 3);
    let nobody = "Nobody of finance is left who could take it: it was declined (H-3).";
    world.offer("bo", 1, Some("finance")).refused(nobody);
    world.offer("bo", 1, Some("@ana")).then(&["H-4 on 1: bill#1 from bo to @ana [8: 4 hours]"]);
    // A substitute says no in the name of whom they stand for, and not in their own.
    let mut world = offered();
    away(&mut world.catalog, "ana", 24, Some("zoe"));
    world.decline("zoe", 2).then(&["H-2 declined"]);
    world.offer("bo", 1, Some("@ana")).refused("@ana declined this already (H-2).");
    world.offer("bo", 1, Some("@zoe")).then(&["H-3 on 1: bill#1 from bo to @zoe [6: 4 hours]"]);
}

#[test]
fn a_decline_of_one_visit_and_of_one_branch_holds_for_no_other() {
    let mut world = offered();
    world.decline("ana", 2);
    world.offer("bo", 1, Some("@zoe"));
    world.accept("zoe", 3);
    send_back(&mut world, "zoe", 2, "sell");
    world.accept("bo", 4);
    world.done("bo", 3, &[]);
    world.recall("bo", 5).then(&["H-5 recalled"]);
    world.offer("bo", 1, Some("finance")).then(&["H-6 on 1: bill#2 from bo to finance [12: 4 hours]"]);
    // Two that do the same step side by side are two.
    let each = step("e", &format!("by = \"finance\"\neach = \"items\"\n{ENDS}"));
    let mut world = begun(p(&[step("s", "by = \"ops\"\nnext = \"e\""), each]), "max");
    world.done("max", 1, &[("items", "pen, ink")]);
    world.decline("ana", 2);
    world.recall("max", 3);
    world.offer("max", 3, Some("@ana")).then(&["H-4 on 3: e#2 from max to @ana"]);
}

#[test]
fn work_taken_for_somebody_is_never_accepted_implicitly() {
    let mut world = offered();
    // Bo, who sent it, takes it for ana: an acceptance like any other.
    away(&mut world.catalog, "ana", 24, Some("bo"));
    world.accept("bo", 2).then(&["H-2 accepted by bo as T-2 [5: 8 hours]"]);
}

#[test]
fn whoever_takes_work_for_somebody_who_did_the_other_step_is_refused() {
    let not_by = "by = \"finance\"\nnot_by = \"s\"\nnext = { end = true }";
    let mut world = begun(p(&[step("s", "by = \"finance\"\nnext = \"d\""), step("d", not_by)]), "bo");
    world.accept("ana", 1);
    world.done("ana", 1, &[]);
    away(&mut world.catalog, "ana", 24, Some("zoe"));
    world.accept("zoe", 2).refused("ana, for whom zoe acts, did `s` of C-1; `d` is for somebody else.");
    // Nor does work that ana came to hold all the same get done for her.
    world.accept("eli", 2);
    let moved = Event::HandoffOffered {
        handoff: crate::domain::HandoffId(3),
        branch: 1,
        step: h("d"),
        occurrence: 1,
        from: h("eli"),
        to: Party::Person(h("ana")),
        task: Some(TaskId(2)),
        note: None,
        clock: None,
        due: None,
        follow_up: None,
    };
    let ctx = Context::by(&h("eli"), world.now, OpId(uuid::Uuid::from_u128(900)));
    world.happen(&ctx, moved);
    let (handoff, task, by) = (crate::domain::HandoffId(3), TaskId(2), h("ana"));
    let (implicit, next_action, next_at, clock) = (false, None, None, None);
    let taken = Event::HandoffAccepted { handoff, task, by, implicit, next_action, next_at, clock };
    world.happen(&ctx, taken);
    world.done("zoe", 2, &[]).refused("ana, for whom zoe acts, did `s` of C-1; `d` is for somebody else.");
}

#[test]
fn whoever_began_a_step_had_a_part_in_it_and_whoever_only_took_it_had_none() {
    for (begins, said) in [
        (true, "no: ana did `a` of C-1; `b` is for somebody else."),
        (false, "H-5 accepted by ana as T-5 [9: 1 day]"),
    ] {
        let steps = [
            step("s", "by = \"ops\"\nnext = \"a\""),
            step("a", "by = \"finance\"\nnext = \"b\""),
            step("b", &format!("by = \"finance\"\nnot_by = \"a\"\n{ENDS}")),
        ];
        let mut world = begun(p(&steps), "max");
        world.done("max", 1, &[]);
        world.accept("ana", 2);
        if begins {
            world.when("ana", Command::StartTask { case: CASE, task: TaskId(2) });
        }
        send_back(&mut world, "ana", 2, "s");
        world.accept("max", 3);
        world.done("max", 3, &[]);
        world.accept("eli", 4);
        world.done("eli", 4, &[]);
        assert_eq!(world.accept("ana", 5).0, [said]);
    }
}

#[test]
fn the_clock_of_acceptance_does_not_begin_where_nobody_has_to_accept() {
    let accepted = "by = \"finance\"\naccept = \"4 hours\"\n";
    let steps = [step("a", &format!("{accepted}next = \"b\"")), step("b", &format!("{accepted}{ENDS}"))];
    let mut world = begun(p(&steps), "bo");
    world.accept("ana", 1);
    world.done("ana", 1, &[]).then(&[
        "T-1 done",
        "H-2 on 1: b#1 from ana to finance",
        "H-2 accepted by ana as T-2 implicit [3: 1 day]",
    ]);
}

#[test]
fn work_on_offer_is_not_delegated() {
    let mut world = offered();
    world.accept("ana", 2);
    world.offer("ana", 1, Some("@zoe"));
    let delegate = Command::DelegateTask { case: CASE, task: TaskId(2), to: h("eli"), note: None };
    world.when("ana", delegate).refused("It is offered to @zoe (H-3).");
}

#[test]
fn what_is_said_with_the_last_of_several_goes_with_what_follows_them() {
    let steps = [
        step("s", "by = \"ops\"\nnext = \"e\""),
        step("e", "by = \"sales\"\neach = \"items\"\nnext = \"x\""),
        step("x", &format!("by = \"finance\"\n{ENDS}")),
    ];
    let mut world = begun(p(&steps), "max");
    world.done("max", 1, &[("items", "pen, ink")]);
    world.accept("bo", 2);
    world.accept("bo", 3);
    world.done("bo", 3, &[]);
    let (to, note) = (Some("@zoe".parse().unwrap()), Some("All packed".to_string()));
    let last = CompleteTask { to, note, ..complete(2, &[]) };
    let said = world.when("bo", Command::CompleteTask(last)).0;
    assert_eq!(said.last().unwrap(), "H-4 on 3: x#1 from bo to @zoe");
    assert_eq!(case(&world).handoffs.values().last().unwrap().note.as_deref(), Some("All packed"));
}

#[test]
fn returns_count_in_both_directions_between_two_steps() {
    let go = "next = [{ if = \"data.on\", end = true }, { to = \"a\" }]";
    let _ = go;
    let loops = "by = \"finance\"\nnext = \"a\"";
    let steps = [
        step("s", "by = \"ops\"\nnext = \"a\""),
        step("a", "by = \"finance\"\nnext = \"b\""),
        step("b", loops),
    ];
    let catalog = company_of(
        &format!("{HEAD}{}{}", steps[..2].concat(), step("b", &format!("by = \"finance\"\n{ENDS}"))),
        |process| {
            use crate::domain::process::{Arm, Go};
            step_of(process, "b").next = vec![Arm::new(None, Go::To(vec![h("a")]))];
        },
    );
    let mut world = begun(catalog, "max");
    world.done("max", 1, &[]);
    world.accept("ana", 2);
    world.done("ana", 2, &[]);
    // From b to a, round to a again, from a to b, and once more.
    let open =
        |world: &World| case(world).tasks.iter().rev().find(|(_, t)| t.state == TaskState::Open).unwrap().0.0;
    let now = open(&world);
    send_back(&mut world, "ana", now, "a");
    let now = open(&world);
    world.done("ana", now, &[]);
    let now = open(&world);
    world.done("ana", now, &[]);
    let now = open(&world);
    send_back(&mut world, "ana", now, "b");
    let now = open(&world);
    let said = send_back(&mut world, "ana", now, "a").0;
    assert!(said.contains(&"exception PingPong to dana".to_string()), "{said:?}");
}

#[test]
fn work_goes_back_to_another_step_and_not_to_an_earlier_visit_of_its_own() {
    let mut world = offered();
    world.accept("ana", 2);
    world.done("ana", 2, &[]);
    world.done("ana", 3, &[]);
    world.accept("max", 4);
    world.done("max", 4, &[("ok", "no")]);
    world.accept("bo", 5);
    world.done("bo", 5, &[]);
    world.accept("ana", 6);
    send_back(&mut world, "ana", 6, "bill").refused("`Bill` was not done on the way to T-6.");
}

// Performers

#[test]
fn whoever_is_away_is_picked_only_where_everybody_is() {
    for pick in [Pick::RoundRobin, Pick::LeastLoaded] {
        let mut world = World::of(company_of(SALE, |process| step_of(process, "sell").pick = pick));
        world.loads.open = [(h("bo"), 0), (h("cy"), 9)].into();
        away(&mut world.catalog, "bo", 24, None);
        assert!(world.start("dana", &[]).0[1].ends_with("to @cy"), "{pick:?}");
        let mut world = World::of(world.catalog);
        away(&mut world.catalog, "cy", 24, None);
        assert!(world.start("dana", &[]).0[1].ends_with("to @bo"), "{pick:?}");
    }
}

#[test]
fn work_of_an_outside_contact_is_with_the_role_that_minds_them() {
    let catalog = company_of(SALE, |process| {
        let bill = step_of(process, "bill");
        bill.minded = Some(Party::Role(h("ops")));
        bill.by = crate::domain::process::Performer::Party(Party::Contact);
    });
    let mut world = begun(catalog, "bo");
    world.accept("bo", 1);
    world
        .done("bo", 1, &[("amount", "12")])
        .then(&["T-1 done", "H-2 on 1: bill#1 from bo to ops [4: 4 hours]"]);
    world.accept("max", 2);
    assert_eq!(world.done("max", 2, &[]).0[2], "T-2 done", "what came in is recorded by who minds it");
}

#[test]
fn work_that_goes_to_somebody_gone_goes_to_whom_the_newest_version_names() {
    let named =
        |who: &str| [step("s", "by = \"ops\"\nnext = \"x\""), step("x", &format!("by = \"{who}\"\n{ENDS}"))];
    let mut world = begun(p(&named("@zoe")), "max");
    let second = p(&named("@cy"));
    let process = second.newest(&h("p")).unwrap().1.clone();
    tell_catalog(&mut world.catalog, Event::ProcessPublished { version: 2, process });
    let mut stays = begun(world.catalog.clone(), "max");
    stays.catalog = world.catalog.clone();
    // While zoe is here, the version of the case is what counts.
    assert_eq!(world.done("max", 1, &[]).0[1], "H-2 on 1: x#1 from max to @zoe");
    world.recall("max", 2);
    tell_catalog(&mut world.catalog, Event::PersonLeft { person: h("zoe") });
    world.offer("max", 1, Some("@zoe")).refused("`zoe` has left.");
    let mut other = begun(p(&named("@zoe")), "max");
    other.catalog = world.catalog.clone();
    assert_eq!(other.done("max", 1, &[]).0[1], "H-2 on 1: x#1 from max to @cy");
}

// Decisions

fn deciding(role: &str, quorum: &str) -> World {
    let arms = "next = [{ on = \"yes\", end = \"yes\" }, { on = \"no\", end = \"no\" }, { on = \"later\", end = \"later\" }]";
    let decides = format!("by = \"{role}\"\ntype = \"decision\"\nquorum = \"{quorum}\"\n{arms}");
    let mut catalog = p(&[step("s", "by = \"ops\"\nnext = \"d\""), step("d", &decides)]);
    let members = vec![h("ana"), h("bo"), h("cy"), h("eli")];
    tell_catalog(&mut catalog, Event::RoleAdded { role: h("board"), title: "B".into(), members, lead: None });
    let mut world = begun(catalog, "max");
    world.done("max", 1, &[]);
    world
}

fn votes(world: &mut World, by: &str, outcome: &str) -> Said {
    let (outcome, reason) = (Some(outcome.to_string()), Some("x".to_string()));
    world.when(by, Command::CompleteTask(CompleteTask { outcome, reason, ..complete(2, &[]) }))
}

#[test]
fn of_outcomes_that_as_many_want_the_one_that_stands_first_wins() {
    let mut world = deciding("board", "all");
    world.accept("ana", 2);
    assert_eq!(votes(&mut world, "bo", "later").0[1], "T-2 decided: later");
    let mut world = deciding("board", "3 of 4");
    world.accept("ana", 2);
    votes(&mut world, "ana", "later").then(&["ana votes later in T-2"]);
    assert_eq!(votes(&mut world, "bo", "no").0[1], "T-2 decided: no");
}

#[test]
fn of_more_than_are_asked_for_only_so_many_vote() {
    // Two of any three of a board of four: after a yes and a no the third vote decides.
    let mut world = deciding("board", "2 of 3");
    world.accept("ana", 2);
    votes(&mut world, "ana", "no").then(&["ana votes no in T-2"]);
    assert_eq!(votes(&mut world, "bo", "no").0[1], "T-2 decided: no", "one vote of three is left");
}

#[test]
fn whoever_holds_a_decision_of_a_role_has_no_vote_unless_they_belong_to_it() {
    let mut world = deciding("board", "2 of 3");
    world.recall("max", 2);
    // Whom it is handed to does not choose who decides, whether a person or another role.
    world.offer("max", 1, Some("@zoe"));
    world.accept("zoe", 3);
    votes(&mut world, "zoe", "yes").refused("zoe has no vote in `d`.");
    votes(&mut world, "ana", "yes").then(&["ana votes yes in T-2"]);
    world.offer("zoe", 1, Some("sales"));
    world.accept("bo", 4);
    votes(&mut world, "bo", "yes")
        .0
        .iter()
        .find(|said| *said == "T-2 decided: yes")
        .expect("bo is of the board");
    // Where nobody of it is left to vote, whoever holds it says what becomes of it, and does not let it pass.
    let mut world = deciding("board", "2 of 3");
    world.recall("max", 2);
    world.offer("max", 1, Some("@zoe"));
    world.accept("zoe", 3);
    for member in ["ana", "bo", "cy", "eli"] {
        tell_catalog(&mut world.catalog, Event::PersonLeft { person: h(member) });
    }
    votes(&mut world, "zoe", "yes").refused("`d` needs 2 who agree, and only 0 may vote.");
    assert_eq!(votes(&mut world, "zoe", "no").0[0], "T-2 decided: no");
}

#[test]
fn a_substitute_has_no_second_vote_for_somebody_who_voted() {
    let mut world = deciding("board", "3 of 4");
    world.accept("ana", 2);
    votes(&mut world, "ana", "yes").then(&["ana votes yes in T-2"]);
    away(&mut world.catalog, "ana", 24, Some("zoe"));
    votes(&mut world, "zoe", "yes").refused("ana voted already: yes.");
    // Of two they stand in for, the vote is that of the one who has not voted.
    away(&mut world.catalog, "bo", 24, Some("zoe"));
    votes(&mut world, "zoe", "yes").then(&["zoe votes yes in T-2"]);
    assert_eq!(world.entries.last().unwrap().actor.to_string(), "zoe for bo");
}

#[test]
fn who_has_left_is_not_counted_among_those_who_vote() {
    let mut world = deciding("board", "all");
    world.accept("ana", 2);
    tell_catalog(&mut world.catalog, Event::PersonLeft { person: h("bo") });
    votes(&mut world, "ana", "yes");
    votes(&mut world, "cy", "yes").then(&["cy votes yes in T-2"]);
    assert_eq!(votes(&mut world, "eli", "yes").0[1], "T-2 decided: yes");
}

// Waits and clocks

fn waiting(how: &str, more: &str) -> World {
    let wait =
        format!("[[step]]\nstep = \"w\"\ntitle = \"w\"\ntype = \"wait\"\n{how}\n{more}\nnext = \"x\"\n");
    let steps = [
        step("s", "by = \"ops\"\nnext = { all = [\"w\", \"t\"] }"),
        wait,
        step("t", "by = \"ops\"\nnext = \"j\""),
        step("x", "by = \"ops\"\nnext = \"j\""),
        step("j", &format!("by = \"ops\"\njoin = [\"t\", \"x\"]\n{ENDS}")),
    ];
    begun(p(&steps), "max")
}

#[test]
fn a_wait_for_a_date_hears_of_the_date_that_other_work_brings() {
    let mut world = waiting("until = \"on\"", "");
    world.done("max", 1, &[]);
    let said = world.done("max", 2, &[("on", "2026-11-20")]).0;
    assert!(said.iter().any(|said| said.starts_with("wait 1 moved")), "{said:?}");
    // The same date again moves nothing.
    let same = Command::ChangeData { case: CASE, data: texts(&[("on", "2026-11-20")]) };
    world.when("max", same).then(&[]);
    let other = Command::ChangeData { case: CASE, data: texts(&[("items", "pen")]) };
    let said = world.when("max", other).0;
    assert!(said.len() == 1 && !said[0].starts_with("wait"), "{said:?}");
}

#[test]
fn what_comes_by_itself_is_not_asked_for() {
    let chased = |how: &str| {
        let mut world = waiting(how, "chase = \"1 day\"");
        world.done("max", 1, &[]);
        case(&world)
            .clocks
            .values()
            .any(|clock| matches!(clock.on, crate::domain::clock::ClockOn::FollowUp(FollowUp::Wait(_))))
    };
    assert!(chased("message = \"the answer\""));
    assert!(!chased("for = \"2 days\""));
}

#[test]
fn a_wait_that_is_over_and_cannot_go_on_is_shown_once_and_left_as_it_was() {
    let set = "[[step]]\nstep = \"a\"\ntitle = \"a\"\ntype = \"auto\"\nthen = [{ note = \"first\" }, { set = { on = \"'nev' ~ 'er'\" } }]\nnext = { end = true }\n";
    let wait = "[[step]]\nstep = \"w\"\ntitle = \"w\"\ntype = \"wait\"\nfor = \"2 hours\"\nnext = \"a\"\n";
    let steps = [step("s", "by = \"ops\"\nnext = \"w\""), wait.to_string(), set.to_string()];
    let mut world = begun(p(&steps), "max");
    world.done("max", 1, &[]);
    // Whoever answers for it hears of it as well where the exception was resolved and it stands all the same.
    let watched = "clock on FollowUp(Wait(1)) [3: 5 business days]";
    world.at(2).tick().then(&["wait 1 moved", "exception Stuck to dana", watched]);
    assert_eq!(world.places(), ["1: w max"], "nothing of what was tried has happened");
    world.at(3).tick().then(&[]);
}

#[test]
fn a_date_that_was_agreed_on_neither_breaches_nor_speaks_while_paused() {
    let ladder = "[[ladder]]\non = \"case\"\nrungs = [{ at = \"0\", escalate = \"accountable\" }]\n";
    let mut world = World::new(&format!("{SALE}{ladder}"));
    let start = StartCase { process: Some(h("sale")), due: Some(until(10)), ..StartCase::default() };
    world.when("bo", Command::StartCase(start));
    world.accept("bo", 1);
    world.at(1).when("bo", Command::PauseCase { case: CASE, reason: "x".into(), until: None });
    let of_case =
        |said: Said| said.0.into_iter().filter(|said| said.starts_with("clock 1 ")).collect::<Vec<_>>();
    assert_eq!(of_case(world.at(20).tick()), [""; 0]);
    let next =
        crate::domain::rows::rows(&world.subject, &world.catalog).into_iter().find_map(|row| match row {
            crate::domain::rows::Row::Clock(row) if row.clock == 1 => Some(row.next),
            _ => None,
        });
    assert_eq!(next, Some(None), "no tick is asked for it");
    world.when("bo", Command::ResumeCase { case: CASE });
    let said = of_case(world.tick());
    assert_eq!(said, ["clock 1 breached", "clock 1 rung 0.0 Acted remind  escalate dana"]);
    // Work with a date of its own, that waits.
    let mut world = offered();
    world.accept("ana", 2);
    let agreed = AgreeDue { case: CASE, task: TaskId(2), due: until(5), reason: "x".into() };
    world.when("ana", Command::AgreeDue(agreed));
    wait(&mut world, "ana", 2);
    assert_eq!(world.at(6).tick().0.iter().filter(|said| said.contains("breached")).count(), 0);
}

#[test]
fn a_breach_is_latched_with_the_instant_it_had() {
    let mut world = offered();
    world.at(5).tick();
    let ctx = Context::of(Actor::Tick, world.now, OpId(uuid::Uuid::from_u128(901)));
    world.happen(&ctx, Event::ClockBreached { clock: 3, due: until(99) });
    assert_eq!(case(&world).clocks[&4].breached, Some(until(4)));
}

#[test]
fn only_people_touch_a_case() {
    let mut world = offered();
    assert_eq!(case(&world).touched, monday());
    assert!(!world.at(5).tick().0.is_empty());
    assert_eq!(case(&world).touched, monday());
    world.at(6).accept("ana", 2);
    assert_eq!(case(&world).touched, until(6));
}

// Rungs

#[test]
fn a_rung_offers_work_neither_to_its_holder_nor_to_who_declined_it() {
    let ladder = "[[ladder]]\non = \"goal\"\nrungs = [{ at = \"0\", reassign = \"@zoe\" }, { at = \"+1 hour\", reassign = \"@zoe\" }, { at = \"+2 hours\", reassign = \"@ana\" }]\n";
    let mut world = World::started(&format!("{}{ladder}", &SALE[..SALE.find("[[ladder]]").unwrap()]), "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("ana", 2);
    assert_eq!(world.at(8).tick().0[1], "H-3 on 1: bill#1 from ana to @zoe [6: 4 hours]");
    world.decline("zoe", 3);
    let said = world.at(9).tick().0;
    assert!(
        said.contains(
            &"clock 5 rung 1.0 Acted remind  escalate  not offered to @zoe, who declined it".into()
        ),
        "{said:?}"
    );
    let said = world.at(10).tick().0;
    assert!(
        said.contains(&"clock 5 rung 2.0 Acted remind  escalate  nothing to reassign".into()),
        "{said:?}"
    );
    assert_eq!(world.places(), ["1: bill ana"]);
}

#[test]
fn work_on_offer_is_not_offered_to_its_own_holder_by_a_rung() {
    let ladder = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", reassign = \"@ana\" }]\n";
    let mut world = World::started(&format!("{}{ladder}", &SALE[..SALE.find("[[ladder]]").unwrap()]), "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("ana", 2);
    world.offer("ana", 1, Some("@zoe"));
    world.at(4).tick().then(&["clock 6 rung 0.0 Acted remind  escalate  @ana has it in hand"]);
}

// Who hears

#[test]
fn what_is_for_a_role_nobody_of_which_is_here_is_for_its_lead_and_what_climbs_stays_up() {
    use super::super::recipients::who_answers;
    let mut catalog = company(&[SALE]);
    let led = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", escalate = \"led\" }]\n";
    let mut world = World::started(&format!("{}{led}", &SALE[..SALE.find("[[ladder]]").unwrap()]), "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.at(4).tick().then(&["clock 4 rung 0.0 Acted remind  escalate eli"]);
    let finance = Party::Role(h("finance"));
    assert_eq!(who_answers(&finance, &catalog, monday()), Some(h("ana")));
    away(&mut catalog, "ana", 24, None);
    assert_eq!(
        who_answers(&finance, &catalog, monday()),
        Some(h("eli")),
        "of those who answer, one who is here"
    );
    // An absent lead's members are not told instead of the lead: it climbs on.
    let ladder = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", escalate = \"lead\" }]\n";
    let mut world = World::started(&format!("{}{ladder}", &SALE[..SALE.find("[[ladder]]").unwrap()]), "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    away(&mut world.catalog, "eli", 24, None);
    world.at(4).tick().then(&["clock 4 rung 0.0 Acted remind  escalate dana"]);
}

#[test]
fn an_exception_is_the_leads_of_an_accountable_role_then_the_roles_and_failing_all_the_admins() {
    let sent = |accountable: &str, change: &dyn Fn(&mut Catalog)| {
        let mut world = World::started(&SALE.replace("\"@dana\"", &format!("\"{accountable}\"")), "bo");
        change(&mut world.catalog);
        world.accept("bo", 1);
        let anyway = CompleteTask { anyway: Some("x".into()), ..complete(1, &[]) };
        let said = world.when("bo", Command::CompleteTask(anyway)).0;
        said.into_iter().find(|said| said.starts_with("exception")).unwrap()
    };
    assert_eq!(sent("finance", &|_| {}), "exception SentAnyway to eli");
    assert_eq!(sent("finance", &|c| away(c, "eli", 24, None)), "exception SentAnyway to ana");
    assert_eq!(sent("nobody", &|_| {}), "exception SentAnyway to dana");
}

// Substitutes

#[test]
fn a_chain_of_ten_substitutes_is_walked_and_no_longer_one() {
    for (length, reached) in [(10, true), (11, false)] {
        let mut catalog = company(&[]);
        for n in 0..=length {
            let (person, name) = (h(&format!("p{n}")), "P".to_string());
            let permission = crate::domain::catalog::Permission::Member;
            tell_catalog(&mut catalog, Event::PersonAdded { person, name, mail: None, permission });
        }
        for n in 0..length {
            away(&mut catalog, &format!("p{n}"), 8, Some(&format!("p{}", n + 1)));
        }
        assert_eq!(catalog.substitute(&h("p0"), monday()).is_some(), reached, "{length}");
    }
}

#[test]
fn coming_back_before_an_absence_began_ends_it() {
    let mut world = World::new(SALE);
    let absence = Absence { from: until(24), until: until(48), substitute: None, note: None };
    tell_catalog(&mut world.catalog, Event::PersonAway { person: h("ana"), absence });
    assert_eq!(world.when("ana", Command::ComeBack { person: h("ana") }).0.len(), 1);
}

#[test]
fn nobody_is_warned_of_an_absence_where_the_work_was_taken_at_once() {
    let mut world = World::new(SALE);
    away(&mut world.catalog, "bo", 24, Some("zoe"));
    let start =
        StartCase { process: Some(h("sale")), to: Some("@bo".parse().unwrap()), ..StartCase::default() };
    world.when("bo", Command::StartCase(start));
    assert_eq!(world.warnings, [""; 0]);
}

// Cases

#[test]
fn a_case_starts_with_what_its_process_asks_for_about_what_it_is_about_and_for_a_date_to_come() {
    let about = format!("{}about = \"customer\"\n", &HEAD[..HEAD.find("[data").unwrap()]);
    let data = "[data.size]\ntype = \"number\"\nrequired = true\n";
    let text = format!("{about}{data}{}", step("s", &format!("by = \"ops\"\n{ENDS}")));
    let (process, problems) =
        crate::domain::process_check::read(&text, &crate::domain::process_check::Known::default());
    let process = std::sync::Arc::new(process.unwrap_or_else(|| panic!("{problems:#?}")));
    let mut catalog = company(&[]);
    tell_catalog(&mut catalog, Event::ProcessPublished { version: 1, process });
    let start = |about: Option<&str>, size: &str, due: Option<i64>| {
        let start = StartCase {
            process: Some(h("p")),
            about: about.map(|kind| (RecordId(1), h(kind), "R".to_string())),
            data: texts(&[("size", size)]),
            due: due.map(until),
            ..StartCase::default()
        };
        World::of(catalog.clone()).when("max", Command::StartCase(start))
    };
    start(None, "1", None).refused("A case of `P` is about a customer.");
    start(Some("house"), "1", None).refused("R-1 is a house; a case of `P` is about a customer.");
    start(Some("customer"), "", None).refused("A case of `P` starts with size.");
    start(Some("customer"), "1", Some(0)).refused("That date lies in the past.");
    assert_eq!(start(Some("customer"), "1", Some(1)).0.len(), 3);
}

#[test]
fn a_reopened_case_begins_with_the_last_step_that_was_finished() {
    let steps = [
        step("s", "by = \"ops\"\nnext = { all = [\"a\", \"b\"] }"),
        step("a", "by = \"ops\"\nnext = \"j\""),
        step("b", "by = \"finance\"\nnext = \"j\""),
        step("j", &format!("by = \"ops\"\njoin = [\"a\", \"b\"]\n{ENDS}")),
    ];
    let mut world = begun(p(&steps), "max");
    world.done("max", 1, &[]);
    world.accept("ana", 3);
    world.at(1).done("max", 2, &[]);
    world.at(2).when("dana", Command::WithdrawCase { case: CASE, reason: "x".into() });
    let (reason, to, party) = ("x".to_string(), None, None);
    let said = world.when("dana", Command::ReopenCase { case: CASE, reason, to, party }).0;
    assert!(
        said.iter().any(|said| said.contains(": a#2 from dana")),
        "b was closed and never done: {said:?}"
    );
}

// Joins that a part is enough for

#[test]
fn of_a_join_that_cancels_the_late_ones_of_its_own_split_end() {
    let steps = [
        step("s", "by = \"ops\"\nnext = { all = [\"a\", \"b\", \"c\"] }"),
        step("a", "by = \"ops\"\nnext = \"j\""),
        step("b", "by = \"finance\"\nnext = \"j\""),
        step("c", &format!("by = \"finance\"\n{ENDS}")),
        step("j", &format!("by = \"ops\"\njoin = [\"a\", \"b\"]\nneed = 1\nlate = \"cancel\"\n{ENDS}")),
    ];
    let mut world = begun(p(&steps), "max");
    let late = case(&world).definition(&world.catalog).unwrap().step(&h("j")).unwrap().late;
    assert_eq!(late, Late::Cancel);
    world.done("max", 1, &[]);
    world.done("max", 2, &[]);
    assert_eq!(world.places(), ["2: j max", "4: c max"], "what does not lead there goes on");
}

// Rules

#[test]
fn every_event_a_rule_can_name_sets_it_off_for_its_step_alone() {
    let catalog = company_of(SALE, |process| {
        let rule = |n: usize, on: Trigger, step: Option<&str>| Rule {
            rule: h(&format!("r{n}")),
            on,
            step: step.map(h),
            when: None,
            then: Vec::new(),
            reason: None,
        };
        process.rules = vec![
            rule(1, Trigger::CaseStarted, None),
            rule(2, Trigger::StepOffered, Some("bill")),
            rule(3, Trigger::StepAccepted, Some("bill")),
            rule(4, Trigger::StepDeclined, Some("bill")),
            rule(5, Trigger::StepDone, Some("sell")),
            rule(6, Trigger::StepReturned, Some("bill")),
            rule(7, Trigger::DataChanged, None),
            rule(8, Trigger::Late, Some("bill")),
            rule(9, Trigger::Exception, None),
            rule(10, Trigger::CaseWithdrawn, None),
            rule(11, Trigger::CaseDone, None),
        ];
    });
    let mut world = begun(catalog, "bo");
    let mut seen = Vec::new();
    let mut set_off = |world: &World| {
        let process = case(world).definition(&world.catalog).unwrap();
        let names = |entry: &crate::domain::event::Entry| {
            let rules = super::super::set_off(&process, case(world), &entry.event);
            rules.into_iter().map(|rule| rule.rule.to_string()).collect::<Vec<_>>()
        };
        let all = world.entries[seen.len()..].iter().map(names).collect::<Vec<_>>();
        seen.extend(all.clone());
        all.concat()
    };
    assert_eq!(set_off(&world), ["r1"]);
    world.accept("bo", 1);
    assert_eq!(set_off(&world), [""; 0], "of another step");
    world.done("bo", 1, &[("amount", "12")]);
    assert_eq!(set_off(&world), ["r5", "r7", "r2"]);
    world.decline("ana", 2);
    assert_eq!(set_off(&world), ["r4"]);
    world.offer("bo", 1, Some("@zoe"));
    world.at(5).tick();
    assert_eq!(set_off(&world), ["r2", "r8"]);
    world.accept("zoe", 3);
    send_back(&mut world, "zoe", 2, "sell");
    assert_eq!(set_off(&world), ["r3", "r6"]);
    world.when("bo", Command::ChangeData { case: CASE, data: texts(&[("amount", "13")]) });
    assert_eq!(set_off(&world), ["r7"]);
    world.accept("bo", 4);
    world.done("bo", 3, &[]);
    assert_eq!(set_off(&world), ["r5", "r2"], "no data was given");
    world.accept("ana", 5);
    let anyway = CompleteTask { anyway: Some("x".into()), ..complete(4, &[]) };
    world.when("ana", Command::CompleteTask(anyway));
    assert_eq!(set_off(&world), ["r3", "r9"]);
    world.when("dana", Command::WithdrawCase { case: CASE, reason: "x".into() });
    assert_eq!(set_off(&world), ["r10"]);
    let process = case(&world).definition(&world.catalog).unwrap();
    let done = super::super::set_off(&process, case(&world), &Event::CaseDone { outcome: None });
    assert_eq!(done.iter().map(|rule| rule.rule.as_str()).collect::<Vec<_>>(), ["r11"]);
}

#[test]
fn steps_that_nobody_does_are_done_too_for_rules() {
    let auto =
        "[[step]]\nstep = \"a\"\ntitle = \"a\"\ntype = \"auto\"\nthen = [{ note = \"x\" }]\nnext = \"w\"\n";
    let wait =
        "[[step]]\nstep = \"w\"\ntitle = \"w\"\ntype = \"wait\"\nmessage = \"m\"\nnext = { end = true }\n";
    let steps = [step("s", "by = \"ops\"\nnext = \"a\""), auto.to_string(), wait.to_string()];
    let catalog = company_of(&format!("{HEAD}{}", steps.concat()), |process| {
        let rule = |step: &str| Rule {
            rule: h(step),
            on: Trigger::StepDone,
            step: Some(h(step)),
            when: None,
            then: Vec::new(),
            reason: None,
        };
        process.rules = vec![rule("a"), rule("w")];
    });
    let mut world = begun(catalog, "max");
    world.done("max", 1, &[]);
    world.when("dana", Command::EndWait(EndWait::of(CASE, 1, "came")));
    let process = case(&world).definition(&world.catalog).unwrap();
    let rules =
        world.entries.iter().flat_map(|entry| super::super::set_off(&process, case(&world), &entry.event));
    assert_eq!(rules.map(|rule| rule.rule.as_str()).collect::<Vec<_>>(), ["a", "w"]);
}

#[test]
fn a_chain_of_causes_that_is_too_long_is_shown_once_and_does_nothing() {
    use crate::domain::command::ApplyRule;
    use crate::domain::rule::Action;
    let catalog = company_of(SALE, |process| {
        let then = vec![Action::Note("x".into())];
        process.rules = vec![Rule {
            rule: h("r"),
            on: Trigger::CaseStarted,
            step: None,
            when: Some("data.ok if data.ok is defined else 5".into()),
            then,
            reason: None,
        }];
    });
    let mut world = World::of(catalog);
    world.start("bo", &[]);
    let then = case(&world).clone();
    let apply = |world: &mut World, depth: u32, as_of: &Case| {
        let apply =
            ApplyRule { case: CASE, rule: h("r"), as_of: Box::new(as_of.clone()), chain: vec!["q".into()] };
        let cause = Cause { process: h("sale"), rule: h("r"), entry: 1, depth, by: Origin::Rule };
        let ctx = Context::of(
            Actor::Rule(cause),
            world.now,
            OpId(uuid::Uuid::from_u128(2_000 + u128::from(depth))),
        );
        let command = Command::ApplyRule(apply);
        let made =
            super::super::decide(&world.subject, &world.catalog, &command, &ctx, world.numbers).unwrap();
        let said = made.events.iter().map(brief).collect::<Vec<_>>();
        made.events.into_iter().for_each(|event| world.happen(&ctx, event));
        said.into_iter()
            .map(|said| said.split(" {").next().unwrap_or_default().to_string())
            .collect::<Vec<_>>()
    };
    // Whether it holds is decided on the case as it was; the condition could not be decided then, which is told once.
    world.when("bo", Command::ChangeData { case: CASE, data: texts(&[("ok", "yes")]) });
    assert_eq!(apply(&mut world, 1, &then), ["exception Stuck to dana"]);
    assert_eq!(apply(&mut world, 2, &then), [""; 0]);
    let now = case(&world).clone();
    world.when("bo", Command::ChangeData { case: CASE, data: texts(&[("ok", "no")]) });
    assert_eq!(apply(&mut world, 8, &now), ["CaseNoted"]);
    assert_eq!(apply(&mut world, 9, &now), ["exception Stuck to dana"]);
    assert_eq!(apply(&mut world, 9, &now), [""; 0]);
    // Once somebody has decided it, it is shown when it comes again.
    for exception in [1, 2] {
        world.when("dana", Command::ResolveException { case: CASE, exception, text: "seen".into() });
    }
    assert_eq!(apply(&mut world, 9, &now), ["exception Stuck to dana"]);
}
