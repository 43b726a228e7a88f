//! The lists that stand in the place of the inbox: their title, columns and rows. The cursor, marks, filter and
//! preview are the inbox's own.

use super::{Gutter, Look, meaning, times};
use crate::desk::{InboxItem, Newly, Queue, Remark, Since};
use crate::domain::counted::counted;
use crate::domain::when::distance;
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;
use std::collections::BTreeMap;

/// How a list is sorted whose latest stand first.
pub const MOST_LATE: &str = "most late";

/// ` Stalled 20: no progress for 3 days or more   (g s)`
pub fn title(queue: Queue, shown: usize) -> String {
    match queue {
        Queue::Mine => String::new(),
        Queue::Stalled(days) => {
            let days = if days == 1 { "a day".to_string() } else { format!("{days} days") };
            format!("Stalled {shown}: no progress for {days} or more   (g s)")
        }
        Queue::Late => format!("Late {shown}: past due, of everybody   (g l)"),
        Queue::Waiting => {
            format!("Waiting on others {shown}: yours or offered by you, taken by nobody   (g w)")
        }
        Queue::Snoozed => format!("Snoozed {shown}: out of your inbox until a date   (g z)"),
        // Its sections stand there, each with its number.
        Queue::News => String::new(),
        Queue::History => format!("What you did {shown}   (g h)"),
    }
}

/// What a list is called.
pub fn name(queue: Queue) -> &'static str {
    match queue {
        Queue::Mine => "Inbox",
        Queue::Stalled(_) => "Stalled",
        Queue::Late => "Late",
        Queue::Waiting => "Waiting",
        Queue::Snoozed => "Snoozed",
        Queue::News => "News",
        Queue::History => "History",
    }
}

/// How the list is sorted where nobody asked for another order.
pub fn sort(queue: Queue) -> &'static str {
    match queue {
        Queue::Mine | Queue::Waiting | Queue::Late => MOST_LATE,
        Queue::Stalled(_) => "longest",
        Queue::Snoozed => "next back",
        Queue::News => "gravest",
        Queue::History => "newest",
    }
}

/// What an empty list says.
pub fn empty(queue: Queue) -> &'static str {
    match queue {
        Queue::Mine => "Nothing needs you.",
        Queue::Stalled(_) => "Nothing stands still.",
        Queue::Late => "Nothing is late, whoever has it.",
        Queue::Waiting => "Nothing waits for others.",
        Queue::Snoozed => "Nothing is put out of your inbox.",
        Queue::News => "Nothing changed for you since you last looked.",
        Queue::History => "You have done nothing yet.",
    }
}

/// What the line above the footer says of the list.
pub fn sentence(queue: Queue, items: &[InboxItem]) -> String {
    let n = items.len();
    match queue {
        Queue::Stalled(_) if n > 0 => {
            let mut steps = BTreeMap::<&str, usize>::new();
            items.iter().for_each(|item| *steps.entry(&item.step_title).or_default() += 1);
            let most = steps.iter().max_by_key(|(_, n)| **n);
            let most = most.map(|(step, n)| format!(", {n} in {step}")).unwrap_or_default();
            format!("{}{most}. V marks them all.", counted(n, "stalled thing"))
        }
        Queue::Late if n > 0 => {
            let mut who = BTreeMap::<&str, usize>::new();
            items.iter().for_each(|item| *who.entry(item.responsible.as_str()).or_default() += 1);
            let most = who.iter().max_by_key(|(_, n)| **n);
            let most = most.map(|(who, n)| format!(", {n} with {who}")).unwrap_or_default();
            format!("{n} late{most}. V marks them all.")
        }
        Queue::Waiting if n > 0 => {
            let late = items.iter().filter(|item| item.urgency.is_late()).count();
            format!("{n} offered and not taken, {late} late. r takes it back, A offers it to another.")
        }
        Queue::News if n > 0 => {
            let said = Since::words_of(items);
            format!("Since you last looked: {said}.")
        }
        Queue::History => "u takes the newest back, where it says u.".to_string(),
        _ => String::new(),
    }
}

/// Widths: number, step, person; the title gets what the others leave.
struct Widths {
    step: usize,
    who: usize,
    third: usize,
    /// Why it does not move; only where there is room.
    why: usize,
    due: usize,
}

/// Whether a list is of work of everybody, and says of each thing why it does not move.
pub fn says_why(queue: Queue) -> bool {
    matches!(queue, Queue::Stalled(_) | Queue::Late)
}

/// Columns from which on a list has one for why; with fewer the line below says it of the row under the cursor.
pub const ROOM_FOR_WHY: usize = 96;

fn widths(queue: Queue, width: usize) -> Widths {
    let more = width.saturating_sub(80) / 4;
    let due = if width >= 60 { 14 } else { 0 };
    match queue {
        Queue::News => Widths { step: 0, who: 0, third: (width / 4).max(18), why: 0, due },
        Queue::History => {
            Widths { step: 0, who: 0, third: (width * 2 / 5).min(60), why: 0, due: due.min(12) }
        }
        queue if says_why(queue) && width >= ROOM_FOR_WHY => {
            let more = width - ROOM_FOR_WHY;
            Widths {
                step: 12 + (more / 4).min(12),
                who: 8 + (more / 8).min(5),
                third: 9,
                why: 22 + (more / 4).min(18),
                due: 13,
            }
        }
        _ => Widths {
            step: if width >= 66 { 10 + more.min(10) } else { 0 },
            who: 7 + more.min(6),
            third: 10,
            why: 0,
            due,
        },
    }
}

