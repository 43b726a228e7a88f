//! What somebody who leaves holds, with whom it could go to, and the commands that carry it out.

use super::world::*;
use crate::domain::absence::Absence;
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, Context};
use crate::domain::event::{Event, ExceptionKind, Holding, OpId};
use crate::domain::leaver::{Destination, InHand, Plan};
use crate::domain::rows::{Row, rows};
use crate::domain::{Instant, TaskId};

fn until(hours_since: i64) -> Instant {
    monday() + hours(hours_since)
}

fn away(catalog: &mut Catalog, person: &str, from: i64, to: i64, substitute: Option<&str>) {
    let absence = Absence { from: until(from), until: until(to), substitute: substitute.map(h), note: None };
    tell_catalog(catalog, Event::PersonAway { person: h(person), absence });
}

/// What the lists say this person holds of the case.
fn hand(world: &World, person: &str) -> InHand {
    let all = rows(&world.subject, &world.catalog);
    let case = all.iter().find_map(|row| if let Row::Case(case) = row { Some(case.clone()) } else { None });
    let case = case.unwrap();
    let mut hand = InHand { cases: vec![case.clone()], ..InHand::default() };
    for row in all {
        match row {
            Row::Place(place) => hand.places.push((place, case.clone())),
            Row::Handoff(handoff) => hand.handoffs.push(handoff),
            Row::Exception(exception) if exception.person == h(person) => {
                hand.exceptions.push((exception, case.clone()));
            }
            _ => {}
        }
    }
    hand
}

fn plan(world: &World, person: &str) -> Plan {
    Plan::of(&world.catalog, &h(person), &hand(world, person), world.now)
}

/// The lines about cases: `work T-1 -> @cy`.
fn lines(world: &World, person: &str) -> Vec<String> {
    let told = plan(world, person).lines.into_iter().map(|line| {
        let to = match line.to {
            Some(Destination::Party(party)) => party.to_string(),
            Some(Destination::Nobody) => "nobody".to_string(),
            None => "?".to_string(),
        };
        format!("{} {} -> {to}", line.held.section(), line.key)
    });
    told.collect()
}

/// Bo has sold; the bill is offered to finance as H-2.
fn sold() -> World {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world
}

#[test]
fn work_in_hand_is_proposed_to_the_role_and_what_was_sent_to_who_stands_in_or_answers() {
    let mut world = sold();
    // What is with another role already is none of its lead's: the accountable one takes it over.
    assert_eq!(
        lines(&world, "bo"),
        ["work H-2 -> @dana", "roles sales: member -> nobody", "roles sales: lead -> @cy"]
    );
    world.accept("ana", 2);
    assert_eq!(lines(&world, "ana"), ["work T-2 -> @eli", "roles finance: member -> nobody"]);
    // Who leads the role and is away may still be named; who has left may not.
    tell_catalog(&mut world.catalog, Event::PersonLeft { person: h("eli") });
    assert_eq!(lines(&world, "ana"), ["work T-2 -> @dana", "roles finance: member -> ?"]);
    away(&mut world.catalog, "ana", 0, 8, Some("zoe"));
    assert_eq!(lines(&world, "ana"), ["work T-2 -> @zoe", "roles finance: member -> @zoe"]);
    // An absence to come says as well who stands in; one that is over says nothing.
    let mut world = sold();
    away(&mut world.catalog, "bo", 24, 48, Some("zoe"));
    assert_eq!(lines(&world, "bo")[0], "work H-2 -> @zoe");
    world.at(50);
    assert_eq!(lines(&world, "bo")[0], "work H-2 -> @dana");
    let mut world = sold();
    away(&mut world.catalog, "bo", 24, 48, Some("zoe"));
    tell_catalog(&mut world.catalog, Event::PersonLeft { person: h("zoe") });
    assert_eq!(lines(&world, "bo")[0], "work H-2 -> @dana", "nobody gone is proposed");
}

#[test]
fn an_offer_by_name_goes_to_the_role_of_its_step_with_what_was_said() {
    let mut world = sold();
    world.recall("bo", 2);
    let to = Some("@ana".parse().unwrap());
    world.when(
        "bo",
        Command::OfferHandoff {
            case: CASE,
            branch: 1,
            to,
            note: Some("by Friday".into()),
            agreed: Default::default(),
        },
    );
    assert_eq!(lines(&world, "ana"), ["offers H-3 -> finance", "roles finance: member -> nobody"]);
    let commands = plan(&world, "ana").commands(&world.catalog, world.now);
    let said = commands.iter().find_map(|command| match command {
        Command::OfferHandoff { to, note, .. } => Some((to.clone().unwrap().to_string(), note.clone())),
        _ => None,
    });
    assert_eq!(said, Some(("finance".to_string(), Some("by Friday".to_string()))));
    assert!(matches!(commands[1], Command::RecallHandoff { .. }), "{commands:?}");
}

