//! What one verb on many things would come to, before anything is done: tried within a transaction that is taken
//! back, so that what cannot be done is said by the rules themselves. And what changed under somebody's eyes.

use super::figures::is_late;
use super::{Desk, Done, Error};
use crate::domain::command::{Command, Context, EndWait};
use crate::domain::event::{Event, SubjectId};
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, TaskId, story};
use std::collections::BTreeMap;

/// One verb on many things, each with the commands it takes, all of them or none.
#[derive(Debug, Clone)]
pub struct Wish {
    /// `Assign`, `Accept`.
    pub verb: String,
    /// To whom it would go, where it goes to somebody.
    pub to: Option<Party>,
    pub each: Vec<Vec<Command>>,
    /// What the verb does not apply to, and why.
    pub cannot: Vec<(SubjectId, String)>,
    /// The last entry of what the person looked at.
    pub seen: i64,
}

/// What it would come to.
#[derive(Debug, Clone)]
pub struct Plan {
    pub wish: Wish,
    /// The commands that would be carried out.
    pub commands: Vec<Command>,
    /// How many things they are about.
    pub can: usize,
    /// What cannot be done, and why.
    pub cannot: Vec<(SubjectId, String)>,
    /// The numbers, in sentences.
    pub words: Vec<String>,
    /// Each of them in a line.
    pub each: Vec<String>,
}

impl Desk {
    /// Tries a wish and takes everything back.
    ///
    /// # Errors
    /// Those of the store. A refusal is part of the plan.
    pub fn plan(&mut self, wish: Wish, ctx: &Context) -> Result<Plan, Error> {
        let me = ctx.actor.person().cloned();
        let mut cannot = wish.cannot.clone();
        let (mut can, mut commands, mut done) = (Vec::new(), Vec::new(), Vec::new());
        let mut fresh = Vec::new();
        for each in &wish.each {
            match self.changed_since(each, wish.seen, me.as_ref())? {
                Some(changed) => cannot.push(changed),
                None => fresh.push(each),
            }
        }
        let count = fresh.iter().map(|each| each.len()).sum::<usize>();
        let tried = self.rehearse(|desk| {
            let (mut tried, mut n) = (Vec::new(), 0);
            for each in &fresh {
                let mut all = Vec::new();
                let mut refused = None;
                for command in each.iter() {
                    let answer = desk.execute(command, &ctx.part(n, count));
                    n += 1;
                    match answer {
                        Ok(one) => all.push(one),
                        Err(error @ Error::Refused { .. }) => {
                            refused = Some(error.to_string());
                            break;
                        }
                        Err(error) => return Err(error),
                    }
                }
                tried.push(refused.map_or(Ok(all), Err));
            }
            Ok(tried)
        })?;
        for (each, tried) in fresh.into_iter().zip(tried) {
            let subject = each.iter().find_map(Command::subject);
            match tried {
                Ok(all) => {
                    can.extend(subject);
                    commands.extend(each.iter().cloned());
                    done.extend(all);
                }
                Err(words) => cannot.extend(subject.map(|subject| (subject, words))),
            }
        }
        let mut words = self.plan_words(&wish, (&can, &cannot), &done, ctx.now)?;
        let archived = commands.iter().filter(|command| matches!(command, Command::ArchiveRecord { .. }));
        let archived = archived.filter_map(Command::subject).collect::<Vec<_>>();
        let open = self.with_open_cases(&archived, ctx.now)?;
        if open > 0 {
            let are = if open == 1 { "1 of them is" } else { &format!("{open} of them are") };
            words.insert(1, format!("{are} what open cases are about; those go on."));
        }
        let each = self.plan_lines(&can, &cannot, ctx.now)?;
        Ok(Plan { can: can.len(), cannot, commands, words, each, wish })
    }

