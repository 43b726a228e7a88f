//! What leaves the desk in the forms of others: cases as an event log, records as a table, due dates as a
//! calendar. Streams: memory holds one case. The whole journal is `carry`.

#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole_tests;

use super::{Desk, Error};
use crate::domain::attributes::{Attribute, Attributes};
use crate::domain::case::{Case, CaseState, Task, TaskState};
use crate::domain::catalog::Catalog;
use crate::domain::clock::Clock;
use crate::domain::event::{Entry, Event as Happened, SubjectId};
use crate::domain::process::Process;
use crate::domain::{Handle, Instant, Party};
use crate::eventlog::spelling::neutral;
use crate::eventlog::write::{ESCAPED, Ended, MoreColumns, Said, Target, Writer, Written};
use crate::eventlog::{OPEN, STATE, TOLD, Type, WITHDRAWN};
use crate::store::CaseFilter;
use icalendar::{Calendar, Component, Event, EventLike};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exported {
    /// Cases, records or dates.
    pub things: u64,
    /// Pieces of work, of a log.
    pub rows: u64,
    /// Cases that nobody has worked on yet, which a log has no room for.
    pub left_out: u64,
    /// Cases that were withdrawn before anything in them was done: their rows tell of broken-off work only, which no
    /// reader takes for a case.
    pub broken_off: u64,
    /// Texts with characters that the form has no room for: pictures of them stand there.
    pub pictured: u64,
}

/// The form records are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableForm {
    Csv,
    Jsonl,
}

