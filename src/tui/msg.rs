//! Everything that can reach the screen, in one enum, and everything the screen can ask for, in another. One
//! channel gives a total order; one thread owns the model.

use super::deeds::{Deed, Preview};
use super::input::Input;
use super::places::{At, Placed};
use super::terminal::Signal;
use crate::desk::{
    Answers, Board, BoardWish, Card, CardKey, CaseView, Checked, Edge, Figures, Glance, Holidays, Inbox,
    Lost, Page, Queue, RecordItem, RecordKey, RecordView, RecordWish, Stranded, StuckCase, Wish,
};
use crate::domain::absence::Absence;
use crate::domain::catalog::Catalog;
use crate::domain::command::Command;
use crate::domain::event::SubjectId;
use crate::domain::leaver::Plan;
use crate::domain::rows::CaseRow;
use crate::domain::{CaseId, Handle, Instant, RecordId};
use crate::picture::Picture;
use std::path::PathBuf;
use std::sync::Arc;

/// Something happened.
#[derive(Debug)]
pub enum Msg {
    /// Everything that was typed since it was last asked for.
    Input(Vec<Input>),
    /// The clock on the wall moved on.
    Clock(Instant),
    Signal(Signal),
    Gone,
    /// The journal moved: somebody wrote, perhaps we.
    Moved(i64),
    Loaded(Box<Loaded>),
    /// A command was carried out; what it did, in words, and on which case.
    Done {
        receipt: String,
        case: Option<CaseId>,
        record: Option<RecordId>,
        /// Every case it touched.
        cases: Vec<CaseId>,
        undoable: bool,
    },
    Failed {
        sentence: String,
        hint: String,
    },
    /// The last action has to stay, and why; something before it need not.
    Stays(String),
    Draft {
        place: String,
        text: String,
        /// How many other texts of theirs are kept for the same form.
        others: usize,
    },
    /// Whether something typed could not be written yet, and is held by the worker.
    Held(bool),
    /// A process file came back from the editor, which left it in a file too; nothing when it is as it was.
    FileEdited {
        process: Handle,
        written: Option<(String, PathBuf)>,
    },
    /// Nothing was typed for a while.
    Quiet,
    /// A field of a form came back from an editor, which left it in a file too.
    Edited {
        place: String,
        field: String,
        text: String,
        file: PathBuf,
    },
}

/// An answer to a question.
#[derive(Debug)]
pub enum Loaded {
    /// What was asked for waits for somebody else who writes.
    Busy,
    Catalog(Arc<Catalog>),
    Inbox(Inbox),
    /// What was asked for is not there, or not any more.
    NotThere {
        of: SubjectId,
        sentence: String,
        hint: String,
    },
    Case(Box<CaseView>),
    Board {
        board: Board,
        filter: String,
    },
    /// Of a column, or of the table of all cards.
    Cards {
        process: Handle,
        step: Option<Handle>,
        filter: String,
        page: Page<Card, CardKey>,
    },
    /// All that a filter leaves of a board, to be marked; nothing where that is too much.
    AllCards {
        process: Handle,
        filter: String,
        cards: Option<Vec<Card>>,
    },
    /// All records that a filter leaves of a kind, to be marked; nothing where that is too much.
    AllRecords {
        kind: Handle,
        filter: String,
        ids: Option<Vec<RecordId>>,
    },
    /// Records that forms and the palette know by name, with what they begin with.
    Names {
        begins: String,
        items: Vec<RecordItem>,
    },
    More(Box<crate::tui::panes::metrics_more::More>),
    Loads(crate::tui::overlays::receiver::Loads),
    /// What was found by words, from the newest case on, or from one on.
    Found {
        words: String,
        from: Option<CaseId>,
        found: crate::desk::Found,
    },
    RecordPage {
        wish: RecordWish,
        filter: String,
        kinds: Vec<(Handle, usize)>,
        page: Page<RecordItem, RecordKey>,
    },
    Record(Box<RecordView>),
    Leaving(Box<crate::desk::PersonView>),
    Glance(Box<Glance>),
    Figures(String, Box<Figures>),
    Picture(Box<Picture>),
    Cases {
        title: String,
        page: Page<CaseRow, CaseId>,
    },
    Holidays(Box<Holidays>),
    Place(Box<Placed>),
    Checked(Box<Checked>),
    Stranded {
        person: Handle,
        absence: Absence,
        stranded: Box<Stranded>,
    },
    Queue(Queue, Inbox),
    Became {
        case: CaseId,
        words: Option<String>,
    },
    /// How many things changed since the last session, in words, and their cases; empty for none, and where there was
    /// no session.
    Since {
        words: String,
        cases: Vec<CaseId>,
        /// When that session ended.
        from: Option<Instant>,
    },
    OpenOf(Vec<CaseId>, Vec<(Handle, Card)>),
    Drafts(Vec<(String, String)>),
    Stuck(Box<StuckCase>),
    Lost {
        process: Handle,
        lost: Vec<Lost>,
    },
    Tried(Box<crate::desk::Plan>),
    Ranked(Vec<crate::domain::rank::Ranked>),
    Outlook(Box<super::outlook::Outlook>),
    /// What a deed would come to.
    Preview(Box<Preview>),
}

