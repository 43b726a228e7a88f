//! One XES event while its attributes come in: which of them matter, and what they make together. It knows no
//! XML.

use super::error::Error;
use super::lifecycle::Transition;
use super::more::{GROUP, INSTANCE, OPEN, STATE};
use super::settings::{Settings, is_none};
use super::tally::Tally;
use super::time::{Stamp, year_first};
use super::trace::{Event, Piece, Trace};
use super::{Options, Reason};

/// Which attributes are read as what.
pub(super) struct Keys {
    pub case: String,
    /// More than one if a classifier was asked for; their values are joined with `+`.
    pub activity: Vec<String>,
    pub time: String,
    pub start: Option<String>,
    pub resource: Option<String>,
    pub lifecycle: Option<String>,
    pub group: String,
    /// Starts that say that their work goes on are rows.
    open: bool,
    /// A bit for each length that one of them has: most keys of an event are told not to matter by it alone.
    lengths: u64,
}

impl Keys {
    pub fn new(options: &Options) -> Self {
        let or = |name: &Option<String>, default: &str| name.clone().unwrap_or_else(|| default.to_owned());
        let optional =
            |name: &Option<String>, default| (!is_none(name.as_deref())).then(|| or(name, default));
        let activity = split_plus(&or(&options.activity, "concept:name"));
        let lifecycle = optional(&options.lifecycle, "lifecycle:transition");
        let mut keys = Self {
            case: or(&options.case, "concept:name"),
            time: or(&options.time, "time:timestamp"),
            start: optional(&options.start, "start_timestamp"),
            resource: optional(&options.resource, "org:resource"),
            // Names that hold the transition already tell its rows apart, so nothing is paired.
            group: or(&options.group, GROUP),
            lifecycle: lifecycle.filter(|key| activity.len() == 1 || !activity.contains(key)),
            activity,
            open: options.open_rows,
            lengths: 0,
        };
        keys.measure();
        keys
    }

    /// Takes other parts of the activity.
    pub fn take_activity(&mut self, parts: &[String]) {
        self.activity = parts.to_vec();
        self.measure();
    }

    fn measure(&mut self) {
        let maybe = [&self.start, &self.resource, &self.lifecycle].into_iter().flatten();
        let keys =
            [&self.time, &self.group].into_iter().chain(maybe).chain(&self.activity).map(String::as_str);
        self.lengths = keys.chain([INSTANCE, STATE]).fold(0, |bits, key| bits | bit(key));
    }

    /// Whether an event's attribute of this key matters.
    pub fn wants(&self, key: &str) -> bool {
        self.lengths & bit(key) != 0 && (key == self.group || self.uses(key) || self.open && key == STATE)
    }

    /// Whether work is made of it. Groups are looked at by figures only.
    pub fn uses(&self, key: &str) -> bool {
        let is = |wanted: &Option<String>| wanted.as_deref() == Some(key);
        key == self.time
            || self.activity.iter().any(|wanted| wanted == key)
            || is(&self.resource)
            || is(&self.lifecycle)
            || is(&self.start)
            || key == INSTANCE
    }
}

fn bit(key: &str) -> u64 {
    1 << (key.len() % 64)
}

/// A time attribute as far as it could be read.
#[derive(Default)]
enum Time {
    #[default]
    Missing,
    Bad(String),
    Read(Stamp, i64),
}

impl Time {
    fn read(settings: &Settings<'_>, text: &str) -> Self {
        let stamp = match &settings.time {
            Some(format) => format.parse(text),
            None => year_first(text),
        };
        match stamp.and_then(|stamp| Some((stamp, settings.zone.instant(stamp)?))) {
            Some((stamp, ms)) => Time::Read(stamp, ms),
            // More than a message would show need not be held.
            None => Time::Bad(text.chars().take(100).collect()),
        }
    }
}

#[derive(Default)]
pub(super) struct Draft {
    line: u64,
    parts: Vec<Option<Piece>>,
    time: Time,
    start: Time,
    resource: Option<Piece>,
    transition: Option<Piece>,
    instance: Option<Piece>,
    group: Option<Piece>,
    open: bool,
}

impl Draft {
    pub fn begin(&mut self, line: u64, keys: &Keys) {
        let mut parts = std::mem::take(&mut self.parts);
        parts.clear();
        parts.resize(keys.activity.len(), None);
        *self = Self { line, parts, ..Self::default() };
    }

