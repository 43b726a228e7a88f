//! Writes a process as the file a person would have written. What it writes reads back to an equal process.

use super::id::Handle;
use super::ladder::{Audience, ClockKind, Rung};
use super::measure::put_measure;
use super::process::{
    Arm, DataField, Go, Late, Performer, Pick, Process, ProcessKind, Step, StepKind, WaitFor,
};
use super::record::FieldType;
use super::rule_export::{put_actions, put_rule, put_schedule, put_table, start_parts, word_of};
use std::fmt::Write;
use toml::Value;

/// The process as TOML; `process_file::parse` gives an equal one.
pub fn export(process: &Process) -> String {
    let mut out = String::new();
    put_text(&mut out, "process", process.handle.as_str());
    put_text(&mut out, "title", &process.title);
    put_text(&mut out, "kind", kind_word(process.kind));
    put_text(&mut out, "purpose", &process.purpose);
    put_text(&mut out, "accountable", &process.accountable.to_string());
    put_maybe(&mut out, "about", process.about.as_ref());
    put_maybe(&mut out, "goal", process.goal);
    put_maybe(&mut out, "urgent_goal", process.urgent_goal);
    put_maybe(&mut out, "calendar", process.calendar.as_ref());
    put_list(&mut out, "decline", &process.decline);
    for field in &process.data {
        put_field(&mut out, "data", field);
    }
    for step in &process.steps {
        put_step(&mut out, step);
    }
    for ladder in &process.ladders {
        out.push_str("\n[[ladder]]\n");
        put_text(&mut out, "on", clock_word(ladder.on));
        out.push_str("rungs = [\n");
        for rung in &ladder.rungs {
            out.push_str(&format!("  {},\n", rung_text(rung)));
        }
        out.push_str("]\n");
    }
    process.rules.iter().for_each(|rule| put_rule(&mut out, rule));
    process.schedules.iter().for_each(|schedule| put_schedule(&mut out, schedule));
    process.tables.iter().for_each(|table| put_table(&mut out, table));
    if let Some(improve) = &process.improve {
        out.push_str("\n[improve]\n");
        put_text(&mut out, "metric", &improve.metric);
        if improve.judged {
            out.push_str("judged = true\n");
        }
        put_maybe(&mut out, "expect", improve.expect.as_ref());
        put_text(&mut out, "review", &improve.review);
    }
    if let Some(measure) = &process.measure {
        put_measure(&mut out, measure);
    }
    out
}

/// The word a file says a kind of process with.
pub(super) fn kind_word(kind: ProcessKind) -> &'static str {
    match kind {
        ProcessKind::Operational => "operational",
        ProcessKind::Management => "management",
        ProcessKind::Support => "support",
    }
}

/// The word a file says a clock with.
pub(super) fn clock_word(clock: ClockKind) -> &'static str {
    match clock {
        ClockKind::Accept => "accept",
        ClockKind::Goal => "goal",
        ClockKind::Case => "case",
        ClockKind::Wait => "wait",
        ClockKind::FollowUp => "follow_up",
    }
}

