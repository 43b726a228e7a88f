//! What a log says beyond case, activity, times and whoever did it: which of it is kept, and of which type it is. A
//! text stays as the file has it; a type says what it may be read as. It gives nothing a meaning.

use super::{DEADLINE, Options};
use std::borrow::Cow;

/// What the text of an attribute is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    Text,
    Int,
    Float,
    Bool,
    Date,
    Id,
}

/// A value of a case or a row that no figure is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    pub key: &'a str,
    pub kind: Type,
    /// As the file has it, never empty.
    pub text: &'a str,
}

/// Not a key of the file: how far its clocks were ahead of UTC, as its times say.
pub const OFFSET: &str = "time:offset";
/// What holds the events of one piece of work together, which pairing uses and forgets.
pub const INSTANCE: &str = "concept:instance";
/// Which group did a row, whatever column said so.
pub const GROUP: &str = "org:group";
/// To which state of its life a row brought its work; `complete` where a log does not say.
pub const TRANSITION: &str = "lifecycle:transition";
/// What became of a case that is not done, as a log written here says it: `open` or `withdrawn`.
pub const STATE: &str = "baton:state";
/// What a log written here says of a case beside its rows, for this program to read.
pub const TOLD: &str = "baton:told";
pub const OPEN: &str = "open";
pub const WITHDRAWN: &str = "withdrawn";
/// What is kept of cases.
pub(super) const OF_CASES: [&str; 3] = [DEADLINE, STATE, TOLD];
/// Stands for every key.
const ALL: &str = "all";
/// What process mining tools write into their exports and compute anew when they read them.
const DERIVED: [&str; 2] = ["Variant", "Variant index"];

/// Whether the user wants what stands under a key.
pub(super) fn keeps(options: &Options, key: &str) -> bool {
    options.keep.iter().any(|wanted| wanted == key)
        || (keeps_all(options) && !key.is_empty() && !key.starts_with("@@") && !DERIVED.contains(&key))
}

/// The same of what stands under a key of a case.
pub(super) fn keeps_of_case(options: &Options, key: &str) -> bool {
    options.cases && OF_CASES.contains(&key) || keeps(options, key)
}

pub(super) fn keeps_all(options: &Options) -> bool {
    options.keep.iter().any(|wanted| wanted == ALL)
}

/// Whether the user wants to know by which clocks times were written.
pub fn keeps_offsets(options: &Options) -> bool {
    options.keep.iter().any(|wanted| wanted == ALL || wanted == OFFSET)
}

/// Whether the user wants what held events together.
pub fn keeps_instances(options: &Options) -> bool {
    options.keep.iter().any(|wanted| wanted == ALL || wanted == INSTANCE)
}

