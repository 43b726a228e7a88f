//! Cases made by hand: what is done again, what waits, what is likely.

use super::*;
use crate::domain::metrics::Stat;
use crate::domain::zone::Zone;
use std::collections::{BTreeMap, BTreeSet};

fn h(text: &str) -> Handle {
    text.parse().unwrap()
}

fn at(hours: i64) -> Instant {
    Instant(Span::HOUR.times(hours).0)
}

fn visit(step: &str, holder: &str, entered: i64, accepted: i64, left: Option<i64>) -> Visit {
    Visit {
        item: None,
        before: None,
        step: h(step),
        holder: Some(h(holder)),
        entered: at(entered),
        held: Vec::new(),
        outside: false,
        accepted: at(accepted),
        left: left.map(at),
        waited: Span::ZERO,
        due: None,
        returned: false,
        done: true,
    }
}

fn offer(step: &str, from: &str, to: &str, offered: i64, ended: Option<i64>, became: Became) -> Offer {
    Offer {
        step: h(step),
        from_step: None,
        from: h(from),
        to: to.parse().unwrap(),
        by: None,
        offered: at(offered),
        ended: ended.map(at),
        due: Some(at(offered + 4)),
        became,
        back: false,
    }
}

fn case(id: i64, started: i64, ended: Option<i64>, due: Option<i64>, visits: Vec<Visit>) -> CaseFacts {
    CaseFacts {
        id: CaseId(id),
        title: format!("Case {id}"),
        version: 1,
        migrated: false,
        about: None,
        kind: None,
        started: at(started),
        ended: ended.map(at),
        due: due.map(at),
        imported: false,
        visits,
        offers: Vec::new(),
    }
}

#[test]
fn what_somebody_outside_has_is_waited_for_and_what_was_handed_on_was_in_hand() {
    let handed_on = Visit {
        held: vec![(at(1), at(3))],
        waited: Span::HOUR.times(3),
        ..visit("quote", "ana", 0, 4, Some(6))
    };
    let outside = Visit { outside: true, ..visit("sign", "ana", 6, 7, Some(17)) };
    let back = Visit { returned: true, done: false, ..visit("check", "bo", 17, 18, Some(20)) };
    let gone = Visit { done: false, ..visit("check", "bo", 18, 18, Some(20)) };
    let cases = [case(1, 0, Some(20), None, vec![handed_on, outside, back, gone])];
    let hours = |stat: &Stat| (stat.n, stat.sum.span().0 / Span::HOUR.0);
    let of = |times: &[StepTimes], step: &str| {
        let own = times.iter().find(|own| own.step == h(step)).unwrap();
        [&own.queue, &own.in_hand, &own.waits, &own.touch].map(|of| hours(&of.elapsed))
    };
    let times = step_times(&cases, &Waits::new(), None);
    assert_eq!(of(&times, "quote"), [(1, 2), (1, 4), (1, 3), (1, 1)], "offered twice, in hand twice");
    assert_eq!(of(&times, "sign"), [(1, 11), (0, 0), (0, 0), (0, 0)], "all of it is waiting for them");
    assert_eq!(
        of(&times, "check"),
        [(1, 1), (1, 2), (1, 0), (1, 2)],
        "what ended with its branch is no visit"
    );
    let waits = Waits::from([((CaseId(1), h("quote"), at(4)), vec![(at(1), at(3)), (at(5), at(6))])]);
    let (touch, length) = efficiency(&cases, &waits).unwrap();
    assert_eq!((touch, length), (Span::HOUR.times(3).into(), Span::HOUR.times(20).into()));
    let waiting = cases[0].visits.iter().map(|visit| visit.waiting(at(30)).0 / Span::HOUR.0);
    assert_eq!(waiting.collect::<Vec<_>>(), [5, 11, 1, 0]);
}

