//! A log small enough to reckon by hand, the orders of lists where everything ties, and the identities that hold
//! for every log.

use super::*;
use crate::domain::zone::{Zone, parse_rfc3339};
use crate::domain::{Instant, Span, Total};
use proptest::prelude::*;

/// Case, activity, start, end in minutes, owner, transition; empty is none.
type Line<'a> = (&'a str, &'a str, i64, i64, &'a str, &'a str);

fn log(lines: &[Line<'_>]) -> Log {
    let mut log = Log::default();
    for (case, activity, start, end, owner, transition) in lines {
        let event = Event {
            case: log.cases.number(case),
            activity: log.activities.number(activity),
            start: start * 60_000,
            end: end * 60_000,
            resource: log.resources.maybe(Some(*owner).filter(|text| !text.is_empty())),
            group: NONE,
            transition: log.transitions.maybe(Some(*transition).filter(|text| !text.is_empty())),
            instance: NONE,
        };
        log.events.push(event);
    }
    log
}

fn minutes(n: i64) -> Span {
    Span::MINUTE.times(n)
}

const SMALL: [Line<'static>; 7] = [
    ("1", "A", 0, 0, "x", ""),
    ("2", "A", 5, 5, "x", ""),
    ("1", "B", 10, 10, "y", ""),
    ("1", "A", 40, 40, "x", ""),
    ("2", "B", 5, 5, "", ""),
    ("3", "A", 7, 7, "y", ""),
    ("1", "A", 40, 40, "x", ""),
];

#[test]
fn a_small_log_is_reckoned_by_hand() {
    let log = log(&SMALL);
    let of = report(&log, &log.events, false, None);
    assert_eq!((of.cases, of.events, of.resources, of.without_resource), (3, 7, 2, 1));
    assert_eq!((of.cycle.n, of.cycle.sum.span(), of.cycle.median), (3, minutes(40), Some(0.0)));
    assert_eq!(
        of.longest().collect::<Vec<_>>(),
        [("1", minutes(40)), ("2", Span::ZERO), ("3", Span::ZERO)],
        "equals as they came"
    );
    let variants = of.variants.iter().map(|v| (v.count, v.activities.join(""))).collect::<Vec<_>>();
    assert_eq!(variants, [(1, "A".into()), (1, "AB".into()), (1, "ABAA".into())], "shorter first");
    assert_eq!((of.starts.clone(), of.ends.clone()), (vec![("A", 3)], vec![("A", 2), ("B", 1)]));
    assert_eq!((of.follows.total, of.follows.zero, of.follows.negative), (4, 2, 0));
    let ways =
        of.follows.ways.iter().map(|w| (w.from, w.to, w.time.n, w.time.sum.span())).collect::<Vec<_>>();
    assert_eq!(ways, [("A", "B", 2, minutes(10)), ("A", "A", 1, Span::ZERO), ("B", "A", 1, minutes(30)),]);
    let a = &of.activities[0];
    assert_eq!(
        (a.activity, a.count, a.cases, a.repeats(), a.rework_cases, a.self_loops),
        ("A", 5, 3, 2, 1, 1)
    );
    assert_eq!((a.wait.span(), a.wait_n), (minutes(30), 2));
    assert_eq!((of.cases_with_repeat, of.repeats(), of.self_loops()), (1, 2, 1));
    let h = &of.handover;
    assert_eq!((h.time.n, h.same.n, h.missing, h.cases), (2, 1, 1, 1));
    assert_eq!((h.ping_pong, h.cases_with_ping_pong), (1, 1));
    assert_eq!(h.by_time().iter().map(|w| w.from).collect::<Vec<_>>(), ["y", "x"]);
    assert_eq!((of.flow, of.groups), (None, None));
}

#[test]
fn equal_times_stay_as_the_file_has_them_and_rows_out_of_order_are_put_in_order() {
    let lines = [
        ("1", "C", 9, 9, "", ""),
        ("1", "B", 3, 3, "", ""),
        ("1", "A", 3, 3, "", ""),
        ("1", "D", 3, 2, "", ""),
    ];
    let log = log(&lines);
    let of = report(&log, &log.events, false, None);
    assert_eq!(of.variants[0].activities, ["D", "B", "A", "C"]);
}

#[test]
fn starts_and_completes_find_each_other_first_in_first_out() {
    let lines = [
        ("1", "A", 0, 0, "x", "START"),
        ("1", "A", 2, 2, "y", "start"),
        ("1", "A", 5, 5, "x", "Complete"),
        ("1", "A", 9, 9, "y", "COMPLETE"),
        ("1", "A", 11, 11, "z", ""),
        ("1", "B", 12, 12, "z", "start"),
        ("1", "B", 1, 1, "z", "schedule"),
        ("1", "B", 13, 13, "z", "suspend"),
    ];
    let log = log(&lines);
    let (rows, pairing) = intervals(&log).unwrap();
    let spans = rows.iter().map(|row| (row.start / 60_000, row.end / 60_000)).collect::<Vec<_>>();
    assert_eq!(spans, [(0, 5), (2, 9), (11, 11)]);
    let expected = Pairing { pairs: 2, completes_without_start: 1, starts_without_complete: 1, ignored: 2 };
    assert_eq!(pairing, expected);
    let of = report(&log, &rows, true, None);
    let flow = of.flow.unwrap();
    assert_eq!(
        (flow.touch.span(), flow.touch_union.span()),
        (minutes(12), minutes(9)),
        "what overlaps counts once"
    );
    assert_eq!((of.follows.negative, of.follows.ways[0].time.sum.span()), (1, minutes(-1)));
    assert_eq!(of.follows.clipped.unwrap()[0].time.sum.span(), minutes(2));
    assert_eq!(complete(&log).unwrap().len(), 3, "none said counts as complete");
    let queue = queue(&log).unwrap();
    assert_eq!((queue.all.sum.span(), queue.starts_without_schedule), (minutes(11), 2));
    assert_eq!(queue.activities[0].activity, "B");
    let joined = joined(&log).unwrap();
    assert_eq!(joined.activities.text(joined.events[0].activity), "A+START");
    assert!(joined.activities.text(joined.events[4].activity) == "A");
}

#[test]
fn what_happened_at_one_time_can_be_taken_as_side_by_side() {
    let lines = [
        ("1", "A", 0, 0, "x", ""),
        ("1", "C", 5, 5, "y", ""),
        ("1", "B", 5, 5, "z", ""),
        ("2", "A", 0, 0, "x", ""),
        ("2", "B", 5, 5, "z", ""),
        ("2", "C", 5, 5, "y", ""),
    ];
    let mut log = log(&lines);
    let ways = |log: &Log| report(log, &log.events, false, None).variants.len();
    assert_eq!(ways(&log), 2);
    log.take_ties_as_parallel();
    assert_eq!(ways(&log), 1);
    let of = report(&log, &log.events, false, None);
    assert_eq!(of.variants[0].activities, ["A", "B", "C"]);
    assert_eq!(
        of.handover.ways.iter().map(|way| (way.from, way.to)).collect::<Vec<_>>(),
        [("x", "z"), ("z", "y")]
    );
}

#[test]
fn of_equally_long_cases_that_comes_first_whose_rows_do() {
    let log = log(&[
        ("1", "A", 0, 0, "", "schedule"),
        ("2", "A", 0, 0, "", ""),
        ("1", "A", 9, 9, "", "complete"),
        ("3", "A", 9, 9, "", ""),
    ]);
    let rows = complete(&log).unwrap();
    let of = report(&log, &rows, false, None);
    assert_eq!(of.longest().map(|(case, _)| case).collect::<Vec<_>>(), ["2", "1", "3"]);
}

#[test]
fn weeks_are_those_of_a_zone_and_have_no_gaps() {
    let at = |text: &str| parse_rfc3339(text).unwrap();
    // Sunday 23:30 in London is Monday 00:30 in Berlin.
    let cases =
        [(at("2021-01-03T23:30:00Z"), Some(at("2021-01-20T00:00:00Z"))), (at("2020-12-28T00:00:00Z"), None)];
    let utc = weeks_of(&cases, None);
    let row = |weeks: &[Week]| {
        weeks.iter().map(|w| (w.name.clone(), w.arrivals, w.throughput, w.wip)).collect::<Vec<_>>()
    };
    let week = |name: &str, a, t, w| (name.to_string(), a, t, w);
    let rows = row(&utc);
    assert_eq!(rows[0], week("2020-W53", 2, 0, 2));
    assert_eq!(rows[1..], [week("2021-W01", 0, 0, 2), week("2021-W02", 0, 0, 2), week("2021-W03", 0, 1, 1)]);
    let berlin = "Europe/Berlin".parse::<Zone>().unwrap();
    assert_eq!(
        row(&weeks_of(&cases, Some(&berlin)))[..2],
        [week("2020-W53", 1, 0, 1), week("2021-W01", 1, 0, 2)]
    );
    assert_eq!(weeks_of(&[], None), vec![]);
}

#[test]
fn a_log_without_rows_has_no_figures_and_breaks_nothing() {
    let of = log(&[]);
    let of = report(&of, &of.events, true, Some(&Zone::utc()));
    assert_eq!((of.cases, of.span, of.events_per_case, of.aging), (0, None, (0, 0), None));
}

fn any_log() -> impl Strategy<Value = Vec<(u8, u8, i64, i64, Option<u8>)>> {
    prop::collection::vec((0..6_u8, 0..4_u8, 0..30_000_i64, 0..500_i64, prop::option::of(0..3_u8)), 0..60)
}

proptest! {
    #[test]
    fn what_holds_for_every_log(lines in any_log()) {
        let mut log = Log::default();
        for (case, activity, start, length, owner) in &lines {
            let event = Event {
                case: log.cases.number(&case.to_string()),
                activity: log.activities.number(&activity.to_string()),
                start: start * 60_000,
                end: (start + length) * 60_000,
                resource: log.resources.maybe(owner.map(|owner| owner.to_string()).as_deref()),
                group: NONE, transition: NONE, instance: NONE,
            };
            log.events.push(event);
        }
        let of = report(&log, &log.events, true, None);
        prop_assert_eq!(of.events, lines.len());
        prop_assert_eq!(of.variants.iter().map(|v| v.count).sum::<usize>(), of.cases);
        prop_assert_eq!(of.follows.ways.iter().map(|w| w.time.n).sum::<usize>(), of.follows.total);
        prop_assert_eq!(of.follows.total, of.events - of.cases);
        let h = &of.handover;
        prop_assert_eq!(h.time.n + h.same.n + h.missing, of.follows.total, "the three add up");
        let waits = of.activities.iter().map(|own| own.wait).sum::<Total>();
        prop_assert_eq!(waits, of.follows.ways.iter().map(|w| w.time.sum).sum::<Total>());
        let mut before = 0;
        for week in &of.weeks_utc {
            prop_assert_eq!(week.wip + week.throughput, before + week.arrivals);
            before = week.wip;
        }
        prop_assert_eq!(before, 0, "every case has ended by the last week");
        // Work in progress counted the other way, from the cases.
        if let Some(aging) = &of.aging {
            prop_assert_eq!(aging.age.n, aging.open);
        }
        let flow = of.flow.unwrap();
        prop_assert!(flow.touch_union <= flow.touch && flow.touch_union <= of.cycle.sum);
        // The order of the cases in the file says nothing, where no times tie.
        let order = of.follows.ways.windows(2).all(|w| w[0].time.n >= w[1].time.n);
        prop_assert!(order);
        prop_assert!(of.span.is_none_or(|(first, last)| first <= last && first >= Instant(0)));
    }
}

#[test]
fn by_a_rule_cases_finish_before_their_last_row_and_meant_waits_are_no_bottleneck() {
    let lines = [
        ("1", "Ask", 0, 0, "", ""),
        ("1", "Try", 10, 10, "", ""),
        ("1", "Resolve", 20, 20, "", ""),
        ("1", "Close", 100, 100, "", ""),
        ("2", "Ask", 5, 5, "", ""),
        ("2", "Resolve", 15, 15, "", ""),
        ("2", "Resolve", 35, 35, "", ""),
        ("2", "Close", 95, 95, "", ""),
        ("3", "Ask", 50, 50, "", ""),
        ("3", "Try", 60, 60, "", ""),
    ];
    let mut log = log(&lines);
    let number = |log: &Log, name: &str| log.activities.find(name).unwrap();
    log.rule.finish = Some(number(&log, "Resolve"));
    log.rule.deliberate = vec![(number(&log, "Resolve"), number(&log, "Close"))];
    let of = report(&log, &log.events, false, None);
    assert_eq!((of.finish, of.unfinished, of.cases), (Some("Resolve"), 1, 3));
    assert_eq!((of.cycle.n, of.cycle.sum.span(), of.cycle.median), (2, minutes(50), Some(1_500_000.0)));
    assert_eq!(
        of.longest().collect::<Vec<_>>(),
        [("2", minutes(30)), ("1", minutes(20))],
        "case 3 never came there"
    );
    let week = &of.weeks_utc[0];
    assert_eq!((week.arrivals, week.throughput, week.wip), (3, 2, 1));
    assert_eq!(of.aging.as_ref().map(|aging| aging.open), Some(1));
    let pairs = of.bottlenecks_by_pair().into_iter().map(|way| (way.from, way.to, way.time.sum.span()));
    let twenty = minutes(20);
    assert_eq!(
        pairs.collect::<Vec<_>>(),
        [
            ("Ask", "Try", twenty),
            ("Resolve", "Resolve", twenty),
            ("Ask", "Resolve", minutes(10)),
            ("Try", "Resolve", minutes(10)),
        ]
    );
    let before = of.bottlenecks_by_activity().into_iter().map(|one| (one.activity, one.wait.span(), one.n));
    assert_eq!(before.collect::<Vec<_>>(), [("Resolve", minutes(40), 3), ("Try", twenty, 2)]);
    assert_eq!(of.follows.ways.len(), 5, "what followed is told all the same");
    log.leave_unfinished_out(i64::MIN, i64::MAX);
    let of = report(&log, &log.events, false, None);
    assert_eq!((of.finish, of.unfinished, of.cases, of.events), (Some("Resolve"), 1, 2, 8));
    let until = minutes(30).0;
    log.leave_unfinished_out(i64::MIN, until);
    let of = report(&log, &log.events, false, None);
    assert_eq!((of.unfinished, of.cases), (0, 1), "of the first case alone; the second was finished later");
}

#[test]
fn what_comes_again_costs_its_work_and_what_is_meant_to_is_no_rework() {
    let lines = [
        ("1", "A", 0, 10, "x", ""),
        ("1", "A", 20, 25, "y", ""),
        ("1", "B", 30, 31, "x", ""),
        ("1", "B", 40, 47, "x", ""),
        ("1", "A", 50, 52, "", ""),
        ("2", "B", 0, 1, "x", ""),
        ("2", "B", 3, 4, "x", ""),
    ];
    let mut log = log(&lines);
    let of = |log: &Log, intervals| {
        let of = report(log, &log.events, intervals, None);
        let again = of.again();
        let counts = (of.cases_with_repeat, of.repeats(), of.self_loops());
        (counts, again.same_owner, again.other_owner, again.cost.span())
    };
    // A again for 5 and 2 minutes, B for 7 and 1; the last A has no owner.
    assert_eq!(of(&log, true), ((2, 4, 3), 2, 1, minutes(15)));
    // With one time a row it is what passed before, to the end: 15, 16, 5 and 3.
    assert_eq!(of(&log, false), ((2, 4, 3), 2, 1, minutes(39)));
    log.rule.repeats = vec![log.activities.find("B").unwrap()];
    assert_eq!(of(&log, true), ((1, 2, 1), 0, 1, minutes(7)));
    let told = report(&log, &log.events, true, None);
    assert_eq!(told.meant().collect::<Vec<_>>(), ["B"]);
    assert_eq!(told.activities.iter().map(ActivityFigures::repeats).sum::<usize>(), 4, "each is counted");
}

#[test]
fn work_after_a_case_was_finished_is_not_of_its_time() {
    let lines = [
        ("1", "A", 0, 10, "", ""),
        ("1", "B", 5, 20, "", ""),
        ("1", "C", 15, 50, "", ""),
        ("2", "A", 0, 30, "", ""),
    ];
    let mut log = log(&lines);
    let of = |log: &Log| report(log, &log.events, true, None).flow.unwrap();
    assert_eq!((of(&log).touch.span(), of(&log).touch_union.span()), (minutes(90), minutes(80)));
    log.rule.finish = log.activities.find("B");
    let flow = of(&log);
    // A 10, B 15, C from 15 to 20; together all of the 20 minutes.
    assert_eq!(
        (flow.touch.span(), flow.touch_union.span(), flow.mean_ratio),
        (minutes(30), minutes(20), Some(1.0))
    );
}

#[test]
fn what_overlaps_waits_for_nothing_and_its_sign_stays_in_the_sums() {
    let lines = [
        ("1", "A", 0, 30, "x", ""),
        ("1", "B", 10, 40, "y", ""),
        ("2", "A", 0, 10, "x", ""),
        ("2", "B", 15, 20, "y", ""),
    ];
    let of = log(&lines);
    let of = report(&of, &of.events, true, None);
    let sums = |all: Vec<Before<'_>>| all.iter().map(|one| (one.wait.span(), one.n)).collect::<Vec<_>>();
    assert_eq!(sums(of.bottlenecks_by_activity()), [(minutes(-15), 2)]);
    assert_eq!(sums(of.waits_by_activity()), [(minutes(5), 2)]);
    let h = &of.handover;
    assert_eq!((h.time.sum.span(), h.wait.sum.span(), h.wait.n), (minutes(-15), minutes(5), 2));
}

#[test]
fn what_was_withdrawn_was_in_progress_until_then_and_is_not_done() {
    let at = |day: i64| Instant(Span::DAY.times(day).0);
    // 1970-01-05 was a Monday: day 4.
    let cases = [(at(4), Some(at(5))), (at(4), None)];
    let weeks = |now: i64| {
        let of = weeks_with(&cases, &[(at(6), at(12)), (at(6), at(20))], at(now), None);
        of.iter().map(|week| (week.arrivals, week.throughput, week.withdrawn, week.wip)).collect::<Vec<_>>()
    };
    assert_eq!(weeks(30), [(4, 1, 0, 3), (0, 0, 1, 2), (0, 0, 1, 1)]);
    assert_eq!(weeks(11), [(4, 1, 0, 3)], "both were open then");
}
