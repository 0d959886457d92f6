use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Map, Value as Json};

use super::{TokenError, TokenKind, UnwritableToken};
use crate::{secret::Token, time::Timestamp};

/// Turns claims into text that nobody can forge, and back: the level below a
/// [`TokenStrategy`](super::TokenStrategy). [`Jwt`](super::Jwt) is ours; a key that never leaves a
/// hardware module or a key service is one of your own.
///
/// It knows nothing of what claims mean: they are made and checked by
/// [`TokenChecks`](super::TokenChecks).
///
/// ```
/// use async_trait::async_trait;
/// use fastauth::{
///     secret::Token,
///     time::Timestamp,
///     token::{InvalidToken, TokenEncoder, TokenError, TokenKind, UnwritableToken},
/// };
/// use serde_json::{Map, Value};
///
/// /// Asks a key service, which is away.
/// struct KeyService;
///
/// #[async_trait]
/// impl TokenEncoder for KeyService {
///     async fn encode_token(
///         &self,
///         _: TokenKind,
///         _: &Map<String, Value>,
///         _: &Map<String, Value>,
///         _: Timestamp,
///     ) -> Result<Token, UnwritableToken> {
///         Err(UnwritableToken::Unmade("the key service does not answer".to_owned()))
///     }
///
///     async fn decode_token(
///         &self,
///         _: TokenKind,
///         _: &str,
///         _: Timestamp,
///     ) -> Result<Vec<u8>, TokenError> {
///         Err(InvalidToken::Shape.into())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not turn claims into tokens",
    label = "not a token encoder",
    note = "keys do so by `Jwt::new(…)`, or implement `fastauth::token::TokenEncoder`"
)]
#[async_trait]
pub trait TokenEncoder: Send + Sync + 'static {
    /// A token of this kind with these claims; `headers` are added to its own.
    ///
    /// # Errors
    /// It cannot be written, or a header is one that says how it is read.
    async fn encode_token(
        &self,
        kind: TokenKind,
        claims: &Map<String, Json>,
        headers: &Map<String, Json>,
        now: Timestamp,
    ) -> Result<Token, UnwritableToken>;

    /// The claims of a genuine token of this kind, as JSON in UTF-8. Whether it is their time, and whom
    /// they are for, is not looked at.
    ///
    /// # Errors
    /// It is not genuine or of another kind; or what tells that does not answer.
    async fn decode_token(
        &self,
        kind: TokenKind,
        token: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError>;

    /// A number for the keys that verify now, and another as soon as a key is added or withdrawn. What was
    /// verified under one number need not be verified again under it, until its time is over. None,
    /// unless told otherwise: each token is verified at each request.
    fn key_set(&self, now: Timestamp) -> Option<u64> {
        let _ = now;
        None
    }

    /// How long such a token would be, in bytes, without making it. 0 unless told otherwise: any length is
    /// fine.
    ///
    /// # Errors
    /// It cannot be written.
    fn token_length(
        &self,
        kind: TokenKind,
        claims: &Map<String, Json>,
        headers: &Map<String, Json>,
    ) -> Result<usize, UnwritableToken> {
        let _ = (kind, claims, headers);
        Ok(0)
    }

    /// Whether it can write any: a start is refused where it cannot. It can, unless told otherwise.
    fn can_encode(&self) -> bool {
        true
    }

    /// The public keys that verify its tokens, for others to read. None unless told otherwise.
    async fn published_keys(&self, now: Timestamp) -> PublishedKeys {
        let _ = now;
        PublishedKeys::default()
    }
}

/// Public keys for everybody to read, each as a JWK (RFC 7517 §4).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PublishedKeys {
    /// The keys.
    pub keys: Vec<Map<String, Json>>,
    /// How long a reader may keep them.
    pub max_age: Duration,
}

impl PublishedKeys {
    /// How long a reader may keep keys that change with a new version of the application.
    pub(super) const MAX_AGE: Duration = Duration::from_mins(5);

    /// These keys, for a reader to keep so long.
    pub fn new(keys: Vec<Map<String, Json>>, max_age: Duration) -> Self {
        Self { keys, max_age }
    }
}

impl Default for PublishedKeys {
    /// None, for five minutes.
    fn default() -> Self {
        Self::new(Vec::new(), Self::MAX_AGE)
    }
}

#[async_trait]
impl<E: TokenEncoder + ?Sized> TokenEncoder for Arc<E> {
    async fn encode_token(
        &self,
        kind: TokenKind,
        claims: &Map<String, Json>,
        headers: &Map<String, Json>,
        now: Timestamp,
    ) -> Result<Token, UnwritableToken> {
        (**self).encode_token(kind, claims, headers, now).await
    }

    async fn decode_token(
        &self,
        kind: TokenKind,
        token: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        (**self).decode_token(kind, token, now).await
    }

    fn key_set(&self, now: Timestamp) -> Option<u64> {
        (**self).key_set(now)
    }

    fn token_length(
        &self,
        kind: TokenKind,
        claims: &Map<String, Json>,
        headers: &Map<String, Json>,
    ) -> Result<usize, UnwritableToken> {
        (**self).token_length(kind, claims, headers)
    }

    fn can_encode(&self) -> bool {
        (**self).can_encode()
    }

    async fn published_keys(&self, now: Timestamp) -> PublishedKeys {
        (**self).published_keys(now).await
    }
}
