//! What follows from entries: rules that are set off, cases that were asked for, parents that wait for a case to end.
//! Looked at in memory when a command is durable, and again by the chores from where they left off, so that nothing
//! is lost when a program ends in between. Each consequence has an identity made of its cause: doing it again adds
//! nothing.

use super::schedules::follows_from;
use super::{Desk, Error};
use crate::domain::awaited::WITHDRAWN;
use crate::domain::case::{Case, CaseState, Request};
use crate::domain::catalog::Catalog;
use crate::domain::command::{ApplyRule, Command, Context, StartCase};
use crate::domain::decide::{DEEPEST, TOO_DEEP, set_off};
use crate::domain::event::{Actor, Awaits, Cause, Entry, Event, OpId, Origin, ParentLink, SubjectId};
use crate::domain::field::{show, typed};
use crate::domain::fold::{fold, undone};
use crate::domain::process::{Process, StepKind};
use crate::domain::rule::Action;
use crate::domain::{CaseId, Handle, Instant, RecordId};
use crate::store::CaseFilter;
use serde_json::Value;
use std::sync::Arc;

/// Where the chores have got to in the journal.
const CURSOR: &str = "rules";
/// How many entries are read at once, and how often in one round.
const AT_ONCE: usize = 1000;
const ROUNDS: usize = 20;

impl Desk {
    /// Does what follows from entries that are durable now. What fails is left to the chores.
    pub(super) fn follow(&mut self, subject: SubjectId, first: i64, events: &[Event], ctx: &Context) {
        let alone = self.follows_alone(subject);
        for (seq, event) in (first..).zip(events).filter(|(_, event)| !alone || asks(event)) {
            let (at, actor, op, event) = (ctx.now, ctx.actor.clone(), ctx.op, event.clone());
            let _ = self.consequences(&Entry { seq, at, actor, subject, op, event }, ctx.now);
        }
    }

    /// Whether only what an entry asks for by itself can follow from those of a subject: its process has no rules.
    fn follows_alone(&self, subject: SubjectId) -> bool {
        let Some(case) = self.kept.get(&subject).and_then(|kept| kept.subject.case()) else { return false };
        let process = self.catalog.process(&case.process, case.version);
        process.is_some_and(|process| process.rules.is_empty())
    }

    /// Whether there are entries the chores have not looked at.
    pub(super) fn something_to_follow(&mut self) -> Result<bool, Error> {
        let catalog = self.catalog()?;
        Ok(something_follows(&catalog) && self.store.cursor(CURSOR)? < self.store.head()?.seq)
    }

    /// Does what follows from entries and was missed; how many things were done.
    pub(super) fn catch_up(&mut self, now: Instant) -> Result<usize, Error> {
        let before = self.store.cursor(CURSOR)?;
        let (mut seq, mut done) = (before, 0);
        for _ in 0..ROUNDS {
            let entries = self.store.entries_after(seq, AT_ONCE)?;
            let Some(last) = entries.last() else { break };
            for entry in &entries {
                done += self.consequences(entry, now)?;
            }
            seq = last.seq;
        }
        if seq > before {
            self.store.set_cursor(CURSOR, seq)?;
        }
        Ok(done)
    }

    /// Notes that what follows from every entry there is has been done.
    pub(super) fn followed(&mut self) -> Result<(), Error> {
        let head = self.store.head()?.seq;
        self.store.set_cursor(super::runs::CURSOR, head)?;
        Ok(self.store.set_cursor(CURSOR, head)?)
    }

    /// Does what follows from one entry; how many things were done that had not been.
    fn consequences(&mut self, entry: &Entry, now: Instant) -> Result<usize, Error> {
        let id = match entry.subject {
            SubjectId::Case(id) => id,
            SubjectId::Record(record) => return self.start_again(record, entry, now),
            SubjectId::Catalog => return Ok(0),
        };
        match &entry.event {
            Event::CaseRequested { request, .. } => self.fulfil(id, *request, entry, now),
            // What was taken back and is done again counts again.
            Event::ActionRedone { op } => {
                let entries = self.store.entries(entry.subject)?;
                let again = entries.iter().filter(|entry| entry.op == *op);
                again.map(|entry| self.consequences(entry, now)).sum()
            }
            event => {
                let mut done = 0;
                if let Event::CaseDone { .. } | Event::CaseWithdrawn { .. } = event {
                    done += self.tell_parent(id, entry, now)?;
                }
                Ok(done + self.apply_rules(id, entry, now)?)
            }
        }
    }

    /// What could not be started may be once the record that a case is about says more.
    fn start_again(&mut self, record: RecordId, entry: &Entry, now: Instant) -> Result<usize, Error> {
        let changed = matches!(entry.event, Event::RecordChanged { .. });
        if !changed || !something_follows(&*self.catalog()?) {
            return Ok(0);
        }
        let state = Some("open".to_string());
        let about = CaseFilter { about: Some(record), state, ..CaseFilter::default() };
        let mut done = 0;
        for row in self.store.cases(&about)? {
            let Some(case) = self.case_now(row.id)? else { continue };
            let failed = |request: &Request| matches!(request, Request::Case { case: Some(Err(_)), .. });
            if case.requests.values().any(failed) {
                let op = follows_from(&format!("again {} {}", row.id, entry.seq));
                let again = Command::StartAgain { case: row.id };
                let cause = Cause {
                    process: case.process.clone(),
                    rule: case.process.clone(),
                    entry: entry.seq,
                    depth: entry.actor.depth() + 1,
                    by: Origin::Process,
                };
                done += self.by_cause(&again, cause, op, now)?;
            }
        }
        Ok(done)
    }

