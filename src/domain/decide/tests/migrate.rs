//! A case that changes the version of its process: what must have a place there, what its clocks do, and that it
//! is all or nothing, there and back.

use super::world::*;
use crate::domain::case::Case;
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, CompleteTask};
use crate::domain::event::Awaits;
use crate::domain::process::{Performer, Process, Step, StepKind, WaitFor};
use crate::domain::rows::{Row, rows};
use crate::domain::{Handle, TaskId};
use std::sync::Arc;

/// The company with a second version of its process.
fn two(text: &str, change: impl Fn(&mut Process)) -> Catalog {
    let mut catalog = company(&[text]);
    let handle = catalog.processes.keys().next().cloned().unwrap();
    let mut process = (**catalog.newest(&handle).unwrap().1).clone();
    change(&mut process);
    catalog.processes.get_mut(&handle).unwrap().push(Arc::new(process));
    catalog
}

fn rename(process: &mut Process, from: &str, to: &str) {
    use crate::domain::process::Go;
    let swap = |step: &mut Handle| {
        if step.as_str() == from {
            *step = h(to);
        }
    };
    for step in &mut process.steps {
        swap(&mut step.handle);
        step.join.iter_mut().for_each(swap);
        step.not_by.iter_mut().for_each(swap);
        for arm in &mut step.next {
            if let Go::To(targets) = &mut arm.go {
                targets.iter_mut().for_each(swap);
            }
        }
    }
}

fn step<'p>(process: &'p mut Process, name: &str) -> &'p mut Step {
    process.steps.iter_mut().find(|step| step.handle.as_str() == name).unwrap()
}

/// A case of the first version: it was begun before there was a second one.
fn begun(mut catalog: Catalog) -> World {
    let handle = catalog.processes.keys().next().cloned().unwrap();
    let second = catalog.processes.get_mut(&handle).unwrap().pop().unwrap();
    let mut world = World::of(catalog);
    world.start("bo", &[]);
    world.catalog.processes.get_mut(&handle).unwrap().push(second);
    world
}

/// Bo sold, and the bill is offered to finance as H-2.
fn offered(catalog: Catalog) -> World {
    let mut world = begun(catalog);
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world
}

fn migrate(world: &mut World, to: u32, map: &[(&str, &str)]) -> Said {
    let map = map.iter().map(|(from, to)| (h(from), h(to))).collect();
    world.when("lea", Command::MigrateCase { case: CASE, to, map })
}

fn case(world: &World) -> &Case {
    world.subject.case().unwrap()
}

fn version(world: &World) -> (u32, bool) {
    (case(world).version, case(world).migrated)
}

/// What everything open is, whatever the version is called.
fn matters(world: &World) -> Vec<Row> {
    let mut all = rows(&world.subject, &world.catalog);
    // What is counted says which version it is counted for.
    all.retain(|row| !matches!(row, Row::Measured(_)));
    for row in &mut all {
        if let Row::Case(case) = row {
            (case.version, case.migrated, case.touched) = (0, false, world.now);
        }
    }
    all
}

#[test]
fn there_and_back_between_equal_versions_changes_nothing_that_matters() {
    let mut world = offered(two(SALE, |_| {}));
    world.at(3).tick();
    let before = matters(&world);
    migrate(&mut world, 2, &[]);
    assert_eq!(version(&world), (2, true));
    assert_eq!(matters(&world), before);
    world.tick().then(&[]);
    migrate(&mut world, 1, &[]);
    assert_eq!(version(&world), (1, true), "it stays marked");
    assert_eq!(matters(&world), before);
    world.tick().then(&[]);
}

#[test]
fn a_step_that_is_not_there_must_be_mapped_and_the_map_must_name_steps() {
    let mut world = offered(two(SALE, |process| rename(process, "bill", "invoice")));
    migrate(&mut world, 2, &[]).refused("C-1 is at `bill`, and version 2 has no such step.");
    migrate(&mut world, 2, &[("bill", "invoise")]).refused("Version 2 of `sale` has no step `invoise`.");
    migrate(&mut world, 2, &[("bil", "invoice")]).refused("Version 1 of `sale` has no step `bil`.");
    migrate(&mut world, 2, &[("bill", "invoice"), ("bill", "book")]).refused("`bill` is mapped twice.");
    migrate(&mut world, 3, &[]).refused("There is no version 3 of `sale`.");
    migrate(&mut world, 1, &[]).refused("C-1 runs version 1 already.");
    assert_eq!(version(&world), (1, false), "nothing of it has happened");
    migrate(&mut world, 2, &[("bill", "invoice")]);
    assert_eq!(world.places(), ["1: invoice bo"]);
    assert_eq!(case(&world).visits.keys().map(Handle::as_str).collect::<Vec<_>>(), ["invoice", "sell"]);
    world.accept("ana", 2).then(&["H-2 accepted by ana as T-2 [5: 8 hours]"]);
    // Back by the same means.
    migrate(&mut world, 1, &[("invoice", "bill")]);
    assert_eq!(world.places(), ["1: bill ana"]);
    world.done("ana", 2, &[]).then(&[
        "T-2 item 0 true",
        "T-2 item 1 true",
        "T-2 done",
        "H-3 on 1: book#1 from ana to finance",
        "H-3 accepted by ana as T-3 implicit [6: 1 day]",
    ]);
}

