//! What is most likely wanted of each kind of thing: two actions on two keys, first in the footer and told in the
//! preview. Knows kinds of things, and no rule.

use super::action::ActionId as A;
use super::model::{Model, Pane};
use super::target::{Target, open_offer, possible, targets};
use crate::desk::{InboxItem, Queue, What};

/// What marks are mostly for.
pub const MARKED: [A; 12] = [
    A::Accept,
    A::Decline,
    A::HandOn,
    A::Offer,
    A::Snooze,
    A::Start,
    A::Wait,
    A::Note,
    A::Due,
    A::Withdraw,
    A::MarkAll,
    A::Back,
];

/// The same of records.
pub const MARKED_RECORDS: [A; 5] = [A::Note, A::Tags, A::Withdraw, A::MarkAll, A::Back];

/// The two likely actions on a thing in this list.
fn of(queue: Queue, item: &InboxItem) -> [A; 2] {
    match (queue, item.what) {
        (Queue::History, _) => [A::Undo, A::Open],
        (Queue::Snoozed, _) => [A::Wake, A::Open],
        (Queue::Waiting, _) => [A::Decline, A::Offer],
        (Queue::Stalled(_) | Queue::Late, What::Vote) => [A::Accept, A::Offer],
        (Queue::Stalled(_) | Queue::Late, What::Accept) => [A::Offer, A::Accept],
        (Queue::Stalled(_) | Queue::Late, _) => [A::Offer, A::HandOn],
        (_, What::Accept) => [A::Accept, A::Decline],
        (_, What::Back) => [A::Offer, A::Withdraw],
        (_, What::Start | What::Due | What::Late) if item.paused.is_some() => [A::Start, A::Wait],
        (_, What::Start) => [A::Start, A::HandOn],
        (_, What::Due) if item.let_wait => [A::Start, A::Wait],
        (_, What::Late | What::Due) => [A::HandOn, A::Wait],
        (_, What::Delegated) => [A::HandOn, A::Note],
        (_, What::Vote) => [A::Accept, A::Note],
        (_, What::Waiting) if item.let_wait || item.paused.is_some() => [A::Start, A::Wait],
        (_, What::Waiting) => [A::Start, A::Snooze],
        (_, What::Escalated) => [A::Offer, A::Note],
        (_, What::Exception) => [A::Accept, A::Note],
        (_, What::Join | What::Risk) => [A::Why, A::Note],
        (_, What::Message) => [A::Accept, A::Decline],
        (_, What::Closed) => [A::Open, A::Reopen],
    }
}

/// What can be done with a thing that is with somebody else: a note that names them asks how it stands.
const ELSE: [A; 2] = [A::Note, A::Open];

/// The two actions that are offered on what the cursor is on.
pub fn two(model: &Model) -> Vec<A> {
    let inbox = model.inbox.as_ref();
    let Some(item) = inbox.and_then(|inbox| model.inbox_state.selected(inbox)) else { return Vec::new() };
    let mut two = Vec::new();
    for id in of(model.sweep.queue, item).into_iter().chain(ELSE) {
        let keyed = !model.keymap.shown(id).is_empty();
        if two.len() < 2 && keyed && !two.contains(&id) && possible(model, id).is_ok() {
            two.push(id);
        }
    }
    two
}

/// What the footer offers in a list, the likely first.
pub(super) fn hints(model: &Model) -> Vec<A> {
    let inbox = model.inbox.as_ref();
    let item = inbox.and_then(|inbox| model.inbox_state.selected(inbox));
    let mut all = two(model);
    let rest: &[A] = match model.sweep.queue {
        Queue::Stalled(_) | Queue::Late => &[A::MarkAll, A::Mark, A::Open, A::Why, A::Snooze, A::Filter],
        // What nearly everything can be comes first of these: it stands still in the footer.
        Queue::Mine => &[A::Snooze, A::Accept, A::Decline, A::HandOn, A::Offer, A::Start],
        _ => &[A::Open, A::Mark, A::Why, A::Filter],
    };
    // What waits is taken up again before it goes anywhere.
    let waits = item.is_some_and(|item| item.what == What::Waiting || item.let_wait);
    all.extend(rest.iter().filter(|id| !(waits && matches!(id, A::HandOn | A::Offer))));
    let mut once = Vec::new();
    for id in all {
        if !once.contains(&id) && possible(model, id).is_ok() {
            once.push(id);
        }
    }
    once
}

/// What the footer offers in the inbox whatever the cursor is on.
pub fn everywhere(model: &Model) -> Vec<A> {
    let nothing = model.inbox.as_ref().is_some_and(|inbox| inbox.items.is_empty());
    let all = match nothing {
        // What somebody does next who has nothing to decide.
        true => {
            [A::NewCase, A::NewRecord, A::AddTemplate, A::GoBoards, A::GoRecords, A::GoAgenda, A::GoMetrics]
        }
        false => [A::Open, A::Mark, A::Filter, A::Why, A::NextLate, A::NewCase, A::GoBoards],
    };
    let inbox = model.pane == Pane::Inbox && model.view().is_none() && model.sweep.queue == Queue::Mine;
    let plain = inbox && model.marks.is_empty();
    all.into_iter().filter(|id| plain && possible(model, *id).is_ok()).collect()
}

/// How many of the marked things an action means something for.
pub(super) fn count(model: &Model, id: A) -> usize {
    let records = super::record_marks::marked(model);
    if records > 0 {
        return records;
    }
    let targets = targets(model);
    let open = targets.iter().filter(|target| target.gone.is_none());
    let declines = targets.iter().any(|target| target.offered_to_me(model).is_some());
    // Whoever accepts says what comes next: nothing else is done with it.
    let asks = targets.iter().any(|target| target.ask_next && target.offered_to_me(model).is_some());
    let accepts = declines || targets.iter().any(|target| target.message.is_some());
    // What is about cases counts each once, whichever of its branches are marked.
    if matches!(id, A::Note | A::Withdraw | A::Urgent | A::Tags | A::AddTask | A::Pause | A::Reopen) {
        return super::course::cases_of(&targets).len();
    }
    let means = |target: &&Target| match id {
        // It is one verb at a time: what can be declined, or else what can be recalled.
        A::Decline if declines => target.offered_to_me(model).is_some(),
        A::Accept if asks => target.offered_to_me(model).is_some(),
        A::Accept if accepts => target.offered_to_me(model).is_some() || target.message.is_some(),
        A::Accept => target.exception.is_some() || targets.len() == 1,
        A::Decline => target.offered_to_me(model).is_some() || open_offer(target).is_some(),
        A::Start => target.begins(model).is_ok(),
        A::Resume => target.resumes(model).is_some(),
        A::Wait => target.waits(model).is_ok(),
        A::Delegate => target.mine(model).is_some() && target.delegate.is_none(),
        A::HandOn if targets.len() == 1 => target.works(model).or(target.votes(model)).is_some(),
        A::HandOn | A::Release | A::SendBack => target.mine(model).is_some(),
        A::Due => target.task.is_some(),
        A::Offer | A::Snooze => target.branch.is_some(),
        _ => true,
    };
    open.filter(means).count()
}

/// The two likely actions on what the cursor is on, with their keys: `a accept   r decline`.
pub(super) fn words(model: &Model) -> String {
    if !model.marks.is_empty() {
        return String::new();
    }
    let words = two(model)
        .into_iter()
        .map(|id| format!("{} {}", model.keymap.shown(id), super::act::words(model, id)));
    words.collect::<Vec<_>>().join("   ")
}
