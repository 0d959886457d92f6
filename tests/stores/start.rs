//! Opening a database, and several who start at once.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use fastauth::store::{
    KeyValueStore, SessionStore, Sqlite, UserStore,
    suite::{Keyed, Numbered, Specimen},
};
use fastauth::time::Timestamp;
use fastauth_tests::Scratch;
use tokio::task::JoinSet;

use super::prepared::{NOW, owner, ready, session};

const TABLES: [&str; 11] = [
    "fastauth_sessions",
    "fastauth_one_time_tokens",
    "fastauth_key_values",
    "fastauth_budgets",
    "fastauth_counters",
    "fastauth_retired_ids",
    "fastauth_roles",
    "fastauth_role_permissions",
    "fastauth_user_roles",
    "fastauth_signing_keys",
    "fastauth_oauth_accounts",
];

#[tokio::test]
async fn migrating_says_what_it_made_once() {
    let store = Sqlite::open(":memory:").await.unwrap();
    assert_eq!(UserStore::<Keyed>::migrate(&store).await.unwrap(), TABLES);
    assert!(UserStore::<Keyed>::migrate(&store).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_ledger_is_our_own() {
    let store = Sqlite::open(":memory:").await.unwrap();
    let theirs = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY)";
    sqlx::raw_sql(theirs).execute(store.pool()).await.unwrap();
    UserStore::<Keyed>::migrate(&store).await.unwrap();
    let count = |table: &'static str| sqlx::query_scalar::<_, i64>(table).fetch_one(store.pool());
    assert_eq!(count("SELECT count(*) FROM _sqlx_migrations").await.unwrap(), 0);
    assert_eq!(count("SELECT count(*) FROM _fastauth_migrations").await.unwrap(), 4);
}

/// As a version left it that knew no scopes.
#[tokio::test]
async fn a_session_of_an_older_version_lives_on_and_is_not_limited() {
    let store = ready(":memory:").await;
    let session = session(owner());
    store.create_session(&session).await.unwrap();
    let before = "ALTER TABLE fastauth_sessions DROP COLUMN scopes; \
        DELETE FROM _fastauth_migrations WHERE version = 2";
    sqlx::raw_sql(before).execute(store.pool()).await.unwrap();
    assert!(store.find_session(session.id, NOW).await.is_err());
    assert!(UserStore::<Keyed>::migrate(&store).await.unwrap().is_empty());
    assert_eq!(store.find_session(session.id, NOW).await.unwrap(), Some(session));
}

#[tokio::test]
async fn an_older_instance_starts_on_a_newer_schema() {
    let store = Sqlite::open(":memory:").await.unwrap();
    UserStore::<Keyed>::migrate(&store).await.unwrap();
    let newer = "INSERT INTO _fastauth_migrations VALUES (999, 'later', '', TRUE, x'', 0)";
    sqlx::raw_sql(newer).execute(store.pool()).await.unwrap();
    assert!(UserStore::<Keyed>::migrate(&store).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_migration_that_was_edited_is_refused() {
    let store = Sqlite::open(":memory:").await.unwrap();
    UserStore::<Keyed>::migrate(&store).await.unwrap();
    let edited = "UPDATE _fastauth_migrations SET checksum = x'00'";
    sqlx::raw_sql(edited).execute(store.pool()).await.unwrap();
    assert!(UserStore::<Keyed>::migrate(&store).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_start_at_once_make_one_schema() {
    let scratch = Scratch::new();
    for _ in 0..10 {
        let file = scratch.new_file();
        let mut starts = JoinSet::new();
        for _ in 0..8 {
            let file = file.clone();
            starts.spawn(async move { start(&file).await });
        }
        let starts = starts.join_all().await;
        assert_eq!(starts.iter().filter(|(made, _)| made == &TABLES).count(), 1, "{starts:?}");
        assert_eq!(starts.iter().filter(|(made, _)| made.is_empty()).count(), 7, "{starts:?}");
        assert_eq!(starts.iter().filter(|(_, users)| *users).count(), 1, "{starts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_that_start_at_once_make_one_schema() {
    let scratch = Scratch::new();
    for _ in 0..5 {
        let file = scratch.new_file();
        let children: Vec<_> = (0..4)
            .map(|_| {
                Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "stores::start::another_process", "--ignored"])
                    .env("FASTAUTH_TEST_DATABASE", &file)
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
        let store = Sqlite::open(&file).await.unwrap();
        assert!(UserStore::<Keyed>::migrate(&store).await.unwrap().is_empty());
        let users = "SELECT count(*) FROM suite_keyed";
        let users: i64 = sqlx::query_scalar(users).fetch_one(store.pool()).await.unwrap();
        assert_eq!(users, 4);
    }
}

#[tokio::test]
#[ignore = "it is what `many_processes_that_start_at_once_make_one_schema` starts"]
async fn another_process() {
    let file = std::env::var("FASTAUTH_TEST_DATABASE").unwrap();
    start(&file).await;
    let store = Sqlite::open(&file).await.unwrap();
    store.create_user(Keyed::specimen(std::process::id())).await.unwrap();
}

async fn start(file: &str) -> (Vec<String>, bool) {
    let store = Sqlite::open(file).await.unwrap();
    let made = UserStore::<Keyed>::migrate(&store).await.unwrap();
    let users = UserStore::<Keyed>::create_user_table(&store).await.unwrap();
    (made, users)
}

#[tokio::test]
async fn a_database_is_opened_by_path_and_by_url() {
    let scratch = Scratch::new();
    let plain = scratch.file("plain.db");
    let odd = scratch.file("a b?c#d%20e.db");
    let url = format!("sqlite://{}", scratch.file("url.db"));
    let encoded = format!("sqlite:{}", scratch.file("a%20b.db"));
    for name in [&plain, &odd, &url, &encoded] {
        let store = ready(name).await;
        store.create_user(Keyed::specimen(1)).await.unwrap();
        assert_eq!(UserStore::<Keyed>::describe(&store), format!("sqlite {name}"));
    }
    for name in ["plain.db", "a b?c#d%20e.db", "url.db", "a b.db"] {
        assert!(scratch.path().join(name).exists(), "{name}");
    }
}

#[tokio::test]
async fn each_database_in_memory_is_its_own() {
    for name in [":memory:", "sqlite::memory:", "sqlite://:memory:"] {
        let one = ready(name).await;
        one.create_user(Keyed::specimen(1)).await.unwrap();
        let other = ready(name).await;
        other.create_user(Keyed::specimen(1)).await.unwrap();
    }
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() {
    let scratch = Scratch::new();
    let no_database = scratch.file("text.db");
    fs::write(&no_database, "this is no database, however long it may be, at all".repeat(99))
        .unwrap();
    let names = [
        scratch.file("missing/app.db"),
        scratch.path().display().to_string(),
        no_database,
        format!("sqlite://{}?mode=rw", scratch.file("missing.db")),
        "sqlite://x.db?mode=odd".to_owned(),
        String::new(),
    ];
    for name in names {
        let error = Sqlite::open(&name).await.unwrap_err().to_string();
        assert!(error.contains("cannot open the database"), "{error}");
        assert!(error.contains(&format!("`{name}`")), "{error}");
        assert!(error.contains("fix: "), "{error}");
    }
    assert!(!scratch.path().join("missing.db").exists());
}

#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    let scratch = Scratch::new();
    let file = scratch.file("app.db");
    let store = ready(&file).await;
    store.create_user(Keyed::specimen(1)).await.unwrap();
    for name in ["app.db", "app.db-wal", "app.db-shm"] {
        let mode = fs::metadata(scratch.file(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn what_was_acknowledged_is_on_the_disk() {
    let scratch = Scratch::new();
    let store = ready(&scratch.new_file()).await;
    let pragma = |name: &'static str| sqlx::query_scalar::<_, String>(name).fetch_one(store.pool());
    assert_eq!(pragma("SELECT journal_mode FROM pragma_journal_mode").await.unwrap(), "wal");
    let full = "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous";
    assert_eq!(pragma(full).await.unwrap(), "2");
    let foreign_keys = "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys";
    assert_eq!(pragma(foreign_keys).await.unwrap(), "1");
}

#[tokio::test]
async fn two_user_types_share_a_database() {
    let store = ready(":memory:").await;
    assert!(UserStore::<Numbered>::create_user_table(&store).await.unwrap());
    store.create_user(Keyed::specimen(1)).await.unwrap();
    store.create_user(Numbered::specimen(1)).await.unwrap();
}

#[tokio::test]
async fn a_database_is_opened_again_with_what_it_kept() {
    let scratch = Scratch::new();
    let file = scratch.new_file();
    let store = ready(&file).await;
    store.set("key", b"value", Timestamp::from_secs(2)).await.unwrap();
    store.pool().close().await;
    let store = ready(&file).await;
    let value = store.get("key", Timestamp::from_secs(1)).await.unwrap();
    assert_eq!(value.as_deref(), Some(b"value".as_slice()));
}
