use std::time::Duration;

use async_trait::async_trait;

use super::{Budget, Refund, Spending, StoreError};
use crate::time::Timestamp;

/// Keeps small values for a while, and counts. A value whose time is over counts as absent.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep values",
    label = "does not keep values",
    note = "implement `fastauth::store::KeyValueStore` for it"
)]
#[async_trait]
pub trait KeyValueStore: Send + Sync + 'static {
    /// The value of this key.
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps a value until then, in place of an older one.
    async fn set(&self, key: &str, value: &[u8], until: Timestamp) -> Result<(), StoreError>;

    /// Keeps a value until then unless there is one; says whether it did.
    async fn set_new(
        &self,
        key: &str,
        value: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The value of this key, which is then gone: of many that race, one gets it.
    async fn take(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError>;

    /// Adds `by` to a counter and gives back the sum. The counter starts at nought and lives for
    /// `window` from its first use; later uses do not prolong it.
    async fn count(
        &self,
        key: &str,
        by: u32,
        now: Timestamp,
        window: Duration,
    ) -> Result<u64, StoreError>;

    /// Spends one from each of these budgets, in their order, or from none where one of them has
    /// nothing left: one atomic step, whatever races.
    async fn spend(&self, budgets: &[Budget], now: Timestamp) -> Result<Spending, StoreError>;

    /// Gives back to budgets. What was never spent from stays as full as it is.
    async fn refund(&self, refunds: &[Refund]) -> Result<(), StoreError>;

    /// Forgets a value or a counter.
    async fn remove(&self, key: &str) -> Result<(), StoreError>;

    /// Forgets what is over; says how many.
    async fn sweep_values(&self, now: Timestamp) -> Result<u64, StoreError>;
}
