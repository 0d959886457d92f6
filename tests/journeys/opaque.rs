//! Access tokens of which the session keeps the digest: what is revoked is gone at once.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use fastauth::{
    ExtraClaims, Hooks, auth_hooks, config::Lifetimes, hooks::SessionData, store::Sqlite,
    token::DatabaseStrategy,
};
use fastauth_tests::{Client, PASSWORD, Reply, User, World};
use serde_json::json;

async fn world() -> World<User> {
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    World::built(store, |it| it.strategy(DatabaseStrategy::new())).await
}

async fn signed_in(world: &World<User>) -> (Reply, Client) {
    let reply = world.client.register("ada@example.com").await;
    let me = world.client.signed_in(&reply);
    (reply, me)
}

#[tokio::test]
async fn a_token_lasts_as_long_as_its_session() {
    let world = world().await;
    let (reply, me) = signed_in(&world).await;
    let body = reply.json();
    assert!(reply.access().starts_with("fa_at_"), "{body}");
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(86_400)));
    assert!(body.get("refresh_token").is_none() && body.get("refresh_expires_in").is_none());
    assert_eq!(me.get("/auth/me").await.expect(200).json()["name"], "Ada");
    world.client.refresh("anything").await.problem(404, "not_found");
    // Used now and then it goes on, day after day, and ends after thirty.
    for _ in 0..30 {
        world.wait(86_399);
        me.get("/auth/me").await.expect(200);
    }
    world.wait(30);
    me.get("/auth/me").await.problem(401, "invalid_token");
    // Unused it ends after a day.
    let again = world.client.login("ada@example.com", PASSWORD).await.expect(200);
    let me = world.client.signed_in(&again);
    world.wait(86_400);
    me.get("/auth/me").await.problem(401, "invalid_token");
}

#[tokio::test]
async fn use_is_noted_every_minute_and_no_oftener() {
    let world = world().await;
    let (_, me) = signed_in(&world).await;
    let used =
        async || me.get("/auth/sessions").await.expect(200).json()[0]["last_used_at"].clone();
    let first = used().await;
    world.wait(59);
    assert_eq!(used().await, first);
    world.wait(1);
    me.get("/auth/me").await.expect(200);
    assert_ne!(used().await, first);
}

/// ASVS 7.4.1: claims too are looked up here.
#[tokio::test]
async fn what_is_revoked_is_gone_at_once_for_claims_too() {
    let world = world().await;
    let (_, me) = signed_in(&world).await;
    me.get("/claims").await.expect(200);
    let other = world.client.login("ada@example.com", PASSWORD).await.expect(200);
    let there = world.client.signed_in(&other);
    there.delete("/auth/sessions").await.expect(204);
    me.get("/claims").await.problem(401, "invalid_token");
    me.get("/anybodys-claims").await.problem(401, "invalid_token");
    there.get("/claims").await.expect(200);
    there.send("POST", "/auth/logout", b"").await.expect(204);
    there.get("/claims").await.problem(401, "invalid_token");
    there.send("POST", "/auth/logout", b"").await.expect(204);
}

/// Regression: `Claims` let it in, though the user was read.
#[tokio::test]
async fn a_disabled_account_opens_nothing_and_can_still_be_signed_out() {
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    let world = World::built(store.clone(), |it| it.strategy(DatabaseStrategy::new())).await;
    let (_, me) = signed_in(&world).await;
    let switch = async |sql| sqlx::raw_sql(sql).execute(store.pool()).await.expect("a table");
    switch("UPDATE users SET active = 0").await;
    for path in ["/auth/me", "/claims", "/anybody", "/anybodys-claims"] {
        me.get(path).await.problem(401, "invalid_token");
    }
    switch("UPDATE users SET active = 1").await;
    me.get("/claims").await.expect(200);
    switch("UPDATE users SET active = 0").await;
    me.send("POST", "/auth/logout", b"").await.expect(204);
    switch("UPDATE users SET active = 1").await;
    me.get("/claims").await.problem(401, "invalid_token");
}

#[tokio::test]
async fn only_the_whole_token_opens_its_session() {
    let world = world().await;
    let (reply, me) = signed_in(&world).await;
    let token = reply.access();
    let last = if token.ends_with('A') { "B" } else { "A" };
    for bad in [
        format!("{}{last}", &token[..token.len() - 1]),
        token[..token.len() - 1].to_owned(),
        format!("{token}A"),
        token.replace("fa_at_", "fa_rt_"),
        token.to_uppercase(),
        format!("{}{}", &token[..28], "A".repeat(42)),
    ] {
        let bad = world.client.bearer(&bad);
        bad.get("/auth/me").await.problem(401, "invalid_token");
        bad.get("/claims").await.problem(401, "invalid_token");
        bad.send("POST", "/auth/logout", b"").await.expect(204);
    }
    me.get("/auth/me").await.expect(200);
    // A token of another kind is none here, nor one of these elsewhere.
    let jwt = World::new().await;
    let theirs = jwt.client.register("ada@example.com").await;
    world.client.signed_in(&theirs).get("/auth/me").await.problem(401, "invalid_token");
    jwt.client.bearer(token).get("/auth/me").await.problem(401, "invalid_token");
    jwt.client.refresh(token).await.problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn an_outage_is_no_bad_token() {
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    let world = World::built(store.clone(), |it| it.strategy(DatabaseStrategy::new())).await;
    let (_, me) = signed_in(&world).await;
    store.pool().close().await;
    for path in ["/auth/me", "/claims", "/anybody", "/anybodys-claims"] {
        me.get(path).await.problem(503, "store_unavailable");
    }
    me.send("POST", "/auth/logout", b"").await.problem(503, "store_unavailable");
}

#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<Vec<&'static str>>>);

#[auth_hooks]
impl Hooks<User> for Scribe {
    async fn modify_session(&self, session: &mut SessionData) {
        session.insert("seen".to_owned(), true.into());
        self.0.lock().expect("nobody panics with it").push("modify_session");
    }
    async fn modify_jwt(&self, _claims: &mut ExtraClaims) {
        self.0.lock().expect("nobody panics with it").push("modify_jwt");
    }
}

#[tokio::test]
async fn a_session_is_changed_and_no_token() {
    let scribe = Scribe::default();
    let hooks = scribe.clone();
    let world = World::built(fastauth::store::Memory::new(), |it| {
        it.strategy(DatabaseStrategy::new()).hooks(hooks)
    });
    let world = world.await;
    signed_in(&world).await;
    assert_eq!(*scribe.0.lock().expect("nobody panics with it"), ["modify_session"]);
}

#[tokio::test]
async fn the_time_it_slides_by_can_be_chosen() {
    let world = World::built(fastauth::store::Memory::new(), |it| {
        let lifetimes = Lifetimes::default().sliding(Duration::from_secs(100));
        it.strategy(DatabaseStrategy::new()).lifetimes(lifetimes)
    });
    let world = world.await;
    let (reply, me) = signed_in(&world).await;
    assert_eq!(reply.json()["expires_in"], 100);
    for _ in 0..3 {
        world.wait(99);
        me.get("/auth/me").await.expect(200);
    }
    world.wait(100);
    me.get("/auth/me").await.problem(401, "invalid_token");
}
