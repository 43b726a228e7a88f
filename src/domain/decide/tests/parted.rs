//! Sending back into what has come together: within a split, out of one inside another, and to one of a list.

use super::flow::{done, process, run, step, task_of};
use super::world::*;
use crate::domain::TaskId;
use crate::domain::command::{Command, SendBack};
use crate::domain::faults::faults;

fn ask(task: i64, to: &str, again: Option<i64>) -> Command {
    let (to, again, reason) = (Some(h(to)), again.map(TaskId), "wrong".to_string());
    Command::SendBack(SendBack {
        case: CASE,
        task: TaskId(task),
        to,
        again,
        reason,
        items: vec![],
        party: None,
    })
}

fn back(world: &mut World, from: &str, to: &str) -> Said {
    let task = task_of(world, from);
    world.when("max", ask(task, to, None))
}

#[track_caller]
fn sound(world: &World) {
    let case = world.subject.case().unwrap();
    assert_eq!(faults(case, &world.catalog), [""; 0]);
}

fn superseded(world: &World) -> Vec<String> {
    let case = world.subject.case().unwrap();
    case.tasks.values().filter(|t| t.superseded).map(|t| t.step.to_string()).collect()
}

#[test]
fn one_branch_is_done_again_and_the_join_waits_for_it_with_what_the_others_brought() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\", \"c\"] }"),
        step("a", "next = \"a2\""),
        step("a2", "next = \"j\""),
        step("b", "next = \"j\""),
        step("c", "next = \"j\""),
        step("j", "join = [\"a2\", \"b\", \"c\"]\nnext = \"k\""),
        step("k", "next = { end = true }"),
    ]);
    for name in ["s", "c", "a", "a2", "b", "j"] {
        done(&mut world, name, &[]);
    }
    back(&mut world, "k", "a").then(&[
        "T-7 back to T-2, supersedes T-5+T-6",
        "H-8 on 2: a#2 from max to @max",
        "H-8 accepted by max as T-8 implicit [8: 1 day]",
    ]);
    assert_eq!(world.places(), ["2: a max", "4: c waits at j", "3: b waits at j"]);
    assert_eq!(superseded(&world), ["a2", "j"], "what the others did stays");
    sound(&world);
    done(&mut world, "a", &[]);
    done(&mut world, "a2", &[]);
    assert_eq!(world.subject.case().unwrap().visits[&h("j")], 2, "a new pass");
    done(&mut world, "j", &[]);
    // And once more, to another of them and from further on.
    back(&mut world, "k", "b");
    assert_eq!(world.places().len(), 3, "{:?}", world.places());
    sound(&world);
    for name in ["b", "j", "k"] {
        done(&mut world, name, &[]);
    }
    assert!(world.subject.case().unwrap().branches.is_empty());
}

#[test]
fn what_goes_back_into_a_split_ends_what_has_begun_since_and_nothing_else() {
    let mut world = run(&[
        step("s", "next = { all = [\"x\", \"o\"] }"),
        step("o", "next = { end = true }"),
        step("x", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = \"j\""),
        step("j", "join = [\"a\", \"b\"]\nnext = { all = [\"p\", \"q\"] }"),
        step("p", "next = { end = true }"),
        step("q", "next = { end = true }"),
    ]);
    for name in ["s", "x", "a", "b", "j"] {
        done(&mut world, name, &[]);
    }
    let said = back(&mut world, "p", "b");
    assert!(said.0.iter().any(|line| line.starts_with("7 cancelled")), "q has begun since: {said:?}");
    assert_eq!(world.places(), ["3: o max", "5: b max", "4: a waits at j"]);
    sound(&world);
    for name in ["b", "j", "p", "q", "o"] {
        done(&mut world, name, &[]);
    }
    assert!(world.subject.case().unwrap().branches.is_empty());
}

/// The work lies in a split inside one arm of another: both joins wait again.
#[test]
fn out_of_a_split_in_a_split_both_joins_wait_again() {
    for (again, places) in [
        ("p", vec!["4: p max", "3: b waits at j", "5: q waits at ja"]),
        ("a", vec!["2: a max", "3: b waits at j"]),
        ("ja", vec!["4: ja max", "3: b waits at j"]),
    ] {
        let mut world = run(&[
            step("s", "next = { all = [\"a\", \"b\"] }"),
            step("a", "next = { all = [\"p\", \"q\"] }"),
            step("p", "next = \"ja\""),
            step("q", "next = \"ja\""),
            step("ja", "join = [\"p\", \"q\"]\nnext = \"j\""),
            step("b", "next = \"j\""),
            step("j", "join = [\"ja\", \"b\"]\nnext = { end = true }"),
        ]);
        for name in ["s", "a", "b", "p", "q", "ja"] {
            done(&mut world, name, &[]);
        }
        assert_eq!(world.places().len(), 1);
        back(&mut world, "j", again);
        assert_eq!(world.places().iter().filter(|p| !p.contains("waits")).count(), 1);
        let now = world.places();
        assert!(now[0].ends_with(&places[0][2..]), "{again}: {now:?}");
        assert_eq!(now.len(), places.len(), "{again}: {now:?}");
        sound(&world);
        let rest: &[&str] = match again {
            "p" => &["p", "ja", "j"],
            "a" => &["a", "p", "q", "ja", "j"],
            _ => &["ja", "j"],
        };
        rest.iter().for_each(|name| _ = done(&mut world, name, &[]));
        assert!(world.subject.case().unwrap().branches.is_empty(), "{again}");
    }
}

