//! What random people try in a random company: processes with everything a process can say, moves that mean
//! something wherever a case is, and what must hold of a case whatever was tried. Decides nothing itself.

use super::world::*;
use crate::domain::absence::Absence;
use crate::domain::calendar::Calendar;
use crate::domain::case::{Case, CaseState, HandoffState, Place, Request, TaskState};
use crate::domain::catalog::{Catalog, Permission, Settings};
use crate::domain::clock::{ClockOn, FollowUp};
use crate::domain::command::{
    AgreeDue, Agreed, ApplyRule, CloseDuplicate, Command, CompleteTask, EndWait, ImportCase, SendBack,
    Snooze, StartCase, TakeAway,
};
use crate::domain::event::{Awaits, Event, SubjectId};
use crate::domain::imported::ImportedRow;
use crate::domain::merge::Merge;
use crate::domain::messages::Message;
use crate::domain::permission::{PermissionChange, PersonChange};
use crate::domain::process::{Improve, Pick, StepKind};
use crate::domain::record::{Contact, Kind};
use crate::domain::review::{self, Verdict};
use crate::domain::schedule::ScheduleOutcome;
use crate::domain::taken::Thing;
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, RecordId, Span, TaskId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A split in a split, with a loop around both.
const NESTED: &str = r#"
process = "nested"
title = "Nested"
kind = "operational"
purpose = "x"
accountable = "sales"
goal = "3 business days"
[data.again]
type = "yes/no"
[[step]]
step = "s"
title = "S"
by = "sales"
goal = "1 business day"
next = { all = ["a", "b"] }
[[step]]
step = "a"
title = "A"
by = "finance"
goal = "4 business hours"
accept = "2 business hours"
next = { all = ["a1", "a2"] }
[[step]]
step = "a1"
title = "A1"
by = "ops"
goal = "4 hours"
accept = "1 hour"
next = "ja"
[[step]]
step = "a2"
title = "A2"
by = "finance"
goal = "4 hours"
accept = "1 hour"
next = "ja"
[[step]]
step = "ja"
title = "JA"
by = "finance"
join = ["a1", "a2"]
goal = "4 hours"
next = "j"
[[step]]
step = "b"
title = "B"
by = "@zoe"
goal = "1 day"
accept = "2 hours"
next = "j"
[[step]]
step = "j"
title = "J"
by = "sales"
join = ["ja", "b"]
goal = "1 day"
gives = ["again"]
next = [{ if = "data.again", to = "s" }, { end = true }]
[[ladder]]
on = "accept"
rungs = [{ at = "0", remind = "responsible", every = "1 business hour", most = 4 }, { at = "+1 business day", escalate = "accountable" }]
[[ladder]]
on = "goal"
rungs = [{ at = "-1 hour", remind = "responsible" }, { at = "+1 hour", escalate = "lead" }]
"#;

/// Parallel branches of which one chooses its way, and one join over two depths of split.
const CHOICE: &str = r#"
process = "choice"
title = "Choice"
kind = "operational"
purpose = "x"
accountable = "@dana"
goal = "2 days"
[data.fast]
type = "yes/no"
[[step]]
step = "s"
title = "S"
by = "ops"
goal = "1 day"
gives = ["fast"]
next = { all = ["x", "y", "z"] }
[[step]]
step = "x"
title = "X"
by = "sales"
goal = "4 hours"
accept = "1 hour"
next = [{ if = "data.fast", to = "m" }, { to = "slow" }]
[[step]]
step = "slow"
title = "Slow"
by = "nobody"
goal = "4 hours"
accept = "1 hour"
next = "m"
[[step]]
step = "m"
title = "M"
by = "sales"
goal = "4 hours"
next = "j"
[[step]]
step = "y"
title = "Y"
by = "finance"
goal = "4 hours"
next = { all = ["y1", "y2"] }
[[step]]
step = "y1"
title = "Y1"
by = "ops"
goal = "4 hours"
next = "j"
[[step]]
step = "y2"
title = "Y2"
by = "finance"
goal = "4 hours"
next = "j"
[[step]]
step = "z"
title = "Z"
by = "ops"
goal = "4 hours"
next = { end = "z" }
[[step]]
step = "j"
title = "J"
by = "finance"
join = ["m", "y1", "y2"]
goal = "4 hours"
checklist = ["All there"]
next = { end = "done" }
[[ladder]]
on = "case"
rungs = [{ at = "0", escalate = "accountable", every = "1 day", most = 2 }]
[[ladder]]
on = "accept"
rungs = [{ at = "0", remind = "responsible" }]
"#;

/// Everything a process can ask for at a handoff, and ladders that do things.
const DEEDS: &str = r#"
[[ladder]]
on = "accept"
rungs = [{ at = "0", release = true }, { at = "+1 hour", reassign = "@zoe" }, { at = "+2 hours", raise = true }]
[[ladder]]
on = "goal"
rungs = [{ at = "-1 hour", exception = "Look at it." }, { at = "0", release = true }, { at = "+1 hour", reassign = "@eli", every = "2 hours", most = 3 }]
"#;

