//! Instants and lengths as short as a column wants them. Longer forms are in `domain::when`.

use crate::domain::urgency;
use crate::domain::zone::Zone;
use crate::domain::{Instant, Span, when};
use chrono::Datelike;

/// `09:58` today, `Wed 08:10` within the week, `10 Nov` within the year, `Nov 2025` else.
pub fn stamp(at: Instant, now: Instant, zone: &Zone) -> String {
    near(at, now, zone, "%H:%M", "%a %H:%M")
}

/// `09:58` today, `Wed` within the week, `10 Nov` within the year, `Nov 2025` else. Up to 8 columns.
pub fn day(at: Instant, now: Instant, zone: &Zone) -> String {
    near(at, now, zone, "%H:%M", "%a")
}

fn near(at: Instant, now: Instant, zone: &Zone, today: &str, week: &str) -> String {
    let (local, now) = (zone.local(at), zone.date(now));
    let days = (local.date_naive() - now).num_days();
    let form = match days {
        0 => today,
        // So many days on either side of today a weekday alone still names.
        -6..=6 => week,
        _ if local.year() == now.year() => "%-d %b",
        _ => "%b %Y",
    };
    local.format(form).to_string()
}

/// A length in its largest unit: `2d`, `5h`, `20m`.
pub fn about(span: Span) -> String {
    let text = when::distance(span);
    text.split(' ').next().unwrap_or_default().to_string()
}

/// How a due instant stands, in at most 13 columns: `2d 3h late`, `due 2h`, `due Mon 12:00`, `due 24 Nov`.
pub fn left(now: Instant, due: Option<Instant>, zone: &Zone) -> String {
    match due {
        None => String::new(),
        Some(due) if now - due >= Span::DAY.times(100) => format!("{} late", about(now - due)),
        Some(due) if due - now < Span::HOUR.times(12) => urgency::time_left(now, Some(due), zone),
        Some(due) => format!("due {}", stamp(due, now, zone)),
    }
}

/// The same in at most 9 columns for a narrow screen: `-2d`, `2h`, `Mon 12:00`.
pub fn left_short(now: Instant, due: Option<Instant>, zone: &Zone) -> String {
    match due {
        None => String::new(),
        Some(due) if now > due => format!("-{}", about(now - due)),
        Some(due) if due - now < Span::HOUR.times(12) => about(due - now),
        Some(due) => stamp(due, now, zone),
    }
}

/// The same in at most 10 columns for a card: `2d late`, `due 4h`, `due Mon`.
pub fn left_card(now: Instant, due: Option<Instant>, zone: &Zone) -> String {
    match due {
        None => String::new(),
        Some(due) if now > due => format!("{} late", about(now - due)),
        Some(due) if due - now < Span::HOUR.times(12) => format!("due {}", about(due - now)),
        Some(due) => format!("due {}", day(due, now, zone)),
    }
}

pub use crate::domain::urgency::how_far as distance;

#[cfg(test)]
mod tests {
    use super::super::testing::at;
    use super::*;

    #[test]
    fn times_are_short_and_say_which_day_is_meant() {
        let (zone, now) = (Zone::utc(), at("2026-11-20T10:42:00Z"));
        let forms = |text: &str| {
            let due = at(text);
            [
                stamp(due, now, &zone),
                day(due, now, &zone),
                left(now, Some(due), &zone),
                left_short(now, Some(due), &zone),
                left_card(now, Some(due), &zone),
                distance(now, due),
            ]
            .join(" / ")
        };
        let told = [
            "2026-11-18T07:00:00Z",
            "2026-11-20T09:58:00Z",
            "2026-11-20T12:42:00Z",
            "2026-11-20T23:30:00Z",
            "2026-11-23T12:00:00Z",
            "2026-12-24T12:00:00Z",
            "2027-01-24T12:00:00Z",
            "2025-01-24T12:00:00Z",
        ]
        .map(forms)
        .join("\n");
        insta::assert_snapshot!(told, @r#"
        Wed 07:00 / Wed / 2d 3h late / -2d / 2d late / 2d 3h late
        09:58 / 09:58 / 44m late / -44m / 44m late / 44m late
        12:42 / 12:42 / due 2h / 2h / due 2h / in 2h
        23:30 / 23:30 / due 23:30 / 23:30 / due 23:30 / in 12h
        Mon 12:00 / Mon / due Mon 12:00 / Mon 12:00 / due Mon / in 3 days
        24 Dec / 24 Dec / due 24 Dec / 24 Dec / due 24 Dec / in 34 days
        Jan 2027 / Jan 2027 / due Jan 2027 / Jan 2027 / due Jan 2027 / in 65 days
        Jan 2025 / Jan 2025 / 664d late / -664d / 664d late / 664d 22h late
        "#);
    }

    #[test]
    fn what_has_no_due_instant_says_nothing() {
        let (zone, now) = (Zone::utc(), at("2026-11-20T10:42:00Z"));
        assert_eq!(left(now, None, &zone) + &left_short(now, None, &zone) + &left_card(now, None, &zone), "");
    }
}
