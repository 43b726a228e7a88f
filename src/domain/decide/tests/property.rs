//! What must hold whatever people do in whatever order, with time jumping forwards and backwards.

use super::world::*;
use crate::domain::calendar::Calendar;
use crate::domain::case::{Case, CaseState, HandoffState, Place, TaskState};
use crate::domain::catalog::Catalog;
use crate::domain::clock::{ClockOn, FollowUp};
use crate::domain::command::{AgreeDue, Command, CompleteTask, Context, SendBack, Snooze};
use crate::domain::event::{Event, OpId, SubjectId};
use crate::domain::fold::{Subject, fold};
use crate::domain::process::Pick;
use crate::domain::rows::{Row, RowKey, changes, rows};
use crate::domain::{Handle, HandoffId, Instant, Party, Span, TaskId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

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

/// Each with a second version: one whose goals, ladder and pauses differ.
static COMPANIES: LazyLock<[Catalog; 4]> = LazyLock::new(|| {
    let text = format!("{}{DEEDS}", &SALE[..SALE.find("[[ladder]]").unwrap()]);
    let asking = company_of(&text, |process| {
        process.decline = vec!["price".to_string()];
        step_of(process, "bill").documents = vec!["Contract".to_string()];
        step_of(process, "bill").pick = Pick::RoundRobin;
        step_of(process, "book").pick = Pick::Previous;
        step_of(process, "sell").pick = Pick::LeastLoaded;
        step_of(process, "check").ask_next = true;
    });
    [company(&[SALE]), company(&[NESTED]), company(&[CHOICE]), asking].map(in_two_versions)
});

fn in_two_versions(mut catalog: Catalog) -> Catalog {
    let versions = catalog.processes.values_mut().next().unwrap();
    let mut second = (*versions[0]).clone();
    second.goal = None;
    second.urgent_goal = Some("1 day".parse().unwrap());
    second.ladders.truncate(1);
    second.ladders[0].rungs.reverse();
    for (n, step) in second.steps.iter_mut().enumerate() {
        step.pauses_case = n % 2 == 1;
        step.accept = step.accept.filter(|_| n % 3 != 1);
        step.goal = if n % 3 == 2 { None } else { Some("6 hours".parse().unwrap()) };
        step.chase = Some("1 business day".parse().unwrap());
    }
    versions.push(Arc::new(second));
    catalog
}

const EVERYBODY: [&str; 7] = ["ana", "bo", "cy", "eli", "max", "dana", "zoe"];

/// One thing somebody tries; what it means depends on where the case is.
#[derive(Debug, Clone, Copy)]
struct Move {
    what: u8,
    which: u8,
    who: u8,
    minutes: i32,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    of_length(1..40)
}

fn of_length(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Move>> {
    let minutes = prop_oneof![6 => 0..300, 1 => -600..0, 1 => 0..20_000];
    let one = (any::<u8>(), any::<u8>(), any::<u8>(), minutes).prop_map(|(what, which, who, minutes)| Move {
        what,
        which,
        who,
        minutes,
    });
    proptest::collection::vec(one, length)
}

/// How many kinds of moves there are; going on is several of them.
const KINDS: u8 = 36;

struct Play {
    world: World,
    /// The rows as the store would have them: only ever changed by what `changes` says.
    stored: BTreeMap<RowKey, Row>,
    before: Vec<Row>,
    taken_back: Vec<(&'static str, OpId)>,
    ops: u128,
}

impl Play {
    fn new(company: usize) -> Play {
        let world = World::of(COMPANIES[company].clone());
        Play { world, stored: BTreeMap::new(), before: Vec::new(), taken_back: Vec::new(), ops: 1 << 64 }
    }

    fn try_move(&mut self, m: Move) {
        self.world.now = self.world.now + Span::MINUTE.times(i64::from(m.minutes));
        let who = EVERYBODY[m.who as usize % EVERYBODY.len()];
        let Some(case) = self.world.subject.case().cloned() else {
            // It was never begun, or its beginning was taken back.
            if !self.world.entries.is_empty() {
                return self.redo();
            }
            self.world.start(who, &[]);
            return self.written();
        };
        match m.what % KINDS {
            0..=6 | 33.. => self.go_on(&case, m),
            7 if m.which < 130 => self.redo(),
            7 | 8 => self.undo((m.which < 60).then_some(who)),
            9 => self.redo(),
            10 | 11 => {
                // What is done again might rest on what was there before.
                if !self.world.tick().0.is_empty() {
                    self.taken_back.clear();
                }
                self.written();
                assert_eq!(self.world.tick().0, [""; 0], "a second tick of the same instant does nothing");
            }
            12 if m.which < 40 => self.edit_calendar(m.which),
            _ => {
                let command = any_command(&case, m, self.world.now);
                // Half of the time somebody who may.
                let put_to = case.exceptions.get(&1).and_then(|exception| exception.to.first());
                let by = match (m.who % 2, &command, put_to) {
                    (_, Command::ResolveException { .. }, Some(to)) => to.to_string(),
                    (_, Command::MigrateCase { .. } | Command::ReopenCase { .. }, _) => "dana".to_string(),
                    (0, ..) => who.to_string(),
                    _ => entitled(&self.world.catalog, &case, m).unwrap_or(who.to_string()),
                };
                if self.world.when(&by, command).0.first().is_some_and(|said| !said.starts_with("no: ")) {
                    self.taken_back.clear();
                }
                self.written();
            }
        }
    }

    /// Takes one branch a step further, by somebody who may.
    fn go_on(&mut self, case: &Case, m: Move) {
        let Some((n, branch)) = case.branches.iter().cycle().nth(m.which as usize) else { return };
        let Some(by) = entitled(&self.world.catalog, case, m) else { return };
        let said = match branch.place {
            Place::Offered(handoff) => {
                let when = Some(self.world.now + hours(1));
                let next_action = Some("call".to_string());
                self.world.when(&by, Command::AcceptHandoff { case: CASE, handoff, next_action, when })
            }
            Place::Task(task) if case.tasks[&task].delegate.is_some() => {
                let note = "r".to_string();
                self.world.when(&by, Command::ResolveTask { case: CASE, task, note })
            }
            Place::Held(_) => self.world.offer(&by, *n, Some("@eli")),
            Place::Waiting(_) => {
                let (branch, text) = (*n, "it came".to_string());
                self.world.when("dana", Command::EndWait { case: CASE, branch, text })
            }
            Place::Task(task) => {
                let yes = if m.who.is_multiple_of(3) { "yes" } else { "no" };
                let fields = &case.definition(&self.world.catalog).unwrap().data;
                let data = fields.iter().map(|field| match field.name.as_str() {
                    "amount" => ("amount", "12"),
                    "ok" => ("ok", if yes == "yes" { "no" } else { "yes" }),
                    "again" => ("again", yes),
                    _ => ("fast", yes),
                });
                let data = data.collect::<Vec<_>>();
                let asked = case.definition(&self.world.catalog).unwrap();
                let asked = asked.steps.iter().flat_map(|step| &step.documents);
                let documents = asked.map(|title| (title.clone(), "x".to_string())).collect();
                let done = CompleteTask { all_checked: true, documents, ..complete(task.0, &data) };
                self.world.when(&by, Command::CompleteTask(done))
            }
        };
        if said.0.first().is_some_and(|said| !said.starts_with("no: ")) {
            self.taken_back.clear();
        }
        self.written();
    }

    fn edit_calendar(&mut self, which: u8) {
        let (from, to) = (6 + which % 5, 13 + which % 7);
        let text =
            format!("[calendar.office]\nzone = \"UTC\"\nopen = {{ mon-fri = \"{from:02}:00-{to}:00\" }}\n");
        let definition = Arc::new(Calendar::parse_file(&text).unwrap().remove(&h("office")).unwrap());
        tell_catalog(&mut self.world.catalog, Event::CalendarApplied { calendar: h("office"), definition });
    }

    /// As the desk allows it: the last action, while nobody else has acted on the case since.
    fn undo(&mut self, only: Option<&'static str>) {
        let undone = crate::domain::fold::undone(&self.world.entries);
        let stands = |entry: &&crate::domain::event::Entry| {
            entry.actor.person().is_some()
                && !matches!(entry.event, Event::ActionUndone { .. } | Event::ActionRedone { .. })
                && !undone.contains(&entry.op)
        };
        let Some(last) = self.world.entries.iter().rev().find(stands) else { return };
        // What the tick did with the work since stands in the way; what it only noted does not.
        let moved = |entry: &crate::domain::event::Entry| {
            entry.actor.person().is_none()
                && !matches!(
                    entry.event,
                    Event::ClockBreached { .. }
                        | Event::RungFired { .. }
                        | Event::CalendarFollowed { .. }
                        | Event::ExceptionOpened { .. }
                )
        };
        if self.world.entries.iter().any(|entry| entry.seq > last.seq && moved(entry)) {
            return;
        }
        let (by, op) = (last.actor.person().unwrap().clone(), last.op);
        let Some(who) =
            EVERYBODY.into_iter().find(|who| h(who) == by && only.is_none_or(|only| only == *who))
        else {
            return;
        };
        let whole = rows(&self.world.subject, &self.world.catalog);
        self.turn(&by, Event::ActionUndone { op });
        let entries = self.world.entries.len();
        self.turn(&by, Event::ActionRedone { op });
        assert_eq!(rows(&self.world.subject, &self.world.catalog), whole, "undo and redo leave what was");
        self.world.entries.truncate(entries);
        self.refold();
        self.taken_back.push((who, op));
        self.written();
    }

    fn redo(&mut self) {
        let Some((who, op)) = self.taken_back.pop() else { return };
        self.turn(&h(who), Event::ActionRedone { op });
        self.written();
    }

    fn turn(&mut self, by: &Handle, event: Event) {
        self.ops += 1;
        let ctx = Context::by(by, self.world.now, OpId(uuid::Uuid::from_u128(self.ops)));
        self.world.happen(&ctx, event);
        self.refold();
    }

    fn refold(&mut self) {
        self.world.subject = fold(SubjectId::Case(CASE), &self.world.entries, &self.world.catalog);
    }

    /// Writes the rows as the desk does, and looks at everything.
    fn written(&mut self) {
        let after = rows(&self.world.subject, &self.world.catalog);
        let changed = changes(&self.before, after.clone());
        for key in &changed.remove {
            assert!(self.stored.remove(key).is_some(), "only what is there is removed: {key:?}");
        }
        self.stored.extend(changed.put.into_iter().map(|row| (row.key(), row)));
        let expected = after.iter().map(|row| (row.key(), row.clone())).collect::<BTreeMap<_, _>>();
        assert_eq!(expected.len(), after.len(), "no two rows of one key");
        assert_eq!(self.stored, expected);
        self.before = after;
        let folded = fold(SubjectId::Case(CASE), &self.world.entries, &self.world.catalog);
        assert_eq!(folded, self.world.subject, "applied one by one or folded from scratch");
        if let Subject::Case(Some(case)) = &folded {
            custody(case, &self.world.catalog);
        }
    }
}

/// Exactly one responsible person for each open branch; nothing open that belongs to none.
fn custody(case: &Case, catalog: &Catalog) {
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
                ClockOn::Accept(handoff) => handoffs.contains(&handoff),
                ClockOn::Work(task) => tasks.contains(&task),
                ClockOn::Wait(wait) => waits.contains(&wait),
                ClockOn::FollowUp(FollowUp::Task(task)) => case.tasks[&task].waiting().is_some(),
                ClockOn::FollowUp(FollowUp::Wait(wait)) => waits.contains(&wait),
                ClockOn::FollowUp(FollowUp::Pause(pause)) => case.pauses[&pause].to.is_none(),
            };
            assert!(alive, "clock {n} outlives what it measures: {:?}", clock.on);
        }
    }
}

