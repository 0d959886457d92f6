use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use super::{Decision, Event, HookContext, HookFuture, Hooks, Provider, Reply, SessionData};
use crate::{
    error::{Code, Error, HookResult},
    token::ExtraClaims,
    user::AuthUser,
};

/// Longest that a request waits for a hook.
const PATIENCE: Duration = Duration::from_secs(5);

/// The hook sets given to the builder, in their order.
pub(crate) struct HookSets<U> {
    sets: Arc<[Arc<dyn Hooks<U>>]>,
}

impl<U: AuthUser> HookSets<U> {
    pub(crate) fn new(sets: Vec<Arc<dyn Hooks<U>>>) -> Self {
        Self { sets: sets.into() }
    }

    /// Asks every set until the first no.
    pub(crate) async fn allow_signup(
        &self,
        signup: &U::Signup,
        provider: &Provider,
        cx: &HookContext,
    ) -> Result<(), Error> {
        for set in self.sets.iter() {
            let decision = required("allow_signup", set.allow_signup(signup, provider, cx)).await?;
            passed(decision, Code::SignupDenied, cx)?;
        }
        Ok(())
    }

    /// Asks every set until the first no.
    pub(crate) async fn allow_signin(
        &self,
        user: &U,
        provider: &Provider,
        cx: &HookContext,
    ) -> Result<(), Error> {
        for set in self.sets.iter() {
            let decision = required("allow_signin", set.allow_signin(user, provider, cx)).await?;
            passed(decision, Code::SigninDenied, cx)?;
        }
        Ok(())
    }

    pub(crate) async fn modify_jwt(
        &self,
        claims: &mut ExtraClaims,
        user: &U,
        cx: &HookContext,
    ) -> Result<(), Error> {
        for set in self.sets.iter() {
            required("modify_jwt", set.modify_jwt(claims, user, cx)).await?;
        }
        Ok(())
    }

    pub(crate) async fn modify_session(
        &self,
        data: &mut SessionData,
        user: &U,
        cx: &HookContext,
    ) -> Result<(), Error> {
        for set in self.sets.iter() {
            required("modify_session", set.modify_session(data, user, cx)).await?;
        }
        Ok(())
    }

    /// Whether the account may be deleted: an error is a veto, silence is not a yes.
    pub(crate) async fn before_user_delete(&self, user: &U, cx: &HookContext) -> Result<(), Error> {
        for set in self.sets.iter() {
            match guarded(set.on_before_user_delete(user, cx)).await {
                Ok(Ok(())) => {}
                Ok(Err(veto)) => return Err(Error::new(Code::Vetoed).because(veto.into_inner())),
                Err(broken) => return Err(failed("on_before_user_delete", broken)),
            }
        }
        Ok(())
    }

    pub(crate) async fn unauthenticated(&self, reason: Code, cx: &HookContext) -> Option<Reply> {
        for set in self.sets.iter() {
            match guarded(set.on_unauthenticated(reason, cx)).await {
                Ok(None) => {}
                Ok(reply) => return reply,
                Err(broken) => drop(failed("on_unauthenticated", broken)),
            }
        }
        None
    }

    /// Tells every set what has happened, in a task that a dropped client does not end. The caller
    /// waits for it a while; what is slower goes on by itself.
    pub(crate) async fn tell(&self, event: Event<U>, cx: HookContext) {
        event.record(&cx);
        if self.sets.is_empty() {
            return;
        }
        let sets = Arc::clone(&self.sets);
        let told = tokio::spawn(async move {
            for set in sets.iter() {
                match caught(event.call(set.as_ref(), &cx)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::error!(hook = event.hook(), %error, "hook failed"),
                    Err(broken) => drop(failed(event.hook(), broken)),
                }
            }
        });
        if tokio::time::timeout(PATIENCE, told).await.is_err() {
            tracing::warn!("a hook takes longer than a reply waits for it");
        }
    }
}

/// Why a hook gave no answer.
#[derive(Clone, Copy)]
enum Broken {
    Panicked,
    TooSlow,
}

/// A gate that cannot answer is closed (DESIGN: 503, never a sign-in).
async fn required<T>(
    hook: &'static str,
    future: HookFuture<'_, HookResult<T>>,
) -> Result<T, Error> {
    match guarded(future).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            tracing::error!(hook, %error, "hook failed");
            Err(Error::new(Code::HookFailed).because(error.into_inner()))
        }
        Err(broken) => Err(failed(hook, broken)),
    }
}

fn passed(decision: Decision, code: Code, cx: &HookContext) -> Result<(), Error> {
    let Decision::Deny(reason) = decision else { return Ok(()) };
    let client = cx.client().map(|address| address.to_string());
    let provider = cx.provider().map(Provider::as_str);
    tracing::info!(target: "fastauth", event = code.as_str(), client.address = client, provider);
    let denied = Error::new(code);
    Err(match reason {
        Some(reason) => denied.with_detail(reason),
        None => denied,
    })
}

fn failed(hook: &'static str, broken: Broken) -> Error {
    let how = match broken {
        Broken::Panicked => "panicked",
        Broken::TooSlow => "took too long",
    };
    tracing::error!(hook, how, "hook failed");
    Error::new(Code::HookFailed)
}

async fn guarded<T>(future: HookFuture<'_, T>) -> Result<T, Broken> {
    match tokio::time::timeout(PATIENCE, caught(future)).await {
        Ok(answer) => answer,
        Err(_) => Err(Broken::TooSlow),
    }
}

/// Keeps a panic within the hook. After one the future is never polled again.
async fn caught<T>(mut future: HookFuture<'_, T>) -> Result<T, Broken> {
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(answer)) => Poll::Ready(Ok(answer)),
        Err(_) => Poll::Ready(Err(Broken::Panicked)),
    })
    .await
}
