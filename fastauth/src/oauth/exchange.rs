use std::time::Duration;

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::{
    HeaderValue, Method, Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Map, Value as Json};

use super::{
    AuthorizationAnswer, OAuthError, ProviderTokens,
    calls::{object, unusable},
    credentials::Credentials,
};
use crate::{net::Endpoint, secret::Token, time::Timestamp};

/// How the application proves itself when it exchanges a code (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Proof {
    /// In the head of the request: `client_secret_basic`.
    Basic,
    /// In its body: `client_secret_post`.
    Post,
}

/// What a code was exchanged for.
pub(super) struct Granted {
    pub(super) tokens: ProviderTokens,
    pub(super) id_token: Option<Token>,
}

/// Exchanges a code (RFC 6749 §4.1.3, RFC 7636 §4.5).
///
/// Our own rather than the crate `oauth2`'s: what is to be asked is one form, and that crate would bring older versions
/// of `rand` and `sha2` and `chrono` into every application.
pub(super) async fn exchange(
    endpoint: &Endpoint,
    credentials: &Credentials,
    proof: Proof,
    answer: &AuthorizationAnswer<'_>,
) -> Result<Granted, OAuthError> {
    let request = form(endpoint, credentials, proof, answer).map_err(OAuthError::unusable)?;
    granted(&object(endpoint, request).await?, answer.now)
}

fn form(
    endpoint: &Endpoint,
    credentials: &Credentials,
    proof: Proof,
    answer: &AuthorizationAnswer<'_>,
) -> Result<Request<Bytes>, http::Error> {
    let mut body = Serializer::new(String::new());
    body.append_pair("grant_type", "authorization_code")
        .append_pair("code", answer.code.expose())
        .append_pair("redirect_uri", answer.redirect_uri)
        .append_pair("code_verifier", answer.code_verifier.expose());
    let mut request = endpoint.request(Method::POST);
    match proof {
        Proof::Basic => {
            let mut value = HeaderValue::from_str(&credentials.basic())?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        Proof::Post => {
            body.append_pair("client_id", &credentials.id)
                .append_pair("client_secret", credentials.secret.expose());
        }
    }
    request
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from(body.finish()))
}

/// Reads what was granted (RFC 6749 §5.1).
fn granted(members: &Map<String, Json>, now: Timestamp) -> Result<Granted, OAuthError> {
    let text = |name: &str| members.get(name).and_then(Json::as_str);
    let token = |name: &str| text(name).filter(|text| !text.is_empty()).map(Token::new);
    // It goes into a header.
    let access_token = text("access_token").filter(|it| it.bytes().all(|c| c.is_ascii_graphic()));
    let access_token = access_token.filter(|it| !it.is_empty()).map(Token::new);
    if !text("token_type").is_some_and(|it| it.eq_ignore_ascii_case("bearer")) {
        return Err(unusable("the access token is of another type than `bearer`"));
    }
    let lifetime = members.get("expires_in").and_then(Json::as_u64).map(Duration::from_secs);
    Ok(Granted {
        tokens: ProviderTokens {
            access_token: access_token.ok_or_else(|| unusable("there is no access token"))?,
            refresh_token: token("refresh_token"),
            expires_at: lifetime.map(|lifetime| now + lifetime),
            scope: text("scope").map(str::to_owned),
        },
        id_token: token("id_token"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::net::Purpose;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn read(reply: &Json) -> Result<Granted, OAuthError> {
        granted(reply.as_object().unwrap(), NOW)
    }

    #[test]
    fn what_is_granted_is_a_bearer_token() {
        let good = json!({
            "access_token": "a", "token_type": "BeArEr", "expires_in": 3600, "refresh_token": "r",
            "scope": "openid", "id_token": "i",
        });
        let granted = read(&good).unwrap();
        assert_eq!(granted.tokens.access_token.expose(), "a");
        assert_eq!(granted.tokens.refresh_token.unwrap().expose(), "r");
        assert_eq!(granted.tokens.expires_at, Some(NOW + Duration::from_hours(1)));
        assert_eq!(granted.tokens.scope.as_deref(), Some("openid"));
        assert_eq!(granted.id_token.unwrap().expose(), "i");
        for (name, values) in [
            ("access_token", [json!(null), json!(""), json!(5), json!("a b"), json!("a\nb")]),
            ("token_type", [json!(null), json!(""), json!(5), json!("mac"), json!(["bearer"])]),
        ] {
            for value in values {
                let mut bad = good.clone();
                bad[name] = value;
                assert!(read(&bad).is_err(), "{bad}");
            }
        }
        let least = read(&json!({ "access_token": "a", "token_type": "bearer" })).unwrap();
        assert!(least.id_token.is_none() && least.tokens.expires_at.is_none());
        for odd in [json!("3600"), json!(-1), json!(1.5), json!(null)] {
            let reply = json!({ "access_token": "a", "token_type": "bearer", "expires_in": odd });
            assert_eq!(read(&reply).unwrap().tokens.expires_at, None);
        }
        let reply = json!({ "access_token": "a", "token_type": "bearer", "expires_in": u64::MAX });
        assert!(read(&reply).unwrap().tokens.expires_at > Some(NOW));
    }

    #[test]
    fn a_code_is_sent_with_the_secret_in_one_place() {
        let purpose = Purpose { title: "x", name: "x", example: "x" };
        let endpoint = Endpoint::parse("http://localhost/token?x=y", purpose).unwrap();
        let answer = AuthorizationAnswer {
            code: &Token::new("a code&x=y"),
            issuer: None,
            redirect_uri: "https://app.example/callback",
            nonce: "n",
            code_verifier: &Token::new("verifier"),
            now: NOW,
        };
        let sent = |proof| {
            let credentials = Credentials::new("id", "s&cret");
            let request = form(&endpoint, &credentials, proof, &answer).unwrap();
            let authorization = request.headers().get(AUTHORIZATION).cloned();
            assert_eq!((request.method(), request.uri().path()), (&Method::POST, "/token"));
            (authorization, String::from_utf8(request.body().to_vec()).unwrap())
        };
        let common = "grant_type=authorization_code&code=a+code%26x%3Dy\
            &redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&code_verifier=verifier";
        let (authorization, body) = sent(Proof::Basic);
        assert_eq!(body, common);
        assert!(authorization.unwrap().is_sensitive());
        let (authorization, body) = sent(Proof::Post);
        assert_eq!(body, format!("{common}&client_id=id&client_secret=s%26cret"));
        assert_eq!(authorization, None);
    }
}
