//! The shape of `assets/demo/company.toml`. Keys and their meaning are in `assets/README.md`; nothing is
//! decided here.

use crate::desk::Error;
use crate::domain::catalog::Permission;
use crate::domain::event::DeclineReason;
use crate::domain::{Goal, Handle, Party, Span, Unit};
use serde::Deserialize;
use std::collections::BTreeMap;

const FILE: &str = include_str!("../../../assets/demo/company.toml");

/// Texts by field name, in the order of names.
pub(super) type Texts = BTreeMap<String, String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Company {
    pub name: String,
    pub zone: String,
    pub calendar: Handle,
    pub currency: String,
    pub person: Vec<Person>,
    pub role: Vec<Role>,
    pub record: Vec<Record>,
    pub process: Vec<Kind>,
    pub stall: Vec<Stall>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub handle: Handle,
    pub name: String,
    pub mail: String,
    pub permission: Permission,
    /// The same as the `members` of the roles, which are what counts.
    #[serde(rename = "roles")]
    pub _roles: Vec<Handle>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    pub handle: Handle,
    pub title: String,
    pub members: Vec<Handle>,
    pub lead: Handle,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub kind: Handle,
    pub name: String,
    pub fields: Texts,
}

/// What the cases of one process are made of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kind {
    pub process: Handle,
    pub weight: usize,
    pub back_days: u32,
    pub titles: Vec<String>,
    pub notes: Vec<String>,
    pub next_actions: Vec<String>,
    pub declines: Vec<Decline>,
    pub follows: Vec<Follow>,
    /// Of each decision: what is decided and why, as `approved: It pays back`.
    #[serde(default)]
    pub outcomes: BTreeMap<String, Vec<String>>,
    pub data: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decline {
    pub code: DeclineReason,
    pub text: String,
}

/// Where `of` has this value, `field` is drawn from `values` instead.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Follow {
    pub field: String,
    pub of: String,
    pub value: String,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stuck {
    NotAccepted,
    RoleNobody,
    DeclinedLeft,
    Recalled,
    NotStarted,
    OverdueWork,
    WaitingBranch,
    CaseLate,
    Begun,
    Voting,
    Delegated,
    Paused,
}

/// An open case that ends as described at the instant the demo is opened.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stall {
    pub kind: Stuck,
    pub process: Handle,
    pub record: Option<String>,
    pub title: String,
    pub step: Handle,
    pub from: Party,
    pub to: Party,
    pub holder: Party,
    age: Goal,
    since: Goal,
    pub said: String,
    pub code: Option<DeclineReason>,
    /// Who was asked to do it for the holder, where it is delegated.
    pub with: Option<Party>,
    /// Why it was handed over with something missing, where it was.
    pub missing: Option<String>,
    #[serde(default)]
    pub data: Texts,
    /// For whoever reads the file.
    #[serde(rename = "note")]
    pub _note: String,
}

impl Stall {
    /// How long ago the case began.
    pub fn age(&self) -> Span {
        plain(self.age)
    }

    /// How long ago it came to be as it is.
    pub fn since(&self) -> Span {
        plain(self.since)
    }
}

/// A goal as time that passes; a business day is eight hours of it.
pub(super) fn plain(goal: Goal) -> Span {
    let one = match goal.unit {
        Unit::Minute | Unit::BusinessMinute => Span::MINUTE,
        Unit::Hour | Unit::BusinessHour => Span::HOUR,
        Unit::BusinessDay => Span::HOUR.times(8),
        Unit::Day => Span::DAY,
        Unit::Week => Span::DAY.times(7),
    };
    one.times(goal.count)
}

/// The company that ships with the program.
pub(super) fn company() -> Result<Company, Error> {
    toml::from_str(FILE)
        .map_err(|e| Error::input(format!("The sample company: {e}"), "This is a fault of the program."))
}
