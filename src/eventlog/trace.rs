//! The trace being read: held until its end, because its starts are paired in the order of time and not of the
//! file, but never more than a bounded part of it. It knows no XML.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use super::Row;
use super::error::Error;
use super::lifecycle::{Open, Transition, Work};
use super::more::{Attribute, Type};
use super::pairs::{Pairing, Pairs, Step};
use super::tally::Tally;
use super::time::Stamp;

/// What is held before a part is handed on; then pairing follows the order of the file across parts.
const MOST_EVENTS: usize = 100_000;
const MOST_TEXT: usize = 16 << 20;

/// A text of the trace, see [`Trace::keep`].
pub(super) type Piece = Range<usize>;

/// An event that was not refused and is a start or a complete.
pub(super) struct Event {
    pub position: u64,
    pub line: u64,
    pub activity: Piece,
    pub start_ms: i64,
    pub end_ms: i64,
    pub stamp: Stamp,
    /// Its start is known: from the file, or from a pair.
    pub has_start: bool,
    pub transition: Transition,
    pub resource: Option<Piece>,
    pub instance: Option<Piece>,
    pub group: Option<Piece>,
    /// The transition as the file has it.
    pub spelt: Option<Piece>,
    /// Its work goes on.
    pub open: bool,
    /// Which of the attributes that are kept are its own.
    pub more: Range<usize>,
}

/// How starts find their completes.
#[derive(Default)]
pub(super) enum Matching {
    /// Within the trace, at its end.
    #[default]
    Here,
    /// They are noted, for all traces together, and no row is handed on.
    Noted(Pairing),
    /// As all traces together have it.
    Known(Pairs),
}

impl Matching {
    /// What was noted of the whole file, paired.
    pub fn known(self) -> io::Result<Self> {
        Ok(match self {
            Self::Noted(pairing) => Self::Known(pairing.pair()?),
            other => other,
        })
    }
}

#[derive(Default)]
pub(super) struct Trace {
    pub name: Option<String>,
    /// Events so far, refused ones too.
    pub event_count: u64,
    ordinal: u64,
    rows: u64,
    /// All texts of the events held, one after the other: no allocation for each.
    texts: String,
    /// How much of `texts` belongs to `events`; what is beyond it is of the event being read.
    held: usize,
    /// Some event of the log says itself when it began.
    pub saw_start: bool,
    events: Vec<Event>,
    /// What is kept of the events held, and how much of it belongs to those before the one being read.
    more: Vec<(Type, Piece, Piece)>,
    more_held: usize,
    more_of_case: Vec<(Type, String, String)>,
    open: Open,
    pub matching: Matching,
}

impl Trace {
    pub fn begin(&mut self) {
        self.ordinal += 1;
        self.name = None;
        (self.event_count, self.rows) = (0, 0);
        self.more_of_case.clear();
    }

    pub fn begin_event(&mut self) {
        self.event_count += 1;
        // Refused events leave nothing behind, or a trace full of them would fill the memory.
        self.texts.truncate(self.held);
        self.more.truncate(self.more_held);
    }

    /// Keeps an attribute of the trace; true if there is one of its key.
    pub fn keep_of_case(&mut self, kind: Type, key: &str, text: &str) -> bool {
        let is_twice = self.more_of_case.iter().any(|(_, known, _)| known == key);
        if !is_twice {
            self.more_of_case.push((kind, key.to_owned(), text.to_owned()));
        }
        is_twice
    }

    /// The same of the event being read.
    pub fn keep_of_event(&mut self, kind: Type, key: &str, text: &str) -> bool {
        let own = self.more.get(self.more_held..).unwrap_or_default();
        if own.iter().any(|(_, known, _)| self.text(known) == key) {
            return true;
        }
        let one = (kind, self.keep(key), self.keep(text));
        self.more.push(one);
        false
    }

    /// What was kept of the event being read, for good.
    pub fn take_more(&mut self) -> Range<usize> {
        let from = std::mem::replace(&mut self.more_held, self.more.len());
        from..self.more_held
    }

    pub fn keep(&mut self, text: &str) -> Piece {
        let from = self.texts.len();
        self.texts.push_str(text);
        from..self.texts.len()
    }

    /// Takes back the latest [`Trace::keep`].
    pub fn forget(&mut self, piece: Piece) {
        self.texts.truncate(piece.start);
    }

    pub fn text(&self, piece: &Piece) -> &str {
        self.texts.get(piece.clone()).unwrap_or_default()
    }

    pub fn add(&mut self, event: Event, tally: &mut Tally<'_>) -> Result<(), Error> {
        self.saw_start |= event.has_start;
        self.events.push(event);
        self.held = self.texts.len();
        if self.events.len() < MOST_EVENTS && self.texts.len() < MOST_TEXT {
            return Ok(());
        }
        self.hand_on(tally)
    }

