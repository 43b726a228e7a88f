//! Boards: what is open of a process by step, a page at a time, with how many there are of each and what each
//! step usually takes. Reads only.

use super::query::no_process;
use super::shown::card;
use super::view::{Board, Card, Column};
use super::window::{PAGE, Page, Rows};
use super::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::event::Event;
use crate::domain::fold::Subject;
use crate::domain::free::ad_hoc;
use crate::domain::process::{Process, Step};
use crate::domain::{CaseId, Handle, Instant, Span};
use crate::store::{CardKey, CaseFilter, Edge, MOST_COUNTED};
use std::collections::HashMap;
use std::sync::Arc;

/// Up to so many cards a board is read whole, and every column is complete.
const WHOLE: usize = 1_000;
/// Rows a filter looks through for one answer; the next answer goes on from there, unless other letters came.
const LOOKED_AT: usize = CHUNK;
/// Rows read at once while looking.
const CHUNK: usize = 250;
/// Finished cases that tell what a step usually takes.
const HISTORY: usize = 300;
/// Fewer finished occurrences of a step tell nothing.
const ENOUGH: usize = 5;
/// How long what steps usually take is believed.
const BELIEVED: Span = Span::HOUR;

/// What is wanted of a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardWish {
    pub process: Handle,
    /// Columns whose cards are wanted, and from where; others come with their number of cards only.
    pub columns: Vec<(Handle, Edge<CardKey>)>,
    /// Where the table of all cards is wanted from.
    pub table: Edge<CardKey>,
}

/// What steps of a process usually take, and when that was looked up.
pub(super) type Usual = HashMap<Handle, (Instant, Arc<HashMap<Handle, Span>>)>;

impl Desk {
    /// The board of one process. `keep` is the filter, where there is one; the table then holds what it leaves,
    /// and the columns what of that is theirs.
    pub fn board(
        &mut self,
        wish: &BoardWish,
        mut keep: Option<&mut dyn FnMut(&Card) -> bool>,
        now: Instant,
    ) -> Result<Board, Error> {
        let catalog = self.catalog()?;
        let newest = newest(&catalog, &wish.process)?;
        let lengths = self.store.column_lengths(&wish.process)?;
        let column = |step: &Step| Column {
            limit: step.limit,
            ..Column::new(step.handle.clone(), step.title.clone())
        };
        let mut columns = newest.steps.iter().map(column).collect::<Vec<_>>();
        let mut index =
            columns.iter().enumerate().map(|(n, c)| (c.step.clone(), n)).collect::<HashMap<_, _>>();
        for (spot, open) in lengths {
            let n = *index.entry(spot.clone()).or_insert_with(|| {
                // Free tasks, or a step that only an older version has.
                let free = spot == newest.handle;
                let title = if free { "Free tasks".to_string() } else { spot.to_string() };
                columns.push(Column::new(spot.clone(), title));
                columns.len() - 1
            });
            columns[n].open = open;
            columns[n].late = self.store.column_late(&wish.process, &spot, now)?;
            columns[n].cards = Rows::unread(open);
        }
        let open = columns.iter().map(|column| column.open).sum();
        let late = columns.iter().map(|column| column.late).sum();
        let whole = open <= WHOLE;
        let limit = if whole { WHOLE + 1 } else { PAGE };
        let filtered = keep.is_some();
        let page = match &mut keep {
            None => self.card_page(&wish.process, None, &wish.table, limit, now)?,
            Some(keep) => self.search(&wish.process, &Edge::Start, *keep, now)?,
        };
        if whole || filtered {
            for column in &mut columns {
                column.cards = Rows::unread(0);
            }
        } else {
            for (spot, edge) in &wish.columns {
                let Some(n) = index.get(spot) else { continue };
                let page = self.card_page(&wish.process, Some(spot), edge, PAGE, now)?;
                columns[*n].cards.take(page, Card::key);
            }
        }
        let mut board = Board {
            process: wish.process.clone(),
            title: newest.title.clone(),
            columns,
            cases: self.store.kept_open(&wish.process)?,
            open,
            late,
            table: Rows::default(),
            whole,
            filtered,
        };
        board.take(page);
        board.count_late();
        Ok(board)
    }