/// Waits, a decision of several, a step for each of a list, a case of another process, rules and a schedule.
const WIDE: &str = r#"
process = "wide"
title = "Wide"
kind = "operational"
purpose = "x"
accountable = "@dana"
goal = "3 days"
[data.items]
type = "list"
[data.on]
type = "date"
[data.fast]
type = "yes/no"
[[step]]
step = "s"
title = "S"
done = "Done."
by = "sales"
goal = "1 day"
gives = ["items"]
next = { all = ["answer", "day", "one", "vote", "other"] }
[[step]]
step = "answer"
title = "Answer"
type = "wait"
message = "answer"
chase = "4 hours"
next = "first"
[[step]]
step = "day"
title = "Day"
type = "wait"
until = "on"
next = "first"
[[step]]
step = "first"
title = "First"
done = "Done."
by = "ops"
goal = "4 hours"
join = ["answer", "day"]
need = 1
late = "cancel"
next = "fin"
[[step]]
step = "one"
title = "One"
done = "Done."
by = "finance"
goal = "4 hours"
accept = "2 hours"
each = "items"
next = "fin"
[[step]]
step = "vote"
title = "Vote"
done = "Done."
type = "decision"
by = "board"
quorum = "2 of 3"
goal = "1 day"
next = [{ on = "approved", to = "fin" }, { on = "rejected", to = "fin" }]
[[step]]
step = "other"
title = "Other"
type = "process"
start = "child"
next = "fin"
[[step]]
step = "fin"
title = "Fin"
done = "Done."
by = "sales"
goal = "1 day"
join = ["first", "one", "vote", "other"]
need = 3
next = { end = "done" }
[[rule]]
rule = "changed"
on = "data.changed"
then = [{ note = "changed" }, { run = "print" }, { start = "child" }]
[[rule]]
rule = "hurry"
on = "late"
then = [{ urgent = true }, { exception = "late" }]
[[schedule]]
every = "RRULE:FREQ=WEEKLY"
[[ladder]]
on = "goal"
rungs = [{ at = "0", remind = "responsible" }, { at = "+1 hour", escalate = "accountable" }]
"#;

/// What another process starts.
const CHILD: &str = r#"
process = "child"
title = "Child"
kind = "operational"
purpose = "x"
accountable = "@ana"
[[step]]
step = "c"
title = "C"
by = "ops"
goal = "4 hours"
accept = "1 hour"
next = { end = true }
"#;

/// How many companies there are.
pub const COMPANIES: usize = 5;

/// What made a company: people of every permission and some roles, and two versions of its process, whose goals,
/// ladder and pauses differ.
pub fn company_events(n: usize) -> Vec<Event> {
    let texts = match n {
        0 => vec![SALE.to_string()],
        1 => vec![NESTED.to_string()],
        2 => vec![CHOICE.to_string()],
        3 => vec![format!("{}{DEEDS}", &SALE[..SALE.find("[[ladder]]").unwrap()])],
        _ => vec![CHILD.to_string(), WIDE.to_string()],
    };
    let texts = texts.iter().map(String::as_str).collect::<Vec<_>>();
    let mut events = events_of(&texts);
    let viewer = Permission::Viewer;
    events.push(Event::PersonAdded { person: h("vi"), name: "Vi".into(), mail: None, permission: viewer });
    let members = vec![h("ana"), h("bo"), h("cy")];
    events.push(Event::RoleAdded { role: h("board"), title: "Board".into(), members, lead: None });
    events.push(Event::KindApplied { kind: customer() });
    let Some(Event::ProcessPublished { process, .. }) =
        events.iter_mut().rfind(|event| matches!(event, Event::ProcessPublished { .. }))
    else {
        unreachable!("every company has a process")
    };
    let mut first = (**process).clone();
    if n == 3 {
        first.decline = vec!["price".to_string()];
        step_of(&mut first, "bill").documents = vec!["Contract".to_string()];
        step_of(&mut first, "bill").pick = Pick::RoundRobin;
        step_of(&mut first, "book").pick = Pick::Previous;
        step_of(&mut first, "sell").pick = Pick::LeastLoaded;
        step_of(&mut first, "check").ask_next = true;
    }
    let mut second = first.clone();
    second.goal = None;
    second.urgent_goal = Some("1 day".parse().unwrap());
    second.ladders.truncate(1);
    second.ladders[0].rungs.reverse();
    for (n, step) in second.steps.iter_mut().enumerate().filter(|(_, step)| step.kind.is_human()) {
        step.pauses_case = n % 2 == 1;
        step.accept = step.accept.filter(|_| n % 3 != 1);
        step.goal = if n % 3 == 2 { None } else { Some("6 hours".parse().unwrap()) };
        step.chase = Some("1 business day".parse().unwrap());
    }
    // The newest, of which cases are begun, is the one with goals.
    *process = Arc::new(second);
    first.improve = Some(Improve {
        metric: "cycle time p85".into(),
        judged: false,
        expect: Some("below 5 days".into()),
        review: "every 30 days".into(),
    });
    events.push(Event::ProcessPublished { version: 2, process: Arc::new(first) });
    events
}

