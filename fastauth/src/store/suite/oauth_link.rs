use std::sync::Arc;

use super::{
    Broken, Specimen,
    account::{LATER, kept_session},
    ensure,
    oauth_account::{account, is_found, new_account},
    redeem::Person,
    session::NOW,
};
use crate::{
    secret::PasswordHash,
    store::{
        Linked, Linking, NewUser, OAuthAccount, OtherWays, Purpose, Redemption, Store, Unlinked,
        UserChange, no_hash, owner_of,
    },
    value::Value,
};

pub(super) async fn an_account_is_linked_for_who_was_proved<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let Some(him) = Person::<U>::new(store, 2).await? else { return Ok(()) };
    let token = her.token(store, Purpose::ResetPassword).await?;
    let link = async |person: &Person<U>, hash, provider: &str, subject: &str| {
        let (id, linking) = (person.user.id(), Linking::Asked { hash, session: None });
        let linked = store.link_account(id, new_account(provider, subject), linking, LATER).await?;
        Ok::<_, Broken>(said(&linked))
    };
    let stale = PasswordHash::new("$stale$");
    let (hers, his) = (her.user.password_hash(), him.user.password_hash());
    let wrong = [Some(&stale), None].into_iter().filter(|_| hers.is_some());
    for hash in wrong.clone() {
        let said = link(&her, hash, "google", "1").await?;
        ensure(said == "refused", format!("with a hash that was changed it is {said}"))?;
    }
    ensure(her.has(store, &[]).await?, "it says no and links")?;
    for (person, hash, provider, subject, expected) in [
        (&her, hers, "google", "1", "done"),
        (&her, hers, "google", "1", "already"),
        (&her, hers, "google", "2", "has another"),
        (&him, his, "google", "1", "of another"),
        (&him, his, "google", "2", "done"),
        (&him, his, "google", "1", "of another"),
        (&her, hers, "google", "2", "of another"),
        (&her, hers, "github", "1", "done"),
    ] {
        let said = link(person, hash, provider, subject).await?;
        let what = format!("linking {provider} {subject}");
        ensure(said == expected, format!("{what} is {said}, and not {expected}"))?;
    }
    for hash in wrong {
        let said = link(&her, hash, "google", "1").await?;
        ensure(said == "refused", format!("with a hash that was changed it is {said}"))?;
    }
    let owner = owner_of::<U>(her.user.id());
    let kept = OAuthAccount { created_at: LATER, ..account(&owner, "google", "1") };
    is_found(store, &kept, true).await?;
    ensure(her.has(store, &["github", "google"]).await?, "she has other accounts")?;
    ensure(him.has(store, &["google"]).await?, "he has other accounts")?;
    // A link that was asked for leaves all else.
    her.is_untouched(store).await?;
    him.is_untouched(store).await?;
    let stays = store.find_token(&token.digest, token.purpose, NOW).await?;
    ensure(stays.is_some(), "a one-time token ends with a link")?;

    if let Some(active) = U::SPEC.active {
        let columns = vec![(active, Value::Bool(false))];
        store.update_user(him.user.id(), UserChange { columns, at: NOW }).await?;
        for provider in ["google", "github"] {
            let said = link(&him, his, provider, "2").await?;
            ensure(said == "refused", format!("of a disabled account it is {said}"))?;
        }
    }
    store.delete_account(her.user.id(), None).await?;
    let said = link(&her, hers, "github", "3").await?;
    ensure(said == "refused", format!("of a deleted account it is {said}"))?;
    ensure(her.has(store, &[]).await?, "a deleted account has accounts at providers")
}

/// A stranger may have registered the address first, and waits for its owner.
pub(super) async fn a_provider_that_proves_an_address_removes_what_was_planted<
    U: Specimen,
    S: Store<U>,
