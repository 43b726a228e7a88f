//! Holidays from a file, and why a date is what it is.

use crate::place::{MON, Place, TUE};
use insta::assert_snapshot;
use serde_json::json;

/// As the export of a calendar program has it: by rule, several days, with a time, cancelled.
const DAYS: &str = concat!(
    "\u{feff}BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20101225\r\nDTEND;VALUE=DATE:20101226\r\n",
    "RRULE:FREQ=YEARLY\r\nSUMMARY:Christmas\r\n  Day\r\nEND:VEVENT\r\n",
    "BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20261117\r\nDTEND;VALUE=DATE:20261119\r\n",
    "SUMMARY:Founders\\, both\r\nEND:VEVENT\r\n",
    "BEGIN:VEVENT\r\nUID:3\r\nDTSTART:20261224T120000\r\nDTEND:20261224T180000\r\nSUMMARY:Party\r\nEND:VEVENT\r\n",
    "BEGIN:VEVENT\r\nUID:4\r\nDTSTART;VALUE=DATE:20261120\r\nSTATUS:CANCELLED\r\nSUMMARY:Off\r\nEND:VEVENT\r\n",
    "BEGIN:VEVENT\r\nUID:5\r\nDTSTART;VALUE=DATE:20190101\r\nSUMMARY:Old\r\nEND:VEVENT\r\n",
    "END:VCALENDAR\r\n",
);

fn with_holidays() -> Place {
    let place = Place::company();
    place.write("days.ics", DAYS);
    place
}

