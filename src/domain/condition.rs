//! Conditions: minijinja expressions over what `condition_names` lists that say yes or no. Decides nothing but
//! that, and never guesses: no value, or a result that is not yes or no, is an error.

use super::condition_tables::Tables;
use super::condition_types::{self, Token, Wanted};
use super::problem::quoted;
use super::process::DataField;
use super::record::FieldType;
use minijinja::value::{Object, Serde};
use minijinja::{Environment, ErrorKind, Expression, UndefinedBehavior, Value};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The longest source in bytes. A longer one could nest deep enough to run out of stack.
pub(super) const LONGEST: usize = 1024;
const FUEL: u64 = 10_000;

pub use super::condition_names::{CASE_NAMES, Names, RecordNames};

/// What is wrong with a condition, and where in its source (in bytes).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default())]
pub struct ConditionError {
    pub message: String,
    pub hint: Option<String>,
    pub range: Range<usize>,
    /// What has no value, such as `record.credit`, where that is what is wrong.
    pub missing: Option<String>,
}

impl ConditionError {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> ConditionError {
        ConditionError { message: message.into(), hint: None, range, missing: None }
    }

    pub(super) fn of(mut self, missing: impl Into<Option<String>>) -> ConditionError {
        self.missing = missing.into();
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<Option<String>>) -> ConditionError {
        self.hint = hint.into();
        self
    }
}

/// A condition that parses. Cheap to make, so that only the source need be kept.
pub struct Condition {
    expression: Expression<'static, 'static>,
    source: String,
    /// Paths the source itself asks after with `is defined`.
    asked: BTreeSet<String>,
}

pub(super) static ENGINE: LazyLock<Environment<'static>> =
    LazyLock::new(|| engine(UndefinedBehavior::Strict));

/// The language, with what happens to a name that has no value.
pub(super) fn engine(undefined: UndefinedBehavior) -> Environment<'static> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(undefined);
    engine.set_fuel(Some(FUEL));
    let given = |value: &Value| !value.is_undefined() && !value.is_none();
    engine.add_test("defined", move |value: &Value| given(value));
    engine.add_test("undefined", move |value: &Value| !given(value));
    engine.add_test("none", move |value: &Value| !given(value));
    engine
}

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
        let (result, missing, unanswered) = self.run(values);
        let whole = 0..self.source.len();
        if let Some((why, path)) = unanswered {
            return Err(
                ConditionError::new(whole, format!("the condition cannot be decided: {why}")).of(path)
            );
        }
        // A missing value silently compares as smaller than any other, so it must be found by the lookup.
        if let Some(path) = missing.iter().find(|path| !self.asked.contains(*path)) {
            let range = condition_types::place_of(&self.source, path).unwrap_or(whole);
            return Err(ConditionError::new(range, format!("{} has no value yet", quoted(path)))
                .of(path.clone())
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

    /// The value, the paths that were looked up in vain, and why a table gives no answer.
    fn run(&self, values: &Json) -> (Result<Value, minijinja::Error>, BTreeSet<String>, Option<Unanswered>) {
        let (roots, missing) = watched(values);
        let result = self.expression.eval(roots);
        (result, missing.paths(), missing.unanswered())
    }

    fn check(&self, names: &Names) -> Result<(), ConditionError> {
        let tokens = condition_types::tokens(&self.source);
        names.all_there(&self.source, self.expression.undeclared_variables(true))?;
        condition_types::check(&tokens, names, Wanted::YesOrNo)?;
        // A run on made-up values finds a result that cannot be yes or no and tests that do not exist; what
        // else it stumbles over may be the made-up values' fault.
        let (result, missing, _) = self.run(&names.made_up());
        let whole = 0..self.source.len();
        match result {
            Err(error) => match is_unknown(&error) {
                true => Err(ConditionError::new(
                    whole,
                    format!("the condition does not parse: {}", plain(&error)),
                )
                .hint(
                    "a condition knows comparisons, `and`, `or`, `not`, `in` and `is defined`".to_string(),
                )),
                false => Ok(()),
            },
            Ok(value) if missing.is_empty() && value.kind() != minijinja::value::ValueKind::Bool => Err(
                ConditionError::new(whole, format!("the condition gives a {}, not yes or no", value.kind()))
                    .hint("compare it with something, such as `data.amount > 0`".to_string()),
            ),
            Ok(_) => Ok(()),
        }
    }
}

pub(super) fn plain(error: &minijinja::Error) -> String {
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
            number.parse::<i64>().map(Json::from).ok().or_else(|| {
                let number = number.parse::<f64>().ok().filter(|number| number.is_finite());
                number.map(Json::from)
            })
        }
        (FieldType::YesNo, Json::String(text)) => match text.as_str() {
            "yes" | "true" => Some(Json::Bool(true)),
            "no" | "false" => Some(Json::Bool(false)),
            _ => None,
        },
        (FieldType::Number | FieldType::Money | FieldType::YesNo, _) => None,
        (FieldType::List, Json::Array(_)) => Some(stored.clone()),
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

/// Whether the error is about something the language does not have.
pub(super) fn is_unknown(error: &minijinja::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod
    )
}