fn customer() -> Kind {
    Kind { handle: h("customer"), title: "Customers".into(), singular: None, fields: vec![] }
}

const EVERYBODY: [&str; 9] = ["ana", "bo", "cy", "eli", "max", "dana", "zoe", "lea", "vi"];

/// One thing somebody tries; what it means depends on where the case is.
#[derive(Debug, Clone, Copy)]
pub struct Move {
    /// What, in 64 parts, and the rest which of them.
    pub what: u16,
    pub which: u8,
    pub who: u8,
    pub minutes: i32,
}

impl Move {
    pub fn who(self) -> Handle {
        h(EVERYBODY[usize::from(self.who) % EVERYBODY.len()])
    }
}

/// Exactly one responsible person for each open branch; nothing open that belongs to none.
pub fn custody(case: &Case, catalog: &Catalog) {
    assert_eq!(crate::domain::faults::faults(case, catalog), [""; 0]);
    if case.state != CaseState::Open {
        assert!(case.branches.is_empty() && case.arrivals.is_empty(), "a closed case has nothing open");
    } else {
        assert!(!case.branches.is_empty(), "an open case is somewhere: {:?}", case.arrivals);
    }
    let (mut handoffs, mut tasks, mut waits) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (n, branch) in &case.branches {
        let responsible = case.responsible(branch).unwrap_or_else(|| panic!("nobody has branch {n}"));
        assert!(catalog.people.contains_key(responsible), "{responsible}");
        match branch.place {
            Place::Task(task) => assert!(tasks.insert(task), "{task} on two branches"),
            Place::Offered(handoff) => {
                assert!(handoffs.insert(handoff), "{handoff} on two branches");
                if let Some(task) = case.handoffs[&handoff].task {
                    assert!(tasks.insert(task), "{task} on two branches");
                    assert_eq!(&case.tasks[&task].holder, responsible, "in hand until somebody accepts");
                }
            }
            Place::Held(handoff) => {
                let state = &case.handoffs[&handoff].state;
                assert!(matches!(state, HandoffState::Declined { .. } | HandoffState::Recalled { .. }));
            }
            Place::Waiting(wait) => assert!(waits.insert(wait), "wait {wait} on two branches"),
        }
        let mut scopes = branch.scopes.clone();
        scopes.dedup();
        assert_eq!(scopes, branch.scopes);
        assert_eq!(branch.line.len(), branch.scopes.len(), "an arm of each split");
        assert!(branch.again.is_none() || !matches!(branch.place, Place::Task(_)), "taken, it is work");
    }
    let open = case.handoffs.iter().filter(|(_, h)| h.state == HandoffState::Offered).map(|(id, _)| *id);
    assert_eq!(open.collect::<BTreeSet<_>>(), handoffs, "every open handoff is one branch's");
    let open = case.tasks.iter().filter(|(_, t)| t.state == TaskState::Open).map(|(id, _)| *id);
    assert_eq!(open.collect::<BTreeSet<_>>(), tasks, "every open task is one branch's");
    let open = case.waits.iter().filter(|(_, w)| w.ended.is_none()).map(|(n, _)| *n);
    assert_eq!(open.collect::<BTreeSet<_>>(), waits, "every open wait is one branch's");
    for (id, task) in &case.tasks {
        assert!(task.delegate.is_none() || task.state == TaskState::Open, "{id} is delegated and ended");
        assert!(!task.superseded || matches!(task.state, TaskState::Done { .. }), "{id} never was done");
    }
    let lines = case.branches.values().map(|b| &b.line).filter(|line| !line.is_empty());
    assert_eq!(lines.clone().collect::<BTreeSet<_>>().len(), lines.count(), "no two branches in one arm");
    let paused = case.paused().next().is_some();
    if let Some((_, clock)) = case.case_clock().filter(|(_, clock)| clock.is_open()) {
        assert_eq!(clock.is_paused(), paused, "the clock of the case stands still while a pause is open");
    }
    assert!(!paused || case.state == CaseState::Open, "a closed case is not paused");
    let mut running = Vec::new();
    for (n, clock) in &case.clocks {
        let fired = clock.fired.iter().map(|f| (f.rung, f.occurrence)).collect::<BTreeSet<_>>();
        assert_eq!(fired.len(), clock.fired.len(), "no rung of clock {n} fires twice");
        if clock.is_open() {
            assert!(!running.contains(&clock.on), "two clocks on {:?}", clock.on);
            running.push(clock.on);
            let alive = match clock.on {
                ClockOn::Case => case.state == CaseState::Open,
                ClockOn::Accept(handoff) | ClockOn::FollowUp(FollowUp::Offer(handoff)) => {
                    handoffs.contains(&handoff)
                }
                ClockOn::Decide(held) => case.branches.values().any(|b| b.place == Place::Held(held)),
                ClockOn::Work(task) => tasks.contains(&task),
                ClockOn::Wait(wait) => waits.contains(&wait),
                ClockOn::FollowUp(FollowUp::Task(task)) => tasks.contains(&task),
                ClockOn::FollowUp(FollowUp::Wait(wait)) => waits.contains(&wait),
                ClockOn::FollowUp(FollowUp::Pause(pause)) => case.pauses[&pause].to.is_none(),
            };
            assert!(alive, "clock {n} outlives what it measures: {:?}", clock.on);
        }
    }
    for id in handoffs {
        let asks = [ClockOn::Accept(id), ClockOn::FollowUp(FollowUp::Offer(id))];
        assert!(asks.iter().any(|on| running.contains(on)), "{id} may lie for ever and nobody hears");
    }
}

