//! What is true and what is allowed. Pure: the time, the actor and every id are arguments; no clock, no
//! input or output, no SQL, no terminal.

pub mod business;
pub mod calendar;
pub mod goal;
pub mod id;
pub mod instant;
pub mod ladder;
pub mod party;
pub mod process;
pub mod record;
pub mod when;
mod working_day;
pub mod zone;

pub use business::{Consumed, Elapsed, Pause};
pub use calendar::Calendar;
pub use goal::{Goal, Unit};
pub use id::{CaseId, Handle, HandoffId, RecordId, TaskId};
pub use instant::{Instant, Span};
pub use party::Party;
pub use zone::Zone;
