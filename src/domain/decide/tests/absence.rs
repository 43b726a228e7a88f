//! Somebody away is stood in for by name and on record, somebody gone is never an answer, and nobody is dropped
//! silently.

use super::world::*;
use crate::domain::absence::{Absence, Right};
use crate::domain::case::Case;
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, CompleteTask};
use crate::domain::decide::duties;
use crate::domain::event::{Actor, Event, ExceptionKind, Holding, Outcome};
use crate::domain::{Handle, Instant, Party, TaskId};
use proptest::prelude::*;

fn until(hours_since: i64) -> Instant {
    monday() + hours(hours_since)
}

/// Away from Monday morning for so many hours.
fn away(catalog: &mut Catalog, person: &str, hours: i64, substitute: Option<&str>) {
    let absence = Absence { from: monday(), until: until(hours), substitute: substitute.map(h), note: None };
    tell_catalog(catalog, Event::PersonAway { person: h(person), absence });
}

fn gone(catalog: &mut Catalog, person: &str) {
    tell_catalog(catalog, Event::PersonLeft { person: h(person) });
}

/// Whoever may look only acts for somebody who may more, while that one is away, and the journal says so.
#[test]
fn a_viewer_who_stands_in_does_what_the_absent_may_in_their_name() {
    let viewer = |catalog: &mut Catalog| {
        let (person, name) = (h("vi"), "Vi".to_string());
        let permission = crate::domain::catalog::Permission::Viewer;
        tell_catalog(catalog, Event::PersonAdded { person, name, mail: None, permission });
    };
    let mut world = offered(|catalog| {
        viewer(catalog);
        away(catalog, "eli", 8, Some("vi"));
    });
    world.accept("vi", 2).then(&["H-2 accepted by vi as T-2 [5: 8 hours]"]);
    let for_eli = Actor::Substitute { person: h("vi"), of: h("eli") };
    assert_eq!(world.entries.last().unwrap().actor, for_eli);
    world.when("vi", Command::StartTask { case: CASE, task: TaskId(2) });
    assert_eq!(world.entries.last().unwrap().actor, for_eli, "their own hand, but not their own right");
    world.when("vi", Command::NoteCase { case: CASE, text: "n".into() });
    assert_eq!(world.entries.last().unwrap().actor, for_eli);
    // Eli is back.
    world
        .at(9)
        .when("vi", Command::NoteCase { case: CASE, text: "n".into() })
        .refused("vi may look at `sale` but not change it.");
    let mut other = offered(viewer);
    other.accept("vi", 2).refused("vi may look at `sale` but not change it.");
}

#[test]
fn whoever_stands_in_for_all_who_hold_a_case_withdraws_it() {
    let mut world = offered(|catalog| away(catalog, "bo", 8, Some("zoe")));
    let withdraw = |by: &str| (by.to_string(), Command::WithdrawCase { case: CASE, reason: "x".into() });
    let (by, command) = withdraw("max");
    world.when(&by, command).refused("Others hold open work of C-1.");
    let (by, command) = withdraw("zoe");
    world.when(&by, command);
    assert_eq!(world.entries.last().unwrap().actor, Actor::Substitute { person: h("zoe"), of: h("bo") });
    assert!(matches!(world.entries.last().unwrap().event, Event::CaseWithdrawn { .. }));
}

/// Bo has sold and offered the bill to finance as H-2; the catalog is then changed.
fn offered(change: impl FnOnce(&mut Catalog)) -> World {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    change(&mut world.catalog);
    world
}

fn set_away(by: &str, person: &str, from: i64, to: i64, substitute: Option<&str>) -> Said {
    let absence = Absence { from: until(from), until: until(to), substitute: substitute.map(h), note: None };
    let mut world = World::new(SALE);
    gone(&mut world.catalog, "zoe");
    world.when(by, Command::SetAway { person: h(person), absence })
}

#[test]
fn everybody_says_when_they_are_away_and_a_lead_says_it_for_anybody() {
    assert_eq!(set_away("ana", "ana", 0, 8, Some("eli")).0.len(), 1);
    assert_eq!(set_away("lea", "ana", 0, 8, None).0.len(), 1);
    set_away("bo", "ana", 0, 8, None).refused("Only ana, a lead or an admin can change this.");
    set_away("ana", "ana", 8, 8, None).refused("An absence ends after it begins");
    set_away("ana", "ana", -8, 0, None).refused("An absence ends after it begins, and later than now.");
    set_away("ana", "ana", 0, 8, Some("ana")).refused("ana cannot stand in for ana.");
    set_away("ana", "ana", 0, 8, Some("zoe")).refused("`zoe` has left.");
    set_away("ana", "ana", 0, 8, Some("stranger")).refused("`stranger` is nobody here.");
}

#[test]
fn whoever_was_never_here_is_neither_away_nor_back_nor_let_go_and_whoever_left_is_not_away() {
    let mut world = World::new(SALE);
    gone(&mut world.catalog, "zoe");
    let absence = Absence { from: until(0), until: until(8), substitute: None, note: None };
    let away = |person: &str| Command::SetAway { person: h(person), absence: absence.clone() };
    let leave = Command::Leave { person: h("ghost"), homeless: vec![] };
    for command in [away("ghost"), Command::ComeBack { person: h("ghost") }, leave] {
        world.when("dana", command).refused("`ghost` is nobody here.");
    }
    world.when("dana", away("zoe")).refused("`zoe` has left.");
}

#[test]
fn an_absence_that_is_over_is_not_called_off() {
    let mut world = World::new(SALE);
    away(&mut world.catalog, "ana", 8, None);
    world.at(9).when("ana", Command::ComeBack { person: h("ana") }).then(&[]);
}

