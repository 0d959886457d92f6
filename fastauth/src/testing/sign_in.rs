use super::{TestAuth, answered, fail};
use crate::{
    access::{Requirement, Scopes},
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
        self.bearer(user, None).await
    }

    /// The same with a token that is limited to these scopes, for what
    /// [`RequireScope`](crate::RequireScope) guards: `test.bearer_limited_to::<can::WritePosts>(&ada)`. As
    /// everywhere no more is granted than they may do.
    ///
    /// # Panics
    /// As [`bearer_for`](Self::bearer_for).
    pub async fn bearer_limited_to<S: Requirement>(&self, user: &U) -> String {
        self.bearer(user, Some(Scopes::of::<S>())).await
    }

    async fn bearer(&self, user: &U, scopes: Option<Scopes>) -> String {
        if !self.auth.0.transports.has_bearer() {
            fail("tokens travel in cookies alone here\nhelp: `.cookie_for(…)` gives these");
        }
        format!("Bearer {}", self.admit(user, scopes).await.access.expose())
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
        self.admit(user, None).await
    }

    async fn admit(&self, user: &U, scopes: Option<Scopes>) -> Issued<U> {
        let who =
            || user.email().or(user.username()).map_or_else(|| user.id().render(), str::to_owned);
        let found = answered(self.auth.0.store.find_by_id(user.id()).await);
        let Some(user) = found else { fail(format_args!("`{}` has no account any more", who())) };
        let provider = match user.password_hash() {
            Some(_) => Provider::PASSWORD,
            None => Provider::MAGIC_LINK,
        };
        let cx = HookContext::of_program();
        let signed_in = match scopes {
            Some(scopes) => self.auth.sign_in_narrowed(user, provider, false, scopes, cx).await,
            None => self.auth.sign_in(user, provider, false, cx).await,
        };
        signed_in.unwrap_or_else(|error| fail(format_args!("`{}` cannot sign in: {error}", who())))
    }
}
