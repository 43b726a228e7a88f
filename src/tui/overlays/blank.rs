//! A process of one's own on an empty sheet: its name, what it is for, and its steps, one line each. There is always one
//! line more than is written. Asks and understands; what comes of it is the desk's.

use super::form::{Form, FormField};
use super::forms::{Kind, form};
use super::places::PlaceForm;
use super::understand::Sense;
use crate::domain::blank::{Blank, UNLESS_SAID, read_step};
use crate::domain::zone::Zone;
use crate::domain::{Handle, Party};

/// How the fields of steps are called.
const STEP: &str = "step ";

/// The empty sheet; of a new file it asks for its `zone` as well.
pub fn blank(me: &Handle, zone: Option<&Zone>) -> Form {
    let mut fields = vec![
        FormField::text("title", "Name", ""),
        FormField::text("purpose", "What for", ""),
        FormField::text("accountable", "Answers  @", ""),
    ];
    fields.extend(super::places::zone_of_new(zone));
    fields.push(step(1));
    let new = zone.map(|_| super::places::NEW_PEOPLE.to_string());
    let kind = Kind::Place(PlaceForm::Blank { me: me.clone() });
    let mut form = form("A process of your own".to_string(), "begin", kind, fields);
    form.notes.push("A step: Check the order > finance, 1 business day.".to_string());
    form.notes.push("A role that is not there yet is made, with you in it.".to_string());
    form.notes.extend(new);
    form
}

fn step(n: usize) -> FormField {
    FormField::text(&format!("{STEP}{n}"), &format!("Step {n}"), "")
}

fn steps(form: &Form) -> impl Iterator<Item = &FormField> {
    form.fields.iter().filter(|field| field.name.starts_with(STEP))
}

/// One empty line stands below the last that is written.
pub(super) fn follow(form: &mut Form) {
    if !matches!(form.kind, Kind::Place(PlaceForm::Blank { .. })) {
        return;
    }
    let written = steps(form).collect::<Vec<_>>();
    let last = written.iter().rposition(|field| !field.value().is_empty()).map_or(0, |at| at + 1);
    let (have, head) = (written.len(), form.fields.len() - written.len());
    if have <= last {
        form.fields.extend((have + 1..=last + 1).map(step));
    } else if have > last + 1 && form.focus <= head + last {
        form.fields.truncate(head + last + 1);
    }
}

/// What a field was understood as, or what is wrong.
pub(super) fn echo(field: &FormField, sense: &Sense<'_>) -> Result<String, String> {
    let text = field.value();
    match (field.name.as_str(), text.as_str()) {
        ("title", "") => Ok("such as: Order to cash".to_string()),
        ("purpose", "") => Ok("in a sentence, if you like".to_string()),
        ("accountable", "") => Ok("you, for the whole of it".to_string()),
        ("accountable", text) => sense.party(text).map(|party| format!("-> {party}")),
        (name, "") if name.starts_with(STEP) => Ok(String::new()),
        // What is understood of a line stands below, so that the line has all the room.
        (name, text) if name.starts_with(STEP) => understood(text, sense).map(|_| String::new()),
        _ => Ok(String::new()),
    }
}

/// How the line about the step that has the keys begins.
const NOTE: &str = "-> ";

/// Says below the fields what the line that has the keys was understood as.
pub(super) fn say(form: &mut Form, sense: &Sense<'_>) {
    if !matches!(form.kind, Kind::Place(PlaceForm::Blank { .. })) {
        return;
    }
    form.notes.retain(|note| !note.starts_with(NOTE));
    let line = form.fields.get(form.focus).filter(|field| field.name.starts_with(STEP));
    let line = line.map(FormField::value).filter(|text| !text.is_empty());
    let told = line.and_then(|text| understood(&text, sense).ok());
    form.notes.splice(0..0, told.map(|told| format!("{NOTE}{told}")));
}

fn understood(text: &str, sense: &Sense<'_>) -> Result<String, String> {
    let read = read_step(text)?;
    let by = match &read.by {
        None => "whoever answers".to_string(),
        Some(Party::Role(role)) if !sense.catalog.roles.contains_key(role) => {
            format!("the new role {role}")
        }
        Some(Party::Person(person)) if !sense.catalog.people.contains_key(person) => {
            format!("@{person} (new)")
        }
        Some(party) => party.to_string(),
    };
    Ok(format!("{}: by {by}, within {}", read.title, read.within.unwrap_or(UNLESS_SAID)))
}

/// What was typed, or the field that is missing.
pub fn typed(form: &Form, me: &Handle, sense: &Sense<'_>) -> Result<Blank, (usize, String)> {
    let at = |name: &str| form.fields.iter().position(|field| field.name == name).unwrap_or(0);
    let accountable = match form.value("accountable").as_str() {
        "" => Party::Person(me.clone()),
        text => sense.party_or_new(text).map_err(|why| (at("accountable"), why))?,
    };
    let blank = Blank {
        title: form.value("title"),
        purpose: form.value("purpose"),
        accountable,
        steps: steps(form).map(FormField::value).collect(),
    };
    match blank.process() {
        Ok(_) => Ok(blank),
        Err(wrong) => {
            let field = wrong.step.map_or("title".to_string(), |n| format!("{STEP}{}", n + 1));
            Err((at(&field), format!("{} {}", wrong.message, wrong.hint)))
        }
    }
}
