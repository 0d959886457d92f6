//! What a hostile or a broken provider answers, and why it is of no use.

use fastauth::time::Timestamp;
use fastauth_tests::idp::{Answer, Behaviour, Idp, Signer};
use serde_json::{Value as Json, json};

type Refused = Vec<(Behaviour, &'static str)>;

pub(crate) fn token(token: Answer) -> Behaviour {
    Behaviour { token, ..Behaviour::default() }
}

pub(crate) fn userinfo(userinfo: Answer) -> Behaviour {
    Behaviour { userinfo, claims: json!({ "email": null }), ..Behaviour::default() }
}

/// Replies that cannot be used, and what stands in the log of them.
pub(crate) fn broken() -> Vec<(Answer, &'static str)> {
    vec![
        (Answer::Html(200), "it answered 200 OK by what is no JSON"),
        (Answer::Html(502), "it answered 502 Bad Gateway by what is no JSON"),
        (Answer::Status(500), "it answered 500 Internal Server Error"),
        (Answer::Status(201), "it answered 201 Created"),
        (Answer::Redirect, "it answered 307 Temporary Redirect"),
        (Answer::As("text/plain"), "it answered 200 OK by what is no JSON"),
        (Answer::Text(""), "it answered 200 OK by broken JSON"),
        (Answer::Text("{"), "it answered 200 OK by broken JSON"),
        (Answer::Text("{} {}"), "it answered 200 OK by broken JSON"),
        (Answer::Text(r#"{"a":1,"a":2}"#), "it answered 200 OK by broken JSON"),
        (Answer::Text("[]"), "it answered 200 OK by JSON that is no object"),
        (Answer::Text("null"), "it answered 200 OK by JSON that is no object"),
        (
            Answer::Json(400, json!({ "error": "invalid_grant" })),
            "it answered 400 Bad Request: invalid_grant",
        ),
        (
            Answer::Json(401, json!({ "error": "<script>" })),
            "it answered 401 Unauthorized: an error without a code",
        ),
        (
            Answer::Json(200, json!({ "error": "access_denied" })),
            "it answered 200 OK: access_denied",
        ),
        (Answer::Huge, "length limit exceeded"),
    ]
}

/// ID tokens that say the wrong thing.
pub(crate) fn for_anybody_else(idp: &Idp) -> Refused {
    let issuer = idp.issuer();
    saying([
        (json!({ "iss": "https://eve.example" }), "it comes from another issuer"),
        (json!({ "iss": format!("{issuer}/") }), "it comes from another issuer"),
        (json!({ "aud": "eve" }), "it is for another application"),
        (json!({ "aud": [] }), "it is for another application"),
        (json!({ "aud": ["fastauth:tests", "eve"] }), "it was given to another application"),
        (json!({ "azp": "eve" }), "it was given to another application"),
        (json!({ "nonce": "another" }), "it answers another request"),
        (json!({ "nonce": null }), "its claim `nonce` is missing or of another type"),
        (json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }), "it belongs to another access token"),
        (json!({ "sub": "" }), "it names nobody"),
        (json!({ "sub": "x".repeat(256) }), "it names nobody"),
        (json!({ "sub": null }), "its claim `sub` is missing or of another type"),
        (json!({ "sub": 5 }), "its claim `sub` is missing or of another type"),
        (json!({ "exp": null }), "its claim `exp` is missing or of another type"),
        (json!({ "iat": "now" }), "its claim `iat` is missing or of another type"),
    ])
}

pub(crate) fn of_another_time(now: Timestamp) -> Refused {
    let now = now.as_secs();
    saying([
        (json!({ "exp": now - 61 }), "its time is over"),
        (json!({ "exp": 0 }), "its time is over"),
        (json!({ "iat": now + 90 }), "its time has not come"),
        (json!({ "nbf": now + 90 }), "its time has not come"),
        (json!({ "iat": now - 700 }), "it is older than the request"),
    ])
}

pub(crate) fn by_no_key_of_theirs() -> Refused {
    let signers = [
        (Signer::Stranger, "the signature is wrong"),
        // Neither is among what the provider says it signs by.
        (Signer::Pss, "another algorithm than the key's"),
        (Signer::Nobody, "not shaped like a token"),
        (Signer::Secret, "another algorithm than the key's"),
        (Signer::Public, "another algorithm than the key's"),
    ];
    let behaviour = |signer| Behaviour { signer, ..Behaviour::default() };
    signers.into_iter().map(|(signer, why)| (behaviour(signer), why)).collect()
}

pub(crate) fn leading_elsewhere(idp: &Idp) -> Refused {
    let eve = format!("{}/eve", idp.issuer());
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let headers = [
        (json!({ "kid": "another" }), "signed by an unknown key"),
        (json!({ "kid": "ec" }), "another algorithm than the key's"),
        (json!({ "kid": 5 }), "the header cannot be understood"),
        (json!({ "alg": "none" }), "another algorithm than the key's"),
        (json!({ "alg": "rs256" }), "another algorithm than the key's"),
        (json!({ "alg": null }), "another algorithm than the key's"),
        (json!({ "crit": ["exp"] }), "the header cannot be understood"),
        (json!({ "typ": "at+jwt" }), "another kind of token"),
        (json!({ "typ": "logout+jwt" }), "another kind of token"),
        (json!({ "jku": eve, "kid": "eve" }), "signed by an unknown key"),
        (json!({ "jwk": key, "kid": "eve" }), "signed by an unknown key"),
    ];
    let behaviour = |header| Behaviour { header, ..Behaviour::default() };
    headers.into_iter().map(|(header, why)| (behaviour(header), why)).collect()
}

/// What is no token of one object, or not even a token.
pub(crate) fn no_tokens() -> Refused {
    let payloads = ["", "[]", "null", r#"{"sub":"ada","sub":"eve"}"#, "{} {}", "{"];
    let payload = |payload| Behaviour { payload: Some(payload), ..Behaviour::default() };
    let payloads = payloads.map(|it| (payload(it), "not shaped like a token"));
    let tokens = [
        (json!("a.b.c"), "the header cannot be understood"),
        (json!("a.b.c.d.e"), "not shaped like a token"),
        (json!("x".repeat(40_000)), "not shaped like a token"),
    ];
    let tokens = tokens.map(|(it, why)| (token(Answer::With(json!({ "id_token": it }))), why));
    payloads.into_iter().chain(tokens).collect()
}

/// Nothing where a token should be.
pub(crate) fn without_a_token() -> Vec<Behaviour> {
    let nothing = [json!(null), json!(""), json!({}), json!(5)];
    nothing.map(|it| token(Answer::With(json!({ "id_token": it })))).into()
}

fn saying<const N: usize>(claims: [(Json, &'static str); N]) -> Refused {
    let behaviour = |claims| Behaviour { claims, ..Behaviour::default() };
    claims.into_iter().map(|(claims, why)| (behaviour(claims), why)).collect()
}
