//! What a condition may calculate and ask: numbers, and whether something has a value. Looks at neighbouring tokens only,
//! so that it holds as well where a made-up run tells nothing, as behind a decision table.

use super::condition::{ConditionError, Names};
use super::condition_types::{Class, Placed, Token, class, described};
use super::problem::quoted;

const KNOWN: &str = "a condition knows comparisons, `and`, `or`, `not`, `in` and `is defined`";

/// The engine has filters, and the language here none.
pub(super) fn no_filter(tokens: &[Placed], at: usize) -> ConditionError {
    let (name, range) = match tokens.get(at + 1) {
        Some(Placed { token: Token::Path(name), range }) => (format!("filter {name}"), range.clone()),
        _ => ("`|`".to_string(), tokens[at].range.clone()),
    };
    ConditionError::new(range, format!("the condition does not parse: {name} is unknown"))
        .hint(KNOWN.to_string())
}

/// What is asked after with `is` is whether something has a value, and nothing else.
pub(super) fn known_test(tokens: &[Placed], at: usize) -> Result<(), ConditionError> {
    let not = usize::from(tokens.get(at + 1).is_some_and(|next| next.token == Token::Word("not")));
    match tokens.get(at + 1 + not) {
        Some(Placed {
            token: Token::Path("defined" | "undefined") | Token::Word("none" | "None"), ..
        })
        | None => Ok(()),
        Some(other) => {
            let what = match other.token {
                Token::Path(name) => format!("test {name} is unknown"),
                _ => "what is asked with `is` is unknown".to_string(),
            };
            let message = format!("the condition does not parse: {what}");
            Err(ConditionError::new(other.range.clone(), message).hint(KNOWN.to_string()))
        }
    }
}

/// What stands beside a sign of arithmetic, where it is known not to be a number.
fn no_number(side: &Placed, names: &Names) -> Option<String> {
    match side.token {
        Token::Text(_) => Some("a text".to_string()),
        Token::Path(path) => match names.find(path) {
            Ok(Some(kind)) if class(&kind) != Class::Number => {
                Some(format!("{}, {},", quoted(path), described(&kind)))
            }
            _ => None,
        },
        Token::Word(_) | Token::Number(_) | Token::Sign(_) => None,
    }
}

/// Numbers only: a text cannot be calculated with, and the engine repeats one, or a list, as often as it is told, without
/// a limit.
pub(super) fn calculates(
    tokens: &[Placed],
    at: usize,
    sign: &str,
    names: &Names,
) -> Result<(), ConditionError> {
    let sides = at.checked_sub(1).into_iter().chain([at + 1]).filter_map(|side| tokens.get(side));
    for side in sides {
        let list = matches!(side.token, Token::Sign("[" | "]")) && sign == "*";
        if let Some(what) = no_number(side, names).or_else(|| list.then(|| "a list".to_string())) {
            let done = if sign == "*" { "multiplied" } else { "calculated with" };
            return Err(ConditionError::new(side.range.clone(), format!("{what} cannot be {done}")));
        }
    }
    Ok(())
}

/// Two numbers, or two texts that are put together; never one of each.
pub(super) fn adds(tokens: &[Placed], at: usize, names: &Names) -> Result<(), ConditionError> {
    let number = |side: &Placed| match side.token {
        Token::Number(_) => true,
        Token::Path(path) => matches!(names.find(path), Ok(Some(kind)) if class(&kind) == Class::Number),
        _ => false,
    };
    let (Some(left), Some(right)) = (at.checked_sub(1).and_then(|left| tokens.get(left)), tokens.get(at + 1))
    else {
        return Ok(());
    };
    for (one, other) in [(left, right), (right, left)] {
        if let (true, Some(what)) = (number(one), no_number(other, names)) {
            let message = format!("{what} cannot be added to a number");
            return Err(ConditionError::new(other.range.clone(), message));
        }
    }
    Ok(())
}
