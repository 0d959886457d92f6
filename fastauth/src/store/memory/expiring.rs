use std::{
    borrow::Borrow,
    collections::{BTreeSet, HashMap},
    hash::Hash,
};

use super::SWEEP_AT_ONCE;
use crate::time::Timestamp;

/// A map whose entries end. What is over is still there until it is swept: callers ask.
pub(super) struct Expiring<K, V> {
    entries: HashMap<K, (Timestamp, V)>,
    by_end: BTreeSet<(Timestamp, K)>,
}

impl<K: Clone + Eq + Hash + Ord, V> Expiring<K, V> {
    /// Keeps `value` until then, in place of an older one, which it gives back.
    pub(super) fn insert(&mut self, key: K, value: V, until: Timestamp) -> Option<V> {
        let older = self.remove(&key);
        self.by_end.insert((until, key.clone()));
        self.entries.insert(key, (until, value));
        older
    }

    pub(super) fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (key, (until, value)) = self.entries.remove_entry(key)?;
        self.by_end.remove(&(until, key));
        Some(value)
    }

    /// Removes at most so many entries that are over and gives them back.
    pub(super) fn sweep(&mut self, now: Timestamp) -> Vec<(K, V)> {
        let mut swept = Vec::new();
        while swept.len() < SWEEP_AT_ONCE
            && self.by_end.first().is_some_and(|(until, _)| *until <= now)
        {
            let Some((_, key)) = self.by_end.pop_first() else { break };
            let Some((_, value)) = self.entries.remove(&key) else { continue };
            swept.push((key, value));
        }
        swept
    }

    /// How many entries there are, over or not.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.entries.len(), self.by_end.len());
        self.entries.len()
    }

    /// The entry of this key, over or not.
    pub(super) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).map(|(_, value)| value)
    }

    /// The entry of this key that is not over.
    pub(super) fn live<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: Timestamp) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).filter(|(until, _)| now < *until).map(|(_, value)| value)
    }

    /// The same, to change.
    pub(super) fn live_mut<Q: Eq + Hash + ?Sized>(
        &mut self,
        key: &Q,
        now: Timestamp,
    ) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.entries.get_mut(key).filter(|(until, _)| now < *until).map(|(_, value)| value)
    }
}

impl<K, V> Default for Expiring<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), by_end: BTreeSet::new() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
    const LATER: Timestamp = Timestamp::from_secs(1_800_000_001);
    const MANY: usize = 100_000;

    #[test]
    fn what_is_over_goes_in_small_steps_and_what_lives_stays() {
        let mut entries = Expiring::default();
        for key in 0..MANY {
            entries.insert(key, (), NOW - Duration::from_secs(1));
            // What is kept anew ends anew, and is there once.
            entries.insert(key, (), if key % 2 == 0 { NOW } else { LATER });
        }
        assert_eq!(entries.len(), MANY);
        for _ in 0..MANY / 2 / SWEEP_AT_ONCE {
            assert_eq!(entries.sweep(NOW).len(), SWEEP_AT_ONCE);
        }
        assert_eq!((entries.sweep(NOW).len(), entries.len()), (0, MANY / 2));
        assert!((0..MANY).all(|key| entries.live(&key, NOW).is_some() == (key % 2 == 1)));
        while !entries.sweep(LATER).is_empty() {}
        assert_eq!(entries.len(), 0);
    }
}
