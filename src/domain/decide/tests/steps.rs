//! Kinds of steps: decisions and votes, waits, what happens by itself, other cases, steps done once for each of a
//! list, joins that a part is enough for, and ways left out.

use super::world::*;
use crate::domain::case::CaseState;
use crate::domain::command::{Command, CompleteTask, Context, EndWait, StartCase};
use crate::domain::decide::decide as decide_command;
use crate::domain::event::{Actor, Cause, Event, OpId, Origin};
use crate::domain::process::{Process, StepKind};
use crate::domain::rows::{Row, rows};
use crate::domain::rule::Action;
use crate::domain::story;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Span};

const HEAD: &str = r#"
process = "p"
title = "P"
kind = "operational"
purpose = "x"
accountable = "@dana"
[data.again]
type = "yes/no"
[data.more]
type = "yes/no"
[data.who]
type = "text"
[data.on]
type = "date"
[data.items]
type = "list"
"#;

/// The company, with a role of three besides.
fn world(steps: &[String]) -> World {
    let mut catalog = company(&[&format!("{HEAD}{}", steps.concat())]);
    let members = vec![h("ana"), h("bo"), h("cy")];
    tell_catalog(
        &mut catalog,
        Event::RoleAdded { role: h("board"), title: "Board".into(), members, lead: None },
    );
    World::of(catalog)
}

fn begun(steps: &[String]) -> World {
    let mut world = world(steps);
    world.start("max", &[]);
    world
}

fn open_tasks(world: &World, step: &str) -> Vec<i64> {
    let case = world.subject.case().unwrap();
    let open = case.tasks.iter().filter(|(_, t)| t.ended().is_none() && t.step == h(step));
    open.map(|(id, _)| id.0).collect()
}

fn done(world: &mut World, step: &str, data: &[(&str, &str)]) -> Said {
    let open = open_tasks(world, step);
    let task = *open.last().unwrap_or_else(|| panic!("no open {step}: {:?}", world.places()));
    world.done("max", task, data)
}

fn voice(task: i64, outcome: &str, reason: &str) -> Command {
    let outcome = (!outcome.is_empty()).then(|| outcome.to_string());
    Command::CompleteTask(CompleteTask { outcome, reason: Some(reason.into()), ..complete(task, &[]) })
}

fn says(world: &mut World, by: &str, outcome: &str) -> Said {
    let task = open_tasks(world, "d")[0];
    world.when(by, voice(task, outcome, "looked at it"))
}

fn hint(world: &World, by: &str, command: &Command) -> String {
    let ctx = Context::by(&h(by), world.now, OpId(uuid::Uuid::nil()));
    decide_command(&world.subject, &world.catalog, command, &ctx, world.numbers).unwrap_err().hint()
}

fn data(world: &mut World, by: &str, name: &str, text: &str) -> Said {
    world.when(by, Command::ChangeData { case: CASE, data: texts(&[(name, text)]) })
}

fn end_wait(world: &mut World, by: &str, branch: u32, text: &str) -> Said {
    world.when(by, Command::EndWait(EndWait::of(CASE, branch, text)))
}

/// What another case or the desk brings about by itself; the events, by their first words.
fn by_itself(world: &mut World, command: Command) -> Vec<String> {
    let cause = Cause { process: h("q"), rule: h("q"), entry: 1, depth: 1, by: Origin::Rule };
    let op = OpId(uuid::Uuid::from_u128(1_000 + world.entries.len() as u128));
    let ctx = Context::of(Actor::Rule(cause), world.now, op);
    let made = decide_command(&world.subject, &world.catalog, &command, &ctx, world.numbers).unwrap();
    world.numbers = made.numbers;
    let said = made.events.iter().map(brief).collect();
    for event in made.events {
        world.happen(&ctx, event);
    }
    short(Said(said))
}

/// Events the world has no few words for, by their names.
fn short(said: Said) -> Vec<String> {
    said.0.into_iter().map(|text| text.split(" {").next().unwrap_or_default().to_string()).collect()
}

fn visits(world: &World, step: &str) -> u32 {
    world.subject.case().unwrap().visits.get(&h(step)).copied().unwrap_or(0)
}

fn is_done(world: &World) -> bool {
    matches!(world.subject.case().unwrap().state, CaseState::Done { .. })
}

const ENDS: &str = "next = { end = true }";

// Decisions

fn deciding(by: &str, more: &str) -> World {
    let arms = "next = [{ on = \"yes\", to = \"y\" }, { on = \"no\", end = \"refused\" }]";
    let mut world = begun(&[
        ops("s", "next = \"d\""),
        work("d", by, &format!("type = \"decision\"\n{more}\n{arms}")),
        work("y", "sales", ENDS),
    ]);
    done(&mut world, "s", &[]);
    world.accept("ana", 2);
    world
}

#[test]
fn a_decision_has_one_of_its_outcomes_and_a_reason() {
    let mut world = deciding("finance", "");
    world.when("ana", voice(2, "", "x")).refused("`d` is a decision: say what is decided.");
    world.when("ana", voice(2, "maybe", "x")).refused("`maybe` is no outcome of `d`.");
    assert_eq!(hint(&world, "ana", &voice(2, "maybe", "x")), "There is: yes, no.");
    world.when("ana", voice(2, "yes", "  ")).refused("The reason is empty.");
    assert_eq!(open_tasks(&world, "d"), [2]);
}

#[test]
fn without_a_quorum_the_one_who_has_it_decides_and_the_outcome_leads_its_arm() {
    let mut world = deciding("finance", "");
    says(&mut world, "eli", "yes").refused("ana is responsible for T-2.");
    says(&mut world, "ana", "Yes").then(&["T-2 decided: yes", "H-3 on 1: y#1 from ana to sales"]);
    let mut world = deciding("finance", "");
    says(&mut world, "ana", "no").then(&["T-2 decided: no", "1 ended", "case done: refused"]);
}

/// The one outcome that cannot be any more is not it, however many were for it.
#[test]
fn what_all_have_to_agree_to_fails_with_one_who_does_not() {
    let mut world = deciding("board", "quorum = \"all\"");
    says(&mut world, "ana", "yes");
    says(&mut world, "bo", "yes");
    says(&mut world, "cy", "no");
    let case = world.subject.case().unwrap();
    assert!(
        matches!(&case.state, CaseState::Done { outcome: Some(outcome), .. } if outcome == "refused"),
        "{:?}",
        case.state
    );
}

#[test]
fn whoever_votes_before_it_is_decided_sends_it_to_nobody() {
    let mut world = deciding("board", "quorum = \"2 of 3\"");
    let Command::CompleteTask(vote) = voice(open_tasks(&world, "d")[0], "yes", "so") else { unreachable!() };
    let to = CompleteTask { to: "@eli".parse().ok(), ..vote.clone() };
    let refused = "After `d` nothing is offered to @eli: it is not decided yet.";
    world.when("ana", Command::CompleteTask(to.clone())).refused(refused);
    let note = CompleteTask { note: Some("look at page 3".into()), ..vote };
    world.when("ana", Command::CompleteTask(note));
    assert!(
        matches!(&world.entries.last().unwrap().event, Event::CaseNoted { text, .. } if text == "look at page 3")
    );
    world.when("bo", Command::CompleteTask(to));
    let offered =
        |event: &Event| matches!(event, Event::HandoffOffered { to, .. } if to.to_string() == "@eli");
    assert!(world.entries.iter().any(|entry| offered(&entry.event)), "with the vote that decides it");
}

#[test]
fn two_of_three_pass_with_the_second_who_agrees() {
    let mut world = deciding("board", "quorum = \"2 of 3\"");
    says(&mut world, "bo", "yes").then(&["bo votes yes in T-2"]);
    says(&mut world, "bo", "yes").refused("bo voted already: yes.");
    says(&mut world, "bo", "no").refused("bo voted already: yes.");
    says(&mut world, "zoe", "yes").refused("zoe has no vote in `d`.");
    says(&mut world, "ana", "no").then(&["ana votes no in T-2"]);
    says(&mut world, "cy", "yes").then(&[
        "cy votes yes in T-2",
        "T-2 decided: yes",
        "H-3 on 1: y#1 from ana to sales",
    ]);
    world.when("bo", voice(2, "no", "x")).refused("T-2 is finished already.");
}

