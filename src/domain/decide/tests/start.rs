//! The contract of the first step: what a case begins with.

use super::world::*;
use crate::domain::CaseId;
use crate::domain::command::{Command, Context, Numbers, StartCase};
use crate::domain::decide::decide;
use crate::domain::event::{Actor, Cause, Event, ExceptionKind, OpId, Origin, ParentLink};
use crate::domain::fold::Subject;

/// The first step needs an amount and an order; the customer's name has to be there whatever happens.
const ORDER: &str = r#"
process = "order"
title = "Order"
kind = "operational"
purpose = "x"
accountable = "@lea"
[data.customer]
type = "text"
required = true
[data.amount]
type = "money"
[[step]]
step = "check"
title = "Check"
by = "finance"
goal = "1 day"
accept = "4 hours"
needs = ["customer", "amount"]
documents = ["Order", "Quote"]
next = { end = true }
"#;

fn start(data: &[(&str, &str)], documents: &[(&str, &str)], anyway: Option<&str>) -> StartCase {
    let own = |of: &[(&str, &str)]| of.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
    StartCase {
        process: Some(h("order")),
        data: own(data),
        documents: own(documents),
        anyway: anyway.map(Into::into),
        ..StartCase::default()
    }
}

const ALL: [(&str, &str); 2] = [("customer", "Hansen"), ("amount", "12")];

#[test]
fn a_case_begins_with_what_its_first_step_needs() {
    let mut world = World::of(company(&[ORDER]));
    let mut begin = |start: StartCase| world.when("bo", Command::StartCase(start));
    begin(start(&ALL[..1], &[], None)).refused(
        "A case of `Order` cannot be started yet. Missing: amount; document: Order; document: Quote.",
    );
    begin(start(&ALL, &[("Order", "po.pdf"), ("Quote", " ")], None))
        .refused("A case of `Order` cannot be started yet. Missing: document: Quote.");
    begin(start(&ALL, &[("Oder", "po.pdf")], None)).refused("`Order` asks for no document `Oder`.");
    begin(start(&ALL[..1], &[], Some(" "))).refused("The reason is empty.");
    // What has to be there whatever happens is no matter of a waiver.
    begin(start(&ALL[1..], &[], Some("later"))).refused("A case of `Order` starts with customer.");
    begin(start(&ALL, &[("Order", "po.pdf"), ("Quote", "q 7")], Some("not needed")));
    let case = world.subject.case().unwrap();
    assert_eq!(case.documents.get("Quote").map(String::as_str), Some("q 7"));
    assert_eq!(case.exceptions.len(), 0);
}

#[test]
fn it_begins_without_for_a_reason_that_whoever_answers_for_it_reads() {
    let mut world = World::of(company(&[ORDER]));
    world.when("bo", Command::StartCase(start(&ALL[..1], &[("Order", "po.pdf")], Some("they call back"))));
    let exception = &world.subject.case().unwrap().exceptions[&1];
    assert_eq!(exception.kind, ExceptionKind::SentAnyway);
    assert_eq!(exception.text, "started without amount; document: Quote: they call back");
    assert_eq!(exception.to, [h("lea")]);
}

/// Nobody is there to be asked: what a rule, a schedule or another case starts is not lost.
#[test]
fn what_nobody_sits_at_begins_and_says_what_it_lacks() {
    let cause = Cause { process: h("deal"), rule: h("won"), entry: 1, depth: 1, by: Origin::Rule };
    let catalog = company(&[ORDER]);
    for actor in [Actor::Rule(cause), Actor::Person(h("bo"))] {
        let parent = matches!(actor, Actor::Person(_)).then_some(ParentLink { case: CaseId(7), request: 1 });
        let ctx = Context::of(actor.clone(), monday(), OpId(uuid::Uuid::nil()));
        let start = Command::StartCase(StartCase { parent, ..start(&ALL[..1], &[], None) });
        let decided = decide(&Subject::Case(None), &catalog, &start, &ctx, Numbers::FIRST).unwrap();
        let told = decided.events.iter().find_map(|event| match event {
            Event::ExceptionOpened { text, to, .. } => Some((text.clone(), to.clone())),
            _ => None,
        });
        let (text, to) = told.unwrap();
        let lacks = "started without amount; document: Order; document: Quote: nobody was there to give it";
        assert!(text.starts_with(lacks), "{text}");
        assert_eq!(to, [h("lea")]);
    }
}

/// A journal from before tells of cases without all of that, and they are what they were.
#[test]
fn a_case_that_began_without_stays_as_it_was() {
    let mut world = World::of(company(&[SALE]));
    world.start("bo", &[]);
    assert!(world.subject.case().unwrap().documents.is_empty());
}
