//! What is there to improve a process by: its newest version beside the one before, how cases
//! agree with their version, and a process written down as it is done. Gathers; judging is the domain's.

use super::query::{no_process, not_found};
use super::reviews::replaced_by;
use super::{CaseFilter, Chosen, Desk, Error};
use crate::domain::calendar::Calendar;
use crate::domain::case::CaseState;
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, CompleteTask};
use crate::domain::comparison::{self, Comparison, Sample};
use crate::domain::conformance::{self, Conformity};
use crate::domain::counted::counted;
use crate::domain::drafted::{self, Frame};
use crate::domain::event::{Event, SubjectId};
use crate::domain::expectation::{self, Kept, Part, Promise};
use crate::domain::flow::{CaseFacts, Dice};
use crate::domain::free::{AD_HOC, AD_HOC_VERSION};
use crate::domain::process::{Improve, Process};
use crate::domain::review::{self, Verdict};
use crate::domain::rows::{CaseRow, HandoffRow};
use crate::domain::{Handle, Instant, Party};
use crate::store::SampleRow;
use std::collections::BTreeMap;

/// A version of a process beside the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionReview {
    pub process: Handle,
    pub version: u32,
    /// The version it is beside: the newest before it of which any case finished.
    pub before: u32,
    /// When it was published: cases of the version before count up to then.
    pub published: Instant,
    pub improve: Option<Improve>,
    /// Cases of it that are open still, and are in no figure.
    pub open: usize,
    /// Finished cases of either that had changed their version, and are left out.
    pub migrated: usize,
    /// Finished cases of either that a log told of and that began before their version was published: they are no evidence for it.
    pub untold: usize,
    pub comparison: Comparison,
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
        let (was, is) = (self.comparison.before, self.comparison.after);
        let expected =
            self.improve.as_ref().and_then(|of| expectation::sentence(of, &self.comparison, self.kept));
        if self.version < 2 {
            let mut lines = vec![format!("{} finished of the first version.{beside}", count(is))];
            lines.extend(expected);
            lines.extend(self.comparison.alone());
            lines.push("There is no version before to compare it with.".to_string());
            return lines;
        }
        let (old, new) = (self.before, self.version);
        let finished =
            format!("Finished: {} of version {old}, {} of version {new}.{beside}", count(was), count(is));
        let mut lines = vec![beside_which(old, new), finished];
        lines.extend(expected);
        lines.extend(self.comparison.both());
        lines.push(self.comparison.sentence());
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
        let published = self.published_at(process)?.get(&version).copied().ok_or_else(no_version)?;
        let since = self.evidence_since(process)?;
        let since = |of: u32| since.get(&of).copied().unwrap_or(Instant(i64::MIN));
        let meant = catalog.newest(process).and_then(|(_, newest)| newest.measure.as_ref());
        let meant = meant.map_or(&[][..], |measure| &measure.repeats);
        let done = |of: u32, until: Instant| self.store.samples(process, of, since(of), until, meant);
        // Cases of no process are of version 0.
        let (baseline, _) = self.compared_versions(process, Some(version))?;
        let before = if baseline > 0 { done(baseline, published)? } else { Vec::new() };
        let after = done(version, now)?;
        let (open, migrated) = self.store.beside_samples(process, version)?;
        let mut untold = self.store.samples_of_before(process, version, since(version))?;
        if baseline > 0 {
            untold += self.store.samples_of_before(process, baseline, since(baseline))?;
        }
        let calendar = catalog.calendar_of(of).and_then(|name| catalog.newest_calendar(&name));
        let kept = match of.improve.as_ref().and_then(Promise::of).zip(calendar) {
            Some((promise, (_, calendar))) => {
                let spans = match promise.part {
                    Part::Case => after.iter().map(|row| (row.started, row.ended)).collect(),
                    Part::Handoff => self.store.accepted_offers(process, version, now)?,
                };
                Some(promise.kept(&spans, calendar))
            }
            None => None,
        };
        let (before, after) =
            (before.iter().map(sample).collect::<Vec<_>>(), after.iter().map(sample).collect::<Vec<_>>());
        let mut dice = Dice::new(seed);
        Ok(VersionReview {
            process: process.clone(),
            version,
            before: baseline,
            published,
            improve: of.improve.clone(),
            open,
            migrated,
            untold,
            kept,
            comparison: comparison::compare(&before, &after, &mut |below| dice.below(below)),
        })
    }

    /// The two versions that are compared where nobody names both: the newest, or this one, and the one it is measured
    /// against. The first is 0 where there is none.
    ///
    /// # Errors
    /// Those of the store.
    pub fn compared_versions(&self, process: &Handle, version: Option<u32>) -> Result<(u32, u32), Error> {
        let newest = || Ok::<_, Error>(self.store.catalog()?.newest(process).map_or(0, |(newest, _)| newest));
        let version = version.map_or_else(newest, Ok)?;
        Ok((self.baseline(process, version)?, version))
    }

    /// The version another is measured against, and that reverting brings back: the newest before it of which any case
    /// finished, because one that was corrected before anybody ran it tells nothing. The one before where there is none;
    /// 0 for the first.
    pub(super) fn baseline(&self, process: &Handle, version: u32) -> Result<u32, Error> {
        let since = self.evidence_since(process)?;
        for before in (1..version).rev() {
            let since = since.get(&before).copied().unwrap_or(Instant(i64::MIN));
            if self.store.has_samples(process, before, since)? {
                return Ok(before);
            }
        }
        Ok(version.saturating_sub(1))
    }

    /// Since when a case that a log told of must have begun to be evidence for each version: since it was published. A version
    /// that was drawn from a log says how it was done there, whenever that was.
    pub fn evidence_since(&self, process: &Handle) -> Result<BTreeMap<u32, Instant>, Error> {
        let mut since = self.published_at(process)?;
        let catalog = self.store.catalog()?;
        let drawn =
            |version: u32| catalog.process(process, version).is_some_and(|of| super::import::is_drawn(of));
        since.iter_mut().filter(|(version, _)| drawn(**version)).for_each(|(_, at)| *at = Instant(i64::MIN));
        Ok(since)
    }

    /// When each version of a process was published.
    fn published_at(&self, process: &Handle) -> Result<BTreeMap<u32, Instant>, Error> {
        let mut published = BTreeMap::new();
        for entry in self.store.entries(SubjectId::Catalog)? {
            if let Event::ProcessPublished { process: of, version } = &entry.event
                && &of.handle == process
            {
                published.insert(*version, entry.at);
            }
        }
        Ok(published)
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
        let cases = self.facts(process, chosen)?;
        let catalog = self.catalog()?;
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

fn sample(row: &SampleRow) -> Sample {
    Sample {
        cycle: row.ended - row.started,
        on_time: row.due.map(|due| row.ended <= due),
        returns: row.returns,
        right: row.again.map(|again| !again),
    }
}

/// The version whose ways a case is to go. One that was drawn from a log allows what most of it did: nobody said that the
/// others may not.
pub(super) fn held_to<'c>(catalog: &'c Catalog, process: &Handle, version: u32) -> Option<&'c Process> {
    let of = catalog.process(process, version).filter(|_| version > 0)?;
    (!super::import::is_drawn(of)).then_some(&**of)
}

#[cfg(test)]
mod tests;