#[test]
fn work_beside_a_wait_is_work_whichever_began_first() {
    for (first, second) in [("receive", "book"), ("book", "receive")] {
        let visits = vec![visit(first, "ana", 0, 0, Some(20)), visit(second, "bo", 0, 1, Some(8))];
        let cases = [case(1, 0, Some(20), None, visits)];
        let waits = Waits::from([
            ((CaseId(1), h(first), at(0)), vec![(at(5), at(10)), (at(12), at(13))]),
            ((CaseId(1), h(second), at(1)), vec![(at(2), at(3))]),
        ]);
        let of = |hours| Span::HOUR.times(hours).into();
        assert_eq!(efficiency(&cases, &waits), Some((of(17), of(20))), "all but 8 to 10 and 12 to 13");
    }
}

#[test]
fn a_log_with_one_time_a_row_tells_of_no_work_beside_what_was_worked_here() {
    let told =
        |n| CaseFacts { imported: true, ..case(n, 0, Some(9), None, vec![visit("a", "bo", 0, 9, Some(9))]) };
    let own = case(3, 0, Some(4), None, vec![visit("a", "bo", 0, 1, Some(4))]);
    let timeless = [told(1), told(2)];
    let [queue, hand, _, touch] = all_times(&timeless, &Waits::new(), None);
    assert_eq!((queue.elapsed.n, hand.elapsed.n, touch.elapsed.n), (2, 0, 0));
    assert_eq!((efficiency(&timeless, &Waits::new()), unaccepted(&timeless, at(9)).0.n), (None, 0));
    let both = [told(1), own.clone()];
    let hand = &all_times(&both, &Waits::new(), None)[1];
    assert_eq!(
        (hand.elapsed.n, hand.elapsed.sum.span()),
        (1, Span::HOUR.times(3)),
        "of what was worked here alone"
    );
    assert_eq!(
        efficiency(&both, &Waits::new()),
        Some((Span::HOUR.times(3).into(), Span::HOUR.times(4).into()))
    );
    let load = &loads(&both, [], &BTreeMap::new(), &BTreeSet::new())[&h("bo")];
    assert_eq!((load.done, load.in_hand.n), (2, 1));
    let timed = CaseFacts { imported: true, ..own };
    assert_eq!(
        all_times(&[told(1), timed], &Waits::new(), None)[1].elapsed.n,
        2,
        "a log that knows both times"
    );
}

#[test]
fn what_is_done_again_is_counted_by_step_and_by_case() {
    let twice = vec![
        visit("quote", "ana", 0, 1, Some(2)),
        visit("check", "bo", 2, 3, Some(4)),
        visit("quote", "ana", 4, 5, Some(6)),
        Visit { returned: true, done: false, ..visit("check", "bo", 6, 7, Some(8)) },
    ];
    let mut declined = case(3, 0, Some(9), None, vec![visit("quote", "ana", 0, 1, Some(2))]);
    declined.offers.push(offer("check", "ana", "@bo", 2, Some(3), Became::Declined));
    let open = case(4, 0, None, None, twice.clone());
    let cases = [
        case(1, 0, Some(6), None, twice),
        case(2, 0, Some(2), None, vec![visit("quote", "ana", 0, 0, Some(2))]),
        declined,
        open,
    ];
    let of = rework(&cases, &[]);
    assert_eq!((of.cases, of.again.clone(), of.repeats), (3, vec![CaseId(1)], 2));
    assert_eq!((of.ping_pong, of.ping_pong_cases.clone()), (2, vec![CaseId(1)]));
    assert_eq!(of.back, [CaseId(1), CaseId(3)], "declined or sent back is no step done again");
    assert!((of.first_time_right().unwrap() - 2.0 / 3.0).abs() < 1e-12);
    let quote = of.steps.iter().find(|step| step.step == h("quote")).unwrap();
    assert_eq!(
        (quote.visits, quote.repeats, quote.sent_back, quote.cases.clone()),
        (4, 1, 0, vec![CaseId(1)])
    );
    let check = of.steps.iter().find(|step| step.step == h("check")).unwrap();
    assert_eq!((check.visits, check.repeats, check.declined, check.sent_back), (2, 1, 1, 1));
    assert_eq!(check.cases, [CaseId(1), CaseId(3)]);
    assert_eq!(rework(&[], &[]).first_time_right(), None);
    // Ana quoted again, Bo checked again: an hour each.
    assert_eq!((of.same_person, of.other_person, of.cost.span()), (2, 0, Span::HOUR.times(2)));
    let meant = rework(&cases, &[h("quote")]);
    assert_eq!((meant.repeats, meant.cost.span()), (1, Span::HOUR), "a quote is meant to come again");
    assert!(meant.steps.iter().any(|step| step.meant && step.repeats == 1));
    let steps = of.steps.iter().map(|step| (step.declined, step.sent_back));
    let (declines, backs) = steps.fold((0, 0), |all, step| (all.0 + step.0, all.1 + step.1));
    assert_eq!((of.passed.declined, of.passed.sent_back), (declines, backs));
    let finished = finished(&cases).map(CaseFacts::returns).sum::<usize>();
    assert_eq!(
        (of.passed.returns(), of.passed.words().as_str()),
        (finished, "0 accepted, 1 declined, 1 sent back")
    );
    let open = Passed::of(super::open(&cases));
    let told = "Nothing finished yet; 1 open case: 0 accepted, 0 declined, 1 sent back.";
    assert_eq!(
        (open.under_way(1).as_str(), Passed::default().under_way(0).as_str()),
        (told, "Nothing finished, nothing open.")
    );
}

