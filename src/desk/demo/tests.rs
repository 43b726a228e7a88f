//! The sample company, looked at through the desk as everybody sees it.

use super::*;
use crate::desk::{InboxItem, What};
use crate::domain::Party;
use crate::domain::case::Request;
use crate::domain::urgency::Urgency;
use crate::domain::zone::parse_rfc3339;
use crate::store::CaseFilter;
use company::{Stall, Stuck};

fn now() -> Instant {
    parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap()
}

fn demo(seed: u64, days: u32, cases: usize) -> Desk {
    let mut desk = Desk::in_memory().unwrap();
    generate(&mut desk, seed, now(), days, cases).unwrap();
    desk
}

#[test]
fn the_same_seed_gives_the_same_journal_and_another_seed_another() {
    let head = |seed| demo(seed, 20, 30).store().digest().unwrap();
    assert_eq!(head(1), head(1));
    assert_ne!(head(1), head(2));
}

#[test]
fn a_whole_company_with_its_history_is_there_and_sound() {
    let mut desk = demo(1, DEMO_DAYS, DEMO_CASES);
    let catalog = desk.catalog().unwrap();
    assert_eq!((catalog.people.len(), catalog.roles.len(), catalog.processes.len()), (12, 12, 12));
    assert_eq!(desk.records(None, false, now()).unwrap().len(), 60);
    let cases = desk.cases(&CaseFilter::default()).unwrap();
    // Those that rules started come on top.
    let followed = cases.iter().filter(|row| desk.case(row.id, now()).unwrap().case.parent.is_some()).count();
    assert_eq!(cases.len(), DEMO_CASES + followed);
    assert!(cases.iter().all(|case| case.ended.is_none_or(|ended| ended <= now())));
    let open = cases.iter().filter(|case| case.ended.is_none()).count();
    assert!((30..=60).contains(&open), "{open} open");
    let late = desk.overdue(now()).unwrap().len();
    assert!((6..=20).contains(&late), "{late} late: few, and among them the stalls");
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
    let entries = desk.store().entries_after(0, usize::MAX >> 1).unwrap();
    assert!(entries.is_sorted_by_key(|entry| entry.at), "time runs forwards");
    assert!(entries.iter().all(|entry| entry.at <= now()));
    let before = desk.head().unwrap();
    let lease = crate::desk::Lease(uuid::Uuid::now_v7());
    let mut op = || crate::domain::event::OpId(uuid::Uuid::now_v7());
    desk.tick(lease, now(), &mut op).unwrap();
    assert_eq!(desk.head().unwrap(), before, "the chores are done up to now");
}

#[test]
fn every_lead_has_something_to_decide_and_the_one_who_opens_it_most_of_all() {
    for seed in 1..=3 {
        let mut desk = demo(seed, DEMO_DAYS, DEMO_CASES);
        let leads = desk.catalog().unwrap();
        let leads = leads.people.iter().filter(|(_, person)| person.permission == Permission::Lead);
        for (lead, _) in leads {
            assert!(!desk.inbox(lead, now()).unwrap().items.is_empty(), "seed {seed}: {lead}");
        }
        let inbox = desk.inbox(&DEMO_PERSON.parse().unwrap(), now()).unwrap();
        let kinds = inbox.items.iter().map(|item| item.what).collect::<std::collections::BTreeSet<_>>();
        let shape = format!("seed {seed}: {} {kinds:?} {} late", inbox.items.len(), inbox.late());
        assert!(
            inbox.items.len() >= 5
                && kinds.len() >= 3
                && (seed != DEMO_SEED || kinds.contains(&What::Accept))
                && inbox.late() > 0,
            "{shape}"
        );
    }
}

#[test]
fn it_can_be_opened_at_any_hour() {
    for at in ["2026-11-22T03:10:00+01:00", "2027-03-28T02:30:00+02:00", "2027-01-01T12:00:00+01:00"] {
        let at = parse_rfc3339(at).unwrap();
        let mut desk = Desk::in_memory().unwrap();
        generate(&mut desk, 5, at, 30, 60).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![], "{at:?}");
        let company = company().unwrap();
        let open = desk.inbox_of_all(at).unwrap();
        for stall in &company.stall {
            let as_told = |item: &&InboxItem| {
                (&item.title, &item.step, item.since) == (&stall.title, &stall.step, at - stall.since())
            };
            assert_eq!(open.iter().filter(as_told).count(), 1, "{at:?} {}", stall.title);
        }
    }
}

