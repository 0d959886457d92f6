//! Accounts in one store, users or sessions in another.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::{
    Assignment, KeyValueStore, Linked, Linking, NewOAuthAccount, NewUser, OneTimeToken, OtherWays,
    Owner, Purpose, Redeemed, Redemption, Removal, Session, SessionId, SessionStore, Store,
    StoreError, Terms, Unlinked, UserKeeper, UserStore, owner_of,
};
use crate::{
    access::RoleName,
    secret::{Digest, PasswordHash},
    time::Timestamp,
    user::AuthUser,
};

mod forward;
mod oauth_account;
mod redeem;
#[cfg(test)]
mod tests;
mod users;

/// Keeps sessions, small values and counters, and nothing else: what the builder's `.sessions(…)`
/// takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no sessions",
    label = "keeps no sessions",
    note = "use `Redis`, or implement `SessionStore`, `KeyValueStore` and `SessionKeeper` of `fastauth::store`"
)]
pub trait SessionKeeper: KeyValueStore + SessionStore {
    /// Where it keeps them, for people: `redis localhost:6379/0`. Never a credential.
    fn describe(&self) -> String;
}

/// One store made of two or three.
///
/// No transaction spans them, so a change of the password, or another that ends sessions, goes thus:
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
    /// Keeps what the others do not.
    store: Arc<dyn Store<U>>,
    users: Option<Arc<dyn UserKeeper<U>>>,
    sessions: Option<Arc<dyn SessionKeeper>>,
}

impl<U: AuthUser> Apart<U> {
    pub(crate) fn new(
        store: Arc<dyn Store<U>>,
        users: Option<Arc<dyn UserKeeper<U>>>,
        sessions: Option<Arc<dyn SessionKeeper>>,
    ) -> Self {
        Self { store, users, sessions }
    }

    /// The store with its users and its sessions apart, where there are keepers for them.
    pub(crate) fn of(
        store: Arc<dyn Store<U>>,
        users: Option<Arc<dyn UserKeeper<U>>>,
        sessions: Option<Arc<dyn SessionKeeper>>,
    ) -> Arc<dyn Store<U>> {
        if users.is_none() && sessions.is_none() {
            return store;
        }
        Arc::new(Self::new(store, users, sessions))
    }

    fn users(&self) -> &dyn UserStore<U> {
        match &self.users {
            Some(users) => users.as_ref(),
            None => self.store.as_ref(),
        }
    }

    fn sessions(&self) -> &dyn SessionStore {
        match &self.sessions {
            Some(sessions) => sessions.as_ref(),
            None => self.store.as_ref(),
        }
    }

    fn values(&self) -> &dyn KeyValueStore {
        match &self.sessions {
            Some(sessions) => sessions.as_ref(),
            None => self.store.as_ref(),
        }
    }

