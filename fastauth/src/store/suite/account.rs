use std::sync::Arc;

use super::{
    Broken, Specimen, ensure,
    oauth_account::{account, is_found},
    once::new_token,
    race::race_all,
    session::{MICROSECOND, NOW, new_session},
};
use crate::{
    access::Scopes,
    secret::{Digest, PasswordHash},
    store::{OAuthAccount, OneTimeToken, Owner, Removal, Session, SessionId, Store, owner_of},
    time::Timestamp,
};

pub(super) async fn a_session_is_found_with_its_user<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    store.create_user(U::specimen(1)).await?;
    let user = store.create_user(U::specimen(2)).await?;
    let owner = owner_of::<U>(user.id());
    let session = kept_session(store, &owner).await?;
    let found = store.session_with_user(session.id, NOW).await?;
    let is_right = found.is_some_and(|(kept, it)| kept == session && it.id() == user.id());
    ensure(is_right, "it finds another session or user")?;
    let end = session.idle_until;
    let before = store.session_with_user(session.id, end - MICROSECOND).await?;
    ensure(before.is_some(), "it is over before its moment")?;
    ensure(store.session_with_user(session.id, end).await?.is_none(), "it is found over")?;
    let unknown = store.session_with_user(SessionId::generate(NOW), NOW).await?;
    ensure(unknown.is_none(), "an id that no session has finds one")?;
    let elsewhere = Owner { realm: "elsewhere".to_owned(), ..owner };
    let foreign = kept_session(store, &elsewhere).await?;
    let found = store.session_with_user(foreign.id, NOW).await?;
    ensure(found.is_none(), "a session of another realm finds a user of this one")?;
    store.delete_account(user.id(), None).await?;
    let orphan = kept_session(store, &owner_of::<U>(user.id())).await?;
    let found = store.session_with_user(orphan.id, NOW).await?;
    ensure(found.is_none(), "a session of nobody finds a user")
}

/// A store may find together what is looked for at the same time.
pub(super) async fn who_asks_together_finds_their_own_session<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let mut sessions = Vec::new();
    for number in 0..8 {
        let user = store.create_user(U::specimen(number)).await?;
        sessions.push(kept_session(store, &owner_of::<U>(user.id())).await?);
    }
    let Some(Session { owner, idle_until: end, .. }) = sessions.first().cloned() else {
        return Ok(());
    };
    let elsewhere = Owner { realm: "elsewhere".to_owned(), ..owner };
    let foreign = kept_session(store, &elsewhere).await?.id;
    let asked = sessions.clone();
    let found = race_all(store, move |store, number| {
        let own = asked.get(number as usize / 5 % asked.len()).map_or(foreign, |it| it.id);
        let (id, now) = match number % 5 {
            0 => (SessionId::generate(NOW), NOW),
            1 => (own, end),
            2 => (foreign, NOW),
            _ => (own, end - MICROSECOND),
        };
        async move { Ok((number, own, store.session_with_user(id, now).await?)) }
    });
    for (number, own, found) in found.await? {
        if number % 5 < 3 {
            ensure(found.is_none(), "what is unknown, over or of another realm is found")?;
            continue;
        }
        let kept = sessions.iter().find(|it| it.id == own);
        let is_right = found.is_some_and(|(session, user)| {
            kept == Some(&session) && session.owner == owner_of::<U>(user.id())
        });
        ensure(is_right, "it finds the session of somebody else, or none")?;
    }
    Ok(())
}

/// ASVS 7.4.3: a sign-in that began before must not outlive what ended the others.
pub(super) async fn a_session_opens_only_for_who_was_proved<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let user = store.create_user(U::specimen(1)).await?;
    let owner = owner_of::<U>(user.id());
    let session = new_session(&owner);
    let proved = user.password_hash();
    let opened = store.open_session(user.id(), proved, &session).await?;
    ensure(opened, "it does not open a session")?;
    let found = store.find_session(session.id, NOW).await?;
    ensure(found.as_ref() == Some(&session), format!("{session:?} comes back as {found:?}"))?;
    let again = store.open_session(user.id(), proved, &session).await;
    ensure(again.is_err(), "it opens a session of an id that there is")?;
    if proved.is_some() {
        let stale = PasswordHash::new("$stale$");
        for hash in [Some(&stale), None] {
            let late = new_session(&owner);
            let opened = store.open_session(user.id(), hash, &late).await?;
            ensure(!opened, "it opens a session for a password that was changed")?;
            ensure(store.find_session(late.id, NOW).await?.is_none(), "it says no and opens it")?;
        }
    }
    let hash = proved.cloned();
    store.delete_account(user.id(), None).await?;
    let late = new_session(&owner);
    let opened = store.open_session(user.id(), hash.as_ref(), &late).await?;
    ensure(!opened, "it opens a session of somebody who is gone")?;
    ensure(store.find_session(late.id, NOW).await?.is_none(), "it says no and opens it")
}