#[test]
fn only_a_lead_migrates_and_only_open_cases() {
    let mut world = offered(two(SALE, |_| {}));
    world
        .when("bo", Command::MigrateCase { case: CASE, to: 2, map: vec![] })
        .refused("Only a lead or an admin");
    world.when("lea", Command::WithdrawCase { case: CASE, reason: "x".into() });
    migrate(&mut world, 2, &[]).refused("C-1 is closed, and keeps the version it ended with.");
}

#[test]
fn clocks_keep_their_log_towards_another_goal_end_or_begin() {
    let mut world = offered(two(SALE, |process| {
        process.goal = None;
        step(process, "bill").accept = Some("10 hours".parse().unwrap());
        step(process, "sell").goal = None;
    }));
    world.at(2);
    let due = |world: &World| match &rows(&world.subject, &world.catalog)[1] {
        Row::Place(place) => place.due,
        other => panic!("{other:?}"),
    };
    assert_eq!(due(&world), Some(monday() + hours(4)));
    migrate(&mut world, 2, &[]);
    assert_eq!(due(&world), Some(monday() + hours(10)), "counted from the offer, not from now");
    assert_eq!(case(&world).clocks[&1].stopped, Some(monday() + hours(2)), "the case has no goal any more");
    world.at(6);
    migrate(&mut world, 1, &[]);
    assert_eq!(due(&world), Some(monday() + hours(4)));
    let begun = case(&world).case_clock().unwrap();
    assert_eq!((begun.0, begun.1.started), (5, monday() + hours(6)), "a new one starts now");
    assert!(!begun.1.is_paused(), "and counts");
    assert_eq!(case(&world).clocks[&3].goal, "8 hours".parse().unwrap(), "what has ended stays as it was");
    let mut waits = begun_work(two(SALE, |process| step(process, "sell").goal = None), 2);
    assert!(!case(&waits).clocks[&3].is_open());
    waits.when("bo", Command::WaitTask { case: CASE, task: TaskId(1), reason: "w".into(), until: None });
    migrate(&mut waits, 1, &[]);
    let task = &case(&waits).tasks[&TaskId(1)];
    assert!(
        case(&waits).clocks[&task.clock.unwrap()].is_paused(),
        "work that waits has a clock that stands still"
    );
    let clock = &case(&waits).clocks[&task.clock.unwrap()];
    assert_eq!(reasons(clock, &waits), ["paused: w"], "and says what for");
}

/// Why a clock did not count, as `?` tells it.
fn reasons(clock: &crate::domain::clock::Clock, world: &World) -> Vec<String> {
    let why = crate::domain::why_date::Why::of_clock(clock, case(world), &world.catalog, world.now).unwrap();
    let lines = why.lines().into_iter().map(|line| line.what);
    lines.filter(|what| what.contains("paused")).collect()
}

/// Two that wait from the same instant on, each for something else.
#[test]
fn work_says_what_it_waits_for_and_not_what_other_work_does() {
    let mut world = World::new(SPLIT);
    world.start("bo", &[]);
    world.accept("bo", 1);
    world.done("bo", 1, &[]);
    world.accept("cy", 3);
    for (by, task, reason) in [("bo", 2, "Hansen"), ("cy", 3, "Berg")] {
        let (task, reason) = (TaskId(task), reason.to_string());
        world.when(by, Command::WaitTask { case: CASE, task, reason, until: None });
    }
    for (task, reason) in [(2, "paused: Hansen"), (3, "paused: Berg")] {
        let clock = case(&world).tasks[&TaskId(task)].clock.unwrap();
        assert_eq!(reasons(&case(&world).clocks[&clock], &world), [reason]);
    }
}

fn begun_work(catalog: Catalog, to: u32) -> World {
    let mut world = begun(catalog);
    world.accept("bo", 1);
    migrate(&mut world, to, &[]);
    world
}

