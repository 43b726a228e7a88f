//! Going through a list without it moving under the finger: which list the inbox pane shows, what of a newer state is
//! let in while somebody works, and what became of things others took. Time is an argument; asks nobody.

use super::goes_on;
use super::model::{Model, Pane};
use super::msg::{Effect, Query};
use super::panes::inbox::{InboxState, Key, key};
use super::panes::inbox_queue;
use crate::desk::{Inbox, InboxItem, Queue, Remark, STALLED_DAYS, What};
use crate::domain::event::SubjectId;
use crate::domain::{CaseId, HandoffId, Instant, RecordId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// How long after a key the order stays, and how long what somebody else took stays in sight.
const QUIET: Span = Span(5_000);

/// What the inbox pane remembers beside its cursor.
#[derive(Debug, Default)]
pub struct Sweep {
    pub queue: Queue,
    /// Days without progress that make work stalled; the usual number unless the settings say one.
    pub days: Option<u32>,
    /// The own inbox, while another list is shown in its place.
    parked: Option<Box<(Option<Inbox>, InboxState)>>,
    /// A newer state that is not let in yet.
    fresh: Option<Inbox>,
    /// How many new things that state has.
    pub arrived: usize,
    pub last_key: Option<Instant>,
    /// What was done last was something new, and nothing taken back.
    pub forward: bool,
    /// What was done last settles what it is about, as far as this person goes: the next comes.
    pub(super) settles: bool,
    /// Cases of the person's own last action: what it changed shows at once.
    pub(super) own: BTreeSet<CaseId>,
    /// The next state is taken as it is: the list is another one, or was asked for.
    anew: bool,
    /// What others took, since when it stays in sight.
    gone: BTreeMap<Key, Instant>,
    /// What the verb that was last chosen does not apply to, and why.
    pub cannot: Vec<(SubjectId, String)>,
    /// Offers that are taken back when the thing is offered to somebody else.
    pub recall: BTreeMap<(CaseId, u32), HandoffId>,
}

impl Sweep {
    /// The list `g s` shows.
    pub fn stalled(&self) -> Queue {
        Queue::Stalled(self.days.unwrap_or(STALLED_DAYS))
    }
}

impl Model {
    /// The person's own inbox, whatever list is shown.
    pub fn own_inbox(&self) -> Option<&Inbox> {
        match &self.sweep.parked {
            Some(parked) => parked.0.as_ref(),
            None => self.inbox.as_ref(),
        }
    }

    /// How many things the own inbox has and how many of them are late, what is not let in yet included.
    pub fn own_counts(&self) -> Option<(usize, usize)> {
        let waiting = self.sweep.fresh.as_ref().filter(|_| self.sweep.queue == Queue::Mine);
        let inbox = waiting.or(self.own_inbox())?;
        Some((inbox.items.len(), inbox.late()))
    }

    /// How the own inbox is looked at, whatever list is shown.
    pub fn own_state(&self) -> &InboxState {
        self.sweep.parked.as_ref().map_or(&self.inbox_state, |parked| &parked.1)
    }

    pub fn own_state_mut(&mut self) -> &mut InboxState {
        match &mut self.sweep.parked {
            Some(parked) => &mut parked.1,
            None => &mut self.inbox_state,
        }
    }

    pub fn own_inbox_mut(&mut self) -> Option<&mut Inbox> {
        match &mut self.sweep.parked {
            Some(parked) => parked.0.as_mut(),
            None => self.inbox.as_mut(),
        }
    }

    /// Whether the order of the list has to stay: marks, something over it, or a key a moment ago.
    pub fn frozen(&self) -> bool {
        let key = self.sweep.last_key.is_some_and(|at| self.now - at < QUIET);
        key || !self.marks.is_empty() || !self.overlays.is_empty() || self.filtering
    }
}

/// Shows another list in the inbox pane, which begins anew; the own inbox waits meanwhile as it is.
pub(super) fn show(model: &mut Model, queue: Queue) {
    model.sweep.anew = true;
    model.sweep.fresh = None;
    model.sweep.arrived = 0;
    if model.sweep.queue == queue {
        return;
    }
    model.sweep.gone.clear();
    if queue == Queue::Mine {
        if let Some(parked) = model.sweep.parked.take() {
            let preview = model.inbox_state.preview;
            (model.inbox, model.inbox_state) = *parked;
            model.inbox_state.preview = preview;
        }
    } else {
        let mut state = InboxState::default();
        (state.queue, state.preview) = (queue, model.inbox_state.preview);
        let before = (model.inbox.take(), std::mem::replace(&mut model.inbox_state, state));
        if model.sweep.queue == Queue::Mine {
            model.sweep.parked = Some(Box::new(before));
        }
    }
    model.sweep.queue = queue;
}

/// What has to be loaded for the list beside the own inbox.
pub(super) fn needs(model: &Model) -> Option<Query> {
    (model.pane == Pane::Inbox && model.sweep.queue != Queue::Mine).then_some(Query::Queue(model.sweep.queue))
}

/// The own inbox came.
pub(super) fn inbox_came(model: &mut Model, inbox: Inbox) -> Vec<Effect> {
    if model.own_inbox().is_none() {
        model.ticked_late = inbox.late();
    }
    match &mut model.sweep.parked {
        Some(parked) => {
            parked.0 = Some(inbox);
            Vec::new()
        }
        None => take(model, inbox),
    }
}

/// Another list came.
pub(super) fn queue_came(model: &mut Model, queue: Queue, inbox: Inbox) -> Vec<Effect> {
    if queue == model.sweep.queue { take(model, inbox) } else { Vec::new() }
}

/// The person did something to these cases, or to a record; what it changed shows at once.
pub(super) fn acted(model: &mut Model, cases: &[CaseId], record: Option<RecordId>) {
    // What was written on a record has no case in a list.
    let of_no_case = record.map(|_| CaseId(0));
    model.sweep.own = cases.iter().copied().chain(of_no_case).collect();
}

/// Everything is let in at the next state.
pub(super) fn thaw(model: &mut Model) {
    model.sweep.anew = true;
}

/// Time passed: what waited is let in, and what others took goes out of sight.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    if model.frozen() {
        return Vec::new();
    }
    model.sweep.own.clear();
    let now = model.now;
    let over = model.sweep.gone.values().any(|since| now - *since >= QUIET);
    let fresh = model.sweep.fresh.take();
    let mut effects = Vec::new();
    if let Some(fresh) = fresh {
        effects = take(model, fresh);
    }
    if over {
        let gone = std::mem::take(&mut model.sweep.gone);
        let (out, stay) = gone.into_iter().partition::<BTreeMap<_, _>, _>(|(_, since)| now - *since >= QUIET);
        model.sweep.gone = stay;
        if let Some(inbox) = &mut model.inbox {
            inbox.items.retain(|item| !out.contains_key(&key(item)));
        }
    }
    effects
}

