//! Cases and records that a condition holds of, for lists. The condition is one as process files have it; of a case or
//! record without a value for what it speaks of it does not hold. Changes nothing.

use super::{Desk, Error};
use crate::domain::Handle;
use crate::domain::catalog::Catalog;
use crate::domain::command::AboutRecord;
use crate::domain::condition::{self, Condition, ConditionError, Names, RecordNames};
use crate::domain::decide;
use crate::domain::process::Process;
use crate::domain::record::Kind;
use crate::domain::rows::{CaseRow, RecordRow};
use serde_json::json;
use std::collections::BTreeMap;

/// Whether a text is a condition and not words to look for: it speaks of the data, the record or the case, or compares.
pub fn is_condition(text: &str) -> bool {
    ["data.", "record.", "case.", " > ", " < ", ">=", "<=", "==", "!="].iter().any(|sign| text.contains(sign))
}

impl Desk {
    /// Those of these cases that the condition holds of.
    ///
    /// # Errors
    /// A condition that does not parse, or that can be asked of no process these cases are of; those of the store.
    pub fn cases_where(&mut self, cases: Vec<CaseRow>, source: &str) -> Result<Vec<CaseRow>, Error> {
        let condition = Condition::compile(source).map_err(refused)?;
        let catalog = self.catalog()?;
        let mut fits = BTreeMap::<(Handle, u32), Result<(), ConditionError>>::new();
        let mut kept = Vec::new();
        for row in cases {
            let Some(case) = self.case_now(row.id)? else { continue };
            let Some(process) = case.definition(&catalog) else { continue };
            let version = (row.process.clone(), row.version);
            let known = fits.entry(version).or_insert_with(|| of_cases(source, &process, &catalog));
            if known.is_ok() && decide::holds(&condition, &process, &case, &self.about(row.about)?) {
                kept.push(row);
            }
        }
        of_any(fits)?;
        Ok(kept)
    }

    /// Of each of these records whether the condition holds of it.
    ///
    /// # Errors
    /// A condition that does not parse, or that can be asked of no kind these records are of; those of the store.
    pub fn records_where<'r>(
        &mut self,
        records: impl Iterator<Item = &'r RecordRow>,
        source: &str,
    ) -> Result<Vec<bool>, Error> {
        let condition = Condition::compile(source).map_err(refused)?;
        let catalog = self.catalog()?;
        let mut fits = BTreeMap::<Handle, Result<(), ConditionError>>::new();
        let mut holds = |row: &RecordRow| {
            let kind = catalog.kinds.get(&row.kind);
            let known = fits.entry(row.kind.clone()).or_insert_with(|| of_records(source, kind));
            let about = AboutRecord::of(&row.fields, kind);
            known.is_ok() && condition.holds(&json!({"record": about.seen})).unwrap_or(false)
        };
        let kept = records.map(&mut holds).collect();
        of_any(fits)?;
        Ok(kept)
    }
}

fn of_cases(source: &str, process: &Process, catalog: &Catalog) -> Result<(), ConditionError> {
    let kind = process.about.as_ref().and_then(|about| catalog.kinds.get(about));
    let record = kind.map_or(RecordNames::Any, |kind| RecordNames::Fields(&kind.fields));
    let names = Names { data: &process.data, record, tables: &process.tables, ..Names::default() };
    condition::check(source, &names)
}

fn of_records(source: &str, kind: Option<&Kind>) -> Result<(), ConditionError> {
    let record = kind.map_or(RecordNames::Any, |kind| RecordNames::Fields(&kind.fields));
    condition::check(source, &Names { record, ..Names::default() })
}

/// That something could be asked at all; else why not, as the first of them has it that knows what was meant.
fn of_any<K>(fits: BTreeMap<K, Result<(), ConditionError>>) -> Result<(), Error> {
    if fits.values().any(Result::is_ok) {
        return Ok(());
    }
    // One that has the name elsewhere says more than what holds of every condition.
    let vague =
        |error: &ConditionError| error.hint.as_ref().is_none_or(|hint| hint.starts_with("a condition"));
    let wrong = fits.into_values().filter_map(Result::err).min_by_key(vague);
    wrong.map_or(Ok(()), |error| Err(refused(error)))
}

