//! Decision tables: rows of conditions that give a result, with a named hit policy, and what a cell says. Reading
//! one from a file is `process_file`; what a table answers is `table_answer`.

use super::id::Handle;
use chrono::NaiveDate;
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

/// What one cell of a row asks of its column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Holds for everything, also for what has no value.
    Any,
    /// One of these.
    Is(Vec<Value>),
    /// None of these.
    Not(Vec<Value>),
    Compare(Sign, f64),
    /// Both ends belong to it.
    Between(f64, f64),
    CompareDate(Sign, NaiveDate),
    /// Both days belong to it.
    BetweenDates(NaiveDate, NaiveDate),
}

/// How a cell compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
}

impl Sign {
    /// Longest first, so that `<` does not hide `<=`.
    const ALL: [(&'static str, Sign); 4] =
        [("<=", Sign::LessOrEqual), (">=", Sign::MoreOrEqual), ("<", Sign::Less), (">", Sign::More)];

    /// Whether `value sign bound` holds.
    pub fn holds<T: PartialOrd>(self, value: T, bound: T) -> bool {
        match self {
            Sign::Less => value < bound,
            Sign::LessOrEqual => value <= bound,
            Sign::More => value > bound,
            Sign::MoreOrEqual => value >= bound,
        }
    }
}

/// Reads a cell. The error is a sentence without its end.
pub fn cell(text: &str) -> Result<Cell, String> {
    let text = text.trim();
    if text.is_empty() || text == "-" {
        return Ok(Cell::Any);
    }
    if let Some((sign, rest)) = Sign::ALL.iter().find_map(|(s, sign)| Some((*sign, text.strip_prefix(s)?))) {
        return match bound(rest) {
            Some(Bound::Number(number)) => Ok(Cell::Compare(sign, number)),
            Some(Bound::Date(date)) => Ok(Cell::CompareDate(sign, date)),
            None => Err(format!("`{text}` compares with neither a number nor a date such as 2026-12-31")),
        };
    }
    if let Some((from, to)) = text.split_once("..") {
        return match (bound(from), bound(to)) {
            (Some(Bound::Number(from)), Some(Bound::Number(to))) if from <= to => Ok(Cell::Between(from, to)),
            (Some(Bound::Date(from)), Some(Bound::Date(to))) if from <= to => {
                Ok(Cell::BetweenDates(from, to))
            }
            _ => Err(format!("`{text}` is not a range; write the smaller end first, such as 1000..5000")),
        };
    }
    match text.strip_prefix("not ") {
        Some(rest) => values(rest).map(Cell::Not),
        None => values(text).map(Cell::Is),
    }
}

enum Bound {
    Number(f64),
    Date(NaiveDate),
}

fn bound(text: &str) -> Option<Bound> {
    let text = text.trim();
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Bound::Number);
    number.or_else(|| text.parse::<NaiveDate>().ok().map(Bound::Date))
}

/// Values between commas; one in quotes is text as it stands.
fn values(text: &str) -> Result<Vec<Value>, String> {
    let (mut found, mut rest) = (Vec::new(), text.trim());
    loop {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, after) = match quote.map(|quote| (quote, rest[1..].split_once(quote))) {
            Some((_, Some((inner, after)))) => (Value::from(inner), after.trim_start()),
            Some((_, None)) => return Err(format!("a quote in `{text}` is never closed")),
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (plain(rest[..end].trim()), &rest[end..])
            }
        };
        if value == "" && quote.is_none() {
            return Err(format!("a value is missing in `{text}`"));
        }
        found.push(value);
        match after.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None if after.is_empty() => return Ok(found),
            None => return Err(format!("a comma is missing in `{text}` before `{after}`")),
        }
    }
}

fn plain(text: &str) -> Value {
    match text {
        "yes" | "true" => Value::Bool(true),
        "no" | "false" => Value::Bool(false),
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(whole), _) => Value::from(whole),
            (_, Ok(number)) if number.is_finite() => Value::from(number),
            _ => Value::from(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_read_in_every_form() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (text, expected) in [
            ("-", Cell::Any),
            ("  ", Cell::Any),
            (">= 1000", Cell::Compare(Sign::MoreOrEqual, 1000.0)),
            ("<-5", Cell::Compare(Sign::Less, -5.0)),
            ("> 2026-07-01", Cell::CompareDate(Sign::More, day("2026-07-01"))),
            ("1000..5000", Cell::Between(1000.0, 5000.0)),
            ("-5 .. 1.5", Cell::Between(-5.0, 1.5)),
            ("2026-01-01..2026-06-30", Cell::BetweenDates(day("2026-01-01"), day("2026-06-30"))),
            ("net 30, net 60", Cell::Is(vec![json!("net 30"), json!("net 60")])),
            ("not prepaid", Cell::Not(vec![json!("prepaid")])),
            ("yes", Cell::Is(vec![json!(true)])),
            ("3, 4.5", Cell::Is(vec![json!(3), json!(4.5)])),
            ("\"a, b\", 'not x', \"7\"", Cell::Is(vec![json!("a, b"), json!("not x"), json!("7")])),
            ("notable", Cell::Is(vec![json!("notable")])),
        ] {
            assert_eq!(cell(text), Ok(expected), "{text}");
        }
        for text in [">= much", "5..1", "1..x", "a,,b", "a,", "\"a", "'a' b", "not ,a", "<= 2026-02-30"] {
            assert!(cell(text).is_err(), "{text}: {:?}", cell(text));
        }
    }
}
