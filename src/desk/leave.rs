//! Somebody leaves: what they hold as a plan, and the plan carried out as one. All of it happens, or nothing.

use super::{Desk, Done, Error, Series};
use crate::domain::case::Case;
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, Context};
use crate::domain::counted::counted;
use crate::domain::decide::decision::voting;
use crate::domain::event::{Entry, Event, SubjectId};
use crate::domain::fold::fold;
use crate::domain::leaver::{InHand, Plan, Spot};
use crate::domain::record::FieldType;
use crate::domain::rows::{CaseRow, MessageRow, PlaceRow};
use crate::domain::stranded::left_behind;
use crate::domain::{Handle, Instant};
use crate::store::CaseFilter;
use std::collections::BTreeMap;

impl Desk {
    /// Everything somebody holds, with proposals.
    ///
    /// # Errors
    /// When nobody has that handle, or the store could not do it.
    pub fn leaving(&mut self, person: &Handle, now: Instant) -> Result<Plan, Error> {
        let catalog = self.catalog()?;
        let open = CaseFilter { state: Some("open".to_string()), ..CaseFilter::default() };
        let hand = InHand {
            places: self.store.places_of(person, &[])?.into_iter().map(|p| (p.place, p.case)).collect(),
            handoffs: self.store.handoffs(None)?,
            exceptions: self.store.exceptions_of(person)?,
            cases: self.store.cases(&open)?,
        };
        let mut plan = Plan::of(&catalog, person, &hand, now);
        let open = self.open_now(&catalog)?;
        plan.notes = left_behind(&catalog, person, &open, now);
        plan.notes.extend(self.unvoted(person, &open.places, &catalog)?);
        plan.notes.extend(named_in_older(person, &hand.cases, &catalog));
        plan.notes.extend(self.named_in_data(person, &hand.cases, &catalog)?);
        plan.notes.extend(self.unread_by(person)?);
        Ok(plan)
    }

    /// Open decisions of several on which somebody has yet to vote: a vote goes to nobody else, and is missing from
    /// then on.
    fn unvoted(
        &mut self,
        person: &Handle,
        open: &[(PlaceRow, CaseRow)],
        catalog: &Catalog,
    ) -> Result<Vec<String>, Error> {
        let mut notes = Vec::new();
        for (place, row) in open.iter().filter(|(place, _)| place.voted.is_some()) {
            let Some(case) = self.case_now(row.id)? else { continue };
            let process = case.definition(catalog);
            let task = place.task.and_then(|task| Some((task, case.tasks.get(&task)?)));
            let Some(((id, task), process)) = task.zip(process) else { continue };
            let stands = voting(catalog, &process, &case, task).filter(|stands| stands.yet.contains(person));
            let Some(stands) = stands else { continue };
            let others = stands.yet.iter().filter(|voter| *voter != person).map(Handle::as_str);
            let others = others.collect::<Vec<_>>();
            let after = match others.is_empty() {
                true => "the others have voted already".to_string(),
                false => format!("votes of {} are missing as well", others.join(", ")),
            };
            notes.push(format!(
                "{} {}: {person} has yet to vote on {id} {}; {after}. {person} can vote until they leave; a vote goes to \
                 nobody else.",
                row.id,
                row.title,
                place.title(catalog, row.version)
            ));
        }
        Ok(notes)
    }

    /// What was written to somebody who has not read it, and what becomes of that: it is nobody else's.
    fn unread_by(&self, person: &Handle) -> Result<Vec<String>, Error> {
        // Of a case or a record the last, and how many.
        let mut unread = Vec::<(usize, MessageRow, String)>::new();
        for (told, title) in self.messages_to(person)? {
            match unread.iter_mut().find(|(_, other, _)| other.on == told.on) {
                Some(there) => (there.0, there.1) = (there.0 + 1, told),
                None => unread.push((1, told, title)),
            }
        }
        let note = |(n, told, title): (usize, MessageRow, String)| {
            let from = told.from.map_or_else(String::new, |from| format!(" from {from}"));
            let before = if n > 1 { format!(", and {} before it", n - 1) } else { String::new() };
            let on = told.on;
            format!(
                "{on} {title}: unread{from}: \"{}\"{before}. It stays there and nobody reads it for {person}; `baton \
                 message send {on} \"…\" --to PERSON` tells somebody else.",
                told.text
            )
        };
        Ok(unread.into_iter().map(note).collect())
    }

