use std::{cell::Cell, sync::LazyLock};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value as Json, json};

use super::*;
use crate::token::forge::{with, without};

pub(super) mod pem_files;

fn made(algorithm: Algorithm) -> SigningKey {
    SigningKey::of(algorithm, &private(algorithm), None).unwrap()
}

/// A new one, or of RSA, which takes long to make, the next of two.
fn private(algorithm: Algorithm) -> Private {
    static RSA: LazyLock<[Private; 2]> =
        LazyLock::new(|| [(); 2].map(|()| Private::generate(Algorithm::RS256).unwrap()));
    thread_local!(static NEXT: Cell<usize> = const { Cell::new(0) });
    match algorithm.family() {
        Family::Rsa => RSA[NEXT.replace(1 - NEXT.get())].clone(),
        _ => Private::generate(algorithm).unwrap(),
    }
}

/// A private key as a JWK.
fn jwk_of(algorithm: Algorithm) -> Json {
    let private = Private::generate(algorithm).unwrap();
    let key = SigningKey::of(algorithm, &private, None).unwrap();
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let mut jwk = match key.verifying().published() {
        Some(jwk) => Json::Object(jwk),
        None => json!({ "kty": "oct", "alg": algorithm.name() }),
    };
    let name = if algorithm.is_symmetric() { "k" } else { "d" };
    jwk[name] = encode(private.as_bytes()).into();
    jwk
}

fn unfit(jwk: &Json) -> UnfitKey {
    let refusal = VerifyingKey::from_jwk(&jwk.to_string()).map(drop).expect_err(&jwk.to_string());
    for value in jwk.as_object().unwrap().values() {
        if let Some(text) = value.as_str().filter(|text| text.len() > 20) {
            assert!(!refusal.to_string().contains(text), "{refusal}");
        }
    }
    refusal
}

fn public(algorithm: Algorithm) -> Json {
    Json::Object(made(algorithm).verifying().published().unwrap())
}

#[test]
fn a_key_of_every_algorithm_signs_what_it_verifies() {
    for algorithm in Algorithm::ALL.iter().filter(|it| unsigned(**it).is_none()) {
        let (key, other) = (made(*algorithm), made(*algorithm));
        let signature = key.sign(b"message").unwrap();
        assert_eq!(signature.len(), (key.verifying().signature_bytes() * 4).div_ceil(3));
        assert!(key.verifying().has_signed(b"message", &signature), "{algorithm}");
        assert!(!key.verifying().has_signed(b"massage", &signature));
        assert!(!other.verifying().has_signed(b"message", &signature));
        assert_ne!(key.verifying().kid(), other.verifying().kid());
        assert_eq!(key.verifying().algorithm(), *algorithm);
    }
}

#[test]
fn rsa_is_for_verifying_only_where_its_timing_tells_the_key() {
    let signing = SigningKey::from_pem(Algorithm::RS256, &pem_files::file("rsa"));
    assert_eq!(signing.is_ok(), provider::SIGNS_RSA);
    if let Err(unfit) = signing {
        assert!(unfit.cause().contains("RUSTSEC-2023-0071"), "{unfit}");
        assert!(SigningKey::generate(Algorithm::PS256).is_err());
    }
    assert!(VerifyingKey::from_pem(Algorithm::RS256, &pem_files::file("rsa-public")).is_ok());
}

#[test]
fn what_is_published_is_public_and_reads_back() {
    const MEMBERS: &[&str] = &["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"];
    for algorithm in Algorithm::ALL.iter().filter(|it| unsigned(**it).is_none()) {
        let key = made(*algorithm);
        let Some(jwk) = key.verifying().published() else {
            assert!(algorithm.is_symmetric());
            continue;
        };
        assert!(jwk.keys().all(|name| MEMBERS.contains(&name.as_str())), "{jwk:?}");
        assert_eq!(jwk["use"], "sig");
        let read = VerifyingKey::from_jwk(&Json::Object(jwk.clone()).to_string()).unwrap();
        assert_eq!((read.kid(), read.algorithm()), (key.verifying().kid(), *algorithm));
        let nameless = without(Json::Object(jwk), "kid");
        let read = VerifyingKey::from_jwk(&nameless.to_string()).unwrap();
        assert_eq!(read.kid(), key.verifying().kid(), "the thumbprint is the name");
        let signature = key.sign(b"message").unwrap();
        assert!(read.has_signed(b"message", &signature));
    }
}

