//! Every command there is, in any order, by anybody, on a whole company: what concerns no case as well. Whatever is
//! decided can be folded again, and whatever is refused is a sentence with a hint.

use super::permit::{COMMANDS, number, place, table};
use super::world::*;
use crate::domain::case::HandoffState;
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, CompleteTask, Context, Numbers};
use crate::domain::decide::decide;
use crate::domain::event::{Actor, Cause, Entry, Event, OpId, SubjectId};
use crate::domain::fold::{Subject, fold};
use crate::domain::imported::ImportedRow;
use crate::domain::process::{Improve, Process};
use crate::domain::review::{self, Verdict};
use crate::domain::rows::rows;
use crate::domain::{Instant, Span};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

struct Company {
    catalog: Catalog,
    /// The catalog as it was, and everything that happened to it since.
    before: Catalog,
    told: Vec<Entry>,
    subjects: BTreeMap<SubjectId, (Vec<Entry>, Subject)>,
    numbers: Numbers,
    now: Instant,
    ops: u128,
    /// Commands to draw from, each as the table of permissions has it.
    drawn: Vec<Command>,
    /// Which were given, and which of them were not refused.
    given: BTreeSet<usize>,
    done: BTreeSet<usize>,
}

impl Company {
    fn new() -> Company {
        let mut world = place();
        let sale = world.catalog.newest(&h("sale")).unwrap().1.clone();
        let improve = Some(Improve {
            metric: "cycle time p85".into(),
            expect: Some("below 5 days".into()),
            review: "every 30 days".into(),
        });
        let process = Arc::new(Process { improve, ..(*sale).clone() });
        tell_catalog(&mut world.catalog, Event::ProcessPublished { version: 2, process });
        let mut drawn = table(&world).into_iter().map(|(command, _)| command).collect::<Vec<_>>();
        for name in ["Hansen", "Hansen AS"] {
            drawn.push(Command::AddRecord { kind: h("customer"), name: name.into(), fields: vec![] });
        }
        // The desk brings no case in of which nothing is told.
        let (start, end) = (monday() - Span::DAY, monday());
        for command in &mut drawn {
            if let Command::ImportCase(import) = command {
                import.rows = vec![ImportedRow { step: 0, start, end, resource: None }];
            }
        }
        Company {
            before: world.catalog.clone(),
            told: Vec::new(),
            subjects: BTreeMap::from([(SubjectId::Case(CASE), (world.entries, world.subject))]),
            numbers: Numbers { case: 2, ..world.numbers },
            now: world.now,
            catalog: world.catalog,
            ops: 1 << 70,
            drawn,
            given: BTreeSet::new(),
            done: BTreeSet::new(),
        }
    }

    fn step(&mut self, (what, which, who, minutes): (u16, u8, u8, i32)) {
        self.now = self.now + Span::MINUTE.times(i64::from(minutes));
        let command = match what % 8 {
            0 => self.on_a_review(which),
            _ => Some(self.drawn[usize::from(what / 8) % self.drawn.len()].clone()),
        };
        let Some(command) = command else { return };
        let people = ["dana", "lea", "bo", "cy", "eli", "zoe", "vi", "ana"].map(h);
        let actor = match who % 12 {
            8 => Actor::Tick,
            9 => Actor::Rule(Cause { process: h("sale"), rule: h("review"), entry: 1, depth: 1 }),
            10 | 11 => Actor::Person(h("dana")),
            n => Actor::Person(people[usize::from(n)].clone()),
        };
        self.give(&command, actor);
    }

    /// The next thing to do with a review that is open.
    fn on_a_review(&mut self, which: u8) -> Option<Command> {
        let cases = self.subjects.values().filter_map(|(_, subject)| subject.case());
        let reviews = cases.filter(|case| review::reviewed(case).is_some());
        let case = reviews.filter(|case| !case.branches.is_empty()).cycle().nth(usize::from(which % 7))?;
        let id = case.id;
        if let Some((handoff, _)) =
            case.handoffs.iter().find(|(_, handoff)| handoff.state == HandoffState::Offered)
        {
            return Some(Command::AcceptHandoff {
                case: id,
                handoff: *handoff,
                next_action: None,
                when: None,
            });
        }
        let task = *case.tasks.keys().next_back()?;
        let outcome = Verdict::ALL[usize::from(which % 3)].word().to_string();
        let (outcome, reason) = (Some(outcome), Some("so it is".to_string()));
        Some(Command::CompleteTask(CompleteTask { case: id, outcome, reason, ..complete(task.0, &[]) }))
    }

