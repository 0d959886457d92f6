use std::time::Duration;

use async_trait::async_trait;

use super::Sqlite;
use crate::{
    store::{KeyValueStore, StoreError, sql::values},
    time::Timestamp,
};

#[async_trait]
impl KeyValueStore for Sqlite {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        values::get(self, key, now).await
    }

    async fn set(&self, key: &str, value: &[u8], until: Timestamp) -> Result<(), StoreError> {
        values::set(self, key, value, until).await
    }

    async fn set_new(
        &self,
        key: &str,
        value: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        values::set_new(self, key, value, now, until).await
    }

    async fn take(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        values::take(self, key, now).await
    }

    async fn count(
        &self,
        key: &str,
        by: u32,
        now: Timestamp,
        window: Duration,
    ) -> Result<u64, StoreError> {
        values::count(self, key, by, now, window).await
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        values::remove(self, key).await
    }

    async fn sweep_values(&self, now: Timestamp) -> Result<u64, StoreError> {
        values::sweep(self, now).await
    }
}
