use axum::extract::{Request, State};
use http::StatusCode;

use super::{Public, body, context::context, extract::SignedIn};
use crate::{auth::Auth, error::Error, user::AuthUser, value::Codec};

/// `POST /password/change`
pub(super) async fn change<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let current = body::optional_password(&mut fields, "current_password");
    let new = body::password(&mut fields, "new_password");
    let (current, new) = body::finish(fields, current.zip(new))?;
    auth.change_password(who, current, new, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /password/forgot`
pub(super) async fn forgot<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let email = body::email::<U>(&parts.headers, body).await?;
    auth.forgot_password(&email, &context(&parts)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// `POST /password/reset`
pub(super) async fn reset<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let token = fields.required("token", &Codec::token());
    let password = body::password(&mut fields, "password");
    let (token, password) = body::finish(fields, token.zip(password))?;
    auth.reset_password(&token, password, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}
