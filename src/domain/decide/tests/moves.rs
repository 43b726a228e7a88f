//! Work that moves without being finished: sent back, released, delegated, reassigned.

use super::world::*;
use crate::domain::case::TaskState;
use crate::domain::command::{Command, SendBack};
use crate::domain::rows::{Row, rows};
use crate::domain::{CaseId, HandoffId, TaskId};

/// Sold by bo, billed by ana, and the booking is in ana's hand as T-3.
fn booked() -> World {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("ana", 2);
    // She goes on as finance.
    world.done("ana", 2, &[]);
    assert_eq!(world.places(), ["1: book ana"]);
    world
}

fn back(world: &mut World, by: &str, task: i64, to: &str, items: &[u32]) -> Said {
    let ask = SendBack {
        case: CASE,
        task: TaskId(task),
        to: Some(h(to)),
        again: None,
        reason: "wrong address".into(),
        items: items.to_vec(),
        party: None,
    };
    world.when(by, Command::SendBack(ask))
}

fn task(world: &World, id: i64) -> crate::domain::case::Task {
    world.subject.case().unwrap().tasks[&TaskId(id)].clone()
}

#[test]
fn sent_back_is_a_new_visit_for_who_did_it_and_later_work_is_superseded_and_kept() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("eli", 2);
    world.done("eli", 2, &[]);
    world.done("eli", 3, &[]);
    world.accept("max", 4);
    let said = back(&mut world, "max", 4, "bill", &[1]);
    said.then(&["T-4 back to T-2, supersedes T-3", "H-5 on 1: bill#2 from max to @eli [9: 4 hours]"]);
    assert_eq!(world.places(), ["1: bill max"], "make before break");
    assert!(task(&world, 3).superseded && !task(&world, 2).superseded);
    let rows = rows(&world.subject, &world.catalog);
    let told = rows.iter().filter_map(|row| match row {
        Row::Task(task) => Some((task.id.0, task.done, task.returned, task.superseded)),
        _ => None,
    });
    let told = told.collect::<Vec<_>>();
    assert_eq!(told[1..], [(2, true, false, false), (3, true, false, true), (4, false, true, false)]);
    let case = world.subject.case().unwrap();
    assert!(case.data.contains_key("amount"), "what was found out stays");
    assert!(case.clocks[&1].is_open(), "the clock of the case runs on");
    // Everything of the earlier checklist is ticked but what was not in order.
    world.accept("eli", 5).then(&["H-5 accepted by eli as T-5 [10: 8 hours]"]);
    assert_eq!(task(&world, 5).checked.into_iter().collect::<Vec<_>>(), [0]);
    // And the way on leads through everything again.
    world.done("eli", 5, &[]).then(&[
        "T-5 item 1 true",
        "T-5 done",
        "H-6 on 1: book#2 from eli to finance",
        "H-6 accepted by eli as T-6 implicit [11: 1 day]",
    ]);
}

#[test]
fn what_is_sent_back_may_be_declined_and_keeps_its_ticks_until_somebody_takes_it() {
    let mut world = booked();
    back(&mut world, "ana", 3, "sell", &[])
        .then(&["T-3 back to T-1, supersedes T-2", "H-4 on 1: sell#2 from ana to @bo"]);
    let note = |world: &World, id| world.subject.case().unwrap().handoffs[&HandoffId(id)].note.clone();
    let why = note(&world, 4);
    assert!(why.is_some());
    world.decline("bo", 4);
    world.offer("ana", 1, Some("@cy"));
    assert_eq!(note(&world, 5), why, "why it came back is said to whoever is asked next");
    world.accept("cy", 5).then(&["H-5 accepted by cy as T-4 [10: 8 hours]"]);
    assert_eq!(world.places(), ["1: sell cy"]);
    assert!(world.subject.case().unwrap().branches[&1].again.is_none());
}