    /// `20 marked: 14 Quote, 6 Approve. Held now by ana 9, dee 11.` and what follows from it.
    fn plan_words(
        &mut self,
        wish: &Wish,
        (can, cannot): (&[SubjectId], &[(SubjectId, String)]),
        done: &[Done],
        now: Instant,
    ) -> Result<Vec<String>, Error> {
        let catalog = self.catalog()?;
        let (mut steps, mut holders) = (BTreeMap::new(), BTreeMap::new());
        for each in &wish.each {
            let (Some(case), branch) = (case_of(each), each.iter().find_map(branch_of)) else { continue };
            let places = self.store.places_in(case)?;
            let of = |branch: u32| places.iter().find(|open| open.place.branch == branch);
            let named = || {
                let commands = each.iter().map(|command| (handoff_of(command), task_of(command)));
                let ids = commands.filter(|ids| *ids != (None, None)).collect::<Vec<_>>();
                places.iter().find(|open| {
                    let (handoff, task) = (open.place.handoff, open.place.task);
                    ids.iter().any(|(h, t)| (h.is_some() && *h == handoff) || (t.is_some() && *t == task))
                })
            };
            if let Some(open) = branch.and_then(of).or_else(named).or(places.first()) {
                *steps.entry(open.place.step_title(&catalog, open.case.version)).or_insert(0usize) += 1;
                *holders.entry(open.place.responsible.to_string()).or_insert(0usize) += 1;
            }
        }
        let counted = |counts: BTreeMap<String, usize>, after: bool| {
            let mut counts = counts.into_iter().collect::<Vec<_>>();
            counts.sort_by_key(|(name, n)| (std::cmp::Reverse(*n), name.clone()));
            let more = counts.len().saturating_sub(4);
            let word = |(name, n): &(String, usize)| {
                if after { format!("{name} {n}") } else { format!("{n} {name}") }
            };
            let mut words = counts.iter().take(4).map(word).collect::<Vec<_>>().join(", ");
            if more > 0 {
                words += &format!(" and {more} more");
            }
            words
        };
        let all = wish.each.len() + wish.cannot.len();
        // Records are with nobody.
        let mut words = vec![match steps.is_empty() {
            true => format!("{all} chosen."),
            false => {
                let (steps, holders) = (counted(steps, false), counted(holders, true));
                format!("{all} chosen: {steps}. Held now by {holders}.")
            }
        }];
        if !cannot.is_empty() {
            words.push(format!("{} cannot: {}.", cannot.len(), what_cannot(cannot)));
        }
        words.push(String::new());
        let n = can.len();
        match &wish.to {
            Some(to) => {
                let goals = done.iter().flat_map(|done| &done.events).filter_map(|event| match event {
                    Event::HandoffOffered { clock: Some(clock), .. } => Some(clock.goal.to_string()),
                    _ => None,
                });
                let goals = goals.collect::<std::collections::BTreeSet<_>>();
                let by = match goals.iter().next() {
                    Some(goal) if goals.len() == 1 => format!(" with accept-by {goal}"),
                    _ => String::new(),
                };
                let load = self.load_of(to, now)?;
                let name = to.to_string();
                words.push(format!("{n} will be offered to {}{by}.", name.trim_start_matches('@')));
                words.push(format!("{load}; {n} more once accepted. {}", undone(n)));
            }
            None => words.push(undone(n)),
        }
        Ok(words)
    }

    /// How many of these records open cases are about.
    fn with_open_cases(&self, of: &[SubjectId], now: Instant) -> Result<usize, Error> {
        let mut open = 0;
        for subject in of {
            if let SubjectId::Record(record) = subject {
                open += usize::from(self.store.open_about(*record, now)?.0 > 0);
            }
        }
        Ok(open)
    }

    fn plan_lines(
        &mut self,
        can: &[SubjectId],
        cannot: &[(SubjectId, String)],
        now: Instant,
    ) -> Result<Vec<String>, Error> {
        let mut lines = Vec::new();
        let mut seen = BTreeMap::new();
        for subject in can {
            let title = match subject {
                SubjectId::Case(case) => self.row_of(*case)?.map(|row| row.title),
                SubjectId::Record(record) => self.store.record_row(*record)?.map(|row| row.name),
                SubjectId::Catalog => None,
            };
            let title = title.unwrap_or_default();
            // Two things of one case are two branches of it.
            let n = seen.entry(*subject).and_modify(|n| *n += 1).or_insert(1);
            let which = if *n > 1 { format!(" (branch {n})") } else { String::new() };
            let open = match subject {
                SubjectId::Record(record) => self.open_cases_about(*record, now)?,
                SubjectId::Case(_) | SubjectId::Catalog => None,
            };
            let open = open.map(|open| format!(": {open}")).unwrap_or_default();
            lines.push(format!("{subject} {title}{which}{open}"));
        }
        lines.extend(cannot.iter().map(|(of, why)| format!("- {of} cannot: {why}")));
        Ok(lines)
    }

    /// What a person has open, as every list of people counts it; of a role, what is offered to it.
    fn load_of(&self, to: &Party, now: Instant) -> Result<String, Error> {
        Ok(match to.person() {
            Some(person) => {
                let places = self.store.places_of(person, &[])?;
                let theirs = places.iter().filter(|open| &open.place.responsible == person);
                let late = theirs.clone().filter(|open| is_late(open, now)).count();
                let late = if late > 0 { format!(", {late} late") } else { String::new() };
                format!("{person} has {} open{late}", theirs.count())
            }
            None => {
                let places = self.store.places(None)?;
                let offered = places.iter().filter(|open| open.place.to.as_ref() == Some(to)).count();
                let are = if offered == 1 { "is" } else { "are" };
                format!("{offered} {are} with {to} to be accepted")
            }
        })
    }

