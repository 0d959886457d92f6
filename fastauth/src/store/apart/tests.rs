//! The two stores break, and are used by others, between any two steps.

mod oauth_accounts;
mod roles;

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;

use super::Apart;
use crate::{
    access::Role,
    secret::{Digest, PasswordHash},
    store::{
        Assignment, Budget, KeyValueStore, Memory, OneTimeToken, OneTimeTokenStore, Owner, Purpose,
        Redemption, Refund, Removal, RoleStore, Rotation, RotationOutcome, Session, SessionId,
        SessionKeeper, SessionStore, Spending, Store, StoreError, Terms, UserStore, owner_of,
        suite::{Keyed, Numbered, Specimen},
    },
    time::Timestamp,
    user::AuthUser,
};

type Outcome = Result<(), StoreError>;

/// Whatever answers fail, a session that rests on the old hash is over when the new one stands.
#[tokio::test]
async fn a_change_that_breaks_off_leaves_nothing_that_rests_on_the_old_hash() -> Outcome {
    let mut changes = 0;
    for answered in 0..7 {
        let there = There::new().await?;
        let before = there.session();
        there.sessions.create_session(&before).await?;
        let kept = there.session();
        there.sessions.create_session(&kept).await?;
        let broken = there.seen_by(Keeper::breaking_after(answered, &there.sessions));
        let outcome = there.change(&broken, Some(kept.id)).await;
        let is_changed = there.hash().await? == Some(new());
        let is_live = there.sessions.find_session(before.id, NOW).await?.is_some();
        assert!(!(is_changed && is_live), "after {answered} answers the session stays");
        let says_so = matches!(outcome, Ok(true));
        assert_eq!(says_so, is_changed, "after {answered} answers it says {outcome:?}");
        let is_kept = there.sessions.find_session(kept.id, NOW).await?.is_some();
        assert!(is_kept, "after {answered} answers the kept session is over");
        changes += u32::from(is_changed);
    }
    assert_eq!(changes, 4, "an outage before the change stops it, and one after it does not");
    Ok(())
}

/// The same of a reset and of the first proof of an address.
#[tokio::test]
async fn a_redemption_that_breaks_off_leaves_nothing_that_rests_on_what_was_before() -> Outcome {
    for redemption in [Redemption::ResetPassword(new()), Redemption::MagicLink] {
        let mut done = 0;
        for answered in 0..6 {
            let there = There::new().await?;
            let before = there.session();
            there.sessions.create_session(&before).await?;
            let token = there.token(redemption.purpose()).await?;
            let broken = there.seen_by(Keeper::breaking_after(answered, &there.sessions));
            let outcome = broken.redeem(&token, &redemption, NOW).await;
            let is_changed = there.hash().await? != Some(there.old.clone());
            let is_live = there.sessions.find_session(before.id, NOW).await?.is_some();
            assert!(!(is_changed && is_live), "after {answered} answers the session stays");
            let says_so = matches!(outcome, Ok(Some(_)));
            assert_eq!(says_so, is_changed, "after {answered} answers it says {outcome:?}");
            done += u32::from(is_changed);
        }
        assert_eq!(done, 4, "an outage before it stops it, and one after it does not");
    }
    Ok(())
}

/// ASVS 7.4.3: at whatever moment somebody signs in while the password is changed, and whether or
/// not the sessions' store breaks right after.
#[tokio::test]
async fn nobody_signs_in_across_a_change() -> Outcome {
    for moment in 0..6 {
        for breaks in [false, true] {
            let there = There::new().await?;
            let (other, session) = (there.clone(), there.session());
            let late = session.clone();
            let sign_in = async move {
                let plain = other.seen_by(Keeper::plain(&other.sessions));
                // Whatever it says: a session that is over opens nothing.
                drop(plain.open_session(other.user.id(), Some(&other.old), &late).await);
            };
            let keeper = Keeper::calling(moment, Box::pin(sign_in), breaks, &there.sessions);
            let changed = there.change(&there.seen_by(keeper), None).await;
            let is_changed = there.hash().await? == Some(new());
            let is_live = there.sessions.find_session(session.id, NOW).await?.is_some();
            assert!(!(is_changed && is_live), "at {moment}, {breaks}: {changed:?}");
        }
    }
    Ok(())
}

