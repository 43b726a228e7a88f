//! Writes a process as the file a person would have written. What it writes reads back to an equal process.

use super::ladder::{Audience, ClockKind, Rung};
use super::process::{Arm, DataField, Go, Performer, Process, ProcessKind, Step};
use super::record::FieldType;
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
    put_maybe(&mut out, "calendar", process.calendar.as_ref());
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
    if let Some(improve) = &process.improve {
        out.push_str("\n[improve]\n");
        put_text(&mut out, "metric", &improve.metric);
        put_maybe(&mut out, "expect", improve.expect.as_ref());
        put_text(&mut out, "review", &improve.review);
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
    match &step.by {
        Performer::Party(party) => put_text(out, "by", &party.to_string()),
        Performer::Data(field) => put(out, "by", &format!("{{ data = {} }}", text(field))),
        Performer::Sender => {}
    }
    put_maybe(out, "goal", step.goal);
    put_maybe(out, "accept", step.accept);
    put_maybe(out, "done", step.done.as_ref());
    if let Some(how) = &step.how {
        put(out, "how", &paragraphs(how));
    }
    put_list(out, "checklist", &step.checklist);
    put_list(out, "needs", &step.needs);
    put_list(out, "gives", &step.gives);
    put_list(out, "join", &step.join.iter().map(ToString::to_string).collect::<Vec<_>>());
    match step.next.as_slice() {
        [Arm { when: None, on: None, go: Go::To(steps), .. }] if steps.len() == 1 => {
            put(out, "next", &steps.iter().map(|step| text(step.as_str())).collect::<String>());
        }
        [arm] => put(out, "next", &arm_text(arm)),
        arms => {
            let arms = arms.iter().map(|arm| format!("  {},\n", arm_text(arm))).collect::<String>();
            put(out, "next", &format!("[\n{arms}]"));
        }
    }
}

fn arm_text(arm: &Arm) -> String {
    let when = arm.when.as_ref().map(|when| format!("if = {}, ", text(when))).unwrap_or_default();
    let go = match &arm.go {
        Go::To(steps) => match steps.as_slice() {
            [one] => format!("to = {}", text(one.as_str())),
            all => format!("all = {}", list(all.iter().map(|step| step.as_str()))),
        },
        Go::End(Some(outcome)) => format!("end = {}", text(outcome)),
        Go::End(None) => "end = true".to_string(),
    };
    format!("{{ {when}{go} }}")
}

fn rung_text(rung: &Rung) -> String {
    let mut parts = vec![format!("at = {}", text(&rung.at.to_string()))];
    let audience = |key: &str, audience: &Option<Audience>| {
        audience.as_ref().map(|audience| format!("{key} = {}", text(&audience_word(audience))))
    };
    parts.extend(audience("remind", &rung.remind));
    parts.extend(audience("escalate", &rung.escalate));
    parts.extend(rung.every.map(|every| format!("every = {}", text(&every.to_string()))));
    parts.extend(rung.most.map(|most| format!("most = {most}")));
    format!("{{ {} }}", parts.join(", "))
}

fn audience_word(audience: &Audience) -> String {
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

fn put(out: &mut String, key: &str, value: &str) {
    out.push_str(&format!("{key} = {value}\n"));
}

/// A line with a key and a text.
pub(super) fn put_text(out: &mut String, key: &str, value: &str) {
    put(out, key, &text(value));
}

fn put_maybe(out: &mut String, key: &str, value: Option<impl ToString>) {
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

fn list<'a>(values: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", values.map(text).collect::<Vec<_>>().join(", "))
}

/// A text in quotes, with whatever escapes it needs.
fn text(value: &str) -> String {
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
    use crate::domain::process::Improve;
    use crate::domain::process_file::parse;
    use crate::domain::record::Kind;
    use crate::domain::{Handle, Party};
    use proptest::collection::{btree_set, vec};
    use proptest::option::of;
    use proptest::prelude::*;

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
                       done = \"Agreed in writing.\"\nhow = \"Ask, and write it down.\"\ngives = [\"amount\", \"terms\", \"driver\"]\n\
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
        let go = prop_oneof![
            btree_set(handle(), 1..4).prop_map(|steps| Go::To(steps.into_iter().collect())),
            of(said()).prop_map(Go::End),
        ];
        (of(said()), go).prop_map(|(when, go)| Arm::new(when, go))
    }

    fn step() -> impl Strategy<Value = Step> {
        let by = prop_oneof![party().prop_map(Performer::Party), said().prop_map(Performer::Data)];
        let join = btree_set(handle(), 0..3).prop_map(|steps| steps.into_iter().collect());
        let first = (handle(), said(), by, of(goal()), of(goal()), of(said()), of(paragraph()));
        (first, (texts(), texts(), texts(), join, vec(arm(), 1..4))).prop_map(|(first, second)| {
            let (handle, title, by, goal, accept, done, how) = first;
            let (checklist, needs, gives, join, next) = second;
            let step = Step::work(handle, title, by);
            Step { goal, accept, done, how, checklist, needs, gives, join, next, ..step }
        })
    }

    fn rung() -> impl Strategy<Value = Rung> {
        let words = vec![Audience::Responsible, Audience::Sender, Audience::Lead, Audience::Accountable];
        let audience = || prop_oneof![prop::sample::select(words.clone()), party().prop_map(Audience::Party)];
        let at = (goal(), any::<bool>())
            .prop_map(|(goal, before)| Goal { count: if before { -goal.count } else { goal.count }, ..goal });
        (at, audience(), of(audience()), any::<bool>(), of((goal(), of(1u32..9)))).prop_map(
            |(at, one, other, first, again)| {
                let (remind, escalate) = if first { (Some(one), other) } else { (other, Some(one)) };
                let (every, most) = again.map_or((None, None), |(every, most)| (Some(every), most));
                Rung { at, remind, escalate, every, most }
            },
        )
    }

    fn process() -> impl Strategy<Value = Process> {
        let kinds = vec![ProcessKind::Operational, ProcessKind::Management, ProcessKind::Support];
        let ladders = vec(vec(rung(), 1..4), 0..4).prop_map(|ladders| {
            let clocks = [ClockKind::Accept, ClockKind::Goal, ClockKind::Case];
            clocks.into_iter().zip(ladders).map(|(on, rungs)| Ladder { on, rungs }).collect()
        });
        let improve = (said(), of(said()), goal()).prop_map(|(metric, expect, every)| Improve {
            metric,
            expect,
            review: format!("every {every}"),
        });
        let head = (handle(), said(), prop::sample::select(kinds), paragraph(), party());
        let body =
            (of(handle()), of(goal()), of(handle()), fields(), vec(step(), 1..4), ladders, of(improve));
        (head, body).prop_map(|(head, body)| {
            let (handle, title, kind, purpose, accountable) = head;
            let (about, goal, calendar, data, steps, ladders, improve) = body;
            let process = Process::new(handle, title, accountable);
            Process { kind, purpose, about, goal, calendar, data, steps, ladders, improve, ..process }
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
