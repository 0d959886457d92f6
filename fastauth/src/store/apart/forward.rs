//! Which of them answers what.

use std::time::Duration;

use async_trait::async_trait;

use super::Apart;
use crate::{
    access::{Permissions, Role, RoleName},
    secret::{Digest, PasswordHash},
    store::{
        Addition, Assignment, Budget, KeyValueStore, NewUser, OAuthAccount, OAuthAccountStore,
        OneTimeToken, OneTimeTokenStore, Owner, Purpose, Refund, Removal, RoleDeletion, RoleStore,
        Rotation, RotationOutcome, SchemaReport, Session, SessionId, SessionStore, SigningKeyStore,
        Spending, StoreError, StoredKey, Terms, Unlinked, UserChange, UserStore, owner_of,
    },
    time::Timestamp,
    user::AuthUser,
};

#[async_trait]
impl<U: AuthUser> UserStore<U> for Apart<U> {
    async fn create_user(&self, new: NewUser<U>) -> Result<U, StoreError> {
        let user = self.users().create_user(new).await?;
        // Where the users were made anew and the rest was not, an id may have had an owner.
        let forgotten = self.forget(&owner_of::<U>(user.id())).await;
        if let (Err(_), Some(users)) = (&forgotten, &self.users) {
            users.delete_user(user.id()).await?;
        }
        forgotten.map(|()| user)
    }

    async fn find_by_id(&self, id: &U::Id) -> Result<Option<U>, StoreError> {
        self.users().find_by_id(id).await
    }

    async fn find_by_email(&self, email: &str) -> Result<Option<U>, StoreError> {
        self.users().find_by_email(email).await
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<U>, StoreError> {
        self.users().find_by_username(username).await
    }

    async fn update_user(&self, id: &U::Id, change: UserChange) -> Result<Option<U>, StoreError> {
        self.users().update_user(id, change).await
    }

    async fn replace_password_hash(
        &self,
        id: &U::Id,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        self.users().replace_password_hash(id, old, new).await
    }

    fn describe(&self) -> String {
        let rest = self.users.as_ref().map(|_| format!("the rest in {}", self.store.describe()));
        let sessions = self.sessions.as_ref().map(|it| format!("sessions in {}", it.describe()));
        let places = [Some(self.users().describe()), rest, sessions];
        places.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        let mut made = self.store.migrate().await?;
        if let Some(users) = &self.users {
            made.extend(users.migrate().await?);
        }
        Ok(made)
    }

    async fn create_user_table(&self) -> Result<bool, StoreError> {
        self.users().create_user_table().await
    }

    async fn verify_schema(&self) -> Result<SchemaReport, StoreError> {
        self.users().verify_schema().await
    }
}

#[async_trait]
impl<U: AuthUser> OAuthAccountStore for Apart<U> {
    async fn find_oauth_account(
        &self,
        realm: &str,
        provider: &str,
        subject: &str,
    ) -> Result<Option<OAuthAccount>, StoreError> {
        self.store.find_oauth_account(realm, provider, subject).await
    }

    async fn oauth_accounts_of(&self, owner: &Owner) -> Result<Vec<OAuthAccount>, StoreError> {
        self.store.oauth_accounts_of(owner).await
    }

    async fn renew_oauth_account(&self, account: &OAuthAccount) -> Result<bool, StoreError> {
        self.store.renew_oauth_account(account).await
    }

    async fn add_oauth_account(&self, account: &OAuthAccount) -> Result<Addition, StoreError> {
        self.store.add_oauth_account(account).await
    }

    async fn remove_oauth_account(
        &self,
        owner: &Owner,
        provider: &str,
        others: Option<&[String]>,
    ) -> Result<Unlinked, StoreError> {
        self.store.remove_oauth_account(owner, provider, others).await
    }

    async fn remove_oauth_accounts(
        &self,
        owner: &Owner,
        keep: Option<(&str, &str)>,
    ) -> Result<(), StoreError> {
        self.store.remove_oauth_accounts(owner, keep).await
    }
}

#[async_trait]
impl<U: AuthUser> OneTimeTokenStore for Apart<U> {
    async fn put_token(&self, token: &OneTimeToken) -> Result<(), StoreError> {
        self.store.put_token(token).await
    }

    async fn find_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError> {
        self.store.find_token(digest, purpose, now).await
    }

    async fn consume_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError> {
        self.store.consume_token(digest, purpose, now).await
    }

    async fn forget_tokens(
        &self,
        owner: &Owner,
        purpose: Option<Purpose>,
    ) -> Result<(), StoreError> {
        self.store.forget_tokens(owner, purpose).await
    }

    async fn sweep_tokens(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store.sweep_tokens(now).await
    }
}

#[async_trait]
impl<U: AuthUser> SigningKeyStore for Apart<U> {
    async fn signing_keys(&self, realm: &str) -> Result<Vec<StoredKey>, StoreError> {
        self.store.signing_keys(realm).await
    }

    async fn add_signing_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
        self.store.add_signing_key(key).await
    }

    async fn prolong_signing_key(
        &self,
        realm: &str,
        generation: i64,
        verifies_for: Duration,
    ) -> Result<bool, StoreError> {
        self.store.prolong_signing_key(realm, generation, verifies_for).await
    }

