//! The contract of a handoff whichever way work comes to it: over steps that nobody does, out of waits and joins; lists
//! that nobody filled in; and waits that are over and cannot go on.

use super::world::*;
use crate::domain::CaseId;
use crate::domain::case::{Case, CaseState};
use crate::domain::command::{Command, CompleteTask, Context, EndWait, StartCase};
use crate::domain::decide::decide as decide_command;
use crate::domain::event::{Actor, AtWait, Cause, Event, ExceptionKind, OpId, Origin};

const HEAD: &str = r#"
process = "p"
title = "P"
kind = "operational"
purpose = "x"
accountable = "@dana"
[data.t]
type = "text"
title = "Terms"
[data.who]
type = "person"
[data.on]
type = "date"
[data.xs]
type = "list"
"#;

fn wants(more: &str) -> String {
    let needs = "needs = [\"t\"]\ndocuments = [\"Deed\"]\nnext = { end = true }";
    ops("b", &format!("{needs}\n{more}")).replace("\"ops\"", "\"@ana\"")
}

fn begun(steps: &[String]) -> World {
    let mut world = World::new(&format!("{HEAD}{}", steps.concat()));
    world.start("max", &[]);
    world
}

fn case(world: &World) -> &Case {
    world.subject.case().unwrap()
}

/// Open exceptions, with what they are counted as.
fn open(world: &World) -> Vec<String> {
    let open = case(world).exceptions.values().filter(|e| e.resolved.is_none());
    open.map(|e| format!("{:?}: {}", e.kind, e.text)).collect()
}

fn set(world: &mut World, name: &str, text: &str) -> Said {
    world.when("max", Command::ChangeData { case: CASE, data: texts(&[(name, text)]) })
}

fn by_itself(world: &mut World, command: Command) {
    let cause = Cause { process: h("q"), rule: h("q"), entry: 1, depth: 1, by: Origin::Rule };
    let op = OpId(uuid::Uuid::from_u128(1_000 + world.entries.len() as u128));
    let ctx = Context::of(Actor::Rule(cause), world.now, op);
    let made = decide_command(&world.subject, &world.catalog, &command, &ctx, world.numbers).unwrap();
    world.numbers = made.numbers;
    made.events.into_iter().for_each(|event| world.happen(&ctx, event));
}

const MISSING: &str = "Missing: Terms (t); document: Deed.";
const WITHOUT: &str = "SentAnyway: b begins without Terms (t); document: Deed: nobody was there to be asked";

#[test]
fn who_sends_work_over_a_step_that_nobody_does_is_asked_for_what_comes_behind_it() {
    let auto = alone("w", "auto", "then = []\nnext = \"b\"");
    let mut world = begun(&[ops("a", "next = \"w\""), auto.clone(), wants("")]);
    world.done("max", 1, &[]).refused(&format!("T-1 cannot be sent on yet. {MISSING}"));
    let documents = vec![("Deed".to_string(), "here".to_string())];
    let given = CompleteTask { documents, ..complete(1, &[("t", "net 30")]) };
    assert!(world.when("max", Command::CompleteTask(given)).0.last().unwrap().contains("b#1"));
    // What is sent anyway is a waiver, told before what follows.
    let mut world = begun(&[ops("a", "next = \"w\""), auto.clone(), wants("")]);
    let anyway = CompleteTask { anyway: Some("no time".into()), ..complete(1, &[]) };
    world.when("max", Command::CompleteTask(anyway)).then(&[
        "T-1 done",
        "exception SentAnyway to dana",
        "1 passed w#1",
        "H-2 on 1: b#1 from max to @ana",
    ]);
    assert_eq!(open(&world), ["SentAnyway: a sent on without Terms (t); document: Deed: no time"]);
    // Whoever starts a case that comes there by itself is asked as well.
    let mut world = World::new(&format!("{HEAD}{}{}", auto, wants("")));
    world.start("max", &[]).refused(&format!("A case of `P` cannot be started yet. {MISSING}"));
}

