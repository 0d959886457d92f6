//! Signed tokens: a ring of keys, each with one algorithm, and one kind of token at a time.
//!
//! jsonwebtoken does the signatures. What its validation leaves open (`crit`, `typ`, claims of
//! another type, duplicates, its own clock) is decided here, in `raw` before and in `payload` after.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json, json};

use super::{
    InvalidToken, KeyRing, PublishedKeys, SigningKey, TokenEncoder, TokenError, TokenKind,
    UnwritableToken, VerifyingKey,
    raw::{LONGEST, Raw},
    rotating::{RotatingKeys, Timeline},
};
use crate::{secret::Token, store::StoreError, time::Timestamp};

/// Header members that say how a token is read.
const OURS: &[&str] = &[
    "alg", "b64", "crit", "cty", "enc", "jku", "jwk", "kid", "typ", "x5c", "x5t", "x5t#S256",
    "x5u", "zip",
];

/// JSON Web Tokens (RFC 7519), signed by a [`KeyRing`].
///
/// ```
/// use fastauth::token::{Algorithm, Jwt, JwtStrategy, SigningKey, TokenChecks};
///
/// let jwt = Jwt::new(SigningKey::generate(Algorithm::ES256)?);
/// let checks = TokenChecks::new("https://id.example.com", "https://app.example.com");
/// let strategy = JwtStrategy::new(jwt, checks);
/// # Ok::<(), fastauth::token::UnfitKey>(())
/// ```
#[derive(Debug)]
pub struct Jwt {
    keys: Keys,
}

#[derive(Debug)]
enum Keys {
    Still(KeyRing),
    Rotating(Arc<RotatingKeys>),
}

impl Jwt {
    /// By the keys of a ring, or by one key.
    pub fn new(ring: impl Into<KeyRing>) -> Self {
        Self { keys: Keys::Still(ring.into()) }
    }

    /// By keys of the store.
    pub(crate) fn rotating(keys: Arc<RotatingKeys>) -> Self {
        Self { keys: Keys::Rotating(keys) }
    }
}

#[async_trait]
impl TokenEncoder for Jwt {
    async fn encode_token(
        &self,
        kind: TokenKind,
        claims: &Map<String, Json>,
        headers: &Map<String, Json>,
        now: Timestamp,
    ) -> Result<Token, UnwritableToken> {
        match &self.keys {
            Keys::Still(ring) => {
                write(ring.signing().ok_or(UnwritableToken::Keyless)?, kind, claims, headers)
            }
            Keys::Rotating(keys) => {
                let end = claims.get("exp").and_then(Json::as_i64).map(Timestamp::from_secs);
                if end.is_none_or(|end| now + keys.longest() < end) {
                    return Err(UnwritableToken::OutlivesKey(keys.longest()));
                }
                let timeline = keys.fresh(now).await;
                let key = timeline.signing(now).ok_or(UnwritableToken::Keyless)?;
                write(key, kind, claims, headers)
            }
        }
    }

    fn can_encode(&self) -> bool {
        match &self.keys {
            Keys::Still(ring) => ring.can_sign(),
            Keys::Rotating(_) => true,
        }
    }

    async fn decode_token(
        &self,
        kind: TokenKind,
        token: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        let keys = match &self.keys {
            Keys::Still(ring) => return Ok(read(ring, kind, token)?),
            Keys::Rotating(keys) => keys,
        };
        let timeline = keys.current();
        let read = |timeline: &Timeline| {
            timeline.ring().map_or(Err(InvalidToken::Key), |ring| read(ring, kind, token))
        };
        match read(&timeline) {
            Err(InvalidToken::Key) => {
                // Another instance may have made the key since.
                let timeline = keys.look_again(&timeline, now).await;
                match read(&timeline) {
                    Err(InvalidToken::Key) if keys.is_old(&timeline, now) => {
                        Err(StoreError::unavailable("the signing keys are not known").into())
                    }
                    payload => Ok(payload?),
                }
            }
            payload => Ok(payload?),
        }
    }

