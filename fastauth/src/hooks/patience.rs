use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};

use tokio::time::{Instant, timeout};

use super::{HookContext, HookFuture};

/// Longest that a request waits for its hooks, all of them together.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much longer a request waits for its hooks.
#[derive(Clone, Debug)]
pub(super) struct Patience(Arc<Mutex<Duration>>);

impl Default for Patience {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(PATIENCE)))
    }
}

impl Patience {
    /// What the work gives back if it is done in time.
    pub(super) async fn wait<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let left = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = Instant::now();
        let done = timeout(left, work).await;
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.saturating_sub(begun.elapsed());
        done.ok()
    }
}

/// Why a hook gave no answer.
#[derive(Clone, Copy)]
pub(super) enum Broken {
    Panicked,
    TooSlow,
}

impl Broken {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Panicked => "panicked",
            Self::TooSlow => "took too long",
        }
    }
}

/// Calls a hook that the request waits for.
pub(super) async fn guarded<'a, T>(
    cx: &HookContext,
    call: impl FnOnce() -> HookFuture<'a, T>,
) -> Result<T, Broken> {
    cx.patience().wait(caught(call)).await.unwrap_or(Err(Broken::TooSlow))
}

/// Keeps a panic within the hook, in what it does at once as in what it awaits. After one it is never
/// polled again.
pub(super) async fn caught<'a, T>(call: impl FnOnce() -> HookFuture<'a, T>) -> Result<T, Broken> {
    let called = catch_unwind(AssertUnwindSafe(call));
    let mut future = called.map_err(|_| Broken::Panicked)?;
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(answer)) => Poll::Ready(Ok(answer)),
        Err(_) => Poll::Ready(Err(Broken::Panicked)),
    })
    .await
}