/// Arms of a split, and of one inside it, all meet in one join: what lies before the inner split takes both along.
#[test]
fn work_before_an_inner_split_takes_all_its_arms_along() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = { all = [\"p\", \"q\"] }"),
        step("p", "next = \"j\""),
        step("q", "next = \"j\""),
        step("b", "next = \"j\""),
        step("j", "join = [\"p\", \"q\", \"b\"]\nnext = { end = true }"),
    ]);
    for name in ["s", "a", "p", "q", "b"] {
        done(&mut world, name, &[]);
    }
    back(&mut world, "j", "a");
    assert_eq!(world.places().len(), 2, "{:?}", world.places());
    assert_eq!(superseded(&world), ["p", "q"]);
    sound(&world);
    for name in ["a", "p", "q", "j"] {
        done(&mut world, name, &[]);
    }
    assert!(world.subject.case().unwrap().branches.is_empty());
}

#[test]
fn where_some_are_enough_as_many_are_waited_for_again() {
    for late in ["continue", "cancel"] {
        let mut world = run(&[
            step("s", "next = { all = [\"a\", \"b\", \"c\"] }"),
            step("a", "next = \"j\""),
            step("b", "next = \"j\""),
            step("c", "next = \"j\""),
            step(
                "j",
                &format!(
                    "join = [\"a\", \"b\", \"c\"]\nneed = 2\nlate = \"{late}\"\nnext = {{ end = true }}"
                ),
            ),
        ]);
        for name in ["s", "a", "b"] {
            done(&mut world, name, &[]);
        }
        back(&mut world, "j", "a");
        sound(&world);
        let open = if late == "cancel" { 2 } else { 3 };
        assert_eq!(world.places().len(), open, "{late}: {:?}", world.places());
        // The one that was late is as good as the one that is done again, where it goes on.
        done(&mut world, if late == "cancel" { "a" } else { "c" }, &[]);
        assert_eq!(world.subject.case().unwrap().visits[&h("j")], 2, "{late}");
        sound(&world);
        if late == "continue" {
            done(&mut world, "a", &[]);
        }
        done(&mut world, "j", &[]);
        assert!(world.subject.case().unwrap().branches.is_empty(), "{late}");
    }
}

#[test]
fn in_a_loop_the_newest_pass_is_taken_apart_and_an_older_one_when_it_is_named() {
    for (named, superseding) in [(false, vec!["j"]), (true, vec!["j", "k", "s", "a", "b", "j"])] {
        let mut world = run(&[
            step("s", "next = { all = [\"a\", \"b\"] }"),
            step("a", "next = \"j\""),
            step("b", "next = \"j\""),
            step("j", "join = [\"a\", \"b\"]\nnext = \"k\""),
            step("k", "next = [{ if = \"data.again\", to = \"s\" }, { end = true }]"),
        ]);
        for again in ["yes", "no"] {
            for name in ["s", "a", "b", "j"] {
                done(&mut world, name, &[]);
            }
            if again == "yes" {
                done(&mut world, "k", &[("again", again)]);
            }
        }
        let case = world.subject.case().unwrap();
        let first = case.tasks.iter().find(|(_, t)| t.step == h("a")).map(|(id, _)| id.0);
        let k = task_of(&world, "k");
        world.when("max", ask(k, "a", first.filter(|_| named)));
        assert_eq!(world.places().len(), 2, "{:?}", world.places());
        assert_eq!(superseded(&world), superseding);
        sound(&world);
        done(&mut world, "a", &[]);
        done(&mut world, "j", &[]);
        done(&mut world, "k", &[("again", "no")]);
        assert!(world.subject.case().unwrap().branches.is_empty());
    }
}

