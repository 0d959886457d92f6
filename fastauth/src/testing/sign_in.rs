use super::{TestAuth, answered, fail};
use crate::{
    flow::Issued,
    hooks::{HookContext, Provider},
    user::{AuthUser, UserKey},
};

impl<U: AuthUser> TestAuth<U> {
    /// The `Authorization` header of somebody who has just signed in: `Bearer …`.
    ///
    /// # Panics
    /// Bearer tokens are not taken here, or [`sign_in`](Self::sign_in) panics.
    pub async fn bearer_for(&self, user: &U) -> String {
        if !self.auth.0.transports.has_bearer() {
            fail("tokens travel in cookies alone here\nhelp: `.cookie_for(…)` gives these");
        }
        format!("Bearer {}", self.sign_in(user).await.access.expose())
    }

    /// The `Cookie` header of somebody who has just signed in, with every cookie that a sign-in sets.
    ///
    /// A request that changes something needs `x-requested-with` besides, as from any program.
    ///
    /// # Panics
    /// No token travels in a cookie here, or [`sign_in`](Self::sign_in) panics.
    pub async fn cookie_for(&self, user: &U) -> String {
        if self.auth.0.transports.cookies().is_none() {
            fail(
                "no token travels in a cookie here\nhelp: `.bearer_for(…)`, or `.cookies(…)` on the builder",
            );
        }
        let issued = self.sign_in(user).await;
        let pairs = issued.in_cookies().into_iter().map(|(name, token)| format!("{name}={token}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Signs somebody in, as they are stored now: with a session, the gates and the hooks of every
    /// other sign-in, by their password, or by a link if they have none. They are
    /// [`Fresh`](crate::Fresh) until the clock is moved by five minutes.
    ///
    /// # Panics
    /// They are deleted or inactive, or a gate says no.
    pub async fn sign_in(&self, user: &U) -> Issued<U> {
        let who =
            || user.email().or(user.username()).map_or_else(|| user.id().render(), str::to_owned);
        let found = answered(self.auth.0.store.find_by_id(user.id()).await);
        let Some(user) = found else { fail(format_args!("`{}` has no account any more", who())) };
        let provider = match user.password_hash() {
            Some(_) => Provider::PASSWORD,
            None => Provider::MAGIC_LINK,
        };
        let signed_in = self.auth.sign_in(user, provider, false, HookContext::of_program()).await;
        signed_in.unwrap_or_else(|error| fail(format_args!("`{}` cannot sign in: {error}", who())))
    }
}
