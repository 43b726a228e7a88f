//! Beginning a process of one's own with its name and its steps: published as version 1, with what `check` warns of.

use super::{Checked, Desk, Error, Series};
use crate::domain::blank::Blank;
use crate::domain::party::Party;
use crate::domain::process::Process;
use crate::domain::process_check::read;
use crate::domain::process_file::export;
use crate::domain::refusal::Refusal;

impl Desk {
    /// The process as it would be published here; nothing is written.
    ///
    /// # Errors
    /// What is not understood, people that are not there, and a name that is taken.
    pub fn blank(&mut self, blank: &Blank) -> Result<Process, Error> {
        let process = blank.process().map_err(|e| Error::input(e.message.clone(), e.hint))?;
        let catalog = self.catalog()?;
        if catalog.processes.contains_key(&process.handle) {
            let what = format!("There is a process `{}` already.", process.handle);
            let hint = "Call this one something else, or change that one.".to_string();
            return Err(Error::refused(Refusal::NotNow { what, hint }, &|_| String::new()));
        }
        // Roles that are not there yet are made with it.
        let mut known = self.known()?;
        let parties = process.steps.iter().filter_map(|step| step.by.party()).chain([&process.accountable]);
        let named = parties.filter_map(Party::role).cloned();
        known.roles.iter_mut().for_each(|roles| roles.extend(named.clone()));
        let (read, problems) = read(&export(&process), &known);
        read.ok_or_else(|| {
            let wrong = problems.iter().filter(|problem| problem.is_error());
            let said = wrong.map(|problem| {
                let hint = problem.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
                format!("{}{hint}", problem.message)
            });
            Error::Input { lines: said.collect(), hint: crate::domain::blank::FORM.to_string() }
        })
    }

    /// Publishes it after making the roles it names and that are not there yet; what could be better of it.
    ///
    /// # Errors
    /// As for [`Desk::blank`], refusals of the domain, and of the store.
    pub fn begin_blank(&mut self, by: &mut Series<'_>, blank: &Blank) -> Result<Checked, Error> {
        let process = self.blank(blank)?;
        let (handle, text) = (process.handle.clone(), export(&process));
        let action = (by.op)();
        self.in_one_action(action, |desk| desk.bring_in(by, process))?;
        self.check_text(&handle, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h, op};
    use super::*;
    use crate::domain::command::{Command, StartCase};

    #[test]
    fn a_process_of_ones_own_runs_at_once_and_its_name_is_taken() {
        let (mut desk, now) = desk();
        let steps = ["Ask > @ana, 2 business hours", "Approve", "Buy > buyers"];
        let blank = Blank {
            title: "Buying".into(),
            purpose: String::new(),
            accountable: Party::Person(h("bo")),
            steps: steps.map(String::from).to_vec(),
        };
        let mut next = op;
        let mut by = Series { person: h("bo"), now, op: &mut next };
        let checked = desk.begin_blank(&mut by, &blank).unwrap();
        assert!(checked.problems.len() > 2 && checked.problems.iter().all(|p| !p.is_error()), "{checked:?}");
        assert!(checked.changes.is_empty(), "it is what was published");
        assert!(desk.catalog().unwrap().roles[&h("buyers")].members.contains(&h("bo")));
        let start = StartCase { process: Some(h("buying")), ..StartCase::default() };
        desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
        let again = desk.begin_blank(&mut by, &blank).unwrap_err();
        assert_eq!(again.to_string(), "There is a process `buying` already.");
        let nobody = Blank { title: "Other".into(), steps: vec!["Ask > @nobody".into()], ..blank };
        let refused = desk.begin_blank(&mut by, &nobody).unwrap_err();
        assert!(refused.to_string().contains("nobody"), "{refused}");
        assert!(desk.catalog().unwrap().newest(&h("other")).is_none());
    }
}
