//! Where work goes: splits, joins and passes.

use super::world::*;
use crate::domain::command::{Command, CompleteTask};
use crate::domain::event::Event;

fn process(steps: &str) -> String {
    format!(
        "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@dana\"\n\
         [data.again]\ntype = \"yes/no\"\n[data.a]\ntype = \"text\"\n[data.b]\ntype = \"text\"\n{steps}"
    )
}

fn step(name: &str, more: &str) -> String {
    format!("[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\nby = \"ops\"\ngoal = \"1 day\"\n{more}\n")
}

const AGAIN: &str = "[{ if = \"data.again\", to = \"s\" }, { end = true }]";

/// `ops` is max alone, so that every step is in hand at once and a test is about the flow only.
fn run(steps: &[String]) -> World {
    World::started(&process(&steps.concat()), "max")
}

fn task_of(world: &World, step: &str) -> i64 {
    let case = world.subject.case().unwrap();
    let open = case.tasks.iter().filter(|(_, t)| t.ended().is_none() && t.step == h(step));
    open.map(|(id, _)| id.0).next_back().unwrap_or_else(|| panic!("no open {step}: {:?}", world.places()))
}

fn done(world: &mut World, step: &str, data: &[(&str, &str)]) -> Said {
    let task = task_of(world, step);
    world.done("max", task, data)
}

#[test]
fn a_join_waits_for_its_whole_set_whatever_the_order() {
    for order in [["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"]] {
        let mut world = run(&[
            step("s", "next = { all = [\"a\", \"b\", \"c\"] }"),
            step("a", "next = \"j\""),
            step("b", "next = \"j\""),
            step("c", "next = \"j\""),
            step("j", "join = [\"a\", \"b\", \"c\"]\nnext = { end = \"all there\" }"),
        ]);
        done(&mut world, "s", &[]);
        assert_eq!(world.places(), ["2: a max", "3: b max", "4: c max"]);
        done(&mut world, order[0], &[]);
        done(&mut world, order[1], &[]);
        assert_eq!(world.places().len(), 3, "{:?}", world.places());
        done(&mut world, order[2], &[]);
        let case = world.subject.case().unwrap();
        assert_eq!((case.branches.len(), case.arrivals.len()), (1, 0));
        assert_eq!(case.branches.values().next().unwrap().scopes, [0u32; 0], "outside the split again");
        done(&mut world, "j", &[]).0.last().map(|last| assert_eq!(last, "case done: all there")).unwrap();
    }
}

#[test]
fn a_loop_opens_a_new_pass_and_no_arrival_of_the_old_one_is_left() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = \"j\""),
        step("j", &format!("join = [\"a\", \"b\"]\nnext = {AGAIN}")),
    ]);
    for pass in 1..=3 {
        done(&mut world, "s", &[]);
        done(&mut world, "b", &[]);
        assert_eq!(world.places().len(), 2, "pass {pass} waits for its own a: {:?}", world.places());
        done(&mut world, "a", &[]);
        let visits = world.subject.case().unwrap().visits[&h("j")];
        assert_eq!(visits, pass);
        done(&mut world, "j", &[("again", "yes")]);
    }
}

/// Two passes are open at once: each `b` waits for the `a` of its own pass.
#[test]
fn arrivals_of_two_passes_under_way_are_kept_apart() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\", \"more\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = \"j\""),
        step("j", "join = [\"a\", \"b\"]\nnext = { end = true }"),
        step("more", &format!("next = {AGAIN}")),
    ]);
    done(&mut world, "s", &[]);
    done(&mut world, "more", &[("again", "yes")]);
    done(&mut world, "s", &[]);
    let case = world.subject.case().unwrap();
    let of = |step: &str| {
        case.tasks.iter().filter(|(_, t)| t.step == h(step)).map(|(id, _)| id.0).collect::<Vec<_>>()
    };
    let (a, b) = (of("a"), of("b"));
    world.done("max", a[0], &[]);
    world.done("max", b[1], &[]);
    assert!(!world.subject.case().unwrap().visits.contains_key(&h("j")), "{:?}", world.places());
    world.done("max", a[1], &[]);
    assert_eq!(world.subject.case().unwrap().visits[&h("j")], 1);
    world.done("max", b[0], &[]);
    assert_eq!(world.subject.case().unwrap().visits[&h("j")], 2);
}

