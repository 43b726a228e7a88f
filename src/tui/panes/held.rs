//! The order of a sorted list, kept while somebody works: what another person changes shows in its row, and the row
//! stays where it is until the hand is off. Sorts nothing itself.

use crate::tui::order::Order;

/// The order in which things were last shown.
#[derive(Debug, Clone)]
pub(super) struct Held<K> {
    order: Order,
    keys: Vec<K>,
}

impl<K> Default for Held<K> {
    fn default() -> Held<K> {
        Held { order: Order::default(), keys: Vec::new() }
    }
}

impl<K: PartialEq + Clone> Held<K> {
    /// Puts sorted positions back into the order that is known where it has to `stay` and is of the same `order`;
    /// what is new stands behind what it is sorted behind. Remembers the order it comes to.
    pub fn keep(
        &mut self,
        stay: bool,
        order: Order,
        shown: &mut Vec<usize>,
        key: impl Fn(&usize) -> Option<K>,
    ) {
        if stay && order == self.order && !self.keys.is_empty() {
            let place = |n: &usize| key(n).and_then(|key| self.keys.iter().position(|known| *known == key));
            let (mut places, mut before) = (Vec::with_capacity(shown.len()), None);
            for n in shown.iter() {
                let own = place(n);
                places.push((own.or(before), own.is_none(), *n));
                before = own.or(before);
            }
            places.sort_by_key(|(place, new, _)| (*place, *new));
            *shown = places.into_iter().map(|(.., n)| n).collect();
        }
        self.order = order;
        self.keys = shown.iter().filter_map(key).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::order::Sort;
    use proptest::prelude::*;

    fn by_step(held: &mut Held<char>, stay: bool, sorted: &str) -> String {
        let all = sorted.chars().collect::<Vec<_>>();
        let mut shown = (0..all.len()).collect::<Vec<_>>();
        let order = Order { by: Sort::Step, reverse: false };
        held.keep(stay, order, &mut shown, |n| all.get(*n).copied());
        shown.into_iter().map(|n| all[n]).collect()
    }

    #[test]
    fn a_row_stays_where_it_is_until_the_hand_is_off() {
        let mut held = Held::default();
        assert_eq!(by_step(&mut held, false, "abcd"), "abcd");
        assert_eq!(by_step(&mut held, true, "bcda"), "abcd", "a was moved on by somebody");
        assert_eq!(
            by_step(&mut held, true, "bxcda"),
            "abxcd",
            "what is new comes behind what it is sorted behind"
        );
        assert_eq!(by_step(&mut held, true, "bcd"), "bcd", "what is gone leaves");
        assert_eq!(by_step(&mut held, false, "dcb"), "dcb");
        let mut other = (0..3).collect::<Vec<_>>();
        held.keep(true, Order { by: Sort::Who, reverse: false }, &mut other, |n| "dcb".chars().nth(2 - n));
        assert_eq!(other, [0, 1, 2], "another order is asked for by the person");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_doubled_and_known_rows_keep_their_order(
            first in proptest::collection::btree_set(0u8..40, 0..20),
            second in Just((0u8..40).collect::<Vec<_>>()).prop_shuffle(),
            len in 0usize..40,
        ) {
            let first = first.into_iter().map(char::from).collect::<String>();
            let second = second[..len].iter().copied().map(char::from).collect::<String>();
            let mut held = Held::default();
            by_step(&mut held, false, &first);
            let kept = by_step(&mut held, true, &second);
            let mut sorted = (kept.chars().collect::<Vec<_>>(), second.chars().collect::<Vec<_>>());
            sorted.0.sort();
            sorted.1.sort();
            prop_assert_eq!(sorted.0, sorted.1);
            let known = |text: &str| text.chars().filter(|c| first.contains(*c)).collect::<String>();
            let stayed = first.chars().filter(|c| second.contains(*c)).collect::<String>();
            prop_assert_eq!(known(&kept), stayed);
        }
    }
}
