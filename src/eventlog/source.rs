//! The bytes of a file: counted, hashed, and unpacked where they are packed, never to more than somebody allows. Knows no
//! text.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::error::{Error, Kind};

/// Unpacked to packed, where nobody says another: deflate itself cannot exceed 1032:1, and real logs reach about 60:1.
pub(super) const RATIO: u64 = 1000;
const RATIO_FROM: u64 = 10_000_000;
/// Bytes a gzip may unpack to, where nobody says another number: no log known is a tenth of it.
pub(super) const UNPACKED: u64 = 100_000_000_000;

/// What is taken of a gzip.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Unpacked to packed.
    pub ratio: u64,
    /// Bytes, unpacked.
    pub unpacked: u64,
}

/// Of the bytes read so far; of the file, once it was read to its end.
#[derive(Clone, Default)]
pub(super) struct Hash(Rc<RefCell<Sha256>>);

impl Hash {
    /// In hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.borrow().clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

pub(super) struct Counted {
    pub file: File,
    pub done: Rc<Cell<u64>>,
    pub hash: Hash,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.hash.0.borrow_mut().update(into.get(..count).unwrap_or_default());
        self.done.set(self.done.get() + count as u64);
        Ok(count)
    }
}

pub(super) enum Source {
    Plain(BufReader<Counted>),
    Gzip { decoder: Box<MultiGzDecoder<BufReader<Counted>>>, out: u64, limits: Limits },
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (decoder, out, limits) = match self {
            Source::Plain(plain) => return plain.read(into),
            Source::Gzip { decoder, out, limits } => (decoder, out, *limits),
        };
        let read = match decoder.read(into) {
            // Tapes and some servers fill the last block with zeros behind the last member. A member whose header is known
            // and whose sum is wrong is damaged, whatever follows.
            Err(error)
                if error.kind() == io::ErrorKind::InvalidInput && *out > 0 && decoder.header().is_none() =>
            {
                if is_padding(decoder.get_mut())? {
                    Ok(0)
                } else {
                    Err(error)
                }
            }
            read => read,
        };
        let count = read.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::from(Kind::TruncatedGzip).into(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                Error::from(Kind::DamagedGzip(error.to_string())).into()
            }
            _ => error,
        })?;
        *out += count as u64;
        let packed = decoder.get_ref();
        let eaten = packed.get_ref().done.get() - packed.buffer().len() as u64;
        if *out > RATIO_FROM && *out > eaten.saturating_mul(limits.ratio) {
            return Err(Error::from(Kind::GzipRatio(limits.ratio)).into());
        }
        if *out > limits.unpacked {
            return Err(Error::from(Kind::GzipBytes(limits.unpacked)).into());
        }
        Ok(count)
    }
}

/// Whether all that is left is zeros.
fn is_padding(rest: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let bytes = rest.fill_buf()?;
        if bytes.is_empty() || bytes.iter().any(|byte| *byte != 0) {
            return Ok(bytes.is_empty());
        }
        let count = bytes.len();
        rest.consume(count);
    }
}
