//! Keys typed ahead of the screen, as over a slow line: while what they would act on is on its way, they wait for it in the
//! order they came, instead of acting on whatever stands there.

use super::action::ActionId;
use super::input::{Code, Input};
use super::keymap::Meant;
use super::model::{Model, Pane, View};
use super::msg::{Effect, Loaded, Msg, Query};
use crate::desk::Queue;
use crate::domain::{Instant, Span};
use std::collections::VecDeque;

/// Longer than anything on the way to a screen takes; then keys act all the same.
const PATIENCE: Span = Span(1_500);
/// From then on the person has seen that something is being taken back: the same key once more is no typing ahead.
const SEEN: Span = Span(400);
/// Keys kept; more come from no fingers.
const MOST: usize = 200;

/// Said of keys that were typed after what failed.
const LOST: &str = " What was typed after it did nothing.";
/// Said while somebody else writes for longer than a moment.
const BUSY: &str = "Someone is saving. Trying again ...";

/// What waits, and for what.
#[derive(Debug, Default)]
pub struct Ahead {
    held: VecDeque<Input>,
    /// Since when the first of them waits.
    since: Option<Instant>,
    /// A command was given and is not answered.
    answer: bool,
    /// It takes back or does again, which always changes something.
    turns: bool,
    /// The head of the journal when it was given.
    head: i64,
    /// It was answered, and the list is still as it was before.
    list: bool,
    /// What is done now and may take a while, in words, and since when.
    doing: Option<(&'static str, Instant)>,
    /// That is an undo or a redo.
    turning: bool,
    /// What the person did waits for somebody else who writes.
    busy: bool,
    /// Keys were let go because what they were typed after failed, or nobody knew yet what becomes of it.
    lost: bool,
}

/// What is being done and is not answered: an undo of hundreds of commands takes seconds.
pub(super) fn doing(model: &Model) -> Option<&'static str> {
    model.ahead.doing.map(|(words, _)| words)
}

/// What the person did waits for somebody else who writes. That takes long enough to press a key again because nothing
/// happens, which is not meant for what comes next: no key is kept from before it, and none until it is over.
pub(super) fn busy(model: &mut Model) {
    if model.ahead.answer {
        model.status = super::model::Status::default();
        model.ahead.doing = Some((BUSY, model.now));
        model.ahead.busy = true;
        model.ahead.lost |= !model.ahead.held.is_empty();
        model.ahead.held.clear();
    }
}

/// Whether an action is being taken back or done again, so that the next has to wait for what becomes of it.
pub(super) fn turning(model: &Model) -> bool {
    model.ahead.turning
}

/// Whether `input` would take something back while the person sees that something is being taken back.
fn turns_again(model: &Model, input: &Input) -> bool {
    let Input::Key(key) = input else { return false };
    let meant = model.keymap.meant(None, *key);
    let again = matches!(meant, Meant::Action(ActionId::Undo | ActionId::Redo));
    let seen = model.ahead.doing.is_some_and(|(_, since)| model.now - since >= SEEN);
    model.ahead.turning && seen && again && model.overlays.is_empty() && !model.filtering
}

/// Whether what the next key is about is on its way.
fn waits(model: &Model) -> bool {
    // What the person did decides what the next key is about, however long somebody else's saving holds it up.
    let answers = model.ahead.answer && !model.carrying;
    if !answers && model.ahead.since.is_some_and(|since| model.now - since >= PATIENCE) {
        return false;
    }
    let asked = |of: &dyn Fn(&Query) -> bool| model.asked.iter().any(of);
    let loading = model.overlays.is_empty()
        && !model.filtering
        && match (model.view(), model.pane) {
            (Some(View::Case(id)), _) => {
                model.loaded_case().is_none() && asked(&|query| *query == Query::Case(*id))
            }
            (Some(View::Cases { .. }), _) => {
                super::listed::waits(model) && asked(&|query| matches!(query, Query::OpenOf(_)))
            }
            (None, Pane::Inbox) => {
                let queue = Query::Queue(model.sweep.queue);
                model.inbox.is_none() && model.sweep.queue != Queue::Mine && asked(&|query| *query == queue)
            }
            (None, Pane::Boards) => {
                model.board.is_none() && asked(&|query| matches!(query, Query::Board { .. }))
            }
            (None, Pane::Records) => {
                model.record_list.is_none() && asked(&|query| matches!(query, Query::RecordPage { .. }))
            }
            _ => false,
        };
    loading || model.pending.is_some() || model.ahead.answer || model.ahead.list
}

