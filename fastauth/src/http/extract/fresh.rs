use std::{fmt, ops::Deref, sync::Arc};

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::guarded;
use crate::{
    auth::Auth,
    http::{admission::Admission, guard::Guard, reply::Rejection},
    user::AuthUser,
};

/// A [`CurrentUser`](super::CurrentUser) who proved who they are within the last five minutes: for
/// what a found laptop must not do.
///
/// ```
/// # use fastauth::{AuthUser, Fresh};
/// async fn export<U: AuthUser>(Fresh(user): Fresh<U>) -> String {
///     format!("everything about {}", user.email().unwrap_or_default())
/// }
/// ```
///
/// # Errors
/// As for `CurrentUser`, and 401 `reauthentication_required` (RFC 9470): `POST /reauthenticate`
/// makes the session fresh again. No login page is shown for it: somebody is signed in.
pub struct Fresh<U: AuthUser>(pub Arc<U>);

impl<U: AuthUser> Clone for Fresh<U> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<U: AuthUser + fmt::Debug> fmt::Debug for Fresh<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fresh").field(&self.0).finish()
    }
}

impl<U: AuthUser> Deref for Fresh<U> {
    type Target = U;

    fn deref(&self) -> &U {
        &self.0
    }
}

impl<U: AuthUser> Guard for Fresh<U> {
    fn describe() -> String {
        format!("fresh {}", U::SPEC.name)
    }

    fn admits() -> Admission {
        Admission::user::<U>().fresh()
    }
}

impl<U: AuthUser, S: Send + Sync> FromRequestParts<S> for Fresh<U>
where
    Auth<U>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let found = guarded::<U, S>(parts, state).await?;
        let auth = Auth::<U>::from_ref(state);
        match auth.require_fresh(&found.session) {
            Ok(()) => Ok(Self(found.user)),
            Err(error) => Err(super::refused(error, parts, &auth).await),
        }
    }
}