    fn apply_rules(&mut self, id: CaseId, entry: &Entry, now: Instant) -> Result<usize, Error> {
        // A chain that was refused ends there.
        if entry.actor.depth() > DEEPEST {
            return Ok(0);
        }
        let catalog = self.catalog()?;
        let Some(case) = self.case_now(id)? else { return Ok(0) };
        let Some(process) = catalog.process(&case.process, case.version).cloned() else { return Ok(0) };
        let mut done = 0;
        for rule in set_off(&process, &case, &entry.event) {
            let op = by_rule(id, &rule.rule, entry.seq);
            if self.did_itself(&rule.rule, &case.process, entry)? || self.store.op(op)?.is_some() {
                continue;
            }
            let Some(as_of) = self.case_after(id, entry)? else { continue };
            let depth = entry.actor.depth() + 1;
            let chain = if depth > DEEPEST { self.chain(&entry.actor)? } else { Vec::new() };
            let cause = Cause {
                process: case.process.clone(),
                rule: rule.rule.clone(),
                entry: entry.seq,
                depth,
                by: Origin::Rule,
            };
            let apply = ApplyRule { case: id, rule: rule.rule.clone(), as_of: Box::new(as_of), chain };
            done += self.by_cause(&Command::ApplyRule(apply), cause, op, now)?;
        }
        Ok(done)
    }

    /// Whether an entry is what this very rule did to the case: that sets off others, and not the rule itself.
    fn did_itself(&self, rule: &Handle, process: &Handle, entry: &Entry) -> Result<bool, Error> {
        let Actor::Rule(cause) = &entry.actor else { return Ok(false) };
        if cause.by != Origin::Rule || (&cause.rule, &cause.process) != (rule, process) {
            return Ok(false);
        }
        // What it did to another case is told there as something that happened.
        Ok(self.entry(cause.entry)?.is_some_and(|cause| cause.subject == entry.subject))
    }

    fn entry(&self, seq: i64) -> Result<Option<Entry>, Error> {
        let next = self.store.entries_after(seq - 1, 1)?.into_iter().next();
        Ok(next.filter(|entry| entry.seq == seq))
    }

    /// Starts the case that was asked for, and tells the case that asked.
    fn fulfil(&mut self, id: CaseId, request: u32, entry: &Entry, now: Instant) -> Result<usize, Error> {
        let Some(case) = self.case_now(id)? else { return Ok(0) };
        // Not there when the command that asked was taken back.
        let Some(Request::Case { case: None, .. }) = case.requests.get(&request) else { return Ok(0) };
        let Event::CaseRequested { process, title, about, data, .. } = &entry.event else { return Ok(0) };
        // A rule that starts a case is one cause, with what it asks for.
        let depth = entry.actor.depth() + u32::from(!asked_by_rule(id, entry));
        let (rule, by) = match &entry.actor {
            Actor::Rule(cause) if asked_by_rule(id, entry) => (cause.rule.clone(), Origin::Rule),
            _ => match self.started_at(&case, request, process)? {
                Some(step) => (step, Origin::Step),
                None => (case.process.clone(), Origin::Process),
            },
        };
        let cause = Cause { process: case.process.clone(), rule, entry: entry.seq, depth, by };
        let to = if depth > DEEPEST {
            let chain = self.chain(&entry.actor)?.join(", ");
            Err(format!("{DEEPEST} {TOO_DEEP} ({chain})."))
        } else {
            let about = match about {
                Some(record) => self.record_as_named(*record)?,
                None => None,
            };
            let catalog = self.catalog()?;
            let target = catalog.newest(process).map(|(_, process)| process);
            let text = |name: &str, value: &Value| match target.and_then(|target| target.field(name)) {
                Some(field) => typed(&field.kind, value, catalog.currency()),
                None => show(value),
            };
            let start = StartCase {
                process: Some(process.clone()),
                title: title.clone(),
                about,
                data: data.iter().map(|(name, value)| (name.clone(), text(name, value))).collect(),
                urgent: case.urgent,
                parent: Some(ParentLink { case: id, request }),
                ..StartCase::default()
            };
            let ctx = context(cause.clone(), follows_from(&format!("start {id} {}", entry.seq)), now);
            match self.execute(&Command::StartCase(start), &ctx) {
                Ok(done) => match done.subject {
                    SubjectId::Case(child) => Ok(child),
                    _ => return Ok(0),
                },
                Err(Error::Refused { sentence, .. }) => Err(sentence),
                Err(error) => return Err(error),
            }
        };
        let link = Command::LinkCase { case: id, request, to };
        self.by_cause(&link, cause, follows_from(&format!("link {id} {}", entry.seq)), now)
    }

    /// The step of a case that starts another of this process: the one that waits for it, else the only one there is.
    fn started_at(&mut self, case: &Case, request: u32, process: &Handle) -> Result<Option<Handle>, Error> {
        if let Some(wait) = case.waits.values().find(|wait| wait.awaits == Awaits::Case(request)) {
            return Ok(Some(wait.step.clone()));
        }
        let catalog = self.catalog()?;
        let steps = catalog.process(&case.process, case.version).into_iter().flat_map(|own| &own.steps);
        let mut starts = steps.filter(|step| match &step.kind {
            StepKind::Process { start, .. } => &start.process == process,
            StepKind::Auto { actions } => {
                actions.iter().any(|a| matches!(a, Action::Start(start) if &start.process == process))
            }
            StepKind::Work | StepKind::Decision { .. } | StepKind::Wait(_) => false,
        });
        let only = starts.next().map(|step| step.handle.clone());
        Ok(only.filter(|_| starts.next().is_none()))
    }

    /// Tells the case that asked for this one that it has ended.
    fn tell_parent(&mut self, id: CaseId, entry: &Entry, now: Instant) -> Result<usize, Error> {
        let Some(case) = self.case_now(id)? else { return Ok(0) };
        let Some(ParentLink { case: parent, request }) = case.parent else { return Ok(0) };
        let outcome = match &case.state {
            CaseState::Open => return Ok(0),
            CaseState::Done { outcome, .. } => outcome.clone(),
            CaseState::Withdrawn { .. } => Some(WITHDRAWN.to_string()),
        };
        let op = ended(id, entry.seq);
        let depth = entry.actor.depth() + 1;
        let cause = Cause {
            process: case.process.clone(),
            rule: case.process.clone(),
            entry: entry.seq,
            depth,
            by: Origin::Process,
        };
        self.by_cause(&Command::CaseEnded { case: parent, request, outcome }, cause, op, now)
    }