/// What became of something that others took.
pub(super) fn became(model: &mut Model, case: CaseId, words: Option<String>) {
    let gone = &model.sweep.gone;
    for item in model.inbox.iter_mut().flat_map(|inbox| &mut inbox.items) {
        if item.case == case && gone.contains_key(&key(item)) {
            let words = words.clone().unwrap_or_else(|| "no longer in this list".to_string());
            item.told = Some(Remark::Gone(words));
        }
    }
}

/// Lets a newer state in: all of it, or while somebody works only what does not move the list.
fn take(model: &mut Model, fresh: Inbox) -> Vec<Effect> {
    let anew = std::mem::take(&mut model.sweep.anew);
    let Some(shown) = model.inbox.take().filter(|_| !anew) else {
        model.sweep.gone.clear();
        model.sweep.arrived = 0;
        model.sweep.fresh = None;
        model.inbox = Some(fresh);
        return Vec::new();
    };
    // Nothing moves under the finger in an empty list.
    let frozen = model.frozen() && !shown.items.is_empty();
    let before = shown.head;
    let stood = goes_on::before(model, &shown);
    let known = shown.items.iter().map(|item| (key(item), item)).collect::<BTreeMap<_, _>>();
    let own = &model.sweep.own;
    let changed = |item: &&InboxItem| known.get(&key(item)).is_none_or(|old| moved_on(old, item));
    let of_cases = fresh.items.iter().filter(|item| item.is_of_case());
    let new = of_cases.filter(|item| !own.contains(&item.case)).filter(changed);
    model.news.extend(new.map(|item| item.case));
    let merged = merge(shown.items, &fresh.items, &model.sweep.own, frozen);
    let keys = merged.items.iter().map(key).collect::<BTreeSet<_>>();
    model.sweep.gone.retain(|key, _| keys.contains(key) && !merged.back.contains(key));
    let mut effects = Vec::new();
    for (gone, case) in merged.gone {
        if !model.sweep.gone.contains_key(&gone) {
            model.sweep.gone.insert(gone, model.now);
            effects.push(Effect::Load(Query::Became { case, after: before }));
        }
    }
    model.sweep.arrived = merged.arrived;
    let elsewhere = model.pane != Pane::Inbox || model.view().is_some();
    let there =
        |mark: &(CaseId, Option<u32>)| merged.items.iter().any(|item| (item.case, item.branch) == *mark);
    model.marks.retain(|mark| elsewhere || there(mark));
    // After one's own action the cursor keeps its line, unless it is known what comes next.
    if std::mem::take(&mut model.acted) {
        let back = !std::mem::take(&mut model.sweep.forward);
        model.inbox_state.stay();
        if let Some(next) = stood.and_then(|on| on.next(back, &model.sweep.own, &merged.items)) {
            model.inbox_state.put_on(next);
        }
    }
    let items = merged.items;
    if frozen {
        model.sweep.fresh = Some(fresh.clone());
    }
    model.inbox = Some(Inbox { items, ..fresh });
    effects
}

