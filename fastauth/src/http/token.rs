//! Tokens for programs: `POST /token/revoke` (RFC 7009) and `POST /token/introspect` (RFC 7662). Forms come
//! in, and errors go out as RFC 6749 §5.2 has them.

use std::borrow::Cow;

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Map, Value as Json, json};

use super::{
    Public,
    body::{self, Kind},
    client,
    context::context,
    description::{Description, Gives, Reads},
    form::{self, Form},
    reply::{json_reply, status},
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    flow::Live,
    secret::Token,
    user::{AuthUser, UserKey},
};

pub(super) const REVOKE: Description = Description {
    name: "revoke_token",
    summary: "Ends the session of a token (RFC 7009).",
    places: &[],
    reads: Reads::TokenForm,
    gives: &[
        (StatusCode::OK, Gives::Nothing),
        (StatusCode::BAD_REQUEST, Gives::OAuthError),
        (StatusCode::REQUEST_TIMEOUT, Gives::OAuthError),
        (StatusCode::PAYLOAD_TOO_LARGE, Gives::OAuthError),
    ],
    refuses: &[],
};

pub(super) const INTROSPECT: Description = Description {
    name: "introspect_token",
    summary: "Says what a token is good for (RFC 7662).",
    places: &[],
    reads: Reads::IntrospectionForm,
    gives: &[
        (StatusCode::OK, Gives::Introspection),
        (StatusCode::BAD_REQUEST, Gives::OAuthError),
        (StatusCode::UNAUTHORIZED, Gives::OAuthError),
        (StatusCode::REQUEST_TIMEOUT, Gives::OAuthError),
        (StatusCode::PAYLOAD_TOO_LARGE, Gives::OAuthError),
    ],
    refuses: &[&[Code::RateLimited]],
};

/// `POST /token/revoke`: 200 whatever became of it, for whoever asks holds the token already.
///
/// `token_type_hint` is read over: a token says by itself what it is.
pub(super) async fn revoke<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let (parts, body) = request.into_parts();
    let mut form = read(&parts.headers, body).await?;
    let token = token(&mut form)?;
    auth.revoke(token.expose(), context(&parts)).await?;
    Ok(StatusCode::OK)
}

/// `POST /token/introspect`, for clients that the builder knows.
pub(super) async fn introspect<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let mut form = read(&parts.headers, body).await?;
    let client = client::presented(&parts.headers, &mut form)?;
    let cx = context(&parts);
    if !auth.is_client(client.id(), client.secrets(), &cx).await? {
        return Err(Refusal::client());
    }
    let token = token(&mut form)?;
    let said = match auth.introspect(token.expose()).await? {
        Some(live) => described(&live, auth.0.base_url.as_str()),
        None => json!({ "active": false }),
    };
    Ok(json_reply(StatusCode::OK, &said))
}

async fn read(headers: &HeaderMap, body: axum::body::Body) -> Result<Form, Refusal> {
    if body::kind(headers).ok() != Some(Kind::Form) {
        return Err(Refusal::request("the body must be `application/x-www-form-urlencoded`"));
    }
    Ok(form::read(&body::bytes(body).await?)?)
}

fn token(form: &mut Form) -> Result<Token, Refusal> {
    let token = form::take(form, "token").map(Token::new);
    token.ok_or_else(|| Refusal::request("the form has no `token`"))
}

/// What is said of a token that is good for something (RFC 7662 §2.2). Opaque tokens are of us and for us
/// without saying so.
fn described<U: AuthUser>(live: &Live<U>, here: &str) -> Json {
    let Live { user, session, scopes, claims } = live;
    let mut said = Map::from_iter([
        ("active".to_owned(), json!(true)),
        ("iss".to_owned(), json!(here)),
        ("sid".to_owned(), json!(session.id.to_string())),
        ("sub".to_owned(), json!(user.id().render())),
    ]);
    let mut say = |name: &str, value: Json| {
        said.insert(name.to_owned(), value);
    };
    if let Some(login) = user.username().or(user.email()) {
        say("username", json!(login));
    }
    if let Some(scopes) = scopes {
        say("scope", json!(scopes.to_string()));
    }
    if let Some(claims) = claims {
        say("token_type", json!("Bearer"));
        say("aud", json!(here));
        say("exp", json!(claims.expires_at().as_secs()));
        say("iat", json!(claims.issued_at().as_secs()));
        say("nbf", json!(claims.issued_at().as_secs()));
        say("jti", json!(claims.token_id()));
        for name in ["aud", "iss", "nbf"] {
            if let Some(value) = claims.get(name) {
                say(name, value.clone());
            }
        }
    } else {
        // No resource may take it for an access token.
        say("type", json!("refresh"));
        say("exp", json!(session.idle_until.min(session.expires_at).as_secs()));
    }
    Json::Object(said)
}

/// Why there is no answer.
pub(super) enum Refusal {
    /// What has nothing to do with the form: in the words of every other route.
    Problem(Error),
    /// As `OAuth2` says it.
    Said { status: StatusCode, error: &'static str, description: Cow<'static, str> },
}

impl Refusal {
    /// The form cannot be taken as it is.
    pub(super) fn request(description: &'static str) -> Self {
        let description = description.into();
        Self::Said { status: StatusCode::BAD_REQUEST, error: "invalid_request", description }
    }

    /// No client of ours, or not its secret.
    pub(super) fn client() -> Self {
        let description = "the client is unknown, or its secret is wrong".into();
        Self::Said { status: StatusCode::UNAUTHORIZED, error: "invalid_client", description }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let status = match error.code() {
            Code::MalformedBody | Code::ValidationFailed => StatusCode::BAD_REQUEST,
            code @ (Code::PayloadTooLarge | Code::RequestTimeout) => status(code),
            _ => return Self::Problem(error),
        };
        let description = error.detail().to_owned().into();
        Self::Said { status, error: "invalid_request", description }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error, description) = match self {
            Self::Problem(error) => return error.into_response(),
            Self::Said { status, error, description } => (status, error, description),
        };
        let said = json!({ "error": error, "error_description": description });
        let mut response = json_reply(status, &said);
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static(r#"Basic realm="introspection""#);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
