//! What is there to improve a process by: its newest version beside the one before, how cases
//! agree with their version, and a process written down as it is done. Gathers; judging is the domain's.

use super::query::{no_process, not_found};
use super::reviews::replaced_by;
use super::{CaseFilter, Chosen, Desk, Error};
use crate::domain::calendar::Calendar;
use crate::domain::case::CaseState;
use crate::domain::catalog::Catalog;
use crate::domain::cohort::Cohort;
use crate::domain::command::{Command, CompleteTask};
use crate::domain::comparison::{self, Comparison};
use crate::domain::conformance::{self, Conformity};
use crate::domain::counted::counted;
use crate::domain::drafted::{self, Frame};
use crate::domain::expectation::{self, Kept, Part, Promise};
use crate::domain::flow::{CaseFacts, Dice};
use crate::domain::free::{AD_HOC, AD_HOC_VERSION};
use crate::domain::process::{Improve, Process, Step};
use crate::domain::review::{self, Verdict};
use crate::domain::rows::{CaseRow, HandoffRow};
use crate::domain::{Handle, Instant, Party};
use std::collections::BTreeMap;

/// A version of a process beside the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionReview {
    pub process: Handle,
    pub version: u32,
    /// Versions that are this one again, because something was taken back: their cases count with it.
    pub again: Vec<u32>,
    /// The version it is beside: the newest before it of which any case finished.
    pub before: u32,
    pub published: Instant,
    pub improve: Option<Improve>,
    /// Cases of it that are open still, and are in no figure.
    pub open: usize,
    /// Finished cases of either that had changed their version, and are left out.
    pub migrated: usize,
    /// Finished cases of either that a log told of and that began before their version was published: they are no evidence for it.
    pub untold: usize,
    /// Finished cases of the version before, and of this one.
    pub finished: [usize; 2],
    pub comparison: Comparison,
    /// Which of the finished and open ones that is of, where not of all that finished.
    pub compared: Option<String>,
    /// How what was expected in a promise of its own kind was kept.
    pub kept: Option<Kept>,
}

impl VersionReview {
    /// What it says, a line each.
    pub fn lines(&self) -> Vec<String> {
        let count = |n: usize| counted(n, "case");
        let beside = match (self.migrated, self.open) {
            (0, 0) => String::new(),
            (0, open) => format!(" {open} open."),
            (moved, 0) => format!(" {moved} finished left out: they changed their version."),
            (moved, open) => format!(" {open} open; {moved} finished left out: they changed their version."),
        };
        let beside = match self.untold {
            0 => beside,
            n => format!("{beside} {} of a log left out: begun before the version was published.", count(n)),
        };
        let again = self.again.iter().map(|again| {
            format!(
                "Version {again} is version {} again, and its cases are counted as cases of that.",
                self.version
            )
        });
        let [was, is] = self.finished;
        let expected =
            self.improve.as_ref().and_then(|of| expectation::sentence(of, &self.comparison, self.kept));
        if self.version < 2 {
            let mut lines = vec![format!("{} finished of the first version.{beside}", count(is))];
            lines.extend(expected);
            lines.extend(self.comparison.alone());
            lines.extend(self.compared.clone());
            lines.push("There is no version before to compare it with.".to_string());
            lines.extend(again);
            return lines;
        }
        let (old, new) = (self.before, self.version);
        let finished =
            format!("Finished: {} of version {old}, {} of version {new}.{beside}", count(was), count(is));
        let mut lines = vec![beside_which(old, new), finished];
        lines.extend(expected);
        lines.extend(self.comparison.both());
        lines.push(self.comparison.sentence());
        lines.extend(self.compared.clone());
        lines.extend(again);
        lines
    }
}

/// Which version another is compared with, and why that one.
pub fn beside_which(old: u32, new: u32) -> String {
    let why = match new.saturating_sub(old) {
        1 => "the one before".to_string(),
        _ => "the newest before it of which any case has finished".to_string(),
    };
    format!("Version {new} beside version {old}, {why}.")
}