    /// The open work of these cases, each with the process it is of.
    pub fn cards_of(&mut self, ids: &[CaseId], now: Instant) -> Result<Vec<(Handle, Card)>, Error> {
        let catalog = self.catalog()?;
        let mut cards = Vec::new();
        for id in ids {
            let places = self.store.places_in(*id)?;
            cards.extend(places.iter().map(|open| (open.case.process.clone(), card(open, &catalog, now))));
        }
        Ok(cards)
    }

    /// A page of the cards of a process, or of one column of its board.
    pub fn card_page(
        &mut self,
        process: &Handle,
        spot: Option<&Handle>,
        edge: &Edge<CardKey>,
        limit: usize,
        now: Instant,
    ) -> Result<Page<Card, CardKey>, Error> {
        let catalog = self.catalog()?;
        let rows = self.store.cards(process, spot, edge, limit)?;
        let lengths = self.store.column_lengths(process)?;
        let total =
            lengths.iter().filter(|(step, _)| spot.is_none_or(|spot| spot == step)).map(|(_, n)| n).sum();
        let first = match (edge, rows.first()) {
            (Edge::From(_), Some(first)) => {
                let first = &first.place;
                let key = CardKey::new(first.due, first.since, first.case, first.branch);
                Some(self.store.cards_before(process, spot, &key)?)
            }
            _ => None,
        };
        let mut rows = rows.iter().map(|open| card(open, &catalog, now)).collect::<Vec<_>>();
        self.fill_in(process, &mut rows, now)?;
        Ok(Page { edge: edge.clone(), rows, first, total: Some(total), rest: None })
    }

    /// Goes on through the cards of a process and gives those `keep` keeps, until there are enough for a page
    /// or enough were looked at for one answer.
    pub fn search(
        &mut self,
        process: &Handle,
        edge: &Edge<CardKey>,
        keep: &mut dyn FnMut(&Card) -> bool,
        now: Instant,
    ) -> Result<Page<Card, CardKey>, Error> {
        let catalog = self.catalog()?;
        let open = self.store.column_lengths(process)?.iter().map(|(_, n)| n).sum::<usize>();
        let most = if open <= WHOLE { WHOLE } else { PAGE };
        let (mut from, mut kept, mut looked) = (edge.clone(), Vec::new(), 0);
        let rest = 'answer: loop {
            let places = self.store.cards(process, None, &from, CHUNK)?;
            for open in &places {
                let card = card(open, &catalog, now);
                let key = card.key();
                looked += 1;
                if keep(&card) {
                    kept.push(card);
                }
                if kept.len() == most || looked == LOOKED_AT {
                    break 'answer Some(key);
                }
                from = Edge::After(key);
            }
            if places.len() < CHUNK {
                break None;
            }
        };
        self.fill_in(process, &mut kept, now)?;
        Ok(Page { edge: edge.clone(), rows: kept, first: None, total: None, rest })
    }

    /// What a card says beyond its own row.
    fn fill_in(&mut self, process: &Handle, cards: &mut [Card], now: Instant) -> Result<(), Error> {
        let usual = self.usual(process, now)?;
        let branches = self.store.branches_of(&cards.iter().map(|card| card.case).collect::<Vec<_>>())?;
        let handoffs = cards.iter().filter(|card| usual.contains_key(&card.step));
        let handoffs = handoffs.filter_map(|card| card.handoff).collect::<Vec<_>>();
        let offered = self.store.offered_at(&handoffs)?;
        for card in cards {
            card.usual = usual.get(&card.step).copied();
            if let (Some(_), Some(handoff)) = (card.usual, card.handoff) {
                card.came = offered.get(&handoff).copied().unwrap_or(card.since);
            }
            // Which of its branches it is.
            let branches = branches.get(&card.case).map_or(&[][..], Vec::as_slice);
            let at = branches.iter().position(|branch| *branch == card.branch).unwrap_or(0);
            card.of = (at as u32 + 1, branches.len().max(1) as u32);
        }
        Ok(())
    }

    /// The 85th percentile of the time from coming to a step to being done with it, by the last finished cases.
    fn usual(&mut self, process: &Handle, now: Instant) -> Result<Arc<HashMap<Handle, Span>>, Error> {
        if let Some((at, known)) = self.usual.get(process)
            && now - *at < BELIEVED
            && now >= *at
        {
            return Ok(known.clone());
        }
        let mut spans = HashMap::<Handle, Vec<Span>>::new();
        for id in self.store.last_ended(process, HISTORY)? {
            let offered = self.store.handoffs(Some(id))?;
            for task in self.store.tasks(Some(id), None)? {
                let Some(ended) = task.ended.filter(|_| task.done) else { continue };
                // It came when it was offered: waiting for somebody to take it is time in the step too.
                let came = offered.iter().filter(|h| h.step == task.step && h.offered <= task.accepted);
                let came = came.map(|handoff| handoff.offered).max().unwrap_or(task.accepted);
                spans.entry(task.step).or_default().push(ended - came);
            }
        }
        let usual = spans.into_iter().filter(|(_, spans)| spans.len() >= ENOUGH).map(|(step, mut spans)| {
            spans.sort();
            let at = (spans.len() * 85).div_ceil(100).saturating_sub(1);
            (step, spans[at])
        });
        let usual = Arc::new(usual.collect::<HashMap<_, _>>());
        self.usual.insert(process.clone(), (now, usual.clone()));
        Ok(usual)
    }

    /// What to say of steps that hold more than they should, after a command brought work there.
    pub(super) fn too_many(&self, after: &Subject, events: &[Event]) -> Vec<String> {
        let came = |event: &Event| match event {
            Event::HandoffOffered { step, task: None, .. } => Some(step.clone()),
            _ => None,
        };
        let Some(process) = after.case().and_then(|case| self.catalog.process(&case.process, case.version))
        else {
            return Vec::new();
        };
        let limited = process.steps.iter().filter_map(|step| Some((step, step.limit?)));
        let limited =
            limited.filter(|(step, _)| events.iter().filter_map(came).any(|came| came == step.handle));
        let said = limited.filter_map(|(step, limit)| {
            // The command is durable: what cannot be counted now is not said, and nothing else.
            let lengths = self.store.column_lengths(&process.handle).ok()?;
            let open = lengths.iter().find(|(spot, _)| *spot == step.handle).map_or(0, |(_, n)| *n);
            let over = open > limit as usize;
            over.then(|| format!("{} holds {open} now; its limit is {limit}.", step.title))
        });
        said.collect()
    }

    /// One page of cases out of those named.
    pub fn cases_of(
        &self,
        ids: &[crate::domain::CaseId],
    ) -> Result<Vec<crate::domain::rows::CaseRow>, Error> {
        let filter = CaseFilter { ids: Some(ids.to_vec()), ..CaseFilter::default() };
        let found =
            self.store.cases(&filter)?.into_iter().map(|row| (row.id, row)).collect::<HashMap<_, _>>();
        Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
    }
}

