//! Expressions that give a value, and templates that give a text, over the same names as conditions. Where
//! something has no value an expression gives none, and a template leaves a gap.

use super::condition::ConditionError;
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde_json::Value as Json;
use std::sync::LazyLock;

/// The longest source in bytes, as for conditions.
const LONGEST: usize = 1024;
const FUEL: u64 = 10_000;
/// A text longer than this is no title and no note.
const LONGEST_RESULT: usize = 16 * 1024;

static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Chainable);
    engine.set_fuel(Some(FUEL));
    engine.add_filter(
        "default",
        |value: Value, other: Value| {
            if value.is_undefined() || value.is_none() { other } else { value }
        },
    );
    engine.add_filter("upper", |text: String| text.to_uppercase());
    engine.add_filter("lower", |text: String| text.to_lowercase());
    engine
});

/// The value of an expression over `{"data": {…}, "record": {…}, "case": {…}}`; null where it has none.
pub fn value(source: &str, values: &Json) -> Result<Json, ConditionError> {
    let wrong = |error: &Error| failed(source, error, "expression");
    short_enough(source, "expression")?;
    let expression = ENGINE.compile_expression(source).map_err(|e| wrong(&e))?;
    let result = expression.eval(Value::from(Serde(values))).map_err(|e| wrong(&e))?;
    match result.is_undefined() {
        true => Ok(Json::Null),
        false => serde_json::to_value(&result).map_err(|_| {
            ConditionError::new(0..source.len(), "the expression gives nothing that can be kept")
        }),
    }
}

/// The text of a template such as `Deliver to {{ record.name }}`, on one line.
pub fn render(template: &str, values: &Json) -> Result<String, ConditionError> {
    short_enough(template, "template")?;
    let text = ENGINE
        .render_str(template, Value::from(Serde(values)))
        .map_err(|error| failed(template, &error, "template"))?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.len() {
        0 => Err(ConditionError::new(0..template.len(), "the template gives an empty text")),
        length if length > LONGEST_RESULT => {
            Err(ConditionError::new(0..template.len(), "the template gives a text that is too long"))
        }
        _ => Ok(text),
    }
}

fn short_enough(source: &str, what: &str) -> Result<(), ConditionError> {
    match source.len() {
        0 => Err(ConditionError::new(0..0, format!("the {what} is empty"))),
        length if length > LONGEST => {
            Err(ConditionError::new(0..length, format!("the {what} is longer than {LONGEST} bytes")))
        }
        _ => Ok(()),
    }
}

fn failed(source: &str, error: &Error, what: &str) -> ConditionError {
    let why = error.detail().map_or_else(|| error.kind().to_string(), str::to_string);
    let range = 0..source.len();
    match error.kind() {
        ErrorKind::SyntaxError => ConditionError::new(range, format!("the {what} does not parse: {why}")),
        ErrorKind::OutOfFuel => ConditionError::new(range, format!("the {what} takes too long")),
        _ => ConditionError::new(range, format!("the {what} cannot be worked out: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values() -> Json {
        json!({"data": {"amount": 12.5, "name": "Ana"}, "record": {"city": "Oslo"}, "case": {"id": "C-1"}})
    }

    #[test]
    fn an_expression_gives_a_value_or_none() {
        let of = |source: &str| value(source, &values()).map_err(|e| e.message);
        assert_eq!(of("data.amount * 2"), Ok(json!(25.0)));
        assert_eq!(of("data.name ~ ' of ' ~ record.city"), Ok(json!("Ana of Oslo")));
        assert_eq!(of("data.nothing"), Ok(Json::Null));
        assert_eq!(of("data.nothing | default('x')"), Ok(json!("x")));
        assert!(of("data.amount +").unwrap_err().starts_with("the expression does not parse"));
        assert_eq!(of(""), Err("the expression is empty".to_string()));
    }

    #[test]
    fn a_template_gives_one_line_of_text() {
        let of = |source: &str| render(source, &values()).map_err(|e| e.message);
        assert_eq!(
            of("Deliver to {{ record.city }},\n{{ data.name }}"),
            Ok("Deliver to Oslo, Ana".to_string())
        );
        assert_eq!(of("{{ data.nothing }}"), Err("the template gives an empty text".to_string()));
        assert!(of("{{ data.name").is_err());
        assert_eq!(
            of("{% for a in range(100000) %}{% endfor %}x").map(|_| ()).unwrap_err().get(..3),
            Some("the")
        );
    }
}
