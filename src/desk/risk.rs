//! What is likely to be late and is not yet: from how the newest finished cases of the process went on. What that is
//! told from is gathered once in a while and kept, so that an inbox asks no history. Reads only; what is likely is
//! `domain::flow`.

use super::pressing::answers;
use super::shown::item;
use super::view::{Inbox, InboxItem, What};
use super::{Desk, Error};
use crate::domain::flow::{Forecast, Past, Risk, Standing};
use crate::domain::rows::{HandoffRow, TaskRow};
use crate::domain::urgency::Urgency;
use crate::domain::{CaseId, Handle, Instant, Party, Span};
use crate::store::{AheadRow, Finished};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// How long is believed what finished cases told, and what followed from it for the open ones.
const PAST_BELIEVED: Span = Span::HOUR;
const RISK_BELIEVED: Span = Span::MINUTE;
/// So many branches are looked at, those due soonest: what is due after that will have its turn.
const AHEAD: usize = 2_000;
/// So many cases are named one by one in an inbox, the likeliest; how many more there are is said with the last.
const NAMED: usize = 20;
/// One number for everybody, so that all are told the same.
const SEED: u64 = 1;

/// What is known of what is likely.
#[derive(Debug, Default)]
pub(super) struct Risks {
    past: HashMap<Handle, (Instant, Arc<Past>)>,
    open: Option<(Instant, Arc<BTreeMap<CaseId, Open>>)>,
    /// Nobody is to wait for it now.
    later: bool,
}

/// An open case at risk, and who answers for it.
#[derive(Debug)]
struct Open {
    risk: Risk,
    accountable: Party,
}

fn believed(at: Instant, now: Instant, long: Span) -> bool {
    now >= at && now - at < long
}

impl Desk {
    /// Says of what is in an inbox which cases are at risk, and brings in those that the person answers for and
    /// nothing here speaks of.
    pub(super) fn at_risk(
        &mut self,
        person: &Handle,
        items: &mut Vec<InboxItem>,
        now: Instant,
    ) -> Result<(), Error> {
        if self.risks.later {
            return Ok(());
        }
        let open = self.open_at_risk(now)?;
        for item in items.iter_mut().filter(|item| !item.urgency.is_late() && item.what != What::Message) {
            item.risk = open.get(&item.case).map(|open| open.risk).filter(|risk| risk.due >= now);
        }
        let catalog = self.catalog()?;
        let here = items.iter().map(|item| item.case).collect::<BTreeSet<_>>();
        let mine = open.iter().filter(|(case, Open { risk, accountable })| {
            !here.contains(case) && risk.due >= now && answers(&catalog, accountable, person)
        });
        let mut mine = mine.map(|(case, open)| (*case, open.risk)).collect::<Vec<_>>();
        // Whoever answers for thousands of cases has other work in this list.
        mine.sort_by(|(a, one), (b, other)| {
            other.share.total_cmp(&one.share).then((one.due, a).cmp(&(other.due, b)))
        });
        let more = mine.len().saturating_sub(NAMED);
        mine.truncate(NAMED);
        let last = mine.len();
        for (n, (case, risk)) in (1..).zip(mine) {
            let places = self.store.places_in(case)?;
            let soonest = places.iter().min_by_key(|open| (open.place.due.is_none(), open.place.due));
            let Some(open) = soonest else { continue };
            let mut item = item(open, &catalog, now);
            item.what = What::Risk;
            item.due = Some(risk.due);
            item.clock_started = Some(open.case.started);
            item.urgency = Urgency::of(now, item.clock_started, item.due);
            item.of_case = true;
            item.risk = Some(risk);
            if n == last && more > 0 {
                let words = risk.words();
                item.why = Some(format!("{}: {words}; {more} more are likely to be late", item.step_title));
            }
            items.push(item);
        }
        Ok(())
    }

    /// The inbox as it can be had at once, for a first frame: what is likely has to be asked for afterwards.
    ///
    /// # Errors
    /// Those of the store.
    pub fn inbox_at_once(&mut self, person: &Handle, now: Instant) -> Result<Inbox, Error> {
        self.risks.later = true;
        let inbox = self.inbox(person, now);
        self.risks.later = false;
        inbox
    }

