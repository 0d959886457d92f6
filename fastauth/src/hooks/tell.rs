use std::{sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::JoinHandle, time::timeout};

use super::{
    Event, HookContext, HookSets,
    patience::{Broken, caught},
};
use crate::user::AuthUser;

/// Longest that a hook may take which no request waits for.
const LONGEST: Duration = Duration::from_mins(1);
/// How many events are told at a time. Beyond it hooks hang, and what they hold must not pile up.
const AT_ONCE: usize = 1_024;

/// Counts what is being told.
pub(super) struct Telling(Arc<Semaphore>);

impl Default for Telling {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl<U: AuthUser> HookSets<U> {
    /// Tells every set what has happened, one after the other, in a task that a dropped client does
    /// not end. The caller waits for it a while; what is slower goes on by itself.
    pub(crate) async fn tell(&self, events: impl IntoIterator<Item = Event<U>>, cx: HookContext) {
        let patience = cx.patience().clone();
        if let Some(told) = self.begin(events.into_iter().collect(), cx)
            && patience.wait(told).await.is_none()
        {
            tracing::warn!("a hook takes longer than a reply waits for it");
        }
    }

    /// The same where the reply must not wait: how long it takes would say whether there is such an
    /// account (ASVS 6.3.8).
    pub(crate) fn tell_later(&self, event: Event<U>, cx: HookContext) {
        self.begin(vec![event], cx);
    }

    /// When nothing is being told any more.
    pub(crate) async fn told(&self) {
        let all = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        drop(self.telling.0.acquire_many(all).await);
    }

    fn begin(&self, events: Vec<Event<U>>, cx: HookContext) -> Option<JoinHandle<()>> {
        for event in &events {
            event.record(&cx);
        }
        if self.sets.is_empty() || events.is_empty() {
            return None;
        }
        let Ok(place) = Arc::clone(&self.telling.0).try_acquire_owned() else {
            tracing::error!("hooks hang: an event was not told");
            return None;
        };
        let sets = Arc::clone(&self.sets);
        Some(tokio::spawn(async move {
            let _place = place;
            for event in &events {
                for set in sets.iter() {
                    let call = caught(|| event.call(set.as_ref(), &cx));
                    let told = timeout(LONGEST, call).await.unwrap_or(Err(Broken::TooSlow));
                    match told {
                        Ok(Ok(())) => {}
                        Ok(Err(error)) => {
                            tracing::error!(hook = event.hook(), %error, "hook failed");
                        }
                        Err(broken) => {
                            let how = broken.as_str();
                            tracing::error!(hook = event.hook(), how, "hook failed");
                        }
                    }
                }
            }
        }))
    }
}
