//! What a decision table answers for given values: which rows hold, and what the hit policy makes of them. Never
//! guesses: a gap, an overlap that may not be, and an input without a value are errors that name the place.

use super::expression;
use super::id::Handle;
use super::table::{Cell, DecisionTable, Hit, cell};
use chrono::NaiveDate;
use serde_json::{Map, Value};

/// Why a table gives no answer, as a sentence without its end. Rows count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("rows {} of the table `{table}` hold at once for {given}; only one may", listed(.rows))]
    Overlap { table: Handle, rows: Vec<usize>, given: String },
    #[error("rows {} of the table `{table}` hold at once for {given} and give different results", listed(.rows))]
    Differ { table: Handle, rows: Vec<usize>, given: String },
    #[error("no row of the table `{table}` holds for {given}; add one, such as a last row of `-`")]
    NoRow { table: Handle, given: String },
    #[error("the table `{table}` asks for `{input}`: {why}")]
    Input { table: Handle, input: String, why: String, missing: Option<String> },
    #[error("row {row} of the table `{table}`: {why}")]
    Cell { table: Handle, row: usize, why: String },
}

impl TableError {
    /// What has no value that the table asks for.
    pub fn missing(&self) -> Option<&str> {
        match self {
            TableError::Input { missing, .. } => missing.as_deref(),
            _ => None,
        }
    }
}

/// Why a column has no value.
type NoInput = (String, Option<String>);

/// `1`, `1 and 3`, `1, 2 and 3`.
fn listed<T: ToString>(of: &[T]) -> String {
    let of = of.iter().map(ToString::to_string).collect::<Vec<_>>();
    match of.as_slice() {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        _ => of.concat(),
    }
}

impl DecisionTable {
    /// The outputs by name, for `{"data": {…}, "record": {…}, "case": {…}}` as conditions see them. With
    /// [`Hit::Collect`] each output is the list of what the rows that hold give, in order.
    pub fn evaluate(&self, values: &Value) -> Result<Value, TableError> {
        let table = self.table.clone();
        let inputs =
            self.inputs.iter().map(|source| self.input(source, values)).collect::<Result<Vec<_>, _>>()?;
        let mut hits = Vec::new();
        for (n, row) in (1..).zip(&self.rows) {
            if self.row_holds(n, &row.when, &inputs)? {
                hits.push(n);
                if self.hit == Hit::First {
                    break;
                }
            }
        }
        let given = || {
            let given = self.inputs.iter().zip(&inputs).map(|(source, value)| match value {
                Ok(value) => format!("{source} = {}", super::field::show(value)),
                Err(_) => format!("{source} without a value"),
            });
            listed(&given.collect::<Vec<_>>())
        };
        let then =
            |row: usize| row.checked_sub(1).and_then(|n| self.rows.get(n)).map_or(&[][..], |row| &row.then);
        match (self.hit, hits.as_slice()) {
            (Hit::Collect, rows) => {
                let all = |n: usize| rows.iter().filter_map(|row| then(*row).get(n)).cloned().collect();
                let outputs = self.outputs.iter().enumerate();
                Ok(Value::Object(outputs.map(|(n, name)| (name.clone(), Value::Array(all(n)))).collect()))
            }
            (_, []) => Err(TableError::NoRow { table, given: given() }),
            (Hit::Unique, [_, _, ..]) => Err(TableError::Overlap { table, rows: hits, given: given() }),
            (Hit::Any, [first, others @ ..]) if others.iter().any(|row| then(*row) != then(*first)) => {
                Err(TableError::Differ { table, rows: hits, given: given() })
            }
            (_, [first, ..]) => {
                let outputs = self.outputs.iter().cloned().zip(then(*first).iter().cloned());
                Ok(Value::Object(outputs.collect::<Map<_, _>>()))
            }
        }
    }

    /// What a column looks at; the inner error says why it has no value, which only a cell that asks for one
    /// minds.
    fn input(&self, source: &str, values: &Value) -> Result<Result<Value, NoInput>, TableError> {
        expression::compile(source).map_err(|e| TableError::Input {
            table: self.table.clone(),
            input: source.to_string(),
            why: e.to_string(),
            missing: None,
        })?;
        Ok(expression::value(source, values).map_err(|e| (e.to_string(), e.missing)))
    }