/// All who still have a vote have agreed: it has passed, whether somebody says so or time goes by.
#[test]
fn a_vote_passes_once_those_who_agreed_are_enough_of_who_is_left() {
    let less = |world: &mut World| {
        let remove = vec![h("cy")];
        let gone = Event::RoleChanged { role: h("board"), add: vec![], remove, lead: None };
        tell_catalog(&mut world.catalog, gone);
    };
    let agreed = || {
        let mut world = deciding("board", "quorum = \"all\"");
        says(&mut world, "ana", "yes");
        says(&mut world, "bo", "yes");
        world.tick().then(&[]);
        less(&mut world);
        world
    };
    agreed().tick().then(&["T-2 decided: yes", "H-3 on 1: y#1 from ana to sales"]);
    let mut world = agreed();
    says(&mut world, "bo", "no")
        .refused("`d` has passed: 2 agreed, which is enough of those who may vote now.");
    says(&mut world, "ana", "yes").then(&["T-2 decided: yes", "H-3 on 1: y#1 from ana to sales"]);
    // Who is left has not agreed: nobody but whoever holds it says what becomes of it.
    let mut world = deciding("board", "quorum = \"2 of 3\"");
    says(&mut world, "ana", "no");
    less(&mut world);
    world.tick().then(&[]);
}

#[test]
fn two_of_three_fail_as_soon_as_two_cannot_agree_any_more() {
    let mut world = deciding("board", "quorum = \"2 of 3\"");
    says(&mut world, "ana", "no").then(&["ana votes no in T-2"]);
    let said = says(&mut world, "cy", "no");
    said.then(&["cy votes no in T-2", "T-2 decided: no", "1 ended", "case done: refused"]);
}

/// What is recorded is what somebody said who was for it, and not what the last to vote said.
#[test]
fn a_failed_vote_has_the_reason_of_somebody_who_voted_for_what_became_of_it() {
    let arms = "next = [{ on = \"yes\", to = \"y\" }, { on = \"no\", end = \"refused\" }, { on = \"later\", end = true }]";
    let decides = work("d", "board", &format!("type = \"decision\"\nquorum = \"60%\"\n{arms}"));
    let mut world = begun(&[ops("s", "next = \"d\""), decides, work("y", "sales", ENDS)]);
    done(&mut world, "s", &[]);
    world.accept("ana", 2);
    for (who, outcome, reason) in
        [("ana", "no", "too dear"), ("bo", "yes", "fine"), ("cy", "later", "not now")]
    {
        world.when(who, voice(2, outcome, reason));
    }
    let done = world.entries.iter().filter_map(|entry| match &entry.event {
        Event::TaskDone { outcome: Some(outcome), reason, .. } => Some((outcome.as_str(), reason.as_deref())),
        _ => None,
    });
    assert_eq!(done.collect::<Vec<_>>(), [("no", Some("too dear"))]);
}

/// There is no case yet whose data could be filled in.
#[test]
fn a_start_that_lacks_what_a_way_asks_for_says_to_give_it_with_the_start() {
    let ways = "then = [{ note = \"x\" }]\nnext = [{ if = \"data.again\", to = \"y\" }, { end = true }]";
    let mut world = world(&[alone("s", "auto", ways), work("y", "sales", ENDS)]);
    let start = StartCase { process: Some(h("p")), ..StartCase::default() };
    let command = Command::StartCase(start);
    world
        .when("max", command.clone())
        .refused("Where `s` goes next cannot be told: `data.again` has no value yet.");
    let said = hint(&world, "max", &command);
    assert_eq!(said, "Say it when the case is started: `baton case start p again=…`.");
}

fn leaves_the_board(world: &mut World, people: &[&str]) {
    let remove = people.iter().map(|person| h(person)).collect();
    let change = Event::RoleChanged { role: h("board"), add: vec![], remove, lead: None };
    tell_catalog(&mut world.catalog, change);
}

#[test]
fn a_vote_that_cannot_pass_any_more_is_brought_to_an_end_by_whoever_holds_it() {
    let mut world = deciding("board", "quorum = \"2 of 3\"");
    says(&mut world, "ana", "yes").then(&["ana votes yes in T-2"]);
    leaves_the_board(&mut world, &["bo", "cy"]);
    says(&mut world, "bo", "yes").refused("bo has no vote in `d`.");
    says(&mut world, "ana", "yes").refused("`d` cannot pass any more: too few are left who could agree.");
    assert_eq!(hint(&world, "ana", &voice(2, "yes", "x")), "Say which of the others it is: no.");
    says(&mut world, "ana", "no").then(&["T-2 decided: no", "1 ended", "case done: refused"]);
}

#[test]
fn a_vote_of_somebody_gone_counts_and_whoever_is_left_still_decides() {
    let mut world = deciding("board", "quorum = \"2 of 3\"");
    says(&mut world, "bo", "no").then(&["bo votes no in T-2"]);
    leaves_the_board(&mut world, &["bo"]);
    says(&mut world, "ana", "yes").then(&["ana votes yes in T-2"]);
    assert_eq!(says(&mut world, "cy", "yes").0[1], "T-2 decided: yes");
}

#[test]
fn a_part_of_a_person_counts_as_one() {
    let mut world = deciding("finance", "quorum = \"60%\"");
    says(&mut world, "eli", "yes").then(&["eli votes yes in T-2"]);
    assert_eq!(says(&mut world, "ana", "yes").0[1], "T-2 decided: yes");
    let mut world = deciding("finance", "quorum = \"60%\"");
    assert_eq!(says(&mut world, "eli", "no").0[1], "T-2 decided: no");
}

#[test]
fn a_role_too_small_for_its_quorum_decides_nothing() {
    let mut world = deciding("finance", "quorum = \"3 of 4\"");
    says(&mut world, "ana", "yes").refused("`d` needs 3 who agree, and only 2 may vote.");
    says(&mut world, "eli", "no").refused("`d` needs 3 who agree, and only 2 may vote.");
    assert!(world.subject.case().unwrap().tasks[&crate::domain::TaskId(2)].votes.is_empty());
    // Whoever holds it brings it to an end all the same: nothing is left that could pass.
    assert_eq!(
        hint(&world, "ana", &voice(2, "yes", "x")),
        "Let more people belong to finance, or let ana say which of the others it is: no."
    );
    says(&mut world, "ana", "no").then(&["T-2 decided: no", "1 ended", "case done: refused"]);
}

#[test]
fn what_is_no_decision_has_no_outcome_and_no_reason() {
    let mut world = begun(&[ops("s", ENDS)]);
    let with = |outcome: Option<&str>, reason: Option<&str>| {
        let (outcome, reason) = (outcome.map(str::to_string), reason.map(str::to_string));
        Command::CompleteTask(CompleteTask { outcome, reason, ..complete(1, &[]) })
    };
    world.when("max", with(Some("yes"), None)).refused("`s` is no decision, and has no outcome.");
    world.when("max", with(None, Some("x"))).refused("`s` is no decision, and has no outcome.");
    world.when("max", with(None, Some(" "))).then(&["T-1 done", "1 ended", "case done: -"]);
}

// Four eyes

fn four_eyes(more: &str) -> World {
    let arms = "next = [{ on = \"yes\", end = \"yes\" }, { on = \"no\", end = \"no\" }]";
    let mut world = world(&[
        work("s", "finance", "next = \"d\""),
        work("d", "finance", &format!("type = \"decision\"\nnot_by = \"s\"\n{more}\n{arms}")),
    ]);
    world.start("ana", &[]);
    world.accept("ana", 1);
    world
}

const SHUT_OUT: &str = "ana did `s` of C-1; `d` is for somebody else.";

#[test]
fn who_did_the_earlier_step_neither_accepts_nor_is_offered_by_name() {
    let mut world = four_eyes("");
    let to = Some("@ana".parse().unwrap());
    let named = Command::CompleteTask(CompleteTask { to, ..complete(1, &[]) });
    world.when("ana", named).refused(SHUT_OUT);
    world.done("ana", 1, &[]).then(&["T-1 done", "H-2 on 1: d#1 from ana to finance"]);
    world.accept("ana", 2).refused(SHUT_OUT);
    world.recall("ana", 2);
    world.offer("ana", 1, Some("@ana")).refused(SHUT_OUT);
    world.offer("ana", 1, None);
    world.accept("eli", 3).then(&["H-3 accepted by eli as T-2 [6: 1 day]"]);
    world.offer("eli", 1, Some("@ana")).refused(SHUT_OUT);
    says(&mut world, "eli", "yes").then(&["T-2 decided: yes", "1 ended", "case done: yes"]);
}

