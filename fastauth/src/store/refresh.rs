//! What a store decides about a refresh token: the one place where the rule of rotation stands.

use super::{Rotation, Session};
use crate::{secret::Digest, time::Timestamp};

/// What is kept of the refresh token before the one that works.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parent {
    /// Its digest.
    pub(super) digest: Digest,
    /// When its child took its place.
    pub(super) rotated_at: Timestamp,
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

/// Judges one use of a token of a live session.
///
/// The immediate parent gets the same child for a short while, so that a lost reply or two tabs
/// strand nobody; whatever is older is theft (RFC 9700 §4.14.2, against its letter: there every
/// second use is).
pub(super) fn judge(session: &Session, before: Option<&Parent>, rotation: &Rotation) -> Verdict {
    let current = session.credential;
    if current == Some(rotation.presented) {
        return Verdict::Rotate;
    }
    let is_parent = before.is_some_and(|parent| {
        // A clock that was set back must not make a parent immortal: the distance counts.
        let (now, then) = (rotation.now, parent.rotated_at);
        let in_grace = now.since(then) <= rotation.grace && then.since(now) <= rotation.grace;
        parent.digest == rotation.presented && in_grace
    });
    if is_parent && current == Some(rotation.child) { Verdict::Replay } else { Verdict::Reuse }
}

/// Makes the child current, and the session last a while longer; gives back what came before.
pub(super) fn rotate(session: &mut Session, rotation: &Rotation) -> Parent {
    session.credential = Some(rotation.child);
    session.last_used_at = rotation.now;
    session.idle_until = (rotation.now + rotation.idle).min(session.expires_at);
    Parent { digest: rotation.presented, rotated_at: rotation.now }
}
