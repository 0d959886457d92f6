use std::{sync::Arc, time::Duration};

use super::{
    Broken, Specimen, ensure,
    race::{RUNNERS, race_all},
    session::{MICROSECOND, NOW},
};
use crate::{store::Store, time::Timestamp};

pub(super) async fn a_value_is_over_at_its_moment<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    store.set("key", b"value", LATER).await?;
    let before = store.get("key", LATER - MICROSECOND).await?;
    ensure(before.as_deref() == Some(b"value"), "it is over before its moment")?;
    ensure(store.get("key", LATER).await?.is_none(), "it is there at the moment it ends")?;
    ensure(store.take("key", LATER).await?.is_none(), "it is taken at the moment it ends")
}

pub(super) async fn a_value_comes_back_as_it_was_kept<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let long = "k".repeat(500);
    for key in ["key", "Key", "key ", "'\"%_\\", "schlüssel:𝄞", long.as_str()] {
        for value in [vec![], vec![0, 255, 10], key.as_bytes().to_vec(), vec![7; 4_096]] {
            store.set(key, &value, LATER).await?;
            let found = store.get(key, NOW).await?;
            ensure(found.as_ref() == Some(&value), format!("{value:?} comes back as {found:?}"))?;
        }
    }
    store.set("key", b"last", LATER).await?;
    let other = store.get("Key", NOW).await?;
    ensure(other.as_deref() == Some(&[7; 4_096]), "keys are told apart by more than case")?;
    ensure(store.get("unknown", NOW).await?.is_none(), "a key nobody set has a value")
}

pub(super) async fn a_new_value_never_replaces_a_living_one<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let later = LATER + Duration::from_mins(1);
    ensure(store.set_new("key", b"first", NOW, LATER).await?, "it does not set the first")?;
    let again = store.set_new("key", b"second", LATER - MICROSECOND, later).await?;
    ensure(!again, "it says it set a second")?;
    let found = store.get("key", LATER - MICROSECOND).await?;
    ensure(found.as_deref() == Some(b"first"), "it replaces a living one")?;
    let after = store.set_new("key", b"third", LATER, later).await?;
    ensure(after, "one that is over is in the way")?;
    let found = store.get("key", LATER).await?;
    ensure(found.as_deref() == Some(b"third"), "it does not replace one that is over")
}

pub(super) async fn a_value_is_taken_once<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    store.set("key", b"value", LATER).await?;
    let first = store.take("key", NOW).await?;
    ensure(first.as_deref() == Some(b"value"), "it is not there to take")?;
    ensure(store.take("key", NOW).await?.is_none(), "it is taken twice")?;
    ensure(store.get("key", NOW).await?.is_none(), "it is still there")
}

pub(super) async fn a_counter_lives_for_its_window<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let end = NOW + WINDOW;
    let counts = [(1, NOW, 1), (2, NOW, 3), (0, NOW, 3), (1, end - MICROSECOND, 4), (5, end, 5)];
    for (by, now, expected) in counts {
        let sum = store.count("counter", by, now, WINDOW).await?;
        ensure(sum == expected, format!("the sum is {sum} in place of {expected}"))?;
    }
    let most = store.count("most", u32::MAX, NOW, WINDOW).await?;
    let more = store.count("most", u32::MAX, NOW, WINDOW).await?;
    let expected = u64::from(u32::MAX);
    ensure(most == expected && more == 2 * expected, "large sums are cut short")?;
    let other = store.count("other", 1, NOW, WINDOW).await?;
    ensure(other == 1, "one counter counts for another")
}

pub(super) async fn removing_forgets_values_and_counters<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    store.set("value", b"value", LATER).await?;
    store.count("counter", 5, NOW, WINDOW).await?;
    store.set("other", b"value", LATER).await?;
    for key in ["value", "counter", "unknown"] {
        store.remove(key).await?;
    }
    ensure(store.get("value", NOW).await?.is_none(), "the value is still there")?;
    let sum = store.count("counter", 1, NOW, WINDOW).await?;
    ensure(sum == 1, format!("the counter goes on at {sum}"))?;
    ensure(store.get("other", NOW).await?.is_some(), "another value is gone")
}

pub(super) async fn sweeping_forgets_what_is_over<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for number in 0..1_203 {
        store.set(&format!("over {number}"), b"", NOW).await?;
    }
    store.set("live", b"", NOW + MICROSECOND).await?;
    store.count("over", 1, NOW - WINDOW, WINDOW).await?;
    store.count("live", 1, NOW - WINDOW + MICROSECOND, WINDOW).await?;
    let swept = store.sweep_values(NOW).await?;
    ensure(swept == 1_204, format!("it forgets {swept} of 1204"))?;
    let past = NOW - Duration::from_secs(1);
    ensure(store.get("over 0", past).await?.is_none(), "what it forgot is still there")?;
    ensure(store.get("live", NOW).await?.is_some(), "it forgets a live value")?;
    let sum = store.count("live", 1, NOW, WINDOW).await?;
    ensure(sum == 2, "it forgets a live counter")
}

pub(super) async fn one_of_many_takers_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    store.set("key", b"value", LATER).await?;
    let outcomes = race_all(store, |store, _| async move { store.take("key", NOW).await });
    let winners = outcomes.await?.into_iter().flatten().count();
    ensure(winners == 1, format!("{winners} take one value"))
}

pub(super) async fn one_of_many_new_values_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    // One that is over is in everybody's way at once.
    store.set("key", b"over", NOW).await?;
    let set = race_all(store, |store, number| async move {
        let value = number.to_be_bytes();
        let is_set = store.set_new("key", &value, NOW, LATER).await?;
        Ok(is_set.then(|| value.to_vec()))
    });
    let winners: Vec<_> = set.await?.into_iter().flatten().collect();
    ensure(winners.len() == 1, format!("{} set one value", winners.len()))?;
    let found = store.get("key", NOW).await?;
    ensure(found == winners.into_iter().next(), "another than the winner's value is kept")
}

pub(super) async fn counting_together_loses_nothing<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let mut sums =
        race_all(store, |store, _| async move { store.count("key", 1, NOW, WINDOW).await }).await?;
    sums.sort_unstable();
    let expected: Vec<_> = (1..=u64::from(RUNNERS)).collect();
    ensure(sums == expected, format!("the sums are {sums:?}"))
}

const WINDOW: Duration = Duration::from_mins(1);

const LATER: Timestamp = Timestamp::from_micros(NOW.as_micros() + 300_000_000);
