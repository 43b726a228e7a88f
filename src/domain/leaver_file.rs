//! A leaver's plan as a text that can be printed, edited and read back. Says what is wrong with it, line by
//! line; carries nothing out.

use super::catalog::Catalog;
use super::id::Handle;
use super::leaver::{Destination, Plan, Takes};
use super::party::Party;
use super::problem::{Problem, in_order, quoted};
use super::process_export::put_text;
use super::toml_walk::{self, Reader, Table};

/// The sections in their order, with what each is about.
const SECTIONS: [(&str, &str); 8] = [
    ("work", "In hand, or handed over and not accepted yet: who is responsible from now on, a @person."),
    ("offers", "Offered to {}: whom it is offered to instead, a @person or a role."),
    ("exceptions", "Waiting for a decision: who decides, a @person."),
    ("delegated", "Worked on for somebody else, to whom it goes back: \"nobody\"."),
    ("cases", "Accountable for open cases: who is instead, a @person or a role."),
    ("processes", "Named in processes, each of which gets a new version: a @person or a role."),
    ("roles", "Who joins or leads instead: a @person; \"nobody\" where others stay."),
    ("substitutes", "Stands in for somebody who is away: a @person, or \"nobody\"."),
];

impl Destination {
    /// The text in a plan.
    pub fn text(&self) -> String {
        match self {
            Destination::Party(party) => party.to_string(),
            Destination::Nobody => "nobody".to_string(),
        }
    }
}

impl Takes {
    /// What can be written, for whoever wrote something else.
    pub fn hint(self) -> &'static str {
        match self {
            Takes::Person => "write a person, such as \"@handle\"",
            Takes::Party => "write a person, such as \"@handle\", or a role",
            Takes::PersonOrNobody => "write a person, such as \"@handle\", or \"nobody\"",
            Takes::Nobody => "write \"nobody\": it goes back to whoever holds it",
        }
    }
}

impl Plan {
    /// The plan as TOML, with what each line is about behind it.
    pub fn text(&self) -> String {
        let mut out = format!(
            "# What {0} holds, and where it goes when {0} leaves. Fill in every line; then an admin, and not {0}, carries\n\
             # it out:\n\
             #   baton person leave {0} --apply FILE\n",
            self.person
        );
        put_text(&mut out, "person", self.person.as_str());
        for (section, about) in SECTIONS {
            let lines = self.lines.iter().filter(|line| line.held.section() == section).collect::<Vec<_>>();
            if lines.is_empty() {
                continue;
            }
            out.push_str(&format!("\n[{section}]\n# {}\n", about.replace("{}", self.person.as_str())));
            let set = |line: &&super::leaver::Line| {
                let to = line.to.as_ref().map(Destination::text).unwrap_or_default();
                // Keys are made of numbers and handles: nothing in them needs escaping.
                (format!("\"{}\" = \"{to}\"", line.key), one_line(&line.about))
            };
            let lines = lines.iter().map(set).collect::<Vec<_>>();
            let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
            for (line, about) in lines {
                out.push_str(format!("{line:<width$}  # {about}").trim_end());
                out.push('\n');
            }
        }
        if !self.notes.is_empty() {
            out.push_str("\n# What no line above gives to anybody, and somebody has to see to:\n");
            self.notes.iter().for_each(|note| out.push_str(&format!("#   {}\n", one_line(note))));
        }
        out
    }

    /// Takes the destinations of a text in.
    ///
    /// # Errors
    /// Every line that is missing, has no destination, names somebody who cannot be it, or is about something
    /// the person does not hold.
    pub fn read(&mut self, text: &str, catalog: &Catalog) -> Result<(), Vec<Problem>> {
        let tree = toml_walk::parse(text)?;
        let mut reader = Reader::new(text);
        let mut root = Table::root(&tree, "the plan");
        match reader.take(&mut root, "person") {
            Some(entry) => match reader.parsed::<Handle>(entry.value, "`person`") {
                Some(named) if named != self.person => {
                    let message = format!("this plan is {named}'s, not {}'s", self.person);
                    reader.error(entry.value.span().start, message, None);
                }
                _ => {}
            },
            None => reader.missing(&root, "person", &format!("\"{}\"", self.person)),
        }
        for (section, _) in SECTIONS {
            let found = reader.take(&mut root, section);
            let at = found.as_ref().map_or(0, |entry| entry.key_at);
            let table = found.and_then(|entry| reader.table(entry.value, section, &format!("[{section}]")));
            let mut entries = table.map(Table::all).unwrap_or_default();
            for line in self.lines.iter_mut().filter(|line| line.held.section() == section) {
                let Some(n) = entries.iter().position(|entry| entry.key == line.key) else {
                    let message = format!("{} of [{section}] is not in the plan", quoted(&line.key));
                    reader.error(at, message, line.takes.hint().to_string());
                    continue;
                };
                let entry = entries.remove(n);
                let written = match entry.value.get_ref() {
                    toml::de::DeValue::String(text) => text.trim().to_string(),
                    _ => String::new(),
                };
                match destination(&written, line.takes, &self.person, catalog) {
                    Ok(to) => line.to = Some(to),
                    Err(why) => {
                        line.to = None;
                        let message = format!("{} {why}", quoted(&line.key));
                        reader.error(entry.value.span().start, message, line.takes.hint().to_string());
                    }
                }
            }
            for entry in entries {
                let message = format!("{} holds no {} in [{section}]", self.person, quoted(entry.key));
                let hint = "take the line out, or print the plan anew".to_string();
                reader.error(entry.key_at, message, hint);
            }
        }
        reader.finish(root, &["person"]);
        match reader.problems.is_empty() {
            true => Ok(()),
            false => Err(in_order(reader.problems)),
        }
    }
}

/// What somebody wrote for a line, or why it cannot be that.
pub fn destination(
    text: &str,
    takes: Takes,
    leaver: &Handle,
    catalog: &Catalog,
) -> Result<Destination, String> {
    if text.is_empty() {
        return Err("has no destination".to_string());
    }
    if text == "nobody" {
        return match takes {
            Takes::PersonOrNobody | Takes::Nobody => Ok(Destination::Nobody),
            _ => Err("cannot go to nobody".to_string()),
        };
    }
    if takes == Takes::Nobody {
        return Err(format!("goes to {}: it only goes back to whoever holds it", quoted(text)));
    }
    let party = text.parse::<Party>().map_err(|e| format!("goes to {}: {e}", quoted(text)))?;
    let party = match party {
        Party::Role(role) if !catalog.roles.contains_key(&role) && catalog.people.contains_key(&role) => {
            Party::Person(role)
        }
        party => party,
    };
    match &party {
        Party::Person(person) if person == leaver => Err(format!("goes to {leaver}, who leaves")),
        Party::Person(person) if catalog.has_left(person) => Err(format!("goes to {person}, who has left")),
        Party::Person(person) if !catalog.works_here(person) => {
            Err(format!("goes to `{person}`, who is nobody here"))
        }
        Party::Role(role) if !catalog.roles.contains_key(role) => {
            Err(format!("goes to `{role}`, and there is no such role"))
        }
        Party::Role(role) if takes != Takes::Party => Err(format!("goes to the role {role}")),
        Party::Contact => Err("goes to an outside contact".to_string()),
        Party::Person(_) | Party::Role(_) => Ok(Destination::Party(party)),
    }
}

/// A comment ends with its line, and what people called things must not end it sooner.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
