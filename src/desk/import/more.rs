//! What a log says beyond what work is made of, on its way from the reader to the entry that keeps it. Only where
//! somebody asked for it.

use super::cases::Cases;
use crate::desk::Error;
use crate::desk::whole::Told;
use crate::domain::attributes::{Attribute, AttributeType, Attributes};
use crate::eventlog::{self, Row, Type};
use crate::store::{Stage, Staged};

/// What of a row that is not said under a key of its own is kept: by which clocks its time was written, where that was
/// not UTC; what held its events together; the group, where a column was named for it; and always to which state it came,
/// where that is not the end of work.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside {
    offsets: bool,
    instances: bool,
    groups: bool,
}

impl Beside {
    pub(super) fn of(options: &eventlog::Options) -> Beside {
        Beside {
            offsets: eventlog::keeps_offsets(options),
            instances: eventlog::keeps_instances(options),
            groups: options.group.is_some(),
        }
    }

    /// What the reader said of a row and its case, as text for the stage; `None` where it said nothing.
    pub(super) fn laid_by(self, row: &Row<'_>) -> Option<String> {
        let offset = row.offset_s.filter(|offset| self.offsets && *offset != 0).map(eventlog::offset_text);
        let instance = row.instance.filter(|_| self.instances);
        let is_said = row.more.iter().any(|one| one.key == eventlog::GROUP);
        let group = row.group.filter(|_| self.groups && !is_said);
        let open = row.open.then_some(eventlog::OPEN);
        // A step that is no end of work says what state it came to.
        let state = row.transition.filter(|text| !row.open && !text.trim().eq_ignore_ascii_case("complete"));
        let state = state.filter(|_| row.more.iter().all(|one| one.key != eventlog::TRANSITION));
        let beside = [
            (eventlog::OFFSET, offset.as_deref()),
            (eventlog::INSTANCE, instance),
            (eventlog::GROUP, group),
            (eventlog::STATE, open),
            (eventlog::TRANSITION, state),
        ];
        if row.of_case.is_empty() && row.more.is_empty() && beside.iter().all(|(_, text)| text.is_none()) {
            return None;
        }
        let owned = |own: &[eventlog::Attribute<'_>]| own.iter().map(attribute).collect::<Vec<_>>();
        let mut more = owned(row.more);
        more.extend(beside.into_iter().filter_map(|(key, text)| {
            Some(Attribute { key: key.to_string(), kind: AttributeType::Text, text: text?.to_string() })
        }));
        serde_json::to_string(&(owned(row.of_case), more)).ok()
    }
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

/// What a log says of a case and its rows.
pub(super) struct Said {
    pub attributes: Option<Box<Attributes>>,
    pub state: Option<String>,
    /// What a log that was written here says of the case beside its rows.
    pub told: Option<Told>,
    /// The rows that go on.
    pub open: Vec<usize>,
}

impl Cases<'_> {
    /// What was laid by for these rows of a case, and what became of the case where its log says so. What is said of work
    /// under way is not known yet.
    pub(super) fn said(&self, rows: &[Staged], stage: &Stage) -> Result<Said, Error> {
        let (mut all, mut state, mut told, mut open) = (Attributes::default(), None, None, Vec::new());
        for (n, row) in rows.iter().enumerate().filter(|_| self.keeps) {
            let Some(text) = stage.more(row.position)? else { continue };
            let Ok((of_case, own)) = serde_json::from_str::<(Vec<Attribute>, Vec<Attribute>)>(&text) else {
                continue;
            };
            for one in of_case {
                match one.key.as_str() {
                    eventlog::STATE => state = Some(one.text),
                    eventlog::TOLD => told = Told::read(&one.text),
                    _ => all.add_to_case(one),
                }
            }
            for one in own.into_iter().filter(|_| self.as_of.is_none_or(|as_of| row.end <= as_of.0)) {
                match one.key == eventlog::STATE {
                    true => open.push(n),
                    false => all.add_to_row(n, one),
                }
            }
        }
        let attributes = (!all.is_empty()).then(|| Box::new(all));
        Ok(Said { attributes, state, told, open })
    }
}
