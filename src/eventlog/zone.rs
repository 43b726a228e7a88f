//! From a written time to an instant. Zone data is jiff's own, because that of the machine may be years old.

use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

use super::error::{Error, Kind};
use super::time::Stamp;

/// What a time without an offset means.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    /// `None` is UTC, by far the most frequent and free of arithmetic.
    rules: Option<TimeZone>,
}

/// A wall clock time at a change of the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Twice,
    Never,
}

impl Zone {
    pub fn new(name: Option<&str>) -> Result<Self, Error> {
        match name {
            None | Some("UTC") => Ok(Self { rules: None }),
            Some(name) => match TimeZoneDatabase::bundled().get(name) {
                Ok(rules) => Ok(Self { rules: Some(rules) }),
                Err(_) => Err(Kind::UnknownZone(name.to_owned()).into()),
            },
        }
    }

    /// What a change of the clocks makes of a time: it came twice, or never.
    pub fn changed(&self, stamp: Stamp) -> Option<Change> {
        let rules = self.rules.as_ref().filter(|_| stamp.offset_s.is_none())?;
        let wall = Offset::UTC.to_datetime(Timestamp::from_millisecond(stamp.wall_ms).ok()?);
        match rules.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { .. } => None,
            AmbiguousOffset::Fold { .. } => Some(Change::Twice),
            AmbiguousOffset::Gap { .. } => Some(Change::Never),
        }
    }

    /// UTC milliseconds; `None` if the time is beyond what can be reckoned with (about the year 9999). A wall
    /// clock time that was skipped is the first instant after the gap, one that came twice is the earlier.
    pub fn instant(&self, stamp: Stamp) -> Option<i64> {
        match (stamp.offset_s, &self.rules) {
            (Some(offset), _) => Some(stamp.wall_ms - i64::from(offset) * 1000),
            (None, None) => Some(stamp.wall_ms),
            (None, Some(rules)) => {
                let wall = Offset::UTC.to_datetime(Timestamp::from_millisecond(stamp.wall_ms).ok()?);
                let as_if = |offset: Offset| offset.to_timestamp(wall).ok();
                match rules.to_ambiguous_timestamp(wall).offset() {
                    AmbiguousOffset::Unambiguous { offset } => as_if(offset),
                    AmbiguousOffset::Fold { before, .. } => as_if(before),
                    AmbiguousOffset::Gap { after, .. } => {
                        // With the later offset the time falls before the change, which is then the next one.
                        let before_gap = as_if(after)?.checked_sub(SignedDuration::from_nanos(1)).ok()?;
                        rules.following(before_gap).next().map(|change| change.timestamp())
                    }
                }
                .map(Timestamp::as_millisecond)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::time::year_first;
    use super::*;

    fn instant(zone: &str, wall: &str) -> i64 {
        Zone::new(Some(zone)).unwrap().instant(year_first(wall).unwrap()).unwrap()
    }

    #[test]
    fn gap_is_the_first_instant_after_and_fold_the_earliest() {
        let utc = |text| instant("UTC", text);
        assert_eq!(instant("Europe/Berlin", "2027-03-28 01:59:59"), utc("2027-03-28 00:59:59"));
        assert_eq!(instant("Europe/Berlin", "2027-03-28 02:00"), utc("2027-03-28 01:00"));
        assert_eq!(instant("Europe/Berlin", "2027-03-28 02:30"), utc("2027-03-28 01:00"));
        assert_eq!(instant("Europe/Berlin", "2027-03-28 03:00"), utc("2027-03-28 01:00"));
        assert_eq!(instant("Europe/Berlin", "2026-10-25 02:30"), utc("2026-10-25 00:30"));
        assert_eq!(instant("Europe/Berlin", "2026-10-25 02:30+01:00"), utc("2026-10-25 01:30"));
        // A whole day was skipped.
        assert_eq!(instant("Pacific/Apia", "2011-12-30 12:00"), utc("2011-12-30 10:00"));
    }

    #[test]
    fn zone_names_are_checked_and_the_ends_of_time_do_not_overflow() {
        assert!(matches!(Zone::new(Some("Europe/Atlantis")), Err(Error { kind: Kind::UnknownZone(_), .. })));
        let last = year_first("9999-12-31T23:59:59").unwrap();
        let first = year_first("0000-01-01T00:00:00").unwrap();
        for zone in ["Europe/Berlin", "Pacific/Apia"].map(|name| Zone::new(Some(name)).unwrap()) {
            assert!(zone.instant(last).is_none_or(|ms| ms > 253_000_000_000_000));
            assert!(zone.instant(first).is_none_or(|ms| ms < -62_000_000_000_000));
        }
    }
}
