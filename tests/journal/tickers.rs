//! Several programs that do the chores at once.

use crate::company::{Company, program};
use baton::domain::event::{Event, SubjectId};
use std::collections::BTreeMap;
use std::process::Stdio;

/// Twenty seconds apart, so that each finds the lease of the others run out and none holds back.
const NOWS: [&str; 6] = [
    "2026-11-16T15:00:00Z",
    "2026-11-16T15:00:20Z",
    "2026-11-16T15:00:40Z",
    "2026-11-16T15:01:00Z",
    "2026-11-16T15:01:20Z",
    "2026-11-16T15:01:40Z",
];

#[test]
fn every_rung_fires_once_however_many_tick() {
    tickers(60, &NOWS);
}

/// As cron, a screen and a watch would, at the same second.
#[test]
fn every_rung_fires_once_when_all_tick_at_the_same_second() {
    tickers(60, &[NOWS[0]; 6]);
}

#[test]
#[ignore = "a minute: the size of a release run"]
fn every_rung_of_many_cases_fires_once() {
    tickers(2_000, &NOWS);
}

fn tickers(cases: usize, nows: &[&str]) {
    let company = Company::new(cases);
    let path = company.path();
    let tick = |now: &&str| {
        let mut program = program(&path, "bo", now);
        program.arg("tick").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let running = nows.iter().map(tick).collect::<Vec<_>>();
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    // Whoever lost a race left the case to the next round.
    let lease = baton::desk::Lease(uuid::Uuid::max());
    let later = baton::domain::zone::parse_rfc3339("2026-11-16T15:05:00Z").unwrap();
    company.desk().tick(lease, later, &mut crate::company::op).unwrap();
    company.must_be_sound();
    let (mut fired, mut turns, mut breached) = (BTreeMap::new(), 0, BTreeMap::<SubjectId, usize>::new());
    for entry in company.entries() {
        match entry.event {
            Event::RungFired { clock, rung, occurrence, missed, .. } => {
                turns += 1 + missed as usize;
                *fired.entry((entry.subject, clock, rung, occurrence)).or_insert(0) += 1;
            }
            Event::ClockBreached { .. } => *breached.entry(entry.subject).or_default() += 1,
            _ => {}
        }
    }
    let twice = fired.iter().filter(|(_, times)| **times > 1).collect::<Vec<_>>();
    assert_eq!(twice, [], "nothing fires twice");
    // Due at 13:00: the reminder then, and escalations at 14:00 and 15:00.
    assert_eq!(turns, cases * 3);
    assert_eq!(breached.into_values().collect::<Vec<_>>(), vec![1; cases]);
}