impl Desk {
    /// Writes the cases of a process as an event log, or those of all. `on_progress` gets how many of how many
    /// subjects are done.
    ///
    /// # Errors
    /// A process that is not there, what cannot be written, and those of the store.
    pub fn export_log(
        &mut self,
        process: Option<&Handle>,
        target: Target,
        out: &mut dyn Write,
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Exported, Error> {
        let catalog = self.catalog()?;
        if let Some(process) = process.filter(|process| catalog.newest(process).is_none()) {
            return Err(super::query::no_process(process, &catalog));
        }
        let name = process.map_or("baton", Handle::as_str);
        let (subjects, names) = (self.store.subjects()?, catalog.names_in_logs());
        let columns = match target {
            Target::Xes => MoreColumns::default(),
            Target::Csv | Target::Jsonl => self.more_columns(process, &subjects)?,
        };
        let mut writer = Writer::new(out, target, name, columns).map_err(unwritten)?;
        let mut done = Exported::default();
        let all = subjects.len() as u64;
        for (n, id) in (0..).zip(subjects) {
            let SubjectId::Case(_) = id else { continue };
            on_progress(n, all);
            let entries = self.store.entries(id)?;
            let subject = crate::domain::fold::fold(id, &entries, &catalog);
            let Some(case) = subject.case().filter(|case| process.is_none_or(|of| &case.process == of))
            else {
                continue;
            };
            let more = said_of(&entries);
            let rows = rows_of(case, more, &catalog, &names);
            if rows.is_empty() {
                done.left_out += 1;
                continue;
            }
            // A foreign name tells cases apart within its process only.
            let foreign = case.foreign.as_ref().filter(|_| process.is_some());
            let name = foreign.map_or_else(|| case.id.to_string(), |foreign| foreign.id.clone());
            let mut said = told(more.map(Attributes::of_case));
            said.extend(state_of(case).map(|state| (STATE.to_string(), Type::Text, state.to_string())));
            let whole = told_whole(case, &entries, &catalog, &names)
                .map(|whole| (TOLD.to_string(), Type::Text, whole));
            said.extend(whole);
            writer.case(&name, &case.title, &said, &rows).map_err(unwritten)?;
            done.things += 1;
            done.rows += rows.len() as u64;
            done.broken_off += u64::from(rows.iter().all(|row| matches!(row.ended, Ended::Aborted(_))));
        }
        done.pictured = writer.pictured();
        writer.end().map_err(unwritten)?;
        on_progress(all, all);
        Ok(done)
    }

    /// What event logs said of these cases beside work: a table has a column for each from its beginning.
    fn more_columns(&self, process: Option<&Handle>, subjects: &[SubjectId]) -> Result<MoreColumns, Error> {
        let mut columns = MoreColumns::default();
        columns.add([TOLD.to_string()].into_iter(), [].into_iter());
        for state in [OPEN, WITHDRAWN] {
            let (state, limit) = (Some(state.to_string()), Some(1));
            let filter = CaseFilter { process: process.cloned(), state, limit, ..CaseFilter::default() };
            if !self.store.cases(&filter)?.is_empty() {
                columns.add([STATE.to_string()].into_iter(), [STATE.to_string()].into_iter());
            }
        }
        for id in subjects.iter().filter(|id| matches!(id, SubjectId::Case(_))) {
            let entries = self.store.entries(*id)?;
            let Some(Happened::CaseImported { process: of, attributes: Some(said), .. }) =
                entries.first().map(|entry| &entry.event)
            else {
                continue;
            };
            if process.is_none_or(|process| process == of) {
                let key = |one: Attribute| one.key;
                columns.add(said.of_case().into_iter().map(key), said.of_rows().map(key));
            }
        }
        Ok(columns)
    }

    /// Writes the records of a kind, or of all kinds, without those in the archive.
    ///
    /// # Errors
    /// A kind that is not there, no kind for a table, what cannot be written, and those of the store.
    pub fn export_records(
        &mut self,
        kind: Option<&Handle>,
        form: TableForm,
        out: &mut dyn Write,
    ) -> Result<Exported, Error> {
        let catalog = self.catalog()?;
        let kinds = || catalog.kinds.keys().map(Handle::as_str).collect::<Vec<_>>().join(", ");
        if let Some(kind) = kind.filter(|kind| !catalog.kinds.contains_key(*kind)) {
            let what = format!("There is no kind of record `{kind}`.");
            return Err(Error::input(what, format!("Kinds here: {}.", kinds())));
        }
        let rows = self.store.records(kind, false)?;
        let things = rows.len() as u64;
        if form == TableForm::Jsonl {
            for row in rows {
                let line = json!({"record": row.id.to_string(), "kind": row.kind, "name": row.name, "fields": row.fields});
                writeln!(out, "{line}").map_err(unwritten)?;
            }
            out.flush().map_err(unwritten)?;
            return Ok(Exported { things, ..Exported::default() });
        }
        let Some(kind) = kind.and_then(|kind| catalog.kinds.get(kind)) else {
            return Err(Error::input(
                "A table holds the records of one kind.",
                format!("Name it with --kind, or write all with --format jsonl. Kinds here: {}.", kinds()),
            ));
        };
        let mut table = csv::Writer::from_writer(out);
        let failed = |error: csv::Error| unwritten(error.into());
        let names = kind.fields.iter().map(|field| field.name.as_str());
        // A field may be called `name` itself; then there is no column for it twice.
        let names = names.filter(|name| *name != "name").collect::<Vec<_>>();
        let head = ["name"].iter().chain(&names).chain([&ESCAPED]);
        table.write_record(head).map_err(failed)?;
        for row in rows {
            let fields = names.iter().map(|name| cell(row.fields.get(*name)));
            let texts = [row.name.clone()].into_iter().chain(fields).collect::<Vec<_>>();
            let texts = texts.iter().map(|text| neutral(text)).collect::<Vec<_>>();
            let escaped = texts.iter().any(|text| matches!(text, Cow::Owned(_)));
            let last = if escaped { "yes" } else { "" };
            table.write_record(texts.iter().map(AsRef::as_ref).chain([last])).map_err(failed)?;
        }
        table.flush().map_err(unwritten)?;
        Ok(Exported { things, ..Exported::default() })
    }

    /// Writes an iCalendar file with an event for everything that is due, or that this party has to do with:
    /// each handoff and task under way, and each open case.
    ///
    /// # Errors
    /// What cannot be written, and those of the store.
    pub fn export_calendar(
        &mut self,
        of: Option<&Party>,
        now: Instant,
        out: &mut dyn Write,
    ) -> Result<Exported, Error> {
        let catalog = self.catalog()?;
        let company = catalog.settings.as_ref().map_or("Baton", |settings| settings.company.as_str());
        let mut calendar = Calendar::new();
        calendar.name(company);
        let mut things = 0;
        let mut add = |uid: String, due: Instant, summary: String, more: String| {
            let at = |at: Instant| chrono::DateTime::from_timestamp_millis(at.0);
            let (Some(due), Some(now)) = (at(due), at(now)) else { return };
            let mut event = Event::new();
            event.uid(&uid).timestamp(now).starts(due).ends(due).summary(&summary).description(&more);
            calendar.push(event.done());
            things += 1;
        };
        let concerns = |who: &Handle, to: Option<&Party>| match of {
            None => true,
            Some(Party::Person(person)) => who == person || to.is_some_and(|to| catalog.includes(to, person)),
            Some(party) => to == Some(party) || catalog.includes(party, who),
        };
        for open in self.store.places(None)? {
            let (place, case) = (&open.place, &open.case);
            let Some(due) = place.due.filter(|_| concerns(&place.responsible, place.to.as_ref())) else {
                continue;
            };
            let title = place.title(&catalog, case.version);
            let to = place.to.as_ref().map(|to| format!(", offered to {to}")).unwrap_or_default();
            let more = format!("{}, {}{to}", case.id, place.responsible);
            let uid = format!("{}-{}-{}@baton", case.id, place.branch, place.step);
            add(uid, due, format!("{title}: {}", case.title), more);
        }
        let open = CaseFilter { state: Some("open".to_string()), ..CaseFilter::default() };
        for case in self.store.cases(&open)? {
            let is_theirs = match (of, &case.accountable) {
                (None, _) => true,
                (Some(Party::Person(person)), accountable) => catalog.includes(accountable, person),
                (Some(party), accountable) => accountable == party,
            };
            if let Some(due) = case.due.filter(|_| is_theirs) {
                let more = format!("{}, {} answers for it", case.id, case.accountable);
                add(format!("{}@baton", case.id), due, format!("{} (whole case)", case.title), more);
            }
        }
        out.write_all(calendar.to_string().as_bytes()).and_then(|()| out.flush()).map_err(unwritten)?;
        Ok(Exported { things, ..Exported::default() })
    }
}

/// What a log says became of a case; of one that is done nothing, as everywhere.
fn state_of(case: &Case) -> Option<&'static str> {
    match case.state {
        CaseState::Open => Some(OPEN),
        CaseState::Withdrawn { .. } => Some(WITHDRAWN),
        CaseState::Done { .. } => None,
    }
}