    /// Whether somebody else acted on the case or the record since an entry, for commands that name a place and not the very
    /// offer or work they mean, or write over what is there; how, in words.
    pub fn changed_since(
        &mut self,
        commands: &[Command],
        seen: i64,
        me: Option<&Handle>,
    ) -> Result<Option<(SubjectId, String)>, Error> {
        let names_a_place = |command: &Command| {
            matches!(
                command,
                Command::OfferHandoff { .. }
                    | Command::WithdrawCase { .. }
                    | Command::CloseDuplicate(_)
                    | Command::ChangeData { .. }
                    | Command::ChangeRecord { .. }
            )
        };
        if !commands.iter().any(names_a_place) {
            return Ok(None);
        }
        let Some(subject) = commands.iter().find_map(Command::subject) else { return Ok(None) };
        if self.store.last_seq(subject)? <= seen {
            return Ok(None);
        }
        let catalog = self.catalog()?;
        let entries = self.store.entries(subject)?;
        let lines = story::tell(&entries, &catalog, &super::zone_of(&catalog));
        let concerns = |seq: i64| match commands {
            // Of what is written over, only the same.
            [Command::ChangeData { data, .. }] => entries.iter().any(|entry| match &entry.event {
                Event::DataChanged { data: other } => {
                    entry.seq == seq && data.iter().any(|(name, _)| other.contains_key(name))
                }
                _ => false,
            }),
            [Command::ChangeRecord { name, fields, .. }] => entries.iter().any(|entry| match &entry.event {
                Event::RecordChanged { name: other, fields: others } => {
                    let same = fields.iter().any(|(name, _)| others.contains_key(name));
                    entry.seq == seq && (same || (name.is_some() && other.is_some()))
                }
                _ => false,
            }),
            _ => true,
        };
        let others = lines.iter().rev().find(|line| {
            let person = line.actor.person();
            line.seq > seen && person.is_some() && person != me && concerns(line.seq)
        });
        Ok(others.map(|line| {
            let words = format!("{subject} changed just now ({}: {} {}).", line.actor, line.verb, line.text);
            (subject, words)
        }))
    }
}

/// How what was done to so many is taken back.
fn undone(n: usize) -> String {
    if n == 1 { "u undoes it.".to_string() } else { format!("One u undoes all {n}.") }
}

fn case_of(commands: &[Command]) -> Option<CaseId> {
    commands.iter().find_map(|command| match command.subject() {
        Some(SubjectId::Case(case)) => Some(case),
        _ => None,
    })
}

fn branch_of(command: &Command) -> Option<u32> {
    match command {
        Command::OfferHandoff { branch, .. } | Command::EndWait(EndWait { branch, .. }) => Some(*branch),
        Command::Snooze(snooze) => Some(snooze.branch),
        _ => None,
    }
}

fn handoff_of(command: &Command) -> Option<HandoffId> {
    match command {
        Command::AcceptHandoff { handoff, .. }
        | Command::DeclineHandoff { handoff, .. }
        | Command::RecallHandoff { handoff, .. } => Some(*handoff),
        _ => None,
    }
}

fn task_of(command: &Command) -> Option<TaskId> {
    match command {
        Command::StartTask { task, .. }
        | Command::ResumeTask { task, .. }
        | Command::WaitTask { task, .. }
        | Command::CheckItem { task, .. }
        | Command::DelegateTask { task, .. }
        | Command::ResolveTask { task, .. }
        | Command::ReleaseTask { task, .. } => Some(*task),
        Command::SendBack(back) => Some(back.task),
        Command::CompleteTask(done) => Some(done.task),
        Command::AgreeDue(agreed) => Some(agreed.task),
        _ => None,
    }
}
/// So many of the same reason are named.
const NAMED: usize = 3;

