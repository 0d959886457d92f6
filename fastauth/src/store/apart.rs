//! Accounts in one store, sessions in another.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::{
    Assignment, Ends, KeyValueStore, NewUser, OneTimeToken, Owner, Purpose, Redeemed, Redemption,
    Removal, Session, SessionId, SessionStore, Store, StoreError, owner_of,
};
use crate::{
    access::RoleName,
    secret::{Digest, PasswordHash},
    time::Timestamp,
    user::AuthUser,
};

mod forward;
#[cfg(test)]
mod tests;

/// Keeps sessions, small values and counters, and nothing else: what the builder's `.sessions(…)`
/// takes. Implement [`SessionStore`] and [`KeyValueStore`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no sessions",
    label = "keeps no sessions",
    note = "use `Redis`, or implement `SessionStore` and `KeyValueStore` of `fastauth::store`"
)]
pub trait SessionKeeper: KeyValueStore + SessionStore {}

#[diagnostic::do_not_recommend]
impl<T: KeyValueStore + SessionStore> SessionKeeper for T {}

/// One store made of two.
///
/// No transaction spans both, so a change of the password, or another that ends sessions, goes thus:
/// shut the account's door to new sessions, end those there are, change the hash, open the door. A
/// session is written before its sign-in looks at the door and then at the hash. If it looked before
/// the door was shut, the change ends it; if later, it finds the door shut, or the new hash. So
/// nothing that rests on the old hash outlives it, wherever the change breaks off: at worst people
/// sign in again, with a password that did not change. What slips past a door whose time was over,
/// because a process stood still, is ended after the change.
///
/// A deleted account is the other way round, because its deletion may be refused: whatever is left
/// of its sessions names nobody, and an id names nobody else later.
pub(crate) struct Apart<U> {
    users: Arc<dyn Store<U>>,
    sessions: Arc<dyn SessionKeeper>,
}

impl<U: AuthUser> Apart<U> {
    pub(crate) fn new(users: Arc<dyn Store<U>>, sessions: Arc<dyn SessionKeeper>) -> Self {
        Self { users, sessions }
    }

    /// The store with its sessions apart, if there is a keeper for them.
    pub(crate) fn of(
        store: Arc<dyn Store<U>>,
        sessions: Option<Arc<dyn SessionKeeper>>,
    ) -> Arc<dyn Store<U>> {
        match sessions {
            Some(sessions) => Arc::new(Self::new(store, sessions)),
            None => store,
        }
    }

