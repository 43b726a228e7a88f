//! Properties of two desks on one file, with rules that start cases, a schedule, chores of both, undo, and time that
//! jumps forwards and backwards: each decides on what the other has just written, and nothing is done twice.

mod anything;

use super::tests::{ctx, desk, h, op};
use super::{Desk, Error, Lease};
use crate::domain::command::{Command, CompleteTask, StartCase};
use crate::domain::event::{Entry, Event, SubjectId};
use crate::domain::rows::{PlaceKind, Row};
use crate::domain::{CaseId, Instant, Span};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A sale whose end starts a delivery, and a round every working day.
const PROCESSES: [&str; 3] = [
    r#"
process = "order"
title = "Order"
kind = "operational"
purpose = "x"
accountable = "@bo"
goal = "2 business days"
[data.n]
type = "number"
[[step]]
step = "take"
title = "Take"
by = "@bo"
done = "It is taken."
goal = "4 business hours"
next = "bill"
[[step]]
step = "bill"
title = "Bill"
by = "finance"
goal = "4 business hours"
accept = "2 business hours"
next = { end = "sold" }
[[rule]]
rule = "deliver"
on = "case.done"
then = [{ start = "delivery", case_title = "{{ case.title }}" }]
[[rule]]
rule = "hurry"
on = "late"
then = [{ urgent = true }, { note = "late" }]
[[ladder]]
on = "accept"
rungs = [{ at = "0", remind = "responsible", every = "1 business hour", most = 3 }]
"#,
    r#"
process = "delivery"
title = "Delivery"
kind = "operational"
purpose = "x"
accountable = "@ana"
[[step]]
step = "pack"
title = "Pack"
by = "@ana"
goal = "4 business hours"
accept = "2 business hours"
next = { end = true }
"#,
    r#"
process = "round"
title = "Round"
kind = "operational"
purpose = "x"
accountable = "@ana"
[[step]]
step = "walk"
title = "Walk"
by = "@ana"
goal = "1 business hour"
next = { end = true }
[[schedule]]
every = "RRULE:FREQ=DAILY"
overlap = "start"
"#,
];

#[derive(Debug, Clone)]
enum Move {
    Act(u8),
    Undo,
    /// Time jumps by so many hours, and the chores are done.
    Tick(i8),
}

fn moves() -> impl Strategy<Value = Vec<(bool, bool, Move)>> {
    let one = prop_oneof![
        6 => any::<u8>().prop_map(Move::Act),
        1 => Just(Move::Undo),
        2 => (-20..50_i8).prop_map(Move::Tick),
    ];
    prop::collection::vec((any::<bool>(), any::<bool>(), one), 1..80)
}

