use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Map, Value as Json};
use tokio::time::timeout;

use super::{
    InvalidToken, KeyRing, TokenEncoder, TokenError, TokenKind, UnwritableToken, Verifier,
    VerifyingKey, jwt,
};
use crate::{
    error::SetupError,
    net::{Endpoint, Failure, Purpose},
    secret::Token,
    time::Timestamp,
    user::AuthUser,
};

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// The largest set that is read, in bytes.
const LONGEST: usize = 256 * 1024;
/// How long keys are used before they are asked for again: what their server says, within this.
const SHORTEST_AGE: Duration = Duration::from_mins(1);
const LONGEST_AGE: Duration = Duration::from_hours(24);
const USUAL_AGE: Duration = Duration::from_mins(5);
/// How long they are used beyond that while their server does not answer.
const IN_NEED: Duration = Duration::from_hours(1);
/// How long after an attempt a key that is not known makes no other.
const COOL_DOWN: Duration = Duration::from_secs(30);
/// The same where no key is known at all.
const A_MOMENT: Duration = Duration::from_secs(1);

const PURPOSE: Purpose = Purpose {
    title: "unusable address of keys",
    name: "the keys",
    example: "https://accounts.example.com/.well-known/jwks.json",
};

/// Reads the tokens of another server by the keys it publishes (RFC 7517 §5).
///
/// The set is fetched when the first token comes, and kept for as long as its server says by
/// `Cache-Control`, a minute at least and a day at most. A token of an unknown key has it fetched again, at
/// most every 30 seconds, once however many ask: forged tokens cost the server nothing. While the server does
/// not answer, the keys that are known go on for an hour. Only this address is ever asked, redirects are not
/// followed, and no header of a token leads anywhere else (RFC 8725 §3.10).
#[derive(Clone)]
pub struct Jwks(Arc<Inner>);

struct Inner {
    endpoint: Endpoint,
    known: RwLock<Option<Known>>,
    /// When it was last tried.
    tried: Mutex<Option<Timestamp>>,
    /// Held by whoever tries.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Known {
    ring: Arc<KeyRing>,
    since: Timestamp,
    age: Duration,
}

impl Known {
    /// Whether the keys are this old at most. A clock that was set back knows nothing of it.
    fn is_within(&self, age: Duration, now: Timestamp) -> bool {
        self.since <= now && now.since(self.since) < age
    }
}

impl Jwks {
    /// The keys at this address: `https`, or plain `http` on this machine. Nothing is fetched yet.
    ///
    /// # Errors
    /// The address is none.
    pub fn at(url: impl AsRef<str>) -> Result<Self, SetupError> {
        Ok(Self(Arc::new(Inner {
            endpoint: Endpoint::parse(url.as_ref(), PURPOSE)?,
            known: RwLock::default(),
            tried: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        })))
    }

    /// Trusts a server whose certificate this authority has signed, besides those that everybody trusts.
    ///
    /// # Errors
    /// This is no certificate in PEM.
    pub fn root_certificate(self, pem: impl AsRef<[u8]>) -> Result<Self, SetupError> {
        let mut endpoint = self.0.endpoint.clone();
        endpoint.trust(pem.as_ref())?;
        Ok(Self(Arc::new(Inner {
            endpoint,
            known: RwLock::default(),
            tried: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        })))
    }

    /// The keys to read a token with now.
    async fn ring(&self, now: Timestamp) -> Result<Arc<KeyRing>, TokenError> {
        match self.0.known() {
            Some(known) if known.is_within(known.age, now) => Ok(known.ring),
            Some(known) if known.is_within(known.age + IN_NEED, now) => {
                // Nobody waits for what is only due. Whoever holds the turn is at it.
                if !self.0.is_being_tried() && self.0.may_try(COOL_DOWN, now) {
                    tokio::spawn(Arc::clone(&self.0).renew(None, now));
                }
                Ok(known.ring)
            }
            _ => self.renewed(None, now).await,
        }
    }