/// Whoever names a substitute who is away as well reads until when, and who takes their place then.
#[test]
fn a_substitute_who_is_away_meanwhile_is_told_of_with_who_stands_in_for_them() {
    let warned = |theirs: Option<&str>, from: i64| {
        let mut world = World::new(SALE);
        away(&mut world.catalog, "eli", 8, theirs);
        let (from, until) = (until(from), until(from + 8));
        let absence = Absence { from, until, substitute: Some(h("eli")), note: None };
        world.when("ana", Command::SetAway { person: h("ana"), absence });
        world.warnings
    };
    let says = |what: &str| vec![format!("eli is away as well, today 13:00 to today 17:00, {what}.")];
    assert_eq!(warned(Some("ana"), 4), says("and ana stands in for them, so nobody would"));
    assert_eq!(warned(Some("bo"), 4), says("and bo takes their place"));
    assert_eq!(warned(None, 4), says("and nobody takes their place"));
    assert_eq!(warned(None, 8), [""; 0], "eli is back when it begins");
}

/// A list of people and the offer of work tell the same of who takes whose place.
#[test]
fn who_acts_for_the_absent_is_told_of_the_whole_chain() {
    let mut world = World::new(SALE);
    let words = |world: &World| {
        let absence = world.catalog.absence(&h("ana"), world.now).unwrap();
        world.catalog.instead_words(&h("ana"), absence, world.now)
    };
    away(&mut world.catalog, "ana", 8, Some("eli"));
    assert_eq!(words(&world), "eli takes their place");
    let absence = Absence { from: monday(), until: until(4), substitute: None, note: None };
    let told = |world: &mut World, substitute: Option<&str>| {
        let absence = Absence { substitute: substitute.map(h), ..absence.clone() };
        world.when("eli", Command::SetAway { person: h("eli"), absence });
        away(&mut world.catalog, "eli", 4, substitute);
        std::mem::take(&mut world.warnings)
    };
    let alone = "eli stands in for ana; until today 13:00 nobody does.";
    assert_eq!(told(&mut world, None), [alone]);
    assert_eq!(words(&world), "nobody takes their place, as eli cannot");
    let said = told(&mut world, Some("bo"));
    assert_eq!(said[0], "This replaces the absence of eli from today 09:00 to today 13:00.");
    assert_eq!(said[1], "eli stands in for ana; until today 13:00 bo does.");
    assert_eq!(words(&world), "bo takes their place, as eli is away too");
    let said = told(&mut world, None);
    assert!(
        said[0].ends_with("bo does not take their place any more; name a substitute to keep one."),
        "{said:?}"
    );
}

#[test]
fn an_exception_that_was_put_to_somebody_who_left_moves_until_it_is_decided() {
    let mut world = offered(|catalog| gone(catalog, "cy"));
    let ctx = crate::domain::command::Context::by(&h("bo"), world.now, world.entries.last().unwrap().op);
    let (text, to) = ("x".to_string(), vec![h("cy")]);
    world.happen(
        &ctx,
        Event::ExceptionOpened { exception: 1, kind: ExceptionKind::SentAnyway, text, to, at: None },
    );
    let mv = |exception: u32, from: &str| Command::MoveWork {
        case: CASE,
        what: Holding::Exception(exception),
        from: h(from),
        to: h("eli"),
        reason: "cy left".into(),
    };
    gone(&mut world.catalog, "zoe");
    world.when("dana", mv(1, "zoe")).refused("zoe does not have that of C-1 any more.");
    world.when("dana", mv(2, "cy")).refused("cy does not have that of C-1 any more.");
    assert_eq!(world.when("dana", mv(1, "cy")).0.len(), 1);
    assert_eq!(world.subject.case().unwrap().exceptions[&1].to, [h("eli")]);
    world.when("eli", Command::ResolveException { case: CASE, exception: 1, text: "fine".into() });
    gone(&mut world.catalog, "eli");
    let again = Command::MoveWork {
        case: CASE,
        what: Holding::Exception(1),
        from: h("eli"),
        to: h("bo"),
        reason: "eli left".into(),
    };
    world.when("dana", again).refused("eli does not have that of C-1 any more.");
}

/// Of work on offer both the offer and the work in hand behind it lie with whoever sent it.
#[test]
fn work_on_offer_moves_with_the_hand_it_is_in_and_leaves_what_is_anothers() {
    let moved = |world: &mut World, from: &str| {
        let (what, reason) = (Holding::Branch(1), "left".to_string());
        world.when("dana", Command::MoveWork { case: CASE, what, from: h(from), to: h("cy"), reason })
    };
    let mut world = offered(|_| {});
    world.accept("ana", 2);
    world.offer("ana", 1, Some("@eli"));
    gone(&mut world.catalog, "ana");
    assert_eq!(moved(&mut world, "ana").0.len(), 1);
    let case = world.subject.case().unwrap();
    assert_eq!(case.handoffs[&crate::domain::HandoffId(3)].from, h("cy"));
    assert_eq!(case.tasks[&TaskId(2)].holder, h("cy"));
    assert_eq!(case.tasks[&TaskId(1)].holder, h("bo"), "what bo did stays bo's");
    world.recall("cy", 3);
    assert_eq!(world.places(), ["1: bill cy"]);
}