struct World {
    desks: [Desk; 2],
    now: Instant,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        // Where there is a disk of memory, nobody waits for the other one: more is tried in the same time.
        let folder = tempfile::TempDir::new_in("/dev/shm").or_else(|_| tempfile::TempDir::new()).unwrap();
        let path = folder.path().join("t.baton");
        let (mut one, now) = desk();
        // Who delivers has to be there before who starts it.
        for text in [PROCESSES[1], PROCESSES[0], PROCESSES[2]] {
            let (process, problems) = crate::domain::process_check::read(text, &one.known().unwrap());
            let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
            one.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
        }
        let start = StartCase { process: Some(h("order")), ..StartCase::default() };
        for _ in 0..2 {
            one.execute(&Command::StartCase(start.clone()), &ctx("bo", now)).unwrap();
        }
        one.store.backup(&path).unwrap();
        World { desks: [Desk::open(&path).unwrap(), Desk::open(&path).unwrap()], now, _folder: folder }
    }

    fn journal(&self) -> Vec<Entry> {
        self.desks[0].store.entries_after(0, 100_000).unwrap()
    }

    /// A command on some open case that may well be refused.
    fn command(&self, choice: u8) -> Command {
        let store = &self.desks[0].store;
        let places = store.places(None).unwrap();
        let Some(open) = places.get(usize::from(choice / 8) % places.len().max(1)) else {
            return Command::StartCase(StartCase { process: Some(h("order")), ..StartCase::default() });
        };
        let (case, place) = (open.case.id, &open.place);
        match (choice % 8, place.kind) {
            (0, _) => Command::StartCase(StartCase { process: Some(h("order")), ..StartCase::default() }),
            (1, _) => Command::NoteCase { case, text: "note".into() },
            (2, PlaceKind::Offered) => {
                Command::RecallHandoff { case, handoff: place.handoff.unwrap(), reason: None }
            }
            (_, PlaceKind::Offered) => Command::AcceptHandoff {
                case,
                handoff: place.handoff.unwrap(),
                next_action: None,
                when: None,
            },
            (_, PlaceKind::Held) => Command::OfferHandoff {
                case,
                branch: place.branch,
                to: None,
                note: None,
                agreed: Default::default(),
            },
            (_, PlaceKind::Waiting) => Command::NoteCase { case, text: "waits".into() },
            (_, PlaceKind::Task) => Command::CompleteTask(CompleteTask {
                case,
                task: place.task.unwrap(),
                data: vec![],
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
        }
    }

    fn take(&mut self, other: bool, ana: bool, what: &Move) {
        let before = self.journal();
        let who = if ana { "ana" } else { "bo" };
        let desk = usize::from(other);
        let allowed = |done: Result<(), Error>| {
            assert!(matches!(done, Ok(()) | Err(Error::Refused { .. })), "{done:?}");
        };
        match what {
            Move::Act(choice) => {
                let command = self.command(*choice);
                allowed(self.desks[desk].execute(&command, &ctx(who, self.now)).map(|_| ()));
            }
            Move::Undo => allowed(self.desks[desk].undo(&ctx(who, self.now)).map(|_| ())),
            Move::Tick(hours) => {
                self.now = self.now + Span::HOUR.times(i64::from(*hours));
                self.desks[desk].tick(Lease(uuid::Uuid::nil()), self.now, &mut op).unwrap();
            }
        }
        self.now = self.now + Span::MINUTE;
        assert_eq!(self.journal()[..before.len()], before, "what was written stays");
    }

    /// The chores of both, until neither finds anything to do.
    fn settle(&mut self) {
        for desk in &mut self.desks {
            desk.tick(Lease(uuid::Uuid::nil()), self.now, &mut op).unwrap();
        }
        let before = self.journal().len();
        for desk in &mut self.desks {
            desk.tick(Lease(uuid::Uuid::nil()), self.now, &mut op).unwrap();
        }
        assert_eq!(self.journal().len(), before, "the chores are done");
    }

    fn hold(&mut self) {
        self.settle();
        let entries = self.journal();
        let gone = crate::domain::fold::undone(&entries);
        let mut started = BTreeSet::new();
        for entry in entries.iter().filter(|entry| !gone.contains(&entry.op)) {
            if let Event::CaseStarted { parent: Some(link), .. } = &entry.event {
                assert!(started.insert((link.case, link.request)), "one case for each that was asked for");
            }
        }
        let now = self.now;
        let [one, other] = &mut self.desks;
        assert_eq!(one.inbox_of_all(now).unwrap(), other.inbox_of_all(now).unwrap());
        for id in one.store.subjects().unwrap() {
            assert_eq!(one.load(id).unwrap(), other.load(id).unwrap(), "{id}");
            // Whoever asked for a case and whoever was asked for know each other.
            let (SubjectId::Case(id), Some(case)) = (id, one.load(id).unwrap().1.case().cloned()) else {
                continue;
            };
            if let Some(link) = case.parent {
                let asked =
                    one.case_now(link.case).unwrap().map(|parent| parent.requests[&link.request].clone());
                assert!(linked(asked.as_ref(), id), "{id}: {asked:?}");
            }
        }
        let stored = one.store.rows_of(SubjectId::Case(CaseId(1))).unwrap();
        assert!(stored.iter().any(|row| matches!(row, Row::Case(_))));
        assert_eq!(one.doctor(&mut |_, _| {}).unwrap(), []);
        assert_eq!(other.doctor(&mut |_, _| {}).unwrap(), []);
    }
}

fn linked(request: Option<&crate::domain::case::Request>, id: CaseId) -> bool {
    use crate::domain::case::Request;
    matches!(request, Some(Request::Case { case: Some(Ok(child)), .. }) if *child == id)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_desks_with_rules_schedules_and_jumping_time_agree(moves in moves()) {
        let mut world = World::new();
        for (other, ana, what) in &moves {
            world.take(*other, *ana, what);
        }
        world.hold();
    }
}

/// The property above says little when no rule and no schedule ever starts a case.
#[test]
fn rules_and_schedules_really_start_cases() {
    let mut world = World::new();
    for n in [7, 15, 7, 15, 7, 15, 7, 15] {
        world.take(n == 7, false, &Move::Act(n));
        world.take(n == 15, true, &Move::Act(n));
    }
    world.take(true, true, &Move::Tick(48));
    world.hold();
    let rows = world.desks[0].cases(&crate::store::CaseFilter::default()).unwrap();
    let of = |process: &str| rows.iter().filter(|row| row.process == h(process)).count();
    assert!(of("delivery") >= 1 && of("round") >= 1, "{} {}", of("delivery"), of("round"));
}
