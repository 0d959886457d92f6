//! What a stranger left who registered an address first, and waited for its owner.

use std::sync::Arc;

use super::{
    Broken, Specimen,
    account::kept_session,
    ensure,
    oauth_link::without_password,
    redeem::{Person, redeem, unused},
    session::NOW,
};
use crate::store::{Purpose, Redeemed, Redemption, Store, owner_of};

pub(super) async fn a_first_link_removes_what_was_planted<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    if U::SPEC.email_verified.is_none() {
        return Ok(());
    }
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let him = Person::<U>::new(store, 2).await?;
    for provider in ["github", "google"] {
        her.link(store, provider, "planted").await?;
    }
    let planted = her.token(store, Purpose::ChangeEmail).await?;
    let token = her.token(store, Purpose::MagicLink).await?;
    let Some(Redeemed { user, .. }) = redeem(store, &token, &Redemption::MagicLink).await? else {
        return Err(unused());
    };
    ensure(user.is_email_verified(), "the address is not marked")?;
    if her.user.password_hash().is_some() {
        let same = user.password_hash() == her.user.password_hash();
        ensure(!same, "the password that was not proved stays")?;
    }
    her.session_lives(store, false).await?;
    let keep = None;
    let change = redeem(store, &planted, &Redemption::ChangeEmail { keep }).await?;
    ensure(change.is_none(), "a change of the address that was asked for before still works")?;
    ensure(her.has(store, &[]).await?, "an account at a provider stays that was planted")?;
    // The next link finds an account whose owner is known.
    her.link(store, "google", "hers").await?;
    let session = kept_session(store, &owner_of::<U>(user.id())).await?;
    let token = her.token(store, Purpose::MagicLink).await?;
    let again = redeem(store, &token, &Redemption::MagicLink).await?.map(|it| it.user);
    let is_same = again.is_some_and(|again| again.to_row() == user.to_row());
    ensure(is_same, "a link changes an account whose address was proved")?;
    let lives = store.find_session(session.id, NOW).await?.is_some();
    ensure(lives, "a link ends sessions of an account whose address was proved")?;
    ensure(her.has(store, &["google"]).await?, "a link unlinks what its user had linked")?;
    if let Some(him) = him {
        him.is_untouched(store).await?;
    }
    Ok(())
}

/// Whoever registered the address may have planted a way in that outlives every password; whoever has
/// no password came by it.
pub(super) async fn a_first_proof_unlinks_who_has_a_password<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    if U::SPEC.email_verified.is_none() {
        return Ok(());
    }
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let Some(plain) = Person::<U>::of(store, without_password(2)).await? else { return Ok(()) };
    let Some(other) = Person::<U>::new(store, 3).await? else { return Ok(()) };
    for (number, person) in [&her, &plain, &other].into_iter().enumerate() {
        for provider in ["github", "google"] {
            person.link(store, provider, &number.to_string()).await?;
        }
    }
    let verify = async |person: &Person<U>| {
        let token = person.token(store, Purpose::VerifyEmail).await?;
        let redeemed = redeem(store, &token, &Redemption::VerifyEmail).await?;
        ensure(redeemed.is_some(), "a good token does nothing")?;
        person.session_lives(store, true).await
    };
    let both = ["github", "google"].as_slice();
    let has_password = her.user.password_hash().is_some();
    verify(&her).await?;
    let left = if has_password { &[] } else { both };
    ensure(her.has(store, left).await?, "an account at a provider stays that was planted")?;
    verify(&plain).await?;
    ensure(plain.has(store, both).await?, "it takes the way in of who has no password")?;
    ensure(other.has(store, both).await?, "of another user an account is unlinked")?;
    // The next proof finds a user whose address was proved.
    if has_password {
        her.link(store, "google", "hers").await?;
        verify(&her).await?;
        ensure(her.has(store, &["google"]).await?, "it unlinks what its user had linked")?;
    }
    Ok(())
}