/// Taking back that somebody went gives nothing to somebody gone: who holds something by name is known.
#[test]
fn a_case_is_held_by_whom_it_lies_with_who_is_asked_and_who_answers_while_it_is_open() {
    let held = |world: &World| {
        let holders = world.subject.case().unwrap().holders();
        holders.into_iter().map(|person| person.to_string()).collect::<Vec<_>>().join(" ")
    };
    let mut world = offered(|_| {});
    assert_eq!(held(&world), "bo dana", "an offer to a role is nobody's");
    world.recall("bo", 2);
    world.offer("bo", 1, Some("@eli"));
    assert_eq!(held(&world), "bo dana eli");
    let ctx = crate::domain::command::Context::by(&h("bo"), world.now, world.entries.last().unwrap().op);
    let (text, to) = ("x".to_string(), vec![h("cy")]);
    world.happen(
        &ctx,
        Event::ExceptionOpened { exception: 1, kind: ExceptionKind::SentAnyway, text, to, at: None },
    );
    assert_eq!(held(&world), "bo cy dana eli");
    world.when("cy", Command::ResolveException { case: CASE, exception: 1, text: "fine".into() });
    assert_eq!(held(&world), "bo dana eli");
    world.when("bo", Command::WithdrawCase { case: CASE, reason: "x".into() });
    assert_eq!(held(&world), "");
}

/// A viewer may on a case what whoever they stand in for may; the journal names the one whose work it is.
#[test]
fn of_several_somebody_stands_in_for_the_one_whose_work_it_is_is_named() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    let (person, name) = (h("vi"), "Vi".to_string());
    let permission = crate::domain::catalog::Permission::Viewer;
    tell_catalog(&mut world.catalog, Event::PersonAdded { person, name, mail: None, permission });
    away(&mut world.catalog, "ana", 24, Some("vi"));
    away(&mut world.catalog, "bo", 24, Some("vi"));
    world.when("vi", Command::StartTask { case: CASE, task: TaskId(1) }).then(&["T-1 begun"]);
    assert_eq!(world.entries.last().unwrap().actor.to_string(), "vi for bo");
}

#[test]
fn a_chain_is_walked_to_the_first_who_is_here_and_never_to_somebody_gone_or_around() {
    let mut catalog = company(&[]);
    away(&mut catalog, "ana", 8, Some("bo"));
    let substitute = |catalog: &Catalog, at: i64| catalog.substitute(&h("ana"), until(at));
    assert_eq!(substitute(&catalog, -1), None, "not away yet");
    assert_eq!(substitute(&catalog, 0), Some(h("bo")));
    assert_eq!(substitute(&catalog, 8), None, "back again");
    away(&mut catalog, "bo", 4, Some("cy"));
    assert_eq!((substitute(&catalog, 3), substitute(&catalog, 4)), (Some(h("cy")), Some(h("bo"))));
    away(&mut catalog, "cy", 2, Some("ana"));
    assert_eq!(substitute(&catalog, 1), None, "it comes back to where it began");
    away(&mut catalog, "cy", 2, Some("max"));
    assert_eq!(substitute(&catalog, 1), Some(h("max")));
    gone(&mut catalog, "max");
    assert_eq!(substitute(&catalog, 1), None);
    assert_eq!(catalog.right_to(&h("bo"), &Party::Person(h("ana")), until(5)), Some(Right::For(h("ana"))));
    assert_eq!(catalog.right_to(&h("cy"), &Party::Person(h("ana")), until(5)), None);
}

#[test]
fn an_absence_takes_the_place_of_those_it_overlaps_and_ends_early() {
    let mut world = World::new(SALE);
    let mut set = |from: i64, to: i64| {
        let absence = Absence { from: until(from), until: until(to), substitute: None, note: None };
        tell_catalog(&mut world.catalog, Event::PersonAway { person: h("ana"), absence });
        let periods = world.catalog.people[&h("ana")].absences.iter();
        periods
            .map(|a| (a.from.0 - monday().0, a.until.0 - monday().0))
            .map(|(a, b)| (a / 3_600_000, b / 3_600_000))
            .collect::<Vec<_>>()
    };
    assert_eq!(set(0, 8), [(0, 8)]);
    assert_eq!(set(24, 32), [(0, 8), (24, 32)]);
    assert_eq!(set(8, 24), [(0, 8), (8, 24), (24, 32)], "what only touches does not overlap");
    assert_eq!(set(7, 25), [(7, 25)]);
    assert_eq!(world.at(9).when("ana", Command::ComeBack { person: h("ana") }).0.len(), 1);
    let ended = Event::AbsenceEnded { person: h("ana"), from: until(7) };
    let mut catalog = world.catalog.clone();
    let entry = crate::domain::event::Entry {
        seq: 99,
        at: until(9),
        actor: Actor::Person(h("ana")),
        subject: crate::domain::event::SubjectId::Catalog,
        op: crate::domain::event::OpId(uuid::Uuid::nil()),
        event: ended,
    };
    catalog.apply(&entry);
    assert!(catalog.is_here(&h("ana"), until(9)) && !catalog.is_here(&h("ana"), until(8)));
}

#[test]
fn the_substitute_takes_what_is_offered_to_the_absent_and_the_journal_says_for_whom() {
    let mut world = offered(|catalog| away(catalog, "bo", 24, Some("zoe")));
    world.accept("zoe", 2).refused("H-2 is offered to finance, not to zoe.");
    // What bo sent is theirs to take back, and so it is for who stands in.
    world.recall("zoe", 2).then(&["H-2 recalled"]);
    world.offer("zoe", 1, Some("@bo")).then(&["H-3 on 1: bill#1 from bo to @bo [6: 4 hours]"]);
    assert_eq!(
        world.warnings,
        [
            "You act for bo, who is away until Tue 17 Nov 09:00.",
            "bo is away until Tue 17 Nov 09:00; zoe takes their place."
        ]
    );
    world.accept("zoe", 3).then(&["H-3 accepted by zoe as T-2 [7: 8 hours]"]);
    assert_eq!(world.places(), ["1: bill zoe"]);
    let acted = world.entries.last().map(|entry| entry.actor.to_string());
    assert_eq!(acted.as_deref(), Some("zoe for bo"));
    // Once bo is back, zoe is nobody but zoe.
    world.at(25).recall("zoe", 3).refused("H-3 was accepted by zoe");
}

