//! Starting: the templates, kinds and calendars that ship with the program, and what brings them into a file.
//! Asks nothing and prints nothing.

use super::{Desk, Error};
use crate::domain::calendar::Calendar;
use crate::domain::catalog::{Permission, Settings};
use crate::domain::command::{Command, Context};
use crate::domain::event::OpId;
use crate::domain::kind_file::parse_kind;
use crate::domain::process::Process;
use crate::domain::process_check::{Known, read};
use crate::domain::zone::Zone;
use crate::domain::{Handle, Instant, Party};
use std::collections::BTreeSet;
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
        let calendars = Calendar::parse_file(CALENDARS)
            .map_err(|e| Error::input(e.to_string(), "This is a fault of the program."))?;
        for (handle, definition) in calendars {
            if !catalog.calendars.contains_key(&handle) {
                let definition = Arc::new(definition.in_zone(zone.clone()));
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

    /// Publishes a process after making the roles it names and that are not there yet; whoever brings it in
    /// becomes their first member.
    pub fn bring_in(&mut self, by: &mut Series<'_>, process: Process) -> Result<(), Error> {
        let catalog = self.catalog()?;
        let performers =
            process.steps.iter().flat_map(|step| step.by.party().into_iter().chain(&step.minded));
        let named = performers.chain([&process.accountable]).filter_map(Party::role);
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
        let newest = newest.map(|(_, process)| Arc::clone(process));
        Ok(Known {
            roles: Some(catalog.roles.keys().cloned().collect()),
            people: Some(catalog.people.keys().cloned().collect()),
            calendars: Some(catalog.calendars.keys().cloned().collect()),
            kinds: Some(catalog.kinds.values().cloned().collect()),
            processes: Some(newest.collect()),
        })
    }
}
