//! What time alone brings: breaches, rungs, and who hears of them.

use super::world::*;
use crate::domain::Party;
use crate::domain::Span;
use crate::domain::calendar::Calendar;
use crate::domain::event::Event;
use crate::domain::process::{Performer, Process};
use crate::domain::rows::{Row, rows};
use crate::domain::why_date;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The bill is offered to finance as H-2; its acceptance clock is the third and due after four hours.
fn offered_by(process: &str) -> World {
    let mut world = World::started(process, "bo");
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world
}

fn a_millisecond_later(world: &mut World) {
    world.now = world.now + Span(1);
}

#[test]
fn every_rung_has_its_turn_exactly_once_and_speaks_to_its_audience() {
    let mut world = offered_by(SALE);
    world.at(2).tick().then(&[]);
    world.at(3).tick().then(&["clock 4 rung 0.0 Acted remind ana+eli escalate"]);
    world.tick().then(&[]);
    world.at(4).tick().then(&["clock 4 rung 1.0 Acted remind ana+eli escalate bo"]);
    a_millisecond_later(&mut world);
    world.tick().then(&["clock 4 breached"]);
    world.at(8).tick().then(&["clock 4 rung 2.0 Acted remind  escalate eli"]);
    world.at(10).tick().then(&["clock 4 rung 2.1 Acted remind  escalate eli"]);
    world.at(12).tick().then(&["clock 4 rung 2.2 Acted remind  escalate eli"]);
    world.at(14).tick().then(&[]);
    world.at(28).tick().then(&["clock 4 rung 3.0 Acted remind  escalate dana"]);
    world.at(50).tick().then(&[]);
    // A clock that goes back never un-fires and never fires twice.
    for back in [0, 3, 4, 9, 28] {
        world.at(back).tick().then(&[]);
    }
}

#[test]
fn work_that_ends_late_without_a_tick_between_says_so_itself() {
    let mut world = World::started(SALE, "bo");
    world.at(1).accept("bo", 1);
    let said = world.at(12).done("bo", 1, &[("amount", "12")]).0;
    assert!(said.iter().any(|event| event == "clock 3 breached"), "{said:?}");
    let said = world.at(13).accept("ana", 2).0;
    assert!(!said.iter().any(|event| event.contains("breached")), "in time: {said:?}");
}

#[test]
fn a_breach_is_latched_and_acceptance_does_not_clear_it() {
    let mut world = offered_by(SALE);
    world.at(5).tick();
    world.at(2).accept("ana", 2);
    world.tick().then(&[]);
    let clock = &world.subject.case().unwrap().clocks[&4];
    assert_eq!((clock.breached, clock.stopped), (Some(monday() + hours(4)), Some(monday() + hours(2))));
}

#[test]
fn what_was_declined_climbs_until_whoever_sent_it_decides() {
    let mut world = offered_by(SALE);
    world.at(1).decline("ana", 2);
    world.at(3).tick().then(&[]);
    world.at(4).tick().then(&["clock 5 rung 0.0 Acted remind bo escalate"]);
    world.at(5).tick().then(&["clock 5 rung 1.0 Acted remind bo escalate bo"]);
    a_millisecond_later(&mut world);
    world.tick().then(&["clock 5 breached"]);
    for (at, turn) in [(9, 0), (11, 1), (13, 2)] {
        world.at(at).tick().then(&[&format!("clock 5 rung 2.{turn} Acted remind  escalate eli")]);
    }
    world.at(29).tick().then(&["clock 5 rung 3.0 Acted remind  escalate dana"]);
    for at in [50, 75, 100] {
        world.at(at).tick().then(&[]);
    }
    world.offer("bo", 1, Some("@eli"));
    let clock = &world.subject.case().unwrap().clocks[&5];
    assert_eq!((clock.stopped, clock.breached), (Some(monday() + hours(100)), Some(monday() + hours(5))));
    // What is taken back lies with whoever did, and nobody else sees that it lies.
    world.recall("bo", 3);
    let tick = world.at(104).tick();
    assert_eq!(tick.0.last().unwrap(), "clock 7 rung 1.0 Acted remind bo escalate bo", "{tick:?}");
    assert_eq!(crate::domain::faults::faults(world.subject.case().unwrap(), &world.catalog), [""; 0]);
}

