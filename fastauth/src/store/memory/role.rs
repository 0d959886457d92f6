use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;

use super::Memory;
use crate::{
    access::{Permissions, Role, RoleName},
    store::{Assignment, Owner, Removal, RoleDeletion, RoleStore, StoreError},
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

    pub(super) fn assign(&mut self, owner: &Owner, name: &RoleName) -> Assignment {
        if self.role(&owner.realm, name).is_none() {
            return Assignment::NoRole;
        }
        let is_new = self.held.entry(owner.clone()).or_default().insert(name.clone());
        if is_new { Assignment::Assigned } else { Assignment::Held }
    }

    pub(super) fn revoke_all(&mut self, owner: &Owner) {
        self.held.remove(owner);
    }

    pub(super) fn is_held(&self, realm: &str, permission: &str) -> bool {
        let owners = self.held.keys().filter(|owner| owner.realm == realm);
        owners.flat_map(|owner| self.of(owner)).any(|role| role.permissions.contains(permission))
    }

    /// Makes a change unless it leaves nobody with what is needed.
    pub(super) fn guarded<T>(
        &mut self,
        realm: &str,
        needed: Option<&str>,
        change: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let needed = needed.filter(|needed| self.is_held(realm, needed));
        let mut changed = self.clone();
        let done = change(&mut changed);
        if needed.is_some_and(|needed| !changed.is_held(realm, needed)) {
            return None;
        }
        *self = changed;
        Some(done)
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

#[async_trait]
impl RoleStore for Memory {
    async fn create_role(&self, realm: &str, role: &Role) -> Result<bool, StoreError> {
        let roles = &mut self.lock().roles;
        let key = (realm.to_owned(), role.name.clone());
        if roles.known.contains_key(&key) {
            return Ok(false);
        }
        roles.known.insert(key, role.permissions.clone());
        Ok(true)
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
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        let changed = self.lock().roles.guarded(realm, needed, |roles| {
            match roles.known.get_mut(&(realm.to_owned(), role.name.clone())) {
                Some(permissions) => {
                    permissions.clone_from(&role.permissions);
                    Removal::Done
                }
                None => Removal::Absent,
            }
        });
        Ok(changed.unwrap_or(Removal::Last))
    }

    async fn delete_role(
        &self,
        realm: &str,
        name: &RoleName,
        needed: Option<&str>,
    ) -> Result<RoleDeletion, StoreError> {
        let roles = &mut self.lock().roles;
        let deleted = roles.guarded(realm, needed, |roles| roles.delete(realm, name));
        Ok(deleted.unwrap_or(RoleDeletion::Last))
    }

    async fn revoke_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        let roles = &mut self.lock().roles;
        let revoked = roles.guarded(&owner.realm, needed, |roles| roles.revoke(owner, name));
        Ok(revoked.unwrap_or(Removal::Last))
    }

    async fn give_role(&self, owner: &Owner, name: &RoleName) -> Result<Assignment, StoreError> {
        Ok(self.lock().roles.assign(owner, name))
    }

    async fn revoke_roles(
        &self,
        owner: &Owner,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        let roles = &mut self.lock().roles;
        let revoked = roles.guarded(&owner.realm, needed, |roles| roles.revoke_all(owner));
        Ok(revoked.map_or(Removal::Last, |()| Removal::Done))
    }

    async fn roles_of(&self, owner: &Owner) -> Result<Vec<Role>, StoreError> {
        Ok(self.lock().roles.of(owner))
    }

    async fn permissions_of(&self, owner: &Owner) -> Result<Permissions, StoreError> {
        let kept = self.lock();
        let roles = kept.roles.of(owner);
        Ok(roles.iter().flat_map(|role| role.permissions.iter()).collect())
    }

    async fn is_permission_held(&self, realm: &str, permission: &str) -> Result<bool, StoreError> {
        Ok(self.lock().roles.is_held(realm, permission))
    }
}
