//! Pauses of the case clock, follow-ups and chasers, urgency, and taking a closed case up again.

use super::world::*;
use crate::domain::calendar::Calendar;
use crate::domain::catalog::Catalog;
use crate::domain::clock::{ClockOn, FollowUp};
use crate::domain::command::{Command, EndWait};
use crate::domain::event::{Event, OpId};
use crate::domain::process::{Performer, Process, Step, StepKind, WaitFor};
use crate::domain::rows::{CaseRow, NoticeRow, Row, rows};
use crate::domain::{Instant, TaskId, why_date};
use std::sync::Arc;

/// The company with a process that a file cannot say everything about yet.
fn changed(text: &str, change: impl Fn(&mut Process)) -> Catalog {
    let mut catalog = company(&[text]);
    let handle = catalog.processes.keys().next().cloned().unwrap();
    let mut process = (**catalog.newest(&handle).unwrap().1).clone();
    change(&mut process);
    catalog.processes.insert(handle, vec![Arc::new(process)]);
    catalog
}

fn with_step(step: &str, change: impl Fn(&mut Step)) -> Catalog {
    changed(SALE, |process| {
        let step = process.steps.iter_mut().find(|s| s.handle.as_str() == step).unwrap();
        change(step);
    })
}

/// Bo sells, as T-1.
fn selling(catalog: Catalog) -> World {
    let mut world = World::of(catalog);
    world.start("bo", &[]);
    world.accept("bo", 1);
    world
}

fn pause(world: &mut World, by: &str, until: Option<i64>) -> Said {
    let until = until.map(|h| monday() + hours(h));
    world.when(by, Command::PauseCase { case: CASE, reason: "asked Hansen".into(), until })
}

fn resume(world: &mut World, by: &str) -> Said {
    world.when(by, Command::ResumeCase { case: CASE })
}

fn wait(world: &mut World, until: Option<i64>) -> Said {
    let until = until.map(|h| monday() + hours(h));
    world.when("bo", Command::WaitTask { case: CASE, task: TaskId(1), reason: "Hansen".into(), until })
}

fn reopen(world: &mut World, by: &str, to: Option<&str>, party: Option<&str>) -> Said {
    let (to, party) = (to.map(h), party.map(|party| party.parse().unwrap()));
    world.when(by, Command::ReopenCase { case: CASE, reason: "wrong sum".into(), to, party })
}

fn case_row(world: &World) -> CaseRow {
    let all = rows(&world.subject, &world.catalog);
    all.into_iter().find_map(|row| if let Row::Case(row) = row { Some(row) } else { None }).unwrap()
}

fn told(world: &World, who: &str) -> usize {
    let all = rows(&world.subject, &world.catalog);
    all.iter().filter(|row| matches!(row, Row::Notice(notice) if notice.person == h(who))).count()
}

const CASE_LADDER: &str = "[[ladder]]\non = \"case\"\nrungs = [{ at = \"0\", escalate = \"accountable\" }]\n";

#[test]
fn while_a_case_is_paused_nothing_of_its_clock_comes_and_afterwards_all_of_it_later() {
    let mut world = selling(company(&[&format!("{SALE}{CASE_LADDER}")]));
    assert_eq!(case_row(&world).due, Some(monday() + hours(120)));
    world.at(20);
    pause(&mut world, "bo", None).then(&["pause 1: asked Hansen [4: 0 minutes]"]);
    assert_eq!(case_row(&world).due, None);
    world.at(150).tick().then(&["clock 3 breached", "clock 3 rung 0.0 Acted remind  escalate dana"]);
    pause(&mut world, "bo", None).refused("C-1 is paused already: asked Hansen.");
    resume(&mut world, "bo").then(&["pause 1 over"]);
    resume(&mut world, "bo").refused("C-1 is not paused.");
    assert_eq!(case_row(&world).due, Some(monday() + hours(120 + 130)));
    world.tick().then(&[]);
    world.at(250).tick().then(&["clock 1 rung 0.0 Acted remind  escalate dana"]);
    world.at(251).tick().then(&["clock 1 breached"]);
}

