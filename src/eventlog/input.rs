//! The way from a file to text: gzip by its magic bytes, the encoding, and one kind of line end. It bounds
//! what a hostile file can make us hold, and knows nothing of CSV or XES beyond the first character.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::bufread::MultiGzDecoder;

use super::error::{Error, Kind};
use super::excerpt;
use super::guess::Format;
use super::source::{Counted, Hash, Limits, Source};

const CHUNK: usize = 64 * 1024;
/// A file that has been looked at: what it is, and its text from the beginning.
pub(super) struct Input {
    pub text: Text,
    pub format: Format,
    pub gzip: bool,
    pub encoding: &'static Encoding,
    /// Bytes of the file read so far; shared with the reader below the text.
    pub done: Rc<Cell<u64>>,
    pub total: u64,
    pub hash: Hash,
}

pub(super) fn open(path: &Path, encoding: Option<&'static Encoding>, limits: Limits) -> Result<Input, Error> {
    let unreadable = |error: io::Error| Error::from(Kind::Unreadable(error.to_string()));
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(Kind::NotAFile.into());
    }
    let done = Rc::new(Cell::new(0));
    let hash = Hash::default();
    let counted =
        Counted { file: File::open(path).map_err(unreadable)?, done: Rc::clone(&done), hash: hash.clone() };
    let mut plain = BufReader::with_capacity(CHUNK, counted);
    let gzip = plain.fill_buf().map_err(unreadable)?.starts_with(&[0x1f, 0x8b]);
    let source = if gzip {
        Source::Gzip { decoder: Box::new(MultiGzDecoder::new(plain)), out: 0, limits }
    } else {
        Source::Plain(plain)
    };
    let mut raw = Raw { source, buffer: vec![0; CHUNK].into(), at: 0, end: 0, dry: false };
    while raw.end < CHUNK && !raw.dry {
        raw.read_more().map_err(|error| Error::from_io(&error))?;
    }
    let head = raw.head();
    if head.is_empty() {
        return Err(Kind::Empty.into());
    }
    if let Some(what) = not_text(head) {
        return Err(Kind::NotALog(what.to_owned()).into());
    }
    let mark = Encoding::for_bom(head);
    let chosen = encoding.or(mark.map(|(encoding, _)| encoding)).or_else(|| declared(head)).unwrap_or(UTF_8);
    let wide = chosen == UTF_16LE || chosen == UTF_16BE;
    if !wide && head.contains(&0) {
        let what = "it holds zero bytes; if it is UTF-16, read it with --encoding utf-16le or utf-16be";
        return Err(Kind::NotALog(what.to_owned()).into());
    }
    raw.at = mark.filter(|(encoding, _)| *encoding == chosen).map_or(0, |(_, length)| length);
    let mut text = Text::new(raw, chosen);
    let first = text.fill_buf().map_err(|error| Error::from_io(&error))?.trim_ascii_start().first().copied();
    let format = match first {
        None => return Err(Kind::Empty.into()),
        Some(b'<') => Format::Xes,
        Some(b'{') => Format::Jsonl,
        Some(b'[') => {
            let what = "it is one list in JSON; write one object on each line, or export it as CSV or XES";
            return Err(Kind::NotALog(what.to_owned()).into());
        }
        Some(_) => Format::Csv,
    };
    Ok(Input { text, format, gzip, encoding: chosen, done, total: metadata.len(), hash })
}

/// Well-known files people mistake for logs.
fn not_text(head: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "it is a zip archive or a spreadsheet; unpack it, or save the sheet as CSV"),
        (b"\x28\xb5\x2f\xfd", "it is packed with zstd; unpack it first"),
        (b"BZh", "it is packed with bzip2; unpack it first"),
        (b"\xfd7zXZ\0", "it is packed with xz; unpack it first"),
        (b"SQLite format 3\0", "it is a database; export a table as CSV"),
        (b"%PDF", "it is a PDF"),
    ];
    known.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| *what)
}

/// The encoding an XML declaration names. One that is plainly wrong (UTF-16 in a file of single bytes, as
/// some libraries write) is taken for UTF-8, which is checked anyway.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let start = head.trim_ascii_start();
    if !start.starts_with(b"<?xml") {
        return None;
    }
    let declaration = start.get(..start.windows(2).position(|pair| pair == b"?>")?)?;
    let declaration = String::from_utf8_lossy(declaration);
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value.get(1..)?.split(quote).next()?;
    Encoding::for_label(label.as_bytes()).filter(|e| *e != UTF_16LE && *e != UTF_16BE)
}

/// The bytes before decoding; `buffer[at..end]` is what has not been decoded.
struct Raw {
    source: Source,
    buffer: Box<[u8]>,
    at: usize,
    end: usize,
    dry: bool,
}

