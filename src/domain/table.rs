//! Decision tables: rows of conditions that give a result, with a named hit policy. Reading one from a file is
//! `process_file`.

use super::id::Handle;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A table that conditions ask by its name: `table.terms.days` is the output `days` of the table `terms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionTable {
    pub table: Handle,
    pub hit: Hit,
    /// What each column of conditions looks at, as expressions.
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub rows: Vec<TableRow>,
}

/// One row: a cell for each input and a value for each output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRow {
    /// `-` holds for everything; `>= 1000`, `1000..5000`, `net 30, net 60`, `not prepaid`.
    pub when: Vec<String>,
    pub then: Vec<Value>,
}

/// Which rows count when several hold, named as in DMN 1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hit {
    /// Exactly one may hold.
    Unique,
    /// Several may hold that give the same.
    Any,
    /// The first in order.
    First,
    /// The results of all, in order, as a list.
    Collect,
}

impl Hit {
    /// All of them, with their words in process files.
    pub const ALL: [(&'static str, Hit); 4] =
        [("unique", Hit::Unique), ("any", Hit::Any), ("first", Hit::First), ("collect", Hit::Collect)];
}

/// What one cell of conditions holds for.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Everything, even no value.
    Any,
    /// One of these: numbers, booleans or texts.
    Is(Vec<Value>),
    /// None of these.
    Not(Vec<Value>),
    Compare(Sign, f64),
    /// From the first to the second, both of them included.
    Between(f64, f64),
}

/// How a value compares with the number of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
}

/// Reads a cell: `-`, `>= 1000`, `1000..5000`, `net 30, net 60`, `not prepaid`, `yes`. What stands in quotes is a
/// text, whatever it looks like. The error is a sentence, with a hint after `; `.
pub fn cell(text: &str) -> Result<Cell, String> {
    let text = text.trim();
    match text {
        "-" => return Ok(Cell::Any),
        "not" => return Err("`not` is a word of its own; write `not` and a value".to_string()),
        _ => {}
    }
    let signs = [("<=", Sign::LessOrEqual), (">=", Sign::MoreOrEqual), ("<", Sign::Less), (">", Sign::More)];
    for (word, sign) in signs {
        if let Some(rest) = text.strip_prefix(word) {
            return match number(rest) {
                Some(than) => Ok(Cell::Compare(sign, than)),
                None => Err(format!("`{text}` compares with no number; write `{word} 1000`")),
            };
        }
    }
    if text.starts_with(['=', '!']) {
        return Err(format!("`{text}` is no condition; write the value alone, or `not` and the value"));
    }
    if let Some((from, to)) = text.split_once("..")
        && !text.starts_with(['\'', '"'])
    {
        return match (number(from), number(to)) {
            (Some(from), Some(to)) if from <= to => Ok(Cell::Between(from, to)),
            (Some(_), Some(_)) => Err(format!("`{text}` holds for nothing; write the smaller number first")),
            _ => Err(format!("`{text}` is not a range of numbers; write `1000..5000`")),
        };
    }
    match text.strip_prefix("not ") {
        Some(rest) => values(rest).map(Cell::Not),
        None => values(text).map(Cell::Is),
    }
}

/// Values between commas.
fn values(text: &str) -> Result<Vec<Value>, String> {
    const EMPTY: &str = "a value is missing; write `-` where anything will do";
    let (mut found, mut rest) = (Vec::new(), text.trim());
    loop {
        let (value, after) = match rest.chars().next() {
            None => return Err(EMPTY.to_string()),
            Some(quote @ ('\'' | '"')) => match rest[1..].split_once(quote) {
                Some((inner, after)) => (Value::from(inner), after.trim_start()),
                None => return Err(format!("`{text}` does not end its quote; add `{quote}`")),
            },
            Some(_) => {
                let (word, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                (plain(word.trim()).ok_or(EMPTY)?, after)
            }
        };
        found.push(value);
        match (after, after.strip_prefix(',')) {
            ("", _) => return Ok(found),
            (_, Some(more)) => rest = more.trim_start(),
            _ => return Err(format!("`{text}` goes on after a quote; put a comma between values")),
        }
    }
}

fn plain(word: &str) -> Option<Value> {
    match word {
        "" => None,
        "true" | "yes" => Some(Value::Bool(true)),
        "false" | "no" => Some(Value::Bool(false)),
        word => Some(match (word.parse::<i64>(), number(word)) {
            (Ok(whole), _) => Value::from(whole),
            (_, Some(number)) => Value::from(number),
            _ => Value::from(word),
        }),
    }
}

fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    text.parse::<f64>().ok().filter(|number| digits && number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_of_a_cell_is_read() {
        let texts = |of: &[&str]| of.iter().map(|text| Value::from(*text)).collect::<Vec<_>>();
        for (text, expected) in [
            ("-", Cell::Any),
            (">= 1000", Cell::Compare(Sign::MoreOrEqual, 1000.0)),
            ("<-5.5", Cell::Compare(Sign::Less, -5.5)),
            ("<= 0", Cell::Compare(Sign::LessOrEqual, 0.0)),
            ("> 3", Cell::Compare(Sign::More, 3.0)),
            ("1000..5000", Cell::Between(1000.0, 5000.0)),
            ("-3 .. -1.5", Cell::Between(-3.0, -1.5)),
            ("net 30, net 60", Cell::Is(texts(&["net 30", "net 60"]))),
            ("not prepaid", Cell::Not(texts(&["prepaid"]))),
            ("not net 30, net 60", Cell::Not(texts(&["net 30", "net 60"]))),
            ("yes", Cell::Is(vec![Value::Bool(true)])),
            ("true, false", Cell::Is(vec![Value::Bool(true), Value::Bool(false)])),
            ("7", Cell::Is(vec![Value::from(7)])),
            ("7.5", Cell::Is(vec![Value::from(7.5)])),
            ("'7', 'a, b', \"it's\"", Cell::Is(texts(&["7", "a, b", "it's"]))),
            ("'-'", Cell::Is(texts(&["-"]))),
            ("'1..2'", Cell::Is(texts(&["1..2"]))),
            ("nothing", Cell::Is(texts(&["nothing"]))),
            ("inf", Cell::Is(texts(&["inf"]))),
        ] {
            assert_eq!(cell(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_cell_that_is_no_condition_says_what_to_write() {
        for (text, expected) in [
            ("", "a value is missing; write `-` where anything will do"),
            ("a,", "a value is missing; write `-` where anything will do"),
            ("not ", "`not` is a word of its own; write `not` and a value"),
            ("> much", "`> much` compares with no number; write `> 1000`"),
            ("5..1", "`5..1` holds for nothing; write the smaller number first"),
            ("a..b", "`a..b` is not a range of numbers; write `1000..5000`"),
            ("!= 3", "`!= 3` is no condition; write the value alone, or `not` and the value"),
            ("'a", "`'a` does not end its quote; add `'`"),
            ("'a' b", "`'a' b` goes on after a quote; put a comma between values"),
        ] {
            assert_eq!(cell(text), Err(expected.to_string()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,20}") {
            if let Err(message) = cell(&text) {
                prop_assert!(message.contains("; "), "{}", message);
            }
        }
    }
}
