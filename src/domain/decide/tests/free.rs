//! Cases without a process and tasks that no process names.

use super::world::*;
use crate::domain::command::{Command, EndWait, SendBack, StartCase};
use crate::domain::rows::{Row, rows};
use crate::domain::{Party, TaskId};
use std::sync::Arc;

fn ad_hoc(title: Option<&str>, to: Option<&str>) -> StartCase {
    StartCase {
        title: title.map(str::to_string),
        to: to.map(|to| to.parse().unwrap()),
        ..StartCase::default()
    }
}

fn add(world: &mut World, by: &str, title: &str, to: &str) -> Said {
    let (title, to) = (title.to_string(), to.parse().unwrap());
    let within = "2 days".parse().ok();
    world.when(by, Command::AddTask { case: CASE, title, to, within, note: None })
}

/// Whoever answers for it has given it away, and whoever holds it may be gone for long.
#[test]
fn of_free_work_that_is_late_whoever_answers_for_the_case_hears() {
    let mut world = World::new(SALE);
    world.when("ana", Command::StartCase(ad_hoc(Some("Move"), Some("@bo"))));
    world.accept("bo", 1);
    add(&mut world, "ana", "Call", "@cy");
    world.accept("cy", 2).then(&["H-2 accepted by cy as T-2 [3: 2 days]"]);
    world.at(48).tick().then(&["clock 3 rung 0.0 Acted remind  escalate ana"]);
    world.at(400).tick().then(&["clock 3 breached"]);
}

#[test]
fn a_case_without_a_process_begins_with_one_task_and_ends_with_its_last() {
    let mut world = World::new(SALE);
    world
        .when("ana", Command::StartCase(ad_hoc(None, None)))
        .refused("A case without a process needs a title.");
    world
        .when("ana", Command::StartCase(ad_hoc(Some("Move"), Some("@nix"))))
        .refused("`nix` is nobody here.");
    world.when("ana", Command::StartCase(ad_hoc(Some("Move the office"), Some("@bo")))).then(&[
        "started Move the office",
        "free task-1: Move the office",
        "H-1 on 1: task-1#1 from ana to @bo",
    ]);
    let case = world.subject.case().unwrap();
    assert_eq!(case.accountable, Party::Person(h("ana")), "whoever starts it answers for it");
    assert_eq!(world.places(), ["1: task-1 ana"]);
    world.accept("bo", 1).then(&["H-1 accepted by bo as T-1"]);
    add(&mut world, "bo", "Call the landlord", "finance")
        .then(&["free task-2: Call the landlord", "H-2 on 2: task-2#1 from bo to finance"]);
    world.accept("eli", 2).then(&["H-2 accepted by eli as T-2 [3: 2 days]"]);
    world.done("bo", 1, &[]).then(&["T-1 done", "1 ended"]);
    // The same rules as everywhere.
    world.done("bo", 2, &[]).refused("eli is responsible for T-2.");
    let ask = SendBack {
        case: CASE,
        task: TaskId(2),
        to: Some(h("task-1")),
        again: None,
        reason: "x".into(),
        items: Vec::new(),
        party: None,
    };
    world.when("eli", Command::SendBack(ask)).refused("`Move the office` was not done on the way to T-2.");
    world.offer("eli", 2, Some("@zoe"));
    world.decline("zoe", 3);
    world.done("eli", 2, &[]).then(&["T-2 done", "2 ended", "case done: -"]);
    add(&mut world, "bo", "More", "@bo").refused("C-1 is done.");
}

#[test]
fn a_free_task_of_a_running_case_is_a_branch_of_its_own() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    add(&mut world, "bo", "Call the client", "@bo").then(&[
        "free task-1: Call the client",
        "H-2 on 2: task-1#1 from bo to @bo",
        "H-2 accepted by bo as T-2 implicit [4: 2 days]",
    ]);
    assert_eq!(world.places(), ["1: sell bo", "2: task-1 bo"]);
    add(&mut world, "bo", " ", "@bo").refused("The title is empty.");
    add(&mut world, "bo", "x", "nix").refused("There is no role `nix`.");
    // Lists say what it is without asking the case.
    let titles = rows(&world.subject, &world.catalog).into_iter().filter_map(|row| match row {
        Row::Place(place) => place.free,
        Row::Task(task) => task.free,
        Row::Handoff(handoff) => handoff.free,
        _ => None,
    });
    assert_eq!(titles.collect::<Vec<_>>(), ["Call the client"; 3]);
    // The case ends when both have.
    world.done("bo", 1, &[("amount", "1")]);
    world.accept("ana", 3);
    world.done("ana", 3, &[]);
    world.done("ana", 4, &[]);
    world.accept("max", 5);
    world.done("max", 5, &[("ok", "yes")]).then(&["T-5 done", "1 ended"]);
    world.done("bo", 2, &[]).then(&["T-2 done", "2 ended", "case done: paid"]);
}

