use std::{error::Error, time::Duration};

use fastauth::{
    oauth::{AuthorizationAnswer, AuthorizationRequest, Identified, OAuthError, OAuthProvider},
    secret::Token,
    time::{Clock, SystemClock, Timestamp},
};
use fastauth_tests::idp::{Callback, Idp};

pub(crate) const REDIRECT_URI: &str = "https://app.test/auth/oauth/work/callback";
pub(crate) const NONCE: &str = "a nonce of this request";
/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A visit of the provider, and what the application makes of it.
pub(crate) async fn visit(
    idp: &Idp,
    provider: &impl OAuthProvider,
) -> Result<Identified, OAuthError> {
    visit_at(SystemClock.now(), idp, provider).await
}

pub(crate) async fn visit_at(
    now: Timestamp,
    idp: &Idp,
    provider: &impl OAuthProvider,
) -> Result<Identified, OAuthError> {
    let callback = sent(now, idp, provider).await?;
    came_back(now, provider, &callback).await
}

/// What the browser brings back.
pub(crate) async fn sent(
    now: Timestamp,
    idp: &Idp,
    provider: &impl OAuthProvider,
) -> Result<Callback, OAuthError> {
    Ok(idp.visit(&url(now, provider).await?).await)
}

/// Where the browser is sent.
pub(crate) async fn url(
    now: Timestamp,
    provider: &impl OAuthProvider,
) -> Result<String, OAuthError> {
    let request = AuthorizationRequest {
        redirect_uri: REDIRECT_URI,
        state: "a state",
        nonce: NONCE,
        code_challenge: CHALLENGE,
        scopes: &[],
        parameters: &[],
        now,
    };
    provider.authorization_url(&request).await
}

/// Who the application takes them for.
pub(crate) async fn came_back(
    now: Timestamp,
    provider: &impl OAuthProvider,
    callback: &Callback,
) -> Result<Identified, OAuthError> {
    let answer = AuthorizationAnswer {
        code: &Token::new(callback.field("code")),
        issuer: callback.fields.get("iss").map(String::as_str),
        redirect_uri: REDIRECT_URI,
        nonce: NONCE,
        code_verifier: &Token::new(VERIFIER),
        now,
    };
    provider.identify(&answer).await
}

/// Why what a provider answered is not used.
#[track_caller]
pub(crate) fn unusable(identified: Result<Identified, OAuthError>) -> String {
    match identified {
        Err(OAuthError::Unusable(cause)) => told(cause.as_ref()),
        other => panic!("{other:?}"),
    }
}

/// A cause, with nothing in it that a provider says in its own words.
#[track_caller]
fn told(cause: &dyn Error) -> String {
    let cause = cause.to_string();
    for word in ["script", "Oops", "xxxx", "s3cret"] {
        assert!(!cause.contains(word), "{cause}");
    }
    cause
}

pub(crate) const fn minutes(count: u64) -> Duration {
    Duration::from_mins(count)
}
