//! Checks what single steps of a process say: who does them, for how long, on what conditions, and what their type
//! asks for. Routes are `process_flow`, actions `rule_check`.

use super::condition::{self, Condition, ConditionError, Names, RecordNames};
use super::condition_types::described;
use super::expression;
use super::id::Handle;
use super::party::Party;
use super::problem::{Problem, meant, quoted};
use super::process::{Performer, Pick, Process, Step, StepKind, WaitFor};
use super::process_check::Check;
use super::record::FieldType;
use std::collections::{BTreeSet, HashSet};

/// What a source is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Condition,
    Expression,
    Template,
}

impl<'a> Check<'a> {
    pub(super) fn step(&mut self, index: usize, step: &Step) {
        let path = |key: &str| format!("step.{index}.{key}");
        let name = &step.handle;
        self.performer(index, step);
        for (key, fields) in [("needs", &step.needs), ("gives", &step.gives)] {
            for (n, field) in
                fields.iter().enumerate().filter(|(_, field)| self.process.field(field).is_none())
            {
                self.no_field(&path(&format!("{key}.{n}")), field);
            }
        }
        if step.kind.is_human() && step.goal.is_none() && !self.places.has(&path("goal")) {
            let (at, message) = (format!("step.{index}"), format!("step `{name}` has no `goal`"));
            let drafted = self.process.handle.as_str();
            let hint = "add `goal = \"1 business day\"`";
            // What is here already without one, as a log drew it, may come back as it was printed.
            match self.known.unpromised.contains(&(self.process.handle.clone(), name.clone())) {
                true => self.warn(
                    &at,
                    message,
                    format!("{hint}; `baton process draft --from {drafted}` gives each what was typical"),
                ),
                false => self.refuse(&at, message, hint.to_string()),
            }
        }
        let known = !self.unread.routes.contains(&index);
        if known && step.kind == StepKind::Work && step.done.is_none() && !self.places.has(&path("done")) {
            let hint = "add `done = \"what must be true when it is done\"`";
            self.warn(&format!("step.{index}"), format!("step `{name}` has no definition of done"), hint);
        }
        if step.kind.is_human() && step.how.is_none() && !self.places.has(&path("how")) {
            let hint = "add `how` with the procedure, in as many lines as it takes";
            self.warn(&format!("step.{index}"), format!("step `{name}` has no procedure text"), hint);
        }
        if let Some(field) = &step.each {
            self.typed(&path("each"), field, &FieldType::List);
            if matches!(step.kind, StepKind::Decision { .. }) {
                let message =
                    format!("`{name}` would have an outcome for each item, and `next` asks for one");
                let hint = "decide on the whole list, or start a process with a decision for each item";
                self.refuse(&path("each"), message, hint.to_string());
            }
            if let Some(gives) = step.gives.first() {
                let message =
                    format!("each of the list at `{name}` writes over the `{gives}` of the one before");
                self.warn(&path("gives"), message, "let a step after all of them say it, once");
            }
        }
        self.kind(index, step);
    }

