//! The loop on hand-made histories: what a comparison reads, what a verdict brings back, what a process needs
//! before it runs by itself.

use super::super::tests::{ctx, desk, h};
use super::*;
use crate::desk::demo::{DEMO_CASES, DEMO_DAYS, generate};
use crate::domain::command::{Context, StartCase};
use crate::domain::event::SubjectId;
use crate::domain::process::{Arm, Go, Process};
use crate::domain::zone::parse_rfc3339;
use crate::domain::{CaseId, Span, TaskId};
use std::sync::Arc;

fn complete(case: CaseId, task: i64, outcome: Option<&str>) -> Command {
    Command::CompleteTask(CompleteTask {
        case,
        task: TaskId(task),
        data: vec![("amount".into(), "1".into())],
        documents: vec![],
        to: None,
        note: None,
        all_checked: true,
        checked: vec![],
        anyway: None,
        outcome: outcome.map(Into::into),
        reason: outcome.map(|_| "so it is".into()),
        agreed: Default::default(),
    })
}

fn start(desk: &mut Desk, process: &str, ctx: &Context) -> CaseId {
    let start = StartCase { process: Some(h(process)), ..StartCase::default() };
    match desk.execute(&Command::StartCase(start), ctx).unwrap().subject {
        SubjectId::Case(case) => case,
        other => panic!("{other:?}"),
    }
}

fn again(desk: &mut Desk, now: Instant, change: impl FnOnce(&mut Process)) -> Vec<String> {
    let mut process = (**desk.catalog().unwrap().newest(&h("sale")).unwrap().1).clone();
    change(&mut process);
    let publish = Command::PublishProcess { process: Arc::new(process) };
    desk.execute(&publish, &ctx("bo", now)).unwrap().warnings
}

/// What makes a version one that is reviewed.
fn measured(sale: &mut Process) {
    let expect = Some("cycle time p85 below 5 days".to_string());
    sale.improve = Some(Improve {
        metric: "cycle time p85".into(),
        judged: false,
        expect,
        review: "every 30 days".into(),
    });
}

/// What a comparison reads by version is what the figures say of the same cases.
#[test]
fn the_cases_of_a_version_are_those_of_the_figures() {
    let mut desk = Desk::in_memory().unwrap();
    let now = parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
    generate(&mut desk, 3, now, DEMO_DAYS, DEMO_CASES).unwrap();
    let catalog = desk.catalog().unwrap();
    let (mut seen, mut returned, mut again) = (0, 0, 0);
    for process in catalog.processes.keys() {
        let facts = desk.facts(process, &Chosen::default()).unwrap();
        for (version, until) in [(1, now), (1, now - Span::DAY.times(30)), (2, now)] {
            let of_it = facts.iter().filter(|case| case.version == version && !case.migrated);
            let of_then = of_it.filter(|case| case.ended.is_none_or(|ended| ended <= until));
            let mut expected = of_then.map(|case| case.seen(&[])).collect::<Vec<_>>();
            let mut samples = desk.store.samples(process, version, Instant(i64::MIN), until, &[]).unwrap();
            expected.sort();
            samples.sort();
            assert_eq!(samples, expected, "{process} {version}");
            seen += samples.len();
            returned += samples.iter().filter(|sample| sample.returns > 0).count();
            again += samples.iter().filter(|sample| sample.right == Some(false)).count();
        }
    }
    assert!(seen > 200 && returned > 5 && again > 5, "{seen} {returned} {again}");
}

#[test]
fn a_comparison_leaves_out_what_changed_its_version_and_counts_what_is_open() {
    let (mut desk, now) = desk();
    let before = start(&mut desk, "sale", &ctx("bo", now));
    let done = start(&mut desk, "sale", &ctx("bo", now));
    let later = now + Span::HOUR;
    again(&mut desk, later, |sale| sale.purpose = "More.".into());
    let migrate = Command::MigrateCase { case: before, to: 2, map: vec![] };
    desk.execute(&migrate, &ctx("bo", later)).unwrap();
    start(&mut desk, "sale", &ctx("bo", later));
    desk.execute(&complete(done, 3, None), &ctx("bo", later)).unwrap();
    let review = desk.version_review(&h("sale"), None, later, 1).unwrap();
    // Left out is what would be compared otherwise; what is open is open, whichever version it began with.
    assert_eq!((review.version, review.open, review.migrated), (2, 2, 0));
    assert_eq!((review.comparison.before, review.comparison.after), (0, 0));
    assert_eq!(review.comparison.sentence(), "0 cases of this version: too few to say; about 25 needed.");
    assert!(desk.version_review(&h("sale"), Some(3), later, 1).is_err());
}

