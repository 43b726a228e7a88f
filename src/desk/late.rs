//! What is late, whoever has it, as a list that can be gone through; and why each thing of such a list does not move,
//! in two or three words. Reads only: the causes are `domain::stuck`.

use super::pressing::by_case;
use super::query::most_late_first;
use super::shown::item;
use super::view::{InboxItem, What};
use super::{Desk, Error};
use crate::domain::stuck::{Cause, Look, Stuck, brief};
use crate::domain::urgency::{Urgency, is_past};
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, TaskId};
use std::collections::{BTreeMap, BTreeSet};

/// How many cases are looked into for why they do not move; what comes behind is told from its row.
const CAUSES: usize = 500;

/// Something late, whoever has it.
#[derive(Debug, Clone, PartialEq)]
pub struct OverdueItem {
    /// `handoff`, `task` or `case`.
    pub kind: &'static str,
    pub case: CaseId,
    pub title: String,
    pub process: Handle,
    pub step: Option<Handle>,
    /// With the item in brackets, where the step is done once for each of a list.
    pub step_title: Option<String>,
    /// The one of a list it is about.
    pub item: Option<String>,
    pub handoff: Option<HandoffId>,
    pub task: Option<TaskId>,
    pub responsible: Option<Handle>,
    pub accountable: Party,
    pub to: Option<Party>,
    pub due: Instant,
    pub urgency: Urgency,
}

impl Desk {
    /// What is past its time, of everybody, most late first. A case that is late as a whole and has no late work stands
    /// at the work it has.
    pub fn late(&mut self, person: &Handle, now: Instant) -> Result<Vec<InboxItem>, Error> {
        let catalog = self.catalog()?;
        let (mut items, mut whole) = (Vec::new(), Vec::<InboxItem>::new());
        let mut late = BTreeSet::new();
        for open in self.store.places(None)? {
            let mut item = item(&open, &catalog, now);
            self.for_one(&mut item, &open, &catalog, (person, now))?;
            let of_case = open.pressing(now).of_case;
            if of_case {
                by_case(&mut item, open.case.started, open.case.due, now);
            }
            if is_past(open.place.due, now) {
                late.insert(open.case.id);
                items.push(item);
            } else if of_case {
                whole.push(item);
            }
        }
        for item in whole {
            if late.insert(item.case) {
                items.push(item);
            }
        }
        most_late_first(&mut items);
        self.say_why(&mut items, now)?;
        Ok(items)
    }

    /// Says of each why it does not move.
    pub(super) fn say_why(&mut self, items: &mut [InboxItem], now: Instant) -> Result<(), Error> {
        let catalog = self.catalog()?;
        let mut causes = BTreeMap::<CaseId, Vec<Stuck>>::new();
        for item in items {
            if !causes.contains_key(&item.case) && causes.len() < CAUSES {
                let case = self.case_now(item.case)?;
                let found = case.as_ref().and_then(|case| {
                    let process = case.definition(&catalog)?;
                    // How fast its holder is and how often they asked is for whoever asks about one case.
                    let pace = BTreeMap::new();
                    let (process, catalog) = (&process, &catalog);
                    Some(Look { case, process, catalog, entries: &[], pace: &pace, now }.causes())
                });
                causes.insert(item.case, found.unwrap_or_default());
            }
            let of = causes.get(&item.case).map_or(&[][..], Vec::as_slice);
            let whole = of.iter().find(|stuck| matches!(stuck.cause, Cause::Paused { .. }));
            let here = || of.iter().find(|stuck| stuck.branch.is_some() && stuck.branch == item.branch);
            item.why = whole.or_else(here).or(of.first()).map(brief).or_else(|| from_the_row(item));
        }
        Ok(())
    }
}

fn from_the_row(item: &InboxItem) -> Option<String> {
    let offered = item.to.as_ref().filter(|_| item.task.is_none() && item.what != What::Back);
    match (&item.waiting, offered) {
        (Some((what, _)), _) => Some(format!("waits for {what}")),
        (None, Some(to)) => Some(format!("not accepted by {}", to.said())),
        (None, None) if item.is_unstarted() => Some("not begun".to_string()),
        (None, None) => None,
    }
}
