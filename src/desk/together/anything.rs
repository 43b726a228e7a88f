//! A hundred thousand random sequences of every command there is: people of every permission, time that jumps
//! forwards and backwards, and two writers on one store. Each has a desk of their own with what it has kept, gives
//! commands by what they have seen, which may be old, and decides again where the other wrote in between, by the
//! code that does so in front of a file.

use super::super::{Desk, Error, Lease};
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, Context, Numbers, StartCase};
use crate::domain::decide::tests::drawing::{self, COMPANIES, Drawn, Move, Seen, company_events, custody};
use crate::domain::decide::tests::permit::{COMMANDS, number, place, table};
use crate::domain::decide::tests::world::{h, monday, tell_catalog};
use crate::domain::event::{Actor, Cause, Event, OpId, Origin, SubjectId};
use crate::domain::fold::{Subject, fold};
use crate::domain::{CaseId, Handle, Instant, RecordId, Span};
use crate::store::{Appended, Batch, Remembered, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many in all, and how many of them on one store.
const SEQUENCES: usize = 100_000;
const OF_ONE: usize = 2_500;
/// Of how many one ends with a comparison of what each has kept, and with everything `doctor` knows. After all of
/// them the tables, the counters and the figures are compared with the journal, and faults are looked for.
const KEPT: usize = 8;
const WHOLE: usize = 1_000;

/// One turn of one of the two.
#[derive(Debug, Clone)]
struct Turn {
    other: bool,
    /// They look before they give a command.
    looks: bool,
    /// Their program ends right after the commit.
    dies: bool,
    what: Move,
    /// What the other does between their decision and their commit.
    meanwhile: Option<Move>,
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    // Mostly short: what goes wrong goes wrong soon, or after much.
    prop_oneof![120 => of_length(1..6), 1 => of_length(20..60)]
}

fn of_length(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Turn>> {
    let minutes = || prop_oneof![6 => 0..300, 1 => -600..0, 1 => 0..20_000];
    let what = move || {
        (any::<u16>(), any::<u8>(), any::<u8>(), minutes()).prop_map(|(what, which, who, minutes)| Move {
            what,
            which,
            who,
            minutes,
        })
    };
    let meanwhile = prop_oneof![4 => Just(None), 1 => what().prop_map(Some)];
    let turn = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.08), what(), meanwhile)
        .prop_map(|(other, looks, dies, what, meanwhile)| Turn { other, looks, dies, what, meanwhile });
    prop::collection::vec(turn, length)
}

/// What was tried in all sequences together.
struct Tried {
    /// By the number of the command: how often it was given, and how often it was carried out.
    given: [AtomicUsize; COMMANDS],
    done: [AtomicUsize; COMMANDS],
    /// How often the other was first, and how often somebody gave a command by what was no longer so.
    again: AtomicUsize,
    old: AtomicUsize,
}

impl Tried {
    fn count(of: &[AtomicUsize; COMMANDS], command: &Command) {
        of[number(command)].fetch_add(1, Ordering::Relaxed);
    }
}

struct Writer {
    desk: Desk,
    seen: BTreeMap<SubjectId, Arc<Subject>>,
}

struct Two<'t> {
    writers: [Writer; 2],
    /// Whose desk has the store: it goes from hand to hand.
    at: usize,
    first: Arc<Catalog>,
    file: Remembered,
    of_any: Vec<Command>,
    now: Instant,
    ops: u128,
    tried: &'t Tried,
    /// Says what is done: of a sequence that broke something.
    tells: bool,
}