#[test]
fn what_was_declined_where_nothing_is_promised_is_told_once_after_a_week() {
    let quiet = |process: &mut Process| {
        process.goal = None;
        process.ladders.retain(|_| false);
        step_of(process, "sell").goal = None;
        step_of(process, "bill").accept = None;
    };
    let mut world = World::of(company_of(SALE, quiet));
    world.start("bo", &[]);
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    world.at(1).decline("ana", 2);
    for day in 1..7 {
        world.at(24 * day).tick().then(&[]);
    }
    world.at(24 * 7 + 1).tick().then(&["clock 3 rung 0.0 Acted remind  escalate dana"]);
    for day in 8..20 {
        let said = world.at(24 * day).tick();
        assert!(said.0.iter().all(|event| event == "clock 3 breached"), "{said:?}");
    }
}

#[test]
fn after_a_time_without_ticks_only_the_highest_missed_rung_acts() {
    let mut world = offered_by(SALE);
    world.at(11).tick().then(&[
        "clock 4 breached",
        "clock 4 rung 0.0 Superseded remind  escalate",
        "clock 4 rung 1.0 Superseded remind  escalate",
        "clock 4 rung 2.1 Acted remind  escalate eli after 1 missed",
    ]);
    world.tick().then(&[]);
    world.at(12).tick().then(&["clock 4 rung 2.2 Acted remind  escalate eli"]);
}

/// Of what was missed long ago nobody is told rung by rung; that it is late somebody hears all the same.
#[test]
fn what_is_older_than_the_catch_up_window_is_noted_and_only_whoever_answers_hears_of_it() {
    let mut world = offered_by(SALE);
    let eight_days = 24 * 8 + 5;
    world.at(eight_days).tick().then(&[
        "clock 1 breached",
        "clock 1 rung 0.0 Acted remind  escalate dana",
        "clock 4 breached",
        "clock 4 rung 0.0 TooOld remind  escalate",
        "clock 4 rung 1.0 TooOld remind  escalate",
        "clock 4 rung 2.2 TooOld remind  escalate after 2 missed",
        "clock 4 rung 3.0 TooOld remind  escalate",
        "clock 4 rung 4.0 Acted remind  escalate dana no rung is left",
    ]);
    world.tick().then(&[]);
    let told = rows(&world.subject, &world.catalog);
    let told =
        told.iter().filter_map(|row| if let Row::Notice(of) = row { Some(of.person.as_str()) } else { None });
    assert_eq!(told.collect::<Vec<_>>(), ["dana", "dana"], "of the case and of the offer");
}

/// Whoever wrote no ladder has not asked for silence.
#[test]
fn of_what_is_late_in_a_process_without_a_ladder_the_accountable_party_hears_once() {
    let mut world = offered_by(&SALE[..SALE.find("[[ladder]]").unwrap()]);
    world.at(4).tick().then(&["clock 4 rung 0.0 Acted remind  escalate dana"]);
    world.at(5).tick().then(&["clock 4 breached"]);
    world.at(12).tick().then(&[]);
}

/// A ladder for one kind of clock says nothing of the others: each that it names none for has the word that is built in.
#[test]
fn each_kind_of_clock_without_a_ladder_has_its_own_word() {
    let start = SALE.find("[[ladder]]").unwrap();
    let all = ["accept", "goal", "case"];
    for named in all {
        let text = format!(
            "{}[[ladder]]\non = \"{}\"\nrungs = [{{ at = \"+90 days\", raise = true }}]\n",
            &SALE[..start],
            named
        );
        let mut world = offered_by(&text);
        world.at(4).tick();
        world.accept("ana", 2);
        for hour in [12, 13, 120, 121] {
            world.at(hour).tick();
        }
        let told = world.entries.iter().filter_map(|entry| match &entry.event {
            Event::RungFired { clock, escalate, .. } if escalate == &[h("dana")] => Some(*clock),
            _ => None,
        });
        let silent = match named {
            "accept" => 4,
            "goal" => 5,
            _ => 1,
        };
        let expected = [4, 5, 1].into_iter().filter(|clock| *clock != silent).collect::<Vec<_>>();
        assert_eq!(told.collect::<Vec<_>>(), expected, "{}", named);
    }
}

