//! What people fill in: to start a case, and at the end of each step.

use super::{Play, Run};
use crate::desk::Error;
use crate::desk::demo::company::{Stall, Texts};
use crate::desk::demo::dice::Dice;
use crate::domain::command::{Command, CompleteTask, StartCase};
use crate::domain::process::{Go, Performer, Step};
use crate::domain::record::FieldType;
use crate::domain::{CaseId, Handle, Instant, Party, TaskId};
use std::collections::BTreeMap;

impl Play<'_> {
    pub(super) fn start(&mut self, at: Instant, n: usize) -> Result<(), Error> {
        let scene = self.scenes.get(n).cloned().ok_or(Error::Busy)?;
        let process = self.process_of(scene.kind)?;
        let calendar = self.calendar_of(&process)?;
        let stall = self.stall(scene.stall);
        let source = self.source(scene.kind, scene.record, scene.stall).ok_or(Error::Busy)?;
        let mut dice = self.dice.clone();
        let mut data = Texts::new();
        for field in process.data.iter().filter(|field| field.required) {
            if let Some(text) = source.value(field, &data, at, &mut dice) {
                data.insert(field.name.clone(), text);
            }
        }
        let title = match stall {
            Some(stall) => stall.title.clone(),
            None => {
                let pattern = dice.pick(&source.kind.titles).cloned().unwrap_or_default();
                source.fill(&pattern, &data, &mut dice)
            }
        };
        self.dice = dice;
        let about = scene.record.and_then(|n| self.records.get(n));
        let about = about.map(|(id, record)| (*id, record.kind.clone(), record.name.clone()));
        let first = process.steps.first().cloned().ok_or(Error::Busy)?;
        let (by, to) = self.starter(&first, &data, stall).ok_or(Error::Busy)?;
        let note = match to {
            None if stall.is_none() => self.note_of(scene.kind, 40),
            _ => None,
        };
        let start = StartCase {
            process: Some(process.handle.clone()),
            title: Some(title),
            about,
            data: data.iter().map(|(field, text)| (field.clone(), text.clone())).collect(),
            to,
            note,
            tags: Vec::new(),
            due: None,
            urgent: stall.is_none() && self.dice.chance(4),
            parent: None,
            accountable: None,
            documents: Vec::new(),
            anyway: None,
        };
        let run = Run {
            kind: scene.kind,
            record: scene.record,
            stall: scene.stall,
            process,
            calendar,
            data,
            arrived: false,
            turns: BTreeMap::new(),
            next: None,
        };
        // The number is known before the case is: what follows from its start looks the run up.
        let number = self.desk.store().head()?.numbers.case;
        self.runs.insert(CaseId(number), run);
        self.give(at, &by, Command::StartCase(start))
    }

    /// Who starts a case, and whether they take its first step in hand themselves.
    fn starter(
        &mut self,
        first: &Step,
        data: &Texts,
        stall: Option<&Stall>,
    ) -> Option<(Handle, Option<Party>)> {
        let people = match &first.by {
            Performer::Data(field) => data
                .get(field)
                .and_then(|text| text.trim_start_matches('@').parse().ok())
                .into_iter()
                .collect(),
            Performer::Party(party) => self.people(party),
            Performer::Sender => Vec::new(),
        };
        let from = stall.and_then(|stall| stall.from.person()).filter(|from| people.contains(from));
        let own = from.cloned().or_else(|| self.dice.pick(&people).cloned())?;
        if stall.is_some() || self.dice.chance(60) {
            return Some((own.clone(), Some(Party::Person(own))));
        }
        let other = self.dice.pick(&self.company.person).map(|person| person.handle.clone());
        Some(match &first.by {
            Performer::Party(_) => (other.unwrap_or(own), None),
            Performer::Data(_) | Performer::Sender => (own, None),
        })
    }

    /// What is filled in at the end of a step. A field that has a value keeps it, except a choice and what
    /// follows something the same step gives: those are drawn anew at every visit, which ends the loops.
    pub(super) fn draw(&self, at: Instant, case: CaseId, step: &Step, dice: &mut Dice) -> Option<Texts> {
        let run = self.runs.get(&case)?;
        let source = self.source(run.kind, run.record, run.stall)?;
        let (mut data, mut drawn) = (run.data.clone(), Texts::new());
        for name in &step.gives {
            let field = run.process.field(name)?;
            let follows = source.kind.follows.iter().any(|f| &f.field == name && step.gives.contains(&f.of));
            let anew = matches!(field.kind, FieldType::Choice { .. }) || follows;
            if data.contains_key(name) && !anew {
                continue;
            }
            if let Some(text) = source.value(field, &data, at, dice) {
                data.insert(name.clone(), text.clone());
                drawn.insert(name.clone(), text);
            }
        }
        Some(drawn)
    }

    pub(super) fn complete(
        &mut self,
        at: Instant,
        case: CaseId,
        task: TaskId,
        to: Option<Party>,
        note: Option<String>,
    ) -> Option<CompleteTask> {
        let step = self.case(case)?.tasks.get(&task)?.step.clone();
        let step = self.runs.get(&case)?.process.step(&step)?.clone();
        let mut dice = self.dice.clone();
        let drawn = self.draw(at, case, &step, &mut dice)?;
        self.dice = dice;
        let run = self.runs.get_mut(&case)?;
        run.data.extend(drawn.iter().map(|(field, text)| (field.clone(), text.clone())));
        let stalls = run.stall.is_some();
        let anyway = match stalls {
            true => self.missing(case, &step),
            false => self.dice.chance(2).then(|| "They wait for it; the rest follows tomorrow".to_string()),
        };
        let (outcome, reason) = self.decided(case, &step).unzip();
        Some(CompleteTask {
            case,
            task,
            data: drawn.into_iter().collect(),
            documents: self.documents(case, &step),
            to,
            note: note.or_else(|| if stalls { None } else { self.note(case, 35) }),
            all_checked: anyway.is_none(),
            checked: Vec::new(),
            outcome,
            reason,
            anyway,
            agreed: Default::default(),
        })
    }

    /// What is decided and why; in a stall what lets it go on.
    fn decided(&mut self, case: CaseId, step: &Step) -> Option<(String, String)> {
        let first = step.outcomes().first()?.to_string();
        let stalls = self.runs.get(&case)?.stall.is_some();
        let said = self.kind(case)?.outcomes.get(step.handle.as_str())?;
        let drawn = if stalls { said.first() } else { self.dice.pick(said) };
        let (outcome, reason) = drawn?.split_once(": ").unwrap_or((&first, "All is in order"));
        Some((outcome.to_string(), reason.to_string()))
    }

    /// References to what the next steps ask for and nobody has named yet.
    fn documents(&self, id: CaseId, step: &Step) -> Vec<(String, String)> {
        let (Some(run), Some(case)) = (self.runs.get(&id), self.case(id)) else { return Vec::new() };
        let targets = step.next.iter().flat_map(|arm| match &arm.go {
            Go::To(targets) => targets.as_slice(),
            Go::End(_) => &[],
        });
        let asked = targets.filter_map(|target| run.process.step(target)).flat_map(|step| &step.documents);
        let mut open = asked.filter(|title| !case.documents.contains_key(*title)).collect::<Vec<_>>();
        open.dedup();
        let name = |title: &String| format!("files/{id}/{}.pdf", title.to_lowercase().replace(' ', "-"));
        open.into_iter().map(|title| (title.clone(), name(title))).collect()
    }
}