#[test]
fn a_split_in_a_split_joins_inside_before_it_joins_outside() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = { all = [\"a1\", \"a2\"] }"),
        step("a1", "next = \"ja\""),
        step("a2", "next = \"ja\""),
        step("ja", "join = [\"a1\", \"a2\"]\nnext = \"j\""),
        step("b", "next = \"j\""),
        step("j", &format!("join = [\"ja\", \"b\"]\nnext = {AGAIN}")),
    ]);
    for again in ["yes", "no"] {
        for name in ["s", "a", "b", "a1"] {
            done(&mut world, name, &[]);
        }
        assert_eq!(world.places().len(), 3, "{:?}", world.places());
        for name in ["a2", "ja"] {
            done(&mut world, name, &[]);
        }
        done(&mut world, "j", &[("again", again)]);
    }
    assert!(matches!(world.subject.case().unwrap().state, crate::domain::case::CaseState::Done { .. }));
}

/// The check lets it pass, so a case of it must not stand still for ever.
#[test]
fn branches_of_a_split_and_of_a_split_inside_it_meet_in_one_join_in_every_order() {
    let orders =
        [["a1", "a2", "b", "c"], ["b", "a1", "c", "a2"], ["c", "a2", "b", "a1"], ["a2", "b", "a1", "c"]];
    for order in orders {
        let mut world = run(&[
            step("s", "next = { all = [\"a\", \"b\", \"c\"] }"),
            step("a", "next = { all = [\"a1\", \"a2\"] }"),
            step("a1", "next = \"j\""),
            step("a2", "next = \"j\""),
            step("b", "next = \"j\""),
            step("c", "next = { end = true }"),
            step("j", &format!("join = [\"a1\", \"a2\", \"b\"]\nnext = {AGAIN}")),
        ]);
        for pass in 1..=2 {
            done(&mut world, "s", &[]);
            done(&mut world, "a", &[]);
            for name in order {
                done(&mut world, name, &[]);
            }
            assert_eq!(
                world.subject.case().unwrap().visits.get(&h("j")),
                Some(&pass),
                "{:?}",
                world.places()
            );
            done(&mut world, "j", &[("again", if pass == 1 { "yes" } else { "no" })]);
        }
        assert!(matches!(world.subject.case().unwrap().state, crate::domain::case::CaseState::Done { .. }));
    }
}

/// A way of a split that leads straight to a join has no work of its own to come from.
#[test]
fn a_way_of_a_split_may_lead_straight_to_the_join() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = { all = [\"j\", \"c\"] }"),
        step("c", "next = { end = true }"),
        step("j", "join = [\"a\", \"b\"]\nnext = { end = true }"),
    ]);
    done(&mut world, "s", &[]);
    done(&mut world, "a", &[]);
    done(&mut world, "b", &[]);
    assert_eq!(world.places(), ["4: j max", "5: c max"]);
    let from = world
        .subject
        .case()
        .unwrap()
        .handoffs
        .values()
        .find(|h| h.step.as_str() == "j")
        .unwrap()
        .from_step
        .clone();
    assert_eq!(from, Some(h("b")));
}

#[test]
fn a_branch_before_its_set_is_complete_answers_only_for_what_it_gives() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\"] }"),
        step("a", "gives = [\"a\"]\nnext = \"j\""),
        step("b", "gives = [\"b\"]\nnext = \"j\""),
        step("j", "join = [\"a\", \"b\"]\nneeds = [\"a\", \"b\"]\nnext = { end = true }"),
    ]);
    done(&mut world, "s", &[]);
    done(&mut world, "a", &[]).refused("T-2 cannot be sent on yet. Missing: a.");
    done(&mut world, "a", &[("a", "here")]).then(&["T-2 done", "2 arrived at j from a"]);
    // Somebody took it away meanwhile: whoever completes the set answers for everything.
    let data = texts(&[("a", "")]);
    world.when("max", crate::domain::command::Command::ChangeData { case: CASE, data });
    done(&mut world, "b", &[("b", "here")]).refused("T-3 cannot be sent on yet. Missing: a.");
    done(&mut world, "b", &[("b", "here"), ("a", "again")]).then(&[
        "T-3 done",
        "3 arrived at j from b",
        "3 joined [2] at j",
        "H-4 on 3: j#1 from max to ops",
        "H-4 accepted by max as T-4 implicit [4: 1 day]",
    ]);
}