    fn performer(&mut self, index: usize, step: &Step) {
        let path = |key: &str| format!("step.{index}.{key}");
        let outside = step.by == Performer::Party(Party::Contact);
        match &step.by {
            Performer::Party(party) => self.party(&path("by"), party, &["contact"]),
            Performer::Data(field) => self.typed(&path("by.data"), field, &FieldType::Person),
            Performer::Sender => {}
        }
        if let Some(minded) = &step.minded {
            self.party(&path("minded"), minded, &[]);
        }
        let unread = step.kind.is_human() && step.by == Performer::Sender;
        if outside && step.minded.is_none() && !self.places.has(&path("minded")) {
            let message = format!("nobody minds `{}`, which an outside contact does", step.handle);
            let hint = "add `minded = \"finance\"`, the role that asks again and stays responsible";
            self.refuse(&path("by"), message, hint.to_string());
        }
        if outside && self.process.about.is_none() && !self.places.has("about") {
            let message = "there is no contact: this process is not about a record";
            let hint = "say `about = \"…\"` with the kind of record a case is about".to_string();
            self.refuse(&path("by"), message, hint);
        }
        if step.minded.is_some() && !outside && !unread {
            let message = format!("`{}` is done by somebody inside, so nobody has to mind it", step.handle);
            let hint = "write `by = \"contact\"`, or leave `minded` out".to_string();
            self.refuse(&path("minded"), message, hint);
        }
        let waits = matches!(step.kind, StepKind::Wait(_));
        if step.chase.is_some() && !outside && !waits && !unread {
            let message = format!("at `{}` nobody outside is waited for", step.handle);
            let hint = "write `by = \"contact\"`, or leave `chase` out".to_string();
            self.refuse(&path("chase"), message, hint);
        }
        let of_role = matches!(&step.by, Performer::Party(Party::Role(_)));
        if step.pick != Pick::First && !of_role && !unread {
            let message = format!("there is nobody to pick: `{}` is not done by a role", step.handle);
            let hint = "name a role with `by`, or leave `pick` out".to_string();
            self.refuse(&path("pick"), message, hint);
        }
    }

    /// A field that is there and of the right type.
    pub(super) fn typed(&mut self, path: &str, field: &str, wanted: &FieldType) {
        match self.process.field(field) {
            Some(found) if found.kind != *wanted => {
                let message =
                    format!("{} is {}, not {}", quoted(field), described(&found.kind), described(wanted));
                let hint = format!("write `type = \"{}\"` in `[data.{field}]`", wanted.word());
                self.refuse(path, message, hint);
            }
            Some(_) => {}
            None => self.no_field(path, field),
        }
    }

    pub(super) fn no_field(&mut self, path: &str, field: &str) {
        if self.unread.data.iter().any(|unread| unread == field) {
            return;
        }
        let fields = self.process.data.iter().map(|field| field.name.as_str());
        // Conditions say it with `data.`, and a key that names a field does not.
        let bare = field.strip_prefix("data.").filter(|bare| self.process.field(bare).is_some());
        let hint = match bare {
            Some(bare) => format!("the name alone is meant here: write `{bare}`"),
            None => meant(field, fields).unwrap_or_else(|| format!("declare it with `[data.{field}]`")),
        };
        self.refuse(path, format!("{} is not a field in the data of this process", quoted(field)), hint);
    }

    fn kind(&mut self, index: usize, step: &Step) {
        let names = Names { item: step.each.is_some(), under_way: true, ..self.known_names() };
        let base = format!("step.{index}");
        match &step.kind {
            StepKind::Work | StepKind::Decision { .. } => {}
            StepKind::Wait(WaitFor::Until(field)) => {
                self.typed(&format!("{base}.until"), field, &FieldType::Date);
            }
            StepKind::Wait(WaitFor::For(_) | WaitFor::Message(_)) => {}
            StepKind::Auto { actions } => self.actions(&base, actions, &names),
            StepKind::Process { start, .. } => self.start(&base, start, &names),
        }
    }

    /// What a source anywhere in this process may speak of.
    pub(super) fn known_names(&self) -> Names<'a> {
        let (process, known): (&'a Process, _) = (self.process, self.known);
        let mut kinds = known.kinds.iter().flatten();
        let record = match &process.about {
            None => RecordNames::Nothing,
            Some(about) => kinds
                .find(|kind| kind.handle == *about)
                .map_or(RecordNames::Any, |kind| RecordNames::Fields(&kind.fields)),
        };
        Names { data: &process.data, record, tables: &process.tables, ..Names::default() }
    }

    /// The conditions of the ways out of a step.
    pub(super) fn conditions(&mut self, index: usize, step: &Step) {
        let outcomes = match step.kind {
            StepKind::Decision { .. } => step.outcomes().into_iter().map(str::to_string).collect(),
            _ => {
                let awaited = step.awaited().and_then(|process| self.process_known(process));
                awaited.map(Process::comes_to).unwrap_or_default()
            }
        };
        let any_outcome = outcomes.is_empty() && step.awaited().is_some();
        // What comes after the last of a list is about no single one of it.
        let names = Names { outcomes: &outcomes, any_outcome, under_way: true, ..self.known_names() };
        for (n, arm) in step.next.iter().enumerate() {
            let base = format!("step.{index}.next.{n}");
            if let Some(source) = &arm.when {
                self.source(&format!("{base}.if"), source, &names, Source::Condition);
            }
            for (target, source) in &arm.only {
                self.source(&format!("{base}.only.{target}"), source, &names, Source::Condition);
            }
        }
    }