#[test]
fn work_in_hand_stays_with_the_absent_while_the_substitute_does_it() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world
        .when("zoe", Command::StartTask { case: CASE, task: TaskId(1) })
        .refused("bo is responsible for T-1.");
    away(&mut world.catalog, "bo", 24, Some("zoe"));
    world.when("zoe", Command::StartTask { case: CASE, task: TaskId(1) }).then(&["T-1 begun"]);
    assert_eq!(world.places(), ["1: sell bo"]);
    let sold = CompleteTask { all_checked: true, ..complete(1, &[("amount", "12")]) };
    world
        .when("zoe", Command::CompleteTask(sold))
        .then(&["T-1 done", "H-2 on 1: bill#1 from bo to finance [4: 4 hours]"]);
    assert_eq!(world.places(), ["1: bill bo"], "until somebody accepts, the baton stays where it was");
    let case = world.subject.case().unwrap();
    assert_eq!(case.tasks[&TaskId(1)].holder, h("bo"));
    let did = duties::who_did(case, &h("sell")).into_iter().map(Handle::as_str).collect::<Vec<_>>();
    assert_eq!(did, ["bo", "zoe"]);
}

/// Ana prepares, and whoever approves must be another.
const FOUR_EYES: &str = r#"
process = "pay"
title = "Pay"
kind = "operational"
purpose = "x"
accountable = "@dana"
[[step]]
step = "prepare"
title = "Prepare"
by = "finance"
goal = "1 day"
next = "approve"
[[step]]
step = "approve"
title = "Approve"
by = "finance"
goal = "1 day"
next = { end = true }
"#;

#[test]
fn separation_of_duties_looks_at_who_acts_and_at_whom_they_act_for() {
    // Prepared by ana herself, or by max in her place.
    for preparer in ["ana", "max"] {
        let mut world = World::started(FOUR_EYES, "bo");
        if preparer == "max" {
            away(&mut world.catalog, "ana", 24, Some("max"));
        }
        world.accept(preparer, 1);
        world.done(preparer, 1, &[]);
        let case: Case = world.subject.case().unwrap().clone();
        let process = world.catalog.newest(&h("pay")).unwrap().1.clone();
        let step = crate::domain::process::Step {
            not_by: vec![h("prepare")],
            ..process.step(&h("approve")).unwrap().clone()
        };
        let may = |person: &str, of: Option<&str>| {
            duties::may_act(&case, &process, &step, &h(person), of.map(h).as_ref())
                .map_err(|refusal| refusal.sentence(&|_| String::new()))
        };
        assert!(may("eli", None).is_ok());
        assert!(may("eli", Some("bo")).is_ok());
        assert_eq!(
            may("ana", None).unwrap_err(),
            "ana did `Prepare` of C-1; `Approve` is for somebody else."
        );
        assert_eq!(
            may("eli", Some("ana")).unwrap_err(),
            "ana, for whom eli acts, did `Prepare` of C-1; `Approve` is for somebody else."
        );
        assert_eq!(may("max", None).is_err(), preparer == "max");
    }
}

/// Two of finance, ana and eli, have to agree.
const TOGETHER: &str = r#"
process = "pay"
title = "Pay"
kind = "operational"
purpose = "x"
accountable = "@dana"
[[step]]
step = "prepare"
title = "Prepare"
by = "finance"
goal = "1 day"
next = "approve"
[[step]]
step = "approve"
title = "Approve"
by = "finance"
type = "decision"
quorum = "2 of 2"
goal = "1 day"
next = [
  { on = "yes", to = "settle" },
  { on = "no", end = true },
]
[[step]]
step = "settle"
title = "Settle"
type = "wait"
for = "2 days"
next = { end = true }
"#;

fn voting(change: impl FnOnce(&mut Catalog)) -> World {
    let mut world = World::started(TOGETHER, "bo");
    world.accept("ana", 1);
    world.done("ana", 1, &[]);
    change(&mut world.catalog);
    world
}

fn vote(outcome: &str) -> Command {
    let (outcome, reason) = (Some(outcome.to_string()), Some("x".to_string()));
    Command::CompleteTask(CompleteTask { outcome, reason, ..complete(2, &[]) })
}

#[test]
fn a_substitute_votes_for_the_absent_and_nobody_votes_twice() {
    voting(|_| {}).when("zoe", vote("yes")).refused("zoe has no vote in `Approve`.");
    let both = |catalog: &mut Catalog| {
        away(catalog, "ana", 24, Some("zoe"));
        away(catalog, "eli", 24, Some("zoe"));
    };
    let mut world = voting(both);
    world.when("zoe", vote("yes")).then(&["zoe votes yes in T-2"]);
    assert_eq!(world.entries.last().unwrap().actor.to_string(), "zoe for ana");
    world.when("zoe", vote("yes")).refused("zoe voted already: yes.");
    let back = world.at(25);
    back.when("ana", vote("no")).refused("zoe voted for ana already: yes.");
    back.when("eli", vote("yes"));
    assert_eq!(back.places(), ["1: settle ana"]);
    // Whoever has a vote uses their own.
    let mut world = voting(|catalog| away(catalog, "ana", 24, Some("eli")));
    world.when("eli", vote("yes")).then(&["eli votes yes in T-2"]);
    assert_eq!(world.entries.last().unwrap().actor.to_string(), "eli");
    let did = duties::who_did(world.subject.case().unwrap(), &h("approve"));
    assert_eq!(did.into_iter().map(Handle::as_str).collect::<Vec<_>>(), ["eli"]);
}