/// A journal may hold it although no sound process brings it about.
#[test]
fn a_second_arrival_of_the_same_branch_is_recorded_and_ignored() {
    use crate::domain::command::Context;
    use crate::domain::event::{Event, OpId};
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = \"j\""),
        step("j", "join = [\"a\", \"b\"]\nnext = { end = true }"),
    ]);
    done(&mut world, "s", &[]);
    let ctx = Context::by(&h("max"), monday(), OpId(uuid::Uuid::nil()));
    for _ in 0..2 {
        world.happen(&ctx, Event::BranchArrived { branch: 2, join: h("j"), from: h("a") });
    }
    assert_eq!(world.subject.case().unwrap().arrivals.len(), 1);
    done(&mut world, "b", &[]).0.iter().find(|said| *said == "3 joined [2] at j").expect("one other");
    assert_eq!(world.places(), ["3: j max"]);
}

#[test]
fn work_for_several_at_once_takes_no_receiver() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = { end = true }"),
        step("b", "next = { end = \"b\" }"),
    ]);
    let to = Some("@zoe".parse().unwrap());
    let sent = crate::domain::command::CompleteTask { to, ..complete(1, &[]) };
    let sent = crate::domain::command::Command::CompleteTask(sent);
    world.when("max", sent).refused("From `s` the work goes to 2 steps at once.");
    done(&mut world, "s", &[]);
    done(&mut world, "b", &[]).then(&["T-3 done", "3 ended"]);
    done(&mut world, "a", &[]).then(&["T-2 done", "2 ended", "case done: b"]);
}

/// A sender who says something to nobody hears so, or finds it on the case.
#[test]
fn what_is_said_where_nothing_is_handed_over_is_kept_or_refused_and_never_lost() {
    let said = |task: i64, to: Option<&str>, note: &str| {
        let (to, note) = (to.map(|to| to.parse().unwrap()), Some(note.to_string()));
        Command::CompleteTask(CompleteTask { to, note, all_checked: true, ..complete(task, &[]) })
    };
    let (ends, wait) = ("next = { end = true }", "type = \"wait\"\nmessage = \"m\"");
    let j = format!("join = [\"x\", \"y\"]\n{ends}");
    for (x, y, after, why) in [
        (ends, ends, "", "its way ends there"),
        ("next = \"j\"", "next = \"j\"", j.as_str(), "it waits at `j` for the others"),
        ("next = \"j\"", ends, &format!("{wait}\n{ends}"), "nobody takes what comes next"),
    ] {
        let mut steps = vec![step("s", "next = { all = [\"x\", \"y\"] }"), step("x", x), step("y", y)];
        steps.extend(Some(step("j", after)).filter(|_| !after.is_empty()));
        if after.starts_with(wait) {
            steps[3] = steps[3].replace("by = \"ops\"\ngoal = \"1 day\"\n", "");
        }
        let mut world = run(&steps);
        world.done("max", 1, &[]);
        world
            .when("max", said(2, Some("@ana"), ""))
            .refused(&format!("After `x` nothing is offered to @ana: {why}."));
        world.when("max", said(2, None, "mind the dog"));
        let last = world.entries.last().map(|entry| entry.event.clone());
        assert_eq!(last, Some(Event::CaseNoted { text: "mind the dog".into() }), "{why}");
        // With the last of all, whoever is offered the work has it, and the case has it once.
        world.when("max", said(3, None, "and the cat"));
        let cat = world.entries.iter().filter(|entry| format!("{:?}", entry.event).contains("and the cat"));
        assert_eq!(cat.count(), 1, "{why}");
    }
    let mut world = run(&[step("s", ends)]);
    let refused = "After `s` nothing is offered to finance: the case ends there.";
    world.when("max", said(1, Some("finance"), "")).refused(refused);
    world.when("max", said(1, None, "  ")).then(&["T-1 done", "1 ended", "case done: -"]);
}
