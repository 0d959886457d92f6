//! Accounts at providers in SQLite, beyond the suite.

use fastauth::{
    AuthUser,
    store::{
        Addition, Linked, Linking, NewOAuthAccount, OAuthAccountStore, SessionStore, Sqlite, Store,
        UserStore, owner_of,
        suite::{Keyed, Numbered, Specimen},
    },
};
use fastauth_tests::Scratch;
use sqlx::AssertSqlSafe;

use super::prepared::{NOW, ready, session};

/// As the version before left it.
#[tokio::test]
async fn a_database_of_an_older_version_keeps_what_is_in_it_and_accounts_too() {
    let scratch = Scratch::new();
    let file = scratch.new_file();
    let store = ready(&file).await;
    let user = store.create_user(Keyed::specimen(1)).await.unwrap();
    let session = session(owner_of::<Keyed>(user.id()));
    store.create_session(&session).await.unwrap();
    let before = "DROP TABLE fastauth_oauth_accounts; \
        DELETE FROM _fastauth_migrations WHERE version = 4";
    sqlx::raw_sql(before).execute(store.pool()).await.unwrap();
    store.pool().close().await;

    let store = Sqlite::open(&file).await.unwrap();
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

/// What the code promises, the table does too.
#[tokio::test]
async fn the_table_itself_keeps_an_account_one_users_and_a_user_one_account() {
    let store = ready(":memory:").await;
    let insert = async |realm: &str, provider: &str, subject: &str, user: &str| {
        let insert = format!(
            "INSERT INTO fastauth_oauth_accounts (realm, provider, subject, user_id, created_at) \
            VALUES ('{realm}', '{provider}', '{subject}', '{user}', 0)"
        );
        sqlx::raw_sql(AssertSqlSafe(insert)).execute(store.pool()).await.is_ok()
    };
    assert!(insert("users", "google", "1", "1").await);
    assert!(!insert("users", "google", "1", "2").await);
    assert!(!insert("users", "google", "2", "1").await);
    assert!(insert("users", "google", "2", "2").await);
    assert!(insert("users", "github", "1", "1").await);
    assert!(insert("admins", "google", "1", "1").await);
}

/// The application deletes a user by a statement of its own, who comes back later.
#[tokio::test]
async fn whom_the_application_deleted_signs_up_again() {
    let store = ready(":memory:").await;
    UserStore::<Numbered>::create_user_table(&store).await.unwrap();
    let sign_up = async |number: u32| {
        let new = Numbered::specimen(number);
        store.create_user_with_account(new, google("1"), None, NOW).await.unwrap()
    };
    let first = sign_up(1).await.unwrap();
    assert_eq!(sign_up(2).await, None);
    sqlx::raw_sql("DELETE FROM \"suite numbered\"").execute(store.pool()).await.unwrap();
    let second = sign_up(2).await.unwrap();
    assert_ne!(first.id(), second.id());
    let owner = owner_of::<Numbered>(second.id());
    let held = store.find_oauth_account(Numbered::SPEC.table, "google", "1").await.unwrap();
    assert_eq!(held.map(|held| held.owner), Some(owner));

    // And a number that is given again, to the fresh owner of nothing, brings no account with it.
    let unknown = second.id() + 1;
    let orphan = google("2").of(owner_of::<Numbered>(&unknown), NOW);
    assert_eq!(store.add_oauth_account(&orphan).await.unwrap(), Addition::Done);
    let third = store.create_user(Numbered::specimen(3)).await.unwrap();
    assert_eq!(*third.id(), unknown);
    assert_eq!(store.oauth_accounts_of(&orphan.owner).await.unwrap(), []);
}

pub(super) fn google(subject: &str) -> NewOAuthAccount {
    NewOAuthAccount {
        provider: "google".to_owned(),
        subject: subject.to_owned(),
        email: None,
        sealed_tokens: None,
    }
}
