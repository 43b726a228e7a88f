//! `doctor`: SQLite's own check, the chain, and every table compared with what the journal folds to.

use super::{Desk, Error};
use crate::domain::case::CaseState;
use crate::domain::catalog::Catalog;
use crate::domain::event::SubjectId;
use crate::domain::fold::{Subject, fold};
use crate::domain::rows;

/// Something that is not as the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it concerns: a subject, an entry, or the file.
    pub about: String,
    pub what: String,
}

impl Desk {
    /// Everything that does not agree with the journal; empty for a sound file. Calls `on_progress` with how
    /// many subjects of how many are compared.
    pub fn doctor(&mut self, on_progress: &mut dyn FnMut(usize, usize)) -> Result<Vec<Finding>, Error> {
        let finding = |about: &str, what: String| Finding { about: about.to_string(), what };
        let mut found =
            self.store.integrity()?.into_iter().map(|what| finding("file", what)).collect::<Vec<_>>();
        if let Some((seq, why)) = self.store.broken_at()? {
            found.push(finding(&format!("entry {seq}"), why.to_string()));
        }
        let folded = self.fold_catalog()?;
        let stored = self.store.catalog()?;
        if folded != stored {
            found.push(finding("catalog", "the stored catalog is not what its entries say".to_string()));
        }
        let subjects = self.store.subjects()?;
        for (n, id) in subjects.iter().enumerate() {
            on_progress(n, subjects.len());
            let entries = self.store.entries(*id)?;
            let subject = fold(*id, &entries, &folded);
            custody(&subject, &mut found);
            let expected = sorted(rows::rows(&subject, &folded));
            let stored = sorted(self.store.rows_of(*id)?);
            if expected != stored {
                found.push(Finding { about: id.to_string(), what: difference(&expected, &stored) });
            }
        }
        on_progress(subjects.len(), subjects.len());
        Ok(found)
    }

    fn fold_catalog(&self) -> Result<Catalog, Error> {
        let mut catalog = Catalog::default();
        for entry in self.store.entries(SubjectId::Catalog)? {
            catalog.apply(&entry);
        }
        Ok(catalog)
    }
}

/// Exactly one responsible party for each open branch, and none where a case is closed.
fn custody(subject: &Subject, found: &mut Vec<Finding>) {
    let Some(case) = subject.case() else { return };
    let about = case.id.to_string();
    for (n, branch) in &case.branches {
        if case.responsible(branch).is_none() {
            found.push(Finding {
                about: about.clone(),
                what: format!("nobody is responsible for branch {n}"),
            });
        }
    }
    let open = case.state == CaseState::Open;
    if open && case.branches.is_empty() {
        found.push(Finding { about, what: "it is open and nothing of it is".to_string() });
    } else if !open && !case.branches.is_empty() {
        found.push(Finding { about, what: "it is closed and something of it is open".to_string() });
    }
}

fn sorted(mut rows: Vec<rows::Row>) -> Vec<rows::Row> {
    rows.sort_by_key(rows::Row::key);
    rows
}

fn difference(expected: &[rows::Row], stored: &[rows::Row]) -> String {
    let missing = expected.iter().find(|row| !stored.iter().any(|other| other.key() == row.key()));
    let extra = stored.iter().find(|row| !expected.iter().any(|other| other.key() == row.key()));
    match (missing, extra) {
        (Some(row), _) => format!("a row is missing: {:?}", row.key()),
        (None, Some(row)) => format!("a row too many: {:?}", row.key()),
        (None, None) => {
            let pair = expected.iter().zip(stored).find(|(a, b)| a != b);
            format!("a row differs from the journal: {:?}", pair.map(|(row, _)| row.key()))
        }
    }
}
