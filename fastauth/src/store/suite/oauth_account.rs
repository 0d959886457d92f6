use std::sync::Arc;

use super::{
    Broken, Specimen, ensure,
    race::{RUNNERS, race_all},
    session::{MICROSECOND, NOW, owner},
};
use crate::store::{Addition, NewOAuthAccount, OAuthAccount, Owner, Store, Unlinked};

pub(super) async fn an_account_at_a_provider_comes_back_as_it_was_kept<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let one = owner("1");
    let none = store.oauth_accounts_of(&one).await?;
    ensure(none.is_empty(), format!("an empty store has {none:?}"))?;
    let plain = account(&one, "google", "1");
    let odd = OAuthAccount {
        email: Some("\"'\\ %_ ü 𝄞@example.com".to_owned()),
        sealed_tokens: Some((0..=255).collect()),
        created_at: NOW - MICROSECOND,
        ..account(&one, "a provider: of \"odd\" name, ü", "\"'\\ %_;-- ü 𝄞\t\u{feff}")
    };
    let long = OAuthAccount {
        // As long as OpenID Connect lets it be.
        created_at: NOW + MICROSECOND,
        ..account(&one, "long", &"7".repeat(255))
    };
    for account in [&plain, &odd, &long] {
        let added = store.add_oauth_account(account).await?;
        ensure(added == Addition::Done, format!("adding {account:?} says {added:?}"))?;
        is_found(store, account, true).await?;
    }
    let listed = store.oauth_accounts_of(&one).await?;
    let expected = [odd.clone(), plain.clone(), long.clone()];
    ensure(listed == expected, format!("{expected:?} are listed as {listed:?}"))?;

    let email = Some("new@example.com".to_owned());
    let renewed = OAuthAccount { email, sealed_tokens: None, ..odd.clone() };
    let later = OAuthAccount { created_at: NOW, ..renewed.clone() };
    ensure(store.renew_oauth_account(&later).await?, "it says that an account is not theirs")?;
    is_found(store, &renewed, true).await?;
    for foreign in [
        OAuthAccount { owner: owner("2"), ..plain.clone() },
        OAuthAccount { subject: "2".to_owned(), ..plain.clone() },
        OAuthAccount { provider: "github".to_owned(), ..plain.clone() },
    ] {
        let tokens = Some(vec![1]);
        let foreign = OAuthAccount { sealed_tokens: tokens, ..foreign };
        ensure(!store.renew_oauth_account(&foreign).await?, format!("it renews {foreign:?}"))?;
    }
    let listed = store.oauth_accounts_of(&one).await?;
    let expected = [renewed, plain, long];
    ensure(listed == expected, format!("{expected:?} are listed as {listed:?}"))
}

/// ASVS 6.8.1.
pub(super) async fn an_account_at_a_provider_is_known_to_the_letter<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    // Each looks like another, and is one of its own.
    let accounts = [
        account(&owner("1"), "google", "abc"),
        account(&owner("2"), "google", "ABC"),
        account(&owner("3"), "google", "abc "),
        account(&owner("4"), "google", ""),
        account(&owner("5"), "google", "ab"),
        account(&owner("1"), "Google", "abc"),
        account(&owner("1"), "google-2", "abc"),
        account(&owner("1"), "goog", "leabc"),
        account(&owner("1"), "googlea", "bc"),
        account(&Owner { realm: "suit".to_owned(), user_id: "1".to_owned() }, "google", "abc"),
        account(&Owner { realm: "Suite".to_owned(), user_id: "1".to_owned() }, "google", "abc"),
        account(&Owner { realm: "suite".to_owned(), user_id: "01".to_owned() }, "google", "01"),
    ];
    for account in &accounts {
        is_found(store, account, false).await?;
        let added = store.add_oauth_account(account).await?;
        ensure(added == Addition::Done, format!("adding {account:?} says {added:?}"))?;
    }
    for account in &accounts {
        is_found(store, account, true).await?;
    }
    let removed = store.remove_oauth_account(&owner("1"), "google", None).await?;
    ensure(removed == Unlinked::Done, format!("removing the first says {removed:?}"))?;
    let [first, others @ ..] = &accounts;
    is_found(store, first, false).await?;
    for account in others {
        is_found(store, account, true).await?;
    }
    Ok(())
}

pub(super) async fn an_account_at_a_provider_is_one_users<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (one, other) = (owner("1"), owner("2"));
    let first = account(&one, "google", "1");
    for (account, expected) in [
        (first.clone(), Addition::Done),
        (OAuthAccount { email: None, ..first.clone() }, Addition::Already),
        (account(&one, "google", "2"), Addition::HasOther),
        (account(&other, "google", "1"), Addition::OfAnother),
        (account(&other, "google", "2"), Addition::Done),
        // Both are in the way.
        (account(&other, "google", "1"), Addition::OfAnother),
        (account(&other, "github", "1"), Addition::Done),
    ] {
        let added = store.add_oauth_account(&account).await?;
        ensure(added == expected, format!("adding {account:?} says {added:?}"))?;
    }
    is_found(store, &first, true).await?;
    let listed = store.oauth_accounts_of(&one).await?;
    ensure(listed == [first], format!("the first has {listed:?}"))?;
    let listed = providers(store, &other).await?;
    ensure(listed == ["github", "google"], format!("the other has {listed:?}"))
}

pub(super) async fn an_account_at_a_provider_is_removed_while_another_stays<
    U: Specimen,
    S: Store<U>,