fn newest(catalog: &Catalog, process: &Handle) -> Result<Arc<Process>, Error> {
    let own = || ad_hoc().filter(|own| &own.handle == process).cloned();
    let found = catalog.newest(process).map(|(_, newest)| newest.clone()).or_else(own);
    found.ok_or_else(|| no_process(process, catalog))
}

impl Board {
    /// Takes in more of what the filter leaves, or more rows of the table. Of a board that is here whole, or is
    /// filtered, the columns are made of the same cards.
    pub fn take(&mut self, page: Page<Card, CardKey>) {
        let before = self.table.len();
        let rest = page.rest;
        self.table.take(page, Card::key);
        if !self.whole && !self.filtered {
            return;
        }
        let more = self.table.iter().skip(before).cloned().collect::<Vec<_>>();
        for card in more {
            match self.columns.iter_mut().find(|column| column.step == card.step) {
                Some(column) => column.cards.push(card),
                None => {
                    let mut column = Column::new(card.step.clone(), card.step_title.clone());
                    column.cards.push(card);
                    self.columns.push(column);
                }
            }
        }
        for column in &mut self.columns {
            column.cards.set_rest(rest);
        }
    }

    /// Every card that is here, each wherever it is kept.
    pub fn cards_here(&mut self) -> impl Iterator<Item = &mut Card> {
        self.columns.iter_mut().flat_map(|column| column.cards.iter_mut()).chain(self.table.iter_mut())
    }

    /// Counts what is late by now, where every card is here.
    pub fn count_late(&mut self) {
        if !self.whole || self.filtered {
            return;
        }
        for column in &mut self.columns {
            column.late = column.cards.iter().filter(|card| card.urgency().is_late()).count();
        }
        self.late = self.columns.iter().map(|column| column.late).sum();
    }

    /// Whether a number of late cards is where counting stopped.
    pub fn counted(n: usize) -> String {
        if n >= MOST_COUNTED { format!("{}+", MOST_COUNTED - 1) } else { n.to_string() }
    }
}