/// One of several, whichever the number says.
fn one<T>(of: impl Iterator<Item = T> + Clone, which: u8) -> Option<T> {
    let n = of.clone().count();
    of.into_iter().nth(usize::from(which).checked_rem(n)?)
}

/// Somebody who may take the branch of this move further.
pub fn entitled(catalog: &Catalog, case: &Case, m: Move) -> Option<Handle> {
    let (_, branch) = one(case.branches.iter(), m.which)?;
    if let Place::Offered(handoff) = branch.place {
        let to = &case.handoffs[&handoff].to;
        let receivers = catalog.people.keys().filter(|person| catalog.includes(to, person));
        return one(receivers, m.who).cloned();
    }
    case.responsible(branch).cloned()
}

fn to_party(m: Move) -> Option<Party> {
    ["@ana", "finance", "ops", "@zoe", "nobody", "sales"][m.which as usize % 6].parse().ok()
}

/// Something that can be asked of a case, and may well be refused.
pub fn any_command(case: &Case, m: Move, now: Instant) -> Command {
    let handoff = *case.handoffs.keys().rev().nth(m.which as usize % 3).unwrap_or(&HandoffId(1));
    let task = *case.tasks.keys().rev().nth(m.which as usize % 3).unwrap_or(&TaskId(1));
    let branch = *one(case.branches.keys(), m.which).unwrap_or(&1);
    let at = case.branches.get(&branch).map(|branch| &branch.place);
    let task = match at {
        Some(Place::Task(held)) if m.who < 200 => *held,
        _ => task,
    };
    let to = to_party(m);
    let until = (m.who < 100).then(|| now + Span::HOUR.times(i64::from(m.which)));
    match m.what / 64 % 36 {
        27 if case.state != CaseState::Open => Command::ReopenCase {
            case: case.id,
            reason: "again".into(),
            to: None,
            party: to.filter(|_| m.who > 128),
        },
        27 if m.which < 150 => Command::PauseCase { case: case.id, reason: "p".into(), until },
        27 | 28 => Command::ResumeCase { case: case.id },
        29 if m.who < 60 => Command::SetTags(crate::domain::tags::SetTags {
            on: SubjectId::Case(case.id),
            add: vec![h(["vip", "late", "q1"][m.which as usize % 3])],
            remove: vec![h(["vip", "q1"][m.who as usize % 2])],
        }),
        29 => Command::SetUrgent { case: case.id, urgent: m.which.is_multiple_of(2) },
        30 | 31 => {
            let to = if m.who < 200 { 3_u32.saturating_sub(case.version) } else { u32::from(m.which % 4) };
            Command::MigrateCase { case: case.id, to, map: Vec::new() }
        }
        32 => Command::WaitTask { case: case.id, task, reason: "w".into(), until },
        12 if m.who < 60 => Command::ReadMessages { on: SubjectId::Case(case.id) },
        12 => {
            let text =
                if m.which.is_multiple_of(2) { "n" } else { "@bo, (@finance) and @nobody: see a@b.example" };
            Command::NoteCase { case: case.id, text: text.into() }
        }
        13 => match at {
            Some(Place::Offered(open)) => Command::DeclineHandoff {
                case: case.id,
                handoff: *open,
                reason: crate::domain::event::DeclineReason::NotReady,
                text: "no".into(),
                fix_by: until,
                duplicate_of: None,
            },
            _ => Command::AcceptHandoff { case: case.id, handoff, next_action: None, when: None },
        },
        14 => Command::RecallHandoff { case: case.id, handoff, reason: None },
        15 => {
            let agreed = Agreed { accept_by: until.filter(|_| m.which.is_multiple_of(3)), due: until };
            Command::OfferHandoff { case: case.id, branch, to, note: None, agreed }
        }
        16 if case.tasks.get(&task).is_none_or(|task| task.waiting().is_none()) => {
            Command::WaitTask { case: case.id, task, reason: "w".into(), until: None }
        }
        16 | 17 => Command::ResumeTask { case: case.id, task },
        18 => Command::CompleteTask(CompleteTask {
            to: to.filter(|_| m.who > 128),
            anyway: Some("hurry".into()),
            case: case.id,
            ..complete(task.0, &[])
        }),
        20 | 21 => {
            let steps = case.tasks.values().filter(|t| matches!(t.state, TaskState::Done { .. }));
            let steps = steps.map(|t| t.step.clone()).collect::<Vec<_>>();
            let done = case.tasks.iter().filter(|(_, t)| matches!(t.state, TaskState::Done { .. }));
            let done = done.map(|(id, t)| (*id, t.step.clone())).collect::<Vec<_>>();
            let one_done = one(done.iter().rev(), m.which).filter(|_| m.who.is_multiple_of(2)).cloned();
            let (again, to) = match one_done {
                Some((id, step)) => (Some(id), step),
                None => (None, one(steps.iter().rev(), m.which).cloned().unwrap_or(h("s"))),
            };
            let party = to_party(m).filter(|_| m.who > 200);
            let items = if m.who.is_multiple_of(3) { vec![0] } else { Vec::new() };
            // Now and then nobody says where to.
            let to = Some(to).filter(|_| again.is_some() || m.who % 5 != 1);
            Command::SendBack(SendBack { case: case.id, task, to, again, reason: "r".into(), items, party })
        }
        22 => Command::ReleaseTask { case: case.id, task, note: None },
        23 => {
            let to = h(EVERYBODY[m.which as usize % EVERYBODY.len()]);
            Command::DelegateTask { case: case.id, task, to, note: None }
        }
        24 => Command::ResolveTask { case: case.id, task, note: "r".into() },
        25 => match to_party(m) {
            Some(to) if case.free.len() < 4 => {
                let within = "4 hours".parse().ok();
                Command::AddTask { case: case.id, title: "t".into(), to, within, note: None }
            }
            _ => Command::StartTask { case: case.id, task },
        },
        26 => Command::OfferHandoff {
            case: case.id,
            branch,
            to: "@bo".parse().ok(),
            note: None,
            agreed: Default::default(),
        },
        _ if case.exceptions.get(&1).is_some_and(|e| e.resolved.is_none()) && m.which < 200 => {
            Command::ResolveException { case: case.id, exception: 1, text: "seen".into() }
        }
        33 => Command::Snooze(Snooze { case: case.id, branch, until }),
        34 => Command::AgreeDue(AgreeDue {
            case: case.id,
            task,
            due: until.unwrap_or(now + Span::DAY),
            reason: "r".into(),
        }),
        _ if m.which < 10 => Command::CloseDuplicate(CloseDuplicate {
            case: case.id,
            of: CaseId(2 + i64::from(m.which % 3)),
            text: String::new(),
        }),
        _ if m.which < 20 => Command::WithdrawCase { case: case.id, reason: "w".into() },
        _ if m.which < 90 => Command::StartTask { case: case.id, task },
        _ => Command::ResolveException { case: case.id, exception: 1, text: "seen".into() },
    }
}