/// The work of a case in the order of its beginnings, as a log has it.
fn rows_of(case: &Case, said: Option<&Attributes>, catalog: &Catalog, names: &Names) -> Vec<Written> {
    let Some(process) = case.definition(catalog) else { return Vec::new() };
    let activity = activities(&process);
    // The tasks of an event log are its rows, in their order.
    let mut rows = case.tasks.values().enumerate().map(|(n, task)| Written {
        activity: activity(&task.step),
        start_ms: task.accepted.0,
        ended: ended(case, task),
        resource: task.observed.then(|| called(&task.holder, names)),
        more: told(said.map(|said| said.of_row(n))),
    });
    let mut rows = rows.by_ref().collect::<Vec<_>>();
    let end = |row: &Written| match row.ended {
        Ended::At(end) | Ended::Aborted(end) => end,
        Ended::Open => i64::MAX,
    };
    rows.sort_by_key(|row| (row.start_ms, end(row)));
    rows
}

/// What each step is called in a log.
fn activities(process: &Process) -> impl Fn(&Handle) -> String {
    let mut titles = BTreeMap::<&str, u32>::new();
    for step in &process.steps {
        *titles.entry(&step.title).or_default() += 1;
    }
    move |handle| match process.step(handle) {
        // Two steps of one title are two activities.
        Some(step) if titles.get(step.title.as_str()).is_some_and(|count| *count > 1) => {
            format!("{} ({handle})", step.title)
        }
        Some(step) => step.title.clone(),
        None => handle.to_string(),
    }
}

/// What people are called in a log.
type Names = BTreeMap<Handle, String>;

fn called(person: &Handle, names: &Names) -> String {
    names.get(person).map_or_else(|| person.to_string(), String::clone)
}

fn told_whole(case: &Case, entries: &[Entry], catalog: &Catalog, names: &Names) -> Option<String> {
    let process = case.definition(catalog)?;
    let name = |person: &Handle| called(person, names);
    let due = |clock: &Clock| clock.due(catalog.calendar(&clock.calendar, clock.calendar_version)?);
    super::whole::told(case, entries, &process, &activities(&process), &name, &due)?.written()
}

/// What the event log a case came from said beside work.
fn said_of(entries: &[Entry]) -> Option<&Attributes> {
    match entries.first().map(|entry| &entry.event) {
        Some(Happened::CaseImported { attributes, .. }) => attributes.as_deref(),
        _ => None,
    }
}

fn told(said: Option<Vec<Attribute>>) -> Vec<Said> {
    let said = said.into_iter().flatten();
    said.map(|one| (one.key, super::import::more::written(one.kind), one.text)).collect()
}

fn ended(case: &Case, task: &Task) -> Ended {
    match (task.state, &case.state) {
        (TaskState::Done { at } | TaskState::Returned { at, .. }, _) => Ended::At(at.0.max(task.accepted.0)),
        (TaskState::Closed { at }, _) => Ended::Aborted(at.0.max(task.accepted.0)),
        (TaskState::Open, CaseState::Open) => Ended::Open,
        (TaskState::Open, CaseState::Done { at, .. } | CaseState::Withdrawn { at, .. }) => {
            Ended::Aborted(at.0.max(task.accepted.0))
        }
    }
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Writing that failed. Nobody reading any more is told apart by whoever prints.
pub(super) fn unwritten(error: io::Error) -> Error {
    Error::Output(error)
}