/// Somebody who may take the branch of this move further.
fn entitled(catalog: &Catalog, case: &Case, m: Move) -> Option<String> {
    let (_, branch) = case.branches.iter().cycle().nth(m.which as usize)?;
    if let Place::Offered(handoff) = branch.place {
        let to = &case.handoffs[&handoff].to;
        let receivers = catalog.people.keys().filter(|person| catalog.includes(to, person));
        return receivers.cycle().nth(m.who as usize).map(ToString::to_string);
    }
    case.responsible(branch).map(ToString::to_string)
}

fn to_party(m: Move) -> Option<Party> {
    ["@ana", "finance", "ops", "@zoe", "nobody", "sales"][m.which as usize % 6].parse().ok()
}

fn any_command(case: &Case, m: Move, now: Instant) -> Command {
    let handoff = *case.handoffs.keys().rev().nth(m.which as usize % 3).unwrap_or(&HandoffId(1));
    let task = *case.tasks.keys().rev().nth(m.which as usize % 3).unwrap_or(&TaskId(1));
    let branch = *case.branches.keys().cycle().nth(m.which as usize).unwrap_or(&1);
    let at = case.branches.get(&branch).map(|branch| &branch.place);
    let task = match at {
        Some(Place::Task(held)) if m.who < 200 => *held,
        _ => task,
    };
    let to = to_party(m);
    let until = (m.who < 100).then(|| now + Span::HOUR.times(i64::from(m.which)));
    match m.what % KINDS {
        27 if case.state != CaseState::Open => Command::ReopenCase {
            case: CASE,
            reason: "again".into(),
            to: None,
            party: to.filter(|_| m.who > 128),
        },
        27 if m.which < 150 => Command::PauseCase { case: CASE, reason: "p".into(), until },
        27 | 28 => Command::ResumeCase { case: CASE },
        29 if m.who < 60 => Command::SetTags(crate::domain::tags::SetTags {
            on: SubjectId::Case(CASE),
            add: vec![h(["vip", "late", "q1"][m.which as usize % 3])],
            remove: vec![h(["vip", "q1"][m.who as usize % 2])],
        }),
        29 => Command::SetUrgent { case: CASE, urgent: m.which.is_multiple_of(2) },
        30 | 31 => Command::MigrateCase { case: CASE, to: 3 - case.version, map: Vec::new() },
        32 => Command::WaitTask { case: CASE, task, reason: "w".into(), until },
        12 => Command::NoteCase { case: CASE, text: "n".into() },
        13 => match at {
            Some(Place::Offered(open)) => Command::DeclineHandoff {
                case: CASE,
                handoff: *open,
                reason: crate::domain::event::DeclineReason::NotReady,
                text: "no".into(),
            },
            _ => Command::AcceptHandoff { case: CASE, handoff, next_action: None, when: None },
        },
        14 => Command::RecallHandoff { case: CASE, handoff, reason: None },
        15 => Command::OfferHandoff { case: CASE, branch, to, note: None },
        16 if case.tasks.get(&task).is_none_or(|task| task.waiting().is_none()) => {
            Command::WaitTask { case: CASE, task, reason: "w".into(), until: None }
        }
        16 | 17 => Command::ResumeTask { case: CASE, task },
        18 => Command::CompleteTask(CompleteTask {
            to: to.filter(|_| m.who > 128),
            anyway: Some("hurry".into()),
            ..complete(task.0, &[])
        }),
        20 | 21 => {
            let steps = case.tasks.values().filter(|t| matches!(t.state, TaskState::Done { .. }));
            let steps = steps.map(|t| t.step.clone()).collect::<Vec<_>>();
            let to = steps.iter().rev().cycle().nth(m.which as usize).cloned().unwrap_or(h("s"));
            let party = to_party(m).filter(|_| m.who > 200);
            let items = if m.who.is_multiple_of(3) { vec![0] } else { Vec::new() };
            Command::SendBack(SendBack { case: CASE, task, to, reason: "r".into(), items, party })
        }
        22 => Command::ReleaseTask { case: CASE, task, note: None },
        23 => {
            let to = h(EVERYBODY[m.which as usize % EVERYBODY.len()]);
            Command::DelegateTask { case: CASE, task, to, note: None }
        }
        24 => Command::ResolveTask { case: CASE, task, note: "r".into() },
        25 => match to_party(m) {
            Some(to) if case.free.len() < 4 => {
                let within = "4 hours".parse().ok();
                Command::AddTask { case: CASE, title: "t".into(), to, within, note: None }
            }
            _ => Command::StartTask { case: CASE, task },
        },
        26 => Command::OfferHandoff { case: CASE, branch, to: "@bo".parse().ok(), note: None },
        _ if case.exceptions.get(&1).is_some_and(|e| e.resolved.is_none()) && m.which < 200 => {
            Command::ResolveException { case: CASE, exception: 1, text: String::new() }
        }
        33 => Command::Snooze(Snooze { case: CASE, branch, until }),
        34 => Command::AgreeDue(AgreeDue {
            case: CASE,
            task,
            due: until.unwrap_or(now + Span::DAY),
            reason: "r".into(),
        }),
        _ if m.which < 20 => Command::WithdrawCase { case: CASE, reason: "w".into() },
        _ if m.which < 90 => Command::StartTask { case: CASE, task },
        _ => Command::ResolveException { case: CASE, exception: 1, text: String::new() },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn custody_clocks_and_rows_hold_after_every_command(company in 0usize..4, moves in moves()) {
        let mut play = Play::new(company);
        for m in moves {
            play.try_move(m);
        }
    }
}

/// A hundred thousand with those above, a quarter for each company; short, so that the suite stays short.
fn many_short_ones(company: usize) {
    use proptest::test_runner::{Config, TestRunner};
    let config = Config { cases: 24_500, failure_persistence: None, ..Config::default() };
    let played = TestRunner::new(config).run(&of_length(1..10), |moves| {
        let mut play = Play::new(company);
        moves.into_iter().for_each(|m| play.try_move(m));
        Ok(())
    });
    played.unwrap();
}

#[test]
fn many_short_sequences_of_a_sale() {
    many_short_ones(0);
}

#[test]
fn many_short_sequences_of_splits_in_splits() {
    many_short_ones(1);
}

#[test]
fn many_short_sequences_of_a_choice() {
    many_short_ones(2);
}

#[test]
fn many_short_sequences_of_what_asks_for_more() {
    many_short_ones(3);
}

/// The sequences above are worth something only when they get somewhere.
#[test]
fn random_sequences_reach_every_kind_of_event() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut seen = BTreeMap::<String, usize>::new();
    for n in 0..400 {
        let mut play = Play::new(n % 4);
        for m in moves().new_tree(&mut runner).unwrap().current() {
            play.try_move(m);
        }
        for entry in &play.world.entries {
            let name = serde_json::to_value(&entry.event).unwrap();
            let name = name.as_object().unwrap().keys().next().unwrap().clone();
            *seen.entry(name).or_default() += 1;
        }
    }
    for event in [
        "handoff_accepted",
        "handoff_declined",
        "handoff_recalled",
        "task_waiting",
        "task_resumed",
        "branch_split",
        "branch_arrived",
        "branches_joined",
        "case_done",
        "case_withdrawn",
        "clock_breached",
        "rung_fired",
        "calendar_followed",
        "exception_opened",
        "exception_resolved",
        "branch_cancelled",
        "task_returned",
        "task_delegated",
        "delegation_resolved",
        "free_task_added",
        "urgency_changed",
        "case_paused",
        "case_resumed",
        "follow_up_came",
        "urgency_changed",
        "case_reopened",
        "case_migrated",
        "action_undone",
        "action_redone",
    ] {
        assert!(seen.get(event).is_some_and(|times| *times >= 2), "{event}: {seen:#?}");
    }
}
