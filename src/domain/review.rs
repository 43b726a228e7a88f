//! The review of a process: when it is due, the work it is, and what its verdict may be. Pure: when a version was
//! published and when the last review began are given.

use super::event::Values;
use super::free::AD_HOC_VERSION;
use super::id::Handle;
use super::instant::Instant;
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

    /// What can be said of a version: the first one has none before it that could come back.
    pub fn of_version(version: u32) -> Vec<Verdict> {
        let can = |verdict: &Verdict| version > 1 || *verdict != Verdict::Revert;
        Verdict::ALL.into_iter().filter(can).collect()
    }

    /// The verdict with this word.
    pub fn of(word: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// When the newest version is reviewed next; `None` where nothing was promised, or no time of it comes any more.
pub fn next(
    process: &Process,
    published: Instant,
    last: Option<&ScheduleRun>,
    zone: &Zone,
) -> Option<Instant> {
    let last = last.map_or(published, |run| run.done_until().max(published));
    process.improve.as_ref()?.rhythm()?.next(zone, published, last)
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
    let verdicts = Verdict::of_version(version);
    let words = verdicts.iter().map(|verdict| verdict.word()).collect::<Vec<_>>().join(", ");
    step.done = Some(format!("One of {words}, with the reason."));
    step.how = Some(format!(
        "{expected} The measure is {}. {}",
        improve.metric,
        match version {
            0 | 1 => "There is no version before it.".to_string(),
            _ => format!("`baton process review {}` compares it with the version before.", process.handle),
        }
    ));
    let way = |verdict: Verdict| Arm {
        on: Some(verdict.word().to_string()),
        ..Arm::new(None, Go::End(Some(verdict.word().to_string())))
    };
    step.next = verdicts.into_iter().map(way).collect();
    Some(step)
}
