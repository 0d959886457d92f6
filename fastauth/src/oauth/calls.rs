//! Calls to a provider: bounded in number, time and size, and none leads anywhere else.

use std::{future::Future, time::Duration};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Request, Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use serde_json::{Map, Value as Json};
use tokio::{sync::Semaphore, time::timeout};

use super::OAuthError;
use crate::{
    net::{Endpoint, Failure, timed_out},
    secret::Token,
    token::read_json,
};

/// How many answers of one provider are waited for at a time.
const AT_A_TIME: usize = 32;
/// How long somebody waits to be one of them.
const QUEUE: Duration = Duration::from_secs(2);
/// How long all calls for one answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// The largest reply, in bytes.
const LONGEST: usize = 64 * 1024;
/// The longest code of an error that is repeated in the log.
const LONGEST_CODE: usize = 64;

/// The calls to one provider.
#[derive(Debug)]
pub(super) struct Calls(Semaphore);

impl Calls {
    pub(super) const fn new() -> Self {
        Self(Semaphore::const_new(AT_A_TIME))
    }

    /// What calls give, if they are not too many and do not take too long.
    pub(super) async fn bounded<T>(
        &self,
        calls: impl Future<Output = Result<T, OAuthError>>,
    ) -> Result<T, OAuthError> {
        let permit = timeout(QUEUE, self.0.acquire()).await.map_err(|_| OAuthError::Overloaded)?;
        let answered = timeout(PATIENCE, calls).await.unwrap_or(Err(OAuthError::Timeout));
        drop(permit);
        answered
    }
}

/// What was answered: its status, and what the body says. Nothing else is taken than JSON in which nothing stands
/// twice.
pub(super) async fn call(
    endpoint: &Endpoint,
    mut request: Request<Bytes>,
) -> Result<(StatusCode, Json), OAuthError> {
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().entry(ACCEPT).or_insert(json);
    let reply = endpoint.send(request, LONGEST).await.map_err(failed)?;
    let status = reply.status();
    if !is_json(reply.headers()) {
        return Err(unusable(format!("it answered {status} by what is no JSON")));
    }
    let body = read_json(reply.body());
    Ok((status, body.ok_or_else(|| unusable(format!("it answered {status} by broken JSON")))?))
}

/// What was answered, if it is an object and no error.
pub(super) async fn object(
    endpoint: &Endpoint,
    request: Request<Bytes>,
) -> Result<Map<String, Json>, OAuthError> {
    let (status, body) = call(endpoint, request).await?;
    let Json::Object(members) = body else {
        return Err(unusable(format!("it answered {status} by JSON that is no object")));
    };
    // Some send an error with 200.
    if let Some(code) = members.get("error") {
        return Err(unusable(format!("it answered {status}: {}", shown(code))));
    }
    if status != StatusCode::OK {
        return Err(unusable(format!("it answered {status}")));
    }
    Ok(members)
}

/// The code of an error (RFC 6749 §5.2), if it looks like one: what else a provider says goes nowhere.
fn shown(code: &Json) -> &str {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"_-.".contains(&c);
    let code = code.as_str().filter(|code| !code.is_empty() && code.bytes().all(is_plain));
    code.map_or("an error without a code", |code| code.get(..LONGEST_CODE).unwrap_or(code))
}

fn is_json(headers: &HeaderMap) -> bool {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media == "application/json" || (media.starts_with("application/") && media.ends_with("+json"))
}

/// A token as `Authorization` carries it.
pub(super) fn bearer(token: &Token) -> Result<HeaderValue, OAuthError> {
    let value = HeaderValue::try_from(format!("Bearer {}", token.expose()));
    let mut value = value.map_err(OAuthError::unusable)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Why there is no answer.
pub(super) fn failed(failure: Failure) -> OAuthError {
    if timed_out(&failure) { OAuthError::Timeout } else { OAuthError::Unusable(failure) }
}

/// The reply that a request for what is published got, if it is one.
pub(super) fn found(reply: &Response<Bytes>) -> Result<&Bytes, Failure> {
    match reply.status() {
        StatusCode::OK => Ok(reply.body()),
        status => Err(format!("it answered {status}").into()),
    }
}

pub(super) fn unusable(cause: impl Into<String>) -> OAuthError {
    OAuthError::unusable(cause.into())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    #[test]
    fn of_what_a_provider_says_only_a_code_is_repeated() {
        for (code, expected) in [
            (json!("invalid_grant"), "invalid_grant"),
            (json!("<script>"), "an error without a code"),
            (json!("a\nb"), "an error without a code"),
            (json!(""), "an error without a code"),
            (json!({ "a": 1 }), "an error without a code"),
            (json!("x".repeat(65)), &"x".repeat(64)),
        ] {
            assert_eq!(shown(&code), expected);
        }
    }

    #[test]
    fn only_json_is_json() {
        for (text, expected) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("Application/JSON ;x", true),
            ("application/problem+json", true),
            ("text/html", false),
            ("text/json", false),
            ("application/jsonp", false),
            ("application/jwt", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(text))]);
            assert_eq!(is_json(&headers), expected, "{text}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_are_waited_for_and_no_longer() {
        let calls = Arc::new(Calls::new());
        let hang = |calls: Arc<Calls>| async move {
            calls.bounded(std::future::pending::<Result<(), OAuthError>>()).await
        };
        let waiting: Vec<_> =
            (0..AT_A_TIME).map(|_| tokio::spawn(hang(Arc::clone(&calls)))).collect();
        tokio::task::yield_now().await;
        let begun = tokio::time::Instant::now();
        let late = hang(Arc::clone(&calls)).await;
        assert!(matches!(late, Err(OAuthError::Overloaded)) && begun.elapsed() == QUEUE);
        for one in waiting {
            assert!(matches!(one.await.unwrap(), Err(OAuthError::Timeout)));
        }
        assert_eq!(begun.elapsed(), PATIENCE);
        // And all places are free again.
        assert_eq!(calls.0.available_permits(), AT_A_TIME);
    }
}
