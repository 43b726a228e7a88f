//! A person's own place in the world: the zone in which times are shown to them and read from them, the calendar they
//! work by, and the logins they come in with. Clocks of promises know none of it: they run on the process's calendar.

use super::calendar::Calendar;
use super::catalog::Catalog;
use super::id::Handle;
use super::instant::Instant;
use super::party::Party;
use super::zone::Zone;
use std::sync::Arc;

/// For whom a copy of the catalog is: whoever looks. Nothing that is decided depends on it, only words about times
/// and what typed times mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Reader {
    person: Handle,
    /// Their hours in their zone: what `fri` or `tomorrow` means when they write it.
    dates: Option<Arc<Calendar>>,
}

impl Catalog {
    /// From now on times are shown to this person and read from them.
    pub fn read_by(&mut self, person: &Handle) {
        self.reader = None;
        let zone = self.zone_for(person);
        let dates = self.works_by(person).map(|calendar| match *calendar.zone() == zone {
            true => calendar.clone(),
            false => Arc::new((**calendar).clone().in_zone(zone)),
        });
        self.reader = Some(Reader { person: person.clone(), dates });
    }

    /// Keeps what is known of the reader true after a change.
    pub(super) fn read_again(&mut self) {
        if let Some(Reader { person, .. }) = self.reader.take() {
            self.read_by(&person);
        }
    }

    /// The calendar of whoever looks, in their zone: the zone of everything shown, and what local times mean. That of
    /// the company where nobody in particular looks.
    pub fn own_calendar(&self) -> Option<&Arc<Calendar>> {
        match &self.reader {
            Some(Reader { dates: Some(dates), .. }) => Some(dates),
            _ => self.company_calendar(),
        }
    }

    /// The calendar of the settings.
    pub fn company_calendar(&self) -> Option<&Arc<Calendar>> {
        self.newest_calendar(&self.settings.as_ref()?.calendar).map(|(_, calendar)| calendar)
    }

    /// The company's zone; UTC before there is one.
    pub fn company_zone(&self) -> Zone {
        self.company_calendar().map_or_else(Zone::utc, |calendar| calendar.zone().clone())
    }

    /// The zone a person is in: their own, else that of the calendar they work by.
    pub fn zone_for(&self, person: &Handle) -> Zone {
        let own = self.people.get(person).and_then(|known| known.zone.clone());
        let worked = || self.works_by(person).map(|calendar| calendar.zone().clone());
        own.or_else(worked).unwrap_or_else(Zone::utc)
    }

    /// The calendar a person works by: their own, else the company's.
    pub fn works_by(&self, person: &Handle) -> Option<&Arc<Calendar>> {
        let own = self.people.get(person).and_then(|known| known.calendar.as_ref());
        let own = own.and_then(|calendar| self.newest_calendar(calendar)).map(|(_, calendar)| calendar);
        own.or_else(|| self.company_calendar())
    }

    /// The first instant from `at` on in which a person works; `at` itself where nothing says when they do.
    pub fn next_at_work(&self, person: &Handle, at: Instant) -> Instant {
        match self.works_by(person) {
            Some(calendar) if !calendar.is_open(at) => calendar.next_opening(at).unwrap_or(at),
            _ => at,
        }
    }

    /// What somebody whose times are not those of the company should know once; `None` for anybody else.
    pub fn other_zone(&self, person: &Handle) -> Option<String> {
        let (theirs, company) = (self.zone_for(person), self.company_zone());
        (theirs != company).then(|| {
            format!("Times are yours, in {}; the company works in {}.", theirs.name(), company.name())
        })
    }

    /// Whether anybody of a party works by a calendar of their own: by that of the company, work is due when they work.
    pub fn keeps_own_hours(&self, party: &Party) -> bool {
        let own = |person: &Handle| self.people.get(person).is_some_and(|known| known.calendar.is_some());
        match party {
            Party::Contact => false,
            Party::Person(person) => own(person),
            Party::Role(role) => self.roles.get(role).is_some_and(|role| role.members.iter().any(own)),
        }
    }

    /// What somebody should know before they offer work that is to be accepted by `due`: that nobody of the party
    /// works before then. `None` where somebody does, and for who is away, of which is told otherwise.
    pub fn works_too_late(&self, party: &Party, due: Instant, now: Instant) -> Option<String> {
        if !self.keeps_own_hours(party) {
            return None;
        }
        // What cannot be accepted in time by any calendar says nothing of a person.
        let back =
            |person: &Handle| Some(self.next_at_work(person, now)).filter(|at| *at >= due && *at > now);
        match party {
            Party::Contact => None,
            Party::Person(person) if self.is_here(person, now) => {
                let again = self.shown(back(person)?, now);
                Some(format!("{person} works again {again}, after it is due."))
            }
            Party::Person(_) => None,
            Party::Role(role) => {
                let members = &self.roles.get(role)?.members;
                let here = members.iter().filter(|member| self.is_here(member, now));
                let times = here.map(|member| Some((back(member)?, member))).collect::<Option<Vec<_>>>()?;
                let (at, first) = times.into_iter().min()?;
                let at = self.shown(at, now);
                Some(format!("Nobody of {role} works before it is due; {first} is the first, {at}."))
            }
        }
    }

