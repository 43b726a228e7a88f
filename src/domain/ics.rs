//! Reads an iCalendar file: its bytes in, the dates of its events out, each with a name or the reason why it
//! is none. Says nothing about what they mean for a calendar, which is `holidays`; opens no file.

use super::instant::Instant;
use super::zone::{Fold, Zone};
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use icalendar::parser::Property;

/// Why bytes are not an iCalendar file, as a sentence with a hint. Lines count from 1, as in the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IcsError {
    #[error(
        "this is not an iCalendar file; such a file begins with BEGIN:VCALENDAR and is mostly called .ics"
    )]
    NotIcs,
    #[error("line {line}: {name} begins here and never ends; the file seems to be cut off, so get it again")]
    CutOff { line: usize, name: String },
    #[error("line {line}: END:{found} closes what never began; get the file again")]
    Mismatch { line: usize, found: String },
    #[error("line {line}: parts lie in parts too deeply; get the file again")]
    TooDeep { line: usize },
    #[error("there is no event in this file; a file of holidays has one VEVENT for each")]
    NoEvents,
}

/// One date of an event. No date when the event does not say one that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub date: Option<NaiveDate>,
    pub name: String,
    /// Why it is no whole day off.
    pub skipped: Option<String>,
}

/// What a file holds within a range of dates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// By date, then as in the file.
    pub found: Vec<Found>,
    /// Events without a date in the range.
    pub outside: usize,
}

/// Parts in parts: VCALENDAR, VEVENT, VALARM. The limit keeps a made-up file from growing the memory.
const DEPTH: usize = 16;
/// A repetition that has more dates than this in the range is not one of holidays.
const MOST: u16 = 20_000;

/// The lines of an event that belong to it and not to an alarm in it; the first one's number.
struct Event {
    line: usize,
    lines: Vec<String>,
}

/// A point of an event: local, and the zone it is told in; `None` where every zone has its own.
#[derive(Debug, Clone)]
struct Moment {
    local: NaiveDateTime,
    zone: Option<Zone>,
    whole: bool,
}

/// An event as far as it was understood.
struct Understood {
    name: String,
    start: Moment,
    length: TimeDelta,
    rules: Vec<String>,
    /// Dates added and taken out of the repetition.
    more: Vec<Moment>,
    except: Vec<NaiveDate>,
    cancelled: bool,
    uid: String,
    /// The date of the repetition that this event stands for.
    instead_of: Option<NaiveDate>,
}

/// Reads the dates from `from` to `to`, both included. `zone` is that of the calendar they are for.
///
/// # Errors
/// When the bytes are no iCalendar file, are cut off or hold no event. An event that cannot be read is no
/// error; it is found with the reason.
pub fn read(bytes: &[u8], zone: &Zone, from: NaiveDate, to: NaiveDate) -> Result<Read, IcsError> {
    let mut read = Read::default();
    let mut understood = Vec::new();
    for event in events(&lines(bytes))? {
        match understand(&event, zone) {
            Ok(event) => understood.push(event),
            Err((name, why)) => read.found.push(Found { date: None, name, skipped: Some(why) }),
        }
    }
    let moved = understood.iter().filter_map(|event| Some((event.uid.clone(), event.instead_of?)));
    let moved = moved.collect::<Vec<_>>();
    for mut event in understood {
        if event.instead_of.is_none() {
            let own = moved.iter().filter(|(uid, _)| *uid == event.uid && !uid.is_empty());
            event.except.extend(own.map(|(_, date)| *date));
        }
        let before = read.found.len();
        let name = |skipped: Option<String>, date| Found { date, name: event.name.clone(), skipped };
        match starts(&event, zone, from, to) {
            Err(why) => read.found.push(name(Some(why), Some(event.start.local.date()))),
            Ok(starts) => {
                for start in starts {
                    let days = days(&event, start, zone, from, to);
                    read.found.extend(days.into_iter().map(|(date, skipped)| name(skipped, Some(date))));
                }
            }
        }
        read.outside += usize::from(read.found.len() == before);
    }
    read.found.sort_by_key(|found| (found.date.is_none(), found.date));
    Ok(read)
}

