use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{PgPool, Postgres, pool::PoolConnection};
use tokio::{
    runtime::Handle,
    time::{Instant, sleep},
};

/// Connections that were used a moment ago, for whoever is next.
///
/// The pool asks the server whether a connection still works each time that one comes back, which is as
/// long a way as that of a statement. So it is used several times before it goes back: soon all the
/// same, as the pool is where others wait for their turn.
#[derive(Default)]
pub(super) struct Kept(Mutex<State>);

#[derive(Default)]
struct State {
    free: Vec<Free>,
    /// Whether a task is under way that gives back what nobody takes.
    is_watched: bool,
}

struct Free {
    connection: PoolConnection<Postgres>,
    /// When the pool gave it.
    taken: Instant,
    idle: Instant,
}

impl Kept {
    /// A connection, and when the pool gave it.
    pub(super) async fn take(
        &self,
        pool: &PgPool,
    ) -> Result<(PoolConnection<Postgres>, Instant), sqlx::Error> {
        if !pool.is_closed()
            && let Some(free) = self.state().free.pop()
        {
            return Ok((free.connection, free.taken));
        }
        Ok((pool.acquire().await?, Instant::now()))
    }

    /// Keeps a connection for the next, or gives it back if it was kept for long.
    pub(super) fn put(
        self: &Arc<Self>,
        connection: PoolConnection<Postgres>,
        taken: Instant,
        runtime: &Handle,
    ) {
        let idle = Instant::now();
        if idle.duration_since(taken) >= LONGEST {
            return drop(connection);
        }
        let mut state = self.state();
        state.free.push(Free { connection, taken, idle });
        if !state.is_watched {
            state.is_watched = true;
            let watch = Watch { kept: Arc::clone(self), is_over: false };
            drop(state);
            runtime.spawn(watch.run());
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // Going back takes a task.
        if Handle::try_current().is_err() {
            self.free.drain(..).for_each(|free| drop(free.connection.detach()));
        }
    }
}

/// Gives back what nobody takes.
struct Watch {
    kept: Arc<Kept>,
    is_over: bool,
}

impl Drop for Watch {
    /// Where its runtime ends before it does, the next to keep something begins anew.
    fn drop(&mut self) {
        if !self.is_over {
            self.kept.state().is_watched = false;
        }
    }
}

impl Watch {
    async fn run(mut self) {
        while !self.is_over {
            sleep(LONGEST / 2).await;
            // Going back is not to keep others from taking.
            drop(self.old());
        }
    }

    /// What nobody took. If nothing is left then, that ends it.
    fn old(&mut self) -> Vec<Free> {
        let now = Instant::now();
        let is_old = |free: &mut Free| {
            now.duration_since(free.idle) >= LONGEST / 2
                || now.duration_since(free.taken) >= LONGEST
        };
        let mut state = self.kept.state();
        let old = state.free.extract_if(.., is_old).collect();
        self.is_over = state.free.is_empty();
        state.is_watched = !self.is_over;
        old
    }
}

/// For how long a connection stays away from the pool: some dozens of statements.
const LONGEST: Duration = Duration::from_millis(10);
