use std::time::Duration;

use async_trait::async_trait;
use redis::cmd;

use super::{
    LONGEST, Redis, SWEEP_AT_ONCE, kept_for,
    keys::{counter, value},
    script::SCRIPTS,
};
use crate::{
    store::{Budget, KeyValueStore, Refund, Spending, StoreError},
    time::Timestamp,
};

#[async_trait]
impl KeyValueStore for Redis {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        let mut command = cmd("HMGET");
        command.arg(self.keys.named(&value(key))).arg(&["value", "until"]);
        let (value, until): (Option<Vec<u8>>, Option<i64>) = self.link.ask(&command).await?;
        let is_live = until.is_some_and(|until| now < Timestamp::from_micros(until));
        Ok(value.filter(|_| is_live))
    }

    async fn set(&self, key: &str, value: &[u8], until: Timestamp) -> Result<(), StoreError> {
        self.put(key, value, until, None).await.map(drop)
    }

    async fn set_new(
        &self,
        key: &str,
        value: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.put(key, value, until, Some(now)).await
    }

    async fn take(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        let name = value(key);
        let mut script = SCRIPTS.take.prepare_invoke();
        script
            .key(self.keys.named(&name))
            .key(self.keys.value_ends())
            .arg(name)
            .arg(now.as_micros());
        self.link.run(&script).await
    }

    async fn count(
        &self,
        key: &str,
        by: u32,
        now: Timestamp,
        window: Duration,
    ) -> Result<u64, StoreError> {
        let name = counter(key);
        let mut script = SCRIPTS.count.prepare_invoke();
        script
            .key(self.keys.named(&name))
            .key(self.keys.value_ends())
            .arg(name)
            .arg(by)
            .arg(now.as_micros())
            .arg((now + window).as_micros())
            .arg(kept_for(window));
        self.link.run(&script).await
    }

    async fn spend(&self, budgets: &[Budget], now: Timestamp) -> Result<Spending, StoreError> {
        self.spend_from(budgets, now).await
    }

    async fn refund(&self, refunds: &[Refund]) -> Result<(), StoreError> {
        self.refund_to(refunds).await
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        let names = [value(key), counter(key)];
        let mut script = SCRIPTS.remove.prepare_invoke();
        for name in &names {
            script.key(self.keys.named(name)).arg(name);
        }
        self.link.run(script.key(self.keys.value_ends())).await
    }

    async fn sweep_values(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut script = SCRIPTS.sweep_values.prepare_invoke();
        script
            .key(self.keys.value_ends())
            .arg(now.as_micros())
            .arg(SWEEP_AT_ONCE)
            .arg(self.keys.root());
        self.sweep(&script).await
    }
}

impl Redis {
    /// Keeps a value; where `now` is given, only if there is no living one.
    async fn put(
        &self,
        key: &str,
        kept: &[u8],
        until: Timestamp,
        now: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let name = value(key);
        let mut script = SCRIPTS.set.prepare_invoke();
        script
            .key(self.keys.named(&name))
            .key(self.keys.value_ends())
            .arg(name)
            .arg(kept)
            .arg(until.as_micros())
            .arg(kept_for(Duration::ZERO))
            .arg(LONGEST.as_millis().to_string())
            .arg(now.map(|now| now.as_micros().to_string()).unwrap_or_default());
        self.link.run(&script).await
    }
}
