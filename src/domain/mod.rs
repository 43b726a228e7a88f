//! What is true and what is allowed. Pure: the time, the actor and every id are arguments; no clock, no
//! input or output, no SQL, no terminal.

pub mod business;
pub mod calendar;
pub mod condition;
mod condition_types;
pub mod goal;
pub mod id;
pub mod instant;
pub mod kind_file;
pub mod ladder;
mod ladder_file;
pub mod party;
pub mod problem;
pub mod process;
pub mod process_check;
pub mod process_export;
pub mod process_file;
mod process_flow;
mod process_routes;
pub mod record;
pub mod soundness;
mod toml_walk;
pub mod when;
mod working_day;
pub mod zone;

pub use goal::{Goal, Unit};
pub use id::{CaseId, Handle, HandoffId, RecordId, TaskId};
pub use instant::{Instant, Span};
pub use party::Party;