/// A rung that has had its turn has it once, whatever ladders a case sees on its way.
#[test]
fn another_ladder_reminds_of_nothing_that_is_past_and_the_old_one_does_not_begin_anew() {
    let rung = |at: &str| crate::domain::ladder::Rung {
        at: at.parse().unwrap(),
        remind: None,
        escalate: Some(crate::domain::ladder::Audience::Accountable),
        raise: false,
        release: false,
        reassign: None,
        exception: None,
        every: None,
        most: None,
    };
    let mut world = offered(two(SALE, |process| {
        process.ladders[0].rungs = vec![rung("-2 hours"), rung("+2 hours")];
    }));
    world.at(3).tick().then(&["clock 4 rung 0.0 Acted remind ana+eli escalate"]);
    let told = rows(&world.subject, &world.catalog).iter().filter(|r| matches!(r, Row::Notice(_))).count();
    migrate(&mut world, 2, &[]);
    world.tick().then(&[]);
    let still = rows(&world.subject, &world.catalog).iter().filter(|r| matches!(r, Row::Notice(_))).count();
    assert_eq!(still, told, "what was told stays told");
    world.at(6).tick().then(&["clock 4 breached", "clock 4 rung 1.0 Acted remind  escalate dana"]);
    migrate(&mut world, 1, &[]);
    world.tick().then(&[]);
    world.at(8).tick().then(&["clock 4 rung 2.0 Acted remind  escalate eli"]);
    // A rung there whose turn is past and never was here is none either.
    let mut fresh = offered(two(SALE, |process| process.ladders[0].rungs = vec![rung("-2 hours")]));
    fresh.at(3);
    migrate(&mut fresh, 2, &[]);
    fresh.tick().then(&[]);
}

#[test]
fn work_stays_work_and_a_wait_stays_that_wait() {
    let mut world = offered(two(SALE, |process| {
        let bill = step(process, "bill");
        bill.kind = StepKind::Wait(WaitFor::Message("paper".into()));
        bill.by = Performer::Sender;
    }));
    migrate(&mut world, 2, &[]).refused(
        "C-1 is at `bill`, which is of type work in version 1; `bill` of version 2 waits for the message",
    );
    migrate(&mut world, 2, &[("bill", "book")]);
    assert_eq!(world.places(), ["1: book bo"]);
    let waiting = |wait: WaitFor| {
        move |process: &mut Process| {
            let bill = step(process, "bill");
            bill.kind = StepKind::Wait(wait.clone());
            bill.by = Performer::Sender;
        }
    };
    let goal = |text: &str| WaitFor::For(text.parse().unwrap());
    let with = |first: WaitFor, second: WaitFor| {
        let mut catalog = two(SALE, waiting(second));
        let process = catalog.processes.values_mut().next().unwrap();
        let mut old = (*process[0]).clone();
        waiting(first)(&mut old);
        process[0] = Arc::new(old);
        offered(catalog)
    };
    let mut longer = with(goal("4 hours"), goal("9 hours"));
    migrate(&mut longer, 2, &[]);
    longer.at(5).tick().then(&[]);
    longer.at(9).tick().0.iter().find(|said| *said == "wait 1 ended").expect("counted on the same log");
    with(goal("4 hours"), WaitFor::Until("x".into()));
    let mut other = with(WaitFor::Message("a".into()), WaitFor::Message("b".into()));
    migrate(&mut other, 2, &[]);
    let case = other.subject.case().unwrap();
    assert_eq!((case.version, &case.waits[&1].awaits), (2, &Awaits::Message("b".into())));
    // And back by the same means.
    migrate(&mut other, 1, &[]);
    assert_eq!(other.subject.case().unwrap().waits[&1].awaits, Awaits::Message("a".into()));
}

#[test]
fn ticks_follow_their_items_to_another_checklist() {
    let mut world = offered(two(SALE, |process| {
        step(process, "bill").checklist = vec!["Signed".into(), "Address".into(), "Number".into()];
    }));
    world.accept("ana", 2);
    for item in [0, 1] {
        world.when("ana", Command::CheckItem { case: CASE, task: TaskId(2), item, done: true });
    }
    migrate(&mut world, 2, &[]);
    assert_eq!(case(&world).tasks[&TaskId(2)].checked, [1, 2].into());
    let bare = Command::CompleteTask(complete(2, &[]));
    world.when("ana", bare).refused("T-2 cannot be sent on yet. Missing: [ ] Signed.");
}

