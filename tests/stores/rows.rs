//! Accounts that are spelt in another way than they are looked for.

use fastauth::{
    Auth, AuthUser, PasswordHash,
    store::{Sqlite, UserStore},
};
use fastauth_tests::Scratch;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::paste::{run, shell};

#[derive(AuthUser)]
#[auth(id, email, username, password_hash)]
struct User {
    id: Uuid,
    email: String,
    username: Option<String>,
    password_hash: Option<PasswordHash>,
}

const TABLE: &str = "CREATE TABLE users (id TEXT NOT NULL PRIMARY KEY, \
    email TEXT NOT NULL UNIQUE, username TEXT UNIQUE, password_hash TEXT);";
const ID: &str = "0190d2c4-5b6a-7000-8000-00000000000a";

/// Regression: their owners could not log in, and a stranger could register the same mailbox.
#[tokio::test]
async fn logins_are_brought_to_their_canonical_spelling() {
    let (file, store, _scratch) = open().await;
    run(
        &store,
        &format!(
            "INSERT INTO users (id, email, username) VALUES ('{ID}', 'Mixed@Example.com', ' Ada\t')"
        ),
    )
    .await;
    let refused = Auth::<User>::builder()
        .base_url("https://app.test")
        .secret("k3J9xQ2mT7vL5bN8wR4cY6zH1dF0gS-p")
        .store(store.clone())
        .build()
        .await
        .expect_err("two accounts of one mailbox could be made");
    assert_eq!(refused.problems().len(), 2, "{refused:?}");
    assert!(!format!("{refused:?}").contains("Mixed"), "{refused:?}");
    assert!(refused.problems()[0].cause.contains("column `email`"), "{refused:?}");
    assert!(refused.problems()[1].cause.contains("column `username`"), "{refused:?}");
    if !mend(&file, &store, "").await {
        return;
    }
    assert!(verify(&store).await.is_empty());
    for found in [
        UserStore::<User>::find_by_email(&store, "mixed@example.com").await,
        UserStore::<User>::find_by_username(&store, "ada").await,
    ] {
        assert_eq!(found.unwrap().unwrap().id.to_string(), ID);
    }
}

#[tokio::test]
async fn of_two_spellings_of_one_login_a_person_says_which_stays() {
    let (file, store, _scratch) = open().await;
    run(
        &store,
        "INSERT INTO users (id, email) VALUES \
        ('0190d2c4-5b6a-7000-8000-00000000000a', 'ada@example.com'), \
        ('0190d2c4-5b6a-7000-8000-00000000000b', 'ADA@example.com')",
    )
    .await;
    if !mend(&file, &store, "ada@example.com|2\nRuntime error").await {
        return;
    }
    assert_eq!(verify(&store).await.len(), 1, "nothing was lost");
    run(&store, "DELETE FROM users WHERE email = 'ada@example.com'").await;
    assert!(mend(&file, &store, "").await);
    assert!(verify(&store).await.is_empty());
    assert!(UserStore::<User>::find_by_email(&store, "ada@example.com").await.unwrap().is_some());
}

/// Regression: such an account logged in, and its token opened nothing.
#[tokio::test]
async fn ids_are_brought_to_their_canonical_spelling() {
    for spelling in
        [ID.to_uppercase(), ID.replace('-', ""), format!("{{{ID}}}"), format!("urn:uuid:{ID}")]
    {
        let (file, store, _scratch) = open().await;
        run(
            &store,
            &format!(
                "CREATE TABLE posts (author TEXT REFERENCES users, other TEXT); \
                INSERT INTO users (id, email) VALUES ('{spelling}', 'ada@example.com'); \
                INSERT INTO posts VALUES ('{spelling}', NULL)"
            ),
        )
        .await;
        if !mend(&file, &store, "").await {
            return;
        }
        assert!(verify(&store).await.is_empty(), "{spelling}");
        let id = ID.parse().unwrap();
        assert!(UserStore::<User>::find_by_id(&store, &id).await.unwrap().is_some(), "{spelling}");
        let author = "SELECT author FROM posts";
        let author: String = sqlx::query_scalar(author).fetch_one(store.pool()).await.unwrap();
        assert_eq!(author, ID);
    }
}

