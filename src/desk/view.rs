//! What the front ends show: plain data, made by `query`, shown by the command line and the screen alike.

use super::links::CaseLink;
use super::records::RecordFile;
use crate::domain::case::{Case, Task};
use crate::domain::event::{DeclineReason, ExceptionKind, SubjectId};
use crate::domain::flow::Risk;
use crate::domain::process::Process;
use crate::domain::record::{Kind, Record};
use crate::domain::rows::{CaseRow, PlaceRow, RecordRow};
use crate::domain::story::Line;
use crate::domain::urgency::Urgency;
use crate::domain::why_date::ClockWhy;
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, TaskId};
use crate::store::RecordKey;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use super::cards::{Board, Card, Column};
pub use super::what::What;

/// One thing that needs a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxItem {
    pub what: What,
    pub urgency: Urgency,
    pub case: CaseId,
    pub title: String,
    pub process: Handle,
    pub step: Handle,
    /// With the item in brackets, where the step is done once for each of a list.
    pub step_title: String,
    pub item: Option<String>,
    pub branch: Option<u32>,
    pub handoff: Option<HandoffId>,
    pub task: Option<TaskId>,
    pub exception: Option<(u32, ExceptionKind, String)>,
    /// Who handed it over.
    pub from: Option<Handle>,
    /// Who is responsible now.
    pub responsible: Handle,
    pub to: Option<Party>,
    pub since: Instant,
    pub due: Option<Instant>,
    /// When the clock began that `due` belongs to.
    pub clock_started: Option<Instant>,
    pub started: bool,
    pub waiting: Option<(String, Option<Instant>)>,
    /// Whoever looks at it may offer it to somebody else.
    pub movable: bool,
    /// The work itself was let wait, and is taken up again; else it waits for votes, or with its case.
    pub let_wait: bool,
    /// Why its case is paused, where this person is to look at that again or has its work in hand.
    pub paused: Option<String>,
    /// It waits for nothing but its time, and nobody has to do anything.
    pub ends_by_itself: bool,
    /// Who may not take it, although they may stand in for somebody who may.
    pub barred: Vec<Handle>,
    pub declined: Option<(DeclineReason, String)>,
    /// Who works on it for the responsible person.
    pub delegate: Option<Handle>,
    /// Whoever accepts says what they do next, and when.
    pub ask_next: bool,
    /// How often this person was reminded of it.
    pub reminded: usize,
    /// Somebody who is away, in whose place this person decides.
    pub on_behalf: Option<Handle>,
    pub urgent: bool,
    /// Why it is here, where nothing else says so: a sentence.
    pub why: Option<String>,
    /// What the list it stands in says of it.
    pub told: Option<super::queue::Remark>,
    /// `due` is that of the whole case.
    pub of_case: bool,
    pub tags: Vec<Handle>,
    /// The case is likely to be late, and is not yet.
    pub risk: Option<Risk>,
}

/// Somebody's inbox, most late first.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbox {
    pub person: Handle,
    pub items: Vec<InboxItem>,
    /// What lies with others: handoffs I sent that nobody took yet.
    pub waiting_on_others: usize,
    pub waiting_on_others_late: usize,
    /// What the person put out of it until a date.
    pub snoozed: usize,
    /// The last entry of the journal when it was read.
    pub head: i64,
}

impl Inbox {
    /// How many are past due.
    pub fn late(&self) -> usize {
        self.items.iter().filter(|item| item.urgency.is_late()).count()
    }
}

/// What a handoff must carry, or a step must tick off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub label: String,
    pub met: bool,
    /// Position on the checklist; `None` for data.
    pub item: Option<u32>,
}

/// One open branch of a case in full.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    pub place: PlaceRow,
    pub step_title: String,
    /// Definition of done and procedure of the step.
    pub done: Option<String>,
    pub how: Option<String>,
    /// What the step needs from the sender, and its checklist.
    pub needs: Vec<Need>,
    /// Data fields this step fills in, by name.
    pub gives: Vec<String>,
    pub note: Option<String>,
    /// Until when it is to be done, where that was agreed on when it was offered.
    pub done_by: Option<Instant>,
    pub urgency: Urgency,
    /// The work in hand.
    pub task: Option<Task>,
    /// Whoever accepts says what they do next, and when.
    pub ask_next: bool,
    /// Whether there is one next step, and which party it would be offered to.
    pub next: Option<NextStep>,
}

/// Where the work would go if it were finished now.
#[derive(Debug, Clone, PartialEq)]
pub struct NextStep {
    pub titles: Vec<String>,
    pub to: Option<Party>,
    pub needs: Vec<Need>,
    /// Documents it asks for by title, with the references there are.
    pub documents: Vec<(String, Option<String>)>,
    /// The process picks a person out of the role.
    pub picks: bool,
}