/// Whoever does the work under another's name would check their own.
#[test]
fn a_delegate_and_who_passed_begun_work_on_had_a_part_in_it() {
    let task = crate::domain::TaskId(1);
    let delegate = |to: &str| Command::DelegateTask { case: CASE, task, to: h(to), note: None };
    let resolve = Command::ResolveTask { case: CASE, task, note: "it is done".into() };
    let refused = "eli did `s` of C-1; `d` is for somebody else.";
    let mut world = four_eyes("");
    world.when("ana", delegate("eli"));
    world.when("eli", resolve);
    world.done("ana", 1, &[]);
    world.accept("eli", 2).refused(refused);
    let release = Command::ReleaseTask { case: CASE, task, note: None };
    let start = Command::StartTask { case: CASE, task };
    for begun in [true, false] {
        let mut world = four_eyes("");
        if begun {
            world.when("ana", start.clone());
        }
        world.when("ana", release.clone());
        world.accept("eli", 2);
        world.done("eli", 1, &[]);
        match begun {
            true => world.accept("ana", 3).refused(SHUT_OUT),
            false => assert_eq!(world.accept("ana", 3).0.len(), 1, "who had not begun it had no part in it"),
        }
    }
}

#[test]
fn who_did_the_earlier_step_is_barred_from_the_offer_to_their_role() {
    let mut world = four_eyes("");
    world.done("ana", 1, &[]);
    let rows = crate::domain::rows::rows(&world.subject, &world.catalog);
    let place = rows.iter().find_map(|row| match row {
        crate::domain::rows::Row::Place(place) => Some(place),
        _ => None,
    });
    let place = place.unwrap();
    let offered = |person: &str| place.is_offered_to(&world.catalog, &h(person));
    assert_eq!((offered("ana"), offered("eli"), offered("cy")), (false, true, false));
}

#[test]
fn who_did_the_earlier_step_has_no_vote_and_is_not_counted() {
    let mut world = four_eyes("quorum = \"all\"");
    world.done("ana", 1, &[]);
    world.accept("eli", 2);
    says(&mut world, "ana", "yes").refused(SHUT_OUT);
    assert_eq!(says(&mut world, "eli", "yes").0[1], "T-2 decided: yes", "all who may are one");
}

#[test]
fn who_did_the_earlier_step_is_not_asked_to_do_it_for_somebody() {
    let mut world = four_eyes("");
    world.done("ana", 1, &[]);
    world.accept("eli", 2);
    let delegate = |to: &str| Command::DelegateTask {
        case: CASE,
        task: crate::domain::TaskId(2),
        to: h(to),
        note: None,
    };
    world.when("eli", delegate("ana")).refused(SHUT_OUT);
    assert_eq!(world.when("eli", delegate("zoe")).0.len(), 1);
}

#[test]
fn who_did_the_earlier_step_is_not_picked() {
    let mut world = four_eyes("pick = \"least_loaded\"");
    world.loads.open.insert(h("eli"), 5);
    world.done("ana", 1, &[]).then(&["T-1 done", "H-2 on 1: d#1 from ana to @eli"]);
}

/// What the step chose the last time answers nothing now, whoever asks and however: an amount would, a choice does not.
#[test]
fn a_step_that_is_visited_again_says_anew_where_the_work_goes() {
    let steps = [
        ops(
            "a",
            "gives = [\"again\", \"who\"]\nnext = [{ if = \"data.again\", to = \"b\" }, { end = true }]",
        ),
        ops("b", "next = \"a\""),
    ];
    let mut world = begun(&steps);
    world.done("max", 1, &[("again", "yes"), ("who", "Jo")]);
    world.done("max", 2, &[]);
    assert_eq!(world.places(), ["1: a max"]);
    world
        .done("max", 3, &[])
        .refused("T-3 cannot be sent on yet. Missing: again, which was yes the last time: say it again.");
    world.done("max", 3, &[("again", "yes")]);
    world.done("max", 4, &[]);
    // What was filled in since it is in hand is said now.
    world.when("max", Command::ChangeData { case: CASE, data: texts(&[("again", "no")]) });
    world.done("max", 5, &[]);
    assert!(matches!(world.subject.case().unwrap().state, CaseState::Done { .. }));
}

/// Whoever sends it hears at once that nobody who is here may take it: not only where nobody ever may.
#[test]
fn an_offer_that_all_who_are_here_are_barred_from_is_warned_of() {
    let offered = |away: &str, substitute: Option<&str>, by: &str| {
        let mut world = world(&[
            work("s", "finance", "next = \"d\""),
            work("d", by, &format!("accept = \"1 hour\"\nnot_by = \"s\"\n{ENDS}")),
        ]);
        let (from, until) = (monday(), monday() + Span::DAY.times(2));
        let absence =
            crate::domain::absence::Absence { from, until, substitute: substitute.map(h), note: None };
        tell_catalog(&mut world.catalog, Event::PersonAway { person: h(away), absence });
        world.start("ana", &[]);
        world.accept("ana", 1);
        world.done("ana", 1, &[]);
        std::mem::take(&mut world.warnings)
    };
    let barred = "Nobody who is here may take `d`: ana did what it checks, or declined it. eli can from Wed 18 Nov 09:00.";
    assert_eq!(offered("eli", None, "finance"), [barred]);
    // Four eyes are looked at again for whoever stands in.
    assert_eq!(offered("eli", Some("ana"), "finance"), [barred]);
    assert_eq!(offered("eli", Some("max"), "finance"), [""; 0]);
    assert_eq!(offered("zoe", None, "finance"), [""; 0]);
    assert_eq!(
        offered("eli", Some("ana"), "@eli"),
        [barred, "eli is away until Wed 18 Nov 09:00; ana takes their place."]
    );
}

/// The rung says so, and the tick of the case goes on.
#[test]
fn who_did_the_earlier_step_is_not_reassigned_to() {
    let rung = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", reassign = \"@ana\" }]";
    let mut world = world(&[
        work("s", "finance", "next = \"d\""),
        work("d", "finance", &format!("accept = \"1 hour\"\nnot_by = \"s\"\n{ENDS}\n{rung}")),
    ]);
    world.start("ana", &[]);
    world.accept("ana", 1);
    world.done("ana", 1, &[]);
    world.at(1).tick().then(&[
        "clock 3 rung 0.0 Acted remind  escalate  not offered to @ana, who did a step it has to be done without",
        "exception Rung to dana",
    ]);
    assert_eq!(world.places(), ["1: d ana"]);
    world.at(2).tick().then(&["clock 3 breached"]);
}

// Waits

fn waiting(how: &str) -> World {
    begun(&[
        ops("s", "next = \"w\""),
        alone("w", "wait", &format!("{how}\nnext = \"x\"")),
        work("x", "sales", ENDS),
    ])
}

#[test]
fn a_wait_for_a_length_of_time_goes_on_at_the_tick_when_it_is_due() {
    let mut world = waiting("for = \"2 hours\"");
    done(&mut world, "s", &[]).then(&["T-1 done", "wait 1 on 1 at w from max [2: 2 hours]"]);
    assert_eq!(world.places(), ["1: w max"]);
    world.at(1).tick().then(&[]);
    world.now = monday() + hours(2) - crate::domain::Span(1);
    world.tick().then(&[]);
    world.at(2).tick().then(&["wait 1 ended", "H-2 on 1: x#1 from max to sales"]);
    world.at(3).tick().then(&[]);
    assert_eq!(world.places(), ["1: x max"]);
}

