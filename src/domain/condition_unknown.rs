//! What a condition comes to where something it asks for has no value: not known, which is not yes. Of two sides of an
//! `or` one that holds is enough, and of two of an `and` one that does not. For what goes on by itself; a way that a
//! person's work takes asks for what is missing.

use super::condition::{ConditionError, evaluate};
use super::condition_types::{Placed, Token, tokens};
use serde_json::Value as Json;

/// Whether a condition holds whatever is filled in later.
pub fn holds_already(source: &str, values: &Json) -> Result<bool, ConditionError> {
    match evaluate(source, values) {
        Err(error) if error.missing.is_some() => Ok(known(source, &tokens(source), values) == Some(true)),
        answer => answer,
    }
}

/// Yes, no, or not known, of a part of a source and its tokens.
fn known(source: &str, of: &[Placed], values: &Json) -> Option<bool> {
    if let [first, rest @ ..] = of
        && first.token == Token::Word("not")
        && ["or", "and", "if"].iter().all(|word| parts(of, word).len() == 1)
    {
        return known(source, rest, values).map(|yes| !yes);
    }
    if let Some(inner) = within(of) {
        return known(source, inner, values);
    }
    // What is chosen by a condition is one answer.
    if parts(of, "if").len() == 1 {
        for (word, enough) in [("or", true), ("and", false)] {
            let sides = parts(of, word);
            if sides.len() > 1 {
                let answers = sides.into_iter().map(|side| known(source, side, values)).collect::<Vec<_>>();
                let all = answers.iter().all(|answer| *answer == Some(!enough));
                return answers.contains(&Some(enough)).then_some(enough).or(all.then_some(!enough));
            }
        }
    }
    let (first, last) = (of.first()?, of.last()?);
    evaluate(source.get(first.range.start..last.range.end)?, values).ok()
}

/// What lies between these words, outside every parenthesis.
pub(super) fn parts<'t, 's>(of: &'t [Placed<'s>], word: &str) -> Vec<&'t [Placed<'s>]> {
    let mut depth = 0;
    let splits = |placed: &Placed| {
        match placed.token {
            Token::Sign("(" | "[" | "{") => depth += 1,
            Token::Sign(")" | "]" | "}") => depth -= 1,
            _ => {}
        }
        depth == 0 && placed.token == Token::Word(word)
    };
    of.split(splits).collect()
}

/// What stands in the parentheses around all of it.
pub(super) fn within<'t, 's>(of: &'t [Placed<'s>]) -> Option<&'t [Placed<'s>]> {
    let [open, inner @ .., close] = of else { return None };
    if (open.token, close.token) != (Token::Sign("("), Token::Sign(")")) {
        return None;
    }
    let mut depth = 0;
    let whole = inner.iter().all(|placed| {
        match placed.token {
            Token::Sign("(") => depth += 1,
            Token::Sign(")") => depth -= 1,
            _ => {}
        }
        depth >= 0
    });
    whole.then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_has_no_value_is_neither_more_nor_less_nor_else() {
        let values = json!({"data": {"b": 10, "yes": true}, "record": {}, "case": {}});
        for (source, holds) in [
            ("data.a > 5", false),
            ("not data.a > 5", false),
            ("not (data.a > 5)", false),
            ("data.a != 5", false),
            ("data.a > 5 or data.b > 5", true),
            ("data.b > 5 or data.a > 5", true),
            ("data.a > 5 or data.b > 50", false),
            ("data.a > 5 and data.b > 5", false),
            ("not (data.a > 5 and data.b > 50)", true),
            ("data.yes and (data.a > 5 or data.b == 10)", true),
            ("(data.a > 5) or (data.b > 5)", true),
            ("not data.a > 5 or data.b > 5", true),
            ("record.credit > 5", false),
            ("data.a is defined and data.a > 5", false),
            ("data.a is undefined", true),
        ] {
            assert_eq!(holds_already(source, &values).map_err(|e| e.to_string()), Ok(holds), "{source}");
        }
        assert!(holds_already("data.b", &values).is_err(), "what is wrong stays wrong");
    }
}
