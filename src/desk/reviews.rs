//! Reviews, a chore: every version of a process that says what it is measured by is reviewed at its time. When
//! follows from the catalog's entries alone; the review and the note of it are one transaction, so that it
//! happens once whoever ticks.

use super::agenda::{AgendaItem, Ahead};
use super::pressing::answers;
use super::query::no_process;
use super::schedules::follows_from;
use super::{Desk, Done, Error};
use crate::domain::case::Place;
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, CompleteTask, Context};
use crate::domain::diagnostic::{self, Answer, History};
use crate::domain::event::{Actor, Cause, Event, Origin, SubjectId};
use crate::domain::free::ad_hoc;
use crate::domain::process::{Improve, Process};
use crate::domain::refusal::Refusal;
use crate::domain::review::{self, REVIEW, Verdict};
use crate::domain::schedule::ScheduleOutcome;
use crate::domain::urgency::Urgency;
use crate::domain::{CaseId, Handle, Instant, Span, TaskId};
use crate::store::CaseFilter;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The version that has taken the place of this one. None has where the newest is the same again, as when a revert was
/// taken back.
pub(super) fn replaced_by(catalog: &Catalog, process: &Handle, version: u32) -> Option<u32> {
    let (newest, of) = catalog.newest(process)?;
    (newest > version && catalog.process(process, version) != Some(of)).then_some(newest)
}

/// A process that is reviewed, and when.
#[derive(Debug, Clone)]
pub struct Reviewed {
    pub process: Arc<Process>,
    pub version: u32,
    /// When that version was published, and the entry that did.
    pub published: (Instant, i64),
    pub next: Instant,
}

/// A process and its answers to the five questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Scorecard {
    pub process: Arc<Process>,
    pub version: u32,
    pub answers: [Answer; 5],
    /// The next review, and the one that is open with the version it is about: this one, unless that was replaced since.
    pub next_review: Option<Instant>,
    pub open_review: Option<(CaseId, u32)>,
}

