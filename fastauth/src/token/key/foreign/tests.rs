use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{super::SigningKey, *};
use crate::token::{forge::without, key::Private};

const ASYMMETRIC: &[Algorithm] = &[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

fn made(algorithm: Algorithm, private: &Private) -> SigningKey {
    SigningKey::of(algorithm, private, None).unwrap()
}

fn jwk(key: &SigningKey) -> Json {
    Json::Object(key.verifying().published().unwrap())
}

fn keys(keys: &[Json]) -> ForeignKeys {
    ForeignKeys::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn token_of(key: &SigningKey, header: &Json, payload: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let message = format!("{}.{}", encode(&header.to_string()), encode(payload));
    format!("{message}.{}", key.sign(message.as_bytes()).unwrap())
}

/// A header that names the key.
fn header(key: &SigningKey) -> Json {
    json!({ "alg": key.verifying().algorithm().name(), "kid": key.verifying().kid() })
}

fn token(key: &SigningKey) -> String {
    token_of(key, &header(key), r#"{"sub":"ada"}"#)
}

fn read(keys: &ForeignKeys, token: &str) -> Result<Map<String, Json>, InvalidToken> {
    keys.verify(&ForeignToken::parse(token, Algorithm::ALL)?)
}

fn ed() -> SigningKey {
    SigningKey::generate(Algorithm::EdDSA).unwrap()
}

#[test]
fn a_key_without_an_algorithm_verifies_what_its_kind_can() {
    for family in [&ASYMMETRIC[..6], &ASYMMETRIC[6..7], &ASYMMETRIC[7..8], &ASYMMETRIC[8..]] {
        let private = Private::generate(family[0]).unwrap();
        let free = keys(&[without(jwk(&made(family[0], &private)), "alg")]);
        let bound = keys(&[jwk(&made(family[0], &private))]);
        for algorithm in family {
            let token = token(&made(*algorithm, &private));
            assert!(read(&free, &token).is_ok(), "{algorithm}");
            let bound = read(&bound, &token).err();
            let expected = (*algorithm != family[0]).then_some(InvalidToken::Algorithm);
            assert_eq!(bound, expected, "{algorithm}");
        }
        let stranger = token(&SigningKey::generate(family[0]).unwrap());
        assert_eq!(read(&free, &stranger).err(), Some(InvalidToken::Key));
    }
}

#[test]
fn what_cannot_be_used_of_a_set_is_passed_over() {
    let key = ed();
    let good = jwk(&key);
    let p256 = jwk(&SigningKey::generate(Algorithm::ES256).unwrap());
    let unusable = [
        json!("a text"),
        json!({}),
        json!({ "kty": "oct", "kid": "s", "alg": "HS256", "k": "A".repeat(86) }),
        json!({ "kty": "oct", "kid": "s", "k": "A".repeat(86) }),
        json!({ "kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB" }),
        json!({ "kty": "EC", "crv": "P-521", "kid": "e", "x": "AA", "y": "AA" }),
        json!({ "kty": "EC", "crv": "P-256", "kid": "e", "x": p256["x"], "y": p256["x"] }),
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "o", "x": "AA" }),
        json!({ "kty": "OKP", "crv": "X25519", "kid": "o", "x": good["x"] }),
        // For something else, or for everybody to sign with.
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "u", "use": "enc", "x": good["x"] }),
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "v", "key_ops": ["sign"], "x": good["x"] }),
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "d", "d": "AA", "x": good["x"] }),
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "a", "alg": "none", "x": good["x"] }),
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "a", "alg": null, "x": good["x"] }),
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "", "x": good["x"] }),
    ];
    let all: Vec<_> = unusable.iter().cloned().chain([good.clone()]).collect();
    let set = keys(&all);
    assert_eq!(set.0.len(), 1, "{set:?}");
    assert!(read(&set, &token(&key)).is_ok());
    for one in unusable {
        let set = json!({ "keys": [one] }).to_string();
        assert!(ForeignKeys::read(set.as_bytes()).is_err(), "{set}");
    }
    for none in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[]}"#] {
        assert!(ForeignKeys::read(none.as_bytes()).is_err(), "{none}");
    }
    let twice = format!(r#"{{"keys":[],"keys":[{good}]}}"#);
    assert!(ForeignKeys::read(twice.as_bytes()).is_err());
}

#[test]
fn a_key_is_named_where_there_are_several() {
    let (one, other) = (ed(), ed());
    let nameless = token_of(&one, &json!({ "alg": "EdDSA" }), "{}");
    assert!(read(&keys(&[jwk(&one)]), &nameless).is_ok());
    let es = SigningKey::generate(Algorithm::ES256).unwrap();
    assert!(read(&keys(&[jwk(&one), jwk(&es)]), &nameless).is_ok());
    let several = keys(&[jwk(&one), jwk(&other)]);
    assert_eq!(read(&several, &nameless), Err(InvalidToken::Header));
    assert!(read(&several, &token(&other)).is_ok());
    assert_eq!(read(&keys(&[jwk(&es)]), &nameless), Err(InvalidToken::Key));
}

