use std::{sync::Arc, time::Duration};

use crate::{
    store::StoredKey,
    time::Timestamp,
    token::{Algorithm, KeyRing, SigningKey, UnfitKey, VerifyingKey, key::Private},
};

/// How long after its end a key stays in the store, for instances whose clocks differ.
pub(super) const MARGIN: Duration = Duration::from_mins(1);

/// A key of the store, opened.
#[derive(Clone, Debug)]
pub(super) struct Generation {
    row: StoredKey,
    key: Arc<SigningKey>,
    /// When the last token that it signed is over; none while it signs or waits.
    over: Option<Timestamp>,
}

impl Generation {
    pub(super) fn new(
        row: StoredKey,
        algorithm: Algorithm,
        private: &Private,
    ) -> Result<Self, UnfitKey> {
        let key = Arc::new(SigningKey::of(algorithm, private, None)?);
        Ok(Self { row, key, over: None })
    }
}

/// Which key signs when, as all instances read it from the same rows.
#[derive(Debug)]
pub(in crate::token) struct Timeline {
    /// The oldest first.
    generations: Vec<Generation>,
    /// How many of them are over.
    over: usize,
    /// What verifies: all others, the next ones too.
    ring: Option<KeyRing>,
    read_at: Timestamp,
}

impl Timeline {
    pub(super) fn empty(now: Timestamp) -> Self {
        Self { generations: Vec::new(), over: 0, ring: None, read_at: now }
    }

    pub(super) fn new(mut generations: Vec<Generation>, now: Timestamp) -> Result<Self, UnfitKey> {
        let mut ended: Option<Timestamp> = None;
        for generation in generations.iter_mut().rev() {
            generation.over = ended.map(|ended| ended + generation.row.verifies_for);
            let begins = generation.row.signs_from;
            ended = Some(ended.map_or(begins, |ended| ended.min(begins)));
        }
        let is_over = |it: &Generation| it.over.is_some_and(|over| over + MARGIN <= now);
        let over = generations.iter().take_while(|it| is_over(it)).count();
        let keys = generations.iter().skip(over).map(|it| it.key.verifying().clone());
        Ok(Self { ring: Some(KeyRing::verify_only(keys)?), generations, over, read_at: now })
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
        Some(Generation { row: row.clone(), key: Arc::clone(&known.key), over: None })
    }

    /// What verifies.
    pub(in crate::token) fn ring(&self) -> Option<&KeyRing> {
        self.ring.as_ref()
    }

    /// The first generation that is not over, if any before it is.
    pub(super) fn over_before(&self) -> Option<i64> {
        let first = self.generations.get(self.over).filter(|_| self.over > 0);
        first.map(|it| it.row.generation)
    }

    /// The last generation, which signs or waits.
    pub(super) fn last(&self) -> Option<&StoredKey> {
        self.generations.last().map(|it| &it.row)
    }

    /// The key that signs now: the last whose time has come, or the first where the clock was set back.
    pub(in crate::token) fn signing(&self, now: Timestamp) -> Option<&SigningKey> {
        let begun = self.generations.iter().rfind(|it| it.row.signs_from <= now);
        begun.or(self.generations.get(self.over)).map(|generation| &*generation.key)
    }

    /// The keys whose tokens may be live, and the next ones; the oldest first.
    pub(super) fn live(&self, now: Timestamp) -> impl Iterator<Item = &VerifyingKey> {
        let live = self.generations.iter().filter(move |it| it.over.is_none_or(|over| now < over));
        live.map(|generation| generation.key.verifying())
    }
}

/// What a key is sealed together with: it opens in its own row alone.
pub(super) fn about(row: &StoredKey) -> Vec<u8> {
    let numbers = [row.generation, row.created_at.as_micros(), row.signs_from.as_micros()]
        .map(i64::to_be_bytes);
    // Of fixed lengths but for the last.
    [numbers.concat().as_slice(), row.algorithm.as_bytes(), b"\0", row.realm.as_bytes()].concat()
}