#[test]
fn a_repeat_by_another_is_told_from_one_by_the_same_and_of_a_log_with_one_time_costs_what_passed() {
    let once = vec![visit("a", "ana", 0, 0, Some(0)), visit("b", "bo", 0, 2, Some(2))];
    let mut visits = once.clone();
    visits.extend([visit("a", "bo", 2, 7, Some(7)), visit("b", "bo", 7, 8, Some(8))]);
    let mut log = case(1, 0, Some(8), None, visits);
    log.imported = true;
    let of = rework(&[log], &[]);
    assert_eq!((of.same_person, of.other_person, of.cost.span()), (1, 1, Span::HOUR.times(6)));
    let all = [h("a"), h("b")];
    assert_eq!(rework(&[case(2, 0, Some(2), None, once)], &all).first_time_right(), Some(1.0));
}

#[test]
fn waits_count_by_the_calendar_where_entries_say_when_they_were() {
    use crate::domain::calendar::Calendar;
    let calendar = Calendar::office("UTC".parse().unwrap());
    // From 10 on one day to 12 on the next, of which it waited from 15 to 11.
    let visits = vec![Visit { waited: Span::HOUR.times(20), ..visit("do", "ana", 9, 10, Some(36)) }];
    let cases = [case(1, 9, Some(36), None, visits)];
    let waits = Waits::from([((CaseId(1), h("do"), at(10)), vec![(at(15), at(35))])]);
    let [queue, hand, waited, touch] = all_times(&cases, &waits, Some(&calendar));
    let hours = |of: &Timed| {
        (of.elapsed.sum.span().0 / Span::HOUR.0, of.business.unwrap().sum.span().0 / Span::HOUR.0)
    };
    assert_eq!([queue, hand, waited, touch].map(|of| hours(&of)), [(1, 1), (26, 10), (20, 4), (6, 6)]);
    let steps = step_times(&cases, &waits, Some(&calendar));
    assert_eq!((steps[0].touch, steps[0].waits), (touch, waited));
    assert_eq!(all_times(&cases, &waits, None)[2].business, None);
}

