//! Finds what can never be kept in the field that a `set` or a `with` puts it into, such as a text in a number. Says
//! what a source gives from its tokens alone; what it does not recognise it lets pass.

use super::condition::Names;
use super::condition_types::{Placed, Token, described, tokens};
use super::condition_unknown::{parts, within};
use super::field::typed;
use super::id::Handle;
use super::nearest::nearest;
use super::problem::quoted;
use super::process::DataField;
use super::record::FieldType;
use serde_json::Value;

/// What a source gives.
enum Gives<'s> {
    /// Written out.
    Plain(&'s str),
    Field(&'s str, FieldType),
    Number,
    YesNo,
    /// It may fit.
    Anything,
}

/// Why what a source gives could never be kept in a field, with a hint.
pub(super) fn misfits(field: &DataField, source: &str, names: &Names) -> Option<(String, String)> {
    let tokens = tokens(source);
    ends(&tokens).into_iter().find_map(|end| misfit(field, &gives(source, end, names)))
}

/// Why what stands there names nobody, for a field that is a person; none where it may name somebody.
pub(super) fn names_nobody(
    field: &DataField,
    source: &str,
    names: &Names,
    people: &[Handle],
) -> Option<(String, String)> {
    let here = |text: &str| people.iter().any(|person| person.as_str() == text.trim());
    let tokens = tokens(source);
    let said = ends(&tokens).into_iter().filter_map(|end| match gives(source, end, names) {
        Gives::Plain(text) if field.kind == FieldType::Person && !text.trim().is_empty() => Some(text),
        _ => None,
    });
    let nobody = said.filter(|text| !here(text)).map(str::to_string).next()?;
    let hint = match nearest(&nobody, people.iter().map(Handle::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name somebody who is here, or a field that is a person".to_string(),
    };
    Some((format!("{} is nobody here, and `{}` is a person", quoted(&nobody), field.name), hint))
}

/// What it may come to: of `a if condition else b` either.
fn ends<'t, 's>(of: &'t [Placed<'s>]) -> Vec<&'t [Placed<'s>]> {
    if let Some(inner) = within(of) {
        return ends(inner);
    }
    match parts(of, "if").as_slice() {
        [first, _, ..] => {
            let other = parts(of, "else").first().and_then(|then| of.get(then.len() + 1..));
            [*first].into_iter().chain(other.into_iter().flat_map(ends)).collect()
        }
        _ => vec![of],
    }
}

fn gives<'s>(source: &'s str, of: &[Placed<'s>], names: &Names) -> Gives<'s> {
    let one = |placed: &Placed<'s>| match placed.token {
        Token::Text(text) if !text.contains('\\') => Gives::Plain(text),
        Token::Number(_) => source.get(placed.range.clone()).map_or(Gives::Anything, Gives::Plain),
        Token::Word("true" | "false" | "True" | "False") => Gives::YesNo,
        Token::Path(path) if path.contains('.') || path == "outcome" => match names.find(path) {
            Ok(Some(kind)) => Gives::Field(path, kind),
            _ => Gives::Anything,
        },
        _ => Gives::Anything,
    };
    if let [only] = of {
        return one(only);
    }
    if within(of).is_some() || of.iter().any(|placed| matches!(placed.token, Token::Sign("(" | "[" | "{"))) {
        return Gives::Anything;
    }
    let has = |signs: &[&str]| {
        of.iter().any(|placed| match placed.token {
            Token::Sign(sign) | Token::Word(sign) => signs.contains(&sign),
            _ => false,
        })
    };
    if has(&["and", "or", "not", "in", "is", "==", "!=", "<", "<=", ">", ">="]) {
        return Gives::YesNo;
    }
    if !has(&["~", "+", "|"]) && has(&["-", "*", "/", "//", "%", "**"]) {
        return Gives::Number;
    }
    Gives::Anything
}

fn misfit(field: &DataField, gives: &Gives) -> Option<(String, String)> {
    let DataField { name, kind, .. } = field;
    let read = |text: &str| kind.read(name, text, "EUR").err();
    if let Gives::Plain(text) = gives {
        let error = read(text)?;
        return Some((error.message.trim_end_matches('.').to_string(), error.hint));
    }
    let what = match gives {
        Gives::Field(path, of) => {
            if let FieldType::Choice { of: choices } = of {
                let wrong = choices.iter().find(|choice| read(choice).is_some())?;
                let message = format!("{} can be {}, which `{name}` cannot", quoted(path), quoted(wrong));
                return Some((message, format!("`{name}` is {}; name a field that fits", described(kind))));
            }
            format!("{} is {}", quoted(path), described(of))
        }
        Gives::Number => "this gives a number".to_string(),
        Gives::YesNo => "this gives yes or no".to_string(),
        Gives::Plain(_) | Gives::Anything => return None,
    };
    let never = match gives {
        Gives::Field(_, of) => !may_become(of, kind),
        Gives::Number => !may_become(&FieldType::Number, kind),
        _ => !may_become(&FieldType::YesNo, kind),
    };
    let hint = match kind {
        FieldType::Number | FieldType::Money => format!("give a number, such as `{name} = \"data.x * 2\"`"),
        FieldType::Date => format!("give a date, such as `{name} = \"'2026-11-27'\"` or a field that is one"),
        _ => format!("give {}, or name a field that is one", described(kind)),
    };
    never.then(|| (format!("{what}, and `{name}` is {}", described(kind)), hint))
}

