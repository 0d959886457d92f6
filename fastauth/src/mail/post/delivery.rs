use std::{sync::Arc, time::Duration};

use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};

use super::{
    queue::{Parcel, Queue},
    told::told,
};
use crate::{
    mail::{EmailTransport, MailError, Writer},
    secret::random,
    time::Clock,
};

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a letter waits after its first attempt: twice as long after each further one, to the longest.
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_mins(1);

/// Tries letters until they are handed over, refused, or not worth sending any more.
pub(super) struct Delivery {
    transport: Arc<dyn EmailTransport>,
    writer: Arc<Writer>,
    clock: Arc<dyn Clock>,
}

impl Delivery {
    pub(super) fn new(
        transport: Arc<dyn EmailTransport>,
        writer: Writer,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { transport, writer: Arc::new(writer), clock }
    }

    /// Works until the queue is closed and empty.
    pub(super) async fn work(&self, queue: &Queue) {
        while let Some((number, mut parcel)) = queue.next().await {
            parcel.tries += 1;
            if self.is_settled(&parcel).await {
                queue.done();
            } else {
                let due = Instant::now() + delay(parcel.tries);
                queue.put_back(number, parcel, due);
            }
        }
    }

    /// Whether there is nothing more to do about a letter. What is logged names neither its address nor what
    /// it says.
    async fn is_settled(&self, parcel: &Parcel) -> bool {
        let (kind, tries) = (parcel.letter.kind(), parcel.tries);
        if self.clock.now() >= parcel.at + parcel.letter.lasts() {
            tracing::error!(%kind, tries, "mail was given up: it is over");
            return true;
        }
        match self.attempt(parcel).await {
            Ok(()) => {
                tracing::info!(%kind, tries, "mail was handed over");
                true
            }
            Err(error @ MailError::Refused(_)) => {
                tracing::error!(%kind, tries, because = told(&error, &parcel.to), "mail was refused");
                true
            }
            Err(error) => {
                tracing::warn!(%kind, tries, because = told(&error, &parcel.to), "mail is delayed");
                false
            }
        }
    }

    /// One attempt, in a task of its own: what panics in there or takes too long ends there.
    async fn attempt(&self, parcel: &Parcel) -> Result<(), MailError> {
        let (transport, writer) = (Arc::clone(&self.transport), Arc::clone(&self.writer));
        let parcel = parcel.clone();
        let mut attempt = JoinSet::new();
        attempt.spawn(async move {
            let Parcel { id, at, to, letter, .. } = &parcel;
            let mail = writer.write(*id, *at, to, letter).map_err(MailError::refused)?;
            transport.send(&mail).await
        });
        if let Ok(ended) = timeout(PATIENCE, attempt.join_next()).await {
            let panicked = || Err(MailError::unavailable("the transport panicked"));
            return ended.and_then(Result::ok).unwrap_or_else(panicked);
        }
        // One that blocks its thread ends when it likes: no other begins in its place before.
        attempt.shutdown().await;
        Err(MailError::unavailable("the transport took too long"))
    }
}

/// How long to wait after so many attempts. Half of it is chance, so that letters which failed together do not
/// come back together.
fn delay(tries: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(tries.saturating_sub(1));
    let whole = FIRST_DELAY.saturating_mul(doubled).min(LONGEST_DELAY);
    let chance = random::<1>().map_or(0, |[byte]| u32::from(byte));
    whole / 2 + whole / 2 * chance / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_a_minute_and_half_of_each_is_chance() {
        for (tries, whole) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (1_000, 60)] {
            let whole = Duration::from_secs(whole);
            let delays: Vec<_> = (0..64).map(|_| delay(tries)).collect();
            assert!(delays.iter().all(|it| *it >= whole / 2 && *it <= whole), "{tries} {delays:?}");
            assert!(delays.iter().any(|it| *it != delays[0]), "{tries} {delays:?}");
        }
    }
}