#[test]
fn an_exception_goes_to_who_answers_for_the_case_then_to_who_stands_in_then_to_an_admin() {
    let told = |accountable: &str, change: &dyn Fn(&mut Catalog)| {
        let mut world = World::started(&SALE.replacen("\"@dana\"", &format!("\"{accountable}\""), 1), "bo");
        let ctx = Context::by(&h("bo"), world.now, OpId(uuid::Uuid::nil()));
        let (text, to) = ("x".to_string(), vec![h("max")]);
        world.happen(
            &ctx,
            Event::ExceptionOpened { exception: 1, kind: ExceptionKind::SentAnyway, text, to, at: None },
        );
        change(&mut world.catalog);
        let line = lines(&world, "max").into_iter().find(|line| line.starts_with("exceptions")).unwrap();
        let moves = plan(&world, "max").commands(&world.catalog, world.now).into_iter().find_map(|command| {
            match command {
                Command::MoveWork { what: Holding::Exception(1), from, to, .. } => {
                    Some(format!("{from} to {to}"))
                }
                _ => None,
            }
        });
        (line, moves)
    };
    let to = |person: &str| (format!("exceptions C-1 #1 -> @{person}"), Some(format!("max to {person}")));
    assert_eq!(told("@cy", &|_| {}), to("cy"));
    assert_eq!(told("@max", &|catalog| away(catalog, "max", 0, 8, Some("zoe"))), to("zoe"));
    assert_eq!(told("@max", &|_| {}), to("dana"));
    // Not to the admin who leaves.
    let mut world = World::started(SALE, "bo");
    let ctx = Context::by(&h("bo"), world.now, OpId(uuid::Uuid::nil()));
    let (text, to) = ("x".to_string(), vec![h("dana")]);
    world.happen(
        &ctx,
        Event::ExceptionOpened { exception: 1, kind: ExceptionKind::SentAnyway, text, to, at: None },
    );
    let permission = Some(crate::domain::catalog::Permission::Admin);
    let change = crate::domain::permission::PermissionChange { person: h("lea"), on: None, permission };
    tell_catalog(&mut world.catalog, Event::PermissionChanged(change));
    let line = lines(&world, "dana").into_iter().find(|line| line.starts_with("exceptions"));
    assert_eq!(line.as_deref(), Some("exceptions C-1 #1 -> @lea"));
}

#[test]
fn a_case_goes_to_who_stands_in_or_to_whoever_answers_for_its_process_now() {
    let mut world = World::started(&SALE.replacen("\"@dana\"", "\"@max\"", 1), "bo");
    let case =
        |world: &World| lines(world, "max").into_iter().find(|line| line.starts_with("cases")).unwrap();
    assert_eq!(case(&world), "cases C-1 -> ?", "the process names the same one");
    let mut process = (**world.catalog.newest(&h("sale")).unwrap().1).clone();
    process.accountable = "finance".parse().unwrap();
    tell_catalog(&mut world.catalog, Event::ProcessPublished { version: 2, process: process.into() });
    assert_eq!(case(&world), "cases C-1 -> finance");
    away(&mut world.catalog, "max", 0, 8, Some("zoe"));
    assert_eq!(case(&world), "cases C-1 -> @zoe");
}

#[test]
fn whom_they_stand_in_for_stays_without_them_in_that_absence_alone() {
    let mut world = World::started(SALE, "bo");
    away(&mut world.catalog, "bo", -24, -8, Some("zoe"));
    assert_eq!(lines(&world, "zoe"), [""; 0], "that is over");
    away(&mut world.catalog, "bo", 24, 48, Some("zoe"));
    away(&mut world.catalog, "bo", 72, 96, Some("cy"));
    assert_eq!(lines(&world, "zoe"), ["substitutes bo -> nobody"]);
    let changed =
        plan(&world, "zoe").commands(&world.catalog, world.now).into_iter().filter_map(
            |command| match command {
                Command::SetAway { person, absence } => Some(format!(
                    "{person} {} {:?}",
                    (absence.from - monday()).0 / hours(1).0,
                    absence.substitute
                )),
                _ => None,
            },
        );
    assert_eq!(changed.collect::<Vec<_>>(), ["bo 24 None"]);
}

#[test]
fn what_they_do_for_somebody_else_ends_with_them() {
    let mut world = sold();
    world.accept("ana", 2);
    world.when("ana", Command::DelegateTask { case: CASE, task: TaskId(2), to: h("zoe"), note: None });
    assert_eq!(lines(&world, "zoe"), ["delegated T-2 -> nobody"]);
    let commands = plan(&world, "zoe").commands(&world.catalog, world.now);
    assert!(matches!(commands[..], [Command::ResolveTask { .. }]), "{commands:?}");
}

/// Whoever answered for it left while it was closed: it is whoever the process names by now.
#[test]
fn a_case_taken_up_again_is_answered_for_by_somebody_who_is_here() {
    let mut world = World::started(SALE, "bo");
    world.when("lea", Command::WithdrawCase { case: CASE, reason: "x".into() });
    tell_catalog(&mut world.catalog, Event::PersonLeft { person: h("dana") });
    let mut process = (**world.catalog.newest(&h("sale")).unwrap().1).clone();
    process.accountable = "@zoe".parse().unwrap();
    let process = std::sync::Arc::new(process);
    tell_catalog(&mut world.catalog, Event::ProcessPublished { version: 2, process });
    let again = Command::ReopenCase { case: CASE, reason: "y".into(), to: None, party: None };
    world.when("lea", again);
    assert_eq!(world.subject.case().unwrap().accountable, "@zoe".parse().unwrap());
}
