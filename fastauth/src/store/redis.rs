use std::{fmt, sync::Arc, time::Duration};

use redis::ScriptInvocation;

use super::{SessionKeeper, StoreError};

mod budget;
mod keys;
mod link;
mod open;
mod record;
mod script;
mod session;
mod value;

/// Keeps sessions, small values and counters in Redis 6 or later; users stay in another store:
/// `.store(Sqlite::open("app.db").await?).sessions(Redis::connect("redis://localhost:6379").await?)`.
///
/// Clones share one connection, which is made anew when it breaks. All keys begin with `fastauth:`,
/// and no token is among them, only digests.
///
/// A session lives as long as Redis keeps it: what a restart or a failover of the server loses, people
/// have to sign in for again, or end again. Give it `appendonly yes` and an eviction policy of
/// `noeviction`.
///
/// Whatever Redis's own clock says, a session is over when the application's clock says so. Redis
/// forgets by itself a day later what nobody sweeps.
#[derive(Clone)]
pub struct Redis {
    keys: keys::Keys,
    link: Arc<link::Link>,
    name: Arc<str>,
}

impl Redis {
    /// Other words for its keys to begin with than `fastauth:`, where several applications share one
    /// Redis.
    #[must_use]
    pub fn with_prefix(self, prefix: impl AsRef<str>) -> Self {
        Self { keys: keys::Keys::under(prefix.as_ref()), ..self }
    }

    /// Forgets in small steps, so that nobody waits long.
    async fn sweep(&self, script: &ScriptInvocation<'_>) -> Result<u64, StoreError> {
        let mut all = 0;
        loop {
            let gone: u64 = self.link.run(script).await?;
            all += gone;
            if gone < SWEEP_AT_ONCE {
                return Ok(all);
            }
        }
    }
}

impl SessionKeeper for Redis {
    fn describe(&self) -> String {
        format!("redis {}", self.name)
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("name", &self.name).finish_non_exhaustive()
    }
}

/// For how many milliseconds Redis keeps what is over after so long. A distance of the caller's own
/// times, so that the two clocks need not agree.
fn kept_for(rest: Duration) -> u64 {
    let kept = rest.min(LONGEST).saturating_add(MARGIN);
    u64::try_from(kept.as_millis()).unwrap_or(u64::MAX)
}

/// How much longer than it lives something is kept, if nobody sweeps.
const MARGIN: Duration = Duration::from_hours(24);

/// Longer than anything lives, and a time that Redis can hold: a hundred years.
const LONGEST: Duration = Duration::from_hours(24 * 36_525);

/// How many entries are forgotten in one step.
const SWEEP_AT_ONCE: u64 = 500;
