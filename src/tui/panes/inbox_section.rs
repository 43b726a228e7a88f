//! The sections of an inbox, and of what is new since somebody looked: which things each holds. Draws nothing.

use crate::desk::{InboxItem, Newly, Queue, Remark, What};

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
    /// Of what is new, by what it means for the person.
    NewlyYours,
    NewlyLate,
    CameBack,
    ByOthers,
}

impl Section {
    /// The sections of a list, all of it first; other lists than these have no more than that.
    pub fn of(queue: Queue) -> &'static [Section] {
        match queue {
            Queue::Mine => &[
                Section::All,
                Section::Handoffs,
                Section::Late,
                Section::Back,
                Section::Escalated,
                Section::Approvals,
                Section::Messages,
            ],
            Queue::News => {
                &[Section::All, Section::NewlyYours, Section::NewlyLate, Section::CameBack, Section::ByOthers]
            }
            _ => &[Section::All],
        }
    }

    /// Whether it stands there only while there is something in it.
    pub(super) fn is_seldom(self) -> bool {
        use Section::{Approvals, ByOthers, CameBack, Messages, NewlyLate, NewlyYours};
        matches!(self, Approvals | Messages | NewlyYours | NewlyLate | CameBack | ByOthers)
    }

    pub fn name(self) -> &'static str {
        match self {
            Section::All => "All",
            Section::Handoffs => "Handoffs",
            Section::Late => "Late",
            Section::Back => "Back",
            Section::Escalated => "Escalated",
            Section::Approvals => "Approvals",
            Section::Messages => "Messages",
            Section::NewlyYours => "Newly yours",
            Section::NewlyLate => "Newly late",
            Section::CameBack => "Came back",
            Section::ByOthers => "Done by others",
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
            Section::NewlyYours => item.told == Some(Remark::News(Newly::Yours)),
            Section::NewlyLate => item.told == Some(Remark::News(Newly::Late)),
            Section::CameBack => item.told == Some(Remark::News(Newly::CameBack)),
            Section::ByOthers => matches!(item.told, Some(Remark::News(Newly::Done(_)))),
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
            Section::NewlyYours => "Nothing is newly yours.",
            Section::NewlyLate => "Nothing became late.",
            Section::CameBack => "Nothing came back to you.",
            Section::ByOthers => "Others did nothing in your work.",
        }
    }
}
