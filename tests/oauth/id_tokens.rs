use std::time::Duration;

use fastauth::time::{Clock, SystemClock};
use fastauth_tests::idp::{Answer, Behaviour, Idp, Signer};
use serde_json::{Value as Json, json};

use crate::visit::{minutes, unusable, visit, visit_at};

/// Why an ID token is refused.
async fn refused(idp: &Idp, behaviour: Behaviour) -> String {
    idp.next(behaviour);
    let cause = unusable(visit(idp, &idp.oidc("work")).await);
    let cause = cause.strip_prefix("the ID token is refused: ");
    cause.expect("it is about the token").to_owned()
}

fn saying(claims: Json) -> Behaviour {
    Behaviour { claims, ..Behaviour::default() }
}

fn signed_by(signer: Signer) -> Behaviour {
    Behaviour { signer, ..Behaviour::default() }
}

fn headed(header: Json) -> Behaviour {
    Behaviour { header, ..Behaviour::default() }
}

#[tokio::test]
async fn a_token_for_anybody_else_is_refused() {
    let idp = Idp::start().await;
    let issuer = idp.issuer();
    for (claims, expected) in [
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
    ] {
        assert_eq!(refused(&idp, saying(claims.clone())).await, expected, "{claims}");
    }
    for good in [
        json!({ "at_hash": null }),
        json!({ "azp": "fastauth:tests" }),
        json!({ "aud": ["eve", "fastauth:tests"], "azp": "fastauth:tests" }),
    ] {
        idp.next(saying(good.clone()));
        let identified = visit(&idp, &idp.oidc("work")).await;
        assert!(identified.is_ok(), "{good}: {identified:?}");
    }
}

#[tokio::test]
async fn a_token_of_another_time_is_refused() {
    let idp = Idp::start().await;
    let now = SystemClock.now().as_secs();
    for (claims, expected) in [
        (json!({ "exp": now - 61 }), "its time is over"),
        (json!({ "exp": 0 }), "its time is over"),
        (json!({ "iat": now + 90 }), "its time has not come"),
        (json!({ "nbf": now + 90 }), "its time has not come"),
        (json!({ "iat": now - 700 }), "it is older than the request"),
    ] {
        assert_eq!(refused(&idp, saying(claims.clone())).await, expected, "{claims}");
    }
    // The time is that of the accounts.
    let later = SystemClock.now() + minutes(12);
    let late = visit_at(later, &idp, &idp.oidc("work")).await;
    assert!(unusable(late).ends_with("its time is over"));
    let near = SystemClock.now() + Duration::from_secs(50);
    visit_at(near, &idp, &idp.oidc("work")).await.unwrap();
}

#[tokio::test]
async fn a_token_is_signed_by_a_key_of_the_provider() {
    let idp = Idp::start().await;
    for good in [Signer::First, Signer::Ec, Signer::Ed] {
        idp.next(signed_by(good));
        let identified = visit(&idp, &idp.oidc("work")).await;
        assert!(identified.is_ok(), "{good:?}: {identified:?}");
    }
    for (signer, expected) in [
        (Signer::Stranger, "the signature is wrong"),
        // Neither is among what the provider says it signs by.
        (Signer::Pss, "another algorithm than the key's"),
        (Signer::Nobody, "not shaped like a token"),
        (Signer::Secret, "another algorithm than the key's"),
        (Signer::Public, "another algorithm than the key's"),
    ] {
        assert_eq!(refused(&idp, signed_by(signer)).await, expected, "{signer:?}");
    }
    // Not though the provider says so.
    let every = ["none", "HS256", "RS256", "PS256"];
    idp.discovery(Answer::With(json!({ "id_token_signing_alg_values_supported": every })));
    for signer in [Signer::Secret, Signer::Public, Signer::Pss, Signer::Ec] {
        let cause = refused(&idp, signed_by(signer)).await;
        assert_eq!(cause, "another algorithm than the key's", "{signer:?}");
    }
}

#[tokio::test]
async fn a_header_leads_nowhere() {
    let idp = Idp::start().await;
    let eve = format!("{}/eve", idp.issuer());
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    for (header, expected) in [
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
    ] {
        assert_eq!(refused(&idp, headed(header.clone())).await, expected, "{header}");
    }
    assert_eq!(idp.count("/eve"), 0);
    // One that names no key, where one key alone has its algorithm.
    idp.next(headed(json!({ "kid": null, "typ": "JWT" })));
    visit(&idp, &idp.oidc("work")).await.unwrap();
}

#[tokio::test]
async fn a_token_is_one_object_that_says_nothing_twice() {
    let idp = Idp::start().await;
    for payload in ["", "[]", "null", r#"{"sub":"ada","sub":"eve"}"#, "{} {}", "{"] {
        let behaviour = Behaviour { payload: Some(payload), ..Behaviour::default() };
        assert_eq!(refused(&idp, behaviour).await, "not shaped like a token", "{payload}");
    }
    for (token, expected) in [
        (json!(null), "there is no ID token"),
        (json!(""), "there is no ID token"),
        (json!("a.b.c"), "the ID token is refused: the header cannot be understood"),
        (json!("a.b.c.d.e"), "the ID token is refused: not shaped like a token"),
        (json!("x".repeat(40_000)), "the ID token is refused: not shaped like a token"),
        (json!({}), "there is no ID token"),
    ] {
        let token = Answer::With(json!({ "id_token": token }));
        idp.next(Behaviour { token, ..Behaviour::default() });
        assert_eq!(unusable(visit(&idp, &idp.oidc("work")).await), expected);
    }
}
