use std::sync::Arc;

use super::{
    Broken, Specimen, ensure,
    race::{race, race_all},
};
use crate::{
    secret::PasswordHash,
    store::{Store, StoreError, UserChange},
    time::Timestamp,
    user::UserSpec,
    value::{Row, Value},
};

pub(super) async fn a_user_comes_back_as_they_were_kept<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    store.create_user(U::specimen(1)).await?;
    let new = U::specimen(2);
    let given: Vec<_> = new.values().to_vec();
    let user = store.create_user(new).await?;
    let row = user.to_row();
    for ((given, kept), column) in given.iter().zip(row.values()).zip(U::SPEC.columns) {
        let is_same = given.as_ref().is_none_or(|given| same_value(given, kept));
        ensure(is_same, format!("column `{}` comes back as another value", column.column))?;
    }
    let found = store.find_by_id(user.id()).await?;
    ensure(found.is_some_and(|it| same_row(&it.to_row(), &row)), "the id finds another")?;
    if let Some(email) = user.email() {
        let found = store.find_by_email(email).await?;
        ensure(found.is_some_and(|it| same_row(&it.to_row(), &row)), "the email finds another")?;
    }
    if let Some(name) = user.username() {
        let found = store.find_by_username(name).await?;
        ensure(found.is_some_and(|it| same_row(&it.to_row(), &row)), "the username finds another")?;
    }
    let nobody = store.find_by_email("nobody@example.com").await?;
    ensure(nobody.is_none(), "an email nobody has finds somebody")?;
    let nobody = store.find_by_username("nobody").await?;
    ensure(nobody.is_none(), "a username nobody has finds somebody")?;
    let gone = store.create_user(U::specimen(3)).await?;
    store.delete_account(gone.id(), None).await?;
    ensure(store.find_by_id(gone.id()).await?.is_none(), "an id nobody has finds somebody")
}

pub(super) async fn a_login_belongs_to_one_user<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    store.create_user(U::specimen(1)).await?;
    for (column, taken) in logins(U::SPEC) {
        let mut values = U::specimen(2).values().to_vec();
        let theirs = U::specimen(1).values().get(column).cloned().flatten();
        if let Some(value) = values.get_mut(column) {
            *value = theirs;
        }
        let outcome = store.create_user(crate::store::NewUser::new(values)).await;
        expect_taken(outcome, taken)?;
    }
    store.create_user(U::specimen(2)).await.map(drop).map_err(Broken::from)
}

pub(super) async fn many_users_may_have_no_login_of_a_kind<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for (column, _) in logins(U::SPEC) {
        let is_nullable = U::SPEC.columns.get(column).is_some_and(|column| column.nullable);
        for number in 0..if is_nullable { 2 } else { 0 } {
            let mut values = U::specimen(number).values().to_vec();
            if let Some(value) = values.get_mut(column) {
                *value = Some(Value::Null);
            }
            let user = store.create_user(crate::store::NewUser::new(values)).await?;
            let kept = user.to_row();
            ensure(kept.get(column) == Some(&Value::Null), "no login comes back as one")?;
            store.delete_account(user.id(), None).await?;
        }
    }
    Ok(())
}

pub(super) async fn a_change_touches_nothing_else<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let user = store.create_user(U::specimen(1)).await?;
    let other = store.create_user(U::specimen(2)).await?;
    let at = Timestamp::from_micros(1_800_000_000_000_001);
    let new = U::specimen(3).values().to_vec();
    let columns: Vec<_> = logins(U::SPEC)
        .into_iter()
        .filter_map(|(column, _)| Some((column, new.get(column).cloned().flatten()?)))
        .collect();
    let mut expected = user.to_row();
    for (column, value) in (UserChange { columns: columns.clone(), at }).into_columns::<U>() {
        expected.set(column, value);
    }
    let change = UserChange { columns, at };
    let changed = store.update_user(user.id(), change.clone()).await?;
    let is_given_back = changed.is_some_and(|user| same_row(&user.to_row(), &expected));
    ensure(is_given_back, "it gives back something else than the changed user")?;
    let kept = store.find_by_id(user.id()).await?;
    ensure(kept.is_some_and(|it| same_row(&it.to_row(), &expected)), "it keeps something else")?;
    let again = store.update_user(user.id(), change.clone()).await?;
    ensure(again.is_some(), "a user's own login counts as taken")?;
    if let Some(old) = user.email() {
        ensure(store.find_by_email(old).await?.is_none(), "the old email still finds them")?;
    }
    let kept = store.find_by_id(other.id()).await?;
    let is_untouched = kept.is_some_and(|it| same_row(&it.to_row(), &other.to_row()));
    ensure(is_untouched, "another user is changed too")?;
    store.delete_account(user.id(), None).await?;
    ensure(store.update_user(user.id(), change).await?.is_none(), "it changes a user who is gone")
}

