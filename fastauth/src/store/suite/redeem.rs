use std::{sync::Arc, time::Duration};

use super::{
    Broken, Specimen,
    account::{LATER, kept_session},
    ensure,
    oauth_account::{account, providers},
    once::new_token,
    race::race_all,
    session::{MICROSECOND, NOW},
};
use crate::{
    secret::{Digest, PasswordHash},
    store::{
        Addition, NewUser, OneTimeToken, Owner, Purpose, Redeemed, Redemption, Session, SessionId,
        Store, StoreError, UserChange, owner_of, stranger,
    },
    user::AuthUser,
    value::Value,
};

pub(super) async fn a_proof_marks_the_address<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let him = Person::<U>::new(store, 2).await?;
    let token = her.token(store, Purpose::VerifyEmail).await?;
    let redeemed = redeem(store, &token, &Redemption::VerifyEmail).await?;
    let Some(Redeemed { before, user }) = redeemed else { return Err(unused()) };
    ensure(!before.is_email_verified(), "the user before it is not as they were")?;
    ensure(before.to_row() == her.user.to_row(), "the user before it is another")?;
    let is_markable = U::SPEC.email_verified.is_some();
    ensure(user.is_email_verified() == is_markable, "the address is not marked")?;
    let found = store.find_by_id(her.user.id()).await?;
    let is_kept = found.is_some_and(|found| found.to_row() == user.to_row());
    ensure(is_kept, "it keeps another user than it gives back")?;
    ensure(user.password_hash() == her.user.password_hash(), "the password goes with it")?;
    her.session_lives(store, true).await?;
    let again = redeem(store, &token, &Redemption::VerifyEmail).await?;
    ensure(again.is_none(), "it works twice")?;
    if let Some(him) = him {
        him.is_untouched(store).await?;
    }
    Ok(())
}

/// ASVS 7.4.3, and whoever has the mailbox has it to themselves.
pub(super) async fn a_reset_ends_all_that_was_before<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some(her) = Person::<U>::with_password(store, 1).await? else { return Ok(()) };
    let him = Person::<U>::new(store, 2).await?;
    if let Some(him) = &him {
        him.link(store, "google", "his").await?;
    }
    her.link(store, "google", "planted").await?;
    let planted = her.token(store, Purpose::ChangeEmail).await?;
    let token = her.token(store, Purpose::ResetPassword).await?;
    let new = PasswordHash::new("$new$");
    let reset = Redemption::ResetPassword(new.clone());
    let Some(Redeemed { user, .. }) = redeem(store, &token, &reset).await? else {
        return Err(unused());
    };
    ensure(user.password_hash() == Some(&new), "it keeps another hash")?;
    let is_markable = U::SPEC.email_verified.is_some();
    ensure(user.is_email_verified() == is_markable, "the address is not marked")?;
    if let Some(column) = U::SPEC.updated_at {
        let at = user.to_row().get(column).cloned();
        ensure(at == Some(Value::Time(LATER)), "it does not note the change")?;
    }
    her.session_lives(store, false).await?;
    ensure(her.has(store, &[]).await?, "an account at a provider stays that was planted")?;
    let keep = None;
    let change = redeem(store, &planted, &Redemption::ChangeEmail { keep }).await?;
    ensure(change.is_none(), "another token still works")?;
    let late = new_session_of(&her.user);
    let old = her.user.password_hash();
    let opened = store.open_session(her.user.id(), old, &late).await?;
    ensure(!opened, "the old password still opens a session")?;
    // The next reset finds a user whose address was proved.
    her.link(store, "google", "hers").await?;
    let token = her.token(store, Purpose::ResetPassword).await?;
    ensure(redeem(store, &token, &reset).await?.is_some(), "the next reset does nothing")?;
    if is_markable {
        ensure(her.has(store, &["google"]).await?, "a reset unlinks what its user had linked")?;
    }
    if let Some(him) = him {
        him.is_untouched(store).await?;
        ensure(him.has(store, &["google"]).await?, "of another user an account is unlinked")?;
    }
    Ok(())
}

