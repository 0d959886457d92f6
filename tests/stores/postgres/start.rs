//! Connecting to a database, and several who start at once.

use fastauth::store::{
    Postgres, SessionStore, StoreError, UserStore,
    suite::{Keyed, Numbered, Specimen},
};
use fastauth_tests::{Database, postgres_url};
use sqlx::{AssertSqlSafe, postgres::PgPoolOptions};
use tokio::{
    net::TcpListener,
    task::JoinSet,
    time::{Duration, Instant},
};

use super::super::prepared::{NOW, owner, session};

const TABLES: [&str; 10] = [
    "fastauth_sessions",
    "fastauth_one_time_tokens",
    "fastauth_key_values",
    "fastauth_budgets",
    "fastauth_counters",
    "fastauth_roles",
    "fastauth_role_permissions",
    "fastauth_user_roles",
    "fastauth_signing_keys",
    "fastauth_oauth_accounts",
];

#[tokio::test]
async fn migrating_says_what_it_made_once_in_a_ledger_of_our_own() {
    let Some(database) = Database::new().await else { return };
    database.run("CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY)").await;
    let store = database.store().await;
    assert_eq!(UserStore::<Keyed>::migrate(&store).await.unwrap(), TABLES);
    assert!(UserStore::<Keyed>::migrate(&store).await.unwrap().is_empty());
    assert_eq!(database.ask::<i64>("SELECT count(*) FROM _sqlx_migrations").await, 0);
    assert_eq!(database.ask::<i64>("SELECT count(*) FROM _fastauth_migrations").await, 4);
    // An older instance beside a newer one.
    database.run("INSERT INTO _fastauth_migrations VALUES (999, 'x', now(), TRUE, '', 0)").await;
    assert!(UserStore::<Keyed>::migrate(&store).await.unwrap().is_empty());
    database.run("UPDATE _fastauth_migrations SET checksum = 'x'").await;
    assert!(UserStore::<Keyed>::migrate(&store).await.is_err());
}

