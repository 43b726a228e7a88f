//! The desk end to end on a file in memory: one handoff the whole way.

use super::*;
use crate::domain::command::{Command, CompleteTask, Context, StartCase};
use crate::domain::event::{DeclineReason, OpId};
use crate::domain::permission::PersonChange;
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

/// Whoever comes second reads who was first, what they did, and when: model section 9.
#[test]
fn whoever_comes_second_reads_who_was_first_and_when() {
    let (mut desk, now) = desk();
    let (case, task, handoff) = (CaseId(1), TaskId(2), HandoffId(2));
    let accept = Command::AcceptHandoff { case, handoff, next_action: None, when: None };
    desk.execute(&accept, &ctx("ana", now)).unwrap();
    let mut second = |first: &str, does: Command, then: &str, asks: Command| {
        desk.execute(&does, &ctx(first, now)).unwrap();
        desk.execute(&asks, &ctx(then, now)).unwrap_err().to_string()
    };
    let start = Command::StartTask { case, task };
    let told = second("ana", start.clone(), "ana", start);
    assert_eq!(told, "T-2 is started already (ana, today 09:00: work T-2 started).");
    let pause = |reason: &str| Command::PauseCase { case, reason: reason.into(), until: None };
    let told = second("ana", Command::NoteCase { case, text: "x".into() }, "bo", pause("x"));
    assert!(told.contains("has no clock of its own"), "{told}");
    let wait = |reason: &str| Command::WaitTask { case, task, reason: reason.into(), until: None };
    let told = second("ana", wait("paper"), "ana", wait("ink"));
    assert_eq!(told, "T-2 waits already: paper (ana, today 09:00: wait paper, look again Mon 23 Nov 09:00).");
    let told = second("ana", finish(case, task), "ana", wait("ink"));
    assert!(told.starts_with("C-1 is done (ana, today 09:00: "), "{told}");
    let reopen =
        |reason: &str| Command::ReopenCase { case, reason: reason.into(), to: Some(h("bill")), party: None };
    let told = second("bo", reopen("not paid"), "ana", reopen("again"));
    assert!(told.starts_with("C-1 is open (bo, today 09:00: REOPENED not paid"), "{told}");
    let withdraw = |reason: &str| Command::WithdrawCase { case, reason: reason.into() };
    let told = second("bo", withdraw("no more"), "ana", start_of(case, task));
    assert!(told.starts_with("C-1 was withdrawn: no more (bo, today 09:00: "), "{told}");
}

pub(super) fn finish(case: CaseId, task: TaskId) -> Command {
    Command::CompleteTask(finished(case, task))
}

/// A decision, or a vote on one.
pub(super) fn decide(case: CaseId, task: TaskId, outcome: &str) -> Command {
    let (outcome, reason) = (Some(outcome.to_string()), Some("good".to_string()));
    Command::CompleteTask(CompleteTask { outcome, reason, ..finished(case, task) })
}

