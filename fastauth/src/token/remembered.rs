//! Tokens that were verified a short while ago.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{secret::Digest, time::Timestamp};

/// What tokens said when they were verified, by their digests.
///
/// Nobody but who has signed them can add to it, and it is bounded by the length of the tokens: when the
/// newer half is full, the older goes.
#[derive(Default)]
pub(super) struct Remembered([Mutex<Shelf>; SHELVES]);

/// What is remembered of a token.
#[derive(Clone)]
pub(super) struct Known {
    /// By which keys it was verified.
    pub(super) keys: u64,
    /// From when on and until when it may be used.
    pub(super) time: (Timestamp, Timestamp),
    /// Its length, for which what it says stands.
    pub(super) bytes: usize,
    pub(super) claims: Arc<dyn Any + Send + Sync>,
}

#[derive(Default)]
struct Shelf {
    newer: Half,
    older: Half,
}

#[derive(Default)]
struct Half {
    tokens: HashMap<[u8; 32], Known>,
    bytes: usize,
}

impl Known {
    /// Whether it would be found good now as well, by clocks that may differ so much.
    fn holds(&self, keys: u64, leeway: Duration, now: Timestamp) -> bool {
        let (begins, ends) = self.time;
        self.keys == keys && begins <= now + leeway && now < ends + leeway
    }
}

impl Remembered {
    /// What a token said, if it would be found good by these keys now.
    pub(super) fn find(
        &self,
        token: &Digest,
        keys: u64,
        leeway: Duration,
        now: Timestamp,
    ) -> Option<Arc<dyn Any + Send + Sync>> {
        self.on_shelf(token, |shelf| {
            if let Some(known) = shelf.newer.tokens.get(token.as_bytes()) {
                return known.holds(keys, leeway, now).then(|| Arc::clone(&known.claims));
            }
            let known = shelf.older.tokens.remove(token.as_bytes())?;
            shelf.older.bytes -= known.bytes;
            let claims = known.holds(keys, leeway, now).then(|| Arc::clone(&known.claims))?;
            shelf.put(token, known);
            Some(claims)
        })
    }

    /// Remembers a token that was verified just now.
    pub(super) fn keep(&self, token: &Digest, known: Known) {
        self.on_shelf(token, |shelf| shelf.put(token, known));
    }

    /// Shelves are for those who come at the same time.
    fn on_shelf<T>(&self, token: &Digest, work: impl FnOnce(&mut Shelf) -> T) -> T {
        let number = usize::from(token.as_bytes()[0]) % SHELVES;
        let [first, ..] = &self.0;
        let chosen = self.0.get(number).unwrap_or(first);
        work(&mut chosen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shelf {
    fn put(&mut self, token: &Digest, known: Known) {
        if self.newer.bytes + known.bytes > HALF {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.bytes += known.bytes;
        if let Some(before) = self.newer.tokens.insert(*token.as_bytes(), known) {
            self.newer.bytes -= before.bytes;
        }
    }
}

const SHELVES: usize = 8;

/// The length of all tokens in half a shelf: four mebibytes in all, and with what they say some sixteen.
const HALF: usize = 4 * 1024 * 1024 / (2 * SHELVES);

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
    const SECOND: Duration = Duration::from_secs(1);
    const NONE: Duration = Duration::ZERO;

    fn known(bytes: usize) -> Known {
        Known { keys: 1, time: (NOW, NOW + SECOND), bytes, claims: Arc::new("said") }
    }

    fn is_known(remembered: &Remembered, token: &Digest) -> bool {
        remembered.find(token, 1, NONE, NOW).is_some()
    }

    #[test]
    fn a_token_is_remembered_for_its_time_and_its_keys() {
        let (remembered, token) = (Remembered::default(), Digest::of("token"));
        assert!(!is_known(&remembered, &token));
        remembered.keep(&token, known(400));
        let find = |keys, leeway, now| remembered.find(&token, keys, leeway, now).is_some();
        let moment = Duration::from_micros(1);
        assert!(find(1, NONE, NOW) && find(1, NONE, NOW + SECOND - moment));
        assert!(!find(1, NONE, NOW - moment) && find(1, moment, NOW - moment));
        assert!(!find(1, NONE, NOW + SECOND) && find(1, moment, NOW + SECOND));
        assert!(!find(2, NONE, NOW), "other keys");
        assert!(remembered.find(&Digest::of("another"), 1, NONE, NOW).is_none());
    }

    #[test]
    fn what_is_remembered_is_bounded_whatever_the_number_of_tokens() {
        let remembered = Remembered::default();
        let often = Digest::of("often");
        remembered.keep(&often, known(400));
        for number in 0..100_000_u32 {
            remembered.keep(&Digest::of(number.to_be_bytes()), known(400));
            assert!(is_known(&remembered, &often), "what is used was forgotten");
        }
        let mut tokens = 0;
        for shelf in &remembered.0 {
            let shelf = shelf.lock().unwrap();
            for half in [&shelf.newer, &shelf.older] {
                assert!(half.bytes <= HALF);
                assert_eq!(half.bytes, half.tokens.len() * 400);
                tokens += half.tokens.len();
            }
        }
        assert!((5_000..=2 * SHELVES * HALF / 400).contains(&tokens), "{tokens}");
        // Nothing counts for longer because there is much of it.
        assert!(remembered.find(&often, 2, NONE, NOW).is_none(), "other keys");
        assert!(remembered.find(&often, 1, NONE, NOW + SECOND).is_none(), "it is over");
    }

    #[test]
    fn a_token_that_comes_twice_counts_once() {
        let (remembered, token) = (Remembered::default(), Digest::of("token"));
        for _ in 0..3 {
            remembered.keep(&token, known(400));
        }
        let bytes: usize = remembered.0.iter().map(|it| it.lock().unwrap().newer.bytes).sum();
        assert_eq!(bytes, 400);
    }
}