#[test]
fn parties_carry_what_they_hold_and_those_outside_answer_late_or_never() {
    let mut one = case(
        1,
        0,
        None,
        None,
        vec![
            Visit { due: Some(at(1)), ..visit("quote", "ana", 0, 0, None) },
            Visit { due: Some(at(9)), ..visit("check", "bo", 0, 2, Some(5)) },
        ],
    );
    one.offers = vec![
        offer("sign", "ana", "legal", 0, Some(3), Became::Accepted),
        offer("sign", "ana", "legal", 0, Some(30), Became::Accepted),
        offer("sign", "ana", "legal", 0, None, Became::Open),
        offer("check", "ana", "@bo", 0, Some(1), Became::Recalled),
    ];
    let now = at(40);
    one.offers
        .push(Offer { by: Some(h("bo")), ..offer("check", "ana", "finance", 0, Some(5), Became::Accepted) });
    // Ana has quote in hand, and is responsible for sign until the contact answers.
    let (ana, declined) = (h("ana"), BTreeMap::from([(h("bo"), 2)]));
    let all = loads(std::slice::from_ref(&one), [(&ana, true), (&ana, false)], &declined, &BTreeSet::new());
    let (ana, bo) = (&all[&ana], &all[&h("bo")]);
    assert_eq!((ana.open, ana.late, ana.done), (2, 1, 0));
    assert_eq!((bo.done, bo.with_due, bo.on_time, bo.in_hand.sum.span()), (1, 1, 1, Span::HOUR.times(3)));
    assert_eq!(
        (bo.accepted_in.n, bo.accepted_late, bo.declined),
        (1, 1, 2),
        "done in time, accepted an hour late"
    );
    let sign = promises(std::slice::from_ref(&one), now)[&h("sign")];
    assert_eq!(sign.accept, Kept { with_due: 2, met: 1, open_past_due: 1 });
    assert_eq!((sign.accept.finished(), sign.accept.as_of_now()), (Some(0.5), Some(1.0 / 3.0)));
    assert_eq!(promises(std::slice::from_ref(&one), now)[&h("check")].goal.met, 1);
    let cost = cost(
        std::slice::from_ref(&one),
        Pushed { reminders: 3, escalations: 2, reassigned: 1, chasers: 1, ..Pushed::default() },
    );
    assert_eq!((cost.pushed.reassigned, cost.minutes(Minutes::default())), (1, 3 * 2 + 2 * 2 + 10 + 5));
    let (past, open) = unaccepted(std::slice::from_ref(&one), now);
    assert_eq!((past.n, open.sum.span()), (4, Span::HOUR.times(40)));
}

#[test]
fn those_outside_are_measured_by_step_and_by_record_and_not_charged_to_whoever_minds_them() {
    let asked = |left: Option<i64>| Visit { due: Some(at(8)), ..visit("sign", "bo", 0, 1, left) };
    let of = |id: i64, left: Option<i64>| CaseFacts {
        about: Some(crate::domain::RecordId(id % 2)),
        ..case(id, 0, left, None, vec![asked(left)])
    };
    let cases = [of(1, Some(8)), of(2, Some(9)), of(3, None)];
    let theirs = BTreeSet::from([h("sign")]);
    let by_step = &outside_by_step(&cases, &theirs, at(10))[&h("sign")];
    assert_eq!((by_step.asked, by_step.open, by_step.with_due, by_step.on_time), (3, 1, 3, 1));
    assert_eq!(by_step.answered.sum, Span::HOUR.times(15).into(), "from when somebody minds it to having it");
    let one = &outside(&cases, &theirs, at(10))[&(h("sign"), Some(crate::domain::RecordId(0)))];
    assert_eq!((one.asked, one.with_due, one.on_time), (1, 1, 0));
    assert_eq!(outside(&cases, &BTreeSet::new(), at(10)).len(), 0);
    let load = &loads(&cases, [], &BTreeMap::new(), &theirs)[&h("bo")];
    assert_eq!((load.done, load.with_due, load.in_hand.n), (2, 0, 0));
}

