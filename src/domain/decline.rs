//! Why a handoff is declined: the general reasons and those of a process, by their codes. Which codes a
//! process knows is in the process.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why a handoff is declined. Stored as its code, a word such as `not_ready`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum DeclineReason {
    MissingInformation,
    WrongParty,
    NotReady,
    Duplicate,
    Other,
    /// A code of the process.
    Own(String),
}

impl DeclineReason {
    /// The general reasons, with the code that names each on the command line and the words on screen.
    pub const ALL: [(DeclineReason, &'static str, &'static str); 5] = [
        (DeclineReason::MissingInformation, "missing_information", "information missing"),
        (DeclineReason::WrongParty, "wrong_party", "wrong person or role"),
        (DeclineReason::NotReady, "not_ready", "not ready, earlier step unfinished"),
        (DeclineReason::Duplicate, "duplicate", "duplicate"),
        (DeclineReason::Other, "other", "other"),
    ];

    /// The code on the command line, in JSON and in the journal.
    pub fn code(&self) -> &str {
        match self {
            DeclineReason::Own(code) => code,
            general => {
                Self::ALL.iter().find(|(reason, ..)| reason == general).map_or("", |(_, code, _)| code)
            }
        }
    }

    /// The words on screen.
    pub fn words(&self) -> Cow<'static, str> {
        match self {
            DeclineReason::Own(code) => code.replace('_', " ").into(),
            general => {
                Self::ALL.iter().find(|(reason, ..)| reason == general).map_or("", |(.., words)| words).into()
            }
        }
    }

    /// What a general reason says by itself, for whoever gives it with a key and has nothing to add. `None` where only
    /// the receiver can say what is wrong.
    pub fn sentence(&self) -> Option<String> {
        let says = match self {
            DeclineReason::MissingInformation => "Information is missing.",
            DeclineReason::WrongParty => "This is for another person or role.",
            DeclineReason::NotReady => "An earlier step is not finished.",
            DeclineReason::Duplicate => "",
            DeclineReason::Other | DeclineReason::Own(_) => return None,
        };
        Some(says.to_string())
    }

    /// Every reason of a process in whose definition these codes stand, the general ones first.
    pub fn of_process(own: &[String]) -> impl Iterator<Item = DeclineReason> {
        let general = Self::ALL.into_iter().map(|(reason, ..)| reason);
        general.chain(own.iter().map(|code| DeclineReason::from(code.clone())))
    }
}

impl From<String> for DeclineReason {
    fn from(code: String) -> DeclineReason {
        let general = Self::ALL.into_iter().find(|(_, known, _)| *known == code);
        general.map_or(DeclineReason::Own(code), |(reason, ..)| reason)
    }
}

impl From<DeclineReason> for String {
    fn from(reason: DeclineReason) -> String {
        reason.code().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_older_journals_hold_still_reads_and_a_process_may_add_its_own() {
        for (reason, code, _) in DeclineReason::ALL {
            let stored = format!("\"{code}\"");
            assert_eq!(serde_json::to_string(&reason).unwrap(), stored);
            assert_eq!(serde_json::from_str::<DeclineReason>(&stored).unwrap(), reason);
        }
        let own = DeclineReason::Own("price_not_agreed".to_string());
        assert_eq!(serde_json::to_string(&own).unwrap(), "\"price_not_agreed\"");
        assert_eq!(serde_json::from_str::<DeclineReason>("\"price_not_agreed\"").unwrap(), own);
        assert_eq!(own.words(), "price not agreed");
        assert_eq!(DeclineReason::of_process(&["price_not_agreed".to_string()]).last(), Some(own));
    }
}
