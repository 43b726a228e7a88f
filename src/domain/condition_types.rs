//! Finds comparisons in a condition that can never be meant, such as an amount with a text: the engine answers
//! those without a word. Looks at neighbouring tokens only, so what it does not recognise it lets pass.

use super::condition::{ConditionError, Names};
use super::condition_arithmetic::{adds, calculates, known_test, no_filter};
use super::condition_lists::check_list;
use super::problem::{listed, meant, quoted};
use super::record::FieldType;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::ops::Range;

/// A token and the bytes it stands at.
pub(super) struct Placed<'s> {
    pub token: Token<'s>,
    pub range: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'s> {
    /// A name with its attributes: `data.amount`.
    Path(&'s str),
    /// A word of the language: `and`, `is`, `true` …
    Word(&'s str),
    /// A text without its quotes, escapes unresolved.
    Text(&'s str),
    Number(&'s str),
    Sign(&'s str),
}

const WORDS: [&str; 13] =
    ["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"];
const SIGNS: [&str; 8] = ["==", "!=", "<=", ">=", "//", "**", "{{", "}}"];
const ORDER: [&str; 4] = ["<", "<=", ">", ">="];

/// The tokens of a source that parses; of another one something that does no harm.
pub(super) fn tokens(source: &str) -> Vec<Placed<'_>> {
    let mut found = Vec::<Placed>::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let run = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let (token, length) = match first {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '\'' | '"' => {
                let end = end_of_text(rest, first);
                let inner = rest[1..end].strip_suffix(first).unwrap_or(&rest[1..end]);
                (Token::Text(inner), end)
            }
            '0'..='9' => {
                let length = run(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
                (Token::Number(&rest[..length]), length)
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let length = run(|c| c.is_ascii_alphanumeric() || c == '_');
                match WORDS.contains(&&rest[..length]) {
                    true => (Token::Word(&rest[..length]), length),
                    false => {
                        let length = run(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
                        let path = rest[..length].trim_end_matches('.');
                        (Token::Path(path), path.len())
                    }
                }
            }
            c => {
                let double = SIGNS.iter().find(|sign| rest.starts_with(*sign));
                let length = double.map_or(c.len_utf8(), |sign| sign.len());
                (Token::Sign(&rest[..length]), length)
            }
        };
        // A minus that is not a difference belongs to its number.
        let negative = matches!(token, Token::Number(_))
            && matches!(found.last().map(|last| last.token), Some(Token::Sign("-")))
            && match found.len().checked_sub(2).map(|before| found[before].token) {
                Some(Token::Sign(sign)) => !matches!(sign, ")" | "]"),
                Some(Token::Word(_)) | None => true,
                Some(_) => false,
            };
        let start = if negative { found.pop().map_or(at, |minus| minus.range.start) } else { at };
        let token = if negative { Token::Number(&source[start..at + length]) } else { token };
        found.push(Placed { token, range: start..at + length });
        at += length;
    }
    found
}

fn end_of_text(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The paths a condition asks after with `is defined`, `is undefined` or `is none`.
pub(super) fn asked(tokens: &[Placed]) -> BTreeSet<String> {
    tokens
        .windows(2)
        .filter_map(|pair| match (pair[0].token, pair[1].token) {
            (Token::Path(path), Token::Word("is")) => Some(path.to_string()),
            _ => None,
        })
        .collect()
}

/// Where a path first stands in a source.
pub(super) fn place_of(source: &str, path: &str) -> Option<Range<usize>> {
    let begins = |token: &Token| match token {
        Token::Path(whole) => {
            whole.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
        _ => false,
    };
    tokens(source).into_iter().find(|placed| begins(&placed.token)).map(|placed| placed.range)
}

/// One side of a comparison.
#[derive(Clone)]
pub(super) enum Side<'s> {
    Field(&'s str, FieldType),
    Text(&'s str),
    Number(&'s str),
    Bool,
    None,
}

/// What compares with what.
#[derive(PartialEq, Clone, Copy)]
pub(super) enum Class {
    Number,
    Date,
    Bool,
    Text,
    List,
}

pub(super) fn class(kind: &FieldType) -> Class {
    match kind {
        FieldType::Number | FieldType::Money => Class::Number,
        FieldType::Date => Class::Date,
        FieldType::YesNo => Class::Bool,
        FieldType::List => Class::List,
        FieldType::Text
        | FieldType::Choice { .. }
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Link { .. }
        | FieldType::Person => Class::Text,
    }
}

/// What a value of the type is, for messages.
pub(super) fn described(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::Number => "a number",
        FieldType::Money => "an amount of money",
        FieldType::Date => "a date",
        FieldType::YesNo => "yes or no",
        FieldType::Choice { .. } => "a choice",
        FieldType::Text => "a text",
        FieldType::Email => "a mail address",
        FieldType::Phone => "a phone number",
        FieldType::Link { .. } => "a record",
        FieldType::Person => "a person",
        FieldType::List => "a list",
    }
}

/// What a source is to give as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    YesOrNo,
    Anything,
}

/// The first comparison that can never be meant.
pub(super) fn check(tokens: &[Placed], names: &Names, wanted: Wanted) -> Result<(), ConditionError> {
    for (at, placed) in tokens.iter().enumerate() {
        match placed.token {
            Token::Sign(sign @ ("==" | "!=" | "<" | "<=" | ">" | ">=")) => {
                if let (Some(left), Some(right)) = (before(tokens, at, names), after(tokens, at, names)) {
                    let (left, right) = ((left, &tokens[at - 1]), (right, &tokens[at + 1]));
                    let ordered = ORDER.contains(&sign);
                    compare(left.clone(), right.clone(), ordered)?;
                    if !ordered {
                        answered(left, right, names)?;
                    }
                }
            }
            Token::Sign(sign @ ("*" | "-" | "/" | "//" | "%" | "**")) => calculates(tokens, at, sign, names)?,
            Token::Sign("+") => adds(tokens, at, names)?,
            Token::Sign("|") => return Err(no_filter(tokens, at)),
            Token::Word("is") => known_test(tokens, at)?,
            Token::Word("in") => check_list(tokens, at, names)?,
            Token::Path(path) if wanted == Wanted::YesOrNo || tokens.len() > 1 => {
                stands_alone(tokens, at, path, names)?;
            }
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn before<'s>(tokens: &[Placed<'s>], at: usize, names: &Names) -> Option<Side<'s>> {
    let side = at.checked_sub(1)?;
    let binds = side.checked_sub(1).map(|outer| binds_tighter(&tokens[outer].token)).unwrap_or(false);
    if binds { None } else { side_of(&tokens[side].token, names) }
}

fn after<'s>(tokens: &[Placed<'s>], at: usize, names: &Names) -> Option<Side<'s>> {
    let binds = tokens.get(at + 2).is_some_and(|outer| {
        binds_tighter(&outer.token) || matches!(outer.token, Token::Sign("(" | "[") | Token::Word("is"))
    });
    if binds { None } else { side_of(&tokens.get(at + 1)?.token, names) }
}

/// Whether the token makes its neighbour part of something larger than a comparison's side.
pub(super) fn binds_tighter(token: &Token) -> bool {
    matches!(token, Token::Sign("+" | "-" | "*" | "/" | "//" | "%" | "**" | "~" | "|" | "."))
}

pub(super) fn side_of<'s>(token: &Token<'s>, names: &Names) -> Option<Side<'s>> {
    match token {
        Token::Path(path) => names.find(path).ok().flatten().map(|kind| Side::Field(path, kind)),
        Token::Text(text) => Some(Side::Text(text)),
        Token::Number(text) => Some(Side::Number(text)),
        Token::Word("true" | "false" | "True" | "False") => Some(Side::Bool),
        Token::Word("none" | "None") => Some(Side::None),
        Token::Word(_) | Token::Sign(_) => None,
    }
}

pub(super) fn compare(
    left: (Side, &Placed),
    right: (Side, &Placed),
    ordered: bool,
) -> Result<(), ConditionError> {
    let range = left.1.range.start..right.1.range.end;
    let (field, kind, value) = match (left.0, right.0) {
        (Side::Field(one, a), Side::Field(other, b)) => {
            if class(&a) == class(&b) {
                return Ok(());
            }
            let message = format!(
                "{} is {} and {} is {}: they do not compare",
                quoted(one),
                described(&a),
                quoted(other),
                described(&b)
            );
            return Err(ConditionError::new(range, message));
        }
        (Side::Field(path, kind), value) | (value, Side::Field(path, kind)) => (path, kind, value),
        (Side::Text(_), Side::Number(_)) | (Side::Number(_), Side::Text(_)) => {
            return Err(ConditionError::new(range, "a text and a number do not compare"));
        }
        _ => return Ok(()),
    };
    let name = quoted(field);
    let refused = |with: &str, hint: String| {
        let message = format!("{name} is {} and does not compare with {with}", described(&kind));
        Err(ConditionError::new(range.clone(), message).hint(hint))
    };
    let with = match &value {
        Side::Text(_) => "a text",
        Side::Number(_) => "a number",
        Side::Bool => "yes or no",
        Side::None | Side::Field(..) => "none",
    };
    match (class(&kind), value) {
        (_, Side::None) => refused(with, format!("write `{field} is defined` or `{field} is undefined`")),
        (Class::Number, Side::Text(text)) => {
            let number = text.split_whitespace().next().filter(|word| word.parse::<f64>().is_ok());
            let number = number.unwrap_or("1000");
            refused(with, format!("write the number without quotes, such as `{field} > {number}`"))
        }
        (Class::List, Side::Text(_) | Side::Number(_) | Side::Bool) => {
            refused(with, format!("ask whether it is in it, such as `'x' in {field}`"))
        }
        (Class::Number, Side::Bool) => refused(with, format!("write a number, such as `{field} > 0`")),
        (Class::Date, Side::Text(text)) if !is_date(text) => refused(
            &quoted(text),
            format!("write a date as year-month-day, such as `{field} >= '2026-11-20'`"),
        ),
        (Class::Date, Side::Number(_) | Side::Bool) => {
            refused(with, format!("write a date in quotes, such as `{field} >= '2026-11-20'`"))
        }
        (Class::Bool, Side::Text(_) | Side::Number(_)) => {
            refused(with, format!("write `{field}` or `not {field}`"))
        }
        (Class::Text, Side::Number(_) | Side::Bool) => {
            refused(with, format!("write a text in quotes, such as `{field} == 'x'`"))
        }
        (Class::Text, Side::Text(text)) => match &kind {
            FieldType::Choice { of } if !ordered => choice(range, &name, of, text),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// What is asked of a decision table must be what some row of it gives.
pub(super) fn answered(
    left: (Side, &Placed),
    right: (Side, &Placed),
    names: &Names,
) -> Result<(), ConditionError> {
    let range = left.1.range.start.min(right.1.range.start)..left.1.range.end.max(right.1.range.end);
    let (path, value) = match (left.0, right.0) {
        (Side::Field(path, _), value) | (value, Side::Field(path, _)) => (path, value),
        _ => return Ok(()),
    };
    let value = match value {
        Side::Text(text) if !text.contains('\\') => Json::from(text),
        Side::Number(text) => match text.parse::<f64>() {
            Ok(number) => Json::from(number),
            Err(_) => return Ok(()),
        },
        _ => return Ok(()),
    };
    names.answers(path, &value).map_err(|(message, hint)| ConditionError::new(range, message).hint(hint))
}

fn choice(range: Range<usize>, name: &str, of: &[String], text: &str) -> Result<(), ConditionError> {
    if text.contains('\\') || of.iter().any(|choice| choice == text) {
        return Ok(());
    }
    let hint = meant(text, of.iter().map(String::as_str))
        .unwrap_or_else(|| format!("the choices are {}", listed(of)));
    Err(ConditionError::new(range, format!("{} is not a choice of {name}", quoted(text))).hint(hint))
}

/// A field where yes or no is wanted must be yes or no: `and` and `or` hand on whatever they are given.
fn stands_alone(tokens: &[Placed], at: usize, path: &str, names: &Names) -> Result<(), ConditionError> {
    let joint = |token: Option<&Placed>| match token.map(|placed| placed.token) {
        None => true,
        Some(token) => matches!(token, Token::Word("and" | "or")),
    };
    let earlier = at.checked_sub(1).and_then(|before| tokens.get(before));
    let negated = earlier.is_some_and(|placed| placed.token == Token::Word("not"));
    if !(joint(earlier) || negated) || !joint(tokens.get(at + 1)) {
        return Ok(());
    }
    match names.find(path) {
        Ok(Some(kind)) if kind != FieldType::YesNo => {
            let hint = match class(&kind) {
                Class::Number => format!("compare it, such as `{path} > 0`"),
                Class::Date | Class::Text | Class::Bool | Class::List => {
                    format!("compare it, or ask `{path} is defined`")
                }
            };
            let message = format!("{} is {}, not yes or no", quoted(path), described(&kind));
            Err(ConditionError::new(tokens[at].range.clone(), message).hint(hint))
        }
        _ => Ok(()),
    }
}

fn is_date(text: &str) -> bool {
    chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok_and(|date| date.to_string() == text)
}
