//! The sample company: people, records and months of work, played by the same commands people give, at the
//! instants they would give them. Nothing is written past the domain, so whatever the demo shows, a real
//! company can come to. The same seed and instant give the same journal, byte for byte.

mod company;
mod dice;
mod draw;
mod play;
mod scene;
#[cfg(test)]
mod tests;

use super::{Desk, Error, Series, TEMPLATES, Template};
use crate::domain::catalog::{Permission, Settings};
use crate::domain::command::{Command, Context};
use crate::domain::event::SubjectId;
use crate::domain::record::FieldType;
use crate::domain::zone::Zone;
use crate::domain::{Handle, Instant, RecordId, Span};
use company::{Company, Record, company};
use dice::Dice;
use play::Play;
use scene::{Scene, scenes};
use std::collections::BTreeMap;

/// Who opens the demo: a lead whose inbox has something of everything.
pub const DEMO_PERSON: &str = "dee";
/// The seed of the demo when nobody asks for another one.
pub const DEMO_SEED: u64 = 1;
/// How many days of history the demo has when nobody asks for another number.
pub const DEMO_DAYS: u32 = 120;
/// How many cases the demo has when nobody asks for another number.
pub const DEMO_CASES: usize = 250;

/// How many cases the company has open at once, however many it has in all; kept, some 10 kB each.
const OPEN_AT_ONCE: usize = 20_000;

/// A record of the company with the number it was given.
type Known<'c> = (RecordId, &'c Record);

/// Over how many days so many cases are spread when nobody says: as busy as the demo, and for more cases longer
/// and busier, as far as the same twelve people could: a million take 27 years.
pub fn demo_days(cases: usize) -> u32 {
    const MOST_A_DAY: usize = 100;
    DEMO_DAYS.max(u32::try_from(cases / MOST_A_DAY).unwrap_or(u32::MAX))
}

/// Plays the sample company into an empty file: `cases` cases in the `days` before `now`, the stalls among
/// them. All of it is one transaction, unless it is very much.
///
/// # Errors
/// Those of the store, and a refusal when the file is not empty.
pub fn generate(desk: &mut Desk, seed: u64, now: Instant, days: u32, cases: usize) -> Result<(), Error> {
    generate_showing(desk, seed, now, days, cases, &mut |_, _| {})
}

/// The same, saying now and then how many of the cases have begun.
///
/// # Errors
/// As [`generate`].
pub fn generate_showing(
    desk: &mut Desk,
    seed: u64,
    now: Instant,
    days: u32,
    cases: usize,
    on_progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Error> {
    let company = company()?;
    let zone = company
        .zone
        .parse::<Zone>()
        .map_err(|e| Error::input(e.to_string(), "This is a fault of the program."))?;
    let mut dice = Dice::new(seed);
    let scenes = scenes(&company, &mut dice, now, days, cases);
    let first = scenes.iter().map(|scene| scene.start).min().unwrap_or(now);
    // Every open case is looked at again and again, and thousands are open at once; one that is not kept is read
    // from the journal each time.
    desk.most_kept = desk.most_kept.max(cases.min(OPEN_AT_ONCE));
    desk.in_one_transaction(|desk| {
        // Set up in the week before anything happens.
        let opened = first - Span::DAY.times(7);
        let records = found(desk, &company, &zone, &mut dice, opened)?;
        let scenes = about(desk, &company, scenes, &records, &mut dice)?;
        Play::new(desk, &company, &zone, dice, now, scenes, records).run(on_progress)
    })
}

/// The company before its first case.
fn found<'c>(
    desk: &mut Desk,
    company: &'c Company,
    zone: &Zone,
    dice: &mut Dice,
    at: Instant,
) -> Result<Vec<Known<'c>>, Error> {
    let admin = company.person.iter().find(|person| person.permission == Permission::Admin);
    let admin = admin.map_or_else(|| DEMO_PERSON.parse().ok(), |person| Some(person.handle.clone()));
    let Some(admin) = admin else { return Ok(Vec::new()) };
    let everybody = company.person.iter().map(|person| Command::AddPerson {
        person: person.handle.clone(),
        name: person.name.clone(),
        mail: Some(person.mail.clone()),
        permission: person.permission,
        roles: Vec::new(),
    });
    // The admin comes first: in an empty file one can only add oneself.
    let (first, others): (Vec<_>, Vec<_>) = everybody
        .partition(|command| matches!(command, Command::AddPerson { person, .. } if *person == admin));
    let mut run = |desk: &mut Desk, command: Command| {
        let ctx = Context::by(&admin, at, dice.op(at));
        desk.execute(&command, &ctx)
    };
    for command in first.into_iter().chain(others) {
        run(desk, command)?;
    }
    for role in &company.role {
        run(
            desk,
            Command::AddRole {
                role: role.handle.clone(),
                title: role.title.clone(),
                members: role.members.clone(),
                lead: Some(role.lead.clone()),
            },
        )?;
    }
    let mut op = || dice.op(at);
    let mut by = Series { person: admin.clone(), now: at, op: &mut op };
    desk.set_up(&mut by, &company.name, zone)?;
    let settings = Settings {
        company: company.name.clone(),
        calendar: company.calendar.clone(),
        currency: company.currency.clone(),
    };
    desk.execute(&Command::ChangeSettings { settings }, &by.context())?;
    // Only what there are scenes of.
    let played =
        |template: &&Template| company.process.iter().any(|kind| kind.process.as_str() == template.handle);
    for template in TEMPLATES.iter().filter(played) {
        desk.bring_in(&mut by, template.process()?)?;
    }
    add_records(desk, company, &mut by)
}