impl<'t> Two<'t> {
    /// A company with two records and a case.
    fn new(company: usize, tried: &'t Tried) -> Two<'t> {
        let mut store = Store::in_memory().unwrap();
        let (events, mut catalog) = (company_events(company), Catalog::default());
        events.iter().for_each(|event| tell_catalog(&mut catalog, event.clone()));
        let founding = Batch {
            subject: SubjectId::Catalog,
            expected: 0,
            catalog_seen: 0,
            numbers: (Numbers::FIRST, Numbers::FIRST),
            at: monday(),
            actor: Actor::Tick,
            op: OpId(uuid::Uuid::from_u128(1 << 100)),
            action: None,
            events,
            changes: std::sync::Arc::default(),
            catalog: Some(catalog),
        };
        assert!(matches!(store.append(&founding).unwrap(), Appended::Done { .. }));
        let mut desk = Desk::on(store).unwrap();
        let process = desk.catalog.processes.keys().next_back().cloned();
        for (n, command) in [
            Command::AddRecord { kind: h("customer"), name: "Hansen".into(), fields: vec![] },
            Command::AddRecord { kind: h("customer"), name: "Hansen AS".into(), fields: vec![] },
            Command::StartCase(StartCase { process, ..StartCase::default() }),
        ]
        .into_iter()
        .enumerate()
        {
            let op = OpId(uuid::Uuid::from_u128((2 << 100) + n as u128));
            desk.execute(&command, &Context::by(&h("bo"), monday(), op)).unwrap();
        }
        desk.followed().unwrap();
        let file = desk.store.remember().unwrap();
        let first = desk.catalog.clone();
        let other = Desk::with(Store::in_memory().unwrap(), (*first).clone());
        let of_any = table(&place()).into_iter().map(|(command, _)| command).collect();
        let writers = [desk, other].map(|desk| Writer { desk, seen: BTreeMap::new() });
        Two { writers, at: 0, first, file, of_any, now: monday(), ops: 1 << 64, tried, tells: false }
    }

    fn begin_again(&mut self) {
        let [one, other] = &mut self.writers;
        [one, other][self.at].desk.store.begin_again(&self.file).unwrap();
        for writer in &mut self.writers {
            writer.seen.clear();
            writer.desk.catalog = self.first.clone();
            writer.desk.kept.clear();
            (writer.desk.series, writer.desk.next_schedule) = (None, None);
        }
        (self.now, self.ops) = (monday(), 1 << 64);
    }

    /// The desk of one of them, with the store.
    fn desk(&mut self, n: usize) -> &mut Desk {
        if self.at != n {
            let [one, other] = &mut self.writers;
            std::mem::swap(&mut one.desk.store, &mut other.desk.store);
            self.at = n;
        }
        &mut self.writers[n].desk
    }

    fn context(&mut self, by: Drawn) -> Context {
        self.ops += 1;
        let cause = || Cause { process: h("sale"), rule: h("review"), entry: 1, depth: 1, by: Origin::Rule };
        let actor = match by {
            Drawn::Person(person) => Actor::Person(person),
            Drawn::Tick => Actor::Tick,
            Drawn::Rule => Actor::Rule(cause()),
        };
        Context::of(actor, self.now, OpId(uuid::Uuid::from_u128(self.ops)))
    }

    fn turn(&mut self, turn: &Turn) {
        let n = usize::from(turn.other);
        self.now = self.now + Span::MINUTE.times(i64::from(turn.what.minutes));
        if self.tells {
            println!("{} at {}: {:?}", n, (self.now.0 - monday().0) / 60_000, turn.what);
        }
        match turn.what.what % 64 {
            60 if turn.what.which < 60 => self.leave(n, turn.what),
            60 | 61 => self.take_back(n, turn.what, false),
            62 => self.take_back(n, turn.what, true),
            63 => self.tick(n),
            _ => self.give(n, turn),
        }
    }

    fn give(&mut self, n: usize, turn: &Turn) {
        let (command, by) = self.drawn(n, turn);
        let ctx = self.context(by);
        Tried::count(&self.tried.given, &command);
        let decided = self.desk(n).decide(&command, &ctx);
        if self.tells {
            let events = decided.as_ref().map(|ready| ready.as_ref().map(|ready| &ready.batch.events));
            println!("  {:?} {command:?}: {events:?}", ctx.actor);
        }
        if let Some(what) = turn.meanwhile {
            self.turn(&Turn { other: !turn.other, looks: true, dies: false, what, meanwhile: None });
        }
        let desk = self.desk(n);
        let head = desk.store.head().unwrap();
        let first = decided.as_ref().ok().and_then(|ready| {
            let batch = &ready.as_ref()?.batch;
            let last = desk.store.last_seq(batch.subject).unwrap();
            let takes = batch.numbers.0 != batch.numbers.1;
            let catalog = head.catalog_seq == batch.catalog_seen;
            Some(catalog && last == batch.expected && (!takes || head.numbers == batch.numbers.0))
        });
        let asks = |event: &Event| matches!(event, Event::CaseRequested { .. });
        if let Ok(Some(ready)) = &decided
            && (turn.dies || turn.what.who.is_multiple_of(2) && ready.batch.events.iter().any(asks))
        {
            desk.store.append(&ready.batch).unwrap();
            desk.kept.clear();
            return;
        }
        let mut answer = desk.give(decided, &command, &ctx);
        assert_eq!(matches!(answer, Ok(None)), first == Some(false), "{command:?}: {answer:?}");
        if let Ok(None) = answer {
            assert_eq!(desk.store.head().unwrap(), head, "whoever was not first has written nothing");
            answer = desk.execute(&command, &ctx).map(Some);
            self.tried.again.fetch_add(1, Ordering::Relaxed);
        }
        match answer {
            Ok(done) => {
                let done = done.unwrap();
                if !done.events.is_empty() {
                    Tried::count(&self.tried.done, &command);
                }
                self.looked_over(n, done.subject);
            }
            Err(error) => self.refused(n, &error, Some(head.seq)),
        }
    }

    /// A refusal is a sentence with a hint, and nothing has happened.
    fn refused(&mut self, n: usize, error: &Error, head: Option<i64>) {
        let Error::Refused { refusal, sentence } = error else { panic!("{error:?}") };
        assert!(sentence.ends_with(['.', '?']) && !refusal.hint().is_empty(), "{sentence} {refusal:?}");
        if let Some(head) = head {
            assert_eq!(self.desk(n).store.head().unwrap().seq, head, "{sentence}");
        }
    }

    /// What one of them gives next, by what they have seen.
    fn drawn(&mut self, n: usize, turn: &Turn) -> (Command, Drawn) {
        let m = turn.what;
        let numbers = self.desk(n).store.head().unwrap().numbers;
        let id = SubjectId::Case(CaseId(1 + i64::from(m.who / 16) % (numbers.case - 1).max(1)));
        let seen = self.writers[n].seen.get(&id).cloned();
        let subject = match seen.filter(|_| !turn.looks) {
            Some(subject) => {
                let last = subject.case().map_or(0, |case| case.seq);
                let old = self.desk(n).store.last_seq(id).unwrap() > last;
                self.tried.old.fetch_add(usize::from(old), Ordering::Relaxed);
                subject
            }
            None => {
                self.desk(n).catalog().unwrap();
                let (_, subject) = self.desk(n).load(id).unwrap();
                self.writers[n].seen.insert(id, subject.clone());
                subject
            }
        };
        let seen = Seen {
            catalog: &self.writers[n].desk.catalog,
            case: subject.case(),
            numbers: (numbers.record, numbers.case),
            now: self.now,
        };
        drawing::draw(&seen, m, &self.of_any)
    }

    /// Somebody leaves, and what they hold goes where the plan proposes, or else to the admin.
    fn leave(&mut self, n: usize, m: Move) {
        use crate::domain::leaver::{Destination, Takes};
        let (now, head) = (self.now, self.desk(n).store.head().unwrap().seq);
        let mut plan = self.desk(n).leaving(&m.who(), now).unwrap();
        for line in &mut plan.lines {
            let nobody = matches!(line.takes, Takes::Nobody | Takes::PersonOrNobody);
            let dana = || Destination::Party("@dana".parse().unwrap());
            let to = line.to.take();
            line.to = to.or_else(|| Some(if nobody { Destination::Nobody } else { dana() }));
        }
        let commands = plan.commands(&self.writers[n].desk.catalog, now);
        let gone = Command::Leave { person: plan.person.clone(), homeless: plan.homeless() };
        let (mut ops, dana) = (self.ops, h("dana"));
        let mut op = || {
            ops += 1;
            OpId(uuid::Uuid::from_u128(ops))
        };
        let mut by = super::super::Series { person: dana, now, op: &mut op };
        let left = self.desk(n).leave(&plan, &mut by);
        self.ops = ops;
        let all = || [&gone].into_iter().chain(&commands);
        all().for_each(|command| Tried::count(&self.tried.given, command));
        match left {
            Ok(_) => all().for_each(|command| Tried::count(&self.tried.done, command)),
            Err(error) => self.refused(n, &error, Some(head)),
        }
    }

    fn take_back(&mut self, n: usize, m: Move, redo: bool) {
        // Half of the time whoever acted last, who may still take it back.
        let last = |two: &mut Two| {
            let head = two.desk(n).store.head().unwrap().seq;
            let last = two.desk(n).store.entries_after(head - 1, 1).unwrap();
            last.first().and_then(|entry| entry.actor.person().cloned())
        };
        let who: Handle = match m.who % 2 {
            0 => m.who(),
            _ => last(self).unwrap_or_else(|| m.who()),
        };
        let ctx = self.context(Drawn::Person(who));
        let desk = self.desk(n);
        let head = desk.store.head().unwrap().seq;
        let turned = if redo { desk.redo(&ctx) } else { desk.undo(&ctx) };
        match turned {
            Ok(done) => done.iter().for_each(|done| self.looked_over(n, done.subject)),
            Err(error) => self.refused(n, &error, Some(head)),
        }
    }

    /// The chores, after which the other finds nothing to do at the same instant.
    fn tick(&mut self, n: usize) {
        let (now, mut ops) = (self.now, self.ops);
        let mut op = || {
            ops += 1;
            OpId(uuid::Uuid::from_u128(ops))
        };
        let lease = Lease(uuid::Uuid::nil());
        self.desk(n).tick(lease, now, &mut op).unwrap();
        let head = self.desk(n).store.head().unwrap();
        self.desk(1 - n).tick(lease, now, &mut op).unwrap();
        assert_eq!(
            self.desk(n).store.head().unwrap(),
            head,
            "a second tick of the same instant does nothing"
        );
        self.ops = ops;
    }

    /// What must hold of a case at any time.
    fn looked_over(&mut self, n: usize, id: SubjectId) {
        let (_, subject) = self.desk(n).load(id).unwrap();
        if let Some(case) = subject.case() {
            custody(case, &self.desk(n).catalog().unwrap());
        }
    }

    /// Everything that must hold at the end, of everything there is.
    fn hold(&mut self, played: usize) {
        if played % KEPT == 1 {
            self.know_the_same();
        }
        let (first, at) = (self.first.seq, self.at);
        let desk = self.desk(at);
        let (catalog, mut found) = (desk.catalog().unwrap(), Vec::new());
        if catalog.seq != first {
            let folded = desk.fold_catalog().unwrap();
            assert!(desk.store.same_catalog(&folded).unwrap(), "the catalog is what its entries say");
        }
        desk.compare(&catalog, &mut found, &mut |_, _| {}).unwrap();
        assert_eq!(found, [], "every table agrees with the journal");
        if played % WHOLE == 1 {
            assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        }
    }

    /// What either has kept is what the journal folds to, and no number is given twice.
    fn know_the_same(&mut self) {
        let (mut works, mut handoffs) = (BTreeSet::new(), BTreeSet::new());
        let n = self.at;
        let catalog = self.desk(n).catalog().unwrap();
        let Numbers { case, record, .. } = self.desk(n).store.head().unwrap().numbers;
        let records = (1..record).map(|n| SubjectId::Record(RecordId(n)));
        for id in records.chain((1..case).map(|n| SubjectId::Case(CaseId(n)))) {
            let entries = self.desk(n).store.entries(id).unwrap();
            let (last, folded) = (entries.last().map_or(0, |entry| entry.seq), fold(id, &entries, &catalog));
            for writer in &self.writers {
                // What is older is read again before it is used.
                let kept = writer.desk.kept.get(&id).filter(|kept| kept.last == last);
                assert!(
                    kept.is_none_or(|kept| *kept.subject == folded),
                    "applied one by one or folded: {id}"
                );
            }
            if let Some(case) = folded.case() {
                assert!(case.tasks.keys().all(|task| works.insert(*task)), "a number is of one task");
                assert!(case.handoffs.keys().all(|handoff| handoffs.insert(*handoff)), "and of one handoff");
                custody(case, &catalog);
            }
        }
    }
}

/// A part of the sequences: those of one company and one seed.
fn play(n: usize, tried: &Tried) {
    let two = RefCell::new(Two::new(n % COMPANIES, tried));
    let config = Config { cases: OF_ONE as u32, failure_persistence: None, ..Config::default() };
    let played = RefCell::new(0);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[n as u8 + 1; 32]);
    let held = TestRunner::new_with_rng(config, rng).run(&turns(), |turns| {
        let mut two = two.borrow_mut();
        two.begin_again();
        turns.iter().for_each(|turn| two.turn(turn));
        *played.borrow_mut() += 1;
        two.hold(*played.borrow());
        Ok(())
    });
    if let Err(TestError::Fail(why, turns)) = held {
        println!("company {}: {why}", n % COMPANIES);
        let mut two = two.borrow_mut();
        two.begin_again();
        two.tells = true;
        turns.iter().for_each(|turn| two.turn(turn));
        two.hold(1);
        panic!("{why}");
    }
}

