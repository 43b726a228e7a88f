//! The command line through the real program, in an environment of its own: nothing of the machine's, a home
//! in a temporary folder, UTC, and a clock that stands still.

// A helper of tests fails by panicking, as a test does.
#![allow(clippy::unwrap_used)]

mod absence;
mod actions;
mod agree;
mod ahead;
mod calendar;
mod closing;
mod each;
mod edit;
mod errors;
mod export;
mod figures;
mod files;
mod hostile;
mod many;
mod moves;
mod newcomer;
mod own;
mod permit;
mod place;
mod places;
mod start;
mod story;
mod sweep;
mod versions;
