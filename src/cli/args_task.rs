//! What can be typed about work in hand. Continues `args`.

use super::args::{Pair, pair};
use super::args_sweep::TaskSweep;
use super::many::Dry;
use crate::domain::{CaseId, TaskId};
use clap::{Args, Subcommand};

/// What a verb is about; several are one action.
#[derive(Debug, Args)]
pub struct Tasks {
    /// Several are one action
    #[arg(required = true)]
    pub task: Vec<TaskId>,
    #[command(flatten)]
    pub dry: Dry,
}

/// A word after `done`.
#[derive(Debug, Clone)]
pub enum TaskOrPair {
    Task(TaskId),
    Pair(Pair),
}

fn task_or_pair(text: &str) -> Result<TaskOrPair, String> {
    match text.parse::<TaskId>() {
        Ok(task) => Ok(TaskOrPair::Task(task)),
        Err(error) => pair(text).map(TaskOrPair::Pair).map_err(|pair| format!("{error}; {pair}")),
    }
}

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
    Start(Tasks),
    /// Finish it and send the work on
    Done {
        /// Several are one action; what is said holds for each of them
        #[arg(required = true, value_name = "TASK|FIELD=VALUE", value_parser = task_or_pair)]
        what: Vec<TaskOrPair>,
        /// What is decided, where the step is a decision
        #[arg(long)]
        outcome: Option<String>,
        /// Why it is decided so
        #[arg(long, requires = "outcome")]
        reason: Option<String>,
        /// Offer the next step to this party instead: @person or role
        #[arg(long, value_name = "PARTY")]
        to: Option<String>,
        /// What the receiver should know; where nobody is offered anything, it stays on the case
        #[arg(long)]
        note: Option<String>,
        /// Until when it is to be accepted, where you agreed on it: tomorrow, `fri 5pm`, `in 4h`
        #[arg(long, value_name = "WHEN")]
        accept_by: Option<String>,
        /// Until when it is to be done, where you agreed on it
        #[arg(long, value_name = "WHEN")]
        due: Option<String>,
        /// Tick the whole checklist
        #[arg(long)]
        all_checked: bool,
        /// Send it on with something missing, for this reason
        #[arg(long, value_name = "REASON")]
        anyway: Option<String>,
        /// A document the next step asks for: a path, an address or a few words
        #[arg(long = "doc", value_name = "TITLE=REFERENCE", value_parser = pair)]
        documents: Vec<Pair>,
        #[command(flatten)]
        dry: Dry,
    },
    /// Send it back to an earlier step, to be done again
    SendBack {
        task: TaskId,
        /// The step: its handle or its title; or the finished work, such as T-9, where it was done for each of a list.
        /// What was done last before it, unless you say another
        #[arg(long, value_name = "STEP")]
        to: Option<String>,
        /// What is not in order
        #[arg(long)]
        reason: String,
        /// An item of that step's checklist that is not in order, from 1
        #[arg(long = "item", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        items: Vec<u32>,
        /// Offer it to this party instead of whoever did it: @person or role
        #[arg(long, value_name = "PARTY")]
        party: Option<String>,
    },
    /// Give it back: offer it to the role that does the step
    Release {
        #[command(flatten)]
        tasks: Tasks,
        /// What the receiver should know
        #[arg(long)]
        note: Option<String>,
    },
    /// Let somebody else work on it; you stay responsible
    Delegate {
        task: TaskId,
        /// A person
        #[arg(long, value_name = "PERSON")]
        to: String,
        /// What they should do
        #[arg(long)]
        note: Option<String>,
    },
    /// Hand back what was delegated, or take it back
    Resolve {
        task: TaskId,
        /// What came of it
        #[arg(long)]
        note: String,
    },
    /// Offer it to somebody else; it is theirs when they accept
    Reassign {
        #[command(flatten)]
        tasks: Tasks,
        /// @person or role
        #[arg(long, value_name = "PARTY")]
        to: String,
        /// What the receiver should know
        #[arg(long)]
        note: Option<String>,
        /// Until when it is to be accepted, where you agreed on it: tomorrow, `fri 5pm`, `in 4h`
        #[arg(long, value_name = "WHEN")]
        accept_by: Option<String>,
        /// Until when it is to be done, where you agreed on it
        #[arg(long, value_name = "WHEN")]
        due: Option<String>,
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
        #[command(flatten)]
        tasks: Tasks,
        /// What it waits for; what waits already goes on waiting for the same unless something else is said
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
        /// When to look again: tomorrow, `fri 5pm`, `in 3d`, 2026-11-27; else as often as the step asks, or in five working days
        #[arg(long, value_name = "WHEN")]
        until: Option<String>,
    },
    /// It goes on
    Resume(Tasks),
    #[command(flatten)]
    Sweep(TaskSweep),
}
