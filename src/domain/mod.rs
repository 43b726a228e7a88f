//! What is true and what is allowed. Pure: the time, the actor and every id are arguments; no clock, no
//! input or output, no SQL, no terminal.

pub mod business;
pub mod calendar;
pub mod case;
pub mod catalog;
pub mod clock;
pub mod command;
pub mod condition;
mod condition_types;
pub mod decide;
pub mod event;
pub mod field;
pub mod fold;
pub mod goal;
pub mod handoff;
pub mod id;
pub mod instant;
pub mod kind_file;
pub mod ladder;
mod ladder_file;
pub mod metrics;
pub mod nearest;
pub mod party;
pub mod problem;
pub mod process;
pub mod process_check;
pub mod process_export;
pub mod process_file;
mod process_flow;
mod process_routes;
pub mod record;
pub mod refusal;
pub mod rows;
pub mod soundness;
pub mod story;
pub mod task;
mod toml_walk;
pub mod urgency;
pub mod when;
mod working_day;
pub mod zone;

pub use goal::{Goal, Unit};
pub use id::{CaseId, Handle, HandoffId, RecordId, TaskId};
pub use instant::{Instant, Span};
pub use party::Party;
