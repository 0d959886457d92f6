use std::sync::Arc;

use super::{Broken, Specimen, ensure};
use crate::{
    access::{Permissions, Role, RoleName},
    store::{Assignment, Owner, Removal, RoleDeletion, Store, Terms, owner_of},
};

pub(super) async fn a_role_comes_back_as_it_was_kept<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (writer, reader) = (role("writer", &["read", "write"])?, role("reader", &["read"])?);
    let none = role("none", &[])?;
    for role in [&writer, &reader, &none] {
        ensure(
            store.create_role(REALM, role, &Terms::FREE).await?,
            format!("it does not make {role:?}"),
        )?;
        let again = Role { permissions: Permissions::default(), ..role.clone() };
        ensure(!store.create_role(REALM, &again, &Terms::FREE).await?, "it makes a role twice")?;
        let found = store.find_role(REALM, &role.name).await?;
        ensure(found.as_ref() == Some(role), format!("{role:?} comes back as {found:?}"))?;
    }
    let listed = store.list_roles(REALM).await?;
    ensure(listed == [none, reader, writer], format!("it lists {listed:?}"))?;
    let case = store.find_role(REALM, &name("Writer")?).await?;
    ensure(case.is_none(), "a name of another case finds a role")?;
    let elsewhere = store.list_roles("elsewhere").await?;
    ensure(elsewhere.is_empty(), format!("another realm has {elsewhere:?}"))
}

pub(super) async fn a_role_is_what_it_was_last_given<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (user, owner) = somebody::<U, S>(store, 1).await?;
    store.create_role(&owner.realm, &role("editor", &["read", "write"])?, &Terms::FREE).await?;
    store.assign_role(user.id(), &name("editor")?, &Terms::FREE).await?;
    let changed = role("editor", &["publish", "read"])?;
    let done = store.set_role_permissions(&owner.realm, &changed, &Terms::FREE).await?;
    ensure(done == Removal::Done, format!("changing it says {done:?}"))?;
    let held = store.permissions_of(&owner).await?;
    ensure(held == changed.permissions, format!("its holder has {held}"))?;
    let roles = store.roles_of(&owner).await?;
    ensure(roles == [changed], format!("its holder has {roles:?}"))?;
    let unknown =
        store.set_role_permissions(&owner.realm, &role("unknown", &["x"])?, &Terms::FREE).await?;
    ensure(unknown == Removal::Absent, format!("changing none says {unknown:?}"))?;
    let found = store.find_role(&owner.realm, &name("unknown")?).await?;
    ensure(found.is_none(), "changing a role that is not there makes it")
}

pub(super) async fn only_users_get_roles_and_only_roles_that_are_there<U, S>(
    store: &Arc<S>,
) -> Result<(), Broken>
where
    U: Specimen,
    S: Store<U>,
{
    let user = store.create_user(U::specimen(1)).await?;
    let gone = store.create_user(U::specimen(2)).await?;
    store.delete_account(gone.id(), None).await?;
    let realm = U::SPEC.table;
    store.create_role(realm, &role("editor", &["write"])?, &Terms::FREE).await?;
    store.create_role("elsewhere", &role("stranger", &["write"])?, &Terms::FREE).await?;
    for (id, role, expected) in [
        (user.id(), "editor", Assignment::Assigned),
        (user.id(), "editor", Assignment::Held),
        (user.id(), "stranger", Assignment::NoRole),
        (gone.id(), "editor", Assignment::NoUser),
    ] {
        let said = store.assign_role(id, &name(role)?, &Terms::FREE).await?;
        ensure(said == expected, format!("giving {role} says {said:?}, not {expected:?}"))?;
    }
    let held = store.roles_of(&owner_of::<U>(gone.id())).await?;
    ensure(held.is_empty(), "somebody who is gone has a role")
}

