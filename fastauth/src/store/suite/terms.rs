use std::sync::Arc;

use super::{
    Broken, Specimen, ensure,
    race::{RUNNERS, race_all},
    role::{name, permissions, role, somebody},
    session::NOW,
};
use crate::{
    access::RoleName,
    store::{
        Accounts, Actor, Assignment, Denial, Removal, RoleDeletion, Store, StoreError, Terms,
        UserChange, owner_of,
    },
    value::Value,
};

pub(super) async fn the_last_holder_of_what_is_needed_keeps_it<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (user, one) = somebody::<U, S>(store, 1).await?;
    let (second, other) = somebody::<U, S>(store, 2).await?;
    let (realm, admin) = (one.realm.as_str(), name("admin")?);
    store.create_role(realm, &role("admin", &["manage", "read"])?, &Terms::FREE).await?;
    let (terms, needed) = (needing::<U>(None), Some("manage"));
    // Nobody holds it: nothing is lost.
    let free = store.set_role_permissions(realm, &role("admin", &["manage"])?, &terms).await?;
    ensure(free == Removal::Done, "what nobody holds cannot be changed")?;
    store.assign_role(user.id(), &admin, &Terms::FREE).await?;
    let holders = store.holders_of(realm, "manage").await?;
    ensure(holders == [one.user_id.as_str()], format!("{holders:?} are said to hold it"))?;
    let less = store.set_role_permissions(realm, &role("admin", &["read"])?, &terms).await?;
    let deleted = store.delete_role(realm, &admin, &terms).await?;
    let revoked = store.revoke_role(&one, &admin, &terms).await?;
    let account = store.delete_account(user.id(), needed).await?;
    let all = [less, revoked, account];
    ensure(all == [Removal::Last; 3], format!("the last one goes: {all:?}"))?;
    ensure(deleted == RoleDeletion::Last, format!("the last one goes: {deleted:?}"))?;
    ensure(store.find_by_id(user.id()).await?.is_some(), "it says no and deletes the account")?;
    let held = store.permissions_of(&one).await?;
    ensure(held == permissions(&["manage"]), format!("it says no and leaves {held}"))?;
    let read = Terms { needed: Some("read"), ..terms };
    let free = store.revoke_role(&one, &admin, &read).await?;
    ensure(free == Removal::Done, "what nobody holds keeps another role")?;
    store.assign_role(user.id(), &admin, &Terms::FREE).await?;
    store.assign_role(second.id(), &admin, &Terms::FREE).await?;
    let mut both = vec![one.user_id.clone(), other.user_id];
    both.sort();
    let holders = store.holders_of(realm, "manage").await?;
    ensure(holders == both, format!("{holders:?} are said to hold it"))?;
    let first = store.revoke_role(&one, &admin, &terms).await?;
    ensure(first == Removal::Done, "the one before the last cannot go")?;
    let last = store.delete_account(second.id(), needed).await?;
    ensure(last == Removal::Last, "the last one goes")
}

pub(super) async fn only_whose_account_is_active_counts<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (user, one) = somebody::<U, S>(store, 1).await?;
    let (second, other) = somebody::<U, S>(store, 2).await?;
    let (admin, terms) = (name("admin")?, needing::<U>(None));
    store.create_role(&one.realm, &role("admin", &["manage"])?, &Terms::FREE).await?;
    for user in [&user, &second] {
        store.assign_role(user.id(), &admin, &Terms::FREE).await?;
    }
    if !switch::<U, S>(store, &second, false).await? {
        return Ok(());
    }
    let last = [
        store.revoke_role(&one, &admin, &terms).await?,
        store.delete_account(user.id(), terms.needed).await?,
    ];
    ensure(last == [Removal::Last; 2], format!("one who is switched off is left: {last:?}"))?;
    let free = store.revoke_role(&other, &admin, &terms).await?;
    ensure(free == Removal::Done, "who is switched off is needed")?;
    store.assign_role(second.id(), &admin, &Terms::FREE).await?;
    switch::<U, S>(store, &second, true).await?;
    let first = store.revoke_role(&one, &admin, &terms).await?;
    ensure(first == Removal::Done, "one who is active again does not count")
}

