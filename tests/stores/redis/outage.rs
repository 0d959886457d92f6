//! A server that is gone, silent or refuses is an outage, and heals.

use std::{
    future::pending,
    time::{Duration, Instant},
};

use fastauth::store::{KeyValueStore, Memory, Redis, SessionStore, StoreError, suite};
use fastauth_tests::{RedisServer, Scratch};
use tokio::{io::copy_bidirectional, net::TcpStream, sync::watch, time::sleep};
use uuid::Uuid;

use super::super::prepared::{LATER, NOW, owner, session};

/// Every way of asking says that nobody answers, in time, and never that there is nothing.
async fn is_away(redis: &Redis) {
    let session = session(owner());
    for round in 0..2 {
        let begun = Instant::now();
        let asked = tokio::join!(
            async { redis.find_session(session.id, NOW).await.map(drop) },
            async { redis.create_session(&session).await },
            async { redis.list_sessions(&owner(), NOW).await.map(drop) },
            async { redis.end_sessions(&owner(), None).await.map(drop) },
            async { redis.get("key", NOW).await.map(drop) },
            async { redis.count("key", 1, NOW, Duration::from_mins(1)).await.map(drop) },
            async { redis.sweep_sessions(NOW).await.map(drop) },
        );
        let asked: [Result<(), StoreError>; 7] = asked.into();
        for outcome in asked {
            assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{round}: {outcome:?}");
        }
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(3), "round {round} takes {took:?}");
    }
}

/// How long it is until it answers again.
async fn heals(redis: &Redis) {
    let begun = Instant::now();
    while let Err(error) = redis.set("key", b"value", LATER).await {
        assert!(begun.elapsed() < Duration::from_secs(5), "it does not heal: {error:?}");
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(redis.get("key", NOW).await.unwrap().as_deref(), Some(b"value".as_slice()));
    // The scripts are gone with the old process and come back.
    redis.create_session(&session(owner())).await.unwrap();
    redis.end_sessions(&owner(), None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_is_an_outage_and_heals() {
    let Some(mut server) = RedisServer::start("outages of Redis", &[]).await else { return };
    let redis = Redis::connect(server.url()).await.unwrap();
    heals(&redis).await;
    for _ in 0..2 {
        server.kill();
        is_away(&redis).await;
        server.restart().await;
        heals(&redis).await;
    }
    // A restart that nobody noticed costs one answer at the most.
    server.kill();
    server.restart().await;
    drop(redis.get("key", NOW).await);
    assert!(redis.get("key", NOW).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_server_is_an_outage_and_heals() {
    let Some(server) = RedisServer::start("outages of Redis", &[]).await else { return };
    let redis = Redis::connect(server.url()).await.unwrap();
    heals(&redis).await;
    server.freeze();
    is_away(&redis).await;
    let begun = Instant::now();
    let error = Redis::connect(server.url()).await.unwrap_err().to_string();
    assert!(begun.elapsed() < Duration::from_secs(6), "it takes {:?}", begun.elapsed());
    assert!(error.contains("cannot reach Redis"), "{error}");
    server.thaw();
    heals(&redis).await;
}

/// A network that swallows what goes over one connection, and closes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_on_which_nothing_comes_back_is_made_anew() {
    let Some(server) = RedisServer::start("outages of Redis", &[]).await else { return };
    let (swallow, is_swallowed) = watch::channel(false);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let between = listener.local_addr().unwrap();
    let address = server.address();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut is_swallowed = is_swallowed.clone();
            let lives_on = *is_swallowed.borrow();
            let mut server = TcpStream::connect(&address).await.unwrap();
            tokio::spawn(async move {
                let swallowed = async { is_swallowed.wait_for(|it| *it).await.is_ok() };
                tokio::select! {
                    _ = copy_bidirectional(&mut client, &mut server) => return,
                    _ = swallowed, if !lives_on => {}
                }
                pending::<()>().await;
            });
        }
    });
    let redis = Redis::connect(format!("redis://{between}")).await.unwrap();
    heals(&redis).await;
    swallow.send(true).unwrap();
    let begun = Instant::now();
    let outcome = redis.get("key", NOW).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert!(begun.elapsed() < Duration::from_secs(3), "it takes {:?}", begun.elapsed());
    assert!(redis.get("key", NOW).await.unwrap().is_some());
}

/// All keys of a prefix are in one slot, those too that only the scripts name.
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_keeps_every_promise() -> Result<(), suite::Failure> {
    let scratch = Scratch::new();
    let nodes = scratch.file("nodes.conf");
    let options = ["--cluster-enabled", "yes", "--cluster-config-file", &nodes];
    let Some(server) = RedisServer::start("a cluster of Redis", &options).await else {
        return Ok(());
    };
    let client = redis::Client::open(server.url()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    let mut slots = redis::cmd("CLUSTER");
    slots.arg("ADDSLOTS").arg((0..16_384).collect::<Vec<_>>());
    slots.query_async::<()>(&mut admin).await.unwrap();
    let begun = Instant::now();
    let redis = loop {
        match Redis::connect(server.url()).await {
            Ok(redis) => break redis,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(10), "{error}"),
        }
        sleep(Duration::from_millis(50)).await;
    };
    let open = || async { (Memory::new(), redis.clone().with_prefix(Uuid::now_v7().to_string())) };
    suite::run_apart::<suite::Keyed, _, _, _>(open).await
}

/// What a password or a full memory forbids later is an outage as well, and heals.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_is_an_outage_and_heals() {
    let Some(server) = RedisServer::start("outages of Redis", &[]).await else { return };
    let redis = Redis::connect(server.url()).await.unwrap();
    heals(&redis).await;
    let admin = redis::Client::open(server.url()).unwrap();
    let mut admin = admin.get_multiplexed_async_connection().await.unwrap();
    let mut set = async |name: &str, value: &str| {
        let mut command = redis::cmd("CONFIG");
        command.arg("SET").arg(name).arg(value);
        command.query_async::<()>(&mut admin).await.unwrap();
    };
    set("maxmemory", "1").await;
    let kept = redis.create_session(&session(owner())).await;
    assert!(matches!(kept, Err(StoreError::Unavailable(_))), "{kept:?}");
    set("maxmemory", "0").await;
    heals(&redis).await;
    // Whoever was let in stays; whoever connects anew is not.
    set("requirepass", "changed").await;
    let mut kill = redis::cmd("CLIENT");
    kill.arg("KILL").arg("TYPE").arg("normal").arg("SKIPME").arg("yes");
    kill.query_async::<i64>(&mut admin).await.unwrap();
    is_away(&redis).await;
    let mut command = redis::cmd("CONFIG");
    command.arg("SET").arg("requirepass").arg("");
    command.query_async::<()>(&mut admin).await.unwrap();
    heals(&redis).await;
}
