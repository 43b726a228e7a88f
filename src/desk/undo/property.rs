//! Properties of taking back and doing again: two people and the tick work on a few cases, alone and in bulk,
//! and take back and do again at random.

use super::super::tests::{ctx, desk, h, op};
use super::super::{Desk, Error, Lease};
use super::turned;
use crate::domain::absence::Absence;
use crate::domain::catalog::Permission;
use crate::domain::command::{CloseDuplicate, Command, CompleteTask, StartCase};
use crate::domain::event::{Actor, Entry, OpId, SubjectId};
use crate::domain::fold::{fold, refolds, undone};
use crate::domain::permission::{PermissionChange, PersonChange};
use crate::domain::process::Performer;
use crate::domain::rank::Effort;
use crate::domain::rollup::Rollup;
use crate::domain::rows::{self, PlaceKind, Row};
use crate::domain::taken::About;
use crate::domain::{Instant, Party, RecordId, Span};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What somebody does; the numbers choose among what there is.
#[derive(Debug, Clone)]
enum Move {
    One(u8),
    Bulk(Vec<u8>),
    AllOrNone(Vec<u8>),
    Undo,
    Redo,
    /// Undo and redo, one after the other.
    Both,
    Tick(u8),
}

fn moves() -> impl Strategy<Value = Vec<(bool, Move)>> {
    let many = || prop::collection::vec(any::<u8>(), 2..6);
    let one = prop_oneof![
        3 => any::<u8>().prop_map(Move::One),
        3 => many().prop_map(Move::Bulk),
        1 => many().prop_map(Move::AllOrNone),
        3 => Just(Move::Undo),
        2 => Just(Move::Redo),
        2 => Just(Move::Both),
        1 => (1..40_u8).prop_map(Move::Tick),
    ];
    prop::collection::vec((any::<bool>(), one), 1..25)
}

struct World {
    desk: Desk,
    now: Instant,
    turned: usize,
}

impl World {
    fn new() -> World {
        let (mut desk, now) = desk();
        let start = StartCase { process: Some(h("sale")), ..StartCase::default() };
        for _ in 0..3 {
            desk.execute(&Command::StartCase(start.clone()), &ctx("bo", now)).unwrap();
        }
        let add = Command::AddRecord { kind: h("customer"), name: "Hansen".into(), fields: vec![] };
        desk.execute(&add, &ctx("ana", now)).unwrap();
        // Both may change the catalog.
        let admin = PermissionChange { person: h("ana"), on: None, permission: Some(Permission::Admin) };
        desk.execute(&Command::ChangePermission(admin), &ctx("bo", now)).unwrap();
        World { desk, now, turned: 0 }
    }

    /// A command that may well be refused: on some case, whatever is open there.
    fn command(&self, choice: u8) -> Command {
        let cases = self.desk.store.subjects().unwrap();
        let cases = cases.iter().filter_map(|id| if let SubjectId::Case(id) = id { Some(*id) } else { None });
        let cases = cases.collect::<Vec<_>>();
        let case = cases[usize::from(choice / 16) % cases.len()];
        let rows = self.desk.store.rows_of(SubjectId::Case(case)).unwrap();
        let place = rows.iter().find_map(|row| if let Row::Place(place) = row { Some(place) } else { None });
        let note = Command::NoteCase { case, text: format!("note {choice}") };
        match (choice % 16, place) {
            (10..=13, _) if (choice / 16).is_multiple_of(2) => self.of_catalog(choice),
            (0, _) => Command::WithdrawCase { case, reason: "no need".into() },
            (14, _) => {
                let of = cases[usize::from(choice / 7) % cases.len()];
                Command::CloseDuplicate(CloseDuplicate { case, of, text: String::new() })
            }
            (1, _) => Command::StartCase(StartCase { process: Some(h("sale")), ..StartCase::default() }),
            (2, _) => Command::NoteRecord { record: RecordId(1), text: "note".into() },
            (3, _) => Command::AddRecord { kind: h("customer"), name: "Other".into(), fields: vec![] },
            (4, Some(place)) if place.kind == PlaceKind::Offered => {
                Command::RecallHandoff { case, handoff: place.handoff.unwrap(), reason: None }
            }
            (5, _) => Command::ChangeData { case, data: vec![("amount".into(), choice.to_string())] },
            (6..=8, _) => note,
            (9, Some(place)) if place.task.is_some() => {
                Command::WaitTask { case, task: place.task.unwrap(), reason: "them".into(), until: None }
            }
            (_, Some(place)) => match place.kind {
                PlaceKind::Offered => Command::AcceptHandoff {
                    case,
                    handoff: place.handoff.unwrap(),
                    next_action: None,
                    when: None,
                },
                PlaceKind::Held => Command::OfferHandoff {
                    case,
                    branch: place.branch,
                    to: None,
                    note: None,
                    agreed: Default::default(),
                },
                PlaceKind::Waiting => note,
                PlaceKind::Task => Command::CompleteTask(CompleteTask {
                    case,
                    task: place.task.unwrap(),
                    data: vec![("amount".into(), "12".into())],
                    to: None,
                    note: None,
                    all_checked: true,
                    checked: vec![],
                    anyway: None,
                    documents: vec![],
                    outcome: None,
                    reason: None,
                    agreed: Default::default(),
                }),
            },
            (_, None) => note,
        }
    }

