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

/// A state that [`Claims`] of these users can be read with: one that holds an `Auth<U>`, or a
/// [`Verifier<U>`](crate::token::Verifier) itself. A state that holds a verifier among other things
/// says so:
///
/// ```
/// # use fastauth::AuthUser;
/// use fastauth::{ClaimsSource, HasClaims, token::Verifier};
///
/// # struct Database;
/// # #[derive(AuthUser)]
/// # #[auth(id, email, password_hash)]
/// # struct User { id: i64, email: String, password_hash: fastauth::PasswordHash }
/// struct App {
///     verifier: Verifier<User>,
///     database: Database,
/// }
///
/// impl HasClaims<User> for App {
///     fn claims_source(&self) -> ClaimsSource<User> {
///         self.verifier.clone().into()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the router's state `{Self}` cannot read claims of `{U}`",
    label = "holds no `Auth<{U}>`",
    note = "give the state a field of the type `Auth<{U}>` and `#[derive(axum::extract::FromRef)]`; a service \
            without accounts has a `Verifier<{U}>` as its state, or implements `fastauth::HasClaims`"
)]
pub trait HasClaims<U: AuthUser> {
    /// What reads them.
    fn claims_source(&self) -> ClaimsSource<U>;
}

impl<U: AuthUser, S> HasClaims<U> for S
where
    Auth<U>: FromRef<S>,
{
    fn claims_source(&self) -> ClaimsSource<U> {
        ClaimsSource(Source::Accounts(Auth::from_ref(self)))
    }
}

impl<U: AuthUser> HasClaims<U> for Verifier<U> {
    fn claims_source(&self) -> ClaimsSource<U> {
        self.clone().into()
    }
}

/// What [`Claims`] are read with.
#[derive(Debug)]
pub struct ClaimsSource<U: AuthUser>(Source<U>);

#[derive(Debug)]
enum Source<U: AuthUser> {
    Accounts(Auth<U>),
    Elsewhere(Verifier<U>),
}

impl<U: AuthUser> From<Verifier<U>> for ClaimsSource<U> {
    fn from(verifier: Verifier<U>) -> Self {
        Self(Source::Elsewhere(verifier))
    }
}

impl<U: AuthUser> ClaimsSource<U> {
    async fn read(&self, parts: &Parts) -> Result<Claims<U>, Error> {
        let claims = match &self.0 {
            Source::Accounts(auth) => {
                let token = carrier::credential(parts, auth)?.ok_or(Code::MissingToken)?;
                auth.read_token(token).await?
            }
            Source::Elsewhere(verifier) => {
                let token = carrier::bearer(&parts.headers)?.ok_or(Code::MissingToken)?;
                verifier.verify(token).await?
            }
        };
        Ok(Claims(claims))
    }

    async fn refused(&self, error: Error, parts: &Parts) -> Rejection {
        match &self.0 {
            Source::Accounts(auth) => refused(error, parts, auth).await,
            Source::Elsewhere(_) => error.into(),
        }
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

impl<U: AuthUser, S: HasClaims<U> + Send + Sync> FromRequestParts<S> for Claims<U> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let source = state.claims_source();
        match source.read(parts).await {
            Ok(claims) => Ok(claims),
            Err(error) => Err(source.refused(error, parts).await),
        }
    }
}

impl<U: AuthUser, S: HasClaims<U> + Send + Sync> OptionalFromRequestParts<S> for Claims<U> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        let source = state.claims_source();
        match source.read(parts).await {
            Ok(claims) => Ok(Some(claims)),
            Err(error) if error.code() == Code::MissingToken => Ok(None),
            Err(error) => Err(source.refused(error, parts).await),
        }
    }
}