#[test]
fn a_private_jwk_signs() {
    for algorithm in [Algorithm::HS384, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA] {
        let jwk = jwk_of(algorithm);
        let key = SigningKey::from_jwk(&jwk.to_string()).unwrap();
        assert_eq!(key.verifying().algorithm(), algorithm);
        if algorithm.is_symmetric() {
            continue;
        }
        assert!(unfit(&jwk).to_string().contains("it holds the private key"));
        // Public members of another key.
        let other = public(algorithm);
        let mixed = with(jwk.clone(), "x", other["x"].clone());
        assert!(SigningKey::from_jwk(&mixed.to_string()).is_err());
        assert!(SigningKey::from_jwk(&without(jwk.clone(), "d").to_string()).is_err());
        for odd in [json!(""), json!("AAAA"), json!(5), json!(null), json!("A".repeat(200))] {
            let odd = with(jwk.clone(), "d", odd);
            assert!(SigningKey::from_jwk(&odd.to_string()).is_err(), "{odd}");
        }
        // Nought is the scalar of no key; any seed is one of Ed25519, of another key.
        let zeros = "A".repeat(jwk["d"].as_str().unwrap().len());
        assert!(SigningKey::from_jwk(&with(jwk, "d", zeros.into()).to_string()).is_err());
    }
}

#[test]
fn what_a_jwk_says_it_is_for_is_looked_at() {
    let jwk = public(Algorithm::ES256);
    for (name, value) in [
        ("kty", json!("RSA")),
        ("kty", json!("OKP")),
        ("kty", json!("oct")),
        ("kty", json!("ec")),
        ("kty", json!(null)),
        ("crv", json!("P-384")),
        ("crv", json!("p-256")),
        ("crv", json!("secp256k1")),
        ("crv", json!(256)),
        ("alg", json!("ES384")),
        ("alg", json!("ES256K")),
        ("alg", json!("EdDSA")),
        ("alg", json!("HS256")),
        ("alg", json!("none")),
        ("alg", json!(null)),
        ("use", json!("enc")),
        ("use", json!("")),
        ("use", json!("SIG")),
        ("use", json!(["sig"])),
        ("key_ops", json!([])),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!(["encrypt"])),
        ("key_ops", json!(["verify", "verify"])),
        ("key_ops", json!("verify")),
        ("key_ops", json!(["verify", 5])),
        ("kid", json!("")),
        ("kid", json!("a\u{0}")),
        ("kid", json!(5)),
        ("kid", json!("x".repeat(257))),
    ] {
        unfit(&with(jwk.clone(), name, value));
    }
    for name in ["kty", "crv", "alg", "x", "y"] {
        unfit(&without(jwk.clone(), name));
    }
    for (name, value) in [
        ("key_ops", json!(["verify"])),
        ("key_ops", json!(["verify", "sign"])),
        ("kid", json!("x".repeat(256))),
        ("x5c", json!(["not looked at"])),
    ] {
        let good = with(jwk.clone(), name, value);
        assert!(VerifyingKey::from_jwk(&good.to_string()).is_ok(), "{good}");
    }
    for name in ["use", "kid"] {
        assert!(VerifyingKey::from_jwk(&without(jwk.clone(), name).to_string()).is_ok());
    }
    let twice = format!("{},\"alg\":\"ES256\"}}", jwk.to_string().strip_suffix('}').unwrap());
    assert!(VerifyingKey::from_jwk(&twice).is_err());
    for other in ["", "null", "[]", "{}", "{\"keys\":[]}", "{", &"{".repeat(100_000)] {
        assert!(VerifyingKey::from_jwk(other).is_err(), "{other:.10}");
    }
}

#[test]
fn a_point_lies_on_its_curve_and_has_its_length() {
    let encode = |bytes: &[u8]| Json::from(URL_SAFE_NO_PAD.encode(bytes));
    for (algorithm, length) in [(Algorithm::ES256, 32), (Algorithm::ES384, 48)] {
        let jwk = public(algorithm);
        for bytes in [vec![], vec![1], vec![1; length - 1], vec![1; length], vec![1; length + 1]] {
            for name in ["x", "y"] {
                unfit(&with(jwk.clone(), name, encode(&bytes)));
            }
        }
        let none = with(with(jwk, "x", encode(&vec![0; length])), "y", encode(&vec![0; length]));
        unfit(&none);
    }
    let jwk = public(Algorithm::EdDSA);
    for length in [0, 1, 16, 31, 33, 64] {
        unfit(&with(jwk.clone(), "x", encode(&vec![1; length])));
    }
    unfit(&with(jwk.clone(), "x", json!("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")));
    unfit(&with(jwk, "crv", json!("Ed448")));
}