    /// A command on the catalog, which holds few of each so that two often change the same.
    fn of_catalog(&self, choice: u8) -> Command {
        let n = self.desk.store.head().unwrap().seq as usize + usize::from(choice);
        let one_of = |names: [&str; 3]| h(names[n / 16 % 3]);
        let (person, role) = (one_of(["ana", "bo", "eli"]), one_of(["finance", "it", "it"]));
        let newest = self.desk.catalog.newest(&h("sale"));
        let mut sale = newest.map(|(_, sale)| (**sale).clone()).unwrap();
        match n % 16 {
            0 => Command::AddRole { role, title: "R".into(), members: vec![h("ana")], lead: None },
            1 => Command::ChangeRole { role, add: vec![person], remove: vec![], lead: None },
            2 => Command::ChangeRole { role, add: vec![], remove: vec![person], lead: Some(h("bo")) },
            3 | 4 => {
                let (name, permission) = ("Eli".to_string(), Permission::Member);
                let (mail, roles) = (None, vec![h("finance")]);
                Command::AddPerson { person: h("eli"), name, mail, permission, roles }
            }
            5 | 6 => {
                let from = self.now + Span::DAY.times(i64::from(choice % 3));
                let substitute = (person != h("bo")).then(|| h("bo"));
                let absence = Absence { from, until: from + Span::DAY.times(2), substitute, note: None };
                Command::SetAway { person, absence }
            }
            7 => Command::ComeBack { person },
            8 => Command::ChangePerson(PersonChange {
                name: Some(format!("N{choice}")),
                ..PersonChange::of(person)
            }),
            9 => {
                let on = Some(crate::domain::catalog::Area::Process(h("sale")));
                let permission = (choice < 200).then_some(Permission::Lead);
                Command::ChangePermission(PermissionChange { person, on, permission })
            }
            10 => {
                let mut kind = self.desk.catalog.kinds[&h("customer")].clone();
                kind.title = format!("Customers {}", choice % 3);
                Command::ApplyKind { kind }
            }
            11 | 12 => {
                sale.purpose = format!("For {}", choice % 3);
                Command::PublishProcess { process: sale.into() }
            }
            13 => {
                sale.handle = h("other");
                sale.steps[1].by = Performer::Party(Party::Role(role));
                Command::PublishProcess { process: sale.into() }
            }
            14 => Command::SetEffort { process: h("sale"), effort: Effort::ALL[n / 16 % 3] },
            _ => Command::StartCase(StartCase { process: Some(h("other")), ..StartCase::default() }),
        }
    }

    /// The catalog as it stands: what there is of each thing, whatever the number of its version.
    fn stands(&self) -> BTreeMap<About, String> {
        let catalog = &self.desk.catalog;
        let mut all = BTreeMap::from([(About::Settings, format!("{:?}", catalog.settings))]);
        for (person, known) in &catalog.people {
            // What is over counts no more.
            let away = known.absences.iter().filter(|absence| absence.until > self.now);
            let away = away.map(|absence| format!("{absence:?}")).collect::<Vec<_>>();
            all.insert(About::Person(person.clone()), format!("{:?} {away:?}", known.left));
            all.insert(
                About::Name(person.clone()),
                format!("{:?}", (&known.name, &known.mail, &known.zone, &known.calendar, &known.logins)),
            );
            all.insert(About::Permission(person.clone(), None), format!("{:?}", known.permission));
            all.extend(known.grants.iter().map(|(area, permission)| {
                (About::Permission(person.clone(), Some(area.clone())), format!("{permission:?}"))
            }));
        }
        let all_of = |about: fn(crate::domain::Handle) -> About,
                      handle: &crate::domain::Handle,
                      what: String| { (about(handle.clone()), what) };
        all.extend(catalog.roles.iter().map(|(role, known)| all_of(About::Role, role, format!("{known:?}"))));
        all.extend(catalog.kinds.iter().map(|(kind, known)| all_of(About::Kind, kind, format!("{known:?}"))));
        all.extend(catalog.efforts.iter().map(|(of, known)| all_of(About::Effort, of, format!("{known:?}"))));
        let calendars = catalog.calendars.keys();
        all.extend(calendars.map(|of| {
            all_of(About::Calendar, of, format!("{:?}", catalog.newest_calendar(of).map(|(_, known)| known)))
        }));
        let processes = catalog.processes.keys();
        all.extend(processes.map(|of| {
            all_of(About::Process, of, format!("{:?}", catalog.newest(of).map(|(_, known)| known)))
        }));
        all
    }

