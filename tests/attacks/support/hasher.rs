use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use fastauth::{
    Password, PasswordHash,
    password::{Argon2id, HashError, PasswordHasher, Verdict},
};

/// Argon2id at its least costs.
pub(crate) fn cheap() -> Argon2id {
    Argon2id::with_costs(8, 1, 1).unwrap()
}

/// Counts what a hasher is asked, and how many ask at once.
#[derive(Clone)]
pub(crate) struct Counting {
    hasher: Arc<Argon2id>,
    takes: Duration,
    computed: Arc<AtomicUsize>,
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Counting {
    pub(crate) fn new() -> Self {
        Self {
            hasher: Arc::new(cheap()),
            takes: Duration::ZERO,
            computed: Arc::default(),
            running: Arc::default(),
            most: Arc::default(),
        }
    }

    /// Each hash takes so long.
    pub(crate) fn taking(self, takes: Duration) -> Self {
        Self { takes, ..self }
    }

    /// How many hashes were computed.
    pub(crate) fn computed(&self) -> usize {
        self.computed.load(Ordering::SeqCst)
    }

    /// How many were computed at once, at most.
    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    fn count<T>(&self, work: impl FnOnce(&Argon2id) -> T) -> T {
        self.computed.fetch_add(1, Ordering::SeqCst);
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        thread::sleep(self.takes);
        let done = work(&self.hasher);
        self.running.fetch_sub(1, Ordering::SeqCst);
        done
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
        self.hasher.decoy()
    }
}
