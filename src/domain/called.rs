//! What people call things where a handle is asked for: people by their full name, roles and steps by their title.
//! Only the whole name counts, in any case; beginnings and near misses are for hints.

use super::catalog::Catalog;
use super::id::Handle;
use super::party::Party;
use super::process::Process;

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

impl Catalog {
    /// The people of this full name and the roles of this title.
    pub fn called(&self, name: &str) -> Vec<Party> {
        let people = self.people.iter().filter(|(_, person)| same(&person.name, name));
        let roles = self.roles.iter().filter(|(_, role)| same(&role.title, name));
        let people = people.map(|(handle, _)| Party::Person(handle.clone()));
        people.chain(roles.map(|(handle, _)| Party::Role(handle.clone()))).collect()
    }
}

impl Process {
    /// The steps of this title.
    pub fn called(&self, title: &str) -> Vec<&Handle> {
        let steps = self.steps.iter().filter(|step| same(&step.title, title));
        steps.map(|step| &step.handle).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decide::tests::world::{SALE, World};
    use crate::domain::process_check::{Known, read};

    #[test]
    fn a_full_name_and_a_title_are_as_good_as_a_handle() {
        let process = read(SALE, &Known::default()).0.unwrap();
        for step in &process.steps {
            assert_eq!(process.called(&step.title.to_uppercase()), [&step.handle]);
        }
        assert_eq!(process.called("no such step"), Vec::<&Handle>::new());
        let catalog = World::new(SALE).catalog;
        for (handle, person) in &catalog.people {
            assert!(catalog.called(&person.name).contains(&Party::Person(handle.clone())));
        }
    }
}
