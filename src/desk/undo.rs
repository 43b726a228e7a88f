//! Taking back one's last action, and doing it again. An entry says that a command counts as not given; the
//! subject is folded without it, so that what comes back is exactly what was. Possible until somebody else
//! has acted on it.

use super::{Desk, Error, show};
use crate::domain::command::Context;
use crate::domain::event::{Entry, Event, OpId, SubjectId};
use crate::domain::fold::{self, fold};
use crate::domain::refusal::Refusal;
use crate::domain::rows;
use crate::domain::{CaseId, Handle, Instant};
use crate::store::{Appended, Batch, CaseFilter};

/// How far back the last action is looked for.
const LOOK_BACK: usize = 50;

impl Desk {
    /// Takes back the person's last action that was not taken back yet. The subject and what was undone.
    pub fn undo(&mut self, ctx: &Context) -> Result<(SubjectId, Vec<Event>), Error> {
        self.turn(ctx, false)
    }

    /// Does again what the person last took back.
    pub fn redo(&mut self, ctx: &Context) -> Result<(SubjectId, Vec<Event>), Error> {
        self.turn(ctx, true)
    }

    fn turn(&mut self, ctx: &Context, redo: bool) -> Result<(SubjectId, Vec<Event>), Error> {
        let Some(person) = ctx.actor.person().cloned() else {
            return Err(self.refuse("Only a person has actions to take back.", "", ctx.now));
        };
        for _ in 0..20 {
            let catalog = self.catalog()?;
            if let Some(turned) = self.turned_already(ctx.op)? {
                return Ok(turned);
            }
            let Some((subject, op)) = self.last_action(&person, redo)? else {
                let what = if redo { "You have taken nothing back." } else { "You have done nothing yet." };
                return Err(self.refuse(what, "There is nothing to do.", ctx.now));
            };
            if subject == SubjectId::Catalog {
                return Err(self.refuse(
                    "Your last action changed the catalog, which others may rely on already.",
                    "Change it back by the same means; `baton process apply` publishes a new version.",
                    ctx.now,
                ));
            }
            let entries = self.store.entries(subject)?;
            if let Some(other) = touched_since(&entries, op, &person) {
                let at = show(&catalog, other.at, ctx.now);
                return Err(self.refuse(
                    &format!("{} acted on {subject} after that, {at}.", other.actor),
                    "Only what nobody has built upon can be taken back.",
                    ctx.now,
                ));
            }
            if let (SubjectId::Record(record), Some(case)) =
                (subject, self.case_about(subject, &entries, op)?)
            {
                return Err(self.refuse(
                    &format!("{case} is about {record}."),
                    "A record that cases speak of stays; archive it when it is not needed any more.",
                    ctx.now,
                ));
            }
            let event = if redo { Event::ActionRedone { op } } else { Event::ActionUndone { op } };
            if let Some(gone) = self.would_go_to_somebody_gone(subject, &entries, &event, ctx) {
                return Err(self.refuse(
                    &format!("{subject} would be in the hands of {gone} again, who has left."),
                    "What they held lies with others now; offer it to somebody else.",
                    ctx.now,
                ));
            }
            let undone =
                entries.iter().filter(|entry| entry.op == op).map(|entry| entry.event.clone()).collect();
            if self.append_turn(subject, entries, event, ctx)? {
                return Ok((subject, undone));
            }
        }
        Err(Error::Busy)
    }

    /// What this very undo or redo did, when it had been carried out before.
    fn turned_already(&self, op: OpId) -> Result<Option<(SubjectId, Vec<Event>)>, Error> {
        let Some(subject) = self.store.subject_of_op(op)? else { return Ok(None) };
        let entries = self.store.entries(subject)?;
        let turned = entries.iter().find(|entry| entry.op == op).and_then(|entry| match entry.event {
            Event::ActionUndone { op } | Event::ActionRedone { op } => Some(op),
            _ => None,
        });
        let events = entries.iter().filter(|entry| Some(entry.op) == turned);
        Ok(Some((subject, events.map(|entry| entry.event.clone()).collect())))
    }

