//! What rungs do beside telling people.

use super::world::*;
use crate::domain::Span;

/// The sale with these ladders instead of its own.
fn with(ladders: &str) -> String {
    let start = SALE.find("[[ladder]]").unwrap();
    format!("{}{ladders}", &SALE[..start])
}

/// The bill is offered to `to` as H-2, on the third clock, due after four hours.
fn offered(ladders: &str, to: &str) -> World {
    let mut world = World::started(&with(ladders), "bo");
    world.accept("bo", 1);
    let to = Some(to.parse().unwrap());
    let done = crate::domain::command::CompleteTask { to, ..complete(1, &[("amount", "12")]) };
    world.when("bo", crate::domain::command::Command::CompleteTask(done));
    world
}

#[test]
fn raise_makes_the_case_urgent_once_and_says_when_it_was() {
    let text = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", raise = true }, { at = \"+1 hour\", raise = true }]";
    let mut world = offered(text, "finance");
    world
        .at(4)
        .tick()
        .then(&["clock 4 rung 0.0 Acted remind  escalate  made the case urgent", "urgent true"]);
    assert!(world.subject.case().unwrap().urgent);
    world.tick().then(&[]);
    world.now = world.now + Span(1);
    world.tick();
    // Nobody hears of that, so that whoever answers for the case does.
    world.at(5).tick().then(&[
        "clock 4 rung 1.0 Acted remind  escalate  the case is urgent already",
        "clock 4 rung 2.0 Acted remind  escalate dana no rung is left",
    ]);
}

#[test]
fn release_takes_an_offer_to_a_person_to_the_role_and_never_accepts() {
    let text =
        "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", remind = \"responsible\", release = true }]";
    let mut world = offered(text, "@ana");
    world.at(4).tick().then(&[
        "clock 4 rung 0.0 Acted remind ana escalate  offered to finance instead of @ana",
        "clock 4 breached",
        "H-2 recalled",
        "H-3 on 1: bill#1 from bo to finance [5: 4 hours]",
    ]);
    world.tick().then(&[]);
    assert_eq!(world.places(), ["1: bill bo"], "the sender stays responsible");
    // Its rung has had its turn. Nobody of finance takes it either, and whoever answers for it hears so.
    world.at(8).tick().then(&[]);
    world.now = world.now + Span(1);
    world.tick().then(&["clock 5 breached", "clock 5 rung 1.0 Acted remind  escalate dana no rung is left"]);
    world.at(100).tick().then(&[]);
    world.accept("ana", 3);
    // Even a role of one is only asked.
    let alone = text.replace("release = true", "reassign = \"ops\"");
    let mut world = offered(&alone, "@ana");
    world.at(4).tick().then(&[
        "clock 4 rung 0.0 Acted remind ana escalate  offered to ops instead of @ana",
        "clock 4 breached",
        "H-2 recalled",
        "H-3 on 1: bill#1 from bo to ops [5: 4 hours]",
    ]);
    assert_eq!(world.places(), ["1: bill bo"]);
}

#[test]
fn a_rung_on_work_offers_what_is_in_hand_once() {
    let text = "[[ladder]]\non = \"goal\"\nrungs = [{ at = \"0\", release = true }, { at = \"+2 hours\", reassign = \"@zoe\" }, { at = \"+4 hours\", reassign = \"@zoe\" }]";
    let mut world = offered(text, "finance");
    world.at(1).accept("ana", 2);
    world.at(9).tick().then(&[
        "clock 5 rung 0.0 Acted remind  escalate  offered to finance",
        "H-3 on 1: bill#1 from ana to finance [6: 4 hours]",
    ]);
    assert_eq!(world.places(), ["1: bill ana"]);
    // It is on offer; a second offer would be one too many.
    world
        .at(11)
        .tick()
        .then(&["clock 5 breached", "clock 5 rung 1.0 Acted remind  escalate  nothing to reassign"]);
    world.recall("ana", 3);
    world.at(13).tick().then(&[
        "clock 5 rung 2.0 Acted remind  escalate  offered to @zoe",
        "H-4 on 1: bill#1 from ana to @zoe [7: 4 hours]",
    ]);
    world.decline("zoe", 4);
    assert_eq!(world.places(), ["1: bill ana"]);
}

