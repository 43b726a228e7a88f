//! What somebody did, newest first, and what of it can be taken back. Reads only; taking back is `undo`.

use super::queue::Remark;
use super::shown::{item, of_case};
use super::view::{InboxItem, What};
use super::{Desk, Error};
use crate::domain::event::{Entry, Event, OpId, SubjectId};
use crate::domain::rows::CaseRow;
use crate::domain::undo::in_the_way;
use crate::domain::{CaseId, Handle, Instant, receipt};
use crate::store::{CaseFilter, OpRow};
use std::collections::BTreeMap;

/// How many actions are told.
const ACTIONS: usize = 100;
/// How many commands are read for them.
const COMMANDS: usize = 1_000;

impl Desk {
    /// The last actions of somebody on cases, newest first. An action on several cases stands on the first.
    pub fn deeds(&mut self, person: &Handle, now: Instant) -> Result<Vec<InboxItem>, Error> {
        let catalog = self.catalog()?;
        let rows = self.store.ops_of(person, i64::MAX, COMMANDS)?;
        let mut actions = Vec::<(OpId, Vec<OpRow>)>::new();
        for row in rows {
            match actions.iter().position(|(action, _)| *action == row.action) {
                Some(n) => actions[n].1.push(row),
                None if actions.len() < ACTIONS => actions.push((row.action, vec![row])),
                None => {}
            }
        }
        let (mut items, mut newer, mut back) = (Vec::new(), false, BTreeMap::new());
        for (_, rows) in actions {
            let Some(newest) = rows.first() else { continue };
            let entries = self.store.entries(newest.subject)?;
            let of = entries.iter().filter(|entry| entry.op == newest.op);
            let events = of.map(|entry| entry.event.clone()).collect::<Vec<_>>();
            if events.first().and_then(turned).is_some() {
                // Newest first: what was turned last counts.
                for (op, undone) in events.iter().filter_map(turned) {
                    back.entry(op).or_insert(undone);
                }
                continue;
            }
            let kept = match back.get(&newest.op) == Some(&true) {
                true => Some("taken back already".to_string()),
                false => {
                    let kept = self.kept_because(person, &rows, &entries, newer);
                    newer = true;
                    kept
                }
            };
            let SubjectId::Case(case) = newest.subject else { continue };
            let zone = super::zone_of(&catalog);
            // What was ticked off on the way says less than what it was for.
            let tick = |event: &&Event| matches!(event, Event::ItemChecked { .. });
            let told = match events.iter().all(|event| tick(&event)) {
                true => events.clone(),
                false => events.iter().filter(|event| !tick(event)).cloned().collect(),
            };
            let actor = crate::domain::event::Actor::Person(person.clone());
            let words = match rows.len() {
                1 => {
                    let process = self.case_now(case)?.and_then(|case| case.definition(&catalog));
                    receipt::of(&told, process.as_deref(), newest.at, &actor, &zone)
                }
                many => {
                    let each = [(newest.subject, events.as_slice())];
                    format!("{}, and {} more", receipt::counted(each), many - 1)
                }
            };
            let Some(mut thing) = self.thing(case, now)? else { continue };
            thing.since = newest.at;
            thing.told = Some(Remark::Did { seq: newest.last, words, kept });
            items.push(thing);
        }
        Ok(items)
    }

    fn thing(&mut self, case: CaseId, now: Instant) -> Result<Option<InboxItem>, Error> {
        let catalog = self.catalog()?;
        Ok(match self.store.places_in(case)?.first() {
            Some(open) => Some(item(open, &catalog, now)),
            None => self.row_of(case)?.map(|row| closed(&row)),
        })
    }

    pub(super) fn row_of(&self, case: CaseId) -> Result<Option<CaseRow>, Error> {
        let filter = CaseFilter { ids: Some(vec![case]), ..CaseFilter::default() };
        Ok(self.store.cases(&filter)?.into_iter().next())
    }

    /// Why an action stays: somebody acted since, or newer ones have to be taken back before.
    fn kept_because(
        &self,
        person: &Handle,
        rows: &[OpRow],
        entries: &[Entry],
        newer: bool,
    ) -> Option<String> {
        let ops = rows.iter().map(|row| row.op).collect::<Vec<_>>();
        if let Some(by) = in_the_way(entries, &ops, person, false) {
            return Some(format!("{} acted on it since", by.actor));
        }
        newer.then(|| "newer first".to_string())
    }
}

/// The command that an entry turned, and whether it took it back.
fn turned(event: &Event) -> Option<(OpId, bool)> {
    match event {
        Event::ActionUndone { op } => Some((*op, true)),
        Event::ActionRedone { op } => Some((*op, false)),
        _ => None,
    }
}

/// A case that is closed, as a line of a list.
pub(super) fn closed(row: &CaseRow) -> InboxItem {
    let mut item = of_case(row, What::Closed, row.ended.unwrap_or(row.touched));
    item.step_title.clone_from(&row.state);
    item
}
