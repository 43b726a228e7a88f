//! What the journal promises when many programs work on one file at once, when they are killed, and when the
//! file is damaged: nothing acknowledged is lost, nothing happens twice, no change of the past goes unseen.
//! The sizes of a release run are behind `--ignored`.

// A helper of tests fails by panicking, as a test does.
#![allow(clippy::unwrap_used, clippy::panic)]

mod company;
mod flips;
mod kills;
mod many;
mod old;
mod tickers;
