//! A small company in memory, and events in so few words that a test reads as a story.

use crate::domain::calendar::Calendar;
use crate::domain::case::Case;
use crate::domain::catalog::{Catalog, Permission, Settings};
use crate::domain::command::{Command, CompleteTask, Context, Loads, Numbers, StartCase};
use crate::domain::decide::decide;
use crate::domain::duplicate::Other;
use crate::domain::event::{Actor, ClockStart, DeclineReason, Entry, Event, OpId, SubjectId};
use crate::domain::fold::{Subject, fold};
use crate::domain::process::{Process, Step};
use crate::domain::process_check::{Known, read};
use crate::domain::zone::{Zone, parse_rfc3339};
use crate::domain::{CaseId, Handle, HandoffId, Instant, Span, TaskId};
use std::sync::Arc;

pub const CASE: CaseId = CaseId(1);

pub fn h(text: &str) -> Handle {
    text.parse().unwrap()
}

/// Monday 2026-11-16 09:00 in UTC, when the office opens.
pub fn monday() -> Instant {
    parse_rfc3339("2026-11-16T09:00:00Z").unwrap()
}

pub fn hours(n: i64) -> Span {
    Span::HOUR.times(n)
}

/// Sell, bill and check, with a way back to sell: a named person, roles of several, a role of one.
pub const SALE: &str = r#"
process = "sale"
title = "Sale"
kind = "operational"
purpose = "An order becomes money."
accountable = "@dana"
goal = "5 days"
[data.amount]
type = "money"
[data.ok]
type = "yes/no"
[[step]]
step = "sell"
title = "Sell"
by = "sales"
goal = "8 hours"
gives = ["amount"]
next = "bill"
[[step]]
step = "bill"
title = "Bill"
by = "finance"
goal = "8 hours"
accept = "4 hours"
needs = ["amount"]
checklist = ["Number", "Address"]
next = "book"
[[step]]
step = "book"
title = "Book"
by = "finance"
goal = "1 day"
next = "check"
[[step]]
step = "check"
title = "Check"
by = "ops"
goal = "1 day"
accept = "4 hours"
gives = ["ok"]
next = [{ if = "data.ok", end = "paid" }, { to = "sell" }]
[[ladder]]
on = "accept"
rungs = [
  { at = "-1 hour", remind = "responsible" },
  { at = "0", remind = "responsible", escalate = "sender" },
  { at = "+4 hours", escalate = "lead", every = "2 hours", most = 3 },
  { at = "+1 day", escalate = "accountable" },
]
"#;

/// Everybody in the company and what they belong to.
const ROLES: [(&str, &[&str], Option<&str>); 5] = [
    ("sales", &["bo", "cy"], Some("bo")),
    ("finance", &["ana", "eli"], Some("eli")),
    ("ops", &["max"], None),
    ("nobody", &[], None),
    ("led", &[], Some("eli")),
];

pub struct World {
    pub catalog: Catalog,
    pub subject: Subject,
    pub entries: Vec<Entry>,
    pub numbers: Numbers,
    pub now: Instant,
    /// What the desk would look up for picks.
    pub loads: Loads,
    /// What the last command warned of.
    pub warnings: Vec<String>,
    ops: u128,
}

/// What came of a command, in words.
#[derive(Debug, PartialEq)]
pub struct Said(pub Vec<String>);

impl Said {
    #[track_caller]
    pub fn then(self, expected: &[&str]) {
        assert_eq!(self.0, expected);
    }

    /// The refusal's sentence begins with this.
    #[track_caller]
    pub fn refused(self, with: &str) {
        let [only] = self.0.as_slice() else { panic!("not refused: {:?}", self.0) };
        assert!(only.strip_prefix("no: ").is_some_and(|said| said.starts_with(with)), "{only}");
    }
}

/// The company with one process that says more than its text: the text of a definition is read elsewhere.
pub fn company_of(text: &str, more: impl FnOnce(&mut Process)) -> Catalog {
    let mut catalog = company(&[text]);
    let process = catalog.processes.values().next().and_then(|all| all.last()).unwrap();
    let mut process = (**process).clone();
    more(&mut process);
    tell_catalog(&mut catalog, Event::ProcessPublished { version: 2, process: Arc::new(process) });
    catalog
}

/// The company with these processes and no case.
pub fn company(processes: &[&str]) -> Catalog {
    let mut catalog = Catalog::default();
    for event in events_of(processes) {
        tell_catalog(&mut catalog, event);
    }
    catalog
}

