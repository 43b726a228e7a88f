//! A map whose values are shared by its copies: a case is copied for every decision, and few of its tasks,
//! handoffs and clocks change in one. Reads like the map it is; a value is copied when it is first changed.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::collections::btree_map;
use std::ops::{Index, RangeBounds};
use std::sync::Arc;

/// Values by number, in the order of their numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct Shared<K, V>(BTreeMap<K, Arc<V>>);

impl<K, V> Default for Shared<K, V> {
    fn default() -> Self {
        Shared(BTreeMap::new())
    }
}

impl<K: Clone, V> Clone for Shared<K, V> {
    fn clone(&self) -> Self {
        Shared(self.0.clone())
    }
}

impl<K: Ord, V: Clone> Shared<K, V> {
    pub fn insert(&mut self, key: K, value: V) {
        self.0.insert(key, Arc::new(value));
    }

    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.0.get_mut(key).map(Arc::make_mut)
    }

    /// Changes every value that is such; the others stay shared.
    pub fn change(&mut self, such: impl Fn(&V) -> bool, mut change: impl FnMut(&mut V)) {
        self.0.values_mut().filter(|value| such(value)).for_each(|value| change(Arc::make_mut(value)));
    }
}

impl<K: Ord, V> Shared<K, V> {
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key).map(Arc::as_ref)
    }

    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// Whether both have the very same value there, or neither has one.
    pub fn shares(&self, key: &K, other: &Self) -> bool {
        match (self.0.get(key), other.0.get(key)) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }

    /// Those with a key in a range.
    pub fn range(&self, keys: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.range(keys).map(|(key, value)| (key, value.as_ref()))
    }
}

impl<K, V> Shared<K, V> {
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.0.iter().map(|(key, value)| (key, value.as_ref()))
    }

    pub fn keys(&self) -> btree_map::Keys<'_, K, Arc<V>> {
        self.0.keys()
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.0.values().map(Arc::as_ref)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The pairs of such a map.
pub type Iter<'a, K, V> =
    std::iter::Map<btree_map::Iter<'a, K, Arc<V>>, fn((&'a K, &'a Arc<V>)) -> (&'a K, &'a V)>;

impl<'a, K, V> IntoIterator for &'a Shared<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

impl<K: Ord, V> Index<&K> for Shared<K, V> {
    type Output = V;

    fn index(&self, key: &K) -> &V {
        &self.0[key]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_shares_what_neither_changes_and_sees_nothing_of_what_the_other_does() {
        let mut one = Shared::default();
        (1..=3).for_each(|n| one.insert(n, format!("v{n}")));
        let before = one.clone();
        one.change(|value| value == "v2", |value| value.push('!'));
        if let Some(value) = one.get_mut(&3) {
            value.push('?');
        }
        assert_eq!(one.values().collect::<Vec<_>>(), ["v1", "v2!", "v3?"]);
        assert_eq!(before.values().collect::<Vec<_>>(), ["v1", "v2", "v3"]);
        assert_eq!([1, 2, 3, 4].map(|n| one.shares(&n, &before)), [true, false, false, true]);
        one.insert(4, String::new());
        assert!(!one.shares(&4, &before) && !before.shares(&4, &one));
    }
}
