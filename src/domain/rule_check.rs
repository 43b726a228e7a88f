//! Checks what a process does by itself: rules, actions, the cases it starts, its schedules, and its decision tables.

use super::condition::Names;
use super::condition_types::described;
use super::diagnostic;
use super::id::Handle;
use super::ladder::Audience;
use super::problem::{listed, meant, quoted};
use super::process::{DataField, Process};
use super::process_check::{Check, Known};
use super::record::FieldType;
use super::rule::{Action, Start, Trigger};
use super::rule_export::word_of;
use super::schedule::Schedule;
use super::set_types::{misfits, names_nobody};
use super::step_check::Source;
use super::table::{Cell, DecisionTable, Hit, cell};
use super::table_overlap::{gap, hidden, overlap};
use serde_json::Value;

impl<'a> Check<'a> {
    pub(super) fn rules(&mut self) {
        for (index, rule) in self.process.rules.iter().enumerate() {
            let base = format!("rule.{index}");
            let word = word_of(&Trigger::ALL, rule.on);
            let step = rule.step.as_ref();
            let found = step.and_then(|step| self.process.step(step));
            match (step, found) {
                (Some(_), _) if !is_about_steps(rule.on) => {
                    let hint = "leave `step` out, or write `on = \"step.done\"`".to_string();
                    self.refuse(&format!("{base}.step"), format!("`{word}` is not about a step"), hint);
                }
                (Some(step), None) if !self.unread.steps => {
                    let names = self.process.steps.iter().map(|step| step.handle.as_str());
                    let hint = meant(step.as_str(), names);
                    self.refuse(
                        &format!("{base}.step"),
                        format!("there is no step {}", quoted(step.as_str())),
                        hint,
                    );
                }
                (Some(step), Some(found)) if !found.kind.is_human() && is_about_people(rule.on) => {
                    let message =
                        format!("`{step}` is of type `{}`: `{word}` never comes there", found.kind.word());
                    let hint = "name a step that somebody does".to_string();
                    self.refuse(&format!("{base}.step"), message, hint);
                }
                _ => {}
            }
            let names = self.known_names();
            if let Some(source) = &rule.when {
                self.source(&format!("{base}.if"), source, &names, Source::Condition);
            }
            self.actions(&base, &rule.then, &names);
            if rule.reason.is_none() || self.process.improve.is_none() {
                self.fit_for_rules(&base, step.filter(|_| found.is_some_and(|step| step.kind.is_human())));
            }
        }
    }

    /// What is broken is not automated without saying why, and without a date to look at it again. A rule about a
    /// step acts on the handoff into it.
    fn fit_for_rules(&mut self, base: &str, step: Option<&Handle>) {
        let fit = diagnostic::readiness(self.process, step);
        if fit.missing.is_empty() || (self.unread.steps && step.is_none()) {
            return;
        }
        let what =
            step.map_or_else(|| "in a process that is".to_string(), |step| format!("on `{step}`, which is"));
        let lacks = fit.missing.join("; ");
        let message = format!("a rule {what} not fit for it yet: {} of {} ({lacks})", fit.there, fit.of);
        let hint = "mend that, or say why with `reason = \"…\"` in the rule, and under `[improve]` when it is \
                    reviewed: `review = \"every 30 days\"`";
        match fit.is_below() {
            true => self.refuse(base, message, hint.to_string()),
            false => self.warn(base, message, hint),
        }
    }