#[test]
fn a_rung_takes_work_in_hand_that_nobody_took_to_a_third_and_an_offer_back_to_its_sender() {
    let text = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", reassign = \"@zoe\" }]";
    let mut world = offered(text, "@ana");
    world.accept("ana", 2);
    world.offer("ana", 1, Some("@eli"));
    let offered_anew = "clock 6 rung 0.0 Acted remind  escalate  offered to @zoe instead of @eli";
    world.at(4).tick().then(&[
        offered_anew,
        "clock 6 breached",
        "H-3 recalled",
        "H-4 on 1: bill#1 from ana to @zoe [7: 4 hours]",
    ]);
    assert_eq!(
        world.subject.case().unwrap().handoffs[&crate::domain::HandoffId(4)].task.map(|t| t.0),
        Some(2)
    );
    // What nobody took yet may go to whoever sends it.
    let mut world = offered(&text.replace("@zoe", "@bo"), "@ana");
    assert_eq!(
        world.at(4).tick().0[0],
        "clock 4 rung 0.0 Acted remind  escalate  offered to @bo instead of @ana"
    );
}

#[test]
fn what_was_declined_and_left_lying_is_offered_on_by_a_rung() {
    let text = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", reassign = \"@zoe\" }, { at = \"+1 hour\", reassign = \"@bo\" }]";
    let mut world = offered(text, "@ana");
    world.decline("ana", 2);
    world.at(4).tick().then(&[
        "clock 5 rung 0.0 Acted remind  escalate  offered to @zoe",
        "clock 5 breached",
        "H-3 on 1: bill#1 from bo to @zoe [6: 4 hours]",
    ]);
    assert_eq!(world.places(), ["1: bill bo"], "the sender stays responsible");
    // Whoever said no is passed over, and the sender has it anyway.
    world.decline("zoe", 3);
    world.at(8).tick().then(&[
        "clock 7 rung 0.0 Acted remind  escalate  not offered to @zoe, who declined it",
        "exception Rung to dana",
    ]);
    let said = world.at(9).tick().0;
    assert_eq!(
        said,
        [
            "clock 7 breached",
            "clock 7 rung 1.0 Acted remind  escalate  nothing to reassign: it lies with @bo already"
        ]
    );
}

#[test]
fn whoever_declined_is_not_asked_again_by_a_rung() {
    let text = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", reassign = \"@zoe\" }]";
    let mut world = offered(text, "@zoe");
    world.decline("zoe", 2);
    world.offer("bo", 1, Some("@ana"));
    world.at(4).tick().then(&[
        "clock 6 rung 0.0 Acted remind  escalate  not offered to @zoe, who declined it",
        "exception Rung to dana",
    ]);
}