/// The same, the other way round: the change happens within the sign-in.
#[tokio::test]
async fn a_change_within_a_sign_in_ends_it() -> Outcome {
    for moment in 0..2 {
        let there = There::new().await?;
        let (other, session) = (there.clone(), there.session());
        let change = async move {
            let plain = other.seen_by(Keeper::plain(&other.sessions));
            assert!(matches!(other.change(&plain, None).await, Ok(true)));
        };
        let keeper = Keeper::calling(moment, Box::pin(change), false, &there.sessions);
        let opened = there.seen_by(keeper);
        let opened = opened.open_session(there.user.id(), Some(&there.old), &session).await;
        assert!(matches!(opened, Ok(false)), "at {moment} it says {opened:?}");
        assert!(there.sessions.find_session(session.id, NOW).await?.is_none(), "at {moment}");
    }
    Ok(())
}

#[tokio::test]
async fn a_change_that_broke_off_keeps_nobody_out_for_good() -> Outcome {
    let there = There::new().await?;
    let broken = there.seen_by(Keeper::breaking_after(1, &there.sessions));
    assert!(there.change(&broken, None).await.is_err());
    let plain = there.seen_by(Keeper::plain(&there.sessions));
    let session = there.session();
    let opened = plain.open_session(there.user.id(), Some(&there.old), &session).await;
    assert!(matches!(opened, Err(StoreError::Unavailable(_))), "the door is open: {opened:?}");
    assert!(there.sessions.find_session(session.id, NOW).await?.is_none(), "it stays");
    let later = Session { last_used_at: NOW + Duration::from_secs(15), ..session };
    assert!(plain.open_session(there.user.id(), Some(&there.old), &later).await?);
    Ok(())
}

#[tokio::test]
async fn a_session_of_a_deleted_account_names_nobody() -> Outcome {
    let there = There::new().await?;
    let session = there.session();
    there.sessions.create_session(&session).await?;
    let broken = there.seen_by(Keeper::breaking_after(0, &there.sessions));
    assert_eq!(broken.delete_account(there.user.id(), None).await?, Removal::Done);
    let plain = there.seen_by(Keeper::plain(&there.sessions));
    assert!(plain.session_with_user(session.id, NOW).await?.is_none());
    Ok(())
}

#[tokio::test]
async fn a_new_account_has_no_sessions_of_an_older_one() -> Outcome {
    let there = There::new().await?;
    let session = there.session();
    there.sessions.create_session(&session).await?;
    let sessions = Some(Arc::new(there.sessions.clone()) as Arc<dyn SessionKeeper>);
    let anew = Apart::<Keyed>::new(Arc::new(Memory::new()), None, sessions);
    let values = there.user.to_row().into_values().into_iter().map(Some).collect();
    let user = anew.create_user(crate::store::NewUser::new(values)).await?;
    assert_eq!(user.id(), there.user.id());
    assert!(anew.session_with_user(session.id, NOW).await?.is_none());
    Ok(())
}