#[test]
fn those_who_have_work_of_it_and_those_who_steer_it_pause_a_case() {
    let mut world = selling(company(&[SALE]));
    pause(&mut world, "zoe", None).refused("zoe is not responsible for anything in C-1.");
    // Cy could have taken it, and has not.
    pause(&mut world, "cy", None).refused("cy is not responsible for anything in C-1.");
    for (n, by) in (1..).zip(["bo", "lea", "dana"]) {
        pause(&mut world, by, None).then(&[&format!("pause {n}: asked Hansen [{}: 0 minutes]", n + 3)]);
        // Who paused it resumes it, and whoever could have paused it.
        resume(&mut world, "zoe").refused("zoe is not responsible for anything in C-1.");
        resume(&mut world, "bo").then(&[&format!("pause {n} over")]);
    }
    let past = Command::PauseCase { case: CASE, reason: "x".into(), until: Some(monday()) };
    world.when("bo", past).refused("That follow-up lies in the past.");
    let empty = Command::PauseCase { case: CASE, reason: " ".into(), until: None };
    world.when("bo", empty).refused("The reason is empty.");
    let mut no_goal = selling(changed(SALE, |process| process.goal = None));
    pause(&mut no_goal, "bo", None).refused("C-1 has no clock of its own");
}

#[test]
fn work_of_a_step_that_pauses_the_case_does_so_for_as_long_as_it_is_in_hand() {
    let catalog = with_step("bill", |step| step.pauses_case = true);
    let mut world = selling(catalog);
    world.at(10).done("bo", 1, &[("amount", "12")]);
    assert_eq!(case_row(&world).due, Some(monday() + hours(120)), "on offer it counts");
    world.at(20).accept("ana", 2).then(&[
        "H-2 accepted by ana as T-2 [5: 8 hours]",
        "pause 1: Bill",
        "clock 4 breached",
    ]);
    assert_eq!(case_row(&world).due, None);
    resume(&mut world, "ana").refused("T-2 pauses C-1 for as long as it is in hand.");
    // Somebody pauses it as well: both must be over.
    pause(&mut world, "ana", None).then(&["pause 2: asked Hansen [6: 0 minutes]"]);
    world.at(30).done("ana", 2, &[]);
    assert_eq!(case_row(&world).due, None);
    world.at(50);
    resume(&mut world, "dana").then(&["pause 2 over"]);
    assert_eq!(case_row(&world).due, Some(monday() + hours(120 + 30)));
    let case = world.subject.case().unwrap();
    let whys = why_date::of_case(
        case,
        &world.catalog.newest(&h("sale")).unwrap().1.clone(),
        &world.catalog,
        world.now,
    );
    let why = whys.iter().find(|clock| clock.what == "the whole case").unwrap();
    let reasons = why.why.lines().into_iter().map(|line| line.what).filter(|what| what.starts_with("paused"));
    assert_eq!(reasons.collect::<Vec<_>>(), ["paused: Bill, asked Hansen"]);
}

#[test]
fn a_withdrawn_case_leaves_no_pause_open() {
    let mut world = selling(with_step("sell", |step| step.pauses_case = true));
    assert_eq!(world.subject.case().unwrap().paused().count(), 1);
    world.at(1).when("bo", Command::WithdrawCase { case: CASE, reason: "x".into() });
    assert_eq!(world.subject.case().unwrap().paused().count(), 0);
}

#[test]
fn a_follow_up_comes_once_and_then_as_often_as_the_step_says_until_the_work_goes_on() {
    let chase = |step: &mut Step| step.chase = Some("4 business hours".parse().unwrap());
    let mut world = selling(with_step("sell", chase));
    wait(&mut world, Some(24)).then(&["T-1 waits [4: 4 business hours]"]);
    world.at(23).tick().then(&[]);
    world.at(24).tick().then(&["follow-up 4.0 Acted to bo"]);
    world.tick().then(&[]);
    world.at(24 + 4).tick().then(&["follow-up 4.1 Acted to bo"]);
    // Nobody ticked for two working days: only the last of what was missed acts. A clock that goes back repeats
    // nothing.
    world.at(24 + 54).tick().then(&["follow-up 4.5 Acted to bo after 3 missed"]);
    world.at(24).tick().then(&[]);
    assert_eq!(told(&world, "bo"), 3);
    world.at(80).when("bo", Command::ResumeTask { case: CASE, task: TaskId(1) });
    assert_eq!(told(&world, "bo"), 0, "it is not open any more");
    world.at(110).tick();
    assert_eq!(world.subject.case().unwrap().clocks[&4].fired.len(), 3);
    // The next wait has a date of its own.
    wait(&mut world, None).then(&["T-1 waits [5: 4 business hours]"]);
}