/// The only rung there is leads to somebody who is away: to whoever takes their place, and where nobody does a decision
/// is asked of whoever answers for the case, once.
#[test]
fn a_rung_to_somebody_away_goes_to_their_substitute_or_up_and_never_nowhere() {
    let text =
        "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", reassign = \"@zoe\", every = \"1 hour\" }]";
    let away = |substitute: Option<&str>| {
        let mut world = offered(text, "@ana");
        let (from, until) = (monday(), monday() + Span::DAY.times(9));
        let absence =
            crate::domain::absence::Absence { from, until, substitute: substitute.map(h), note: None };
        let event = crate::domain::event::Event::PersonAway { person: h("zoe"), absence };
        tell_catalog(&mut world.catalog, event);
        world
    };
    let mut world = away(Some("max"));
    assert_eq!(
        world.at(4).tick().0[0],
        "clock 4 rung 0.0 Acted remind  escalate  offered to @zoe instead of @ana"
    );
    world.when(
        "max",
        crate::domain::command::Command::AcceptHandoff {
            case: CASE,
            handoff: crate::domain::HandoffId(3),
            next_action: None,
            when: None,
        },
    );
    assert_eq!(world.places(), ["1: bill max"]);
    let mut world = away(None);
    world.at(4).tick().then(&[
        "clock 4 rung 0.0 Acted remind  escalate  not offered to @zoe, who is away",
        "exception Rung to dana",
    ]);
    let case = world.subject.case().unwrap();
    assert_eq!(case.exceptions[&1].text, "`Bill` was not offered to @zoe, who is away.");
    assert_eq!(world.places(), ["1: bill bo"]);
    // Once, for as long as it is open.
    world.at(5).tick().then(&[
        "clock 4 breached",
        "clock 4 rung 0.1 Acted remind  escalate  not offered to @zoe, who is away",
    ]);
}

#[test]
fn an_exception_is_opened_for_whoever_answers_and_not_twice_at_once() {
    let text = "[[ladder]]\non = \"case\"\nrungs = [{ at = \"0\", exception = \"Ask the client.\", every = \"1 day\", most = 3 }]";
    let mut world = offered(text, "finance");
    world.at(24 * 5).tick().then(&[
        "clock 1 rung 0.0 Acted remind  escalate  opened an exception",
        "exception Rung to dana",
        "clock 4 breached",
        "clock 4 rung 0.0 Acted remind  escalate dana",
    ]);
    assert_eq!(world.subject.case().unwrap().exceptions[&1].text, "Ask the client.");
    world.at(24 * 6).tick().then(&[
        "clock 1 breached",
        "clock 1 rung 0.1 Acted remind  escalate  the exception is open already",
    ]);
}

/// After a time without ticks only the last rung acts; the one before it does nothing but is noted.
#[test]
fn a_missed_rung_does_nothing() {
    let text = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", release = true }, { at = \"+1 hour\", raise = true }]";
    let mut world = offered(text, "@ana");
    world.at(6).tick().then(&[
        "clock 4 breached",
        "clock 4 rung 0.0 Superseded remind  escalate",
        "clock 4 rung 1.0 Acted remind  escalate  made the case urgent",
        "urgent true",
    ]);
    assert_eq!(world.places(), ["1: bill bo"]);
}

/// Which rung it was is said by the version of the process, once there is more than one.
#[test]
fn a_rung_notes_the_version_it_is_of_where_there_are_several() {
    let text = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", remind = \"responsible\" }]";
    let noted = |world: &mut World| {
        world.at(4).tick();
        let entries = world.entries.iter().filter_map(|entry| match &entry.event {
            crate::domain::event::Event::RungFired { version, .. } => Some(*version),
            _ => None,
        });
        entries.collect::<Vec<_>>()
    };
    let mut world = offered(text, "finance");
    assert_eq!(noted(&mut world), [None]);
    let mut world = offered(text, "finance");
    let process = std::sync::Arc::new(world.catalog.newest(&h("sale")).unwrap().1.as_ref().clone());
    tell_catalog(&mut world.catalog, crate::domain::event::Event::ProcessPublished { version: 2, process });
    assert_eq!(noted(&mut world), [Some(1)]);
}

/// Nobody took it back: whoever comes too late reads what did, and where it is.
#[test]
fn what_a_rung_offered_elsewhere_was_recalled_by_nobody() {
    let text = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", reassign = \"@cy\" }]";
    let mut world = offered(text, "@ana");
    world.at(4).tick();
    world.accept("ana", 2).refused("H-2 was not accepted in time, and went elsewhere.");
    world.recall("bo", 3);
    world.accept("cy", 3).refused("H-3 was recalled.");
}