impl Desk {
    /// The five questions about one process, or about all of them.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub fn scorecards(&mut self, of: Option<&Handle>, now: Instant) -> Result<Vec<Scorecard>, Error> {
        let catalog = self.catalog()?;
        let published = self.published_last()?;
        let next = self.reviews()?.into_iter().map(|of| (of.process.handle.clone(), of.next));
        let next = next.collect::<BTreeMap<_, _>>();
        let open = self.open_reviews()?;
        let mut cards = Vec::new();
        for handle in catalog.processes.keys().filter(|handle| of.is_none_or(|of| of == *handle)) {
            let Some((version, process)) = catalog.newest(handle) else { continue };
            let run = catalog.reviews.get(handle);
            let begun = run.and_then(|run| run.last.as_ref().filter(|_| run.case.is_some()));
            let is_this = |of: u32| replaced_by(&catalog, handle, of).is_none();
            let open_review = open.get(handle).and_then(|of| of.last());
            let open_review = open_review.map(|(case, of)| (*case, if is_this(*of) { version } else { *of }));
            let reviewed = match (begun, open_review) {
                // One that is open has come to nothing yet; the one before it may have.
                (Some(_), Some(_)) => self.last_reviewed(handle, now)?,
                (begun, _) => begun.map(|(at, _)| *at),
            };
            let published = published.get(handle).map(|(at, _)| *at);
            let history = History { version, published, reviewed };
            cards.push(Scorecard {
                process: process.clone(),
                version,
                answers: diagnostic::diagnose(process, history, &catalog, now),
                next_review: next.get(handle).copied(),
                open_review,
            });
        }
        match (of, cards.is_empty()) {
            (Some(of), true) => Err(no_process(of, &catalog)),
            _ => Ok(cards),
        }
    }

    /// Ends the open review of a process, `of` a case where there are several: what is offered is accepted, decided, and
    /// a version that is to go gives way to the one before, as one action.
    ///
    /// # Errors
    /// When no review is open, the refusals of its parts, and those of the store.
    pub fn give_verdict(
        &mut self,
        process: &Handle,
        of: Option<CaseId>,
        verdict: Verdict,
        reason: Option<String>,
        ctx: &Context,
    ) -> Result<Vec<Done>, Error> {
        let catalog = self.catalog()?;
        let (version, _) = catalog.newest(process).ok_or_else(|| no_process(process, &catalog))?;
        let open = self.open_reviews()?.remove(process).unwrap_or_default();
        let review = open.into_iter().rfind(|(case, _)| of.is_none_or(|of| of == *case));
        let case = match review {
            Some((case, _)) => self.case_now(case)?,
            None => None,
        };
        let open = case.as_ref().and_then(|case| Some((case, case.branches.values().next()?)));
        let Some((case, branch)) = open else {
            return Err(refused(
                format!("No review of `{process}` is open."),
                format!("`baton process review {process} --begin` begins one."),
            ));
        };
        let id = case.id;
        let version = review.map_or(version, |(_, version)| version);
        let (accept, task) = match branch.place {
            Place::Offered(handoff) => {
                let accept = Command::AcceptHandoff { case: id, handoff, next_action: None, when: None };
                (Some(accept), self.store.head()?.numbers.task)
            }
            Place::Task(task) => (None, task.0),
            Place::Held(_) | Place::Waiting(_) => {
                let hint = format!("`baton case show {id}` shows where it is.");
                return Err(refused(format!("The review {id} is with nobody who could decide it."), hint));
            }
        };
        let complete = CompleteTask {
            case: id,
            task: TaskId(task),
            data: Vec::new(),
            documents: Vec::new(),
            to: None,
            note: None,
            all_checked: false,
            checked: Vec::new(),
            anyway: None,
            outcome: Some(verdict.word().to_string()),
            reason,
            agreed: Default::default(),
        };
        let back = match verdict {
            Verdict::Revert => Some(self.version_back(process, version)?),
            Verdict::Keep | Verdict::Extend => None,
        };
        let commands = accept.into_iter().chain([Command::CompleteTask(complete)]).chain(back);
        self.execute_all(&commands.collect::<Vec<_>>(), ctx)
    }

    /// When a review of a process last ended with a verdict, as far back as one is recent.
    fn last_reviewed(&mut self, process: &Handle, now: Instant) -> Result<Option<Instant>, Error> {
        let filter = CaseFilter {
            process: ad_hoc().map(|built_in| built_in.handle.clone()),
            state: Some("done".to_string()),
            ended: Some((now - diagnostic::RECENT, now)),
            ..CaseFilter::default()
        };
        let mut last = None;
        for row in self.store.cases(&filter)? {
            let of = self.case_now(row.id)?.and_then(|case| review::reviewed(&case));
            if of.is_some_and(|(of, _)| &of == process) {
                last = last.max(row.ended);
            }
        }
        Ok(last)
    }

    /// The reviews of each process that are open, those that came at their time and those that somebody began, with the
    /// version each is about; the newest version last.
    fn open_reviews(&mut self) -> Result<BTreeMap<Handle, Vec<(CaseId, u32)>>, Error> {
        let filter = CaseFilter {
            process: ad_hoc().map(|built_in| built_in.handle.clone()),
            state: Some("open".to_string()),
            ..CaseFilter::default()
        };
        let mut open = BTreeMap::<Handle, Vec<(CaseId, u32)>>::new();
        for row in self.store.cases(&filter)? {
            if let Some((process, version)) = self.case_now(row.id)?.and_then(|case| review::reviewed(&case))
            {
                open.entry(process).or_default().push((row.id, version));
            }
        }
        open.values_mut().for_each(|of| of.sort_by_key(|(case, version)| (*version, *case)));
        Ok(open)
    }

    /// The version that an open review is about, where nothing else has taken its place.
    pub(super) fn version_under_review(&mut self, process: &Handle) -> Result<Option<u32>, Error> {
        let catalog = self.catalog()?;
        let open = self.open_reviews()?.remove(process).unwrap_or_default();
        Ok(open
            .into_iter()
            .map(|(_, version)| version)
            .rfind(|of| replaced_by(&catalog, process, *of).is_none()))
    }

    /// Publishes the version that comes back where the verdict on a version is to revert it.
    ///
    /// # Errors
    /// Where there is none before it, where a newer one has taken its place, and those of the store.
    pub(super) fn version_back(&mut self, process: &Handle, version: u32) -> Result<Command, Error> {
        let catalog = self.catalog()?;
        if let Some(newest) = replaced_by(&catalog, process, version) {
            return Err(refused(
                format!(
                    "Version {newest} of `{process}` has taken the place of version {version} since: to revert now would \
                     take it back too."
                ),
                format!(
                    "Keep or extend here; `baton process review {process} --begin` looks at version {newest}."
                ),
            ));
        }
        let baseline = self.baseline(process, version)?;
        let back = before(&catalog, process, version, baseline)?;
        Ok(Command::PublishProcess { process: still_looked_at(back, &catalog, version) })
    }

    /// When the newest version of each process was published, and the entry that did.
    fn published_last(&self) -> Result<BTreeMap<Handle, (Instant, i64)>, Error> {
        let mut published = BTreeMap::new();
        for entry in self.store.entries(SubjectId::Catalog)? {
            if let Event::ProcessPublished { process, .. } = &entry.event {
                published.insert(process.handle.clone(), (entry.at, entry.seq));
            }
        }
        Ok(published)
    }

    /// Every process that promised a review, with the next one.
    pub fn reviews(&mut self) -> Result<Vec<Reviewed>, Error> {
        let catalog = self.catalog()?;
        let promised = catalog.processes.keys().filter_map(|handle| catalog.newest(handle));
        let promised = promised.filter(|(_, process)| process.improve.is_some()).collect::<Vec<_>>();
        if promised.is_empty() {
            return Ok(Vec::new());
        }
        let published = self.published_last()?;
        let reviewed = promised.into_iter().filter_map(|(version, process)| {
            let published = published.get(&process.handle).copied()?;
            let zone = catalog.zone_of(process);
            let next = review::next(process, published.0, catalog.reviews.get(&process.handle), &zone)?;
            Some(Reviewed { process: process.clone(), version, published, next })
        });
        Ok(reviewed.collect())
    }

    /// The reviews of what a person answers for that begin between now and an instant.
    pub(super) fn ahead_of_reviews(
        &mut self,
        person: &Handle,
        now: Instant,
        until: Instant,
    ) -> Result<Vec<AgendaItem>, Error> {
        let catalog = self.catalog()?;
        let mut items = Vec::new();
        for of in self.reviews()? {
            let rhythm = of.process.improve.as_ref().and_then(Improve::rhythm);
            let Some(rhythm) = rhythm.filter(|_| answers(&catalog, &of.process.accountable, person)) else {
                continue;
            };
            let zone = catalog.zone_of(&of.process);
            let times = rhythm.until(&zone, of.published.0, of.next, until);
            items.extend(times.into_iter().filter(|at| *at >= now).map(|at| AgendaItem {
                at,
                what: Ahead::Review,
                case: None,
                branch: None,
                process: Some(of.process.handle.clone()),
                title: of.process.title.clone(),
                about: format!("version {}: keep, revert or extend", of.version),
                item: None,
                urgency: Urgency::Open,
            }));
        }
        Ok(items)
    }

    /// Notes of every review that is due by `now` that it is too long ago to be held: the sample company has no
    /// time for them while it is played.
    pub(super) fn pass_reviews(&mut self, now: Instant) -> Result<(), Error> {
        let Some(schedule) = Handle::from_text(REVIEW) else { return Ok(()) };
        for of in self.reviews()?.into_iter().filter(|of| of.next <= now) {
            let process = of.process.handle.clone();
            let op = follows_from(&format!("passed {process} {REVIEW} {}", of.next.0));
            let (rule, entry) = (schedule.clone(), of.published.1);
            let cause = Cause { process: process.clone(), rule, entry, depth: 1, by: Origin::Schedule };
            // Halfway between the one that is due and now: some are due again sooner than others.
            let at = now - Span((now - of.next).0.min(Span::DAY.times(30).0) / 2);
            let outcome = ScheduleOutcome::TooOld;
            let note = Command::NoteSchedule { process, schedule: schedule.clone(), at, times: 1, outcome };
            self.execute(&note, &Context::of(Actor::Rule(cause), now, op))?;
        }
        Ok(())
    }

    /// Begins what is due at `now`; how many.
    pub(super) fn run_reviews(&mut self, now: Instant) -> Result<usize, Error> {
        let mut begun = 0;
        for of in self.reviews()?.into_iter().filter(|of| of.next <= now) {
            begun += self.in_one_transaction(|desk| desk.run_review(&of.process.handle, now))?;
        }
        Ok(begun)
    }

    /// Decided on the catalog as it is within the transaction: another desk may have been here.
    fn run_review(&mut self, process: &Handle, now: Instant) -> Result<usize, Error> {
        let due = |of: &Reviewed| &of.process.handle == process && of.next <= now;
        let Some(of) = self.reviews()?.into_iter().find(due) else { return Ok(0) };
        let Some(rule) = Handle::from_text(REVIEW) else { return Ok(0) };
        let cause = Cause {
            process: process.clone(),
            rule: rule.clone(),
            entry: of.published.1,
            depth: 1,
            by: Origin::Schedule,
        };
        let ctx = |what: &str| {
            let op = follows_from(&format!("{what} {process} {REVIEW} {}", of.next.0));
            Context::of(Actor::Rule(cause.clone()), now, op)
        };
        // One of a version that was replaced since is no answer to what was expected of this one.
        let open = self.open_reviews()?.remove(process).unwrap_or_default();
        let catalog = self.catalog()?;
        let open = open.into_iter().find(|(_, version)| replaced_by(&catalog, process, *version).is_none());
        let outcome = match open {
            Some((case, _)) => ScheduleOutcome::StillOpen(case),
            None => match self.execute(&Command::BeginReview { process: process.clone() }, &ctx("started")) {
                Ok(done) => match done.subject {
                    SubjectId::Case(case) => ScheduleOutcome::Started(case),
                    _ => return Ok(0),
                },
                Err(Error::Refused { sentence, .. }) => ScheduleOutcome::Refused(sentence),
                Err(error) => return Err(error),
            },
        };
        let begun = usize::from(matches!(outcome, ScheduleOutcome::Started(_)));
        // The next one counts from when this one was due, not from when somebody happened to tick; after a long time without
        // ticks it begins anew.
        let at = if now - of.next < Span::DAY { of.next } else { now };
        let note = Command::NoteSchedule { process: process.clone(), schedule: rule, at, times: 1, outcome };
        self.execute(&note, &ctx("noted"))?;
        Ok(begun)
    }
}

