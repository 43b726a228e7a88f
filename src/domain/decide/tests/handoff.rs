//! Responsibility moves at acceptance and nowhere else.

use super::world::*;
use crate::domain::command::{Command, CompleteTask, StartCase};
use crate::domain::event::DeclineReason;
use crate::domain::{HandoffId, Span, TaskId};

/// Bo has sold and offered the bill to finance as H-2.
fn offered() -> World {
    let mut world = World::started(SALE, "bo");
    world.accept("bo", 1);
    world
        .done("bo", 1, &[("amount", "12")])
        .then(&["T-1 done", "H-2 on 1: bill#1 from bo to finance [4: 4 hours]"]);
    world
}

#[test]
fn the_sender_stays_responsible_until_the_first_of_the_role_accepts_and_the_loser_reads_who() {
    let mut world = offered();
    assert_eq!(world.places(), ["1: bill bo"]);
    world.at(1).accept("ana", 2).then(&["H-2 accepted by ana as T-2 [5: 8 hours]"]);
    assert_eq!(world.places(), ["1: bill ana"]);
    world.at(2).accept("eli", 2).refused(&format!("H-2 was accepted by ana, {}", (monday() + hours(1)).0));
    world.recall("bo", 2).refused("H-2 was accepted by ana");
    world.decline("eli", 2).refused("H-2 was accepted by ana");
}

#[test]
fn only_a_deliberate_act_of_the_receiver_accepts() {
    let mut world = offered();
    world.accept("bo", 2).refused("H-2 is offered to finance, not to bo.");
    world.accept("dana", 2).refused("H-2 is offered to finance, not to dana.");
    world.accept("tick", 2).refused("Only a person can do this.");
    world.accept("stranger", 2).refused("`stranger` is nobody here.");
    world.decline("bo", 2).refused("H-2 is offered to finance, not to bo.");
    world.accept("ana", 9).refused("There is no handoff H-9");
    assert_eq!(world.places(), ["1: bill bo"]);
}

#[test]
fn sender_and_receiver_as_one_person_accept_implicitly_and_the_entry_says_so() {
    // A role of several is offered the first step even when the starter belongs to it.
    World::new(SALE)
        .start("bo", &[])
        .then(&["started Sale [1: 5 days]", "H-1 on 1: sell#1 from bo to sales"]);
    // A role of one.
    let mut world = World::new(SALE);
    let to = |to: &str| StartCase {
        process: Some(h("sale")),
        to: Some(to.parse().unwrap()),
        ..StartCase::default()
    };
    world.when("max", Command::StartCase(to("ops"))).then(&[
        "started Sale [1: 5 days]",
        "H-1 on 1: sell#1 from max to ops",
        "H-1 accepted by max as T-1 implicit [2: 8 hours]",
    ]);
    // The named person.
    let mut world = World::new(SALE);
    world.when("zoe", Command::StartCase(to("@zoe"))).then(&[
        "started Sale [1: 5 days]",
        "H-1 on 1: sell#1 from zoe to @zoe",
        "H-1 accepted by zoe as T-1 implicit [2: 8 hours]",
    ]);
    // Somebody else of the same name's role does not.
    World::new(SALE)
        .when("zoe", Command::StartCase(to("@bo")))
        .then(&["started Sale [1: 5 days]", "H-1 on 1: sell#1 from zoe to @bo"]);
}

#[test]
fn one_who_goes_on_as_the_same_role_keeps_the_work_and_its_acceptance_clock_never_starts() {
    let mut world = offered();
    world.accept("ana", 2);
    world.done("ana", 2, &[]).then(&[
        "T-2 item 0 true",
        "T-2 item 1 true",
        "T-2 done",
        "H-3 on 1: book#1 from ana to finance",
        "H-3 accepted by ana as T-3 implicit [6: 1 day]",
    ]);
}