pub(super) async fn a_change_sets_the_address_it_was_mailed_to<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let Some(him) = Person::<U>::new(store, 2).await? else { return Ok(()) };
    let kept = kept_session(store, &owner_of::<U>(her.user.id())).await?;
    let other = her.token(store, Purpose::ResetPassword).await?;
    her.link(store, "google", "hers").await?;
    let target = "new@example.com".to_owned();
    let token = OneTimeToken { target, ..her.new_token(Purpose::ChangeEmail) };
    store.put_token(&token).await?;
    let change = Redemption::ChangeEmail { keep: Some(kept.id) };
    let Some(Redeemed { before, user }) = redeem(store, &token, &change).await? else {
        return Err(unused());
    };
    ensure(before.email() == her.user.email(), "the address before it is another")?;
    ensure(user.email() == Some("new@example.com"), "it sets another address")?;
    let is_markable = U::SPEC.email_verified.is_some();
    ensure(user.is_email_verified() == is_markable, "the address is not marked")?;
    ensure(user.password_hash() == her.user.password_hash(), "the password goes with it")?;
    her.session_lives(store, false).await?;
    let lives = store.find_session(kept.id, NOW).await?.is_some();
    ensure(lives, "the kept session ends")?;
    ensure(her.has(store, &["google"]).await?, "her account at a provider goes with it")?;
    let reset = Redemption::ResetPassword(PasswordHash::new("$new$"));
    let other = redeem(store, &other, &reset).await?;
    ensure(other.is_none(), "a token that was mailed to the old address still works")?;

    // Somebody else has the next one by now.
    let target = him.user.email().unwrap_or_default().to_owned();
    let token = OneTimeToken { target, ..her.new_token(Purpose::ChangeEmail) };
    store.put_token(&token).await?;
    let refused = store.redeem(&token.digest, &change, LATER).await;
    ensure(
        matches!(refused, Err(StoreError::Taken(_))),
        "a taken address is not said to be taken",
    )?;
    let found = store.find_by_id(her.user.id()).await?;
    let is_same = found.is_some_and(|found| found.email() == Some("new@example.com"));
    ensure(is_same, "it says that the address is taken and changes it")?;
    him.is_untouched(store).await?;
    // And nothing keeps anybody out afterwards.
    let session = new_session_of(&user);
    let opened = store.open_session(user.id(), user.password_hash(), &session).await?;
    ensure(opened, "a refused change keeps its user out")
}

pub(super) async fn a_token_dies_with_its_matter<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let verify = Redemption::VerifyEmail;
    let token = her.token(store, Purpose::VerifyEmail).await?;
    for wrong in [
        Redemption::MagicLink,
        Redemption::ChangeEmail { keep: None },
        Redemption::ResetPassword(PasswordHash::new("$new$")),
    ] {
        let redeemed = redeem(store, &token, &wrong).await?;
        ensure(redeemed.is_none(), format!("it works for {:?}", wrong.purpose()))?;
    }
    let late = store.redeem(&token.digest, &verify, token.expires_at).await?;
    ensure(late.is_none(), "it works at the moment it ends")?;
    let unknown = store.redeem(&Digest::of("unknown"), &verify, NOW).await?;
    ensure(unknown.is_none(), "a token nobody has works")?;
    her.is_untouched(store).await?;
    let last = token.expires_at - MICROSECOND;
    let redeemed = store.redeem(&token.digest, &verify, last).await?;
    ensure(redeemed.is_some(), "it was used up by those who could not use it")?;

    let elsewhere = Owner { realm: "elsewhere".to_owned(), ..owner_of::<U>(her.user.id()) };
    let foreign = OneTimeToken { owner: elsewhere, ..her.new_token(Purpose::VerifyEmail) };
    store.put_token(&foreign).await?;
    let redeemed = redeem(store, &foreign, &verify).await?;
    ensure(redeemed.is_none(), "a token of another realm works")?;
    let stays = store.find_token(&foreign.digest, foreign.purpose, NOW).await?;
    ensure(stays.is_some(), "a token of another realm is used up")?;

    let target = "old@example.com".to_owned();
    let stale = OneTimeToken { target, ..her.new_token(Purpose::VerifyEmail) };
    store.put_token(&stale).await?;
    let redeemed = redeem(store, &stale, &verify).await?;
    ensure(redeemed.is_none(), "a token works that was mailed to another address")?;

    if let Some(active) = U::SPEC.active {
        let token = her.token(store, Purpose::VerifyEmail).await?;
        let columns = vec![(active, Value::Bool(false))];
        store.update_user(her.user.id(), UserChange { columns, at: NOW }).await?;
        let redeemed = redeem(store, &token, &verify).await?;
        ensure(redeemed.is_none(), "a token of a disabled account works")?;
    }
    let token = her.token(store, Purpose::VerifyEmail).await?;
    store.delete_account(her.user.id(), None).await?;
    store.put_token(&token).await?;
    let redeemed = redeem(store, &token, &verify).await?;
    ensure(redeemed.is_none(), "a token of a deleted account works")
}