#[test]
fn holidays_are_shown_switched_and_applied_once() {
    let place = with_holidays();
    place.ok("bo", MON, "case start sale --title Roof");
    let preview = place.run("bo", MON, "calendar holidays days.ics --dry-run");
    assert_snapshot!(preview.out, @r"
    NO  DATE        DAY  NAME            CALENDAR
     1  2026-11-17  Tue  Founders, both  closed
     2  2026-11-18  Wed  Founders, both  closed
     3  2026-11-20  Fri  Off             skipped: cancelled
     4  2026-12-24  Thu  Party           skipped: only 12:00 to 18:00
     5  2026-12-25  Fri  Christmas Day   closed
     6  2027-12-25  Sat  Christmas Day   falls on a closed day
    office: 3 dates would change.
    ");
    assert_snapshot!(preview.err, @r"
    1 event of the file lies outside 2026-01-01 to 2027-12-31.
    Nothing was changed. Leave --dry-run out to apply; --except and --only switch entries.
    ");
    assert_snapshot!(place.ok("bo", MON, "calendar holidays days.ics --except 2"), @r"
    NO  DATE        DAY  NAME            CALENDAR
     1  2026-11-17  Tue  Founders, both  closed
     2  2026-11-18  Wed  Founders, both  left out (closed)
     3  2026-11-20  Fri  Off             skipped: cancelled
     4  2026-12-24  Thu  Party           skipped: only 12:00 to 18:00
     5  2026-12-25  Fri  Christmas Day   closed
     6  2027-12-25  Sat  Christmas Day   falls on a closed day
    office: 2 dates changed, now version 2.
    1 open clock follows at the next tick.
    ");
    assert_snapshot!(place.ok("bo", MON, "calendar holidays days.ics --year 2026"), @r"
    NO  DATE        DAY  NAME            CALENDAR
     1  2026-11-17  Tue  Founders, both  already closed
     2  2026-11-18  Wed  Founders, both  closed
     3  2026-11-20  Fri  Off             skipped: cancelled
     4  2026-12-24  Thu  Party           skipped: only 12:00 to 18:00
     5  2026-12-25  Fri  Christmas Day   already closed
    office: 1 date changed, now version 3.
    1 open clock follows at the next tick.
    ");
    assert_snapshot!(place.ok("bo", MON, "calendar holidays days.ics --only 1"), @r"
    NO  DATE        DAY  NAME            CALENDAR
     1  2026-11-17  Tue  Founders, both  already closed
     2  2026-11-18  Wed  Founders, both  already closed
     3  2026-11-20  Fri  Off             skipped: cancelled
     4  2026-12-24  Thu  Party           skipped: only 12:00 to 18:00
     5  2026-12-25  Fri  Christmas Day   already closed
     6  2027-12-25  Sat  Christmas Day   falls on a closed day
    office: nothing to change.
    ");
    let again = place.json("bo", MON, "calendar holidays days.ics");
    assert_eq!((&again["changed"], &again["clocks_to_follow"]), (&json!(false), &json!(0)));
    assert_eq!(again["entries"][0]["change"], "already_closed");
    // The open clock follows at the tick, and can say why.
    place.ok("bo", MON, "tick");
    assert_snapshot!(place.ok("bo", TUE, "case due C-1"), @r"
    OLA T-1 Sell, work of bo: Thu 19 Nov 09:00
      1 business day from Mon 16 Nov 09:00, on office version 3 (UTC) (a promise between us).
    WHEN                     COUNTED  SUM
    Mon 16 Nov 09:00-17:00   8h       8h
    Tue 17 Nov - Wed 18 Nov                closed: Founders, both
    ");
    let due = place.json("bo", TUE, "case due C-1");
    assert_eq!((&due["clocks"][0]["promise"], &due["clocks"][0]["version"]), (&json!("OLA"), &json!(3)));
    assert_eq!(due["clocks"][0]["days"][0]["name"], "Founders, both");
    // What was written is a calendar like any other.
    let shown = place.ok("bo", MON, "calendar show office");
    assert!(shown.contains("2026-11-17 = \"Founders, both\""), "{shown}");
    place.write("again.toml", &shown);
    let file = place.path("again.toml");
    let same = place.ok("bo", MON, &format!("calendar apply {}", file.display()));
    assert_eq!(same.trim(), "Nothing to change.");
    assert_eq!(place.run("bo", MON, "doctor").code, 0);
}

#[test]
fn files_and_switches_that_are_none_are_refused_and_change_nothing() {
    let place = with_holidays();
    place.write("cut.ics", &DAYS[..DAYS.len() - 40]);
    place.write("empty.ics", "");
    let said = |line: &str| place.refused(2, "bo", MON, line);
    assert_snapshot!(said("calendar holidays cut.ics"), @r"
    error: cut.ics: line 29: VEVENT begins here and never ends.
    hint: The file seems to be cut off, so get it again.
    ");
    assert_snapshot!(said("calendar holidays empty.ics"), @r"
    error: empty.ics: this is not an iCalendar file.
    hint: Such a file begins with BEGIN:VCALENDAR and is mostly called .ics.
    ");
    assert_snapshot!(said("calendar holidays sale.toml"), @r"
    error: sale.toml: this is not an iCalendar file.
    hint: Such a file begins with BEGIN:VCALENDAR and is mostly called .ics.
    ");
    assert_snapshot!(said("calendar holidays days.ics --only 7"), @r"
    error: There is no entry 7.
    hint: The preview has 6; `baton calendar holidays days.ics --dry-run` shows them.
    ");
    assert_snapshot!(said("calendar holidays days.ics --from 2027-01-01 --to 2026-01-01"), @r"
    error: 2027-01-01 lies after 2026-01-01.
    hint: Give the first date with --from and the last with --to.
    ");
    said("calendar holidays days.ics --year 2026 --from 2026-01-01");
    said("calendar holidays no-such.ics");
    place.refused(1, "bo", MON, "calendar holidays days.ics --calendar offise");
    assert_eq!(place.json("bo", MON, "calendar show office")["version"], json!(1));
}

#[test]
fn a_case_says_why_each_of_its_dates_is_what_it_is() {
    let place = Place::offered();
    place.ok("bo", MON, "handoff recall H-2");
    let back = place.ok("bo", MON, "case due C-1");
    assert!(back.starts_with("OLA H-2 Bill, to be decided again by bo: Mon 16 Nov 13:00"), "{back}");
    place.ok("bo", MON, "handoff offer H-2");
    place.ok("ana", MON, "handoff accept H-3");
    place.ok("ana", "2026-11-16T11:00:00Z", "task wait T-2 --reason \"customer is asked\"");
    assert_snapshot!(place.ok("bo", TUE, "case due C-1"), @r"
    OLA T-2 Bill, work of ana: not known while it is paused: 1 day 6h of 2 business days left
      2 business days from Mon 16 Nov 09:00, on office version 1 (UTC) (a promise between us).
    WHEN                    COUNTED  SUM
    Mon 16 Nov 09:00-11:00  2h       2h
    Mon 16 Nov 11:00 on                   paused: customer is asked
    ");
    let paused = place.json("bo", TUE, "case due C-1");
    assert_eq!((&paused["clocks"][0]["due"], &paused["clocks"][0]["paused"]), (&json!(null), &json!(true)));
    assert_eq!(paused["clocks"][0]["pauses"][0]["reason"], "customer is asked");
    place.ok("ana", TUE, "task resume T-2");
    assert_snapshot!(place.ok("bo", TUE, "case due C-1"), @r"
    OLA T-2 Bill, work of ana: Thu 19 Nov 10:00
      2 business days from Mon 16 Nov 09:00, on office version 1 (UTC) (a promise between us).
    WHEN                                 COUNTED  SUM
    Mon 16 Nov 09:00-17:00               2h       2h   open, paused in it
    Mon 16 Nov 11:00 - Tue 17 Nov 12:00                paused: customer is asked
    Tue 17 Nov 09:00-17:00               5h       7h   open, paused in it
    Wed 18 Nov 09:00-17:00               8h       15h
    Thu 19 Nov 09:00-10:00               1h       16h
    ");
    place.ok("bo", TUE, "case withdraw C-1 --reason \"no need\"");
    let none = place.run("bo", TUE, "case due C-1");
    assert_snapshot!(none.err, @r"No clock runs on C-1: nothing promised, or nothing of it is open.");
}
