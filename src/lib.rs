//! Baton: an operations desk in the terminal. This page is the map of the code.
//!
//! `domain` says what is true and what is allowed, and does nothing. `store` is the only place with SQL.
//! `desk` is the one object all front ends talk to: load, decide, append, run the chores, answer queries.
//! `cli` and `tui` are two ways to say the same commands and show the same views. `eventlog` reads what
//! other systems recorded and knows nothing of ours. `picture` draws figures, as text and as SVG. `text`
//! makes foreign text fit to be shown. `clock` is the only place that asks for the time, `programs` the only
//! one that runs any but the person's editor.

pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
pub mod domain;
pub mod eventlog;
pub mod login;
pub mod picture;
pub mod programs;
pub mod store;
pub mod text;
pub mod tui;
