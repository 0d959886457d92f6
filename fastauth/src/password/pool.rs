use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{HashError, PasswordHasher, Verdict, priority::at_low_priority};
use crate::secret::{Password, PasswordHash};

/// How much hashing happens at a time.
#[derive(Clone, Copy, Debug)]
pub struct HashLimits {
    permits: usize,
    waiting: usize,
    patience: Duration,
}

impl Default for HashLimits {
    /// As many at a time as there are cores; 64 waiting, for two seconds at most.
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self { permits: cores, waiting: 64, patience: Duration::from_secs(2) }
    }
}

impl HashLimits {
    /// Passwords that are hashed at a time, at least one. Each holds its memory: 19 MiB.
    #[must_use]
    pub fn permits(self, permits: usize) -> Self {
        Self { permits: permits.max(1), ..self }
    }

    /// Requests that may wait for one of them; the next is told to come again.
    #[must_use]
    pub fn waiting(self, waiting: usize) -> Self {
        Self { waiting, ..self }
    }

    /// How long a request waits.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

/// Hashing where it harms nobody: on threads that let all others go first, behind as many permits as
/// there are cores and a short queue, so that a flood of logins never slows the other routes.
#[derive(Clone)]
pub struct HashPool {
    shared: Arc<Shared>,
}

struct Shared {
    hasher: Arc<dyn PasswordHasher>,
    decoy: OnceLock<PasswordHash>,
    permits: Arc<Semaphore>,
    queue: Semaphore,
    patience: Duration,
    computed: AtomicU64,
}

impl Shared {
    /// The one decoy of this pool.
    fn decoy(&self) -> Result<&PasswordHash, HashError> {
        if let Some(made) = self.decoy.get() {
            return Ok(made);
        }
        let made = self.hasher.decoy()?;
        Ok(self.decoy.get_or_init(|| made))
    }
}

impl HashPool {
    /// A pool around a hasher.
    pub fn new(hasher: Arc<dyn PasswordHasher>, limits: HashLimits) -> Self {
        let HashLimits { permits, waiting, patience } = limits;
        let shared = Shared {
            hasher,
            decoy: OnceLock::new(),
            permits: Arc::new(Semaphore::new(permits)),
            queue: Semaphore::new(waiting),
            patience,
            computed: AtomicU64::new(0),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Whether there is room for one more: asked before any other work is done for a password, so that
    /// a flood of them costs next to nothing.
    ///
    /// # Errors
    /// [`HashError::Overloaded`] when too many are waiting.
    pub async fn has_room(&self) -> Result<(), HashError> {
        let shared = &self.shared;
        if shared.permits.available_permits() + shared.queue.available_permits() == 0 {
            return Err(refuse().await);
        }
        Ok(())
    }

    /// A new hash.
    ///
    /// # Errors
    /// [`HashError::Overloaded`] when too many are waiting.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, HashError> {
        self.run(move |shared| shared.hasher.hash(&password)).await
    }

    /// Whether this is the password.
    ///
    /// # Errors
    /// [`HashError::Overloaded`] when too many are waiting.
    pub async fn verify(
        &self,
        password: Password,
        hash: PasswordHash,
    ) -> Result<Verdict, HashError> {
        self.run(move |shared| shared.hasher.verify_and_update(&password, &hash)).await
    }

    /// The work of [`verify`](Self::verify) for an account that is not there.
    ///
    /// # Errors
    /// [`HashError::Overloaded`] when too many are waiting.
    pub async fn verify_nobody(&self, password: Password) -> Result<(), HashError> {
        self.run(move |shared| {
            let decoy = shared.decoy()?;
            shared.hasher.verify_and_update(&password, decoy).map(drop)
        })
        .await
    }

    /// How many passwords were hashed or checked so far.
    pub fn computed(&self) -> u64 {
        self.shared.computed.load(Ordering::Relaxed)
    }

    /// How many more could be hashed at this moment without waiting.
    pub fn available(&self) -> usize {
        self.shared.permits.available_permits()
    }

    async fn run<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce(&Shared) -> Result<T, HashError> + Send + 'static,
    {
        let permit = self.permit().await?;
        let shared = Arc::clone(&self.shared);
        // The permit goes with the work: a client that hangs up gives it back when the hash is done,
        // not before.
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            shared.computed.fetch_add(1, Ordering::Relaxed);
            at_low_priority(|| work(&shared))
        });
        done.await.map_err(HashError::failed)?
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, HashError> {
        let shared = &self.shared;
        let permits = Arc::clone(&shared.permits);
        if let Ok(free) = Arc::clone(&permits).try_acquire_owned() {
            return Ok(free);
        }
        let Ok(_place) = shared.queue.try_acquire() else { return Err(refuse().await) };
        match tokio::time::timeout(shared.patience, permits.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(HashError::Overloaded),
        }
    }
}

/// Not at once: who comes again as soon as they were sent away would keep the server busy with that.
async fn refuse() -> HashError {
    tokio::time::sleep(A_MOMENT).await;
    HashError::Overloaded
}

const A_MOMENT: Duration = Duration::from_millis(80);

impl fmt::Debug for HashPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashPool").field("available", &self.available()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::password::Argon2id;

    #[tokio::test(start_paused = true)]
    async fn who_is_refused_learns_it_after_a_moment() {
        let limits = HashLimits::default().permits(1).waiting(0);
        let pool = HashPool::new(Arc::new(Argon2id::default()), limits);
        let begun = Instant::now();
        assert!(pool.has_room().await.is_ok());
        let held = pool.permit().await;
        assert!(held.is_ok() && begun.elapsed() < A_MOMENT);
        for refused in [pool.has_room().await.err(), pool.permit().await.err()] {
            assert!(matches!(refused, Some(HashError::Overloaded)));
        }
        let (took, timer) = (begun.elapsed(), Duration::from_millis(1));
        assert!((2 * A_MOMENT..=2 * (A_MOMENT + timer)).contains(&took), "{took:?}");
        drop(held);
        assert!(pool.has_room().await.is_ok());
    }
}
