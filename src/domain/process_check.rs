//! Says whether a process makes sense: names that exist, routes that meet, data that is there when it is needed,
//! and what a good process would say besides. How it is written is `process_file`'s business.

use super::condition::{self, Names, RecordNames};
use super::condition_types::described;
use super::goal::Goal;
use super::id::Handle;
use super::ladder::{Audience, ClockKind};
use super::party::Party;
use super::problem::{Places, Problem, in_order, meant, quoted};
use super::process::{Go, Performer, Process, Step};
use super::process_file::{self, Unread};
use super::process_flow::Flow;
use super::record::{FieldType, Kind};
use super::soundness::{self, Trouble};
use std::collections::HashSet;

/// What is there besides the process. `None`: not known, so nothing is said about it.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub roles: Option<Vec<Handle>>,
    pub people: Option<Vec<Handle>>,
    pub calendars: Option<Vec<Handle>>,
    pub kinds: Option<Vec<Kind>>,
}

/// Reads, checks and proves a process file. The process is there when nothing is wrong with it; the problems, in
/// the order of the lines, may then still be warnings.
pub fn read(text: &str, known: &Known) -> (Option<Process>, Vec<Problem>) {
    let draft = match process_file::draft(text) {
        Ok(draft) => draft,
        Err(problems) => return (None, problems),
    };
    let mut problems = draft.problems;
    problems.extend(Check::run(&draft.process, &draft.places, &draft.unread, known));
    let usable = !problems.iter().any(Problem::is_error);
    (usable.then_some(draft.process), in_order(problems))
}

/// Checks and proves a process that came from elsewhere than a file. The places may be empty.
pub fn check(process: &Process, places: &Places, known: &Known) -> Vec<Problem> {
    in_order(Check::run(process, places, &Unread::default(), known))
}