/// The reminder of the day and an escalation at the same hour are two things, and neither was missed.
#[test]
fn rungs_of_the_same_instant_both_act() {
    let both = "rungs = [{ at = \"0\", remind = \"responsible\", every = \"1 hour\", most = 3 }, \
                { at = \"+1 hour\", escalate = \"accountable\" }]";
    let start = SALE.find("rungs = [").unwrap();
    let mut world = offered_by(&format!("{}{both}", &SALE[..start]));
    world.at(4).tick().then(&["clock 4 rung 0.0 Acted remind ana+eli escalate"]);
    world.at(5).tick().then(&[
        "clock 4 breached",
        "clock 4 rung 0.1 Acted remind ana+eli escalate",
        "clock 4 rung 1.0 Acted remind  escalate dana",
    ]);
}

/// The offer's ladder with these rungs and no other.
fn offered_with(rungs: &str) -> World {
    let start = SALE.find("rungs = [").unwrap();
    offered_by(&format!("{}rungs = [{rungs}]\n", &SALE[..start]))
}

/// It makes the case urgent, and nobody would hear of that.
#[test]
fn a_ladder_that_tells_nobody_ends_with_whoever_answers_for_the_case() {
    for rungs in ["{ at = \"0\", raise = true }", "{ at = \"+1 hour\", raise = true }"] {
        let mut world = offered_with(rungs);
        let mut said = Vec::new();
        for hour in 4..8 {
            said.extend(world.at(hour).tick().0);
        }
        let told = said.iter().filter(|said| said.ends_with("escalate dana no rung is left"));
        assert_eq!(told.count(), 1, "{said:?}");
    }
    // Where the role has it by that, somebody has it before them.
    let mut world = offered_with("{ at = \"0\", exception = \"nobody took it\" }");
    let said = (4..8).flat_map(|hour| world.at(hour).tick().0).collect::<Vec<_>>();
    assert!(!said.iter().any(|said| said.contains("no rung is left")), "{said:?}");
}

/// After a time without ticks the highest acts, and the word of those below is not lost where it has none itself.
#[test]
fn a_rung_that_tells_nobody_does_not_take_the_word_from_those_below() {
    let mut world = offered_with(
        "{ at = \"-1 hour\", remind = \"responsible\" }, { at = \"0\", remind = \"responsible\", escalate = \"accountable\" }, \
         { at = \"+1 hour\", raise = true }",
    );
    world.at(6).tick().then(&[
        "clock 4 breached",
        "clock 4 rung 0.0 Superseded remind  escalate",
        "clock 4 rung 1.0 Acted remind ana+eli escalate dana",
        "clock 4 rung 2.0 Acted remind  escalate  made the case urgent",
        "urgent true",
    ]);
    world.tick().then(&[]);
}

/// However long nothing ticked, and however often a rung comes: it has one entry, which says how many turns it stands for.
#[test]
fn a_long_sleep_with_a_rung_every_minute_acts_once_and_says_how_often_it_came() {
    let minutely = "rungs = [{ at = \"0\", remind = \"responsible\", every = \"1 minute\" }]";
    let start = SALE.find("rungs = [").unwrap();
    let mut world = offered_by(&format!("{}{minutely}", &SALE[..start]));
    world.at(4 + 48);
    let said = world.tick().0;
    let fired = said.iter().filter(|s| s.contains("rung")).collect::<Vec<_>>();
    assert_eq!(fired, ["clock 4 rung 0.2880 Acted remind ana+eli escalate after 2880 missed"]);
    world.tick().then(&[]);
    // Back, and forward again: nothing comes twice.
    world.at(6).tick().then(&[]);
    world.now = monday() + hours(4 + 48) + Span(60_000);
    world.tick().then(&["clock 4 rung 0.2881 Acted remind ana+eli escalate"]);
    let years = 24 * 3660;
    let (last, missed) = ((years - 4) * 60, (years - 4) * 60 - 2882);
    let rung = format!("clock 4 rung 0.{last} Acted remind ana+eli escalate after {missed} missed");
    let whole = [
        "clock 1 breached",
        "clock 1 rung 0.0 TooOld remind  escalate",
        "clock 1 rung 1.0 Acted remind  escalate dana no rung is left",
    ];
    world.at(years).tick().then(&[&whole[..], &[rung.as_str()]].concat());
    assert_eq!(world.subject.case().unwrap().clocks[&4].fired.len(), 3);
}

