//! How tokens travel: read from a request, written into a reply.

use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

use super::reply::json_reply;
use crate::{
    error::{Code, Error},
    flow::Issued,
    user::AuthUser,
};

/// The access token of a request: `None` when there is none.
///
/// # Errors
/// Something was presented that cannot be a token. It decides alone: nothing else is looked at.
pub(super) fn presented(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Code::InvalidToken.into());
    }
    let text = value.to_str().map_err(|_| Code::InvalidToken)?;
    // The scheme is case-insensitive (RFC 9110 §11.1); other schemes are somebody else's. What
    // begins like ours is ours, whatever stands between it and the token.
    let (scheme, token) = text.split_at(text.find(ends_a_scheme).unwrap_or(text.len()));
    Ok(scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_matches(' ')))
}

/// Whether a character cannot be part of a scheme: a token of RFC 9110 §5.6.2.
fn ends_a_scheme(c: char) -> bool {
    !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(c)
}

/// The token reply (RFC 6749 §5.1).
pub(super) fn token_reply<U: AuthUser>(status: StatusCode, issued: &Issued<U>) -> Response {
    let mut body = json!({
        "access_token": issued.access.expose(),
        "token_type": "Bearer",
        "expires_in": issued.access_lasts.as_secs(),
        "user": issued.user.view(),
    });
    if let Some(refresh) = &issued.refresh {
        body["refresh_token"] = json!(refresh.token.expose());
        body["refresh_expires_in"] = json!(refresh.lasts.as_secs());
    }
    json_reply(status, &body)
}
