//! What can be typed after `import`. Nothing else happens here.

use super::args::{Pair, pair};
use super::args_log::LogColumns;
use crate::domain::Handle;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ImportVerb {
    /// An event log of another system: CSV or XES, each also gzipped
    Log(Box<ImportLog>),
    /// Records from a CSV file
    Records(ImportRecords),
    /// Everything that `export all` wrote, into a file that is not there yet
    All { file: PathBuf },
}

#[derive(Debug, Args)]
pub struct ImportLog {
    pub file: PathBuf,
    /// Name of the process it becomes; made from the file's name unless given
    #[arg(long, value_name = "HANDLE")]
    pub process: Option<Handle>,
    #[command(flatten)]
    pub columns: LogColumns,
    /// A classifier the XES declares, instead of an activity
    #[arg(long, value_name = "NAME", conflicts_with = "activity_column")]
    pub classifier: Option<String>,
    /// Which rows are steps, where rows say start, complete and the like
    #[arg(long, default_value = "auto", value_parser = ["auto", "all", "complete", "interval"])]
    pub view: String,
    /// The column that names the group of each row; XES has org:group. It is kept, and figures tell of it
    #[arg(long, value_name = "NAME")]
    pub group_column: Option<String>,
    /// A column or an attribute to keep with each case or row beside what work is made of; "all" for every one but
    /// what mining tools work out themselves (Variant, @@...)
    #[arg(long, value_name = "NAME")]
    pub keep: Vec<String>,
    /// Leave later rows out; cases that go on after it are open
    #[arg(long, value_name = "INSTANT")]
    pub open_as_of: Option<String>,
    /// Move everything by whole weeks, so that it was open this week
    #[arg(long, requires = "open_as_of")]
    pub shift_to_now: bool,
    /// Time a step may take
    #[arg(long, value_name = "STEP=GOAL", value_parser = pair)]
    pub goal: Vec<Pair>,
    /// The activity that finishes a case; the last row does unless it is given
    #[arg(long, value_name = "ACTIVITY")]
    pub finish: Option<String>,
    /// A wait that is meant, such as a term the law sets: no bottleneck
    #[arg(long, value_name = "ACTIVITY->ACTIVITY", value_parser = way)]
    pub deliberate: Vec<Pair>,
    /// An activity that is meant to come again, such as a weekly report: no rework
    #[arg(long, value_name = "ACTIVITY")]
    pub repeats: Vec<String>,
    /// Read and say what would come in
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct ImportRecords {
    pub file: PathBuf,
    /// The kind of record each row becomes
    #[arg(long)]
    pub kind: Handle,
    /// Which column fills which field
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = pair)]
    pub map: Vec<Pair>,
    /// What stands between columns; told from the file unless given
    #[arg(long, value_name = "SIGN")]
    pub delimiter: Option<char>,
    /// Such as windows-1252
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Read and say what would come in
    #[arg(long)]
    pub dry_run: bool,
}

/// `from->to`.
pub fn way(text: &str) -> Result<Pair, String> {
    match text.split_once("->") {
        Some((from, to)) if !from.trim().is_empty() && !to.trim().is_empty() => {
            Ok((from.trim().to_string(), to.trim().to_string()))
        }
        _ => Err("write it as \"from->to\"".to_string()),
    }
}
