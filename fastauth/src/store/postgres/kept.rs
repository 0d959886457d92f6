use std::{
    mem,
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
/// long a way as that of a statement. So it is used several times before it goes back. It goes back at
/// once where somebody of ours waits for the pool, and in a few milliseconds for the sake of others.
#[derive(Default)]
pub(super) struct Kept(Mutex<State>);

#[derive(Default)]
struct State {
    free: Vec<Free>,
    /// How many wait for the pool.
    waiting: usize,
    /// Whether a task is under way that gives back what nobody takes.
    is_watched: bool,
}

struct Free {
    /// There until it is taken.
    connection: Option<PoolConnection<Postgres>>,
    /// When the pool gave it.
    taken: Instant,
    idle: Instant,
    runtime: Handle,
}

impl Drop for Free {
    fn drop(&mut self) {
        // Going back takes a task, whoever drops this and where.
        let _entered = self.runtime.enter();
        drop(self.connection.take());
    }
}

impl Kept {
    /// A connection, and when the pool gave it.
    pub(super) async fn take(
        &self,
        pool: &PgPool,
    ) -> Result<(PoolConnection<Postgres>, Instant), sqlx::Error> {
        if !pool.is_closed() {
            let mut found = self.state().free.pop();
            // One that lay there for longer, as its watch stood still, the pool may look at first.
            if let Some(free) = found.as_mut().filter(|free| free.idle.elapsed() < LONGEST)
                && let Some(connection) = free.connection.take()
            {
                return Ok((connection, free.taken));
            }
        }
        let _waiting = Waiting::new(self);
        Ok((pool.acquire().await?, Instant::now()))
    }

    /// Keeps a connection for the next, or gives it back.
    pub(super) fn put(
        self: &Arc<Self>,
        connection: PoolConnection<Postgres>,
        taken: Instant,
        runtime: &Handle,
    ) {
        let idle = Instant::now();
        let connection = Some(connection);
        let free = Free { connection, taken, idle, runtime: runtime.clone() };
        let mut state = self.state();
        if state.waiting > 0 || idle.duration_since(taken) >= LONGEST {
            drop(state);
            return drop(free);
        }
        state.free.push(free);
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

/// Somebody who waits for the pool.
struct Waiting<'a>(&'a Kept);

impl<'a> Waiting<'a> {
    fn new(kept: &'a Kept) -> Self {
        kept.state().waiting += 1;
        Self(kept)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

/// Gives back what nobody takes.
struct Watch {
    kept: Arc<Kept>,
    is_over: bool,
}

impl Drop for Watch {
    /// Where its runtime ends before it does, nothing stays behind.
    fn drop(&mut self) {
        if !self.is_over {
            let mut state = self.kept.state();
            state.is_watched = false;
            let left = mem::take(&mut state.free);
            drop(state);
            drop(left);
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

/// For how long a connection is used again before it goes back: some dozens of statements.
const LONGEST: Duration = Duration::from_millis(10);
