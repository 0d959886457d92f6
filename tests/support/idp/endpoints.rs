use std::collections::HashMap;

use axum::{
    body::to_bytes,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use form_urlencoded::{Serializer, parse};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256, Sha512};

use super::{Answer, Asked, CLIENT_ID, CLIENT_SECRET, Idp, Key, Promise, Signer, merged};
use crate::encode;

type Fields = HashMap<String, String>;

/// Answers a request as a provider does.
pub(super) async fn answer(State(idp): State<Idp>, request: Request) -> Response {
    let asked = read(request).await;
    idp.state().requests.push(asked.clone());
    let path = asked.path.as_str();
    match path {
        "/.well-known/openid-configuration" => {
            let answer = idp.state().discovery.clone();
            answer.instead(200, idp.document(), path).await
        }
        "/keys" => {
            let answer = idp.state().keys.clone();
            answer.instead(200, json!({ "keys": idp.published() }), path).await
        }
        "/authorize" => idp.authorize(asked.fields, "openid"),
        "/login/oauth/authorize" => idp.authorize(asked.fields, "user:email"),
        "/token" => match idp.exchange(&asked) {
            Ok(promise) => {
                let granted = idp.granted(&promise, true);
                promise.behaviour.token.instead(200, granted, path).await
            }
            Err(wrong) => refused(400, wrong),
        },
        // GitHub says what is wrong with 200.
        "/login/oauth/access_token" => match idp.exchange(&asked) {
            Ok(promise) => {
                let granted = idp.granted(&promise, false);
                promise.behaviour.token.instead(200, granted, path).await
            }
            Err(wrong) => refused(200, wrong),
        },
        "/userinfo" | "/api/v3/user" | "/api/v3/user/emails" => match idp.bearer(&asked) {
            Some(promise) => about(&promise, path).await,
            None => refused(401, "invalid_token"),
        },
        _ => refused(404, "not_found"),
    }
}

impl Idp {
    fn document(&self) -> Json {
        let here = |path: &str| format!("{}{path}", self.issuer());
        json!({
            "issuer": self.issuer(),
            "authorization_endpoint": here("/authorize"),
            "token_endpoint": here("/token"),
            "userinfo_endpoint": here("/userinfo"),
            "jwks_uri": here("/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA"],
            "code_challenge_methods_supported": ["S256"],
        })
    }

    /// Sends the browser back at once: everybody says yes.
    fn authorize(&self, asked: Fields, scope: &str) -> Response {
        let field = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
        let has_scope = field("scope").split(' ').any(|it| it == scope);
        let is_whole = field("response_type") == "code"
            && field("client_id") == CLIENT_ID
            && field("code_challenge_method") == "S256"
            && field("code_challenge").len() == 43
            && (!field("nonce").is_empty() || scope != "openid")
            && !field("state").is_empty()
            && has_scope;
        if !is_whole {
            return (StatusCode::BAD_REQUEST, format!("{asked:?}")).into_response();
        }
        let mut state = self.state();
        let behaviour = state.next.pop_front().unwrap_or_default();
        state.drawn += 1;
        let code = format!("code/{}+&", state.drawn);
        let mut callback = json!({ "code": code, "state": field("state") });
        if names_itself(&state.discovery) {
            callback["iss"] = self.issuer().into();
        }
        let callback = merged(callback, &behaviour.callback);
        let mut query = Serializer::new(String::new());
        for (name, value) in callback.as_object().into_iter().flatten() {
            query.append_pair(name, value.as_str().unwrap_or_default());
        }
        let location = format!("{}?{}", field("redirect_uri"), query.finish());
        let person = state.person.clone();
        state.codes.insert(code, Promise { person, behaviour, asked });
        (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
    }

    /// Looks at everything that a code is exchanged with; it works once.
    fn exchange(&self, asked: &Asked) -> Result<Promise, &'static str> {
        let field = |name: &str| asked.fields.get(name).map(String::as_str).unwrap_or_default();
        if asked.method != "POST" || field("grant_type") != "authorization_code" {
            return Err("unsupported_grant_type");
        }
        let (id, secret) = client(asked).ok_or("invalid_client")?;
        if (id.as_str(), secret.as_str()) != (CLIENT_ID, CLIENT_SECRET) {
            return Err("invalid_client");
        }
        let promise = self.state().codes.remove(field("code")).ok_or("invalid_grant")?;
        let challenge = encode(&Sha256::digest(field("code_verifier")));
        let is_same = promise.asked.get("redirect_uri") == asked.fields.get("redirect_uri");
        if is_same && promise.asked.get("code_challenge") == Some(&challenge) {
            Ok(promise)
        } else {
            Err("invalid_grant")
        }
    }

