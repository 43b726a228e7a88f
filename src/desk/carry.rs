//! The whole journal out and in again: every entry in its order, one JSON object a line. What is brought in makes
//! a fresh file that says the same, derived tables and all; it adds to no file that holds anything.

#[cfg(test)]
mod tests;

use super::export::unwritten;
use super::{Desk, Error};
use crate::domain::counted::counted;
use crate::domain::event::{Actor, Event, OpId, SubjectId};
use crate::domain::{CaseId, Instant, RecordId};
use crate::store::{Appended, Batch};
use flate2::bufread::MultiGzDecoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::Arc;

/// Of the lines; a reader that knows another refuses.
const FORM: u32 = 1;
const AT_ONCE: usize = 1000;
/// What the chores have read of the journal, by the names the store keeps it under.
const CURSORS: [&str; 2] = ["rules", "programs"];

/// What came out, or in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    pub entries: u64,
    /// The hash of the last entry, in hexadecimal digits: equal to that of the file it came from.
    pub digest: String,
    /// The chain came out as it was in the file it came from. It does not where an older program wrote entries
    /// in other words.
    pub same_chain: bool,
}

#[derive(Serialize, Deserialize)]
struct Head {
    baton: String,
    form: u32,
}

#[derive(Serialize, Deserialize)]
struct Line {
    seq: i64,
    at: i64,
    actor: Actor,
    subject: String,
    op: OpId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<OpId>,
    event: Event,
}

#[derive(Serialize, Deserialize)]
struct End {
    end: u64,
    digest: String,
    cursors: BTreeMap<String, i64>,
    /// Of everything before this line.
    sha256: String,
}

