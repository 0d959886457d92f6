use std::time::Duration;

use async_trait::async_trait;

use super::{Memory, expiring::Expiring};
use crate::{
    store::{Budget, KeyValueStore, Refund, Spending, StoreError, budget::Account},
    time::Timestamp,
};

pub(super) type Budgets = Expiring<String, Account>;
pub(super) type Counters = Expiring<String, u64>;
pub(super) type Values = Expiring<String, Vec<u8>>;

#[async_trait]
impl KeyValueStore for Memory {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.lock().values.live(key, now).cloned())
    }

    async fn set(&self, key: &str, value: &[u8], until: Timestamp) -> Result<(), StoreError> {
        self.lock().values.insert(key.to_owned(), value.to_owned(), until);
        Ok(())
    }

    async fn set_new(
        &self,
        key: &str,
        value: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = &mut self.lock().values;
        let is_new = values.live(key, now).is_none();
        if is_new {
            values.insert(key.to_owned(), value.to_owned(), until);
        }
        Ok(is_new)
    }

    async fn take(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        let values = &mut self.lock().values;
        Ok(if values.live(key, now).is_some() { values.remove(key) } else { None })
    }

    async fn count(
        &self,
        key: &str,
        by: u32,
        now: Timestamp,
        window: Duration,
    ) -> Result<u64, StoreError> {
        let counters = &mut self.lock().counters;
        if let Some(sum) = counters.live_mut(key, now) {
            *sum = sum.saturating_add(by.into());
            return Ok(*sum);
        }
        counters.insert(key.to_owned(), by.into(), now + window);
        Ok(by.into())
    }

    async fn spend(&self, budgets: &[Budget], now: Timestamp) -> Result<Spending, StoreError> {
        let kept = &mut self.lock().budgets;
        let mut accounts = Vec::new();
        let mut spent_up = None;
        for (index, budget) in budgets.iter().enumerate() {
            let account = match kept.get(&budget.key) {
                Some(account) => budget.spend(*account, now),
                None => Ok(budget.opened(now)),
            };
            match account {
                Ok(account) => accounts.push((budget.key.clone(), account)),
                Err(until) => return Ok(Spending::Refused { budget: index, until }),
            }
            if accounts.last().is_some_and(|(_, account)| now < account.free_at) {
                spent_up = Some(index);
            }
        }
        for (key, account) in accounts {
            kept.insert(key, account, account.ends_at);
        }
        Ok(Spending::Granted { spent_up })
    }

    async fn refund(&self, refunds: &[Refund]) -> Result<(), StoreError> {
        let kept = &mut self.lock().budgets;
        for refund in refunds {
            match refund {
                Refund::All(key) => drop(kept.remove(key)),
                Refund::One(key) => {
                    if let Some(account) = kept.get(key).map(|account| account.refunded()) {
                        kept.insert(key.clone(), account, account.ends_at);
                    }
                }
            }
        }
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        let kept = &mut *self.lock();
        kept.values.remove(key);
        kept.counters.remove(key);
        Ok(())
    }

    async fn sweep_values(&self, now: Timestamp) -> Result<u64, StoreError> {
        let values = self.sweep(|kept| kept.values.sweep(now).len()).await;
        let counters = self.sweep(|kept| kept.counters.sweep(now).len()).await;
        let budgets = self.sweep(|kept| kept.budgets.sweep(now).len()).await;
        Ok(values.saturating_add(counters).saturating_add(budgets))
    }
}