#[test]
fn a_wait_until_a_date_follows_the_data() {
    let mut world = waiting("until = \"on\"");
    done(&mut world, "s", &[]).then(&["T-1 done", "wait 1 on 1 at w from max"]);
    world.at(24 * 3).tick().then(&[]);
    world.at(0);
    let wednesday = short(data(&mut world, "max", "on", "2026-11-18"));
    assert_eq!(wednesday, ["DataChanged", "wait 1 moved [3: 0 minutes]"]);
    // Tuesday, an hour before midnight.
    world.at(38).tick().then(&[]);
    assert_eq!(short(data(&mut world, "max", "on", "2026-11-19")).len(), 2);
    world.at(39).tick().then(&[]);
    world.at(63).tick().then(&["wait 1 ended", "H-2 on 1: x#1 from max to sales"]);
}

#[test]
fn a_date_that_has_passed_is_not_waited_for() {
    let mut world = waiting("until = \"on\"");
    done(&mut world, "s", &[]);
    let said = short(data(&mut world, "max", "on", "2026-11-01"));
    assert_eq!(said[2..], ["wait 1 ended", "H-2 on 1: x#1 from max to sales"]);
    let mut world = waiting("until = \"on\"");
    done(&mut world, "s", &[("on", "2026-11-01")]).then(&[
        "T-1 done",
        "wait 1 on 1 at w from max [2: 0 minutes]",
        "wait 1 ended",
        "H-2 on 1: x#1 from max to sales",
    ]);
}

#[test]
fn a_date_taken_away_is_waited_for_without_end() {
    let mut world = waiting("until = \"on\"");
    done(&mut world, "s", &[("on", "2026-11-18")]);
    assert_eq!(short(data(&mut world, "max", "on", "")), ["DataChanged", "wait 1 moved"]);
    world.at(100).tick().then(&[]);
    assert_eq!(world.places(), ["1: w max"]);
    // And does not lie there without a word.
    world.at(7 * 24).tick().then(&["follow-up 3.0 Acted to dana"]);
    data(&mut world, "max", "on", "2026-12-18");
    world.at(30 * 24).tick().then(&[]);
}

/// A message that never comes, and a date that nobody has filled in: whoever answers for the case hears of it once.
#[test]
fn what_no_time_ends_and_nobody_chases_is_told_to_whoever_answers_for_it() {
    for what in ["message = \"delivered\"", "until = \"on\""] {
        let mut world = waiting(what);
        done(&mut world, "s", &[]);
        world.at(6 * 24).tick().then(&[]);
        world.at(7 * 24).tick().then(&["follow-up 2.0 Acted to dana"]);
        world.at(14 * 24 - 1).tick().then(&[]);
        world.at(14 * 24).tick().then(&["follow-up 2.1 Acted to dana"]);
        let rows = rows(&world.subject, &world.catalog);
        assert!(
            rows.iter().any(|row| matches!(row, Row::Notice(told) if told.person == h("dana"))),
            "{what}"
        );
        end_wait(&mut world, "dana", 1, "it came");
        assert!(!world.subject.case().unwrap().clocks[&2].is_open());
    }
}

#[test]
fn only_the_responsible_or_a_lead_says_that_a_message_came() {
    for by in ["max", "lea", "dana"] {
        let mut world = waiting("message = \"delivered\"");
        done(&mut world, "s", &[]).then(&["T-1 done", "wait 1 on 1 at w from max"]);
        end_wait(&mut world, "zoe", 1, "").refused("");
        end_wait(&mut world, "bo", 1, "").refused("");
        assert_eq!(world.places(), ["1: w max"]);
        end_wait(&mut world, by, 1, "").0[..1].iter().for_each(|said| assert_eq!(said, "wait 1 ended"));
        assert_eq!(visits(&world, "x"), 1);
        end_wait(&mut world, by, 1, "").refused("C-1 waits for nothing there.");
    }
}

#[test]
fn a_wait_for_time_is_cut_short_by_a_lead_only_and_with_a_reason() {
    let mut world = waiting("for = \"2 hours\"");
    done(&mut world, "s", &[]);
    end_wait(&mut world, "max", 1, "now").refused("Whoever waits at `w` does not cut it short themselves.");
    end_wait(&mut world, "zoe", 1, "now").refused("max is responsible while it waits.");
    end_wait(&mut world, "dana", 1, " ").refused("The reason is empty.");
    assert_eq!(end_wait(&mut world, "dana", 1, "now").0[0], "wait 1 ended");
    world.at(2).tick().then(&[]);
}

/// It waited for a condition that could not be told; what it lacked has come.
#[test]
fn a_wait_that_is_over_goes_on_when_it_can() {
    let arms = "for = \"2 hours\"\nnext = [{ if = \"data.who == 'Bob'\", to = \"x\" }, { end = true }]";
    let mut world = begun(&[ops("s", "next = \"w\""), alone("w", "wait", arms), ops("x", ENDS)]);
    done(&mut world, "s", &[]);
    let said = world.at(2).tick().0;
    assert!(said.contains(&"exception Stuck to dana".to_string()), "{said:?}");
    assert_eq!(world.places(), ["1: w max"]);
    data(&mut world, "max", "more", "yes");
    assert_eq!(world.places(), ["1: w max"], "it lacks what it lacked");
    data(&mut world, "max", "who", "Bob");
    assert_eq!(world.places(), ["1: x max"]);
}

#[test]
fn whoever_is_responsible_lets_go_on_what_no_time_will_end() {
    let mut world = waiting("until = \"on\"");
    done(&mut world, "s", &[]);
    end_wait(&mut world, "zoe", 1, "now").refused("max is responsible while it waits.");
    assert_eq!(end_wait(&mut world, "max", 1, "no date will come").0[0], "wait 1 ended");
}

/// What goes on first ends the other, although its time has come as well.
#[test]
fn of_two_waits_due_at_once_one_goes_on() {
    let timers = [
        ops("s", "next = { all = [\"v\", \"w\"] }"),
        alone("v", "wait", "for = \"2 hours\"\nnext = \"j\""),
        alone("w", "wait", "for = \"2 hours\"\nnext = \"j\""),
        work("j", "sales", &format!("join = [\"v\", \"w\"]\nneed = 1\nlate = \"cancel\"\n{ENDS}")),
    ];
    let mut world = begun(&timers);
    done(&mut world, "s", &[]);
    world.at(2).tick().then(&[
        "wait 1 ended",
        "2 arrived at j from v",
        "2 joined [] at j with enough",
        "3 cancelled, closes wait at w, clock of the wait at w",
        "H-2 on 2: j#1 from max to sales",
    ]);
    let dates = timers.map(|step| step.replace("for = \"2 hours\"", "until = \"on\""));
    let mut world = begun(&dates);
    done(&mut world, "s", &[]);
    data(&mut world, "max", "on", "2026-11-01");
    assert_eq!((world.places(), visits(&world, "j")), (vec!["2: j max".to_string()], 1));
}

/// Two of three ways meet first, one of them is enough, and what goes on meets the third.
#[test]
fn a_join_that_a_part_is_enough_for_is_one_of_its_split_for_the_join_after_it() {
    for late in ["continue", "cancel"] {
        let mut world = begun(&[
            ops("s", "next = { all = [\"v\", \"w\", \"x\"] }"),
            ops("v", "next = \"j\""),
            ops("w", "next = \"j\""),
            ops("x", "next = \"k\""),
            ops("j", &format!("join = [\"v\", \"w\"]\nneed = 1\nlate = \"{late}\"\nnext = \"k\"")),
            ops(
                "k",
                "join = [\"j\", \"x\"]\ngives = [\"again\"]\nnext = [{ if = \"data.again\", to = \"s\" }, { end = true }]",
            ),
        ]);
        let open = |world: &World| {
            let steps = world.places().into_iter().filter(|place| place.ends_with(" max"));
            steps.map(|place| place.split(' ').nth(1).unwrap().to_string()).collect::<Vec<_>>()
        };
        // What is left of a pass does not get into the way of the next.
        let left = if late == "continue" { vec!["w"] } else { vec![] };
        for pass in 0..3 {
            let with = |steps: &[&'static str]| {
                let mut all = [vec![left.clone(); pass].concat(), steps.to_vec()].concat();
                all.sort_unstable();
                all
            };
            let sorted = |world: &World| {
                let mut open = open(world);
                open.sort_unstable();
                open
            };
            done(&mut world, "s", &[]);
            let here = [left.clone(), vec!["x", "j"]].concat();
            done(&mut world, "v", &[]);
            assert_eq!(sorted(&world), with(&here), "the third way is none of the late ones");
            let here = [left.clone(), vec!["x"]].concat();
            done(&mut world, "j", &[]);
            assert_eq!(sorted(&world), with(&here), "it waits for the third");
            let here = [left.clone(), vec!["k"]].concat();
            done(&mut world, "x", &[]);
            assert_eq!(sorted(&world), with(&here));
            done(&mut world, "k", &[("again", "yes")]);
        }
    }
}