    fn granted(&self, promise: &Promise, openid: bool) -> Json {
        let mut state = self.state();
        state.drawn += 1;
        let access_token = format!("access-{}", state.drawn);
        state.tokens.insert(access_token.clone(), promise.clone());
        let mut granted = json!({
            "access_token": access_token, "token_type": "bearer", "expires_in": 3600,
            "refresh_token": format!("refresh-{}", state.drawn), "scope": promise.asked["scope"],
        });
        if openid {
            granted["id_token"] = self.id_token(promise, &access_token, &state.published).into();
        }
        granted
    }

    fn id_token(&self, promise: &Promise, access_token: &str, keys: &[Key]) -> String {
        let Promise { behaviour, asked, .. } = promise;
        let now = self.0.clock.now().as_secs();
        let hash = if keys[0].jwk["alg"] == "EdDSA" || behaviour.signer == Signer::Ed {
            encode(&Sha512::digest(access_token)[..32])
        } else {
            encode(&Sha256::digest(access_token)[..16])
        };
        let own = json!({
            "iss": self.issuer(), "aud": CLIENT_ID, "nonce": asked["nonce"], "iat": now,
            "exp": now + 600, "at_hash": hash,
        });
        let claims = merged(merged(own, &of(promise)), &behaviour.claims).to_string();
        let header = merged(behaviour.signer.header(keys), &behaviour.header).to_string();
        let payload = behaviour.payload.unwrap_or(&claims);
        let message = format!("{}.{}", encode(header.as_bytes()), encode(payload.as_bytes()));
        let signature = behaviour.signer.sign(message.as_bytes(), keys);
        format!("{message}.{}", encode(&signature))
    }

    fn bearer(&self, asked: &Asked) -> Option<Promise> {
        let token = asked.headers.get("authorization")?.strip_prefix("Bearer ")?;
        self.state().tokens.get(token).cloned()
    }
}

/// What is said of a person.
async fn about(promise: &Promise, path: &str) -> Response {
    let Promise { person, behaviour, .. } = promise;
    match path {
        "/userinfo" => behaviour.userinfo.instead(200, of(promise), path).await,
        "/api/v3/user" => {
            let id = person.sub.parse::<u64>().ok();
            let user = merged(json!({ "id": id, "email": "public@example.com" }), &person.claims);
            behaviour.userinfo.instead(200, user, path).await
        }
        _ => {
            let address = |email: &str, primary: bool, verified: &Json| {
                merged(
                    json!({ "email": email, "primary": primary }),
                    &json!({ "verified": verified }),
                )
            };
            let mut list = vec![address("other@example.com", false, &json!(true))];
            list.extend(person.email.iter().map(|it| address(it, true, &person.email_verified)));
            behaviour.emails.instead(200, Json::Array(list), path).await
        }
    }
}

fn of(promise: &Promise) -> Json {
    let person = &promise.person;
    let own = json!({
        "sub": person.sub, "email": person.email, "email_verified": person.email_verified,
    });
    merged(own, &person.claims)
}

/// Who says to be which client, in one of the two ways (RFC 6749 §2.3.1).
fn client(asked: &Asked) -> Option<(String, String)> {
    let Some(basic) = asked.headers.get("authorization") else {
        let field = |name: &str| asked.fields.get(name).cloned();
        return Some((field("client_id")?, field("client_secret")?));
    };
    let both = STANDARD.decode(basic.strip_prefix("Basic ")?).ok()?;
    let (id, secret) = std::str::from_utf8(&both).ok()?.split_once(':')?;
    let decoded = |half: &str| {
        let form = format!("x={half}");
        parse(form.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some((decoded(id)?, decoded(secret)?))
}

fn names_itself(discovery: &Answer) -> bool {
    let Answer::With(members) = discovery else { return false };
    members["authorization_response_iss_parameter_supported"] == true
}

fn refused(status: u16, error: &str) -> Response {
    let body = json!({ "error": error, "error_description": "<script>alert('x')</script>" });
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn read(request: Request) -> Asked {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let query = head.uri.query().unwrap_or_default().as_bytes();
    let fields = if body.is_empty() { query } else { &body };
    let headers = head.headers.iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Asked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        fields: parse(fields).into_owned().collect(),
        headers: headers.collect(),
    }
}
