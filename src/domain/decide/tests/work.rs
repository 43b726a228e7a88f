//! Work in hand: the contract, sending anyway, waiting, and ending early.

use super::world::*;
use crate::domain::command::{Command, CompleteTask};
use crate::domain::refusal::Refusal;
use crate::domain::rows::{Row, rows};
use crate::domain::{TaskId, decide::decide};

/// Ana holds the bill as T-2.
fn billing() -> World {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("ana", 2);
    world
}

#[test]
fn what_the_contract_lacks_is_listed_and_nothing_is_sent() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    let before = world.subject.clone();
    world.done("bo", 1, &[]).refused("T-1 cannot be sent on yet. Missing: amount.");
    assert_eq!(world.subject, before);
    // An empty value is none.
    world.done("bo", 1, &[("amount", " ")]).refused("T-1 cannot be sent on yet. Missing: amount.");

    let mut world = billing();
    let send = Command::CompleteTask(complete(2, &[]));
    world.when("ana", send.clone()).refused("T-2 cannot be sent on yet. Missing: [ ] Number; [ ] Address.");
    let check = Command::CheckItem { case: CASE, task: TaskId(2), item: 1, done: true };
    world.when("ana", check.clone()).then(&["T-2 item 1 true"]);
    world.when("ana", check).then(&[]);
    world.when("ana", send).refused("T-2 cannot be sent on yet. Missing: [ ] Number.");
    let none = Command::CheckItem { case: CASE, task: TaskId(2), item: 2, done: true };
    world.when("ana", none).refused("`Bill` has 2 items on its checklist.");
}

#[test]
fn a_receiver_s_needs_count_and_the_refusal_is_typed() {
    // `amount` is given by `sell`; taken away later, `bill` still asks for it on the way round.
    let mut world = billing();
    world.done("ana", 2, &[]);
    world.done("ana", 3, &[]);
    world.accept("max", 4);
    world.done("max", 4, &[("ok", "no")]);
    world.accept("bo", 5);
    let send = Command::CompleteTask(complete(5, &[("amount", "")]));
    let ctx = crate::domain::command::Context::by(
        &h("bo"),
        world.now,
        crate::domain::event::OpId(uuid::Uuid::max()),
    );
    let refusal = decide(&world.subject, &world.catalog, &send, &ctx, world.numbers).unwrap_err();
    assert_eq!(refusal, Refusal::Incomplete { task: TaskId(5), missing: vec!["amount".into()] });
}

#[test]
fn sent_anyway_needs_a_reason_and_the_accountable_party_hears_of_it() {
    let mut world = billing();
    let anyway =
        |why: &str| Command::CompleteTask(CompleteTask { anyway: Some(why.into()), ..complete(2, &[]) });
    world.when("ana", anyway("  ")).refused("The reason is empty.");
    world.when("ana", anyway("customer waits")).then(&[
        "T-2 done",
        "exception SentAnyway to dana",
        "H-3 on 1: book#1 from ana to finance",
        "H-3 accepted by ana as T-3 implicit [6: 1 day]",
    ]);
    let case = world.subject.case().unwrap();
    assert_eq!(case.exceptions[&1].text, "Bill sent on without [ ] Number; [ ] Address: customer waits");
    let row = rows(&world.subject, &world.catalog).into_iter().find_map(|row| match row {
        Row::Exception(row) => Some(row.person),
        _ => None,
    });
    assert_eq!(row, Some(h("dana")));
    let resolve = |n| Command::ResolveException { case: CASE, exception: n, text: "fine".into() };
    assert!(matches!(world.when("dana", resolve(2)), Said(said) if said[0].starts_with("no: C-1 has no")));
    world.when("dana", resolve(1));
    world.when("dana", resolve(1)).refused("This exception is resolved already.");
}

/// An accountable role nobody belongs to would hear of nothing for ever.
#[test]
fn an_exception_nobody_answers_for_reaches_the_admins() {
    let mut world = World::new(&SALE.replace("\"@dana\"", "\"nobody\""));
    world.start("bo", &[]);
    world.accept("bo", 1);
    let sent = CompleteTask { anyway: Some("hurry".into()), ..complete(1, &[]) };
    world.when("bo", Command::CompleteTask(sent)).then(&[
        "T-1 done",
        "exception SentAnyway to dana",
        "H-2 on 1: bill#1 from bo to finance [4: 4 hours]",
    ]);
}