/// Nobody ticks for a day: the reminder is not lost to a rung that finds nothing to do.
#[test]
fn a_missed_rung_with_nothing_to_do_does_not_silence_the_one_before_it() {
    let text = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", remind = \"responsible\" }, { at = \"+1 hour\", release = true }]";
    let mut world = offered(text, "finance");
    world.at(8).tick().then(&[
        "clock 4 breached",
        "clock 4 rung 0.0 Acted remind ana+eli escalate",
        "clock 4 rung 1.0 Acted remind  escalate  nothing to release: offered to finance already",
    ]);
    // Where it has something to do it is the only one that acts.
    let mut world = offered(text, "@ana");
    world.at(8).tick().then(&[
        "clock 4 breached",
        "clock 4 rung 0.0 Superseded remind  escalate",
        "clock 4 rung 1.0 Acted remind  escalate  offered to finance instead of @ana",
        "H-2 recalled",
        "H-3 on 1: bill#1 from bo to finance [5: 4 hours]",
    ]);
}

/// From Ana to Zoe to Bo to the role, a day apart each: nobody is asked twice, and what comes behind comes.
#[test]
fn a_ladder_that_moves_the_offer_goes_on_where_it_was() {
    let text = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"-1 hour\", remind = \"responsible\" }, \
                { at = \"0\", reassign = \"@zoe\", escalate = \"lead\" }, { at = \"+1 day\", reassign = \"@bo\" }, \
                { at = \"+2 days\", escalate = \"accountable\", every = \"1 day\", most = 2 }, \
                { at = \"+3 days\", release = true }, { at = \"+4 days\", exception = \"nobody\" }]";
    let mut world = offered(text, "@ana");
    world.at(3).tick().then(&["clock 4 rung 0.0 Acted remind ana escalate"]);
    world.at(4).tick().then(&[
        "clock 4 rung 1.0 Acted remind  escalate eli offered to @zoe instead of @ana",
        "clock 4 breached",
        "H-2 recalled",
        "H-3 on 1: bill#1 from bo to @zoe [5: 4 hours]",
    ]);
    let told = |world: &World, who: &str| {
        let rows = crate::domain::rows::rows(&world.subject, &world.catalog);
        let notice = |row: &crate::domain::rows::Row| matches!(row, crate::domain::rows::Row::Notice(of) if of.person == h(who));
        rows.iter().filter(|row| notice(row)).count()
    };
    assert_eq!((told(&world, "ana"), told(&world, "eli")), (0, 1), "who heard above hears of it still");
    world.tick().then(&[]);
    world.at(9).tick().then(&["clock 5 breached"]);
    world.at(28).tick().then(&[
        "clock 5 rung 2.0 Acted remind  escalate  offered to @bo instead of @zoe",
        "H-3 recalled",
        "H-4 on 1: bill#1 from bo to @bo [6: 4 hours]",
    ]);
    world.at(33).tick().then(&["clock 6 breached"]);
    world.at(52).tick().then(&["clock 6 rung 3.0 Acted remind  escalate dana"]);
    world.at(76).tick().then(&[
        "clock 6 rung 3.1 Acted remind  escalate dana",
        "clock 6 rung 4.0 Acted remind  escalate  offered to finance instead of @bo",
        "H-4 recalled",
        "H-5 on 1: bill#1 from bo to finance [7: 4 hours]",
    ]);
    world.at(100).tick().then(&[
        "clock 7 breached",
        "clock 7 rung 5.0 Acted remind  escalate  opened an exception",
        "exception Rung to dana",
        "clock 7 rung 6.0 Acted remind  escalate dana no rung is left",
    ]);
    assert_eq!(world.at(400).tick().0.len(), 3, "the case as a whole");
    assert_eq!(crate::domain::faults::faults(world.subject.case().unwrap(), &world.catalog), [""; 0]);
    // What somebody offers anew on purpose climbs anew.
    world.recall("bo", 5);
    world.offer("bo", 1, Some("@eli"));
    world.at(403).tick().then(&["clock 9 rung 0.0 Acted remind eli escalate"]);
}

