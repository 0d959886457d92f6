use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{CurrentUser, Fresh, guarded, refused};
use crate::{
    auth::Auth,
    flow::Authenticated,
    http::{admission::Admission, guard::Guard, reply::Rejection},
    user::AuthUser,
};

/// The current user and their session, for the routes of the accounts.
pub(in crate::http) struct SignedIn<U: AuthUser>(pub(in crate::http) Authenticated<U>);

impl<U: AuthUser> Guard for SignedIn<U> {
    fn describe() -> String {
        CurrentUser::<U>::describe()
    }

    fn admits() -> Admission {
        CurrentUser::<U>::admits()
    }
}

impl<U: AuthUser> FromRequestParts<Auth<U>> for SignedIn<U> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, auth: &Auth<U>) -> Result<Self, Rejection> {
        guarded(parts, auth).await.map(Self)
    }
}

/// The same, if they proved who they are a short while ago.
pub(in crate::http) struct FreshlySignedIn<U: AuthUser>(pub(in crate::http) Authenticated<U>);

impl<U: AuthUser> Guard for FreshlySignedIn<U> {
    fn describe() -> String {
        Fresh::<U>::describe()
    }

    fn admits() -> Admission {
        Fresh::<U>::admits()
    }
}

impl<U: AuthUser> FromRequestParts<Auth<U>> for FreshlySignedIn<U> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, auth: &Auth<U>) -> Result<Self, Rejection> {
        let found = guarded(parts, auth).await?;
        match auth.require_fresh(&found.session) {
            Ok(()) => Ok(Self(found)),
            Err(error) => Err(refused(error, parts, auth).await),
        }
    }
}
