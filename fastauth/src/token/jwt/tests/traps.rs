//! What jsonwebtoken leaves open, shown on jsonwebtoken itself, and that it is closed here. Where one of
//! these fails on its side, the crate has changed, and something here may have become needless.
#![allow(clippy::disallowed_methods, reason = "what they leave open is to be seen")]

use std::collections::HashSet;

use jsonwebtoken::{
    Algorithm as Theirs, DecodingKey, Validation, decode,
    jwk::{Jwk, JwkSet},
};

use super::*;
use crate::{
    time::{Clock, SystemClock},
    token::VerifyingKey,
};

/// The claims of now: the crate has no other clock.
fn current() -> Json {
    let now = SystemClock.now().as_secs();
    with(with(with(claims(), "iat", now.into()), "nbf", now.into()), "exp", (now + 900).into())
}

/// As one would ask it to look.
fn usual() -> Validation {
    let mut validation = Validation::new(Theirs::HS256);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[ISSUER]);
    validation
}

fn they_take(token: &str, validation: &Validation) -> bool {
    let _ = ring();
    decode::<Json>(token, &DecodingKey::from_secret(&KEY), validation).is_ok()
}

fn we_take(token: &str) -> bool {
    read_at(token, SystemClock.now()).is_ok()
}

/// They take it, and we do not.
fn open_there(token: &str) {
    assert!(they_take(token, &usual()), "closed there by now: {token}");
    assert!(!we_take(token), "open here: {token}");
}

#[test]
fn both_take_a_good_token() {
    let good = token(header(), current());
    assert!(they_take(&good, &usual()) && we_take(&good));
}

#[test]
fn a_minute_of_leeway_and_no_look_at_the_beginning() {
    let now = SystemClock.now().as_secs();
    open_there(&token(header(), with(current(), "exp", (now - 30).into())));
    open_there(&token(header(), with(current(), "nbf", (now + 600).into())));
    open_there(&token(header(), with(current(), "iat", (now + 600).into())));
}

#[test]
fn a_claim_that_is_missing_or_of_another_type() {
    for name in ["aud", "iss", "nbf", "iat", "type"] {
        open_there(&token(header(), without(current(), name)));
    }
    open_there(&token(header(), with(current(), "aud", json!(5))));
    open_there(&token(header(), with(current(), "iss", json!([ISSUER, "another"]))));
    // Asked for by name it looks for some, and passes over others without a word.
    let mut validation = usual();
    validation.required_spec_claims =
        ["exp", "iat", "jti", "sid", "type"].map(str::to_owned).into_iter().collect::<HashSet<_>>();
    for name in ["iat", "type"] {
        assert!(they_take(&token(header(), without(current(), name)), &validation), "{name}");
    }
}

#[test]
fn a_header_that_asks_for_what_nobody_understands() {
    open_there(&token(with(header(), "crit", json!(["exp"])), current()));
    open_there(&token(with(header(), "b64", json!(false)), current()));
    open_there(&token(with(header(), "typ", json!("logout+jwt")), current()));
    open_there(&token(without(header(), "typ"), current()));
}

#[test]
fn a_claim_that_stands_twice() {
    open_there(&token(header(), appended(&current(), r#""name":"Eve""#)));
    open_there(&token(header(), appended(&current(), r#""type":"access""#)));
}

#[test]
fn several_algorithms_of_one_key() {
    let mut both = usual();
    both.algorithms = vec![Theirs::HS256, Theirs::HS512];
    let good = token(header(), current());
    assert!(they_take(&good, &both));
    // Here a key has one, and that is looked at before anything else.
    assert_eq!(
        refused(&token(with(header(), "alg", json!("HS512")), claims())),
        InvalidToken::Algorithm
    );
}

#[test]
fn a_key_whose_members_are_not_looked_at() {
    let ed = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    for odd in [
        json!({ "kty": "oct", "alg": "HS256", "k": "" }),
        json!({ "kty": "oct", "alg": "HS512", "k": "AAAA" }),
        with(ed.clone(), "use", json!("enc")),
        with(ed.clone(), "key_ops", json!(["encrypt"])),
        with(ed.clone(), "alg", json!("ES256")),
        with(ed.clone(), "x", json!("AAAA")),
        with(ed.clone(), "x", json!("A".repeat(86))),
        json!({ "kty": "RSA", "alg": "RS256", "n": "AAAA", "e": "AQ" }),
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "x": "AAAA", "y": "AAAA" }),
    ] {
        let theirs = serde_json::from_value::<Jwk>(odd.clone()).unwrap();
        assert!(DecodingKey::from_jwk(&theirs).is_ok(), "closed there by now: {odd}");
        assert!(VerifyingKey::from_jwk(&odd.to_string()).is_err(), "open here: {odd}");
    }
    // Of two keys with one name it takes the first.
    let named = with(ed.clone(), "kid", json!("one"));
    let set = json!({ "keys": [with(named.clone(), "use", json!("sig")), named] });
    let theirs = serde_json::from_value::<JwkSet>(set.clone()).unwrap();
    assert!(theirs.find("one").is_some());
    assert!(VerifyingKey::from_jwks(&set.to_string()).is_err());
}
