//! The names that conditions, expressions and templates of a process may use, and their types. Looks no value up.

use super::condition::ConditionError;
use super::condition_types;
use super::field::show;
use super::problem::{listed, meant, quoted};
use super::process::DataField;
use super::record::FieldType;
use super::table::{DecisionTable, Hit};
use serde_json::{Value as Json, json};
use std::collections::HashSet;

/// What may be asked of the case itself, beside its data and its record. The outcome is there once the case
/// has ended.
pub const CASE_NAMES: [(&str, FieldType); 6] = [
    ("id", FieldType::Text),
    ("title", FieldType::Text),
    ("opened_on", FieldType::Date),
    ("accountable", FieldType::Text),
    ("outcome", FieldType::Text),
    ("urgent", FieldType::YesNo),
];

/// The names a condition may use.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    pub data: &'a [DataField],
    pub record: RecordNames<'a>,
    pub tables: &'a [DecisionTable],
    /// `item` is what a step that is done once for each item is about.
    pub item: bool,
    /// `outcome` is what has just been decided, or what the case that was waited for came to: one of these.
    pub outcomes: &'a [String],
    /// There is an outcome, of a process that is not known here: any text.
    pub any_outcome: bool,
    /// It is asked while a case goes on, which has no `case.outcome` before it ends.
    pub under_way: bool,
}

/// What is known about the record of a case.
#[derive(Debug, Clone, Copy, Default)]
pub enum RecordNames<'a> {
    /// The case has no record.
    #[default]
    Nothing,
    /// It has one, of a kind not known here: every name is taken on trust.
    Any,
    Fields(&'a [DataField]),
}

/// Why a name is none: a message and a hint.
type Unknown = (String, Option<String>);

