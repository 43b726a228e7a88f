//! Who is away, who takes their place, and who is left to ask: one set of answers for decisions, reminders and
//! lists. Decides nothing; whether somebody may be away is `decide::absence`.

use super::catalog::{Catalog, Person};
use super::event::{ClockStart, Event};
use super::id::Handle;
use super::instant::Instant;
use super::party::Party;
use super::process::{Process, Step};
use super::when;
use super::zone::Zone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A time somebody is away, from `from` up to but not including `until`. Those of one person never overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    pub from: Instant,
    pub until: Instant,
    /// Who acts on their behalf meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<Handle>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How many substitutes are asked one after the other before the answer is nobody.
const LONGEST_CHAIN: usize = 10;

/// By what right somebody acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    Own,
    /// On behalf of this person, who is away.
    For(Handle),
}

impl Absence {
    /// Whether the instant lies in it.
    pub fn covers(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether the two have an instant in common.
    pub fn overlaps(&self, other: &Absence) -> bool {
        self.from < other.until && other.from < self.until
    }
}

impl Person {
    /// The absence of this instant.
    pub fn absence(&self, at: Instant) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.covers(at))
    }
}

/// The party the definition of a step names; none where the case does.
fn receiver(step: &Step) -> Option<&Party> {
    match step.by.party()? {
        Party::Contact => step.minded.as_ref(),
        party => Some(party),
    }
}

impl Catalog {
    /// Whether somebody belongs to the company: known, and has not left.
    pub fn works_here(&self, person: &Handle) -> bool {
        self.people.get(person).is_some_and(|person| person.left.is_none())
    }

    /// Whether somebody was here and left.
    pub fn has_left(&self, person: &Handle) -> bool {
        self.people.get(person).is_some_and(|person| person.left.is_some())
    }

    /// The absence somebody is in at this instant.
    pub fn absence(&self, person: &Handle, at: Instant) -> Option<&Absence> {
        self.people.get(person)?.absence(at)
    }

    /// Whether somebody can be expected to act: works here and is not away.
    pub fn is_here(&self, person: &Handle, at: Instant) -> bool {
        self.works_here(person) && self.absence(person, at).is_none()
    }

    /// Who acts for somebody who is away: the substitute, or theirs while they are away as well. `None` for
    /// somebody who is here, and where the chain ends with nobody, comes back to itself, or is too long.
    pub fn substitute(&self, person: &Handle, at: Instant) -> Option<Handle> {
        let (mut asked, mut seen) = (person, BTreeSet::from([person]));
        for _ in 0..LONGEST_CHAIN {
            let next = self.absence(asked, at)?.substitute.as_ref()?;
            if !seen.insert(next) || !self.works_here(next) {
                return None;
            }
            if self.absence(next, at).is_none() {
                return Some(next.clone());
            }
            asked = next;
        }
        None
    }