/// What a log told of before a version was there is no evidence for it; what was drawn from the log is of the version that was.
#[test]
fn cases_of_a_log_count_for_a_version_from_when_it_was_published() {
    let (mut desk, now) = desk();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.csv");
    let day = |n: i64| crate::domain::zone::Zone::utc().date(now + Span::DAY.times(n));
    let case = |id: &str, from: i64| {
        let (a, b) = (day(from), day(from + 1));
        format!("{id},Ask,{a}T09:00:00Z,Bo\n{id},Pay,{b}T09:00:00Z,Cy\n")
    };
    let mut text = "case,activity,timestamp,resource\n".to_string();
    let bring_in = |desk: &mut Desk, text: &str, now: Instant| {
        std::fs::write(&path, text).unwrap();
        let mut next = crate::desk::tests::op;
        let mut by = crate::desk::Series { person: h("bo"), now, op: &mut next };
        desk.import_log(&path, &crate::desk::LogWish::default(), &mut by, &mut |_, _| {}).unwrap();
    };
    text += &case("1", -60);
    bring_in(&mut desk, &text, now);
    let mut own = (**desk.catalog().unwrap().newest(&h("tickets")).unwrap().1).clone();
    own.steps
        .iter_mut()
        .for_each(|step| step.by = crate::domain::process::Performer::Party(Party::Person(h("bo"))));
    let publish = Command::PublishProcess { process: Arc::new(own) };
    desk.execute(&publish, &ctx("bo", now)).unwrap();
    // One that began before version 2 was there, and two after.
    text += &(case("2", -30) + &case("3", 2) + &case("4", 3));
    let later = now + Span::DAY.times(10);
    bring_in(&mut desk, &text, later);
    let review = desk.version_review(&h("tickets"), None, later, 1).unwrap();
    assert_eq!((review.version, review.before, review.untold), (2, 1, 1));
    assert_eq!((review.comparison.before, review.comparison.after), (1, 2), "what was drawn is of version 1");
    let said = "Finished: 1 case of version 1, 2 cases of version 2. 1 case of a log left out: begun before the version was \
                published.";
    assert_eq!(review.lines()[..2], ["Version 2 beside version 1, the one before.", said]);
}

#[test]
fn versions_that_nobody_names_are_the_newest_and_the_one_before_it_that_cases_finished_of() {
    let (mut desk, now) = desk();
    again(&mut desk, now, |sale| {
        sale.steps.truncate(1);
        sale.steps[0].next = vec![Arm::new(None, Go::End(None))];
    });
    let done = start(&mut desk, "sale", &ctx("bo", now));
    let task = desk.tasks_of(done).unwrap()[0].id.0;
    let long = start(&mut desk, "sale", &ctx("bo", now));
    let later = now + Span::HOUR;
    desk.execute(&complete(done, task, None), &ctx("bo", later)).unwrap();
    again(&mut desk, later, |sale| sale.purpose = "More.".into());
    again(&mut desk, later, |sale| sale.purpose = "Most.".into());
    assert_eq!(desk.compared_versions(&h("sale"), None).unwrap(), (2, 4));
    // What takes long under the version before is done after the next was published, and counts.
    let last = later + Span::DAY;
    desk.execute(&complete(long, task + 1, None), &ctx("bo", last)).unwrap();
    let review = desk.version_review(&h("sale"), None, last, 1).unwrap();
    assert_eq!((review.comparison.before, review.comparison.after), (2, 0));
    let review = desk.version_review(&h("sale"), None, later, 1).unwrap();
    assert_eq!((review.before, review.version), (2, 4));
    let said = "Version 4 beside version 2, the newest before it of which any case has finished.";
    assert_eq!(review.lines()[0], said);
    assert_eq!(desk.compared_versions(&h("sale"), Some(1)).unwrap().0, 0);
}

