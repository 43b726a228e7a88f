//! The desk end to end on a file in memory: one handoff the whole way.

use super::*;
use crate::domain::command::{Command, CompleteTask, Context, StartCase};
use crate::domain::event::{DeclineReason, OpId};
use crate::domain::when;
use crate::domain::zone::parse_rfc3339;
use crate::domain::{CaseId, Handle, HandoffId, Instant, Span, TaskId};

pub(super) fn h(text: &str) -> Handle {
    text.parse().unwrap()
}

pub(super) fn op() -> OpId {
    OpId(uuid::Uuid::now_v7())
}

pub(super) fn ctx(person: &str, now: Instant) -> Context {
    Context::by(&h(person), now, op())
}

/// A company of two with a small process: bo sells, ana bills.
pub(super) fn desk() -> (Desk, Instant) {
    let now = parse_rfc3339("2026-11-16T09:00:00+01:00").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    let mut next = op;
    let mut by = Series { person: h("bo"), now, op: &mut next };
    desk.set_up(&mut by, "Test", &"Europe/Amsterdam".parse().unwrap()).unwrap();
    for command in [
        Command::AddPerson {
            person: h("ana"),
            name: "Ana".into(),
            mail: None,
            permission: crate::domain::catalog::Permission::Member,
            roles: vec![],
        },
        Command::AddRole { role: h("finance"), title: "Finance".into(), members: vec![h("ana")], lead: None },
    ] {
        desk.execute(&command, &ctx("bo", now)).unwrap();
    }
    let text = r#"
process = "sale"
title = "Sale"
kind = "operational"
purpose = "Money."
accountable = "@bo"
[data.amount]
type = "money"
[[step]]
step = "sell"
title = "Sell"
by = "@bo"
goal = "1 business day"
gives = ["amount"]
next = "bill"
[[step]]
step = "bill"
title = "Bill"
by = "finance"
goal = "2 business days"
accept = "4 business hours"
needs = ["amount"]
next = { end = "paid" }
[[ladder]]
on = "accept"
rungs = [ { at = "0", remind = "responsible", escalate = "sender" }, { at = "+1 business day", escalate = "accountable", every = "1 business day", most = 3 } ]
"#;
    let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
    let process = process.unwrap_or_else(|| panic!("{problems:?}"));
    desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("bo", now)).unwrap();
    let start = StartCase { process: Some(h("sale")), title: Some("Roof".into()), ..StartCase::default() };
    desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
    let done = CompleteTask {
        case: CaseId(1),
        task: TaskId(1),
        data: vec![("amount".into(), "12400".into())],
        to: None,
        note: Some("price is final".into()),
        all_checked: false,
        checked: Vec::new(),
        anyway: None,
        outcome: None,
        reason: None,
    };
    desk.execute(&Command::CompleteTask(done), &ctx("bo", now)).unwrap();
    (desk, now)
}

#[test]
fn a_handoff_turns_late_climbs_once_and_is_accepted() {
    let (mut desk, now) = desk();
    let item = desk.inbox(&h("ana"), now).unwrap().items.remove(0);
    assert_eq!((item.what, item.handoff), (What::Accept, Some(HandoffId(2))));
    let due = item.due.unwrap();
    assert_eq!(when::show(due, now, &desk.zone()), "today 13:00");
    assert_eq!(item.responsible, h("bo"), "the sender stays responsible until somebody accepts");

    let lease = Lease(uuid::Uuid::now_v7());
    assert_eq!(desk.tick(lease, due, &mut op).unwrap().breaches, 0, "the due instant is still in time");
    assert!(!desk.inbox(&h("ana"), due).unwrap().items[0].urgency.is_late());
    let late = due + Span(1000);
    assert!(desk.inbox(&h("ana"), late).unwrap().items[0].urgency.is_late(), "late with no tick at all");
    let ticked = desk.tick(lease, late, &mut op).unwrap();
    assert_eq!((ticked.breaches, ticked.rungs), (1, 0), "the rung at due fired at due: {ticked:?}");
    assert_eq!(desk.tick(lease, late, &mut op).unwrap().cases, 0, "nothing twice");
    let much_later = late + Span::DAY.times(3);
    let ticked = desk.tick(lease, much_later, &mut op).unwrap();
    assert_eq!(ticked.rungs, 1, "only the last of the missed rungs acts");
    assert_eq!(desk.tick(lease, late, &mut op).unwrap().cases, 0, "a clock that goes back fires nothing");

    let accept = Command::AcceptHandoff { case: CaseId(1), handoff: HandoffId(2), next_action: None };
    let refused = desk.execute(&accept, &ctx("bo", much_later)).unwrap_err();
    assert_eq!(refused.to_string(), "H-2 is offered to finance, not to bo.");
    desk.execute(&accept, &ctx("ana", much_later)).unwrap();
    let again = desk.execute(&accept, &ctx("ana", much_later)).unwrap_err();
    assert!(again.to_string().starts_with("H-2 was accepted by ana, today"), "{again}");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
}

#[test]
fn declined_recalled_undone_and_offered_again() {
    let (mut desk, now) = desk();
    let decline = |handoff| Command::DeclineHandoff {
        case: CaseId(1),
        handoff: HandoffId(handoff),
        reason: DeclineReason::MissingInformation,
        text: "site photos".into(),
    };
    desk.execute(&decline(2), &ctx("ana", now)).unwrap();
    let back = desk.inbox(&h("bo"), now).unwrap().items.remove(0);
    assert_eq!(back.what, What::Back);
    let offer = |to: Option<&str>| Command::OfferHandoff {
        case: CaseId(1),
        branch: 1,
        to: to.map(|to| to.parse().unwrap()),
        note: None,
    };
    let refused = desk.execute(&offer(None), &ctx("bo", now)).unwrap_err();
    assert_eq!(refused.to_string(), "finance declined this already (H-2).");
    desk.execute(&offer(Some("@ana")), &ctx("bo", now)).unwrap();
    let recall = Command::RecallHandoff { case: CaseId(1), handoff: HandoffId(3), reason: None };
    desk.execute(&recall, &ctx("bo", now)).unwrap();
    assert_eq!(desk.inbox(&h("ana"), now).unwrap().items, vec![]);
    desk.undo(&ctx("bo", now)).unwrap();
    assert_eq!(desk.inbox(&h("ana"), now).unwrap().items.len(), 1);
    desk.redo(&ctx("bo", now)).unwrap();
    assert_eq!(desk.inbox(&h("ana"), now).unwrap().items, vec![]);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
    assert!(desk.execute(&offer(Some("@ana")), &ctx("bo", now)).is_ok());
}

#[test]
fn every_template_passes_its_check_without_a_warning() {
    for template in TEMPLATES {
        let (process, problems) = crate::domain::process_check::read(
            template.text,
            &crate::domain::process_check::Known::default(),
        );
        assert_eq!(problems, vec![], "{}", template.handle);
        assert_eq!(process.unwrap().handle.as_str(), template.handle);
    }
}
