use std::{sync::Arc, time::Duration};

use super::{
    Broken, Specimen,
    account::kept_session,
    ensure,
    oauth_account::{account, is_found, new_account},
    once::new_token,
    race::race,
    session::NOW,
};
use crate::{
    secret::Digest,
    store::{
        Addition, Linked, Linking, NewUser, OneTimeToken, Owner, Purpose, Store, StoreError,
        owner_of, stranger,
    },
    value::Value,
};

pub(super) async fn a_sign_up_by_a_provider_makes_both<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let create = async |n: u32, subject: &str| {
        let account = new_account("google", subject);
        store.create_user_with_account(U::specimen(n), account, None, NOW).await
    };
    let Some(user) = create(1, "1").await? else { return Err(unmade()) };
    let found = store.find_by_id(user.id()).await?;
    let is_kept = found.is_some_and(|found| found.to_row() == user.to_row());
    ensure(is_kept, "it keeps another user than it gives back")?;
    let owner = owner_of::<U>(user.id());
    is_found(store, &account(&owner, "google", "1"), true).await?;

    let again = create(2, "1").await?;
    ensure(again.is_none(), "one account at a provider makes two users")?;
    ensure(!login_is_taken(store, 2).await?, "it says no and makes a user")?;
    if has_login::<U>() {
        let taken = create(1, "2").await;
        ensure(
            matches!(taken, Err(StoreError::Taken(_))),
            "a taken login is not said to be taken",
        )?;
        let held = account(&owner, "google", "2");
        let held = store.find_oauth_account(&held.owner.realm, "google", "2").await?;
        ensure(held.is_none(), format!("it says that a login is taken and keeps {held:?}"))?;
        // Both are in the way: the account is what signs them in.
        let both = create(1, "1").await;
        ensure(matches!(both, Ok(None)), "an account that is somebody's makes a sign-up fail")?;
    }
    // The same account in the eyes of another table is another.
    let elsewhere = Owner { realm: "elsewhere".to_owned(), ..owner };
    store.add_oauth_account(&account(&elsewhere, "google", "3")).await?;
    ensure(create(3, "3").await?.is_some(), "an account of another realm is in the way")
}

pub(super) async fn a_pending_sign_up_by_a_provider_is_finished_once<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let token = pending(&stranger(U::SPEC, "google:1"), "pending");
    let create = async |n: u32, subject: &str, token: &OneTimeToken, now| {
        let account = new_account("google", subject);
        store.create_user_with_account(U::specimen(n), account, Some(&token.digest), now).await
    };
    ensure(create(1, "1", &token, NOW).await?.is_none(), "a token that nobody has makes a user")?;
    store.put_token(&token).await?;
    let late = create(1, "1", &token, token.expires_at).await?;
    ensure(late.is_none(), "a token that is over makes a user")?;
    let user = store.create_user(U::specimen(9)).await?;
    let elsewhere = Owner { realm: "elsewhere/strangers".to_owned(), ..token.owner.clone() };
    for (wrong, what) in [
        (OneTimeToken { purpose: Purpose::CompleteSignup, ..token.clone() }, "of another purpose"),
        (OneTimeToken { owner: elsewhere, ..token.clone() }, "of another realm"),
        (OneTimeToken { owner: owner_of::<U>(user.id()), ..token.clone() }, "of a user"),
    ] {
        let wrong = OneTimeToken { digest: Digest::of(what), ..wrong };
        store.put_token(&wrong).await?;
        let made = create(1, "1", &wrong, NOW).await?;
        ensure(made.is_none(), format!("a token {what} makes a user"))?;
        let stays = store.find_token(&wrong.digest, wrong.purpose, NOW).await?;
        ensure(stays == Some(wrong), format!("a token {what} is used up"))?;
    }
    if has_login::<U>() {
        let refused = create(9, "1", &token, NOW).await;
        ensure(
            matches!(refused, Err(StoreError::Taken(_))),
            "a taken login is not said to be taken",
        )?;
    }
    let realm = U::SPEC.table.to_owned();
    let held = Owner { realm, user_id: owner_of::<U>(user.id()).user_id };
    store.add_oauth_account(&account(&held, "google", "2")).await?;
    let none = create(1, "2", &token, NOW).await?;
    ensure(none.is_none(), "an account that is somebody's makes a user")?;
    let stays = store.find_token(&token.digest, token.purpose, NOW).await?;
    ensure(stays.as_ref() == Some(&token), "a refused sign-up uses its token up")?;

    let made = race(store, |store, number| {
        let account = new_account("google", &format!("of many {number}"));
        async move {
            let user = U::specimen(100 + number);
            store.create_user_with_account(user, account, Some(&token.digest), NOW).await
        }
    });
    let mut winners = 0;
    for made in made.await? {
        winners += u32::from(made?.is_some());
    }
    ensure(winners == 1, format!("{winners} users are made of one token"))
}

