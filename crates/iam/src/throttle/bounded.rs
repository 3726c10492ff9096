//! A map that forgets: entries untouched for a while, and the longest untouched ones when it is full.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

#[derive(Debug)]
pub(super) struct Bounded<K, V> {
    capacity: usize,
    keep: TimeDelta,
    /// Counts touches; orders them even within one instant.
    touches: u64,
    entries: BTreeMap<K, Entry<V>>,
    /// The key of each touch that is an entry's last.
    order: BTreeMap<u64, K>,
}

#[derive(Debug)]
struct Entry<V> {
    touch: u64,
    at: DateTime<Utc>,
    value: V,
}

impl<K: Ord + Copy, V: Default> Bounded<K, V> {
    /// Keeps at most `capacity` entries (at least one), each until it was not touched for `keep`.
    pub(super) fn new(capacity: usize, keep: TimeDelta) -> Self {
        Self { capacity: capacity.max(1), keep, touches: 0, entries: BTreeMap::new(), order: BTreeMap::new() }
    }

    /// The value, unless it is forgotten. Looking is no touch.
    pub(super) fn get(&self, key: &K, now: DateTime<Utc>) -> Option<&V> {
        self.entries.get(key).filter(|entry| now - entry.at < self.keep).map(|entry| &entry.value)
    }

    /// The value to change, a default one if there was none or it is forgotten.
    pub(super) fn touch(&mut self, key: K, now: DateTime<Utc>) -> &mut V {
        self.forget(now);
        if !self.entries.contains_key(&key) && self.entries.len() >= self.capacity {
            self.forget_oldest();
        }
        self.touches += 1;
        let touch = self.touches;
        let entry = self.entries.entry(key).or_insert_with(|| Entry { touch, at: now, value: V::default() });
        self.order.remove(&entry.touch);
        self.order.insert(touch, key);
        if now - entry.at >= self.keep {
            entry.value = V::default();
        }
        entry.touch = touch;
        entry.at = now;
        &mut entry.value
    }

    fn forget(&mut self, now: DateTime<Utc>) {
        while let Some((_, key)) = self.order.first_key_value()
            && self.entries.get(key).is_none_or(|entry| now - entry.at >= self.keep)
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, key)) = self.order.pop_first() {
            self.entries.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn minute(capacity: usize) -> Bounded<u32, u32> {
        Bounded::new(capacity, TimeDelta::minutes(1))
    }

    #[test]
    fn keeps_what_is_touched() {
        let mut map = minute(10);
        *map.touch(1, at(0)) += 1;
        *map.touch(1, at(59)) += 1;
        *map.touch(1, at(118)) += 1;
        assert_eq!(map.get(&1, at(177)), Some(&3));
        assert_eq!(map.get(&1, at(178)), None);
        assert_eq!(*map.touch(1, at(178)), 0);
    }

    #[test]
    fn drops_the_longest_untouched_when_full() {
        let mut map = minute(2);
        *map.touch(1, at(0)) = 10;
        *map.touch(2, at(0)) = 20;
        *map.touch(1, at(0)) += 1;
        *map.touch(3, at(0)) = 30;
        assert_eq!(map.get(&1, at(1)), Some(&11));
        assert_eq!(map.get(&2, at(1)), None);
        assert_eq!(map.get(&3, at(1)), Some(&30));
    }

    #[test]
    fn frees_the_memory_of_what_is_forgotten() {
        let mut map = minute(100);
        for key in 0..100 {
            map.touch(key, at(key.into()));
        }
        map.touch(1000, at(140));
        assert_eq!(map.entries.len(), 20);
        assert_eq!(map.order.len(), 20);
    }

    #[test]
    fn a_clock_that_steps_back_does_no_harm() {
        let mut map = minute(2);
        *map.touch(1, at(3600)) = 1;
        *map.touch(2, at(0)) = 2;
        assert_eq!((map.get(&1, at(0)), map.get(&2, at(0))), (Some(&1), Some(&2)));
    }

    proptest::proptest! {
        #[test]
        fn never_exceeds_its_capacity(touches in proptest::collection::vec((0u32..50, 0i64..90), 0..300)) {
            let mut map = minute(8);
            for (key, seconds) in touches {
                *map.touch(key, at(seconds)) += 1;
                proptest::prop_assert!(map.entries.len() <= 8);
                proptest::prop_assert_eq!(map.entries.len(), map.order.len());
                proptest::prop_assert!(map.order.iter().all(|(touch, key)| map.entries[key].touch == *touch));
            }
        }
    }
}
