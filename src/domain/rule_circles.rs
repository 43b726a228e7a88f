//! Rules of a process that set each other off again and again. What surely goes on is told from what a condition may
//! end that the rules themselves can make untrue; data that comes to rest ends it. No rule is set off by what it did
//! itself.

use super::condition_types::{Token, tokens};
use super::process::Process;
use super::process_check::Check;
use super::rule::{Action, Rule, Trigger};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A rule that may be in a circle.
struct Member<'p> {
    index: usize,
    rule: &'p Rule,
}

impl<'p> Member<'p> {
    fn sets(&self) -> impl Iterator<Item = (&'p str, &'p str)> {
        let rule: &'p Rule = self.rule;
        rule.then
            .iter()
            .flat_map(|action| match action {
                Action::Set(pairs) => pairs.as_slice(),
                _ => &[],
            })
            .map(|(field, source)| (field.as_str(), source.as_str()))
    }

    fn opens_exception(&self) -> bool {
        self.rule.then.iter().any(|action| matches!(action, Action::Exception(_)))
    }
}

/// The fields of the data that a source reads, those that decide on a table it asks included.
pub(super) fn reads(process: &Process, source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for placed in tokens(source) {
        let Token::Path(path) = placed.token else { continue };
        match path.split_once('.') {
            Some(("data", field)) => {
                found.insert(field.to_string());
            }
            Some(("table", name)) => {
                let name = name.split('.').next().unwrap_or_default();
                let table = process.tables.iter().find(|table| table.table.as_str() == name);
                let inputs = table.into_iter().flat_map(|table| &table.inputs);
                found.extend(inputs.filter_map(|input| input.strip_prefix("data.")).map(str::to_string));
            }
            _ => {}
        }
    }
    found
}

/// The rules whose condition, where they have one, nothing that they do can end; or, where it is asked what may go on,
/// all of them.
fn members(process: &Process, surely: bool) -> Vec<Member<'_>> {
    let set_off = |rule: &&Rule| matches!(rule.on, Trigger::DataChanged | Trigger::Exception);
    let all = process.rules.iter().enumerate().map(|(index, rule)| Member { index, rule });
    let all = all.filter(|member| set_off(&member.rule)).collect::<Vec<_>>();
    let touched =
        all.iter().flat_map(Member::sets).map(|(field, _)| field.to_string()).collect::<BTreeSet<_>>();
    let hurries = |member: &Member| member.rule.then.iter().any(|action| matches!(action, Action::Urgent(_)));
    let hurried = all.iter().any(hurries);
    let goes_on = |member: &Member| {
        member.rule.when.as_ref().is_none_or(|when| {
            reads(process, when).is_disjoint(&touched) && !(hurried && when.contains("case.urgent"))
        })
    };
    all.into_iter().filter(|member| !surely || goes_on(member)).collect()
}

/// The fields that these rules give another value each time round.
fn restless(process: &Process, members: &[Member]) -> BTreeSet<String> {
    let mut by = BTreeMap::<&str, BTreeSet<String>>::new();
    let mut found = BTreeSet::new();
    for (n, member) in members.iter().enumerate() {
        for (field, source) in member.sets() {
            // What is set to itself stays.
            if source.trim().strip_prefix("data.") != Some(field) {
                by.entry(field).or_default().extend(reads(process, source));
            }
            let sets_else = |other: &Member| {
                let (one, two) = (&member.rule.when, &other.rule.when);
                let both = one.is_none() || two.is_none() || one == two;
                both && other.sets().any(|(set, to)| set == field && to.trim() != source.trim())
            };
            if members[..n].iter().any(sets_else) {
                found.insert(field.to_string());
            }
        }
    }
    // What hangs on itself, by way of others or not, is never the same.
    let behind = |field: &str| {
        let (mut next, mut seen) = (vec![field.to_string()], BTreeSet::new());
        while let Some(at) = next.pop() {
            let more = by.get(at.as_str()).into_iter().flatten();
            next.extend(more.filter(|read| seen.insert((*read).clone())).cloned());
        }
        seen
    };
    let behind = by.keys().map(|field| (field.to_string(), behind(field))).collect::<Vec<_>>();
    found
        .extend(behind.iter().filter(|(field, reads)| reads.contains(field)).map(|(field, _)| field.clone()));
    let hangs_on = |reads: &BTreeSet<String>| !reads.is_disjoint(&found);
    let more = behind.iter().filter(|(_, reads)| hangs_on(reads)).map(|(field, _)| field.clone());
    let more = more.collect::<Vec<_>>();
    found.extend(more);
    found
}

/// The shortest way round through two rules or more: one that surely goes on, or one that may.
fn round(process: &Process, surely: bool) -> Option<Vec<&Rule>> {
    let members = members(process, surely);
    let restless = restless(process, &members);
    let leads = |from: &Member, to: &Member| {
        from.index != to.index
            && match to.rule.on {
                Trigger::Exception => from.opens_exception(),
                _ => from.sets().any(|(field, _)| restless.contains(field)),
            }
    };
    let rounds = (0..members.len()).filter_map(|start| {
        let mut before = BTreeMap::new();
        let mut next = VecDeque::from([start]);
        while let Some(at) = next.pop_front() {
            for to in (0..members.len()).filter(|to| leads(&members[at], &members[*to])) {
                if to == start {
                    let mut way = vec![at];
                    while let Some(earlier) = way.last().and_then(|last| before.get(last)) {
                        way.push(*earlier);
                    }
                    way.reverse();
                    return Some(way);
                }
                if to != start && !before.contains_key(&to) {
                    before.insert(to, at);
                    next.push_back(to);
                }
            }
        }
        None
    });
    let shortest = rounds.min_by_key(Vec::len)?;
    Some(shortest.into_iter().map(|n| members[n].rule).collect())
}

