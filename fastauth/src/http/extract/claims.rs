use std::{fmt, ops::Deref};

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::{carrier, refused};
use crate::{
    auth::Auth,
    error::{Code, Error},
    http::{admission::Admission, guard::Guard, reply::Rejection},
    token::{AccessClaims, Verifier},
    user::AuthUser,
};

/// What the access token says, typed, of a JWT without asking any store: the `token` fields of the
/// struct, and the registered claims as methods.
///
/// With a JWT it may lag: a session that was revoked, or an account that was disabled, shows here only when
/// the token has expired (15 minutes). Where that matters take [`CurrentUser`](super::CurrentUser).
///
/// ```
/// # use fastauth::{AuthUser, Claims, PasswordHash};
/// # #[derive(AuthUser)]
/// # #[auth(id, email, password_hash)]
/// # struct User { id: i64, email: String, password_hash: PasswordHash, #[auth(signup, token)] name: String }
/// async fn greet(claims: Claims<User>) -> String {
///     format!("hello, {} ({})", claims.name, claims.user_id())
/// }
/// ```
///
/// In a service without accounts a [`Verifier`] reads them, which is the state of the router or a part of it:
///
/// ```
/// # use fastauth::{AuthUser, PasswordHash};
/// use fastauth::token::Verifier;
///
/// # #[derive(AuthUser)]
/// # #[auth(id, email, password_hash)]
/// # struct User { id: i64, email: String, password_hash: PasswordHash, #[auth(signup, token)] name: String }
/// type Claims = fastauth::Claims<User, Verifier<User>>;
///
/// async fn greet(claims: Claims) -> String {
///     format!("hello, {}", claims.name)
/// }
/// ```
///
/// # Errors
/// 401 `missing_token` or `invalid_token`; 503 `store_unavailable` where tokens are opaque, and
/// `keys_unavailable` where a verifier has no keys.
pub struct Claims<U: AuthUser, By: ReadsClaims<U> = Auth<U>>(
    /// [`AccessClaims`].
    pub <By as Always<AccessClaims<U>>>::Is,
);

impl<U: AuthUser, By: ReadsClaims<U>> fmt::Debug for Claims<U, By> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").field("session", &self.0.session_id()).finish_non_exhaustive()
    }
}

impl<U: AuthUser, By: ReadsClaims<U>> Deref for Claims<U, By> {
    type Target = AccessClaims<U>;

    fn deref(&self) -> &AccessClaims<U> {
        &self.0
    }
}

/// What reads claims: the accounts themselves, or a verifier of their tokens.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not read the claims of `{U}`",
    label = "neither its accounts nor a verifier",
    note = "write `Claims<{U}>`, or in a service without accounts `Claims<{U}, Verifier<{U}>>`"
)]
#[allow(async_fn_in_trait, unnameable_types, reason = "implemented here and nowhere else")]
pub trait ReadsClaims<U: AuthUser>: Send + Sync + Sized + 'static {
    /// Reads those of a request.
    #[doc(hidden)]
    fn read(&self, parts: &Parts) -> impl Future<Output = Result<Claims<U, Self>, Error>> + Send;

    /// A refusal, as the application would have it.
    #[doc(hidden)]
    fn refused(&self, error: Error, parts: &Parts) -> impl Future<Output = Rejection> + Send;
}

/// What is the same whoever asks: so claims are of one type, and name who reads them.
#[allow(unnameable_types, reason = "implemented here and nowhere else")]
pub trait Always<T> {
    #[doc(hidden)]
    type Is;
}

impl<By: ?Sized, T> Always<T> for By {
    type Is = T;
}

impl<U: AuthUser> ReadsClaims<U> for Auth<U> {
    async fn read(&self, parts: &Parts) -> Result<Claims<U>, Error> {
        let token = carrier::credential(parts, self)?.ok_or(Code::MissingToken)?;
        self.read_token(token).await.map(Claims)
    }

    async fn refused(&self, error: Error, parts: &Parts) -> Rejection {
        refused(error, parts, self).await
    }
}

impl<U: AuthUser> ReadsClaims<U> for Verifier<U> {
    async fn read(&self, parts: &Parts) -> Result<Claims<U, Self>, Error> {
        let token = carrier::bearer(&parts.headers)?.ok_or(Code::MissingToken)?;
        Ok(Claims(self.verify(token).await?))
    }

    async fn refused(&self, error: Error, _: &Parts) -> Rejection {
        error.into()
    }
}

impl<U: AuthUser, By: ReadsClaims<U>> Guard for Claims<U, By> {
    fn describe() -> String {
        format!("claims of {}", U::SPEC.name)
    }

    fn admits() -> Admission {
        Admission::user::<U>().claimed()
    }
}

impl<U, By, S> FromRequestParts<S> for Claims<U, By>
where
    U: AuthUser,
    By: ReadsClaims<U> + FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let by = By::from_ref(state);
        match by.read(parts).await {
            Ok(claims) => Ok(claims),
            Err(error) => Err(by.refused(error, parts).await),
        }
    }
}

impl<U, By, S> OptionalFromRequestParts<S> for Claims<U, By>
where
    U: AuthUser,
    By: ReadsClaims<U> + FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        let by = By::from_ref(state);
        match by.read(parts).await {
            Ok(claims) => Ok(Some(claims)),
            Err(error) if error.code() == Code::MissingToken => Ok(None),
            Err(error) => Err(by.refused(error, parts).await),
        }
    }
}
