//! What can be typed about the lists a person goes through, and about what does not move. Continues `args`.

use super::many::Dry;
use crate::domain::event::SubjectId;
use crate::domain::{CaseId, Handle, TaskId};
use clap::{Args, Subcommand};
use std::str::FromStr;

/// Lists beside the inbox.
#[derive(Debug, Subcommand)]
pub enum SweepNoun {
    /// What stands still, whoever has it: no progress for days
    Stalled(Stalled),
    /// What changed for me since my last session on the screen
    Since,
    /// What I did, newest first, and what of it can be taken back
    History,
}

#[derive(Debug, Args)]
pub struct Stalled {
    /// No progress for so many days; the setting `stalled` unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub days: Option<u32>,
    /// Only of this process
    #[arg(long)]
    pub process: Option<Handle>,
    /// Only with this person
    #[arg(long = "with", value_name = "PERSON", value_parser = crate::config::handle)]
    pub with: Option<Handle>,
}

/// Verbs of a case about what it waits for.
#[derive(Debug, Subcommand)]
pub enum CaseSweep {
    /// Why it does not move: who has it, since when, and what would move it on
    Why { case: CaseId },
}

/// Verbs of work about when it is seen and due.
#[derive(Debug, Subcommand)]
pub enum TaskSweep {
    /// Put it out of my list until a date; it comes back then, or when it moves
    Snooze {
        /// Cases, handoffs or tasks: C-12, H-7, T-9; several are one action
        #[arg(required = true)]
        what: Vec<String>,
        /// When it comes back: tomorrow, `mon 9am`, `in 3d`, 2026-11-27
        #[arg(long, value_name = "WHEN", required_unless_present = "off")]
        until: Option<String>,
        /// Bring it back now
        #[arg(long, conflicts_with = "until")]
        off: bool,
        #[command(flatten)]
        dry: Dry,
    },
    /// Agree on another date for it
    Due {
        /// Several are one action
        #[arg(required = true)]
        task: Vec<TaskId>,
        /// When it shall be done: `fri 5pm`, `in 3d`, 2026-11-27
        #[arg(long, value_name = "WHEN")]
        by: String,
        /// With whom it was agreed, and why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        dry: Dry,
    },
}

/// Verbs of a process about what it loses.
#[derive(Debug, Subcommand)]
pub enum ProcessSweep {
    /// The hours it lost by cause and by handoff, and the cases behind each
    Why {
        process: Handle,
        /// Of the last so many days
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=36500))]
        days: u32,
    },
}

/// What a note is written on: a case, or a record by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted(pub SubjectId);

impl FromStr for Noted {
    type Err = String;

    fn from_str(text: &str) -> Result<Noted, String> {
        let on = match text.starts_with(['R', 'r']) {
            true => text.parse().map(SubjectId::Record).ok(),
            false => text.parse().map(SubjectId::Case).ok(),
        };
        on.map(Noted)
            .ok_or_else(|| format!("`{text}` is neither a case such as C-12 nor a record such as R-3"))
    }
}

/// Messages: notes that name somebody.
#[derive(Debug, Subcommand)]
pub enum MessageVerb {
    /// What was written to me and I have neither answered nor read
    List,
    /// Write a note on a case or a record that tells these people
    Send {
        #[arg(value_name = "CASE|RECORD")]
        on: Noted,
        text: String,
        /// A person or a role; several times for several
        #[arg(long = "to", value_name = "PARTY", required = true)]
        to: Vec<String>,
    },
    /// Write something down on a case or a record, as `case note` and `record note` do
    Add {
        #[arg(value_name = "CASE|RECORD")]
        on: Noted,
        text: String,
    },
    /// Answer whoever wrote to me on a case or a record
    Reply {
        #[arg(value_name = "CASE|RECORD")]
        on: Noted,
        text: String,
    },
    /// What was written to me on a case or a record needs me no more
    Read {
        #[arg(value_name = "CASE|RECORD")]
        on: Noted,
    },
}