/// The lines with folded ones joined, each with its number. Joined as bytes: a fold may cut a letter in two.
fn lines(bytes: &[u8]) -> Vec<(usize, String)> {
    let wide = encoding_rs::Encoding::for_bom(bytes).filter(|(code, _)| *code != encoding_rs::UTF_8);
    let recoded = wide.map(|(code, _)| code.decode(bytes).0.into_owned().into_bytes());
    let bytes = recoded.as_deref().unwrap_or(bytes);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    let mut lines = Vec::<(usize, Vec<u8>)>::new();
    for (n, line) in bytes.split(|byte| *byte == end).enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (line.split_first(), lines.last_mut()) {
            (Some((b' ' | b'\t', rest)), Some((_, before))) => before.extend_from_slice(rest),
            _ => lines.push((n + 1, line.to_vec())),
        }
    }
    let utf8 = lines.iter().all(|(_, line)| std::str::from_utf8(line).is_ok());
    let text = |line: Vec<u8>| match utf8 {
        true => String::from_utf8_lossy(&line).into_owned(),
        // What is not UTF-8 comes from an old program on Windows.
        false => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&line).0.into_owned(),
    };
    lines.into_iter().map(|(n, line)| (n, text(line))).collect()
}

fn events(lines: &[(usize, String)]) -> Result<Vec<Event>, IcsError> {
    let mut open = Vec::<(usize, String)>::new();
    let mut events = Vec::<Event>::new();
    let mut calendars = 0;
    for (n, line) in lines {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        let name = value.trim().to_ascii_uppercase();
        if key.trim().eq_ignore_ascii_case("BEGIN") {
            calendars += usize::from(open.is_empty() && name == "VCALENDAR");
            if calendars == 0 {
                return Err(IcsError::NotIcs);
            }
            if open.len() >= DEPTH {
                return Err(IcsError::TooDeep { line: *n });
            }
            if name == "VEVENT" {
                events.push(Event { line: *n, lines: Vec::new() });
            }
            open.push((*n, name));
        } else if key.trim().eq_ignore_ascii_case("END") {
            if open.pop_if(|(_, begun)| *begun == name).is_none() {
                return Err(match open.pop() {
                    _ if calendars == 0 => IcsError::NotIcs,
                    // The last thing of a file that was cut off may be half an END.
                    Some((line, begun)) if begun.starts_with(&name) => IcsError::CutOff { line, name: begun },
                    _ => IcsError::Mismatch { line: *n, found: name },
                });
            }
        } else if open.last().is_some_and(|(_, name)| name == "VEVENT")
            && !line.trim().is_empty()
            && let Some(event) = events.last_mut()
        {
            event.lines.push(line.clone());
        }
    }
    match open.pop() {
        Some((line, name)) => Err(IcsError::CutOff { line, name }),
        None if calendars == 0 => Err(IcsError::NotIcs),
        None if events.is_empty() => Err(IcsError::NoEvents),
        None => Ok(events),
    }
}

