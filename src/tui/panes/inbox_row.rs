//! One row of the inbox, in the columns its screen has room for.

use super::preview::name;
use super::{Gutter, Look, meaning, times};
use crate::desk::{InboxItem, Remark, What};
use crate::domain::urgency::Urgency;
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;

/// Widths of the columns of a row; the case gets what the others leave.
pub struct Columns {
    step: usize,
    from: usize,
}

const TIME: usize = 13;
/// Gutter, a blank, what it is, a blank.
const BEFORE_CASE: usize = 14;

impl Columns {
    pub fn of(width: u16) -> Columns {
        let width = usize::from(width);
        let more = width.saturating_sub(80) / 3;
        Columns {
            step: if width >= 66 { 9 + more.min(11) } else { 0 },
            from: if width >= 76 { 4 + more.min(8) } else { 0 },
        }
    }

    fn case(&self, room: usize) -> usize {
        let after =
            [self.step, self.from, TIME].into_iter().filter(|width| *width > 0).map(|width| width + 1);
        room.saturating_sub(BEFORE_CASE + after.sum::<usize>() + 1)
    }

    /// The names of the columns.
    pub fn heads(&self, pen: &mut Pen) {
        let case = self.case(pen.room());
        pen.skip(6).column(&Shown::new("WHAT"), 8, Meaning::Title);
        pen.column(&Shown::new("CASE"), case + 2, Meaning::Title);
        for (name, width) in [("STEP", self.step), ("FROM", self.from)] {
            if width > 0 {
                pen.column(&Shown::new(name), width + 1, Meaning::Title);
            }
        }
        let room = pen.room();
        pen.column_right(&Shown::new("TIME"), room, Meaning::Title);
    }
}

/// A row of a screen that is not narrow.
pub fn full_row(pen: &mut Pen, item: &InboxItem, cursor: bool, columns: &Columns, look: &Look) {
    let case = columns.case(pen.room());
    let marked = look.marks.contains(&(item.case, item.branch));
    let (mark, of) = mark(item);
    Gutter { cursor, marked, news: look.news.contains(&item.case), urgency: item.urgency }
        .write_with(pen, mark, of);
    pen.skip(1).column(&Shown::new(item.what.word()), 8, word_meaning(item));
    let gone = match &item.told {
        Some(Remark::Gone(words)) => Some(format!("gone: {words}  {} {}", item.case, item.title)),
        _ => None,
    };
    let title = super::titled(&item.title, item.urgent);
    let what = gone.unwrap_or_else(|| match &item.on_behalf {
        Some(away) => format!("{} for {away}: {title}", item.case),
        None => format!("{} {title}", item.number()),
    });
    let what = super::tagged(what, &item.tags);
    pen.column(&Shown::fit(&what, case), case, Meaning::Plain).skip(2);
    if columns.step > 0 {
        pen.column(&Shown::fit(&item.step_title, columns.step), columns.step, Meaning::Plain).skip(1);
    }
    if columns.from > 0 {
        pen.column(&from(item, look), columns.from, Meaning::Plain).skip(1);
    }
    let time = match item.what {
        What::Waiting if !item.urgency.is_late() => {
            item.due.map_or_else(String::new, |at| times::stamp(at, look.now, look.zone))
        }
        _ if item.due.is_none() => times::stamp(item.since, look.now, look.zone),
        _ => times::left(look.now, item.due, look.zone),
    };
    let room = pen.room();
    pen.column_right(&Shown::new(&time), room, meaning(item.urgency));
}

/// A row of a narrow screen: in short words, without the number of the case.
pub fn short_row(pen: &mut Pen, item: &InboxItem, cursor: bool, look: &Look) {
    let word = match item.what {
        What::Accept => "ACC",
        What::Back => "BACK",
        What::Late => "LATE",
        What::Start => "STRT",
        What::Due => "DUE",
        What::Delegated => "DLG",
        What::Vote => "VOTE",
        What::Waiting => "WAIT",
        What::Escalated => "ESC",
        What::Exception => "EXC",
        What::Join => "JOIN",
        What::Risk => "RISK",
        What::Message => "MSG",
        What::Closed => "END",
    };
    pen.word(if cursor { ">" } else { " " }, Meaning::Plain);
    let (mark, of) = mark(item);
    pen.column(&Shown::new(mark), 2, of);
    pen.column(&Shown::new(word), 4, word_meaning(item));
    if look.marks.contains(&(item.case, item.branch)) {
        pen.word("*", Meaning::Marked);
    } else if look.news.contains(&item.case) {
        pen.word("+", Meaning::Changed);
    } else {
        pen.skip(1);
    }
    let time = Shown::new(&times::left_short(look.now, item.due, look.zone));
    let title = pen.room().saturating_sub(time.width().max(4) + 1);
    let title = title.min(pen.room().saturating_sub(10).max(8));
    pen.column(&Shown::fit(&super::titled(&item.title, item.urgent), title), title, Meaning::Plain).skip(1);
    let room = pen.room();
    pen.column_right(&time, room, meaning(item.urgency));
}

/// How it presses; `?` where the case is likely to be late and nothing here is yet.
fn mark(item: &InboxItem) -> (&'static str, Meaning) {
    match (&item.risk, item.urgency) {
        (Some(_), Urgency::Soon) => ("~?", Meaning::Soon),
        (Some(_), Urgency::InTime | Urgency::Open) => ("?", Meaning::Soon),
        (_, urgency) => (urgency.mark(), meaning(urgency)),
    }
}

