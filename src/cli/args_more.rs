//! What can be typed about people, records, processes and calendars. Continues `args`.

use super::args_versions::VersionVerb;
use crate::domain::Handle;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct SetPerson {
    /// Their handle or full name
    pub handle: String,
    #[arg(long)]
    pub name: Option<String>,
    /// An empty one takes it away
    #[arg(long)]
    pub mail: Option<String>,
    /// The zone they see and write times in, such as Europe/Lisbon; an empty one: the company's
    #[arg(long, value_name = "IANA")]
    pub zone: Option<String>,
    /// The calendar they work by; an empty one: the company's. Promises stay on the calendar of the process
    #[arg(long, value_name = "CALENDAR")]
    pub calendar: Option<String>,
    /// An account of the system they work under; of one person only. May be given several times
    #[arg(long, value_name = "NAME")]
    pub login: Vec<String>,
    /// An account that is theirs no more
    #[arg(long, value_name = "NAME")]
    pub remove_login: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum PersonVerb {
    /// Add somebody
    Add {
        handle: Handle,
        /// The name; the handle unless given
        name: Option<String>,
        #[arg(long)]
        mail: Option<String>,
        /// viewer, member, lead or admin
        #[arg(long, alias = "may", default_value = "member", value_parser = super::parse::permission)]
        permission: crate::domain::catalog::Permission,
        /// A role they belong to
        #[arg(long, value_name = "ROLE")]
        role: Vec<Handle>,
    },
    /// Another name or mail, and where, when and under which logins they work
    #[command(visible_alias = "set", alias = "edit", alias = "rename")]
    Change(SetPerson),
    /// What somebody may do, in general or for one process or kind of record
    Permit {
        /// Their handle or full name
        handle: String,
        /// viewer, member, lead or admin; with --process or --kind also default: as in general
        #[arg(value_parser = super::parse::permission_or_default)]
        permission: super::parse::Permit,
        /// Only for this process
        #[arg(long, value_name = "HANDLE", conflicts_with = "kind")]
        process: Option<Handle>,
        /// Only for records of this kind
        #[arg(long, value_name = "HANDLE")]
        kind: Option<Handle>,
    },
    /// Everybody
    List,
    /// One person: roles, work in hand, what is offered to them
    Show {
        /// Their handle or full name
        handle: String,
    },
    /// Say when somebody is away and who takes their place, and what would lie meanwhile
    Away {
        /// Their handle or full name
        handle: String,
        /// First day, such as mon; now unless given
        #[arg(long, value_name = "WHEN")]
        from: Option<String>,
        /// Last day, or when they are back, such as fri or "30 nov 9:00"
        #[arg(long, value_name = "WHEN")]
        until: String,
        /// Who acts on their behalf meanwhile
        #[arg(long, value_name = "PERSON")]
        substitute: Option<String>,
        #[arg(long)]
        note: Option<String>,
        /// Only say what would be stranded
        #[arg(long)]
        dry_run: bool,
    },
    /// End an absence early, call a planned one off, or let somebody who left in again
    Back {
        /// Their handle or full name
        handle: String,
    },
    /// Let somebody go: only once everything they hold has somebody else
    Leave {
        /// Their handle or full name
        handle: String,
        /// Print everything they hold, with where it could go
        #[arg(long, conflicts_with = "apply")]
        plan: bool,
        /// Carry out such a plan, all of it or nothing
        #[arg(long, value_name = "FILE")]
        apply: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum RoleVerb {
    /// Add a role
    Add {
        handle: Handle,
        /// What it is called; the handle unless given
        title: Option<String>,
        #[arg(long, value_name = "PERSON")]
        member: Vec<String>,
        #[arg(long, value_name = "PERSON")]
        lead: Option<String>,
    },
    /// Change who belongs to a role and who leads it
    Change {
        handle: Handle,
        #[arg(long, value_name = "PERSON")]
        add: Vec<String>,
        #[arg(long, value_name = "PERSON")]
        remove: Vec<String>,
        #[arg(long, value_name = "PERSON")]
        lead: Option<String>,
    },
    /// All roles
    List,
    /// One role
    Show { handle: Handle },
}

#[derive(Debug, clap::Args)]
pub struct EditProcess {
    /// The process
    pub process: Handle,
    #[command(flatten)]
    pub promise: super::publish::Promise,
}

#[derive(Debug, Subcommand)]
pub enum ProcessVerb {
    #[command(flatten)]
    Sweep(super::args_sweep::ProcessSweep),
    /// The processes that come with the program
    Templates,
    /// Begin with one of them; roles that are missing are made
    New(super::args_places::NewProcess),
    /// Bring in a process; a new version when its meaning changed
    #[command(visible_alias = "publish")]
    Apply(super::publish::Apply),
    /// Edit the newest version in your editor ($VISUAL, $EDITOR), and publish it when nothing is wrong with it
    Edit(EditProcess),
    /// Say what is wrong with process files
    Check {
        /// Files, or - for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// All processes
    List,
    /// A process: its steps, who does them, and where work goes next
    Show {
        process: Handle,
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// The process as a file that can be applied
    Export {
        process: Handle,
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    #[command(flatten)]
    Picture(super::args_places::PictureVerb),
    #[command(flatten)]
    Versions(VersionVerb),
}

#[derive(Debug, Subcommand)]
pub enum CalendarVerb {
    /// Bring in or change the [calendar.NAME] tables of a file
    Apply {
        /// A file, or - for standard input
        file: PathBuf,
    },
    /// All calendars
    List,
    /// One calendar as a file that can be applied
    Show { calendar: Handle },
    /// Close the dates of an iCalendar file (.ics), after a numbered preview
    Holidays(HolidayArgs),
    /// When something is due
    Due {
        /// Such as 2026-11-24T10:00
        #[arg(long, value_name = "T")]
        start: String,
        /// Such as `4 business hours`
        #[arg(long, value_name = "G")]
        goal: crate::domain::Goal,
        /// The company's own unless given
        #[arg(long, value_name = "NAME")]
        calendar: Option<Handle>,
        /// From..to; without an end it lasts
        #[arg(long, value_name = "A..B")]
        pause: Vec<String>,
        /// Show what was counted, the pauses and the closed days: why this date
        #[arg(long)]
        explain: bool,
    },
    /// How much time lies between two instants
    Elapsed {
        #[arg(long, value_name = "A")]
        from: String,
        #[arg(long, value_name = "B")]
        to: String,
        /// The company's own unless given
        #[arg(long, value_name = "NAME")]
        calendar: Option<Handle>,
    },
}

#[derive(Debug, Args)]
pub struct HolidayArgs {
    /// A file, or - for standard input
    pub file: PathBuf,
    /// The company's own unless given
    #[arg(long, value_name = "NAME")]
    pub calendar: Option<Handle>,
    /// Only this year; this year and the next unless given
    #[arg(long, value_name = "YEAR", conflicts_with_all = ["from", "to"], value_parser = clap::value_parser!(i32).range(1900..=9999))]
    pub year: Option<i32>,
    /// First date
    #[arg(long, value_name = "DATE")]
    pub from: Option<chrono::NaiveDate>,
    /// Last date
    #[arg(long, value_name = "DATE")]
    pub to: Option<chrono::NaiveDate>,
    /// Leave these entries of the preview out
    #[arg(long, value_name = "N,N...", value_delimiter = ',')]
    pub except: Vec<usize>,
    /// Take only these entries of the preview
    #[arg(long, value_name = "N,N...", value_delimiter = ',')]
    pub only: Vec<usize>,
    /// Show the preview and change nothing
    #[arg(long)]
    pub dry_run: bool,
}