    pub fn end(&mut self, tally: &mut Tally<'_>) -> Result<(), Error> {
        tally.report.empty_cases += u64::from(self.event_count == 0);
        self.hand_on(tally)?;
        tally.report.starts_without_complete += self.open.close();
        tally.case_is_complete();
        Ok(())
    }

    fn hand_on(&mut self, tally: &mut Tally<'_>) -> Result<(), Error> {
        let name = self.name.take().unwrap_or_else(|| {
            tally.report.unnamed_cases += u64::from(!self.events.is_empty());
            format!("unnamed-{}", self.ordinal)
        });
        match &self.matching {
            Matching::Here => {
                let starts = self.events.iter().any(|event| event.transition == Transition::Start);
                if starts || !self.open.is_empty() {
                    self.pair(tally);
                }
            }
            _ => self.pair_across(&name, tally).map_err(|error| Error::from_io(&error))?,
        }
        let text = |piece: &Option<Piece>| piece.clone().and_then(|piece| self.texts.get(piece));
        let (texts, all) = (&self.texts, &self.more);
        let named = |(kind, key, text): &(Type, Piece, Piece)| {
            Some(Attribute { kind: *kind, key: texts.get(key.clone())?, text: texts.get(text.clone())? })
        };
        let of_case = self.more_of_case.iter().map(|(kind, key, text)| Attribute { kind: *kind, key, text });
        let of_case = of_case.collect::<Vec<_>>();
        for event in self.events.iter().filter(|event| event.transition == Transition::Complete) {
            tally.report.starts_without_complete += u64::from(event.open);
            tally.report.completes_without_start += u64::from(!event.has_start && !event.open);
            tally.time(event.stamp);
            let more = all.get(event.more.clone()).unwrap_or_default();
            let more = more.iter().filter_map(named).collect::<Vec<_>>();
            let is_new = tally.row(Row {
                case: &name,
                activity: texts.get(event.activity.clone()).unwrap_or_default(),
                start_ms: event.start_ms,
                end_ms: event.end_ms,
                offset_s: event.stamp.offset_s,
                resource: text(&event.resource),
                group: text(&event.group),
                transition: text(&event.spelt),
                instance: text(&event.instance),
                open: event.open,
                // Said once.
                of_case: if self.rows == 0 { &of_case } else { &[] },
                more: &more,
                position: event.position,
                line: event.line,
            })?;
            tally.report.merged_cases += u64::from(self.rows == 0 && !is_new);
            self.rows += 1;
        }
        self.events.clear();
        self.more.clear();
        self.more_held = 0;
        self.texts.clear();
        self.held = 0;
        self.name = Some(name);
        Ok(())
    }

    /// Notes what there is to pair, or takes what was found for it.
    fn pair_across(&mut self, case: &str, tally: &mut Tally<'_>) -> io::Result<()> {
        let text = |piece: &Piece| self.texts.get(piece.clone()).unwrap_or_default();
        let lone = |event: &Event| event.transition != Transition::Other && !event.has_start && !event.open;
        match &mut self.matching {
            Matching::Here => {}
            Matching::Noted(pairing) => {
                for event in self.events.drain(..).filter(lone) {
                    let step = Step {
                        case,
                        activity: Cow::Borrowed(text(&event.activity)),
                        instance: event.instance.as_ref().map(text),
                        transition: event.transition,
                        ms: event.end_ms,
                    };
                    pairing.note(&step, event.position)?;
                }
            }
            Matching::Known(pairs) => {
                let ends = |event: &&mut Event| event.transition == Transition::Complete && !event.has_start;
                for event in self.events.iter_mut().filter(ends) {
                    if let Some(start) = pairs.start_of(event.position)? {
                        (event.start_ms, event.has_start) = (start, true);
                        tally.report.paired += 1;
                    }
                }
            }
        }
        Ok(())
    }

    fn pair(&mut self, tally: &mut Tally<'_>) {
        let mut by_time: Vec<&mut Event> = self.events.iter_mut().collect();
        by_time.sort_by_key(|event| event.end_ms);
        let text = |piece: &Piece| self.texts.get(piece.clone()).unwrap_or_default();
        for event in by_time {
            let instance = event.instance.as_ref().map(text);
            let work = Work { case: "", activity: text(&event.activity), instance };
            match event.transition {
                Transition::Start => self.open.start(work, event.end_ms),
                Transition::Complete if !event.has_start && !event.open => {
                    if let Some(start) = self.open.complete(work, event.end_ms) {
                        event.start_ms = start;
                        event.has_start = true;
                        tally.report.paired += 1;
                    }
                }
                Transition::Complete | Transition::Other => {}
            }
        }
    }
}