/// The version before the one that is reviewed, which comes back.
fn before(catalog: &Catalog, process: &Handle, version: u32, baseline: u32) -> Result<Arc<Process>, Error> {
    let before = catalog.process(process, baseline);
    let before = before.filter(|before| &before.handle == process && version > 1);
    before.cloned().ok_or_else(|| {
        refused(
            format!("Version {version} of `{process}` has none before it to go back to."),
            "Keep it, extend the review, or publish a better version.".to_string(),
        )
    })
}

/// It, measured and reviewed as the version it takes the place of was, where it says nothing of that itself: whether going
/// back helped is a question as well.
fn still_looked_at(back: Arc<Process>, catalog: &Catalog, version: u32) -> Arc<Process> {
    let gone = catalog.process(&back.handle, version).and_then(|gone| gone.improve.clone());
    match (&back.improve, gone) {
        (None, Some(gone)) => {
            // What was expected was expected of the other version.
            let improve = Some(Improve { expect: None, ..gone });
            Arc::new(Process { improve, ..(*back).clone() })
        }
        _ => back,
    }
}

fn refused(what: String, hint: String) -> Error {
    Error::refused(Refusal::NotNow { what, hint }, &|_| String::new())
}

#[cfg(test)]
mod tests {
    use super::super::Lease;
    use super::super::tests::{ctx, desk, h, op};
    use super::*;
    use uuid::Uuid;