    async fn remove_signing_key(&self, realm: &str, generation: i64) -> Result<bool, StoreError> {
        self.store.remove_signing_key(realm, generation).await
    }
}

#[async_trait]
impl<U: AuthUser> RoleStore for Apart<U> {
    async fn create_role(
        &self,
        realm: &str,
        role: &Role,
        terms: &Terms<'_>,
    ) -> Result<bool, StoreError> {
        let standing = self.standing(terms).await?;
        self.store.create_role(realm, role, &terms.among(standing.as_deref())).await
    }

    async fn find_role(&self, realm: &str, name: &RoleName) -> Result<Option<Role>, StoreError> {
        self.store.find_role(realm, name).await
    }

    async fn list_roles(&self, realm: &str) -> Result<Vec<Role>, StoreError> {
        self.store.list_roles(realm).await
    }

    async fn set_role_permissions(
        &self,
        realm: &str,
        role: &Role,
        terms: &Terms<'_>,
    ) -> Result<Removal, StoreError> {
        let standing = self.standing(terms).await?;
        self.store.set_role_permissions(realm, role, &terms.among(standing.as_deref())).await
    }

    async fn delete_role(
        &self,
        realm: &str,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<RoleDeletion, StoreError> {
        let standing = self.standing(terms).await?;
        self.store.delete_role(realm, name, &terms.among(standing.as_deref())).await
    }

    async fn revoke_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Removal, StoreError> {
        let standing = self.standing(terms).await?;
        self.store.revoke_role(owner, name, &terms.among(standing.as_deref())).await
    }

    async fn give_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Assignment, StoreError> {
        let standing = self.standing(terms).await?;
        self.store.give_role(owner, name, &terms.among(standing.as_deref())).await
    }

    async fn revoke_roles(&self, owner: &Owner, terms: &Terms<'_>) -> Result<Removal, StoreError> {
        let standing = self.standing(terms).await?;
        self.store.revoke_roles(owner, &terms.among(standing.as_deref())).await
    }

    async fn roles_of(&self, owner: &Owner) -> Result<Vec<Role>, StoreError> {
        self.store.roles_of(owner).await
    }

    async fn permissions_of(&self, owner: &Owner) -> Result<Permissions, StoreError> {
        self.store.permissions_of(owner).await
    }

    async fn holders_of(&self, realm: &str, permission: &str) -> Result<Vec<String>, StoreError> {
        self.store.holders_of(realm, permission).await
    }
}

#[async_trait]
impl<U: AuthUser> SessionStore for Apart<U> {
    async fn create_session(&self, session: &Session) -> Result<(), StoreError> {
        self.sessions().create_session(session).await
    }

    async fn find_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        self.sessions().find_session(id, now).await
    }

    async fn would_rotate(&self, rotation: &Rotation) -> Result<Option<Session>, StoreError> {
        self.sessions().would_rotate(rotation).await
    }

    async fn rotate_session(&self, rotation: &Rotation) -> Result<RotationOutcome, StoreError> {
        self.sessions().rotate_session(rotation).await
    }

    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle: Duration,
    ) -> Result<bool, StoreError> {
        self.sessions().touch_session(id, now, idle).await
    }

    async fn reauthenticate_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.sessions().reauthenticate_session(id, now).await
    }

    async fn end_session(
        &self,
        owner: &Owner,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.sessions().end_session(owner, id, now).await
    }

    async fn end_sessions(
        &self,
        owner: &Owner,
        keep: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        self.sessions().end_sessions(owner, keep).await
    }

    async fn list_sessions(
        &self,
        owner: &Owner,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        self.sessions().list_sessions(owner, now).await
    }

    /// In both: an application that moved its sessions here has some there.
    async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let left = self.store.sweep_sessions(now).await?;
        match &self.sessions {
            Some(sessions) => Ok(left + sessions.sweep_sessions(now).await?),
            None => Ok(left),
        }
    }
}

#[async_trait]
impl<U: AuthUser> KeyValueStore for Apart<U> {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        self.values().get(key, now).await
    }

    async fn set(&self, key: &str, value: &[u8], until: Timestamp) -> Result<(), StoreError> {
        self.values().set(key, value, until).await
    }

    async fn set_new(
        &self,
        key: &str,
        value: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.values().set_new(key, value, now, until).await
    }

    async fn take(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        self.values().take(key, now).await
    }

    async fn count(
        &self,
        key: &str,
        by: u32,
        now: Timestamp,
        window: Duration,
    ) -> Result<u64, StoreError> {
        self.values().count(key, by, now, window).await
    }

    async fn spend(&self, budgets: &[Budget], now: Timestamp) -> Result<Spending, StoreError> {
        self.values().spend(budgets, now).await
    }

    async fn refund(&self, refunds: &[Refund]) -> Result<(), StoreError> {
        self.values().refund(refunds).await
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.values().remove(key).await
    }

    /// In both, as [`sweep_sessions`](SessionStore::sweep_sessions).
    async fn sweep_values(&self, now: Timestamp) -> Result<u64, StoreError> {
        let left = self.store.sweep_values(now).await?;
        match &self.sessions {
            Some(sessions) => Ok(left + sessions.sweep_values(now).await?),
            None => Ok(left),
        }
    }
}