fn put_step(out: &mut String, step: &Step) {
    out.push_str("\n[[step]]\n");
    put_text(out, "step", step.handle.as_str());
    put_text(out, "title", &step.title);
    put_kind(out, &step.kind);
    match &step.by {
        Performer::Party(party) => put_text(out, "by", &party.to_string()),
        Performer::Data(field) => put(out, "by", &format!("{{ data = {} }}", text(field))),
        Performer::Sender => {}
    }
    let handles = |steps: &[Handle]| steps.iter().map(ToString::to_string).collect::<Vec<_>>();
    let word = (step.pick != Pick::First).then(|| word_of(&Pick::ALL, step.pick));
    put_maybe(out, "pick", word);
    put_list(out, "not_by", &handles(&step.not_by));
    put_maybe(out, "minded", step.minded.as_ref());
    put_maybe(out, "pauses", step.pauses_case.then_some("case"));
    put_maybe(out, "chase", step.chase);
    put_maybe(out, "goal", step.goal);
    put_maybe(out, "urgent_goal", step.urgent_goal);
    put_maybe(out, "accept", step.accept);
    put_maybe(out, "done", step.done.as_ref());
    if let Some(how) = &step.how {
        put(out, "how", &paragraphs(how));
    }
    put_list(out, "checklist", &step.checklist);
    put_list(out, "needs", &step.needs);
    put_list(out, "documents", &step.documents);
    put_maybe(out, "next_action", step.ask_next.then_some("required"));
    put_list(out, "gives", &step.gives);
    put_maybe(out, "each", step.each.as_ref());
    put_maybe(out, "milestone", step.milestone.as_ref());
    if let Some(limit) = step.limit {
        put(out, "limit", &limit.to_string());
    }
    put_list(out, "join", &handles(&step.join));
    if let Some(need) = step.need {
        put(out, "need", &need.to_string());
    }
    put_maybe(out, "late", (step.late == Late::Cancel).then_some("cancel"));
    match step.next.as_slice() {
        [Arm { when: None, on: None, go: Go::To(steps), only }] if steps.len() == 1 && only.is_empty() => {
            put(out, "next", &steps.iter().map(|step| text(step.as_str())).collect::<String>());
        }
        [arm] => put(out, "next", &arm_text(arm)),
        arms => {
            let arms = arms.iter().map(|arm| format!("  {},\n", arm_text(arm))).collect::<String>();
            put(out, "next", &format!("[\n{arms}]"));
        }
    }
}

/// The type and what only steps of this type say.
fn put_kind(out: &mut String, kind: &StepKind) {
    if *kind != StepKind::Work {
        put_text(out, "type", kind.word());
    }
    match kind {
        StepKind::Work => {}
        StepKind::Decision { quorum } => put_maybe(out, "quorum", *quorum),
        StepKind::Wait(WaitFor::Until(field)) => put_text(out, "until", field),
        StepKind::Wait(WaitFor::For(goal)) => put_text(out, "for", &goal.to_string()),
        StepKind::Wait(WaitFor::Message(name)) => put_text(out, "message", name),
        StepKind::Auto { actions } => put_actions(out, actions),
        StepKind::Process { start, wait } => {
            start_parts(start).into_iter().for_each(|(key, value)| put(out, key, &value));
            if !wait {
                put(out, "wait", "false");
            }
        }
    }
}

fn arm_text(arm: &Arm) -> String {
    let on = arm.on.as_ref().map(|on| format!("on = {}, ", text(on))).unwrap_or_default();
    let when = arm.when.as_ref().map(|when| format!("if = {}, ", text(when))).unwrap_or_default();
    let go = match &arm.go {
        Go::To(steps) => match (steps.as_slice(), arm.only.as_slice()) {
            ([one], []) => format!("to = {}", text(one.as_str())),
            (all, only) => format!("all = [{}]", targets(all, only)),
        },
        Go::End(Some(outcome)) => format!("end = {}", text(outcome)),
        Go::End(None) => "end = true".to_string(),
    };
    format!("{{ {on}{when}{go} }}")
}

fn targets(steps: &[Handle], only: &[(u32, String)]) -> String {
    let target = |(n, step): (usize, &Handle)| match only.iter().find(|(of, _)| usize::try_from(*of) == Ok(n))
    {
        Some((_, when)) => format!("{{ to = {}, if = {} }}", text(step.as_str()), text(when)),
        None => text(step.as_str()),
    };
    steps.iter().enumerate().map(target).collect::<Vec<_>>().join(", ")
}

fn rung_text(rung: &Rung) -> String {
    let mut parts = vec![format!("at = {}", text(&rung.at.to_string()))];
    let audience = |key: &str, audience: &Option<Audience>| {
        audience.as_ref().map(|audience| format!("{key} = {}", text(&audience_word(audience))))
    };
    parts.extend(audience("remind", &rung.remind));
    parts.extend(audience("escalate", &rung.escalate));
    if rung.raise {
        parts.push("raise = true".to_string());
    }
    if rung.release {
        parts.push("release = true".to_string());
    }
    parts.extend(rung.reassign.as_ref().map(|party| format!("reassign = {}", text(&party.to_string()))));
    parts.extend(rung.exception.as_ref().map(|words| format!("exception = {}", text(words))));
    parts.extend(rung.every.map(|every| format!("every = {}", text(&every.to_string()))));
    parts.extend(rung.most.map(|most| format!("most = {most}")));
    format!("{{ {} }}", parts.join(", "))
}

