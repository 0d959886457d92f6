//! Access tokens: written, read for the first time and again, and by jsonwebtoken alone.

use std::{
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use criterion::Criterion;
use fastauth::{
    ExtraClaims,
    store::{Memory, SessionId},
    token::{
        Algorithm, Grant, Jwt, JwtStrategy, KeyRing, Reading, SigningKey, TokenChecks,
        TokenOptions, TokenStrategy,
    },
};
use jsonwebtoken::{DecodingKey, Validation, jwk::Jwk};
use serde::Deserialize;

use crate::user::{User, ada, now};

const ISSUER: &str = "https://app.example.com";
const SECRET: &str = "hMvmVVW1zOhsFj0mFyyLpjnAfOtZLOkY7zK1hEwLLlE";
/// More than are remembered.
const MANY: usize = 20_000;

/// What one would have jsonwebtoken read.
#[derive(Deserialize)]
#[allow(dead_code, reason = "read and not looked at")]
struct Claims {
    sub: String,
    sid: String,
    name: String,
    iss: String,
    aud: String,
    exp: i64,
    iat: i64,
    nbf: i64,
    jti: String,
}

pub fn all(criterion: &mut Criterion) {
    let secret = SigningKey::from_secret(Algorithm::HS256, SECRET).expect("a secret");
    by(criterion, Algorithm::HS256, secret, &DecodingKey::from_secret(SECRET.as_bytes()));
    let pair = SigningKey::generate(Algorithm::EdDSA).expect("a pair");
    let public = pair.verifying().to_jwk().expect("it is public");
    let public: Jwk = serde_json::from_str(&public).expect("a key");
    by(criterion, Algorithm::EdDSA, pair, &DecodingKey::from_jwk(&public).expect("of a kind"));
}

fn by(criterion: &mut Criterion, algorithm: Algorithm, key: SigningKey, theirs: &DecodingKey) {
    let mut group = criterion.benchmark_group(format!("token, {algorithm}"));
    let ring: KeyRing = key.into();
    let strategy = JwtStrategy::new(Jwt::new(ring), TokenChecks::new(ISSUER, ISSUER));
    let (user, now, store) = (ada(), now(), Memory::new());
    let write = || {
        let session = SessionId::generate(now);
        let grant = Grant { user: &user, session, extra: ExtraClaims::default(), now };
        let written = ready(strategy.write_token(grant, TokenOptions::default()));
        written.expect("a token").token
    };
    let read = |token: &str| {
        let claims = ready(strategy.read_token(token, &Reading::<User> { now, store: &store }));
        claims.expect("a good token")
    };
    group.bench_function("write", |b| b.iter(write));
    let tokens: Vec<_> = (0..MANY).map(|_| write()).collect();
    let again = tokens[0].expose();
    group.bench_function("read again", |b| b.iter(|| read(black_box(again))));
    let mut each = tokens.iter().cycle();
    group.bench_function("read for the first time", |b| {
        b.iter(|| each.next().map(|token| read(token.expose())));
    });
    let mut checks = Validation::new(match algorithm {
        Algorithm::EdDSA => jsonwebtoken::Algorithm::EdDSA,
        _ => jsonwebtoken::Algorithm::HS256,
    });
    checks.set_issuer(&[ISSUER]);
    checks.set_audience(&[ISSUER]);
    checks.validate_nbf = true;
    group.bench_function("jsonwebtoken's decode", |b| {
        b.iter(|| jsonwebtoken::decode::<Claims>(black_box(again), theirs, &checks).expect("good"));
    });
    group.finish();
}

/// What comes without waiting.
fn ready<T>(work: impl Future<Output = T>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => unreachable!("nothing is asked of anybody"),
    }
}
