use std::{sync::Arc, time::Duration};

use super::Auth;
use crate::{store::StoreError, user::AuthUser};

/// Forgets what is over and looks after the signing keys, every minute, until the application stops or
/// drops its `Auth`.
pub(super) fn sweep_until_stopped<U: AuthUser>(auth: &Auth<U>) {
    let inner = Arc::downgrade(&auth.0);
    let mut stopped = auth.0.stop.subscribe();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            let Some(inner) = inner.upgrade() else { return };
            let now = inner.clock.now();
            if let Some(keys) = &inner.rotating {
                keys.look_after(now).await;
            }
            let swept = async {
                let sessions = inner.store.sweep_sessions(now).await?;
                let tokens = inner.store.sweep_tokens(now).await?;
                Ok::<_, StoreError>(sessions + tokens + inner.store.sweep_values(now).await?)
            };
            match swept.await {
                Ok(rows) => tracing::debug!(rows, "swept what is over"),
                Err(error) => {
                    tracing::warn!(error = ?error.to_string(), "could not sweep what is over");
                }
            }
        }
    });
}

const EVERY: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        secret::Digest,
        store::{
            KeyValueStore, Memory, OneTimeToken, OneTimeTokenStore, Owner, Purpose, SessionStore,
            suite::{Keyed, NOW, new_session},
        },
        time::{Clock, SystemClock},
    };

    const MANY: u64 = 1_500;

    /// Fills a store with what was over long ago.
    async fn fill(store: &Memory) {
        for number in 0..MANY {
            let owner = Owner { realm: "users".to_owned(), user_id: number.to_string() };
            store.create_session(&new_session(&owner)).await.unwrap();
            let token = OneTimeToken {
                digest: Digest::of(number.to_string()),
                purpose: Purpose::ResetPassword,
                owner,
                target: String::new(),
                expires_at: NOW,
            };
            store.put_token(&token).await.unwrap();
            store.set(&number.to_string(), b"", NOW).await.unwrap();
        }
    }

    /// How much of that is there, and is no longer.
    async fn left(store: &Memory) -> [u64; 3] {
        let now = SystemClock.now();
        [
            store.sweep_sessions(now).await.unwrap(),
            store.sweep_tokens(now).await.unwrap(),
            store.sweep_values(now).await.unwrap(),
        ]
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_over_is_forgotten_within_two_sweeps_until_the_application_stops() {
        let store = Memory::new();
        let auth = Auth::<Keyed>::builder().store(store.clone()).build().await.unwrap();
        fill(&store).await;
        tokio::time::sleep(2 * EVERY + Duration::from_secs(1)).await;
        assert_eq!(left(&store).await, [0; 3]);
        fill(&store).await;
        auth.shutdown().await;
        tokio::time::sleep(2 * EVERY).await;
        assert_eq!(left(&store).await, [MANY; 3]);
    }
}
