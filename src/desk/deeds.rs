//! What somebody did, newest first, and what of it can be taken back. Reads only; taking back is `undo`.

use super::queue::Remark;
use super::shown::{item, of_case};
use super::undo::{Turn, because_of, within};
use super::view::{InboxItem, What};
use super::{Desk, Error};
use crate::domain::command::Context;
use crate::domain::event::{Actor, Entry, Event, OpId, SubjectId};
use crate::domain::rows::CaseRow;
use crate::domain::taken::About;
use crate::domain::undo::in_the_way;
use crate::domain::{CaseId, Handle, Instant, receipt};
use crate::store::{CaseFilter, OpRow};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

/// How many actions are told.
const ACTIONS: usize = 100;
/// How many commands are read at once, and at most, for them: an import may be very many.
const AT_ONCE: usize = 1_000;
const COMMANDS: usize = 50_000;
/// Letters of what stands before something.
const SHORT: usize = 40;

/// The commands of one action, newest first, and how many there are of it.
struct Deed {
    action: OpId,
    rows: Vec<OpRow>,
    commands: usize,
}

impl Desk {
    /// The last actions of somebody, newest first: on cases, records and the catalog. An action on several things
    /// stands on the first.
    pub fn deeds(&mut self, person: &Handle, now: Instant) -> Result<Vec<InboxItem>, Error> {
        let next = self.next_back(person, now)?;
        let (mut items, mut newer, mut back) = (Vec::new(), None::<String>, BTreeMap::new());
        let mut known = BTreeMap::<SubjectId, Vec<Entry>>::new();
        for Deed { action, rows, commands } in self.actions_of(person)? {
            let Some(newest) = rows.first() else { continue };
            if newest.subject != SubjectId::Catalog {
                // Read once for each; the catalog is changed again and again.
                known.retain(|subject, _| *subject == SubjectId::Catalog);
            }
            let entries = match known.entry(newest.subject) {
                Slot::Occupied(there) => there.into_mut(),
                Slot::Vacant(new) => new.insert(self.store.entries(newest.subject)?),
            };
            let of = entries.iter().filter(|entry| entry.op == newest.op);
            let events = of.map(|entry| entry.event.clone()).collect::<Vec<_>>();
            if events.first().and_then(turned).is_some() {
                // Newest first: what was turned last counts.
                for (op, undone) in events.iter().filter_map(turned) {
                    back.entry(op).or_insert(undone);
                }
                continue;
            }
            let words = self.did(person, newest, &events, commands)?;
            let older = matches!(&next, Next::Older(of, _) if *of == action);
            let kept = if back.get(&newest.op) == Some(&true) {
                Some("taken back already".to_string())
            } else {
                let kept = match (&next, &newer) {
                    (Next::This(of) | Next::Older(of, _), _) if *of == action => None,
                    (Next::Older(_, why) | Next::Nothing(why), None) => Some(why.clone()),
                    _ => Some(kept_because(person, &rows, entries, newer.as_deref())),
                };
                newer.get_or_insert_with(|| words.clone());
                kept
            };
            let Some(mut thing) = self.thing_of(person, newest, &events, now)? else { continue };
            thing.since = newest.at;
            thing.told = Some(Remark::Did { seq: newest.last, subject: newest.subject, words, kept, older });
            items.push(thing);
        }
        Ok(items)
    }