    fn row_holds(
        &self,
        row: usize,
        cells: &[String],
        inputs: &[Result<Value, NoInput>],
    ) -> Result<bool, TableError> {
        for (n, text) in cells.iter().enumerate() {
            let table = self.table.clone();
            let cell = cell(text).map_err(|why| TableError::Cell { table: table.clone(), row, why })?;
            if cell == Cell::Any {
                continue;
            }
            let input = self.inputs.get(n).cloned().unwrap_or_default();
            match inputs.get(n) {
                Some(Ok(value)) if holds(&cell, value) => {}
                Some(Ok(_)) => return Ok(false),
                Some(Err((why, missing))) => {
                    let (why, missing) = (why.clone(), missing.clone());
                    return Err(TableError::Input { table, input, why, missing });
                }
                None => {
                    let why = "it has more cells than the table has columns".to_string();
                    return Err(TableError::Cell { table, row, why });
                }
            }
        }
        Ok(true)
    }
}

/// Whether a cell holds for a value.
pub(super) fn holds(cell: &Cell, value: &Value) -> bool {
    let number = || value.as_f64().or_else(|| value.as_str()?.trim().parse::<f64>().ok());
    let date = || value.as_str().and_then(|text| text.get(..10).unwrap_or(text).parse::<NaiveDate>().ok());
    match cell {
        Cell::Any => true,
        Cell::Is(values) => values.iter().any(|other| same(other, value)),
        Cell::Not(values) => !values.iter().any(|other| same(other, value)),
        Cell::Compare(sign, bound) => number().is_some_and(|number| sign.holds(number, *bound)),
        Cell::Between(from, to) => number().is_some_and(|number| *from <= number && number <= *to),
        Cell::CompareDate(sign, bound) => date().is_some_and(|date| sign.holds(date, *bound)),
        Cell::BetweenDates(from, to) => date().is_some_and(|date| *from <= date && date <= *to),
    }
}

