//! Since somebody last looked: what is newly theirs, newly late, came back, and what others did meanwhile. The end
//! of a session is remembered beside the journal; looking writes nothing.

use super::queue::Remark;
use super::shown::item;
use super::view::{InboxItem, What};
use super::{Desk, Error};
use crate::domain::event::{Entry, Event, SubjectId};
use crate::domain::{CaseId, Handle, Instant, Span, TaskId};
use std::collections::BTreeMap;

/// How much of the journal is read at once, and at most.
const AT_ONCE: usize = 2_000;
const MOST: usize = 50_000;
/// How far back is looked for somebody who was never here.
const FIRST: Span = Span::DAY;

/// What something that changed means for the person, what matters most first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Newly {
    Late,
    CameBack,
    Yours,
    /// Done by somebody else, in work of theirs: what, and by whom.
    Done(String),
}

impl Newly {
    /// The heading it is counted under.
    pub fn word(&self) -> &'static str {
        match self {
            Newly::Late => "newly late",
            Newly::CameBack => "came back",
            Newly::Yours => "newly yours",
            Newly::Done(_) => "done by others",
        }
    }
}

/// What changed for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Since {
    /// When they last looked; the day before when they never did.
    pub at: Instant,
    /// Whether that is the end of a session.
    pub session: bool,
    /// Each with what it means, the gravest first.
    pub things: Vec<InboxItem>,
}

impl Since {
    /// How many of each: newly yours, newly late, came back, done by others.
    fn counts(things: &[InboxItem]) -> [usize; 4] {
        let mut counts = [0; 4];
        for thing in things {
            match &thing.told {
                Some(Remark::News(Newly::Yours)) => counts[0] += 1,
                Some(Remark::News(Newly::Late)) => counts[1] += 1,
                Some(Remark::News(Newly::CameBack)) => counts[2] += 1,
                Some(Remark::News(Newly::Done(_))) => counts[3] += 1,
                _ => {}
            }
        }
        counts
    }

    /// `3 newly yours, 1 newly late, 2 came back, 5 done by others`; empty when nothing changed.
    pub fn words(&self) -> String {
        Since::words_of(&self.things)
    }

    /// The same of things of this list.
    pub fn words_of(things: &[InboxItem]) -> String {
        let names = ["newly yours", "newly late", "came back", "done by others"];
        let some = Since::counts(things).into_iter().zip(names).filter(|(n, _)| *n > 0);
        some.map(|(n, name)| format!("{n} {name}")).collect::<Vec<_>>().join(", ")
    }
}

impl Desk {
    /// Remembers that somebody's session ends here.
    pub fn end_session(&self, person: &Handle, now: Instant) -> Result<(), Error> {
        Ok(self.store.keep_session(person, now, self.head()?)?)
    }

    /// What changed for somebody since their last session ended.
    pub fn since(&mut self, person: &Handle, now: Instant) -> Result<Since, Error> {
        let last = self.store.last_session(person)?;
        let (at, seq) = match last {
            Some((at, seq)) => (at, Some(seq)),
            None => (now - FIRST, None),
        };
        let mut things = Vec::new();
        for mut item in self.inbox(person, now)?.items {
            let moved = item.since > at;
            let newly = match item.what {
                What::Back if moved => Newly::CameBack,
                _ if item.due.is_some_and(|due| due > at && due < now) => Newly::Late,
                _ if moved && self.did_it(&item, person)? => continue,
                _ if moved => Newly::Yours,
                _ => continue,
            };
            item.told = Some(Remark::News(newly));
            things.push(item);
        }
        things.extend(self.done_by_others(person, at, seq, now)?);
        things.sort_by_key(|thing| match &thing.told {
            Some(Remark::News(newly)) => (newly.clone(), thing.due.is_none(), thing.due, thing.since),
            _ => (Newly::Yours, true, None, thing.since),
        });
        Ok(Since { at, session: last.is_some(), things })
    }

    /// Whether this person brought it to where it is: what somebody took or handed to themselves is no news to them.
    fn did_it(&self, item: &InboxItem, person: &Handle) -> Result<bool, Error> {
        if !item.is_of_case() {
            return Ok(false);
        }
        let entries = self.store.entries(SubjectId::Case(item.case))?;
        let moved = |entry: &Entry| entry.at == item.since && !entry.event.is_aside();
        Ok(entries.iter().any(|entry| moved(entry) && entry.actor.person() == Some(person)))
    }

    /// What others finished, accepted or ended in cases this person has or had a hand in, one a case.
    fn done_by_others(
        &mut self,
        person: &Handle,
        at: Instant,
        seq: Option<i64>,
        now: Instant,
    ) -> Result<Vec<InboxItem>, Error> {
        let catalog = self.catalog()?;
        let (head, mut after) = (self.head()?, 0);
        if let Some(seq) = seq {
            after = seq;
        } else {
            after = after.max(head - MOST as i64);
        }
        let mut done = BTreeMap::<CaseId, (Instant, String, Option<TaskId>)>::new();
        let mut read = 0;
        while read < MOST {
            let entries = self.store.entries_after(after, AT_ONCE)?;
            let Some(last) = entries.last() else { break };
            (after, read) = (last.seq, read + entries.len());
            for entry in entries.iter().filter(|entry| entry.at > at) {
                if let (SubjectId::Case(case), Some(words)) = (entry.subject, told(entry, person)) {
                    let task = match &entry.event {
                        Event::TaskDone { task, .. } => Some(*task),
                        _ => None,
                    };
                    done.insert(case, (entry.at, words, task));
                }
            }
        }
        let mut things = Vec::new();
        for (id, (when, mut words, task)) in done {
            let Some(case) = self.case_now(id)? else { continue };
            let mine = catalog.includes(&case.accountable, person)
                || case.tasks.values().any(|task| &task.holder == person)
                || case.handoffs.values().any(|handoff| &handoff.from == person);
            if !mine {
                continue;
            }
            // Which work it was: the row stands where the case is now.
            let step = task.and_then(|task| case.tasks.get(&task)).map(|task| &task.step);
            if let (Some(step), Some(process)) = (step, case.definition(&catalog)) {
                let title = process.step(step).map_or(step.as_str(), |step| step.title.as_str());
                words = format!("{words}: {title}");
            }
            let mut thing = match self.store.places_in(id)?.first() {
                Some(open) => item(open, &catalog, now),
                None => match self.row_of(id)? {
                    Some(row) => super::deeds::closed(&row),
                    None => continue,
                },
            };
            thing.since = when;
            thing.told = Some(Remark::News(Newly::Done(words)));
            things.push(thing);
        }
        Ok(things)
    }
}

/// What somebody else did, where it moves work on.
fn told(entry: &Entry, me: &Handle) -> Option<String> {
    let by = entry.actor.person().filter(|by| *by != me)?;
    match &entry.event {
        Event::CaseDone { outcome } => {
            let outcome = outcome.as_ref().map(|outcome| format!(": {outcome}")).unwrap_or_default();
            Some(format!("{by} finished the case{outcome}"))
        }
        Event::CaseWithdrawn { reason, .. } => Some(format!("{by} withdrew it: {reason}")),
        Event::TaskDone { .. } => Some(format!("{by} finished their work")),
        Event::HandoffAccepted { implicit: false, .. } => Some(format!("{by} accepted it")),
        Event::ExceptionResolved { text, .. } => Some(format!("{by} decided: {text}")),
        _ => None,
    }
}