#[test]
fn what_the_case_knows_must_be_readable_there() {
    let mut world = offered(two(SALE, |process| {
        process.data[0].kind = crate::domain::record::FieldType::YesNo;
    }));
    migrate(&mut world, 2, &[])
        .refused("C-1 has amount = 12.00 EUR, and version 2 of `sale` wants it as yes_no.");
    world.when("bo", Command::ChangeData { case: CASE, data: texts(&[("amount", "")]) });
    migrate(&mut world, 2, &[]);
    assert_eq!(version(&world), (2, true));
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
by = "sales"
goal = "1 day"
next = { all = ["a", "b"] }
[[step]]
step = "a"
title = "A"
by = "@bo"
goal = "1 day"
next = "j"
[[step]]
step = "b"
title = "B"
by = "@cy"
goal = "1 day"
next = "j"
[[step]]
step = "j"
title = "J"
by = "@bo"
join = ["a", "b"]
goal = "1 day"
next = { end = true }
"#;

/// One branch waits at the join, the other is offered to Cy.
fn waiting_at_the_join(change: impl Fn(&mut Process)) -> World {
    let mut world = begun(two(SPLIT, change));
    world.accept("bo", 1);
    world.done("bo", 1, &[]);
    world.done("bo", 2, &[]);
    assert_eq!(world.places(), ["3: b bo", "2: a waits at j"]);
    world
}

#[test]
fn what_waits_at_a_join_is_mapped_with_it() {
    let mut world = waiting_at_the_join(|process| {
        for (from, to) in [("a", "x"), ("j", "k")] {
            rename(process, from, to);
        }
    });
    migrate(&mut world, 2, &[]).refused("C-1 is at `a`, `j`, and version 2 has no such step.");
    migrate(&mut world, 2, &[("a", "b"), ("j", "k")])
        .refused("C-1 is at `b` and at `a`, and both would be `b`, to be done for each of them.");
    migrate(&mut world, 2, &[("a", "x"), ("j", "s")])
        .refused("C-1 waits at `j` with what came from `a`; `s` of version 2 does not wait for `x`.");
    migrate(&mut world, 2, &[("a", "x"), ("j", "k")]);
    assert_eq!(world.places(), ["3: b bo", "2: x waits at k"]);
    world.accept("cy", 3);
    world.done("cy", 3, &[]).0.iter().find(|said| *said == "3 joined [2] at k").expect("the set is complete");
}

#[test]
fn a_join_that_needs_no_more_goes_on() {
    let mut world = waiting_at_the_join(|process| step(process, "j").need = Some(1));
    let said = migrate(&mut world, 2, &[]).0;
    assert!(said.contains(&"2 joined [] at j with enough".to_string()), "{said:?}");
    assert_eq!(world.places(), ["2: j lea", "3: b bo"]);
}

/// Four eyes see the same people under another name.
#[test]
fn whoever_did_a_step_did_it_under_its_new_name_too() {
    let mut world = offered(two(SALE, |process| {
        rename(process, "sell", "deal");
        step(process, "bill").not_by = vec![h("deal")];
        step(process, "bill").by = Performer::Party("sales".parse().unwrap());
    }));
    migrate(&mut world, 2, &[("sell", "deal")]);
    world.recall("bo", 2);
    world.offer("bo", 1, Some("@bo")).refused("bo did `Sell` of C-1; `Bill` is for somebody else.");
}

#[test]
fn a_step_that_pauses_the_case_there_pauses_it_now_and_here_no_longer() {
    let mut world = offered(two(SALE, |process| step(process, "bill").pauses_case = true));
    world.accept("ana", 2);
    assert_eq!(case(&world).paused().count(), 0);
    migrate(&mut world, 2, &[]);
    assert_eq!(case(&world).paused().count(), 1);
    migrate(&mut world, 1, &[]);
    assert_eq!(case(&world).paused().count(), 0);
}

#[test]
fn a_clock_that_begins_while_the_case_is_paused_stands_still_and_says_why() {
    let mut world = offered(two(SALE, |process| process.goal = None));
    world.when("bo", Command::PauseCase { case: CASE, reason: "asked Hansen".into(), until: None });
    world.at(2);
    migrate(&mut world, 2, &[]);
    world.at(4);
    migrate(&mut world, 1, &[]);
    let (_, clock) = case(&world).case_clock().unwrap();
    assert!(clock.is_paused());
    assert_eq!(case(&world).paused_for(&clock.pauses[0]).as_deref(), Some("asked Hansen"));
    world.at(6).when("bo", Command::ResumeCase { case: CASE });
    world.at(8).when("bo", Command::PauseCase { case: CASE, reason: "asked again".into(), until: None });
    let (_, clock) = case(&world).case_clock().unwrap();
    let why = clock.pauses.iter().map(|pause| case(&world).paused_for(pause).unwrap()).collect::<Vec<_>>();
    assert_eq!(why, ["asked Hansen", "asked again"], "each stretch has its own reason");
}

#[test]
fn a_date_to_look_again_stays_whatever_the_other_version_says_of_chasing() {
    let mut world = begun(two(SALE, |_| {}));
    world.accept("bo", 1);
    let until = Some(monday() + hours(6));
    world.when("bo", Command::WaitTask { case: CASE, task: TaskId(1), reason: "w".into(), until });
    migrate(&mut world, 2, &[]);
    world.at(6).tick().then(&["follow-up 4.0 Acted to bo"]);
}

#[test]
fn a_wait_follows_the_date_that_the_other_version_names_for_it() {
    let text = SALE.replace(
        "[[step]]\nstep = \"bill\"",
        "[data.on]\ntype = \"date\"\n[data.by]\ntype = \"date\"\n[[step]]\nstep = \"bill\"",
    );
    let until = |process: &mut Process, field: &str| {
        let bill = step(process, "bill");
        bill.kind = StepKind::Wait(WaitFor::Until(field.into()));
        bill.by = Performer::Sender;
    };
    let mut catalog = two(&text, |process| until(process, "by"));
    let versions = catalog.processes.values_mut().next().unwrap();
    let mut first = (*versions[0]).clone();
    until(&mut first, "on");
    versions[0] = Arc::new(first);
    let mut world = begun(catalog);
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12"), ("on", "2026-11-18"), ("by", "2026-11-20")]);
    let before = case(&world).clone();
    let said = migrate(&mut world, 2, &[]).0;
    assert!(said.iter().any(|said| said.starts_with("wait 1 moved")), "{said:?}");
    assert_eq!(told(&before, &world).0, ["wait bill -> bill"]);
    // Back to a date that is past it goes on at once, and the dry run says so.
    world.now = world.now + hours(24 * 3);
    let before = case(&world).clone();
    migrate(&mut world, 1, &[]);
    assert_eq!(told(&before, &world).0, ["wait bill -> on"]);
}

#[test]
fn a_step_that_keeps_its_name_is_not_told_as_renamed() {
    let mut world = offered(two(SALE, |_| {}));
    migrate(&mut world, 2, &[("bill", "bill")]);
    let maps = world.entries.iter().filter_map(|entry| match &entry.event {
        crate::domain::event::Event::CaseMigrated { map, .. } => Some(map.len()),
        _ => None,
    });
    assert_eq!(maps.collect::<Vec<_>>(), [0]);
}

/// Both versions count in the calendar of the company, and that has changed since the case began.
#[test]
fn clocks_stay_on_their_calendar_where_both_versions_name_the_same() {
    let mut world = offered(two(SALE, |_| {}));
    let definition = Arc::new(crate::domain::calendar::Calendar::office(crate::domain::zone::Zone::utc()));
    use crate::domain::event::Event;
    tell_catalog(&mut world.catalog, Event::CalendarApplied { calendar: h("shop"), definition });
    let settings =
        crate::domain::catalog::Settings { calendar: h("shop"), ..world.catalog.settings.clone().unwrap() };
    tell_catalog(&mut world.catalog, Event::SettingsChanged { settings });
    migrate(&mut world, 2, &[]);
    assert!(case(&world).clocks.values().all(|clock| clock.calendar == h("office")));
}

#[test]
fn an_offer_that_nobody_had_to_accept_in_time_has_to_be_there_from_now_on() {
    let mut world =
        begun(two(SALE, |process| step(process, "sell").accept = Some("4 hours".parse().unwrap())));
    assert!(case(&world).clocks[&2].is_open(), "whoever offered it is told of it");
    world.at(3);
    migrate(&mut world, 2, &[]);
    assert!(!case(&world).clocks[&2].is_open(), "its ladder looks after it now");
    world.at(7).tick().0.iter().find(|said| said.starts_with("clock 3 rung")).expect("its ladder begins");
    let clock = case(&world).clocks[&3].clone();
    assert_eq!(
        (clock.started, case(&world).handoffs[&crate::domain::HandoffId(1)].clock),
        (monday() + hours(3), Some(3))
    );
}

/// A date agreed on for work whose clock ended, because the other version promises nothing for it, is a promise
/// of its own.
#[test]
fn a_date_is_agreed_on_for_work_that_has_no_promise_any_more() {
    let mut world = begun_work(two(SALE, |process| step(process, "sell").goal = None), 2);
    assert!(!case(&world).clocks[&2].is_open());
    let due = monday() + hours(30);
    let agree = crate::domain::command::AgreeDue { case: CASE, task: TaskId(1), due, reason: "x".into() };
    world.when("bo", Command::AgreeDue(agree));
    let clock = case(&world).tasks[&TaskId(1)].clock.unwrap();
    assert!(clock != 2 && case(&world).clocks[&clock].is_open());
    world.at(31).tick().then(&[
        &format!("clock {clock} breached"),
        &format!("clock {clock} rung 0.0 Acted remind  escalate dana"),
    ]);
}

/// What a dry run says of a case, in words: `H-2 bill -> invoice`, `the case closes`.
fn told(before: &Case, world: &World) -> (Vec<String>, Vec<String>, Vec<String>) {
    use crate::domain::migration::{ClockChange, compare};
    let after = case(world);
    let new = world.catalog.process(&after.process, after.version).unwrap();
    let diff = compare(before, after, new, &world.catalog);
    let hour = |at: Option<crate::domain::Instant>| at.map_or(-1, |at| (at - monday()).0 / hours(1).0);
    let places = diff.places.into_iter().map(|place| {
        let to = place.to.map_or_else(|| "on".to_string(), |to| to.to_string());
        format!("{} {} -> {to}", place.what, place.from)
    });
    let clocks = diff.clocks.into_iter().map(|clock| {
        let how = match clock.change {
            ClockChange::Moves { from, to } => format!("{from} -> {to}"),
            other => other.word().to_string(),
        };
        format!("{} {how} {} {}", clock.what, hour(clock.due_before), hour(clock.due_after))
    });
    (places.collect(), clocks.collect(), diff.missing)
}

#[test]
fn a_dry_run_says_of_every_place_and_every_open_clock_what_becomes_of_it_and_what_is_missing() {
    let mut world = offered(two(SALE, |process| {
        rename(process, "bill", "invoice");
        process.goal = None;
        let mut region = process.data[1].clone();
        (region.name, region.required) = ("region".to_string(), true);
        process.data.push(region);
        let bill = step(process, "invoice");
        bill.accept = Some("10 hours".parse().unwrap());
        bill.needs.push("region".into());
    }));
    let before = case(&world).clone();
    migrate(&mut world, 2, &[("bill", "invoice")]);
    let (places, clocks, missing) = told(&before, &world);
    assert_eq!(places, ["H-2 bill -> invoice"]);
    // The clock of what was sold has ended, and is none of this.
    assert_eq!(clocks, ["the case closes 120 -1", "H-2 (invoice) 4 hours -> 10 hours 4 10"]);
    assert_eq!(missing, ["region"], "said once, though the start and the step ask for it");
    let before = case(&world).clone();
    world.at(2);
    migrate(&mut world, 1, &[("invoice", "bill")]);
    let (places, clocks, missing) = told(&before, &world);
    assert_eq!(places, ["H-2 invoice -> bill"]);
    assert_eq!(clocks, ["H-2 (bill) 10 hours -> 4 hours 10 4", "the case starts -1 122"]);
    assert_eq!(missing, [""; 0]);
}

#[test]
fn a_dry_run_says_of_what_waits_at_a_join_and_for_a_message_where_it_waits_then() {
    let mut world = waiting_at_the_join(|process| {
        for (from, to) in [("a", "x"), ("j", "k")] {
            rename(process, from, to);
        }
    });
    let before = case(&world).clone();
    migrate(&mut world, 2, &[("a", "x"), ("j", "k")]);
    assert_eq!(told(&before, &world).0, ["H-3 b -> b", "join j -> k"]);
    assert_eq!(told(&before, &world).1, ["the follow-up of H-3 keeps 168 168"]);
    let mut world = waiting_at_the_join(|process| step(process, "j").need = Some(1));
    let before = case(&world).clone();
    migrate(&mut world, 2, &[]);
    assert_eq!(told(&before, &world).0, ["H-3 b -> b", "join j -> on"]);
    let waiting = |message: &'static str| {
        move |process: &mut Process| {
            let bill = step(process, "bill");
            bill.kind = StepKind::Wait(WaitFor::Message(message.into()));
            bill.by = Performer::Sender;
        }
    };
    for (message, said) in
        [("b", "wait, for the message b instead of a, bill -> bill"), ("a", "wait bill -> bill")]
    {
        let mut catalog = two(SALE, waiting(message));
        let versions = catalog.processes.values_mut().next().unwrap();
        let mut first = (*versions[0]).clone();
        waiting("a")(&mut first);
        versions[0] = Arc::new(first);
        let mut world = offered(catalog);
        let before = case(&world).clone();
        migrate(&mut world, 2, &[]);
        assert_eq!(told(&before, &world).0, [said]);
    }
}

