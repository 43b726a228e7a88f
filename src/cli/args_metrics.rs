//! What can be typed about figures. Continues `args`.

use crate::desk::LogOptions;
use crate::domain::Handle;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum MetricsVerb {
    /// Cycle time, throughput, the share in time; with --json every figure there is
    Summary(Period),
    /// The same by step
    Steps(Period),
    /// The same by handoff
    Handoffs(Period),
    /// Every figure of an event log, straight from its file
    Log(Box<MetricsLog>),
}

#[derive(Debug, Args)]
pub struct Period {
    #[arg(long)]
    pub process: Handle,
    /// First day
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// The day after the last
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
}

#[derive(Debug, Args)]
pub struct MetricsLog {
    pub file: PathBuf,
    #[arg(long, value_name = "NAME")]
    pub case_column: Option<String>,
    /// A column, an attribute, or a classifier the file declares
    #[arg(long, value_name = "NAME")]
    pub activity_column: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub time_column: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub start_column: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub resource_column: Option<String>,
    /// Groups that work passes between; org:group in XES
    #[arg(long, value_name = "NAME")]
    pub group_column: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub lifecycle_column: Option<String>,
    /// How times are written, such as "%d/%m/%Y %H:%M"
    #[arg(long, value_name = "FORMAT")]
    pub time_format: Option<String>,
    /// Zone of times without an offset
    #[arg(long, value_name = "IANA")]
    pub zone: Option<String>,
    /// Zone of the process, for weeks by its own clocks
    #[arg(long, value_name = "IANA")]
    pub weeks_in: Option<String>,
    #[arg(long, value_name = "SIGN")]
    pub delimiter: Option<char>,
    /// Such as windows-1252
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Leave rows of this activity out
    #[arg(long, value_name = "ACTIVITY")]
    pub exclude: Vec<String>,
    /// A text that stands for nothing
    #[arg(long, value_name = "TOKEN")]
    pub null: Vec<String>,
}

impl MetricsLog {
    pub fn options(&self) -> LogOptions {
        LogOptions {
            case: self.case_column.clone(),
            activity: self.activity_column.clone(),
            time: self.time_column.clone(),
            start: self.start_column.clone(),
            resource: self.resource_column.clone(),
            lifecycle: self.lifecycle_column.clone(),
            time_format: self.time_format.clone(),
            zone: self.zone.clone(),
            encoding: self.encoding.clone(),
            delimiter: self.delimiter,
            null_tokens: self.null.clone(),
            exclude: self.exclude.clone(),
        }
    }
}
