//! Whether an action may be taken back or done again, as far as the entries of one of its subjects tell. Reads
//! entries and changes nothing.

use super::event::{Actor, Entry, Event, OpId};
use super::fold::{refolds, undone};
use super::id::Handle;

/// What stands in the way of taking the person's commands `ops` back, or of doing them again: the first thing
/// that somebody else did here since, but for what goes with it. `entries` are all of the subject, oldest first.
pub fn in_the_way<'e>(
    entries: &'e [Entry],
    (ops, with): (&[OpId], &[OpId]),
    person: &Handle,
    redo: bool,
) -> Option<&'e Entry> {
    let undone = undone(entries);
    let given = |entry: &&Entry| match &entry.event {
        // What is done again was decided on things as they were when it was taken back.
        Event::ActionUndone { op } => redo && ops.contains(op),
        _ => !redo && ops.contains(&entry.op),
    };
    let last = entries.iter().rposition(|entry| given(&entry))?;
    // That somebody read something builds on nothing but on what was written to them.
    let wrote_to = |reader: &Handle| {
        let mut theirs = entries.iter().filter(|entry| ops.contains(&entry.op) || with.contains(&entry.op));
        theirs.any(|entry| match &entry.event {
            Event::CaseNoted { to, .. } | Event::RecordNoted { to, .. } => to.contains(reader),
            _ => false,
        })
    };
    entries[last + 1..].iter().find(|entry| match &entry.actor {
        actor if actor.person() == Some(person) => false,
        _ if with.contains(&entry.op) => false,
        // Whatever others did meanwhile, even taking back: what is done again might rest on it.
        _ if redo => true,
        _ if matches!(&entry.event, Event::MessagesRead { by } if !wrote_to(by)) => false,
        // What they did and took back does not count, nor does taking back what was there before.
        _ if refolds(&entry.event) || undone.contains(&entry.op) => false,
        // What follows from an action by itself has begun something, too.
        Actor::Person(_) | Actor::Substitute { .. } | Actor::Rule(_) => true,
        Actor::Tick => !only_notes(&entry.event),
    })
}

/// What the tick writes down without changing who has to do what.
fn only_notes(event: &Event) -> bool {
    matches!(
        event,
        Event::ClockBreached { .. }
            | Event::RungFired { .. }
            | Event::FollowUpCame { .. }
            | Event::CalendarFollowed { .. }
            | Event::ExceptionOpened { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::super::event::SubjectId;
    use super::super::{CaseId, Instant};
    use super::*;

    fn op(n: u128) -> OpId {
        OpId(uuid::Uuid::from_u128(n))
    }

    /// Who did what: `n` is a note of that identity, `-n` takes it back, `+n` does it again.
    fn story(of: &[(&str, i32, bool)]) -> Vec<Entry> {
        let entry = |(seq, (who, n, again)): (i64, &(&str, i32, bool))| {
            let named = op(n.unsigned_abs().into());
            let (own, event) = match (n, again) {
                (_, true) => (op(1000 + seq as u128), Event::ActionRedone { op: named }),
                (..0, _) => (op(1000 + seq as u128), Event::ActionUndone { op: named }),
                _ if *who == "tick" => (named, Event::ClockBreached { clock: 1, due: Instant(0) }),
                _ => (named, Event::CaseNoted { text: n.to_string(), to: vec![] }),
            };
            let actor = if *who == "tick" { Actor::Tick } else { Actor::Person(who.parse().unwrap()) };
            Entry { seq, at: Instant(seq), actor, subject: SubjectId::Case(CaseId(1)), op: own, event }
        };
        (1..).zip(of).map(entry).collect()
    }

    fn seq(of: &[(&str, i32, bool)], ops: &[u128], redo: bool) -> Option<i64> {
        let ops = ops.iter().map(|n| op(*n)).collect::<Vec<_>>();
        in_the_way(&story(of), (&ops, &[]), &"bo".parse().unwrap(), redo).map(|entry| entry.seq)
    }

    #[test]
    fn what_another_did_since_and_left_standing_is_in_the_way_of_taking_back() {
        assert_eq!(seq(&[("ana", 1, false), ("bo", 2, false), ("bo", 3, false)], &[2], false), None);
        assert_eq!(seq(&[("bo", 1, false), ("ana", 2, false), ("ana", 3, false)], &[1], false), Some(2));
        assert_eq!(seq(&[("bo", 1, false), ("ana", 2, false), ("ana", -2, false)], &[1], false), None);
        let again = [("bo", 1, false), ("ana", 2, false), ("ana", -2, false), ("ana", 2, true)];
        assert_eq!(seq(&again, &[1], false), Some(2));
        let two = [("bo", 1, false), ("ana", 2, false), ("bo", 3, false)];
        assert_eq!(seq(&two, &[1, 3], false), None, "before the last of several it was seen");
    }

    #[test]
    fn the_tick_that_only_notes_is_not_in_the_way_of_taking_back() {
        assert_eq!(seq(&[("bo", 1, false), ("tick", 2, false)], &[1], false), None);
        // That somebody was told to look again is a note as well.
        let mut told = story(&[("bo", 1, false), ("tick", 2, false)]);
        told[1].event = Event::FollowUpCame {
            clock: 1,
            occurrence: 0,
            due: Instant(0),
            outcome: super::super::event::Outcome::Acted,
            people: vec!["bo".parse().unwrap()],
            missed: 0,
        };
        assert_eq!(in_the_way(&told, (&[op(1)], &[]), &"bo".parse().unwrap(), false), None);
        let mut acted = story(&[("bo", 1, false), ("tick", 2, false)]);
        acted[1].event = Event::CaseDone { outcome: None };
        let found = in_the_way(&acted, (&[op(1)], &[]), &"bo".parse().unwrap(), false);
        assert_eq!(found.map(|entry| entry.seq), Some(2));
    }

    #[test]
    fn whatever_another_did_since_is_in_the_way_of_doing_again() {
        let back = [("ana", 1, false), ("bo", 2, false), ("bo", -2, false)];
        assert_eq!(seq(&back, &[2], true), None);
        for (n, since) in [("ana", 3, false), ("ana", -1, false), ("tick", 3, false)].into_iter().enumerate()
        {
            let with = [back[0], back[1], back[2], since];
            assert_eq!(seq(&with, &[2], true), Some(4), "{n}");
        }
        let between = [("bo", 2, false), ("ana", 3, false), ("ana", -3, false), ("bo", -2, false)];
        assert_eq!(seq(&between, &[2], true), None, "that was gone again when it was taken back");
    }
}
