//! What an import found in a log, in words and as JSON: the same things in both, for a dry run too.

use crate::desk::LogImport;
use crate::domain::Instant;
use crate::domain::zone::Zone;
use serde_json::{Map, Value, json};

/// What the file was taken for and what was in it, a line each; refusals first.
pub fn lines(report: &LogImport) -> Vec<String> {
    let mut lines = report.refusals.clone();
    let told = report.refused_rows + report.refused_cases;
    let untold = told.saturating_sub(report.refusals.len() as u64);
    if untold > 0 {
        lines.push(format!("... and {untold} more refused"));
    }
    lines.push(format!("file       {}", report.file.display()));
    let found = report.found.iter().map(ToString::to_string);
    let said = found.chain([report.log.to_string()]).collect::<Vec<_>>();
    lines.extend(said.iter().flat_map(|text| text.lines()).map(str::to_string));
    lines
}

/// The same.
pub fn json(report: &LogImport) -> Value {
    let log = &report.log;
    let at = |ms: i64| Zone::utc().rfc3339(Instant(ms));
    let maybe = |ms: Option<i64>| ms.map_or(Value::Null, |ms| json!(at(ms)));
    let refused = log.refused.iter().map(
        |refused| json!({"reason": refused.reason.to_string(), "count": refused.count, "lines": refused.lines}),
    );
    let offsets = log.offsets.iter().map(|(seconds, count)| (offset(*seconds), json!(count)));
    let lifecycle = log.lifecycle.iter().map(|(name, count)| (name.clone(), json!(count)));
    let mut value = json!({
        "file": report.file.display().to_string(),
        "bytes": log.bytes,
        "sha256": log.sha256,
        "rows_read": log.rows_read,
        "accepted": log.accepted,
        "rejected": log.rejected,
        "rejected_by_reason": refused.collect::<Vec<_>>(),
        "excluded": log.excluded,
        "ignored": log.ignored,
        "cases": log.cases,
        "empty_cases": log.empty_cases,
        "unnamed_cases": log.unnamed_cases,
        "duplicate_ids": log.merged_cases,
        "first": maybe(log.first_ms),
        "last": maybe(log.last_ms),
        "most_from": maybe(log.core_ms.map(|core| core.0)),
        "most_to": maybe(log.core_ms.map(|core| core.1)),
        "outside_most": log.outside,
        "offsets": offsets.collect::<Map<_, _>>(),
        "naive_times": log.naive_times,
        "times_twice": log.twice,
        "times_never": log.never,
        "date_only": log.date_only,
        "date_only_share": log.date_only_share(),
        "tied": log.tied,
        "out_of_order": log.out_of_order,
        "out_of_order_cases": log.out_of_order_cases,
        "without_resource": log.without_resource,
        "with_group": log.grouped,
        "lifecycle": lifecycle.collect::<Map<_, _>>(),
        "pairing": {
            "paired": log.paired,
            "starts_without_complete": log.starts_without_complete,
            "completes_without_start": log.completes_without_start,
        },
        "short_rows": log.short_rows,
        "long_rows": log.long_rows,
        "duplicate_keys": log.duplicate_keys,
        "approximate": log.approximate,
        "warnings": log.warnings,
    });
    if let Some(found) = &report.found {
        let columns = found.columns.iter().map(|column| {
            json!({
                "role": column.role.to_string(),
                "name": column.name,
                "number": column.number,
                "guessed": !column.given,
            })
        });
        value["format"] = json!(found.format.word());
        value["gzip"] = json!(found.gzip);
        value["encoding"] = json!(found.encoding);
        value["delimiter"] = json!(found.delimiter);
        value["namespace"] = json!(found.namespace);
        value["columns"] = json!(columns.collect::<Vec<_>>());
        value["time_format"] = json!(found.time_format);
        value["zone"] = json!(found.zone);
        value["zone_given"] = json!(found.zone_given);
        value["steps"] = json!(found.lifecycle.word());
        value["classifier"] = json!(found.classifier);
        value["classifiers"] = json!(found.classifiers);
    }
    value
}

fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
}
