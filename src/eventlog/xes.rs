//! XES logs, read once. Elements are matched by their local names, because namespaces vary; declarations and
//! nested attributes are skipped, so that nothing in them is taken for a value. A trace is held until its end
//! to pair its starts, but never more than a bounded part of it.

mod found;
mod prefixes;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event as Markup};
use quick_xml::reader::Reader;
use std::collections::BTreeSet;
use std::path::Path;

use super::draft::{Draft, Keys, split_keys};
use super::error::{Error, Kind};
use super::guess::Guess;
use super::input::{self, Input, Text};
use super::more::{self, Type};
use super::pairs::Pairing;
use super::report::Report;
use super::settings::Settings;
use super::tally::{Progress, Tally};
use super::trace::{Matching, Trace};
use super::{Item, Reason, Stop, excerpt};
use found::namespace;
use prefixes::Prefixes;

const LONGEST_TOKEN: u64 = 1 << 20;
const DEEPEST: usize = 64;

pub(super) fn sniff(input: Input, settings: &Settings<'_>) -> Result<Guess, Error> {
    let (gzip, encoding) = (input.gzip, input.encoding.name());
    let mut nobody = |_: Item<'_>| Ok(());
    let mut log = Log::new(settings, Tally::new(input.total, settings, &mut nobody));
    log.read(input.text, &mut |log| log.at == At::Trace)?;
    Ok(log.guess(gzip, encoding, None))
}

pub(super) fn read(
    path: &Path,
    input: Input,
    settings: &Settings<'_>,
    on_progress: &mut dyn FnMut(u64, u64),
    sink: &mut dyn FnMut(Item<'_>) -> Result<(), Stop>,
) -> Result<(Guess, Report), Error> {
    let (gzip, encoding) = (input.gzip, input.encoding.name());
    let hash = input.hash.clone();
    let mut matching = Matching::Here;
    if settings.options.pair_across {
        let mut nobody = |_: Item<'_>| Ok(());
        let mut log = Log::new(settings, Tally::new(input.total, settings, &mut nobody));
        log.trace.matching = Matching::Noted(Pairing::default());
        let first = input::open(path, Some(input.encoding), settings.gzip)?;
        log.read(first.text, &mut |_| false)?;
        matching = log.trace.matching.known().map_err(|error| Error::from_io(&error))?;
    }
    let mut progress =
        Progress { done: input.done, before: 0, total: input.total, next: 0, tell: on_progress };
    let mut log = Log::new(settings, Tally::new(input.total, settings, sink));
    log.trace.matching = matching;
    log.read(input.text, &mut |_| {
        progress.tick();
        false
    })?;
    progress.end();
    if let Matching::Known(pairs) = &log.trace.matching {
        log.tally.report.starts_without_complete = pairs.open;
    }
    log.must_be_there()?;
    let guess = log.guess(gzip, encoding, Some(log.tally.report.naive_times > 0));
    log.tally.report.sha256 = hash.hex();
    Ok((guess, log.tally.finish()?))
}

/// Where in the document the reading is; what does not matter is skipped and has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Log,
    Trace,
    Event,
    End,
}

struct Log<'a, 's> {
    settings: &'a Settings<'a>,
    keys: Keys,
    tally: Tally<'s>,
    classifiers: Vec<(String, Vec<String>)>,
    namespace: Option<String>,
    prefixes: Prefixes,
    classifier: Option<String>,
    at: At,
    skipped: usize,
    trace: Trace,
    draft: Draft,
    /// Keys that are kept because somebody named them, as far as they were seen.
    kept: BTreeSet<String>,
}

impl<'a, 's> Log<'a, 's> {
    fn new(settings: &'a Settings<'a>, tally: Tally<'s>) -> Self {
        Self {
            settings,
            keys: Keys::new(settings.options),
            tally,
            classifiers: Vec::new(),
            namespace: None,
            prefixes: Prefixes::default(),
            classifier: None,
            at: At::Start,
            skipped: 0,
            trace: Trace::default(),
            draft: Draft::default(),
            kept: BTreeSet::new(),
        }
    }

