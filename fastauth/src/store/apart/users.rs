//! Users apart from what is kept about them.

use super::Apart;
use crate::{
    access::RoleName,
    secret::PasswordHash,
    store::{
        Accounts, Assignment, Owner, Removal, RoleStore, StoreError, Terms, UserChange, UserKeeper,
        owner_of,
    },
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
        terms: &Terms<'_>,
    ) -> Result<Assignment, StoreError> {
        if users.find_by_id(id).await?.is_none() {
            return Ok(Assignment::NoUser);
        }
        let owner = owner_of::<U>(id);
        let given = self.give_role(&owner, role, terms).await?;
        if users.find_by_id(id).await?.is_none() {
            self.store.revoke_roles(&owner, &Terms::FREE).await?;
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
        let terms = Terms { needed, accounts: Accounts::Of(U::SPEC), ..Terms::FREE };
        if self.revoke_roles(&owner_of::<U>(id), &terms).await? == Removal::Last {
            return Ok(Removal::Last);
        }
        Ok(if users.delete_user(id).await? { Removal::Done } else { Removal::Absent })
    }

    /// Of those whom these terms are about, the ids of the accounts that are there and active; `None` where
    /// the store of the roles sees them itself.
    ///
    /// No transaction spans both stores: an account that the application switches off while a change is
    /// made still counts for that change. Roles that go meanwhile are missed by none.
    pub(super) async fn standing(
        &self,
        terms: &Terms<'_>,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let (Some(users), Accounts::Of(_)) = (&self.users, terms.accounts) else {
            return Ok(None);
        };
        let mut ids = match terms.needed {
            Some(needed) => self.store.holders_of(U::SPEC.table, needed).await?,
            None => Vec::new(),
        };
        ids.extend(terms.actor.map(|actor| actor.owner.user_id.clone()));
        let mut standing = Vec::new();
        for id in ids {
            let Ok(key) = U::parse_id(&id) else { continue };
            if users.find_by_id(&key).await?.is_some_and(|user| user.is_active()) {
                standing.push(id);
            }
        }
        Ok(Some(standing))
    }

    /// Forgets what is kept about an id apart from its user.
    pub(super) async fn forget(&self, owner: &Owner) -> Result<(), StoreError> {
        if self.users.is_some() {
            self.store.revoke_roles(owner, &Terms::FREE).await?;
            self.store.forget_tokens(owner, None).await?;
            self.store.remove_oauth_accounts(owner, None).await?;
        }
        self.sessions().end_sessions(owner, None).await.map(drop)
    }
}