#[test]
fn only_the_holder_sends_back_and_only_to_a_step_behind_it() {
    let mut world = booked();
    back(&mut world, "bo", 3, "sell", &[]).refused("ana is responsible for T-3.");
    back(&mut world, "ana", 3, "check", &[]).refused("`Check` was not done on the way to T-3.");
    back(&mut world, "ana", 3, "book", &[]).refused("`Book` was not done on the way to T-3.");
    back(&mut world, "ana", 3, "nix", &[]).refused("`sale` has no step `nix`.");
    back(&mut world, "ana", 3, "bill", &[2]).refused("`Bill` has 2 items on its checklist, and no 3.");
    world.offer("ana", 1, Some("@eli"));
    back(&mut world, "ana", 3, "sell", &[]).refused("It is offered to @eli (H-4).");
    world.recall("ana", 4);
    let empty = SendBack {
        case: CaseId(1),
        task: TaskId(3),
        to: Some(h("sell")),
        again: None,
        reason: " ".into(),
        items: Vec::new(),
        party: Some("@cy".parse().unwrap()),
    };
    world.when("ana", Command::SendBack(empty.clone())).refused("The reason is empty.");
    let to_cy = SendBack { again: None, reason: "price".into(), ..empty };
    world
        .when("ana", Command::SendBack(to_cy))
        .then(&["T-3 back to T-1, supersedes T-2", "H-5 on 1: sell#2 from ana to @cy"]);
}

const SPLIT: &str = r#"
process = "split"
title = "Split"
kind = "operational"
purpose = "x"
accountable = "@dana"
[[step]]
step = "s"
title = "S"
by = "ops"
goal = "1 day"
next = { all = ["a", "b"] }
[[step]]
step = "a"
title = "A"
by = "ops"
goal = "1 day"
next = "a2"
[[step]]
step = "a2"
title = "A2"
by = "ops"
goal = "1 day"
next = "j"
[[step]]
step = "b"
title = "B"
by = "finance"
accept = "1 hour"
goal = "1 day"
next = "j"
[[step]]
step = "j"
title = "J"
by = "ops"
join = ["a2", "b"]
goal = "1 day"
next = { end = true }
"#;

#[test]
fn back_to_before_a_split_ends_the_other_branches_and_what_waits_at_the_join() {
    let mut world = World::started(SPLIT, "max");
    world.done("max", 1, &[]).0.iter().any(|said| said.contains("split"));
    world.done("max", 2, &[]);
    assert_eq!(world.places(), ["2: a2 max", "3: b max"]);
    let said = back(&mut world, "max", 3, "s", &[]);
    said.then(&[
        "T-3 back to T-1, supersedes T-2",
        "3 cancelled, closes H-3, acceptance clock of H-3",
        "H-5 on 2: s#2 from max to @max",
        "H-5 accepted by max as T-4 implicit [5: 1 day]",
    ]);
    assert_eq!(world.places(), ["2: s max"]);
    assert_eq!(world.subject.case().unwrap().branches[&2].scopes, [0u32; 0]);
    // The second pass joins by itself.
    world.done("max", 4, &[]);
    assert_eq!(world.places(), ["4: a max", "5: b max"]);
    world.done("max", 5, &[]);
    world.done("max", 6, &[]);
    world.accept("ana", 7);
    assert_eq!(world.places(), ["5: b ana", "4: a2 waits at j"]);
    // What waits at the join ends as well when its sister goes back to before the split.
    back(&mut world, "ana", 7, "s", &[]).then(&[
        "T-7 back to T-4, supersedes T-5+T-6",
        "4 cancelled, closes a2 waiting at j",
        "H-9 on 5: s#3 from ana to @max",
    ]);
}

#[test]
fn what_somebody_did_who_has_left_goes_back_to_whoever_does_the_step() {
    let mut world = booked();
    world.catalog.people.get_mut(&h("bo")).unwrap().left = Some(monday());
    assert_eq!(back(&mut world, "ana", 3, "sell", &[]).0[1], "H-4 on 1: sell#2 from ana to sales");
}

