//! Starting: the templates, kinds and calendars that ship with the program, and what brings them into a file.
//! Asks nothing and prints nothing.

use super::{Desk, Error};
use crate::domain::calendar::Calendar;
use crate::domain::catalog::{Permission, Settings};
use crate::domain::command::{Command, Context};
use crate::domain::counted::counted;
use crate::domain::event::OpId;
use crate::domain::kind_file::parse_kind;
use crate::domain::ladder::Audience;
use crate::domain::process::Process;
use crate::domain::process_check::{Known, read};
use crate::domain::record::Kind;
use crate::domain::zone::Zone;
use crate::domain::{Handle, Instant, Party};
use chrono::Datelike;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A process that ships with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    pub handle: &'static str,
    pub text: &'static str,
}

/// All of them, in the order they are offered.
pub const TEMPLATES: [Template; 12] = [
    Template { handle: "order-to-cash", text: include_str!("../../assets/templates/order-to-cash.toml") },
    Template {
        handle: "employee-onboarding",
        text: include_str!("../../assets/templates/employee-onboarding.toml"),
    },
    Template {
        handle: "vendor-management",
        text: include_str!("../../assets/templates/vendor-management.toml"),
    },
    Template {
        handle: "client-lifecycle",
        text: include_str!("../../assets/templates/client-lifecycle.toml"),
    },
    Template {
        handle: "client-onboarding",
        text: include_str!("../../assets/templates/client-onboarding.toml"),
    },
    Template { handle: "support-ticket", text: include_str!("../../assets/templates/support-ticket.toml") },
    Template { handle: "budget-approval", text: include_str!("../../assets/templates/budget-approval.toml") },
    Template {
        handle: "quarterly-review",
        text: include_str!("../../assets/templates/quarterly-review.toml"),
    },
    Template { handle: "billing-setup", text: include_str!("../../assets/templates/billing-setup.toml") },
    // These three start one another: the won deal the project, the finished project the invoice.
    Template { handle: "deal", text: include_str!("../../assets/templates/deal.toml") },
    Template { handle: "project", text: include_str!("../../assets/templates/project.toml") },
    Template { handle: "invoice", text: include_str!("../../assets/templates/invoice.toml") },
];

const KINDS: [&str; 3] = [
    include_str!("../../assets/kinds/customer.toml"),
    include_str!("../../assets/kinds/vendor.toml"),
    include_str!("../../assets/kinds/employee.toml"),
];
const CALENDARS: &str = include_str!("../../assets/calendars.toml");

impl Template {
    /// The process of the template.
    pub fn process(&self) -> Result<Process, Error> {
        let (process, problems) = read(self.text, &Known::default());
        process.ok_or_else(|| Error::Input {
            lines: problems.iter().map(|problem| problem.in_file(self.handle)).collect(),
            hint: "This is a fault of the program.".to_string(),
        })
    }
}

/// The kinds of records every file begins with.
pub fn shipped_kinds() -> Vec<Kind> {
    KINDS.iter().filter_map(|text| parse_kind(text).ok()).collect()
}

/// The identity and instant of each command of a series.
pub struct Series<'a> {
    pub person: Handle,
    pub now: Instant,
    pub op: &'a mut dyn FnMut() -> OpId,
}

impl Series<'_> {
    /// The context of the next command.
    pub fn context(&mut self) -> Context {
        Context::by(&self.person, self.now, (self.op)())
    }
}

impl Desk {
    /// Brings in what every file needs: the first person, calendars in `zone`, kinds and settings. What is
    /// there already stays as it is.
    pub fn set_up(&mut self, by: &mut Series<'_>, company: &str, zone: &Zone) -> Result<(), Error> {
        let catalog = self.catalog()?;
        if catalog.people.is_empty() {
            let first = Command::AddPerson {
                person: by.person.clone(),
                name: by.person.to_string(),
                mail: None,
                permission: Permission::Admin,
                roles: Vec::new(),
            };
            self.execute(&first, &by.context())?;
        }
        for (handle, definition) in shipped()? {
            if !catalog.calendars.contains_key(&handle) {
                let definition = Arc::new(fitted(definition, zone));
                self.execute(&Command::ApplyCalendar { calendar: handle, definition }, &by.context())?;
            }
        }
        for text in KINDS {
            let kind = parse_kind(text).map_err(|problems| Error::Input {
                lines: problems.iter().map(ToString::to_string).collect(),
                hint: "This is a fault of the program.".to_string(),
            })?;
            if !catalog.kinds.contains_key(&kind.handle) {
                self.execute(&Command::ApplyKind { kind }, &by.context())?;
            }
        }
        if catalog.settings.is_none() {
            let calendar = Handle::from_text("office").ok_or(Error::Busy)?;
            let settings = Settings { company: company.to_string(), calendar, currency: "EUR".to_string() };
            self.execute(&Command::ChangeSettings { settings }, &by.context())?;
        }
        Ok(())
    }

