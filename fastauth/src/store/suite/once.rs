use std::{sync::Arc, time::Duration};

use super::{
    Broken, Specimen, ensure,
    race::race_all,
    session::{MICROSECOND, NOW, owner},
};
use crate::{
    secret::Digest,
    store::{OneTimeToken, Owner, Purpose, Store},
    time::Timestamp,
};

pub(super) async fn a_token_works_once<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for purpose in Purpose::ALL {
        let token = OneTimeToken { purpose: *purpose, ..new_token("1", "once") };
        store.put_token(&token).await?;
        let unknown = store.consume_token(&Digest::of("unknown"), *purpose, NOW).await?;
        ensure(unknown.is_none(), "a token nobody has works")?;
        let first = store.consume_token(&token.digest, *purpose, NOW).await?;
        ensure(first.as_ref() == Some(&token), format!("{token:?} comes back as {first:?}"))?;
        let second = store.consume_token(&token.digest, *purpose, NOW).await?;
        ensure(second.is_none(), "it works twice")?;
    }
    Ok(())
}

pub(super) async fn a_token_is_over_at_its_moment<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let token = new_token("1", "over");
    store.put_token(&token).await?;
    let then = consume(store, &token, token.expires_at).await?;
    ensure(then.is_none(), "it works at the moment it ends")?;
    let before = consume(store, &token, token.expires_at - MICROSECOND).await?;
    ensure(before.is_some(), "it is over before its moment")
}

pub(super) async fn a_token_of_another_purpose_stays<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let token = new_token("1", "purpose");
    store.put_token(&token).await?;
    for purpose in Purpose::ALL.iter().filter(|purpose| **purpose != token.purpose) {
        let wrong = store.consume_token(&token.digest, *purpose, NOW).await?;
        ensure(wrong.is_none(), format!("it works for {purpose:?}"))?;
    }
    let right = consume(store, &token, NOW).await?;
    ensure(right.is_some(), "the wrong purpose consumed it")
}

pub(super) async fn a_newer_token_replaces_the_older<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let older = new_token("1", "older");
    let spared = [
        OneTimeToken { purpose: Purpose::VerifyEmail, ..new_token("1", "of another purpose") },
        new_token("2", "of another user"),
        OneTimeToken {
            owner: Owner { realm: "elsewhere".to_owned(), ..owner("1") },
            ..new_token("1", "of another realm")
        },
    ];
    for token in spared.iter().chain([&older]) {
        store.put_token(token).await?;
    }
    let newer = OneTimeToken { target: "new@example.com".to_owned(), ..new_token("1", "newer") };
    store.put_token(&newer).await?;
    ensure(consume(store, &older, NOW).await?.is_none(), "the older one still works")?;
    let found = consume(store, &newer, NOW).await?;
    ensure(found.as_ref() == Some(&newer), format!("{newer:?} comes back as {found:?}"))?;
    for token in &spared {
        let found = consume(store, token, NOW).await?;
        ensure(found.as_ref() == Some(token), format!("{token:?} is gone too"))?;
    }
    Ok(())
}

pub(super) async fn forgetting_spares_the_others<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let reset = new_token("1", "reset");
    let verify = OneTimeToken { purpose: Purpose::VerifyEmail, ..new_token("1", "verify") };
    let link = OneTimeToken { purpose: Purpose::MagicLink, ..new_token("1", "link") };
    let foreign = new_token("2", "foreign");
    for token in [&reset, &verify, &link, &foreign] {
        store.put_token(token).await?;
    }
    store.forget_tokens(&owner("1"), Some(Purpose::ResetPassword)).await?;
    ensure(consume(store, &reset, NOW).await?.is_none(), "a forgotten one works")?;
    ensure(consume(store, &verify, NOW).await?.is_some(), "one of another purpose is gone")?;
    store.forget_tokens(&owner("1"), None).await?;
    ensure(consume(store, &link, NOW).await?.is_none(), "one is left when all are forgotten")?;
    ensure(consume(store, &foreign, NOW).await?.is_some(), "another user's is gone")
}

pub(super) async fn sweeping_forgets_what_is_over<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let over = OneTimeToken { expires_at: NOW, ..new_token("1", "over") };
    let live = OneTimeToken { expires_at: NOW + MICROSECOND, ..new_token("2", "live") };
    store.put_token(&over).await?;
    store.put_token(&live).await?;
    let swept = store.sweep_tokens(NOW).await?;
    ensure(swept == 1, format!("it forgets {swept} of 1"))?;
    let past = NOW - Duration::from_secs(1);
    ensure(consume(store, &over, past).await?.is_none(), "what it forgot is still there")?;
    ensure(consume(store, &live, NOW).await?.is_some(), "it forgets a live one")
}

pub(super) async fn looking_at_a_token_leaves_it<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let token = new_token("1", "look");
    store.put_token(&token).await?;
    for _ in 0..2 {
        let found = store.find_token(&token.digest, token.purpose, NOW).await?;
        ensure(found.as_ref() == Some(&token), format!("{token:?} is found as {found:?}"))?;
    }
    for purpose in Purpose::ALL.iter().filter(|purpose| **purpose != token.purpose) {
        let wrong = store.find_token(&token.digest, *purpose, NOW).await?;
        ensure(wrong.is_none(), format!("it is found for {purpose:?}"))?;
    }
    let then = store.find_token(&token.digest, token.purpose, token.expires_at).await?;
    ensure(then.is_none(), "it is found at the moment it ends")?;
    ensure(consume(store, &token, NOW).await?.is_some(), "looking at it used it up")
}

/// ASVS 6.5.1.
pub(super) async fn one_of_many_consumers_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let token = new_token("1", "race");
    store.put_token(&token).await?;
    let outcomes = race_all(store, |store, _| {
        let token = token.clone();
        async move { store.consume_token(&token.digest, token.purpose, NOW).await }
    });
    let winners = outcomes.await?.into_iter().flatten().count();
    ensure(winners == 1, format!("{winners} consume one token"))
}

async fn consume<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    token: &OneTimeToken,
    now: Timestamp,
) -> Result<Option<OneTimeToken>, Broken> {
    Ok(store.consume_token(&token.digest, token.purpose, now).await?)
}

pub(super) fn new_token(user_id: &str, secret: &str) -> OneTimeToken {
    OneTimeToken {
        digest: Digest::of(secret),
        purpose: Purpose::ResetPassword,
        owner: owner(user_id),
        target: "person@example.com".to_owned(),
        expires_at: NOW + Duration::from_mins(30),
    }
}