    /// Reads to the end, or until `stop` says so; it is asked after every piece of markup.
    fn read(&mut self, mut text: Text, stop: &mut dyn FnMut(&Self) -> bool) -> Result<(), Error> {
        text.bound(LONGEST_TOKEN, Kind::TokenTooLong(LONGEST_TOKEN));
        let mut reader = Reader::from_reader(text);
        let mut buffer = Vec::new();
        let mut depth = 0;
        loop {
            buffer.clear();
            reader.get_mut().mark();
            let markup = reader.read_event_into(&mut buffer);
            let text = reader.get_mut();
            match markup.map_err(|error| self.damaged(text, error))? {
                Markup::Start(element) => {
                    depth += 1;
                    if depth > DEEPEST {
                        return Err(Error::at(text.marked_line(), Kind::TooDeep(DEEPEST)));
                    }
                    self.open_element(&element, text)?;
                }
                Markup::Empty(element) => {
                    self.open_element(&element, text)?;
                    self.close_element()?;
                }
                Markup::End(_) => {
                    depth = depth.saturating_sub(1);
                    self.close_element()?;
                }
                Markup::DocType(_) => return Err(Error::at(text.marked_line(), Kind::Doctype)),
                Markup::Text(after) if self.at == At::End && !after.trim().is_empty() => {
                    let what = "text after the end of the log".to_owned();
                    return Err(Error::at(text.marked_line(), Kind::DamagedXml(what)));
                }
                Markup::Eof if self.at == At::End => return Ok(()),
                Markup::Eof if self.at == At::Start => {
                    return Err(Kind::NotALog("it has no element at all".to_owned()).into());
                }
                Markup::Eof => {
                    return Err(Error::at(text.marked_line(), Kind::TruncatedXml(self.place().to_owned())));
                }
                _ => {}
            }
            if stop(self) {
                return Ok(());
            }
        }
    }