>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let (one, other) = (owner("1"), owner("2"));
    for provider in ["a", "b", "c", "d"] {
        store.add_oauth_account(&account(&one, provider, "1")).await?;
        store.add_oauth_account(&account(&other, provider, "2")).await?;
    }
    let named = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let all = named(&["a", "b", "c", "d"]);
    for (provider, others, expected) in [
        ("e", Some(&all), Unlinked::Absent),
        ("e", None, Unlinked::Absent),
        ("a", Some(&named(&[])), Unlinked::LastMethod),
        ("a", Some(&named(&["a", "e"])), Unlinked::LastMethod),
        ("a", Some(&named(&["a", "b"])), Unlinked::Done),
        ("a", Some(&all), Unlinked::Absent),
        ("c", Some(&named(&["a", "c"])), Unlinked::LastMethod),
        ("b", Some(&all), Unlinked::Done),
        ("c", Some(&all), Unlinked::Done),
        ("d", Some(&all), Unlinked::LastMethod),
        ("d", None, Unlinked::Done),
        ("d", None, Unlinked::Absent),
    ] {
        let others = others.map(Vec::as_slice);
        let removed = store.remove_oauth_account(&one, provider, others).await?;
        ensure(
            removed == expected,
            format!("removing {provider} while one of {others:?} stays says {removed:?}"),
        )?;
    }
    let left = providers(store, &one).await?;
    ensure(left.is_empty(), format!("{left:?} are left"))?;
    let left = providers(store, &other).await?;
    ensure(left == all, format!("of another user {left:?} are left"))?;

    store.add_oauth_account(&account(&one, "a", "1")).await?;
    for (keep, expected) in [(("b", "2"), &["b"][..]), (("b", "3"), &[]), (("b", "2"), &[])] {
        store.remove_oauth_accounts(&other, Some(keep)).await?;
        let left = providers(store, &other).await?;
        ensure(left == expected, format!("keeping {keep:?} leaves {left:?}"))?;
    }
    store.add_oauth_account(&account(&other, "a", "2")).await?;
    store.remove_oauth_accounts(&other, None).await?;
    let left = providers(store, &other).await?;
    ensure(left.is_empty(), format!("removing all leaves {left:?}"))?;
    let left = providers(store, &one).await?;
    ensure(left == ["a"], format!("of another user {left:?} are left"))
}

pub(super) async fn one_of_many_who_add_an_account_wins<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    // Many for one, and one for many.
    let for_one = race_all(store, |store, number| async move {
        store.add_oauth_account(&account(&owner(&number.to_string()), "google", "one")).await
    });
    let for_one = for_one.await?;
    let for_many = race_all(store, |store, number| async move {
        store.add_oauth_account(&account(&owner("many"), "github", &number.to_string())).await
    });
    let for_many = for_many.await?;
    for (said, refused) in [(for_one, Addition::OfAnother), (for_many, Addition::HasOther)] {
        let count = |it: Addition| said.iter().filter(|said| **said == it).count();
        let (won, lost) = (count(Addition::Done), count(refused));
        ensure(won == 1 && lost + 1 == RUNNERS as usize, format!("they are told {said:?}"))?;
    }
    let held = store.oauth_accounts_of(&owner("many")).await?;
    ensure(held.len() == 1, format!("one has {held:?}"))
}

pub(super) async fn of_accounts_that_are_removed_at_once_one_stays<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let one = owner("1");
    let all: Vec<_> = (0..RUNNERS).map(|number| number.to_string()).collect();
    for provider in &all {
        store.add_oauth_account(&account(&one, provider, "1")).await?;
    }
    let removed = race_all(store, |store, number| {
        let (one, all) = (one.clone(), all.clone());
        async move { store.remove_oauth_account(&one, &number.to_string(), Some(&all)).await }
    });
    let removed = removed.await?;
    let last = removed.iter().filter(|it| **it == Unlinked::LastMethod).count();
    let left = providers(store, &one).await?;
    ensure(last == 1 && left.len() == 1, format!("{last} are said to stay, and {left:?} do"))
}

pub(super) fn account(owner: &Owner, provider: &str, subject: &str) -> OAuthAccount {
    new_account(provider, subject).of(owner.clone(), NOW)
}

pub(super) fn new_account(provider: &str, subject: &str) -> NewOAuthAccount {
    NewOAuthAccount {
        provider: provider.to_owned(),
        subject: subject.to_owned(),
        email: Some("person@example.com".to_owned()),
        sealed_tokens: Some(vec![0, 255]),
    }
}

/// The providers of somebody's accounts, by name.
pub(super) async fn providers<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    owner: &Owner,
) -> Result<Vec<String>, Broken> {
    let accounts = store.oauth_accounts_of(owner).await?;
    let mut providers: Vec<_> = accounts.into_iter().map(|account| account.provider).collect();
    providers.sort();
    Ok(providers)
}

/// Sees to it that an account is found, as it is and as its owner's, or by neither way.
pub(super) async fn is_found<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    account: &OAuthAccount,
    is_there: bool,
) -> Result<(), Broken> {
    let OAuthAccount { owner, provider, subject, .. } = account;
    let found = store.find_oauth_account(&owner.realm, provider, subject).await?;
    let expected = is_there.then_some(account);
    ensure(found.as_ref() == expected, format!("{account:?} is found as {found:?}"))?;
    let is_listed = store.oauth_accounts_of(owner).await?.contains(account);
    ensure(is_listed == is_there, format!("it is said of {account:?} to be listed: {is_listed}"))
}
