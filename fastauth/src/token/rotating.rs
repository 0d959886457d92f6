//! Keys in the store, shared by all instances, that change by themselves.

mod timeline;

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    task::spawn_blocking,
    time::Instant,
};

use super::{
    KeyRotation, TokenChecks, UnfitKey,
    key::Private,
    keys::Use,
    seal::{Seal, Unopened},
};
use crate::{
    error::SetupProblem,
    secret::Secrets,
    store::{SigningKeyStore, StoreError, StoredKey},
    time::Timestamp,
};

pub(super) use timeline::Timeline;
use timeline::{Generation, about};

/// How soon the store is asked again after it failed, or after a token of an unknown key made us look.
const COOL_DOWN: Duration = Duration::from_secs(5);
const EPOCH: Timestamp = Timestamp::from_micros(0);

/// The keys of one realm, as the store has them.
pub(crate) struct RotatingKeys {
    rotation: KeyRotation,
    /// How long a token may last.
    longest: Duration,
    /// How long a key verifies after it signed the last time, as far as this instance needs it.
    keep: Duration,
    realm: String,
    seal: Seal,
    store: Arc<dyn SigningKeyStore>,
    timeline: RwLock<Arc<Timeline>>,
    /// How often that was read.
    edition: AtomicU64,
    /// Who holds it looks at the store; the outcome of the last look.
    turn: Arc<Mutex<Option<Look>>>,
}

/// The last look at the store.
#[derive(Clone, Copy)]
struct Look {
    at: Instant,
    failed: bool,
}

/// Why the keys could not be looked after.
enum Trouble {
    Store(StoreError),
    Unfit(UnfitKey),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<UnfitKey> for Trouble {
    fn from(unfit: UnfitKey) -> Self {
        Self::Unfit(unfit)
    }
}

impl RotatingKeys {
    /// Reads the keys of the realm, and makes the first if there is none. `access` is how long an access
    /// token lasts.
    ///
    /// # Errors
    /// The store does not answer, or a key of it cannot be opened.
    pub(crate) async fn open(
        rotation: KeyRotation,
        (secrets, realm): (&Secrets, &str),
        store: Arc<dyn SigningKeyStore>,
        (access, checks): (Duration, &TokenChecks),
        now: Timestamp,
    ) -> Result<Self, SetupProblem> {
        let longest = rotation.longest(access);
        let keys = Self {
            // In whole microseconds, as rows have it.
            keep: (EPOCH + longest + checks.leeway).since(EPOCH),
            longest,
            rotation,
            realm: realm.to_owned(),
            seal: Seal::new(secrets, realm, Use::SealedKey),
            store,
            timeline: RwLock::new(Arc::new(Timeline::empty(now))),
            edition: AtomicU64::new(0),
            turn: Arc::default(),
        };
        match keys.tend(now, true).await {
            Ok(()) => Ok(keys),
            Err(Trouble::Unfit(unfit)) => Err(unfit.into()),
            Err(Trouble::Store(error)) => {
                let cause = format!("the signing keys could not be read: {error}");
                Err(SetupProblem::new(
                    "store unusable",
                    cause,
                    "check that it runs, and its rights",
                ))
            }
        }
    }

    /// What is known.
    pub(super) fn current(&self) -> Arc<Timeline> {
        Arc::clone(&self.timeline.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A number for what is known: another after each look at the store.
    pub(super) fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }

    /// What is known, after a look at the store if it is so old that another key may sign by now: each
    /// instance knows a key before it signs.
    pub(super) async fn fresh(self: &Arc<Self>, now: Timestamp) -> Arc<Timeline> {
        let known = self.current();
        if self.is_old(&known, now) { self.look_again(&known, now).await } else { known }
    }

    /// Whether there may be a key that signs and is not known.
    pub(super) fn is_old(&self, timeline: &Timeline, now: Timestamp) -> bool {
        timeline.age(now) >= self.rotation.lead / 2
    }

    /// Looks at the store once for all who ask while it is looked at, unless that was just done.
    pub(super) async fn look_again(
        self: &Arc<Self>,
        known: &Arc<Timeline>,
        now: Timestamp,
    ) -> Arc<Timeline> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let current = self.current();
        let rests = turn.is_some_and(|last| {
            last.at.elapsed() < COOL_DOWN && (last.failed || !self.is_old(&current, now))
        });
        if !Arc::ptr_eq(&current, known) || rests {
            return current;
        }
        // In a task of its own, and the turn with it: a client that hangs up ends neither.
        let keys = Arc::clone(self);
        let look = tokio::spawn(async move { keys.look(turn, now).await });
        look.await.unwrap_or(current)
    }

    /// Looks after the keys, as every instance does each minute.
    pub(crate) async fn look_after(&self, now: Timestamp) {
        self.look(Arc::clone(&self.turn).lock_owned().await, now).await;
    }

    /// One look at the store; where it fails, what is known stays.
    async fn look(&self, mut turn: OwnedMutexGuard<Option<Look>>, now: Timestamp) -> Arc<Timeline> {
        let outcome = self.tend(now, false).await;
        *turn = Some(Look { at: Instant::now(), failed: outcome.is_err() });
        if let Err(trouble) = outcome {
            let error = match trouble {
                Trouble::Store(error) => error.to_string(),
                Trouble::Unfit(unfit) => unfit.to_string(),
            };
            tracing::warn!(error = ?error, "the signing keys could not be looked after");
        }
        self.current()
    }

