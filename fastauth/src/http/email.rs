use axum::extract::{Request, State};
use http::StatusCode;

use super::{Public, body, context::context, extract::SignedIn, login::replaced};
use crate::{auth::Auth, error::Error, user::AuthUser};

/// `POST /email/verification`
pub(super) async fn verification<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let email = body::email::<U>(&parts.headers, body).await?;
    auth.request_verification(&email, &context(&parts)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// `POST /email/verify`
pub(super) async fn verify<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let token = body::token(&parts.headers, body).await?;
    auth.verify_email(&token, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /email/change`
pub(super) async fn change<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let email = body::text(&mut fields, "new_email");
    let password = body::optional_password(&mut fields, "password");
    let (email, password) = body::finish(fields, email.zip(password))?;
    auth.request_email_change(&who, &email, password, context(&parts)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// `POST /email/change/confirm`: the session it comes from, if it is theirs, goes on.
pub(super) async fn confirm<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let token = body::token(&parts.headers, body).await?;
    let keep = replaced(&auth, &parts.headers).await.map(|(_, session)| session);
    auth.confirm_email_change(&token, keep, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}