/// A closed case takes no data: it is taken up again all the same, and whoever answers for it hears what is not there.
#[test]
fn taken_up_again_at_a_step_that_lacks_something_that_is_recorded() {
    let mut world =
        begun(&[ops("a", "next = [{ if = \"case.urgent\", to = \"b\" }, { end = true }]"), wants("")]);
    world.done("max", 1, &[]);
    assert!(matches!(case(&world).state, CaseState::Done { .. }));
    let (to, reason) = (Some(h("b")), "forgotten".to_string());
    world.when("max", Command::ReopenCase { case: CASE, reason, to, party: None });
    let told = "SentAnyway: b taken up again without Terms (t); document: Deed: forgotten";
    assert_eq!((world.places(), open(&world)), (vec!["2: b max".to_string()], vec![told.to_string()]));
}

/// What an automatic step fills in is there when it is needed.
#[test]
fn what_comes_about_on_the_way_is_not_missing() {
    let auto = alone("w", "auto", "then = [{ set = { t = \"'net 30'\" } }]\nnext = \"b\"");
    let needs = ops("b", "needs = [\"t\"]\nnext = { end = true }");
    let mut world = begun(&[ops("a", "next = \"w\""), auto, needs]);
    world.done("max", 1, &[]);
    assert_eq!(world.places(), ["1: b max"]);
    assert!(open(&world).is_empty());
}

#[test]
fn out_of_a_wait_who_lets_it_go_on_is_asked_and_where_time_does_somebody_is_told() {
    let waits = |how: &str| {
        begun(&[ops("a", "next = \"w\""), alone("w", "wait", &format!("{how}\nnext = \"b\"")), wants("")])
    };
    let mut world = waits("for = \"2 hours\"");
    world.done("max", 1, &[]);
    world.at(3).tick();
    assert_eq!(world.places(), ["1: b max"]);
    assert_eq!(open(&world), [WITHOUT]);
    let mut world = waits("message = \"m\"");
    world.done("max", 1, &[]);
    let proceed = EndWait::of(CASE, 1, "came");
    world.when("max", Command::EndWait(proceed.clone())).refused(&format!("C-1 cannot go on yet. {MISSING}"));
    let anyway = EndWait { anyway: Some("later".into()), ..proceed.clone() };
    world.when("max", Command::EndWait(anyway));
    assert_eq!(open(&world), ["SentAnyway: w went on without Terms (t); document: Deed: later"]);
    let mut world = waits("message = \"m\"");
    world.done("max", 1, &[]);
    let documents = vec![("Deed".to_string(), "here".to_string())];
    world.when("max", Command::EndWait(EndWait { data: texts(&[("t", "net 30")]), documents, ..proceed }));
    assert_eq!(world.places(), ["1: b max"]);
    assert!(open(&world).is_empty());
}

/// Whoever comes last to a join answers for all of it, and where that is time, somebody is told.
#[test]
fn a_join_that_a_wait_completes_is_told_of() {
    let mut world = begun(&[
        ops("a", "next = { all = [\"c\", \"w\"] }"),
        ops("c", "next = \"b\""),
        alone("w", "wait", "for = \"2 hours\"\nnext = \"b\""),
        wants("join = [\"c\", \"w\"]"),
    ]);
    world.done("max", 1, &[]);
    world.done("max", 2, &[]);
    assert!(open(&world).is_empty());
    world.at(3).tick();
    assert_eq!(world.places(), ["3: b max"]);
    assert_eq!(open(&world), [WITHOUT]);
}

