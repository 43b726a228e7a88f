//! Taking back what changed the catalog: every command there is for it, what stands in the way, and what comes
//! before it.

use super::super::tests::{ctx, desk, h};
use super::super::{Desk, Error};
use crate::domain::absence::Absence;
use crate::domain::calendar::Calendar;
use crate::domain::catalog::{Area, Catalog, Permission};
use crate::domain::command::{Command, StartCase};
use crate::domain::permission::{PermissionChange, PersonChange};
use crate::domain::process::DataField;
use crate::domain::rank::Effort;
use crate::domain::record::FieldType;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, HandoffId, Instant, RecordId, Span};
use std::sync::Arc;

fn sentence<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    answer.unwrap_err().to_string()
}

/// The catalog without the numbers of versions and of entries.
fn stands(desk: &mut Desk) -> String {
    let Catalog { settings, people, roles, calendars, kinds, processes, efforts, .. } =
        (*desk.catalog().unwrap()).clone();
    let calendars = calendars.iter().map(|(of, all)| (of, all.last())).collect::<Vec<_>>();
    let processes = processes.iter().map(|(of, all)| (of, all.last())).collect::<Vec<_>>();
    format!("{settings:?} {people:?} {roles:?} {calendars:?} {kinds:?} {processes:?} {efforts:?}")
}

fn add(person: &str) -> Command {
    let (name, roles) = (person.to_string(), vec![h("finance")]);
    Command::AddPerson { person: h(person), name, mail: None, permission: Permission::Member, roles }
}

fn role(role: &str, members: &[&str]) -> Command {
    let members = members.iter().map(|person| h(person)).collect();
    Command::AddRole { role: h(role), title: role.into(), members, lead: None }
}

fn change_role(add: &[&str], remove: &[&str], lead: Option<&str>) -> Command {
    let people = |of: &[&str]| of.iter().map(|person| h(person)).collect::<Vec<_>>();
    Command::ChangeRole { role: h("finance"), add: people(add), remove: people(remove), lead: lead.map(h) }
}

fn grant(person: &str, on: Option<Area>, permission: Option<Permission>) -> Command {
    Command::ChangePermission(PermissionChange { person: h(person), on, permission })
}

fn away(from: Instant, days: i64, substitute: Option<&str>) -> Command {
    let until = from + Span::DAY.times(days);
    let absence = Absence { from, until, substitute: substitute.map(h), note: None };
    Command::SetAway { person: h("ana"), absence }
}

fn called(name: Option<&str>, mail: Option<&str>) -> Command {
    let (name, mail) = (name.map(Into::into), mail.map(Into::into));
    Command::ChangePerson(PersonChange { name, mail, ..PersonChange::of(h("ana")) })
}

/// Where, when and under which accounts somebody works.
fn works(zone: &str, calendar: &str, logins: &[&str], gone: &[&str]) -> Command {
    let own = |of: &[&str]| of.iter().map(|login| login.to_string()).collect();
    Command::ChangePerson(PersonChange {
        zone: Some(zone.into()),
        calendar: Some(calendar.into()),
        logins: own(logins),
        logins_gone: own(gone),
        ..PersonChange::of(h("ana"))
    })
}

fn publish(desk: &mut Desk, handle: &str, purpose: &str) -> Command {
    let mut process = (**desk.catalog().unwrap().newest(&h("sale")).unwrap().1).clone();
    (process.handle, process.purpose) = (h(handle), purpose.into());
    Command::PublishProcess { process: process.into() }
}

fn kind(desk: &mut Desk, handle: &str, field: &str) -> Command {
    let mut kind = desk.catalog().unwrap().kinds[&h("customer")].clone();
    kind.handle = h(handle);
    kind.fields.push(DataField { name: field.into(), title: None, kind: FieldType::Text, required: false });
    Command::ApplyKind { kind }
}

