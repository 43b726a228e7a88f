//! The options, checked once before the file is opened. It decides nothing about the file.

use encoding_rs::Encoding;

use super::error::{Error, Kind};
use super::format::TimeFormat;
use super::source::{Limits, RATIO, UNPACKED};
use super::zone::Zone;
use super::{Options, View};

pub(super) struct Settings<'a> {
    pub options: &'a Options,
    pub zone: Zone,
    pub time: Option<TimeFormat>,
    pub encoding: Option<&'static Encoding>,
    pub delimiter: Option<u8>,
    pub gzip: Limits,
    /// Anything of an event is kept that no work is made of.
    pub keeps: bool,
}

impl<'a> Settings<'a> {
    pub fn new(options: &'a Options) -> Result<Self, Error> {
        let encoding = |label: &String| {
            Encoding::for_label(label.trim().as_bytes()).ok_or(Kind::UnknownEncoding(label.clone()))
        };
        let delimiter = |c: char| match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() && !matches!(c, '"' | '\n' | '\r' | '\0') => Ok(byte),
            _ => Err(Kind::BadDelimiter(c)),
        };
        Ok(Self {
            options,
            zone: Zone::new(options.zone.as_deref())?,
            time: options.time_format.as_deref().map(TimeFormat::new).transpose()?,
            encoding: options.encoding.as_ref().map(encoding).transpose()?,
            delimiter: options.delimiter.map(delimiter).transpose()?,
            keeps: !options.keep.is_empty(),
            gzip: Limits {
                ratio: options.gzip_ratio.unwrap_or(RATIO),
                unpacked: options.gzip_bytes.unwrap_or(UNPACKED),
            },
        })
    }

    /// The text, unless there is none or it is one the user has declared to mean nothing. Ids and names are kept as
    /// they are, spaces too, unless the user wants those off.
    pub fn present<'t>(&self, text: &'t str) -> Option<&'t str> {
        let text = if self.options.trim { text.trim() } else { text };
        (!text.is_empty() && !self.options.null_tokens.iter().any(|token| token == text)).then_some(text)
    }

    /// The same of what is read and not kept, a time or a transition: spaces alone say nothing there.
    pub fn said<'t>(&self, text: &'t str) -> Option<&'t str> {
        let blank = text.bytes().all(|byte| byte.is_ascii_whitespace());
        self.present(text).filter(|_| !blank)
    }

    pub fn view(&self) -> View {
        self.options.view
    }

    pub fn is_excluded(&self, activity: &str) -> bool {
        self.options.exclude.iter().any(|excluded| excluded == activity)
    }
}

/// What the user asked for in an option that can also be `none`.
pub(super) fn is_none(option: Option<&str>) -> bool {
    option.is_some_and(|name| name.eq_ignore_ascii_case("none"))
}
