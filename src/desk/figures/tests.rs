//! Figures of a real log against the reference, and of the sample company against its own lists.

use super::*;
use crate::desk::demo::{DEMO_CASES, DEMO_DAYS, generate};
use crate::desk::import::tests::real_log;
use crate::desk::tests::ctx;
use crate::desk::{LogWish, Series};
use crate::domain::case::HandoffState;
use crate::domain::command::Command;
use crate::domain::event::OpId;
use crate::domain::rows::CaseRow;
use crate::domain::zone::parse_rfc3339;
use crate::store::CaseFilter;
use std::collections::BTreeMap;

fn h(text: &str) -> Handle {
    text.parse().unwrap()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

const EVER: (Instant, Instant) = (Instant(0), Instant(i64::MAX / 2));

#[test]
fn a_real_log_gives_the_figures_of_the_reference() {
    let Some(path) = real_log("receipt.xes.gz") else { return };
    let Some(reference) = real_log("reference/receipt.json") else { return };
    let now = parse_rfc3339("2012-02-01T00:00:00Z").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    let mut op = || OpId(uuid::Uuid::now_v7());
    let mut by = Series { person: h("ops"), now, op: &mut op };
    desk.set_up(&mut by, "Test", &"Europe/Amsterdam".parse().unwrap()).unwrap();
    desk.import_log(&path, &LogWish::default(), &mut by, &mut |_, _| {}).unwrap();
    let figures = desk.figures(&h("receipt"), EVER.0, EVER.1, now).unwrap();
    let text = std::fs::read_to_string(reference).unwrap();
    let reference = serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let all = &reference["views"]["all"];
    let same = |stat: &Stat, expected: &serde_json::Value| {
        let number = |key: &str| expected[key].as_f64().unwrap();
        assert_eq!(stat.n as f64, number("n"));
        assert!(near(stat.sum.seconds(), number("sum_s")), "{stat:?} {expected}");
        assert!(near(stat.median.unwrap() / 1000.0, number("median_s")), "{stat:?} {expected}");
        assert!(near(stat.p85.unwrap() / 1000.0, number("p85_s")), "{stat:?} {expected}");
    };
    same(&figures.cycle, &all["cycle_time"]);
    let promised = all["cycle_time"]["p85_nearest_rank_s"].as_f64().unwrap();
    assert!(near(figures.service_level.unwrap().seconds(), promised));
    assert_eq!(figures.handoffs.n as u64, all["handover"]["pairs"].as_u64().unwrap());
    same(&figures.handoffs, &all["handover"]["time"]);
    let declined = figures.pairs().iter().map(|pair| pair.declined).sum::<usize>();
    assert_eq!(declined, 0);
    // A pair of people, whatever the step.
    for expected in all["handovers"].as_array().unwrap() {
        let person = |n: usize| Handle::from_text(expected[n].as_str().unwrap()).unwrap();
        let (from, to) = (person(0), Party::Person(person(1)));
        let pairs = figures.pairs();
        let own = pairs.iter().filter(|p| p.from.as_ref() == Some(&from) && p.to.as_ref() == Some(&to));
        let own = own.fold((0, Total::ZERO), |(n, sum), pair| (n + pair.count, sum + pair.accepted.sum));
        // Two people of the log differ in case only: their handles differ from their names.
        if expected[0] != "TEST" && expected[1] != "TEST" && expected[0] != "test" && expected[1] != "test" {
            assert_eq!(own.0 as u64, expected[2].as_u64().unwrap(), "{expected}");
            assert!(near(own.1.seconds(), expected[3].as_f64().unwrap()), "{expected}");
        }
    }
    assert!(figures.elapsed, "the log knows one time a row");
    for expected in all["per_activity"].as_array().unwrap() {
        let step = figures.steps.iter().find(|step| expected["activity"] == step.title.as_str()).unwrap();
        assert_eq!(step.visits as u64, expected["count"].as_u64().unwrap(), "{expected}");
        let cases = figures.cases_behind(&Which::Step(step.step.clone())).len() as u64;
        assert_eq!(cases, expected["cases"].as_u64().unwrap(), "{expected}");
        let wait = expected["wait_before_sum_s"].as_f64().unwrap();
        assert!(near(step.wait.sum.seconds(), wait), "{expected} {}", step.wait.sum.seconds());
    }
    let worst = &all["bottlenecks_by_activity"][0];
    assert_eq!(worst["activity"], figures.bottleneck.unwrap().title.as_str());
    let local = all["weekly_local"]["rows"].as_array().unwrap();
    let busy = local.iter().filter(|week| week[2].as_u64() > Some(0));
    let busy = busy.map(|week| (week[0].as_str().unwrap(), week[2].as_u64().unwrap() as usize));
    let weeks = figures.weeks.iter().filter(|week| !week.finished.is_empty());
    let weeks = weeks.map(|week| (week.name.as_str(), week.finished.len()));
    assert_eq!(weeks.collect::<Vec<_>>(), busy.collect::<Vec<_>>());
}

#[test]
fn every_number_has_its_cases_behind_it() {
    let now = parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    generate(&mut desk, 1, now, DEMO_DAYS, DEMO_CASES).unwrap();
    let from = now - Span::DAY.times(60);
    let figures = desk.figures(&h("order-to-cash"), from, now, now).unwrap();
    assert!(figures.finished.len() >= 10 && !figures.elapsed, "{}", figures.finished.len());
    assert_eq!(figures.cycle.n, figures.finished.len());
    let rows = |ids: Vec<CaseId>, desk: &Desk| {
        desk.cases(&CaseFilter { ids: Some(ids), ..CaseFilter::default() }).unwrap()
    };
    let finished = rows(figures.cases_behind(&Which::Finished), &desk);
    assert!(finished.iter().all(|case| case.state == "done" && case.ended >= Some(from)));
    let on_time = finished.iter().filter(|case| case.ended <= case.due).count();
    assert_eq!(on_time, figures.cases_behind(&Which::OnTime).len());
    assert_eq!(figures.on_time_share(), Some(on_time as f64 / finished.len() as f64));
    let open = rows(figures.cases_behind(&Which::Open), &desk);
    assert!(open.iter().all(|case| case.state == "open"));
    let (process, table) = (h("order-to-cash"), crate::store::Edge::Start);
    let wish = crate::desk::BoardWish { process, columns: Vec::new(), table };
    let board = desk.board(&wish, None, now).unwrap();
    assert_eq!(figures.steps.iter().map(|step| step.open.len()).sum::<usize>(), board.open);
    assert_eq!(figures.steps.iter().map(|step| step.late.len()).sum::<usize>(), board.late);
    assert!(figures.cases_behind(&Which::Late).iter().all(|case| figures.open.contains(case)));
    assert!(figures.weeks.len() >= 8);
    let weeks = figures.weeks.iter().flat_map(|week| figures.cases_behind(&Which::Week(week.name.clone())));
    assert_eq!(weeks.collect::<BTreeSet<_>>(), figures.finished.iter().copied().collect());
    assert!(near(figures.steps.iter().map(|step| step.share).sum(), 1.0));
    for way in &figures.ways() {
        let behind = figures.cases_behind(&Which::Way(way.from_step.clone(), way.step.clone()));
        assert!(
            !behind.is_empty() && behind.len() <= way.count && way.accepted.n + way.declined <= way.count
        );
    }
    let both = [&figures.ways(), &figures.pairs()].map(|all| all.iter().map(|one| one.count).sum::<usize>());
    assert_eq!(both[0], both[1]);
    // The work of one step, counted another way: from the entries of its cases.
    let step = h("fulfil");
    let (mut work, mut wait) = (Span::ZERO, Span::ZERO);
    for id in &figures.finished {
        let case = desk.case(*id, now).unwrap().case;
        for task in case.tasks.values().filter(|task| task.step == step) {
            work = work + (task.ended().unwrap() - task.accepted - task.waited());
            wait = wait + task.waited();
        }
        let mut offers = BTreeMap::<_, Vec<_>>::new();
        for handoff in case.handoffs.values().filter(|handoff| handoff.step == step) {
            offers.entry((handoff.branch, handoff.occurrence)).or_default().push(handoff);
        }
        for offers in offers.values() {
            // With nobody after a decline it waits too; after an acceptance somebody has it until it is offered on.
            let until = |n: usize| match offers.get(n + 1) {
                Some(next) if !matches!(offers[n].state, HandoffState::Accepted { .. }) => next.offered,
                _ => offers[n].state.ended().unwrap(),
            };
            for (n, handoff) in offers.iter().enumerate() {
                wait = wait + (until(n) - handoff.offered);
                if let (Some(next), HandoffState::Accepted { at, .. }) = (offers.get(n + 1), &handoff.state) {
                    work = work + (next.offered - *at);
                }
            }
        }
    }
    let fulfil = figures.steps.iter().find(|known| known.step == step).unwrap();
    assert_eq!(
        (fulfil.work.sum, fulfil.wait.sum, fulfil.total),
        (work.into(), wait.into(), (work + wait).into())
    );
    let bottleneck = figures.bottleneck.clone().unwrap();
    assert!(figures.steps.iter().all(|step| step.wait.sum <= bottleneck.wait.sum));
    assert!(
        bottleneck.had.is_none_or(|had| had.slow > 0 && had.median < figures.cycle.median_span().unwrap())
    );
    let share = figures.steps.iter().find(|step| step.step == bottleneck.step).unwrap().share;
    assert_eq!(bottleneck.share, share, "one share of the time, whoever says it");
    assert!(desk.figures(&h("order-to-cahs"), from, now, now).is_err());
}

/// Whoever had a part in a case had it, also where it was withdrawn.
#[test]
fn withdrawn_cases_are_told_of_whoever_had_a_part_in_them() {
    let now = parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    generate(&mut desk, 1, now, DEMO_DAYS, DEMO_CASES).unwrap();
    let catalog = desk.catalog().unwrap();
    let admin = catalog.admins().next().unwrap().clone();
    let open = CaseFilter { state: Some("open".to_string()), limit: Some(30), ..CaseFilter::default() };
    for row in desk.cases(&open).unwrap() {
        let withdraw = Command::WithdrawCase { case: row.id, reason: "not wanted".into() };
        desk.execute(&withdraw, &ctx(admin.as_str(), now)).unwrap();
    }
    let (mut told, mut not) = (0, 0);
    for process in catalog.processes.keys() {
        let state = Some("withdrawn".to_string());
        let filter = CaseFilter { process: Some(process.clone()), state, ..CaseFilter::default() };
        let rows = desk.cases(&filter).unwrap();
        for person in catalog.people.keys() {
            let party = Party::Person(person.clone());
            let part = |row: &&CaseRow| {
                let tasks = desk.store.tasks(Some(row.id), None).unwrap();
                let held =
                    tasks.iter().any(|task| task.free.is_none() && task.holder.as_ref() == Some(person));
                let offers = desk.store.handoffs(Some(row.id)).unwrap();
                held || offers.iter().any(|offer| offer.free.is_none() && offer.to == party)
            };
            let own = rows.iter().filter(part).map(|row| (row.started, row.ended.unwrap()));
            let own = own.collect::<Vec<_>>();
            let chosen = Chosen { party: Some(party.clone()), ..Chosen::default() };
            assert_eq!(desk.withdrawn(process, &chosen).unwrap(), own, "{process} {person}");
            told += own.len();
            not += rows.len() - own.len();
        }
    }
    assert!(told > 3 && not > 3, "{told} {not}");
}

#[test]
fn few_cases_promise_nothing() {
    let now = parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    generate(&mut desk, 1, now, 30, 30).unwrap();
    let figures = desk.figures(&h("quarterly-review"), now - Span::DAY, now, now).unwrap();
    assert_eq!((figures.finished.len(), figures.service_level, figures.on_time_share()), (0, None, None));
    assert_eq!((figures.cycle, figures.weeks, figures.bottleneck), (Stat::default(), vec![], None));
    assert_eq!(figures.steps.len(), 9);
}

/// Everything the glance says, against the exact figures of all time: sums and counts the same, lengths near.
fn agrees(desk: &mut Desk, process: &Handle, now: Instant) {
    let exact = desk.figures(process, Instant(0), now + Span::DAY, now).unwrap();
    let glance = desk.glance(process, 3650 * 8, now).unwrap();
    let count = |n: i64| usize::try_from(n).unwrap();
    assert_eq!(count(glance.sums.finished), exact.finished.len(), "{process}");
    assert_eq!(count(glance.sums.with_due), exact.with_due.len());
    assert_eq!(count(glance.sums.on_time), exact.on_time.len());
    assert_eq!(glance.open, exact.open.len());
    assert_eq!(glance.sums.work.cycle.sum(), exact.cycle.sum);
    let near = |told: Option<Span>, exact: Option<Span>| match (told, exact) {
        (Some(told), Some(exact)) => (told.0 - exact.0).abs() <= exact.0 / 64 + 2,
        (told, exact) => told == exact,
    };
    assert!(near(glance.within, exact.service_level) && near(glance.median, exact.cycle.median_span()));
    assert_eq!(glance.steps.len(), exact.steps.len());
    for (told, step) in glance.steps.iter().zip(&exact.steps) {
        assert_eq!((&told.step, &told.title), (&step.step, &step.title));
        assert_eq!(told.open, step.open.len());
        assert_eq!(
            (told.sums.wait.n() as usize, told.sums.wait.sum()),
            (step.visits, step.wait.sum),
            "{process} {}",
            step.step
        );
        let work = if exact.elapsed { told.sums.wait.n() as usize } else { step.work.n };
        assert_eq!((told.sums.work.n() as usize, told.sums.work.sum()), (work, step.work.sum));
        assert_eq!(total(&told.sums), step.total);
        assert!(near(told.sums.wait.percentile(85), step.wait.p85_span()), "{told:?}");
        for (from, way) in &told.sums.from {
            let same = |way: &HandoffFigures| &way.from_step == from && way.step == step.step;
            let known = exact.ways().into_iter().find(same).unwrap();
            assert_eq!((count(way.count), count(way.declined)), (known.count, known.declined));
            assert_eq!(
                (way.accepted.n() as usize, way.accepted.sum()),
                (known.accepted.n, known.accepted.sum)
            );
        }
    }
    assert_eq!(glance.steps.iter().map(|step| step.sums.from.len()).sum::<usize>(), exact.ways().len());
    if let (Some((worst, share)), Some(bottleneck)) = (glance.worst(), &exact.bottleneck) {
        assert_eq!((&worst.step, share), (&bottleneck.step, bottleneck.of_waiting));
    }
}

#[test]
fn what_is_kept_by_week_says_what_the_cases_say() {
    let now = parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    generate(&mut desk, 1, now, 60, 80).unwrap();
    let processes = desk.catalog().unwrap().processes.keys().cloned().collect::<Vec<_>>();
    assert!(desk.glance(&h("order-to-cash"), 30, now).unwrap().sums.finished > 0);
    processes.iter().for_each(|process| agrees(&mut desk, process, now));
    let kept = |desk: &mut Desk| desk.store.rollup(None, (i64::MIN, i64::MAX)).unwrap();
    let before = kept(&mut desk);
    desk.store.fill_rollup_anew().unwrap();
    assert_eq!(kept(&mut desk), before, "an older file gets the same");
    desk.store.tamper("UPDATE rollup SET on_time = on_time + 1").unwrap();
    let weeks = before.weeks.len();
    assert_eq!(desk.doctor(&mut |_, _| {}).unwrap().len(), weeks, "each is found");
    assert_eq!(desk.rebuild(&mut |_, _| {}).unwrap(), weeks);
    assert_eq!(kept(&mut desk), before);
}

#[test]
fn what_is_kept_by_week_of_a_log_says_what_the_log_says() {
    let Some(path) = real_log("receipt.xes.gz") else { return };
    let now = parse_rfc3339("2012-02-01T00:00:00Z").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    let mut op = || OpId(uuid::Uuid::now_v7());
    let mut by = Series { person: h("ops"), now, op: &mut op };
    desk.set_up(&mut by, "Test", &"Europe/Amsterdam".parse().unwrap()).unwrap();
    desk.import_log(&path, &LogWish::default(), &mut by, &mut |_, _| {}).unwrap();
    agrees(&mut desk, &h("receipt"), now);
    let before = desk.store.rollup(None, (i64::MIN, i64::MAX)).unwrap();
    desk.store.fill_rollup_anew().unwrap();
    assert_eq!(desk.store.rollup(None, (i64::MIN, i64::MAX)).unwrap(), before);
}

#[test]
fn a_finish_and_meant_waits_of_a_process_are_in_all_figures_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.csv");
    let text = "case,activity,time,resource\n\
        1,Ask,2020-01-01 10:00,ana\n1,Resolve,2020-01-03 10:00,bo\n1,Close,2020-02-02 10:00,bot\n\
        2,Ask,2020-01-02 10:00,ana\n2,Resolve,2020-01-03 10:00,bo\n2,Resolve,2020-01-08 10:00,bo\n\
        2,Close,2020-02-08 10:00,bot\n3,Ask,2020-01-05 10:00,ana\n3,Close,2020-01-06 10:00,bot\n";
    std::fs::write(&path, text).unwrap();
    let day = |text: &str| parse_rfc3339(&format!("{text}T00:00:00Z")).unwrap();
    let now = day("2020-03-01");
    let mut desk = Desk::in_memory().unwrap();
    let mut op = || OpId(uuid::Uuid::now_v7());
    let mut by = Series { person: h("ops"), now, op: &mut op };
    desk.set_up(&mut by, "Test", &"UTC".parse().unwrap()).unwrap();
    let mut wish = LogWish {
        finish: Some("Resolve".to_string()),
        deliberate: vec![("Resolve".to_string(), "Close".to_string())],
        ..LogWish::default()
    };
    wish.read.zone = Some("UTC".to_string());
    desk.import_log(&path, &wish, &mut by, &mut |_, _| {}).unwrap();
    let process = h("tickets");
    let days = |n| Span::DAY.times(n);
    // Cases 1 and 2 were finished in January, though they ended in February; case 3 ended and never came there.
    let january = desk.figures(&process, day("2020-01-01"), day("2020-02-01"), now).unwrap();
    assert_eq!((january.finished.len(), january.unfinished), (2, 1));
    assert_eq!((january.cycle.sum.span(), january.cycle.median_span()), (days(8), Some(days(4))));
    let weeks = january.weeks.iter().map(|week| (week.name.as_str(), week.finished.len()));
    assert_eq!(weeks.collect::<Vec<_>>(), [("2020-W01", 1), ("2020-W02", 1)]);
    let step = |name| january.steps.iter().find(|step| step.step == h(name)).unwrap();
    // All of it came after the end: no time of theirs, and no loss.
    let close = step("close");
    assert_eq!(
        (close.wait.sum.span(), close.after.span(), close.deliberate.span()),
        (days(61), days(61), days(0))
    );
    assert_eq!((close.total.span(), step("resolve").share), (days(0), 1.0));
    let worst = january.bottleneck.clone().unwrap();
    assert_eq!((worst.step, worst.wait.sum.span(), worst.of_waiting), (h("resolve"), days(8), 1.0));
    let february = desk.figures(&process, day("2020-02-01"), now, now).unwrap();
    assert_eq!((february.finished.len(), february.unfinished, february.cycle.n), (0, 0, 0));

    let facts = desk.facts(&process, &Chosen::default()).unwrap();
    let cycles = facts.iter().map(|case| (case.id.0, case.cycle().unwrap())).collect::<Vec<_>>();
    assert_eq!(cycles, [(1, days(2)), (2, days(6))]);

    // Nor is what came after it lost.
    let lost = desk.told_waits(&process, Instant(i64::MIN)).unwrap();
    assert_eq!(
        lost.iter().map(|wait| (wait.case.0, wait.step.as_str())).collect::<Vec<_>>(),
        [(1, "resolve"), (2, "resolve"), (2, "resolve")]
    );
    let ranked = desk.ranked(now).unwrap();
    assert_eq!(ranked[0].burden.lost, days(8));

    let log = desk.log_of(&process, &Chosen::default()).unwrap();
    let report = crate::domain::figures::report(&log, &log.events, false, None);
    assert_eq!((report.finish, report.unfinished, report.cycle.sum.span()), (Some("Resolve"), 1, days(8)));
    assert_eq!(report.window, Some(days(7)), "to the last finish, whatever came after");
    let pairs = report.bottlenecks_by_pair().into_iter().map(|way| (way.from, way.to, way.time.sum.span()));
    let expected = [("Resolve", "Resolve", days(5)), ("Ask", "Resolve", days(3))];
    assert_eq!(pairs.collect::<Vec<_>>(), expected);
    let only = Chosen { from: Some(day("2020-01-04")), to: Some(day("2020-02-01")), ..Chosen::default() };
    let log = desk.log_of(&process, &only).unwrap();
    let report = crate::domain::figures::report(&log, &log.events, false, None);
    assert_eq!((report.cases, report.unfinished, report.cycle.sum.span()), (1, 1, days(6)));

    let glance = desk.glance(&process, 90, now).unwrap();
    assert_eq!((glance.median, glance.meant), (None, true), "weeks do not know the rule");
}

