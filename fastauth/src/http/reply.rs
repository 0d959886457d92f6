use std::{error::Error as _, sync::Arc, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value as Json, json};

use crate::{
    error::{Code, Error},
    hooks::Reply,
};

/// The status of each code: the one table.
pub(super) fn status(code: Code) -> StatusCode {
    match code {
        Code::InvalidOAuthState
        | Code::InvalidOneTimeToken
        | Code::InvalidScope
        | Code::MalformedBody
        | Code::MalformedRequest => StatusCode::BAD_REQUEST,
        Code::InvalidCredentials
        | Code::InvalidRefreshToken
        | Code::InvalidToken
        | Code::MissingToken
        | Code::ReauthenticationRequired => StatusCode::UNAUTHORIZED,
        Code::AccessDenied
        | Code::AccountDisabled
        | Code::CsrfRejected
        | Code::EmailNotVerified
        | Code::InsufficientPermission
        | Code::InsufficientScope
        | Code::OwnRoles
        | Code::SigninDenied
        | Code::SignupDenied
        | Code::WrongPassword => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Code::EmailTaken
        | Code::FieldTaken
        | Code::IdentityTaken
        | Code::LastAdministrator
        | Code::LastLoginMethod
        | Code::ProviderAlreadyLinked
        | Code::RegistrationIncomplete
        | Code::RoleTaken
        | Code::UsernameTaken
        | Code::Vetoed => StatusCode::CONFLICT,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::ValidationFailed => StatusCode::UNPROCESSABLE_ENTITY,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::ProviderError => StatusCode::BAD_GATEWAY,
        Code::ProviderTimeout => StatusCode::GATEWAY_TIMEOUT,
        Code::HookFailed | Code::KeysUnavailable | Code::Overloaded | Code::StoreUnavailable => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// The challenge of a 401, or of a 403 that another token would not get (RFC 6750 §3). It names an error
/// only where something was presented.
fn challenge(error: &Error) -> Option<HeaderValue> {
    match error.code() {
        Code::InvalidToken => Some(HeaderValue::from_static(r#"Bearer error="invalid_token""#)),
        Code::InsufficientScope => {
            let scope = error.scope().map(|scope| format!(r#", scope="{scope}""#));
            let text = format!(r#"Bearer error="insufficient_scope"{}"#, scope.unwrap_or_default());
            HeaderValue::try_from(text).ok()
        }
        // RFC 9470 §3.
        Code::ReauthenticationRequired => {
            let within = error.max_age().map(|age| format!(r#", max_age="{}""#, age.as_secs()));
            let within = within.unwrap_or_default();
            let text = format!(r#"Bearer error="insufficient_user_authentication"{within}"#);
            HeaderValue::try_from(text).ok()
        }
        code if status(code) == StatusCode::UNAUTHORIZED => {
            Some(HeaderValue::from_static("Bearer"))
        }
        _ => None,
    }
}

impl IntoResponse for Error {
    /// As a problem document (RFC 9457). The error itself travels along in the extensions, as an
    /// `Arc<fastauth::error::Error>`, for middleware that logs.
    fn into_response(self) -> Response {
        problem_with(self, &[])
    }
}

/// The problem document, with more members.
pub(super) fn problem_with(error: Error, more: &[(&str, &str)]) -> Response {
    let code = error.code();
    let status = status(code);
    let mut problem = Map::from_iter([
        ("type".to_owned(), Json::from(format!("urn:fastauth:error:{code}"))),
        ("title".to_owned(), code.title().into()),
        ("status".to_owned(), status.as_u16().into()),
        ("code".to_owned(), code.as_str().into()),
        ("detail".to_owned(), error.detail().into()),
    ]);
    problem.extend(more.iter().map(|(name, value)| ((*name).to_owned(), Json::from(*value))));
    if !error.fields().is_empty() {
        let fields = error.fields().iter();
        let shown =
            fields.map(|it| json!({ "pointer": it.pointer, "code": it.code, "detail": it.detail }));
        problem.insert("errors".to_owned(), shown.collect());
    }
    let mut response = json_reply(status, &Json::Object(problem));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(challenge) = challenge(&error) {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    let busy = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(Duration::from_secs(1));
    if let Some(wait) = error.retry_after().or(busy) {
        // An integer of seconds, at least one (RFC 9110 §10.2.3).
        headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    response.extensions_mut().insert(Arc::new(error));
    response
}

/// A JSON reply.
pub(super) fn json_reply(status: StatusCode, body: &Json) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// The answer of a guard that said no: the usual problem document, or what a hook made of it.
#[derive(Debug)]
pub struct Rejection {
    error: Error,
    reply: Option<Reply>,
    varies: bool,
}

impl Rejection {
    pub(super) fn new(error: Error, reply: Option<Reply>) -> Self {
        // Clients are told the same whatever it is.
        if let Some(cause) = error.source() {
            let code = error.code().as_str();
            tracing::debug!(code, because = ?cause.to_string(), "a guard said no");
        }
        Self { error, reply, varies: false }
    }

    /// The same where a browser is answered otherwise than a program.
    pub(super) fn varying(self) -> Self {
        Self { varies: true, ..self }
    }

    /// Why.
    pub fn code(&self) -> Code {
        self.error.code()
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::new(error, None)
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = match self.reply {
            Some(reply) => http::Response::from(reply).map(Body::from),
            None => self.error.into_response(),
        };
        if self.varies {
            let told_apart_by = HeaderValue::from_static("accept, sec-fetch-mode");
            response.headers_mut().append(header::VARY, told_apart_by);
        }
        response
    }
}
