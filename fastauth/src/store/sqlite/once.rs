use async_trait::async_trait;

use super::Sqlite;
use crate::{
    secret::Digest,
    store::{OneTimeToken, OneTimeTokenStore, Owner, Purpose, StoreError, sql::once},
    time::Timestamp,
};

#[async_trait]
impl OneTimeTokenStore for Sqlite {
    async fn put_token(&self, token: &OneTimeToken) -> Result<(), StoreError> {
        once::put(self, token).await
    }

    async fn consume_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError> {
        once::consume(self, digest, purpose, now).await
    }

    async fn forget_tokens(
        &self,
        owner: &Owner,
        purpose: Option<Purpose>,
    ) -> Result<(), StoreError> {
        once::forget(self, owner, purpose).await
    }

    async fn sweep_tokens(&self, now: Timestamp) -> Result<u64, StoreError> {
        once::sweep(self, now).await
    }
}
