//! Two records made one: what of the one that goes is kept by the other, and everything about it. A preview is the
//! same, taken back.

use super::{Desk, Error, Series};
use crate::domain::command::{Command, Context};
use crate::domain::event::SubjectId;
use crate::domain::field::{self, is_given};
use crate::domain::merge::Merge;
use crate::domain::record::Record;
use crate::domain::{CaseId, RecordId};
use crate::store::CaseFilter;
use sha2::{Digest, Sha256};

/// What merging two records does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The record that stays, and the one that goes, each with its name.
    pub kept: (RecordId, String),
    pub gone: (RecordId, String),
    /// Fields that were empty, with what they hold now.
    pub fields: Vec<(String, String)>,
    /// Fields in which both differ, with what is lost: the one that stays is believed.
    pub lost: Vec<(String, String)>,
    /// Names of the contacts that came over.
    pub contacts: Vec<String>,
    pub cases: Vec<CaseId>,
    /// Records that named the one that goes.
    pub links: Vec<RecordId>,
}

impl Merged {
    /// A short word for all of it: another word is another merge.
    pub fn word(&self) -> String {
        let hash = Sha256::digest(format!("{self:?}"));
        hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Why a merge is refused that comes to something else than was shown.
pub fn changed_since_shown(kept: RecordId, gone: RecordId) -> Error {
    Error::input(
        format!("{gone} or {kept} changed since you were shown this; nothing was done."),
        "The same again shows what it comes to now.",
    )
}

impl Desk {
    /// Makes `gone` one with `kept`: empty fields are filled, contacts, cases and links come over, and it is put
    /// away. One action, or nothing; with `dry_run` nothing in any case.
    ///
    /// # Errors
    /// Refusals of the domain, and of the store.
    pub fn merge_records(
        &mut self,
        kept: RecordId,
        gone: RecordId,
        dry_run: bool,
        by: &mut Series<'_>,
    ) -> Result<Merged, Error> {
        self.merge_as_seen(kept, gone, None, dry_run, by)
    }

    /// The same; whoever was shown what it comes to (`seen`) is refused where it comes to anything else by now.
    pub fn merge_as_seen(
        &mut self,
        kept: RecordId,
        gone: RecordId,
        seen: Option<&Merged>,
        dry_run: bool,
        by: &mut Series<'_>,
    ) -> Result<Merged, Error> {
        let action = Some((by.op)());
        let work = |desk: &mut Desk| {
            let stays = desk.the_record(kept)?;
            let goes = desk.the_record(gone)?;
            let mut done = Merged {
                kept: (kept, stays.name.clone()),
                gone: (gone, goes.name.clone()),
                fields: Vec::new(),
                lost: Vec::new(),
                contacts: Vec::new(),
                cases: Vec::new(),
                links: Vec::new(),
            };
            let mut give = |desk: &mut Desk, command: Command| {
                desk.execute(&command, &Context { action, ..by.context() }).map(|_| ())
            };
            // First, since it says whether the two can be one at all.
            let kind = stays.kind.clone();
            give(desk, Command::Merge(Merge::Record { record: gone, into: kept, kind }))?;
            // A field in which one names the other would name its own record.
            let names = |value: &serde_json::Value, of: RecordId| value.as_str() == Some(&of.to_string());
            let mut emptied = Vec::new();
            for (name, value) in stays.fields.iter().filter(|(_, value)| names(value, gone)) {
                done.lost.push((name.clone(), field::show(value)));
                emptied.push((name.clone(), String::new()));
            }
            if !emptied.is_empty() {
                give(desk, Command::ChangeRecord { record: kept, name: None, fields: emptied })?;
            }
            for (name, value) in &goes.fields {
                match stays.fields.get(name) {
                    _ if names(value, kept) => done.lost.push((name.clone(), field::show(value))),
                    own if !is_given(own) => done.fields.push((name.clone(), field::show(value))),
                    Some(own) if own != value => done.lost.push((name.clone(), field::show(value))),
                    _ => {}
                }
            }
            if !done.fields.is_empty() {
                give(desk, Command::ChangeRecord { record: kept, name: None, fields: done.fields.clone() })?;
            }
            let contacts = goes.contacts.iter().filter(|contact| !stays.contacts.contains(contact));
            let contacts = contacts.cloned().collect::<Vec<_>>();
            done.contacts.extend(contacts.iter().map(|contact| contact.name.clone()));
            for (title, reference) in goes.files.iter().filter(|(title, _)| !stays.files.contains_key(*title))
            {
                let (title, reference) = (title.clone(), reference.clone());
                give(desk, Command::AddFile { record: kept, title, reference })?;
            }
            let about = CaseFilter { about: Some(gone), ..CaseFilter::default() };
            for case in desk.store.cases(&about)? {
                done.cases.push(case.id);
                give(desk, Command::Merge(Merge::Case { case: case.id, into: kept }))?;
            }
            // Rows lag behind within a transaction: what was emptied above still stands in its table.
            desk.settle_rows()?;
            for (field, row) in desk.store.linked_from(gone, usize::MAX >> 1)? {
                done.links.push(row.id);
                let fields = vec![(field, kept.to_string())];
                give(desk, Command::ChangeRecord { record: row.id, name: None, fields })?;
            }
            let (name, messages) = (goes.name.clone(), goes.messages.open.clone());
            give(
                desk,
                Command::Merge(Merge::TakeOver { record: kept, from: gone, name, messages, contacts }),
            )?;
            if seen.is_some_and(|seen| *seen != done) {
                return Err(changed_since_shown(kept, gone));
            }
            Ok(done)
        };
        match dry_run {
            true => self.rehearse(work),
            false => self.in_one_transaction(work),
        }
    }

    fn the_record(&mut self, id: RecordId) -> Result<Record, Error> {
        let (_, subject) = self.load(SubjectId::Record(id))?;
        subject.record().cloned().ok_or_else(|| {
            super::query::not_found(format!("There is no record {id}."), "`baton record list` shows them.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h, op};
    use super::*;
    use crate::domain::command::StartCase;
    use crate::domain::record::Contact;

    #[test]
    fn two_records_become_one_with_everything_about_them_and_apart_again() {
        let (mut desk, now) = desk();
        let mut add = |name: &str, fields: &[(&str, &str)]| {
            let fields = fields.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
            let command = Command::AddRecord { kind: h("customer"), name: name.into(), fields };
            match desk.execute(&command, &ctx("bo", now)).unwrap().subject {
                SubjectId::Record(id) => id,
                other => panic!("{other}"),
            }
        };
        let (kept, gone) =
            (add("Hansen Roofing", &[]), add("Hansen Roofin", &[("phone", "+47 22 00 11 22")]));
        let start = StartCase {
            about: Some((gone, h("customer"), "Hansen Roofin".into())),
            title: Some("x".into()),
            ..StartCase::default()
        };
        let done = desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
        let SubjectId::Case(case) = done.subject else { panic!() };
        let mut next = op;
        let mut by = Series { person: h("bo"), now, op: &mut next };
        let about = |desk: &mut Desk| desk.case(case, now).unwrap().row.about;
        let seen = desk.merge_records(kept, gone, true, &mut by).unwrap();
        assert_eq!((about(&mut desk), seen.cases.len()), (Some(gone), 1), "a preview changes nothing");
        assert_eq!(desk.merge_records(kept, gone, false, &mut by).unwrap(), seen);
        assert_eq!(seen.fields, [("phone".to_string(), "+47 22 00 11 22".to_string())]);
        let view = desk.record(kept, now).unwrap();
        assert_eq!((view.cases.len(), view.record.fields.len()), (1, 1));
        let old = desk.record(gone, now).unwrap().record;
        assert_eq!((old.merged, old.archived.is_some()), (Some(kept), true));
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        let again = desk.merge_records(kept, gone, false, &mut by).unwrap_err();
        assert!(again.to_string().contains("is archived"), "{again}");
        let own = desk.merge_records(kept, kept, false, &mut by).unwrap_err();
        assert!(own.to_string().contains("is one record already"), "{own}");
        desk.undo(&ctx("bo", now)).unwrap();
        assert_eq!(about(&mut desk), Some(gone));
        assert_eq!(desk.record(gone, now).unwrap().record.archived, None);
        assert_eq!(desk.record(kept, now).unwrap().record.fields.len(), 0);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn records_that_name_each_other_become_one_that_does_not_name_itself() {
        let (mut desk, now) = desk();
        for other_way in [false, true] {
            let mut add = |name: &str| {
                let command = Command::AddRecord { kind: h("customer"), name: name.into(), fields: vec![] };
                match desk.execute(&command, &ctx("ana", now)).unwrap().subject {
                    SubjectId::Record(id) => id,
                    other => panic!("{other}"),
                }
            };
            let (house, depot, shed) = (add("House"), add("Depot"), add("Shed"));
            let part = |of: RecordId| vec![("parent".to_string(), of.to_string())];
            let change = |record, of| Command::ChangeRecord { record, name: None, fields: part(of) };
            let itself = desk.execute(&change(house, house), &ctx("ana", now)).unwrap_err();
            assert!(itself.to_string().contains("cannot be itself"), "{itself}");
            desk.execute(&change(depot, house), &ctx("ana", now)).unwrap();
            desk.execute(&change(shed, depot), &ctx("ana", now)).unwrap();
            let ring = desk.execute(&change(house, shed), &ctx("ana", now)).unwrap_err();
            let round = format!(
                "parent of {house} House would lead back to itself: {house} -> {shed} -> {depot} -> {house}."
            );
            assert_eq!(ring.to_string(), round);
            desk.execute(&Command::ArchiveRecord { record: shed, reason: None }, &ctx("ana", now)).unwrap();
            let (kept, gone) = if other_way { (depot, house) } else { (house, depot) };
            let mut next = op;
            let mut by = Series { person: h("ana"), now, op: &mut next };
            let seen = desk.merge_records(kept, gone, true, &mut by).unwrap();
            assert_eq!(seen.lost, [("parent".to_string(), house.to_string())]);
            // Somebody writes meanwhile: what was shown is not what it would be.
            let contact = Contact { name: "Jo".into(), mail: None, phone: None };
            let note = Command::AddContact { record: gone, contact };
            desk.execute(&note, &ctx("ana", now)).unwrap();
            let stale = desk.merge_as_seen(kept, gone, Some(&seen), false, &mut by).unwrap_err();
            assert!(stale.to_string().contains("changed since you were shown this"), "{stale}");
            assert_eq!(desk.record(gone, now).unwrap().record.archived, None);
            let seen = desk.merge_records(kept, gone, true, &mut by).unwrap();
            desk.merge_as_seen(kept, gone, Some(&seen), false, &mut by).unwrap();
            let fields = desk.record(kept, now).unwrap().record.fields;
            assert!(!crate::domain::field::is_given(fields.get("parent")), "{fields:?}");
            assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        }
    }

    #[test]
    fn a_field_for_a_person_takes_only_somebody_the_file_knows() {
        let (mut desk, now) = desk();
        let text =
            "kind = \"asset\"\ntitle = \"Assets\"\nsingular = \"Asset\"\n[field.keeper]\ntype = \"person\"\n";
        let kind = crate::domain::kind_file::parse_kind(text).unwrap();
        desk.execute(&Command::ApplyKind { kind }, &ctx("bo", now)).unwrap();
        let keeper = |who: &str| vec![("keeper".to_string(), who.to_string())];
        let add =
            |who: &str| Command::AddRecord { kind: h("asset"), name: "Van".into(), fields: keeper(who) };
        let nobody = desk.execute(&add("zork"), &ctx("bo", now)).unwrap_err();
        assert_eq!(nobody.to_string(), "`zork` is nobody here.");
        let added = desk.execute(&add("ana"), &ctx("bo", now)).unwrap().subject;
        let SubjectId::Record(record) = added else { panic!("{added}") };
        let change = |who: &str| Command::ChangeRecord { record, name: None, fields: keeper(who) };
        let nobody = desk.execute(&change("zork"), &ctx("bo", now)).unwrap_err();
        assert_eq!(nobody.to_string(), "`zork` is nobody here.");
        desk.execute(&change(""), &ctx("bo", now)).unwrap();
    }

    #[test]
    fn what_was_written_on_the_record_that_goes_waits_at_the_one_that_stays() {
        let (mut desk, now) = desk();
        let mut add = |name: &str| {
            let command = Command::AddRecord { kind: h("customer"), name: name.into(), fields: vec![] };
            match desk.execute(&command, &ctx("bo", now)).unwrap().subject {
                SubjectId::Record(id) => id,
                other => panic!("{other}"),
            }
        };
        let (kept, gone) = (add("Hansen Roofing"), add("Hansen Roofin"));
        for text in ["@ana, ask for the invoice", "nothing to read"] {
            let note = Command::NoteRecord { record: gone, text: text.into() };
            desk.execute(&note, &ctx("bo", now)).unwrap();
        }
        let mut next = op;
        let mut by = Series { person: h("bo"), now, op: &mut next };
        desk.merge_records(kept, gone, false, &mut by).unwrap();
        let waiting = |desk: &Desk| {
            let all = desk.messages_to(&h("ana")).unwrap().into_iter();
            all.map(|(told, title)| format!("{} {title}: {}", told.on, told.text)).collect::<Vec<_>>()
        };
        assert_eq!(waiting(&desk), [format!("{kept} Hansen Roofing: @ana, ask for the invoice")]);
        let lines = desk.record(kept, now).unwrap().timeline;
        let lines = lines.iter().map(|(_, line)| format!("{} {}", line.verb, line.text)).collect::<Vec<_>>();
        let told = |text: &str| lines.iter().any(|line| line.contains(text));
        assert!(told(&format!("note {gone}: \"nothing to read\"")), "{lines:?}");
        assert!(told("(not read before the merge by ana)"), "{lines:?}");
        assert!(told(&format!("merged {gone} Hansen Roofin into this record; 1 unread")), "{lines:?}");
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        // Reading is no act that the merge is built upon.
        let read = Command::ReadMessages { on: SubjectId::Record(kept) };
        desk.execute(&read, &ctx("ana", now)).unwrap();
        assert_eq!(waiting(&desk), [""; 0]);
        desk.undo(&ctx("bo", now)).unwrap();
        assert_eq!(desk.record(gone, now).unwrap().record.archived, None);
        assert_eq!(waiting(&desk), [""; 0], "nobody reads it twice");
        let lines = desk.record(gone, now).unwrap().timeline;
        let read = |line: &str| line.contains("ask for the invoice") && line.ends_with("(read by ana)");
        assert!(lines.iter().any(|(_, line)| read(&line.text)), "{lines:?}");
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        desk.redo(&ctx("bo", now)).unwrap();
        assert_eq!(waiting(&desk), [""; 0]);
        desk.undo(&ctx("bo", now)).unwrap();
        assert_eq!(waiting(&desk), [""; 0]);
        // What nobody has read yet waits where it was written.
        let note = Command::NoteRecord { record: gone, text: "@ana, and for the date".into() };
        desk.execute(&note, &ctx("bo", now)).unwrap();
        desk.merge_records(kept, gone, false, &mut by).unwrap();
        desk.undo(&ctx("bo", now)).unwrap();
        assert_eq!(waiting(&desk), [format!("{gone} Hansen Roofin: @ana, and for the date")]);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn what_somebody_has_read_is_not_unwritten() {
        let (mut desk, now) = desk();
        let add = Command::AddRecord { kind: h("customer"), name: "Hansen".into(), fields: vec![] };
        let SubjectId::Record(record) = desk.execute(&add, &ctx("bo", now)).unwrap().subject else {
            panic!()
        };
        let note = Command::NoteRecord { record, text: "@ana, see this".into() };
        desk.execute(&note, &ctx("bo", now)).unwrap();
        let read = Command::ReadMessages { on: SubjectId::Record(record) };
        desk.execute(&read, &ctx("ana", now)).unwrap();
        let refused = desk.undo(&ctx("bo", now)).unwrap_err();
        assert!(refused.to_string().starts_with(&format!("ana acted on {record} after that")), "{refused}");
    }
}