impl Names<'_> {
    /// The type of a path such as `data.amount`; `None` when every type is possible. The error is a message
    /// and a hint.
    pub(super) fn find(&self, path: &str) -> Result<Option<FieldType>, Unknown> {
        let (root, name) = path.split_once('.').unwrap_or((path, ""));
        let case = CASE_NAMES.map(|(name, kind)| DataField {
            name: name.to_string(),
            title: None,
            kind,
            required: true,
        });
        let (fields, whose) = match (root, self.record) {
            ("case", _) if name == "outcome" && self.under_way => {
                let hint = match self.any_outcome || !self.outcomes.is_empty() {
                    true => "what was decided, or what the case that was waited for came to, is `outcome`",
                    false => "write what it should depend on into `data`, and ask that",
                };
                let message = format!("{} is unknown here: a case has none before it ends", quoted(path));
                return Err((message, Some(hint.to_string())));
            }
            ("data", _) => (self.data, "in the data of this process"),
            ("case", _) => (case.as_slice(), "a case knows of itself"),
            ("record", RecordNames::Fields(fields)) => (fields, "of the record this process is about"),
            ("record", RecordNames::Any) => return Ok(None),
            ("record", RecordNames::Nothing) => {
                let hint = "say `about = \"…\"` with the kind of record a case is about".to_string();
                return Err((
                    format!("{} is unknown: this process is not about a record", quoted(path)),
                    Some(hint),
                ));
            }
            ("table", _) => return self.in_table(path, name),
            ("item" | "outcome", _) => return self.here(root, name),
            _ => {
                let hint = match self.data.iter().any(|field| field.name == root) {
                    true => format!("write `data.{root}`"),
                    false => {
                        "a condition speaks of `data`, `record` and `case`, such as `data.amount > 1000`"
                            .into()
                    }
                };
                return Err((format!("{} is unknown", quoted(root)), Some(hint)));
            }
        };
        if name.is_empty() {
            let hint = format!(
                "name a field of it, such as `{root}.{}`",
                fields.first().map_or("amount", |f| &f.name)
            );
            return Err((format!("{} alone is neither yes nor no", quoted(root)), Some(hint)));
        }
        match fields.iter().find(|field| field.name == name) {
            Some(field) => Ok(Some(field.kind.clone())),
            None => {
                let hint = meant(name, fields.iter().map(|field| field.name.as_str()));
                Err((format!("{} is not a field {whose}", quoted(name)), hint))
            }
        }
    }

    /// Refuses a value that no row of the table gives.
    pub(super) fn answers(&self, path: &str, value: &Json) -> Result<(), Unknown> {
        match self.given(path) {
            Some((hit, given)) if hit != Hit::Collect => one_of(path, &given, value, same),
            _ => Ok(()),
        }
    }

    /// Refuses a value that is in nothing a row of the table gives, or in no choice: of a list it is one, and of a text
    /// a part.
    pub(super) fn holds(&self, path: &str, value: &Json) -> Result<(), Unknown> {
        let part = |whole: &Json, value: &Json| match (whole.as_str(), value.as_str()) {
            (Some(whole), Some(part)) => whole.contains(part),
            _ => false,
        };
        if let Some((hit, given)) = self.given(path) {
            return match hit {
                Hit::Collect => one_of(path, &given, value, same),
                Hit::Unique | Hit::Any | Hit::First => one_of(path, &given, value, part),
            };
        }
        match self.find(path) {
            Ok(Some(FieldType::Choice { of })) => {
                match of.iter().any(|choice| part(&Json::from(choice.as_str()), value)) {
                    true => Ok(()),
                    false => {
                        let message = format!("{} is in no choice of {}", quoted(&show(value)), quoted(path));
                        Err((message, Some(format!("the choices are {}", listed(&of)))))
                    }
                }
            }
            _ => Ok(()),
        }
    }

    /// What the rows of a table give for `table.NAME.OUTPUT`, each once; `None` when it is none.
    fn given(&self, path: &str) -> Option<(Hit, Vec<&Json>)> {
        let (table, output) = path.strip_prefix("table.")?.split_once('.')?;
        let table = self.tables.iter().find(|known| known.table.as_str() == table)?;
        let column = table.outputs.iter().position(|known| known == output)?;
        let mut given = Vec::new();
        for value in table.rows.iter().filter_map(|row| row.then.get(column)) {
            if !given.contains(&value) {
                given.push(value);
            }
        }
        Some((table.hit, given))
    }

    /// The type of what the rows of a table give, where they agree.
    fn gives(&self, path: &str) -> Option<FieldType> {
        let (hit, given) = self.given(path).filter(|(_, given)| !given.is_empty())?;
        if hit == Hit::Collect {
            return Some(FieldType::List);
        }
        let date =
            |value: &&Json| value.as_str().is_some_and(|text| text.parse::<chrono::NaiveDate>().is_ok());
        match given {
            all if all.iter().all(|value| value.is_number()) => Some(FieldType::Number),
            all if all.iter().all(|value| value.is_boolean()) => Some(FieldType::YesNo),
            all if all.iter().all(date) => Some(FieldType::Date),
            all if all.iter().all(|value| value.is_string()) && !all.iter().any(date) => {
                Some(FieldType::Text)
            }
            _ => None,
        }
    }

    /// `table.NAME.OUTPUT`: a table gives whatever its rows say.
    fn in_table(&self, path: &str, name: &str) -> Result<Option<FieldType>, Unknown> {
        let (table, output) = name.split_once('.').unwrap_or((name, ""));
        let Some(found) = self.tables.iter().find(|known| known.table.as_str() == table) else {
            let names = self.tables.iter().map(|known| known.table.as_str());
            let hint = meant(table, names).unwrap_or_else(|| "make one with `[table.NAME]`".to_string());
            return Err((format!("{} is unknown: there is no such table here", quoted(path)), Some(hint)));
        };
        match found.outputs.iter().any(|known| known == output) {
            true => Ok(self.gives(path)),
            false => {
                let hint = match output.is_empty() {
                    true => found.outputs.first().map(|output| format!("write `table.{table}.{output}`")),
                    false => meant(output, found.outputs.iter().map(String::as_str)),
                };
                Err((format!("{} is no output of the table {}", quoted(path), quoted(table)), hint))
            }
        }
    }

    /// `item` and `outcome`, which are there at some steps only.
    fn here(&self, root: &str, name: &str) -> Result<Option<FieldType>, Unknown> {
        let (there, kind, hint) = match root {
            "item" => (
                self.item,
                FieldType::Text,
                "only what a step with `each = \"…\"` does by itself has an item",
            ),
            _ => {
                let kind = match self.any_outcome {
                    true => FieldType::Text,
                    false => FieldType::Choice { of: self.outcomes.to_vec() },
                };
                let hint = "only the ways out of a decision, and of a process that is waited for, know its \
                            outcome; of a case it is `case.outcome`";
                (self.any_outcome || !self.outcomes.is_empty(), kind, hint)
            }
        };
        match (there, name.is_empty()) {
            (false, _) => Err((format!("`{root}` is unknown here"), Some(hint.to_string()))),
            (true, false) => {
                Err((format!("`{root}` is a text and has no parts"), Some(format!("write `{root}`"))))
            }
            (true, true) => Ok(Some(kind)),
        }
    }

    /// Refuses a source that uses a path of these which is not there.
    pub(super) fn all_there(&self, source: &str, used: HashSet<String>) -> Result<(), ConditionError> {
        let mut used = used.into_iter().collect::<Vec<_>>();
        used.sort();
        for path in &used {
            self.find(path).map_err(|(message, hint)| {
                let place = condition_types::place_of(source, path).unwrap_or(0..source.len());
                ConditionError::new(place, message).hint(hint)
            })?;
        }
        Ok(())
    }

    /// A value of the right type for every name.
    pub(super) fn made_up(&self) -> Json {
        let value = |kind: &FieldType| match kind {
            FieldType::Number | FieldType::Money => Json::from(1),
            FieldType::YesNo => Json::Bool(true),
            FieldType::Date => Json::from("2026-01-01"),
            FieldType::Choice { of } => Json::from(of.first().cloned().unwrap_or_default()),
            FieldType::List => json!(["x"]),
            _ => Json::from("x"),
        };
        let object = |fields: &[DataField]| -> Json {
            fields.iter().map(|field| (field.name.clone(), value(&field.kind))).collect()
        };
        let record = match self.record {
            RecordNames::Fields(fields) => fields,
            RecordNames::Any | RecordNames::Nothing => &[],
        };
        let case = CASE_NAMES.map(|(name, kind)| (name.to_string(), value(&kind)));
        let case = case.into_iter().collect::<Json>();
        json!({
            "data": object(self.data),
            "record": object(record),
            "case": case,
            "item": "x",
            "outcome": self.outcomes.first().cloned().or(self.any_outcome.then(|| "x".to_string())),
        })
    }
}

fn same(one: &Json, other: &Json) -> bool {
    one == other || one.is_number() && one.as_f64() == other.as_f64()
}

/// Refuses a value that fits nothing of what the rows of a table give.
fn one_of(
    path: &str,
    given: &[&Json],
    value: &Json,
    fits: impl Fn(&Json, &Json) -> bool,
) -> Result<(), Unknown> {
    if given.iter().any(|given| fits(given, value)) {
        return Ok(());
    }
    let all = given.iter().map(|given| show(given)).collect::<Vec<_>>();
    let said = show(value);
    let hint = meant(&said, all.iter().map(String::as_str))
        .unwrap_or_else(|| format!("what its rows give is {}", listed(&all)));
    Err((format!("no row of the table gives {} for {}", quoted(&said), quoted(path)), Some(hint)))
}