    /// Open cases that have somebody in a field for a person. Nobody else can say who it should be.
    fn named_in_data(
        &mut self,
        person: &Handle,
        open: &[CaseRow],
        catalog: &Catalog,
    ) -> Result<Vec<String>, Error> {
        let mut found = Vec::new();
        for row in open {
            let Some(process) = catalog.process(&row.process, row.version) else { continue };
            let fields = process.data.iter().filter(|field| field.kind == FieldType::Person);
            let fields = fields.map(|field| &field.name).collect::<Vec<_>>();
            // Most processes ask for nobody, and their cases need not be read.
            let Some(case) = (if fields.is_empty() { None } else { self.case_now(row.id)? }) else {
                continue;
            };
            let names = |field: &&&String| {
                case.data.get(field.as_str()).and_then(|value| value.as_str()) == Some(person.as_str())
            };
            found.extend(fields.iter().filter(names).map(|field| {
                let id = row.id;
                format!(
                    "{id} {}: {field} is {person}; `baton case set {id} {field}=…` names another.",
                    row.title
                )
            }));
        }
        Ok(found)
    }

    /// Marks somebody as gone and gives everything they hold to those whom the plan names. What they have come
    /// to hold since the plan was made blocks it like a line without a destination.
    ///
    /// # Errors
    /// Refusals of the domain, and of the store; nothing has happened then.
    pub fn leave(&mut self, plan: &Plan, by: &mut Series<'_>) -> Result<Vec<Done>, Error> {
        self.in_one_transaction(|desk| {
            let mut now = desk.leaving(&plan.person, by.now)?;
            for line in &mut now.lines {
                let said = plan.lines.iter().find(|said| said.held == line.held);
                line.to = said.and_then(|said| said.to.clone());
            }
            let homeless = now.homeless();
            let gone = Command::Leave { person: plan.person.clone(), homeless };
            // One action, whose first part marks the person as gone: what moves is known only after that.
            let whole = by.context();
            let part = |n: usize| whole.part(n, usize::MAX);
            let mut done = vec![desk.execute(&gone, &part(0))?];
            for (n, command) in (1..).zip(now.commands(&*desk.catalog()?, by.now)) {
                done.push(desk.execute(&command, &part(n))?);
            }
            Ok(done)
        })
    }

    /// Somebody who left and would hold something of a case again, once these events have changed which entries count.
    pub(super) fn would_go_to_somebody_gone(
        catalog: &Catalog,
        subject: SubjectId,
        entries: &[Entry],
        events: &[Event],
        ctx: &Context,
    ) -> Option<Handle> {
        let turned = events.iter().map(|event| Entry {
            seq: 0,
            at: ctx.now,
            actor: ctx.actor.clone(),
            subject,
            op: ctx.op,
            event: event.clone(),
        });
        let after = entries.iter().cloned().chain(turned).collect::<Vec<_>>();
        let holders =
            |entries: &[Entry]| fold(subject, entries, catalog).case().map(Case::holders).unwrap_or_default();
        let before = holders(entries);
        let mut back = holders(&after).into_iter().filter(|person| !before.contains(person));
        back.find(|person| catalog.has_left(person))
    }
}