/// What made that company.
pub fn events_of(processes: &[&str]) -> Vec<Event> {
    let mut events = Vec::new();
    for (person, permission) in [
        ("dana", Permission::Admin),
        ("ana", Permission::Member),
        ("bo", Permission::Member),
        ("cy", Permission::Member),
        ("eli", Permission::Member),
        ("max", Permission::Member),
        ("lea", Permission::Lead),
        ("zoe", Permission::Member),
    ] {
        events.push(Event::PersonAdded { person: h(person), name: person.into(), mail: None, permission });
    }
    for (role, members, lead) in ROLES {
        let members = members.iter().map(|m| h(m)).collect();
        events.push(Event::RoleAdded { role: h(role), title: role.into(), members, lead: lead.map(h) });
    }
    let definition = Arc::new(Calendar::office(Zone::utc()));
    events.push(Event::CalendarApplied { calendar: h("office"), definition });
    let settings = Settings { company: "Test".into(), calendar: h("office"), currency: "EUR".into() };
    events.push(Event::SettingsChanged { settings });
    for text in processes {
        let (process, problems) = read(text, &Known::default());
        let process = Arc::new(process.unwrap_or_else(|| panic!("{problems:#?}")));
        events.push(Event::ProcessPublished { version: 1, process });
    }
    events
}

pub fn tell_catalog(catalog: &mut Catalog, event: Event) {
    let seq = catalog.seq + 1;
    let (at, actor, op) = (monday(), Actor::Tick, OpId(uuid::Uuid::nil()));
    catalog.apply(&Entry { seq, at, actor, subject: SubjectId::Catalog, op, event });
}

impl World {
    pub fn new(process: &str) -> World {
        World::of(company(&[process]))
    }

    pub fn of(catalog: Catalog) -> World {
        World {
            catalog,
            subject: Subject::empty(SubjectId::Case(CASE)),
            entries: Vec::new(),
            numbers: Numbers::FIRST,
            now: monday(),
            loads: Loads::default(),
            warnings: Vec::new(),
            ops: 0,
        }
    }

    /// The first process's case, begun by somebody.
    pub fn started(process: &str, by: &str) -> World {
        let mut world = World::new(process);
        world.start(by, &[]);
        world
    }

    /// Hours since Monday morning.
    pub fn at(&mut self, since: i64) -> &mut World {
        self.now = monday() + hours(since);
        self
    }

    pub fn start(&mut self, by: &str, data: &[(&str, &str)]) -> Said {
        let process = self.catalog.processes.keys().next().cloned();
        self.when(by, Command::StartCase(StartCase { process, data: texts(data), ..StartCase::default() }))
    }

    /// Decides a command by a person, or by the `tick`, and lets it happen.
    pub fn when(&mut self, by: &str, command: Command) -> Said {
        let actor = if by == "tick" { Actor::Tick } else { Actor::Person(h(by)) };
        self.ops += 1;
        let op = OpId(uuid::Uuid::from_u128(self.ops));
        let of = command.other_case();
        let other = OTHERS.into_iter().find(|other| Some(other.id) == of);
        let ctx = Context { loads: self.loads.clone(), other, ..Context::of(actor, self.now, op) };
        match decide(&self.subject, &self.catalog, &command, &ctx, self.numbers) {
            Err(refusal) => {
                assert!(!refusal.hint().is_empty(), "no hint: {refusal:?}");
                Said(vec![format!("no: {}", refusal.sentence(&|at| at.0.to_string()))])
            }
            Ok(decision) => {
                self.numbers = decision.numbers;
                let said = decision.events.iter().map(brief).collect();
                let ctx = Context { actor: decision.actor, ..ctx };
                self.warnings = decision.warnings;
                for event in decision.events {
                    self.happen(&ctx, event);
                }
                // The shortcut is what a fold comes to, but for the number of the last entry.
                if let (Some(decided), Some(case)) = (decision.after, self.subject.case()) {
                    assert_eq!(&Case { seq: case.seq, ..(*decided).clone() }, case);
                }
                Said(said)
            }
        }
    }

    /// Lets an event happen without asking whether it may.
    pub fn happen(&mut self, ctx: &Context, event: Event) {
        let seq = self.entries.len() as i64 + 1;
        let entry = Entry {
            seq,
            at: ctx.now,
            actor: ctx.actor.clone(),
            subject: SubjectId::Case(CASE),
            op: ctx.op,
            event,
        };
        self.subject.apply(&entry, &self.catalog);
        self.entries.push(entry);
    }

    pub fn tick(&mut self) -> Said {
        self.when("tick", Command::RunClocks { case: CASE })
    }