/// Bo's wait was to be looked at on Tuesday at nine, and he does not look.
#[test]
fn what_nobody_looks_at_again_is_said_again_and_climbs() {
    let mut world = selling(company(&[SALE]));
    wait(&mut world, Some(24)).then(&["T-1 waits [4: 0 minutes]"]);
    world.at(30).tick().then(&["follow-up 4.0 Acted to bo"]);
    world.at(24 * 8 - 1).tick().then(&["clock 1 breached", "clock 1 rung 0.0 Acted remind  escalate dana"]);
    let week = |n: u32| [format!("follow-up 4.{} Acted to bo", n + 1), rung(n)];
    fn rung(n: u32) -> String {
        format!("clock 4 rung 1.{n} Acted remind  escalate dana")
    }
    for n in 0..3 {
        assert_eq!(world.at(24 * (8 + 7 * i64::from(n))).tick().0, week(n));
        world.tick().then(&[]);
    }
    assert_eq!(told(&world, "dana"), 4, "and once of the case");
    // A clock that goes back says nothing twice.
    for back in [24, 24 * 8, 24 * 10] {
        world.at(back).tick().then(&[]);
    }
    world.at(24 * 23).when("bo", Command::ResumeTask { case: CASE, task: TaskId(1) });
    assert_eq!((told(&world, "bo"), told(&world, "dana")), (0, 1), "the case is late still");
    // Nobody ticked for three weeks: what came last acts, and says how often it came.
    let mut world = selling(company(&[SALE]));
    wait(&mut world, Some(24));
    let said = world.at(24 * 22).tick().0;
    let acted = [
        "follow-up 4.3 Acted to bo after 3 missed",
        "clock 4 rung 1.2 Acted remind  escalate dana after 2 missed",
    ];
    assert_eq!(said[said.len() - 2..], acted, "{said:?}");
}

#[test]
fn a_wait_or_a_pause_of_which_nobody_says_when_to_look_again_is_looked_at_after_five_working_days() {
    let after = monday() + hours(24 * 7);
    let mut world = selling(company(&[SALE]));
    wait(&mut world, None).then(&["T-1 waits [4: 0 minutes]"]);
    pause(&mut world, "dana", None).then(&["pause 1: asked Hansen [5: 0 minutes]"]);
    let case = world.subject.case().unwrap();
    assert_eq!(case.tasks[&TaskId(1)].waiting().unwrap().until, Some(after));
    assert_eq!(case.pauses[&1].until, Some(after));
    world.at(24 * 7 - 1).tick().then(&[]);
    world.at(24 * 7).tick().then(&["follow-up 4.0 Acted to bo", "follow-up 5.0 Acted to dana"]);
    let said = world.at(24 * 14).tick().0;
    for told in [
        "follow-up 4.1 Acted to bo",
        "clock 4 rung 1.0 Acted remind  escalate dana",
        "follow-up 5.1 Acted to dana",
        "clock 5 rung 1.0 Acted remind  escalate dana",
    ] {
        assert!(said.contains(&told.to_string()), "{said:?}");
    }
}