/// Steps that open cases may still come to, of versions that name somebody whom the newest version does not replace:
/// no line changes a version, so it is said what becomes of them.
fn named_in_older(person: &Handle, open: &[CaseRow], catalog: &Catalog) -> Vec<String> {
    let mut running = BTreeMap::<(&Handle, u32), usize>::new();
    for row in open {
        *running.entry((&row.process, row.version)).or_default() += 1;
    }
    let mut notes = Vec::new();
    for ((handle, version), cases) in running {
        let newest = catalog.newest(handle);
        let Some((newest, process)) = newest.map(|(n, _)| n).zip(catalog.process(handle, version)) else {
            continue;
        };
        if version == newest {
            continue;
        }
        for spot in process.spots_of(person) {
            let (Spot::Step(step) | Spot::Minded(step)) = spot else { continue };
            let now = catalog.newest(handle).and_then(|(_, newest)| newest.step(&step));
            if now.is_some() {
                continue;
            }
            notes.push(format!(
                "{handle}, version {version}: step {step} is for {person}, and version {newest} has no such step. Of {} on it \
                 the step goes to whoever answers for the case; `baton process migrate {handle} --to {newest}` takes them along.",
                counted(cases, "open case")
            ));
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, decide, desk, finished, h, op};
    use super::*;
    use crate::domain::absence::Absence;
    use crate::domain::catalog::Permission;
    use crate::domain::command::{CompleteTask, StartCase};
    use crate::domain::event::Actor;
    use crate::domain::leaver::Destination;
    use crate::domain::{CaseId, HandoffId, Party, Span, TaskId};

    /// The small company with cy, whom bo, who holds everything, will hand it to: a case offered by bo, one in
    /// bo's hand, one offered to bo.
    fn company() -> (Desk, Instant) {
        let (mut desk, now) = desk();
        let add = |person: &str, permission| Command::AddPerson {
            person: h(person),
            name: person.into(),
            mail: None,
            permission,
            roles: Vec::new(),
        };
        let start = |to: Option<&str>| {
            let to = to.map(|to| to.parse().unwrap());
            Command::StartCase(StartCase { process: Some(h("sale")), to, ..StartCase::default() })
        };
        let steps = [
            ("bo", add("dee", Permission::Admin)),
            ("bo", add("cy", Permission::Member)),
            ("bo", start(None)),
            ("ana", start(Some("@bo"))),
            (
                "bo",
                Command::ChangeRole {
                    role: h("finance"),
                    add: vec![h("bo")],
                    remove: vec![],
                    lead: Some(h("bo")),
                },
            ),
            (
                "dee",
                Command::SetAway {
                    person: h("ana"),
                    absence: Absence {
                        from: now,
                        until: now + Span::DAY,
                        substitute: Some(h("bo")),
                        note: None,
                    },
                },
            ),
        ];
        for (who, command) in steps {
            desk.execute(&command, &ctx(who, now)).unwrap();
        }
        (desk, now)
    }

    /// Bo does the newest work there is, and it goes on; of which case.
    fn sold(desk: &mut Desk, now: Instant) -> crate::domain::CaseId {
        let task = desk.tasks(None, Some(&h("bo"))).unwrap().last().unwrap().clone();
        let data = vec![("amount".into(), "1".into())];
        let done = CompleteTask { data, ..finished(task.case, task.id) };
        desk.execute(&Command::CompleteTask(done), &ctx("bo", now)).unwrap();
        task.case
    }

    /// What no line can give to anybody: people in the data of a case, and a decision that too few are left for.
    #[test]
    fn the_plan_says_what_no_line_of_it_can_give_to_anybody() {
        let (mut desk, now) = company();
        let text = r#"
process = "deal"
title = "Deal"
kind = "operational"
purpose = "x"
accountable = "@dee"
[data.buyer]
type = "person"
[[step]]
step = "sign"
title = "Sign"
type = "decision"
by = "finance"
goal = "1 day"
quorum = "2 of 2"
next = [{ on = "yes", end = true }, { on = "no", end = true }]
"#;
        let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
        desk.execute(&Command::PublishProcess { process }, &ctx("dee", now)).unwrap();
        let data = vec![("buyer".to_string(), "bo".to_string())];
        let start = StartCase { process: Some(h("deal")), data, ..StartCase::default() };
        desk.execute(&Command::StartCase(start), &ctx("dee", now)).unwrap();
        let note = Command::NoteCase { case: CaseId(4), text: "@bo, the keys?".into() };
        desk.execute(&note, &ctx("ana", now)).unwrap();
        let plan = desk.leaving(&h("bo"), now).unwrap();
        assert_eq!(
            plan.notes,
            [
                "deal, Sign: 2 of finance have to agree, and 1 can.",
                "C-4 Deal: buyer is bo; `baton case set C-4 buyer=…` names another.",
                "C-4 Deal: unread from ana: \"@bo, the keys?\". It stays there and nobody reads it for bo; `baton message send C-4 \
                 \"…\" --to PERSON` tells somebody else.",
            ]
        );
        assert!(plan.text().contains("#   deal, Sign: 2 of finance have to agree, and 1 can.\n"));
        assert_eq!(desk.leaving(&h("cy"), now).unwrap().notes, [""; 0]);
        // Once the decision is in hand, a vote nobody can give for bo is said as well, until bo has given it.
        let handoff = desk.handoffs(Some(CaseId(4))).unwrap()[0].id;
        let accept = Command::AcceptHandoff { case: CaseId(4), handoff, next_action: None, when: None };
        desk.execute(&accept, &ctx("ana", now)).unwrap();
        let votes = |desk: &mut Desk| {
            let notes = desk.leaving(&h("bo"), now).unwrap().notes.into_iter();
            notes.filter(|note| note.contains("vote")).collect::<Vec<_>>()
        };
        assert_eq!(
            votes(&mut desk),
            [
                "C-4 Deal: bo has yet to vote on T-3 Sign; votes of ana are missing as well. bo can vote until they leave; a vote \
              goes to nobody else."
            ]
        );
        desk.execute(&decide(CaseId(4), TaskId(3), "yes"), &ctx("bo", now)).unwrap();
        assert_eq!(votes(&mut desk), [""; 0]);
    }

    fn leave(desk: &mut Desk, plan: &Plan, who: &str, now: Instant) -> Result<Vec<Done>, Error> {
        let mut next = op;
        desk.leave(plan, &mut Series { person: h(who), now, op: &mut next })
    }

    fn keys(plan: &Plan) -> Vec<String> {
        let to = |to: &Option<Destination>| to.as_ref().map(Destination::text).unwrap_or_default();
        plan.lines.iter().map(|l| format!("{} {} -> {}", l.held.section(), l.key, to(&l.to))).collect()
    }

    #[test]
    fn everything_somebody_holds_is_a_line_and_moves_as_one() {
        let (mut desk, now) = company();
        let mut plan = desk.leaving(&h("bo"), now).unwrap();
        assert_eq!(
            keys(&plan),
            [
                "work H-2 -> ",
                "work T-2 -> ",
                "offers H-4 -> ",
                "cases C-1 -> ",
                "cases C-2 -> ",
                "cases C-3 -> ",
                "processes sale: accountable -> ",
                "processes sale: step sell -> ",
                "roles finance: member -> nobody",
                "roles finance: lead -> @ana",
                "substitutes ana -> nobody",
            ]
        );
        // Blocked, and nothing has happened.
        let head = desk.head().unwrap();
        let refused = leave(&mut desk, &plan, "dee", now).unwrap_err();
        assert_eq!(refused.to_string(), "bo still holds H-2 and 7 more.");
        for line in plan.lines.iter_mut().filter(|line| line.to.is_none()) {
            line.to = Some(Destination::Party(Party::Person(h("cy"))));
        }
        let refused = leave(&mut desk, &plan, "ana", now).unwrap_err();
        assert_eq!(refused.to_string(), "Only an admin can let somebody go.");
        assert_eq!(desk.head().unwrap(), head);
        // What came to bo since the plan was printed blocks it too.
        let late = Command::StartCase(StartCase {
            process: Some(h("sale")),
            to: Some("@bo".parse().unwrap()),
            ..StartCase::default()
        });
        desk.execute(&late, &ctx("ana", now)).unwrap();
        let refused = leave(&mut desk, &plan, "dee", now).unwrap_err();
        assert_eq!(refused.to_string(), "bo still holds H-5 and 1 more.");
        desk.execute(&Command::WithdrawCase { case: CaseId(4), reason: "x".into() }, &ctx("bo", now))
            .unwrap();

        leave(&mut desk, &plan, "dee", now).unwrap();
        assert_eq!(desk.leaving(&h("bo"), now).unwrap().lines, []);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        let tasks = desk.tasks(None, Some(&h("cy"))).unwrap();
        assert_eq!(tasks.iter().map(|task| task.id).collect::<Vec<_>>(), [TaskId(2)]);
        // Cy, who is responsible for the open offer now, can take it back; who offered H-4 still is its sender.
        let recall = Command::RecallHandoff { case: CaseId(1), handoff: HandoffId(2), reason: None };
        desk.execute(&recall, &ctx("cy", now)).unwrap();
        let offers = desk.handoffs(None).unwrap();
        let offers = offers.iter().map(|h| format!("{} {} {}", h.id, h.from, h.to)).collect::<Vec<_>>();
        assert_eq!(offers, ["H-6 ana @cy"]);
        let catalog = desk.catalog().unwrap();
        let (version, sale) = catalog.newest(&h("sale")).unwrap();
        assert_eq!((version, sale.accountable.to_string().as_str()), (2, "@cy"));
        assert_eq!(catalog.people[&h("ana")].absences[0].substitute, None);
        let entries = desk.store().entries(SubjectId::Case(CaseId(2))).unwrap();
        assert_eq!(entries.last().unwrap().actor, Actor::Person(h("dee")));
        // Gone is gone, and nothing goes back to an empty desk.
        let note = Command::NoteCase { case: CaseId(1), text: "x".into() };
        let refused = desk.execute(&note, &ctx("bo", now)).unwrap_err();
        assert_eq!(refused.to_string(), "`bo` has left.");
        // Cy has acted on what bo held.
        let refused = desk.undo(&ctx("dee", now)).unwrap_err();
        assert!(refused.to_string().starts_with("cy acted on C-1 after that, today 09:00"), "{refused}");
        assert!(
            refused.hint().starts_with("`baton person back bo` lets them in again"),
            "{}",
            refused.hint()
        );
    }

    /// Everything in the file, but for the journal and versions, which only grow.
    fn as_it_stands(desk: &mut Desk) -> (Vec<String>, Vec<String>) {
        let catalog = desk.catalog().unwrap();
        let newest =
            |handle: &Handle| format!("{:?}", catalog.newest(handle).map(|(_, newest)| newest.clone()));
        let mut all = catalog.processes.keys().map(newest).collect::<Vec<_>>();
        all.extend(catalog.people.iter().map(|person| format!("{person:?}")));
        all.extend(catalog.roles.iter().map(|role| format!("{role:?}")));
        let cases = desk.cases(&CaseFilter::default()).unwrap().into_iter().map(|case| case.id);
        let rows = cases.flat_map(|case| {
            let entries = desk.store().entries(SubjectId::Case(case)).unwrap();
            let subject = fold(SubjectId::Case(case), &entries, &catalog);
            crate::domain::rows::rows(&subject, &catalog)
        });
        (all, rows.map(|row| format!("{row:?}")).collect())
    }

    #[test]
    fn letting_somebody_go_is_taken_back_as_one() {
        let (mut desk, now) = company();
        let later = Absence {
            from: now + Span::DAY,
            until: now + Span::DAY.times(3),
            substitute: Some(h("cy")),
            note: Some("skiing".into()),
        };
        desk.execute(&Command::SetAway { person: h("bo"), absence: later }, &ctx("bo", now)).unwrap();
        let before = as_it_stands(&mut desk);
        let mut plan = desk.leaving(&h("bo"), now).unwrap();
        for line in plan.lines.iter_mut().filter(|line| line.to.is_none()) {
            line.to = Some(Destination::Party(Party::Person(h("cy"))));
        }
        leave(&mut desk, &plan, "dee", now).unwrap();
        assert_ne!(as_it_stands(&mut desk), before);
        let back = ctx("dee", now);
        let head = desk.head().unwrap();
        let done = desk.undo(&back).unwrap();
        assert_eq!(as_it_stands(&mut desk), before, "the person, what they are and all they held");
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        let said =
            |done: &[Done]| done.iter().map(|done| done.subject).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(said(&done).len(), 4, "{done:?}");
        // A retry of it does nothing more, and bo works here again.
        let after = desk.head().unwrap();
        assert!(after > head && desk.undo(&back).unwrap().iter().all(|done| done.repeated));
        assert_eq!(desk.head().unwrap(), after);
        let start = Command::StartTask { case: CaseId(2), task: TaskId(2) };
        desk.execute(&start, &ctx("bo", now)).unwrap();
        // Done again it is only by a plan of what they hold now.
        let refused = desk.redo(&ctx("dee", now)).unwrap_err();
        let said = "What you took back let bo go; what they hold may differ by now.";
        assert_eq!(refused.to_string(), said);
    }

    #[test]
    fn letting_somebody_go_stays_where_somebody_changed_what_it_changed() {
        let (mut desk, now) = company();
        let mut plan = desk.leaving(&h("bo"), now).unwrap();
        for line in plan.lines.iter_mut().filter(|line| line.to.is_none()) {
            line.to = Some(Destination::Party(Party::Person(h("cy"))));
        }
        leave(&mut desk, &plan, "dee", now).unwrap();
        let add = vec![h("cy")];
        let joins = Command::ChangeRole { role: h("finance"), add, remove: vec![], lead: None };
        let mut admin = ctx("cy", now);
        admin.actor = Actor::Person(h("dee"));
        desk.execute(&joins, &admin).unwrap();
        // Dee's own last action is that one, and the one before it comes next.
        desk.undo(&ctx("dee", now)).unwrap();
        desk.undo(&ctx("dee", now)).unwrap();
        assert!(desk.catalog().unwrap().works_here(&h("bo")));
        let (mut desk, now) = company();
        let lead = crate::domain::permission::PermissionChange {
            person: h("ana"),
            on: None,
            permission: Some(Permission::Admin),
        };
        desk.execute(&Command::ChangePermission(lead), &ctx("dee", now)).unwrap();
        let mut plan = desk.leaving(&h("bo"), now).unwrap();
        for line in plan.lines.iter_mut().filter(|line| line.to.is_none()) {
            line.to = Some(Destination::Party(Party::Person(h("cy"))));
        }
        leave(&mut desk, &plan, "dee", now).unwrap();
        desk.execute(&joins, &ctx("ana", now)).unwrap();
        let head = desk.head().unwrap();
        let refused = desk.undo(&ctx("dee", now)).unwrap_err();
        let said = "ana changed the role finance after that, today 09:00, so that bo cannot be given everything back.";
        assert_eq!(refused.to_string(), said);
        assert_eq!(desk.head().unwrap(), head);
    }

    /// Whoever holds it has it back, and can go on.
    #[test]
    fn what_they_work_on_for_somebody_else_goes_back_to_who_holds_it() {
        let (mut desk, now) = company();
        let delegate = Command::DelegateTask { case: CaseId(2), task: TaskId(2), to: h("cy"), note: None };
        desk.execute(&delegate, &ctx("bo", now)).unwrap();
        let plan = desk.leaving(&h("cy"), now).unwrap();
        assert_eq!(keys(&plan), ["delegated T-2 -> nobody"]);
        leave(&mut desk, &plan, "dee", now).unwrap();
        assert_eq!(desk.leaving(&h("cy"), now).unwrap().lines, []);
        let start = Command::StartTask { case: CaseId(2), task: TaskId(2) };
        desk.execute(&start, &ctx("bo", now)).unwrap();
        let case = desk.case(CaseId(2), now).unwrap();
        assert_eq!(case.case.tasks[&TaskId(2)].delegate, None);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    /// A case stays on its version, which may name somebody who left since.
    #[test]
    fn a_running_case_goes_to_whom_the_newest_version_names_instead_of_somebody_gone() {
        let (mut desk, now) = company();
        let text = crate::domain::process_export::export(
            &desk.catalog().unwrap().newest(&h("sale")).unwrap().1.clone(),
        );
        let (process, _) = crate::domain::process_check::read(
            &text.replace("\"finance\"", "\"@ana\""),
            &desk.known().unwrap(),
        );
        desk.execute(&Command::PublishProcess { process: process.unwrap().into() }, &ctx("bo", now)).unwrap();
        desk.execute(
            &Command::StartCase(StartCase { process: Some(h("sale")), ..StartCase::default() }),
            &ctx("bo", now),
        )
        .unwrap();
        let mut plan = desk.leaving(&h("ana"), now).unwrap();
        for line in plan.lines.iter_mut().filter(|line| line.to.is_none()) {
            line.to = Some(Destination::Party(Party::Person(h("cy"))));
        }
        leave(&mut desk, &plan, "dee", now).unwrap();
        let case = sold(&mut desk, now);
        let offer = desk.handoffs(Some(case)).unwrap().last().unwrap().clone();
        assert_ne!(offer.to, Party::Person(h("ana")));
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    /// Nothing says who does it instead: whoever answers for the case has it, and reads why.
    #[test]
    fn a_step_that_only_an_older_version_has_goes_from_somebody_gone_to_whoever_answers_for_the_case() {
        let (mut desk, now) = company();
        let newest = |desk: &mut Desk| {
            crate::domain::process_export::export(
                &desk.catalog().unwrap().newest(&h("sale")).unwrap().1.clone(),
            )
        };
        let publish = |desk: &mut Desk, text: &str| {
            let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
            let process = process.unwrap_or_else(|| panic!("{problems:?}"));
            desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("bo", now)).unwrap();
        };
        let text = newest(&mut desk).replace("\"finance\"", "\"@ana\"");
        publish(&mut desk, &text);
        let start = StartCase { process: Some(h("sale")), ..StartCase::default() };
        desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
        publish(&mut desk, &text.replace("\"bill\"", "\"charge\"").replace("\"@ana\"", "\"finance\""));
        let mut plan = desk.leaving(&h("ana"), now).unwrap();
        let told = plan
            .notes
            .iter()
            .any(|note| note.starts_with("sale, version 2: step bill is for ana, and version 3"));
        assert!(told, "{:?}", plan.notes);
        for line in plan.lines.iter_mut().filter(|line| line.to.is_none()) {
            line.to = Some(Destination::Party(Party::Person(h("cy"))));
        }
        leave(&mut desk, &plan, "dee", now).unwrap();
        let case = sold(&mut desk, now);
        let case = desk.case_now(case).unwrap().unwrap();
        let offer = case.handoffs.values().last().unwrap();
        assert_eq!(offer.to, case.accountable);
        let said = &case.exceptions.values().last().unwrap().text;
        assert!(said.ends_with("is for ana, who has left; it is offered to @bo instead"), "{said}");
    }

    #[test]
    fn the_plan_is_read_back_as_printed_and_every_wrong_line_is_named() {
        let (mut desk, now) = company();
        let catalog = desk.catalog().unwrap();
        let mut plan = desk.leaving(&h("bo"), now).unwrap();
        for line in plan.lines.iter_mut().filter(|line| line.to.is_none()) {
            line.to = Some(Destination::Party(Party::Person(h("cy"))));
        }
        let text = plan.text();
        let mut read = desk.leaving(&h("bo"), now).unwrap();
        read.read(&text, &catalog).unwrap();
        assert_eq!(read, plan);
        let wrong = text
            .replacen("\"H-2\" = \"@cy\"", "\"H-2\" = \"\"   ", 1)
            .replacen("\"T-2\" = \"@cy\"", "\"T-2\" = \"finance\"", 1)
            .replacen("\"H-4\" = \"@cy\"", "\"H-4\" = \"@bo\"", 1)
            .replacen("\"C-1\" = \"@cy\"", "\"C-9\" = \"@cy\"", 1)
            .replacen("\"finance: lead\" = \"@ana\"", "\"finance: lead\" = \"nobody\"", 1);
        let problems = read.read(&wrong, &catalog).unwrap_err();
        let line = |of: &str| wrong.lines().position(|line| line.contains(of)).unwrap() + 1;
        let said = problems.iter().map(|p| (p.line, p.message.as_str())).collect::<Vec<_>>();
        for wanted in [
            (line("\"H-2\""), "`H-2` has no destination"),
            (line("\"T-2\""), "`T-2` goes to the role finance"),
            (line("\"H-4\""), "`H-4` goes to bo, who leaves"),
            (line("\"C-9\""), "bo holds no `C-9` in [cases]"),
            (line("[cases]"), "`C-1` of [cases] is not in the plan"),
            (line("finance: lead"), "`finance: lead` cannot go to nobody"),
        ] {
            assert!(said.contains(&wanted), "{wanted:?} not in {said:?}");
        }
        assert_eq!(said.len(), 6);
    }
}
