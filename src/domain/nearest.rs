//! The name somebody probably meant.

/// Shorter words of a name are near to too much.
const WORD: usize = 4;

/// The candidate nearest to `word`, when one is near enough to be worth asking about; where none is as a whole, one that
/// has such a word in it.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long name is nobody's slip, and the comparison is quadratic.
    if word.chars().count() > 80 {
        return None;
    }
    let word = word.to_lowercase();
    let letters = word.chars().count();
    let near = |distance: usize| distance <= (letters / 3).max(1);
    let distance = |other: &str| strsim::damerau_levenshtein(&word, &other.to_lowercase());
    let (mut whole, mut part) = (None::<(usize, &str)>, None::<(usize, &str)>);
    let better =
        |best: &Option<(usize, &str)>, now: usize| near(now) && best.is_none_or(|(least, _)| now < least);
    for candidate in candidates {
        let now = distance(candidate);
        if better(&whole, now) {
            whole = Some((now, candidate));
        }
        if whole.is_none() && letters >= WORD {
            // Of what people write, not of the names in a file, which are few and listed.
            let words = candidate.split([' ', '-']);
            let words = words.filter(|word| word.len() < candidate.len() && word.chars().count() >= WORD);
            if let Some(now) = words.map(distance).min().filter(|now| better(&part, *now)) {
                part = Some((now, candidate));
            }
        }
    }
    whole.or(part).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let steps = ["invoice", "approve", "close"];
        assert_eq!(nearest("invoce", steps), Some("invoice"));
        assert_eq!(nearest("Approve", steps), Some("approve"));
        assert_eq!(nearest("banana", steps), None);
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn a_slip_in_one_word_of_a_name_is_recognised_where_no_whole_name_is_near() {
        let names = ["order-to-cash", "budget-approval", "Hansen Roofing", "orders"];
        assert_eq!(nearest("budgt", names), Some("budget-approval"));
        assert_eq!(nearest("Hansne", names), Some("Hansen Roofing"));
        assert_eq!(nearest("ordrs", names), Some("orders"), "a whole name before a word of one");
        assert_eq!(nearest("cas", names), None, "too short to tell");
        assert_eq!(nearest("cahs", names), Some("order-to-cash"));
        assert_eq!(nearest("last", ["least_loaded"]), None);
    }
}
