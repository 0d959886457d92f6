use std::sync::Arc;

use super::{
    Broken, Specimen,
    account::{LATER, kept_session},
    ensure,
    oauth_account::{account, is_found, new_account, providers},
    oauth_link::{said, without_password},
    race::{RUNNERS, race_all},
    redeem::Person,
    session::NOW,
};
use crate::store::{
    Linked, Linking, OtherWays, Purpose, Redemption, Removal, Store, Unlinked, owner_of,
};

pub(super) async fn one_of_many_links_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let mut people = Vec::new();
    for number in 1..=8 {
        people.push(store.create_user(U::specimen(number)).await?);
    }
    let link = |store: Arc<S>, user: &U, provider: &'static str, subject: String| {
        let (id, hash) = (user.id().clone(), user.password_hash().cloned());
        async move {
            let (new, linking) = (
                new_account(provider, &subject),
                Linking::Asked { hash: hash.as_ref(), session: None },
            );
            Ok(said(&store.link_account(&id, new, linking, LATER).await?))
        }
    };
    let Some(first) = people.first() else { return Ok(()) };
    // One subject by many users, and many subjects by one.
    let of_many = race_all(store, |store, number| {
        let user = people.iter().cycle().nth(number as usize).unwrap_or(first);
        link(store, user, "google", "one".to_owned())
    });
    let of_many = of_many.await?;
    let count = |said: &[&str], it: &str| said.iter().filter(|said| **said == it).count();
    let each = RUNNERS as usize / people.len();
    let counts = ["done", "already", "of another"].map(|it| count(&of_many, it));
    let expected = [1, each - 1, RUNNERS as usize - each];
    ensure(counts == expected, format!("of many who link one account {counts:?} are told so"))?;
    let of_one = race_all(store, |store, number| link(store, first, "github", number.to_string()));
    let of_one = of_one.await?;
    let counts = ["done", "has another"].map(|it| count(&of_one, it));
    ensure(
        counts == [1, RUNNERS as usize - 1],
        format!("of many of one's {counts:?} are told so"),
    )?;
    let held = store.oauth_accounts_of(&owner_of::<U>(first.id())).await?;
    let held = held.iter().filter(|held| held.provider == "github").count();
    ensure(held == 1, format!("one user has {held} accounts of one provider"))
}

/// The first sign-ins of one person, whom the provider proves to have the address.
pub(super) async fn one_of_many_first_proofs_links<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    if U::SPEC.email_verified.is_none() {
        return Ok(());
    }
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let owner = owner_of::<U>(her.user.id());
    store.add_oauth_account(&account(&owner, "google", "planted")).await?;
    let email = her.user.email().unwrap_or_default().to_owned();
    let linked = race_all(store, |store, _| {
        let (id, email) = (her.user.id().clone(), email.clone());
        async move {
            let (new, linking) = (new_account("google", "hers"), Linking::Proved(&email));
            Ok(said(&store.link_account(&id, new, linking, NOW).await?))
        }
    });
    let linked = linked.await?;
    let count = |it: &str| linked.iter().filter(|said| **said == it).count();
    let (done, already) = (count("done"), count("already"));
    ensure(
        done == 1 && done + already == RUNNERS as usize,
        format!("{done} are told that it is linked, and {already} that it was"),
    )?;
    is_found(store, &account(&owner, "google", "hers"), true).await?;
    ensure(her.has(store, &["google"]).await?, "another account at a provider stays")
}

pub(super) async fn of_two_ways_that_are_taken_at_once_one_stays<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for round in 0..8 {
        let user = store.create_user(without_password(round)).await?;
        let owner = owner_of::<U>(user.id());
        for provider in ["google", "github"] {
            store.add_oauth_account(&account(&owner, provider, &round.to_string())).await?;
        }
        let kept = kept_session(store, &owner).await?;
        let unlinked = race_all(store, |store, number| {
            let (id, keep) = (user.id().clone(), kept.id);
            async move {
                let providers = ["google".to_owned(), "github".to_owned()];
                let others = OtherWays { providers: &providers, links: false };
                let provider = if number % 2 == 0 { "google" } else { "github" };
                store.unlink_account(&id, provider, others, keep, LATER).await
            }
        });
        let done = unlinked.await?.into_iter().filter(|it| *it == Unlinked::Done).count();
        let left = providers(store, &owner).await?;
        ensure(done == 1 && left.len() == 1, format!("{done} are taken, and {left:?} stay"))?;
    }
    Ok(())
}

/// A deletion takes along what is linked before it, and nothing is linked after it.
pub(super) async fn a_link_does_not_outlive_its_user<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for round in 0..4 {
        let user = store.create_user(U::specimen(round)).await?;
        let hash = user.password_hash();
        let done = race_all(store, |store, number| {
            let (id, hash) = (user.id().clone(), hash.cloned());
            async move {
                if number == RUNNERS / 2 {
                    let removal = store.delete_account(&id, None).await?;
                    return Ok(removal == Removal::Done);
                }
                if !is_linker(number) {
                    return Ok(false);
                }
                let new = new_account(&format!("at {number}"), &format!("{round}"));
                let linking = Linking::Asked { hash: hash.as_ref(), session: None };
                store.link_account(&id, new, linking, LATER).await.map(|_| false)
            }
        });
        ensure(done.await?.contains(&true), "the account is not deleted")?;
        let left = providers(store, &owner_of::<U>(user.id())).await?;
        ensure(left.is_empty(), format!("{left:?} outlive their user"))?;
    }
    Ok(())
}

/// Whoever planted the account goes on linking while its owner proves the address.
pub(super) async fn a_link_does_not_outlive_the_first_proof<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    if U::SPEC.email_verified.is_none() || U::SPEC.password_hash.is_none() {
        return Ok(());
    }
    for round in 0..8 {
        let Some(her) = Person::<U>::new(store, round).await? else { return Ok(()) };
        let token = her.token(store, Purpose::MagicLink).await?;
        // By a link that is mailed, and by a provider.
        let is_link = round % 2 == 0;
        let proved = race_all(store, |store, number| {
            let id = her.user.id().clone();
            let hash = her.user.password_hash().cloned();
            let email = her.user.email().unwrap_or_default().to_owned();
            async move {
                if number != RUNNERS / 2 {
                    if !is_linker(number) {
                        return Ok(false);
                    }
                    let new = new_account(&format!("at {number}"), &format!("{round}"));
                    let linking = Linking::Asked { hash: hash.as_ref(), session: None };
                    return store.link_account(&id, new, linking, NOW).await.map(|_| false);
                }
                if is_link {
                    let redeemed = store.redeem(&token.digest, &Redemption::MagicLink, NOW).await?;
                    return Ok(redeemed.is_some());
                }
                let new = new_account("google", &format!("hers {round}"));
                let linked = store.link_account(&id, new, Linking::Proved(&email), NOW).await?;
                Ok(matches!(linked, Linked::Done { .. }))
            }
        });
        ensure(proved.await?.contains(&true), "the address is not proved")?;
        let left = providers(store, &owner_of::<U>(her.user.id())).await?;
        let expected = if is_link { &[][..] } else { &["google"] };
        ensure(left == expected, format!("after the first proof {left:?} are left"))?;
    }
    Ok(())
}

/// Whether this one of many links. Each that does writes, and a store has to keep up with all.
fn is_linker(number: u32) -> bool {
    number.is_multiple_of(4)
}