    /// Whom somebody stands in for now, in order of handle.
    pub fn stands_in_for<'a>(
        &'a self,
        substitute: &'a Handle,
        at: Instant,
    ) -> impl Iterator<Item = &'a Handle> {
        let away = self.people.iter().filter(move |(_, person)| person.absence(at).is_some());
        away.map(|(handle, _)| handle)
            .filter(move |person| self.substitute(person, at).as_ref() == Some(substitute))
    }

    /// By what right somebody takes what is offered to a party: as one of it, or for one of it who is away.
    pub fn right_to(&self, actor: &Handle, party: &Party, at: Instant) -> Option<Right> {
        if self.includes(party, actor) {
            return Some(Right::Own);
        }
        let of = self.stands_in_for(actor, at).find(|away| self.includes(party, away));
        of.cloned().map(Right::For)
    }

    /// Whether somebody is this person, or acts for them now.
    pub fn acts_as(&self, actor: &Handle, person: &Handle, at: Instant) -> bool {
        actor == person || self.substitute(person, at).as_ref() == Some(actor)
    }

    /// Who can be expected to act for a party: of a role those who are here, and only where nobody is, those
    /// who stand in for its members.
    pub fn available(&self, party: &Party, at: Instant) -> BTreeSet<Handle> {
        self.available_who(party, at, &|_, _| true)
    }

    /// Before whom a question to whoever answers for something comes: who of them can act now, and failing that the admins.
    pub fn asked_of(&self, accountable: &Party, at: Instant) -> BTreeSet<Handle> {
        let lead = accountable.role().and_then(|role| self.roles.get(role)?.lead.clone());
        let asked = lead.map(Party::Person).into_iter().chain([accountable.clone()]);
        let found = asked.map(|party| self.available(&party, at)).find(|found| !found.is_empty());
        found.unwrap_or_else(|| self.admins().cloned().collect())
    }

    /// Whether what is put to somebody reaches anybody: they are here, or somebody stands in for them.
    pub fn reaches(&self, person: &Handle, at: Instant) -> bool {
        self.is_here(person, at) || self.substitute(person, at).is_some()
    }

    /// The same of those only who may do it, as themselves or for a member who is away.
    pub fn available_who(
        &self,
        party: &Party,
        at: Instant,
        may: &dyn Fn(&Handle, Option<&Handle>) -> bool,
    ) -> BTreeSet<Handle> {
        let members = self.members(party);
        let here = members.iter().filter(|person| self.is_here(person, at) && may(person, None));
        let here = here.cloned().collect::<BTreeSet<_>>();
        let instead =
            |person: &Handle| self.substitute(person, at).filter(|substitute| may(substitute, Some(person)));
        match here.is_empty() {
            true => members.iter().filter_map(instead).collect(),
            false => here,
        }
    }

    /// Everybody who could take what is offered to a party in a case of a process, for which somebody answers: those of it
    /// who are here and may work there, and those who stand in for the others, as themselves or in their name.
    pub fn takers(
        &self,
        party: &Party,
        at: Instant,
        (process, answers): (&Handle, &Party),
    ) -> BTreeSet<Handle> {
        let may = |person: &Handle| self.may_work(person, process, answers);
        let taker = |member: Handle| match self.is_here(&member, at) {
            true => Some(member).filter(may),
            false => self.substitute(&member, at).filter(|who| may(who) || may(&member)),
        };
        self.members(party).into_iter().filter_map(taker).collect()
    }

    /// The people a party names, whether they are here or not.
    pub fn members(&self, party: &Party) -> BTreeSet<Handle> {
        match party {
            Party::Person(person) => BTreeSet::from([person.clone()]),
            Party::Role(role) => self.roles.get(role).map(|r| r.members.clone()).unwrap_or_default(),
            Party::Contact => BTreeSet::new(),
        }
    }

    /// The party a step of a running case goes to; whoever minds the outside contact, where that does it. Cases stay on their version, and a version may name
    /// somebody who has left since: then the newest version says who does the step now.
    pub fn performer_now(&self, process: &Process, step: &Step) -> Option<Party> {
        let named = receiver(step)?;
        if !named.person().is_some_and(|person| self.has_left(person)) {
            return Some(named.clone());
        }
        let newest = self.newest(&process.handle).and_then(|(_, newest)| newest.step(&step.handle));
        Some(newest.and_then(receiver).unwrap_or(named).clone())
    }

    /// Who acts during an absence, as the offer of work would say it: the substitute, or theirs while they are away
    /// as well. Empty where none was named.
    pub fn instead_words(&self, person: &Handle, absence: &Absence, now: Instant) -> String {
        let Some(named) = &absence.substitute else { return String::new() };
        let at = absence.from.max(now);
        match self.substitute(person, at) {
            _ if !absence.covers(at) => format!("{named} takes their place"),
            Some(acts) if acts == *named => format!("{named} takes their place"),
            Some(acts) => format!("{acts} takes their place, as {named} is away too"),
            None => format!("nobody takes their place, as {named} cannot"),
        }
    }

    /// An instant as people read it, in the zone of whoever looks; UTC before there is one.
    pub fn shown(&self, at: Instant, now: Instant) -> String {
        let zone = self.own_calendar().map_or_else(Zone::utc, |calendar| calendar.zone().clone());
        when::show(at, now, &zone)
    }

    /// What somebody should know before they offer work to this party: that nobody of it is here, until when,
    /// and who takes their place. `None` where somebody is here.
    pub fn away_warning(&self, party: &Party, now: Instant) -> Option<String> {
        let back = |person: &Handle| Some(self.shown(self.absence(person, now)?.until, now));
        match party {
            Party::Contact => None,
            Party::Person(person) => {
                let away = format!("{person} is away until {}", back(person)?);
                Some(match self.substitute(person, now) {
                    Some(substitute) => format!("{away}; {substitute} takes their place."),
                    None => format!("{away}, and nobody takes their place."),
                })
            }
            Party::Role(role) => {
                let members = &self.roles.get(role)?.members;
                if members.is_empty() {
                    return Some(format!(
                        "Nobody belongs to {role}: nobody can accept it until somebody does."
                    ));
                }
                if members.iter().any(|member| self.is_here(member, now)) {
                    return None;
                }
                let away =
                    members.iter().filter_map(|member| Some(format!("{member} until {}", back(member)?)));
                let away = away.collect::<Vec<_>>().join(", ");
                let instead = members
                    .iter()
                    .filter_map(|member| {
                        Some(format!("{} takes {member}'s place", self.substitute(member, now)?))
                    })
                    .collect::<Vec<_>>();
                Some(match instead.as_slice() {
                    [] => format!("Everybody of {role} is away: {away}. Nobody takes their place."),
                    some => format!("Everybody of {role} is away: {away}; {}.", some.join(", ")),
                })
            }
        }
    }

    /// The warnings for every offer among these events that was not taken at once, for what is delegated, and for whom
    /// the actor acts.
    pub(super) fn warnings(&self, events: &[Event], on_behalf: Option<&Handle>, now: Instant) -> Vec<String> {
        let taken =
            |id| events.iter().any(|e| matches!(e, Event::HandoffAccepted { handoff, .. } if *handoff == id));
        let too_late = |to: &Party, start: &ClockStart| {
            // Nobody pays for counting a promise who has no hours of their own.
            if !self.keeps_own_hours(to) {
                return None;
            }
            let calendar = self.calendar(&start.calendar, start.calendar_version)?;
            let due = start.until.or_else(|| calendar.due(now, start.goal, &[]))?;
            self.works_too_late(to, due, now)
        };
        let offers = events.iter().filter_map(|event| match event {
            Event::HandoffOffered { handoff, to, clock, .. } if !taken(*handoff) => {
                self.away_warning(to, now).or_else(|| too_late(to, clock.as_ref()?))
            }
            Event::TaskDelegated { to, .. } => self.away_warning(&Party::Person(to.clone()), now),
            _ => None,
        });
        let acts_for = on_behalf.map(|of| match self.absence(of, now) {
            Some(away) => {
                format!("You act for {of}, who is away until {}.", self.shown(away.until, now))
            }
            None => format!("You act for {of}."),
        });
        let mut warnings = acts_for.into_iter().chain(offers).collect::<Vec<_>>();
        warnings.dedup();
        warnings
    }
}
