//! Taking back that somebody was let go. The catalog goes on by commands that bring back what it was, since others
//! read it meanwhile; their cases are folded without what moved. All of it, or nothing.

use super::{Desk, Done, Error, Part};
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, Context};
use crate::domain::event::{Actor, Entry, Event, SubjectId};
use crate::domain::{Handle, Instant};

/// Whom an action let go.
pub(super) fn let_go(parts: &[Part]) -> Option<&Handle> {
    parts.iter().flat_map(Part::events).find_map(|event| match event {
        Event::PersonLeft { person } => Some(person),
        _ => None,
    })
}

/// What an entry of the catalog is about, as far as a leaver's plan changes it.
#[derive(PartialEq)]
enum About<'e> {
    Person(&'e Handle),
    Role(&'e Handle),
    Process(&'e Handle),
}

fn about(event: &Event) -> Option<About<'_>> {
    match event {
        Event::PersonLeft { person }
        | Event::PersonReturned { person }
        | Event::PersonAway { person, .. }
        | Event::AbsenceEnded { person, .. } => Some(About::Person(person)),
        Event::RoleChanged { role, .. } => Some(About::Role(role)),
        Event::ProcessPublished { process, .. } => Some(About::Process(&process.handle)),
        _ => None,
    }
}

impl Desk {
    /// Whom this action let go, where it is to be taken back and nobody has changed what it changed in the catalog.
    ///
    /// # Errors
    /// The refusal, which says what to do by hand.
    pub(super) fn may_give_back(&self, parts: &[Part], redo: bool, now: Instant) -> Result<bool, Error> {
        let Some(gone) = let_go(parts) else { return Ok(false) };
        if redo {
            return Err(self.refuse(
                &format!("What you took back let {gone} go; what they hold may differ by now."),
                &format!("`baton person leave {gone} --plan` prints it anew, `--apply FILE` carries it out."),
                now,
            ));
        }
        let Some(catalog) = parts.iter().find(|part| part.subject == SubjectId::Catalog) else {
            return Ok(true);
        };
        let changed = catalog.events().filter_map(about).collect::<Vec<_>>();
        let last = catalog.entries.iter().rposition(|entry| catalog.ops.contains(&entry.op)).unwrap_or(0);
        let since = &catalog.entries[last + 1..];
        match since.iter().find(|entry| about(&entry.event).is_some_and(|of| changed.contains(&of))) {
            None => Ok(true),
            Some(by) => Err(self.refuse(
                &format!("{}, so that {gone} cannot be given everything back.", self.who_changed(by, now)),
                &by_hand(gone),
                now,
            )),
        }
    }

    fn who_changed(&self, by: &Entry, now: Instant) -> String {
        let who = match &by.actor {
            Actor::Tick => "The tick".to_string(),
            actor => actor.to_string(),
        };
        let what = match about(&by.event) {
            Some(About::Role(role)) => format!("the role {role}"),
            Some(About::Process(process)) => format!("`{process}`"),
            Some(About::Person(person)) => format!("when {person} is here"),
            None => "the catalog".to_string(),
        };
        format!("{who} changed {what} after that, {}", super::show(&self.catalog, by.at, now))
    }

    /// Lets the person back in and brings back what the action changed in the catalog: their absences, roles, the
    /// processes that named them as a new version, and whom they stand in for.
    pub(super) fn give_back(
        &mut self,
        catalog: &Part,
        ctx: &Context,
        n: &mut usize,
    ) -> Result<Vec<Done>, Error> {
        let mut before = Catalog::default();
        let earlier = catalog.entries.iter().take_while(|entry| !catalog.ops.contains(&entry.op));
        earlier.for_each(|entry| before.apply(entry));
        let mut commands = Vec::new();
        for event in catalog.events() {
            compensate(event, &before, ctx.now, &mut commands);
        }
        for command in commands {
            self.execute(&command, &ctx.part(*n, usize::MAX))?;
            *n += 1;
        }
        Ok(catalog
            .ops
            .iter()
            .map(|op| Done {
                subject: SubjectId::Catalog,
                events: catalog.of(*op),
                repeated: false,
                warnings: Vec::new(),
            })
            .collect())
    }
}

/// What to do where it cannot be taken back.
pub(super) fn by_hand(gone: &Handle) -> String {
    format!(
        "`baton person back {gone}` lets them in again, `baton role change ROLE --add {gone}` gives a role back; \
         work comes back by being offered."
    )
}

/// The commands that bring back what the catalog was before this event.
fn compensate(event: &Event, before: &Catalog, now: Instant, commands: &mut Vec<Command>) {
    let absences = |person: &Handle| {
        let known = before.people.get(person).map(|known| known.absences.clone()).unwrap_or_default();
        known.into_iter().filter(move |absence| absence.until > now)
    };
    let away = |person: &Handle, absence| Command::SetAway { person: person.clone(), absence };
    match event {
        Event::PersonLeft { person } => {
            commands.push(Command::ComeBack { person: person.clone() });
            commands.extend(absences(person).map(|absence| away(person, absence)));
        }
        Event::PersonAway { person, absence } => {
            let theirs = absences(person).filter(|known| known.overlaps(absence));
            commands.extend(theirs.map(|absence| away(person, absence)));
        }
        Event::RoleChanged { role, add, remove, lead } => {
            let Some(known) = before.roles.get(role) else { return };
            let was = |person: &&Handle| known.members.contains(*person);
            commands.push(Command::ChangeRole {
                role: role.clone(),
                add: remove.iter().filter(was).cloned().collect(),
                remove: add.iter().filter(|person| !was(person)).cloned().collect(),
                lead: known.lead.clone().filter(|_| lead.is_some()),
            });
        }
        Event::ProcessPublished { process, .. } => {
            let known = before.newest(&process.handle).map(|(_, known)| known.clone());
            commands.extend(known.map(|process| Command::PublishProcess { process }));
        }
        _ => {}
    }
}