/// The client is asked from when Bo has it in hand, and not only once he says that it waits.
#[test]
fn whoever_minds_work_of_somebody_outside_is_told_to_ask_from_when_it_is_in_their_hand() {
    let mut world = selling(with_step("bill", |bill| {
        bill.by = Performer::Party(crate::domain::Party::Contact);
        bill.minded = Some("@eli".parse().unwrap());
        bill.chase = Some("1 day".parse().unwrap());
        bill.goal = Some("30 days".parse().unwrap());
    }));
    world.done("bo", 1, &[("amount", "1")]);
    world
        .accept("eli", 2)
        .then(&["H-2 accepted by eli as T-2 [5: 30 days]", "clock on FollowUp(Task(TaskId(2))) [6: 1 day]"]);
    world.at(24).tick().then(&["follow-up 6.0 Acted to eli"]);
    // Its own promise climbs; the asking goes on beside it.
    world.at(48).tick().then(&["follow-up 6.1 Acted to eli"]);
    let wait = |until| Command::WaitTask { case: CASE, task: TaskId(2), reason: "ill".into(), until };
    world.when("eli", wait(Some(monday() + hours(100)))).then(&["T-2 waits [7: 1 day]"]);
    world.at(99).tick().then(&[]);
    world.at(100).tick().then(&["follow-up 7.0 Acted to eli"]);
    world
        .when("eli", Command::ResumeTask { case: CASE, task: TaskId(2) })
        .then(&["T-2 goes on", "clock on FollowUp(Task(TaskId(2))) [8: 1 day]"]);
    world.at(110).done("eli", 2, &[]);
    let open = world.subject.case().unwrap().clocks.values().filter(|clock| clock.is_open());
    assert!(open.into_iter().all(|clock| !matches!(clock.on, ClockOn::FollowUp(FollowUp::Task(_)))));
}

/// Late by three minutes when it is paused, it is late by three minutes when it goes on.
#[test]
fn while_a_clock_stands_still_no_rung_behind_its_due_comes_nearer() {
    let ladder = "[[ladder]]\non = \"goal\"\nrungs = [{ at = \"0\", remind = \"responsible\" }, \
                  { at = \"+2 hours\", escalate = \"lead\", every = \"1 hour\", most = 3 }, \
                  { at = \"+1 business day\", escalate = \"accountable\" }]\n";
    let start = SALE.find("[[ladder]]").unwrap();
    let mut world = selling(company(&[&format!("{}{ladder}", &SALE[..start])]));
    let due = world.subject.case().unwrap().clocks[&3].goal;
    assert_eq!(due.to_string(), "8 hours");
    world.at(9).tick().then(&["clock 3 breached", "clock 3 rung 0.0 Acted remind bo escalate"]);
    wait(&mut world, Some(24 * 3));
    world.at(50).tick().then(&[]);
    world.at(49).when("bo", Command::ResumeTask { case: CASE, task: TaskId(1) });
    world.tick().then(&[]);
    world.at(50).tick().then(&["clock 3 rung 1.0 Acted remind  escalate bo"]);
    world.at(51).tick().then(&["clock 3 rung 1.1 Acted remind  escalate bo"]);
    world.at(52).tick().then(&["clock 3 rung 1.2 Acted remind  escalate bo"]);
    // A working day behind due is one that ran: Monday at five, and the time it stood.
    let next = world.subject.case().unwrap().clocks[&3].clone();
    let calendar = world.catalog.calendar(&next.calendar, next.calendar_version).unwrap();
    let rungs = crate::domain::decide::rungs_of(
        world.catalog.newest(&h("sale")).unwrap().1,
        world.subject.case().unwrap(),
        next.on,
    );
    let at = next.next_at(calendar, &rungs).unwrap();
    assert!(at >= monday() + hours(24 + 8 + 40), "{at:?}");
}

#[test]
fn the_follow_up_of_a_pause_is_put_into_the_inbox_of_whoever_asked_for_it() {
    let mut world = selling(company(&[SALE]));
    pause(&mut world, "dana", Some(24)).then(&["pause 1: asked Hansen [4: 0 minutes]"]);
    world.at(24).tick().0.iter().find(|said| *said == "follow-up 4.0 Acted to dana").expect("dana is told");
    let all = rows(&world.subject, &world.catalog);
    let of_the_case = |n: &NoticeRow| n.person == h("dana") && n.escalation && n.branch.is_none();
    assert!(all.iter().any(|row| matches!(row, Row::Notice(notice) if of_the_case(notice))));
    resume(&mut world, "dana");
    assert_eq!(told(&world, "dana"), 1, "of the offer that nobody takes");
    // Resumed before its date, it never comes.
    pause(&mut world, "dana", Some(48));
    resume(&mut world, "dana");
    let said = world.at(60).tick().0;
    assert!(said.iter().all(|said| !said.starts_with("follow-up")), "{said:?}");
}

