use axum::extract::{Request, State};
use http::StatusCode;

use super::{body, extract::authenticated};
use crate::{auth::Auth, error::Error, user::AuthUser};

/// `POST /reauthenticate`
pub(super) async fn reauthenticate<U: AuthUser>(
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (mut parts, body) = request.into_parts();
    let who = authenticated(&mut parts, &auth).await?;
    let mut fields = body::json(&parts.headers, body).await?;
    let password = body::optional_password(&mut fields, "password");
    let password = body::finish(fields, password)?;
    auth.reauthenticate(&who, password).await?;
    Ok(StatusCode::NO_CONTENT)
}
