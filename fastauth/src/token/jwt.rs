//! Signed tokens: a ring of keys, each with one algorithm, and one kind of token at a time.
//!
//! jsonwebtoken does the signatures. What its validation leaves open (`crit`, `typ`, claims of
//! another type, duplicates, its own clock) is decided here, in `raw` before and in `payload` after.

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json, json};

use super::{
    InvalidToken, KeyRing, PublishedKeys, SigningKey, TokenEncoder, TokenError, TokenKind,
    UnwritableToken, VerifyingKey,
    raw::{LONGEST, Raw},
};
use crate::{secret::Token, time::Timestamp};

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
    ring: KeyRing,
}

impl Jwt {
    /// By the keys of a ring, or by one key.
    pub fn new(ring: impl Into<KeyRing>) -> Self {
        Self { ring: ring.into() }
    }

    fn signing(&self) -> Result<&SigningKey, UnwritableToken> {
        self.ring.signing().ok_or(UnwritableToken::Keyless)
    }
}

#[async_trait]
impl TokenEncoder for Jwt {
    async fn encode_token(
        &self,
        kind: TokenKind,
        claims: &Map<String, Json>,
        headers: &Map<String, Json>,
        _: Timestamp,
    ) -> Result<Token, UnwritableToken> {
        write(self.signing()?, kind, claims, headers)
    }

    async fn decode_token(
        &self,
        kind: TokenKind,
        token: &str,
        _: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        Ok(read(&self.ring, kind, token)?)
    }

    fn token_length(
        &self,
        kind: TokenKind,
        claims: &Map<String, Json>,
        headers: &Map<String, Json>,
    ) -> Result<usize, UnwritableToken> {
        length(self.signing()?.verifying(), kind, claims, headers)
    }

    async fn published_keys(&self, _: Timestamp) -> PublishedKeys {
        let keys = self.ring.verifying().iter().filter_map(VerifyingKey::published);
        PublishedKeys { keys: keys.collect(), ..PublishedKeys::default() }
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
pub(super) fn read(ring: &KeyRing, kind: TokenKind, token: &str) -> Result<Vec<u8>, InvalidToken> {
    let raw = Raw::parse(token)?;
    kind.is_named_by(raw.header("typ")?)?;
    ring.verify(&raw)
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
