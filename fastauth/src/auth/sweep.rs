use std::{sync::Arc, time::Duration};

use super::Auth;
use crate::{store::StoreError, user::AuthUser};

/// Forgets what is over and looks after the signing keys, every minute, until the application stops or
/// drops its `Auth`.
pub(super) fn sweep_until_stopped<U: AuthUser>(auth: &Auth<U>) {
    const EVERY: Duration = Duration::from_mins(1);
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
