//! Conditions: minijinja expressions over `data`, `record` and `case` that say yes or no. Decides nothing but
//! that, and never guesses: no value, or a result that is not yes or no, is an error.

use super::condition_types::{self, Token};
use super::problem::{meant, quoted};
use super::process::DataField;
use super::record::FieldType;
use minijinja::value::{Object, Serde};
use minijinja::{Environment, ErrorKind, Expression, UndefinedBehavior, Value};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// What a condition may ask of the case itself, beside its data and its record.
pub const CASE_NAMES: [(&str, FieldType); 4] = [
    ("id", FieldType::Text),
    ("title", FieldType::Text),
    ("opened_on", FieldType::Date),
    ("accountable", FieldType::Text),
];

/// The longest source in bytes. A longer one could nest deep enough to run out of stack.
const LONGEST: usize = 1024;
const FUEL: u64 = 10_000;

/// What is wrong with a condition, and where in its source (in bytes).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default())]
pub struct ConditionError {
    pub message: String,
    pub hint: Option<String>,
    pub range: Range<usize>,
}

impl ConditionError {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> ConditionError {
        ConditionError { message: message.into(), hint: None, range }
    }

    pub(super) fn hint(mut self, hint: impl Into<Option<String>>) -> ConditionError {
        self.hint = hint.into();
        self
    }
}

/// The names a condition may use.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    pub data: &'a [DataField],
    pub record: RecordNames<'a>,
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

/// A condition that parses. Cheap to make: 2 µs.
pub struct Condition {
    expression: Expression<'static, 'static>,
    source: String,
    /// Paths the source itself asks after with `is defined`.
    asked: BTreeSet<String>,
}

static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    let given = |value: &Value| !value.is_undefined() && !value.is_none();
    engine.add_test("defined", move |value: &Value| given(value));
    engine.add_test("undefined", move |value: &Value| !given(value));
    engine.add_test("none", move |value: &Value| !given(value));
    engine
});

impl Condition {
    /// Compiles a source; an error when it is too long or does not parse.
    pub fn compile(source: &str) -> Result<Condition, ConditionError> {
        let whole = 0..source.len();
        if source.trim().is_empty() {
            return Err(ConditionError::new(whole, "the condition is empty")
                .hint("write one such as `data.amount > 1000`".to_string()));
        }
        if source.len() > LONGEST {
            return Err(ConditionError::new(whole, format!("the condition is longer than {LONGEST} bytes"))
                .hint("split it over two steps, or keep the answer in a field of the data".to_string()));
        }
        let tokens = condition_types::tokens(source);
        if let Some(token) = tokens.iter().find(|token| matches!(token.token, Token::Sign("="))) {
            return Err(ConditionError::new(token.range.clone(), "`=` does not compare")
                .hint("write `==`".to_string()));
        }
        let expression = ENGINE.compile_expression_owned(source.to_string()).map_err(|error| {
            let why = error.detail().unwrap_or("it is not an expression");
            ConditionError::new(whole, format!("the condition does not parse: {why}"))
                .hint("a condition is such as `data.amount > 1000 and data.terms == 'net 30'`".to_string())
        })?;
        Ok(Condition { expression, source: source.to_string(), asked: condition_types::asked(&tokens) })
    }

    /// Whether it holds for `{"data": {…}, "record": {…}, "case": {…}}`, where the values are those of
    /// [`context_value`] and what has no value is left out or null.
    pub fn holds(&self, values: &Json) -> Result<bool, ConditionError> {
        let (result, missing) = self.run(values);
        let whole = 0..self.source.len();
        // A missing value silently compares as smaller than any other, so it must be found by the lookup.
        if let Some(path) = missing.iter().find(|path| !self.asked.contains(*path)) {
            let range = condition_types::place_of(&self.source, path).unwrap_or(whole);
            return Err(ConditionError::new(range, format!("{} has no value yet", quoted(path)))
                .hint(format!("give it one, or let the condition ask first: `{path} is defined and …`")));
        }
        let value = result.map_err(|error| {
            ConditionError::new(
                whole.clone(),
                match error.kind() {
                    ErrorKind::OutOfFuel => "the condition takes too long".to_string(),
                    _ => format!("the condition cannot be decided: {}", plain(&error)),
                },
            )
        })?;
        bool::try_from(value.clone())
            .ok()
            .filter(|_| value.kind() == minijinja::value::ValueKind::Bool)
            .ok_or_else(|| {
                ConditionError::new(whole, format!("the condition gives a {}, not yes or no", value.kind()))
                    .hint("compare it with something, such as `data.amount > 0`".to_string())
            })
    }

    /// The value, and the paths that were looked up in vain.
    fn run(&self, values: &Json) -> (Result<Value, minijinja::Error>, BTreeSet<String>) {
        let missing = Arc::new(Mutex::new(BTreeSet::new()));
        let roots = ["data", "record", "case"].map(|name| {
            let values = values.get(name).and_then(Json::as_object);
            let given = values.into_iter().flatten().filter(|(_, value)| !value.is_null());
            let values = given.map(|(key, value)| (key.clone(), Value::from(Serde(value)))).collect();
            (name, Value::from_object(Fields { name, values, missing: Arc::clone(&missing) }))
        });
        let result = self.expression.eval(roots.into_iter().collect::<Value>());
        let missing = missing.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (result, missing)
    }