    /// Actions whose list is `….then`.
    pub(super) fn actions(&mut self, base: &str, actions: &[Action], names: &Names) {
        for (n, action) in actions.iter().enumerate() {
            let base = format!("{base}.then.{n}");
            match action {
                Action::Start(start) => self.start(&base, start, names),
                Action::Set(pairs) => {
                    for (field, source) in pairs {
                        let path = format!("{base}.set.{field}");
                        match self.process.field(field) {
                            Some(declared) => {
                                self.source(&path, source, names, Source::Expression);
                                if let Some((message, hint)) = self.unfit(declared, source, names) {
                                    self.refuse(&path, message, hint);
                                }
                            }
                            None => self.no_field(&path, field),
                        }
                    }
                }
                Action::Note(source) => {
                    self.source(&format!("{base}.note"), source, names, Source::Template);
                }
                Action::Exception(source) => {
                    self.source(&format!("{base}.exception"), source, names, Source::Template);
                }
                Action::Remind(Audience::Party(party)) => {
                    let words = ["responsible", "sender", "lead", "accountable"];
                    self.party(&format!("{base}.remind"), party, &words);
                }
                Action::Run(name) => {
                    let listed = self.known.programs.as_ref().is_none_or(|known| known.contains(name));
                    if !listed {
                        let hint = format!(
                            "add it where whoever ticks has their settings: `[run]` with `{name} = [\"/path/of/it\"]`"
                        );
                        let message =
                            format!("{} is not on the list of programs that may be run", quoted(name));
                        self.warn(&format!("{base}.run"), message, hint);
                    }
                }
                Action::Remind(_) | Action::Urgent(_) => {}
            }
        }
    }

    /// Why what stands there cannot be the value of a field.
    fn unfit(&self, field: &DataField, source: &str, names: &Names) -> Option<(String, String)> {
        let nobody = || names_nobody(field, source, names, self.known.people.as_deref()?);
        misfits(field, source, names).or_else(nobody)
    }