/// Users in a file that was made anew, the rest where it was: a number names somebody else now.
#[tokio::test]
async fn a_new_user_inherits_nothing_of_an_older_one() -> Outcome {
    let rest = Memory::new();
    let apart =
        |users: Memory| Apart::<Numbered>::new(Arc::new(rest.clone()), Some(Arc::new(users)), None);
    let before = apart(Memory::new());
    let old = before.create_user(Numbered::specimen(1)).await?;
    let owner = owner_of::<Numbered>(old.id());
    let role = administrator()?;
    rest.create_role(&owner.realm, &role, &Terms::FREE).await?;
    assert_eq!(before.assign_role(old.id(), &role.name, &Terms::FREE).await?, Assignment::Assigned);
    let session = Session { owner: owner.clone(), ..There::new().await?.session() };
    assert!(before.open_session(old.id(), old.password_hash(), &session).await?);

    let anew = apart(Memory::new());
    let user = anew.create_user(Numbered::specimen(2)).await?;
    assert_eq!(user.id(), old.id());
    assert_eq!(anew.roles_of(&owner).await?, []);
    assert!(anew.session_with_user(session.id, NOW).await?.is_none());
    Ok(())
}

fn administrator() -> Result<Role, StoreError> {
    let name = "administrator".parse().map_err(StoreError::unavailable)?;
    Ok(Role { name, permissions: ["roles:manage".to_owned()].into_iter().collect() })
}

/// Redis away is an error, never "no session".
#[tokio::test]
async fn an_outage_is_not_the_end_of_a_session() -> Outcome {
    let there = There::new().await?;
    let session = there.session();
    there.sessions.create_session(&session).await?;
    let broken = there.seen_by(Keeper::breaking_after(0, &there.sessions));
    let found = broken.session_with_user(session.id, NOW).await;
    assert!(matches!(found, Err(StoreError::Unavailable(_))), "{found:?}");
    Ok(())
}

/// Somebody with an account, and where things are.
#[derive(Clone)]
struct There {
    users: Memory,
    sessions: Memory,
    user: Keyed,
    old: PasswordHash,
}

impl There {
    async fn new() -> Result<Self, StoreError> {
        let (users, sessions) = (Memory::new(), Memory::new());
        let user: Keyed = users.create_user(Keyed::specimen(1)).await?;
        let old = user.password_hash().cloned();
        let old = old.ok_or_else(|| StoreError::unavailable("a person without a password"))?;
        Ok(Self { users, sessions, user, old })
    }

    /// Both stores, through this keeper.
    fn seen_by(&self, keeper: Keeper) -> Apart<Keyed> {
        Apart::new(Arc::new(self.users.clone()), None, Some(Arc::new(keeper)))
    }

    async fn change(
        &self,
        store: &Apart<Keyed>,
        keep: Option<SessionId>,
    ) -> Result<bool, StoreError> {
        store.change_password(self.user.id(), Some(&self.old), &new(), keep, NOW).await
    }

    async fn token(&self, purpose: Purpose) -> Result<Digest, StoreError> {
        let token = OneTimeToken {
            digest: Digest::of("token"),
            purpose,
            owner: owner_of::<Keyed>(self.user.id()),
            target: self.user.email().unwrap_or_default().to_owned(),
            expires_at: NOW + Duration::from_mins(30),
        };
        self.users.put_token(&token).await?;
        Ok(token.digest)
    }

    async fn hash(&self) -> Result<Option<PasswordHash>, StoreError> {
        let user: Option<Keyed> = self.users.find_by_id(self.user.id()).await?;
        Ok(user.and_then(|user| user.password_hash().cloned()))
    }

    fn session(&self) -> Session {
        let end = NOW + Duration::from_hours(1);
        Session {
            id: SessionId::generate(NOW),
            owner: owner_of::<Keyed>(self.user.id()),
            provider: "password".to_owned(),
            created_at: NOW,
            last_used_at: NOW,
            authenticated_at: NOW,
            idle_until: end,
            expires_at: end,
            remember: false,
            ip: None,
            user_agent: None,
            data: serde_json::Map::new(),
            credential: None,
            scopes: None,
        }
    }
}

fn new() -> PasswordHash {
    PasswordHash::new("$new$")
}

type Meanwhile = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Keeps sessions until it breaks; somebody else does something after one of its answers.
struct Keeper {
    kept: Memory,
    answers: AtomicU32,
    /// After which answer something happens.
    at: u32,
    meanwhile: Mutex<Option<Meanwhile>>,
    breaks: bool,
    is_broken: AtomicBool,
}

