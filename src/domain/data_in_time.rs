//! Whether the data of a process is there when it is asked for, by a step or by the condition of a way, and whether a
//! condition asks for anything at all.

use super::condition;
use super::condition_types::{Placed, Token, tokens};
use super::problem::quoted;
use super::process::{Performer, Process, Step, StepKind, WaitFor};
use super::process_check::Check;
use super::rule::Action;
use std::collections::{BTreeSet, HashSet};

/// Whether a field can be filled in when a step is done: by it, one before it or a rule, or because a case cannot begin
/// without. Of a field there is none of something else is said.
fn is_there(process: &Process, (index, before): (usize, &[HashSet<usize>]), field: &String) -> bool {
    let upto = before[index].iter().copied().chain([index]).collect::<Vec<_>>();
    is_given_by(process, &upto, field)
}

/// The same by these steps.
fn is_given_by(process: &Process, steps: &[usize], field: &String) -> bool {
    let by_step = |step: &Step| gives(step, field) || step.needs.contains(field);
    let mut steps = steps.iter().map(|step| &process.steps[*step]);
    process.field(field).is_none_or(|field| field.required)
        || steps.any(by_step)
        || process.rules.iter().any(|rule| rule.then.iter().any(|act| sets(act, field)))
}

impl Check<'_> {
    /// Whether what a step needs can be there by then: given by a step or set by an action. `before` are the
    /// steps before each step.
    pub(super) fn data_in_time(&mut self, before: &[HashSet<usize>]) {
        for (index, step) in self.process.steps.iter().enumerate() {
            let needs =
                step.needs.iter().enumerate().map(|(n, field)| (field, format!("step.{index}.needs.{n}")));
            let by = match (&step.by, &step.kind) {
                (Performer::Data(field), _) => Some((field, format!("step.{index}.by.data"))),
                (_, StepKind::Wait(WaitFor::Until(field))) => Some((field, format!("step.{index}.until"))),
                _ => None,
            };
            let each = step.each.as_ref().map(|field| (field, format!("step.{index}.each")));
            // Whoever starts a case is asked for what its first step needs.
            let needs = needs.filter(|_| index > 0);
            for (field, path) in needs.chain(by).chain(each) {
                let given = before[index].iter().any(|earlier| gives(&self.process.steps[*earlier], field));
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

    /// Whether what a case that a step or a rule starts has to begin with can be there by then.
    pub(super) fn starts_in_time(&mut self, before: &[HashSet<usize>]) {
        let process = self.process;
        let in_actions = |base: String, actions: &'_ [Action]| {
            let starts = actions.iter().enumerate().filter_map(|(n, action)| match action {
                Action::Start(start) => Some((format!("{base}.then.{n}"), start.clone())),
                _ => None,
            });
            starts.collect::<Vec<_>>()
        };
        let mut starts = Vec::new();
        for (index, step) in process.steps.iter().enumerate() {
            let path = format!("step.{index}");
            let found = match &step.kind {
                StepKind::Process { start, .. } => vec![(path, start.clone())],
                StepKind::Auto { actions } => in_actions(path, actions),
                _ => Vec::new(),
            };
            let upto = before[index].iter().copied().chain([index]).collect::<Vec<_>>();
            starts.extend(found.into_iter().map(|(path, start)| (path, start, upto.clone(), None)));
        }
        // A rule may follow at any time, where its condition does not ask for what it takes.
        for (index, rule) in process.rules.iter().enumerate() {
            let all = (0..process.steps.len()).collect::<Vec<_>>();
            let found = in_actions(format!("rule.{index}"), &rule.then);
            starts.extend(
                found.into_iter().map(|(path, start)| (path, start, all.clone(), rule.when.as_ref())),
            );
        }
        for (path, start, upto, when) in starts {
            let asked_before = when.map(|when| tokens(when)).unwrap_or_default();
            let asked_before = read(&asked_before).collect::<BTreeSet<_>>();
            let Some(other) = self.process_known(&start.process) else { continue };
            let asked =
                start.data.iter().filter(|(name, _)| other.field(name).is_some_and(|field| field.required));
            for (name, source) in asked.collect::<Vec<_>>() {
                let tokens = tokens(source);
                let guarded = guarded(&tokens);
                let asked = read(&tokens).filter(|field| !guarded.contains(field));
                let asked = asked.filter(|field| !asked_before.contains(field));
                let mut asked = asked.map(str::to_string);
                let Some(field) = asked.find(|field| !is_given_by(process, &upto, field)) else {
                    continue;
                };
                let message = format!(
                    "a case of `{}` begins with `{name}`, taken from {}, but no step up to there gives it",
                    start.process,
                    quoted(&field)
                );
                let hint = format!(
                    "let a step before say `gives = [\"{field}\"]`, or write `required = true` in `[data.{field}]`"
                );
                self.warn(&format!("{path}.with.{name}"), message, hint);
            }
        }
    }

    /// Whether what the ways out of a step ask for can be there when it is done. What only somebody who thinks of it
    /// fills in leaves the work where it is.
    pub(super) fn asked_in_time(&mut self, before: &[HashSet<usize>]) {
        let process = self.process;
        for (index, step) in process.steps.iter().enumerate() {
            let arms = step.next.iter().enumerate().flat_map(|(n, arm)| {
                let base = format!("step.{index}.next.{n}");
                let only =
                    arm.only.iter().map(|(to, source)| (format!("{}.only.{to}", base.clone()), source));
                let only = only.collect::<Vec<_>>();
                arm.when.iter().map(move |source| (format!("{base}.if"), source)).chain(only)
            });
            let arms = arms.map(|(path, source)| (path, tokens(source))).collect::<Vec<_>>();
            let guarded = arms.iter().flat_map(|(_, tokens)| guarded(tokens)).collect::<BTreeSet<_>>();
            let mut said = BTreeSet::new();
            for (path, field) in arms.iter().flat_map(|(path, tokens)| read(tokens).map(move |f| (path, f))) {
                let field = field.to_string();
                if guarded.contains(field.as_str())
                    || is_there(process, (index, before), &field)
                    || !said.insert(field.clone())
                {
                    continue;
                }
                // Of a condition that is wrong anyhow nothing else is said.
                let line = self.places.of(path).0;
                if self.problems.iter().any(|problem| problem.is_error() && problem.line == line) {
                    continue;
                }
                let message = format!(
                    "where `{}` goes next depends on {}, but no step up to there gives it",
                    step.handle,
                    quoted(&field)
                );
                let hint = format!(
                    "let `{}` or a step before it say `gives = [\"{field}\"]`, or write `required = true` in `[data.{field}]`",
                    step.handle
                );
                self.warn(path, message, hint);
            }
        }
    }

    /// Conditions that ask for nothing: what comes after one that always holds is never reached, and neither is what
    /// one leads to that never does.
    pub(super) fn settled_ways(&mut self, index: usize, step: &Step) {
        for (n, arm) in step.next.iter().enumerate().filter(|(_, arm)| arm.on.is_none()) {
            let Some(source) = &arm.when else { continue };
            if tokens(source).iter().any(|placed| matches!(placed.token, Token::Path(_))) {
                continue;
            }
            let path = format!("step.{index}.next.{n}.if");
            match condition::evaluate(source, &serde_json::json!({})) {
                Ok(true) if n + 1 < step.next.len() => self.warn(
                    &path,
                    format!("{} always holds: the ways of `{}` after it are never taken", quoted(source), step.handle),
                    "ask for something of the case, such as `data.amount > 1000`, or leave the ways after it out",
                ),
                Ok(false) => self.warn(
                    &path,
                    format!("{} never holds: this way of `{}` is never taken", quoted(source), step.handle),
                    "ask for something of the case, such as `data.amount > 1000`, or leave this way out",
                ),
                _ => {}
            }
        }
    }
}

/// The fields of the data that a condition names.
fn read<'s>(tokens: &[Placed<'s>]) -> impl Iterator<Item = &'s str> {
    tokens.iter().filter_map(|placed| field_of(placed))
}

