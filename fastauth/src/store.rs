//! Where accounts, sessions and one-time values are kept.
//!
//! What comes in: typed questions. What goes out: typed outcomes. The traits are shaped so that the
//! racy version is hard to write: what must happen together is one method, and what may be used
//! once is taken by the statement that reads it.
//!
//! `Sqlite` keeps it all in a file, `Postgres` on a server, [`Memory`] in the process; `Redis` keeps the
//! sessions of any of them apart, by `.sessions(…)`. A store of your own implements all the traits, or
//! keeps the users alone ([`UserKeeper`], by `.users(…)`), or the sessions alone ([`SessionKeeper`]), and
//! shows by [`suite`] that it keeps their promises.

mod apart;
mod budget;
mod effects;
mod error;
mod key_value;
mod memory;
mod oauth_account;
mod once;
#[cfg(feature = "postgres")]
mod postgres;
mod redeem;
#[cfg(feature = "redis")]
mod redis;
mod refresh;
mod report;
mod role;
mod session;
mod signing_key;
mod spent;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
pub mod suite;
mod terms;
mod user;

use async_trait::async_trait;

use crate::{
    access::RoleName,
    secret::{Digest, PasswordHash},
    time::Timestamp,
    user::AuthUser,
};

pub(crate) use apart::Apart;
pub use apart::SessionKeeper;
pub use budget::{Budget, Delays, Refund, Spending};
pub use effects::{Effects, Ends};
pub(crate) use effects::{no_hash, proved, unproved};
pub use error::StoreError;
pub use key_value::KeyValueStore;
pub use memory::Memory;
pub use oauth_account::{
    Addition, Linked, Linking, NewOAuthAccount, OAuthAccount, OAuthAccountStore, OtherWays,
    Unlinked,
};
pub use once::{OneTimeToken, OneTimeTokenStore, Purpose};
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub(crate) use redeem::stranger;
pub use redeem::{Redeemed, Redemption};
#[cfg(feature = "redis")]
pub use redis::Redis;
pub use report::{SchemaFault, SchemaReport};
pub use role::{Assignment, Removal, RoleDeletion, RoleStore};
pub use session::{Owner, Rotation, RotationOutcome, Session, SessionId, SessionStore};
pub use signing_key::{SigningKeyStore, StoredKey};
pub(crate) use spent::SpentBudgets;
#[cfg(feature = "sqlite")]
pub use sqlite::Sqlite;
pub use terms::{Accounts, Actor, Denial, Terms};
pub use user::{NewUser, UserChange, UserKeeper, UserStore};