pub(super) async fn a_change_to_a_taken_login_changes_nothing<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    store.create_user(U::specimen(1)).await?;
    let user = store.create_user(U::specimen(2)).await?;
    let theirs = U::specimen(1).values().to_vec();
    for (column, taken) in logins(U::SPEC) {
        let Some(value) = theirs.get(column).cloned().flatten() else { continue };
        let change = UserChange { columns: vec![(column, value)], at: Timestamp::from_secs(1) };
        expect_taken(store.update_user(user.id(), change).await, taken)?;
    }
    let kept = store.find_by_id(user.id()).await?;
    ensure(kept.is_some_and(|it| same_row(&it.to_row(), &user.to_row())), "something changed")
}

pub(super) async fn a_hash_is_replaced_only_while_it_is_the_old_one<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let user = store.create_user(U::specimen(1)).await?;
    let Some(old) = user.password_hash().cloned() else { return Ok(()) };
    let (newer, newest) = (PasswordHash::new("$newer$"), PasswordHash::new("$newest$"));
    let replaced = store.replace_password_hash(user.id(), Some(&old), &newer).await?;
    ensure(replaced, "it does not replace the old one")?;
    let replaced = store.replace_password_hash(user.id(), Some(&old), &newest).await?;
    ensure(!replaced, "it says it replaced one that was changed meanwhile")?;
    let kept = store.find_by_id(user.id()).await?;
    ensure(
        kept.is_some_and(|user| user.password_hash() == Some(&newer)),
        "a change made meanwhile is undone",
    )?;
    store.delete_account(user.id(), None).await?;
    let replaced = store.replace_password_hash(user.id(), Some(&newer), &newest).await?;
    ensure(!replaced, "it says it replaced the hash of a user who is gone")
}

/// GHSA-2vg6-77g8-24mp.
pub(super) async fn a_deleted_id_never_names_another<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let mut ids = Vec::new();
    for number in 0..3 {
        let user = store.create_user(U::specimen(number)).await?;
        ensure(!ids.contains(user.id()), "the next user gets the id of the one deleted last")?;
        ids.push(user.id().clone());
        store.delete_account(user.id(), None).await?;
    }
    Ok(())
}

pub(super) async fn one_of_many_registrations_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let outcomes =
        race(store, |store, _| async move { store.create_user(U::specimen(1)).await.map(drop) });
    one_wins(outcomes.await?)
}

pub(super) async fn one_of_many_changes_to_one_login_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let ids = race_all(store, |store, number| async move {
        store.create_user(U::specimen(number)).await.map(|user| user.id().clone())
    });
    let ids = Arc::new(ids.await?);
    let wanted = U::specimen(1_000).values().to_vec();
    for (column, _) in logins(U::SPEC) {
        let Some(value) = wanted.get(column).cloned().flatten() else { continue };
        let outcomes = race(store, |store, number| {
            let (ids, value) = (Arc::clone(&ids), value.clone());
            async move {
                let Some(id) = ids.get(number as usize) else { return Ok(()) };
                let change =
                    UserChange { columns: vec![(column, value)], at: Timestamp::from_secs(1) };
                store.update_user(id, change).await.map(drop)
            }
        });
        one_wins(outcomes.await?)?;
    }
    Ok(())
}

fn one_wins(outcomes: Vec<Result<(), StoreError>>) -> Result<(), Broken> {
    let mut winners = 0;
    for outcome in outcomes {
        match outcome {
            Ok(()) => winners += 1,
            Err(StoreError::Taken(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    ensure(winners == 1, format!("{winners} get the same login"))
}

fn expect_taken<T>(outcome: Result<T, StoreError>, column: &str) -> Result<(), Broken> {
    match outcome {
        Ok(_) => ensure(false, format!("two users have one value in `{column}`")),
        Err(StoreError::Taken(taken)) => {
            ensure(taken == column, format!("it says `{taken}` is taken, where `{column}` is"))
        }
        Err(error) => Err(error.into()),
    }
}

/// The columns that people sign in with, and their names.
fn logins(spec: &'static UserSpec) -> Vec<(usize, &'static str)> {
    let indices = [spec.email, spec.username].into_iter().flatten();
    indices.filter_map(|index| Some((index, spec.columns.get(index)?.column))).collect()
}

fn same_row(one: &Row, other: &Row) -> bool {
    let (one, other) = (one.values(), other.values());
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_value(one, other))
}

/// A store may write a document anew, as long as it says the same.
fn same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Json(one), Value::Json(other)) => {
            let parsed = |text| serde_json::from_str::<serde_json::Value>(text).ok();
            parsed(one) == parsed(other)
        }
        _ => one == other,
    }
}