#[test]
fn the_performer_from_the_data_must_be_somebody() {
    let book = SALE.find("[[step]]\nstep = \"book\"").unwrap();
    let steps = &SALE[..book].replace("next = \"book\"", "next = { end = true }");
    let steps = steps.replace("gives = [\"amount\"]", "gives = [\"amount\", \"driver\"]");
    let steps = steps.replace("by = \"finance\"", "by = { data = \"driver\" }");
    let mut world =
        World::new(&steps.replace("[data.ok]\ntype = \"yes/no\"", "[data.driver]\ntype = \"person\""));
    world.start("bo", &[]);
    world.accept("bo", 1);
    let nobody = "`Bill` is done by the person in `driver`, and nobody is named there.";
    world.done("bo", 1, &[("amount", "1"), ("driver", "ghost")]).refused("`ghost` is nobody here.");
    tell_catalog(&mut world.catalog, crate::domain::event::Event::PersonLeft { person: h("cy") });
    world.done("bo", 1, &[("amount", "1"), ("driver", "cy")]).refused("`cy` has left.");
    let anyway = CompleteTask { anyway: Some("later".into()), ..complete(1, &[("amount", "1")]) };
    world.when("bo", Command::CompleteTask(anyway)).refused(nobody);
    world
        .done("bo", 1, &[("amount", "1"), ("driver", "@zoe")])
        .then(&["T-1 done", "H-2 on 1: bill#1 from bo to @zoe [4: 4 hours]"]);
}

#[test]
fn waiting_pauses_the_work_clock_and_only_that() {
    let mut world = billing();
    let wait = |until| Command::WaitTask { case: CASE, task: TaskId(2), reason: "customer".into(), until };
    world.at(2).when("ana", wait(Some(monday()))).refused("That follow-up lies in the past.");
    world.when("eli", wait(None)).refused("ana is responsible for T-2.");
    world.when("ana", wait(None)).then(&["T-2 waits [6: 0 minutes]"]);
    world.when("ana", wait(None)).refused("T-2 waits already: customer.");
    let due = |world: &World| {
        rows(&world.subject, &world.catalog).into_iter().find_map(|row| match row {
            Row::Place(row) => Some((row.due, row.waiting.is_some())),
            _ => None,
        })
    };
    assert_eq!(due(&world), Some((None, true)), "due is not known while paused");
    // Nothing breaches while paused, however long it takes; the case clock runs on.
    world.at(24 * 6).tick().then(&["clock 1 breached", "clock 1 rung 0.0 Acted remind  escalate dana"]);
    let resume = Command::ResumeTask { case: CASE, task: TaskId(2) };
    world.at(24 * 6).when("ana", resume.clone()).then(&["T-2 goes on"]);
    world.when("ana", resume).refused("T-2 is not waiting.");
    let six_hours_left = monday() + hours(24 * 6 + 6);
    assert_eq!(due(&world), Some((Some(six_hours_left), false)));
    world.tick().then(&[]);
    world.at(24 * 6 + 6).tick().then(&["clock 5 rung 0.0 Acted remind  escalate dana"]);
    world.now = world.now + crate::domain::Span(1);
    world.tick().then(&["clock 5 breached"]);
}

