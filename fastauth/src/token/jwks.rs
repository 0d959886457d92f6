use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value as Json};

use super::{
    InvalidToken, KeyRing, TokenEncoder, TokenError, TokenKind, UnwritableToken, Verifier,
    VerifyingKey, jwt,
};
use crate::{
    error::SetupError,
    net::{Endpoint, Failure, Kept, Purpose},
    secret::Token,
    time::Timestamp,
    user::AuthUser,
};

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(3);

const ISSUER: Purpose = Purpose {
    title: "unusable address of accounts",
    name: "the accounts",
    example: "https://accounts.example.com",
};
const PURPOSE: Purpose = Purpose {
    title: "unusable address of keys",
    name: "the keys",
    example: "https://accounts.example.com/.well-known/jwks.json",
};

/// Reads the tokens of another server by the keys it publishes (RFC 7517 §5). Needs the feature `jwks`.
///
/// The set is fetched when the first token comes, and kept for as long as its server says by
/// `Cache-Control`, a minute at least and a day at most. A token of an unknown key has it fetched again, at
/// most every 30 seconds, once however many ask. While the server does not answer, the keys that are known
/// go on for an hour. Only this address is ever asked, redirects are not followed, and no header of a
/// token leads anywhere else (RFC 8725 §3.10).
#[derive(Clone)]
pub struct Jwks(Arc<Kept<KeyRing>>);

impl Jwks {
    /// The keys at this address: `https`, or plain `http` on this machine. Nothing is fetched yet.
    ///
    /// # Errors
    /// The address is none.
    pub fn at(url: impl AsRef<str>) -> Result<Self, SetupError> {
        Self::by(url.as_ref(), PURPOSE)
    }

    fn by(url: &str, purpose: Purpose) -> Result<Self, SetupError> {
        Endpoint::parse(url, purpose).map(Self::of)
    }

    /// Trusts a server whose certificate this authority has signed, besides those that everybody trusts.
    ///
    /// # Errors
    /// This is no certificate in PEM.
    pub fn root_certificate(self, pem: impl AsRef<[u8]>) -> Result<Self, SetupError> {
        let mut endpoint = self.0.endpoint().clone();
        endpoint.trust(pem.as_ref())?;
        Ok(Self::of(endpoint))
    }

    fn of(endpoint: Endpoint) -> Self {
        Self(Kept::at(endpoint, "keys", PATIENCE, ring))
    }
}

/// The keys of a reply.
fn ring(reply: &Response<Bytes>) -> Result<KeyRing, Failure> {
    if reply.status() != StatusCode::OK {
        let answered = reply.status();
        return Err(format!(
            "the server answered {answered}; is `auth.well_known()` merged there?"
        )
        .into());
    }
    let keys = VerifyingKey::from_jwks(std::str::from_utf8(reply.body())?)?;
    Ok(KeyRing::verify_only(keys)?)
}

#[async_trait]
impl TokenEncoder for Jwks {
    async fn encode_token(
        &self,
        _: TokenKind,
        _: &Map<String, Json>,
        _: &Map<String, Json>,
        _: Timestamp,
    ) -> Result<Token, UnwritableToken> {
        Err(UnwritableToken::Keyless)
    }

    fn can_encode(&self) -> bool {
        false
    }

    async fn decode_token(
        &self,
        kind: TokenKind,
        token: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        // Before anybody is asked.
        let raw = jwt::taken_apart(kind, token)?;
        let ring = self.0.current(now).await.map_err(TokenError::Keys)?;
        match ring.verify(&raw) {
            Err(InvalidToken::Key) => {
                let ring = self.0.after(ring, now).await.map_err(TokenError::Keys)?;
                Ok(ring.verify(&raw)?)
            }
            read => Ok(read?),
        }
    }

    /// None while the keys are to be asked for again.
    fn key_set(&self, now: Timestamp) -> Option<u64> {
        self.0.generation(now)
    }
}

impl<U: AuthUser> Verifier<U> {
    /// Of the tokens of an application at this public address, to the letter as its `FASTAUTH_BASE_URL` or
    /// `.base_url(…)` has it, by the keys that it publishes there, at `/.well-known/jwks.json`: it has `.keys(…)`,
    /// and merges [`Auth::well_known`](crate::Auth::well_known). Needs the feature `jwks`.
    ///
    /// # Errors
    /// The address is none, or plain `http` to another machine.
    pub fn of(issuer: impl AsRef<str>) -> Result<Self, SetupError> {
        let issuer = origin(issuer.as_ref());
        let keys = Jwks::by(&format!("{issuer}/.well-known/jwks.json"), ISSUER)?;
        Ok(Self::new(issuer, keys))
    }
}

/// A public address as the application itself writes it: in small letters, without the usual port or a
/// slash at the end.
fn origin(text: &str) -> String {
    let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
    let usual = if text.starts_with("https:") { ":443" } else { ":80" };
    text.strip_suffix(usual).unwrap_or(&text).to_owned()
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jwks({})", self.0.endpoint())
    }
}