/// A reminder that repeats came later than the escalation nobody ticked for: the higher of the two is not lost to it.
#[test]
fn of_what_was_missed_the_highest_rung_acts_and_not_the_latest_repetition() {
    let text = "[[ladder]]\non = \"accept\"\nrungs = [{ at = \"0\", remind = \"responsible\", every = \"1 minute\" }, \
                { at = \"+1 hour\", escalate = \"accountable\" }]";
    let mut world = offered(text, "finance");
    world.at(4 + 48);
    let said = world.tick().0;
    let acted = said.iter().filter(|said| said.contains("Acted")).collect::<Vec<_>>();
    assert_eq!(acted, ["clock 4 rung 1.0 Acted remind  escalate dana"]);
    world.now = world.now + Span(60_000);
    world.tick().then(&["clock 4 rung 0.2881 Acted remind ana+eli escalate"]);
}

mod any_ladder {
    use super::*;
    use crate::domain::event::{Event, Outcome};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn rung() -> impl Strategy<Value = String> {
        let moves = prop::sample::select(vec!["@zoe", "@bo", "@cy", "@eli", "finance", "ops"]);
        let does = prop_oneof![
            moves.prop_map(|to| format!("reassign = \"{to}\"")),
            Just("release = true".to_string()),
            Just("remind = \"responsible\"".to_string()),
            Just("escalate = \"accountable\"".to_string()),
            Just("escalate = \"accountable\", every = \"5 hours\", most = 3".to_string()),
        ];
        (-3i64..60, does).prop_map(|(at, does)| format!("{{ at = \"{at} hours\", {does} }}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

        /// Whatever a ladder does to the offer it is on: each of its rungs has its turns once, none is lost, and where it
        /// moved the offer and nobody took it somebody hears.
        #[test]
        fn has_each_turn_once_for_all_the_offers_its_own_rungs_make(
            rungs in prop::collection::vec(rung(), 1..6),
            steps in prop::collection::vec(-4i64..30, 4..12),
        ) {
            let written = rungs.join(", ");
            let mut world = offered(&format!("[[ladder]]\non = \"accept\"\nrungs = [{written}]"), "@ana");
            let mut at = 0;
            for by in steps {
                at = (at + by).max(0);
                world.at(at).tick();
                world.tick().then(&[]);
            }
            // Within a week, so that nothing is too old to act.
            for hour in at.max(0)..150 {
                world.at(hour).tick();
            }
            world.at(200).tick();
            let mut turns = BTreeSet::new();
            let (mut moved, mut heard) = (false, false);
            for entry in &world.entries {
                let Event::RungFired { clock, rung, occurrence, outcome, remind, escalate, did, missed, .. } = &entry.event
                else {
                    continue;
                };
                // The case as a whole has a word of its own.
                if *clock == 1 {
                    continue;
                }
                let of_ladder = (*rung as usize) < rungs.len();
                for turn in occurrence - missed..=*occurrence {
                    prop_assert!(!of_ladder || turns.insert((*rung, turn)), "twice: {rung}.{turn}");
                }
                moved |= *outcome == Outcome::Acted && did.iter().any(|did| did.starts_with("offered to"));
                heard |= *outcome == Outcome::Acted && !(escalate.is_empty() && remind.is_empty());
            }
            for (n, text) in (0u32..).zip(&rungs) {
                prop_assert!(turns.contains(&(n, 0)), "rung {n} of {written} never came");
                prop_assert!(!text.contains("most") || turns.contains(&(n, 2)), "rung {n} of {written} was lost");
            }
            prop_assert!(!moved || heard, "it moved the offer and ended in silence: {written}");
            let faults = crate::domain::faults::faults(world.subject.case().unwrap(), &world.catalog);
            prop_assert_eq!(faults, Vec::<String>::new());
        }
    }
}
