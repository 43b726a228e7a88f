//! The worker that counts over all cases of a period, in a thread and with a connection of its own, so that no
//! key waits for it. Of questions that replace each other it answers the last. Counts nothing itself.

use super::answers;
use super::msg::{Msg, Query};
use super::worker::Place;
use crate::desk::Desk;
use std::collections::VecDeque;
use std::sync::mpsc::{Sender, channel};
use std::thread;

/// Starts the worker that counts over all cases of a period, so that no key waits for it. Its connection is
/// opened when something is to be counted for the first time.
pub(super) fn start(place: Place, messages: Sender<Msg>) -> std::io::Result<Sender<Query>> {
    let (queries, asked) = channel::<Query>();
    thread::Builder::new().name("counting".into()).spawn(move || {
        let (mut desk, mut waiting) = (None, VecDeque::<Query>::new());
        loop {
            waiting.extend(asked.try_iter());
            let Some(query) = waiting.pop_front().or_else(|| asked.recv().ok()) else { return };
            waiting.extend(asked.try_iter());
            if waiting.iter().any(|later| later.replaces(&query)) {
                continue;
            }
            let count = || {
                let desk = match &mut desk {
                    Some(desk) => desk,
                    none => none.insert(Desk::open(&place.path)?.seen_by(&place.me)),
                };
                answers::load(desk, &place, query)
            };
            let msg = match count() {
                Ok(loaded) => Msg::Loaded(Box::new(loaded)),
                Err(error) => Msg::Failed { sentence: error.to_string(), hint: error.hint() },
            };
            if messages.send(msg).is_err() {
                return;
            }
        }
    })?;
    Ok(queries)
}