    /// Gives a command that follows from something; 1 when it changed anything. A refusal is no failure: there is
    /// nothing to be done any more.
    pub(super) fn by_cause(
        &mut self,
        command: &Command,
        cause: Cause,
        op: OpId,
        now: Instant,
    ) -> Result<usize, Error> {
        match self.execute(command, &context(cause, op, now)) {
            Ok(done) => Ok(usize::from(!done.repeated && !done.events.is_empty())),
            Err(Error::Refused { .. }) => Ok(0),
            Err(error) => Err(error),
        }
    }

    pub(super) fn case_now(&mut self, id: CaseId) -> Result<Option<Arc<Case>>, Error> {
        let (_, subject) = self.load(SubjectId::Case(id))?;
        Ok(subject.shared_case())
    }

    /// The case as it was just after an entry; `None` when that was taken back.
    fn case_after(&mut self, id: CaseId, entry: &Entry) -> Result<Option<Case>, Error> {
        let mut entries = self.store.entries(SubjectId::Case(id))?;
        if undone(&entries).contains(&entry.op) {
            return Ok(None);
        }
        entries.retain(|other| other.seq <= entry.seq);
        Ok(fold(SubjectId::Case(id), &entries, &self.catalog).case().cloned())
    }

    /// What a record is called and of which kind it is; `None` when it is not there.
    fn record_as_named(
        &mut self,
        id: crate::domain::RecordId,
    ) -> Result<Option<(crate::domain::RecordId, Handle, String)>, Error> {
        let (_, subject) = self.load(SubjectId::Record(id))?;
        Ok(subject.record().map(|record| (id, record.kind.clone(), record.name.clone())))
    }

    /// The rules behind something, oldest first.
    fn chain(&self, actor: &Actor) -> Result<Vec<String>, Error> {
        let (mut names, mut actor) = (Vec::new(), actor.clone());
        while let Actor::Rule(cause) = actor {
            let entry = self.entry(cause.entry)?;
            // What a rule asked for has the depth of the rule, and is no further cause.
            if entry.as_ref().is_none_or(|entry| entry.actor.depth() < cause.depth) {
                names.push(format!("{} of {}", cause.rule, cause.process));
            }
            let Some(entry) = entry.filter(|_| names.len() <= DEEPEST as usize) else { break };
            actor = entry.actor;
        }
        names.reverse();
        Ok(names)
    }
}

/// Whether an entry is what a rule did, and not what came of a step.
fn asked_by_rule(id: CaseId, entry: &Entry) -> bool {
    match &entry.actor {
        Actor::Rule(cause) => cause.by == Origin::Rule && entry.op == by_rule(id, &cause.rule, cause.entry),
        _ => false,
    }
}

/// The identity of what a rule does about an entry of a case.
fn by_rule(id: CaseId, rule: &Handle, entry: i64) -> OpId {
    follows_from(&format!("rule {id} {rule} {entry}"))
}

/// Whether something may follow from an entry whatever the rules of its process are.
fn asks(event: &Event) -> bool {
    matches!(
        event,
        Event::CaseRequested { .. }
            | Event::CaseDone { .. }
            | Event::CaseWithdrawn { .. }
            | Event::ActionRedone { .. }
    )
}

fn context(cause: Cause, op: OpId, now: Instant) -> Context {
    Context::of(Actor::Rule(cause), now, op)
}

/// Whether any process there is could ask for something.
fn something_follows(catalog: &Catalog) -> bool {
    let asks = |process: &Process| {
        let mut steps = process.steps.iter().map(|step| &step.kind);
        !process.rules.is_empty()
            || steps.any(|kind| matches!(kind, StepKind::Auto { .. } | StepKind::Process { .. }))
    };
    catalog.processes.values().flatten().any(|process| asks(process))
}

