//! How a foreign text is spelt in the forms a log is written in, so that no program takes it for markup or a formula.

use std::borrow::Cow;

/// A text for a cell that no spreadsheet takes for a formula: an apostrophe goes before it. One that has one
/// gets another, so that taking away the first gives back what was there.
pub fn neutral(text: &str) -> Cow<'_, str> {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Whether XML cannot say all of it.
pub(super) fn is_pictured(text: &str) -> bool {
    text.chars().any(|c| picture(c).is_some())
}

/// What stands for a character that XML 1.0 has no way to say.
fn picture(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' => None,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{fffe}' | '\u{ffff}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// Fit to stand in an attribute. What XML cannot say at all stands there as a picture of it, so that names stay apart.
pub(super) fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\r' | '\t' => safe.push_str(&format!("&#{};", u32::from(c))),
            c => safe.push(picture(c).unwrap_or(c)),
        }
    }
    safe
}