    fn key_set(&self, _: Timestamp) -> Option<u64> {
        match &self.keys {
            Keys::Still(_) => Some(0),
            Keys::Rotating(keys) => Some(keys.edition()),
        }
    }

    fn token_length(
        &self,
        kind: TokenKind,
        claims: &Map<String, Json>,
        headers: &Map<String, Json>,
    ) -> Result<usize, UnwritableToken> {
        match &self.keys {
            Keys::Still(ring) => {
                let key = ring.signing().ok_or(UnwritableToken::Keyless)?;
                length(key.verifying(), kind, claims, headers)
            }
            // The longest there is: before long it may sign.
            Keys::Rotating(keys) => {
                let timeline = keys.current();
                let all = timeline.ring().map(KeyRing::verifying).unwrap_or_default();
                let lengths = all.iter().map(|key| length(key, kind, claims, headers));
                lengths
                    .max_by_key(|length| *length.as_ref().unwrap_or(&usize::MAX))
                    .unwrap_or(Ok(0))
            }
        }
    }

    async fn published_keys(&self, now: Timestamp) -> PublishedKeys {
        let (keys, max_age) = match &self.keys {
            Keys::Still(ring) => (ring.verifying().to_vec(), PublishedKeys::MAX_AGE),
            Keys::Rotating(keys) => (keys.fresh(now).await.published(now), keys.max_age()),
        };
        PublishedKeys { keys: keys.iter().filter_map(VerifyingKey::published).collect(), max_age }
    }
}

/// Signs claims; the headers are added to ours.
pub(super) fn write(
    key: &SigningKey,
    kind: TokenKind,
    claims: &Map<String, Json>,
    headers: &Map<String, Json>,
) -> Result<Token, UnwritableToken> {
    let length = length(key.verifying(), kind, claims, headers)?;
    if length > LONGEST {
        return Err(UnwritableToken::Long(length));
    }
    let message = message(key.verifying(), kind, claims, headers)?;
    let signature = key.sign(message.as_bytes())?;
    Ok(Token::new(format!("{message}.{signature}")))
}

/// The payload of a token of this kind that a key of the ring signed.
fn read(ring: &KeyRing, kind: TokenKind, token: &str) -> Result<Vec<u8>, InvalidToken> {
    ring.verify(&taken_apart(kind, token)?)
}

/// A token of this kind, for all that it says itself.
pub(super) fn taken_apart(kind: TokenKind, token: &str) -> Result<Raw<'_>, InvalidToken> {
    let raw = Raw::parse(token)?;
    kind.is_named_by(raw.header("typ")?)?;
    Ok(raw)
}

/// How long such a token is: no signature is made for it.
pub(super) fn length(
    key: &VerifyingKey,
    kind: TokenKind,
    claims: &Map<String, Json>,
    headers: &Map<String, Json>,
) -> Result<usize, UnwritableToken> {
    let message = message(key, kind, claims, headers)?;
    Ok(message.len() + 1 + (key.signature_bytes() * 4).div_ceil(3))
}

/// What is signed: the header and the claims (RFC 7515 §5.1).
fn message(
    key: &VerifyingKey,
    kind: TokenKind,
    claims: &Map<String, Json>,
    headers: &Map<String, Json>,
) -> Result<String, UnwritableToken> {
    if let Some(name) = headers.keys().find(|name| OURS.contains(&name.as_str())) {
        return Err(UnwritableToken::Header(name.clone()));
    }
    let mut header = headers.clone();
    header.extend([
        ("alg".to_owned(), json!(key.algorithm().name())),
        ("kid".to_owned(), json!(key.kid())),
        ("typ".to_owned(), json!(kind.media_type())),
    ]);
    let encode = |part: &Map<String, Json>| {
        let bytes = serde_json::to_vec(part);
        bytes
            .map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
            .map_err(|error| UnwritableToken::Unmade(error.to_string()))
    };
    Ok(format!("{}.{}", encode(&header)?, encode(claims)?))
}

#[cfg(test)]
mod tests;
