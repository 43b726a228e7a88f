//! What is shown of the record under the cursor beside or below the list: who it is, what is open, what happened last.

use super::page::Page;
use super::preview::told;
use super::record::{case_urgency, label};
use super::{Look, WIDE, line, meaning, times};
use crate::desk::{RecordItem, RecordView};
use crate::domain::field;
use crate::domain::process::DataField;
use crate::domain::record::Kind;
use crate::domain::rows::CaseRow;
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Cases and entries named in one line.
const LAST: usize = 3;
const LABEL: usize = 13;

/// The values a record has, by label, in the order of its kind.
fn values(item: &RecordItem, kind: Option<&Kind>) -> Vec<(String, String)> {
    let fields = kind.iter().flat_map(|kind| &kind.fields);
    let value = |field: &DataField| {
        let value = item.row.fields.get(&field.name).filter(|value| field::is_given(Some(value)))?;
        Some((label(field), field::show(value)))
    };
    fields.filter_map(value).collect()
}

/// The title of a case without the record's own name before it.
fn what<'a>(case: &'a CaseRow, item: &RecordItem) -> &'a str {
    case.title.strip_prefix(&item.row.name).map_or(&case.title, |rest| rest.trim_start_matches([':', ' ']))
}

/// Three lines under a list: who it is, what is open, what happened last.
pub(super) fn lines_below(
    buffer: &mut Buffer,
    area: Rect,
    item: &RecordItem,
    record: Option<&RecordView>,
    kind: Option<&Kind>,
    look: &Look,
) {
    let mut pen = Pen::new(buffer, look.theme, line(area, 0));
    pen.skip(1).word(&super::tagged(item.row.name.clone(), &item.row.tags), Meaning::Title);
    for (_, value) in values(item, kind) {
        pen.skip(3).word(&value, Meaning::Plain);
    }
    let Some(record) = record else { return };
    let mut pen = Pen::new(buffer, look.theme, line(area, 1));
    pen.skip(1).word("Open    ", Meaning::Dim);
    let open = record.cases.iter().filter(|case| case.state == "open");
    let each = |room: usize, many: usize| (room / many.max(1)).saturating_sub(3);
    let of_open = each(pen.room(), open.clone().count().min(LAST));
    for case in open.clone().take(LAST) {
        let (urgency, due) = case_urgency(case, &record.promises, look);
        let late = times::left_card(look.now, due.filter(|_| urgency.is_late()), look.zone);
        let late = Shown::new(&format!(" {} {late}", urgency.mark()));
        let late = if urgency.is_late() { late } else { Shown::default() };
        let title = format!("{} {}", case.id, what(case, item));
        pen.text(&Shown::fit(&title, of_open.saturating_sub(late.width())), Meaning::Plain);
        pen.text(&late, meaning(urgency)).skip(3);
    }
    match open.count() {
        0 => pen.word("nothing", Meaning::Plain),
        count if count > LAST => pen.word(&format!("+{}", count - LAST), Meaning::Plain),
        _ => &mut pen,
    };
    let mut pen = Pen::new(buffer, look.theme, line(area, 2));
    pen.skip(1).word("Latest  ", Meaning::Dim);
    // Two that can be read say more than three that cannot.
    let last = record.timeline.len().min(if area.width < WIDE { LAST - 1 } else { LAST });
    let of_last = each(pen.room(), last);
    for (n, (case, entry)) in record.timeline.iter().rev().take(last).enumerate() {
        let at = times::day(entry.at, look.now, look.zone);
        let case = case.map_or_else(String::new, |case| format!("{case} "));
        let text = format!("{at} {} {case}{}", entry.actor, told(entry));
        pen.word(if n > 0 { " | " } else { "" }, Meaning::Dim);
        pen.text(&Shown::fit(&text, of_last), Meaning::Plain);
    }
}

/// As much as there is to say, for a page beside a list.
pub(super) fn page(
    width: u16,
    item: &RecordItem,
    record: Option<&RecordView>,
    kind: Option<&Kind>,
    look: &Look,
) -> Page {
    let mut page = Page::new(width);
    page.line(&format!("{}  {}", item.row.id, item.row.name), Meaning::Title).blank();
    let values = values(item, kind);
    let longest = values.iter().map(|(label, _)| Shown::new(label).width() + 1).max().unwrap_or(0);
    let wide = longest.clamp(LABEL, LABEL.max(usize::from(width) / 2));
    for (label, value) in values {
        page.field(&label, wide, &value, Meaning::Plain);
    }
    let Some(record) = record else { return page };
    for contact in &record.record.contacts {
        page.field("Contact", wide, &super::record::contact_line(contact), Meaning::Plain);
    }
    page.blank().line("Open cases", Meaning::Title);
    for case in record.cases.iter().filter(|case| case.state == "open") {
        let (urgency, _) = case_urgency(case, &record.promises, look);
        let mark = Shown::new(urgency.mark()).pad(3);
        page.pieces(&[
            ("  ", Meaning::Plain),
            (mark.as_str(), meaning(urgency)),
            (&format!("{} {}", case.id, what(case, item)), Meaning::Plain),
        ]);
    }
    page.blank().line("Timeline (newest first)", Meaning::Title);
    for (case, entry) in record.timeline.iter().rev().take(20) {
        let at = Shown::new(&times::day(entry.at, look.now, look.zone)).pad(6);
        let actor = Shown::new(&entry.actor.to_string()).pad(4);
        let case = case.map_or_else(String::new, |case| format!("{case} "));
        page.line(&format!("  {at} {actor} {case}{}", told(entry)), Meaning::Plain);
    }
    page
}
