//! What is said of a person anew, by themselves or by an admin: their name and mail, where and when they work, and the
//! logins they come in with. Says only what differs.

use super::super::catalog::{Catalog, Person};
use super::super::event::Event;
use super::super::id::Handle;
use super::super::permission::PersonChange;
use super::super::refusal::Refusal;
use super::super::zone::Zone;
use super::catalog::{known_calendar, mail_of, name_of, the_person};

/// The longest name of a login that any system gives.
const LONGEST: usize = 256;

/// What is as asked for already is left out.
pub(super) fn change(catalog: &Catalog, asked: &PersonChange) -> Result<Vec<Event>, Refusal> {
    let known = the_person(catalog, &asked.person)?;
    let name = match &asked.name {
        Some(name) => Some(name_of(name)?),
        None => None,
    };
    let mail = asked.mail.as_ref().map(|mail| mail.trim().to_string());
    let mail = mail.filter(|mail| mail.as_str() != known.mail.as_deref().unwrap_or_default());
    // An empty one takes it away.
    let mail = mail.map(|mail| if mail.is_empty() { Ok(mail) } else { mail_of(&mail) }).transpose()?;
    let differs = PersonChange {
        person: asked.person.clone(),
        name: name.filter(|name| *name != known.name),
        mail,
        zone: zone(known, asked)?,
        calendar: calendar(catalog, known, asked)?,
        logins: logins(catalog, known, asked)?,
        logins_gone: asked.logins_gone.iter().filter(|gone| known.logins.contains(*gone)).cloned().collect(),
    };
    if let Some(unknown) = asked.logins_gone.iter().find(|gone| !known.logins.contains(*gone)) {
        let theirs = known.logins.iter().map(|login| format!("`{login}`")).collect::<Vec<_>>().join(", ");
        return Err(Refusal::not_found(
            format!("`{unknown}` is no login of {}.", asked.person),
            if theirs.is_empty() {
                "They have none beside their handle.".to_string()
            } else {
                format!("Theirs: {theirs}.")
            },
        ));
    }
    Ok(if differs.is_empty() { Vec::new() } else { vec![Event::PersonChanged(differs)] })
}

fn zone(known: &Person, asked: &PersonChange) -> Result<Option<String>, Refusal> {
    let Some(text) = asked.zone.as_ref().map(|zone| zone.trim()) else { return Ok(None) };
    let now = known.zone.as_ref().map_or("", Zone::name);
    if text.is_empty() {
        return Ok((!now.is_empty()).then(String::new));
    }
    let zone = text.parse::<Zone>().map_err(|error| {
        let error = error.to_string();
        let (what, hint) = error.split_once("; ").unwrap_or((&error, "write it as Europe/Lisbon"));
        Refusal::invalid(format!("{}.", capital(what)), capital(hint))
    })?;
    Ok(Some(zone.name().to_string()).filter(|zone| zone != now))
}

fn calendar(catalog: &Catalog, known: &Person, asked: &PersonChange) -> Result<Option<String>, Refusal> {
    let Some(text) = asked.calendar.as_ref().map(|calendar| calendar.trim()) else { return Ok(None) };
    if !text.is_empty() {
        let handle = text.parse::<Handle>().map_err(|error| {
            Refusal::invalid(
                format!("{}.", capital(&error.to_string())),
                "`baton calendar list` shows the calendars.",
            )
        })?;
        known_calendar(catalog, &handle)?;
    }
    let now = known.calendar.as_ref().map_or("", Handle::as_str);
    Ok((text != now).then(|| text.to_string()))
}

/// A login is of one person: two people would be one to whoever asks who did it.
fn logins(catalog: &Catalog, known: &Person, asked: &PersonChange) -> Result<Vec<String>, Refusal> {
    let mut new = Vec::new();
    for login in asked.logins.iter().map(|login| login.trim()) {
        let odd = |c: char| c.is_control() || c.is_whitespace() || c == ':';
        if login.is_empty() || login.len() > LONGEST || login.contains(odd) {
            return Err(Refusal::invalid(
                format!("`{}` is no name of a login.", login.escape_debug()),
                "Write it as the system does, without spaces: asmith.",
            ));
        }
        if known.logins.contains(login) || new.iter().any(|one| one == login) {
            continue;
        }
        match catalog.person_of_login(login).filter(|whose| **whose != asked.person) {
            Some(whose) if whose.as_str() == login && !catalog.has_left(whose) => {
                return Err(Refusal::not_now(
                    format!("`{login}` is {whose}'s: a login that is somebody's handle is theirs."),
                    format!("Who logs in so and is somebody else says `--as {}`.", asked.person),
                ));
            }
            Some(whose) if whose.as_str() != login => {
                return Err(Refusal::not_now(
                    format!("`{login}` is {whose}'s login."),
                    format!("Take it from them first: `baton person set {whose} --remove-login {login}`."),
                ));
            }
            _ => new.push(login.to_string()),
        }
    }
    Ok(new)
}

