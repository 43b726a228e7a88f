//! The words of `record`: what can be typed after it. Does nothing with them.

use super::args::{Pair, pair};
use super::args_versions::RecordTag;
use crate::domain::Handle;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum RecordVerb {
    /// Add a record of a kind
    Add {
        kind: Handle,
        name: String,
        #[arg(value_name = "FIELD=VALUE", value_parser = pair)]
        fields: Vec<Pair>,
    },
    /// Records, by name
    List {
        kind: Option<Handle>,
        /// The same, as other commands take it
        #[arg(long = "kind", value_name = "KIND", hide = true, conflicts_with = "kind")]
        of: Option<Handle>,
        /// Only records whose name or fields contain these words, or of which this holds: "record.credit_limit > 1000"
        #[arg(long = "where", value_name = "WORDS|CONDITION")]
        which: Option<String>,
        /// Archived ones too
        #[arg(long)]
        archived: bool,
    },
    /// A record with everything about it
    Show {
        /// Its number or its name
        record: String,
    },
    /// Change fields; an empty value takes one away, and another record in one links the two
    #[command(visible_alias = "link")]
    Set {
        /// Its number or its name
        record: String,
        #[arg(value_name = "FIELD=VALUE", value_parser = pair)]
        fields: Vec<Pair>,
        /// Another name
        #[arg(long)]
        name: Option<String>,
    },
    /// Write something down
    Note {
        /// Its number or its name
        record: String,
        text: String,
    },
    /// Add an outside person to a record, or change one
    Contact {
        /// Its number or its name
        record: String,
        /// Who; a contact of this name is changed
        name: String,
        #[arg(long)]
        mail: Option<String>,
        #[arg(long)]
        phone: Option<String>,
        /// What they are called from now on
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        /// They are no contact any more
        #[arg(long, conflicts_with_all = ["mail", "phone", "rename"])]
        remove: bool,
    },
    /// Add a document to a record: where it lies
    File {
        /// Its number or its name
        record: String,
        /// What it is; one of the same title takes its place
        title: String,
        /// A path, an address, or a few words
        reference: String,
    },
    /// Put tags on it, to find it again
    Tag(RecordTag),
    /// Put it away; it keeps its history
    Archive {
        /// Its number or its name
        record: String,
        #[arg(long)]
        reason: Option<String>,
    },
    /// Make two records one: the first stays, the second goes with all that is about it
    Merge {
        /// The one that stays: its number or its name
        kept: String,
        /// The one that goes
        gone: String,
        /// Say what would happen, and leave the file as it is
        #[arg(long)]
        dry_run: bool,
        /// Only if it comes to what --dry-run showed: the word it ends with
        #[arg(long, value_name = "WORD", conflicts_with = "dry_run")]
        as_shown: Option<String>,
    },
    /// All that happened with it and the cases about it
    Timeline {
        /// Its number or its name
        record: String,
    },
    /// Kinds of records and their fields
    #[command(subcommand)]
    Kind(KindVerb),
}

#[derive(Debug, Subcommand)]
pub enum KindVerb {
    /// Bring in or change a kind
    Apply {
        /// A file, or - for standard input
        file: PathBuf,
    },
    /// All kinds
    List,
    /// One kind as a file that can be applied
    Show { kind: Handle },
}
