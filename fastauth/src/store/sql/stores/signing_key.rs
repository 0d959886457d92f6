//! The keys that sign tokens.

macro_rules! keep_signing_keys {
    ($store:ty) => {
        const _: () = {
            use std::time::Duration;

            use async_trait::async_trait;

            use $crate::store::{SigningKeyStore, StoreError, StoredKey, sql::signing_key};

            #[async_trait]
            impl SigningKeyStore for $store {
                async fn signing_keys(&self, realm: &str) -> Result<Vec<StoredKey>, StoreError> {
                    signing_key::list(self, realm).await
                }

                async fn add_signing_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
                    signing_key::add(self, key).await
                }

                async fn prolong_signing_key(
                    &self,
                    realm: &str,
                    generation: i64,
                    verifies_for: Duration,
                ) -> Result<bool, StoreError> {
                    signing_key::prolong(self, (realm, generation), verifies_for).await
                }

                async fn remove_signing_key(
                    &self,
                    realm: &str,
                    generation: i64,
                ) -> Result<bool, StoreError> {
                    signing_key::remove(self, realm, generation).await
                }
            }
        };
    };
}

pub(in crate::store) use keep_signing_keys;
