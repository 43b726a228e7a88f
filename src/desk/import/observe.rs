//! What a log shows of the process behind it: which steps there are, who does them and where work goes from
//! each. Makes the definition; imports no case.

use crate::domain::ladder::{Audience, ClockKind, Ladder, Rung};
use crate::domain::process::{Arm, DataField, Go, Performer, Process, Step};
use crate::domain::record::FieldType;
use crate::domain::{Goal, Handle, Party, Unit};
use crate::store::Staged;
use std::collections::{BTreeSet, HashMap};

/// Texts by number, in the order they were first seen.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<String, u32>,
    pub texts: Vec<String>,
}

impl Names {
    pub fn number(&mut self, text: &str) -> u32 {
        if let Some(n) = self.numbers.get(text) {
            return *n;
        }
        let n = self.texts.len() as u32;
        self.numbers.insert(text.to_string(), n);
        self.texts.push(text.to_string());
        n
    }

    pub fn get(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    pub fn has(&self, text: &str) -> bool {
        self.numbers.contains_key(text)
    }
}

/// Counts over the cases of a log.
#[derive(Debug, Default)]
pub(super) struct Observed {
    cases: u64,
    /// By number.
    activities: Vec<Seen>,
}

/// What was seen of one activity.
#[derive(Debug, Clone, Default)]
struct Seen {
    /// In how many cases, the sum of the positions at which it first came, and the last case.
    cases: u64,
    sum: u64,
    last: u64,
    /// How often which activity followed; `None` is the end of the case. A list, because few do.
    after: Vec<(Option<u32>, u64)>,
}

impl Observed {
    /// Takes in the rows of one case.
    pub fn note(&mut self, rows: &[Staged]) {
        self.cases += 1;
        for (n, row) in rows.iter().enumerate() {
            let at = row.activity as usize;
            if at >= self.activities.len() {
                self.activities.resize(at + 1, Seen::default());
            }
            let Some(seen) = self.activities.get_mut(at) else { continue };
            let next = rows.get(n + 1).map(|next| next.activity);
            match seen.after.iter_mut().find(|(known, _)| *known == next) {
                Some((_, count)) => *count += 1,
                None => seen.after.push((next, 1)),
            }
            if seen.last != self.cases {
                seen.last = self.cases;
                seen.cases += 1;
                seen.sum += n as u64;
            }
        }
    }

    /// The activities in order of their mean first position.
    fn order(&self) -> Vec<u32> {
        let seen = (0..).zip(&self.activities).filter(|(_, seen)| seen.cases > 0);
        let mut order = seen.map(|(n, seen)| (n, seen.cases, seen.sum)).collect::<Vec<(u32, _, _)>>();
        // Compared as fractions, so that no rounding decides; equal ones as they came.
        order.sort_by(|(_, a, x), (_, b, y)| (x * b).cmp(&(y * a)));
        order.into_iter().map(|(n, ..)| n).collect()
    }

    /// What followed an activity, most often first.
    fn after(&self, activity: u32) -> Vec<Option<u32>> {
        let mut after =
            self.activities.get(activity as usize).map_or_else(Vec::new, |seen| seen.after.clone());
        after.sort_by_key(|(to, count)| (std::cmp::Reverse(*count), *to));
        after.into_iter().map(|(to, _)| to).collect()
    }
}

/// What the log becomes.
pub(super) struct Drawn {
    pub process: Process,
    /// Position of the step of each activity.
    pub steps: Vec<u32>,
}

/// What the definition takes over from the person who imports.
pub(super) struct Frame<'a> {
    pub handle: &'a Handle,
    pub title: String,
    pub purpose: String,
    pub accountable: Party,
    pub team: &'a Handle,
    /// Activities that somebody outside does; the team minds them.
    pub outside: &'a BTreeSet<String>,
    /// By step handle, activity or `*`.
    pub goals: &'a [(String, Goal)],
}

