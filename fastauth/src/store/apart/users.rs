//! Users apart from what is kept about them.

use super::Apart;
use crate::{
    access::RoleName,
    secret::PasswordHash,
    store::{Assignment, Owner, Removal, StoreError, UserChange, UserKeeper, owner_of},
    time::Timestamp,
    user::AuthUser,
};

impl<U: AuthUser> Apart<U> {
    /// Behind a shut door, and for somebody who was there with the old hash a moment ago.
    pub(super) async fn change_hash(
        &self,
        users: &dyn UserKeeper<U>,
        id: &U::Id,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        // First: a change that breaks off leaves nothing that the old password was reset by.
        self.store.forget_tokens(&owner_of::<U>(id), None).await?;
        let changed = users.replace_password_hash(id, old, new).await?;
        if changed && U::SPEC.updated_at.is_some() {
            users.update_user(id, UserChange { columns: Vec::new(), at: now }).await?;
        }
        if changed {
            // One that was asked for while the change was made.
            self.store.forget_tokens(&owner_of::<U>(id), None).await?;
        }
        Ok(changed)
    }

    /// A deletion that comes between is seen afterwards, or finds the role and takes it along.
    pub(super) async fn give_role_to(
        &self,
        users: &dyn UserKeeper<U>,
        id: &U::Id,
        role: &RoleName,
    ) -> Result<Assignment, StoreError> {
        if users.find_by_id(id).await?.is_none() {
            return Ok(Assignment::NoUser);
        }
        let owner = owner_of::<U>(id);
        let given = self.store.give_role(&owner, role).await?;
        if users.find_by_id(id).await?.is_none() {
            self.store.revoke_roles(&owner, None).await?;
            return Ok(Assignment::NoUser);
        }
        Ok(given)
    }

    /// The roles go first, because they may be those that must not go: what breaks off then leaves
    /// somebody with less than they had, and never nobody with what is needed.
    pub(super) async fn delete_user(
        &self,
        users: &dyn UserKeeper<U>,
        id: &U::Id,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        if self.store.revoke_roles(&owner_of::<U>(id), needed).await? == Removal::Last {
            return Ok(Removal::Last);
        }
        Ok(if users.delete_user(id).await? { Removal::Done } else { Removal::Absent })
    }

    /// Forgets what is kept about an id apart from its user.
    pub(super) async fn forget(&self, owner: &Owner) -> Result<(), StoreError> {
        if self.users.is_some() {
            self.store.revoke_roles(owner, None).await?;
            self.store.forget_tokens(owner, None).await?;
        }
        self.sessions().end_sessions(owner, None).await.map(drop)
    }
}