#[test]
fn only_the_verdict_to_revert_on_a_review_brings_the_version_before_back() {
    let (mut desk, now) = desk();
    again(&mut desk, now, |sale| {
        measured(sale);
        sale.purpose = "More.".into();
    });
    desk.execute(&Command::BeginReview { process: h("sale") }, &ctx("bo", now)).unwrap();
    let review = desk.scorecards(Some(&h("sale")), now).unwrap()[0].open_review.unwrap().0;
    let back = desk.brings_back(&complete(review, 9, Some("revert"))).unwrap();
    let Some(Command::PublishProcess { process }) = back else { panic!("{back:?}") };
    assert_eq!(process.purpose, "Money.");
    assert!(desk.brings_back(&complete(review, 9, Some("keep"))).unwrap().is_none());
    assert!(desk.brings_back(&complete(review, 9, None)).unwrap().is_none());
    assert!(desk.brings_back(&complete(CaseId(1), 9, Some("revert"))).unwrap().is_none(), "no review");
    let other = Command::NoteCase { case: review, text: "revert".into() };
    assert!(desk.brings_back(&other).unwrap().is_none());
}

#[test]
fn a_first_version_has_nothing_that_could_come_back() {
    let (mut desk, now) = desk();
    let sale = desk.catalog().unwrap().newest(&h("sale")).unwrap().1.clone();
    let mut other = Process { handle: h("other"), title: "Other".into(), ..(*sale).clone() };
    measured(&mut other);
    desk.execute(&Command::PublishProcess { process: Arc::new(other) }, &ctx("bo", now)).unwrap();
    desk.execute(&Command::BeginReview { process: h("other") }, &ctx("bo", now)).unwrap();
    let review = desk.scorecards(Some(&h("other")), now).unwrap()[0].open_review.unwrap().0;
    let refused = desk.brings_back(&complete(review, 9, Some("revert"))).unwrap_err();
    assert!(refused.to_string().contains("has none before it to go back to"), "{refused}");
}

#[test]
fn a_new_version_without_an_expectation_is_published_and_told_so() {
    let (mut desk, now) = desk();
    let said = again(&mut desk, now, |sale| sale.purpose = "More.".into());
    assert!(matches!(said.as_slice(), [one] if one.contains("will not be reviewed")), "{said:?}");
    let said = again(&mut desk, now, |sale| {
        measured(sale);
        sale.improve.as_mut().unwrap().expect = None;
    });
    let words = "version 3 says nothing of what it expects of cycle time p85; add `expect` to `[improve]`";
    assert_eq!(said, [words]);
    assert_eq!(again(&mut desk, now, measured), [""; 0]);
}

/// A process below the threshold runs by itself only with a reason, and a date at which that is looked at.
#[test]
fn a_rule_on_a_process_that_is_not_ready_is_refused_until_it_has_a_reason_and_a_review() {
    let head = "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@bo\"\n\
         [[step]]\nstep = \"d\"\ntitle = \"Do\"\nby = \"@bo\"\ngoal = \"1 day\"\nnext = { end = true }\n";
    let (mut desk, _) = desk();
    let known = desk.known().unwrap();
    let said = |file: &str| {
        let (process, problems) = crate::domain::process_check::read(file, &known);
        let of = problems.iter().find(|problem| problem.message.contains("not fit for it yet"));
        (process.is_some(), of.map(|problem| problem.message.clone()))
    };
    // Whether it is a process, and whether anything is said of what it lacks.
    let of = |tail: &str| {
        let (is_process, words) = said(&format!("{head}{tail}"));
        (is_process, words.is_some())
    };
    let rule = "[[rule]]\non = \"step.done\"\nthen = [{ note = \"x\" }]\n";
    let reason = "reason = \"nobody has time\"\n";
    let review = "[improve]\nmetric = \"cycle time p85\"\nreview = \"every 30 days\"\n";
    assert_eq!(of(rule), (false, true), "neither");
    assert_eq!(of(&format!("{rule}{reason}")), (false, true), "no date at which it is looked at");
    assert_eq!(of(&format!("{rule}{review}")), (false, true), "no reason");
    let half = format!("{}{rule}{review}", head.replace("purpose", "goal = \"3 days\"\npurpose"));
    assert!(matches!(said(&half), (true, Some(_))), "of half it is only told");
    assert_eq!(of(&format!("{rule}{reason}{review}")), (true, false));
    assert_eq!(of(""), (true, false), "nothing happens by itself");
    let words = "a rule in a process that is not fit for it yet: 2 of 7 (no goal from end to end; no metric and no \
                 review; no definition of done: Do; no procedure: Do; no time to accept in: Do)";
    assert_eq!(said(&format!("{head}{rule}")).1.unwrap(), words);
    // One that is about a step looks at the handoff into it.
    let on_step = rule.replace("on = ", "step = \"d\"\non = ");
    let words = "a rule on `d`, which is not fit for it yet: 2 of 6 (no goal from end to end; no definition of done: \
                 Do; no procedure: Do; no time to accept in: Do)";
    assert_eq!(said(&format!("{head}{on_step}")), (false, Some(words.to_string())));
}