    /// Whether a user is there with this hash.
    async fn is_as_proved(
        &self,
        id: &U::Id,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, StoreError> {
        let user = self.users.find_by_id(id).await?;
        let has_hash = U::SPEC.password_hash.is_some();
        Ok(user.is_some_and(|user| !has_hash || user.password_hash() == hash))
    }

    /// Shuts the door of an account to new sessions: one change at a time.
    async fn shut(&self, owner: &Owner, now: Timestamp) -> Result<(), StoreError> {
        let door = door(owner);
        let begun = Instant::now();
        while !self.sessions.set_new(&door, b"", now, now + SHUT).await? {
            if begun.elapsed() > WAIT {
                return Err(StoreError::unavailable("the account is being changed"));
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Makes a change that ends an account's sessions but `keep`, behind a shut door.
    async fn behind_door<T: Send>(
        &self,
        owner: &Owner,
        keep: Option<SessionId>,
        now: Timestamp,
        change: impl Future<Output = Result<Option<T>, StoreError>> + Send,
    ) -> Result<Option<T>, StoreError> {
        self.shut(owner, now).await?;
        let shut_at = Instant::now();
        let changed = match change.await {
            Err(refused @ StoreError::Taken(_)) => {
                self.sessions.remove(&door(owner)).await?;
                return Err(refused);
            }
            // After another error it is not known whether it changes: the door stays shut for a while.
            changed => changed?,
        };
        let opened = async {
            if changed.is_some() {
                self.sessions.end_sessions(owner, keep).await?;
            }
            // Later it might be the door of another change.
            if shut_at.elapsed() < SHUT / 2 {
                self.sessions.remove(&door(owner)).await?;
            }
            Ok::<_, StoreError>(())
        };
        if let Err(error) = opened.await {
            tracing::warn!(error = ?error.to_string(), "nobody signs in to this account for a few seconds");
        }
        Ok(changed)
    }

    /// What would end with a redemption now, and whose token it is.
    async fn foreseen(
        &self,
        token: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<(Owner, Ends)>, StoreError> {
        let found = self.users.find_token(token, redemption.purpose(), now).await?;
        let Some(token) = found.filter(|token| token.owner.realm == U::SPEC.table) else {
            return Ok(None);
        };
        let Ok(id) = U::parse_id(&token.owner.user_id) else { return Ok(None) };
        let Some(user) = self.users.find_by_id(&id).await? else { return Ok(None) };
        let Some(effects) = redemption.effects(U::SPEC, &user.to_row(), &token, now) else {
            return Ok(None);
        };
        if let Redemption::ChangeEmail { .. } = redemption
            && let Some(holder) = self.users.find_by_email(&token.target).await?
            && holder.id() != &id
        {
            let email = U::SPEC.email.and_then(|column| U::SPEC.columns.get(column));
            let column = email.map_or("", |email| email.column);
            return Err(StoreError::Taken(column.to_owned()));
        }
        Ok(Some((token.owner, effects.ends)))
    }
}

#[async_trait]
impl<U: AuthUser> Store<U> for Apart<U> {
    async fn open_session(
        &self,
        id: &U::Id,
        hash: Option<&PasswordHash>,
        session: &Session,
    ) -> Result<bool, StoreError> {
        // Until this returns nobody has the session's token: what an outage leaves opens nothing.
        self.sessions.create_session(session).await?;
        let now = session.last_used_at;
        let is_shut = self.sessions.get(&door(&session.owner), now).await?.is_some();
        let is_as_proved = if is_shut {
            Err(StoreError::unavailable("the account is being changed"))
        } else {
            self.is_as_proved(id, hash).await
        };
        if !matches!(is_as_proved, Ok(true)) {
            self.sessions.end_session(&session.owner, session.id, now).await?;
        }
        is_as_proved
    }

    async fn change_password(
        &self,
        id: &U::Id,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
        keep: Option<SessionId>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if U::SPEC.password_hash.is_none() {
            return Ok(false);
        }
        let owner = owner_of::<U>(id);
        let change = async {
            // A change that would be refused ends nothing.
            if !self.is_as_proved(id, old).await? {
                return Ok(None);
            }
            self.sessions.end_sessions(&owner, keep).await?;
            Ok(self.users.change_password(id, old, new, keep, now).await?.then_some(()))
        };
        Ok(self.behind_door(&owner, keep, now, change).await?.is_some())
    }

    async fn put_token_of(
        &self,
        hash: Option<&PasswordHash>,
        token: &OneTimeToken,
    ) -> Result<bool, StoreError> {
        self.users.put_token_of(hash, token).await
    }

    async fn redeem(
        &self,
        token: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<Redeemed<U>>, StoreError> {
        let Some((owner, ends)) = self.foreseen(token, redemption, now).await? else {
            return Ok(None);
        };
        let Ends::AllBut(keep) = ends else {
            return self.users.redeem(token, redemption, now).await;
        };
        let change = async {
            // One that would be refused, because another came first, ends nothing.
            if self.foreseen(token, redemption, now).await?.is_none() {
                return Ok(None);
            }
            self.sessions.end_sessions(&owner, keep).await?;
            self.users.redeem(token, redemption, now).await
        };
        self.behind_door(&owner, keep, now, change).await
    }

    async fn create_proved_user(
        &self,
        token: &Digest,
        purpose: Purpose,
        new: NewUser<U>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        let user = self.users.create_proved_user(token, purpose, new, now).await?;
        if let Some(user) = &user {
            // As for any new account.
            self.sessions.end_sessions(&owner_of::<U>(user.id()), None).await?;
        }
        Ok(user)
    }

    async fn assign_role(&self, id: &U::Id, role: &RoleName) -> Result<Assignment, StoreError> {
        self.users.assign_role(id, role).await
    }

    async fn delete_account(
        &self,
        id: &U::Id,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        let removal = self.users.delete_account(id, needed).await?;
        if removal == Removal::Done
            && let Err(error) = self.sessions.end_sessions(&owner_of::<U>(id), None).await
        {
            tracing::warn!(error = ?error.to_string(), "sessions of a deleted account stay until their end");
        }
        Ok(removal)
    }
}

/// The name of the value that keeps new sessions of an account out.
fn door(owner: &Owner) -> String {
    format!("door:{}:{}:{}", owner.realm.len(), owner.realm, owner.user_id)
}

/// Longer than a store takes to commit, or to say that it cannot.
const SHUT: Duration = Duration::from_secs(15);

/// How long one change waits for another.
const WAIT: Duration = Duration::from_secs(2);