    fn give(&mut self, command: &Command, actor: Actor) {
        self.ops += 1;
        let ctx = Context::of(actor, self.now, OpId(uuid::Uuid::from_u128(self.ops)));
        let subject = match command.subject() {
            None | Some(SubjectId::Catalog) => Subject::Catalog,
            Some(id) => self.subjects.get(&id).map_or_else(|| Subject::empty(id), |(_, of)| of.clone()),
        };
        self.given.insert(number(command));
        let decision = match decide(&subject, &self.catalog, command, &ctx, self.numbers) {
            Ok(decision) => decision,
            Err(refusal) => {
                let sentence = refusal.sentence(&|at| at.0.to_string());
                assert!(
                    sentence.ends_with(['.', '?']) && !refusal.hint().is_empty(),
                    "{sentence} {refusal:?}"
                );
                return;
            }
        };
        self.done.insert(number(command));
        self.numbers = decision.numbers;
        for event in decision.events {
            let Context { now: at, op, .. } = ctx;
            let actor = decision.actor.clone();
            match decision.subject {
                SubjectId::Catalog => {
                    let seq = self.catalog.seq + 1;
                    let entry = Entry { seq, at, actor, subject: SubjectId::Catalog, op, event };
                    self.catalog.apply(&entry);
                    self.told.push(entry);
                }
                id => {
                    let (entries, subject) =
                        self.subjects.entry(id).or_insert_with(|| (Vec::new(), Subject::empty(id)));
                    let entry = Entry { seq: entries.len() as i64 + 1, at, actor, subject: id, op, event };
                    subject.apply(&entry, &self.catalog);
                    entries.push(entry);
                }
            }
        }
        self.hold(decision.subject);
    }

    fn hold(&self, id: SubjectId) {
        let Some((entries, subject)) = self.subjects.get(&id) else {
            let mut again = self.before.clone();
            self.told.iter().for_each(|entry| again.apply(entry));
            let text = |catalog: &Catalog| serde_json::to_string(catalog).unwrap();
            assert_eq!(text(&again), text(&self.catalog), "applied one by one or folded from scratch");
            return;
        };
        assert_eq!(&fold(id, entries, &self.catalog), subject, "applied one by one or folded from scratch");
        let all = rows(subject, &self.catalog);
        let keys = all.iter().map(crate::domain::rows::Row::key).collect::<BTreeSet<_>>();
        assert_eq!(keys.len(), all.len(), "no two rows of one key");
        if let Some(case) = subject.case() {
            assert_eq!(crate::domain::faults::faults(case, &self.catalog), [""; 0]);
            for (n, branch) in &case.branches {
                assert!(case.responsible(branch).is_some(), "nobody has branch {n}");
            }
        }
    }
}

fn steps(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(u16, u8, u8, i32)>> {
    let minutes = prop_oneof![6 => 0..120, 1 => -100..0, 1 => 0..3_000];
    proptest::collection::vec((any::<u16>(), any::<u8>(), any::<u8>(), minutes), length)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_command_in_any_order_leaves_a_company_that_can_be_folded_again(steps in steps(1..60)) {
        let mut company = Company::new();
        steps.into_iter().for_each(|step| company.step(step));
    }
}

/// The sequences above are worth something only when every command is drawn, and most get somewhere.
#[test]
fn random_sequences_draw_every_command_and_carry_out_most() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut given, mut done) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..200 {
        let mut company = Company::new();
        for step in steps(40..60).new_tree(&mut runner).unwrap().current() {
            company.step(step);
        }
        given.extend(company.given);
        done.extend(company.done);
    }
    assert_eq!(given, (0..COMMANDS).collect(), "every command is drawn");
    let must = [Command::BeginReview { process: h("sale") }].iter().map(number).collect::<BTreeSet<_>>();
    assert!(
        done.is_superset(&must) && done.len() > COMMANDS * 3 / 4,
        "{} of {COMMANDS} {done:?}",
        done.len()
    );
    let never = (0..COMMANDS).filter(|n| !done.contains(n)).collect::<Vec<_>>();
    println!("always refused: {never:?}");
}