    /// Everything done, with every item ticked.
    pub fn done(&mut self, by: &str, task: i64, data: &[(&str, &str)]) -> Said {
        self.when(by, Command::CompleteTask(CompleteTask { all_checked: true, ..complete(task, data) }))
    }

    pub fn accept(&mut self, by: &str, handoff: i64) -> Said {
        let handoff = HandoffId(handoff);
        self.when(by, Command::AcceptHandoff { case: CASE, handoff, next_action: None, when: None })
    }

    pub fn decline(&mut self, by: &str, handoff: i64) -> Said {
        let (handoff, reason) = (HandoffId(handoff), DeclineReason::NotReady);
        self.when(
            by,
            Command::DeclineHandoff {
                case: CASE,
                handoff,
                reason,
                text: "not yet".into(),
                fix_by: None,
                duplicate_of: None,
            },
        )
    }

    pub fn recall(&mut self, by: &str, handoff: i64) -> Said {
        self.when(by, Command::RecallHandoff { case: CASE, handoff: HandoffId(handoff), reason: None })
    }

    pub fn offer(&mut self, by: &str, branch: u32, to: Option<&str>) -> Said {
        let to = to.map(|to| to.parse().unwrap());
        self.when(
            by,
            Command::OfferHandoff { case: CASE, branch, to, note: None, agreed: Default::default() },
        )
    }

    /// `branch: step responsible` of every open branch, and the joins where some wait.
    pub fn places(&self) -> Vec<String> {
        let folded = fold(SubjectId::Case(CASE), &self.entries, &self.catalog);
        assert_eq!(folded, self.subject, "what was applied is what the journal folds to");
        let faults = self.subject.case().map(|case| crate::domain::faults::faults(case, &self.catalog));
        assert_eq!(faults.unwrap_or_default(), [""; 0], "no decision brings a fault about");
        self.lies()
    }

    /// The same of a case to which something happened that nobody decided.
    pub fn lies(&self) -> Vec<String> {
        let Some(case) = self.subject.case() else { return Vec::new() };
        let open = case.branches.iter().map(|(n, b)| {
            let (step, who) = (case.step_of(b).unwrap(), case.responsible(b).unwrap());
            format!("{n}: {step} {who}")
        });
        let waiting = case.arrivals.iter().map(|a| format!("{}: {} waits at {}", a.branch, a.from, a.join));
        open.chain(waiting).collect()
    }
}

/// What the desk would know of other cases.
const OTHERS: [Other; 3] = [
    Other { id: CaseId(2), duplicate_of: None },
    Other { id: CaseId(3), duplicate_of: Some(CaseId(2)) },
    Other { id: CaseId(4), duplicate_of: Some(CASE) },
];

/// A step of a process to change.
pub fn step_of<'p>(process: &'p mut Process, handle: &str) -> &'p mut Step {
    process.steps.iter_mut().find(|step| step.handle.as_str() == handle).unwrap()
}

pub fn texts(data: &[(&str, &str)]) -> Vec<(String, String)> {
    data.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect()
}

pub fn complete(task: i64, data: &[(&str, &str)]) -> CompleteTask {
    CompleteTask {
        case: CASE,
        task: TaskId(task),
        data: texts(data),
        documents: Vec::new(),
        to: None,
        note: None,
        all_checked: false,
        checked: Vec::new(),
        anyway: None,
        outcome: None,
        reason: None,
        agreed: Default::default(),
    }
}

fn names(people: &[Handle]) -> String {
    people.iter().map(Handle::as_str).collect::<Vec<_>>().join("+")
}

fn clock(start: &Option<ClockStart>) -> String {
    start.as_ref().map_or_else(String::new, |start| format!(" [{}: {}]", start.clock, start.goal))
}

