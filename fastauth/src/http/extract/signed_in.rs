use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{CurrentUser, authenticated};
use crate::{auth::Auth, error::Error, flow::Authenticated, http::guard::Guard, user::AuthUser};

/// The current user and their session, for the routes of the accounts.
pub(in crate::http) struct SignedIn<U: AuthUser>(pub(in crate::http) Authenticated<U>);

impl<U: AuthUser> Guard for SignedIn<U> {
    fn describe() -> String {
        CurrentUser::<U>::describe()
    }
}

impl<U: AuthUser> FromRequestParts<Auth<U>> for SignedIn<U> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, auth: &Auth<U>) -> Result<Self, Error> {
        authenticated(parts, auth).await.map(Self)
    }
}
