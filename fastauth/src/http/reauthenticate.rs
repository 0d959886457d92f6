use axum::extract::{Request, State};
use http::StatusCode;

use super::{
    body,
    context::context,
    description::{CONFIRMING, Description, Gives, Kind, Reads, member},
    extract::SignedIn,
};
use crate::{auth::Auth, error::Error, user::AuthUser};

pub(super) const REAUTHENTICATE: Description = Description {
    name: "reauthenticate",
    summary: "Makes this session fresh again.",
    places: &[],
    reads: Reads::Json(&[member("password", Kind::Password)]),
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[CONFIRMING],
};

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
