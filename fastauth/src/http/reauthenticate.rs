use axum::extract::{Request, State};
use http::StatusCode;

use super::{body, context::context, extract::SignedIn};
use crate::{auth::Auth, error::Error, user::AuthUser};

/// `POST /reauthenticate`
pub(super) async fn reauthenticate<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let password = body::optional_password(&mut fields, "password");
    let password = body::finish(fields, password)?;
    auth.reauthenticate(&who, password, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}
