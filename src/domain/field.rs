//! Values of typed fields: reading what somebody typed, and showing it again. Used for records and for the
//! data of a case alike; does not know which fields there are.

use super::counted::one;
use super::id::Handle;
use super::record::FieldType;
use chrono::{Datelike, NaiveDate};
use serde_json::Value;

/// Why a text is no value of a field's type, as a sentence with its hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FieldError {
    pub message: String,
    pub hint: String,
}

/// How a list of nothing is typed, which is an answer where leaving it out is none; the first is how it is shown.
const NO_ITEMS: [&str; 2] = ["none", "[]"];

/// More than this is not done side by side in one case.
const MOST_ITEMS: usize = 100;

fn refuse(message: String, hint: &str) -> FieldError {
    FieldError { message, hint: hint.to_string() }
}

impl FieldType {
    /// The word a file says it with.
    pub fn word(&self) -> &'static str {
        match self {
            FieldType::Text => "text",
            FieldType::Number => "number",
            FieldType::Money => "money",
            FieldType::Date => "date",
            FieldType::Choice { .. } => "choice",
            FieldType::YesNo => "yes_no",
            FieldType::Email => "email",
            FieldType::Phone => "phone",
            FieldType::Link { .. } => "link",
            FieldType::Person => "person",
            FieldType::List => "list",
        }
    }

    /// What was typed, as the value that is stored: a JSON number for numbers, a boolean for yes/no, an array for a list, text for
    /// the rest (`1200.50 EUR`, `2026-11-27`). `currency` completes an amount written without one.
    pub fn read(&self, name: &str, text: &str, currency: &str) -> Result<Value, FieldError> {
        let text = text.trim();
        let wrong = |what: &str, hint: &str| {
            Err(refuse(format!("{name}: `{}` is not {what}.", text.escape_debug()), hint))
        };
        match self {
            FieldType::Text => Ok(Value::from(text)),
            FieldType::Number => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => match text.parse::<i64>() {
                    Ok(whole) => Ok(Value::from(whole)),
                    Err(_) => Ok(Value::from(number)),
                },
                _ => wrong("a number", "Write digits with a point, such as 12.5."),
            },
            FieldType::Money => match read_money(text, currency) {
                Some(money) => Ok(Value::from(money)),
                None => wrong(
                    "an amount",
                    "Write an amount and its currency, such as 1200.50 EUR or 1.200,50 EUR.",
                ),
            },
            FieldType::Date => match text.parse().or_else(|_| NaiveDate::parse_from_str(text, "%d.%m.%Y")) {
                // A year of two digits would be one of the Romans.
                Ok(date) if date.year() >= 1000 => Ok(Value::from(date.to_string())),
                _ => wrong(
                    "a date that exists",
                    "Write year, month and day, such as 2026-11-27, or 27.11.2026.",
                ),
            },
            FieldType::Choice { of } => match of.iter().find(|choice| choice.eq_ignore_ascii_case(text)) {
                Some(choice) => Ok(Value::from(choice.as_str())),
                None => wrong("among the choices", &format!("Choose one of: {}.", of.join(", "))),
            },
            FieldType::YesNo => match text.to_ascii_lowercase().as_str() {
                "yes" | "y" | "true" => Ok(Value::from(true)),
                "no" | "n" | "false" => Ok(Value::from(false)),
                _ => wrong("yes or no", "Write yes or no."),
            },
            FieldType::Email => {
                let parts = text.split('@').collect::<Vec<_>>();
                let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
                match parts.as_slice() {
                    [local, domain]
                        if plain && !local.is_empty() && domain.trim_matches('.').contains('.') =>
                    {
                        Ok(Value::from(text))
                    }
                    _ => wrong("a mail address", "Write it like office@hansen.example."),
                }
            }
            FieldType::Phone => {
                let digits = text.chars().filter(char::is_ascii_digit).count();
                let usual = text.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
                if usual && (3..=20).contains(&digits) {
                    Ok(Value::from(text))
                } else {
                    wrong("a phone number", "Write digits, spaces and a leading +, such as +47 22 00 11 22.")
                }
            }
            FieldType::Link { to } => match text.parse::<super::RecordId>() {
                Ok(record) => Ok(Value::from(record.to_string())),
                Err(_) => {
                    wrong("a record", &format!("Name {} by its number, such as R-3.", one(to.as_str())))
                }
            },
            FieldType::Person => match text.trim_start_matches('@').parse::<Handle>() {
                Ok(person) => Ok(Value::from(person.as_str())),
                Err(_) => wrong("a person", "Write the person's handle, such as @ana."),
            },
            FieldType::List if NO_ITEMS.iter().any(|none| none.eq_ignore_ascii_case(text)) => {
                Ok(Value::Array(Vec::new()))
            }
            FieldType::List => {
                let items = text.split([',', ';']).map(str::trim).filter(|item| !item.is_empty());
                match items.map(Value::from).collect::<Vec<_>>() {
                    items if items.len() > MOST_ITEMS => wrong(
                        "a list of at most a hundred things",
                        "Split it: each item can be a case of its own.",
                    ),
                    items if items.is_empty() => Ok(Value::Null),
                    items => Ok(Value::Array(items)),
                }
            }
        }
    }
}

