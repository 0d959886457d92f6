//! A server that is gone, silent or killing costs three seconds at
//! most, and five seconds after it is back everything works.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fastauth::{
    AuthUser,
    config::Limits,
    store::{
        KeyValueStore, Postgres, SessionStore, StoreError, UserStore,
        suite::{Keyed, Specimen},
    },
};
use fastauth_tests::{Database, PASSWORD, World};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
    time::{Instant, sleep},
};

use super::super::prepared::{LATER, NOW, owner, session};

const AT_MOST: Duration = Duration::from_secs(3);
const HEALED: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_costs_three_seconds() {
    let Some(database) = Database::new().await else { return };
    drop(database.ready().await);
    let proxy = Proxy::open(&database).await;
    let store = Postgres::connect(proxy.url(&database)).await.unwrap();
    for round in 0..2 {
        store.set("key", b"value", LATER).await.unwrap();
        proxy.is_silent.store(true, Ordering::SeqCst);
        fails_in_time(&store).await;
        // The second time all connections are new ones, which get no answer either.
        fails_in_time(&store).await;
        proxy.is_silent.store(false, Ordering::SeqCst);
        heals(&store, round).await;
    }
}

/// A sign-in asks the store for several things, and waits for it once.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_waits_for_a_silent_server_once() {
    let Some(database) = Database::new().await else { return };
    let proxy = Proxy::open(&database).await;
    let store = Postgres::connect(proxy.url(&database)).await.unwrap();
    let world = World::built(store, |it| it.throttle(Limits::default())).await;
    world.client.register("ada@example.com").await;
    proxy.is_silent.store(true, Ordering::SeqCst);
    for (email, password) in [("ada@example.com", PASSWORD), ("nobody@example.com", "wrong one")] {
        let begun = Instant::now();
        world.client.login(email, password).await.problem(503, "store_unavailable");
        assert!(begun.elapsed() < AT_MOST, "{:?}", begun.elapsed());
    }
    proxy.is_silent.store(false, Ordering::SeqCst);
    let begun = Instant::now();
    while world.client.login("ada@example.com", PASSWORD).await.status != 200 {
        assert!(begun.elapsed() < HEALED, "it stays away");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_costs_three_seconds() {
    let Some(database) = Database::new().await else { return };
    drop(database.ready().await);
    let mut proxy = Proxy::open(&database).await;
    let store = Postgres::connect(proxy.url(&database)).await.unwrap();
    store.set("key", b"value", LATER).await.unwrap();
    let port = proxy.port;
    proxy.close();
    fails_in_time(&store).await;
    proxy = Proxy::open_at(&database, port).await;
    heals(&store, 0).await;
    drop(proxy);
}

/// Errors only while connections are cut, and what was acknowledged is there.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_cut_connections() {
    let Some(database) = Database::new().await else { return };
    let store = database.ready().await;
    let writers: JoinSet<Vec<String>> = (0..8)
        .map(|writer| {
            let store = store.clone();
            async move {
                let mut kept = Vec::new();
                let begun = Instant::now();
                for number in 0.. {
                    if begun.elapsed() > Duration::from_secs(3) {
                        break;
                    }
                    let key = format!("{writer}/{number}");
                    let called = Instant::now();
                    match store.set(&key, b"value", LATER).await {
                        Ok(()) => kept.push(key),
                        Err(StoreError::Unavailable(_)) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                    assert!(called.elapsed() < AT_MOST);
                }
                kept
            }
        })
        .collect();
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for _ in 0..15 {
        database.ask::<i64>(cut).await;
        sleep(Duration::from_millis(200)).await;
    }
    let kept = writers.join_all().await.concat();
    assert!(!kept.is_empty());
    heals(&store, 0).await;
    for key in kept {
        assert!(store.get(&key, NOW).await.unwrap().is_some(), "{key} is lost");
    }
}

/// Somebody else's transaction keeps a row: whoever waits for it learns that nothing was done.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_row_costs_three_seconds_and_nothing_is_done() {
    let Some(database) = Database::new().await else { return };
    let store = database.ready().await;
    store.set("key", b"old", LATER).await.unwrap();
    let mut other = store.pool().begin().await.unwrap();
    let lock = "SELECT FROM fastauth_key_values FOR UPDATE";
    sqlx::raw_sql(lock).execute(&mut *other).await.unwrap();
    let begun = Instant::now();
    let set = store.set("key", b"new", LATER).await;
    assert!(matches!(set, Err(StoreError::Unavailable(_))), "{set:?}");
    assert!(begun.elapsed() < AT_MOST, "{:?}", begun.elapsed());
    other.rollback().await.unwrap();
    assert_eq!(store.get("key", NOW).await.unwrap().as_deref(), Some(b"old".as_slice()));
}

