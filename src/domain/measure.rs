//! How the cases of a process are measured where it is not as usual: when one counts as finished, which waits
//! are meant, in which zone its days lie. Kept with the process; computes no figure.

use super::id::Handle;
use super::problem::{meant, quoted};
use super::process::Process;
use super::process_check::Check;
use super::process_export::{put_maybe, put_text};
use super::toml_walk::{Entry, Reader};
use super::zone::Zone;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What figures of a process have to know besides its steps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Measure {
    /// A case is finished when this step was done last; `None`: when its last work is done. A case that never
    /// came there is not finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<Handle>,
    /// Ways whose wait is meant, such as a term the law sets: no bottleneck, however long.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliberate: Vec<Way>,
    /// Steps that are meant to come again, such as a weekly report: doing them twice is no rework.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeats: Vec<Handle>,
    /// Where the days and weeks of its cases begin; `None`: where those of the company do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// Its times came as dates: hours reckoned from them mean nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dates_only: bool,
    /// Its rows say when work began, even where none of it took any time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub intervals: bool,
}

/// From one step to the next. Written `a -> b`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Way {
    pub from: Handle,
    pub to: Handle,
}

impl Measure {
    /// Whether the wait between two steps is meant.
    pub fn is_deliberate(&self, from: &Handle, to: &Handle) -> bool {
        self.deliberate.iter().any(|way| (&way.from, &way.to) == (from, to))
    }

    /// What of it is said of these steps only, and what then falls away, as a file writes it.
    pub fn within(&self, steps: &[&Handle]) -> (Measure, Vec<String>) {
        let here = |step: &Handle| steps.contains(&step);
        let mut left = Vec::new();
        let mut keep = |kept: bool, said: String| {
            left.extend((!kept).then_some(said));
            kept
        };
        let finish = self.finish.clone().filter(|step| keep(here(step), format!("finish = \"{step}\"")));
        let ways = self
            .deliberate
            .iter()
            .filter(|way| keep(here(&way.from) && here(&way.to), format!("deliberate = [\"{way}\"]")));
        let deliberate = ways.cloned().collect();
        let again = self.repeats.iter().filter(|step| keep(here(step), format!("repeats = [\"{step}\"]")));
        let repeats = again.cloned().collect();
        (Measure { finish, deliberate, repeats, ..self.clone() }, left)
    }

    /// The same as saying nothing.
    pub fn is_usual(&self) -> bool {
        *self == Measure::default()
    }
}

/// A text that is no way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no way from a step to another; write `a -> b`")]
pub struct NoWay(String);

impl FromStr for Way {
    type Err = NoWay;

    fn from_str(text: &str) -> Result<Way, NoWay> {
        let read = || {
            let (from, to) = text.split_once("->")?;
            Some(Way { from: from.trim().parse().ok()?, to: to.trim().parse().ok()? })
        };
        read().ok_or_else(|| NoWay(quoted(text)))
    }
}

impl TryFrom<String> for Way {
    type Error = NoWay;

    fn try_from(text: String) -> Result<Way, NoWay> {
        text.parse()
    }
}

impl From<Way> for String {
    fn from(way: Way) -> String {
        way.to_string()
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", self.from, self.to)
    }
}

pub(super) fn read_measure(reader: &mut Reader, entry: &Entry) -> Option<Measure> {
    let mut table = reader.table(entry.value, &entry.path, "`measure`")?;
    let finish = reader.take(&mut table, "finish").and_then(|entry| reader.parsed(entry.value, "`finish`"));
    let mut deliberate = Vec::new();
    if let Some(entry) = reader.take(&mut table, "deliberate") {
        for text in reader.lines(&entry).unwrap_or_default() {
            deliberate.extend(reader.read::<Way>(&text, entry.value.span().start));
        }
    }
    let mut repeats = Vec::new();
    if let Some(entry) = reader.take(&mut table, "repeats") {
        for text in reader.lines(&entry).unwrap_or_default() {
            repeats.extend(reader.read::<Handle>(&text, entry.value.span().start));
        }
    }
    let zone = reader.take(&mut table, "zone").and_then(|entry| reader.parsed(entry.value, "`zone`"));
    let dates_only = reader.take(&mut table, "dates_only");
    let dates_only = dates_only.and_then(|entry| reader.flag(entry.value, "`dates_only`")).unwrap_or(false);
    let intervals = reader.take(&mut table, "intervals");
    let intervals = intervals.and_then(|entry| reader.flag(entry.value, "`intervals`")).unwrap_or(false);
    reader.finish(table, &["finish", "deliberate", "repeats", "zone", "dates_only", "intervals"]);
    Some(Measure { finish, deliberate, repeats, zone, dates_only, intervals })
        .filter(|measure| !measure.is_usual())
}