impl Check<'_> {
    /// Warns of rules that set each other off without end.
    pub(super) fn rule_circles(&mut self) {
        let process = self.process;
        let sure = round(process, true);
        let (surely, found) = (sure.is_some(), sure.or_else(|| round(process, false)));
        let Some(round) = found else { return };
        let Some(first) = round.first() else { return };
        let names =
            round.iter().chain([first]).map(|rule| rule.rule.as_str()).collect::<Vec<_>>().join(" -> ");
        let index = process.rules.iter().position(|rule| rule.rule == first.rule).unwrap_or_default();
        let (message, hint) = match surely {
            true => (
                format!("these rules set each other off, again and again: {names}"),
                "give one of them a condition with `if` that what they do comes to end; a chain is cut off after eight",
            ),
            false => (
                format!(
                    "these rules may set each other off without end: {names}; whether their conditions end it cannot be told"
                ),
                "let one of them set what does not hang on itself; a chain is cut off after eight",
            ),
        };
        self.warn(&format!("rule.{index}"), message, hint);
    }
}

#[cfg(test)]
mod tests {
    use super::super::process_check::{Known, read};

    /// What is said of rules in a circle, where these are all there are: name, what sets it off, condition, actions.
    fn said(rules: &[(&str, &str, &str, &str)]) -> Option<String> {
        let said = problems(rules).into_iter().find(|problem| problem.message.contains("again and again"));
        said.map(|problem| problem.message.split(": ").last().unwrap().to_string())
    }

    fn problems(rules: &[(&str, &str, &str, &str)]) -> Vec<super::super::problem::Problem> {
        let mut text = "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@dana\"\n\
             [data.a]\ntype = \"number\"\n[data.b]\ntype = \"number\"\n[data.c]\ntype = \"number\"\n\
             [[step]]\nstep = \"w\"\ntitle = \"W\"\nby = \"ops\"\ngoal = \"1 day\"\nnext = { end = true }\n"
            .to_string();
        for (name, on, when, then) in rules {
            let when = if when.is_empty() { String::new() } else { format!("if = \"{when}\"\n") };
            text += &format!("[[rule]]\nrule = \"{name}\"\non = \"{on}\"\n{when}then = [{{ {then} }}]\n");
        }
        read(&text, &Known::default()).1
    }

    const DATA: &str = "data.changed";

    #[test]
    fn rules_that_never_come_to_rest_are_warned_of() {
        let up = "set = { a = \"data.a + 1\" }";
        for rules in [
            [("r", DATA, "", up), ("s", DATA, "", up)],
            [("r", DATA, "", up), ("s", DATA, "data.c > 3", "set = { b = \"data.a\" }")],
            [("r", DATA, "", "set = { a = \"data.b + 1\" }"), ("s", DATA, "", "set = { b = \"data.a\" }")],
            [("r", DATA, "", "set = { a = \"1\" }"), ("s", DATA, "data.c > 3", "set = { a = \"2\" }")],
            [("r", "exception", "", "exception = \"x\""), ("s", "exception", "", "exception = \"y\"")],
        ] {
            assert_eq!(said(&rules).as_deref(), Some("r -> s -> r"), "{rules:?}");
        }
        let mixed = [("r", DATA, "", "exception = \"x\""), ("s", "exception", "", up)];
        assert_eq!(said(&mixed).as_deref(), Some("r -> s -> r"));
    }

    /// A condition on what they set themselves may end it or not: that is said, and not taken for an answer.
    #[test]
    fn where_a_condition_may_end_it_that_is_said_as_what_it_is() {
        let up = "set = { a = \"data.a + 1\" }";
        let may = |rules: &[(&str, &str, &str, &str)]| {
            let problems = problems(rules);
            problems
                .into_iter()
                .any(|problem| problem.message.contains("may set each other off without end: r -> s -> r"))
        };
        assert!(may(&[("r", DATA, "", up), ("s", DATA, "data.a > 3", up)]));
        assert!(may(&[
            ("r", DATA, "data.a >= 0", up),
            ("s", DATA, "data.a < 100", "set = { a = \"data.a - 1\" }")
        ]));
        // What comes to rest whatever its condition is nothing to speak of.
        assert!(!may(&[
            ("r", DATA, "data.b > 3", "set = { a = \"data.c * 2\" }"),
            ("s", DATA, "data.a > 3", "set = { b = \"data.c * 2\" }"),
        ]));
        assert!(!may(&[("r", DATA, "", up), ("s", DATA, "", up)]), "of that it is told surely");
    }

    #[test]
    fn rules_that_come_to_rest_are_not() {
        let up = "set = { a = \"data.a + 1\" }";
        for rules in [
            vec![("r", DATA, "", up)],
            vec![
                ("r", DATA, "", "set = { a = \"data.c * 2\" }"),
                ("s", DATA, "", "set = { b = \"data.a * 2\" }"),
            ],
            vec![("r", DATA, "", up), ("s", DATA, "data.a > 3", up)],
            vec![
                ("r", DATA, "data.c > 3", "set = { a = \"1\" }"),
                ("s", DATA, "data.c <= 3", "set = { a = \"2\" }"),
            ],
            vec![("r", DATA, "", up), ("s", DATA, "", "note = \"x\"")],
            vec![("r", DATA, "", "exception = \"x\""), ("s", "exception", "", "set = { a = \"data.c\" }")],
            vec![("r", "exception", "", "exception = \"x\"")],
        ] {
            assert_eq!(said(&rules), None, "{rules:?}");
        }
    }
}
