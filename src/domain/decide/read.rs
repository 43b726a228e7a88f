//! What was typed, read by the fields it is for: on any way in the same. Refuses what is none; decides nothing else.

use super::super::catalog::Catalog;
use super::super::event::Values;
use super::super::id::Handle;
use super::super::instant::Instant;
use super::super::process::{DataField, Process};
use super::super::record::FieldType;
use super::super::refusal::Refusal;

/// Reads what a case is told, where a person is somebody who is here: a step may be theirs.
pub(super) fn read_data(
    given: &[(String, String)],
    process: &Process,
    (catalog, now): (&Catalog, Instant),
) -> Result<Values, Refusal> {
    let data = read_values(given, &process.data, &format!("`{}`", process.title), (catalog, now))?;
    for (name, value) in &data {
        must_be_here(process, name, value, catalog)?;
    }
    Ok(data)
}

/// Refuses a value of a field for a person that names nobody who is here.
pub(super) fn must_be_here(
    process: &Process,
    name: &str,
    value: &serde_json::Value,
    catalog: &Catalog,
) -> Result<(), Refusal> {
    if !process.field(name).is_some_and(|field| field.kind == FieldType::Person) {
        return Ok(());
    }
    match value.as_str().and_then(|person| person.parse::<Handle>().ok()) {
        Some(person) if catalog.has_left(&person) => Err(Refusal::has_left(&person)),
        Some(person) if !catalog.people.contains_key(&person) => Err(Refusal::unknown_person(&person)),
        _ => Ok(()),
    }
}

/// Typed values for what was given as text, on any way in. An empty text takes a value away; a date may be said
/// as people say dates to come.
pub(super) fn read_values(
    given: &[(String, String)],
    fields: &[DataField],
    of: &str,
    (catalog, now): (&Catalog, Instant),
) -> Result<Values, Refusal> {
    let said = |text: &str| {
        let calendar = catalog.own_calendar()?;
        let at = super::super::when::parse(text, now, calendar).ok()?.at;
        Some(serde_json::Value::from(calendar.zone().date(at).to_string()))
    };
    let mut values = Values::new();
    for (name, text) in given {
        let Some(field) = fields.iter().find(|field| &field.name == name) else {
            let known = fields.iter().map(|field| field.name.as_str());
            let hint = match super::super::nearest::nearest(name, known.clone()) {
                Some(near) => format!("Did you mean `{near}`?"),
                None if fields.is_empty() => "It has no fields.".to_string(),
                None => format!("It has: {}.", known.collect::<Vec<_>>().join(", ")),
            };
            return Err(Refusal::invalid(format!("{of} has no field `{}`.", name.escape_debug()), hint));
        };
        let value = match text.trim() {
            "" => serde_json::Value::Null,
            text => match field.kind.read(name, text, catalog.currency()) {
                Ok(value) => value,
                Err(error) => Some(text)
                    .filter(|_| field.kind == FieldType::Date)
                    .and_then(said)
                    .ok_or_else(|| Refusal::invalid(error.message, error.hint))?,
            },
        };
        values.insert(name.clone(), value);
    }
    Ok(values)
}

/// A text somebody has to give; refused when there is nothing in it.
pub(super) fn required(text: &str, what: &str, hint: &str) -> Result<String, Refusal> {
    match text.trim() {
        "" => Err(Refusal::invalid(format!("{what} is empty."), hint)),
        text if text.len() > 64 * 1024 => {
            Err(Refusal::invalid(format!("{what} is longer than 64 KiB."), "Keep long texts in a file."))
        }
        text => Ok(text.to_string()),
    }
}
