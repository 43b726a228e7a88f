//! What can be typed: every noun, verb, parameter and flag, with its help. Nothing else happens here.

use super::args_ahead::{LadderVerb, RuleVerb, ScheduleVerb, Simulate, Watch};
use super::args_export::ExportVerb;
use super::args_handoff::HandoffVerb;
use super::args_import::ImportVerb;
use super::args_metrics::MetricsVerb;
use super::args_more::{CalendarVerb, PersonVerb, ProcessVerb, RoleVerb};
use super::args_record::RecordVerb;
use super::args_sweep::{CaseSweep, MessageVerb, SweepNoun};
pub use super::args_task::TaskVerb;
use super::args_versions::CaseCourse;
use crate::domain::{CaseId, Handle};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// `name=value` as it was typed.
pub type Pair = (String, String);

/// The operations desk: the baton stays in your hand until somebody takes it.
///
/// Without a command the screen opens.
#[derive(Debug, Parser)]
#[command(name = "baton", bin_name = "baton", version, max_term_width = 100)]
#[command(
    after_help = "Four short steps: baton init · baton person add · baton record add · baton case start"
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub noun: Option<Noun>,
}

/// What every command understands.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The file with everything in it (environment: BATON_DB)
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    pub db: Option<PathBuf>,
    /// Who acts; your login unless you say otherwise (environment: BATON_AS)
    #[arg(long = "as", global = true, value_name = "HANDLE", value_parser = crate::config::handle, help_heading = "Everywhere")]
    pub me: Option<Handle>,
    /// The file with the settings (environment: BATON_CONFIG)
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    pub config: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub json: bool,
    /// Print columns between tabs, without a heading
    #[arg(long, global = true, conflicts_with = "json", help_heading = "Everywhere")]
    pub plain: bool,
    /// No colours on the screen
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub no_color: bool,
    /// Say which file is used and who acts
    #[arg(short, long, global = true, help_heading = "Everywhere")]
    pub verbose: bool,
    /// Act as if it were this instant
    #[arg(long, global = true, hide = true, value_name = "INSTANT")]
    pub now: Option<String>,
    /// The identity of this command: given again, it does nothing twice
    #[arg(long, global = true, hide = true, value_name = "UUID")]
    pub op: Option<uuid::Uuid>,
}

