//! How a form understands what is typed: parties, records, processes and times by the beginning of their
//! names, values by their types. Says what it understood, or what is wrong; decides nothing.

use super::form::Form;
use super::forms::Kind;
use super::quick;
use crate::desk::RecordItem;
use crate::domain::catalog::Catalog;
use crate::domain::counted::{counted, one};
use crate::domain::field;
use crate::domain::id::IdError;
use crate::domain::nearest::nearest;
use crate::domain::record::FieldType;
use crate::domain::rows::CaseRow;
use crate::domain::tags;
use crate::domain::when::{self, Edge, When};
use crate::domain::{Goal, Handle, Instant, Party, RecordId};
use chrono::NaiveDate;

/// What the forms understand names with.
pub struct Sense<'a> {
    pub catalog: &'a Catalog,
    pub records: &'a [RecordItem],
    /// What was found by words of a case.
    pub cases: &'a [CaseRow],
    /// What people have in hand, once it is known.
    pub loads: Option<&'a super::receiver::Loads>,
    pub now: Instant,
}

impl Sense<'_> {
    pub(super) fn party(&self, text: &str) -> Result<Party, String> {
        let text = text.trim();
        if self.nobody_is_here() && !text.is_empty() {
            let named = text.strip_prefix('@').unwrap_or(text).parse().map(Party::Person);
            return named.map_err(|wrong: IdError| wrong.to_string());
        }
        if let Some(person) = text.strip_prefix('@') {
            let found = self.catalog.people.keys().find(|handle| handle.as_str() == person);
            return found.cloned().map(Party::Person).ok_or_else(|| self.nobody(person));
        }
        if let Some(role) = self.catalog.roles.keys().find(|handle| handle.as_str() == text) {
            return Ok(Party::Role(role.clone()));
        }
        if let Some(person) = self.catalog.people.keys().find(|handle| handle.as_str() == text) {
            return Ok(Party::Person(person.clone()));
        }
        if let [one] = self.catalog.called(text).as_slice() {
            return Ok(one.clone());
        }
        // The beginning of exactly one name will do.
        let people = self.catalog.people.keys().cloned().map(Party::Person);
        let roles = self.catalog.roles.keys().cloned().map(Party::Role);
        if text.is_empty() {
            return Err("who? @person or role".to_string());
        }
        let begins = |party: &Party| party.to_string().trim_start_matches('@').starts_with(text);
        let mut begun = people.chain(roles).filter(begins).collect::<Vec<_>>();
        match begun.len() {
            0 => Err(self.nobody(text)),
            1 => Ok(begun.remove(0)),
            _ => Err(begun.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join(", ") + "?"),
        }
    }

    /// The same where whoever is named may be new: one who is called by a handle, and anybody while one person is alone.
    pub(super) fn party_or_new(&self, text: &str) -> Result<Party, String> {
        let wrong = match self.party(text) {
            Err(wrong) => wrong,
            known => return known,
        };
        let (text, alone) = (text.trim(), self.catalog.people.len() <= 1);
        match text.strip_prefix('@') {
            None if matches!(text, "" | "me" | "you") => Err("empty is yourself".to_string()),
            None if !alone => Err(format!("{wrong}; @{text} adds them")),
            named => named.unwrap_or(text).parse().map(Party::Person).map_err(|e: IdError| e.to_string()),
        }
    }

    /// In a new file nobody is known yet: whoever is named is added with what they are named for.
    pub(super) fn nobody_is_here(&self) -> bool {
        self.catalog.people.is_empty()
    }

    fn nobody(&self, text: &str) -> String {
        let known = self.catalog.people.keys().chain(self.catalog.roles.keys()).map(Handle::as_str);
        match nearest(text, known) {
            Some(near) => format!("nobody; did you mean {near}?"),
            None => "nobody of that name".to_string(),
        }
    }

    pub(super) fn record(&self, text: &str) -> Result<&RecordItem, String> {
        let wanted = text.trim().to_lowercase();
        let by_number = text.trim().parse::<RecordId>().ok();
        if let Some(item) = self.records.iter().find(|item| Some(item.row.id) == by_number) {
            return Ok(item);
        }
        let begins = |item: &&RecordItem| item.row.name.to_lowercase().starts_with(&wanted);
        let begun = self.records.iter().filter(begins).collect::<Vec<_>>();
        match begun.as_slice() {
            [] => Err(match super::near::record(text, self.records) {
                Some(near) => format!("did you mean {near}?"),
                None => "no such record; Esc, then N makes one".to_string(),
            }),
            [one] if !wanted.is_empty() => Ok(one),
            several => match several.iter().find(|item| item.row.name.to_lowercase() == wanted) {
                Some(same) => Ok(same),
                None => {
                    Err(several.iter().take(3).map(|i| i.row.name.as_str()).collect::<Vec<_>>().join(", ")
                        + "?")
                }
            },
        }
    }

    /// The record of exactly this name or number.
    pub(super) fn record_named(&self, text: &str) -> Option<&RecordItem> {
        let number = text.parse::<RecordId>().ok();
        self.records.iter().find(|item| Some(item.row.id) == number || item.row.name == text)
    }

    pub(super) fn process(&self, text: &str) -> Result<&Handle, String> {
        let handles = || self.catalog.processes.keys();
        if let Some(handle) = handles().find(|handle| handle.as_str() == text) {
            return Ok(handle);
        }
        let mut begun = handles().filter(|handle| !text.is_empty() && handle.as_str().starts_with(text));
        match (begun.next(), begun.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) => Err("several begin like that".to_string()),
            _ => Err(match super::near::process(text, self.catalog) {
                Some(near) => format!("did you mean {near}?"),
                None => "no such process".to_string(),
            }),
        }
    }

    /// What is typed into a field of data, as it is stored, and what to say of it. Dates may be said as
    /// people say them.
    pub(super) fn data(&self, name: &str, text: &str, kind: &FieldType) -> Result<(String, String), String> {
        if *kind == FieldType::Person {
            // The beginning of a name will do, as everywhere.
            return match self.party(text)? {
                Party::Person(person) => Ok((person.to_string(), String::new())),
                _ => Err("a person, not a role".to_string()),
            };
        }
        match kind.read(name, text, self.catalog.currency()) {
            Ok(value) => {
                let read = field::show(&value);
                let echo = match (kind, read.parse::<NaiveDate>()) {
                    (FieldType::Date, Ok(date)) => format!("-> {}", self.day(date)),
                    (FieldType::Money | FieldType::Number, _) if read != text => format!("-> {read}"),
                    _ => String::new(),
                };
                Ok((text.to_string(), echo))
            }
            Err(error) if *kind == FieldType::Date => {
                let at = self.until(text).map_err(|_| error.hint)?;
                let date = crate::desk::zone_of(self.catalog).date(at);
                Ok((date.to_string(), format!("-> {}", self.day(date))))
            }
            Err(error) => Err(error.hint),
        }
    }

    pub(super) fn until(&self, text: &str) -> Result<Instant, String> {
        self.date(text).map(|when| when.at)
    }

    /// The same for what is taken up again: a day means its beginning.
    pub(super) fn begins(&self, text: &str) -> Result<Instant, String> {
        self.to_edge(text, Edge::Begin).map(|when| when.at)
    }

    fn date(&self, text: &str) -> Result<When, String> {
        self.to_edge(text, Edge::End)
    }

    fn to_edge(&self, text: &str, edge: Edge) -> Result<When, String> {
        let Some(calendar) = self.catalog.own_calendar() else { return Err("no calendar yet".to_string()) };
        when::parse_to(text, self.now, calendar, edge).map_err(|e| e.to_string())
    }

    /// The same of a day that is no time of it.
    fn day(&self, date: NaiveDate) -> String {
        let away = (date - crate::desk::zone_of(self.catalog).date(self.now)).num_days();
        let days = usize::try_from(away.unsigned_abs()).unwrap_or(usize::MAX);
        // Years are what is said of what is years ago.
        let days = if days < 730 { counted(days, "day") } else { counted(days / 365, "year") };
        let far = match away {
            0 => "today".to_string(),
            1.. => format!("in {days}"),
            _ => format!("{days} ago"),
        };
        format!("{} ({far})", date.format("%a %-d %b %Y"))
    }

    /// A date as it is echoed: weekday, date, distance.
    pub(super) fn echo(&self, at: Instant) -> String {
        let distance = when::distance(at - self.now);
        format!("-> {} (in {distance})", self.catalog.shown(at, self.now))
    }
}

