//! Records: lists of them a page at a time, and one with everything about it. Reads only.

use super::query::not_found;
use super::shown::card;
use super::view::{RecordItem, RecordView};
use super::window::Page;
use super::{Desk, Done, Error};
use crate::domain::catalog::Catalog;
use crate::domain::event::{Entry, Event, SubjectId};
use crate::domain::fold;
use crate::domain::record::FieldType;
use crate::domain::rows::RecordRow;
use crate::domain::story::{self, Line};
use crate::domain::{CaseId, Handle, Instant, RecordId};
use crate::store::{CaseFilter, Edge, RecordKey, RecordOrder};
use std::collections::{BTreeMap, BTreeSet};

/// Rows a filter looks through for one answer; the next answer goes on from there, unless other letters came.
const LOOKED_AT: usize = 1_000;
/// Rows read at once while looking.
const CHUNK: usize = 250;
/// Names that forms and the palette know at once; others are asked for as they are typed.
const NAMES: usize = 2_000;
/// So many open cases about a record are named.
const NAMED: usize = 3;

/// What is wanted of the records of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordWish {
    pub kind: Handle,
    pub order: RecordOrder,
    pub edge: Edge<RecordKey>,
    /// Rows at most.
    pub most: usize,
}

/// How much of a record is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// Cases of each state.
    pub cases: usize,
    /// Cases whose timelines are told with the record's own.
    pub told: usize,
}

impl Depth {
    pub const WHOLE: Depth = Depth { cases: usize::MAX >> 1, told: usize::MAX >> 1 };
    /// What a screen can show of it.
    pub const SCREEN: Depth = Depth { cases: 500, told: 60 };
    /// What stands beside a list.
    pub const PREVIEW: Depth = Depth { cases: 30, told: 12 };
}