    /// The process of this name: the one that is checked, or one that is there.
    pub(super) fn process_known(&self, name: &Handle) -> Option<&'a Process> {
        let (own, known): (&'a Process, &'a Known) = (self.process, self.known);
        let mut processes = known.processes.iter().flatten().map(|process| &**process);
        if own.handle == *name { Some(own) } else { processes.find(|known| known.handle == *name) }
    }

    /// A case to start, its keys under `base`.
    pub(super) fn start(&mut self, base: &str, start: &Start, names: &Names) {
        if start.about_record && self.process.about.is_none() && !self.places.has("about") {
            let hint = "leave it out here, or say `about = \"…\"` for this process".to_string();
            self.refuse(&format!("{base}.about"), "this process is not about a record", hint);
        }
        for (field, source) in &start.data {
            self.source(&format!("{base}.with.{field}"), source, names, Source::Expression);
        }
        if let Some(title) = &start.title {
            self.source(&format!("{base}.case_title"), title, names, Source::Template);
        }
        let Some(processes) = &self.known.processes else { return };
        match self.process_known(&start.process) {
            Some(process) => self.fits(base, start, process, names),
            None => {
                let names = processes.iter().map(|process| process.handle.as_str());
                let near = super::nearest::nearest(start.process.as_str(), names);
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "bring it in with `baton process apply` before a case comes here".to_string(),
                };
                let message = format!("there is no process {} yet", quoted(start.process.as_str()));
                self.warn(&format!("{base}.start"), message, hint);
            }
        }
    }

    /// Whether the process that is there now could be started so. It may change, so these are warnings.
    fn fits(&mut self, base: &str, start: &Start, process: &Process, names: &Names) {
        let name = &start.process;
        for (field, source) in &start.data {
            let misfit = process.field(field).and_then(|field| self.unfit(field, source, names));
            if let Some((message, hint)) = misfit {
                self.warn(&format!("{base}.with.{field}"), message, hint);
            }
        }
        for (field, _) in start.data.iter().filter(|(field, _)| process.field(field).is_none()) {
            let fields = process.data.iter().map(|field| field.name.as_str());
            let hint = meant(field, fields).unwrap_or_else(|| "leave it out".to_string());
            let message = format!("{} is not a field in the data of `{name}`", quoted(field));
            self.warn(&format!("{base}.with.{field}"), message, hint);
        }
        let given = |field: &str| start.data.iter().any(|(name, _)| name == field);
        let missing = process.data.iter().filter(|field| field.required && !given(&field.name));
        let missing = missing.map(|field| field.name.as_str()).collect::<Vec<_>>();
        if let Some(first) = missing.first() {
            let message = format!("a case of `{name}` needs {} to begin", listed(&missing));
            let hint = format!("add `with = {{ {first} = \"data.…\" }}`");
            self.warn(&format!("{base}.start"), message, hint);
        }
        match &process.about {
            Some(about) if !start.about_record => {
                let message = format!("a case of `{name}` is about a record of the kind `{about}`");
                self.warn(&format!("{base}.start"), message, "add `about = \"record\"`");
            }
            Some(about) if self.process.about.as_ref().is_some_and(|own| own != about) => {
                let own = self.process.about.as_ref().map_or("", Handle::as_str);
                let message = format!("a case of `{name}` is about `{about}`, and this one about `{own}`");
                self.warn(&format!("{base}.about"), message, "start a process about the same kind of record");
            }
            _ => {}
        }
    }

    pub(super) fn schedules(&mut self) {
        for (index, schedule) in self.process.schedules.iter().enumerate() {
            let base = format!("schedule.{index}");
            if self.process.about.is_some() {
                let message = "a schedule cannot start this process: each case is about a record";
                let hint = "leave `about` out, or start it with a rule of another process".to_string();
                self.refuse(&base, message, hint);
            }
            self.schedule_data(&base, schedule);
        }
    }

    fn schedule_data(&mut self, base: &str, schedule: &Schedule) {
        for (field, text) in &schedule.data {
            let path = format!("{base}.with.{field}");
            let Some(declared) = self.process.field(field) else {
                self.no_field(&path, field);
                continue;
            };
            if let Err(error) = declared.kind.read(field, text, "EUR") {
                self.refuse(&path, error.message.trim_end_matches('.').to_string(), error.hint);
            }
        }
        let given = |name: &str| schedule.data.iter().any(|(field, _)| field == name);
        for field in self.process.data.iter().filter(|field| field.required && !given(&field.name)) {
            let message =
                format!("a case needs `{}` to begin, and the schedule does not give it", field.name);
            let hint = format!("add `with = {{ {} = \"…\" }}`", field.name);
            self.refuse(base, message, hint);
        }
    }

    pub(super) fn tables(&mut self) {
        // A table that asks a table could go round.
        let names = Names { tables: &[], ..self.known_names() };
        for table in &self.process.tables {
            let base = format!("table.{}", table.table);
            for (n, source) in table.inputs.iter().enumerate() {
                self.source(&format!("{base}.inputs.{n}"), source, &names, Source::Expression);
            }
            self.cells(&base, table, &names);
        }
    }

    fn cells(&mut self, base: &str, table: &DecisionTable, names: &Names) {
        let kinds = table.inputs.iter().map(|input| names.find(input).ok().flatten()).collect::<Vec<_>>();
        let before = self.problems.len();
        for (row, entry) in table.rows.iter().enumerate() {
            for (n, text) in entry.when.iter().enumerate() {
                let problem = match cell(text) {
                    Err(sentence) => Some(sentence),
                    Ok(cell) => kinds.get(n).and_then(Option::as_ref).and_then(|kind| misfit(&cell, kind)),
                };
                let Some(sentence) = problem else { continue };
                let (message, hint) = sentence.split_once("; ").unwrap_or((&sentence, ""));
                let hint = Some(hint.to_string()).filter(|hint| !hint.is_empty());
                self.refuse(&format!("{base}.rows.{row}.{n}"), message, hint);
            }
        }
        let read = self.problems.len() == before && !self.unread.tables;
        for (first, later) in hidden(table, &kinds) {
            let (first, row) = (first + 1, later + 1);
            let message =
                format!("row {row} is never reached: row {first} comes first and holds for all it does");
            let hint = format!("put it before row {first}, narrow row {first}, or leave it out");
            self.warn(&format!("{base}.rows.{later}.0"), message, hint);
        }
        if let (Some(given), Some(last)) = (gap(table, &kinds), table.rows.len().checked_sub(1))
            && read
        {
            let message = format!("no row holds for {given}: a case that asks with that cannot go on");
            let hint = match table.hit {
                Hit::First => "add a last row of `-`, or one for it",
                _ => "add a row for it; with `hit = \"first\"` a last row of `-` answers for all the others",
            };
            self.warn(&format!("{base}.rows.{last}.0"), message, hint);
        }
        if let Some(found) = overlap(table, &kinds) {
            let (a, b) = (found.rows.0 + 1, found.rows.1 + 1);
            let message = format!("rows {a} and {b} hold at once for {}", found.given);
            let hint = match table.hit {
                Hit::Any => "rows that hold at once give the same with `hit = \"any\"`",
                _ => "only one may with `hit = \"unique\"`; narrow one of them, or say `first`",
            };
            self.refuse(&format!("{base}.rows.{}.0", found.rows.1), &message, Some(hint.to_string()));
        }
    }
}