pub(super) async fn of_two_who_leave_at_once_one_stays<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let mut owners = Vec::new();
    let admin = name("admin")?;
    store.create_role(U::SPEC.table, &role("admin", &["manage"])?, &Terms::FREE).await?;
    for number in 0..RUNNERS {
        let user = store.create_user(U::specimen(number)).await?;
        store.assign_role(user.id(), &admin, &Terms::FREE).await?;
        owners.push(owner_of::<U>(user.id()));
    }
    let revoked = race_all(store, |store, number| {
        let owner = owners.get(number as usize).cloned();
        let admin = admin.clone();
        async move {
            match owner {
                Some(owner) => store.revoke_role(&owner, &admin, &needing::<U>(None)).await,
                None => Ok(Removal::Absent),
            }
        }
    });
    let kept = revoked.await?.into_iter().filter(|it| *it == Removal::Last).count();
    ensure(kept == 1, format!("{kept} of them stay"))?;
    let held = store.holders_of(U::SPEC.table, "manage").await?;
    ensure(held.len() == 1, format!("{held:?} hold it"))
}

/// ASVS 8.2.1.
pub(super) async fn nobody_gives_what_they_lack<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (clerk, owner) = somebody::<U, S>(store, 1).await?;
    let (user, theirs) = somebody::<U, S>(store, 2).await?;
    let realm = owner.realm.clone();
    for (name, allowed) in [("clerk", &["manage", "read"][..]), ("writer", &["write"])] {
        store.create_role(&realm, &role(name, allowed)?, &Terms::FREE).await?;
    }
    store.assign_role(clerk.id(), &name("clerk")?, &Terms::FREE).await?;
    store.create_role(&realm, &role("reader", &["read"])?, &Terms::FREE).await?;
    let anything = Actor { owner, scopes: None };
    let managing = Actor { scopes: "manage".parse().ok(), ..anything.clone() };
    for (actor, lacked, more, foreign) in [
        (&anything, "write", role("clerk", &["manage", "read", "write"])?, name("writer")?),
        (&managing, "read", role("writer", &["read", "write"])?, name("reader")?),
    ] {
        let terms = needing::<U>(Some(actor));
        let denied = [
            denial(store.create_role(&realm, &role("new", &[lacked])?, &terms).await)?,
            denial(store.set_role_permissions(&realm, &more, &terms).await)?,
            denial(store.assign_role(user.id(), &foreign, &terms).await)?,
            denial(store.give_role(&theirs, &foreign, &terms).await)?,
        ];
        let all = [Some(Denial::GivesMore); 4];
        ensure(denied == all, format!("{lacked} is given by who lacks it: {denied:?}"))?;
    }
    let new = store.find_role(&realm, &name("new")?).await?;
    ensure(new.is_none(), "it says no and makes the role")?;
    let held = store.roles_of(&theirs).await?;
    ensure(held.is_empty(), format!("it says no and gives {held:?}"))?;
    // What they have themselves they give, and leave what was there.
    let terms = needing::<U>(Some(&anything));
    let made = store.create_role(&realm, &role("new", &["read"])?, &terms).await?;
    let changed = role("writer", &["read", "write"])?;
    let changed = store.set_role_permissions(&realm, &changed, &terms).await?;
    ensure(made && changed == Removal::Done, "nobody gives what they have")?;
    let given = store.assign_role(user.id(), &name("new")?, &terms).await?;
    ensure(given == Assignment::Assigned, format!("giving what one has says {given:?}"))
}