/// A cell knows no types: `30` means the number and the choice `30`, `yes` the boolean and the text.
fn same(cell: &Value, value: &Value) -> bool {
    match (cell, value) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Bool(a), Value::String(b)) => b == if *a { "yes" } else { "no" },
        (Value::Number(a), Value::String(b)) => a.to_string() == *b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::condition;
    use super::*;
    use crate::domain::table::TableRow;
    use serde_json::json;

    fn table(hit: Hit, inputs: &[&str], outputs: &[&str], rows: &[(&[&str], Value)]) -> DecisionTable {
        let names = |of: &[&str]| of.iter().map(ToString::to_string).collect::<Vec<_>>();
        let row = |(when, then): &(&[&str], Value)| TableRow {
            when: names(when),
            then: then.as_array().cloned().unwrap(),
        };
        DecisionTable {
            table: "terms".parse().unwrap(),
            hit,
            inputs: names(inputs),
            outputs: names(outputs),
            rows: rows.iter().map(row).collect(),
        }
    }

    fn answer(table: &DecisionTable, data: Value) -> Result<Value, String> {
        table.evaluate(&json!({ "data": data })).map_err(|e| e.to_string())
    }

    fn bands(hit: Hit, second: &'static str) -> DecisionTable {
        let rows: [(&[&str], Value); 3] = [
            (&["< 1000", "-"], json!([14, "auto"])),
            (&[second, "retail, public"], json!([30, "lead"])),
            (&["> 5000", "not retail"], json!([60, "board"])),
        ];
        table(hit, &["data.amount", "data.branch"], &["days", "by"], &rows)
    }

    #[test]
    fn exactly_one_row_may_hold_for_unique() {
        let table = bands(Hit::Unique, "1000..5000");
        let given = |amount: f64, branch: &str| answer(&table, json!({"amount": amount, "branch": branch}));
        assert_eq!(given(999.99, "x"), Ok(json!({"days": 14, "by": "auto"})));
        assert_eq!(given(1000.0, "public"), Ok(json!({"days": 30, "by": "lead"})));
        assert_eq!(given(5000.0, "retail"), Ok(json!({"days": 30, "by": "lead"})));
        assert_eq!(given(5000.01, "public"), Ok(json!({"days": 60, "by": "board"})));
        let gap = "no row of the table `terms` holds for data.amount = 6000 and data.branch = retail; add one, \
                   such as a last row of `-`";
        assert_eq!(given(6000.0, "retail").map_err(|e| e.replace("6000.0", "6000")), Err(gap.to_string()));
        let overlap = bands(Hit::Unique, ">= 500");
        assert_eq!(
            answer(&overlap, json!({"amount": 7000, "branch": "public"})),
            Err("rows 2 and 3 of the table `terms` hold at once for data.amount = 7000 and data.branch = public; \
                 only one may"
                .to_string())
        );
    }

    #[test]
    fn first_takes_the_first_any_wants_the_same_and_collect_takes_all() {
        let both = json!({"amount": 700, "branch": "public"});
        assert_eq!(answer(&bands(Hit::First, ">= 500"), both.clone()), Ok(json!({"days": 14, "by": "auto"})));
        assert_eq!(
            answer(&bands(Hit::Collect, ">= 500"), both.clone()),
            Ok(json!({"days": [14, 30], "by": ["auto", "lead"]}))
        );
        assert_eq!(
            answer(&bands(Hit::Collect, ">= 500"), json!({"amount": 2000, "branch": "other"})),
            Ok(json!({"days": [], "by": []})),
            "nothing collected is an answer"
        );
        let differ = answer(&bands(Hit::Any, ">= 500"), both.clone()).unwrap_err();
        assert!(differ.starts_with("rows 1 and 2 of the table `terms` hold at once"), "{differ}");
        assert!(differ.ends_with("and give different results"), "{differ}");
        let mut same = bands(Hit::Any, ">= 500");
        same.rows[1].then = same.rows[0].then.clone();
        assert_eq!(answer(&same, both), Ok(json!({"days": 14, "by": "auto"})));
    }

    #[test]
    fn every_type_of_data_can_be_asked_for() {
        let one = |cell: &'static str, value: Value| {
            let rows: [(&[&str], Value); 2] = [(&[cell], json!(["in"])), (&["-"], json!(["out"]))];
            let table = table(Hit::First, &["data.x"], &["is"], &rows);
            answer(&table, json!({ "x": value })).unwrap()["is"] == "in"
        };
        for (cell, value) in [
            ("yes", json!(true)),
            ("no", json!(false)),
            ("30", json!(30)),
            ("30", json!(30.0)),
            ("30", json!("30")),
            ("net 30, net 60", json!("net 60")),
            (">= 2026-07-01", json!("2026-07-01")),
            ("2026-01-01..2026-06-30", json!("2026-06-30")),
            ("not 1, 2", json!(3)),
            ("< 12.5", json!(12.49)),
        ] {
            assert!(one(cell, value.clone()), "{cell} {value}");
        }
        for (cell, value) in [
            ("yes", json!(false)),
            ("30", json!(31)),
            ("> 2026-07-01", json!("2026-07-01")),
            ("2026-01-01..2026-06-30", json!("2026-07-01")),
            ("> 5", json!("many")),
            ("not 1, 2", json!(2)),
        ] {
            assert!(!one(cell, value.clone()), "{cell} {value}");
        }
    }

    #[test]
    fn a_missing_value_is_an_error_only_where_a_row_asks_for_it() {
        let table = bands(Hit::First, "1000..5000");
        assert_eq!(answer(&table, json!({"amount": 5})), Ok(json!({"days": 14, "by": "auto"})));
        let missing = answer(&table, json!({"amount": 2000})).unwrap_err();
        assert!(
            missing.starts_with("the table `terms` asks for `data.branch`: `data.branch` has no value"),
            "{missing}"
        );
    }

    #[test]
    fn a_condition_asks_a_table_by_its_name_and_only_then_is_it_looked_at() {
        let mut broken = bands(Hit::Unique, "1000..5000");
        broken.table = "broken".parse().unwrap();
        broken.inputs[0] = "data.nothing".to_string();
        let tables = [bands(Hit::Unique, "1000..5000"), broken];
        let values = json!({"data": {"amount": 2000, "branch": "public"}, "table": tables});
        let holds = |source: &str| condition::evaluate(source, &values).map_err(|e| e.to_string());
        assert_eq!(holds("table.terms.days > 14 and table.terms.by == 'lead'"), Ok(true));
        assert_eq!(holds("data.amount < 10 and table.broken.days > 1"), Ok(false), "it is not asked");
        let error = holds("table.broken.days > 1").unwrap_err();
        assert!(error.contains("the table `broken` asks for `data.nothing`"), "{error}");
        let error = holds("table.other.days > 1").unwrap_err();
        assert!(error.contains("there is no table `other`"), "{error}");
        let error = holds("table.terms.weeks > 1").unwrap_err();
        assert!(error.starts_with("`table.terms.weeks` has no value"), "{error}");
    }
}
