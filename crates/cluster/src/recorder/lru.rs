//! A map that forgets what was not used for longest.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

/// Holds at most a fixed number of entries.
#[derive(Debug)]
pub(crate) struct Lru<K, V> {
    entries: HashMap<K, (u64, V)>,
    /// Keys by the time of their last use.
    order: BTreeMap<u64, K>,
    uses: u64,
    capacity: usize,
}

impl<K: Clone + Eq + Hash, V> Lru<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            entries: HashMap::new(),
            order: BTreeMap::new(),
            uses: 0,
            capacity,
        }
    }

    /// The entry, made if it is not there; it is the most recently used now.
    pub(crate) fn get_or_insert_with(&mut self, key: &K, make: impl FnOnce() -> V) -> &mut V {
        self.uses += 1;
        let uses = self.uses;
        self.order.insert(uses, key.clone());
        if let Some((last, _)) = self.entries.get_mut(key) {
            self.order.remove(last);
            *last = uses;
        } else {
            if self.entries.len() >= self.capacity
                && let Some((_, oldest)) = self.order.pop_first()
            {
                self.entries.remove(&oldest);
            }
            self.entries.insert(key.clone(), (uses, make()));
        }
        &mut self
            .entries
            .get_mut(key)
            .expect("it is there, or was just made")
            .1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_entry_goes_first() {
        let mut lru = Lru::new(2);
        *lru.get_or_insert_with(&"a", || 0) = 1;
        *lru.get_or_insert_with(&"b", || 0) = 2;
        assert_eq!(*lru.get_or_insert_with(&"a", || 0), 1);
        *lru.get_or_insert_with(&"c", || 0) = 3;
        assert_eq!(*lru.get_or_insert_with(&"a", || 0), 1);
        assert_eq!(*lru.get_or_insert_with(&"b", || 0), 0, "b was forgotten");
        assert_eq!(*lru.get_or_insert_with(&"a", || 0), 1);
        assert_eq!(lru.order.len(), lru.entries.len());
    }
}