#[test]
fn every_change_of_the_catalog_is_taken_back_and_done_again() {
    let (mut desk, now) = desk();
    let tomorrow = now + Span::DAY;
    let calendar = |calendar: &str, zone: &str| Command::ApplyCalendar {
        calendar: h(calendar),
        definition: Arc::new(Calendar::office(zone.parse::<Zone>().unwrap())),
    };
    let mut settings = desk.catalog().unwrap().settings.clone().unwrap();
    settings.currency = "USD".into();
    let sale = Some(Area::Process(h("sale")));
    let absent = away(tomorrow, 3, Some("bo"));
    let commands = [
        Command::ChangeSettings { settings },
        add("eli"),
        called(Some("Ana B"), Some("a@b.c")),
        called(None, Some("")),
        works("Europe/Lisbon", "support", &["asmith", "ana2"], &[]),
        works("", "", &["ana3"], &["asmith"]),
        grant("ana", sale.clone(), Some(Permission::Lead)),
        grant("ana", sale, None),
        grant("ana", None, Some(Permission::Lead)),
        role("it", &["ana", "bo"]),
        change_role(&["bo"], &["ana"], Some("bo")),
        change_role(&["ana"], &[], Some("ana")),
        absent.clone(),
        away(tomorrow, 1, None),
        away(now - Span::DAY, 2, None),
        Command::ComeBack { person: h("ana") },
        calendar("office", "UTC"),
        calendar("night", "UTC"),
        kind(&mut desk, "customer", "vat"),
        kind(&mut desk, "ship", "flag"),
        publish(&mut desk, "sale", "Other"),
        publish(&mut desk, "resale", "Other"),
        Command::SetEffort { process: h("sale"), effort: Effort::Small },
        Command::SetEffort { process: h("sale"), effort: Effort::Large },
    ];
    let mut before = vec![stands(&mut desk)];
    for command in &commands {
        let done = desk.execute(command, &ctx("bo", now)).unwrap();
        assert!(!done.events.is_empty(), "{command:?}");
        before.push(stands(&mut desk));
    }
    for _ in 0..2 {
        for (command, stood) in commands.iter().zip(&before).rev() {
            let done = desk.undo(&ctx("bo", now)).unwrap_or_else(|no| panic!("{command:?}: {no}"));
            assert_eq!((done.len(), &stands(&mut desk)), (1, stood), "{command:?}");
        }
        for (command, stood) in commands.iter().zip(&before[1..]) {
            desk.redo(&ctx("bo", now)).unwrap_or_else(|no| panic!("{command:?}: {no}"));
            assert_eq!(&stands(&mut desk), stood, "{command:?}");
        }
    }
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// The example of a role that was added between: it goes first, and then the handoff.
#[test]
fn what_was_done_before_a_change_of_the_catalog_is_taken_back_after_it() {
    let (mut desk, now) = desk();
    desk.execute(&grant("ana", None, Some(Permission::Lead)), &ctx("bo", now)).unwrap();
    let accept =
        Command::AcceptHandoff { case: CaseId(1), handoff: HandoffId(2), next_action: None, when: None };
    desk.execute(&accept, &ctx("ana", now)).unwrap();
    desk.execute(&role("it", &["ana"]), &ctx("ana", now)).unwrap();
    desk.undo(&ctx("ana", now)).unwrap();
    assert!(!desk.catalog().unwrap().roles.contains_key(&h("it")));
    desk.undo(&ctx("ana", now)).unwrap();
    assert_eq!(desk.inbox(&h("ana"), now).unwrap().items[0].handoff, Some(HandoffId(2)));
}

#[test]
fn what_has_to_stay_is_passed_over_only_when_asked_and_only_for_something_else() {
    let (mut desk, now) = desk();
    desk.execute(&grant("ana", None, Some(Permission::Admin)), &ctx("bo", now)).unwrap();
    let note = |text: &str| Command::NoteCase { case: CaseId(1), text: text.into() };
    desk.execute(&note("bo was here"), &ctx("bo", now)).unwrap();
    let members = desk.catalog().unwrap().roles[&h("finance")].members.clone();
    desk.execute(&change_role(&["bo"], &[], None), &ctx("bo", now)).unwrap();
    desk.execute(&change_role(&[], &[], Some("bo")), &ctx("bo", now)).unwrap();
    desk.execute(&change_role(&[], &[], Some("ana")), &ctx("ana", now)).unwrap();
    let why = "ana changed the role finance after that, today 09:00.";
    assert_eq!(sentence(desk.undo(&ctx("bo", now))), why);
    assert!(desk.something_older(&ctx("bo", now)).unwrap());
    let done = desk.undo_passing(&ctx("bo", now)).unwrap();
    assert_eq!(done[0].subject.to_string(), "C-1", "the role stays, though it was changed before that");
    let finance = desk.catalog().unwrap().roles[&h("finance")].clone();
    assert!(finance.members.len() > members.len() && finance.lead == Some(h("ana")));
    // And it is done again.
    desk.redo(&ctx("bo", now)).unwrap();
    // ana takes hers back, and nothing is in the way any more.
    desk.undo(&ctx("ana", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    let finance = desk.catalog().unwrap().roles[&h("finance")].clone();
    assert_eq!((finance.members, finance.lead), (members, None));
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_version_that_cases_run_on_stays() {
    let (mut desk, now) = desk();
    let second = publish(&mut desk, "sale", "Other");
    desk.execute(&second, &ctx("bo", now)).unwrap();
    let start = StartCase { process: Some(h("sale")), title: Some("Roof".into()), ..StartCase::default() };
    desk.execute(&Command::StartCase(start.clone()), &ctx("ana", now)).unwrap();
    let why = "ana acted on C-2 after that, today 09:00: start Roof.";
    assert_eq!(sentence(desk.undo(&ctx("bo", now))), why);
    // One's own case, once it is taken back, is not in the way.
    let third = publish(&mut desk, "sale", "Third");
    desk.execute(&third, &ctx("bo", now)).unwrap();
    desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    let (version, sale) = desk.catalog().unwrap().newest(&h("sale")).map(|(n, p)| (n, p.clone())).unwrap();
    assert_eq!((version, sale.purpose.as_str()), (4, "Other"), "versions go on");
    // A case that moved to it is as good as one that began.
    let fifth = publish(&mut desk, "sale", "Fifth");
    desk.execute(&grant("ana", None, Some(Permission::Lead)), &ctx("bo", now)).unwrap();
    desk.execute(&fifth, &ctx("bo", now)).unwrap();
    let migrate = Command::MigrateCase { case: CaseId(1), to: 5, map: vec![] };
    desk.execute(&migrate, &ctx("ana", now)).unwrap();
    assert!(sentence(desk.undo(&ctx("bo", now))).starts_with("ana acted on C-1 after that"));
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// Its number is not given twice: what was taken back of a case finds what it ran on.
#[test]
fn a_process_that_was_taken_away_goes_on_counting_when_it_comes_again() {
    let (mut desk, now) = desk();
    let first = publish(&mut desk, "resale", "First");
    desk.execute(&first, &ctx("bo", now)).unwrap();
    let start = StartCase { process: Some(h("resale")), ..StartCase::default() };
    desk.execute(&Command::StartCase(start.clone()), &ctx("bo", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    assert!(desk.catalog().unwrap().newest(&h("resale")).is_none());
    let refused = sentence(desk.execute(&Command::StartCase(start.clone()), &ctx("bo", now)));
    assert_eq!(refused, "There is no process `resale`.");
    let again = publish(&mut desk, "resale", "Again");
    desk.execute(&again, &ctx("bo", now)).unwrap();
    assert_eq!(desk.catalog().unwrap().newest(&h("resale")).unwrap().0, 2);
    desk.execute(&Command::StartCase(start), &ctx("ana", now)).unwrap();
    let case = desk.cases(&crate::store::CaseFilter::default()).unwrap().iter().map(|c| c.version).max();
    assert_eq!(case, Some(2));
    assert!(sentence(desk.undo(&ctx("bo", now))).ends_with(": `resale` stays."));
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_person_who_was_given_work_or_has_acted_stays() {
    let offer = |to: &str| Command::OfferHandoff {
        case: CaseId(1),
        branch: 1,
        to: Some(to.parse().unwrap()),
        note: None,
        agreed: Default::default(),
    };
    let recall = Command::RecallHandoff { case: CaseId(1), handoff: HandoffId(2), reason: None };
    for who_acts in [false, true] {
        let (mut desk, now) = desk();
        desk.execute(&recall, &ctx("bo", now)).unwrap();
        desk.execute(&grant("ana", None, Some(Permission::Admin)), &ctx("bo", now)).unwrap();
        desk.execute(&add("eli"), &ctx("ana", now)).unwrap();
        match who_acts {
            true => {
                let note = Command::NoteCase { case: CaseId(1), text: "here".into() };
                desk.execute(&note, &ctx("eli", now)).unwrap();
                let why = "eli acted on C-1 after that, today 09:00: note \"here\": eli stays.";
                assert_eq!(sentence(desk.undo(&ctx("ana", now))), why);
            }
            false => {
                desk.execute(&offer("@eli"), &ctx("bo", now)).unwrap();
                let why = "bo acted on C-1 after that, today 09:00: offer H-3 Bill to @eli: \"price is final\": eli stays.";
                assert_eq!(sentence(desk.undo(&ctx("ana", now))), why);
                // What bo took back bo may do again.
                desk.undo(&ctx("bo", now)).unwrap();
                assert_eq!(sentence(desk.undo(&ctx("ana", now))), why);
            }
        }
        let hint = desk.undo(&ctx("ana", now)).unwrap_err().hint();
        assert_eq!(hint, "`baton person leave eli --plan` lets eli go.");
    }
}

#[test]
fn a_role_that_a_process_names_and_a_kind_with_records_stay() {
    let (mut desk, now) = desk();
    desk.execute(&grant("ana", None, Some(Permission::Admin)), &ctx("bo", now)).unwrap();
    desk.execute(&role("it", &["ana"]), &ctx("bo", now)).unwrap();
    let mut process = (**desk.catalog().unwrap().newest(&h("sale")).unwrap().1).clone();
    process.steps[1].by = crate::domain::process::Performer::Party("it".parse().unwrap());
    desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("ana", now)).unwrap();
    let why = "ana acted on the catalog after that, today 09:00: process sale version 2 published: the role it stays.";
    assert_eq!(sentence(desk.undo(&ctx("bo", now))), why);
    let ship = kind(&mut desk, "ship", "flag");
    desk.execute(&ship, &ctx("bo", now)).unwrap();
    let more = kind(&mut desk, "customer", "vat");
    desk.execute(&more, &ctx("bo", now)).unwrap();
    let record = |kind: &str, fields: &[(&str, &str)]| {
        let fields = fields.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Command::AddRecord { kind: h(kind), name: "N".into(), fields }
    };
    // Nothing in a field that goes: the kind can go back.
    desk.execute(&record("customer", &[]), &ctx("ana", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    desk.redo(&ctx("bo", now)).unwrap();
    let set = vec![("vat".to_string(), "1".to_string())];
    let change = Command::ChangeRecord { record: RecordId(1), name: None, fields: set };
    desk.execute(&change, &ctx("ana", now)).unwrap();
    assert_eq!(
        sentence(desk.undo(&ctx("bo", now))),
        "ana acted on R-1 after that, today 09:00: set vat = 1."
    );
    let anew = kind(&mut desk, "boat", "flag");
    desk.execute(&anew, &ctx("bo", now)).unwrap();
    desk.execute(&record("boat", &[]), &ctx("ana", now)).unwrap();
    let why = "ana acted on R-2 after that, today 09:00: added N: the kind boat stays.";
    assert_eq!(sentence(desk.undo(&ctx("bo", now))), why);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn what_a_file_begins_with_stays() {
    let mut desk = Desk::in_memory().unwrap();
    let (_, now) = super::super::tests::desk();
    let mut next = super::super::tests::op;
    let mut by = super::super::Series { person: h("bo"), now, op: &mut next };
    desk.set_up(&mut by, "Test", &Zone::utc()).unwrap();
    assert_eq!(
        sentence(desk.undo(&ctx("bo", now))),
        "Nothing is left to take back but setting up this file, which stays."
    );
    assert!(!desk.something_older(&ctx("bo", now)).unwrap());
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// Somebody else's change of the same thing, not of another, is in the way of doing again too.
#[test]
fn what_somebody_changed_since_is_not_done_again() {
    let (mut desk, now) = desk();
    desk.execute(&grant("ana", None, Some(Permission::Admin)), &ctx("bo", now)).unwrap();
    desk.execute(&change_role(&["bo"], &[], None), &ctx("bo", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    desk.execute(&role("it", &[]), &ctx("ana", now)).unwrap();
    desk.redo(&ctx("bo", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    desk.execute(&change_role(&[], &[], Some("ana")), &ctx("ana", now)).unwrap();
    desk.undo(&ctx("ana", now)).unwrap();
    let why = "ana changed the role finance after that, today 09:00.";
    assert_eq!(sentence(desk.redo(&ctx("bo", now))), why);
}

/// Who may not change it any more does not take it back either.
#[test]
fn the_commands_that_bring_it_back_need_what_any_other_needs() {
    let (mut desk, now) = desk();
    desk.execute(&grant("ana", None, Some(Permission::Lead)), &ctx("bo", now)).unwrap();
    desk.execute(&role("it", &[]), &ctx("ana", now)).unwrap();
    desk.execute(&grant("ana", None, Some(Permission::Member)), &ctx("bo", now)).unwrap();
    assert_eq!(sentence(desk.undo(&ctx("ana", now))), "Only a lead or an admin can take a role away.");
}

#[test]
fn an_undo_of_the_catalog_that_is_retried_does_nothing_twice() {
    let (mut desk, now) = desk();
    desk.execute(&change_role(&["bo"], &[], None), &ctx("bo", now)).unwrap();
    desk.execute(&change_role(&[], &[], Some("bo")), &ctx("bo", now)).unwrap();
    let once = ctx("bo", now);
    let said = desk.undo(&once).unwrap();
    let head = desk.head().unwrap();
    let again = desk.undo(&once).unwrap();
    assert_eq!((again[0].events.clone(), again[0].repeated), (said[0].events.clone(), true));
    assert_eq!(desk.head().unwrap(), head);
    assert!(desk.catalog().unwrap().roles[&h("finance")].members.contains(&h("bo")));
}

/// What of the list of what somebody did says that it could be taken back is what `undo` takes back.
#[test]
fn the_list_of_what_somebody_did_has_the_catalog_and_records_in_it() {
    let (mut desk, now) = desk();
    let list = |desk: &mut Desk| {
        let deeds = desk.deeds(&h("bo"), now).unwrap().into_iter();
        let told = deeds.filter_map(|item| match item.told.clone() {
            Some(crate::desk::Remark::Did { kept, older, words, .. }) => {
                let number = item.number();
                let undo = kept.unwrap_or_else(|| if older { "older" } else { "yes" }.to_string());
                Some(format!("{number} {}: {words} | {undo}", item.title))
            }
            _ => None,
        });
        told.take(3).collect::<Vec<_>>()
    };
    let note = Command::NoteCase { case: CaseId(1), text: "x".into() };
    desk.execute(&note, &ctx("bo", now)).unwrap();
    let record = desk.execute(
        &Command::AddRecord { kind: h("customer"), name: "Berg".into(), fields: vec![] },
        &ctx("bo", now),
    );
    let record = record.unwrap().subject;
    let (members, lead) = (vec![h("ana")], Some(h("ana")));
    let it = Command::AddRole { role: h("it"), title: "it".into(), members, lead };
    desk.execute(&it, &ctx("bo", now)).unwrap();
    assert_eq!(
        list(&mut desk),
        [
            " the role it: role it (it) added | yes".to_string(),
            format!("{record} Berg: added Berg | newer first: role it (it) added"),
            "C-1 Roof: note \"x\" | newer first: role it (it) added".to_string(),
        ]
    );
    assert_eq!(desk.undo(&ctx("bo", now)).unwrap()[0].subject, crate::domain::event::SubjectId::Catalog);
    assert_eq!(list(&mut desk)[0], " the role it: role it (it) added | taken back already");
    assert!(list(&mut desk)[1].ends_with("| yes"));
    desk.redo(&ctx("bo", now)).unwrap();
    // Somebody relies on it: it stays, and says why; what came before can be taken back all the same.
    let to = Command::ChangeRole { role: h("it"), add: vec![h("bo")], remove: vec![], lead: None };
    desk.execute(&to, &ctx("ana", now)).unwrap();
    let told = list(&mut desk);
    assert!(told[0].contains("| ana changed the role it after that"), "{told:?}");
    assert!(told[1].ends_with("| older"), "{told:?}");
}
