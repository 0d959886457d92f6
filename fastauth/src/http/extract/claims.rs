use std::{fmt, ops::Deref};

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::{carrier, refused};
use crate::{
    auth::Auth,
    error::{Code, Error},
    http::{admission::Admission, guard::Guard, reply::Rejection},
    token::AccessClaims,
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
/// # Errors
/// 401 `missing_token` or `invalid_token`; 503 `store_unavailable` where tokens are opaque.
pub struct Claims<U: AuthUser>(pub AccessClaims<U>);

impl<U: AuthUser> fmt::Debug for Claims<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").field("session", &self.0.session_id()).finish_non_exhaustive()
    }
}

impl<U: AuthUser> Deref for Claims<U> {
    type Target = AccessClaims<U>;

    fn deref(&self) -> &AccessClaims<U> {
        &self.0
    }
}

impl<U: AuthUser> Claims<U> {
    async fn read(parts: &Parts, auth: &Auth<U>) -> Result<Self, Error> {
        let token = carrier::credential(parts, auth)?.ok_or(Code::MissingToken)?;
        auth.read_token(token).await.map(Self)
    }
}

impl<U: AuthUser> Guard for Claims<U> {
    fn describe() -> String {
        format!("claims of {}", U::SPEC.name)
    }

    fn admits() -> Admission {
        Admission::user::<U>().claimed()
    }
}

impl<U: AuthUser, S: Send + Sync> FromRequestParts<S> for Claims<U>
where
    Auth<U>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let auth = Auth::<U>::from_ref(state);
        match Self::read(parts, &auth).await {
            Ok(claims) => Ok(claims),
            Err(error) => Err(refused(error, parts, &auth).await),
        }
    }
}

impl<U: AuthUser, S: Send + Sync> OptionalFromRequestParts<S> for Claims<U>
where
    Auth<U>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        let auth = Auth::<U>::from_ref(state);
        match Self::read(parts, &auth).await {
            Ok(claims) => Ok(Some(claims)),
            Err(error) if error.code() == Code::MissingToken => Ok(None),
            Err(error) => Err(refused(error, parts, &auth).await),
        }
    }
}