#[test]
fn a_hundred_thousand_sequences_of_every_command_by_two_writers_break_nothing() {
    let nothing = || std::array::from_fn(|_| AtomicUsize::new(0));
    let (again, old) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (tried, next) = (Tried { given: nothing(), done: nothing(), again, old }, AtomicUsize::new(0));
    let parts = SEQUENCES / OF_ONE;
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(parts) {
            scope.spawn(|| {
                while let Some(n) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < parts) {
                    play(n, &tried);
                }
            });
        }
    });
    let counts = |of: [AtomicUsize; COMMANDS]| of.map(AtomicUsize::into_inner);
    let (given, done) = (counts(tried.given), counts(tried.done));
    let (again, old) = (tried.again.into_inner(), tried.old.into_inner());
    println!(
        "{SEQUENCES} sequences, {} commands given, {} carried out, {again} decided again, {old} by what was old",
        given.iter().sum::<usize>(),
        done.iter().sum::<usize>(),
    );
    println!(
        "carried out, of those given, by the number of the command: {:?}",
        (0..).zip(done.iter().zip(given)).collect::<Vec<(usize, _)>>()
    );
    let never = |of: &[usize; COMMANDS]| (0..COMMANDS).filter(|n| of[*n] == 0).collect::<Vec<_>>();
    assert_eq!((never(&given), never(&done)), (vec![], vec![]), "every command is drawn and carried out");
    assert!(again > SEQUENCES / 50 && old > SEQUENCES / 50, "{again} {old}");
}