    fn place(&self) -> &'static str {
        match self.at {
            At::Start | At::Log | At::End => "log",
            At::Trace => "trace",
            At::Event => "event",
        }
    }

    fn damaged(&self, text: &mut Text, error: quick_xml::Error) -> Error {
        match error {
            quick_xml::Error::Io(io) => Error::from_io(&io),
            quick_xml::Error::Syntax(_) if self.at != At::Start => {
                Error::at(text.marked_line(), Kind::TruncatedXml(self.place().to_owned()))
            }
            error => Error::at(text.marked_line(), Kind::DamagedXml(excerpt(&error.to_string()))),
        }
    }

    fn open_element(&mut self, element: &BytesStart<'_>, text: &mut Text) -> Result<(), Error> {
        if self.skipped > 0 {
            self.skipped += 1;
            return Ok(());
        }
        let name = element.local_name();
        match (self.at, name.as_ref()) {
            (At::Start, "log") => {
                self.at = At::Log;
                self.namespace = namespace(element);
            }
            (At::Start, other) => {
                let what = format!("its root is <{}>, that of XES is <log>", excerpt(other));
                return Err(Error::at(text.marked_line(), Kind::NotALog(what)));
            }
            (At::End, other) => {
                let what = format!("<{}> after the end of the log", excerpt(other));
                return Err(Error::at(text.marked_line(), Kind::DamagedXml(what)));
            }
            (At::Log, "trace") => {
                self.must_be_declared(text)?;
                self.at = At::Trace;
                self.trace.begin();
            }
            (At::Log, "event") => {
                self.skipped = 1;
                self.tally.report.rows_read += 1;
                self.tally.reject(text.marked_line(), Reason::OutsideTrace, None)?;
            }
            (At::Log, "classifier") => {
                self.skipped = 1;
                self.declare(element, text)?;
            }
            (At::Log, "extension") => {
                self.skipped = 1;
                self.prefixes.declare(element);
            }
            (At::Trace, "event") => {
                self.at = At::Event;
                self.trace.begin_event();
                self.tally.report.rows_read += 1;
                self.draft.begin(text.marked_line(), &self.keys);
            }
            (At::Log, _) => self.skipped = 1,
            (At::Trace | At::Event, _) => {
                self.skipped = 1;
                self.attribute(element, text)?;
            }
        }
        Ok(())
    }

    fn close_element(&mut self) -> Result<(), Error> {
        if self.skipped > 0 {
            self.skipped -= 1;
            return Ok(());
        }
        match self.at {
            At::Event => {
                self.at = At::Trace;
                match self.draft.end(self.settings, &self.keys, &mut self.trace, &mut self.tally)? {
                    Some(event) => self.trace.add(event, &mut self.tally),
                    None => Ok(()),
                }
            }
            At::Trace => {
                self.at = At::Log;
                self.trace.end(&mut self.tally)
            }
            At::Log => {
                self.at = At::End;
                Ok(())
            }
            At::Start | At::End => Ok(()),
        }
    }

    fn declare(&mut self, element: &BytesStart<'_>, text: &mut Text) -> Result<(), Error> {
        let (mut name, mut keys) = (None, None);
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|error| self.damaged(text, error.into()))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.damaged(text, error))?;
            match attribute.key.as_ref() {
                "name" => name = Some(value.into_owned()),
                "keys" => keys = Some(split_keys(&value)),
                _ => {}
            }
        }
        if let (Some(name), Some(keys)) = (name, keys)
            && self.classifiers.len() < DEEPEST
            && !keys.is_empty()
            // Of two with one name the first counts, as of everything else.
            && self.classifiers.iter().all(|(known, _)| *known != name)
        {
            let options = self.settings.options;
            if options.classifier.as_ref().or(options.activity.as_ref()) == Some(&name) {
                self.classifier = Some(name.clone());
                // Names that hold the transition already tell its rows apart, so nothing is paired.
                if self.keys.lifecycle.as_ref().is_some_and(|lifecycle| keys.contains(lifecycle)) {
                    self.keys.lifecycle = None;
                }
                self.keys.take_activity(&keys);
            }
            self.classifiers.push((name, keys));
        }
        Ok(())
    }

    /// Classifiers stand before the traces, so that by the first of them the one asked for must be known.
    fn must_be_declared(&self, text: &mut Text) -> Result<(), Error> {
        let Some(name) = self.settings.options.classifier.as_ref().filter(|_| self.classifier.is_none())
        else {
            return Ok(());
        };
        let names: Vec<_> = self.classifiers.iter().map(|(name, _)| format!("`{}`", excerpt(name))).collect();
        let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Err(Error::at(text.marked_line(), Kind::NoSuchClassifier { name: excerpt(name), found }))
    }

    /// An attribute of a trace or an event. The first of a key counts; later ones are reported.
    fn attribute(&mut self, element: &BytesStart<'_>, text: &mut Text) -> Result<(), Error> {
        let (mut key, mut value) = (None, None);
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.damaged(text, error.into()))?;
            match attribute.key.as_ref() {
                "key" => key = Some(attribute),
                "value" => value = Some(attribute),
                _ => {}
            }
        }
        let (Some(key), Some(value)) = (key, value) else { return Ok(()) };
        let read = |attribute: quick_xml::events::attributes::Attribute<'_>| {
            // Most values need nothing done; this saves looking for line ends twice.
            attribute.normalized_value(XmlVersion::Implicit1_0).map(|text| text.into_owned())
        };
        let plain = |text: &str| !text.bytes().any(|byte| matches!(byte, b'&' | b'\n' | b'\t'));
        let escaped_key;
        let key = if plain(&key.value) {
            &*key.value
        } else {
            escaped_key = read(key.clone()).map_err(|error| self.damaged(text, error))?;
            &escaped_key
        };
        let key = &*self.prefixes.usual(key);
        let is_wanted = match self.at {
            At::Trace => key == self.keys.case,
            _ => self.keys.wants(key),
        };
        let is_kept = match self.at {
            At::Trace => !is_wanted && more::keeps_of_case(self.settings.options, key),
            _ => {
                self.settings.keeps
                    && more::keeps(self.settings.options, key)
                    && !self.keys.uses(key)
                    && key != more::STATE
            }
        };
        if !is_wanted && !is_kept {
            return Ok(());
        }
        let escaped_value;
        let value = if plain(&value.value) {
            &*value.value
        } else {
            escaped_value = read(value).map_err(|error| self.damaged(text, error))?;
            &escaped_value
        };
        if is_kept {
            self.keep(element, key, value);
        }
        if is_wanted {
            self.take(key, value);
        }
        Ok(())
    }

    /// Keeps what no figure is made of; the first of a key counts here too.
    fn keep(&mut self, element: &BytesStart<'_>, key: &str, value: &str) {
        let Some(value) = self.settings.present(value) else { return };
        let kind = Type::of_xes(element.local_name().as_ref(), value);
        if !self.kept.contains(key) && more::named(self.settings.options).any(|named| named == key) {
            self.kept.insert(key.to_owned());
        }
        let is_twice = match self.at {
            At::Trace => self.trace.keep_of_case(kind, key, value),
            _ => self.trace.keep_of_event(kind, key, value),
        };
        // What is a group as well was counted as that.
        self.tally.report.duplicate_keys += u64::from(is_twice && !self.keys.wants(key));
    }

    fn take(&mut self, key: &str, value: &str) {
        let is_twice = match (self.at, &self.trace.name) {
            (At::Trace, Some(_)) => true,
            (At::Trace, None) => {
                self.trace.name = self.settings.present(value).map(str::to_owned);
                false
            }
            _ => self.draft.take(key, value, self.settings, &self.keys, &mut self.trace),
        };
        self.tally.report.duplicate_keys += u64::from(is_twice);
    }
}
