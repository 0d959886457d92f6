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

/// A [`CurrentUser`](super::CurrentUser) who may do this: by a role that holds the permission, as the
/// store says now.
///
/// ```
/// # use fastauth::{AuthUser, PasswordHash};
/// # #[derive(AuthUser)]
/// # #[auth(id, email, password_hash)]
/// # struct User { id: i64, email: String, password_hash: PasswordHash }
/// use fastauth::{Any, Permission, Require};
///
/// #[derive(Permission)]
/// enum Can {
///     #[permission("posts:read")] ReadPosts,
///     #[permission("posts:write")] WritePosts,
/// }
///
/// async fn publish(Require(user, ..): Require<User, can::WritePosts>) -> String {
///     format!("published by {}", user.email)
/// }
///
/// // All of several: a tuple. Any of several: `Any`.
/// async fn both(_: Require<User, (can::ReadPosts, can::WritePosts)>) {}
/// async fn either(_: Require<User, Any<(can::ReadPosts, can::WritePosts)>>) {}
/// ```
///
/// A token that was granted scopes opens no more than they say, here too. The token of an ordinary
/// sign-in has none and is not limited; [`RequireScope`](super::RequireScope) asks for one.
///
/// # Errors
/// As for `CurrentUser`, 403 `insufficient_permission`, and 403 `insufficient_scope` of a token that is
/// limited to other scopes.
// The bounds stand on the struct so that a wrong type is told at the handler's argument.
pub struct Require<U: AuthUser, P: Requirement>(pub Arc<U>, pub PhantomData<fn() -> P>);

impl<U: AuthUser, P: Requirement> Clone for Require<U, P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0), PhantomData)
    }
}

impl<U: AuthUser + fmt::Debug, P: Requirement> fmt::Debug for Require<U, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Require").field(&self.0).field(&P::describe()).finish()
    }
}

impl<U: AuthUser, P: Requirement> Deref for Require<U, P> {
    type Target = U;

    fn deref(&self) -> &U {
        &self.0
    }
}

impl<U: AuthUser, P: Requirement> Guard for Require<U, P> {
    fn describe() -> String {
        format!("{} who may {}", U::SPEC.name, P::describe())
    }

    fn admits() -> Admission {
        Admission::user::<U>().needing(Needs::Held(P::NEED))
    }
}

impl<U: AuthUser, P: Requirement, S: Send + Sync> FromRequestParts<S> for Require<U, P>
where
    Auth<U>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let found = guarded::<U, S>(parts, state).await?;
        let auth = Auth::<U>::from_ref(state);
        match auth.authorize::<P>(&found).await {
            Ok(()) => Ok(Self(found.user, PhantomData)),
            Err(error) => Err(super::refused(error, parts, &auth).await),
        }
    }
}