/// Every day from ten days before a promise of two: what would have come before there was anything to promise is none,
/// and what comes behind that comes.
#[test]
fn a_rung_that_repeats_from_before_its_clock_began_comes_from_then_on() {
    let daily = "rungs = [{ at = \"-10 days\", remind = \"responsible\", every = \"1 day\", most = 12 }]";
    let start = SALE.find("rungs = [").unwrap();
    let text = format!("{}{daily}", &SALE[..start]).replace("accept = \"4 hours\"", "accept = \"2 days\"");
    let mut world = offered_by(&text);
    world.tick().then(&[]);
    world.at(24).tick().then(&["clock 4 rung 0.9 Acted remind ana+eli escalate"]);
    world.at(48).tick().then(&["clock 4 rung 0.10 Acted remind ana+eli escalate"]);
    assert!(world.at(72).tick().0.contains(&"clock 4 rung 0.11 Acted remind ana+eli escalate".to_string()));
    assert!(!world.at(96).tick().0.iter().any(|said| said.contains("rung 0")));
}

#[test]
fn nobody_in_the_role_then_its_lead_then_the_accountable_party() {
    let to = |role: &str| {
        let mut world = offered_by(SALE);
        world.recall("bo", 2);
        world.offer("bo", 1, Some(role)).then(&[&format!("H-3 on 1: bill#1 from bo to {role} [6: 4 hours]")]);
        world.at(3).tick()
    };
    to("led").then(&["clock 6 rung 0.0 Acted remind  escalate eli"]);
    to("nobody").then(&["clock 6 rung 0.0 Acted remind  escalate dana"]);
}

/// Whom a row of the inbox tells of it: who is reminded of what stands in their list anyway needs none.
fn rows_of(world: &World, escalated: bool) -> Vec<String> {
    let rows = rows(&world.subject, &world.catalog);
    let notices = rows.iter().filter_map(|row| if let Row::Notice(of) = row { Some(of) } else { None });
    let told = notices.filter(|of| of.escalation == escalated).map(|of| of.person.to_string());
    told.collect::<BTreeSet<_>>().into_iter().collect()
}

/// A lead leads, and works on nothing of the role: what is offered to the role stands in no list of theirs.
#[test]
fn who_is_told_instead_of_somebody_has_a_row_of_it() {
    let mut world = offered_by(&SALE.replace("remind = \"responsible\"", "remind = \"lead\""));
    world.recall("bo", 2);
    world.offer("bo", 1, Some("led"));
    world.at(3).tick().then(&["clock 6 rung 0.0 Acted remind  escalate eli"]);
    assert_eq!((rows_of(&world, true), rows_of(&world, false)), (vec!["eli".to_string()], Vec::new()));
    // Of the whole case: whoever holds its work has it; who hears because they are away has not.
    let case = "[[ladder]]\non = \"case\"\nrungs = [{ at = \"-1 day\", remind = \"responsible\" }]";
    let text = format!("{}{case}", &SALE[..SALE.find("[[ladder]]").unwrap()]);
    let mut world = offered_by(&text);
    world.at(24 * 4).tick().then(&[
        "clock 1 rung 0.0 Acted remind bo escalate",
        "clock 4 breached",
        "clock 4 rung 0.0 Acted remind  escalate dana",
    ]);
    let dana = vec!["dana".to_string()];
    assert_eq!((rows_of(&world, true), rows_of(&world, false)), (dana, vec!["bo".to_string()]));
    let mut world = offered_by(&text);
    let (from, until) = (monday(), monday() + hours(24 * 9));
    let absence = crate::domain::absence::Absence { from, until, substitute: None, note: None };
    tell_catalog(&mut world.catalog, Event::PersonAway { person: h("bo"), absence });
    world.at(24 * 4).tick().then(&[
        "clock 1 rung 0.0 Acted remind  escalate dana",
        "clock 4 breached",
        "clock 4 rung 0.0 Acted remind  escalate dana",
    ]);
    assert_eq!(rows_of(&world, true), ["dana"]);
}

