//! Cases and records found by words, wherever they are: the newest cases first, a stretch at a time, so that whoever
//! types on waits for no more than one. What a row is looked for by is the caller's; changes nothing.

use super::{Desk, Error, RecordItem};
use crate::domain::rows::{CaseRow, RecordRow};
use crate::domain::{CaseId, Instant};
use crate::store::{CaseFilter, Edge, RecordOrder};

/// More of either would be a list, and lists have filters.
pub const MOST_FOUND: usize = 12;
/// Cases looked at for one answer.
const STRETCH: i64 = 20_000;
/// Rows read at once.
const CHUNK: usize = 1_000;

/// What was found, and from where to look on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    pub cases: Vec<CaseRow>,
    /// Only in the first answer: they are looked for in one go.
    pub records: Vec<RecordItem>,
    /// Cases of this number and older were not looked at.
    pub rest: Option<CaseId>,
}

/// What makes a row one that is looked for.
pub struct Looks<'k> {
    pub case: &'k mut dyn FnMut(&CaseRow) -> bool,
    pub record: &'k mut dyn FnMut(&RecordRow) -> bool,
}

impl Desk {
    /// Looks from the newest case on, or from `from` on in the direction of the oldest.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn find(&mut self, from: Option<CaseId>, looks: Looks<'_>, now: Instant) -> Result<Found, Error> {
        let newest = || {
            let newest = self.store.cases(&CaseFilter { limit: Some(1), ..CaseFilter::default() })?;
            Ok::<_, Error>(newest.first().map_or(0, |case| case.id.0))
        };
        let mut at = from.map_or_else(newest, |from| Ok(from.0))?;
        let mut found = Found::default();
        if from.is_none() {
            found.records = self.records_looked_for(looks.record, now)?;
        }
        let last = (at - STRETCH).max(0);
        while at > last && found.cases.len() < MOST_FOUND {
            let end = (at - CHUNK as i64).max(last);
            let ids = Some((end + 1..=at).map(CaseId).collect());
            let rows = self.store.cases(&CaseFilter { ids, ..CaseFilter::default() })?;
            found.cases.extend(rows.into_iter().filter(|row| (looks.case)(row)));
            at = end;
        }
        found.rest = (at > 0 && found.cases.len() < MOST_FOUND).then_some(CaseId(at));
        found.cases.truncate(MOST_FOUND);
        Ok(found)
    }

    fn records_looked_for(
        &mut self,
        keep: &mut dyn FnMut(&RecordRow) -> bool,
        now: Instant,
    ) -> Result<Vec<RecordItem>, Error> {
        let mut found = Vec::new();
        for (kind, _) in self.store.kind_lengths()? {
            let mut edge = Edge::Start;
            loop {
                let rows = self.store.record_page(&kind, RecordOrder::Name, &edge, CHUNK)?;
                let ended = rows.len() < CHUNK;
                if let Some(last) = rows.last() {
                    let item = RecordItem::uncounted(last.clone());
                    edge = Edge::After(item.key());
                }
                found.extend(rows.into_iter().filter(|row| keep(row)));
                if ended || found.len() >= MOST_FOUND {
                    break;
                }
            }
        }
        found.into_iter().map(|row| self.record_item(row, now)).collect()
    }
}