pub(super) async fn what_is_revoked_is_gone_at_once<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (first, one) = somebody::<U, S>(store, 1).await?;
    let (second, other) = somebody::<U, S>(store, 2).await?;
    for role in [role("editor", &["read", "write"])?, role("reader", &["read"])?] {
        store.create_role(&one.realm, &role, &Terms::FREE).await?;
    }
    for (user, role) in [(&first, "editor"), (&first, "reader"), (&second, "editor")] {
        store.assign_role(user.id(), &name(role)?, &Terms::FREE).await?;
    }
    let done = store.revoke_role(&one, &name("editor")?, &Terms::FREE).await?;
    ensure(done == Removal::Done, format!("revoking says {done:?}"))?;
    let held = store.permissions_of(&one).await?;
    ensure(held == permissions(&["read"]), format!("they still have {held}"))?;
    let theirs = store.permissions_of(&other).await?;
    ensure(theirs == permissions(&["read", "write"]), "another holder lost it too")?;
    let again = store.revoke_role(&one, &name("editor")?, &Terms::FREE).await?;
    ensure(again == Removal::Absent, format!("revoking it twice says {again:?}"))?;
    let elsewhere = Owner { realm: "elsewhere".to_owned(), ..other };
    let foreign = store.permissions_of(&elsewhere).await?;
    ensure(foreign == Permissions::default(), "the same id elsewhere has it too")
}

pub(super) async fn a_deleted_role_is_taken_from_everybody<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (first, one) = somebody::<U, S>(store, 1).await?;
    let (second, other) = somebody::<U, S>(store, 2).await?;
    store.create_role(&one.realm, &role("editor", &["write"])?, &Terms::FREE).await?;
    for user in [&first, &second] {
        store.assign_role(user.id(), &name("editor")?, &Terms::FREE).await?;
    }
    let deleted = store.delete_role(&one.realm, &name("editor")?, &Terms::FREE).await?;
    let RoleDeletion::Deleted(mut holders) = deleted else {
        return Err(Broken(format!("deleting it says {deleted:?}")));
    };
    holders.sort();
    let mut expected = vec![one.user_id.clone(), other.user_id.clone()];
    expected.sort();
    ensure(holders == expected, format!("it was taken from {holders:?}"))?;
    for owner in [&one, &other] {
        let held = store.permissions_of(owner).await?;
        ensure(held == Permissions::default(), format!("somebody still has {held}"))?;
    }
    let again = store.delete_role(&one.realm, &name("editor")?, &Terms::FREE).await?;
    ensure(again == RoleDeletion::Absent, format!("deleting it twice says {again:?}"))?;
    // Made anew it is nobody's.
    store.create_role(&one.realm, &role("editor", &["write"])?, &Terms::FREE).await?;
    let held = store.permissions_of(&one).await?;
    ensure(held == Permissions::default(), "a role made anew has its old holders")
}

pub(super) async fn a_deleted_account_has_no_roles<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (user, owner) = somebody::<U, S>(store, 1).await?;
    store.create_role(&owner.realm, &role("editor", &["write"])?, &Terms::FREE).await?;
    store.assign_role(user.id(), &name("editor")?, &Terms::FREE).await?;
    store.delete_account(user.id(), Some("manage")).await?;
    let held = store.roles_of(&owner).await?;
    ensure(held.is_empty(), format!("they still have {held:?}"))?;
    let holders = store.holders_of(&owner.realm, "write").await?;
    ensure(holders.is_empty(), "somebody who is gone is said to hold it")
}

/// A new user, and whose rows are theirs.
pub(super) async fn somebody<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    number: u32,
) -> Result<(U, Owner), Broken> {
    let user = store.create_user(U::specimen(number)).await?;
    let owner = owner_of::<U>(user.id());
    Ok((user, owner))
}

pub(super) fn role(called: &str, allowed: &[&str]) -> Result<Role, Broken> {
    Ok(Role { name: name(called)?, permissions: permissions(allowed) })
}

pub(super) fn name(name: &str) -> Result<RoleName, Broken> {
    name.parse().map_err(|_| Broken(format!("`{name}` is not a role's name")))
}

pub(super) fn permissions(names: &[&str]) -> Permissions {
    names.iter().copied().collect()
}

const REALM: &str = "roles";
