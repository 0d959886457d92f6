use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::pace::Pace;

/// Connections whose request was turned away a moment ago. Who comes again on one of them sooner than they
/// were told to waits for their turn: a flood that takes no heed of its answers would keep the server busy
/// with nothing but these.
#[derive(Debug)]
pub(crate) struct TurnedAway {
    known: Mutex<Known>,
    pace: Pace,
}

#[derive(Debug, Default)]
struct Known {
    since: HashMap<SocketAddr, Instant>,
    /// When room was made for others.
    cleared: Option<Instant>,
}

impl Default for TurnedAway {
    fn default() -> Self {
        Self { known: Mutex::default(), pace: Pace::new(APART, LONGEST) }
    }
}

impl TurnedAway {
    /// Waits if this one was turned away a moment ago.
    pub(crate) async fn wait(&self, peer: SocketAddr) {
        let since = self.known().since.remove(&peer);
        if since.is_some_and(|since| since.elapsed() < A_MOMENT) {
            self.pace.turn().await;
        }
    }

    /// This one was told to come again later. Where too many are remembered, the next are not.
    pub(crate) fn note(&self, peer: SocketAddr) {
        let mut known = self.known();
        if known.since.len() >= MOST {
            known.clear();
        }
        if known.since.len() < MOST {
            known.since.insert(peer, Instant::now());
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Forgets who stayed away for long enough. All are looked at, so not for each of a flood.
    fn clear(&mut self) {
        if self.cleared.is_none_or(|cleared| cleared.elapsed() >= A_MOMENT) {
            self.since.retain(|_, since| since.elapsed() < A_MOMENT);
            self.cleared = Some(Instant::now());
        }
    }
}

/// For how long one is told to stay away: what `Retry-After` says at least.
const A_MOMENT: Duration = Duration::from_secs(1);

/// 250 a second: a hundredth or two of a processor.
const APART: Duration = Duration::from_millis(4);

/// As long as those wait who are not turned away.
const LONGEST: Duration = Duration::from_secs(2);

/// As many connections as one server has, or more.
const MOST: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(number: usize) -> SocketAddr {
        let [high, low, ..] = u32::try_from(number).unwrap().to_le_bytes();
        SocketAddr::from(([10, 0, high, low], u16::try_from(number % 60_000).unwrap()))
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_again_too_soon_waits_for_their_turn() {
        let (turned_away, begun) = (TurnedAway::default(), Instant::now());
        for number in 0..20 {
            turned_away.note(peer(number));
        }
        turned_away.wait(peer(99)).await;
        assert_eq!(begun.elapsed(), Duration::ZERO, "who was not turned away waits");
        for number in 0..20 {
            let wait = turned_away.wait(peer(number));
            wait.await;
        }
        assert!(begun.elapsed() >= APART * 19, "{:?}", begun.elapsed());
        // Once for each time.
        let before = Instant::now();
        turned_away.wait(peer(0)).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
        // Who stayed away does not wait.
        turned_away.note(peer(0));
        turned_away.note(peer(1));
        tokio::time::advance(A_MOMENT).await;
        let before = Instant::now();
        turned_away.wait(peer(0)).await;
        turned_away.wait(peer(1)).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_bounded_number_is_remembered() {
        let turned_away = TurnedAway::default();
        let half = A_MOMENT / 2;
        (0..MOST).for_each(|number| turned_away.note(peer(number)));
        tokio::time::advance(half).await;
        for number in MOST..2 * MOST {
            turned_away.note(peer(number));
            assert!(turned_away.known().since.len() <= MOST);
        }
        // They found no room, and wait for nobody.
        let begun = Instant::now();
        turned_away.wait(peer(MOST)).await;
        turned_away.wait(peer(2 * MOST - 1)).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
        tokio::time::advance(half).await;
        turned_away.note(peer(MOST));
        assert_eq!(turned_away.known().since.len(), MOST, "all were looked at too soon");
        tokio::time::advance(half).await;
        turned_away.note(peer(MOST));
        assert_eq!(turned_away.known().since.len(), 1);
    }
}
