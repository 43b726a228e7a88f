//! Starting a process from a template by answering what it asks: who each role is, and how long things may take.

use super::{Desk, Error, Series};
use crate::domain::catalog::Permission;
use crate::domain::command::Command;
use crate::domain::process::Process;
use crate::domain::zone::Zone;
use crate::domain::{Goal, Handle, Party};
use std::collections::{BTreeMap, BTreeSet};

/// Which promise of a process an answer is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoalOf {
    Case,
    Step(Handle),
}

/// What a process asks of whoever brings it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questions {
    /// Each role with the titles of what it does.
    pub roles: Vec<(Handle, Vec<String>)>,
    /// Each promise with its words and the goal the template has.
    pub goals: Vec<(GoalOf, String, Goal)>,
}

/// What was answered; what is not named stays as the template has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    pub members: BTreeMap<Handle, Vec<Handle>>,
    pub goals: Vec<(GoalOf, Goal)>,
    /// The zone of a file that is not set up yet.
    pub zone: Option<Zone>,
}

impl Questions {
    /// Of a process.
    pub fn of(process: &Process) -> Questions {
        let mut roles = Vec::<(Handle, Vec<String>)>::new();
        let mut named = |party: &Party, what: &str| {
            let Some(role) = party.role() else { return };
            match roles.iter_mut().find(|(known, _)| known == role) {
                Some((_, does)) => does.push(what.to_string()),
                None => roles.push((role.clone(), vec![what.to_string()])),
            }
        };
        for step in &process.steps {
            step.by.party().into_iter().chain(&step.minded).for_each(|party| named(party, &step.title));
        }
        named(&process.accountable, "answers for it all");
        let case = process.goal.map(|goal| (GoalOf::Case, "Start to end".to_string(), goal));
        let steps = process
            .steps
            .iter()
            .filter_map(|step| Some((GoalOf::Step(step.handle.clone()), step.title.clone(), step.goal?)));
        Questions { goals: case.into_iter().chain(steps).collect(), roles }
    }
}

impl Answers {
    /// The process with the goals that were answered.
    pub fn goals_of(&self, mut process: Process) -> Process {
        for (of, goal) in &self.goals {
            match of {
                GoalOf::Case => process.goal = Some(*goal),
                GoalOf::Step(handle) => {
                    let step = process.steps.iter_mut().find(|step| &step.handle == handle);
                    step.into_iter().for_each(|step| step.goal = Some(*goal));
                }
            }
        }
        process
    }
}

impl Desk {
    /// The processes that cases of one start and that are not here yet: of a set of templates the others.
    ///
    /// # Errors
    /// Those of the store.
    pub fn starts_missing(&mut self, process: &Handle) -> Result<Vec<Handle>, Error> {
        let catalog = self.catalog()?;
        let starts = catalog.newest(process).map(|(_, process)| process.starts()).unwrap_or_default();
        Ok(starts.into_iter().filter(|other| catalog.newest(other).is_none()).cloned().collect())
    }

    /// Adds the people that a new file names and does not know yet, as members.
    ///
    /// # Errors
    /// Refusals of the domain, and of the store.
    pub fn add_named<'n>(
        &mut self,
        by: &mut Series<'_>,
        named: impl IntoIterator<Item = &'n Handle>,
    ) -> Result<Vec<Handle>, Error> {
        let mut added = Vec::new();
        for person in named.into_iter().collect::<BTreeSet<_>>() {
            if self.catalog()?.people.contains_key(person) {
                continue;
            }
            let (name, permission) = (title_of(person), Permission::Member);
            let add = Command::AddPerson {
                person: person.clone(),
                name,
                mail: None,
                permission,
                roles: Vec::new(),
            };
            self.execute(&add, &by.context())?;
            added.push(person.clone());
        }
        Ok(added)
    }

    /// Makes or fills the roles that were answered, the first named as lead where there is none, and publishes the
    /// process; of roles nobody answered whoever brings it in becomes the first member. All of it, or nothing.
    ///
    /// # Errors
    /// Refusals of the domain, and of the store.
    pub fn bring_in_answered(
        &mut self,
        by: &mut Series<'_>,
        process: Process,
        answers: &Answers,
    ) -> Result<(), Error> {
        let action = (by.op)();
        self.in_one_action(action, |desk| {
            for (role, members) in &answers.members {
                let Some(first) = members.first() else { continue };
                let catalog = desk.catalog()?;
                let command = match catalog.roles.get(role) {
                    None => Command::AddRole {
                        role: role.clone(),
                        title: title_of(role),
                        members: members.clone(),
                        lead: Some(first.clone()),
                    },
                    Some(known) => {
                        let wanted = members.iter().cloned().collect::<BTreeSet<_>>();
                        let add = wanted.difference(&known.members).cloned().collect::<Vec<_>>();
                        if add.is_empty() {
                            continue;
                        }
                        let lead = known.lead.is_none().then(|| first.clone());
                        Command::ChangeRole { role: role.clone(), add, remove: Vec::new(), lead }
                    }
                };
                desk.execute(&command, &by.context())?;
            }
            desk.bring_in(by, answers.goals_of(process))
        })
    }
}

/// What a role is called that is made with a process.
pub(super) fn title_of(role: &Handle) -> String {
    let mut title = role.as_str().replace('-', " ");
    if let Some(first) = title.get(..1).map(str::to_uppercase) {
        title.replace_range(..1, &first);
    }
    title
}

#[cfg(test)]
mod tests {
    use super::super::TEMPLATES;
    use super::super::tests::{desk, h, op};
    use super::*;

    /// A new file knows nobody but whoever begins it, and asks who does what all the same.
    #[test]
    fn whoever_a_new_file_names_is_added_once() {
        let (mut desk, now) = desk();
        let mut next = op;
        let mut by = Series { person: h("bo"), now, op: &mut next };
        desk.add_named(&mut by, [&h("bo"), &h("carl"), &h("carl"), &h("mary-ann")]).unwrap();
        let catalog = desk.catalog().unwrap();
        let name = |person: &str| catalog.people[&h(person)].name.clone();
        assert_eq!((name("carl"), name("mary-ann")), ("Carl".to_string(), "Mary ann".to_string()));
        assert_eq!(catalog.people.len(), 4, "bo and ana were there");
    }

    #[test]
    fn what_was_answered_is_what_comes_in() {
        for template in TEMPLATES {
            let (mut desk, now) = desk();
            let process = template.process().unwrap();
            let asks = Questions::of(&process);
            assert!(!asks.roles.is_empty(), "{}", template.handle);
            let longer = "77 days".parse::<Goal>().unwrap();
            let mut answers = Answers {
                members: asks.roles.iter().map(|(role, _)| (role.clone(), vec![h("ana"), h("bo")])).collect(),
                goals: asks.goals.iter().map(|(of, ..)| (of.clone(), longer)).collect(),
                zone: None,
            };
            answers.goals.truncate(2);
            let mut next = op;
            let mut by = Series { person: h("bo"), now, op: &mut next };
            desk.set_up(&mut by, "Company", &crate::domain::zone::Zone::utc()).unwrap();
            desk.bring_in_answered(&mut by, process.clone(), &answers).unwrap();
            let catalog = desk.catalog().unwrap();
            let (_, newest) = catalog.newest(&process.handle).unwrap();
            assert_eq!(**newest, answers.goals_of(process));
            for (role, _) in &asks.roles {
                assert!(catalog.roles[role].members.contains(&h("ana")), "{role}");
            }
        }
    }
}
