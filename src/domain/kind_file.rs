//! Reads and writes the kinds of records, and the typed fields they share with the data of a process. Does not
//! ask whether the kinds that links lead to exist.

use super::id::Handle;
use super::problem::{Problem, in_order, meant, quoted};
use super::process::DataField;
use super::process_export::{put_field, put_text};
use super::record::{FieldType, Kind};
use super::toml_walk::{self, Reader, Table};

const KIND_KEYS: [&str; 4] = ["kind", "title", "singular", "field"];
const FIELD_KEYS: [&str; 5] = ["type", "title", "required", "of", "to"];
/// Every type a field can have, as files say it.
pub(super) const TYPES: [&str; 11] =
    ["text", "number", "money", "date", "choice", "yes_no", "email", "phone", "link", "person", "list"];

/// Reads a kind of record from TOML: `kind`, `title`, `singular` and `[field.NAME]` tables. The error is every
/// problem of the file, in the order of its lines.
pub fn parse_kind(text: &str) -> Result<Kind, Vec<Problem>> {
    let tree = toml_walk::parse(text)?;
    let mut reader = Reader::new(text);
    let mut table = Table::root(&tree, "the kind");
    let handle = match reader.take(&mut table, "kind") {
        Some(entry) => reader.parsed::<Handle>(entry.value, "`kind`"),
        None => {
            reader.missing(&table, "kind", "\"customer\"");
            None
        }
    };
    let title = reader.take(&mut table, "title").map(|entry| reader.line(entry.value, "`title`"));
    let singular =
        reader.take(&mut table, "singular").and_then(|entry| reader.line(entry.value, "`singular`"));
    let fields = read_fields(&mut reader, &mut table, "field").0;
    reader.finish(table, &KIND_KEYS);
    match (handle, reader.problems.is_empty()) {
        (Some(handle), true) => {
            let title = title.flatten().unwrap_or_else(|| handle.to_string());
            Ok(Kind { handle, title, singular, fields })
        }
        _ => Err(in_order(reader.problems)),
    }
}

/// The kind as a file that [`parse_kind`] reads back to an equal kind.
pub fn export_kind(kind: &Kind) -> String {
    let mut out = String::new();
    put_text(&mut out, "kind", kind.handle.as_str());
    put_text(&mut out, "title", &kind.title);
    if let Some(singular) = &kind.singular {
        put_text(&mut out, "singular", singular);
    }
    for field in &kind.fields {
        put_field(&mut out, "field", field);
    }
    out
}

/// The fields under a key, in the order of the file, and the names of those that could not be read.
pub(super) fn read_fields(
    reader: &mut Reader,
    table: &mut Table,
    key: &str,
) -> (Vec<DataField>, Vec<String>) {
    let (mut fields, mut unread) = (Vec::new(), Vec::new());
    let Some(entry) = reader.take(table, key) else { return (fields, unread) };
    let what = format!("`{key}`");
    let Some(named) = reader.table(entry.value, key, &what) else { return (fields, unread) };
    for entry in named.all() {
        if !is_name(entry.key) {
            let near = Handle::from_text(entry.key).map(|near| near.as_str().replace(['-', '.'], "_"));
            let near = near.filter(|near| is_name(near));
            let hint = near.as_ref().map(|near| format!("write `[{key}.{near}]`"));
            // What the file says elsewhere may be spelt rightly.
            unread.extend(near);
            let message =
                format!("{} cannot be the name of a field: letters, digits and `_`", quoted(entry.key));
            reader.error(entry.key_at, message, hint);
        }
        let before = reader.problems.len();
        let field = reader
            .table(entry.value, &entry.path, &format!("{what} {}", quoted(entry.key)))
            .and_then(|table| read_field(reader, table, entry.key, entry.key_at));
        match field {
            Some(field) if reader.problems.len() == before && is_name(entry.key) => fields.push(field),
            _ => unread.push(entry.key.to_string()),
        }
    }
    (fields, unread)
}

