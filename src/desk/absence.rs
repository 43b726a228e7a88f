//! What absence means for lists: whoever stands in for somebody sees their inbox as well, and what an absence
//! would strand. Reads only; the rules are `domain::absence` and `domain::stranded`.

use super::query::most_late_first;
use super::view::{Inbox, InboxItem, What};
use super::{Desk, Error};
use crate::domain::absence::Absence;
use crate::domain::catalog::Catalog;
use crate::domain::decide::decision::of_several;
use crate::domain::decide::duties;
use crate::domain::stranded::{self, Open, Stranded};
use crate::domain::{Handle, Instant, Span};
use std::collections::HashSet;

/// How far back somebody else's having done a step counts.
const LATELY: Span = Span::DAY.times(90);

impl Desk {
    /// Everything that needs a decision by this person, most late first: their own, and that of everybody they
    /// stand in for, each said once.
    pub fn inbox(&mut self, person: &Handle, now: Instant) -> Result<Inbox, Error> {
        // Asked first: what is written meanwhile is newer than what the person sees.
        let head = self.head()?;
        let mut inbox = self.whole_inbox(person, now)?;
        inbox.head = head;
        let (all, away) = (inbox.items.len(), self.snoozes(person, now)?);
        let put_away =
            |item: &InboxItem| item.branch.is_some_and(|branch| away.contains_key(&(item.case, branch)));
        inbox.items.retain(|item| !put_away(item));
        inbox.snoozed = all - inbox.items.len();
        Ok(inbox)
    }

    /// The inbox with what the person put out of it.
    pub(super) fn whole_inbox(&mut self, person: &Handle, now: Instant) -> Result<Inbox, Error> {
        let mut inbox = self.own_inbox(person, now)?;
        let catalog = self.catalog()?;
        let mut added = false;
        for away in catalog.stands_in_for(person, now) {
            let thing = |item: &InboxItem| {
                (item.case, item.branch, item.exception.as_ref().map(|(number, ..)| *number))
            };
            let known = inbox.items.iter().map(thing).collect::<HashSet<_>>();
            // What was written to somebody is theirs to read.
            let others =
                self.own_inbox(away, now)?.items.into_iter().filter(|item| item.what != What::Message);
            for mut item in others {
                // What somebody was told of because the other is away they have here in their place.
                let told = |own: &&mut InboxItem| own.what == What::Escalated && thing(own) == thing(&item);
                if let Some(own) = inbox.items.iter_mut().find(told).filter(|_| item.what != What::Escalated)
                {
                    item.on_behalf = Some(away.clone());
                    *own = item;
                    continue;
                }
                if !known.contains(&thing(&item)) && self.may_for(person, away, &item, &catalog)? {
                    item.on_behalf = Some(away.clone());
                    inbox.items.push(item);
                    added = true;
                }
            }
        }
        added |= self.put_instead(person, &mut inbox.items, now)?;
        for join in self.failing_joins(person, &catalog, now)? {
            // One case is one decision: where it is here already, the join is the reason.
            match inbox.items.iter_mut().find(|item| item.case == join.case) {
                Some(item) => item.why = item.why.take().or(join.why),
                None => {
                    inbox.items.push(join);
                    added = true;
                }
            }
        }
        if added {
            most_late_first(&mut inbox.items);
        }
        Ok(inbox)
    }

    /// Whether whoever stands in for somebody may take what is offered to that one, or vote for them: neither may have had a
    /// part in what the step checks, or have said no to it.
    fn may_for(
        &mut self,
        person: &Handle,
        away: &Handle,
        item: &InboxItem,
        catalog: &Catalog,
    ) -> Result<bool, Error> {
        if item.what == What::Accept && item.barred.contains(person) {
            return Ok(false);
        }
        let newest = catalog.newest(&item.process).and_then(|(_, newest)| newest.step(&item.step));
        let asks = newest.is_some_and(|step| of_several(step) || !step.not_by.is_empty());
        let Some(task) = item.task.filter(|_| asks || item.what == What::Vote) else { return Ok(true) };
        let Some(case) = self.case_now(item.case)? else { return Ok(true) };
        let Some(process) = case.definition(catalog) else { return Ok(true) };
        let Some(step) = process.step(&item.step) else { return Ok(true) };
        // Nobody votes twice, for themselves or for others.
        let voted = case.tasks.get(&task).filter(|_| of_several(step));
        let voted = voted.is_some_and(|task| task.votes.iter().any(|vote| vote.is_of(person)));
        Ok(!voted && duties::may_act(&case, &process, step, person, Some(away)).is_ok())
    }

    /// What this absence would strand.
    pub fn stranded(&mut self, person: &Handle, absence: &Absence, now: Instant) -> Result<Stranded, Error> {
        let catalog = self.catalog()?;
        let mut open = self.open_now(&catalog)?;
        open.only = self.done_by_nobody_else(&catalog, person, now - LATELY)?;
        open.asked = self.put_to(person)?;
        let absence = Absence { from: absence.from.max(now), ..absence.clone() };
        Ok(stranded::stranded(&catalog, person, &absence, &open))
    }

    /// What lies open, with the cases at a step that asks for four eyes.
    pub(super) fn open_now(&mut self, catalog: &Catalog) -> Result<Open, Error> {
        let mut open = Open::default();
        for place in self.store.places(None)? {
            let (place, row) = (place.place, place.case);
            let process = catalog.process(&row.process, row.version);
            let four_eyes = process.and_then(|p| p.step(&place.step)).is_some_and(|s| !s.not_by.is_empty());
            if four_eyes
                && !open.four_eyes.iter().any(|case| case.id == row.id)
                && let Some(case) = self.case_now(row.id)?
            {
                open.four_eyes.push(case);
            }
            open.places.push((place, row));
        }
        Ok(open)
    }
}