>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    if U::SPEC.email_verified.is_none() {
        return Ok(());
    }
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let Some(him) = Person::<U>::new(store, 2).await? else { return Ok(()) };
    let owner = owner_of::<U>(her.user.id());
    him.link(store, "google", "his").await?;
    for provider in ["google", "github"] {
        her.link(store, provider, "planted").await?;
    }
    let planted = her.token(store, Purpose::ChangeEmail).await?;
    let email = her.user.email().unwrap_or_default();
    let link = async |email: &str, subject: &str| {
        let (new, linking) = (new_account("google", subject), Linking::Proved(email));
        Ok::<_, Broken>(store.link_account(her.user.id(), new, linking, LATER).await?)
    };
    // What is refused changes nothing.
    for (email, subject, expected) in [
        ("other@example.com", "hers", "refused"),
        (&*email.to_uppercase(), "hers", "refused"),
        ("", "hers", "refused"),
        (email, "his", "of another"),
    ] {
        let said = said(&link(email, subject).await?);
        ensure(said == expected, format!("{subject} by {email:?} is {said}, and not {expected}"))?;
        her.is_untouched(store).await?;
        ensure(her.has(store, &["github", "google"]).await?, "it says no and unlinks")?;
        let stays = store.find_token(&planted.digest, planted.purpose, NOW).await?;
        ensure(stays.is_some(), "it says no and forgets a token")?;
    }
    let linked = link(email, "hers").await?;
    let Linked::Done { before, user } = linked else {
        return Err(Broken(format!("a first proof is {}", said(&linked))));
    };
    ensure(before.to_row() == her.user.to_row(), "the user before it is another")?;
    is_cleared(store, &her, &user).await?;
    let kept = OAuthAccount { created_at: LATER, ..account(&owner, "google", "hers") };
    is_found(store, &kept, true).await?;
    ensure(her.has(store, &["google"]).await?, "another account at a provider stays")?;
    let change = Redemption::ChangeEmail { keep: None };
    let change = store.redeem(&planted.digest, &change, LATER).await?;
    ensure(change.is_none(), "a change of the address that was asked for before still works")?;

    // The next one finds an account whose owner is known.
    let session = kept_session(store, &owner).await?;
    let token = her.token(store, Purpose::ResetPassword).await?;
    for (provider, subject, expected) in [
        ("google", "hers", "already"),
        ("google", "other", "has another"),
        ("google", "his", "of another"),
        ("github", "hers", "done"),
    ] {
        let new = new_account(provider, subject);
        let linked = store.link_account(her.user.id(), new, Linking::Proved(email), LATER).await?;
        let said = said(&linked);
        ensure(said == expected, format!("{provider} {subject} is {said}, and not {expected}"))?;
    }
    let found = store.find_by_id(her.user.id()).await?;
    let is_same = found.is_some_and(|found| found.to_row() == user.to_row());
    ensure(is_same, "a link changes a user whose address was proved")?;
    let lives = store.find_session(session.id, NOW).await?.is_some();
    ensure(lives, "a link ends sessions of a user whose address was proved")?;
    let stays = store.find_token(&token.digest, token.purpose, NOW).await?;
    ensure(stays.is_some(), "a link ends tokens of a user whose address was proved")?;
    ensure(her.has(store, &["github", "google"]).await?, "a link unlinks another account")?;
    him.is_untouched(store).await?;
    ensure(him.has(store, &["google"]).await?, "of another user an account is unlinked")?;
    if let Some(active) = U::SPEC.active {
        let columns = vec![(active, Value::Bool(false))];
        store.update_user(her.user.id(), UserChange { columns, at: NOW }).await?;
        let said = said(&link(email, "hers").await?);
        ensure(said == "refused", format!("of a disabled account it is {said}"))?;
    }
    Ok(())
}

/// Whose identity was linked before the provider proved the address.
pub(super) async fn a_linked_account_that_proves_an_address_stays_alone<
    U: Specimen,
    S: Store<U>,
>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    if U::SPEC.email_verified.is_none() {
        return Ok(());
    }
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let owner = owner_of::<U>(her.user.id());
    let hers = account(&owner, "google", "hers");
    for account in [&hers, &account(&owner, "github", "planted")] {
        store.add_oauth_account(account).await?;
    }
    let email = her.user.email().unwrap_or_default();
    let link = async || {
        let (new, linking) = (new_account("google", "hers"), Linking::Proved(email));
        Ok::<_, Broken>(store.link_account(her.user.id(), new, linking, LATER).await?)
    };
    let linked = link().await?;
    let Linked::Done { user, .. } = linked else {
        return Err(Broken(format!("a first proof is {}", said(&linked))));
    };
    is_cleared(store, &her, &user).await?;
    is_found(store, &hers, true).await?;
    ensure(her.has(store, &["google"]).await?, "another account at a provider stays")?;
    let said = said(&link().await?);
    ensure(said == "already", format!("the next time it is {said}"))
}

