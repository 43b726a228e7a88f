//! How a form understands what is typed: parties, records, processes and times by the beginning of their
//! names, values by their types. Says what it understood, or what is wrong; decides nothing.

use super::form::{Control, Form};
use super::forms::{Kind, data_field};
use crate::desk::RecordItem;
use crate::domain::catalog::Catalog;
use crate::domain::nearest::nearest;
use crate::domain::record::FieldType;
use crate::domain::{Goal, Handle, Instant, Party, RecordId, when};

/// What the forms understand names with.
pub struct Sense<'a> {
    pub catalog: &'a Catalog,
    pub records: &'a [RecordItem],
    pub now: Instant,
}

impl Sense<'_> {
    pub(super) fn party(&self, text: &str) -> Result<Party, String> {
        let text = text.trim();
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
            [] => Err("no such record; Esc, then N makes one".to_string()),
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

    pub(super) fn process(&self, text: &str) -> Result<&Handle, String> {
        let handles = || self.catalog.processes.keys();
        if let Some(handle) = handles().find(|handle| handle.as_str() == text) {
            return Ok(handle);
        }
        let mut begun = handles().filter(|handle| !text.is_empty() && handle.as_str().starts_with(text));
        match (begun.next(), begun.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) => Err("several begin like that".to_string()),
            _ => Err(match nearest(text, handles().map(Handle::as_str)) {
                Some(near) => format!("did you mean {near}?"),
                None => "no such process".to_string(),
            }),
        }
    }

    /// What is typed into a field of data, as it is stored, and what to say of it. Dates may be said as
    /// people say them.
    pub(super) fn data(&self, name: &str, text: &str, kind: &FieldType) -> Result<(String, String), String> {
        match kind.read(name, text, self.catalog.currency()) {
            Ok(_) => Ok((text.to_string(), String::new())),
            Err(error) if *kind == FieldType::Date => {
                let at = self.until(text).map_err(|_| error.hint)?;
                let zone = self.catalog.own_calendar().map(|calendar| calendar.zone().clone());
                let date = zone.map_or_else(String::new, |zone| zone.date(at).to_string());
                Ok((date.clone(), format!("-> {date}")))
            }
            Err(error) => Err(error.hint),
        }
    }

    pub(super) fn until(&self, text: &str) -> Result<Instant, String> {
        let Some(calendar) = self.catalog.own_calendar() else { return Err("no calendar yet".to_string()) };
        when::parse(text, self.now, calendar).map(|when| when.at).map_err(|e| e.to_string())
    }
}

