//! What can be typed about the agenda and the picture of a process. Continues `args`.

use super::args::{Pair, pair};
use crate::domain::Handle;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct AgendaArgs {
    /// How many days to look ahead
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(0..=366))]
    pub days: u32,
    /// Somebody else's
    #[arg(long = "for", value_name = "PERSON", value_parser = crate::config::handle)]
    pub person: Option<Handle>,
}

#[derive(Debug, Args)]
pub struct BoardArgs {
    pub process: Handle,
    /// Only this step
    #[arg(long)]
    pub step: Option<Handle>,
    /// Only what is late
    #[arg(long)]
    pub late: bool,
}

#[derive(Debug, Subcommand)]
pub enum PictureVerb {
    /// The flow as a picture in text, with what lies at each step
    Map(MapArgs),
}

#[derive(Debug, Args)]
pub struct MapArgs {
    pub process: Handle,
    #[arg(long, value_name = "N")]
    pub version: Option<u32>,
    /// Columns; those of the terminal unless given
    #[arg(long, value_name = "N")]
    pub width: Option<usize>,
    /// Lines of | - + only
    #[arg(long)]
    pub ascii: bool,
}

#[derive(Debug, Args)]
pub struct NewProcess {
    #[arg(required_unless_present = "blank")]
    pub template: Option<String>,
    /// A process of your own of this name instead, from its steps
    #[arg(long, value_name = "NAME", conflicts_with_all = ["template", "role", "goal", "ask"])]
    pub blank: Option<String>,
    /// One of its steps, in their order: 'Check the order > finance, 1 business day'
    #[arg(long, value_name = "STEP", requires = "blank")]
    pub step: Vec<String>,
    /// What it is for
    #[arg(long, requires = "blank")]
    pub purpose: Option<String>,
    /// Who answers for it: @person or role; you unless said
    #[arg(long, value_name = "PARTY", requires = "blank")]
    pub accountable: Option<String>,
    /// Who a role of it is, such as sales=ana,bo; you unless said
    #[arg(long, value_name = "ROLE=PEOPLE", value_parser = pair)]
    pub role: Vec<Pair>,
    /// How long a step may take, such as quote="2 days", or the whole: case="10 business days"
    #[arg(long, value_name = "STEP=GOAL", value_parser = pair)]
    pub goal: Vec<Pair>,
    /// Say what it asks, and change nothing
    #[arg(long)]
    pub ask: bool,
}
