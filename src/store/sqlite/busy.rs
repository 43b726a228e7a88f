//! Waiting for somebody else who writes: a little at a time, not for ever, and said where it takes long.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};
use std::thread::sleep;
use std::time::Duration;

/// Two seconds of waiting 1 to 3 ms, and ten.
const LONG: i32 = 1_000;
const MOST: i32 = 5_000;

thread_local! {
    static TELL: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Has `tell` called whenever something this thread does waits so long for somebody else that a person wonders.
pub fn when_waiting(tell: impl Fn() + 'static) {
    TELL.with_borrow_mut(|told| *told = Some(Box::new(tell)));
}

/// Waits 1 to 3 ms, differently each time so that nobody starves, for ten seconds in all.
pub(super) fn wait_a_little(times: i32) -> bool {
    if times == LONG {
        TELL.with_borrow(|tell| tell.iter().for_each(|tell| tell()));
    }
    let jitter = RandomState::new().hash_one(times) % 2_000;
    sleep(Duration::from_micros(1_000 + jitter));
    times < MOST
}
