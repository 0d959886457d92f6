//! Access tokens by jsonwebtoken as its documentation shows, and refresh tokens that are random.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::database::Profile;

const ISSUER: &str = "http://localhost:3000";

#[derive(Deserialize, Serialize)]
pub struct Claims {
    pub sub: String,
    pub sid: String,
    pub name: String,
    iss: String,
    aud: String,
    exp: i64,
    iat: i64,
    nbf: i64,
    jti: String,
}

pub struct Tokens {
    writing: EncodingKey,
    reading: DecodingKey,
    checks: Validation,
}

impl Tokens {
    pub fn new() -> Self {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).expect("the system gives random bytes");
        let mut checks = Validation::new(Algorithm::HS256);
        checks.set_issuer(&[ISSUER]);
        checks.set_audience(&[ISSUER]);
        checks.validate_nbf = true;
        Self {
            writing: EncodingKey::from_secret(&secret),
            reading: DecodingKey::from_secret(&secret),
            checks,
        }
    }

    pub fn write(&self, user: &Profile, session: &str) -> Option<String> {
        let now = now();
        let claims = Claims {
            sub: user.id.clone(),
            sid: session.to_owned(),
            name: user.name.clone(),
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            exp: now + 900,
            iat: now,
            nbf: now,
            jti: uuid::Uuid::now_v7().to_string(),
        };
        jsonwebtoken::encode(&Header::default(), &claims, &self.writing).ok()
    }

    pub fn read(&self, token: &str) -> Option<Claims> {
        jsonwebtoken::decode(token, &self.reading, &self.checks).ok().map(|read| read.claims)
    }
}

/// A new refresh token of a session, and its digest.
pub fn refresh_token(session: &str) -> (String, Vec<u8>) {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).expect("the system gives random bytes");
    let token = format!("{session}.{}", URL_SAFE_NO_PAD.encode(secret));
    let digest = Sha256::digest(&token).to_vec();
    (token, digest)
}

/// The session of a refresh token, and its digest.
pub fn read_refresh_token(token: &str) -> Option<(&str, Vec<u8>)> {
    let (session, _) = token.split_once('.')?;
    Some((session, Sha256::digest(token).to_vec()))
}

pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs().cast_signed())
}