/// Done for each of a list that nobody filled in, it would be done for nobody.
#[test]
fn a_list_that_nobody_filled_in_is_asked_for_and_waited_for_and_one_that_is_empty_passes() {
    let each = || ops("e", "each = \"xs\"\nnext = \"k\"").replace("\"ops\"", "\"@ana\"");
    let last = || ops("k", "next = { end = true }");
    let mut world = World::new(&format!("{HEAD}{}{}", each(), last()));
    world.start("max", &[]).refused("A case of `P` cannot be started yet. Missing: xs.");
    world.start("max", &[("xs", "none")]);
    assert_eq!(world.places(), ["1: k max"]);
    let auto = alone("w", "auto", "then = []\nnext = \"e\"");
    let mut world = begun(&[ops("a", "next = \"w\""), auto, each(), last()]);
    world.done("max", 1, &[]).refused("T-1 cannot be sent on yet. Missing: xs.");
    world.done("max", 1, &[("xs", "one, two")]);
    assert_eq!(world.places(), ["2: e max", "3: e max"]);
    // Where nobody sits it waits and says so, and goes on once it is filled in.
    let wait = alone("w", "wait", "for = \"2 hours\"\nnext = \"e\"");
    let mut world = begun(&[ops("a", "next = \"w\""), wait, each(), last()]);
    world.done("max", 1, &[]);
    world.at(3).tick();
    assert_eq!(world.places(), ["1: e max"]);
    assert_eq!(open(&world), ["Stuck: e waits: it is done for each of xs, and nobody has said which"]);
    assert!(
        case(&world).clocks.values().any(|clock| clock.is_open() && clock.on.branch(case(&world)) == Some(1))
    );
    set(&mut world, "xs", "one, two");
    assert_eq!(world.places(), ["2: e max", "3: e max"]);
    assert!(open(&world).is_empty(), "what said that it waits is over");
    let visits = case(&world).handoffs.values().filter(|handoff| handoff.step == h("e"));
    assert_eq!(visits.map(|handoff| handoff.occurrence).min(), Some(1), "waiting for it was no visit");
}

/// A case that nobody starts by hand begins all the same.
#[test]
fn a_case_that_another_starts_waits_for_its_list() {
    let each = ops("e", "each = \"xs\"\nnext = { end = true }");
    let mut world = World::new(&format!("{HEAD}{each}"));
    let parent = Some(crate::domain::event::ParentLink { case: CaseId(9), request: 1 });
    let start = StartCase { process: Some(h("p")), parent, ..StartCase::default() };
    world.when("max", Command::StartCase(start));
    assert_eq!(world.places(), ["1: e max"]);
    assert!(open(&world)[0].contains("started without xs"), "{:?}", open(&world));
    world.when("dana", Command::ChangeData { case: CASE, data: texts(&[("xs", "none")]) });
    assert!(matches!(case(&world).state, CaseState::Done { .. }));
}

fn starts() -> World {
    let head = HEAD.replace("[data.on]", "[data.z]\ntype = \"text\"\n[data.on]");
    let start = alone("s", "process", "start = \"q\"\nwith = { z = \"data.t\" }\nnext = \"k\"");
    let steps = [ops("a", "next = \"s\""), start, ops("k", "next = { end = true }")].concat();
    let mut world = World::new(&format!("{head}{steps}"));
    world.start("max", &[]);
    world.done("max", 1, &[]);
    world
}

/// The data may be what it lacked.
#[test]
fn a_case_that_could_not_be_started_is_asked_for_again_when_the_data_changes() {
    let mut world = starts();
    let lacks = || Err("A case of `q` starts with z.".to_string());
    by_itself(&mut world, Command::LinkCase { case: CASE, request: 1, to: lacks() });
    assert_eq!(open(&world), ["Stuck: A case could not be started: A case of `q` starts with z."]);
    let followed = |world: &World| {
        let case = case(world);
        case.clocks.values().filter(|clock| clock.is_open() && clock.on.branch(case) == Some(1)).count()
    };
    assert_eq!(followed(&world), 1, "it is looked at like any other wait");
    // Still not what it takes: said once.
    set(&mut world, "who", "ana");
    by_itself(&mut world, Command::LinkCase { case: CASE, request: 2, to: lacks() });
    assert_eq!((open(&world).len(), followed(&world)), (1, 1));
    set(&mut world, "t", "hello");
    let asked = |event: &Event| match event {
        Event::CaseRequested { request, data, instead, .. } => {
            Some((*request, data.get("z").cloned(), *instead))
        }
        _ => None,
    };
    let asked = world.entries.iter().filter_map(|entry| asked(&entry.event)).next_back();
    assert_eq!(asked, Some((3, Some("hello".into()), Some(2))));
    by_itself(&mut world, Command::LinkCase { case: CASE, request: 3, to: Ok(CaseId(7)) });
    assert_eq!((open(&world).len(), followed(&world)), (0, 0), "it has begun, and is watched where it is");
    set(&mut world, "t", "other");
    by_itself(&mut world, Command::CaseEnded { case: CASE, request: 3, outcome: None });
    assert_eq!(world.places(), ["1: k max"]);
}

