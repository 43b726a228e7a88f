//! Figures of some of the cases, and what a process that is not fit for it may not do by itself, as people see them.

use crate::place::{MON, MON_LATE, Place, TUE};
use insta::assert_snapshot;

fn names(value: &serde_json::Value) -> Vec<(&str, u64)> {
    let rows = value.as_array().unwrap().iter();
    rows.map(|row| (row["name"].as_str().unwrap(), row["open"].as_u64().unwrap())).collect()
}

#[test]
fn figures_are_taken_apart_by_whoever_and_whatever_a_case_was_of() {
    let place = Place::offered();
    place.ok("ana", MON_LATE, "handoff accept H-2");
    let by = |what: &str| place.json("ana", TUE, &format!("metrics summary --process sale --by {what}"));
    assert_eq!(
        names(&by("person")),
        [("ana", 1), ("bo", 0)],
        "what is open is with whoever is responsible for it"
    );
    let people = place.json("ana", TUE, "metrics people --process sale");
    let people = people["people"].as_array().unwrap().iter();
    let people =
        people.map(|row| (row["person"].as_str().unwrap().to_string(), row["open"].as_u64().unwrap()));
    let own = by("person");
    let own = names(&own).into_iter().map(|(name, open)| (name.to_string(), open)).collect::<Vec<_>>();
    assert_eq!(people.collect::<Vec<_>>(), own, "one word, one number");
    assert_eq!(names(&by("role")), [("finance", 1)]);
    assert_eq!(names(&by("version")), [("1", 1)]);
    assert_eq!(names(&by("kind")), [("no record", 1)]);
    let open = |party: &str| {
        let of = place.json("ana", TUE, &format!("metrics cycle-time --process sale --party {party}"));
        of["open"].as_u64().unwrap()
    };
    assert_eq!(["@ana", "@bo", "@cy", "finance"].map(open), [1, 1, 0, 1]);
    place.ok("ana", TUE, "task done T-2 --all-checked");
    assert_snapshot!(place.ok("ana", TUE, "metrics summary --process sale --by person"), @r"
    PERSON  OPEN  LATE  FINISHED  MEDIAN  85% WITHIN  ON TIME  RIGHT FIRST  IN HAND
    ana     0     0     1         1d 3h~  --          --       100%~        22h 59m~
    bo      0     0     1         1d 3h~  --          --       100%~        0m~
    ");
    assert_snapshot!(place.ok("ana", TUE, "metrics flow --process sale"), @r"
    period        everything there ever was
    done          1 case
    open          0; too few ended to say how old 85% were: 1 finished case
    in progress   1.0 on average; done times mean cycle time is 1.0, 0% apart
    a case every  1d 3h
    age           --
    on time       -- of 0 finished; -- with 0 open past their due date
    efficiency    85.1% of 1d 3h was work here (elapsed; what somebody outside does is waiting, what is in hand while its case is paused is work)
    unaccepted    median 4h 1m, mean 4h 1m, n 1 (thin: fewer than 20); now 0 offers

    WEEK      BEGUN  DONE  WITHDRAWN  NET  OPEN
    2026-W47  1      1     0          +0   0
    ");
}

#[test]
fn a_past_period_is_told_as_it_stood_then_also_of_what_was_withdrawn_or_reopened_since() {
    let place = Place::new();
    place.ok("bo", "2026-10-01T09:00:00+02:00", "init --company Test");
    let text = "process = 'quick'\ntitle = 'Quick'\nkind = 'operational'\npurpose = 'x'\naccountable = '@bo'\n\
                goal = '3 days'\n[[step]]\nstep = 'do'\ntitle = 'Do'\nby = '@bo'\ngoal = '1 day'\nnext = { end = 'ok' }\n";
    place.write("quick.toml", text);
    let at = |day: u32| format!("2026-10-{day:02}T09:00:00+02:00");
    let file = place.path("quick.toml");
    place.ok("bo", &at(1), &format!("process publish {} --unmeasured", file.display()));
    for title in ["one", "two"] {
        place.ok("bo", &at(1), &format!("case start quick --title {title}"));
    }
    let on_time = |day: u32| {
        let asked = "metrics flow --process quick --from 2026-10-05 --to 2026-10-12";
        place.json("bo", &at(day), asked)["on_time"].to_string()
    };
    let then = on_time(12);
    assert!(then.contains("\"open_past_due\":2"), "{then}");
    place.ok("bo", &at(20), "case withdraw C-1 --reason w");
    place.ok("bo", &at(21), "task done T-2");
    assert_eq!(on_time(22), then, "one withdrawn and one done since");
    place.ok("bo", &at(23), "case reopen C-2 --reason r");
    place.ok("bo", &at(24), "task done T-3");
    assert_eq!(on_time(25), then, "and that one taken up again");
    let all = place.json("bo", &at(25), "metrics summary --process quick --ever");
    assert_eq!((all["with_due"].as_u64(), all["on_time"].as_u64()), (Some(1), Some(0)), "{all}");
    // What was drafted since holds for all there were, where that is asked.
    let fits =
        |more: &str| place.json("bo", &at(25), &format!("metrics conformance --process quick --ever{more}"));
    assert_eq!((fits("")["fit"].as_u64(), fits("")["against"].as_u64()), (Some(1), None));
    // A step by another handle is the one that is called the same; by another name it is another.
    for (step, title) in [("other", "Do"), ("other", "Other")] {
        let other = text.replace("step = 'do'\ntitle = 'Do'", &format!("step = '{step}'\ntitle = '{title}'"));
        place.write("quick.toml", &other);
        place.ok("bo", &at(25), &format!("process publish {} --unmeasured", file.display()));
    }
    // That it was taken up again is all that another version does not allow.
    let after = |version: u32| fits(&format!(" --against {version}"))["deviations"][0]["after"].clone();
    assert_eq!((after(2), after(3)), (serde_json::json!(["other"]), serde_json::json!([])));
    let left = fits(" --against 3");
    assert_eq!(
        (left["fit"].as_u64(), left["deviations"][0]["step"].as_str()),
        (Some(0), Some("do")),
        "{left}"
    );
    assert!(
        place
            .refused(1, "bo", &at(25), "metrics conformance --process quick --against 9")
            .contains("no version 9")
    );
}

#[test]
fn where_nothing_has_finished_what_is_under_way_is_said() {
    let place = Place::offered();
    place.ok("ana", MON_LATE, "handoff decline H-2 --reason not_ready --text \"no address\"");
    let told = "Nothing finished yet; 1 open case: 0 accepted, 1 declined, 0 sent back.";
    for line in ["summary", "handoffs", "rework"] {
        let ran = place.run("bo", MON_LATE, &format!("metrics {line} --process sale"));
        assert!(format!("{}{}", ran.out, ran.err).contains(told), "{line}: {}{}", ran.out, ran.err);
    }
    let people = place.json("bo", MON_LATE, "metrics people --process sale");
    let of = |who: &str| {
        people["people"].as_array().unwrap().iter().find(|row| row["person"] == who).unwrap().clone()
    };
    assert_eq!(
        (&of("ana")["declined"], &of("bo")["open"]),
        (&1.into(), &1.into()),
        "ana declined, bo decides again"
    );
}

#[test]
fn a_rule_where_nothing_is_said_of_the_work_needs_a_reason_and_a_review() {
    let place = Place::company();
    let bare = "process = \"bare\"\ntitle = \"Bare\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@bo\"\n\
                [[step]]\nstep = \"do\"\ntitle = \"Do\"\nby = \"@bo\"\ngoal = \"1 day\"\nnext = { end = true }\n\
                [[rule]]\non = \"case.done\"\nthen = [{ note = \"done\" }]\n";
    place.write("bare.toml", bare);
    let said = place.refused(2, "bo", MON, "process apply bare.toml");
    let error =
        said.lines().filter(|line| line.contains("error") || line.contains("reason")).collect::<Vec<_>>();
    assert_snapshot!(error.join("\n"), @r#"
    error: bare.toml cannot be brought in.
    bare.toml:12:1: error: a rule in a process that is not fit for it yet: 2 of 7 (no goal from end to end; no metric and no review; no definition of done: Do; no
      hint: mend that, or say why with `reason = "…"` in the rule, and under `[improve]` when it is reviewed: `review = "every 30 days"`
    "#);
    let review = "[improve]\nmetric = \"cycle time p85\"\nreview = \"every 30 days\"\n";
    place.write("bare.toml", &format!("{bare}reason = \"the board asked\"\n{review}"));
    place.ok("bo", MON, "process apply bare.toml");
    assert!(place.ok("bo", MON, "process export bare").contains("reason = \"the board asked\""));
    let fit = place.json("bo", MON, "process review bare")["readiness"].clone();
    assert_eq!((&fit["there"], &fit["of"], &fit["below"]), (&3.into(), &7.into(), &true.into()));
    assert!(
        place
            .ok("bo", MON, "process review bare")
            .contains("3 of 7 is said: a rule needs a reason and a review")
    );
}

#[test]
fn waits_are_told_by_the_calendar_and_of_a_step_that_only_waits_how_long_cases_stayed() {
    let place = Place::company();
    let step = |name: &str, next: &str| {
        format!(
            "[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\nby = \"@bo\"\ngoal = \"9 days\"\ndone = \"Done.\"\nhow = \"Do it.\"\nnext = {next}\n"
        )
    };
    let rest =
        "[[step]]\nstep = \"rest\"\ntitle = \"rest\"\ntype = \"wait\"\nfor = \"2 hours\"\nnext = \"after\"\n";
    let head = "process = \"trial\"\ntitle = \"Trial\"\npurpose = \"Try.\"\naccountable = \"@bo\"\n";
    let text = format!("{head}{}{rest}{}", step("ask", "\"rest\""), step("after", "{ end = \"tried\" }"));
    place.write("trial.toml", &text);
    place.ok("bo", MON, "process apply trial.toml");
    place.ok("bo", MON, "case start trial --title Roof");
    // From 9 to 13:01 by the clocks of UTC, of which it waits from 10 to 12.
    place.ok(
        "bo",
        "2026-11-16T10:00:00Z",
        "task wait T-1 --reason \"the order number\" --until \"fri 10:00\"",
    );
    place.ok("bo", "2026-11-16T12:00:00Z", "task resume T-1");
    place.ok("bo", MON_LATE, "task done T-1");
    place.ok("bo", "2026-11-16T15:01:00Z", "tick");
    place.ok("bo", TUE, "handoff accept H-2");
    place.ok("bo", TUE, "task done T-2");
    let steps = place.json("bo", TUE, "metrics steps --process trial");
    let row = |name: &str| steps.as_array().unwrap().iter().find(|row| row["step"] == name).unwrap().clone();
    let ask = row("ask")["times"].clone();
    assert_eq!([&ask["waits"]["elapsed"]["sum_s"], &ask["waits"]["business"]["sum_s"]], [7200.0, 7200.0]);
    assert_eq!([&ask["touch"]["elapsed"]["sum_s"], &ask["touch"]["business"]["sum_s"]], [7260.0, 7260.0]);
    let rest = row("rest");
    assert_eq!((rest["count"].as_u64(), rest["cases"].as_u64()), (Some(1), Some(1)));
    assert_eq!(rest["wait"]["sum_s"], 7200.0);
}

/// Send-backs are visits, whoever it was handed on from had it in hand, and what the customer has is waited for: steps, flow,
/// people and what was lost say the same of it.
#[test]
fn what_was_sent_back_handed_on_and_waited_for_is_the_same_in_every_figure() {
    let place = Place::company();
    let step = |name: &str, by: &str, next: &str| {
        format!(
            "[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\nby = \"{by}\"\ngoal = \"9 days\"\ndone = \"Done.\"\n\
             how = \"Do it.\"\nnext = {next}\n"
        )
    };
    let sign = step("sign", "contact", "{ end = true }").replace("goal", "minded = \"finance\"\ngoal");
    let head = "process = \"trial\"\ntitle = \"Trial\"\npurpose = \"Try.\"\naccountable = \"@bo\"\nabout = \"customer\"\n";
    let text =
        format!("{head}{}{}{sign}", step("make", "@bo", "\"check\""), step("check", "finance", "\"sign\""));
    place.write("trial.toml", &text);
    place.ok("bo", MON, "process apply trial.toml");
    place.ok("bo", MON, "record add customer \"Nordlys Dental\"");
    place.ok("bo", MON, "case start trial --about \"Nordlys Dental\"");
    let at = |hour: u32| format!("2026-11-16T{hour:02}:00:00Z");
    for (who, hour, line) in [
        ("bo", 10, "task done T-1"),
        // An hour until it is taken, an hour in hand, an hour on offer to cy, who sends it back after another.
        ("ana", 11, "handoff accept H-2"),
        ("ana", 12, "task reassign T-2 --to @cy"),
        ("cy", 13, "handoff accept H-3"),
        ("cy", 14, "task send-back T-2 --to make --reason \"no price\""),
        ("bo", 15, "handoff accept H-4"),
        ("bo", 16, "task done T-3"),
        ("cy", 16, "handoff accept H-5"),
        ("cy", 16, "task done T-4"),
        ("cy", 16, "handoff accept H-6"),
    ] {
        let ran = place.run(who, &at(hour), line);
        assert_eq!(ran.code, 0, "{line}: {}{}", ran.out, ran.err);
    }
    // The customer has it until the next day at noon.
    place.ok("cy", TUE, "task done T-5");
    let json = |line: &str| place.json("bo", TUE, &format!("metrics {line} --process trial"));
    let steps = json("steps");
    let hours = |step: &str, of: &str| {
        let row = steps.as_array().unwrap().iter().find(|row| row["step"] == step).unwrap();
        (row[of]["n"].as_u64().unwrap(), row[of]["sum_s"].as_f64().unwrap() / 3600.0)
    };
    let both = |step: &str| (hours(step, "wait"), hours(step, "work"));
    assert_eq!(both("make"), ((2, 1.0), (2, 2.0)));
    assert_eq!(both("check"), ((2, 2.0), (2, 2.0)));
    assert_eq!(both("sign"), ((1, 20.0), (0, 0.0)));
    let efficiency = &json("flow")["flow_efficiency"];
    assert_eq!(
        (&efficiency["touch_union_s"], &efficiency["cycle_sum_s"]),
        (&14400.0.into(), &97200.0.into())
    );
    assert_eq!(json("people --party \"Nordlys Dental\"")["people"], json("people")["people"]);
    assert_eq!(json("people --party \"Nordlys Dental\"")["outside_parties"][0]["name"], "Nordlys Dental");
    let roles = json("summary --by role");
    assert_eq!(roles.as_array().unwrap().iter().map(|row| &row["name"]).collect::<Vec<_>>(), ["finance"]);
    // Business hours: from 16 to 17 on Monday, and from 9 to 12 on Tuesday.
    let lost = place.json("bo", TUE, "process why trial");
    let of = |cause: &str, at: &str| {
        let found = lost.as_array().unwrap().iter().find(|row| row["cause"] == cause && row["at"] == at);
        found.and_then(|row| row["lost_seconds"].as_u64()).unwrap_or(0) / 3600
    };
    assert_eq!(
        (of("outside", "sign"), of("not_accepted", "make -> check"), of("not_accepted", "check -> check")),
        (4, 1, 1)
    );
    assert_eq!(
        lost.as_array().unwrap().iter().filter(|row| row["cause"] == "not_started").count(),
        0,
        "{lost}"
    );
    let said = place.ok("bo", TUE, "process why trial");
    assert!(
        said.contains("4h") && place.run("bo", TUE, "process why trial").err.contains("business hours"),
        "{said}"
    );
}