    fn check(&self, names: &Names) -> Result<(), ConditionError> {
        let tokens = condition_types::tokens(&self.source);
        let mut used = self.expression.undeclared_variables(true).into_iter().collect::<Vec<_>>();
        used.sort();
        for path in &used {
            names.find(path).map_err(|(message, hint)| {
                let place = condition_types::place_of(&self.source, path).unwrap_or(0..self.source.len());
                ConditionError::new(place, message).hint(hint)
            })?;
        }
        condition_types::check(&tokens, names)?;
        // A run on made-up values finds a result that cannot be yes or no and tests that do not exist; what
        // else it stumbles over may be the made-up values' fault.
        let (result, missing) = self.run(&names.made_up());
        let whole = 0..self.source.len();
        match result {
            Err(error) => match error.kind() {
                ErrorKind::UnknownFilter
                | ErrorKind::UnknownTest
                | ErrorKind::UnknownFunction
                | ErrorKind::UnknownMethod => Err(ConditionError::new(
                    whole,
                    format!("the condition does not parse: {}", plain(&error)),
                )
                .hint(
                    "a condition knows comparisons, `and`, `or`, `not`, `in` and `is defined`".to_string(),
                )),
                _ => Ok(()),
            },
            Ok(value) if missing.is_empty() && value.kind() != minijinja::value::ValueKind::Bool => Err(
                ConditionError::new(whole, format!("the condition gives a {}, not yes or no", value.kind()))
                    .hint("compare it with something, such as `data.amount > 0`".to_string()),
            ),
            Ok(_) => Ok(()),
        }
    }
}

fn plain(error: &minijinja::Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), str::to_string)
}

/// Refuses a condition that does not parse, uses names that are not there, or compares what never compares.
pub fn check(source: &str, names: &Names) -> Result<(), ConditionError> {
    Condition::compile(source)?.check(names)
}

/// [`Condition::compile`] and [`Condition::holds`] in one.
pub fn evaluate(source: &str, values: &Json) -> Result<bool, ConditionError> {
    Condition::compile(source)?.holds(values)
}

/// A stored value as conditions see it: money and numbers as numbers, yes or no as a boolean, everything else
/// as text. `None` when there is no value or it is not one of that type.
pub fn context_value(kind: &FieldType, stored: &Json) -> Option<Json> {
    match (kind, stored) {
        (FieldType::Number | FieldType::Money, Json::Number(_)) | (FieldType::YesNo, Json::Bool(_)) => {
            Some(stored.clone())
        }
        (FieldType::Number | FieldType::Money, Json::String(text)) => {
            let number = text.split_whitespace().next()?;
            let number = number.parse::<i64>().map(Json::from).ok().or_else(|| {
                let number = number.parse::<f64>().ok().filter(|number| number.is_finite());
                number.map(Json::from)
            });
            number
        }
        (FieldType::YesNo, Json::String(text)) => match text.as_str() {
            "yes" | "true" => Some(Json::Bool(true)),
            "no" | "false" => Some(Json::Bool(false)),
            _ => None,
        },
        (FieldType::Number | FieldType::Money | FieldType::YesNo, _) => None,
        (_, Json::String(text)) => Some(Json::String(text.clone())).filter(|_| !text.is_empty()),
        _ => None,
    }
}

/// The stored values of some fields as conditions see them; what has no value is left out.
pub fn context(fields: &[DataField], stored: &serde_json::Map<String, Json>) -> Json {
    let value =
        |field: &DataField| Some((field.name.clone(), context_value(&field.kind, stored.get(&field.name)?)?));
    Json::Object(fields.iter().filter_map(value).collect())
}

impl Names<'_> {
    /// The type of a path such as `data.amount`; `None` when every type is possible. The error is a message
    /// and a hint.
    pub(super) fn find(&self, path: &str) -> Result<Option<FieldType>, (String, Option<String>)> {
        let (root, name) = path.split_once('.').unwrap_or((path, ""));
        let case = CASE_NAMES.map(|(name, kind)| DataField {
            name: name.to_string(),
            title: None,
            kind,
            required: true,
        });
        let (fields, whose) = match (root, self.record) {
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

    fn made_up(&self) -> Json {
        let made_up = |field: &DataField| {
            let value = match &field.kind {
                FieldType::Number | FieldType::Money => Json::from(1),
                FieldType::YesNo => Json::Bool(true),
                FieldType::Date => Json::from("2026-01-01"),
                FieldType::Choice { of } => Json::from(of.first().cloned().unwrap_or_default()),
                _ => Json::from("x"),
            };
            (field.name.clone(), value)
        };
        let record = match self.record {
            RecordNames::Fields(fields) => fields,
            RecordNames::Any | RecordNames::Nothing => &[],
        };
        let case = CASE_NAMES.map(|(name, _)| (name.to_string(), Json::from("2026-01-01")));
        let object = |fields: &[DataField]| fields.iter().map(made_up).collect::<Json>();
        serde_json::json!({"data": object(self.data), "record": object(record), "case": case.into_iter().collect::<Json>()})
    }
}

/// The fields under one root, remembering every lookup in vain: undefined compares without an error.
#[derive(Debug)]
struct Fields {
    name: &'static str,
    values: BTreeMap<String, Value>,
    missing: Arc<Mutex<BTreeSet<String>>>,
}

impl Object for Fields {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let found = self.values.get(key).cloned();
        if found.is_none() {
            let path = format!("{}.{key}", self.name);
            self.missing.lock().unwrap_or_else(PoisonError::into_inner).insert(path);
        }
        found
    }
}