#[test]
fn a_lead_who_is_not_a_member_still_answers_for_an_accountable_role() {
    let mut world = offered_by(&SALE.replace("\"@dana\"", "\"led\""));
    world.at(28).tick();
    let case = world.subject.case().unwrap();
    assert_eq!(case.clocks[&4].fired.last().unwrap().escalate, [h("eli")]);
}

#[test]
fn what_reaches_nobody_becomes_an_exception_for_every_admin_once() {
    let mut world = offered_by(&SALE.replace("\"@dana\"", "\"nobody\""));
    world.recall("bo", 2);
    world.offer("bo", 1, Some("nobody"));
    world.at(3).tick().then(&["clock 6 rung 0.0 Acted remind  escalate", "exception Unrouted to dana"]);
    // Bo, the sender, is told at due; the responsible still are nobody. The exception is open already.
    world.at(4).tick().then(&["clock 6 rung 1.0 Acted remind  escalate bo"]);
    let case = world.subject.case().unwrap();
    assert_eq!(case.exceptions[&1].text, "Nobody could be told that the acceptance clock ran out.");
}

#[test]
fn a_reminder_before_the_clock_began_is_none() {
    let mut world = offered_by(&SALE.replace("-1 hour", "-5 hours"));
    world.tick().then(&[]);
    world.at(4).tick().then(&["clock 4 rung 1.0 Acted remind ana+eli escalate bo"]);
}

#[test]
fn running_clocks_follow_a_calendar_edit_and_finished_ones_keep_theirs() {
    let mut world = offered_by(&SALE.replace("accept = \"4 hours\"", "accept = \"4 business hours\""));
    let due = |world: &World| match &rows(&world.subject, &world.catalog)[1] {
        Row::Place(place) => place.due,
        other => panic!("{other:?}"),
    };
    assert_eq!(due(&world), Some(monday() + hours(4)));
    let text = "[calendar.office]\nzone = \"UTC\"\nopen = { mon-fri = \"09:00-11:00\" }\n";
    let definition = Arc::new(Calendar::parse_file(text).unwrap().remove(&h("office")).unwrap());
    tell_catalog(&mut world.catalog, Event::CalendarApplied { calendar: h("office"), definition });
    assert_eq!(due(&world), Some(monday() + hours(4)), "nothing moves before the journal says so");
    world.at(1).tick().then(&["clock 1 follows version 2", "clock 4 follows version 2"]);
    world.tick().then(&[]);
    assert_eq!(due(&world), Some(monday() + hours(24 + 2)));
    assert_eq!(world.subject.case().unwrap().clocks[&3].calendar_version, 1, "it was stopped before");
    assert_eq!(world.places(), ["1: bill bo"]);
}

#[test]
fn every_clock_says_whose_promise_it_is_and_what_it_is_about() {
    let mut world = offered_by(SALE);
    let told = |world: &World, change: &dyn Fn(&mut Process)| {
        let case = world.subject.case().unwrap();
        let mut process = (**world.catalog.process(&case.process, case.version).unwrap()).clone();
        change(&mut process);
        let clocks = why_date::of_case(case, &process, &world.catalog, world.now);
        clocks.iter().map(|c| format!("{} {}", c.promise.word(), c.what)).collect::<Vec<_>>()
    };
    let same = |_: &mut Process| {};
    assert_eq!(told(&world, &same), ["OLA H-2 Bill, to be accepted by finance", "SLA the whole case"]);
    world.accept("ana", 2);
    assert_eq!(told(&world, &same), ["OLA T-2 Bill, work of ana", "SLA the whole case"]);
    let outside = |process: &mut Process| {
        for step in &mut process.steps {
            step.by = Performer::Party(Party::Contact);
        }
    };
    assert_eq!(told(&world, &outside), ["UC T-2 Bill, work of ana", "SLA the whole case"]);
}