    /// How likely an open case is to be late; `None` where it promised nothing, is late, or nothing can be said.
    ///
    /// # Errors
    /// Those of the store.
    pub fn risk_of(&mut self, case: CaseId, now: Instant) -> Result<Option<Risk>, Error> {
        let Some((process, of)) = standings(self.store.ahead_of(case)?).into_iter().next() else {
            return Ok(None);
        };
        let past = self.past(&process.0, now)?;
        Ok(Risk::of(&past.forecast(&of, now, SEED), of.due, now))
    }

    /// What is likely of every open case of a process, told from the very cases an inbox and `why` are told from, and
    /// how many those are.
    ///
    /// # Errors
    /// Those of the store.
    pub fn forecasts(&mut self, process: &Handle, now: Instant) -> Result<(Vec<Forecast>, usize), Error> {
        let past = self.past(process, now)?;
        let standings = standings(self.store.ahead_in(process)?).into_iter();
        Ok((standings.map(|(_, of)| past.forecast(&of, now, SEED)).collect(), past.n()))
    }

    fn open_at_risk(&mut self, now: Instant) -> Result<Arc<BTreeMap<CaseId, Open>>, Error> {
        if let Some((at, known)) = &self.risks.open
            && believed(*at, now, RISK_BELIEVED)
        {
            return Ok(known.clone());
        }
        let mut open = BTreeMap::new();
        for ((process, accountable), of) in standings(self.store.ahead(now, AHEAD)?) {
            let past = self.past(&process, now)?;
            // What has more time than anything ever took, and is no older than that, needs no drawing.
            let longest = past.longest();
            if of.due.is_some_and(|due| due - now > longest) && now - of.started <= longest {
                continue;
            }
            let risk = Risk::of(&past.forecast(&of, now, SEED), of.due, now);
            if let Some(risk) = risk.filter(Risk::is_likely) {
                open.insert(of.case, Open { risk, accountable });
            }
        }
        let open = Arc::new(open);
        self.risks.open = Some((now, open.clone()));
        Ok(open)
    }

    /// How the newest finished cases of a process went on.
    fn past(&mut self, process: &Handle, now: Instant) -> Result<Arc<Past>, Error> {
        if let Some((at, known)) = self.risks.past.get(process)
            && believed(*at, now, PAST_BELIEVED)
        {
            return Ok(known.clone());
        }
        let Finished { cases, tasks, handoffs } = self.store.newest_finished(process)?;
        let mut tasks_of = BTreeMap::<CaseId, Vec<TaskRow>>::new();
        for task in tasks.into_iter().filter(|task| task.free.is_none()) {
            tasks_of.entry(task.case).or_default().push(task);
        }
        let mut handoffs_of = BTreeMap::<CaseId, Vec<HandoffRow>>::new();
        for handoff in handoffs.into_iter().filter(|handoff| handoff.free.is_none()) {
            handoffs_of.entry(handoff.case).or_default().push(handoff);
        }
        let mut of =
            |id| (tasks_of.remove(&id).unwrap_or_default(), handoffs_of.remove(&id).unwrap_or_default());
        let facts = cases.into_iter().map(|row| {
            let (tasks, handoffs) = of(row.id);
            super::figures::case_of(row, None, tasks, handoffs)
        });
        let past = Arc::new(Past::of(&facts.collect::<Vec<_>>()));
        self.risks.past.insert(process.clone(), (now, past.clone()));
        Ok(past)
    }
}