/// Why a table gives no answer, and what has no value that it asks for.
pub(super) type Unanswered = (String, Option<String>);

/// The paths that were looked up in vain: undefined compares without an error.
#[derive(Debug, Clone, Default)]
pub(super) struct Missing {
    paths: Arc<Mutex<BTreeSet<String>>>,
    /// Why a table that was asked gives no answer.
    unanswered: Arc<Mutex<Option<Unanswered>>>,
}

impl Missing {
    pub fn paths(&self) -> BTreeSet<String> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why a table that was asked gives no answer, where one was.
    pub fn unanswered(&self) -> Option<Unanswered> {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn no_answer(&self, why: Unanswered) {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
    }

    fn add(&self, path: String) {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner).insert(path);
    }
}

/// Values such as `{"data": {…}, "item": …}` for the engine, and what will have been looked up in vain.
pub(super) fn watched(values: &Json) -> (Value, Missing) {
    let missing = Missing::default();
    let under = |root: &str| Fields::over(root, values.get(root), &missing);
    let tables = values.get("table").and_then(Json::as_object).into_iter().flatten();
    let tables = tables.map(|(name, outputs)| {
        (name.clone(), Fields::over(&format!("table.{name}"), Some(outputs), &missing))
    });
    let tables = match values.get("table") {
        // Definitions, each to be asked when its answer is.
        Some(Json::Array(_)) => {
            Value::from_object(Tables { values: values.clone(), missing: missing.clone() })
        }
        _ => Value::from_object(Fields {
            name: "table".to_string(),
            values: tables.collect(),
            missing: missing.clone(),
        }),
    };
    let mut roots = vec![
        ("data", under("data")),
        ("record", under("record")),
        ("case", under("case")),
        ("table", tables),
    ];
    for root in ["item", "outcome"] {
        let given = values.get(root).filter(|value| !value.is_null());
        roots.extend(given.map(|value| (root, Value::from(Serde(value)))));
    }
    (Value::from_pairs(roots), missing)
}

/// The fields under one root, remembering every lookup in vain.
#[derive(Debug)]
pub(super) struct Fields {
    name: String,
    values: BTreeMap<String, Value>,
    missing: Missing,
}

impl Fields {
    pub fn over(name: &str, values: Option<&Json>, missing: &Missing) -> Value {
        let given = values.and_then(Json::as_object).into_iter().flatten();
        let given = given.filter(|(_, value)| !value.is_null());
        let values = given.map(|(key, value)| (key.clone(), Value::from(Serde(value)))).collect();
        Value::from_object(Fields { name: name.to_string(), values, missing: missing.clone() })
    }
}

