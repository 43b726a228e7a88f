//! Where work goes: splits, joins and passes.

use super::world::*;
use crate::domain::command::{Command, CompleteTask};
use crate::domain::event::Event;

pub(super) fn process(steps: &str) -> String {
    format!(
        "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@dana\"\n\
         [data.again]\ntype = \"yes/no\"\n[data.a]\ntype = \"text\"\n[data.b]\ntype = \"text\"\n{steps}"
    )
}

pub(super) fn step(name: &str, more: &str) -> String {
    format!("[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\nby = \"ops\"\ngoal = \"1 day\"\n{more}\n")
}

const AGAIN: &str = "[{ if = \"data.again\", to = \"s\" }, { end = true }]";

/// `ops` is max alone, so that every step is in hand at once and a test is about the flow only.
pub(super) fn run(steps: &[String]) -> World {
    World::started(&process(&steps.concat()), "max")
}

pub(super) fn task_of(world: &World, step: &str) -> i64 {
    let case = world.subject.case().unwrap();
    let open = case.tasks.iter().filter(|(_, t)| t.ended().is_none() && t.step == h(step));
    open.map(|(id, _)| id.0).next_back().unwrap_or_else(|| panic!("no open {step}: {:?}", world.places()))
}

pub(super) fn done(world: &mut World, step: &str, data: &[(&str, &str)]) -> Said {
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
    assert_eq!(world.lies(), ["3: j max"]);
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
        assert_eq!(last, Some(Event::CaseNoted { text: "mind the dog".into(), to: vec![] }), "{why}");
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

/// Whether the last joining is one within a set that meets again later.
fn within(world: &World) -> bool {
    let joined = world.entries.iter().rev().find_map(|entry| match &entry.event {
        Event::BranchesJoined { within, .. } => Some(*within),
        _ => None,
    });
    joined.expect("nothing has joined")
}

/// Ways that meet again at a step which waits for nobody, or which only they come to, are not waited for.
#[test]
fn what_a_part_is_enough_for_is_of_its_split_only_where_both_come_to_one_join() {
    let part = |more: &str| {
        let mut steps = vec![
            step("v", "next = \"j\""),
            step("w", "next = \"j\""),
            step("j", "join = [\"v\", \"w\"]\nneed = 1\nnext = \"x\""),
        ];
        steps.insert(0, step("s", &format!("next = {{ all = [\"v\", \"w\"{more}] }}")));
        steps
    };
    let joined = |more: &str, others: &[String]| {
        let mut world = run(&[part(more), others.to_vec()].concat());
        done(&mut world, "s", &[]);
        done(&mut world, "v", &[]);
        within(&world)
    };
    let end = "next = { end = true }";
    let both = [step("c", "next = \"x\""), step("x", &format!("join = [\"j\", \"c\"]\n{end}"))];
    assert!(joined(", \"c\"", &both));
    let merge = [step("c", "next = \"x\""), step("x", end)];
    assert!(!joined(", \"c\"", &merge), "each comes to x by itself");
    let apart = [
        step("x", end),
        step("c", "next = \"k\""),
        step("d", "next = \"k\""),
        step("k", &format!("join = [\"c\", \"d\"]\n{end}")),
    ];
    assert!(!joined(", \"c\", \"d\"", &apart), "they meet without it");
    let later = [
        step("x", "next = { all = [\"p\", \"q\"] }"),
        step("p", "next = \"k\""),
        step("q", "next = \"k\""),
        step("k", &format!("join = [\"p\", \"q\"]\n{end}")),
    ];
    assert!(!joined("", &later), "the late one comes to it through this join alone");
}

#[test]
fn a_way_left_out_says_nothing_of_the_others() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", { to = \"b\", if = \"data.again\" }, \"c\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = \"j\""),
        step("c", "next = \"j\""),
        step("j", "join = [\"a\", \"b\", \"c\"]\nnext = { end = true }"),
    ]);
    done(&mut world, "s", &[("again", "no")]);
    done(&mut world, "a", &[]).then(&["T-2 done", "2 arrived at j from a"]);
    assert_eq!(world.places(), ["3: c max", "2: a waits at j"]);
    done(&mut world, "c", &[]);
    assert_eq!(world.places(), ["3: j max"]);
}

/// The tasks of a step, of each pass under way, in the order they came.
fn tasks(world: &World, step: &str) -> Vec<i64> {
    let all = world.subject.case().unwrap().tasks.iter();
    all.filter(|(_, task)| task.step == h(step)).map(|(id, _)| id.0).collect()
}

fn visits(world: &World, step: &str) -> u32 {
    world.subject.case().unwrap().visits.get(&h(step)).copied().unwrap_or(0)
}