#[test]
fn nobody_takes_the_name_of_cases_without_a_process_and_a_process_says_who_is_accountable() {
    let mut world = World::new(SALE);
    let mut process = (**world.catalog.newest(&h("sale")).unwrap().1).clone();
    process.handle = h("ad-hoc");
    let publish = Command::PublishProcess { process: Arc::new(process) };
    world.when("dana", publish).refused("`ad-hoc` is what cases without a process are of.");
    let accountable = "@cy".parse::<Party>().ok();
    let start =
        StartCase { process: Some(h("sale")), accountable: accountable.clone(), ..StartCase::default() };
    world.when("bo", Command::StartCase(start)).refused("`sale` says itself who is accountable.");
    let start = StartCase { accountable, ..ad_hoc(Some("Move"), None) };
    world.when("bo", Command::StartCase(start)).then(&[
        "started Move",
        "free task-1: Move",
        "H-1 on 1: task-1#1 from bo to @bo",
        "H-1 accepted by bo as T-1 implicit",
    ]);
    assert_eq!(world.subject.case().unwrap().accountable, Party::Person(h("cy")));
}

#[test]
fn nobody_who_is_not_there_answers_for_a_case_or_gets_a_free_task() {
    let mut world = World::of(company(&[]));
    let ghost = || "@ghost".parse::<crate::domain::Party>().unwrap();
    let start = |accountable, to| {
        let title = Some("Paint".to_string());
        Command::StartCase(StartCase { title, accountable, to, ..StartCase::default() })
    };
    world.when("bo", start(Some(ghost()), None)).refused("`ghost` is nobody here.");
    world.when("bo", start(None, Some(ghost()))).refused("`ghost` is nobody here.");
    assert!(world.entries.is_empty());
}

#[test]
fn a_case_is_found_by_what_it_was_tagged_with_from_the_beginning_and_since() {
    for process in [None, Some(h("sale"))] {
        let mut world = World::of(company(&[SALE]));
        let tags = |world: &World| {
            world.subject.case().unwrap().tags.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let title = Some("Paint".to_string());
        world.when(
            "bo",
            Command::StartCase(StartCase { process, title, tags: vec![h("vip")], ..StartCase::default() }),
        );
        assert_eq!(tags(&world), ["vip"]);
        let (on, add, remove) =
            (crate::domain::event::SubjectId::Case(CASE), vec![h("roof")], vec![h("vip")]);
        world.when("bo", Command::SetTags(crate::domain::tags::SetTags { on, add, remove }));
        assert_eq!(tags(&world), ["roof"]);
    }
}

#[test]
fn a_thing_takes_as_many_tags_as_it_may_have_and_no_more() {
    let mut world = World::of(company(&[SALE]));
    world.start("bo", &[]);
    let mut tag = |n: usize| {
        let (on, add) = (crate::domain::event::SubjectId::Case(CASE), vec![h(&format!("t{n}"))]);
        world
            .when("bo", Command::SetTags(crate::domain::tags::SetTags { on, add, remove: vec![] }))
            .0
            .concat()
    };
    let taken = (1..).take_while(|n| !tag(*n).starts_with("no: ")).count();
    assert_eq!(tag(99), format!("no: A thing has at most {taken} tags."));
}

#[test]
fn an_added_task_that_nobody_needs_any_more_is_dropped_and_whoever_had_it_is_told() {
    let let_go = |branch: u32, text: &str| Command::EndWait(EndWait::of(CASE, branch, text));
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    add(&mut world, "bo", "Flowers", "@zoe");
    world.when("bo", let_go(2, "no party")).refused("`Flowers` is on offer (H-2).");
    world.recall("bo", 2);
    world.when("zoe", let_go(2, "no party")).refused("bo is responsible for `Flowers`.");
    world.when("bo", let_go(2, " ")).refused("The reason is empty.");
    world.when("bo", let_go(2, "no party")).then(&[
        "CaseNoted { text: \"Flowers is not needed any more: no party\", to: [] }",
        "2 cancelled, closes H-2, clock of what becomes of H-2",
    ]);
    assert_eq!(world.places(), ["1: sell bo"]);
    add(&mut world, "bo", "Cake", "@zoe");
    world.accept("zoe", 3);
    world.when("dana", let_go(3, "no party"));
    let told = &world.subject.case().unwrap().messages.open;
    assert_eq!(told[0].to, [h("zoe")], "{told:?}");
    // What is all there is is not done by leaving it out.
    let mut world = World::new(SALE);
    world.when("ana", Command::StartCase(ad_hoc(Some("Move"), Some("@bo"))));
    world.recall("ana", 1);
    world.when("ana", let_go(1, "stays")).refused("Without `Move` nothing of C-1 would have been done.");
}