/// The process as observed: one step an activity, one way on for each that was taken.
pub(super) fn draw(observed: &Observed, activities: &[String], frame: &Frame<'_>) -> Drawn {
    let order = observed.order();
    let mut taken = BTreeSet::from(["end".to_string()]);
    let mut handles = HashMap::new();
    let mut steps = vec![0; activities.len()];
    for (place, activity) in order.iter().enumerate() {
        let title = activities.get(*activity as usize).map_or("", String::as_str);
        if let (Some(handle), Some(step)) =
            (free_handle(title, "step", &mut taken), steps.get_mut(*activity as usize))
        {
            handles.insert(*activity, handle);
            *step = place as u32;
        }
    }
    let mut names = BTreeSet::new();
    let mut process = Process {
        purpose: frame.purpose.clone(),
        ladders: [ClockKind::Accept, ClockKind::Goal].map(ladder).into(),
        ..Process::new(frame.handle.clone(), frame.title.clone(), frame.accountable.clone())
    };
    for (place, activity) in order.iter().enumerate() {
        let Some(handle) = handles.get(activity) else { continue };
        let title = activities.get(*activity as usize).cloned().unwrap_or_default();
        let ways = observed.after(*activity);
        let choice = (ways.len() > 1).then(|| field_name(handle, place, &mut names));
        let goal = goal_of(frame.goals, handle, &title);
        let outside = frame.outside.contains(&title);
        process.steps.push(Step {
            goal,
            accept: goal,
            gives: choice.iter().cloned().collect(),
            next: arms(&ways, &handles, choice.as_deref()),
            ..step(handle.clone(), title, frame.team, outside)
        });
        if let Some(name) = choice {
            let of = ways.iter().map(|to| word(*to, &handles)).collect();
            process.data.push(DataField {
                name,
                title: None,
                kind: FieldType::Choice { of },
                required: false,
            });
        }
    }
    Drawn { process, steps }
}

/// Work of the team, or of somebody outside that the team minds.
pub(super) fn step(handle: Handle, title: String, team: &Handle, outside: bool) -> Step {
    let team = Party::Role(team.clone());
    match outside {
        true => Step { minded: Some(team), ..Step::work(handle, title, Performer::Party(Party::Contact)) },
        false => Step::work(handle, title, Performer::Party(team)),
    }
}

/// The most frequent way comes last, because only the last may be without a condition.
fn arms(ways: &[Option<u32>], handles: &HashMap<u32, Handle>, choice: Option<&str>) -> Vec<Arm> {
    let go = |to: Option<u32>| match to.and_then(|to| handles.get(&to)) {
        Some(handle) => Go::To(vec![handle.clone()]),
        None => Go::End(None),
    };
    let Some((most, others)) = ways.split_first() else { return vec![Arm::new(None, Go::End(None))] };
    let condition = |to: Option<u32>| choice.map(|name| format!("data.{name} == '{}'", word(to, handles)));
    let others = others.iter().map(|to| Arm::new(condition(*to), go(*to)));
    others.chain([Arm::new(None, go(*most))]).collect()
}

fn word(to: Option<u32>, handles: &HashMap<u32, Handle>) -> String {
    to.and_then(|to| handles.get(&to)).map_or_else(|| "end".to_string(), Handle::to_string)
}

/// `after_` and the step, as conditions can say it.
fn field_name(step: &Handle, place: usize, taken: &mut BTreeSet<String>) -> String {
    let plain = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '_' };
    let name = match step.as_str().is_ascii() {
        true => format!("after_{}", step.as_str().chars().map(plain).take(57).collect::<String>()),
        false => format!("after_{}", place + 1),
    };
    let name = if taken.contains(&name) { format!("after_{}", place + 1) } else { name };
    taken.insert(name.clone());
    name
}

fn goal_of(goals: &[(String, Goal)], handle: &Handle, title: &str) -> Option<Goal> {
    let named = goals.iter().rev().find(|(step, _)| step == handle.as_str() || step == title);
    named.or_else(|| goals.iter().rev().find(|(step, _)| step == "*")).map(|(_, goal)| *goal)
}

fn ladder(on: ClockKind) -> Ladder {
    let rung = |days, remind, escalate| Rung {
        at: Goal { count: days, unit: if days == 0 { Unit::Minute } else { Unit::Day } },
        remind,
        escalate,
        ..Rung::at(Goal { count: 0, unit: Unit::Minute })
    };
    let rungs = vec![rung(0, Some(Audience::Responsible), None), rung(1, None, Some(Audience::Accountable))];
    Ladder { on, rungs }
}

/// A handle made from a text that nothing else has yet.
pub(super) fn free_handle(text: &str, instead: &str, taken: &mut BTreeSet<String>) -> Option<Handle> {
    let base = Handle::from_text(text).or_else(|| Handle::from_text(instead))?;
    let mut handle = base.clone();
    let mut n = 1;
    while taken.contains(handle.as_str()) {
        n += 1;
        let end = format!("-{n}");
        let room = base.as_str().char_indices().map(|(at, c)| at + c.len_utf8());
        let room = room.take_while(|length| length + end.len() <= 64).last().unwrap_or(0);
        handle = Handle::from_text(&format!("{}{end}", &base.as_str()[..room]))?;
    }
    taken.insert(handle.to_string());
    Some(handle)
}

/// What a process or a role is called by its handle.
pub(super) fn title_of(handle: &Handle) -> String {
    let mut title = handle.as_str().replace(['-', '_'], " ");
    if let Some(first) = title.chars().next() {
        let upper = first.to_uppercase().to_string();
        title.replace_range(..first.len_utf8(), &upper);
    }
    title
}