#[test]
fn a_split_in_a_split_waits_for_nothing_of_another_pass() {
    for order in [["a1", "a2", "b"], ["b", "a1", "a2"], ["a1", "b", "a2"]] {
        let mut world = run(&[
            step("s", "next = { all = [\"a\", \"b\", \"more\"] }"),
            step("a", "next = { all = [\"a1\", \"a2\"] }"),
            step("a1", "next = \"j\""),
            step("a2", "next = \"j\""),
            step("b", "next = \"j\""),
            step("more", &format!("next = {AGAIN}")),
            step("j", "join = [\"a1\", \"a2\", \"b\"]\nnext = { end = true }"),
        ]);
        done(&mut world, "s", &[]);
        done(&mut world, "a", &[]);
        done(&mut world, "more", &[("again", "yes")]);
        done(&mut world, "s", &[]);
        done(&mut world, "a", &[]);
        // The second pass first, and all of the first is still to come.
        for name in order {
            assert_eq!(visits(&world, "j"), 0, "{order:?}");
            let task = tasks(&world, name)[1];
            world.done("max", task, &[]);
        }
        assert_eq!(visits(&world, "j"), 1, "{order:?}: {:?}", world.places());
        for name in order {
            let task = tasks(&world, name)[0];
            world.done("max", task, &[]);
        }
        assert_eq!(visits(&world, "j"), 2, "{order:?}: {:?}", world.places());
    }
}

/// What waits before a join that cancels is ended by its own pass alone.
#[test]
fn a_join_that_cancels_ends_nothing_that_waits_of_another_pass() {
    // A check of so many passes that cancel takes long; the rule is not about that.
    let steps = [
        step("s", "next = { all = [\"a\", \"b\", \"more\"] }"),
        step("b", "next = { all = [\"b1\", \"b2\"] }"),
        step("b1", "next = \"bj\""),
        step("b2", "next = \"bj\""),
        step("bj", "join = [\"b1\", \"b2\"]\nnext = \"j\""),
        step("a", "next = \"j\""),
        step("more", &format!("next = {AGAIN}")),
        step("j", "join = [\"a\", \"bj\"]\nnext = { end = true }"),
    ];
    let mut world = World::of(company_of(&process(&steps.concat()), |process| {
        let join = step_of(process, "j");
        (join.need, join.late) = (Some(1), crate::domain::process::Late::Cancel);
    }));
    world.start("max", &[]);
    done(&mut world, "s", &[]);
    done(&mut world, "b", &[]);
    done(&mut world, "b1", &[]);
    done(&mut world, "more", &[("again", "yes")]);
    done(&mut world, "s", &[]);
    let task = tasks(&world, "a")[1];
    world.done("max", task, &[]);
    let waits = world.places().into_iter().filter(|place| place.contains("waits at bj")).count();
    assert_eq!(waits, 1, "{:?}", world.places());
}

/// A join that went on in one pass lets the branches of another come to it all the same.
#[test]
fn enough_for_one_pass_is_not_enough_for_the_next_under_way() {
    let mut world = run(&[
        step("s", "next = { all = [\"p\", \"q\", \"more\"] }"),
        step("p", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = \"j\""),
        step("j", "join = [\"a\", \"b\"]\nneed = 1\nnext = \"k\""),
        step("q", "next = \"k\""),
        step("more", &format!("next = {AGAIN}")),
        step("k", "join = [\"j\", \"q\"]\nnext = { end = true }"),
    ]);
    done(&mut world, "s", &[]);
    done(&mut world, "p", &[]);
    done(&mut world, "a", &[]);
    done(&mut world, "j", &[]);
    assert_eq!(visits(&world, "k"), 0, "the first pass waits for its q");
    done(&mut world, "more", &[("again", "yes")]);
    done(&mut world, "s", &[]);
    done(&mut world, "p", &[]);
    let task = tasks(&world, "q")[1];
    world.done("max", task, &[]);
    assert_eq!(visits(&world, "k"), 0, "and the second for its j: {:?}", world.places());
    done(&mut world, "a", &[]);
    done(&mut world, "j", &[]);
    assert_eq!(visits(&world, "k"), 1);
}

#[test]
fn why_nobody_is_offered_what_is_said_is_that_of_this_way_and_not_of_another_that_waits() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\", \"c\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = \"j\""),
        step("c", "next = { end = true }"),
        step("j", "join = [\"a\", \"b\"]\nnext = { end = true }"),
    ]);
    done(&mut world, "s", &[]);
    done(&mut world, "a", &[]);
    let to = Some("@bo".parse().unwrap());
    let task = task_of(&world, "c");
    world
        .when("max", Command::CompleteTask(CompleteTask { to, ..complete(task, &[]) }))
        .refused("After `c` nothing is offered to @bo: its way ends there.");
}

#[test]
fn a_withdrawn_case_has_nothing_that_waits_at_a_join() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = \"j\""),
        step("j", "join = [\"a\", \"b\"]\nnext = { end = true }"),
    ]);
    done(&mut world, "s", &[]);
    done(&mut world, "a", &[]);
    world.when("dana", Command::WithdrawCase { case: CASE, reason: "x".into() });
    assert_eq!(world.places(), [""; 0]);
}

