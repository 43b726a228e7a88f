//! Which line of a menu a query means: what is called so, before what has a word that begins so, before what only has the
//! letters in one piece. Letters strewn over words mean nothing, unless each lot of them begins a word. Ranks lines, and knows
//! nothing of how they are shown or chosen.

use super::menu::{Item, Pick};
use crate::tui::also::also;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Words of a line whose beginnings a query may be made of.
const WORDS: usize = 10;

/// The case or record that is called by its number.
pub(super) fn number(query: &str) -> Option<Pick> {
    let query = query.trim();
    let record = || query.parse().ok().map(Pick::Record);
    query.parse().ok().map(Pick::Case).or_else(record)
}

/// Positions of the items that match, best first: the name of an action, then how its words or those of the label
/// begin, then what has the letters. With `?` before it, answers of the help. All of them for an empty query.
pub fn ranked(query: &str, items: &[Item]) -> Vec<usize> {
    let (help, query) = match query.trim().strip_prefix('?') {
        Some(rest) => (true, rest.trim()),
        None => (false, query.trim()),
    };
    let of_help = |item: &Item| matches!(item.pick, Pick::Topic(_));
    let looked_at = |(_, item): &(usize, &Item)| match help {
        true => of_help(item) || matches!(item.pick, Pick::Action(_)),
        // A palette shows answers to who asks with `?`, and to a word of their title.
        false => !query.is_empty() || !of_help(item) || item.key == "read",
    };
    let all = items.iter().enumerate().filter(looked_at);
    if query.is_empty() {
        let mut all = all.collect::<Vec<_>>();
        if help {
            all.sort_by_key(|(_, item)| !of_help(item));
        }
        return all.into_iter().map(|(n, _)| n).collect();
    }
    let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let (mut buffer, mut found) = (Vec::new(), Vec::new());
    let lower = query.to_lowercase();
    for (n, item) in all.filter(|(_, item)| item.pick != Pick::Nothing) {
        let tier = tier(&lower, item, help);
        // Not in the reason why something cannot be done.
        let action = matches!(item.pick, Pick::Action(_));
        let text = if action { item.label.clone() } else { format!("{} {}", item.label, item.detail) };
        let meant = means(&lower, &text.to_lowercase());
        let score = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher).filter(|_| meant);
        match (tier, score) {
            (Some(tier), score) => {
                let long = if tier < 6 { item.name().len() } else { 0 };
                found.push((tier, !item.possible, long, std::cmp::Reverse(score.unwrap_or(0)), n));
            }
            (None, Some(score)) if help || !of_help(item) || item.key == "read" => {
                found.push((11, !item.possible, 0, std::cmp::Reverse(score), n));
            }
            (None, Some(_)) => {}
            (None, None) => {}
        }
    }
    found.sort();
    found.into_iter().map(|(.., n)| n).collect()
}

/// Whether each word of a query is in a text as it was typed, or is the beginnings of words of it one after the other, as `nc`
/// is of `new case`. Words with the signs of a filter are the filter's to judge.
fn means(query: &str, text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.take(WORDS).collect::<Vec<_>>();
    let sign = |typed: &str| typed.starts_with(['\'', '!', '^']) || typed.ends_with('$') || typed == "|";
    query.split_whitespace().all(|typed| sign(typed) || text.contains(typed) || begins_words(typed, &words))
}

fn begins_words(typed: &str, words: &[&str]) -> bool {
    if typed.is_empty() {
        return true;
    }
    words.iter().enumerate().any(|(n, word)| {
        let same = typed.char_indices().zip(word.chars()).take_while(|((_, a), b)| a == b);
        let ends = same.map(|((at, c), _)| at + c.len_utf8()).collect::<Vec<_>>();
        ends.into_iter().rev().any(|end| begins_words(&typed[end..], &words[n + 1..]))
    })
}

/// How directly the query names the item; `None` where it only may be found in its words. What begins with the
/// query comes before what only has a word of it, and the words of the table before those people come with.
pub(super) fn tier(query: &str, item: &Item, help: bool) -> Option<u8> {
    let name = item.name();
    // Of several words each begins one, whatever stands between them.
    let begins = |text: &str| {
        let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect::<Vec<_>>();
        query.split_whitespace().all(|typed| words.iter().any(|word| word.starts_with(typed)))
    };
    // `let go` is `let-go` of the settings, as it stands in the help and in the footer.
    let spoken = name.replace('-', " ");
    let words = match item.pick {
        Pick::Action(id) => crate::tui::action::of(id).words,
        _ => "",
    };
    let initials = || name.split('-').filter_map(|word| word.chars().next()).eq(query.chars());
    let as_well = || match item.pick {
        Pick::Action(id) => query.split(' ').all(|typed| also(id).split(' ').any(|word| word == typed)),
        _ => false,
    };
    let also_begins = || match item.pick {
        Pick::Action(id) => query.len() > 2 && begins(also(id)),
        _ => false,
    };
    match () {
        () if number(query).is_some_and(|pick| pick == item.pick) => Some(0),
        () if matches!(item.pick, Pick::Topic(_)) => begins(&item.label).then_some(if help { 1 } else { 9 }),
        () if name.is_empty() && item.label.to_lowercase().starts_with(query) => Some(7),
        () if name.is_empty() => begins(&item.label).then_some(10),
        () if name == query || spoken == query => Some(0),
        () if words.eq_ignore_ascii_case(query) => Some(1),
        () if first_word(&item.label).eq_ignore_ascii_case(query) => Some(2),
        () if name.starts_with(query) || spoken.starts_with(query) => Some(3),
        () if name.contains('-') && initials() => Some(4),
        () if begins(name) => Some(5),
        () if as_well() => Some(6),
        () if begins(&item.label) => Some(8),
        () => also_begins().then_some(9),
    }
}

fn first_word(label: &str) -> &str {
    label.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strewn_letters_mean_something_only_where_they_begin_words() {
        for (typed, text, meant) in [
            ("link", "close one thing: marks, filter, view", false),
            ("relate", "close the case; archive the record", false),
            ("parent", "paint the screen anew", false),
            ("part of", "pause the clock of the case", false),
            ("nc", "new case", true),
            ("newca", "new case", true),
            ("ncase", "new case", true),
            ("paus clo", "pause the clock of the case", true),
            ("cord", "edit the record", true),
            ("'exact", "anything", true),
        ] {
            assert_eq!(means(typed, text), meant, "{typed} in {text}");
        }
    }
}
