use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::time::Timestamp;

/// Remembers budgets that are known to be spent until their window ends, so that a flood of refusals
/// costs the store nothing. Nothing is refused here that the store would grant, so only what is never
/// refunded belongs here.
#[derive(Debug, Default)]
pub(crate) struct SpentBudgets(Mutex<HashMap<String, Timestamp>>);

impl SpentBudgets {
    /// Until when this budget is known to be spent.
    pub(crate) fn until(&self, key: &str, now: Timestamp) -> Option<Timestamp> {
        self.lock().get(key).copied().filter(|until| now < *until)
    }

    /// Remembers it, if there is room.
    pub(crate) fn remember(&self, key: &str, until: Timestamp, now: Timestamp) {
        let mut spent = self.lock();
        if spent.len() == MOST {
            spent.retain(|_, until| now < *until);
        }
        if spent.len() < MOST {
            spent.insert(key.to_owned(), until);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const MOST: usize = 10_000;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    #[test]
    fn it_remembers_until_the_end_and_no_more_than_there_is_room_for() {
        let spent = SpentBudgets::default();
        let until = NOW + Duration::from_secs(1);
        for number in 0..MOST {
            spent.remember(&number.to_string(), until, NOW);
        }
        spent.remember("one too many", until, NOW);
        assert_eq!(spent.until("0", NOW), Some(until));
        assert_eq!(spent.until("one too many", NOW), None);
        assert_eq!(spent.until("0", until), None);
        spent.remember("later", until + Duration::from_secs(1), until);
        assert!(spent.until("later", until).is_some());
        assert_eq!(spent.lock().len(), 1);
    }
}
