use std::sync::Arc;

use super::{Issued, issue::Proved};
use crate::{
    access::Scopes,
    auth::Auth,
    error::{Code, Error},
    hooks::{HookContext, Provider},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Signs in somebody whose identity the application has proved by itself: with a session, the
    /// gates and the hooks of every other sign-in. Only call it after the proof.
    ///
    /// [`Issued`] adds the cookies to a reply, if tokens travel in some; else its tokens are for the
    /// handler to hand out.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use axum::{extract::State, response::IntoResponse};
    /// use fastauth::{Auth, AuthUser, HookContext, Provider, error::Error};
    ///
    /// # async fn holder_of_the_badge<U>() -> Result<Arc<U>, Error> { unimplemented!() }
    /// async fn by_badge<User: AuthUser>(
    ///     State(auth): State<Auth<User>>,
    ///     cx: HookContext,
    /// ) -> Result<impl IntoResponse, Error> {
    ///     let user: Arc<User> = holder_of_the_badge().await?;
    ///     let remember = false;
    ///     let issued = auth.sign_in(user, Provider::named("badge"), remember, cx).await?;
    ///     Ok((issued, "welcome"))
    /// }
    /// ```
    ///
    /// # Errors
    /// 403 `account_disabled`, `email_not_verified`, what a gate says, 401 `invalid_credentials` if the account was deleted or
    /// its password changed since the user was read, 503 `store_unavailable`.
    pub async fn sign_in(
        &self,
        user: impl Into<Arc<U>>,
        provider: Provider,
        remember: bool,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        self.admit(user.into(), provider, remember, None, cx).await
    }

    /// The same with tokens that are limited to these scopes, as far as the user may do what they name;
    /// [`Issued::scopes`] says which were granted. None of them is a limit too: such a token opens nothing
    /// that a permission guards.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use fastauth::{Auth, AuthUser, HookContext, Issued, Permission, Provider, error::Error};
    /// use fastauth::access::Scopes;
    ///
    /// # #[derive(Permission)]
    /// # enum Can { ReadPosts }
    /// # async fn f<U: AuthUser>(auth: Auth<U>, user: Arc<U>, cx: HookContext) -> Result<Issued<U>, Error> {
    /// let scopes = Scopes::of::<can::ReadPosts>();
    /// auth.sign_in_narrowed(user, Provider::named("kiosk"), false, scopes, cx).await
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in), and 400 `invalid_scope` for more scopes than a token carries.
    pub async fn sign_in_narrowed(
        &self,
        user: impl Into<Arc<U>>,
        provider: Provider,
        remember: bool,
        scopes: Scopes,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        self.admit(user.into(), provider, remember, Some(scopes), cx).await
    }

    async fn admit(
        &self,
        user: Arc<U>,
        provider: Provider,
        remember: bool,
        scopes: Option<Scopes>,
        cx: HookContext,
    ) -> Result<Issued<U>, Error> {
        if !user.is_active() {
            return Err(Code::AccountDisabled.into());
        }
        self.has_proved_email(&user)?;
        let hash = user.password_hash().cloned();
        let (identity, replaces) = (None, None);
        let proved = Proved { user, hash, provider, identity, remember, scopes, replaces };
        self.issue(proved, Vec::new(), cx).await
    }
}