/// Forty cases that take 1 to 40 hours in a step.
fn past(due: i64) -> Vec<CaseFacts> {
    let of = |n: i64| {
        let start = n * 100;
        case(
            n,
            start,
            Some(start + n),
            Some(start + due),
            vec![visit("do", "ana", start, start, Some(start + n))],
        )
    };
    (1..=40).map(of).collect()
}

#[test]
fn a_forecast_is_the_share_of_those_that_had_stayed_as_long() {
    let mut cases = past(30);
    // In the step for 10 hours: 31 past ones stayed at least as long, 21 of them were done 20 hours later.
    cases.push(case(99, 5000, None, Some(5030), vec![visit("do", "bo", 5000, 5001, None)]));
    let of = forecast(&cases, CaseId(99), at(5010), 7).unwrap();
    assert_eq!((of.basis, of.n), (Basis::StepAndAge, 31));
    assert!((of.on_time.unwrap() - 21.0 / 31.0).abs() < 1e-12);
    assert_eq!(of.rank, Some(0.25), "10 of 40 were done by then");
    assert_eq!(of.half_by, Some(at(5025)));
    // After 25 hours sixteen are left: too few for the step, and for the age.
    let later = forecast(&cases, CaseId(99), at(5025), 7).unwrap();
    assert_eq!((later.basis, later.on_time, later.rank), (Basis::Rank, None, Some(0.625)));
    assert_eq!(forecast(&cases, CaseId(1), at(5000), 7), None, "it is not open");
    assert_eq!(forecast(&[], CaseId(1), at(5000), 7), None);
}

/// Visits of one case are not independent of each other: it is one case, however often it came.
#[test]
fn a_case_that_came_to_a_step_many_times_counts_once() {
    let round = |n: i64| visit("do", "ana", n, n, Some(n + 1));
    let case_of = |id: i64, rounds: i64| {
        case(id, 0, Some(rounds), Some(100), (0..rounds).map(round).collect::<Vec<_>>())
    };
    let mut cases = vec![case_of(1, 12), case_of(2, 12)];
    cases.push(case(99, 50, None, Some(90), vec![visit("do", "bo", 50, 50, None)]));
    let of = forecast(&cases, CaseId(99), at(50), 7).unwrap();
    assert_eq!((of.basis, of.n, of.on_time), (Basis::Rank, 2, None));
    // Nineteen that had 2 hours left, and one that had 1 to 4: a quarter of it had longer, and half had no longer.
    cases.truncate(0);
    cases.extend((1..20).map(|id| case(id, 0, Some(2), None, vec![visit("do", "ana", 0, 0, Some(2))])));
    cases.push(case(20, 0, Some(4), None, (0..4).map(|n| visit("do", "ana", n, n, Some(4))).collect()));
    cases.push(case(99, 50, None, Some(52), vec![visit("do", "bo", 50, 50, None)]));
    let of = forecast(&cases, CaseId(99), at(50), 7).unwrap();
    assert_eq!((of.basis, of.n), (Basis::StepAndAge, 20));
    assert!((of.on_time.unwrap() - 19.5 / 20.0).abs() < 1e-12, "{of:?}");
    assert_eq!((of.half_by, of.most_by), (Some(at(52)), Some(at(52))));
}

#[test]
fn of_several_places_the_last_counts_and_the_seed_decides() {
    let mut cases = past(30);
    let two = vec![visit("do", "bo", 5000, 5000, None)];
    let mut both = case(99, 5000, None, Some(5030), two);
    both.offers.push(offer("also", "ana", "@bo", 5000, None, Became::Open));
    for done in &mut cases {
        let also = Visit { step: h("also"), ..done.visits[0].clone() };
        done.visits.push(also);
    }
    cases.push(both);
    let one = |seed| forecast(&cases, CaseId(99), at(5000), seed).unwrap();
    assert_eq!(one(1), one(1));
    // Both within 30 of 40 hours: about nine sixteenths.
    assert!((one(1).on_time.unwrap() - 0.5625).abs() < 0.04, "{:?}", one(1).on_time);
}

