//! What `faults` says of cases that no decision would have made.

use super::world::*;
use crate::domain::command::{Command, Context};
use crate::domain::event::{ClockStart, Event, OpId, Outcome};
use crate::domain::faults::faults;
use crate::domain::goal::{Goal, Unit};
use crate::domain::{CaseId, HandoffId, TaskId};

const FORK: &str = r#"
process = "p"
title = "P"
kind = "operational"
purpose = "x"
accountable = "@dana"
[[step]]
step = "s"
title = "S"
by = "ops"
goal = "1 day"
next = { all = ["a", "b", "c"] }
[[step]]
step = "a"
title = "A"
by = "ops"
goal = "1 day"
next = "j"
[[step]]
step = "b"
title = "B"
by = "ops"
goal = "1 day"
next = "j"
[[step]]
step = "c"
title = "C"
by = "ops"
goal = "1 day"
next = { end = true }
[[step]]
step = "j"
title = "J"
by = "ops"
goal = "1 day"
join = ["a", "b"]
next = { end = true }
"#;

impl World {
    /// Lets events happen that nobody decided, and says what is wrong then.
    fn damaged(mut self, events: Vec<Event>) -> Vec<String> {
        assert_eq!(faults(self.subject.case().unwrap(), &self.catalog), [""; 0], "sound before");
        let ctx = Context::by(&h("max"), self.now, OpId(uuid::Uuid::nil()));
        for event in events {
            self.happen(&ctx, event);
        }
        faults(self.subject.case().unwrap(), &self.catalog)
    }
}

/// T-1 (`s`) is done; T-2, T-3 and T-4 are `a`, `b` and `c` on the branches 2, 3 and 4.
fn forked() -> World {
    let mut world = World::started(FORK, "max");
    world.done("max", 1, &[]);
    assert_eq!(world.places(), ["2: a max", "3: b max", "4: c max"]);
    world
}

fn arrived(branch: u32, join: &str, from: &str) -> Event {
    Event::BranchArrived { branch, join: h(join), from: h(from) }
}

fn start(clock: u32, calendar_version: u32) -> Option<ClockStart> {
    let goal = Goal { count: 1, unit: Unit::Day };
    Some(ClockStart { clock, goal, calendar: h("office"), calendar_version, until: None, climbs: None })
}

fn finished(task: i64) -> Event {
    Event::TaskDone {
        task: TaskId(task),
        data: Default::default(),
        outcome: None,
        reason: None,
        documents: vec![],
    }
}

/// H-50, on a branch, for a step.
fn offered(branch: u32, step: &str, from: &str, clock: Option<ClockStart>) -> Event {
    let to = "@max".parse().unwrap();
    let (handoff, step, from) = (HandoffId(50), h(step), h(from));
    Event::HandoffOffered {
        handoff,
        branch,
        step,
        occurrence: 2,
        from,
        to,
        task: None,
        note: None,
        clock,
        due: None,
        follow_up: None,
    }
}

#[test]
fn nobody_of_the_company_is_responsible_or_the_step_is_not_there() {
    let said = forked().damaged(vec![finished(2), offered(2, "a", "ghost", None)]);
    assert_eq!(said, ["ghost, who is responsible for branch 2, is nobody here"]);
    let said = forked().damaged(vec![finished(2), offered(2, "nowhere", "max", None)]);
    assert_eq!(said, ["branch 2 is at `nowhere`, a step the process does not have"]);
}

#[test]
fn work_and_offers_that_no_branch_is_at() {
    let said = forked().damaged(vec![Event::BranchEnded { branch: 2, outcome: None, late: None }]);
    assert_eq!(said, ["T-2 is in hand and no branch is there"]);
    let ended = Event::BranchEnded { branch: 2, outcome: None, late: None };
    let said = forked().damaged(vec![finished(2), offered(2, "a", "max", None), ended]);
    assert_eq!(said, ["H-50 is offered and no branch is there"]);
    let mut passed_on = offered(2, "a", "max", None);
    if let Event::HandoffOffered { task, .. } = &mut passed_on {
        *task = Some(TaskId(99));
    }
    let said = forked().damaged(vec![finished(2), passed_on]);
    assert_eq!(said, ["H-50 passes work on that there is not"]);
}

#[test]
fn an_open_case_with_nothing_open_and_a_closed_one_with_something() {
    let ended = |branch| Event::BranchEnded { branch, outcome: None, late: None };
    let all = vec![finished(2), finished(3), finished(4), ended(2), ended(3), ended(4)];
    assert_eq!(forked().damaged(all), ["it is open and nothing of it is"]);
    let closed = Event::CaseDone { outcome: None };
    let late = offered(9, "a", "max", None);
    let said = forked().damaged(vec![closed.clone(), late.clone()]);
    assert_eq!(said, ["it is closed and something of it is open"]);
    let recalled = Event::HandoffRecalled { handoff: HandoffId(50), reason: None, clock: None };
    let said = forked().damaged(vec![closed, late, recalled, arrived(9, "j", "a")]);
    assert_eq!(said, ["it is closed and something of it waits at a join"]);
}

#[test]
fn an_arrival_where_there_is_no_join_for_it() {
    for (join, from, said) in [
        ("nowhere", "a", "branch 2 waits at `nowhere`, a step the process does not have"),
        ("c", "a", "branch 2 waits at `c`, which is no join"),
        ("j", "c", "branch 2 waits at `j`, which does not wait for `c`"),
    ] {
        assert_eq!(forked().damaged(vec![finished(2), arrived(2, join, from)]), [said]);
    }
}

