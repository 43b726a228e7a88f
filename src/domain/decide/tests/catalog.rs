//! Changes to the catalog: what they name must be there, and what is as asked for already is nothing new.

use super::world::*;
use crate::domain::catalog::{Catalog, Settings};
use crate::domain::command::{Command, Context};
use crate::domain::decide::decide;
use crate::domain::event::{Event, OpId};
use crate::domain::fold::Subject;
use crate::domain::permission::PersonChange;
use crate::domain::process::Process;
use crate::domain::rank::Effort;
use crate::domain::record::Kind;
use std::sync::Arc;

/// What an admin's command comes to: its events, or the sentence of its refusal.
fn asked(catalog: &Catalog, command: Command) -> Result<Vec<Event>, String> {
    let ctx = Context::by(&h("dana"), monday(), OpId(uuid::Uuid::nil()));
    decide(&Subject::Catalog, catalog, &command, &ctx, crate::domain::command::Numbers::FIRST)
        .map(|decision| decision.events)
        .map_err(|refusal| refusal.sentence(&|_| String::new()))
}

#[track_caller]
fn refused(catalog: &Catalog, command: Command, with: &str) {
    assert_eq!(asked(catalog, command).unwrap_err(), with);
}

fn left(person: &str) -> Catalog {
    let mut catalog = company(&[SALE]);
    tell_catalog(&mut catalog, Event::PersonLeft { person: h(person) });
    catalog
}

#[test]
fn settings_name_a_company_and_a_calendar_that_is_there() {
    let catalog = company(&[SALE]);
    let change = |change: &dyn Fn(&mut Settings)| {
        let mut settings = catalog.settings.clone().unwrap();
        change(&mut settings);
        Command::ChangeSettings { settings }
    };
    refused(&catalog, change(&|to| to.company = " ".into()), "The name of the company is empty.");
    refused(&catalog, change(&|to| to.calendar = h("shop")), "There is no calendar `shop`.");
    for currency in ["eur", "EURO", "E1R"] {
        let said = asked(&catalog, change(&|to| to.currency = currency.into())).unwrap_err();
        assert_eq!(said, format!("`{currency}` is not a currency."));
    }
    assert_eq!(asked(&catalog, change(&|_| {})), Ok(vec![]), "as it is already");
    assert_eq!(asked(&catalog, change(&|to| to.company = "Berg".into())).unwrap().len(), 1);
}

#[test]
fn nobody_joins_a_role_that_is_not_there_and_nobody_who_is_gone_joins_one() {
    let catalog = left("zoe");
    let add = |roles: &[&str]| Command::AddPerson {
        person: h("new"),
        name: "New".into(),
        mail: None,
        permission: crate::domain::catalog::Permission::Member,
        roles: roles.iter().map(|role| h(role)).collect(),
    };
    refused(&catalog, add(&["sales", "ghosts"]), "There is no role `ghosts`.");
    assert_eq!(asked(&catalog, add(&["sales"])).unwrap().len(), 2);
    let role = |members: &[&str], lead: Option<&str>| Command::AddRole {
        role: h("r"),
        title: "R".into(),
        members: members.iter().map(|person| h(person)).collect(),
        lead: lead.map(h),
    };
    refused(&catalog, role(&["bo", "zoe"], None), "`zoe` has left.");
    refused(&catalog, role(&["bo"], Some("ghost")), "`ghost` is nobody here.");
    let change = |add: &[&str], remove: &[&str], lead: Option<&str>| Command::ChangeRole {
        role: h("finance"),
        add: add.iter().map(|person| h(person)).collect(),
        remove: remove.iter().map(|person| h(person)).collect(),
        lead: lead.map(h),
    };
    refused(&catalog, change(&["zoe"], &[], None), "`zoe` has left.");
    refused(&catalog, change(&[], &[], Some("zoe")), "`zoe` has left.");
    refused(&catalog, change(&[], &["ghost"], None), "`ghost` is nobody here.");
    // Only what differs is said; `finance` is ana and eli, who leads it.
    assert_eq!(asked(&catalog, change(&["ana"], &["bo", "zoe"], Some("eli"))), Ok(vec![]));
    let said = asked(&catalog, change(&["ana", "bo"], &["cy", "eli"], Some("eli"))).unwrap();
    let (role, add, remove) = (h("finance"), vec![h("bo")], vec![h("eli")]);
    assert_eq!(said, [Event::RoleChanged { role, add, remove, lead: None }]);
}

