//! Filtering a list by what is typed, in fzf's syntax: words in any order, `'exact`, `!not`, `^start`, `end$`,
//! `a | b`; and words about the row itself: `who:ana`, `step:quote`, `is:late`, `#tag`, or `-who:ana` for not so. The order of the list
//! stays as it is; this says only which rows are left.

use crate::domain::Handle;
use crate::domain::nearest::nearest;
use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Rows looked at for a word that was perhaps meant.
const MOST_ASKED: usize = 2000;
/// Parts the words a row shows from what is said about it.
const ABOUT: char = '\u{1f}';
/// Letters from which on some may be left out; in fewer nearly every line has some such word.
const LETTERS: usize = 4;
const LEFT_OUT: usize = 2;
/// Parts what a row shows: `^start` and `end$` are of one of its parts, as of a title, and not of the line.
pub const PART: char = '\u{1e}';
/// How words about a row begin. They are whole words: `who:ana` is not anabel.
pub const FACETS: [&str; 8] = ["who:", "step:", "process:", "is:", "kind:", "role:", "version:", "#"];

/// One word of a filter.
enum Term {
    Word(Atom),
    /// Letters in one piece, or with a few left out of one word, as in `hnsen`.
    Near(Atom, Vec<char>),
    /// At the beginning or the end of a part.
    Edge(Atom),
    About {
        word: String,
        not: bool,
    },
}

/// What was typed, read once.
pub struct Filter {
    /// All of these have to hold, and of each one.
    all: Vec<Vec<Term>>,
    matcher: Matcher,
    buffer: Vec<char>,
}

/// A row as the filter looks at it: the words it shows, and what holds of it.
pub fn row<'f>(
    words: &str,
    facets: impl IntoIterator<Item = (&'static str, &'f str)>,
    tags: &[Handle],
) -> String {
    let mut row = format!("{words}{ABOUT}");
    for (facet, value) in facets.into_iter().filter(|(_, value)| !value.is_empty()) {
        row.push_str(&format!("{facet}{} ", value.to_lowercase()));
    }
    for tag in tags {
        row.push_str(&format!("#{tag} "));
    }
    row
}