/// All records, and the links between them once their numbers are known.
fn add_records<'c>(
    desk: &mut Desk,
    company: &'c Company,
    by: &mut Series<'_>,
) -> Result<Vec<Known<'c>>, Error> {
    let catalog = desk.catalog()?;
    let is_link = |record: &Record, field: &str| {
        let kind = catalog.kinds.get(&record.kind).and_then(|kind| kind.field(field));
        kind.is_some_and(|field| matches!(field.kind, FieldType::Link { .. }))
    };
    let mut known = Vec::new();
    for record in &company.record {
        let plain = record.fields.iter().filter(|(field, _)| !is_link(record, field));
        let command = Command::AddRecord {
            kind: record.kind.clone(),
            name: record.name.clone(),
            fields: plain.map(|(field, text)| (field.clone(), text.clone())).collect(),
        };
        if let SubjectId::Record(id) = desk.execute(&command, &by.context())?.subject {
            known.push((id, record));
        }
    }
    let numbers = known.iter().map(|(id, record)| (record.name.as_str(), *id)).collect::<BTreeMap<_, _>>();
    for (id, record) in &known {
        let links = record.fields.iter().filter(|(field, _)| is_link(record, field));
        let fields = links
            .filter_map(|(field, name)| Some((field.clone(), numbers.get(name.as_str())?.to_string())))
            .collect::<Vec<_>>();
        if !fields.is_empty() {
            desk.execute(&Command::ChangeRecord { record: *id, name: None, fields }, &by.context())?;
        }
    }
    Ok(known)
}

/// Gives every case the record it is about: the named one, or one of those that had the fewest cases of the
/// process, so that nobody is hired twice before everybody was once.
fn about(
    desk: &mut Desk,
    company: &Company,
    mut scenes: Vec<Scene>,
    records: &[Known<'_>],
    dice: &mut Dice,
) -> Result<Vec<Scene>, Error> {
    let catalog = desk.catalog()?;
    let mut used = BTreeMap::<(usize, usize), usize>::new();
    let named = |scene: &Scene| {
        let name = company.stall.get(scene.stall?)?.record.as_ref()?;
        records.iter().position(|(_, record)| &record.name == name)
    };
    for scene in &mut scenes {
        scene.record = named(scene);
        if let Some(record) = scene.record {
            *used.entry((scene.kind, record)).or_default() += 1;
        }
    }
    for scene in scenes.iter_mut().filter(|scene| scene.stall.is_none()) {
        let handle: Option<&Handle> = company.process.get(scene.kind).map(|kind| &kind.process);
        let about = handle.and_then(|handle| catalog.newest(handle)?.1.about.clone());
        let Some(about) = about else { continue };
        let fitting = records.iter().enumerate().filter(|(_, (_, record))| record.kind == about);
        let count = |n: usize| used.get(&(scene.kind, n)).copied().unwrap_or(0);
        let fitting = fitting.map(|(n, _)| (count(n), n)).collect::<Vec<_>>();
        let fewest = fitting.iter().map(|(count, _)| *count).min().unwrap_or(0);
        let least = fitting.into_iter().filter(|(count, _)| *count == fewest).collect::<Vec<_>>();
        scene.record = dice.pick(&least).map(|(_, n)| *n);
        if let Some(record) = scene.record {
            *used.entry((scene.kind, record)).or_default() += 1;
        }
    }
    Ok(scenes)
}
