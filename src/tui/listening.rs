//! The thread that hears the keys. Knows what a key is and not what it means.

use super::input::{self, Bytes, Joiner};
use super::msg::Msg;
use crate::clock::Stopwatch;
use std::io;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// Reads keys one round at a time, each when it is asked for: then nobody reads while an editor has the
/// terminal or a key is being acted on.
pub(super) fn start(messages: Sender<Msg>) -> io::Result<Sender<()>> {
    let (asking, asked) = channel::<()>();
    std::thread::Builder::new().name("keys".into()).spawn(move || {
        let started = Stopwatch::start();
        let (mut bytes, mut joiner) = (Bytes::default(), Joiner::new(input::HOLD));
        for () in asked {
            loop {
                match input::read(&mut bytes, &mut joiner, Duration::from_millis(500), || started.elapsed()) {
                    Ok(inputs) if inputs.is_empty() => {}
                    Ok(inputs) => {
                        if messages.send(Msg::Input(inputs)).is_err() {
                            return;
                        }
                        break;
                    }
                    Err(_) => {
                        let _ = messages.send(Msg::Gone);
                        return;
                    }
                }
            }
        }
    })?;
    Ok(asking)
}
