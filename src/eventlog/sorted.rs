//! Putting more rows in order than memory should hold: parts of them are sorted and laid aside in temporary
//! files, then taken out of all of them together. It knows no meaning of a row.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, Seek};

use ::csv::{Reader, ReaderBuilder, StringRecord, WriterBuilder};

const MOST_ROWS: usize = 200_000;
const MOST_BYTES: usize = 16 << 20;

pub(super) type Key = (i64, u64);
type Row = (Key, StringRecord);

/// Takes rows in any order.
#[derive(Default)]
pub(super) struct Sorter {
    part: Vec<Row>,
    bytes: usize,
    files: Vec<File>,
}

impl Sorter {
    pub fn push(&mut self, key: Key, fields: &[&str]) -> io::Result<()> {
        let row = StringRecord::from(fields);
        self.bytes += row.as_slice().len();
        self.part.push((key, row));
        if self.part.len() < MOST_ROWS && self.bytes < MOST_BYTES {
            return Ok(());
        }
        self.lay_aside()
    }

    fn lay_aside(&mut self) -> io::Result<()> {
        self.part.sort_by_key(|(key, _)| *key);
        let mut file = temporary()?;
        let mut writer = WriterBuilder::new().flexible(true).from_writer(&mut file);
        for ((first, second), row) in self.part.drain(..) {
            let key = [first.to_string(), second.to_string()];
            writer.write_record(key.iter().map(String::as_str).chain(row.iter()))?;
        }
        writer.flush()?;
        drop(writer);
        file.rewind()?;
        self.files.push(file);
        self.bytes = 0;
        Ok(())
    }

    /// All rows in the order of their keys, equal ones as they came.
    pub fn sorted(mut self) -> io::Result<Sorted> {
        self.part.sort_by_key(|(key, _)| *key);
        let files = self.files.into_iter().map(|file| {
            let mut builder = ReaderBuilder::new();
            let file = builder.has_headers(false).flexible(true).from_reader(BufReader::new(file));
            Part::Laid(Box::new(file))
        });
        let parts = files.chain([Part::Held(self.part.into_iter())]).collect();
        let mut sorted = Sorted { parts, heads: BinaryHeap::new() };
        (0..sorted.parts.len()).try_for_each(|part| sorted.advance(part))?;
        Ok(sorted)
    }
}

/// A file of nobody's that is gone when it is closed.
fn temporary() -> io::Result<File> {
    let mut n = 0_u32;
    loop {
        let name = std::env::temp_dir().join(format!("baton-{}-{n}", std::process::id()));
        match File::options().read(true).write(true).create_new(true).open(&name) {
            Ok(file) => {
                std::fs::remove_file(&name)?;
                return Ok(file);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && n < 10_000 => n += 1,
            Err(error) => return Err(error),
        }
    }
}

enum Part {
    Laid(Box<Reader<BufReader<File>>>),
    Held(std::vec::IntoIter<Row>),
}

struct Head {
    key: Key,
    part: usize,
    row: StringRecord,
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        (self.key, self.part) == (other.key, other.part)
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.key, self.part).cmp(&(other.key, other.part))
    }
}

/// Rows in order, see [`Sorter::sorted`].
pub(super) struct Sorted {
    parts: Vec<Part>,
    heads: BinaryHeap<Reverse<Head>>,
}

impl Sorted {
    pub fn next(&mut self) -> io::Result<Option<Row>> {
        let Some(Reverse(Head { key, part, row })) = self.heads.pop() else { return Ok(None) };
        self.advance(part)?;
        Ok(Some((key, row)))
    }

    fn advance(&mut self, part: usize) -> io::Result<()> {
        let row = match self.parts.get_mut(part) {
            None => None,
            Some(Part::Held(rows)) => rows.next(),
            Some(Part::Laid(reader)) => {
                let mut laid = StringRecord::new();
                match reader.read_record(&mut laid)? {
                    false => None,
                    true => Some(unlay(&laid).ok_or(io::ErrorKind::InvalidData)?),
                }
            }
        };
        if let Some((key, row)) = row {
            self.heads.push(Reverse(Head { key, part, row }));
        }
        Ok(())
    }
}

fn unlay(laid: &StringRecord) -> Option<Row> {
    let key = (laid.get(0)?.parse().ok()?, laid.get(1)?.parse().ok()?);
    Some((key, laid.iter().skip(2).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_come_out_in_order_however_many_parts_there_are(
            rows in prop::collection::vec((-3..3_i64, "[a,\"\n]{0,3}"), 0..40), every in 1..50_usize
        ) {
            let mut sorter = Sorter::default();
            for (n, (first, text)) in rows.iter().enumerate() {
                sorter.push((*first, n as u64), &[text, "x"]).unwrap();
                if n % every == 0 {
                    sorter.lay_aside().unwrap();
                }
            }
            let mut sorted = sorter.sorted().unwrap();
            let mut found = Vec::new();
            while let Some(((first, second), row)) = sorted.next().unwrap() {
                prop_assert_eq!(&row[1], "x");
                found.push((first, second, row[0].to_owned()));
            }
            let mut model: Vec<_> =
                rows.into_iter().enumerate().map(|(n, (first, text))| (first, n as u64, text)).collect();
            model.sort_by_key(|(first, second, _)| (*first, *second));
            prop_assert_eq!(found, model);
        }
    }
}
