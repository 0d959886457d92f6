use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use fastauth::time::{Clock, SystemClock, Timestamp};

/// The system's clock, moved as a test likes.
#[derive(Clone, Debug, Default)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        self.0
            .fetch_add(i64::try_from(by.as_micros()).expect("a test's duration"), Ordering::SeqCst);
    }

    /// Moves it back.
    pub fn step_back(&self, by: Duration) {
        self.0
            .fetch_sub(i64::try_from(by.as_micros()).expect("a test's duration"), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(SystemClock.now().as_micros() + self.0.load(Ordering::SeqCst))
    }
}
