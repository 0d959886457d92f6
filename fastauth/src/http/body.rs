use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::{
    access::{InvalidScope, Scopes},
    config::BODY_LIMIT,
    error::{Code, Error, FieldError},
    secret::{Password, Token},
    user::AuthUser,
    value::{Codec, Column, Fields},
};

/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(30);

/// What kinds of body the routes read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Form,
    Json,
}

/// What the headers say the body is. JSON only as `application/json`: other names for it, and
/// forms, can be sent across sites without asking (ASVS 3.5.3).
pub(super) fn kind(headers: &HeaderMap) -> Result<Kind, Error> {
    // Nothing here unpacks: a small body stays small.
    if headers.get(header::CONTENT_ENCODING).is_some_and(|value| value != "identity") {
        return Err(
            Error::new(Code::UnsupportedMediaType).with_detail("bodies are read uncompressed")
        );
    }
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Code::UnsupportedMediaType.into());
    };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(Kind::Json)
    } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Ok(Kind::Form)
    } else {
        Err(Code::UnsupportedMediaType.into())
    }
}

/// The bytes of a body, no more than a route reads and no slower than it waits.
pub(super) async fn bytes(body: Body) -> Result<Bytes, Error> {
    let collected = tokio::time::timeout(BODY_PATIENCE, Limited::new(body, BODY_LIMIT).collect());
    match collected.await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Code::PayloadTooLarge.into()),
        Ok(Err(error)) => Err(Error::new(Code::MalformedBody).because(error)),
        Err(_) => Err(Code::RequestTimeout.into()),
    }
}

/// The members of a JSON body.
pub(super) async fn json(headers: &HeaderMap, body: Body) -> Result<Fields, Error> {
    match kind(headers)? {
        Kind::Json => json_fields(&bytes(body).await?),
        Kind::Form => Err(Code::UnsupportedMediaType.into()),
    }
}

/// The members of a JSON body that need not be there: no body at all has none.
pub(super) async fn json_or_nothing(headers: &HeaderMap, body: Body) -> Result<Fields, Error> {
    if headers.contains_key(header::CONTENT_TYPE) {
        return json(headers, body).await;
    }
    if bytes(body).await?.is_empty() {
        Ok(Fields::default())
    } else {
        Err(Code::UnsupportedMediaType.into())
    }
}

pub(super) fn json_fields(bytes: &[u8]) -> Result<Fields, Error> {
    let object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    // The parser's own words may quote what was sent: they go no further.
    serde_json::from_slice(bytes).map_err(|error: serde_json::Error| match error.classify() {
        Category::Data if !object => Error::validation(vec![FieldError {
            pointer: String::new(),
            code: "wrong_type",
            detail: "expected an object".into(),
        }]),
        _ => Code::MalformedBody.into(),
    })
}

/// What was read, or everything that was wrong with it.
pub(super) fn finish<T>(fields: Fields, body: Option<T>) -> Result<T, Error> {
    fields.finish().map_err(Error::validation)?;
    body.ok_or_else(|| Code::ValidationFailed.into())
}

/// A text in a body.
pub(super) fn text(fields: &mut Fields, name: &str) -> Option<String> {
    fields.required(name, &Codec::<String>::column())
}

/// The body of a route that mails: an address, under the part's word or the field's.
pub(super) async fn email<U: AuthUser>(headers: &HeaderMap, body: Body) -> Result<String, Error> {
    let mut fields = json(headers, body).await?;
    if let Some(column) = U::SPEC.email.and_then(|column| U::SPEC.columns.get(column)) {
        fields.alias("email", column.field);
    }
    let email = text(&mut fields, "email");
    finish(fields, email)
}

/// The body of a route that a link leads to: its token.
pub(super) async fn token(headers: &HeaderMap, body: Body) -> Result<Token, Error> {
    let mut fields = json(headers, body).await?;
    let token = fields.required("token", &Codec::token());
    finish(fields, token)
}

/// The scopes that are asked for (RFC 6749 §3.3).
pub(super) fn scopes(text: &str) -> Result<Scopes, Error> {
    text.parse().map_err(|wrong: InvalidScope| Error::new(Code::InvalidScope).because(wrong))
}

/// A password in a body.
pub(super) fn password(fields: &mut Fields, name: &str) -> Option<Password> {
    fields.required(name, &Codec::<Password>::password())
}

/// A password in a body that some users have to give and some have not.
#[allow(
    clippy::option_option,
    reason = "outside whether it could be read, inside whether it was there"
)]
pub(super) fn optional_password(fields: &mut Fields, name: &str) -> Option<Option<Password>> {
    fields.optional(name, &Codec::optional_password(), || None)
}

/// A member that need not be there.
#[allow(
    clippy::option_option,
    reason = "outside whether it could be read, inside whether it was there"
)]
pub(super) fn optional<T: Column + DeserializeOwned>(
    fields: &mut Fields,
    name: &str,
) -> Option<Option<T>> {
    fields.optional(name, &Codec::<Option<T>>::column(), || None)
}