/// Whether somebody did something to a thing, whatever the clock made of it meanwhile.
fn moved_on(old: &InboxItem, new: &InboxItem) -> bool {
    let work = |item: &InboxItem| (item.what, item.handoff, item.task, item.since, item.started);
    let who = |item: &InboxItem| (item.responsible.clone(), item.to.clone(), item.delegate.clone());
    let said = |item: &InboxItem| (item.waiting.clone(), item.declined.clone(), item.title.clone());
    // What became late by itself is news of the clock, and its age says so.
    let late = |item: &InboxItem| item.what == What::Late;
    let same_work = work(old) == work(new) || (late(old) || late(new)) && old.task == new.task;
    !same_work || who(old) != who(new) || said(old) != said(new)
}

struct Merged {
    items: Vec<InboxItem>,
    /// What is not there any more and stays in sight.
    gone: Vec<(Key, CaseId)>,
    /// What was thought gone and is there.
    back: BTreeSet<Key>,
    arrived: usize,
}

/// The newer state in the order of the shown one, while that has to stay.
fn merge(shown: Vec<InboxItem>, fresh: &[InboxItem], own: &BTreeSet<CaseId>, frozen: bool) -> Merged {
    let at = fresh.iter().enumerate().map(|(n, item)| (key(item), n)).collect::<BTreeMap<_, _>>();
    let mut merged = Merged { items: Vec::new(), gone: Vec::new(), back: BTreeSet::new(), arrived: 0 };
    let mut used = BTreeSet::new();
    let mut stays = Vec::new();
    for (line, item) in shown.into_iter().enumerate() {
        let key = key(&item);
        match at.get(&key) {
            Some(n) => {
                used.insert(*n);
                merged.back.insert(key);
                if frozen {
                    merged.items.push(fresh[*n].clone());
                }
            }
            // What was written on a record is gone when it was read, and by nobody else.
            None if own.contains(&item.case) || item.record().is_some() => {}
            None => {
                merged.gone.push((key, item.case));
                let told = match item.told {
                    Some(Remark::Gone(words)) => Some(Remark::Gone(words)),
                    _ => Some(Remark::Gone("gone".to_string())),
                };
                let item = InboxItem { told, ..item };
                if frozen { merged.items.push(item) } else { stays.push((line, item)) }
            }
        }
    }
    if !frozen {
        merged.items = fresh.to_vec();
        for (line, item) in stays {
            merged.items.insert(line.min(merged.items.len()), item);
        }
        return merged;
    }
    for (n, item) in fresh.iter().enumerate().filter(|(n, _)| !used.contains(n)) {
        if !own.contains(&item.case) {
            merged.arrived += 1;
            continue;
        }
        // One's own: behind what stands before it in the newer state.
        let before = fresh[..n].iter().rev().find_map(|before| {
            let before = key(before);
            merged.items.iter().position(|item| key(item) == before)
        });
        merged.items.insert(before.map_or(0, |line| line + 1), item.clone());
    }
    merged
}

