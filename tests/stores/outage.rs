//! When the database is locked, gone, full, read-only or broken: an error in time, and nothing for
//! good.

use std::{
    fs,
    time::{Duration, Instant},
};

use fastauth::{
    AuthUser,
    secret::Digest,
    store::{
        KeyValueStore, Removal, Session, SessionStore, Sqlite, Store, StoreError, UserStore,
        owner_of,
        suite::{Keyed, Specimen},
    },
};
use fastauth_tests::Scratch;
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use tokio::time::{sleep, timeout};

use super::prepared::{LATER, NOW, prepare, ready, session};

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_writer_is_waited_for() {
    let scratch = Scratch::new();
    let file = scratch.new_file();
    let store = ready(&file).await;
    let mut foreign = foreign(&file).await;
    let writer = foreign.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let release = async {
        sleep(Duration::from_secs(1)).await;
        writer.rollback().await.unwrap();
    };
    let write = async {
        let begun = Instant::now();
        store.set("key", b"value", LATER).await.unwrap();
        store.create_user(Keyed::specimen(1)).await.unwrap();
        begun.elapsed()
    };
    let remove = async { store.remove("other").await.unwrap() };
    let ((), waited, ()) = tokio::join!(release, write, remove);
    assert!(waited >= Duration::from_millis(900), "it did not wait: {waited:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_writer_who_stays_is_an_error_in_time() {
    let scratch = Scratch::new();
    let file = scratch.new_file();
    let store = ready(&file).await;
    let user = store.create_user(Keyed::specimen(1)).await.unwrap();
    let mut foreign = foreign(&file).await;
    let writer = foreign.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let write = || async {
        let begun = Instant::now();
        let outcome = store.set("key", b"value", LATER).await;
        (outcome, begun.elapsed())
    };
    let together = || async {
        let begun = Instant::now();
        let outcome = Store::<Keyed>::delete_account(&store, user.id(), None).await.map(drop);
        (outcome, begun.elapsed())
    };
    let outcomes = tokio::join!(write(), together(), write(), together(), write());
    for (outcome, took) in <[_; 5]>::from(outcomes) {
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
        assert!(took < Duration::from_secs(5), "it took {took:?}");
    }
    let begun = Instant::now();
    let found = UserStore::<Keyed>::find_by_id(&store, user.id()).await.unwrap();
    assert!(found.is_some() && begun.elapsed() < Duration::from_secs(1), "reading waits too");
    writer.rollback().await.unwrap();
    store.set("key", b"value", LATER).await.unwrap();
    assert_eq!(
        Store::<Keyed>::delete_account(&store, user.id(), None).await.unwrap(),
        Removal::Done
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_kept_by_one_process_alone_is_an_error_in_time() {
    let scratch = Scratch::new();
    let file = scratch.new_file();
    ready(&file).await.pool().close().await;
    let mut foreign = foreign(&file).await;
    sqlx::raw_sql("PRAGMA journal_mode = DELETE").execute(&mut foreign).await.unwrap();
    let url = format!("sqlite://{file}?mode=rw");
    let options: SqliteConnectOptions = url.parse().unwrap();
    let pool = SqlitePoolOptions::new()
        .acquire_timeout(Duration::from_secs(2))
        .connect_with(options.busy_timeout(Duration::from_secs(2)));
    let store = Sqlite::from_pool(pool.await.unwrap());
    let alone = foreign.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let begun = Instant::now();
    let outcome = store.get("key", NOW).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
    alone.rollback().await.unwrap();
    assert!(store.get("key", NOW).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_file_is_an_error_until_it_is_back() {
    let scratch = Scratch::new();
    let file = scratch.file("app.db");
    let store = ready(&file).await;
    store.set("key", b"kept", LATER).await.unwrap();
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(store.pool()).await.unwrap();
    let backup = scratch.file("backup.db");
    fs::copy(&file, &backup).unwrap();
    for name in ["app.db", "app.db-wal", "app.db-shm"] {
        fs::remove_file(scratch.file(name)).unwrap();
    }
    for _ in 0..3 {
        let begun = Instant::now();
        let read = store.get("key", NOW).await;
        assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
        let write = store.set("key", b"lost", LATER).await;
        assert!(matches!(write, Err(StoreError::Unavailable(_))), "{write:?}");
        let made = store.create_user(Keyed::specimen(1)).await;
        assert!(matches!(made, Err(StoreError::Unavailable(_))), "{made:?}");
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    assert!(!fs::exists(&file).unwrap(), "an empty database was made in its place");
    fs::rename(&backup, &file).unwrap();
    assert_eq!(store.get("key", NOW).await.unwrap().as_deref(), Some(b"kept".as_slice()));
    store.set("key", b"new", LATER).await.unwrap();
    let again = ready(&file).await;
    assert_eq!(again.get("key", NOW).await.unwrap().as_deref(), Some(b"new".as_slice()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_put_in_the_place_of_another_is_read() {
    let scratch = Scratch::new();
    let (file, other) = (scratch.file("app.db"), scratch.file("other.db"));
    let store = ready(&file).await;
    store.set("key", b"old", LATER).await.unwrap();
    let newer = ready(&other).await;
    newer.set("key", b"restored", LATER).await.unwrap();
    newer.pool().close().await;
    for name in ["app.db-wal", "app.db-shm"] {
        fs::remove_file(scratch.file(name)).unwrap();
    }
    fs::rename(&other, &file).unwrap();
    assert_eq!(store.get("key", NOW).await.unwrap().as_deref(), Some(b"restored".as_slice()));
}

#[tokio::test]
async fn a_read_only_database_is_read_and_not_written() {
    let scratch = Scratch::new();
    let file = scratch.new_file();
    let writable = ready(&file).await;
    let user = writable.create_user(Keyed::specimen(1)).await.unwrap();
    let store = Sqlite::open(format!("sqlite://{file}?mode=ro")).await.unwrap();
    assert!(UserStore::<Keyed>::find_by_id(&store, user.id()).await.unwrap().is_some());
    let outcome = store.set("key", b"value", LATER).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    let outcome = Store::<Keyed>::delete_account(&store, user.id(), None).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_full_database_keeps_nothing_half() {
    let scratch = Scratch::new();
    let url = format!("sqlite://{}?mode=rwc", scratch.new_file());
    let pool = SqlitePoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let store = Sqlite::from_pool(pool);
    prepare(&store).await;
    let limit = "PRAGMA max_page_count = 1";
    sqlx::raw_sql(limit).execute(store.pool()).await.unwrap();
    let large = vec![7; 1_000_000];
    let outcome = store.set("key", &large, LATER).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert!(store.get("key", NOW).await.unwrap().is_none());
    let limit = "PRAGMA max_page_count = 1000000";
    sqlx::raw_sql(limit).execute(store.pool()).await.unwrap();
    store.set("key", &large, LATER).await.unwrap();
    assert_eq!(store.get("key", NOW).await.unwrap(), Some(large));
}

#[tokio::test]
async fn a_missing_table_is_an_outage_and_heals() {
    let store = ready(":memory:").await;
    sqlx::raw_sql("DROP TABLE suite_keyed").execute(store.pool()).await.unwrap();
    let outcome = UserStore::<Keyed>::find_by_email(&store, "person-1@example.com").await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    UserStore::<Keyed>::create_user_table(&store).await.unwrap();
    let found = UserStore::<Keyed>::find_by_email(&store, "person-1@example.com").await;
    assert!(found.unwrap().is_none());
}

#[tokio::test]
async fn a_corrupt_row_concerns_that_user_alone() {
    let store = ready(":memory:").await;
    let broken = store.create_user(Keyed::specimen(1)).await.unwrap();
    let whole = store.create_user(Keyed::specimen(2)).await.unwrap();
    for damage in [
        "created_at = 'soon'",
        "created_at = 17",
        "active = 2",
        "\"order\" = 'many'",
        "preferences = 'not json'",
        "team = 'blue'",
        "team = x'00'",
        "score = 'high'",
        "picture = 7",
    ] {
        let whole_row = format!("UPDATE suite_keyed SET {damage} WHERE mail LIKE 'person-1@%'");
        sqlx::raw_sql(sqlx::AssertSqlSafe(whole_row)).execute(store.pool()).await.unwrap();
        let outcome = UserStore::<Keyed>::find_by_id(&store, broken.id()).await;
        assert!(matches!(outcome, Err(StoreError::Corrupt(_))), "{damage}: {outcome:?}");
        let said = outcome.unwrap_err();
        let cause = std::error::Error::source(&said).unwrap().to_string();
        assert!(cause.starts_with("column `"), "{cause}");
        let found = UserStore::<Keyed>::find_by_id(&store, whole.id()).await.unwrap();
        assert_eq!(found.as_ref(), Some(&whole));
        // Deleted and made anew, so that each damage stands alone.
        Store::<Keyed>::delete_account(&store, broken.id(), None).await.unwrap();
        let new = fastauth::store::NewUser::<Keyed>::new(
            broken.to_row().into_values().into_iter().map(Some).collect(),
        );
        store.create_user(new).await.unwrap();
    }
}

/// A client that goes away drops the future of its request (axum does so).
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_dropped_leaves_nothing_locked() {
    let scratch = Scratch::new();
    let store = ready(&scratch.new_file()).await;
    let user = store.create_user(Keyed::specimen(1)).await.unwrap();
    let owner = owner_of::<Keyed>(user.id());
    let session = session(owner.clone());
    store
        .create_session(&Session { credential: Some(Digest::of("refresh")), ..session.clone() })
        .await
        .unwrap();
    for round in 0_u64..400 {
        let old = user.password_hash().cloned();
        let wait = Duration::from_micros(round * 7);
        let change = Store::<Keyed>::change_password(
            &store,
            user.id(),
            old.as_ref(),
            old.as_ref().unwrap(),
            Some(session.id),
            NOW,
        );
        timeout(wait, change).await.ok();
        timeout(wait, store.count("key", 1, NOW, Duration::from_mins(1))).await.ok();
    }
    let begun = Instant::now();
    store.set("key", b"value", LATER).await.unwrap();
    assert_eq!(
        Store::<Keyed>::delete_account(&store, user.id(), None).await.unwrap(),
        Removal::Done
    );
    assert!(begun.elapsed() < Duration::from_secs(1), "something was left locked");
    assert!(store.list_sessions(&owner, NOW).await.unwrap().is_empty());
}

async fn foreign(file: &str) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{file}")).await.unwrap()
}

/// A pool of the application's own may wait half a minute for a connection; no client does.
#[tokio::test(flavor = "multi_thread")]
async fn a_pool_without_a_free_connection_is_an_error_in_time() {
    let scratch = Scratch::new();
    let url = format!("sqlite://{}?mode=rwc", scratch.new_file());
    let pool = SqlitePoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let store = Sqlite::from_pool(pool.clone());
    prepare(&store).await;
    let held = pool.acquire().await.unwrap();
    let begun = Instant::now();
    let read = store.get("key", NOW).await;
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    drop(held);
    assert!(store.get("key", NOW).await.unwrap().is_none());
}