/// Whether a value of a type can be one of another at all.
fn may_become(from: &FieldType, to: &FieldType) -> bool {
    let example = match from {
        FieldType::Number => Value::from(1),
        FieldType::Money => Value::from("1.00 EUR"),
        FieldType::YesNo => Value::from(true),
        FieldType::Date => Value::from("2026-11-27"),
        FieldType::List => Value::from(vec!["one", "two"]),
        // Texts can be nearly anything; a number is written as a number.
        FieldType::Text
        | FieldType::Choice { .. }
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Link { .. }
        | FieldType::Person => {
            return !matches!(to, FieldType::Number | FieldType::Money | FieldType::Date | FieldType::YesNo);
        }
    };
    match to {
        // Which of the choices it is depends on the value.
        FieldType::Choice { of } => of.iter().any(|choice| from.read("", choice, "EUR").is_ok()),
        to => to.read("", &typed(to, &example, "EUR"), "EUR").is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_fits_a_field_is_found_and_what_may_fit_is_let_pass() {
        let field =
            |name: &str, kind| DataField { name: name.to_string(), title: None, kind, required: false };
        let choice = |of: &[&str]| FieldType::Choice { of: of.iter().map(|one| one.to_string()).collect() };
        let fields = [
            field("n", FieldType::Number),
            field("m", FieldType::Money),
            field("t", FieldType::Text),
            field("d", FieldType::Date),
            field("y", FieldType::YesNo),
            field("c", choice(&["low", "high"])),
            field("w", choice(&["low", "high", "none"])),
            field("l", FieldType::List),
            field("p", FieldType::Person),
        ];
        let names = Names { data: &fields, ..Names::default() };
        let said = |to: &str, source: &str| {
            let field = fields.iter().find(|field| field.name == to).unwrap();
            misfits(field, source, &names).map_or_else(|| "fits".to_string(), |(message, _)| message)
        };
        for (to, source, expected) in [
            ("n", "data.t", "`data.t` is a text, and `n` is a number"),
            ("d", "data.t", "`data.t` is a text, and `d` is a date"),
            ("d", "data.n + 1 - 2", "fits"),
            ("d", "data.n * 2", "this gives a number, and `d` is a date"),
            ("d", "data.n", "`data.n` is a number, and `d` is a date"),
            ("y", "data.n", "`data.n` is a number, and `y` is yes or no"),
            ("n", "data.n > 3", "this gives yes or no, and `n` is a number"),
            ("n", "data.d", "`data.d` is a date, and `n` is a number"),
            ("n", "data.m", "fits"),
            ("m", "data.n", "fits"),
            ("t", "data.n", "fits"),
            ("t", "data.m", "fits"),
            ("y", "data.n > 3", "fits"),
            ("c", "'medium'", "c: `medium` is not among the choices"),
            ("c", "'low' if data.n > 3 else 'medium'", "c: `medium` is not among the choices"),
            (
                "c",
                "'low' if data.n > 3 else ('high' if data.y else 'mid')",
                "c: `mid` is not among the choices",
            ),
            ("c", "'low' if data.n > 3 else 'high'", "fits"),
            ("c", "data.w", "`data.w` can be `none`, which `c` cannot"),
            ("w", "data.c", "fits"),
            ("c", "data.t", "fits"),
            ("n", "'twelve'", "n: `twelve` is not a number"),
            ("n", "data.t ~ ''", "fits"),
            ("p", "data.n", "fits"),
            ("n", "data.l", "`data.l` is a list, and `n` is a number"),
            ("n", "(data.t)", "`data.t` is a text, and `n` is a number"),
        ] {
            assert_eq!(said(to, source), expected, "{to} = {source}");
        }
        let people = ["ana", "bo"].map(|person| person.parse().unwrap());
        let nobody = |source: &str| names_nobody(&fields[8], source, &names, &people);
        assert_eq!(nobody("'bo' if data.y else data.t"), None);
        assert_eq!(nobody("''"), None, "takes it away");
        let said = nobody("'ana' if data.y else 'zork'").unwrap().0;
        assert_eq!(said, "`zork` is nobody here, and `p` is a person");
    }
}