#[test]
fn sent_to_another_role_on_purpose_it_is_offered_even_if_the_sender_is_in_it() {
    let mut world = offered();
    world.catalog.roles.get_mut(&h("sales")).unwrap().members.insert(h("ana"));
    world.accept("ana", 2);
    let to = Some("sales".parse().unwrap());
    let sent = CompleteTask { to, all_checked: true, ..complete(2, &[]) };
    world.when("ana", Command::CompleteTask(sent)).then(&[
        "T-2 item 0 true",
        "T-2 item 1 true",
        "T-2 done",
        "H-3 on 1: book#1 from ana to sales",
    ]);
    // Taking one's own offer back into the hand is acceptance by the sender, and the entry says that.
    world.accept("ana", 3).then(&["H-3 accepted by ana as T-3 implicit [7: 1 day]"]);
}

#[test]
fn declined_lies_with_the_sender_and_is_not_offered_to_the_same_person_again_for_that_visit() {
    let mut world = offered();
    world.at(1).decline("ana", 2).then(&["H-2 declined"]);
    assert_eq!(world.places(), ["1: bill bo"]);
    world.accept("eli", 2).refused("H-2 was declined.");
    world.offer("cy", 1, Some("@eli")).refused("bo is responsible for `Bill` of C-1.");
    world.offer("bo", 1, Some("@ana")).refused("@ana declined this already (H-2).");
    // The others of the role did not say no: it is theirs, and not hers.
    world.offer("bo", 1, None).then(&["H-3 on 1: bill#1 from bo to finance [6: 4 hours]"]);
    assert_eq!(barred(&world), ["ana"]);
    world.accept("ana", 3).refused("ana declined this already (H-2).");
    world.decline("ana", 3).refused("ana declined this already (H-2).");
    world.decline("eli", 3).then(&["H-3 declined"]);
    world.offer("bo", 1, None).refused("Nobody of finance is left who could take it: it was declined (H-3).");
    // Only where nobody is left to ask, one of them may be asked by name once more.
    world.offer("bo", 1, Some("@eli")).then(&["H-4 on 1: bill#1 from bo to @eli [8: 4 hours]"]);
    assert_eq!(barred(&world), [""; 0], "who is asked by name may take it");
    world.decline("eli", 4).then(&["H-4 declined"]);
    world.offer("bo", 1, Some("@eli")).refused("@eli declined this already (H-4).");
    // The accountable party may move what is bo's, and bo stays the sender.
    world.offer("dana", 1, Some("@zoe")).then(&["H-5 on 1: bill#1 from bo to @zoe [10: 4 hours]"]);
    assert_eq!(world.places(), ["1: bill bo"]);
}

/// Who may not take what is offered at the first branch.
fn barred(world: &World) -> Vec<String> {
    let rows = crate::domain::rows::rows(&world.subject, &world.catalog);
    let place = |row| match row {
        crate::domain::rows::Row::Place(place) => Some(place.barred),
        _ => None,
    };
    let barred = rows.into_iter().find_map(place).unwrap();
    barred.iter().map(ToString::to_string).collect()
}

#[test]
fn work_in_hand_that_nobody_took_says_why_to_whoever_has_it() {
    let mut world = offered();
    world.accept("ana", 2);
    let why = |world: &World| {
        let rows = crate::domain::rows::rows(&world.subject, &world.catalog);
        let place = |row| match row {
            crate::domain::rows::Row::Place(place) => Some(place.declined.map(|(_, text)| text)),
            _ => None,
        };
        rows.into_iter().find_map(place).unwrap()
    };
    assert_eq!(why(&world), None);
    world.offer("ana", 1, Some("@zoe"));
    world.decline("zoe", 3);
    assert!(why(&world).is_some(), "in hand again");
    world.offer("ana", 1, Some("@eli"));
    assert_eq!(why(&world), None, "on offer");
    world.recall("ana", 4);
    assert_eq!(why(&world), None, "taken back, and nobody said no to that");
    world.offer("ana", 1, Some("@eli"));
    world.accept("eli", 5);
    assert_eq!(why(&world), None);
}