/// Cases with where they stand: their process and who answers for them first.
fn standings(rows: Vec<AheadRow>) -> Vec<((Handle, Party), Standing)> {
    let mut all = BTreeMap::<CaseId, ((Handle, Party), Standing)>::new();
    for row in rows {
        let (_, of) = all.entry(row.case).or_insert_with(|| {
            let of = Standing { case: row.case, started: row.started, due: row.due, at: BTreeMap::new() };
            ((row.process, row.accountable), of)
        });
        let since = of.at.entry(row.step).or_insert(row.since);
        *since = row.since.min(*since);
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use super::*;
    use crate::domain::command::{Command, CompleteTask, StartCase};
    use crate::domain::flow::Basis;
    use crate::domain::{Instant, TaskId};
    use std::sync::Arc;

    /// The small company with a job that bo does and ana answers for, promised within 30 hours.
    fn job() -> (Desk, Instant) {
        let (mut desk, now) = desk();
        let text = "process = \"job\"\ntitle = \"Job\"\nkind = \"operational\"\npurpose = \"x\"\n\
             accountable = \"@ana\"\ngoal = \"30 hours\"\n[[step]]\nstep = \"do\"\ntitle = \"Do\"\nby = \"@bo\"\n\
             goal = \"60 hours\"\nnext = { end = true }\n";
        let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
        let process = Arc::new(process.unwrap_or_else(|| panic!("{problems:?}")));
        desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
        (desk, now)
    }

    fn begin(desk: &mut Desk, at: Instant) -> CaseId {
        let start = StartCase { process: Some(h("job")), ..StartCase::default() };
        let done = desk.execute(&Command::StartCase(start), &ctx("bo", at)).unwrap();
        let crate::domain::event::SubjectId::Case(case) = done.subject else { panic!("{done:?}") };
        case
    }

    fn finish(desk: &mut Desk, case: CaseId, at: Instant) {
        let task = desk.tasks(Some(case), None).unwrap()[0].id;
        let done = CompleteTask {
            case,
            task: TaskId(task.0),
            data: vec![],
            documents: vec![],
            to: None,
            note: None,
            all_checked: true,
            checked: vec![],
            anyway: None,
            outcome: None,
            reason: None,
            agreed: Default::default(),
        };
        desk.execute(&Command::CompleteTask(done), &ctx("bo", at)).unwrap();
    }

    /// So many jobs that took an hour, two hours and so on; when the last was done.
    fn history(desk: &mut Desk, now: Instant, n: i64) -> Instant {
        for hours in 1..=n {
            let case = begin(desk, now);
            finish(desk, case, now + Span::HOUR.times(hours));
        }
        now + Span::HOUR.times(n)
    }

    fn of(desk: &mut Desk, person: &str, case: CaseId, now: Instant) -> Vec<(What, Option<String>)> {
        let items = desk.inbox(&h(person), now).unwrap().items.into_iter().filter(|item| item.case == case);
        items.map(|item| (item.what, item.risk.map(|risk| risk.words()))).collect()
    }

    #[test]
    fn a_case_that_is_likely_to_be_late_is_with_whoever_answers_for_it_before_it_is() {
        let (mut desk, now) = job();
        let start = history(&mut desk, now, 80);
        let case = begin(&mut desk, start);
        let at = |hours| start + Span::HOUR.times(hours);
        let first = desk.inbox_at_once(&h("ana"), at(0)).unwrap();
        assert!(first.items.iter().all(|item| item.risk.is_none()), "a first frame waits for no history");
        // At its beginning 50 of 80 like it took longer than 30 hours.
        let said = Some("62% of 80 like it took longer than is left".to_string());
        assert_eq!(of(&mut desk, "ana", case, at(0)), [(What::Risk, said.clone())]);
        assert_eq!(of(&mut desk, "bo", case, at(0)), [(What::Start, said)], "one row for one thing");
        // After 25 hours it is 50 of the 56 that took as long.
        let later = Some("89% of 56 like it took longer than is left".to_string());
        assert_eq!(of(&mut desk, "ana", case, at(25)), [(What::Risk, later)]);
        let inbox = desk.inbox(&h("ana"), at(25)).unwrap();
        let item = inbox.items.iter().find(|item| item.case == case).unwrap();
        assert_eq!((item.due, item.of_case, item.urgency), (Some(at(30)), true, Urgency::Soon));
        assert_eq!(desk.risk_of(case, at(25)).unwrap().map(|risk| risk.n), Some(56));
        // Once it is late that is what it is.
        assert_eq!(of(&mut desk, "ana", case, at(31)), [(What::Escalated, None)]);
        assert_eq!(of(&mut desk, "bo", case, at(31)), [(What::Late, None)]);
        assert_eq!(desk.stuck(case, at(31)).unwrap().risk, None);
    }

    #[test]
    fn offering_work_to_somebody_else_makes_it_no_younger_and_forecasts_say_what_an_inbox_says() {
        let (mut desk, now) = job();
        let start = history(&mut desk, now, 80);
        let case = begin(&mut desk, start);
        let at = start + Span::HOUR.times(25);
        let before = desk.risk_of(case, at).unwrap();
        let to = Some("@ana".parse().unwrap());
        desk.execute(
            &Command::OfferHandoff { case, branch: 1, to, note: None, agreed: Default::default() },
            &ctx("bo", at),
        )
        .unwrap();
        assert_eq!(desk.risk_of(case, at).unwrap(), before, "it has lain there for 25 hours all the same");
        let (forecasts, told_from) = desk.forecasts(&h("job"), at).unwrap();
        let risk = Risk::of(&forecasts[0], before.map(|risk| risk.due), at);
        assert_eq!((forecasts.len(), told_from, risk), (1, 80, before));
    }

    #[test]
    fn of_many_cases_at_risk_the_likeliest_are_named_and_the_others_counted() {
        let (mut desk, now) = job();
        let start = history(&mut desk, now, 80);
        let cases = (0..33).map(|n| begin(&mut desk, start + Span::MINUTE.times(n))).collect::<Vec<_>>();
        let at = start + Span::HOUR.times(25);
        let inbox = desk.inbox(&h("ana"), at).unwrap();
        let named = inbox.items.iter().filter(|item| item.what == What::Risk).collect::<Vec<_>>();
        assert_eq!(named.len(), NAMED);
        // All are as likely to be late: those come first that are due first.
        assert_eq!(named.iter().map(|item| item.case).collect::<Vec<_>>(), cases[..NAMED]);
        let said = named.iter().filter_map(|item| item.why.as_deref()).collect::<Vec<_>>();
        assert_eq!(said, ["Do: 89% of 56 like it took longer than is left; 13 more are likely to be late"]);
        // Whoever does them has all of them anyway.
        let inbox = desk.inbox(&h("bo"), at).unwrap();
        assert_eq!(inbox.items.iter().filter(|item| item.risk.is_some()).count(), cases.len());
    }

    #[test]
    fn what_usually_takes_no_longer_is_in_nobodys_way() {
        let (mut desk, now) = job();
        let start = history(&mut desk, now, 40);
        let case = begin(&mut desk, start);
        assert_eq!(of(&mut desk, "ana", case, start), []);
        assert_eq!(of(&mut desk, "bo", case, start), [(What::Start, None)]);
        let risk = desk.risk_of(case, start).unwrap().unwrap();
        assert_eq!((risk.on_time(), risk.is_likely()), (Some(0.75), false));
        finish(&mut desk, case, start + Span::HOUR);
        assert_eq!(desk.risk_of(case, start + Span::HOUR).unwrap(), None, "it is over");
    }

    #[test]
    fn with_thin_data_the_age_speaks_and_says_so() {
        let (mut desk, now) = job();
        let start = history(&mut desk, now, 12);
        let case = begin(&mut desk, start);
        let early = start + Span::HOUR.times(6);
        assert_eq!(of(&mut desk, "ana", case, early), []);
        let risk = desk.risk_of(case, early).unwrap().unwrap();
        assert_eq!((risk.basis, risk.on_time()), (Basis::Rank, None));
        // Nothing ever took so long, and it is not late yet.
        let old = start + Span::HOUR.times(13);
        let words = "older than 12 of 12 that ended; too few as old to say how likely it is late";
        assert_eq!(of(&mut desk, "ana", case, old), [(What::Risk, Some(words.to_string()))]);
    }

    #[test]
    fn a_kept_answer_is_believed_for_a_minute_and_no_longer() {
        let (mut desk, now) = job();
        let start = history(&mut desk, now, 80);
        let case = begin(&mut desk, start);
        assert_eq!(of(&mut desk, "ana", case, start).len(), 1);
        finish(&mut desk, case, start + Span(1));
        assert_eq!(of(&mut desk, "ana", case, start + Span(2)), [], "what has ended is nowhere");
        let other = begin(&mut desk, start + Span(3));
        assert_eq!(of(&mut desk, "ana", other, start + Span(4)), []);
        assert_eq!(of(&mut desk, "ana", other, start + Span::MINUTE).len(), 1);
    }
}
