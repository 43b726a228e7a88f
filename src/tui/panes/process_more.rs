//! What a process does by itself (rules, schedules, decision tables, ladders in words), as a sheet of its place. Draws from what was fetched; decides nothing.

use super::Look;
use super::sheet::Sheet;
use crate::desk::FlowView;
use crate::domain::counted::times;
use crate::domain::ladder::{Audience, Rung};
use crate::domain::process::Process;
use crate::domain::rule::{Action, Rule, Trigger};
use crate::domain::schedule::Overlap;
use crate::domain::schedule_words::recurrence;
use crate::domain::table::{DecisionTable, Hit};
use crate::domain::{field, when};
use crate::text::Shown;
use crate::tui::theme::Meaning;

/// How many rules, schedules and tables there are.
pub(super) fn len(process: &Process) -> usize {
    process.rules.len() + process.schedules.len() + process.tables.len()
}

/// Rules, schedules and decision tables.
pub(super) fn by_itself(view: &FlowView, width: u16, look: &Look) -> Sheet {
    let mut sheet = Sheet::new(width);
    let process = &view.process;
    for rule in &process.rules {
        one_rule(&mut sheet, rule);
    }
    for (n, schedule) in process.schedules.iter().enumerate() {
        let (name, next) = view.scheduled.get(n).cloned().unzip();
        let name = name.map_or_else(|| process.handle.to_string(), |name| name.to_string());
        sheet.head(&format!("Schedule {name}"));
        let (hours, minutes) = (schedule.at / 60, schedule.at % 60);
        sheet.field("Starts a case", &format!("{} at {hours:02}:{minutes:02}", recurrence(&schedule.every)));
        let next = next
            .flatten()
            .map_or_else(|| "never again".to_string(), |at| when::show(at, look.now, look.zone));
        sheet.field("Next", &next);
        let overlap = match schedule.overlap {
            Overlap::Skip => "starts nothing while the case before is open",
            Overlap::Start => "starts even while the case before is open",
        };
        sheet.field("Overlap", overlap);
        sheet.field("Catches up", &format!("times missed for up to {}", schedule.catch_up));
        for (name, value) in &schedule.data {
            sheet.field("With", &format!("{name} = {value}"));
        }
        sheet.blank();
    }
    for table in &process.tables {
        one_table(&mut sheet, table, usize::from(width));
    }
    if len(process) == 0 {
        sheet.text(0, "No rules, schedules or decision tables.", Meaning::Plain);
        let ladders = match process.ladders.len() {
            1 => "1 ladder reminds and escalates by itself: Steps says when.".to_string(),
            n => format!("{n} ladders remind and escalate by themselves: Steps says when."),
        };
        sheet.text(0, &ladders, Meaning::Plain);
        sheet.text(
            0,
            "[[rule]], [[schedule]] and [[table]] in its file bring them; E edits it.",
            Meaning::Dim,
        );
    }
    sheet
}

fn one_rule(sheet: &mut Sheet, rule: &Rule) {
    sheet.head(&format!("Rule {}", rule.rule));
    let on = Trigger::ALL.iter().find(|(_, trigger)| *trigger == rule.on).map_or("", |(word, _)| *word);
    let step = rule.step.as_ref().map(|step| format!(" at {step}")).unwrap_or_default();
    sheet.field("When", &format!("{on}{step}"));
    if let Some(condition) = &rule.when {
        sheet.field("If", condition);
    }
    for (n, action) in rule.then.iter().enumerate() {
        sheet.field(if n == 0 { "Then" } else { "" }, &action_words(action));
    }
    if let Some(reason) = &rule.reason {
        sheet.field("Although", reason);
    }
    sheet.blank();
}

fn action_words(action: &Action) -> String {
    match action {
        Action::Start(start) => {
            let title = start.title.as_ref().map(|title| format!(" \"{title}\"")).unwrap_or_default();
            let about = if start.about_record { ", about the same record" } else { "" };
            format!("start a case of {}{title}{about}", start.process)
        }
        Action::Set(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>();
            format!("set {}", fields.join(", "))
        }
        Action::Urgent(true) => "make the case urgent".to_string(),
        Action::Urgent(false) => "make the case urgent no more".to_string(),
        Action::Note(text) => format!("note \"{text}\""),
        Action::Remind(whom) => format!("remind {}", audience(whom)),
        Action::Exception(text) => format!("open an exception: {text}"),
        Action::Run(name) => format!("run {name} of the configuration"),
    }
}

fn one_table(sheet: &mut Sheet, table: &DecisionTable, width: usize) {
    let hit = Hit::ALL.iter().find(|(_, hit)| *hit == table.hit).map_or("", |(word, _)| *word);
    sheet.head(&format!("Decision table {} ({hit})", table.table));
    let mut rows = vec![table.inputs.iter().chain(&table.outputs).cloned().collect::<Vec<_>>()];
    rows.extend(
        table
            .rows
            .iter()
            .map(|row| row.when.iter().cloned().chain(row.then.iter().map(field::show)).collect::<Vec<_>>()),
    );
    let columns = rows[0].len().max(1);
    let most = (width.saturating_sub(2) / columns).saturating_sub(1).max(4);
    let wide = |n: usize| {
        let texts = rows.iter().filter_map(|row| row.get(n));
        texts.map(|text| Shown::new(text).width()).max().unwrap_or(0).clamp(1, most)
    };
    let widths = (0..columns).map(wide).collect::<Vec<_>>();
    for (n, row) in rows.iter().enumerate() {
        let meaning = if n == 0 { Meaning::Dim } else { Meaning::Plain };
        let cells = row.iter().zip(&widths).map(|(text, width)| (text.as_str(), *width, meaning));
        sheet.row(&cells.collect::<Vec<_>>(), None);
    }
    sheet.blank();
}

fn audience(audience: &Audience) -> String {
    match audience {
        Audience::Responsible => "the responsible".to_string(),
        Audience::Sender => "the sender".to_string(),
        Audience::Lead => "the lead".to_string(),
        Audience::Accountable => "the accountable party".to_string(),
        Audience::Party(party) => party.to_string(),
    }
}

/// `1 day before: remind the responsible`
pub(super) fn rung_words(rung: &Rung) -> String {
    let mut does = Vec::new();
    does.extend(rung.remind.as_ref().map(|to| format!("remind {}", audience(to))));
    does.extend(rung.escalate.as_ref().map(|to| format!("escalate to {}", audience(to))));
    if rung.raise {
        does.push("make the case urgent".to_string());
    }
    if rung.release {
        does.push("give the work back to its role".to_string());
    }
    does.extend(rung.reassign.as_ref().map(|to| format!("offer it to {to}")));
    does.extend(rung.exception.as_ref().map(|text| format!("open an exception: {text}")));
    let again = match (rung.every, rung.most) {
        (Some(every), Some(most)) => format!(", again every {every}, {} in all", times(most)),
        (Some(every), None) => format!(", again every {every}"),
        (None, _) => String::new(),
    };
    format!("at {}: {}{again}", rung.at, does.join(", "))
}
