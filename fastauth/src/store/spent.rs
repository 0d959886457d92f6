use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::time::Timestamp;

/// Remembers budgets that are known to be spent until their window ends, so that a flood of refusals
/// costs the store little. What other instances may refund is remembered for a moment only.
#[derive(Debug, Default)]
pub(crate) struct SpentBudgets(Mutex<Spent>);

#[derive(Debug, Default)]
struct Spent {
    known: HashMap<String, Known>,
    /// The second in which room was made for others.
    cleared: Option<i64>,
}

/// From when to when a budget is known to be spent.
#[derive(Clone, Copy, Debug)]
struct Known {
    from: Timestamp,
    until: Timestamp,
    /// How long that is believed.
    for_sure: Duration,
}

impl Known {
    /// A clock that was set back since knows nothing.
    fn holds(self, now: Timestamp) -> bool {
        self.from <= now && now < self.until && now < self.from + self.for_sure
    }
}

impl SpentBudgets {
    /// Until when this budget is known to be spent.
    pub(crate) fn until(&self, key: &str, now: Timestamp) -> Option<Timestamp> {
        let known = self.lock().known.get(key).copied().filter(|known| known.holds(now));
        known.map(|known| known.until)
    }

    /// Remembers it for this long, if there is room.
    pub(crate) fn remember(&self, key: &str, until: Timestamp, for_sure: Duration, now: Timestamp) {
        let mut spent = self.lock();
        if spent.known.len() == MOST {
            spent.clear(now);
        }
        if spent.known.len() < MOST {
            spent.known.insert(key.to_owned(), Known { from: now, until, for_sure });
        }
    }

    /// Forgets what was refunded.
    pub(crate) fn forget(&self, key: &str) {
        self.lock().known.remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spent {
    /// Forgets what is over. All of it is looked at, so not for each of a flood of keys.
    fn clear(&mut self, now: Timestamp) {
        let second = Some(now.as_secs());
        if self.cleared != second {
            self.known.retain(|_, known| known.holds(now));
            self.cleared = second;
        }
    }
}

const MOST: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);
    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn it_remembers_until_the_end_and_no_more_than_there_is_room_for() {
        let spent = SpentBudgets::default();
        let until = NOW + Duration::from_secs(1);
        for number in 0..MOST {
            spent.remember(&number.to_string(), until, HOUR, NOW);
        }
        spent.remember("one too many", until, HOUR, NOW);
        assert_eq!(spent.until("0", NOW), Some(until));
        assert_eq!(spent.until("one too many", NOW), None);
        assert_eq!(spent.until("0", until), None);
        assert_eq!(spent.until("0", NOW - Duration::from_secs(1)), None);
        spent.forget("1");
        assert_eq!(spent.until("1", NOW), None);
        spent.remember("1", until, HOUR, NOW);
        let later = until + Duration::from_secs(9);
        spent.remember("later", later, Duration::from_secs(1), until);
        assert_eq!(spent.until("later", until), Some(later));
        assert_eq!(spent.until("later", until + Duration::from_secs(1)), None);
        assert_eq!(spent.lock().known.len(), 1);
    }

    #[test]
    fn a_flood_of_keys_finds_the_room_that_there_is_and_all_are_looked_at_once_a_second() {
        let spent = SpentBudgets::default();
        let half = Duration::from_millis(500);
        let is_known = |key: &str, now| {
            spent.remember(key, now + HOUR, HOUR, now);
            spent.until(key, now).is_some()
        };
        for number in 0..20 * MOST {
            spent.remember(&number.to_string(), NOW + HOUR, half, NOW);
            assert!(spent.lock().known.len() <= MOST);
        }
        assert_eq!(spent.lock().known.len(), MOST);
        assert!(!is_known("in the same second", NOW + half), "all were looked at again");
        assert!(is_known("a second later", NOW + 2 * half));
        assert_eq!(spent.lock().known.len(), 1);
    }
}