    /// Takes an attribute that is wanted; true if its key was there before, and the first one counts.
    pub fn take(
        &mut self,
        key: &str,
        value: &str,
        settings: &Settings<'_>,
        keys: &Keys,
        trace: &mut Trace,
    ) -> bool {
        let is = |wanted: &Option<String>| wanted.as_deref() == Some(key);
        let (present, said) = (settings.present(value).is_some(), settings.said(value).is_some());
        let value = if settings.options.trim { value.trim() } else { value };
        let piece = trace.keep(value);
        let (mut used, mut twice) = (false, false);
        // One attribute can be several things, such as the resource and a part of the classifier.
        let parts = keys.activity.iter().map(|wanted| wanted == key).zip(&mut self.parts);
        let others = [
            (present && is(&keys.resource), &mut self.resource),
            (said && is(&keys.lifecycle), &mut self.transition),
            (present && key == INSTANCE, &mut self.instance),
            (present && key == keys.group, &mut self.group),
        ];
        for (_, place) in parts.chain(others).filter(|(is_it, _)| *is_it) {
            twice |= place.is_some();
            used |= place.is_none();
            place.get_or_insert_with(|| piece.clone());
        }
        for (is_it, place) in [(key == keys.time, &mut self.time), (is(&keys.start), &mut self.start)] {
            match place {
                _ if !is_it || !said => {}
                Time::Missing => *place = Time::read(settings, value),
                Time::Bad(_) | Time::Read(..) => twice = true,
            }
        }
        self.open |= keys.open && key == STATE && value == OPEN;
        if !used {
            trace.forget(piece);
        }
        twice
    }

    /// What came of it: an event, or `None` if it was refused or does not count as a step.
    pub fn end(
        &mut self,
        settings: &Settings<'_>,
        keys: &Keys,
        trace: &mut Trace,
        tally: &mut Tally<'_>,
    ) -> Result<Option<Event>, Error> {
        let activity = match self.parts.as_slice() {
            [one] => one.clone(),
            several => {
                let parts = several.iter().flatten().map(|piece| trace.text(piece));
                let joined = parts.collect::<Vec<_>>().join("+");
                Some(trace.keep(&joined))
            }
        };
        let mut refuse = |reason, value: Option<&str>| tally.reject(self.line, reason, value).map(|()| None);
        let named = activity.filter(|piece| settings.present(trace.text(piece)).is_some());
        let Some(activity) = named else { return refuse(Reason::NoActivity, None) };
        let (stamp, end_ms) = match &self.time {
            Time::Missing => return refuse(Reason::NoTime, None),
            Time::Bad(text) => return refuse(Reason::BadTime, Some(text)),
            Time::Read(stamp, ms) => (*stamp, *ms),
        };
        let (start_ms, has_start) = match &self.start {
            Time::Missing => (end_ms, false),
            Time::Bad(text) => return refuse(Reason::BadStart, Some(text)),
            Time::Read(_, ms) => (*ms, true),
        };
        let report = &mut tally.report;
        if settings.is_excluded(trace.text(&activity)) {
            report.excluded += 1;
            return Ok(None);
        }
        report.backwards += u64::from(start_ms > end_ms);
        let mut transition = Transition::Complete;
        if keys.lifecycle.is_some() {
            let text = self.transition.as_ref().map(|piece| trace.text(piece));
            if let Some(text) = text {
                report.count_transition(text);
            }
            transition = match Transition::of(text, settings.view()) {
                Transition::Start if self.open => Transition::Complete,
                transition => transition,
            };
        }
        if transition == Transition::Other || (transition == Transition::Start && has_start) {
            report.ignored += 1;
            return Ok(None);
        }
        Ok(Some(Event {
            position: report.rows_read,
            line: self.line,
            activity,
            start_ms,
            end_ms,
            stamp,
            has_start,
            transition,
            resource: self.resource.take(),
            instance: self.instance.take(),
            group: self.group.take(),
            spelt: self.transition.take(),
            open: self.open,
            more: trace.take_more(),
        }))
    }
}

/// Keys joined with `+`, such as `concept:name+lifecycle:transition`.
pub(super) fn split_plus(text: &str) -> Vec<String> {
    let keys: Vec<String> = text.split('+').map(|key| key.trim().to_owned()).collect();
    if keys.iter().any(String::is_empty) { vec![text.to_owned()] } else { keys }
}

/// The keys of a classifier: separated by spaces, in single quotes if they hold some.
pub(super) fn split_keys(text: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match (c, keys.last_mut()) {
            ('\'', _) => quoted = !quoted,
            (' ', _) if !quoted => keys.push(String::new()),
            (_, Some(key)) => key.push(c),
            (_, None) => {}
        }
    }
    keys.retain(|key| !key.is_empty());
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classifier_keys_with_spaces_are_quoted() {
        assert_eq!(
            split_keys("concept:name  lifecycle:transition"),
            ["concept:name", "lifecycle:transition"]
        );
        assert_eq!(split_keys("'resource country' concept:name"), ["resource country", "concept:name"]);
        assert!(split_keys(" ").is_empty());
    }
}
