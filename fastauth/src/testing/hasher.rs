use crate::password::Argon2id;

/// Argon2id at the least cost there is: what [`TestAuth`](super::TestAuth) hashes by, for a builder
/// of your own in a test. Its hashes protect nobody.
#[must_use]
pub fn cheap_hasher() -> Argon2id {
    // RFC 9106 §3.1: eight blocks for each lane.
    Argon2id::with_costs(8, 1, 1).unwrap_or_default()
}
