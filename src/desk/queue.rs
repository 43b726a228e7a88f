//! The lists a person goes through: what needs them, what stands still with anybody, what they sent and nobody took,
//! what they put away, what happened since they last looked, and what they did. Reads only.

use super::pressing::join_case;
use super::query::most_late_first;
use super::shown::item;
use super::view::{Inbox, InboxItem, What};
use super::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::event::{Entry, SubjectId};
use crate::domain::rows::PlaceKind;
use crate::domain::stuck::{Cause, Look, Stuck, sentence};
use crate::domain::urgency::Urgency;
use crate::domain::{CaseId, Handle, Instant, Party, RecordId, Span};
use crate::store::OpenPlace;
use std::collections::BTreeMap;

/// How many days without progress make work stalled, unless the settings say another number.
pub const STALLED_DAYS: u32 = 3;
/// How many cases are looked into for joins that fail; each is read whole.
const JOINS: usize = 500;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Queue {
    /// What needs a decision by this person.
    #[default]
    Mine,
    /// What stands still, whoever has it: no progress for so many days.
    Stalled(u32),
    /// What is past its time, whoever has it.
    Late,
    /// What this person offered and nobody took, whoever is responsible until then; and theirs that others offered.
    Waiting,
    /// What this person put out of their list.
    Snoozed,
    /// What changed for this person since their last session.
    News,
    /// What this person did, newest first.
    History,
}

/// What is said of a thing because of the list it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Nothing moved since then.
    Still(Instant),
    /// Out of the list until then.
    Until(Instant),
    News(super::since::Newly),
    Did {
        /// The last entry of the action, which tells rows of one case apart.
        seq: i64,
        /// What it was on.
        subject: SubjectId,
        words: String,
        /// Why it cannot be taken back; `None` when `u` would.
        kept: Option<String>,
        /// Only `undo --older`, or `u` once more, would: what came after it has to stay.
        older: bool,
    },
    /// It is about a record and no case.
    On(RecordId),
    /// It was there a moment ago: what became of it.
    Gone(String),
}

impl InboxItem {
    /// The record it is about, where that is no case.
    pub fn record(&self) -> Option<RecordId> {
        match &self.told {
            Some(Remark::On(record)) => Some(*record),
            _ => None,
        }
    }
}

impl Desk {
    /// The things of a list, in its order.
    pub fn queue(&mut self, queue: Queue, person: &Handle, now: Instant) -> Result<Inbox, Error> {
        let mut inbox = self.inbox(person, now)?;
        inbox.items = match queue {
            Queue::Mine => return Ok(inbox),
            Queue::Stalled(days) => self.stalled(days, Some(person), now)?,
            Queue::Late => self.late(person, now)?,
            Queue::Waiting => {
                let mut offered = self.waiting_on_others(person, now)?;
                offered.extend(self.offered_for_others(person, now)?);
                most_late_first(&mut offered);
                offered
            }
            Queue::Snoozed => self.put_away(person, now)?,
            Queue::News => self.since(person, now)?.things,
            Queue::History => self.deeds(person, now)?,
        };
        Ok(inbox)
    }

    /// What stands still, longest first: no progress for `days` or more. What waits for a date to come does not, and what was
    /// offered since then is late at most. Somebody who looks sees what of it is theirs to do.
    pub fn stalled(
        &mut self,
        days: u32,
        person: Option<&Handle>,
        now: Instant,
    ) -> Result<Vec<InboxItem>, Error> {
        let catalog = self.catalog()?;
        let least = Span::DAY.times(i64::from(days));
        let mut items = Vec::new();
        for open in self.store.places(None)? {
            let place = &open.place;
            let still = place.since.max(open.case.moved.unwrap_or(open.case.touched));
            let follows = matches!(&place.waiting, Some((_, Some(until))) if *until > now);
            if now - still >= least && !follows {
                let mut item = item(&open, &catalog, now);
                item.told = Some(Remark::Still(still));
                if let Some(person) = person {
                    self.for_one(&mut item, &open, &catalog, (person, now))?;
                }
                join_case(&mut item, open.case.started, open.case.due, now);
                items.push(item);
            }
        }
        items.sort_by_key(|item| match item.told {
            Some(Remark::Still(at)) => (at, item.case, item.branch),
            _ => (now, item.case, item.branch),
        });
        self.say_why(&mut items, now)?;
        Ok(items)
    }

    /// What this person offered and nobody took, most late first.
    pub fn waiting_on_others(&mut self, person: &Handle, now: Instant) -> Result<Vec<InboxItem>, Error> {
        let catalog = self.catalog()?;
        let sent = |open: &OpenPlace| {
            let to_me = open.place.is_offered_to(&catalog, person);
            open.place.kind == PlaceKind::Offered && &open.place.responsible == person && !to_me
        };
        let places = self.store.places_of(person, &[])?;
        let line = |open: &OpenPlace| {
            let mut item = item(open, &catalog, now);
            join_case(&mut item, open.case.started, open.case.due, now);
            item
        };
        let mut items = places.iter().filter(|open| sent(open)).map(line).collect::<Vec<_>>();
        most_late_first(&mut items);
        Ok(items)
    }

