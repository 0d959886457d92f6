use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// Lets go one after another, so that many who come at the same moment, and come again at once, do not
/// come at the same moment for ever.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When the next one may go.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// Waits until it is one's turn: not at all where nobody else waits, and never for long.
    pub(super) async fn turn(&self) {
        sleep_until(self.take()).await;
    }

    fn take(&self) -> Instant {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let within = now..now + LONGEST;
        // When all the turns of that time are given, each is given again.
        let turn = next.filter(|next| within.contains(next)).unwrap_or(now);
        *next = Some(turn + APART);
        turn
    }
}

/// 250 a second: a hundredth or two of a processor.
const APART: Duration = Duration::from_millis(4);

/// How long one waits at most, which is as long as those wait who are not sent away: however many come,
/// each has an answer while they listen.
const LONGEST: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn many_go_one_after_another_and_nobody_waits_for_long() {
        let (pace, begun) = (Pace::default(), Instant::now());
        let turns: Vec<_> = (0..5_000).map(|_| pace.take() - begun).collect();
        for (turn, number) in turns.iter().zip(0..) {
            assert_eq!(*turn, APART * (number % 500), "{number}");
        }
        // Nobody waits for those who went.
        tokio::time::advance(2 * LONGEST).await;
        assert_eq!(pace.take() - begun, 2 * LONGEST);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_alone_does_not_wait() {
        let (pace, begun) = (Pace::default(), Instant::now());
        pace.turn().await;
        assert!(begun.elapsed() <= APART);
        let mut many = JoinSet::new();
        let pace = std::sync::Arc::new(pace);
        for _ in 0..20 {
            let pace = pace.clone();
            many.spawn(async move { pace.turn().await });
        }
        many.join_all().await;
        assert!((APART * 20..=APART * 22).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    }
}
