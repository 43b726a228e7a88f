//! What somebody who leaves holds, as lines of a plan, each with a proposal where somebody is at hand. Looks
//! nothing up; what the lines come to is `leaver`.

use super::catalog::Catalog;
use super::id::Handle;
use super::instant::Instant;
use super::leaver::{Destination, Held, InHand, Line, Spot, Takes};
use super::party::Party;
use super::process::Performer;
use super::rows::{CaseRow, PlaceKind, PlaceRow};
use std::collections::BTreeSet;

/// Every line, in the order of the plan.
pub(super) fn lines(catalog: &Catalog, leaver: &Handle, hand: &InHand, now: Instant) -> Vec<Line> {
    let absences = catalog.people.get(leaver).map(|p| p.absences.as_slice()).unwrap_or_default();
    let coming = absences.iter().filter(|absence| absence.until > now);
    let substitute = catalog
        .substitute(leaver, now)
        .or_else(|| coming.filter_map(|absence| absence.substitute.clone()).next());
    let mut proposer = Proposer { catalog, person: leaver, now, substitute: None };
    proposer.substitute = substitute.filter(|person| proposer.fits(person));
    let mut lines = proposer.cases(hand);
    lines.extend(proposer.processes());
    lines.extend(proposer.roles());
    lines.extend(proposer.substitutions());
    lines
}

/// Finds who could take something over.
struct Proposer<'a> {
    catalog: &'a Catalog,
    person: &'a Handle,
    now: Instant,
    /// Who stands in for them, now or in an absence to come.
    substitute: Option<Handle>,
}

impl Proposer<'_> {
    fn fits(&self, person: &Handle) -> bool {
        person != self.person && self.catalog.works_here(person)
    }

    /// The lead of a role, or a member who is here.
    fn of_role(&self, role: &Handle) -> Option<Handle> {
        let role = self.catalog.roles.get(role)?;
        let lead = role.lead.iter().filter(|lead| self.fits(lead));
        let here = |member: &&Handle| self.fits(member) && self.catalog.is_here(member, self.now);
        lead.chain(role.members.iter().filter(here)).next().cloned()
    }

    fn of_party(&self, party: &Party) -> Option<Handle> {
        match party {
            Party::Person(person) => Some(person.clone()).filter(|person| self.fits(person)),
            Party::Role(role) => self.of_role(role),
            Party::Contact => None,
        }
    }

    /// The role that does a step, and who would take its work over.
    fn of_step(&self, row: &CaseRow, step: &Handle) -> (Option<Party>, Option<Handle>) {
        let by = self.catalog.process(&row.process, row.version).and_then(|p| p.step(step)).map(|s| &s.by);
        match by {
            Some(Performer::Party(Party::Role(role))) => {
                (Some(Party::Role(role.clone())), self.of_role(role))
            }
            Some(Performer::Party(party)) => (None, self.of_party(party)),
            _ => (None, None),
        }
    }
}

fn person(found: Option<Handle>) -> Option<Destination> {
    found.map(Party::Person).map(Destination::Party)
}

