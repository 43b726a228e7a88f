//! Reads TOML with the place of every key and value, collecting every problem instead of stopping at the
//! first. Knows nothing of what the files are about.

use super::problem::{Places, Problem, in_order, meant, quoted};
use std::collections::HashSet;
use std::fmt::Display;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value of the file.
pub(super) type Node<'a> = &'a Spanned<DeValue<'a>>;

/// The longest file that is read, in bytes.
pub(super) const LONGEST: usize = 4 * 1024 * 1024;

const NOTATION: &str =
    "in TOML a text stands in quotes, a list in `[` and `]`, and each `name = value` on a line of its own";

const TWICE: &str = "the name stands here a second time: take one of the two out, or begin what comes twice, such as a step, \
                     with a line of its own in double brackets, `[[step]]`";

/// The TOML of a text. The problems are those of the notation; of a text with such nothing else is said,
/// since half of it would be about what the parser made up to go on.
pub(super) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, Vec<Problem>> {
    if text.len() > LONGEST {
        return Err(vec![Problem::error((1, 1), format!("the file is longer than {} KiB", LONGEST / 1024))]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table);
    }
    let places = Places::new(text);
    let problem = |error: &toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        let hint = match &message {
            said if said.contains("duplicate key") => Some(TWICE.to_string()),
            said => said.contains("expected").then(|| NOTATION.to_string()),
        };
        Problem::error(places.line_column(start), message).with_hint(hint)
    };
    Err(in_order(errors.iter().map(problem).collect()))
}

/// What has been read so far, and what was wrong with it.
pub(super) struct Reader {
    pub places: Places,
    pub problems: Vec<Problem>,
}

/// A table whose keys are taken one by one; what is left in the end nobody knows.
pub(super) struct Table<'a> {
    /// What the table is, for messages: `step `confirm``.
    pub what: String,
    at: usize,
    entries: Vec<Entry<'a>>,
    seen: HashSet<&'a str>,
}

/// A key and its value.
#[derive(Clone)]
pub(super) struct Entry<'a> {
    pub key: &'a str,
    pub key_at: usize,
    pub value: Node<'a>,
    /// The path of the value, as [`Places`] knows it.
    pub path: String,
}

impl<'a> Table<'a> {
    fn new(table: &'a DeTable<'a>, at: usize, path: &str, what: impl Into<String>) -> Table<'a> {
        let entry = |(key, value): (&'a Spanned<_>, _)| {
            let key_text: &'a std::borrow::Cow<'a, str> = key.get_ref();
            Entry { key: key_text.as_ref(), key_at: key.span().start, value, path: join(path, key_text) }
        };
        let mut entries = table.iter().map(entry).collect::<Vec<_>>();
        // The parser keeps keys by name; people read them as they stand.
        entries.sort_by_key(|entry| entry.key_at);
        Table { what: what.into(), at, entries, seen: HashSet::new() }
    }

    /// The whole file as a table.
    pub fn root(table: &'a Spanned<DeTable<'a>>, what: &str) -> Table<'a> {
        Table::new(table.get_ref(), 0, "", what)
    }

    /// Whether the key is there, taken or not.
    pub fn has(&self, key: &str) -> bool {
        self.seen.contains(key) || self.entries.iter().any(|entry| entry.key == key)
    }

    /// The byte it begins at.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The keys that were not taken yet.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key)
    }

    /// Every entry there is, in the order of the text.
    pub fn all(self) -> Vec<Entry<'a>> {
        self.entries
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_string() } else { format!("{path}.{key}") }
}

impl Reader {
    pub fn new(text: &str) -> Reader {
        Reader { places: Places::new(text), problems: Vec::new() }
    }

    pub fn error(&mut self, at: usize, message: impl Into<String>, hint: impl Into<Option<String>>) {
        let place = self.places.line_column(at);
        self.problems.push(Problem::error(place, message).with_hint(hint));
    }

    /// [`Reader::error`] at a (line, column).
    pub fn error_at(
        &mut self,
        place: (usize, usize),
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        self.problems.push(Problem::error(place, message).with_hint(hint));
    }