fn field_of<'s>(placed: &Placed<'s>) -> Option<&'s str> {
    match placed.token {
        Token::Path(path) => path.strip_prefix("data.").map(|rest| rest.split('.').next().unwrap_or(rest)),
        _ => None,
    }
}

/// The fields of which a condition asks whether they are there, or says what counts where they are not.
fn guarded<'s>(tokens: &[Placed<'s>]) -> Vec<&'s str> {
    let asks = |rest: &[Placed<'s>]| match rest {
        [field, sign, word, after @ ..] => {
            let word = match word.token {
                Token::Word("not") => after.first().map(|placed| placed.token),
                token => Some(token),
            };
            let asks = match sign.token {
                Token::Word("is") => {
                    matches!(word, Some(Token::Path("defined" | "undefined") | Token::Word("none" | "None")))
                }
                Token::Sign("|") => matches!(word, Some(Token::Path("default" | "d"))),
                _ => false,
            };
            field_of(field).filter(|_| asks)
        }
        _ => None,
    };
    (0..tokens.len()).filter_map(|n| asks(&tokens[n..])).collect()
}

fn sets(action: &Action, field: &String) -> bool {
    matches!(action, Action::Set(pairs) if pairs.iter().any(|(set, _)| set == field))
}

/// Whether a step puts a value into a field.
fn gives(step: &Step, field: &String) -> bool {
    let acts = match &step.kind {
        StepKind::Auto { actions } => actions.iter().any(|action| sets(action, field)),
        _ => false,
    };
    acts || step.gives.contains(field)
}

#[cfg(test)]
mod tests {
    use super::super::problem::Problem;
    use super::super::process_check::{Known, read};

