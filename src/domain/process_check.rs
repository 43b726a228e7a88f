//! Says whether a process makes sense: names that exist, routes that meet, data that is there when it is needed,
//! and what a good process would say besides. How it is written is `process_file`'s business.

use super::expectation;
use super::goal::Goal;
use super::id::Handle;
use super::join_repair::Repair;
use super::ladder::{Audience, ClockKind, UNWATCHED};
use super::nearest::nearest;
use super::party::Party;
use super::permission::{Area, Permission};
use super::problem::{Places, Problem, in_order, meant, quoted};
use super::process::{Go, Performer, Process, Step};
use super::process_file::{self, Unread};
use super::process_flow::{Flow, senders};
use super::record::{FieldType, Kind};
use super::soundness::{BOUND, Explored, Trouble};
use super::soundness_ends::{TwoEnds, two_ends};
use super::soundness_words::way;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is said of a process that no `[improve]` measures; whoever publishes can say it beside the file.
pub const UNPROMISED: &str = "the process has no metric and no review date";

/// What is there besides the process. `None`: not known, so nothing is said about it.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub roles: Option<Vec<Handle>>,
    pub people: Option<Vec<Handle>>,
    pub calendars: Option<Vec<Handle>>,
    pub kinds: Option<Vec<Kind>>,
    /// The newest version of each.
    pub processes: Option<Vec<Arc<Process>>>,
    /// Steps of the newest versions that promise nothing, as those drawn from a log do.
    pub unpromised: BTreeSet<(Handle, Handle)>,
    pub members: BTreeMap<Handle, BTreeSet<Handle>>,
    /// What each person may do, in general and where.
    pub may: BTreeMap<Handle, (Permission, BTreeMap<Area, Permission>)>,
    /// The programs that rules may ask for, by the settings of whoever asks.
    pub programs: Option<BTreeSet<String>>,
}

impl Known {
    /// Takes in the processes of files that are checked together: each is there for the others, whatever else may
    /// be wrong with it.
    pub fn learn(&mut self, texts: &[String]) {
        let Some(there) = &mut self.processes else { return };
        let beside = texts.iter().filter_map(|text| process_file::draft(text).ok());
        for process in beside.map(|draft| Arc::new(draft.process)) {
            there.retain(|known| known.handle != process.handle);
            there.push(process);
        }
    }

