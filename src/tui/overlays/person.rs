//! The form of a person: what they are called, and where, when and under which accounts they work. Carries nothing out.

use super::form::{Form, FormField};
use super::forms::{Kind, form};
use super::places::PlaceForm;
use super::understand::Sense;
use crate::domain::Handle;
use crate::domain::catalog::Catalog;
use crate::domain::command::Command;
use crate::domain::permission::PersonChange;
use crate::domain::record::FieldType;
use crate::domain::zone::Zone;

/// Filled with what is known.
pub fn person(catalog: &Catalog, person: &Handle) -> Form {
    let known = catalog.people.get(person);
    let text = |name: &str, label: &str, value: Option<&str>| {
        FormField::text(name, label, value.unwrap_or_default()).only_if_changed()
    };
    let logins = known.map(|known| known.logins.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    let fields = vec![
        text("name", "Name", known.map(|known| known.name.as_str())),
        text("mail", "Mail", known.and_then(|known| known.mail.as_deref())),
        text("zone", "Zone", known.and_then(|known| known.zone.as_ref()).map(Zone::name)),
        text("calendar", "Works by", known.and_then(|known| known.calendar.as_ref()).map(Handle::as_str)),
        text("logins", "Logins", logins.as_deref()),
        text("roles", "Roles", Some(&roles_of(catalog, person))),
    ];
    let kind = Kind::Place(PlaceForm::Person { person: person.clone() });
    let mut form = form(format!("{person}: name, hours and logins"), "save", kind, fields);
    form.notes
        .push("Times are shown in their zone. Promises stay on the calendar of the process.".to_string());
    form
}

/// What a field is understood as, or what is wrong with it.
pub(super) fn echo(field: &FormField, sense: &Sense<'_>) -> Result<String, String> {
    let text = field.value();
    let company = |of: &str| format!("the company's{of}");
    match (field.name.as_str(), text.trim()) {
        ("zone", "") => Ok(company(&format!(", {}", sense.catalog.company_zone().name()))),
        ("zone", text) => zone_said(text, sense).map(|(name, now)| format!("-> {name}, {now} there now")),
        ("calendar", "") => Ok(company("")),
        ("calendar", text) => {
            let known = Handle::from_text(text).filter(|name| sense.catalog.calendars.contains_key(name));
            let names = || sense.catalog.calendars.keys().map(Handle::as_str).collect::<Vec<_>>().join(", ");
            known.map(|name| format!("-> {name}")).ok_or_else(|| format!("there is {}", names()))
        }
        ("logins", "") => Ok("their handle".to_string()),
        ("roles", "") => Ok("none".to_string()),
        ("roles", text) => roles(text, sense.catalog).map(|_| String::new()),
        ("mail", "") => Ok(String::new()),
        ("mail", text) => sense.data("mail", text, &FieldType::Email).map(|_| String::new()),
        _ => Ok(String::new()),
    }
}

/// The roles somebody has, as they are typed.
fn roles_of(catalog: &Catalog, person: &Handle) -> String {
    let own = catalog.roles.iter().filter(|(_, role)| role.members.contains(person));
    own.map(|(role, _)| role.as_str()).collect::<Vec<_>>().join(", ")
}

/// The roles that were typed, or which of them is none.
pub(super) fn roles(text: &str, catalog: &Catalog) -> Result<Vec<Handle>, String> {
    let typed =
        text.split([',', ' ']).map(|role| role.trim_start_matches('@')).filter(|role| !role.is_empty());
    let role = |text: &str| {
        let known = Handle::from_text(text).filter(|role| catalog.roles.contains_key(role));
        known.ok_or_else(|| {
            let names = catalog.roles.keys().map(Handle::as_str).collect::<Vec<_>>().join(", ");
            let there = if names.is_empty() {
                "there are no roles yet".to_string()
            } else {
                format!("there is {names}")
            };
            format!("no role {text}; {there}")
        })
    };
    typed.map(role).collect()
}

/// What the form asks for: the person changed where anything of them is, and the roles they come into and leave.
pub(super) fn commands(
    form: &Form,
    person: &Handle,
    catalog: &Catalog,
) -> Result<Vec<Command>, (usize, String)> {
    let at = |name: &str| form.fields.iter().position(|field| field.name == name).unwrap_or(0);
    let change = change(form, person);
    let is_changed = |name: &str| form.fields.get(at(name)).is_some_and(FormField::is_changed);
    let mut commands = Vec::new();
    if change != PersonChange::of(person.clone()) || !is_changed("roles") {
        commands.push(Command::ChangePerson(change));
    }
    if is_changed("roles") {
        let typed = roles(&form.value("roles"), catalog).map_err(|why| (at("roles"), why))?;
        // What others changed meanwhile stays: only what was typed or taken out is meant.
        let was = form.fields.get(at("roles")).and_then(|field| field.was.clone()).unwrap_or_default();
        let was = roles(&was, catalog).unwrap_or_default();
        let turn = |role: &Handle, comes: bool| {
            let (mine, none) = (vec![person.clone()], Vec::new());
            let (add, remove) = if comes { (mine, none) } else { (none, mine) };
            Command::ChangeRole { role: role.clone(), add, remove, lead: None }
        };
        commands.extend(typed.iter().filter(|role| !was.contains(role)).map(|role| turn(role, true)));
        commands.extend(was.iter().filter(|role| !typed.contains(role)).map(|role| turn(role, false)));
    }
    Ok(commands)
}

/// What a zone was understood as: its name, and what the clocks say there.
pub(super) fn zone_said(text: &str, sense: &Sense<'_>) -> Result<(String, String), String> {
    let zone = text.parse::<Zone>().map_err(|error| error.to_string())?;
    Ok((zone.name().to_string(), zone.local(sense.now).format("%H:%M").to_string()))
}

/// What somebody changed in the form: the rest may have been changed by others meanwhile.
pub(super) fn change(form: &Form, person: &Handle) -> PersonChange {
    let logins = |text: &str| {
        let logins = text.split([',', ' ']).filter(|login| !login.is_empty()).map(str::to_string);
        logins.collect::<Vec<_>>()
    };
    let field = |name: &str| form.fields.iter().find(|field| field.name == name);
    let changed = |name: &str| field(name).filter(|field| field.is_changed()).map(FormField::value);
    let was = field("logins").and_then(|field| field.was.clone()).unwrap_or_default();
    let (known, typed) = (logins(&was), logins(&form.value("logins")));
    PersonChange {
        name: changed("name"),
        mail: changed("mail"),
        zone: changed("zone"),
        calendar: changed("calendar"),
        logins_gone: known.iter().filter(|login| !typed.contains(login)).cloned().collect(),
        logins: typed.into_iter().filter(|login| !known.contains(login)).collect(),
        ..PersonChange::of(person.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::super::people::tests::{company, h};
    use super::*;

    #[test]
    fn the_form_says_what_it_understood_and_what_of_the_logins_is_new_and_gone() {
        let (mut catalog, now) = company();
        catalog.people.get_mut(&h("ana")).unwrap().logins = ["asmith", "old"].map(String::from).into();
        let sense = Sense { catalog: &catalog, records: &[], cases: &[], loads: None, now };
        let mut form = person(&catalog, &h("ana"));
        let shown = form.fields.iter().map(|field| field.value()).collect::<Vec<_>>();
        assert_eq!(shown[4], "asmith, old");
        for (field, text, said) in [
            (2, "", Ok("the company's")),
            (2, "Asia/Tokyo", Ok("-> Asia/Tokyo, ")),
            (2, "Asia/Tokio", Err("there is no time zone `Asia/Tokio`")),
            (3, "nowhere", Err("there is ")),
            (4, "", Ok("their handle")),
            (1, "no mail", Err("")),
            (1, "a@b.example", Ok("")),
            (5, "finance, nosuch", Err("no role nosuch; there is finance")),
            (5, "finance", Ok("")),
        ] {
            form.fields[field].fill(text);
            let echo = echo(&form.fields[field], &sense);
            match said {
                Ok(begins) => assert!(echo.as_ref().is_ok_and(|echo| echo.starts_with(begins)), "{echo:?}"),
                Err(begins) => assert!(echo.as_ref().is_err_and(|echo| echo.starts_with(begins)), "{echo:?}"),
            }
        }
        form.fields[4].fill("new asmith");
        form.fields[1].fill("ana@new.example");
        form.fields[2].fill("");
        form.fields[3].fill("");
        form.fields[5].fill("");
        let all = commands(&form, &h("ana"), &catalog).unwrap();
        let [Command::ChangePerson(change), Command::ChangeRole { role, add, remove, lead: None }] = &all[..]
        else {
            panic!("{all:?}")
        };
        assert_eq!((role, add, remove), (&h("finance"), &vec![], &vec![h("ana")]));
        assert_eq!(
            (&change.name, &change.zone, &change.calendar),
            (&None, &None, &None),
            "what nobody touched"
        );
        assert_eq!(change.mail.as_deref(), Some("ana@new.example"));
        assert_eq!(
            (&change.logins, &change.logins_gone),
            (&vec!["new".to_string()], &vec!["old".to_string()])
        );
    }
}