    /// The keys anew, unless others than these are known by now.
    async fn renewed(
        &self,
        but: Option<Arc<KeyRing>>,
        now: Timestamp,
    ) -> Result<Arc<KeyRing>, TokenError> {
        // In a task of its own: a client that hangs up does not end what all wait for.
        let renewed = tokio::spawn(Arc::clone(&self.0).renew(but, now)).await;
        renewed.map_err(|error| TokenError::Keys(error.into()))?.map_err(TokenError::Keys)
    }
}

impl Inner {
    async fn renew(
        self: Arc<Self>,
        but: Option<Arc<KeyRing>>,
        now: Timestamp,
    ) -> Result<Arc<KeyRing>, Failure> {
        let _turn = self.turn.lock().await;
        let known = self.known().filter(|known| known.is_within(known.age + IN_NEED, now));
        let pause = if known.is_some() { COOL_DOWN } else { A_MOMENT };
        if let Some(known) = &known {
            let is_other = but.is_some_and(|but| !Arc::ptr_eq(&but, &known.ring));
            if is_other || !self.may_try(pause, now) {
                return Ok(Arc::clone(&known.ring));
            }
        } else if !self.may_try(pause, now) {
            return Err("the keys could not be fetched a moment ago".into());
        }
        *self.tried() = Some(now);
        match timeout(PATIENCE, self.fetch()).await.map_err(Failure::from).flatten() {
            Ok((ring, age)) => {
                let ring = Arc::new(ring);
                let known = Known { ring: Arc::clone(&ring), since: now, age };
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
                Ok(ring)
            }
            Err(error) => {
                let from = self.endpoint.to_string();
                tracing::warn!(from, error = ?error.to_string(), "keys could not be fetched");
                known.map(|known| known.ring).ok_or(error)
            }
        }
    }

    async fn fetch(&self) -> Result<(KeyRing, Duration), Failure> {
        let request = self.endpoint.request(Method::GET).header(header::ACCEPT, "application/json");
        let reply = self.endpoint.send(request.body(Bytes::new())?, LONGEST).await?;
        if reply.status() != StatusCode::OK {
            return Err(format!("the server answered {}", reply.status()).into());
        }
        let keys = VerifyingKey::from_jwks(std::str::from_utf8(reply.body())?)?;
        let age = max_age(reply.headers()).unwrap_or(USUAL_AGE);
        Ok((KeyRing::verify_only(keys)?, age.clamp(SHORTEST_AGE, LONGEST_AGE)))
    }

    fn is_being_tried(&self) -> bool {
        self.turn.try_lock().is_err()
    }

    /// Whether the last attempt is so long ago.
    fn may_try(&self, pause: Duration, now: Timestamp) -> bool {
        self.tried().is_none_or(|then| now.since(then).max(then.since(now)) >= pause)
    }

    fn known(&self) -> Option<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn tried(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

    async fn decode_token(
        &self,
        kind: TokenKind,
        token: &str,
        now: Timestamp,
    ) -> Result<Vec<u8>, TokenError> {
        let ring = self.ring(now).await?;
        match jwt::read(&ring, kind, token) {
            Err(InvalidToken::Key) if self.0.may_try(COOL_DOWN, now) || self.0.is_being_tried() => {
                let ring = self.renewed(Some(ring), now).await?;
                Ok(jwt::read(&ring, kind, token)?)
            }
            read => Ok(read?),
        }
    }
}

impl<U: AuthUser> Verifier<U> {
    /// Of the tokens of an application at this public address, by the keys that it publishes there, at
    /// `/.well-known/jwks.json`.
    ///
    /// # Errors
    /// The address is none, or plain `http` to another machine.
    pub fn of(issuer: impl AsRef<str>) -> Result<Self, SetupError> {
        let issuer = issuer.as_ref().trim_end_matches('/');
        let keys = Jwks::at(format!("{issuer}/.well-known/jwks.json"))?;
        Ok(Self::new(issuer, keys))
    }
}

/// How long a reply may be kept (RFC 9111 §5.2.2.1).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let control = headers.get(header::CACHE_CONTROL)?.to_str().ok()?;
    let seconds = control.split(',').find_map(|it| it.trim().strip_prefix("max-age="))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jwks({})", self.0.endpoint)
    }
}
