//! What a process does by itself (rules, schedules, decision tables, ladders in words) and how fit it is, as sheets of
//! its place. Draws from what was fetched; decides nothing.

use super::sheet::{Link, Sheet};
use super::{Look, times};
use crate::desk::FlowView;
use crate::domain::ladder::{Audience, Rung};
use crate::domain::process::Process;
use crate::domain::rule::{Action, Rule, Trigger};
use crate::domain::schedule::Overlap;
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
        sheet.field("Starts a case", &format!("{} at {hours:02}:{minutes:02}", schedule.every));
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
        sheet.text(0, "Nothing: no rules, schedules or decision tables.", Meaning::Plain);
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
        (Some(every), Some(most)) => format!(", again every {every}, {most} times in all"),
        (Some(every), None) => format!(", again every {every}"),
        (None, _) => String::new(),
    };
    format!("at {}: {}{again}", rung.at, does.join(", "))
}

pub(super) fn score(view: &FlowView, width: u16, look: &Look) -> Sheet {
    let mut sheet = Sheet::new(width);
    let score = &view.score;
    sheet.head(&format!("The last {} days", score.days));
    let median = score.median.map_or_else(|| "--".to_string(), when::distance);
    sheet.field("Median", &format!("{median} from start to end, of {} finished", score.finished));
    if let Some(within) = score.within {
        sheet.field("85 of 100", &format!("within {}", when::distance(within)));
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
                    "version {} by {}, {at} ({ago} ago), {} changes",
                    line.version,
                    line.by,
                    line.changes.len()
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
    fitness(&mut sheet, view, look);
    sheet
}

/// The five questions with what is missing, and the next review.
fn fitness(sheet: &mut Sheet, view: &FlowView, look: &Look) {
    let yes = view.answers.iter().filter(|answer| answer.yes()).count();
    sheet.blank().head(&format!("How fit it is: {yes} of {}", view.answers.len()));
    for answer in &view.answers {
        let (word, meaning) = if answer.yes() { ("yes", Meaning::Plain) } else { ("no", Meaning::Late) };
        sheet.labelled(word, answer.question.words(), meaning, None);
        sheet.field("", &answer.found);
        for missing in &answer.missing {
            sheet.field("", &format!("missing: {missing}"));
        }
    }
    match (view.open_review, view.next_review) {
        (Some(case), _) => {
            sheet.labelled("Review", &format!("{case} is open"), Meaning::Plain, Some(Link::Case(case)))
        }
        (None, Some(next)) => {
            sheet.field("Review", &format!("begins {}", when::show(next, look.now, look.zone)))
        }
        (None, None) => sheet.field("Review", "none is promised"),
    };
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
