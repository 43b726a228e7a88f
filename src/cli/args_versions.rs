//! What can be typed about the course of a case and about versions of a process. Continues `args`.

use crate::desk::Error;
use crate::domain::command::Command;
use crate::domain::event::SubjectId;
use crate::domain::tags::{self, SetTags};
use crate::domain::{CaseId, Handle};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Verbs of a case about its clock and its cycles.
#[derive(Debug, Subcommand)]
pub enum CaseCourse {
    /// Stop the clock of the whole case
    Pause {
        case: CaseId,
        /// What it waits for; what waits already goes on waiting for the same unless something else is said
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
        /// When to look again: tomorrow, `fri 5pm`, `in 3d`, 2026-11-27; else in five working days
        #[arg(long, value_name = "WHEN")]
        until: Option<String>,
    },
    /// Let its clock go on
    Resume { case: CaseId },
    /// Make it urgent: its clocks count towards their urgent goals
    Urgent {
        case: CaseId,
        /// Not urgent any more
        #[arg(long)]
        off: bool,
    },
    /// Put tags on it, to find it again: `baton case list --where '#vip'`
    Tag {
        case: CaseId,
        #[command(flatten)]
        tags: TagArgs,
    },
    /// Take a closed case up again, with a clock of its own
    Reopen {
        case: CaseId,
        /// Why
        #[arg(long)]
        reason: String,
        /// The step it begins at; the last that people did unless given
        #[arg(long, value_name = "STEP")]
        to: Option<String>,
        /// Offer it to this party instead: @person or role
        #[arg(long, value_name = "PARTY")]
        party: Option<String>,
    },
}

/// Which tags something gets, and which go.
#[derive(Debug, Args)]
pub struct TagArgs {
    /// Words to find it again by, such as vip or renewal-q1
    pub tags: Vec<String>,
    /// Take this one away
    #[arg(long, value_name = "TAG", value_delimiter = ',')]
    pub remove: Vec<String>,
}

#[derive(Debug, Args)]
pub struct RecordTag {
    /// Its number or its name
    pub record: String,
    #[command(flatten)]
    pub tags: TagArgs,
}

impl TagArgs {
    /// The command they ask for.
    ///
    /// # Errors
    /// What is not a tag.
    pub fn command(&self, on: SubjectId) -> Result<Command, Error> {
        let (add, remove) = (tags_of(&self.tags)?, tags_of(&self.remove)?);
        Ok(Command::SetTags(SetTags { on, add, remove }))
    }
}

/// Tags as they are typed, with or without `#`.
///
/// # Errors
/// What is not a tag.
pub fn tags_of(words: &[String]) -> Result<Vec<Handle>, Error> {
    let read = tags::read(&words.join(" "));
    read.map(|(tags, _)| tags).map_err(|refusal| Error::refused(refusal, &|_| String::new()))
}

/// Verbs of a process about its versions.
#[derive(Debug, Subcommand)]
pub enum VersionVerb {
    /// What a file would change, or how two versions differ, by what they mean
    Diff {
        /// A file, - for standard input, or a process
        what: String,
        /// Two versions of the process; its last two unless given
        #[arg(long, num_args = 2, value_names = ["A", "B"])]
        versions: Option<Vec<u32>>,
    },
    /// Let open cases run another version: each of them wholly or not at all
    Migrate(Migrate),
    /// Its five questions, its next review, and what a review comes to
    Review {
        process: Handle,
        /// Begin the review now, as work of whoever is accountable
        #[arg(long, conflicts_with = "verdict")]
        begin: bool,
        /// End the open review: keep the version, revert to the one before, or extend
        #[arg(long, value_parser = ["keep", "revert", "extend"])]
        verdict: Option<String>,
        /// Why
        #[arg(long, requires = "verdict")]
        reason: Option<String>,
    },
    /// Which process first: what each lost in 90 days, by how much work it would be to improve
    Rank,
    /// Say how much work it would be to improve a process
    Effort {
        process: Handle,
        #[arg(value_parser = ["small", "medium", "large"])]
        effort: String,
    },
    /// Write a process as it is done: the frequent path of its finished cases, to be edited and published
    Draft {
        /// A process, such as that of an imported log, or ad-hoc
        #[arg(long, value_name = "PROCESS")]
        from: Handle,
    },
    /// The five questions about every process: written down, owned, tracked, improved, automated
    Scorecard {
        /// One process in full
        process: Option<Handle>,
    },
}

#[derive(Debug, Args)]
pub struct Migrate {
    pub process: Handle,
    /// The version they shall run; the newest unless given
    #[arg(long, value_name = "N")]
    pub to: Option<u32>,
    /// Only cases of this version; the newest other than --to unless given
    #[arg(long, value_name = "N")]
    pub from: Option<u32>,
    /// Only these cases
    #[arg(long, value_name = "CASE", value_delimiter = ',')]
    pub case: Vec<CaseId>,
    /// Which step becomes which
    #[arg(long, value_name = "OLD=NEW", value_parser = super::args::pair)]
    pub map: Vec<super::args::Pair>,
    /// A plan that was written and edited; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "map", "write_plan"])]
    pub plan: Option<PathBuf>,
    /// Print the plan as a file instead of carrying it out
    #[arg(long)]
    pub write_plan: bool,
    /// Say for each case what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}
