//! What the desk knows of the cases of a process, put together for figures. Reads; computes no figure.

use super::file::Chosen;
use crate::desk::{CaseFilter, Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::event::{Event, SubjectId};
use crate::domain::flow::{self, Became, CaseFacts, Offer, Visit, Waits};
use crate::domain::fold::undone;
use crate::domain::process::{Process, Step, StepKind};
use crate::domain::rows::{CaseRow, HandoffRow, TaskRow};
use crate::domain::visits::{self, Over, Work};
use crate::domain::{CaseId, Handle, Instant, Party, RecordId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Cases and how long each stayed, by step.
pub type Stays = BTreeMap<Handle, Vec<(CaseId, Span)>>;

impl Desk {
    /// Cases of a process that were done in the period, and those open now, with all that was done in them.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub fn facts(&mut self, process: &Handle, chosen: &Chosen) -> Result<Vec<CaseFacts>, Error> {
        let catalog = self.catalog()?;
        let newest = super::newest(&catalog, process)?;
        let finish = newest.measure.as_ref().and_then(|measure| measure.finish.clone());
        let (from, to) = (chosen.from.unwrap_or(Instant(i64::MIN)), chosen.to.unwrap_or(Instant(i64::MAX)));
        let of = |state: &str, ended| CaseFilter {
            process: Some(process.clone()),
            state: Some(state.to_string()),
            ended,
            ..CaseFilter::default()
        };
        // By a rule of its own a case finishes before it ends: those that end later are looked at too.
        let (period, to) = ((from, to), if finish.is_some() { Instant(i64::MAX) } else { to });
        let mut rows = self.store.cases(&of("done", Some((from, to))))?;
        rows.extend(self.store.cases(&of("open", None))?);
        rows.sort_by_key(|case| case.id);
        let kinds = if chosen.kind.is_some() || chosen.kinds { self.kinds()? } else { BTreeMap::new() };
        let (mut tasks, mut handoffs) = self.store.finished_work(process, from, to)?;
        let told = self.told(&catalog, Some(process), from, Some(to))?;
        // Nothing has ended at the end of time: these are what logs told of open cases.
        let told_open = self.told(&catalog, Some(process), Instant(i64::MAX), None)?;
        let logged = told.0.iter().chain(&told_open.0).map(|task| task.case).collect::<BTreeSet<_>>();
        for (more_tasks, more_handoffs) in [told, self.store.open_work(process)?, told_open] {
            tasks.extend(more_tasks);
            handoffs.extend(more_handoffs);
        }
        let mut tasks_of = BTreeMap::<CaseId, Vec<TaskRow>>::new();
        for task in tasks.into_iter().filter(|task| task.free.is_none()) {
            tasks_of.entry(task.case).or_default().push(task);
        }
        let mut handoffs_of = BTreeMap::<CaseId, Vec<HandoffRow>>::new();
        for handoff in handoffs.into_iter().filter(|handoff| handoff.free.is_none()) {
            handoffs_of.entry(handoff.case).or_default().push(handoff);
        }
        let mut facts = Vec::with_capacity(rows.len());
        for row in rows {
            let kind = row.about.and_then(|about| kinds.get(&about)).cloned();
            let tasks = tasks_of.remove(&row.id).unwrap_or_default();
            let handoffs = handoffs_of.remove(&row.id).unwrap_or_default();
            facts.extend(wanted(chosen, &catalog, row, kind, (tasks, handoffs), &logged));
        }
        if let Some(finish) = finish {
            facts.retain_mut(|case| case.ended.is_none() || finished(case, &finish, period));
        }
        Ok(facts)
    }

    /// When cases that were withdrawn began and were withdrawn.
    ///
    /// # Errors
    /// Those of the store.
    pub fn withdrawn(&mut self, process: &Handle, chosen: &Chosen) -> Result<Vec<(Instant, Instant)>, Error> {
        Ok(left(&self.withdrawn_rows(process, chosen)?))
    }

    /// How many cases that were withdrawn at `at` or later were past their due instant then.
    ///
    /// # Errors
    /// Those of the store.
    pub fn late_before_withdrawn(
        &mut self,
        process: &Handle,
        chosen: &Chosen,
        at: Instant,
    ) -> Result<usize, Error> {
        let was = |row: &&CaseRow| row.ended >= Some(at) && row.due.is_some_and(|due| due < at);
        Ok(self.withdrawn_rows(process, chosen)?.iter().filter(was).count())
    }

    pub(super) fn withdrawn_rows(
        &mut self,
        process: &Handle,
        chosen: &Chosen,
    ) -> Result<Vec<CaseRow>, Error> {
        let (from, to) = (chosen.from.unwrap_or(Instant(i64::MIN)), chosen.to.unwrap_or(Instant(i64::MAX)));
        let rows = self.store.cases(&CaseFilter {
            process: Some(process.clone()),
            state: Some("withdrawn".to_string()),
            ended: Some((from, to)),
            ..CaseFilter::default()
        })?;
        let catalog = self.catalog()?;
        let kinds = if chosen.kind.is_some() { self.kinds()? } else { BTreeMap::new() };
        let mut left = Vec::with_capacity(rows.len());
        for row in rows {
            let kind = row.about.and_then(|about| kinds.get(&about)).cloned();
            // What was done in it is read only where somebody had to have a part in it.
            let (mut tasks, mut handoffs) = match chosen.is_of_somebody() {
                true => (self.store.tasks(Some(row.id), None)?, self.store.handoffs(Some(row.id))?),
                false => Default::default(),
            };
            tasks.retain(|task| task.free.is_none());
            handoffs.retain(|handoff| handoff.free.is_none());
            if wanted(chosen, &catalog, row.clone(), kind, (tasks, handoffs), &BTreeSet::new()).is_some() {
                left.push(row);
            }
        }
        Ok(left)
    }

    /// What records are called.
    ///
    /// # Errors
    /// Those of the store.
    pub fn names_of(
        &mut self,
        records: impl Iterator<Item = RecordId>,
    ) -> Result<BTreeMap<RecordId, String>, Error> {
        let mut names = BTreeMap::new();
        for record in records {
            if let std::collections::btree_map::Entry::Vacant(free) = names.entry(record) {
                free.insert(self.record_named(record)?.2);
            }
        }
        Ok(names)
    }

    fn kinds(&self) -> Result<BTreeMap<RecordId, Handle>, Error> {
        Ok(self.store.records(None, true)?.into_iter().map(|record| (record.id, record.kind)).collect())
    }

    /// When the work of finished cases waited while somebody had it in hand. Only cases in which any did are looked
    /// at: rows say that much.
    ///
    /// # Errors
    /// Those of the store.
    pub fn waits(&mut self, cases: &[CaseFacts]) -> Result<Waits, Error> {
        let mut waits = Waits::new();
        let waited = |case: &&CaseFacts| case.visits.iter().any(|visit| visit.waited > Span::ZERO);
        for case in flow::finished(cases).filter(|case| !case.imported).filter(waited) {
            let Some(known) = self.case_now(case.id)? else { continue };
            for task in known.tasks.values().filter(|task| !task.waits.is_empty()) {
                let over = task.waits.iter().filter_map(|wait| Some((wait.from, wait.to?)));
                waits.insert((case.id, task.step.clone(), task.accepted), over.collect());
            }
        }
        Ok(waits)
    }

    /// How long finished cases stayed at steps nobody works at (a wait, another process), each time. No row tells of it:
    /// entries of cases whose version has such a step do.
    ///
    /// # Errors
    /// Those of the store.
    pub fn stays(&mut self, process: &Handle, cases: &[CaseFacts]) -> Result<Stays, Error> {
        let catalog = self.catalog()?;
        let versions = catalog.processes.get(process).into_iter().flatten();
        let waits = |step: &Step| matches!(step.kind, StepKind::Wait(_) | StepKind::Process { .. });
        let with = (1..).zip(versions).filter(|(_, version)| version.steps.iter().any(waits));
        let with = with.map(|(version, _)| version).collect::<BTreeSet<u32>>();
        let mut stays = Stays::new();
        let stayed = |case: &&CaseFacts| case.migrated || with.contains(&case.version);
        for case in flow::finished(cases).filter(|case| !case.imported && !with.is_empty()).filter(stayed) {
            let entries = self.store.entries(SubjectId::Case(case.id))?;
            let undone = undone(&entries);
            let mut begun = BTreeMap::new();
            for entry in entries.into_iter().filter(|entry| !undone.contains(&entry.op)) {
                match entry.event {
                    Event::WaitBegun { wait, step, .. } => {
                        begun.insert(wait, (step, entry.at));
                    }
                    Event::WaitEnded { wait, .. } => {
                        if let Some((step, from)) = begun.remove(&wait) {
                            stays.entry(step).or_default().push((case.id, entry.at - from));
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(stays)
    }
}

/// Lets a case end when it was finished by the rule; whether that was in the period. A case that ended and never
/// came there is neither open nor finished.
fn finished(case: &mut CaseFacts, finish: &Handle, period: (Instant, Instant)) -> bool {
    let done = case.visits.iter().filter(|visit| &visit.step == finish && !visit.returned);
    case.ended = done.filter_map(|visit| visit.left).max();
    case.ended.is_some_and(|at| period.0 <= at && at < period.1)
}

/// A case with the rows of what was done in it, of this version of its process.
pub(in crate::desk) fn case_of(
    row: CaseRow,
    process: Option<&Process>,
    tasks: Vec<TaskRow>,
    handoffs: Vec<HandoffRow>,
) -> CaseFacts {
    case(row, None, process, (tasks, handoffs), &BTreeSet::new())
}

/// When they began and ended.
pub(super) fn left(rows: &[CaseRow]) -> Vec<(Instant, Instant)> {
    rows.iter().filter_map(|row| Some((row.started, row.ended?))).collect()
}

/// What is told of a case with all that was done in it, where it is one that is chosen.
fn wanted(
    chosen: &Chosen,
    catalog: &Catalog,
    row: CaseRow,
    kind: Option<Handle>,
    (tasks, handoffs): (Vec<TaskRow>, Vec<HandoffRow>),
    logged: &BTreeSet<CaseId>,
) -> Option<CaseFacts> {
    let has_part = |party: &Party| {
        let mut held = tasks.iter().filter_map(|task| task.holder.as_ref());
        held.any(|holder| catalog.includes(party, holder)) || handoffs.iter().any(|of| &of.to == party)
    };
    let is_wanted = chosen.version.is_none_or(|version| version == row.version && !row.migrated)
        && (chosen.kind.is_none() || chosen.kind == kind)
        && chosen.party.as_ref().is_none_or(has_part);
    if !is_wanted {
        return None;
    }
    let process = catalog.process(&row.process, row.version);
    let case = case(row, kind, process.map(|of| &**of), (tasks, handoffs), logged);
    let of_contact = |about: &RecordId| {
        case.about.as_ref() == Some(about) && case.visits.iter().any(|visit| visit.outside)
    };
    chosen.about.as_ref().is_none_or(of_contact).then_some(case)
}

fn case(
    row: CaseRow,
    kind: Option<Handle>,
    process: Option<&Process>,
    (mut tasks, handoffs): (Vec<TaskRow>, Vec<HandoffRow>),
    logged: &BTreeSet<CaseId>,
) -> CaseFacts {
    // What was told whole has rows like what was done here.
    let imported = row.foreign.is_some() && (logged.contains(&row.id) || tasks.is_empty());
    tasks.sort_by_key(|task| (task.accepted, task.id));
    let works = tasks.iter().map(|task| Work::of_row(task, process)).collect();
    let seen = visits::every(imported, works, handoffs.iter().filter_map(Over::of_row));
    let seen =
        seen.into_iter().map(|visit| (visit.entered, visit.held, visit.of.outside, visit.before.cloned()));
    let seen = seen.collect::<Vec<_>>();
    let visits = tasks.into_iter().zip(seen).map(|(task, (entered, held, outside, before))| Visit {
        step: task.step,
        item: task.item,
        before,
        holder: task.holder,
        entered,
        held,
        accepted: task.accepted,
        left: task.ended,
        waited: task.waited.max(Span::ZERO),
        due: task.due,
        returned: task.returned,
        done: task.done,
        outside,
    });
    let visits = visits.collect();
    let offers = handoffs.into_iter().filter(|handoff| !handoff.implicit).map(offer).collect();
    CaseFacts {
        id: row.id,
        title: row.title,
        version: row.version,
        migrated: row.migrated,
        about: row.about,
        kind,
        started: row.started,
        ended: row.ended,
        // What was broken stays missed while the case is open again, though it has time once more.
        due: row.broken.or(row.due),
        imported,
        visits,
        offers,
    }
}

/// What the word of a handoff's state says.
pub(super) fn became(state: &str) -> Became {
    match state {
        "offered" => Became::Open,
        "accepted" => Became::Accepted,
        "declined" => Became::Declined,
        "recalled" => Became::Recalled,
        _ => Became::Closed,
    }
}

fn offer(row: HandoffRow) -> Offer {
    let became = became(&row.state);
    let by = row.by.or_else(|| match &row.to {
        Party::Person(person) if became == Became::Accepted => Some(person.clone()),
        _ => None,
    });
    Offer {
        step: row.step,
        from_step: row.from_step,
        from: row.from,
        to: row.to,
        by,
        offered: row.offered,
        ended: row.ended,
        due: row.due,
        became,
        back: row.back,
    }
}