    /// Whether a user is there with this hash.
    async fn is_as_proved(
        &self,
        id: &U::Id,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, StoreError> {
        let user = self.users().find_by_id(id).await?;
        let has_hash = U::SPEC.password_hash.is_some();
        Ok(user.is_some_and(|user| !has_hash || user.password_hash() == hash))
    }

    /// Whether the session, if it matters, lives and is theirs.
    async fn lives(
        &self,
        owner: &Owner,
        session: Option<SessionId>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(session) = session else { return Ok(true) };
        let found = self.sessions().find_session(session, now).await?;
        Ok(found.is_some_and(|found| found.owner == *owner))
    }

    /// Shuts the door of an account to new sessions: one change at a time. `false` where another had
    /// shut it, as soon as it is open; what there is to change may be another thing by then.
    async fn shut(
        &self,
        owner: &Owner,
        now: Timestamp,
        since: Instant,
    ) -> Result<bool, StoreError> {
        let door = door(owner);
        if self.values().set_new(&door, b"", now, now + SHUT).await? {
            return Ok(true);
        }
        // Those who wait only look: what they wrote would keep the one whom they wait for.
        let mut pause = Duration::from_millis(5);
        loop {
            if since.elapsed() > WAIT {
                return Err(StoreError::unavailable("the account is being changed"));
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(40));
            if self.values().get(&door, now).await?.is_none() {
                return Ok(false);
            }
        }
    }

    /// Makes a change of an account behind a shut door; what came of it says whether its sessions but
    /// `keep` end with it. `None` where another change was made meanwhile, and this one is to be looked at
    /// again; it waits for its turn `since` then.
    async fn behind_door<T: Send>(
        &self,
        owner: &Owner,
        keep: Option<SessionId>,
        now: Timestamp,
        since: Instant,
        change: impl Future<Output = Result<T, StoreError>> + Send,
        ends: impl Fn(&T) -> bool,
    ) -> Result<Option<T>, StoreError> {
        if !self.shut(owner, now, since).await? {
            return Ok(None);
        }
        let shut_at = Instant::now();
        let changed = match change.await {
            Err(refused @ StoreError::Taken(_)) => {
                self.values().remove(&door(owner)).await?;
                return Err(refused);
            }
            // After another error it is not known whether it changes: the door stays shut for a while.
            changed => changed?,
        };
        let ends = ends(&changed);
        let opened = async {
            if ends {
                self.sessions().end_sessions(owner, keep).await?;
            }
            // Later it might be the door of another change.
            if shut_at.elapsed() < SHUT / 2 {
                self.values().remove(&door(owner)).await?;
            }
            Ok::<_, StoreError>(())
        };
        if let Err(error) = opened.await {
            tracing::warn!(error = ?error.to_string(), "nobody signs in to this account for a few seconds");
        }
        Ok(Some(changed))
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
        self.sessions().create_session(session).await?;
        let now = session.last_used_at;
        let is_shut = self.values().get(&door(&session.owner), now).await?.is_some();
        let is_as_proved = if is_shut {
            Err(StoreError::unavailable("the account is being changed"))
        } else {
            self.is_as_proved(id, hash).await
        };
        if !matches!(is_as_proved, Ok(true)) {
            self.sessions().end_session(&session.owner, session.id, now).await?;
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
        let (owner, since) = (owner_of::<U>(id), Instant::now());
        // A change that would be refused ends nothing.
        while self.is_as_proved(id, old).await? {
            let change = async {
                if !self.is_as_proved(id, old).await? || !self.lives(&owner, keep, now).await? {
                    return Ok(false);
                }
                self.sessions().end_sessions(&owner, keep).await?;
                match &self.users {
                    Some(users) => self.change_hash(users.as_ref(), id, old, new, now).await,
                    // It has no session that it could look at.
                    None => self.store.change_password(id, old, new, None, now).await,
                }
            };
            let changed = self.behind_door(&owner, keep, now, since, change, |changed| *changed);
            if let Some(changed) = changed.await? {
                return Ok(changed);
            }
        }
        Ok(false)
    }

    async fn put_token_of(
        &self,
        hash: Option<&PasswordHash>,
        session: SessionId,
        token: &OneTimeToken,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let since = Instant::now();
        loop {
            let change = async {
                if !self.lives(&token.owner, Some(session), now).await? {
                    return Ok(false);
                }
                self.put_token_beside(hash, token).await
            };
            // Whoever ends the session together with what was asked for goes behind the door as well.
            let put = self.behind_door(&token.owner, None, now, since, change, |_| false);
            if let Some(put) = put.await? {
                return Ok(put);
            }
        }
    }

    async fn redeem(
        &self,
        token: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<Redeemed<U>>, StoreError> {
        self.redeem_behind(token, redemption, now).await
    }

    async fn create_proved_user(
        &self,
        token: &Digest,
        purpose: Purpose,
        new: NewUser<U>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        let user = match &self.users {
            Some(users) => self.create_proved(users.as_ref(), token, purpose, new, now).await?,
            None => self.store.create_proved_user(token, purpose, new, now).await?,
        };
        if let Some(user) = &user {
            // As for any new account.
            self.forget(&owner_of::<U>(user.id())).await?;
        }
        Ok(user)
    }

    async fn create_user_with_account(
        &self,
        new: NewUser<U>,
        account: NewOAuthAccount,
        pending: Option<&Digest>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        let Some(users) = &self.users else {
            let user = self.store.create_user_with_account(new, account, pending, now).await?;
            if let Some(user) = &user {
                // As for any new account.
                self.forget(&owner_of::<U>(user.id())).await?;
            }
            return Ok(user);
        };
        self.create_with_account(users.as_ref(), new, account, pending, now).await
    }

    async fn link_account(
        &self,
        id: &U::Id,
        account: NewOAuthAccount,
        linking: Linking<'_>,
        now: Timestamp,
    ) -> Result<Linked<U>, StoreError> {
        self.link_behind(id, &account, linking, now).await
    }

    async fn unlink_account(
        &self,
        id: &U::Id,
        provider: &str,
        others: OtherWays<'_>,
        keep: SessionId,
        now: Timestamp,
    ) -> Result<Unlinked, StoreError> {
        self.unlink_behind(id, provider, others, keep, now).await
    }

    async fn assign_role(
        &self,
        id: &U::Id,
        role: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Assignment, StoreError> {
        match &self.users {
            Some(users) => self.give_role_to(users.as_ref(), id, role, terms).await,
            None => self.store.assign_role(id, role, terms).await,
        }
    }

    async fn delete_account(
        &self,
        id: &U::Id,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        let removal = match &self.users {
            Some(users) => self.delete_user(users.as_ref(), id, needed).await?,
            None => self.store.delete_account(id, needed).await?,
        };
        if removal == Removal::Done
            && let Err(error) = self.forget(&owner_of::<U>(id)).await
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