/// Otherwise one seat would vote twice: for the absent, and again once they are back.
#[test]
fn who_holds_a_decision_of_several_for_somebody_votes_for_them() {
    let mut world = World::started(TOGETHER, "bo");
    world.accept("eli", 1);
    world.done("eli", 1, &[]);
    // Eli goes on in the same role; it is taken out of his hand for ana, who is away.
    world.offer("eli", 1, Some("@ana"));
    away(&mut world.catalog, "ana", 24, Some("zoe"));
    world.accept("zoe", 3);
    assert_eq!(world.entries.last().unwrap().actor.to_string(), "zoe for ana");
    world.when("zoe", vote("yes")).then(&["zoe votes yes in T-2"]);
    assert_eq!(world.entries.last().unwrap().actor.to_string(), "zoe for ana");
    let back = world.at(25);
    back.when("ana", vote("yes")).refused("zoe voted for ana already: yes.");
    back.when("zoe", vote("yes")).refused("zoe has no vote in `Approve`.");
    back.when("eli", vote("yes"));
    assert_eq!(back.places(), ["1: settle zoe"]);
}

#[test]
fn what_waits_moves_from_somebody_who_left_to_somebody_who_answers_for_it() {
    let mut world = voting(|_| {});
    world.when("ana", vote("yes"));
    world.when("eli", vote("yes"));
    gone(&mut world.catalog, "ana");
    assert!(world.subject.case().unwrap().holders().contains(&h("ana")));
    let (what, reason) = (Holding::Branch(1), "ana left".to_string());
    let moved = Command::MoveWork { case: CASE, what, from: h("ana"), to: h("cy"), reason };
    assert_eq!(world.when("dana", moved).0.len(), 1);
    assert_eq!(world.places(), ["1: settle cy"]);
    assert!(!world.subject.case().unwrap().holders().contains(&h("ana")));
}

#[test]
fn who_offers_to_somebody_away_is_told_at_that_moment() {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    away(&mut world.catalog, "ana", 24, None);
    world.done("bo", 1, &[("amount", "12")]);
    assert_eq!(world.warnings, Vec::<String>::new(), "eli of finance is here");
    world.recall("bo", 2);
    away(&mut world.catalog, "eli", 48, Some("max"));
    world.offer("bo", 1, Some("finance"));
    assert_eq!(
        world.warnings,
        ["Everybody of finance is away: ana until Tue 17 Nov 09:00, eli until \
          Wed 18 Nov 09:00; max takes eli's place."]
    );
    world.recall("bo", 3);
    world.offer("bo", 1, Some("@ana"));
    assert_eq!(world.warnings, ["ana is away until Tue 17 Nov 09:00, and nobody takes their place."]);
    gone(&mut world.catalog, "zoe");
    world.recall("bo", 4);
    world.offer("bo", 1, Some("@zoe")).refused("`zoe` has left.");
    world.accept("zoe", 4).refused("`zoe` has left.");
}

/// Who the rung at due reminds and tells, four hours after the offer to finance.
fn told(change: impl FnOnce(&mut Catalog)) -> Vec<String> {
    let mut world = offered(change);
    let due = until(4);
    world.now = Instant(due.0 + 1);
    world
        .tick()
        .0
        .into_iter()
        .filter(|said| !said.contains("breached") && !said.contains("Superseded"))
        .collect()
}

#[test]
fn a_reminder_goes_down_the_line_to_somebody_who_is_here() {
    let fired = |who: &str| vec![format!("clock 4 rung 1.0 Acted {who}")];
    // Members who are here, without those who are not.
    assert_eq!(told(|_| {}), fired("remind ana+eli escalate bo"));
    assert_eq!(told(|c| away(c, "ana", 24, Some("max"))), fired("remind eli escalate bo"));
    // A person: their substitute, then who works beside them.
    assert_eq!(told(|c| away(c, "bo", 24, Some("zoe"))), fired("remind ana+eli escalate zoe"));
    assert_eq!(told(|c| away(c, "bo", 24, None)), fired("remind ana+eli escalate ana+eli"));
    let both = |c: &mut Catalog, ana: Option<&str>, eli: Option<&str>| {
        away(c, "ana", 24, ana);
        away(c, "eli", 24, eli);
    };
    // A role of which nobody is here: who stands in for its members.
    assert_eq!(told(|c| both(c, Some("max"), None)), fired("remind max escalate bo"));
    // Then its lead.
    let led_by_cy = |c: &mut Catalog| {
        let (add, remove) = (Vec::new(), Vec::new());
        tell_catalog(c, Event::RoleChanged { role: h("finance"), add, remove, lead: Some(h("cy")) });
    };
    assert_eq!(told(|c| (both(c, None, None), led_by_cy(c)).0), fired("remind  escalate bo+cy"));
    // Then whoever is accountable, or stands in for them.
    assert_eq!(told(|c| both(c, None, None)), fired("remind  escalate bo+dana"));
    let dana_too = |c: &mut Catalog| (both(c, None, None), away(c, "dana", 24, Some("max"))).0;
    assert_eq!(told(dana_too), fired("remind  escalate bo+max"));
    // Then nobody: an exception for the admins, whether or not they are here.
    let nobody = |c: &mut Catalog| (both(c, None, None), away(c, "dana", 24, None)).0;
    assert_eq!(told(nobody), ["clock 4 rung 1.0 Acted remind  escalate bo", "exception Unrouted to dana"]);
}