/// How a field says that it cannot stay empty: work in a hand goes where somebody says.
pub const ASKS_WHO: &str = "who? @person or role";

/// Understands every field anew after a key, and lets a new case ask for what its process requires.
/// `finished`: nothing more is being typed, so that the last word of the first line counts as well.
pub fn understand(form: &mut Form, sense: &Sense<'_>, finished: bool) {
    if matches!(form.kind, Kind::NewCase(_)) {
        quick::read_first_line(form, sense, finished);
        quick::ask_required(form, sense);
    }
    super::closing::follow(form);
    super::blank::follow(form);
    super::incoming::follow(form, sense);
    let in_title = match form.kind {
        Kind::NewCase(_) => quick::date_in_title(form, sense),
        _ => None,
    };
    say_of_dates(form, sense, in_title.as_ref().map(|(_, said, _)| said.as_str()));
    super::people::say_who_is_away(form, sense);
    super::near::say_of_tags(form, sense);
    super::receiver::say_loads(form, sense);
    super::closing::say_of_others(form, sense);
    super::blank::say(form, sense);
    let of_case = super::closing::echo(form, sense);
    let kind = form.kind.clone();
    let new_case = matches!(kind, Kind::NewCase(_));
    let about = if new_case { quick::about_kind(form, sense).cloned() } else { None };
    let untitled = if new_case { quick::untitled(form, sense) } else { None };
    let required = matches!(form.kind, Kind::Offer { .. } | Kind::Delegate { .. } | Kind::AddTask { .. });
    let delegates = matches!(form.kind, Kind::Delegate { .. });
    let waits_already = matches!(&form.kind, Kind::Wait { what } if what.iter().any(|one| one.why.is_some()));
    let done_before = matches!(form.kind, Kind::SendBack { .. });
    let for_all = super::leaving::for_all(form);
    for form_field in &mut form.fields {
        let value = form_field.value();
        let of_people = super::people::echo(&kind, form_field, sense)
            .or_else(|| super::incoming::echo(form_field, sense))
            .or_else(|| of_case.clone().filter(|_| form_field.name == super::closing::OF))
            .or_else(|| super::leaving::echo(&kind, form_field, &for_all, sense))
            .or_else(|| super::places::echo(&kind, form_field, sense));
        let echo =
            of_people.unwrap_or_else(|| match (form_field.name.as_str(), value.as_str(), &form_field.kind) {
                ("title", "", _) if untitled.is_some() => {
                    Ok(untitled.as_ref().map(|title| format!("else: {title}")).unwrap_or_default())
                }
                ("to", "", _) if form_field.hint.starts_with(ASKS_WHO) => Err(form_field.hint.clone()),
                ("to", "", _) if !form_field.hint.is_empty() => Ok(form_field.hint.clone()),
                ("to", "", _) if done_before => Ok("nobody else".to_string()),
                ("to", "", _) if !required => Ok("as the process says".to_string()),
                ("to", "", _) if delegates => Err("who? @person".to_string()),
                ("to", text, _) if delegates => sense.party(text).and_then(|party| match &party {
                    Party::Role(_) => Err("one person, and no role".to_string()),
                    _ => Ok(super::receiver::said(&party, sense)),
                }),
                ("to", text, _) => sense.party(text).map(|party| super::receiver::said(&party, sense)),
                ("until", "", _) if waits_already => Ok("when? tomorrow, fri 5pm, in 3d".to_string()),
                ("until", "", _) => Ok("in five working days; or: tomorrow, fri 5pm".to_string()),
                ("back", "", _) => Ok("when? tomorrow, fri 5pm, in 3d".to_string()),
                ("when", "", _) => Ok("tomorrow, fri 5pm".to_string()),
                ("due", "", _) if matches!(kind, Kind::Due { .. }) => {
                    Ok("when? tomorrow, fri 5pm, in 3d".to_string())
                }
                ("due", "", _) => Ok(match &in_title {
                    Some((_, said, Ok(at))) => format!("{} \"{said}\"", sense.echo(*at)),
                    Some((_, said, Err(_))) => format!("\"{said}\" is not read; see below"),
                    None => "as the process says; or: fri 5pm".to_string(),
                }),
                ("accept-by" | "done-by", "", _) => Ok(form_field.hint.clone()),
                ("fix-by", "", _) => Ok("no date; or: tomorrow noon, fri".to_string()),
                ("until" | "back", text, _) => sense.begins(text).map(|at| sense.echo(at)),
                ("when" | "due" | "fix-by" | "accept-by" | "done-by", text, _) => {
                    sense.date(text).map(|when| sense.echo(when.at))
                }
                ("tags", "", _) => Ok(String::new()),
                ("tags", text, _) => tags::read(text)
                    .map(|(add, remove)| {
                        let gone = remove.iter().map(|tag| format!(" -{tag}")).collect::<String>();
                        format!("-> {}{gone}", tags::show(&add))
                    })
                    .map_err(|refusal| refusal.hint()),
                ("within", "", _) => Ok("4 business hours, 2 days".to_string()),
                ("within", text, _) => {
                    text.parse::<Goal>().map(|goal| format!("-> {goal}")).map_err(|wrong| wrong.to_string())
                }
                ("process", "", _) => Ok("none: a task by itself".to_string()),
                ("about", "", _) => Ok(about
                    .as_ref()
                    .map(|kind| format!("needed: {}", one(kind.as_str())))
                    .unwrap_or_default()),
                ("about", text, _) => {
                    sense.record(text).map(|item| format!("-> {} {}", item.row.id, item.row.name))
                }
                ("process", text, _) => sense.process(text).map(|handle| format!("-> {handle}")),
                ("anyway", "", _) => Ok("if incomplete: why".to_string()),
                (name, "", Some(kind)) if name.starts_with("data ") => {
                    let needed = new_case || form_field.needed;
                    let such = such_as(kind);
                    Ok(match (needed, such.is_empty()) {
                        (true, true) => "needed".to_string(),
                        (true, false) => format!("needed: {such}"),
                        (false, _) => such.to_string(),
                    })
                }
                (_, "", _) if form_field.needed => Ok("needed".to_string()),
                (_, "", _) | (_, _, None) => Ok(String::new()),
                (_, text, Some(FieldType::Person)) => {
                    match sense.party(&format!("@{}", text.trim_start_matches('@'))) {
                        Ok(_) => Ok(String::new()),
                        Err(wrong) => sense.party(text).and_then(|party| match party {
                            Party::Person(person) => Ok(format!("-> {person}")),
                            _ => Err(wrong),
                        }),
                    }
                }
                (name, text, Some(kind)) => sense.data(name, text, kind).map(|(_, echo)| echo),
            });
        form_field.wrong = echo.is_err();
        form_field.echo = echo.unwrap_or_else(|wrong| wrong);
    }
    if new_case && !finished {
        quick::say_ahead(form, sense);
    }
}