fn refused(error: ConditionError) -> Error {
    let hint = error.hint.unwrap_or_else(|| "A condition is such as `data.amount > 1000`.".to_string());
    Error::input(format!("The condition cannot be asked: {}.", error.message), hint)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use super::*;
    use crate::domain::command::{Command, CompleteTask, StartCase};
    use crate::domain::event::SubjectId;
    use crate::domain::{CaseId, RecordId};
    use crate::store::CaseFilter;

    const KIND: &str =
        "kind = \"client\"\n[field.credit]\ntype = \"money\"\n[field.vip]\ntype = \"yes_no\"\n";
    const PROCESS: &str = r#"
process = "deal"
title = "Deal"
kind = "operational"
purpose = "Money."
accountable = "@bo"
about = "client"
[[step]]
step = "sell"
title = "Sell"
by = "@bo"
goal = "1 day"
next = [ { if = "record.credit > 10000", to = "big" }, { to = "small" } ]
[[step]]
step = "big"
title = "Big"
by = "@bo"
goal = "1 day"
next = { end = true }
[[step]]
step = "small"
title = "Small"
by = "@bo"
goal = "1 day"
next = { end = true }
"#;

    /// A sale of 12,400 (C-1), and a deal with a client of little credit and one with much (C-2, C-3).
    fn deals() -> (Desk, crate::domain::Instant) {
        let (mut desk, now) = desk();
        let kind = crate::domain::kind_file::parse_kind(KIND).unwrap();
        desk.execute(&Command::ApplyKind { kind }, &ctx("bo", now)).unwrap();
        let (process, problems) = crate::domain::process_check::read(PROCESS, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
        desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
        for (name, credit, vip) in [("Small", "9000 EUR", "no"), ("Large", "20000 EUR", "yes")] {
            let fields = vec![("credit".into(), credit.into()), ("vip".into(), vip.into())];
            let add = Command::AddRecord { kind: h("client"), name: name.into(), fields };
            let SubjectId::Record(id) = desk.execute(&add, &ctx("bo", now)).unwrap().subject else {
                panic!()
            };
            let about = Some((id, h("client"), name.to_string()));
            let start = StartCase { process: Some(h("deal")), about, ..StartCase::default() };
            desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
        }
        (desk, now)
    }

    fn chosen(desk: &mut Desk, source: &str) -> Result<Vec<i64>, Error> {
        let cases = desk.cases(&CaseFilter::default())?;
        let mut chosen = desk.cases_where(cases, source)?.iter().map(|row| row.id.0).collect::<Vec<_>>();
        chosen.sort();
        Ok(chosen)
    }

    #[test]
    fn an_amount_of_a_record_is_compared_as_a_number_where_a_case_goes_on() {
        let (mut desk, now) = deals();
        for (case, step) in [(CaseId(2), "small"), (CaseId(3), "big")] {
            let task = desk.tasks(Some(case), None).unwrap()[0].id;
            let done = CompleteTask {
                case,
                task,
                data: Vec::new(),
                documents: Vec::new(),
                to: None,
                note: None,
                all_checked: false,
                checked: Vec::new(),
                anyway: None,
                outcome: None,
                reason: None,
                agreed: Default::default(),
            };
            desk.execute(&Command::CompleteTask(done), &ctx("bo", now)).unwrap();
            let places = desk.places(Some(&h("deal"))).unwrap();
            let at = places.iter().find(|open| open.case.id == case).unwrap();
            assert_eq!(at.place.step, h(step), "{case}");
        }
    }

    #[test]
    fn cases_are_chosen_by_a_condition_over_their_data_their_record_and_themselves() {
        let (mut desk, _) = deals();
        assert_eq!(chosen(&mut desk, "data.amount > 12000").unwrap(), [1]);
        assert_eq!(chosen(&mut desk, "data.amount > 13000").unwrap(), [0; 0]);
        assert_eq!(chosen(&mut desk, "record.credit < 10000").unwrap(), [2]);
        assert_eq!(chosen(&mut desk, "record.vip").unwrap(), [3]);
        assert_eq!(chosen(&mut desk, "not case.urgent").unwrap(), [1, 2, 3]);
        // Of a case without a record nothing is known of one, neither so nor otherwise.
        assert_eq!(chosen(&mut desk, "not record.vip").unwrap(), [2]);
    }

    #[test]
    fn what_no_process_knows_is_refused_with_what_was_meant() {
        let (mut desk, _) = deals();
        let said = |desk: &mut Desk, source| {
            let error = chosen(desk, source).unwrap_err();
            format!("{error} {}", error.hint())
        };
        assert_eq!(
            said(&mut desk, "data.amont > 1"),
            "The condition cannot be asked: `amont` is not a field in the data of this process. did you mean `amount`?"
        );
        assert!(said(&mut desk, "data.amount >").contains("does not parse"));
    }

    #[test]
    fn what_compares_is_a_condition_and_what_does_not_are_words() {
        let (mut desk, _) = deals();
        assert!(is_condition("amount > 1000") && is_condition("data.amount") && is_condition("vip == true"));
        assert!(!is_condition("hansen roof") && !is_condition("#vip") && !is_condition("a -> b"));
        let hint = chosen(&mut desk, "amount > 1000").unwrap_err().hint();
        assert_eq!(hint, "write `data.amount`");
    }

    #[test]
    fn records_are_chosen_by_a_condition_over_their_fields() {
        let (mut desk, now) = deals();
        let rows = desk.records(None, false, now).unwrap();
        let mut chosen = |source: &str| {
            let holds = desk.records_where(rows.iter().map(|item| &item.row), source).unwrap();
            let of = rows.iter().zip(holds).filter(|(_, holds)| *holds);
            of.map(|(item, _)| item.row.id).collect::<Vec<_>>()
        };
        assert_eq!(chosen("record.credit > 10000"), [RecordId(2)]);
        assert_eq!(chosen("record.credit > 10000 or not record.vip"), [RecordId(2), RecordId(1)]);
    }
}