/// `+02:00`; the seconds of an offset that has any are left out, because XML has no room for them.
pub fn offset_text(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60);
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The same back.
pub(super) fn offset_of(text: &str) -> Option<i32> {
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    match text.as_bytes().first()? {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

/// The keys named one by one.
pub(super) fn named(options: &Options) -> impl Iterator<Item = &str> {
    options.keep.iter().map(String::as_str).filter(|key| ![ALL, OFFSET, INSTANCE].contains(key))
}

impl Type {
    /// What the element of XES says, if its text is that.
    pub(super) fn of_xes(element: &str, text: &str) -> Type {
        match element {
            "int" if text.trim_ascii().parse::<i64>().is_ok() => Type::Int,
            "float" if is_float(text) => Type::Float,
            "boolean" if is_bool(text) => Type::Bool,
            "date" => Type::Date,
            "id" => Type::Id,
            _ => Type::Text,
        }
    }
}

fn is_float(text: &str) -> bool {
    text.trim_ascii().parse::<f64>().is_ok_and(f64::is_finite)
}

fn is_bool(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

/// A date with a time and an offset: what a table has of a date of XES, and hardly of anything else.
fn is_instant(text: &str) -> bool {
    chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

/// A number as one writes amounts, and not as one writes ids: no sign but minus, no zero before other digits.
fn is_amount(text: &str, point: bool) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = match digits.split_once('.') {
        Some((whole, part)) if point => (whole, Some(part)),
        Some(_) => return false,
        None => (digits, None),
    };
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole_is = are_digits(whole) && whole.len() < 16 && (whole == "0" || !whole.starts_with('0'));
    whole_is && part.is_none_or(are_digits)
}

/// The same as many write it on the continent, `1.262,11`, with a point for the comma; `None` where it is none.
fn with_point(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once(',').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or_default();
    let thousands = groups.clone().next().is_some();
    let are_three = groups.all(|group| group.len() == 3);
    let plain = whole.replace('.', "");
    let sign = if digits.len() < text.len() { "-" } else { "" };
    let plain = part.map_or_else(|| format!("{sign}{plain}"), |part| format!("{sign}{plain}.{part}"));
    (are_three && (!thousands || (1..4).contains(&first.len())) && is_amount(&plain, true)).then_some(plain)
}

/// Whether its comma can be nothing but that before decimals: `1,262` may be a thousand.
fn is_decimal_comma(text: &str) -> bool {
    text.split_once(',').is_some_and(|(whole, part)| part.len() != 3 || whole.contains('.'))
}

/// A column of a table that is kept, and what all its texts can be read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptColumn {
    pub index: usize,
    pub key: String,
    /// Of the case, not of the row.
    pub of_case: bool,
    any: bool,
    int: bool,
    float: bool,
    bool: bool,
    /// All are instants as XES writes them.
    date: bool,
    /// All are amounts with a comma before the decimals, and some can be nothing else.
    comma: bool,
    is_comma: bool,
}

impl KeptColumn {
    /// The column of this name; pm4py writes `case:` before what is said of a case.
    pub fn new(index: usize, name: &str) -> Self {
        let (key, of_case) = match name.strip_prefix("case:") {
            Some(key) if !key.is_empty() => (key, true),
            _ => (name, false),
        };
        let (any, int, float, bool, date) = (false, true, true, true, true);
        let (comma, is_comma) = (true, false);
        Self { index, key: key.to_owned(), of_case, any, int, float, bool, date, comma, is_comma }
    }

    pub fn note(&mut self, text: &str) {
        self.any = true;
        self.int &= is_amount(text, false);
        self.float &= is_amount(text, true);
        self.bool &= is_bool(text);
        self.date = self.date && is_instant(text);
        self.comma = self.comma && with_point(text).is_some();
        self.is_comma |= is_decimal_comma(text);
    }

    /// A text of it as its type is written: of an amount with a point.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.has_commas() {
            true => with_point(text).map_or(Cow::Borrowed(text), Cow::Owned),
            false => Cow::Borrowed(text),
        }
    }

    fn has_commas(&self) -> bool {
        self.comma && self.is_comma
    }

    pub fn kind(&self) -> Type {
        match self {
            Self { any: false, .. } => Type::Text,
            Self { int: true, .. } => Type::Int,
            Self { float: true, .. } => Type::Float,
            with_commas if with_commas.has_commas() => Type::Float,
            Self { bool: true, .. } => Type::Bool,
            Self { date: true, .. } => Type::Date,
            _ => Type::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_a_number_only_where_every_text_is_one() {
        let kind = |texts: &[&str]| {
            let mut column = KeptColumn::new(0, "x");
            texts.iter().for_each(|text| column.note(text));
            column.kind()
        };
        assert_eq!(kind(&["1", "-20", "0"]), Type::Int);
        assert_eq!(kind(&["1", "2.50"]), Type::Float);
        assert_eq!(kind(&["True", "false"]), Type::Bool);
        assert_eq!(kind(&["2011-10-11T13:45:40.276+02:00", "2020-01-01T00:00:00Z"]), Type::Date);
        assert_eq!(kind(&["2011-10-11T13:45:40.276+02:00", "2020-01-01"]), Type::Text);
        for texts in [
            &["007", "7"][..],
            &["1,262", "7"],
            &["167,52", "7.5"],
            &["1.26,5"],
            &["1,2,3"],
            &["1", "NA"],
            &["+1"],
            &["1e5"],
            &[".5"],
            &["5."],
            &["1.2.3"],
            &[],
        ] {
            assert_eq!(kind(texts), Type::Text, "{texts:?}");
        }
    }

    #[test]
    fn amounts_with_a_comma_are_told_with_a_point_where_they_can_be_nothing_else() {
        let texts = ["167,52", "1.262,11", "-5", "1.000.000,5", "12.345"];
        let mut column = KeptColumn::new(0, "cost");
        texts.iter().for_each(|text| column.note(text));
        assert_eq!(column.kind(), Type::Float);
        assert_eq!(texts.map(|text| column.text(text)), ["167.52", "1262.11", "-5", "1000000.5", "12345"]);
    }

    #[test]
    fn what_tools_compute_anew_is_not_kept_with_all() {
        let options = Options { keep: vec!["all".to_owned(), "@@index".to_owned()], ..Options::default() };
        let kept = ["amount", "(case)_Budget", "Variant", "Variant index", "@@duration", "@@index", ""];
        assert_eq!(kept.map(|key| keeps(&options, key)), [true, true, false, false, false, true, false]);
        assert!(!keeps(&Options::default(), "amount"));
    }
}
