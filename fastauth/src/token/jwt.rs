//! Signed tokens: one key with one algorithm, one kind of token, every claim checked by us.
//!
//! jsonwebtoken does the signatures. What its validation leaves open (`crit`, `typ`, claims of
//! another type, duplicates, its own clock) is decided here, in `raw` before and in `payload` after.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use serde_json::{Map, Value as Json, json};
use zeroize::Zeroizing;

use super::{
    InvalidToken, TokenChecks, UnwritableToken, install_crypto_provider,
    raw::{LONGEST, Raw},
};
use crate::{secret::Digest, time::Timestamp};

/// The media type of an access token (RFC 9068 §2.1).
const MEDIA_TYPE: &str = "at+jwt";
/// Header members that say how a token is read.
const OURS: &[&str] = &[
    "alg", "b64", "crit", "cty", "enc", "jku", "jwk", "kid", "typ", "x5c", "x5t", "x5t#S256",
    "x5u", "zip",
];

/// A key with the one algorithm it is used for (RFC 8725 §3.1), and its name.
pub(super) struct Key {
    algorithm: Algorithm,
    name: &'static str,
    kid: String,
    signing: EncodingKey,
    verifying: DecodingKey,
}

impl Key {
    /// A key for HS256. Its name is the digest of a digest: it tells nothing of the key.
    pub(super) fn hs256(bytes: &[u8; 32]) -> Self {
        let named = Zeroizing::new([b"kid".as_slice(), bytes].concat());
        let digest = Digest::of(Digest::of(named.as_slice()).as_bytes());
        let kid = digest.as_bytes().first_chunk::<12>().unwrap_or(&[0; 12]);
        Self::of(bytes, URL_SAFE_NO_PAD.encode(kid))
    }

    fn of(bytes: &[u8], kid: String) -> Self {
        // jsonwebtoken makes a choice of its own at the first use of a key, and keeps it: ours comes
        // before, however the key came to be made. Without any, `build` says so.
        let _ = install_crypto_provider();
        Self {
            algorithm: Algorithm::HS256,
            name: "HS256",
            kid,
            signing: EncodingKey::from_secret(bytes),
            verifying: DecodingKey::from_secret(bytes),
        }
    }

    /// Signs claims; the headers are added to ours.
    pub(super) fn sign(
        &self,
        claims: &Map<String, Json>,
        headers: Map<String, Json>,
    ) -> Result<String, UnwritableToken> {
        if let Some(name) = headers.keys().find(|name| OURS.contains(&name.as_str())) {
            return Err(UnwritableToken::Header(name.clone()));
        }
        let mut header = headers;
        header.extend([
            ("alg".to_owned(), json!(self.name)),
            ("kid".to_owned(), json!(self.kid)),
            ("typ".to_owned(), json!(MEDIA_TYPE)),
        ]);
        let encode = |part: &Map<String, Json>| {
            serde_json::to_vec(part).map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
        };
        let unmade = |error: &dyn fmt::Display| UnwritableToken::Unmade(error.to_string());
        let header = encode(&header).map_err(|error| unmade(&error))?;
        let claims = encode(claims).map_err(|error| unmade(&error))?;
        let message = format!("{header}.{claims}");
        let signature = crypto::sign(message.as_bytes(), &self.signing, self.algorithm)
            .map_err(|error| unmade(&error))?;
        let token = format!("{message}.{signature}");
        if token.len() > LONGEST { Err(UnwritableToken::Long(token.len())) } else { Ok(token) }
    }

    /// The payload of a token that this key signed.
    pub(super) fn verify(&self, raw: &Raw<'_>) -> Result<Vec<u8>, InvalidToken> {
        if raw.header("alg")? != Some(self.name) {
            return Err(InvalidToken::Algorithm);
        }
        // There is one key: a token need not name it, but must not name another.
        if raw.header("kid")?.is_some_and(|kid| kid != self.kid) {
            return Err(InvalidToken::Key);
        }
        let genuine =
            crypto::verify(raw.signature, raw.message.as_bytes(), &self.verifying, self.algorithm);
        if genuine.unwrap_or(false) { raw.payload() } else { Err(InvalidToken::Signature) }
    }

    /// The claims of an access token that this key signed, whose time it is and which is for us.
    pub(super) fn read(
        &self,
        token: &str,
        checks: &TokenChecks,
        now: Timestamp,
    ) -> Result<Map<String, Json>, InvalidToken> {
        checks.check(&self.payload(token)?, now)
    }

    /// The same, though its time may be over.
    pub(super) fn read_late(
        &self,
        token: &str,
        checks: &TokenChecks,
        now: Timestamp,
    ) -> Result<Map<String, Json>, InvalidToken> {
        checks.check_late(&self.payload(token)?, now)
    }

    /// The payload of an access token that this key signed.
    fn payload(&self, token: &str) -> Result<Vec<u8>, InvalidToken> {
        let raw = Raw::parse(token)?;
        is_access_token(raw.header("typ")?)?;
        self.verify(&raw)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// A media type: letter case does not count, and `application/` may stand before it (RFC 7515 §4.1.9).
fn is_access_token(typ: Option<&str>) -> Result<(), InvalidToken> {
    const PREFIX: &str = "application/";
    let typ = typ.ok_or(InvalidToken::Kind)?;
    let bare = match typ.get(..PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => {
            typ.get(PREFIX.len()..).unwrap_or_default()
        }
        _ => typ,
    };
    if bare.eq_ignore_ascii_case(MEDIA_TYPE) { Ok(()) } else { Err(InvalidToken::Kind) }
}

#[cfg(test)]
mod tests;