#[test]
fn somebody_leaves_only_with_nothing_in_hand_and_through_somebody_else() {
    let mut world = World::new(SALE);
    let mut leave = |by: &str, person: &str, homeless: &[&str]| {
        let homeless = homeless.iter().map(ToString::to_string).collect();
        world.when(by, Command::Leave { person: h(person), homeless })
    };
    leave("dana", "ana", &["T-3", "H-1"]).refused("ana still holds T-3 and 1 more.");
    leave("dana", "dana", &[]).refused("Nobody closes the door behind themselves.");
    leave("lea", "ana", &[]).refused("Only an admin can let somebody go.");
    leave("dana", "ana", &[]).then(&["PersonLeft { person: Handle(\"ana\") }"]);
}

#[test]
fn responsibility_moves_without_a_handoff_only_from_somebody_who_left() {
    let mut world = offered(|_| {});
    let moved = |to: &str| Command::MoveWork {
        case: CASE,
        what: Holding::Branch(1),
        from: h("bo"),
        to: h(to),
        reason: "bo left".into(),
    };
    world.when("dana", moved("cy")).refused("bo works here, and responsibility moves when somebody accepts.");
    gone(&mut world.catalog, "bo");
    world.when("zoe", moved("cy")).refused("Only an admin can move the work of somebody who left.");
    world.when("dana", moved("bo")).refused("`bo` has left.");
    assert_eq!(world.when("dana", moved("cy")).0.len(), 1);
    assert_eq!(world.places(), ["1: bill cy"]);
    world.when("dana", moved("zoe")).refused("bo does not have that of C-1 any more.");
    world.recall("cy", 2).then(&["H-2 recalled"]);
}

#[test]
fn whoever_is_accountable_passes_that_on() {
    let mut world = offered(|catalog| away(catalog, "dana", 24, Some("zoe")));
    let to = |to: &str| Command::ChangeAccountable { case: CASE, to: to.parse().unwrap(), reason: None };
    world.when("bo", to("@bo")).refused("bo does not lead C-1, and cannot pass on who answers for it.");
    world.when("zoe", to("@stranger")).refused("`stranger` is nobody here.");
    assert_eq!(world.when("zoe", to("finance")).0.len(), 1);
    assert_eq!(world.entries.last().unwrap().actor.to_string(), "zoe for dana");
    assert_eq!(world.subject.case().unwrap().accountable, Party::Role(h("finance")));
    assert_eq!(world.when("ana", to("finance")).0.len(), 0);
}

const EVERYBODY: [&str; 8] = ["ana", "bo", "cy", "dana", "eli", "lea", "max", "zoe"];

fn absences() -> impl Strategy<Value = Vec<(usize, i64, i64, Option<usize>)>> {
    prop::collection::vec((0..8usize, -4..6i64, 1..12i64, prop::option::of(0..8usize)), 0..20)
}

proptest! {
    /// Whatever absences and chains there are.
    #[test]
    fn a_substitute_is_somebody_who_is_here_and_nobody_is_dropped_silently(
        absences in absences(),
        gone_too in prop::collection::btree_set(0..8usize, 0..3),
    ) {
        let mut world = offered(|catalog| {
            for (person, from, length, substitute) in &absences {
                let absence = Absence {
                    from: until(*from),
                    until: until(from + length),
                    substitute: substitute.map(|n| h(EVERYBODY[n])).filter(|s| s.as_str() != EVERYBODY[*person]),
                    note: None,
                };
                tell_catalog(catalog, Event::PersonAway { person: h(EVERYBODY[*person]), absence });
            }
            for person in &gone_too {
                gone(catalog, EVERYBODY[*person]);
            }
        });
        for at in -5..20 {
            for person in EVERYBODY {
                let at = until(at);
                if let Some(substitute) = world.catalog.substitute(&h(person), at) {
                    prop_assert!(world.catalog.is_here(&substitute, at));
                    prop_assert!(!world.catalog.is_here(&h(person), at));
                    prop_assert_ne!(&substitute, &h(person));
                }
            }
        }
        for at in [3, 4, 8, 10, 12, 28, 30] {
            world.at(at).tick();
        }
        let mut unheard = 0;
        for entry in &world.entries {
            if let Event::RungFired { outcome: Outcome::Acted, remind, escalate, rung, .. } = &entry.event {
                for person in remind.iter().chain(escalate) {
                    prop_assert!(world.catalog.is_here(person, entry.at), "{person} of rung {rung}");
                }
                unheard += usize::from(remind.is_empty() && escalate.is_empty());
            }
        }
        let case = world.subject.case().unwrap();
        let exceptions = case.exceptions.values().filter(|e| e.kind == ExceptionKind::Unrouted).count();
        prop_assert!(exceptions <= 1 && (unheard == 0 || exceptions == 1));
    }
}

mod strands {
    use super::*;
    use crate::domain::process::{Process, StepKind};
    use crate::domain::quorum::Quorum;
    use crate::domain::stranded::{Open, Stranded, stranded};
    use std::sync::Arc;

    /// What it would strand that this person is away for a day, in a company whose pay needs four eyes and,
    /// where asked for, a quorum of two.
    fn strands(
        person: &str,
        substitute: Option<&str>,
        quorum: bool,
        others: &[(&str, Option<&str>)],
    ) -> Stranded {
        let mut catalog = company(&[FOUR_EYES, SALE]);
        let mut pay: Process = (**catalog.newest(&h("pay")).unwrap().1).clone();
        let approve = &mut pay.steps[1];
        approve.not_by = vec![h("prepare")];
        if quorum {
            approve.kind = StepKind::Decision { quorum: Some(Quorum::Count { need: 2, of: 2 }) };
        }
        tell_catalog(&mut catalog, Event::ProcessPublished { version: 2, process: Arc::new(pay) });
        for (other, substitute) in others {
            away(&mut catalog, other, 24, *substitute);
        }
        let absence = Absence { from: monday(), until: until(24), substitute: substitute.map(h), note: None };
        stranded(&catalog, &h(person), &absence, &Open::default())
    }