    /// Whose login this is: of who says so, else of whose handle it is.
    pub fn person_of_login(&self, login: &str) -> Option<&Handle> {
        let said = self.people.iter().find(|(_, person)| person.logins.contains(login));
        said.or_else(|| self.people.get_key_value(&Handle::from_text(login)?)).map(|(person, _)| person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Span;
    use crate::domain::decide::tests::world::{company, h, monday};
    use crate::domain::when;

    fn calendar(text: &str) -> Arc<Calendar> {
        let text = format!("[calendar.x]\n{text}");
        Arc::new(Calendar::parse_file(&text).unwrap().pop_first().unwrap().1)
    }

    /// The company with eli on Tuesdays and Wednesdays from New York, and zoe in Tokyo by the company's hours.
    fn scattered() -> Catalog {
        let mut catalog = company(&[]);
        let part = calendar("zone = \"America/New_York\"\nopen = { tue-wed = \"09:00-13:00\" }");
        catalog.calendars.insert(h("part"), vec![part]);
        catalog.people.get_mut(&h("eli")).unwrap().calendar = Some(h("part"));
        catalog.people.get_mut(&h("zoe")).unwrap().zone = Some("Asia/Tokyo".parse().unwrap());
        catalog
    }

    #[test]
    fn times_are_shown_and_read_in_the_zone_of_whoever_looks_and_the_company_keeps_its_own() {
        let mut catalog = scattered();
        let company = catalog.company_zone();
        let now = monday();
        let local = |catalog: &Catalog| catalog.own_calendar().unwrap().zone().local(now).to_rfc3339();
        let before = local(&catalog);
        for (person, zone) in [("zoe", "Asia/Tokyo"), ("eli", "America/New_York"), ("ana", company.name())] {
            catalog.read_by(&h(person));
            assert_eq!(catalog.own_calendar().unwrap().zone().name(), zone, "{person}");
            assert_eq!(catalog.company_zone(), company);
            assert_eq!(catalog.other_zone(&h(person)).is_some(), person != "ana");
        }
        assert_eq!(local(&catalog), before);
        // Nine in the morning where they are, and the end of a day of theirs.
        catalog.read_by(&h("zoe"));
        let read = |text: &str| when::parse(text, now, catalog.own_calendar().unwrap()).unwrap().at;
        let tokyo: Zone = "Asia/Tokyo".parse().unwrap();
        assert_eq!(tokyo.local(read("tomorrow 9:00")).format("%H:%M").to_string(), "09:00");
        assert_eq!(tokyo.local(read("tomorrow")).format("%H:%M").to_string(), "17:00");
        assert_eq!(catalog.shown(read("tomorrow 9:00"), now), "Tue 17 Nov 09:00");
    }

    #[test]
    fn whoever_works_only_after_it_is_due_is_told_of() {
        let catalog = scattered();
        // eli works on Tuesday from nine in New York on.
        let hour = |n| monday() + Span::HOUR.times(n);
        let (now, soon, late) = (hour(1), hour(2), hour(72));
        let eli = Party::Person(h("eli"));
        let said = catalog.works_too_late(&eli, soon, now).unwrap();
        assert!(
            said.starts_with("eli works again Tue 17 Nov ") && said.ends_with(", after it is due."),
            "{said}"
        );
        assert_eq!(catalog.works_too_late(&eli, late, now), None);
        assert_eq!(catalog.works_too_late(&Party::Person(h("ana")), soon, now), None);
        assert_eq!(catalog.works_too_late(&Party::Role(h("finance")), soon, now), None, "ana is of it, too");
        let mut alone = catalog.clone();
        alone.roles.get_mut(&h("finance")).unwrap().members.remove(&h("ana"));
        let said = alone.works_too_late(&Party::Role(h("finance")), soon, now).unwrap();
        assert!(
            said.starts_with("Nobody of finance works before it is due; eli is the first, Tue"),
            "{said}"
        );
    }

    #[test]
    fn a_login_is_of_who_says_so_before_it_is_of_whose_handle_it_is() {
        let mut catalog = company(&[]);
        let whose = |catalog: &Catalog, login: &str| catalog.person_of_login(login).cloned();
        assert_eq!((whose(&catalog, "bo"), whose(&catalog, "DOM\\asmith")), (Some(h("bo")), None));
        catalog.people.get_mut(&h("ana")).unwrap().logins.insert("DOM\\asmith".to_string());
        catalog.people.get_mut(&h("ana")).unwrap().logins.insert("bo".to_string());
        assert_eq!(whose(&catalog, "DOM\\asmith"), Some(h("ana")));
        assert_eq!((whose(&catalog, "bo"), whose(&catalog, "ana")), (Some(h("ana")), Some(h("ana"))));
    }
}
