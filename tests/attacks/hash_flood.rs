//! Hundreds of sign-ins at once, each of which costs a hash: to take the server down, or to have more
//! passwords tried than it would let. And clients who hang up, so that their work is done for nobody
//! and counted for nothing.
//!
//! Sources: ASVS 6.3.1, 2.4.1; OWASP Authentication (denial of service by hashing);
//! solana-private-channels#247 (a permit came back before its work was done).

use std::time::Duration;

use fastauth::{password::HashLimits, store::Memory};
use fastauth_tests::{Client, Counting, PASSWORD, Reply, User, World, signup};
use serde_json::json;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    task::{JoinHandle, JoinSet},
    time::timeout,
};

/// An application that hashes so many at a time, and lets so many wait.
async fn world(permits: usize, waiting: usize) -> (World<User>, Counting) {
    let hasher = Counting::default();
    // Whoever waits, waits for the test and not for the time.
    let limits =
        HashLimits::default().permits(permits).waiting(waiting).patience(Duration::from_mins(1));
    let decide = |it: fastauth::AuthBuilder<User>| {
        it.password_hasher(hasher.clone()).password_hash_limits(limits)
    };
    let world = World::built(Memory::new(), decide).await;
    world.client.register("ada@example.com").await;
    (world, hasher)
}

fn is_overload(reply: Reply) {
    let reply = reply.problem(503, "overloaded");
    let wait = reply.header("retry-after").and_then(|wait| wait.parse::<u32>().ok());
    assert!(wait.is_some_and(|seconds| seconds >= 1), "{:?}", reply.headers);
}

fn login(client: &Client, password: &'static str) -> JoinHandle<Reply> {
    let client = client.clone();
    tokio::spawn(async move { client.login("ada@example.com", password).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_sign_ins_is_hashed_a_few_at_a_time_and_the_rest_is_told_to_come_again() {
    let (world, hasher) = world(2, 8).await;
    let me = world.client.signed_in(&world.client.login("ada@example.com", PASSWORD).await);
    let before = hasher.computed();
    hasher.close();
    let mut flood = JoinSet::new();
    for number in 0..200 {
        let client = world.client.clone();
        // Whoever is asked for costs a place like anybody else.
        let email = ["ada@example.com", "nobody@example.com"][number % 2];
        flood.spawn(async move { client.login(email, "wrong password").await });
    }
    for _ in 0..190 {
        is_overload(flood.join_next().await.unwrap().unwrap());
    }
    hasher.runs(2).await;
    // Everybody else is served meanwhile; whoever would hash is not.
    for _ in 0..50 {
        me.me().await.expect(200);
        me.json("PATCH", "/auth/me", json!({ "motto": "calm" })).await.expect(200);
    }
    is_overload(world.client.post("/auth/register", signup("eve@example.com")).await);
    is_overload(me.post("/auth/reauthenticate", json!({ "password": PASSWORD })).await);
    let change = json!({ "current_password": PASSWORD, "new_password": "another good password" });
    is_overload(me.post("/auth/password/change", change).await);
    is_overload(me.json("DELETE", "/auth/me", json!({ "password": PASSWORD })).await);
    hasher.open();
    for reply in flood.join_all().await {
        reply.problem(401, "invalid_credentials");
    }
    assert_eq!(hasher.computed(), before + 10, "more was computed than there were places");
    assert_eq!(hasher.most(), 2);
    world.client.login("ada@example.com", PASSWORD).await.expect(200);
    world.client.register("eve@example.com").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_too_long_is_told_to_come_again() {
    let hasher = Counting::default();
    let limits = HashLimits::default().permits(1).patience(Duration::from_millis(20));
    let world = World::built(Memory::new(), |it| {
        it.password_hasher(hasher.clone()).password_hash_limits(limits)
    });
    let world = world.await;
    hasher.close();
    let first = login(&world.client, "wrong password");
    hasher.runs(1).await;
    is_overload(world.client.login("ada@example.com", PASSWORD).await);
    hasher.open();
    first.await.unwrap().problem(401, "invalid_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_permit_of_a_client_who_hung_up_comes_back_when_its_hash_is_done() {
    let (world, hasher) = world(1, 4).await;
    hasher.close();
    hang_up_in(&world.client, &hasher).await;
    let next = login(&world.client, PASSWORD);
    // Long enough for a permit given back too early to be taken.
    for _ in 0..50 {
        world.client.me().await.problem(401, "missing_token");
        assert_eq!((hasher.running(), hasher.most()), (1, 1), "the permit came back too early");
    }
    assert!(!next.is_finished());
    hasher.open();
    next.await.unwrap().expect(200);
    assert_eq!(hasher.most(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_while_waiting_leaves_a_place_for_the_next() {
    let (world, hasher) = world(1, 2).await;
    hasher.close();
    let first = login(&world.client, PASSWORD);
    hasher.runs(1).await;
    let waiting = [login(&world.client, PASSWORD), login(&world.client, PASSWORD)];
    // The queue is full once somebody is sent away.
    while let Ok(reply) =
        timeout(LONGER_THAN_A_REFUSAL, world.client.login("ada@example.com", PASSWORD)).await
    {
        is_overload(reply);
        if !waiting.iter().any(JoinHandle::is_finished) {
            break;
        }
    }
    for client in &waiting {
        client.abort();
    }
    let mut last = login(&world.client, PASSWORD);
    for _ in 0..100 {
        let Ok(reply) = timeout(LONGER_THAN_A_REFUSAL, &mut last).await else { break };
        // The server has not noticed yet.
        is_overload(reply.unwrap());
        last = login(&world.client, PASSWORD);
    }
    assert!(!last.is_finished(), "the queue stays full of the dead");
    let before = hasher.computed();
    hasher.open();
    first.await.unwrap().expect(200);
    last.await.unwrap().expect(200);
    assert_eq!(hasher.computed(), before + 1, "a hash was computed for nobody");
}

/// Who is not answered within this waits for their turn.
const LONGER_THAN_A_REFUSAL: Duration = Duration::from_millis(500);

/// Sends a sign-in and resets the connection while its hash is computed.
async fn hang_up_in(client: &Client, hasher: &Counting) {
    let body = json!({ "email": "ada@example.com", "password": PASSWORD }).to_string();
    let request = client.with("content-type", "application/json");
    let request = request.request("POST", "/auth/login", body.as_bytes());
    let mut stream = TcpStream::connect(client.address()).await.unwrap();
    stream.set_zero_linger().unwrap();
    stream.write_all(&request).await.unwrap();
    hasher.runs(1).await;
}