/// ASVS 6.5.1.
pub(super) async fn one_of_many_redemptions_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    for purpose in
        [Purpose::VerifyEmail, Purpose::MagicLink, Purpose::ChangeEmail, Purpose::ResetPassword]
    {
        if purpose == Purpose::ResetPassword && U::SPEC.password_hash.is_none() {
            continue;
        }
        let token = her.token(store, purpose).await?;
        let redeemed = race_all(store, |store, number| {
            let digest = token.digest;
            let redemption = match purpose {
                Purpose::ChangeEmail => Redemption::ChangeEmail { keep: None },
                Purpose::MagicLink => Redemption::MagicLink,
                Purpose::ResetPassword => {
                    Redemption::ResetPassword(PasswordHash::new(format!("$new${number}")))
                }
                _ => Redemption::VerifyEmail,
            };
            async move { store.redeem(&digest, &redemption, LATER).await }
        });
        let winners: Vec<_> = redeemed.await?.into_iter().flatten().collect();
        ensure(winners.len() == 1, format!("{} redeem one {purpose:?}", winners.len()))?;
        let found = store.find_by_id(her.user.id()).await?.map(|it| it.to_row());
        let is_theirs = winners.iter().all(|it| Some(it.user.to_row()) == found);
        ensure(is_theirs, format!("another one's {purpose:?} is kept"))?;
    }
    Ok(())
}

/// Whoever recovers an account is rid of what was asked for before, whenever it is written.
pub(super) async fn a_token_is_kept_only_of_who_was_proved<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let hash = her.user.password_hash();
    let kept = async |hash: Option<&PasswordHash>, token: &OneTimeToken| {
        let said = store.put_token_of(hash, her.session.id, token, NOW).await?;
        let found = store.find_token(&token.digest, token.purpose, NOW).await?;
        ensure(found.is_some() == said, format!("it says {said}, and the token is {found:?}"))?;
        Ok::<_, Broken>(said)
    };
    let first = her.new_token(Purpose::ChangeEmail);
    ensure(kept(hash, &first).await?, "it does not keep a token")?;
    let newer = her.new_token(Purpose::ChangeEmail);
    ensure(kept(hash, &newer).await?, "it does not keep a newer token")?;
    let older = store.find_token(&first.digest, first.purpose, NOW).await?;
    ensure(older.is_none(), "the older token still works")?;
    if hash.is_some() {
        let stale = PasswordHash::new("$stale$");
        for hash in [Some(&stale), None] {
            let late = her.new_token(Purpose::ChangeEmail);
            ensure(!kept(hash, &late).await?, "it keeps a token of a password that was changed")?;
        }
        let stays = store.find_token(&newer.digest, newer.purpose, NOW).await?;
        ensure(stays.is_some(), "it says no and forgets the older token")?;
    }
    store.delete_account(her.user.id(), None).await?;
    let late = her.new_token(Purpose::ChangeEmail);
    ensure(!kept(hash, &late).await?, "it keeps a token of somebody who is gone")
}

pub(super) async fn a_proved_address_makes_one_account<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some(email) = email_of(&U::specimen(1)) else { return Ok(()) };
    let purpose = Purpose::CompleteSignup;
    let token = OneTimeToken {
        purpose,
        target: email.clone(),
        ..of_owner(stranger(U::SPEC, &email), "account")
    };
    store.put_token(&token).await?;
    let create = async |n: u32, purpose: Purpose, now| {
        store.create_proved_user(&token.digest, purpose, U::specimen(n), now).await
    };
    ensure(create(2, purpose, NOW).await?.is_none(), "it makes an account of another address")?;
    let wrong = create(1, Purpose::MagicLink, NOW).await?;
    ensure(wrong.is_none(), "a token of another purpose makes an account")?;
    let late = create(1, purpose, token.expires_at).await?;
    ensure(late.is_none(), "a token that is over makes an account")?;
    // Of an account's own token, nobody makes another account.
    if let Some(him) = Person::<U>::new(store, 3).await? {
        let his = OneTimeToken { target: email.clone(), ..him.new_token(purpose) };
        store.put_token(&his).await?;
        let made = store.create_proved_user(&his.digest, purpose, U::specimen(1), NOW).await?;
        ensure(made.is_none(), "a user's own token makes an account")?;
    }
    let made = race_all(store, |store, _| {
        let digest = token.digest;
        async move { store.create_proved_user(&digest, purpose, U::specimen(1), NOW).await }
    });
    let made: Vec<_> = made.await?.into_iter().flatten().collect();
    ensure(made.len() == 1, format!("{} accounts are made of one token", made.len()))?;
    for user in &made {
        ensure(store.find_by_id(user.id()).await?.is_some(), "the account is not kept")?;
        ensure(user.email() == Some(&*email), "it has another address")?;
    }
    // What is taken leaves the token as good as it was.
    store.put_token(&token).await?;
    let refused = create(1, purpose, NOW).await;
    ensure(
        matches!(refused, Err(StoreError::Taken(_))),
        "a taken address is not said to be taken",
    )?;
    let stays = store.find_token(&token.digest, purpose, NOW).await?;
    ensure(stays == Some(token), "a refused sign-up uses its token up")
}