    fn approvals(found: &Stranded) -> Vec<String> {
        found.approvals.iter().map(|a| format!("{}: {}", a.step, a.why)).collect()
    }

    #[test]
    fn an_approval_with_no_second_person_is_named_unless_somebody_stands_in() {
        let alone = strands("ana", None, false, &[]);
        assert_eq!(approvals(&alone), ["Approve: only eli is left, for this and for Prepare"]);
        assert_eq!(strands("ana", Some("zoe"), false, &[]).approvals, []);
        let quorum = strands("ana", None, true, &[]);
        assert_eq!(quorum.approvals.len(), 2);
        assert_eq!(quorum.approvals[0].why, "2 of finance have to agree, and 1 can");
        assert_eq!(strands("zoe", None, true, &[]), Stranded::default());
    }

    #[test]
    fn steps_nobody_could_do_are_those_this_absence_adds() {
        let steps = |found: Stranded| {
            found.steps.iter().map(|s| format!("{} {} {}", s.process, s.step, s.by)).collect::<Vec<_>>()
        };
        assert_eq!(steps(strands("max", None, false, &[])), ["sale Check ops"]);
        assert_eq!(steps(strands("max", Some("zoe"), false, &[])), Vec::<String>::new());
        assert_eq!(steps(strands("max", Some("zoe"), false, &[("zoe", None)])), ["sale Check ops"]);
        let finance =
            ["pay Approve finance", "pay Prepare finance", "sale Bill finance", "sale Book finance"];
        assert_eq!(steps(strands("ana", None, false, &[("eli", None)])), finance);
        // Eli's absence alone is eli's.
        assert_eq!(steps(strands("max", None, false, &[("ana", None), ("eli", None)])), ["sale Check ops"]);
    }

    #[test]
    fn ladders_that_point_at_the_absent_say_who_hears_instead() {
        let pointing = |person: &str, substitute: Option<&str>| {
            let found = strands(person, substitute, false, &[]).ladders;
            found
                .into_iter()
                .map(|l| format!("{} -> {:?}", l.rung, l.instead.first().map(Handle::as_str)))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            pointing("dana", Some("zoe")),
            [
                // Of a process that names none, and then beside the one that is named.
                "work ladder, when due: escalate to the accountable party -> Some(\"zoe\")",
                "acceptance ladder, 1 day late: escalate to the accountable party -> Some(\"zoe\")",
                "work ladder, when due: escalate to the accountable party -> Some(\"zoe\")",
                "case ladder, when due: escalate to the accountable party -> Some(\"zoe\")",
            ]
        );
        assert_eq!(pointing("eli", None), ["acceptance ladder, 4 hours late: escalate to the lead -> None"]);
        assert_eq!(pointing("zoe", None), Vec::<String>::new());
    }

    /// What is open of a case, as the tables say it.
    fn open_of(world: &World) -> Open {
        use crate::domain::rows::{Row, rows};
        let all = rows(&world.subject, &world.catalog);
        let case =
            all.iter().find_map(|row| if let Row::Case(case) = row { Some(case.clone()) } else { None });
        let places =
            all.iter().filter_map(|row| if let Row::Place(place) = row { Some(place.clone()) } else { None });
        let case = case.unwrap();
        Open { places: places.map(|place| (place, case.clone())).collect(), ..Open::default() }
    }

    fn a_day(catalog: &Catalog, person: &str, substitute: Option<&str>, open: &Open) -> Stranded {
        let absence = Absence { from: monday(), until: until(24), substitute: substitute.map(h), note: None };
        stranded(catalog, &h(person), &absence, open)
    }

