//! Decision tables: rows of conditions that give a result, with a named hit policy. Reading one from a file is
//! `process_file`.

use super::id::Handle;
use serde::{Deserialize, Serialize};

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
    pub then: Vec<serde_json::Value>,
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