fn capital(text: &str) -> String {
    let mut text = text.to_string();
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::world::{company, h};
    use super::*;

    fn refused(catalog: &Catalog, asked: PersonChange) -> (String, String) {
        let refusal = change(catalog, &asked).unwrap_err();
        (refusal.sentence(&|_| String::new()), refusal.hint())
    }

    fn of(person: &str) -> PersonChange {
        PersonChange::of(h(person))
    }

    fn applied(catalog: &mut Catalog, asked: PersonChange) {
        for event in super::change(catalog, &asked).unwrap() {
            let Event::PersonChanged(change) = event else { panic!("{event:?}") };
            change.apply(catalog.people.get_mut(&change.person).unwrap());
        }
    }

    #[test]
    fn a_login_belongs_to_one_person_and_the_refusal_says_whose_it_is() {
        let mut catalog = company(&[]);
        let login = |person: &str, name: &str| PersonChange { logins: vec![name.into()], ..of(person) };
        applied(&mut catalog, login("ana", "asmith"));
        applied(&mut catalog, login("ana", "ana.smith@corp"));
        assert_eq!(catalog.people[&h("ana")].logins.len(), 2);
        assert_eq!(change(&catalog, &login("ana", "asmith")), Ok(vec![]), "theirs already");
        let (what, hint) = refused(&catalog, login("bo", "asmith"));
        assert_eq!(what, "`asmith` is ana's login.");
        assert_eq!(hint, "Take it from them first: `baton person set ana --remove-login asmith`.");
        assert!(refused(&catalog, login("bo", "cy")).0.starts_with("`cy` is cy's: "));
        assert_eq!(refused(&catalog, login("bo", "a b")).0, "`a b` is no name of a login.");
        let gone = |person: &str| PersonChange { logins_gone: vec!["asmith".into()], ..of(person) };
        assert_eq!(refused(&catalog, gone("bo")).0, "`asmith` is no login of bo.");
        applied(&mut catalog, gone("ana"));
        applied(&mut catalog, login("bo", "asmith"));
        assert_eq!(catalog.person_of_login("asmith"), Some(&h("bo")));
    }

    #[test]
    fn a_zone_and_a_calendar_are_there_and_an_empty_one_is_the_companys() {
        let mut catalog = company(&[]);
        let zone = |zone: &str| PersonChange { zone: Some(zone.into()), ..of("ana") };
        let calendar = |name: &str| PersonChange { calendar: Some(name.into()), ..of("ana") };
        assert_eq!(refused(&catalog, zone("Europe/Lisbn")).0, "There is no time zone `Europe/Lisbn`.");
        assert_eq!(refused(&catalog, calendar("nowhere")).0, "There is no calendar `nowhere`.");
        assert_eq!((change(&catalog, &zone("")), change(&catalog, &calendar(""))), (Ok(vec![]), Ok(vec![])));
        let known = catalog.calendars.keys().next().unwrap().clone();
        applied(&mut catalog, zone("europe/lisbon"));
        applied(&mut catalog, calendar(known.as_str()));
        let ana = &catalog.people[&h("ana")];
        assert_eq!(ana.zone.as_ref().map(Zone::name), Some("Europe/Lisbon"));
        assert_eq!(ana.calendar.as_ref(), Some(&known));
        assert_eq!(change(&catalog, &zone("Europe/Lisbon")), Ok(vec![]));
        applied(&mut catalog, zone(""));
        applied(&mut catalog, calendar(""));
        let ana = &catalog.people[&h("ana")];
        assert_eq!((&ana.zone, &ana.calendar), (&None, &None));
    }
}