    fn said(next: &str, more: &str) -> Vec<String> {
        let text = format!(
            r#"
process = "p"
title = "P"
purpose = "x"
accountable = "@bo"
[data.n]
type = "number"
[[step]]
step = "a"
title = "A"
by = "@bo"
next = {next}
[[step]]
step = "b"
title = "B"
by = "@bo"
next = {{ end = true }}
{more}
"#
        );
        let (_, problems) = read(&text, &Known::default());
        let of_ways =
            |problem: &&Problem| ["depends on", "holds:"].iter().any(|words| problem.message.contains(words));
        problems.iter().filter(of_ways).map(|problem| problem.message.clone()).collect()
    }

    #[test]
    fn a_way_that_asks_for_what_no_step_gives_is_warned_of_unless_something_else_does() {
        let asks = r#"[{ if = "data.n > 5", to = "b" }, { end = "small" }]"#;
        assert_eq!(said(asks, ""), ["where `a` goes next depends on `n`, but no step up to there gives it"]);
        let rule = "[[rule]]\nrule = \"r\"\non = \"case.started\"\nthen = [{ set = { n = \"1\" } }]";
        assert_eq!(said(asks, rule), [""; 0]);
        for given in [asks.to_string() + "\ngives = [\"n\"]", asks.to_string() + "\nneeds = [\"n\"]"] {
            assert_eq!(said(&given, ""), [""; 0], "{given}");
        }
        let guarded = r#"[{ if = "data.n is defined and data.n > 5", to = "b" }, { end = "small" }]"#;
        assert_eq!(said(guarded, ""), [""; 0]);
        let first = r#"[{ if = "data.n is undefined", to = "b" }, { if = "data.n > 5", to = "b" }, { end = "small" }]"#;
        assert_eq!(said(first, ""), [""; 0], "the way before it takes what is not there");
    }

    #[test]
    fn what_a_case_begins_with_that_no_step_gives_is_warned_of() {
        let other = "process = \"q\"\ntitle = \"Q\"\npurpose = \"x\"\naccountable = \"@bo\"\n[data.z]\ntype = \"text\"\n\
             required = true\n[[step]]\nstep = \"k\"\ntitle = \"K\"\nby = \"@bo\"\ngoal = \"1 day\"\nnext = { end = true }\n";
        let other = read(other, &Known::default()).0.unwrap();
        let known = Known { processes: Some(vec![other.into()]), ..Known::default() };
        let said = |more: &str| {
            let text = format!(
                "process = \"p\"\ntitle = \"P\"\npurpose = \"x\"\naccountable = \"@bo\"\n[data.t]\ntype = \"text\"\n\
                 [[step]]\nstep = \"a\"\ntitle = \"A\"\nby = \"@bo\"\nnext = \"s\"\n{more}\n[[step]]\nstep = \"s\"\n\
                 title = \"S\"\ntype = \"process\"\nstart = \"q\"\nwith = {{ z = \"data.t\" }}\nnext = {{ end = true }}\n"
            );
            let problems = read(&text, &known).1;
            let of = problems.iter().filter(|problem| problem.message.contains("taken from"));
            of.map(|problem| problem.message.clone()).collect::<Vec<_>>()
        };
        let told = "a case of `q` begins with `z`, taken from `t`, but no step up to there gives it";
        assert_eq!(said(""), [told]);
        assert_eq!(said("gives = [\"t\"]"), [""; 0]);
        // In an automatic step and in a rule as well, unless the rule asks for it first.
        let starts = "then = [{ start = \"q\", with = { z = \"data.t\" } }]";
        let auto = format!("type = \"auto\"\n{starts}");
        let said = |kind: &str, rule: &str| {
            let text = format!(
                "process = \"p\"\ntitle = \"P\"\npurpose = \"x\"\naccountable = \"@bo\"\n[data.t]\ntype = \"text\"\n\
                 [[step]]\nstep = \"a\"\ntitle = \"A\"\nby = \"@bo\"\nnext = \"s\"\n[[step]]\nstep = \"s\"\n\
                 title = \"S\"\n{kind}\nnext = {{ end = true }}\n{rule}"
            );
            let problems = read(&text, &known).1;
            problems.iter().filter(|problem| problem.message.contains("taken from")).count()
        };
        let by_bo = "by = \"@bo\"";
        assert_eq!((said(&auto, ""), said(by_bo, "")), (1, 0));
        let rule = |when: &str| format!("[[rule]]\non = \"case.done\"\n{when}\n{starts}\n");
        assert_eq!(said(by_bo, &rule("")), 1);
        assert_eq!(said(by_bo, &rule("if = \"data.t != ''\"")), 0, "it does not hold before");
    }

    #[test]
    fn a_condition_that_asks_for_nothing_leaves_a_way_that_is_never_taken() {
        let always = r#"[{ if = "true", to = "b" }, { end = "small" }]"#;
        assert_eq!(said(always, ""), ["`true` always holds: the ways of `a` after it are never taken"]);
        let never = r#"[{ if = "1 > 2", to = "b" }, { end = "small" }]"#;
        assert_eq!(said(never, ""), ["`1 > 2` never holds: this way of `a` is never taken"]);
    }
}