/// What is done behind a join is done once, whoever put a branch of it there.
#[test]
fn no_branch_is_put_past_the_join_that_others_still_come_to() {
    let refused =
        "C-1 would come past `j` twice: what is put at `j` is one of those that `j` brings together.";
    let only_a = |process: &mut Process| {
        step(process, "s").next[0].go = crate::domain::process::Go::To(vec![h("a")]);
        step(process, "j").join = vec![h("a")];
        process.steps.retain(|step| step.handle.as_str() != "b");
    };
    let mut world = waiting_at_the_join(only_a);
    migrate(&mut world, 2, &[("b", "j")]).refused(refused);
    // The other has not come there yet.
    let mut world = begun(two(SPLIT, only_a));
    world.accept("bo", 1);
    world.done("bo", 1, &[]);
    migrate(&mut world, 2, &[("b", "j")]).refused(refused);
}

/// Both arms of a split, or one of them and what waits at the join, cannot become one step: it would be done for each.
#[test]
fn two_branches_do_not_become_one_step() {
    let only_a = |process: &mut Process| {
        step(process, "s").next[0].go = crate::domain::process::Go::To(vec![h("a")]);
        step(process, "j").join = vec![h("a")];
        process.steps.retain(|step| step.handle.as_str() != "b");
    };
    let refused = "C-1 is at `a` and at `b`, and both would be `a`, to be done for each of them.";
    let mut world = begun(two(SPLIT, only_a));
    world.accept("bo", 1);
    world.done("bo", 1, &[]);
    migrate(&mut world, 2, &[("b", "a")]).refused(refused);
    let mut world = waiting_at_the_join(only_a);
    migrate(&mut world, 2, &[("b", "a")]).refused("C-1 is at `b` and at `a`, and both would be `a`");
}

