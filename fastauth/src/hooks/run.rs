use std::sync::Arc;

use super::{
    Decision, HookContext, HookFuture, Hooks, Provider, Reply, SessionData,
    event::{Outcome, record},
    patience::{Broken, guarded},
    tell::Telling,
};
use crate::{
    error::{Code, Error, HookResult},
    token::ExtraClaims,
    user::AuthUser,
};

/// The hook sets given to the builder, in their order.
pub(crate) struct HookSets<U> {
    pub(crate) sets: Arc<[Arc<dyn Hooks<U>>]>,
    pub(super) telling: Telling,
}

impl<U: AuthUser> HookSets<U> {
    pub(crate) fn new(sets: Vec<Arc<dyn Hooks<U>>>) -> Self {
        Self { sets: sets.into(), telling: Telling::default() }
    }

    /// Asks every set until the first no.
    pub(crate) async fn allow_signup(
        &self,
        signup: &U::Signup,
        provider: &Provider,
        cx: &HookContext,
    ) -> Result<(), Error> {
        for set in self.sets.iter() {
            let asked = required("allow_signup", cx, || set.allow_signup(signup, provider, cx));
            passed::<U>(asked.await?, Code::SignupDenied, None, cx)?;
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
            let asked = required("allow_signin", cx, || set.allow_signin(user, provider, cx));
            passed(asked.await?, Code::SigninDenied, Some(user), cx)?;
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
            required("modify_jwt", cx, || set.modify_jwt(claims, user, cx)).await?;
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
            required("modify_session", cx, || set.modify_session(data, user, cx)).await?;
        }
        Ok(())
    }

    /// Whether the account may be deleted: an error is a veto, silence is not a yes.
    pub(crate) async fn before_user_delete(&self, user: &U, cx: &HookContext) -> Result<(), Error> {
        for set in self.sets.iter() {
            match guarded(cx, || set.on_before_user_delete(user, cx)).await {
                Ok(Ok(())) => {}
                Ok(Err(veto)) => return Err(Error::new(Code::Vetoed).because(veto.into_inner())),
                Err(broken) => return Err(failed("on_before_user_delete", broken)),
            }
        }
        Ok(())
    }

    pub(crate) async fn unauthenticated(&self, reason: Code, cx: &HookContext) -> Option<Reply> {
        for set in self.sets.iter() {
            let asked = guarded(cx, || set.on_unauthenticated(reason, cx));
            if let Some(reply) = answer("on_unauthenticated", asked.await) {
                return Some(reply);
            }
        }
        None
    }

    pub(crate) async fn forbidden(&self, reason: Code, cx: &HookContext) -> Option<Reply> {
        for set in self.sets.iter() {
            let asked = guarded(cx, || set.on_forbidden(reason, cx));
            if let Some(reply) = answer("on_forbidden", asked.await) {
                return Some(reply);
            }
        }
        None
    }
}

/// A gate that cannot answer is closed (DESIGN: 503, never a sign-in).
async fn required<'a, T>(
    hook: &'static str,
    cx: &HookContext,
    call: impl FnOnce() -> HookFuture<'a, HookResult<T>>,
) -> Result<T, Error> {
    match guarded(cx, call).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            // Escaped, as it may quote what a client sent.
            tracing::error!(hook, error = ?error.to_string(), "hook failed");
            Err(Error::new(Code::HookFailed).because(error.into_inner()))
        }
        Err(broken) => Err(failed(hook, broken)),
    }
}

fn passed<U: AuthUser>(
    decision: Decision,
    code: Code,
    user: Option<&U>,
    cx: &HookContext,
) -> Result<(), Error> {
    let Decision::Deny(reason) = decision else { return Ok(()) };
    record(code.as_str(), Outcome::Denied, user, cx);
    let denied = Error::new(code);
    Err(match reason {
        Some(reason) => denied.with_detail(reason),
        None => denied,
    })
}

fn answer(hook: &'static str, asked: Result<Option<Reply>, Broken>) -> Option<Reply> {
    asked.unwrap_or_else(|broken| {
        failed(hook, broken);
        None
    })
}

fn failed(hook: &'static str, broken: Broken) -> Error {
    tracing::error!(hook, how = broken.as_str(), "hook failed");
    Error::new(Code::HookFailed)
}