/// The date is past when the split comes to it, before the branches behind it stand anywhere.
#[test]
fn what_goes_on_at_once_ends_those_of_its_set_that_have_not_begun_and_no_others() {
    let steps = [
        ops("s", "next = { all = [\"t\", \"v\", \"w\", \"x\"] }"),
        ops("t", "next = \"j\""),
        alone("v", "wait", "until = \"on\"\nnext = \"j\""),
        ops("w", "next = \"j\""),
        ops("x", "next = \"k\""),
        ops("j", "join = [\"t\", \"v\", \"w\"]\nneed = 1\nlate = \"cancel\"\nnext = \"k\""),
        ops("k", &format!("join = [\"j\", \"x\"]\n{ENDS}")),
    ];
    let mut world = begun(&steps);
    data(&mut world, "max", "on", "2026-11-01");
    done(&mut world, "s", &[]);
    assert_eq!(world.places(), ["3: j max", "5: x max"]);
    done(&mut world, "j", &[]);
    done(&mut world, "x", &[]);
    done(&mut world, "k", &[]);
    assert!(is_done(&world));
}

/// One that has come to a join on the way to the one that has enough is late as well.
#[test]
fn what_waits_at_a_join_before_one_that_cancels_ends_with_the_others() {
    let mut world = begun(&[
        ops("s", "next = { all = [\"v\", \"w\"] }"),
        ops("v", "next = { all = [\"v1\", \"v2\"] }"),
        ops("v1", "next = \"i\""),
        ops("v2", "next = \"i\""),
        ops("i", "join = [\"v1\", \"v2\"]\nnext = \"j\""),
        ops("w", "next = \"j\""),
        ops("j", &format!("join = [\"i\", \"w\"]\nneed = 1\nlate = \"cancel\"\n{ENDS}")),
    ]);
    done(&mut world, "s", &[]);
    done(&mut world, "v", &[]);
    done(&mut world, "v1", &[]);
    let said = done(&mut world, "w", &[]).0;
    assert_eq!(world.places(), ["3: j max"]);
    // Each says what ended with it, and nothing of the other.
    let closed =
        |n: &str| said.iter().find(|said| said.starts_with(&format!("{n} cancelled, closes "))).unwrap();
    assert_eq!(closed("4"), "4 cancelled, closes v1 waiting at i");
    assert!(closed("5").contains(" v2") && !closed("5").contains("waiting"), "{said:?}");
    done(&mut world, "j", &[]);
    assert!(is_done(&world));
}

/// One step that several come to is done for each, and splits for each: what they bring to one join are two sets.
#[test]
fn a_join_that_some_are_enough_for_takes_those_of_one_split() {
    let mut world = begun(&[
        ops("s", "next = { all = [\"a\", \"b\"] }"),
        ops("a", "next = \"m\""),
        ops("b", "next = \"m\""),
        ops("m", "next = { all = [\"x\", \"y\", \"z\"] }"),
        ops("x", "next = \"j\""),
        ops("y", "next = \"j\""),
        ops("z", "next = \"j\""),
        ops("j", &format!("join = [\"x\", \"y\", \"z\"]\nneed = 2\nlate = \"cancel\"\n{ENDS}")),
    ]);
    for step in ["s", "a", "b", "m", "m", "x", "x"] {
        done(&mut world, step, &[]);
    }
    let waiting =
        |world: &World| world.places().iter().filter(|place| place.ends_with("x waits at j")).count();
    assert_eq!(waiting(&world), 2, "one of each set");
    done(&mut world, "y", &[]);
    assert_eq!(waiting(&world), 1, "the other set is as it was: {:?}", world.places());
    assert_eq!(open_tasks(&world, "z").len(), 1);
    for step in ["j", "y", "j"] {
        done(&mut world, step, &[]);
    }
    assert!(is_done(&world));
}

// What happens by itself

#[test]
fn an_automatic_step_does_all_it_says_in_order() {
    let mut world = begun(&[
        ops("s", "next = \"a\""),
        alone(
            "a",
            "auto",
            "then = [{ set = { who = \"'Bob'\" } }, { urgent = true }, { note = \"It is {{ data.who }}.\" }, \
             { exception = \"Look\" }, { start = \"q\", with = { name = \"data.who\" } }]\nnext = \"x\"",
        ),
        work("x", "sales", ENDS),
    ]);
    let said = short(done(&mut world, "s", &[]));
    assert_eq!(
        said,
        [
            "T-1 done",
            "1 passed a#1",
            "DataChanged",
            "urgent true",
            "CaseNoted",
            "exception Rule to dana",
            "request 1: a case of q",
            "H-2 on 1: x#1 from max to sales",
        ]
    );
    let events = world.entries.iter().map(|entry| &entry.event).collect::<Vec<_>>();
    assert!(events.iter().any(|e| matches!(e, Event::CaseNoted { text, .. } if text == "It is Bob.")));
    assert!(events.iter().any(|e| matches!(e, Event::CaseRequested { data, .. } if data["name"] == "Bob")));
    let case = world.subject.case().unwrap();
    assert_eq!((case.urgent, case.data["who"].as_str()), (true, Some("Bob")));
}

const ROUND: &str = "next = [{ if = \"data.again\", to = \"b\" }, { end = true }]";

/// `a` and `b` lead to each other for as long as `again` says so.
fn circle(change: impl FnOnce(&mut Process)) {
    let text = [
        HEAD.to_string(),
        ops("s", "next = \"a\""),
        alone("a", "wait", &format!("until = \"on\"\n{ROUND}")),
        alone("b", "wait", "until = \"on\"\nnext = \"a\""),
    ];
    let mut world = World::of(company_of(&text.concat(), change));
    world.start("max", &[]);
    let before = (world.entries.len(), world.places());
    let round = [("again", "yes"), ("on", "2026-11-01")];
    done(&mut world, "s", &round).refused("`b` would go round for ever by itself.");
    assert_eq!((world.entries.len(), world.places()), before, "nothing happened");
    let once = [("again", "no"), ("on", "2026-11-01")];
    done(&mut world, "s", &once);
    assert!(is_done(&world), "{:?}", world.places());
}

/// The check of a file finds this one.
#[test]
fn a_circle_of_automatic_steps_is_refused() {
    circle(|process| {
        for step in ["a", "b"] {
            step_of(process, step).kind = StepKind::Auto { actions: vec![Action::Note("x".into())] };
        }
    });
}

/// A date that has passed is not waited for.
#[test]
fn a_circle_of_waits_that_are_over_is_refused() {
    circle(|_| {});
}

// Other cases

fn asking(more: &str) -> World {
    begun(&[
        ops("s", "next = \"p\""),
        alone("p", "process", &format!("start = \"q\"\n{more}\nnext = \"x\"")),
        work("x", "sales", ENDS),
    ])
}

#[test]
fn a_step_that_is_a_process_waits_for_its_case_and_hears_the_outcome() {
    let mut world = asking("");
    let said = done(&mut world, "s", &[]);
    said.then(&["T-1 done", "request 1: a case of q", "wait 1 on 1 at p from max"]);
    let link = |case| Command::LinkCase { case: CASE, request: 1, to: Ok(CaseId(case)) };
    assert_eq!(by_itself(&mut world, link(7)), ["CaseLinked"]);
    assert_eq!(by_itself(&mut world, link(8)), [""; 0], "one case for one request");
    assert_eq!(world.places(), ["1: p max"]);
    let ended = || Command::CaseEnded { case: CASE, request: 1, outcome: Some("fine".into()) };
    let said = by_itself(&mut world, ended());
    assert_eq!(said, ["wait 1 ended", "H-2 on 1: x#1 from max to sales"]);
    let told = world.entries.iter().find_map(|entry| match &entry.event {
        Event::WaitEnded { text, .. } => Some(text.clone()),
        _ => None,
    });
    assert_eq!(told, Some(Some("fine".to_string())));
    assert_eq!(by_itself(&mut world, ended()), [""; 0]);
}

