//! Who may give which command: the whole table, permissions of one process or kind, and what a refusal says.

use super::super::super::merge::Merge;
use super::super::permit::permit;
use super::world::*;
use crate::domain::absence::Absence;
use crate::domain::calendar::Calendar;
use crate::domain::catalog::{Area, Catalog, Permission, Person};
use crate::domain::command::{
    AgreeDue, ApplyRule, CloseDuplicate, Command, Context, EndWait, ImportCase, SendBack, Snooze, StartCase,
    TakeAway,
};
use crate::domain::decide::{decide, may_turn};
use crate::domain::event::{
    Actor, Cause, DeclineReason, Entry, Event, ExceptionKind, Holding, OpId, Origin, SubjectId, Values,
};
use crate::domain::fold::Subject;
use crate::domain::permission::{PermissionChange, PersonChange};
use crate::domain::rank::Effort;
use crate::domain::record::{Contact, Kind, Record};
use crate::domain::refusal::Refusal;
use crate::domain::schedule::ScheduleOutcome;
use crate::domain::tags::SetTags;
use crate::domain::taken::Thing;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, HandoffId, RecordId, Span, TaskId};
use std::sync::Arc;

/// What the table is asked about: `vi` looks, `zoe` is a member with no part in the case, `bo` one who sold,
/// `eli` leads the role that is offered the bill, `lea` leads, `dana` is the only admin.
pub fn place() -> World {
    let mut catalog = company(&[SALE]);
    tell_catalog(&mut catalog, added("vi", Permission::Viewer));
    tell_catalog(&mut catalog, Event::KindApplied { kind: customer() });
    let mut world = World::of(catalog);
    world.start("bo", &[]);
    // A role of two: nobody holds it until somebody takes it.
    world.accept("bo", 1);
    world.done("bo", 1, &[("amount", "12")]);
    let (text, to) = ("x".to_string(), vec![h("cy")]);
    let opened = Event::ExceptionOpened { exception: 1, kind: ExceptionKind::SentAnyway, text, to, at: None };
    world.happen(&ctx("bo"), opened);
    world
}

fn added(person: &str, permission: Permission) -> Event {
    Event::PersonAdded { person: h(person), name: person.into(), mail: None, permission }
}

fn customer() -> Kind {
    Kind { handle: h("customer"), title: "Customers".into(), singular: None, fields: vec![] }
}

fn ctx(by: &str) -> Context {
    let op = OpId(uuid::Uuid::nil());
    match by {
        "tick" => Context::of(Actor::Tick, monday(), op),
        person => Context::by(&h(person), monday(), op),
    }
}

fn record() -> Subject {
    let (kind, name, fields) = (h("customer"), "Hansen".to_string(), Values::new());
    let subject = SubjectId::Record(RecordId(1));
    let Context { now: at, actor, op, .. } = ctx("bo");
    let entry = Entry { seq: 1, at, actor, subject, op, event: Event::RecordAdded { kind, name, fields } };
    Subject::Record(Record::begin(RecordId(1), &entry).map(Box::new))
}

/// From Monday morning on.
fn day_off(substitute: Option<&str>) -> Absence {
    let (from, until) = (monday(), monday() + Span::DAY);
    Absence { from, until, substitute: substitute.map(h), note: None }
}

fn permission(person: &str, on: Option<Area>, permission: Option<Permission>) -> Command {
    Command::ChangePermission(PermissionChange { person: h(person), on, permission })
}

fn sale() -> Option<Area> {
    Some(Area::Process(h("sale")))
}

fn grant(catalog: &mut Catalog, person: &str, on: Area, permission: Permission) {
    let change = PermissionChange { person: h(person), on: Some(on), permission: Some(permission) };
    tell_catalog(catalog, Event::PermissionChanged(change));
}

