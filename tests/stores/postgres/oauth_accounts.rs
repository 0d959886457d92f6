//! Accounts at providers in PostgreSQL, beyond the suite.

use fastauth::{
    AuthUser,
    store::{
        Linked, Linking, NewOAuthAccount, OAuthAccountStore, OtherWays, Postgres, SessionId,
        SessionStore, Store, StoreError, Unlinked, UserStore, owner_of,
        suite::{Keyed, Specimen},
    },
};
use fastauth_tests::Database;

use super::{
    super::{
        oauth_accounts::google,
        prepared::{NOW, session},
    },
    two::Two,
};

/// As the version before left it.
#[tokio::test]
async fn a_database_of_an_older_version_keeps_what_is_in_it_and_accounts_too() {
    let Some(database) = Database::new().await else { return };
    let store = database.ready().await;
    let user = store.create_user(Keyed::specimen(1)).await.unwrap();
    let session = session(owner_of::<Keyed>(user.id()));
    store.create_session(&session).await.unwrap();
    database.run("DROP TABLE fastauth_oauth_accounts").await;
    database.run("DELETE FROM _fastauth_migrations WHERE version = 4").await;

    let store = database.store().await;
    let made = UserStore::<Keyed>::migrate(&store).await.unwrap();
    assert_eq!(made, ["fastauth_oauth_accounts"]);
    assert!(UserStore::<Keyed>::migrate(&store).await.unwrap().is_empty());
    let found = UserStore::<Keyed>::find_by_id(&store, user.id()).await.unwrap();
    assert_eq!(found.as_ref(), Some(&user));
    assert_eq!(store.find_session(session.id, NOW).await.unwrap(), Some(session));
    let linking = Linking::Asked { hash: user.password_hash(), session: None };
    let linked = Store::<Keyed>::link_account(&store, user.id(), google("1"), linking, NOW).await;
    assert!(matches!(linked, Ok(Linked::Done { .. })), "{linked:?}");
}

/// The application deletes a user by a statement of its own, who comes back later.
#[tokio::test]
async fn whom_the_application_deleted_signs_up_again() {
    let Some(database) = Database::new().await else { return };
    let store = database.ready().await;
    let sign_up = async |number: u32| {
        let new = Keyed::specimen(number);
        store.create_user_with_account(new, google("1"), None, NOW).await.unwrap()
    };
    assert!(sign_up(1).await.is_some());
    assert_eq!(sign_up(2).await, None);
    database.run("DELETE FROM suite_keyed").await;
    let second = sign_up(2).await.unwrap();
    let held = store.find_oauth_account(Keyed::SPEC.table, "google", "1").await.unwrap();
    assert_eq!(held.map(|held| held.owner), Some(owner_of::<Keyed>(second.id())));
}