#[test]
fn a_process_that_is_not_waited_for_lets_the_case_go_on_at_once() {
    let mut world = asking("wait = false");
    done(&mut world, "s", &[]).then(&[
        "T-1 done",
        "1 passed p#1",
        "request 1: a case of q",
        "H-2 on 1: x#1 from max to sales",
    ]);
}

#[test]
fn a_case_that_could_not_be_started_is_told_and_still_waited_for() {
    let mut world = asking("");
    done(&mut world, "s", &[]);
    let to = Err("there is no process q".to_string());
    let said = by_itself(&mut world, Command::LinkCase { case: CASE, request: 1, to });
    let asked = "clock on FollowUp(Wait(1)) [2: 5 business days]";
    assert_eq!(said, ["CaseNotStarted", "exception Stuck to dana", asked]);
    assert_eq!(world.places(), ["1: p max"]);
    let all = rows(&world.subject, &world.catalog);
    let waits =
        all.iter().find_map(|row| if let Row::Place(place) = row { place.waiting.clone() } else { None });
    assert_eq!(waits.unwrap().0, "a case of q, which could not be started");
    assert_eq!(end_wait(&mut world, "dana", 1, "not needed").0[0], "wait 1 ended");
}

// Once for each of a list

fn packing() -> World {
    begun(&[
        ops("s", "next = \"e\""),
        work("e", "sales", "each = \"items\"\nmilestone = \"Packed\"\nnext = \"x\""),
        work("x", "finance", ENDS),
    ])
}

#[test]
fn each_of_a_list_is_a_branch_and_the_last_goes_on() {
    let mut world = packing();
    let said = done(&mut world, "s", &[("items", "pen, ink, pad")]);
    assert_eq!(said.0[..2], ["T-1 done", "1 split into [2, 3, 4]"]);
    assert_eq!(world.places(), ["2: e max", "3: e max", "4: e max"]);
    let items = rows(&world.subject, &world.catalog).into_iter().filter_map(|row| match row {
        Row::Place(place) => place.item,
        _ => None,
    });
    assert_eq!(items.collect::<Vec<_>>(), ["pen", "ink", "pad"]);
    for handoff in 2..=4 {
        world.accept("bo", handoff);
    }
    world.done("bo", 3, &[]).then(&["T-3 done", "3 arrived at e from e"]);
    world.done("bo", 4, &[]).then(&["T-4 done", "4 arrived at e from e"]);
    let said = short(world.done("bo", 2, &[]));
    assert_eq!(
        said,
        [
            "T-2 done",
            "2 arrived at e from e",
            "3 joined [4, 2] at e",
            "MilestoneReached",
            "H-5 on 3: x#1 from bo to finance",
        ]
    );
    assert_eq!(world.places(), ["3: x bo"]);
}

/// Taken up again it is done for each, as the list is now; one that is empty is passed over.
#[test]
fn what_is_done_for_each_of_a_list_is_again_where_the_case_is_reopened_there() {
    for (items, places) in [("pen, ink", ["5: e max", "6: e max"].as_slice()), ("none", &["5: x max"])] {
        let mut world = packing();
        done(&mut world, "s", &[("items", "pen, ink, pad")]);
        for handoff in 2..=4 {
            world.accept("bo", handoff);
            world.done("bo", handoff, &[]);
        }
        world.when("max", Command::ChangeData { case: CASE, data: texts(&[("items", items)]) });
        world.accept("ana", 5);
        world.done("ana", 5, &[]);
        let (to, party) = (Some(h("e")), None);
        world.when("max", Command::ReopenCase { case: CASE, reason: "wrong".into(), to, party });
        assert_eq!(world.places(), places);
        for handoff in 6..8 {
            if items == "none" {
                break;
            }
            world.accept("bo", handoff);
            world.done("bo", handoff, &[]);
        }
        assert_eq!(world.places(), ["5: x bo".replace("bo", if items == "none" { "max" } else { "bo" })]);
    }
}

#[test]
fn the_last_of_several_answers_for_what_the_next_step_asks_for() {
    let mut world = begun(&[
        ops("s", "next = \"e\""),
        work("e", "sales", "each = \"items\"\nnext = \"x\""),
        work("x", "finance", &format!("documents = [\"Slip\"]\n{ENDS}")),
    ]);
    done(&mut world, "s", &[("items", "pen, ink")]);
    for handoff in [2, 3] {
        world.accept("bo", handoff);
    }
    world.done("bo", 2, &[]).then(&["T-2 done", "2 arrived at e from e"]);
    let said = world.done("bo", 3, &[]).0;
    assert!(said[0].starts_with("no: ") && said[0].contains("document: Slip"), "{said:?}");
    let documents = texts(&[("Slip", "slip.pdf")]);
    let with = Command::CompleteTask(CompleteTask { documents, all_checked: true, ..complete(3, &[]) });
    assert_eq!(world.when("bo", with).0.last().unwrap(), "H-4 on 2: x#1 from bo to finance");
}

#[test]
fn who_is_offered_one_of_a_list_reads_which() {
    let mut world = packing();
    done(&mut world, "s", &[("items", "pen, ink")]);
    let told = |world: &World| {
        let lines = story::tell(&world.entries, &world.catalog, &Zone::utc()).into_iter();
        lines.filter(|line| line.verb == "offer").map(|line| line.text).collect::<Vec<_>>()
    };
    assert_eq!(told(&world)[1..], ["H-2 e (pen) to sales", "H-3 e (ink) to sales"]);
    for (handoff, task) in [(2, 2), (3, 3)] {
        world.accept("bo", handoff);
        world.done("bo", task, &[]);
    }
    assert_eq!(told(&world)[3..], ["H-4 x to finance"], "what follows them is about no single one");
}

#[test]
fn that_there_is_nothing_to_do_is_an_answer_where_a_list_is_asked_for() {
    let mut world = begun(&[
        ops("s", "gives = [\"items\"]\nnext = \"e\""),
        work("e", "sales", "each = \"items\"\nnext = \"x\""),
        work("x", "finance", ENDS),
    ]);
    done(&mut world, "s", &[("items", " ")]).refused("T-1 cannot be sent on yet. Missing: items");
    done(&mut world, "s", &[("items", "none")]).then(&[
        "T-1 done",
        "1 passed e#1",
        "H-2 on 1: x#1 from max to finance",
    ]);
}

#[test]
fn an_empty_list_is_passed_over_and_one_that_nobody_filled_in_is_not() {
    let said = short(done(&mut packing(), "s", &[("items", "none")]));
    assert_eq!(said, ["T-1 done", "1 passed e#1", "MilestoneReached", "H-2 on 1: x#1 from max to finance"]);
    for items in ["", " "] {
        done(&mut packing(), "s", &[("items", items)]).refused("T-1 cannot be sent on yet. Missing: items.");
    }
}

#[test]
fn a_long_list_is_no_circle() {
    let note = "then = [{ note = \"x\" }]";
    let mut world = begun(&[
        ops("s", "next = \"a\""),
        alone("a", "auto", &format!("{note}\nnext = \"e\"")),
        alone("e", "auto", "each = \"items\"\nthen = [{ note = \"x\" }]\nnext = \"x\""),
        work("x", "finance", ENDS),
    ]);
    let items = (0..100).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    done(&mut world, "s", &[("items", &items)]);
    assert_eq!(visits(&world, "x"), 1, "{:?}", world.places());
}

// A part is enough

fn two_of_three(more: &str, end: &str) -> World {
    let mut world = begun(&[
        ops("s", "next = { all = [\"a\", \"b\", \"c\"] }"),
        ops("a", "next = \"j\""),
        ops("b", "next = \"j\""),
        ops("c", "next = \"j\""),
        ops("j", &format!("join = [\"a\", \"b\", \"c\"]\nneed = 2\n{more}\nnext = {end}")),
    ]);
    done(&mut world, "s", &[]);
    world
}

