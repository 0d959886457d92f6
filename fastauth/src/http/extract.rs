//! The guards a handler asks for in its arguments.

mod claims;
mod current_user;
mod fresh;
mod public;
mod signed_in;

use axum::extract::FromRef;
use http::request::Parts;

use super::{carrier, context::context, reply::Rejection};
use crate::{
    auth::Auth,
    error::{Code, Error},
    flow::Authenticated,
    user::AuthUser,
};

pub use claims::Claims;
pub use current_user::CurrentUser;
pub use fresh::Fresh;
pub use public::Public;
pub(super) use signed_in::SignedIn;

/// Who sends the request, found once per request however many guards ask.
pub(super) async fn authenticated<U: AuthUser>(
    parts: &mut Parts,
    auth: &Auth<U>,
) -> Result<Authenticated<U>, Error> {
    if let Some(found) = parts.extensions.get::<Authenticated<U>>() {
        return Ok(found.clone());
    }
    let token = carrier::presented(&parts.headers)?.ok_or(Code::MissingToken)?;
    let found = auth.authenticate(token).await?;
    parts.extensions.insert(found.clone());
    Ok(found)
}

/// The same for a guard: an application's hook may answer in place of the usual 401.
async fn guarded<U: AuthUser, S>(
    parts: &mut Parts,
    state: &S,
) -> Result<Authenticated<U>, Rejection>
where
    Auth<U>: FromRef<S>,
{
    let auth = Auth::<U>::from_ref(state);
    match authenticated(parts, &auth).await {
        Ok(found) => Ok(found),
        Err(error) => Err(refused(error, parts, &auth).await),
    }
}

/// A refusal, as the application would have it.
async fn refused<U: AuthUser>(error: Error, parts: &Parts, auth: &Auth<U>) -> Rejection {
    let unauthenticated = [Code::InvalidToken, Code::MissingToken, Code::ReauthenticationRequired];
    if !unauthenticated.contains(&error.code()) {
        return error.into();
    }
    let reply = auth.0.hooks.unauthenticated(error.code(), &context(parts)).await;
    Rejection::new(error, reply)
}