/// How a value of a type is written, where that is not plain.
fn such_as(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::Money => "1200.50 EUR",
        FieldType::Date => "27 nov or fri",
        FieldType::YesNo => "yes or no",
        FieldType::Person => "who? @person",
        FieldType::Link { .. } => "name of a record",
        FieldType::Number => "a number",
        FieldType::Email => "a mail address",
        FieldType::Phone => "a phone number",
        FieldType::Text | FieldType::Choice { .. } | FieldType::List => "",
    }
}

/// What somebody should know of a date before they send it, such as that nobody works then, stands below.
fn say_of_dates(form: &mut Form, sense: &Sense<'_>, in_title: Option<&str>) {
    const NOTE: &str = "! ";
    form.notes.retain(|note| !note.starts_with(NOTE));
    let dates = ["until", "back", "when", "due", "fix-by", "accept-by", "done-by", "away-from", "away-until"];
    let typed = form
        .fields
        .iter()
        .filter(|field| dates.contains(&field.name.as_str()) || field.kind == Some(FieldType::Date));
    let edge = |name: &str| if matches!(name, "until" | "back") { Edge::Begin } else { Edge::End };
    let typed = typed.filter(|field| !field.value().is_empty());
    let notes = typed.filter_map(|field| {
        let note = sense.to_edge(&field.value(), edge(&field.name)).ok()?.note?;
        // Of several dates among the data it is said which.
        let of = if field.kind.is_some() { format!("{}: ", field.label) } else { String::new() };
        Some(format!("{of}{note}"))
    });
    // Words of a title that are no date stay in it, which has to be seen before it is sent.
    let of_title = in_title.and_then(|said| match sense.date(said) {
        Ok(when) => when.note,
        Err(wrong) => Some(wrong),
    });
    let notes = notes.chain(of_title).collect::<Vec<_>>();
    form.notes.extend(notes.into_iter().map(|note| format!("{NOTE}{note}")));
}
