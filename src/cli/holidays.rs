//! Holidays out of an iCalendar file: the numbered preview, the switches, and what was applied.

use super::args_more::HolidayArgs;
use super::file::read_bytes;
use super::print::{Table, json_text};
use super::session::Session;
use crate::desk::{Error, HolidayRange, Holidays};
use crate::domain::counted::counted;
use chrono::NaiveDate;
use serde_json::{Value, json};

pub fn run(s: &mut Session, args: &HolidayArgs) -> Result<(), Error> {
    let name = args.file.display().to_string();
    let bytes = read_bytes(&args.file)?;
    let mut work = if args.dry_run { s.look()? } else { s.change()? };
    let range = match args.year {
        Some(year) => HolidayRange {
            from: NaiveDate::from_ymd_opt(year, 1, 1),
            to: NaiveDate::from_ymd_opt(year, 12, 31),
        },
        None => HolidayRange { from: args.from, to: args.to },
    };
    let mut holidays = work.desk.holidays((&name, &bytes), args.calendar.as_ref(), range, work.now)?;
    holidays.plan.choose(&args.except, &args.only).map_err(|unknown| {
        let last = holidays.plan.entries.len();
        Error::input(
            format!("There is no entry {unknown}."),
            format!("The preview has {last}; `baton calendar holidays {name} --dry-run` shows them."),
        )
    })?;
    let (mut changed, mut follow) = (false, 0);
    if !args.dry_run {
        changed = !s.carry_out(&mut work, &holidays.command())?.events.is_empty();
        follow = if changed { work.desk.clocks_to_follow(&holidays.calendar)? } else { 0 };
    }
    tell(s, &holidays, args.dry_run, changed, follow);
    Ok(())
}

fn tell(s: &mut Session, holidays: &Holidays, dry_run: bool, changed: bool, follow: usize) {
    let Holidays { calendar, version, from, to, plan, .. } = holidays;
    let version = version + u32::from(changed);
    let wanted = plan.wanted().count();
    let dates = counted(wanted, "date");
    let did = match (wanted, dry_run) {
        (0, _) => format!("{calendar}: nothing to change"),
        (_, true) => format!("{calendar}: {dates} would change"),
        (_, false) => format!("{calendar}: {dates} changed, now version {version}"),
    };
    if s.json {
        let entries = plan.entries.iter().map(|entry| {
            json!({
                "number": entry.number,
                "date": entry.date.map(|date| date.to_string()),
                "name": entry.name,
                "change": entry.change.code(),
                "words": entry.words(),
                "applied": entry.wanted && entry.changes(),
            })
        });
        let value = json!({
            "calendar": calendar.as_str(),
            "version": version,
            "changed": changed,
            "dry_run": dry_run,
            "did": did,
            "from": from.to_string(),
            "to": to.to_string(),
            "entries": entries.collect::<Vec<Value>>(),
            "outside": plan.outside,
            "clocks_to_follow": follow,
        });
        s.out.push_str(&json_text(&value));
        return;
    }
    let mut table = Table::new(&["NO", "DATE", "DAY", "NAME", "CALENDAR"]);
    for entry in &plan.entries {
        let shown = |format: &str| entry.date.map(|date| date.format(format).to_string()).unwrap_or_default();
        let number = format!("{:>2}", entry.number);
        table.row([number, shown("%Y-%m-%d"), shown("%a"), entry.name.clone(), entry.words()]);
    }
    if !table.is_empty() {
        let table = table.text(s.plain, s.room);
        s.out.push_str(&table);
    }
    s.line(&format!("{did}."));
    super::calendar::say_follow(s, follow);
    if plan.outside > 0 {
        let (what, lie) = if plan.outside == 1 { ("event", "lies") } else { ("events", "lie") };
        s.say(&format!("{} {what} of the file {lie} outside {from} to {to}.", plan.outside));
    }
    if dry_run && wanted > 0 {
        s.say("Nothing was changed. Leave --dry-run out to apply; --except and --only switch entries.");
    }
}