#[test]
fn enough_of_a_set_goes_on_and_the_late_one_ends_quietly() {
    let mut world = two_of_three("late = \"continue\"", "{ end = \"two\" }");
    done(&mut world, "a", &[]).then(&["T-2 done", "2 arrived at j from a"]);
    let said = done(&mut world, "b", &[]);
    assert_eq!(said.0[1..3], ["3 arrived at j from b", "3 joined [2] at j with enough"]);
    done(&mut world, "j", &[]).then(&["T-5 done", "3 ended"]);
    assert_eq!(world.places(), ["4: c max"], "the case is not done before the late one");
    done(&mut world, "c", &[]).then(&["T-4 done", "4 came late to j", "case done: two"]);
}

#[test]
fn a_late_one_that_comes_before_the_end_ends_nothing_but_itself() {
    let mut world = two_of_three("", "{ end = true }");
    for name in ["c", "a"] {
        done(&mut world, name, &[]);
    }
    done(&mut world, "b", &[]).then(&["T-3 done", "3 came late to j"]);
    assert_eq!(visits(&world, "j"), 1);
    assert_eq!(done(&mut world, "j", &[]).0.last().unwrap(), "case done: -");
}

#[test]
fn the_late_one_is_cancelled_with_its_task() {
    let mut world = two_of_three("late = \"cancel\"", "{ end = true }");
    done(&mut world, "c", &[]);
    let said = done(&mut world, "a", &[]);
    assert_eq!(said.0[3], "3 cancelled, closes T-3 b, work clock of T-3");
    world.done("max", 3, &[]).refused("T-3 is finished already.");
    assert_eq!(world.places(), ["2: j max"]);
    done(&mut world, "j", &[]);
    assert!(is_done(&world));
}

#[test]
fn the_next_pass_needs_its_own_two() {
    let again = "[{ if = \"data.again\", to = \"s\" }, { end = true }]";
    for late in ["continue", "cancel"] {
        let mut world = two_of_three(&format!("late = \"{late}\""), again);
        for name in ["a", "b"] {
            done(&mut world, name, &[]);
        }
        done(&mut world, "j", &[("again", "yes")]);
        done(&mut world, "s", &[]);
        done(&mut world, "a", &[]);
        if late == "continue" {
            let [first, _] = open_tasks(&world, "c")[..] else { panic!("{:?}", world.places()) };
            assert_eq!(world.done("max", first, &[]).0[1], "4 came late to j");
        }
        assert_eq!(visits(&world, "j"), 1, "{late}: {:?}", world.places());
        done(&mut world, "c", &[]);
        assert_eq!(visits(&world, "j"), 2, "{late}: {:?}", world.places());
        done(&mut world, "j", &[("again", "no")]);
        for name in open_tasks(&world, "b") {
            world.done("max", name, &[]);
        }
        assert!(is_done(&world), "{late}: {:?}", world.places());
    }
}

// Ways left out

fn left_out(need: &str) -> World {
    begun(&[
        ops(
            "s",
            "next = { all = [\"a\", { to = \"b\", if = \"data.more\" }, { to = \"c\", if = \"data.more\" }] }",
        ),
        ops("a", "next = \"j\""),
        ops("b", "next = \"b2\""),
        ops("b2", "next = \"j\""),
        ops("c", "next = \"j\""),
        ops(
            "j",
            &format!(
                "join = [\"a\", \"b2\", \"c\"]\n{need}\nnext = [{{ if = \"data.again\", to = \"s\" }}, \
                 {{ end = true }}]"
            ),
        ),
    ])
}

#[test]
fn a_way_left_out_counts_as_arrived_in_its_own_pass() {
    let mut world = left_out("");
    done(&mut world, "s", &[("more", "no")]);
    assert_eq!(world.places(), ["2: a max"]);
    assert_eq!(done(&mut world, "a", &[]).0[1..3], ["2 arrived at j from a", "2 joined [] at j"]);
    done(&mut world, "j", &[("again", "yes")]);
    done(&mut world, "s", &[("more", "yes")]);
    for name in ["a", "b", "b2"] {
        done(&mut world, name, &[]);
        assert_eq!(visits(&world, "j"), 1, "this pass has all its ways: {:?}", world.places());
    }
    done(&mut world, "c", &[]);
    done(&mut world, "j", &[("again", "no")]);
    assert!(is_done(&world));
}

#[test]
fn a_way_left_out_counts_towards_enough() {
    let mut world = left_out("need = 2");
    done(&mut world, "s", &[("more", "no")]);
    done(&mut world, "a", &[]);
    assert_eq!(visits(&world, "j"), 1, "{:?}", world.places());
}

// Milestones and urgency

#[test]
fn a_milestone_is_reached_when_its_step_is_done() {
    let mut world = begun(&[ops("s", "milestone = \"Agreed\"\nnext = \"x\""), ops("x", ENDS)]);
    assert!(world.subject.case().unwrap().milestones.is_empty());
    world.at(1);
    done(&mut world, "s", &[]);
    let reached = world.subject.case().unwrap().milestones.clone();
    assert_eq!(reached, [("Agreed".to_string(), monday() + hours(1))]);
}

#[test]
fn running_clocks_count_towards_the_urgent_goal_from_their_beginning() {
    let urgent = "goal = \"3 days\"\nurgent_goal = \"2 hours\"";
    let mut world = begun(&[
        ops("s", "next = { all = [\"a\", \"t\"] }"),
        ops("a", ENDS).replace("goal = \"1 day\"", urgent),
        ops("t", "next = \"u\""),
        alone("u", "auto", "then = [{ urgent = true }]\nnext = { end = true }"),
    ]);
    done(&mut world, "s", &[]);
    world.at(3).tick().then(&[]);
    let said = done(&mut world, "t", &[]);
    assert_eq!(said.0[1..3], ["3 passed u#1", "urgent true"]);
    let case = world.subject.case().unwrap();
    let clock = case.tasks[&crate::domain::TaskId(2)].clock.unwrap();
    assert_eq!(case.clocks[&clock].goal.to_string(), "2 hours");
    let heard = format!("clock {clock} rung 0.0 Acted remind  escalate dana");
    world.tick().then(&[&format!("clock {clock} breached"), &heard]);
}

// What happens by itself

#[test]
fn another_case_is_about_the_same_record_only_where_it_is_asked_to_be() {
    for (same, about) in [(false, None), (true, Some(crate::domain::RecordId(5)))] {
        let mut world = asking("");
        let process = world.catalog.processes.get_mut(&h("p")).unwrap();
        let mut changed = (*process[0]).clone();
        if let StepKind::Process { start, .. } = &mut step_of(&mut changed, "p").kind {
            start.about_record = same;
        }
        process[0] = changed.into();
        let ctx = Context::by(&h("max"), world.now, OpId(uuid::Uuid::nil()));
        world.happen(&ctx, Event::AboutChanged { about: crate::domain::RecordId(5) });
        done(&mut world, "s", &[]);
        let asked = world.entries.iter().find_map(|entry| match &entry.event {
            Event::CaseRequested { about, .. } => Some(*about),
            _ => None,
        });
        assert_eq!(asked, Some(about));
    }
}

#[test]
fn a_program_that_went_wrong_is_an_exception_and_one_that_went_well_is_none() {
    for ok in [true, false] {
        let mut world = begun(&[
            ops("s", "next = \"r\""),
            alone("r", "auto", "then = [{ run = \"print-label\" }]\nnext = \"x\""),
            work("x", "sales", ENDS),
        ]);
        done(&mut world, "s", &[]);
        let ended = Command::EndRun { case: CASE, request: 1, ok, output: "no paper\nmore".into() };
        let said = by_itself(&mut world, ended);
        assert_eq!(said.len(), if ok { 1 } else { 2 }, "{said:?}");
        let text = world.subject.case().unwrap().exceptions.values().map(|e| e.text.as_str());
        assert_eq!(text.collect::<Vec<_>>(), ["A command went wrong: no paper"][..usize::from(!ok)]);
        let again = Command::EndRun { case: CASE, request: 1, ok, output: String::new() };
        assert_eq!(by_itself(&mut world, again), [""; 0], "it ended once");
    }
}