#[test]
fn calibration_uses_what_was_known_and_finds_that_sayings_held() {
    // Everything takes 1 to 40 hours in turn, twenty times over; due after 30 hours.
    let mut cases = Vec::new();
    for n in 0..400_i64 {
        let (start, length) = (n * 50, 1 + (n * 7) % 40);
        let visits = vec![visit("do", "ana", start, start, Some(start + length))];
        cases.push(case(n, start, Some(start + length), Some(start + 30), visits));
    }
    let of = calibration(&cases);
    // A quarter is late: said to be 20 to 40 of a hundred, and so it was.
    assert!(of.n() > 300 && of.bands[1].0 == of.n(), "{of:?}");
    assert!((of.bands[1].1 as f64 / of.n() as f64 - 0.25).abs() < 0.02, "{of:?}");
    assert_eq!(calibration(&past(30)[..10]).n(), 0, "too few to say");
}

#[test]
fn how_many_and_when_agree_with_what_every_day_brings() {
    assert_eq!(how_many(&[2, 2, 2], 10, 1), Some(Outlook { half: 20, sure_85: 20, sure_95: 20 }));
    assert_eq!(when_done(&[2, 2, 2], 7, 1), Some(Outlook { half: 4, sure_85: 4, sure_95: 4 }));
    assert_eq!((how_many(&[0, 0], 10, 1), when_done(&[], 3, 1)), (None, None));
    let many = how_many(&[0, 1, 2, 5], 30, 3).unwrap();
    assert!(many.sure_95 <= many.sure_85 && many.sure_85 <= many.half && (50..=70).contains(&many.half));
    let when = when_done(&[0, 1, 2, 5], 60, 3).unwrap();
    assert!(when.half <= when.sure_85 && when.sure_85 <= when.sure_95);
    assert_eq!(how_many(&[0, 1, 2, 5], 30, 3), Some(many), "the same seed, the same answer");
}

#[test]
fn versions_are_compared_without_cases_that_changed_theirs() {
    let mut cases = past(30);
    cases[0].migrated = true;
    cases[1].version = 2;
    let (one, two) = (compare(&cases, 1, &[], at(9000)), compare(&cases, 2, &[], at(9000)));
    assert_eq!((one.cycle.n, one.migrated, one.with_due, one.on_time), (38, 1, 38, 28));
    assert_eq!((two.cycle.n, two.migrated), (1, 0));
}

#[test]
fn ages_are_per_step_and_bands_are_of_those_that_left_it() {
    let mut open = case(9, 10, None, None, vec![visit("do", "ana", 12, 15, None)]);
    open.offers.push(offer("also", "ana", "@bo", 18, None, Became::Open));
    let aged = ages(std::slice::from_ref(&open), at(20));
    let of = aged.iter().map(|a| (a.step.as_str(), a.age, a.in_step)).collect::<Vec<_>>();
    let hours = |n| Span::HOUR.times(n);
    assert_eq!(of, [("also", hours(10), hours(2)), ("do", hours(10), hours(8))]);
    let bands = bands(&past(30));
    let (stat, most) = &bands[&h("do")];
    assert_eq!((stat.n, stat.within, *most), (40, Some(hours(34)), Some(hours(38))));
    assert_eq!(efficiency(&past(30), &Waits::new()).map(|(touch, length)| touch == length), Some(true));
    assert_eq!(Stat::of(cycles(&past(30))).n, 40);
}

#[test]
fn days_on_which_nothing_was_done_count_from_where_the_period_begins() {
    let day = 24;
    let cases =
        [case(1, 0, Some(8 * day + 1), None, Vec::new()), case(2, 0, Some(9 * day + 1), None, Vec::new())];
    let zone = Zone::utc();
    let until = zone.date(at(10 * day));
    assert_eq!(daily(&cases, &zone, at(0), until), [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(daily(&cases, &zone, at(8 * day), until), [1, 1]);
    assert_eq!(daily(&[], &zone, at(0), until), [0; 0]);
}