/// The identity of what tells the case that waits for another that this one has ended, with an entry of that number.
pub(super) fn ended(case: CaseId, entry: i64) -> OpId {
    follows_from(&format!("ended {case} {entry}"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h, op};
    use super::super::{Lease, Ran, Ticked};
    use super::*;
    use crate::domain::command::CompleteTask;
    use crate::domain::ladder::Audience;
    use crate::domain::process::{Arm, DataField, Go, Performer, Step};
    use crate::domain::record::FieldType;
    use crate::domain::rule::{Action, Rule, Start, Trigger};
    use crate::domain::{Party, Span, TaskId};
    use std::sync::Arc;

    #[test]
    fn something_may_follow_where_one_process_has_a_rule_or_a_step_that_acts() {
        use crate::domain::decide::tests::world::{SALE, company, company_of};
        let follows = |change: &dyn Fn(&mut Process)| something_follows(&company_of(SALE, change));
        assert!(!something_follows(&company(&[SALE])) && !something_follows(&company(&[])));
        assert!(follows(&|sale| sale.rules = vec![rule("r", Trigger::CaseDone, "", note("x"))]));
        assert!(follows(&|sale| sale.steps[0].kind = StepKind::Auto { actions: note("x") }));
    }

    fn rule(name: &str, on: Trigger, when: &str, then: Vec<Action>) -> Rule {
        let when = Some(when.to_string()).filter(|when| !when.is_empty());
        Rule { rule: h(name), on, step: None, when, then, reason: None }
    }

    fn note(text: &str) -> Vec<Action> {
        vec![Action::Note(text.to_string())]
    }

    fn start(process: &str, data: &[(&str, &str)]) -> Vec<Action> {
        let data = data.iter().map(|(name, source)| (name.to_string(), source.to_string())).collect();
        let title = Some("After {{ case.title }}".to_string());
        vec![Action::Start(Start { process: h(process), about_record: false, title, data })]
    }

    /// A sale with these rules, a fresh case of it as C-2, and a project anybody's sale may start.
    fn with(rules: Vec<Rule>) -> (Desk, Instant) {
        let (mut desk, now) = desk();
        change(&mut desk, now, |sale| sale.rules = rules);
        let number = |name: &str, required| DataField {
            name: name.to_string(),
            title: None,
            kind: FieldType::Number,
            required,
        };
        let mut project = Process::new(h("project"), "Project".into(), Party::Person(h("ana")));
        project.data = vec![number("n", false)];
        let mut plan = Step::work(h("plan"), "Plan".into(), Performer::Party(Party::Person(h("ana"))));
        plan.next = vec![Arm::new(None, Go::End(Some("built".into())))];
        project.steps = vec![plan];
        let mut strict = Process { handle: h("strict"), ..project.clone() };
        strict.data = vec![number("n", true)];
        for process in [project, strict] {
            desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("bo", now)).unwrap();
        }
        let start =
            StartCase { process: Some(h("sale")), title: Some("Wall".into()), ..StartCase::default() };
        desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
        (desk, now)
    }

    fn change(desk: &mut Desk, now: Instant, how: impl FnOnce(&mut Process)) {
        let mut sale = (**desk.catalog().unwrap().newest(&h("sale")).unwrap().1).clone();
        let kind = FieldType::Number;
        sale.data.push(DataField { name: "n".into(), title: None, kind, required: false });
        how(&mut sale);
        desk.execute(&Command::PublishProcess { process: Arc::new(sale) }, &ctx("bo", now)).unwrap();
    }

    fn set_n(case: i64, n: &str) -> Command {
        Command::ChangeData { case: CaseId(case), data: vec![("n".into(), n.into())] }
    }

    fn done(case: i64, task: i64, amount: &str) -> Command {
        Command::CompleteTask(CompleteTask {
            case: CaseId(case),
            task: TaskId(task),
            data: match amount {
                "" => vec![],
                amount => vec![("amount".into(), amount.into())],
            },
            to: None,
            note: None,
            all_checked: true,
            checked: vec![],
            anyway: None,
            documents: vec![],
            outcome: None,
            reason: None,
            agreed: Default::default(),
        })
    }

    /// Writes a command and dies before anything can follow.
    fn die_after(desk: &mut Desk, command: &Command, ctx: &Context) {
        let ready = desk.decide(command, ctx).unwrap().unwrap();
        desk.store.append(&ready.batch).unwrap();
        desk.kept.clear();
    }

    fn tick(desk: &mut Desk, now: Instant) -> Ticked {
        desk.tick(Lease(uuid::Uuid::nil()), now, &mut op).unwrap()
    }

    fn told(desk: &mut Desk, case: i64) -> Vec<String> {
        let view = desk.case(CaseId(case), Instant(0)).unwrap();
        let told = view.timeline.iter().filter(|line| !line.verb.is_empty());
        told.map(|line| format!("{}: {} {}", line.actor, line.verb, line.text)).collect()
    }

    fn by_rules(desk: &mut Desk, case: i64) -> Vec<String> {
        told(desk, case).into_iter().filter(|line| line.starts_with("rule")).collect()
    }

    fn sound(desk: &mut Desk) {
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn a_rule_follows_its_entry_at_once_and_says_why_it_acted() {
        let urgent = vec![Action::Urgent(true), Action::Note("Big one: {{ data.amount }}".into())];
        let mut big = rule("big", Trigger::StepDone, "data.amount > 1000", urgent);
        big.step = Some(h("sell"));
        let (mut desk, now) =
            with(vec![big, rule("never", Trigger::StepDone, "data.amount < 0", note("no"))]);
        let head = desk.head().unwrap();
        desk.execute(&done(2, 2, "12400"), &ctx("bo", now)).unwrap();
        assert_eq!(
            by_rules(&mut desk, 2),
            ["rule big: urgent from now on", "rule big: note \"Big one: 12400.0\""]
        );
        let entries = desk.store.entries(SubjectId::Case(CaseId(2))).unwrap();
        let cause = entries.iter().find(|e| matches!(e.event, Event::TaskDone { .. })).unwrap();
        assert!(cause.seq > head);
        let last = &entries.last().unwrap().actor;
        assert!(
            matches!(last, Actor::Rule(c) if c.entry == cause.seq && c.depth == 1 && c.process == h("sale"))
        );
        assert_eq!(tick(&mut desk, now).followed, 0);
        // The other step has no such rule.
        let accept = Command::AcceptHandoff {
            case: CaseId(2),
            handoff: crate::domain::HandoffId(4),
            next_action: None,
            when: None,
        };
        let before = desk.head().unwrap();
        desk.execute(&accept, &ctx("ana", now)).unwrap();
        assert_eq!(desk.head().unwrap(), before + 1, "no rule: one entry, and nothing else");
        sound(&mut desk);
    }

    #[test]
    fn what_was_missed_is_done_by_the_tick_on_the_state_as_it_was_and_once() {
        let (mut desk, now) =
            with(vec![rule("many", Trigger::DataChanged, "data.n > 3", note("{{ data.n }} now"))]);
        die_after(&mut desk, &set_n(2, "5"), &ctx("bo", now));
        die_after(&mut desk, &set_n(2, "1"), &ctx("bo", now));
        assert_eq!(by_rules(&mut desk, 2), [""; 0]);
        assert_eq!(tick(&mut desk, now).followed, 1);
        assert_eq!(
            by_rules(&mut desk, 2),
            ["rule many: note \"1 now\""],
            "the condition then, the action now"
        );
        let head = desk.head().unwrap();
        assert_eq!(tick(&mut desk, now).followed, 0);
        desk.store.tamper("UPDATE cursor SET seq = 0").unwrap();
        assert_eq!(tick(&mut desk, now).followed, 0, "from the beginning of the journal");
        assert_eq!(desk.head().unwrap(), head);
        sound(&mut desk);
    }

    #[test]
    fn what_was_taken_back_sets_nothing_off_until_it_is_done_again() {
        let (mut desk, now) = with(vec![rule("any", Trigger::DataChanged, "", note("changed"))]);
        die_after(&mut desk, &set_n(2, "5"), &ctx("bo", now));
        desk.undo(&ctx("bo", now)).unwrap();
        assert_eq!(tick(&mut desk, now).followed, 0);
        assert_eq!(by_rules(&mut desk, 2), [""; 0]);
        desk.redo(&ctx("bo", now)).unwrap();
        assert_eq!(tick(&mut desk, now).followed, 1);
        assert_eq!(by_rules(&mut desk, 2), ["rule any: note \"changed\""]);
    }

    #[test]
    fn what_a_rule_did_sets_off_others_and_not_itself() {
        let up = |by: &str| vec![Action::Set(vec![("n".into(), format!("data.n + {by}"))])];
        let (mut desk, now) = with(vec![rule("up", Trigger::DataChanged, "", up("1"))]);
        desk.execute(&set_n(2, "0"), &ctx("bo", now)).unwrap();
        assert_eq!(desk.case_now(CaseId(2)).unwrap().unwrap().data["n"], 1.0);
        desk.execute(&set_n(2, "5"), &ctx("bo", now)).unwrap();
        assert_eq!(desk.case_now(CaseId(2)).unwrap().unwrap().data["n"], 6.0, "each change of somebody once");
        assert_eq!(by_rules(&mut desk, 2), ["rule up: set n = 1", "rule up: set n = 6"]);
        desk.store.tamper("UPDATE cursor SET seq = 0").unwrap();
        assert_eq!(tick(&mut desk, now).followed, 0);
        let noted = rule("tell", Trigger::DataChanged, "", note("n is {{ data.n }}"));
        let (mut desk, now) = with(vec![rule("up", Trigger::DataChanged, "", up("1")), noted]);
        desk.execute(&set_n(2, "0"), &ctx("bo", now)).unwrap();
        let said = by_rules(&mut desk, 2);
        assert_eq!(said.iter().filter(|line| line.starts_with("rule tell")).count(), 2, "{said:?}");
        sound(&mut desk);
    }

    #[test]
    fn a_chain_of_nine_is_refused_and_shown() {
        let up = || vec![Action::Set(vec![("n".into(), "data.n + 1".into())])];
        let and = rule("and", Trigger::DataChanged, "data.n != 0", up());
        let (mut desk, now) = with(vec![rule("up", Trigger::DataChanged, "", up()), and]);
        desk.execute(&set_n(2, "0"), &ctx("bo", now)).unwrap();
        let case = desk.case_now(CaseId(2)).unwrap().unwrap();
        assert_eq!(case.data["n"], 8.0);
        let exceptions =
            case.exceptions.values().map(|e| (e.text.as_str(), e.to.as_slice())).collect::<Vec<_>>();
        let chain = ["up of sale, and of sale"; 4].join(", ");
        let text = format!("The rule up was not followed: 8 causes lie behind it already ({chain}).");
        assert_eq!(exceptions, [(text.as_str(), [h("bo")].as_slice())]);
        assert_eq!(tick(&mut desk, now).followed, 0);
        sound(&mut desk);
    }

    #[test]
    fn rules_about_exceptions_end_as_well() {
        let more =
            vec![Action::Exception("{{ case.id }} again".into()), Action::Remind(Audience::Accountable)];
        let first = rule("first", Trigger::DataChanged, "", more.clone());
        let (mut desk, now) = with(vec![first.clone(), rule("more", Trigger::Exception, "", more.clone())]);
        desk.execute(&set_n(2, "0"), &ctx("bo", now)).unwrap();
        let case = desk.case_now(CaseId(2)).unwrap().unwrap();
        assert_eq!(case.exceptions.len(), 2, "its own is none to it");
        let again = rule("again", Trigger::Exception, "", more.clone());
        let (mut desk, now) = with(vec![first, rule("more", Trigger::Exception, "", more), again]);
        desk.execute(&set_n(2, "0"), &ctx("bo", now)).unwrap();
        let case = desk.case_now(CaseId(2)).unwrap().unwrap();
        assert_eq!(case.reminders.len(), case.exceptions.len() - 2, "the ninth of either is refused");
        assert_eq!(tick(&mut desk, now).followed, 0);
    }

    #[test]
    fn a_condition_on_what_nobody_has_filled_in_does_not_hold_and_one_that_is_no_condition_is_shown_once() {
        let empty = ["data.amount > 5", "not data.amount > 5", "record.credit > 5"];
        let rules = empty.map(|when| rule("big", Trigger::DataChanged, when, note("x")));
        let (mut desk, now) = with(rules.into());
        desk.execute(&set_n(2, "1"), &ctx("bo", now)).unwrap();
        assert_eq!(by_rules(&mut desk, 2), [""; 0]);
        let (mut desk, now) = with(vec![rule("big", Trigger::DataChanged, "data.n", note("x"))]);
        desk.execute(&set_n(2, "1"), &ctx("bo", now)).unwrap();
        desk.execute(&set_n(2, "2"), &ctx("bo", now)).unwrap();
        let case = desk.case_now(CaseId(2)).unwrap().unwrap();
        let texts = case.exceptions.values().map(|e| e.text.as_str()).collect::<Vec<_>>();
        assert_eq!(texts.len(), 1, "{texts:?}");
        assert!(
            texts[0].starts_with("The rule big cannot be decided: the condition gives a number"),
            "{texts:?}"
        );
        let (mut desk, now) = with(vec![rule(
            "bad",
            Trigger::DataChanged,
            "",
            vec![Action::Note("seen".into()), Action::Set(vec![("gone".into(), "1".into())])],
        )]);
        desk.execute(&set_n(2, "1"), &ctx("bo", now)).unwrap();
        assert_eq!(
            by_rules(&mut desk, 2),
            ["rule bad: EXCEPTION The rule bad could not be followed: `Sale` has no field `gone`."],
            "all of a rule or nothing"
        );
    }

    /// However deep: what a step started is called by that step, and no rule is made up.
    #[test]
    fn what_a_step_starts_names_the_step_at_every_depth() {
        let (mut desk, now) = with(Vec::new());
        let head = |name: &str| {
            format!(
                "process = \"{name}\"\ntitle = \"{name}\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@ana\"\n"
            )
        };
        let starts = |name: &str, other: &str, wait: bool| {
            format!(
                "[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\ntype = \"process\"\nstart = \"{other}\"\n\
                 wait = {wait}\nnext = {{ end = true }}\n"
            )
        };
        let work =
            "[[step]]\nstep = \"w\"\ntitle = \"W\"\nby = \"@ana\"\ngoal = \"1 day\"\nnext = { end = true }\n";
        for text in [
            head("low") + work,
            head("mid") + &starts("deeper", "low", true),
            head("top") + &starts("ask", "mid", false),
        ] {
            let (process, problems) = crate::domain::process_check::read(&text, &desk.known().unwrap());
            let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
            desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
        }
        let begin = StartCase { process: Some(h("top")), ..StartCase::default() };
        let SubjectId::Case(top) = desk.execute(&Command::StartCase(begin), &ctx("bo", now)).unwrap().subject
        else {
            panic!("no case")
        };
        let who = |desk: &mut Desk, case: i64| {
            let lines = told(desk, case).into_iter();
            lines
                .filter_map(|line| Some(line.split_once(':')?.0.to_string()))
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert!(who(&mut desk, top.0).contains("step ask"), "{:?}", told(&mut desk, top.0));
        assert_eq!(who(&mut desk, top.0 + 1), ["step ask", "step deeper"].map(String::from).into());
        assert_eq!(who(&mut desk, top.0 + 2), ["step deeper"].map(String::from).into());
        // That a case ended is told by its process.
        let task = crate::domain::command::Command::AcceptHandoff {
            case: CaseId(top.0 + 2),
            handoff: desk.handoffs(Some(CaseId(top.0 + 2))).unwrap()[0].id,
            next_action: None,
            when: None,
        };
        desk.execute(&task, &ctx("ana", now)).unwrap();
        let task = desk.tasks(Some(CaseId(top.0 + 2)), None).unwrap()[0].id.0;
        desk.execute(&done(top.0 + 2, task, ""), &ctx("ana", now)).unwrap();
        assert!(who(&mut desk, top.0 + 1).contains("process low"), "{:?}", told(&mut desk, top.0 + 1));
        sound(&mut desk);
    }

    #[test]
    fn a_case_that_is_done_starts_another_linked_both_ways() {
        let next = rule(
            "next",
            Trigger::CaseDone,
            "case.outcome == 'paid'",
            start("project", &[("n", "data.amount / 100")]),
        );
        let (mut desk, now) = with(vec![next]);
        desk.execute(&done(2, 2, "1200"), &ctx("bo", now)).unwrap();
        let accept = Command::AcceptHandoff {
            case: CaseId(2),
            handoff: crate::domain::HandoffId(4),
            next_action: None,
            when: None,
        };
        desk.execute(&accept, &ctx("ana", now)).unwrap();
        let task = desk.tasks(Some(CaseId(2)), Some(&h("ana"))).unwrap()[0].id.0;
        desk.execute(&done(2, task, ""), &ctx("ana", now)).unwrap();
        assert_eq!(
            by_rules(&mut desk, 2),
            ["rule next: ask for a case of project: \"After Wall\"", "rule next: started C-3"]
        );
        let child = desk.case_now(CaseId(3)).unwrap().unwrap();
        assert_eq!(child.parent, Some(ParentLink { case: CaseId(2), request: 1 }));
        assert_eq!((child.title.as_str(), &child.data["n"]), ("After Wall", &serde_json::json!(12.0)));
        let handoff = child.handoffs.values().next().unwrap();
        assert_eq!(
            (&handoff.from, &handoff.state),
            (&h("ana"), &crate::domain::case::HandoffState::Offered),
            "the accountable party sends, and nobody has accepted, although sender and receiver are one"
        );
        desk.store.tamper("UPDATE cursor SET seq = 0").unwrap();
        let head = desk.head().unwrap();
        tick(&mut desk, now);
        assert_eq!(desk.head().unwrap(), head);
        sound(&mut desk);
    }

    /// What is over is in nobody's list: whom a rule reminds of it has a message.
    #[test]
    fn a_reminder_of_a_case_that_is_done_waits_to_be_read() {
        let remind = vec![Action::Remind(Audience::Party(Party::Person(h("ana"))))];
        let (mut desk, now) = with(vec![rule("tell", Trigger::CaseWithdrawn, "", remind)]);
        let withdraw = Command::WithdrawCase { case: CaseId(2), reason: "no need".into() };
        desk.execute(&withdraw, &ctx("bo", now)).unwrap();
        let inbox = desk.inbox(&h("ana"), now).unwrap();
        assert!(inbox.items.iter().any(|item| item.case == CaseId(2)), "{:?}", inbox.items);
        let said = by_rules(&mut desk, 2);
        assert!(said[0].contains("A reminder of C-2, which was withdrawn: no need"), "{said:?}");
        desk.execute(&Command::ReadMessages { on: SubjectId::Case(CaseId(2)) }, &ctx("ana", now)).unwrap();
        assert!(desk.inbox(&h("ana"), now).unwrap().items.iter().all(|item| item.case != CaseId(2)));
        sound(&mut desk);
    }

    /// Nothing of the case is in ana's list, and nothing of it is late: she reads who reminds her, and is done with it.
    #[test]
    fn a_reminder_of_an_open_case_is_a_message_to_whom_has_nothing_of_it() {
        let remind = vec![Action::Remind(Audience::Party(Party::Person(h("ana"))))];
        let (mut desk, now) = with(vec![rule("tell", Trigger::DataChanged, "", remind)]);
        desk.execute(&set_n(2, "1"), &ctx("bo", now)).unwrap();
        let of = |desk: &mut Desk| {
            let items = desk.inbox(&h("ana"), now).unwrap().items.into_iter();
            items
                .filter(|item| item.case == CaseId(2))
                .map(|item| (item.step_title, item.of_case))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&mut desk), [("\"A reminder of C-2 by rule tell of sale.\"".to_string(), false)]);
        desk.execute(&Command::ReadMessages { on: SubjectId::Case(CaseId(2)) }, &ctx("ana", now)).unwrap();
        assert_eq!(of(&mut desk), []);
        sound(&mut desk);
    }

    /// The won deal starts the project; taken up again and won again it starts another, and somebody says which there shall be.
    #[test]
    fn what_a_case_taken_up_again_starts_a_second_time_is_asked_about() {
        let (mut desk, now) = with(vec![rule("next", Trigger::StepDone, "", start("project", &[]))]);
        let again = |desk: &mut Desk| {
            let text = "was started for this before it was taken up again";
            let case = desk.case_now(CaseId(2)).unwrap().unwrap();
            case.exceptions.values().filter(|open| open.text.contains(text)).count()
        };
        desk.execute(&done(2, 2, "1"), &ctx("bo", now)).unwrap();
        assert_eq!(again(&mut desk), 0);
        desk.execute(&Command::WithdrawCase { case: CaseId(2), reason: "x".into() }, &ctx("bo", now))
            .unwrap();
        let reopen =
            Command::ReopenCase { case: CaseId(2), reason: "y".into(), to: Some(h("sell")), party: None };
        desk.execute(&reopen, &ctx("bo", now)).unwrap();
        let task = desk.case_now(CaseId(2)).unwrap().unwrap().tasks.keys().next_back().unwrap().0;
        desk.execute(&done(2, task, "1"), &ctx("bo", now)).unwrap();
        assert_eq!(again(&mut desk), 1, "{:?}", told(&mut desk, 2));
        sound(&mut desk);
    }

    #[test]
    fn a_start_that_is_refused_is_an_exception_and_is_not_tried_again() {
        let (mut desk, now) = with(vec![rule("next", Trigger::DataChanged, "", start("strict", &[]))]);
        desk.execute(&set_n(2, "1"), &ctx("bo", now)).unwrap();
        let said = by_rules(&mut desk, 2);
        assert_eq!(said[1], "rule next: NOT STARTED A case of `Project` starts with n.", "{said:?}");
        assert!(said[2].starts_with("rule next: EXCEPTION A case could not be started"), "{said:?}");
        desk.store.tamper("UPDATE cursor SET seq = 0").unwrap();
        assert_eq!(tick(&mut desk, now).followed, 0);
    }

    /// Nobody waits for the project: what it lacked is filled in, and it is started, once.
    #[test]
    fn a_start_that_nobody_waits_for_is_tried_again_when_what_it_lacked_is_there() {
        let (mut desk, now) =
            with(vec![rule("next", Trigger::StepDone, "", start("strict", &[("n", "data.n")]))]);
        desk.execute(&done(2, 2, "1"), &ctx("bo", now)).unwrap();
        let of = |desk: &mut Desk| {
            let case = desk.case_now(CaseId(2)).unwrap().unwrap();
            let open = case.exceptions.values().filter(|open| open.resolved.is_none()).count();
            let cases = desk.cases(&crate::store::CaseFilter::default()).unwrap().len();
            (open, cases)
        };
        assert_eq!(of(&mut desk), (1, 2));
        let note = Command::ChangeData { case: CaseId(2), data: vec![("amount".into(), "5".into())] };
        desk.execute(&note, &ctx("bo", now)).unwrap();
        assert_eq!(of(&mut desk), (1, 2), "it lacks what it lacked");
        desk.execute(&set_n(2, "7"), &ctx("bo", now)).unwrap();
        assert_eq!(of(&mut desk), (0, 3), "{:?}", told(&mut desk, 2));
        desk.execute(&set_n(2, "8"), &ctx("bo", now)).unwrap();
        assert_eq!(of(&mut desk), (0, 3), "once");
        sound(&mut desk);
    }

    #[test]
    fn processes_that_start_each_other_end_too() {
        let (mut desk, now) = with(vec![rule("again", Trigger::CaseStarted, "", start("sale", &[]))]);
        let cases = desk.cases(&crate::store::CaseFilter::default()).unwrap().len();
        assert_eq!(cases, 2 + 8, "each case lies one cause deeper: the rule, with the start it asks for");
        let refused = told(&mut desk, 10);
        let chain = ["again of sale"; 8].join(", ");
        let text = format!("8 causes lie behind it already ({chain}).");
        assert!(refused.iter().any(|line| line.contains(&text)), "{refused:#?}");
        assert_eq!(tick(&mut desk, now).followed, 0);
    }

    /// A sale, C-3, whose work is followed by a project that it waits for.
    fn waiting() -> (Desk, Instant) {
        let (mut desk, now) = with(vec![]);
        change(&mut desk, now, |sale| {
            let begin = Start { process: h("project"), about_record: false, title: None, data: vec![] };
            let mut build = Step::work(h("build"), "Build".into(), Performer::Sender);
            build.kind = StepKind::Process { start: begin, wait: true };
            build.next = vec![Arm::new(None, Go::To(vec![h("bill")]))];
            sale.steps[0].next = vec![Arm::new(None, Go::To(vec![h("build")]))];
            sale.steps.insert(1, build);
        });
        let sale = StartCase { process: Some(h("sale")), title: Some("Roof".into()), ..StartCase::default() };
        desk.execute(&Command::StartCase(sale), &ctx("bo", now)).unwrap();
        (desk, now)
    }

    /// Steps that start another process and wait for it.
    #[test]
    fn whoever_waits_for_a_case_hears_of_its_end() {
        let (mut desk, now) = waiting();
        // Whoever asked dies before the project is begun; the tick begins it.
        die_after(&mut desk, &done(3, 3, "7"), &ctx("bo", now));
        assert_eq!(tick(&mut desk, now).followed, 1);
        let child = desk.case_now(CaseId(4)).unwrap().unwrap();
        assert_eq!(child.parent, Some(ParentLink { case: CaseId(3), request: 1 }));
        let handoff = *child.handoffs.keys().next().unwrap();
        let accept = Command::AcceptHandoff { case: CaseId(4), handoff, next_action: None, when: None };
        desk.execute(&accept, &ctx("ana", now)).unwrap();
        let task = desk.tasks(Some(CaseId(4)), None).unwrap()[0].id.0;
        desk.execute(&done(4, task, ""), &ctx("ana", now)).unwrap();
        let parent = desk.case_now(CaseId(3)).unwrap().unwrap();
        let steps = parent.branches.values().filter_map(|b| parent.step_of(b)).collect::<Vec<_>>();
        assert_eq!(steps, [&h("bill")], "{:#?}", told(&mut desk, 3));
        // Nobody has acted on what went on by that: it waits again.
        desk.undo(&ctx("ana", now)).unwrap();
        let parent = desk.case_now(CaseId(3)).unwrap().unwrap();
        let steps = parent.branches.values().filter_map(|b| parent.step_of(b)).collect::<Vec<_>>();
        assert_eq!(steps, [&h("build")]);
        sound(&mut desk);
        desk.redo(&ctx("ana", now)).unwrap();
        sound(&mut desk);
        // Once somebody has, the end is not ana's alone any more.
        desk.execute(&Command::NoteCase { case: CaseId(3), text: "x".into() }, &ctx("bo", now)).unwrap();
        let refused = desk.undo(&ctx("ana", now)).unwrap_err();
        assert!(refused.to_string().starts_with("bo acted on C-3 after that"), "{refused}");
    }

    /// What was started and waited for goes on when nothing waits for it any more: somebody has to say what becomes of it.
    #[test]
    fn a_case_that_is_left_alone_is_put_to_whoever_answers_for_the_one_that_waited() {
        let (mut desk, now) = waiting();
        desk.execute(&done(3, 3, "7"), &ctx("bo", now)).unwrap();
        let withdraw = Command::WithdrawCase { case: CaseId(3), reason: "not wanted".into() };
        desk.execute(&withdraw, &ctx("bo", now)).unwrap();
        let child = desk.case_now(CaseId(4)).unwrap().unwrap();
        assert_eq!(child.state, CaseState::Open);
        let text =
            "Nothing waits for C-4 any more, which `build` started, and it goes on: withdraw it, or let it";
        let parent = desk.case_now(CaseId(3)).unwrap().unwrap();
        assert_eq!(parent.exceptions.values().map(|e| e.text.as_str()).collect::<Vec<_>>(), [text]);
        let who = parent.exceptions[&1].to[0].clone();
        let items = desk.inbox(&who, now).unwrap().items;
        assert!(items.iter().any(|item| item.exception.as_ref().is_some_and(|(.., said)| said == text)));
        sound(&mut desk);
    }

    #[test]
    fn two_desks_that_do_the_chores_on_one_file_do_each_thing_once() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("t.baton");
        let both = [note("n"), start("project", &[])].concat();
        let (first, now) = with(vec![rule("both", Trigger::DataChanged, "", both)]);
        first.store.backup(&path).unwrap();
        for round in 0..5 {
            let mut desk = Desk::open(&path).unwrap();
            die_after(&mut desk, &set_n(2, &round.to_string()), &ctx("bo", now));
            let (mut one, mut other) = (Desk::open(&path).unwrap(), Desk::open(&path).unwrap());
            // The other has read the journal from where both left off, and begins when the one has ended.
            let seen = other.store.entries_after(other.store.cursor(CURSOR).unwrap(), AT_ONCE).unwrap();
            assert_eq!(one.catch_up(now).unwrap(), 1);
            let again = seen.iter().map(|entry| other.consequences(entry, now).unwrap()).sum::<usize>();
            assert_eq!(again, 0);
        }
        let mut desk = Desk::open(&path).unwrap();
        assert_eq!(by_rules(&mut desk, 2).iter().filter(|line| line.contains("note")).count(), 5);
        assert_eq!(desk.cases(&crate::store::CaseFilter::default()).unwrap().len(), 2 + 5);
        sound(&mut desk);
    }

    #[test]
    fn a_program_is_run_once_by_whoever_may_and_its_answer_is_kept() {
        let run = vec![Action::Run("invoice".into())];
        let (mut desk, now) = with(vec![rule("bill", Trigger::DataChanged, "", run)]);
        desk.execute(&set_n(2, "3"), &ctx("bo", now)).unwrap();
        let lease = Lease(uuid::Uuid::nil());
        assert!(!tick(&mut desk, now).ran, "nobody was there to run it");
        let mut seen = Vec::new();
        let mut runner = |run: &super::super::Run| {
            seen.push(run.variables());
            Ran { ok: seen.len() == 1, output: "sent\n2 pages".into() }
        };
        assert!(desk.tick_and_run(lease, now, &mut op, &mut runner).unwrap().ran);
        assert!(!desk.tick_and_run(lease, now, &mut op, &mut runner).unwrap().ran);
        desk.store.tamper("UPDATE cursor SET seq = 0").unwrap();
        assert!(!desk.tick_and_run(lease, now, &mut op, &mut runner).unwrap().ran);
        desk.execute(&set_n(2, "4"), &ctx("bo", now)).unwrap();
        assert!(desk.tick_and_run(lease, now, &mut op, &mut runner).unwrap().ran);
        let values = |n: &str| {
            [
                ("BATON_CASE", "C-2".to_string()),
                ("BATON_CASE_TITLE", "Wall".to_string()),
                ("BATON_CASE_PROCESS", "sale".to_string()),
                ("BATON_CASE_DATA", format!("{{\"n\":{n}}}")),
            ]
        };
        assert_eq!(seen, [values("3"), values("4")]);
        let said = by_rules(&mut desk, 2);
        assert_eq!(&said[..2], ["rule bill: run invoice", "rule bill: ran sent"]);
        assert!(said.iter().any(|line| line.contains("FAILED sent")), "{said:?}");
        assert!(said.iter().any(|line| line.contains("EXCEPTION A command went wrong")), "{said:?}");
    }

    #[test]
    fn another_waits_while_a_program_runs_and_takes_over_when_its_runner_died() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("t.baton");
        let run = vec![Action::Run("invoice".into())];
        let (mut first, now) = with(vec![rule("bill", Trigger::DataChanged, "", run)]);
        first.execute(&set_n(2, "3"), &ctx("bo", now)).unwrap();
        first.store.backup(&path).unwrap();
        let (mut one, mut other) = (Desk::open(&path).unwrap(), Desk::open(&path).unwrap());
        let fine = |_: &super::super::Run| Ran { ok: true, output: String::new() };
        // It claims the right, and is never heard of again.
        one.store.take_lease("programs", uuid::Uuid::nil(), now, now + Span(90_000)).unwrap();
        let lease = Lease(uuid::Uuid::max());
        assert!(!other.run_program(lease, now + Span(60_000), &mut { fine }).unwrap());
        assert!(other.run_program(lease, now + Span(90_000), &mut { fine }).unwrap());
        assert!(!one.run_program(Lease(uuid::Uuid::nil()), now + Span(91_000), &mut { fine }).unwrap());
    }
}