    pub(super) fn source(&mut self, path: &str, source: &str, names: &Names, what: Source) {
        // Names may be missing here that the file does have.
        let trusted = self.unread.data.is_empty() && !(self.unread.tables && source.contains("table."));
        let checked: Result<(), ConditionError> = match (what, trusted) {
            (Source::Condition, true) => condition::check(source, names),
            (Source::Condition, false) => Condition::compile(source).map(drop),
            (Source::Expression, true) => expression::check(source, names),
            (Source::Template, true) => expression::check_template(source, names),
            (Source::Expression | Source::Template, false) => Ok(()),
        };
        if let Err(error) = checked {
            let place = self.places.inside(path, source, error.range.start);
            self.problems.push(Problem::error(place, error.message).with_hint(error.hint));
        }
    }

    /// Decisions of several that so few people can take part in that they cannot pass. People come and go, so that it
    /// is no error.
    pub(super) fn quorums(&mut self) {
        for (index, step) in self.process.steps.iter().enumerate() {
            let StepKind::Decision { quorum: Some(quorum) } = step.kind else { continue };
            let (role, members) = match step.by.party() {
                Some(Party::Role(role)) => {
                    (role.to_string(), self.known.who_works(role, self.process).map(|who| who.len()))
                }
                Some(Party::Person(person)) => (format!("@{person} alone"), Some(1)),
                _ => continue,
            };
            let all = step.by.party().and_then(Party::role).and_then(|role| self.known.members.get(role));
            let all = all.map_or(1, BTreeSet::len);
            let Some(members) = members.filter(|_| all > 0) else { continue };
            let same = |other: &Handle| {
                self.process.step(other).is_some_and(|other| other.by.party() == step.by.party())
            };
            // Whoever did the other step has no vote.
            let barred = usize::from(step.not_by.iter().any(same));
            let voters = members.saturating_sub(barred);
            let (need, of) = quorum.count(voters as u32);
            if need as usize > voters.min(of as usize) {
                let may = if members < all { " who may" } else { "" };
                let but = if barred > 0 { ", of whom one did the step it checks" } else { "" };
                let message = format!(
                    "`{}` needs {need} who agree, and {role} has {members}{may}{but}: it cannot pass",
                    step.handle
                );
                let hint = match step.by.party().and_then(Party::role) {
                    Some(role) => {
                        format!("ask for fewer, such as `quorum = \"all\"`, or let more belong to {role}")
                    }
                    None => "leave `quorum` out, or let a role decide with `by`".to_string(),
                };
                self.warn(&format!("step.{index}.quorum"), message, hint);
            }
        }
    }

    /// Four eyes: the other step has been done by a person by then. `before` are the steps before each step.
    pub(super) fn four_eyes(&mut self, before: &[HashSet<usize>]) {
        let mut alone = Vec::new();
        for (index, step) in self.process.steps.iter().enumerate() {
            for (n, other) in step.not_by.iter().enumerate() {
                let found = self.process.steps.iter().position(|step| step.handle == *other);
                let name = &step.handle;
                let message = match found {
                    None => format!("there is no step {}", quoted(other.as_str())),
                    Some(found) if found == index => {
                        format!("`{name}` cannot be kept from whoever does `{name}`")
                    }
                    Some(found) if !self.process.steps[found].kind.is_human() => {
                        format!("nobody does `{other}`, so nobody is kept from `{name}`")
                    }
                    Some(found) if !before[index].contains(&found) => {
                        format!("`{other}` does not come before `{name}`, so nobody has done it by then")
                    }
                    Some(found) => {
                        alone.push((index, n, found));
                        continue;
                    }
                };
                let earlier = self.process.steps.iter().enumerate();
                let earlier = earlier.filter(|(n, step)| before[index].contains(n) && step.kind.is_human());
                let names =
                    earlier.map(|(_, step)| step.handle.as_str()).filter(|step| *step != name.as_str());
                let hint = meant(other.as_str(), names);
                let list = format!("step.{index}.not_by.{n}");
                self.refuse(&list, message, hint);
            }
        }
        alone.into_iter().for_each(|(index, n, other)| self.two_pairs(index, n, other));
    }