/// Readiness is asked for when a file is read; what was published before that opens and runs as it did.
#[test]
fn a_process_published_before_its_readiness_was_looked_at_still_runs() {
    let file = "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@bo\"\n\
         [[step]]\nstep = \"d\"\ntitle = \"Do\"\nby = \"@bo\"\ngoal = \"1 day\"\nnext = { end = true }\n\
         [[rule]]\nrule = \"tell\"\non = \"step.done\"\nthen = [{ note = \"by itself\" }]\n\
         reason = \"nobody has time\"\n[improve]\nmetric = \"cycle time p85\"\nreview = \"every 30 days\"\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let now = parse_rfc3339("2026-11-16T09:00:00+01:00").unwrap();
    {
        let mut desk = Desk::open(&path).unwrap();
        let mut next = crate::desk::tests::op;
        let mut by = crate::desk::Series { person: h("bo"), now, op: &mut next };
        desk.set_up(&mut by, "Test", &"Europe/Amsterdam".parse().unwrap()).unwrap();
        let (process, problems) = crate::domain::process_check::read(file, &desk.known().unwrap());
        let mut process = process.unwrap_or_else(|| panic!("{problems:?}"));
        (process.rules[0].reason, process.improve) = (None, None);
        desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("bo", now)).unwrap();
    }
    let mut desk = Desk::open_existing(&path).unwrap();
    let case = start(&mut desk, "p", &ctx("bo", now));
    let task = desk.tasks(Some(case), None).unwrap()[0].id.0;
    let done = Command::CompleteTask(CompleteTask {
        case,
        task: TaskId(task),
        data: vec![],
        documents: vec![],
        to: None,
        note: None,
        all_checked: true,
        checked: vec![],
        agreed: Default::default(),
        anyway: None,
        outcome: None,
        reason: None,
    });
    desk.execute(&done, &ctx("bo", now)).unwrap();
    let told = desk.case(case, now).unwrap().timeline;
    assert!(told.iter().any(|line| line.text.contains("by itself")), "{told:?}");
    // Written down and read again, it is asked what it lacks.
    let catalog = desk.catalog().unwrap();
    let text = crate::domain::process_export::export(catalog.newest(&h("p")).unwrap().1);
    let (_, problems) = crate::domain::process_check::read(&text, &desk.known().unwrap());
    assert!(problems.iter().any(|problem| problem.message.contains("not fit for it yet")), "{text}");
}