/// Conditions can only say plain names.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn read_field(reader: &mut Reader, mut table: Table, name: &str, at: usize) -> Option<DataField> {
    table.what = format!("field {}", quoted(name));
    let word = match reader.take(&mut table, "type") {
        Some(entry) => reader.line(entry.value, "`type`").map(|word| (word, entry.value.span().start)),
        None => {
            let message = format!("{} has no `type`", table.what);
            reader.error(at, message, format!("add `type = \"text\"`; there is {}", TYPES.join(", ")));
            None
        }
    };
    let of = reader.take(&mut table, "of");
    let to = reader.take(&mut table, "to");
    let kind = match word.as_ref().map(|(word, at)| (word.as_str(), *at)) {
        None => None,
        Some(("text", _)) => Some(FieldType::Text),
        Some(("number", _)) => Some(FieldType::Number),
        Some(("money", _)) => Some(FieldType::Money),
        Some(("date", _)) => Some(FieldType::Date),
        Some(("yes_no" | "yes/no", _)) => Some(FieldType::YesNo),
        Some(("email", _)) => Some(FieldType::Email),
        Some(("phone", _)) => Some(FieldType::Phone),
        Some(("person", _)) => Some(FieldType::Person),
        Some(("list", _)) => Some(FieldType::List),
        Some(("choice", at)) => match &of {
            Some(of) => match reader.lines(of) {
                Some(choices) if choices.is_empty() => {
                    reader.error(
                        of.value.span().start,
                        "a choice of nothing",
                        "name what there is to choose".to_string(),
                    );
                    None
                }
                choices => choices.map(|of| FieldType::Choice { of }),
            },
            None => {
                let message = format!("{} is a choice of nothing", table.what);
                reader.error(at, message, "add `of = [\"…\", \"…\"]`".to_string());
                None
            }
        },
        Some(("link", at)) => match &to {
            Some(to) => reader.parsed(to.value, "`to`").map(|to| FieldType::Link { to }),
            None => {
                let message = format!("{} links to nothing", table.what);
                reader.error(at, message, "add `to = \"customer\"`, the kind of record".to_string());
                None
            }
        },
        Some((word, at)) => {
            let hint = meant(word, TYPES).unwrap_or_else(|| format!("there is {}", TYPES.join(", ")));
            reader.error(at, format!("{} is not a type", quoted(word)), hint);
            None
        }
    };
    for (entry, wanted) in [(&of, "choice"), (&to, "link")] {
        if let (Some(entry), Some(kind)) = (entry, &kind)
            && kind.word() != wanted
        {
            let hint = format!("write `type = \"{wanted}\"`, or leave `{}` out", entry.key);
            reader.error(entry.key_at, format!("`{}` belongs to a {wanted} only", entry.key), hint);
        }
    }
    let title = reader.take(&mut table, "title").and_then(|entry| reader.line(entry.value, "`title`"));
    let required =
        reader.take(&mut table, "required").and_then(|entry| reader.flag(entry.value, "`required`"));
    reader.finish(table, &FIELD_KEYS);
    Some(DataField { name: name.to_string(), title, kind: kind?, required: required.unwrap_or(false) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_with_every_type_of_field() {
        let types = TYPES.map(|word| match word {
            "choice" => "[field.f_choice]\ntype = \"choice\"\nof = [\"a\", \"b\"]\n".to_string(),
            "link" => "[field.f_link]\ntype = \"link\"\nto = \"vendor\"\n".to_string(),
            word => format!("[field.f_{word}]\ntype = \"{word}\"\ntitle = \"F\"\nrequired = true\n"),
        });
        let text = format!("kind = \"asset\"\ntitle = \"Assets\"\nsingular = \"Asset\"\n{}", types.concat());
        let kind = parse_kind(&text).unwrap();
        assert_eq!(
            (kind.handle.as_str(), kind.title.as_str(), kind.singular.as_deref()),
            ("asset", "Assets", Some("Asset"))
        );
        assert_eq!(kind.fields.iter().map(|field| field.kind.word()).collect::<Vec<_>>(), TYPES);
        assert_eq!(kind.fields[0].title.as_deref(), Some("F"));
        assert!(kind.fields[0].required);
    }

    #[test]
    fn the_mistakes_of_a_kind_are_told_with_their_places() {
        let said = |text: &str| {
            let problems = parse_kind(text).unwrap_err();
            problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(
            said("title = \"Assets\"\n"),
            "1:1: error: the kind has no `kind`\n  hint: add `kind = \"customer\"`"
        );
        assert_eq!(
            said("kind = \"asset\"\n[fields.a]\ntype = \"text\"\n"),
            "2:2: error: the kind has an unknown key `fields`\n  hint: did you mean `field`?"
        );
        assert_eq!(
            said("kind = \"asset\"\nfield = 3\n"),
            "2:9: error: `field` must be a table, not a number"
        );
        assert_eq!(
            said("kind = \"Asset\"\n[field.a]\ntype = \"text\"\nrequired = \"yes\"\n"),
            "1:8: error: `Asset` is not a handle: lower-case letters, digits, `-`, `_` and `.`\n  hint: try `asset`\n\
             4:12: error: `required` must be true or false, not a text"
        );
    }
}
