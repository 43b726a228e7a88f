//! Ending a case before its end: cancelled, or a duplicate of another case, which is looked up by its number or by
//! words of its title. Asks and understands; whether it may be is the domain's to say.

use super::form::{Form, FormField};
use super::forms::{Kind, form};
use super::understand::Sense;
use crate::domain::CaseId;
use crate::domain::command::{CloseDuplicate, Command};
use crate::domain::event::DeclineReason;
use crate::domain::rows::CaseRow;

/// The field that holds the other case.
pub const OF: &str = "of";
/// Codes of the ways to close.
const CANCELLED: &str = "cancelled";
const DUPLICATE: &str = "duplicate";
/// What is in hand goes on as its step says: another form.
pub const FINISHED: &str = "finished";

/// How the line about cases that may be meant begins.
const NOTE: &str = "Perhaps ";
/// So many are named.
const MOST: usize = 4;

/// The ways to close these cases. `finish`: work of the case is in the person's hand. `of`: what it was declined as a
/// duplicate of.
pub fn close(cases: Vec<CaseId>, about: &str, finish: bool, of: Option<CaseId>) -> Form {
    let mut ways = vec![
        (CANCELLED.to_string(), "cancelled, not needed any more".to_string()),
        (DUPLICATE.to_string(), "duplicate of another case".to_string()),
    ];
    ways.push((
        FINISHED.to_string(),
        match finish {
            true => "finished: work in hand goes on".to_string(),
            false => "finished: not by you, no work of it is in your hand".to_string(),
        },
    ));
    // It ends a case: none is taken because it stands first.
    let mut way = FormField::undecided("way", "Close as", ways);
    let mut fields = Vec::new();
    if let Some(of) = of {
        way.fill(DUPLICATE);
        fields.push(FormField::proposal(OF, "Duplicate of", &of.to_string()));
    }
    fields.insert(0, way);
    fields.push(FormField::text("text", "Reason", ""));
    let mut form = form(format!("Close {about}"), "close", Kind::Withdraw { cases }, fields);
    form.notes.push("Its tasks, offers and clocks end with it; u takes that back.".to_string());
    form
}

/// Whether it is said that the case is a duplicate.
fn is_duplicate(form: &Form) -> bool {
    match form.kind {
        Kind::Withdraw { .. } => form.value("way") == DUPLICATE,
        Kind::Decline { .. } => form.value("reason") == DeclineReason::Duplicate.code(),
        _ => false,
    }
}

/// The form asks for the other case while it is said that there is one, right below the line that says so.
pub(super) fn follow(form: &mut Form) {
    let at = form.fields.iter().position(|field| field.name == OF);
    match (is_duplicate(form), at) {
        (true, None) => {
            let field = FormField { needed: true, ..FormField::text(OF, "Duplicate of", "") };
            form.fields.insert(1, field);
            form.focus += usize::from(form.focus > 0);
        }
        (false, Some(at)) if matches!(form.kind, Kind::Withdraw { .. } | Kind::Decline { .. }) => {
            form.fields.remove(at);
            form.focus = form.focus.saturating_sub(usize::from(form.focus >= at.max(1)));
        }
        _ => {}
    }
}

/// The words of a case that are being typed: to be looked for everywhere.
pub fn words_begun(form: &Form) -> Option<String> {
    let field = form.fields.get(form.focus).filter(|field| field.name == OF)?;
    Some(field.value()).filter(|typed| !typed.is_empty())
}

/// The case that is meant by a number, or by words that only one has.
fn meant(text: &str, form: &Form, sense: &Sense<'_>) -> Result<CaseId, String> {
    if let Ok(id) = text.parse::<CaseId>() {
        return Ok(id);
    }
    let same = |row: &&CaseRow| row.title.eq_ignore_ascii_case(text);
    let found = others(form, sense).collect::<Vec<_>>();
    match (found.as_slice(), found.iter().copied().find(same)) {
        ([one], _) => Ok(one.id),
        (_, Some(one)) => Ok(one.id),
        ([], None) if text.chars().count() < 3 => Err("go on: C-3, or words of its title".to_string()),
        ([], None) => Err("no such case; C-3 or words of its title".to_string()),
        (several, None) => Err(format!("{} cases; Tab takes {}", several.len(), several[0].id)),
    }
}

/// What was found, but for the cases the form is about.
fn others<'s>(form: &Form, sense: &Sense<'s>) -> impl Iterator<Item = &'s CaseRow> {
    let own = match &form.kind {
        Kind::Withdraw { cases } => cases.clone(),
        Kind::Decline { what } => what.iter().map(|(case, _)| *case).collect(),
        _ => Vec::new(),
    };
    sense.cases.iter().filter(move |row| !own.contains(&row.id))
}

/// What the field was understood as.
pub(super) fn echo(form: &Form, sense: &Sense<'_>) -> Option<Result<String, String>> {
    let field = form.fields.iter().find(|field| field.name == OF)?;
    let text = field.value();
    if text.is_empty() {
        return Some(Ok("which? C-3, or words of its title".to_string()));
    }
    Some(meant(&text, form, sense).map(|id| {
        let title = sense.cases.iter().find(|row| row.id == id).map(|row| format!(" {}", row.title));
        format!("-> {id}{}", title.unwrap_or_default())
    }))
}

/// Names the cases that may be meant below the fields, while several may.
pub(super) fn say_of_others(form: &mut Form, sense: &Sense<'_>) {
    form.notes.retain(|note| !note.starts_with(NOTE));
    if words_begun(form).is_none_or(|text| meant(&text, form, sense).is_ok()) {
        return;
    }
    let line = |row: &CaseRow| format!("{NOTE}{}  {} ({}, {})", row.id, row.title, row.process, row.state);
    let lines = others(form, sense).take(MOST).map(line).collect::<Vec<_>>();
    form.notes.splice(0..0, lines);
}

/// The number of the first case that may be meant.
pub(super) fn completed(form: &Form, typed: &str, sense: &Sense<'_>) -> Option<String> {
    if typed.parse::<CaseId>().is_ok() {
        return None;
    }
    others(form, sense).next().map(|row| row.id.to_string())
}

/// The case that is named where it is said that there is one, or what is wrong with the field.
pub(super) fn other(form: &Form, sense: &Sense<'_>) -> Result<Option<CaseId>, (usize, String)> {
    if !is_duplicate(form) {
        return Ok(None);
    }
    let at = form.fields.iter().position(|field| field.name == OF).unwrap_or(0);
    match form.value(OF).as_str() {
        "" => Err((at, "Of which case? Its number, or words of its title.".to_string())),
        text => meant(text, form, sense).map(Some).map_err(|wrong| (at, wrong)),
    }
}

/// The commands that close what the form is about.
pub(super) fn commands(
    form: &Form,
    cases: &[CaseId],
    sense: &Sense<'_>,
) -> Result<Vec<Command>, (usize, String)> {
    if form.value("way").is_empty() {
        return Err((0, "How does it end? The number of a way, or its beginning.".to_string()));
    }
    let text = form.value("text");
    if let Some(of) = other(form, sense)? {
        let close =
            |case: &CaseId| Command::CloseDuplicate(CloseDuplicate { case: *case, of, text: text.clone() });
        return Ok(cases.iter().map(close).collect());
    }
    if text.is_empty() {
        let at = form.fields.iter().position(|field| field.name == "text").unwrap_or(0);
        return Err((at, "Say why it ends here.".to_string()));
    }
    Ok(cases.iter().map(|case| Command::WithdrawCase { case: *case, reason: text.clone() }).collect())
}
