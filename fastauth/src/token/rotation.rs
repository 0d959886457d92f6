use std::time::Duration;

use super::{Algorithm, UnfitKey};

/// How often every instance looks at the keys in the store.
const LOOK: Duration = Duration::from_mins(1);

/// Keys that are kept in the store and change by themselves: what [`KeyRing::rotating`] gives to
/// `.keys(…)`.
///
/// [`KeyRing::rotating`]: super::KeyRing::rotating
///
/// Every instance of the application derives the same timeline from the store. A new key is published
/// before it signs, so that whoever reads the key set knows it in time; an old one verifies until the
/// last token that it can have signed is over, and is deleted a period later. How long tokens last stands
/// with the key, and is the longest that any instance needs: shorter lifetimes are for new keys. The private
/// keys are sealed under a key derived from the application's secret.
///
/// No single clock decides. A key that was made more than a period (of [`every`](Self::every)) after now, or
/// as long before an older one, neither signs nor ends another: it is logged as an error at each look, and the
/// next key is made at once, which signs after its lead. A clock that is wrong by less delays a change by as
/// much. Only an instance deletes old keys that has known the newest, by a clock that nobody sets, for as long
/// as that is published before it signs and tokens last. So instances that run for less than about a day leave
/// old keys in the store, sealed, which nobody goes by.
///
/// ```
/// use std::time::Duration;
///
/// use fastauth::token::{Algorithm, KeyRing};
///
/// let keys = KeyRing::rotating(Algorithm::EdDSA).every(Duration::from_hours(7 * 24));
/// ```
#[derive(Clone, Debug)]
pub struct KeyRotation {
    pub(super) algorithm: Algorithm,
    pub(super) every: Duration,
    pub(super) lead: Duration,
    longest_token: Duration,
}

impl KeyRotation {
    pub(super) const fn new(algorithm: Algorithm) -> Self {
        Self {
            algorithm,
            every: Duration::from_hours(30 * 24),
            lead: Duration::from_hours(24),
            longest_token: Duration::ZERO,
        }
    }

    /// How long one key signs: 30 days.
    #[must_use]
    pub fn every(self, every: Duration) -> Self {
        Self { every, ..self }
    }

    /// How long before it signs a key is published: a day. Who reads the key set may keep it half as long.
    #[must_use]
    pub fn published_before(self, lead: Duration) -> Self {
        Self { lead, ..self }
    }

    /// How long a token may last at most: as long as an access token, unless the application writes others
    /// that last longer. An old key is kept as long.
    #[must_use]
    pub fn longest_token(self, longest_token: Duration) -> Self {
        Self { longest_token, ..self }
    }

    /// How long a token may last, where an access token lasts so long.
    pub(super) fn longest(&self, access: Duration) -> Duration {
        self.longest_token.max(access)
    }

    /// What cannot be meant.
    pub(crate) fn contradictions(&self) -> Vec<UnfitKey> {
        const FIX: &str = "KeyRing::rotating(Algorithm::EdDSA), which changes every 30 days and publishes \
            a key a day before";
        let mut found = Vec::new();
        if self.algorithm.is_symmetric() {
            let cause = format!(
                "{} has no public key: who verifies shares the secret, and cannot follow its changes",
                self.algorithm
            );
            found.push(UnfitKey::new(cause, FIX));
        }
        if let Some(unfit) = super::key::unsigned(self.algorithm) {
            found.push(unfit);
        }
        if self.lead < 2 * LOOK {
            let cause = "a key is published less than two minutes before it signs, and instances look \
                for new ones every minute";
            found.push(UnfitKey::new(cause, FIX));
        }
        if self.every <= self.lead {
            let cause = "keys change sooner than the next one would be published";
            found.push(UnfitKey::new(cause, FIX));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_meant_is_said() {
        let minutes = Duration::from_mins;
        let rotation = |algorithm, every, lead| {
            let rotation = KeyRotation::new(algorithm).every(minutes(every));
            rotation.published_before(minutes(lead)).contradictions().len()
        };
        assert!(KeyRotation::new(Algorithm::EdDSA).contradictions().is_empty());
        assert_eq!(rotation(Algorithm::ES256, 3, 2), 0);
        assert_eq!(rotation(Algorithm::HS256, 3, 2), 1);
        assert_eq!(rotation(Algorithm::ES256, 2, 2), 1);
        assert_eq!(rotation(Algorithm::ES256, 3, 1), 1);
        assert_eq!(rotation(Algorithm::HS256, 0, 0), 3);
    }
}