    fn journal(&self) -> Vec<Entry> {
        self.desk.store.entries_after(0, 100_000).unwrap()
    }

    /// Every subject's rows as they are stored, the same as the journal gives; so is what is kept by week.
    fn rows(&mut self) -> BTreeMap<SubjectId, Vec<Row>> {
        let subjects = self.desk.store.subjects().unwrap();
        let kept = self.desk.store.rollup(None, (i64::MIN, i64::MAX)).unwrap();
        let mut by_week = Rollup::default();
        let mut rows = |id: &SubjectId| {
            let mut stored = self.desk.store.rows_of(*id).unwrap();
            let folded = fold(*id, &self.desk.store.entries(*id).unwrap(), &self.desk.catalog);
            let mut folded = rows::rows(&folded, &self.desk.catalog);
            stored.sort_by_key(Row::key);
            folded.sort_by_key(Row::key);
            folded.retain(|row| match row {
                Row::Measured(row) => {
                    by_week.count(row, false);
                    false
                }
                _ => true,
            });
            assert_eq!(stored, folded, "{id}");
            (*id, stored)
        };
        let found = subjects.iter().map(&mut rows).filter(|(_, rows)| !rows.is_empty()).collect();
        assert_eq!(by_week, kept, "what is kept by week");
        found
    }

    /// The entries of others that count.
    fn of_others(&self, who: &str) -> Vec<Entry> {
        let entries = self.journal();
        let gone = undone(&entries);
        let others = entries.into_iter().filter(|entry| entry.actor.person() != Some(&h(who)));
        others.filter(|entry| !refolds(&entry.event) && !gone.contains(&entry.op)).collect()
    }

    /// Takes back or does again, and looks at what that did. Whether anything was done.
    fn turn(&mut self, who: &str, redo: bool) -> bool {
        let (before, rows, others) = (self.journal(), self.rows(), self.of_others(who));
        let stood = self.stands();
        let once = ctx(who, self.now);
        let done = if redo { self.desk.redo(&once) } else { self.desk.undo(&once) };
        let after = self.journal();
        let Ok(done) = done else {
            assert!(matches!(done, Err(Error::Refused { .. })), "{done:?}");
            assert_eq!((after, self.rows()), (before, rows), "a refusal changes nothing");
            assert_eq!(self.stands(), stood, "nor the catalog");
            return false;
        };
        self.turned += 1;
        assert_eq!(after[..before.len()], before, "what was written stays");
        assert_eq!(self.of_others(who), others, "what others did counts as before");
        // The whole of one action of one's own, and nothing else.
        let written = after[before.len()..].iter();
        let turns = written.filter_map(|entry| {
            assert!(turned(&entry.event).is_some() || entry.subject == SubjectId::Catalog, "{entry:?}");
            turned(&entry.event)
        });
        let (ops, back): (BTreeSet<OpId>, BTreeSet<bool>) = turns.unzip();
        assert_eq!(back, BTreeSet::from([!redo]));
        let actions = ops.iter().map(|op| self.desk.store.op(*op).unwrap().unwrap().action);
        let actions = actions.collect::<BTreeSet<_>>();
        assert_eq!(actions.len(), 1, "one action");
        let whole = self.desk.store.ops_of_action(*actions.first().unwrap()).unwrap();
        assert_eq!(whole.iter().map(|row| row.op).collect::<BTreeSet<_>>(), ops, "the whole action");
        assert_eq!(done.len(), ops.len());
        for entry in before.iter().filter(|entry| ops.contains(&entry.op)) {
            assert_eq!(entry.actor.person(), Some(&h(who)), "one's own");
        }
        // Only its own subjects changed, and on those nobody else's last word was overturned.
        let subjects = whole.iter().map(|row| row.subject).collect::<BTreeSet<_>>();
        let now = self.rows();
        for id in rows.keys().chain(now.keys()).filter(|id| !subjects.contains(id)) {
            assert_eq!(rows.get(id), now.get(id), "{id} is none of it");
        }
        // Of the catalog nothing but what it changed, and nothing of that anybody else changed after it.
        let of_action = before.iter().filter(|entry| ops.contains(&entry.op));
        let abouts = of_action.filter_map(|entry| About::of(&entry.event)).collect::<BTreeSet<_>>();
        let stands = self.stands();
        for about in stood.keys().chain(stands.keys()) {
            let whole = match about {
                About::Name(person) | About::Permission(person, _) => About::Person(person.clone()),
                about => about.clone(),
            };
            let its = abouts.contains(about) || abouts.contains(&whole);
            assert!(its || stood.get(about) == stands.get(about), "{about:?} is none of it");
        }
        let first = whole.iter().map(|row| row.first).min().unwrap();
        let last = whole.iter().map(|row| row.last).max().unwrap();
        for entry in
            others.iter().filter(|entry| entry.seq > last && !ops_of_turns(&before).contains(&entry.op))
        {
            let about = About::of(&entry.event);
            assert!(
                !about.is_some_and(|about| abouts.contains(&about)),
                "{} changed it: {entry:?}",
                entry.actor
            );
        }
        let subjects = subjects.into_iter().filter(|id| *id != SubjectId::Catalog).collect::<BTreeSet<_>>();
        for entry in others.iter().filter(|entry| entry.seq > first && subjects.contains(&entry.subject)) {
            let last = whole.iter().filter(|row| row.subject == entry.subject).map(|row| row.last).max();
            let noted = entry.actor == Actor::Tick;
            assert!(noted || Some(entry.seq) < last, "{} built upon it: {entry:?}", entry.actor);
        }
        true
    }

