use std::{fmt, marker::PhantomData, ops::Deref, sync::Arc};

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::guarded;
use crate::{
    access::Requirement,
    auth::Auth,
    http::{
        admission::{Admission, Needs},
        guard::Guard,
        reply::Rejection,
    },
    user::AuthUser,
};

/// A [`CurrentUser`](super::CurrentUser) whose token was granted this scope, and who may do this now. A
/// scope is the name of a permission: the token must carry it, and a role of the user hold it, as the
/// store says.
///
/// An ordinary sign-in asks for no scope, so its tokens carry none: they open this to nobody. Scopes are
/// asked for by `scope` in the form of `/login`, or given by
/// [`Auth::sign_in_narrowed`](crate::Auth::sign_in_narrowed).
///
/// ```
/// # use fastauth::{AuthUser, PasswordHash};
/// # #[derive(AuthUser)]
/// # #[auth(id, email, password_hash)]
/// # struct User { id: i64, email: String, password_hash: PasswordHash }
/// use fastauth::{Any, Permission, RequireScope};
///
/// #[derive(Permission)]
/// enum Can {
///     #[permission("posts:read")] ReadPosts,
///     #[permission("posts:write")] WritePosts,
/// }
///
/// async fn publish(RequireScope(user, ..): RequireScope<User, can::WritePosts>) -> String {
///     format!("published for {}", user.email)
/// }
///
/// // All of several: a tuple. Any of several: `Any`.
/// async fn both(_: RequireScope<User, (can::ReadPosts, can::WritePosts)>) {}
/// async fn either(_: RequireScope<User, Any<(can::ReadPosts, can::WritePosts)>>) {}
/// ```
///
/// # Errors
/// As for `CurrentUser`; 403 `insufficient_scope`, with the scopes that would do in `WWW-Authenticate`
/// (RFC 6750 §3; of `Any` it names all, for it cannot say "or"), and 403 `insufficient_permission`.
// The bounds stand on the struct so that a wrong type is told at the handler's argument.
pub struct RequireScope<U: AuthUser, S: Requirement>(pub Arc<U>, pub PhantomData<fn() -> S>);

impl<U: AuthUser, S: Requirement> Clone for RequireScope<U, S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0), PhantomData)
    }
}

impl<U: AuthUser + fmt::Debug, S: Requirement> fmt::Debug for RequireScope<U, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequireScope").field(&self.0).field(&S::describe()).finish()
    }
}

impl<U: AuthUser, S: Requirement> Deref for RequireScope<U, S> {
    type Target = U;

    fn deref(&self) -> &U {
        &self.0
    }
}

impl<U: AuthUser, S: Requirement> Guard for RequireScope<U, S> {
    fn describe() -> String {
        format!("{} with the scope {}", U::SPEC.name, S::describe())
    }

    fn admits() -> Admission {
        Admission::user::<U>().needing(Needs::Granted(S::NEED))
    }
}

impl<U: AuthUser, S: Requirement, State: Send + Sync> FromRequestParts<State> for RequireScope<U, S>
where
    Auth<U>: FromRef<State>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Rejection> {
        let found = guarded::<U, State>(parts, state).await?;
        let auth = Auth::<U>::from_ref(state);
        match auth.authorize_scope::<S>(&found).await {
            Ok(()) => Ok(Self(found.user, PhantomData)),
            Err(error) => Err(super::refused(error, parts, &auth).await),
        }
    }
}