#[test]
fn a_person_is_changed_by_what_differs() {
    let catalog = company(&[SALE]);
    let change = |name: Option<&str>, mail: Option<&str>| {
        let (name, mail) = (name.map(str::to_string), mail.map(str::to_string));
        asked(&catalog, Command::ChangePerson(PersonChange { name, mail, ..PersonChange::of(h("bo")) }))
            .unwrap()
    };
    assert_eq!(change(Some("bo"), Some("")), [], "the name it is, and no mail as before");
    let only = |name: Option<&str>, mail: Option<&str>| {
        let (name, mail) = (name.map(str::to_string), mail.map(str::to_string));
        [Event::PersonChanged(PersonChange { name, mail, ..PersonChange::of(h("bo")) })]
    };
    assert_eq!(change(Some("Bo"), Some("")), only(Some("Bo"), None));
    assert_eq!(change(Some("bo"), Some("b@x.example")), only(None, Some("b@x.example")));
    let no_mail = PersonChange { mail: Some("Anna Schäfer".into()), ..PersonChange::of(h("bo")) };
    assert!(asked(&catalog, Command::ChangePerson(no_mail)).is_err());
}

#[test]
fn a_process_is_published_when_everybody_and_everything_it_names_is_there() {
    let mut catalog = left("zoe");
    let publish = |change: &dyn Fn(&mut Process)| {
        let mut process = (**company(&[SALE]).newest(&h("sale")).unwrap().1).clone();
        change(&mut process);
        Command::PublishProcess { process: Arc::new(process) }
    };
    assert_eq!(asked(&catalog, publish(&|_| {})), Ok(vec![]), "the same meaning is no new version");
    let by = |party: &'static str| {
        publish(&move |to| {
            step_of(to, "bill").by = crate::domain::process::Performer::Party(party.parse().unwrap());
        })
    };
    refused(&catalog, by("@zoe"), "`zoe` has left.");
    refused(&catalog, by("@ghost"), "`ghost` is nobody here.");
    refused(&catalog, by("ghosts"), "There is no role `ghosts`.");
    refused(
        &catalog,
        publish(&|to| to.accountable = "ghosts".parse().unwrap()),
        "There is no role `ghosts`.",
    );
    refused(&catalog, publish(&|to| to.calendar = Some(h("shop"))), "There is no calendar `shop`.");
    let about = "`sale` is about a customer, and there is no such kind of record.";
    refused(&catalog, publish(&|to| to.about = Some(h("customer"))), about);
    let kind = Kind { handle: h("customer"), title: "Customers".into(), singular: None, fields: vec![] };
    tell_catalog(&mut catalog, Event::KindApplied { kind: kind.clone() });
    assert_eq!(asked(&catalog, publish(&|to| to.about = Some(h("customer")))).unwrap().len(), 1);
    assert_eq!(asked(&catalog, Command::ApplyKind { kind: kind.clone() }), Ok(vec![]));
    let renamed = Kind { title: "Clients".into(), ..kind };
    assert_eq!(asked(&catalog, Command::ApplyKind { kind: renamed }).unwrap().len(), 1);
}

#[test]
fn what_improving_would_cost_is_said_of_a_process_that_is_there_and_once() {
    let mut catalog = company(&[SALE]);
    let effort = |process: &str| Command::SetEffort { process: h(process), effort: Effort::Small };
    refused(&catalog, effort("ghost"), "There is no process `ghost`.");
    let said = asked(&catalog, effort("sale")).unwrap();
    assert_eq!(said.len(), 1);
    tell_catalog(&mut catalog, said[0].clone());
    assert_eq!(asked(&catalog, effort("sale")), Ok(vec![]));
}