    fn take(&mut self, ana: bool, what: &Move) {
        let who = if ana { "ana" } else { "bo" };
        let by = ctx(who, self.now);
        match what {
            Move::One(choice) => _ = self.desk.execute(&self.command(*choice), &by),
            Move::Bulk(choices) => {
                let commands = choices.iter().map(|n| self.command(*n)).collect::<Vec<_>>();
                let answers = self.desk.execute_each(&commands, &by).unwrap();
                assert_eq!(answers.len(), commands.len());
            }
            Move::AllOrNone(choices) => {
                let commands = choices.iter().map(|n| self.command(*n)).collect::<Vec<_>>();
                let (before, rows) = (self.journal(), self.rows());
                if self.desk.execute_all(&commands, &by).is_err() {
                    assert_eq!((self.journal(), self.rows()), (before, rows));
                }
            }
            Move::Undo => _ = self.turn(who, false),
            Move::Redo => _ = self.turn(who, true),
            Move::Both => {
                let before = (self.rows(), self.stands());
                if self.turn(who, false) {
                    assert!(self.turn(who, true), "what was just taken back can be done again");
                    assert_eq!((self.rows(), self.stands()), before);
                }
            }
            Move::Tick(hours) => {
                self.now = self.now + Span::HOUR.times((*hours).into());
                self.desk.tick(Lease(uuid::Uuid::nil()), self.now, &mut op).unwrap();
            }
        }
        self.now = self.now + Span::MINUTE;
    }
}

/// The commands that turned others: what they bring back in the catalog is nobody's change.
fn ops_of_turns(entries: &[Entry]) -> BTreeSet<OpId> {
    entries.iter().filter(|entry| turned(&entry.event).is_some()).map(|entry| entry.op).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Rows are compared whole, `touched` included: the fold leaves out what was taken back, and a case's last
    /// entry number is in no row.
    #[test]
    fn undo_then_redo_changes_nothing_and_undo_touches_nobody_elses_work(moves in moves()) {
        let mut world = World::new();
        for (ana, what) in &moves {
            world.take(*ana, what);
        }
        prop_assert_eq!(world.desk.doctor(&mut |_, _| {}).unwrap(), []);
    }
}

/// The property above says nothing when nothing is ever taken back.
#[test]
fn random_work_is_really_taken_back() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut turned = 0;
    for _ in 0..10 {
        let mut world = World::new();
        for (ana, what) in &moves().new_tree(&mut runner).unwrap().current() {
            world.take(*ana, what);
        }
        turned += world.turned;
    }
    assert!(turned >= 10, "{turned}");
}
