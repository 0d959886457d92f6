//! What is printed to mend a table, pasted into SQLite's own shell, which goes on after an error.

use std::time::SystemTime;

use fastauth::{
    AuthUser, PasswordHash,
    store::{SchemaReport, Sqlite, UserStore},
};
use fastauth_tests::Scratch;
use sqlx::AssertSqlSafe;

use super::paste::{run, shell};

#[derive(AuthUser)]
#[auth(id, email, username, password_hash)]
struct User {
    id: i64,
    email: String,
    username: Option<String>,
    password_hash: Option<PasswordHash>,
}

const TABLE: &str = "CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(255), \
    username TEXT UNIQUE, password_hash TEXT);";

/// Regression: a row that could not be copied stopped the copy and nothing else, and the old table
/// was dropped with every account in it.
#[tokio::test]
async fn rows_that_cannot_be_copied_stop_everything() {
    let a = "(1, 'a@example.com', 'a', 'h')";
    for (bad, listed, mended) in [
        ("(2, NULL, 'b', 'h'), (3, 'c@example.com', 'c', 'h')", "2|", "2, 'b@example.com'"),
        ("(2, 'c@example.com', 'b', 'h'), (3, 'c@example.com', 'c', 'h')", "2|c@", "2, 'b@'"),
        ("('x', 'b@example.com', 'b', 'h'), (3, 'c@example.com', 'c', 'h')", "x|b@", "2, 'b@'"),
    ] {
        let people = format!("{TABLE} INSERT INTO users VALUES {a}, {bad};");
        let Some(kept) = Kept::new(&people).await else { return };
        let report = kept.report().await;
        let before = kept.rows("users").await;
        assert_eq!(before, 3);
        for _ in 0..2 {
            let said = kept.paste(&report);
            assert!(said.contains(listed) && said.contains("error"), "{bad}: {said}");
            assert_eq!(kept.rows("users").await, before, "{bad}: {said}");
            assert_eq!(kept.report().await, report, "{bad}: something was changed");
        }
        let by_hand = format!("UPDATE users SET (id, email) = ({mended}) WHERE username = 'b'");
        run(&kept.store, &by_hand).await;
        let report = kept.report().await;
        for _ in 0..2 {
            let said = kept.paste(&report);
            assert!(said.contains("3|3"), "{bad}: {said}");
            assert_eq!(kept.rows("users").await, 3, "{bad}: {said}");
            assert_eq!(kept.rows("users_old").await, 3, "{bad}: {said}");
            assert!(kept.report().await.is_empty(), "{bad}: {said}");
        }
    }
}

/// What cannot be converted is not lost, where its column may be empty either.
#[tokio::test]
async fn no_value_is_lost_on_the_way() {
    let Some(kept) = Kept::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, \
        username TEXT UNIQUE, password_hash TEXT, joined INTEGER); \
        INSERT INTO users VALUES (1, 'a@a.example', NULL, NULL, 'long ago');",
    )
    .await
    else {
        return;
    };
    let report = async || UserStore::<Member>::verify_schema(&kept.store).await.unwrap();
    let before = report().await;
    let said = kept.paste(&before);
    assert!(said.contains("1|a@a.example") && said.contains("rror"), "{said}");
    assert_eq!(report().await, before);
    assert_eq!(kept.text("SELECT joined FROM users").await, "long ago");
    run(&kept.store, "UPDATE users SET joined = 1769862600123").await;
    let said = kept.paste(&report().await);
    assert!(!said.contains("rror") && report().await.is_empty(), "{said}");
    assert_eq!(kept.text("SELECT joined FROM users").await, "2026-01-31T12:30:00.123Z");
}

#[derive(AuthUser)]
#[auth(table = "users", id, email, password_hash)]
struct Member {
    id: i64,
    email: String,
    password_hash: Option<PasswordHash>,
    joined: Option<SystemTime>,
}

/// Regression: of a key of two columns each was made unique by itself.
#[tokio::test]
async fn what_is_unique_together_is_not_made_unique_alone() {
    let Some(kept) = Kept::new(
        "CREATE TABLE users (id INTEGER, tenant TEXT DEFAULT 'x', email TEXT NOT NULL UNIQUE, \
        username TEXT UNIQUE, password_hash TEXT, seat INTEGER, PRIMARY KEY (id, tenant), \
        UNIQUE (tenant, seat)); \
        INSERT INTO users VALUES (1, 'x', 'a@a.example', 'a', '', 1), \
        (2, 'x', 'b@a.example', 'b', '', 2);",
    )
    .await
    else {
        return;
    };
    let said = kept.paste(&kept.report().await);
    assert!(!said.contains("rror"), "{said}");
    assert!(kept.report().await.is_empty(), "{said}");
    run(&kept.store, "INSERT INTO users VALUES (3, 'c@a.example', 'c', '', 'x', 3)").await;
    let twice = "INSERT INTO users VALUES (4, 'd@a.example', 'd', '', 'x', 3)";
    let refused = sqlx::raw_sql(twice).execute(kept.store.pool()).await.unwrap_err();
    assert!(refused.to_string().contains("users.tenant, users.seat"), "{refused}");
}