pub(super) async fn the_last_way_in_stays<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let other = store.create_user(U::specimen(9)).await?;
    let theirs = kept_session(store, &owner_of::<U>(other.id())).await?;
    store.add_oauth_account(&account(&owner_of::<U>(other.id()), "google", "9")).await?;
    let (google, both) = (["google".to_owned()], ["google".to_owned(), "github".to_owned()]);
    let none = OtherWays { providers: &google, links: false };
    let github = OtherWays { providers: &both, links: false };
    let links = OtherWays { providers: &google, links: true };
    // Which other account they have, and how they are asked.
    let has_password = |user: &U| user.password_hash().is_some();
    let has_address = |user: &U| user.email().is_some();
    let mut number = 10;
    for is_plain in [false, true] {
        for (another, others, remain) in [
            (None, none, has_password as fn(&U) -> bool),
            (None, github, has_password),
            (Some("github"), none, has_password),
            (Some("github"), github, |_: &U| true),
            (Some("gitlab"), github, has_password),
            (Some("google-2"), github, has_password),
            (None, links, |user: &U| user.password_hash().is_some() || user.email().is_some()),
        ] {
            number += 1;
            let new = if is_plain { without_password(number) } else { U::specimen(number) };
            let user = store.create_user(new).await?;
            // Where it cannot be absent, what stands there is no password.
            let remains = if is_plain {
                another == Some("github") && others.providers.len() == 2
                    || others.links && has_address(&user)
            } else {
                remain(&user)
            };
            let owner = owner_of::<U>(user.id());
            let subject = number.to_string();
            for provider in [Some("google"), another].into_iter().flatten() {
                store.add_oauth_account(&account(&owner, provider, &subject)).await?;
            }
            let [kept, ended] =
                [kept_session(store, &owner).await?, kept_session(store, &owner).await?];
            let unlink = || store.unlink_account(user.id(), "google", others, kept.id, LATER);
            let unlinked = unlink().await?;
            let expected = if remains { Unlinked::Done } else { Unlinked::LastMethod };
            let what = format!("with {another:?}, {others:?}, a password: {}", !is_plain);
            ensure(unlinked == expected, format!("{what}, it says {unlinked:?}"))?;
            is_found(store, &account(&owner, "google", &subject), !remains).await?;
            let lives = store.find_session(kept.id, NOW).await?.is_some();
            ensure(lives, format!("{what}, the kept session ends"))?;
            let lives = store.find_session(ended.id, NOW).await?.is_some();
            ensure(lives != remains, format!("{what}, another session lives: {lives}"))?;
            if let Some(another) = another {
                is_found(store, &account(&owner, another, &subject), true).await?;
            }
            if remains {
                let again = unlink().await?;
                ensure(again == Unlinked::Absent, format!("the second time it says {again:?}"))?;
            }
        }
    }
    let absent = store.unlink_account(other.id(), "github", github, theirs.id, LATER).await?;
    ensure(absent == Unlinked::Absent, format!("what is not there is {absent:?}"))?;
    is_found(store, &account(&owner_of::<U>(other.id()), "google", "9"), true).await?;
    ensure(store.find_session(theirs.id, NOW).await?.is_some(), "another user's session ends")?;
    let (id, owner) = (other.id().clone(), owner_of::<U>(other.id()));
    store.delete_account(&id, None).await?;
    store.add_oauth_account(&account(&owner, "google", "9")).await?;
    let gone = store.unlink_account(&id, "google", links, theirs.id, LATER).await?;
    ensure(gone == Unlinked::Absent, format!("of somebody who is gone it says {gone:?}"))
}

/// Sees to it that the first proof of her address left nothing of what was there before.
async fn is_cleared<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    her: &Person<U>,
    user: &U,
) -> Result<(), Broken> {
    ensure(user.is_email_verified(), "the address is not marked")?;
    let found = store.find_by_id(user.id()).await?;
    let is_kept = found.is_some_and(|found| found.to_row() == user.to_row());
    ensure(is_kept, "it keeps another user than it gives back")?;
    if her.user.password_hash().is_some() {
        let same = user.password_hash() == her.user.password_hash();
        ensure(!same, "the password that was not proved stays")?;
    }
    if let Some(column) = U::SPEC.updated_at {
        let at = user.to_row().get(column).cloned();
        ensure(at == Some(Value::Time(LATER)), "it does not note the change")?;
    }
    her.session_lives(store, false).await
}

/// The `n`-th made-up person, without a password.
pub(super) fn without_password<U: Specimen>(n: u32) -> NewUser<U> {
    let mut values = U::specimen(n).values().to_vec();
    if let Some(column) = U::SPEC.password_hash
        && let Some(value) = values.get_mut(column)
    {
        *value = Some(no_hash(U::SPEC, column));
    }
    NewUser::new(values)
}

pub(super) fn said<U>(linked: &Linked<U>) -> &'static str {
    match linked {
        Linked::Already(_) => "already",
        Linked::Done { .. } => "done",
        Linked::HasOther => "has another",
        Linked::OfAnother => "of another",
        Linked::Refused => "refused",
    }
}