impl Desk {
    /// Writes every entry. `on_progress` gets how many of how many are written.
    ///
    /// # Errors
    /// What cannot be written, and those of the store.
    pub fn export_all(
        &mut self,
        out: &mut dyn Write,
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Carried, Error> {
        let head = self.store.head()?.seq;
        let digest = hex(&self.store.digest()?);
        let mut hash = Sha256::new();
        let mut put = |text: String, hash: &mut Sha256| {
            hash.update(text.as_bytes());
            out.write_all(text.as_bytes()).map_err(unwritten)
        };
        put(line(&Head { baton: "journal".to_string(), form: FORM })?, &mut hash)?;
        let (mut after, mut op) = (0, None::<(OpId, Option<OpId>)>);
        while after < head {
            let entries = self.store.entries_after(after, AT_ONCE)?;
            let Some(last) = entries.last().map(|entry| entry.seq) else { break };
            for entry in entries.into_iter().take_while(|entry| entry.seq <= head) {
                let action = match op {
                    Some((known, action)) if known == entry.op => action,
                    _ => {
                        let row = self.store.op(entry.op)?;
                        row.map(|row| row.action).filter(|action| *action != entry.op)
                    }
                };
                op = Some((entry.op, action));
                let written = Line {
                    seq: entry.seq,
                    at: entry.at.0,
                    actor: entry.actor,
                    subject: entry.subject.to_string(),
                    op: entry.op,
                    action,
                    event: entry.event,
                };
                put(line(&written)?, &mut hash)?;
            }
            after = last;
            on_progress(after.min(head).unsigned_abs(), head.unsigned_abs());
        }
        let mut cursors = BTreeMap::new();
        for name in CURSORS {
            cursors.insert(name.to_string(), self.store.cursor(name)?);
        }
        let sha256 = hex(&hash.clone().finalize());
        let entries = head.unsigned_abs();
        put(line(&End { end: entries, digest: digest.clone(), cursors, sha256 })?, &mut hash)?;
        out.flush().map_err(unwritten)?;
        Ok(Carried { entries, digest, same_chain: true })
    }

    /// Makes this file, which must be empty, say what the one says that was written by [`Desk::export_all`].
    ///
    /// # Errors
    /// A file that holds something, one that is cut off or damaged, and those of the store. Nothing has been
    /// brought in then.
    pub fn import_all(
        &mut self,
        path: &Path,
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Carried, Error> {
        let here = self.store.head()?.seq;
        if here > 0 {
            return Err(Error::input(
                format!("{} holds {} already.", self.store.path().display(), counted(here, "entry")),
                "Name a file that is not there yet with --db; it is made.",
            ));
        }
        let end = whole(path)?;
        self.kept.clear();
        self.store.begin()?;
        let done = self.bring_in_all(path, &end, on_progress).and_then(|carried| {
            self.store.commit()?;
            Ok(carried)
        });
        match done {
            Ok(carried) => {
                for (name, seq) in &end.cursors {
                    self.store.set_cursor(name, *seq)?;
                }
                let catalog = self.store.catalog()?;
                self.take_catalog(catalog);
                Ok(carried)
            }
            Err(error) => {
                self.store.roll_back()?;
                Err(error)
            }
        }
    }

    fn bring_in_all(
        &mut self,
        path: &Path,
        end: &End,
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Carried, Error> {
        let mut batch = None::<Batch>;
        let mut lines = open(path)?;
        let (mut text, mut n) = (String::new(), 1u64);
        read(&mut lines, &mut text, path, n)?;
        for seq in 1..=end.end {
            n += 1;
            read(&mut lines, &mut text, path, n)?;
            let line: Line = serde_json::from_str(&text).map_err(|e| wrong(path, n, &e.to_string()))?;
            let subject = subject(&line.subject).ok_or_else(|| wrong(path, n, "no such subject"))?;
            if line.seq.unsigned_abs() != seq {
                return Err(wrong(path, n, "entries are missing or in another order"));
            }
            if let Some(batch) = batch.as_mut().filter(|batch| batch.op == line.op) {
                batch.events.push(line.event);
                continue;
            }
            self.append_as_it_was(batch.take(), path, n)?;
            let head = self.store.head()?;
            batch = Some(Batch {
                subject,
                expected: self.store.last_seq(subject)?,
                catalog_seen: head.catalog_seq,
                numbers: (head.numbers, head.numbers),
                at: Instant(line.at),
                actor: line.actor,
                op: line.op,
                action: line.action,
                events: vec![line.event],
                // Made by the rebuilding, all at once.
                changes: Arc::default(),
                catalog: None,
            });
            if n % 1024 == 0 {
                on_progress(n, end.end * 2);
            }
        }
        self.append_as_it_was(batch.take(), path, n)?;
        self.make_again(&mut |done, of| on_progress((of + done) as u64, (of * 2) as u64))?;
        let digest = hex(&self.store.digest()?);
        let same_chain = digest == end.digest;
        Ok(Carried { entries: end.end, digest, same_chain })
    }

    fn append_as_it_was(&mut self, batch: Option<Batch>, path: &Path, n: u64) -> Result<(), Error> {
        let Some(batch) = batch else { return Ok(()) };
        match self.store.append(&batch)? {
            Appended::Done { .. } => Ok(()),
            Appended::Repeated { .. } | Appended::Conflict => {
                Err(wrong(path, n, "the entries of a command are apart"))
            }
        }
    }
}

fn line(value: &impl Serialize) -> Result<String, Error> {
    let written = serde_json::to_string(value);
    let mut text = written.map_err(|e| Error::input(format!("An entry cannot be written: {e}."), ""))?;
    text.push('\n');
    Ok(text)
}

/// Reads all of it once, so that nothing of a file that is not whole comes in.
fn whole(path: &Path) -> Result<End, Error> {
    let mut lines = open(path)?;
    let (mut text, mut n, mut hash) = (String::new(), 1u64, Sha256::new());
    read(&mut lines, &mut text, path, n)?;
    let head = serde_json::from_str::<Head>(&text).ok().filter(|head| head.baton == "journal");
    match head {
        None => Err(wrong(path, 1, "it is not what `baton export all` writes")),
        Some(head) if head.form != FORM => Err(wrong(path, 1, "a newer Baton wrote it")),
        Some(_) => Ok(()),
    }?;
    loop {
        hash.update(text.as_bytes());
        n += 1;
        if !read(&mut lines, &mut text, path, n)? {
            return Err(wrong(path, n - 1, "it is cut off: its last line is missing"));
        }
        if text.starts_with("{\"end\":") {
            let end: End =
                serde_json::from_str(&text).map_err(|_| wrong(path, n, "it is cut off in its last line"))?;
            let mut rest = String::new();
            return match (end.sha256 == hex(&hash.finalize()), read(&mut lines, &mut rest, path, n)?) {
                (true, false) => Ok(end),
                (false, _) => Err(wrong(path, n, "it is damaged: its lines are not those that were written")),
                (_, true) => Err(wrong(path, n, "something stands behind its end")),
            };
        }
    }
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Error> {
    let unreadable = |e: std::io::Error| Error::input(format!("{} cannot be read: {e}.", path.display()), "");
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let is_gzip = file.fill_buf().map_err(unreadable)?.starts_with(&[0x1f, 0x8b]);
    Ok(match is_gzip {
        true => Box::new(BufReader::new(MultiGzDecoder::new(file))),
        false => Box::new(file),
    })
}

/// The next line with its end; false when there is none.
fn read(lines: &mut dyn BufRead, text: &mut String, path: &Path, n: u64) -> Result<bool, Error> {
    text.clear();
    let read = lines.read_line(text).map_err(|e| wrong(path, n, &e.to_string()))?;
    Ok(read > 0)
}

fn wrong(path: &Path, n: u64, why: &str) -> Error {
    Error::input(
        format!("{}:{n}: {why}.", path.display()),
        "Nothing was imported; write it again with `baton export all`, or fetch it again.",
    )
}

fn subject(text: &str) -> Option<SubjectId> {
    if text == "catalog" {
        return Some(SubjectId::Catalog);
    }
    let case = text.parse::<CaseId>().map(SubjectId::Case);
    case.or_else(|_| text.parse::<RecordId>().map(SubjectId::Record)).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