/// ASVS 8.3.2.
pub(super) async fn nobody_changes_roles_who_may_not<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (stranger, nobody) = somebody::<U, S>(store, 1).await?;
    let (off, switched_off) = somebody::<U, S>(store, 2).await?;
    let (gone, deleted) = somebody::<U, S>(store, 3).await?;
    let (user, theirs) = somebody::<U, S>(store, 4).await?;
    let (realm, admin, reader) = (theirs.realm.as_str(), name("admin")?, name("reader")?);
    for role in [role("admin", &["manage", "read"])?, role("reader", &["read"])?] {
        store.create_role(realm, &role, &Terms::FREE).await?;
    }
    store.assign_role(stranger.id(), &reader, &Terms::FREE).await?;
    for user in [&off, &gone, &user] {
        store.assign_role(user.id(), &admin, &Terms::FREE).await?;
    }
    store.delete_account(gone.id(), None).await?;
    let mut actors = vec![(nobody, None), (deleted, None), (theirs.clone(), "read".parse().ok())];
    if switch::<U, S>(store, &off, false).await? {
        actors.push((switched_off, None));
    }
    for (owner, scopes) in actors {
        let actor = Actor { owner, scopes };
        let terms = needing::<U>(Some(&actor));
        let denied = [
            denial(store.create_role(realm, &role("new", &[])?, &terms).await)?,
            denial(store.set_role_permissions(realm, &role("reader", &[])?, &terms).await)?,
            denial(store.delete_role(realm, &reader, &terms).await)?,
            denial(store.assign_role(user.id(), &reader, &terms).await)?,
            denial(store.give_role(&theirs, &reader, &terms).await)?,
            denial(store.revoke_role(&theirs, &admin, &terms).await)?,
            denial(store.revoke_roles(&theirs, &terms).await)?,
            // Who may not change roles is not told which there are.
            denial(store.set_role_permissions(realm, &role("new", &[])?, &terms).await)?,
        ];
        let all = [Some(Denial::NotAdministrator); 8];
        ensure(denied == all, format!("{actor:?} may change roles: {denied:?}"))?;
    }
    let roles = store.roles_of(&theirs).await?;
    ensure(roles == [role("admin", &["manage", "read"])?], format!("it says no, and: {roles:?}"))?;
    let roles = store.list_roles(realm).await?.len();
    ensure(roles == 2, format!("it says no, and there are {roles} roles"))
}

/// ASVS 8.3.2, in the order of the commits: what is given after a demotion is there later than it.
pub(super) async fn nobody_gives_what_they_have_lost<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (admin, owner) = somebody::<U, S>(store, 1).await?;
    let (second, _) = somebody::<U, S>(store, 2).await?;
    let (user, theirs) = somebody::<U, S>(store, 3).await?;
    let realm = owner.realm.clone();
    store.create_role(&realm, &role("admin", &["manage", "read"])?, &Terms::FREE).await?;
    store.assign_role(second.id(), &name("admin")?, &Terms::FREE).await?;
    for number in 0..RUNNERS {
        let role = role(&format!("reader-{number}"), &["read"])?;
        store.create_role(&realm, &role, &Terms::FREE).await?;
    }
    for round in 0..ROUNDS {
        store.assign_role(admin.id(), &name("admin")?, &Terms::FREE).await?;
        let seen = race_all(store, |store, number| {
            let (owner, theirs, id) = (owner.clone(), theirs.clone(), user.id().clone());
            async move {
                let admin = called("admin")?;
                if number == RUNNERS / 2 {
                    store.revoke_role(&owner, &admin, &needing::<U>(None)).await?;
                    return Ok(Some(store.roles_of(&theirs).await?));
                }
                let actor = Actor { owner, scopes: None };
                let reader = called(&format!("reader-{number}"))?;
                match store.assign_role(&id, &reader, &needing::<U>(Some(&actor))).await {
                    Ok(_) | Err(StoreError::Denied(_)) => Ok(None),
                    Err(error) => Err(error),
                }
            }
        });
        let seen = seen.await?.into_iter().flatten().next().unwrap_or_default();
        let roles = store.roles_of(&theirs).await?;
        let late = roles.len().abs_diff(seen.len());
        ensure(roles == seen, format!("in round {round}, {late} are given by who was demoted"))?;
        store.revoke_roles(&theirs, &Terms::FREE).await?;
    }
    Ok(())
}

/// The terms of whoever administers roles by `manage`.
fn needing<U: Specimen>(actor: Option<&Actor>) -> Terms<'_> {
    Terms { actor, needed: Some("manage"), accounts: Accounts::Of(U::SPEC) }
}

/// The name of a role, for calls that race.
fn called(role: &str) -> Result<RoleName, StoreError> {
    role.parse().map_err(StoreError::unavailable)
}

/// Why it is denied, if it is.
fn denial<T>(said: Result<T, StoreError>) -> Result<Option<Denial>, Broken> {
    match said {
        Ok(_) => Ok(None),
        Err(StoreError::Denied(denial)) => Ok(Some(denial)),
        Err(error) => Err(error.into()),
    }
}

/// Switches an account on or off, where there is a column for it.
async fn switch<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    user: &U,
    on: bool,
) -> Result<bool, Broken> {
    let Some(active) = U::SPEC.active else { return Ok(false) };
    let columns = vec![(active, Value::Bool(on))];
    Ok(store.update_user(user.id(), UserChange { columns, at: NOW }).await?.is_some())
}

/// How often a demotion comes in between.
const ROUNDS: u32 = 4;
