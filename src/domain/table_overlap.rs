//! Rows of a decision table that hold for the same values although only one may, rows that never have their turn because
//! an earlier one holds for all they do, and values for which none holds, found before anybody asks the table. Looks at columns that are plain
//! fields, whose values are known; of what is computed it knows only that like cells hold alike.

use super::field::show;
use super::record::FieldType;
use super::table::{Cell, DecisionTable, Hit, cell};
use super::table_answer::holds;
use chrono::{Days, NaiveDate};
use serde_json::Value;

/// Two rows that hold at once, counted from 0, and values for which they do, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    pub rows: (usize, usize),
    pub given: String,
}

/// The first two rows that may not hold at once and do; `kinds` are the types of the inputs, where they are fields.
pub fn overlap(table: &DecisionTable, kinds: &[Option<FieldType>]) -> Option<Overlap> {
    let kinds = kinds.iter().map(Option::as_ref).collect::<Option<Vec<_>>>()?;
    let twice = |(n, input): (usize, &String)| table.inputs[..n].contains(input);
    if kinds.len() != table.inputs.len() || table.inputs.iter().enumerate().any(twice) {
        return None;
    }
    let read = |texts: &Vec<String>| texts.iter().map(|text| cell(text).ok()).collect::<Option<Vec<_>>>();
    let rows = table.rows.iter().map(|row| read(&row.when)).collect::<Vec<_>>();
    let clash = |a: usize, b: usize| match table.hit {
        Hit::Unique => true,
        Hit::Any => table.rows[a].then != table.rows[b].then,
        Hit::First | Hit::Collect => false,
    };
    for b in 0..rows.len() {
        for a in (0..b).filter(|a| clash(*a, b)) {
            let (Some(one), Some(other)) = (&rows[a], &rows[b]) else { continue };
            let both = kinds.iter().zip(one.iter().zip(other)).map(|(kind, (a, b))| witness(kind, a, b));
            if let Some(values) = both.collect::<Option<Vec<_>>>() {
                let given = table.inputs.iter().zip(&values);
                let given = given.map(|(input, value)| format!("{input} = {}", show(value)));
                return Some(Overlap { rows: (a, b), given: given.collect::<Vec<_>>().join(" and ") });
            }
        }
    }
    None
}

/// Rows, counted from 0, that come to nothing: before each the first row that holds for all that it does.
pub fn hidden(table: &DecisionTable, kinds: &[Option<FieldType>]) -> Vec<(usize, usize)> {
    if table.hit != Hit::First {
        return Vec::new();
    }
    let read = |texts: &Vec<String>| texts.iter().map(|text| cell(text).ok()).collect::<Option<Vec<_>>>();
    let rows = table.rows.iter().map(|row| read(&row.when)).collect::<Vec<_>>();
    let all = |first: &[Cell], later: &[Cell]| {
        let mut cells = first.iter().zip(later).enumerate();
        cells.all(|(n, (first, later))| covers(kinds.get(n).and_then(Option::as_ref), first, later))
    };
    let before = |later: usize| {
        let own = rows[later].as_ref()?;
        let first = (0..later).find(|first| rows[*first].as_ref().is_some_and(|cells| all(cells, own)))?;
        Some((first, later))
    };
    (0..rows.len()).filter_map(before).collect()
}

/// Values of the inputs for which no row holds, in words: a case that asks with those gets no answer. Nothing is said of a
/// column that is computed, and of numbers below zero only where some cell speaks of them.
pub fn gap(table: &DecisionTable, kinds: &[Option<FieldType>]) -> Option<String> {
    let twice = |(n, input): (usize, &String)| table.inputs[..n].contains(input);
    if table.hit == Hit::Collect || table.inputs.iter().enumerate().any(twice) {
        return None;
    }
    let read = |texts: &Vec<String>| texts.iter().map(|text| cell(text).ok()).collect::<Option<Vec<_>>>();
    let rows = table.rows.iter().map(|row| read(&row.when)).collect::<Option<Vec<_>>>()?;
    if rows.iter().any(|row| row.len() != table.inputs.len()) {
        return None;
    }
    let column = |n: usize| {
        let cells = rows.iter().filter_map(|row| row.get(n)).collect::<Vec<_>>();
        if cells.iter().all(|cell| **cell == Cell::Any) {
            return Some(vec![Value::Null]);
        }
        let mut values = values(kinds.get(n)?.as_ref()?, &cells);
        let negative = |value: &Value| value.as_f64().is_some_and(|number| number < 0.0);
        let below = |cell: &&Cell| numbers(&[cell]).first().is_some_and(|bound| *bound < 0.0);
        values.retain(|value| cells.iter().any(below) || !negative(value));
        Some(values).filter(|values| !values.is_empty())
    };
    let columns = (0..table.inputs.len()).map(column).collect::<Option<Vec<_>>>()?;
    let mut looked = 0;
    let found = uncovered(&columns, rows.iter().map(Vec::as_slice).collect(), &mut looked)?;
    let given = table.inputs.iter().zip(found).filter(|(_, value)| !value.is_null());
    let given = given.map(|(input, value)| format!("{input} = {}", show(&value)));
    Some(given.collect::<Vec<_>>().join(" and "))
}

