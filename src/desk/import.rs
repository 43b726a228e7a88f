//! An event log becomes live work: its activities the steps of a process, its resources people, its cases
//! cases with their original times. All of it is one transaction: what goes wrong in the middle leaves the
//! file as it was. A second import of the same rows changes nothing.

mod cases;
pub(super) mod more;
mod observe;
mod own;
mod records;
#[cfg(test)]
pub(super) mod tests;
mod wish;

use super::whole::Told;
use super::{Desk, Error, Series};
use crate::domain::catalog::Permission;
use crate::domain::command::Command;
use crate::domain::process::{Process, Step};
use crate::domain::step_file::MOST_STEPS;
use crate::domain::visits::is_outside;
use crate::domain::{Handle, Instant, Party, Span};
use crate::eventlog::{self, Item};
use crate::store::{Stage, Staged, StoreError};
use cases::Cases;
use observe::{Frame, Names, Observed, draw, free_handle, title_of};
use own::steps_of_own;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

pub use records::{RecordsImport, RecordsWish};
pub use wish::{LogImport, LogWish};

/// How many refusals are told one by one; the rest is counted.
const TOLD: usize = 20;
const WEEK: Span = Span::DAY.times(7);

/// A log, read and put in order.
struct Staging {
    stage: Stage,
    activities: Names,
    resources: Names,
    /// Activities that a log written here says somebody outside does.
    outside: BTreeSet<String>,
    /// Something was said that no work is made of.
    keeps: bool,
}

/// The role of everybody a log names who worked on a process.
fn team_of(process: &Handle) -> Option<Handle> {
    Handle::from_text(&format!("{:.59}-team", process.as_str()))
}

/// Whether a version was drawn from a log: all of it is done or minded by that role, and nobody has said more of it than a log and
/// whoever brings it in can say.
pub(super) fn is_drawn(of: &Process) -> bool {
    let Some(team) = team_of(&of.handle) else { return false };
    let plain = |step: &Step| {
        // Of two that would be called the same the second has a number behind.
        let named = Handle::from_text(&step.title)
            .is_none_or(|named| step.handle.as_str().starts_with(named.as_str()));
        let drawn = Step {
            goal: step.goal,
            accept: step.goal,
            gives: step.gives.clone(),
            next: step.next.clone(),
            ..observe::step(step.handle.clone(), step.title.clone(), &team, is_outside(step))
        };
        named && *step == drawn
    };
    of.goal.is_none() && of.improve.is_none() && of.rules.is_empty() && of.steps.iter().all(plain)
}

