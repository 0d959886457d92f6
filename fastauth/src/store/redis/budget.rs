use std::time::Duration;

use super::{Redis, kept_for, keys::budget as named, script::SCRIPTS};
use crate::{
    store::{Budget, Refund, Spending, StoreError},
    time::Timestamp,
};

impl Redis {
    pub(super) async fn spend_from(
        &self,
        budgets: &[Budget],
        now: Timestamp,
    ) -> Result<Spending, StoreError> {
        let mut script = SCRIPTS.spend.prepare_invoke();
        script.arg(now.as_micros());
        for budget in budgets {
            let name = named(&budget.key);
            let opened = budget.opened(now);
            let delays = budget.delays;
            let doublings = delays.map_or(-1, |delays| i64::from(delays.doublings()));
            script
                .key(self.keys.named(&name))
                .arg(name)
                .arg(opened.free_at.as_micros())
                .arg(opened.ends_at.as_micros())
                .arg(budget.latest_end(now).as_micros())
                .arg(budget.limit)
                .arg(kept_for(budget.latest_end(now).since(now)))
                .arg(doublings)
                .arg(micros(delays.map(|delays| delays.first)))
                .arg(micros(delays.map(|delays| delays.longest)))
                .arg(micros(budget.delayed()));
        }
        let (index, until): (i64, Option<i64>) =
            self.link.run(script.key(self.keys.value_ends())).await?;
        let index = usize::try_from(index).ok();
        Ok(match (index, until) {
            (Some(budget), Some(until)) => {
                Spending::Refused { budget, until: Timestamp::from_micros(until) }
            }
            (spent_up, _) => Spending::Granted { spent_up },
        })
    }

    pub(super) async fn refund_to(&self, refunds: &[Refund]) -> Result<(), StoreError> {
        let mut script = SCRIPTS.refund.prepare_invoke();
        for refund in refunds {
            let (key, all) = match refund {
                Refund::All(key) => (key, true),
                Refund::One(key) => (key, false),
            };
            let name = named(key);
            script.key(self.keys.named(&name)).arg(name).arg(i32::from(all));
        }
        self.link.run(script.key(self.keys.value_ends())).await
    }
}

fn micros(duration: Option<Duration>) -> i64 {
    duration.map_or(0, |it| i64::try_from(it.as_micros()).unwrap_or(i64::MAX))
}