#[derive(Debug, Subcommand)]
pub enum Noun {
    /// Start: people, calendars, kinds of records and a process in one go
    Init(Init),
    /// The people who work here
    #[command(subcommand)]
    Person(PersonVerb),
    /// Named sets of people that can be offered work
    #[command(subcommand)]
    Role(RoleVerb),
    /// Customers, vendors, employees and whatever else work is about
    #[command(subcommand)]
    Record(RecordVerb),
    /// Kinds of repeatable work
    #[command(subcommand)]
    Process(ProcessVerb),
    /// Single runs of a process
    #[command(subcommand)]
    Case(CaseVerb),
    /// Work in hand
    #[command(subcommand)]
    Task(TaskVerb),
    /// Transfers of work, which have to be accepted
    #[command(subcommand)]
    Handoff(HandoffVerb),
    /// What needs a decision by me, most late first
    Inbox(Inbox),
    /// What is open of a process, step by step
    Board(super::args_places::BoardArgs),
    /// Everything that is late, whoever has it
    Overdue(Overdue),
    /// What the next days bring me: due, to look at again, started by schedules
    Agenda(super::args_places::AgendaArgs),
    #[command(flatten)]
    Sweep(SweepNoun),
    /// When the company is open, and what is due when
    #[command(subcommand)]
    Calendar(CalendarVerb),
    /// How long cases, steps and handoffs take
    #[command(subcommand)]
    Metrics(MetricsVerb),
    /// Bring in what other systems recorded
    #[command(subcommand)]
    Import(ImportVerb),
    /// Take out what is here, in forms others read
    #[command(subcommand)]
    Export(ExportVerb),
    /// A sample company to look around in
    Demo(Demo),
    /// Notes that tell somebody: `@name` in any note does
    #[command(subcommand, visible_alias = "note")]
    Message(MessageVerb),
    /// What starts cases at times
    #[command(subcommand)]
    Schedule(ScheduleVerb),
    /// Who hears of what is late, and when
    #[command(subcommand)]
    Ladder(LadderVerb),
    /// What happens by itself
    #[command(subcommand)]
    Rule(RuleVerb),
    /// Play the days to come: what rungs, rules and schedules would send, if nobody did anything
    Simulate(Simulate),
    /// Do the chores that are due: note what is late, remind, escalate
    Tick,
    /// Do the chores for ever
    Watch(Watch),
    /// Take my last action back
    Undo {
        /// Pass over what has to stay, and take back what I did on cases and records before it
        #[arg(long)]
        older: bool,
    },
    /// Do again what I took back
    Redo,
    /// Compare every table with the journal
    Doctor {
        /// Make every table again from the journal first, when its chain holds
        #[arg(long)]
        rebuild: bool,
    },
    /// The chain that shows any change to the past
    #[command(subcommand)]
    Audit(AuditVerb),
    /// A consistent copy of the file, also while others write
    Backup {
        /// The file to make; one that is there is not overwritten
        file: PathBuf,
    },
    /// The file itself
    #[command(subcommand)]
    Db(DbVerb),
    /// Every setting with its value and where it came from
    Config,
    /// The keys of the screen
    Keys,
    /// Manual pages: that of the program, or into a folder one for every command
    Man {
        /// The folder; made when it is not there
        folder: Option<std::path::PathBuf>,
    },
    /// Completions for a shell
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Args)]
pub struct Init {
    /// A process to begin with; `baton process templates` lists them
    #[arg(long, value_name = "NAME")]
    pub template: Vec<String>,
    /// What the company is called
    #[arg(long, value_name = "NAME")]
    pub company: Option<String>,
    /// The time zone of the company, such as Europe/Oslo; the machine's unless given
    #[arg(long, value_name = "IANA")]
    pub zone: Option<String>,
    /// Somebody who works here, such as ana="Ana Smith"
    #[arg(long, value_name = "HANDLE=NAME", value_parser = pair)]
    pub person: Vec<Pair>,
}