#[test]
fn an_error_takes_a_whole_series_back() {
    let mut desk = demo(1, 5, 12);
    let (head, rows) = (desk.store().head().unwrap(), desk.inbox_of_all(now()).unwrap());
    let refused = desk.in_one_transaction(|desk| {
        let by = |n| Context::by(&"ana".parse().unwrap(), now(), Dice::new(n).op(now()));
        let case = rows[0].case;
        desk.execute(&Command::NoteCase { case, text: "a note".into() }, &by(1))?;
        desk.execute(&Command::WithdrawCase { case, reason: "no need".into() }, &by(2))?;
        assert!(desk.head()? > head.seq);
        desk.execute(&Command::NoteCase { case, text: " ".into() }, &by(3)).map(|_| ())
    });
    assert!(refused.is_err());
    assert_eq!(desk.store().head().unwrap(), head);
    assert_eq!(desk.inbox_of_all(now()).unwrap(), rows);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
    let again = generate(&mut desk, 1, now(), 5, 12).unwrap_err();
    assert!(again.to_string().contains("is here already"), "{again}");
}

#[test]
fn what_was_written_in_part_never_becomes_durable() {
    let mut desk = demo(1, 5, 12);
    let (head, case) = (desk.store().head().unwrap(), desk.inbox_of_all(now()).unwrap()[0].case);
    let by = |n| Context::by(&"ana".parse().unwrap(), now(), Dice::new(n).op(now()));
    let note = |text: &str| Command::NoteCase { case, text: text.to_string() };
    let refused = desk.in_one_transaction(|desk| {
        desk.store().tamper("ALTER TABLE op RENAME COLUMN first_seq TO gone").unwrap();
        // Whoever goes on after an error must not get half of it.
        assert!(desk.execute(&note("one"), &by(1)).is_err());
        desk.store().tamper("ALTER TABLE op RENAME COLUMN gone TO first_seq").unwrap();
        desk.execute(&note("two"), &by(2)).map(|_| ())
    });
    assert_eq!(refused.unwrap_err().exit_code(), 3);
    assert_eq!(desk.store().head().unwrap(), head);
    desk.in_one_transaction(|desk| desk.execute(&note("three"), &by(3))).unwrap();
    assert_eq!(desk.store().head().unwrap().seq, head.seq + 1);
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), vec![]);
}

/// Whose inbox a stall is in, and as what.
fn expected(stall: &Stall) -> (Handle, What) {
    let holder = stall.holder.person().unwrap().clone();
    match stall.kind {
        Stuck::NotAccepted => (stall.to.person().unwrap().clone(), What::Accept),
        Stuck::RoleNobody => {
            let company = company().unwrap();
            let role = company.role.iter().find(|role| Some(&role.handle) == stall.to.role()).unwrap();
            (role.members[0].clone(), What::Accept)
        }
        Stuck::DeclinedLeft | Stuck::Recalled => (holder, What::Back),
        Stuck::OverdueWork | Stuck::WaitingBranch => (holder, What::Late),
        Stuck::NotStarted => (holder, What::Start),
        Stuck::CaseLate => (holder, What::Late),
        Stuck::Begun => (holder, What::Due),
        Stuck::Paused => (holder, What::Waiting),
        Stuck::Voting => ("ana".parse().unwrap(), What::Vote),
        Stuck::Delegated => (stall.with.as_ref().unwrap().person().unwrap().clone(), What::Delegated),
    }
}

