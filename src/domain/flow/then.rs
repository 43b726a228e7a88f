//! Cases as they stood at an instant in the past: what came later is taken off. Measures nothing.

use super::{Became, CaseFacts};
use crate::domain::Instant;

impl CaseFacts {
    /// It as it stood just before an instant; `None` of a case that had not begun.
    pub fn as_of(mut self, at: Instant) -> Option<CaseFacts> {
        if self.started >= at {
            return None;
        }
        self.ended = self.ended.filter(|ended| *ended < at);
        self.visits.retain(|visit| visit.accepted < at);
        for visit in &mut self.visits {
            if visit.left.is_some_and(|left| left >= at) {
                (visit.left, visit.returned, visit.done) = (None, false, false);
                // When it waited is not told, only how long in all.
                visit.waited = visit.waited.min(at - visit.accepted);
            }
        }
        self.offers.retain(|offer| offer.offered < at);
        for offer in &mut self.offers {
            if offer.ended.is_some_and(|ended| ended >= at) {
                (offer.ended, offer.became, offer.by) = (None, Became::Open, None);
            }
        }
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::flow::{Offer, Visit};
    use crate::domain::{CaseId, Span};

    #[test]
    fn what_came_later_is_not_known_then() {
        let visit = |accepted: i64, left: i64| Visit {
            item: None,
            before: None,
            step: "a".parse().unwrap(),
            holder: None,
            entered: Instant(accepted),
            held: Vec::new(),
            outside: false,
            accepted: Instant(accepted),
            left: Some(Instant(left)),
            waited: Span(8),
            due: None,
            returned: true,
            done: true,
        };
        let offer = |offered: i64, ended: i64| Offer {
            step: "a".parse().unwrap(),
            from_step: None,
            from: "bo".parse().unwrap(),
            to: "@bo".parse().unwrap(),
            by: Some("bo".parse().unwrap()),
            offered: Instant(offered),
            ended: Some(Instant(ended)),
            due: None,
            became: Became::Accepted,
            back: false,
        };
        let case = CaseFacts {
            id: CaseId(1),
            title: String::new(),
            version: 1,
            migrated: false,
            about: None,
            kind: None,
            started: Instant(10),
            ended: Some(Instant(50)),
            due: None,
            imported: false,
            visits: vec![visit(10, 20), visit(25, 40), visit(41, 50)],
            offers: vec![offer(10, 10), offer(20, 31), offer(35, 41)],
        };
        assert_eq!(case.clone().as_of(Instant(10)), None);
        assert_eq!(case.clone().as_of(Instant(51)), Some(case.clone()));
        let then = case.clone().as_of(Instant(30)).unwrap();
        assert_eq!((then.ended, then.visits.len(), then.offers.len()), (None, 2, 2));
        let second = &then.visits[1];
        assert_eq!((second.left, second.returned, second.waited), (None, false, Span(5)));
        assert_eq!((then.visits[0].left, then.visits[0].waited), (Some(Instant(20)), Span(8)));
        assert_eq!((then.offers[1].became, then.offers[1].by.clone()), (Became::Open, None));
        assert_eq!(case.as_of(Instant(50)).unwrap().ended, None, "a period is half open");
    }
}