impl Raw {
    fn head(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    fn read_more(&mut self) -> io::Result<()> {
        if self.at == self.end {
            (self.at, self.end) = (0, 0);
        }
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
        match self.source.read(free) {
            Ok(0) => self.dry = true,
            Ok(count) => self.end += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Where the latest mark is: in what is decoded now, or gone by, on that line.
#[derive(Clone, Copy)]
enum Mark {
    At(usize),
    Line(u64),
}

/// Valid UTF-8 with LF line ends and one at the very end, so that lines can be counted one way whatever the
/// file has, and a quote that swallows the end of the file can be told.
pub(super) struct Text {
    raw: Raw,
    encoding: &'static Encoding,
    decoder: Decoder,
    out: Box<[u8]>,
    at: usize,
    end: usize,
    done: bool,
    after_cr: bool,
    /// The last bytes, with the line end that was added.
    last: [u8; 3],
    /// A line end was added at the very end.
    completed: bool,
    /// The line at `out[counted]`. Lines are counted when somebody asks, many bytes at a time.
    line: u64,
    counted: usize,
    consumed: u64,
    mark: Mark,
    since_mark: u64,
    limit: Option<(u64, Kind)>,
}

impl Text {
    fn new(raw: Raw, encoding: &'static Encoding) -> Self {
        Self {
            raw,
            encoding,
            decoder: encoding.new_decoder_without_bom_handling(),
            out: vec![0; CHUNK + 16].into(),
            at: 0,
            end: 0,
            done: false,
            after_cr: false,
            last: [0; 3],
            completed: false,
            line: 1,
            counted: 0,
            consumed: 0,
            mark: Mark::At(0),
            since_mark: 0,
            limit: None,
        }
    }

    /// Refuses with `kind` to hand out more than `bytes` after a [`Text::mark`].
    pub fn bound(&mut self, bytes: u64, kind: Kind) {
        self.limit = Some((bytes, kind));
    }

    pub fn mark(&mut self) {
        self.mark = Mark::At(self.at);
        self.since_mark = 0;
    }

    /// The line of the first byte that was not consumed at the latest mark, from 1.
    pub fn marked_line(&mut self) -> u64 {
        match self.mark {
            Mark::At(at) => self.count_lines(at),
            Mark::Line(line) => line,
        }
    }

    fn count_lines(&mut self, upto: usize) -> u64 {
        self.line += lines(self.out.get(self.counted..upto).unwrap_or_default());
        self.counted = self.counted.max(upto);
        self.line
    }

    /// What is decoded and not yet consumed, and whether that is all there is.
    pub fn peek(&self) -> (&[u8], bool) {
        (self.out.get(self.at..self.end).unwrap_or_default(), self.done)
    }

    /// Bytes of text handed out so far.
    pub fn consumed(&self) -> u64 {
        self.consumed
    }

    pub fn is_drained(&self) -> bool {
        self.done && self.at == self.end
    }

    /// Whether the file itself ends in a line end; known once it is drained.
    pub fn ends_whole(&self) -> bool {
        !self.completed
    }

    /// Whether a double quote after a line break ends the text: it closes a field that ends in one. A quote after anything
    /// else is doubled where its field has a line break behind it, and closes nothing.
    pub fn ends_in_quote(&self) -> bool {
        self.last == *b"\n\"\n"
    }

    fn refill(&mut self) -> io::Result<()> {
        while self.at == self.end && !self.done {
            self.mark = Mark::Line(self.marked_line());
            self.count_lines(self.end);
            self.counted = 0;
            if self.raw.at == self.raw.end && !self.raw.dry {
                self.raw.read_more()?;
            }
            let (from, room) = (self.raw.head(), self.out.len() - 1);
            let into = self.out.get_mut(..room).unwrap_or_default();
            let (result, eaten, written) =
                self.decoder.decode_to_utf8_without_replacement(from, into, self.raw.dry);
            (self.at, self.end) = (0, written);
            if let DecoderResult::Malformed(length, extra) = result {
                let wrong = eaten.saturating_sub(usize::from(length) + usize::from(extra));
                self.unify_line_ends();
                return Err(self.malformed(wrong).into());
            }
            self.raw.at += eaten;
            self.done = self.raw.dry && result == DecoderResult::InputEmpty;
            self.unify_line_ends();
        }
        Ok(())
    }

    fn unify_line_ends(&mut self) {
        let fresh = self.out.get_mut(..self.end).unwrap_or_default();
        if self.after_cr || fresh.contains(&b'\r') {
            let mut kept = 0;
            for index in 0..fresh.len() {
                let byte = fresh[index];
                if byte != b'\n' || !self.after_cr {
                    fresh[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
                self.after_cr = byte == b'\r';
            }
            self.end = kept;
        }
        for &byte in self.out.get(self.end.saturating_sub(self.last.len())..self.end).unwrap_or_default() {
            self.last.rotate_left(1);
            self.last[2] = byte;
        }
        if self.done && self.last[2] != b'\n' {
            self.out[self.end] = b'\n';
            self.end += 1;
            self.completed = true;
            self.last = [self.last[1], self.last[2], b'\n'];
        }
    }

    fn malformed(&self, wrong: usize) -> Error {
        let raw = self.raw.head();
        let before = raw.get(..wrong).unwrap_or_default();
        let line = self.line + lines(self.out.get(..self.end).unwrap_or_default());
        if self.encoding != UTF_8 {
            return Error::at(line, Kind::NotItsEncoding(self.encoding.name().to_owned()));
        }
        let start = before.iter().rposition(|b| matches!(b, b'\n' | b'\r')).map_or(0, |at| at + 1);
        // The fault can be far into a long line; what precedes it is there for recognising the place.
        let start = start.max(wrong.saturating_sub(24));
        let rest = raw.get(start..).unwrap_or_default();
        let sample = rest.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
        let (sample, _) = WINDOWS_1252.decode_without_bom_handling(sample);
        let byte = raw.get(wrong).copied().unwrap_or_default();
        Error::at(line, Kind::NotUtf8 { byte, sample: excerpt(&sample) })
    }
}

fn lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte == b'\n').count() as u64
}

impl BufRead for Text {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Some((bytes, kind)) = &self.limit
            && self.since_mark > *bytes
        {
            let kind = kind.clone();
            return Err(Error::at(self.marked_line(), kind).into());
        }
        self.refill()?;
        Ok(self.out.get(self.at..self.end).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        let upto = (self.at + count).min(self.end);
        self.since_mark += count as u64;
        self.consumed += count as u64;
        self.at = upto;
    }
}

impl Read for Text {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut ready = self.fill_buf()?;
        let count = ready.read(into)?;
        self.consume(count);
        Ok(count)
    }
}
