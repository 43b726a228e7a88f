//! Taking back and doing again at the desk: single commands, and many as one action.

use super::super::tests::{ctx, desk, h, op};
use super::super::{Desk, Done, Error, Lease, Tie};
use crate::domain::command::{CloseDuplicate, Command, StartCase};
use crate::domain::event::{Event, SubjectId};
use crate::domain::rows::PlaceKind;
use crate::domain::{CaseId, HandoffId, Instant, RecordId, Span};

fn note(text: &str) -> Command {
    Command::NoteCase { case: CaseId(1), text: text.into() }
}

/// The notes that stand.
fn noted(desk: &Desk) -> Vec<String> {
    let entries = desk.store.entries(SubjectId::Case(CaseId(1))).unwrap();
    let undone = crate::domain::fold::undone(&entries);
    let stand = entries.into_iter().filter(|entry| !undone.contains(&entry.op));
    let note = |event| match event {
        Event::CaseNoted { text, .. } => Some(text),
        _ => None,
    };
    stand.filter_map(|entry| note(entry.event)).collect()
}

#[test]
fn several_are_taken_back_and_done_again_in_order() {
    let (mut desk, now) = desk();
    for text in ["note 1", "note 2", "note 3"] {
        desk.execute(&note(text), &ctx("bo", now)).unwrap();
    }
    for left in [2, 1, 0] {
        desk.undo(&ctx("bo", now)).unwrap();
        assert_eq!(noted(&desk).len(), left);
    }
    for back in [1, 2, 3] {
        desk.redo(&ctx("bo", now)).unwrap();
        assert_eq!(noted(&desk), ["note 1", "note 2", "note 3"][..back]);
    }
    let refused = desk.redo(&ctx("bo", now)).unwrap_err();
    assert_eq!(refused.to_string(), "You have taken nothing back.");
    desk.undo(&ctx("bo", now)).unwrap();
    desk.execute(&note("note 4"), &ctx("bo", now)).unwrap();
    assert!(desk.redo(&ctx("bo", now)).is_err(), "a new action leaves nothing to do again");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_retried_undo_takes_back_one_action_and_says_the_same() {
    let (mut desk, now) = desk();
    desk.execute(&note("note 1"), &ctx("bo", now)).unwrap();
    desk.execute(&note("note 2"), &ctx("bo", now)).unwrap();
    let once = ctx("bo", now);
    let said = desk.undo(&once).unwrap();
    let [one] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((one.subject, one.repeated), (SubjectId::Case(CaseId(1)), false));
    assert_eq!(one.events, [Event::CaseNoted { text: "note 2".into(), to: vec![] }]);
    assert_eq!(desk.undo(&once).unwrap(), [Done { repeated: true, ..one.clone() }]);
    assert_eq!(noted(&desk), ["note 1"]);
}

#[test]
fn what_somebody_else_built_upon_stays() {
    let (mut desk, now) = desk();
    let accept =
        Command::AcceptHandoff { case: CaseId(1), handoff: HandoffId(2), next_action: None, when: None };
    desk.execute(&accept, &ctx("ana", now)).unwrap();
    let refused = desk.undo(&ctx("bo", now)).unwrap_err();
    assert_eq!(refused.to_string(), "ana acted on C-1 after that, today 09:00: accept H-2.");
    // Ana's own is hers to take back, and then bo's is bo's again.
    desk.undo(&ctx("ana", now)).unwrap();
    assert_eq!(desk.inbox(&h("ana"), now).unwrap().items[0].handoff, Some(HandoffId(2)));
}

/// Ana notes something on C-2 and accepts H-3 of it, whereupon a rule does this.
fn answered_by_a_rule(then: Vec<crate::domain::rule::Action>) -> (Desk, Instant) {
    use crate::domain::rule::{Rule, Trigger};
    let (mut desk, now) = desk();
    let mut sale = (**desk.catalog().unwrap().newest(&h("sale")).unwrap().1).clone();
    sale.rules = vec![Rule {
        rule: h("hurry"),
        on: Trigger::StepAccepted,
        step: None,
        when: None,
        then,
        reason: None,
    }];
    desk.execute(&Command::PublishProcess { process: sale.into() }, &ctx("bo", now)).unwrap();
    let to = Some("@ana".parse().unwrap());
    let start = StartCase { process: Some(h("sale")), to, ..StartCase::default() };
    desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
    desk.execute(&on(2, "before"), &ctx("ana", now)).unwrap();
    let accept =
        Command::AcceptHandoff { case: CaseId(2), handoff: HandoffId(3), next_action: None, when: None };
    desk.execute(&accept, &ctx("ana", now)).unwrap();
    (desk, now)
}

/// What a rule did to the case itself is nobody's by then: it goes with what set it off, and comes again with it.
#[test]
fn what_a_rule_did_within_the_case_goes_with_its_cause() {
    use crate::domain::rule::Action;
    let (mut desk, now) = answered_by_a_rule(vec![Action::Urgent(true), Action::Note("in a hurry".into())]);
    let stands = |desk: &mut Desk| {
        let view = desk.case(CaseId(2), now).unwrap();
        (view.row.urgent, view.spots[0].place.kind)
    };
    assert_eq!(stands(&mut desk), (true, PlaceKind::Task));
    for _ in 0..2 {
        assert_eq!(desk.undo(&ctx("ana", now)).unwrap().len(), 2);
        assert_eq!(stands(&mut desk), (false, PlaceKind::Offered));
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        desk.redo(&ctx("ana", now)).unwrap();
        assert_eq!(stands(&mut desk), (true, PlaceKind::Task));
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }
    let told = desk.case(CaseId(2), now).unwrap().timeline;
    assert_eq!(told.iter().filter(|line| line.verb == "redo").count(), 2, "once for each time: {told:?}");
    // What somebody did between the two is in the way all the same.
    desk.execute(&Command::NoteCase { case: CaseId(2), text: "x".into() }, &ctx("bo", now)).unwrap();
    let refused = desk.undo(&ctx("ana", now)).unwrap_err();
    assert!(refused.to_string().starts_with("bo acted on C-2 after that"), "{refused}");
}

/// What could not be started is nowhere, and whoever was told something and has not read it has lost nothing.
#[test]
fn a_start_that_failed_and_what_somebody_was_told_go_with_their_cause() {
    use crate::domain::ladder::Audience;
    use crate::domain::rule::{Action, Start};
    let start = Start { process: h("nowhere"), about_record: false, title: None, data: Vec::new() };
    let tell = [Action::Remind(Audience::Accountable), Action::Note("@bo, look".into())];
    let (mut desk, now) = answered_by_a_rule([vec![Action::Start(start)], tell.into()].concat());
    let stands = |desk: &mut Desk| {
        let case = desk.case_now(CaseId(2)).unwrap().unwrap();
        (case.exceptions.len(), case.reminders.len(), case.messages.open.len(), case.requests.len())
    };
    assert_eq!(stands(&mut desk), (1, 0, 2, 1));
    for _ in 0..2 {
        desk.undo(&ctx("ana", now)).unwrap();
        assert_eq!(stands(&mut desk), (0, 0, 0, 0));
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        desk.redo(&ctx("ana", now)).unwrap();
        assert_eq!(stands(&mut desk), (1, 0, 2, 1));
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }
    let read = Command::ReadMessages { on: SubjectId::Case(CaseId(2)) };
    desk.execute(&read, &ctx("bo", now)).unwrap();
    let refused = sentence(desk.undo(&ctx("ana", now)));
    assert!(refused.starts_with("bo acted on C-2 after that"), "{refused}");
}

#[test]
fn the_history_blames_what_came_later_and_not_what_followed_from_it() {
    use crate::desk::queue::Remark;
    use crate::domain::rule::Action;
    let (mut desk, now) = answered_by_a_rule(vec![Action::Run("send".into())]);
    let kept = desk.deeds(&h("ana"), now).unwrap().into_iter().map(|item| match item.told {
        Some(Remark::Did { kept, .. }) => kept.unwrap_or_default(),
        other => panic!("{other:?}"),
    });
    let kept = kept.collect::<Vec<_>>();
    assert!(kept[0].starts_with("rule hurry acted on C-2 after that"), "{kept:?}");
    assert!(kept[1].starts_with("newer first: "), "{kept:?}");
}

#[test]
fn a_program_that_has_run_is_in_the_way() {
    use crate::domain::rule::Action;
    let (mut desk, now) = answered_by_a_rule(vec![Action::Urgent(true), Action::Run("send".into())]);
    let refused = desk.undo(&ctx("ana", now)).unwrap_err();
    assert!(
        refused.to_string().starts_with("rule hurry acted on C-2 after that, today 09:00: "),
        "{refused}"
    );
    assert_eq!(
        refused.hint(),
        "A program that has run stays run, and with it what set it off: put right by hand what should not be."
    );
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// A case that a rule started is nobody's doing until somebody acts on it: it goes with its cause, and what its own rules
/// did as well, and comes again with it. The next time it is another case.
#[test]
fn a_case_that_a_rule_started_goes_with_its_cause_until_somebody_acts_on_it() {
    use crate::domain::rule::{Action, Start};
    let start = Start { process: h("sale"), about_record: false, title: None, data: Vec::new() };
    let (mut desk, now) = answered_by_a_rule(vec![Action::Urgent(true), Action::Start(start)]);
    let open = |desk: &mut Desk| {
        [2, 3, 4].map(|n| desk.case_now(CaseId(n)).unwrap().is_some_and(|case| !case.branches.is_empty()))
    };
    assert_eq!(open(&mut desk), [true, true, false]);
    for _ in 0..2 {
        desk.undo(&ctx("ana", now)).unwrap();
        assert_eq!(open(&mut desk), [true, false, false]);
        assert!(!desk.case(CaseId(2), now).unwrap().row.urgent);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        desk.redo(&ctx("ana", now)).unwrap();
        assert_eq!(open(&mut desk), [true, true, false]);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }
    // Done anew it starts another, however its request is numbered.
    desk.undo(&ctx("ana", now)).unwrap();
    let accept =
        Command::AcceptHandoff { case: CaseId(2), handoff: HandoffId(3), next_action: None, when: None };
    desk.execute(&accept, &ctx("ana", now)).unwrap();
    assert_eq!(open(&mut desk), [true, false, true]);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    desk.execute(&on(4, "mine now"), &ctx("bo", now)).unwrap();
    let refused = sentence(desk.undo(&ctx("ana", now)));
    assert!(refused.starts_with("bo acted on C-4 after that, today 09:00"), "{refused}");
    assert_eq!(open(&mut desk), [true, false, true]);
}

/// bo adds R-1, and ana starts C-2 about it.
fn about_a_customer(desk: &mut Desk, now: Instant) {
    let about = r#"
process = "visit"
title = "Visit"
kind = "operational"
purpose = "x"
accountable = "@bo"
about = "customer"
[[step]]
step = "go"
title = "Go"
by = "@ana"
goal = "1 day"
next = { end = true }
"#;
    let (process, problems) = crate::domain::process_check::read(about, &desk.known().unwrap());
    let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
    desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
    let add = Command::AddRecord { kind: h("customer"), name: "Hansen".into(), fields: vec![] };
    desk.execute(&add, &ctx("bo", now)).unwrap();
    let about = Some((RecordId(1), h("customer"), "Hansen".to_string()));
    let start = StartCase { process: Some(h("visit")), about, ..StartCase::default() };
    desk.execute(&Command::StartCase(start), &ctx("ana", now)).unwrap();
}

#[test]
fn a_record_that_a_case_of_somebody_else_is_about_stays() {
    let (mut desk, now) = desk();
    about_a_customer(&mut desk, now);
    let refused = desk.undo(&ctx("bo", now)).unwrap_err();
    assert_eq!(refused.to_string(), "C-2 is about R-1.");
    desk.undo(&ctx("ana", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    assert!(desk.record(RecordId(1), now).is_err());
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

fn sentence<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    answer.unwrap_err().to_string()
}

/// The desk with `n` more cases, C-2 and up, all of bo's.
fn several(n: usize) -> (Desk, Instant) {
    let (mut desk, now) = desk();
    let start = StartCase { process: Some(h("sale")), ..StartCase::default() };
    for _ in 0..n {
        desk.execute(&Command::StartCase(start.clone()), &ctx("bo", now)).unwrap();
    }
    (desk, now)
}

fn on(case: i64, text: &str) -> Command {
    Command::NoteCase { case: CaseId(case), text: text.into() }
}

fn withdraw(case: i64) -> Command {
    Command::WithdrawCase { case: CaseId(case), reason: "no need".into() }
}

fn open(desk: &Desk) -> Vec<i64> {
    let cases = desk.cases(&crate::store::CaseFilter::default()).unwrap();
    let mut open = cases.iter().filter(|case| case.state == "open").map(|case| case.id.0).collect::<Vec<_>>();
    open.sort();
    open
}

#[test]
fn a_bulk_action_is_taken_back_as_one_and_done_again_as_one() {
    let (mut desk, now) = several(3);
    desk.execute(&on(2, "before"), &ctx("bo", now)).unwrap();
    let before = desk.store.head().unwrap();
    let commands = [withdraw(2), withdraw(3), on(1, "x"), on(1, "y"), withdraw(4), withdraw(3)];
    let answers = desk.execute_each(&commands, &ctx("bo", now)).unwrap();
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err()).map(ToString::to_string);
    let refused = refused.collect::<Vec<_>>();
    assert_eq!(refused.len(), 1, "decided on what is true then: {refused:?}");
    assert!(refused[0].starts_with("C-3 was withdrawn: no need (bo, today 09:00: "), "{refused:?}");
    assert_eq!(open(&desk), [1]);
    let back = desk.undo(&ctx("bo", now)).unwrap();
    assert_eq!((back.len(), open(&desk)), (5, vec![1, 2, 3, 4]));
    assert_eq!(noted(&desk), [""; 0]);
    let counted = crate::domain::receipt::counted(back.iter().map(|done| (done.subject, &*done.events)));
    assert_eq!(counted, "3 withdrawals, 2 notes in 4 cases");
    assert_eq!(desk.redo(&ctx("bo", now)).unwrap(), back);
    assert_eq!((open(&desk), noted(&desk)), (vec![1], vec!["x".to_string(), "y".into()]));
    desk.undo(&ctx("bo", now)).unwrap();
    // The one before it is the note, which is an action of its own.
    let last = desk.undo(&ctx("bo", now)).unwrap();
    assert_eq!(last[0].events, [Event::CaseNoted { text: "before".into(), to: vec![] }]);
    assert_eq!(desk.store.head().unwrap().numbers, before.numbers);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_second_person_in_the_middle_refuses_the_whole() {
    let (mut desk, now) = several(3);
    let commands = [on(1, "a"), on(2, "b"), on(3, "c"), on(4, "d")];
    desk.execute_each(&commands, &ctx("bo", now)).unwrap();
    let later = now + Span::MINUTE.times(12);
    desk.execute(&on(3, "I looked"), &ctx("ana", later)).unwrap();
    let head = desk.head().unwrap();
    let (of_three, of_two) = ("The other 3 are untouched.", "Of the other 3, 2 are untouched.");
    let did = "ana acted on C-3 after that, today 09:12: note \"I looked\".";
    assert_eq!(sentence(desk.undo(&ctx("bo", later))), format!("{did} {of_three}"));
    desk.execute(&on(4, "here too"), &ctx("ana", later)).unwrap();
    assert_eq!(sentence(desk.undo(&ctx("bo", later))), format!("{did} {of_two}"));
    assert_eq!(desk.head().unwrap(), head + 1, "a refusal writes nothing");
    desk.execute(&on(1, "and here"), &ctx("ana", later)).unwrap();
    desk.execute(&on(2, "and here"), &ctx("ana", later)).unwrap();
    let refused = sentence(desk.undo(&ctx("bo", later)));
    assert!(refused.ends_with(" None of the other 3 is untouched."), "{refused}");
    for _ in 0..4 {
        desk.undo(&ctx("ana", later)).unwrap();
    }
    assert_eq!(desk.undo(&ctx("bo", later)).unwrap().len(), 4);
    // What ana took back rests on what bo took back.
    assert!(sentence(desk.redo(&ctx("ana", later))).starts_with("bo acted on C-3 after that"));
    assert_eq!(desk.redo(&ctx("bo", later)).unwrap().len(), 4);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn all_or_none_does_none_when_one_is_refused() {
    let (mut desk, now) = several(1);
    let before = desk.store.head().unwrap();
    let refused = desk.execute_all(&[withdraw(2), on(1, "x"), on(1, " ")], &ctx("bo", now));
    assert_eq!(sentence(refused), "The note is empty.");
    assert_eq!((desk.store.head().unwrap(), open(&desk)), (before, vec![1, 2]));
    assert_eq!(desk.execute_all(&[withdraw(2), on(1, "x")], &ctx("bo", now)).unwrap().len(), 2);
    assert_eq!(desk.undo(&ctx("bo", now)).unwrap().len(), 2);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_retried_bulk_action_and_a_retried_undo_of_it_do_nothing_twice() {
    let (mut desk, now) = several(1);
    let start = Command::StartCase(StartCase { process: Some(h("sale")), ..StartCase::default() });
    let (once, commands) = (ctx("bo", now), [start, on(1, "x"), on(2, " "), withdraw(2)]);
    let first = desk.execute_each(&commands, &once).unwrap();
    let head = desk.head().unwrap();
    let again = desk.execute_each(&commands, &once).unwrap();
    assert_eq!(desk.head().unwrap(), head);
    for (first, again) in first.iter().zip(&again) {
        match (first, again) {
            (Ok(first), Ok(again)) => assert_eq!(*again, Done { repeated: true, ..first.clone() }),
            (first, again) => assert_eq!(format!("{first:?}"), format!("{again:?}")),
        }
    }
    let once = ctx("bo", now);
    let said = desk.undo(&once).unwrap();
    let head = desk.head().unwrap();
    let again = said.iter().map(|done| Done { repeated: true, ..done.clone() }).collect::<Vec<_>>();
    assert_eq!((said.len(), desk.undo(&once).unwrap()), (3, again));
    assert_eq!(desk.head().unwrap(), head);
}

#[test]
fn a_bulk_action_is_taken_back_by_another_process_after_any_time() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("t.baton");
    let (desk, now) = several(3);
    desk.store.backup(&path).unwrap();
    let commands = (0..300).map(|n| on(1 + n % 4, "n")).collect::<Vec<_>>();
    Desk::open(&path).unwrap().execute_each(&commands, &ctx("bo", now)).unwrap();
    for _ in 0..3 {
        // More commands than are looked at together for the last action.
        assert_eq!(Desk::open(&path).unwrap().undo(&ctx("bo", now)).unwrap().len(), 300);
        assert_eq!(Desk::open(&path).unwrap().redo(&ctx("bo", now)).unwrap().len(), 300);
    }
    Desk::open(&path).unwrap().undo(&ctx("bo", now)).unwrap();
    let last = Desk::open(&path).unwrap().undo(&ctx("bo", now)).unwrap();
    assert!(matches!(last[0].events[0], Event::CaseStarted { .. }));
    assert_eq!(Desk::open(&path).unwrap().doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn undo_within_a_series_leaves_the_rows_that_the_journal_gives() {
    let (mut desk, now) = several(1);
    desk.in_one_transaction(|desk| {
        desk.execute(&withdraw(2), &ctx("bo", now))?;
        desk.undo(&ctx("bo", now))?;
        desk.execute(&on(2, "still there"), &ctx("bo", now))?;
        desk.undo(&ctx("bo", now))
    })
    .unwrap();
    assert_eq!(open(&desk), [1, 2]);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn what_the_tick_noted_does_not_keep_an_action_but_keeps_it_from_being_done_again() {
    let (mut desk, now) = desk();
    desk.execute(&note("x"), &ctx("bo", now)).unwrap();
    let late = now + Span::DAY.times(2);
    let lease = Lease(uuid::Uuid::now_v7());
    assert_eq!(desk.tick(lease, late, &mut op).unwrap().breaches, 1);
    desk.undo(&ctx("bo", late)).unwrap();
    desk.redo(&ctx("bo", late)).unwrap();
    desk.undo(&ctx("bo", late)).unwrap();
    let later = late + Span::DAY;
    assert!(desk.tick(lease, later, &mut op).unwrap().rungs > 0);
    let refused = sentence(desk.redo(&ctx("bo", later)));
    assert!(refused.starts_with("The tick acted on C-1 after that, today 09:00: rung "), "{refused}");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_case_is_not_started_again_about_a_record_that_is_gone() {
    let (mut desk, now) = desk();
    about_a_customer(&mut desk, now);
    desk.undo(&ctx("ana", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    assert_eq!(sentence(desk.redo(&ctx("ana", now))), "C-2 is about R-1, which was taken back.");
    desk.redo(&ctx("bo", now)).unwrap();
    desk.redo(&ctx("ana", now)).unwrap();
    assert_eq!(sentence(desk.undo(&ctx("bo", now))), "C-2 is about R-1.");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_bulk_action_with_the_catalog_in_it_is_taken_back_whole() {
    let (mut desk, now) = desk();
    let role = Command::AddRole { role: h("it"), title: "IT".into(), members: vec![], lead: None };
    desk.execute_each(&[note("x"), role], &ctx("bo", now)).unwrap();
    assert_eq!(desk.undo(&ctx("bo", now)).unwrap().len(), 2);
    assert_eq!((noted(&desk), desk.catalog.roles.contains_key(&h("it"))), (vec![], false));
    assert_eq!(desk.redo(&ctx("bo", now)).unwrap().len(), 2);
    assert_eq!((noted(&desk), desk.catalog.roles.contains_key(&h("it"))), (vec!["x".into()], true));
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// The list of what somebody did says of each what can be taken back.
#[test]
fn what_was_done_again_can_be_taken_back_again() {
    let (mut desk, now) = desk();
    let note = Command::NoteCase { case: CaseId(1), text: "x".into() };
    desk.execute(&note, &ctx("bo", now)).unwrap();
    let kept = |desk: &mut Desk| match desk.deeds(&h("bo"), now).unwrap().first().and_then(|d| d.told.clone())
    {
        Some(crate::desk::Remark::Did { kept, .. }) => kept,
        other => panic!("{other:?}"),
    };
    assert_eq!(kept(&mut desk), None);
    desk.undo(&ctx("bo", now)).unwrap();
    assert_eq!(kept(&mut desk).as_deref(), Some("taken back already"));
    desk.redo(&ctx("bo", now)).unwrap();
    assert_eq!(kept(&mut desk), None);
    desk.undo(&ctx("bo", now)).unwrap();
    assert_eq!(kept(&mut desk).as_deref(), Some("taken back already"));
}

#[test]
fn a_retry_of_one_of_several_undos_says_what_that_one_did() {
    let (mut desk, now) = desk();
    for text in ["note 1", "note 2"] {
        desk.execute(&note(text), &ctx("bo", now)).unwrap();
    }
    let first = ctx("bo", now);
    let said = desk.undo(&first).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    let again = desk.undo(&first).unwrap();
    assert_eq!(again, [Done { repeated: true, ..said[0].clone() }]);
    assert_eq!(noted(&desk), [""; 0]);
}

#[test]
fn a_record_and_a_case_about_it_that_were_made_together_go_together() {
    let (mut desk, now) = desk();
    about_a_customer(&mut desk, now);
    let add = Command::AddRecord { kind: h("customer"), name: "Berg".into(), fields: vec![] };
    let about = Some((RecordId(2), h("customer"), "Berg".to_string()));
    let start = StartCase { process: Some(h("visit")), about, ..StartCase::default() };
    let answers = desk.execute_each(&[add, Command::StartCase(start)], &ctx("bo", now)).unwrap();
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(desk.undo(&ctx("bo", now)).unwrap().len(), 2);
    assert!(desk.record(RecordId(2), now).is_err() && open(&desk) == [1, 2]);
    assert_eq!(desk.redo(&ctx("bo", now)).unwrap().len(), 2);
    assert_eq!(open(&desk), [1, 2, 3]);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// Bo sent it, Ana took it, and Bo is gone.
#[test]
fn nothing_is_taken_back_into_the_hands_of_somebody_gone() {
    let (mut desk, now) = desk();
    let person = crate::domain::permission::PermissionChange {
        person: h("ana"),
        on: None,
        permission: Some(crate::domain::catalog::Permission::Admin),
    };
    desk.execute(&Command::ChangePermission(person), &ctx("bo", now)).unwrap();
    let to = "@ana".parse().unwrap();
    let answers = Command::ChangeAccountable { case: CaseId(1), to, reason: None };
    desk.execute(&answers, &ctx("bo", now)).unwrap();
    let accept =
        Command::AcceptHandoff { case: CaseId(1), handoff: HandoffId(2), next_action: None, when: None };
    desk.execute(&accept, &ctx("ana", now)).unwrap();
    // Somebody else lets bo go; ana's last action is still that she took the work.
    let add = Command::AddPerson {
        person: h("dee"),
        name: "Dee".into(),
        mail: None,
        permission: crate::domain::catalog::Permission::Admin,
        roles: vec![],
    };
    desk.execute(&add, &ctx("bo", now)).unwrap();
    desk.execute(&Command::Leave { person: h("bo"), homeless: vec![] }, &ctx("dee", now)).unwrap();
    let said = sentence(desk.undo(&ctx("ana", now)));
    assert_eq!(said, "C-1 would be in the hands of bo again, who has left.");
}

/// C-1 and C-2, and what ends the one as a duplicate of the other.
fn two_alike() -> (Desk, Instant, impl Fn(i64, i64) -> Command) {
    let (mut desk, now) = desk();
    let dana = Command::AddPerson {
        person: h("dana"),
        name: "Dana".into(),
        mail: None,
        permission: crate::domain::catalog::Permission::Lead,
        roles: vec![],
    };
    desk.execute(&dana, &ctx("bo", now)).unwrap();
    let start = StartCase { process: Some(h("sale")), ..StartCase::default() };
    desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
    let close = |case: i64, of: i64| {
        let (case, of) = (CaseId(case), CaseId(of));
        Command::CloseDuplicate(CloseDuplicate { case, of, text: String::new() })
    };
    (desk, now, close)
}

#[test]
fn two_cases_are_never_duplicates_of_each_other_whatever_is_taken_back() {
    let (mut desk, now, close) = two_alike();
    desk.execute(&close(1, 2), &ctx("bo", now)).unwrap();
    let tied = |desk: &mut Desk, id| {
        let view = desk.case(CaseId(id), now).unwrap();
        view.links.iter().map(|link| (link.tie, link.row.as_ref().unwrap().id.0)).collect::<Vec<_>>()
    };
    assert_eq!(tied(&mut desk, 1), [(Tie::DuplicateOf, 2)]);
    assert_eq!(tied(&mut desk, 2), [(Tie::Duplicate, 1)]);
    let reason = "no".to_string();
    let reopen = Command::ReopenCase { case: CaseId(1), reason, to: None, party: None };
    desk.execute(&reopen, &ctx("bo", now)).unwrap();
    desk.execute(&close(2, 1), &ctx("dana", now)).unwrap();
    assert_eq!(tied(&mut desk, 1), [(Tie::Duplicate, 2)], "what was taken up again is none any more");
    let refused = desk.undo(&ctx("bo", now)).unwrap_err();
    assert_eq!(refused.to_string(), "C-1 would be a duplicate of C-2, which is one of C-1 by now.");
    desk.undo(&ctx("dana", now)).unwrap();
    desk.undo(&ctx("bo", now)).unwrap();
    assert_eq!(tied(&mut desk, 1), [(Tie::DuplicateOf, 2)]);
    desk.undo(&ctx("bo", now)).unwrap();
    assert_eq!((tied(&mut desk, 1), tied(&mut desk, 2)), (vec![], vec![]));
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// The transaction that holds the answer gives a retry the same one.
#[test]
fn closing_a_duplicate_twice_under_one_identity_is_one_act() {
    let (mut desk, now, close) = two_alike();
    let once = ctx("bo", now);
    let done = desk.execute(&close(1, 2), &once).unwrap();
    let again = desk.execute(&close(1, 2), &once).unwrap();
    assert_eq!((again.repeated, again.events), (true, done.events));
    let refused = desk.execute(&close(2, 1), &ctx("bo", now)).unwrap_err();
    assert_eq!(refused.to_string(), "C-1 was closed as a duplicate of C-2 itself.");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
}
