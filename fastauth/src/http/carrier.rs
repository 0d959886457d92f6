//! How tokens travel: read from a request, written into a reply.

use std::convert::Infallible;

use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use serde_json::{Map, Value as Json, json};

use super::{csrf, reply::json_reply};
use crate::{
    auth::Auth,
    config::{Cookies, NextPath, Transport, Transports},
    error::{Code, Error},
    flow::Issued,
    user::AuthUser,
};

/// What brought a token, and takes the answer back.
pub(super) type Carrier = Transport;

/// A token that came with a request.
pub(super) struct Presented<'a> {
    pub(super) token: &'a str,
    pub(super) by: Carrier,
}

/// The access token of a request, if there is one: the first carrier that is there decides alone.
///
/// # Errors
/// Something was presented that cannot be a token.
pub(super) fn presented<'a>(
    headers: &'a HeaderMap,
    transports: &Transports,
    is_opaque: bool,
) -> Result<Option<Presented<'a>>, Error> {
    for by in transports.order() {
        let token = match by {
            Transport::Bearer => bearer(headers)?,
            Transport::Cookies => match transports.cookies() {
                Some(it) if is_opaque => cookie(headers, &it.session)?,
                Some(it) => cookie(headers, &it.access)?,
                None => None,
            },
        };
        if let Some(token) = token {
            return Ok(Some(Presented { token, by: *by }));
        }
    }
    Ok(None)
}

/// The same, and a change that comes by cookies was made by a page of ours.
pub(super) fn credential<'a, U: AuthUser>(
    parts: &'a Parts,
    auth: &Auth<U>,
) -> Result<Option<&'a str>, Error> {
    let transports = &auth.0.transports;
    let Some(presented) = presented(&parts.headers, transports, auth.is_opaque())? else {
        return Ok(None);
    };
    if presented.by == Carrier::Cookies {
        csrf::is_ours(&parts.method, &parts.headers, transports)?;
    }
    Ok(Some(presented.token))
}

/// The refresh token that came in a cookie.
pub(super) fn refresh_cookie<'a>(
    headers: &'a HeaderMap,
    transports: &Transports,
) -> Result<Option<&'a str>, Error> {
    match transports.cookies() {
        Some(cookies) => cookie(headers, &cookies.refresh),
        None => Ok(None),
    }
}

/// The token of the `Authorization` header, if there is one.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Error> {
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

/// The cookie of exactly this name; one that comes twice was planted (ASVS 3.3.3). An empty one has
/// been taken back.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Error> {
    let mut found = None;
    for value in headers.get_all(header::COOKIE) {
        for pair in value.as_bytes().split(|byte| *byte == b';') {
            let pair = pair.trim_ascii();
            let Some(value) =
                pair.strip_prefix(name.as_bytes()).and_then(|it| it.strip_prefix(b"="))
            else {
                continue;
            };
            let text = std::str::from_utf8(value).map_err(|_| Code::InvalidToken)?;
            if found.replace(text).is_some() {
                return Err(Code::InvalidToken.into());
            }
        }
    }
    Ok(found.filter(|value| !value.is_empty()))
}

/// The answer to a sign-in, by the transport that was declared first.
pub(super) fn signed_in<U: AuthUser>(status: StatusCode, issued: &Issued<U>) -> Response {
    answer(status, issued, issued.transports.first())
}

/// The same by the carrier that brought what it answers.
pub(super) fn answer<U: AuthUser>(status: StatusCode, issued: &Issued<U>, by: Carrier) -> Response {
    let (body, cookies) = told(issued, by);
    with_cookies(json_reply(status, &Json::Object(body)), cookies)
}

/// The answer to a sign-in that says where to go then.
pub(super) fn signed_in_for<U: AuthUser>(issued: &Issued<U>, next: Option<&NextPath>) -> Response {
    let (mut body, cookies) = told(issued, issued.transports.first());
    body.extend(next.map(|next| ("next".to_owned(), json!(next.as_str()))));
    with_cookies(json_reply(StatusCode::OK, &Json::Object(body)), cookies)
}

fn with_cookies(mut reply: Response, cookies: Vec<String>) -> Response {
    append(reply.headers_mut(), cookies);
    reply
}

