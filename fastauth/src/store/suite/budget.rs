use std::{sync::Arc, time::Duration};

use super::{
    Broken, Specimen, ensure,
    race::race_all,
    session::{MICROSECOND, NOW},
};
use crate::{
    store::{Budget, Delays, Refund, Spending, Store},
    time::Timestamp,
};

pub(super) async fn a_budget_is_full_again_after_its_window<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let budget = [plain("key", 3)];
    let end = NOW + WINDOW;
    for (spending, now) in [(granted(), NOW), (granted(), NOW), (last(0), end - MICROSECOND)] {
        same(store.spend(&budget, now).await?, spending)?;
    }
    for now in [NOW, end - MICROSECOND] {
        same(store.spend(&budget, now).await?, refused(0, end))?;
    }
    for spending in [granted(), granted(), last(0), refused(0, end + WINDOW)] {
        same(store.spend(&budget, end).await?, spending)?;
    }
    let other = store.spend(&[plain("other", 3)], end).await?;
    same(other, granted())
}

pub(super) async fn delays_grow_until_the_longest<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let budget = [delayed("key", 3)];
    let mut now = NOW;
    for spending in [granted(), granted(), last(0)] {
        same(store.spend(&budget, now).await?, spending)?;
    }
    for seconds in [10, 20, 40, 45, 45, 45] {
        let delay = Duration::from_secs(seconds);
        same(store.spend(&budget, now + delay - MICROSECOND).await?, refused(0, now + delay))?;
        now = now + delay;
        same(store.spend(&budget, now).await?, last(0))?;
    }
    // The longest delay and as long as it is remembered.
    let rested = now + LONGEST + FORGOTTEN;
    same(store.spend(&budget, rested - MICROSECOND).await?, last(0))?;
    let rested = rested - MICROSECOND + LONGEST + FORGOTTEN;
    for spending in [granted(), granted(), last(0)] {
        same(store.spend(&budget, rested).await?, spending)?;
    }
    Ok(())
}

pub(super) async fn of_several_budgets_all_are_spent_or_none<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let wide = plain("wide", 3);
    let both = [wide.clone(), delayed("narrow", 1)];
    same(store.spend(&both, NOW).await?, last(1))?;
    let until = NOW + Duration::from_secs(10);
    for _ in 0..5 {
        same(store.spend(&both, NOW).await?, refused(1, until))?;
    }
    let wide = [wide];
    for spending in [granted(), last(0), refused(0, NOW + WINDOW)] {
        same(store.spend(&wide, NOW).await?, spending)?;
    }
    same(store.spend(&both, until).await?, refused(0, NOW + WINDOW))
}

pub(super) async fn who_comes_a_moment_late_finds_what_was_spent<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    // By a clock that is behind, or asked earlier and heard later.
    let late = NOW - MICROSECOND;
    let delay = late + Duration::from_secs(10);
    for (budget, until) in [(plain("plain", 2), NOW + WINDOW), (delayed("delayed", 2), delay)] {
        let budget = [budget];
        same(store.spend(&budget, NOW).await?, granted())?;
        same(store.spend(&budget, late).await?, last(0))?;
        for behind in [Duration::ZERO, MICROSECOND, Duration::from_secs(59)] {
            same(store.spend(&budget, NOW - behind).await?, refused(0, until))?;
        }
    }
    Ok(())
}

pub(super) async fn what_is_refunded_can_be_spent<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let budgets = [plain("one", 2), delayed("all", 1)];
    same(store.spend(&budgets, NOW).await?, last(1))?;
    let refunds = [one("one"), all("all"), one("unknown"), all("unknown")];
    store.refund(&refunds).await?;
    for spending in [granted(), last(0), refused(0, NOW + WINDOW)] {
        same(store.spend(&budgets[..1], NOW).await?, spending)?;
    }
    store.refund(&[one("one")]).await?;
    for spending in [last(0), refused(0, NOW + WINDOW)] {
        same(store.spend(&budgets[..1], NOW).await?, spending)?;
    }
    // The delays are forgotten: it begins with the first again.
    same(store.spend(&budgets[1..], NOW).await?, last(0))?;
    same(store.spend(&budgets[1..], NOW).await?, refused(0, NOW + Duration::from_secs(10)))?;
    for _ in 0..5 {
        store.refund(&[one("full")]).await?;
    }
    let full = [plain("full", 1)];
    same(store.spend(&full, NOW).await?, last(0))?;
    for _ in 0..5 {
        store.refund(&[one("full")]).await?;
    }
    for spending in [last(0), refused(0, NOW + WINDOW)] {
        same(store.spend(&full, NOW).await?, spending)?;
    }
    Ok(())
}

pub(super) async fn spending_together_never_overspends<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for (name, budget) in [("plain", plain("plain", 5)), ("delayed", delayed("delayed", 5))] {
        let budgets = Arc::new([plain("wide", 1_000), budget]);
        let spent = race_all(store, |store, _| {
            let budgets = Arc::clone(&budgets);
            async move { store.spend(budgets.as_slice(), NOW).await }
        });
        let granted = |it: &&Spending| matches!(it, Spending::Granted { .. });
        let granted = spent.await?.iter().filter(granted).count();
        ensure(granted == 5, format!("{granted} of 5 are granted, {name}"))?;
    }
    Ok(())
}

pub(super) async fn sweeping_forgets_budgets_that_are_full_again<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    store.spend(&[plain("over", 1)], NOW - WINDOW).await?;
    store.spend(&[plain("live", 1)], NOW - WINDOW + MICROSECOND).await?;
    let swept = store.sweep_values(NOW).await?;
    ensure(swept == 1, format!("it forgets {swept} of 1"))?;
    same(store.spend(&[plain("live", 1)], NOW).await?, refused(0, NOW + MICROSECOND))
}

fn plain(key: &str, limit: u32) -> Budget {
    Budget { key: key.to_owned(), limit, window: WINDOW, delays: None }
}

fn delayed(key: &str, limit: u32) -> Budget {
    let first = Duration::from_secs(10);
    let delays = Delays { first, longest: LONGEST, forgotten_after: FORGOTTEN };
    Budget { delays: Some(delays), ..plain(key, limit) }
}

fn granted() -> Spending {
    Spending::Granted { spent_up: None }
}

fn last(index: usize) -> Spending {
    Spending::Granted { spent_up: Some(index) }
}

fn refused(budget: usize, until: Timestamp) -> Spending {
    Spending::Refused { budget, until }
}

fn one(key: &str) -> Refund {
    Refund::One(key.to_owned())
}

fn all(key: &str) -> Refund {
    Refund::All(key.to_owned())
}

fn same(found: Spending, expected: Spending) -> Result<(), Broken> {
    ensure(found == expected, format!("it answers {found:?} in place of {expected:?}"))
}

const WINDOW: Duration = Duration::from_mins(1);

const LONGEST: Duration = Duration::from_secs(45);

const FORGOTTEN: Duration = Duration::from_hours(1);
