//! What an event log said of a case and of its rows beyond what work is made of: as the log spelt it, with the type
//! it gave. No rule and no figure knows it; it is shown, and written out again.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the text of an attribute is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeType {
    Text,
    Int,
    Float,
    Bool,
    Date,
    Id,
}

/// One value under its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    pub key: String,
    #[serde(rename = "type")]
    pub kind: AttributeType,
    pub text: String,
}

impl Attribute {
    /// The value as JSON has it; a text where it is no number after all.
    pub fn value(&self) -> Value {
        let text = || json!(self.text);
        match self.kind {
            AttributeType::Int => self.text.trim().parse::<i64>().map_or_else(|_| text(), |n| json!(n)),
            AttributeType::Float => self.text.trim().parse::<f64>().map_or_else(|_| text(), |n| json!(n)),
            AttributeType::Bool => json!(self.text.eq_ignore_ascii_case("true")),
            AttributeType::Text | AttributeType::Date | AttributeType::Id => text(),
        }
    }
}

/// `amount 12, channel Email`
pub fn in_words(attributes: &[Attribute]) -> String {
    let said = attributes.iter().map(|one| format!("{} {}", one.key, one.text));
    said.collect::<Vec<_>>().join(", ")
}

/// Those of a case and of each of its rows. Each key stands here once, because rows repeat them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    keys: Vec<(String, AttributeType)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    case: Vec<(u32, String)>,
    /// By row; rows after the last that has any are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rows: Vec<Vec<(u32, String)>>,
}

impl Attributes {
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Adds one of the case, unless it has one of this key.
    pub fn add_to_case(&mut self, attribute: Attribute) {
        let keys = &self.keys;
        let is_there = |(key, _): &(u32, String)| {
            keys.get(*key as usize).is_some_and(|(name, _)| *name == attribute.key)
        };
        if !self.case.iter().any(is_there) {
            let key = self.key(attribute.key, attribute.kind);
            self.case.push((key, attribute.text));
        }
    }

    /// Adds one of a row.
    pub fn add_to_row(&mut self, row: usize, attribute: Attribute) {
        let key = self.key(attribute.key, attribute.kind);
        if self.rows.len() <= row {
            self.rows.resize(row + 1, Vec::new());
        }
        if let Some(own) = self.rows.get_mut(row) {
            own.push((key, attribute.text));
        }
    }

    fn key(&mut self, name: String, kind: AttributeType) -> u32 {
        let known = self.keys.iter().position(|(key, of)| *key == name && *of == kind);
        let at = known.unwrap_or_else(|| {
            self.keys.push((name, kind));
            self.keys.len() - 1
        });
        at as u32
    }

    pub fn of_case(&self) -> Vec<Attribute> {
        self.named(&self.case)
    }

    pub fn of_row(&self, row: usize) -> Vec<Attribute> {
        self.rows.get(row).map_or_else(Vec::new, |own| self.named(own))
    }

    /// The text of one row under a key.
    pub fn row_text(&self, row: usize, key: &str) -> Option<&str> {
        let is =
            |(at, _): &&(u32, String)| self.keys.get(*at as usize).is_some_and(|(known, _)| known == key);
        self.rows.get(row)?.iter().find(is).map(|(_, text)| text.as_str())
    }

    /// All of all rows.
    pub fn of_rows(&self) -> impl Iterator<Item = Attribute> + '_ {
        self.rows.iter().flat_map(|own| self.named(own))
    }

    fn named(&self, own: &[(u32, String)]) -> Vec<Attribute> {
        let named = own.iter().filter_map(|(key, text)| {
            let (key, kind) = self.keys.get(*key as usize)?.clone();
            Some(Attribute { key, kind, text: text.clone() })
        });
        named.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(key: &str, kind: AttributeType, text: &str) -> Attribute {
        Attribute { key: key.to_string(), kind, text: text.to_string() }
    }

    #[test]
    fn they_come_back_by_row_and_keys_are_written_once() {
        let mut all = Attributes::default();
        all.add_to_case(one("channel", AttributeType::Text, "Email"));
        all.add_to_case(one("channel", AttributeType::Text, "Post"));
        all.add_to_row(2, one("amount", AttributeType::Int, "12"));
        all.add_to_row(3, one("amount", AttributeType::Int, "13"));
        all.add_to_row(3, one("amount", AttributeType::Float, "1.5E1"));
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(text.matches("amount").count(), 2, "once for each type: {text}");
        assert_eq!(serde_json::from_str::<Attributes>(&text).unwrap(), all);
        assert_eq!(all.of_case(), [one("channel", AttributeType::Text, "Email")], "the first counts");
        assert_eq!(in_words(&all.of_row(3)), "amount 13, amount 1.5E1");
        assert_eq!((all.of_row(0), all.of_row(9)), (Vec::new(), Vec::new()));
    }

    #[test]
    fn values_are_typed_where_the_text_is_what_it_says() {
        let value = |kind, text| one("k", kind, text).value();
        assert_eq!(value(AttributeType::Int, "12"), json!(12));
        assert_eq!(value(AttributeType::Float, "2.3832541524E7"), json!(23_832_541.524));
        assert_eq!(value(AttributeType::Bool, "True"), json!(true));
        assert_eq!(value(AttributeType::Int, "12x"), json!("12x"));
        assert_eq!(value(AttributeType::Text, "007"), json!("007"));
    }
}