impl Proposer<'_> {
    fn cases(&self, hand: &InHand) -> Vec<Line> {
        let mut lines = Vec::new();
        let title = |row: &CaseRow, place: &PlaceRow| {
            format!("{} {}: {}", row.id, row.title, place.title(self.catalog, row.version))
        };
        let substitute = || self.substitute.clone();
        for (place, row) in &hand.places {
            let (role, colleague) = self.of_step(row, &place.step);
            let named = place.handoff.map(|id| id.to_string()).unwrap_or_default();
            let sent = match place.kind {
                PlaceKind::Offered => "offered to others",
                PlaceKind::Held => "back, to be offered again",
                PlaceKind::Task => "in hand",
                PlaceKind::Waiting => "waiting",
            };
            if &place.responsible == self.person {
                // What was sent lies with another role already: its lead is whom it is offered to.
                let near = colleague.clone().filter(|_| place.kind == PlaceKind::Task);
                let to = near.or_else(substitute).or_else(|| self.of_party(&row.accountable));
                lines.push(Line {
                    held: Held::Work { case: place.case, branch: place.branch },
                    key: match (place.kind, place.task) {
                        // What waits has no number of its own.
                        (PlaceKind::Waiting, _) => format!("{} #{}", place.case, place.branch),
                        (_, task) => task.map_or(named.clone(), |task| task.to_string()),
                    },
                    about: format!("{}, {sent}", title(row, place)),
                    takes: Takes::Person,
                    to: person(to),
                });
            }
            if let (true, Some(task)) = (place.delegate.as_ref() == Some(self.person), place.task) {
                lines.push(Line {
                    held: Held::Delegated { case: place.case, task },
                    key: task.to_string(),
                    about: format!("{}, for {}", title(row, place), place.responsible),
                    takes: Takes::Nobody,
                    to: Some(Destination::Nobody),
                });
            }
            let theirs = Party::Person(self.person.clone());
            if let (PlaceKind::Offered, Some(handoff), true) =
                (place.kind, place.handoff, place.to.as_ref() == Some(&theirs))
            {
                let note = hand.handoffs.iter().find(|h| h.id == handoff).and_then(|h| h.note.clone());
                let to = role.map(Destination::Party).or_else(|| person(substitute().or(colleague)));
                let from = place.from.as_ref().map_or_else(String::new, |from| format!(", from {from}"));
                lines.push(Line {
                    held: Held::Offer { case: place.case, branch: place.branch, handoff, note },
                    key: named,
                    about: format!("{}{from}", title(row, place)),
                    takes: Takes::Party,
                    to: to.or_else(|| person(self.of_party(&row.accountable))),
                });
            }
        }
        for (exception, row) in &hand.exceptions {
            let admins = self.catalog.admins().find(|admin| self.fits(admin)).cloned();
            lines.push(Line {
                held: Held::Exception { case: exception.case, exception: exception.exception },
                key: format!("{} #{}", exception.case, exception.exception),
                about: format!("{}: {}", row.title, exception.text),
                takes: Takes::Person,
                to: person(self.of_party(&row.accountable).or_else(substitute).or(admins)),
            });
        }
        let mine = |row: &&CaseRow| row.accountable.person() == Some(self.person);
        for row in hand.cases.iter().filter(mine) {
            lines.push(Line {
                held: Held::Case { case: row.id },
                key: row.id.to_string(),
                about: row.title.clone(),
                takes: Takes::Party,
                to: person(substitute()).or_else(|| self.of_process(&row.process)),
            });
        }
        lines.sort_by(|a, b| a.held.cmp(&b.held));
        lines
    }

    /// The accountable party of a process now, where that is somebody else.
    fn of_process(&self, process: &Handle) -> Option<Destination> {
        let (_, process) = self.catalog.newest(process)?;
        let other = process.accountable.person() != Some(self.person);
        other.then(|| Destination::Party(process.accountable.clone()))
    }

    fn processes(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (handle, versions) in &self.catalog.processes {
            let Some(process) = versions.last() else { continue };
            for spot in process.spots_of(self.person) {
                let takes = if spot == Spot::Schedules { Takes::Person } else { Takes::Party };
                let accountable = self.of_process(handle).filter(|to| match to {
                    Destination::Party(party) => takes == Takes::Party || party.person().is_some(),
                    Destination::Nobody => false,
                });
                lines.push(Line {
                    key: format!("{handle}: {spot}"),
                    held: Held::Process { process: handle.clone(), spot },
                    about: process.title.clone(),
                    takes,
                    to: person(self.substitute.clone()).or(accountable),
                });
            }
        }
        lines
    }

    fn roles(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (handle, role) in &self.catalog.roles {
            let others = role.members.iter().filter(|member| self.fits(member)).collect::<BTreeSet<_>>();
            if role.members.contains(self.person) {
                let (takes, to) = match others.is_empty() {
                    true => (Takes::Person, person(self.substitute.clone())),
                    false => (Takes::PersonOrNobody, Some(Destination::Nobody)),
                };
                lines.push(Line {
                    held: Held::Member { role: handle.clone() },
                    key: format!("{handle}: member"),
                    about: match others.len() {
                        0 => format!("{}: nobody else belongs to it", role.title),
                        n => format!("{}: {n} stay", role.title),
                    },
                    takes,
                    to,
                });
            }
            if role.lead.as_ref() == Some(self.person) {
                let other = others.into_iter().next().cloned();
                lines.push(Line {
                    held: Held::Lead { role: handle.clone() },
                    key: format!("{handle}: lead"),
                    about: role.title.clone(),
                    takes: Takes::Person,
                    to: person(self.substitute.clone().or(other)),
                });
            }
        }
        lines
    }

    fn substitutions(&self) -> Vec<Line> {
        let names = |(of, person): &(&Handle, &super::catalog::Person)| {
            let coming = person.absences.iter().filter(|absence| absence.until > self.now);
            *of != self.person
                && coming.filter_map(|a| a.substitute.as_ref()).any(|substitute| substitute == self.person)
        };
        let line = |(of, person): (&Handle, &super::catalog::Person)| Line {
            held: Held::Substitute { of: of.clone() },
            key: of.to_string(),
            about: format!("{} is away", person.name),
            takes: Takes::PersonOrNobody,
            to: Some(Destination::Nobody),
        };
        self.catalog.people.iter().filter(names).map(line).collect()
    }
}
