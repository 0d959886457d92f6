use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::*;
use crate::{
    AuthUser, PasswordHash,
    secret::Token,
    token::{
        InvalidToken, Jwt, TokenKind, UnwritableToken,
        forge::{AUDIENCE, ISSUER, KEY, NOW, claims, header, ring, token, with},
    },
};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct Person {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, token)]
    name: String,
}

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct Robot {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
}

/// Counts what it verifies, by keys that change when a test says so; none are numbered 0.
struct Counting {
    inner: Jwt,
    verified: AtomicUsize,
    keys: AtomicU64,
}

#[async_trait]
impl TokenEncoder for Counting {
    async fn encode_token(
        &self,
        _: TokenKind,
        _: &Map<String, Json>,
        _: &Map<String, Json>,
        _: Timestamp,
    ) -> Result<Token, UnwritableToken> {
        Err(UnwritableToken::Keyless)
    }

    async fn decode_token(
        &self,
        kind: TokenKind,
        token: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        self.verified.fetch_add(1, Ordering::SeqCst);
        self.inner.decode_token(kind, token, now).await
    }

    fn key_set(&self, _: Timestamp) -> Option<u64> {
        Some(self.keys.load(Ordering::SeqCst)).filter(|keys| *keys > 0)
    }
}

struct World {
    encoder: Arc<Counting>,
    reader: ClaimsReader,
    token: String,
}

impl World {
    fn new() -> Self {
        let encoder = Arc::new(Counting {
            inner: Jwt::new(ring(&KEY)),
            verified: AtomicUsize::new(0),
            keys: AtomicU64::new(1),
        });
        let checks = TokenChecks::new(ISSUER, AUDIENCE);
        let reader = ClaimsReader::new(Arc::clone(&encoder), checks);
        Self { encoder, reader, token: token(header(), claims()) }
    }

    async fn read(&self, now: Timestamp) -> Result<String, InvalidToken> {
        self.read_as::<Person>(&self.token, now).await.map(|claims| claims.name.clone())
    }

    async fn read_as<U: AuthUser>(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessClaims<U>, InvalidToken> {
        self.reader.read(token, now).await.map_err(|error| match error {
            TokenError::Invalid(why) => why,
            other => panic!("nobody else is asked: {other}"),
        })
    }

    fn verified(&self) -> usize {
        self.encoder.verified.swap(0, Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_token_is_verified_once() {
    let world = World::new();
    for _ in 0..9 {
        assert_eq!(world.read(NOW).await.as_deref(), Ok("Ada"));
    }
    assert_eq!(world.verified(), 1);
    // In it is said the same as before, and another token is another.
    let first: AccessClaims<Person> = world.read_as(&world.token, NOW).await.unwrap();
    assert_eq!(first.get("name"), Some(&"Ada".into()));
    let other = token(header(), with(claims(), "name", "Eve".into()));
    let claims: AccessClaims<Person> = world.read_as(&other, NOW).await.unwrap();
    assert_eq!(claims.name, "Eve");
    assert_eq!(world.verified(), 1);
}

#[tokio::test]
async fn a_token_that_was_verified_is_over_at_its_moment() {
    let world = World::new();
    let (leeway, moment) = (Duration::from_secs(5), Duration::from_micros(1));
    let ends = NOW + Duration::from_mins(15) + leeway;
    assert_eq!(world.read(NOW).await.as_deref(), Ok("Ada"));
    assert_eq!(world.read(ends - moment).await.as_deref(), Ok("Ada"));
    assert_eq!(world.verified(), 1);
    assert_eq!(world.read(ends).await, Err(InvalidToken::Expired));
    // A clock that was set back far enough knows it as one of the future.
    assert_eq!(world.read(NOW - leeway).await.as_deref(), Ok("Ada"));
    assert_eq!(world.read(NOW - leeway - moment).await, Err(InvalidToken::NotYet));
}

#[tokio::test]
async fn a_token_is_verified_again_by_other_keys() {
    let world = World::new();
    world.read(NOW).await.unwrap();
    world.encoder.keys.store(2, Ordering::SeqCst);
    world.read(NOW).await.unwrap();
    assert_eq!(world.verified(), 2);
    // What says nothing of its keys is asked each time.
    world.encoder.keys.store(0, Ordering::SeqCst);
    for _ in 0..3 {
        world.read(NOW).await.unwrap();
    }
    assert_eq!(world.verified(), 3);
}

#[tokio::test]
async fn what_is_refused_is_not_remembered() {
    let world = World::new();
    let forged = format!("{}A", world.token);
    let foreign = token(header(), with(claims(), "aud", "https://other.example".into()));
    for _ in 0..3 {
        assert!(world.read_as::<Person>(&forged, NOW).await.is_err());
        let refused = world.read_as::<Person>(&foreign, NOW).await;
        assert_eq!(refused.err(), Some(InvalidToken::Audience));
    }
    assert_eq!(world.verified(), 6);
}

#[tokio::test]
async fn other_checks_let_nothing_pass_that_the_former_did() {
    let world = World::new();
    world.read(NOW).await.unwrap();
    let reader = world.reader.clone().checking(|checks| checks.audience("https://other.example"));
    let read = reader.read::<Person>(&world.token, NOW).await;
    assert!(matches!(read, Err(TokenError::Invalid(InvalidToken::Audience))));
}

#[tokio::test]
async fn each_type_of_user_reads_its_own_claims() {
    let world = World::new();
    world.read(NOW).await.unwrap();
    let claims: AccessClaims<Robot> = world.read_as(&world.token, NOW).await.unwrap();
    assert_eq!(claims.user_id().to_string(), crate::token::forge::SUBJECT);
    assert_eq!(world.read(NOW).await.as_deref(), Ok("Ada"));
}