    #[test]
    fn a_handoff_that_nobody_else_could_take_lies_while_the_one_who_could_is_away() {
        let mut world = offered(|_| {});
        let lie = |world: &World, person: &str, substitute: Option<&str>| {
            let found = a_day(&world.catalog, person, substitute, &open_of(world));
            let words = found.handoffs.iter();
            words
                .map(|lies| {
                    format!("{} {} {}: {} to {}", lies.handoff, lies.case, lies.title, lies.step, lies.to)
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(lie(&world, "ana", None), [""; 0], "eli is here");
        // Eli is away at the end of it.
        let absence = Absence { from: until(20), until: until(40), substitute: None, note: None };
        tell_catalog(&mut world.catalog, Event::PersonAway { person: h("eli"), absence });
        let lies = "H-2 C-1 Sale: Bill to finance";
        assert_eq!(lie(&world, "ana", None), [lies]);
        assert_eq!(lie(&world, "ana", Some("zoe")), [""; 0]);
        assert_eq!(lie(&world, "max", None), [""; 0], "who could not take it anyway");
        // An absence that was planned already is the one that is changed.
        tell_catalog(
            &mut world.catalog,
            Event::PersonAway {
                person: h("ana"),
                absence: Absence { from: until(16), until: until(30), substitute: None, note: None },
            },
        );
        assert_eq!(lie(&world, "ana", None), [lies]);
        assert_eq!(lie(&world, "ana", Some("zoe")), [""; 0]);
        // What came back lies with the sender, and work in hand is nobody's to take.
        world.decline("ana", 2);
        assert_eq!(lie(&world, "ana", None), [""; 0]);
        world.offer("bo", 1, Some("@ana"));
        world.accept("ana", 3);
        assert_eq!(lie(&world, "ana", None), [""; 0]);
    }

    #[test]
    fn an_approval_of_one_case_lies_where_only_who_had_a_part_in_it_is_left() {
        let mut world = World::of(company_of(FOUR_EYES, |pay| pay.steps[1].not_by = vec![h("prepare")]));
        world.start("bo", &[]);
        world.accept("eli", 1);
        world.done("eli", 1, &[]);
        assert_eq!(world.places(), ["1: approve eli"]);
        let lie = |person: &str, substitute: Option<&str>, case: &Case| {
            let open = Open { four_eyes: vec![case.clone().into()], ..Open::default() };
            let found = a_day(&world.catalog, person, substitute, &open).approvals;
            found
                .into_iter()
                .filter_map(|lies| lies.case.map(|case| format!("{case} {}: {}", lies.step, lies.why)))
                .collect::<Vec<_>>()
        };
        let case = world.subject.case().unwrap();
        let only = "C-1 Approve: only eli is left, and did what it must not be done by the same people as";
        assert_eq!(lie("ana", None, case), [only]);
        assert_eq!(lie("ana", Some("zoe"), case), [""; 0]);
        assert_eq!(lie("eli", None, case), [""; 0], "ana is left, and did nothing of it");
        // While it is at another step nothing lies yet.
        let mut early = World::of(world.catalog.clone());
        early.start("bo", &[]);
        assert_eq!(lie("ana", None, early.subject.case().unwrap()), [""; 0]);
    }

    #[test]
    fn a_rung_that_names_the_absent_points_at_them() {
        let text = format!(
            "{SALE}[[ladder]]\non = \"goal\"\nrungs = [{{ at = \"0\", remind = \"@zoe\", reassign = \"@max\" }}]\n"
        );
        let catalog = company(&[&text]);
        let points = |person: &str| {
            let found = a_day(&catalog, person, None, &Open::default()).ladders;
            found.into_iter().map(|ladder| ladder.rung).collect::<Vec<_>>()
        };
        assert_eq!(points("zoe"), ["work ladder, when due: remind @zoe"]);
        assert_eq!(points("max"), ["work ladder, when due: reassign to @max"]);
        assert_eq!(points("cy"), [""; 0]);
        assert!(!a_day(&catalog, "zoe", None, &Open::default()).is_empty());
        assert!(a_day(&catalog, "cy", None, &Open::default()).is_empty());
    }
}

#[test]
fn an_absence_that_ends_or_is_called_off_leaves_the_others_and_leaving_ends_them_all() {
    let mut catalog = company(&[SALE]);
    let ends = |catalog: &mut Catalog, from: i64, at: i64| {
        let entry = crate::domain::event::Entry {
            seq: 99,
            at: until(at),
            actor: Actor::Person(h("ana")),
            subject: crate::domain::event::SubjectId::Catalog,
            op: crate::domain::event::OpId(uuid::Uuid::nil()),
            event: Event::AbsenceEnded { person: h("ana"), from: until(from) },
        };
        catalog.apply(&entry);
        let known = catalog.people[&h("ana")].absences.iter();
        known
            .map(|a| ((a.from - monday()).0 / hours(1).0, (a.until - monday()).0 / hours(1).0))
            .collect::<Vec<_>>()
    };
    for from in [0, 24, 48] {
        let absence = Absence { from: until(from), until: until(from + 8), substitute: None, note: None };
        tell_catalog(&mut catalog, Event::PersonAway { person: h("ana"), absence });
    }
    assert_eq!(ends(&mut catalog, 0, 2), [(0, 2), (24, 32), (48, 56)], "back early");
    assert_eq!(ends(&mut catalog, 24, 2), [(0, 2), (48, 56)], "called off");
    gone(&mut catalog, "ana");
    tell_catalog(&mut catalog, Event::PersonReturned { person: h("ana") });
    assert!(catalog.is_here(&h("ana"), until(50)), "who comes back is here, whatever was planned before");
}

#[test]
fn whoever_is_gone_answers_for_nothing_that_goes_on_by_itself() {
    let mut catalog = company(&[SALE]);
    let finance = Party::Role(h("finance"));
    gone(&mut catalog, "ana");
    assert_eq!(super::super::recipients::who_answers(&finance, &catalog, monday()), Some(h("eli")));
    gone(&mut catalog, "eli");
    assert_eq!(super::super::recipients::who_answers(&finance, &catalog, monday()), None);
}

/// Outside clocks run on: who is away changes who is told, and no date.
#[test]
fn clocks_run_on_while_whoever_they_are_about_is_away() {
    let dues = |world: &World| {
        let case = world.subject.case().unwrap();
        let due = |clock: &crate::domain::clock::Clock| {
            clock.due(world.catalog.calendar(&clock.calendar, clock.calendar_version).unwrap())
        };
        case.clocks.values().map(due).collect::<Vec<_>>()
    };
    let begun = |absent: bool| {
        let mut world = World::started(SALE, "bo");
        world.accept("bo", 1);
        if absent {
            for person in ["bo", "dana"] {
                let absence = Absence { from: monday(), until: until(72), substitute: None, note: None };
                tell_catalog(&mut world.catalog, Event::PersonAway { person: h(person), absence });
            }
        }
        world
    };
    let (mut here, mut absent) = (begun(false), begun(true));
    assert_eq!(dues(&here), dues(&absent));
    let breaches = |world: &mut World| {
        let said = world.at(26).tick().0;
        said.into_iter().filter(|event| event.contains("breached")).collect::<Vec<_>>()
    };
    let late = breaches(&mut here);
    assert!(!late.is_empty());
    assert_eq!(late, breaches(&mut absent), "the promise is broken all the same, at the same instant");
}