pub(super) fn audience_word(audience: &Audience) -> String {
    match audience {
        Audience::Responsible => "responsible".to_string(),
        Audience::Sender => "sender".to_string(),
        Audience::Lead => "lead".to_string(),
        Audience::Accountable => "accountable".to_string(),
        Audience::Party(party) => party.to_string(),
    }
}

/// A `[key.name]` table with the field's type.
pub(super) fn put_field(out: &mut String, key: &str, field: &DataField) {
    // A name that is no bare key cannot come from a file, but must not break one.
    let bare = !field.name.is_empty() && field.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let name = if bare { field.name.clone() } else { text(&field.name) };
    out.push_str(&format!("\n[{key}.{name}]\n"));
    put_text(out, "type", field.kind.word());
    match &field.kind {
        FieldType::Choice { of } => put_list(out, "of", of),
        FieldType::Link { to } => put_text(out, "to", to.as_str()),
        FieldType::Text
        | FieldType::Number
        | FieldType::Money
        | FieldType::Date
        | FieldType::YesNo
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Person
        | FieldType::List => {}
    }
    put_maybe(out, "title", field.title.as_ref());
    if field.required {
        put(out, "required", "true");
    }
}

pub(super) fn put(out: &mut String, key: &str, value: &str) {
    out.push_str(&format!("{key} = {value}\n"));
}

/// A line with a key and a text.
pub(super) fn put_text(out: &mut String, key: &str, value: &str) {
    put(out, key, &text(value));
}

pub(super) fn put_maybe(out: &mut String, key: &str, value: Option<impl ToString>) {
    if let Some(value) = value {
        put_text(out, key, &value.to_string());
    }
}

fn put_list(out: &mut String, key: &str, values: &[String]) {
    if values.is_empty() {
        return;
    }
    let one_line = list(values.iter().map(String::as_str));
    if one_line.len() <= 90 {
        return put(out, key, &one_line);
    }
    let items = values.iter().map(|value| format!("  {},\n", text(value))).collect::<String>();
    put(out, key, &format!("[\n{items}]"));
}

pub(super) fn list<'a>(values: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", values.map(text).collect::<Vec<_>>().join(", "))
}

/// A text in quotes, with whatever escapes it needs.
pub(super) fn text(value: &str) -> String {
    Value::String(value.to_string()).to_string()
}

