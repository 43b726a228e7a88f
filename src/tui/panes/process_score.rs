//! The scorecard of a process: how it did lately, how it stands, what it promised, and its five questions with what
//! is missing. Draws from what was fetched; judges nothing.

use super::sheet::{Link, Sheet};
use super::{Look, times};
use crate::desk::FlowView;
use crate::domain::counted::counted;
use crate::domain::process::Process;
use crate::domain::when;
use crate::tui::theme::Meaning;

/// The tab.
pub fn sheet(view: &FlowView, width: u16, look: &Look) -> Sheet {
    let mut sheet = Sheet::new(width);
    let score = &view.score;
    sheet.head(&format!("The last {}", counted(score.days, "day")));
    let median = score.median.map_or_else(|| "--".to_string(), when::length);
    sheet.field("Median", &format!("{median} from start to end, of {} finished", score.finished));
    if let Some(within) = score.within {
        sheet.field("85% within", &when::length(within));
    }
    let (kept, of) = score.on_time;
    let on_time = match score.percent() {
        Some(percent) => format!("{percent}%  ({kept} of {of})"),
        None => "nothing with a promise has finished".to_string(),
    };
    sheet.field("On time", &on_time);
    sheet.blank().head("Now");
    sheet.field("Open", &score.open.len().to_string());
    let meaning = if score.late.is_empty() { Meaning::Plain } else { Meaning::Late };
    sheet.labelled("Late", &score.late.len().to_string(), meaning, None);
    let mut busy = view.loads.iter().filter(|(_, load)| load.late > 0).collect::<Vec<_>>();
    busy.sort_by_key(|(_, load)| std::cmp::Reverse(load.late));
    for (step, load) in busy.into_iter().take(3) {
        let title = view.process.step(step).map_or_else(|| step.to_string(), |step| step.title.clone());
        let words = format!("{} of {} late at {title}", load.late, load.cases.len());
        sheet.labelled("", &words, Meaning::Late, Some(Link::Step(step.clone())));
    }
    sheet.blank().head("Getting better");
    match view.improved() {
        Some(line) => {
            let at = times::stamp(line.at, look.now, look.zone);
            let ago = when::distance(look.now - line.at);
            sheet.labelled(
                "Last changed",
                &format!(
                    "version {} by {}, {at} ({ago} ago), {}",
                    line.version,
                    line.by,
                    counted(line.changes.len(), "change")
                ),
                Meaning::Plain,
                Some(Link::Version(line.version)),
            );
        }
        None => {
            sheet.field("Last changed", "never: it is as it was brought in");
        }
    }
    improve(&mut sheet, &view.process);
    review(&mut sheet, view, look);
    sheet
}

/// When it is looked at again, and the five questions with what each lacks.
fn review(sheet: &mut Sheet, view: &FlowView, look: &Look) {
    let card = &view.card;
    match (card.open_review, card.next_review) {
        (Some((case, version)), _) => {
            let words = match version == card.version {
                true => format!("{case} is open. : and verdict ends it"),
                false => format!("{case} is open, of version {version}. : and verdict ends it"),
            };
            sheet.labelled("Review now", &words, Meaning::Active, Some(Link::Case(case)));
        }
        (None, Some(next)) => {
            sheet.field("Next review", &times::stamp(next, look.now, look.zone));
        }
        (None, None) => {}
    }
    let yes = card.answers.iter().filter(|answer| answer.yes()).count();
    sheet.blank().head(&format!("Five questions: {yes} of 5"));
    for answer in &card.answers {
        let (word, meaning) = if answer.yes() { ("yes", Meaning::Plain) } else { ("no", Meaning::Late) };
        sheet.labelled(word, answer.question.words(), meaning, None);
        sheet.field("", &answer.found);
        answer.missing.iter().for_each(|missing| {
            sheet.field("", &format!("missing: {missing}"));
        });
    }
    if yes < 5 {
        sheet.text(0, "E opens its file, which is where it is added.", Meaning::Dim);
    }
}

fn improve(sheet: &mut Sheet, process: &Process) {
    let Some(improve) = &process.improve else {
        sheet.field("Promise", "none: an [improve] table in its file names a measure and a review");
        return;
    };
    sheet.field("Measured by", &improve.metric);
    if let Some(expect) = &improve.expect {
        sheet.field("Expected", expect);
    }
    sheet.field("Review", &improve.review);
}