    /// Tells the hours of the company in another zone: its own calendar, and every other in the same zone as that.
    /// Dates somebody closed stay closed; those the program brought for a country do not. Returns which changed.
    pub fn move_to(&mut self, by: &mut Series<'_>, zone: &Zone) -> Result<Vec<Handle>, Error> {
        let catalog = self.catalog()?;
        let Some(before) = catalog.company_calendar().map(|own| own.zone().clone()).filter(|own| own != zone)
        else {
            return Ok(Vec::new());
        };
        let mut shipped = shipped()?;
        let mut changes = Vec::new();
        for handle in catalog.calendars.keys() {
            let Some((_, now)) = catalog.newest_calendar(handle) else { continue };
            if *now.zone() != before {
                continue;
            }
            let as_brought = shipped.remove(handle).filter(|shipped| {
                let dated = shipped.clone().in_zone(before.clone());
                **now == dated || **now == fitted(shipped.clone(), &before)
            });
            let moved = match as_brought {
                Some(shipped) => fitted(shipped, zone),
                None => Calendar::clone(now).in_zone(zone.clone()),
            };
            changes.push((handle.clone(), moved));
        }
        self.in_one_transaction(|desk| {
            let mut moved = Vec::new();
            for (calendar, definition) in changes {
                let apply =
                    Command::ApplyCalendar { calendar: calendar.clone(), definition: Arc::new(definition) };
                desk.execute(&apply, &by.context())?;
                moved.push(calendar);
            }
            Ok(moved)
        })
    }

    /// Publishes a process after making the roles it names and that are not there yet; whoever brings it in
    /// becomes their first member.
    pub fn bring_in(&mut self, by: &mut Series<'_>, process: Process) -> Result<(), Error> {
        let catalog = self.catalog()?;
        let performers =
            process.steps.iter().flat_map(|step| step.by.party().into_iter().chain(&step.minded));
        // Who hears of what is late is named too: else nobody does, and the file that is exported is refused.
        let rungs = process.ladders.iter().flat_map(|ladder| &ladder.rungs);
        let told = rungs.flat_map(|rung| {
            let heard = [&rung.remind, &rung.escalate].into_iter().flatten().filter_map(|whom| match whom {
                Audience::Party(party) => Some(party),
                _ => None,
            });
            heard.chain(&rung.reassign)
        });
        let named = performers.chain([&process.accountable]).chain(told).filter_map(Party::role);
        for role in named.cloned().collect::<BTreeSet<_>>() {
            if !catalog.roles.contains_key(&role) {
                let mut title = role.as_str().to_string();
                if let Some(first) = title.get(..1).map(str::to_uppercase) {
                    title.replace_range(..1, &first);
                }
                let members = vec![by.person.clone()];
                let lead = Some(by.person.clone());
                self.execute(&Command::AddRole { role, title, members, lead }, &by.context())?;
            }
        }
        self.execute(&Command::PublishProcess { process: Arc::new(process) }, &by.context())?;
        Ok(())
    }

    /// What a process file may refer to in this file.
    pub fn known(&mut self) -> Result<Known, Error> {
        let catalog = self.catalog()?;
        let newest = catalog.processes.keys().filter_map(|handle| catalog.newest(handle));
        let newest = newest.map(|(_, process)| Arc::clone(process)).collect::<Vec<_>>();
        let unpromised = newest.iter().flat_map(|process| {
            let steps = process.steps.iter().filter(|step| step.kind.is_human() && step.goal.is_none());
            steps.map(|step| (process.handle.clone(), step.handle.clone()))
        });
        Ok(Known {
            roles: Some(catalog.roles.keys().cloned().collect()),
            people: Some(catalog.people.keys().cloned().collect()),
            calendars: Some(catalog.calendars.keys().cloned().collect()),
            kinds: Some(catalog.kinds.values().cloned().collect()),
            unpromised: unpromised.collect(),
            processes: Some(newest),
            members: catalog
                .roles
                .iter()
                .map(|(role, known)| (role.clone(), known.members.clone()))
                .collect(),
            may: catalog
                .people
                .iter()
                .map(|(person, known)| (person.clone(), (known.permission, known.grants.clone())))
                .collect(),
            programs: None,
        })
    }
}

/// The calendars that ship with the program.
fn shipped() -> Result<BTreeMap<Handle, Calendar>, Error> {
    Calendar::parse_file(CALENDARS)
        .map_err(|e| Error::input(e.to_string(), "This is a fault of the program."))
}

/// A calendar that ships for a company in this zone. Its closed dates are the holidays of one country: anywhere
/// else they would be wrong on every due date, and no zone tells more than its own country.
fn fitted(shipped: Calendar, zone: &Zone) -> Calendar {
    if shipped.zone() == zone { shipped } else { shipped.without_closed().in_zone(zone.clone()) }
}