/// A text of several lines as it stands, between triple quotes on lines of their own.
fn paragraphs(value: &str) -> String {
    if !value.contains('\n') {
        return text(value);
    }
    let mut out = String::from("\"\"\"\n");
    let mut quotes = 0;
    for c in value.chars() {
        quotes = if c == '"' { quotes + 1 } else { 0 };
        match c {
            '\\' => out.push_str("\\\\"),
            '"' if quotes == 3 => {
                quotes = 0;
                out.push_str("\\\"");
            }
            '\n' | '\t' => out.push(c),
            // Writing to a string cannot fail.
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push_str("\n\"\"\"");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::goal::{Goal, Unit};
    use crate::domain::kind_file::{export_kind, parse_kind};
    use crate::domain::ladder::Ladder;
    use crate::domain::process::{Improve, Measure, Quorum, Way};
    use crate::domain::process_file::parse;
    use crate::domain::record::Kind;
    use crate::domain::rule::{Action, Rule, Start, Trigger};
    use crate::domain::schedule::{Overlap, Schedule};
    use crate::domain::table::{DecisionTable, Hit, TableRow};
    use crate::domain::{Handle, Party};
    use proptest::collection::{btree_set, vec};
    use proptest::option::of;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn an_export_reads_like_the_file_it_came_from() {
        let process = parse(include_str!("testdata/order.toml")).unwrap();
        let text = export(&process);
        assert_eq!(parse(&text), Ok(process));
        let start = "process = \"order\"\ntitle = \"Order\"\nkind = \"operational\"\npurpose = \"An order becomes money.\"\n\
                     accountable = \"@dana\"\nabout = \"customer\"\ngoal = \"15 business days\"\n\n[data.order_no]\ntype = \"text\"\n\
                     required = true\n\n[data.amount]\ntype = \"money\"\n";
        assert!(text.starts_with(start), "{text}");
        let confirm = "\n[[step]]\nstep = \"confirm\"\ntitle = \"Confirm\"\nby = \"sales\"\ngoal = \"1 business day\"\n\
                       accept = \"2 business hours\"\ndone = \"Agreed in writing.\"\nhow = \"Ask, and write it down.\"\ngives = [\"amount\", \"terms\", \"driver\"]\n\
                       next = [\n  { if = \"data.amount > 10000\", to = \"approve\" },\n  { to = \"split\" },\n]\n";
        assert!(text.contains(confirm), "{text}");
        let ladder = "\n[[ladder]]\non = \"accept\"\nrungs = [\n  { at = \"0 minutes\", remind = \"responsible\", every = \"1 day\", \
                      most = 3 },\n  { at = \"1 day\", escalate = \"lead\" },\n]\n";
        assert!(text.contains(ladder), "{text}");
    }

    #[test]
    fn procedures_keep_their_lines() {
        let how = "1. Say \"yes\".\n2. Write C:\\dir.\n\n\"\"\"\"quoted\"\"\"\"";
        assert_eq!(
            paragraphs(how),
            "\"\"\"\n1. Say \"yes\".\n2. Write C:\\\\dir.\n\n\"\"\\\"\"quoted\"\"\\\"\"\n\"\"\""
        );
    }

    fn handle() -> impl Strategy<Value = Handle> {
        // No word the format uses itself.
        "h[a-z0-9_.-]{0,6}".prop_map(|text| text.parse().unwrap())
    }

    fn said() -> impl Strategy<Value = String> {
        prop_oneof!["[a-z \"'\\\\{}#=\\[\\]]{1,12}", "\\PC{1,12}"]
            .prop_map(|text| text.trim().to_string())
            .prop_filter("says something", |text| !text.is_empty() && !text.chars().any(char::is_control))
    }

    fn paragraph() -> impl Strategy<Value = String> {
        vec(prop_oneof![said(), Just(String::new()), Just("\t\"\"\"\"\"".to_string())], 1..4)
            .prop_map(|lines| lines.join("\n").trim().to_string())
            .prop_filter("says something", |text| !text.is_empty())
    }

    fn party() -> impl Strategy<Value = Party> {
        prop_oneof![handle().prop_map(Party::Person), handle().prop_map(Party::Role)]
    }

    fn goal() -> impl Strategy<Value = Goal> {
        let units = vec![
            Unit::Minute,
            Unit::Hour,
            Unit::Day,
            Unit::Week,
            Unit::BusinessMinute,
            Unit::BusinessHour,
            Unit::BusinessDay,
        ];
        (1i64..1000, prop::sample::select(units)).prop_map(|(count, unit)| Goal { count, unit })
    }

    fn texts() -> impl Strategy<Value = Vec<String>> {
        btree_set(said(), 0..5).prop_map(|texts| texts.into_iter().collect())
    }

    fn field_type() -> impl Strategy<Value = FieldType> {
        let plain = vec![
            FieldType::Text,
            FieldType::Number,
            FieldType::Money,
            FieldType::Date,
            FieldType::YesNo,
            FieldType::Email,
            FieldType::Phone,
            FieldType::Person,
            FieldType::List,
        ];
        prop_oneof![
            prop::sample::select(plain),
            btree_set(said(), 1..4).prop_map(|of| FieldType::Choice { of: of.into_iter().collect() }),
            handle().prop_map(|to| FieldType::Link { to }),
        ]
    }

    fn fields() -> impl Strategy<Value = Vec<DataField>> {
        let field = (of(said()), field_type(), any::<bool>());
        prop::collection::btree_map("[a-z][a-z0-9_]{0,6}", field, 0..4).prop_map(|fields| {
            let field = |(name, (title, kind, required))| DataField { name, title, kind, required };
            fields.into_iter().map(field).collect()
        })
    }

    fn arm() -> impl Strategy<Value = Arm> {
        let to = prop::collection::btree_map(handle(), of(said()), 1..4).prop_map(|steps| {
            let only = steps.values().enumerate().filter_map(|(n, when)| Some((n as u32, when.clone()?)));
            (Go::To(steps.keys().cloned().collect()), only.collect())
        });
        let go = prop_oneof![to, of(said()).prop_map(|end| (Go::End(end), Vec::new()))];
        (of(said()), of(handle()), go).prop_map(|(when, on, (go, only))| {
            let on = on.map(|on| on.to_string());
            Arm { when, on, go, only }
        })
    }

    fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
        prop::collection::btree_map("[a-z_]{1,5}", said(), 1..3).prop_map(|pairs| pairs.into_iter().collect())
    }

    fn start() -> impl Strategy<Value = Start> {
        let data = prop_oneof![Just(Vec::new()), pairs()];
        (handle(), any::<bool>(), of(said()), data).prop_map(|(process, about_record, title, data)| Start {
            process,
            about_record,
            title,
            data,
        })
    }

    fn audience() -> impl Strategy<Value = Audience> {
        let words = vec![Audience::Responsible, Audience::Sender, Audience::Lead, Audience::Accountable];
        prop_oneof![prop::sample::select(words), party().prop_map(Audience::Party)]
    }

    fn actions() -> impl Strategy<Value = Vec<Action>> {
        let action = prop_oneof![
            start().prop_map(Action::Start),
            pairs().prop_map(Action::Set),
            any::<bool>().prop_map(Action::Urgent),
            paragraph().prop_map(Action::Note),
            audience().prop_map(Action::Remind),
            paragraph().prop_map(Action::Exception),
            said().prop_map(Action::Run),
        ];
        vec(action, 1..4)
    }

    fn kind() -> impl Strategy<Value = StepKind> {
        let quorum = prop_oneof![
            (1u32..9, 0u32..9).prop_map(|(need, more)| Quorum::Count { need, of: need + more }),
            (1u32..=100).prop_map(Quorum::Percent),
            Just(Quorum::All),
        ];
        let wait = prop_oneof![
            said().prop_map(WaitFor::Until),
            goal().prop_map(WaitFor::For),
            said().prop_map(WaitFor::Message),
        ];
        prop_oneof![
            Just(StepKind::Work),
            of(quorum).prop_map(|quorum| StepKind::Decision { quorum }),
            wait.prop_map(StepKind::Wait),
            actions().prop_map(|actions| StepKind::Auto { actions }),
            (start(), any::<bool>()).prop_map(|(start, wait)| StepKind::Process { start, wait }),
        ]
    }

    fn rules() -> impl Strategy<Value = Vec<Rule>> {
        let on = prop::sample::select(Trigger::ALL.map(|(_, on)| on).to_vec());
        let rule = (on, of(handle()), of(said()), actions(), of(said()));
        prop::collection::btree_map(handle(), rule, 0..3).prop_map(|rules| {
            let rule = |(rule, (on, step, when, then, reason))| Rule { rule, on, step, when, then, reason };
            rules.into_iter().map(rule).collect()
        })
    }

    fn schedules() -> impl Strategy<Value = Vec<Schedule>> {
        let every = ["RRULE:FREQ=DAILY", "RRULE:FREQ=MONTHLY;BYDAY=-1FR", "RRULE:FREQ=YEARLY;BYMONTH=2"];
        let data = prop_oneof![Just(Vec::new()), pairs()];
        let schedule = (prop::sample::select(every.to_vec()), 0u32..1440, any::<bool>(), goal(), data);
        let schedule = schedule.prop_map(|(every, at, skip, catch_up, data)| {
            let overlap = if skip { Overlap::Skip } else { Overlap::Start };
            Schedule { every: every.to_string(), at, overlap, catch_up, data }
        });
        vec(schedule, 0..3)
    }

    fn tables() -> impl Strategy<Value = Vec<DecisionTable>> {
        let value = prop_oneof![
            said().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            any::<bool>().prop_map(serde_json::Value::from),
            (-1e9f64..1e9).prop_map(serde_json::Value::from),
        ];
        let rows = move |inputs, outputs| {
            let row = (vec(said(), inputs), vec(value.clone(), outputs));
            vec(row.prop_map(|(when, then)| TableRow { when, then }), 1..4)
        };
        let hits = prop::sample::select(Hit::ALL.map(|(_, hit)| hit).to_vec());
        let table = (1usize..3, 1usize..3).prop_flat_map(move |(inputs, outputs)| {
            let inputs = btree_set(said(), inputs);
            let outputs = btree_set("[a-z][a-z0-9_]{0,5}", outputs);
            (inputs, outputs)
        });
        let table = (table, hits).prop_flat_map(move |((inputs, outputs), hit)| {
            let rows = rows(inputs.len(), outputs.len());
            (Just(inputs), Just(outputs), Just(hit), rows)
        });
        prop::collection::btree_map("[a-z][a-z0-9_]{0,5}", table, 0..3).prop_map(|tables| {
            let table = |(name, (inputs, outputs, hit, rows)): (String, (_, _, _, _))| DecisionTable {
                table: name.parse().unwrap(),
                hit,
                inputs: BTreeSet::into_iter(inputs).collect(),
                outputs: BTreeSet::into_iter(outputs).collect(),
                rows,
            };
            tables.into_iter().map(table).collect()
        })
    }

    fn some_handles() -> impl Strategy<Value = Vec<Handle>> {
        btree_set(handle(), 0..3).prop_map(|steps| steps.into_iter().collect())
    }

    /// Of what only a step that somebody takes says, and whether anybody does.
    fn taken(step: Step) -> Step {
        if step.kind.is_human() {
            return step;
        }
        let chase = step.chase.filter(|_| matches!(step.kind, StepKind::Wait(_)));
        let pauses_case = step.pauses_case && !matches!(step.kind, StepKind::Auto { .. });
        let Step { handle, title, kind, how, join, need, late, each, milestone, limit, next, .. } = step;
        let step = Step::work(handle, title, Performer::Sender);
        Step { kind, how, join, need, late, each, milestone, limit, next, chase, pauses_case, ..step }
    }

    fn step() -> impl Strategy<Value = Step> {
        let by = prop_oneof![
            party().prop_map(Performer::Party),
            Just(Performer::Party(Party::Contact)),
            said().prop_map(Performer::Data)
        ];
        let picks = prop::sample::select(Pick::ALL.map(|(_, pick)| pick).to_vec());
        let first = (handle(), said(), kind(), by, picks, some_handles(), of(party()), any::<bool>());
        let goals = (of(goal()), of(goal()), of(goal()), of(goal()));
        let texts = (of(said()), of(paragraph()), texts(), texts(), texts(), texts(), any::<bool>());
        let join = (some_handles(), of((1u32..4, any::<bool>())), of(said()), of(said()), vec(arm(), 1..4));
        (first, goals, texts, join).prop_map(|(first, goals, texts, gathers)| {
            let (handle, title, kind, by, pick, not_by, minded, pauses_case) = first;
            let (chase, goal, urgent_goal, accept) = goals;
            let (done, how, checklist, needs, documents, gives, ask_next) = texts;
            let (join, need, each, milestone, next) = gathers;
            let late = if need.is_some_and(|(_, cancel)| cancel) { Late::Cancel } else { Late::Continue };
            let need = need.map(|(need, _)| need);
            let step = Step { kind, pick, not_by, minded, pauses_case, ..Step::work(handle, title, by) };
            let step = Step { chase, goal, urgent_goal, accept, done, how, checklist, ..step };
            let step = Step { needs, documents, gives, ask_next, join, need, late, ..step };
            let limit = Some(u32::from(ask_next) + 1).filter(|_| pauses_case);
            taken(Step { each, milestone, limit, next, ..step })
        })
    }

    fn rung() -> impl Strategy<Value = Rung> {
        let at = (goal(), any::<bool>())
            .prop_map(|(goal, before)| Goal { count: if before { -goal.count } else { goal.count }, ..goal });
        (at, audience(), of(audience()), any::<bool>(), of((goal(), of(1u32..9)))).prop_map(
            |(at, one, other, first, again)| {
                let (remind, escalate) = if first { (Some(one), other) } else { (other, Some(one)) };
                let (every, most) = again.map_or((None, None), |(every, most)| (Some(every), most));
                let (raise, exception) = (most == Some(1), most.map(|most| format!("x {most}")));
                let release = most == Some(2);
                let reassign = every.and(exception.clone()).filter(|_| !release);
                let reassign = reassign.map(|_| Party::Person("bo".parse().unwrap()));
                Rung { at, remind, escalate, raise, release, reassign, exception, every, most }
            },
        )
    }

    fn process() -> impl Strategy<Value = Process> {
        let kinds = vec![ProcessKind::Operational, ProcessKind::Management, ProcessKind::Support];
        let ladders = vec(vec(rung(), 1..4), 0..4).prop_map(|ladders| {
            let clocks = [ClockKind::Accept, ClockKind::Goal, ClockKind::Case];
            let ladder = |(on, mut rungs): (ClockKind, Vec<Rung>)| {
                // A case clock has nothing to move.
                for rung in rungs.iter_mut().filter(|_| on == ClockKind::Case) {
                    (rung.release, rung.reassign) = (false, None);
                }
                Ladder { on, rungs }
            };
            clocks.into_iter().zip(ladders).map(ladder).collect()
        });
        let improve = (said(), of(said()), goal()).prop_map(|(metric, expect, every)| Improve {
            metric,
            judged: true,
            expect,
            review: format!("every {every}"),
        });
        let head = (handle(), said(), prop::sample::select(kinds), paragraph(), party());
        let body =
            (of(handle()), of(goal()), of(handle()), fields(), vec(step(), 1..4), ladders, of(improve));
        let reasons = btree_set("h[a-z0-9_]{0,6}", 0..3);
        let measure = (
            of(handle()),
            vec((handle(), handle()), 0..3),
            vec(handle(), 0..2),
            any::<bool>(),
            any::<bool>(),
            any::<bool>(),
        )
            .prop_map(|(finish, ways, repeats, zoned, dates_only, intervals)| {
                let ways = ways.into_iter().map(|(from, to)| Way { from, to });
                let deliberate = ways.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
                let repeats =
                    repeats.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect();
                let zone = zoned.then(|| "Asia/Tokyo".parse().unwrap());
                Some(Measure { finish, deliberate, repeats, zone, dates_only, intervals })
                    .filter(|measure| !measure.is_usual())
            });
        let more = (of(goal()), reasons, rules(), schedules(), tables(), measure);
        (head, body, more).prop_map(|(head, body, more)| {
            let (handle, title, kind, purpose, accountable) = head;
            let (about, goal, calendar, data, steps, ladders, improve) = body;
            let (urgent_goal, reasons, rules, schedules, tables, measure) = more;
            let process = Process::new(handle, title, accountable);
            let process = Process { kind, purpose, about, goal, calendar, data, steps, ladders, ..process };
            let decline = reasons.into_iter().collect();
            Process { urgent_goal, decline, rules, schedules, tables, improve, measure, ..process }
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_to_the_same(process in process()) {
            let text = export(&process);
            prop_assert_eq!(parse(&text), Ok(process), "{}", text);
        }

        #[test]
        fn a_kind_reads_back_to_the_same(handle in handle(), title in said(), singular in of(said()), fields in fields()) {
            let kind = Kind { handle, title, singular, fields };
            let text = export_kind(&kind);
            prop_assert_eq!(parse_kind(&text), Ok(kind), "{}", text);
        }
    }
}