/// The event, or its name and why nothing can be made of it.
fn understand(event: &Event, zone: &Zone) -> Result<Understood, (String, String)> {
    let property = |line: &String| {
        // The reader knows a text that has to be unescaped by its name in capitals only, and wants the end of
        // the line. A line it cannot read is passed over: often it is a text that was not folded.
        let (key, rest) = line.split_at(line.find([':', ';']).unwrap_or(line.len()));
        let line = format!("{}{rest}\n", key.trim().to_ascii_uppercase());
        Property::try_from(line.as_str()).ok().map(icalendar::Property::from)
    };
    let properties = event.lines.iter().filter_map(property).collect::<Vec<_>>();
    let all = |key: &'static str| {
        properties.iter().filter(move |property| property.key().eq_ignore_ascii_case(key))
    };
    let text = |key| all(key).next().map(|p| p.value().trim().to_string()).unwrap_or_default();
    let summary = text("SUMMARY");
    let name = summary.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect::<String>();
    let name = if name.is_empty() { format!("(no name, line {})", event.line) } else { name };
    let moment = |key: &'static str| match all(key).next() {
        Some(property) => {
            let read = moment_of(property.value(), property, zone);
            read.map(Some).ok_or_else(|| format!("`{}` is not a date", property.value()))
        }
        None => Ok(None),
    };
    let dates = |key: &'static str| {
        let values = all(key).flat_map(|p| p.value().split(',').map(move |value| (p, value)));
        // A period counts from its beginning.
        values.filter_map(|(p, value)| moment_of(value.split('/').next()?, p, zone)).collect::<Vec<_>>()
    };
    let told = || -> Result<Understood, String> {
        let start = moment("DTSTART")?.ok_or("it says no date")?;
        let length = match (moment("DTEND")?, all("DURATION").next()) {
            (Some(end), _) => end.on_the_wall_of(&start, zone) - start.local,
            (None, Some(duration)) => length(duration.value()).ok_or("its duration is not understood")?,
            (None, None) => TimeDelta::zero(),
        };
        if length < TimeDelta::zero() {
            return Err("it ends before it begins".to_string());
        }
        // A date that ends on itself is a common mistake for one day.
        let length = if start.whole { length.max(TimeDelta::days(1)) } else { length };
        let on = |moment: &Moment| moment.on_the_wall_of(&start, zone).date();
        Ok(Understood {
            name: name.clone(),
            length,
            rules: all("RRULE").map(|p| p.value().to_string()).collect(),
            more: dates("RDATE"),
            except: dates("EXDATE").iter().map(on).collect(),
            cancelled: text("STATUS").eq_ignore_ascii_case("CANCELLED"),
            uid: text("UID"),
            instead_of: moment("RECURRENCE-ID")?.as_ref().map(on),
            start,
        })
    };
    told().map_err(|why| (name.clone(), why))
}

fn moment_of(value: &str, property: &icalendar::Property, zone: &Zone) -> Option<Moment> {
    let value = value.trim();
    if let Ok(date) = NaiveDate::parse_from_str(value, "%Y%m%d") {
        return Some(Moment { local: midnight(date), zone: None, whole: true });
    }
    if let Some(value) = value.strip_suffix(['Z', 'z']) {
        let local = NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S").ok()?;
        return Some(Moment { local, zone: Some(Zone::utc()), whole: false });
    }
    let local = NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S").ok()?;
    // A zone that only the file knows by its own name is taken for ours.
    let told = property.params().iter().find(|(key, _)| key.eq_ignore_ascii_case("TZID"));
    let own = told.and_then(|(_, id)| id.value().trim_matches(['"', '/']).parse::<Zone>().ok());
    Some(Moment { local, zone: own.filter(|own| own != zone), whole: false })
}

impl Moment {
    /// What the clocks of `other` say at this moment.
    fn on_the_wall_of(&self, other: &Moment, zone: &Zone) -> NaiveDateTime {
        match (self.whole || other.whole, &self.zone, &other.zone) {
            // A day is the same everywhere; a moment at which a day is told is that of the calendar's zone.
            (true, Some(own), _) if !self.whole => {
                zone.local(own.instant(self.local, Fold::Earliest)).naive_local()
            }
            (true, ..) => self.local,
            (false, own, other) if own == other => self.local,
            (false, own, other) => {
                let at = own.as_ref().unwrap_or(zone).instant(self.local, Fold::Earliest);
                other.as_ref().unwrap_or(zone).local(at).naive_local()
            }
        }
    }
}

/// `P1D`, `P2W`, `PT24H`: a nominal day is a day of the wall clock.
fn length(text: &str) -> Option<TimeDelta> {
    let span = text.trim().trim_start_matches('+').parse::<jiff::Span>().ok()?;
    let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
    let minutes = i64::from(span.get_hours()) * 60 + span.get_minutes();
    TimeDelta::try_days(days)?.checked_add(&TimeDelta::try_minutes(minutes)?)
}

