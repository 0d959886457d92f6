use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;

use super::{Kept, Memory};
use crate::{
    access::{Permissions, Role, RoleName},
    store::{Accounts, Assignment, Owner, Removal, RoleDeletion, RoleStore, StoreError, Terms},
    user::UserSpec,
};

/// The roles of each realm, and who has them.
#[derive(Clone, Default)]
pub(super) struct Roles {
    known: BTreeMap<(String, RoleName), Permissions>,
    held: HashMap<Owner, BTreeSet<RoleName>>,
}

impl Roles {
    fn role(&self, realm: &str, name: &RoleName) -> Option<Role> {
        let permissions = self.known.get(&(realm.to_owned(), name.clone()))?.clone();
        Some(Role { name: name.clone(), permissions })
    }

    fn of(&self, owner: &Owner) -> Vec<Role> {
        let names = self.held.get(owner).into_iter().flatten();
        names.filter_map(|name| self.role(&owner.realm, name)).collect()
    }

    fn assign(&mut self, owner: &Owner, name: &RoleName) -> Assignment {
        if self.role(&owner.realm, name).is_none() {
            return Assignment::NoRole;
        }
        let is_new = self.held.entry(owner.clone()).or_default().insert(name.clone());
        if is_new { Assignment::Assigned } else { Assignment::Held }
    }

    pub(super) fn revoke_all(&mut self, owner: &Owner) {
        self.held.remove(owner);
    }

    fn permissions_of(&self, owner: &Owner) -> Permissions {
        self.of(owner).iter().flat_map(|role| role.permissions.iter()).collect()
    }

    fn holders_of(&self, realm: &str, permission: &str) -> impl Iterator<Item = &Owner> {
        let owners = self.held.keys().filter(move |owner| owner.realm == realm);
        owners.filter(move |owner| self.permissions_of(owner).contains(permission))
    }

    fn revoke(&mut self, owner: &Owner, name: &RoleName) -> Removal {
        let Some(names) = self.held.get_mut(owner).filter(|names| names.contains(name)) else {
            return Removal::Absent;
        };
        names.remove(name);
        if names.is_empty() {
            self.held.remove(owner);
        }
        Removal::Done
    }

    fn delete(&mut self, realm: &str, name: &RoleName) -> RoleDeletion {
        if self.known.remove(&(realm.to_owned(), name.clone())).is_none() {
            return RoleDeletion::Absent;
        }
        let holders: Vec<Owner> = self
            .held
            .iter()
            .filter(|(owner, names)| owner.realm == realm && names.contains(name))
            .map(|(owner, _)| owner.clone())
            .collect();
        for owner in &holders {
            self.revoke(owner, name);
        }
        RoleDeletion::Deleted(holders.into_iter().map(|owner| owner.user_id).collect())
    }
}

impl Kept {
    /// What the actor of these terms holds, if they may change roles at all.
    pub(super) fn held_by_actor(&self, terms: &Terms<'_>) -> Result<Permissions, StoreError> {
        let actor = terms.actor.filter(|actor| self.counts(&actor.owner, terms));
        let held = actor.map(|actor| self.roles.permissions_of(&actor.owner)).unwrap_or_default();
        terms.allow(&held, []).map(|()| held)
    }

    /// Makes a change unless it leaves nobody with what is needed.
    pub(super) fn guarded<T>(
        &mut self,
        realm: &str,
        terms: &Terms<'_>,
        change: impl FnOnce(&mut Roles) -> T,
    ) -> Option<T> {
        let is_held = |roles: &Roles, needed| {
            roles.holders_of(realm, needed).any(|owner| self.counts(owner, terms))
        };
        let needed = terms.needed.filter(|needed| is_held(&self.roles, needed));
        let mut changed = self.roles.clone();
        let done = change(&mut changed);
        if needed.is_some_and(|needed| !is_held(&changed, needed)) {
            return None;
        }
        self.roles = changed;
        Some(done)
    }

