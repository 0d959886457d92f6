use std::{
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use fastauth::{
    Password, PasswordHash,
    password::{Argon2id, HashError, PasswordHasher, Verdict},
    testing::cheap_hasher,
};

/// A hash that nobody lets go on goes on by itself, so that a failed test ends.
const PATIENCE: Duration = Duration::from_secs(15);

/// Counts what a hasher is asked, and how many ask at once; keeps them waiting when told to.
#[derive(Clone)]
pub struct Counting(Arc<Shared>);

struct Shared {
    hasher: Argon2id,
    closed: Mutex<bool>,
    opened: Condvar,
    computed: AtomicUsize,
    running: AtomicUsize,
    most: AtomicUsize,
}

impl Counting {
    /// How many hashes were begun.
    pub fn computed(&self) -> usize {
        self.0.computed.load(Ordering::SeqCst)
    }

    /// How many are being computed.
    pub fn running(&self) -> usize {
        self.0.running.load(Ordering::SeqCst)
    }

    /// How many were computed at once, at most.
    pub fn most(&self) -> usize {
        self.0.most.load(Ordering::SeqCst)
    }

    /// Waits until so many are being computed.
    pub async fn runs(&self, count: usize) {
        for _ in 0..5_000 {
            if self.running() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("never {count} at once: {}", self.running());
    }

    /// From now on no hash ends.
    pub fn close(&self) {
        *self.0.closed.lock().expect("nobody panics with it") = true;
    }

    /// They all go on.
    pub fn open(&self) {
        *self.0.closed.lock().expect("nobody panics with it") = false;
        self.0.opened.notify_all();
    }

    fn count<T>(&self, work: impl FnOnce(&Argon2id) -> T) -> T {
        let shared = &self.0;
        shared.computed.fetch_add(1, Ordering::SeqCst);
        let running = shared.running.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most.fetch_max(running, Ordering::SeqCst);
        let closed = shared.closed.lock().expect("nobody panics with it");
        let waited = shared.opened.wait_timeout_while(closed, PATIENCE, |closed| *closed);
        drop(waited.expect("nobody panics with it"));
        let done = work(&shared.hasher);
        shared.running.fetch_sub(1, Ordering::SeqCst);
        done
    }
}

impl Default for Counting {
    fn default() -> Self {
        Self(Arc::new(Shared {
            hasher: cheap_hasher(),
            closed: Mutex::new(false),
            opened: Condvar::new(),
            computed: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        }))
    }
}

impl PasswordHasher for Counting {
    fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        self.count(|hasher| hasher.hash(password))
    }

    fn verify_and_update(
        &self,
        password: &Password,
        hash: &PasswordHash,
    ) -> Result<Verdict, HashError> {
        self.count(|hasher| hasher.verify_and_update(password, hash))
    }

    fn decoy(&self) -> Result<PasswordHash, HashError> {
        self.0.hasher.decoy()
    }
}
