use std::{sync::Arc, time::Duration};

use super::{Broken, Specimen, ensure, race::race_all, session::NOW};
use crate::store::{Store, StoredKey};

pub(super) async fn a_signing_key_comes_back_as_it_was_kept<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let none = store.signing_keys("users").await?;
    ensure(none.is_empty(), format!("an empty store has {none:?}"))?;
    // More than nine, so that they are not in the order of their text.
    let keys: Vec<_> = (1..=11).map(|generation| key("users", generation)).collect();
    for key in &keys {
        ensure(store.add_signing_key(key).await?, format!("{key:?} is not kept"))?;
    }
    store.add_signing_key(&key("admins", 1)).await?;
    let found = store.signing_keys("users").await?;
    ensure(found == keys, format!("{keys:?} come back as {found:?}"))
}

pub(super) async fn a_generation_of_signing_keys_is_kept_once<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for generation in [3, 4] {
        store.add_signing_key(&key("users", generation)).await?;
    }
    for generation in [1, 3, 4] {
        let late = StoredKey { sealed: b"late".to_vec(), ..key("users", generation) };
        ensure(!store.add_signing_key(&late).await?, format!("{late:?} is kept"))?;
    }
    let found = store.signing_keys("users").await?;
    ensure(found == [key("users", 3), key("users", 4)], format!("there are {found:?}"))?;
    ensure(store.add_signing_key(&key("admins", 3)).await?, "another realm's key is in the way")
}

pub(super) async fn a_signing_key_is_prolonged_and_never_shortened<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let [old, next, other] = [key("users", 1), key("users", 2), key("admins", 1)];
    for key in [&old, &next, &other] {
        store.add_signing_key(key).await?;
    }
    let longest = Duration::from_micros(i64::MAX.unsigned_abs());
    for (verifies_for, is_longer) in [
        (Duration::ZERO, false),
        (old.verifies_for, false),
        (old.verifies_for + Duration::from_micros(1), true),
        (longest, true),
        (old.verifies_for, false),
    ] {
        let prolonged = store.prolong_signing_key("users", 1, verifies_for).await?;
        ensure(prolonged == is_longer, format!("{verifies_for:?} prolongs: {prolonged}"))?;
    }
    ensure(
        !store.prolong_signing_key("users", 3, longest).await?,
        "it prolongs what is not there",
    )?;
    let found = store.signing_keys("users").await?;
    let prolonged = StoredKey { verifies_for: longest, ..old };
    ensure(found == [prolonged, next], format!("there are {found:?}"))?;
    let others = store.signing_keys("admins").await?;
    ensure(others == [other], format!("of another realm there are {others:?}"))
}

pub(super) async fn a_signing_key_that_is_removed_never_returns<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for generation in [1, 2] {
        store.add_signing_key(&key("users", generation)).await?;
    }
    store.add_signing_key(&key("admins", 1)).await?;
    ensure(store.remove_signing_key("users", 1).await?, "it says that there was none")?;
    ensure(!store.remove_signing_key("users", 1).await?, "it is removed twice")?;
    ensure(!store.remove_signing_key("nobody", 2).await?, "it removes what is not there")?;
    let found = store.signing_keys("users").await?;
    ensure(found == [key("users", 2)], format!("there are {found:?}"))?;
    ensure(!store.add_signing_key(&key("users", 1)).await?, "who comes late brings it back")?;
    let others = store.signing_keys("admins").await?;
    ensure(others == [key("admins", 1)], format!("of another realm there are {others:?}"))
}

pub(super) async fn one_of_many_new_signing_keys_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for generation in 1..=3 {
        let added = race_all(store, |store, number| async move {
            let sealed = number.to_be_bytes().to_vec();
            let key = StoredKey { sealed, ..key("users", generation) };
            Ok((store.add_signing_key(&key).await?, key))
        });
        let won: Vec<_> = added.await?.into_iter().filter(|(added, _)| *added).collect();
        ensure(won.len() == 1, format!("{} of many add generation {generation}", won.len()))?;
        let found = store.signing_keys("users").await?;
        let last = found.last();
        ensure(last == won.first().map(|(_, key)| key), format!("the winner is not {last:?}"))?;
    }
    Ok(())
}

fn key(realm: &str, generation: i64) -> StoredKey {
    StoredKey {
        realm: realm.to_owned(),
        generation,
        algorithm: "EdDSA".to_owned(),
        created_at: NOW,
        signs_from: NOW + Duration::from_hours(24),
        verifies_for: Duration::from_micros(905_000_001),
        // All that bytes can be.
        sealed: (0..=255).collect(),
    }
}