/// ASVS 7.4.3.
pub(super) async fn a_changed_password_ends_what_rested_on_the_old_one<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some((user, old)) = user_with_password(store, 1).await? else { return Ok(()) };
    let other = store.create_user(U::specimen(2)).await?;
    let mine = Belongings::keep(store, &owner_of::<U>(user.id()), "mine").await?;
    let theirs = Belongings::keep(store, &owner_of::<U>(other.id()), "theirs").await?;
    let new = PasswordHash::new("$new$");
    let keep = Some(mine.first.id);
    let changed = store.change_password(user.id(), Some(&old), &new, keep, LATER).await?;
    ensure(changed, "it does not change the password")?;
    let found = store.find_by_id(user.id()).await?;
    let kept = found.as_ref().and_then(U::password_hash);
    ensure(kept == Some(&new), "it keeps another hash")?;
    if let (Some(column), Some(found)) = (U::SPEC.updated_at, found) {
        let at = found.to_row().get(column).cloned();
        ensure(at == Some(crate::value::Value::Time(LATER)), "it does not note the change")?;
    }
    ensure(store.find_session(mine.first.id, NOW).await?.is_some(), "the kept session ends")?;
    ensure(store.find_session(mine.second.id, NOW).await?.is_none(), "another session stays")?;
    ensure(!mine.token_works(store).await?, "a one-time token still works")?;
    is_found(store, &mine.account, true).await?;
    theirs.are_untouched(store).await?;
    let changed = store.change_password(user.id(), Some(&new), &old, None, LATER).await?;
    ensure(changed, "it does not change the password again")?;
    let ended = store.find_session(mine.first.id, NOW).await?.is_none();
    ensure(ended, "a session stays where none is kept")
}

pub(super) async fn a_password_is_changed_only_from_the_old_one<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some((user, old)) = user_with_password(store, 1).await? else { return Ok(()) };
    let mine = Belongings::keep(store, &owner_of::<U>(user.id()), "mine").await?;
    let (stale, new) = (PasswordHash::new("$stale$"), PasswordHash::new("$new$"));
    for stale in [Some(&stale), None] {
        let changed = store.change_password(user.id(), stale, &new, None, LATER).await?;
        ensure(!changed, "it changes a password that was changed meanwhile")?;
    }
    let found = store.find_by_id(user.id()).await?;
    let kept = found.as_ref().and_then(U::password_hash);
    ensure(kept == Some(&old), "it says no and changes the hash")?;
    mine.are_untouched(store).await?;
    let mut values = U::specimen(2).values().to_vec();
    let column = U::SPEC.password_hash.and_then(|column| {
        U::SPEC.columns.get(column).filter(|column| column.nullable).map(|_| column)
    });
    if let Some(value) = column.and_then(|column| values.get_mut(column)) {
        *value = Some(crate::value::Value::Null);
        let user = store.create_user(crate::store::NewUser::new(values)).await?;
        let changed = store.change_password(user.id(), Some(&old), &new, None, LATER).await?;
        ensure(!changed, "it changes a password where there was none")?;
        let changed = store.change_password(user.id(), None, &new, None, LATER).await?;
        ensure(changed, "it does not set a first password")?;
    }
    store.delete_account(user.id(), None).await?;
    let changed = store.change_password(user.id(), Some(&old), &new, None, LATER).await?;
    ensure(!changed, "it changes the password of a user who is gone")
}

