use std::{fmt, ops::Deref, sync::Arc};

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::guarded;
use crate::{
    auth::Auth,
    error::Code,
    http::{admission::Admission, guard::Guard, reply::Rejection},
    user::AuthUser,
};

/// The signed-in user, loaded just now: their session lives and their account is active.
///
/// ```
/// # use fastauth::{Auth, AuthUser, CurrentUser, PasswordHash};
/// # #[derive(AuthUser)]
/// # #[auth(id, email, password_hash)]
/// # struct User { id: i64, email: String, password_hash: PasswordHash }
/// use axum::{Router, extract::FromRef, routing::get};
///
/// #[derive(Clone)]
/// struct AppState { auth: Auth<User> }
///
/// impl FromRef<AppState> for Auth<User> {
///     fn from_ref(state: &AppState) -> Self { state.auth.clone() }
/// }
///
/// async fn hello(CurrentUser(user): CurrentUser<User>) -> String {
///     format!("hello, {}", user.email)
/// }
///
/// fn app(auth: Auth<User>) -> Router {
///     Router::new().route("/", get(hello)).with_state(AppState { auth })
/// }
/// ```
///
/// `Option<CurrentUser<U>>` is `None` when no token came. A token that came and is no good is
/// refused all the same, and so is everything while the store does not answer.
///
/// On a handler that takes it, `#[axum::debug_handler]` needs the state:
/// `#[axum::debug_handler(state = AppState)]`. An extractor of your own may take its place on a
/// [`fastauth::Router`](crate::Router) if it implements `FromRequestParts` and
/// [`Guard`](crate::Guard).
///
/// # Errors
/// 401 `missing_token` or `invalid_token`, 503 `store_unavailable`.
// The bound stands on the struct so that a wrong `U` is told at the handler's argument.
pub struct CurrentUser<U: AuthUser>(pub Arc<U>);

impl<U: AuthUser> Clone for CurrentUser<U> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<U: AuthUser + fmt::Debug> fmt::Debug for CurrentUser<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CurrentUser").field(&self.0).finish()
    }
}

impl<U: AuthUser> Deref for CurrentUser<U> {
    type Target = U;

    fn deref(&self) -> &U {
        &self.0
    }
}

impl<U: AuthUser> Guard for CurrentUser<U> {
    fn describe() -> String {
        format!("current {}", U::SPEC.name)
    }

    fn admits() -> Admission {
        Admission::user::<U>()
    }
}

impl<U: AuthUser, S: Send + Sync> FromRequestParts<S> for CurrentUser<U>
where
    Auth<U>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        guarded(parts, state).await.map(|found| Self(found.user))
    }
}

impl<U: AuthUser, S: Send + Sync> OptionalFromRequestParts<S> for CurrentUser<U>
where
    Auth<U>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        let auth = Auth::<U>::from_ref(state);
        match super::authenticated(parts, &auth).await {
            Ok(found) => Ok(Some(Self(found.user))),
            Err(error) if error.code() == Code::MissingToken => Ok(None),
            Err(error) => Err(super::refused(error, parts, &auth).await),
        }
    }
}