/// A question the worker answers with `Loaded`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    Catalog,
    Inbox,
    Case(CaseId),
    Board {
        wish: BoardWish,
        filter: String,
    },
    Cards {
        process: Handle,
        step: Option<Handle>,
        edge: Edge<CardKey>,
        filter: String,
    },
    /// All cards that a filter leaves of a board, wherever one is in it.
    AllCards {
        process: Handle,
        filter: String,
    },
    /// All records that a filter leaves of a kind, wherever one is among them.
    AllRecords {
        kind: Handle,
        filter: String,
    },
    /// Records by the beginning of their names; the first of each kind for none.
    Names(String),
    /// What a large screen shows below the figures.
    More {
        process: Handle,
        days: u32,
        filter: String,
    },
    /// What people have in hand, for whoever chooses one of them.
    Loads,
    /// Cases and records with these words, from the newest case on, or from one on.
    Find {
        words: String,
        from: Option<CaseId>,
    },
    RecordPage {
        wish: RecordWish,
        filter: String,
    },
    Record(RecordId),
    /// As much of a record as stands beside a list.
    RecordBrief(RecordId),
    /// What somebody who leaves holds.
    Leaving(Handle),
    /// Figures of a process for the last so many days, as they are kept.
    Glance {
        process: Handle,
        days: u32,
    },
    /// The same, counted exactly; of the cases a filter leaves.
    Figures {
        process: Handle,
        days: u32,
        filter: String,
    },
    /// One of the pictures of a process, by its name.
    Picture {
        process: Handle,
        days: u32,
        name: &'static str,
        filter: String,
    },
    /// What the holidays of a file would change in a calendar, the company's own unless named.
    Holidays {
        path: String,
        calendar: Option<Handle>,
    },
    /// The cases behind a number.
    Cases {
        title: String,
        edge: Edge<CaseId>,
        /// Where in the list the first of these stands.
        first: usize,
        ids: Vec<CaseId>,
        total: usize,
    },
    /// What a place shows, and how many days an agenda looks ahead.
    Place(At, u32),
    /// What is wrong with the text of a process file, or what it would change.
    Check {
        process: Handle,
        text: String,
    },
    /// What an absence would strand.
    Stranded {
        person: Handle,
        absence: Absence,
    },
    /// A list in the place of the inbox.
    Queue(Queue),
    /// What became of something that was in a list.
    Became {
        case: CaseId,
        after: i64,
    },
    /// What changed since the last session, counted.
    Since,
    OpenOf(Vec<CaseId>),
    /// What the person began to write and did not send.
    Drafts,
    /// Why a case does not move.
    Stuck(CaseId),
    /// What a process lost to waiting in so many days.
    Lost {
        process: Handle,
        days: u32,
    },
    Ranked,
    /// When the open cases of a process are likely to end.
    Outlook(Handle),
    /// What a deed would come to.
    Preview(Deed),
}

/// What has to be done outside the model.
#[derive(Debug)]
pub enum Effect {
    Load(Query),
    /// Tried and taken back: what a verb on many would come to.
    Try(Box<Wish>),
    /// Carried out in order as one action; each answers for itself.
    Do(Vec<Command>),
    /// The same, refused where the case is not any more as the person saw it.
    DoAsSeen {
        commands: Vec<Command>,
        seen: i64,
    },
    /// The first thing a new file needs; `quiet` where something else is what the person asked for.
    SetUp {
        quiet: bool,
    },
    /// A process of a template, with what it asked.
    BringIn {
        template: &'static str,
        answers: Box<Answers>,
    },
    /// A process of one's own, with the zone of a file that is not set up yet.
    BeginBlank(Box<crate::domain::blank::Blank>, Option<crate::domain::zone::Zone>),
    /// The text of a process file for the person's editor, at a line.
    EditFile {
        process: Handle,
        text: String,
        line: Option<usize>,
    },
    /// Carries out what was shown before.
    Carry(Deed),
    /// Stops that, with nothing done.
    CallOff,
    /// Lets somebody go, with where everything they hold goes.
    Leave(Box<Plan>),
    /// Ends an open review `of` a process.
    Verdict {
        of: (Handle, CaseId),
        verdict: crate::domain::review::Verdict,
        reason: Option<String>,
    },
    Undo {
        /// Pass over what has to stay.
        older: bool,
    },
    Redo,
    KeepDraft {
        place: String,
        text: String,
    },
    LoadDraft(String),
    /// Tries again to write what is held.
    KeepHeld,
    /// What the screen remembers of a person.
    KeepScreen(String),
    /// A kept text that is written on.
    GoOn {
        place: String,
        text: String,
    },
    /// A draft whose newest part lies in a file, which goes once the draft is kept.
    KeepWritten {
        place: String,
        text: String,
        file: PathBuf,
    },
    /// Lets somebody write a field of a form in their editor.
    Edit {
        place: String,
        field: String,
        text: String,
    },
    /// Keeps the keys of an action in the person's settings: those of the table with `None`.
    KeepKeys {
        file: PathBuf,
        action: &'static str,
        keys: Option<Vec<String>>,
    },
    /// Hear the mouse, or leave it to the terminal.
    Mouse(bool),
    Copy(String),
    Suspend,
    Redraw,
    Bell,
    Quit,
}