/// What was expected of each version is looked at at its time, and a verdict on one takes no later one back.
#[test]
fn a_review_of_a_version_that_was_replaced_neither_hides_the_next_nor_takes_it_back() {
    let (mut desk, now) = desk();
    let publish = |desk: &mut Desk, now: Instant, purpose: &str| {
        again(desk, now, |sale| {
            measured(sale);
            sale.purpose = purpose.into();
            sale.steps.truncate(1);
            sale.steps[0].next = vec![Arm::new(None, Go::End(None))];
        });
    };
    publish(&mut desk, now, "Second.");
    let later = now + Span::DAY.times(31);
    assert_eq!(desk.run_reviews(later).unwrap(), 1);
    let card = |desk: &mut Desk, now: Instant| desk.scorecards(Some(&h("sale")), now).unwrap().remove(0);
    let (second, version) = card(&mut desk, later).open_review.unwrap();
    assert_eq!(version, 2);
    publish(&mut desk, later, "Third.");
    assert_eq!(card(&mut desk, later).open_review, Some((second, 2)));
    let revert = |desk: &mut Desk, case, now| {
        desk.give_verdict(&h("sale"), case, Verdict::Revert, Some("worse".into()), &ctx("bo", now))
    };
    let refused = revert(&mut desk, None, later).unwrap_err().to_string();
    assert!(refused.starts_with("Version 3 of `sale` has taken the place of version 2 since"), "{refused}");
    let last = later + Span::DAY.times(31);
    assert_eq!(desk.run_reviews(last).unwrap(), 1, "the older one is open still");
    let (third, version) = card(&mut desk, last).open_review.unwrap();
    assert!(version == 3 && third != second);
    assert!(revert(&mut desk, Some(second), last).is_err());
    let keep =
        desk.give_verdict(&h("sale"), Some(second), Verdict::Keep, Some("fine".into()), &ctx("bo", last));
    keep.unwrap();
    revert(&mut desk, None, last).unwrap();
    let catalog = desk.catalog().unwrap();
    let (version, newest) = catalog.newest(&h("sale")).unwrap();
    assert_eq!((version, newest.purpose.as_str()), (4, "Second."));
    // A revert that is taken back leaves all as it was: the same review of the same version, which can be reverted.
    desk.undo(&ctx("bo", last)).unwrap();
    let catalog = desk.catalog().unwrap();
    let (version, newest) = catalog.newest(&h("sale")).unwrap();
    assert_eq!((version, newest.purpose.as_str()), (5, "Third."));
    // What is done under the version that is the third again is evidence for the third, and nothing is beside itself.
    for _ in 0..2 {
        let case = start(&mut desk, "sale", &ctx("bo", last));
        let task = desk.store.tasks(Some(case), None).unwrap()[0].id;
        desk.execute(&complete(case, task.0, None), &ctx("bo", last)).unwrap();
    }
    for version in [None, Some(3), Some(5)] {
        let review = desk.version_review(&h("sale"), version, last, 1).unwrap();
        assert_eq!((review.version, review.again.as_slice(), review.before), (3, &[5][..], 2));
        assert_eq!(review.comparison.after, 2);
        let said = "Version 5 is version 3 again, and its cases are counted as cases of that.";
        assert!(review.lines().iter().any(|line| line == said), "{:?}", review.lines());
    }
    assert_eq!(desk.compared_versions(&h("sale"), None).unwrap(), (2, 3));
    assert_eq!(card(&mut desk, last).open_review, Some((third, 5)));
    revert(&mut desk, None, last).unwrap();
    let catalog = desk.catalog().unwrap();
    assert_eq!(catalog.newest(&h("sale")).unwrap().1.purpose, "Second.");
}

/// What each is called tells one from the other, and is no step of all of them.
#[test]
fn a_process_drafted_from_ad_hoc_cases_finds_the_way_they_have_in_common() {
    let (mut desk, now) = desk();
    for n in 0..3 {
        let title = Some(format!("Move office {n}"));
        let start = Command::StartCase(StartCase { title, ..StartCase::default() });
        let SubjectId::Case(case) = desk.execute(&start, &ctx("bo", now)).unwrap().subject else { panic!() };
        let (title, to) = ("Order a van".into(), Party::Person(h("bo")));
        let add = Command::AddTask { case, title, to, within: None, note: None };
        desk.execute(&add, &ctx("bo", now)).unwrap();
        let open = |desk: &mut Desk| desk.store.places_in(case).unwrap().into_iter().next();
        while let Some(place) = open(&mut desk).map(|open| open.place) {
            let next = match (place.task, place.handoff) {
                (Some(task), _) => crate::desk::tests::finish(case, task),
                (None, handoff) => {
                    Command::AcceptHandoff { case, handoff: handoff.unwrap(), next_action: None, when: None }
                }
            };
            desk.execute(&next, &ctx("bo", now)).unwrap();
        }
    }
    let text = desk.drafted(&h("ad-hoc"), &h("bo")).unwrap();
    assert!(text.contains("3 of them (100%) took exactly this path"), "{text}");
    assert!(
        text.contains("title = \"The work itself\"") && text.contains("title = \"Order a van\""),
        "{text}"
    );
}