/// What whoever gives a command knows when they give it, which may be older than what is true.
pub struct Seen<'s> {
    pub catalog: &'s Catalog,
    pub case: Option<&'s Case>,
    /// The next number of a record and of a case.
    pub numbers: (i64, i64),
    pub now: Instant,
}

/// Anything that can be asked for, and by whom; every command there is. `of_any` is one of each.
pub fn draw(seen: &Seen<'_>, m: Move, of_any: &[Command]) -> (Command, Drawn) {
    let half = |command: Command| {
        let by = if m.who.is_multiple_of(2) { Drawn::Person(m.who()) } else { Drawn::Person(h("dana")) };
        (command, by)
    };
    match (m.what % 64, seen.case) {
        (0..=27, Some(case)) => go_on(seen, case, m).unwrap_or_else(|| half(on_closed(case, m))),
        (28..=43, Some(case)) => {
            let command = any_command(case, m, seen.now);
            let put_to = case.exceptions.values().next_back().and_then(|open| open.to.first());
            let by = match (&command, put_to, m.who % 2) {
                (Command::ResolveException { .. }, Some(to), _) => Some(to.clone()),
                (Command::MigrateCase { .. } | Command::ReopenCase { .. }, ..) => Some(h("dana")),
                (_, _, 0) => None,
                _ => entitled(seen.catalog, case, m),
            };
            (command, Drawn::Person(by.unwrap_or_else(|| m.who())))
        }
        (44..=46, Some(case)) => {
            let (command, by) = half(small_things(seen, case, m));
            let holder = one(case.branches.values(), m.which).and_then(|branch| case.responsible(branch));
            (command, holder.filter(|_| m.who < 128).cloned().map_or(by, Drawn::Person))
        }
        (47..=49, Some(case)) if m.who < 50 => (Command::RunClocks { case: case.id }, Drawn::Tick),
        (47..=49, Some(case)) => (consequence(seen, case, m), Drawn::Rule),
        (50..=52, _) => half(on_the_catalog(seen, m)),
        (53..=54, _) => half(on_records(seen, m)),
        (55, _) => half(import(seen, m)),
        (56..=57, _) => {
            let command = of_any[usize::from(m.what / 64) % of_any.len()].clone();
            match m.who % 8 {
                0 => (command, Drawn::Tick),
                1 => (command, Drawn::Rule),
                _ => half(command),
            }
        }
        _ => half(start(seen, m)),
    }
}

