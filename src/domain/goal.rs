//! A goal: how long something may take, in the unit it was promised in. What a business hour is in a given
//! week is the calendar's business.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// What a goal counts in. Business units count only what the calendar has open; a business day is the same
/// local time on the next working day, not 24 business hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    BusinessMinute,
    BusinessHour,
    BusinessDay,
}

/// A signed count of one unit, such as `5 business days` or `-1 business hour`. Written and read as that text; two are
/// the same when they mean the same, as `120 minutes` and `2 hours` do.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Goal {
    pub count: i64,
    pub unit: Unit,
}

/// Why a text is not a goal, as a sentence with a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a length of time; write `4 business hours`, `5 business days`, `30 minutes` or `2 weeks`"
)]
pub struct GoalError(pub String);

impl Unit {
    const NAMES: [(Unit, &'static str); 7] = [
        (Unit::Minute, "minute"),
        (Unit::Hour, "hour"),
        (Unit::Day, "day"),
        (Unit::Week, "week"),
        (Unit::BusinessMinute, "business minute"),
        (Unit::BusinessHour, "business hour"),
        (Unit::BusinessDay, "business day"),
    ];

    /// Whether the unit counts only what a calendar has open.
    pub fn is_business(self) -> bool {
        matches!(self, Unit::BusinessMinute | Unit::BusinessHour | Unit::BusinessDay)
    }

    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(unit, _)| *unit == self).map_or("", |(_, name)| name)
    }
}

impl Goal {
    /// The smallest unit that means the same, and how many of it. A business day is no number of hours.
    fn meaning(&self) -> (Unit, i64) {
        let (unit, each) = match self.unit {
            Unit::Minute => (Unit::Minute, 1),
            Unit::Hour => (Unit::Minute, 60),
            Unit::Day => (Unit::Minute, 24 * 60),
            Unit::Week => (Unit::Minute, 7 * 24 * 60),
            Unit::BusinessMinute => (Unit::BusinessMinute, 1),
            Unit::BusinessHour => (Unit::BusinessMinute, 60),
            Unit::BusinessDay => (Unit::BusinessDay, 1),
        };
        (unit, self.count.saturating_mul(each))
    }
}

impl PartialEq for Goal {
    fn eq(&self, other: &Goal) -> bool {
        self.meaning() == other.meaning()
    }
}

impl Eq for Goal {}

impl PartialOrd for Goal {
    fn partial_cmp(&self, other: &Goal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Goal {
    fn cmp(&self, other: &Goal) -> Ordering {
        self.meaning().cmp(&other.meaning())
    }
}

impl Hash for Goal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.meaning().hash(state);
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count.abs() == 1 { "" } else { "s" };
        f.pad(&format!("{} {}{plural}", self.count, self.unit.name()))
    }
}

impl FromStr for Goal {
    type Err = GoalError;

    fn from_str(text: &str) -> Result<Self, GoalError> {
        let refuse = || GoalError(text.to_string());
        let words = text.split_whitespace().collect::<Vec<_>>();
        let (count, unit) = match words.as_slice() {
            ["0"] => ("0", "minute".to_string()),
            // As lengths are shown: `2h`, `30m`, `3d`, `1w`.
            [short] => {
                let (count, unit) =
                    short.split_at(short.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(refuse)?);
                let units = [("m", "minute"), ("h", "hour"), ("d", "day"), ("w", "week")];
                let unit = units.iter().find(|(letter, _)| *letter == unit).ok_or_else(refuse)?.1;
                (count, unit.to_string())
            }
            [count, unit @ ..] if !unit.is_empty() => (*count, unit.join(" ")),
            _ => return Err(refuse()),
        };
        let count = count.parse::<i64>().map_err(|_| refuse())?;
        let unit = unit.strip_suffix('s').unwrap_or(&unit);
        let unit = Unit::NAMES.iter().find(|(_, name)| *name == unit).ok_or_else(refuse)?.0;
        if count.abs() > 1_000_000 {
            return Err(refuse());
        }
        Ok(Goal { count, unit })
    }
}

impl TryFrom<String> for Goal {
    type Error = GoalError;

    fn try_from(text: String) -> Result<Self, GoalError> {
        text.parse()
    }
}

impl From<Goal> for String {
    fn from(goal: Goal) -> String {
        goal.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_the_same_when_they_mean_the_same() {
        let goal = |text: &str| text.parse::<Goal>().unwrap();
        for (one, other) in [
            ("120 minutes", "2 hours"),
            ("2 days", "48 hours"),
            ("1 week", "7 days"),
            ("90 business minutes", "90 business minutes"),
            ("120 business minutes", "2 business hours"),
            ("0 minutes", "0 days"),
        ] {
            assert_eq!(goal(one), goal(other));
        }
        for (one, other) in [
            ("1 hour", "1 business hour"),
            ("1 business day", "8 business hours"),
            ("1 business day", "24 business hours"),
            ("1 day", "1 business day"),
            ("0 minutes", "0 business days"),
            ("-1 day", "1 day"),
        ] {
            assert_ne!(goal(one), goal(other), "{one}");
        }
    }

    #[test]
    fn goals_read_as_they_are_written() {
        for text in
            ["5 business days", "1 business hour", "-1 business hour", "30 days", "2 weeks", "0 minutes"]
        {
            assert_eq!(text.parse::<Goal>().map(|g| g.to_string()), Ok(text.to_string()));
        }
        assert_eq!("+2 business days".parse::<Goal>().map(|g| g.count), Ok(2));
        assert_eq!("0".parse::<Goal>().map(|g| g.count), Ok(0));
        for (short, long) in [("2h", "2 hours"), ("30m", "30 minutes"), ("1d", "1 day"), ("-1w", "-1 week")] {
            assert_eq!(short.parse::<Goal>().map(|g| g.to_string()), Ok(long.to_string()), "{short}");
        }
        for text in [
            "",
            "h",
            "2x",
            "2é",
            "days",
            "five days",
            "5",
            "5 parsecs",
            "99999999999999999999 days",
            "5 business weeks",
        ] {
            assert!(text.parse::<Goal>().is_err(), "{text}");
        }
    }
}
