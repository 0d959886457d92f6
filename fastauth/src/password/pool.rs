use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

use super::{
    HashError, PasswordHasher, Verdict,
    pace::Pace,
    threads::{Refusal, Threads},
};
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
    threads: Arc<Threads>,
    patience: Duration,
    refusals: Pace,
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

    /// Not all at once: many who were sent away at the same moment would come again at the same moment.
    async fn refuse(&self) -> HashError {
        self.refusals.turn().await;
        HashError::Overloaded
    }
}

impl HashPool {
    /// A pool around a hasher.
    pub fn new(hasher: Arc<dyn PasswordHasher>, limits: HashLimits) -> Self {
        let HashLimits { permits, waiting, patience } = limits;
        let shared = Shared {
            hasher,
            decoy: OnceLock::new(),
            threads: Arc::new(Threads::new(permits, waiting)),
            patience,
            refusals: Pace::new(APART, LONGEST),
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
        if self.shared.threads.has_room() {
            return Ok(());
        }
        Err(self.shared.refuse().await)
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
        self.shared.threads.free()
    }

    async fn run<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce(&Shared) -> Result<T, HashError> + Send + 'static,
    {
        let (shared, (answer, mut answered)) = (Arc::clone(&self.shared), oneshot::channel());
        let work = move || {
            shared.computed.fetch_add(1, Ordering::Relaxed);
            // Who hung up needs no answer.
            let _ = answer.send(work(&shared));
        };
        let place = match self.shared.threads.enter(work) {
            Ok(place) => place,
            Err(Refusal::Full) => return Err(self.shared.refuse().await),
            Err(Refusal::NoThread(error)) => {
                tracing::error!(error = ?error.to_string(), "there is no thread to hash a password");
                return Err(self.shared.refuse().await);
            }
        };
        let done = match timeout(self.shared.patience, &mut answered).await {
            Ok(done) => done,
            Err(_) if place.leave() => return Err(HashError::Overloaded),
            Err(_) => answered.await,
        };
        done.map_err(HashError::failed)?
    }
}

/// As fine as a timer is.
const APART: Duration = Duration::from_millis(1);

/// Who is sent away is told so in less than a tenth of a second.
const LONGEST: Duration = Duration::from_millis(80);

impl fmt::Debug for HashPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashPool").field("available", &self.available()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::task::{JoinHandle, yield_now};

    use super::*;
    use crate::password::Argon2id;

    fn pool(permits: usize, waiting: usize) -> HashPool {
        let limits = HashLimits::default().permits(permits).waiting(waiting);
        HashPool::new(Arc::new(Argon2id::default()), limits)
    }

    /// Work that lasts until it is let go.
    fn long(pool: &HashPool) -> (mpsc::Sender<()>, JoinHandle<Result<(), HashError>>) {
        let (let_go, until) = mpsc::channel::<()>();
        let pool = pool.clone();
        let work = move |_: &Shared| {
            let _ = until.recv();
            Ok(())
        };
        (let_go, tokio::spawn(async move { pool.run(work).await }))
    }

    #[tokio::test]
    async fn there_is_room_again_when_a_permit_comes_back() {
        let pool = pool(1, 0);
        assert!(pool.has_room().await.is_ok());
        let (let_go, first) = long(&pool);
        yield_now().await;
        let second = pool.run(|_| Ok(())).await;
        for refused in [pool.has_room().await, second] {
            assert!(matches!(refused, Err(HashError::Overloaded)));
        }
        drop(let_go);
        assert!(first.await.unwrap().is_ok());
        while pool.available() == 0 {
            yield_now().await;
        }
        assert!(pool.has_room().await.is_ok() && pool.run(|_| Ok(())).await.is_ok());
    }

    #[tokio::test]
    async fn who_hangs_up_leaves_their_place_and_their_work_undone() {
        let pool = pool(1, 1);
        let (let_go, first) = long(&pool);
        yield_now().await;
        let second = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(|_| Ok(())).await }
        });
        yield_now().await;
        assert!(pool.has_room().await.is_err());
        second.abort();
        assert!(second.await.is_err());
        assert!(pool.has_room().await.is_ok());
        drop(let_go);
        assert!(first.await.unwrap().is_ok());
        assert!(pool.run(|_| Ok(())).await.is_ok());
        assert_eq!(pool.computed(), 2);
    }

    #[tokio::test]
    async fn a_permit_is_held_until_the_work_is_done_whoever_hangs_up() {
        let pool = pool(2, 0);
        let (let_go, first) = long(&pool);
        yield_now().await;
        first.abort();
        assert!(first.await.is_err());
        assert_eq!(pool.available(), 1);
        drop(let_go);
        while pool.available() < 2 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn work_that_breaks_is_told_and_stops_nobody() {
        let pool = pool(1, 1);
        #[allow(clippy::panic, reason = "what a hasher of the application's own may do")]
        let broken = pool.run::<(), _>(|_| panic!("as hashers do")).await;
        assert!(matches!(broken, Err(HashError::Failed(_))));
        assert!(pool.run(|_| Ok(())).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends_while_one_waits_and_not_while_one_is_served() {
        let pool = pool(1, 1);
        let (let_go, first) = long(&pool);
        yield_now().await;
        assert!(matches!(pool.run(|_| Ok(())).await, Err(HashError::Overloaded)));
        assert!(pool.has_room().await.is_ok());
        drop(let_go);
        assert!(first.await.unwrap().is_ok());
    }
}
