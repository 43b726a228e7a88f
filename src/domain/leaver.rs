//! What somebody who leaves holds, line by line, and where each goes: the plan that has to be complete before
//! they can go, and the commands that carry it out. Looks nothing up; its text is `leaver_file`.

use super::catalog::Catalog;
use super::command::Command;
use super::event::Holding;
use super::id::{CaseId, Handle, HandoffId, TaskId};
use super::instant::Instant;
use super::party::Party;
use super::rows::{CaseRow, ExceptionRow, HandoffRow, PlaceRow};
use std::collections::BTreeMap;
use std::sync::Arc;

pub use super::leaver_names::Spot;

/// One thing somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// A branch they are responsible for.
    Work {
        case: CaseId,
        branch: u32,
    },
    /// A handoff offered to them by name.
    Offer {
        case: CaseId,
        branch: u32,
        handoff: HandoffId,
        note: Option<String>,
    },
    Exception {
        case: CaseId,
        exception: u32,
    },
    /// They work on it for whoever holds it.
    Delegated {
        case: CaseId,
        task: TaskId,
    },
    /// They are accountable for an open case.
    Case {
        case: CaseId,
    },
    Process {
        process: Handle,
        spot: Spot,
    },
    Member {
        role: Handle,
    },
    Lead {
        role: Handle,
    },
    /// They stand in for this person, now or later.
    Substitute {
        of: Handle,
    },
}

/// Who can be named for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Person,
    /// A person or a role.
    Party,
    PersonOrNobody,
    /// It only ends with them.
    Nobody,
}

/// Where something goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    Party(Party),
    /// It ends with them.
    Nobody,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub held: Held,
    /// What it is called in the plan, within its section: `T-3`, `sale: step bill`.
    pub key: String,
    pub about: String,
    pub takes: Takes,
    /// `None` until somebody says.
    pub to: Option<Destination>,
}

/// Everything somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub person: Handle,
    pub lines: Vec<Line>,
    /// What goes to nobody by a line, and has to be seen to all the same: sentences.
    pub notes: Vec<String>,
}

/// What the lists say somebody holds, beside the catalog.
#[derive(Debug, Clone, Default)]
pub struct InHand {
    /// Open branches they are responsible for or offered by name, with their cases.
    pub places: Vec<(PlaceRow, CaseRow)>,
    /// Open handoffs.
    pub handoffs: Vec<HandoffRow>,
    /// Open exceptions in their inbox, with their cases.
    pub exceptions: Vec<(ExceptionRow, CaseRow)>,
    /// Open cases.
    pub cases: Vec<CaseRow>,
}

impl Held {
    /// The section of the plan it stands in.
    pub fn section(&self) -> &'static str {
        match self {
            Held::Work { .. } => "work",
            Held::Offer { .. } => "offers",
            Held::Exception { .. } => "exceptions",
            Held::Delegated { .. } => "delegated",
            Held::Case { .. } => "cases",
            Held::Process { .. } => "processes",
            Held::Member { .. } | Held::Lead { .. } => "roles",
            Held::Substitute { .. } => "substitutes",
        }
    }
}

impl Plan {
    /// Everything the person holds, each line with a proposal where somebody is at hand: for work the lead of
    /// the role that does it, then the substitute, then whoever is accountable.
    pub fn of(catalog: &Catalog, leaver: &Handle, hand: &InHand, now: Instant) -> Plan {
        let lines = super::leaver_proposals::lines(catalog, leaver, hand, now);
        Plan { person: leaver.clone(), lines, notes: Vec::new() }
    }

    /// What has no destination yet.
    pub fn homeless(&self) -> Vec<String> {
        self.lines.iter().filter(|line| line.to.is_none()).map(Line::words).collect()
    }

    /// The commands that carry the plan out, after the person has left; lines without a destination give
    /// none.
    pub fn commands(&self, catalog: &Catalog, now: Instant) -> Vec<Command> {
        let leaver = &self.person;
        let reason = format!("{leaver} left");
        let mut roles = BTreeMap::<&Handle, (Vec<Handle>, Vec<Handle>, Option<Handle>)>::new();
        let mut processes = BTreeMap::new();
        let (mut first, mut then) = (Vec::new(), Vec::new());
        for line in &self.lines {
            let Some(to) = &line.to else { continue };
            let party = match to {
                Destination::Party(party) => Some(party),
                Destination::Nobody => None,
            };
            let person = party.and_then(Party::person).cloned();
            let moved = |case: CaseId, what: Holding, to: Handle| Command::MoveWork {
                case,
                what,
                from: leaver.clone(),
                to,
                reason: reason.clone(),
            };
            match (&line.held, person, party) {
                (Held::Work { case, branch }, Some(to), _) => {
                    then.push(moved(*case, Holding::Branch(*branch), to));
                }
                (Held::Exception { case, exception }, Some(to), _) => {
                    then.push(moved(*case, Holding::Exception(*exception), to));
                }
                (Held::Offer { case, branch, handoff, note }, _, Some(to)) => {
                    let reason = Some(reason.clone());
                    then.push(Command::RecallHandoff { case: *case, handoff: *handoff, reason });
                    let (to, note) = (Some(to.clone()), note.clone());
                    then.push(Command::OfferHandoff {
                        case: *case,
                        branch: *branch,
                        to,
                        note,
                        agreed: Default::default(),
                    });
                }
                (Held::Delegated { case, task }, _, _) => {
                    then.push(Command::ResolveTask { case: *case, task: *task, note: reason.clone() });
                }
                (Held::Case { case }, _, Some(to)) => {
                    let reason = Some(reason.clone());
                    then.push(Command::ChangeAccountable { case: *case, to: to.clone(), reason });
                }
                (Held::Process { process, spot }, _, Some(to)) => {
                    let newest = catalog.newest(process).map(|(_, newest)| (**newest).clone());
                    if let Some(changed) = processes.entry(process).or_insert(newest) {
                        changed.give(spot, leaver, to);
                    }
                }
                (Held::Member { role }, to, _) => {
                    let role = roles.entry(role).or_default();
                    role.1.push(leaver.clone());
                    role.0.extend(to);
                }
                (Held::Lead { role }, Some(to), _) => roles.entry(role).or_default().2 = Some(to),
                (Held::Substitute { of }, to, _) => {
                    let absences = catalog.people.get(of).into_iter().flat_map(|of| &of.absences);
                    let theirs = absences
                        .filter(|absence| absence.until > now && absence.substitute.as_ref() == Some(leaver));
                    first.extend(theirs.map(|absence| {
                        let mut absence = absence.clone();
                        absence.substitute.clone_from(&to);
                        Command::SetAway { person: of.clone(), absence }
                    }));
                }
                _ => {}
            }
        }
        first.extend(roles.into_iter().map(|(role, (add, remove, lead))| Command::ChangeRole {
            role: role.clone(),
            add,
            remove,
            lead,
        }));
        let changed = processes.into_values().flatten();
        first.extend(changed.map(|process| Command::PublishProcess { process: Arc::new(process) }));
        first.extend(then);
        first
    }
}

impl Line {
    /// The line in words, for a sentence.
    pub fn words(&self) -> String {
        match &self.held {
            Held::Member { role } => format!("a place in {role}"),
            Held::Lead { role } => format!("the lead of {role}"),
            Held::Substitute { of } => format!("the place of {of} while {of} is away"),
            Held::Case { case } => format!("the accountability for {case}"),
            _ => self.key.clone(),
        }
    }
}