    /// Who of a role may work on cases of a process: whoever may only look does none of its steps and has no vote.
    pub(super) fn who_works(&self, role: &Handle, process: &Process) -> Option<BTreeSet<&Handle>> {
        let answers = |person: &Handle| match &process.accountable {
            Party::Role(role) => self.members.get(role).is_some_and(|members| members.contains(person)),
            party => party.person() == Some(person),
        };
        let works = |person: &&Handle| {
            self.may.get(*person).is_none_or(|(general, there)| {
                let here = there.get(&Area::Process(process.handle.clone())).unwrap_or(general);
                *general == Permission::Admin || *here >= Permission::Member || answers(person)
            })
        };
        Some(self.members.get(role)?.iter().filter(works).collect())
    }
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

pub(super) struct Check<'a> {
    pub(super) process: &'a Process,
    pub(super) places: &'a Places,
    pub(super) unread: &'a Unread,
    pub(super) known: &'a Known,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    fn run(process: &'a Process, places: &'a Places, unread: &'a Unread, known: &'a Known) -> Vec<Problem> {
        let flow = Flow::check(process, places, unread);
        let mut check = Check { process, places, unread, known, problems: flow.problems };
        check.names();
        for (index, step) in process.steps.iter().enumerate() {
            check.step(index, step);
            check.conditions(index, step);
            check.settled_ways(index, step);
        }
        check.ladders();
        check.rules();
        check.circles();
        check.rule_circles();
        check.schedules();
        check.tables();
        check.measure();
        if flow.whole {
            check.four_eyes(&flow.before);
            check.quorums();
            check.data_in_time(&flow.before);
            check.asked_in_time(&flow.before);
            check.starts_in_time(&flow.before);
            check.soundness();
            check.waits_for_ever();
            check.merges();
        }
        check.handoffs(&flow.leads);
        check.no_ladder();
        check.improve();
        if process.improve.is_none() {
            check.warn(
                "",
                UNPROMISED,
                "add `[improve]` with `metric = \"cycle time p85\"` and `review = \"every 30 days\"`",
            );
        }
        check.problems
    }

    pub(super) fn refuse(&mut self, path: &str, message: impl Into<String>, hint: impl Into<Option<String>>) {
        self.problems.push(Problem::error(self.places.of(path), message).with_hint(hint));
    }

    pub(super) fn warn(&mut self, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem::warning(self.places.of(path), message).with_hint(hint.into()));
    }

    /// A version is reviewed by a figure, or by whoever says that they will judge it.
    fn improve(&mut self) {
        let Some(improve) = self.process.improve.as_ref().filter(|improve| !improve.judged) else { return };
        if let Some((message, hint)) = expectation::unmeasured(&improve.metric) {
            let hint = format!("{hint}; or write `judged = true`, and whoever reviews says how it is");
            self.refuse("improve.metric", message, hint);
        } else if let Some((message, hint)) = expectation::unread(improve) {
            self.refuse("improve.expect", message, hint);
        }
    }

    /// Names of things outside the process.
    fn names(&mut self) {
        let (process, known) = (self.process, self.known);
        self.party("accountable", &process.accountable, &[]);
        if process.urgent_goal.is_some() && process.goal.is_none() && !self.places.has("goal") {
            let hint = "add `goal`: an urgent case has a shorter one".to_string();
            self.refuse("urgent_goal", "`urgent_goal` without `goal`", hint);
        }
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
    pub(super) fn party(&mut self, path: &str, party: &Party, besides: &[&str]) {
        let (known, what, name) = match party {
            Party::Person(name) => (&self.known.people, "person", name),
            Party::Role(name) => (&self.known.roles, "role", name),
            // Stands for a party that could not be read.
            Party::Contact => return,
        };
        // People come and go, so that it is no error; said once for each role.
        let message = format!("nobody belongs to {}", quoted(name.as_str()));
        let said = self.problems.iter().any(|problem| problem.message == message);
        if party.role().is_some() && self.known.members.get(name).is_some_and(BTreeSet::is_empty) && !said {
            let hint = format!(
                "`baton role change {name} --add PERSON`; until then nobody takes what it is offered"
            );
            return self.warn(path, message, hint);
        }
        let Some(known) = known.as_ref().filter(|known| !known.contains(name)) else { return };
        let sign = if party.person().is_some() { "@" } else { "" };
        let names = known.iter().map(|name| format!("{sign}{name}")).collect::<Vec<_>>();
        let names = names.iter().map(String::as_str).chain(besides.iter().copied());
        let namesake = || {
            let people = self.known.people.as_ref().filter(|people| sign.is_empty() && people.contains(name));
            people.map(|_| format!("for the person write `@{name}`"))
        };
        // What is listed where nobody is there yet is nobody's slip.
        let alone = || match party {
            _ if !known.is_empty() => None,
            Party::Role(role) if nearest(role.as_str(), besides.iter().copied()).is_none() => {
                Some(format!("`baton role add {role} --member PERSON` makes it"))
            }
            Party::Person(person) => Some(format!("`baton person add {person}` adds them")),
            _ => None,
        };
        let hint = namesake().or_else(alone).or_else(|| meant(&party.to_string(), names));
        self.refuse(path, format!("there is no {what} {}", quoted(&party.to_string())), hint);
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
                ClockKind::Wait | ClockKind::FollowUp => (true, ""),
            };
            if !runs {
                let clock = super::process_export::clock_word(ladder.on);
                let message = match ladder.on {
                    ClockKind::Case => "the process has no `goal`: this ladder is for cases that are given a date of their own".to_string(),
                    _ => format!("the process never starts a clock on `{clock}`, so this ladder does nothing"),
                };
                self.warn(&format!("ladder.{index}.on"), message, hint);
            }
            for (n, rung) in ladder.rungs.iter().enumerate() {
                if let Some(party) = &rung.reassign {
                    self.party(&format!("ladder.{index}.rungs.{n}.reassign"), party, &[]);
                }
                for (key, audience) in [("remind", &rung.remind), ("escalate", &rung.escalate)] {
                    if let Some(Audience::Party(party)) = audience {
                        let words = ["responsible", "sender", "lead", "accountable"];
                        self.party(&format!("ladder.{index}.rungs.{n}.{key}"), party, &words);
                    }
                }
            }
        }
    }

    /// What the handoffs should say. A handoff is where the next step is for somebody else.
    fn handoffs(&mut self, leads: &[Vec<usize>]) {
        let steps = &self.process.steps;
        for (index, step) in steps.iter().enumerate() {
            let differs =
                |sender: usize| steps[sender].by != step.by && steps[sender].by != Performer::Sender;
            self.first_handoff(index, step, leads);
            // Nobody stands for a performer that could not be read, too.
            if step.by == Performer::Sender || !senders(steps, leads, index).into_iter().any(differs) {
                continue;
            }
            if step.accept.is_none() && !self.places.has(&format!("step.{index}.accept")) {
                let message =
                    format!("the handoff into `{}` has no time to be accepted: {}", step.handle, unasked());
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

    /// A case begins with a handoff too: whoever starts it offers the first step to whoever does it.
    fn first_handoff(&mut self, index: usize, step: &Step, leads: &[Vec<usize>]) {
        let begins = index == 0 && step.kind.is_human() && step.by != Performer::Sender;
        let told = senders(&self.process.steps, leads, 0).is_empty();
        if begins && told && step.accept.is_none() && !self.places.has("step.0.accept") {
            let message = format!(
                "`{}` is offered when a case starts, and has no time to be accepted: {}",
                step.handle,
                unasked()
            );
            self.warn("step.0", message, "add `accept = \"4 business hours\"`");
        }
    }

    /// Clocks that nobody has said the responses of.
    fn no_ladder(&mut self) {
        let process = self.process;
        let runs = |step: &Step| step.goal.is_some() || step.accept.is_some();
        let clocks = process.goal.is_some() || process.steps.iter().any(runs);
        if process.ladders.is_empty() && clocks && !self.places.has("ladder") {
            let message = format!(
                "the process has goals and no ladder: {} hears of what is late, once, and nobody before",
                process.accountable
            );
            let hint = "add `[[ladder]]` with `on = \"accept\"` and `rungs = [{ at = \"-1 hour\", remind = \"responsible\" }]`";
            self.warn("", message, hint);
        }
    }

    /// Ends that one case can both come to and that say different things.
    fn two_ends(&mut self, ends: &TwoEnds) {
        let ((first, one), (then, other)) = (&ends.first, &ends.then);
        let index = self.process.steps.iter().position(|step| step.handle == *first).unwrap_or(0);
        let message = format!(
            "one case can end `{one}` at `{first}` and `{other}` at `{then}`: it has the outcome that comes last"
        );
        let hint = format!(
            "it happens after {}; write `end = true` where a branch ends that does not say how the case went, or let \
             the branches come together before one end",
            way(&ends.path)
        );
        self.warn(&format!("step.{index}.next"), message, hint);
    }

    fn soundness(&mut self) {
        if self.process.steps.is_empty() {
            return;
        }
        let explored = Explored::new(self.process, BOUND);
        let troubles = explored.troubles(self.process);
        if troubles.is_empty()
            && let Some(ends) = two_ends(self.process, &explored)
        {
            self.two_ends(&ends);
        }
        let repair = Repair::of(self.process, &troubles);
        for trouble in &troubles {
            let index =
                trouble.step().and_then(|step| self.process.steps.iter().position(|s| s.handle == *step));
            let path = match (trouble, index) {
                (Trouble::Waits { .. }, Some(index)) => format!("step.{index}.join"),
                (_, Some(index)) => format!("step.{index}"),
                (_, None) => String::new(),
            };
            match trouble {
                Trouble::TooLarge { .. } | Trouble::Piles { .. } => {
                    self.warn(&path, trouble.to_string(), trouble.hint());
                    self.problems.last_mut().into_iter().for_each(|problem| problem.unproved = true);
                }
                Trouble::Waits { step, .. } => {
                    let change = repair.hint(step);
                    let hint = change.map_or_else(|| trouble.hint(), |change| trouble.hint_with(&change));
                    self.refuse(&path, trouble.to_string(), hint);
                }
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

/// What becomes of an offer that nobody has to accept by a time.
fn unasked() -> String {
    format!("nobody hears for {UNWATCHED} that it lies")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY_KEY: &str = include_str!("../../assets/process-example.toml");

    fn known() -> Known {
        let handles = |names: &[&str]| Some(names.iter().map(|name| name.parse().unwrap()).collect());
        let of =
            |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<BTreeSet<Handle>>();
        let customer = "kind = \"customer\"\n[field.city]\ntype = \"text\"\n";
        Known {
            roles: handles(&["sales", "boss", "finance"]),
            people: handles(&["dana"]),
            calendars: handles(&["office"]),
            kinds: Some(vec![crate::domain::kind_file::parse_kind(customer).unwrap()]),
            processes: Some(Vec::new()),
            unpromised: BTreeSet::new(),
            members: BTreeMap::from([("boss".parse().unwrap(), of(&["bob", "eve"]))]),
            may: BTreeMap::new(),
            programs: None,
        }
    }

    #[test]
    fn a_role_that_nobody_belongs_to_is_warned_of_once() {
        let mut known = known();
        known.members.insert("sales".parse().unwrap(), BTreeSet::new());
        let (_, problems) = read(EVERY_KEY, &known);
        let said = problems.iter().filter(|problem| problem.message == "nobody belongs to `sales`");
        assert_eq!(said.filter(|problem| !problem.is_error()).count(), 1);
    }

    /// What is said of a good process after some changes to its text.
    fn said(changes: &[(&str, &str)], expected: &str) {
        said_of(include_str!("testdata/order.toml"), &known(), changes, expected);
    }

    fn said_of(text: &str, known: &Known, changes: &[(&str, &str)], expected: &str) {
        let mut text = text.to_string();
        for (from, to) in changes {
            assert!(text.contains(from), "nothing to change: {from}");
            text = text.replacen(from, to, 1);
        }
        let (process, problems) = read(&text, known);
        assert_eq!(process.is_some(), !problems.iter().any(Problem::is_error));
        let said = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert_eq!(said, expected, "{changes:?}");
    }

    #[test]
    fn a_good_process_has_no_problem() {
        said(&[], r#""#);
    }

    #[test]
    fn mistakes_at_the_top() {
        said(
            &[("process     = \"order\"", "process = order")],
            r#"1:11: error: string values must be quoted, expected literal string
  hint: in TOML a text stands in quotes, a list in `[` and `]`, and each `name = value` on a line of its own"#,
        );
        said(
            &[("title       = \"Order\"", "titel = \"Order\"")],
            r#"2:1: error: the process has an unknown key `titel`
  hint: did you mean `title`?"#,
        );
        said(
            &[("title       = \"Order\"", "title = 5")],
            r#"2:9: error: `title` must be a text, not a number
  hint: put it in quotes"#,
        );
        said(
            &[("kind        = \"operational\"", "kind = \"operatonal\"")],
            r#"3:8: error: `kind` cannot be `operatonal`
  hint: did you mean `operational`?"#,
        );
        said(
            &[("accountable = \"@dana\"\n", "")],
            r#"1:1: error: the process has no `accountable`
  hint: add `accountable = "@dana"`"#,
        );
        said(
            &[("purpose     = \"An order becomes money.\"\n", "")],
            r#"1:1: error: the process has no `purpose`
  hint: add `purpose = "what a case is for, in one sentence"`"#,
        );
        said(
            &[("\"@dana\"", "\"@dnaa\"")],
            r#"5:15: error: there is no person `@dnaa`
  hint: did you mean `@dana`?"#,
        );
        said(
            &[("\"@dana\"", "\"contact\"")],
            r#"5:15: error: `accountable` must be somebody inside, not the contact
  hint: name the person who answers for the outcome, such as `@dana`"#,
        );
        said(
            &[("\"@dana\"", "[\"@dana\", \"@ana\"]")],
            r#"5:15: error: `accountable` is one party, not a list
  hint: make a role of them, and name the role"#,
        );
        said(
            &[("\"@dana\"", "\"Dana Smith\"")],
            r#"5:15: error: `Dana Smith` is not a handle: lower-case letters, digits, `-`, `_` and `.`
  hint: try `dana-smith`"#,
        );
        said(
            &[("about       = \"customer\"", "about = \"custmer\"")],
            r#"6:9: error: there is no kind of record `custmer`
  hint: did you mean `customer`?"#,
        );
        said(
            &[("goal        = \"15 business days\"", "goal = \"soon\"")],
            r#"7:8: error: `soon` is not a length of time
  hint: write `4 business hours`, `5 business days`, `30 minutes` or `2 weeks`"#,
        );
        said(
            &[("goal        = \"15 business days\"", "goal = \"0 days\"")],
            r#"7:8: error: `goal` must be longer than nothing
  hint: write `1 business day`, for example"#,
        );
        said(
            &[("goal        = \"15 business days\"", "calendar = \"offce\"")],
            r#"7:12: error: there is no calendar `offce`
  hint: did you mean `office`?"#,
        );
        said(
            &[("title = \"Confirm\"", "title = \"Con\\u001bfirm\"")],
            r#"26:9: error: `title` contains a control character
  hint: leave it out"#,
        );
        said(
            &[("title       = \"Order\"", "title = \"a\"\ntitle = \"b\"")],
            r#"3:1: error: duplicate key
  hint: the name stands here a second time: take one of the two out, or begin what comes twice, such as a step, with a line of its own in double brackets, `[[step]]`"#,
        );
        said(
            &[("title       = \"Order\"", "title = \"\"")],
            r#"2:9: error: `title` is empty
  hint: say something, or leave the key out"#,
        );
        said(
            &[("title       = \"Order\"", "title = \"\"\"a\nb\"\"\"")],
            r#"2:9: error: `title` must be one line"#,
        );
        said(
            &[("process     = \"order\"\n", "")],
            r#"1:1: error: the process has no `process`
  hint: add `process = "order-to-cash"`"#,
        );
    }

    #[test]
    fn mistakes_in_a_field() {
        said(
            &[("[data.order_no]", "[data.\"Order No\"]")],
            r#"9:7: error: `Order No` cannot be the name of a field: letters, digits and `_`
  hint: write `[data.order_no]`"#,
        );
        said(
            &[("type = \"money\"", "type = \"mony\"")],
            r#"13:8: error: `mony` is not a type
  hint: did you mean `money`?"#,
        );
        said(
            &[("type = \"money\"\n", "")],
            r#"12:7: error: field `amount` has no `type`
  hint: add `type = "text"`; there is text, number, money, date, choice, yes_no, email, phone, link, person, list"#,
        );
        said(
            &[("of   = [\"prepaid\", \"net 30\"]\n", "")],
            r#"15:8: error: field `terms` is a choice of nothing
  hint: add `of = ["…", "…"]`"#,
        );
        said(
            &[("type = \"person\"", "type = \"link\"")],
            r#"22:8: error: field `driver` links to nothing
  hint: add `to = "customer"`, the kind of record"#,
        );
        said(
            &[("type = \"person\"", "type = \"link\"\nto = \"custoner\"")],
            r#"23:6: error: there is no kind of record `custoner`
  hint: did you mean `customer`?
61:19: error: `driver` is a record, not a person
  hint: write `type = "person"` in `[data.driver]`"#,
        );
        said(
            &[("type = \"date\"", "type = \"date\"\nof = [\"a\"]")],
            r#"19:1: error: `of` belongs to a choice only
  hint: write `type = "choice"`, or leave `of` out"#,
        );
        said(
            &[("type = \"money\"", "type = \"money\"\ncurrency = \"EUR\"")],
            r#"14:1: error: field `amount` has an unknown key `currency`
  hint: there is `title`, `required`, `of` and `to`"#,
        );
    }

    #[test]
    fn mistakes_in_a_step() {
        said(
            &[("step  = \"confirm\"\n", "")],
            r#"24:1: error: step 1 has no `step`
  hint: add `step = "confirm"`"#,
        );
        said(
            &[("by    = \"sales\"\n", "")],
            r#"24:1: error: step `confirm` has no `by`
  hint: add `by = "finance"`"#,
        );
        said(
            &[("by    = \"sales\"", "by = \"slaes\"")],
            r#"27:6: error: there is no role `slaes`
  hint: did you mean `sales`?"#,
        );
        said(
            &[("{ data = \"driver\" }", "{ data = \"drvier\" }")],
            r#"60:19: error: `drvier` is not a field in the data of this process
  hint: did you mean `driver`?"#,
        );
        said(
            &[("{ data = \"driver\" }", "{ data = \"amount\" }")],
            r#"60:19: error: `amount` is an amount of money, not a person
  hint: write `type = "person"` in `[data.amount]`"#,
        );
        said(
            &[("{ data = \"driver\" }", "{ field = \"driver\" }")],
            r#"60:10: error: `by` has no `data`
  hint: add `data = "driver"`
60:12: error: `by` has an unknown key `field`
  hint: there is `data`"#,
        );
        said(
            &[("goal  = \"1 business day\"\n", "")],
            r#"24:1: error: step `confirm` has no `goal`
  hint: add `goal = "1 business day"`"#,
        );
        said(
            &[("gives = [\"amount\", \"terms\", \"driver\"]", "gives = \"amount\"")],
            r#"31:9: error: `gives` must be a list, not a text
  hint: write `gives = ["…"]`
32:17: warning: where `confirm` goes next depends on `amount`, but no step up to there gives it
  hint: let `confirm` or a step before it say `gives = ["amount"]`, or write `required = true` in `[data.amount]`
42:11: warning: `approve` needs `amount`, but no step before it gives it
  hint: let a step before say `gives = ["amount"]`, or write `required = true` in `[data.amount]`
60:19: warning: `send` needs `driver`, but no step before it gives it
  hint: let a step before say `gives = ["driver"]`, or write `required = true` in `[data.driver]`
77:11: warning: `collect` needs `amount`, but no step before it gives it
  hint: let a step before say `gives = ["amount"]`, or write `required = true` in `[data.amount]`"#,
        );
        said(
            &[("gives = [\"amount\", \"terms\", \"driver\"]", "gives = [\"amount\", \"term\", \"driver\"]")],
            r#"31:20: error: `term` is not a field in the data of this process
  hint: did you mean `terms`?"#,
        );
        said(
            &[(
                "gives = [\"amount\", \"terms\", \"driver\"]",
                "gives = [\"amount\", \"amount\", \"driver\"]",
            )],
            r#"31:20: error: `gives` names `amount` twice
  hint: leave one out"#,
        );
        said(
            &[("gives = [\"amount\", \"terms\", \"driver\"]", "gives = [\"terms\"]")],
            r#"32:17: warning: where `confirm` goes next depends on `amount`, but no step up to there gives it
  hint: let `confirm` or a step before it say `gives = ["amount"]`, or write `required = true` in `[data.amount]`
42:11: warning: `approve` needs `amount`, but no step before it gives it
  hint: let a step before say `gives = ["amount"]`, or write `required = true` in `[data.amount]`
60:19: warning: `send` needs `driver`, but no step before it gives it
  hint: let a step before say `gives = ["driver"]`, or write `required = true` in `[data.driver]`
77:11: warning: `collect` needs `amount`, but no step before it gives it
  hint: let a step before say `gives = ["amount"]`, or write `required = true` in `[data.amount]`"#,
        );
        said(
            &[("needs  = [\"sent_on\"]", "needs  = [\"sent_at\"]")],
            r#"87:11: error: `sent_at` is not a field in the data of this process
  hint: did you mean `sent_on`?"#,
        );
        said(
            &[("\"@dana\"", "\"dana\""), ("by    = \"sales\"", "by = \"@dan\"")],
            r#"5:15: error: there is no role `dana`
  hint: for the person write `@dana`
27:6: error: there is no person `@dan`
  hint: did you mean `@dana`?"#,
        );
    }

    #[test]
    fn what_a_good_process_would_say() {
        said(
            &[("done  = \"Agreed in writing.\"\n", "")],
            r#"24:1: warning: step `confirm` has no definition of done
  hint: add `done = "what must be true when it is done"`"#,
        );
        said(
            &[("how   = \"Ask, and write it down.\"\n", "")],
            r#"24:1: warning: step `confirm` has no procedure text
  hint: add `how` with the procedure, in as many lines as it takes"#,
        );
        said(
            &[("review = \"every 30 days\"", "review = \"soon\"")],
            r#"98:10: error: `soon` does not say when to review
  hint: write `review = "every 30 days"`, or a recurrence such as `FREQ=MONTHLY;BYDAY=1MO`"#,
        );
        said(
            &[("[improve]\nmetric = \"cycle time p85\"\nreview = \"every 30 days\"\n", "")],
            r#"1:1: warning: the process has no metric and no review date
  hint: add `[improve]` with `metric = "cycle time p85"` and `review = "every 30 days"`"#,
        );
        said(
            &[("accept = \"4 business hours\"\ndone   = \"Decided.\"", "done   = \"Decided.\"")],
            r#"34:1: warning: the handoff into `approve` has no time to be accepted: nobody hears for 5 business days that it lies
  hint: add `accept = "4 business hours"`"#,
        );
        said(
            &[("needs  = [\"amount\"]\ngives", "gives")],
            r#"34:1: warning: the handoff into `approve` requires no data
  hint: add `needs = ["…"]` with what the sender must hand over"#,
        );
    }

    /// The first step asks whoever starts a case.
    #[test]
    fn what_the_first_step_needs_is_asked_at_the_start() {
        let asks = ("by    = \"sales\"", "by    = \"sales\"\nneeds = [\"sent_on\"]\ndocuments = [\"Order\"]");
        let text = include_str!("testdata/order.toml");
        let before = read(text, &known()).1;
        let asked = read(&text.replacen(asks.0, asks.1, 1), &known()).1;
        let said = |problems: &[Problem]| problems.iter().map(|p| p.message.clone()).collect::<Vec<_>>();
        assert_eq!(said(&asked), said(&before));
    }

    #[test]
    fn mistakes_in_a_route() {
        said(
            &[("next   = \"close\"", "next   = \"clsoe\"")],
            r#"67:10: error: there is no step `clsoe`
  hint: did you mean `close`?"#,
        );
        said(
            &[("next   = \"close\"", "next   = \"end\"")],
            r#"67:10: error: there is no step `end`
  hint: to end the branch write `{ end = true }`"#,
        );
        said(
            &[("next   = \"close\"", "next   = [\"close\", \"split\"]")],
            r#"67:10: error: `next` cannot be a list of steps
  hint: for all of them at once write `next = { all = ["close", "split"] }`"#,
        );
        said(
            &[("next   = \"close\"", "next   = []")],
            r#"67:10: error: `next` leads nowhere
  hint: write `next = { end = true }` if the branch ends here"#,
        );
        said(
            &[("next   = \"close\"", "next   = 7")],
            r#"67:10: error: `next` must say where work goes, not a number
  hint: write `next = "step"`, `{ all = ["a", "b"] }`, `{ end = true }`, or a list of `{ if = "…", to = "…" }`"#,
        );
        said(
            &[("next   = \"close\"\n", "")],
            r#"57:1: error: step `send` has no `next`
  hint: add `next = { end = true }`"#,
        );
        said(
            &[("next   = \"close\"", "next   = { to = \"close\", end = true }")],
            r#"67:26: error: `end` beside `to`: an arm leads one way
  hint: write one arm for each"#,
        );
        said(
            &[("next   = \"close\"", "next   = { too = \"close\" }")],
            r#"67:10: error: the arm of `next` leads nowhere
  hint: add `to = "step"`, `all = ["a", "b"]` or `end = true`
67:12: error: the arm of `next` has an unknown key `too`
  hint: did you mean `to`?"#,
        );
        said(
            &[("next   = \"close\"", "next   = { end = false }")],
            r#"67:18: error: `end` is true or an outcome
  hint: write `end = true`, or the outcome: `end = "paid"`"#,
        );
        said(
            &[("{ all = [\"send\", \"collect\"] }", "{ all = [\"send\", \"send\"] }")],
            r#"55:27: error: `all` names `send` twice
  hint: leave one out"#,
        );
        said(
            &[("{ all = [\"send\", \"collect\"] }", "{ all = \"send\" }")],
            r#"55:18: error: `all` must be a list, not a text
  hint: write `all = ["a", "b"]`"#,
        );
        said(
            &[("step   = \"approve\"", "step   = \"confirm\"")],
            r#"32:45: error: there is no step `approve`
  hint: there is `close`, `collect`, `confirm`, `send` and `split`
35:10: error: there is a step `confirm` already
  hint: the first is on line 25; give this one another name"#,
        );
        said(
            &[(
                "{ if = \"data.ok\", to = \"split\" }, { end = \"rejected\" }",
                "{ to = \"split\" }, { end = \"rejected\" }",
            )],
            r#"44:29: error: this arm is never taken: one before it has no condition
  hint: put the arm without `if` last"#,
        );
        said(
            &[(
                "{ if = \"data.ok\", to = \"split\" }, { end = \"rejected\" }",
                "{ if = \"data.ok\", to = \"split\" }",
            )],
            r#"44:10: error: step `approve` has no way onwards when no condition holds
  hint: add a last arm without `if`, such as `{ end = true }`"#,
        );
        said(
            &[("{ all = [\"send\", \"collect\"] }", "{ all = [\"send\", \"collect\", \"send-2\"] }")],
            r#"55:38: error: there is no step `send-2`
  hint: did you mean `send`?"#,
        );
        said(
            &[("step   = \"split\"", "step = \"Split up\"")],
            r#"47:8: error: `Split up` is not a handle: lower-case letters, digits, `-`, `_` and `.`
  hint: try `split-up`"#,
        );
    }

    #[test]
    fn routes_that_do_not_meet() {
        said(
            &[("next   = \"close\"", "next   = [\"close\", { end = true }]")],
            r#"67:11: error: a choice in `next` must be a table
  hint: write `{ to = "…" }`"#,
        );
        said(
            &[("join   = [\"send\", \"collect\"]", "join   = [\"send\"]")],
            r#"78:10: error: `collect` leads to `close`, which does not wait for it
  hint: let `close` join `send` and `collect`"#,
        );
        said(
            &[("join   = [\"send\", \"collect\"]", "join   = [\"send\", \"collect\", \"approve\"]")],
            r#"84:30: error: `close` waits for `approve`, which does not lead to it
  hint: let `approve` say `next = "close"`, or take it out of the `join`"#,
        );
        said(
            &[("join   = [\"send\", \"collect\"]", "join   = [\"send\", \"colect\"]")],
            r#"84:19: error: there is no step `colect`
  hint: did you mean `collect`?"#,
        );
        said(
            &[("join   = [\"send\", \"collect\"]\n", "")],
            r#"80:1: warning: `close` may be done twice: `send` and `collect` go on side by side and lead there, and it waits for none of them
  hint: let it wait for them, `join = ["send", "collect"]`; leave it where each is to be done by itself"#,
        );
        said(
            &[
                ("{ to = \"split\" }]", "{ end = true }]"),
                ("{ if = \"data.ok\", to = \"split\" }, { end = \"rejected\" }", "{ end = true }"),
            ],
            r#"46:1: error: step `split` cannot be reached from `confirm`, where a case begins
  hint: let a step lead to it with `next = "split"`, or leave it out
57:1: error: step `send` cannot be reached from `confirm`, where a case begins
  hint: let a step lead to it with `next = "send"`, or leave it out
69:1: error: step `collect` cannot be reached from `confirm`, where a case begins
  hint: let a step lead to it with `next = "collect"`, or leave it out
80:1: error: step `close` cannot be reached from `confirm`, where a case begins
  hint: let a step lead to it with `next = "close"`, or leave it out"#,
        );
        said(
            &[(
                "{ all = [\"send\", \"collect\"] }",
                "[{ if = \"data.ok\", to = \"send\" }, { to = \"collect\" }]",
            )],
            r#"84:10: error: `close` can wait for ever for `collect`
  hint: it happens after `confirm`, `split`, `send`; leave `join` out of `close`: of `send` and `collect` one comes, never more"#,
        );
        said(
            &[("next   = { end = \"paid\" }", "next = \"split\"")],
            r#"46:1: error: a case can never end: `split`, `send`, `collect` and `close` lead only to one another
  hint: it happens after `confirm`; give one of them a way out, such as `{ end = true }`"#,
        );
        said(
            &[("step  = \"confirm\"\n", "step  = \"confirm\"\njoin = [\"approve\"]\n")],
            r#"26:8: error: a case begins with `confirm`, so it cannot wait for other steps
  hint: put the step a case begins with first, or leave `join` out
26:9: error: `confirm` waits for `approve`, which does not lead to it
  hint: let `approve` say `next = "confirm"`, or take it out of the `join`"#,
        );
    }

    #[test]
    fn mistakes_in_a_condition() {
        said(
            &[("\"data.amount > 10000\"", "\"data.amount >\"")],
            r#"32:18: error: the condition does not parse: unexpected end of input, expected expression
  hint: a condition is such as `data.amount > 1000 and data.terms == 'net 30'`"#,
        );
        said(
            &[("\"data.amount > 10000\"", "\"data.amonut > 10000\"")],
            r#"32:18: error: `amonut` is not a field in the data of this process
  hint: did you mean `amount`?"#,
        );
        said(
            &[("\"data.amount > 10000\"", "\"amount > 10000\"")],
            r#"32:18: error: `amount` is unknown
  hint: write `data.amount`"#,
        );
        said(
            &[("\"data.amount > 10000\"", "\"record.town == 'Ulm'\"")],
            r#"32:18: error: `town` is not a field of the record this process is about
  hint: there is `city`"#,
        );
        said(
            &[("\"data.amount > 10000\"", "\"data.ok and data.amount > 'x'\"")],
            r#"32:30: error: `data.amount` is an amount of money and does not compare with a text
  hint: write the number without quotes, such as `data.amount > 1000`"#,
        );
        said(
            &[("\"data.amount > 10000\"", "\"data.terms == 'net 60'\"")],
            r#"32:18: error: `net 60` is not a choice of `data.terms`
  hint: did you mean `net 30`?"#,
        );
        said(
            &[("\"data.amount > 10000\"", "\"\"")],
            r#"32:17: error: `if` is empty
  hint: say something, or leave the key out"#,
        );
        said(
            &[("\"data.amount > 10000\"", "\"data.amount\"")],
            r#"32:18: error: `data.amount` is an amount of money, not yes or no
  hint: compare it, such as `data.amount > 0`"#,
        );
        said(
            &[("\"data.amount > 10000\"", "\"data.amount = 10000\"")],
            r#"32:30: error: `=` does not compare
  hint: write `==`"#,
        );
        said(
            &[("about       = \"customer\"\n", ""), ("\"data.amount > 10000\"", "\"record.city == 'Ulm'\"")],
            r#"31:18: error: `record.city` is unknown: this process is not about a record
  hint: say `about = "…"` with the kind of record a case is about"#,
        );
        said(
            &[("\"data.amount > 10000\"", "'data.sent_on > \"tomorrow\"'")],
            r#"32:18: error: `data.sent_on` is a date and does not compare with `tomorrow`
  hint: write a date as year-month-day, such as `data.sent_on >= '2026-11-20'`"#,
        );
        said(
            &[("\"data.amount > 10000\"", "\"data.ok == \\\"yes\\\"\"")],
            r#"32:17: error: `data.ok` is yes or no and does not compare with a text
  hint: write `data.ok` or `not data.ok`"#,
        );
    }

    #[test]
    fn mistakes_in_a_ladder() {
        said(
            &[("on    = \"accept\"", "on    = \"goals\"")],
            r#"93:9: error: `on` cannot be `goals`
  hint: did you mean `goal`?"#,
        );
        said(
            &[("escalate = \"lead\"", "reassign = \"leads\"")],
            r#"94:103: error: there is no role `leads`
  hint: there is `sales`, `boss` and `finance`"#,
        );
        said(
            &[("escalate = \"lead\"", "release = true, raise = true, exception = \"Nobody takes it.\"")],
            r#""#,
        );
        said(
            &[("escalate = \"lead\"", "raise = \"yes\"")],
            r#"94:100: error: `raise` must be true or false, not a text"#,
        );
        said(
            &[("escalate = \"lead\"", "release = true, reassign = \"@dana\"")],
            r#"94:75: error: a rung cannot both `release` and `reassign`
  hint: keep one of them, or make two rungs"#,
        );
        said(
            &[("escalate = \"lead\"", "escalate = \"accountabel\"")],
            r#"94:103: error: there is no role `accountabel`
  hint: did you mean `accountable`?"#,
        );
        said(
            &[(", escalate = \"lead\"", "")],
            r#"94:75: error: the rung tells nobody and does nothing
  hint: add `remind = "responsible"` or `escalate = "lead"`"#,
        );
        said(
            &[("at = \"+1 day\"", "at = \"tomorrow\"")],
            r#"94:82: error: `tomorrow` is not a length of time
  hint: write `4 business hours`, `5 business days`, `30 minutes` or `2 weeks`"#,
        );
        said(
            &[("most = 3", "most = 0")],
            r#"94:70: error: `most` must be a whole number from 1
  hint: write `most = 5`"#,
        );
        said(
            &[("every = \"1 day\", ", "")],
            r#"94:46: error: `most` without `every`: the rung does not repeat
  hint: add `every = "1 day"`"#,
        );
        said(
            &[("goal        = \"15 business days\"\n", ""), ("on    = \"accept\"", "on    = \"case\"")],
            r#"92:9: warning: the process has no `goal`: this ladder is for cases that are given a date of their own
  hint: give the process a `goal`"#,
        );
        said(
            &[("[[ladder]]", "[[ladder]]\non = \"accept\"\nrungs = []\n[[ladder]]")],
            r#"94:9: error: a ladder without rungs
  hint: add a rung
96:9: error: there is a ladder on `accept` already
  hint: put all rungs into one"#,
        );
    }

    #[test]
    fn what_would_lie_without_a_word_is_warned_of() {
        said(
            &[("accept = \"2 business hours\"\n", "\n")],
            r#"24:1: warning: `confirm` is offered when a case starts, and has no time to be accepted: nobody hears for 5 business days that it lies
  hint: add `accept = "4 business hours"`"#,
        );
        let text = "process = \"x\"\ntitle = \"X\"\npurpose = \"P\"\naccountable = \"@dana\"\n[[step]]\nstep = \"s\"\n\
                    title = \"S\"\nby = \"@dana\"\ngoal = \"1 day\"\naccept = \"1 day\"\nnext = { end = true }\n";
        let ladder = "[[ladder]]\non = \"goal\"\nrungs = [{ at = \"0\", remind = \"responsible\" }]\n";
        let warned = |text: &str| {
            let problems = read(text, &Known::default()).1;
            problems.into_iter().filter(|problem| problem.message.contains("no ladder")).count()
        };
        assert_eq!((warned(text), warned(&format!("{text}{ladder}"))), (1, 0));
    }

    /// The file that shows every key is accepted, and no key is left out of it.
    #[test]
    fn a_file_with_every_key_is_accepted() {
        let (process, problems) = read(EVERY_KEY, &Known::default());
        let said = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert_eq!(said, "");
        assert!(process.is_some());
        let without = EVERY_KEY.lines().map(|line| line.strip_prefix("about ").map_or(line, |_| ""));
        let without = without.collect::<Vec<_>>().join("\n").replace("# [[schedule]]", "[[schedule]]");
        let without = without.lines().map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = ") => rest,
            _ => line,
        });
        let problems = read(&without.collect::<Vec<_>>().join("\n"), &Known::default()).1;
        let said = problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>();
        assert!(!said.iter().any(|said| said.contains("unknown key")), "{said:?}");
        assert!(said.contains(&"`quarter` is not a field in the data of this process"), "{said:?}");
    }

    #[test]
    fn without_knowledge_of_the_rest_nothing_is_said_about_it() {
        let text =
            include_str!("testdata/order.toml").replace("sales", "nobody-knows").replace("city", "town");
        let (process, problems) = read(&text, &Known::default());
        assert_eq!(problems, []);
        assert_eq!(check(&process.unwrap(), &Places::default(), &Known::default()), []);
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = include_str!("testdata/order.toml")
            .replace("title       =", "titel       =")
            .replace("data.amount > 10000", "data.amonut > 10000")
            .replace("join   = [\"send\", \"collect\"]", "join   = [\"send\"]")
            .replace("goal   = \"30 days\"\n", "");
        let (process, problems) = read(&text, &known());
        assert_eq!(process, None);
        let places = problems.iter().map(|problem| (problem.line, problem.column)).collect::<Vec<_>>();
        assert_eq!(places, [(2, 1), (32, 18), (69, 1), (77, 10)]);
    }

    #[test]
    fn a_condition_on_the_way_does_not_ask_what_the_case_came_to() {
        let text = include_str!("testdata/order.toml");
        let step = text.find("next").unwrap();
        let line = text[step..].lines().next().unwrap();
        let wrong = "next = [{ if = \"case.outcome == 'paid'\", end = true }, { end = true }]";
        let (_, problems) = read(&text.replacen(line, wrong, 1), &known());
        let said = problems.iter().map(ToString::to_string).collect::<Vec<_>>();
        let unknown = "`case.outcome` is unknown here: a case has none before it ends";
        assert!(said.iter().any(|said| said.contains(unknown)), "{said:?}");
    }

    #[test]
    fn four_eyes_of_one_person_are_refused_and_those_of_one_member_warned_of() {
        let said = |by: &str, members: &[&str], viewer: Option<&str>| {
            let text = format!(
                "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@dana\"\n\
                 [[step]]\nstep = \"a\"\ntitle = \"A\"\nby = \"{by}\"\ngoal = \"1 day\"\nnext = \"d\"\n\
                 [[step]]\nstep = \"d\"\ntitle = \"D\"\nby = \"{by}\"\ngoal = \"1 day\"\nnot_by = \"a\"\nnext = {{ end = true }}\n"
            );
            let members = members.iter().map(|name| name.parse().unwrap()).collect();
            let looks = |who: &str| (who.parse().unwrap(), (Permission::Viewer, BTreeMap::new()));
            let known = Known {
                members: BTreeMap::from([("boss".parse().unwrap(), members)]),
                may: viewer.map(looks).into_iter().collect(),
                ..known()
            };
            let (_, problems) = read(&text, &known);
            let said = problems.iter().find(|problem| problem.message.contains("nobody is left"));
            said.map(|problem| (problem.is_error(), problem.message.clone()))
        };
        let one =
            |words: &str| Some((false, format!("boss has {words}, who does `a`: nobody is left for `d`")));
        let refused = "@dana does `a`, and `d` is for somebody else: nobody is left for it".to_string();
        assert_eq!(said("@dana", &[], None), Some((true, refused)));
        assert_eq!(said("boss", &["bob", "eve"], None), None);
        assert_eq!(said("boss", &["bob"], None), one("one member"));
        assert_eq!(said("boss", &["bob", "eve"], Some("eve")), one("one member who may do it"));
    }

    #[test]
    fn a_decision_of_more_than_can_vote_is_warned_of() {
        let process = |more: &str| {
            format!(
                "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@dana\"\n\
                 [[step]]\nstep = \"a\"\ntitle = \"A\"\nby = \"boss\"\ngoal = \"1 day\"\nnext = \"d\"\n\
                 [[step]]\nstep = \"d\"\ntitle = \"D\"\nby = \"boss\"\ntype = \"decision\"\ngoal = \"1 day\"\n{more}\n\
                 next = [{{ on = \"yes\", end = true }}, {{ on = \"no\", end = true }}]\n"
            )
        };
        let viewer = |of: Permission, there: &[(&str, Permission)]| {
            let there = there.iter().map(|(process, may)| (Area::Process(process.parse().unwrap()), *may));
            BTreeMap::from([("eve".parse::<Handle>().unwrap(), (of, there.collect()))])
        };
        let said_where = |more: &str, may: BTreeMap<_, _>| {
            let known = Known { may, ..known() };
            let (read, problems) = read(&process(more), &known);
            assert!(read.is_some(), "{problems:?}");
            let mut said = problems.iter().filter(|problem| problem.message.contains("cannot pass"));
            said.next().map(|problem| problem.message.clone())
        };
        let said = |more: &str| said_where(more, BTreeMap::new());
        assert_eq!(said("quorum = \"2 of 2\""), None);
        let one = "`d` needs 2 who agree, and boss has 1 who may: it cannot pass";
        let looks = viewer(Permission::Viewer, &[]);
        assert_eq!(said_where("quorum = \"2 of 2\"", looks).as_deref(), Some(one));
        let looks_here = viewer(Permission::Lead, &[("p", Permission::Viewer)]);
        assert_eq!(said_where("quorum = \"2 of 2\"", looks_here).as_deref(), Some(one));
        let works_here = viewer(Permission::Viewer, &[("p", Permission::Member)]);
        assert_eq!(said_where("quorum = \"2 of 2\"", works_here), None);
        let three = "`d` needs 3 who agree, and boss has 2: it cannot pass";
        assert_eq!(said("quorum = \"3 of 3\"").as_deref(), Some(three));
        let two = "`d` needs 2 who agree, and boss has 2, of whom one did the step it checks: it cannot pass";
        assert_eq!(said("quorum = \"2 of 2\"\nnot_by = \"a\"").as_deref(), Some(two));
        assert_eq!(said("quorum = \"all\"\nnot_by = \"a\""), None);
    }
}
