use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
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

/// Keeps a panic within the hook: in what it does at once, in what it awaits, and in what it drops when
/// it is done or not waited for any longer. After one it is never polled again.
pub(super) async fn caught<'a, T>(call: impl FnOnce() -> HookFuture<'a, T>) -> Result<T, Broken> {
    let called = catch_unwind(AssertUnwindSafe(call));
    let mut future = Contained(Some(called.map_err(|_| Broken::Panicked)?));
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(answer)) => Poll::Ready(Ok(answer)),
        Err(_) => Poll::Ready(Err(Broken::Panicked)),
    })
    .await
}

/// A hook's future, whose end is the hook's own matter.
struct Contained<'a, T>(Option<HookFuture<'a, T>>);

impl<T> Contained<'_, T> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        self.0.as_mut().map_or(Poll::Pending, |future| future.as_mut().poll(cx))
    }
}

impl<T> Drop for Contained<'_, T> {
    fn drop(&mut self) {
        let future = self.0.take();
        if catch_unwind(AssertUnwindSafe(|| drop(future))).is_err() {
            tracing::error!("a hook panicked in what it dropped");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::pending,
        pin::Pin,
        task::{Context, Poll},
        time::Duration,
    };

    use tokio::time::timeout;

    use super::caught;

    /// Panics when it is dropped.
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("on purpose")
        }
    }

    /// Is done at once, and panics when it is dropped.
    struct Done(#[allow(dead_code, reason = "it is there to be dropped")] Bomb);

    impl Future for Done {
        type Output = u8;

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u8> {
            Poll::Ready(7)
        }
    }

    #[tokio::test]
    async fn a_panic_in_what_a_hook_drops_stays_within_it() {
        let hanging = caught(|| {
            let bomb = Bomb;
            Box::pin(async move {
                let _bomb = bomb;
                pending::<u8>().await
            })
        });
        assert!(timeout(Duration::from_millis(1), hanging).await.is_err());
        assert!(matches!(caught(|| Box::pin(Done(Bomb))).await, Ok(7)));
    }
}
