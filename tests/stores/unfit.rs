//! What is called like the table of the users and cannot be it.

use fastauth::{
    Auth, AuthUser, PasswordHash, SetupError,
    store::{Sqlite, UserStore},
};
use sqlx::Row;

use super::paste::run;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: Option<PasswordHash>,
}

/// Regression: a start that was refused had made its tables already.
#[tokio::test]
async fn a_start_that_is_refused_has_written_nothing() {
    for (made, creates) in [
        ("CREATE VIEW users AS SELECT 1 AS id, 'a@example.com' AS email", true),
        ("CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT)", true),
        ("CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT)", false),
        ("", false),
    ] {
        let store = Sqlite::open(":memory:").await.unwrap();
        run(&store, made).await;
        let before = names(&store).await;
        let refused = start(&store, creates).await.expect_err(made);
        assert_eq!(refused.problems()[0].title, "table does not fit");
        assert_eq!(names(&store).await, before, "{made}");
    }
}

#[tokio::test]
async fn a_start_makes_all_tables_or_only_its_own() {
    let store = Sqlite::open(":memory:").await.unwrap();
    start(&store, true).await.expect("there is nothing yet");
    assert!(names(&store).await.contains(&"users".to_owned()));
    start(&store, true).await.expect("all is there");
    let store = Sqlite::open(":memory:").await.unwrap();
    let fitting = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, \
        password_hash TEXT)";
    run(&store, fitting).await;
    start(&store, true).await.expect("it fits");
    assert!(names(&store).await.contains(&"fastauth_sessions".to_owned()));
}

/// Regression: the SQL said `DROP TABLE`, which a view is not, and left another table behind.
#[tokio::test]
async fn a_view_is_called_one() {
    let store = Sqlite::open(":memory:").await.unwrap();
    run(&store, "CREATE VIEW Users AS SELECT 1 AS id, 'a@example.com' AS email").await;
    let report = UserStore::<User>::verify_schema(&store).await.unwrap();
    let [fault] = report.faults() else { panic!("{report}") };
    assert_eq!(fault.cause, "`users` is a view, which keeps no accounts");
    assert!(fault.fix.contains("table = "), "{report}");
    run(&store, &fault.fix).await;
    assert_eq!(UserStore::<User>::verify_schema(&store).await.unwrap(), report);
}

/// Regression: a generated column was not seen, and adding it failed again and again.
#[tokio::test]
async fn a_generated_column_becomes_one_that_can_be_written() {
    for kind in ["STORED", "VIRTUAL"] {
        let store = Sqlite::open(":memory:").await.unwrap();
        run(
            &store,
            &format!(
                "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, password_hash TEXT, \
                email TEXT GENERATED ALWAYS AS (name || '@example.com') {kind}, \
                initial TEXT AS (substr(name, 1, 1)) NOT NULL); \
                CREATE INDEX by_initial ON users (initial); \
                CREATE UNIQUE INDEX by_mail ON users (email); \
                INSERT INTO users (name) VALUES ('ada'), ('eve')"
            ),
        )
        .await;
        let report = UserStore::<User>::verify_schema(&store).await.unwrap();
        let [fault] = report.faults() else { panic!("{report}") };
        assert_eq!(
            fault.cause,
            "column `email` of table `users` is generated, and must be written (field `email` of \
            `User`)"
        );
        assert!(fault.fix.contains("column initial is not copied"), "{report}");
        run(&store, &fault.fix).await;
        let report = UserStore::<User>::verify_schema(&store).await.unwrap();
        assert!(report.is_empty(), "{report}");
        let eve = UserStore::<User>::find_by_email(&store, "eve@example.com").await.unwrap();
        assert_eq!(eve.map(|eve| eve.id), Some(2));
    }
}

async fn start(store: &Sqlite, creates: bool) -> Result<Auth<User>, SetupError> {
    let builder = Auth::<User>::builder()
        .base_url("https://app.test")
        .secret("k3J9xQ2mT7vL5bN8wR4cY6zH1dF0gS-p")
        .store(store.clone());
    if creates { builder.create_user_table().build().await } else { builder.build().await }
}

async fn names(store: &Sqlite) -> Vec<String> {
    let names = sqlx::query("SELECT name FROM sqlite_schema ORDER BY name");
    let names = names.fetch_all(store.pool()).await.unwrap();
    names.iter().map(|row| row.get(0)).collect()
}
