//! One thing an action is about: a line of a list, a card, or a place in a case, and whose hand it is in. Knows no rule.

use super::model::Model;
use super::overlays::arrange::Waits;
use super::overlays::moves::Begins;
use crate::desk::{Card, CaseView, InboxItem, Spot};
use crate::domain::rows::PlaceKind;
use crate::domain::{CaseId, Handle, HandoffId, Party, TaskId};

/// One thing an action is about.
#[derive(Debug, Clone)]
pub struct Target {
    pub case: CaseId,
    pub title: String,
    pub branch: Option<u32>,
    pub handoff: Option<HandoffId>,
    pub task: Option<TaskId>,
    pub kind: PlaceKind,
    pub responsible: Handle,
    pub to: Option<Party>,
    pub started: bool,
    /// Why the work waits, where it was let wait.
    pub waiting: Option<String>,
    /// Why its case is paused, as far as its list knows.
    pub paused: Option<String>,
    /// This person may offer it to another, as far as its list knows.
    pub movable: bool,
    /// Of the case.
    pub urgent: bool,
    pub exception: Option<(u32, String)>,
    /// It is a message: whom an answer would name, as `@bo `.
    pub message: Option<String>,
    pub process: Handle,
    /// Who works on it for the responsible person.
    pub delegate: Option<Handle>,
    /// Whoever accepts says what they do next, and when.
    pub ask_next: bool,
    /// Who has voted, where several decide.
    pub voted: Option<Vec<Handle>>,
    /// Others handled it: what became of it.
    pub gone: Option<String>,
}

impl Target {
    pub(super) fn of_item(item: &InboxItem) -> Target {
        let kind = match (item.task, item.handoff) {
            (Some(_), _) => PlaceKind::Task,
            (None, Some(_)) if item.to.is_none() || item.what == crate::desk::What::Back => PlaceKind::Held,
            (None, Some(_)) => PlaceKind::Offered,
            (None, None) => PlaceKind::Waiting,
        };
        Target {
            case: item.case,
            title: item.title.clone(),
            branch: item.branch,
            handoff: item.handoff,
            task: item.task,
            kind,
            responsible: item.responsible.clone(),
            to: item.to.clone(),
            started: item.started,
            waiting: item.waiting.as_ref().filter(|_| item.let_wait).map(|(why, _)| why.clone()),
            paused: item.paused.clone(),
            movable: item.movable,
            urgent: item.urgent,
            exception: item.exception.as_ref().map(|(n, _, text)| (*n, text.clone())),
            message: (item.what == crate::desk::What::Message)
                .then(|| item.from.as_ref().map(|from| format!("@{from} ")).unwrap_or_default()),
            process: item.process.clone(),
            delegate: item.delegate.clone(),
            ask_next: item.ask_next,
            // Somebody else's decision comes to an inbox only while they have yet to vote.
            voted: (item.what == crate::desk::What::Vote).then(Vec::new),
            gone: super::bulk::gone_of(item.told.as_ref()),
        }
    }

    pub(super) fn of_card(process: &Handle, card: &Card) -> Target {
        Target {
            case: card.case,
            title: card.title.clone(),
            branch: Some(card.branch),
            handoff: card.handoff,
            task: card.task,
            kind: card.kind,
            responsible: card.responsible.clone(),
            to: card.to.clone(),
            started: card.started,
            waiting: card.waiting.as_ref().map(|(why, _)| why.clone()),
            paused: None,
            movable: true,
            urgent: card.urgent,
            exception: None,
            message: None,
            process: process.clone(),
            delegate: card.delegate.clone(),
            ask_next: card.ask_next,
            voted: card.voted.clone(),
            gone: None,
        }
    }

