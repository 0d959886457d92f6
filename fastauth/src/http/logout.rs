use axum::extract::{Request, State};
use http::StatusCode;
use serde_json::Value as Json;

use super::{
    Public,
    body::{self, Kind},
    carrier,
    context::context,
};
use crate::{auth::Auth, error::Error, secret::Token, user::AuthUser};

/// `POST /logout`: 204 whether or not somebody was signed in. A store that does not answer is told
/// all the same: the session may still live.
///
/// The session is that of the access token, though its time be over; where none can be read, that of
/// the `refresh_token` of a JSON body. Nothing that came besides can refuse it.
pub(super) async fn logout<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let access = carrier::presented(&parts.headers).ok().flatten();
    let refresh = match body::kind(&parts.headers) {
        Ok(Kind::Json) => body::bytes(body).await.ok().and_then(|bytes| refresh_token(&bytes)),
        _ => None,
    };
    let refresh = refresh.as_ref().map(Token::expose);
    auth.logout(access, refresh, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn refresh_token(body: &[u8]) -> Option<Token> {
    let Ok(Json::Object(mut members)) = serde_json::from_slice(body) else { return None };
    match members.remove("refresh_token") {
        Some(Json::String(token)) => Some(Token::new(token)),
        _ => None,
    }
}