/// They would be reminded of what they cannot do.
#[test]
fn who_declined_is_not_reminded_of_it_as_one_of_the_role() {
    let mut world = offered();
    world.decline("ana", 2);
    world.offer("bo", 1, None);
    let case = world.subject.case().unwrap();
    let process = &world.catalog.processes[&h("sale")][0];
    let told = |on| {
        let audience = crate::domain::ladder::Audience::Responsible;
        super::super::recipients::resolve(&audience, on, case, process, &world.catalog, world.now)
    };
    assert_eq!(told(crate::domain::clock::ClockOn::Accept(HandoffId(2))), [h("eli")]);
    assert_eq!(told(crate::domain::clock::ClockOn::Accept(HandoffId(3))), [h("eli")]);
}

#[test]
fn a_decline_holds_for_its_visit_only() {
    let mut world = offered();
    world.decline("ana", 2);
    world.offer("bo", 1, Some("@eli"));
    world.accept("eli", 3);
    world.done("eli", 2, &[]);
    world.done("eli", 3, &[]);
    world.accept("max", 5);
    // Not good: the second visit to `sell`, then to `bill`.
    world.done("max", 4, &[("ok", "no")]).then(&["T-4 done", "H-6 on 1: sell#2 from max to sales"]);
    world.accept("cy", 6);
    world.done("cy", 5, &[]).then(&["T-5 done", "H-7 on 1: bill#2 from cy to finance [13: 4 hours]"]);
}

#[test]
fn work_in_hand_is_offered_comes_back_and_is_not_offered_twice_to_who_declined() {
    let mut world = offered();
    world.accept("ana", 2);
    world.offer("ana", 1, None).refused("T-2 is in ana's hand.");
    world.offer("ana", 1, Some("@ana")).refused("ana has it already.");
    world.offer("ana", 1, Some("@nix")).refused("`nix` is nobody here.");
    world.offer("ana", 1, Some("finanze")).refused("There is no role `finanze`.");
    world.offer("ana", 1, Some("@zoe")).then(&["H-3 on 1: bill#1 from ana to @zoe [6: 4 hours]"]);
    world.offer("ana", 1, Some("@eli")).refused("H-3 is offered to @zoe already.");
    world.decline("zoe", 3).then(&["H-3 declined"]);
    assert_eq!(world.places(), ["1: bill ana"]);
    world.offer("ana", 1, Some("@zoe")).refused("@zoe declined this already (H-3).");
    world.offer("ana", 1, Some("@eli"));
    let (handoff, next_action) = (HandoffId(4), Some("call".to_string()));
    world
        .at(3)
        .when("eli", Command::AcceptHandoff { case: CASE, handoff, next_action, when: None })
        .then(&["H-4 accepted by eli as T-2"]);
    assert_eq!(world.places(), ["1: bill eli"]);
    let task = &world.subject.case().unwrap().tasks[&TaskId(2)];
    assert_eq!(task.next_action.as_deref(), Some("call"), "what the receiver says comes next is kept");
    world.done("ana", 2, &[]).refused("eli is responsible for T-2.");
}

/// Otherwise the branch had two open handoffs, and taking the old one would revive finished work.
#[test]
fn work_on_offer_is_not_sent_on_under_the_receivers_hands() {
    let mut world = offered();
    world.accept("ana", 2);
    world.offer("ana", 1, Some("@zoe"));
    world.done("ana", 2, &[]).refused("It is offered to @zoe (H-3).");
    world.recall("ana", 3).then(&["H-3 recalled"]);
    assert!(world.done("ana", 2, &[]).0.contains(&"T-2 done".to_string()));
}