    /// A case about the record that the command brought in.
    fn case_about(&self, subject: SubjectId, entries: &[Entry], op: OpId) -> Result<Option<CaseId>, Error> {
        let added = entries.iter().any(|e| e.op == op && matches!(e.event, Event::RecordAdded { .. }));
        let SubjectId::Record(record) = subject else { return Ok(None) };
        if !added {
            return Ok(None);
        }
        let filter = CaseFilter { about: Some(record), limit: Some(1), ..CaseFilter::default() };
        Ok(self.store.cases(&filter)?.first().map(|case| case.id))
    }

    /// The newest command of a person that stands (or, for redo, the one last taken back).
    fn last_action(&self, person: &Handle, redo: bool) -> Result<Option<(SubjectId, OpId)>, Error> {
        for row in self.store.ops_of(person, LOOK_BACK)? {
            let entries = self.store.entries(row.subject)?;
            let undone = fold::undone(&entries);
            let own = entries.iter().find(|entry| entry.op == row.op).map(|entry| &entry.event);
            match (own, redo) {
                (Some(Event::ActionUndone { op }), true) if undone.contains(op) => {
                    return Ok(Some((row.subject, *op)));
                }
                // To redo: what was done again already; one taken back before it may still be.
                (Some(Event::ActionUndone { .. } | Event::ActionRedone { .. }), _) => {}
                (Some(_), false) if !undone.contains(&row.op) => return Ok(Some((row.subject, row.op))),
                // A new action after an undo leaves nothing to do again.
                (Some(_), true) if !undone.contains(&row.op) => return Ok(None),
                _ => {}
            }
        }
        Ok(None)
    }

    fn append_turn(
        &mut self,
        subject: SubjectId,
        entries: Vec<Entry>,
        event: Event,
        ctx: &Context,
    ) -> Result<bool, Error> {
        let head = self.store.head()?;
        let expected = entries.last().map_or(0, |entry| entry.seq);
        let before = rows::rows(&fold(subject, &entries, &self.catalog), &self.catalog);
        let mut entries = entries;
        entries.push(Entry {
            seq: expected,
            at: ctx.now,
            actor: ctx.actor.clone(),
            subject,
            op: ctx.op,
            event: event.clone(),
        });
        let after = rows::rows(&fold(subject, &entries, &self.catalog), &self.catalog);
        let batch = Batch {
            subject,
            expected,
            catalog_seen: self.catalog.seq,
            numbers: (head.numbers, head.numbers),
            at: ctx.now,
            actor: ctx.actor.clone(),
            op: ctx.op,
            events: vec![event],
            changes: rows::changes(&before, after),
            catalog: None,
        };
        self.kept.remove(&subject);
        Ok(!matches!(self.store.append(&batch)?, Appended::Conflict))
    }

    fn refuse(&self, what: &str, hint: &str, now: Instant) -> Error {
        let refusal = Refusal::NotNow { what: what.to_string(), hint: hint.to_string() };
        Error::refused(refusal, &|at| show(&self.catalog, at, now))
    }
}