#[test]
fn a_dry_run_says_what_the_join_of_the_other_version_ends() {
    let mut world = waiting_at_the_join(|process| {
        let join = step(process, "j");
        (join.need, join.late) = (Some(1), crate::domain::process::Late::Cancel);
    });
    let before = case(&world).clone();
    migrate(&mut world, 2, &[]);
    let new = world.catalog.process(&before.process, 2).unwrap();
    let diff = crate::domain::migration::compare(&before, case(&world), new, &world.catalog);
    let words = diff.places.iter().map(|place| place.words()).collect::<Vec<_>>();
    assert_eq!(
        words,
        [
            "H-3 ends at b: the join needs no more",
            "what waits goes on from j: its join or its vote needs no more"
        ]
    );
}

/// Nothing that is over is carried over: neither ticks of work that is done nor messages that came.
#[test]
fn what_is_over_is_not_migrated() {
    let mut world = offered(two(SALE, |process| step(process, "bill").checklist = vec!["Signed".into()]));
    world.accept("ana", 2);
    world.done("ana", 2, &[]);
    migrate(&mut world, 2, &[]);
    assert_eq!(case(&world).tasks[&TaskId(2)].checked.len(), 2, "what was ticked off is");
}

#[test]
fn what_was_done_before_has_the_goal_it_had() {
    let mut world =
        offered(two(SALE, |process| step(process, "sell").goal = Some("16 hours".parse().unwrap())));
    migrate(&mut world, 2, &[]);
    assert_eq!(case(&world).clocks[&3].goal, "8 hours".parse().unwrap());
}