impl Desk {
    /// A version of a process, the newest unless one is named, beside the one before; with the same seed always
    /// the same.
    ///
    /// # Errors
    /// A process or version that is not there, and those of the store.
    pub fn version_review(
        &mut self,
        process: &Handle,
        version: Option<u32>,
        now: Instant,
        seed: u64,
    ) -> Result<VersionReview, Error> {
        let catalog = self.catalog()?;
        let (newest, _) = catalog.newest(process).ok_or_else(|| no_process(process, &catalog))?;
        let version = match version {
            Some(version) => version,
            // One that came back as it was has its evidence, and its review, from before.
            None => self.version_under_review(process)?.unwrap_or(newest),
        };
        let no_version = || {
            not_found(
                format!("There is no version {version} of `{process}`."),
                "`baton process versions` shows them.",
            )
        };
        let of = catalog.process(process, version).filter(|_| version > 0).ok_or_else(no_version)?;
        let evidence = self.evidence(process)?;
        let version = evidence.get(&version).ok_or_else(no_version)?.is;
        let published = evidence.get(&version).ok_or_else(no_version)?.published;
        // Each version that is this one, oldest first.
        let is = |version: u32| evidence.iter().filter(move |(_, of)| of.is == version);
        let again =
            is(version).map(|(again, _)| *again).filter(|again| *again != version).collect::<Vec<_>>();
        let meant = catalog.newest(process).and_then(|(_, newest)| newest.measure.as_ref());
        let meant = meant.map_or(&[][..], |measure| &measure.repeats);
        let done = |version: u32| {
            let done = is(version).map(|(n, of)| self.store.samples(process, *n, of.since, now, meant));
            done.collect::<Result<Vec<_>, _>>().map(|done| done.concat())
        };
        // Cases of no process are of version 0.
        let (baseline, _) = self.compared_versions(process, Some(version))?;
        let before = done(baseline)?;
        let after = done(version)?;
        let (mut open, migrated) = self.store.beside_samples(process, version)?;
        for again in &again {
            open += self.store.beside_samples(process, *again)?.0;
        }
        let mut untold = 0;
        for (n, of) in is(version).chain(is(baseline)) {
            untold += self.store.samples_of_before(process, *n, of.since)?;
        }
        let calendar = catalog.calendar_of(of).and_then(|name| catalog.newest_calendar(&name));
        let kept = match of.improve.as_ref().and_then(Promise::of).zip(calendar) {
            Some((promise, (_, calendar))) => {
                let spans = match promise.part {
                    Part::Case => after.iter().filter_map(|row| Some((row.started, row.ended?))).collect(),
                    Part::Handoff => {
                        let offers = is(version).map(|(n, _)| self.store.accepted_offers(process, *n, now));
                        offers.collect::<Result<Vec<_>, _>>()?.concat()
                    }
                };
                Some(promise.kept(&spans, calendar))
            }
            None => None,
        };
        let cohort = Cohort::of(&before, &after, now);
        let mut dice = Dice::new(seed);
        Ok(VersionReview {
            process: process.clone(),
            version,
            again,
            before: baseline,
            published,
            improve: of.improve.clone(),
            open,
            migrated,
            untold,
            kept,
            finished: [&before, &after].map(|rows| rows.iter().filter(|row| row.ended.is_some()).count()),
            compared: cohort.said(),
            comparison: comparison::compare(&cohort.before, &cohort.after, &mut |below| dice.below(below)),
        })
    }