/// A number for each command. A new one does not compile until it has one, and needs a row below.
pub fn number(command: &Command) -> usize {
    match command {
        Command::ChangeSettings { .. } => 0,
        Command::AddPerson { .. } => 1,
        Command::ChangePerson(_) => 2,
        Command::ChangePermission(_) => 3,
        Command::AddRole { .. } => 4,
        Command::ChangeRole { .. } => 5,
        Command::ApplyCalendar { .. } => 6,
        Command::ApplyKind { .. } => 7,
        Command::PublishProcess { .. } => 8,
        Command::AddRecord { .. } => 9,
        Command::ChangeRecord { .. } => 10,
        Command::AddContact { .. } => 11,
        Command::NoteRecord { .. } => 12,
        Command::AddFile { .. } => 60,
        Command::ChangeContact { .. } => 61,
        Command::ArchiveRecord { .. } => 13,
        Command::StartCase(_) => 14,
        Command::OfferHandoff { .. } => 15,
        Command::AcceptHandoff { .. } => 16,
        Command::DeclineHandoff { .. } => 17,
        Command::RecallHandoff { .. } => 18,
        Command::StartTask { .. } => 19,
        Command::CheckItem { .. } => 20,
        Command::WaitTask { .. } => 21,
        Command::ResumeTask { .. } => 22,
        Command::CompleteTask(_) => 23,
        Command::ChangeData { .. } => 24,
        Command::NoteCase { .. } => 25,
        Command::WithdrawCase { .. } => 26,
        Command::ResolveException { .. } => 27,
        Command::RunClocks { .. } => 28,
        Command::ImportCase(_) => 29,
        Command::EndWait { .. } => 30,
        Command::LinkCase { .. } => 31,
        Command::CaseEnded { .. } => 32,
        Command::StartAgain { .. } => 61,
        Command::EndRun { .. } => 33,
        Command::SendBack(_) => 34,
        Command::ReleaseTask { .. } => 35,
        Command::DelegateTask { .. } => 36,
        Command::ResolveTask { .. } => 37,
        Command::AddTask { .. } => 38,
        Command::NoteSchedule { .. } => 39,
        Command::ApplyRule(_) => 40,
        Command::PauseCase { .. } => 41,
        Command::ResumeCase { .. } => 42,
        Command::SetUrgent { .. } => 43,
        Command::ReopenCase { .. } => 44,
        Command::MigrateCase { .. } => 45,
        Command::SetAway { .. } => 46,
        Command::ComeBack { .. } => 47,
        Command::Leave { .. } => 48,
        Command::MoveWork { .. } => 49,
        Command::ChangeAccountable { .. } => 50,
        Command::SetTags(_) => 51,
        Command::Merge(_) => 52,
        Command::BeginReview { .. } => 53,
        Command::SetEffort { .. } => 54,
        Command::Snooze(_) => 55,
        Command::AgreeDue(_) => 56,
        Command::TakeAway(_) => 57,
        Command::CloseDuplicate(_) => 58,
        Command::ReadMessages { .. } => 59,
    }
}

/// One more than the highest number above.
pub const COMMANDS: usize = 62;