#[test]
fn what_has_ended_keeps_its_goal_when_the_case_becomes_urgent() {
    let goal = |text: &str| Some(text.parse().unwrap());
    let catalog = company_of(SALE, |process| {
        step_of(process, "sell").urgent_goal = goal("1 hour");
        step_of(process, "bill").urgent_goal = goal("8 hours");
    });
    let mut world = World::of(catalog);
    world.start("bo", &[]);
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.accept("ana", 2);
    world.when("bo", Command::SetUrgent { case: CASE, urgent: true });
    let goals = world.entries.iter().find_map(|entry| match &entry.event {
        Event::UrgencyChanged { goals, .. } => Some(goals.len()),
        _ => None,
    });
    assert_eq!(goals, Some(0), "what was sold is sold, and the bill has as long as before");
}

#[test]
fn a_date_that_is_set_by_itself_moves_what_waits_for_it() {
    let mut world = begun(&[
        ops("s", "gives = [\"on\"]\nnext = { all = [\"w\", \"a\"] }"),
        alone("w", "wait", "until = \"on\"\nnext = \"x\""),
        ops("a", "next = \"b\""),
        alone("b", "auto", "then = [{ set = { on = \"'2026-11-25'\" } }]\nnext = { end = true }"),
        work("x", "sales", ENDS),
    ]);
    done(&mut world, "s", &[("on", "2026-11-20")]);
    let said = done(&mut world, "a", &[]).0;
    assert!(said.iter().any(|said| said.starts_with("wait 1 moved")), "{said:?}");
}

#[test]
fn an_amount_that_is_passed_on_keeps_its_currency() {
    let text = HEAD
        .replace("[data.who]", "[data.paid]\ntype = \"money\"\n[data.price]\ntype = \"money\"\n[data.who]");
    let steps = [
        ops("s", "next = \"a\""),
        alone("a", "auto", "then = [{ set = { paid = \"data.price\" } }]\nnext = \"x\""),
        work("x", "sales", ENDS),
    ];
    let mut world = World::of(company(&[&format!("{text}{}", steps.concat())]));
    world.start("max", &[]);
    done(&mut world, "s", &[("price", "12 USD")]);
    assert_eq!(world.subject.case().unwrap().data["paid"], "12.00 USD");
}

#[test]
fn a_case_whose_first_step_is_done_once_for_each_of_a_list_begins_with_all_of_them() {
    let mut world =
        world(&[work("e", "sales", "each = \"items\"\nnext = \"x\""), work("x", "finance", ENDS)]);
    world.start("max", &[("items", "pen, ink")]);
    assert_eq!(world.places(), ["1: e max", "2: e max"]);
}

#[test]
fn a_tick_is_taken_back() {
    let mut world = begun(&[ops("s", "checklist = [\"One\"]\nnext = \"x\""), work("x", "sales", ENDS)]);
    for tick in [true, false] {
        let task = crate::domain::TaskId(1);
        world.when("max", Command::CheckItem { case: CASE, task, item: 0, done: tick });
        assert_eq!(world.subject.case().unwrap().tasks[&task].checked.len(), usize::from(tick));
    }
}

/// What the other case came to says which way it goes: its outcome, that it had none, that it was withdrawn, or
/// that somebody did not wait for it.
#[test]
fn the_ways_on_ask_what_the_case_that_was_waited_for_came_to() {
    let ways = "start = \"r\"\nnext = [{ if = \"outcome == 'built'\", to = \"x\" }, \
                { if = \"outcome == 'withdrawn'\", to = \"y\" }, \
                { if = \"outcome == 'cut short'\", end = \"open\" }, { end = \"other\" }]";
    let asks = || {
        let mut world = begun(&[
            ops("s", "next = \"p\""),
            alone("p", "process", ways),
            work("x", "sales", ENDS),
            work("y", "finance", ENDS),
        ]);
        done(&mut world, "s", &[]);
        world
    };
    for (outcome, then) in
        [(Some("built"), vec!["1: x max"]), (Some("withdrawn"), vec!["1: y max"]), (None, vec![])]
    {
        let mut world = asks();
        let outcome = outcome.map(str::to_string);
        by_itself(&mut world, Command::CaseEnded { case: CASE, request: 1, outcome });
        assert_eq!(world.places(), then);
    }
    let mut world = asks();
    let said = world.when("dana", Command::EndWait(EndWait::of(CASE, 1, "never mind")));
    assert!(said.0.iter().any(|event| event.contains("open")), "{said:?}");
}

#[test]
fn of_two_cases_that_are_waited_for_the_one_that_ended_lets_its_branch_go_on() {
    let mut world = begun(&[
        ops("s", "next = { all = [\"p\", \"q\"] }"),
        alone("p", "process", "start = \"r\"\nnext = \"x\""),
        alone("q", "process", "start = \"r\"\nnext = \"y\""),
        work("x", "sales", ENDS),
        work("y", "finance", ENDS),
    ]);
    done(&mut world, "s", &[]);
    let ended = Command::CaseEnded { case: CASE, request: 2, outcome: None };
    assert_eq!(by_itself(&mut world, ended), ["wait 2 ended", "H-2 on 3: y#1 from max to finance"]);
    assert_eq!(world.places(), ["2: p max", "3: y max"]);
}

#[test]
fn a_join_that_cancels_leaves_what_waits_elsewhere() {
    let mut world = begun(&[
        ops("s", "next = { all = [\"v\", \"w\", \"x\"] }"),
        ops("v", "next = \"j\""),
        alone("w", "wait", "message = \"m\"\nnext = \"j\""),
        alone("x", "wait", "for = \"2 hours\"\nnext = { end = true }"),
        ops("j", &format!("join = [\"v\", \"w\"]\nneed = 1\nlate = \"cancel\"\n{ENDS}")),
    ]);
    done(&mut world, "s", &[]);
    done(&mut world, "v", &[]);
    assert_eq!(world.places(), ["2: j max", "4: x max"]);
    world.at(2).tick().then(&["wait 2 ended", "4 ended"]);
}

/// Each case that is started for one of a list knows which, and so does whatever happens by itself.
#[test]
fn what_happens_for_each_of_a_list_speaks_of_the_one() {
    let mut world = begun(&[
        ops("s", "next = { all = [\"p\", \"n\"] }"),
        alone(
            "p",
            "process",
            "each = \"items\"\nstart = \"q\"\nwith = { what = \"item\" }\ncase_title = \"For {{ item }}\"\nnext = \"x\"",
        ),
        alone(
            "n",
            "auto",
            "each = \"items\"\nthen = [{ note = \"Found {{ item }}\" }, { set = { who = \"item\" } }]\nnext = { end = true }",
        ),
        work("x", "sales", ENDS),
    ]);
    done(&mut world, "s", &[("items", "pen, ink")]);
    let asked = world.entries.iter().filter_map(|entry| match &entry.event {
        Event::CaseRequested { title, data, .. } => Some((title.clone().unwrap(), data["what"].clone())),
        _ => None,
    });
    let for_each = |item: &str| (format!("For {item}"), serde_json::Value::from(item));
    assert_eq!(asked.collect::<Vec<_>>(), ["pen", "ink"].map(for_each));
    let noted = world.entries.iter().filter_map(|entry| match &entry.event {
        Event::CaseNoted { text, .. } => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(noted.collect::<Vec<_>>(), ["Found pen", "Found ink"]);
    assert_eq!(world.subject.case().unwrap().data["who"], "ink");
}

#[test]
fn a_case_that_was_waited_for_and_withdrawn_is_told_where_the_ways_do_not_ask() {
    for (ways, exceptions) in
        [("next = \"x\"", 1), ("next = [{ if = \"outcome == 'withdrawn'\", to = \"x\" }, { end = true }]", 0)]
    {
        let mut world = begun(&[
            ops("s", "next = \"p\""),
            alone("p", "process", &format!("start = \"q\"\n{ways}")),
            work("x", "sales", ENDS),
        ]);
        done(&mut world, "s", &[]);
        let outcome = Some("withdrawn".to_string());
        by_itself(&mut world, Command::CaseEnded { case: CASE, request: 1, outcome });
        assert_eq!(world.places(), ["1: x max"]);
        assert_eq!(world.subject.case().unwrap().exceptions.len(), exceptions, "{ways}");
    }
}
