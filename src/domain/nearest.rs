//! The name somebody probably meant.

/// The candidate nearest to `word`, when one is near enough to be worth asking about.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long name is nobody's slip, and the comparison is quadratic.
    if word.chars().count() > 80 {
        return None;
    }
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= (word.chars().count() / 3).max(1))
        .map(|(_, candidate)| candidate)
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
}