pub(super) async fn one_of_many_password_changes_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some((user, old)) = user_with_password(store, 1).await? else { return Ok(()) };
    let changed = race_all(store, |store, number| {
        let (id, old) = (user.id().clone(), old.clone());
        let new = PasswordHash::new(format!("$new${number}"));
        async move { store.change_password(&id, Some(&old), &new, None, LATER).await }
    });
    let winners = changed.await?.into_iter().filter(|changed| *changed).count();
    ensure(winners == 1, format!("{winners} change one password"))
}

pub(super) async fn a_deleted_account_leaves_nothing<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let user = store.create_user(U::specimen(1)).await?;
    let other = store.create_user(U::specimen(2)).await?;
    let mine = Belongings::keep(store, &owner_of::<U>(user.id()), "mine").await?;
    let theirs = Belongings::keep(store, &owner_of::<U>(other.id()), "theirs").await?;
    let deleted = store.delete_account(user.id(), None).await?;
    ensure(deleted == Removal::Done, format!("deleting the account says {deleted:?}"))?;
    ensure(store.find_by_id(user.id()).await?.is_none(), "the user is still there")?;
    for session in [&mine.first, &mine.second] {
        let found = store.find_session(session.id, NOW).await?;
        ensure(found.is_none(), "a session is still there")?;
    }
    ensure(!mine.token_works(store).await?, "a one-time token still works")?;
    is_found(store, &mine.account, false).await?;
    theirs.are_untouched(store).await?;
    ensure(store.find_by_id(other.id()).await?.is_some(), "another user is gone")?;
    let deleted = store.delete_account(user.id(), None).await?;
    ensure(deleted == Removal::Absent, format!("deleting it twice says {deleted:?}"))?;
    store.create_user(U::specimen(1)).await.map(drop).map_err(Broken::from)
}

pub(super) async fn one_of_many_deletions_says_so<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let user = store.create_user(U::specimen(1)).await?;
    let deleted = race_all(store, |store, _| {
        let id = user.id().clone();
        async move { store.delete_account(&id, None).await }
    });
    let winners = deleted.await?.into_iter().filter(|it| *it == Removal::Done).count();
    ensure(winners == 1, format!("{winners} delete one account"))
}

/// What is kept about somebody.
struct Belongings {
    first: Session,
    second: Session,
    token: OneTimeToken,
    account: OAuthAccount,
}

impl Belongings {
    async fn keep<U: Specimen, S: Store<U>>(
        store: &Arc<S>,
        owner: &Owner,
        secret: &str,
    ) -> Result<Self, Broken> {
        let token = OneTimeToken { owner: owner.clone(), ..new_token("", secret) };
        store.put_token(&token).await?;
        let account = account(owner, "google", secret);
        store.add_oauth_account(&account).await?;
        let first = kept_session(store, owner).await?;
        Ok(Self { first, second: kept_session(store, owner).await?, token, account })
    }

    async fn token_works<U: Specimen, S: Store<U>>(&self, store: &Arc<S>) -> Result<bool, Broken> {
        Ok(store.consume_token(&self.token.digest, self.token.purpose, NOW).await?.is_some())
    }

    async fn are_untouched<U: Specimen, S: Store<U>>(&self, store: &Arc<S>) -> Result<(), Broken> {
        for session in [&self.first, &self.second] {
            let found = store.find_session(session.id, NOW).await?;
            ensure(found.as_ref() == Some(session), "a session is gone that should stay")?;
        }
        is_found(store, &self.account, true).await?;
        ensure(self.token_works(store).await?, "a one-time token is gone that should stay")
    }
}

pub(super) async fn kept_session<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    owner: &Owner,
) -> Result<Session, Broken> {
    let scopes = Some(Scopes::from_iter(["posts:read"]));
    let session = Session { credential: Some(Digest::of("refresh")), scopes, ..new_session(owner) };
    store.create_session(&session).await?;
    Ok(session)
}

/// A new user and their hash; nothing where users have none.
async fn user_with_password<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    number: u32,
) -> Result<Option<(U, PasswordHash)>, Broken> {
    let user = store.create_user(U::specimen(number)).await?;
    let hash = user.password_hash().cloned();
    Ok(hash.map(|hash| (user, hash)))
}

pub(super) const LATER: Timestamp = Timestamp::from_micros(NOW.as_micros() + 1);