/// A caller who goes away leaves no lock and no connection that is of no use.
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_call_leaves_nothing_behind() {
    let Some(database) = Database::new().await else { return };
    let store = database.ready().await;
    let user = store.create_user(Keyed::specimen(1)).await.unwrap();
    for micros in (0..60_000).step_by(1_000) {
        let call = fastauth::store::Store::<Keyed>::delete_account(&store, user.id(), Some("x"));
        let _ = tokio::time::timeout(Duration::from_micros(micros), call).await;
        let set = store.set("key", b"value", LATER).await;
        assert!(set.is_ok(), "{set:?}");
    }
    heals(&store, 9).await;
}

async fn fails_in_time(store: &Postgres) {
    let mut calls = JoinSet::new();
    for call in 0..16 {
        let store = store.clone();
        calls.spawn(async move {
            let begun = Instant::now();
            let failed = match call % 3 {
                0 => UserStore::<Keyed>::find_by_email(&store, "a@example.com").await.is_err(),
                1 => store.set("key", b"value", LATER).await.is_err(),
                _ => store.remove("key").await.is_err(),
            };
            (failed, begun.elapsed())
        });
    }
    for (failed, took) in calls.join_all().await {
        assert!(failed, "it is silent and answers");
        assert!(took < AT_MOST, "{took:?}");
    }
}

async fn heals(store: &Postgres, round: u32) {
    let begun = Instant::now();
    while store.create_session(&session(owner())).await.is_err() {
        assert!(begun.elapsed() < HEALED);
        sleep(Duration::from_millis(50)).await;
    }
    let mut calls = JoinSet::new();
    for number in 0..16 {
        let store = store.clone();
        calls.spawn(async move {
            let user = Keyed::specimen(100 * (round + 1) + number);
            store.create_user(user).await.map(drop)
        });
    }
    for made in calls.join_all().await {
        made.unwrap();
    }
    assert!(begun.elapsed() < HEALED, "{:?}", begun.elapsed());
}

/// Between the store and the server: it may fall silent, or be gone.
struct Proxy {
    port: u16,
    is_silent: Arc<AtomicBool>,
    task: AbortHandle,
}

impl Proxy {
    async fn open(database: &Database) -> Self {
        Self::open_at(database, 0).await
    }

    async fn open_at(database: &Database, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_silent = Arc::new(AtomicBool::new(false));
        let (silent, server) = (Arc::clone(&is_silent), database.address());
        let task = tokio::spawn(async move {
            // Dropped with the task, and every connection with it.
            let mut pipes = JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(&server).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                pipes.spawn(pipe(from_client, to_server, Arc::clone(&silent)));
                pipes.spawn(pipe(from_server, to_client, Arc::clone(&silent)));
            }
        });
        Self { port, is_silent, task: task.abort_handle() }
    }

    fn url(&self, database: &Database) -> String {
        database.url().replace(&database.address(), &format!("127.0.0.1:{}", self.port))
    }

    fn close(&self) {
        self.task.abort();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.close();
    }
}

/// Passes on what comes, and keeps it back while it is to be silent.
async fn pipe(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    is_silent: Arc<AtomicBool>,
) {
    let mut buffer = vec![0; 16_384];
    loop {
        let Ok(length @ 1..) = from.read(&mut buffer).await else { return };
        while is_silent.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(20)).await;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