pub(super) fn put_measure(out: &mut String, measure: &Measure) {
    out.push_str("\n[measure]\n");
    put_maybe(out, "finish", measure.finish.as_ref());
    if !measure.deliberate.is_empty() {
        let ways = measure.deliberate.iter().map(|way| format!("\"{way}\"")).collect::<Vec<_>>();
        out.push_str(&format!("deliberate = [{}]\n", ways.join(", ")));
    }
    if !measure.repeats.is_empty() {
        let steps = measure.repeats.iter().map(|step| format!("\"{step}\"")).collect::<Vec<_>>();
        out.push_str(&format!("repeats = [{}]\n", steps.join(", ")));
    }
    if let Some(zone) = &measure.zone {
        put_text(out, "zone", zone.name());
    }
    if measure.dates_only {
        out.push_str("dates_only = true\n");
    }
    if measure.intervals {
        out.push_str("intervals = true\n");
    }
}

impl Check<'_> {
    /// Steps that are measured must be there.
    pub(super) fn measure(&mut self) {
        let process: &Process = self.process;
        let Some(measure) = process.measure.as_ref().filter(|_| !self.unread.steps) else { return };
        let ways = measure.deliberate.iter().enumerate();
        let ways =
            ways.flat_map(|(n, way)| [&way.from, &way.to].map(|step| (format!("deliberate.{n}"), step)));
        let finish = measure.finish.iter().map(|step| ("finish".to_string(), step));
        let again = measure.repeats.iter().enumerate().map(|(n, step)| (format!("repeats.{n}"), step));
        let named = finish
            .chain(ways)
            .chain(again)
            .filter(|(_, step)| process.step(step).is_none())
            .collect::<Vec<_>>();
        for (key, step) in named {
            let message = format!("there is no step {}", quoted(step.as_str()));
            let hint = meant(step.as_str(), process.steps.iter().map(|step| step.handle.as_str()));
            self.refuse(&format!("measure.{key}"), message, hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::process_file::{export, parse};

    const FILE: &str = "process = \"fine\"\ntitle = \"Fine\"\npurpose = \"Collect.\"\naccountable = \"@ana\"\n\
        [[step]]\nstep = \"send\"\ntitle = \"Send\"\nby = \"desk\"\ngoal = \"1 day\"\nnext = \"remind\"\n\
        [[step]]\nstep = \"remind\"\ntitle = \"Remind\"\nby = \"desk\"\ngoal = \"1 day\"\nnext = { end = \"paid\" }\n";

    fn read(measure: &str) -> Result<Process, Vec<String>> {
        let (process, problems) =
            crate::domain::process_check::read(&format!("{FILE}[measure]\n{measure}"), &Default::default());
        process.ok_or(problems.into_iter().filter(|p| p.is_error()).map(|p| p.message).collect())
    }

    #[test]
    fn what_is_said_of_measuring_is_read_and_written_back() {
        let process =
            read("finish = \"remind\"\ndeliberate = [\"send -> remind\"]\nrepeats = [\"remind\"]\nzone = \"Europe/Rome\"\ndates_only = true\nintervals = true\n")
                .unwrap();
        let measure = process.measure.clone().unwrap();
        let (send, remind) = ("send".parse().unwrap(), "remind".parse().unwrap());
        assert!(measure.is_deliberate(&send, &remind) && !measure.is_deliberate(&remind, &send));
        assert_eq!(measure.repeats, [remind]);
        assert_eq!(parse(&export(&process)), Ok(process.clone()));
        let json = serde_json::to_string(&process).unwrap();
        assert!(json.contains(r#""deliberate":["send -> remind"]"#), "{json}");
        assert_eq!(serde_json::from_str::<Process>(&json).unwrap(), process);
        assert_eq!(read("").unwrap().measure, None, "an empty table says nothing");
    }

    #[test]
    fn a_way_between_steps_that_are_not_there_is_refused() {
        assert_eq!(read("finish = \"remnd\"\n").unwrap_err(), ["there is no step `remnd`"]);
        assert_eq!(read("deliberate = [\"send -> x\"]\n").unwrap_err(), ["there is no step `x`"]);
        assert_eq!(read("repeats = [\"x\"]\n").unwrap_err(), ["there is no step `x`"]);
        let said = read("deliberate = [\"send, remind\"]\n").unwrap_err();
        assert_eq!(said, ["`send, remind` is no way from a step to another"]);
        assert!(read("zone = \"Mars\"\n").is_err());
    }
}
