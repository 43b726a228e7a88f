//! What an XES was taken for, once it is read, and whether what somebody named was in it. It reads nothing.

use quick_xml::events::BytesStart;

use super::Log;
use crate::eventlog::error::{Error, Kind};
use crate::eventlog::guess::{Column, Format, Guess, Lifecycle, Role};
use crate::eventlog::settings::is_none;
use crate::eventlog::{View, excerpt, more};

impl Log<'_, '_> {
    /// What somebody named is there, at least once: else a slip of the pen leaves everything out of it.
    pub(super) fn must_be_there(&self) -> Result<(), Error> {
        let (options, report) = (self.settings.options, &self.tally.report);
        let kept = more::named(options).find(|key| !self.kept.contains(*key) && !self.keys.uses(key));
        let missing = [
            ("trace", options.case.as_deref(), report.unnamed_cases >= report.cases),
            ("event", options.start.as_deref(), !self.trace.saw_start),
            ("event", options.resource.as_deref(), report.without_resource == report.accepted),
            ("event", options.lifecycle.as_deref(), report.lifecycle.is_empty()),
            ("event", options.group.as_deref(), report.grouped == 0),
            ("trace or event", kept, true),
        ];
        let mut named = missing.into_iter().filter_map(|(place, name, is_missing)| {
            Some((place, name.filter(|name| is_missing && !is_none(Some(name)))?))
        });
        match named.find(|_| report.accepted > 0) {
            Some((place, name)) => Err(Kind::NoSuchAttribute { place, name: excerpt(name) }.into()),
            None => Ok(()),
        }
    }

    pub(super) fn guess(&self, gzip: bool, encoding: &str, naive_times: Option<bool>) -> Guess {
        let options = self.settings.options;
        let report = &self.tally.report;
        let is_sniff = naive_times.is_none();
        let column = |role, name: &str, given: &Option<String>| Column {
            role,
            name: name.to_owned(),
            number: None,
            given: given.is_some(),
        };
        let mut columns = vec![
            column(Role::Case, &self.keys.case, &options.case),
            column(Role::Activity, &self.keys.activity.join("+"), &options.activity),
            column(Role::Time, &self.keys.time, &options.time),
        ];
        for (role, name, given, is_used) in [
            (Role::Start, &self.keys.start, &options.start, self.trace.saw_start),
            (Role::Resource, &self.keys.resource, &options.resource, true),
            (
                Role::Lifecycle,
                &self.keys.lifecycle,
                &options.lifecycle,
                is_sniff || !report.lifecycle.is_empty(),
            ),
        ] {
            if let Some(name) = name.as_ref().filter(|_| is_used || given.is_some()) {
                columns.push(column(role, name, given));
            }
        }
        let lifecycle = match report.paired + report.starts_without_complete {
            _ if self.keys.lifecycle.is_none() || report.lifecycle.is_empty() => Lifecycle::Unused,
            _ if options.view == View::All => Lifecycle::Ignored,
            0 => Lifecycle::CompleteOnly,
            _ => Lifecycle::Paired,
        };
        Guess {
            format: Format::Xes,
            gzip,
            encoding: encoding.to_owned(),
            delimiter: None,
            columns,
            time_format: self.settings.time.as_ref().map_or("year-month-day".to_owned(), ToString::to_string),
            zone: options.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
            zone_given: options.zone.is_some(),
            naive_times,
            lifecycle,
            view: options.view,
            namespace: self.namespace.clone(),
            classifier: self.classifier.clone(),
            classifiers: self.classifiers.iter().map(|(name, _)| name.clone()).collect(),
        }
    }
}

/// What the root says its elements belong to: its own namespace, or that of the prefix it is written with.
pub(super) fn namespace(root: &BytesStart<'_>) -> Option<String> {
    let name = root.name();
    let key = match name.prefix() {
        Some(prefix) => format!("xmlns:{}", prefix.as_ref()),
        None => "xmlns".to_owned(),
    };
    let found = root.attributes().filter_map(Result::ok).find(|attribute| attribute.key.as_ref() == key)?;
    Some(found.value.into_owned())
}
