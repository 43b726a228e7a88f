//! What can be typed about work in hand. Continues `args`.

use super::args::{Pair, pair};
use crate::domain::{CaseId, TaskId};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum TaskVerb {
    /// My work in hand
    List {
        /// Everybody's
        #[arg(long, conflicts_with = "case")]
        all: bool,
        /// All tasks of one case, finished ones too
        #[arg(long)]
        case: Option<CaseId>,
    },
    /// A task: what done means, how it is done, its checklist
    Show { task: TaskId },
    /// Say that you began
    Start { task: TaskId },
    /// Finish it and send the work on
    Done {
        task: TaskId,
        /// What is decided, where the step is a decision
        #[arg(long)]
        outcome: Option<String>,
        /// Why it is decided so
        #[arg(long, requires = "outcome")]
        reason: Option<String>,
        /// Offer the next step to this party instead: @person or role
        #[arg(long, value_name = "PARTY")]
        to: Option<String>,
        /// What the receiver should know
        #[arg(long)]
        note: Option<String>,
        /// Tick the whole checklist
        #[arg(long)]
        all_checked: bool,
        /// Send it on with something missing, for this reason
        #[arg(long, value_name = "REASON")]
        anyway: Option<String>,
        #[arg(value_name = "FIELD=VALUE", value_parser = pair)]
        data: Vec<Pair>,
    },
    /// Tick an item of the checklist
    Check {
        task: TaskId,
        /// Its number, from 1
        #[arg(value_parser = clap::value_parser!(u32).range(1..))]
        item: u32,
    },
    /// Take a tick back
    Uncheck {
        task: TaskId,
        /// Its number, from 1
        #[arg(value_parser = clap::value_parser!(u32).range(1..))]
        item: u32,
    },
    /// It cannot go on
    Wait {
        task: TaskId,
        /// What it waits for
        #[arg(long)]
        reason: String,
        /// When to look again: tomorrow, `fri 5pm`, `in 3d`, 2026-11-27
        #[arg(long, value_name = "WHEN")]
        until: Option<String>,
    },
    /// It goes on
    Resume { task: TaskId },
}
