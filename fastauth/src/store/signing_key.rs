use std::{fmt, time::Duration};

use async_trait::async_trait;

use super::StoreError;
use crate::time::Timestamp;

/// One generation of the keys that sign a realm's tokens. The store keeps the private key sealed: what it
/// holds opens nothing.
#[derive(Clone, Eq, PartialEq)]
pub struct StoredKey {
    /// The realm: the users' table.
    pub realm: String,
    /// Which of the realm's keys it is; each has a higher number than the one before.
    pub generation: i64,
    /// The name of its algorithm.
    pub algorithm: String,
    /// Since when it is published.
    pub created_at: Timestamp,
    /// From when on it signs, until the next one does.
    pub signs_from: Timestamp,
    /// How long it verifies after it signed the last time: what the tokens of any instance need, in whole
    /// microseconds.
    pub verifies_for: Duration,
    /// The private key, sealed.
    pub sealed: Vec<u8>,
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey")
            .field("realm", &self.realm)
            .field("generation", &self.generation)
            .field("algorithm", &self.algorithm)
            .field("signs_from", &self.signs_from)
            .field("verifies_for", &self.verifies_for)
            .finish_non_exhaustive()
    }
}

/// Keeps the keys that sign tokens, for all instances of an application together.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep signing keys",
    label = "does not keep signing keys",
    note = "implement `fastauth::store::SigningKeyStore` for it"
)]
#[async_trait]
pub trait SigningKeyStore: Send + Sync + 'static {
    /// The keys of a realm, the oldest generation first.
    async fn signing_keys(&self, realm: &str) -> Result<Vec<StoredKey>, StoreError>;

    /// Keeps a key unless the realm has one of this generation or a later one; says whether it did. Of many
    /// that race, one does.
    async fn add_signing_key(&self, key: &StoredKey) -> Result<bool, StoreError>;

    /// Has a key verify for so long at least; says whether that is longer than before.
    async fn prolong_signing_key(
        &self,
        realm: &str,
        generation: i64,
        verifies_for: Duration,
    ) -> Result<bool, StoreError>;

    /// Forgets a key; says whether it was there.
    async fn remove_signing_key(&self, realm: &str, generation: i64) -> Result<bool, StoreError>;
}