/// Understands every field anew after a key, and lets a new case ask for what its process requires.
/// `finished`: nothing more is being typed, so that the last word of the first line counts as well.
pub fn understand(form: &mut Form, sense: &Sense<'_>, finished: bool) {
    if form.kind == Kind::NewCase {
        read_first_line(form, finished);
        ask_required(form, sense);
    }
    let zone = sense.catalog.own_calendar().map(|calendar| calendar.zone().clone());
    super::people::say_who_is_away(form, sense);
    let kind = form.kind.clone();
    let required = matches!(form.kind, Kind::Offer { .. } | Kind::Delegate { .. } | Kind::AddTask { .. });
    let done_before = matches!(form.kind, Kind::SendBack { .. });
    for form_field in &mut form.fields {
        let value = form_field.value();
        let of_people = super::people::echo(&kind, form_field, sense);
        let echo =
            of_people.unwrap_or_else(|| match (form_field.name.as_str(), value.as_str(), &form_field.kind) {
                ("to", "", _) if done_before => Ok("nobody else".to_string()),
                ("to", "", _) if !required => Ok("as the process says".to_string()),
                ("to", text, _) => sense.party(text).map(|party| format!("-> {party}")),
                ("until", "", _) => Ok("no follow-up; or: tomorrow, fri 5pm".to_string()),
                ("back" | "due", "", _) => Ok("when? tomorrow, fri 5pm, in 3d".to_string()),
                ("until" | "back" | "due", text, _) => sense.until(text).map(|at| match &zone {
                    Some(zone) => {
                        format!(
                            "-> {} (in {})",
                            when::show(at, sense.now, zone),
                            when::distance(at - sense.now)
                        )
                    }
                    None => String::new(),
                }),
                ("when", "", _) => Ok("tomorrow, fri 5pm".to_string()),
                ("when", text, _) => sense.until(text).map(|at| match &zone {
                    Some(zone) => format!("-> {}", when::show(at, sense.now, zone)),
                    None => String::new(),
                }),
                ("within", "", _) => Ok("4 business hours, 2 days".to_string()),
                ("within", text, _) => {
                    text.parse::<Goal>().map(|goal| format!("-> {goal}")).map_err(|wrong| wrong.to_string())
                }
                ("process", "", _) => Ok("none: a task by itself".to_string()),
                ("about", "", _) => Ok(String::new()),
                ("about", text, _) => {
                    sense.record(text).map(|item| format!("-> {} {}", item.row.id, item.row.name))
                }
                ("process", text, _) => sense.process(text).map(|handle| format!("-> {handle}")),
                ("anyway", "", _) => Ok("if incomplete: why".to_string()),
                (_, "", Some(FieldType::Date)) => Ok("27 nov or fri".to_string()),
                (_, "", _) | (_, _, None) => Ok(String::new()),
                (name, text, Some(kind)) => sense.data(name, text, kind).map(|(_, echo)| echo),
            });
        form_field.wrong = echo.is_err();
        form_field.echo = echo.unwrap_or_else(|wrong| wrong);
    }
}

/// `+han #order @bo !` in the first line moves into the fields below.
fn read_first_line(form: &mut Form, finished: bool) {
    let Some(Control::Text(text)) = form.fields.first().map(|field| &field.control) else { return };
    let line = text.text().to_string();
    // A word that is still being typed stays, so that nothing jumps away under the finger.
    let (done, rest) = match (finished, line.rsplit_once(' ')) {
        (true, _) => (line.as_str(), ""),
        (false, Some((done, rest))) => (done, rest),
        (false, None) => return,
    };
    let (mut kept, mut moved) = (Vec::new(), false);
    for word in done.split(' ') {
        let (name, value) = match word.split_at_checked(1) {
            Some(("+", value)) if !value.is_empty() => ("about", value),
            Some(("#", value)) if !value.is_empty() => ("process", value),
            Some(("@", value)) if !value.is_empty() => ("to", value),
            Some(("!", "")) => ("urgent", "yes"),
            _ => {
                kept.push(word);
                continue;
            }
        };
        if let Some(field) = form.fields.iter_mut().find(|field| field.name == name) {
            field.fill(value);
            moved = true;
        }
    }
    if moved && let Some(first) = form.fields.first_mut() {
        let kept = kept.join(" ");
        let gap = if kept.is_empty() || finished { "" } else { " " };
        first.fill(&format!("{kept}{gap}{rest}"));
    }
}

fn ask_required(form: &mut Form, sense: &Sense<'_>) {
    let process = sense.process(&form.value("process")).ok();
    let process = process.and_then(|handle| sense.catalog.newest(handle)).map(|(_, process)| process.clone());
    let required = process.iter().flat_map(|p| &p.data).filter(|data| data.required).collect::<Vec<_>>();
    let wanted = required.iter().map(|data| format!("data {}", data.name)).collect::<Vec<_>>();
    let have = form.fields.iter().filter(|f| f.name.starts_with("data ")).map(|f| f.name.clone());
    if have.collect::<Vec<_>>() != wanted {
        form.fields.retain(|field| !field.name.starts_with("data "));
        form.fields.extend(required.iter().map(|data| data_field(data, "")));
        form.focus = form.focus.min(form.fields.len() - 1);
    }
}