/// Three of four have to agree, or with the second version two of three; two have agreed.
fn two_agreed(change: impl Fn(&mut Process)) -> World {
    voted(&[("bo", "yes"), ("lea", "yes")], change)
}

/// The same, with these votes.
fn voted(votes: &[(&str, &str)], change: impl Fn(&mut Process)) -> World {
    let decision = "[[step]]\nstep = \"d\"\ntitle = \"D\"\ntype = \"decision\"\nby = \"sales\"\nquorum = \"3 of 4\"\n\
                    goal = \"1 day\"\nnext = [{ on = \"yes\", to = \"e\" }, { on = \"no\", end = \"no\" }]\n";
    let text = format!(
        "{}{decision}{}",
        &SALE[..SALE.find("[[step]]").unwrap()],
        "[[step]]\nstep = \"e\"\ntitle = \"E\"\n\
                    by = \"@dana\"\ngoal = \"1 day\"\nnext = { end = \"done\" }\n"
    );
    let mut catalog = two(&text, |process| {
        step(process, "d").kind = StepKind::Decision { quorum: "2 of 3".parse().ok() };
        change(process);
    });
    catalog.roles.get_mut(&h("sales")).unwrap().members.extend([h("lea"), h("max")]);
    let mut world = begun(catalog);
    world.accept("bo", 1);
    for (who, outcome) in votes {
        let (said, reason) = (Some(outcome.to_string()), Some("looked at it".to_string()));
        let vote = CompleteTask { outcome: said, reason, ..complete(1, &[]) };
        assert!(
            world.when(who, Command::CompleteTask(vote)).0[0].contains(&format!("votes {outcome}")),
            "{who}"
        );
    }
    world
}