#[test]
fn back_within_a_branch_leaves_its_sisters_alone() {
    let mut world = World::started(SPLIT, "max");
    world.done("max", 1, &[]);
    world.done("max", 2, &[]);
    back(&mut world, "max", 3, "b", &[]).refused("`B` was not done on the way to T-3.");
    back(&mut world, "max", 3, "a", &[]).then(&[
        "T-3 back to T-2, supersedes",
        "H-5 on 2: a#2 from max to @max",
        "H-5 accepted by max as T-4 implicit [5: 1 day]",
    ]);
    assert_eq!(world.places(), ["2: a max", "3: b max"]);
    world.done("max", 4, &[]);
    world.done("max", 5, &[]);
    world.accept("ana", 3);
    world.done("ana", 6, &[]);
    assert_eq!(world.places(), ["3: j ana"]);
    world.accept("max", 7);
    assert_eq!(world.places(), ["3: j max"]);
    assert!(back(&mut world, "max", 7, "s", &[]).0[0].starts_with("T-7 back to T-1, supersedes T-2"));
}

#[test]
fn the_third_return_between_the_same_two_steps_is_an_exception() {
    let mut world = booked();
    let mut last = 3;
    for times in 1..=4 {
        let said = back(&mut world, "ana", last, "bill", &[0]).0;
        let exceptions = said.iter().filter(|said| *said == "exception PingPong to dana").count();
        assert_eq!(exceptions, usize::from(times == 3), "{said:?}");
        // Ana had billed it herself: it is in her hand at once.
        world.done("ana", last + 1, &[]);
        last += 2;
        assert_eq!(world.places(), ["1: book ana"]);
    }
    let case = world.subject.case().unwrap();
    assert_eq!(case.exceptions[&1].text, "Book went back to Bill 3 times.");
}

#[test]
fn an_undone_send_back_brings_everything_back() {
    use crate::domain::command::Context;
    use crate::domain::event::{Event, OpId};
    use crate::domain::fold::fold;
    let mut world = booked();
    let before = rows(&world.subject, &world.catalog);
    back(&mut world, "ana", 3, "sell", &[]);
    let op = world.entries.last().unwrap().op;
    let ctx = Context::by(&h("ana"), world.now, OpId(uuid::Uuid::from_u128(77)));
    world.happen(&ctx, Event::ActionUndone { op });
    world.subject = fold(world.entries[0].subject, &world.entries, &world.catalog);
    assert_eq!(rows(&world.subject, &world.catalog), before);
}

fn release(world: &mut World, by: &str, task: i64) -> Said {
    world.when(by, Command::ReleaseTask { case: CASE, task: TaskId(task), note: None })
}

#[test]
fn released_is_offered_to_the_role_and_the_holder_stays_responsible_meanwhile() {
    let mut world = booked();
    release(&mut world, "cy", 3).refused("ana is responsible for `Book` of C-1.");
    release(&mut world, "ana", 3).then(&["H-4 on 1: book#1 from ana to finance"]);
    assert_eq!(world.places(), ["1: book ana"]);
    release(&mut world, "ana", 3).refused("H-4 is offered to finance already.");
    world.accept("eli", 4).then(&["H-4 accepted by eli as T-3"]);
    assert_eq!(world.places(), ["1: book eli"]);
    world.done("eli", 3, &[]);
    world.accept("max", 5);
    // `ops` is max alone.
    release(&mut world, "max", 4).refused("Nobody else belongs to ops.");
    let mut world = World::started(&SALE.replace("by = \"sales\"", "by = \"@bo\""), "bo");
    release(&mut world, "bo", 1).refused("`Sell` is not done by a role.");
}

fn delegate(world: &mut World, by: &str, to: &str) -> Said {
    world.when(by, Command::DelegateTask { case: CASE, task: TaskId(3), to: h(to), note: None })
}

fn resolve(world: &mut World, by: &str) -> Said {
    world.when(by, Command::ResolveTask { case: CASE, task: TaskId(3), note: "all there".into() })
}

