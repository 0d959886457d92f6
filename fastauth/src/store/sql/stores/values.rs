//! Small values, counters and budgets.

macro_rules! keep_values {
    ($store:ty) => {
        const _: () = {
            use std::time::Duration;

            use async_trait::async_trait;

            use $crate::{
                store::{
                    Budget, KeyValueStore, Refund, Spending, StoreError,
                    sql::{again, budget, values},
                },
                time::Timestamp,
            };

            #[async_trait]
            impl KeyValueStore for $store {
                async fn get(
                    &self,
                    key: &str,
                    now: Timestamp,
                ) -> Result<Option<Vec<u8>>, StoreError> {
                    values::get(self, key, now).await
                }

                async fn set(
                    &self,
                    key: &str,
                    value: &[u8],
                    until: Timestamp,
                ) -> Result<(), StoreError> {
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

                async fn take(
                    &self,
                    key: &str,
                    now: Timestamp,
                ) -> Result<Option<Vec<u8>>, StoreError> {
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

                async fn spend(
                    &self,
                    budgets: &[Budget],
                    now: Timestamp,
                ) -> Result<Spending, StoreError> {
                    again(self, || budget::spend(self, budgets, now)).await
                }

                async fn refund(&self, refunds: &[Refund]) -> Result<(), StoreError> {
                    again(self, || budget::refund(self, refunds)).await
                }

                async fn remove(&self, key: &str) -> Result<(), StoreError> {
                    again(self, || values::remove(self, key)).await
                }

                async fn sweep_values(&self, now: Timestamp) -> Result<u64, StoreError> {
                    Ok(values::sweep(self, now).await? + budget::sweep(self, now).await?)
                }
            }
        };
    };
}

pub(in crate::store) use keep_values;
