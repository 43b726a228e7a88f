//! A process as its place shows it: the newest version with what lies at each step, who its roles are, its
//! versions with who made them, and how it does. Reads only.

use super::query::no_process;
use super::{Desk, Error, Figures, Scorecard};
use crate::domain::event::{Actor, Event, SubjectId};
use crate::domain::process::{Performer, Process};
use crate::domain::process_diff;
use crate::domain::urgency::Urgency;
use crate::domain::{CaseId, Handle, Instant, Party, Span};
use crate::store::CaseFilter;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How far back the scorecard looks.
const LATELY: Span = Span::DAY.times(90);

/// A process with everything about it.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowView {
    pub process: Arc<Process>,
    pub version: u32,
    /// What lies at each step, those that only older versions have included.
    pub loads: BTreeMap<Handle, Load>,
    /// Newest first.
    pub versions: Vec<VersionLine>,
    /// The roles it names with their members, the lead first.
    pub roles: BTreeMap<Handle, Vec<Handle>>,
    pub score: Score,
    /// When its schedules start a case next, by name.
    pub scheduled: Vec<(Handle, Option<Instant>)>,
    /// A text of its file that somebody wrote and has not published.
    pub draft: Option<String>,
    /// Its five questions and its reviews.
    pub card: Box<Scorecard>,
}

/// What lies at a step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Load {
    pub cases: Vec<CaseId>,
    pub late: usize,
    /// Offered, and taken by nobody yet.
    pub offered: usize,
}

/// A version: when it came, by whom, how much it changed, and how many open cases run it.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionLine {
    pub version: u32,
    pub at: Instant,
    pub by: Actor,
    /// Against the version before; nothing for the first.
    pub changes: Vec<String>,
    pub open: usize,
}

/// How a process does, over the last ninety days.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    pub days: i64,
    pub open: Vec<CaseId>,
    pub late: Vec<CaseId>,
    pub finished: usize,
    pub median: Option<Span>,
    /// Within which 85 of a hundred were done; `None` while there are too few.
    pub within: Option<Span>,
    /// Of how many with a due instant how many kept it.
    pub on_time: (usize, usize),
}

impl Score {
    fn of(figures: &Figures) -> Score {
        Score {
            days: LATELY.0 / Span::DAY.0,
            open: figures.open.clone(),
            late: figures.late.clone(),
            finished: figures.finished.len(),
            median: figures.cycle.median_span(),
            within: figures.service_level,
            on_time: (figures.on_time.len(), figures.with_due.len()),
        }
    }

    /// The share in time of a hundred, to the nearest.
    pub fn percent(&self) -> Option<usize> {
        let (kept, of) = self.on_time;
        (kept * 200 + of).checked_div(of * 2)
    }
}

impl FlowView {
    /// The newest version that changed anything: the last improvement.
    pub fn improved(&self) -> Option<&VersionLine> {
        self.versions.iter().find(|line| !line.changes.is_empty())
    }
}

impl Desk {
    /// A process for its place. `person` is whose unpublished text of it is asked for.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub fn flow(
        &mut self,
        process: &Handle,
        person: Option<&Handle>,
        now: Instant,
    ) -> Result<FlowView, Error> {
        let catalog = self.catalog()?;
        let Some((version, newest)) = catalog.newest(process) else {
            return Err(no_process(process, &catalog));
        };
        let mut loads = BTreeMap::<Handle, Load>::new();
        for open in self.store.places(Some(process))?.into_iter().filter(|open| open.place.free.is_none()) {
            let place = open.place;
            let load = loads.entry(place.step.clone()).or_default();
            load.late += usize::from(Urgency::of(now, place.clock_started, place.due).is_late());
            load.offered += usize::from(place.kind == crate::domain::rows::PlaceKind::Offered);
            load.cases.push(place.case);
        }
        let parties = newest.steps.iter().flat_map(|step| match &step.by {
            Performer::Party(party) => [Some(party), step.minded.as_ref()],
            Performer::Data(_) | Performer::Sender => [None, step.minded.as_ref()],
        });
        let named = parties.flatten().chain([&newest.accountable]).filter_map(Party::role);
        let members = |role: &Handle| {
            let role = catalog.roles.get(role);
            let lead = role.and_then(|role| role.lead.clone());
            let others = role.into_iter().flat_map(|role| role.members.iter().cloned());
            let others = others.filter(|member| Some(member) != lead.as_ref()).collect::<Vec<_>>();
            lead.into_iter().chain(others).collect::<Vec<_>>()
        };
        let named = named.cloned().collect::<BTreeSet<_>>();
        let roles = named.into_iter().map(|role| (role.clone(), members(&role))).collect();
        let figures = self.figures(process, now - LATELY, now, now)?;
        let draft = match person {
            Some(person) => self.draft(person, &draft_place(process))?.filter(|text| !text.trim().is_empty()),
            None => None,
        };
        let Some(card) = self.scorecards(Some(process), now)?.pop() else {
            return Err(no_process(process, &catalog));
        };
        let scheduled = self.schedules()?.into_iter().filter(|of| &of.process.handle == process);
        Ok(FlowView {
            card: Box::new(card),
            scheduled: scheduled.map(|of| (of.name, of.next)).collect(),
            process: newest.clone(),
            version,
            loads,
            versions: self.versions(process)?,
            roles,
            score: Score::of(&figures),
            draft,
        })
    }

    /// The versions of a process, newest first.
    fn versions(&mut self, process: &Handle) -> Result<Vec<VersionLine>, Error> {
        let filter = CaseFilter {
            process: Some(process.clone()),
            state: Some("open".to_string()),
            ..CaseFilter::default()
        };
        let mut open = BTreeMap::<u32, usize>::new();
        self.store.cases(&filter)?.iter().for_each(|case| *open.entry(case.version).or_default() += 1);
        let (mut versions, mut before) = (Vec::new(), None::<Arc<Process>>);
        for entry in self.store.entries(SubjectId::Catalog)? {
            let Event::ProcessPublished { process: published, .. } = entry.event else { continue };
            if &published.handle != process {
                continue;
            }
            let changes = before.map(|before| process_diff::diff(&before, &published)).unwrap_or_default();
            let version = u32::try_from(versions.len()).unwrap_or(u32::MAX).saturating_add(1);
            versions.push(VersionLine {
                version,
                at: entry.at,
                by: entry.actor,
                changes: changes.iter().map(process_diff::Change::line).collect(),
                open: open.get(&version).copied().unwrap_or(0),
            });
            before = Some(published);
        }
        versions.reverse();
        Ok(versions)
    }
}

