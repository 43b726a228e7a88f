//! The one object all front ends talk to: load, decide, append, run the chores, answer queries. Knows no
//! rule of its own and prints nothing.

mod absence;
mod action;
mod agenda;
mod blank;
mod board;
mod cards;
mod carry;
mod checked;
mod deeds;
pub mod demo;
mod derive;
mod doctor;
mod drafts;
mod error;
mod evidence;
mod execute;
mod export;
pub mod figures;
mod find;
mod flow;
mod history;
mod holidays;
mod import;
mod improving;
mod instead;
mod late;
mod leave;
mod links;
mod loads;
mod matching;
mod merge;
mod migrate;
mod migrating;
mod offered;
mod people;
mod plan;
mod pressing;
mod query;
mod queue;
mod ranking;
mod rebuild;
mod records;
mod repeat;
mod reviews;
mod risk;
mod rules;
mod runs;
mod schedules;
mod setup;
mod shown;
mod simulate;
mod since;
mod stuck;
mod template;
#[cfg(test)]
mod tests;
mod tick;
#[cfg(test)]
mod together;
mod undo;
mod view;
mod what;
mod whole;
mod window;

use crate::domain::catalog::Catalog;
use crate::domain::command::Numbers;
use crate::domain::event::{OpId, SubjectId};
use crate::domain::fold::Subject;
use crate::domain::zone::Zone;
use crate::domain::{Handle, Instant};
use crate::store::Store;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use crate::domain::stranded::Stranded;
pub use crate::eventlog::write::Target as LogTarget;
pub use crate::eventlog::{Options as LogOptions, View as LogView};
pub use crate::store::{
    CardKey, CaseFilter, Edge, OpenPlace, RecordKey, RecordOrder, StoreError, when_waiting,
};
pub use agenda::{Agenda, AgendaDay, AgendaItem, Ahead};
pub use board::BoardWish;
pub use carry::Carried;
pub use checked::{Checked, begun_from, remarks, without_base, without_remarks};
pub use demo::{DEMO_CASES, DEMO_DAYS, DEMO_PERSON, demo_days};
pub use doctor::Finding;
pub use drafts::form_place;
pub use error::Error;
pub use execute::Done;
pub use export::{Exported, TableForm};
pub use figures::{
    Bottleneck, Chosen, EVER, Figures, FinishedWork, Glance, Had, LogRows, Standing, Stays, StepGlance, Told,
    Which, read_log,
};
pub use find::{Found, Looks, MOST_FOUND};
pub use flow::{FlowView, Load, Score, VersionLine, draft_place};
pub use holidays::{HolidayRange, Holidays};
pub use import::{LogImport, LogWish, RecordsImport, RecordsWish};
pub use improving::{VersionReview, beside_which};
pub use late::OverdueItem;
pub use links::{CaseLink, Tie};
pub use matching::is_condition;
pub use merge::{Merged, changed_since_shown};
pub use migrating::{Left, Migrating};
pub use people::{InTheirHand, PersonLine, PersonView};
pub use plan::{Plan, Wish, what_cannot};
pub use queue::{Queue, Remark, STALLED_DAYS};
pub use ranking::RANKED_DAYS;
pub use records::{Depth, RecordFile, RecordWish};
pub use reviews::{Reviewed, Scorecard};
pub use runs::{Ran, Run, Runner};
pub use schedules::Scheduled;
pub use setup::{Series, TEMPLATES, Template, closed_words, shipped_kinds};
pub use shown::of_item;
pub use simulate::{Coming, Sent, Simulated};
pub use since::{Newly, Since};
pub use stuck::{Lost, StuckCase};
pub use template::{Answers, GoalOf, Questions};
pub use tick::{Lease, Ticked};
pub use view::*;
pub use window::{PAGE, Page, Rows};

/// How many subjects are kept ready between commands.
const KEPT: usize = 512;

/// A file, opened for work.
#[derive(Debug)]
pub struct Desk {
    store: Store,
    catalog: Arc<Catalog>,
    /// Loaded subjects by their last entry; an entry by somebody else shows at once, since the number is
    /// compared with the journal before each use.
    kept: HashMap<SubjectId, Kept>,
    /// Counts the uses of what is kept.
    uses: u64,
    most_kept: usize,
    /// Set within [`Desk::in_one_transaction`].
    series: Option<Within>,
    /// When a schedule starts a case next, for the catalog with this last entry.
    next_schedule: Option<(i64, Option<Instant>)>,
    /// The catalog with which open votes were last looked at: who may vote changes with it alone.
    votes_seen: Option<i64>,
    /// The catalog with which what schedules could not start was tried again.
    refused_seen: Option<i64>,
    /// What steps usually take, by process.
    usual: board::Usual,
    /// What is likely to be late, and what that was told from.
    risks: risk::Risks,
    /// To whom times are shown.
    reader: Option<Handle>,
    /// What this session typed and kept.
    drafts: drafts::Own,
    /// Somebody wants what is being brought in to stop.
    called_off: Arc<AtomicBool>,
}