    /// What this person put out of their list, what comes back first first.
    fn put_away(&mut self, person: &Handle, now: Instant) -> Result<Vec<InboxItem>, Error> {
        let mut items = Vec::new();
        let away = self.snoozes(person, now)?;
        for mut item in self.whole_inbox(person, now)?.items {
            if let Some(until) = item.branch.and_then(|branch| away.get(&(item.case, branch))) {
                item.told = Some(Remark::Until(*until));
                items.push(item);
            }
        }
        items.sort_by_key(|item| match item.told {
            Some(Remark::Until(at)) => at,
            _ => now,
        });
        Ok(items)
    }

    pub(super) fn snoozes(
        &self,
        person: &Handle,
        now: Instant,
    ) -> Result<BTreeMap<(CaseId, u32), Instant>, Error> {
        let rows = self.store.snoozes_of(person, now)?.into_iter();
        Ok(rows.map(|row| ((row.case, row.branch), row.until)).collect())
    }

    /// Joins of cases this person answers for that wait for a branch which can no longer come, or is long late.
    pub(super) fn failing_joins(
        &mut self,
        person: &Handle,
        catalog: &Catalog,
        now: Instant,
    ) -> Result<Vec<InboxItem>, Error> {
        let mut parties = vec![Party::Person(person.clone())];
        parties.extend(catalog.roles_of(person).cloned().map(Party::Role));
        let mut items = Vec::new();
        for id in self.store.cases_with_late_joins(&parties, now, JOINS)? {
            let joins = self.joins_of(id, catalog, now)?;
            if joins.is_empty() {
                continue;
            }
            let places = self.store.places_in(id)?;
            let Some(open) = places.iter().min_by_key(|open| (open.place.due.is_none(), open.place.due))
            else {
                continue;
            };
            for stuck in joins {
                let Cause::Join { missing, .. } = &stuck.cause else { continue };
                let urgency = missing.iter().map(|one| one.urgency).min().unwrap_or(Urgency::Open);
                let never = missing.iter().any(|one| one.holder.is_none());
                let mut item = item(open, catalog, now);
                item.what = What::Join;
                item.step_title.clone_from(&stuck.step);
                item.since = stuck.since;
                item.due = missing.iter().filter_map(|one| one.due).min();
                item.urgency = if never && urgency > Urgency::Late { Urgency::Late } else { urgency };
                item.why = Some(sentence(&stuck, now, &super::zone_of(catalog)));
                items.push(item);
            }
        }
        Ok(items)
    }

    /// The joins of a case that fail.
    fn joins_of(&mut self, id: CaseId, catalog: &Catalog, now: Instant) -> Result<Vec<Stuck>, Error> {
        let Some(case) = self.case_now(id)? else { return Ok(Vec::new()) };
        let Some(process) = case.definition(catalog) else { return Ok(Vec::new()) };
        let pace = BTreeMap::new();
        let joins = |entries: &[Entry]| {
            let look = Look { case: &case, process: &process, catalog, entries, pace: &pace, now };
            look.joins().into_iter().filter(fails).collect::<Vec<_>>()
        };
        // The entries tell since when, and reading them is dear: most joins wait for what is on its way.
        match joins(&[]).is_empty() {
            true => Ok(Vec::new()),
            false => Ok(joins(&self.store.entries(SubjectId::Case(id))?)),
        }
    }

    /// What became of a branch that was in somebody's list: the last thing a person did to its case since an
    /// entry, in words; `None` when nobody did anything.
    pub fn became_of(&mut self, case: CaseId, after: i64, me: &Handle) -> Result<Option<String>, Error> {
        let catalog = self.catalog()?;
        let entries = self.store.entries(SubjectId::Case(case))?;
        let lines = crate::domain::story::tell(&entries, &catalog, &super::zone_of(&catalog));
        let by_others = |line: &&crate::domain::story::Line| {
            line.seq > after && line.actor.person().is_some_and(|person| person != me)
        };
        Ok(lines.iter().rev().find(by_others).map(|line| {
            let who = line.actor.person().map_or("somebody", Handle::as_str);
            format!("{} by {who}", past(line.verb))
        }))
    }
}

/// Whether a join waits for a branch that can no longer come, or is long late.
fn fails(stuck: &Stuck) -> bool {
    let Cause::Join { missing, .. } = &stuck.cause else { return false };
    missing.iter().any(|one| one.holder.is_none() || one.urgency == Urgency::VeryLate)
}

/// What was done, after the fact.
fn past(verb: &str) -> &str {
    match verb {
        "accept" => "accepted",
        "decline" => "declined",
        "recall" => "taken back",
        "offer" => "offered",
        "done" | "decide" => "finished",
        "work" => "begun",
        "wait" => "let wait",
        "back" => "sent back",
        "WITHDRAWN" => "withdrawn",
        "DONE" => "closed",
        "resolved" => "decided",
        "delegate" => "delegated",
        "undo" => "taken back",
        _ => "changed",
    }
}