/// One event in a few words.
pub fn brief(event: &Event) -> String {
    match event {
        Event::CaseStarted { title, clock: start, .. } => format!("started {title}{}", clock(start)),
        Event::HandoffOffered { handoff, branch, step, occurrence, from, to, clock: start, .. } => {
            format!("{handoff} on {branch}: {step}#{occurrence} from {from} to {to}{}", clock(start))
        }
        Event::HandoffAccepted { handoff, task, by, implicit, clock: start, .. } => {
            let implicit = if *implicit { " implicit" } else { "" };
            format!("{handoff} accepted by {by} as {task}{implicit}{}", clock(start))
        }
        Event::HandoffDeclined { handoff, .. } => format!("{handoff} declined"),
        Event::HandoffRecalled { handoff, .. } => format!("{handoff} recalled"),
        Event::TaskStarted { task } => format!("{task} begun"),
        Event::ItemChecked { task, item, done } => format!("{task} item {item} {done}"),
        Event::TaskWaiting { task, follow_up, .. } => format!("{task} waits{}", clock(follow_up)),
        Event::TaskResumed { task } => format!("{task} goes on"),
        Event::TaskDone { task, outcome: Some(outcome), .. } => format!("{task} decided: {outcome}"),
        Event::TaskDone { task, .. } => format!("{task} done"),
        Event::TaskReturned { task, again, superseded, .. } => {
            let ids = superseded.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
            format!("{task} back to {again}, supersedes {ids}").trim_end().to_string()
        }
        Event::TaskDelegated { task, to, .. } => format!("{task} delegated to {to}"),
        Event::DelegationResolved { task, .. } => format!("{task} resolved"),
        Event::FreeTaskAdded { step } => format!("free {}: {}", step.handle, step.title),
        Event::UrgencyChanged { urgent, .. } => format!("urgent {urgent}"),
        Event::BranchSplit { branch, into, .. } => format!("{branch} split into {into:?}"),
        Event::BranchArrived { branch, join, from } => format!("{branch} arrived at {join} from {from}"),
        Event::BranchesJoined { branch, join, merged, enough, .. } => {
            let enough = if *enough { " with enough" } else { "" };
            format!("{branch} joined {merged:?} at {join}{enough}")
        }
        Event::VoteCast { task, by, outcome, .. } => format!("{by} votes {outcome} in {task}"),
        Event::StepPassed { branch, step, occurrence } => format!("{branch} passed {step}#{occurrence}"),
        Event::WaitBegun { wait, branch, step, from, clock: start, .. } => {
            format!("wait {wait} on {branch} at {step} from {from}{}", clock(start))
        }
        Event::WaitMoved { wait, clock: start, .. } => format!("wait {wait} moved{}", clock(start)),
        Event::WaitEnded { wait, .. } => format!("wait {wait} ended"),
        Event::CaseRequested { request, process, .. } => format!("request {request}: a case of {process}"),
        Event::BranchCancelled { branch, closes } => {
            format!("{branch} cancelled, closes {}", closes.join(", "))
        }
        Event::BranchEnded { branch, late: Some(join), .. } => format!("{branch} came late to {join}"),
        Event::BranchEnded { branch, .. } => format!("{branch} ended"),
        Event::CaseDone { outcome } => format!("case done: {}", outcome.as_deref().unwrap_or("-")),
        Event::CaseWithdrawn { closes, .. } => format!("withdrawn, closes {}", closes.join(", ")),
        Event::ClockBreached { clock, .. } => format!("clock {clock} breached"),
        Event::RungFired { clock, rung, occurrence, outcome, remind, escalate, did, missed, .. } => {
            let told = format!("remind {} escalate {}", names(remind), names(escalate));
            let did = did.join(", ");
            let said = format!("clock {clock} rung {rung}.{occurrence} {outcome:?} {told} {did}");
            said.trim_end().to_string() + &before(*missed)
        }
        Event::ClockBegun { on, clock: start } => format!("clock on {on:?}{}", clock(&Some(start.clone()))),
        Event::FollowUpCame { clock, occurrence, outcome, people, missed, .. } => {
            let said = format!("follow-up {clock}.{occurrence} {outcome:?} to {}", names(people));
            said.trim_end().to_string() + &before(*missed)
        }
        Event::CasePaused { pause, reason, follow_up, .. } => {
            format!("pause {pause}: {reason}{}", clock(follow_up))
        }
        Event::CaseResumed { pause } => format!("pause {pause} over"),
        Event::CaseReopened { cycle, clock: start, .. } => format!("reopened, cycle {cycle}{}", clock(start)),
        Event::CalendarFollowed { clock, calendar_version, .. } => {
            format!("clock {clock} follows version {calendar_version}")
        }
        Event::ExceptionOpened { kind, to, .. } => format!("exception {kind:?} to {}", names(to)),
        other => format!("{other:?}"),
    }
}

/// How many turns of a rung were had with this one.
fn before(missed: u32) -> String {
    if missed == 0 { String::new() } else { format!(" after {missed} missed") }
}

/// A step that people do, with what else stands in its table.
pub fn work(name: &str, by: &str, more: &str) -> String {
    format!("[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\nby = \"{by}\"\ngoal = \"1 day\"\n{more}\n")
}

/// `ops` is max alone, so that such a step is in hand at once.
pub fn ops(name: &str, more: &str) -> String {
    work(name, "ops", more)
}

/// A step of another type, which nobody does or has a goal for.
pub fn alone(name: &str, kind: &str, more: &str) -> String {
    format!("[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\ntype = \"{kind}\"\n{more}\n")
}
