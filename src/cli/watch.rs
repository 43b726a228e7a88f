//! The chores: once, or for ever.

use super::args_ahead::Watch;
use super::print::{Facts, Wall};
use super::session::{Session, Work, fresh_op, say};
use crate::desk::{Error, Lease, Ran, Run, StoreError, Ticked};
use crate::domain::counted::counted;
use crate::domain::{Instant, Span};
use crate::programs::Programs;
use serde_json::json;
use std::time::Duration;

pub fn tick(s: &mut Session) -> Result<(), Error> {
    let mut work = s.look()?;
    let clock = s.clock(&*work.catalog()?)?;
    let (lease, programs) = (new_lease(), Programs::new(s.settings.run.clone()));
    let mut ticked = round(&mut work, lease, &programs)?;
    let mut ran = usize::from(ticked.ran);
    while ticked.ran && ran < AT_MOST {
        work.now = clock.now();
        ticked.ran = work.desk.run_program(lease, work.now, &mut |run| run_one(&programs, run))?;
        ran += usize::from(ticked.ran);
    }
    work.desk.end_chores(lease)?;
    let wall = work.wall();
    let value = json!({
        "elsewhere": ticked.elsewhere,
        "cases": ticked.cases,
        "late": ticked.breaches,
        "rungs": ticked.rungs,
        "scheduled": ticked.scheduled,
        "not_scheduled": ticked.refused,
        "followed": ticked.followed,
        "ran": ran,
        "next": wall.json_maybe(ticked.next),
    });
    match s.json {
        true => s.one(&Facts::default(), &value),
        false => s.line(&told(&Ticked { ran: ran > 0, ..ticked }, &wall)),
    }
    Ok(())
}

/// A stop and a new start must not wait for the old lease longer than it lasts, so each run has its own.
fn new_lease() -> Lease {
    Lease(uuid::Uuid::now_v7())
}

fn round(work: &mut Work, lease: Lease, programs: &Programs) -> Result<Ticked, Error> {
    let mut op = fresh_op;
    work.desk.tick_and_run(lease, work.now, &mut op, &mut |run| run_one(programs, run))
}

/// How many programs one `baton tick` runs; the next goes on.
const AT_MOST: usize = 20;

fn run_one(programs: &Programs, run: &Run) -> Ran {
    let (ok, output) = programs.run(&run.name, &run.variables());
    Ran { ok, output }
}

fn told(ticked: &Ticked, wall: &Wall<'_>) -> String {
    let did = match (ticked.elsewhere, ticked.cases) {
        (true, _) => "Somebody else is doing the chores.".to_string(),
        (false, 0) if ticked.scheduled + ticked.refused + ticked.followed > 0 || ticked.ran => String::new(),
        (false, 0) => "Nothing was due.".to_string(),
        (false, cases) => format!(
            "Looked at {}: {} became late, {} acted.",
            counted(cases, "case"),
            ticked.breaches,
            counted(ticked.rungs, "rung"),
        ),
    };
    let mut did = did;
    if ticked.scheduled > 0 {
        did.push_str(&format!(" Started by schedules: {}.", counted(ticked.scheduled, "case")));
    }
    if ticked.refused > 0 {
        let cases = counted(ticked.refused, "case");
        did.push_str(&format!(" Schedules could not start {cases}: `baton schedule list` says why."));
    }
    if ticked.followed > 0 {
        did.push_str(&format!(" Rules caught up with: {}.", ticked.followed));
    }
    if ticked.ran {
        did.push_str(" Answered a rule that asks for a program.");
    }
    match ticked.next {
        Some(next) => format!("{did} Next: {}.", wall.at(next)),
        None => did,
    }
    .trim_start()
    .to_string()
}

/// Works until it is told to stop. A file that others keep busy is tried again; anything else ends it.
pub fn watch(s: &mut Session, args: &Watch) -> Result<(), Error> {
    let mut work = s.look()?;
    let clock = s.clock(&*work.catalog()?)?;
    let (lease, programs) = (new_lease(), Programs::new(s.settings.run.clone()));
    let every = Span(i64::try_from(args.every).unwrap_or(i64::MAX / 1000) * 1000);
    let stop = stop::Stop::listen()
        .map_err(|e| Error::Store(StoreError::Other { path: "signals".into(), detail: e.to_string() }))?;
    say(&format!("Watching {}. Ctrl-C ends it.", work.desk.store().path().display()));
    loop {
        work.now = clock.now();
        let next = match round(&mut work, lease, &programs) {
            Ok(ticked) => {
                if ticked.cases + ticked.scheduled + ticked.refused + ticked.followed > 0 || ticked.ran {
                    say(&told(&ticked, &work.wall()));
                }
                // There may be another program to run.
                if ticked.ran { Some(work.now) } else { ticked.next }
            }
            Err(error) if error.exit_code() == 75 => {
                say(&error.to_string());
                None
            }
            Err(error) => return Err(error),
        };
        if stop.within(pause(work.now, next, every)) {
            return work.desk.end_chores(lease);
        }
    }
}

/// Until the next clock has something to say, but not longer than `every`, since others may start one that is
/// due sooner, and not shorter than a second.
fn pause(now: Instant, next: Option<Instant>, every: Span) -> Duration {
    let wait = next.map_or(every, |next| (next - now + Span(1)).min(every)).max(Span(1000));
    Duration::from_millis(u64::try_from(wait.0).unwrap_or(1000))
}

#[cfg(unix)]
mod stop {
    //! Waits for a time or for a signal, whichever comes first.

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    pub struct Stop(Receiver<i32>);

    impl Stop {
        pub fn listen() -> std::io::Result<Stop> {
            let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
            let (tell, told) = channel();
            std::thread::spawn(move || {
                for signal in signals.forever() {
                    if tell.send(signal).is_err() {
                        return;
                    }
                }
            });
            Ok(Stop(told))
        }

        pub fn within(&self, wait: Duration) -> bool {
            self.0.recv_timeout(wait).is_ok()
        }
    }
}

#[cfg(not(unix))]
mod stop {
    //! Waits; the system ends the program when it is told to stop.

    use std::time::Duration;

    pub struct Stop;

    impl Stop {
        pub fn listen() -> std::io::Result<Stop> {
            Ok(Stop)
        }

        pub fn within(&self, wait: Duration) -> bool {
            std::thread::sleep(wait);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sleeps_until_the_next_due_or_the_interval() {
        let every = Span::MINUTE;
        let now = Instant(1_000_000);
        assert_eq!(pause(now, None, every), Duration::from_secs(60));
        assert_eq!(pause(now, Some(now + Span::HOUR), every), Duration::from_secs(60));
        assert_eq!(pause(now, Some(now + Span(5_000)), every), Duration::from_millis(5_001));
        assert_eq!(pause(now, Some(now - Span::HOUR), every), Duration::from_secs(1));
    }
}