/// As a version left it that knew no scopes.
#[tokio::test]
async fn a_session_of_an_older_version_lives_on_and_is_not_limited() {
    let Some(database) = Database::new().await else { return };
    let store = database.ready().await;
    let session = session(owner());
    store.create_session(&session).await.unwrap();
    database.run("ALTER TABLE fastauth_sessions DROP COLUMN scopes").await;
    database.run("DELETE FROM _fastauth_migrations WHERE version = 2").await;
    let store = database.store().await;
    assert!(UserStore::<Keyed>::migrate(&store).await.unwrap().is_empty());
    assert_eq!(store.find_session(session.id, NOW).await.unwrap(), Some(session));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_start_at_once_make_one_schema() {
    let Some(database) = Database::new().await else { return };
    let mut starts = JoinSet::new();
    for _ in 0..8 {
        let url = database.url();
        starts.spawn(async move {
            let store = Postgres::connect(url).await.unwrap();
            let made = UserStore::<Keyed>::migrate(&store).await.unwrap();
            let users = UserStore::<Keyed>::create_user_table(&store).await.unwrap();
            (made, users)
        });
    }
    let starts = starts.join_all().await;
    assert_eq!(starts.iter().filter(|(made, _)| made == &TABLES).count(), 1, "{starts:?}");
    assert_eq!(starts.iter().filter(|(made, _)| made.is_empty()).count(), 7, "{starts:?}");
    assert_eq!(starts.iter().filter(|(_, users)| *users).count(), 1, "{starts:?}");
}

#[tokio::test]
async fn an_address_shows_no_credential() {
    let Some(database) = Database::new().await else { return };
    let url = database.url().replace("postgres@", "postgres:se%20cret@") + "?application_name=app";
    let store = Postgres::connect(url).await.unwrap();
    let shown = format!("{} {store:?}", UserStore::<Keyed>::describe(&store));
    assert!(shown.contains(database.url().rsplit_once('/').unwrap().1), "{shown}");
    assert!(!shown.contains("cret"), "{shown}");
}

#[tokio::test]
async fn what_cannot_be_connected_to_says_why() {
    let Some(database) = Database::new().await else { return };
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let closed = format!("postgres://app:cret@127.0.0.1:{port}/app");
    let missing = postgres_url().rsplit_once('/').unwrap().0.to_owned() + "/missing_database";
    for (url, words) in [
        (closed.as_str(), "see that the server runs"),
        (missing.as_str(), "createdb"),
        ("mysql://app:cret@127.0.0.1/app", "postgres://user:password@host"),
        ("postgres://app:cret@127.0.0.1:port/app", "postgres://user:password@host"),
    ] {
        let Err(error) = Postgres::connect(url).await else { panic!("{url} is connected to") };
        let error = error.to_string();
        assert!(error.contains(words), "{error}");
        assert!(error.contains("fix: ") && !error.contains("cret"), "{error}");
    }
    drop(database);
}

#[tokio::test]
async fn what_cannot_be_made_says_how_to_mend_it() {
    let Some(database) = Database::new().await else { return };
    let told = async |store: &Postgres| {
        let error = UserStore::<Keyed>::migrate(store).await.unwrap_err();
        let StoreError::Unavailable(cause) = error else { panic!("{error:?}") };
        cause.to_string()
    };
    let path = |path: &str| database.url() + "?options[search_path]=" + path;
    let store = Postgres::connect(path("nowhere")).await.unwrap();
    assert!(told(&store).await.contains("CREATE SCHEMA"), "{}", told(&store).await);
    database.run("CREATE SCHEMA theirs; CREATE TABLE theirs.fastauth_roles (x TEXT)").await;
    let store = Postgres::connect(path("theirs")).await.unwrap();
    assert!(told(&store).await.contains("that fastauth did not make"), "{}", told(&store).await);
    database.run("CREATE TABLE theirs._fastauth_migrations (x TEXT)").await;
    assert!(told(&store).await.contains("_fastauth_migrations"), "{}", told(&store).await);
    let guest = database.guest();
    let closed = "CREATE SCHEMA closed; CREATE ROLE guest; GRANT USAGE ON SCHEMA closed TO guest";
    database.run(&closed.replace("guest", &guest)).await;
    let pool = PgPoolOptions::new().after_connect(move |connection, _| {
        let guest = format!("SET ROLE {guest}; SET search_path = closed");
        Box::pin(
            async move { sqlx::raw_sql(AssertSqlSafe(guest)).execute(connection).await.map(drop) },
        )
    });
    let store = Postgres::from_pool(pool.connect(&database.url()).await.unwrap());
    assert!(told(&store).await.contains("GRANT CREATE"), "{}", told(&store).await);
}

#[tokio::test]
async fn two_user_types_share_a_database() {
    let Some(database) = Database::new().await else { return };
    let store = database.ready().await;
    assert!(UserStore::<Numbered>::create_user_table(&store).await.unwrap());
    store.create_user(Keyed::specimen(1)).await.unwrap();
    store.create_user(Numbered::specimen(1)).await.unwrap();
}

#[tokio::test]
async fn waiting_for_a_connection_ends_in_time() {
    let Some(database) = Database::new().await else { return };
    let pool = PgPoolOptions::new().max_connections(1).connect(&database.url()).await.unwrap();
    let store = Postgres::from_pool(pool.clone());
    let held = pool.acquire().await.unwrap();
    let begun = Instant::now();
    let found = UserStore::<Keyed>::find_by_email(&store, "a@example.com").await;
    assert!(matches!(found, Err(StoreError::Unavailable(_))), "{found:?}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    drop(held);
    UserStore::<Keyed>::migrate(&store).await.unwrap();
    UserStore::<Keyed>::create_user_table(&store).await.unwrap();
    UserStore::<Keyed>::find_by_email(&store, "a@example.com").await.unwrap();
}
