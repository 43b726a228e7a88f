//! Figures as JSON, with the names of the reference: seconds where a name ends in `_s`, lists in the order they
//! are computed in. Computes nothing but shares and means.

use crate::domain::figures::{
    ActivityFigures, Aging, Before, Handover, Pairing, Queue, Report, TARGETS, Variant, Way, Week,
};
use crate::domain::metrics::Stat;
use crate::domain::zone::Zone;
use crate::domain::{Instant, Span, Total};
use serde_json::{Map, Value, json};

/// How much of a list is told where only its top is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lists {
    #[default]
    Tops,
    Whole,
}

impl Lists {
    fn top(self) -> usize {
        if self == Lists::Tops { 10 } else { usize::MAX }
    }

    /// Of a list of cases.
    fn top_cases(self) -> usize {
        if self == Lists::Tops { 5 } else { usize::MAX }
    }
}

fn seconds(ms: Option<f64>) -> Option<f64> {
    ms.map(|ms| ms / 1000.0)
}

fn span(span: Option<Span>) -> Option<f64> {
    span.map(Span::seconds)
}

fn utc(at: Instant) -> Value {
    let text = chrono::DateTime::from_timestamp_millis(at.0);
    text.map_or(Value::Null, |at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true).into())
}

/// A set of lengths; `null` when there are none.
pub fn stat(stat: &Stat) -> Value {
    if stat.n == 0 {
        return Value::Null;
    }
    json!({
        "n": stat.n,
        "sum_s": stat.sum.seconds(),
        "mean_s": seconds(stat.mean()),
        "median_s": seconds(stat.median),
        "p85_s": seconds(stat.p85),
        "p95_s": seconds(stat.p95),
        "min_s": span(stat.least),
        "max_s": span(stat.most),
    })
}

/// The same with what can be promised: observed lengths.
pub fn promised(of: &Stat) -> Value {
    let mut value = stat(of);
    if let Some(map) = value.as_object_mut() {
        map.insert("p85_nearest_rank_s".to_string(), json!(span(of.within)));
        map.insert("p95_nearest_rank_s".to_string(), json!(span(of.within_95)));
        map.insert("median_nearest_rank_s".to_string(), json!(span(of.half_within)));
    }
    value
}

fn share(part: usize, of: usize) -> Value {
    if of == 0 { Value::Null } else { json!(part as f64 / of as f64) }
}

fn variant(variant: &Variant<'_>, cases: usize) -> Value {
    json!({
        "count": variant.count,
        "share": share(variant.count, cases),
        "activities": variant.activities,
    })
}

/// `[from, to, count, sum, mean, median, p95]`
fn row(way: &Way<'_>) -> Value {
    let time = &way.time;
    json!([
        way.from,
        way.to,
        time.n,
        time.sum.seconds(),
        seconds(time.mean()),
        seconds(time.median),
        seconds(time.p95)
    ])
}

