use std::{sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::JoinHandle, time::timeout};

use super::{
    Event, HookContext, HookSets,
    patience::{Broken, caught},
};
use crate::user::AuthUser;

/// Longest that a hook may take which no request waits for.
const LONGEST: Duration = Duration::from_mins(1);
/// How many tasks tell at a time. Beyond it hooks hang, and what they hold must not pile up.
const AT_ONCE: u32 = 1_024;
/// How many more tell of what anybody can bring about, so that strangers crowd out only each other.
const UNPROVED_AT_ONCE: u32 = 128;

/// Counts what is being told.
pub(super) struct Telling {
    proved: Places,
    unproved: Places,
}

impl Default for Telling {
    fn default() -> Self {
        Self { proved: Places::of(AT_ONCE), unproved: Places::of(UNPROVED_AT_ONCE) }
    }
}

struct Places {
    all: u32,
    free: Arc<Semaphore>,
}

impl Places {
    fn of(all: u32) -> Self {
        Self { all, free: Arc::new(Semaphore::new(all as usize)) }
    }
}

impl<U: AuthUser> HookSets<U> {
    /// Tells every set what has happened, one after the other, in a task that a dropped client does
    /// not end. The caller waits for it a while; what is slower goes on by itself.
    pub(crate) async fn tell(&self, events: impl IntoIterator<Item = Event<U>>, cx: HookContext) {
        let patience = cx.patience().clone();
        if let Some(told) = self.begin(&self.telling.proved, events.into_iter().collect(), cx)
            && patience.wait(told).await.is_none()
        {
            tracing::warn!("a hook takes longer than a reply waits for it");
        }
    }

    /// The same of what nobody has proved anything for, and where the reply must not wait: how long
    /// it takes would say whether there is such an account (ASVS 6.3.8).
    pub(crate) fn tell_later(&self, event: Event<U>, cx: HookContext) {
        self.begin(&self.telling.unproved, vec![event], cx);
    }

    /// When nothing is being told any more.
    pub(crate) async fn told(&self) {
        let Telling { proved, unproved } = &self.telling;
        let _proved = proved.free.acquire_many(proved.all).await;
        let _unproved = unproved.free.acquire_many(unproved.all).await;
    }

    fn begin(
        &self,
        places: &Places,
        events: Vec<Event<U>>,
        cx: HookContext,
    ) -> Option<JoinHandle<()>> {
        for event in &events {
            event.record(&cx);
        }
        if self.sets.is_empty() || events.is_empty() {
            return None;
        }
        let Ok(place) = Arc::clone(&places.free).try_acquire_owned() else {
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
                            // Escaped, as it may quote what a client sent.
                            let error = error.to_string();
                            tracing::error!(hook = event.hook(), ?error, "hook failed");
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

#[cfg(test)]
mod tests {
    use std::{
        future::pending,
        sync::atomic::{AtomicU32, Ordering::SeqCst},
    };

    use tokio::time::sleep;

    use super::*;
    use crate::{
        Hooks, auth_hooks,
        store::{
            Memory, UserStore,
            suite::{Keyed, Specimen},
        },
    };

    /// Hangs whenever it is told of something.
    #[derive(Default)]
    struct Hanging(AtomicU32);

    #[auth_hooks]
    impl Hooks<Keyed> for Hanging {
        async fn on_signout(&self) {
            self.0.fetch_add(1, SeqCst);
            pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_hooks_hang_at_a_time_and_none_for_longer_than_a_minute() {
        let user = Memory::new().create_user(Keyed::specimen(1)).await.unwrap();
        let (user, hanging) = (Arc::new(user), Arc::new(Hanging::default()));
        let hooks = HookSets::<Keyed>::new(vec![Arc::clone(&hanging) as _]);
        for round in 1..3 {
            for _ in 0..2 * AT_ONCE {
                let event = Event::Signout(Arc::clone(&user));
                hooks.begin(&hooks.telling.proved, vec![event], HookContext::of_program());
            }
            sleep(LONGEST / 2).await;
            assert_eq!(hanging.0.load(SeqCst), round * AT_ONCE);
            assert_eq!(hooks.telling.proved.free.available_permits(), 0);
            sleep(LONGEST).await;
            assert_eq!(hooks.telling.proved.free.available_permits(), AT_ONCE as usize);
        }
    }
}
