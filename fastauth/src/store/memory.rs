use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::{
    Accounts, Assignment, Linked, Linking, NewOAuthAccount, NewUser, OneTimeToken, OtherWays,
    Purpose, Redeemed, Redemption, Removal, Session, SessionId, SessionKeeper, Store, StoreError,
    Terms, Unlinked, effects::has_hash, owner_of,
};
use crate::{
    access::RoleName,
    secret::{Digest, PasswordHash},
    time::Timestamp,
    user::{AuthUser, UserKey, UserSpec},
    value::{Column, Value},
};

mod expiring;
mod oauth_account;
mod once;
mod redeem;
mod role;
mod session;
mod signing_key;
mod user;
mod value;

/// Keeps everything in memory, for tests and small programs: when the process ends, it is gone.
///
/// Clones share what is kept.
///
/// ```
/// use fastauth::store::Memory;
///
/// let store = Memory::new();
/// let same = store.clone();
/// ```
#[derive(Clone, Default)]
pub struct Memory {
    kept: Arc<Mutex<Kept>>,
}

impl Memory {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is kept. Nobody holds this over an await.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Each change is made whole after everything that could fail, so a panic elsewhere in the
        // process leaves nothing half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets in small steps, so that nobody waits long for the lock.
    async fn sweep(&self, step: impl Fn(&mut Kept) -> usize) -> u64 {
        let mut all = 0;
        loop {
            let gone = step(&mut self.lock());
            all += u64::try_from(gone).unwrap_or(u64::MAX);
            if gone < SWEEP_AT_ONCE {
                return all;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

#[async_trait]
impl<U: AuthUser> Store<U> for Memory {
    async fn session_with_user(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<(Session, U)>, StoreError> {
        let kept = self.lock();
        let Some(session) = kept.sessions.live(id, now) else { return Ok(None) };
        if session.owner.realm != U::SPEC.table {
            return Ok(None);
        }
        let row = kept.users.get(U::SPEC.table).and_then(|table| table.get(&session.owner.user_id));
        row.map(|row| Ok((session.clone(), U::from_row(row.clone())?))).transpose()
    }

    async fn open_session(
        &self,
        id: &U::Id,
        hash: Option<&PasswordHash>,
        session: &Session,
    ) -> Result<bool, StoreError> {
        let kept = &mut *self.lock();
        if !kept.is_as_proved(U::SPEC, &id.render(), hash) {
            return Ok(false);
        }
        kept.sessions.create(session).map(|()| true)
    }

    async fn change_password(
        &self,
        id: &U::Id,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
        keep: Option<SessionId>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (kept, owner) = (&mut *self.lock(), owner_of::<U>(id));
        let Some(column) = U::SPEC.password_hash else { return Ok(false) };
        if keep.is_some_and(|session| !kept.sessions.is_of(&owner, session, now)) {
            return Ok(false);
        }
        let Some(table) = kept.users.get_mut(U::SPEC.table) else { return Ok(false) };
        let old = old.map_or(Value::Null, PasswordHash::to_value);
        if !table.replace(&id.render(), column, &old, new.to_value()) {
            return Ok(false);
        }
        if let Some(updated_at) = U::SPEC.updated_at {
            table.set(&id.render(), updated_at, Value::Time(now));
        }
        kept.sessions.end_all(&owner, keep);
        kept.tokens.forget(&owner, None);
        Ok(true)
    }

    async fn put_token_of(
        &self,
        hash: Option<&PasswordHash>,
        session: SessionId,
        token: &OneTimeToken,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let kept = &mut *self.lock();
        if !kept.is_as_proved(U::SPEC, &token.owner.user_id, hash)
            || !kept.sessions.is_of(&token.owner, session, now)
        {
            return Ok(false);
        }
        kept.tokens.put(token).map(|()| true)
    }

    async fn redeem(
        &self,
        token: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<Redeemed<U>>, StoreError> {
        self.lock().redeem(token, redemption, now)
    }

    async fn create_proved_user(
        &self,
        token: &Digest,
        purpose: Purpose,
        new: NewUser<U>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        self.lock().create_proved(token, purpose, &new, now)
    }

    async fn create_user_with_account(
        &self,
        new: NewUser<U>,
        account: NewOAuthAccount,
        pending: Option<&Digest>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        self.lock().create_with_account(&new, account, pending, now)
    }

    async fn link_account(
        &self,
        id: &U::Id,
        account: NewOAuthAccount,
        linking: Linking<'_>,
        now: Timestamp,
    ) -> Result<Linked<U>, StoreError> {
        self.lock().link(&account.of(owner_of::<U>(id), now), linking, now)
    }

    async fn unlink_account(
        &self,
        id: &U::Id,
        provider: &str,
        others: OtherWays<'_>,
        keep: SessionId,
        _: Timestamp,
    ) -> Result<Unlinked, StoreError> {
        Ok(self.lock().unlink::<U>(&owner_of::<U>(id), provider, others, keep))
    }

    async fn assign_role(
        &self,
        id: &U::Id,
        role: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Assignment, StoreError> {
        let kept = &mut *self.lock();
        kept.held_by_actor(terms)?;
        let is_there =
            kept.users.get(U::SPEC.table).is_some_and(|table| table.get(&id.render()).is_some());
        if is_there { kept.assign(&owner_of::<U>(id), role, terms) } else { Ok(Assignment::NoUser) }
    }

    async fn delete_account(
        &self,
        id: &U::Id,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        let kept = &mut *self.lock();
        let owner = owner_of::<U>(id);
        if kept.users.get(U::SPEC.table).is_none_or(|table| table.get(&owner.user_id).is_none()) {
            return Ok(Removal::Absent);
        }
        let terms = Terms { needed, accounts: Accounts::Of(U::SPEC), ..Terms::FREE };
        if kept.guarded(U::SPEC.table, &terms, |roles| roles.revoke_all(&owner)).is_none() {
            return Ok(Removal::Last);
        }
        if let Some(table) = kept.users.get_mut(U::SPEC.table) {
            table.remove(&owner.user_id);
        }
        kept.sessions.end_all(&owner, None);
        kept.tokens.forget(&owner, None);
        kept.oauth_accounts.remove_all(&owner, None);
        Ok(Removal::Done)
    }
}

impl SessionKeeper for Memory {
    fn describe(&self) -> String {
        "memory".to_owned()
    }
}

/// All that is kept, behind one lock.
#[derive(Default)]
struct Kept {
    budgets: value::Budgets,
    counters: value::Counters,
    oauth_accounts: oauth_account::OAuthAccounts,
    roles: role::Roles,
    sessions: session::Sessions,
    signing_keys: signing_key::SigningKeys,
    tokens: once::Tokens,
    users: HashMap<&'static str, user::Table>,
    values: value::Values,
}

impl Kept {
    /// Whether a user is there with this hash.
    fn is_as_proved(&self, spec: &UserSpec, id: &str, hash: Option<&PasswordHash>) -> bool {
        let row = self.users.get(spec.table).and_then(|table| table.get(id));
        row.is_some_and(|row| has_hash(spec, row, hash))
    }
}

/// How many entries are forgotten under one lock.
const SWEEP_AT_ONCE: usize = 1_000;
