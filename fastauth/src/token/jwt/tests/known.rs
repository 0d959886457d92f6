//! Known answers: RFC 7515 and Project Wycheproof.

use std::{collections::BTreeSet, fs};

use super::*;
use crate::token::raw::Raw;

/// The signature level alone: form, header, key, MAC.
fn payload(key: &Key, token: &str) -> Result<Vec<u8>, InvalidToken> {
    key.verify(&Raw::parse(token)?)
}

/// RFC 7515 §A.1.
#[test]
fn the_example_of_rfc_7515_verifies() {
    const K: &str =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    const MESSAGE: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const MAC: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let secret = URL_SAFE_NO_PAD.decode(K).unwrap();
    let key = Key::of(&secret, "example".to_owned());
    let example = format!("{MESSAGE}.{MAC}");
    let said = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
    assert_eq!(payload(&key, &example).as_deref(), Ok(said.as_bytes()));
    assert_eq!(signed(&secret, MESSAGE), example);
    // It is genuine, and no access token.
    let checks = TokenChecks::new("joe", "joe");
    assert_eq!(
        key.read(&example, &checks, Timestamp::from_secs(1_300_819_000)),
        Err(InvalidToken::Kind)
    );
    let broken = example.replace("dBjft", "eBjft");
    assert_eq!(payload(&key, &broken), Err(InvalidToken::Signature));
}

#[test]
fn wycheproof_agrees_on_every_token_for_hs256() {
    /// The verdicts of the file that are not followed; `README.md` beside it says why.
    const CONTRARY: [(i64, bool); 4] = [(367, true), (370, true), (372, false), (373, false)];
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/wycheproof/json_web_signature_test.json"
    );
    let file: Json = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let groups = file["testGroups"].as_array().unwrap();
    let ours: Vec<_> = groups.iter().filter(|it| it["private"]["alg"] == "HS256").collect();
    let mut contrary = BTreeSet::new();
    let (mut taken, mut refused) = (0, 0);
    for group in &ours {
        let jwk = &group["private"];
        let secret = URL_SAFE_NO_PAD.decode(jwk["k"].as_str().unwrap()).unwrap();
        let key = Key::of(&secret, jwk["kid"].as_str().unwrap().to_owned());
        for test in group["tests"].as_array().unwrap() {
            let jws = &test["jws"];
            let said = jws.as_str().map_or_else(|| jws.to_string(), str::to_owned);
            let found = payload(&key, &said);
            let expected = test["result"] == "valid";
            *if found.is_ok() { &mut taken } else { &mut refused } += 1;
            if found.is_ok() != expected {
                contrary.insert((test["tcId"].as_i64().unwrap(), found.is_ok()));
            }
        }
    }
    assert_eq!(contrary, BTreeSet::from(CONTRARY));
    assert_eq!((ours.len(), taken, refused), (4, 10, 30));
}
