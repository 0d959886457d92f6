use std::time::Duration;

use crate::time::Timestamp;

/// How often something may be done within a while, counted under a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Budget {
    /// What is counted together.
    pub key: String,
    /// How often it may be done: at least once.
    pub limit: u32,
    /// Within how long, from the first time.
    pub window: Duration,
    /// What comes when it is spent: without delays it is full again at the end of the window.
    pub delays: Option<Delays>,
}

/// Delays that double: once a budget is spent, each further try is allowed only after the delay that
/// the one before it brought, until the budget is [forgotten](Refund::All) or rests for long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Delays {
    /// The first.
    pub first: Duration,
    /// The longest.
    pub longest: Duration,
    /// How long after the last delay the budget is full again.
    pub forgotten_after: Duration,
}

/// Whether something may be done now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Spending {
    /// It may: one was spent from each budget.
    Granted {
        /// The last of the budgets that allows nothing more for now, counted from nought.
        spent_up: Option<usize>,
    },
    /// It may not, and nothing was spent.
    Refused {
        /// The first budget that has nothing left, counted from nought.
        budget: usize,
        /// When it may be tried again.
        until: Timestamp,
    },
}

/// What is given back to a budget.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refund {
    /// All of it: the budget of this key is full again, its delays forgotten.
    All(String),
    /// One that was spent.
    One(String),
}

/// What has been spent from a budget.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Account {
    /// How often.
    pub(super) spent: u32,
    /// From when on there is more to spend.
    pub(super) free_at: Timestamp,
    /// From when on the budget is full again.
    pub(super) ends_at: Timestamp,
}

impl Account {
    /// What a refund of one makes of it.
    pub(super) fn refunded(self) -> Self {
        Self { spent: self.spent.saturating_sub(1), free_at: Timestamp::from_micros(0), ..self }
    }
}

impl Budget {
    /// The account after the first spending from a full budget.
    pub(super) fn opened(&self, now: Timestamp) -> Account {
        self.spent(1, now, now + self.window)
    }

    /// The account after one more spending, or until when there is nothing to spend.
    pub(super) fn spend(&self, account: Account, now: Timestamp) -> Result<Account, Timestamp> {
        if self.is_over(&account, now) {
            Ok(self.opened(now))
        } else if now < account.free_at {
            Err(account.free_at)
        } else {
            Ok(self.spent(account.spent.saturating_add(1), now, account.ends_at))
        }
    }

    /// Whether the account no longer counts. One that ends later than any could was kept by a clock
    /// that has been set back since, and must lock nobody for good.
    fn is_over(&self, account: &Account, now: Timestamp) -> bool {
        account.ends_at <= now || self.latest_end(now) < account.ends_at
    }

    /// The latest that an account of this moment can end.
    pub(super) fn latest_end(&self, now: Timestamp) -> Timestamp {
        now + self.delayed().map_or(self.window, |delayed| delayed.max(self.window)) + SKEW
    }

    /// How long an account with delays is kept after each.
    pub(super) fn delayed(&self) -> Option<Duration> {
        self.delays.map(|delays| delays.longest.saturating_add(delays.forgotten_after))
    }

    fn spent(&self, spent: u32, now: Timestamp, ends_at: Timestamp) -> Account {
        let Some(beyond) = spent.checked_sub(self.limit) else {
            return Account { spent, free_at: Timestamp::from_micros(0), ends_at };
        };
        let (free_at, ends_at) = match (self.delays, self.delayed()) {
            (Some(delays), Some(kept)) => (now + delays.after(beyond), now + kept),
            _ => (ends_at, ends_at),
        };
        Account { spent, free_at, ends_at }
    }
}

impl Delays {
    /// The delay after so many tries beyond those that had none.
    fn after(&self, beyond: u32) -> Duration {
        if beyond < self.doublings() { self.first * (1 << beyond) } else { self.longest }
    }

    /// How often the first delay doubles before it is the longest.
    pub(super) fn doublings(&self) -> u32 {
        let reaches = |times: &u32| self.first.saturating_mul(1 << times) >= self.longest;
        (0..MOST_DOUBLINGS).find(reaches).unwrap_or(MOST_DOUBLINGS)
    }
}

/// How far behind the moment of the last spending another may be that comes after it: it waited for the
/// store longer, or its instance has a clock that is late. Such a one must find what was spent.
const SKEW: Duration = Duration::from_mins(1);

/// So that no delay in microseconds exceeds 64 bits.
const MOST_DOUBLINGS: u32 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn delays() -> Delays {
        let minute = Duration::from_mins(1);
        Delays {
            first: minute / 2,
            longest: 60 * minute,
            forgotten_after: Duration::from_hours(24),
        }
    }

    #[test]
    fn a_delay_doubles_up_to_the_longest() {
        let seconds: Vec<_> = (0..9).map(|beyond| delays().after(beyond).as_secs()).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert_eq!(delays().after(u32::MAX), Duration::from_hours(1));
        for (first, longest) in [(0, 0), (5, 5), (7, 5), (0, 60)] {
            let (first, longest) = (Duration::from_secs(first), Duration::from_secs(longest));
            let odd = Delays { first, longest, ..delays() };
            assert!(odd.after(0) <= longest && odd.after(u32::MAX) == longest, "{odd:?}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody() {
        let (key, window) = (String::new(), Duration::from_mins(5));
        for delays in [None, Some(delays())] {
            let budget = Budget { key: key.clone(), limit: 1, window, delays };
            let spent = budget.opened(NOW);
            assert!(budget.spend(spent, NOW).is_err());
            assert_eq!(budget.spend(spent, NOW - Duration::from_hours(25)).unwrap().spent, 1);
        }
    }
}