/// The names of the columns.
pub fn heads(pen: &mut Pen, queue: Queue) {
    let widths = widths(queue, pen.room());
    let (who, third, due) = match queue {
        Queue::Stalled(_) | Queue::Mine => ("WHO", "STILL FOR", "DUE"),
        Queue::Late => ("WHO", "THERE FOR", "DUE"),
        Queue::Waiting => ("TO", "SENT", "DUE"),
        Queue::Snoozed => ("WHO", "BACK", "DUE"),
        Queue::News => ("", "CHANGE", "DUE"),
        Queue::History => ("", "DID", "UNDO"),
    };
    let title = title_width(&widths, pen.room());
    pen.skip(6).column(&Shown::new("CASE"), 7, Meaning::Title);
    pen.column(&Shown::new("TITLE"), title + 1, Meaning::Title);
    for (name, width) in [("STEP", widths.step), (who, widths.who)] {
        if width > 0 {
            pen.column(&Shown::new(name), width + 1, Meaning::Title);
        }
    }
    pen.column(&Shown::new(third), widths.third + 1, Meaning::Title);
    if widths.why > 0 {
        pen.column(&Shown::new("WHY"), widths.why + 1, Meaning::Title);
    }
    if widths.due > 0 {
        let room = pen.room();
        pen.column_right(&Shown::new(due), room, Meaning::Title);
    }
}

fn title_width(widths: &Widths, room: usize) -> usize {
    let after = [widths.step, widths.who, widths.third, widths.why, widths.due];
    let after = after.into_iter().filter(|width| *width > 0).map(|width| width + 1).sum::<usize>();
    room.saturating_sub(6 + 7 + 1 + after)
}

/// One row.
pub fn row(pen: &mut Pen, queue: Queue, item: &InboxItem, cursor: bool, look: &Look) {
    let widths = widths(queue, pen.room());
    let title = title_width(&widths, pen.room());
    let marked = look.marks.contains(&(item.case, item.branch));
    Gutter { cursor, marked, news: look.news.contains(&item.case), urgency: item.urgency }.write(pen);
    let more = pen.skip(1).number(&item.number(), 7);
    let title = title.saturating_sub(more);
    let name = match &item.told {
        Some(Remark::Gone(words)) => format!("gone: {words}"),
        _ => item.title.clone(),
    };
    pen.column(&Shown::fit(&name, title), title, Meaning::Plain).skip(1);
    if widths.step > 0 {
        pen.column(&Shown::fit(&item.step_title, widths.step), widths.step, Meaning::Plain).skip(1);
    }
    if widths.who > 0 {
        let who = match (queue, &item.to) {
            (Queue::Waiting, Some(to)) => super::preview::name(to).to_string(),
            _ => item.responsible.to_string(),
        };
        pen.column(&Shown::fit(&who, widths.who), widths.who, Meaning::Plain).skip(1);
    }
    let third = third(item, look);
    pen.column(&Shown::fit(&third, widths.third), widths.third, Meaning::Plain).skip(1);
    if widths.why > 0 {
        let why = item.why.as_deref().unwrap_or_default();
        pen.column(&Shown::fit(why, widths.why), widths.why, Meaning::Plain).skip(1);
    }
    if widths.due > 0 {
        let due = match &item.told {
            Some(Remark::Did { kept: None, older: true, .. }) => "u u".to_string(),
            Some(Remark::Did { kept: None, .. }) => "u".to_string(),
            Some(Remark::Did { kept: Some(why), .. }) => why.clone(),
            _ => times::left(look.now, item.due, look.zone),
        };
        let room = pen.room();
        pen.column_right(&Shown::fit(&due, room), room, meaning(item.urgency));
    }
}

/// What the list says of a thing: how long it stands still, until when it is away, what was done.
fn third(item: &InboxItem, look: &Look) -> String {
    match &item.told {
        Some(Remark::Still(at)) => distance(look.now - *at),
        Some(Remark::Until(at)) => times::stamp(*at, look.now, look.zone),
        Some(Remark::News(Newly::Done(words))) => words.clone(),
        Some(Remark::News(newly)) => newly.word().to_string(),
        Some(Remark::Did { words, .. }) => words.clone(),
        Some(Remark::Gone(_) | Remark::On(_)) => String::new(),
        None => distance(look.now - item.since),
    }
}

/// A row of a narrow screen: what the list is about comes before what the thing is called.
pub fn short_row(pen: &mut Pen, queue: Queue, item: &InboxItem, cursor: bool, look: &Look) {
    pen.word(if cursor { ">" } else { " " }, Meaning::Plain);
    let marked = look.marks.contains(&(item.case, item.branch));
    match &item.told {
        Some(Remark::Did { kept: None, .. }) => pen.word("u ", Meaning::Active),
        Some(Remark::Did { .. }) => pen.skip(2),
        _ => pen.column(&Shown::new(item.urgency.mark()), 2, meaning(item.urgency)),
    };
    pen.word(if marked { "*" } else { " " }, Meaning::Marked);
    let name = match &item.told {
        Some(Remark::Gone(words)) => format!("gone: {words}"),
        _ => item.title.clone(),
    };
    let words = match queue {
        Queue::Late => times::left_short(look.now, item.due, look.zone),
        _ => third(item, look),
    };
    let words = Shown::new(&words);
    let most = if matches!(queue, Queue::News | Queue::History) { pen.room() * 3 / 5 } else { 12 };
    let title = pen.room().saturating_sub(words.width().min(most) + 1);
    pen.column(&Shown::fit(&name, title), title, Meaning::Plain).skip(1);
    let room = pen.room();
    pen.text(&words.cut(room), Meaning::Plain);
}