struct Check<'a> {
    process: &'a Process,
    places: &'a Places,
    unread: &'a Unread,
    known: &'a Known,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    fn run(process: &'a Process, places: &'a Places, unread: &'a Unread, known: &'a Known) -> Vec<Problem> {
        let flow = Flow::check(process, places, unread);
        let mut check = Check { process, places, unread, known, problems: flow.problems };
        check.names();
        for (index, step) in process.steps.iter().enumerate() {
            check.step(index, step);
            check.conditions(index, step);
        }
        check.ladders();
        if flow.whole {
            check.data_in_time(&flow.before);
            check.soundness();
        }
        check.handoffs(&flow.leads);
        if process.improve.is_none() {
            check.warn(
                "",
                "the process has no metric and no review date",
                "add `[improve]` with `metric = \"cycle time p85\"` and `review = \"every 30 days\"`",
            );
        }
        check.problems
    }

    fn refuse(&mut self, path: &str, message: impl Into<String>, hint: impl Into<Option<String>>) {
        self.problems.push(Problem::error(self.places.of(path), message).with_hint(hint));
    }

    fn warn(&mut self, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem::warning(self.places.of(path), message).with_hint(hint.into()));
    }

    /// Names of things outside the process.
    fn names(&mut self) {
        let (process, known) = (self.process, self.known);
        self.party("accountable", &process.accountable, &[]);
        if let (Some(calendar), Some(calendars)) = (&process.calendar, &known.calendars) {
            self.there("calendar", "calendar", calendar, calendars.iter());
        }
        let kinds = known.kinds.as_ref();
        if let (Some(about), Some(kinds)) = (&process.about, kinds) {
            self.there("about", "kind of record", about, kinds.iter().map(|kind| &kind.handle));
        }
        for field in &process.data {
            if let (FieldType::Link { to }, Some(kinds)) = (&field.kind, kinds) {
                let path = format!("data.{}.to", field.name);
                self.there(&path, "kind of record", to, kinds.iter().map(|kind| &kind.handle));
            }
        }
    }

    fn there<'h>(&mut self, path: &str, what: &str, name: &Handle, all: impl Iterator<Item = &'h Handle>) {
        let all = all.map(Handle::as_str).collect::<Vec<_>>();
        if !all.contains(&name.as_str()) {
            self.refuse(
                path,
                format!("there is no {what} {}", quoted(name.as_str())),
                meant(name.as_str(), all),
            );
        }
    }

    /// A party that must be there; `besides` are words that could have been meant.
    fn party(&mut self, path: &str, party: &Party, besides: &[&str]) {
        let (known, what, name) = match party {
            Party::Person(name) => (&self.known.people, "person", name),
            Party::Role(name) => (&self.known.roles, "role", name),
            // Stands for a party that could not be read.
            Party::Contact => return,
        };
        let Some(known) = known.as_ref().filter(|known| !known.contains(name)) else { return };
        let sign = if party.person().is_some() { "@" } else { "" };
        let names = known.iter().map(|name| format!("{sign}{name}")).collect::<Vec<_>>();
        let names = names.iter().map(String::as_str).chain(besides.iter().copied());
        let hint = meant(&party.to_string(), names);
        self.refuse(path, format!("there is no {what} {}", quoted(&party.to_string())), hint);
    }

    fn step(&mut self, index: usize, step: &Step) {
        let path = |key: &str| format!("step.{index}.{key}");
        let name = &step.handle;
        match &step.by {
            Performer::Party(party) => self.party(&path("by"), party, &[]),
            Performer::Data(field) => match self.process.field(field) {
                Some(found) if found.kind != FieldType::Person => {
                    let message = format!("{} is {}, not a person", quoted(field), described(&found.kind));
                    self.refuse(
                        &path("by.data"),
                        message,
                        format!("write `type = \"person\"` in `[data.{field}]`"),
                    );
                }
                Some(_) => {}
                None => self.no_field(&path("by.data"), field),
            },
        }
        for (key, fields) in [("needs", &step.needs), ("gives", &step.gives)] {
            for (n, field) in
                fields.iter().enumerate().filter(|(_, field)| self.process.field(field).is_none())
            {
                self.no_field(&path(&format!("{key}.{n}")), field);
            }
        }
        if step.goal.is_none() && !self.places.has(&path("goal")) {
            let hint = "add `goal = \"1 business day\"`".to_string();
            self.refuse(&format!("step.{index}"), format!("step `{name}` has no `goal`"), hint);
        }
        if step.done.is_none() && !self.places.has(&path("done")) {
            let hint = "add `done = \"what must be true when it is done\"`";
            self.warn(&format!("step.{index}"), format!("step `{name}` has no definition of done"), hint);
        }
        if step.how.is_none() && !self.places.has(&path("how")) {
            let hint = "add `how` with the procedure, in as many lines as it takes";
            self.warn(&format!("step.{index}"), format!("step `{name}` has no procedure text"), hint);
        }
    }

    fn no_field(&mut self, path: &str, field: &str) {
        if self.unread.data.iter().any(|unread| unread == field) {
            return;
        }
        let fields = self.process.data.iter().map(|field| field.name.as_str());
        let hint = meant(field, fields).unwrap_or_else(|| format!("declare it with `[data.{field}]`"));
        self.refuse(path, format!("{} is not a field in the data of this process", quoted(field)), hint);
    }

    fn conditions(&mut self, index: usize, step: &Step) {
        let kinds = self.known.kinds.iter().flatten();
        let kind =
            self.process.about.as_ref().map(|about| kinds.into_iter().find(|kind| kind.handle == *about));
        let record = match kind {
            None => RecordNames::Nothing,
            Some(None) => RecordNames::Any,
            Some(Some(kind)) => RecordNames::Fields(&kind.fields),
        };
        let names = Names { data: &self.process.data, record };
        for (n, arm) in step.next.iter().enumerate() {
            let Some(source) = &arm.when else { continue };
            let checked = match self.unread.data.is_empty() {
                true => condition::check(source, &names),
                // Names may be missing that the file does have.
                false => condition::Condition::compile(source).map(drop),
            };
            if let Err(error) = checked {
                let place =
                    self.places.inside(&format!("step.{index}.next.{n}.if"), source, error.range.start);
                self.problems.push(Problem::error(place, error.message).with_hint(error.hint));
            }
        }
    }

    fn ladders(&mut self) {
        for (index, ladder) in self.process.ladders.iter().enumerate() {
            let runs =
                |goal: fn(&Step) -> Option<Goal>| self.process.steps.iter().any(|step| goal(step).is_some());
            let (runs, hint) = match ladder.on {
                ClockKind::Accept => {
                    (runs(|step| step.accept), "give a step `accept = \"4 business hours\"`")
                }
                ClockKind::Goal => (runs(|step| step.goal), "give a step `goal = \"1 business day\"`"),
                ClockKind::Case => (self.process.goal.is_some(), "give the process a `goal`"),
            };
            if !runs {
                let clock = super::process_export::clock_word(ladder.on);
                let message =
                    format!("the process never starts a clock on `{clock}`, so this ladder does nothing");
                self.warn(&format!("ladder.{index}.on"), message, hint);
            }
            for (n, rung) in ladder.rungs.iter().enumerate() {
                for (key, audience) in [("remind", &rung.remind), ("escalate", &rung.escalate)] {
                    if let Some(Audience::Party(party)) = audience {
                        let words = ["responsible", "sender", "lead", "accountable"];
                        self.party(&format!("ladder.{index}.rungs.{n}.{key}"), party, &words);
                    }
                }
            }
        }
    }

    /// Whether what a step needs can be there by then. `before` are the steps before each step.
    fn data_in_time(&mut self, before: &[HashSet<usize>]) {
        for (index, step) in self.process.steps.iter().enumerate() {
            let needs =
                step.needs.iter().enumerate().map(|(n, field)| (field, format!("step.{index}.needs.{n}")));
            let by = match &step.by {
                Performer::Data(field) => Some((field, format!("step.{index}.by.data"))),
                Performer::Party(_) => None,
            };
            for (field, path) in needs.chain(by) {
                let given =
                    before[index].iter().any(|earlier| self.process.steps[*earlier].gives.contains(field));
                if self.process.field(field).is_some_and(|field| !field.required && !given) {
                    let message =
                        format!("`{}` needs {}, but no step before it gives it", step.handle, quoted(field));
                    let hint = format!(
                        "let a step before say `gives = [\"{field}\"]`, or write `required = true` in `[data.{field}]`"
                    );
                    self.warn(&path, message, hint);
                }
            }
        }
    }

    /// What the handoffs should say. A handoff is where the next step is for somebody else.
    fn handoffs(&mut self, leads: &[Vec<usize>]) {
        let steps = &self.process.steps;
        let unreadable = Performer::Party(Party::Contact);
        for (index, step) in steps.iter().enumerate() {
            let differs = |sender: &usize| steps[*sender].by != step.by && steps[*sender].by != unreadable;
            let from =
                (0..steps.len()).filter(|from| leads[*from].contains(&index)).find(|from| differs(from));
            if from.is_none() || step.by == unreadable {
                continue;
            }
            if step.accept.is_none() && !self.places.has(&format!("step.{index}.accept")) {
                let message = format!("the handoff into `{}` has no time to be accepted", step.handle);
                self.warn(&format!("step.{index}"), message, "add `accept = \"4 business hours\"`");
            }
            if step.needs.is_empty() && !self.places.has(&format!("step.{index}.needs")) {
                let message = format!("the handoff into `{}` requires no data", step.handle);
                self.warn(
                    &format!("step.{index}"),
                    message,
                    "add `needs = [\"…\"]` with what the sender must hand over",
                );
            }
        }
    }

    fn soundness(&mut self) {
        if self.process.steps.is_empty() {
            return;
        }
        for trouble in soundness::prove(self.process) {
            let index =
                trouble.step().and_then(|step| self.process.steps.iter().position(|s| s.handle == *step));
            let path = match (&trouble, index) {
                (Trouble::Waits { .. }, Some(index)) => format!("step.{index}.join"),
                (_, Some(index)) => format!("step.{index}"),
                (_, None) => String::new(),
            };
            match trouble {
                Trouble::TooLarge { .. } => self.warn(&path, trouble.to_string(), trouble.hint()),
                _ => self.refuse(&path, trouble.to_string(), trouble.hint()),
            }
        }
    }
}

/// The steps an arm leads to.
pub(super) fn targets(go: &Go) -> &[Handle] {
    match go {
        Go::To(steps) => steps,
        Go::End(_) => &[],
    }
}
