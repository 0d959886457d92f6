use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::time::{Clock, Timestamp};

/// A clock that stands until it is moved. Clones are one clock.
///
/// ```
/// use std::time::Duration;
///
/// use fastauth::{testing::TestClock, time::Clock};
///
/// let clock = TestClock::default();
/// assert_eq!(clock.now(), TestClock::START);
/// clock.advance(Duration::from_mins(6));
/// assert_eq!(clock.now(), TestClock::START + Duration::from_mins(6));
/// ```
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// What a new one shows: 2023-11-14T22:13:20Z, the same in every run.
    pub const START: Timestamp = Timestamp::from_secs(1_700_000_000);

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        self.change(|now| now + by);
    }

    /// Moves it back.
    pub fn step_back(&self, by: Duration) {
        self.change(|now| now - by);
    }

    /// Sets it: to `SystemClock.now()` where the application asks the system for the time, too.
    pub fn set(&self, time: Timestamp) {
        self.change(|_| time);
    }

    fn change(&self, to: impl Fn(Timestamp) -> Timestamp) {
        let micros = |now| to(Timestamp::from_micros(now)).as_micros();
        let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| Some(micros(now)));
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(Self::START.as_micros())))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