/// Which dates a calendar is closed on, as somebody who begins is told it.
pub fn closed_words(calendar: &Calendar) -> String {
    let dates = calendar.closed().collect::<Vec<_>>();
    let years = dates.iter().map(Datelike::year).collect::<BTreeSet<_>>();
    let years = years.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    match dates.len() {
        0 => "no holidays are in the calendar yet".to_string(),
        n => format!(
            "the calendar is closed on {} of {years}, as in {}",
            counted(n, "holiday"),
            calendar.zone().name()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::zone::parse_rfc3339;

    fn desk_in(zone: &str) -> (tempfile::TempDir, Desk) {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Desk::open(&folder.path().join("x.db")).unwrap();
        let mut next = op;
        desk.set_up(&mut series(&mut next), "Test", &zone.parse().unwrap()).unwrap();
        (folder, desk)
    }

    fn op() -> OpId {
        OpId(uuid::Uuid::now_v7())
    }

    fn series(next: &mut dyn FnMut() -> OpId) -> Series<'_> {
        let now = parse_rfc3339("2026-11-20T09:00:00Z").unwrap();
        Series { person: "ana".parse().unwrap(), now, op: next }
    }

    fn closed(desk: &mut Desk) -> usize {
        desk.catalog().unwrap().own_calendar().unwrap().closed().count()
    }

    #[test]
    fn a_new_company_has_the_holidays_of_its_own_country_or_none() {
        for (zone, dates) in
            [("Europe/Amsterdam", 11), ("Europe/Oslo", 0), ("America/New_York", 0), ("UTC", 0)]
        {
            let (_folder, mut desk) = desk_in(zone);
            assert_eq!(closed(&mut desk), dates, "{zone}");
        }
        let (_folder, mut desk) = desk_in("Europe/Oslo");
        let words = closed_words(desk.catalog().unwrap().own_calendar().unwrap());
        assert_eq!(words, "no holidays are in the calendar yet");
    }

    #[test]
    fn a_company_that_moves_takes_its_hours_along_and_its_own_closed_dates() {
        let (_folder, mut desk) = desk_in("Europe/Amsterdam");
        let oslo = "Europe/Oslo".parse().unwrap();
        let mut next = op;
        let moved = desk.move_to(&mut series(&mut next), &oslo).unwrap();
        let moved = moved.iter().map(Handle::as_str).collect::<Vec<_>>();
        assert_eq!(moved, ["always", "office", "support"]);
        assert_eq!((desk.zone(), closed(&mut desk)), (oslo.clone(), 0), "King's Day stayed behind");
        assert_eq!(desk.move_to(&mut series(&mut next), &oslo).unwrap(), []);

        let mut own = Calendar::clone(desk.catalog().unwrap().own_calendar().unwrap());
        own.close("2027-05-17".parse().unwrap(), Some("Constitution Day"));
        let apply = Command::ApplyCalendar { calendar: "office".parse().unwrap(), definition: Arc::new(own) };
        desk.execute(&apply, &series(&mut next).context()).unwrap();
        // Whoever moves it may be somewhere else themselves.
        let ana = crate::domain::permission::PersonChange {
            zone: Some("Asia/Tokyo".to_string()),
            ..crate::domain::permission::PersonChange::of("ana".parse().unwrap())
        };
        desk.execute(&Command::ChangePerson(ana), &series(&mut next).context()).unwrap();
        let mut desk = desk.seen_by(&"ana".parse().unwrap());
        let berlin = "Europe/Berlin".parse().unwrap();
        assert_eq!(desk.move_to(&mut series(&mut next), &berlin).unwrap().len(), 3);
        let catalog = desk.catalog().unwrap();
        assert_eq!(catalog.company_zone(), berlin);
        let closed = catalog.company_calendar().unwrap().closed().count();
        assert_eq!(closed, 1, "what somebody closed stays closed");
    }

    #[test]
    fn what_a_new_company_begins_with_can_be_exported_and_published_again() {
        assert_eq!(TEMPLATES.map(|template| template.handle), crate::domain::shipped::SHIPPED);
        for template in TEMPLATES {
            let (_folder, mut desk) = desk_in("Europe/Amsterdam");
            let mut next = op;
            let mut by = series(&mut next);
            desk.bring_in(&mut by, template.process().unwrap()).unwrap();
            let catalog = desk.catalog().unwrap();
            let newest = catalog.newest(&template.handle.parse().unwrap()).unwrap().1;
            let text = crate::domain::process_file::export(newest);
            let (_, problems) = read(&text, &desk.known().unwrap());
            let errors = problems.iter().filter(|problem| problem.is_error()).collect::<Vec<_>>();
            assert!(errors.is_empty(), "{}: {errors:?}", template.handle);
        }
    }
}
