//! The data a case fills in as it goes: drawn from the lists of the sample company, with what they refer to
//! put in its place. Knows nothing of what the case does.

use super::company::{Kind, Record, Texts};
use super::dice::Dice;
use crate::domain::process::DataField;
use crate::domain::record::FieldType;
use crate::domain::zone::Zone;
use crate::domain::{Instant, RecordId};
use chrono::TimeDelta;

/// What the values of one case are drawn from.
pub(super) struct Source<'a> {
    pub kind: &'a Kind,
    pub record: Option<(RecordId, &'a Record)>,
    /// Values that must hold, whatever is drawn.
    pub fixed: Option<&'a Texts>,
    pub zone: &'a Zone,
}

impl Source<'_> {
    /// The text somebody types into a field at an instant.
    pub fn value(&self, field: &DataField, data: &Texts, at: Instant, dice: &mut Dice) -> Option<String> {
        let fixed = self.fixed.and_then(|fixed| fixed.get(&field.name)).cloned();
        let drawn = match fixed {
            Some(text) => text,
            None => {
                let follows =
                    self.kind.follows.iter().find(|follow| {
                        follow.field == field.name && data.get(&follow.of) == Some(&follow.value)
                    });
                let list = match follows {
                    Some(follow) => &follow.values,
                    None => self.kind.data.get(&field.name)?,
                };
                dice.pick(list)?.clone()
            }
        };
        Some(match field.kind {
            FieldType::Date => self.date(&drawn, at),
            _ => self.fill(&drawn, data, dice),
        })
    }

    /// `+14 days`, counted from the day on which it is written down.
    fn date(&self, offset: &str, at: Instant) -> String {
        let days = offset.split(' ').next().and_then(|days| days.parse().ok()).unwrap_or(0);
        (self.zone.date(at) + TimeDelta::days(days)).to_string()
    }

    /// Puts the record's name and fields, the case's data and a running number where a text names them.
    pub fn fill(&self, pattern: &str, data: &Texts, dice: &mut Dice) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else { break };
            out.push_str(before);
            match (name, self.record) {
                ("n", _) => out.push_str(&(1000 + dice.below(9000)).to_string()),
                ("record", Some((_, record))) => out.push_str(&record.name),
                _ => {
                    let value = match (name.strip_prefix("record."), self.record) {
                        (Some(field), Some((_, record))) => record.fields.get(field),
                        _ => data.get(name),
                    };
                    out.push_str(value.map_or("none", String::as_str));
                }
            }
            rest = behind;
        }
        out + rest
    }
}
