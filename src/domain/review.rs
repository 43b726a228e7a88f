//! The review of a process: when it is due, the work it is, and what its verdict may be. Pure: when a version was
//! published and when the last review began are given.

use super::event::{Event, Values};
use super::free::AD_HOC_VERSION;
use super::goal::{Goal, Unit};
use super::id::Handle;
use super::instant::{Instant, Span};
use super::process::{Arm, Go, Improve, Performer, Process, Step, StepKind};
use super::schedule::ScheduleRun;
use super::zone::Zone;

/// What the journal calls the schedule of reviews that every process with `[improve]` has.
pub const REVIEW: &str = "review";

/// What a review comes to: the outcomes of its decision, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The version did what was expected, or is to stay for another reason.
    Keep,
    /// The version before comes back as a new version.
    Revert,
    /// Too early to say: the same question at the next review.
    Extend,
}

impl Verdict {
    pub const ALL: [Verdict; 3] = [Verdict::Keep, Verdict::Revert, Verdict::Extend];

    /// The outcome of the decision.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Keep => "keep",
            Verdict::Revert => "revert",
            Verdict::Extend => "extend",
        }
    }

    /// The verdict with this word.
    pub fn of(word: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.word().eq_ignore_ascii_case(word.trim()))
    }
}

impl Improve {
    /// How long after its publication, and after every review, a version is reviewed. Elapsed time: a review is
    /// a date in the calendar, however much work fell on the way.
    pub fn every(&self) -> Option<Span> {
        let goal = self.review.strip_prefix("every ")?.parse::<Goal>().ok()?;
        let one = match goal.unit {
            Unit::Minute | Unit::BusinessMinute => Span::MINUTE,
            Unit::Hour | Unit::BusinessHour => Span::HOUR,
            Unit::Day => Span::DAY,
            // Five of them are a week.
            Unit::BusinessDay => return Some(Span(Span::DAY.times(goal.count).0 / 5 * 7)),
            Unit::Week => Span::DAY.times(7),
        };
        Some(one.times(goal.count))
    }
}

impl Improve {
    /// What a version that is published at `at` promises: the expectation, and when it is looked at.
    pub fn promised(&self, at: Instant, zone: &Zone) -> Option<String> {
        let on = zone.local(at + self.every()?).format("%a %-d %b %Y").to_string();
        let expected = self.expect.as_ref().map(|expect| format!(": {expect} expected")).unwrap_or_default();
        Some(format!("{}{expected}, review on {on}", self.metric))
    }
}

/// What is to be said of a new version that is measured and expects nothing: its review has nothing to hold it
/// to.
pub(super) fn unexpecting(event: &Event) -> Option<String> {
    let Event::ProcessPublished { version, process } = event else { return None };
    let improve = process.improve.as_ref().filter(|improve| improve.expect.is_none() && *version > 1)?;
    Some(format!(
        "version {version} says nothing of what it expects of {}; add `expect` to `[improve]`",
        improve.metric
    ))
}

/// When the newest version is reviewed next; `None` where nothing was promised.
pub fn next(process: &Process, published: Instant, last: Option<&ScheduleRun>) -> Option<Instant> {
    let every = process.improve.as_ref()?.every()?;
    let last = last.map_or(published, |run| run.done_until().max(published));
    Some(last + every)
}

/// What the case of a review is called.
pub fn title(process: &Process, version: u32) -> String {
    format!("Review of {}, version {version}", process.title)
}

/// What the case of a review is about.
pub fn data(process: &Handle, version: u32) -> Values {
    Values::from_iter([
        ("process".to_string(), serde_json::Value::from(process.as_str())),
        ("version".to_string(), serde_json::Value::from(version)),
    ])
}

/// Which version of which process the case of a review is about.
pub fn reviewed(case: &super::case::Case) -> Option<(Handle, u32)> {
    if case.version != AD_HOC_VERSION {
        return None;
    }
    let process = case.data.get("process")?.as_str()?.parse().ok()?;
    Some((process, u32::try_from(case.data.get("version")?.as_u64()?).ok()?))
}

/// The one task of a review: a decision of the accountable party.
pub fn step(process: &Process, version: u32, improve: &Improve) -> Option<Step> {
    let by = Performer::Party(process.accountable.clone());
    let mut step = Step::work(Handle::from_text("verdict")?, "Verdict".to_string(), by);
    step.kind = StepKind::Decision { quorum: None };
    step.accept = "2 business days".parse().ok();
    step.goal = "5 business days".parse().ok();
    let expected = match &improve.expect {
        Some(expect) => format!("Version {version} was published with the expectation: {expect}."),
        None => format!("Version {version} was published without an expectation."),
    };
    step.done = Some("One of keep, revert, extend, with the reason.".to_string());
    step.how = Some(format!(
        "{expected} The measure is {}. `baton process review {}` compares it with the version before.",
        improve.metric, process.handle
    ));
    let way = |verdict: Verdict| Arm {
        on: Some(verdict.word().to_string()),
        ..Arm::new(None, Go::End(Some(verdict.word().to_string())))
    };
    step.next = Verdict::ALL.map(way).to_vec();
    Some(step)
}