    pub(super) fn assign(
        &mut self,
        owner: &Owner,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Assignment, StoreError> {
        let held = self.held_by_actor(terms)?;
        if let Some(role) = self.roles.role(&owner.realm, name) {
            terms.allow(&held, role.permissions.iter())?;
        }
        Ok(self.roles.assign(owner, name))
    }

    fn counts(&self, owner: &Owner, terms: &Terms<'_>) -> bool {
        match terms.accounts {
            Accounts::Among(ids) => ids.contains(&owner.user_id),
            Accounts::Of(spec) => {
                let row = self.users.get(spec.table).and_then(|table| table.get(&owner.user_id));
                row.is_some_and(|row| {
                    UserSpec::is_active(spec.active.and_then(|column| row.get(column)))
                })
            }
        }
    }
}

#[async_trait]
impl RoleStore for Memory {
    async fn create_role(
        &self,
        realm: &str,
        role: &Role,
        terms: &Terms<'_>,
    ) -> Result<bool, StoreError> {
        let kept = &mut *self.lock();
        terms.allow(&kept.held_by_actor(terms)?, role.permissions.iter())?;
        let key = (realm.to_owned(), role.name.clone());
        let is_new = !kept.roles.known.contains_key(&key);
        if is_new {
            kept.roles.known.insert(key, role.permissions.clone());
        }
        Ok(is_new)
    }

    async fn find_role(&self, realm: &str, name: &RoleName) -> Result<Option<Role>, StoreError> {
        Ok(self.lock().roles.role(realm, name))
    }

    async fn list_roles(&self, realm: &str) -> Result<Vec<Role>, StoreError> {
        let kept = self.lock();
        let theirs = kept.roles.known.iter().filter(|((of, _), _)| of == realm);
        let role = |((_, name), permissions): (&(String, RoleName), &Permissions)| Role {
            name: name.clone(),
            permissions: permissions.clone(),
        };
        Ok(theirs.map(role).collect())
    }

    async fn set_role_permissions(
        &self,
        realm: &str,
        role: &Role,
        terms: &Terms<'_>,
    ) -> Result<Removal, StoreError> {
        let kept = &mut *self.lock();
        let held = kept.held_by_actor(terms)?;
        let Some(before) = kept.roles.role(realm, &role.name) else { return Ok(Removal::Absent) };
        terms.allow(&held, before.added_by(role))?;
        let changed = kept.guarded(realm, terms, |roles| {
            roles.known.insert((realm.to_owned(), before.name), role.permissions.clone())
        });
        Ok(changed.map_or(Removal::Last, |_| Removal::Done))
    }

    async fn delete_role(
        &self,
        realm: &str,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<RoleDeletion, StoreError> {
        let kept = &mut *self.lock();
        kept.held_by_actor(terms)?;
        let deleted = kept.guarded(realm, terms, |roles| roles.delete(realm, name));
        Ok(deleted.unwrap_or(RoleDeletion::Last))
    }

    async fn revoke_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Removal, StoreError> {
        let kept = &mut *self.lock();
        kept.held_by_actor(terms)?;
        let revoked = kept.guarded(&owner.realm, terms, |roles| roles.revoke(owner, name));
        Ok(revoked.unwrap_or(Removal::Last))
    }

    async fn give_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Assignment, StoreError> {
        self.lock().assign(owner, name, terms)
    }

    async fn revoke_roles(&self, owner: &Owner, terms: &Terms<'_>) -> Result<Removal, StoreError> {
        let kept = &mut *self.lock();
        kept.held_by_actor(terms)?;
        let revoked = kept.guarded(&owner.realm, terms, |roles| roles.revoke_all(owner));
        Ok(revoked.map_or(Removal::Last, |()| Removal::Done))
    }

    async fn roles_of(&self, owner: &Owner) -> Result<Vec<Role>, StoreError> {
        Ok(self.lock().roles.of(owner))
    }

    async fn permissions_of(&self, owner: &Owner) -> Result<Permissions, StoreError> {
        Ok(self.lock().roles.permissions_of(owner))
    }

    async fn holders_of(&self, realm: &str, permission: &str) -> Result<Vec<String>, StoreError> {
        let kept = self.lock();
        let holders = kept.roles.holders_of(realm, permission);
        let mut ids: Vec<_> = holders.map(|owner| owner.user_id.clone()).collect();
        ids.sort_unstable();
        Ok(ids)
    }
}
