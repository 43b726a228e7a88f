//! What can be typed about what happens by itself: schedules, rules, simulation, the chores. Continues `args`.

use crate::domain::Handle;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum ScheduleVerb {
    /// Every schedule with its next time and what became of the last
    List,
    /// The schedules of one process: what each starts, when it comes next, and what became of the last time
    Show {
        process: Handle,
        /// How many of the times to come are shown
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
        times: u16,
    },
}

#[derive(Debug, Subcommand)]
pub enum LadderVerb {
    /// Every rung of the newest versions: on which clock, when, and what it does
    List {
        /// Only those of this process
        process: Option<Handle>,
    },
    /// Every rung of the newest version of a process
    Show { process: Handle },
}

#[derive(Debug, Subcommand)]
pub enum RuleVerb {
    /// The rules of the newest versions
    List {
        /// Only those of this process
        process: Option<Handle>,
    },
    /// One rule: when it acts, what it does, and where it lately did
    Show {
        rule: Handle,
        /// Needed where several processes have a rule of this name
        #[arg(long)]
        process: Option<Handle>,
    },
}

#[derive(Debug, Args)]
pub struct Simulate {
    /// How many days
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub days: u32,
    /// How much a day is enough for one person; the setting unless given
    #[arg(long)]
    pub budget: Option<u32>,
    /// Every single thing, not only how many
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct Watch {
    /// Look at least this often
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub every: u64,
}