    /// Takes the value of a key, if it is there.
    pub fn take<'a>(&mut self, table: &mut Table<'a>, key: &str) -> Option<Entry<'a>> {
        let index = table.entries.iter().position(|entry| entry.key == key)?;
        let entry = table.entries.remove(index);
        table.seen.insert(entry.key);
        self.places.set(entry.path.clone(), entry.value.span().start);
        Some(entry)
    }

    /// Says that a key is missing. The place is where the table begins.
    pub fn missing(&mut self, table: &Table, key: &str, example: &str) {
        let message = format!("{} has no `{key}`", table.what);
        self.error(table.at, message, format!("add `{key} = {example}`"));
    }

    /// Refuses every key that was not taken.
    pub fn finish(&mut self, table: Table, known: &[&str]) {
        for entry in &table.entries {
            let free = known.iter().copied().filter(|key| !table.seen.contains(key));
            let message = format!("{} has an unknown key {}", table.what, quoted(entry.key));
            self.error(entry.key_at, message, meant(entry.key, free));
        }
    }

    /// The value as a table.
    pub fn table<'a>(&mut self, value: Node<'a>, path: &str, what: &str) -> Option<Table<'a>> {
        self.places.set(path.to_string(), value.span().start);
        match value.get_ref() {
            DeValue::Table(table) => Some(Table::new(table, value.span().start, path, what)),
            other => {
                let message = format!("{what} must be a table, not {}", kind_of(other));
                self.error(value.span().start, message, None);
                None
            }
        }
    }

    /// The items of an array, each with its path.
    pub fn items<'a>(&mut self, entry: &Entry<'a>, hint: &str) -> Option<Vec<(Node<'a>, String)>> {
        match entry.value.get_ref() {
            DeValue::Array(array) => {
                let item = |(n, item): (usize, Node<'a>)| (item, format!("{}.{n}", entry.path));
                let items = array.iter().enumerate().map(item).collect::<Vec<_>>();
                for (item, path) in &items {
                    self.places.set(path.clone(), item.span().start);
                }
                Some(items)
            }
            other => {
                let message = format!("`{}` must be a list, not {}", entry.key, kind_of(other));
                self.error(entry.value.span().start, message, hint.to_string());
                None
            }
        }
    }

    /// One line of text that says something; `name` is what messages call it.
    pub fn line(&mut self, value: Node, name: &str) -> Option<String> {
        let at = value.span().start;
        let text = self.long(value, name)?;
        if text.contains('\n') {
            self.error(at, format!("{name} must be one line"), None);
            return None;
        }
        Some(text)
    }

    /// Text of any number of lines. Space around it means nothing.
    pub fn long(&mut self, value: Node, name: &str) -> Option<String> {
        let at = value.span().start;
        let DeValue::String(text) = value.get_ref() else {
            let message = format!("{name} must be a text, not {}", kind_of(value.get_ref()));
            let hint =
                matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_));
            self.error(at, message, hint.then(|| "put it in quotes".to_string()));
            return None;
        };
        let text = text.replace("\r\n", "\n");
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            self.error(at, format!("{name} contains a control character"), "leave it out".to_string());
            return None;
        }
        if text.trim().is_empty() {
            self.error(at, format!("{name} is empty"), "say something, or leave the key out".to_string());
            return None;
        }
        Some(text.trim().to_string())
    }

    /// A text that must read as something. The message of its error may carry a hint after `; `.
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, value: Node, name: &str) -> Option<T> {
        let text = self.line(value, name)?;
        self.read(&text, value.span().start)
    }

    pub fn read<T: FromStr<Err: Display>>(&mut self, text: &str, at: usize) -> Option<T> {
        match text.parse() {
            Ok(read) => Some(read),
            Err(error) => {
                let sentence = error.to_string();
                match sentence.split_once("; ") {
                    Some((message, hint)) => self.error(at, message, hint.to_string()),
                    None => self.error(at, sentence, None),
                }
                None
            }
        }
    }

    /// Yes or no.
    pub fn flag(&mut self, value: Node, name: &str) -> Option<bool> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            other => {
                let message = format!("{name} must be true or false, not {}", kind_of(other));
                self.error(value.span().start, message, None);
                None
            }
        }
    }

    /// A list of texts of one line each, none twice.
    pub fn lines(&mut self, entry: &Entry) -> Option<Vec<String>> {
        let mut lines = Vec::new();
        for (item, _) in self.items(entry, &format!("write `{} = [\"…\"]`", entry.key))? {
            let line = self.line(item, &format!("an item of `{}`", entry.key))?;
            if lines.contains(&line) {
                let message = format!("`{}` names {} twice", entry.key, quoted(&line));
                self.error(item.span().start, message, "leave one out".to_string());
            } else {
                lines.push(line);
            }
        }
        Some(lines)
    }
}

/// What a value is, for messages.
pub(super) fn kind_of(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
