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
    access::Scopes,
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
        Code::InvalidScope,
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
    let Asked { token, by, scopes } = asked(&auth, &parts, body).await?;
    let issued = auth.refresh(token.expose(), scopes, context(&parts)).await?;
    Ok(carrier::answer(StatusCode::OK, &issued, by))
}

/// What a refresh is made of.
struct Asked {
    token: Token,
    by: Carrier,
    scopes: Option<Scopes>,
}

/// A token in the body decides, where bodies may bring one; then the cookie. `scope` in the body limits the
/// new access token (RFC 6749 §6).
async fn asked<U: AuthUser>(auth: &Auth<U>, parts: &Parts, body: Body) -> Result<Asked, Error> {
    let transports = &auth.0.transports;
    let mut by = Carrier::Bearer;
    let mut fields = match transports.cookies() {
        Some(_) => body::json_or_nothing(&parts.headers, body).await?,
        None => body::json(&parts.headers, body).await?,
    };
    let scope = body::optional::<String>(&mut fields, "scope");
    // Two cookies of one name are none: which of them is ours cannot be told.
    let cookie = carrier::refresh_cookie(&parts.headers, transports).ok().flatten();
    let mut of_cookie = || {
        by = Carrier::Cookies;
        Token::new(cookie.unwrap_or_default())
    };
    let token = match (transports.has_bearer(), transports.cookies()) {
        (true, Some(_)) => fields.optional("refresh_token", &Codec::token(), of_cookie),
        (_, None) => fields.required("refresh_token", &Codec::token()),
        (false, Some(_)) => Some(of_cookie()),
    };
    let (token, scope) = body::finish(fields, token.zip(scope))?;
    let scope = scope.filter(|text| !text.is_empty());
    let scopes = scope.map(|text| body::scopes(&text)).transpose()?;
    Ok(Asked { token, by, scopes })
}
