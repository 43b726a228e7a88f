//! What can be typed after `export`. Nothing else happens here.

use crate::domain::Handle;
use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ExportVerb {
    /// Cases as an event log, for process mining tools
    Log {
        /// Without it all cases, under their own numbers
        #[arg(long, value_name = "HANDLE")]
        process: Option<Handle>,
        /// That of the file's name, such as log.csv.gz, else XES
        #[arg(long, value_enum)]
        format: Option<LogForm>,
        /// The file to make, packed when it ends in .gz; standard output without it
        file: Option<PathBuf>,
    },
    /// Records as a table that `import records` reads back
    Records {
        /// The kind; needed for a table
        #[arg(long, value_name = "HANDLE")]
        kind: Option<Handle>,
        #[arg(long, value_enum, default_value_t = RecordForm::Csv)]
        format: RecordForm,
        file: Option<PathBuf>,
    },
    /// What is due, for a calendar program
    Calendar {
        /// Only what this party has to do with: @person or role
        #[arg(long = "for", value_name = "PARTY")]
        party: Option<String>,
        file: Option<PathBuf>,
    },
    /// Everything: each entry of the journal, for `import all`
    All {
        #[arg(long, value_enum, default_value_t = AllForm::Jsonl)]
        format: AllForm,
        file: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    Xes,
    Csv,
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordForm {
    Csv,
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AllForm {
    Jsonl,
}