/// Work that says nothing but that it is done.
pub(super) fn finished(case: CaseId, task: TaskId) -> CompleteTask {
    CompleteTask {
        case,
        task,
        data: Vec::new(),
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

fn start_of(case: CaseId, task: TaskId) -> Command {
    Command::StartTask { case, task }
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
        documents: Vec::new(),
        to: None,
        note: Some("price is final".into()),
        all_checked: false,
        checked: Vec::new(),
        anyway: None,
        outcome: None,
        reason: None,
        agreed: Default::default(),
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

    let accept =
        Command::AcceptHandoff { case: CaseId(1), handoff: HandoffId(2), next_action: None, when: None };
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
        fix_by: None,
        duplicate_of: None,
    };
    desk.execute(&decline(2), &ctx("ana", now)).unwrap();
    let back = desk.inbox(&h("bo"), now).unwrap().items.remove(0);
    assert_eq!(back.what, What::Back);
    let offer = |to: Option<&str>| Command::OfferHandoff {
        case: CaseId(1),
        branch: 1,
        to: to.map(|to| to.parse().unwrap()),
        note: None,
        agreed: Default::default(),
    };
    let refused = desk.execute(&offer(None), &ctx("bo", now)).unwrap_err();
    let nobody = "Nobody of finance is left who could take it: it was declined (H-2).";
    assert_eq!(refused.to_string(), nobody);
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

/// What came back to somebody else is offered to nobody: whoever the case climbed to offers it again from its row.
#[test]
fn what_came_back_in_a_late_case_is_offered_to_nobody() {
    let (mut desk, now) = desk();
    let text = r#"
process = "run"
title = "Run"
kind = "operational"
purpose = "Something."
accountable = "@ana"
goal = "1 business day"
[[step]]
step = "make"
title = "Make"
by = "@bo"
goal = "20 business days"
next = "look"
[[step]]
step = "look"
title = "Look"
by = "finance"
goal = "20 business days"
next = { end = "seen" }
"#;
    let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
    let process = process.unwrap_or_else(|| panic!("{problems:?}"));
    desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("bo", now)).unwrap();
    let start = StartCase { process: Some(h("run")), title: Some("One".into()), ..StartCase::default() };
    desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
    let task = desk
        .inbox(&h("bo"), now)
        .unwrap()
        .items
        .iter()
        .find_map(|item| item.task.filter(|_| item.case == CaseId(2)));
    desk.execute(&finish(CaseId(2), task.unwrap()), &ctx("bo", now)).unwrap();
    let offered = desk.inbox(&h("ana"), now).unwrap().items;
    let handoff = offered.iter().find_map(|item| item.handoff.filter(|_| item.case == CaseId(2))).unwrap();
    let decline = Command::DeclineHandoff {
        case: CaseId(2),
        handoff,
        reason: DeclineReason::MissingInformation,
        text: "photos".into(),
        fix_by: None,
        duplicate_of: None,
    };
    desk.execute(&decline, &ctx("ana", now)).unwrap();
    let items = desk.inbox(&h("ana"), now + Span::DAY.times(7)).unwrap().items;
    let row = items.iter().find(|item| item.case == CaseId(2)).unwrap();
    assert_eq!((row.what, &row.to, row.handoff), (What::Escalated, &None, Some(handoff)));
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

/// What a pick goes by comes out of the tables, cases and offers of others included.
#[test]
fn a_step_in_turn_is_offered_to_one_after_the_other_and_the_rest_by_load() {
    let (mut desk, now) = desk();
    for person in ["cy", "eli"] {
        let add = Command::AddPerson {
            person: h(person),
            name: person.into(),
            mail: None,
            permission: crate::domain::catalog::Permission::Member,
            roles: vec![h("finance")],
        };
        desk.execute(&add, &ctx("bo", now)).unwrap();
    }
    let mut picks = |pick: crate::domain::process::Pick| {
        let (_, process) = desk.catalog().unwrap().newest(&h("sale")).map(|(n, p)| (n, p.clone())).unwrap();
        let mut process = (*process).clone();
        process.steps[1].pick = pick;
        desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("bo", now)).unwrap();
        let mut to = Vec::new();
        for n in 0..4 {
            let at = now + Span::MINUTE.times(n);
            let start = StartCase { process: Some(h("sale")), ..StartCase::default() };
            let done = desk.execute(&Command::StartCase(start), &ctx("bo", at)).unwrap();
            let crate::domain::event::SubjectId::Case(case) = done.subject else { panic!() };
            let task = desk.tasks(Some(case), None).unwrap()[0].id;
            let done = CompleteTask {
                case,
                task,
                data: vec![("amount".into(), "1".into())],
                documents: Vec::new(),
                to: None,
                note: None,
                all_checked: false,
                checked: Vec::new(),
                anyway: None,
                outcome: None,
                reason: None,
                agreed: Default::default(),
            };
            desk.execute(&Command::CompleteTask(done), &ctx("bo", at)).unwrap();
            let handoffs = desk.handoffs(Some(case)).unwrap();
            to.push(handoffs.last().unwrap().to.to_string());
        }
        to
    };
    assert_eq!(picks(crate::domain::process::Pick::RoundRobin), ["@ana", "@cy", "@eli", "@ana"]);
    // Ana has two of those already.
    assert_eq!(picks(crate::domain::process::Pick::LeastLoaded), ["@cy", "@eli", "@ana", "@cy"]);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
}

#[test]
fn what_is_delegated_is_in_the_delegates_inbox_and_what_is_free_on_a_board_of_its_own() {
    let (mut desk, now) = desk();
    let start = StartCase { title: Some("Move".into()), ..StartCase::default() };
    desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
    let to = "@ana".parse().unwrap();
    let add = Command::AddTask { case: CaseId(2), title: "Call".into(), to, within: None, note: None };
    desk.execute(&add, &ctx("bo", now)).unwrap();
    let (process, table) = (h("ad-hoc"), crate::store::Edge::Start);
    let wish = BoardWish { process, columns: Vec::new(), table };
    let board = desk.board(&wish, None, now).unwrap();
    assert_eq!((board.columns.len(), board.columns[0].title.as_str()), (1, "Free tasks"));
    assert_eq!(board.columns[0].cards.len(), 2);
    let delegate = Command::DelegateTask { case: CaseId(2), task: TaskId(2), to: h("ana"), note: None };
    desk.execute(&delegate, &ctx("bo", now)).unwrap();
    let items = desk.inbox(&h("ana"), now).unwrap().items;
    let item = items.iter().find(|item| item.what == What::Delegated).unwrap();
    assert_eq!((item.task, &item.responsible, item.step_title.as_str()), (Some(TaskId(2)), &h("bo"), "Move"));
    let mine = desk.inbox(&h("bo"), now).unwrap().items;
    let mine = mine.iter().find(|item| item.task == Some(TaskId(2))).unwrap();
    assert_eq!((mine.what, mine.delegate.as_ref()), (What::Start, Some(&h("ana"))));
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
}

#[test]
fn a_decision_of_several_is_in_the_inbox_of_all_who_have_yet_to_vote() {
    let (mut desk, now) = desk();
    let person = |name: &str| Command::AddPerson {
        person: h(name),
        name: name.into(),
        mail: None,
        permission: crate::domain::catalog::Permission::Member,
        roles: vec![],
    };
    let board = ["bo", "cy", "eli"].map(h).to_vec();
    let role = Command::AddRole { role: h("board"), title: "Board".into(), members: board, lead: None };
    for command in [person("cy"), person("eli"), role] {
        desk.execute(&command, &ctx("bo", now)).unwrap();
    }
    let text = r#"
process = "plan"
title = "Plan"
kind = "operational"
purpose = "Money."
accountable = "@bo"
[[step]]
step = "write"
title = "Write"
by = "@bo"
goal = "1 business day"
next = "approve"
[[step]]
step = "approve"
title = "Approve"
type = "decision"
quorum = "2 of 3"
by = "board"
not_by = ["write"]
goal = "1 business day"
next = [ { on = "approved", end = "approved" }, { on = "rejected", end = "rejected" } ]
"#;
    let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
    let process = process.unwrap_or_else(|| panic!("{problems:?}"));
    desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("bo", now)).unwrap();
    let start = StartCase { process: Some(h("plan")), title: Some("Plan".into()), ..StartCase::default() };
    desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
    let complete = |task: i64, outcome: Option<&str>| {
        let outcome = outcome.map(str::to_string);
        let reason = outcome.as_ref().map(|_| "It is good.".to_string());
        Command::CompleteTask(CompleteTask {
            case: CaseId(2),
            task: TaskId(task),
            data: Vec::new(),
            documents: Vec::new(),
            to: None,
            note: None,
            all_checked: false,
            checked: Vec::new(),
            anyway: None,
            outcome,
            reason,
            agreed: Default::default(),
        })
    };
    desk.execute(&complete(2, None), &ctx("bo", now)).unwrap();
    let handoff = desk.handoffs(Some(CaseId(2))).unwrap().last().unwrap().id;
    let accept = Command::AcceptHandoff { case: CaseId(2), handoff, next_action: None, when: None };
    desk.execute(&accept, &ctx("cy", now)).unwrap();
    let seen = |desk: &mut Desk, who: &str| {
        let items = desk.inbox(&h(who), now).unwrap().items.into_iter();
        items.filter(|item| item.case == CaseId(2)).map(|item| (item.what, item.task)).collect::<Vec<_>>()
    };
    let task = seen(&mut desk, "cy")[0].1;
    assert_eq!(seen(&mut desk, "cy"), [(What::Start, task)]);
    assert_eq!(seen(&mut desk, "eli"), [(What::Vote, task)]);
    assert_eq!(seen(&mut desk, "bo"), [], "who wrote it may not vote");
    assert_eq!(seen(&mut desk, "ana"), [], "not asked");
    desk.execute(&complete(task.unwrap().0, Some("approved")), &ctx("eli", now)).unwrap();
    assert_eq!(seen(&mut desk, "eli"), [], "voted");
    assert_eq!(seen(&mut desk, "cy").len(), 1);
}