/// Somebody who clicks twice, and somebody whose two browsers come back at the same moment.
pub(super) async fn one_of_many_sign_ups_by_a_provider_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for is_one_person in [true, false] {
        let subject = is_one_person.to_string();
        let number = move |number| if is_one_person { 100 } else { 200 + number };
        let made = race(store, |store, runner| {
            let (new, account) = (U::specimen(number(runner)), new_account("google", &subject));
            async move {
                match store.create_user_with_account(new, account, None, NOW).await {
                    // Who came first has their login too.
                    Err(StoreError::Taken(_)) if is_one_person => Ok(None),
                    made => made.map(|made| made.map(|user| (runner, user))),
                }
            }
        });
        let mut winners = Vec::new();
        for made in made.await? {
            winners.extend(made?);
        }
        ensure(winners.len() == 1, format!("{} users are made of one account", winners.len()))?;
        for (winner, user) in &winners {
            is_found(store, &account(&owner_of::<U>(user.id()), "google", &subject), true).await?;
            let kept = store.find_by_id(user.id()).await?;
            ensure(kept.is_some(), "the user who is made is not kept")?;
            for loser in (0..super::race::RUNNERS).filter(|it| it != winner && !is_one_person) {
                let left = login_is_taken(store, number(loser)).await?;
                ensure(!left, "a user is left who has no account")?;
            }
        }
    }
    Ok(())
}

/// The application may delete a user by itself, who may want to come back.
pub(super) async fn an_account_of_somebody_who_is_gone_is_nobodys<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let gone = store.create_user(U::specimen(1)).await?;
    let gone_owner = owner_of::<U>(gone.id());
    store.delete_account(gone.id(), None).await?;
    for subject in ["1", "2"] {
        let orphan = account(&gone_owner, &format!("at {subject}"), subject);
        let added = store.add_oauth_account(&orphan).await?;
        ensure(added == Addition::Done, format!("adding it says {added:?}"))?;
    }
    let new = new_account("at 1", "1");
    let made = store.create_user_with_account(U::specimen(2), new, None, NOW).await?;
    let Some(user) = made else { return Err(unmade()) };
    let owner = owner_of::<U>(user.id());
    is_found(store, &account(&owner, "at 1", "1"), true).await?;
    let linking = Linking::Asked { hash: user.password_hash(), session: None };
    let linked = store.link_account(user.id(), new_account("at 2", "2"), linking, NOW).await?;
    let is_linked = matches!(linked, Linked::Done { .. });
    ensure(is_linked, "an account of somebody who is gone is not linked")?;
    is_found(store, &account(&owner, "at 2", "2"), true).await?;
    // And what was theirs opens nothing.
    let session = kept_session(store, &gone_owner).await?;
    ensure(store.session_with_user(session.id, NOW).await?.is_none(), "somebody is back")
}

fn pending(owner: &Owner, secret: &str) -> OneTimeToken {
    OneTimeToken {
        purpose: Purpose::CompleteOAuthSignup,
        owner: owner.clone(),
        target: r#"{"sub": "1"}"#.to_owned(),
        expires_at: NOW + Duration::from_mins(10),
        ..new_token("", secret)
    }
}

/// Whether the people of this type have a login that two cannot share.
fn has_login<U: Specimen>() -> bool {
    login_of(&U::specimen(1)).is_some()
}

/// Whether the login of this person is taken.
async fn login_is_taken<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    number: u32,
) -> Result<bool, Broken> {
    Ok(match login_of(&U::specimen(number)) {
        Some((true, email)) => store.find_by_email(&email).await?.is_some(),
        Some((false, username)) => store.find_by_username(&username).await?.is_some(),
        None => false,
    })
}

/// What a person logs in with, and whether it is an address.
fn login_of<U: Specimen>(new: &NewUser<U>) -> Option<(bool, String)> {
    let text = |column: Option<usize>| match new.values().get(column?) {
        Some(Some(Value::Text(text))) => Some(text.clone()),
        _ => None,
    };
    let email = text(U::SPEC.email).map(|email| (true, email));
    email.or_else(|| text(U::SPEC.username).map(|username| (false, username)))
}

fn unmade() -> Broken {
    Broken("it makes no user".to_owned())
}