impl Desk {
    /// Brings in the event log at `path`. `by` says who imports, and when; `on_progress` gets how much of how
    /// much is done.
    ///
    /// # Errors
    /// A file that cannot be read to its end, a wish that does not fit it, and those of the store. Nothing has
    /// been imported then.
    pub fn import_log(
        &mut self,
        path: &Path,
        wish: &LogWish,
        by: &mut Series<'_>,
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<LogImport, Error> {
        if wish.shift_to_now && wish.open_as_of.is_none() {
            return Err(Error::input(
                "--shift-to-now needs --open-as-of.",
                "Say which instant becomes this week.",
            ));
        }
        let file = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let process = match &wish.process {
            Some(process) => process.clone(),
            None => Handle::from_text(file.split('.').next().unwrap_or_default()).ok_or_else(|| {
                Error::input(
                    format!("`{file}` makes no name for a process."),
                    "Give one with --process HANDLE.",
                )
            })?,
        };
        let mut report = LogImport::of(process, path, wish.dry_run);
        let staging = stage(path, wish, &mut report, &|| self.goes_on(), on_progress)?;
        if report.log.accepted == 0 {
            return Err(report.nothing());
        }
        let mut nothing = None;
        let before = self.catalog()?.newest(&report.process).map_or(0, |(version, _)| version);
        let work = |desk: &mut Desk| {
            let mut report = report.clone();
            desk.bring_in_log(wish, &staging, by, &mut report, on_progress)?;
            // Where no case came in, neither people nor a version is to be left of it: an older
            // file would draw a version of fewer steps, and that would be all it did.
            if report.cases == 0 && report.known + report.refused_cases > 0 && !wish.says_more() {
                (report.people_added, report.version) = (0, before);
                nothing = Some(report);
                return Err(Error::Busy);
            }
            Ok(report)
        };
        self.store.check_rows(false);
        let done = match wish.dry_run {
            true => self.rehearse(work),
            false => self.in_one_transaction(work),
        };
        self.store.check_rows(true);
        nothing.map_or(done, Ok)
    }

    fn bring_in_log(
        &mut self,
        wish: &LogWish,
        staging: &Staging,
        by: &mut Series<'_>,
        report: &mut LogImport,
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(), Error> {
        let mut observed = Observed::default();
        let mut tied = 0;
        staging.stage.each_case::<Error>(|_, rows| {
            observed.note(rows);
            let same =
                |pair: &[Staged]| pair.iter().map(|row| (row.start, row.end)).is_sorted_by(|a, b| a == b);
            tied += rows.windows(2).filter(|pair| same(pair)).count() as u64;
            Ok(())
        })?;
        // The reader has to forget; here everything is in order.
        (report.log.tied, report.log.cases) = (tied, staging.stage.cases());
        let team = team_of(&report.process);
        let team =
            team.ok_or_else(|| Error::input("This process cannot have a team.", "Choose another name."))?;
        let catalog = self.catalog()?;
        let before = catalog.newest(&report.process).map(|(_, process)| process.clone());
        let steps = match before.as_ref().filter(|before| !is_drawn(before)) {
            Some(_) => {
                let versions = catalog.processes.get(&report.process).map(Vec::as_slice);
                Some(steps_of_own(versions.unwrap_or_default(), is_drawn, staging, wish)?)
            }
            None => None,
        };
        let people = self.bring_in_people(&staging.resources, &team, by, report)?;
        let steps = match steps {
            Some(steps) => steps,
            None => self.publish_drawn(wish, staging, &observed, &team, by, report)?,
        };
        let catalog = self.catalog()?;
        let (version, process) = catalog.newest(&report.process).ok_or(Error::Busy)?;
        (report.version, report.steps) = (version, process.steps.len());
        let shift = shift(wish, by.now);
        report.weeks = shift.0 / WEEK.0;
        let mut cases = Cases {
            process,
            version,
            calendar: catalog.calendar_of(process),
            catalog: &catalog,
            steps: &steps,
            activities: &staging.activities,
            resources: &staging.resources,
            people: &people,
            as_of: wish.open_as_of,
            shift,
            anew: before.is_none(),
            accountable: process.accountable.clone(),
            team: &team,
            action: (by.op)(),
            keeps: staging.keeps,
        };
        let (all, mut done) = (staging.stage.cases(), 0);
        staging.stage.each_case::<Error>(|foreign, rows| {
            done += 1;
            if done % 256 == 0 {
                on_progress(all + done, all * 2);
            }
            self.goes_on()?;
            cases.bring_in(self, foreign, rows, &staging.stage, by, report)
        })
    }

    /// Publishes the process as the log shows it; the place of each activity among its steps.
    fn publish_drawn(
        &mut self,
        wish: &LogWish,
        staging: &Staging,
        observed: &Observed,
        team: &Handle,
        by: &mut Series<'_>,
        report: &LogImport,
    ) -> Result<Vec<u32>, Error> {
        let catalog = self.catalog()?;
        let before = catalog.newest(&report.process).map(|(_, process)| process.clone());
        let file =
            report.file.file_name().map_or_else(String::new, |file| file.to_string_lossy().into_owned());
        let frame = Frame {
            handle: &report.process,
            title: before.as_ref().map_or_else(|| title_of(&report.process), |before| before.title.clone()),
            purpose: before
                .as_ref()
                .map_or_else(|| format!("What {file} shows was done."), |before| before.purpose.clone()),
            accountable: before
                .as_ref()
                .map_or_else(|| Party::Person(by.person.clone()), |before| before.accountable.clone()),
            team,
            outside: &staging.outside,
            goals: &wish.goals,
        };
        let mut drawn = draw(observed, &staging.activities.texts, &frame);
        let kept = before.as_ref().and_then(|before| before.measure.as_ref());
        for step in drawn.process.steps.iter_mut().filter(|step| step.goal.is_none()) {
            if let Some(known) = before.as_ref().and_then(|before| before.step(&step.handle)) {
                (step.goal, step.accept) = (known.goal, known.accept);
            }
        }
        drawn.process.measure = wish.measure(&drawn.process, kept, report)?;
        for (step, _) in wish.goals.iter().filter(|(step, _)| step != "*") {
            wish::step_of(&drawn.process, step)?;
        }
        self.execute(&Command::PublishProcess { process: Arc::new(drawn.process) }, &by.context())?;
        Ok(drawn.steps)
    }

    /// A person for every resource, all of them in the team. The same resource is the same person next time.
    fn bring_in_people(
        &mut self,
        resources: &Names,
        team: &Handle,
        by: &mut Series<'_>,
        report: &mut LogImport,
    ) -> Result<Vec<Handle>, Error> {
        let catalog = self.catalog()?;
        let mut taken = catalog.people.keys().map(Handle::to_string).collect::<BTreeSet<_>>();
        let mut by_name = BTreeMap::new();
        // As a log written here calls them, and by the name alone.
        by_name.extend(catalog.names_in_logs().into_iter().map(|(handle, name)| (name, handle)));
        for (handle, person) in &catalog.people {
            by_name.entry(person.name.clone()).or_insert_with(|| handle.clone());
        }
        let mut people = Vec::with_capacity(resources.texts.len());
        for text in &resources.texts {
            let name = text.clone();
            // By name first: of `TEST` and `test` one has the handle that the other would make. And nobody whom the
            // log has under their own name is somebody else of it too.
            let named = || {
                let handle = text.parse::<Handle>().ok()?;
                let person = catalog.people.get(&handle)?;
                (!resources.has(&person.name)).then_some(handle)
            };
            let person = match by_name.get(&name).cloned().or_else(named) {
                Some(person) => person,
                None => {
                    let person = free_handle(&name, "person", &mut taken).ok_or(Error::Busy)?;
                    let add = Command::AddPerson {
                        person: person.clone(),
                        name: name.clone(),
                        mail: None,
                        permission: Permission::Member,
                        roles: Vec::new(),
                    };
                    self.execute(&add, &by.context())?;
                    report.people_added += 1;
                    by_name.insert(name, person.clone());
                    person
                }
            };
            people.push(person);
        }
        report.resources = people.len();
        let mut members = people.clone();
        if members.is_empty() {
            members.push(by.person.clone());
        }
        let (role, lead) = (team.clone(), None);
        let command = match catalog.roles.contains_key(team) {
            true => Command::ChangeRole { role, add: members, remove: Vec::new(), lead },
            false => Command::AddRole { role, title: title_of(team), members, lead },
        };
        self.execute(&command, &by.context())?;
        Ok(people)
    }
}

/// Reads the whole log before anything else: a file that is cut off is found out here.
fn stage(
    path: &Path,
    wish: &LogWish,
    report: &mut LogImport,
    goes_on: &dyn Fn() -> Result<(), Error>,
    on_progress: &mut dyn FnMut(u64, u64),
) -> Result<Staging, Error> {
    let mut staging = Staging {
        stage: Stage::new()?,
        activities: Names::default(),
        resources: Names::default(),
        outside: BTreeSet::new(),
        keeps: false,
    };
    let mut failed = None::<StoreError>;
    let beside = more::Beside::of(&wish.read);
    let mut sink = |item: Item<'_>| {
        match item {
            Item::Rejected(rejection) => {
                report.refuse(|| format!("{}:{rejection}", path.display()));
                report.refused_rows += 1;
            }
            Item::Row(row) => {
                goes_on().map_err(|_| eventlog::Stop)?;
                let staged = Staged {
                    start: row.start_ms,
                    end: row.end_ms,
                    activity: staging.activities.number(row.activity),
                    resource: row.resource.map(|name| staging.resources.number(name)),
                    position: row.position,
                };
                let more = beside.laid_by(&row);
                let told = row.of_case.iter().find(|said| said.key == eventlog::TOLD);
                if let Some(told) = told.and_then(|told| Told::read(told.text)) {
                    // Who offered work and did none is in no row.
                    told.people().for_each(|name| {
                        staging.resources.number(name);
                    });
                    staging.outside.extend(told.outside().iter().cloned());
                }
                if staging.activities.texts.len() > MOST_STEPS {
                    return Err(eventlog::Stop);
                }
                staging.keeps |= more.is_some();
                let put = match more {
                    Some(text) => staging.stage.put_more(row.position, &text),
                    None => Ok(()),
                };
                put.and_then(|()| staging.stage.put(row.case, staged)).map_err(|error| {
                    failed = Some(error);
                    eventlog::Stop
                })?;
            }
        }
        Ok(())
    };
    let options = eventlog::Options { cases: true, open_rows: true, ..wish.read.clone() };
    let read = eventlog::read(path, &options, &mut |done, all| on_progress(done, all * 2), &mut sink);
    if let Some(error) = failed {
        return Err(error.into());
    }
    goes_on()?;
    if staging.activities.texts.len() > MOST_STEPS {
        return Err(Error::input(
            format!("{} has more than {MOST_STEPS} different activities.", path.display()),
            "No process has so many steps; name the right column with --activity-column.",
        ));
    }
    let (guess, log) = read.map_err(|e| {
        let (line, hint) = match e.to_string().rsplit_once("; ") {
            Some((what, hint)) => (what.to_string(), hint.to_string()),
            None => (e.to_string(), "Nothing was imported.".to_string()),
        };
        Error::input(line, hint)
    })?;
    // Two traces of one name are one case, and its starts find their completes in either.
    let is_torn = log.merged_cases > 0 && log.paired + log.starts_without_complete > 0;
    if is_torn && !wish.read.pair_across {
        let read = eventlog::Options { pair_across: true, ..wish.read.clone() };
        (report.refusals, report.refused_rows) = Default::default();
        return stage(path, &LogWish { read, ..wish.clone() }, report, goes_on, on_progress);
    }
    report.found = Some(guess);
    report.log = log;
    staging.stage.sort()?;
    Ok(staging)
}

/// The whole weeks that bring `open_as_of` into the seven days before now.
fn shift(wish: &LogWish, now: Instant) -> Span {
    match wish.open_as_of {
        Some(as_of) if wish.shift_to_now => WEEK.times((now - as_of).0.div_euclid(WEEK.0)),
        _ => Span::ZERO,
    }
}