#[test]
fn a_record_is_changed_by_what_differs_and_a_contact_has_a_name() {
    use crate::domain::event::{Actor, Entry, SubjectId, Values};
    use crate::domain::record::{Contact, Record};
    let mut catalog = company(&[]);
    let kind = Kind { handle: h("customer"), title: "Customers".into(), singular: None, fields: vec![] };
    let (record, name) = (crate::domain::RecordId(1), "Hansen".to_string());
    let add = Command::AddRecord { kind: h("customer"), name: name.clone(), fields: vec![] };
    let hint = |catalog: &Catalog| {
        let ctx = Context::by(&h("dana"), monday(), OpId(uuid::Uuid::nil()));
        decide(&Subject::Catalog, catalog, &add, &ctx, crate::domain::command::Numbers::FIRST)
            .unwrap_err()
            .hint()
    };
    assert_eq!(hint(&catalog), "`baton init` brings the usual kinds.");
    tell_catalog(&mut catalog, Event::KindApplied { kind: Kind { handle: h("vendor"), ..kind.clone() } });
    assert_eq!(hint(&catalog), "Kinds here: vendor.");
    tell_catalog(&mut catalog, Event::KindApplied { kind });
    let event = Event::RecordAdded { kind: h("customer"), name: name.clone(), fields: Values::new() };
    let (actor, op) = (Actor::Person(h("dana")), OpId(uuid::Uuid::nil()));
    let entry = Entry { seq: 1, at: monday(), actor, subject: SubjectId::Record(record), op, event };
    let subject = Subject::Record(Record::begin(record, &entry).map(Box::new));
    let asked = |command: Command| {
        let ctx = Context::by(&h("dana"), monday(), OpId(uuid::Uuid::nil()));
        decide(&subject, &catalog, &command, &ctx, crate::domain::command::Numbers::FIRST)
            .map(|decision| decision.events.len())
            .map_err(|refusal| refusal.sentence(&|_| String::new()))
    };
    let named = |name: &str| Command::ChangeRecord { record, name: Some(name.into()), fields: vec![] };
    assert_eq!((asked(named("Hansen")), asked(named("Berg"))), (Ok(0), Ok(1)));
    let contact = |name: &str| Contact { name: name.into(), mail: None, phone: None };
    let add = |name: &str| Command::AddContact { record, contact: contact(name) };
    assert_eq!(asked(add(" ")), Err("The contact's name is empty.".into()));
    assert_eq!(asked(add("Kim")), Ok(1));
    let by = |mail: &str, phone: &str| Contact {
        mail: Some(mail.into()),
        phone: Some(phone.into()),
        ..contact("Kim")
    };
    let with = |contact: Contact| Command::AddContact { record, contact };
    assert_eq!(asked(with(by("no mail", "1234"))), Err("mail: `no mail` is not a mail address.".into()));
    assert_eq!(
        asked(with(by("kim@hansen.example", "abc"))),
        Err("phone: `abc` is not a phone number.".into())
    );
    assert_eq!(asked(with(by("kim@hansen.example", " "))), Ok(1), "none is none");
    // Whoever is changed has to be there as they were.
    let change = |was: &str, contact: Option<Contact>| {
        asked(Command::ChangeContact { record, was: by(was, "1234"), contact })
    };
    let contacts = vec![by("no mail", "abc")];
    let (from, name, messages) = (crate::domain::RecordId(2), "gone".to_string(), vec![]);
    let taken = crate::domain::merge::Merge::TakeOver { record, from, name, messages, contacts };
    assert_eq!(asked(Command::Merge(taken)), Ok(2), "a merge loses nobody whom nothing checked before");
    assert_eq!(change("old@hansen.example", None), Err("Kim is no contact of R-1 Hansen as it was.".into()));
}

#[test]
fn only_cases_without_a_process_are_of_the_built_in_version() {
    let catalog = company(&[SALE]);
    assert!(catalog.process(&h("sale"), 0).is_none() && catalog.process(&h("ad-hoc"), 0).is_some());
}

#[test]
fn a_role_and_a_person_of_one_name_are_told_apart() {
    let catalog = company(&[SALE]);
    let said = |command: Command| {
        let ctx = Context::by(&h("dana"), monday(), OpId(uuid::Uuid::nil()));
        decide(&Subject::Catalog, &catalog, &command, &ctx, crate::domain::command::Numbers::FIRST)
            .unwrap()
            .warnings
    };
    let role =
        |name: &str| Command::AddRole { role: h(name), title: "X".into(), members: vec![], lead: None };
    assert_eq!(
        said(role("bo")),
        [
            "There is a person `bo` too: work is offered to the role as `bo` and to the person as `@bo`, and a note that says \
          `@bo` tells the person."
        ]
    );
    assert_eq!(said(role("nobody-yet")), [""; 0]);
    let person = Command::AddPerson {
        person: h("finance"),
        name: "Fin".into(),
        mail: None,
        permission: crate::domain::catalog::Permission::Member,
        roles: vec![],
    };
    assert!(said(person)[0].starts_with("There is a role `finance` too"));
}