#[test]
fn recall_is_the_senders_and_the_same_party_may_be_offered_it_again() {
    let mut world = offered();
    world.recall("ana", 2).refused("H-2 was offered by bo.");
    world.recall("cy", 2).refused("H-2 was offered by bo.");
    world.recall("bo", 2).then(&["H-2 recalled"]);
    world.accept("ana", 2).refused("H-2 was recalled.");
    world.offer("bo", 1, None).then(&["H-3 on 1: bill#1 from bo to finance [6: 4 hours]"]);
    // The lead of the step's role, the accountable party and a lead may recall; they become nobody's sender.
    for (n, steers) in [(3, "eli"), (4, "dana"), (5, "lea")] {
        world.recall(steers, n).then(&[&format!("H-{n} recalled")]);
        assert_eq!(world.places(), ["1: bill bo"]);
        world.offer("bo", 1, None);
    }
}

#[test]
fn a_decline_has_a_reason_and_says_it_in_words() {
    let mut world = offered();
    let decline = |text: &str| Command::DeclineHandoff {
        case: CASE,
        handoff: HandoffId(2),
        reason: DeclineReason::NotReady,
        text: text.into(),
        fix_by: None,
        duplicate_of: None,
    };
    world
        .when("ana", decline("  "))
        .refused("`not_ready` alone does not tell bo what to do: a sentence with it is missing.");
    world.when("ana", decline("on leave")).then(&["H-2 declined"]);
}

#[test]
fn whoever_declines_may_say_until_when_it_is_to_be_right() {
    let mut world = offered();
    let decline = |fix_by| Command::DeclineHandoff {
        case: CASE,
        handoff: HandoffId(2),
        reason: DeclineReason::MissingInformation,
        text: "the debtor".into(),
        fix_by,
        duplicate_of: None,
    };
    let by = monday() + hours(30);
    world.when("ana", decline(Some(monday()))).refused("That is past: nobody can have it right by then.");
    world.when("ana", decline(Some(by))).then(&["H-2 declined"]);
    let due = |world: &World| {
        let rows = crate::domain::rows::rows(&world.subject, &world.catalog);
        let place = |row| match row {
            crate::domain::rows::Row::Place(place) => Some((place.responsible.to_string(), place.due)),
            _ => None,
        };
        rows.into_iter().find_map(place).unwrap()
    };
    assert_eq!(due(&world), ("bo".to_string(), Some(by)), "due where it lies now");
    world.offer("bo", 1, Some("@cy"));
    assert_ne!(due(&world).1, Some(by), "what is offered again has the date of the offer");
    world.recall("bo", 3);
    assert_eq!(due(&world).1, Some(monday() + hours(4)), "what is taken back has as long to be decided");
}

#[test]
fn two_clocks_acceptance_ends_with_the_answer_and_work_begins_with_it() {
    let mut world = offered();
    world.at(3).accept("ana", 2);
    let case = world.subject.case().unwrap();
    let (accept, work) = (&case.clocks[&4], &case.clocks[&5]);
    assert_eq!((accept.started, accept.stopped), (monday(), Some(monday() + hours(3))));
    assert_eq!((work.started, work.stopped), (monday() + hours(3), None));
    assert!(case.clocks[&1].is_open(), "the case clock never restarts at a handoff");
    assert_eq!(case.clocks[&1].started, monday());
}

#[test]
fn an_unknown_or_empty_process_starts_nothing() {
    let mut world = World::new(SALE);
    let start = |process: Option<&str>| {
        Command::StartCase(StartCase { process: process.map(h), ..StartCase::default() })
    };
    world.when("bo", start(None)).refused("A case without a process needs a title.");
    world.when("bo", start(Some("sales"))).refused("There is no process `sales`.");
    world.when("tick", start(Some("sale"))).refused("Only a person can do this.");
    world.start("bo", &[("amont", "1")]).refused("`Sale` has no field `amont`.");
    world.start("bo", &[("amount", "much")]).refused("amount: `much` is not an amount.");
    assert_eq!(world.numbers, crate::domain::command::Numbers::FIRST, "a refusal takes no number");
    assert_eq!(world.now - monday(), Span::ZERO);
}
