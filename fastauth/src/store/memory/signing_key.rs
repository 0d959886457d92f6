use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use async_trait::async_trait;

use super::Memory;
use crate::store::{SigningKeyStore, StoreError, StoredKey};

/// The keys of each realm by their generation.
pub(super) type SigningKeys = HashMap<String, BTreeMap<i64, StoredKey>>;

#[async_trait]
impl SigningKeyStore for Memory {
    async fn signing_keys(&self, realm: &str) -> Result<Vec<StoredKey>, StoreError> {
        let kept = self.lock();
        Ok(kept
            .signing_keys
            .get(realm)
            .map(|keys| keys.values().cloned().collect())
            .unwrap_or_default())
    }

    async fn add_signing_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
        let kept = &mut *self.lock();
        let keys = kept.signing_keys.entry(key.realm.clone()).or_default();
        let is_next = keys.last_key_value().is_none_or(|(last, _)| *last < key.generation);
        if is_next {
            keys.insert(key.generation, key.clone());
        }
        Ok(is_next)
    }

    async fn prolong_signing_key(
        &self,
        realm: &str,
        generation: i64,
        verifies_for: Duration,
    ) -> Result<bool, StoreError> {
        let kept = &mut *self.lock();
        let key = kept.signing_keys.get_mut(realm).and_then(|keys| keys.get_mut(&generation));
        let Some(key) = key.filter(|key| key.verifies_for < verifies_for) else { return Ok(false) };
        key.verifies_for = verifies_for;
        Ok(true)
    }

    async fn remove_signing_key(&self, realm: &str, generation: i64) -> Result<bool, StoreError> {
        let kept = &mut *self.lock();
        let keys = kept.signing_keys.get_mut(realm);
        Ok(keys.is_some_and(|keys| keys.remove(&generation).is_some()))
    }
}