/// When the event begins, each time that could touch the range, on its own wall. The rules are worked out
/// without a zone: rules and changes of the clocks do not go together in the library.
fn starts(
    event: &Understood,
    zone: &Zone,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<NaiveDateTime>, String> {
    let mut starts = vec![event.start.local];
    if !event.rules.is_empty() {
        let mut text = format!("DTSTART:{}", floating(event.start.local));
        for rule in &event.rules {
            text.push_str("\nRRULE:");
            text.push_str(&rule_without_zone(rule, event, zone)?);
        }
        let unclear = |_| "its repetition is not understood".to_string();
        let set = text.parse::<rrule::RRuleSet>().map_err(unclear)?;
        // A zone lies at most a day away.
        let first = midnight(from) - event.length - TimeDelta::days(2);
        let last = midnight(to) + TimeDelta::days(2);
        let utc = |local: NaiveDateTime| local.and_utc().with_timezone(&rrule::Tz::UTC);
        let dates = set.after(utc(first)).before(utc(last)).all(MOST);
        if dates.limited {
            return Err("it repeats too often to be a holiday".to_string());
        }
        starts = dates.dates.iter().map(|date| date.naive_utc()).collect();
    }
    starts.extend(event.more.iter().map(|more| more.on_the_wall_of(&event.start, zone)));
    starts.retain(|start| !event.except.contains(&start.date()));
    starts.sort();
    starts.dedup();
    Ok(starts)
}

/// The library wants the end of a rule in UTC where the start is.
fn rule_without_zone(rule: &str, event: &Understood, zone: &Zone) -> Result<String, String> {
    let mut parts = Vec::new();
    for part in rule.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match (key.to_ascii_uppercase().as_str(), value.to_ascii_uppercase().as_str()) {
            ("FREQ", "HOURLY" | "MINUTELY" | "SECONDLY") => {
                return Err("it repeats more often than once a day".to_string());
            }
            ("UNTIL", until) => {
                let property = icalendar::Property::new("UNTIL", until);
                let until = moment_of(until, &property, zone).ok_or("its repetition is not understood")?;
                let local = until.on_the_wall_of(&event.start, zone);
                let local = match until.whole || event.start.whole {
                    true => {
                        local.date().and_time(NaiveTime::MIN) + TimeDelta::days(1) - TimeDelta::seconds(1)
                    }
                    false => local,
                };
                if local < event.start.local {
                    return Err("its repetition ends before it begins".to_string());
                }
                parts.push(format!("UNTIL={}", floating(local)));
            }
            (key, value) => parts.push(format!("{key}={value}")),
        }
    }
    Ok(parts.join(";"))
}

fn floating(local: NaiveDateTime) -> String {
    local.format("%Y%m%dT%H%M%SZ").to_string()
}