    /// How long a token may last.
    pub(super) fn longest(&self) -> Duration {
        self.longest
    }

    /// How long a reader may keep the key set: it knows the next key before that signs.
    pub(super) fn max_age(&self) -> Duration {
        (self.rotation.lead / 2).min(Duration::from_hours(1))
    }

    /// Reads the keys, makes the next if its time has come, and deletes those that are over. All of it can
    /// be done again, by anybody.
    async fn tend(&self, now: Timestamp, strict: bool) -> Result<(), Trouble> {
        let (mut rows, mut timeline) = self.read(now, strict).await?;
        if self.is_due(&timeline, now) {
            let next = self.make(rows.last(), now).await?;
            // Whoever was first made it.
            self.store.add_signing_key(&next).await?;
            (rows, timeline) = self.read(now, strict).await?;
        }
        for stray in timeline.strays() {
            let StoredKey { realm, generation, created_at, .. } = stray;
            tracing::error!(
                realm,
                generation,
                made_at = created_at.as_secs(),
                now = now.as_secs(),
                "a signing key does not count: the clock that made it is wrong, or this one"
            );
        }
        let stays_from = timeline.stays_from();
        *self.timeline.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(timeline);
        self.edition.fetch_add(1, Ordering::Release);
        for row in rows.iter().filter(|row| stays_from.is_some_and(|it| row.generation < it)) {
            self.store.remove_signing_key(&self.realm, row.generation).await?;
        }
        Ok(())
    }

    /// Whether the next key is to be made now: in its time, or at once after one that clocks disagree about,
    /// whose maker learns of it thereby. Never while one is waiting.
    fn is_due(&self, timeline: &Timeline, now: Timestamp) -> bool {
        let Some(last) = timeline.last() else { return true };
        let is_due = last.signs_from + self.rotation.every <= now + self.rotation.lead
            || last.algorithm != self.rotation.algorithm.name()
            || timeline.is_led_astray();
        last.signs_from <= now && is_due
    }

    /// The key after the last, which signs at once if it is the first. RSA takes a second: not on a thread that serves requests.
    async fn make(&self, last: Option<&StoredKey>, now: Timestamp) -> Result<StoredKey, Trouble> {
        let failed = || UnfitKey::new("the next signing key could not be made", "start it again");
        let algorithm = self.rotation.algorithm;
        let private = spawn_blocking(move || Private::generate(algorithm)).await;
        let private = private.map_err(|_| failed())??;
        let mut key = StoredKey {
            realm: self.realm.clone(),
            generation: last.map_or(1, |last| last.generation.saturating_add(1)),
            algorithm: algorithm.name().to_owned(),
            created_at: now,
            signs_from: last.map_or(now, |_| now + self.rotation.lead),
            verifies_for: self.keep,
            sealed: Vec::new(),
        };
        key.sealed = self.seal.close(private.as_bytes(), &about(&key)).ok_or_else(failed)?;
        Ok(key)
    }

    /// What the rows say, each of which must last for the tokens of this instance too. A key that cannot be
    /// opened is an error at the start; later it is passed over, and the others are all that counts.
    async fn read(
        &self,
        now: Timestamp,
        strict: bool,
    ) -> Result<(Vec<StoredKey>, Timeline), Trouble> {
        let mut rows = self.store.signing_keys(&self.realm).await?;
        for row in rows.iter_mut().filter(|row| row.verifies_for < self.keep) {
            self.store.prolong_signing_key(&self.realm, row.generation, self.keep).await?;
            row.verifies_for = self.keep;
        }
        if rows.is_empty() {
            return Ok((rows, Timeline::empty(now)));
        }
        let known = self.current();
        let mut generations = Vec::new();
        for row in &rows {
            match known.generation(row).map_or_else(|| self.opened(row), Ok) {
                Ok(generation) => generations.push(generation),
                Err(unfit) if strict => return Err(unfit.into()),
                Err(unfit) => {
                    tracing::error!(error = ?unfit.to_string(), "a signing key is passed over");
                }
            }
        }
        Ok((rows, Timeline::new(generations, self.rotation.every, now)?))
    }

    fn opened(&self, row: &StoredKey) -> Result<Generation, UnfitKey> {
        let which = format!("generation {} of the keys of `{}`", row.generation, self.realm);
        let delete = format!(
            "or make new keys, which ends what the old ones signed: DELETE FROM fastauth_signing_keys \
            WHERE realm = '{}'",
            self.realm.replace('\'', "''")
        );
        let damaged = || {
            UnfitKey::new(
                format!("{which} is damaged"),
                format!("restore it from a backup, {delete}"),
            )
        };
        match self.seal.open(&row.sealed, &about(row)) {
            Ok(bytes) => {
                let algorithm = row.algorithm.parse().map_err(|_| damaged())?;
                let private = Private::from_bytes(algorithm, &bytes).ok_or_else(damaged)?;
                Generation::new(row.clone(), algorithm, &private)
            }
            Err(Unopened::Damaged) => Err(damaged()),
            Err(Unopened::AnotherSecret) => Err(UnfitKey::new(
                format!("{which} is sealed under another secret than this one"),
                format!("set the secret of before, {delete}"),
            )),
        }
    }
}

impl fmt::Debug for RotatingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RotatingKeys").field("realm", &self.realm).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