/// Regression: what referred to the table, its indexes and its triggers went with the old one.
#[tokio::test]
async fn what_stands_on_the_table_stands_on_the_new_one() {
    let Some(kept) = Kept::new(&format!(
        "{TABLE} CREATE TABLE posts (author INTEGER REFERENCES users (id)); \
        CREATE TABLE log (line TEXT); CREATE VIEW people AS SELECT email FROM users; \
        CREATE INDEX by_hash ON users (password_hash); \
        CREATE TRIGGER logged AFTER INSERT ON users BEGIN INSERT INTO log VALUES (new.email); END; \
        INSERT INTO users VALUES (7, 'a@a.example', 'a', ''); INSERT INTO posts VALUES (7);"
    ))
    .await
    else {
        return;
    };
    let said = kept.paste(&kept.report().await);
    assert!(!said.contains("rror"), "{said}");
    let parent = "SELECT \"table\" FROM pragma_foreign_key_list('posts')";
    assert_eq!(kept.text(parent).await, "users");
    let index = "SELECT tbl_name FROM sqlite_schema WHERE name = 'by_hash'";
    assert_eq!(kept.text(index).await, "users");
    run(&kept.store, "INSERT INTO users VALUES (8, 'b@a.example', 'b', '')").await;
    assert_eq!(kept.rows("log").await, 2);
    assert_eq!(kept.rows("people").await, 2);
    assert!(
        sqlx::raw_sql("INSERT INTO posts VALUES (9)").execute(kept.store.pool()).await.is_err()
    );
    run(&kept.store, "DROP TABLE users_old").await;
    assert!(kept.report().await.is_empty());
    let checked = sqlx::query("PRAGMA foreign_key_check").fetch_all(kept.store.pool()).await;
    assert!(checked.unwrap().is_empty());
}

#[tokio::test]
async fn numbers_of_deleted_accounts_are_not_given_again() {
    let Some(kept) = Kept::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email STRING UNIQUE, \
        username TEXT UNIQUE, password_hash TEXT); \
        INSERT INTO users (id) VALUES (41); DELETE FROM users;",
    )
    .await
    else {
        return;
    };
    let said = kept.paste(&kept.report().await);
    assert!(said.contains("0|0") && kept.report().await.is_empty(), "{said}");
    run(&kept.store, "INSERT INTO users (email) VALUES ('a@a.example')").await;
    assert_eq!(kept.text("SELECT CAST(id AS TEXT) FROM users").await, "42");
}

#[tokio::test]
async fn a_name_that_is_taken_is_not_taken_again() {
    let Some(kept) = Kept::new(&format!(
        "{TABLE} CREATE TABLE users_old (x); INSERT INTO users VALUES (7, 'a@a.example', 'a', '');"
    ))
    .await
    else {
        return;
    };
    let said = kept.paste(&kept.report().await);
    assert!(!said.contains("rror"), "{said}");
    assert_eq!([kept.rows("users").await, kept.rows("users_old_2").await], [1, 1]);
}

/// A database in a file, that the shell opens too.
struct Kept {
    file: String,
    store: Sqlite,
    _scratch: Scratch,
}

impl Kept {
    async fn new(sql: &str) -> Option<Self> {
        let scratch = Scratch::new();
        let file = scratch.new_file();
        let store = Sqlite::open(&file).await.unwrap();
        run(&store, sql).await;
        shell(&file, "SELECT 1;")?;
        Some(Self { file, store, _scratch: scratch })
    }

    async fn report(&self) -> SchemaReport {
        UserStore::<User>::verify_schema(&self.store).await.unwrap()
    }

    fn paste(&self, report: &SchemaReport) -> String {
        let fixes: Vec<_> = report.faults().iter().map(|fault| fault.fix.as_str()).collect();
        shell(&self.file, &format!("{}\n", fixes.join("\n"))).unwrap()
    }

    async fn rows(&self, table: &str) -> i64 {
        let count = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar(count).fetch_one(self.store.pool()).await.unwrap()
    }

    async fn text(&self, sql: &'static str) -> String {
        sqlx::query_scalar(sql).fetch_one(self.store.pool()).await.unwrap()
    }
}