    /// Whether there is anybody for a step beside whoever does the one it checks. People come and go, so that a role of one
    /// is no error; the same person by name is.
    fn two_pairs(&mut self, index: usize, n: usize, other: usize) {
        let (step, other) = (&self.process.steps[index], &self.process.steps[other]);
        let Some(by) = step.by.party().filter(|by| Some(*by) == other.by.party()) else { return };
        let list = format!("step.{index}.not_by.{n}");
        let (name, other) = (&step.handle, &other.handle);
        match by {
            Party::Person(person) => {
                let message = format!(
                    "@{person} does `{other}`, and `{name}` is for somebody else: nobody is left for it"
                );
                self.refuse(
                    &list,
                    message,
                    format!("let somebody else do `{name}` with `by`, or leave `not_by` out"),
                );
            }
            Party::Role(role)
                if self.known.who_works(role, self.process).is_some_and(|all| all.len() == 1) =>
            {
                let others = self.known.members.get(role).is_some_and(|members| members.len() > 1);
                let who = if others { "one member who may do it" } else { "one member" };
                let message = format!("{role} has {who}, who does `{other}`: nobody is left for `{name}`");
                self.warn(
                    &list,
                    message,
                    format!("let more belong to {role}, or name another role with `by`"),
                );
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::every_key::said_of_every_key;

    #[test]
    fn mistakes_in_what_a_step_is() {
        for (from, to, expected) in [
            (
                "type   = \"decision\"\n",
                "type   = \"decison\"\n",
                r#"53:10: error: `decison` is not a type of step
  hint: did you mean `decision`?"#,
            ),
            (
                "quorum = \"2 of 3\"",
                "quorum = \"two\"",
                r#"55:10: error: `two` is no quorum
  hint: write `2 of 3`, `60%` or `all`"#,
            ),
            (
                "quorum = \"2 of 3\"",
                "quorum = \"2 of 3\"\nfor = \"2 days\"",
                r#"56:1: error: step `approve` is of type `decision`, which takes no `for`
  hint: write `type = "wait"`, or leave `for` out"#,
            ),
            (
                "{ on = \"approved\", to = \"note\" }, { on = \"rejected\", end = \"rejected\" }",
                "{ to = \"note\" }",
                r#"64:10: error: the decision `approve` has no outcome
  hint: write `next = [{ on = "approved", to = "…" }, { on = "rejected", end = "rejected" }]`"#,
            ),
            (
                "{ on = \"approved\", to = \"note\" }, { on = \"rejected\", end = \"rejected\" }",
                "{ on = \"approved\", to = \"note\" }, { end = \"rejected\" }",
                r#"64:10: error: the decision `approve` has one outcome only, `approved`
  hint: write `next = [{ on = "approved", to = "…" }, { on = "rejected", end = "rejected" }]`"#,
            ),
            (
                "{ on = \"approved\", to = \"note\" }, { on = \"rejected\", end = \"rejected\" }",
                "{ on = \"approved\", to = \"note\" }, { on = \"approved\", if = \"data.amount > 5\", to = \"note\" }, { on = \"rejected\", end = \"rejected\" }",
                r#"64:45: error: this arm is never taken: those before it leave nothing to it
  hint: leave it out, or put it first"#,
            ),
            (
                "{ on = \"approved\", to = \"note\" }, { on = \"rejected\", end = \"rejected\" }",
                "{ on = \"approved\", to = \"note\" }, { on = \"rejected\", if = \"outcome == 'rejcted'\", end = \"rejected\" }",
                r#"64:10: error: step `approve` has no way onwards when no condition holds and the outcome is `rejected`
  hint: add an arm without `if`, such as `{ on = "rejected", end = true }`
64:70: error: `rejcted` is not a choice of `outcome`
  hint: did you mean `rejected`?"#,
            ),
            (
                "{ if = \"table.approval.who == 'directors'\", to = \"approve\" }",
                "{ on = \"large\", to = \"approve\" }",
                r#"48:23: error: `on` names an outcome, and step `confirm` is of type `work`
  hint: write `type = "decision"`, or ask the data with `if`"#,
            ),
            (
                "table.approval.who == 'directors'",
                "table.aproval.who == 'directors'",
                r#"48:24: error: `table.aproval.who` is unknown: there is no such table here
  hint: did you mean `approval`?"#,
            ),
            (
                "table.approval.who == 'directors'",
                "item == 'directors'",
                r#"48:24: error: `item` is unknown here
  hint: only what a step with `each = "…"` does by itself has an item"#,
            ),
            (
                "not_by = \"confirm\"",
                "not_by = \"close\"",
                r#"56:10: error: `close` does not come before `approve`, so nobody has done it by then
  hint: there is `confirm`"#,
            ),
            (
                "not_by = \"confirm\"",
                "not_by = [\"confirm\", \"note\"]",
                r#"56:22: error: nobody does `note`, so nobody is kept from `approve`
  hint: there is `confirm`"#,
            ),
            (
                "not_by = \"confirm\"",
                "not_by = \"confrim\"",
                r#"56:10: error: there is no step `confrim`
  hint: did you mean `confirm`?"#,
            ),
            (
                "minded = \"finance\"",
                "milestone = \"x\"",
                r#"103:10: error: nobody minds `collect`, which an outside contact does
  hint: add `minded = "finance"`, the role that asks again and stays responsible"#,
            ),
            (
                "by     = \"contact\" ",
                "by     = \"finance\" ",
                r#"104:10: error: `collect` is done by somebody inside, so nobody has to mind it
  hint: write `by = "contact"`, or leave `minded` out
109:10: error: at `collect` nobody outside is waited for
  hint: write `by = "contact"`, or leave `chase` out"#,
            ),
            (
                "pick        = \"previous\"",
                "pick        = \"last\"",
                r#"36:15: error: `pick` cannot be `last`
  hint: there is `first`, `previous`, `round_robin` and `least_loaded`"#,
            ),
            (
                "by          = \"sales\"",
                "by          = \"@ana\"",
                r#"36:15: error: there is nobody to pick: `confirm` is not done by a role
  hint: name a role with `by`, or leave `pick` out"#,
            ),
            (
                "pauses = \"case\"",
                "pauses = true",
                r#"108:10: error: `pauses` must be a text, not true or false"#,
            ),
            (
                "next_action = \"required\"",
                "next_action = \"needed\"",
                r#"61:15: error: `next_action` cannot be `needed`
  hint: there is `required` and `optional`"#,
            ),
            (
                "each   = \"parcels\"",
                "each   = \"terms\"",
                r#"85:10: error: `terms` is a choice, not a list
  hint: write `type = "list"` in `[data.terms]`"#,
            ),
            (
                "each   = \"parcels\"",
                "each   = \"boxes\"",
                r#"85:10: error: `boxes` is not a field in the data of this process
  hint: there is `order_no`, `amount`, `terms`, `parcels`, `approver`, `delivered_on` and `review_on`"#,
            ),
            (
                "each   = \"parcels\"",
                "each   = \"parcels\"\ngives  = [\"amount\"]",
                r#"86:10: warning: each of the list at `pack` writes over the `amount` of the one before
  hint: let a step after all of them say it, once"#,
            ),
            (
                "until = \"delivered_on\"",
                "until = \"amount\"",
                r#"97:9: error: `amount` is an amount of money, not a date
  hint: write `type = "date"` in `[data.amount]`"#,
            ),
            (
                "until = \"delivered_on\"",
                "until = \"delivered_on\"\nfor = \"2 days\"",
                r#"98:1: error: `for` beside `until`: a step waits for one thing
  hint: for whichever comes first, split and join with `need = 1` and `late = "cancel"`"#,
            ),
            (
                "until = \"delivered_on\"",
                "milestone = \"x\"",
                r#"93:1: error: step `arrive` waits for nothing
  hint: write `until = "delivered_on"`, `for = "3 business days"` or `message = "payment"`"#,
            ),
            (
                "until = \"delivered_on\"",
                "for = \"soon\"",
                r#"97:7: error: `soon` is not a length of time
  hint: write `4 business hours`, `5 business days`, `30 minutes` or `2 weeks`"#,
            ),
            (
                "until = \"delivered_on\"",
                "until = \"delivered_on\"\nby = \"sales\"\ngoal = \"1 day\"\nchecklist = [\"x\"]",
                r#"98:1: error: step `arrive` is of type `wait`, which takes no `by`
  hint: nobody has to take it: whoever sent the work there stays responsible; leave it out
99:1: error: step `arrive` is of type `wait`, which takes no `goal`
  hint: nobody works on it, so no clock runs; give the process or the step after it a `goal`
100:1: error: step `arrive` is of type `wait`, which takes no `checklist`
  hint: put it into a step that somebody does"#,
            ),
            ("wait  = false", "wait  = \"no\"", r#"122:9: error: `wait` must be true or false, not a text"#),
            (
                "wait  = false ",
                "quorum = \"all\" ",
                r#"122:1: error: step `survey` is of type `process`, which takes no `quorum`
  hint: write `type = "decision"`, or leave `quorum` out"#,
            ),
            (
                "start = \"client-review\"\n",
                "\n",
                r#"114:1: error: step `survey` has no `start`
  hint: add `start = "other-process"`"#,
            ),
            (
                "need   = 2",
                "need   = 4",
                r#"130:10: error: `close` needs 4 of 3 steps
  hint: write `need = 3` or less, or leave it out"#,
            ),
            (
                "need   = 2 ",
                "milestone = \"x\" ",
                r#"131:1: error: `late` without `need`: the join waits for all, so none is late
  hint: add `need = 2`, or leave `late` out"#,
            ),
            (
                "join   = [\"arrive\", \"collect\", \"survey\"]",
                "milestone = \"x\"",
                r#"130:10: error: `close` needs so many of nothing
  hint: add `join = ["a", "b"]`, or leave `need` out"#,
            ),
            (
                "{ to = \"survey\", if = \"data.amount > 1000\" }",
                "{ to = \"survey\", if = \"data.amonut > 1000\" }",
                r#"79:59: error: `amonut` is not a field in the data of this process
  hint: did you mean `amount`?"#,
            ),
            (
                "[\"pack\", \"collect\", { to = \"survey\", if = \"data.amount > 1000\" }]",
                "[{ to = \"pack\", if = \"data.amount > 1000\" }]",
                r#"79:8: error: every target here has a condition, so all could be skipped
  hint: leave one without `if`, or write a choice with an arm for each
100:1: error: step `collect` cannot be reached from `confirm`, where a case begins
  hint: let a step lead to it with `next = "collect"`, or leave it out
114:1: error: step `survey` cannot be reached from `confirm`, where a case begins
  hint: let a step lead to it with `next = "survey"`, or leave it out"#,
            ),
            (
                "decline     = [\"price_not_agreed\"]",
                "decline     = [\"price not agreed\", \"other\"]",
                r#"12:16: error: `price not agreed` is no code for declining: lower-case letters, digits and `_`
  hint: write `price_not_agreed`
12:36: error: every process knows the reason `other`
  hint: leave it out"#,
            ),
            (
                "goal        = \"15 business days\"",
                "milestone = \"x\"",
                r#"9:1: error: the process has an unknown key `milestone`
  hint: there is `goal`, `schedule` and `measure`
10:15: error: `urgent_goal` without `goal`
  hint: add `goal`: an urgent case has a shorter one"#,
            ),
        ] {
            said_of_every_key(from, to, expected);
        }
    }
}