/// A case with everything about it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView {
    pub row: CaseRow,
    pub case: Case,
    pub process: Arc<Process>,
    pub record: Option<RecordRow>,
    pub spots: Vec<Spot>,
    /// Oldest first.
    pub timeline: Vec<Line>,
    /// Cases it is tied to.
    pub links: Vec<CaseLink>,
    /// Why each running clock is due when it is.
    pub clocks: Vec<ClockWhy>,
    /// The one of a list that a handoff was about, and with it the work that came of it.
    pub items: BTreeMap<HandoffId, String>,
    /// When it was looked at.
    pub at: Instant,
}

/// A line of a list of records.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordItem {
    pub row: RecordRow,
    pub open: usize,
    pub late: usize,
    /// Who is responsible for the most pressing open work about it; `None` where nothing is open, or nobody asked.
    pub responsible: Option<Handle>,
    /// When it or a case about it last changed.
    pub last: Instant,
}

impl RecordItem {
    /// Of which nobody asked what is open about it.
    pub fn uncounted(row: RecordRow) -> RecordItem {
        RecordItem { open: 0, late: 0, responsible: None, last: row.changed, row }
    }

    /// What it is ordered by, in any order.
    pub fn key(&self) -> RecordKey {
        RecordKey { name: self.row.name.clone(), changed: self.row.changed.0, id: self.row.id }
    }
}

/// A record with everything about it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordView {
    pub row: RecordRow,
    pub record: Record,
    pub kind: Option<Kind>,
    pub cases: Vec<CaseRow>,
    /// Entries of the record and of the cases about it, oldest first, with the case where it is one.
    pub timeline: Vec<(Option<CaseId>, Line)>,
    /// How many older cases are not told of in it.
    pub untold: usize,
    /// What is under way for this party, most urgent first: open handoffs and work, with when it is due.
    pub promises: Vec<Card>,
    /// The records its fields name, by field.
    pub links: Vec<(String, RecordRow)>,
    /// Records with a field that names this one, by field.
    pub linked: Vec<(String, RecordRow)>,
    /// Documents of its cases, the case that was worked on last first.
    pub files: Vec<RecordFile>,
}

impl InboxItem {
    /// Accepted, and nobody has begun.
    pub fn is_unstarted(&self) -> bool {
        self.task.is_some() && self.to.is_none() && !self.started && self.waiting.is_none()
    }

    /// A line of a list of what this person did that is about no case: of no process, and of no step.
    pub(super) fn of_no_case(person: &Handle, title: String, since: Instant) -> InboxItem {
        InboxItem {
            what: What::Closed,
            urgency: Urgency::Open,
            case: CaseId(0),
            title,
            process: person.clone(),
            step: person.clone(),
            step_title: String::new(),
            item: None,
            branch: None,
            handoff: None,
            task: None,
            exception: None,
            from: None,
            responsible: person.clone(),
            to: None,
            since,
            due: None,
            clock_started: None,
            started: false,
            waiting: None,
            let_wait: false,
            paused: None,
            ends_by_itself: false,
            barred: Vec::new(),
            movable: true,
            declined: None,
            delegate: None,
            ask_next: false,
            reminded: 0,
            on_behalf: None,
            urgent: false,
            why: None,
            told: None,
            of_case: false,
            tags: Vec::new(),
            risk: None,
        }
    }

    /// Whether it is about a case: what somebody did to a record or the catalog is not.
    pub fn is_of_case(&self) -> bool {
        self.case.0 > 0
    }

    /// What it is about, by number: `C-12`, `R-3`, nothing for the catalog.
    pub fn number(&self) -> String {
        match &self.told {
            Some(super::queue::Remark::Did { subject: SubjectId::Catalog, .. }) => String::new(),
            Some(super::queue::Remark::Did { subject, .. }) => subject.to_string(),
            Some(super::queue::Remark::On(record)) => record.to_string(),
            _ => self.case.to_string(),
        }
    }

    /// What the clock on the wall makes of it at `now`.
    pub fn refresh(&mut self, now: Instant) {
        if self.due.is_some() && self.urgency != Urgency::Open {
            self.urgency = Urgency::of(now, self.clock_started, self.due);
        }
        // The time to look at it again has come.
        let until = self.waiting.as_ref().and_then(|(_, until)| *until);
        if until.is_some_and(|until| until <= now && self.due == Some(until)) && !self.ends_by_itself {
            self.clock_started.get_or_insert(self.since);
            self.urgency = Urgency::of(now, self.clock_started, until);
            if self.what == What::Waiting && self.let_wait && self.task.is_some() {
                self.what = What::Due;
            }
        }
        if matches!(self.what, What::Start | What::Due) && self.urgency.is_late() && !self.let_wait {
            self.what = What::Late;
        }
        // It has come to pass, whichever way.
        self.risk = self.risk.take().filter(|risk| risk.due >= now && !self.urgency.is_late());
        if self.what == What::Risk && self.risk.is_none() {
            self.what = What::Escalated;
        }
    }
}
