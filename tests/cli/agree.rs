//! The same word is the same number: one figure of the sample company asked for by every way there is to it.

use crate::place::Place;
use serde_json::Value;

const NOW: &str = "2026-11-21T21:00:00Z";

/// The sample company in its file, played up to [`NOW`].
fn sample() -> Place {
    let place = Place::new();
    place.ok("dee", NOW, "demo --write desk.db");
    place
}

/// What follows a word in a text, up to a comma, a bracket or two spaces.
fn after<'t>(text: &'t str, word: &str) -> &'t str {
    let found = text.split_once(word);
    assert!(found.is_some(), "no `{word}` in {text}");
    let (_, rest) = found.unwrap();
    rest.split([',', '\n', '(']).next().unwrap().split("  ").next().unwrap().trim().trim_end_matches('.')
}

fn sum(rows: &Value, of: &str) -> u64 {
    rows.as_array().unwrap().iter().map(|row| row[of].as_u64().unwrap()).sum()
}

fn handles(place: &Place) -> Vec<String> {
    let list = place.json("dee", NOW, "process list");
    list.as_array().unwrap().iter().map(|process| process["process"].as_str().unwrap().to_string()).collect()
}

#[test]
fn what_85_of_a_hundred_stay_within_is_one_length_everywhere() {
    let place = sample();
    let mut compared = 0;
    for process in handles(&place) {
        let ask = |line: &str| place.ok("dee", NOW, &format!("metrics {line} --process {process}"));
        let json = |line: &str| place.json("dee", NOW, &format!("metrics {line} --process {process}"));
        let summary = json("summary");
        let cycle = &summary["cycle_time"];
        if cycle["n"].as_u64().unwrap() < 20 {
            continue;
        }
        compared += 1;
        let seconds = cycle["p85_nearest_rank_s"].as_f64().unwrap();
        assert_eq!(json("cycle-time")["cycle_time"]["p85_nearest_rank_s"].as_f64(), Some(seconds));
        for line in ["summary", "cycle-time", "forecast"] {
            let told = if line == "summary" { summary.clone() } else { json(line) };
            assert_eq!(told["service_level_s"].as_f64(), Some(seconds), "{process} {line}");
        }
        let hours = (seconds / 3600.0) as u64;
        let words = match (hours / 24, hours % 24) {
            (0, hours) => format!("{hours}h"),
            (days, 0) => format!("{days}d"),
            (days, hours) => format!("{days}d {hours}h"),
        };
        for line in ["summary", "cycle-time", "forecast"] {
            assert_eq!(after(&ask(line), "85% within "), words, "{process} {line}");
        }
        let chart = place.ok("dee", NOW, &format!("metrics chart scatter --process {process}"));
        assert_eq!(after(&chart, "85% within "), words, "{process}");
    }
    assert!(compared > 1, "the sample company finishes enough of more than one process");
}

#[test]
fn declines_and_returns_are_the_same_whoever_counts_them() {
    let place = sample();
    let ranked = place.json("dee", NOW, "process rank");
    let mut declined = 0;
    for process in handles(&place) {
        let json = |line: &str| place.json("dee", NOW, &format!("metrics {line} --process {process}"));
        let (people, rework, handoffs) = (json("people"), json("rework"), json("handoffs"));
        let (done, open) = (&rework["rework"]["passed"], &rework["open"]["passed"]);
        let both = |key: &str| rework["passed"][key].as_u64().unwrap() + open[key].as_u64().unwrap();
        assert!(done.is_null(), "stands beside, not within");
        // Of finished cases: by handoff, by step, by reason.
        let finished = rework["passed"]["declined"].as_u64().unwrap();
        assert_eq!(sum(&handoffs, "declined"), finished, "{process}");
        assert_eq!(sum(&rework["steps"], "declined"), finished, "{process}");
        assert_eq!(sum(&rework["declines"], "count"), finished, "{process}");
        assert_eq!(sum(&rework["steps"], "sent_back"), rework["passed"]["sent_back"].as_u64().unwrap());
        assert_eq!(sum(&rework["sent_back"], "count"), rework["passed"]["sent_back"].as_u64().unwrap());
        // Of finished and open ones: by person, as a cost, in the ranking.
        assert_eq!(sum(&people["people"], "declined"), both("declined"), "{process}");
        let cost = &people["coordination"];
        // What was declined or recalled was offered again, or went another way.
        assert!(cost["reassignments"].as_u64().unwrap() <= both("declined") + both("recalled"), "{process}");
        assert_eq!(cost["sent_back"].as_u64().unwrap(), both("sent_back"), "{process}");
        let rank =
            ranked.as_array().unwrap().iter().find(|rank| rank["process"] == process.as_str()).unwrap();
        assert_eq!(rank["returns"].as_u64().unwrap(), both("returns"), "{process}");
        declined += finished;
    }
    assert!(declined > 0);
}

#[test]
fn what_is_likely_of_a_case_is_the_same_in_a_forecast_and_when_somebody_asks_why() {
    let place = sample();
    let mut said = 0;
    for process in handles(&place) {
        let forecast = place.json("dee", NOW, &format!("metrics forecast --process {process}"));
        for case in forecast["cases"].as_array().unwrap() {
            let id = case["case"].as_str().unwrap();
            let why = place.json("dee", NOW, &format!("case why {id}"));
            let risk = &why["risk"];
            if risk.is_null() {
                continue;
            }
            said += 1;
            assert_eq!((&risk["basis"], &risk["n"]), (&case["basis"], &case["n"]), "{process} {id}");
            let share = |of: &Value| of["on_time"].as_f64().map(|share| (share * 1e6).round());
            assert_eq!(share(risk), share(case), "{process} {id}");
            if said % 4 == 0 {
                break;
            }
        }
    }
    assert!(said > 5, "{said}");
}

#[test]
fn the_share_of_the_bottleneck_is_the_share_of_its_step() {
    let place = sample();
    for process in handles(&place) {
        let summary = place.json("dee", NOW, &format!("metrics summary --process {process}"));
        let Some(step) = summary["bottleneck"]["step"].as_str() else { continue };
        let steps = place.json("dee", NOW, &format!("metrics steps --process {process}"));
        let step = steps.as_array().unwrap().iter().find(|row| row["step"] == step).unwrap().clone();
        assert_eq!(step["share"], summary["bottleneck"]["share"], "{process}");
    }
}

#[test]
fn open_and_late_are_the_same_in_every_list() {
    let place = sample();
    let mut any = 0;
    for process in handles(&place).into_iter().take(5) {
        let json = |line: &str| place.json("dee", NOW, &format!("metrics {line} --process {process}"));
        let (summary, versions, load) = (json("summary"), json("summary --by version"), json("people"));
        let open = summary["open"].as_u64().unwrap();
        let late = summary["late"].as_u64().unwrap();
        assert_eq!(sum(&versions, "open"), open, "{process}");
        assert_eq!(sum(&versions, "late"), late, "{process}");
        let cases = place.json("dee", NOW, &format!("case list --process {process}"));
        assert_eq!(cases.as_array().unwrap().len() as u64, open, "{process}");
        // Branches: a case has as many as it has steps going on, and tasks beside its process are of no step.
        let steps = json("steps");
        for of in ["open", "late"] {
            assert!(sum(&load["people"], of) >= sum(&steps, of), "{process}: {of}");
        }
        any += late;
    }
    assert!(any > 0);
}
