//! The sections of an inbox: which things each holds. Draws nothing.

use crate::desk::{InboxItem, What};

/// Part of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Section {
    #[default]
    All,
    Handoffs,
    Late,
    Back,
    /// What climbed to the person, departures from the definition included.
    Escalated,
    /// Decisions of several that wait for the person's vote; only where there is one.
    Approvals,
    /// Notes that name the person; only where there is one.
    Messages,
}

impl Section {
    pub const ALL: [Section; 7] = [
        Section::All,
        Section::Handoffs,
        Section::Late,
        Section::Back,
        Section::Escalated,
        Section::Approvals,
        Section::Messages,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Section::All => "All",
            Section::Handoffs => "Handoffs",
            Section::Late => "Late",
            Section::Back => "Back",
            Section::Escalated => "Escalated",
            Section::Approvals => "Approvals",
            Section::Messages => "Messages",
        }
    }

    pub fn holds(self, item: &InboxItem) -> bool {
        match self {
            Section::All => true,
            Section::Handoffs => item.what == What::Accept,
            Section::Late => item.urgency.is_late(),
            Section::Back => item.what == What::Back,
            Section::Escalated => {
                matches!(item.what, What::Escalated | What::Exception | What::Join | What::Risk)
            }
            Section::Approvals => item.what == What::Vote,
            Section::Messages => item.what == What::Message,
        }
    }

    /// What an empty section says.
    pub(super) fn empty(self) -> &'static str {
        match self {
            Section::All => "Nothing needs you.",
            Section::Handoffs => "No handoff waits for you.",
            Section::Late => "Nothing is late.",
            Section::Back => "Nothing came back to you.",
            Section::Escalated => "Nothing has climbed to you.",
            Section::Approvals => "Nothing waits for your vote.",
            Section::Messages => "No message waits for you.",
        }
    }
}