#[test]
fn every_stall_is_where_the_company_file_says() {
    let mut desk = demo(3, 60, 60);
    let company = company().unwrap();
    for stall in &company.stall {
        let (person, what) = expected(stall);
        let items = desk.inbox(&person, now()).unwrap().items;
        let since = now() - stall.since();
        let mine =
            |item: &&InboxItem| (&item.title, &item.step, item.since) == (&stall.title, &stall.step, since);
        let item = items.iter().find(mine).unwrap_or_else(|| panic!("{person}: {}", stall.title));
        let about = format!("{}: {item:?}", stall.title);
        assert_eq!(item.what, what, "{about}");
        assert_eq!(&item.responsible, stall.holder.person().unwrap(), "{about}");
        assert_eq!(item.from.as_ref(), stall.from.person(), "{about}");
        let view = desk.case(item.case, now()).unwrap();
        assert_eq!(view.row.started, now() - stall.age(), "{about}");
        assert_eq!(view.case.branches.len(), 1, "the other branches are done: {about}");
        match stall.kind {
            Stuck::NotAccepted | Stuck::RoleNobody => {
                assert_eq!(item.urgency, Urgency::VeryLate, "{about}");
                assert_eq!(view.spots[0].note.as_deref(), Some(stall.said.as_str()), "{about}");
                assert_eq!(item.to.as_ref(), Some(&stall.to), "{about}");
            }
            Stuck::DeclinedLeft => {
                assert_eq!(item.declined, Some((stall.code.clone().unwrap(), stall.said.clone())), "{about}");
            }
            Stuck::Recalled => assert_eq!((item.declined.clone(), item.to.as_ref()), (None, Some(&stall.to))),
            Stuck::NotStarted => assert!(!item.started && !item.urgency.is_late(), "{about}"),
            Stuck::OverdueWork | Stuck::WaitingBranch => assert!(item.started, "{about}"),
            Stuck::Begun => assert!(item.started && !item.urgency.is_late(), "{about}"),
            Stuck::Paused => {
                assert_eq!(item.waiting.as_ref().map(|(why, _)| why), Some(&stall.said), "{about}");
            }
            Stuck::Voting => {
                let task = view.spots[0].task.as_ref().unwrap();
                assert_eq!(task.votes.iter().map(|vote| &vote.by).collect::<Vec<_>>(), [&task.holder]);
            }
            Stuck::Delegated => assert_eq!(item.delegate.clone().map(Party::Person), stall.with, "{about}"),
            Stuck::CaseLate => {
                assert!(item.started && item.of_case, "{about}");
                assert!(view.row.due.is_some_and(|due| due < now()), "{about}");
            }
        }
        let open = view.case.exceptions.values().filter(|e| e.resolved.is_none());
        assert_eq!(open.count(), usize::from(stall.missing.is_some()), "{about}");
        if stall.kind == Stuck::WaitingBranch {
            assert_eq!(view.case.arrivals.len(), 2, "{about}");
        }
    }
}

/// Where a decision of several was declined and offered to one of them, the others have a vote all the same; without
/// it such a case stood still for good, thousands of them in a company of a million.
#[test]
fn every_decision_of_several_is_voted_on_to_its_end() {
    for seed in [2, 4] {
        let desk = demo(seed, DEMO_DAYS, 600);
        let places = desk.places(None).unwrap();
        let voted =
            places.iter().filter(|open| open.place.voted.as_ref().is_some_and(|voted| !voted.is_empty()));
        let old = voted.filter(|open| now() - open.place.since > Span::DAY.times(25));
        assert_eq!(old.map(|open| open.case.id).collect::<Vec<_>>(), [], "seed {seed}");
    }
}

/// The won deal starts the project, the finished project the invoice, and each knows the other.
#[test]
fn deals_projects_and_invoices_start_one_another() {
    let mut desk = demo(DEMO_SEED, DEMO_DAYS, DEMO_CASES);
    let rows = desk.cases(&CaseFilter::default()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for row in &rows {
        let view = desk.case(row.id, now()).unwrap();
        let Some(link) = &view.case.parent else { continue };
        let parent = desk.case(link.case, now()).unwrap();
        let asked = parent.case.requests.get(&link.request);
        assert!(
            matches!(asked, Some(Request::Case { case: Some(Ok(id)), .. }) if *id == row.id),
            "{}: {asked:?}",
            row.title
        );
        assert_eq!((&parent.row.title, parent.row.about), (&row.title, row.about));
        let from = (parent.row.process.as_str(), parent.row.outcome.as_deref());
        let open = if row.ended.is_none() { "open" } else { "ended" };
        match row.process.as_str() {
            "project" => assert_eq!(from, ("deal", Some("won"))),
            process => assert_eq!((process, from), ("invoice", ("project", Some("delivered")))),
        }
        seen.insert((row.process.to_string(), open));
    }
    let of = |process: &str, open| seen.contains(&(process.to_string(), open));
    assert!(of("project", "open") && of("project", "ended") && of("invoice", "open"), "{seen:?}");
}

/// What the documentation shows of an inbox is there for whoever looks around as the admin.
#[test]
fn there_is_something_of_every_kind_to_decide() {
    let mut desk = demo(DEMO_SEED, DEMO_DAYS, DEMO_CASES);
    let inbox = desk.inbox(&"ana".parse().unwrap(), now()).unwrap();
    let kinds = inbox.items.iter().map(|item| item.what.word()).collect::<std::collections::BTreeSet<_>>();
    let all = ["ACCEPT", "BACK", "DELEG", "DUE", "ESCAL", "EXCEPT", "LATE", "START", "VOTE", "WAITS"];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
}