/// What was tried and taken back leaves the catalog as it was, for whom it was.
#[test]
fn times_stay_those_of_whoever_looks_after_a_rehearsal_and_a_change() {
    let (desk, now) = desk();
    let mut desk = desk.seen_by(&h("ana"));
    let company = desk.zone();
    let zone = |zone: &str| {
        Command::ChangePerson(PersonChange { zone: Some(zone.into()), ..PersonChange::of(h("ana")) })
    };
    desk.execute(&zone("Asia/Tokyo"), &ctx("ana", now)).unwrap();
    assert_eq!(desk.zone().name(), "Asia/Tokyo");
    desk.rehearse(|desk| desk.execute(&zone(""), &ctx("ana", now)).map(|_| ())).unwrap();
    assert_eq!(desk.zone().name(), "Asia/Tokyo");
    assert_eq!(desk.catalog().unwrap().own_calendar().unwrap().zone().name(), "Asia/Tokyo");
    assert_eq!(desk.catalog().unwrap().company_zone(), company);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    assert_eq!(desk.zone().name(), "Asia/Tokyo");
}

/// A sweep, an import or a schedule that catches up gives many at one instant, in one transaction.
#[test]
fn what_is_handed_out_at_one_instant_is_spread_over_the_role() {
    for pick in ["round_robin", "least_loaded"] {
        let (mut desk, now) = desk();
        for person in ["cy", "eli"] {
            let add = Command::AddPerson {
                person: h(person),
                name: person.into(),
                mail: None,
                permission: crate::domain::catalog::Permission::Member,
                roles: vec![],
            };
            desk.execute(&add, &ctx("bo", now)).unwrap();
        }
        let members = ["bo", "cy", "eli"].map(h).to_vec();
        let role = Command::AddRole { role: h("packers"), title: "Packers".into(), members, lead: None };
        desk.execute(&role, &ctx("bo", now)).unwrap();
        let text = format!(
            "process = \"post\"\ntitle = \"Post\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@bo\"\n\
             [[step]]\nstep = \"pack\"\ntitle = \"Pack\"\nby = \"packers\"\npick = \"{pick}\"\ngoal = \"1 day\"\n\
             next = {{ end = true }}\n"
        );
        let (process, problems) = crate::domain::process_check::read(&text, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}"));
        desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("bo", now)).unwrap();
        let start =
            StartCase { process: Some(h("post")), title: Some("Post".into()), ..StartCase::default() };
        let start = Command::StartCase(start);
        desk.in_one_transaction(|desk| {
            (0..6).try_for_each(|_| desk.execute(&start, &ctx("ana", now)).map(|_| ()))
        })
        .unwrap();
        (0..3).for_each(|_| drop(desk.execute(&start, &ctx("ana", now)).unwrap()));
        let mut given = std::collections::BTreeMap::<String, usize>::new();
        let offers = desk.handoffs(None).unwrap();
        for offer in offers.iter().filter(|offer| offer.process == h("post")) {
            *given.entry(offer.to.to_string()).or_default() += 1;
        }
        assert!(given.len() == 3 && given.values().all(|n| *n == 3), "{pick}: {given:?}");
    }
}
