//! Everything the screen shows and remembers. Plain state with plain questions; `update` changes it, `draw`
//! shows it.

use super::action::ActionId;
use super::keymap::Keymap;
use super::manners::Manners;
use super::marks::Range;
use super::memory::Saved;
use super::messages::Messages;
use super::msg::Query;
use super::overlays::Overlay;
use super::panes::figures::MetricsView;
use super::panes::record::OnRecord;
use super::panes::{boards, case, inbox, list, metrics, record, records};
use super::places::{self, At, Places};
use super::theme::Theme;
use super::widgets::field::Field;
use super::windows::RecordList;
use crate::desk::{Board, Card, CaseView, Figures, Inbox, RecordItem, RecordView, Rows};
use crate::domain::catalog::Catalog;
use crate::domain::record::Kind;
use crate::domain::rows::CaseRow;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, Instant, RecordId};
use crate::picture::Picture;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The four places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    Inbox,
    Boards,
    Records,
    Metrics,
}

/// What was opened on top of a pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    Case(CaseId),
    Record(RecordId),
    /// The cases behind a number.
    Cases {
        title: String,
        ids: Vec<CaseId>,
    },
    Place(At),
}

/// The line above the footer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    pub text: String,
    pub hint: String,
    pub error: bool,
}

/// The whole screen.
#[derive(Debug)]
pub struct Model {
    pub now: Instant,
    pub zone: Zone,
    pub me: Handle,
    pub size: (u16, u16),
    pub theme: Theme,
    pub keymap: Keymap,
    /// Keys by action as the settings have them.
    pub written_keys: BTreeMap<String, Vec<String>>,
    /// Where they can be kept.
    pub settings_file: Option<std::path::PathBuf>,
    pub path: String,
    pub sample: bool,

    pub catalog: Arc<Catalog>,
    /// Nothing is set up yet.
    pub first_run: bool,
    /// The person leaves to look around the sample company.
    pub to_sample: bool,
    /// The person leaves to come back under this name.
    pub to_be: Option<Handle>,
    pub pane: Pane,
    pub views: Vec<View>,
    pub overlays: Vec<Overlay>,
    pub status: Status,
    /// The last action has to stay, and the status line has said so: the next undo takes back what came before.
    pub older: bool,
    /// The journal's head when what is shown was asked for.
    pub seen: i64,
    /// Asked for and not answered.
    pub asked: Vec<Query>,
    /// What to do once the case it needs is there.
    pub pending: Option<ActionId>,

    pub inbox: Option<Inbox>,
    pub board: Option<Board>,
    /// Which filter the board was read with.
    pub board_filter: String,
    /// Records that are known by name, for forms and the palette.
    pub records: Option<Vec<RecordItem>>,
    /// What people have in hand, as far as a form asked for it.
    pub loads: Option<super::overlays::receiver::Loads>,
    /// What the words of the palette found elsewhere.
    pub elsewhere: Option<super::elsewhere::Elsewhere>,
    /// Words of the list on screen before it was filtered, to tell a slip from a word that is there.
    pub words_here: Vec<String>,
    /// The records in the list.
    pub record_list: Option<RecordList>,
    /// Kinds of records with how many there are.
    pub kinds: Vec<(Kind, usize)>,
    pub record: Option<RecordView>,
    pub case: Option<CaseView>,
    pub figures: Option<MetricsView>,
    /// The cases each figure is made of.
    pub behind: Option<Figures>,
    /// The picture that is shown instead of the figures, once it is drawn.
    pub drawn: Option<Picture>,
    pub cases: Rows<CaseRow, CaseId>,

    pub inbox_state: inbox::InboxState,
    pub board_state: boards::BoardState,
    pub records_state: records::RecordsState,
    pub record_state: record::RecordState,
    pub case_state: case::CaseState,
    pub metrics_state: metrics::MetricsState,
    pub list_state: list::CasesState,

