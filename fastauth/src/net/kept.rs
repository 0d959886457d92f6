//! What another server publishes: fetched when it is needed, kept for as long as that server says.

use std::{
    error::Error as StdError,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Method, Response, header};
use tokio::{
    task::spawn,
    time::{error::Elapsed, timeout},
};

use super::{Endpoint, Failure};
use crate::time::Timestamp;

/// The largest that is read, in bytes.
const LONGEST: usize = 256 * 1024;
/// How long it is used before it is asked for again: what its server says, within this.
const SHORTEST_AGE: Duration = Duration::from_mins(1);
const LONGEST_AGE: Duration = Duration::from_hours(24);
const USUAL_AGE: Duration = Duration::from_mins(5);
/// How long it is used beyond that while its server does not answer.
const IN_NEED: Duration = Duration::from_hours(1);
/// How long after an attempt nobody makes another, whatever they miss.
const COOL_DOWN: Duration = Duration::from_secs(30);
/// The same where nothing is known at all.
const A_MOMENT: Duration = Duration::from_secs(1);
/// How long somebody waits for what is due while there is something older.
const BEFORE_OLD_ONES: Duration = Duration::from_secs(1);
/// How far apart two readings of a clock may be.
const APART: Duration = Duration::from_mins(1);

/// What a reply says.
type Read<T> = dyn Fn(&Response<Bytes>) -> Result<T, Failure> + Send + Sync;

/// Something at one address. However many ask, one request is made.
pub(crate) struct Kept<T> {
    endpoint: Endpoint,
    /// In the log.
    what: &'static str,
    /// How long one attempt may take.
    patience: Duration,
    read: Box<Read<T>>,
    known: RwLock<Option<Known<T>>>,
    /// What became of the last attempt.
    tried: Mutex<Option<Tried>>,
    /// Held by whoever tries.
    turn: tokio::sync::Mutex<()>,
}

struct Known<T> {
    it: Arc<T>,
    /// Which attempt brought it.
    number: u64,
    since: Timestamp,
    age: Duration,
}

#[derive(Clone)]
struct Tried {
    number: u64,
    at: Timestamp,
    timed_out: bool,
}

/// Somebody has just tried, in vain.
#[derive(Debug)]
struct Lately {
    what: &'static str,
    timed_out: bool,
}

/// Whether it is time that was lacking.
pub(crate) fn timed_out(failure: &Failure) -> bool {
    failure.is::<Elapsed>() || failure.downcast_ref::<Lately>().is_some_and(|it| it.timed_out)
}

impl<T> Known<T> {
    /// Whether it is this old at most. Clocks that are a little apart, or were set back a little, make
    /// it no older.
    fn is_within(&self, age: Duration, now: Timestamp) -> bool {
        self.since <= now + APART && now.since(self.since) < age
    }
}

impl<T: Send + Sync + 'static> Kept<T> {
    /// What is there. Nothing is fetched yet.
    pub(crate) fn at(
        endpoint: Endpoint,
        what: &'static str,
        patience: Duration,
        read: impl Fn(&Response<Bytes>) -> Result<T, Failure> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            endpoint,
            what,
            patience,
            read: Box::new(read),
            known: RwLock::default(),
            tried: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// Where it is.
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// A number for what is known, another for what comes after it; none while it is to be asked for.
    pub(crate) fn generation(&self, now: Timestamp) -> Option<u64> {
        let known = self.usable(now)?;
        known.is_within(known.age, now).then_some(known.number)
    }

    /// What is there now.
    pub(crate) async fn current(self: &Arc<Self>, now: Timestamp) -> Result<Arc<T>, Failure> {
        let Some(known) = self.usable(now) else { return self.renewed(None, now).await };
        if known.is_within(known.age, now) || !self.is_worth_trying(now) {
            return Ok(known.it);
        }
        // What was withdrawn goes at once; one server that is away keeps nobody for long.
        let renewed = timeout(BEFORE_OLD_ONES, self.renewed(None, now)).await;
        Ok(renewed.ok().and_then(Result::ok).unwrap_or(known.it))
    }

    /// What is there after this, in which something is missing: the same where it was fetched just now.
    pub(crate) async fn after(
        self: &Arc<Self>,
        old: Arc<T>,
        now: Timestamp,
    ) -> Result<Arc<T>, Failure> {
        if self.is_worth_trying(now) { self.renewed(Some(old), now).await } else { Ok(old) }
    }

    /// What is there, fetched anew unless something else than this is known by now.
    async fn renewed(
        self: &Arc<Self>,
        but: Option<Arc<T>>,
        now: Timestamp,
    ) -> Result<Arc<T>, Failure> {
        // In a task of its own: a client that hangs up does not end what all wait for.
        let before = self.attempts();
        spawn(Arc::clone(self).renew(but, before, now)).await?
    }

    /// Tries once for all who wait for their turn meanwhile: `before` is how many attempts there had been.
    async fn renew(
        self: Arc<Self>,
        but: Option<Arc<T>>,
        before: u64,
        now: Timestamp,
    ) -> Result<Arc<T>, Failure> {
        let _turn = self.turn.lock().await;
        let known = self.usable(now);
        let is_other = |known: &Known<T>| but.is_some_and(|but| !Arc::ptr_eq(&but, &known.it));
        let pause = if known.is_some() { COOL_DOWN } else { A_MOMENT };
        if known.as_ref().is_some_and(is_other)
            || self.attempts() != before
            || !self.may_try(pause, now)
        {
            let timed_out = self.tried().as_ref().is_some_and(|tried| tried.timed_out);
            let lately = Lately { what: self.what, timed_out };
            return known.map(|known| known.it).ok_or_else(|| lately.into());
        }
        let fetched = timeout(self.patience, self.fetch()).await.map_err(Failure::from).flatten();
        let timed_out = fetched.as_ref().is_err_and(timed_out);
        *self.tried() = Some(Tried { number: before + 1, at: now, timed_out });
        match fetched {
            Ok((it, age)) => {
                let it = Arc::new(it);
                let known = Known { it: Arc::clone(&it), number: before + 1, since: now, age };
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
                Ok(it)
            }
            Err(error) => {
                let (from, what) = (&self.endpoint, self.what);
                tracing::warn!(%from, error = ?error.to_string(), "{what} could not be fetched");
                known.map(|known| known.it).ok_or(error)
            }
        }
    }

    async fn fetch(&self) -> Result<(T, Duration), Failure> {
        let request = self.endpoint.request(Method::GET).header(header::ACCEPT, "application/json");
        let reply = self.endpoint.send(request.body(Bytes::new())?, LONGEST).await?;
        let age = max_age(reply.headers()).unwrap_or(USUAL_AGE);
        Ok(((self.read)(&reply)?, age.clamp(SHORTEST_AGE, LONGEST_AGE)))
    }

    /// Whether somebody tries, or may again though something is known.
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
    fn usable(&self, now: Timestamp) -> Option<Known<T>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        known.filter(|known| known.is_within(known.age + IN_NEED, now))
    }

    fn tried(&self) -> MutexGuard<'_, Option<Tried>> {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a reply may be kept (RFC 9111 §5.2.2.1).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let control = headers.get(header::CACHE_CONTROL)?.to_str().ok()?;
    let seconds = control.split(',').find_map(|it| it.trim().strip_prefix("max-age="))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}

impl<T> Clone for Known<T> {
    fn clone(&self) -> Self {
        Self { it: Arc::clone(&self.it), ..*self }
    }
}

impl fmt::Display for Lately {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} could not be fetched a moment ago", self.what)
    }
}

impl StdError for Lately {}