fn word_meaning(item: &InboxItem) -> Meaning {
    match item.what {
        What::Accept => Meaning::Accept,
        What::Back => Meaning::Returned,
        What::Waiting => Meaning::Waiting,
        What::Late
        | What::Start
        | What::Due
        | What::Delegated
        | What::Vote
        | What::Escalated
        | What::Exception
        | What::Join
        | What::Risk
        | What::Message
        | What::Closed => Meaning::Plain,
    }
}

/// Whom it came from; `me` for the person's own work.
pub fn from(item: &InboxItem, look: &Look) -> Shown {
    let who = match item.what {
        What::Accept | What::Message => item.from.as_ref(),
        What::Escalated | What::Risk | What::Delegated | What::Vote => Some(&item.responsible),
        What::Back => return item.to.as_ref().map_or_else(Shown::default, |to| Shown::new(name(to))),
        What::Late | What::Start | What::Due | What::Waiting => {
            item.on_behalf.as_ref().or(Some(&item.responsible))
        }
        What::Exception | What::Join | What::Closed => None,
    };
    match who {
        Some(who) if who == look.me => Shown::new("me"),
        Some(who) => Shown::new(who.as_str()),
        None => Shown::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::tui::panes::board_card;
    use ratatui::layout::Rect;
    use std::collections::BTreeSet;

    const WHATS: [What; 11] = [
        What::Accept,
        What::Back,
        What::Late,
        What::Start,
        What::Due,
        What::Delegated,
        What::Vote,
        What::Waiting,
        What::Escalated,
        What::Exception,
        What::Risk,
    ];

    /// S2: with every style taken away, no two states of a thing look the same.
    #[test]
    fn every_status_is_told_by_text_alone() {
        let mut eyes = Eyes::of_ana();
        let urgencies = [
            (Urgency::VeryLate, "10 10:42"),
            (Urgency::Late, "20 08:42"),
            (Urgency::Soon, "20 12:42"),
            (Urgency::InTime, "30 10:42"),
        ];
        for width in [80, 40] {
            let area = Rect::new(0, 0, width, 1);
            let mut seen = BTreeSet::new();
            for marked in [false, true] {
                for what in WHATS {
                    for (urgency, due) in urgencies {
                        let item = item(what, 7, "Hansen Roofing: roof quote", "Quote", Some(due), urgency);
                        eyes.marks = marked.then_some((item.case, item.branch)).into_iter().collect();
                        let text = drawn(area, |buffer, area| {
                            let look = eyes.look();
                            let mut pen = Pen::new(buffer, look.theme, area);
                            match width {
                                80 => full_row(&mut pen, &item, false, &Columns::of(width), &look),
                                _ => short_row(&mut pen, &item, false, &look),
                            }
                            None
                        });
                        assert!(seen.insert(text.clone()), "{what:?} {urgency:?} looks like another: {text}");
                    }
                }
            }
            assert_eq!(seen.len(), WHATS.len() * urgencies.len() * 2);
        }
    }

    #[test]
    fn what_is_likely_to_be_late_is_marked_and_what_is_late_is_not() {
        let risk = crate::domain::flow::Risk::of(
            &crate::domain::flow::Forecast {
                case: crate::domain::CaseId(7),
                basis: crate::domain::flow::Basis::Age,
                n: 40,
                on_time: Some(0.2),
                half_by: None,
                most_by: None,
                rank: None,
                as_old: (40, 32),
            },
            Some(crate::domain::Instant(1)),
            crate::domain::Instant(0),
        );
        let marks = [Urgency::VeryLate, Urgency::Late, Urgency::Soon, Urgency::InTime].map(|urgency| {
            let item = item(What::Start, 7, "Roof", "Quote", Some("30 10:42"), urgency);
            mark(&InboxItem { risk, ..item }).0
        });
        assert_eq!(marks, ["!!", "!", "~?", "?"]);
    }

    #[test]
    fn every_card_is_told_by_text_alone() {
        use crate::domain::rows::PlaceKind;
        let eyes = Eyes::of_ana();
        let mut seen = BTreeSet::new();
        for kind in [PlaceKind::Offered, PlaceKind::Task, PlaceKind::Held, PlaceKind::Waiting] {
            for (urgency, due) in [
                (Urgency::VeryLate, "10 10:42"),
                (Urgency::Late, "20 08:42"),
                (Urgency::Soon, "20 12:42"),
                (Urgency::InTime, "30 10:42"),
            ] {
                let mut card = card(7, "Hansen Roofing", "bo", "18 08:10", Some(due), urgency);
                card.kind = kind;
                card.to = Some(crate::domain::Party::Person(handle("ana")));
                card.waiting = (kind == PlaceKind::Waiting).then(|| ("the bank".to_string(), None));
                let area = Rect::new(0, 0, 26, 2);
                let text = drawn(area, |buffer, area| {
                    board_card::draw(buffer, area, &card, false, &eyes.look());
                    None
                });
                assert!(seen.insert(text.clone()), "{kind:?} {urgency:?} looks like another: {text}");
            }
        }
    }
}
