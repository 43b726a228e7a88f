//! The agenda: what is overdue, then day by day what is due, what is to be looked at again and what schedules start,
//! with the holidays by name. Draws from what was fetched.

use super::sheet::{Link, Place, Sheet};
use super::{Look, NARROW, meaning, times};
use crate::desk::{Agenda, AgendaDay, AgendaItem};
use crate::domain::counted::counted;
use crate::domain::urgency::Urgency;
use crate::tui::theme::Meaning;

/// More stand under no date: nobody does as much in a day, and a screen that is drawn for every key shows no thousands.
const MOST: usize = 60;
/// What a date is called on which nobody ever works.
const WEEKEND: &str = "not a working day";

/// The place; `days` is how far it looks.
pub fn place(view: &Agenda, days: u32, width: u16, look: &Look) -> Place {
    let mut sheet = Sheet::new(width);
    let today = look.zone.date(look.now);
    if !view.overdue.is_empty() {
        sheet.head(&format!("Past dates  {}", view.overdue.len()));
        rows(&mut sheet, &view.overdue, width, look, true);
    }
    let telling = |day: &&AgendaDay| !day.items.is_empty() || day.closed.as_deref() != Some(WEEKEND);
    let mut free = Vec::new();
    for day in view.days.iter().filter(telling) {
        if day.items.is_empty() && day.closed.is_none() && day.hours.is_none() {
            free.push(day);
            continue;
        }
        put_free(&mut sheet, &mut free, today);
        if !sheet.is_empty() {
            sheet.blank();
        }
        sheet.head(&day_words(day, today));
        rows(&mut sheet, &day.items, width, look, false);
    }
    put_free(&mut sheet, &mut free, today);
    let ahead = view.days.iter().map(|day| day.items.len()).sum::<usize>();
    let title = match width < NARROW {
        true => format!("Agenda of {}", view.person),
        false => format!("Agenda of {}, the next {}", view.person, counted(days, "day")),
    };
    let right = format!("{} past, {ahead} ahead", view.overdue.len());
    Place { title, right, tabs: Vec::new(), active: 0, sheet }
}

/// Working days with nothing on them are one line.
fn put_free(sheet: &mut Sheet, free: &mut Vec<&AgendaDay>, today: chrono::NaiveDate) {
    let (Some(first), Some(last)) = (free.first(), free.last()) else { return };
    if !sheet.is_empty() {
        sheet.blank();
    }
    let until =
        if first.date == last.date { String::new() } else { format!(" to {}", day_words(last, today)) };
    let words = format!("{}{until}  nothing", day_words(first, today));
    sheet.row(&[(&words, 0, Meaning::Dim)], None);
    free.clear();
}

/// `Fri 25 Dec  Christmas Day`
pub fn day_words(day: &AgendaDay, today: chrono::NaiveDate) -> String {
    let mut words = day.date.format("%a %-d %b").to_string();
    match (day.date - today).num_days() {
        0 => words.push_str("  today"),
        1 => words.push_str("  tomorrow"),
        _ => {}
    }
    for more in day.closed.iter().chain(&day.hours) {
        words.push_str("  ");
        words.push_str(more);
    }
    words
}

fn rows(sheet: &mut Sheet, items: &[AgendaItem], width: u16, look: &Look, overdue: bool) {
    items.iter().take(MOST).for_each(|item| row(sheet, item, width, look, overdue));
    if let Some(more) = items.len().checked_sub(MOST).filter(|more| *more > 0) {
        let words = format!("... {more} more, not listed here; `baton agenda` has them all");
        sheet.row(&[("", 2, Meaning::Plain), (&words, 0, Meaning::Dim)], None);
    }
}

fn row(sheet: &mut Sheet, item: &AgendaItem, width: u16, look: &Look, overdue: bool) {
    let at = match overdue {
        true => times::distance(look.now, item.at),
        false => look.zone.local(item.at).format("%H:%M").to_string(),
    };
    let case = item.case.map(|case| case.to_string()).unwrap_or_default();
    let link = match (item.case, item.branch, &item.process) {
        (Some(case), Some(branch), _) => Some(Link::Branch(case, branch)),
        (Some(case), None, _) => Some(Link::Case(case)),
        (None, _, Some(process)) => Some(Link::Process(process.clone())),
        (None, _, None) => None,
    };
    // A date to look again is nobody's promise, and overdue all the same.
    let late = match (overdue, item.urgency) {
        (true, Urgency::VeryLate) => Urgency::VeryLate,
        (true, _) => Urgency::Late,
        (false, urgency) => urgency,
    };
    let mut cells = vec![
        (late.mark(), 2, meaning(late)),
        (at.as_str(), if overdue { 13 } else { 5 }, meaning(late)),
        (item.what.word(), 7, Meaning::Plain),
    ];
    if width < NARROW {
        cells.push((item.title.as_str(), 0, Meaning::Plain));
    } else {
        cells.push((case.as_str(), case.len().max(6), Meaning::Plain));
        cells.push((item.title.as_str(), 0, Meaning::Plain));
        cells.push((item.about.as_str(), usize::from(width) * 3 / 10, Meaning::Dim));
    }
    sheet.row(&cells, link);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Eyes, handle, nov};
    use super::*;
    use crate::desk::Ahead;
    use crate::domain::CaseId;

    #[test]
    fn thousands_under_one_date_are_counted_and_not_drawn() {
        let item = |n: i64| AgendaItem {
            at: nov("16 09:00"),
            what: Ahead::Due,
            case: Some(CaseId(n)),
            branch: None,
            process: None,
            title: format!("Case {n}"),
            about: String::new(),
            item: None,
            urgency: Urgency::Late,
        };
        let texts = |many: i64| {
            let overdue = (1..=many).map(item).collect();
            let view = Agenda { person: handle("ana"), overdue, days: Vec::new() };
            place(&view, 14, 80, &Eyes::of_ana().look()).sheet.texts()
        };
        let last = texts(60).pop().unwrap();
        assert!(last.contains(" C-60   Case 60"), "{last}");
        let view = Agenda { person: handle("ana"), overdue: vec![item(1_234_567)], days: Vec::new() };
        let million = place(&view, 14, 80, &Eyes::of_ana().look()).sheet.texts().pop().unwrap();
        assert!(million.contains(" C-1234567 Case 1234567"), "a number that is cut is another's: {million}");
        assert_eq!((texts(60).len(), texts(10_000).len()), (61, 62));
        assert_eq!(texts(60).last().map(|last| last.contains("Case 60")), Some(true));
        let last = texts(10_000).pop().unwrap();
        assert_eq!(last.trim(), "... 9940 more, not listed here; `baton agenda` has them all");
    }
}