impl Object for Fields {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let found = self.values.get(key).cloned();
        if found.is_none() {
            self.missing.add(format!("{}.{key}", self.name));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn fields() -> Vec<DataField> {
        let of = vec!["prepaid".to_string(), "net 30".to_string()];
        let kinds = [
            ("amount", FieldType::Money),
            ("count", FieldType::Number),
            ("terms", FieldType::Choice { of }),
            ("sent_on", FieldType::Date),
            ("ok", FieldType::YesNo),
            ("note", FieldType::Text),
            ("driver", FieldType::Person),
        ];
        let field = |(name, kind): (&str, FieldType)| DataField {
            name: name.into(),
            title: None,
            kind,
            required: false,
        };
        kinds.into_iter().map(field).collect()
    }

    /// The message for a source, or `fine`.
    fn said(source: &str) -> String {
        let names = Names { data: &fields(), record: RecordNames::Any, ..Names::default() };
        check(source, &names).map_or_else(|error| error.to_string(), |()| "fine".to_string())
    }

    fn values() -> Json {
        json!({"data": {"amount": 1200.5, "terms": "net 30", "ok": true, "sent_on": "2026-11-20", "count": null}, "record": {"city": "Ulm"}})
    }

    #[test]
    fn conditions_that_are_fine() {
        for source in [
            "data.amount > 1000 and data.terms == 'net 30'",
            "data.amount > -1 or 5 <= data.count < 10",
            "data.amount - 1 > 2 * data.count",
            "not data.ok",
            "data.ok",
            "(data.ok or data.count == 1) and data.terms in ['prepaid', \"net 30\"]",
            "data.terms not in ['prepaid']",
            "data.sent_on >= '2026-01-01'",
            "data.amount is defined and data.amount > 3",
            "data.driver == case.accountable",
            "record.anything == 'x'",
            "case.title == 'x' and case.opened_on > '2026-01-01'",
            "data.amount > data.count",
            "true",
            "data.ok == true",
            "data.note ~ 'x' == 'yx'",
        ] {
            assert_eq!(said(source), "fine", "{source}");
        }
    }

    #[test]
    fn comparisons_that_can_never_be_meant_are_refused() {
        for (source, expected) in [
            (
                "data.amount > 'x'",
                "`data.amount` is an amount of money and does not compare with a text; write the number without quotes, such as `data.amount > 1000`",
            ),
            (
                "'100 EUR' == data.amount",
                "`data.amount` is an amount of money and does not compare with a text; write the number without quotes, such as `data.amount > 100`",
            ),
            (
                "data.count == true",
                "`data.count` is a number and does not compare with yes or no; write a number, such as `data.count > 0`",
            ),
            (
                "data.note > 5",
                "`data.note` is a text and does not compare with a number; write a text in quotes, such as `data.note == 'x'`",
            ),
            (
                "data.ok == 'yes'",
                "`data.ok` is yes or no and does not compare with a text; write `data.ok` or `not data.ok`",
            ),
            (
                "data.sent_on > '20.11.2026'",
                "`data.sent_on` is a date and does not compare with `20.11.2026`; write a date as year-month-day, such as `data.sent_on >= '2026-11-20'`",
            ),
            (
                "data.sent_on == 2026",
                "`data.sent_on` is a date and does not compare with a number; write a date in quotes, such as `data.sent_on >= '2026-11-20'`",
            ),
            ("data.terms == 'net30'", "`net30` is not a choice of `data.terms`; did you mean `net 30`?"),
            (
                "data.terms in ['prepaid', 'later']",
                "`later` is not a choice of `data.terms`; there is `prepaid` and `net 30`",
            ),
            (
                "data.terms not in ['later']",
                "`later` is not a choice of `data.terms`; there is `prepaid` and `net 30`",
            ),
            (
                "data.amount in ['x']",
                "`data.amount` is an amount of money and does not compare with a text; write the number without quotes, such as `data.amount > 1000`",
            ),
            (
                "data.note == none",
                "`data.note` is a text and does not compare with none; write `data.note is defined` or `data.note is undefined`",
            ),
            (
                "data.note > data.amount",
                "`data.note` is a text and `data.amount` is an amount of money: they do not compare",
            ),
            ("'x' > 3", "a text and a number do not compare"),
            (
                "1 < data.note",
                "`data.note` is a text and does not compare with a number; write a text in quotes, such as `data.note == 'x'`",
            ),
            (
                "data.note and data.ok",
                "`data.note` is a text, not yes or no; compare it, or ask `data.note is defined`",
            ),
            (
                "not data.count",
                "`data.count` is a number, not yes or no; compare it, such as `data.count > 0`",
            ),
        ] {
            assert_eq!(said(source), expected, "{source}");
        }
    }

    #[test]
    fn names_and_forms_that_are_not_there_are_refused() {
        for (source, expected) in [
            ("", "the condition is empty; write one such as `data.amount > 1000`"),
            (
                "data.amount >",
                "the condition does not parse: unexpected end of input, expected expression; a condition is such as `data.amount > 1000 and data.terms == 'net 30'`",
            ),
            ("data.ok = true", "`=` does not compare; write `==`"),
            ("data.oK", "`oK` is not a field in the data of this process; did you mean `ok`?"),
            (
                "data.ok.really",
                "`ok.really` is not a field in the data of this process; there is `amount`, `count`, `terms`, `sent_on`, `ok`, `note` and `driver`",
            ),
            ("data", "`data` alone is neither yes nor no; name a field of it, such as `data.amount`"),
            (
                "case.colour == 'x'",
                "`colour` is not a field a case knows of itself; there is `id`, `title`, `opened_on`, `accountable`, `outcome` and `urgent`",
            ),
            ("amount > 5", "`amount` is unknown; write `data.amount`"),
            (
                "data['note'] == 'x'",
                "`data` alone is neither yes nor no; name a field of it, such as `data.amount`",
            ),
            (
                "weather == 'fine'",
                "`weather` is unknown; a condition speaks of `data`, `record` and `case`, such as `data.amount > 1000`",
            ),
            (
                "data.amount + 1",
                "the condition gives a number, not yes or no; compare it with something, such as `data.amount > 0`",
            ),
            (
                "'yes'",
                "the condition gives a string, not yes or no; compare it with something, such as `data.amount > 0`",
            ),
            (
                "data.note|upper == 'X'",
                "the condition does not parse: filter upper is unknown; a condition knows comparisons, `and`, `or`, `not`, `in` and `is defined`",
            ),
            // Behind what decides already, and behind a table, a made-up run would not come that far.
            (
                "not data.ok and data.note | foo == 'x'",
                "the condition does not parse: filter foo is unknown; a condition knows comparisons, `and`, `or`, `not`, `in` and `is defined`",
            ),
            (
                "not data.ok and data.note is not foo",
                "the condition does not parse: test foo is unknown; a condition knows comparisons, `and`, `or`, `not`, `in` and `is defined`",
            ),
            ("data.amount - data.note > 2", "`data.note`, a text, cannot be calculated with"),
            ("data.amount + data.note > 3", "`data.note`, a text, cannot be added to a number"),
            ("data.note * 100000000 == 'x'", "`data.note`, a text, cannot be multiplied"),
            ("[1] * 100000000 == data.note", "a list cannot be multiplied"),
            ("'x' * 100000000 == 'x'", "a text cannot be multiplied"),
        ] {
            assert_eq!(said(source), expected, "{source}");
        }
    }

    #[test]
    fn the_place_of_an_error_is_its_name_or_comparison() {
        let at = |source: &str| {
            let names = Names { data: &fields(), ..Names::default() };
            check(source, &names).map_err(|error| source[error.range].to_string())
        };
        assert_eq!(at("data.ok and data.amonut > 3"), Err("data.amonut".to_string()));
        assert_eq!(at("data.ok and data.amount > 'x' or true"), Err("data.amount > 'x'".to_string()));
        assert_eq!(at("data.ok or record.city == 'x'"), Err("record.city".to_string()));
    }

    #[test]
    fn a_condition_says_yes_or_no_or_why_not() {
        let said = |source| evaluate(source, &values()).map_err(|error| error.to_string());
        assert_eq!(said("data.amount > 1000 and record.city == 'Ulm'"), Ok(true));
        assert_eq!(said("data.amount == 1200.50"), Ok(true));
        assert_eq!(said("data.sent_on < '2026-11-20'"), Ok(false));
        assert_eq!(said("data.terms in ['prepaid']"), Ok(false));
        assert_eq!(said("data.note is defined and data.note > 3"), Ok(false));
        assert_eq!(said("data.count is none"), Ok(true));
        // What is not asked for does not matter.
        assert_eq!(said("data.ok or data.count > 3"), Ok(true));
        assert_eq!(
            said("data.ok and data.count > 3"),
            Err("`data.count` has no value yet; give it one, or let the condition ask first: `data.count is defined and …`".into())
        );
        assert_eq!(said("not data.gone").map_err(|e| e.contains("`data.gone` has no value yet")), Err(true));
        assert_eq!(said("data.gone == data.lost").map_err(|e| e.contains("no value yet")), Err(true));
        assert_eq!(said("data.amount + 1").map_err(|e| e.contains("a number, not yes or no")), Err(true));
        assert_eq!(said("data.amount / 0 > 1").map_err(|e| e.contains("cannot be decided")), Err(true));
    }

    #[test]
    fn stored_values_become_what_conditions_compare() {
        let value = |kind: FieldType, stored: Json| context_value(&kind, &stored);
        assert_eq!(value(FieldType::Money, json!("1200.50 EUR")), Some(json!(1200.5)));
        assert_eq!(value(FieldType::Money, json!("-3 EUR")), Some(json!(-3)));
        assert_eq!(value(FieldType::Money, json!("lots EUR")), None);
        assert_eq!(value(FieldType::Number, json!("NaN")), None);
        assert_eq!(value(FieldType::Number, json!(7)), Some(json!(7)));
        assert_eq!(value(FieldType::YesNo, json!("no")), Some(json!(false)));
        assert_eq!(value(FieldType::YesNo, json!("perhaps")), None);
        assert_eq!(value(FieldType::Text, json!("")), None);
        assert_eq!(value(FieldType::Person, json!("ana")), Some(json!("ana")));
        let stored = json!({"amount": "7 EUR", "ok": null, "other": "x"});
        assert_eq!(context(&fields(), stored.as_object().unwrap()), json!({"amount": 7}));
    }

    #[test]
    fn no_source_within_the_limit_runs_out_of_stack_or_time() {
        for piece in ["-", "(", "[", "not ", "{1:", "data.ok and ", "1+", "x.", "x|e|", "1 if ", "1<", "2**"]
        {
            for tail in ["", "1", "data.ok"] {
                let source = format!("{}{tail}", piece.repeat((LONGEST - tail.len()) / piece.len()));
                assert!(source.len() <= LONGEST);
                // Whatever it says, it says something.
                let _ = said(&source);
                let _ = evaluate(&source, &values());
            }
        }
        assert!(said(&"1".repeat(LONGEST + 1)).starts_with("the condition is longer than 1024 bytes"));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(source in "\\PC{0,40}", pieces in prop::collection::vec(prop::sample::select(vec![
            "data", ".", "amount", "ok", " and ", " or ", "not ", "(", ")", "[", "]", "'", "\"", "x", "1", "-", "==", "<", "in", "is", " defined", "{", "}", "|", "\\", "ä",
        ]), 0..14)) {
            let _ = said(&source);
            let source = pieces.concat();
            let _ = said(&source);
            let _ = evaluate(&source, &values());
        }

        #[test]
        fn money_compares_as_the_number_it_is(amount in -1_000_000i64..1_000_000, limit in -1_000_000i64..1_000_000) {
            let text = format!("{}.{:02} EUR", amount / 100, (amount % 100).abs());
            let sign = if amount < 0 && amount > -100 { "-" } else { "" };
            let stored = context_value(&FieldType::Money, &json!(format!("{sign}{text}")));
            let values = json!({"data": {"amount": stored}});
            prop_assert_eq!(evaluate(&format!("data.amount * 100 > {limit}"), &values), Ok((amount as f64 / 100.0) * 100.0 > limit as f64));
            prop_assert_eq!(evaluate("data.amount >= 0", &values), Ok(amount >= 0));
        }
    }
}
