//! The tabs of a case beside its timeline, step and data: what it is tied to, its clocks with why each date is what it
//! is, and its history entry by entry.

use super::sheet::{Link, Sheet};
use crate::desk::CaseView;
use crate::domain::Instant;
use crate::domain::process::Process;
use crate::domain::zone::Zone;
use crate::tui::theme::Meaning;

/// What the case is about, which case asked for it, which it asked for, and its process.
pub fn links(view: &CaseView, width: u16) -> Sheet {
    let mut sheet = Sheet::new(width);
    let link = |sheet: &mut Sheet, label: &str, id: &str, words: &str, link: Option<Link>| {
        let cells =
            [(label, 13, Meaning::Dim), (id, id.len().max(7), Meaning::Plain), (words, 0, Meaning::Plain)];
        sheet.row(&cells, link);
    };
    if let Some(record) = &view.record {
        let words = format!("{} ({})", record.name, record.kind);
        link(&mut sheet, "about", &record.id.to_string(), &words, Some(Link::Record(record.id)));
    }
    for tied in &view.links {
        match &tied.row {
            Some(row) => {
                let words = format!("{}  {}, {}", row.title, row.process, row.state);
                link(&mut sheet, tied.tie.words(), &row.id.to_string(), &words, Some(Link::Case(row.id)));
            }
            None => link(&mut sheet, tied.tie.words(), "--", &tied.about, None),
        }
    }
    let process: &Process = &view.process;
    let words = format!("{}, version {}", process.title, view.row.version);
    let place = (view.row.version > 0).then(|| Link::Process(process.handle.clone()));
    link(&mut sheet, "process", "", &words, place);
    for (title, reference) in &view.case.documents {
        link(&mut sheet, "document", "", &format!("{title}: {reference}"), None);
    }
    sheet
}

/// How many things there are to go to.
pub fn links_len(view: &CaseView) -> usize {
    usize::from(view.record.is_some()) + view.links.len() + 1 + view.case.documents.len()
}

/// Every clock that runs, with why it is due when it is.
pub fn clocks(view: &CaseView, width: u16) -> Sheet {
    let mut sheet = Sheet::new(width);
    for clock in &view.clocks {
        if !sheet.is_empty() {
            sheet.blank();
        }
        sheet.head(&format!("{} {}", clock.promise.word(), clock.what));
        sheet.text(0, &format!("due {}", clock.why.due_words(view.at)), Meaning::Active);
        let promise = format!("{} ({}).", clock.why.promise_words(), clock.promise.meaning());
        sheet.text(0, &promise, Meaning::Plain);
        let lines = clock.why.lines();
        let when = lines.iter().map(|line| line.when.chars().count()).max().unwrap_or(0);
        for line in &lines {
            let cells = [
                ("", 1, Meaning::Plain),
                (line.when.as_str(), when, Meaning::Plain),
                (line.counted.as_str(), 7, Meaning::Plain),
                (line.sum.as_str(), 7, Meaning::Plain),
                (line.what.as_str(), 0, Meaning::Dim),
            ];
            sheet.row(&cells, None);
        }
    }
    if view.clocks.is_empty() {
        sheet.text(0, "No clock runs: nothing is promised, or nothing of it is open.", Meaning::Plain);
    }
    sheet
}

/// Every entry with its number and its exact time, newest first.
pub fn history(view: &CaseView, width: u16, zone: &Zone) -> Sheet {
    let mut sheet = Sheet::new(width);
    let narrow = width < super::NARROW;
    let at = |at: Instant| {
        let form = if narrow { "%d %b %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
        zone.local(at).format(form).to_string()
    };
    for entry in view.timeline.iter().rev() {
        let (seq, at, actor) = (entry.seq.to_string(), at(entry.at), entry.actor.to_string());
        let back = if entry.undone { " (taken back)" } else { "" };
        let text = format!("{}{back}", entry.text);
        let mut cells = vec![(at.as_str(), if narrow { 12 } else { 19 }, Meaning::Plain)];
        if !narrow {
            cells.insert(0, (seq.as_str(), 6, Meaning::Dim));
        }
        cells.push((actor.as_str(), if narrow { 4 } else { 10 }, Meaning::Plain));
        cells.push((entry.verb, if narrow { 6 } else { 9 }, Meaning::Plain));
        cells.push((text.as_str(), 0, Meaning::Plain));
        sheet.row(&cells, Some(Link::Number(entry.seq)));
    }
    sheet
}
