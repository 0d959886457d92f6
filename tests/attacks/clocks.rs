//! Time is moved: the server's clock steps, two servers disagree, somebody waits to the last moment or
//! keeps a session alive for ever.
//!
//! Sources: ASVS 6.5.8, 7.3.1, 7.3.2, 7.5.3, 10.4.8; RFC 9700 §4.14; sebadob/rauthy#1416.

use std::time::Duration;

use fastauth::{
    store::{Memory, Sqlite, Store},
    time::Timestamp,
};
use fastauth_tests::{PASSWORD, Scratch, TestClock, User, World};
use serde_json::json;

const JUST: Duration = Duration::from_micros(1);
const DAY: u64 = 24 * 60 * 60;

#[tokio::test]
async fn a_session_ends_to_the_moment_however_it_is_used() {
    ends_to_the_moment_on(Memory::new()).await;
    ends_to_the_moment_on(Sqlite::open("sqlite::memory:").await.unwrap()).await;
}

async fn ends_to_the_moment_on(store: impl Store<User>) {
    let world = World::on(store).await;
    let client = &world.client;
    // Seven days of nothing.
    let idle = client.register("ada@example.com").await;
    world.wait(7 * DAY);
    client.refresh(idle.refresh()).await.problem(401, "invalid_refresh_token");
    let idle = client.login("ada@example.com", PASSWORD).await.expect(200);
    world.wait(7 * DAY);
    world.clock.step_back(JUST);
    let mut latest = client.refresh(idle.refresh()).await.expect(200);
    // Thirty days in any case, of which some seven are over.
    for _ in 0..22 {
        world.wait(DAY);
        latest = client.refresh(latest.refresh()).await.expect(200);
    }
    world.wait(DAY);
    client.signed_in(&client.refresh(latest.refresh()).await.expect(200)).me().await.expect(200);
    world.clock.advance(JUST);
    client.refresh(latest.refresh()).await.problem(401, "invalid_refresh_token");
    client.signed_in(&latest).me().await.invalid_token();
}

#[tokio::test]
async fn a_proof_is_fresh_to_the_moment() {
    let world = World::new().await;
    let client = &world.client;
    let reply = client.register("ada@example.com").await;
    let me = client.signed_in(&reply);
    world.wait(5 * 60);
    world.clock.step_back(JUST);
    me.get("/fresh").await.expect(200);
    world.clock.advance(JUST);
    me.get("/fresh").await.problem(401, "reauthentication_required");
    // Refreshing proves nothing of who one is.
    let next = client.refresh(reply.refresh()).await.expect(200);
    let me = client.signed_in(&next);
    me.get("/fresh").await.problem(401, "reauthentication_required");
    me.post("/auth/reauthenticate", json!({ "password": "wrong password" })).await.expect(403);
    me.get("/fresh").await.problem(401, "reauthentication_required");
    me.post("/auth/reauthenticate", json!({ "password": PASSWORD })).await.expect(204);
    me.get("/fresh").await.expect(200);
    // Nor is anybody else's session fresh for it.
    let other = client.login("ada@example.com", PASSWORD).await;
    world.wait(5 * 60);
    me.post("/auth/reauthenticate", json!({ "password": PASSWORD })).await.expect(204);
    client.signed_in(&other).get("/fresh").await.problem(401, "reauthentication_required");
}

#[tokio::test]
async fn servers_whose_clocks_differ_a_little_strand_nobody() {
    for (behind, status) in [(Duration::from_secs(10), 200), (Duration::from_secs(10) + JUST, 401)]
    {
        let scratch = Scratch::new();
        let file = scratch.file("app.db");
        let (ahead, late) = (TestClock::default(), TestClock::default());
        let at = async |clock: &TestClock| {
            World::built(Sqlite::open(&file).await.unwrap(), |it| it.clock(clock.clone())).await
        };
        let (here, there) = (at(&ahead).await, at(&late).await);
        let first = here.client.register("ada@example.com").await;
        late.step_back(behind);
        let child = here.client.refresh(first.refresh()).await.expect(200);
        let again = there.client.refresh(first.refresh()).await.expect(status);
        if status == 200 {
            assert_eq!(again.refresh(), child.refresh());
        }
    }
}

#[tokio::test]
async fn no_time_a_clock_may_show_breaks_a_sign_in() {
    signs_in_at_any_time_on(Memory::new()).await;
    signs_in_at_any_time_on(Sqlite::open("sqlite::memory:").await.unwrap()).await;
}

async fn signs_in_at_any_time_on(store: impl Store<User>) {
    let world = World::on(store).await;
    let leap_day = 951_782_400;
    for second in [0, 1, leap_day, i64::from(i32::MAX) + 1, 1 << 32, 253_402_300_799] {
        world.clock.set(Timestamp::from_secs(second));
        let reply = world.client.register(&format!("at-{second}@example.com")).await;
        let me = world.client.signed_in(&reply);
        me.me().await.expect(200);
        me.get("/fresh").await.expect(200);
        world.wait(1);
        world.client.refresh(reply.refresh()).await.expect(200);
    }
    world.clock.set(TestClock::START);
    world.client.login("at-0@example.com", PASSWORD).await.expect(200);
}
