use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// Lets go one after another, so that many who come at the same moment, and come again at once, do not
/// come at the same moment for ever.
#[derive(Debug)]
pub(super) struct Pace {
    apart: Duration,
    longest: Duration,
    /// When the next one may go.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So far apart, and nobody later than after the longest time, however many there are.
    pub(super) fn new(apart: Duration, longest: Duration) -> Self {
        Self { apart, longest, next: Mutex::default() }
    }

    /// Waits until it is one's turn: not at all where nobody else waits.
    pub(super) async fn turn(&self) {
        sleep_until(self.take()).await;
    }

    fn take(&self) -> Instant {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let within = now..now + self.longest;
        // When all the turns of that time are given, each is given again.
        let turn = next.filter(|next| within.contains(next)).unwrap_or(now);
        *next = Some(turn + self.apart);
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APART: Duration = Duration::from_millis(4);
    const LONGEST: Duration = Duration::from_millis(400);

    #[tokio::test(start_paused = true)]
    async fn many_go_one_after_another_and_nobody_waits_for_long() {
        let (pace, begun) = (Pace::new(APART, LONGEST), Instant::now());
        let turns: Vec<_> = (0..1_000).map(|_| pace.take() - begun).collect();
        for (turn, number) in turns.iter().zip(0..) {
            assert_eq!(*turn, APART * (number % 100), "{number}");
        }
        // Nobody waits for those who went.
        tokio::time::advance(2 * LONGEST).await;
        assert_eq!(pace.take() - begun, 2 * LONGEST);
        let before = Instant::now();
        Pace::new(APART, LONGEST).turn().await;
        assert!(before.elapsed() <= Duration::from_millis(1));
    }
}
