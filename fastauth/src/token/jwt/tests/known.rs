//! Known answers of Project Wycheproof, through the checked constructor of keys and the verifier.

use std::{collections::BTreeSet, fs};

use super::*;
use crate::token::{UnfitKey, VerifyingKey, raw::Raw};

/// What a file comes to: tests accepted, tests refused, and the verdicts that are contrary to the file.
type Verdicts = (usize, usize, BTreeSet<(i64, bool)>);

/// Every test of a file at the level of signatures: form, header, key, signature.
fn judge(name: &str) -> Verdicts {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/wycheproof");
    let file = fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
    let file: Json = serde_json::from_str(&file).unwrap();
    let (mut accepted, mut refused, mut contrary) = (0, 0, BTreeSet::new());
    for group in file["testGroups"].as_array().unwrap() {
        let key = group.get("public").unwrap_or(&group["private"]);
        let ring = ring_of(key);
        for test in group["tests"].as_array().unwrap() {
            let said = test.get("jws").unwrap_or(&test["jwe"]);
            let said = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
            let is_read = ring
                .as_ref()
                .is_ok_and(|ring| Raw::parse(&said).and_then(|raw| ring.verify(&raw)).is_ok());
            *if is_read { &mut accepted } else { &mut refused } += 1;
            if is_read != (test["result"] == "valid") {
                contrary.insert((test["tcId"].as_i64().unwrap(), is_read));
            }
        }
        // What is private of it, if it may sign by what is offered, signs what the ring reads.
        if let (Ok(ring), Ok(signing)) =
            (&ring, SigningKey::from_jwk(&group["private"].to_string()))
        {
            let token = write_token(&signing, TokenKind::ACCESS, &Map::new(), &Map::new()).unwrap();
            assert!(read_payload(ring, TokenKind::ACCESS, token.expose()).is_ok(), "{key}");
        }
    }
    (accepted, refused, contrary)
}

fn ring_of(key: &Json) -> Result<KeyRing, UnfitKey> {
    if key.get("keys").is_some() {
        KeyRing::from_jwks(&key.to_string())
    } else {
        KeyRing::verify_only([VerifyingKey::from_jwk(&key.to_string())?])
    }
}

#[test]
fn wycheproof_agrees_on_signatures() {
    /// The verdicts of the file that are not followed; `README.md` beside it says why.
    const CONTRARY: [(i64, bool); 8] = [
        (346, false),
        (347, false),
        (350, false),
        (351, false),
        (367, true),
        (370, true),
        (372, false),
        (373, false),
    ];
    let (accepted, refused, contrary) = judge("json_web_signature_test");
    assert_eq!(contrary, BTreeSet::from(CONTRARY));
    assert_eq!((accepted, refused), (42, 359));
}

#[test]
fn wycheproof_agrees_on_tokens_but_for_those_that_are_encrypted() {
    let (accepted, refused, contrary) = judge("json_web_crypto_test");
    assert_eq!(contrary, BTreeSet::from([(50, false), (67, false)]));
    assert_eq!((accepted, refused), (4, 79));
}

#[test]
fn wycheproof_agrees_on_keys() {
    let (accepted, refused, contrary) = judge("json_web_key_test");
    assert_eq!(contrary, BTreeSet::new());
    assert_eq!((accepted, refused), (5, 21));
}
