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
/// How long a token waits for keys that are due while there are older ones.
const BEFORE_OLD_ONES: Duration = Duration::from_secs(1);
/// How far apart two readings of a clock may be.
const APART: Duration = Duration::from_mins(1);

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
pub struct Jwks(Arc<Inner>);

struct Inner {
    endpoint: Endpoint,
    /// The address without what may be secret of it.
    shown: String,
    known: RwLock<Option<Known>>,
    /// What became of the last attempt.
    tried: Mutex<Option<Tried>>,
    /// Held by whoever tries.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Known {
    ring: Arc<KeyRing>,
    /// Which attempt brought them.
    number: u64,
    since: Timestamp,
    age: Duration,
}

#[derive(Clone)]
struct Tried {
    number: u64,
    at: Timestamp,
}

impl Known {
    /// Whether the keys are this old at most. Clocks that are a little apart, or were set back a little, make
    /// them no older.
    fn is_within(&self, age: Duration, now: Timestamp) -> bool {
        self.since <= now + APART && now.since(self.since) < age
    }
}

impl Jwks {
    /// The keys at this address: `https`, or plain `http` on this machine. Nothing is fetched yet.
    ///
    /// # Errors
    /// The address is none.
    pub fn at(url: impl AsRef<str>) -> Result<Self, SetupError> {
        Self::by(url.as_ref(), PURPOSE)
    }

    fn by(url: &str, purpose: Purpose) -> Result<Self, SetupError> {
        let shown = url.trim().split(['?', '#']).next().unwrap_or_default().to_owned();
        Ok(Self::of(Endpoint::parse(url, purpose)?, shown))
    }

    /// Trusts a server whose certificate this authority has signed, besides those that everybody trusts.
    ///
    /// # Errors
    /// This is no certificate in PEM.
    pub fn root_certificate(self, pem: impl AsRef<[u8]>) -> Result<Self, SetupError> {
        let mut endpoint = self.0.endpoint.clone();
        endpoint.trust(pem.as_ref())?;
        Ok(Self::of(endpoint, self.0.shown.clone()))
    }

    fn of(endpoint: Endpoint, shown: String) -> Self {
        Self(Arc::new(Inner {
            endpoint,
            shown,
            known: RwLock::default(),
            tried: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }))
    }

    /// The keys to read a token with now.
    async fn ring(&self, now: Timestamp) -> Result<Arc<KeyRing>, TokenError> {
        let Some(known) = self.0.usable(now) else { return self.renewed(None, now).await };
        if known.is_within(known.age, now) || !self.0.is_worth_trying(now) {
            return Ok(known.ring);
        }
        // A key that was withdrawn goes at once; one server that is away keeps nobody for long.
        let renewed = timeout(BEFORE_OLD_ONES, self.renewed(None, now)).await;
        Ok(renewed.ok().and_then(Result::ok).unwrap_or(known.ring))
    }

    /// The keys anew, unless others than these are known by now.
    async fn renewed(
        &self,
        but: Option<Arc<KeyRing>>,
        now: Timestamp,
    ) -> Result<Arc<KeyRing>, TokenError> {
        // In a task of its own: a client that hangs up does not end what all wait for.
        let before = self.0.attempts();
        let renewed = tokio::spawn(Arc::clone(&self.0).renew(but, before, now)).await;
        renewed.map_err(|error| TokenError::Keys(error.into()))?.map_err(TokenError::Keys)
    }
}

impl Inner {
    /// Tries once for all who wait for their turn meanwhile: `before` is how many attempts there had been.
    async fn renew(
        self: Arc<Self>,
        but: Option<Arc<KeyRing>>,
        before: u64,
        now: Timestamp,
    ) -> Result<Arc<KeyRing>, Failure> {
        let _turn = self.turn.lock().await;
        let known = self.usable(now);
        let is_other = |known: &Known| but.is_some_and(|but| !Arc::ptr_eq(&but, &known.ring));
        let pause = if known.is_some() { COOL_DOWN } else { A_MOMENT };
        if known.as_ref().is_some_and(is_other)
            || self.attempts() != before
            || !self.may_try(pause, now)
        {
            let known = known.map(|known| known.ring);
            return known.ok_or_else(|| "the keys could not be fetched a moment ago".into());
        }
        let fetched = timeout(PATIENCE, self.fetch()).await.map_err(Failure::from).flatten();
        *self.tried() = Some(Tried { number: before + 1, at: now });
        match fetched {
            Ok((ring, age)) => {
                let ring = Arc::new(ring);
                let known = Known { ring: Arc::clone(&ring), number: before + 1, since: now, age };
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
                Ok(ring)
            }
            Err(error) => {
                tracing::warn!(from = self.shown, error = ?error.to_string(), "keys could not be fetched");
                known.map(|known| known.ring).ok_or(error)
            }
        }
    }

    async fn fetch(&self) -> Result<(KeyRing, Duration), Failure> {
        let request = self.endpoint.request(Method::GET).header(header::ACCEPT, "application/json");
        let reply = self.endpoint.send(request.body(Bytes::new())?, LONGEST).await?;
        if reply.status() != StatusCode::OK {
            return Err(format!(
                "the server answered {}; is `auth.well_known()` merged there?",
                reply.status()
            )
            .into());
        }
        let keys = VerifyingKey::from_jwks(std::str::from_utf8(reply.body())?)?;
        let age = max_age(reply.headers()).unwrap_or(USUAL_AGE);
        Ok((KeyRing::verify_only(keys)?, age.clamp(SHORTEST_AGE, LONGEST_AGE)))
    }

    /// Whether somebody tries, or may again though keys are known.
    fn is_worth_trying(&self, now: Timestamp) -> bool {
        self.turn.try_lock().is_err() || self.may_try(COOL_DOWN, now)
    }

    /// Whether the last attempt is so long ago.
    fn may_try(&self, pause: Duration, now: Timestamp) -> bool {
        let tried = self.tried().clone();
        tried.is_none_or(|tried| now.since(tried.at).max(tried.at.since(now)) >= pause)
    }

    fn attempts(&self) -> u64 {
        self.tried().as_ref().map_or(0, |tried| tried.number)
    }

    /// What is known, if it may be used at all.
    fn usable(&self, now: Timestamp) -> Option<Known> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        known.filter(|known| known.is_within(known.age + IN_NEED, now))
    }

    fn tried(&self) -> MutexGuard<'_, Option<Tried>> {
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
        let ring = self.ring(now).await?;
        match ring.verify(&raw) {
            Err(InvalidToken::Key) if self.0.is_worth_trying(now) => {
                let ring = self.renewed(Some(ring), now).await?;
                Ok(ring.verify(&raw)?)
            }
            read => Ok(read?),
        }
    }

    /// None while the keys are to be asked for again.
    fn key_set(&self, now: Timestamp) -> Option<u64> {
        let known = self.0.usable(now)?;
        known.is_within(known.age, now).then_some(known.number)
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