/// `1 200,5` and its like as `1200.50 EUR`: a decimal with two places or more and a three-letter currency.
fn read_money(text: &str, currency: &str) -> Option<String> {
    let (amount, currency) = match text.rsplit_once(|c: char| c.is_whitespace()) {
        Some((amount, code)) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic()) => {
            (amount.to_string(), code.to_ascii_uppercase())
        }
        _ => (text.to_string(), currency.to_string()),
    };
    let amount = amount.replace([' ', '\u{a0}', '\u{202f}', '_'], "");
    let (sign, digits) = match amount.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", amount.as_str()),
    };
    let (whole, cents) = match digits.split_once('.') {
        // The sign that comes last is the one before the cents: `1.200,50`, and `1,200.50`.
        Some(_) if digits.rfind(',') > digits.rfind('.') => {
            let (whole, cents) = digits.rsplit_once(',').unwrap_or((digits, ""));
            (thousands(whole, '.')?, cents.to_string())
        }
        // A point before three digits stands between thousands, as a comma does: `9.500`. No money has tenths of a cent
        // but that of a few currencies with thousandths.
        Some(_) if is_grouped(digits) && !THOUSANDTHS.contains(&currency.as_str()) => {
            (digits.replace('.', ""), String::new())
        }
        Some((whole, cents)) => (whole.replace(',', ""), cents.to_string()),
        None => match digits.rsplit_once(',') {
            Some((whole, cents)) if cents.len() <= 2 => (whole.to_string(), cents.to_string()),
            _ => (digits.replace(',', ""), String::new()),
        },
    };
    let is_number = |s: &str| s.len() <= 15 && s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_number(&whole) || !is_number(&cents) {
        return None;
    }
    Some(format!("{sign}{whole}.{cents:0<2} {currency}"))
}

fn is_grouped(digits: &str) -> bool {
    !digits.starts_with('0') && thousands(digits, '.').is_some()
}

/// Currencies of a thousand parts (ISO 4217, minor unit 3).
const THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// The digits of groups of three; `None` where the sign between them stands anywhere else.
fn thousands(text: &str, sign: char) -> Option<String> {
    let mut groups = text.split(sign);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let rest = groups.map(|group| (group.len() == 3).then_some(group)).collect::<Option<String>>()?;
    Some(format!("{first}{rest}"))
}