    pub places: Places,
    pub marks: BTreeSet<(CaseId, Option<u32>)>,
    /// Marked cards as they were when they were marked: a long board keeps only what is near the cursor.
    pub marked: BTreeMap<(CaseId, u32), Card>,
    /// The open work of marked cases of a list behind a number.
    pub listed: BTreeMap<CaseId, Vec<super::target::Target>>,
    /// Cases that changed since the person last looked at them.
    pub news: BTreeSet<CaseId>,
    /// A file is being brought in, and Esc stops that.
    pub carrying: bool,
    /// Whether the filter line hears the keys.
    pub filtering: bool,
    pub filter: Field,
    /// Words looked for in the case or record that is open.
    pub search: Option<super::search::Search>,
    /// The process of board and metrics.
    pub process: Option<Handle>,
    pub days: u32,
    /// The person did something that the next inbox will show.
    pub acted: bool,
    pub ticked_late: usize,
    pub sweep: super::sweep::Sweep,
    pub refused: super::blind::Refused,
    pub ahead: super::ahead::Ahead,
    /// What was pasted where no field took it; the next new case or note begins with it.
    pub pasted: String,
    /// The place of something half written that is opened again, until its form or else its text is there.
    pub reopened: Option<String>,
    /// Something typed could not be written yet.
    pub held: bool,
    /// A range of marks under way.
    pub range: Option<Range>,
    /// Views with a name, and the actions run last by name.
    pub saved: Vec<Saved>,
    pub recent: Vec<ActionId>,
    /// Where the person was, the last place last.
    pub been: Vec<(Pane, crate::desk::Queue, Vec<View>)>,
    /// This side has the whole screen.
    pub zoomed: bool,
    pub messages: Messages,
    pub manners: Manners,
    /// Since when something typed is nowhere but here.
    pub unsaved: Option<Instant>,
}

impl Model {
    /// The zone a file that is not set up yet would take.
    pub fn new_zone(&self) -> Option<&Zone> {
        Some(&self.zone).filter(|_| self.first_run)
    }

    /// A screen on the inbox with nothing loaded.
    pub fn new(me: Handle, catalog: Arc<Catalog>, keymap: Keymap) -> Model {
        Model {
            now: Instant(0),
            zone: crate::desk::zone_of(&catalog),
            me,
            size: (80, 24),
            theme: Theme::new(Default::default(), Default::default(), |_| None),
            keymap,
            written_keys: BTreeMap::new(),
            settings_file: None,
            path: String::new(),
            sample: false,
            first_run: catalog.settings.is_none(),
            to_sample: false,
            to_be: None,
            process: catalog.processes.keys().next().cloned(),
            catalog,
            pane: Pane::Inbox,
            views: Vec::new(),
            overlays: Vec::new(),
            status: Status::default(),
            older: false,
            seen: 0,
            asked: Vec::new(),
            pending: None,
            inbox: None,
            board: None,
            board_filter: String::new(),
            records: None,
            loads: None,
            elsewhere: None,
            words_here: Vec::new(),
            record_list: None,
            kinds: Vec::new(),
            record: None,
            case: None,
            figures: None,
            behind: None,
            drawn: None,
            cases: Rows::default(),
            inbox_state: Default::default(),
            board_state: Default::default(),
            records_state: Default::default(),
            record_state: Default::default(),
            case_state: Default::default(),
            metrics_state: Default::default(),
            list_state: Default::default(),
            places: Places::default(),
            marks: BTreeSet::new(),
            marked: BTreeMap::new(),
            listed: BTreeMap::new(),
            news: BTreeSet::new(),
            carrying: false,
            filtering: false,
            filter: Field::default(),
            search: None,
            days: 90,
            acted: false,
            ticked_late: 0,
            sweep: Default::default(),
            refused: Default::default(),
            ahead: Default::default(),
            pasted: String::new(),
            reopened: None,
            held: false,
            range: None,
            saved: Vec::new(),
            recent: Vec::new(),
            been: Vec::new(),
            zoomed: false,
            messages: Messages::default(),
            manners: Manners::default(),
            unsaved: None,
        }
    }

    /// Lets every mark go.
    pub fn unmark(&mut self) {
        self.marks.clear();
        self.range = None;
        self.records_state.marks.clear();
        self.records_state.range = None;
    }

    /// How many things are marked where the person is.
    pub fn marked_here(&self) -> usize {
        self.marks.len() + super::record_marks::marked(self)
    }

    /// The topmost view, if one is open over the pane.
    pub fn view(&self) -> Option<&View> {
        self.views.last()
    }