#[test]
fn whoever_minds_a_message_is_told_to_ask_again() {
    let mut world = selling(with_step("bill", |bill| {
        bill.kind = StepKind::Wait(WaitFor::Message("paper".into()));
        bill.by = Performer::Sender;
        bill.chase = Some("1 day".parse().unwrap());
        bill.minded = Some("@eli".parse().unwrap());
    }));
    world.done("bo", 1, &[("amount", "1")]).then(&["T-1 done", "wait 1 on 1 at bill from bo"]);
    world.at(24).tick().then(&["follow-up 4.0 Acted to eli"]);
    world.at(48).tick().then(&["follow-up 4.1 Acted to eli"]);
    world.when("bo", Command::EndWait(EndWait::of(CASE, 1, "came")));
    assert!(!world.subject.case().unwrap().clocks[&4].is_open());
}

#[test]
fn follow_ups_and_pauses_follow_a_calendar_edit() {
    let chase = |step: &mut Step| step.chase = Some("4 business hours".parse().unwrap());
    let mut world = selling(with_step("sell", chase));
    wait(&mut world, None).then(&["T-1 waits [4: 4 business hours]"]);
    pause(&mut world, "bo", Some(50));
    let text = "[calendar.office]\nzone = \"UTC\"\nopen = { mon-fri = \"09:00-11:00\" }\n";
    let definition = Arc::new(Calendar::parse_file(text).unwrap().remove(&h("office")).unwrap());
    tell_catalog(&mut world.catalog, Event::CalendarApplied { calendar: h("office"), definition });
    world.at(1).tick().then(&[
        "clock 1 follows version 2",
        "clock 3 follows version 2",
        "clock 4 follows version 2",
        "clock 5 follows version 2",
    ]);
    // Two hours a day: the four are over on Tuesday at 11, and the next four on Thursday at 11.
    world.at(26).tick().then(&["follow-up 4.0 Acted to bo"]);
    world.at(49).tick().then(&[]);
    world.at(50).tick().then(&["follow-up 5.0 Acted to bo"]);
    world.at(74).tick().then(&["follow-up 4.1 Acted to bo"]);
}

#[test]
fn an_urgent_case_counts_towards_its_other_goal_on_the_same_log() {
    let mut world = selling(changed(SALE, |process| process.urgent_goal = Some("1 day".parse().unwrap())));
    let urgent = |urgent| Command::SetUrgent { case: CASE, urgent };
    world
        .at(5)
        .when("zoe", urgent(true))
        .refused("zoe has no part in C-1, and cannot change how urgent it is.");
    world.when("dana", urgent(true));
    assert!(case_row(&world).urgent);
    assert_eq!(case_row(&world).due, Some(monday() + hours(24)));
    world.when("bo", urgent(true)).then(&[]);
    world.when("bo", urgent(false));
    assert_eq!(case_row(&world).due, Some(monday() + hours(120)));
    world.when("bo", Command::WithdrawCase { case: CASE, reason: "x".into() });
    world.when("bo", urgent(true)).refused("C-1 was withdrawn: x.");
}

/// A case that was late and is done at hour 130.
fn paid() -> World {
    let mut world = selling(company(&[&format!("{SALE}{CASE_LADDER}")]));
    world.at(125).tick();
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("ana", 2);
    world.at(130).done("ana", 2, &[]);
    world.done("ana", 3, &[]);
    world.accept("max", 4);
    world.done("max", 4, &[("ok", "yes")]).0.last().map(|last| assert_eq!(last, "case done: paid")).unwrap();
    world
}

