//! One-time tokens.

macro_rules! keep_tokens {
    ($store:ty) => {
        const _: () = {
            use async_trait::async_trait;

            use $crate::{
                secret::Digest,
                store::{OneTimeToken, OneTimeTokenStore, Owner, Purpose, StoreError, sql::once},
                time::Timestamp,
            };

            #[async_trait]
            impl OneTimeTokenStore for $store {
                async fn put_token(&self, token: &OneTimeToken) -> Result<(), StoreError> {
                    once::put(self, token).await
                }

                async fn find_token(
                    &self,
                    digest: &Digest,
                    purpose: Purpose,
                    now: Timestamp,
                ) -> Result<Option<OneTimeToken>, StoreError> {
                    once::find(self, digest, purpose, now).await
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
        };
    };
}

pub(in crate::store) use keep_tokens;
