//! The guards a handler asks for in its arguments.

mod claims;
mod current_user;
mod fresh;
mod login_page;
mod public;
mod require;
mod require_scope;
mod signed_in;

use std::sync::Arc;

use axum::extract::FromRef;
use http::request::Parts;

use super::{carrier, context::context, reply::Rejection};
use crate::{
    auth::Auth,
    config::NextPath,
    error::{Code, Error},
    flow::Authenticated,
    hooks::{Outcome, record},
    user::AuthUser,
};

pub use claims::Claims;
pub use current_user::CurrentUser;
pub use fresh::Fresh;
use login_page::to_page;
pub use public::Public;
pub use require::Require;
pub use require_scope::RequireScope;
pub(super) use signed_in::{FreshlySignedIn, SignedIn};

/// Who sends a request, and by whose accounts: another `Auth` of the same type knows other people.
struct Found<U: AuthUser> {
    who: Authenticated<U>,
    by: Auth<U>,
}

impl<U: AuthUser> Clone for Found<U> {
    fn clone(&self) -> Self {
        Self { who: self.who.clone(), by: self.by.clone() }
    }
}

/// Whom these accounts have found already to send this request.
fn found<'a, U: AuthUser>(parts: &'a Parts, auth: &Auth<U>) -> Option<&'a Authenticated<U>> {
    let found = parts.extensions.get::<Found<U>>()?;
    Arc::ptr_eq(&found.by.0, &auth.0).then_some(&found.who)
}

/// Who sends the request, found once per request however many guards ask.
pub(super) async fn authenticated<U: AuthUser>(
    parts: &mut Parts,
    auth: &Auth<U>,
) -> Result<Authenticated<U>, Error> {
    if let Some(who) = found(parts, auth) {
        return Ok(who.clone());
    }
    let token = carrier::credential(parts, auth)?.ok_or(Code::MissingToken)?;
    let who = auth.authenticate(token).await?;
    parts.extensions.insert(Found { who: who.clone(), by: auth.clone() });
    Ok(who)
}

/// The same for a guard: an application's hook may answer in place of the usual 401.
pub(super) async fn guarded<U: AuthUser, S>(
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
pub(super) async fn refused<U: AuthUser>(error: Error, parts: &Parts, auth: &Auth<U>) -> Rejection {
    refused_to(auth.0.login_page.as_ref(), error, parts, auth).await
}

/// The same, with a page of its own for browsers that nobody is signed in with.
pub(super) async fn refused_to<U: AuthUser>(
    login_page: Option<&NextPath>,
    error: Error,
    parts: &Parts,
    auth: &Auth<U>,
) -> Rejection {
    let reply = match error.code() {
        Code::InvalidToken | Code::MissingToken | Code::ReauthenticationRequired => {
            auth.0.hooks.unauthenticated(error.code(), &context(parts)).await
        }
        Code::InsufficientPermission | Code::InsufficientScope => {
            let who = found(parts, auth);
            let cx = who.map_or(context(parts), |who| context(parts).within(who.session.id));
            record(error.code().as_str(), Outcome::Denied, who.map(|who| who.user.as_ref()), &cx);
            auth.0.hooks.forbidden(error.code(), &cx).await
        }
        _ => None,
    };
    let nobody = [Code::InvalidToken, Code::MissingToken].contains(&error.code());
    match login_page {
        Some(page) if nobody && reply.is_none() => {
            Rejection::new(error, to_page(page, parts)).varying()
        }
        _ => Rejection::new(error, reply),
    }
}