    /// The case the screen is about now: an opened one, or the one under the cursor.
    pub fn case_in_focus(&self) -> Option<CaseId> {
        match self.view() {
            Some(View::Case(id)) => Some(*id),
            Some(View::Record(_)) => match self.record_state.selected(self.record.as_ref()?) {
                OnRecord::Entry(case, _) => case,
                OnRecord::Case(case) => Some(case.id),
                OnRecord::Promise(card) => Some(card.case),
                OnRecord::File(file) => file.case,
                OnRecord::Field(_) | OnRecord::Contact(_) | OnRecord::Link(..) | OnRecord::Nothing => None,
            },
            Some(View::Cases { .. }) => self.list_state.selected(&self.cases),
            Some(View::Place(_)) => places::case_in_focus(self),
            None => match self.pane {
                Pane::Inbox => self
                    .inbox
                    .as_ref()
                    .and_then(|v| self.inbox_state.selected(v))
                    .filter(|i| i.is_of_case())
                    .map(|i| i.case),
                Pane::Boards => {
                    self.board.as_ref().and_then(|v| self.board_state.selected(v)).map(|c| c.case)
                }
                Pane::Records | Pane::Metrics => None,
            },
        }
    }

    /// The loaded case, when it is the one in focus.
    pub fn loaded_case(&self) -> Option<&CaseView> {
        let id = self.case_in_focus()?;
        self.case.as_ref().filter(|view| view.row.id == id)
    }

    /// The record the screen is about now.
    pub fn record_in_focus(&self) -> Option<RecordId> {
        match (self.view(), self.pane) {
            (Some(View::Record(id)), _) => Some(*id),
            (None, Pane::Inbox) => super::written::here(self).map(|(record, _)| record),
            (None, Pane::Records) => {
                self.records_state.selected(&self.records_view()?).map(|item| item.row.id)
            }
            _ => None,
        }
    }

    /// The records with their kinds, once they are loaded.
    pub fn records_view(&self) -> Option<records::RecordsView<'_>> {
        let list = self.record_list.as_ref()?;
        Some(records::RecordsView {
            kinds: &self.kinds,
            of: &list.wish.kind,
            items: &list.rows,
            record: self.record.as_ref(),
        })
    }

    /// A record, where it is known here.
    pub fn record_here(&self, id: RecordId) -> Option<RecordItem> {
        let listed = self.record_list.iter().flat_map(|list| list.rows.iter());
        let named = self.records.iter().flatten();
        let known = listed.chain(named).find(|item| item.row.id == id).cloned();
        let opened = || {
            let view = self.record.as_ref().filter(|view| view.row.id == id)?;
            Some(RecordItem::uncounted(view.row.clone()))
        };
        known.or_else(opened)
    }

    /// What has to be loaded for what is on screen.
    pub fn needs(&self) -> Vec<Query> {
        let mut needs = vec![Query::Catalog, Query::Inbox];
        match self.pane {
            Pane::Metrics => {
                let days = self.days;
                if !super::figures::are_here(self) {
                    needs.extend(self.process.clone().map(|process| Query::Glance { process, days }));
                }
                let filter = || self.metrics_state.filter.clone();
                let figures = |process| Query::Figures { process, days, filter: filter() };
                needs.extend(self.process.clone().map(figures));
                if let (Some(process), Some((name, _))) = (self.process.clone(), self.metrics_state.picture())
                {
                    needs.push(Query::Picture { process, days, name, filter: filter() });
                }
            }
            Pane::Inbox => needs.extend(super::sweep::needs(self)),
            Pane::Boards | Pane::Records => {}
        }
        if let Some(View::Place(at)) = self.view()
            && !matches!(at, At::Compare { .. } | At::Check(_))
        {
            needs.push(Query::Place(at.clone(), self.places.days()));
        }
        needs.extend(super::windows::anew(self));
        match (self.view(), self.record_in_focus()) {
            (Some(View::Record(id)), _) => needs.push(Query::Record(*id)),
            (None, Some(record)) => needs.push(Query::RecordBrief(record)),
            _ => {}
        }
        needs.extend(self.case_in_focus().map(Query::Case));
        needs
    }
}