    fn tick(desk: &mut Desk, at: Instant) {
        desk.tick(Lease(Uuid::nil()), at, &mut op).unwrap();
    }

    /// The sale with a promise, in its second version; when it was published.
    fn promised() -> (Desk, Instant) {
        let (mut desk, now) = desk();
        let sale = desk.catalog().unwrap().newest(&h("sale")).unwrap().1.clone();
        let expect = Some("cycle time p85 below 5 days".to_string());
        let improve = Some(Improve {
            metric: "cycle time p85".into(),
            judged: false,
            expect,
            review: "every 30 days".into(),
        });
        let process = Arc::new(Process { improve, purpose: "More money.".into(), ..(*sale).clone() });
        desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
        (desk, now)
    }

    fn open_review(desk: &mut Desk, now: Instant) -> Option<CaseId> {
        desk.scorecards(Some(&h("sale")), now).unwrap()[0].open_review.map(|(case, _)| case)
    }

    #[test]
    fn a_review_comes_at_its_time_once_as_work_of_whoever_is_accountable() {
        let (mut desk, now) = promised();
        let due = now + Span::DAY.times(30);
        assert_eq!(desk.reviews().unwrap()[0].next, due);
        tick(&mut desk, due - Span(1));
        assert_eq!(open_review(&mut desk, due), None);
        tick(&mut desk, due);
        tick(&mut desk, due + Span::HOUR);
        let case = open_review(&mut desk, due).unwrap();
        let view = desk.case(case, due).unwrap();
        assert_eq!(view.row.title, "Review of Sale, version 2");
        assert_eq!(view.row.accountable.to_string(), "@bo");
        let inbox = desk.inbox(&h("bo"), due).unwrap();
        let item = inbox.items.iter().find(|item| item.case == case).unwrap();
        assert_eq!((item.what, item.step_title.as_str()), (super::super::view::What::Accept, "Verdict"));
        assert!(item.due.is_some());
        assert!(view.spots[0].how.as_ref().unwrap().contains("cycle time p85 below 5 days"));
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        let later = due + Span::DAY.times(30);
        tick(&mut desk, later);
        assert_eq!(open_review(&mut desk, later), Some(case), "no second one while the first is open");
        assert_eq!(desk.reviews().unwrap()[0].next, later + Span::DAY.times(30));
    }