/// The first thing another person did to the subject after the command and did not take back.
fn touched_since<'e>(entries: &'e [Entry], op: OpId, person: &Handle) -> Option<&'e Entry> {
    let last = entries.iter().rposition(|entry| entry.op == op)?;
    let undone = fold::undone(entries);
    let stands = |entry: &&Entry| !undone.contains(&entry.op) && !fold::refolds(&entry.event);
    let by_other = |entry: &&Entry| entry.actor.person().is_some_and(|other| other != person);
    entries[last + 1..].iter().filter(stands).find(by_other)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use crate::domain::command::{Command, StartCase};
    use crate::domain::event::{Event, SubjectId};
    use crate::domain::{CaseId, HandoffId, RecordId};

    fn note(text: &str) -> Command {
        Command::NoteCase { case: CaseId(1), text: text.into() }
    }

    /// The notes that stand.
    fn noted(desk: &super::Desk) -> Vec<String> {
        let entries = desk.store.entries(SubjectId::Case(CaseId(1))).unwrap();
        let undone = super::fold::undone(&entries);
        let stand = entries.into_iter().filter(|entry| !undone.contains(&entry.op));
        let note = |event| match event {
            Event::CaseNoted { text } => Some(text),
            _ => None,
        };
        stand.filter_map(|entry| note(entry.event)).collect()
    }

    #[test]
    fn several_are_taken_back_and_done_again_in_order() {
        let (mut desk, now) = desk();
        for text in ["note 1", "note 2", "note 3"] {
            desk.execute(&note(text), &ctx("bo", now)).unwrap();
        }
        for left in [2, 1, 0] {
            desk.undo(&ctx("bo", now)).unwrap();
            assert_eq!(noted(&desk).len(), left);
        }
        for back in [1, 2, 3] {
            desk.redo(&ctx("bo", now)).unwrap();
            assert_eq!(noted(&desk), ["note 1", "note 2", "note 3"][..back]);
        }
        let refused = desk.redo(&ctx("bo", now)).unwrap_err();
        assert_eq!(refused.to_string(), "You have taken nothing back.");
        desk.undo(&ctx("bo", now)).unwrap();
        desk.execute(&note("note 4"), &ctx("bo", now)).unwrap();
        assert!(desk.redo(&ctx("bo", now)).is_err(), "a new action leaves nothing to do again");
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn a_retried_undo_takes_back_one_action_and_says_the_same() {
        let (mut desk, now) = desk();
        desk.execute(&note("note 1"), &ctx("bo", now)).unwrap();
        desk.execute(&note("note 2"), &ctx("bo", now)).unwrap();
        let once = ctx("bo", now);
        let said = desk.undo(&once).unwrap();
        assert_eq!(said, (SubjectId::Case(CaseId(1)), vec![Event::CaseNoted { text: "note 2".into() }]));
        assert_eq!(desk.undo(&once).unwrap(), said);
        assert_eq!(noted(&desk), ["note 1"]);
    }

    #[test]
    fn what_somebody_else_built_upon_stays() {
        let (mut desk, now) = desk();
        let accept = Command::AcceptHandoff { case: CaseId(1), handoff: HandoffId(2), next_action: None };
        desk.execute(&accept, &ctx("ana", now)).unwrap();
        let refused = desk.undo(&ctx("bo", now)).unwrap_err();
        assert!(refused.to_string().starts_with("ana acted on C-1 after that"), "{refused}");
        // Ana's own is hers to take back, and then bo's is bo's again.
        desk.undo(&ctx("ana", now)).unwrap();
        assert_eq!(desk.inbox(&h("ana"), now).unwrap().items[0].handoff, Some(HandoffId(2)));
    }

    #[test]
    fn a_record_that_a_case_of_somebody_else_is_about_stays() {
        let (mut desk, now) = desk();
        let about = r#"
process = "visit"
title = "Visit"
kind = "operational"
purpose = "x"
accountable = "@bo"
about = "customer"
[[step]]
step = "go"
title = "Go"
by = "@ana"
goal = "1 day"
next = { end = true }
"#;
        let (process, problems) = crate::domain::process_check::read(about, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
        desk.execute(&Command::PublishProcess { process }, &ctx("ana", now)).unwrap();
        let add = Command::AddRecord { kind: h("customer"), name: "Hansen".into(), fields: vec![] };
        desk.execute(&add, &ctx("bo", now)).unwrap();
        let about = Some((RecordId(1), h("customer"), "Hansen".to_string()));
        let start = StartCase { process: Some(h("visit")), about, ..StartCase::default() };
        desk.execute(&Command::StartCase(start), &ctx("ana", now)).unwrap();
        let refused = desk.undo(&ctx("bo", now)).unwrap_err();
        assert_eq!(refused.to_string(), "C-2 is about R-1.");
        desk.undo(&ctx("ana", now)).unwrap();
        desk.undo(&ctx("bo", now)).unwrap();
        assert!(desk.record(RecordId(1)).is_err());
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }
}
