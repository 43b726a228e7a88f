//! Decision tables as conditions see them: `table.NAME.OUTPUT`. A table is looked at when it is asked, so that one
//! without an answer is no trouble to conditions that ask another. What a table answers is `table_answer`.

use super::condition::{Fields, Missing, Unanswered};
use super::problem::quoted;
use super::table::DecisionTable;
use minijinja::Value;
use minijinja::value::Object;
use serde::Deserialize;
use serde_json::Value as Json;
use std::sync::Arc;

/// The decision tables by name, each evaluated when it is asked.
#[derive(Debug)]
pub(super) struct Tables {
    /// What conditions see, with the tables as a list under `table`.
    pub values: Json,
    pub missing: Missing,
}

impl Tables {
    fn answer(&self, name: &str) -> Result<Json, Unanswered> {
        let named = |table: &&Json| table.get("table").and_then(Json::as_str) == Some(name);
        let tables = self.values.get("table").and_then(Json::as_array);
        let Some(table) = tables.into_iter().flatten().find(named) else {
            return Err((format!("there is no table {}", quoted(name)), None));
        };
        let table = DecisionTable::deserialize(table).map_err(|e| (e.to_string(), None))?;
        // A table that asked another could ask itself.
        let mut values = self.values.clone();
        values.as_object_mut().map(|values| values.remove("table"));
        table.evaluate(&values).map_err(|e| (e.to_string(), e.missing().map(str::to_string)))
    }
}

impl Object for Tables {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        match self.answer(name) {
            Ok(outputs) => Some(Fields::over(&format!("table.{name}"), Some(&outputs), &self.missing)),
            Err(why) => {
                self.missing.no_answer(why);
                None
            }
        }
    }
}
