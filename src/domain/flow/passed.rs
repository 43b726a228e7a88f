//! What became of offered work, and how often work was sent back. The one place that counts it: whoever says how
//! often something was declined or returned says this, of the cases it names.

use super::{Became, CaseFacts};
use crate::domain::counted::counted;

/// What happened to the work of some cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Passed {
    /// Offers to somebody else, by what became of them; those nobody has answered are in none.
    pub accepted: usize,
    pub declined: usize,
    pub recalled: usize,
    /// Accepted work that went back to an earlier step.
    pub sent_back: usize,
}

impl Passed {
    pub fn of<'c>(cases: impl IntoIterator<Item = &'c CaseFacts>) -> Passed {
        let mut passed = Passed::default();
        for case in cases {
            case.offers.iter().for_each(|offer| passed.offer(offer.became));
            passed.sent_back += case.visits.iter().filter(|visit| visit.returned).count();
        }
        passed
    }

    /// Counts one offer in.
    pub fn offer(&mut self, became: Became) {
        match became {
            Became::Accepted => self.accepted += 1,
            Became::Declined => self.declined += 1,
            Became::Recalled => self.recalled += 1,
            Became::Open | Became::Closed => {}
        }
    }

    /// Work that came back to whoever had it before: declined or sent back.
    pub fn returns(&self) -> usize {
        self.declined + self.sent_back
    }

    /// `3 accepted, 1 declined, 1 sent back`; what was recalled is said where there is any.
    pub fn words(&self) -> String {
        let recalled =
            if self.recalled > 0 { format!(", {} recalled", self.recalled) } else { String::new() };
        let Passed { accepted, declined, sent_back, .. } = self;
        format!("{accepted} accepted, {declined} declined{recalled}, {sent_back} sent back")
    }

    /// The same of so many open cases, where nothing has finished to be measured.
    pub fn under_way(&self, open: usize) -> String {
        match open {
            0 => "Nothing finished, nothing open.".to_string(),
            open => format!("Nothing finished yet; {}: {}.", counted(open, "open case"), self.words()),
        }
    }
}
