//! The store shares its pool with the application: it keeps no connection for itself, whoever waits.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use fastauth::store::{KeyValueStore, Postgres};
use fastauth_tests::Database;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use super::super::prepared::{LATER, NOW};

/// Long enough for a slow machine, and much less than for ever.
const SOON: Duration = Duration::from_secs(5);

async fn pool_of_one(database: &Database) -> (PgPool, Postgres) {
    drop(database.ready().await);
    let pool = PgPoolOptions::new().min_connections(1).max_connections(1);
    let pool = pool.connect(&database.url()).await.unwrap();
    (pool.clone(), Postgres::from_pool(pool))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_has_its_turn_while_the_store_is_never_idle() {
    let Some(database) = Database::new().await else { return };
    let (pool, store) = pool_of_one(&database).await;
    let (is_over, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let mut busy = JoinSet::new();
    for _ in 0..4 {
        let (store, is_over, asked) = (store.clone(), is_over.clone(), asked.clone());
        busy.spawn(async move {
            while !is_over.load(Ordering::SeqCst) {
                store.get("key", NOW).await.unwrap();
                asked.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    for _ in 0..10 {
        let before = asked.load(Ordering::SeqCst);
        let answered = timeout(SOON, sqlx::query("SELECT 1").execute(&pool)).await;
        answered.expect("the application waits for ever").unwrap();
        while asked.load(Ordering::SeqCst) == before {
            sleep(Duration::from_millis(1)).await;
        }
    }
    is_over.store(true, Ordering::SeqCst);
    busy.join_all().await;
}

/// Whoever waits for longer than a store does is told that it is away.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_served_as_fast_as_the_server_answers() {
    let Some(database) = Database::new().await else { return };
    let (_, store) = pool_of_one(&database).await;
    let mut crowd = JoinSet::new();
    for _ in 0..500 {
        let store = store.clone();
        crowd.spawn(async move { store.get("key", NOW).await });
    }
    let answers = crowd.join_all().await;
    let failed = answers.iter().find(|it| it.is_err());
    assert!(failed.is_none(), "{failed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_store_holds_no_connection_and_lets_the_pool_close() {
    let Some(database) = Database::new().await else { return };
    let (pool, store) = pool_of_one(&database).await;
    store.set("key", b"value", LATER).await.unwrap();
    let comes_back = async {
        while pool.num_idle() == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(SOON, comes_back).await.expect("the connection is kept for ever");
    store.set("key", b"value", LATER).await.unwrap();
    timeout(SOON, pool.close()).await.expect("the pool waits for ever");
    assert!(store.get("key", NOW).await.is_err());
}

#[test]
fn a_store_may_outlive_its_runtime() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let Some((database, store)) = first.block_on(async {
        let database = Database::new().await?;
        let (_, store) = pool_of_one(&database).await;
        store.set("key", b"value", LATER).await.unwrap();
        Some((database, store))
    }) else {
        return;
    };
    drop(first);
    drop(store);
    runtime().block_on(async move { drop(database) });
}