#[test]
fn a_vote_that_can_pass_no_more_as_the_other_version_counts_is_decided_by_the_migration() {
    let all = |process: &mut Process| {
        step(process, "d").kind = StepKind::Decision { quorum: "all".parse().ok() };
    };
    let mut world = voted(&[("bo", "no")], all);
    let before = case(&world).clone();
    migrate(&mut world, 2, &[]);
    let (_, new) = world.catalog.newest(&h("sale")).unwrap();
    let diff = crate::domain::migration::compare(&before, case(&world), new, &world.catalog);
    assert_eq!(diff.over.as_deref(), Some("nothing is left to do there: the case ends, done: no"));
    let case = world.subject.case().unwrap();
    assert!(
        matches!(&case.state, crate::domain::case::CaseState::Done { outcome: Some(outcome), .. } if outcome == "no"),
        "{:?}",
        case.state
    );
}

#[test]
fn a_vote_that_passes_as_the_other_version_counts_is_decided_by_the_migration() {
    let mut world = two_agreed(|_| {});
    assert_eq!(world.places(), ["1: d bo"]);
    migrate(&mut world, 2, &[]);
    assert_eq!(world.places(), ["1: e bo"], "offered to whoever does it, by whoever held the decision");
    let case = world.subject.case().unwrap();
    assert_eq!(case.exceptions.len(), 0);
}

#[test]
fn a_vote_that_passes_and_whose_work_lacks_something_is_told_to_who_holds_it() {
    let mut world = two_agreed(|process| step(process, "d").checklist = vec!["Read".to_string()]);
    migrate(&mut world, 2, &[]);
    assert_eq!(world.places(), ["1: d bo"]);
    let case = world.subject.case().unwrap();
    let said = case.exceptions.values().map(|e| (e.text.as_str(), e.to.as_slice())).collect::<Vec<_>>();
    let text =
        "D is decided, yes, with the next vote: 2 agreed, which is enough in version 2; it lacks [ ] Read";
    assert_eq!(said, [(text, &[h("bo")][..])]);
}

#[test]
fn a_dry_run_names_who_may_not_finish_there_what_they_have_in_hand() {
    for eyes in [false, true] {
        let change = |process: &mut Process| {
            step(process, "book").not_by = if eyes { vec![h("bill")] } else { Vec::new() };
        };
        let mut world = offered(two(SALE, change));
        world.accept("ana", 2);
        world.done("ana", 2, &[]);
        let before = case(&world).clone();
        migrate(&mut world, 2, &[]);
        let (_, new) = world.catalog.newest(&h("sale")).unwrap();
        let told = crate::domain::migration::compare(&before, case(&world), new, &world.catalog).hindered;
        let said = "ana cannot finish T-3 there: ana did `Bill` of C-1; `Book` is for somebody else.";
        assert_eq!(told, if eyes { vec![said.to_string()] } else { Vec::new() });
    }
}

/// What somebody added to the case is of no version, and is what it was in the other one.
#[test]
fn a_task_that_was_added_stays_what_it_is() {
    let mut world = begun(two(SALE, |process| rename(process, "sell", "trade")));
    let add = Command::AddTask {
        case: CASE,
        title: "Flowers".into(),
        to: "@eli".parse().unwrap(),
        within: None,
        note: None,
    };
    world.when("bo", add);
    migrate(&mut world, 2, &[("task-1", "trade")])
        .refused("`task-1` was added to C-1, and is of no version.");
    let said = migrate(&mut world, 2, &[("sell", "trade")]).0;
    assert_eq!(world.places(), ["1: trade bo", "2: task-1 bo"], "{said:?}");
    world.accept("eli", 2);
    world.done("eli", 1, &[]);
    assert_eq!(world.places(), ["1: trade bo"]);
    let mut world = begun(two(SALE, |process| rename(process, "sell", "task-1")));
    let to = "@zoe".parse().unwrap();
    world.when("bo", Command::AddTask { case: CASE, title: "Flowers".into(), to, within: None, note: None });
    migrate(&mut world, 2, &[]).refused("C-1 has an added task called `task-1`, as a step of version 2 is.");
}