#[test]
fn a_delegate_works_the_holder_is_responsible_and_alone_completes() {
    let mut world = booked();
    delegate(&mut world, "bo", "cy").refused("ana is responsible for T-3.");
    delegate(&mut world, "ana", "ana").refused("T-3 is in your own hand.");
    delegate(&mut world, "ana", "nix").refused("`nix` is nobody here.");
    resolve(&mut world, "ana").refused("T-3 is not delegated.");
    delegate(&mut world, "ana", "cy").then(&["T-3 delegated to cy"]);
    delegate(&mut world, "ana", "eli").refused("cy works on T-3 already.");
    assert_eq!(world.places(), ["1: book ana"], "responsibility did not move");
    world.when("cy", Command::StartTask { case: CASE, task: TaskId(3) }).then(&["T-3 begun"]);
    let wait =
        |reason: &str| Command::WaitTask { case: CASE, task: TaskId(3), reason: reason.into(), until: None };
    world.when("cy", wait("bank")).then(&["T-3 waits [7: 0 minutes]"]);
    world.when("cy", Command::ResumeTask { case: CASE, task: TaskId(3) }).then(&["T-3 goes on"]);
    world.done("cy", 3, &[]).refused("ana is responsible for T-3.");
    world.done("ana", 3, &[]).refused("cy works on T-3 for you.");
    resolve(&mut world, "bo").refused("cy works on T-3 for ana.");
    resolve(&mut world, "cy").then(&["T-3 resolved"]);
    assert_eq!(task(&world, 3).resolved, Some((h("cy"), "all there".into())));
    world.when("cy", wait("x")).refused("ana is responsible for T-3.");
    assert!(world.done("ana", 3, &[]).0.contains(&"T-3 done".to_string()));
}

#[test]
fn a_delegation_ends_when_the_work_gets_another_holder() {
    let mut world = booked();
    delegate(&mut world, "ana", "cy");
    world.offer("ana", 1, Some("@eli"));
    assert!(task(&world, 3).delegate.is_some());
    world.accept("eli", 4);
    assert_eq!(task(&world, 3).delegate, None);
    // And whoever answers for the case takes it back where nobody else does.
    delegate(&mut world, "eli", "cy");
    resolve(&mut world, "dana").then(&["T-3 resolved"]);
    assert_eq!(task(&world, 3).state, TaskState::Open);
}

#[test]
fn without_a_step_work_goes_back_to_what_was_done_last_before_it() {
    let mut world = booked();
    let ask = |task| {
        let (reason, items) = ("x".to_string(), Vec::new());
        SendBack { case: CASE, task: TaskId(task), to: None, again: None, reason, items, party: None }
    };
    world.when("ana", Command::SendBack(ask(3))).then(&[
        "T-3 back to T-2, supersedes",
        "H-4 on 1: bill#2 from ana to @ana",
        "H-4 accepted by ana as T-4 implicit [7: 8 hours]",
    ]);
    let mut first = World::started(SALE, "bo");
    first.accept("bo", 1);
    first
        .when("bo", Command::SendBack(ask(1)))
        .refused("Nothing was done before T-1 that it could go back to.");
}

#[test]
fn work_goes_back_to_nobody_who_is_not_there() {
    let mut world = booked();
    for party in ["@ghost", "ghosts"] {
        let party = Some(party.parse().unwrap());
        let (to, reason) = (Some(h("sell")), "x".to_string());
        let ask = SendBack { case: CASE, task: TaskId(3), to, again: None, reason, items: vec![], party };
        let said = world.when("ana", Command::SendBack(ask)).0;
        assert!(said[0].starts_with("no: ") && said[0].contains("ghost"), "{said:?}");
    }
    assert_eq!(world.places(), ["1: book ana"]);
}

#[test]
fn where_work_can_go_back_to_is_named_once_however_often_it_was_done() {
    let mut world = booked();
    world.done("ana", 3, &[]);
    world.accept("max", 4);
    world.done("max", 4, &[("ok", "no")]);
    world.accept("bo", 5);
    world.done("bo", 5, &[]);
    world.accept("eli", 6);
    assert_eq!(world.places(), ["1: bill eli"], "in the second round");
    let ask = |to| SendBack {
        case: CASE,
        task: TaskId(6),
        to: Some(to),
        again: None,
        reason: "x".into(),
        items: vec![],
        party: None,
    };
    let ctx = crate::domain::command::Context::by(&h("eli"), world.now, world.entries.last().unwrap().op);
    let refused = crate::domain::decide::decide(
        &world.subject,
        &world.catalog,
        &Command::SendBack(ask(h("bill"))),
        &ctx,
        world.numbers,
    )
    .unwrap_err();
    assert_eq!(refused.hint(), "It can go back to: sell, book, check.");
}