/// The dates of one time of an event within the range, each with the reason why it is no whole day off.
fn days(
    event: &Understood,
    start: NaiveDateTime,
    zone: &Zone,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<(NaiveDate, Option<String>)> {
    let end = start + event.length;
    let own = event.start.zone.as_ref().unwrap_or(zone);
    let (start, end) = match event.start.whole {
        true => (start, end),
        false => {
            let local = |at: Instant| zone.local(at).naive_local();
            (local(own.instant(start, Fold::Earliest)), local(own.instant(end, Fold::Latest)))
        }
    };
    let last = if end > start { end - TimeDelta::milliseconds(1) } else { start };
    let mut date = start.date().max(from);
    let mut days = Vec::new();
    while date <= last.date().min(to) {
        let (dawn, dusk) = (midnight(date), midnight(date) + TimeDelta::days(1));
        let skipped = match (event.cancelled, start <= dawn && dusk <= end) {
            (true, _) => Some("cancelled".to_string()),
            (false, true) => None,
            (false, false) if start == end => Some(format!("only at {}", start.format("%H:%M"))),
            (false, false) => {
                let until = if end >= dusk { "24:00".to_string() } else { end.format("%H:%M").to_string() };
                Some(format!("only {} to {until}", start.max(dawn).format("%H:%M")))
            }
        };
        days.push((date, skipped));
        let Some(next) = date.checked_add_days(Days::new(1)) else { break };
        date = next;
    }
    days
}

fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn read_bytes(bytes: &[u8]) -> Result<Read, IcsError> {
        read(bytes, &"Europe/Berlin".parse().unwrap(), date("2026-01-01"), date("2027-12-31"))
    }

    /// `2026-12-25 Christmas Day`, with the reason behind it where it is none.
    fn told(bytes: &[u8]) -> Vec<String> {
        let line = |found: &Found| {
            let date = found.date.map_or_else(|| "-".to_string(), |date| date.to_string());
            let why = found.skipped.iter().map(|why| format!(": {why}")).collect::<String>();
            format!("{date} {}{why}", found.name)
        };
        read_bytes(bytes).unwrap().found.iter().map(line).collect()
    }

    /// One event with these lines.
    fn event(lines: &str) -> Vec<u8> {
        format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Day\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")
            .into_bytes()
    }

    #[test]
    fn a_file_with_every_trap_is_read() {
        let file = concat!(
            "\u{feff}BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Feiertage\r\n",
            "BEGIN:VTIMEZONE\r\nTZID:Custom\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n",
            "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n",
            "END:STANDARD\r\nEND:VTIMEZONE\r\n",
            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\n",
            "SUMMARY;LANGUAGE=en:Christmas\\, both\r\n  days\\; und \u{fc}\r\n",
            "DESCRIPTION:END:VEVENT is only text\r\n",
            "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nSUMMARY:Not this\r\nEND:VALARM\r\nEND:VEVENT\r\n",
            "begin:vevent\r\ndtstart:20260501\r\nsummary:Lower\\, case\r\nend:vevent\r\n",
            "BEGIN:VTODO\r\nSUMMARY:No event\r\nEND:VTODO\r\n",
            "END:VCALENDAR\r\n\r\n",
            // Two files glued together.
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=\"Europe/Berlin\":20261224T120000\r\n",
            "DTEND;TZID=Europe/Berlin:20261226T000000\r\nSUMMARY:Eve\r\nEND:VEVENT\r\nEND:VCALENDAR",
        );
        assert_eq!(
            told(file.as_bytes()),
            [
                "2026-05-01 Lower, case",
                "2026-12-24 Eve: only 12:00 to 24:00",
                "2026-12-25 Christmas, both days; und \u{fc}",
                "2026-12-25 Eve",
                "2026-12-26 Christmas, both days; und \u{fc}",
            ]
        );
        // Another end of line, and the bytes of other programs.
        let unix = file.replace("\r\n", "\n");
        let mac = file.replace("\r\n", "\r");
        let wide = file.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let latin = encoding_rs::WINDOWS_1252.encode(file.trim_start_matches('\u{feff}')).0.into_owned();
        for other in [unix.as_bytes(), mac.as_bytes(), wide.as_slice(), latin.as_slice()] {
            assert_eq!(told(other), told(file.as_bytes()));
        }
    }

    #[test]
    fn a_fold_may_cut_a_letter_in_two() {
        let mut file = event("DTSTART:20261006");
        let at = file.windows(3).position(|w| w == b"Day").unwrap();
        file.splice(at..at + 3, b"Tag f\xc3\r\n \xbcr alle".iter().copied());
        assert_eq!(told(&file), ["2026-10-06 Tag f\u{fc}r alle"]);
    }

    #[test]
    fn days_and_times_of_every_kind() {
        for (lines, days) in [
            ("DTSTART;VALUE=DATE:20261225", vec!["2026-12-25 Day"]),
            ("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261225", vec!["2026-12-25 Day"]),
            ("DTSTART;VALUE=DATE:20261230\nDURATION:P2D", vec!["2026-12-30 Day", "2026-12-31 Day"]),
            ("DTSTART;VALUE=DATE:20261230\nDURATION:P1W", {
                vec!["2026-12-30 Day", "2026-12-31 Day", "2027-01-01 Day", "2027-01-02 Day", "2027-01-03 Day"]
                    .into_iter()
                    .chain(["2027-01-04 Day", "2027-01-05 Day"])
                    .collect()
            }),
            // Only what lies in the range.
            ("DTSTART;VALUE=DATE:20251229\nDTEND;VALUE=DATE:20260102", vec!["2026-01-01 Day"]),
            ("DTSTART;VALUE=DATE:20271231\nDTEND;VALUE=DATE:99991231", vec!["2027-12-31 Day"]),
            // Midnight to midnight, told in the zone of the calendar, without one, in UTC and in a private one.
            ("DTSTART;TZID=Europe/Berlin:20261225T000000\nDTEND;TZID=Europe/Berlin:20261226T000000", {
                vec!["2026-12-25 Day"]
            }),
            ("DTSTART:20261225T000000\nDURATION:PT24H", vec!["2026-12-25 Day"]),
            ("DTSTART:20261224T230000Z\nDTEND:20261225T230000Z", vec!["2026-12-25 Day"]),
            (
                "DTSTART;TZID=Custom:20261225T000000\nDTEND;TZID=Custom:20261226T000000",
                vec!["2026-12-25 Day"],
            ),
            // A day of 25 hours is a whole day too.
            ("DTSTART;TZID=Europe/Berlin:20261025T000000\nDTEND;TZID=Europe/Berlin:20261026T000000", {
                vec!["2026-10-25 Day"]
            }),
            // A whole day elsewhere is two parts here.
            ("DTSTART;TZID=Asia/Tokyo:20261225T000000\nDTEND;TZID=Asia/Tokyo:20261226T000000", {
                vec!["2026-12-24 Day: only 16:00 to 24:00", "2026-12-25 Day: only 00:00 to 16:00"]
            }),
            ("DTSTART:20261224T140000\nDTEND:20261224T160000", vec!["2026-12-24 Day: only 14:00 to 16:00"]),
            ("DTSTART:20261224T140000", vec!["2026-12-24 Day: only at 14:00"]),
            ("DTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED", vec!["2026-12-25 Day: cancelled"]),
            ("STATUS:CONFIRMED", vec!["- Day: it says no date"]),
            ("DTSTART:soon", vec!["- Day: `soon` is not a date"]),
            ("DTSTART;VALUE=DATE:20260230", vec!["- Day: `20260230` is not a date"]),
            ("DTSTART:20261225\nDTEND:20261220", vec!["- Day: it ends before it begins"]),
            ("DTSTART:20261225\nDURATION:ages", vec!["- Day: its duration is not understood"]),
            // Lines of a text that was not folded.
            ("DTSTART:20261225\nno colon\n:::\nwell; then", vec!["2026-12-25 Day"]),
        ] {
            assert_eq!(told(&event(lines)), days, "{lines}");
        }
    }

    #[test]
    fn repetitions_of_every_kind() {
        let yearly = "DTSTART;VALUE=DATE:19900501\nRRULE:FREQ=YEARLY";
        for (lines, days) in [
            (yearly.to_string(), vec!["2026-05-01 Day", "2027-05-01 Day"]),
            (format!("{yearly};UNTIL=20260501"), vec!["2026-05-01 Day"]),
            (format!("{yearly};UNTIL=20260430T220000Z"), vec!["2026-05-01 Day"]),
            (format!("{yearly};UNTIL=20260430"), vec![]),
            (format!("{yearly};COUNT=37"), vec!["2026-05-01 Day"]),
            (format!("{yearly}\nEXDATE;VALUE=DATE:20200501,20260501"), vec!["2027-05-01 Day"]),
            (format!("{yearly}\nEXDATE:20260501T000000Z\nEXDATE:20270501"), vec![]),
            (format!("{yearly}\nRDATE;VALUE=DATE:20260502,20300101"), {
                vec!["2026-05-01 Day", "2026-05-02 Day", "2027-05-01 Day"]
            }),
            // The last Monday of May, and Whit Monday as a rule cannot say it.
            ("DTSTART;VALUE=DATE:20200525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO".to_string(), {
                vec!["2026-05-25 Day", "2027-05-31 Day"]
            }),
            // The 29th of February is only in leap years.
            ("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY".to_string(), vec![]),
            // Over New Year, from the year before the range on.
            ("DTSTART;VALUE=DATE:20101231\nDTEND;VALUE=DATE:20110102\nRRULE:FREQ=YEARLY".to_string(), {
                vec!["2026-01-01 Day", "2026-12-31 Day", "2027-01-01 Day", "2027-12-31 Day"]
            }),
            // On the wall of its zone, through both changes of the clocks.
            (
                concat!(
                    "DTSTART;TZID=Europe/Berlin:20200725T000000\nDTEND;TZID=Europe/Berlin:20200726T000000\n",
                    "RRULE:FREQ=MONTHLY;INTERVAL=3;UNTIL=20261024T220000Z"
                )
                .to_string(),
                vec!["2026-01-25 Day", "2026-04-25 Day", "2026-07-25 Day", "2026-10-25 Day"],
            ),
            (
                format!("{yearly};UNTIL=19800101"),
                vec!["1990-05-01 Day: its repetition ends before it begins"],
            ),
            ("DTSTART:20260501T000000\nRRULE:FREQ=HOURLY".to_string(), {
                vec!["2026-05-01 Day: it repeats more often than once a day"]
            }),
            ("DTSTART:20260501\nRRULE:FREQ=OFTEN".to_string(), {
                vec!["2026-05-01 Day: its repetition is not understood"]
            }),
        ] {
            assert_eq!(told(&event(&lines)), days, "{lines}");
        }
    }

    #[test]
    fn one_date_of_a_repetition_may_have_been_moved_or_cancelled() {
        let file = concat!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:Day\nDTSTART;VALUE=DATE:20200501\n",
            "RRULE:FREQ=YEARLY\nEND:VEVENT\n",
            "BEGIN:VEVENT\nUID:a\nSUMMARY:Moved\nRECURRENCE-ID;VALUE=DATE:20260501\n",
            "DTSTART;VALUE=DATE:20260504\nEND:VEVENT\n",
            "BEGIN:VEVENT\nUID:a\nSUMMARY:Off\nRECURRENCE-ID;VALUE=DATE:20270501\n",
            "DTSTART;VALUE=DATE:20270501\nSTATUS:cancelled\nEND:VEVENT\nEND:VCALENDAR\n",
        );
        assert_eq!(told(file.as_bytes()), ["2026-05-04 Moved", "2027-05-01 Off: cancelled"]);
    }

    #[test]
    fn what_is_no_such_file_is_said_with_its_line() {
        let whole = String::from_utf8(event("DTSTART:20261225")).unwrap();
        let deep = format!("BEGIN:VCALENDAR\n{}", "BEGIN:X\n".repeat(100_000));
        for (file, said) in [
            (String::new(), "this is not an iCalendar file"),
            ("[calendar.office]\n".to_string(), "this is not an iCalendar file"),
            ("END:VCALENDAR\n".to_string(), "this is not an iCalendar file"),
            ("BEGIN:VCARD\nEND:VCARD\n".to_string(), "this is not an iCalendar file"),
            ("BEGIN:VCALENDAR\nEND:VCALENDAR\n".to_string(), "there is no event in this file"),
            (whole[..whole.len() - 20].to_string(), "line 2: VEVENT begins here and never ends"),
            (whole.replace("END:VEVENT\n", ""), "line 5: END:VCALENDAR closes what never began"),
            (deep, "line 17: parts lie in parts too deeply"),
        ] {
            let error = read_bytes(file.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }

    #[test]
    fn events_of_other_years_are_counted() {
        let read = read_bytes(&event("DTSTART:20100101")).unwrap();
        assert_eq!((read.found.len(), read.outside), (0, 1));
    }

    proptest::proptest! {
        /// Whatever the bytes are, something is said.
        #[test]
        fn no_bytes_are_too_bad(cut in 0usize..400, at in 0usize..400, with: u8) {
            let mut file = event("DTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY;UNTIL=20300101\nEXDATE:20210501");
            let len = file.len();
            file[at % len] = with;
            file.truncate(cut.min(len));
            let _ = read_bytes(&file);
        }
    }
}