#[test]
fn a_reopened_case_begins_a_cycle_with_a_clock_of_its_own_and_keeps_what_was() {
    let mut world = paid();
    let before = case_row(&world);
    assert_eq!(before.breached, Some(monday() + hours(120)));
    let first_clock = world.subject.case().unwrap().clocks[&1].clone();
    world.at(200);
    reopen(&mut world, "ana", None, None)
        .then(&["reopened, cycle 2 [9: 5 days]", "H-5 on 2: check#2 from ana to ops [10: 4 hours]"]);
    assert_eq!(world.places(), ["2: check ana"]);
    let row = case_row(&world);
    assert_eq!((row.state.as_str(), row.ended, row.outcome), ("open", None, None));
    assert_eq!((row.due, row.breached), (Some(monday() + hours(320)), None), "the newest clock");
    assert_eq!(row.accountable, before.accountable);
    assert_eq!(world.subject.case().unwrap().clocks[&1], first_clock);
    // Its ladder begins anew.
    world.accept("max", 5);
    world
        .at(320)
        .tick()
        .0
        .iter()
        .find(|said| said.starts_with("clock 9 rung 0.0 Acted"))
        .expect("a rung of its own");
    world.done("max", 5, &[("ok", "yes")]).0.last().map(|last| assert_eq!(last, "case done: paid")).unwrap();
    let again = reopen(&mut world, "max", Some("bill"), Some("@eli")).0;
    assert_eq!(again.last().unwrap(), "H-6 on 3: bill#2 from max to @eli [13: 4 hours]");
}

#[test]
fn only_a_closed_case_is_reopened_for_a_reason_at_a_step_people_do_by_somebody_with_a_part_in_it() {
    let mut world = selling(company(&[SALE]));
    reopen(&mut world, "bo", None, None).refused("C-1 is open.");
    world.when("bo", Command::WithdrawCase { case: CASE, reason: "x".into() });
    let no_reason = Command::ReopenCase { case: CASE, reason: " ".into(), to: None, party: None };
    world.when("bo", no_reason).refused("The reason is empty.");
    reopen(&mut world, "zoe", None, None).refused("zoe has no part in C-1, and cannot take it up again.");
    reopen(&mut world, "bo", Some("sel"), None).refused("`sale` has no step `sel`.");
    // Withdrawn at its first step, which is offered again: Bo is one of two.
    reopen(&mut world, "bo", None, None)
        .then(&["reopened, cycle 2 [4: 5 days]", "H-2 on 2: sell#2 from bo to sales"]);
    let mut auto = selling(with_step("book", |step| {
        step.kind = StepKind::Auto { actions: vec![] };
    }));
    auto.when("bo", Command::WithdrawCase { case: CASE, reason: "x".into() });
    reopen(&mut auto, "bo", Some("book"), None).refused("Nobody does `Book`: it is a step of type auto.");
}

#[test]
fn a_reopening_is_taken_back_like_any_action() {
    let mut world = paid();
    let whole = rows(&world.subject, &world.catalog);
    reopen(&mut world, "ana", None, None);
    let op = world.entries.last().unwrap().op;
    let ctx = crate::domain::command::Context::by(&h("ana"), world.now, OpId(uuid::Uuid::nil()));
    world.happen(&ctx, Event::ActionUndone { op });
    let id = crate::domain::event::SubjectId::Case(CASE);
    world.subject = crate::domain::fold::fold(id, &world.entries, &world.catalog);
    assert_eq!(rows(&world.subject, &world.catalog), whole);
}

#[test]
fn a_closed_case_is_neither_paused_nor_resumed_nor_made_urgent_nor_answered_for_by_another() {
    let mut world = World::started(SALE, "bo");
    world.when("bo", Command::PauseCase { case: CASE, reason: "x".into(), until: None });
    world.when("bo", Command::WithdrawCase { case: CASE, reason: "no more".into() });
    let to = "@zoe".parse().unwrap();
    for command in [
        Command::PauseCase { case: CASE, reason: "x".into(), until: None },
        Command::ResumeCase { case: CASE },
        Command::SetUrgent { case: CASE, urgent: true },
        Command::ChangeAccountable { case: CASE, to, reason: None },
    ] {
        world.when("dana", command).refused("C-1 was withdrawn: no more.");
    }
}

#[test]
fn a_case_without_a_clock_is_paused_by_no_step() {
    let text = SALE.replace("goal = \"5 days\"\n", "");
    let mut world = World::of(company_of(&text, |process| step_of(process, "sell").pauses_case = true));
    world.start("bo", &[]);
    world.accept("bo", 1).then(&["H-1 accepted by bo as T-1 implicit [2: 8 hours]"]);
}