/// The sections count what is not let in yet.
pub(super) fn count_sections(model: &mut Model) {
    if let (Some(fresh), Queue::Mine) = (&model.sweep.fresh, model.sweep.queue) {
        model.inbox_state.count(&fresh.items);
    }
}

/// What the line above the footer says of a list that is not the inbox.
pub(super) fn sentence(model: &Model) -> String {
    let Some(inbox) = &model.inbox else { return String::new() };
    let queue = model.sweep.queue;
    let of_all = inbox_queue::sentence(queue, &inbox.items);
    let narrow = usize::from(model.size.0) < inbox_queue::ROOM_FOR_WHY && inbox_queue::says_why(queue);
    let item = model.inbox_state.selected(inbox).filter(|_| narrow);
    match item.and_then(|item| Some((item.case, item.why.as_ref()?))) {
        Some((case, why)) => format!("{case}: {why}. {of_all}"),
        None => of_all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::panes::testing::inbox;

    fn names(items: &[InboxItem]) -> Vec<String> {
        items.iter().map(|item| item.case.to_string()).collect()
    }

    #[test]
    fn while_somebody_works_the_order_stays_what_is_new_is_counted_and_what_went_is_said() {
        let shown = inbox().items;
        let mut fresh = shown.clone();
        let taken = fresh.remove(2);
        let mut new = fresh[0].clone();
        new.case = CaseId(7777);
        fresh.insert(0, new);
        fresh.swap(2, 3);
        let merged = merge(shown.clone(), &fresh, &BTreeSet::new(), true);
        assert_eq!(names(&merged.items), names(&shown));
        assert_eq!(merged.arrived, 1);
        assert!(matches!(merged.items[2].told, Some(Remark::Gone(_))), "{:?}", merged.items[2].told);
        assert_eq!(merged.gone, [(key(&taken), taken.case)]);
        let thawed = merge(merged.items, &fresh, &BTreeSet::new(), false);
        assert_eq!(thawed.items.len(), fresh.len() + 1, "what went stays in sight for a moment");
        assert_eq!(names(&thawed.items)[0], "C-7777");
    }

    #[test]
    fn ones_own_action_shows_at_once() {
        let shown = inbox().items;
        let mut fresh = shown.clone();
        let mine = fresh.remove(1).case;
        fresh.retain(|item| item.case != mine);
        let merged = merge(shown, &fresh, &BTreeSet::from([mine]), true);
        assert_eq!(names(&merged.items), names(&fresh));
        assert_eq!((merged.gone.len(), merged.arrived), (0, 0));
    }
}
