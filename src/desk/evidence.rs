//! Which cases speak for which version of a process: since when, and together with which other versions. A version that was
//! published by taking something back is the one before it again, and its cases count as that one's. Reads the catalog's
//! entries; judges no figure.

use super::{Desk, Error};
use crate::domain::event::{Event, OpId, SubjectId};
use crate::domain::{Handle, Instant};
use std::collections::{BTreeMap, BTreeSet};

/// What of a version decides which cases speak for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    pub published: Instant,
    /// Since when a case that a log told of must have begun: since it was published. A version that was drawn from a log says
    /// how it was done there, whenever that was.
    pub since: Instant,
    /// The version that it is again; itself, unless taking something back published it.
    pub is: u32,
}

impl Desk {
    /// Of each version of a process.
    ///
    /// # Errors
    /// Those of the store.
    pub fn evidence(&self, process: &Handle) -> Result<BTreeMap<u32, Evidence>, Error> {
        let catalog = self.store.catalog()?;
        let entries = self.store.entries(SubjectId::Catalog)?;
        let turns = |event: &Event| matches!(event, Event::ActionUndone { .. } | Event::ActionRedone { .. });
        let turned = entries.iter().filter(|entry| turns(&entry.event));
        let turned = turned.map(|entry| entry.op).collect::<BTreeSet<OpId>>();
        let mut all = BTreeMap::<u32, Evidence>::new();
        for entry in &entries {
            let Event::ProcessPublished { process: of, version } = &entry.event else { continue };
            if &of.handle != process {
                continue;
            }
            let again = || {
                let same = |(before, _): &(&u32, &Evidence)| catalog.process(process, **before) == Some(of);
                all.iter().rev().find(same).map(|(_, before)| before.is)
            };
            let is = turned.contains(&entry.op).then(again).flatten().unwrap_or(*version);
            let since = if super::import::is_drawn(of) { Instant(i64::MIN) } else { entry.at };
            all.insert(*version, Evidence { published: entry.at, since, is });
        }
        Ok(all)
    }

    /// The two versions that are compared where nobody names both: the newest, or this one, and the one it is measured
    /// against. The first is 0 where there is none.
    ///
    /// # Errors
    /// Those of the store.
    pub fn compared_versions(&self, process: &Handle, version: Option<u32>) -> Result<(u32, u32), Error> {
        let evidence = self.evidence(process)?;
        let newest = || evidence.keys().next_back().copied().unwrap_or(0);
        let version = version.unwrap_or_else(newest);
        let version = evidence.get(&version).map_or(version, |of| of.is);
        Ok((self.baseline(process, version)?, version))
    }

    /// The version another is measured against, and that reverting brings back: the newest before it of which any case
    /// finished, because one that was corrected before anybody ran it tells nothing. The one before where there is none;
    /// 0 for the first.
    pub(super) fn baseline(&self, process: &Handle, version: u32) -> Result<u32, Error> {
        let evidence = self.evidence(process)?;
        let is = |version: u32| evidence.get(&version).map_or(version, |of| of.is);
        let version = is(version);
        for (before, of) in evidence.range(..version).rev() {
            if self.store.has_samples(process, *before, of.since)? {
                return Ok(of.is);
            }
        }
        Ok(is(version.saturating_sub(1)))
    }
}