    pub(super) fn of_spot(view: &CaseView, spot: &Spot) -> Target {
        let (case, place) = (&view.row, &spot.place);
        let paused = view.case.paused().find(|(_, pause)| pause.task.is_none());
        Target {
            case: case.id,
            title: case.title.clone(),
            branch: Some(place.branch),
            handoff: place.handoff,
            task: place.task,
            kind: place.kind,
            responsible: place.responsible.clone(),
            to: place.to.clone(),
            started: place.started,
            waiting: place.waiting.as_ref().map(|(why, _)| why.clone()),
            paused: paused.map(|(_, pause)| pause.reason.clone()),
            movable: true,
            urgent: case.urgent,
            exception: None,
            message: None,
            process: place.process.clone(),
            delegate: place.delegate.clone(),
            ask_next: spot.ask_next,
            voted: place.voted.clone(),
            gone: None,
        }
    }

    pub(super) fn offered_to_me(&self, model: &Model) -> Option<HandoffId> {
        let to = self.to.as_ref().filter(|_| self.kind == PlaceKind::Offered)?;
        self.handoff.filter(|_| model.catalog.right_to(&model.me, to, model.now).is_some())
    }

    pub(super) fn mine(&self, model: &Model) -> Option<TaskId> {
        let mine = model.catalog.acts_as(&model.me, &self.responsible, model.now);
        self.task.filter(|_| self.kind == PlaceKind::Task && mine)
    }

    /// Work the person is to do: in their own hand, or delegated to them.
    pub(super) fn works(&self, model: &Model) -> Option<TaskId> {
        self.mine(model).or(self.delegated_to_me(model))
    }

    /// The branch that waits where nobody works, for somebody who can let it go on.
    pub(super) fn waits_for_me(&self, model: &Model) -> Option<u32> {
        let stands = self.kind == PlaceKind::Waiting && self.exception.is_none() && self.message.is_none();
        self.branch.filter(|_| stands && (self.responsible == model.me || self.movable))
    }

    /// What `S` means for it: own work begins or goes on, then a case that is paused, then a branch where nobody works.
    pub(super) fn begins(&self, model: &Model) -> Result<Begins, &'static str> {
        let case = self.case;
        match (self.works(model), &self.paused, self.waits_for_me(model)) {
            (Some(task), ..) if self.waiting.is_some() => Ok(Begins::Resume(case, task)),
            (Some(_), Some(_), _) => Ok(Begins::ResumeCase(case)),
            (Some(task), ..) if !self.started => Ok(Begins::Start(case, task)),
            (_, Some(_), _) => Ok(Begins::ResumeCase(case)),
            (Some(_), ..) => Err("it is started already"),
            (None, None, Some(branch)) => Ok(Begins::GoesOn(case, branch)),
            (None, None, None) => Err("it is not in your hand"),
        }
    }

    /// What `resume` means for it: a case that is paused goes on, else own work that waits.
    pub(super) fn resumes(&self, model: &Model) -> Option<Begins> {
        let work = self.begins(model).ok().filter(|begins| matches!(begins, Begins::Resume(..)));
        self.paused.as_ref().map(|_| Begins::ResumeCase(self.case)).or(work)
    }

    /// What `W` means for it: own work waits, or is looked at again later, and so is a case that is paused.
    pub(super) fn waits(&self, model: &Model) -> Result<Waits, &'static str> {
        match (self.works(model), &self.paused) {
            (Some(task), _) => Ok(Waits { case: self.case, task: Some(task), why: self.waiting.clone() }),
            (None, Some(why)) => Ok(Waits { case: self.case, task: None, why: Some(why.clone()) }),
            (None, None) => Err("it is not in your hand"),
        }
    }

    /// A decision in somebody else's hand on which the person has yet to vote.
    pub(super) fn votes(&self, model: &Model) -> Option<TaskId> {
        let asked = self.to.as_ref().is_some_and(|to| model.catalog.includes(to, &model.me));
        let yet = self.voted.as_ref().is_some_and(|voted| !voted.contains(&model.me));
        let theirs = self.kind == PlaceKind::Task && self.responsible != model.me && self.delegate.is_none();
        self.task.filter(|_| theirs && asked && yet)
    }

    /// Work somebody else is responsible for and let this person do.
    pub(super) fn delegated_to_me(&self, model: &Model) -> Option<TaskId> {
        self.task.filter(|_| self.delegate.as_ref() == Some(&model.me))
    }
}
