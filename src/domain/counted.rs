//! How many of something, in words: `1 case`, `4 cases`. Knows nouns, and nothing of what they stand for.

use std::fmt::Display;

/// Nouns whose plural no rule makes.
const IRREGULAR: [(&str, &str); 1] = [("person", "people")];

/// A number with its noun, which is given as for one: `1 case`, `0 cases`, `3 entries`.
pub fn counted<N: Display + PartialEq + From<u8>>(n: N, noun: &str) -> String {
    let nouns = noun_of(&n, noun);
    format!("{n} {nouns}")
}

/// The noun alone, where something stands between: `3 of 5 open cases`.
pub fn noun_of<N: PartialEq + From<u8>>(n: &N, noun: &str) -> String {
    if *n == N::from(1) { noun.to_string() } else { several(noun) }
}

/// `once`, `3 times`.
pub fn times<N: Display + PartialEq + From<u8>>(n: N) -> String {
    if n == N::from(1) { "once".to_string() } else { counted(n, "time") }
}

/// The same, where it may be none: `never`.
pub fn often<N: Display + PartialEq + From<u8>>(n: N) -> String {
    if n == N::from(0) { "never".to_string() } else { times(n) }
}

/// One of a kind whose name somebody chose: `a customer`, `an employee`.
pub fn one(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {noun}")
}

fn several(noun: &str) -> String {
    if let Some((_, several)) = IRREGULAR.iter().find(|(one, _)| *one == noun) {
        return (*several).to_string();
    }
    // `change of the settings`, `thing sent back`: the first of these words is the noun.
    let tail = [" of ", " sent ", " handed ", " that ", " made ", " no longer "]
        .iter()
        .find_map(|mark| noun.find(mark));
    if let Some(at) = tail {
        let (head, rest) = noun.split_at(at);
        return several(head) + rest;
    }
    let vowel = |c: char| "aeiou".contains(c);
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(vowel) => format!("{stem}ies"),
        _ if ["s", "x", "z", "ch", "sh"].iter().any(|end| noun.ends_with(end)) => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_several_and_none_is() {
        assert_eq!(counted(1usize, "case"), "1 case");
        assert_eq!(counted(0u32, "case"), "0 cases");
        assert_eq!(counted(2i64, "entry"), "2 entries");
        assert_eq!(counted(3usize, "day"), "3 days");
        assert_eq!(counted(2usize, "process"), "2 processes");
        assert_eq!(counted(2usize, "branch"), "2 branches");
        assert_eq!(counted(2usize, "person"), "2 people");
        assert_eq!(counted(2usize, "thing sent back"), "2 things sent back");
        assert_eq!((one("customer"), one("employee")), ("a customer".into(), "an employee".into()));
        assert_eq!(format!("1 of {} {}", 1, noun_of(&1, "case")), "1 of 1 case");
        assert_eq!(
            (often(0u32), often(1u32), often(4u32)),
            ("never".into(), "once".into(), "4 times".into())
        );
    }
}