impl Desk {
    /// A page of the records of a kind that are not archived. `keep` is the filter, where there is one; `counted`
    /// when it asks for what is open, which is counted for every record it looks at then.
    pub fn record_page(
        &mut self,
        wish: &RecordWish,
        keep: Option<&mut dyn FnMut(&RecordItem) -> bool>,
        counted: bool,
        now: Instant,
    ) -> Result<Page<RecordItem, RecordKey>, Error> {
        let RecordWish { kind, order, edge, most } = wish;
        let (rows, first, total, rest) = match keep {
            None => {
                let rows = self.store.record_page(kind, *order, edge, *most)?;
                let total = self.kind_lengths()?.into_iter().find(|(of, _)| of == kind).map_or(0, |(_, n)| n);
                let first = match (edge, rows.first()) {
                    (Edge::From(_), Some(first)) => {
                        Some(self.store.records_before(kind, *order, &key(first))?)
                    }
                    _ => None,
                };
                (rows, first, Some(total), None)
            }
            Some(keep) => {
                let (mut from, mut kept, mut looked) = (edge.clone(), Vec::new(), 0);
                let rest = 'answer: loop {
                    let rows = self.store.record_page(kind, *order, &from, CHUNK)?;
                    let ended = rows.len() < CHUNK;
                    for row in rows {
                        let last = key(&row);
                        let item = match counted {
                            true => self.record_item(row, now)?,
                            false => RecordItem::uncounted(row),
                        };
                        looked += 1;
                        if keep(&item) {
                            kept.push(item.row);
                        }
                        if kept.len() == *most || looked == LOOKED_AT {
                            break 'answer Some(last);
                        }
                        from = Edge::After(last);
                    }
                    if ended {
                        break None;
                    }
                };
                (kept, None, None, rest)
            }
        };
        let rows = rows.into_iter().map(|row| self.record_item(row, now)).collect::<Result<_, _>>()?;
        Ok(Page { edge: edge.clone(), rows, first, total, rest })
    }

    /// Kinds that have records, with how many are not archived.
    pub fn kind_lengths(&self) -> Result<Vec<(Handle, usize)>, Error> {
        Ok(self.store.kind_lengths()?)
    }

    /// The records that forms and the palette know by name: those that begin so, or the first of each kind.
    pub fn names(&mut self, begins: &str) -> Result<Vec<RecordItem>, Error> {
        let rows = match begins.is_empty() {
            true => {
                let kinds = self.store.kind_lengths()?;
                let share = NAMES / kinds.len().max(1);
                let mut rows = Vec::new();
                for (kind, _) in kinds {
                    rows.extend(self.store.record_page(&kind, RecordOrder::Name, &Edge::Start, share)?);
                }
                rows
            }
            false => self.store.records_named(begins, 20)?,
        };
        // Thousands of names: what is open about each is not counted, and nobody may say it.
        Ok(rows.into_iter().map(RecordItem::uncounted).collect())
    }

    /// What whoever changed a record should know of others. Within a series whoever runs it sees to that.
    pub(super) fn beside(&self, done: &Done, now: Instant) -> Result<Option<String>, Error> {
        match (done.subject, done.events.as_slice(), &self.series) {
            (SubjectId::Record(id), [Event::RecordAdded { kind, name, .. }], None) => {
                self.namesakes(id, kind, name)
            }
            (SubjectId::Record(id), [Event::RecordArchived { .. }], None) => {
                let open = self.open_cases_about(id, now)?;
                let words = "archiving a record ends no case about it";
                Ok(open.map(|open| format!("{open}: {words}.")))
            }
            _ => Ok(None),
        }
    }

    /// That a record just added is not the first of its name: two of one name are taken for each other.
    fn namesakes(&self, id: RecordId, kind: &Handle, name: &str) -> Result<Option<String>, Error> {
        let same = |row: &RecordRow| {
            row.id != id && &row.kind == kind && row.name.to_lowercase() == name.to_lowercase()
        };
        let others = self.store.records_named(name, 20)?.into_iter().filter(same);
        let others = others.map(|row| row.id.to_string()).collect::<Vec<_>>();
        Ok(others.first().map(|first| {
            let all = others.join(", ");
            format!("{all} is called `{name}` too; are they one? `baton record merge {first} {id}`.")
        }))
    }

    /// `C-3, C-7 and 2 more are open`; nothing where no case about a record is.
    pub(super) fn open_cases_about(&self, id: RecordId, now: Instant) -> Result<Option<String>, Error> {
        let (open, _) = self.store.open_about(id, now)?;
        let state = Some("open".to_string());
        let filter = CaseFilter { about: Some(id), state, limit: Some(NAMED), ..CaseFilter::default() };
        let named = self.store.cases(&filter)?.iter().map(|case| case.id.to_string()).collect::<Vec<_>>();
        let more = open.saturating_sub(named.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let are = if open == 1 { "is" } else { "are" };
        Ok((open > 0).then(|| format!("{}{more} {are} open", named.join(", "))))
    }

    /// A record with how many cases about it are open and late, as every list says it.
    pub(super) fn record_item(&self, row: RecordRow, now: Instant) -> Result<RecordItem, Error> {
        let (open, late) = self.store.open_about(row.id, now)?;
        let (responsible, touched) = self.store.responsible_about(row.id)?;
        let last = touched.map_or(row.changed, |touched| touched.max(row.changed));
        Ok(RecordItem { open, late, responsible, last, row })
    }

    /// Records of a kind, or all, by name, whole.
    pub fn records(
        &mut self,
        kind: Option<&Handle>,
        archived: bool,
        now: Instant,
    ) -> Result<Vec<RecordItem>, Error> {
        let rows = self.store.records(kind, archived)?;
        rows.into_iter().map(|row| self.record_item(row, now)).collect()
    }

    /// One record with everything about it.
    pub fn record(&mut self, id: RecordId, now: Instant) -> Result<RecordView, Error> {
        self.record_to(id, Depth::WHOLE, now)
    }

    /// One record with as much about it as is wanted.
    pub fn record_to(&mut self, id: RecordId, depth: Depth, now: Instant) -> Result<RecordView, Error> {
        let catalog = self.catalog()?;
        let zone = super::zone_of(&catalog);
        let missing = || not_found(format!("There is no record {id}."), "`baton record list` shows them.");
        let entries = self.store.entries(SubjectId::Record(id))?;
        let subject = crate::domain::fold::fold(SubjectId::Record(id), &entries, &catalog);
        let record = subject.record().cloned().ok_or_else(missing)?;
        let row = crate::domain::rows::rows(&subject, &catalog).into_iter().find_map(|row| match row {
            crate::domain::rows::Row::Record(row) => Some(row),
            _ => None,
        });
        let cases = self.store.cases_about(id, depth.cases)?;
        let mut timeline =
            story::tell(&entries, &catalog, &zone).into_iter().map(|line| (None, line)).collect::<Vec<_>>();
        let mut newest = cases.iter().map(|case| (case.touched, case.id)).collect::<Vec<_>>();
        newest.sort_by(|a, b| b.cmp(a));
        let untold = newest.len().saturating_sub(depth.told);
        let own = record.files.iter();
        let own = own.map(|(title, reference)| (None, title.clone(), reference.clone()));
        let file = |(case, title, reference)| RecordFile { case, title, reference };
        let mut files = own.map(file).collect::<Vec<_>>();
        for (_, case) in newest.into_iter().take(depth.told) {
            let entries = self.store.entries(SubjectId::Case(case))?;
            files.extend(files_of(case, &entries));
            let lines = story::tell(&entries, &catalog, &zone);
            timeline.extend(lines.into_iter().map(|line| (Some(case), line)));
        }
        timeline.extend(self.told_of_merged(entries, &catalog)?.into_iter().map(|line| (None, line)));
        timeline.sort_by_key(|(_, line)| (line.at, line.seq));
        let mut promises = Vec::new();
        for case in cases.iter().filter(|case| case.state == "open").take(depth.told) {
            let places = self.store.places_in(case.id)?;
            promises.extend(places.iter().map(|open| card(open, &catalog, now)));
        }
        promises.sort_by_key(|card| card.key());
        let kind = catalog.kinds.get(&record.kind).cloned();
        let mut links = Vec::new();
        for field in kind.iter().flat_map(|kind| &kind.fields) {
            let to =
                record.fields.get(&field.name).and_then(|value| value.as_str()?.parse::<RecordId>().ok());
            if let (FieldType::Link { .. }, Some(to)) = (&field.kind, to)
                && let Some(row) = self.store.record_row(to)?
            {
                links.push((field.name.clone(), row));
            }
        }
        // A text that reads like the number of a record links nothing.
        let is_link = |(name, row): &(String, RecordRow)| {
            let field = catalog.kinds.get(&row.kind).and_then(|kind| kind.field(name));
            field.is_some_and(|field| matches!(field.kind, FieldType::Link { .. }))
        };
        let linked = self.store.linked_from(id, depth.cases)?.into_iter().filter(is_link).collect();
        Ok(RecordView {
            row: row.ok_or_else(missing)?,
            record,
            kind,
            cases,
            timeline,
            untold,
            promises,
            links,
            linked,
            files,
        })
    }

    /// What was told of records that turned out to be this one, each line with the number it stands under.
    fn told_of_merged(&self, entries: Vec<Entry>, catalog: &Catalog) -> Result<Vec<Line>, Error> {
        let (mut lines, mut seen) = (Vec::new(), BTreeSet::new());
        let mut queue = vec![entries];
        while let Some(entries) = queue.pop() {
            let undone = fold::undone(&entries);
            let stands = entries.iter().filter(|entry| !undone.contains(&entry.op));
            let gone = stands.filter_map(|entry| match &entry.event {
                Event::RecordTakenOver { record, .. } => Some(*record),
                _ => None,
            });
            for record in gone.filter(|record| seen.insert(*record)).collect::<Vec<_>>() {
                let entries = self.store.entries(SubjectId::Record(record))?;
                let told = story::tell(&entries, catalog, &super::zone_of(catalog)).into_iter();
                lines.extend(told.map(|line| Line { text: format!("{record}: {}", line.text), ..line }));
                queue.push(entries);
            }
        }
        Ok(lines)
    }

    /// What a record is called and of which kind it is, for commands that name one.
    pub fn record_named(&mut self, id: RecordId) -> Result<(RecordId, Handle, String), Error> {
        let missing = || not_found(format!("There is no record {id}."), "`baton record list` shows them.");
        let row = self.store.record_row(id)?.ok_or_else(missing)?;
        Ok((id, row.kind, row.name))
    }
}

/// A document of a record: laid there, or gone with work about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFile {
    /// Of the work it went with.
    pub case: Option<CaseId>,
    pub title: String,
    /// A path, an address, or a few words.
    pub reference: String,
}

/// The documents that were handed over in a case: the newest reference of each title, of what was not taken back.
fn files_of(case: CaseId, entries: &[Entry]) -> Vec<RecordFile> {
    let undone = crate::domain::fold::undone(entries);
    let mut files = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !undone.contains(&entry.op)) {
        if let Event::TaskDone { documents, .. } = &entry.event {
            files.extend(documents.iter().cloned());
        }
    }
    let file = |(title, reference)| RecordFile { case: Some(case), title, reference };
    files.into_iter().map(file).collect()
}

fn key(row: &RecordRow) -> RecordKey {
    RecordKey { name: row.name.clone(), changed: row.changed.0, id: row.id }
}