impl Keeper {
    fn plain(kept: &Memory) -> Self {
        Self::calling(u32::MAX, Box::pin(async {}), false, kept)
    }

    fn breaking_after(answered: u32, kept: &Memory) -> Self {
        let at = answered.checked_sub(1);
        let keeper = Self::calling(at.unwrap_or(u32::MAX), Box::pin(async {}), true, kept);
        Self { is_broken: AtomicBool::new(at.is_none()), ..keeper }
    }

    fn calling(at: u32, meanwhile: Meanwhile, breaks: bool, kept: &Memory) -> Self {
        Self {
            kept: kept.clone(),
            answers: AtomicU32::new(0),
            at,
            meanwhile: Mutex::new(Some(meanwhile)),
            breaks,
            is_broken: AtomicBool::new(false),
        }
    }

    async fn step<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        if self.is_broken.load(Ordering::SeqCst) {
            return Err(StoreError::unavailable("broken"));
        }
        let outcome = call.await;
        if self.answers.fetch_add(1, Ordering::SeqCst) == self.at {
            let meanwhile = self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(meanwhile) = meanwhile {
                meanwhile.await;
            }
            self.is_broken.store(self.breaks, Ordering::SeqCst);
        }
        outcome
    }
}

impl SessionKeeper for Keeper {
    fn describe(&self) -> String {
        "a keeper that breaks".to_owned()
    }
}

#[async_trait]
impl SessionStore for Keeper {
    async fn create_session(&self, session: &Session) -> Result<(), StoreError> {
        self.step(self.kept.create_session(session)).await
    }

    async fn find_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        self.step(self.kept.find_session(id, now)).await
    }

    async fn would_rotate(&self, rotation: &Rotation) -> Result<Option<Session>, StoreError> {
        self.step(self.kept.would_rotate(rotation)).await
    }

    async fn rotate_session(&self, rotation: &Rotation) -> Result<RotationOutcome, StoreError> {
        self.step(self.kept.rotate_session(rotation)).await
    }

    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle: Duration,
    ) -> Result<bool, StoreError> {
        self.step(self.kept.touch_session(id, now, idle)).await
    }

    async fn reauthenticate_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.step(self.kept.reauthenticate_session(id, now)).await
    }

    async fn end_session(
        &self,
        owner: &Owner,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.step(self.kept.end_session(owner, id, now)).await
    }

    async fn end_sessions(
        &self,
        owner: &Owner,
        keep: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        self.step(self.kept.end_sessions(owner, keep)).await
    }

    async fn list_sessions(
        &self,
        owner: &Owner,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        self.step(self.kept.list_sessions(owner, now)).await
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.step(self.kept.sweep_sessions(now)).await
    }
}

#[async_trait]
impl KeyValueStore for Keeper {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        self.step(self.kept.get(key, now)).await
    }

    async fn set(&self, key: &str, value: &[u8], until: Timestamp) -> Result<(), StoreError> {
        self.step(self.kept.set(key, value, until)).await
    }

    async fn set_new(
        &self,
        key: &str,
        value: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.step(self.kept.set_new(key, value, now, until)).await
    }

    async fn take(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        self.step(self.kept.take(key, now)).await
    }

    async fn count(
        &self,
        key: &str,
        by: u32,
        now: Timestamp,
        window: Duration,
    ) -> Result<u64, StoreError> {
        self.step(self.kept.count(key, by, now, window)).await
    }

    async fn spend(&self, budgets: &[Budget], now: Timestamp) -> Result<Spending, StoreError> {
        self.step(self.kept.spend(budgets, now)).await
    }

    async fn refund(&self, refunds: &[Refund]) -> Result<(), StoreError> {
        self.step(self.kept.refund(refunds)).await
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.step(self.kept.remove(key)).await
    }

    async fn sweep_values(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.step(self.kept.sweep_values(now)).await
    }
}

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
