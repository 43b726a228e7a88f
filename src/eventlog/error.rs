//! Why a log could not be read: one sentence with a way out, and the place where known. Refused rows are not
//! errors, see `Rejection`.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A reading that ended early. Displays as `file:line: what; hint`.
#[derive(Debug, Clone, PartialEq)]
pub struct Error {
    pub file: PathBuf,
    pub line: Option<u64>,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Kind {
    #[error("cannot be read: {0}; check the name and its permissions")]
    Unreadable(String),
    #[error("is not a regular file; save it to one first")]
    NotAFile,
    #[error("is empty; export the log again")]
    Empty,
    #[error("is not an event log: {0}")]
    NotALog(String),
    #[error(
        "byte 0x{byte:02X} is not UTF-8; as windows-1252 the text reads `{sample}`: if that looks right, read it with --encoding windows-1252"
    )]
    NotUtf8 { byte: u8, sample: String },
    #[error("does not hold to its encoding {0}; name the right one with --encoding")]
    NotItsEncoding(String),
    #[error("no encoding is called `{0}`; use for example utf-8, windows-1252 or utf-16le")]
    UnknownEncoding(String),
    #[error("the gzip stream is cut off; fetch the file again")]
    TruncatedGzip,
    #[error("the gzip stream is damaged ({0}); fetch the file again")]
    DamagedGzip(String),
    #[error(
        "unpacks to more than {0} times its size, which no log does; if you trust it, allow more with --gzip-ratio, or unpack it with gunzip and read that"
    )]
    GzipRatio(u64),
    #[error("unpacks to more than {0} bytes; allow more with --gzip-bytes")]
    GzipBytes(u64),
    #[error("the XML ends in the middle, inside <{0}>; the file is cut off, fetch it again")]
    TruncatedXml(String),
    #[error("the XML is damaged: {0}; mend the file or export it again")]
    DamagedXml(String),
    #[error("has a DOCTYPE, which is refused because it can pull in other files; remove it, XES needs none")]
    Doctype,
    #[error("nests XML deeper than {0} levels, which no log needs; remove the nested attributes")]
    TooDeep(usize),
    #[error("has a piece of markup longer than {0} bytes; shorten that attribute")]
    TokenTooLong(u64),
    #[error("a row is longer than {0} bytes; is there a quote that is never closed?")]
    RecordTooLong(u64),
    #[error("a quote opened in this row is never closed; the file is cut off, or the quote must be doubled")]
    UnclosedQuote,
    #[error("no classifier is called `{name}`; the file declares {found}")]
    NoSuchClassifier { name: String, found: String },
    #[error("the last row is cut off ({0}); fetch the file again, or end it with a line end if it is whole")]
    TruncatedRow(&'static str),
    #[error("no column for the {missing}; the columns are {found}; name one with {hint}")]
    MissingColumns { missing: String, found: String, hint: String },
    #[error("there is no column `{name}`; the columns are {found}")]
    NoSuchColumn { name: String, found: String },
    #[error("no {place} has an attribute `{name}`; write it as the log does")]
    NoSuchAttribute { place: &'static str, name: String },
    #[error(
        "column `{column}`: `{sample}` can be day/month or month/day, and {why}; say which with --time-format dmy or --time-format mdy"
    )]
    AmbiguousDate { column: String, sample: String, why: &'static str },
    #[error(
        "column `{column}` holds no time that can be read (the first value is `{sample}`); give its form with --time-format, such as '%d.%m.%Y %H:%M', or another column with --time-column"
    )]
    NoTimes { column: String, sample: String },
    #[error(
        "`{0}` is no time format; write iso, dmy, mdy, epoch, epoch-ms, epoch-us, excel or a pattern such as '%d.%m.%Y %H:%M'"
    )]
    BadTimeFormat(String),
    #[error("no time zone is called `{0}`; use an IANA name such as Europe/Amsterdam")]
    UnknownZone(String),
    #[error("`{0}` cannot separate columns; use one ASCII character such as ; or ,")]
    BadDelimiter(char),
    #[error("no row says `complete`, only {0}; read every row as a step with --view all")]
    NoCompletes(String),
    #[error("the reading was stopped; nothing of it may be kept")]
    Stopped,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        write!(f, " {}", self.kind)
    }
}

impl std::error::Error for Error {}

impl Error {
    pub(super) fn at(line: u64, kind: Kind) -> Self {
        Self { file: PathBuf::new(), line: Some(line), kind }
    }

    /// The same, of this file.
    #[must_use]
    pub fn in_file(mut self, path: &Path) -> Self {
        self.file = path.to_path_buf();
        self
    }

    /// Our own errors travel through `csv` and `quick-xml` inside an `io::Error`; this gets them out again.
    pub(super) fn from_io(error: &io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(ours) => ours.clone(),
            None => Kind::Unreadable(error.to_string()).into(),
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self { file: PathBuf::new(), line: None, kind }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::other(error)
    }
}