/// A user with an address, and one of their sessions.
pub(super) struct Person<U> {
    pub(super) user: U,
    session: Session,
}

impl<U: Specimen> Person<U> {
    /// Nothing where users have no address.
    pub(super) async fn new<S: Store<U>>(
        store: &Arc<S>,
        number: u32,
    ) -> Result<Option<Self>, Broken> {
        Self::of(store, U::specimen(number)).await
    }

    /// Nothing where it has none.
    pub(super) async fn of<S: Store<U>>(
        store: &Arc<S>,
        new: NewUser<U>,
    ) -> Result<Option<Self>, Broken> {
        let user = store.create_user(new).await?;
        if user.email().is_none() {
            return Ok(None);
        }
        let session = kept_session(store, &owner_of::<U>(user.id())).await?;
        Ok(Some(Self { user, session }))
    }

    /// Nothing where they have no password either.
    async fn with_password<S: Store<U>>(
        store: &Arc<S>,
        number: u32,
    ) -> Result<Option<Self>, Broken> {
        let her = Self::new(store, number).await?;
        Ok(her.filter(|_| U::SPEC.password_hash.is_some()))
    }

    pub(super) fn new_token(&self, purpose: Purpose) -> OneTimeToken {
        let secret = format!("{purpose:?} {}", SessionId::generate(NOW));
        let target = self.user.email().unwrap_or_default().to_owned();
        OneTimeToken { purpose, target, ..of_owner(owner_of::<U>(self.user.id()), &secret) }
    }

    pub(super) async fn token<S: Store<U>>(
        &self,
        store: &Arc<S>,
        purpose: Purpose,
    ) -> Result<OneTimeToken, Broken> {
        let token = self.new_token(purpose);
        store.put_token(&token).await?;
        Ok(token)
    }

    /// Gives them an account at a provider.
    pub(super) async fn link<S: Store<U>>(
        &self,
        store: &Arc<S>,
        provider: &str,
        subject: &str,
    ) -> Result<(), Broken> {
        let account = account(&owner_of::<U>(self.user.id()), provider, subject);
        let added = store.add_oauth_account(&account).await?;
        ensure(added == Addition::Done, format!("adding {account:?} says {added:?}"))
    }

    /// Whether they have accounts at these providers and no others.
    pub(super) async fn has<S: Store<U>>(
        &self,
        store: &Arc<S>,
        expected: &[&str],
    ) -> Result<bool, Broken> {
        Ok(providers(store, &owner_of::<U>(self.user.id())).await? == expected)
    }

    pub(super) async fn session_lives<S: Store<U>>(
        &self,
        store: &Arc<S>,
        lives: bool,
    ) -> Result<(), Broken> {
        let found = store.find_session(self.session.id, NOW).await?;
        ensure(found.is_some() == lives, if lives { "a session ends" } else { "a session stays" })
    }

    pub(super) async fn is_untouched<S: Store<U>>(&self, store: &Arc<S>) -> Result<(), Broken> {
        self.session_lives(store, true).await?;
        let found = store.find_by_id(self.user.id()).await?;
        let is_same = found.is_some_and(|found| found.to_row() == self.user.to_row());
        ensure(is_same, "somebody is changed who has nothing to do with it")
    }
}

pub(super) async fn redeem<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    token: &OneTimeToken,
    redemption: &Redemption,
) -> Result<Option<Redeemed<U>>, Broken> {
    Ok(store.redeem(&token.digest, redemption, LATER).await?)
}

fn of_owner(owner: Owner, secret: &str) -> OneTimeToken {
    let expires_at = NOW + Duration::from_mins(30);
    OneTimeToken { owner, expires_at, ..new_token("", secret) }
}

fn new_session_of<U: AuthUser>(user: &U) -> Session {
    super::session::new_session(&owner_of::<U>(user.id()))
}

fn email_of<U: Specimen>(new: &NewUser<U>) -> Option<String> {
    match new.values().get(U::SPEC.email?) {
        Some(Some(Value::Text(text))) => Some(text.clone()),
        _ => None,
    }
}

pub(super) fn unused() -> Broken {
    Broken("a good token does nothing".to_owned())
}