impl Filter {
    pub fn new(text: &str) -> Filter {
        let (mut all, mut or) = (Vec::<Vec<Term>>::new(), false);
        for word in text.split_whitespace() {
            if word == "|" {
                or = !all.is_empty();
                continue;
            }
            match all.last_mut().filter(|_| std::mem::take(&mut or)) {
                Some(group) => group.push(term(word)),
                None => all.push(vec![term(word)]),
            }
        }
        Filter { all, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    /// Whether a row with these words stays. Nothing typed keeps every row.
    pub fn keeps(&mut self, row: &str) -> bool {
        if self.all.is_empty() {
            return true;
        }
        let (words, about) = row.split_once(ABOUT).unwrap_or((row, ""));
        // The matcher (0.3.1) overlooks a match at the very end of a text that is not ASCII.
        let padded = (!words.is_ascii()).then(|| format!("{words} "));
        let words = Utf32Str::new(padded.as_deref().unwrap_or(words), &mut self.buffer);
        let matcher = &mut self.matcher;
        let (mut spare, parts) = (Vec::new(), row.split_once(ABOUT).map_or(row, |(words, _)| words));
        let mut holds = |term: &Term| match term {
            Term::Word(atom) => atom.score(words, matcher).is_some(),
            Term::Near(atom, letters) => {
                atom.score(words, matcher).is_some()
                    || parts.split(|c: char| !c.is_alphanumeric()).any(|word| has_most_of(word, letters))
            }
            Term::Edge(atom) => {
                let score = |part: &str| atom.score(Utf32Str::new(part, &mut spare), matcher).is_some();
                match atom.negative {
                    true => parts.split(PART).all(score),
                    false => parts.split(PART).any(score),
                }
            }
            Term::About { word, not } => about.split(' ').any(|about| about == word) != *not,
        };
        self.all.iter().all(|any| any.iter().any(&mut holds))
    }
}

fn term(word: &str) -> Term {
    let (not, plain) = negated(word);
    if FACETS.iter().any(|facet| plain.len() > facet.len() && plain.starts_with(facet)) {
        return Term::About { word: plain.to_lowercase(), not };
    }
    let mut atom = Atom::parse(word, CaseMatching::Ignore, Normalization::Smart);
    if matches!(atom.kind, AtomKind::Prefix | AtomKind::Postfix | AtomKind::Exact) {
        return Term::Edge(atom);
    }
    // Letters strewn over a whole line would match nearly every line.
    let letters = word.to_lowercase().chars().collect::<Vec<_>>();
    let near = atom.kind == AtomKind::Fuzzy && !atom.negative && letters.len() >= LETTERS;
    if atom.kind == AtomKind::Fuzzy {
        atom.kind = AtomKind::Substring;
    }
    match near && letters.iter().all(|letter| letter.is_alphanumeric()) {
        true => Term::Near(atom, letters),
        false => Term::Word(atom),
    }
}

/// Whether the letters are those of the word in their order, the first one first, with at most two left out.
fn has_most_of(word: &str, letters: &[char]) -> bool {
    let mut left_out = 0;
    let mut wanted = letters.iter();
    let mut next = wanted.next();
    for (n, c) in word.chars().flat_map(char::to_lowercase).enumerate() {
        match next {
            Some(letter) if *letter == c => next = wanted.next(),
            _ if n == 0 => return false,
            _ => left_out += 1,
        }
        if left_out > LEFT_OUT {
            return false;
        }
    }
    next.is_none()
}

/// Whether a word about the row says not so: `!who:ana` as fzf has it, `-who:ana` as most searches have it.
fn negated(word: &str) -> (bool, &str) {
    match word.strip_prefix(['!', '-']) {
        Some(plain) => (true, plain),
        None => (false, word),
    }
}

/// The text with this word added, or without it where it is there. Another `who:` takes the place of the one
/// that is there, since nothing is in two hands.
pub fn toggled(text: &str, word: &str) -> String {
    let facet = FACETS.iter().find(|facet| word.starts_with(**facet) && !matches!(**facet, "is:" | "#"));
    let had = text.split_whitespace().any(|known| known == word);
    let stays = |known: &&str| {
        *known != word
            && negated(known).1 != word
            && facet.is_none_or(|facet| negated(known).0 || !known.starts_with(*facet))
    };
    let mut words = text.split_whitespace().filter(stays).collect::<Vec<_>>();
    if !had {
        words.push(word);
    }
    words.join(" ")
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

/// The word about a row that was perhaps meant by one that is in no title: `late` for `is:late`.
pub fn meant_of_row(typed: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 7] = [
        ("late", "is:late"),
        ("overdue", "is:late"),
        ("stalled", "is:stalled"),
        ("mine", "is:mine"),
        ("me", "is:mine"),
        ("urgent", "is:urgent"),
        ("open", "is:open"),
    ];
    let word = typed.split([' ', '|']).rfind(|word| !word.is_empty())?.to_lowercase();
    WORDS.iter().find(|(said, _)| *said == word).map(|(_, meant)| *meant)
}

/// What a list says whose filter leaves nothing of `of`: the word that was perhaps meant, and what else to try.
pub fn nothing(of: usize, filter: &str, near: Option<&str>) -> Vec<String> {
    let mut lines = vec![format!("0 of {of} match \"{filter}\"."), String::new()];
    if let Some(near) = near {
        lines.push(format!("  Did you mean   {near:<22}Tab takes it"));
    }
    lines.push(format!("  Everywhere     : {filter}"));
    lines.push("  Esc            shows all again".to_string());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_narrow_and_bars_widen() {
        let rows = [
            "C-1042\u{1e}Hansen Roofing: roof quote",
            "C-1051\u{1e}Mora Bakery: oven contract",
            "C-7\u{1e}Müller",
        ];
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
            ("contract hansen | mora", ".x."),
            ("'roof quote$", "x.."),
            ("| hansen |", "x.."),
            ("!hansen", ".xx"),
            ("^c-10 !oven", "x.."),
            ("contract$", ".x."),
            ("MÜLLER", "..x"),
            ("muller", "..x"),
            ("müller$", "..x"),
            ("^müller", "..x"),
            ("^hansen", "x.."),
            ("!^hansen", ".xx"),
            ("^roof", "..."),
            ("hanson", "..."),
            ("hnsn", "x.."),
            ("rofing", "x.."),
            ("bakry !hnsn", ".x."),
            ("'hnsn", "..."),
            ("ovn", "..."),
        ] {
            assert_eq!(kept(text), kept_rows, "{text}");
        }
    }

    #[test]
    fn words_about_a_row_are_whole_words_and_are_not_looked_for_in_its_title() {
        let vip = ["vip".parse().unwrap()];
        let rows = [
            row("C-1 Who is late", [("who:", "ana"), ("is:", "")], &[]),
            row("C-2 Roof", [("who:", "anabel"), ("is:", "late")], &vip),
        ];
        let kept = |text: &str| {
            let mut filter = Filter::new(text);
            rows.iter().map(|row| if filter.keeps(row) { 'x' } else { '.' }).collect::<String>()
        };
        for (text, kept_rows) in [
            ("who:ana", "x."),
            ("who:ANA", "x."),
            ("!who:ana", ".x"),
            ("-who:ana", ".x"),
            ("-#vip", "x."),
            ("-is:late -who:anabel", "x."),
            ("is:late", ".x"),
            ("late", "x."),
            ("#vip", ".x"),
            ("#vi", ".."),
            ("who:ana | #vip", "xx"),
            ("is:", ".."),
        ] {
            assert_eq!(kept(text), kept_rows, "{text}");
        }
    }

    #[test]
    fn a_word_is_switched_on_and_off_and_a_thing_is_in_one_hand() {
        assert_eq!(toggled("roof", "is:late"), "roof is:late");
        assert_eq!(toggled("roof is:late", "is:late"), "roof");
        assert_eq!(toggled("who:ana #vip", "who:bo"), "#vip who:bo");
        assert_eq!(toggled("#vip", "#q1"), "#vip #q1");
        assert_eq!(
            toggled("-step:x who:bo", "step:y"),
            "-step:x who:bo step:y",
            "what is left out stays out"
        );
        assert_eq!(toggled("-step:x", "step:x"), "step:x");
    }

    #[test]
    fn a_slip_is_asked_about() {
        let rows = ["Hansen Roofing: roof", "Hansen Roofing: permit", "Mora Bakery"];
        assert_eq!(meant("hanson", rows.into_iter()), Some(("hansen".to_string(), 2)));
        assert_eq!(meant("zebra", rows.into_iter()), None);
        assert_eq!(meant("", rows.into_iter()), None);
    }
}