/// How many combinations of values are looked at for a gap.
const MOST: usize = 20_000;

/// A value for each column with which none of the rows holds.
fn uncovered(columns: &[Vec<Value>], rows: Vec<&[Cell]>, looked: &mut usize) -> Option<Vec<Value>> {
    let Some((first, others)) = columns.split_first() else {
        return rows.is_empty().then(Vec::new);
    };
    if rows.iter().any(|row| row.iter().all(|cell| *cell == Cell::Any)) {
        return None;
    }
    for value in first {
        *looked += 1;
        if *looked > MOST {
            return None;
        }
        let left = rows.iter().filter_map(|row| row.split_first()).filter(|(cell, _)| holds(cell, value));
        if let Some(mut found) = uncovered(others, left.map(|(_, rest)| rest).collect(), looked) {
            found.insert(0, value.clone());
            return Some(found);
        }
    }
    None
}

/// Whether a cell holds wherever the other does.
fn covers(kind: Option<&FieldType>, first: &Cell, later: &Cell) -> bool {
    match (first, later, kind) {
        (Cell::Any, ..) => true,
        // It holds where there is no value as well.
        (_, Cell::Any, _) => false,
        (_, _, None) => first == later,
        (_, _, Some(kind)) => {
            let mut values = values(kind, &[first, later]).into_iter().filter(|value| holds(later, value));
            // What holds for nothing is said elsewhere.
            values.next().is_some_and(|value| holds(first, &value))
                && values.all(|value| holds(first, &value))
        }
    }
}

/// A value of this type for which both cells hold.
fn witness(kind: &FieldType, a: &Cell, b: &Cell) -> Option<Value> {
    values(kind, &[a, b]).into_iter().find(|value| holds(a, value) && holds(b, value))
}

/// Values of this type: one for every way in which the cells can tell values apart.
fn values(kind: &FieldType, cells: &[&Cell]) -> Vec<Value> {
    match kind {
        FieldType::Choice { of } => of.iter().map(|text| Value::from(text.as_str())).collect(),
        FieldType::YesNo => vec![Value::Bool(true), Value::Bool(false)],
        FieldType::Number => numbers(cells).into_iter().map(Value::from).collect(),
        FieldType::Money => {
            let cents = |amount: &f64| (amount * 100.0).fract() == 0.0;
            numbers(cells).into_iter().filter(cents).map(Value::from).collect()
        }
        FieldType::Date => days(cells).into_iter().map(|day| Value::from(day.to_string())).collect(),
        FieldType::Text => {
            let said = cells.iter().flat_map(|cell| match cell {
                Cell::Is(values) | Cell::Not(values) => values.as_slice(),
                _ => &[],
            });
            let said = said.map(|value| Value::from(show(value)));
            said.chain([Value::from("something else")]).collect()
        }
        // What else a field may hold is compared with by equality at most, and rarely.
        _ => Vec::new(),
    }
}

/// Every bound, what lies on both sides of it, and what lies between two.
fn numbers(cells: &[&Cell]) -> Vec<f64> {
    let bounds = cells.iter().flat_map(|cell| match cell {
        Cell::Compare(_, bound) => vec![*bound],
        Cell::Between(from, to) => vec![*from, *to],
        Cell::Is(values) | Cell::Not(values) => values.iter().filter_map(Value::as_f64).collect(),
        _ => Vec::new(),
    });
    let mut bounds = bounds.collect::<Vec<_>>();
    bounds.sort_by(f64::total_cmp);
    let between = bounds.windows(2).map(|two| (two[0] + two[1]) / 2.0).collect::<Vec<_>>();
    let outside = bounds.iter().flat_map(|bound| [*bound, bound + 1.0, bound - 1.0]).collect::<Vec<_>>();
    outside.into_iter().chain(between).chain([0.0]).collect()
}