/// A stored value as people read it.
pub fn show(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_string(),
        Value::Bool(false) => "no".to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => NO_ITEMS[0].to_string(),
        Value::Array(items) => items.iter().map(show).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A value that was worked out, as somebody would type it into a field of this type. The point of a number stands before
/// its parts and never between thousands; and where a number is asked for, of an amount its number is meant.
pub fn typed(kind: &FieldType, value: &Value, currency: &str) -> String {
    match (kind, value) {
        (FieldType::Money, Value::Number(number)) if number.is_f64() => {
            let places = if THOUSANDTHS.contains(&currency) { 3 } else { 2 };
            let parts = 10f64.powi(places);
            let rounded = (number.as_f64().unwrap_or_default() * parts).round() / parts;
            format!("{rounded:.*}", places as usize)
        }
        (FieldType::Number, Value::String(text)) => match text.split_once(' ') {
            Some((number, code)) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => {
                number.to_string()
            }
            _ => text.clone(),
        },
        _ => show(value),
    }
}

/// Whether there is a value at all: what a contract asks for.
pub fn is_given(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_worked_out_is_never_taken_for_thousands() {
        let kept = |kind: FieldType, value: Value| {
            let text = typed(&kind, &value, "EUR");
            kind.read("x", &text, "EUR").map(|value| show(&value)).unwrap()
        };
        assert_eq!(kept(FieldType::Money, Value::from(50.5 * 0.21)), "10.61 EUR");
        assert_eq!(kept(FieldType::Money, Value::from(9500)), "9500.00 EUR");
        assert_eq!(kept(FieldType::Money, Value::from(-0.5)), "-0.50 EUR");
        assert_eq!(kept(FieldType::Number, Value::from("1200.50 EUR")), "1200.5");
        assert_eq!(kept(FieldType::Text, Value::from("1200.50 EUR")), "1200.50 EUR");
        assert_eq!(typed(&FieldType::Money, &Value::from(1.2346), "KWD"), "1.235");
    }

    #[test]
    fn money_is_read_in_the_usual_spellings() {
        let read = |text: &str| FieldType::Money.read("amount", text, "EUR").map(|v| show(&v)).ok();
        for (text, stored) in [
            ("1200", "1200.00 EUR"),
            ("1200.5 nok", "1200.50 NOK"),
            ("1,200.50 EUR", "1200.50 EUR"),
            ("12 400,00", "12400.00 EUR"),
            ("-3.1", "-3.10 EUR"),
            ("10.000,00", "10000.00 EUR"),
            ("9.500 EUR", "9500.00 EUR"),
            ("1.234.567", "1234567.00 EUR"),
            ("9.500 kwd", "9.500 KWD"),
            ("9.5", "9.50 EUR"),
            ("0.500", "0.500 EUR"),
            ("1.234.567,8 nok", "1234567.80 NOK"),
        ] {
            assert_eq!(read(text).as_deref(), Some(stored), "{text}");
        }
        for text in ["", "much", "1.2.3", "EUR", "1200 EU", "1.2,3", "1,2,3.4,5"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_refusal_names_the_field_and_says_how_to_write_it() {
        let error =
            FieldType::Date.read("delivered_on", "2026-02-30", "EUR").map_err(|e| (e.message, e.hint));
        assert_eq!(
            error,
            Err((
                "delivered_on: `2026-02-30` is not a date that exists.".to_string(),
                "Write year, month and day, such as 2026-11-27, or 27.11.2026.".to_string()
            ))
        );
        for text in ["24.12.2026", "2026-12-24"] {
            assert_eq!(FieldType::Date.read("on", text, ""), Ok(Value::from("2026-12-24")), "{text}");
        }
        assert!(FieldType::Date.read("on", "24.12.26", "").is_err());
        let choice = FieldType::Choice { of: vec!["prepaid".into(), "net 30".into()] };
        assert_eq!(choice.read("terms", "NET 30", "EUR"), Ok(Value::from("net 30")));
        assert!(choice.read("terms", "net 90", "EUR").is_err_and(|e| e.hint.contains("prepaid, net 30")));
        for (text, fits) in [("a@b.example", true), ("a@b", false), ("a b@c.d", false), ("a@b@c.d", false)] {
            assert_eq!(FieldType::Email.read("mail", text, "").is_ok(), fits, "{text}");
        }
    }
    #[test]
    fn a_list_of_nothing_is_an_answer_and_reads_back() {
        let read = |text: &str| FieldType::List.read("parcels", text, "").unwrap();
        for text in ["none", "None", "[]"] {
            assert_eq!(read(text), Value::Array(Vec::new()), "{text}");
        }
        assert!(is_given(Some(&read("none"))), "what a contract asks for is there");
        assert!(!is_given(Some(&read(" "))), "nothing was said");
        assert_eq!(show(&read("a, b;")), "a, b");
        assert_eq!(read(&show(&read("none"))), read("none"));
        let long = vec!["x"; MOST_ITEMS].join(",");
        assert_eq!(read(&long).as_array().map(Vec::len), Some(MOST_ITEMS));
        assert!(FieldType::List.read("parcels", &format!("{long},x"), "").is_err());
    }
}
