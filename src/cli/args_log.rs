//! What can be typed about the columns and the writing of an event log, wherever one is read. Nothing else happens
//! here.

use crate::desk::LogOptions;
use clap::Args;

#[derive(Debug, Args)]
pub struct LogColumns {
    /// Columns are told by name, or by place: #4 is the fourth
    #[arg(long, value_name = "NAME")]
    pub case_column: Option<String>,
    /// A column or an attribute; several are joined, such as "concept:name+org:role"
    #[arg(long, value_name = "NAME")]
    pub activity_column: Option<String>,
    /// A day and a time in two columns are joined with "+": "Date+Time"
    #[arg(long, value_name = "NAME")]
    pub time_column: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub start_column: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub resource_column: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub lifecycle_column: Option<String>,
    /// How times are written, such as "%d/%m/%Y %H:%M"
    #[arg(long, value_name = "FORMAT")]
    pub time_format: Option<String>,
    /// Zone of times without an offset
    #[arg(long, value_name = "IANA")]
    pub zone: Option<String>,
    /// What stands between columns; told from the file unless given
    #[arg(long, value_name = "SIGN")]
    pub delimiter: Option<char>,
    /// Such as windows-1252
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// How many times its size a gzip may unpack to: 1000 unless given
    #[arg(long, value_name = "N")]
    pub gzip_ratio: Option<u64>,
    /// Bytes a gzip may unpack to: 100000000000 unless given
    #[arg(long, value_name = "BYTES")]
    pub gzip_bytes: Option<u64>,
    /// Leave rows of this activity out
    #[arg(long, value_name = "ACTIVITY")]
    pub exclude: Vec<String>,
    /// Take spaces off around names, which are kept to the letter otherwise
    #[arg(long)]
    pub trim: bool,
    /// A text that stands for nothing
    #[arg(long, value_name = "TOKEN")]
    pub null: Vec<String>,
}

impl LogColumns {
    /// As the reader of logs takes them.
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
            gzip_ratio: self.gzip_ratio,
            gzip_bytes: self.gzip_bytes,
            null_tokens: self.null.clone(),
            exclude: self.exclude.clone(),
            trim: self.trim,
            ..LogOptions::default()
        }
    }
}
