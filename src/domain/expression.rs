//! Expressions that give a value, such as what a rule sets a field to, and templates, such as the text of a note.
//! Both speak of the same names as conditions and in the same language; unlike those they may give anything.

use super::condition::{ConditionError, ENGINE, LONGEST, Names, engine, is_unknown, plain, watched};
use super::condition_types::{self, Token, Wanted};
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const KNOWS: &str = "it knows names such as `data.amount`, numbers, texts in quotes, `+ - * /`, comparisons, \
                     `and`, `or`, `not` and `a if condition else b`";
const TEMPLATE: &str = "write values as `{{ data.amount }}`";

/// A value that is not there is left out of a text: a note with a gap says more than no note.
static TEXTS: LazyLock<Environment<'static>> = LazyLock::new(|| engine(UndefinedBehavior::Lenient));

/// Refuses an expression that does not parse, uses names that are not there, or compares what never compares.
pub fn check(source: &str, names: &Names) -> Result<(), ConditionError> {
    let expression = compile(source)?;
    names.all_there(source, expression.undeclared_variables(true))?;
    condition_types::check(&condition_types::tokens(source), names, Wanted::Anything).map_err(|error| {
        match error.message.strip_prefix("the condition does not parse") {
            Some(why) => ConditionError {
                message: format!("the expression does not parse{why}"),
                hint: Some(KNOWS.to_string()),
                ..error
            },
            None => error,
        }
    })?;
    match expression.eval(watched(&names.made_up()).0) {
        Err(error) if is_unknown(&error) => {
            let message = format!("the expression does not parse: {}", plain(&error));
            Err(ConditionError::new(0..source.len(), message).hint(KNOWS.to_string()))
        }
        _ => Ok(()),
    }
}

/// What an expression gives for values as [`super::condition::Condition::holds`] takes them. No value where one is asked for is an
/// error.
pub fn value(source: &str, values: &Json) -> Result<Json, ConditionError> {
    let (roots, missing) = watched(values);
    let result = compile(source)?.eval(roots);
    if let Some((why, path)) = missing.unanswered() {
        let message = format!("the expression cannot be worked out: {why}");
        return Err(ConditionError::new(0..source.len(), message).of(path));
    }
    let asked = condition_types::asked(&condition_types::tokens(source));
    given(source, &missing.paths(), &asked)?;
    let value = result.map_err(|error| undecided(source, "the expression", &error))?;
    serde_json::to_value(&value).map_err(|_| {
        ConditionError::new(0..source.len(), format!("the expression gives a {}, no value", value.kind()))
    })
}

/// Refuses a template that does not parse or uses names that are not there.
pub fn check_template(source: &str, names: &Names) -> Result<(), ConditionError> {
    short(source, "the template")?;
    let template = TEXTS.template_from_str(source).map_err(|error| unreadable(source, "template", &error))?;
    names.all_there(source, template.undeclared_variables(true))?;
    match template.render(watched(&names.made_up()).0) {
        Err(error) if is_unknown(&error) => Err(unreadable(source, "template", &error)),
        _ => Ok(()),
    }
}

/// The text of a template for values as conditions take them; a value that is not there is left empty.
pub fn render(source: &str, values: &Json) -> Result<String, ConditionError> {
    short(source, "the template")?;
    let template = TEXTS.template_from_str(source).map_err(|error| unreadable(source, "template", &error))?;
    let text = template.render(watched(values).0);
    text.map(|text| text.trim().to_string()).map_err(|error| undecided(source, "the template", &error))
}

pub(super) fn compile(source: &str) -> Result<minijinja::Expression<'static, 'static>, ConditionError> {
    short(source, "the expression")?;
    let tokens = condition_types::tokens(source);
    if let Some(token) = tokens.iter().find(|token| matches!(token.token, Token::Sign("="))) {
        return Err(
            ConditionError::new(token.range.clone(), "`=` does not compare").hint("write `==`".to_string())
        );
    }
    ENGINE
        .compile_expression_owned(source.to_string())
        .map_err(|error| unreadable(source, "expression", &error))
}

fn short(source: &str, what: &str) -> Result<(), ConditionError> {
    if source.len() <= LONGEST {
        return Ok(());
    }
    let message = format!("{what} is longer than {LONGEST} bytes");
    Err(ConditionError::new(0..source.len(), message).hint("say it shorter".to_string()))
}

