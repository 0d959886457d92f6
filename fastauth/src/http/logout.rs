use axum::extract::{Request, State};
use http::StatusCode;

use super::{Public, context::context, extract::authenticated};
use crate::{
    auth::Auth,
    error::{Code, Error},
    user::AuthUser,
};

/// `POST /logout`: 204 whether or not somebody was signed in. A store that does not answer is told
/// all the same: the session may still live.
pub(super) async fn logout<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (mut parts, _) = request.into_parts();
    match authenticated(&mut parts, &auth).await {
        Ok(who) => auth.logout(who, context(&parts)).await?,
        Err(error) if [Code::InvalidToken, Code::MissingToken].contains(&error.code()) => {}
        Err(error) => return Err(error),
    }
    Ok(StatusCode::NO_CONTENT)
}
