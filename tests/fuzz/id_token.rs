//! A text that somebody sends as an ID token, and a set of keys that a provider publishes: who is named is named by a
//! token that the provider signed, for us, now.

#![no_main]

use std::sync::LazyLock;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fastauth::{oauth::fuzzing::subject, time::Timestamp};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const EXPECTED: [&str; 4] = ["https://id.example", "client", "nonce", "access token"];

static KEY: LazyLock<Ed25519KeyPair> = LazyLock::new(|| Ed25519KeyPair::generate().unwrap());
static KEYS: LazyLock<String> = LazyLock::new(|| {
    let x = URL_SAFE_NO_PAD.encode(KEY.public_key());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "1", "x": x }] }).to_string()
});
static GOOD: LazyLock<String> = LazyLock::new(|| {
    let claims = json!({
        "iss": "https://id.example", "aud": "client", "nonce": "nonce", "sub": "ada",
        "iat": 1_800_000_000, "exp": 1_800_000_600,
    });
    signed(r#"{"alg":"EdDSA","kid":"1"}"#, &claims.to_string())
});

fn signed(header: &str, payload: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let message = format!("{}.{}", encode(header), encode(payload));
    let signature = KEY.sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

// A text in the place of the token, of a part of it, of what is signed, and of the keys.
fuzz_target!(|bytes: (u16, u8, &str, &str)| {
    let (place, length, text, other) = bytes;
    let good = GOOD.as_str();
    assert_eq!(subject(KEYS.as_bytes(), good, EXPECTED, NOW).as_deref(), Some("ada"));
    let begin = usize::from(place) % (good.len() + 1);
    let end = (begin + usize::from(length)).min(good.len());
    let changed = format!("{}{text}{}", &good[..begin], &good[end..]);
    for presented in [text, &changed] {
        let named = subject(KEYS.as_bytes(), presented, EXPECTED, NOW);
        assert_eq!(named.is_some(), presented == good, "{presented}");
    }
    // A provider may sign whatever it likes; who it names has a name.
    for (header, payload) in [(r#"{"alg":"EdDSA","kid":"1"}"#, text), (text, other)] {
        if let Some(subject) = subject(KEYS.as_bytes(), &signed(header, payload), EXPECTED, NOW) {
            assert!((1..=255).contains(&subject.len()) && subject.is_ascii());
        }
    }
    assert_eq!(subject(text.as_bytes(), other, EXPECTED, NOW), None);
});
