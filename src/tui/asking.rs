//! Which of the questions that wait for the worker are idle by now, and which may not hold up a key. Asks nothing itself.

use super::deeds::Deed;
use super::msg::Query;
use crate::desk::Edge;

impl Query {
    /// Whether this makes an earlier question idle: the same list, wanted otherwise.
    pub fn replaces(&self, earlier: &Query) -> bool {
        match (self, earlier) {
            (Query::Board { .. }, Query::Board { .. } | Query::Cards { .. }) => true,
            (Query::RecordPage { wish, .. }, Query::RecordPage { wish: old, .. }) => {
                wish.edge == Edge::Start || wish.kind != old.kind
            }
            (Query::RecordBrief(_), Query::RecordBrief(_)) => true,
            (Query::Names(_), Query::Names(begins)) => !begins.is_empty(),
            (Query::Find { .. }, Query::Find { .. })
            | (Query::Loads, Query::Loads)
            | (Query::Glance { .. }, Query::Glance { .. })
            | (Query::Figures { .. }, Query::Figures { .. })
            | (Query::More { .. }, Query::More { .. })
            | (Query::AllCards { .. }, Query::AllCards { .. })
            | (Query::AllRecords { .. }, Query::AllRecords { .. })
            | (Query::Picture { .. }, Query::Picture { .. }) => true,
            _ => false,
        }
    }

    /// Whether the answer is made from very many cases, so that it must not hold up a key.
    pub fn is_long(&self) -> bool {
        matches!(
            self,
            Query::Figures { .. }
                | Query::Picture { .. }
                | Query::Lost { .. }
                | Query::AllCards { .. }
                | Query::AllRecords { .. }
                | Query::Find { .. }
                | Query::Loads
                | Query::Outlook(_)
                | Query::More { .. }
                | Query::Preview(Deed::Log { .. })
        )
    }
}