#[test]
fn withdrawing_closes_everything_and_says_which() {
    let mut world = billing();
    world.offer("ana", 1, Some("@zoe"));
    let withdraw = |reason: &str| Command::WithdrawCase { case: CASE, reason: reason.into() };
    world.when("zoe", withdraw("no")).refused("Others hold open work of C-1.");
    world.when("bo", withdraw("")).refused("The reason is empty.");
    world
        .when("dana", withdraw("lost"))
        .then(&["withdrawn, closes T-2 bill, H-3, case clock, work clock of T-2, acceptance clock of H-3"]);
    assert!(world.places().is_empty());
    let case = world.subject.case().unwrap();
    assert!(case.clocks.values().all(|clock| !clock.is_open()));
    assert!(
        !rows(&world.subject, &world.catalog).iter().any(|row| matches!(row, Row::Clock(_) | Row::Place(_)))
    );
    for (by, said) in [("dana", world.accept("zoe", 3)), ("ana", world.done("ana", 2, &[]))] {
        assert!(said.0[0].starts_with("no: "), "{by}: {said:?}");
    }
    world.at(24 * 30).tick().then(&[]);
    world.when("dana", withdraw("again")).refused("C-1 was withdrawn: lost.");
}

#[test]
fn a_case_ends_with_its_last_branch_and_stays_as_it_is() {
    let mut world = billing();
    world.done("ana", 2, &[]);
    world.done("ana", 3, &[]);
    world.accept("max", 4);
    world.done("max", 4, &[("ok", "yes")]).then(&["T-4 done", "1 ended", "case done: paid"]);
    world.done("max", 4, &[]).refused("C-1 is done.");
    let data = texts(&[("amount", "13")]);
    world.when("bo", Command::ChangeData { case: CASE, data }).refused("C-1 is done.");
}

#[test]
fn only_the_holder_works_on_it_and_nothing_begins_twice() {
    let mut world = billing();
    let start = Command::StartTask { case: CASE, task: TaskId(2) };
    world.when("eli", start.clone()).refused("ana is responsible for T-2.");
    world.when("ana", start.clone()).then(&["T-2 begun"]);
    world.when("ana", start).refused("T-2 is started already.");
    world.done("bo", 1, &[]).refused("T-1 is finished already.");
}

/// Otherwise an open branch of it would be nobody's.
#[test]
fn a_case_of_a_log_that_names_nobody_is_the_importers_until_it_is_somebodys() {
    use crate::domain::command::ImportCase;
    use crate::domain::event::{ImportedOpen, ImportedRow};
    let row = |step, resource: Option<&str>| ImportedRow {
        step,
        start: monday(),
        end: monday() + hours(1),
        resource: resource.map(h),
    };
    let task = || Some(ImportedOpen::Task { clock: None });
    let offer =
        || Some(ImportedOpen::Handoff { step: h("bill"), to: "finance".parse().unwrap(), clock: None });
    for (rows, open, places) in [
        (vec![row(0, None)], task(), vec!["1: sell dana"]),
        (vec![row(0, None)], offer(), vec!["1: bill dana"]),
        (vec![row(0, Some("cy")), row(1, None)], task(), vec!["1: bill dana"]),
        (vec![row(0, Some("cy")), row(1, Some("ana"))], task(), vec!["1: bill ana"]),
        (vec![row(0, Some("cy"))], offer(), vec!["1: bill cy"]),
        (vec![row(0, None), row(1, None)], None, vec![]),
    ] {
        let mut world = World::new(SALE);
        let accountable = "finance".parse().unwrap();
        let (process, foreign) = (h("sale"), "7".to_string());
        let shift = crate::domain::Span::ZERO;
        let import = ImportCase {
            process,
            version: 1,
            foreign,
            accountable,
            shift,
            rows,
            open,
            attributes: None,
            whole: None,
        };
        world.when("dana", Command::ImportCase(import));
        assert_eq!(world.places(), places);
    }
}

#[test]
fn a_case_of_a_log_that_tells_nothing_of_it_is_not_brought_in() {
    use crate::domain::command::ImportCase;
    use crate::domain::event::ImportedRow;
    let row = |step| ImportedRow { step, start: monday(), end: monday() + hours(1), resource: None };
    for (rows, version, said) in [
        (vec![], 1, "The event log tells nothing of `7`."),
        (vec![row(0), row(4)], 1, "A row of `7` is of a step that version 1 of `sale` does not have."),
        (vec![row(0)], 2, "There is no version 2 of `sale`."),
    ] {
        let mut world = World::new(SALE);
        let (process, foreign, accountable) = (h("sale"), "7".to_string(), "@bo".parse().unwrap());
        let shift = crate::domain::Span::ZERO;
        let import = ImportCase {
            process,
            version,
            foreign,
            accountable,
            shift,
            rows,
            open: None,
            attributes: None,
            whole: None,
        };
        world.when("dana", Command::ImportCase(import)).refused(said);
        assert_eq!(world.entries, []);
    }
}