/// What is known within a transaction, in which nobody else can write.
#[derive(Debug)]
struct Within {
    /// What was changed meanwhile, as its stored rows still say it is.
    behind: BTreeMap<SubjectId, Arc<Subject>>,
    /// The next free numbers, so that they need not be read for each command.
    numbers: Numbers,
    /// What all commands in it belong to.
    action: Option<OpId>,
}

#[derive(Debug)]
struct Kept {
    last: i64,
    subject: Arc<Subject>,
    used: u64,
}

impl Desk {
    /// Opens a file, making it when it is not there.
    pub fn open(path: &Path) -> Result<Desk, Error> {
        Desk::on(Store::open(path)?)
    }

    /// Opens a file that must be there.
    pub fn open_existing(path: &Path) -> Result<Desk, Error> {
        Desk::on(Store::open_existing(path)?)
    }

    /// A desk that leaves nothing behind, for tests.
    pub fn in_memory() -> Result<Desk, Error> {
        Desk::on(Store::in_memory()?)
    }

    fn on(store: Store) -> Result<Desk, Error> {
        let catalog = store.catalog()?;
        let mut desk = Desk::with(store, catalog);
        desk.derive_open(&mut |_, _| {})?;
        Ok(desk)
    }

    fn with(store: Store, catalog: Catalog) -> Desk {
        let catalog = Arc::new(catalog);
        Desk {
            store,
            catalog,
            kept: HashMap::new(),
            uses: 0,
            most_kept: KEPT,
            series: None,
            next_schedule: None,
            votes_seen: None,
            refused_seen: None,
            usual: HashMap::new(),
            risks: risk::Risks::default(),
            reader: None,
            drafts: drafts::Own::new(),
            called_off: Arc::default(),
        }
    }

    /// What stops an import while it goes on, from another thread: nothing of it is there then. It stays set until
    /// whoever begins the next one takes it back.
    pub fn call_off(&self) -> Arc<AtomicBool> {
        self.called_off.clone()
    }

    /// Refuses to go on with what was called off.
    fn goes_on(&self) -> Result<(), Error> {
        match self.called_off.load(Ordering::Relaxed) {
            false => Ok(()),
            true => Err(Error::input("It was stopped.", "Nothing of it was brought in.")),
        }
    }

    /// The desk as this person sees it: times are theirs from now on.
    pub fn seen_by(mut self, person: &Handle) -> Desk {
        self.reader = Some(person.clone());
        Arc::make_mut(&mut self.catalog).read_by(person);
        self
    }

    /// Takes a catalog that was made anew.
    pub(crate) fn take_catalog(&mut self, mut catalog: Catalog) {
        if let Some(person) = &self.reader {
            catalog.read_by(person);
        }
        self.catalog = Arc::new(catalog);
    }

    /// The catalog as it is now.
    pub fn catalog(&mut self) -> Result<Arc<Catalog>, Error> {
        if self.series.is_some() {
            return Ok(self.catalog.clone());
        }
        let head = self.store.head()?;
        if head.catalog_seq != self.catalog.seq {
            let catalog = self.store.catalog()?;
            self.take_catalog(catalog);
            // Rows depend on calendars and processes: nothing kept may stem from an older catalog.
            self.kept.clear();
        }
        Ok(self.catalog.clone())
    }

    /// Number of the last entry: the screen is stale when it has seen another.
    pub fn head(&self) -> Result<i64, Error> {
        Ok(self.store.head()?.seq)
    }

    /// The store, for copies and inspection.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The zone everything is shown in: that of whoever looks, UTC before there is one.
    pub fn zone(&self) -> Zone {
        zone_of(&self.catalog)
    }

    fn load(&mut self, id: SubjectId) -> Result<(i64, Arc<Subject>), Error> {
        self.uses += 1;
        let last = self.store.last_seq(id)?;
        if let Some(kept) = self.kept.get_mut(&id)
            && last == kept.last
        {
            kept.used = self.uses;
            return Ok((kept.last, kept.subject.clone()));
        }
        let entries = self.store.entries(id)?;
        let last = entries.last().map_or(0, |entry| entry.seq);
        let subject = Arc::new(crate::domain::fold::fold(id, &entries, &self.catalog));
        self.keep(id, last, subject.clone());
        Ok((last, subject))
    }

    fn keep(&mut self, id: SubjectId, last: i64, subject: Arc<Subject>) {
        if self.kept.len() >= self.most_kept && !self.kept.contains_key(&id) {
            // The half that was not used for longest goes, so that finding it costs little per use.
            let mut uses = self.kept.values().map(|kept| kept.used).collect::<Vec<_>>();
            let (_, middle, _) = uses.select_nth_unstable(self.most_kept / 2);
            let middle = *middle;
            self.kept.retain(|_, kept| kept.used >= middle);
        }
        self.uses += 1;
        self.kept.insert(id, Kept { last, subject, used: self.uses });
    }
}

/// The zone everything of a catalog is shown in: that of whoever looks at it.
pub fn zone_of(catalog: &Catalog) -> Zone {
    catalog.own_calendar().map_or_else(Zone::utc, |calendar| calendar.zone().clone())
}

/// An instant as people read it, in the zone of a catalog.
fn show(catalog: &Catalog, at: Instant, now: Instant) -> String {
    crate::domain::when::show(at, now, &zone_of(catalog))
}
