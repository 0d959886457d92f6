//! What a store decides about a refresh token: the one place where the rule of rotation stands.

use super::{Rotation, Session};
use crate::{secret::Digest, time::Timestamp};

/// What is kept of a session's refresh tokens.
#[derive(Clone, Debug, Default)]
pub(super) struct Refresh {
    /// The digest of the one that works; `None` for a session without refresh tokens.
    pub(super) current: Option<Digest>,
    /// The digest of the one before.
    pub(super) parent: Option<Digest>,
    /// When `current` took the place of `parent`.
    pub(super) rotated_at: Option<Timestamp>,
}

/// What is to be done about one use of a refresh token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    /// Nothing changes; the child is current already.
    Replay,
    /// The session ends.
    Reuse,
    /// The child becomes current.
    Rotate,
}

impl Refresh {
    /// Judges one use of a token of a live session.
    ///
    /// The immediate parent gets the same child for a short while, so that a lost reply or two
    /// tabs strand nobody; whatever is older is theft (RFC 9700 §4.14.2, against its letter: there
    /// every second use is).
    pub(super) fn judge(&self, rotation: &Rotation) -> Verdict {
        if self.current == Some(rotation.presented) {
            return Verdict::Rotate;
        }
        let is_parent =
            self.parent == Some(rotation.presented) && self.current == Some(rotation.child);
        // A clock that was set back must not make a parent immortal: the distance counts.
        let in_grace = self.rotated_at.is_some_and(|at| {
            rotation.now.since(at) <= rotation.grace && at.since(rotation.now) <= rotation.grace
        });
        if is_parent && in_grace { Verdict::Replay } else { Verdict::Reuse }
    }

    /// Makes the child current, and the session last a while longer.
    pub(super) fn rotate(&mut self, session: &mut Session, rotation: &Rotation) {
        self.parent = Some(rotation.presented);
        self.current = Some(rotation.child);
        self.rotated_at = Some(rotation.now);
        session.last_used_at = rotation.now;
        session.idle_until = (rotation.now + rotation.idle).min(session.expires_at);
    }
}
