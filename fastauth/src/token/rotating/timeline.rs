use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    store::StoredKey,
    time::Timestamp,
    token::{Algorithm, KeyRing, SigningKey, UnfitKey, VerifyingKey, key::Private},
};

/// How long after its end a key still verifies, for instances whose clocks differ.
pub(super) const MARGIN: Duration = Duration::from_mins(1);

/// A key of the store, opened.
#[derive(Clone, Debug)]
pub(super) struct Generation {
    row: StoredKey,
    key: Arc<SigningKey>,
    /// When the last token that it signed is over; none while it signs or waits.
    over: Option<Timestamp>,
    /// Made by a clock that is wrong, unless it is this instance's.
    is_stray: bool,
    /// Since when this instance knows it, by a clock that nobody sets.
    known_since: Instant,
}

impl Generation {
    pub(super) fn new(
        row: StoredKey,
        algorithm: Algorithm,
        private: &Private,
    ) -> Result<Self, UnfitKey> {
        let key = Arc::new(SigningKey::of(algorithm, private, None)?);
        Ok(Self { row, key, over: None, is_stray: false, known_since: Instant::now() })
    }
}

/// Which key signs when, as all instances read it from the same rows.
#[derive(Debug)]
pub(in crate::token) struct Timeline {
    /// The oldest first.
    generations: Vec<Generation>,
    /// How many of them are over.
    over: usize,
    /// How many of these are over by any clock that is wrong by a period at most.
    long_over: usize,
    /// What verifies: all others, the next ones too.
    ring: Option<KeyRing>,
    read_at: Timestamp,
}

impl Timeline {
    pub(super) fn empty(now: Timestamp) -> Self {
        Self { generations: Vec::new(), over: 0, long_over: 0, ring: None, read_at: now }
    }

    pub(super) fn new(
        mut generations: Vec<Generation>,
        period: Duration,
        now: Timestamp,
    ) -> Result<Self, UnfitKey> {
        find_strays(&mut generations, period, now);
        let mut ended: Option<Timestamp> = None;
        for generation in generations.iter_mut().rev() {
            generation.over = ended.map(|ended| ended + generation.row.verifies_for);
            if !generation.is_stray {
                let begins = generation.row.signs_from;
                ended = Some(ended.map_or(begins, |ended| ended.min(begins)));
            }
        }
        let over_for = |time: Duration| {
            let is_over = |it: &&Generation| it.over.is_some_and(|over| over + time <= now);
            generations.iter().take_while(is_over).count()
        };
        let (over, long_over) = (over_for(MARGIN), over_for(period));
        let keys = generations.iter().skip(over).map(|it| it.key.verifying().clone());
        Ok(Self {
            ring: Some(KeyRing::verify_only(keys)?),
            generations,
            over,
            long_over,
            read_at: now,
        })
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
        Some(Generation { row: row.clone(), ..known.clone() })
    }

    /// What verifies.
    pub(in crate::token) fn ring(&self) -> Option<&KeyRing> {
        self.ring.as_ref()
    }

    /// The first generation that is to stay, if those before it may be deleted. The clock of one instance
    /// may be wrong, so they are over for a period; and as it may be wrong by more than that, the newest key, to which every instance would have
    /// made a next one if it did not go by it, has stood since this instance knows it for as long as it is
    /// published before it signs, and the tokens of the others for as long as they last after that.
    pub(super) fn stays_from(&self) -> Option<i64> {
        let first = self.generations.get(self.long_over).filter(|_| self.long_over > 0)?;
        let last = self.generations.last().filter(|last| !last.is_stray)?;
        let lead = last.row.signs_from.since(last.row.created_at);
        let longest = self.generations.iter().map(|it| it.row.verifies_for).max()?;
        let settled = lead.saturating_add(longest).saturating_add(MARGIN);
        (last.known_since.elapsed() >= settled).then_some(first.row.generation)
    }

    /// The last key to go by, which signs or waits.
    pub(super) fn last(&self) -> Option<&StoredKey> {
        self.generations.iter().rfind(|it| !it.is_stray).map(|it| &it.row)
    }

    /// Whether the newest key was made by a clock that is wrong.
    pub(super) fn is_led_astray(&self) -> bool {
        self.generations.last().is_some_and(|last| last.is_stray)
    }

    /// The keys made by a clock that is wrong, until they are over.
    pub(super) fn strays(&self) -> impl Iterator<Item = &StoredKey> {
        self.generations.iter().skip(self.over).filter(|it| it.is_stray).map(|it| &it.row)
    }

    /// The key that signs now: the last whose time has come, or the first where the clock was set back.
    pub(in crate::token) fn signing(&self, now: Timestamp) -> Option<&SigningKey> {
        let has_begun = |it: &&Generation| !it.is_stray && it.row.signs_from <= now;
        let begun = self.generations.iter().rfind(has_begun);
        begun.or(self.generations.get(self.over)).map(|generation| &*generation.key)
    }

    /// What is published at this moment: the next keys too, and the old ones until their last token is over.
    pub(in crate::token) fn published(&self, now: Timestamp) -> Vec<VerifyingKey> {
        let live = self.generations.iter().filter(|it| it.over.is_none_or(|over| now < over));
        live.map(|generation| generation.key.verifying().clone()).collect()
    }
}

/// Finds what was made more than a period after now, or more than a period before an older one that was made
/// before now. Such a key verifies, for whose clock is wrong may sign with it; it neither signs nor ends
/// another.
fn find_strays(generations: &mut [Generation], period: Duration, now: Timestamp) {
    let mut newest = None;
    for generation in generations {
        let made = generation.row.created_at;
        let is_behind = newest.is_some_and(|newest| made + period < newest);
        generation.is_stray = now + period < made || is_behind;
        if made <= now {
            newest = newest.max(Some(made));
        }
    }
}

/// What a key is sealed together with: it opens in its own row alone.
pub(super) fn about(row: &StoredKey) -> Vec<u8> {
    let numbers = [row.generation, row.created_at.as_micros(), row.signs_from.as_micros()]
        .map(i64::to_be_bytes);
    // Of fixed lengths but for the last.
    [numbers.concat().as_slice(), row.algorithm.as_bytes(), b"\0", row.realm.as_bytes()].concat()
}
