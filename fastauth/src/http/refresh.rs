use axum::{
    body::Body,
    extract::{Request, State},
    response::Response,
};
use http::{StatusCode, request::Parts};

use super::{
    Public, body,
    carrier::{self, Carrier},
    context::context,
    description::{Description, Gives, Reads},
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    secret::Token,
    user::AuthUser,
    value::Codec,
};

pub(super) const REFRESH: Description = Description {
    name: "refresh",
    summary: "Exchanges a refresh token for the next one and a new access token.",
    places: &[],
    reads: Reads::Refresh,
    gives: &[(StatusCode::OK, Gives::Refreshed)],
    refuses: &[&[
        Code::AccountDisabled,
        Code::HookFailed,
        Code::Internal,
        Code::InvalidRefreshToken,
        Code::SigninDenied,
    ]],
};

/// `POST /refresh`: answered by the carrier that brought the token.
pub(super) async fn refresh<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let (token, by) = presented(&auth, &parts, body).await?;
    let issued = auth.refresh(token.expose(), context(&parts)).await?;
    Ok(carrier::answer(StatusCode::OK, &issued, by))
}

/// A token in the body decides, where bodies may bring one; then the cookie (RFC 6749 §6).
async fn presented<U: AuthUser>(
    auth: &Auth<U>,
    parts: &Parts,
    body: Body,
) -> Result<(Token, Carrier), Error> {
    let transports = &auth.0.transports;
    let mut by = Carrier::Bearer;
    if transports.cookies().is_none() {
        let mut fields = body::json(&parts.headers, body).await?;
        let token = fields.required("refresh_token", &Codec::token());
        return Ok((body::finish(fields, token)?, by));
    }
    let mut fields = body::json_or_nothing(&parts.headers, body).await?;
    // Two cookies of one name are none: which of them is ours cannot be told.
    let cookie = carrier::refresh_cookie(&parts.headers, transports).ok().flatten();
    let mut of_cookie = || {
        by = Carrier::Cookies;
        Token::new(cookie.unwrap_or_default())
    };
    let token = if transports.has_bearer() {
        fields.optional("refresh_token", &Codec::token(), of_cookie)
    } else {
        Some(of_cookie())
    };
    Ok((body::finish(fields, token)?, by))
}