/// What a sign-in is told, and the cookies.
fn told<U: AuthUser>(issued: &Issued<U>, by: Carrier) -> (Map<String, Json>, Vec<String>) {
    let cookies = issued.transports.cookies().filter(|_| by == Carrier::Cookies);
    let Some(cookies) = cookies else { return (tokens(issued), Vec::new()) };
    let session = json!({
        "id": issued.session.id.to_string(),
        "expires_at": issued.session.expires_at.to_string(),
    });
    let user = json!(issued.user.view());
    let mut body = Map::from_iter([("user".to_owned(), user), ("session".to_owned(), session)]);
    body.extend(scope(issued));
    (body, set(cookies, issued))
}

/// The token reply (RFC 6749 §5.1).
fn tokens<U: AuthUser>(issued: &Issued<U>) -> Map<String, Json> {
    let mut body = Map::from_iter([
        ("access_token".to_owned(), json!(issued.access.expose())),
        ("token_type".to_owned(), json!("Bearer")),
        ("expires_in".to_owned(), json!(issued.access_lasts.as_secs())),
        ("user".to_owned(), json!(issued.user.view())),
    ]);
    if let Some(refresh) = &issued.refresh {
        body.insert("refresh_token".to_owned(), json!(refresh.token.expose()));
        body.insert("refresh_expires_in".to_owned(), json!(refresh.lasts.as_secs()));
    }
    body.extend(scope(issued));
    body
}

/// What was granted, where scopes were asked for.
fn scope<U: AuthUser>(issued: &Issued<U>) -> Option<(String, Json)> {
    issued.scopes.as_ref().map(|scopes| ("scope".to_owned(), json!(scopes.to_string())))
}

/// The cookies of a sign-in; they outlast the browser only for whoever asked to be remembered.
fn set<U: AuthUser>(cookies: &Cookies, issued: &Issued<U>) -> Vec<String> {
    let session = &issued.session;
    let lasts = session.remember.then(|| session.expires_at.since(session.last_used_at));
    let tokens = issued.in_cookies().into_iter();
    tokens.map(|(name, token)| cookies.set(name, token, lasts)).collect()
}

pub(super) fn append(headers: &mut HeaderMap, cookies: impl IntoIterator<Item = String>) {
    for cookie in cookies {
        // Names and attributes were judged at the start, and tokens are base64url.
        if let Ok(mut value) = HeaderValue::try_from(cookie) {
            value.set_sensitive(true);
            headers.append(header::SET_COOKIE, value);
        }
    }
}

impl<U: AuthUser> IntoResponseParts for Issued<U> {
    type Error = Infallible;

    /// Sets the cookies of this sign-in, if tokens travel in some: for a login handler of the
    /// application's own.
    fn into_response_parts(self, mut reply: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Some(cookies) = self.transports.cookies() {
            append(reply.headers_mut(), set(cookies, &self));
        }
        Ok(reply)
    }
}

impl<U: AuthUser> Auth<U> {
    /// Takes back the cookies that carry tokens: for a logout handler of the application's own.
    ///
    /// ```
    /// # use fastauth::{Auth, AuthUser};
    /// # fn goodbye<User: AuthUser>(auth: &Auth<User>) -> impl axum::response::IntoResponse {
    /// (auth.clear_cookies(), "goodbye")
    /// # }
    /// ```
    pub fn clear_cookies(&self) -> ClearCookies {
        ClearCookies(self.0.transports.cookies().map(Cookies::clear))
    }
}

/// What [`Auth::clear_cookies`] adds to a reply.
#[derive(Clone, Debug)]
pub struct ClearCookies(Option<[String; 3]>);

impl IntoResponseParts for ClearCookies {
    type Error = Infallible;

    fn into_response_parts(self, mut reply: ResponseParts) -> Result<ResponseParts, Infallible> {
        append(reply.headers_mut(), self.0.into_iter().flatten());
        Ok(reply)
    }
}

impl IntoResponse for ClearCookies {
    fn into_response(self) -> Response {
        (self, StatusCode::NO_CONTENT).into_response()
    }
}