/// Who gives a command that was drawn.
pub enum Drawn {
    Person(Handle),
    Tick,
    Rule,
}

/// Takes one branch a step further, by somebody who may.
fn go_on(seen: &Seen<'_>, of: &Case, m: Move) -> Option<(Command, Drawn)> {
    let (n, branch) = one(of.branches.iter(), m.which)?;
    let case = of.id;
    let by = entitled(seen.catalog, of, m)?;
    let command = match branch.place {
        Place::Offered(handoff) => {
            let (when, next_action) = (Some(seen.now + hours(1)), Some("call".to_string()));
            Command::AcceptHandoff { case, handoff, next_action, when }
        }
        Place::Task(task) if of.tasks[&task].delegate.is_some() => {
            Command::ResolveTask { case, task, note: "r".to_string() }
        }
        Place::Held(_) => Command::OfferHandoff {
            case,
            branch: *n,
            to: "@eli".parse().ok(),
            note: None,
            agreed: Default::default(),
        },
        Place::Waiting(_) => {
            let command = Command::EndWait(EndWait::of(case, *n, "it came".to_string()));
            return Some((command, Drawn::Person(h("dana"))));
        }
        Place::Task(task) => {
            let yes = if m.who.is_multiple_of(3) { "yes" } else { "no" };
            let definition = of.definition(seen.catalog)?;
            let data = definition.data.iter().filter_map(|field| match field.name.as_str() {
                "amount" => Some(("amount", "12")),
                "ok" => Some(("ok", if yes == "yes" { "no" } else { "yes" })),
                "again" => Some(("again", yes)),
                "fast" => Some(("fast", yes)),
                "items" => Some(("items", "p, q")),
                _ => None,
            });
            let data = data.collect::<Vec<_>>();
            let asked = definition.steps.iter().flat_map(|step| &step.documents);
            let documents = asked.map(|title| (title.clone(), "x".to_string())).collect();
            let step = definition.step(&of.tasks[&task].step)?;
            let decides = matches!(step.kind, StepKind::Decision { .. });
            let review = review::reviewed(of).is_some();
            let outcome = match review {
                true => Verdict::ALL[usize::from(m.who % 3)].word(),
                false if m.who.is_multiple_of(3) => "rejected",
                false => "approved",
            };
            Command::CompleteTask(CompleteTask {
                case,
                all_checked: true,
                documents,
                outcome: decides.then(|| outcome.to_string()),
                reason: decides.then(|| "so it is".to_string()),
                ..complete(task.0, &data)
            })
        }
    };
    Some((command, Drawn::Person(by)))
}

/// What is left to do where nothing is open, or nobody could take it.
fn on_closed(case: &Case, m: Move) -> Command {
    match m.which % 3 {
        0 => Command::NoteCase { case: case.id, text: "n".into() },
        1 => Command::ReopenCase { case: case.id, reason: "again".into(), to: None, party: None },
        _ => Command::WithdrawCase { case: case.id, reason: "w".into() },
    }
}

fn small_things(seen: &Seen<'_>, of: &Case, m: Move) -> Command {
    let case = of.id;
    let open = one(of.branches.values(), m.which).map(|branch| &branch.place);
    let task = match open {
        Some(Place::Task(task)) => *task,
        _ => *of.tasks.keys().next_back().unwrap_or(&TaskId(1)),
    };
    match m.what / 64 % 8 {
        0 => Command::CheckItem { case, task, item: u32::from(m.which % 3), done: m.who < 200 },
        1 => {
            let fields = of.definition(seen.catalog).map(|process| process.data.clone()).unwrap_or_default();
            let text = |name: &str| match name {
                "amount" => "13",
                "items" => "x, y, z",
                "on" => "2026-11-17",
                _ => "yes",
            };
            let data =
                fields.iter().filter(|_| m.which < 200).map(|f| (f.name.clone(), text(&f.name).into()));
            Command::ChangeData { case, data: data.collect() }
        }
        2 => Command::EndWait(EndWait::of(case, u32::from(m.which % 8) + 1, "t")),
        3 => {
            let to = to_party(m).unwrap_or(Party::Person(h("zoe")));
            Command::ChangeAccountable { case, to, reason: None }
        }
        4 => Command::Snooze(Snooze {
            case,
            branch: *of.branches.keys().next().unwrap_or(&1),
            until: (m.which < 200).then(|| seen.now + hours(i64::from(m.which))),
        }),
        5 => Command::WaitTask { case, task, reason: "w".into(), until: None },
        6 => Command::ResumeTask { case, task },
        _ => Command::WithdrawCase { case, reason: "w".into() },
    }
}