fn unreadable(source: &str, what: &str, error: &minijinja::Error) -> ConditionError {
    let hint = if what == "template" { TEMPLATE } else { KNOWS };
    let message = format!("the {what} does not parse: {}", plain(error));
    ConditionError::new(0..source.len(), message).hint(hint.to_string())
}

fn undecided(source: &str, what: &str, error: &minijinja::Error) -> ConditionError {
    let message = match error.kind() {
        ErrorKind::OutOfFuel => format!("{what} takes too long"),
        _ => format!("{what} gives nothing: {}", plain(error)),
    };
    ConditionError::new(0..source.len(), message)
}

fn given(source: &str, missing: &BTreeSet<String>, asked: &BTreeSet<String>) -> Result<(), ConditionError> {
    let Some(path) = missing.difference(asked).next() else { return Ok(()) };
    let place = condition_types::place_of(source, path).unwrap_or(0..source.len());
    Err(ConditionError::new(place, format!("`{path}` has no value yet"))
        .of(path.clone())
        .hint(format!("give it one, or ask first: `… if {path} is defined else …`")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::process::DataField;
    use crate::domain::record::FieldType;
    use serde_json::json;

    fn said(result: Result<(), ConditionError>) -> String {
        result.map_or_else(|error| error.to_string(), |()| "fine".to_string())
    }

    fn with_names<T>(go: impl FnOnce(&Names) -> T) -> T {
        let field = |name: &str, kind| DataField { name: name.into(), title: None, kind, required: false };
        let data = [field("amount", FieldType::Money), field("note", FieldType::Text)];
        go(&Names { data: &data, item: true, ..Names::default() })
    }

    #[test]
    fn an_expression_gives_any_value() {
        let values = json!({"data": {"amount": 10, "note": "x"}, "case": {"id": "C-1"}, "item": "desk"});
        let give = |source| value(source, &values).map_err(|error| error.to_string());
        assert_eq!(give("data.amount * 2"), Ok(json!(20)));
        assert_eq!(give("'for ' ~ item ~ ' of ' ~ case.id"), Ok(json!("for desk of C-1")));
        assert_eq!(give("data.amount > 5"), Ok(json!(true)));
        assert_eq!(give("data.gone if data.gone is defined else 'none'"), Ok(json!("none")));
        assert_eq!(
            give("data.gone").unwrap_err(),
            "`data.gone` has no value yet; give it one, or ask first: `… if data.gone is defined else …`"
        );
        for source in ["data.amount", "data.note", "item", "'a' if data.amount > 3 else 'b'", "42", "true"] {
            assert_eq!(with_names(|names| said(check(source, names))), "fine", "{source}");
        }
        for (source, message) in [
            ("data.amonut", "`amonut` is not a field in the data of this process; did you mean `amount`?"),
            (
                "data.note > 3",
                "`data.note` is a text and does not compare with a number; write a text in quotes, such as `data.note == 'x'`",
            ),
            (
                "outcome",
                "`outcome` is unknown here; only the ways out of a decision, and of a process that is waited for, know its outcome; of a case it is `case.outcome`",
            ),
        ] {
            assert_eq!(with_names(|names| said(check(source, names))), message, "{source}");
        }
        assert!(
            with_names(|names| said(check("data.note|upper", names)))
                .starts_with("the expression does not parse")
        );
        assert!(with_names(|names| said(check("1 +", names))).starts_with("the expression does not parse"));
    }

    #[test]
    fn a_template_is_text_with_values_in_it() {
        let values = json!({"data": {"amount": 10}});
        let text = |source| render(source, &values).map_err(|error| error.to_string());
        assert_eq!(text("It is {{ data.amount }}."), Ok("It is 10.".to_string()));
        assert_eq!(text("No braces"), Ok("No braces".to_string()));
        assert_eq!(text("For {{ data.gone }}!"), Ok("For !".to_string()));
        for (source, message) in [
            ("{{ data.amount }} for {{ item }}", "fine"),
            (
                "{{ data.amonut }}",
                "`amonut` is not a field in the data of this process; did you mean `amount`?",
            ),
        ] {
            assert_eq!(with_names(|names| said(check_template(source, names))), message, "{source}");
        }
        assert!(
            with_names(|names| said(check_template("{{ data.amount", names)))
                .starts_with("the template does not parse")
        );
        let deep = "{% if data.amount %}".repeat(60);
        let _ = with_names(|names| said(check_template(&deep, names)));
    }
}