    /// What the procedure of an open review says beside its own text: the comparison as of now.
    pub(super) fn review_text(
        &mut self,
        case: &crate::domain::case::Case,
        now: Instant,
    ) -> Result<Option<String>, Error> {
        let Some((process, version)) = review::reviewed(case).filter(|_| case.state == CaseState::Open)
        else {
            return Ok(None);
        };
        match self.version_review(&process, Some(version), now, 1) {
            Ok(review) => {
                let newest = replaced_by(&*self.catalog()?, &process, version);
                let since = newest.map(|newest| {
                    format!("Version {newest} has taken its place since: it cannot be reverted.")
                });
                Ok(Some(review.lines().into_iter().chain(since).collect::<Vec<_>>().join("\n")))
            }
            // A case of somebody's own may have the same data.
            Err(Error::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The version that comes back when this command is the verdict to revert on a review, to be given with it.
    ///
    /// # Errors
    /// When there is none before, and those of the store.
    pub fn brings_back(&mut self, command: &Command) -> Result<Option<Command>, Error> {
        let Command::CompleteTask(CompleteTask { case, outcome: Some(outcome), .. }) = command else {
            return Ok(None);
        };
        if Verdict::of(outcome) != Some(Verdict::Revert) {
            return Ok(None);
        }
        let reviewed = self.case_now(*case)?.and_then(|case| review::reviewed(&case));
        let Some((process, version)) = reviewed else { return Ok(None) };
        if self.catalog()?.newest(&process).is_none() {
            return Ok(None);
        }
        self.version_back(&process, version).map(Some)
    }

    /// How the cases of a process agree with their versions, or all `against` one of them, whoever wrote that.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub fn conformance(
        &mut self,
        process: &Handle,
        chosen: &Chosen,
        against: Option<u32>,
    ) -> Result<Conformity, Error> {
        let mut cases = self.facts(process, chosen)?;
        let catalog = self.catalog()?;
        if let Some(other) = against.and_then(|against| catalog.process(process, against)) {
            cases.iter_mut().for_each(|case| by_title(case, &catalog, process, other));
        }
        Ok(conformance::conformance(&cases, against, |version| match against {
            Some(against) => catalog.process(process, against).map(|of| &**of),
            None => held_to(&catalog, process, version),
        }))
    }

    /// A process written down as it is done: that of an imported log, or of ad-hoc cases.
    ///
    /// # Errors
    /// When there is nothing to go by, and those of the store.
    pub fn drafted(&mut self, of: &Handle, me: &Handle) -> Result<String, Error> {
        let catalog = self.catalog()?;
        let ad_hoc = of.as_str() == AD_HOC;
        let (cases, titles) = if ad_hoc {
            self.ad_hoc_facts(of)?
        } else {
            (self.facts(of, &Chosen::default())?, BTreeMap::new())
        };
        let mut titles: BTreeMap<Handle, String> = titles;
        for version in catalog.processes.get(of).into_iter().flatten() {
            titles.extend(version.steps.iter().map(|step| (step.handle.clone(), step.title.clone())));
        }
        let newest = catalog.newest(of).map(|(_, process)| process.clone());
        let calendar = newest.as_ref().and_then(|process| catalog.calendar_of(process));
        let calendar = calendar.and_then(|calendar| catalog.newest_calendar(&calendar));
        let office;
        let calendar = match calendar {
            Some((_, calendar)) => &**calendar,
            None => {
                office = Calendar::office(catalog.company_zone());
                &office
            }
        };
        let here = |who: &&Handle| !catalog.has_left(who);
        let roles = catalog
            .roles
            .iter()
            .map(|(role, of)| (role.clone(), of.members.iter().filter(here).cloned().collect()));
        let frame = Frame {
            handle: if ad_hoc {
                Handle::from_text("drafted").unwrap_or_else(|| of.clone())
            } else {
                of.clone()
            },
            title: newest
                .as_ref()
                .map_or_else(|| "Drafted from ad-hoc cases".to_string(), |process| process.title.clone()),
            accountable: newest
                .as_ref()
                .map_or_else(|| Party::Person(me.clone()), |process| process.accountable.clone()),
            about: newest.as_ref().and_then(|process| process.about.clone()),
            measure: newest.as_ref().and_then(|process| process.measure.as_ref()),
            titles: &titles,
            roles: &roles.collect(),
            calendar,
        };
        drafted::draft(&cases, &frame).ok_or_else(|| {
            not_found(format!("No case of `{of}` has been finished."), "A draft is made of what was done.")
        })
    }

    /// Ad-hoc cases with their free tasks as steps: tasks of the same title are the same step.
    fn ad_hoc_facts(&mut self, of: &Handle) -> Result<(Vec<CaseFacts>, BTreeMap<Handle, String>), Error> {
        let catalog = self.catalog()?;
        let (from, to) = (Instant(i64::MIN), Instant(i64::MAX));
        let filter = CaseFilter {
            process: Some(of.clone()),
            state: Some("done".to_string()),
            ..CaseFilter::default()
        };
        let rows = self.store.cases(&filter)?;
        let (tasks, handoffs) = self.finished_work(&catalog, of, from, to)?;
        let mut titles = BTreeMap::new();
        let mut alike = BTreeMap::<&str, usize>::new();
        rows.iter().for_each(|row| *alike.entry(&row.title).or_default() += 1);
        // The first task of such a case is the case itself and bears its title. Where that tells it from the others, what it
        // is to all of them has no name yet.
        let alone = |title: &str| alike.len() > 1 && alike.get(title) == Some(&1);
        let mut named = |row: &CaseRow, free: &Option<String>, step: &Handle| {
            let title = free.as_deref()?;
            let title = if title == row.title && alone(title) { "The work itself" } else { title };
            let handle = Handle::from_text(title).unwrap_or_else(|| step.clone());
            titles.entry(handle.clone()).or_insert_with(|| title.to_string());
            Some(handle)
        };
        let mut cases = Vec::new();
        for row in rows.iter().filter(|row| row.version == AD_HOC_VERSION) {
            let own = tasks.iter().filter(|task| task.case == row.id && task.done);
            let own = own.filter_map(|task| {
                let step = named(row, &task.free, &task.step)?;
                Some(crate::domain::rows::TaskRow { step, ..task.clone() })
            });
            let own = own.collect::<Vec<_>>();
            // The review of a process is a case of the program's, and no work to be drafted.
            if self.case_now(row.id)?.is_some_and(|case| review::reviewed(&case).is_some()) {
                continue;
            }
            let passed = handoffs.iter().filter(|handoff| handoff.case == row.id).filter_map(|handoff| {
                let step = named(row, &handoff.free, &handoff.step)?;
                Some(HandoffRow { step, ..handoff.clone() })
            });
            let passed = passed.collect();
            cases.push(super::figures::case_of(row.clone(), None, own, passed));
        }
        Ok((cases, titles))
    }
}

/// The version whose ways a case is to go. One that was drawn from a log allows what most of it did: nobody said that the
/// others may not.
/// What was done under a step that another version does not have, as the step of that version that is called the same: a log
/// says what its steps are called, and not by which handle a definition knows them.
fn by_title(case: &mut CaseFacts, catalog: &Catalog, process: &Handle, other: &Process) {
    let Some(own) = catalog.process(process, case.version) else { return };
    for visit in case.visits.iter_mut().filter(|visit| other.step(&visit.step).is_none()) {
        let Some(title) = own.step(&visit.step).map(|step| step.title.as_str()) else { continue };
        // Of several of one title a log that is written here names the handle behind it.
        let is_it =
            |step: &&Step| step.title == title || format!("{} ({})", step.title, step.handle) == title;
        let mut same = other.steps.iter().filter(is_it);
        if let (Some(step), None) = (same.next(), same.next()) {
            visit.step = step.handle.clone();
        }
    }
}

pub(super) fn held_to<'c>(catalog: &'c Catalog, process: &Handle, version: u32) -> Option<&'c Process> {
    let of = catalog.process(process, version).filter(|_| version > 0)?;
    (!super::import::is_drawn(of)).then_some(&**of)
}

#[cfg(test)]
mod tests;