/// A complete store: what `.store(…)` takes.
///
/// Where only the users are kept in a way of your own, [`UserKeeper`] is less to write: it goes to
/// `.users(…)`, beside a store for the rest.
///
/// The methods here change accounts and sessions together. A store that keeps both in one database
/// does each in one transaction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store for `{U}`",
    label = "not a store",
    note = "use `Sqlite`, `Postgres` or `Memory`, or implement the traits of `fastauth::store`",
    note = "what keeps users alone goes to `.users(…)`, and sessions alone to `.sessions(…)`, beside one of these"
)]
#[async_trait]
pub trait Store<U: AuthUser>:
    KeyValueStore
    + OAuthAccountStore
    + OneTimeTokenStore
    + RoleStore
    + SessionStore
    + SigningKeyStore
    + UserStore<U>
{
    /// The live session of this id and whose it is, in one round trip where the store can.
    ///
    /// `None` when the session is unknown, over, or its account is gone.
    async fn session_with_user(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<(Session, U)>, StoreError> {
        let Some(session) = self.find_session(id, now).await? else { return Ok(None) };
        // Ids of two user types may be spelled alike.
        if session.owner.realm != U::SPEC.table {
            return Ok(None);
        }
        let Ok(user) = U::parse_id(&session.owner.user_id) else { return Ok(None) };
        Ok(self.find_by_id(&user).await?.map(|user| (session, user)))
    }

    /// Keeps a new session of a user who is still as they were proved to be: there, and with this
    /// hash. `false` when a deletion or a change of the password came first, whose business it is to
    /// end what rested on the old one (ASVS 7.4.3).
    async fn open_session(
        &self,
        id: &U::Id,
        hash: Option<&PasswordHash>,
        session: &Session,
    ) -> Result<bool, StoreError>;

    /// Sets a new password hash and ends the user's sessions but `keep`, together (ASVS 7.4.3).
    ///
    /// `false` when the account is gone, its hash is no longer `old`, as somebody else changed it, or `keep`
    /// is not a live session of theirs any more: who has no password is known by the session alone.
    async fn change_password(
        &self,
        id: &U::Id,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
        keep: Option<SessionId>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Keeps a one-time token of a user who is still as they were proved to be: there, with this
    /// hash, and in this session. `false` when a deletion, a change of the password or the end of the
    /// session came first: whoever recovers an account is rid of what was asked for before.
    async fn put_token_of(
        &self,
        hash: Option<&PasswordHash>,
        session: SessionId,
        token: &OneTimeToken,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Takes a one-time token and does what it is for, together: of many that race, one does. What
    /// that is, [`Redemption::effects`] says.
    ///
    /// `None` when there is no such token of that purpose, or it has died with its matter. A token of
    /// another purpose, or of another table's users, stays where it is.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another user has the address by now; nothing is changed then.
    async fn redeem(
        &self,
        token: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<Redeemed<U>>, StoreError>;

    /// Takes the one-time token of an address without an account and makes its account, together.
    /// `None` when there is no such token, or it was not mailed to the address of the new user.
    ///
    /// # Errors
    /// [`StoreError::Taken`] as for [`create_user`](UserStore::create_user); the token stays then.
    async fn create_proved_user(
        &self,
        token: &Digest,
        purpose: Purpose,
        new: NewUser<U>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError>;

    /// Makes an account together with the account at a provider that signs it in, and uses up the
    /// one-time token of a sign-up that was pending, where there is one: a token of
    /// [`Purpose::CompleteOAuthSignup`] that is no user's, but of the realm `<table>/strangers`.
    /// `None` when the provider's account is somebody's already, or there is no such token; nothing is
    /// changed then. What was the account of a user who is gone is nobody's.
    ///
    /// # Errors
    /// [`StoreError::Taken`] as for [`create_user`](UserStore::create_user); nothing is made then, and the
    /// token stays.
    async fn create_user_with_account(
        &self,
        new: NewUser<U>,
        account: NewOAuthAccount,
        pending: Option<&Digest>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError>;

    /// Makes an account at a provider a user's, and does what goes with it, together: what that is,
    /// [`Linking::effects`] says. Of many that race, one is [`Linked::Done`]. What was the account of a
    /// user who is gone is nobody's.
    async fn link_account(
        &self,
        id: &U::Id,
        account: NewOAuthAccount,
        linking: Linking<'_>,
        now: Timestamp,
    ) -> Result<Linked<U>, StoreError>;

    /// Takes a provider's account from a user who has another way in, as [`OtherWays::remain`] says, and ends
    /// their sessions but `keep`, together. Of two ways that are taken at the same time, one stays.
    async fn unlink_account(
        &self,
        id: &U::Id,
        provider: &str,
        others: OtherWays<'_>,
        keep: SessionId,
        now: Timestamp,
    ) -> Result<Unlinked, StoreError>;

    /// Gives a user a role, if both are there. An actor gives all that is in it.
    ///
    /// # Errors
    /// [`StoreError::Denied`] as for [`RoleStore`].
    async fn assign_role(
        &self,
        id: &U::Id,
        role: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Assignment, StoreError>;

    /// Deletes the account and all that is kept about it, together. Whoever is the last to hold the
    /// permission that is `needed`, of those whose accounts are active, stays.
    async fn delete_account(&self, id: &U::Id, needed: Option<&str>)
    -> Result<Removal, StoreError>;
}

/// Who owns a user's rows in the framework's tables: the users' table and the id as text.
#[must_use]
pub fn owner_of<U: AuthUser>(id: &U::Id) -> Owner {
    use crate::user::UserKey;
    Owner { realm: U::SPEC.table.to_owned(), user_id: id.render() }
}
