//! What the cursor of a list goes on to once something was done: past what is settled, back to what was taken back, and
//! nowhere where only something was said of it. Reads only.

use super::model::Model;
use super::msg::Effect;
use super::panes::inbox::{Key, key};
use super::panes::inbox_queue;
use crate::desk::{Inbox, InboxItem, Queue, What};
use crate::domain::CaseId;
use crate::domain::command::Command;
use std::collections::BTreeSet;

/// Commands go to the desk.
pub(super) fn sent(model: &mut Model, effects: &[Effect]) {
    for effect in effects {
        if let Effect::Do(commands) | Effect::DoAsSeen { commands, .. } = effect {
            model.sweep.settles = commands.iter().any(settles);
        }
    }
}

/// Whether a command is what somebody decides about a thing, and not something said of it or filled in on the way there.
fn settles(command: &Command) -> bool {
    use Command as C;
    matches!(
        command,
        C::OfferHandoff { .. }
            | C::AcceptHandoff { .. }
            | C::DeclineHandoff { .. }
            | C::RecallHandoff { .. }
            | C::StartTask { .. }
            | C::WaitTask { .. }
            | C::ResumeTask { .. }
            | C::EndWait { .. }
            | C::CompleteTask(_)
            | C::SendBack(_)
            | C::ReleaseTask { .. }
            | C::DelegateTask { .. }
            | C::ResolveTask { .. }
            | C::ResolveException { .. }
            | C::WithdrawCase { .. }
            | C::CloseDuplicate(_)
            | C::PauseCase { .. }
            | C::ResumeCase { .. }
            | C::Snooze(_)
            | C::AgreeDue(_)
    )
}

/// What the cursor was on when something was done, and what stood below it.
pub(super) struct Before {
    on: Key,
    case: CaseId,
    what: What,
    /// A decision leaves it in the list as something else.
    decides: bool,
    /// What was done about it settles it for now.
    settled: bool,
    below: Vec<Key>,
    /// What stood in the list of the cases that something was done to.
    known: Vec<Key>,
}

/// Looks where the cursor is before a newer state is let in.
pub(super) fn before(model: &Model, shown: &Inbox) -> Option<Before> {
    let now = model.inbox_state.selected(shown)?;
    let below = model.inbox_state.shown(shown).skip_while(|item| *item != now).skip(1);
    Some(Before {
        on: key(now),
        case: now.case,
        what: now.what,
        decides: matches!(now.what, What::Accept | What::Back | What::Vote | What::Exception),
        settled: model.sweep.settles || is_of_others(model.sweep.queue, now.what),
        below: below.map(key).collect(),
        known: shown.items.iter().filter(|item| model.sweep.own.contains(&item.case)).map(key).collect(),
    })
}

impl Before {
    /// What the cursor is put on among the newer `items` once something was done to the cases `own`, or `back` was taken;
    /// `None` where it keeps its line.
    pub fn next<'a>(
        &self,
        back: bool,
        own: &BTreeSet<CaseId>,
        items: &'a [InboxItem],
    ) -> Option<&'a InboxItem> {
        let still = |of: &Key| items.iter().find(|item| key(item) == *of);
        let mine = own.contains(&self.case);
        let now = still(&self.on);
        // Of several rows of a case the one that was not there.
        let of_case = || items.iter().filter(|item| own.len() == 1 && own.contains(&item.case));
        let came = of_case().find(|item| !self.known.contains(&key(item))).or_else(|| of_case().next());
        let settled = match now {
            // What marks were about moves nothing under a cursor that stood elsewhere.
            Some(_) if !mine && !back => return now,
            Some(_) if mine && back => return now,
            _ if back => return came,
            Some(now) => self.settled || self.decides && now.what != self.what,
            None => mine,
        };
        self.below.iter().find_map(still).filter(|_| settled)
    }
}

/// Whether a row is there to be looked after, whoever has it: whatever is done about it, it stays in the list and the
/// next comes.
fn is_of_others(queue: Queue, what: What) -> bool {
    inbox_queue::says_why(queue) || matches!(what, What::Escalated | What::Risk | What::Join)
}