fn rows(ways: &[Way<'_>]) -> Vec<Value> {
    ways.iter().map(row).collect()
}

fn activity(own: &ActivityFigures<'_>) -> Value {
    let mut map = Map::new();
    let mut put = |name: &str, value: Value| map.insert(name.to_string(), value);
    put("activity", own.activity.into());
    put("count", own.count.into());
    put("cases", own.cases.into());
    put("repeats", own.repeats().into());
    if let Some(service) = &own.service {
        put("service", stat(service));
    }
    put("rework_cases", own.rework_cases.into());
    put("self_loops", own.self_loops.into());
    put("wait_before_sum_s", own.wait.seconds().into());
    put("wait_before_n", own.wait_n.into());
    put("repeat_cost_s", own.again.cost.seconds().into());
    Value::Object(map)
}

fn handover(of: &Handover<'_>) -> Value {
    json!({
        "pairs": of.time.n,
        "same_resource_pairs": of.same.n,
        "missing_resource_pairs": of.missing,
        "time": stat(&of.time),
        "same_resource_time": stat(&of.same),
        "cases_with_handover": of.cases,
        "ping_pong_triples": of.ping_pong,
        "cases_with_ping_pong": of.cases_with_ping_pong,
        "distinct_pairs": of.ways.len(),
    })
}

fn weeks(weeks: &[Week]) -> Vec<Value> {
    weeks.iter().map(|week| json!([week.name, week.arrivals, week.throughput, week.wip])).collect()
}

fn aging(of: &Aging) -> Value {
    json!({"at": utc(of.at), "iso_week": of.week, "open_cases": of.open, "age": stat(&of.age)})
}

/// What is counted where an activity is a name and a transition.
pub fn counts(report: &Report<'_>, lists: Lists) -> Value {
    json!({
        "cases": report.cases,
        "events": report.events,
        "activities": report.activities.len(),
        "start_activities": report.starts,
        "end_activities": report.ends,
        "variants": report.variants.len(),
        "variants_singleton": report.variants.iter().filter(|variant| variant.count == 1).count(),
        "top_variants": report.variants.iter().take(lists.top()).map(|one| variant(one, report.cases)).collect::<Vec<_>>(),
        "df_pairs_total": report.follows.total,
        "df_pairs_distinct": report.follows.ways.len(),
        "rework": rework(report),
    })
}

fn rework(report: &Report<'_>) -> Value {
    let again = report.again();
    let mut value = json!({
        "cases_with_repeat": report.cases_with_repeat,
        "rate": share(report.cases_with_repeat, report.cases),
        "repeats_total": report.repeats(),
        "self_loops_total": report.self_loops(),
        "repeat_same_owner": again.same_owner,
        "redo_other_owner": again.other_owner,
        "cost_s": again.cost.seconds(),
    });
    let meant = report.meant().collect::<Vec<_>>();
    if let Some(map) = value.as_object_mut().filter(|_| !meant.is_empty()) {
        map.insert("meant_to_repeat".to_string(), json!(meant));
    }
    value
}

/// How starts and completes found each other.
pub fn pairing(of: &Pairing) -> Value {
    json!({
        "pairs": of.pairs,
        "complete_without_start": of.completes_without_start,
        "start_without_complete": of.starts_without_complete,
        "ignored": of.ignored,
    })
}

/// Time between being scheduled and being started.
pub fn queue(of: &Queue<'_>) -> Value {
    let named = of.activities.iter().map(|own| {
        let mut value = stat(&own.time);
        if let Some(map) = value.as_object_mut() {
            map.shift_insert(0, "activity".to_string(), own.activity.into());
        }
        value
    });
    json!({
        "pairs": of.all.n,
        "start_without_schedule": of.starts_without_schedule,
        "schedule_without_start": of.schedules_without_start,
        "time": stat(&of.all),
        "per_activity": named.collect::<Vec<_>>(),
    })
}

/// A whole view. `zone` is that of its local weeks.
pub fn view(report: &Report<'_>, dropped: u64, zone: Option<&Zone>, lists: Lists) -> Value {
    let mut map = Map::new();
    let mut put = |name: &str, value: Value| {
        map.insert(name.to_string(), value);
    };
    let window = report.span.map(|(first, last)| last - first);
    let cases = report.cases;
    put("dropped_events", dropped.into());
    put("cases", cases.into());
    put("events", report.events.into());
    put("activities", report.activities.len().into());
    put("resources", report.resources.into());
    put("events_without_resource", report.without_resource.into());
    put("start", report.span.map_or(Value::Null, |(first, _)| utc(first)));
    put("end", report.span.map_or(Value::Null, |(_, last)| utc(last)));
    put("span_s", json!(span(window)));
    put("interval_log", report.intervals.into());
    put("start_activities", json!(report.starts));
    put("end_activities", json!(report.ends));
    put("variants", report.variants.len().into());
    put("variants_singleton", report.variants.iter().filter(|variant| variant.count == 1).count().into());
    put("top_variants", report.variants.iter().take(lists.top()).map(|one| variant(one, cases)).collect());
    let (most, fewest) = report.events_per_case;
    put("events_per_case", json!({"mean": share(report.events, cases), "max": most, "min": fewest}));
    put("cycle_time", promised(&report.cycle));
    // Only where a rule changed a figure.
    if let Some(finish) = report.finish {
        put("finish_rule", json!({"activity": finish, "cases_never_there": report.unfinished}));
    }
    if !report.deliberate.is_empty() {
        put("deliberate_waits", json!(report.deliberate));
    }
    put(
        "longest_cases",
        report
            .longest()
            .take(lists.top_cases())
            .map(|(case, length)| json!([case, length.seconds()]))
            .collect(),
    );
    let targets = TARGETS.iter().zip(report.within);
    put(
        "sla_fixed_targets",
        targets
            .map(|(days, met)| json!({"target_days": days, "compliant": met, "rate": share(met, report.cycle.n)}))
            .collect(),
    );
    if let Some((cases, met)) = report.by_deadline {
        put("sla_case_deadline", json!({"cases": cases, "compliant": met, "rate": share(met, cases)}));
    }
    put("df_pairs_total", report.follows.total.into());
    put("df_pairs_distinct", report.follows.ways.len().into());
    put("df_zero_time", report.follows.zero.into());
    put("df_negative_wait", report.follows.negative.into());
    put("directly_follows_columns", json!(["from", "to", "count", "sum_s", "mean_s", "median_s", "p95_s"]));
    put("directly_follows", rows(&report.follows.ways).into());
    if let Some(clipped) = &report.follows.clipped {
        put("df_clipped_sum_s", clipped.iter().map(|way| way.time.sum).sum::<Total>().seconds().into());
        put("directly_follows_clipped", rows(clipped).into());
    }
    put("per_activity", report.activities.iter().map(activity).collect());
    put("rework", rework(report));
    let pair = |way: &Way<'_>| {
        let time = &way.time;
        json!({
            "from": way.from, "to": way.to, "count": time.n, "sum_s": time.sum.seconds(),
            "mean_s": seconds(time.mean()), "median_s": seconds(time.median), "p95_s": seconds(time.p95),
        })
    };
    put(
        "bottlenecks_by_pair",
        report.bottlenecks_by_pair().into_iter().take(lists.top()).map(pair).collect(),
    );
    let before = |own: Before<'_>| {
        json!({
            "activity": own.activity, "wait_before_sum_s": own.wait.seconds(), "n": own.n,
            "mean_s": own.wait.seconds() / own.n as f64,
        })
    };
    put(
        "bottlenecks_by_activity",
        report.bottlenecks_by_activity().into_iter().take(lists.top()).map(before).collect(),
    );
    put("handover", handover(&report.handover));
    put(
        "handover_columns",
        json!(["from_resource", "to_resource", "count", "sum_s", "mean_s", "median_s", "p95_s"]),
    );
    put("handovers", rows(&report.handover.ways).into());
    put(
        "top_handovers_by_total_time",
        report.handover.by_time().into_iter().take(lists.top()).map(row).collect(),
    );
    put("weekly_columns", json!(["iso_week", "arrivals", "throughput", "wip_at_week_end"]));
    put("weekly_utc", weeks(&report.weeks_utc).into());
    if let Some(zone) = zone {
        put("weekly_local", json!({"tz": zone.name(), "rows": weeks(&report.weeks_local)}));
    }
    put("aging_at_max_wip", report.aging.as_ref().map_or(Value::Null, aging));
    put("littles_law", littles_law(report));
    if let Some(groups) = &report.groups {
        put(
            "by_group_handover",
            json!({
                "summary": handover(groups),
                "top10_by_count": groups.ways.iter().take(lists.top()).map(row).collect::<Vec<_>>(),
                "handovers": rows(&groups.ways),
            }),
        );
    }
    if let Some(flow) = &report.flow {
        let all = report.cycle.sum;
        let of_all = |touch: Total| json!(touch.part_of(all));
        put(
            "flow_efficiency",
            json!({
                "touch_sum_s": flow.touch.seconds(),
                "touch_union_s": flow.touch_union.seconds(),
                "cycle_sum_s": all.seconds(),
                "aggregate_union": of_all(flow.touch_union),
                "aggregate_sum": of_all(flow.touch),
                "mean_of_case_ratios_union": flow.mean_ratio,
                "cases_zero_cycle": flow.cases_without_time,
            }),
        );
    }
    Value::Object(map)
}

fn littles_law(report: &Report<'_>) -> Value {
    let Some(window) = report.window.filter(|window| *window > Span::ZERO) else { return Value::Null };
    let day = Span::DAY.seconds();
    json!({
        "window_s": window.seconds(),
        "avg_wip": report.cycle.sum.0 as f64 / window.0 as f64,
        "throughput_per_day": report.cycle.n as f64 / (window.seconds() / day),
        "mean_cycle_days": seconds(report.cycle.mean()).map(|mean| mean / day),
    })
}
