use axum::extract::{Request, State};
use http::StatusCode;

use super::{body, context::context, extract::SignedIn};
use crate::{auth::Auth, error::Error, user::AuthUser};

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
