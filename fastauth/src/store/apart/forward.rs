//! Which of the two answers what.

use std::time::Duration;

use async_trait::async_trait;

use super::Apart;
use crate::{
    access::{Permissions, Role, RoleName},
    secret::{Digest, PasswordHash},
    store::{
        KeyValueStore, NewUser, OneTimeToken, OneTimeTokenStore, Owner, Purpose, Removal,
        RoleDeletion, RoleStore, Rotation, RotationOutcome, SchemaReport, Session, SessionId,
        SessionStore, StoreError, UserChange, UserStore, owner_of,
    },
    time::Timestamp,
    user::AuthUser,
};

#[async_trait]
impl<U: AuthUser> UserStore<U> for Apart<U> {
    async fn create_user(&self, new: NewUser<U>) -> Result<U, StoreError> {
        let user = self.users.create_user(new).await?;
        // Where the accounts were made anew and the sessions were not, an id may have had an owner.
        self.sessions.end_sessions(&owner_of::<U>(user.id()), None).await?;
        Ok(user)
    }

    async fn find_by_id(&self, id: &U::Id) -> Result<Option<U>, StoreError> {
        self.users.find_by_id(id).await
    }

    async fn find_by_email(&self, email: &str) -> Result<Option<U>, StoreError> {
        self.users.find_by_email(email).await
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<U>, StoreError> {
        self.users.find_by_username(username).await
    }

    async fn update_user(&self, id: &U::Id, change: UserChange) -> Result<Option<U>, StoreError> {
        self.users.update_user(id, change).await
    }

    async fn replace_password_hash(
        &self,
        id: &U::Id,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        self.users.replace_password_hash(id, old, new).await
    }

    fn describe(&self) -> String {
        self.users.describe()
    }

    async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        self.users.migrate().await
    }

    async fn create_user_table(&self) -> Result<bool, StoreError> {
        self.users.create_user_table().await
    }

    async fn verify_schema(&self) -> Result<SchemaReport, StoreError> {
        self.users.verify_schema().await
    }
}

#[async_trait]
impl<U: AuthUser> OneTimeTokenStore for Apart<U> {
    async fn put_token(&self, token: &OneTimeToken) -> Result<(), StoreError> {
        self.users.put_token(token).await
    }

    async fn find_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError> {
        self.users.find_token(digest, purpose, now).await
    }

    async fn consume_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError> {
        self.users.consume_token(digest, purpose, now).await
    }

    async fn forget_tokens(
        &self,
        owner: &Owner,
        purpose: Option<Purpose>,
    ) -> Result<(), StoreError> {
        self.users.forget_tokens(owner, purpose).await
    }

    async fn sweep_tokens(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.users.sweep_tokens(now).await
    }
}

#[async_trait]
impl<U: AuthUser> RoleStore for Apart<U> {
    async fn create_role(&self, realm: &str, role: &Role) -> Result<bool, StoreError> {
        self.users.create_role(realm, role).await
    }

    async fn find_role(&self, realm: &str, name: &RoleName) -> Result<Option<Role>, StoreError> {
        self.users.find_role(realm, name).await
    }

    async fn list_roles(&self, realm: &str) -> Result<Vec<Role>, StoreError> {
        self.users.list_roles(realm).await
    }

    async fn set_role_permissions(
        &self,
        realm: &str,
        role: &Role,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        self.users.set_role_permissions(realm, role, needed).await
    }

    async fn delete_role(
        &self,
        realm: &str,
        name: &RoleName,
        needed: Option<&str>,
    ) -> Result<RoleDeletion, StoreError> {
        self.users.delete_role(realm, name, needed).await
    }

    async fn revoke_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        self.users.revoke_role(owner, name, needed).await
    }

    async fn roles_of(&self, owner: &Owner) -> Result<Vec<Role>, StoreError> {
        self.users.roles_of(owner).await
    }

    async fn permissions_of(&self, owner: &Owner) -> Result<Permissions, StoreError> {
        self.users.permissions_of(owner).await
    }

    async fn is_permission_held(&self, realm: &str, permission: &str) -> Result<bool, StoreError> {
        self.users.is_permission_held(realm, permission).await
    }
}

#[async_trait]
impl<U: AuthUser> SessionStore for Apart<U> {
    async fn create_session(&self, session: &Session) -> Result<(), StoreError> {
        self.sessions.create_session(session).await
    }

    async fn find_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        self.sessions.find_session(id, now).await
    }

    async fn would_rotate(&self, rotation: &Rotation) -> Result<Option<Session>, StoreError> {
        self.sessions.would_rotate(rotation).await
    }

    async fn rotate_session(&self, rotation: &Rotation) -> Result<RotationOutcome, StoreError> {
        self.sessions.rotate_session(rotation).await
    }

    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle: Duration,
    ) -> Result<bool, StoreError> {
        self.sessions.touch_session(id, now, idle).await
    }

    async fn reauthenticate_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.sessions.reauthenticate_session(id, now).await
    }

    async fn end_session(
        &self,
        owner: &Owner,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.sessions.end_session(owner, id, now).await
    }

    async fn end_sessions(
        &self,
        owner: &Owner,
        keep: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        self.sessions.end_sessions(owner, keep).await
    }

    async fn list_sessions(
        &self,
        owner: &Owner,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        self.sessions.list_sessions(owner, now).await
    }

    /// In both: an application that moved its sessions here has some there.
    async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        Ok(self.sessions.sweep_sessions(now).await? + self.users.sweep_sessions(now).await?)
    }
}

#[async_trait]
impl<U: AuthUser> KeyValueStore for Apart<U> {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        self.sessions.get(key, now).await
    }

    async fn set(&self, key: &str, value: &[u8], until: Timestamp) -> Result<(), StoreError> {
        self.sessions.set(key, value, until).await
    }

    async fn set_new(
        &self,
        key: &str,
        value: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.sessions.set_new(key, value, now, until).await
    }

    async fn take(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        self.sessions.take(key, now).await
    }

    async fn count(
        &self,
        key: &str,
        by: u32,
        now: Timestamp,
        window: Duration,
    ) -> Result<u64, StoreError> {
        self.sessions.count(key, by, now, window).await
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.sessions.remove(key).await
    }

    /// In both, as [`sweep_sessions`](SessionStore::sweep_sessions).
    async fn sweep_values(&self, now: Timestamp) -> Result<u64, StoreError> {
        Ok(self.sessions.sweep_values(now).await? + self.users.sweep_values(now).await?)
    }
}