/// Callbacks of one person, at two instances.
#[tokio::test(flavor = "multi_thread")]
async fn one_sign_up_makes_one_user_over_two_pools() {
    let Some(two) = Two::open().await else { return };
    for round in 0..5 {
        let made = two.race(move |store, runner| async move {
            // Half of them bring an address, which the first one has then.
            let runner = u32::try_from(runner).unwrap();
            let number = if runner % 4 < 2 { round } else { 1_000 * (round + 1) + runner };
            let new = Keyed::specimen(number);
            match store.create_user_with_account(new, google(&round.to_string()), None, NOW).await {
                Ok(made) => made,
                Err(StoreError::Taken(_)) => None,
                Err(error) => panic!("{error:?}"),
            }
        });
        let made: Vec<_> = made.await.into_iter().flatten().collect();
        assert_eq!(made.len(), 1, "round {round}");
        let subject = round.to_string();
        let held = two.stores[0].find_oauth_account(Keyed::SPEC.table, "google", &subject).await;
        assert_eq!(held.unwrap().unwrap().owner, owner_of::<Keyed>(made[0].id()));
        let users = "SELECT count(*) FROM suite_keyed";
        let users: i64 = sqlx::query_scalar(users).fetch_one(two.stores[1].pool()).await.unwrap();
        assert_eq!(users, i64::from(round) + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_way_in_stays_over_two_pools() {
    let Some(two) = Two::open().await else { return };
    for round in 0..5 {
        let user = two.stores[0].create_user(Keyed::specimen(round)).await.unwrap();
        let (id, owner) = (*user.id(), owner_of::<Keyed>(user.id()));
        let all: Vec<_> = (0..4).map(|number| format!("provider {number}")).collect();
        for provider in &all {
            let account = NewOAuthAccount { provider: provider.clone(), ..google("1") };
            let subject = round.to_string();
            let account = NewOAuthAccount { subject, ..account }.of(owner.clone(), NOW);
            two.stores[0].add_oauth_account(&account).await.unwrap();
        }
        sqlx::raw_sql("UPDATE suite_keyed SET password_hash = NULL")
            .execute(two.stores[0].pool())
            .await
            .unwrap();
        let unlinked = two.race(move |store, runner| {
            let all = all.clone();
            async move {
                let others = OtherWays { providers: &all, links: false };
                let (provider, keep) = (&all[runner % 4], SessionId::generate(NOW));
                let store: &dyn Store<Keyed> = &store;
                store.unlink_account(&id, provider, others, keep, NOW).await.unwrap()
            }
        });
        let unlinked = unlinked.await;
        let done = unlinked.iter().filter(|it| **it == Unlinked::Done).count();
        assert_eq!(done, 3, "round {round}: {unlinked:?}");
        assert!(unlinked.contains(&Unlinked::LastMethod), "round {round}: {unlinked:?}");
        assert_eq!(two.stores[1].oauth_accounts_of(&owner).await.unwrap().len(), 1);
    }
}

/// Each asks for what the other has: whoever is refused has changed nothing and waited for nobody.
#[tokio::test(flavor = "multi_thread")]
async fn first_proofs_that_cross_are_refused_and_not_errors() {
    let Some(two) = Two::open().await else { return };
    for round in 0..10 {
        let mut users = Vec::new();
        for number in 0..2 {
            let user =
                two.stores[0].create_user(Keyed::specimen(2 * round + number)).await.unwrap();
            let planted = google(&format!("{round} {number}"));
            let planted = planted.of(owner_of::<Keyed>(user.id()), NOW);
            two.stores[0].add_oauth_account(&planted).await.unwrap();
            users.push(user);
        }
        let people = users.clone();
        let linked = two.race(move |store, runner| {
            let user = people[runner % 2].clone();
            async move {
                let linking = Linking::Proved(user.email().unwrap());
                let account = google(&format!("{round} {}", 1 - runner % 2));
                let store: &dyn Store<Keyed> = &store;
                store.link_account(user.id(), account, linking, NOW).await.unwrap()
            }
        });
        for linked in linked.await {
            assert!(matches!(linked, Linked::OfAnother), "{linked:?}");
        }
        for (number, user) in users.iter().enumerate() {
            let owner = owner_of::<Keyed>(user.id());
            let kept = google(&format!("{round} {number}")).of(owner.clone(), NOW);
            assert_eq!(two.stores[1].oauth_accounts_of(&owner).await.unwrap(), [kept]);
            let found = two.stores[1].find_by_id(user.id()).await.unwrap();
            assert_eq!(found.as_ref(), Some(user));
        }
    }
}

/// Text that a server could take for a statement, and a subject that no index row has room for.
#[tokio::test]
async fn a_subject_that_cannot_be_kept_is_an_error_and_leaves_nothing() {
    let Some(database) = Database::new().await else { return };
    let store: Postgres = database.ready().await;
    let user = store.create_user(Keyed::specimen(1)).await.unwrap();
    for subject in ["nothing\0follows".to_owned(), random(20_000)] {
        let new = google(&subject);
        let linking = Linking::Asked { hash: user.password_hash(), session: None };
        let linked = Store::<Keyed>::link_account(&store, user.id(), new, linking, NOW).await;
        assert!(linked.is_err(), "{linked:?}");
    }
    assert_eq!(store.oauth_accounts_of(&owner_of::<Keyed>(user.id())).await.unwrap(), []);
    let again = store.link_account(
        user.id(),
        google("'; DROP TABLE suite_keyed; --"),
        Linking::Asked { hash: user.password_hash(), session: None },
        NOW,
    );
    let again: Linked<Keyed> = again.await.unwrap();
    assert!(matches!(again, Linked::Done { .. }), "{again:?}");
}

/// Text that does not compress.
fn random(length: usize) -> String {
    (0..length / 36).map(|_| uuid::Uuid::now_v7().to_string()).collect()
}
