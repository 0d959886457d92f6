//! Keys in every form, of somebody who publishes or is given them.

#![no_main]

use fastauth::token::{Algorithm, KeyRing, SigningKey, VerifyingKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(key) = VerifyingKey::from_jwk(text) {
        assert!(Algorithm::ALL.contains(&key.algorithm()));
        assert!(!key.kid().is_empty());
    }
    if let Ok(keys) = VerifyingKey::from_jwks(text) {
        assert!(keys.iter().all(|key| !key.algorithm().is_symmetric()));
        drop(KeyRing::verify_only(keys));
    }
    drop(SigningKey::from_jwk(text));
    for algorithm in Algorithm::ALL {
        drop(VerifyingKey::from_pem(*algorithm, text));
        drop(SigningKey::from_pem(*algorithm, text));
        drop(SigningKey::from_secret(*algorithm, text));
    }
});