/// What the desk gives when something has happened, whether or not it did.
fn consequence(seen: &Seen<'_>, of: &Case, m: Move) -> Command {
    let case = of.id;
    let mut open = of.requests.iter().filter(|(_, request)| request.is_open());
    let request = open.clone().find(|(_, request)| matches!(request, Request::Case { .. })).or(open.next());
    let waits = of.waits.values().filter(|wait| wait.ended.is_none());
    let waits = waits.filter_map(|wait| if let Awaits::Case(n) = wait.awaits { Some(n) } else { None });
    let process = seen.catalog.processes.keys().next_back().cloned().unwrap_or(h("sale"));
    match (m.what / 64 % 6, request) {
        (0..=2, Some((request, Request::Case { .. }))) => {
            let no = "nobody could".to_string();
            let child = CaseId(seen.numbers.1 - 1);
            Command::LinkCase { case, request: *request, to: if m.which < 128 { Ok(child) } else { Err(no) } }
        }
        (0 | 1, Some((request, Request::Run { .. }))) => {
            Command::EndRun { case, request: *request, ok: m.which < 128, output: "o".into() }
        }
        (0 | 1, _) => {
            let request = waits.max().unwrap_or(1);
            Command::CaseEnded { case, request, outcome: (m.which < 128).then(|| "done".into()) }
        }
        (2 | 3, _) => {
            let rule = if m.which < 128 { h("changed") } else { h("hurry") };
            Command::ApplyRule(ApplyRule { case, rule, as_of: Box::new(of.clone()), chain: vec![] })
        }
        (4, _) => {
            let (schedule, times, outcome) = (h("schedule-1"), 1, ScheduleOutcome::Superseded);
            let at = seen.now + hours(i64::from(m.which));
            Command::NoteSchedule { process, schedule, at, times, outcome }
        }
        _ => Command::BeginReview { process },
    }
}

fn on_the_catalog(seen: &Seen<'_>, m: Move) -> Command {
    let person = h(EVERYBODY[m.which as usize % EVERYBODY.len()]);
    match m.what / 64 % 10 {
        8 => {
            let settings = seen.catalog.settings.clone().unwrap();
            Command::ChangeSettings {
                settings: Settings { company: format!("Test {}", m.which), ..settings },
            }
        }
        9 => Command::ApplyKind { kind: Kind { title: format!("Customers {}", m.which), ..customer() } },
        0 => {
            let (from, to) = (6 + m.which % 5, 13 + m.which % 7);
            let text = format!(
                "[calendar.office]\nzone = \"UTC\"\nopen = {{ mon-fri = \"{from:02}:00-{to}:00\" }}\n"
            );
            let definition = Arc::new(Calendar::parse_file(&text).unwrap().remove(&h("office")).unwrap());
            Command::ApplyCalendar { calendar: h("office"), definition }
        }
        1 | 2 => {
            let from = seen.now - hours(i64::from(m.which % 3));
            let until = seen.now + hours(i64::from(m.who) + 1);
            let substitute =
                (m.which < 200).then(|| h(EVERYBODY[usize::from(m.which / 3) % EVERYBODY.len()]));
            Command::SetAway { person, absence: Absence { from, until, substitute, note: None } }
        }
        3 => {
            // Few are away.
            let away = seen.catalog.people.iter().find(|(_, known)| !known.absences.is_empty());
            let (person, absence) = match away {
                Some((person, known)) => (person.clone(), known.absences.first()),
                None => (person, None),
            };
            let from = absence.map_or(seen.now, |absence| absence.from);
            match m.which % 4 {
                0 => Command::TakeAway(TakeAway::of(Thing::Absence { person, from })),
                1 => {
                    let thing = Thing::Lead(h(["sales", "finance", "ops", "board"][usize::from(m.who % 4)]));
                    Command::TakeAway(TakeAway::of(thing))
                }
                _ => Command::ComeBack { person },
            }
        }
        4 => {
            let (add, remove) = (vec![person], vec![h(["bo", "ana", "max"][usize::from(m.who % 3)])]);
            let remove = if m.who < 128 { remove } else { vec![] };
            let role = h(["sales", "finance", "ops", "board"][usize::from(m.which % 4)]);
            Command::ChangeRole { role, add, remove, lead: m.who.is_multiple_of(5).then(|| h("zoe")) }
        }
        5 => {
            let newest = seen.catalog.processes.iter().next_back();
            let versions = newest.map(|(_, versions)| versions.as_slice()).unwrap_or_default();
            match versions.first() {
                Some(first) => Command::PublishProcess { process: first.clone() },
                None => Command::ComeBack { person },
            }
        }
        6 if m.which.is_multiple_of(2) => {
            // Some of it is there already, is somebody else's, or is not known: refused or left out.
            let some = |n: usize, of: [&str; 3]| Some(of[n % 3].to_string());
            let login = ["asmith", "bo", "bberg"][usize::from(m.which / 2 % 3)].to_string();
            let (logins, logins_gone) =
                if m.who.is_multiple_of(3) { (vec![], vec![login]) } else { (vec![login], vec![]) };
            Command::ChangePerson(PersonChange {
                zone: some(usize::from(m.which / 2), ["Asia/Tokyo", "", "Europe/Lisbon"]),
                calendar: some(usize::from(m.who / 4), ["office", "", "nowhere"])
                    .filter(|_| m.which.is_multiple_of(8)),
                logins,
                logins_gone,
                ..PersonChange::of(person)
            })
        }
        6 => {
            let permission = Permission::ALL[usize::from(m.who % 4)].0;
            Command::ChangePermission(PermissionChange { person, on: None, permission: Some(permission) })
        }
        _ => {
            let person = h(&format!("new{}", m.which % 4));
            let roles = vec![h("sales")];
            let permission = Permission::ALL[usize::from(m.who % 4)].0;
            Command::AddPerson { person, name: "New".into(), mail: None, permission, roles }
        }
    }
}