/// Why a cell never holds for a field of this type, with a hint after `; `.
fn misfit(cell: &Cell, kind: &FieldType) -> Option<String> {
    let what = described(kind);
    let numeric = matches!(kind, FieldType::Number | FieldType::Money);
    let values = match cell {
        Cell::Any => return None,
        Cell::Compare(..) | Cell::Between(..) => {
            return (!numeric)
                .then(|| format!("{what} does not compare with a number; write the value alone"));
        }
        Cell::CompareDate(..) | Cell::BetweenDates(..) => {
            return (*kind != FieldType::Date)
                .then(|| format!("{what} does not compare with a date; write the value alone"));
        }
        Cell::Is(values) | Cell::Not(values) => values,
    };
    let wrong = values.iter().find(|value| match (kind, value) {
        (FieldType::Number | FieldType::Money, value) => !value.is_number(),
        (FieldType::YesNo, value) => !value.is_boolean(),
        (FieldType::Choice { of }, value) => !of.contains(&said(value)),
        _ => false,
    })?;
    let wrong = said(wrong);
    Some(match kind {
        FieldType::Choice { of } => {
            let hint = meant(&wrong, of.iter().map(String::as_str)).unwrap_or_default();
            format!("{} is not among the choices; {hint}", quoted(&wrong))
        }
        FieldType::YesNo => format!("{} is not yes or no; write `yes`, `no` or `-`", quoted(&wrong)),
        _ => format!("{} is not a number; write `1000`, `>= 1000` or `1000..5000`", quoted(&wrong)),
    })
}

