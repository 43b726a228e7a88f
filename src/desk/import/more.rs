//! What a log says beyond what work is made of, on its way from the reader to the entry that keeps it. Only where
//! somebody asked for it.

use super::cases::Cases;
use crate::desk::Error;
use crate::domain::attributes::{Attribute, AttributeType, Attributes};
use crate::eventlog::{self, Row, Type};
use crate::store::{Stage, Staged};

/// What the reader said of a row and its case, as text for the stage; `None` where it said nothing. `offsets`: by which
/// clocks its time was written, where that was not UTC.
pub(super) fn laid_by(row: &Row<'_>, offsets: bool) -> Option<String> {
    let offset = row.offset_s.filter(|offset| offsets && *offset != 0);
    if row.of_case.is_empty() && row.more.is_empty() && offset.is_none() {
        return None;
    }
    let owned = |own: &[eventlog::Attribute<'_>]| own.iter().map(attribute).collect::<Vec<_>>();
    let mut more = owned(row.more);
    more.extend(offset.map(|offset| Attribute {
        key: eventlog::OFFSET.to_string(),
        kind: AttributeType::Text,
        text: eventlog::offset_text(offset),
    }));
    serde_json::to_string(&(owned(row.of_case), more)).ok()
}

fn attribute(one: &eventlog::Attribute<'_>) -> Attribute {
    let kind = match one.kind {
        Type::Text => AttributeType::Text,
        Type::Int => AttributeType::Int,
        Type::Float => AttributeType::Float,
        Type::Bool => AttributeType::Bool,
        Type::Date => AttributeType::Date,
        Type::Id => AttributeType::Id,
    };
    Attribute { key: one.key.to_string(), kind, text: one.text.to_string() }
}

/// The type as whoever writes a log has it.
pub(in crate::desk) fn written(kind: AttributeType) -> Type {
    match kind {
        AttributeType::Text => Type::Text,
        AttributeType::Int => Type::Int,
        AttributeType::Float => Type::Float,
        AttributeType::Bool => Type::Bool,
        AttributeType::Date => Type::Date,
        AttributeType::Id => Type::Id,
    }
}

impl Cases<'_> {
    /// What was laid by for these rows of a case. What is said of work under way is not known yet.
    pub(super) fn said(&self, rows: &[Staged], stage: &Stage) -> Result<Option<Box<Attributes>>, Error> {
        if !self.keeps {
            return Ok(None);
        }
        let mut all = Attributes::default();
        for (n, row) in rows.iter().enumerate() {
            let Some(text) = stage.more(row.position)? else { continue };
            let Ok((of_case, own)) = serde_json::from_str::<(Vec<Attribute>, Vec<Attribute>)>(&text) else {
                continue;
            };
            of_case.into_iter().for_each(|one| all.add_to_case(one));
            if self.as_of.is_none_or(|as_of| row.end <= as_of.0) {
                own.into_iter().for_each(|one| all.add_to_row(n, one));
            }
        }
        Ok((!all.is_empty()).then(|| Box::new(all)))
    }
}