#[test]
fn work_that_changes_hands_keeps_what_was_ticked_off_and_what_was_accepted_stays_so_when_the_case_ends() {
    use crate::domain::case::HandoffState;
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("ana", 2);
    let task = TaskId(2);
    world.when("ana", Command::CheckItem { case: CASE, task, item: 1, done: true });
    world.offer("ana", 1, Some("@eli"));
    world.accept("eli", 3).then(&["H-3 accepted by eli as T-2"]);
    assert_eq!(world.subject.case().unwrap().tasks[&task].checked, [1].into());
    world.offer("eli", 1, Some("@zoe"));
    world.when("dana", Command::WithdrawCase { case: CASE, reason: "x".into() });
    let states = world.subject.case().unwrap().handoffs.values().map(|handoff| match handoff.state {
        HandoffState::Accepted { .. } => "accepted",
        HandoffState::Closed { .. } => "closed",
        _ => "other",
    });
    assert_eq!(states.collect::<Vec<_>>(), ["accepted", "accepted", "accepted", "closed"]);
}

#[test]
fn work_waits_until_a_time_to_come() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    let until = Some(world.now);
    let wait = Command::WaitTask { case: CASE, task: TaskId(1), reason: "x".into(), until };
    world.when("bo", wait).refused("That follow-up lies in the past.");
}

/// What the next step asks for is missing too, and must not be waived by nobody.
#[test]
fn what_the_next_step_needs_is_listed_with_what_this_one_lacks() {
    let text = SALE.replacen("title = \"Bill\"", "title = \"Bill\"\ndocuments = [\"Order\"]", 1);
    let mut world = World::started(&text, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[]).refused("T-1 cannot be sent on yet. Missing: amount; document: Order.");
    let anyway = CompleteTask { anyway: Some("hurry".into()), ..complete(1, &[]) };
    world.when("bo", Command::CompleteTask(anyway));
    let text = &world.subject.case().unwrap().exceptions[&1].text;
    assert_eq!(text, "Sell sent on without amount; document: Order: hurry");
}

#[test]
fn an_exception_is_resolved_in_words() {
    let mut world = billing();
    let anyway = CompleteTask { anyway: Some("hurry".into()), ..complete(2, &[]) };
    world.when("ana", Command::CompleteTask(anyway));
    let resolve = Command::ResolveException { case: CASE, exception: 1, text: " ".into() };
    world.when("dana", resolve).refused("The note is empty.");
}

/// It is the sender's until somebody belongs to it, and the sender should know.
#[test]
fn an_offer_that_nobody_can_accept_is_warned_of() {
    let warned = |world: &mut World, task: i64| {
        let send =
            Command::CompleteTask(CompleteTask { all_checked: true, ..complete(task, &[("amount", "1")]) });
        let ctx = crate::domain::command::Context::by(
            &h("bo"),
            world.now,
            crate::domain::event::OpId(uuid::Uuid::max()),
        );
        decide(&world.subject, &world.catalog, &send, &ctx, world.numbers).unwrap().warnings
    };
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    assert_eq!(warned(&mut world, 1), [""; 0]);
    world.catalog.roles.get_mut(&h("finance")).unwrap().members.clear();
    let empty = "Nobody belongs to finance: nobody can accept it until somebody does.";
    assert_eq!(warned(&mut world, 1), [empty]);
    // All of it did the step that this one checks.
    let text = SALE.replacen("title = \"Bill\"", "title = \"Bill\"\nnot_by = \"sell\"", 1);
    let mut world = World::started(&text, "bo");
    world.accept("bo", 1);
    world.catalog.roles.get_mut(&h("finance")).unwrap().members = [h("bo")].into();
    assert_eq!(
        warned(&mut world, 1),
        ["Nobody of finance may take `Bill`: each did what it checks, or declined it."]
    );
}