/// A value of a cell as it was written.
fn said(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".to_string(),
        Value::Bool(false) => "no".to_string(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_about_people(on: Trigger) -> bool {
    matches!(on, Trigger::StepOffered | Trigger::StepAccepted | Trigger::StepDeclined | Trigger::StepReturned)
}

fn is_about_steps(on: Trigger) -> bool {
    is_about_people(on) || matches!(on, Trigger::StepDone | Trigger::Late)
}

#[cfg(test)]
mod tests {
    use crate::domain::every_key::said_of_every_key;

    #[test]
    fn a_program_that_is_not_on_the_list_is_warned_of_where_the_list_is_known() {
        let rule = "\n[[rule]]\nrule = \"tell\"\non = \"case.done\"\nthen = [{ run = \"touch\" }]\n";
        let text = format!("{}{rule}", include_str!("../../assets/patterns/01-sequence.toml"));
        let warned = |programs: Option<&[&str]>| {
            let programs = programs.map(|all| all.iter().map(ToString::to_string).collect());
            use crate::domain::process_check::{Known, read};
            let problems = read(&text, &Known { programs, ..Known::default() }).1;
            problems
                .iter()
                .any(|problem| problem.message == "`touch` is not on the list of programs that may be run")
        };
        assert_eq!([warned(None), warned(Some(&[])), warned(Some(&["touch"]))], [false, true, false]);
    }

    #[test]
    fn mistakes_in_what_happens_by_itself() {
        for (from, to, expected) in [
            (
                "on   = \"case.done\"",
                "on   = \"case.finished\"",
                r#"152:8: error: `on` cannot be `case.finished`
  hint: there is `case.started`, `case.done`, `case.withdrawn`, `step.offered`, `step.accepted`, `step.done`, `step.declined`, `step.returned`, `data.changed`, `late` and `exception`"#,
            ),
            (
                "on   = \"case.done\"",
                "on   = \"case.done\"\nstep = \"approve\"",
                r#"153:8: error: `case.done` is not about a step
  hint: leave `step` out, or write `on = "step.done"`"#,
            ),
            (
                "step = \"approve\" ",
                "step = \"aprove\" ",
                r#"159:8: error: there is no step `aprove`
  hint: did you mean `approve`?"#,
            ),
            (
                "step = \"approve\" ",
                "step = \"note\" ",
                r#"159:8: error: `note` is of type `auto`: `step.declined` never comes there
  hint: name a step that somebody does"#,
            ),
            (
                "case.outcome == 'paid'",
                "case.outcom == 'paid'",
                r#"153:9: error: `outcom` is not a field a case knows of itself
  hint: did you mean `outcome`?"#,
            ),
            (
                "rule = \"review\" ",
                "rule = \"rule-2\" ",
                r#"157:1: error: there is a rule `rule-2` already
  hint: give it another name with `rule = "…"`"#,
            ),
            (
                "{ set = { approver = \"table.approval.who\" } }",
                "{ set = { aprover = \"table.approval.who\" } }",
                r#"71:23: error: `aprover` is not a field in the data of this process
  hint: did you mean `approver`?"#,
            ),
            (
                "{ set = { approver = \"table.approval.who\" } }",
                "{ set = { approver = \"data.amount +\" } }",
                r#"71:25: error: the expression does not parse: unexpected end of input, expected expression
  hint: it knows names such as `data.amount`, numbers, texts in quotes, `+ - * /`, comparisons, `and`, `or`, `not` and `a if condition else b`"#,
            ),
            (
                "{ set = { approver = \"table.approval.who\" } }",
                "{ set = { approver = \"item\" } }",
                r#"71:25: error: `item` is unknown here
  hint: only what a step with `each = "…"` does by itself has an item"#,
            ),
            (
                "{ set = { approver = \"table.approval.who\" } }",
                "{ set = { amount = \"'much'\" } }",
                "71:22: error: amount: `much` is not an amount\n  hint: Write an amount and its currency, such as 1200.50 EUR or 1.200,50 EUR.",
            ),
            (
                "{ set = { approver = \"table.approval.who\" } }",
                "{ set = {} }",
                r#"71:11: error: `set` names no field
  hint: write `set = { checked = "true" }`"#,
            ),
            (
                "{{ data.order_no }} belongs",
                "{{ data.order }} belongs",
                r#"72:22: error: `order` is not a field in the data of this process
  hint: there is `order_no`, `amount`, `terms`, `parcels`, `approver`, `delivered_on` and `review_on`"#,
            ),
            (
                "{ urgent = true }",
                "{ urgent = \"yes\" }",
                r#"73:14: error: `urgent` must be true or false, not a text"#,
            ),
            (
                "{ urgent = true }",
                "{ urgnt = true }",
                r#"73:3: error: `urgnt` is not an action
  hint: did you mean `urgent`?"#,
            ),
            (
                "{ urgent = true }",
                "{ urgent = true, note = \"x\" }",
                r#"73:3: error: `note` beside `urgent`: an action is one thing
  hint: write one table for each, in the order they happen"#,
            ),
            (
                "{ urgent = true }",
                "{ urgent = true, with = { a = \"1\" } }",
                r#"73:3: error: `with` beside `urgent`
  hint: `with` belongs to `start`"#,
            ),
            (
                "{ urgent = true }",
                "\"urgent\"",
                r#"73:3: error: an action must be a table
  hint: write `{ note = "…" }`"#,
            ),
            (
                "then = [{ remind = \"accountable\" }]",
                "then = []",
                r#"160:8: error: `then` does nothing
  hint: an action is one of `start`, `set`, `urgent`, `note`, `remind`, `exception`, `run`"#,
            ),
            (
                "then = [{ remind = \"accountable\" }]",
                "then = [{ remind = \"contact\" }]",
                r#"160:20: error: `remind` must be somebody inside, not the contact
  hint: tell somebody inside, such as `lead`"#,
            ),
            (
                "about = \"record\", with",
                "about = \"customer\", with",
                r#"154:44: error: `about` cannot be `customer`
  hint: there is `record`"#,
            ),
            (
                "hit     = \"first\"",
                "hit     = \"best\"",
                r#"164:11: error: `hit` cannot be `best`
  hint: there is `unique`, `any`, `first` and `collect`"#,
            ),
            (
                "hit     = \"first\"",
                "hit     = \"unique\"",
                r#"171:4: error: rows 1 and 3 hold at once for data.amount = 10000.0 and data.terms = prepaid
  hint: only one may with `hit = "unique"`; narrow one of them, or say `first`"#,
            ),
            (
                "inputs  = [\"data.amount\", \"data.terms\"]",
                "inputs  = [\"data.amount\", \"data.term\"]",
                r#"165:28: error: `term` is not a field in the data of this process
  hint: did you mean `terms`?"#,
            ),
            (
                "inputs  = [\"data.amount\", \"data.terms\"]",
                "inputs  = [\"table.approval.who\", \"data.terms\"]",
                r#"165:13: error: `table.approval.who` is unknown: there is no such table here
  hint: make one with `[table.NAME]`"#,
            ),
            (
                "outputs = [\"who\"]",
                "outputs = [\"Who\"]",
                r#"166:12: error: `Who` cannot be the name of an output: lower-case letters, digits and `_`
  hint: conditions say it as `table.NAME.OUTPUT`"#,
            ),
            (
                "table.approval.who == 'directors'",
                "table.approval.who in ['directors', 'sale']",
                r#"48:60: error: no row of the table gives `sale` for `table.approval.who`
  hint: did you mean `sales`?"#,
            ),
            (
                "table.approval.who == 'directors'",
                "table.approval.who != 'boss'",
                r#"48:24: error: no row of the table gives `boss` for `table.approval.who`
  hint: there is `directors` and `sales`"#,
            ),
            (
                "table.approval.who == 'directors'",
                "'zzz' in table.approval.who",
                r#"48:24: error: no row of the table gives `zzz` for `table.approval.who`
  hint: there is `directors` and `sales`"#,
            ),
            (
                "table.approval.who == 'directors'",
                "'director' not in table.approval.who and 'net 9' in data.terms",
                r#"48:65: error: `net 9` is in no choice of `data.terms`
  hint: the choices are `prepaid`, `net 30` and `net 60`"#,
            ),
            (
                "[\"-\", \"-\", \"sales\"]",
                "[\"-\", \"-\", \"sales\"], [\">= 9000\", \"net 30\", \"directors\"]",
                r#"171:25: warning: row 4 is never reached: row 3 comes first and holds for all it does
  hint: put it before row 3, narrow row 3, or leave it out"#,
            ),
            (
                "table.approval.who == 'directors'",
                "table.approval.who > 5",
                r#"48:24: error: `table.approval.who` is a text and does not compare with a number
  hint: write a text in quotes, such as `table.approval.who == 'x'`"#,
            ),
            (
                "[\"-\", \"-\", \"sales\"]",
                "[\"-\", \"sales\"]",
                r#"171:3: error: the row has 2 of 3 entries
  hint: one for each input and output (2 + 1); `-` holds for everything"#,
            ),
            (
                "[\"-\", \"-\", \"sales\"]",
                "[\"> much\", \"net 90\", \"sales\"]",
                r#"171:4: error: `> much` compares with no number and no date
  hint: write `> 1000`
171:14: error: `net 90` is not among the choices
  hint: did you mean `net 30`?"#,
            ),
            (
                "[\"-\", \"-\", \"sales\"]",
                "[\"yes\", \">= 5\", \"sales\"]",
                r#"171:4: error: `yes` is not a number
  hint: write `1000`, `>= 1000` or `1000..5000`
171:11: error: a choice does not compare with a number
  hint: write the value alone"#,
            ),
            (
                "[table.approval]",
                "[table.\"to approve\"]",
                r#"163:8: error: `to approve` cannot be the name of a table: lower-case letters, digits and `_`
  hint: write `[table.terms]`"#,
            ),
            (
                "[improve]",
                "[[schedule]]\nevery = \"RRULE:FREQ=DAILY\"\n[improve]",
                r#"174:1: error: a schedule cannot start this process: each case is about a record
  hint: leave `about` out, or start it with a rule of another process
174:1: error: a case needs `order_no` to begin, and the schedule does not give it
  hint: add `with = { order_no = "…" }`"#,
            ),
            (
                "[improve]",
                "[[schedule]]\nevery = \"RRULE:FREQ=HOURLY\"\n[improve]",
                r#"175:9: error: `FREQ=HOURLY` is too often
  hint: a schedule comes daily at most; write `FREQ=DAILY`, `WEEKLY`, `MONTHLY` or `YEARLY`"#,
            ),
            (
                "[improve]",
                "[[schedule]]\nevery = \"FREQ=DAILY\"\nwith = { order_no = 5, terms = \"net 90\", x = \"1\" }\n[improve]",
                r#"174:1: error: a schedule cannot start this process: each case is about a record
  hint: leave `about` out, or start it with a rule of another process
176:32: error: terms: `net 90` is not among the choices
  hint: Choose one of: prepaid, net 30, net 60.
176:46: error: `x` is not a field in the data of this process
  hint: there is `order_no`, `amount`, `terms`, `parcels`, `approver`, `delivered_on` and `review_on`"#,
            ),
            (
                "[improve]",
                "[[schedule]]\nevery = \"every monday\"\n[improve]",
                r#"175:9: error: `every monday` is not a recurrence
  hint: write `every = "RRULE:FREQ=MONTHLY;BYDAY=1MO"`, the first Monday of each month"#,
            ),
            (
                "[improve]",
                "[[schedule]]\nevery = \"FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30\"\nat = \"9\"\noverlap = \"stop\"\ncatch_up = \"soon\"\n[improve]",
                r#"175:9: error: the time of `every` never comes
  hint: write `every = "RRULE:FREQ=MONTHLY;BYDAY=1MO"`, the first Monday of each month
176:6: error: `9` is not a time of day
  hint: write `at = "09:00"`
177:11: error: `overlap` cannot be `stop`
  hint: there is `skip` and `start`
178:12: error: `soon` is not a length of time
  hint: write `4 business hours`, `5 business days`, `30 minutes` or `2 weeks`"#,
            ),
            (
                "[improve]",
                "[[schedule]]\nevery = \"FREQ=DAILY;BYHOUR=9\"\nwith = { order_no = 5, terms = \"net 90\", x = \"1\" }\n[improve]",
                r#"175:9: error: the time of day is not said in the rule
  hint: leave `BYHOUR` and its like out, and write `at = "09:00"`"#,
            ),
            (
                "[improve]",
                "[[schedule]]\nevery = \"FREQ=DAILY\"\nwith = { order_no = \"A-1\", terms = \"net 60\" }\n[improve]",
                r#"174:1: error: a schedule cannot start this process: each case is about a record
  hint: leave `about` out, or start it with a rule of another process"#,
            ),
            (
                "[improve]",
                "[[schedule]]\nevery = \"FREQ=DAILY\"\nwith = { terms = \"net 60\" }\n[improve]",
                r#"174:1: error: a schedule cannot start this process: each case is about a record
  hint: leave `about` out, or start it with a rule of another process
174:1: error: a case needs `order_no` to begin, and the schedule does not give it
  hint: add `with = { order_no = "…" }`"#,
            ),
        ] {
            said_of_every_key(from, to, expected);
        }
    }
    /// What is said of starting `client-review` by the file with every key, when these are the processes there are.
    fn said_of_starting(others: &[&str], from: &str, to: &str) -> String {
        use crate::domain::process_check::{Known, read};
        let others = others.iter().map(|text| read(text, &Known::default()).0.expect(text).into());
        let known = Known { processes: Some(others.collect()), ..Known::default() };
        let text = include_str!("../../assets/process-example.toml");
        assert!(text.contains(from), "nothing to change: {from}");
        let problems = read(&text.replacen(from, to, 1), &known).1;
        // The rule at the end starts it as well, and is warned of for the same.
        let said = problems.iter().filter(|problem| problem.line < 130).map(ToString::to_string);
        said.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn another_process_is_started_with_what_it_needs_and_about_what_it_is_about() {
        let review = |more: &str| {
            format!(
                "process = \"client-review\"\ntitle = \"R\"\npurpose = \"x\"\naccountable = \"@dana\"\n{more}\n\
                 [[step]]\nstep = \"s\"\ntitle = \"S\"\nby = \"sales\"\ngoal = \"1 day\"\nnext = {{ end = true }}\n"
            )
        };
        let order = "[data.order]\ntype = \"text\"\nrequired = true";
        let fits = review(&format!("about = \"customer\"\n{order}"));
        let other = review("").replace("client-review", "another");
        assert_eq!(said_of_starting(&[&other, &fits], "title", "title"), "", "the one of that name");
        assert_eq!(
            said_of_starting(&[&other], "title", "title"),
            "118:9: warning: there is no process `client-review` yet\n  \
             hint: bring it in with `baton process apply` before a case comes here"
        );
        let more = review(&format!(
            "about = \"customer\"\n{order}\n[data.region]\ntype = \"text\"\nrequired = true"
        ));
        assert_eq!(
            said_of_starting(&[&more], "title", "title"),
            "118:9: warning: a case of `client-review` needs `region` to begin\n  hint: add `with = { region = \"data.…\" }`"
        );
        let renamed = "with  = { ordr = \"data.order_no\" }";
        assert_eq!(
            said_of_starting(&[&fits], "with  = { order = \"data.order_no\" }", renamed),
            "118:9: warning: a case of `client-review` needs `order` to begin\n  hint: add `with = { order = \"data.…\" }`\n\
             120:18: warning: `ordr` is not a field in the data of `client-review`\n  hint: did you mean `order`?"
        );
        assert_eq!(
            said_of_starting(&[&fits], "about = \"record\"                              # about", "# about"),
            "118:9: warning: a case of `client-review` is about a record of the kind `customer`\n  hint: add `about = \"record\"`"
        );
        assert_eq!(
            said_of_starting(&[&fits.replace("\"customer\"", "\"vendor\"")], "title", "title"),
            "119:9: warning: a case of `client-review` is about `vendor`, and this one about `customer`\n  \
             hint: start a process about the same kind of record"
        );
        // A process may start itself again, as it will be.
        assert_eq!(
            said_of_starting(&[], "start = \"client-review\"\nabout", "start = \"order-to-cash\"\nabout"),
            "118:9: warning: a case of `order-to-cash` needs `order_no` to begin\n  hint: add `with = { order_no = \"data.…\" }`\n\
             120:19: warning: `order` is not a field in the data of `order-to-cash`\n  hint: there is `order_no`, `amount`, `terms`, `parcels`, `approver`, `delivered_on` and `review_on`"
        );
    }
}