/// Where somebody's unpublished text of a process file is kept.
pub fn draft_place(process: &Handle) -> String {
    format!("process-file {process}")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use super::*;
    use crate::domain::command::Command;

    /// The sale with its second version, in which everything takes longer; C-1 runs the first.
    fn two_versions() -> (Desk, Instant) {
        let (mut desk, now) = desk();
        let mut sale = (**desk.catalog().unwrap().newest(&h("sale")).unwrap().1).clone();
        sale.steps[0].goal = Some("9 days".parse().unwrap());
        let later = now + Span::HOUR;
        desk.execute(&Command::PublishProcess { process: Arc::new(sale) }, &ctx("bo", later)).unwrap();
        (desk, later)
    }

    #[test]
    fn it_shows_what_lies_where_who_the_roles_are_and_what_each_version_changed() {
        let (mut desk, now) = two_versions();
        let flow = desk.flow(&h("sale"), None, now).unwrap();
        assert_eq!(flow.loads.values().map(|load| load.cases.len()).sum::<usize>(), flow.score.open.len());
        assert_eq!(flow.roles[&h("finance")].first(), Some(&h("ana")));
        let versions = flow.versions.iter().map(|line| (line.version, line.open, line.changes.len()));
        assert_eq!(versions.collect::<Vec<_>>(), [(2, 0, 1), (1, 1, 0)]);
        assert_eq!(flow.improved().map(|line| line.version), Some(2));
        assert!(desk.flow(&h("nothing"), None, now).is_err());
    }

    #[test]
    fn a_migration_is_shown_before_it_happens_and_taken_back_as_one() {
        let (mut desk, now) = two_versions();
        let by = ctx("bo", now + Span::HOUR);
        let before = desk.head().unwrap();
        let plan = desk.migrating(&h("sale"), None, 2, &[], &by).unwrap();
        assert_eq!(desk.head().unwrap(), before, "looking changes nothing");
        assert_eq!((plan.plan.from, plan.cases.len(), plan.left()), (1, 1, 0));
        let commands = plan.commands();
        assert!(desk.execute_each(&commands, &by).unwrap().iter().all(Result::is_ok));
        assert_eq!(desk.flow(&h("sale"), None, now).unwrap().versions[0].open, 1);
        desk.undo(&ctx("bo", now + Span::HOUR.times(2))).unwrap();
        assert_eq!(desk.flow(&h("sale"), None, now).unwrap().versions[0].open, 0);
        assert!(desk.migrating(&h("sale"), None, 1, &[], &by).is_err(), "all cases run it already");
    }

    #[test]
    fn a_text_is_checked_against_what_is_here() {
        let (mut desk, _) = two_versions();
        let newest = desk.catalog().unwrap().newest(&h("sale")).unwrap().1.clone();
        let text = crate::domain::process_file::export(&newest);
        let same = desk.check_text(&h("sale"), &text).unwrap();
        assert!(same.process.is_some() && same.changes.is_empty());
        assert_eq!(same.version, 3);
        let wrong = desk.check_text(&h("sale"), &text.replacen("finance", "nobodies", 1)).unwrap();
        let line = text.lines().position(|line| line.contains("finance")).unwrap() + 1;
        assert!(wrong.process.is_none());
        assert!(
            wrong.problems.iter().any(|problem| problem.is_error() && problem.line == line),
            "{:?}",
            wrong.problems
        );
    }
}