/// Each command with who of the people above may ask for it.
pub fn table(world: &World) -> Vec<(Command, &'static str)> {
    let (case, record, task, handoff) = (CASE, RecordId(1), TaskId(1), HandoffId(2));
    let (name, text) = ("n".to_string(), "t".to_string());
    let (admin, lead, work) = ("dana", "lea dana", "zoe bo cy eli lea dana");
    let settings = world.catalog.settings.clone().unwrap();
    let process = world.catalog.newest(&h("sale")).unwrap().1.clone();
    let definition = Arc::new(Calendar::office(Zone::utc()));
    let contact = Contact { name: "c".into(), mail: None, phone: None };
    let import = ImportCase {
        attributes: None,
        whole: None,
        process: h("sale"),
        version: 1,
        foreign: "7".into(),
        accountable: "@bo".parse().unwrap(),
        shift: Span::ZERO,
        rows: vec![],
        open: None,
    };
    let (person, mail, roles) = (h("new"), None, vec![]);
    let add_person =
        Command::AddPerson { person, name: name.clone(), mail, permission: Permission::Member, roles };
    let own = PersonChange { name: Some("Zoe".into()), ..PersonChange::of(h("zoe")) };
    let (role, add, remove) = (h("finance"), vec![h("zoe")], vec![]);
    let request = 1;
    let back = SendBack {
        case,
        task,
        to: Some(h("sell")),
        again: None,
        reason: text.clone(),
        items: vec![],
        party: None,
    };
    let as_of = Box::new(world.subject.case().unwrap().clone());
    vec![
        (Command::ChangeSettings { settings }, admin),
        (add_person, admin),
        (Command::ChangePerson(own), "zoe dana"),
        (permission("zoe", None, Some(Permission::Lead)), admin),
        (Command::AddRole { role: h("r"), title: name.clone(), members: vec![], lead: None }, lead),
        (Command::ChangeRole { role, add, remove, lead: None }, "eli lea dana"),
        (Command::ApplyCalendar { calendar: h("office"), definition }, lead),
        (Command::ApplyKind { kind: customer() }, lead),
        (Command::PublishProcess { process }, lead),
        (Command::SetEffort { process: h("sale"), effort: Effort::Small }, work),
        (Command::AddRecord { kind: h("customer"), name: name.clone(), fields: vec![] }, work),
        (Command::ChangeRecord { record, name: Some(name), fields: vec![] }, work),
        (Command::AddContact { record, contact: contact.clone() }, work),
        (Command::ChangeContact { record, was: contact, contact: None }, work),
        (Command::NoteRecord { record, text: text.clone() }, work),
        (Command::AddFile { record, title: text.clone(), reference: text.clone() }, work),
        (Command::ArchiveRecord { record, reason: None }, work),
        (Command::BeginReview { process: h("sale") }, work),
        (Command::Merge(Merge::Record { record, into: RecordId(2), kind: h("customer") }), work),
        (Command::Merge(Merge::Case { case, into: record }), work),
        (
            Command::Merge(Merge::TakeOver {
                record,
                from: RecordId(2),
                name: "x".into(),
                messages: vec![],
                contacts: vec![],
            }),
            work,
        ),
        (Command::StartCase(StartCase { process: Some(h("sale")), ..StartCase::default() }), work),
        (Command::OfferHandoff { case, branch: 1, to: None, note: None, agreed: Default::default() }, work),
        (Command::AcceptHandoff { case, handoff, next_action: None, when: None }, work),
        (
            Command::DeclineHandoff {
                case,
                handoff,
                reason: DeclineReason::NotReady,
                text: text.clone(),
                fix_by: None,
                duplicate_of: None,
            },
            work,
        ),
        (Command::RecallHandoff { case, handoff, reason: None }, work),
        (Command::StartTask { case, task }, work),
        (Command::CheckItem { case, task, item: 0, done: true }, work),
        (Command::WaitTask { case, task, reason: text.clone(), until: None }, work),
        (Command::ResumeTask { case, task }, work),
        (Command::CompleteTask(complete(1, &[])), work),
        (Command::ChangeData { case, data: vec![] }, "bo cy eli lea dana"),
        (Command::NoteCase { case, text: text.clone() }, work),
        (Command::ReadMessages { on: SubjectId::Case(case) }, "vi zoe bo cy eli lea dana"),
        (Command::Snooze(Snooze { case, branch: 1, until: None }), work),
        (Command::AgreeDue(AgreeDue { case, task, due: monday(), reason: text.clone() }), work),
        (Command::WithdrawCase { case, reason: text.clone() }, work),
        (Command::CloseDuplicate(CloseDuplicate { case, of: CaseId(9), text: text.clone() }), work),
        (Command::ResolveException { case, exception: 1, text: text.clone() }, "cy lea dana"),
        (Command::RunClocks { case }, "tick"),
        (Command::ImportCase(import), admin),
        (Command::EndWait(EndWait::of(case, 1, text.clone())), work),
        (Command::LinkCase { case, request, to: Err(text.clone()) }, "rule"),
        (Command::CaseEnded { case, request, outcome: None }, "rule"),
        (Command::StartAgain { case }, "rule"),
        (Command::EndRun { case, request, ok: true, output: text.clone() }, "rule"),
        (Command::SendBack(back), work),
        (Command::ReleaseTask { case, task, note: None }, work),
        (Command::DelegateTask { case, task, to: h("cy"), note: None }, work),
        (Command::ResolveTask { case, task, note: text.clone() }, work),
        (
            Command::AddTask {
                case,
                title: text.clone(),
                to: "@cy".parse().unwrap(),
                within: None,
                note: None,
            },
            "bo cy eli lea dana",
        ),
        (
            Command::NoteSchedule {
                process: h("sale"),
                schedule: h("schedule-1"),
                at: world.now,
                times: 1,
                outcome: ScheduleOutcome::Superseded,
            },
            "rule",
        ),
        (Command::ApplyRule(ApplyRule { case, rule: h("r"), as_of, chain: vec![] }), "rule"),
        (Command::PauseCase { case, reason: text.clone(), until: None }, work),
        (Command::ResumeCase { case }, work),
        (Command::SetUrgent { case, urgent: true }, "bo cy eli lea dana"),
        (Command::SetTags(SetTags { on: SubjectId::Case(case), add: vec![h("vip")], remove: vec![] }), work),
        (Command::ReopenCase { case, reason: text.clone(), to: None, party: None }, "bo cy eli lea dana"),
        (Command::MigrateCase { case, to: 2, map: vec![] }, lead),
        (Command::SetAway { person: h("zoe"), absence: day_off(None) }, "zoe lea dana"),
        (Command::ComeBack { person: h("zoe") }, "zoe lea dana"),
        (Command::Leave { person: h("bo"), homeless: vec![] }, admin),
        (
            Command::MoveWork { case, what: Holding::Branch(1), from: h("bo"), to: h("zoe"), reason: text },
            admin,
        ),
        (Command::ChangeAccountable { case, to: "@zoe".parse().unwrap(), reason: None }, lead),
        (Command::TakeAway(TakeAway::of(Thing::Role(h("finance")))), lead),
    ]
}

