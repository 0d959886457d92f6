//! A server that stops in the middle of a refresh.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use fastauth::{ExtraClaims, Hooks, auth_hooks};
use fastauth_tests::User;
use tokio::sync::{Mutex, Notify};

use super::step::Cut;

/// Stops a refresh where it is told to, and counts the alarms.
#[derive(Clone, Default)]
pub(super) struct Crash(Arc<Shared>);

#[derive(Default)]
struct Shared {
    at: Mutex<Option<Cut>>,
    alarms: AtomicUsize,
    has_stopped: Notify,
    /// The client has.
    has_hung_up: Notify,
    /// The server has dropped the request.
    is_dropped: Notify,
}

impl Crash {
    pub(super) fn alarms(&self) -> usize {
        self.0.alarms.load(Ordering::SeqCst)
    }

    /// Cuts this request short there, if it comes there: `None` then, when all that a client can do
    /// to it by hanging up has been done.
    pub(super) async fn cut<T>(&self, at: Cut, request: impl Future<Output = T>) -> Option<T> {
        let shared = &self.0;
        *shared.at.lock().await = Some(at);
        let answer = tokio::select! {
            answer = request => Some(answer),
            () = shared.has_stopped.notified() => None,
        };
        *shared.at.lock().await = None;
        if answer.is_none() {
            match at {
                Cut::Before => shared.is_dropped.notified().await,
                Cut::After => shared.has_hung_up.notify_one(),
            }
        }
        answer
    }

    async fn stop(&self, at: Cut) {
        let shared = &self.0;
        if shared.at.lock().await.take_if(|it| *it == at).is_none() {
            return;
        }
        shared.has_stopped.notify_one();
        match at {
            Cut::Before => {
                let _dropped = Dropped(Arc::clone(shared));
                pending::<()>().await;
            }
            Cut::After => shared.has_hung_up.notified().await,
        }
    }
}

#[auth_hooks]
impl Hooks<User> for Crash {
    async fn modify_jwt(&self, _claims: &mut ExtraClaims) {
        self.stop(Cut::Before).await;
    }

    async fn on_token_refresh(&self) {
        self.stop(Cut::After).await;
    }

    async fn on_refresh_reuse(&self) {
        self.0.alarms.fetch_add(1, Ordering::SeqCst);
        self.stop(Cut::After).await;
    }
}

/// Says so when it is.
struct Dropped(Arc<Shared>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.is_dropped.notify_one();
    }
}
