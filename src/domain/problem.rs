//! Problems found in a file somebody wrote: where, what, and what to write instead. One style for every file
//! we read. Does not decide what is a problem.

use super::counted::counted;
use std::collections::HashMap;
use std::fmt;

/// Whether a file can be used all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

/// One problem of a file. Line and column count from 1, the column in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub line: usize,
    pub column: usize,
    pub severity: Severity,
    pub message: String,
    pub hint: Option<String>,
    /// It is not said that the file is right, nor that it is wrong.
    pub unproved: bool,
}

impl Problem {
    /// A problem that makes the file unusable, at (line, column).
    pub fn error((line, column): (usize, usize), message: impl Into<String>) -> Problem {
        Problem {
            line,
            column,
            severity: Severity::Error,
            message: message.into(),
            hint: None,
            unproved: false,
        }
    }

    /// A problem the file can be used with, at (line, column).
    pub fn warning(place: (usize, usize), message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Warning, ..Problem::error(place, message) }
    }

    /// The same problem with what to write instead, when there is something to say.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Option<String>>) -> Problem {
        self.hint = hint.into();
        self
    }

    /// Whether the file cannot be used with it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// `file:line:column: error: message`, and the hint on a line of its own.
    pub fn in_file(&self, file: &str) -> String {
        format!("{file}:{self}")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{}:{}: {severity}: {}", self.line, self.column, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// The problems in the order of the text, each once, and not more than anybody reads.
pub(super) fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    const MOST: usize = 200;
    problems.sort_by_key(|problem| (problem.line, problem.column, problem.severity));
    problems.dedup();
    if problems.len() > MOST {
        // An error must stay an error, however many warnings stand before it.
        problems.sort_by_key(|problem| problem.severity);
        let more = problems.split_off(MOST);
        problems.sort_by_key(|problem| (problem.line, problem.column));
        if let Some(first) = more.first() {
            let message = format!("not shown from here on: {}", counted(more.len(), "problem"));
            problems.push(Problem { message, hint: None, ..first.clone() });
        }
    }
    problems
}

/// Where the parts of a file stand. A part is named by its path, such as `step.2.next.0.if`; a part that is
/// not known stands where the part around it does.
#[derive(Debug, Default)]
pub struct Places {
    text: String,
    line_starts: Vec<usize>,
    starts: HashMap<String, usize>,
}

impl Places {
    pub(super) fn new(text: &str) -> Places {
        let after_break = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_break).collect();
        Places { text: text.to_string(), line_starts, starts: HashMap::new() }
    }

    pub(super) fn set(&mut self, path: String, byte: usize) {
        self.starts.insert(path, byte);
    }

    /// (line, column) of a byte of the text.
    pub(super) fn line_column(&self, byte: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|start| *start <= byte).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..byte.min(self.text.len())).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    /// (line, column) of a part.
    pub fn of(&self, path: &str) -> (usize, usize) {
        self.line_column(self.byte(path))
    }

    /// (line, column) of a byte within the text value that is a part. A value written with escapes has no
    /// places of its own inside; the whole value's is given.
    pub fn inside(&self, path: &str, value: &str, offset: usize) -> (usize, usize) {
        let start = self.byte(path);
        let quoted = self.text.get(start..).unwrap_or("");
        let quotes = if quoted.starts_with("\"\"\"") || quoted.starts_with("'''") { 3 } else { 1 };
        match quoted.get(quotes..).is_some_and(|rest| rest.starts_with(value)) {
            true => self.line_column(start + quotes + offset),
            false => self.line_column(start),
        }
    }

    /// Whether the text says this part itself.
    pub(super) fn has(&self, path: &str) -> bool {
        self.starts.contains_key(path)
    }

    fn byte(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            match (self.starts.get(path), path.rsplit_once('.')) {
                (Some(byte), _) => return *byte,
                (None, Some((around, _))) => path = around,
                (None, None) => return 0,
            }
        }
    }
}

/// A foreign text made fit to stand in a message: in backquotes, control characters escaped, cut when long.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let short = text.chars().take(LONGEST).flat_map(char::escape_debug).collect::<String>();
    let short = short.replace("\\'", "'").replace("\\\"", "\"");
    let more = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    format!("`{short}{more}`")
}

/// Names as a list for reading: `a`, `b` and `c`.
pub(super) fn listed<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let names = names.into_iter().map(|name| quoted(name.as_ref())).collect::<Vec<_>>();
    match names.as_slice() {
        [] => "nothing".to_string(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `did you mean …?` for the candidate nearest to the name, or all of them when none is near and they are
/// few.
pub(super) fn meant<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const FEW: usize = 12;
    let candidates = candidates.into_iter().collect::<Vec<_>>();
    match super::nearest::nearest(name, candidates.iter().copied()) {
        Some(near) => Some(format!("did you mean {}?", quoted(near))),
        None if candidates.is_empty() || candidates.len() > FEW => None,
        None => Some(format!("there is {}", listed(candidates))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_like_a_compilers() {
        let problem =
            Problem::error((3, 7), "unknown key `titel`").with_hint(meant("titel", ["title", "by"]));
        assert_eq!(
            problem.in_file("o.toml"),
            "o.toml:3:7: error: unknown key `titel`\n  hint: did you mean `title`?"
        );
        assert_eq!(Problem::warning((1, 1), "w").to_string(), "1:1: warning: w");
    }

    #[test]
    fn places_count_characters_and_fall_back_to_what_is_around() {
        let mut places = Places::new("ä = 1\nöö = \"x > 1\"\n");
        places.set("a.b".into(), 14);
        assert_eq!(places.of("a.b"), (2, 6));
        assert_eq!(places.of("a.b.c.d"), (2, 6));
        assert_eq!(places.of("z"), (1, 1));
        assert_eq!(places.inside("a.b", "x > 1", 4), (2, 11));
        assert_eq!(places.inside("a.b", "other", 4), (2, 6));
        assert_eq!(Places::default().of("a.b"), (1, 1));
    }

    #[test]
    fn foreign_text_cannot_reach_the_terminal_raw() {
        assert_eq!(quoted("a\u{1b}[2J"), "`a\\u{1b}[2J`");
        assert_eq!(quoted("it's"), "`it's`");
        assert!(quoted(&"x".repeat(500)).chars().count() < 70);
    }

    #[test]
    fn many_problems_are_cut_and_the_errors_are_kept() {
        let mut many = (0..500).map(|n| Problem::warning((n, 1), "w")).collect::<Vec<_>>();
        many.push(Problem::error((900, 1), "e"));
        let cut = in_order(many);
        assert_eq!(cut.len(), 201);
        assert!(cut.iter().any(Problem::is_error));
        assert_eq!(cut.last().map(|p| p.message.as_str()), Some("not shown from here on: 301 problems"));
    }
}
