use std::{sync::Arc, time::Duration};

use crate::{
    store::StoredKey,
    time::Timestamp,
    token::{Algorithm, KeyRing, SigningKey, UnfitKey, key::Private},
};

/// A key of the store, opened.
#[derive(Clone, Debug)]
pub(super) struct Generation {
    row: StoredKey,
    key: Arc<SigningKey>,
}

impl Generation {
    pub(super) fn new(
        row: StoredKey,
        algorithm: Algorithm,
        private: &Private,
    ) -> Result<Self, UnfitKey> {
        Ok(Self { row, key: Arc::new(SigningKey::of(algorithm, private, None)?) })
    }
}

/// Which key signs when, as all instances read it from the same rows.
#[derive(Debug)]
pub(in crate::token) struct Timeline {
    /// The oldest first.
    generations: Vec<Generation>,
    /// What verifies: all of them, the next ones too.
    ring: Option<KeyRing>,
    read_at: Timestamp,
}

impl Timeline {
    pub(super) fn empty(now: Timestamp) -> Self {
        Self { generations: Vec::new(), ring: None, read_at: now }
    }

    pub(super) fn new(generations: Vec<Generation>, now: Timestamp) -> Result<Self, UnfitKey> {
        let keys = generations.iter().map(|it| it.key.verifying().clone());
        Ok(Self { ring: Some(KeyRing::verify_only(keys)?), generations, read_at: now })
    }

    /// How old what is known is.
    pub(super) fn age(&self, now: Timestamp) -> Duration {
        now.since(self.read_at)
    }

    /// The opened key of a row that was opened before.
    pub(super) fn generation(&self, row: &StoredKey) -> Option<Generation> {
        let is_it =
            |known: &&Generation| known.row.sealed == row.sealed && about(&known.row) == about(row);
        let known = self.generations.iter().find(is_it)?;
        Some(Generation { row: row.clone(), key: Arc::clone(&known.key) })
    }

    /// What verifies.
    pub(in crate::token) fn ring(&self) -> Option<&KeyRing> {
        self.ring.as_ref()
    }

    /// The key that signs now: the last whose time has come, or the first where the clock was set back.
    pub(in crate::token) fn signing(&self, now: Timestamp) -> Option<&SigningKey> {
        let begun = self.generations.iter().rfind(|it| it.row.signs_from <= now);
        begun.or(self.generations.first()).map(|generation| &*generation.key)
    }

    /// All keys, the oldest first, and when the last token of each is over; none while it signs or waits.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&SigningKey, Option<Timestamp>)> {
        let next = self.generations.iter().skip(1).map(|it| Some(it.row.signs_from));
        self.generations.iter().zip(next.chain([None])).map(|(generation, ended)| {
            (&*generation.key, ended.map(|ended| ended + generation.row.verifies_for))
        })
    }
}

/// What a key is sealed together with: it opens in its own row alone.
pub(super) fn about(row: &StoredKey) -> Vec<u8> {
    let numbers = [row.generation, row.created_at.as_micros(), row.signs_from.as_micros()]
        .map(i64::to_be_bytes);
    // Of fixed lengths but for the last.
    [numbers.concat().as_slice(), row.algorithm.as_bytes(), b"\0", row.realm.as_bytes()].concat()
}