/// What cannot be done and why, each reason once: `C-2: it is closed; C-3, C-5 and 4 more: they are not offered to you`.
pub fn what_cannot(cannot: &[(SubjectId, String)]) -> String {
    let mut groups = Vec::<(&str, Vec<SubjectId>)>::new();
    for (of, why) in cannot {
        let why = why.trim_end_matches('.');
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, all)) => all.push(*of),
            None => groups.push((why, vec![*of])),
        }
    }
    groups.sort_by_key(|(_, all)| std::cmp::Reverse(all.len()));
    let said = groups.iter().take(NAMED).map(|(why, all)| {
        let names = all.iter().take(NAMED).map(ToString::to_string).collect::<Vec<_>>().join(", ");
        // Reasons are written of one.
        let why = match (all.len(), why.strip_prefix("it is ")) {
            (2.., Some(rest)) => format!("they are {rest}"),
            _ => why.to_string(),
        };
        match all.len().saturating_sub(NAMED) {
            0 => format!("{names}: {why}"),
            more => format!("{names} and {more} more: {why}"),
        }
    });
    let mut said = said.collect::<Vec<_>>();
    let more = groups.iter().skip(NAMED).map(|(_, all)| all.len()).sum::<usize>();
    if more > 0 {
        said.push(format!("{more} more"));
    }
    said.join("; ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, finish, h};
    use super::*;
    use crate::domain::arrange::SendBack;
    use crate::domain::command::StartCase;

    const TWO: &str = r#"
process = "two"
title = "Two"
kind = "operational"
purpose = "x"
accountable = "@bo"
[[step]]
step = "s"
title = "S"
by = "@bo"
goal = "1 day"
next = { all = ["b", "c"] }
[[step]]
step = "b"
title = "B"
by = "@bo"
goal = "1 day"
next = "z"
[[step]]
step = "c"
title = "C"
by = "@ana"
goal = "1 day"
next = "z"
[[step]]
step = "z"
title = "Z"
by = "@bo"
goal = "1 day"
join = ["b", "c"]
next = { end = true }
"#;

    #[test]
    fn what_is_asked_of_one_branch_names_that_branch() {
        let (mut desk, now) = desk();
        let (process, problems) = crate::domain::process_check::read(TWO, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
        desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
        let start = StartCase { process: Some(h("two")), ..StartCase::default() };
        desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
        let case = CaseId(2);
        let first = desk.tasks(Some(case), None).unwrap()[0].id;
        desk.execute(&finish(case, first), &ctx("bo", now)).unwrap();
        let handoff = desk.handoffs(None).unwrap().iter().find(|one| one.step.as_str() == "c").unwrap().id;
        let accept = Command::AcceptHandoff { case, handoff, next_action: None, when: None };
        desk.execute(&accept, &ctx("ana", now)).unwrap();
        let task =
            desk.tasks(Some(case), None).unwrap().iter().find(|one| one.step.as_str() == "c").unwrap().id;
        let (to, again, reason, items, party) = (None, None, "not right".to_string(), Vec::new(), None);
        let back = Command::SendBack(SendBack { case, task, to, again, reason, items, party });
        let delegate = Command::DelegateTask { case, task, to: h("bo"), note: None };
        for command in [back, delegate] {
            let each = vec![vec![command]];
            let wish = Wish { verb: "x".into(), to: None, each, cannot: Vec::new(), seen: i64::MAX };
            let plan = desk.plan(wish, &ctx("ana", now)).unwrap();
            assert_eq!(plan.words[0], "1 chosen: 1 C. Held now by ana 1.", "{plan:?}");
        }
    }

    #[test]
    fn what_several_cannot_is_said_of_several() {
        let cannot = |of: &[i64]| {
            let why = "it is not offered to you".to_string();
            of.iter().map(|of| (SubjectId::Case(CaseId(*of)), why.clone())).collect::<Vec<_>>()
        };
        assert_eq!(what_cannot(&cannot(&[1])), "C-1: it is not offered to you");
        assert_eq!(what_cannot(&cannot(&[1, 2])), "C-1, C-2: they are not offered to you");
    }

    #[test]
    fn archiving_a_record_says_which_open_cases_are_about_it() {
        let (mut desk, now) = desk();
        let add = Command::AddRecord { kind: h("customer"), name: "Berg".into(), fields: vec![] };
        let SubjectId::Record(record) = desk.execute(&add, &ctx("bo", now)).unwrap().subject else {
            panic!()
        };
        let about = Some((record, h("customer"), "Berg".to_string()));
        let start = StartCase { title: Some("x".into()), about, ..StartCase::default() };
        desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
        let archive = Command::ArchiveRecord { record, reason: None };
        let each = vec![vec![archive.clone()]];
        let wish = Wish { verb: "Archive".into(), to: None, each, cannot: Vec::new(), seen: i64::MAX };
        let plan = desk.plan(wish, &ctx("bo", now)).unwrap();
        assert_eq!(plan.words[1], "1 of them is what open cases are about; those go on.");
        assert_eq!(plan.each, ["R-1 Berg: C-2 is open"]);
        let done = desk.execute(&archive, &ctx("bo", now)).unwrap();
        assert_eq!(done.warnings, ["C-2 is open: archiving a record ends no case about it."]);
    }
}