/// What belongs to one of two accounts must not go to the other.
#[tokio::test]
async fn of_two_spellings_of_one_id_each_keeps_its_own() {
    let (file, store, _scratch) = open().await;
    let other = ID.to_uppercase();
    run(
        &store,
        &format!(
            "CREATE TABLE posts (author TEXT REFERENCES users (id)); \
            INSERT INTO users (id, email) VALUES ('{ID}', 'a@a.example'), \
            ('{other}', 'b@a.example'); \
            INSERT INTO posts VALUES ('{other}')"
        ),
    )
    .await;
    if !mend(&file, &store, &format!("{ID}|2\nRuntime error")).await {
        return;
    }
    let author = "SELECT author FROM posts";
    let author: String = sqlx::query_scalar(author).fetch_one(store.pool()).await.unwrap();
    assert_eq!(author, other);
    assert_eq!(verify(&store).await.len(), 1);
}

#[tokio::test]
async fn what_is_found_in_any_spelling_is_no_fault() {
    for table in [
        "CREATE TABLE users (id TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, \
        email TEXT NOT NULL UNIQUE COLLATE NOCASE, username TEXT UNIQUE COLLATE NOCASE, \
        password_hash TEXT)",
        "CREATE TABLE users (id BLOB NOT NULL PRIMARY KEY, \
        email TEXT NOT NULL UNIQUE COLLATE NOCASE, username TEXT UNIQUE COLLATE NOCASE, \
        password_hash TEXT)",
    ] {
        let store = Sqlite::open(":memory:").await.unwrap();
        run(&store, table).await;
        let id = ID.to_uppercase();
        let id =
            if table.contains("BLOB") { format!("unhex('{id}', '-')") } else { format!("'{id}'") };
        run(
            &store,
            &format!(
                "INSERT INTO users (id, email, username) VALUES ({id}, 'Ada@example.com', 'Ada')"
            ),
        )
        .await;
        assert!(verify(&store).await.is_empty(), "{table}");
        let ada = UserStore::<User>::find_by_email(&store, "ada@example.com").await.unwrap();
        let found = UserStore::<User>::find_by_id(&store, &ada.unwrap().id).await.unwrap();
        assert!(found.is_some(), "{table}");
        let row = AssertSqlSafe(
            "INSERT INTO users (id, email, username) VALUES ('x', 'ada@example.com', NULL)",
        );
        assert!(sqlx::raw_sql(row).execute(store.pool()).await.is_err(), "{table}");
    }
}

/// Text that is no UUID in any spelling is that account's trouble alone.
#[tokio::test]
async fn what_cannot_be_mended_stops_nobody() {
    let (_, store, _scratch) = open().await;
    run(
        &store,
        "INSERT INTO users (id, email, username) VALUES ('Nobody', 'ada@example.com', NULL)",
    )
    .await;
    assert!(verify(&store).await.is_empty());
}

async fn open() -> (String, Sqlite, Scratch) {
    let scratch = Scratch::new();
    let file = scratch.new_file();
    let store = Sqlite::open(&file).await.unwrap();
    run(&store, TABLE).await;
    (file, store, scratch)
}

async fn verify(store: &Sqlite) -> Vec<fastauth::store::SchemaFault> {
    UserStore::<User>::verify_schema(store).await.unwrap().faults().to_vec()
}

/// Pastes what is printed into the shell; false where there is none.
async fn mend(file: &str, store: &Sqlite, says: &str) -> bool {
    let faults = verify(store).await;
    assert!(!faults.is_empty());
    for fault in faults {
        let Some(said) = shell(file, &format!("{}\n", fault.fix)) else { return false };
        assert!(said.starts_with(says) && (!says.is_empty() || said.is_empty()), "{said}");
    }
    true
}