#[test]
fn keys_may_share_a_name() {
    let (one, other) = (ed(), ed());
    let named = |key: &SigningKey| {
        let mut jwk = jwk(key);
        jwk["kid"] = "1".into();
        jwk
    };
    let set = keys(&[named(&one), named(&other)]);
    for key in [&one, &other] {
        let header = json!({ "alg": "EdDSA", "kid": "1" });
        assert!(read(&set, &token_of(key, &header, "{}")).is_ok());
    }
    let stranger = token_of(&ed(), &json!({ "alg": "EdDSA", "kid": "1" }), "{}");
    assert_eq!(read(&set, &stranger), Err(InvalidToken::Signature));
}

#[test]
fn an_algorithm_is_asymmetric_and_among_those_that_may_be() {
    let key = ed();
    let set = keys(&[jwk(&key)]);
    let token = token(&key);
    let parsed = |token: &str, among: &[Algorithm]| {
        ForeignToken::parse(token, among).map(|it| set.verify(&it).is_ok())
    };
    assert_eq!(parsed(&token, &[Algorithm::EdDSA]), Ok(true));
    assert_eq!(parsed(&token, &[Algorithm::RS256]), Err(InvalidToken::Algorithm));
    // Keyed with what everybody can read (RFC 8725 §2.1).
    for alg in ["none", "None", "HS256", "HS512", "eddsa", "", "RSA1_5", "dir"] {
        let header = json!({ "alg": alg, "kid": key.verifying().kid() });
        let forged = token_of(&key, &header, "{}");
        assert_eq!(parsed(&forged, Algorithm::ALL), Err(InvalidToken::Algorithm), "{alg}");
    }
    for header in [json!({}), json!({ "alg": 5 }), json!({ "alg": ["EdDSA"] })] {
        assert!(parsed(&token_of(&key, &header, "{}"), Algorithm::ALL).is_err(), "{header}");
    }
}

#[test]
fn an_algorithm_may_have_its_newer_name() {
    // RFC 9864 §2.2.
    let key = ed();
    let mut newer = jwk(&key);
    newer["alg"] = "Ed25519".into();
    let named = json!({ "alg": "Ed25519", "kid": key.verifying().kid() });
    for set in [keys(&[newer]), keys(&[jwk(&key)])] {
        assert!(read(&set, &token(&key)).is_ok());
        assert!(read(&set, &token_of(&key, &named, "{}")).is_ok());
    }
}

#[test]
fn another_kind_of_token_is_refused() {
    let key = ed();
    let set = keys(&[jwk(&key)]);
    for (typ, is_taken) in [
        ("JWT", true),
        ("jwt", true),
        ("application/jwt", true),
        ("at+jwt", false),
        ("application/at+jwt", false),
        ("logout+jwt", false),
        ("dpop+jwt", false),
        ("", false),
    ] {
        let mut header = header(&key);
        header["typ"] = typ.into();
        let token = token_of(&key, &header, "{}");
        assert_eq!(read(&set, &token).is_ok(), is_taken, "{typ}");
    }
}

#[test]
fn what_was_signed_is_one_object_that_says_nothing_twice() {
    let key = ed();
    let set = keys(&[jwk(&key)]);
    for payload in
        ["", "1", "[]", r#"{"sub":"ada","sub":"eve"}"#, "{} {}", r#"{"a":{"b":1,"b":2}}"#]
    {
        let token = token_of(&key, &header(&key), payload);
        assert_eq!(read(&set, &token), Err(InvalidToken::Shape), "{payload}");
    }
    let good = token(&key);
    let (rest, signature) = good.rsplit_once('.').unwrap();
    let (head, _) = rest.split_once('.').unwrap();
    let other = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(r#"{"sub":"eve"}"#));
    assert_eq!(read(&set, &other), Err(InvalidToken::Signature));
    for bad in
        [rest, "", "..", &format!("{good}.{signature}"), &format!("{rest}."), &format!(" {good}")]
    {
        assert!(read(&set, bad).is_err(), "{bad}");
    }
    let crit = json!({ "alg": "EdDSA", "kid": key.verifying().kid(), "crit": ["x"], "x": 1 });
    assert_eq!(read(&set, &token_of(&key, &crit, "{}")), Err(InvalidToken::Header));
}

#[test]
fn a_token_has_32_kibibytes_at_most() {
    let key = ed();
    let set = keys(&[jwk(&key)]);
    let of = |length: usize| {
        token_of(&key, &header(&key), &format!(r#"{{"a":"{}"}}"#, "x".repeat(length)))
    };
    let long = of(12 * 1024);
    assert!(long.len() > 8 * 1024 && read(&set, &long).is_ok());
    let longer = of(25 * 1024);
    assert!(longer.len() > LONGEST);
    assert_eq!(read(&set, &longer), Err(InvalidToken::Shape));
}