#[test]
fn every_other_figure_is_told_with_its_cases_and_a_past_period_as_it_stood_then() {
    let now = parse_rfc3339("2026-11-21T12:00:00Z").unwrap();
    let mut desk = Desk::in_memory().unwrap();
    generate(&mut desk, 1, now, DEMO_DAYS, DEMO_CASES).unwrap();
    let process = h("order-to-cash");
    let chosen = |from: i64, to: Option<i64>| Chosen {
        from: Some(now - Span::DAY.times(from)),
        to: to.map(|days| now - Span::DAY.times(days)),
        ..Chosen::default()
    };
    let cases = desk.facts(&process, &chosen(60, None)).unwrap();
    let lines = desk.every_figure(&process, &chosen(60, None), &cases, now).unwrap();
    let line = |name: &str| lines.iter().find(|line| line.name == name).unwrap();
    let again = crate::domain::flow::rework(&cases, &[]);
    assert_eq!(line("Rework").cases, again.again);
    assert!(line("Rework").value.starts_with(&format!("{} steps", again.repeats)));
    assert_eq!(line("Came back").cases, again.back);
    assert!(lines.iter().any(|line| line.name.starts_with("Outside: ")), "a step of the contact is told");
    assert!(lines.iter().all(|line| !line.value.is_empty() && line.cases.is_sorted()), "{lines:?}");
    assert!(lines.iter().filter(|line| line.name.starts_with("Load of ")).count() > 2);
    let nothing = ["Rework", "Came back", "Ping-pong", "Accepted by nobody"];
    for line in lines.iter().filter(|line| !nothing.contains(&line.name.as_str())) {
        assert!(!line.cases.is_empty(), "nothing stands behind {line:?}");
    }
    let open = cases.iter().filter(|case| case.ended.is_none()).count();
    assert_eq!(line("Age of open cases").cases.len(), open);
    // Ten days ago: what ended since was open, what began since was not there.
    let then = now - Span::DAY.times(10);
    let stood = cases.iter().cloned().filter_map(|case| case.as_of(then)).collect::<Vec<_>>();
    let open = |of: &[crate::domain::flow::CaseFacts]| crate::domain::flow::open(of).count();
    let since = |at: Option<Instant>| at.is_some_and(|at| at >= then);
    let ended = cases.iter().filter(|case| since(case.ended) && case.started < then).count();
    let begun = cases.iter().filter(|case| case.ended.is_none() && case.started >= then).count();
    assert!(ended > 0 && begun > 0, "{ended} {begun}");
    assert_eq!(open(&stood), open(&cases) + ended - begun);
}

