//! Finds what can never be in a list, or in a text, where a condition asks with `in`. Looks at neighbouring tokens
//! only, as `condition_types` does.

use super::condition::{ConditionError, Names};
use super::condition_types::{Placed, Side, Token, answered, before, binds_tighter, compare, side_of};
use serde_json::Value as Json;

/// `field in ['a', 'b']`: every text of the list must be something the field can be.
pub(super) fn check_list(tokens: &[Placed], at: usize, names: &Names) -> Result<(), ConditionError> {
    let negated = at > 0 && tokens[at - 1].token == Token::Word("not");
    let operator = if negated { at - 1 } else { at };
    let opens = tokens.get(at + 1).is_some_and(|placed| matches!(placed.token, Token::Sign("[" | "(")));
    if !opens {
        return held(tokens, (operator, at), names);
    }
    let Some(field @ Side::Field(..)) = before(tokens, operator, names) else { return Ok(()) };
    for item in &tokens[at + 2..] {
        match item.token {
            Token::Sign(",") => {}
            Token::Sign(_) | Token::Path(_) => break,
            _ => {
                if let Some(value) = side_of(&item.token, names) {
                    compare((field.clone(), item), (value.clone(), item), false)?;
                    answered((field.clone(), item), (value, item), names)?;
                }
            }
        }
    }
    Ok(())
}

/// `'a' in field`: a text must be in something that the field can be.
fn held(tokens: &[Placed], (operator, at): (usize, usize), names: &Names) -> Result<(), ConditionError> {
    let tight = tokens
        .get(at + 2)
        .is_some_and(|next| binds_tighter(&next.token) || matches!(next.token, Token::Sign("(" | "[")));
    let Some((Token::Path(path), part)) = tokens
        .get(at + 1)
        .map(|whole| whole.token)
        .zip(operator.checked_sub(1).filter(|_| !tight).map(|n| &tokens[n]))
    else {
        return Ok(());
    };
    let value = match before(tokens, operator, names) {
        Some(Side::Text(text)) if !text.contains('\\') => Json::from(text),
        Some(Side::Number(text)) => match text.parse::<f64>() {
            Ok(number) => Json::from(number),
            Err(_) => return Ok(()),
        },
        _ => return Ok(()),
    };
    let range = part.range.start..tokens[at + 1].range.end;
    names.holds(path, &value).map_err(|(message, hint)| ConditionError::new(range, message).hint(hint))
}
