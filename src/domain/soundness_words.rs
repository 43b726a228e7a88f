//! What keeps a process from being sound, in words, and what to change. Proves nothing.

use super::id::Handle;
use super::problem::listed;
use super::soundness::Trouble;
use std::fmt;

impl Trouble {
    /// The step to point at, where there is one.
    pub fn step(&self) -> Option<&Handle> {
        match self {
            Trouble::Waits { step, .. } | Trouble::Dead { step } => Some(step),
            Trouble::NeverEnds { steps, .. } | Trouble::Alone { steps } => steps.first(),
            Trouble::Piles { join } => Some(join),
            Trouble::TooLarge { .. } => None,
        }
    }

    /// When it happens, and a change that is known to help.
    pub fn hint_with(&self, change: &str) -> String {
        match self {
            Trouble::Waits { path, .. } => format!("it happens after {}; {change}", way(path)),
            _ => self.hint(),
        }
    }

    /// What to change.
    pub fn hint(&self) -> String {
        match self {
            Trouble::Waits { step, missing, .. } => self.hint_with(&format!(
                "let that way lead through {} too, or let ways of which only one comes meet in a step before `{step}`",
                listed(missing.iter().map(Handle::as_str))
            )),
            Trouble::NeverEnds { path, .. } => {
                format!(
                    "it happens after {}; give one of them a way out, such as `{{ end = true }}`",
                    way(path)
                )
            }
            Trouble::Alone { .. } => "put a step that somebody does, or a wait, between them".to_string(),
            Trouble::Dead { .. } => "let a way lead to it, or leave it out".to_string(),
            Trouble::Piles { .. } => "let the loop begin behind the join, or its late ones come".to_string(),
            Trouble::TooLarge { .. } => "split it: one process can follow another".to_string(),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Waits { step, missing, .. } => {
                let missing = listed(missing.iter().map(Handle::as_str));
                write!(f, "`{step}` can wait for ever for {missing}")
            }
            Trouble::NeverEnds { steps, .. } => {
                let only = if steps.len() == 1 { "leads only to itself" } else { "lead only to one another" };
                let steps = listed(steps.iter().map(Handle::as_str));
                write!(f, "a case can never end: {steps} {only}")
            }
            Trouble::Alone { steps } => {
                let (run, selves) = if steps.len() == 1 { ("runs", "itself") } else { ("run", "themselves") };
                write!(f, "{} {run} for ever by {selves}", listed(steps.iter().map(Handle::as_str)))
            }
            Trouble::Dead { step } => write!(f, "no case ever comes to `{step}`"),
            Trouble::Piles { join } => {
                write!(
                    f,
                    "it is not proved what is left behind: a loop brings again and again what `{join}` cancels"
                )
            }
            Trouble::TooLarge { bound } => {
                write!(f, "the process is too large to prove: more than {bound} situations")
            }
        }
    }
}

pub(super) fn way(path: &[Handle]) -> String {
    const LONGEST: usize = 12;
    let names = path.iter().map(|step| format!("`{step}`")).collect::<Vec<_>>();
    match names.split_at_checked(names.len().saturating_sub(LONGEST)) {
        _ if names.is_empty() => "the start".to_string(),
        Some((skipped, last)) if !skipped.is_empty() => format!("… {}", last.join(", ")),
        _ => names.join(", "),
    }
}
