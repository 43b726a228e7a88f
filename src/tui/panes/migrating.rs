//! A migration as a plan on a sheet, and a process file that was checked: what each would do, and the line that
//! carries it out. Draws from what was fetched.

use super::Look;
use super::sheet::{Link, Place, Sheet};
use crate::desk::{Checked, Migrating};
use crate::domain::counted::counted;
use crate::domain::migration::{ClockChange, ClockDiff};
use crate::domain::when;
use crate::tui::theme::Meaning;

/// Which step becomes which, and what becomes of each case.
pub fn plan(view: &Migrating, width: u16, look: &Look) -> Place {
    let mut sheet = Sheet::new(width);
    let can = view.cases.len() - view.left();
    let go = match can {
        0 => "None of these cases can be migrated like this.".to_string(),
        1 => "Migrate the one case that can be".to_string(),
        many => format!("Migrate the {many} cases that can be; one u takes all of it back"),
    };
    sheet.row(&[(&go, 0, Meaning::Active)], (can > 0).then_some(Link::Apply));
    sheet.blank().head("Steps  (Enter says what a step becomes)");
    for step in &view.old.steps {
        let here = view.here.get(&step.handle).copied().unwrap_or(0);
        let to = view.plan.map.get(&step.handle).and_then(Option::as_ref);
        let (to, meaning) = match to {
            Some(to) if *to == step.handle => ("stays".to_string(), Meaning::Plain),
            Some(to) => (format!("becomes {to}"), Meaning::Active),
            None if here > 0 => ("? to be said".to_string(), Meaning::Error),
            None => ("is gone".to_string(), Meaning::Dim),
        };
        let here = if here > 0 { format!("{here} here") } else { String::new() };
        let cells = [
            (step.handle.as_str(), 22, Meaning::Plain),
            (here.as_str(), 8, Meaning::Plain),
            (to.as_str(), 0, meaning),
        ];
        sheet.row(&cells, Some(Link::Map(step.handle.clone())));
    }
    sheet.blank().head("Cases");
    for (row, result) in &view.cases {
        let (words, meaning) = match result {
            Ok(_) => ("can".to_string(), Meaning::Plain),
            Err(_) => ("stays".to_string(), Meaning::Late),
        };
        let id = row.id.to_string();
        let cells = [
            (id.as_str(), id.len().max(8), Meaning::Plain),
            (words.as_str(), 6, meaning),
            (row.title.as_str(), 0, Meaning::Plain),
        ];
        sheet.row(&cells, Some(Link::Case(row.id)));
        match result {
            Err((why, hint)) => {
                sheet.text(15, &format!("{why} {hint}"), Meaning::Plain);
            }
            Ok(diff) => {
                for place in diff.places.iter().filter(|place| place.to.as_ref() != Some(&place.from)) {
                    sheet.text(15, &place.words(), Meaning::Dim);
                }
                let changed = diff.clocks.iter().filter(|clock| clock.change != ClockChange::Keeps);
                for clock in changed {
                    sheet.text(15, &clock_words(clock, look), Meaning::Dim);
                }
                if !diff.missing.is_empty() {
                    sheet.text(15, &format!("missing data: {}", diff.missing.join(", ")), Meaning::Dim);
                }
                for what in diff.hindered.iter().chain(&diff.over) {
                    sheet.text(15, what, Meaning::Dim);
                }
            }
        }
    }
    let title = format!("Process / {} / migrate {} -> {}", view.plan.process, view.plan.from, view.plan.to);
    let right = format!("{can} can, {} stay", view.left());
    Place { title, right, tabs: Vec::new(), active: 0, sheet }
}

fn clock_words(clock: &ClockDiff, look: &Look) -> String {
    let due = |at: Option<crate::domain::Instant>| {
        at.map_or_else(|| "--".to_string(), |at| when::show(at, look.now, look.zone))
    };
    let what = &clock.what;
    match clock.change {
        ClockChange::Keeps => String::new(),
        ClockChange::Moves { from, to } => {
            format!(
                "clock of {what}: {to} instead of {from}, due {}, was {}",
                due(clock.due_after),
                due(clock.due_before)
            )
        }
        ClockChange::Closes => format!("clock of {what} ends, which was due {}", due(clock.due_before)),
        ClockChange::Starts => format!("clock of {what} starts, due {}", due(clock.due_after)),
    }
}

/// A process file after it was edited: its problems with their lines, or what publishing it would change.
pub fn checked(view: &Checked, width: u16) -> Place {
    let mut sheet = Sheet::new(width);
    let errors = view.problems.iter().filter(|problem| problem.is_error()).count();
    match &view.process {
        Some(process) if !view.changes.is_empty() || view.version == 1 => {
            let words = format!("Publish {} as version {}", process.handle, view.version);
            sheet.row(&[(&words, 0, Meaning::Active)], Some(Link::Apply));
            sheet.text(0, "Open cases stay on the version they run; M migrates them.", Meaning::Dim);
        }
        Some(_) => {
            sheet.text(0, "It means the same as the newest version.", Meaning::Plain);
        }
        None => {
            let words =
                "It cannot be published like this. Your text is kept: Enter goes back to it, at the line.";
            sheet.text(0, words, Meaning::Plain);
        }
    }
    if !view.problems.is_empty() {
        sheet.blank().head(if errors > 0 { "What is wrong" } else { "To think about" });
    }
    for (n, problem) in view.problems.iter().enumerate() {
        let meaning = if problem.is_error() { Meaning::Error } else { Meaning::Soon };
        let label = format!("line {}", problem.line);
        let link = Some(Link::Number(i64::try_from(n).unwrap_or(0)));
        sheet.labelled(&label, &problem.message, meaning, link);
        let line = view.text.lines().nth(problem.line.saturating_sub(1)).unwrap_or_default();
        if !line.trim().is_empty() {
            sheet.field("", &format!("> {}", line.trim()));
        }
        if let Some(hint) = &problem.hint {
            sheet.field("", hint);
        }
    }
    if !view.changes.is_empty() {
        sheet.blank().head("What would change");
        for change in &view.changes {
            sheet.text(0, &change.line(), Meaning::Plain);
        }
    }
    let right = match errors {
        0 => "checked".to_string(),
        errors => counted(errors, "problem"),
    };
    Place {
        title: format!("Process / {} / your text", view.opened),
        right,
        tabs: Vec::new(),
        active: 0,
        sheet,
    }
}

/// The line the text was opened for anew: the first problem's, or that of the one under the cursor.
pub fn line_of(view: &Checked, at: Option<&Link>) -> Option<usize> {
    let chosen = match at {
        Some(Link::Number(n)) => usize::try_from(*n).ok().and_then(|n| view.problems.get(n)),
        _ => None,
    };
    chosen.or(view.problems.first()).map(|problem| problem.line)
}