/// Keeps an input for later; whether it did.
pub(super) fn holds(model: &mut Model, input: &Input) -> bool {
    let leaves = matches!(input, Input::Key(key) if key.code == Code::Char('c') && key.ctrl);
    // What stops the very thing that is waited for.
    let stops = model.carrying && matches!(input, Input::Key(key) if key.code == Code::Esc);
    let turned = matches!(input, Input::FocusGained | Input::FocusLost);
    // What waits already is before it.
    let wait = waits(model) || !model.ahead.held.is_empty();
    if turns_again(model, input) {
        return false;
    }
    if leaves || stops || turned || !wait || model.ahead.held.len() >= MOST {
        return false;
    }
    if model.ahead.busy {
        model.ahead.lost = true;
        return true;
    }
    let now = model.now;
    model.ahead.since.get_or_insert(now);
    model.ahead.held.push_back(input.clone());
    true
}

/// Notes what an input led to.
pub(super) fn sent(model: &mut Model, effects: &[Effect]) {
    super::goes_on::sent(model, effects);
    let acts = |effect: &Effect| {
        matches!(
            effect,
            Effect::Do(_)
                | Effect::DoAsSeen { .. }
                | Effect::Try(_)
                | Effect::Carry(_)
                | Effect::Undo { .. }
                | Effect::Redo
        )
    };
    if effects.iter().any(acts) {
        let turns = effects.iter().any(|effect| matches!(effect, Effect::Undo { .. } | Effect::Redo));
        let ahead = &mut model.ahead;
        (ahead.answer, ahead.turns, ahead.list, ahead.head) = (true, turns, false, model.seen);
        ahead.turning |= turns;
    }
    let words = |effect: &Effect| match effect {
        Effect::Undo { .. } => Some("Taking it back ..."),
        Effect::Redo => Some("Doing it again ..."),
        Effect::Try(_) => Some("Looking what it would come to ..."),
        Effect::Do(many) if many.len() > 1 => Some("Doing it ..."),
        Effect::CallOff => Some("Stopping ..."),
        Effect::Leave(_) => Some("Handing everything over ..."),
        _ => None,
    };
    if let Some(words) = effects.iter().find_map(words) {
        model.ahead.doing = Some((words, model.now));
    }
}

/// Notes what a message answers.
pub(super) fn heard(model: &mut Model, msg: &Msg) {
    let shown = (model.view().is_none(), model.pane, model.sweep.queue == Queue::Mine);
    let listed = matches!(shown, (true, Pane::Inbox | Pane::Boards, _));
    let tried = |loaded: &Loaded| matches!(loaded, Loaded::Tried(_));
    if matches!(msg, Msg::Done { .. } | Msg::Failed { .. } | Msg::Stays(_))
        || matches!(msg, Msg::Loaded(loaded) if tried(loaded))
    {
        (model.ahead.doing, model.ahead.turning, model.ahead.busy) = (None, false, false);
    }
    match msg {
        // The head may be seen to have moved before or after what moved it is answered.
        Msg::Moved(head) if model.ahead.answer && *head != model.seen => model.ahead.list = listed,
        Msg::Done { undoable, .. } if model.ahead.answer => {
            model.ahead.answer = false;
            // However long that took, the list has its time from now on.
            model.ahead.since = Some(model.now);
            if model.seen == model.ahead.head {
                model.ahead.list = listed && (*undoable || model.ahead.turns);
            }
        }
        Msg::Failed { .. } | Msg::Stays(_) => {
            // What was typed was meant for what would have come of it.
            if model.ahead.answer && !model.ahead.held.is_empty() {
                model.ahead.lost = true;
                model.ahead.held.clear();
            }
            (model.ahead.answer, model.ahead.list) = (false, false);
        }
        Msg::Loaded(loaded) => match (&**loaded, shown) {
            (Loaded::Tried(_) | Loaded::Preview(_), _) => model.ahead.answer = false,
            (Loaded::Inbox(_), (_, Pane::Inbox, true))
            | (Loaded::Queue(..), (_, Pane::Inbox, false))
            | (Loaded::Board { .. }, (_, Pane::Boards, _)) => model.ahead.list = false,
            _ => {}
        },
        _ => {}
    }
    if model.ahead.held.is_empty() {
        model.ahead.since = None;
    }
}

/// The next input whose time has come.
pub(super) fn next(model: &mut Model) -> Option<Input> {
    if !model.ahead.answer && std::mem::take(&mut model.ahead.lost) && !model.status.text.is_empty() {
        model.status.text.push_str(LOST);
    }
    if model.ahead.held.is_empty() || waits(model) {
        return None;
    }
    let next = model.ahead.held.pop_front();
    if model.ahead.since.is_some_and(|since| model.now - since >= PATIENCE) {
        // Whatever was on its way does not come.
        (model.ahead.answer, model.ahead.list, model.pending) = (false, false, None);
    }
    if model.ahead.held.is_empty() {
        model.ahead.since = None;
    }
    next
}