#[test]
fn what_was_taken_back_is_told_of_nowhere() {
    use crate::desk::tests::desk;
    use crate::domain::HandoffId;
    use crate::domain::arrange::SendBack;
    use crate::domain::event::DeclineReason;
    let (mut desk, now) = desk();
    let (case, handoff) = (CaseId(1), HandoffId(2));
    let told = |desk: &mut Desk| {
        let row = desk.row_of(case).unwrap().unwrap();
        let facts = history::case_of(row, None, Vec::new(), Vec::new());
        desk.heard(&[facts]).unwrap()
    };
    let decline = Command::DeclineHandoff {
        case,
        handoff,
        reason: DeclineReason::NotReady,
        text: "no address".into(),
        fix_by: None,
        duplicate_of: None,
    };
    desk.execute(&decline, &ctx("ana", now)).unwrap();
    assert_eq!((told(&mut desk).declined.len(), told(&mut desk).declined_by.len()), (1, 1));
    desk.undo(&ctx("ana", now)).unwrap();
    assert_eq!((told(&mut desk).declined.len(), told(&mut desk).declined_by.len()), (0, 0));
    let accept = Command::AcceptHandoff { case, handoff, next_action: None, when: None };
    desk.execute(&accept, &ctx("ana", now)).unwrap();
    let task = desk.tasks(Some(case), None).unwrap().iter().map(|task| task.id).max().unwrap();
    let (to, again, items, party) = (None, None, Vec::new(), None);
    let back = SendBack { case, task, to, again, reason: "not right".into(), items, party };
    desk.execute(&Command::SendBack(back), &ctx("ana", now)).unwrap();
    assert_eq!(told(&mut desk).sent_back.values().map(Vec::len).sum::<usize>(), 1, "{task:?}");
    desk.undo(&ctx("ana", now)).unwrap();
    assert_eq!(told(&mut desk).sent_back.len(), 0);
    desk.redo(&ctx("ana", now)).unwrap();
    assert_eq!(told(&mut desk).sent_back.len(), 1);
}
