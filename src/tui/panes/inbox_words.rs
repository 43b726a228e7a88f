//! What is said of the rows of the inbox and its other lists: the words a filter looks for, and the sentences of a
//! list with nothing in it. Draws nothing.

use super::filter::{self, meant};
use super::inbox::InboxState;
use super::inbox_queue;
use super::inbox_section::Section;
use crate::desk::{Inbox, InboxItem, Newly, Queue, Remark, STALLED_DAYS};
use crate::domain::zone::Zone;
use crate::domain::{Handle, Instant, Span};

/// What a filter looks at.
pub(super) fn haystack(item: &InboxItem, me: &Handle, now: Instant) -> String {
    let from = item.from.as_ref().map_or("", |from| from.as_str());
    let late = if item.urgency.is_late() { "late" } else { "" };
    let what = match &item.told {
        Some(Remark::Did { words, .. } | Remark::News(Newly::Done(words))) => words,
        Some(Remark::News(newly)) => newly.word(),
        _ => item.what.word(),
    };
    let case = item.number();
    let words = [&case, &item.title, &item.step_title, from, item.process.as_str(), what, late];
    let words = words.join(&filter::PART.to_string());
    let facets = [
        ("who:", item.responsible.as_str()),
        ("step:", item.step.as_str()),
        ("process:", item.process.as_str()),
        ("is:", late),
        ("is:", if now - item.since >= Span::DAY.times(i64::from(STALLED_DAYS)) { "stalled" } else { "" }),
        ("is:", if &item.responsible == me { "mine" } else { "" }),
        ("is:", if item.urgent { "urgent" } else { "" }),
        ("is:", if item.risk.is_some() { "risk" } else { "" }),
    ];
    filter::row(&words, facets, &item.tags)
}

/// The word that was perhaps meant by the last one of a filter that leaves nothing, and how many rows have it.
pub fn meant_here(inbox: &Inbox, state: &InboxState) -> Option<(String, usize)> {
    let of = inbox.items.iter().filter(|item| state.section.holds(item));
    let nothing = !state.filter.trim().is_empty() && state.shown(inbox).next().is_none();
    meant(&state.filter, of.map(|item| item.title.as_str())).filter(|_| nothing)
}

/// What a list says that has nothing to show.
pub(super) fn why_empty(inbox: &Inbox, state: &InboxState) -> Vec<String> {
    if !state.filter.trim().is_empty() {
        let of = inbox.items.iter().filter(|item| state.section.holds(item));
        let near = meant_here(inbox, state).map(|(word, count)| format!("{word} ({count})"));
        return filter::nothing(of.count(), &state.filter, near.as_deref());
    }
    if state.queue != Queue::Mine {
        return vec![match state.section {
            Section::All => inbox_queue::empty(state.queue).to_string(),
            section => section.empty().to_string(),
        }];
    }
    let mut lines = vec![state.section.empty().to_string(), String::new()];
    if inbox.items.is_empty() {
        let (with, late) = (inbox.waiting_on_others, inbox.waiting_on_others_late);
        let handoffs = if with == 1 { "handoff of yours is" } else { "handoffs of yours are" };
        if with > 0 {
            lines.push(format!("  Waiting    {with} {handoffs} with others, {late} late; g w lists them"));
        }
        if inbox.snoozed > 0 {
            lines.push(format!(
                "  Snoozed    {} out of your inbox until a date; g z lists them",
                inbox.snoozed
            ));
        }
        if !state.next.is_empty() {
            lines.push(format!("  Next       {}", state.next));
        }
    } else {
        lines.push(format!("  All        {} in the whole inbox", inbox.items.len()));
    }
    lines
}

/// `Later today: 2 due   Yours, not accepted yet: 6 (2 late)   Snoozed: 3`; empty when there is nothing of it.
pub(super) fn beside(inbox: &Inbox, now: Instant, zone: &Zone) -> String {
    let today = zone.date(now);
    let later = |due: Instant| due > now && zone.date(due) == today;
    let later = inbox.items.iter().filter(|item| item.due.is_some_and(later)).count();
    let late = match inbox.waiting_on_others_late {
        0 => String::new(),
        late => format!(" ({late} late)"),
    };
    let words = [
        (later, format!("Later today: {later} due")),
        (inbox.waiting_on_others, format!("Yours, not accepted yet: {}{late}", inbox.waiting_on_others)),
        (inbox.snoozed, format!("Snoozed: {}", inbox.snoozed)),
    ];
    words.into_iter().filter(|(n, _)| *n > 0).map(|(_, words)| words).collect::<Vec<_>>().join("   ")
}