/// What happens by itself fills in what a person could.
#[test]
fn a_field_for_a_person_takes_nobody_else_from_an_automatic_step_either() {
    let auto = alone("x", "auto", "then = [{ set = { who = \"data.t\" } }]\nnext = { end = true }");
    let mut world = begun(&[ops("a", "next = \"x\""), auto]);
    world.done("max", 1, &[("t", "zork")]).refused("`zork` is nobody here.");
    world.done("max", 1, &[("t", "bo")]);
    assert_eq!(case(&world).data["who"], "bo");
}

#[test]
fn what_of_a_list_could_not_be_started_is_started_for_what_the_mended_list_says_instead() {
    let head = HEAD.replace("[data.on]", "[data.z]\ntype = \"text\"\n[data.on]");
    let each = "each = \"xs\"\nstart = \"q\"\nwith = { z = \"item\" }\nnext = \"k\"";
    let steps = [ops("a", "next = \"s\""), alone("s", "process", each), ops("k", "next = { end = true }")];
    let mut world = World::new(&format!("{head}{}", steps.concat()));
    world.start("max", &[]);
    world.done("max", 1, &[("xs", "1,two,3")]);
    let started =
        |request: u32| Command::LinkCase { case: CASE, request, to: Ok(CaseId(6 + i64::from(request))) };
    by_itself(&mut world, started(1));
    let lacks = Err("`two` is not a number.".to_string());
    by_itself(&mut world, Command::LinkCase { case: CASE, request: 2, to: lacks });
    by_itself(&mut world, started(3));
    set(&mut world, "xs", "3,2,1");
    let asked = |event: &Event| match event {
        Event::CaseRequested { data, instead: Some(2), .. } => data.get("z").cloned(),
        _ => None,
    };
    let asked = world.entries.iter().filter_map(|entry| asked(&entry.event)).collect::<Vec<_>>();
    assert_eq!(asked, ["2"]);
    by_itself(&mut world, started(4));
    assert_eq!(open(&world), [""; 0]);
    let items = case(&world).branches.values().map(|branch| branch.item.as_deref());
    assert_eq!(items.collect::<Vec<_>>(), [Some("1"), Some("2"), Some("3")]);
    for request in [1, 4, 3] {
        by_itself(&mut world, Command::CaseEnded { case: CASE, request, outcome: None });
    }
    assert_eq!(case(&world).branches.len(), 1);
    assert!(world.places()[0].contains("k max"), "{:?}", world.places());
}