/// Minding an outside contact is asking again where the case waits for their message; the work is the holder's.
#[test]
fn a_follow_up_of_work_of_an_outside_contact_is_for_whoever_holds_it() {
    let mut world = selling(with_step("sell", |step| step.minded = Some("finance".parse().unwrap())));
    wait(&mut world, Some(2));
    assert_eq!(world.places(), ["1: sell bo"]);
    world.at(2).tick().then(&["follow-up 4.0 Acted to bo"]);
    pause(&mut world, "bo", Some(9));
    assert_eq!(world.places(), ["1: sell bo"], "with two that should be looked at again");
}

#[test]
fn a_follow_up_that_nobody_noticed_is_no_breach_when_the_work_goes_on() {
    let mut world = selling(company(&[SALE]));
    wait(&mut world, Some(2));
    let resume = Command::ResumeTask { case: CASE, task: TaskId(1) };
    world.at(5).when("bo", resume).then(&["T-1 goes on"]);
}

/// What was to be done again does not count as done.
#[test]
fn a_case_that_was_sent_back_is_taken_up_where_that_went() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("ana", 2);
    world.done("ana", 2, &[]);
    let ask = crate::domain::command::SendBack {
        case: CASE,
        task: crate::domain::TaskId(3),
        to: Some(h("sell")),
        again: None,
        reason: "wrong".into(),
        items: vec![],
        party: None,
    };
    world.when("ana", Command::SendBack(ask));
    let withdraw = Command::WithdrawCase { case: CASE, reason: "x".into() };
    world.when("bo", withdraw);
    let again = reopen(&mut world, "bo", None, None).0;
    assert!(again.last().unwrap().contains("sell#3"), "{again:?}");
}

/// Still waiting, look again on Friday: the wait goes on as long as it has, and only the day moves.
#[test]
fn what_waits_or_is_paused_is_looked_at_again_at_another_time_without_going_on() {
    let mut world = selling(company(&[SALE]));
    wait(&mut world, Some(24)).then(&["T-1 waits [4: 0 minutes]"]);
    world.at(30).tick().then(&["follow-up 4.0 Acted to bo"]);
    let again = |world: &mut World, reason: &str, until: Option<Instant>| {
        world.when("bo", Command::WaitTask { case: CASE, task: TaskId(1), reason: reason.into(), until })
    };
    again(&mut world, "", None).refused("T-1 waits already: ");
    again(&mut world, "", Some(monday() + hours(100))).then(&["T-1 waits [5: 0 minutes]"]);
    let task = world.subject.case().unwrap().tasks[&TaskId(1)].clone();
    let [one] = task.waits.as_slice() else { panic!("{:?}", task.waits) };
    assert_eq!((one.from, one.until, one.to), (monday(), Some(monday() + hours(100)), None));
    assert_eq!(told(&world, "bo"), 0, "it has been looked at");
    world.at(99).tick();
    world.at(100).tick().then(&["follow-up 5.0 Acted to bo"]);
    assert_eq!(crate::domain::faults::faults(world.subject.case().unwrap(), &world.catalog), [""; 0]);
    // The same of a pause of the case.
    let mut world = selling(company(&[SALE]));
    pause(&mut world, "dana", Some(24)).then(&["pause 1: asked Hansen [4: 0 minutes]"]);
    world.at(24).tick().then(&[
        "clock 3 breached",
        "clock 3 rung 0.0 Acted remind  escalate dana",
        "follow-up 4.0 Acted to dana",
    ]);
    let ask = |reason: &str, until| Command::PauseCase { case: CASE, reason: reason.into(), until };
    world.when("dana", ask("", None)).refused("C-1 is paused already: asked Hansen.");
    let later = Some(monday() + hours(50));
    world.when("dana", ask("", later)).then(&["pause 1: asked Hansen [5: 0 minutes]"]);
    let case = world.subject.case().unwrap();
    assert_eq!((case.pauses.len(), case.pauses[&1].from, case.pauses[&1].until), (1, monday(), later));
    world.at(49).tick().then(&[]);
    world.at(50).tick().then(&["follow-up 5.0 Acted to dana"]);
    assert_eq!(crate::domain::faults::faults(world.subject.case().unwrap(), &world.catalog), [""; 0]);
}
