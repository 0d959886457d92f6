use axum::extract::{Request, State};
use http::StatusCode;
use serde_json::Value as Json;

use super::{
    ClearCookies, Public,
    body::{self, Kind},
    carrier,
    context::context,
    description::{Description, Gives, Reads},
};
use crate::{auth::Auth, error::Error, secret::Token, user::AuthUser};

pub(super) const LOGOUT: Description = Description {
    name: "logout",
    summary: "Ends this session, whether or not somebody is signed in.",
    places: &[],
    reads: Reads::Logout,
    gives: &[(StatusCode::NO_CONTENT, Gives::Cleared)],
    refuses: &[],
};

/// `POST /logout`: 204 whether or not somebody was signed in. A store that does not answer is told
/// all the same: the session may still live.
///
/// The session is that of the access token, though its time be over; where none can be read, that of
/// the `refresh_token` of a JSON body, or of the cookie. Nothing that came besides can refuse it.
pub(super) async fn logout<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<ClearCookies, Error> {
    let (parts, body) = request.into_parts();
    let transports = &auth.0.transports;
    let access = carrier::presented(&parts.headers, transports, auth.is_opaque()).ok().flatten();
    let refresh = match body::kind(&parts.headers) {
        Ok(Kind::Json) => body::bytes(body).await.ok().and_then(|bytes| refresh_token(&bytes)),
        _ => None,
    };
    let cookie = carrier::refresh_cookie(&parts.headers, transports).ok().flatten();
    let refresh = refresh.as_ref().map(Token::expose).or(cookie);
    auth.logout(access.map(|it| it.token), refresh, context(&parts)).await?;
    Ok(auth.clear_cookies())
}

fn refresh_token(body: &[u8]) -> Option<Token> {
    let Ok(Json::Object(mut members)) = serde_json::from_slice(body) else { return None };
    match members.remove("refresh_token") {
        Some(Json::String(token)) => Some(Token::new(token)),
        _ => None,
    }
}
