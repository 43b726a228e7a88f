//! What can be typed about figures. Continues `args`.

use super::args::Pair;
use super::args_import::way;
use super::args_log::LogColumns;
use crate::domain::{CaseId, Handle};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum MetricsVerb {
    /// Cycle time, throughput, the share in time; with --json every figure there is
    Summary(Summary),
    /// From start to end, by version and kind of record, elapsed and by the calendar
    CycleTime(Period),
    /// The same by step: queue, in hand, touch, waits
    Steps(Period),
    /// The same by handoff
    Handoffs(Period),
    /// Arrivals, throughput, work in progress, age, flow efficiency, what nobody had accepted
    Flow(Period),
    /// What was done again: repeats, work sent back, declines with reasons, first time right
    Rework(Period),
    /// Load by person, those outside, and what coordination costs
    People(Period),
    /// Two versions side by side, by all of their cases unless a period is named
    Compare {
        #[command(flatten)]
        period: Period,
        /// The last two unless given
        #[arg(long, num_args = 2, value_names = ["A", "B"])]
        versions: Option<Vec<u32>>,
        /// The same number gives the same ranges
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
    /// The newest version beside the one before, as its review shows it
    Review {
        #[arg(long)]
        process: Handle,
        /// This version instead
        #[arg(long, value_name = "N")]
        version: Option<u32>,
        /// The same number gives the same ranges
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
    /// Which cases went ways their version does not allow, and where they left it
    Conformance {
        #[command(flatten)]
        period: Period,
        /// Hold all cases to this version, whichever theirs is: those of a log to what was drafted from it
        #[arg(long, value_name = "VERSION")]
        against: Option<u32>,
    },
    /// What is likely: open cases in time, how many by a date, when so many
    Forecast(Forecast),
    /// The five questions about every process, as `process scorecard` tells them
    Scorecard {
        /// One process in full
        #[arg(long)]
        process: Option<Handle>,
    },
    /// A picture, as text or as SVG
    Chart(Chart),
    /// Every figure of an event log, straight from its file
    Log(Box<MetricsLog>),
}

#[derive(Debug, Args)]
pub struct Summary {
    #[command(flatten)]
    pub period: Period,
    /// A row for each version, kind of record, person or role
    #[arg(long)]
    pub by: Option<By>,
    #[command(flatten)]
    pub ties: Ties,
}

/// How rows and lists are taken where every figure is told.
#[derive(Debug, Args)]
pub struct Ties {
    /// Take rows of a case at one time as side by side: in the order of their names, not of the file
    #[arg(long)]
    pub parallel_ties: bool,
    /// With --json: every variant, case and pair in its list, not only the first ones
    #[arg(long)]
    pub whole: bool,
}

/// What figures are taken apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum By {
    Version,
    /// Of the record a case is about
    Kind,
    /// Whoever had work of it in hand
    Person,
    /// Roles of whoever had
    Role,
}

#[derive(Debug, Clone, Args)]
pub struct Period {
    #[arg(long)]
    pub process: Handle,
    /// First day; 90 days ago unless given
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// The day after the last
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Everything there ever was
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub ever: bool,
    /// Only cases that have always been of this version
    #[arg(long, value_name = "N")]
    pub version: Option<u32>,
    /// Only cases about a record of this kind
    #[arg(long, value_name = "KIND")]
    pub kind: Option<Handle>,
    /// Only cases this person or role had a part in, or the contact of the record of this name
    #[arg(long, value_name = "PARTY")]
    pub party: Option<String>,
}

#[derive(Debug, Args)]
pub struct Forecast {
    #[command(flatten)]
    pub period: Period,
    /// This open case only
    #[arg(long, value_name = "CASE")]
    pub case: Option<CaseId>,
    /// How many will be done by this day
    #[arg(long, value_name = "WHEN")]
    pub by: Option<String>,
    /// When so many will be done
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub count: Option<u32>,
    /// The same number gives the same answer
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

#[derive(Debug, Args)]
pub struct Chart {
    /// scatter, flow, ageing, weeks, distribution, handoffs or trend
    pub name: String,
    #[command(flatten)]
    pub period: Period,
    /// Write it as SVG into this file instead
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    #[arg(long, value_name = "COLUMNS", default_value_t = 80)]
    pub width: usize,
    /// Of a plot 24 unless given; bars are as many as there are unless this says how many lines there is room for
    #[arg(long, value_name = "LINES")]
    pub height: Option<usize>,
}

#[derive(Debug, Args)]
pub struct MetricsLog {
    pub file: PathBuf,
    #[command(flatten)]
    pub columns: LogColumns,
    /// Groups that work passes between; org:group in XES
    #[arg(long, value_name = "NAME")]
    pub group_column: Option<String>,
    /// Zone of the process, for weeks by its own clocks
    #[arg(long, value_name = "IANA")]
    pub weeks_in: Option<String>,
    #[command(flatten)]
    pub ties: Ties,
    /// The activity that finishes a case; the last row does unless it is given
    #[arg(long, value_name = "ACTIVITY")]
    pub finish: Option<String>,
    /// A wait that is meant, such as a term the law sets: no bottleneck
    #[arg(long, value_name = "ACTIVITY->ACTIVITY", value_parser = way)]
    pub deliberate: Vec<Pair>,
    /// An activity that is meant to come again, such as a weekly report: no rework
    #[arg(long, value_name = "ACTIVITY")]
    pub repeats: Vec<String>,
}