/// What says that it cannot go on is over once it does, and names what holds it up now.
#[test]
fn what_cannot_go_on_says_why_now_and_no_longer_than_it_is_so() {
    let by = "by = { data = \"who\" }";
    let b = || ops("b", "next = { end = true }").replace("by = \"ops\"", by);
    let wait = alone("w", "wait", "for = \"2 hours\"\nnext = \"b\"");
    let mut world = begun(&[ops("a", "next = \"w\""), wait, b()]);
    world.done("max", 1, &[]);
    world.at(3).tick();
    let said = "Stuck: The wait at w is over and the case cannot go on: `b` is done by the person in `who`, and nobody is named there.";
    assert_eq!(open(&world), [said]);
    set(&mut world, "t", "x");
    assert_eq!(open(&world), [said], "said once");
    set(&mut world, "who", "ana");
    assert_eq!(world.places(), ["1: b max"]);
    assert!(open(&world).is_empty());
    // The same after a case that was waited for has ended.
    let start = alone("s", "process", "start = \"q\"\nnext = \"b\"");
    let mut world = begun(&[ops("a", "next = \"s\""), start, b()]);
    world.done("max", 1, &[]);
    by_itself(&mut world, Command::LinkCase { case: CASE, request: 1, to: Ok(CaseId(7)) });
    by_itself(&mut world, Command::CaseEnded { case: CASE, request: 1, outcome: Some("ok".into()) });
    assert!(open(&world)[0].contains("has ended, and this one cannot go on"), "{:?}", open(&world));
    let at = case(&world).exceptions.values().next().unwrap().at.clone();
    assert_eq!(at, Some(AtWait { wait: 1, outcome: Some("ok".into()) }));
    set(&mut world, "who", "ana");
    assert_eq!(world.places(), ["1: b max"]);
    assert!(open(&world).is_empty());
    assert!(case(&world).exceptions.values().all(|e| e.kind == ExceptionKind::Stuck));
}

/// A date that is past lets nothing be refused that has nothing to do with it.
#[test]
fn data_is_taken_while_a_wait_for_a_date_cannot_go_on() {
    let b = ops("b", "next = { end = true }").replace("by = \"ops\"", "by = { data = \"who\" }");
    let wait = alone("w", "wait", "until = \"on\"\nnext = \"b\"");
    let mut world = begun(&[ops("a", "next = \"w\""), wait, b]);
    world.done("max", 1, &[("on", "2026-11-17")]);
    world.at(30).tick();
    assert_eq!(open(&world).len(), 1);
    set(&mut world, "t", "x");
    assert_eq!(case(&world).data.get("t"), Some(&"x".into()));
    set(&mut world, "who", "ana");
    assert_eq!(world.places(), ["1: b max"]);
    assert!(open(&world).is_empty());
}

/// Taken up again at a step of a list, it is done for each of the list as it is by then.
#[test]
fn a_case_that_is_taken_up_again_at_a_list_is_split_by_it() {
    let each = ops("e", "each = \"xs\"\nnext = \"k\"").replace("\"ops\"", "\"@ana\"");
    let mut world =
        begun(&[ops("a", "gives = [\"xs\"]\nnext = \"e\""), each, ops("k", "next = { end = true }")]);
    let reopen = |to: Option<&str>| Command::ReopenCase {
        case: CASE,
        reason: "again".into(),
        to: to.map(h),
        party: None,
    };
    world.done("max", 1, &[("xs", "one, two")]);
    for (handoff, task) in [(2, 2), (3, 3)] {
        world.accept("ana", handoff);
        world.done("ana", task, &[]);
    }
    world.when("dana", Command::ChangeData { case: CASE, data: texts(&[("xs", "one, two, three")]) });
    world.accept("max", 4);
    world.done("max", 4, &[]);
    assert!(matches!(case(&world).state, CaseState::Done { .. }));
    world.when("dana", reopen(Some("e")));
    assert_eq!(world.places().len(), 3);
    let items = case(&world).branches.values().filter_map(|branch| branch.item.clone());
    assert_eq!(items.collect::<Vec<_>>(), ["one", "two", "three"]);
    let notes = case(&world).handoffs.values().rev().take(3).map(|handoff| handoff.note.clone());
    assert!(notes.into_iter().all(|note| note.as_deref() == Some("again")));
    for (handoff, task) in [(5, 5), (6, 6), (7, 7)] {
        world.accept("ana", handoff);
        world.done("ana", task, &[]);
    }
    let at = case(&world).branches.values().filter_map(|branch| case(&world).step_of(branch));
    assert_eq!(at.collect::<Vec<_>>(), [&h("k")]);
}
