//! Filtering a list by what is typed: words in any order, `!not`, `^start`, `end$`, `a | b`. The order of the
//! list stays as it is; this says only which rows are left.

use crate::domain::nearest::nearest;
use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Rows looked at for a word that was perhaps meant.
const MOST_ASKED: usize = 2000;

/// What was typed, read once.
pub struct Filter {
    /// One of these has to hold, and of each all.
    any: Vec<Vec<Atom>>,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Filter {
    pub fn new(text: &str) -> Filter {
        let atom = |word: &str| {
            let mut atom = Atom::parse(word, CaseMatching::Ignore, Normalization::Smart);
            // Letters strewn over a whole line would match nearly every line.
            if atom.kind == AtomKind::Fuzzy {
                atom.kind = AtomKind::Substring;
            }
            atom
        };
        let all = |part: &str| part.split_whitespace().map(atom).collect::<Vec<_>>();
        let any = text.split('|').map(all).filter(|atoms| !atoms.is_empty()).collect();
        Filter { any, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    /// Whether a row with these words stays. Nothing typed keeps every row.
    pub fn keeps(&mut self, row: &str) -> bool {
        if self.any.is_empty() {
            return true;
        }
        // The matcher (0.3.1) overlooks a match at the very end of a text that is not ASCII.
        let padded = (!row.is_ascii()).then(|| format!("{row} "));
        let row = Utf32Str::new(padded.as_deref().unwrap_or(row), &mut self.buffer);
        let matcher = &mut self.matcher;
        self.any.iter().any(|atoms| atoms.iter().all(|atom| atom.score(row, matcher).is_some()))
    }
}

/// A word of the rows that was perhaps meant by the last word typed, and how many rows have it.
pub fn meant<'a>(typed: &str, rows: impl Iterator<Item = &'a str> + Clone) -> Option<(String, usize)> {
    let word = typed.split([' ', '|']).rfind(|word| !word.is_empty())?;
    let plain = |c: char| !c.is_alphanumeric();
    let words = rows.clone().take(MOST_ASKED).flat_map(|row| row.split(plain)).filter(|word| word.len() > 2);
    let found = nearest(word.trim_matches(plain), words)?.to_lowercase();
    let mut filter = Filter::new(&found);
    let count = rows.filter(|row| filter.keeps(row)).count();
    (count > 0).then_some((found, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_narrow_and_bars_widen() {
        let rows = ["C-1042 Hansen Roofing: roof quote", "C-1051 Mora Bakery: oven contract", "C-7 Müller"];
        let kept = |text: &str| {
            let mut filter = Filter::new(text);
            rows.iter().map(|row| if filter.keeps(row) { 'x' } else { '.' }).collect::<String>()
        };
        for (text, kept_rows) in [
            ("", "xxx"),
            ("  | ", "xxx"),
            ("hansen", "x.."),
            ("QUOTE roof", "x.."),
            ("roof oven", "..."),
            ("hansen | mora", "xx."),
            ("!hansen", ".xx"),
            ("^c-10 !oven", "x.."),
            ("contract$", ".x."),
            ("MÜLLER", "..x"),
            ("muller", "..x"),
            ("müller$", "..x"),
            ("hanson", "..."),
        ] {
            assert_eq!(kept(text), kept_rows, "{text}");
        }
    }

    #[test]
    fn a_slip_is_asked_about() {
        let rows = ["Hansen Roofing: roof", "Hansen Roofing: permit", "Mora Bakery"];
        assert_eq!(meant("hanson", rows.into_iter()), Some(("hansen".to_string(), 2)));
        assert_eq!(meant("zebra", rows.into_iter()), None);
        assert_eq!(meant("", rows.into_iter()), None);
    }
}
