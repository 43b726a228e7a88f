//! Why something is in an inbox, in the word of the screen and in that of JSON. What is in one is `query`.

/// Why something is in an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A handoff to accept or decline.
    Accept,
    /// Declined or recalled: the sender decides again.
    Back,
    /// Work in hand past its goal.
    Late,
    /// Work in hand that was accepted and not started.
    Start,
    /// Work in hand.
    Due,
    /// Work that somebody else is responsible for and let this person do.
    Delegated,
    /// A decision of several, in somebody else's hand, on which this person has yet to vote.
    Vote,
    /// Work in hand that waits; shown again when its follow-up has come.
    Waiting,
    /// Somebody else's lateness that has climbed to this person.
    Escalated,
    /// A departure from the definition that needs a decision.
    Exception,
    /// A join waits for a branch that can no longer come, or is long late.
    Join,
    /// Somebody else has it, and the case this person answers for is likely to be late.
    Risk,
    /// A note that names this person.
    Message,
    /// A case that has ended; only in lists of what was.
    Closed,
}

impl What {
    /// The word on screen.
    pub fn word(self) -> &'static str {
        match self {
            What::Accept => "ACCEPT",
            What::Back => "BACK",
            What::Late => "LATE",
            What::Start => "START",
            What::Due => "DUE",
            What::Delegated => "DELEG",
            What::Vote => "VOTE",
            What::Waiting => "WAITS",
            What::Escalated => "ESCAL",
            What::Exception => "EXCEPT",
            What::Join => "JOIN",
            What::Risk => "RISK",
            What::Message => "MSG",
            What::Closed => "CLOSED",
        }
    }

    /// The word in JSON.
    pub fn code(self) -> &'static str {
        match self {
            What::Accept => "accept",
            What::Back => "back",
            What::Late => "late",
            What::Start => "start",
            What::Due => "due",
            What::Delegated => "delegated",
            What::Vote => "vote",
            What::Waiting => "waiting",
            What::Escalated => "escalated",
            What::Exception => "exception",
            What::Join => "join",
            What::Risk => "risk",
            What::Message => "message",
            What::Closed => "closed",
        }
    }
}