fn on_records(seen: &Seen<'_>, m: Move) -> Command {
    let next = seen.numbers.0;
    let record = RecordId(1 + i64::from(m.which) % (next - 1).max(1));
    let into = RecordId(1 + i64::from(m.who) % (next - 1).max(1));
    match m.what / 64 % 8 {
        0 | 1 => Command::AddRecord { kind: h("customer"), name: format!("R{}", m.which), fields: vec![] },
        2 => Command::ChangeRecord { record, name: Some(format!("N{}", m.who)), fields: vec![] },
        3 => {
            let contact = Contact { name: "c".into(), mail: None, phone: None };
            match m.which % 3 {
                0 => Command::ChangeContact { record, was: contact, contact: None },
                _ => Command::AddContact { record, contact },
            }
        }
        4 if m.which.is_multiple_of(2) => {
            Command::AddFile { record, title: "f".into(), reference: format!("{}", m.who) }
        }
        4 => Command::NoteRecord { record, text: "n".into() },
        5 => Command::ArchiveRecord { record, reason: None },
        6 if m.which.is_multiple_of(3) => {
            let told = Message { number: 1, from: None, text: "m".into(), at: seen.now, to: vec![m.who()] };
            let messages = if m.who.is_multiple_of(2) { vec![told] } else { Vec::new() };
            Command::Merge(Merge::TakeOver {
                record,
                from: into,
                name: "gone".into(),
                messages,
                contacts: vec![],
            })
        }
        6 => Command::Merge(Merge::Record { record, into, kind: h("customer") }),
        _ => match seen.case {
            Some(case) => Command::Merge(Merge::Case { case: case.id, into }),
            None => Command::NoteRecord { record, text: "n".into() },
        },
    }
}

fn import(seen: &Seen<'_>, m: Move) -> Command {
    let (process, versions) = seen.catalog.processes.iter().next_back().unwrap();
    let resource = (m.which < 200).then(|| m.who());
    let (start, end) = (monday() - Span::DAY, monday());
    let rows = vec![ImportedRow { step: 0, start, end, resource }; usize::from(m.which % 3)];
    Command::ImportCase(ImportCase {
        attributes: None,
        whole: None,
        process: process.clone(),
        version: versions.len() as u32,
        foreign: format!("{} {} {}", seen.numbers.1, seen.now.0, m.what),
        accountable: "@bo".parse().unwrap(),
        shift: Span::ZERO,
        rows,
        open: None,
    })
}

fn start(seen: &Seen<'_>, m: Move) -> Command {
    let process = one(seen.catalog.processes.keys(), m.which).cloned();
    let process = process.filter(|_| !(m.what / 64).is_multiple_of(4));
    let due = (m.who < 60).then(|| seen.now + hours(i64::from(m.which)));
    let about = m.who.is_multiple_of(5).then(|| (RecordId(1), h("customer"), "Hansen".to_string()));
    let title = (process.is_none() || m.who > 200).then(|| "Case".to_string());
    let to = to_party(m).filter(|_| m.who.is_multiple_of(7));
    let accountable = process.is_none().then(|| Party::Person(m.who())).filter(|_| m.who.is_multiple_of(2));
    let (urgent, tags) = (m.who.is_multiple_of(11), vec![]);
    let (data, note, parent) = (vec![], None, None);
    Command::StartCase(StartCase {
        process,
        title,
        about,
        data,
        to,
        note,
        urgent,
        parent,
        accountable,
        tags,
        due,
        documents: vec![],
        anyway: m.who.is_multiple_of(3).then(|| "later".to_string()),
    })
}