#[test]
fn an_arrival_whose_set_can_never_be_or_is_there_already() {
    let gone = Event::BranchEnded { branch: 3, outcome: None, late: None };
    let said = forked().damaged(vec![finished(2), finished(3), arrived(2, "j", "a"), gone]);
    assert_eq!(said, ["branch 2 waits at `j` for `b`, from where nothing can come"]);
    let both = vec![finished(2), finished(3), arrived(2, "j", "a"), arrived(3, "j", "b")];
    let whole = |n| format!("branch {n} waits at `j` although everything it waits for is there");
    assert_eq!(forked().damaged(both), [2, 3].map(whole));
    let mut waiting = forked();
    waiting.done("max", 2, &[]);
    assert_eq!(waiting.damaged(Vec::new()), [""; 0], "`b` may still come");
}

#[test]
fn a_clock_that_measures_nothing_open_or_has_stopped_too_early() {
    let recalled = Event::HandoffRecalled { handoff: HandoffId(50), reason: None, clock: None };
    // The second offer under the same number forgets the clock of the first.
    let (first, again) = (offered(2, "a", "max", start(20, 1)), offered(2, "a", "max", None));
    let said = forked().damaged(vec![finished(2), first, again, recalled.clone()]);
    assert_eq!(said, ["clock 20 runs and measures nothing that is open"]);
    let said = forked().damaged(vec![finished(2), offered(2, "a", "max", start(20, 9))]);
    assert_eq!(said, ["clock 20 counts by version 9 of `office`, which there is not"]);
    // Another clock of the same number takes the place of one that measures work.
    let mine = forked().subject.case().unwrap().tasks[&TaskId(3)].clock.unwrap();
    let said = forked().damaged(vec![finished(2), offered(2, "a", "max", start(mine, 1)), recalled]);
    assert_eq!(said, [format!("T-3 is open and clock {mine}, which measures it, has stopped")]);
}

#[test]
fn a_rung_that_had_the_same_turn_twice() {
    let fired = |occurrence| Event::RungFired {
        clock: 1,
        rung: 0,
        occurrence,
        due: monday(),
        outcome: Outcome::Superseded,
        remind: Vec::new(),
        escalate: Vec::new(),
        did: Vec::new(),
        version: None,
        missed: 0,
    };
    assert_eq!(forked().damaged(vec![fired(0), fired(1)]), [""; 0]);
    let said = forked().damaged(vec![fired(0), fired(1), fired(0)]);
    assert_eq!(said, ["rung 1 of clock 1 had its turn 1 twice"]);
}

#[test]
fn a_case_of_a_version_that_is_not_there() {
    let mut world = forked();
    world.catalog.processes.clear();
    let said = faults(world.subject.case().unwrap(), &world.catalog);
    assert_eq!(said, ["it runs version 1 of `p`, which there is not"]);
}

#[test]
fn numbers_are_passed_as_they_were_taken() {
    let mut world = forked();
    world.when("max", Command::WithdrawCase { case: CaseId(1), reason: "x".into() });
    let mut passed = crate::domain::command::Numbers::FIRST;
    world.entries.iter().rev().for_each(|entry| passed.pass(entry));
    assert_eq!(passed, world.numbers);
}

/// Two that do the step side by side, and a wait for a message behind them.
fn side_by_side() -> World {
    let head = &FORK[..FORK.find("[[step]]").unwrap()];
    let text = format!(
        "{head}[data.items]\ntype = \"list\"\n\
         [[step]]\nstep = \"e\"\ntitle = \"E\"\nby = \"ops\"\ngoal = \"1 day\"\neach = \"items\"\nnext = \"w\"\n\
         [[step]]\nstep = \"w\"\ntitle = \"W\"\ntype = \"wait\"\nmessage = \"m\"\nchase = \"1 day\"\nnext = {{ end = true }}\n"
    );
    let mut world = World::new(&text);
    world.start("max", &[("items", "pen, ink")]);
    world
}

#[test]
fn of_several_side_by_side_one_waits_only_while_others_are_at_work() {
    let mut world = side_by_side();
    let first = *world.subject.case().unwrap().tasks.keys().next().unwrap();
    world.done("max", first.0, &[]);
    let places = world.places();
    assert!(places.len() == 2 && places[1].ends_with("e waits at e"), "{places:?}");
    let [open] = world.subject.case().unwrap().branches.keys().copied().collect::<Vec<_>>()[..] else {
        panic!()
    };
    let task = *world.subject.case().unwrap().tasks.keys().next_back().unwrap();
    let found =
        world.damaged(vec![finished(task.0), Event::BranchEnded { branch: open, outcome: None, late: None }]);
    assert!(
        found.iter().any(|said| said.ends_with("waits at `e` although all the others are done")),
        "{found:?}"
    );
}

#[test]
fn a_wait_and_what_is_asked_again_go_on_where_a_branch_is() {
    let mut world = side_by_side();
    for task in world.subject.case().unwrap().tasks.keys().copied().collect::<Vec<_>>() {
        world.done("max", task.0, &[]);
    }
    world.when("max", Command::PauseCase { case: CASE, reason: "x".into(), until: None });
    let [branch] = world.subject.case().unwrap().branches.keys().copied().collect::<Vec<_>>()[..] else {
        panic!()
    };
    assert!(world.places()[0].contains(": w "), "{:?}", world.places());
    let found = world.damaged(vec![Event::BranchEnded { branch, outcome: None, late: None }]);
    assert!(found.contains(&"wait 1 goes on and no branch is there".to_string()), "{found:?}");
}
