//! Reads the decision tables of a process file. Whether cells parse and inputs exist is `rule_check`.

use super::counted::counted;
use super::id::Handle;
use super::kind_file::is_name;
use super::problem::quoted;
use super::process_file::{one_of, required};
use super::table::{DecisionTable, Hit, TableRow};
use super::toml_walk::{Entry, Node, Reader, Table, kind_of};
use serde_json::Value;
use toml::de::DeValue;

/// Every `[table.NAME]`, in the order of the file.
pub(super) fn read_tables(reader: &mut Reader, table: &mut Table) -> Vec<DecisionTable> {
    let mut tables = Vec::new();
    let Some(entry) = reader.take(table, "table") else { return tables };
    let Some(named) = reader.table(entry.value, "table", "`table`") else { return tables };
    for entry in named.all() {
        if !is_name(entry.key) {
            let message = format!(
                "{} cannot be the name of a table: lower-case letters, digits and `_`",
                quoted(entry.key)
            );
            reader.error(entry.key_at, message, "write `[table.terms]`".to_string());
            continue;
        }
        let what = format!("table {}", quoted(entry.key));
        let Some(inside) = reader.table(entry.value, &entry.path, &what) else { continue };
        if let Ok(name) = entry.key.parse::<Handle>() {
            tables.extend(read_one(reader, inside, name));
        }
    }
    tables
}

fn read_one(reader: &mut Reader, mut table: Table, name: Handle) -> Option<DecisionTable> {
    let hit =
        required(reader, &mut table, "hit", "\"first\"", |reader, entry| one_of(reader, entry, &Hit::ALL));
    let inputs = required(reader, &mut table, "inputs", "[\"data.amount\"]", |reader, entry| {
        named(reader, entry, "look at something, such as `inputs = [\"data.amount\"]`")
    });
    let outputs = required(reader, &mut table, "outputs", "[\"approver\"]", |reader, entry| {
        let names = named(reader, entry, "give something, such as `outputs = [\"approver\"]`")?;
        for (n, name) in names.iter().enumerate().filter(|(_, name)| !is_name(name)) {
            let place = reader.places.of(&format!("{}.{n}", entry.path));
            reader.error_at(
                place,
                format!(
                    "{} cannot be the name of an output: lower-case letters, digits and `_`",
                    quoted(name)
                ),
                "conditions say it as `table.NAME.OUTPUT`".to_string(),
            );
        }
        Some(names)
    });
    let width = inputs.as_ref().map(Vec::len).zip(outputs.as_ref().map(Vec::len));
    let rows = required(reader, &mut table, "rows", "[[\">= 1000\", \"directors\"]]", |reader, entry| {
        let items = reader.items(entry, "write `rows = [[\">= 1000\", \"directors\"]]`")?;
        if items.is_empty() {
            let hint = "add a row, such as `[\"-\", \"sales\"]`".to_string();
            reader.error(entry.value.span().start, "a table without rows", hint);
        }
        let rows = items.into_iter().filter_map(|(item, path)| read_row(reader, item, &path, width?));
        Some(rows.collect::<Vec<_>>())
    });
    reader.finish(table, &["hit", "inputs", "outputs", "rows"]);
    Some(DecisionTable { table: name, hit: hit?, inputs: inputs?, outputs: outputs?, rows: rows? })
}

fn named(reader: &mut Reader, entry: &Entry, hint: &str) -> Option<Vec<String>> {
    let names = reader.lines(entry)?;
    if names.is_empty() {
        let message = format!("`{}` is empty", entry.key);
        reader.error(entry.value.span().start, message, hint.to_string());
        return None;
    }
    Some(names)
}

/// Cells for the inputs, then values for the outputs.
fn read_row(
    reader: &mut Reader,
    item: Node,
    path: &str,
    (inputs, outputs): (usize, usize),
) -> Option<TableRow> {
    let at = item.span().start;
    let DeValue::Array(cells) = item.get_ref() else {
        let message = format!("a row must be a list, not {}", kind_of(item.get_ref()));
        reader.error(at, message, "write `[\">= 1000\", \"directors\"]`".to_string());
        return None;
    };
    if cells.len() != inputs + outputs {
        let message = format!("the row has {} of {}", cells.len(), counted(inputs + outputs, "entry"));
        let hint = format!("one for each input and output ({inputs} + {outputs}); `-` holds for everything");
        reader.error(at, message, hint);
        return None;
    }
    let (mut when, mut then) = (Vec::new(), Vec::new());
    for (n, cell) in cells.iter().enumerate() {
        reader.places.set(format!("{path}.{n}"), cell.span().start);
        if n < inputs {
            when.push(match cell.get_ref() {
                DeValue::String(text) if text.trim().is_empty() => String::new(),
                DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) => plain(cell)?.to_string(),
                _ => reader.line(cell, "a cell")?,
            });
        } else {
            match plain(cell) {
                Some(value) => then.push(value),
                None => then.push(Value::from(reader.line(cell, "a value")?)),
            }
        }
    }
    Some(TableRow { when, then })
}

/// A number or yes or no as it stands; `None` for anything else.
fn plain(cell: Node) -> Option<Value> {
    match cell.get_ref() {
        DeValue::Boolean(flag) => Some(Value::Bool(*flag)),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::from)
        }
        DeValue::Float(number) => {
            number.as_str().parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from)
        }
        _ => None,
    }
}