    #[test]
    fn a_quarterly_review_comes_at_the_dates_of_its_recurrence_and_stands_on_the_agenda() {
        let (mut desk, now) = promised();
        let mut sale = (**desk.catalog().unwrap().newest(&h("sale")).unwrap().1).clone();
        sale.improve.as_mut().unwrap().review = "FREQ=YEARLY;BYMONTH=2,5,8,11;BYDAY=4MO".into();
        desk.execute(&Command::PublishProcess { process: Arc::new(sale) }, &ctx("bo", now)).unwrap();
        let due = crate::domain::zone::parse_rfc3339("2026-11-23T09:00:00+01:00").unwrap();
        assert_eq!(desk.reviews().unwrap()[0].next, due);
        let told = |desk: &mut Desk, person: &str, at: Instant| {
            let days = desk.agenda(&h(person), at, 14).unwrap().days;
            let items = days.into_iter().flat_map(|day| day.items);
            items
                .filter(|item| item.what == Ahead::Review)
                .map(|item| (item.at, item.title))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&mut desk, "bo", now), [(due, "Sale".to_string())]);
        assert_eq!(told(&mut desk, "ana", now), [], "it is bo who answers for it");
        tick(&mut desk, due - Span(1));
        assert_eq!(open_review(&mut desk, due), None);
        tick(&mut desk, due);
        let case = open_review(&mut desk, due).unwrap();
        assert_eq!(desk.case(case, due).unwrap().row.title, "Review of Sale, version 3");
        let next = crate::domain::zone::parse_rfc3339("2027-02-22T09:00:00+01:00").unwrap();
        assert_eq!(desk.reviews().unwrap()[0].next, next);
        assert_eq!(told(&mut desk, "bo", due + Span(1)), []);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn the_verdict_ends_it_and_reverting_brings_the_version_before_back_as_a_new_one() {
        let (mut desk, now) = promised();
        let reason = || Some("slower than before".to_string());
        let early =
            desk.give_verdict(&h("sale"), None, Verdict::Keep, reason(), &ctx("bo", now)).unwrap_err();
        assert!(early.to_string().contains("No review of `sale` is open."), "{early}");
        let due = now + Span::DAY.times(30);
        tick(&mut desk, due);
        let case = open_review(&mut desk, due).unwrap();
        let refused = desk.give_verdict(&h("sale"), None, Verdict::Keep, reason(), &ctx("ana", due));
        assert!(refused.is_err(), "it is for bo");
        desk.give_verdict(&h("sale"), None, Verdict::Revert, reason(), &ctx("bo", due)).unwrap();
        let catalog = desk.catalog().unwrap();
        let (version, newest) = catalog.newest(&h("sale")).unwrap();
        assert_eq!((version, newest.purpose.as_str()), (3, "Money."));
        let ended = desk.case(case, due).unwrap();
        assert_eq!((ended.row.state.as_str(), ended.row.outcome.as_deref()), ("done", Some("revert")));
        assert_eq!(open_review(&mut desk, due), None);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn a_review_that_somebody_began_is_the_open_one() {
        let (mut desk, now) = promised();
        desk.execute(&Command::BeginReview { process: h("sale") }, &ctx("bo", now)).unwrap();
        assert!(open_review(&mut desk, now).is_some());
        let reason = Some("it is fine".to_string());
        desk.give_verdict(&h("sale"), None, Verdict::Keep, reason, &ctx("bo", now)).unwrap();
        assert_eq!(open_review(&mut desk, now), None);
    }

    #[test]
    fn the_first_version_has_nothing_to_go_back_to() {
        let (mut desk, now) = promised();
        let due = now + Span::DAY.times(30);
        tick(&mut desk, due);
        let extended =
            desk.give_verdict(&h("sale"), None, Verdict::Extend, Some("three cases".into()), &ctx("bo", due));
        assert!(extended.is_ok(), "{extended:?}");
        tick(&mut desk, due + Span::DAY.times(30));
        assert!(open_review(&mut desk, due).is_some(), "the same question again");
        let first = before(&desk.catalog().unwrap(), &h("sale"), 1, 0).unwrap_err();
        assert!(first.to_string().contains("has none before it"), "{first}");
    }
}