/// What was done on the way to a split lies behind what comes after it has met again, inside another split too.
#[test]
fn what_was_done_before_a_split_inside_a_split_lies_behind_what_follows_it() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = { all = [\"p\", \"q\"] }"),
        step("p", "next = \"ja\""),
        step("q", "next = \"ja\""),
        step("ja", "join = [\"p\", \"q\"]\nnext = { end = true }"),
        step("b", "next = { end = true }"),
    ]);
    for name in ["s", "a", "p", "q"] {
        done(&mut world, name, &[]);
    }
    let case = world.subject.case().unwrap();
    let behind = crate::domain::decide::ways_back(
        case,
        world.catalog.process(&case.process, case.version).unwrap(),
        crate::domain::TaskId(task_of(&world, "ja")),
    );
    let behind = behind.iter().map(|id| case.tasks[id].step.as_str()).collect::<Vec<_>>();
    assert_eq!(behind, ["s", "a", "p", "q"], "and what has come together, of which one can be done again");
}

/// A condition asks a decision table of its process while work is sent on.
#[test]
fn a_decision_table_decides_where_work_goes() {
    let table = "[table.t]\nhit = \"first\"\ninputs = [\"data.a\"]\noutputs = [\"who\"]\nrows = [[\"'x'\", \"boss\"], [\"-\", \"me\"]]\n";
    let steps = [
        step("s", "next = [{ if = \"table.t.who == 'boss'\", to = \"b\" }, { to = \"m\" }]"),
        step("b", "next = { end = true }"),
        step("m", "next = { end = true }"),
    ];
    for (a, to) in [("x", "1: b max"), ("y", "1: m max")] {
        let mut world = World::started(&process(&format!("{}{table}", steps.concat())), "max");
        done(&mut world, "s", &[("a", a)]);
        assert_eq!(world.places(), [to]);
    }
}

#[test]
fn a_step_done_for_each_of_a_list_may_wait_for_a_set_first() {
    let text = process(
        &[
            step("s", "next = { all = [\"a\", \"b\", \"c\"] }"),
            step("c", "next = { end = true }"),
            step("a", "next = \"e\""),
            step("b", "next = \"e\""),
            step("e", "join = [\"a\", \"b\"]\neach = \"items\"\nnext = { end = true }"),
        ]
        .concat(),
    );
    let mut world = World::new(&text.replacen("[data.a]", "[data.items]\ntype = \"list\"\n[data.a]", 1));
    world.start("max", &[("items", "pen, ink")]);
    done(&mut world, "s", &[]);
    done(&mut world, "a", &[]);
    assert_eq!(world.places(), ["3: b max", "4: c max", "2: a waits at e"]);
    done(&mut world, "b", &[]);
    assert_eq!(visits(&world, "e"), 2, "whatever c does: {:?}", world.places());
    done(&mut world, "c", &[]);
    done(&mut world, "e", &[]);
    assert_eq!(world.places().len(), 2, "one is at work and one waits for it");
    assert_eq!(done(&mut world, "e", &[]).0.last().unwrap(), "case done: -");
}

#[test]
fn a_join_that_enough_come_to_counts_on_nobody_who_may_end_elsewhere() {
    let way = "[{ if = \"data.again\", to = \"j\" }, { end = true }]";
    let steps = [
        step("s", "gives = [\"again\"]\nnext = { all = [\"x\", \"y\", \"z\"] }"),
        step("x", "next = \"j\""),
        step("y", "next = \"j\""),
        step("z", &format!("next = {way}")),
        step("j", &format!("join = [\"x\", \"y\", \"z\"]\nneed = 2\ngives = [\"again\"]\nnext = {AGAIN}")),
    ];
    let process = crate::domain::process_check::read(&process(&steps.concat()), &Default::default()).0;
    assert!(process.is_some(), "`check` lets it be");
    let mut world = run(&steps);
    // Twice round: `z` ends elsewhere after the join has gone on, and before it has.
    done(&mut world, "s", &[("again", "no")]);
    done(&mut world, "x", &[]);
    done(&mut world, "y", &[]);
    done(&mut world, "z", &[]);
    done(&mut world, "j", &[("again", "yes")]);
    done(&mut world, "s", &[("again", "no")]);
    done(&mut world, "z", &[]);
    done(&mut world, "y", &[]);
    assert_eq!(world.places().len(), 2, "the second round waits for two of its own: {:?}", world.places());
    done(&mut world, "x", &[]);
    done(&mut world, "j", &[("again", "yes")]);
    // The third round: the last one comes late, and ends at the join.
    done(&mut world, "s", &[("again", "yes")]);
    done(&mut world, "x", &[]);
    done(&mut world, "z", &[]);
    done(&mut world, "j", &[("again", "no")]);
    done(&mut world, "y", &[]).0.last().map(|last| assert_eq!(last, "case done: -")).unwrap();
}
