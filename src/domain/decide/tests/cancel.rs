//! Ending branches before their end leaves nothing of them open.

use super::world::*;
use crate::domain::case::TaskState;
use crate::domain::command::Context;
use crate::domain::decide::{cancel, draft::Draft};
use crate::domain::event::OpId;
use crate::domain::{HandoffId, TaskId};

const SPLIT: &str = r#"
process = "split"
title = "Split"
kind = "operational"
purpose = "x"
accountable = "@dana"
goal = "5 days"
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
by = "finance"
accept = "4 hours"
goal = "1 day"
next = "j"
[[step]]
step = "j"
title = "J"
by = "ops"
join = ["a", "b", "c"]
goal = "1 day"
next = { end = true }
"#;

#[test]
fn cancelled_branches_end_wherever_they_are_with_all_their_work_and_say_what_ended() {
    let mut world = World::started(SPLIT, "max");
    world.done("max", 1, &[]);
    world.done("max", 2, &[]);
    assert_eq!(world.lies(), ["3: b max", "4: c max", "2: a waits at j"]);
    let ctx = Context::by(&h("max"), world.now, OpId(uuid::Uuid::from_u128(99)));
    let mut draft = Draft::of(world.subject.case().unwrap(), &world.catalog, &ctx, world.numbers).unwrap();
    // A branch that is not there is passed over.
    cancel::cancel(&mut draft, &[2, 3, 4, 9]);
    let (events, _) = draft.finish();
    let said = events.iter().map(brief).collect::<Vec<_>>();
    assert_eq!(
        said,
        [
            "2 cancelled, closes a waiting at j",
            "3 cancelled, closes T-3 b, work clock of T-3",
            "4 cancelled, closes H-4, acceptance clock of H-4",
        ]
    );
    for event in events {
        world.happen(&ctx, event);
    }
    assert_eq!(world.lies(), [""; 0]);
    let case = world.subject.case().unwrap();
    assert_eq!(case.tasks[&TaskId(3)].state, TaskState::Closed { at: world.now });
    assert_eq!(case.handoffs[&HandoffId(4)].state.word(), "closed");
    let open = case.clocks.iter().filter(|(_, clock)| clock.is_open()).map(|(n, _)| *n);
    assert_eq!(open.collect::<Vec<_>>(), [1], "only the clock of the case runs on");
}