#[test]
fn the_table_of_every_command_and_who_may_ask_for_it() {
    let world = place();
    let record = record();
    let mut seen = Vec::new();
    for (command, allowed) in table(&world) {
        seen.push(number(&command));
        let subject = match command.subject() {
            Some(SubjectId::Case(_)) => &world.subject,
            Some(SubjectId::Record(_)) => &record,
            _ => &Subject::Catalog,
        };
        for who in ["vi", "zoe", "bo", "cy", "eli", "lea", "dana", "tick"] {
            let may = permit(subject, &world.catalog, &command, &ctx(who));
            let expected = allowed.split(' ').any(|name| name == who);
            assert_eq!(may.is_ok(), expected, "{who}: {command:?}: {may:?}");
            let Err(refusal) = may else { continue };
            assert!(matches!(refusal, Refusal::NotYours { .. }), "{refusal:?}");
            let nobody = who == "tick" || allowed == "tick" || allowed == "rule";
            let hint = refusal.hint();
            assert!(
                nobody || hint.starts_with("Who could: ") || hint.contains("dana"),
                "it says who could: {hint}"
            );
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, (0..COMMANDS).collect::<Vec<_>>(), "every command has its row");
}

/// Only a deliberate act of a person accepts, finishes, withdraws or moves anything; a rule answers what it was
/// asked, and begins.
#[test]
fn a_rule_gives_no_command_of_a_person_on_a_case() {
    let world = place();
    let cause = Cause { process: h("sale"), rule: h("r"), entry: 1, depth: 1, by: Origin::Rule };
    let by_rule = Context::of(Actor::Rule(cause), monday(), OpId(uuid::Uuid::nil()));
    for (command, allowed) in table(&world) {
        if matches!(command.subject(), Some(SubjectId::Case(_))) {
            let may = permit(&world.subject, &world.catalog, &command, &by_rule);
            assert_eq!(may.is_ok(), allowed == "rule", "{command:?}: {may:?}");
        }
    }
}

#[test]
fn who_stands_in_for_somebody_who_may_only_look_may_no_more_than_they() {
    let mut world = place();
    tell_catalog(&mut world.catalog, added("al", Permission::Viewer));
    tell_catalog(&mut world.catalog, Event::PersonAway { person: h("al"), absence: day_off(Some("vi")) });
    let note = || Command::NoteCase { case: CASE, text: "n".into() };
    world.when("vi", note()).refused("vi may look at `sale` but not change it.");
    // Of two they stand in for, the one who may lets them in, whoever comes first.
    tell_catalog(&mut world.catalog, Event::PersonAway { person: h("zoe"), absence: day_off(Some("vi")) });
    assert_eq!(world.when("vi", note()).0.len(), 1);
    assert_eq!(world.entries.last().unwrap().actor.to_string(), "vi for zoe");
}

#[test]
fn whoever_has_a_part_themselves_acts_in_their_own_name_though_they_stand_in_for_another() {
    let mut world = place();
    // bo sold it, and ana is of the role it is offered to.
    tell_catalog(&mut world.catalog, Event::PersonAway { person: h("bo"), absence: day_off(Some("ana")) });
    let data = vec![("amount".to_string(), "14".to_string())];
    assert_eq!(world.when("ana", Command::ChangeData { case: CASE, data }).0.len(), 1);
    assert_eq!(world.entries.last().unwrap().actor.to_string(), "ana");
}

#[test]
fn a_refusal_is_a_sentence_and_names_who_could() {
    let world = place();
    let mut catalog = world.catalog.clone();
    grant(&mut catalog, "max", Area::Process(h("sale")), Permission::Lead);
    for n in 1..=7 {
        tell_catalog(&mut catalog, added(&format!("x{n}"), Permission::Viewer));
        grant(&mut catalog, &format!("x{n}"), Area::Kind(h("customer")), Permission::Lead);
    }
    let told = |who: &str, subject: &Subject, command: Command| {
        let refusal = permit(subject, &catalog, &command, &ctx(who)).unwrap_err();
        format!("{} {}", refusal.sentence(&|_| String::new()), refusal.hint())
    };
    let note = |text: &str| Command::NoteCase { case: CASE, text: text.into() };
    assert_eq!(
        told("vi", &world.subject, note("n")),
        "vi may look at `sale` but not change it. \
         Who could: bo (responsible); dana (accountable); lea, max (lead). \
         An admin lets vi in: `baton person permit vi member --process sale`."
    );
    // What is up to one person alone is up to no lead.
    let could = |subject: &Subject, command: Command| {
        told("vi", subject, command).split_once(". ").unwrap().1.to_string()
    };
    let accept =
        |n| Command::AcceptHandoff { case: CASE, handoff: HandoffId(n), next_action: None, when: None };
    assert_eq!(could(&world.subject, accept(2)), "Who could: ana, eli (offered it).");
    // One of those it is offered to who may only look reads the others, and how they are let in.
    let mut looks = catalog.clone();
    looks.roles.get_mut(&h("finance")).unwrap().members.insert(h("vi"));
    let refusal = permit(&world.subject, &looks, &accept(2), &ctx("vi")).unwrap_err();
    let hint = "Who could: ana, eli (offered it). \
                An admin lets vi in: `baton person permit vi member --process sale`.";
    assert_eq!(refusal.hint(), hint);
    let mut taken = place();
    taken.accept("ana", 2);
    assert_eq!(
        could(&taken.subject, Command::StartTask { case: CASE, task: TaskId(2) }),
        "Who could: ana (responsible)."
    );
    assert_eq!(
        told("vi", &record(), Command::NoteRecord { record: RecordId(1), text: "n".into() }),
        "vi may look at `customer` records but not change them. \
         Who could: lea, x1, x2 and 5 more (lead); dana (admin). \
         An admin lets vi in: `baton person permit vi member --kind customer`."
    );
    assert_eq!(
        told("zoe", &world.subject, Command::ChangeData { case: CASE, data: vec![] }),
        "zoe has no part in C-1, and cannot change its data. \
         Who could: bo (responsible); dana (accountable); lea, max (lead)."
    );
    assert_eq!(
        told("bo", &world.subject, Command::ResolveException { case: CASE, exception: 1, text: "x".into() }),
        "This exception of C-1 was not put to bo. \
         Who could: cy (told of it); dana (accountable); lea, max (lead)."
    );
    assert_eq!(
        told("lea", &Subject::Catalog, permission("lea", None, Some(Permission::Admin))),
        "Only an admin can change permissions. Who could: dana (admin)."
    );
    let role = Command::ChangeRole { role: h("finance"), add: vec![h("zoe")], remove: vec![], lead: None };
    assert_eq!(
        told("zoe", &Subject::Catalog, role),
        "Only a lead or an admin can change the role `finance`. \
         Who could: eli (leads the role); lea (lead); dana (admin)."
    );
}

/// Higher and lower than the general permission, and only there.
#[test]
fn a_permission_for_one_process_holds_there_and_nowhere_else() {
    let mut catalog = company(&[SALE, &SALE.replace("process = \"sale\"", "process = \"rent\"")]);
    tell_catalog(&mut catalog, added("vi", Permission::Viewer));
    let rent = || Area::Process(h("rent"));
    let start = |catalog: &Catalog, who: &str, process: &str| {
        let start = StartCase { process: Some(h(process)), ..StartCase::default() };
        permit(&Subject::Catalog, catalog, &Command::StartCase(start), &ctx(who)).is_ok()
    };
    grant(&mut catalog, "vi", rent(), Permission::Member);
    grant(&mut catalog, "bo", rent(), Permission::Viewer);
    for (who, process, may) in
        [("vi", "rent", true), ("vi", "sale", false), ("bo", "rent", false), ("bo", "sale", true)]
    {
        assert_eq!(start(&catalog, who, process), may, "{who} {process}");
    }
    // A lead of one process publishes that one, and makes no calendar, kind or role.
    let publish = |catalog: &Catalog, who: &str, process: &str| {
        let process = catalog.newest(&h(process)).unwrap().1.clone();
        permit(&Subject::Catalog, catalog, &Command::PublishProcess { process }, &ctx(who)).is_ok()
    };
    grant(&mut catalog, "cy", rent(), Permission::Lead);
    assert!(publish(&catalog, "cy", "rent") && !publish(&catalog, "cy", "sale"));
    grant(&mut catalog, "lea", rent(), Permission::Member);
    assert!(!publish(&catalog, "lea", "rent") && publish(&catalog, "lea", "sale"));
    let role = Command::AddRole { role: h("r"), title: "r".into(), members: vec![], lead: None };
    assert!(permit(&Subject::Catalog, &catalog, &role, &ctx("cy")).is_err());
    let kind = Command::ApplyKind { kind: customer() };
    grant(&mut catalog, "cy", Area::Kind(h("customer")), Permission::Lead);
    assert!(permit(&Subject::Catalog, &catalog, &kind, &ctx("cy")).is_ok());
    assert!(permit(&Subject::Catalog, &catalog, &kind, &ctx("bo")).is_err());
}

#[test]
fn whoever_is_accountable_leads_the_process_and_the_case_whatever_they_may_elsewhere() {
    let mut catalog = company(&[&SALE.replace("@dana", "@vi")]);
    tell_catalog(&mut catalog, added("vi", Permission::Viewer));
    let mut world = World::of(catalog);
    world.start("bo", &[]);
    world.offer("vi", 1, Some("@ana")).refused("H-1 is offered to sales already.");
    world.recall("vi", 1).then(&["H-1 recalled"]);
    world
        .when("vi", Command::WithdrawCase { case: CASE, reason: "x".into() })
        .then(&["withdrawn, closes H-1, case clock, clock of what becomes of H-1"]);
    // The next version has another one: this case stays theirs, a new one is not.
    let process = world.catalog.newest(&h("sale")).unwrap().1.clone();
    let mut process = (*process).clone();
    process.accountable = "@dana".parse().unwrap();
    tell_catalog(&mut world.catalog, Event::ProcessPublished { version: 2, process: Arc::new(process) });
    world.when("vi", Command::NoteCase { case: CASE, text: "mine".into() });
    let Some(Event::CaseNoted { .. }) = world.entries.last().map(|entry| &entry.event) else {
        panic!("{:?}", world.entries.last())
    };
    world.start("vi", &[]).refused("vi may look at `sale` but not change it.");
}

/// The steering of others' work follows the permission for the process, too.
#[test]
fn a_lead_of_the_process_steers_and_a_lead_made_member_there_does_not() {
    let mut world = World::started(SALE, "bo");
    world.recall("zoe", 1).refused("H-1 was offered by bo.");
    grant(&mut world.catalog, "zoe", Area::Process(h("sale")), Permission::Lead);
    grant(&mut world.catalog, "lea", Area::Process(h("sale")), Permission::Member);
    world.recall("lea", 1).refused("H-1 was offered by bo.");
    world.recall("zoe", 1).then(&["H-1 recalled"]);
}

#[test]
fn permissions_are_changed_by_admins_and_one_admin_is_left() {
    let mut world = place();
    let mut change = |who: &str, command: Command| {
        let decision = decide(&Subject::Catalog, &world.catalog, &command, &ctx(who), world.numbers);
        let events = decision.map_err(|refusal| refusal.sentence(&|_| String::new()))?.events;
        for event in &events {
            tell_catalog(&mut world.catalog, event.clone());
        }
        Ok::<_, String>(events.len())
    };
    use Permission::{Admin, Lead, Member, Viewer};
    let no = |text: &str| Err(text.to_string());
    assert_eq!(change("dana", permission("dana", None, Some(Member))), no("dana is the only admin."));
    assert_eq!(
        change("lea", permission("lea", None, Some(Admin))),
        no("Only an admin can change permissions.")
    );
    assert_eq!(change("dana", permission("bo", sale(), Some(Viewer))), Ok(1));
    assert_eq!(change("dana", permission("bo", sale(), Some(Viewer))), Ok(0), "it is so already");
    assert_eq!(change("dana", permission("bo", sale(), None)), Ok(1));
    assert_eq!(change("dana", permission("bo", sale(), None)), Ok(0));
    assert_eq!(
        change("dana", permission("bo", sale(), Some(Admin))),
        no("An admin is one of the whole file.")
    );
    assert_eq!(change("dana", permission("bo", None, None)), no("bo needs some permission in general."));
    assert_eq!(change("dana", permission("bob", None, Some(Lead))), no("`bob` is nobody here."));
    let nowhere = Some(Area::Process(h("sael")));
    assert_eq!(change("dana", permission("bo", nowhere, Some(Lead))), no("There is no process `sael`."));
    let everywhere = "dana is an admin, and may do everything everywhere.";
    assert_eq!(change("dana", permission("dana", sale(), Some(Viewer))), no(everywhere));
    assert_eq!(change("dana", permission("bo", None, Some(Admin))), Ok(1));
    assert_eq!(change("bo", permission("dana", None, Some(Viewer))), Ok(1));
    assert_eq!(change("bo", permission("bo", None, Some(Lead))), no("bo is the only admin."));
    let rename = |name: &str, mail: &str| {
        let (name, mail) = (Some(name.to_string()), Some(mail.to_string()));
        Command::ChangePerson(PersonChange { name, mail, ..PersonChange::of(h("zoe")) })
    };
    assert_eq!(change("zoe", rename("Zoe Z", "z@x.example")), Ok(1));
    assert_eq!(change("zoe", rename("Zoe Z", "z@x.example")), Ok(0));
    assert_eq!(change("bo", rename("Zoe", "")), Ok(1));
    assert_eq!(change("cy", rename("x", "")), no("Only zoe or an admin can change this."));
    let zoe = &world.catalog.people[&h("zoe")];
    assert_eq!((zoe.name.as_str(), &zoe.mail), ("Zoe", &None));
}

#[test]
fn the_first_person_of_a_file_is_its_admin() {
    let add = |permission| Command::AddPerson {
        person: h("bo"),
        name: "Bo".into(),
        mail: None,
        permission,
        roles: vec![],
    };
    let first = |permission| {
        decide(
            &Subject::Catalog,
            &Catalog::default(),
            &add(permission),
            &ctx("bo"),
            crate::domain::command::Numbers::FIRST,
        )
    };
    assert!(matches!(first(Permission::Member), Err(Refusal::Invalid { .. })));
    assert!(first(Permission::Admin).is_ok());
}

/// It could only come back, or lie there.
#[test]
fn work_is_not_offered_to_somebody_who_may_only_look() {
    let mut world = place();
    world.recall("bo", 2);
    world.offer("bo", 1, Some("@vi")).refused("vi may look at `sale` but not work on it.");
    grant(&mut world.catalog, "vi", Area::Process(h("sale")), Permission::Member);
    world.offer("bo", 1, Some("@vi")).then(&["H-3 on 1: bill#1 from bo to @vi [6: 4 hours]"]);
}

#[test]
fn who_could_move_the_work_of_others_is_named() {
    let world = place();
    let recall = Command::RecallHandoff { case: CASE, handoff: HandoffId(2), reason: None };
    let refused = decide(&world.subject, &world.catalog, &recall, &ctx("zoe"), world.numbers).unwrap_err();
    let who = "Who could: bo (responsible); dana (accountable); eli (leads the role); lea (lead).";
    assert_eq!(refused.hint(), who);
}

/// Taking back is not a command, and is asked by the same table.
#[test]
fn who_may_no_longer_work_there_takes_nothing_back() {
    let mut world = place();
    let turn = |world: &World, ops: &[_]| may_turn(&world.entries, ops, &world.catalog, &ctx("bo"));
    let all = world.entries.iter().map(|entry| entry.op).collect::<Vec<_>>();
    assert!(turn(&world, &all).is_ok());
    grant(&mut world.catalog, "bo", Area::Process(h("sale")), Permission::Viewer);
    let refused = turn(&world, &all).unwrap_err();
    assert!(refused.sentence(&|_| String::new()).starts_with("bo may look at `sale`"), "{refused:?}");
    // Whoever may only look reads what names them, and that alone they take back.
    world.when("ana", Command::NoteCase { case: CASE, text: "@bo look".to_string() });
    world.when("bo", Command::ReadMessages { on: SubjectId::Case(CASE) });
    let read = world.entries.last().unwrap().op;
    assert!(turn(&world, &[read]).is_ok());
    assert!(turn(&world, &[all[0], read]).is_err());
}

#[test]
fn a_person_of_an_older_file_reads_and_stands_as_it_was() {
    let old = r#"{"name":"Bo","permission":"member"}"#;
    let person: Person = serde_json::from_str(old).unwrap();
    assert!(person.grants.is_empty());
    assert_eq!(serde_json::to_string(&person).unwrap(), old);
    let mut catalog = company(&[SALE]);
    grant(&mut catalog, "bo", Area::Process(h("sale")), Permission::Lead);
    grant(&mut catalog, "bo", Area::Kind(h("customer")), Permission::Viewer);
    let text = serde_json::to_string(&catalog.people[&h("bo")]).unwrap();
    let grants = r#""grants":{"process:sale":"lead","kind:customer":"viewer"}"#;
    assert!(text.contains(grants), "{text}");
    assert_eq!(serde_json::from_str::<Person>(&text).unwrap(), catalog.people[&h("bo")]);
    let unknown = |handle: &Handle| catalog.permission_on(handle, &Area::Process(h("sale")));
    assert_eq!(unknown(&h("nobody")), Permission::Viewer);
}

/// What is up to somebody who is away is up to who stands in, in their name; own rights come first.
#[test]
fn who_stands_in_has_the_part_of_the_absent_on_record_and_is_no_more_once_they_are_back() {
    let mut world = place();
    let data = |amount: &str| {
        let data = vec![("amount".to_string(), amount.to_string())];
        Command::ChangeData { case: CASE, data }
    };
    let resolve = Command::ResolveException { case: CASE, exception: 1, text: "x".into() };
    world.when("zoe", data("13")).refused("zoe has no part in C-1, and cannot change its data.");
    world.when("zoe", resolve.clone()).refused("This exception of C-1 was not put to zoe.");
    for away in ["bo", "cy"] {
        let event = Event::PersonAway { person: h(away), absence: day_off(Some("zoe")) };
        tell_catalog(&mut world.catalog, event);
    }
    let last = |world: &World| world.entries.last().unwrap().actor.to_string();
    assert_eq!(world.when("zoe", data("13")).0.len(), 1);
    assert_eq!(last(&world), "zoe for bo");
    assert_eq!(world.when("zoe", resolve).0.len(), 1);
    assert_eq!(last(&world), "zoe for cy");
    let event = Event::PersonAway { person: h("ana"), absence: day_off(Some("eli")) };
    tell_catalog(&mut world.catalog, event);
    assert_eq!(world.when("eli", data("14")).0.len(), 1);
    assert_eq!(last(&world), "eli");
    world.at(24).when("zoe", data("15")).refused("zoe has no part in C-1, and cannot change its data.");
}

#[test]
fn who_has_left_is_no_longer_one_who_could() {
    let mut world = place();
    tell_catalog(&mut world.catalog, Event::PersonLeft { person: h("lea") });
    let note = Command::NoteCase { case: CASE, text: "n".into() };
    let refused = permit(&world.subject, &world.catalog, &note, &ctx("vi")).unwrap_err();
    let hint = refused.hint();
    assert!(hint.starts_with("Who could: bo (responsible); dana (accountable)."), "{hint}");
    // Letting somebody in again is like letting them in.
    let back = Command::ComeBack { person: h("lea") };
    let may = |who: &str| permit(&Subject::Catalog, &world.catalog, &back, &ctx(who)).is_ok();
    assert_eq!(["lea", "bo", "dana"].map(may), [false, false, true]);
}