#[test]
fn a_modulus_is_long_odd_and_of_no_known_weakness() {
    let encode = |bytes: &[u8]| Json::from(URL_SAFE_NO_PAD.encode(bytes));
    let rsa = |n: &[u8], e: &[u8]| json!({ "kty": "RSA", "alg": "RS256", "n": encode(n), "e": encode(e) });
    let number = |first: u8, length: usize, last: u8| {
        let mut bytes = vec![0x5a; length];
        (bytes[0], bytes[length - 1]) = (first, last);
        bytes
    };
    let good = |n: &[u8]| VerifyingKey::from_jwk(&rsa(n, &[1, 0, 1]).to_string()).is_ok();
    assert!(
        good(&number(0x80, 256, 1)) && good(&number(0x80, 384, 1)) && good(&number(0xff, 1_024, 1))
    );
    // Of 2047 and of 8193 bits.
    assert!(!good(&number(0x7f, 256, 1)) && !good(&number(0x01, 1_025, 1)));
    assert!(!good(&number(0x80, 256, 2)), "even");
    assert!(!good(&number(0x00, 257, 1)), "with a zero before it");
    assert!(!good(&[]) && !good(&[0]) && !good(&[1]));
    for e in [&[][..], &[0], &[1], &[3], &[17], &[1, 0, 3], &[0, 1, 0, 1], &[1, 0, 1, 0]] {
        unfit(&rsa(&number(0x80, 256, 1), e));
    }
    // A power of 65537: what ROCA's keys are modulo each small prime.
    let mut power = vec![1_u8];
    while power.len() < 256 {
        // times 2¹⁶ + 1
        let mut sum = [power.clone(), vec![0, 0]].concat();
        let mut carry = 0_u16;
        for (place, byte) in sum.iter_mut().rev().enumerate() {
            let other = power.len().checked_sub(place + 1).map_or(0, |at| power[at]);
            let total = u16::from(*byte) + u16::from(other) + carry;
            (*byte, carry) = (total.to_le_bytes()[0], total >> 8);
        }
        power = sum;
    }
    assert!(unfit(&rsa(&power, &[1, 0, 1])).to_string().contains("ROCA"));
}

#[test]
fn a_secret_is_as_long_as_the_hash() {
    for (algorithm, least) in
        [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)]
    {
        let of = |length: usize| {
            let bytes: Vec<u8> =
                (0..length).map(|at| at.wrapping_mul(at + 89).to_le_bytes()[0]).collect();
            SigningKey::from_secret(algorithm, &format!("base64:{}", STANDARD.encode(bytes)))
        };
        assert!(of(least).is_ok() && of(least + 1).is_ok());
        let short = of(least - 1).unwrap_err();
        assert!(short.cause().contains(&format!("{} bytes", least - 1)), "{short}");
    }
    for weak in [
        "",
        "hunter2",
        &"a".repeat(64),
        "base64:!",
        "hex:0",
        "change-me-change-me-change-me-change-me",
    ] {
        assert!(SigningKey::from_secret(Algorithm::HS256, weak).is_err(), "{weak}");
    }
    let long = "q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M";
    let refusal = SigningKey::from_secret(Algorithm::EdDSA, long).unwrap_err();
    assert!(!refusal.to_string().contains(long), "{refusal}");
}

#[test]
fn a_published_set_is_read_key_by_key() {
    let (one, two) = (public(Algorithm::EdDSA), public(Algorithm::ES256));
    let read = |keys: Json| VerifyingKey::from_jwks(&json!({ "keys": keys }).to_string());
    assert_eq!(read(json!([one, two])).unwrap().len(), 2);
    // What is not for us is passed over.
    let others = [
        json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA", "kid": "a" }),
        json!({ "kid": "b" }),
        with(with(two.clone(), "use", json!("enc")), "kid", json!("c")),
        with(with(two.clone(), "alg", json!("ES512")), "kid", json!("d")),
        with(without(two.clone(), "alg"), "kid", json!("e")),
        with(with(two.clone(), "key_ops", json!(["deriveKey"])), "kid", json!("f")),
    ];
    for other in others.clone() {
        if other.get("kty").is_none() {
            assert!(read(json!([one, other])).is_err());
            continue;
        }
        assert_eq!(read(json!([other, one])).unwrap().len(), 1, "{other}");
        assert!(read(json!([other])).is_err(), "none is left");
    }
    // A key that is for us and unfit, a secret, a private key, one name twice: it is not one to trust.
    let secret = json!({ "kty": "oct", "alg": "HS256", "k": "A".repeat(43), "kid": "g" });
    for bad in [
        json!([one, with(two.clone(), "y", two["x"].clone())]),
        json!([one, secret]),
        json!([secret]),
        json!([one, jwk_of(Algorithm::ES256)]),
        json!([one, one]),
        json!([one, with(two.clone(), "kid", one["kid"].clone())]),
        json!([one, 5]),
        json!([]),
        json!({}),
        json!(null),
    ] {
        assert!(read(bad.clone()).is_err(), "{bad}");
    }
    for odd in ["", "[]", "{}", "null", "{\"keys\":[],\"keys\":[]}"] {
        assert!(VerifyingKey::from_jwks(odd).is_err(), "{odd}");
    }
    assert!(VerifyingKey::from_jwks(&format!("{{\"keys\":[{}]}}", " ".repeat(300_000))).is_err());
}

#[test]
fn keys_are_not_printed() {
    for algorithm in [Algorithm::HS256, Algorithm::EdDSA, Algorithm::ES256] {
        let private = Private::generate(algorithm).unwrap();
        let key = SigningKey::of(algorithm, &private, None).unwrap();
        let shown = format!("{key:?} {:?} {key:#?}", key.verifying());
        let bytes = format!("{:?}", &private.as_bytes()[..3]);
        assert!(!shown.contains(bytes.trim_matches(['[', ']'])), "{shown}");
    }
}