    /// What `undo` would take back now.
    fn next_back(&mut self, person: &Handle, now: Instant) -> Result<Next, Error> {
        let ctx = Context::by(person, now, OpId(uuid::Uuid::nil()));
        match self.choose(person, &ctx, Turn::Undo) {
            Ok(chosen) => Ok(Next::This(chosen.action)),
            Err(Error::Refused { sentence, .. }) => match self.choose(person, &ctx, Turn::UndoPassing) {
                Ok(chosen) => Ok(Next::Older(chosen.action, sentence)),
                Err(Error::Refused { .. }) => Ok(Next::Nothing(sentence)),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// The newest actions of somebody.
    fn actions_of(&mut self, person: &Handle) -> Result<Vec<Deed>, Error> {
        let (mut deeds, mut at) = (Vec::<Deed>::new(), BTreeMap::new());
        let (mut before, mut read) = (i64::MAX, 0);
        while read < COMMANDS {
            let rows = self.store.ops_of(person, before, AT_ONCE)?;
            let Some(oldest) = rows.last() else { break };
            (before, read) = (oldest.last, read + rows.len());
            for row in rows {
                let told = deeds.len();
                let n = *at.entry(row.action).or_insert(told);
                if n == told && told == ACTIONS {
                    return Ok(deeds);
                }
                if n == told {
                    deeds.push(Deed { action: row.action, rows: Vec::new(), commands: 0 });
                }
                let Some(deed) = deeds.get_mut(n) else { continue };
                deed.commands += 1;
                if deed.rows.len() < AT_ONCE {
                    deed.rows.push(row);
                }
            }
        }
        Ok(deeds)
    }

    /// An action in words.
    fn did(
        &mut self,
        person: &Handle,
        newest: &OpRow,
        events: &[Event],
        commands: usize,
    ) -> Result<String, Error> {
        let catalog = self.catalog()?;
        let zone = super::zone_of(&catalog);
        // What was ticked off on the way says less than what it was for.
        let tick = |event: &&Event| matches!(event, Event::ItemChecked { .. });
        let told = match events.iter().all(|event| tick(&event)) {
            true => events.to_vec(),
            false => events.iter().filter(|event| !tick(event)).cloned().collect(),
        };
        if commands > 1 {
            let each = [(newest.subject, events)];
            return Ok(format!("{}, and {} more", receipt::counted(each), commands - 1));
        }
        let process = match newest.subject {
            SubjectId::Case(case) => self.case_now(case)?.and_then(|case| case.definition(&catalog)),
            SubjectId::Record(_) | SubjectId::Catalog => None,
        };
        let actor = Actor::Person(person.clone());
        Ok(receipt::of(&told, process.as_deref(), newest.at, &actor, &zone))
    }

    fn thing_of(
        &mut self,
        person: &Handle,
        newest: &OpRow,
        events: &[Event],
        now: Instant,
    ) -> Result<Option<InboxItem>, Error> {
        let title = match newest.subject {
            SubjectId::Case(case) => return self.thing(case, now),
            SubjectId::Record(_) => {
                let (_, subject) = self.load(newest.subject)?;
                let added = events.iter().find_map(|event| match event {
                    Event::RecordAdded { name, .. } => Some(name.clone()),
                    _ => None,
                });
                subject.record().map(|record| record.name.clone()).or(added).unwrap_or_default()
            }
            SubjectId::Catalog => {
                let about = events.iter().find_map(About::of).map(|about| match about {
                    About::Person(person) | About::Name(person) => person.to_string(),
                    about => about.words(),
                });
                about.unwrap_or_default()
            }
        };
        Ok(Some(InboxItem::of_no_case(person, title, newest.at)))
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
}

/// What `undo` would take back now: the newest action that stands, an older one where that has to stay, or nothing; and
/// why the newest stays.
enum Next {
    This(OpId),
    Older(OpId, String),
    Nothing(String),
}

/// Why an action stays: somebody acted since, or a newer one has to be taken back before.
fn kept_because(person: &Handle, rows: &[OpRow], entries: &[Entry], newer: Option<&str>) -> String {
    let ops = rows.iter().map(|row| row.op).collect::<Vec<_>>();
    let by = match rows.first().map(|row| row.subject) {
        // Others read it all the time; who changed the same thing is looked up with the undo.
        Some(SubjectId::Catalog) | None => None,
        Some(_) => {
            // What follows from what they did later is in the way of that, or goes with it; what follows from this and
            // goes with it is no reason either.
            let own = entries.iter().filter(|entry| entry.actor.person() == Some(person));
            let later = own.map(|entry| entry.op).filter(|op| !ops.contains(op)).collect::<Vec<_>>();
            let mut with = because_of(entries, &later);
            with.extend(within(entries, &ops, false));
            in_the_way(entries, (&ops, &with), person, false)
        }
    };
    match (by, newer) {
        (Some(by), _) => format!("{} acted on it since", by.actor),
        (None, Some(newer)) if newer.chars().count() > SHORT => {
            format!("newer first: {}…", newer.chars().take(SHORT).collect::<String>().trim_end())
        }
        (None, newer) => format!("newer first: {}", newer.unwrap_or_default()),
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
