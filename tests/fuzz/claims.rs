//! The payload of a genuine token that somebody else may have made: it says what it must, or is refused.

#![no_main]

use fastauth::{AuthUser, PasswordHash, time::Timestamp, token::TokenChecks};
use libfuzzer_sys::fuzz_target;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
    #[auth(default, token)]
    score: i64,
    #[auth(token)]
    motto: Option<String>,
}

fuzz_target!(|input: (i64, &[u8])| {
    let (now, payload) = input;
    let now = Timestamp::from_micros(now);
    let checks = TokenChecks::new("https://id.example", "https://app.example");
    let Ok(claims) = checks.read::<User>(payload, now) else { return };
    assert!(now < claims.expires_at() + std::time::Duration::from_secs(5));
    assert_eq!(claims.get("iss").and_then(|it| it.as_str()), Some("https://id.example"));
    assert_eq!(claims.get("type").and_then(|it| it.as_str()), Some("access"));
    assert!(!claims.token_id().is_empty() || claims.get("jti").is_some());
    let _ = (claims.score, &claims.motto);
});