fn days(cells: &[&Cell]) -> Vec<NaiveDate> {
    let bounds = cells.iter().flat_map(|cell| match cell {
        Cell::CompareDate(_, bound) => vec![*bound],
        Cell::BetweenDates(from, to) => vec![*from, *to],
        _ => Vec::new(),
    });
    let one = Days::new(1);
    let near = |day: NaiveDate| [Some(day), day.checked_add_days(one), day.checked_sub_days(one)];
    bounds.flat_map(near).flatten().chain([NaiveDate::default()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::table::TableRow;

    fn table(hit: Hit, rows: &[(&str, &str, &str)]) -> (DecisionTable, [Option<FieldType>; 2]) {
        let row = |(amount, terms, then): &(&str, &str, &str)| TableRow {
            when: vec![amount.to_string(), terms.to_string()],
            then: vec![Value::from(*then)],
        };
        let table = DecisionTable {
            table: "t".parse().unwrap(),
            hit,
            inputs: vec!["data.amount".into(), "data.terms".into()],
            outputs: vec!["who".into()],
            rows: rows.iter().map(row).collect(),
        };
        let of = ["prepaid", "net 30", "net 60"].map(String::from).to_vec();
        (table, [Some(FieldType::Money), Some(FieldType::Choice { of })])
    }

    fn never_reached(hit: Hit, rows: &[(&str, &str, &str)]) -> Vec<(usize, usize)> {
        let (table, kinds) = table(hit, rows);
        hidden(&table, &kinds)
    }

    fn found(hit: Hit, rows: &[(&str, &str, &str)]) -> Option<String> {
        let (table, kinds) = table(hit, rows);
        let computed = [None, kinds[1].clone()];
        assert_eq!(overlap(&table, &computed), None, "what is computed is left alone");
        overlap(&table, &kinds).map(|o| format!("{} {}: {}", o.rows.0 + 1, o.rows.1 + 1, o.given))
    }

    #[test]
    fn rows_of_which_only_one_may_hold_do_not_overlap() {
        for rows in [
            &[(">= 1000", "-", "a"), ("< 1000", "-", "b")][..],
            &[("1..2", "-", "a"), ("> 2", "-", "b"), ("< 1", "prepaid", "c"), ("< 1", "not prepaid", "d")],
            &[("-", "not prepaid, net 30", "a"), ("-", "not net 60", "b")],
            &[("> 5", "-", "a"), ("<= 5", "-", "b")],
        ] {
            assert_eq!(found(Hit::Unique, rows), None, "{rows:?}");
        }
    }

    #[test]
    fn a_row_that_an_earlier_one_leaves_nothing_to_is_found() {
        let none = &[][..];
        for (rows, expected) in [
            (&[("-", "-", "a"), (">= 1000", "net 30", "b")][..], &[(0, 1)][..]),
            (&[(">= 1000", "-", "a"), (">= 5000", "prepaid", "b"), ("-", "-", "c")], &[(0, 1)]),
            (&[(">= 5000", "-", "a"), (">= 1000", "prepaid", "b"), ("-", "-", "c")], none),
            (&[("0..10", "not net 60", "a"), ("5, 6", "prepaid, net 30", "b")], &[(0, 1)]),
            (&[("0..10", "not net 60", "a"), ("5, 11", "prepaid", "b"), ("5", "net 60", "c")], none),
            // Only where there is no value, which the first does not hold for.
            (&[("-", "prepaid, net 30, net 60", "a"), ("-", "-", "b")], none),
            (&[("-", "prepaid", "a"), ("-", "prepaid", "b"), ("-", "prepaid", "c")], &[(0, 1), (0, 2)]),
        ] {
            assert_eq!(never_reached(Hit::First, rows), expected, "{rows:?}");
            assert_eq!(never_reached(Hit::Collect, rows), none);
        }
    }

    #[test]
    fn an_overlap_is_told_with_values_that_show_it() {
        let overlapping = [(">= 1000", "-", "a"), ("500..1000", "not prepaid", "b")];
        let said = "1 2: data.amount = 1000.0 and data.terms = net 30";
        assert_eq!(found(Hit::Unique, &overlapping).as_deref(), Some(said));
        assert_eq!(found(Hit::Any, &overlapping).as_deref(), Some(said), "and they differ");
        assert_eq!(found(Hit::First, &overlapping), None);
        assert_eq!(found(Hit::Any, &[(">= 1000", "-", "a"), ("> 0", "-", "a")]), None, "the same answer");
        assert_eq!(
            found(Hit::Unique, &[("> 5", "-", "a"), ("< 6", "net 60", "b")]).as_deref(),
            Some("1 2: data.amount = 5.5 and data.terms = net 60")
        );
    }

    #[test]
    fn values_that_no_row_answers_are_told() {
        let none = None;
        for (rows, expected) in [
            (&[("< 5", "-", "x")][..], Some("data.amount = 5")),
            (&[("< 5", "-", "x"), ("-", "-", "y")], none),
            (&[("< 5", "-", "x"), (">= 5", "-", "y")], none),
            (&[("0..5", "-", "x"), ("> 5", "-", "y")], none),
            (&[("-5..5", "-", "x"), ("> 5", "-", "y")], Some("data.amount = -6")),
            (
                &[("1..5", "-", "x"), ("6..9", "-", "y"), ("> 9", "-", "z"), ("< 1", "-", "z")],
                Some("data.amount = 5.5"),
            ),
            (&[("-", "prepaid", "x"), ("-", "not prepaid", "y")], none),
            (&[("-", "prepaid", "x"), ("-", "net 30", "y")], Some("data.terms = net 60")),
            (
                &[("< 5", "prepaid", "x"), ("-", "net 30, net 60", "y")],
                Some("data.amount = 5 and data.terms = prepaid"),
            ),
        ] {
            for hit in [Hit::First, Hit::Unique] {
                let (table, kinds) = table(hit, rows);
                let said = gap(&table, &kinds).map(|said| said.replace(".0", ""));
                assert_eq!(said.as_deref(), expected, "{rows:?}");
                let (mut computed, collect) =
                    (kinds.clone(), DecisionTable { hit: Hit::Collect, ..table.clone() });
                computed[0] = None;
                computed[1] = None;
                assert_eq!((gap(&collect, &kinds), gap(&table, &computed)), (None, None));
            }
        }
    }
}