#[derive(Debug, Subcommand)]
pub enum CaseVerb {
    /// Start a case and offer its first step
    Start {
        /// The process; without one it is a case of free tasks, and needs a title
        process: Option<Handle>,
        /// The record it is about: its number or its name
        #[arg(long, value_name = "RECORD")]
        about: Option<String>,
        #[arg(long)]
        title: Option<String>,
        /// Offer the first step to this party instead: @person or role
        #[arg(long, value_name = "PARTY")]
        to: Option<String>,
        /// What the receiver should know
        #[arg(long)]
        note: Option<String>,
        #[arg(long)]
        urgent: bool,
        /// Who answers for a case without a process; you unless named
        #[arg(long, value_name = "PARTY")]
        accountable: Option<String>,
        /// When it is promised for: `fri 5pm`, `in 3 days`, 2026-11-27; the goal of the process unless given
        #[arg(long, value_name = "WHEN")]
        due: Option<String>,
        /// Words to find it again by, such as vip
        #[arg(long = "tag", value_name = "TAG", value_delimiter = ',')]
        tags: Vec<String>,
        /// A document the first step asks for: a path, an address or a few words
        #[arg(long = "doc", value_name = "TITLE=REFERENCE", value_parser = pair)]
        documents: Vec<Pair>,
        /// Start it with something missing, for this reason
        #[arg(long, value_name = "REASON")]
        anyway: Option<String>,
        #[arg(value_name = "FIELD=VALUE", value_parser = start_pair)]
        data: Vec<Pair>,
    },
    /// Cases, newest first
    List {
        #[arg(long)]
        process: Option<Handle>,
        /// open, done, withdrawn or all
        #[arg(long, default_value = "open", value_parser = ["open", "done", "withdrawn", "all"])]
        state: String,
        /// Only cases about this record: its number or its name
        #[arg(long, value_name = "RECORD")]
        about: Option<String>,
        /// Only cases whose line contains these words, or of which this holds: "data.amount > 1000"
        #[arg(long = "where", value_name = "WORDS|CONDITION")]
        which: Option<String>,
    },
    /// A case with everything about it
    Show { case: CaseId },
    /// Why each date of a case: what every open clock counted, its pauses and the closed days
    Due { case: CaseId },
    /// Change the data of a case; an empty value takes one away
    Set {
        case: CaseId,
        #[arg(value_name = "FIELD=VALUE", value_parser = pair, required = true)]
        data: Vec<Pair>,
    },
    /// Add a task that the process does not name, and offer it
    AddTask {
        case: CaseId,
        title: String,
        /// @person or role
        #[arg(long, value_name = "PARTY")]
        to: String,
        /// The time it may take, such as `2 business days`
        #[arg(long, value_name = "GOAL")]
        within: Option<crate::domain::Goal>,
        /// What the receiver should know
        #[arg(long)]
        note: Option<String>,
    },
    /// Write something down
    Note { case: CaseId, text: String },
    /// End a case before its end
    Withdraw {
        /// Several are one action
        #[arg(required = true)]
        case: Vec<CaseId>,
        #[arg(long, required_unless_present = "duplicate_of")]
        reason: Option<String>,
        /// It turned out to be this case, which stays
        #[arg(long, value_name = "CASE")]
        duplicate_of: Option<CaseId>,
        #[command(flatten)]
        dry: super::many::Dry,
    },
    /// Let somebody else answer for the outcome
    Accountable {
        case: CaseId,
        /// @person or role
        party: String,
        #[arg(long)]
        reason: Option<String>,
    },
    /// Let it go on where it waits, or without an added task that nobody needs any more
    Proceed {
        case: CaseId,
        /// What came in, why it waits no longer, or why nobody needs the task
        #[arg(long, default_value = "")]
        reason: String,
        /// The branch, where several wait; that of an added task
        #[arg(long)]
        branch: Option<u32>,
        /// A document the next step asks for: a path, an address or a few words
        #[arg(long = "doc", value_name = "TITLE=REFERENCE", value_parser = pair)]
        documents: Vec<Pair>,
        /// Let it go on with something missing, for this reason
        #[arg(long, value_name = "REASON")]
        anyway: Option<String>,
        #[arg(value_name = "FIELD=VALUE", value_parser = pair)]
        data: Vec<Pair>,
    },
    /// Decide an exception
    Resolve {
        case: CaseId,
        /// Its number, as `case show` lists it
        exception: u32,
        /// What was decided
        #[arg(long)]
        note: String,
    },
    #[command(flatten)]
    Course(CaseCourse),
    #[command(flatten)]
    Sweep(CaseSweep),
}

#[derive(Debug, Default, Args)]
pub struct Inbox {
    /// Somebody else's: @person or role
    #[arg(long = "for", value_name = "PARTY", conflicts_with = "all")]
    pub party: Option<String>,
    /// Only what is late
    #[arg(long)]
    pub overdue: bool,
    /// Everybody's, in one list
    #[arg(long)]
    pub all: bool,
    /// What I put out of it, and when it comes back
    #[arg(long, conflicts_with_all = ["party", "overdue", "all"])]
    pub snoozed: bool,
}

#[derive(Debug, Args)]
pub struct Overdue {
    /// Exit with 1 when anything is late
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Write it to a file of this name instead of opening the screen
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// The same seed gives the same company
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many days of work: 120, and more for very many cases
    #[arg(long)]
    pub days: Option<u32>,
    /// How many cases
    #[arg(long, default_value_t = crate::desk::DEMO_CASES)]
    pub cases: usize,
}

impl Demo {
    /// As it is played where nothing is said of it.
    pub fn usual() -> Demo {
        Demo { write: None, seed: 1, days: None, cases: crate::desk::DEMO_CASES }
    }
}

#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// Walk the chain from the first entry
    Verify,
    /// The digest of the last entry, to keep elsewhere
    Head,
}

#[derive(Debug, Subcommand)]
pub enum DbVerb {
    /// What the file holds
    Info,
    /// Compare every table with the journal, as `doctor` does
    Check,
}

/// `name=value`.
pub(super) fn pair(text: &str) -> Result<Pair, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_string(), value.to_string())),
        _ => Err("write it as name=value".to_string()),
    }
}

/// The same of a new case, whose title is often tried there.
fn start_pair(text: &str) -> Result<Pair, String> {
    pair(text).map_err(|error| format!("{error}; a title goes with --title \"...\""))
}
