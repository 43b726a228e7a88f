//! How many of those who may decide have to agree. Counts nobody; that is `decide::decision`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// `2 of 3`, `60%` or `all`. Written and read as that text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Quorum {
    /// So many of so many votes.
    Count {
        need: u32,
        of: u32,
    },
    /// So many hundredths of those who may decide; part of a person counts as one.
    Percent(u32),
    All,
}

/// Why a text is no quorum, as a sentence with a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no quorum; write `2 of 3`, `60%` or `all`")]
pub struct QuorumError(pub String);

impl Quorum {
    /// How many must agree and how many votes there are at most, of `eligible` people who may decide.
    pub fn count(self, eligible: u32) -> (u32, u32) {
        match self {
            Quorum::Count { need, of } => (need, of),
            Quorum::Percent(percent) => ((eligible * percent).div_ceil(100).max(1), eligible),
            Quorum::All => (eligible, eligible),
        }
    }
}

impl fmt::Display for Quorum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quorum::Count { need, of } => f.pad(&format!("{need} of {of}")),
            Quorum::Percent(percent) => f.pad(&format!("{percent}%")),
            Quorum::All => f.pad("all"),
        }
    }
}

impl FromStr for Quorum {
    type Err = QuorumError;

    fn from_str(text: &str) -> Result<Self, QuorumError> {
        let refuse = || QuorumError(text.to_string());
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| refuse());
        if text.trim() == "all" {
            return Ok(Quorum::All);
        }
        if let Some(percent) = text.trim().strip_suffix('%') {
            return match number(percent)? {
                percent @ 1..=100 => Ok(Quorum::Percent(percent)),
                _ => Err(refuse()),
            };
        }
        let (need, of) = text.split_once(" of ").ok_or_else(refuse)?;
        match (number(need)?, number(of)?) {
            (need, of) if need >= 1 && need <= of && of <= 1000 => Ok(Quorum::Count { need, of }),
            _ => Err(refuse()),
        }
    }
}

impl TryFrom<String> for Quorum {
    type Error = QuorumError;

    fn try_from(text: String) -> Result<Self, QuorumError> {
        text.parse()
    }
}

impl From<Quorum> for String {
    fn from(quorum: Quorum) -> String {
        quorum.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quorum_is_a_count_a_share_or_all_and_shares_round_up() {
        let read = |text: &str| text.parse::<Quorum>().map(|quorum| quorum.count(5));
        assert_eq!(read("2 of 3"), Ok((2, 3)));
        assert_eq!(read("50%"), Ok((3, 5)));
        assert_eq!(read("1%"), Ok((1, 5)));
        assert_eq!(read("all"), Ok((5, 5)));
        for wrong in ["", "0 of 3", "4 of 3", "0%", "101%", "two of 3", "2/3"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in ["2 of 3", "60%", "all"] {
            assert_eq!(text.parse::<Quorum>().unwrap().to_string(), text);
        }
    }
}