#[test]
fn of_a_list_the_one_that_is_named_is_done_again() {
    let text = process(
        &[
            step("s", "next = \"e\""),
            step("e", "each = \"items\"\nnext = \"x\""),
            step("x", "next = { end = true }"),
        ]
        .concat(),
    );
    let mut world = World::new(&text.replacen("[data.a]", "[data.items]\ntype = \"list\"\n[data.a]", 1));
    world.start("max", &[("items", "pen, ink, pad")]);
    for name in ["s", "e", "e", "e"] {
        done(&mut world, name, &[]);
    }
    let x = task_of(&world, "x");
    let case = world.subject.case().unwrap();
    let ink = case.tasks.iter().find(|(_, t)| case.item_of(t) == Some("ink")).unwrap().0.0;
    let refused = world.when("max", ask(x, "e", None)).0;
    assert!(refused[0].starts_with("no: `e` was done for each of a list."), "{refused:?}");
    world.when("max", ask(x, "e", Some(x))).refused("T-5 is no work of `e` that T-5 can go back to.");
    world.when("max", ask(x, "e", Some(ink)));
    assert_eq!(world.places().len(), 3, "{:?}", world.places());
    let case = world.subject.case().unwrap();
    let items = case.branches.values().map(|branch| branch.item.as_deref()).collect::<Vec<_>>();
    assert_eq!(items, [Some("ink")], "and says which it is");
    sound(&world);
    done(&mut world, "e", &[]);
    assert_eq!(world.places().len(), 1);
    done(&mut world, "x", &[]);
    assert!(world.subject.case().unwrap().branches.is_empty());
}

/// Work on one of a list that goes back to before the list is about nothing of it any more.
#[test]
fn back_to_before_a_list_the_work_is_about_none_of_it() {
    let text =
        process(&[step("s", "next = \"e\""), step("e", "each = \"items\"\nnext = { end = true }")].concat());
    let mut world = World::new(&text.replacen("[data.a]", "[data.items]\ntype = \"list\"\n[data.a]", 1));
    world.start("max", &[("items", "pen, ink")]);
    done(&mut world, "s", &[]);
    back(&mut world, "e", "s");
    let case = world.subject.case().unwrap();
    assert_eq!(case.branches.values().map(|b| b.item.clone()).collect::<Vec<_>>(), [None]);
    done(&mut world, "s", &[]);
    assert_eq!(world.places().len(), 2, "{:?}", world.places());
    sound(&world);
}

#[test]
fn within_an_open_split_the_refusal_says_when_it_can_go_there() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = \"j\""),
        step("j", "join = [\"a\", \"b\"]\nnext = { end = true }"),
    ]);
    done(&mut world, "s", &[]);
    done(&mut world, "b", &[]);
    back(&mut world, "a", "b").refused(
        "`b` was done in a branch beside that of T-2; work goes back there once they have come together.",
    );
}

/// The join did not wait for it, so what came after the join lies ahead of it.
#[test]
fn a_late_branch_goes_back_to_before_the_split_and_not_to_what_went_on_without_it() {
    let mut world = run(&[
        step("s", "next = { all = [\"a\", \"b\", \"c\"] }"),
        step("a", "next = \"j\""),
        step("b", "next = \"j\""),
        work("c", "sales", "next = \"j\""),
        step("j", "join = [\"a\", \"b\", \"c\"]\nneed = 2\nlate = \"continue\"\nnext = \"k\""),
        step("k", "next = { end = true }"),
    ]);
    for name in ["s", "a", "b", "j"] {
        done(&mut world, name, &[]);
    }
    world.accept("bo", 4);
    let late = task_of(&world, "c");
    world.when("bo", ask(late, "j", None)).refused("`j` was not done on the way to");
    let case = world.subject.case().unwrap();
    let (_, process) = world.catalog.newest(&case.process).unwrap();
    let ways = crate::domain::decide::ways_back(case, process, TaskId(late));
    assert_eq!(ways, [TaskId(1)], "it goes back to what came before the split");
    sound(&world);
}

#[test]
fn taken_up_again_at_one_arm_a_join_finds_what_the_others_brought() {
    let steps = |b: &str| {
        [
            step("s", "next = { all = [\"a\", \"b\"] }"),
            step("a", "next = \"j\""),
            step("b", &format!("next = {b}")),
            step("j", "join = [\"a\", \"b\"]\nnext = { end = true }"),
        ]
    };
    let again = |b: &str, first: &[&str]| {
        let mut world = run(&steps(b));
        first.iter().for_each(|name| drop(done(&mut world, name, &[])));
        let reason = "once more".to_string();
        world.when("max", Command::ReopenCase { case: CASE, reason, to: Some(h("a")), party: None });
        done(&mut world, "a", &[]);
        let case = world.subject.case().unwrap();
        (world.places(), case.exceptions.len())
    };
    let (places, told) = again("\"j\"", &["s", "a", "b", "j"]);
    assert_eq!((places.len(), told), (1, 0), "{places:?}");
    assert!(places[0].contains("j max"));
}
